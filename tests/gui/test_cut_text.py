"""No text of a layout is cut on a small screen."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtCore import QRect, Qt
from PyQt6.QtGui import QFontMetrics, QFontMetricsF
from PyQt6.QtWidgets import (
    QAbstractButton,
    QComboBox,
    QDockWidget,
    QLabel,
    QStyle,
    QStyleOptionComboBox,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from visualmlp.experiment import find_experiment
from visualmlp.gui.layouts import LAYOUTS
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.drawing import Drawing
from visualmlp.gui.widgets.parts_line import PartsLine
from visualmlp.gui.widgets.text_line import TextLine, fitting

WAIT_MS = 20_000
SETTLES_MS = 3_000

FRAME, ICON_GAP = 6, 4
"""Pixels around the text of a button, and between its icon and that."""

ACCEPTED = {
    "64 × 32 weights": "figures beside the picture; where it is narrow the tooltip has the last",
    "Weights": "of both histograms and of the chooser, in a dock of 266 pixels: tooltips have them",
    "mean loss of all": "how a surface was computed: in a quarter of the window the tooltip tells",
    "✓ true · bold": "the inspector is low where the weights and it share a corner",
}
"""Texts that may be cut: how each begins, and why."""


@pytest.fixture
def window(qtbot: QtBot, shown: Callable[..., QWidget]) -> Iterator[MainWindow]:
    window = shown(MainWindow(), 1366, 768)
    session = window.session
    session.open(find_experiment("digits"))
    qtbot.waitUntil(lambda: session.frame is not None, timeout=WAIT_MS)
    session.run_epochs(2)
    qtbot.waitUntil(lambda: session.frame.step == 90, timeout=WAIT_MS)
    session.pick_sample(3, "validation")
    yield window
    session.close()


def cut_texts(root: QWidget) -> Iterator[str]:
    """Every text below a widget that is wider than its place."""
    for widget in root.findChildren(QWidget):
        if widget.visibleRegion().isEmpty():
            continue
        for kind, texts in CUT_IN.items():
            if isinstance(widget, kind):
                yield from texts(widget)
                break


def cut_in_label(label: QLabel) -> Iterator[str]:
    text = label.text()
    room = label.contentsRect()
    if label.wordWrap():
        if label.heightForWidth(label.width()) > label.height():
            yield text
    elif text and label.sizeHint().width() > room.width() + 2 * label.margin():
        yield text


def cut_in_button(button: QAbstractButton) -> Iterator[str]:
    shows_text = not isinstance(button, QToolButton) or (
        button.toolButtonStyle() != Qt.ToolButtonStyle.ToolButtonIconOnly or button.icon().isNull()
    )
    if shows_text and button.sizeHint().width() > button.width():
        icon = 0 if button.icon().isNull() else button.iconSize().width() + ICON_GAP
        words = button.fontMetrics().horizontalAdvance(button.text().replace("&", ""))
        if icon + words + FRAME > button.width():
            yield button.text()


def cut_in_tabs(bar: QTabBar) -> Iterator[str]:
    metrics = QFontMetrics(bar.font())
    for i in range(bar.count()):
        place, text = bar.tabRect(i), bar.tabText(i)
        wanted = metrics.boundingRect(QRect(), int(Qt.TextFlag.TextShowMnemonic), text).width()
        if place.right() > bar.width() or wanted > place.width():
            yield text


def cut_in_chooser(chooser: QComboBox) -> Iterator[str]:
    option, style = QStyleOptionComboBox(), chooser.style()
    chooser.initStyleOption(option)
    part = QStyle.SubControl.SC_ComboBoxEditField
    assert style is not None
    place = style.subControlRect(QStyle.ComplexControl.CC_ComboBox, option, part, chooser)
    if chooser.fontMetrics().horizontalAdvance(chooser.currentText()) > place.width():
        yield chooser.currentText()


def cut_in_drawing(drawing: Drawing) -> Iterator[str]:
    room, font = drawing.area().width(), drawing.font()
    for text, used in (
        (drawing._title, labels.bold_font(font)),
        (drawing._shown_caption(room), font),
    ):
        if QFontMetricsF(used).horizontalAdvance(text) > room:
            yield text


def cut_in_line(line: TextLine) -> Iterator[str]:
    if isinstance(line, PartsLine):  # that leaves out whole facts
        shown = line.shown_text()
        if QFontMetrics(line.font()).horizontalAdvance(shown) > line.width():
            yield shown
        return
    font = labels.bold_font(line.font()) if line._bold else line.font()
    mark = QFontMetrics(font).horizontalAdvance(f"{line._mark} ") if line._mark else 0
    shown = fitting(line._text, font, line.width() - mark, line._lines)
    if shown.endswith("…") and not line._text.endswith("…"):
        yield line.text()


CUT_IN = {
    QLabel: cut_in_label,
    QAbstractButton: cut_in_button,
    QTabBar: cut_in_tabs,
    QComboBox: cut_in_chooser,
    Drawing: cut_in_drawing,
    TextLine: cut_in_line,
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_no_text_is_cut(window: MainWindow, qtbot: QtBot, layout: str) -> None:
    window.use_layout(layout)
    assert cut_when_settled(window, window, qtbot) == set()
    for dock in window.findChildren(QDockWidget):
        if not dock.isHidden() and dock.visibleRegion().isEmpty():
            dock.raise_()
            assert cut_when_settled(window, dock, qtbot) == set(), dock.objectName()


def cut_when_settled(window: MainWindow, root: QWidget, qtbot: QtBot) -> set[str]:
    """What is cut once the docks are laid out and drawn, which takes some events."""
    cut: set[str] = set()

    def is_whole() -> bool:
        nonlocal cut
        cut = {text for text in cut_texts(root) if not is_accepted(text)}
        is_drawn = window.session.is_settled and not root.visibleRegion().isEmpty()
        return is_drawn and not cut

    with contextlib.suppress(qtbot.TimeoutError):
        qtbot.waitUntil(is_whole, timeout=SETTLES_MS)
    return cut


def is_accepted(text: str) -> bool:
    return text.startswith(tuple(ACCEPTED))
