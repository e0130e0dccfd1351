"""The data that a network is trained on: samples, targets, counts, shapes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QCheckBox, QSpinBox, QSplitter, QToolButton, QVBoxLayout, QWidget

from visualmlp.data import PreparedData
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.data_rows import Samples, Wanted, cell_text, cells, take_samples, titles
from visualmlp.gui.views.data_tables import DataTables
from visualmlp.gui.views.part_chooser import PartChooser, part_name
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

MOST_ROWS = 1_000
FIRST_ROWS = 100
"""A sheet of ten by ten."""


@VIEWS.add
class DataView(View):
    """Facts and counts at the left; samples with their labels and targets at the right."""

    name: ClassVar[str] = "data"
    order: ClassVar[int] = 5

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._shown: Samples | None = None
        self._followed: tuple[PartName, int] | None = None
        self._part = PartChooser(session)
        self._part.part_chosen.connect(self._choose_part)
        self._back = self._page_button("back", "‹", self.tr("Samples before these"), -1)
        self._start = self._box("start", self.tr("First sample, from 0"))
        self._start.setPrefix(self.tr("from "))
        self._next = self._page_button("next", "›", self.tr("Samples after these"), 1)
        self._count = self._box("count", self.tr("Number of samples shown"))
        self._count.setRange(1, MOST_ROWS)
        self._count.setValue(FIRST_ROWS)
        self._count.setSuffix(self.tr(" samples"))
        self._tables = DataTables()
        self._by_columns = QCheckBox(self.tr("Samples as columns"))
        self._by_columns.setObjectName("by_columns")
        self._by_columns.setToolTip(
            self.tr("Tell the shapes of the transposed arrays, a column for each sample")
        )
        self._by_columns.toggled.connect(self._tables.set_samples_as_columns)
        self._header = TextLine()
        self._header.setObjectName("header")
        self._gallery = Gallery()
        self._gallery.picture_picked.connect(self._pick)
        self._table = Table()
        self._table.setObjectName("samples")
        self._table.keep_columns_narrow()
        self._table.row_picked.connect(self._pick_row)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("DataView", "Data set")

    def start(self, setup: Setup) -> None:
        self._part.set_run(setup, "train")
        self._shown = self._followed = None
        is_picture = setup.data.dataset.image_shape is not None
        self._gallery.setVisible(is_picture)
        self._tables.set_setup(setup)
        self._limit_start()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Samples]:
        wanted = Wanted(self._part.part, self._start.value(), self._count.value())
        shown = self._shown
        if shown is not None and shown.wanted == wanted:
            return lambda probe: shown  # data do not change while a network learns from them
        return partial(take_samples, wanted=wanted)

    def draw(self, frame: Frame, result: Samples) -> None:
        if result is not self._shown:
            self._shown, self._followed = result, None
            self._show_samples(result)
        self._follow_pick(result)

    # Drawing

    def _show_samples(self, result: Samples) -> None:
        data = self._data()
        total = len(next(part for part in data.parts if part.name == result.wanted.part))
        text = self.tr("{part} samples {first} to {last} of {total}")
        self._header.set_text(
            text.format(
                part=part_name(result.wanted.part).capitalize(),
                first=f"{result.rows[0]:,}",
                last=f"{result.rows[-1]:,}",
                total=f"{total:,}",
            )
        )
        self._back.setEnabled(result.rows[0] > 0)
        self._next.setEnabled(result.rows[-1] < total - 1)
        if data.dataset.image_shape is not None:
            self._show_pictures(data, result)
        self._show_table(data, result)

    def _show_pictures(self, data: PreparedData, result: Samples) -> None:
        low, high = data.dataset.value_range
        captions = [""] * len(result.rows)
        if result.labels is not None:
            captions = [data.class_names[label] for label in result.labels.tolist()]
        pictures = result.raw.reshape(-1, *(data.dataset.image_shape or ()))
        self._gallery.set_pictures(pictures, captions, result.rows, low=low, high=high)

    def _show_table(self, data: PreparedData, result: Samples) -> None:
        names = titles(data, self.tr("sample"), self.tr("class"), self.tr("target"))
        rows = cells(data, result)
        class_column = names.index(self.tr("class")) if data.class_names else 0
        title = {
            "classification": self.tr("Classes and one-hot vectors"),
            "binary": self.tr("Classes as 0 or 1"),
            "regression": self.tr("Targets"),
        }[data.task]
        self._table.set_title(title if data.dataset.image_shape else self.tr("Samples"))
        texts = [[cell_text(value) for value in row] for row in rows]
        self._table.set_table(names, texts, left=(class_column,), values=rows)

    def _follow_pick(self, result: Samples) -> None:
        """Only after a change, so that drawing moves neither the cursor nor the scroll bar."""
        picks = self.session.picks
        if (picks.part, picks.sample) == self._followed:
            return
        self._followed = picks.part, picks.sample
        here = picks.part == result.wanted.part and picks.sample in result.rows
        self._gallery.set_current(picks.sample if here else None)
        self._table.set_current(result.rows.index(picks.sample) if here else None)

    def _data(self) -> PreparedData:
        assert self.session.setup is not None
        return self.session.setup.data

    # The user

    def _choose_part(self) -> None:
        self._start.setValue(0)
        self._limit_start()
        self.refresh()

    def _limit_start(self) -> None:
        part = next(part for part in self._data().parts if part.name == self._part.part)
        self._start.blockSignals(True)
        self._start.setRange(0, len(part) - 1)
        self._start.blockSignals(False)

    def _turn(self, direction: int) -> None:
        self._start.setValue(self._start.value() + direction * self._count.value())

    def _pick(self, row: int) -> None:
        if self._shown is not None:
            self.session.pick_sample(row, self._shown.wanted.part)

    def _pick_row(self, index: int) -> None:
        if self._shown is not None:
            self._pick(self._shown.rows[index])

    # Layout

    def _box(self, name: str, what: str) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName(name)
        box.setAccessibleName(what)
        box.setToolTip(what)
        box.setKeyboardTracking(False)
        box.setGroupSeparatorShown(True)
        box.valueChanged.connect(self.refresh)
        return box

    def _page_button(self, name: str, text: str, what: str, direction: int) -> QToolButton:
        button = QToolButton()
        button.setObjectName(name)
        button.setText(text)
        button.setAccessibleName(what)
        button.setToolTip(what)
        button.clicked.connect(partial(self._turn, direction))
        return button

    def _arrange(self) -> None:
        controls = Flow()
        order: tuple[QWidget, ...] = (
            *(self._part, self._back, self._start, self._next, self._count, self._by_columns),
        )
        for widget in order:
            controls.addWidget(widget)
        samples = QSplitter(Qt.Orientation.Vertical)
        samples.addWidget(self._gallery)
        samples.addWidget(self._table)
        samples.setSizes([700, 300])
        sides = QSplitter(Qt.Orientation.Horizontal)
        sides.addWidget(self._tables)
        sides.addWidget(samples)
        sides.setSizes([400, 600])
        for splitter in (samples, sides):
            splitter.setChildrenCollapsible(False)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._header)
        layout.addWidget(sides, 1)
        for before, after in pairwise((*order, self._tables, self._gallery, self._table)):
            QWidget.setTabOrder(before, after)
