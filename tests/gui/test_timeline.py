"""Time in the window: drag, click, wheel, keys; forks by a change; the panels follow."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPoint, QPointF, QSettings, Qt
from PyQt6.QtGui import QImage, QMouseEvent, QWheelEvent
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QApplication, QPushButton, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import apply_settings, find_experiment, replace_at
from visualmlp.gui import theme
from visualmlp.gui.budgets import MB, Budgets, budgets
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.timeline_bar import TimelineBar
from visualmlp.gui.timeline_marks import edit_text
from visualmlp.gui.timeline_scale import Epochs, Scale, end_of, ticks
from visualmlp.gui.widgets.time_plot import TimePlot
from visualmlp.runs import Recorder, autosave_folder, autosave_path
from visualmlp.training.branches import Branches
from visualmlp.training.history import EpochRecord, Evaluation
from visualmlp.training.live import with_live_fields
from visualmlp.training.runner import Phase
from visualmlp.training.setup import build
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

WAIT_MS = 20_000
CTRL = Qt.KeyboardModifier.ControlModifier
NONE = Qt.KeyboardModifier.NoModifier
RATE = "optimizer.learning_rate"
Show = Callable[..., QWidget]


@pytest.fixture
def window(qtbot: QtBot, shown: Show) -> Iterator[MainWindow]:
    """A run of digits with four epochs (180 steps) behind it."""
    window = shown(MainWindow(), 1366, 768)
    window.activateWindow()
    window.session.open(find_experiment("digits"))
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    window.transport.set_speed(None)
    window.session.run_epochs(4)
    be_at(qtbot, window, 180)
    yield window
    window.session.close()


def be_at(qtbot: QtBot, window: MainWindow, step: int) -> None:
    session = window.session

    def is_there() -> bool:
        return (
            session.frame.step == step
            and not (session.is_running or session.is_seeking)
            and session.is_settled
        )

    qtbot.waitUntil(is_there, timeout=WAIT_MS)


def place_of(bar: TimelineBar, step: int) -> QPointF:
    return QPointF(bar.scale().x_of(step), bar.height() / 2)


def mouse(widget: QWidget, kind: QEvent.Type, pos: QPointF) -> None:
    button = Qt.MouseButton.LeftButton
    event = QMouseEvent(kind, pos, widget.mapToGlobal(pos), button, button, NONE)
    QApplication.sendEvent(widget, event)


def turn(bar: TimelineBar, notches: int, keys: Qt.KeyboardModifier = NONE) -> None:
    pos = QPointF(bar.rect().center())
    delta = QPoint(0, 120 * notches)
    buttons, phase = Qt.MouseButton.NoButton, Qt.ScrollPhase.NoScrollPhase
    where = bar.mapToGlobal(pos)
    event = QWheelEvent(pos, where, QPoint(), delta, buttons, keys, phase, False)
    QApplication.sendEvent(bar, event)


# The bar


def test_dragging_seeks_and_the_views_follow_on_the_way(qtbot: QtBot, window: MainWindow) -> None:
    bar, seen = window.timeline, []
    last = window.session.frame.parameters
    window.session.frame_changed.connect(lambda frame: seen.append(frame.step))
    mouse(bar, QEvent.Type.MouseButtonPress, place_of(bar, 150))
    for step in (120, 90, 60, 30):
        mouse(bar, QEvent.Type.MouseMove, place_of(bar, step))
        assert bar.value() == pytest.approx(step, abs=1)
        qtbot.waitUntil(lambda: not window.session.is_seeking, timeout=WAIT_MS)
    mouse(bar, QEvent.Type.MouseButtonRelease, place_of(bar, 30))
    be_at(qtbot, window, bar.value())
    assert len(set(seen)) >= 4
    assert window.session.timeline.head == 180
    assert [b.name for b in window.session.branches.all] == ["run 1"]
    window.session.to_head()
    be_at(qtbot, window, 180)
    np.testing.assert_array_equal(window.session.frame.parameters, last)


def test_of_a_fast_drag_the_last_place_counts(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.timeline
    mouse(bar, QEvent.Type.MouseButtonPress, place_of(bar, 150))
    for step in range(150, 20, -1):
        mouse(bar, QEvent.Type.MouseMove, place_of(bar, step))
    wanted = bar.value()
    mouse(bar, QEvent.Type.MouseButtonRelease, place_of(bar, 21))
    be_at(qtbot, window, wanted)
    assert bar.value() == wanted == pytest.approx(21, abs=1)


def test_a_click_beyond_the_newest_step_trains_nothing(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.timeline
    window.session.seek(20)
    be_at(qtbot, window, 20)
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, NONE, place_of(bar, 199).toPoint())
    be_at(qtbot, window, 180)
    assert window.session.timeline.head == 180


def test_wheel_and_keys(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.timeline
    for act, step in (
        (lambda: turn(bar, -2), 178),
        (lambda: turn(bar, 1), 179),
        (lambda: turn(bar, -1, CTRL), 135),
        (lambda: turn(bar, -1, CTRL), 90),
        (lambda: turn(bar, 1, CTRL), 135),
    ):
        act()
        be_at(qtbot, window, step)
    bar.setFocus()
    for key, step in (
        (Qt.Key.Key_Left, 134),
        (Qt.Key.Key_PageUp, 90),
        (Qt.Key.Key_Home, 0),
        (Qt.Key.Key_Right, 1),
        (Qt.Key.Key_PageDown, 45),
        (Qt.Key.Key_End, 180),
        (Qt.Key.Key_Right, 180),
    ):
        QTest.keyClick(bar, key)
        be_at(qtbot, window, step)
    assert window.session.timeline.head == 180


def test_it_is_a_slider_for_screen_readers(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.timeline
    window.session.seek(100)
    be_at(qtbot, window, 100)
    assert (bar.minimum(), bar.value(), bar.maximum()) == (0, 100, 180)
    assert bar.accessibleName()
    assert bar.accessibleDescription() == "step 100 of 180"
    bar.setValue(30)  # as a screen reader does
    be_at(qtbot, window, 30)


def test_hover_tells_steps_and_marks(qtbot: QtBot, window: MainWindow) -> None:
    bar = window.timeline
    window.session.edit(replace_at(window.session.experiment, RATE, 0.004))
    qtbot.waitUntil(lambda: any(m.kind == "edit" for m in bar.marks), timeout=WAIT_MS)
    assert "step 180, edit: learning rate 0.004" in bar.text_at(place_of(bar, 180))
    assert bar.text_at(place_of(bar, 68)).startswith("step 68, epoch 1.51")
    assert "still to be trained" in bar.text_at(place_of(bar, 195))
    best = next(mark for mark in bar.marks if mark.kind == "best")
    scores = [r.validation.score for r in window.session.history.epochs]
    assert best.step == 45 * int(np.argmax(scores))


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("size", [(1366, 768), (900, 600)])
def test_past_cursor_future_and_plan_look_different(
    window: MainWindow, qtbot: QtBot, qapp: QApplication, size: tuple[int, int], look: str
) -> None:
    theme.apply(qapp, look)
    window.resize(*size)
    window.session.seek(90)
    be_at(qtbot, window, 90)
    bar = window.timeline
    image: QImage = bar.grab().toImage()
    scale, row = bar.scale(), range(17, 26)

    def column(step: float) -> list[int]:
        x = round(scale.x_of(step))
        return [image.pixel(x + dx, y) for y in row for dx in range(4)]

    looks = [column(step) for step in (40, 140, 190)]
    assert len({tuple(one) for one in looks}) == 3
    assert len(set(looks[1])) > len(set(looks[2]))  # hatched, not by its colour alone


# Transport, play from the past, forks


def test_keys_and_buttons_go_back(qtbot: QtBot, window: MainWindow) -> None:
    window.setFocus()
    for key, keys, step in (
        (Qt.Key.Key_Left, NONE, 179),
        (Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier, 135),
        (Qt.Key.Key_Right, NONE, 136),
        (Qt.Key.Key_End, NONE, 180),
        (Qt.Key.Key_Home, NONE, 0),
    ):
        QTest.keyClick(window, key, keys)
        be_at(qtbot, window, step)
    assert not window.actions_by_name["step_back"].isEnabled()
    assert window.actions_by_name["to_head"].isEnabled()
    button = window.transport.widgetForAction(window.actions_by_name["to_head"])
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    be_at(qtbot, window, 180)
    assert not window.actions_by_name["to_head"].isEnabled()


def test_play_from_the_past_replays_and_trains_on(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    losses = session.history.steps.column("loss").copy()
    session.seek(100)
    be_at(qtbot, window, 100)
    assert "step 100 of 180" in window.statusBar().text.text()
    assert "past" in window.statusBar().text.text()
    session.limit_speed(200)
    session.play()
    qtbot.waitUntil(lambda: "replaying" in window.statusBar().text.text(), timeout=WAIT_MS)
    session.limit_speed(None)
    qtbot.waitUntil(lambda: session.timeline.head > 300, timeout=WAIT_MS)
    session.pause()
    qtbot.waitUntil(lambda: not session.is_running, timeout=WAIT_MS)
    assert len(session.branches.all) == 1
    assert session.timeline.edits == []
    np.testing.assert_array_equal(session.history.steps.column("loss")[:180], losses)


def test_a_change_in_the_past_makes_a_fork_and_says_so(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    session.seek(100)
    be_at(qtbot, window, 100)
    session.edit(replace_at(session.experiment, RATE, 0.004))
    qtbot.waitUntil(lambda: len(session.branches.all) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(window.notice.isVisible, timeout=WAIT_MS)
    assert "run 2, from step 100 (learning rate 0.004)" in window.notice.text.text()
    session.run_steps(20)
    be_at(qtbot, window, 120)
    assert (session.timeline.head, session.branches[0].timeline.head) == (120, 180)
    kinds = {mark.kind for mark in window.timeline.marks}
    assert {"fork", "edit"} <= kinds


def test_panels_follow_the_cursor_without_an_edit_or_a_fork(
    qtbot: QtBot, window: MainWindow
) -> None:
    session = window.session
    before = session.experiment.optimizer.learning_rate
    session.edit(replace_at(session.experiment, RATE, 0.004))
    session.edit(replace_at(session.experiment, RATE, 0.005))
    session.run_steps(20)
    be_at(qtbot, window, 200)
    session.edit(session.experiment.replace(title="mine"))
    for step, rate in ((150, before), (199, 0.005), (180, 0.005), (179, before), (200, 0.005)):
        session.seek(step)
        be_at(qtbot, window, step)
        assert session.experiment.optimizer.learning_rate == rate
    assert session.experiment.title == "mine"
    assert [edit.label for edit in session.timeline.edits] == [f"{RATE} = 0.005"]
    assert len(session.branches.all) == 1
    assert not session.has_pending_edits


def test_fast_changes_in_a_panel_are_not_overtaken_by_older_frames(
    qtbot: QtBot, window: MainWindow
) -> None:
    session = window.session
    session.limit_speed(100)
    session.play()
    for rate in np.linspace(0.001, 0.02, 30).round(5).tolist():
        session.edit(replace_at(session.experiment, RATE, rate))
        qtbot.wait(7)
        assert session.experiment.optimizer.learning_rate == rate
    session.pause()
    qtbot.waitUntil(lambda: session.frame.experiment.optimizer.learning_rate == 0.02)
    assert session.experiment.optimizer.learning_rate == 0.02


@pytest.mark.parametrize("seed", [1, 3])
def test_whatever_is_done_in_a_hurry_the_window_shows_the_state_at_the_cursor(
    qtbot: QtBot, window: MainWindow, seed: int
) -> None:
    session, rng = window.session, random.Random(seed)

    def some_step() -> int:
        return rng.randrange(session.timeline.head + 1)

    def set_weight(trainer: Trainer) -> Edit:
        return Edit(trainer.step_count, "set", indices=(3,), values=(0.5,))

    def change_rate() -> None:
        rate = rng.choice([0.001, 0.002, 0.005])
        session.edit(replace_at(session.experiment, RATE, rate))

    acts = (
        lambda: session.seek(some_step()),
        lambda: window.timeline.setValue(min(some_step(), window.timeline.maximum())),
        change_rate,
        lambda: session.change_run("set", set_weight),
        lambda: session.run_steps(rng.randrange(1, 40)),
        lambda: session.switch_run(rng.choice([b.number for b in session.branches.all])),
        *(session.play, session.pause, session.undo, session.redo, session.undo_edit),
        *(session.step_back, session.epoch_back, session.to_head),
    )
    for _ in range(6):
        for _ in range(12):
            rng.choice(acts)()
            qtbot.wait(rng.choice([0, 0, 5, 30]))
        session.pause()
        qtbot.wait(40)  # until the last command is carried out
        qtbot.waitUntil(
            lambda: (
                session.status.phase not in (Phase.RUNNING, Phase.SEEKING)
                and session.is_settled
                and not session.is_seeking
            ),
            timeout=WAIT_MS,
        )
        frame = session.frame
        qtbot.waitUntil(lambda: window.timeline.value() == session.frame.step, timeout=WAIT_MS)
        assert with_live_fields(session.experiment, frame.experiment) == session.experiment
        assert frame.head == session.timeline.head


# Undo


def test_undo_takes_back_changes_of_both_kinds_in_turn(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    before, rate = session.frame.state.digest(), session.experiment.optimizer.learning_rate

    def set_weight(trainer: Trainer) -> Edit:
        return Edit(trainer.step_count, "weight set", indices=(3,), values=(0.5,))

    def edits() -> int:
        return len(session.timeline.edits)

    session.edit(replace_at(session.experiment, RATE, 0.004))
    qtbot.waitUntil(lambda: edits() == 1, timeout=WAIT_MS)
    session.change_run("weight set", set_weight)
    qtbot.waitUntil(lambda: edits() == 2, timeout=WAIT_MS)
    undo = window.actions_by_name["undo"]
    assert undo.isEnabled()
    undo.trigger()
    qtbot.waitUntil(lambda: edits() == 1, timeout=WAIT_MS)
    undo.trigger()
    qtbot.waitUntil(lambda: edits() == 0, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: session.frame.state.digest() == before, timeout=WAIT_MS)
    assert session.experiment.optimizer.learning_rate == rate
    window.actions_by_name["redo"].trigger()
    qtbot.waitUntil(lambda: edits() == 1, timeout=WAIT_MS)


def test_a_change_by_hand_is_undone_at_its_step_only(qtbot: QtBot, window: MainWindow) -> None:
    session = window.session
    take_back = window.actions_by_name["undo_edit"]
    assert not take_back.isEnabled()
    session.change_run("set", lambda t: Edit(t.step_count, "set", indices=(3,), values=(0.5,)))
    assert session.can_undo
    session.run_steps(5)
    be_at(qtbot, window, 185)
    assert not session.can_undo
    session.seek(180)
    be_at(qtbot, window, 180)
    assert take_back.isEnabled()
    take_back.trigger()
    qtbot.waitUntil(lambda: len(session.branches.all) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: session.timeline.edits == [], timeout=WAIT_MS)
    qtbot.waitUntil(window.notice.isVisible, timeout=WAIT_MS)
    assert "run 2, from step 180 (without: set)" in window.notice.text.text()
    session.switch_run(0)
    qtbot.waitUntil(window.notice.isHidden, timeout=WAIT_MS)


# Curves


def test_the_curves_show_the_cursor_and_move_it(qtbot: QtBot, window: MainWindow) -> None:
    session, plot = window.session, window.findChild(TimePlot, "plot.loss")
    session.edit(replace_at(session.experiment, RATE, 0.004))
    session.seek(60)
    be_at(qtbot, window, 60)
    assert plot.marked == session.frame.step == 60
    assert {(sign.x, sign.kind) for sign in plot.signs} == {(180, "edit"), (180, "best")}

    def at(step: float) -> QPointF:
        axes = plot._axes
        return QPointF(plot._x_on_screen(axes, step), axes.body.center().y())

    QTest.mouseClick(plot, Qt.MouseButton.LeftButton, NONE, at(120).toPoint())
    qtbot.waitUntil(lambda: session.frame.step == pytest.approx(120, abs=3), timeout=WAIT_MS)
    be_at(qtbot, window, session.frame.step)
    mouse(plot, QEvent.Type.MouseButtonPress, at(120))
    mouse(plot, QEvent.Type.MouseMove, at(90))
    mouse(plot, QEvent.Type.MouseMove, at(30))
    mouse(plot, QEvent.Type.MouseButtonRelease, at(30))
    qtbot.waitUntil(lambda: session.frame.step == pytest.approx(30, abs=3), timeout=WAIT_MS)
    assert plot.following  # it has not been panned
    plot.set_x_range(0, 60)
    plot.grab()
    begin, end = at(50), at(40)
    mouse(plot, QEvent.Type.MouseButtonPress, begin)
    mouse(plot, QEvent.Type.MouseMove, end)
    mouse(plot, QEvent.Type.MouseButtonRelease, end)
    assert plot.x_range()[0] > 5  # panned, once zoomed
    assert session.frame.step == pytest.approx(30, abs=3)


# Scale


def records(*steps: int) -> list[EpochRecord]:
    part = Evaluation(1.0, 0.5, np.nan, 10)
    return [EpochRecord(step, epoch, part, part) for epoch, step in enumerate(steps)]


@pytest.mark.parametrize("head", [0, 7, 10, 11, 999, 4_690, 65_000, 1_000_000])
@pytest.mark.parametrize("planned", [0, 4, 4_690, 10_000_000])
def test_the_past_has_room_and_numbers_do_not_touch(head: int, planned: int) -> None:
    end = end_of(head, planned)
    assert end >= max(head, 1)
    assert head >= 0.38 * end or head < 10
    assert end_of(0, planned) == planned or not planned
    scale = Scale(60.0, 1200.0, end)
    epochs = Epochs(records(0, 469), 469)
    _, places = ticks(scale, epochs)
    assert 2 <= len(places) <= 22
    width = max(8 * len(text) for _, text in places)
    assert np.diff([x for x, _ in places]).min() > width
    assert [scale.step_at(scale.x_of(step)) for step in (0, end)] == [0, end]


@pytest.mark.parametrize(("n_batches", "end"), [(1, 10), (45, 50), (422, 500), (50_000, 500)])
def test_a_run_that_begins_has_room_for_its_epoch(n_batches: int, end: int) -> None:
    assert end_of(1, 30 * n_batches, n_batches) == end


def test_epochs_follow_the_records_where_their_length_changed() -> None:
    epochs = Epochs(records(0, 10, 20, 25, 30), 5)
    assert [epochs.epoch_at(step) for step in (0, 15, 20, 25, 40)] == [0, 1.5, 2, 3, 6]
    assert [epochs.step_of(epoch) for epoch in (0, 1.5, 2, 3, 6)] == [0, 15, 20, 25, 40]


@pytest.mark.parametrize(
    ("label", "text"),
    [
        ("optimizer.learning_rate = 0.01", "learning rate 0.01"),
        ("training.batch_size = 64, optimizer.momentum = 0.5", "batch size 64, momentum 0.5"),
        ("regularization.l2 = 0.1", "L2 0.1"),
        ("unit 3 silenced", "unit 3 silenced"),
    ],
)
def test_labels_are_told_as_panels_name_their_fields(label: str, text: str) -> None:
    assert edit_text(label) == text


# Budgets, and what a crash leaves


def test_budgets_are_shown_and_kept(window: MainWindow, qtbot: QtBot) -> None:
    assert budgets() == Budgets()
    window.actions_by_name["choose_budgets"].trigger()
    dialog = window.findChild(QWidget, "budgets")
    usage = window.session.usage
    assert usage.n_states > 0
    assert usage.memory > 0
    dialog.findChild(QSpinBox, "budgets.memory").setValue(64)
    dialog.findChild(QSpinBox, "budgets.disk").setValue(500)
    dialog.accept()
    assert budgets() == Budgets(64 * MB, 500 * MB)
    runner = window.session._runner
    qtbot.waitUntil(lambda: runner.memory_budget == 64 * MB, timeout=WAIT_MS)
    QSettings().setValue("time/memory_mb", "nonsense")
    assert budgets().memory == Budgets().memory


def left_over(steps: int) -> Path:
    """A file as a killed process leaves it."""
    setup = build(apply_settings(find_experiment("iris"), []))
    trainer, path = Trainer(setup), autosave_path()
    autosave_folder().mkdir(parents=True, exist_ok=True)
    for _ in range(steps):
        trainer.step()
    recorder = Recorder(path, setup)
    recorder.begin(Branches(trainer.timeline), trainer)
    recorder.close()
    return path


def test_runs_of_a_crash_are_offered(qtbot: QtBot, shown: Show) -> None:
    first, second = left_over(3), left_over(7)
    window = shown(MainWindow(), 1366, 768)
    window.recovery.look()
    text, press = window.recovery._text, window.recovery.findChild
    assert window.recovery.isVisible()
    assert "step 7 of 7" in text.text()
    assert time.strftime("%Y-%m-%d") in text.text()
    assert "1 more" in text.text()
    QTest.mouseClick(press(QPushButton, "recovery.open"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.frame is not None, timeout=WAIT_MS)
    assert window.session.frame.step == 7
    assert second.exists()
    assert "step 3 of 3" in text.text()
    QTest.mouseClick(press(QPushButton, "recovery.discard"), Qt.MouseButton.LeftButton)
    assert not first.exists()
    assert not window.recovery.isVisible()
    window.session.close()
    assert second.exists()


def test_a_damaged_left_over_file_can_only_be_discarded(shown: Show) -> None:
    path = left_over(3)
    path.write_bytes(b"not a run" * 300)
    window = shown(MainWindow(), 1366, 768)
    window.recovery.look()
    assert "damaged" in window.recovery._text.text()
    assert not window.recovery.findChild(QPushButton, "recovery.open").isEnabled()
    window.session.close()


def test_without_left_over_files_nothing_is_offered(shown: Show) -> None:
    window = shown(MainWindow(), 1366, 768)
    window.recovery.look()
    assert not window.recovery.isVisible()
    window.session.close()


def test_the_track_stays_where_it_is_while_the_cursor_moves(
    qtbot: QtBot, window: MainWindow
) -> None:
    bar, before = window.timeline, window.timeline.scale()
    bar.setValue(0)
    be_at(qtbot, window, 0)
    assert bar.scale() == before


def test_training_at_the_newest_step_is_not_called_a_replay(
    qtbot: QtBot, window: MainWindow
) -> None:
    """The worker is ahead of the frame that is shown."""
    seen = set()
    session, bar = window.session, window.timeline
    session.frame_changed.connect(lambda: bar.follow() or seen.add(bar.value() == bar.maximum()))
    session.run_epochs(8)
    be_at(qtbot, window, 540)
    assert seen == {True}


def test_the_sign_of_a_message_follows_the_look(window: MainWindow, qapp: QApplication) -> None:
    notice = window.notice
    notice.inform("a message")
    before = notice.sign.pixmap().toImage()
    theme.apply(qapp, "dark")
    QApplication.processEvents()
    assert notice.sign.pixmap().toImage() != before


def test_marks_show_the_states_of_the_file_that_a_run_was_opened_from(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    session, path = window.session, tmp_path / "run.vmlp"
    session.seek(50)
    be_at(qtbot, window, 50)
    with qtbot.waitSignal(session.saved, timeout=WAIT_MS):
        session.save_run(path)
    session.open_run(path)
    qtbot.waitUntil(lambda: session.frame is None or not session.is_loading, timeout=WAIT_MS)
    be_at(qtbot, window, 50)
    archive = session.timeline.checkpoints.archive
    assert archive is not None
    assert len(archive.steps()) > 1
    assert set(archive.steps()) <= set(window.timeline._picture(session.frame).checkpoints)
