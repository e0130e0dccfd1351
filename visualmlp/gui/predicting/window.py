"""Let the network at the cursor predict new samples: choose files, see and save the answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QMimeData, QModelIndex, QSize, Qt
from PyQt6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PyQt6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from visualmlp.gui.file_dialogs import ask_folder, ask_open_several, ask_save
from visualmlp.gui.panels.notes import Caution, Note
from visualmlp.gui.predicting.detail import WIDEST, SampleDetail
from visualmlp.gui.predicting.model import PredictionsModel
from visualmlp.gui.predicting.predictions import Predictions, Wanted, predict
from visualmlp.gui.session import Session
from visualmlp.gui.views.long_work import LongWork
from visualmlp.gui.widgets.labels import counted
from visualmlp.training.setup import source_settings

SHOWN_NOTES = 6
MOST_CLASSES = 100
"""Classes that can be filtered by."""

_WIDEST_COLUMN = 240


class PredictWindow(QDialog):
    """A window of its own; it does not hold the rest up.

    Parameters
    ----------
    session
        Whose network predicts: that of the step where the cursor is.
    parent
        The window that it belongs to.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._paths: Sequence[Path] = ()
        self.setObjectName("predict")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setModal(False)
        self.setAcceptDrops(True)
        self.setWindowTitle(self.tr("Predict new samples"))
        self.work = LongWork(session, self)
        self.work.done.connect(self._take)
        self.work.failed.connect(self._fail)
        self.work.ended.connect(self._show_state)
        self.model = PredictionsModel(self)
        self._head, self._notes, self._caution = QLabel(), Note(), Caution()
        self._head.setObjectName("predict.head")
        self._head.setTextFormat(Qt.TextFormat.PlainText)
        self._head.setWordWrap(True)
        self._notes.setObjectName("predict.notes")
        self._caution.setObjectName("predict.caution")
        self._filter = self._make_filter()
        self._invert = self._make_invert()
        self.table = self._make_table()
        self.detail = SampleDetail()
        self._buttons = self._make_buttons()
        self._arrange()
        self.resize(self.sizeHint())
        session.frame_changed.connect(self._show_state)
        session.run_started.connect(self._show_state)
        self._show_state()

    # The user

    def predict_files(self, paths: Sequence[Path]) -> None:
        """Predict the samples in files and folders with the network at the cursor."""
        setup, frame = self._session.setup, self._session.frame
        if not paths or setup is None or frame is None:
            return
        self._paths = tuple(paths)
        self._caution.say("")
        settings = source_settings(setup.experiment.data)
        if setup.data.dataset.image_shape is not None:
            settings = replace(settings, invert=self._invert.isChecked())
        wanted = Wanted(self._paths, setup, frame, settings)
        self.work.start(self.tr("Predicting"), partial(predict, wanted))
        self._show_state()

    def _again(self) -> None:
        self.predict_files(self._paths)

    def _ask_files(self) -> None:
        kinds = "*.csv *.tsv *.txt *.gz *.parquet *.xlsx *.png *.jpg *.jpeg *.bmp *.gif *.npy "
        kinds += "*.npz *.mat *.pkl *idx* *ubyte*"
        filters = self.tr("Tables, pictures and arrays ({});;All files (*)").format(kinds)
        self.predict_files(ask_open_several(self, self.tr("New samples"), filters))

    def _ask_folder(self) -> None:
        if path := ask_folder(self, self.tr("A folder of new pictures")):
            self.predict_files([path])

    def _save(self) -> None:
        predictions = self.model.predictions
        if predictions and (path := ask_save(self, self.tr("Save predictions"), "results.csv")):
            self._caution.say("")
            self.work.start(self.tr("Saving"), partial(predictions.write, path))

    def _choose_rows(self) -> None:
        predictions, chosen = self.model.predictions, self._filter.currentData()
        if predictions is None:
            return
        rows = np.arange(len(predictions))
        if chosen == "problems":
            rows = np.flatnonzero(predictions.problems)
        elif chosen is not None:
            rows = np.flatnonzero(predictions.labels == chosen)
        self.model.show_rows(rows)
        self._show_first()

    def _show_sample(self, index: QModelIndex, _before: QModelIndex | None = None) -> None:
        if index.isValid() and self.model.predictions:
            row = self.model.sample(index.row())
            self.detail.show_row(row, self.model.predictions.predictor)
        else:
            self.detail.clear()

    # What is told

    def _take(self, result: Predictions | Path) -> None:
        if isinstance(result, Path):
            self._notes.setText(self.tr("Saved {}").format(result))
            return
        self.model.set_predictions(result)
        self._offer_filters(result)
        self._notes.setText(self._notes_text(result))
        self._fit_columns(result)
        self._show_first()

    def _fail(self, text: str) -> None:
        self._caution.say(text)
        self._caution.setAccessibleName(text)

    def _show_state(self) -> None:
        """Say which network predicts, and what can be done now."""
        setup, frame = self._session.setup, self._session.frame
        predictions, ready = self.model.predictions, setup is not None and frame is not None
        is_picture = setup is not None and setup.data.dataset.image_shape is not None
        self._invert.setVisible(is_picture)
        for name in ("files", "folder"):
            self._buttons[name].setEnabled(ready and not self.work.is_busy)
        self._buttons["folder"].setVisible(is_picture)
        self._buttons["again"].setEnabled(ready and bool(self._paths) and not self.work.is_busy)
        step = f"{frame.step:,}" if frame else "–"
        again = self.tr("Predict &again at step {}").format(step)
        self._buttons["again"].setText(again)
        self._buttons["again"].setAccessibleName(again.replace("&", ""))
        self._buttons["save"].setEnabled(predictions is not None and not self.work.is_busy)
        self._filter.setEnabled(predictions is not None)
        self._head.setText(self._head_text(step))

    def _head_text(self, step: str) -> str:
        predictions = self.model.predictions
        if self._session.setup is None:
            return self.tr("There is no run yet: open an experiment or data first.")
        if predictions is None:
            text = self.tr(
                "Choose files with new samples, or drop them here: tables with the columns of the "
                "training's, pictures, arrays. The network of step {}, where the cursor is, "
                "predicts them."
            )
            return text.format(step)
        names = [path.name for path in predictions.paths]
        files = ", ".join(names[:3]) + (", …" if len(names) > 3 else "")
        text = self.tr("{samples} of {files}, predicted by “{run}” at step {step} of {head}")
        told = text.format(
            samples=counted(len(predictions), self.tr("1 sample"), self.tr("{} samples")),
            files=files,
            run=predictions.title,
            step=f"{predictions.predictor.step:,}",
            head=f"{predictions.head:,}",
        )
        count = int(predictions.problems.sum())
        return told + (self.tr(" · {} without a prediction").format(f"{count:,}") if count else "")

    def _notes_text(self, predictions: Predictions) -> str:
        notes = list(predictions.notes)
        shown = notes[:SHOWN_NOTES]
        if len(notes) > SHOWN_NOTES:
            shown.append(self.tr("… and {} more notes").format(len(notes) - SHOWN_NOTES))
        self._notes.setToolTip("\n".join(notes))
        return "\n".join(shown)

    def _offer_filters(self, predictions: Predictions) -> None:
        self._filter.clear()
        text = self.tr("All samples ({})")
        self._filter.addItem(text.format(f"{len(predictions):,}"), None)
        if count := int(predictions.problems.sum()):
            self._filter.addItem(self.tr("Problems ({})").format(f"{count:,}"), "problems")
        names = predictions.predictor.recipe.class_names
        counts = np.bincount(predictions.labels[predictions.labels >= 0], minlength=len(names))
        for label, name in enumerate(names[:MOST_CLASSES]):
            if counts[label]:
                text = self.tr("Predicted {} ({})").format(name, f"{counts[label]:,}")
                self._filter.addItem(text, label)

    def _show_first(self) -> None:
        if self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(0, 0))
        else:
            self.detail.clear()
        self._show_state()

    def _fit_columns(self, predictions: Predictions) -> None:
        """As wide as the first rows need; columns without contents are hidden."""
        self.table.setColumnHidden(0, len(predictions.paths) < 2)
        self.table.setColumnHidden(self.model.problem_column, not predictions.problems.any())
        header = self.table.horizontalHeader()
        assert header is not None
        header.setResizeContentsPrecision(50)
        for column in range(min(self.model.columnCount(), 50)):
            self.table.resizeColumnToContents(column)
            self.table.setColumnWidth(column, min(self.table.columnWidth(column), _WIDEST_COLUMN))

    # Building

    def _make_filter(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("predict.filter")
        chooser.setAccessibleName(self.tr("Samples that are listed"))
        chooser.setToolTip(self.tr("List all samples, those with a problem, or those of a class"))
        chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        chooser.activated.connect(self._choose_rows)
        return chooser

    def _make_invert(self) -> QCheckBox:
        box = QCheckBox(self.tr("Invert (ink on white paper)"))
        box.setObjectName("predict.invert")
        box.setToolTip(
            self.tr(
                "Count dark pixels as high: for dark ink, where training had light ink on black"
            )
        )
        box.setAccessibleDescription(box.toolTip())
        setup = self._session.setup
        box.setChecked(setup is not None and setup.experiment.data.invert)
        box.clicked.connect(self._again)
        return box

    def _make_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("predict.table")
        table.setAccessibleName(self.tr("Predictions"))
        table.setToolTip(self.tr("Choose a row to see the sample"))
        table.setModel(self.model)
        table.setAlternatingRowColors(True)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        across, down = table.horizontalHeader(), table.verticalHeader()
        selection = table.selectionModel()
        assert across is not None
        assert down is not None
        assert selection is not None
        across.setTextElideMode(Qt.TextElideMode.ElideRight)
        down.hide()
        down.setDefaultSectionSize(table.fontMetrics().height() + 6)
        selection.currentRowChanged.connect(self._show_sample)
        return table

    def _make_buttons(self) -> dict[str, QPushButton]:
        made = (
            _button(
                *("files", self.tr("&Files…"), self.tr("Choose tables, pictures or arrays")),
                self._ask_files,
            ),
            _button(
                *("folder", self.tr("F&older…"), self.tr("Choose a folder of pictures")),
                self._ask_folder,
            ),
            _button(
                "again",
                self.tr("Predict &again"),
                self.tr("Read the same files and let the network at the cursor predict them"),
                self._again,
            ),
            _button(
                "save",
                self.tr("&Save CSV…"),
                self.tr("Save all predictions, as the command visualmlp predict writes them"),
                self._save,
            ),
            _button("close", self.tr("Close"), self.tr("Close this window"), self.close),
        )
        return {button.objectName().removeprefix("predict."): button for button in made}

    def _arrange(self) -> None:
        above = QHBoxLayout()
        for widget in (self._buttons["files"], self._buttons["folder"], self._invert):
            above.addWidget(widget)
        above.addStretch(1)
        above.addWidget(self._filter)
        self._sides = QSplitter(Qt.Orientation.Horizontal)
        self._sides.addWidget(self.table)
        self._sides.addWidget(self.detail)
        self._sides.setSizes([2 * WIDEST, WIDEST])
        self._sides.setChildrenCollapsible(False)
        below = QHBoxLayout()
        below.addWidget(self._buttons["again"])
        below.addStretch(1)
        below.addWidget(self._buttons["save"])
        below.addWidget(self._buttons["close"])
        column = QVBoxLayout(self)
        column.addLayout(above)
        column.addWidget(self._head)
        column.addWidget(self._caution)
        column.addWidget(self._notes)
        column.addWidget(self._sides, 1)
        column.addWidget(self.work.line)
        column.addLayout(below)

    # Qt

    def sizeHint(self) -> QSize:
        return QSize(940, 560)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event and _paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent | None) -> None:
        if event and (paths := _paths(event.mimeData())):
            event.acceptProposedAction()
            self.predict_files(paths)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        self.work.cancel()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        self.work.cancel()
        super().done(result)


def _paths(data: QMimeData | None) -> list[Path]:
    """Files and folders that are dragged."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()] if data else []


def _button(name: str, text: str, tip: str, slot: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(f"predict.{name}")
    button.setAccessibleName(text.replace("&", ""))
    button.setToolTip(tip)
    button.setAutoDefault(False)
    button.clicked.connect(lambda: slot())
    return button
