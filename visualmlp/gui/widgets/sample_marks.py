"""Plots of samples that tell validation samples and wrong ones from the others."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QPainter, QPen, QPolygonF
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps
from visualmlp.gui.widgets.fit_plot import FitPlot
from visualmlp.gui.widgets.point_plot import PointPlot
from visualmlp.gui.widgets.scatter import FieldPlot

_HOLE = 3.5
_CROSS = 3.5
_NONE: npt.NDArray[np.bool_] = np.zeros(0, bool)


class SampleMarks(PointPlot):
    """Makes the points of a plot hollow, or crosses them out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hollow = self._crossed = _NONE

    def set_marks(self, hollow: npt.NDArray[np.bool_], crossed: npt.NDArray[np.bool_]) -> None:
        """Say which points are hollow and which are crossed out, both (n_points,)."""
        self._hollow, self._crossed = hollow, crossed
        self.update()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        super().draw(painter, area)
        axes, colours = self._axes, theme.current()
        if axes is None or not len(self._points) == len(self._hollow) == len(self._crossed):
            return
        centres = np.round(axes.to_screen(self._points))
        painter.save()
        painter.setClipRect(axes.body)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        dot = QPen(QColor(colours.background), _HOLE)
        dot.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(dot)
        holes = centres[self._hollow].tolist()
        painter.drawPoints(QPolygonF([QPointF(x, y) for x, y in holes]))
        if crosses := _crosses(centres[self._crossed]):
            painter.setPen(QPen(QColor(colours.foreground), 1.2))
            painter.drawLines(*crosses)
        painter.restore()


class RegionPlot(SampleMarks, FieldPlot):
    """A field over two inputs with marked samples; cells without a class are grey."""

    def _colours(self) -> colour_maps.Argb:
        colours = super()._colours()
        if self._scale is None and self._confidence is not None:
            colours[np.isnan(self._confidence)] = QColor(theme.current().muted).rgb()
        return colours


class CurvePlotWithSamples(SampleMarks, FitPlot):
    """Curves over one input with marked samples."""


def _crosses(centres: npt.NDArray) -> list[QLineF]:
    r = _CROSS
    both = [((-r, -r), (r, r)), ((-r, r), (r, -r))]
    return [
        QLineF(x + x1, y + y1, x + x2, y + y2)
        for x, y in centres.tolist()
        for (x1, y1), (x2, y2) in both
    ]
