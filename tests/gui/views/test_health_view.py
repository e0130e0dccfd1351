"""Health: findings are told with their numbers, and lead to the view that shows them."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QLabel

from visualmlp.analysis.health import HEALTH_RULES
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.views import VIEWS
from visualmlp.gui.views.finding_card import FindingCard
from visualmlp.gui.views.gradients import GradientsView
from visualmlp.gui.views.health import HealthView
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.probe import Probe
from visualmlp.training.runner import Phase

WAIT_MS = 20_000
ILL = apply_settings(find_experiment("digits"), ["optimizer.learning_rate=1", "optimizer.name=sgd"])
SETTLED = apply_settings(find_experiment("digits"), ["schedule.name=cosine"])
CONSTANT = apply_settings(find_experiment("digits"), ["optimizer.learning_rate=1"])
FAST = apply_settings(
    find_experiment("curve"),
    ["network.hidden=[]", "optimizer.name=sgd", "optimizer.learning_rate=100"],
)


def cards(view) -> dict[str, FindingCard]:
    shown = view.findChildren(FindingCard)
    return {c.objectName().removeprefix("finding."): c for c in shown if c.isVisible()}


def text_of(card: FindingCard, name: str) -> str:
    return card.findChild(QLabel, name).text()


def summary(view) -> str:
    return view.findChild(TextLine, "summary").text()


def rows(view) -> list[list[str]]:
    return view.findChild(Table, "rules").texts[1:]


def test_a_healthy_run_is_told_so_with_its_numbers(session, show, train):
    view = show(HealthView)
    assert cards(view) == {}
    assert summary(view).startswith("✓ Nothing found · step 0: 4 of 10 rules applied")
    train(4)
    assert cards(view) == {}
    assert "to 500 of 1,438 training samples" in summary(view)
    table = rows(view)
    assert len(table) == len(HEALTH_RULES)
    assert {(row[0][:2], row[2]) for row in table} == {("✓ ", "fine"), ("– ", "not applied")}
    for _, figure, result, measured, limits in table:
        assert bool(figure) == (result == "fine")
        assert measured.startswith("needs ") == (result == "not applied")
        assert limits


@pytest.mark.parametrize("session", [SETTLED], indirect=True)
def test_a_note_is_told_in_the_table_and_asks_for_nothing(session, show, train):
    view = show(HealthView)
    train(30)
    assert cards(view) == {}
    assert summary(view).startswith("• 1 note · step 1,350: ")
    name, _, result, measured, limits = rows(view)[0]
    assert (name, result) == ("• Update-to-weight ratio", "note")
    assert measured.startswith("Small, as is usual once the loss has fallen (to ")
    assert limits.startswith("outside 0.0001 … 0.01")


def test_the_first_update_is_one_update(session, show):
    assert summary(show(HealthView)).endswith("training samples and 1 update")


@pytest.mark.parametrize("session", [ILL], indirect=True)
def test_a_finding_leads_to_its_view_and_picks_what_it_is_about(qtbot, session, show, train):
    view = show(HealthView)
    train(2)
    card = cards(view)["dead_units"]
    assert text_of(card, "title") == "✖ Problem: Dead units"
    assert text_of(card, "evidence").startswith("Layer 1: ")
    assert "500 training samples" in text_of(card, "evidence")
    assert text_of(card, "advice").startswith("A dead unit gets no gradient. ")
    assert re.match("✖ [0-9] problems?[ ,]", summary(view))
    with qtbot.waitSignal(session.view_wanted) as wanted:
        card.button.click()
    assert wanted.args == ["activations"]
    layer, unit = session.picks.unit
    x = session.setup.train[0]
    a = Probe(session.setup).layers(session.frame, x)[layer].a
    assert a[:, unit].max() <= 0


@pytest.mark.parametrize("session", [CONSTANT], indirect=True)
def test_a_constant_prediction_picks_its_cell(session, show, train):
    view = show(HealthView)
    train(2)
    card = cards(view)["constant_prediction"]
    card.button.click()
    _, predicted = session.picks.cell
    assert (Probe(session.setup).outputs(session.frame, "train").argmax(1) == predicted).all()


def test_a_row_of_the_table_shows_the_view_of_its_rule(qtbot, session, show, train):
    view = show(HealthView)
    train(1)
    table = view.findChild(Table, "rules")
    place = [row[0][2:] for row in rows(view)].index("Update-to-weight ratio")
    table.set_current(place)
    with qtbot.waitSignal(session.view_wanted) as wanted:
        qtbot.keyClick(table, Qt.Key.Key_Return)
    assert wanted.args == [GradientsView.name]


def test_every_rule_names_a_view_that_there_is() -> None:
    assert {rule.view for rule in HEALTH_RULES.values()} <= set(VIEWS)


@pytest.mark.parametrize("session", [FAST], indirect=True)
def test_after_divergence(qtbot, session, show, settle):
    view = show(HealthView)
    session.play()
    qtbot.waitUntil(lambda: session.status.phase is Phase.DIVERGED, timeout=WAIT_MS)
    settle()
    assert "cannot be made" in text_of(cards(view)["divergence"], "evidence")


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_numbers_that_are_not_finite_are_told(session, show, value):
    view = show(HealthView)
    parameters = np.full_like(session.frame.parameters, value)
    state = replace(session.frame.state, parameters=parameters)
    frame = replace(session.frame, parameters=parameters, state=state)
    view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
    assert "divergence" in cards(view)


@pytest.mark.parametrize("session", ["iris", "curve", "spirals"], indirect=True)
@pytest.mark.parametrize("size", [(300, 220), (1600, 1000)])
def test_other_data_and_every_size(session, show, train, size):
    view = show(HealthView, *size)
    train(1)
    view.grab()
    assert len(rows(view)) == len(HEALTH_RULES)


@pytest.mark.parametrize("width", [340, 720])
def test_what_was_found_is_seen_without_scrolling_sideways(session, show, width):
    """Sign, rule and figure; in the height the view scrolls, not a table in it."""
    view = show(HealthView, width, 300)
    table = view.findChild(Table, "rules")
    assert table._edges[2] <= table.view().width()
    assert table.view().height() >= table.content_size().height()
