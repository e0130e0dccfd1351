"""What the view Embedding is set to: PCA, or another method with its options."""

from __future__ import annotations

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QDoubleSpinBox, QPushButton, QSpinBox, QWidget

from visualmlp.analysis.embeddings import EMBEDDINGS, Embedding, Option
from visualmlp.gui.said import translated
from visualmlp.gui.views.embedded import MOST_SAMPLES, Placing

COUNTS = 500, 1_000, 2_000, 5_000, MOST_SAMPLES
FIRST_COUNT = 2_000


class MethodControls(QObject):
    """The method, how many samples it takes, a field for each of its options, and *Compute*.

    All but the method are hidden for PCA, which is always at hand.

    Parameters
    ----------
    parent
        The view.

    Signals
    -------
    method_chosen
        The user chose a method.
    option_changed
        An option or the number of samples is another one.
    compute_wanted
        The user pressed *Compute*.
    """

    method_chosen = pyqtSignal()
    option_changed = pyqtSignal()
    compute_wanted = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._method = combo(
            "method",
            self.tr("Method"),
            self.tr("PCA: the plane of the greatest variance, live. Others: neighbours, on demand"),
        )
        for name in ("PCA", *EMBEDDINGS):
            self._method.addItem(name, name)
        self._method.activated.connect(self._choose_method)
        self._count = combo(
            "samples", self.tr("Samples"), self.tr("How many samples are taken, evenly spaced")
        )
        for count in COUNTS:
            self._count.addItem(self.tr("≤ {} samples").format(f"{count:,}"), count)
        self._count.setCurrentIndex(COUNTS.index(FIRST_COUNT))
        self._count.activated.connect(lambda: self.option_changed.emit())
        self._fields = {
            method.name: {option.name: self._field(method, option) for option in method.options}
            for method in EMBEDDINGS.values()
        }
        self._touched: set[str] = set()
        self._compute = QPushButton(self.tr("Compute"))
        self._compute.setObjectName("compute")
        self._compute.setToolTip(self.tr("Compute the places for the state at the cursor"))
        self._compute.clicked.connect(lambda: self.compute_wanted.emit())
        self._show_fields()

    @property
    def widgets(self) -> list[QWidget]:
        """All of them, in their order."""
        fields = [field for of_one in self._fields.values() for field in of_one.values()]
        return [self._method, self._count, *fields, self._compute]

    @property
    def name(self) -> str:
        """Of the method chosen."""
        return str(self._method.currentData())

    @property
    def method(self) -> Embedding | None:
        """The method chosen; None for PCA."""
        return EMBEDDINGS.get(self.name)

    @property
    def count(self) -> int:
        """How many samples at most."""
        return int(self._count.currentData())

    @property
    def placing(self) -> Placing | None:
        """The method with its options; None for PCA."""
        if self.method is None:
            return None
        fields = self._fields[self.method.name]
        return Placing(self.method.name, {name: field.value() for name, field in fields.items()})

    def fit_neighbours(self, n_samples: int) -> None:
        """Begin with fewer neighbours where there are few samples, unless the user chose some."""
        for method in EMBEDDINGS.values():
            option = next(option for option in method.options if option.name == method.neighbours)
            field = self._fields[method.name][option.name]
            if field.objectName() not in self._touched:
                field.blockSignals(True)
                field.setValue(int(max(option.low, min(option.default, n_samples // 3))))
                field.blockSignals(False)

    def _touch(self, name: str) -> None:
        self._touched.add(name)
        self.option_changed.emit()

    def _choose_method(self) -> None:
        self._show_fields()
        self.method_chosen.emit()

    def _show_fields(self) -> None:
        chosen = self.method
        for name, fields in self._fields.items():
            for field in fields.values():
                field.setVisible(chosen is not None and chosen.name == name)
        for widget in (self._count, self._compute):
            widget.setVisible(chosen is not None)
        if chosen is not None:
            self._compute.setEnabled(chosen.is_available)

    def _field(self, method: Embedding, option: Option) -> QSpinBox | QDoubleSpinBox:
        field: QSpinBox | QDoubleSpinBox
        if option.decimals:
            field = QDoubleSpinBox()
            field.setDecimals(option.decimals)
            field.setSingleStep(0.05)
            field.setRange(option.low, option.high)
            field.setValue(option.default)
        else:
            field = QSpinBox()
            field.setRange(int(option.low), int(option.high))
            field.setValue(int(option.default))
        field.setMinimumHeight(self._method.sizeHint().height())
        field.setObjectName(f"{method.name}.{option.name}")
        field.setPrefix(f"{translated(option.label)} ")
        field.setAccessibleName(translated(option.label))
        field.setToolTip(translated(option.description))
        field.valueChanged.connect(lambda: self._touch(field.objectName()))
        return field


def combo(name: str, accessible: str, tip: str) -> QComboBox:
    """An empty list to choose from."""
    chooser = QComboBox()
    chooser.setObjectName(name)
    chooser.setAccessibleName(accessible)
    chooser.setToolTip(tip)
    chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return chooser
