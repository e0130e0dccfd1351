"""How optimizers renew what they remember, as numbers."""

from __future__ import annotations

from typing import NamedTuple

from visualmlp.engine import Optimizer, OptimizerSettings


class Memory(NamedTuple):
    """A slot becomes ``kept`` times itself plus ``taken`` times the gradient to a power."""

    kept: float
    taken: float
    power: int


def memory(optimizer: type[Optimizer], slot: str, settings: OptimizerSettings) -> Memory | None:
    """The rule of an optimizer's slot; None if it has another form."""
    rules = {
        ("momentum", "velocity"): Memory(settings.momentum, 1.0, 1),
        ("nesterov", "velocity"): Memory(settings.momentum, 1.0, 1),
        ("adagrad", "squares"): Memory(1.0, 1.0, 2),
        ("rmsprop", "squares"): Memory(settings.rho, 1.0 - settings.rho, 2),
        ("adam", "m"): Memory(settings.beta1, 1.0 - settings.beta1, 1),
        ("adam", "v"): Memory(settings.beta2, 1.0 - settings.beta2, 2),
        ("adamw", "m"): Memory(settings.beta1, 1.0 - settings.beta1, 1),
        ("adamw", "v"): Memory(settings.beta2, 1.0 - settings.beta2, 2),
    }
    return rules.get((optimizer.name, slot))
