"""Facts of a data set as text and tables: arrays, classes, headers of files."""

from __future__ import annotations

from typing import cast

from PyQt6.QtCore import QCoreApplication, Qt
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from visualmlp.analysis.data_facts import IdxHeader, array_facts, idx_headers
from visualmlp.data import PreparedData
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.labels import count_text, counted, number_text
from visualmlp.gui.widgets.table import Table
from visualmlp.training.probe import PartName
from visualmlp.training.setup import Setup

IN_IDX_FILES = ("mnist", "idx")
"""Sources that are IDX files."""


class DataTables(QScrollArea):
    """What there is to know about the data, in a column that scrolls."""

    def __init__(self) -> None:
        super().__init__()
        self._setup: Setup | None = None
        self._by_columns = False
        self.setObjectName("facts")
        self.setAccessibleName(self.tr("Facts of the data set"))
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(150)
        self._head, self._foot = _text("facts.head"), _text("facts.foot")
        self._arrays = _table("arrays", self.tr("Arrays"))
        self._classes = _table("classes", self.tr("Samples of each class"))
        self._headers = _table("headers", self.tr("IDX files: header"))
        column = QWidget()
        layout = QVBoxLayout(column)
        layout.setContentsMargins(0, 0, 4, 0)
        for widget in (self._head, self._arrays, self._classes, self._headers, self._foot):
            layout.addWidget(widget)
        layout.addStretch(1)
        self.setWidget(column)

    def set_setup(self, setup: Setup) -> None:
        """Tell the facts of a run's data."""
        self._setup = setup
        self._head.setText("\n".join(self._numbers(setup.data)))
        self._foot.setText("\n".join(self._origin(setup.data)))
        self._show_arrays()
        self._classes.setVisible(bool(setup.data.class_names))
        if setup.data.class_names:
            self._show_classes(setup.data)
        source = setup.experiment.data.source
        headers = idx_headers(setup.data.dataset) if source in IN_IDX_FILES else []
        self._headers.setVisible(bool(headers))
        if headers:
            self._show_headers(headers)

    def set_samples_as_columns(self, by_columns: bool) -> None:
        """Tell shapes with a column, not a row, for each sample."""
        self._by_columns = by_columns
        self._show_arrays()

    def _numbers(self, data: PreparedData) -> list[str]:
        dataset = data.dataset
        low, high = (number_text(end) for end in dataset.value_range)
        features = counted(dataset.n_features, self.tr("1 feature"), self.tr("{} features"))
        if dataset.image_shape:
            features = self.tr("pictures of {} × {} pixels = {} values").format(
                *dataset.image_shape, count_text(dataset.n_features)
            )
        return [
            dataset.title,
            self.tr("{samples} samples, {features}").format(
                samples=count_text(dataset.n_samples), features=features
            ),
            self.tr("values from {low} to {high}, stored as {dtype}").format(
                low=low, high=high, dtype=dataset.x.dtype
            ),
        ]

    def _origin(self, data: PreparedData) -> list[str]:
        return [
            self.tr("Scaling for the network: {}").format(data.scaling.describe()),
            self.tr("Source: {}").format(data.dataset.source),
            self.tr("Licence: {}").format(data.dataset.licence),
            *data.notes,
        ]

    def _show_arrays(self) -> None:
        if self._setup is None:
            return
        facts = array_facts(
            self._setup.data, self._setup.dtype, samples_as_columns=self._by_columns
        )
        rows = [[fact.name, _shape_text(fact.shape), fact.dtype] for fact in facts]
        titles = (self.tr("array"), self.tr("shape"), self.tr("type"))
        self._arrays.set_table(titles, rows, left=(0, 2))

    def _show_classes(self, data: PreparedData) -> None:
        parts = [part for part in data.parts if len(part)]
        counts = [data.class_counts(part) for part in parts]
        table = {name: [count[name] for count in counts] for name in data.class_names}
        table[self.tr("all")] = [len(part) for part in parts]
        rows = [(name, [*numbers, sum(numbers)]) for name, numbers in table.items()]
        names = [part_name(cast("PartName", part.name)) for part in parts]
        titles = (self.tr("class"), *names, self.tr("all"))
        texts = [[name, *map(count_text, numbers)] for name, numbers in rows]
        values = [[name, *numbers] for name, numbers in rows]
        self._classes.set_table(titles, texts, bold=(len(rows) - 1,), values=values)

    def _show_headers(self, headers: list[IdxHeader]) -> None:
        titles = [
            *(self.tr("file"), self.tr("magic number"), self.tr("count")),
            *(self.tr("rows"), self.tr("columns")),
        ]
        rows = [
            [
                _file_text(header),
                str(header.magic),
                *(count_text(number) for number in header.dimensions),
                *[""] * (3 - len(header.dimensions)),
            ]
            for header in headers
        ]
        self._headers.set_table(titles, rows)


def _table(name: str, title: str) -> Table:
    table = Table()
    table.setObjectName(name)
    table.set_title(title)
    table.keep_columns_narrow()
    table.show_all_rows()
    return table


def _text(name: str) -> QLabel:
    text = QLabel()
    text.setObjectName(name)
    text.setTextFormat(Qt.TextFormat.PlainText)
    text.setWordWrap(True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
    return text


def _shape_text(shape: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, shape))})"


def _file_text(header: IdxHeader) -> str:
    return {
        ("train", "pictures"): QCoreApplication.translate("DataTables", "training pictures"),
        ("train", "labels"): QCoreApplication.translate("DataTables", "training labels"),
        ("test", "pictures"): QCoreApplication.translate("DataTables", "test pictures"),
        ("test", "labels"): QCoreApplication.translate("DataTables", "test labels"),
    }[header.part, header.holds]
