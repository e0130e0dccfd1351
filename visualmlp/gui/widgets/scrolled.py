"""A drawing larger than its widget."""

from __future__ import annotations

from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt
from PyQt6.QtGui import QRegion, QWheelEvent
from PyQt6.QtWidgets import QScrollBar, QWidget

from visualmlp.gui.widgets.drawing import Drawing

_STEP = 40


class ScrolledDrawing(Drawing):
    """A drawing with scroll bars; a subclass gives :meth:`content_size` and paints what shows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars = {
            orientation: QScrollBar(orientation, self)
            for orientation in (Qt.Orientation.Horizontal, Qt.Orientation.Vertical)
        }
        for bar in self._bars.values():
            bar.setSingleStep(_STEP)
            bar.setCursor(Qt.CursorShape.ArrowCursor)
            bar.hide()
            bar.valueChanged.connect(self.update)

    def content_size(self) -> QSizeF:
        """How much room everything takes."""
        raise NotImplementedError

    def view(self) -> QRectF:
        """The area less the scroll bars."""
        area = self.area()
        across, down = (self._bars[o] for o in self._bars)
        right = down.sizeHint().width() if not down.isHidden() else 0
        bottom = across.sizeHint().height() if not across.isHidden() else 0
        return area.adjusted(0, 0, -right, -bottom)

    def offset(self) -> QPointF:
        """How far the content is scrolled."""
        return QPointF(
            self._bars[Qt.Orientation.Horizontal].value(),
            self._bars[Qt.Orientation.Vertical].value(),
        )

    def scroll_to(self, rect: QRectF) -> None:
        """Bring a part of the content into view."""
        view = self.view()
        ends = (
            (Qt.Orientation.Horizontal, rect.left(), rect.right(), view.width()),
            (Qt.Orientation.Vertical, rect.top(), rect.bottom(), view.height()),
        )
        for orientation, first, last, room in ends:
            bar = self._bars[orientation]
            if first < bar.value():
                bar.setValue(int(first))
            elif last > bar.value() + room:
                bar.setValue(int(last - room) + 1)

    def laid_out(self) -> None:
        across = self._bars[Qt.Orientation.Horizontal]
        down = self._bars[Qt.Orientation.Vertical]
        size = self.content_size() if self._empty is None else QSizeF(0, 0)
        area = self.area()
        tall = size.height() > area.height()
        wide = size.width() > area.width() - (down.sizeHint().width() if tall else 0)
        tall = size.height() > area.height() - (across.sizeHint().height() if wide else 0)
        across.setVisible(wide)
        down.setVisible(tall)
        view = self.view()
        down.setGeometry(
            int(view.right()) + 2, int(view.top()), down.sizeHint().width(), int(view.height())
        )
        across.setGeometry(
            int(view.left()), int(view.bottom()) + 2, int(view.width()), across.sizeHint().height()
        )
        for bar, content, room in (
            (across, size.width(), view.width()),
            (down, size.height(), view.height()),
        ):
            bar.setPageStep(max(1, int(room)))
            bar.setRange(0, max(0, int(content - room + 0.999)))
        self.update(QRegion(self.rect()) - self.childrenRegion())  # bars are slow to paint

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None:
            return
        sideways = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        bar = self._bars[Qt.Orientation.Horizontal if sideways else Qt.Orientation.Vertical]
        delta = event.angleDelta().y() or event.angleDelta().x()
        bar.setValue(bar.value() - delta * _STEP // 120)
        event.accept()

    def turn_page(self, direction: int) -> None:
        bar = self._bars[Qt.Orientation.Vertical]
        bar.setValue(bar.value() + direction * bar.pageStep())
