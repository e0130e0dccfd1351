"""The loss around the path, in runs of two parameters and of many."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QCheckBox, QComboBox, QPushButton, QSpinBox

from visualmlp.errors import VisualMLPError
from visualmlp.experiment import Layer, Network, Output, apply_settings, find_experiment
from visualmlp.gui.views import landscape
from visualmlp.gui.views.landscape import LandscapeView
from visualmlp.gui.views.parameter_chooser import first_parameters
from visualmlp.gui.widgets.contour_plot import ContourPlot
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.lessons import load_lesson
from visualmlp.training import what_if
from visualmlp.training.setup import build

WAIT_MS = 20_000
LINE = load_lesson("curve-fit").experiment
IRIS = apply_settings(find_experiment("iris"), ["regularization.l2=0.01"])


def plot(view):
    return view.findChild(ContourPlot)


def caption(view):
    return view.findChild(TextLine, "caption").text()


def choose(view, name, index):
    combo = view.findChild(QComboBox, name)
    combo.setCurrentIndex(index)
    combo.activated.emit(index)


def grid(view):
    """The grid as columns x, y, loss, and the side of the square."""
    rows = [row[1:4] for row in plot(view).csv_rows() if row[0] == "grid"]
    return np.array(rows, np.float64), round(len(rows) ** 0.5)


@pytest.fixture
def seek(qtbot, session, settle):
    def go(step):
        session.seek(step)
        qtbot.waitUntil(lambda: session.frame.step == step, timeout=WAIT_MS)
        settle()

    return go


@pytest.fixture
def steps(qtbot, session, settle):
    def make(count):
        goal = session.frame.head + count
        session.run_steps(count)
        qtbot.waitUntil(lambda: session.frame.step >= goal, timeout=WAIT_MS)
        settle()

    return make


@pytest.mark.parametrize("session", [LINE], indirect=True)
def test_over_all_two_parameters_the_surface_is_the_loss(session, show, steps) -> None:
    view = show(LandscapeView)
    steps(300)
    (x, t) = session.setup.train
    cells, side = grid(view)
    assert side == 41
    slope, intercept, losses = cells.T
    wanted = ((slope[:, None] * x[:, 0] + intercept[:, None] - t[:, 0]) ** 2).mean(axis=1)
    np.testing.assert_allclose(losses, wanted, rtol=1e-9)
    assert "these are all parameters: the path lies on the surface" in caption(view)
    assert "all 20 training samples" in caption(view)
    assert view.findChild(QPushButton, "compute").isHidden()


@pytest.mark.parametrize("session", [LINE], indirect=True)
def test_the_paths_losses_are_the_recorded_ones(session, show, steps) -> None:
    view = show(LandscapeView)
    steps(300)
    path = view._terrain.path
    recorded = {record.step: record.train.loss for record in session.history.epochs}
    assert len(path.steps) > 60
    assert {0, 1, 300} < set(path.steps)
    assert path.losses.tolist() == [recorded[step] for step in path.steps]
    first, last = path.places[[0, -1]]
    np.testing.assert_allclose(first, [0.5, 0])
    np.testing.assert_allclose(last, session.frame.parameters, rtol=1e-12)
    for (x, y), loss in zip(path.places.tolist(), path.losses.tolist(), strict=True):
        assert plot(view)._between(x, y) == pytest.approx(loss, rel=0.02)


@pytest.mark.parametrize("session", [LINE], indirect=True)
def test_a_click_on_the_path_goes_there(session, qtbot, show, settle, steps) -> None:
    view = show(LandscapeView)
    steps(200)
    step = view._terrain.path.steps[7]
    plot(view).set_current(7)
    where = plot(view).current_point().toPoint()
    qtbot.mouseClick(plot(view), Qt.MouseButton.LeftButton, pos=where)
    qtbot.waitUntil(lambda: session.frame.step == step, timeout=WAIT_MS)
    settle()
    assert plot(view)._names[2] == f"now: step {step:,}"
    np.testing.assert_allclose(plot(view)._present, session.frame.parameters)

    plot(view).setFocus()
    qtbot.keyClick(plot(view), Qt.Key.Key_Right)
    qtbot.keyClick(plot(view), Qt.Key.Key_Return)
    following = view._terrain.path.steps[8]
    qtbot.waitUntil(lambda: session.frame.step == following, timeout=WAIT_MS)
    settle()


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_the_principal_plane_of_a_path(session, show, train) -> None:
    view = show(LandscapeView)
    assert "train for two steps or more" in plot(view).empty_text
    train(3)
    terrain = view._terrain
    assert terrain.is_whole
    states = view._explorer.past.look(view._branch(), 1.0).parameters
    kept = np.stack([states.get(step, session.frame.parameters) for step in terrain.path.steps])
    s = np.linalg.svd(kept - kept.mean(axis=0, dtype=np.float64), compute_uv=False)
    np.testing.assert_allclose(terrain.shares, (s**2 / (s**2).sum())[:2], rtol=1e-5)
    one, two = (f"{100 * share:.1f}\u00a0%" for share in terrain.shares)
    assert f"plane through step {session.frame.step}: {one} + {two}" in caption(view)
    # At the grid's point of the present state, it is the engine's loss to the last bit.
    row, column = np.flatnonzero(terrain.y == 0)[0], np.flatnonzero(terrain.x == 0)[0]
    recorded = session.history.epochs[-1]
    assert recorded.step == session.frame.step
    assert terrain.losses[row, column] == recorded.train.loss == terrain.path.losses[-1]
    np.testing.assert_allclose(plot(view)._present, 0, atol=1e-9)


@pytest.mark.parametrize("session", [IRIS], indirect=True)
def test_two_weights_of_many(session, show, settle, train) -> None:
    view = show(LandscapeView)
    session.pick_weight(0, 2, 3)
    train(2)
    choose(view, "kind", 1)
    view.findChild(QPushButton, "second.take").click()
    settle()
    assert view._second.weight == (0, 2, 3)
    terrain, frame = view._terrain, session.frame
    network = session.setup.new_network()
    x, t = session.setup.train
    for i, j in ((0, 0), (7, 33)):
        network.parameters.flat[...] = frame.parameters
        network.parameters.weights[1][0, 0] = terrain.x[j]
        network.parameters.weights[0][2, 3] = terrain.y[i]
        wanted = network.loss_value(network.predict(x), t)
        assert terrain.losses[i, j] == pytest.approx(wanted, rel=1e-5)
    assert f"all other parameters stay as at step {frame.step}" in caption(view)

    view.findChild(QSpinBox, "first.unit").setValue(1)
    settle()
    assert session.picks.weight == (1, 0, 1)
    assert view._terrain.wanted.places[0] == (1, 0, 1)

    penalised = view.findChild(QCheckBox, "penalised")
    plain = view._terrain
    penalised.click()
    settle()
    assert (view._terrain.losses > plain.losses).all()
    assert "with the penalty" in caption(view)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_what_is_dear_waits_for_the_button_and_tells_its_age(
    session, show, settle, train, seek, monkeypatch
) -> None:
    monkeypatch.setattr(landscape, "CHEAP", 0.0)
    view = show(LandscapeView)
    train(1)
    head = session.frame.step
    assert "Press Compute" in plot(view).empty_text
    view.findChild(QPushButton, "compute").click()
    settle()
    assert view._terrain.is_whole
    seek(1)
    assert f"computed around step {head}; the cursor is at step 1" in caption(view)
    assert np.abs(plot(view)._present).max() > 0
    choose(view, "resolution", 0)
    settle()
    assert "not yet with these settings" in caption(view)
    assert len(view._terrain.x) == 41


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_it_can_be_cancelled_and_is_not_begun_again(
    session, qtbot, show, settle, train, monkeypatch
) -> None:
    monkeypatch.setattr(landscape, "CHEAP", 0.0)
    view = show(LandscapeView)
    train(1)
    choose(view, "resolution", 2)
    view.findChild(QPushButton, "compute").click()
    assert view.is_at_work()
    view._work.cancel()
    monkeypatch.setattr(landscape, "CHEAP", 1e9)
    view.refresh()
    settle()
    assert view._terrain is None or not view._terrain.is_whole


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_the_picture_fills_in_while_it_is_computed(session, show, train, settle) -> None:
    view = show(LandscapeView)
    train(2)
    told, published = [], []
    wanted = replace(view._wanted(), resolution=21)
    terrain = view._explorer.survey(
        session.frame,
        view._branch(),
        wanted,
        lambda *progress: told.append(progress),
        published.append,
    )
    grid_told = [progress for progress in told if progress != (0, 0)]
    assert grid_told == [(done, 441) for done in range(1, 442)]
    assert told == [(0, 0)] * (len(told) - 441) + grid_told
    assert [len(t.x) for t in published] == sorted(len(t.x) for t in published)
    assert len(published[0].x) == 6
    assert [t.n_points for t in published] == sorted({t.n_points for t in published})
    assert published[-1] is terrain
    assert terrain.is_whole
    for part in published:
        assert np.isfinite(part.losses).all()
        stride = 20 // (len(part.x) - 1)
        exact = part.losses == terrain.losses[::stride, ::stride]
        assert exact.sum() >= part.n_points
        assert part.is_whole == (stride == 1 and bool(exact.all()))


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_picture_that_was_cancelled_says_so(session, show, train, settle) -> None:
    view = show(LandscapeView)
    train(1)
    view._terrain = replace(view._terrain, n_points=700)
    view.refresh()
    settle()
    assert "⚠ cancelled before it was whole: press Compute" in caption(view)
    assert "700 of 41 × 41 points so far" in caption(view)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_what_is_not_finite_is_drawn_and_told(session, show, train) -> None:
    view = show(LandscapeView)
    train(1)
    bad = replace(session.frame, parameters=np.full_like(session.frame.parameters, 1e30))
    terrain = view._explorer.survey(bad, view._branch(), replace(view._wanted(), resolution=21))
    for shown in (terrain, replace(terrain, losses=np.full_like(terrain.losses, np.nan))):
        view._terrain = shown
        view.show_result(bad, view.job(bad, session.picks)(None))
        view.grab()
    assert "441 points are NaN or infinite" in plot(view)._caption_text()


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_a_state_that_is_not_finite_is_refused(session, show, train) -> None:
    view = show(LandscapeView)
    train(1)
    worse = replace(session.frame, parameters=np.full_like(session.frame.parameters, np.nan))
    with pytest.raises(VisualMLPError, match="NaN or infinite: go back to an earlier step"):
        view._explorer.survey(worse, view._branch(), view._wanted())


@pytest.mark.parametrize("session", [LINE], indirect=True)
def test_edits_are_marked_and_the_picture_can_be_saved(
    session, qtbot, show, settle, steps, tmp_path
) -> None:
    view = show(LandscapeView)
    steps(20)
    session.change_run("m", lambda trainer: what_if.set_weight(trainer, 0, 0, 0, 0.1))
    qtbot.waitUntil(lambda: session.frame.parameters[0] == 0.1, timeout=WAIT_MS)
    steps(20)
    path = view._terrain.path
    assert [step for step, is_edit in zip(path.steps, path.is_edit, strict=True) if is_edit] == [20]
    assert plot(view)._point_texts[path.steps.index(20)].endswith(", changed by hand")
    plot(view).render_svg(tmp_path / "landscape.svg")
    assert "now: step 40" in (tmp_path / "landscape.svg").read_text()


def test_log_scale_needs_positive_losses(shown) -> None:
    plain = ContourPlot()
    x = np.linspace(-1, 1, 9)
    plain.set_surface(x, x, np.add.outer(x**2, x**2) + 0.1, "loss")
    shown(plain)
    assert plain.is_log
    ratios = plain.levels[1:] / plain.levels[:-1]
    np.testing.assert_allclose(ratios, ratios[0])
    assert plain.value_at(plain._axes.body.center()).endswith("loss ≈ 0.1")
    plain.set_log(False)
    np.testing.assert_allclose(np.diff(plain.levels), np.diff(plain.levels)[0])
    plain.set_log(True)
    plain.set_surface(x, x, np.add.outer(x, x), "loss")
    assert not plain.is_log
    plain.grab()


@pytest.mark.parametrize("is_log", [True, False])
def test_numbers_of_a_loss_that_hardly_changes_are_told_apart(shown, is_log) -> None:
    plain = ContourPlot()
    x = np.linspace(-1, 1, 9)
    plain.set_log(is_log)
    plain.set_surface(x, x, 0.0314 + 1e-5 * np.add.outer(x, x), "loss")
    shown(plain)
    assert plain.is_log == is_log
    texts = [text for _, text in plain._scale.numbers()]
    assert texts == ["0.03138", "0.03139", "0.0314", "0.03141", "0.03142"]


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.02, 31.0, ["0.02", "0.1", "1", "10", "31"]),
        (0.3, 0.9, ["0.3", "0.4", "0.6", "0.8", "0.9"]),
    ],
)
def test_a_logarithmic_scale_tells_the_losses_themselves(shown, low, high, expected) -> None:
    plain, x = ContourPlot(), np.linspace(0, 1, 5)
    plain.set_surface(x, x, np.linspace(low, high, 25).reshape(5, 5), "loss")
    shown(plain)
    assert plain.is_log
    places, texts = zip(*plain._scale.numbers(), strict=True)
    assert list(texts) == expected
    np.testing.assert_allclose(10.0 ** np.array(places), [float(text) for text in expected])


def test_a_loss_that_is_the_same_everywhere_is_said_not_scaled(shown) -> None:
    plain = ContourPlot()
    x = np.linspace(-1, 1, 9)
    plain.set_surface(x, x, np.full((9, 9), 2.41), "loss")
    shown(plain)
    assert plain._caption_text() == "⚠ loss 2.41 everywhere: these directions change nothing"
    assert plain._bar is None
    plain.set_surface(x, x, np.add.outer(x, x) + 3, "loss")
    assert plain._caption_text() == ""
    assert plain._bar is not None


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_one_parameter_in_both_directions_is_no_plane(session, show, settle, train) -> None:
    view = show(LandscapeView)
    train(1)
    choose(view, "kind", 1)
    settle()
    before, unit = view._terrain, view.findChild(QSpinBox, "second.source")
    shown = unit.value()
    unit.setValue(view._first.weight.row)
    settle()
    assert plot(view).empty_text == "Both parameters are the same one: choose another."
    assert not view.findChild(QPushButton, "compute").isEnabled()
    assert view._terrain is before
    unit.setValue(shown)
    settle()
    assert plot(view).empty_text is None
    assert view.findChild(QPushButton, "compute").isEnabled()


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_what_a_cancelled_computation_still_finds_is_not_shown(
    session, show, settle, train, monkeypatch
) -> None:
    view = show(LandscapeView)
    train(1)
    publishers, whole = [], view._terrain
    monkeypatch.setattr(
        view._explorer, "survey", lambda *args: publishers.append(args[-1]) or whole
    )
    for _ in range(2):
        view._survey()
        settle()
    stale = replace(whole, step=99)
    publishers[0](stale)
    view._shown_at = 0.0
    view._take_published()
    assert view._terrain is whole
    publishers[1](stale)
    view._shown_at = 0.0
    view._take_published()
    assert view._terrain is stale


def test_the_first_two_parameters_are_two() -> None:
    for hidden, bias, first, second in (
        ([], True, (0, 0, 0), (0, None, 0)),
        ([3], False, (1, 0, 0), (1, 1, 0)),
        ([1], False, (1, 0, 0), (0, 0, 0)),
        ([2, 1], True, (2, 0, 0), (2, None, 0)),
    ):
        layers = tuple(Layer(units=units, bias=bias) for units in hidden)
        network = Network(hidden=layers, output=Output(bias=bias))
        assert first_parameters(build(LINE.replace(network=network))) == (first, second)
