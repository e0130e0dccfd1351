"""A drawing that can be looked at from near: wheel, mouse and keys."""

from __future__ import annotations

from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PyQt6.QtWidgets import QApplication, QToolTip, QWidget

from visualmlp.gui.widgets.drawing import Drawing
from visualmlp.gui.widgets.zoom import Zoom

_STEP = 1.25
_WHEEL_NOTCH = 120.0
_LEFT_BUTTON = Qt.MouseButton.LeftButton
_MARGIN = 30.0
"""How far from the edges what the keyboard goes to is brought."""


class ZoomedDrawing(Drawing):
    """The wheel zooms at the pointer, the mouse drags; + and - zoom, F or 0 shows all.

    A subclass gives :meth:`picture_area`, and paints with its ``_zoom``; a click without dragging
    is ``pick_at``.

    Signals
    -------
    zoomed
        Whether anything is out of sight.
    """

    zoomed = pyqtSignal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zoom = Zoom()
        self._pressed: QPointF | None = None
        self._dragging = False

    def picture_area(self) -> QRectF:
        """The part of the widget that is zoomed."""
        return self.area()

    @property
    def zoom(self) -> Zoom:
        """What is looked at."""
        return self._zoom

    def fit(self) -> None:
        """Show all."""
        self._look_at(Zoom())

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Show it larger or smaller around a position, or around the middle."""
        area = self.picture_area()
        self._look_at(self._zoom.zoomed(factor, at or area.center(), area))

    def bring_into_sight(self, pos: QPointF) -> None:
        """Move so that what is at a position, inside or outside of the widget, is seen."""
        area = self.picture_area()
        inner = area.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        if inner.isValid() and not area.contains(pos):
            x = min(max(pos.x(), inner.left()), inner.right()) - pos.x()
            y = min(max(pos.y(), inner.top()), inner.bottom()) - pos.y()
            self._look_at(self._zoom.moved(QPointF(x, y), area))

    def _look_at(self, zoom: Zoom) -> None:
        if zoom != self._zoom:
            self._zoom = zoom
            self.laid_out()
            self.zoomed.emit(zoom.scale > 1)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or self._empty is not None:
            super().keyPressEvent(event)
        elif event.text() in ("+", "-"):
            self.zoom_by(_STEP if event.text() == "+" else 1 / _STEP, self.current_point())
        elif event.text().lower() in ("f", "0"):
            self.fit()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None or self._empty is not None or not event.angleDelta().y():
            return
        self.zoom_by(_STEP ** (event.angleDelta().y() / _WHEEL_NOTCH), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == _LEFT_BUTTON and self._empty is None:
            self._pressed, self._dragging = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._pressed is None or not event.buttons() & _LEFT_BUTTON:
            super().mouseMoveEvent(event)
            return
        by = event.position() - self._pressed
        if self._dragging or by.manhattanLength() >= QApplication.startDragDistance():
            QToolTip.hideText()
            self._pressed, self._dragging = event.position(), True
            self._look_at(self._zoom.moved(by, self.picture_area()))

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._pressed is None or event.button() != _LEFT_BUTTON:
            return
        clicked = not self._dragging
        self._pressed, self._dragging = None, False
        if clicked:
            self.pick_at(event.position())

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        self._pressed = None

    def leaveEvent(self, event: QEvent | None) -> None:
        self._pressed = None
        super().leaveEvent(event)
