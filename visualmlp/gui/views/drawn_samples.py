"""The samples that the user has drawn: keep another, pick one, delete one."""

from __future__ import annotations

from itertools import pairwise

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QPushButton, QVBoxLayout, QWidget

from visualmlp.data import Part, PreparedData
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.gallery import Gallery

_STRIP_HEIGHT = 118


class DrawnSamples(QWidget):
    """What can be done with the drawing, and the kept ones below.

    Attributes
    ----------
    has_ink
        Whether there is a drawing to keep.

    Signals
    -------
    kept
        The drawing is to be kept under a class of this name.
    inspected
        The drawing is to be looked at as it is, without a label.
    picked, deleted
        The row of the kept sample that was clicked, or is to be deleted.
    """

    kept = pyqtSignal(str)
    inspected = pyqtSignal()
    picked = pyqtSignal(int)
    deleted = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self.has_ink = False
        self._label = QComboBox()
        self._label.setObjectName("label")
        self._label.setAccessibleName(self.tr("Label of the drawing"))
        self._label.setToolTip(self.tr("What the drawing is; needed to keep it as a sample"))
        self._label.setPlaceholderText(self.tr("label…"))
        self._label.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._label.currentIndexChanged.connect(self._enable)
        self._keep = QPushButton(self.tr("Save as sample"))
        self._keep.setObjectName("keep")
        self._keep.clicked.connect(lambda: self.kept.emit(self._label.currentText()))
        self._inspect = QPushButton(self.tr("To Inspector"))
        self._inspect.setObjectName("inspect")
        self._inspect.clicked.connect(self.inspected)
        self._delete = QPushButton(self.tr("Delete"))
        self._delete.setObjectName("delete")
        self._delete.setToolTip(self.tr("Delete the picked one of the samples drawn by you"))
        self._delete.clicked.connect(self._ask_to_delete)
        self._strip = Gallery()
        self._strip.setObjectName("kept")
        self._strip.setAccessibleName(self.tr("Samples drawn by you"))
        self._strip.setFixedHeight(_STRIP_HEIGHT)
        self._strip.picture_picked.connect(self.picked)
        self._arrange()

    def set_classes(self, names: tuple[str, ...]) -> None:
        """Offer the classes of a run's data as labels."""
        if names != tuple(self._label.itemText(i) for i in range(self._label.count())):
            self._label.clear()
            self._label.addItems(names)
            self._label.setCurrentIndex(-1)
        for widget in (self._label, self._keep):
            widget.setVisible(bool(names))
        self._enable()

    def set_ink(self, has_ink: bool) -> None:
        """Whether there is a drawing."""
        self.has_ink = has_ink
        self._enable()

    def forget_label(self) -> None:
        """Ask for the label of the next drawing anew."""
        self._label.setCurrentIndex(-1)

    def show_samples(self, data: PreparedData, part: Part | None, current: int | None) -> None:
        """Show the kept samples of a part and highlight one."""
        shape = data.dataset.image_shape
        for widget in (self._strip, self._delete):
            widget.setVisible(part is not None)
        self._delete.setEnabled(current is not None)
        if part is None or shape is None or part.labels is None:
            return
        low, high = data.dataset.value_range
        labels = [data.class_names[label] for label in part.labels.tolist()]
        self._strip.set_title(self.tr("Drawn by you: {}").format(f"{len(part):,}"))
        pictures = data.raw(part).reshape(-1, *shape)
        self._strip.set_pictures(pictures, labels, range(len(part)), low=low, high=high)
        self._strip.set_current(current)

    def _enable(self) -> None:
        labelled = self._label.currentIndex() >= 0
        self._keep.setEnabled(self.has_ink and labelled)
        self._inspect.setEnabled(self.has_ink)
        nothing = self.tr("Draw something first")
        look = self.tr(
            "Show the drawing as it is now, without a label and without keeping it, in the "
            "Inspector and all other views of the picked sample"
        )
        self._inspect.setToolTip(look if self.has_ink else nothing)
        if not self.has_ink:
            tip = nothing
        elif not labelled:
            tip = self.tr("Choose the label first")
        else:
            tip = self.tr("Keep the drawing as a sample of your own; it is never trained on")
        self._keep.setToolTip(tip)

    def _ask_to_delete(self) -> None:
        if self._strip.current is not None:
            self.deleted.emit(self._strip.current)

    def _arrange(self) -> None:
        row = Flow()
        chain = (self._inspect, self._label, self._keep, self._delete)
        for widget in chain:
            row.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(row)
        layout.addWidget(self._strip)
        for before, after in pairwise((*chain, self._strip)):
            QWidget.setTabOrder(before, after)
