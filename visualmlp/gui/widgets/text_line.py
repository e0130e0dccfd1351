"""Text that changes with every frame, and never the layout of the window."""

from __future__ import annotations

from itertools import accumulate

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PyQt6.QtWidgets import QSizePolicy, QWidget

from visualmlp.gui.widgets import labels

_TOP_LEFT = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft


class TextLine(QWidget):
    """Plain text in a fixed number of lines, shortened to what fits; the tooltip has all of it.

    A QLabel would have the whole window laid out anew whenever its text changes.
    """

    def __init__(self, lines: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines = lines
        self._text = self._mark = ""
        self._ink = ""
        self._bold = False
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def set_lines(self, lines: int) -> None:
        """Make room for so many lines."""
        self._lines = lines
        self.updateGeometry()

    def text(self) -> str:
        """The whole text, with its mark."""
        return f"{self._mark} {self._text}" if self._mark else self._text

    def set_text(self, text: str, *, mark: str = "", ink: str = "", bold: bool = False) -> None:
        """Show a text, after a mark of another colour if one is given."""
        if (text, mark, ink, bold) == (self._text, self._mark, self._ink, self._bold):
            return
        self._text, self._mark, self._ink, self._bold = text, mark, ink, bold
        self.setToolTip(self.text())
        self.setAccessibleName(self.text())
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(80, self._lines * self.fontMetrics().lineSpacing() + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        if self._bold:
            painter.setFont(labels.bold_font(self.font()))
        area = QRectF(self.rect())
        metrics = QFontMetrics(painter.font())
        if self._mark:
            painter.setPen(QColor(self._ink))
            painter.drawText(area, int(_TOP_LEFT), self._mark)
            area.setLeft(metrics.horizontalAdvance(f"{self._mark} "))
        painter.setPen(self.palette().windowText().color())
        shown = fitting(self._text, painter.font(), area.width(), self._lines)
        painter.drawText(area, int(_TOP_LEFT), shown)
        painter.end()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self.updateGeometry()


def fitting(text: str, font: QFont, width: float, lines: int) -> str:
    """As much of a text as goes into lines of a width, broken between words."""
    letters = labels.lettering(font)
    done: list[str] = []
    while text and len(done) < lines - 1:
        line, text = _first_line(text, letters, width)
        done.append(line)
    if text:
        room = max(int(width), 0)
        done.append(QFontMetrics(font).elidedText(text.replace("\n", " "), labels.ELIDE, room))
    return "\n".join(done)


def _first_line(text: str, letters: labels.Lettering, width: float) -> tuple[str, str]:
    """What goes into one line, a word at least, and the rest."""
    paragraph, _, later = text.partition("\n")
    words = paragraph.split(" ")
    ends = accumulate(letters.width(f"{word} ") for word in words)
    room = width + letters.width(" ")
    count = max(sum(1 for end in ends if end <= room), 1)
    if count == len(words):
        return paragraph, later
    rest = " ".join(words[count:])
    return " ".join(words[:count]), f"{rest}\n{later}" if rest and later else rest or later
