"""Two columns against each other: a point a sample, and the row behind every point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PyQt6.QtWidgets import QHBoxLayout, QLabel

from visualmlp.analysis.activity import evenly_spaced
from visualmlp.analysis.data_columns import columns_of
from visualmlp.analysis.exploration import Looked, variable, variable_names
from visualmlp.data import Part, PreparedData
from visualmlp.data.columns import decode
from visualmlp.gui.picks import Picks
from visualmlp.gui.views.explore_page import (
    LEAST_HEIGHT,
    ExplorePage,
    choose,
    chooser,
    middle_pixel,
    offer,
    samples_text,
)
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.labels import number_text
from visualmlp.gui.widgets.point_cloud import PointCloud
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

MOST_POINTS = 5_000
SPREAD = 0.5
"""Width of the band in which points of one category, or of one whole number, are spread."""
MOST_WHOLE = 40
"""Different whole numbers of a column whose points would lie upon each other."""
MOST_CELLS = 15
"""Cells of a row that hover tells."""


class Wanted(NamedTuple):
    """Two columns or targets of a part."""

    part: PartName
    x: int
    y: int


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """What the page draws.

    Attributes
    ----------
    looked
        The samples.
    places
        (n, 2); NaN where a cell is missing.
    spread
        Numbers of the columns whose points are spread around their places.
    raw
        Inputs as stored, (n, n_features), for hover; None of pictures.
    """

    looked: Looked
    places: npt.NDArray[np.float64]
    spread: frozenset[int]
    raw: npt.NDArray | None


class ScatterPage(ExplorePage):
    """Points with a colour and a mark for each class; a click picks the sample."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Wanted, Points] | None = None
        self._x = chooser("x", self.tr("Column along x"), self.tr("What is drawn along x"))
        self._y = chooser("y", self.tr("Column along y"), self.tr("What is drawn along y"))
        for box in (self._x, self._y):
            box.activated.connect(self._choose)
        self._plot = PointCloud()
        self._plot.setObjectName("points")
        self._plot.setAccessibleName(self.tr("Samples by two columns"))
        self._plot.set_equal_scales(False)
        self._plot.setMinimumHeight(LEAST_HEIGHT)
        self._plot.point_picked.connect(self._pick)
        controls = QHBoxLayout()
        for name, box in (("x", self._x), ("y", self._y)):
            controls.addWidget(QLabel(name))
            controls.addWidget(box, 2)
        controls.addStretch(1)
        self.column.addLayout(controls)
        self.column.addWidget(self.text)
        self.column.addWidget(self._plot, 1)

    def title(self) -> str:
        return self.tr("Scatter")

    def set_setup(self, setup: Setup) -> None:
        super().set_setup(setup)
        self._shown = None
        names, first = variable_names(setup.data), middle_pixel(setup.data)
        offer(self._x, names, first)
        offer(self._y, names, first + 1)
        self._plot.reset_zoom()

    def show_pair(self, x: int, y: int) -> None:
        """Draw these columns or targets."""
        choose(self._x, x)
        choose(self._y, y)
        self._choose()

    def wanted(self, part: PartName, picks: Picks) -> Wanted:
        return Wanted(part, self._x.currentIndex(), self._y.currentIndex())

    def look(self, probe: Probe, wanted: Wanted) -> Points:
        data, part = probe.setup.data, probe.part(wanted.part)
        rows = evenly_spaced(len(part), MOST_POINTS)
        numbers = {i: variable(data, part, rows, i) for i in (wanted.x, wanted.y)}
        spread = frozenset(i for i in numbers if _is_category(data, i) or _repeats(numbers[i]))
        for index in spread:
            numbers[index] = _spread(index, numbers[index])
        places = np.column_stack([numbers[wanted.x], numbers[wanted.y]])
        raw = None
        if data.dataset.image_shape is None:
            raw = data.raw(part.rows(rows))
        return Points(Looked(rows, len(part)), places, spread, raw)

    def show_result(self, wanted: Wanted, result: Points) -> None:
        assert self.setup is not None
        data, part = self.setup.data, self._part(wanted.part)
        if self._shown is not None and self._shown[0] != wanted:
            self._plot.reset_zoom()
        self._shown = wanted, result
        labels = part.labels
        kinds = np.zeros(result.looked.count, np.int64)
        kinds = kinds if labels is None else labels[result.looked.rows]
        names = data.class_names or [self.tr("samples")]
        self._plot.set_axes(self._axis_name(wanted.x), self._axis_name(wanted.y))
        self._plot.set_whole(wanted.x in result.spread, wanted.y in result.spread)
        self._plot.set_lookups(self._text_of, self._picture_of, data.dataset.value_range)
        self._plot.set_points(result.places, kinds, names, np.zeros(len(kinds), bool))
        self.text.set_text(self._told(wanted, result))

    def follow(self, part: PartName, picks: Picks) -> None:
        if self._shown is None or self._shown[0].part != picks.part:
            self._plot.set_current(None)
            return
        rows = self._shown[1].looked.rows
        place = int(np.searchsorted(rows, picks.sample))
        is_there = place < len(rows) and rows[place] == picks.sample
        self._plot.set_current(place if is_there else None)

    def _told(self, wanted: Wanted, result: Points) -> str:
        text = samples_text(wanted.part, result.looked)
        text = text[:1].upper() + text[1:]
        missing = int(np.isnan(result.places).any(axis=1).sum())
        if missing:
            text += self.tr(" · {} not drawn: a cell is missing").format(f"{missing:,}")
        if any(self._is_category(index) for index in result.spread):
            text += self.tr(" · points of a category are spread at random around its number")
        elif result.spread:
            text += self.tr(" · points of a whole number are spread at random around it")
        return text

    def _axis_name(self, index: int) -> str:
        """With what the numbers of categories stand for."""
        name = self._x.itemText(index)
        if not self._is_category(index):
            return name
        assert self.setup is not None
        categories = columns_of(self.setup.data.dataset)[index].categories
        return f"{name} ({', '.join(f'{i} {c}' for i, c in enumerate(categories[:12]))})"

    def _is_category(self, index: int) -> bool:
        assert self.setup is not None
        return _is_category(self.setup.data, index)

    # The row behind a point

    def _text_of(self, place: int) -> str:
        assert self.setup is not None
        assert self._shown is not None
        wanted, points = self._shown
        row = int(points.looked.rows[place])
        part = self._part(wanted.part)
        head = self.tr("{part} sample {row} (row {data_row} of the data)").format(
            part=part_name(wanted.part).capitalize(),
            row=f"{row:,}",
            data_row=f"{int(part.index[row]):,}",
        )
        target = self._target_text(part, row)
        cells = [] if points.raw is None else row_cells(self.setup.data, points.raw[place])
        lines = [f"{name}: {cell}" for name, cell in cells[:MOST_CELLS]]
        return "\n".join([head, target, *lines, *(["…"] if len(cells) > MOST_CELLS else [])])

    def _target_text(self, part: Part, row: int) -> str:
        assert self.setup is not None
        if part.labels is not None:
            return self.tr("class {}").format(self.setup.data.class_names[part.labels[row]])
        assert part.values is not None
        numbers = ", ".join(number_text(value, ".6g") for value in part.values[row].tolist())
        return self.tr("target {}").format(numbers)

    def _picture_of(self, place: int) -> npt.NDArray | None:
        assert self.setup is not None
        shape = self.setup.data.dataset.image_shape
        if shape is None or self._shown is None:
            return None
        wanted, points = self._shown
        row = int(points.looked.rows[place])
        return self.setup.data.raw_row(self._part(wanted.part), row).reshape(shape)

    def _part(self, name: PartName) -> Part:
        assert self.setup is not None
        return next(part for part in self.setup.data.parts if part.name == name)

    # The user

    def _choose(self) -> None:
        self._plot.reset_zoom()
        self.changed.emit()

    def _pick(self, place: int) -> None:
        if self._shown is not None:
            self.sample_picked.emit(int(self._shown[1].looked.rows[place]))


def row_cells(data: PreparedData, raw: npt.NDArray) -> list[tuple[str, str]]:
    """Name and cell of every column of a sample (n_features,), as the table had them."""
    return decode(columns_of(data.dataset), raw)


def _is_category(data: PreparedData, index: int) -> bool:
    columns = columns_of(data.dataset)
    return index < len(columns) and columns[index].kind == "category"


def _repeats(values: npt.NDArray[np.float64]) -> bool:
    """Whether they are a few whole numbers again and again."""
    known = values[np.isfinite(values)]
    if not known.size or (known != np.round(known)).any():
        return False
    return len(np.unique(known)) <= min(MOST_WHOLE, known.size // 2)


def _spread(index: int, values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Points of one category or number beside each other, always in the same way."""
    rng = np.random.default_rng(index)
    return values + rng.uniform(-SPREAD / 2, SPREAD / 2, len(values))
