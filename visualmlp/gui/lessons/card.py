"""A lesson on the start page: picture, title, a sentence."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PyQt6.QtWidgets import QAbstractButton, QWidget

from visualmlp.gui import theme
from visualmlp.gui.lessons.pictures import picture
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.text_line import fitting
from visualmlp.lessons import Lesson, needs_missing_data

LEAST_WIDTH, HEIGHT = 204, 200
PICTURE_HEIGHT = 110
SHAPE = 2.24
"""Width of the pictures in heights."""

MARGIN, RADIUS = 10.0, 6.0
ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
"""Columns and rows that an arrow goes on."""

TITLE_LINES, SUMMARY_LINES = 2, 3


class LessonCard(QAbstractButton):
    """Opens its lesson when clicked, or with Enter or Space.

    Parameters
    ----------
    lesson
        The lesson.
    parent
        The page.
    """

    def __init__(self, lesson: Lesson, parent: QWidget) -> None:
        super().__init__(parent)
        self.lesson = lesson
        self._badge = self.tr("needs MNIST") if needs_missing_data(lesson) else ""
        self._pixmap: QPixmap | None = None
        self.setObjectName(f"card.{lesson.name}")
        self.setText(lesson.title)
        name = f"{lesson.title}. {lesson.summary}"
        self.setAccessibleName(f"{name} ({self._badge})" if self._badge else name)
        self.setToolTip(f"{lesson.title}\n{lesson.summary}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.resize(self.sizeHint())

    def sizeHint(self) -> QSize:
        return QSize(LEAST_WIDTH, HEIGHT)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme.current()
        lit = self.hasFocus() or self.underMouse()
        painter.setPen(QColor(self.palette().highlight().color() if lit else QColor(colours.grid)))
        painter.setBrush(QColor(colours.background))
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        if self.hasFocus():
            painter.drawRoundedRect(frame.adjusted(-1, -1, 1, 1), RADIUS, RADIUS)
        painter.drawPixmap(0, 2, self._picture())
        self._draw_texts(painter, colours)
        if self._badge:
            self._draw_badge(painter, colours)
        painter.end()

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter opens the lesson; the arrows are left to the page, which knows where cards are."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event is not None and event.key() in ARROWS:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._pixmap = None

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._pixmap = None

    def _picture(self) -> QPixmap:
        if self._pixmap is None:
            ratio = self.devicePixelRatioF()
            self._pixmap = QPixmap(QSize(self.width(), PICTURE_HEIGHT) * ratio)
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            if drawing := picture(self.lesson.name):
                painter = QPainter(self._pixmap)
                drawing.render(painter, self._place_of_picture())
                painter.end()
        return self._pixmap

    def _place_of_picture(self) -> QRectF:
        room = QRectF(MARGIN, 8, self.width() - 2 * MARGIN, PICTURE_HEIGHT - 10)
        height = min(room.height(), room.width() / SHAPE)
        place = QRectF(0, 0, height * SHAPE, height)
        place.moveCenter(room.center())
        return place

    def _draw_texts(self, painter: QPainter, colours: theme.PlotColours) -> None:
        area = QRectF(self.rect()).adjusted(MARGIN, PICTURE_HEIGHT + 6, -MARGIN, -6)
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        area = self._draw_lines(
            painter, area, bold, self.lesson.title, TITLE_LINES, colours.foreground
        )
        small = labels.small_font(self.font())
        self._draw_lines(painter, area, small, self.lesson.summary, SUMMARY_LINES, colours.muted)

    def _draw_lines(
        self, painter: QPainter, area: QRectF, font: QFont, text: str, lines: int, ink: str
    ) -> QRectF:
        """Paint what fits into some lines; return what is left of the area."""
        painter.setFont(font)
        painter.setPen(QColor(ink))
        shown = fitting(text, font, area.width(), lines)
        flags = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(flags), shown)
        taken = (shown.count("\n") + 1) * QFontMetricsF(font).lineSpacing()
        return area.adjusted(0, taken + 3, 0, 0)

    def _draw_badge(self, painter: QPainter, colours: theme.PlotColours) -> None:
        font = labels.small_font(self.font())
        metrics = QFontMetricsF(font)
        width = metrics.horizontalAdvance(self._badge) + 12
        place = QRectF(self.width() - width - 6, 6, width, metrics.height() + 4)
        painter.setFont(font)
        painter.setPen(QColor(colours.muted))
        painter.setBrush(QColor(colours.background))
        painter.drawRoundedRect(place, 4, 4)
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), self._badge)
