"""A colour map with its range, and the bar that explains it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.axes import tick_texts, ticks
from visualmlp.gui.widgets.drawing import image_of

_THICKNESS = 10.0
_GAP = 5.0
_ROOM = 10.0
MOST_BETWEEN = 4
"""Round numbers between the ends, about."""
_DIGITS = 3
"""Of the numbers, unless whole ones have more or more are needed to tell them apart."""
_MOST_WHOLE = 7


@dataclass(frozen=True, slots=True)
class ColourScale:
    """Values from ``low`` to ``high`` in the colours of a map."""

    name: colour_maps.MapName
    low: float
    high: float

    @classmethod
    def over(
        cls,
        values: npt.ArrayLike,
        name: colour_maps.MapName,
        low: float | None = None,
        high: float | None = None,
    ) -> ColourScale:
        """The scale of the given ends; an end that is None comes from the values."""
        return cls(name, *colour_maps.limits(values, name, low, high))

    def table(self) -> colour_maps.Argb:
        """The lookup table for the look in use."""
        return colour_maps.lut(self.name, theme.current().dark)

    def colours(self, values: npt.ArrayLike) -> colour_maps.Argb:
        """``0xAARRGGBB`` of the values, shape as given."""
        return colour_maps.colourise(values, self.table(), self.low, self.high)

    def split(self, font: QFont, area: QRectF) -> tuple[QRectF, QRectF | None]:
        """The area without the bar at its right, and the bar's; None if there is no room for it."""
        width = _ROOM + _THICKNESS + _GAP + self._text_width(font)
        if area.width() < 3 * width or area.height() < 50:
            return area, None
        rest = area.adjusted(0, 0, -width, 0)
        return rest, QRectF(rest.right() + _ROOM, area.top(), width - _ROOM, area.height())

    def draw_bar(self, painter: QPainter, area: QRectF) -> None:
        """Paint the bar with the numbers of its ends and of round values between."""
        colours = theme.current()
        metrics = QFontMetricsF(painter.font())
        height = min(area.height() - metrics.height(), 260.0)
        bar = QRectF(area.left(), area.center().y() - height / 2, _THICKNESS, height)
        ramp = np.ascontiguousarray(self.table()[colour_maps.LEVELS - 1 :: -1][:, None])
        painter.drawImage(bar, image_of(ramp))
        painter.setPen(QPen(QColor(colours.grid), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setPen(QColor(colours.foreground))
        half = (metrics.ascent() - metrics.descent()) / 2
        for value, text in self.numbers(metrics.height() / max(height, 1.0)):
            share = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
            at = QPointF(bar.right() + _GAP, bar.bottom() - share * height + half)
            painter.drawText(at, text)

    def numbers(self, least: float = 0.0) -> list[tuple[float, str]]:
        """Values and their texts: both ends, and between them round ones.

        Parameters
        ----------
        least
            Share of the bar that numbers stand apart, at least.
        """
        low, high = self.low, self.high
        width = high - low
        if not 0 < width < math.inf:
            return [(low, labels.number_text(low, ".3g"))]
        values = [low]
        for value in self._round_ones():
            if min(value - values[-1], high - value) > least * width:
                values.append(value)
        values.append(high)
        return list(zip(values, self._texts(values), strict=True))

    def _round_ones(self) -> list[float]:
        return ticks(self.low, self.high, MOST_BETWEEN)

    def _texts(self, values: Sequence[float]) -> list[str]:
        whole = len(str(int(max(map(abs, values)))))
        return tick_texts(values, max(whole, _DIGITS) if whole < _MOST_WHOLE else _DIGITS)

    def _text_width(self, font: QFont) -> float:
        metrics = QFontMetricsF(font)
        return max(metrics.horizontalAdvance(text) for _, text in self.numbers())


def not_finite_text(values: npt.NDArray, text: str) -> str:
    """``text`` with the number of NaN and infinite values filled in, empty if there are none."""
    count = values.size - int(np.count_nonzero(np.isfinite(values)))
    return text.format(labels.count_text(count)) if count else ""
