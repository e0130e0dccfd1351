"""Samples in rows, each with what was predicted of it in the course of time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, QSizeF, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QResizeEvent
from PyQt6.QtWidgets import QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.colour_scale import ColourScale
from visualmlp.gui.widgets.drawing import image_of
from visualmlp.gui.widgets.rows import PADDING, Rows, column_widths

PICTURE_SIDE = 28.0
STRIP_HEIGHT = 18.0
LEAST_STRIP = 80.0
"""Width of a strip; in a narrower widget columns are left out, and then the rows scroll."""

_WIDEST_NAME = 110.0
"""Pixels of a class's name; hover tells it whole."""

_COLUMNS = (4, 2, 1)
"""How many of the columns may be shown; hover tells all of them."""


@dataclass(frozen=True, slots=True, eq=False)
class SampleStrips:
    """What is known of some samples.

    Attributes
    ----------
    ids
        Of the samples, (n,).
    labels
        True classes, (n,).
    counts
        How often each was forgotten, and how often its prediction changed: (n, 2).
    predicted
        Classes (n_states, n); -1 for none.
    steps
        Of the states, ascending.
    head, spacing
        The run's newest step, and how far the last state's piece reaches beyond it.
    class_names
        Of the classes.
    pictures
        (n, height, width), or None where samples are no pictures.
    value_range
        Ends of the ink's scale.
    """

    ids: Sequence[int]
    labels: npt.NDArray[np.integer[Any]]
    counts: npt.NDArray[np.integer[Any]]
    predicted: npt.NDArray[np.integer[Any]]
    steps: npt.NDArray[np.integer[Any]]
    head: int
    spacing: int
    class_names: Sequence[str]
    pictures: npt.NDArray[Any] | None = None
    value_range: tuple[float, float] = (0.0, 1.0)

    @property
    def end(self) -> int:
        """What the right ends of the strips stand for."""
        return self.head + self.spacing

    def class_name(self, number: int) -> str:
        """Of a class, or of none."""
        return self.class_names[number] if number >= 0 else "–"


