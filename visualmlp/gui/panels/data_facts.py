"""What the present run's data are: numbers, classes, scaling, origin."""

from __future__ import annotations

from functools import partial

import numpy as np
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from visualmlp.analysis.preparation import column_facts
from visualmlp.data import PreparedData
from visualmlp.data.columns import MISSING_CATEGORY
from visualmlp.gui.data_checking import DataChecking
from visualmlp.gui.panels.class_bars import ClassBars
from visualmlp.gui.panels.notes import Caution, Note
from visualmlp.gui.panels.shapes import known_data
from visualmlp.gui.said import said_text, translated
from visualmlp.gui.session import Session
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.labels import number_text, small_font
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.training.setup import Setup

PREVIEW_HEIGHT = 96
PREVIEWED = 10
"""Classes with a picture in the preview."""
MOST_COLUMNS = 6
"""Columns whose missing values are told of."""


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
        self._found = Caution()
        self._found.setObjectName("data.facts.checks")
        self._checking = DataChecking.of(session)
        self._checking.changed.connect(self._show_findings)
        self._lay_out()
        session.run_started.connect(self._show_run)
        session.experiment_changed.connect(self._compare)
        self._show_run(session.setup)

    def _lay_out(self) -> None:
        self._table = self._new_table()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._links = self._new_links()
        shown = (self._empty, self._stale, self._preview, self._bars, self._table)
        for widget in (*shown, self._notes, self._found, self._links):
            column.addWidget(widget)

    def _new_links(self) -> QWidget:
        """Buttons that show all of it."""
        links = QWidget()
        row = Flow(links)
        texts = {
            "preprocessing": (
                self.tr("Every step"),
                self.tr("How rows become inputs, with the numbers of every step"),
            ),
            "explore": (
                self.tr("Explore"),
                self.tr("Means, histograms and correlations of the data"),
            ),
            "data_checks": (
                self.tr("Checks"),
                self.tr("What may be wrong with the data, with evidence and advice"),
            ),
        }
        for view, (text, tip) in texts.items():
            button = QPushButton(text)
            button.setObjectName(f"data.facts.{view}")
            button.setAccessibleName(tip)
            button.setToolTip(tip)
            button.clicked.connect(partial(self._session.view_wanted.emit, view))
            row.addWidget(button)
        return links

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
            "missing": self.tr("Missing"),
            "scaling": self.tr("Scaling"),
            "source": self.tr("Source"),
            "licence": self.tr("Licence"),
        }

    def _show_run(self, setup: Setup | None) -> None:
        self._empty.setVisible(setup is None)
        self._table.setVisible(setup is not None)
        self._links.setVisible(setup is not None)
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
        self._show_findings()
        self._compare()

    def _values(self, data: PreparedData) -> dict[str, str]:
        dataset, shape = data.dataset, data.dataset.image_shape
        pictures = self.tr(" ({}×{} pictures)").format(*shape) if shape else ""
        samples = self.tr("{:,} samples")
        parts = {part.name: samples.format(len(part)) for part in data.parts}
        if dataset.columns:
            pictures = self.tr(" (from {:,} columns)").format(len(dataset.columns))
        return parts | {
            "title": dataset.title,
            "inputs": f"{data.n_inputs:,}{pictures}",
            "missing": self._missing(data),
            "scaling": data.scaling.describe(),
            "source": dataset.source,
            "licence": dataset.licence,
        }

    def _missing(self, data: PreparedData) -> str:
        """What stands in for the missing values of each column."""
        facts = [f for f in column_facts(data, counted=False) if f.stands_in is not None]
        texts = []
        for fact in facts[:MOST_COLUMNS]:
            value = fact.stands_in
            text = number_text(value, ".6g") if isinstance(value, float) else str(value)
            if fact.column.kind == "category" and fact.column.missing == "category":
                text = MISSING_CATEGORY
            texts.append(f"{fact.column.name}: {fact.column.n_missing:,} → {text}")
        if len(facts) > MOST_COLUMNS:
            texts.append(self.tr("and {:,} more columns").format(len(facts) - MOST_COLUMNS))
        return "; ".join(texts) or self.tr("none")

    def _show_findings(self) -> None:
        """What the checks found, a title and a figure each."""
        report = self._checking.report
        doubtful = report.doubtful if report else []
        texts = [
            f"{translated(check.title)} ({said_text(finding.figure)})"
            for check, finding in doubtful
            if finding is not None
        ]
        self._found.say("; ".join(texts))

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
