"""Optimizers: how a gradient changes the parameters.

Formulas as in PyTorch. All that an optimizer remembers is in ``slots`` and in the number of the
update, so that its state can be copied and restored.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import ClassVar, NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.engine.arrays import Array, aligned_zeros
from visualmlp.engine.parameters import Layout
from visualmlp.registry import Registry

BLOCK_SIZE = 32_768
"""Parameters updated at a time: what one block needs stays in the processor's cache."""


MOST_CONSTANTS = 8


@dataclass(frozen=True, slots=True)
class OptimizerSettings:
    """What the optimizers read besides the learning rate.

    Attributes
    ----------
    momentum
        Share of the last update kept, of ``momentum`` and ``nesterov``.
    beta1, beta2
        Decay of the averages of gradient and squared gradient, of ``adam`` and ``adamw``.
    rho
        Decay of the average of the squared gradient, of ``rmsprop``.
    epsilon
        Added to the root in denominators.
    weight_decay
        Share of each weight, times the learning rate, taken away by ``adamw`` at each step.
    """

    momentum: float = 0.9
    beta1: float = 0.9
    beta2: float = 0.999
    rho: float = 0.99
    epsilon: float = 1e-8
    weight_decay: float = 0.01


def _one(settings: OptimizerSettings) -> float:
    return 1.0


class Slot(NamedTuple):
    """How a slot is renewed: ``kept`` times itself plus ``taken`` times a power of the gradient.

    Attributes
    ----------
    formula
        LaTeX.
    kept, taken
        Factors, given the settings.
    power
        1 or 2.
    """

    formula: str
    kept: Callable[[OptimizerSettings], float] = _one
    taken: Callable[[OptimizerSettings], float] = _one
    power: int = 1


class Block(NamedTuple):
    """Views of a piece of the parameters and of what belongs to it."""

    parameters: Array
    weights: Array
    gradient: Array
    scratch: Array
    slots: tuple[Array, ...]


Blocks = tuple[Block, ...]


class Optimizer(ABC):
    """Base of the optimizers.

    Parameters
    ----------
    layout
        Of the parameters.
    dtype
        Of the parameters.

    Attributes
    ----------
    slots
        (n_slots, n_parameters): the whole memory, one row for each of ``slots_renewed``; written in
        place, never replaced.
    """

    name: ClassVar[str]
    slots_renewed: ClassVar[Mapping[str, Slot]] = {}
    """The slots by name, in their order."""
    settings_used: ClassVar[tuple[str, ...]] = ()
    formula: ClassVar[str]

    def __init__(self, layout: Layout, dtype: npt.DTypeLike) -> None:
        self.slots = aligned_zeros((len(self.slots_renewed), layout.size), dtype)
        self._n_weights = layout.n_weights
        self._numbers = np.empty(MOST_CONSTANTS, dtype)
        self._number_views = tuple(self._numbers[i, ...] for i in range(MOST_CONSTANTS))
        self._scratch = aligned_zeros((min(BLOCK_SIZE, layout.size),), dtype)
        self._known_blocks: dict[tuple[int, int], Blocks] = {}
        self._blocks_of: tuple[Array, Array] | None = None

    def update(
        self,
        parameters_flat: Array,
        gradient_flat: Array,
        learning_rate: float,
        settings: OptimizerSettings,
        t: int,
        piece: tuple[int, int] | None = None,
    ) -> None:
        """Change the parameters in place; the gradient stays as it is.

        Parameters
        ----------
        t
            Number of this update, 1 for the first.
        piece
            Start and stop of the only parameters to change; None for all.
        """
        piece = piece or (0, parameters_flat.size)
        blocks = self._blocks(parameters_flat, gradient_flat, piece)
        self._apply(blocks, learning_rate, settings, t)

    @abstractmethod
    def _apply(self, blocks: Blocks, rate: float, settings: OptimizerSettings, t: int) -> None:
        """Update block by block."""

    def _blocks(self, parameters: Array, gradient: Array, piece: tuple[int, int]) -> Blocks:
        """Cut parameters, gradient and slots into blocks; cached for the same arrays."""
        known = self._blocks_of
        if known is None or known[0] is not parameters or known[1] is not gradient:
            self._known_blocks.clear()
            self._blocks_of = (parameters, gradient)
        if piece not in self._known_blocks:
            start, stop = piece
            slices = [slice(i, min(i + BLOCK_SIZE, stop)) for i in range(start, stop, BLOCK_SIZE)]
            self._known_blocks[piece] = tuple(
                self._block(parameters, gradient, block) for block in slices
            )
        return self._known_blocks[piece]

    def _constants(self, *values: float) -> tuple[Array, ...]:
        """Numbers as arrays, which every call would otherwise make of them; until the next call."""
        self._numbers[: len(values)] = values
        return self._number_views[: len(values)]

    def _block(self, parameters: Array, gradient: Array, piece: slice) -> Block:
        block = parameters[piece]
        return Block(
            block,
            block[: max(0, self._n_weights - piece.start)],
            gradient[piece],
            self._scratch[: block.size],
            tuple(slot[piece] for slot in self.slots),
        )


