"""A canvas to draw on with mouse, pen, touch or keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QPointF, QRectF, Qt, pyqtSignal
from PyQt6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPen,
    QPointingDevice,
    QTabletEvent,
    QTouchEvent,
)
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.drawing import Drawing, draw_frame
from visualmlp.gui.widgets.strokes import Kind, Stroke, Strokes

PEN_WIDTH = 0.09
"""Share of the canvas: a digit that fills three quarters of it gets lines as thick as MNIST's."""

KEY_STEPS = 28
"""Arrow presses from one end of the canvas to the other."""

_MOUSE, _TABLET, _KEYS = -1, -2, -3
"""Who draws; fingers have numbers from 0."""

_UNDO, _REDO = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo


class Canvas(Drawing):
    """Ink on a ground in the shape of a data set's pictures.

    Signals
    -------
    changed
        There is other ink.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strokes = Strokes()
        self._drawing: dict[int, Stroke] = {}
        self._width = PEN_WIDTH
        self._erases = False
        self._hint = ""
        self._pen = QPointF(0.5, 0.5)
        self._shows_pen = False
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(self.tr("Canvas"))
        self._tell_pen()
        self.filled()

    # What the world says

    def set_shape(self, shape: tuple[int, int]) -> None:
        """Begin with an empty canvas whose sides are as those of pictures (rows, columns)."""
        self._strokes = Strokes(shape)
        self._drawing.clear()
        width, height = self._strokes.size
        self._pen = QPointF(width / 2, height / 2)
        self._tell()

    def set_hint(self, text: str) -> None:
        """What stands on an empty canvas."""
        self._hint = text
        self.update()

    def set_pen_width(self, share: float) -> None:
        """How wide lines are, as a share of the canvas' longer side."""
        self._width = share
        self.update()

    def set_eraser(self, on: bool) -> None:
        """Take ink away instead."""
        self._erases = on
        self._tell_pen()
        self.update()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was drawn since the canvas was cleared."""
        return self._strokes.is_empty

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return self._strokes.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a stroke to make again."""
        return self._strokes.can_redo

    def ink(self) -> npt.NDArray[np.uint8]:
        """The ink, 0 to 255, (rows, columns); the longer side has 560."""
        return self._strokes.ink()

    def undo(self) -> None:
        """Take the last stroke back."""
        self._drawing.clear()
        self._strokes.undo()
        self._tell()

    def redo(self) -> None:
        """Make the stroke again that was taken back last."""
        self._drawing.clear()
        self._strokes.redo()
        self._tell()

    def clear(self) -> None:
        """Take all ink away."""
        self._drawing.clear()
        self._strokes.clear()
        self._tell()

    # Drawing by whatever means

    def _put_down(self, who: int, x: float, y: float, width: float, kind: Kind) -> None:
        self._drawing[who] = self._strokes.begin(kind, x, y, width)
        self._tell()

    def _move(self, who: int, x: float, y: float, width: float) -> None:
        if who in self._drawing:
            self._strokes.go_on(self._drawing[who], x, y, width)
            self._tell()

    def _lift(self, who: int) -> None:
        self._drawing.pop(who, None)

    def _tell(self) -> None:
        self.update()
        self.changed.emit()

    @property
    def _kind(self) -> Kind:
        return "eraser" if self._erases else "pen"

    # Mouse, pen and touch

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is not None and event.button() == Qt.MouseButton.LeftButton:
            self._shows_pen = False
            self._put_down(_MOUSE, *self._place(event.position()), self._width, self._kind)

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is not None:
            self._move(_MOUSE, *self._place(event.position()), self._width)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        self._lift(_MOUSE)

    def tabletEvent(self, event: QTabletEvent | None) -> None:
        """A pen draws the wider the harder it is pressed; its other end erases."""
        if event is None:
            return
        place, width = self._place(event.position()), self._width * (0.5 + event.pressure())
        if event.type() == QEvent.Type.TabletPress:
            is_eraser = event.pointerType() == QPointingDevice.PointerType.Eraser
            self._put_down(_TABLET, *place, width, "eraser" if is_eraser else self._kind)
        elif event.type() == QEvent.Type.TabletMove:
            self._move(_TABLET, *place, width)
        else:
            self._lift(_TABLET)
        event.accept()

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QTouchEvent):
            self._touch(event)
            event.accept()
            return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and (event.matches(_UNDO) or event.matches(_REDO))
        ):
            event.accept()  # strokes are taken back here, not the window's last change
            return True
        return super().event(event)

    def _touch(self, event: QTouchEvent) -> None:
        for point in event.points():
            finger = point.id()
            place = self._place(self.mapFromGlobal(point.globalPosition()))
            if point.state() == point.State.Pressed:
                self._put_down(finger, *place, self._width, self._kind)
            elif point.state() == point.State.Updated:
                self._move(finger, *place, self._width)
            elif point.state() == point.State.Released:
                self._lift(finger)
        if event.type() == QEvent.Type.TouchCancel:
            for finger in [who for who in self._drawing if who >= 0]:
                self._lift(finger)

    # Keyboard

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is not None and event.matches(_UNDO):
            self.undo()
        elif event is not None and event.matches(_REDO):
            self.redo()
        else:
            super().keyPressEvent(event)

    def move_current(self, dx: int, dy: int) -> None:
        width, height = self._strokes.size
        x = min(max(self._pen.x() + dx / KEY_STEPS, 0.0), width)
        y = min(max(self._pen.y() + dy / KEY_STEPS, 0.0), height)
        self._pen, self._shows_pen = QPointF(x, y), True
        self._move(_KEYS, x, y, self._width)
        self._tell_pen()
        self.update()

    def pick_current(self) -> None:
        """Put the pen down, or lift it."""
        self._shows_pen = True
        if _KEYS in self._drawing:
            self._lift(_KEYS)
        else:
            self._put_down(_KEYS, self._pen.x(), self._pen.y(), self._width, self._kind)
        self._tell_pen()
        self.update()

    def announce(self) -> None:
        """The pen's place is told as the description; a tooltip would cover the drawing."""

    def _tell_pen(self) -> None:
        text = self.tr("{tool} {state}, {x:.0%} from the left, {y:.0%} from the top")
        self.setAccessibleDescription(
            text.format(
                tool=self.tr("eraser") if self._erases else self.tr("pen"),
                state=self.tr("down") if _KEYS in self._drawing else self.tr("up"),
                x=self._pen.x(),
                y=self._pen.y(),
            )
        )

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        paper, colours = self._paper(), theme.current()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(paper, self._inked(colours.dark))
        draw_frame(painter, paper.adjusted(-1, -1, 1, 1), QColor(colours.muted), 1)
        if self.is_empty and self._hint:
            painter.setPen(QColor(colours.muted))
            flags = labels.CENTRE | Qt.TextFlag.TextWordWrap
            painter.drawText(paper.adjusted(8, 8, -8, -8), int(flags), self._hint)
        if self._shows_pen:
            self._draw_pen(painter, paper, colours)

    def _draw_pen(self, painter: QPainter, paper: QRectF, colours: theme.PlotColours) -> None:
        """A ring of the pen's width, dashed while it is lifted."""
        scale = self._scale(paper)
        centre = paper.topLeft() + self._pen * scale
        radius = max(3.0, self._width * scale / 2)
        down = _KEYS in self._drawing
        style = Qt.PenStyle.SolidLine if down else Qt.PenStyle.DashLine
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((colours.background, 4.0), (colours.highlight, 2.0)):
            painter.setPen(QPen(QColor(colour), width, style))
            painter.drawEllipse(centre, radius, radius)

    def _inked(self, dark: bool) -> QImage:
        """The ink in the look's colours, without a copy of it."""
        image = self._strokes.image
        bits = image.constBits()
        assert bits is not None
        bits.setsize(image.sizeInBytes())
        form = QImage.Format.Format_Indexed8
        memory: Any = bits  # the stubs know bytes only
        painted = QImage(memory, image.width(), image.height(), image.bytesPerLine(), form)
        painted.setColorTable(_table(dark))
        return painted

    def _paper(self) -> QRectF:
        """Where the canvas lies: as large as it goes, in the middle."""
        area, (width, height) = self.area(), self._strokes.size
        scale = min(area.width() / width, area.height() / height)
        paper = QRectF(0, 0, scale * width, scale * height)
        paper.moveCenter(area.center())
        return paper

    def _scale(self, paper: QRectF) -> float:
        return paper.width() / self._strokes.size[0]

    def _place(self, pos: QPointF) -> tuple[float, float]:
        paper = self._paper()
        at = (pos - paper.topLeft()) / max(self._scale(paper), 1e-9)
        return at.x(), at.y()

    def csv_rows(self) -> Iterator[list[int]]:
        """The ink, 0 to 255, a line for each row of pixels."""
        yield from self.ink().tolist()


def _table(dark: bool) -> list[int]:
    """256 colours for 256 levels of ink."""
    table = colour_maps.lut("grey", dark)[: colour_maps.LEVELS].tolist()
    return [*table, table[-1]]
