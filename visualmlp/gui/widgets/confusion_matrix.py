"""The matrix of true and predicted classes: what is right set apart from what is wrong."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, QSizeF, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.matrix_layout import MatrixLayout

_WITH_TOTALS = QSizeF(280, 190)
"""Pixels; a smaller matrix has no totals."""
_NONE = QSizeF(0, 0)
_GAP = 4.0
_SIZES = (1.0, 0.87, 0.75)
"""Of the numbers, in relation to the other texts."""
_LEAST_POINTS = 6.0
_THOUSAND = 1000
_COARSE = 0.1
"""A share from which its percentage needs no decimals."""
_LEAST_SHARE = 0.01
"""Where fewer than one in a hundred of a class are wrong, the strongest colour stays unused."""


class ConfusionMatrix(Matrix):
    """Counts with frames around the right ones on the diagonal, and totals where there is room.

    A cell's colour is its share of the true class: one end of the diverging map on the diagonal,
    the other elsewhere, where the scale ends at the largest share, since errors are few.

    Signals
    -------
    true_picked, predicted_picked
        The class whose name or total was clicked.
    """

    around_numbers = 4.0
    true_picked = pyqtSignal(int)
    predicted_picked = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._classes: Sequence[str] = ()
        self._shares: npt.NDArray[np.float64] = np.zeros((0, 0))
        self._as_shares = False
        self._sets_apart: bool | None = None
        self._margins = _NONE
        self.setAccessibleName(self.tr("Confusion matrix"))

    def set_counts(
        self, counts: npt.NDArray[np.int64], class_names: Sequence[str], *, as_shares: bool = False
    ) -> None:
        """Show counts of shape (n_classes, n_classes): rows true, columns predicted.

        Parameters
        ----------
        as_shares
            Whether cells tell the percentage of their true class instead of counts.
        """
        totals = counts.sum(axis=1)
        self._classes, self._as_shares = class_names, as_shares
        self._shares = counts / np.maximum(totals, 1)[:, None]
        self.set_matrix(
            counts,
            row_names=[
                f"{labels.percent_text(share)} · {name}" if total else name
                for name, share, total in zip(
                    class_names, self._shares.diagonal(), totals, strict=True
                )
            ],
            column_names=class_names,
            row_title=self.tr("true class · share right"),
            column_title=self.tr("predicted class"),
            number_format="d",
        )
        most = labels.percent_text(self._strongest(), 1 if self._strongest() < _COARSE else 0)
        self.set_caption(
            self.tr("colour: share of true class, errors to {} · frame: right").format(most),
            self.tr("colour: errors to {} · frame: right").format(most),
            self.tr("errors to {} · frame: right").format(most),
            self.tr("frame: right"),
        )

    @property
    def cells_image(self) -> colour_maps.Argb:
        """The colours of the cells, ``0xAARRGGBB``."""
        if self._pixels is None:
            tints = self._shares / self._strongest()
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
        self._draw_totals(painter, self._layout)

    def value_at(self, pos: QPointF) -> str | None:
        block = self._layout.block_at(pos) if self._layout else None
        if block is None:
            found = self._class_at(pos)
            return None if found is None else self._class_text(*found)
        true, predicted = block[0][0], block[1][0]
        return self.tr("true {true}, predicted {predicted}: {count} ({share} of {true})").format(
            true=self._classes[true],
            predicted=self._classes[predicted],
            count=labels.count_text(self._values[true, predicted]),
            share=labels.percent_text(self._shares[true, predicted], 1),
        )

    def _lay_out(self) -> MatrixLayout:
        """Without a bar, since right and wrong have scales of their own; totals where they fit.

        They give way to the numbers in the cells, if these have room then.
        """
        totals = self._room_of_totals()
        plain = self._laid_out_beside(_NONE)
        if totals == _NONE:
            return plain
        have_room_alone = self._tells_numbers()
        full = self._laid_out_beside(totals)
        if have_room_alone and not self._tells_numbers():
            return self._laid_out_beside(_NONE)
        return full

    def _laid_out_beside(self, margins: QSizeF) -> MatrixLayout:
        """Leave margins for totals."""
        names = self._all_names(0), self._all_names(1)
        area = self.area().adjusted(0, 0, -margins.width(), -margins.height())
        self._texts = self._sets_apart = None
        self._margins = margins
        self._layout = MatrixLayout.within(area, names, self._titles, self.font())
        return self._layout

    def _room_of_totals(self) -> QSizeF:
        area, metrics = self.area(), QFontMetricsF(self.font())
        if area.width() < _WITH_TOTALS.width() or area.height() < _WITH_TOTALS.height():
            return _NONE
        texts = map(labels.count_text, self._values.sum(axis=1).tolist())
        width = labels.widest(metrics, [*texts, self._total_name()]) + 2 * _GAP
        return QSizeF(width, 2 * metrics.height() + _GAP)

    def _total_name(self) -> str:
        return self.tr("total")

    def _caption_text(self) -> str:
        text = super()._caption_text()
        return text if self._tells_numbers() else self.tr("numbers: hover") + f" · {text}"

    def _tells_numbers(self) -> bool:
        """Whether every cell has room for its number."""
        if self._layout is None:
            return True
        fits = self._has_room_for_numbers(self._layout)
        return fits and not any("" in row for row in self._number_texts())

    def _number_texts(self) -> list[list[str]]:
        """Dots for zeros, so that errors stand out; counts that are too wide in thousands."""
        if self._texts is None:
            room, font = self._room(), self._number_font()
            values = self._shares if self._as_shares else self._values
            forms = _percentages if self._as_shares else self._count_texts
            self._texts = [
                [_fitting(forms(cell), room, font) for cell in row] for row in values.tolist()
            ]
        return self._texts

    def _number_font(self) -> QFont:
        """Smaller in narrow cells: an empty one would look like none."""
        longest = "99.9" if self._as_shares else self._count_text(self._values.max(initial=0))
        height = self._layout.cell_height if self._layout else 0.0
        return _font_for(longest, QSizeF(self._room(), height), self.font())

    def _room(self) -> float:
        """The width in a cell for its number."""
        return self._layout.cell_width - self.around_numbers if self._layout else 0.0

    def _count_texts(self, count: int) -> list[str]:
        """A count from its longest form to its shortest: 1,113, 1.1k, 1k; a dot for zero."""
        short = [f"{count / 1000:.1f}k", f"{count / 1000:.0f}k"] if count >= _THOUSAND else []
        return [self._count_text(count), *short] if count else ["·"]

    def _count_text(self, count: int) -> str:
        """With its thousands set apart, unless the totals have no room for that."""
        if self._sets_apart is None:
            largest = labels.count_text(int(self._values.sum(axis=0).max(initial=0)))
            font = _font_for(largest, QSizeF(self._room(), math.inf), self.font())
            self._sets_apart = bool(_fitting([largest], self._room(), font))
        return labels.count_text(count) if self._sets_apart else str(count)

    # Totals

    def _draw_totals(self, painter: QPainter, layout: MatrixLayout) -> None:
        """Right of the rows how many samples; below the columns the precision, and how many."""
        if self._margins.isEmpty():
            return
        body, line = layout.body, layout.line
        painter.setPen(QColor(theme.current().muted))
        left, bottom = body.right() + _GAP, body.bottom() + _GAP / 2
        width = self._margins.width() - _GAP
        if line <= layout.cell_height + 1:
            head = QRectF(left, body.top() - line - 2, width, line)
            labels.draw_elided(painter, head, self._total_name(), labels.RIGHT)
            for row, total in enumerate(self._values.sum(axis=1).tolist()):
                middle = body.top() + (row + 0.5) * layout.cell_height
                place = QRectF(left, middle - line / 2, width, line)
                labels.draw_elided(painter, place, self._count_text(total), labels.RIGHT)
        totals = self._values.sum(axis=0).tolist()
        room = layout.cell_width - 2
        font = _font_for(self._count_text(max(totals)), QSizeF(room, line), self.font())
        lines = (
            (self.tr("prec. %"), [_percentages(share) for share in self._precisions()]),
            (self._total_name(), [self._count_texts(total) for total in totals]),
        )
        for number, (name, forms) in enumerate(lines):
            shown = [_fitting(texts, room, font) for texts in forms]
            if not any(shown):
                continue
            top = bottom + number * line
            place = QRectF(layout.area.left(), top, body.left() - layout.area.left() - _GAP, line)
            painter.setFont(self.font())
            labels.draw_elided(painter, place, name, labels.RIGHT)
            painter.setFont(font)
            for column, text in enumerate(shown):
                x = body.left() + column * layout.cell_width
                place = QRectF(x, top, layout.cell_width, line)
                labels.draw_elided(painter, place, text, labels.CENTRE)
        painter.setFont(self.font())

    def _precisions(self) -> list[float]:
        """Of what was predicted as each class the share that is right; NaN where nothing was."""
        totals = self._values.sum(axis=0)
        with np.errstate(invalid="ignore"):
            return (self._values.diagonal() / np.where(totals, totals, np.nan)).tolist()

    def _class_at(self, pos: QPointF) -> tuple[int, int] | None:
        """Axis (0: true, 1: predicted) and class of the name or total at a position."""
        layout = self._layout
        if layout is None or layout.body.contains(pos):
            return None
        body = layout.body
        if body.top() <= pos.y() < body.bottom():
            return 0, int((pos.y() - body.top()) / layout.cell_height)
        if body.left() <= pos.x() < body.right():
            return 1, int((pos.x() - body.left()) / layout.cell_width)
        return None

    def pick_at(self, pos: QPointF) -> None:
        found = self._class_at(pos)
        if found is None:
            super().pick_at(pos)
        elif found[0] == 0:
            self.true_picked.emit(found[1])
        else:
            self.predicted_picked.emit(found[1])

    def _class_text(self, axis: int, number: int) -> str:
        name, right = self._classes[number], int(self._values[number, number])
        total = int(self._values.sum(axis=1 - axis)[number])
        share = labels.percent_text(right / total, 1) if total else "–"
        text = self.tr("true {name}: {right} of {total} predicted right (recall {share})")
        if axis == 1:
            text = self.tr("predicted {name}: {right} of {total} are right (precision {share})")
        return text.format(
            name=name, right=labels.count_text(right), total=labels.count_text(total), share=share
        )

    def csv_rows(self) -> list[list[object]]:
        """Counts with totals, recall and precision."""
        header, *rows = super().csv_rows()
        totals, below = self._values.sum(axis=1).tolist(), self._values.sum(axis=0).tolist()
        recalls = np.where(totals, self._shares.diagonal(), np.nan).tolist()
        full = zip(self._classes, rows, totals, recalls, strict=True)
        return [
            [*header, self._total_name(), self.tr("recall")],
            *([name, *row[1:], total, recall] for name, row, total, recall in full),
            [self._total_name(), *below, sum(totals), ""],
            [self.tr("precision"), *self._precisions(), "", ""],
        ]

    def _strongest(self) -> float:
        """Where the colours of errors end: the largest share that went to one wrong class."""
        wrong = self._shares - np.diag(self._shares.diagonal())
        return float(wrong.max(initial=_LEAST_SHARE))


def _font_for(text: str, room: QSizeF, font: QFont) -> QFont:
    """The font at the largest of some sizes at which a text has room, or at the smallest."""
    for factor in _SIZES:
        smaller = QFont(font)
        smaller.setPointSizeF(max(factor * font.pointSizeF(), _LEAST_POINTS))
        letters = labels.lettering(smaller)
        if letters.width(text) <= room.width() and letters.height <= room.height():
            break
    return smaller


def _fitting(texts: list[str], room: float, font: QFont) -> str:
    """The first of the texts that has room; empty if none has."""
    letters = labels.lettering(font)
    return next((text for text in texts if letters.width(text) <= room), "")


def _percentages(share: float) -> list[str]:
    """A share in per cent from its longest form to its shortest; a dot for zero."""
    if math.isnan(share):
        return ["–"]
    if share == 0:
        return ["·"]
    texts = [labels.percent_text(share, decimals)[:-2] for decimals in (1, 0)]
    nearly = {"0": "<1", "100": ">99"}.get(f"{100 * share:.0f}")
    return [*texts, nearly] if nearly and share < 1 else texts
