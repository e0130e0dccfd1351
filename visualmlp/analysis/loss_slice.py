"""The loss as a function of one weight, everything else fixed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from visualmlp.engine import ACTIVATIONS, Array, Network, Parameters

N_POINTS = 61

_RELATIVE_STEP = 1e-5
"""Half the distance of the two losses of the numeric slope, by the weight's magnitude or 1."""


@dataclass(frozen=True, slots=True)
class Place:
    """A weight or a bias.

    Attributes
    ----------
    layer, unit
        The layer (0 is the first) and the unit that it belongs to.
    source
        The input of the layer that the weight is for; None for the bias.
    """

    layer: int
    unit: int
    source: int | None


@dataclass(frozen=True, slots=True, eq=False)
class LossSlice:
    """Mean loss over values of one parameter.

    Attributes
    ----------
    place
        Which parameter.
    values, losses
        (61,) each, values ascending around the present one.
    present, loss
        Value of the parameter and loss now.
    slope
        dL/dw by backpropagation.
    numeric_slope
        The same by a central difference.
    """

    place: Place
    values: Array
    losses: Array
    present: float
    loss: float
    slope: float
    numeric_slope: float


class SlicedNetwork:
    """A float64 copy of a network, without dropout, with a batch that its losses are taken of.

    Parameters
    ----------
    network
        Only its structure is used.
    parameters
        The flat vector of its parameters.
    x, t
        Inputs (n, n_inputs) and targets (n, n_outputs), of any float dtype.
    """

    def __init__(self, network: Network, parameters: Array, x: Array, t: Array) -> None:
        layers = [replace(layer, dropout=0.0) for layer in network.layers]
        self._network = Network(network.n_inputs, layers, network.loss.name, "float64")
        np.copyto(self._network.parameters.flat, parameters)
        self._x, self._t = (np.ascontiguousarray(array, np.float64) for array in (x, t))
        with np.errstate(all="ignore"):
            self._network.loss_and_gradient(self._x, self._t)
        self._outputs = self._network.layer_outputs(self._x)

    def steepest(self, layer: int, unit: int) -> int:
        """The input of a layer whose weight to a unit has the largest gradient."""
        gradient = self._network.gradient.weights[layer][:, unit]
        return int(np.argmax(np.abs(np.nan_to_num(gradient))))

    def slice(self, place: Place, half_width: float) -> LossSlice:
        """The loss around the present value of a parameter, on both sides as far."""
        present = self._at(self._network.parameters, place)
        slope = self._at(self._network.gradient, place)
        near = _RELATIVE_STEP * max(1.0, abs(present))
        changes = np.linspace(-half_width, half_width, N_POINTS)
        above, below, loss = self._losses(place, np.array([near, -near, 0.0]))
        return LossSlice(
            place=place,
            values=present + changes,
            losses=self._losses(place, changes),
            present=present,
            loss=float(loss),
            slope=slope,
            numeric_slope=float(above - below) / (2 * near),
        )

    def loss_at(self, place: Place, value: float) -> float:
        """The loss with another value of a parameter."""
        present = self._at(self._network.parameters, place)
        return float(self._losses(place, np.array([value - present]))[0])

    def _losses(self, place: Place, changes: Array) -> Array:
        """Losses with a parameter changed: only one column of the layer's z is another then."""
        layer, unit = place.layer, place.unit
        below = self._outputs[layer - 1].a if layer else self._x
        change_of_z = below[:, place.source] if place.source is not None else 1.0
        z = self._outputs[layer].z.copy()
        activation = ACTIVATIONS[self._network.layers[layer].activation]
        above = self._above(layer)
        losses = np.empty(len(changes))
        with np.errstate(all="ignore"):
            for i, change in enumerate(changes.tolist()):
                z[:, unit] = self._outputs[layer].z[:, unit] + change * change_of_z
                a = activation.forward(z, np.empty_like(z))
                y = above.predict(a) if above is not None else a
                losses[i] = self._network.loss_value(y, self._t)
        return losses

    def _above(self, layer: int) -> Network | None:
        """The network of the layers above, which takes the layer's activations; None for none."""
        whole = self._network
        if layer + 1 == len(whole.layers):
            return None
        above = Network(
            whole.layers[layer].units, whole.layers[layer + 1 :], whole.loss.name, "float64"
        )
        for own, of_whole in (
            (above.parameters.weights, whole.parameters.weights),
            (above.parameters.biases, whole.parameters.biases),
        ):
            for target, source in zip(own, of_whole[layer + 1 :], strict=True):
                if target is not None and source is not None:
                    np.copyto(target, source)
        return above

    @staticmethod
    def _at(arrays: Parameters, place: Place) -> float:
        bias = arrays.biases[place.layer]
        if place.source is not None:
            return float(arrays.weights[place.layer][place.source, place.unit])
        if bias is None:
            raise ValueError(f"layer {place.layer + 1} has no bias")
        return float(bias[place.unit])
