"""A histogram for every layer, beside each other or below each other as there is room."""

from __future__ import annotations

import math

from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QGridLayout, QWidget

from visualmlp.gui.widgets.histogram import HistogramPlot

WANTED_WIDTH = 150
LEAST_WIDTH = 84
PLOT_HEIGHT = 112
"""A plot has a title, a key and a caption."""


class LayerHistograms(QWidget):
    """As many plots as layers, in a grid that fills the widget.

    Parameters
    ----------
    least_height
        Of a plot, in pixels.
    """

    def __init__(self, least_height: int = PLOT_HEIGHT) -> None:
        super().__init__()
        self._least_height = least_height
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(4)
        self._columns = 0
        self.plots: list[HistogramPlot] = []

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
        """In as few rows as plots of that width allow."""
        count = len(self.plots)
        most = max(1, self.width() // (WANTED_WIDTH + 4))
        columns = math.ceil(count / math.ceil(count / most)) if count else 0
        if columns == self._columns:
            return
        self._columns = columns
        for place, plot in enumerate(self.plots):
            self._grid.addWidget(plot, place // columns, place % columns)
