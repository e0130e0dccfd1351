"""Drag and drop of files on a whole window, with a hint that says what would happen."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QEvent, QMimeData, QObject, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFont,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.dropped import Dropped, understand
from visualmlp.gui.icons import icon

WIDTH, HEIGHT = 560, 150
SIGN = 40


class DropHint(QWidget):
    """Lies over its window while files are held over it, and takes them when they are dropped.

    It covers the fields, which would take a dropped file for text.

    Parameters
    ----------
    window
        Where files may be dropped.

    Signals
    -------
    dropped
        What was dropped: Dropped, also where it is nothing that can be opened.
    """

    dropped = pyqtSignal(object)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("drop_hint")
        self.setAcceptDrops(True)
        self.setMouseTracking(True)
        self.offered: Dropped | None = None
        window.setAcceptDrops(True)
        window.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject | None, event: QEvent | None) -> bool:
        """Come up where a drag enters the window; from then on this widget gets the events."""
        if isinstance(event, QDragEnterEvent):
            self._offer(event)
            return True
        if isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            self.dropEvent(event)
            return True
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent | None) -> None:
        if event:
            self._offer(event)

    def dragMoveEvent(self, event: QDragMoveEvent | None) -> None:
        if event:
            self._answer(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent | None) -> None:
        self.hide()

    def dropEvent(self, event: QDropEvent | None) -> None:
        self.hide()
        if event and (paths := _paths(event.mimeData())) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.dropped.emit(understand(paths))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        """The mouse moves here only when nothing is dragged any more."""
        self.hide()

    def _offer(self, event: QDragEnterEvent) -> None:
        paths = _paths(event.mimeData())
        if paths is None:
            event.ignore()
            return
        self.offered = understand(paths)
        self.setAccessibleName(self.offered.text)
        if window := self.parentWidget():
            self.setGeometry(window.rect())
        self.raise_()
        self.show()
        self.update()
        event.acceptProposedAction()

    def _answer(self, event: QDragMoveEvent) -> None:
        """Accept even what cannot be opened, so that its drop tells why."""
        if _paths(event.mimeData()) is not None:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    # Painting

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if self.offered is None:
            return
        painter, colours = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        veil = QColor(colours.background)
        veil.setAlpha(190)
        painter.fillRect(self.rect(), veil)
        good = self.offered.kind != "nothing"
        ink = self.palette().highlight().color() if good else QColor(colours.bad)
        card = self._card()
        style = Qt.PenStyle.DashLine if good else Qt.PenStyle.SolidLine
        painter.setPen(QPen(ink, 2, style))
        painter.setBrush(QColor(colours.background))
        painter.drawRoundedRect(card, 10, 10)
        sign = icon("open" if good else "warning").pixmap(SIGN, SIGN)
        painter.drawPixmap(round(card.center().x() - SIGN / 2), round(card.top() + 20), sign)
        font = QFont(self.font())
        font.setPointSizeF(1.15 * font.pointSizeF())
        painter.setFont(font)
        painter.setPen(QColor(colours.foreground))
        text = card.adjusted(20, 20 + SIGN + 6, -20, -10)
        flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
        painter.drawText(text, int(flags), self.offered.text)
        painter.end()

    def _card(self) -> QRectF:
        width, height = min(WIDTH, self.width() - 40), min(HEIGHT, self.height() - 40)
        card = QRectF(0, 0, width, height)
        card.moveCenter(QRectF(self.rect()).center())
        return card


def _paths(data: QMimeData | None) -> list[Path] | None:
    """The files that are held; None where it is no file at all, but text, say."""
    if data is None or not data.hasUrls():
        return None
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
