"""Probabilities or activations as horizontal bars with names and numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.drawing import MARGIN, Drawing

_TALLEST = 30.0
_GAP = 6.0
_TICK = "✓ "
_LEAST_NUMBER = "−0.0000"
"""Room that the numbers always have, so that the bars stand still."""

_LEAST_BAR = 24.0
_LONGEST_NAME = 96.0
"""Pixels of a bar and of a name for which there is always room."""

_SMALL = 0.1
"""Where all magnitudes are below this, three decimals would not tell them apart."""


class Bars(Drawing):
    """One bar per class or unit; without names when there are too many.

    Signals
    -------
    bar_picked
        The index of the bar that was clicked, or chosen with Enter or Space.
    """

    bar_picked = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self._values: npt.NDArray = np.zeros(0)
        self._true: int | None = None
        self._predicted: int | None = None
        self._signed = False
        self._high = 1.0
        self._format = ""
        self._least_width = 0.0
        self._current: int | None = None
        self.setAccessibleName(self.tr("Bars"))

    def set_bars(
        self,
        names: Sequence[str],
        values: npt.ArrayLike,
        *,
        true: int | None = None,
        predicted: int | None = None,
        signed: bool = False,
        high: float | None = None,
        number_format: str = "",
    ) -> None:
        """Show values.

        Parameters
        ----------
        names, values
            One per bar.
        true
            The index that is right: it gets a tick.
        predicted
            The index that was predicted: it is bold.
        signed
            Bars to both sides of 0.
        high
            The value of a full bar; by default 1, or the largest magnitude if that is larger or
            ``signed``.
        number_format
            A format specification, such as ``",d"`` for counts; as short as can be by default.
        """
        self._format = number_format
        self._names, self._values = names, np.asarray(values, np.float64)
        self._true, self._predicted, self._signed = true, predicted, signed
        largest = colour_maps.symmetric_limit(self._values)
        self._high = high if high is not None else largest if signed else max(1.0, largest)
        if self._current is not None and self._current >= len(self._values):
            self._current = None
        least, self._least_width = self._least_width, self._width_of_names()
        if self._least_width != least:
            self.updateGeometry()
        if self._values.size:
            self.filled()
        else:
            self.set_empty(self.tr("There are no values to show."))

    def minimumSizeHint(self) -> QSize:
        """Where names can be read, numbers stand, and bars have a length."""
        return QSize(math.ceil(self._least_width), 0)

    def _width_of_names(self) -> float:
        metrics = QFontMetricsF(labels.bold_font(self.font()))
        names = labels.widest(metrics, self._names) + metrics.horizontalAdvance(_TICK)
        numbers = metrics.horizontalAdvance(_LEAST_NUMBER)
        return min(names, _LONGEST_NAME) + numbers + _LEAST_BAR + 2 * _GAP + 2 * MARGIN

    @property
    def current(self) -> int | None:
        """The bar that the keyboard is on."""
        return self._current

    # Layout

    def _pitch(self) -> float:
        return min(self.area().height() / max(len(self._values), 1), _TALLEST)

    def _is_thin(self) -> bool:
        return self._pitch() < self.line_height()

    def _track(self) -> QRectF:
        """Where bars may reach: between the names and the numbers."""
        area = self.area()
        area.setHeight(self._pitch() * len(self._values))
        if self._is_thin():
            return area
        metrics = QFontMetricsF(labels.bold_font(self.font()))
        names = labels.widest(metrics, self._names) + metrics.horizontalAdvance(_TICK)
        numbers = labels.widest(metrics, [_LEAST_NUMBER, *self._number_texts()])
        room = area.width() - numbers - _LEAST_BAR - 2 * _GAP
        most = max(0.4 * area.width(), min(room, _LONGEST_NAME))
        return area.adjusted(min(names, most) + _GAP, 0, -numbers - _GAP, 0)

    def _number_texts(self) -> list[str]:
        values = self._values.tolist()
        if not self._format and _SMALL <= self._high <= 1:
            return [labels.share_text(value) for value in values]
        form = self._format or (".2g" if self._high < _SMALL else ".4g")
        return [labels.number_text(value, form) for value in values]

    def _rects(self, track: QRectF) -> list[QRectF]:
        numbers = np.where(np.isnan(self._values), 0.0, self._values)
        share = np.clip(numbers / self._high, -1.0, 1.0)
        full = track.width() / 2 if self._signed else track.width()
        zero = track.center().x() if self._signed else track.left()
        pitch = self._pitch()
        gap = min(3.0, 0.2 * pitch) if pitch > 3 else 0.0
        left = zero + np.minimum(share, 0) * full
        width = np.maximum(np.abs(share) * full, 1.0)
        top = track.top() + pitch * np.arange(len(share)) + gap
        height = max(pitch - 2 * gap, 1.0)
        return [
            QRectF(x, y, w, height)
            for x, y, w in zip(left.tolist(), top.tolist(), width.tolist(), strict=True)
        ]

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        colours = theme.current()
        track = self._track()
        rects = self._rects(track)
        painter.setPen(Qt.PenStyle.NoPen)
        for ink, chosen in self._inks(colours):
            painter.setBrush(QColor(ink))
            if chosen:
                painter.drawRects(*[rects[i] for i in chosen])
        painter.setPen(QPen(QColor(colours.muted), 1))
        zero = track.center().x() if self._signed else track.left()
        painter.drawLine(QLineF(zero, track.top(), zero, track.bottom()))
        if not self._is_thin():
            self._draw_texts(painter, track)
        if self._current is not None and self.hasFocus():
            row = self._row(track, self._current)
            painter.setPen(QPen(self.palette().highlight().color(), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(row)

    def _inks(self, colours: theme.PlotColours) -> list[tuple[str, list[int]]]:
        """Bars by colour: the predicted one tells right from wrong if the truth is known."""
        plain = colours.series[0]
        if self._signed:
            negative = np.flatnonzero(self._values < 0).tolist()
            positive = np.flatnonzero(~(self._values < 0)).tolist()
            return [(plain, negative), (colours.series[1], positive)]
        special: dict[int, str] = {}
        if self._true is not None:
            special[self._true] = colours.good
        if self._predicted is not None and self._predicted != self._true:
            special[self._predicted] = plain if self._true is None else colours.bad
        others = [i for i in range(len(self._values)) if i not in special]
        muted = theme.blend(QColor(colours.muted), QColor(colours.background), 0.35).name()
        return [(muted, others), *((ink, [i]) for i, ink in special.items())]

    def _draw_texts(self, painter: QPainter, track: QRectF) -> None:
        colours = theme.current()
        bold, plain = labels.bold_font(self.font()), self.font()
        metrics = QFontMetricsF(bold)
        tick = metrics.horizontalAdvance(_TICK)
        row = self._row(track, 0)
        left, pitch = row.left(), row.height()
        for index, text in enumerate(self._number_texts()):
            row.moveTop(track.top() + index * pitch)
            painter.setFont(bold if index == self._predicted else plain)
            if index == self._true:
                painter.setPen(QColor(colours.good))
                labels.draw_elided(painter, QRectF(left, row.top(), tick, row.height()), _TICK)
            painter.setPen(QColor(colours.foreground))
            name = QRectF(left + tick, row.top(), track.left() - _GAP - left - tick, row.height())
            labels.draw_elided(painter, name, self._names[index], labels.RIGHT)
            number = QRectF(track.right() + _GAP, row.top(), row.width(), row.height())
            labels.draw_elided(painter, number, text)
        painter.setFont(plain)

    def _row(self, track: QRectF, index: int) -> QRectF:
        area, pitch = self.area(), self._pitch()
        return QRectF(area.left(), track.top() + index * pitch, area.width() - 1, pitch)

    def _caption_text(self) -> str:
        parts = [super()._caption_text()]
        if self._empty is None:
            parts += [self.tr("✓ true")] if self._true is not None else []
            parts += [self.tr("bold: predicted")] if self._predicted is not None else []
        return " · ".join(part for part in parts if part)

    # Hover, mouse, keyboard

    def _index_at(self, pos: QPointF) -> int | None:
        if not self.area().contains(pos):
            return None
        index = int((pos.y() - self.area().top()) / self._pitch())
        return index if index < len(self._values) else None

    def value_at(self, pos: QPointF) -> str | None:
        index = self._index_at(pos)
        if index is None:
            return None
        number = labels.number_text(float(self._values[index]), self._format or ".5g")
        text = f"{self._names[index]}: {number}"
        said = [
            word
            for word, which in (
                (self.tr("true"), self._true),
                (self.tr("predicted"), self._predicted),
            )
            if which == index
        ]
        return text + (f" ({', '.join(said)})" if said else "")

    def pick_at(self, pos: QPointF) -> None:
        index = self._index_at(pos)
        if index is not None:
            self._current = index
            self.update()
            self.bar_picked.emit(index)

    def pick_current(self) -> None:
        if self._current is not None:
            self.bar_picked.emit(self._current)

    def move_current(self, dx: int, dy: int) -> None:
        moved = 0 if self._current is None else self._current + dx + dy
        if 0 <= moved < len(self._values):
            self._current = moved
            self.update()

    def current_point(self) -> QPointF | None:
        return None if self._current is None else self._row(self._track(), self._current).center()

    def csv_rows(self) -> list[list[object]]:
        rows = zip(self._names, self._values.tolist(), strict=True)
        marks = (self._true, self._predicted)
        header: list[object] = ["name", "value", "true", "predicted"]
        return [header, *([n, v, *(int(i == m) for m in marks)] for i, (n, v) in enumerate(rows))]
