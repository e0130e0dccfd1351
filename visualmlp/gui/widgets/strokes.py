"""What was drawn on a canvas: strokes that can be taken back, and their ink."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QImage, QPainter, QPen

Kind = Literal["pen", "eraser", "clear"]
LONG_SIDE = 560
"""Pixels of the longer side of the ink: 20 for each of 28."""


@dataclass(slots=True)
class Stroke:
    """One line of the pen or the eraser, or the clearing of everything.

    Attributes
    ----------
    kind
        What it does.
    points
        Places in shares of the canvas' longer side, each with the width of the line there.
    """

    kind: Kind
    points: list[tuple[float, float, float]] = field(default_factory=list)


class Strokes:
    """Ink on a ground of a given shape, with undo and redo.

    Parameters
    ----------
    shape
        Rows and columns whose ratio the canvas has.
    """

    def __init__(self, shape: tuple[int, int] = (1, 1)) -> None:
        longest = max(shape)
        rows, columns = (max(1, round(LONG_SIDE * side / longest)) for side in shape)
        self._image = QImage(columns, rows, QImage.Format.Format_Grayscale8)
        self._done: list[Stroke] = []
        self._undone: list[Stroke] = []
        self._image.fill(0)

    @property
    def image(self) -> QImage:
        """The ink as grey levels, 0 to 255."""
        return self._image

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in shares of the longer side."""
        return self._image.width() / LONG_SIDE, self._image.height() / LONG_SIDE

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been drawn since the last clearing."""
        return not self._done or self._done[-1].kind == "clear"

    @property
    def can_undo(self) -> bool:
        """Whether there is a stroke to take back."""
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        """Whether there is a stroke to make again."""
        return bool(self._undone)

    def ink(self) -> npt.NDArray[np.uint8]:
        """A copy of the ink, 0 to 255, (rows, columns)."""
        image = self._image
        bits = image.constBits()
        assert bits is not None
        memory: Any = bits.asarray(image.sizeInBytes())  # the stubs do not know it as a buffer
        padded = np.frombuffer(memory, np.uint8)
        return padded.reshape(image.height(), -1)[:, : image.width()].copy()

    def begin(self, kind: Kind, x: float, y: float, width: float) -> Stroke:
        """Put the pen down; several may be down at a time."""
        stroke = Stroke(kind, [(x, y, width)])
        self._done.append(stroke)
        self._undone.clear()
        self._draw([stroke])
        return stroke

    def go_on(self, stroke: Stroke, x: float, y: float, width: float) -> None:
        """Draw a stroke on to a place."""
        stroke.points.append((x, y, width))
        self._draw([Stroke(stroke.kind, stroke.points[-2:])], begun=True)

    def clear(self) -> None:
        """Take all ink away; this can be taken back as a stroke can."""
        if not self.is_empty:
            self._done.append(Stroke("clear"))
            self._undone.clear()
            self._image.fill(0)

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._done:
            self._undone.append(self._done.pop())
            self._draw_again()

    def redo(self) -> None:
        """Make the stroke again that was taken back last."""
        if self._undone:
            self._done.append(self._undone.pop())
            self._draw_again()

    def _draw_again(self) -> None:
        self._image.fill(0)
        cleared = [i for i, stroke in enumerate(self._done) if stroke.kind == "clear"]
        self._draw(self._done[cleared[-1] + 1 if cleared else 0 :])

    def _draw(self, strokes: list[Stroke], *, begun: bool = False) -> None:
        """Draw strokes, or the latest pieces of strokes that were begun before."""
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in strokes:
            colour = QColor("white" if stroke.kind == "pen" else "black")
            if not begun:
                _draw_dot(painter, stroke.points[0], colour)
            for before, after in zip(stroke.points, stroke.points[1:], strict=False):
                _draw_line(painter, before, after, colour)
        painter.end()


def _draw_dot(painter: QPainter, point: tuple[float, float, float], colour: QColor) -> None:
    x, y, width = (LONG_SIDE * value for value in point)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QRectF(x - width / 2, y - width / 2, width, width))


def _draw_line(
    painter: QPainter,
    before: tuple[float, float, float],
    after: tuple[float, float, float],
    colour: QColor,
) -> None:
    pen = QPen(colour, LONG_SIDE * after[2])
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setPen(pen)
    ends = [QPointF(LONG_SIDE * x, LONG_SIDE * y) for x, y, _ in (before, after)]
    painter.drawLine(*ends)
