"""One update with everything that it computed on the way.

Nothing is computed here: an update is made by :class:`Updater`, and what the engine's own functions
leave behind is copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from visualmlp.engine import regularizers
from visualmlp.engine.activations import Activation
from visualmlp.engine.arrays import Array
from visualmlp.engine.losses import Loss
from visualmlp.engine.normalisations import Normalisation
from visualmlp.engine.optimizers import OPTIMIZERS, Optimizer
from visualmlp.engine.parameters import Parameters
from visualmlp.engine.update import Observer, Updater, UpdateSettings


@dataclass(frozen=True, slots=True, eq=False)
class LayerTrace:
    """One layer's part of an update; arrays are read-only.

    Attributes
    ----------
    activation
        The activation function.
    input
        (n_samples, n_in): the batch, or the output of the layer below.
    weights, bias
        (n_in, n_out), and (n_out,) or None: what the forward pass used.
    z, a
        Pre-activations and activations, (n_samples, n_out).
    mask
        Dropout's factors, 0 or 1 / keep, (n_samples, n_out); None without dropout.
    output
        What the next layer got, (n_samples, n_out): ``a`` times ``mask``.
    grad_a
        Gradient with respect to ``a`` (n_samples, n_out), the mask applied; at the output that of
        the mean loss, whatever the normalisation. None at an output that is fused with the loss.
    grad_z
        Gradient with respect to ``z`` (n_samples, n_out).
    grad_weights, grad_bias
        Gradient of the loss, without penalties, with respect to weights and bias.
    weights_used_backward
        (n_in, n_out): what carried the gradient to the layer below; None for the first layer.
        Equal to ``weights``, unless the update was made output first.
    """

    activation: Activation
    input: Array
    weights: Array
    bias: Array | None
    z: Array
    a: Array
    mask: Array | None
    output: Array
    grad_a: Array | None
    grad_z: Array
    grad_weights: Array
    grad_bias: Array | None
    weights_used_backward: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class StepTrace:
    """One update of a network; arrays are read-only.

    Attributes
    ----------
    x, t
        The batch: inputs (n_samples, n_inputs) and targets (n_samples, n_outputs).
    layers
        In forward order.
    loss, sample_losses
        Mean loss, and that of each sample (n_samples,).
    loss_function
        The loss.
    is_fused
        Whether the loss and the output's activation were taken as one function of z.
    normalisation, divisor
        What the summed loss was divided by.
    objective_factor
        What the gradient of the mean loss was multiplied by for it.
    raw, penalised, clipped
        The gradient of all parameters: of the loss, with penalties added, and as the optimizer
        got it.
    gradient_norm, clip_factor
        Norm before clipping, and what clipping multiplied by.
    before, after
        The parameters.
    slots_before, slots_after
        What the optimizer remembers, by the slot's name.
    learning_rate, number, settings
        What the update read; ``number`` is 1 for the first update.
    optimizer
        Its class.
    made
        False where loss or gradient were not finite, so that nothing was changed.
    frozen
        Places in the flat vector that got their values back whatever the update was, ascending.
    """

    x: Array
    t: Array
    layers: tuple[LayerTrace, ...]
    loss: float
    sample_losses: Array
    loss_function: Loss
    is_fused: bool
    normalisation: Normalisation
    divisor: float
    objective_factor: float
    raw: Parameters
    penalised: Parameters
    clipped: Parameters
    gradient_norm: float
    clip_factor: float
    before: Parameters
    after: Parameters
    slots_before: Mapping[str, Parameters]
    slots_after: Mapping[str, Parameters]
    learning_rate: float
    number: int
    settings: UpdateSettings
    optimizer: type[Optimizer]
    made: bool
    frozen: tuple[int, ...] = ()

    @property
    def n_samples(self) -> int:
        """Samples in the batch."""
        return len(self.x)

    @property
    def y(self) -> Array:
        """The network's outputs (n_samples, n_outputs)."""
        return self.layers[-1].a


