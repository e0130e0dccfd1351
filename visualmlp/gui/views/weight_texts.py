"""What the view of weights says about what it shows."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from visualmlp.gui.views.layer_chooser import unit_name
from visualmlp.gui.views.shown_weights import (
    CHANGE,
    GRADIENT,
    SLOT,
    WEIGHTS,
    LayerWeights,
    Magnitudes,
    is_never_negative,
)
from visualmlp.gui.widgets.labels import count_text, counted, number_text
from visualmlp.training.setup import Setup


def heading(setup: Setup, result: LayerWeights, layer: int) -> str:
    """What is shown of a layer: "Weights of layer 1"."""
    quantity = result.wanted.quantity
    texts = {
        WEIGHTS: _tr("Weights of layer {}"),
        CHANGE: _tr("Change of layer {}"),
        GRADIENT: _tr("Gradient of layer {}"),
    }
    if quantity in texts:
        return texts[quantity].format(layer + 1)
    optimizer = setup.experiment.optimizer.name
    text = _tr("{slot} of {optimizer}, layer {layer}")
    return text.format(slot=quantity.removeprefix(SLOT), optimizer=optimizer, layer=layer + 1)


def summary(setup: Setup, result: LayerWeights, step: int) -> str:
    """Figures of the layer, what they are of, how units are ordered, and the colours' limits.

    Parameters
    ----------
    step
        The cursor's.
    """
    n_in, n_out = result.weights.shape
    text = _tr("{n_in} × {n_out} weights W: {range}, mean |w| {mean}")
    if result.wanted.quantity != WEIGHTS:
        text = _tr("for {n_in} × {n_out} weights: {range}, mean magnitude {mean}")
    of_weights, of_biases = result.magnitudes
    text = text.format(n_in=n_in, n_out=n_out, **_figures(of_weights))
    if of_biases is not None:
        biases = counted(n_out, _tr("1 bias"), _tr("{} biases"))
        text += _tr(" · {biases} b: {range}").format(biases=biases, **_figures(of_biases))
    parts = [_origin(setup, result, step), text, _order(setup, result)]
    limit = number_text(result.limit, ".3g")
    low = "0" if is_never_negative(setup, result.wanted.quantity) else f"−{limit}"
    parts.append(_tr("colours: {low} to {limit}").format(low=low, limit=limit))
    return " · ".join(part for part in parts if part)


def _origin(setup: Setup, result: LayerWeights, step: int) -> str:
    """Of which state it is; nothing for the cursor's weights."""
    quantity, at = result.wanted.quantity, count_text(result.step)
    if quantity == WEIGHTS:
        return ""
    if quantity == CHANGE:
        since = count_text(result.wanted.since)
        return _tr("step {at} minus step {since}").format(at=at, since=since)
    if quantity == GRADIENT:
        text = _tr("gradient of the loss in step {at} → {next}, {count} samples").format(
            at=at, next=count_text(result.step + 1), count=count_text(result.n_samples)
        )
    else:
        text = _tr("{slot} of {optimizer} after {at} steps").format(
            slot=quantity.removeprefix(SLOT), optimizer=setup.experiment.optimizer.name, at=at
        )
    if result.step != step:
        text += _tr(", the newest kept state: pause for the present one")
    return text


def _order(setup: Setup, result: LayerWeights) -> str:
    wanted = result.wanted
    if wanted.order == "norm":
        return _tr("units by their norm")
    if wanted.order == "network":
        return ""
    if wanted.unit is None:
        return _tr("pick a unit of this layer to order by likeness")
    return _tr("units by their likeness to {}").format(unit_name(setup, wanted.layer, wanted.unit))


def _figures(found: Magnitudes) -> dict[str, str]:
    """Range and mean magnitude, as text."""
    low, high, mean = (number_text(value, ".3g") for value in found)
    both = _tr("{low} to {high}").format(low=low, high=high)
    return {"range": low if low == high else both, "mean": mean}


def _tr(text: str) -> str:
    return QCoreApplication.translate("WeightsView", text)
