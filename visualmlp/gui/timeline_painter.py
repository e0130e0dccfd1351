"""How the timeline bar looks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PyQt6.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PyQt6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from visualmlp.gui import theme
from visualmlp.gui.timeline_marks import Mark
from visualmlp.gui.timeline_scale import Epochs, Scale, ticks
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.time_signs import Kind, draw_sign

SIDE = 12.0
"""Pixels between the texts at the sides and the track."""

SIGNS = 14.0
"""Height of the row of signs above the track, and of that of the edits below it."""

TRACK = 10.0
TICK = 4.0
EDITS = 9.0

_GRIP = [(-6, -9), (6, -9), (6, 5), (0, 10), (-6, 5)]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """Everything that is painted.

    Attributes
    ----------
    rect
        The whole bar.
    scale, epochs
        Where steps are, and where epochs end.
    cursor, head
        The step that the window shows, and the newest one.
    checkpoints, marks
        Steps of kept states; signs.
    run, place, state
        Texts: the run's name; where the cursor is, and what is there.
    units
        What the numbers are called where they count epochs, and where they count steps.
    font
        Of the texts.
    focused
        Whether the keyboard moves the cursor.
    """

    rect: QRect
    scale: Scale
    epochs: Epochs
    cursor: int
    head: int
    checkpoints: Sequence[int]
    marks: Sequence[Mark]
    run: str
    place: str
    state: str
    units: tuple[str, str]
    font: QFont
    focused: bool

    @property
    def track(self) -> QRectF:
        """Where the line of time is."""
        scale = self.scale
        return QRectF(scale.left, self.rect.top() + SIGNS + 2, scale.right - scale.left, TRACK)


def height(font: QFont) -> int:
    """Pixels that the bar needs."""
    return round(SIGNS + 2 + TRACK + EDITS + QFontMetricsF(labels.small_font(font)).height() + 3)


def side_width(font: QFont, text: str) -> float:
    """Pixels for a text beside the track; the same for all digits."""
    steady = "".join("0" if letter.isdigit() else letter for letter in text)
    return QFontMetricsF(labels.bold_font(font)).horizontalAdvance(steady) + SIDE


def paint(painter: QPainter, picture: Picture) -> None:
    """Paint the whole bar."""
    colours = theme.current()
    _paint_track(painter, picture, colours)
    _paint_ticks(painter, picture, colours)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_marks(painter, picture)
    _paint_cursor(painter, picture, colours)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_texts(painter, picture, colours)
    if picture.focused:
        painter.setPen(QPen(QColor(colours.highlight), 1, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(picture.rect).adjusted(1, 1, -2, -2))


def _paint_track(painter: QPainter, picture: Picture, colours: theme.PlotColours) -> None:
    """Full up to the cursor, hatched where recorded beyond it, a mere outline where planned."""
    track, scale = picture.track, picture.scale
    painter.setPen(QPen(QColor(colours.muted), 1))
    painter.setBrush(QColor(colours.background))
    painter.drawRect(track)
    ink = theme.blend(QColor(colours.foreground), QColor(colours.background), 0.45)
    inside = track.adjusted(1, 1, 0, 0)
    cursor, head = scale.x_of(picture.cursor), scale.x_of(picture.head)
    if head > cursor:
        inside.setRight(head)
        painter.fillRect(inside, theme.blend(ink, QColor(colours.background), 0.72))
        painter.fillRect(inside, QBrush(ink, Qt.BrushStyle.BDiagPattern))
    inside.setRight(cursor)
    painter.fillRect(inside, theme.blend(ink, QColor(colours.background), 0.35))
    painter.fillRect(QRectF(head - 1, track.top() - 2, 2, track.height() + 4), ink)
    middle = track.center().y()
    for left, right in _runs_of_pixels(scale, picture.checkpoints):
        painter.fillRect(QRectF(left, middle - 1, right - left, 3), QColor(colours.foreground))


def _runs_of_pixels(scale: Scale, steps: Sequence[int]) -> list[tuple[float, float]]:
    """Beginning and end of the stretches of pixels that hold a step: there may be thousands."""
    if not steps:
        return []
    places = np.unique(np.round(scale.x_of(np.array(steps, np.float64))))
    breaks = np.flatnonzero(np.diff(places) > 1)
    first = places[np.append(0, breaks + 1)]
    last = places[np.append(breaks, len(places) - 1)]
    return list(zip(first.tolist(), (last + 1).tolist(), strict=True))


def _paint_ticks(painter: QPainter, picture: Picture, colours: theme.PlotColours) -> None:
    """Numbers below their ticks, with the name of what they count at the left."""
    track = picture.track
    by_epoch, places = ticks(picture.scale, picture.epochs)
    painter.setFont(labels.small_font(picture.font))
    metrics = QFontMetricsF(painter.font())
    below = track.bottom() + EDITS + metrics.ascent() + 1
    painter.setPen(QPen(QColor(colours.muted), 1))
    for x, _ in places:
        painter.drawLine(QLineF(round(x), track.bottom(), round(x), track.bottom() + TICK))
    painter.setPen(QColor(colours.foreground))
    for x, text in places:
        width = metrics.horizontalAdvance(text)
        left = min(x - width / 2, track.right() + SIDE / 2 - width)  # beside it stands the state
        painter.drawText(QPointF(left, below), text)
    painter.setPen(QColor(colours.muted))
    unit = picture.units[0] if by_epoch else picture.units[1]
    painter.drawText(QPointF(picture.rect.left() + SIDE, below), unit)


def _paint_marks(painter: QPainter, picture: Picture) -> None:
    """Edits below the track, the other signs above it; each place and kind once."""
    track = picture.track
    painted: set[tuple[int, Kind]] = set()
    for mark in picture.marks:
        x = round(picture.scale.x_of(mark.step))
        if (x, mark.kind) not in painted:
            painted.add((x, mark.kind))
            below = mark.kind == "edit"
            y = track.bottom() + EDITS / 2 + 1 if below else track.top() - SIGNS / 2 - 1
            draw_sign(painter, mark.kind, x, y)


def _paint_cursor(painter: QPainter, picture: Picture, colours: theme.PlotColours) -> None:
    x, track = round(picture.scale.x_of(picture.cursor)) + 0.5, picture.track
    painter.setPen(QPen(QColor(colours.background), 1.5))
    painter.setBrush(QColor(colours.foreground))
    painter.drawPolygon(_polygon(_GRIP, x, track.center().y() - 1))
    painter.setPen(QPen(QColor(colours.background), 1))
    for y in (-4, -1, 2):
        painter.drawLine(QLineF(x - 3, track.center().y() + y, x + 3, track.center().y() + y))


def _paint_texts(painter: QPainter, picture: Picture, colours: theme.PlotColours) -> None:
    rect, track = QRectF(picture.rect), picture.track
    painter.setFont(labels.bold_font(picture.font))
    painter.setPen(QColor(colours.foreground))
    line = QFontMetricsF(painter.font()).height()
    middle = track.center().y() - line / 2
    left = QRectF(rect.left() + SIDE, middle, track.left() - 2 * SIDE, line)
    labels.draw_elided(painter, left, picture.run)
    painter.setFont(picture.font)
    right = QRectF(track.right() + SIDE, middle, rect.right() - track.right() - SIDE, line)
    labels.draw_elided(painter, right, picture.place)
    painter.setFont(labels.small_font(picture.font))
    painter.setPen(QColor(colours.muted))
    labels.draw_elided(painter, right.translated(0, line), picture.state)


def _polygon(shape: Sequence[tuple[float, float]], x: float, y: float) -> QPolygonF:
    return QPolygonF([QPointF(x + dx, y + dy) for dx, dy in shape])
