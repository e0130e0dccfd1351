"""Methods of embedding in a process of their own: what comes out, what they tell, how they end."""

import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from visualmlp.analysis.embeddings import EMBEDDINGS, Embedding, place_apart
from visualmlp.errors import VisualMLPError
from visualmlp.training.long_task import Cancelled

RNG = np.random.default_rng(0)
GROUPS = np.repeat(np.arange(3), 30)
POINTS = (RNG.normal(size=(90, 8)) + 30 * np.eye(8)[GROUPS]).astype(np.float32)
T_SNE, UMAP = EMBEDDINGS["t-SNE"], EMBEDDINGS["UMAP"]


@pytest.fixture(params=EMBEDDINGS.values(), ids=list(EMBEDDINGS))
def method(request: pytest.FixtureRequest) -> Embedding:
    """Each method whose library is here."""
    if not request.param.is_available:
        pytest.skip(f"{request.param.name} needs {request.param.library}, which is not installed")
    return request.param


def defaults(method: Embedding) -> dict[str, float]:
    return {option.name: option.default for option in method.options}


def test_groups_stay_together_and_progress_is_told(method: Embedding) -> None:
    told: list[tuple[int, int]] = []
    settings = {**defaults(method), method.neighbours: 10, "seed": 3}
    places = place_apart(method, POINTS, POINTS[:, :2], settings, lambda *done: told.append(done))
    assert places.shape == (90, 2)
    middles = np.stack([places[group == GROUPS].mean(axis=0) for group in range(3)])
    away = np.linalg.norm(places[:, None] - middles, axis=2)
    assert (away.argmin(axis=1) == GROUPS).all()
    assert told == sorted(told)
    assert told[0][0] == 0


@pytest.mark.parametrize("points", [np.zeros((20, 3)), np.arange(20.0)[:, None] * np.ones(3)])
def test_points_without_a_plane_have_finite_places(method: Embedding, points) -> None:
    settings = {**defaults(method), method.neighbours: 5}
    start = points[:, :2] - points[:, :1]  # all alike along the second axis
    start[:, 0] = points[:, 0]
    assert np.isfinite(place_apart(method, points, start, settings)).all()


def test_the_same_seed_gives_the_same_places(method: Embedding) -> None:
    settings = {**defaults(method), method.neighbours: 5}
    first, again = (place_apart(method, POINTS[:40], POINTS[:40, :2], settings) for _ in range(2))
    np.testing.assert_array_equal(first, again)


def test_cancelling_kills_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def remember(*args, **kwargs):
        started.append(popen(*args, **kwargs))
        return started[-1]

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    monkeypatch.setattr(subprocess, "Popen", remember)
    with pytest.raises(Cancelled):
        place_apart(T_SNE, POINTS, POINTS[:, :2], defaults(T_SNE), cancel)
    assert started[0].poll() not in (None, 0), "it was killed, and did not come to its end"


def test_a_failure_is_told_in_one_sentence() -> None:
    settings = {"perplexity": 500, "seed": 0}
    with pytest.raises(VisualMLPError, match=r"t-SNE failed: .*perplexity"):
        place_apart(T_SNE, POINTS, POINTS[:, :2], settings)


def test_a_process_that_is_killed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    popen = subprocess.Popen

    def killed(*args, **kwargs):
        process = popen(*args, **kwargs)
        process.kill()
        return process

    monkeypatch.setattr(subprocess, "Popen", killed)
    with pytest.raises(VisualMLPError, match=r"t-SNE failed: its process ended with -?\d+"):
        place_apart(T_SNE, POINTS, POINTS[:, :2], defaults(T_SNE))


@pytest.mark.parametrize("method", EMBEDDINGS.values(), ids=list(EMBEDDINGS))
def test_too_many_neighbours_are_refused(method: Embedding) -> None:
    settings = {**defaults(method), method.neighbours: 90}
    assert "90 must be below the number of samples with finite numbers, 90" in method.problem(
        90, settings
    )
    assert method.problem(91, settings) == ""


def test_what_is_printed_tells_how_far_it_is() -> None:
    assert T_SNE.progress("") == (0, 750)
    assert T_SNE.progress("[t-SNE] Iteration 50: error = 1\n[t-SNE] Iteration 100: e") == (100, 750)
    assert UMAP.progress("Construct fuzzy simplicial set\n") == (0, 0)
    assert UMAP.progress("\repoch 3 of 500;\repoch 17 of 500;\repoch 2") == (17, 500)


def test_umap_gets_its_options_and_exact_neighbours(monkeypatch: pytest.MonkeyPatch) -> None:
    def model(**options):
        given.update(options)
        return SimpleNamespace(fit_transform=lambda points: points[:, :2])

    given: dict = {}
    monkeypatch.setitem(sys.modules, "umap", SimpleNamespace(UMAP=model))
    start = np.stack([np.linspace(-3, 3, 90), np.zeros(90)], axis=1).astype(np.float32)
    UMAP.place(POINTS, start, {"neighbours": 7, "minimal_distance": 0.25, "seed": 4})
    assert [given[name] for name in ("n_neighbors", "min_dist", "random_state")] == [7, 0.25, 4]
    np.testing.assert_allclose(given["init"], start * 10 / 3, atol=1e-3)
    assert np.ptp(given["init"][:, 1]) > 0
    neighbours, distances = given["precomputed_knn"]
    all_distances = np.linalg.norm(POINTS[:, None] - POINTS, axis=2)
    np.testing.assert_allclose(distances, np.sort(all_distances, axis=1)[:, :7], atol=1e-2)
    assert (neighbours[:, 0] == np.arange(90)).all()


def test_the_extras_install_what_the_methods_ask_for() -> None:
    project = Path(__file__).parents[2] / "pyproject.toml"
    extras = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert [extras["embedding"], extras["umap"]] == [[T_SNE.requirement], [UMAP.requirement]]
    assert f'-m pip install "{UMAP.requirement}"' in UMAP.install_command


def test_a_library_that_is_not_there_is_noticed() -> None:
    assert not Embedding(
        "x", "no-such-library", "", "n", (), T_SNE.place, T_SNE.progress
    ).is_available
