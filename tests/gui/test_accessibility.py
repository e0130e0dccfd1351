"""Every control of the window and of its dialogs, as the keyboard and a screen reader find it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest
from PyQt6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QInputDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QTextEdit,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment
from visualmlp.gui.importing.dialog import ImportDialog
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.own_data import on_data
from visualmlp.gui.views import VIEWS
from visualmlp.gui.widgets.drawing import Drawing
from visualmlp.gui.widgets.numbers_dialog import NumbersDialog
from visualmlp.gui.widgets.picture import Picture

WAIT_MS = 20_000
STEPS = 6

CONTROLS = (
    QAbstractButton,
    QComboBox,
    QAbstractSpinBox,
    QAbstractSlider,
    QLineEdit,
    QAbstractItemView,
    QTextEdit,
    QPlainTextEdit,
)
READ = (QAbstractItemView, QTextEdit, QPlainTextEdit)
"""Tool tips would lie over what is read there."""

QT_MADE = (QScrollBar, QHeaderView, QTabBar)
"""Parts of Qt's own widgets; a tab bar's tabs carry their names."""

TOO_GENERAL = {"Picture", "Matrix", "Bars", "Table", "Mosaic of pictures", "Gallery", "Graph"}
"""What a drawing is called until it says what it shows."""

DIALOGS = ("choose_budgets", "until", "fork_here", "show_start_page")
"""Actions that open one."""


@pytest.fixture
def open_window(qtbot: QtBot) -> Iterator[Callable[[str], MainWindow]]:
    """``open_window(name)`` gives a window with an experiment, some steps on."""
    windows: list[MainWindow] = []

    def open_named(name: str) -> MainWindow:
        window = MainWindow()
        windows.append(window)
        qtbot.addWidget(window)
        window.resize(1366, 768)
        with qtbot.waitExposed(window):
            window.show()
        window.open_found(find_experiment(name))
        session = window.session
        qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
        session.run_steps(STEPS)
        at_end = lambda: session.frame.step >= STEPS and not session.is_running  # noqa: E731
        qtbot.waitUntil(at_end, timeout=WAIT_MS)
        return window

    yield open_named
    for window in windows:
        window.session.close()


def settled_docks(window: MainWindow, qtbot: QtBot) -> Iterator[tuple[str, QWidget]]:
    """Every dock in turn, in front and drawn."""
    for name, dock in window.docks.items():
        dock.show()
        dock.raise_()
        qtbot.waitUntil(lambda dock=dock: not dock.visibleRegion().isEmpty(), timeout=WAIT_MS)
        qtbot.waitUntil(lambda: window.session.is_settled, timeout=WAIT_MS)
        yield name, dock


def is_made_by_qt(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return (
        isinstance(widget, QT_MADE)
        or widget.objectName().startswith(("qt_", "Scroll"))
        or isinstance(parent, QAbstractSpinBox | QComboBox | QAbstractItemView)
        or (parent is not None and parent.inherits("QComboBoxPrivateContainer"))
        or isinstance(parent, QDialogButtonBox | QInputDialog)
    )


def controls_in(widget: QWidget) -> list[QWidget]:
    return [
        w for w in widget.findChildren(QWidget) if isinstance(w, CONTROLS) and not is_made_by_qt(w)
    ]


def labelled(window: QWidget) -> set[QWidget]:
    """What the labels of a window are buddies of."""
    return {buddy for label in window.findChildren(QLabel) if (buddy := label.buddy())}


def faults(control: QWidget, labelled: Collection[QWidget]) -> list[str]:
    found = []
    own = control.text() if isinstance(control, QAbstractButton) else ""
    if not (control.accessibleName() or own or control in labelled):
        found.append("no name")
    if not control.toolTip() and not isinstance(control, READ):
        found.append("no tool tip")
    is_an_action = isinstance(control, QToolButton) and control.defaultAction()
    if not control.objectName() and not is_an_action:
        found.append("no object name")
    if not control.focusPolicy() & Qt.FocusPolicy.TabFocus:
        found.append("not in the tab order")
    return found


def told(place: str, control: QWidget, what: list[str]) -> str:
    name = control.objectName() or control.accessibleName()
    return f"{place}: {type(control).__name__} {name!r}: {', '.join(what)}"


def all_faults(place: str, widget: QWidget, window: QWidget) -> list[str]:
    buddies = labelled(window)
    found = [(control, faults(control, buddies)) for control in controls_in(widget)]
    return [told(place, control, what) for control, what in found if what]


def picture_faults(picture: Picture) -> list[str]:
    found = []
    if not picture.accessibleDescription():
        found.append("no description")
    if not picture.focusPolicy() & Qt.FocusPolicy.TabFocus:
        found.append("not in the tab order")
    if not picture.isVisible() or (isinstance(picture, Drawing) and picture.empty_text is not None):
        return found
    if picture.accessibleName() in {*TOO_GENERAL, ""}:
        found.append(f"its name says too little: {picture.accessibleName()!r}")
    rows = picture.table_rows()
    if len(rows) < 2:
        found.append("no numbers")
    elif len({len(rows[i]) for i in {0, 1, len(rows) // 2, len(rows) - 1}}) > 1:
        found.append("rows of different lengths")
    elif not all(str(name).strip() for name in rows[0][1:]):
        found.append("columns without names")
    QTest.keyClick(picture, Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    tables = picture.window().findChildren(NumbersDialog)
    if [table.model.rowCount() for table in tables] != [len(rows) - 1]:
        found.append("Ctrl+T does not open the table")
    for table in tables:
        table.close()
        table.setParent(None)
    return found


def test_every_control_is_named_explained_and_reached(open_window, qtbot: QtBot) -> None:
    window = open_window("digits")
    wrong: list[str] = []
    for name, dock in settled_docks(window, qtbot):
        wrong += all_faults(name, dock.widget(), window)
    for place in (window.transport, window.timeline, window.statusBar(), window.menuWidget()):
        wrong += all_faults(place.objectName(), place, window)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("experiment", ["digits", "spirals", "curve"])
def test_every_picture_has_a_table_behind_it(experiment: str, open_window, qtbot: QtBot) -> None:
    window = open_window(experiment)
    wrong, seen = [], 0
    for name, dock in settled_docks(window, qtbot):
        for picture in dock.findChildren(Picture):
            seen += picture.isVisible()
            if what := picture_faults(picture):
                wrong.append(told(name, picture, what))
    assert not wrong, "\n".join(wrong)
    assert seen > len(VIEWS)


def test_dialogs_too(open_window, qtbot: QtBot) -> None:
    window = open_window("digits")
    wrong = []
    for action in DIALOGS:
        window.actions_by_name[action].trigger()
        shown = [d for d in window.findChildren(QDialog) if d.isVisible()]
        assert shown, action
        for dialog in shown:
            wrong += all_faults(action, dialog, dialog)
            dialog.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["table.csv", "samples.npz", "nothing.csv"])
def test_the_dialog_for_own_data_too(name: str, open_window, qtbot: QtBot, tmp_path: Path) -> None:
    window = open_window("digits")
    (tmp_path / "table.csv").write_text("a,b\n" + "1,x\n2,y\n" * 20)
    (tmp_path / "nothing.csv").write_text("")
    np.savez(tmp_path / "samples.npz", x=np.eye(9), y=np.arange(9) % 3)
    window.import_data(on_data(window.session.experiment, tmp_path / name))
    dialog = window.findChild(ImportDialog)
    qtbot.waitUntil(lambda: not dialog.is_busy, timeout=WAIT_MS)
    wrong = all_faults(name, dialog, dialog)
    assert not wrong, "\n".join(wrong)
    dialog.reject()


def test_the_table_of_the_weights_is_the_weights(open_window, qtbot: QtBot) -> None:
    window = open_window("digits")
    window.show_view("weights")
    qtbot.waitUntil(lambda: window.session.is_settled, timeout=WAIT_MS)
    view = window.session.views["weights"]
    mosaic = next(p for p in view.findChildren(Picture) if p.isVisible() and p.rect().height() > 60)
    dialog = mosaic.open_table()
    assert f"step {STEPS}" in dialog.table.accessibleDescription()
    session = window.session
    drawn = np.array([row[1:] for row in dialog.model.rows[1:]], float)
    parameters = session.frame.parameters
    n = drawn.size
    assert np.allclose(np.sort(drawn.ravel()), np.sort(parameters[:n]))


def test_the_table_of_the_curves_is_the_history(open_window, qtbot: QtBot) -> None:
    window = open_window("digits")
    qtbot.waitUntil(lambda: window.session.is_settled, timeout=WAIT_MS)
    plot = window.session.views["curves"].findChild(Picture, "plot.loss")
    _, *rows = plot.table_rows()
    batches = {name: [y for other, _, y in rows if other == name] for name, _, _ in rows}
    losses = window.session.history.steps.column("loss")[:STEPS].tolist()
    assert any([float(y) for y in column] == losses for column in batches.values())
