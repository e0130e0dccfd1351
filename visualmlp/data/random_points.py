"""Points without any law, drawn by Python's own random numbers."""

from __future__ import annotations

from random import Random

import numpy as np

from visualmlp.data.dataset import Dataset, measure_range
from visualmlp.data.source import Source, SourceSettings


def _load(settings: SourceSettings) -> Dataset:
    # As a loop in Python would draw them: x and y of a point, then those of the next.
    random = Random(settings.seed)
    points = np.array([(random.random(), random.random()) for _ in range(settings.n_samples)])
    return Dataset(
        name="random_points",
        title="Random points",
        x=points[:, :1],
        targets=points[:, 1:],
        task="regression",
        class_names=(),
        feature_names=("x",),
        image_shape=None,
        value_range=measure_range(points[:, :1]),
        source=f"made by VisualMLP with Python's random.Random({settings.seed})",
        licence="CC0 1.0",
    )


RANDOM_POINTS = Source(
    name="random_points",
    title="Random points",
    kind="made",
    description="Points anywhere in the unit square, for fitting a line through them.",
    load=_load,
    settings_used=("n_samples", "seed"),
)
