"""UMAP (McInnes, Healy and Melville 2018) by umap-learn.

The nearest neighbours come from scikit-learn, which umap-learn needs anyway. They are exact, and
found sooner than umap-learn's approximate search would be compiled.
"""

from __future__ import annotations

import re

import numpy as np

from visualmlp.analysis.embeddings.method import (
    EMBEDDINGS,
    SEED,
    Embedding,
    Option,
    Places,
    Settings,
)

_EXTENT, _NOISE = 10.0, 1e-4
"""Of the start: how far it reaches, and what keeps equal places apart, as umap-learn has them."""
_EPOCH = re.compile(r"epoch (\d+) of (\d+);")


def _place(points: Places, start: Places, settings: Settings) -> Places:
    from sklearn.neighbors import NearestNeighbors
    from umap import UMAP

    n_neighbours, seed = int(settings["neighbours"]), int(settings["seed"])
    search = NearestNeighbors(n_neighbors=n_neighbours, algorithm="brute").fit(points)
    distances, neighbours = search.kneighbors(points)
    noise = np.random.default_rng(seed).normal(scale=_NOISE, size=start.shape)
    model = UMAP(
        n_neighbors=n_neighbours,
        min_dist=settings["minimal_distance"],
        init=(start / (np.abs(start).max() or 1.0) * _EXTENT + noise).astype(np.float32),
        precomputed_knn=(neighbours, distances.astype(np.float32)),
        random_state=seed,
        n_jobs=1,
        verbose=True,
        tqdm_kwds={"bar_format": "epoch {n} of {total};", "mininterval": 0.1},
    )
    return np.asarray(model.fit_transform(points), np.float32)


def _progress(said: str) -> tuple[int, int]:
    told = _EPOCH.findall(said)
    return (int(told[-1][0]), int(told[-1][1])) if told else (0, 0)


EMBEDDINGS.add(
    Embedding(
        name="UMAP",
        library="umap-learn",
        requirement="umap-learn>=0.5.9,<0.6",
        neighbours="neighbours",
        options=(
            Option(
                "neighbours",
                "neighbours",
                "Of a sample, itself included: few show what is local, many the whole",
                2,
                200,
                15,
            ),
            Option(
                "minimal_distance",
                "minimal distance",
                "How close samples may come in the picture: little packs groups tightly",
                0.0,
                0.99,
                0.1,
                decimals=2,
            ),
            SEED,
        ),
        place=_place,
        progress=_progress,
    )
)
