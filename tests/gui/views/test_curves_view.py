import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QLabel, QTableView, QToolButton

from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.session import Session
from visualmlp.gui.views.curves import LEGEND_HEIGHT, CurvesView
from visualmlp.gui.views.epoch_table import EpochTable
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.history import EpochRecord, Evaluation, History
from visualmlp.training.runner import Phase

BATCH, TRAIN, VALIDATION = "batch loss (32 samples)", "training (1,438 samples)", "validation"


def experiment(name, *settings):
    return apply_settings(find_experiment(name), list(settings))


class Laid(QObject):
    """Tells when a widget is asked to lay itself out anew."""

    out = pyqtSignal()

    def __init__(self, widget):
        super().__init__(widget)
        widget.installEventFilter(self)

    def eventFilter(self, _widget, event):
        if event.type() == QEvent.Type.LayoutRequest:
            self.out.emit()
        return False


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
    assert header(view).startswith(f"Epoch 1: validation accuracy {score:.3f}, loss ")
    assert header(view).endswith("(359 samples, step 45)")


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
    assert header(view).startswith("Epoch 0: training accuracy")


@pytest.mark.parametrize("session", [experiment("moons", "data.n_samples=15000")], indirect=True)
def test_a_sample_of_the_training_part_is_called_one(session, show):
    view = show(CurvesView)

    assert plot(view, "score").series_names()[0] == "training (10,000 of 12,000 samples)"


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


@pytest.mark.parametrize(("size", "beside"), [((390, 310), True), ((390, 620), False)])
def test_both_plots_fit_into_a_small_dock(session, show, size, beside):
    view = show(CurvesView, *size)
    loss, score = plot(view, "loss"), plot(view, "score")

    assert (score.x() > loss.x(), score.y() > loss.y()) == (beside, not beside)
    for chart in (loss, score):
        assert chart.visibleRegion().boundingRect() == chart.rect()
        assert chart.width() > 150
        assert chart.height() > 150


def test_one_legend_switches_the_series_of_all_plots(session, qtbot, show, train):
    view = show(CurvesView)
    train(1)
    legend = view.findChild(Legend)
    names = [button.text() for button in legend.findChildren(QToolButton) if button.text()]
    assert names == ["batch", "mean of 50", "training", "validation"]

    button = legend.findChild(QToolButton, TRAIN)
    assert TRAIN in button.toolTip()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    for figure in ("loss", "score"):
        assert not plot(view, figure).keys()[TRAIN].visible


