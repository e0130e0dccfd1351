"""The curves of the run in use: what they are, and what they are called."""

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QComboBox, QLabel, QTableView, QToolButton

from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.session import Session
from visualmlp.gui.views.curves import CurvesView
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.runner import Phase

BATCH, TRAIN, VALIDATION = "batch loss (32 samples)", "training (1,438 samples)", "validation"


def experiment(name, *settings):
    return apply_settings(find_experiment(name), list(settings))


def small(*settings):
    return experiment("iris", "data.test_fraction=0.2", "training.watch_test=true", *settings)


def plot(view, figure):
    return view.findChild(CurvePlot, f"plot.{figure}")


def drawn(view, figure, name):
    """The points of the series whose name begins so."""
    chart = plot(view, figure)
    chart.refresh()
    (found,) = [n for n in chart.series_names() if n.startswith(name)]
    return chart.drawn(found)


def header(view):
    return view.findChild(TextLine, "header").text()


def click(qtbot, view, name):
    qtbot.mouseClick(view.findChild(QToolButton, name), Qt.MouseButton.LeftButton)


def choose(qtbot, view, name, data):
    box = view.findChild(QComboBox, name)
    while box.currentData() != data:
        index = box.currentIndex()
        qtbot.keyClick(box, Qt.Key.Key_Down)
        assert box.currentIndex() > index


def test_every_step_and_every_epoch_of_the_history_is_drawn(session, show, train):
    view = show(CurvesView)
    train(3)

    losses = session.history.steps.column("loss")
    records = session.history.epochs
    x, y = drawn(view, "loss", BATCH)
    np.testing.assert_array_equal(x, np.arange(len(losses)))
    np.testing.assert_array_equal(y, losses)
    for part, name in (("train", TRAIN), ("validation", VALIDATION)):
        x, y = drawn(view, "loss", name)
        np.testing.assert_array_equal(x, [record.step for record in records])
        np.testing.assert_array_equal(y, [getattr(record, part).loss for record in records])
        _, y = drawn(view, "score", name)
        np.testing.assert_array_equal(y, [getattr(record, part).score for record in records])


def test_names_and_header_say_what_the_numbers_are_of(session, show, train):
    view = show(CurvesView)
    train(1)

    names = plot(view, "loss").series_names()
    assert names[0] == BATCH
    assert {TRAIN, "validation (359 samples)"} < set(names)
    score = session.frame.evaluation.validation.score
    assert header(view).startswith(f"validation (359): accuracy {score:.3f}  ·  loss ")
    assert header(view).endswith("  ·  step 45  ·  epoch 1")


