"""Text that changes without laying the window out anew."""

import pytest
from PyQt6.QtCore import QEvent, QObject
from PyQt6.QtGui import QFont, QFontMetrics
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets.text_line import TextLine, fitting

WORDS = "twelve of four hundred samples are wrong"


class Layouts(QObject):
    """Counts how often a widget is asked to lay itself out."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _widget: QObject | None, event: QEvent | None) -> bool:
        self.count += event is not None and event.type() == QEvent.Type.LayoutRequest
        return False


@pytest.fixture
def line(shown, qapp) -> TextLine:
    window = QWidget()
    line = TextLine()
    QVBoxLayout(window).addWidget(line)
    shown(window, 200, 60)
    qapp.processEvents()
    return line


def test_a_change_is_painted_and_lays_nothing_out(line: TextLine, qapp) -> None:
    layouts = Layouts(line.window())
    before = line.grab().toImage()
    line.set_text(WORDS * 5)
    qapp.processEvents()
    assert layouts.count == 0
    assert line.grab().toImage() != before
    assert line.text() == line.toolTip() == line.accessibleName() == WORDS * 5


def test_a_mark_has_its_own_colour(line: TextLine) -> None:
    line.set_text("predicted 7", mark="✓", ink=theme.LIGHT.good)
    assert line.text() == "✓ predicted 7"
    image = line.grab().toImage()
    inks = [image.pixelColor(x, y) for x in range(20) for y in range(image.height())]
    assert any(ink.green() > ink.red() + 60 for ink in inks)


def test_lines_are_its_height(line: TextLine) -> None:
    one = line.sizeHint().height()
    line.set_lines(3)
    assert line.sizeHint().height() == one + 2 * line.fontMetrics().lineSpacing()


def test_words_are_kept_whole_and_the_last_line_is_shortened(qapp) -> None:
    font = QFont()
    width = QFontMetrics(font).horizontalAdvance("twelve of four hundred")
    lines = fitting(WORDS, font, width, 2).split("\n")
    assert lines[0] == "twelve of four hundred"
    assert WORDS.startswith(f"{lines[0]} {lines[1].removesuffix('…')}")
    assert fitting(WORDS, font, width, 9).replace("\n", " ") == WORDS


def test_a_line_break_is_kept_while_there_are_lines(qapp) -> None:
    assert fitting("a\nb c", QFont(), 500, 2) == "a\nb c"
    assert fitting("a\nb\nc", QFont(), 500, 2) == "a\nb c"
    assert fitting("", QFont(), 500, 2) == ""