def test_training_moves_neither_the_legend_nor_the_layout(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(2)
    buttons = view.findChild(Legend).findChildren(QToolButton)
    with qtbot.assertNotEmitted(Laid(view).out):
        session.run_steps(3)
        qtbot.waitUntil(lambda: session.frame.step == 93)
        settle()
    assert view.findChild(Legend).findChildren(QToolButton) == buttons
    assert header(view).endswith("step 90)")


def test_zoomed_plots_offer_to_return(session, qtbot, show, train):
    view = show(CurvesView)
    train(1)
    (button,) = [b for b in view.findChildren(QToolButton) if b.accessibleName() == "Reset zoom"]
    plot(view, "score").set_x_range(10, 20)
    assert plot(view, "loss").x_range() == (10, 20)
    assert button.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isVisible()
    assert plot(view, "score").following


def test_before_a_run_the_view_says_what_is_missing(qtbot):
    session = Session()
    view = CurvesView(session)
    qtbot.addWidget(view)
    session.add_view(view)
    view.show()

    assert not view.content.isVisible()
    assert any("No run yet" in label.text() for label in view.findChildren(QLabel))
    session.close()


# The test part, kept runs, the table


def small(*settings):
    return experiment("iris", "data.test_fraction=0.2", "training.watch_test=true", *settings)


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
def test_kept_curves_stay_under_those_of_the_next_run(session, qtbot, show, train, settle):
    view = show(CurvesView)
    train(20)
    kept = session.keep_curves("first").history
    with qtbot.waitSignal(session.run_started):
        session.open(small("optimizer.learning_rate=0.01", "training.epochs=3"))
    train(2)

    for part, name in (("train", "training"), ("validation", "validation"), ("test", "test")):
        for figure in ("loss", "score"):
            x, y = drawn(view, figure, f"first: {name}")
            np.testing.assert_array_equal(x, [record.step for record in kept.epochs])
            want = [getattr(getattr(record, part), figure) for record in kept.epochs]
            np.testing.assert_array_equal(y, want)
    _, y = drawn(view, "loss", "first: batch loss, mean of 50")
    steps = kept.steps.column("loss")
    np.testing.assert_allclose(y, np.convolve(steps, np.full(50, 1 / 50), "valid"))
    assert plot(view, "loss").x_range()[1] >= len(steps)  # the longest run decides

    legend = view.findChild(Legend)
    texts = [button.text() for button in legend.findChildren(QToolButton) if button.isVisible()]
    assert {"first: training", "first: test"} <= set(texts)
    keys = plot(view, "score").keys()
    old, new = (next(k for n, k in keys.items() if n.startswith(p)) for p in ("first: t", "train"))
    assert old.pale
    assert old.style_index == new.style_index
    assert old.pen().dashPattern() != new.pen().dashPattern()

    session.forget_kept_curves()
    settle()
    assert not [name for name in plot(view, "loss").series_names() if name.startswith("first")]


@pytest.mark.parametrize("session", [small()], indirect=True)
def test_the_legend_of_many_runs_leaves_room_for_the_plots(session, qtbot, show, train, settle):
    view = show(CurvesView, 400, 320)
    before = plot(view, "loss").height()
    for rate in (0.001, 0.003, 0.01, 0.03, 0.1):
        with qtbot.waitSignal(session.run_started):
            session.open(small(f"optimizer.learning_rate={rate}"))
        train(1)
        session.keep_curves(f"rate {rate}")
    train(1)
    assert before - plot(view, "loss").height() <= LEGEND_HEIGHT
    assert len(view.findChild(Legend).findChildren(QToolButton)) > 15


@pytest.mark.parametrize("session", ["xor"], indirect=True)
def test_kept_curves_of_another_task_are_not_drawn(session, qtbot, show, train):
    view = show(CurvesView)
    train(1)
    session.keep_curves("classes")
    with qtbot.waitSignal(session.run_started):
        session.open(find_experiment("curve"))
    train(1)
    assert not [name for name in plot(view, "loss").series_names() if name.startswith("classes")]


def test_a_run_without_steps_has_no_curves_to_keep(session):
    assert session.keep_curves("nothing") is None
    assert session.kept_curves == ()


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


# The table of epochs


def record(epoch):
    evaluation = Evaluation(1 / (epoch + 1), 0.1 * epoch, np.nan, 5)
    return EpochRecord(10 * epoch, epoch, evaluation, None if epoch == 0 else evaluation)


def test_the_table_follows_a_history_that_grows_shrinks_and_is_replaced():
    table, history = EpochTable(), History()
    history.epochs.extend(record(epoch) for epoch in range(3))
    first = table.columns(history)
    history.epochs.extend(record(epoch) for epoch in range(3, 700))
    grown = table.columns(history)

    np.testing.assert_array_equal(first["step"], [0, 10, 20])
    np.testing.assert_array_equal(grown["epoch"], np.arange(700))
    np.testing.assert_array_equal(grown["train.loss"], 1 / (np.arange(700) + 1))
    assert np.isnan(grown["validation.loss"][0])
    assert grown["validation.score"][2] == pytest.approx(0.2)

    history = history.until(40)
    np.testing.assert_array_equal(table.columns(history)["step"], [0, 10, 20, 30, 40])
    np.testing.assert_array_equal(grown["epoch"], np.arange(700))
    other = History(epochs=[record(0)])
    np.testing.assert_array_equal(table.columns(other)["epoch"], [0])


def test_plots_that_would_be_too_narrow_beside_each_other_stand_below(session, show):
    view = show(CurvesView, 400, 300)
    for figure in ("learning_rate", "gradient_norm"):
        view.findChild(QToolButton, f"show.{figure}").click()
    assert plot(view, "gradient_norm").width() > 150


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_controls_of_a_narrow_dock_do_not_lie_over_what_is_below(session, show, settle):
    view = show(CurvesView, 200, 235)
    switches = [b for b in view.findChildren(QToolButton) if b.objectName().startswith("show.")]
    header = view.findChild(TextLine, "header")
    lowest = max(s.mapTo(view, s.rect().bottomLeft()).y() for s in switches)
    assert lowest < header.mapTo(view, header.rect().topLeft()).y()
    assert not view.findChild(QComboBox, "axis").isVisible()
    view.resize(500, 400)
    settle()
    assert view.findChild(QComboBox, "axis").isVisible()
