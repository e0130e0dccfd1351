"""A drawing, its prediction, and the samples that are made of drawings."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QComboBox, QLabel, QPushButton

from visualmlp.analysis.digit_picture import digit_picture
from visualmlp.data.drawn import drawn_file, load_drawn, save_drawn
from visualmlp.experiment import Data, Experiment, apply_settings, find_experiment
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views import VIEWS
from visualmlp.gui.views.draw import DrawView
from visualmlp.gui.views.inspector import InspectorView
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.canvas import Canvas
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.stages import Stages
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.probe import Probe

LEFT = Qt.MouseButton.LeftButton
_DIGITS = find_experiment("digits")
SIGMOIDS = apply_settings(
    _DIGITS, ["network.output.activation=sigmoid", "network.loss=squared_error"]
)
TWO = _DIGITS.replace(data=_DIGITS.data.replace(classes=("5", "8"), task="binary"))
TEST_PART = _DIGITS.replace(data=_DIGITS.data.replace(test_fraction=0.2))


def drag(view: DrawView, *places: tuple[float, float]) -> None:
    canvas = view.findChild(Canvas)
    paper = canvas._paper()
    points = [(paper.topLeft() + QPointF(*place) * paper.width()).toPoint() for place in places]
    QTest.mousePress(canvas, LEFT, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, LEFT, pos=points[-1])


def draw_seven(view: DrawView) -> None:
    drag(view, (0.3, 0.2), (0.7, 0.2), (0.5, 0.8))


def text(view, name: str = "verdict") -> str:
    return view.findChild(TextLine, name).text()


def keep(view: DrawView, qtbot, label: str) -> None:
    qtbot.waitUntil(lambda: view._own.has_ink)
    view.findChild(QComboBox, "label").setCurrentText(label)
    QTest.mouseClick(view.findChild(QPushButton, "keep"), LEFT)


def expected(session: Session, view: DrawView) -> np.ndarray:
    """The outputs for the drawing, by a network of the test's own."""
    dataset, network = session.setup.data.dataset, session.setup.new_network()
    ink = view.findChild(Canvas).ink() / 255
    picture = digit_picture(ink, dataset.image_shape, dataset.value_range, dataset.x.dtype)
    network.parameters.flat[...] = session.frame.parameters
    scaled = session.setup.data.scaling.apply(picture.values.reshape(1, -1), np.float32)
    return network.predict(scaled)[0]


@pytest.fixture
def view(show) -> DrawView:
    return show(DrawView, 680, 560)


def test_the_prediction_follows_the_pen_and_the_frame(session, view, qtbot, train) -> None:
    assert "Draw something" in text(view)
    draw_seven(view)
    bars = view.findChild(Bars)
    qtbot.waitUntil(lambda: "Taken for" in text(view))
    assert bars._values == pytest.approx(expected(session, view), abs=1e-5)
    train(2)
    outputs = expected(session, view)
    assert bars._values == pytest.approx(outputs, abs=1e-5)
    assert bars._predicted == outputs.argmax()
    assert f"Taken for {outputs.argmax()}: {100 * outputs.max():.1f}\u00a0%" in text(view)
    assert f"step {session.frame.step} · " in view.findChild(Bars)._caption_text()


