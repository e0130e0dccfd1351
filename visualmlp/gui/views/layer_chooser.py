"""The choice of a layer, and what layers and units are called on the screen."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QWidget

from visualmlp.gui.picks import Picks
from visualmlp.gui.widgets.elided_combo import ElidedCombo
from visualmlp.training.setup import Setup


class LayerChooser(ElidedCombo):
    """Lists the layers of a network.

    Signals
    -------
    layer_chosen
        The layer (0 is the first) that the user chose.
    """

    layer_chosen = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._unit: tuple[int, int] | None = None
        self.setObjectName("layer")
        self.setAccessibleName(self.tr("Layer"))
        self.setToolTip(self.tr("Layer: number · inputs → units · activation function"))
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(self.layer_chosen)

    def set_setup(self, setup: Setup) -> None:
        """Offer the layers of a network; the choice stays where it can, at first layer 1."""
        chosen = max(self.currentIndex(), 0)
        self.clear()
        self.addItems([layer_text(setup, layer) for layer in range(len(setup.layers))])
        self.setCurrentIndex(chosen if chosen < self.count() else 0)

    @property
    def layer(self) -> int:
        """The chosen layer; 0 is the first."""
        return max(self.currentIndex(), 0)

    def follow(self, picks: Picks) -> None:
        """Choose the layer of a unit that was picked just now, without a signal."""
        if picks.unit != self._unit and picks.unit is not None and picks.unit[0] < self.count():
            self.setCurrentIndex(picks.unit[0])
        self._unit = picks.unit


def layer_text(setup: Setup, layer: int) -> str:
    """Such as "1 · 784 → 128 · relu"."""
    n_in, n_out = layer_shape(setup, layer)
    return f"{layer + 1} · {n_in} → {n_out} · {setup.layers[layer].activation}"


def layer_shape(setup: Setup, layer: int) -> tuple[int, int]:
    """Numbers of inputs and units of a layer."""
    n_in = setup.layers[layer - 1].units if layer else setup.data.n_inputs
    return n_in, setup.layers[layer].units


def is_class_layer(setup: Setup, layer: int) -> bool:
    """Whether each unit of the layer stands for a class."""
    return setup.data.task == "classification" and layer == len(setup.layers) - 1


def unit_labels(setup: Setup, layer: int) -> tuple[str, ...]:
    """Short names of a layer's units: classes at the output of a classification, else numbers."""
    if is_class_layer(setup, layer):
        return setup.data.class_names
    return tuple(map(str, range(setup.layers[layer].units)))


def unit_name(setup: Setup, layer: int, unit: int) -> str:
    """A unit in full: "unit 3 of layer 1", or "output “7”"."""
    if is_class_layer(setup, layer):
        text = QCoreApplication.translate("Layer", "output “{}”")
        return text.format(setup.data.class_names[unit])
    text = QCoreApplication.translate("Layer", "unit {unit} of layer {layer}")
    return text.format(unit=unit, layer=layer + 1)


def unit_names(setup: Setup, layer: int) -> list[str]:
    """All units of a layer in full."""
    return [unit_name(setup, layer, unit) for unit in range(setup.layers[layer].units)]


def units_title(setup: Setup, layer: int) -> str:
    """What stands before the short names of a layer's units: "output" or "layer 1, unit"."""
    if is_class_layer(setup, layer):
        return QCoreApplication.translate("Layer", "output")
    return QCoreApplication.translate("Layer", "layer {}, unit").format(layer + 1)
