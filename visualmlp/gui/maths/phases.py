"""The phases of a step, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from PyQt6.QtCore import QCoreApplication

from visualmlp.engine import StepTrace

Kind = Literal[
    "z",
    "a",
    "dropout",
    "loss",
    "grad_a",
    "grad_z",
    "grad_weights",
    "grad_bias",
    "penalty",
    "norm",
    "clip",
    "slot",
    "update",
]
Array = Literal["weights", "bias"]


@dataclass(frozen=True, slots=True)
class Phase:
    """One operation of a step.

    Attributes
    ----------
    kind
        Which operation.
    layer
        0 is the first; 0 too where the whole network is concerned.
    array
        Which parameters are concerned, where parameters are.
    slot
        What the optimizer remembers that is renewed, for "slot".
    """

    kind: Kind
    layer: int = 0
    array: Array = "weights"
    slot: str = ""


def phases_of(trace: StepTrace) -> tuple[Phase, ...]:
    """The phases of a step, forward, loss, backward, update."""
    return (*_forward(trace), Phase("loss"), *_backward(trace), *_together(trace))


def _forward(trace: StepTrace) -> Iterator[Phase]:
    for i, layer in enumerate(trace.layers):
        yield Phase("z", i)
        yield Phase("a", i)
        if layer.mask is not None:
            yield Phase("dropout", i)


def _backward(trace: StepTrace) -> Iterator[Phase]:
    for i, layer in reversed(list(enumerate(trace.layers))):
        if layer.grad_a is not None:
            yield Phase("grad_a", i)
        yield Phase("grad_z", i)
        yield Phase("grad_weights", i)
        if layer.grad_bias is not None:
            yield Phase("grad_bias", i, "bias")
        if trace.settings.output_first:
            yield from _penalty(trace, i)
            yield from _update(trace, i)


def _together(trace: StepTrace) -> Iterator[Phase]:
    layers = range(len(trace.layers))
    if trace.settings.output_first:
        yield Phase("norm")
        return
    for i in layers:
        yield from _penalty(trace, i)
    yield Phase("norm")
    for i in layers:
        if trace.settings.clip_norm:
            yield from (Phase("clip", i, array) for array in _arrays(trace, i))
    for i in layers:
        yield from _update(trace, i)


def _penalty(trace: StepTrace, layer: int) -> Iterator[Phase]:
    if trace.settings.l1 or trace.settings.l2:
        yield Phase("penalty", layer)


def _update(trace: StepTrace, layer: int) -> Iterator[Phase]:
    for array in _arrays(trace, layer):
        yield from (Phase("slot", layer, array, slot) for slot in trace.slots_after)
        yield Phase("update", layer, array)


def _arrays(trace: StepTrace, layer: int) -> tuple[Array, ...]:
    return ("weights",) if trace.layers[layer].bias is None else ("weights", "bias")


def title(phase: Phase, trace: StepTrace) -> str:
    """Such as "Backward, layer 1 of 2: gradient of the weights"."""
    if phase.kind == "loss":
        return _tr("Loss: {}").format(trace.loss_function.name)
    if phase.kind == "norm":
        return _tr("Norm of the whole gradient")
    place = _tr("layer {layer} of {count}").format(layer=phase.layer + 1, count=len(trace.layers))
    return f"{_part(phase)}, {place}: {_what(phase, trace)}"


def _part(phase: Phase) -> str:
    if phase.kind in ("z", "a", "dropout"):
        return _tr("Forward")
    if phase.kind in ("penalty", "clip", "slot", "update"):
        return _tr("Update")
    return _tr("Backward")


def _what(phase: Phase, trace: StepTrace) -> str:
    activation = trace.layers[phase.layer].activation.name
    parameters = _tr("weights") if phase.array == "weights" else _tr("biases")
    texts = {
        "z": _tr("pre-activations"),
        "a": _tr("activations ({})").format(activation),
        "dropout": _tr("dropout"),
        "grad_a": _tr("gradient of the activations"),
        "grad_z": _tr("gradient of the pre-activations"),
        "grad_weights": _tr("gradient of the weights"),
        "grad_bias": _tr("gradient of the biases"),
        "penalty": _tr("penalty on the weights"),
        "clip": _tr("clipping, {}").format(parameters),
        "slot": _tr("{slot} of the {parameters}").format(slot=phase.slot, parameters=parameters),
        "update": _tr("new {}").format(parameters),
    }
    return texts[phase.kind]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Maths", text)
