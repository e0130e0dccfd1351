"""The curves in docks of all sizes: what shows, and where the rest is to be found."""

import pytest
from PyQt6.QtCore import QEvent, QObject, Qt, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QFrame, QToolButton

from visualmlp.gui.views.curves import CurvesView
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.parts_line import PartsLine
from visualmlp.gui.widgets.text_line import TextLine

FIGURES = ("loss", "score", "learning_rate", "gradient_norm")
TRAIN = "training (1,438 samples)"


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


def header(view):
    return view.findChild(TextLine, "header").text()


@pytest.mark.parametrize(("size", "beside"), [((390, 310), True), ((390, 620), False)])
def test_both_plots_fit_into_a_small_dock(session, show, size, beside):
    view = show(CurvesView, *size)
    loss, score = plot(view, "loss"), plot(view, "score")

    assert (score.x() > loss.x(), score.y() > loss.y()) == (beside, not beside)
    for chart in (loss, score):
        assert chart.visibleRegion().boundingRect() == chart.rect()
        assert chart.width() > 150
        assert chart.height() > 150


def test_plots_that_would_be_too_narrow_beside_each_other_stand_below(session, show):
    view = show(CurvesView, 400, 300)
    for figure in ("learning_rate", "gradient_norm"):
        view.findChild(QToolButton, f"show.{figure}").click()
    assert plot(view, "gradient_norm").width() > 150


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
    assert header(view).endswith("step 90  ·  epoch 2")


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


@pytest.mark.parametrize("size", [(280, 286), (283, 243), (300, 220), (196, 235)])
def test_one_plot_with_a_chooser_where_two_have_no_room(session, qtbot, show, settle, size):
    view = show(CurvesView, *size)
    assert [f for f in FIGURES if plot(view, f).isVisible()] == ["loss"]
    assert plot(view, "loss").visibleRegion().boundingRect() == plot(view, "loss").rect()
    assert not any(view.findChild(QToolButton, f"show.{f}").isVisible() for f in FIGURES)

    chooser = view.findChild(QComboBox, "only")
    qtbot.keyClick(chooser, Qt.Key.Key_Down)
    settle()
    assert [f for f in FIGURES if plot(view, f).isVisible()] == ["score"]
    assert plot(view, "score").series_names()

    view.resize(500, 400)
    settle()
    assert [f for f in FIGURES if plot(view, f).isVisible()] == ["loss", "score"]
    assert not chooser.isVisible()


@pytest.mark.parametrize("width", [196, 283, 400, 680, 1200])
def test_controls_do_not_lie_over_what_is_below(session, qapp, show, width):
    view = show(CurvesView, 900, 300)
    view.resize(width, 300)
    qapp.processEvents()
    below = view.findChild(TextLine, "header").mapTo(view, view.rect().topLeft()).y()
    for name in ("table", "options", "only", "show.loss", "axis"):
        control = view.findChild(QToolButton, name) or view.findChild(QComboBox, name)
        if control.isVisible():
            assert control.height() >= 20
            assert control.mapTo(view, control.rect().bottomRight()).y() < below
            assert control.mapTo(view, control.rect().bottomRight()).x() < width


@pytest.mark.qt_log_ignore("grabbing the keyboard", extend=True)
def test_options_wait_behind_a_button_while_there_is_no_room(session, qtbot, show, settle):
    view = show(CurvesView, 400, 320)
    axis, button = view.findChild(QComboBox, "axis"), view.findChild(QToolButton, "options")
    assert not axis.isVisible()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    popup = view.findChild(QFrame, "options.popup")
    assert popup.isVisible()
    assert axis.isVisible()
    qtbot.keyClick(axis, Qt.Key.Key_Down)
    settle()
    assert plot(view, "loss").accessibleName().endswith("over epoch")
    popup.close()

    view.resize(900, 320)
    settle()
    assert axis.isVisible()
    assert axis.window() is view.window()
    assert axis.currentData() == "epoch"
    assert not button.isVisible()


def test_the_switch_for_zooming_is_for_all_plots(session, qtbot, show):
    view = show(CurvesView)
    qtbot.mouseClick(view.findChild(QToolButton, "zoom"), Qt.MouseButton.LeftButton)
    shapes = [plot(view, figure).cursor().shape() for figure in FIGURES]
    assert set(shapes) == {Qt.CursorShape.CrossCursor}


def test_a_narrow_header_keeps_how_many_samples_and_the_step(session, show, train):
    view = show(CurvesView, 320, 400)
    train(1)
    shown = view.findChild(PartsLine, "header").shown_text()
    assert shown.startswith("validation (359): accuracy ")
    assert shown.endswith("step 45")
    assert header(view).endswith("epoch 1")
