"""t-SNE (van der Maaten and Hinton 2008) by scikit-learn."""

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

N_ITERATIONS = 750
"""250 of them with the attraction exaggerated, as scikit-learn has it."""
_SPREAD = 1e-4
"""Standard deviation of the start along its first axis, as scikit-learn has it."""
_ITERATION = re.compile(r"Iteration (\d+):")


def _place(points: Places, start: Places, settings: Settings) -> Places:
    from sklearn.manifold import TSNE

    spread = float(start[:, 0].std())
    model = TSNE(
        perplexity=settings["perplexity"],
        init=start / (spread or 1.0) * _SPREAD,
        max_iter=N_ITERATIONS,
        random_state=int(settings["seed"]),
        verbose=2,
        n_jobs=1,
    )
    return np.asarray(model.fit_transform(points), np.float32)


def _progress(said: str) -> tuple[int, int]:
    told = _ITERATION.findall(said)
    return int(told[-1]) if told else 0, N_ITERATIONS


EMBEDDINGS.add(
    Embedding(
        name="t-SNE",
        library="scikit-learn",
        requirement="scikit-learn>=1.5,<2",
        neighbours="perplexity",
        options=(
            Option(
                "perplexity", "perplexity", "About how many neighbours a sample has", 2, 500, 30
            ),
            SEED,
        ),
        place=_place,
        progress=_progress,
    )
)
