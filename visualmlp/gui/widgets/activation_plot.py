"""Curves over pre-activations, and behind them where the pre-activations are."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QColor, QPainter
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets.axes import Axes
from visualmlp.gui.widgets.curves import CurvePlot

_HIGHEST = 0.4
"""Height of the highest column, by that of the plot."""


class ActivationPlot(CurvePlot):
    """A :class:`CurvePlot` with a histogram at its foot that has a scale of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._edges: npt.NDArray = np.zeros(0)
        self._shares: npt.NDArray = np.zeros(0)
        self._columns_name = ""

    def set_histogram(self, name: str, edges: npt.NDArray, counts: npt.NDArray) -> None:
        """Show how values are spread: ascending edges (n + 1,) and the counts between, (n,)."""
        self._columns_name, self._edges = name, edges
        self._shares = counts / max(counts.sum(), 1)
        self.update()

    def draw_points(self, painter: QPainter, axes: Axes) -> None:
        if self._shares.size and self._shares.max() > 0:
            self._draw_columns(painter, axes)
        super().draw_points(painter, axes)

    def _draw_columns(self, painter: QPainter, axes: Axes) -> None:
        colours = theme.current()
        ink = theme.blend(QColor(colours.muted), QColor(colours.background), 0.65)
        edges = np.stack([self._edges, np.zeros_like(self._edges)], axis=1)
        x = axes.to_screen(edges)[:, 0]
        heights = self._shares / self._shares.max() * _HIGHEST * axes.body.height()
        foot = axes.body.bottom()
        for left, right, height in zip(x[:-1], x[1:], heights, strict=True):
            if height > 0:
                painter.fillRect(QRectF(left, foot - height, right - left, height), ink)

    def values_at(self, x: float) -> str:
        text = super().values_at(x)
        column = int(np.searchsorted(self._edges, x)) - 1
        if not text or not 0 <= column < len(self._shares):
            return text
        return f"{text}\n{self._columns_name}: {self._shares[column]:.1%}"

    def csv_rows(self) -> Iterator[list[object]]:
        yield from super().csv_rows()
        for left, share in zip(self._edges.tolist(), self._shares.tolist(), strict=False):
            yield [self._columns_name, left, share]
