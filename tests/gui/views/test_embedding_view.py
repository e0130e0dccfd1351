"""Activations in the plane: PCA that follows the training, other methods on demand."""

import threading
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtWidgets import QComboBox, QDoubleSpinBox, QPushButton, QSpinBox

from visualmlp.analysis.embeddings import EMBEDDINGS
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.views import embedded, embedding
from visualmlp.gui.views.embedded import Embedder, Source, Wanted
from visualmlp.gui.views.embedding import EmbeddingView
from visualmlp.gui.widgets.point_cloud import PointCloud
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.lessons import load_lesson
from visualmlp.training.probe import Probe

WAIT_MS = 20_000
REGRESSION = apply_settings(find_experiment("curve"), [])


def plot(view):
    return view.findChild(PointCloud)


def caption(view):
    return view.findChild(TextLine, "caption").text()


def choose(view, name, index):
    combo = view.findChild(QComboBox, name)
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def activations(session, layer, part="validation"):
    x, _ = getattr(session.setup, part)
    network = session.setup.new_network()
    network.parameters.flat[...] = session.frame.parameters
    return network.layer_outputs(x)[layer].a


@pytest.fixture
def seek(qtbot, session, settle):
    def go(step):
        session.seek(step)
        qtbot.waitUntil(lambda: session.frame.step == step, timeout=WAIT_MS)
        settle()

    return go


def test_it_shows_the_principal_plane_of_the_last_hidden_layer(session, show) -> None:
    view = show(EmbeddingView)
    a = activations(session, 0)
    _, s, axes = np.linalg.svd(a - a.mean(axis=0), full_matrices=False)
    shares = (s**2 / (s**2).sum())[:2]
    cloud = view._drawn[0]
    np.testing.assert_allclose(cloud.shares, shares, rtol=1e-4)
    wanted = (a - a.mean(axis=0)) @ axes[:2].T
    np.testing.assert_allclose(np.abs(cloud.places), np.abs(wanted), atol=1e-3)
    n = len(session.setup.data.validation)
    assert f"all {n:,} validation samples" in caption(view)
    assert f"holds {100 * shares.sum():.1f}\u00a0% of that of 32 numbers" in caption(view)


def test_a_click_picks_the_sample_and_a_pick_is_ringed(session, qtbot, show, settle) -> None:
    view = show(EmbeddingView)
    session.pick_sample(17, "validation")
    settle()
    assert plot(view).current == 17
    places = plot(view)._axes.to_screen(plot(view)._points)
    lonely = int(np.argmax(np.hypot(*(places - places.mean(axis=0)).T)))
    qtbot.mouseClick(plot(view), Qt.MouseButton.LeftButton, pos=QPointF(*places[lonely]).toPoint())
    settle()
    assert (session.picks.part, session.picks.sample) == ("validation", lonely)
    assert plot(view).current == lonely
    session.pick_sample(3, "train")
    settle()
    assert plot(view).current is None


def test_hover_tells_the_sample_and_its_picture(session, show, train) -> None:
    view = show(EmbeddingView)
    train(2)
    part, names = session.setup.data.validation, session.setup.data.class_names
    text = plot(view)._text_of(5)
    assert text.startswith(f"validation sample 5: true {names[part.labels[5]]}, predicted ")
    picture = plot(view)._picture_of(5)
    np.testing.assert_array_equal(
        picture.ravel(), session.setup.data.dataset.x[part.index[5]].ravel()
    )


def test_wrong_predictions_or_the_picked_cell_are_outlined(session, show, settle, train) -> None:
    view = show(EmbeddingView)
    train(2)
    labels = session.setup.data.validation.labels
    predicted = view._drawn[0].samples.predicted
    assert (plot(view)._outlined == (labels != predicted)).all()
    choose(view, "mark", 1)
    session.pick_cell((3, 3))
    settle()
    assert (plot(view)._outlined == ((labels == 3) & (predicted == 3))).all()
    choose(view, "mark", 2)
    settle()
    assert not plot(view)._outlined.any()


