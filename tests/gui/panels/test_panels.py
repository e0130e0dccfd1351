"""The panels as a whole, the facts of the data, and the bar for pending edits."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QScrollArea

from visualmlp.gui.panels import PendingBar, all_panels
from visualmlp.gui.panels.group import Group


def test_panels_have_names_and_titles(panels, session):
    shown = [kind(session) for kind in all_panels()]
    assert [panel.title() for panel in shown] == ["Data", "Network", "Training"]
    assert [panel.name for panel in shown] == ["data", "network", "training"]


@pytest.mark.parametrize("session", ["digits", "iris", "moons"], indirect=True)
def test_panels_fit_into_a_narrow_column(session, show):
    for kind in all_panels():
        panel = show(kind(session), 280, 300)
        for more in panel.findChildren(QAbstractButton):
            if more.objectName().endswith(".more"):
                more.click()
        viewport = panel.findChild(QScrollArea).viewport()
        assert panel.content.minimumSizeHint().width() <= viewport.width()


def test_everything_that_takes_the_keyboard_is_named_and_explained(panels):
    kinds = (QAbstractButton, QComboBox, QAbstractSpinBox, QLineEdit)
    widgets = [widget for kind in kinds for widget in panels.findChildren(kind)]
    assert len(widgets) > 40
    for widget in widgets:
        inside = widget.parent()
        if isinstance(inside, QAbstractSpinBox | QComboBox) or not widget.isVisible():
            continue
        assert widget.accessibleName(), widget.objectName()
        assert widget.toolTip(), widget.objectName()


def test_facts_of_the_data(find):
    facts = {
        name: find(f"data.facts.{name}").text()
        for name in ("title", "train", "validation", "test", "inputs", "scaling", "licence")
    }
    assert facts == {
        "title": "UCI digits",
        "train": "1,438 samples",
        "validation": "359 samples",
        "test": "0 samples",
        "inputs": "64 (8×8 pictures)",
        "scaling": "range: x / 16",
        "licence": "CC BY 4.0",
    }
    assert "Alpaydin" in find("data.facts.source").text()


def test_classes_are_counted(session, find):
    bars = find("data.classes.counts")
    data = session.setup.data
    assert dict(bars.lines()) == data.class_counts(data.train)
    assert "9: 144" in bars.accessibleDescription()


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_without_classes_and_pictures_neither_is_shown(find):
    assert not find("data.classes.counts").isVisible()
    assert not find("data.preview").isVisible()
    assert find("data.facts.inputs").text() == "1"


def test_a_picture_of_the_preview_is_picked(session, find):
    find("data.preview").tile_picked.emit(3)
    assert session.picks.part == "train"
    assert session.setup.data.train.labels[session.picks.sample] == 3


def test_facts_say_when_the_form_describes_other_data(session, find, train_a_step):
    train_a_step()
    stale = find("data.facts.stale")
    assert not stale.isVisible()
    session.edit(session.experiment.replace(data={"noise": 0.3}))
    assert stale.isVisible()
    session.undo()
    assert not stale.isVisible()


def test_groups_fold_and_remember_it(session, show, qtbot):
    panel = show(all_panels()[2](session))
    header = panel.findChild(QAbstractButton, "group.training.schedule")
    editor = panel.findChild(QComboBox, "schedule.name")
    assert editor.isVisible()
    header.setFocus()
    QTest.keyClick(header, Qt.Key.Key_Space)
    assert not editor.isVisible()
    again = show(all_panels()[2](session))
    assert not again.findChild(QComboBox, "schedule.name").isVisible()
    assert again.findChild(QComboBox, "optimizer.name").isVisible()
    assert all(group.header.toolTip() for group in again.findChildren(Group))


@pytest.fixture
def bar(session, show):
    """The bar, in a window of its own; hidden as long as nothing is pending."""
    from PyQt6.QtWidgets import QVBoxLayout, QWidget

    window = QWidget()
    QVBoxLayout(window).addWidget(PendingBar(session))
    show(window, 300, 200)
    return window.findChild(PendingBar)


def seed(session, value):
    training = session.experiment.training.replace(seed=value)
    session.edit(session.experiment.replace(training=training))


def test_before_the_first_step_edits_never_wait(session, bar, qtbot):
    first = session.setup
    seed(session, 9)
    assert not bar.isVisible()
    qtbot.waitUntil(lambda: session.setup is not first)
    assert not bar.isVisible()
    assert session.setup.experiment.training.seed == 9


def test_pending_edits_start_a_new_run(session, bar, train_a_step, qtbot):
    train_a_step()
    seed(session, 9)
    assert bar.isVisible()
    bar.findChild(QAbstractButton, "pending.start").click()
    assert not bar.isVisible()
    qtbot.waitUntil(lambda: session.setup.experiment.training.seed == 9)
    assert not bar.isVisible()


def test_pending_edits_are_discarded(session, bar, train_a_step):
    train_a_step()
    seed(session, 9)
    bar.findChild(QAbstractButton, "pending.discard").click()
    assert session.experiment.training.seed == 0
    assert not bar.isVisible()


def test_live_edits_show_no_bar(session, bar, train_a_step):
    train_a_step()
    training = session.experiment.training.replace(epochs=3)
    session.edit(session.experiment.replace(training=training))
    assert not bar.isVisible()
