"""Text that seldom changes, in as many lines as it needs."""

from __future__ import annotations

from PyQt6.QtGui import QFontMetrics, QResizeEvent

from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.text_line import TextLine, fitting


class GrowingLine(TextLine):
    """A text line that becomes higher, up to a number of lines, where one is not enough.

    What changes with every frame belongs into a plain :class:`TextLine`, whose height stays.
    """

    def __init__(self, most: int = 2) -> None:
        super().__init__()
        self._most = most

    def set_text(self, text: str, *, mark: str = "", ink: str = "", bold: bool = False) -> None:
        is_new = (text, mark, bold) != (self._text, self._mark, self._bold)
        super().set_text(text, mark=mark, ink=ink, bold=bold)
        if is_new:
            self._grow()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        font = labels.bold_font(self.font()) if self._bold else self.font()
        mark = f"{self._mark} " if self._mark else ""
        width = self.width() - QFontMetrics(font).horizontalAdvance(mark)
        lines = 1 + fitting(self._text, font, width, self._most).count("\n")
        if lines != self._lines:
            self.set_lines(lines)
