"""The tree of runs, driven as a user would."""

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QApplication,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QTreeWidgetItem,
    QWidget,
)
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment, replace_at
from visualmlp.gui.fork_tree import CHANGE, FROM, MEMORY, NAME, SCORE, STATE, STEPS, ForkTree
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.session import Session

WAIT_MS = 20_000
RATE = "optimizer.learning_rate"
Show = Callable[..., QWidget]


@pytest.fixture
def session(qtbot: QtBot) -> Iterator[Session]:
    """Twenty steps, then a fork at step 8 that has a change and makes four steps more."""
    session = Session()
    session.open(find_experiment("xor"))
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    go(qtbot, session, lambda: session.run_steps(20), 20)
    go(qtbot, session, lambda: session.seek(8), 8)
    session.edit(replace_at(session.experiment, RATE, 0.25))
    qtbot.waitUntil(lambda: len(session.branches.all) == 2, timeout=WAIT_MS)
    go(qtbot, session, lambda: session.run_steps(4), 12)
    yield session
    session.close()


@pytest.fixture
def runs(session: Session, shown: Show) -> ForkTree:
    runs = ForkTree(session)
    shown(runs, 800, 260)
    runs.activateWindow()
    return runs


def go(qtbot: QtBot, session: Session, move: Callable[[], None], step: int) -> None:
    move()

    def there() -> bool:
        return session.frame.step == step and not session.is_running and not session.is_seeking

    qtbot.waitUntil(there, timeout=WAIT_MS)


def texts(runs: ForkTree, *columns: int) -> list[list[str]]:
    return [[item.text(column) for column in columns] for item in items(runs)]


def items(runs: ForkTree) -> list[QTreeWidgetItem]:
    found, waiting = [], [runs.tree.topLevelItem(i) for i in range(runs.tree.topLevelItemCount())]
    while waiting:
        item = waiting.pop(0)
        found.append(item)
        waiting += [item.child(i) for i in range(item.childCount())]
    return found


def select(runs: ForkTree, row: int) -> None:
    runs.tree.setFocus()
    runs.tree.setCurrentItem(items(runs)[row])


def test_shows_the_tree_with_figures(runs: ForkTree) -> None:
    assert texts(runs, NAME, STATE, CHANGE, FROM, STEPS) == [
        ["run 1", "", "the first run", "", "20"],
        ["run 2", "in use", "learning rate 0.25", "8", "12"],
    ]
    first, fork = items(runs)
    assert fork.parent() is first
    assert fork.font(NAME).bold()
    assert not first.font(NAME).bold()
    assert not fork.icon(NAME).isNull()
    assert first.icon(NAME).isNull()
    newest = runs._session.history.epochs[-1].validation.score
    assert fork.text(SCORE) == f"{newest:.4f}"
    assert fork.text(MEMORY).endswith("KB")
    assert runs.tree.currentItem() is fork


def test_enter_and_double_click_go_to_a_run(qtbot: QtBot, session: Session, runs: ForkTree) -> None:
    select(runs, 0)
    QTest.keyClick(runs.tree, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.branches.current == 0, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: texts(runs, STATE) == [["in use"], [""]], timeout=WAIT_MS)
    assert session.frame.step == 12
    assert len(session.history.steps) == 20
    place = runs.tree.visualItemRect(items(runs)[1]).center()
    QTest.mouseClick(runs.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(runs.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    qtbot.waitUntil(lambda: texts(runs, STATE) == [[""], ["in use"]], timeout=WAIT_MS)
    assert len(session.history.steps) == 12
    assert session.experiment.optimizer.learning_rate == 0.25


def test_rename_in_place(qtbot: QtBot, session: Session, runs: ForkTree) -> None:
    select(runs, 0)
    QTest.keyClick(runs.tree, Qt.Key.Key_F2)
    editor = runs.tree.findChild(QLineEdit)
    assert editor.text() == "run 1"
    editor.selectAll()
    QTest.keyClicks(editor, "as given")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.branches[0].name == "as given", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: texts(runs, NAME) == [["as given"], ["run 2"]], timeout=WAIT_MS)
    assert runs.tree.currentItem().text(NAME) == "as given"


def test_an_empty_name_is_not_taken(qtbot: QtBot, session: Session, runs: ForkTree) -> None:
    select(runs, 0)
    runs.rename_action.trigger()
    editor = runs.tree.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "  ")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert texts(runs, NAME)[0] == ["run 1"]
    assert session.branches[0].name == "run 1"