OPTIMIZERS: Registry[type[Optimizer]] = Registry("optimizer")


@OPTIMIZERS.add
class SGD(Optimizer):
    """Gradient descent."""

    name = "sgd"
    formula = r"\theta \leftarrow \theta - \eta g"

    def _apply(self, blocks: Blocks, rate: float, settings: OptimizerSettings, t: int) -> None:
        (step_size,) = self._constants(rate)
        for p, _, g, scratch, _ in blocks:
            np.multiply(g, step_size, scratch)
            np.subtract(p, scratch, p)


_VELOCITY = Slot(r"v \leftarrow \mu v + g", kept=lambda settings: settings.momentum)


@OPTIMIZERS.add
class Momentum(Optimizer):
    """Gradient descent with a heavy ball (Polyak 1964)."""

    name = "momentum"
    slots_renewed: ClassVar = {"velocity": _VELOCITY}
    settings_used = ("momentum",)
    formula = r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta v"

    def _apply(self, blocks: Blocks, rate: float, settings: OptimizerSettings, t: int) -> None:
        momentum, step_size = self._constants(settings.momentum, rate)
        for p, _, g, scratch, (velocity,) in blocks:
            np.multiply(velocity, momentum, velocity)
            np.add(velocity, g, velocity)
            np.multiply(velocity, step_size, scratch)
            np.subtract(p, scratch, p)


@OPTIMIZERS.add
class Nesterov(Optimizer):
    """Nesterov's momentum in the form of Sutskever et al. (2013)."""

    name = "nesterov"
    slots_renewed: ClassVar = {"velocity": _VELOCITY}
    settings_used = ("momentum",)
    formula = r"v \leftarrow \mu v + g, \quad \theta \leftarrow \theta - \eta (g + \mu v)"

    def _apply(self, blocks: Blocks, rate: float, settings: OptimizerSettings, t: int) -> None:
        momentum, step_size = self._constants(settings.momentum, rate)
        for p, _, g, scratch, (velocity,) in blocks:
            np.multiply(velocity, momentum, velocity)
            np.add(velocity, g, velocity)
            np.multiply(velocity, momentum, scratch)
            np.add(scratch, g, scratch)
            np.multiply(scratch, step_size, scratch)
            np.subtract(p, scratch, p)


@OPTIMIZERS.add
class AdaGrad(Optimizer):
    """Step sizes by the sum of squared gradients (Duchi et al. 2011)."""

    name = "adagrad"
    slots_renewed: ClassVar = {"squares": Slot(r"s \leftarrow s + g^2", power=2)}
    settings_used = ("epsilon",)
    formula = (
        r"s \leftarrow s + g^2, \quad \theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \epsilon}"
    )

    def _apply(self, blocks: Blocks, rate: float, settings: OptimizerSettings, t: int) -> None:
        epsilon, step_size = self._constants(settings.epsilon, rate)
        for p, _, g, scratch, (squares,) in blocks:
            np.multiply(g, g, scratch)
            np.add(squares, scratch, squares)
            np.sqrt(squares, scratch)
            np.add(scratch, epsilon, scratch)
            np.divide(g, scratch, scratch)
            np.multiply(scratch, step_size, scratch)
            np.subtract(p, scratch, p)


