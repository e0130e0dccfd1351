"""Curves over one input for regression, made from a seed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from visualmlp.data.dataset import Array, Dataset, measure_range
from visualmlp.data.source import Source, SourceSettings
from visualmlp.registry import Registry


@dataclass(frozen=True, slots=True)
class Curve:
    """A function of x from -1 to 1, with its formula for printing."""

    name: str
    title: str
    formula: str
    function: Callable[[Array], Array]


CURVES: Registry[Curve] = Registry("curve")

CURVES.add(Curve("line", "Line", "0.7 x + 0.2", lambda x: 0.7 * x + 0.2))
CURVES.add(Curve("sine", "Sine", "sin(2π x)", lambda x: np.sin(2 * np.pi * x)))
CURVES.add(Curve("step", "Step", "0 for x < 0, else 1", lambda x: np.where(x < 0, 0.0, 1.0)))
CURVES.add(Curve("polynomial", "Polynomial", "4 x³ − 3 x", lambda x: 4 * x**3 - 3 * x))
CURVES.add(Curve("abs", "Absolute value", "|x|", np.abs))
CURVES.add(Curve("bump", "Bump", "exp(−16 x²)", lambda x: np.exp(-16 * x**2)))


def _load(settings: SourceSettings) -> Dataset:
    curve = CURVES[settings.shape]
    rng = np.random.default_rng(settings.seed)
    x = rng.uniform(-1, 1, (settings.n_samples, 1))
    targets = curve.function(x) + rng.normal(0, settings.noise, x.shape)
    return Dataset(
        name="curve",
        title=f"Curve: {curve.title}",
        x=x,
        targets=targets,
        task="regression",
        class_names=(),
        feature_names=("x",),
        image_shape=None,
        value_range=measure_range(x),
        source=f"made by VisualMLP: {curve.formula}, seed {settings.seed}",
        licence="CC0 1.0",
    )


CURVE = Source(
    name="curve",
    title="Curve",
    kind="made",
    description="Points along a curve, to be fitted: " + ", ".join(CURVES) + ".",
    load=_load,
    settings_used=("n_samples", "noise", "shape", "seed"),
)
