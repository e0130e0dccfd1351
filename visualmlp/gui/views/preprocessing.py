"""From raw rows to inputs: every step of the preparation, and one cell followed through it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from visualmlp.analysis.preparation import CellChain, ColumnFacts, cell_chain, column_facts
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.views.preparation_texts import (
    chain_rows,
    chain_text,
    chain_titles,
    column_row,
    column_titles,
    steps,
)
from visualmlp.gui.views.step_list import StepList
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.growing_line import GrowingLine
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.table import Table
from visualmlp.training.frame import Frame
from visualmlp.training.probe import OWN_PARTS, PartName, Probe
from visualmlp.training.setup import Setup

MOST_LISTED = 2_000
"""Features of the picked sample in the table."""


@dataclass(frozen=True, slots=True, eq=False)
class Preprocessed:
    """What the view draws.

    Attributes
    ----------
    part, row, data_row
        Of the picked sample: its part, and its rows in the part and in the data set.
    column
        Number of the column that is followed.
    chain
        Of the picked sample's cell in it.
    chains
        Of its cells in the first columns.
    raw
        The picked sample as stored, (n_features,).
    facts
        Of every column; the same object for the same data.
    """

    part: PartName
    row: int
    data_row: int
    column: int
    chain: CellChain
    chains: tuple[CellChain, ...]
    raw: npt.NDArray
    facts: tuple[ColumnFacts, ...]


class Follower:
    """Follows cells of one data set, on the analysis thread."""

    def __init__(self) -> None:
        self._facts: tuple[ColumnFacts, ...] | None = None

    def follow(self, probe: Probe, *, part: PartName, row: int, column: int | None) -> Preprocessed:
        """Follow the cells of a sample; without a column the first, or the strongest pixel."""
        data, chosen, dtype = probe.setup.data, probe.part(part), probe.setup.dtype
        facts = self._facts = self._facts or column_facts(data)
        row = min(row, len(chosen) - 1)
        raw = data.raw_row(chosen, row)
        if column is None or column >= len(facts):
            column = int(np.argmax(raw)) if data.dataset.image_shape else 0
        listed = [fact.column for fact in facts if fact.column.features.stop <= MOST_LISTED]
        return Preprocessed(
            part=part,
            row=row,
            data_row=int(chosen.index[row]),
            column=column,
            chain=cell_chain(data, raw, facts[column].column, dtype),
            chains=tuple(cell_chain(data, raw, each, dtype) for each in listed),
            raw=raw,
            facts=facts,
        )


@VIEWS.add
class PreprocessingView(View):
    """The steps at the left; beside them columns, and the picked sample's cell with its formula."""

    name: ClassVar[str] = "preprocessing"
    order: ClassVar[int] = 6

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._follower = Follower()
        self._facts: tuple[ColumnFacts, ...] | None = None
        self._steps = StepList()
        self._steps.setObjectName("steps")
        self._picture = Mosaic()
        self._picture.setObjectName("picture")
        self._picture.setAccessibleName(self.tr("Picture of the picked sample"))
        self._picture.setMinimumHeight(90)
        self._picture.pixel_picked.connect(self._pick_pixel)
        self._columns = Table()
        self._columns.setObjectName("columns")
        self._columns.setAccessibleName(self.tr("Columns with what is done to them"))
        self._columns.setMinimumHeight(80)
        self._columns.keep_columns_narrow()
        self._columns.row_picked.connect(session.pick_column)
        self._header = GrowingLine()
        self._header.setObjectName("header")
        self._formula = GrowingLine(most=4)
        self._formula.setObjectName("formula")
        self._chain = Table()
        self._chain.setObjectName("chain")
        self._chain.setAccessibleName(self.tr("Features of the picked sample, step by step"))
        self._chain.setMinimumHeight(70)
        self._chain.keep_columns_narrow()
        self._chain.row_picked.connect(self._pick_feature)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("PreprocessingView", "Preprocessing")

    def start(self, setup: Setup) -> None:
        self._follower, self._facts = Follower(), None
        self._picture.setVisible(setup.data.dataset.image_shape is not None)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Preprocessed]:
        return partial(
            self._follower.follow, part=picks.part, row=picks.sample, column=picks.column
        )

    def draw(self, frame: Frame, result: Preprocessed) -> None:
        if result.facts is not self._facts:
            self._facts = result.facts
            self._steps.set_steps(steps(self._setup(), result.facts))
            rows = [column_row(fact) for fact in result.facts]
            self._columns.set_table(column_titles(), rows, left=(0, 1, 4))
        self._columns.set_current(result.column)
        self._draw_picture(result)
        self._draw_chain(result)

    # Drawing

    def _draw_picture(self, result: Preprocessed) -> None:
        dataset = self._setup().data.dataset
        if dataset.image_shape is None:
            return
        low, high = dataset.value_range
        picture = result.raw.reshape(dataset.image_shape)
        name = self.tr("sample {}").format(result.row)
        self._picture.set_tiles(picture[None], low=low, high=high, lut="grey", names=[name])
        self._picture.set_current(0)
        row, column = divmod(result.column, dataset.image_shape[1])
        self._picture.set_current_pixel((row, column))

    def _draw_chain(self, result: Preprocessed) -> None:
        column = result.facts[result.column].column
        text = self.tr("{part} sample {row} (row {data_row} of the data), {column}: {cell}")
        if result.part in OWN_PARTS:
            text = self.tr("{part} sample {row} (not in the data), {column}: {cell}")
        text = text.format(
            part=part_name(result.part).capitalize(),
            row=f"{result.row:,}",
            data_row=f"{result.data_row:,}",
            column=column.name,
            cell=result.chain.cell,
        )
        self._header.set_text(text, bold=True)
        self._formula.set_text(chain_text(result.chain))
        self._chain.set_table(
            chain_titles(self._setup().dtype), chain_rows(result.chains), left=(0, 1, 2, 4)
        )
        n_listed = sum(len(chain.chains) for chain in result.chains)
        n_inputs = self._setup().data.n_inputs
        text = self.tr("the first {} of {} features").format(f"{n_listed:,}", f"{n_inputs:,}")
        self._chain.set_caption(text if n_listed < n_inputs else "")
        self._chain.set_current(column.first if column.first < n_listed else None)

    # The user

    def _pick_feature(self, feature: int) -> None:
        assert self._facts is not None
        column = next(i for i, f in enumerate(self._facts) if feature < f.column.features.stop)
        self.session.pick_column(column)

    def _pick_pixel(self, tile: int, row: int, column: int) -> None:
        shape = self._setup().data.dataset.image_shape
        assert shape is not None
        self.session.pick_column(row * shape[1] + column)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def _arrange(self) -> None:
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 0, 0, 0)
        for widget in (self._header, self._formula):
            column.addWidget(widget)
        column.addWidget(self._chain, 1)
        above = QSplitter(Qt.Orientation.Horizontal)
        above.addWidget(self._columns)
        above.addWidget(self._picture)
        above.setSizes([600, 300])
        right = QSplitter(Qt.Orientation.Vertical)
        right.addWidget(above)
        right.addWidget(below)
        right.setSizes([550, 450])
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.addWidget(self._steps)
        sides.addWidget(right)
        sides.setSizes([380, 620])
        for splitter in (above, right, sides):
            splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(sides, 1)
        for before, after in pairwise((self._steps, self._columns, self._picture, self._chain)):
            QWidget.setTabOrder(before, after)
