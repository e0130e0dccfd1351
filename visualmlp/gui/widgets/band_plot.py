"""Curves over time with a band of usual values behind them."""

from __future__ import annotations

from math import log10

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF
from PyQt6.QtGui import QColor, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets.axes import Axes
from visualmlp.gui.widgets.time_plot import TimePlot

_STRENGTH = 0.86
"""Share of the ground in the band's colour."""


class BandPlot(TimePlot):
    """A plot with a logarithmic y axis whose range always has the band in it.

    Parameters
    ----------
    low, high
        Ends of the band.
    """

    def __init__(self, low: float, high: float, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._band = log10(low), log10(high)
        self.set_log_y(True)

    def y_values(self) -> npt.NDArray:
        return np.concatenate([super().y_values(), self._band])

    def draw_points(self, painter: QPainter, axes: Axes) -> None:
        self._draw_band(painter, axes)
        super().draw_points(painter, axes)

    def _draw_band(self, painter: QPainter, axes: Axes) -> None:
        colours, body = theme.current(), axes.body
        corners = np.array([[0.0, y] for y in self._band])
        bottom, top = axes.to_screen(corners)[:, 1].tolist()
        band = QRectF(body.left(), top, body.width(), bottom - top).intersected(body)
        good = QColor(colours.good)
        painter.fillRect(band, theme.blend(good, QColor(colours.background), _STRENGTH))
        painter.setPen(QPen(good, 1))
        for y in (top, bottom):
            painter.drawLine(QPointF(body.left(), round(y)), QPointF(body.right(), round(y)))
