"""Findings in the window: "Show" brings up the evidence, not only the view that could show it."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QCheckBox, QComboBox, QPushButton, QSpinBox, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.experiment import Experiment, apply_settings, find_experiment
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.widgets.band_plot import BandPlot
from visualmlp.gui.widgets.confusion_matrix import ConfusionMatrix
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.result_table import ResultTable
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.gui.widgets.time_plot import TimePlot
from visualmlp.training.runner import Phase

WAIT_MS = 20_000
SGD = "optimizer.name=sgd"
SIGMOID = "{units=8, activation='sigmoid'}"
DEAD = apply_settings(find_experiment("digits"), ["optimizer.learning_rate=1", SGD])
DEEP = apply_settings(
    find_experiment("spirals"), [SGD, f"network.hidden=[{', '.join([SIGMOID] * 6)}]"]
)
CONSTANT = apply_settings(find_experiment("digits"), ["optimizer.learning_rate=1"])
FLAT = apply_settings(
    find_experiment("curve"),
    [SGD, "optimizer.learning_rate=1e-9", "network.output.weight_init=zeros"],
)
SLOW = apply_settings(find_experiment("digits"), [SGD, "optimizer.learning_rate=1e-4"])


@pytest.fixture
def window(shown: Callable[..., QWidget]) -> Iterator[MainWindow]:
    window = shown(MainWindow(), 1366, 768)
    window.use_layout("inside")
    yield window
    window.session.close()


@pytest.fixture
def follow(qtbot: QtBot, window: MainWindow) -> Callable[..., QWidget]:
    """``follow(experiment, epochs, rule, view)`` trains, presses Show, and gives the view."""

    def settle() -> None:
        qtbot.waitUntil(lambda: window.session.is_settled, timeout=WAIT_MS)

    def follow_finding(experiment: Experiment, epochs: int, rule: str, view: str) -> QWidget:
        session = window.session
        session.open(experiment)
        qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
        session.run_epochs(epochs)
        qtbot.waitUntil(
            lambda: session.frame.epoch == epochs and session.status.phase is not Phase.RUNNING,
            timeout=WAIT_MS,
        )
        window.show_view("health")
        settle()
        button = window.docks["view.health"].findChild(QWidget, f"finding.{rule}")
        button.findChild(QPushButton, "show").click()
        QTest.qWait(1)
        settle()
        dock = window.docks[f"view.{view}"]
        assert not dock.visibleRegion().isEmpty()
        return dock.widget()

    return follow_finding


def chosen(view: QWidget, name: str) -> object:
    return view.findChild(QComboBox, name).currentData()


def test_dead_units_are_seen_where_their_shares_are(window, follow) -> None:
    view = follow(DEAD, 2, "dead_units", "activations")
    page = view.findChild(QTabWidget).currentWidget()
    assert chosen(page, "figure") == "shares"
    assert page.findChild(QComboBox, "layer").currentIndex() == window.session.picks.unit[0]
    assert "not above 0: all 1,438 training samples" in page.findChild(TextLine, "means").text()
    assert page.findChild(TextLine, "dead").isVisible()


def test_a_vanishing_gradient_is_seen_in_the_biases_that_it_was_measured_in(follow) -> None:
    view = follow(DEEP, 5, "vanishing_gradient", "gradients")
    assert chosen(view, "kind") == "biases"
    assert view.findChild(TimePlot, "norms").isVisible()


def test_update_ratios_are_seen_where_they_are_drawn(follow) -> None:
    view = follow(SLOW, 2, "update_ratio", "gradients")
    assert chosen(view, "kind") == "weights"
    assert view.findChild(BandPlot, "ratios").isVisible()


def test_a_constant_class_is_seen_in_its_cell_of_the_training_part(window, follow) -> None:
    view = follow(CONSTANT, 2, "constant_prediction", "mistakes")
    true, predicted = window.session.picks.cell
    assert view.findChild(ConfusionMatrix).csv_rows()
    assert chosen(view, "part") == "train"
    assert "training samples wrong" in view.findChild(TextLine, "header").text()
    names = window.session.setup.data.class_names
    title = view.findChild(Gallery).accessibleName()
    assert f"True {names[true]}, predicted {names[predicted]}: " in title


def test_a_constant_number_is_seen_beside_the_targets(window, follow) -> None:
    dock = window.docks["view.predictions"].widget()
    dock.findChild(QSpinBox, "start").setValue(5)
    view = follow(FLAT, 60, "constant_prediction", "predictions")
    assert chosen(view, "part") == "train"
    assert not view.findChild(QCheckBox, "only_wrong").isChecked()
    assert view.findChild(ResultTable).results.ids[0] == 0