def trace_update(
    updater: Updater,
    x: Array,
    t: Array,
    learning_rate: float,
    settings: UpdateSettings,
    number: int,
    rng: np.random.Generator | None = None,
    hold: Observer | None = None,
) -> StepTrace:
    """Make an update, as ``Updater.update`` does, and tell all about it.

    Parameters
    ----------
    x, t
        The batch. Not copied: it must not change afterwards.
    hold
        Told of what the updater did before it is looked at; may change parameters.
    """
    watch = _Watch(updater)

    def observe(event: str, layer: int) -> None:
        if hold:
            hold(event, layer)
        watch.observe(event, layer)

    before = watch.now()
    done = updater.update(x, t, learning_rate, settings, number, rng, observe)
    after = watch.now()
    network, raw = updater.network, watch.gradient("raw")
    penalised = watch.gradient("penalised")
    return StepTrace(
        x=_read_only(x),
        t=_read_only(t),
        layers=watch.layers(x, before.parameters, raw),
        loss=done.loss,
        sample_losses=network.sample_losses(t),
        loss_function=network.loss,
        is_fused=network.is_fused,
        normalisation=network.normalisation,
        divisor=network.divisor,
        objective_factor=network.objective_factor(len(x)),
        raw=raw,
        penalised=penalised,
        clipped=penalised if settings.output_first else watch.gradient("clipped"),
        gradient_norm=done.gradient_norm,
        clip_factor=_clip_factor(done.gradient_norm, settings),
        before=before.parameters,
        after=after.parameters,
        slots_before=before.slots,
        slots_after=after.slots,
        learning_rate=learning_rate,
        number=number,
        settings=settings,
        optimizer=OPTIMIZERS[updater.optimizer.name],
        made=done.is_finite,
    )


class _Held(NamedTuple):
    parameters: Parameters
    slots: Mapping[str, Parameters]


class _Watch:
    """Copies what an update leaves behind, at the moments when it is there."""

    def __init__(self, updater: Updater) -> None:
        self._network, self._optimizer = updater.network, updater.optimizer
        self._gradients: dict[str, Array] = {}
        self._grad_a: dict[int, Array] = {}
        self._weights_after: dict[int, Array] = {}

    def observe(self, event: str, layer: int) -> None:
        if event == "layer":
            self._grad_a[layer] = _copy(self._network.last_steps[layer].grad_a)
            self._keep_layer("raw", layer)
        elif event == "updated" and layer >= 0:
            self._keep_layer("penalised", layer)
            self._weights_after[layer] = _copy(self._network.parameters.weights[layer])
        elif event in ("penalised", "clipped"):
            self._gradients[event] = self._network.gradient.flat.copy()

    def _keep_layer(self, kind: str, layer: int) -> None:
        """Copy one layer's gradient: in an update output first, others are not there yet."""
        gradient = self._network.gradient.flat
        kept = self._gradients.setdefault(kind, np.zeros_like(gradient))
        for piece in self._network.layout.pieces:
            if piece.layer == layer:
                kept[piece.start : piece.stop] = gradient[piece.start : piece.stop]

    def gradient(self, kind: str) -> Parameters:
        return self._views(self._gradients[kind])

    def now(self) -> _Held:
        slots = zip(self._optimizer.slots_renewed, self._optimizer.slots, strict=True)
        return _Held(
            self._views(self._network.parameters.flat.copy()),
            {name: self._views(slot.copy()) for name, slot in slots},
        )

    def layers(self, x: Array, before: Parameters, raw: Parameters) -> tuple[LayerTrace, ...]:
        network = self._network
        traced: list[LayerTrace] = []
        for i, step in enumerate(network.last_steps):
            fused = network.is_fused and i == len(network.layers) - 1
            a = _copy(step.a)
            weights = before.weights[i]
            traced.append(
                LayerTrace(
                    activation=step.activation,
                    input=traced[-1].output if traced else _read_only(x),
                    weights=weights,
                    bias=before.biases[i],
                    z=_copy(step.z),
                    a=a,
                    mask=None if step.mask is None else _copy(step.mask),
                    output=a if step.mask is None else _copy(step.output),
                    grad_a=None if fused else self._grad_a[i],
                    grad_z=_copy(step.grad_z),
                    grad_weights=raw.weights[i],
                    grad_bias=raw.biases[i],
                    weights_used_backward=self._weights_after.get(i, weights) if i else None,
                )
            )
        return tuple(traced)

    def _views(self, flat: Array) -> Parameters:
        return self._network.layout.views(_read_only(flat))


def _copy(array: Array) -> Array:
    copy = array.copy(order="C")
    copy.setflags(write=False)
    return copy


def _read_only(array: Array) -> Array:
    view = array.view()
    view.setflags(write=False)
    return view


def _clip_factor(norm: float, settings: UpdateSettings) -> float:
    return regularizers.clip_factor(norm, settings.clip_norm) if settings.clip_norm else 1.0
