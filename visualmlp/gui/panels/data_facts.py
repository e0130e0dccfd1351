"""What the present run's data are: numbers, classes, scaling, origin."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from visualmlp.data import PreparedData
from visualmlp.gui.panels.class_bars import ClassBars
from visualmlp.gui.panels.notes import Caution, Note
from visualmlp.gui.panels.shapes import known_data
from visualmlp.gui.session import Session
from visualmlp.gui.widgets.labels import small_font
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.training.setup import Setup

PREVIEW_HEIGHT = 96
PREVIEWED = 10
"""Classes with a picture in the preview."""


class DataFacts(QWidget):
    """Facts of the data in use; says so when the form describes others."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.setObjectName("data.facts")
        self._rows_shown: list[int] = []
        self._empty = Note()
        self._empty.setText(self.tr("No data are loaded yet."))
        self._stale = Caution()
        self._stale.setObjectName("data.facts.stale")
        self._preview = Mosaic()
        self._preview.setObjectName("data.preview")
        self._preview.setFixedHeight(PREVIEW_HEIGHT)
        self._preview.setAccessibleName(self.tr("A training sample of each class"))
        self._preview.tile_picked.connect(self._pick)
        self._bars = ClassBars()
        self._bars.setObjectName("data.classes.counts")
        self._texts: dict[str, QLabel] = {}
        self._notes = Caution()
        self._lay_out()
        session.run_started.connect(self._show_run)
        session.experiment_changed.connect(self._compare)
        self._show_run(session.setup)

    def _lay_out(self) -> None:
        self._table = self._new_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        widgets = (self._empty, self._stale, self._preview, self._bars, self._table, self._notes)
        for widget in widgets:
            column.addWidget(widget)

    def _new_table(self) -> QWidget:
        table = QWidget()
        grid = QGridLayout(table)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        for row, (name, title) in enumerate(self._titles().items()):
            text = self._texts[name] = Note()
            text.setObjectName(f"data.facts.{name}")
            text.setAccessibleName(title)
            label = QLabel(title)
            label.setFont(small_font(label.font()))
            grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, row, 1)
        return table

    def _titles(self) -> dict[str, str]:
        return {
            "title": self.tr("Data"),
            "train": self.tr("Training"),
            "validation": self.tr("Validation"),
            "test": self.tr("Test"),
            "inputs": self.tr("Inputs"),
            "scaling": self.tr("Scaling"),
            "source": self.tr("Source"),
            "licence": self.tr("Licence"),
        }

    def _show_run(self, setup: Setup | None) -> None:
        self._empty.setVisible(setup is None)
        self._table.setVisible(setup is not None)
        if setup is None:
            self._preview.hide()
            self._bars.hide()
            return
        data = setup.data
        for name, text in self._values(data).items():
            self._texts[name].setText(text)
        self._bars.set_counts(data.class_counts(data.train))
        self._notes.say(" ".join(data.notes))
        self._show_preview(data)
        self._compare()

    def _values(self, data: PreparedData) -> dict[str, str]:
        dataset, shape = data.dataset, data.dataset.image_shape
        pictures = self.tr(" ({}×{} pictures)").format(*shape) if shape else ""
        samples = self.tr("{:,} samples")
        parts = {part.name: samples.format(len(part)) for part in data.parts}
        return parts | {
            "title": dataset.title,
            "inputs": f"{data.n_inputs:,}{pictures}",
            "scaling": data.scaling.describe(),
            "source": dataset.source,
            "licence": dataset.licence,
        }

    def _show_preview(self, data: PreparedData) -> None:
        shape, labels = data.dataset.image_shape, data.train.labels
        self._preview.setVisible(shape is not None and labels is not None)
        if shape is None or labels is None:
            return
        _, first = np.unique(labels, return_index=True)
        self._rows_shown = first[:PREVIEWED].tolist()
        pictures = data.dataset.x[data.train.index[self._rows_shown]].reshape(-1, *shape)
        low, high = data.dataset.value_range
        names = [data.class_names[labels[row]] for row in self._rows_shown]
        self._preview.set_tiles(pictures, low=low, high=high, lut="grey", names=names)

    def _pick(self, tile: int) -> None:
        self._session.pick_sample(self._rows_shown[tile], "train")

    def _compare(self) -> None:
        session = self._session
        if session.setup is None or known_data(session, session.experiment):
            self._stale.say("")
        else:
            self._stale.say(self.tr("Data of the present run, not of the settings above."))
