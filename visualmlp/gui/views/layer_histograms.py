"""A histogram for every layer, beside each other or below each other as there is room."""

from __future__ import annotations

import math

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QGridLayout, QScrollArea, QWidget

from visualmlp.gui.widgets.histogram import HistogramPlot

WANTED_WIDTH = 150
NARROW_WIDTH = 104
LEAST_WIDTH = 84
PLOT_HEIGHT = 112
"""A plot has a title, a key and a caption."""
_GAP = 4


class LayerHistograms(QScrollArea):
    """As many plots as layers, in a grid that fills the widget; it scrolls if there are too many.

    Parameters
    ----------
    least_height
        Of a plot, in pixels.
    """

    def __init__(self, least_height: int = PLOT_HEIGHT) -> None:
        super().__init__()
        self._least_height = least_height
        inside = QWidget()
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(_GAP)
        self._columns = 0
        self.plots: list[HistogramPlot] = []
        self.setAccessibleName(self.tr("Histograms of the layers"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setMinimumHeight(least_height)
        self.setWidget(inside)
        for widget in (self.viewport(), inside):
            assert widget is not None
            widget.setAutoFillBackground(False)

    def set_count(self, count: int) -> None:
        """Have a plot for each of so many layers."""
        while len(self.plots) > count:
            plot = self.plots.pop()
            plot.setParent(None)
            plot.deleteLater()
        while len(self.plots) < count:
            plot = HistogramPlot()
            plot.setObjectName(f"histogram.{len(self.plots) + 1}")
            plot.setMinimumSize(LEAST_WIDTH, self._least_height)
            self.plots.append(plot)
        self._columns = 0
        self._lay_out()

    def set_log(self, on: bool) -> None:
        """Whether heights are logarithmic."""
        for plot in self.plots:
            plot.set_log(on)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        columns = _columns(len(self.plots), self.width(), self.height(), self._least_height)
        if columns == self._columns:
            return
        self._columns = columns
        for place, plot in enumerate(self.plots):
            self._grid.addWidget(plot, place // columns, place % columns)


def _columns(count: int, width: int, height: int, least_height: int) -> int:
    """The fewest that give plots of a good width in as few rows; more if these are too high."""
    if not count:
        return 0
    good, most = (max(1, (width + _GAP) // (each + _GAP)) for each in (WANTED_WIDTH, NARROW_WIDTH))
    for columns in range(min(good, count), min(most, count) + 1):
        rows = math.ceil(count / columns)
        if rows * (least_height + _GAP) - _GAP <= height:
            break
    return math.ceil(count / rows)
