"""What samples, inputs and units are called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QCoreApplication

from visualmlp.gui.maths.equation import SAMPLES, Axis, layer_of


@dataclass(frozen=True, slots=True, eq=False)
class Names:
    """Names of what the axes of arrays count.

    Attributes
    ----------
    rows
        The batch's samples: rows of the training part, (n_samples,).
    feature_names
        Of the inputs.
    unit
        Gives a unit's name for its layer (0 is the first) and number.
    array_names
        Weights of each layer, then biases.
    """

    rows: npt.NDArray[np.intp]
    feature_names: tuple[str, ...]
    unit: Callable[[int, int], str]
    array_names: tuple[str, ...] = ()

    def sample(self, position: int) -> str:
        """A sample of the batch, by its row in the training part."""
        return _tr("sample {}").format(f"{int(self.rows[position]):,}")

    def of(self, axis: Axis, index: int) -> str:
        """An element of an axis; empty where the axis counts nothing."""
        if axis == SAMPLES:
            return self.sample(index)
        layer = layer_of(axis)
        if layer is None:
            return ""
        if layer == 0:
            return _tr("input {}").format(self.feature_names[index])
        return self.unit(layer - 1, index)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Maths", text)