def test_axes_stay_aligned_and_a_step_looks_the_same_again(session, show, train, seek) -> None:
    view = show(EmbeddingView)
    seen = {}
    for _ in range(4):
        train(1)
        seen[session.frame.step] = view._drawn[0].places
    steps = list(seen)
    for before, after in pairwise(steps):
        a, b = seen[before], seen[after]
        turn = np.linalg.svd(a.T @ b)
        rotation = turn[0] @ turn[2]
        assert rotation.trace() > 1.9  # nearly none is left over
    for step in (steps[1], steps[3], steps[0]):
        seek(step)
        np.testing.assert_array_equal(view._drawn[0].places, seen[step])


def test_layers_can_be_chosen(session, show, settle) -> None:
    view = show(EmbeddingView)
    combo = view.findChild(QComboBox, "source")
    texts = [combo.itemText(i) for i in range(combo.count())]
    assert texts[0] == "Inputs (64)"
    assert len(texts) == 4
    for index, n in ((0, 64), (2, 10), (3, 10)):
        choose(view, "source", index)
        settle()
        assert view._drawn[0].n_dimensions == n


@pytest.mark.parametrize("session", [load_lesson("curve-fit").experiment], indirect=True)
def test_a_single_number_cannot_be_embedded(session, show) -> None:
    view = show(EmbeddingView)
    assert "needs a layer of two units" in view._reason
    view.grab()


@pytest.mark.parametrize("session", [REGRESSION], indirect=True)
def test_targets_of_a_regression_are_marked_by_quarters(session, show) -> None:
    view = show(EmbeddingView)
    counts = np.bincount(plot(view)._kinds)
    assert len(counts) == 4
    assert np.ptp(counts) <= 1
    assert "quarters of the target" in caption(view)
    assert "target" in plot(view)._text_of(0)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_t_sne_comes_on_demand_and_tells_its_age(session, show, settle, train, seek) -> None:
    view = show(EmbeddingView)
    train(1)
    choose(view, "part", 0)
    choose(view, "method", 1)
    settle()
    assert "Press Compute" in plot(view).empty_text
    view.findChild(QSpinBox, "t-SNE.perplexity").setValue(10)
    view.findChild(QPushButton, "compute").click()
    settle()
    n, step = len(session.setup.data.train), session.frame.step
    assert len(plot(view)._points) == n
    assert np.isfinite(plot(view)._points).all()
    assert "t-SNE of 8 numbers (perplexity 10, seed 0), begun from PCA" in caption(view)
    seek(0)
    assert f"places of step {step}; predictions of step 0" in caption(view)
    choose(view, "source", 0)
    settle()
    assert "not yet with these settings" in caption(view)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_t_sne_can_be_cancelled(session, qtbot, show, settle) -> None:
    view = show(EmbeddingView)
    choose(view, "method", 1)
    view.findChild(QPushButton, "compute").click()
    view._work.cancel()
    settle()
    assert "Press Compute" in plot(view).empty_text
    qtbot.waitUntil(lambda: all(t.name != "long task" for t in threading.enumerate()))


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_perplexity_that_is_too_large_is_refused(session, show, settle) -> None:
    view = show(EmbeddingView)
    choose(view, "method", 1)
    view.findChild(QSpinBox, "t-SNE.perplexity").setValue(200)
    view.findChild(QPushButton, "compute").click()
    settle()
    assert "perplexity 200 must be below the number of samples" in plot(view).empty_text


@pytest.fixture
def without_umap(monkeypatch):
    """As on a machine that has not got its library."""
    gone = replace(EMBEDDINGS["UMAP"], library="no-such-library")
    monkeypatch.setitem(EMBEDDINGS._entries, "UMAP", gone)


