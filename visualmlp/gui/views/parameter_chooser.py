"""The choice of one weight or bias of a network."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, QObject, pyqtSignal
from PyQt6.QtWidgets import QPushButton, QSpinBox, QWidget

from visualmlp.gui.picks import Picks, Weight
from visualmlp.gui.views.fitted_lines import is_line
from visualmlp.gui.views.layer_chooser import LayerChooser, layer_shape
from visualmlp.training.setup import Setup

BIAS = -1
"""In the field for the input: the bias instead of a weight."""


class ParameterChooser(QObject):
    """Layer, input and unit, and a button that takes the weight picked elsewhere.

    Its fields are put into the owner's layout one by one, so that they wrap with the others.

    Parameters
    ----------
    name
        Stands before the names of the fields.
    title
        What is chosen, for a screen reader: "first parameter".
    axis
        Where it is shown, if it is along an axis: "x".

    Attributes
    ----------
    fields
        In the order of the keyboard.

    Signals
    -------
    chosen
        The user chose another one.
    """

    chosen = pyqtSignal()

    def __init__(self, name: str, title: str, parent: QObject, axis: str = "") -> None:
        super().__init__(parent)
        self._setup: Setup | None = None
        self._picked: Weight | None = None
        self._layer = LayerChooser()
        self._layer.layer_chosen.connect(self._choose_layer)
        start = self.tr("{}: from ").format(axis) if axis else self.tr("from ")
        self._source = self._box(start, self.tr("Input of the layer, or the bias"))
        self._unit = self._box(self.tr("to unit "), self.tr("Unit of the layer, from 0"))
        self._take = QPushButton(self.tr("Picked"))
        self._take.setToolTip(self.tr("Take the weight that is picked in another view"))
        self._take.clicked.connect(self._take_picked)
        self.fields: tuple[QWidget, ...] = (self._layer, self._source, self._unit, self._take)
        for field, end in zip(self.fields, ("layer", "source", "unit", "take"), strict=True):
            field.setObjectName(f"{name}.{end}")
            field.setAccessibleName(f"{title}: {field.toolTip()}")

    def set_visible(self, on: bool) -> None:
        """Show or hide the fields."""
        for field in self.fields:
            field.setVisible(on)

    def set_setup(self, setup: Setup, weight: Weight) -> None:
        """Offer the parameters of a network, and choose one."""
        self._setup = setup
        self._layer.set_setup(setup)
        self.choose(weight)
        self.follow(Picks())

    @property
    def weight(self) -> Weight:
        """What is chosen."""
        source = self._source.value()
        row = None if source == BIAS else source
        return Weight(self._layer.layer, row, self._unit.value())

    def choose(self, weight: Weight) -> None:
        """Show a parameter as chosen, without a signal."""
        self._layer.setCurrentIndex(weight.layer)
        self._offer()
        row = BIAS if weight.row is None else weight.row
        for box, value in ((self._source, row), (self._unit, weight.unit)):
            _set_quietly(box, value)

    def follow(self, picks: Picks) -> None:
        """Offer the picked weight."""
        self._picked = picks.weight
        self._take.setEnabled(self._picked is not None and self._picked != self.weight)

    def _take_picked(self) -> None:
        if self._picked is not None:
            self.choose(self._picked)
            self.chosen.emit()

    def _choose_layer(self) -> None:
        self._offer()
        self.chosen.emit()

    def _offer(self) -> None:
        setup, layer = self._setup, self._layer.layer
        assert setup is not None
        n_in, n_out = layer_shape(setup, layer)
        has_bias = setup.layers[layer].bias
        self._source.setSpecialValueText(self.tr("bias") if has_bias else "")
        for box, low, high in (
            (self._source, BIAS if has_bias else 0, n_in - 1),
            (self._unit, 0, n_out - 1),
        ):
            box.blockSignals(True)
            box.setRange(low, high)
            box.blockSignals(False)

    def _box(self, prefix: str, tip: str) -> QSpinBox:
        box = QSpinBox()
        box.setMinimumHeight(self._layer.sizeHint().height())
        box.setPrefix(prefix)
        box.setToolTip(tip)
        box.setKeyboardTracking(False)
        box.setWrapping(True)
        box.valueChanged.connect(lambda: self.chosen.emit())
        return box


def first_parameters(setup: Setup) -> tuple[Weight, Weight]:
    """Two to begin with: the last layer's first weight, and its unit's next or bias, or another.

    Weights of the first layer would often do nothing: those from the corners of pictures.
    """
    last = len(setup.layers) - 1
    n_in, n_out = layer_shape(setup, last)
    first = Weight(last, 0, 0)
    if n_in > 1:
        return first, Weight(last, 1, 0)
    if setup.layers[last].bias:
        return first, Weight(last, None, 0)
    return first, Weight(last, 0, 1) if n_out > 1 else Weight(last - 1, 0, 0)


def weight_name(setup: Setup, weight: Weight) -> str:
    """Such as "weight 3 → 5, layer 1"; a line has its slope m and its intercept b."""
    if is_line(setup):
        return "m" if weight.row is not None else "b"
    if weight.row is None:
        text = QCoreApplication.translate("ParameterChooser", "bias of unit {unit}, layer {layer}")
    else:
        text = QCoreApplication.translate(
            "ParameterChooser", "weight {row} → {unit}, layer {layer}"
        )
    return text.format(row=weight.row, unit=weight.unit, layer=weight.layer + 1)


def _set_quietly(box: QSpinBox, value: int) -> None:
    box.blockSignals(True)
    box.setValue(value)
    box.blockSignals(False)
