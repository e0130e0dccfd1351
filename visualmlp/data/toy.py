"""Points in the plane for classification, made from a seed.

Samples take the classes in turn (0, 1, …, 0, 1, …), so that the counts differ by one at most.
Noise is normal with the given standard deviation, added to both coordinates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from visualmlp.data.dataset import Array, Dataset, measure_range
from visualmlp.data.source import Source, SourceSettings
from visualmlp.errors import DataError

Points = Callable[[Array, int, np.random.Generator], Array]
"""Takes labels, the number of classes and a generator; gives points of shape (n_samples, 2)."""

SPIRAL_TURNS = 1.25


def xor(labels: Array, n_classes: int, rng: np.random.Generator) -> Array:
    """Uniform in the square from -1 to 1; class 1 where the signs of the coordinates differ."""
    points: Array = rng.uniform(0, 1, (len(labels), 2))
    points *= rng.choice([-1, 1], (len(labels), 1))
    points[:, 1] *= np.where(labels == 1, -1, 1)
    return points


def circles(labels: Array, n_classes: int, rng: np.random.Generator) -> Array:
    """A circle of radius 1 (class 0) around one of radius 0.5 (class 1)."""
    return _polar(np.where(labels == 0, 1.0, 0.5), rng.uniform(0, 2 * np.pi, len(labels)))


def moons(labels: Array, n_classes: int, rng: np.random.Generator) -> Array:
    """Two half circles that reach into each other."""
    points = _polar(np.ones(len(labels)), rng.uniform(0, np.pi, len(labels)))
    points[labels == 1] = [1.0, 0.5] - points[labels == 1]
    return points


def spirals(labels: Array, n_classes: int, rng: np.random.Generator) -> Array:
    """One arm a class, from the centre outwards to radius 1."""
    radius = np.sqrt(rng.uniform(0, 1, len(labels)))
    return _polar(radius, 2 * np.pi * (SPIRAL_TURNS * radius + labels / n_classes))


def blobs(labels: Array, n_classes: int, rng: np.random.Generator) -> Array:
    """Heaps around points that lie evenly on a circle of radius 1; the noise is their width."""
    return _polar(np.ones(len(labels)), 2 * np.pi * labels / n_classes)


def _polar(radius: Array, angle: Array) -> Array:
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _load(
    name: str, title: str, points: Points, classes: int | None, settings: SourceSettings
) -> Dataset:
    n_classes = classes or settings.n_classes
    if settings.n_samples < n_classes:
        raise DataError(f"n_samples is {settings.n_samples}: take at least one of each class.")
    rng = np.random.default_rng(settings.seed)
    labels = np.arange(settings.n_samples) % n_classes
    x = points(labels, n_classes, rng) + rng.normal(0, settings.noise, (len(labels), 2))
    return Dataset(
        name=name,
        title=title,
        x=x,
        targets=labels,
        task="classification",
        class_names=tuple(f"class {number}" for number in range(n_classes)),
        feature_names=("x1", "x2"),
        image_shape=None,
        value_range=measure_range(x),
        source=f"made by VisualMLP, seed {settings.seed}",
        licence="CC0 1.0",
    )


def _toy(
    name: str, title: str, description: str, points: Points, classes: int | None = 2
) -> Source:
    """Make a source; ``classes`` is None if the user chooses their number."""
    return Source(
        name=name,
        title=title,
        kind="made",
        description=description,
        load=partial(_load, name, title, points, classes),
        settings_used=("n_samples", "noise", *(() if classes else ("n_classes",)), "seed"),
    )


TOYS = (
    _toy("xor", "XOR", "Two classes in opposite quadrants: no line parts them.", xor),
    _toy("circles", "Circles", "One circle around another.", circles),
    _toy("moons", "Moons", "Two half circles that reach into each other.", moons),
    _toy("spirals", "Spirals", "Arms wound around each other, 2 to 10.", spirals, None),
    _toy("blobs", "Blobs", "Round heaps on a circle, 2 to 10.", blobs, None),
)
