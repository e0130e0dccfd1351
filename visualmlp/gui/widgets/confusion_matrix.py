"""The matrix of true and predicted classes: what is right set apart from what is wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.matrix_layout import MatrixLayout

_LEAST_SHARE = 0.01
"""Where fewer than one in a hundred of a class are wrong, the strongest colour stays unused."""


class ConfusionMatrix(Matrix):
    """Counts with frames around the right ones on the diagonal.

    A cell's colour is its share of the true class: one end of the diverging map on the diagonal,
    the other elsewhere, where the scale ends at the largest share, since errors are few.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: Sequence[str] = ()
        self._shares: npt.NDArray[np.float64] = np.zeros((0, 0))
        self.setAccessibleName(self.tr("Confusion matrix"))

    def set_counts(self, counts: npt.NDArray[np.int64], class_names: Sequence[str]) -> None:
        """Show counts of shape (n_classes, n_classes): rows true, columns predicted."""
        totals = counts.sum(axis=1)
        self._classes = class_names
        self._shares = counts / np.maximum(totals, 1)[:, None]
        self.set_matrix(
            counts,
            row_names=[
                f"{100 * share:.0f} % · {name}" if total else name
                for name, share, total in zip(
                    class_names, self._shares.diagonal(), totals, strict=True
                )
            ],
            column_names=class_names,
            row_title=self.tr("share predicted right · true class"),
            column_title=self.tr("predicted class"),
            number_format="d",
        )
        self.set_caption(
            self.tr("colour: share of the true class (errors to {} %) · framed: right").format(
                f"{100 * self._most_wrong():.1f}"
            )
        )

    @property
    def cells_image(self) -> colour_maps.Argb:
        """The colours of the cells, ``0xAARRGGBB``."""
        if self._pixels is None:
            tints = self._shares / max(self._most_wrong(), _LEAST_SHARE)
            np.fill_diagonal(tints, -self._shares.diagonal())
            colours = colour_maps.colourise(tints, self._scale.table(), -1.0, 1.0)
            self._pixels = np.ascontiguousarray(colours)
        return self._pixels

    def draw(self, painter: QPainter, area: QRectF) -> None:
        super().draw(painter, area)
        if self._layout is None:
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme.current().foreground), 1))
        for i in range(self._layout.rows):
            painter.drawRect(self._layout.cell(i, i).adjusted(1, 1, -1, -1))

    def value_at(self, pos: QPointF) -> str | None:
        block = self._layout.block_at(pos) if self._layout else None
        if block is None:
            return None
        true, predicted = block[0][0], block[1][0]
        return self.tr("true {true}, predicted {predicted}: {count} ({share} % of {true})").format(
            true=self._classes[true],
            predicted=self._classes[predicted],
            count=f"{self._values[true, predicted]:,}",
            share=f"{100 * self._shares[true, predicted]:.1f}",
        )

    def _lay_out(self) -> MatrixLayout:
        """Without a bar: right and wrong have scales of their own, which the caption tells."""
        names = (self._all_names(0), self._all_names(1))
        return MatrixLayout.within(self.area(), names, self._titles, self.font())

    def _number_texts(self) -> list[list[str]]:
        """Dots for zeros, so that errors stand out; counts that are too wide in thousands."""
        texts = super()._number_texts()
        room = self._layout.cell_width - 6 if self._layout else 0.0
        most = int(room / QFontMetricsF(self.font()).horizontalAdvance("0"))
        return [["·" if t == "0" else _shortened(t, most) for t in row] for row in texts]

    def _most_wrong(self) -> float:
        """The largest share of a class that went to one wrong class."""
        return float((self._shares - np.diag(self._shares.diagonal())).max(initial=0.0))


def _shortened(count: str, most: int) -> str:
    """A count in at most so many characters: 1,113 as "1k"; nothing if that is too long too."""
    short = count if len(count) <= most else f"{int(count) / 1000:.0f}k"
    return short if len(short) <= most and short != "0k" else ""
