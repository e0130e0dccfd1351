"""One update of the parameters from a batch: gradient, penalties, clipping, optimizer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from typing import NamedTuple

import numpy as np

from visualmlp.engine import regularizers
from visualmlp.engine.arrays import Array
from visualmlp.engine.network import Network
from visualmlp.engine.optimizers import Optimizer, OptimizerSettings

Observer = Callable[[str, int], None]
"""Called with what has just been done, and the number of the layer (-1: all of them)."""


@dataclass(frozen=True, slots=True)
class UpdateSettings:
    """What an update reads besides the batch and the learning rate.

    Attributes
    ----------
    optimizer
        Settings of the optimizer.
    l1, l2
        Penalties on the weights.
    clip_norm
        Longest gradient; 0 for any. Needs the whole gradient, so not with ``output_first``.
    output_first
        Update each layer as soon as its gradient is known, before the gradient is carried to the
        layer below, which then goes through the new weights. Programs do so that update in the
        loop of the backward pass; what they follow is not the gradient of the hidden layers.
    """

    optimizer: OptimizerSettings = field(default_factory=OptimizerSettings)
    l1: float = 0.0
    l2: float = 0.0
    clip_norm: float = 0.0
    output_first: bool = False


class Updated(NamedTuple):
    """Mean loss of the batch, and the gradient's norm before clipping."""

    loss: float
    gradient_norm: float

    @property
    def is_finite(self) -> bool:
        """Whether the update was made: not where loss or gradient are NaN or infinite."""
        return isfinite(self.loss + self.gradient_norm)


class Updater:
    """Makes the updates of a network.

    Parameters
    ----------
    network, optimizer
        Both are changed in place.
    """

    def __init__(self, network: Network, optimizer: Optimizer) -> None:
        self.network = network
        self.optimizer = optimizer

    def update(
        self,
        x: Array,
        t: Array,
        learning_rate: float,
        settings: UpdateSettings,
        number: int,
        rng: np.random.Generator | None = None,
        observe: Observer | None = None,
    ) -> Updated:
        """Make an update, or none where the loss or the gradient is not finite.

        Parameters
        ----------
        x, t
            The batch, as ``Network.loss_and_gradient`` takes it.
        number
            Number of this update, 1 for the first.
        rng
            Draws the dropout masks.
        observe
            Told of "layer" (a layer's gradient is complete), then "gradient", "penalised",
            "clipped", "updated".
        """
        tell = observe or _tell_nobody
        if settings.output_first:
            return self._output_first(x, t, learning_rate, settings, number, rng, tell)
        after_layer = (lambda i: tell("layer", i)) if observe else None
        loss = self.network.loss_and_gradient(x, t, rng, after_layer)
        tell("gradient", -1)
        norm = self._finish_gradient(settings, tell)
        done = Updated(loss, norm)
        if done.is_finite:
            self._apply(learning_rate, settings, number)
            tell("updated", -1)
        return done

    def _finish_gradient(self, settings: UpdateSettings, tell: Observer) -> float:
        """Add penalties to the gradient and clip it; return its norm before clipping."""
        gradient = self.network.gradient.flat
        self._penalise(0, self.network.layout.n_weights, settings)
        tell("penalised", -1)
        norm = regularizers.global_norm(gradient)
        if settings.clip_norm:
            regularizers.clip_by_norm(gradient, norm, settings.clip_norm)
        tell("clipped", -1)
        return norm

    def _apply(
        self,
        learning_rate: float,
        settings: UpdateSettings,
        number: int,
        piece: tuple[int, int] | None = None,
    ) -> None:
        self.optimizer.update(
            self.network.parameters.flat,
            self.network.gradient.flat,
            learning_rate,
            settings.optimizer,
            number,
            piece,
        )

    def _output_first(
        self,
        x: Array,
        t: Array,
        learning_rate: float,
        settings: UpdateSettings,
        number: int,
        rng: np.random.Generator | None,
        tell: Observer,
    ) -> Updated:
        network = self.network
        before = network.parameters.flat.copy(), self.optimizer.slots.copy()

        def update_layer(i: int) -> None:
            tell("layer", i)
            for _, layer, start, stop, shape in network.layout.pieces:
                if layer == i:
                    if len(shape) == 2:
                        self._penalise(start, stop, settings)
                    self._apply(learning_rate, settings, number, (start, stop))
            tell("updated", i)

        loss = network.loss_and_gradient(x, t, rng, update_layer)
        done = Updated(loss, regularizers.global_norm(network.gradient.flat))
        if not done.is_finite:
            network.parameters.flat[...], self.optimizer.slots[...] = before
        return done

    def _penalise(self, start: int, stop: int, settings: UpdateSettings) -> None:
        """Add the gradient of the penalties on the weights from ``start`` to ``stop``."""
        if settings.l1 or settings.l2:
            weights = self.network.parameters.flat[start:stop]
            gradient = self.network.gradient.flat[start:stop]
            regularizers.add_gradient(weights, gradient, settings.l1, settings.l2)


def _tell_nobody(event: str, layer: int) -> None:
    pass