def test_the_prediction_does_not_wait_for_the_analyses(session, view, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(session._schedule, "tick", lambda *args: None)
    draw_seven(view)
    qtbot.waitUntil(lambda: "Taken for" in text(view))


def test_the_steps_of_the_picture_are_shown(session, view, qtbot) -> None:
    draw_seven(view)
    qtbot.waitUntil(lambda: "Taken for" in text(view))
    stages = view.findChild(Stages)
    assert list(stages._names) == ["drawn", "cropped", "bitmap", "counts"]
    assert [picture.shape for picture in stages._pictures[2:]] == [(32, 32), (8, 8)]
    assert "4 × 4 blocks" in stages._caption


def test_clearing_takes_the_prediction_away_and_undo_brings_it_back(view, qtbot) -> None:
    draw_seven(view)
    qtbot.waitUntil(lambda: "Taken for" in text(view))
    said = text(view)
    QTest.mouseClick(view.findChild(QPushButton, "clear"), LEFT)
    qtbot.waitUntil(lambda: "Draw something" in text(view))
    QTest.mouseClick(view.findChild(QPushButton, "undo"), LEFT)
    qtbot.waitUntil(lambda: text(view) == said)


def test_a_sample_needs_ink_and_a_label(view, qtbot) -> None:
    button, label = view.findChild(QPushButton, "keep"), view.findChild(QComboBox, "label")
    assert not button.isEnabled()
    label.setCurrentText("7")
    assert not button.isEnabled()
    draw_seven(view)
    qtbot.waitUntil(button.isEnabled)
    label.setCurrentIndex(-1)
    assert not button.isEnabled()


@pytest.mark.parametrize("session", [TEST_PART], indirect=True)
def test_a_kept_sample_is_picked_and_shown_and_counts_nowhere(
    session, show, view, qtbot, settle, train
) -> None:
    inspector = show(InspectorView, 260, 700)
    counts = [len(part) for part in session.setup.data.parts]
    draw_seven(view)
    keep(view, qtbot, "7")
    settle()
    assert session.picks == Picks("drawn", 0)
    chooser = inspector.findChild(PartChooser)
    assert chooser.currentText() == "Drawn by you (1)"
    assert "drawn sample 0 · not in the data" in text(inspector, "facts")
    assert "true 7" in text(inspector)
    shown = inspector.findChild(Bars)._values
    assert shown == pytest.approx(expected(session, view), abs=1e-5)
    n_samples = session.setup.data.dataset.n_samples
    train(1)
    assert [len(part) for part in session.setup.data.parts] == counts
    assert session.setup.data.dataset.n_samples == n_samples
    assert session.frame.samples_seen == counts[0]
    assert view.findChild(Gallery, "kept").accessibleName() == "Drawn by you: 1"


def test_kept_samples_survive_new_runs_and_restarts(session, view, qtbot, settle) -> None:
    for label in ("7", "1"):
        draw_seven(view)
        keep(view, qtbot, label)
    settle()
    with qtbot.waitSignal(session.run_started):
        session.open(TWO)
    assert session.drawn is None, "neither is a 5 or an 8"
    assert session.picks.part != "drawn"
    with qtbot.waitSignal(session.run_started):
        session.open(_DIGITS)
    assert session.drawn.labels.tolist() == [7, 1]
    other = Session()
    try:
        with qtbot.waitSignal(other.run_started):
            other.open(TEST_PART)
        assert other.drawn.labels.tolist() == [7, 1]
        np.testing.assert_array_equal(
            other.setup.data.raw(other.drawn), session.setup.data.raw(session.drawn)
        )
    finally:
        other.close()


def test_a_picked_sample_stays_picked_in_a_new_run_of_the_same_data(session, view, qtbot) -> None:
    draw_seven(view)
    keep(view, qtbot, "7")
    with qtbot.waitSignal(session.run_started):
        session.start_new_run()
    assert session.picks == Picks("drawn", 0)


def test_samples_are_deleted_one_by_one(session, view, qtbot, settle) -> None:
    for label in ("7", "1", "4"):
        draw_seven(view)
        keep(view, qtbot, label)
    settle()
    gallery, button = view.findChild(Gallery), view.findChild(QPushButton, "delete")
    gallery.picture_picked.emit(1)
    settle()
    for left in ([7, 4], [7]):
        QTest.mouseClick(button, LEFT)
        settle()
        assert session.drawn.labels.tolist() == left
        assert session.picks == Picks("drawn", 1 if left == [7, 4] else 0)
    QTest.mouseClick(button, LEFT)
    settle()
    assert session.drawn is None
    assert session.picks == Picks("validation", 0)
    assert not gallery.isVisibleTo(view)
    assert load_drawn(drawn_file()) == []


def test_two_windows_do_not_lose_each_others_samples(session, view, qtbot) -> None:
    draw_seven(view)
    keep(view, qtbot, "7")
    (seven,) = load_drawn(drawn_file())
    save_drawn(drawn_file(), [seven, seven])  # as another window would
    keep(view, qtbot, "1")
    assert [sample.label for sample in load_drawn(drawn_file())] == ["7", "7", "1"]
    assert session.picks == Picks("drawn", 2)


def test_a_damaged_file_is_told_and_kept_aside(session, view, qtbot, settle) -> None:
    drawn_file().parent.mkdir(parents=True, exist_ok=True)
    drawn_file().write_text("damaged")
    with qtbot.waitSignal(session.failed) as failed:
        session.start_new_run()
    assert "drawn.damaged-1.npz" in failed.args[0]
    settle()
    draw_seven(view)
    keep(view, qtbot, "7")
    assert [sample.label for sample in load_drawn(drawn_file())] == ["7"]
    assert drawn_file().with_name("drawn.damaged-1.npz").read_text() == "damaged"


def test_a_sample_that_cannot_be_written_is_told(session, view, qtbot, monkeypatch) -> None:
    def fail(*args, **kwargs):
        raise OSError(28, "No space left on device")

    draw_seven(view)
    monkeypatch.setattr(np, "savez_compressed", fail)
    with qtbot.waitSignal(session.failed) as failed:
        keep(view, qtbot, "7")
    assert "No space left" in failed.args[0]
    assert session.drawn is None


@pytest.mark.parametrize("session", [TWO], indirect=True)
def test_a_binary_task_has_a_bar_for_each_class(session, view, qtbot) -> None:
    draw_seven(view)
    qtbot.waitUntil(lambda: "Taken for" in text(view))
    (output,) = expected(session, view).tolist()
    assert view.findChild(Bars)._values == pytest.approx([1 - output, output], abs=1e-5)


@pytest.mark.parametrize("session", [SIGMOIDS], indirect=True)
def test_outputs_that_are_no_probabilities_are_not_called_so(session, view, qtbot) -> None:
    draw_seven(view)
    qtbot.waitUntil(lambda: "Taken for" in text(view))
    assert view.findChild(Bars)._title == "Outputs (sigmoid)"
    assert "%" not in text(view)


@pytest.mark.parametrize("session", ["iris"], indirect=True)
def test_data_without_pictures_cannot_be_drawn(session, view) -> None:
    assert "needs pictures" in view.findChild(QLabel).text()


def test_outputs_that_are_nan_are_told(session, view, qtbot) -> None:
    draw_seven(view)
    qtbot.waitUntil(lambda: "Taken for" in text(view))
    broken = session.frame.parameters.copy()
    broken[...] = np.nan
    object.__setattr__(session.frame, "parameters", broken)
    view._probe._frame = None
    view._look()
    assert "NaN" in text(view)


def test_every_view_follows_a_drawn_sample(
    session, view, show, qtbot, settle, train, caplog
) -> None:
    train(1)
    draw_seven(view)
    keep(view, qtbot, "7")
    others = [show(VIEWS[name], 700, 500) for name in VIEWS if name != "draw"]
    session.pick_unit(0, 1)
    settle()
    train(1)
    session.delete_drawn(0)
    settle()
    failures = [record.getMessage() for record in caplog.records if record.exc_info]
    assert not failures, caplog.text
    assert all(view._pages.currentWidget() is view._room or view._reason for view in others)


def test_what_is_nearly_certain_is_not_called_certain(session, view, qtbot, monkeypatch) -> None:
    monkeypatch.setattr(Probe, "predict", lambda *args: np.eye(10)[[7]] * 0.9998)
    draw_seven(view)
    qtbot.waitUntil(lambda: "Taken for" in text(view))
    assert text(view) == "Taken for 7: 99.98\u00a0%"


def test_there_is_room_to_draw_in_a_narrow_dock(session, show) -> None:
    narrow = show(DrawView, 316, 600)
    canvas, bars = narrow.findChild(Canvas), narrow.findChild(Bars)
    assert canvas._paper().width() > 145
    assert bars.height() >= bars.minimumHeight()
    wide = show(DrawView, 1400, 900)
    bars = wide.findChild(Bars)
    assert bars.height() <= bars.maximumHeight() < 500
    assert wide.findChild(Stages).height() > narrow.findChild(Stages).height()


# Pictures that were not made as MNIST's, on paper, with numbers as targets


def open_pictures(session, qtbot, path, targets, *, on_paper: bool = False) -> None:
    """Train on the 8×8 digits as bytes of other pictures, 12×12, say, with a wide border."""
    digits = session.setup.data.dataset.x[: len(targets)].reshape(-1, 8, 8).astype(np.uint8) * 15
    x = np.pad(digits, ((0, 0), (2, 2), (2, 2)))
    np.savez(path, x=255 - x if on_paper else x, y=targets)
    with qtbot.waitSignal(session.run_started):
        session.open(Experiment(data=Data(source="arrays", path=str(path))))
    qtbot.waitUntil(lambda: session.frame is not None)


@pytest.mark.parametrize("on_paper", [False, True])
def test_ink_is_what_it_is_in_the_data(session, view, qtbot, settle, tmp_path, on_paper) -> None:
    labels = session.setup.data.dataset.targets[:300]
    open_pictures(session, qtbot, tmp_path / "own.npz", labels, on_paper=on_paper)
    settle()
    draw_seven(view)
    qtbot.waitUntil(lambda: "Taken for" in text(view))
    border, inside = view._picture.values[0], view._picture.values[2:-2]
    assert set(border.tolist()) == {255 if on_paper else 0}
    assert (inside.min() < 100) if on_paper else (inside.max() > 150)
    shown = view._picture.values
    keep(view, qtbot, "7")
    np.testing.assert_array_equal(session.setup.data.raw(session.drawn)[0], shown.reshape(-1))
    (kept,) = load_drawn(drawn_file())
    assert kept.picture[0, 0] == 0, "files have light ink on dark ground"


def test_a_way_of_making_pictures_that_stands_in_for_another_is_said(
    session, view, qtbot, settle, tmp_path
) -> None:
    assert "MNIST" not in view.findChild(Stages)._caption
    open_pictures(session, qtbot, tmp_path / "own.npz", session.setup.data.dataset.targets[:300])
    settle()
    assert "a stand-in: MNIST's way" in view.findChild(Stages)._caption


def test_a_drawing_without_a_label_is_sent_to_the_inspector(
    session, view, show, qtbot, settle, train
) -> None:
    inspector = show(InspectorView, 420, 700)
    button = view.findChild(QPushButton, "inspect")
    assert not button.isEnabled()
    draw_seven(view)
    qtbot.waitUntil(button.isEnabled)
    with qtbot.waitSignal(session.view_wanted) as wanted:
        QTest.mouseClick(button, LEFT)
    assert wanted.args == ["inspector"]
    settle()
    assert session.picks == Picks("unlabelled", 0)
    assert load_drawn(drawn_file()) == []
    assert session.drawn is None
    guess = expected(session, view).argmax()
    assert text(inspector) == f"predicted {guess} · no label"
    assert text(inspector, "facts").startswith("unlabelled drawing · not in the data · no loss")
    assert inspector.findChild(PartChooser).currentText() == "Drawing, no label"
    assert inspector.findChild(Bars)._values == pytest.approx(expected(session, view), abs=1e-5)
    assert not inspector.findChild(QPushButton, "next_mistake").isEnabled()
    first = inspector._picture._tiles.copy()
    drag(view, (0.2, 0.5), (0.8, 0.5))
    qtbot.waitUntil(lambda: expected(session, view) == pytest.approx(view.findChild(Bars)._values))
    assert (inspector._picture._tiles == first).all(), "it stays until another is sent"
    QTest.mouseClick(button, LEFT)
    settle()
    assert (inspector._picture._tiles != first).any()
    train(1)
    with qtbot.waitSignal(session.run_started):
        session.start_new_run()
    assert session.picks.part == "unlabelled"
    with qtbot.waitSignal(session.run_started):
        session.open(TWO)
    assert session.picks.part == "validation"
    assert session.unlabelled is None


def test_a_drawing_without_a_label_is_explained(session, view, show, qtbot, settle) -> None:
    inspector = show(InspectorView, 420, 700)
    draw_seven(view)
    qtbot.waitUntil(view.findChild(QPushButton, "inspect").isEnabled)
    QTest.mouseClick(view.findChild(QPushButton, "inspect"), LEFT)
    what = inspector.findChild(QComboBox, "what")
    for key, said in (("gradient", "no loss"), ("occlusion", "Change of"), ("nearest", "Nearest")):
        what.setCurrentIndex(what.findData(key))
        what.activated.emit(what.currentIndex())
        settle()
        assert said in text(inspector, "explained")
        if key != "nearest":
            assert f"“{expected(session, view).argmax()}”" in text(inspector, "explained")


def test_every_view_follows_a_drawing_without_a_label(
    session, view, show, qtbot, settle, train, caplog
) -> None:
    draw_seven(view)
    qtbot.waitUntil(view.findChild(QPushButton, "inspect").isEnabled)
    others = [show(VIEWS[name], 700, 500) for name in VIEWS if name != "draw"]
    session.pick_unit(0, 1)
    QTest.mouseClick(view.findChild(QPushButton, "inspect"), LEFT)
    settle()
    train(1)
    failures = [record.getMessage() for record in caplog.records if record.exc_info]
    assert not failures, caplog.text
    assert all(view._pages.currentWidget() is view._room or view._reason for view in others)


def test_drawings_for_a_regression_are_sent_too(
    session, view, show, qtbot, settle, tmp_path, caplog
) -> None:
    open_pictures(session, qtbot, tmp_path / "own.npz", np.linspace(0.05, 1.95, 300))
    inspector = show(InspectorView, 420, 700)
    for name in ("activations", "network", "preprocessing", "activation_functions", "predictions"):
        show(VIEWS[name], 700, 500)
    draw_seven(view)
    button = view.findChild(QPushButton, "inspect")
    qtbot.waitUntil(button.isEnabled)
    assert not view.findChild(QPushButton, "keep").isVisible()
    QTest.mouseClick(button, LEFT)
    settle()
    assert session.picks.part == "unlabelled"
    assert text(inspector).endswith(" · no target")
    bars = inspector.findChild(Bars)
    assert (bars._title, list(bars._names)) == ("Prediction", ["prediction"])
    assert not [record for record in caplog.records if record.exc_info], caplog.text