class Strips(Rows):
    """The upper half of a strip is filled while the sample is predicted right, the lower half
    while it is predicted wrong; where there is room, the predicted class stands in the other half.

    Signals
    -------
    sample_picked
        The id of the sample whose row was clicked, or chosen with Enter or Space.
    step_picked
        The step of the state in a strip that was double-clicked, or gone to with Left and Right
        and chosen with Enter or Space.
    """

    sample_picked = pyqtSignal(int)
    step_picked = pyqtSignal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strips: SampleStrips | None = None
        self._cursor = 0
        self._state: int | None = None
        self._edges: list[float] = [0.0]
        self._texts = labels.Texts(self.font(), _WIDEST_NAME)
        self._n_columns = _COLUMNS[0]
        self._id_title = self.tr("sample")
        self._scale = ColourScale("grey", 0.0, 1.0)
        self.setAccessibleName(self.tr("Predictions over the run"))
        self.row_picked.connect(self._tell)

    def set_strips(self, strips: SampleStrips) -> None:
        """Show samples; the highlight stays with its sample if that is there."""
        kept, before = self.current_sample, self._strips
        if before is None or not np.array_equal(before.steps, strips.steps):
            self._state = None
        self._strips = strips
        self._scale = ColourScale("grey", *strips.value_range)
        self._current = self._row_of(kept)
        if len(strips.ids):
            self.filled()
        else:
            self.set_empty(self.tr("No samples to show."))

    def call_samples(self, name: str) -> None:
        """What stands above their numbers."""
        self._id_title = name
        self.laid_out()

    def set_cursor(self, step: int) -> None:
        """Mark a step in all strips."""
        if step != self._cursor:
            self._cursor = step
            self.update()

    @property
    def current_sample(self) -> int | None:
        """The id of the highlighted sample."""
        ids = self._strips.ids if self._strips else ()
        return ids[self._current] if self._current is not None else None

    def set_current_sample(self, sample: int | None) -> None:
        """Highlight a sample if it is there, without a signal."""
        self.set_current(self._row_of(sample))

    def _row_of(self, sample: int | None) -> int | None:
        ids = list(self._strips.ids) if self._strips else []
        return ids.index(sample) if sample is not None and sample in ids else None

    @property
    def titles(self) -> list[str]:
        """Of the columns between picture and strip."""
        return [self._id_title, self.tr("true"), self.tr("forgotten"), self.tr("flips")]

    def texts(self, row: int) -> list[str]:
        """What stands in these columns."""
        strips = self._shown
        forgotten, flips = (f"{count:,}" for count in strips.counts[row])
        return [f"{strips.ids[row]:,}", strips.class_name(strips.labels[row]), forgotten, flips]

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        """The highlighted row stays in sight."""
        super().resizeEvent(event)
        self.show_current()

    @property
    def _shown(self) -> SampleStrips:
        assert self._strips is not None
        return self._strips

    def row_count(self) -> int:
        return len(self._strips.ids) if self._strips else 0

    def row_height(self) -> float:
        height = PICTURE_SIDE if self._strips and self._strips.pictures is not None else 0
        return max(super().row_height(), max(height, STRIP_HEIGHT) + 4)

    def columns_width(self) -> float:
        return max(self._edges[-1] + LEAST_STRIP, self._free_width())

    def _free_width(self) -> float:
        return self.area().width() - 22  # of the scroll bar

    def laid_out(self) -> None:
        if self._empty is None:
            metrics = QFontMetricsF(self.font())
            rows = [self.titles, *(self.texts(row) for row in range(self.row_count()))]
            picture = PICTURE_SIDE + PADDING if self._shown.pictures is not None else 0.0
            most = _WIDEST_NAME + 2 * PADDING
            widths = [min(w, most) for w in column_widths(metrics, zip(*rows, strict=True))]
            if self._texts.font != self.font():
                self._texts = labels.Texts(self.font(), _WIDEST_NAME)
            edges = list(accumulate(widths, initial=picture))
            room = self._free_width() - LEAST_STRIP
            fitting = (count for count in _COLUMNS if edges[count] <= room)
            self._n_columns = next(fitting, _COLUMNS[-1])
            self._edges = edges[: self._n_columns + 1]
        super().laid_out()

    def content_size(self) -> QSizeF:
        return QSizeF(self.columns_width(), super().content_size().height())

    def _strip_span(self) -> tuple[float, float]:
        """Left and right end of the strips, from the left edge of the first column."""
        return self._edges[-1] + PADDING, self.columns_width() - PADDING

    def _x_of(self, step: float) -> float:
        left, right = self._strip_span()
        return left + (right - left) * step / self._shown.end

    def _state_at(self, x: npt.ArrayLike) -> npt.NDArray[np.intp]:
        """The states that hold at places in a strip; -1 before the first."""
        left, right = self._strip_span()
        steps = (np.asarray(x) - left) / (right - left) * self._shown.end
        return np.searchsorted(self._shown.steps, steps, side="right") - 1

    # Painting

    def draw_header(self, painter: QPainter, left: float, top: float) -> None:
        height = self._header_height()
        painter.setFont(self.font())
        titles = self.titles[: self._n_columns]
        for title, start, end in zip(titles, self._edges[:-1], self._edges[1:], strict=True):
            place = QRectF(left + start, top, end - start - PADDING, height)
            labels.draw_elided(painter, place, title, labels.RIGHT)
        start, end = self._strip_span()
        place = QRectF(left + start, top, end - start, height)
        labels.draw_elided(painter, place, self.tr("step 0"))
        labels.draw_elided(painter, place, f"{self._shown.head:,}", labels.RIGHT)
        self._draw_cursor(painter, left, top + height - 5, 5)

    def draw_rows(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        self._draw_pictures(painter, left, tops)
        self._draw_texts(painter, left, tops)
        self._draw_strips(painter, left, tops)
        self._draw_names(painter, left, tops)
        if self._current in tops and self._state is not None and self.hasFocus():
            self._draw_state(painter, left, tops[self._current], self._state)
        if tops:
            height = len(tops) * self.row_height()
            self._draw_cursor(painter, left, min(tops.values()), height)

    def _draw_pictures(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        pictures = self._shown.pictures
        if pictures is None or not tops:
            return
        shown = pictures[min(tops) : max(tops) + 1]
        height, width = shown.shape[1:]
        scale = PICTURE_SIDE / max(height, width)
        size = QSizeF(width * scale, height * scale)
        down = (self.row_height() - size.height()) / 2
        coloured = np.ascontiguousarray(self._scale.colours(shown))
        for pixels, top in zip(coloured, tops.values(), strict=True):
            painter.drawImage(QRectF(QPointF(left + 2, top + down), size), image_of(pixels))

    def _draw_texts(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        painter.setPen(QColor(theme.current().foreground))
        kept, height = self._texts, self.row_height()
        painter.setFont(kept.font)
        for row, top in tops.items():
            for text, end in zip(self.texts(row)[: self._n_columns], self._edges[1:], strict=True):
                size = kept[text].size()
                y = top + (height - size.height()) / 2
                kept.draw(painter, QPointF(left + end - PADDING - size.width(), y), text)

    def _draw_strips(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        colours, rows = theme.current(), list(tops)
        start, end = self._strip_span()
        places = self._state_at(np.arange(math.floor(start), math.floor(end)) + 0.5)
        right = (self._shown.predicted[:, rows] == self._shown.labels[rows])[places].T
        known, ground = places >= 0, QColor(colours.background).rgb()
        pixels = np.full((len(rows), 2, len(places)), ground, np.uint32)
        pixels[:, 0][right & known] = QColor(colours.good).rgb()
        pixels[:, 1][~right & known] = QColor(colours.bad).rgb()
        painter.setPen(QColor(colours.grid))
        down = (self.row_height() - STRIP_HEIGHT) / 2
        area = QRectF(math.floor(left + start), down, len(places), STRIP_HEIGHT)
        for strip, top in zip(pixels, tops.values(), strict=True):
            painter.drawImage(area.translated(0, top), image_of(strip))
            painter.drawRect(area.translated(0, top).adjusted(-0.5, -0.5, 0.5, 0.5))

    def _draw_names(self, painter: QPainter, left: float, tops: dict[int, float]) -> None:
        """The predicted classes, in the empty halves, if the states are wide enough."""
        strips = self._shown
        font = labels.small_font(self.font())
        font.setPixelSize(9)
        start, end = self._strip_span()
        bounds = start + (end - start) * np.append(strips.steps, strips.end) / strips.end
        widest = labels.widest(QFontMetricsF(font), strips.class_names)
        if min(np.diff(bounds)[:-1], default=0.0) < widest + 3:
            return
        painter.setFont(font)
        painter.setPen(QColor(theme.current().foreground))
        for row, top in tops.items():
            y = top + (self.row_height() - STRIP_HEIGHT) / 2
            for state, number in enumerate(strips.predicted[:, row].tolist()):
                half = STRIP_HEIGHT / 2 if number == strips.labels[row] else 0.0
                x, width = left + bounds[state], bounds[state + 1] - bounds[state]
                place = QRectF(x, y + half, width, STRIP_HEIGHT / 2)
                labels.draw_elided(painter, place, strips.class_name(number), labels.CENTRE)

    def _draw_cursor(self, painter: QPainter, left: float, top: float, height: float) -> None:
        if self._cursor <= self._shown.end:
            line = QRectF(round(left + self._x_of(self._cursor)) - 1, top, 2, height)
            painter.fillRect(line, QColor(theme.current().highlight))

    def _draw_state(self, painter: QPainter, left: float, top: float, state: int) -> None:
        """The state that the keyboard is at: a bar as high as the row."""
        line = QRectF(round(left + self._middle_of(state)) - 1.5, top, 3, self.row_height())
        painter.fillRect(line, QColor(theme.current().foreground))

    # Hover, mouse, keyboard, files

    def row_text(self, row: int, column_x: float) -> str:
        strips = self._shown
        start, end = self._strip_span()
        state = int(self._state_at(column_x)) if start <= column_x < end else -1
        if state < 0:
            pairs = zip(self.titles, self.texts(row), strict=True)
            return ", ".join(f"{title} {text}" for title, text in pairs)
        predicted, true = strips.predicted[state, row], strips.labels[row]
        return self.tr(
            "sample {sample}, step {step}: predicted {predicted} {mark}, true {true}"
        ).format(
            sample=f"{strips.ids[row]:,}",
            step=f"{strips.steps[state]:,}",
            predicted=strips.class_name(predicted),
            mark="✓" if predicted == true else "✗",
            true=strips.class_name(true),
        )

    def mouseDoubleClickEvent(self, event: QMouseEvent | None) -> None:
        if event is None or self._strips is None or self._row_at(event.position()) is None:
            return
        x = event.position().x() - self.view().left() + self.offset().x()
        start, end = self._strip_span()
        if start <= x < end and (state := int(self._state_at(x))) >= 0:
            self.step_picked.emit(int(self._strips.steps[state]))

    def _middle_of(self, state: int) -> float:
        """Where the middle of a state's piece is, from the left edge of the first column."""
        ends = [*self._shown.steps.tolist(), self._shown.end]
        return (self._x_of(ends[state]) + self._x_of(ends[state + 1])) / 2

    def move_current(self, dx: int, dy: int) -> None:
        if not dx or self._current is None or not self._strips:
            super().move_current(0, dy)
            return
        steps = self._strips.steps
        at_cursor = int(np.searchsorted(steps, self._cursor, side="right")) - 1
        before = at_cursor if self._state is None else self._state
        self._state = int(np.clip(before + dx, 0, len(steps) - 1))
        row, x = self._row_rect(self._current), self._middle_of(self._state)
        self.scroll_to(row.translated(x, 0).adjusted(0, -self._header_height(), 0, 0))
        self.update()

    def pick_current(self) -> None:
        state, self._state = self._state, None
        super().pick_current()
        if state is not None:
            self.step_picked.emit(int(self._shown.steps[state]))

    def current_point(self) -> QPointF | None:
        point = super().current_point()
        if point is None or self._state is None:
            return point
        x = self.view().left() - self.offset().x() + self._middle_of(self._state)
        return QPointF(x, point.y())

    def csv_rows(self) -> list[list[object]]:
        strips = self._strips
        if strips is None:
            return [list(self.titles)]
        header: list[object] = [*self.titles, *(f"step {step}" for step in strips.steps.tolist())]
        rows: list[list[object]] = []
        for row, sample in enumerate(strips.ids):
            names = [strips.class_name(number) for number in strips.predicted[:, row].tolist()]
            true = strips.class_name(strips.labels[row])
            rows.append([sample, true, *strips.counts[row].tolist(), *names])
        return [header, *rows]

    def _tell(self, row: int) -> None:
        self.sample_picked.emit(self._shown.ids[row])
