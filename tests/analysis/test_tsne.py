"""t-SNE in its own process: what comes out, what it tells, how it is ended."""

import subprocess
import time

import numpy as np
import pytest

from visualmlp.analysis import tsne
from visualmlp.errors import VisualMLPError
from visualmlp.training.long_task import Cancelled

RNG = np.random.default_rng(0)
GROUPS = np.repeat(np.arange(3), 30)
POINTS = (RNG.normal(size=(90, 8)) + 30 * np.eye(8)[GROUPS]).astype(np.float32)


def test_groups_stay_together_and_progress_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tsne, "N_ITERATIONS", 300)
    told: list[tuple[int, int]] = []
    places = tsne.t_sne(POINTS, POINTS[:, :2], 10, 3, lambda *progress: told.append(progress))
    assert places.shape == (90, 2)
    middles = np.stack([places[group == GROUPS].mean(axis=0) for group in range(3)])
    away = np.linalg.norm(places[:, None] - middles, axis=2)
    assert (away.argmin(axis=1) == GROUPS).all()
    assert told[0] == (0, tsne.N_ITERATIONS)


def test_cancelling_kills_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def remember(*args, **kwargs):
        started.append(popen(*args, **kwargs))
        return started[-1]

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    monkeypatch.setattr(subprocess, "Popen", remember)
    began = time.monotonic()
    with pytest.raises(Cancelled):
        tsne.t_sne(POINTS, POINTS[:, :2], 10, 0, cancel)
    assert time.monotonic() - began < 2
    assert started[0].poll() is not None


def test_a_failure_is_told_in_one_sentence() -> None:
    with pytest.raises(VisualMLPError, match=r"t-SNE failed: .*perplexity"):
        tsne.t_sne(POINTS, POINTS[:, :2], 500, 0)