@pytest.fixture
def fake_umap(monkeypatch):
    """UMAP that is t-SNE: what the view does needs no library."""
    method = replace(EMBEDDINGS["UMAP"], library="scikit-learn")
    monkeypatch.setitem(EMBEDDINGS._entries, "UMAP", method)
    asked = []

    def place(method, points, start, settings, report):
        asked.append((method.name, settings))
        return start.astype(float)

    monkeypatch.setattr(embedded, "place_apart", place)
    return asked


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_without_its_library_a_method_says_how_to_get_it(
    session, show, settle, without_umap
) -> None:
    view = show(EmbeddingView)
    choose(view, "method", 2)
    settle()
    assert "UMAP needs no-such-library, which is not installed" in plot(view).empty_text
    assert 'pip install "umap-learn' in plot(view).empty_text
    assert not view.findChild(QPushButton, "compute").isEnabled()
    choose(view, "method", 1)
    settle()
    assert "Press Compute for the t-SNE" in plot(view).empty_text
    assert view.findChild(QPushButton, "compute").isEnabled()


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_each_method_has_its_options_and_keeps_its_picture(
    session, show, settle, fake_umap
) -> None:
    view = show(EmbeddingView)
    distance = view.findChild(QDoubleSpinBox, "UMAP.minimal_distance")
    assert distance.isHidden()
    choose(view, "method", 2)
    assert view.findChild(QSpinBox, "t-SNE.perplexity").isHidden()
    assert not distance.isHidden()
    distance.setValue(0.4)
    view.findChild(QSpinBox, "UMAP.seed").setValue(7)
    view.findChild(QPushButton, "compute").click()
    settle()
    wanted = {"neighbours": 10, "minimal_distance": 0.4, "seed": 7}
    assert fake_umap == [("UMAP", wanted)]
    assert "(neighbours 10, minimal distance 0.40, seed 7), begun from PCA" in caption(view)
    assert plot(view)._axis_names == ("UMAP 1 (no unit)", "UMAP 2 (no unit)")
    choose(view, "method", 1)
    settle()
    assert "Press Compute for the t-SNE" in plot(view).empty_text
    choose(view, "method", 2)
    settle()
    assert plot(view).empty_text is None
    assert "not yet with these settings" not in caption(view)
    distance.setValue(0.2)
    settle()
    assert "not yet with these settings" in caption(view)
    assert "minimal distance 0.40" in caption(view)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_neighbours_begin_with_what_the_part_has(session, show, settle) -> None:
    view = show(EmbeddingView)
    perplexity = view.findChild(QSpinBox, "t-SNE.perplexity")
    neighbours = view.findChild(QSpinBox, "UMAP.neighbours")
    assert len(session.setup.data.validation) == 30
    assert (perplexity.value(), neighbours.value()) == (10, 10)
    neighbours.setValue(12)
    choose(view, "part", 0)
    settle()
    assert (perplexity.value(), neighbours.value()) == (30, 12)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_failure_is_told_with_its_method_only(session, show, settle, fake_umap) -> None:
    view = show(EmbeddingView)
    choose(view, "method", 2)
    view.findChild(QSpinBox, "UMAP.neighbours").setValue(200)
    view.findChild(QPushButton, "compute").click()
    settle()
    assert "⚠ UMAP cannot be computed: neighbours 200 must be" in plot(view).empty_text
    for other in (0, 1):
        choose(view, "method", other)
        settle()
        assert "⚠" not in (plot(view).empty_text or caption(view))


def test_subsets_are_evenly_spaced_and_told(session, show, settle, monkeypatch) -> None:
    monkeypatch.setattr(embedding, "MOST_SAMPLES", 50)
    view = show(EmbeddingView)
    n = len(session.setup.data.validation)
    assert f"50 of {n} validation samples, evenly spaced" in caption(view)
    rows = view._drawn[0].samples.rows
    assert (len(rows), rows[0], rows[-1]) == (50, 0, n - 1)
    session.pick_sample(1)
    settle()
    assert "the picked sample is not among them" in caption(view)


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_numbers_that_are_not_finite_are_drawn(session, show, value) -> None:
    view = show(EmbeddingView)
    frame = replace(session.frame, parameters=np.full_like(session.frame.parameters, value))
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    view.grab()
    n = len(session.setup.data.validation)
    n_finite = int(np.isfinite(plot(view)._points).all(axis=1).sum())
    assert (f"⚠ {n - n_finite} not drawn: NaN or infinite" in caption(view)) == (n_finite < n)
    assert (plot(view).empty_text is not None) == (n_finite == 0)
    assert (n_finite == 0) == (value != 1e30)


def test_remembered_axes_are_bounded(session, monkeypatch) -> None:
    monkeypatch.setattr(embedded, "MOST_REMEMBERED", 3)
    embedder = Embedder(session.setup)
    for step in range(6):
        frame = replace(session.frame, step=step, parameters=session.frame.parameters + step)
        embedder.pca(frame, Wanted("validation", Source("a", 0), 100))
    assert len(embedder._shown) == 3
