"""Matrices whose rows or columns are the units of a layer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, pyqtSignal
from PyQt6.QtGui import QFontMetrics, QPainter, QResizeEvent

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps
from visualmlp.gui.widgets.drawing import MARGIN, draw_highlight
from visualmlp.gui.widgets.labels import bold_font, number_text
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.matrix_layout import MatrixLayout, extremes

THIN = 8
"""Narrower cells are framed from outside, or the frame would cover them."""


class UnitMatrix(Matrix):
    """A heat map that frames the row or column of the picked unit.

    Parameters
    ----------
    by_row
        Whether rows, not columns, are the units.

    Signals
    -------
    unit_picked
        The unit of the cell that was clicked, or chosen with Enter or Space.
    """

    unit_picked = pyqtSignal(int)

    def __init__(self, *, by_row: bool = False) -> None:
        super().__init__()
        self._by_row = by_row
        self._unit: int | None = None
        self.cell_picked.connect(self._tell)

    @property
    def unit(self) -> int | None:
        """The framed unit."""
        return self._unit

    def set_unit(self, unit: int | None) -> None:
        """Frame a unit, or none, without a signal."""
        if unit != self._unit:
            self._unit = unit
            if unit is None:
                self.set_current(None, None)
            self.update()

    def draw(self, painter: QPainter, area: QRectF) -> None:
        super().draw(painter, area)
        layout = self._layout
        if layout is None or self._unit is None:
            return
        if self._by_row and self._unit < layout.rows:
            ends = layout.cell(self._unit, 0), layout.cell(self._unit, layout.columns - 1)
        elif not self._by_row and self._unit < layout.columns:
            ends = layout.cell(0, self._unit), layout.cell(layout.rows - 1, self._unit)
        else:
            return
        frame = ends[0].united(ends[1])
        if min(frame.width(), frame.height()) < THIN:
            frame.adjust(-2, -2, 2, 2)
        draw_highlight(painter, frame, theme.current())

    def _tell(self, row: int, column: int) -> None:
        self.unit_picked.emit(row if self._by_row else column)


class LayerStrip(UnitMatrix):
    """Pre-activations z and activations a of a layer's units, each row with a scale of its own.

    So the probabilities of a softmax show beside scores of any size.

    Parameters
    ----------
    layer
        Which layer it is of; 0 is the first.
    title, short
        What stands above it, and what where there is no room for that.

    Signals
    -------
    layer_unit_picked
        The layer that the strip was made for, and the unit.
    """

    layer_unit_picked = pyqtSignal(int, int)

    def __init__(self, layer: int, title: str, short: str) -> None:
        super().__init__()
        self._layer = layer
        self._whole, self._short = title, short
        self.set_title(title)
        self._units: Sequence[str] = ()
        self.setMinimumHeight(76)
        self.setMaximumHeight(240)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        width = QFontMetrics(bold_font(self.font())).horizontalAdvance(self._whole)
        self.set_title(self._whole if width <= self.width() - 2 * MARGIN else self._short)

    def set_layer(
        self, z: npt.NDArray, a: npt.NDArray, short_names: Sequence[str], names: Sequence[str]
    ) -> None:
        """Show z and a, both (n_units,); short names stand above the cells, the others in hover."""
        self._units = names
        values = np.stack([z, a])
        self.set_matrix(
            values,
            row_names=("z", "a"),
            column_names=short_names,
            number_format=short_format(colour_maps.symmetric_limit(values)),
        )

    @property
    def cells_image(self) -> colour_maps.Argb:
        """What is painted, before scaling: ``0xAARRGGBB``, a pixel per cell or fewer."""
        if self._pixels is None:
            shown, table = self._values, self._scale.table()
            if self._layout is not None and self._layout.shares_pixels:
                shown = extremes(shown, *self._layout.pixels)
            limits = [colour_maps.symmetric_limit(row) for row in self._values]
            rows = zip(shown, limits, strict=True)
            self._pixels = np.stack([colour_maps.colourise(r, table, -h, h) for r, h in rows])
        return self._pixels

    def _tell(self, row: int, column: int) -> None:
        self.layer_unit_picked.emit(self._layer, column)

    def value_at(self, pos: QPointF) -> str | None:
        block = self._layout.block_at(pos) if self._layout else None
        if block is None:
            return None
        unit, end = block[1]
        if end - unit > 1:
            return super().value_at(pos)
        z, a = (number_text(float(value), ".5g") for value in self._values[:, unit])
        return self.tr("{unit}: z = {z}, a = {a}").format(unit=self._units[unit], z=z, a=a)

    def _lay_out(self) -> MatrixLayout:
        """Without a bar, since each row has a scale of its own."""
        names = (self._all_names(0), self._all_names(1))
        return MatrixLayout.within(self.area(), names, self._titles, self.font())


def short_format(limit: float) -> str:
    """How to write values of this magnitude into cells."""
    return ".2f" if limit < 100 else ".3g"
