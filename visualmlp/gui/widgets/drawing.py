"""The base of all painted widgets: title, caption, empty message, hover values, keyboard."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PyQt6.QtWidgets import QSizePolicy, QToolTip, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.picture import SHORTCUTS, Picture

_Key = Qt.Key
_STEPS: dict[int, tuple[int, int]] = {
    _Key.Key_Left: (-1, 0),
    _Key.Key_Right: (1, 0),
    _Key.Key_Up: (0, -1),
    _Key.Key_Down: (0, 1),
}
_PAGES: dict[int, int] = {_Key.Key_PageUp: -1, _Key.Key_PageDown: 1}
_PICKS = (_Key.Key_Return, _Key.Key_Enter, _Key.Key_Space)

MARGIN = 6.0


class Drawing(Picture):
    """A widget painted in one go.

    A subclass gives :meth:`draw` and :meth:`value_at`, and what it can of :meth:`pick_at`,
    :meth:`move_current`, :meth:`pick_current`, :meth:`turn_page` and :meth:`current_point`; it
    calls :meth:`filled` when it got something to show.

    Signals
    -------
    hovered
        The text of the value under the mouse or the keyboard's cursor, empty when it left.
    """

    hovered = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = ""
        self._caption = ""
        self._shorter: tuple[str, ...] = ()
        self._warning = ""
        self._empty: str | None = self.tr("Nothing to show yet.")
        self._hovered = ""
        self._told = ""
        self._height_of_line: float | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Picture"))
        self._describe()

    # What the world says

    def set_title(self, text: str) -> None:
        """One line above the drawing; empty for none. It becomes the accessible name too."""
        if text:
            self.setAccessibleName(text)
        if text != self._title:
            self._title = text
            self.laid_out()

    def set_caption(self, text: str, *shorter: str) -> None:
        """One line of secondary text below the drawing; empty for none.

        Where it has no room, the first of the shorter texts that has stands there.
        """
        if (text, shorter) != (self._caption, self._shorter):
            self._caption, self._shorter = text, shorter
            self._describe()
            self.laid_out()

    def set_empty(self, text: str) -> None:
        """Show a text that says what is needed, until something is set."""
        self._empty = text
        self._describe()
        self.laid_out()

    @property
    def empty_text(self) -> str | None:
        """What is shown instead of a drawing, or None."""
        return self._empty

    # What a subclass gives

    def draw(self, painter: QPainter, area: QRectF) -> None:
        """Paint what is shown into the area."""
        raise NotImplementedError

    def value_at(self, pos: QPointF) -> str | None:
        """The text about what lies at a position of the widget."""
        return None

    def pick_at(self, pos: QPointF) -> None:
        """The left button was pressed there."""

    def move_current(self, dx: int, dy: int) -> None:
        """An arrow key was pressed."""

    def pick_current(self) -> None:
        """Enter or Space was pressed."""

    def turn_page(self, direction: int) -> None:
        """Page up (-1) or page down (1) was pressed."""

    def laid_out(self) -> None:
        """The area or the content changed: a subclass may renew what depends on it."""
        self.update()

    # For subclasses

    def filled(self) -> None:
        """There is something to show now."""
        self._empty = None
        self._describe()
        self.laid_out()

    def area(self) -> QRectF:
        """Where :meth:`draw` paints: the widget without margins, title and caption."""
        line = self.line_height() + 4
        top = MARGIN + (line if self._title else 0)
        bottom = MARGIN + (line if self._caption_text() else 0)
        return QRectF(self.rect()).adjusted(MARGIN, top, -MARGIN, -bottom)

    def line_height(self) -> float:
        """Of a line in the widget's font, in pixels."""
        if self._height_of_line is None:
            self._height_of_line = QFontMetricsF(self.font()).height()
        return self._height_of_line

    def announce(self) -> None:
        """Tell the value at the keyboard's cursor: tooltip, screen reader, signal."""
        point = self.current_point()
        text = self.value_at(point) if point is not None else None
        if point is None or text is None:
            return
        self._told = text
        self._describe()
        self._hover(text)
        QToolTip.showText(self.mapToGlobal(point.toPoint()), text, self)

    def set_warning(self, text: str) -> None:
        """What is doubtful about the values, with a sign after the caption; empty for none."""
        self._warning = text

    def _caption_text(self) -> str:
        warning = f"⚠ {self._warning}" if self._warning and self._empty is None else ""
        return " · ".join(part for part in (self._caption, warning) if part)

    def _shown_caption(self, width: float) -> str:
        """The caption, or so much of it that it fits."""
        text, letters = self._caption_text(), labels.lettering(self.font())
        for shorter in self._shorter:
            if letters.width(text) <= width:
                break
            text = self._caption_text().replace(self._caption, shorter, 1)
        return text

    def _shortened_at(self, pos: QPointF) -> str:
        """All of a title or caption at a position, if it does not fit."""
        area, text, font = self.area(), "", self.font()
        if pos.y() < area.top():
            text, font = self._title, labels.bold_font(font)
        elif pos.y() > area.bottom():
            text = self._caption_text()
        return text if QFontMetricsF(font).horizontalAdvance(text) > area.width() else ""

    # Qt

    def paint_picture(self, painter: QPainter) -> None:
        colours = theme.current()
        painter.setFont(self.font())
        painter.fillRect(self.rect(), QColor(colours.background))
        self._draw_lines(painter, colours)
        if self._empty is not None:
            painter.setPen(QColor(colours.muted))
            flags = labels.CENTRE | Qt.TextFlag.TextWordWrap
            painter.drawText(self.area().adjusted(12, 0, -12, 0), int(flags), self._empty)
        elif self.area().width() > 4 and self.area().height() > 4:
            self.draw(painter, self.area())

    def _draw_lines(self, painter: QPainter, colours: theme.PlotColours) -> None:
        area = self.area()
        line = QRectF(area.left(), MARGIN, area.width(), area.top() - MARGIN)
        if self._title:
            painter.setFont(labels.bold_font(self.font()))
            painter.setPen(QColor(colours.foreground))
            labels.draw_elided(painter, line, self._title)
            painter.setFont(self.font())
        if caption := self._shown_caption(area.width()):
            painter.setPen(QColor(colours.muted))
            below = QRectF(area.left(), area.bottom() + 4, area.width(), self.height() - MARGIN)
            below.setBottom(self.height() - MARGIN)
            labels.draw_elided(painter, below, caption)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        self.paint_picture(painter)
        if self.hasFocus():
            draw_frame(painter, QRectF(self.rect()), self.palette().highlight().color(), 2)
        painter.end()

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent):  # hover values come at once, see mouseMoveEvent
            return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and (event.key() in _STEPS or event.key() in _PAGES)
            and not event.modifiers()
        ):
            event.accept()  # before a shortcut of the window takes the key
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self._empty is not None or event.modifiers() & _WITH_COMMAND:
            super().keyPressEvent(event)
        elif event.key() in _STEPS:
            self.move_current(*_STEPS[event.key()])
            self.announce()
        elif event.key() in _PAGES:
            self.turn_page(_PAGES[event.key()])
        elif event.key() in _PICKS:
            self.pick_current()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton and not self._empty:
            self.pick_at(event.position())

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        value = None if self._empty is not None else self.value_at(event.position())
        self._hover(value or "")
        if text := value or self._shortened_at(event.position()):
            QToolTip.showText(event.globalPosition().toPoint(), text, self)
        else:
            QToolTip.hideText()

    def leaveEvent(self, event: QEvent | None) -> None:
        self._hover("")
        super().leaveEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() in _LOOK_CHANGES:
            self._height_of_line = None
            self.laid_out()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self.laid_out()

    def focusOutEvent(self, event: QFocusEvent | None) -> None:
        super().focusOutEvent(event)
        if self._told:
            self._told = ""
            self._describe()

    def _describe(self) -> None:
        """To a screen reader: what is needed, the value at the cursor, or what is shown."""
        text = self._told if self._empty is None else self._empty
        if not text:
            keys = self.tr("Arrows tell values, {} shows all numbers as a table.")
            text = "\n".join((self._caption_text(), keys.format(SHORTCUTS["numbers"]))).strip()
        if text != self.accessibleDescription():
            self.setAccessibleDescription(text)

    def _hover(self, text: str) -> None:
        if text != self._hovered:
            self._hovered = text
            self.hovered.emit(text)


