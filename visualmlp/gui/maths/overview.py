"""All phases of a step below each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QSizeF, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from visualmlp.engine import StepTrace
from visualmlp.gui import theme
from visualmlp.gui.maths.equation import Equation, Operand
from visualmlp.gui.maths.notation import Notation
from visualmlp.gui.maths.phases import Phase, title
from visualmlp.gui.maths.writer import write
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.colour_maps import Argb
from visualmlp.gui.widgets.colour_scale import ColourScale
from visualmlp.gui.widgets.drawing import draw_frame, image_of
from visualmlp.gui.widgets.formula import draw_formula, formula_size, letter_size
from visualmlp.gui.widgets.latex_text import readable
from visualmlp.gui.widgets.matrix_layout import extremes
from visualmlp.gui.widgets.scrolled import ScrolledDrawing

_PICTURE = QSizeF(96, 64)
_FORMULA_HEIGHT = 44.0
_GAP = 6.0
_PICTURES_WIDTH = 480.0
_WIDE = 700.0


@dataclass
class _Card:
    """What is drawn of a phase; its pictures are made when they are first seen."""

    title: str
    equation: Equation
    pictures: dict[tuple[int, bool], Argb]


class Overview(ScrolledDrawing):
    """A card for each phase; a click, or Enter, opens it.

    Signals
    -------
    phase_picked
        The number of the phase.
    """

    phase_picked = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._cards: list[_Card] = []
        self._current = 0
        self.setAccessibleName(self.tr("All phases of the step"))

    def set_step(self, trace: StepTrace, phases: Sequence[Phase], notation: Notation) -> None:
        """Show the phases of a step."""
        self._cards = [
            _Card(f"{number}. {title(phase, trace)}", write(trace, phase, notation), {})
            for number, phase in enumerate(phases, start=1)
        ]
        self._current = min(self._current, len(self._cards) - 1)
        self.filled()

    @property
    def texts(self) -> list[str]:
        """Titles and shapes of all phases."""
        return [f"{card.title}: {card.equation.shapes}" for card in self._cards]

    @property
    def current(self) -> int:
        """The framed phase."""
        return self._current

    def set_current(self, number: int) -> None:
        """Frame a phase and scroll to it."""
        if number != self._current:
            self._current = number
            if self._empty is None:
                self.scroll_to(QRectF(0, number * self._height(), 1, self._height()))
            self.update()

    # Layout

    def _line(self) -> float:
        return QFontMetricsF(self.font()).height()

    def _is_wide(self) -> bool:
        """Whether pictures have room beside title and formula."""
        return self.area().width() >= _WIDE

    def _height(self) -> float:
        formulas, pictures = _FORMULA_HEIGHT, _PICTURE.height()
        both = max(formulas, pictures) if self._is_wide() else formulas + _GAP + pictures
        return 2 * self._line() + both + 4 * _GAP

    def content_size(self) -> QSizeF:
        return QSizeF(1, len(self._cards) * self._height())

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        view, height = self.view(), self._height()
        first = int(self.offset().y() // height)
        painter.save()
        painter.setClipRect(view)
        for number in range(first, len(self._cards)):
            top = view.top() + number * height - self.offset().y()
            if top > view.bottom():
                break
            self._draw_card(painter, number, QRectF(view.left(), top, view.width(), height))
        painter.restore()

    def _draw_card(self, painter: QPainter, number: int, place: QRectF) -> None:
        colours, card, line = theme.current(), self._cards[number], self._line()
        painter.setPen(QColor(colours.grid))
        painter.drawLine(place.bottomLeft(), place.bottomRight())
        inside = place.adjusted(_GAP, _GAP, -_GAP, -_GAP)
        painter.setPen(QColor(colours.foreground))
        painter.setFont(labels.bold_font(self.font()))
        top = QRectF(inside.topLeft(), QSizeF(inside.width(), line))
        labels.draw_elided(painter, top, card.title)
        painter.setFont(self.font())
        formulas, corner = self._divided(inside.adjusted(0, line + _GAP, 0, 0))
        self._draw_formulas(painter, card.equation, formulas)
        painter.setPen(QColor(colours.muted))
        equation = card.equation
        text = " — ".join(part for part in (equation.shapes, equation.kind, equation.note) if part)
        below = QRectF(inside.left(), inside.bottom() - line, inside.width(), line)
        labels.draw_elided(painter, below, text)
        self._draw_pictures(painter, card, corner)
        if number == self._current and self.hasFocus():
            draw_frame(painter, place, QColor(colours.highlight), 2)

    def _divided(self, inside: QRectF) -> tuple[QRectF, QPointF]:
        """The place of the formulas, and the corner of the pictures."""
        if not self._is_wide():
            formulas = QRectF(inside.topLeft(), QSizeF(inside.width(), _FORMULA_HEIGHT))
            return formulas, formulas.bottomLeft() + QPointF(0, _GAP)
        width = min(inside.width() / 2, inside.width() - _PICTURES_WIDTH)
        height = max(_FORMULA_HEIGHT, _PICTURE.height())
        formulas = QRectF(inside.topLeft(), QSizeF(width - 2 * _GAP, height))
        return formulas, inside.topLeft() + QPointF(width, 0)

    def _draw_formulas(self, painter: QPainter, equation: Equation, place: QRectF) -> None:
        size, ink, left = letter_size(self.font()), theme.current().foreground, place.left()
        for latex in equation.formulas:
            extent = formula_size(latex, size)
            scale = min(1.0, _FORMULA_HEIGHT / extent.height())
            room = place.right() - left
            if extent.width() * scale > room:
                scale *= max(room, 1.0) / (extent.width() * scale)
            if left > place.left() and scale < 0.5:
                return
            top = place.top() + (place.height() - extent.height() * scale) / 2
            draw_formula(painter, QPointF(left, top), latex, ink, size, scale)
            left += extent.width() * scale + 30

    def _draw_pictures(self, painter: QPainter, card: _Card, corner: QPointF) -> None:
        colours, metrics = theme.current(), QFontMetricsF(self.font())
        x = corner.x()
        for number, operand in enumerate(card.equation.operands):
            if operand.sign:
                width = metrics.horizontalAdvance(operand.sign) + 2 * _GAP
                painter.setPen(QColor(colours.foreground))
                place = QRectF(x, corner.y(), width, _PICTURE.height())
                painter.drawText(place, int(labels.CENTRE), operand.sign)
                x += width
            size = _picture_size(operand)
            top = corner.y() + (_PICTURE.height() - size.height()) / 2
            rect = QRectF(QPointF(x, top), size)
            painter.drawImage(rect, image_of(self._picture(card, number, operand, size)))
            painter.setPen(QPen(QColor(colours.grid), 1))
            painter.drawRect(rect)
            x += size.width()

    def _picture(self, card: _Card, number: int, operand: Operand, size: QSizeF) -> Argb:
        key = (number, theme.current().dark)
        if key not in card.pictures:
            values = operand.values
            pixels = (
                min(values.shape[0], int(size.height())),
                min(values.shape[1], int(size.width())),
            )
            shown = extremes(values, *pixels) if pixels != values.shape else values
            scale = ColourScale.over(values, "diverging")
            card.pictures[key] = np.ascontiguousarray(scale.colours(shown))
        return card.pictures[key]

    # Hover, mouse, keyboard

    def _card_at(self, pos: QPointF) -> int | None:
        number = int((pos.y() - self.view().top() + self.offset().y()) // self._height())
        inside = self.view().contains(pos) and 0 <= number < len(self._cards)
        return number if inside else None

    def value_at(self, pos: QPointF) -> str | None:
        number = self._card_at(pos)
        return None if number is None else self._text(number)

    def _text(self, number: int) -> str:
        card = self._cards[number]
        formulas = "; ".join(map(readable, card.equation.formulas))
        return f"{card.title}\n{formulas}\n{card.equation.shapes}".strip()

    def pick_at(self, pos: QPointF) -> None:
        number = self._card_at(pos)
        if number is not None:
            self._current = number
            self.phase_picked.emit(number)

    def pick_current(self) -> None:
        self.phase_picked.emit(self._current)

    def move_current(self, dx: int, dy: int) -> None:
        self.set_current(min(max(self._current + dy, 0), len(self._cards) - 1))

    def current_point(self) -> QPointF | None:
        y = self.view().top() + (self._current + 0.5) * self._height() - self.offset().y()
        return QPointF(self.view().center().x(), y)

    def csv_rows(self) -> list[list[Any]]:
        header = [self.tr("phase"), self.tr("formula"), self.tr("shapes"), self.tr("operation")]
        rows = [
            [
                card.title,
                "; ".join(map(readable, card.equation.formulas)),
                card.equation.shapes,
                card.equation.kind,
            ]
            for card in self._cards
        ]
        return [header, *rows]


def _picture_size(operand: Operand) -> QSizeF:
    """As large as its cells need, up to a picture's size."""
    rows, columns = operand.values.shape
    return QSizeF(
        min(max(12.0 * columns, 12), _PICTURE.width()), min(max(12.0 * rows, 12), _PICTURE.height())
    )