def test_a_pinned_run_cannot_be_deleted(qtbot: QtBot, session: Session, runs: ForkTree) -> None:
    select(runs, 0)
    assert runs.delete_action.isEnabled()
    runs.pin_action.trigger()
    qtbot.waitUntil(lambda: texts(runs, STATE)[0] == ["pinned"], timeout=WAIT_MS)
    assert runs.pin_action.text() == "Unpin"
    assert not runs.delete_action.isEnabled()
    assert "unpin" in runs.delete_action.toolTip()
    runs.pin_action.trigger()
    qtbot.waitUntil(runs.delete_action.isEnabled, timeout=WAIT_MS)
    assert session.branches[0].is_pinned is False


def test_delete_asks_with_the_size_first(qtbot: QtBot, session: Session, runs: ForkTree) -> None:
    select(runs, 1)
    assert not runs.delete_action.isEnabled(), "it is in use"
    for answer, left in (("Cancel", 2), ("Delete", 1)):
        select(runs, 0)
        size = items(runs)[0].text(MEMORY)
        runs.activateWindow()
        qtbot.waitUntil(runs.isActiveWindow, timeout=WAIT_MS)
        QTest.keyClick(runs.tree, Qt.Key.Key_Delete)
        box = runs.findChild(QMessageBox, "delete_run")
        assert "Delete run 1? It has 20 steps" in box.text()
        assert size in box.text()
        assert box.defaultButton().text().replace("&", "") == "Cancel"
        buttons = {b.text().replace("&", ""): b for b in box.findChildren(QPushButton)}
        QTest.mouseClick(buttons[answer], Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda left=left: len(items(runs)) == left, timeout=WAIT_MS)
        QApplication.processEvents()
    qtbot.waitUntil(lambda: len(session.branches.all) == 1, timeout=WAIT_MS)
    assert texts(runs, NAME, STATE) == [["run 2", "in use"]]
    go(qtbot, session, lambda: session.seek(5), 5)


def test_context_menu_offers_the_same(runs: ForkTree) -> None:
    assert runs.tree.contextMenuPolicy() == Qt.ContextMenuPolicy.ActionsContextMenu
    names = [action.objectName() for action in runs.tree.actions()]
    assert names == ["runs.switch", "runs.rename", "runs.pin", "runs.delete"]


def test_figures_grow_while_training_runs(qtbot: QtBot, session: Session, runs: ForkTree) -> None:
    session.limit_speed(200)
    session.play()
    qtbot.waitUntil(lambda: int(texts(runs, STEPS)[1][0]) > 20, timeout=WAIT_MS)
    session.pause()
    qtbot.waitUntil(lambda: not session.is_running, timeout=WAIT_MS)
    assert texts(runs, STEPS) == [["20"], [str(len(session.history.steps))]]


def test_a_new_run_has_a_new_tree(qtbot: QtBot, session: Session, runs: ForkTree) -> None:
    with qtbot.waitSignal(session.run_started, timeout=WAIT_MS):
        session.open(find_experiment("curve"))
    qtbot.waitUntil(lambda: texts(runs, NAME, STATE) == [["run 1", "in use"]], timeout=WAIT_MS)
    assert runs.tree.headerItem().text(SCORE) == "Val. R²"


def test_every_control_has_a_name(runs: ForkTree) -> None:
    assert runs.tree.accessibleName()
    for action in runs.tree.actions():
        button = runs.findChild(QWidget, f"{action.objectName()}.button")
        assert button.accessibleName()
        assert button.toolTip()
        assert button.objectName()


def test_fork_here_asks_for_a_name(qtbot: QtBot, shown: Show) -> None:
    window = shown(MainWindow(), 1366, 768)
    session = window.session
    session.open(find_experiment("xor"))
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    go(qtbot, session, lambda: session.run_steps(9), 9)
    go(qtbot, session, lambda: session.seek(4), 4)
    parameters = session.frame.parameters.copy()
    window.actions_by_name["fork_here"].trigger()
    dialog = window.findChild(QInputDialog, "fork_name")
    assert "step 4" in dialog.labelText()
    assert dialog.textValue() == "run 2"
    dialog.setTextValue("a try")
    dialog.accept()
    qtbot.waitUntil(lambda: len(session.branches.all) == 2, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: texts(window.runs, NAME)[-1] == ["a try"], timeout=WAIT_MS)
    assert (session.branches[1].fork_step, session.branches[0].timeline.head) == (4, 9)
    assert (session.frame.parameters == parameters).all()
    assert not window.docks["runs"].visibleRegion().isEmpty()
    session.close()