_WITH_COMMAND = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_LOOK_CHANGES = (QEvent.Type.PaletteChange, QEvent.Type.FontChange)


def image_of(argb: npt.NDArray[np.uint32], trim: int = 0) -> QImage:
    """An image over the array's own memory, shape (h, w), C-contiguous; keep the array alive.

    ``trim`` leaves out that many pixels at the right and at the bottom. (Parts of an image cannot
    be painted into an SVG file: the whole image would be.)
    """
    height, width = argb.shape
    memory: Any = argb.data  # the stubs know bytes only
    form = QImage.Format.Format_RGB32
    return QImage(memory, width - trim, height - trim, 4 * width, form)


def draw_frame(painter: QPainter, rect: QRectF, ink: QColor, width: float) -> None:
    """A frame just inside a rectangle; filled, as stroking with a wide pen is far slower."""
    painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), width), ink)
    painter.fillRect(QRectF(rect.left(), rect.bottom() - width, rect.width(), width), ink)
    painter.fillRect(QRectF(rect.left(), rect.top(), width, rect.height()), ink)
    painter.fillRect(QRectF(rect.right() - width, rect.top(), width, rect.height()), ink)


def draw_highlight(painter: QPainter, rect: QRectF, colours: theme.PlotColours) -> None:
    """A frame around a rectangle that shows on every colour: within a line of the ground."""
    draw_frame(painter, rect.adjusted(-2, -2, 2, 2), QColor(colours.background), 4)
    draw_frame(painter, rect.adjusted(-1, -1, 1, 1), QColor(colours.highlight), 2)