@OPTIMIZERS.add
class RMSProp(Optimizer):
    """Step sizes by the running mean of squared gradients (Hinton 2012), not centred."""

    name = "rmsprop"
    slots_renewed: ClassVar = {
        "squares": Slot(
            r"s \leftarrow \rho s + (1 - \rho) g^2",
            kept=lambda settings: settings.rho,
            taken=lambda settings: 1.0 - settings.rho,
            power=2,
        )
    }
    settings_used = ("rho", "epsilon")
    formula = (
        r"s \leftarrow \rho s + (1 - \rho) g^2, \quad "
        r"\theta \leftarrow \theta - \eta \frac{g}{\sqrt{s} + \epsilon}"
    )

    def _apply(self, blocks: Blocks, rate: float, settings: OptimizerSettings, t: int) -> None:
        rho, rest, epsilon, step_size = self._constants(
            settings.rho, 1.0 - settings.rho, settings.epsilon, rate
        )
        for p, _, g, scratch, (squares,) in blocks:
            np.multiply(squares, rho, squares)
            np.multiply(g, g, scratch)
            np.multiply(scratch, rest, scratch)
            np.add(squares, scratch, squares)
            np.sqrt(squares, scratch)
            np.add(scratch, epsilon, scratch)
            np.divide(g, scratch, scratch)
            np.multiply(scratch, step_size, scratch)
            np.subtract(p, scratch, p)


@OPTIMIZERS.add
class Adam(Optimizer):
    """Adam (Kingma and Ba 2015).

    The corrections of both means' bias are folded into the step size and into epsilon, which
    saves two passes over the parameters and changes nothing but rounding.
    """

    name = "adam"
    slots_renewed: ClassVar = {
        "m": Slot(
            r"m \leftarrow \beta_1 m + (1 - \beta_1) g",
            kept=lambda settings: settings.beta1,
            taken=lambda settings: 1.0 - settings.beta1,
        ),
        "v": Slot(
            r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2",
            kept=lambda settings: settings.beta2,
            taken=lambda settings: 1.0 - settings.beta2,
            power=2,
        ),
    }
    settings_used: ClassVar[tuple[str, ...]] = ("beta1", "beta2", "epsilon")
    formula = (
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g, \quad "
        r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2, \quad "
        r"\theta \leftarrow \theta - \eta \frac{m / (1 - \beta_1^t)}"
        r"{\sqrt{v / (1 - \beta_2^t)} + \epsilon}"
    )

    def _apply(self, blocks: Blocks, rate: float, settings: OptimizerSettings, t: int) -> None:
        root = sqrt(1.0 - settings.beta2**t)
        step_size, epsilon, beta1, rest1, beta2, rest2 = self._constants(
            rate * root / (1.0 - settings.beta1**t),
            settings.epsilon * root,
            settings.beta1,
            1.0 - settings.beta1,
            settings.beta2,
            1.0 - settings.beta2,
        )
        for p, _, g, scratch, (m, v) in blocks:
            np.multiply(m, beta1, m)
            np.multiply(g, rest1, scratch)
            np.add(m, scratch, m)
            np.multiply(v, beta2, v)
            np.multiply(g, g, scratch)
            np.multiply(scratch, rest2, scratch)
            np.add(v, scratch, v)
            np.sqrt(v, scratch)
            np.add(scratch, epsilon, scratch)
            np.divide(m, scratch, scratch)
            np.multiply(scratch, step_size, scratch)
            np.subtract(p, scratch, p)


@OPTIMIZERS.add
class AdamW(Adam):
    """Adam with decoupled decay of the weights, not of the biases (Loshchilov and Hutter 2019)."""

    name = "adamw"
    settings_used = (*Adam.settings_used, "weight_decay")
    formula = r"W \leftarrow (1 - \eta \lambda) W, \quad \text{then as Adam}"

    def _apply(self, blocks: Blocks, rate: float, settings: OptimizerSettings, t: int) -> None:
        (kept,) = self._constants(1.0 - rate * settings.weight_decay)
        for block in blocks:
            np.multiply(block.weights, kept, block.weights)
        super()._apply(blocks, rate, settings, t)