def test_the_smoothed_line_lies_on_the_steps_that_it_averages(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(2)
    choose_smaller = view.findChild(QComboBox, "window")
    qtbot.keyClick(choose_smaller, Qt.Key.Key_Up)
    settle()

    losses = session.history.steps.column("loss")
    x, y = drawn(view, "loss", "mean of 10 steps")
    np.testing.assert_allclose(y, np.convolve(losses, np.full(10, 0.1), "valid"))
    np.testing.assert_array_equal(x, np.arange(4, len(losses) - 5))

    qtbot.keyClick(choose_smaller, Qt.Key.Key_Up)
    settle()
    assert not [n for n in plot(view, "loss").series_names() if "mean" in n]


def test_over_epochs_a_step_is_a_fraction_of_its_epoch(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(2)
    session.run_steps(9)
    qtbot.waitUntil(lambda: session.frame.step == 99)
    choose(qtbot, view, "axis", "epoch")
    settle()

    x, _ = drawn(view, "loss", BATCH)
    np.testing.assert_allclose(x, np.arange(99) / 45)
    x, _ = drawn(view, "score", VALIDATION)
    np.testing.assert_array_equal(x, [0, 1, 2])


def test_switches_show_and_hide_plots(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(1)
    assert [f for f in ("loss", "score", "learning_rate") if plot(view, f).isVisible()] == [
        "loss",
        "score",
    ]

    click(qtbot, view, "show.learning_rate")
    click(qtbot, view, "show.gradient_norm")
    click(qtbot, view, "show.score")
    settle()

    assert not plot(view, "score").isVisible()
    assert plot(view, "learning_rate").isVisible()
    _, y = drawn(view, "learning_rate", "learning rate")
    np.testing.assert_array_equal(y, 0.003)
    _, y = drawn(view, "gradient_norm", "gradient norm of the step")
    np.testing.assert_array_equal(y, session.history.steps.column("gradient_norm"))


def test_log_is_for_losses_and_not_for_accuracy(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(1)
    click(qtbot, view, "log")
    settle()

    _, y = drawn(view, "loss", BATCH)
    np.testing.assert_allclose(y, np.log10(session.history.steps.column("loss")))
    _, y = drawn(view, "score", TRAIN)
    np.testing.assert_array_equal(y, [r.train.score for r in session.history.epochs])


def test_log_x_leaves_out_what_is_at_0(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(2)
    click(qtbot, view, "log_x")
    settle()

    x, y = drawn(view, "loss", BATCH)
    losses = session.history.steps.column("loss")
    np.testing.assert_allclose(x[1:], np.log10(np.arange(1, len(losses))))
    assert np.isnan(x[0])
    np.testing.assert_array_equal(y, losses)
    x, _ = drawn(view, "score", VALIDATION)
    np.testing.assert_allclose(x[1:], np.log10([45, 90]))
    assert "without 0" in plot(view, "loss").accessibleName()


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_regression_has_r2_and_rmse(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(2)
    assert view.findChild(QToolButton, "show.score").text() == "R²"
    click(qtbot, view, "show.rmse")
    settle()

    records = session.history.epochs
    _, y = drawn(view, "rmse", VALIDATION)
    np.testing.assert_array_equal(y, [record.validation.rmse for record in records])
    _, y = drawn(view, "score", VALIDATION)
    np.testing.assert_array_equal(y, [record.validation.score for record in records])
    assert "R²" in header(view)
    assert "RMSE" in header(view)


def test_a_classification_has_no_rmse(session, show):
    assert show(CurvesView).findChild(QToolButton, "show.rmse").isHidden()


@pytest.mark.parametrize(
    "session",
    [experiment("curve", "optimizer.name=sgd", "optimizer.learning_rate=100")],
    indirect=True,
)
def test_after_divergence_the_curves_stay(session, show, train):
    view = show(CurvesView)
    train(5)

    assert session.status.phase is Phase.DIVERGED
    assert view.content.isVisible()
    _, y = drawn(view, "loss", BATCH)
    np.testing.assert_array_equal(y, session.history.steps.column("loss"))


@pytest.mark.parametrize(
    "session", [experiment("moons", "data.validation_fraction=0")], indirect=True
)
def test_without_a_validation_part_only_training_is_named(session, show):
    view = show(CurvesView)

    assert plot(view, "score").series_names() == ["training (400 samples)"]
    assert header(view).startswith("training (400): accuracy")


@pytest.mark.parametrize("session", [experiment("moons", "data.n_samples=15000")], indirect=True)
def test_a_sample_of_the_training_part_is_called_one(session, show):
    view = show(CurvesView)

    assert plot(view, "score").series_names()[0] == "training (10,000 of 12,000 samples)"
    legend = [key.text for key in plot(view, "score").keys().values()]
    assert legend[0] == "training (10,000 of 12,000)"
    assert "validation" in legend


def test_reset_keeps_the_curves_and_moves_the_cursor(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(2)
    session.reset()
    qtbot.waitUntil(lambda: session.frame.step == 0)
    settle()

    x, _ = drawn(view, "loss", BATCH)
    assert len(x) == 90
    x, _ = drawn(view, "score", TRAIN)
    np.testing.assert_array_equal(x, [0, 45, 90])
    assert plot(view, "loss").marked == 0


def test_before_a_run_the_view_says_what_is_missing(qtbot):
    session = Session()
    view = CurvesView(session)
    qtbot.addWidget(view)
    session.add_view(view)
    view.show()

    assert not view.content.isVisible()
    assert any("No run yet" in label.text() for label in view.findChildren(QLabel))
    session.close()


@pytest.mark.parametrize("session", [small()], indirect=True)
def test_a_watched_test_part_has_a_curve_of_its_own(session, show, train):
    view = show(CurvesView)
    train(3)
    records = session.history.epochs
    for figure, name in (("loss", "loss"), ("score", "score")):
        _, y = drawn(view, figure, "test (30 samples)")
        np.testing.assert_array_equal(y, [getattr(record.test, name) for record in records])
    keys = plot(view, "loss").keys()
    test, validation = (
        next(key for name, key in keys.items() if name.startswith(part))
        for part in ("test", "validation")
    )
    assert test.style_index != validation.style_index
    assert test.pen().dashPattern() != validation.pen().dashPattern()


@pytest.mark.parametrize(
    "session", [small("training.sampling=full_batch", "training.evaluate_every=4")], indirect=True
)
def test_full_batch_steps_are_epochs_and_need_no_smoothing(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(10)
    n_train = len(session.setup.data.train)
    assert plot(view, "loss").series_names()[0] == f"loss before the step (all {n_train} samples)"
    assert not [name for name in plot(view, "loss").series_names() if "mean" in name]
    choose(qtbot, view, "axis", "epoch")
    settle()
    x, _ = drawn(view, "loss", "loss before")
    np.testing.assert_allclose(x, np.arange(10))
    x, _ = drawn(view, "loss", "training")
    np.testing.assert_array_equal(x, [0, 4, 8])


@pytest.mark.parametrize("session", [small()], indirect=True)
def test_the_table_shows_the_records_instead_of_the_curves(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(3)
    click(qtbot, view, "table")
    settle()
    assert not plot(view, "loss").isVisible()
    table = view.findChild(QTableView, "records")
    assert table.isVisible()
    model = table.model()
    last = [model.text(3, column) for column in range(model.columnCount())]
    record, n_train = session.history.epochs[3], len(session.setup.data.train)
    assert last[:2] == ["3", f"{record.train.score:.5f}"]
    assert last[-2:] == [f"{record.step}", f"{3 * n_train}"]
    click(qtbot, view, "table")
    settle()
    assert plot(view, "loss").isVisible()


def test_a_row_of_the_table_moves_the_cursor(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(3)
    click(qtbot, view, "table")
    settle()
    table = view.findChild(QTableView, "records")
    table.setCurrentIndex(table.model().index(1, 0))
    qtbot.keyClick(table, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.frame.step == 45)


def test_the_best_validation_is_marked(session, show, train):
    view = show(CurvesView)
    train(3)
    records = session.history.epochs
    best = max(records[1:], key=lambda record: record.validation.score)
    (sign,) = [sign for sign in plot(view, "score").signs if sign.kind == "best"]
    assert sign.x == best.step
    assert f"{best.validation.score:.4f}" in sign.text


# The crosshair


def test_the_crosshair_tells_the_values_of_all_plots_at_once(session, qtbot, show, train):
    view = show(CurvesView)
    train(2)
    before = header(view)
    loss, score = plot(view, "loss"), plot(view, "score")
    loss.setFocus()
    loss.set_crosshair(44.0)
    qtbot.keyClick(loss, Qt.Key.Key_Right)

    assert loss.crosshair == score.crosshair == 45
    record = session.history.epochs[1]
    assert header(view).startswith("step 45 · batch: ")
    assert f"training: {record.train.loss:.4g}" in header(view)
    assert f"validation: {record.validation.score:.4g}" in header(view)
    told = loss.accessibleDescription()
    assert f"{TRAIN}: {record.train.score:.4g}" in told
    assert "accuracy (share of samples)" in told
    assert score.values_text().splitlines()[0] == "step 45"
    score.setFocus()
    assert loss.crosshair is None
    assert header(view) == before


def test_enter_moves_the_cursor_to_the_crosshair(session, qtbot, show, train):
    view = show(CurvesView)
    train(1)
    plot(view, "loss").set_crosshair(12.0)
    qtbot.keyClick(plot(view, "loss"), Qt.Key.Key_Return)
    assert plot(view, "score").marked == 12
    qtbot.waitUntil(lambda: session.frame.step == 12)
