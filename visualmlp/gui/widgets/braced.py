"""A product in LaTeX whose factors stand over braces that say what they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QEvent, QPointF, QSize, QSizeF
from PyQt6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PyQt6.QtWidgets import QSizePolicy, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets.formula import draw_formula, formula_baseline, formula_size, letter_size
from visualmlp.gui.widgets.latex_text import readable

_GAP = 3.0
_BRACE = 7.0
_UNDER = 0.86
"""Size of what stands under a brace, by that of the factor."""

_SMALLEST = 0.6


@dataclass(frozen=True, slots=True)
class Braced:
    """LaTeX over and under a brace; without ``under`` there is none.

    ``faded`` for what is known already.
    """

    over: str
    under: str = ""
    faded: bool = False


class BracedProduct(QWidget):
    """Factors side by side on one baseline; rendered when first painted, as a formula is.

    A formula of nested braces would take the renderer seconds.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pieces: Sequence[Braced] = ()
        self._was_painted = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def set_product(self, left: str, factors: Sequence[Braced], right: str) -> None:
        """Show ``left`` = product of the factors = ``right``; either may be empty."""
        pieces = [Braced(left), Braced("=")] if left else []
        for i, factor in enumerate(factors):
            pieces += [Braced(r"\cdot"), factor] if i else [factor]
        pieces += [Braced("="), Braced(right)] if right else []
        if pieces == self._pieces:
            return
        self._pieces = pieces
        self.setAccessibleName(" ".join(_spoken(piece) for piece in pieces))
        self.setToolTip(self.accessibleName())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        if not self._was_painted:  # a guess, so that a hidden product costs nothing
            return QSize(200, 4 * QFontMetrics(self.font()).height())
        size = self._extent()
        return QSize(int(size.width()) + 2, int(size.height()) + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if not self._was_painted:
            self._was_painted = True
            self.updateGeometry()
        width = self._extent().width()
        if not width:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        scale = min(1.0, max((self.width() - 2) / width, _SMALLEST))
        painter.scale(scale, scale)
        x, baseline = 0.0, self._rise()
        for piece in self._pieces:
            self._draw_piece(painter, piece, x, baseline)
            x += self._width(piece) + _GAP
        painter.end()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    # Painting

    def _draw_piece(self, painter: QPainter, piece: Braced, x: float, baseline: float) -> None:
        colours = theme.current()
        ink = colours.muted if piece.faded else self.palette().windowText().color().name()
        size, width = self._letters(), self._width(piece)
        over, under = self._sizes(piece)
        top = baseline - formula_baseline(piece.over, size)
        corner = QPointF(x + (width - over.width()) / 2, top)
        draw_formula(painter, corner, piece.over, ink, size)
        if piece.under:
            y = baseline + self._fall()
            painter.setPen(QPen(QColor(ink), 1))
            painter.drawPath(_brace(x, y, width))
            below = QPointF(x + (width - under.width()) / 2, y + _BRACE + _GAP)
            draw_formula(painter, below, piece.under, ink, _UNDER * size)

    def _letters(self) -> float:
        return letter_size(self.font())

    def _sizes(self, piece: Braced) -> tuple[QSizeF, QSizeF]:
        size = self._letters()
        return formula_size(piece.over, size), formula_size(piece.under, _UNDER * size)

    def _width(self, piece: Braced) -> float:
        return max(size.width() for size in self._sizes(piece))

    def _rise(self) -> float:
        """How far the highest piece stands above the baseline."""
        size = self._letters()
        return max((formula_baseline(piece.over, size) for piece in self._pieces), default=0.0)

    def _fall(self) -> float:
        """How far the lowest piece reaches below it."""
        size = self._letters()
        return max(
            (
                formula_size(piece.over, size).height() - formula_baseline(piece.over, size)
                for piece in self._pieces
            ),
            default=0.0,
        )

    def _extent(self) -> QSizeF:
        if not self._pieces:
            return QSizeF(0, 0)
        width = sum(self._width(piece) + _GAP for piece in self._pieces)
        under = max(self._sizes(piece)[1].height() for piece in self._pieces)
        foot = _BRACE + _GAP + under if under else 0.0
        return QSizeF(width, self._rise() + self._fall() + foot)


def _spoken(piece: Braced) -> str:
    over = readable(piece.over)
    return f"{over} [{readable(piece.under)}]" if piece.under else over


def _brace(x: float, y: float, width: float) -> QPainterPath:
    """A brace that opens upwards, its tip in the middle below."""
    half, turn = _BRACE / 2, min(_BRACE / 2, width / 4)
    middle, right = x + width / 2, x + width
    path = QPainterPath(QPointF(x, y))
    path.quadTo(x, y + half, x + turn, y + half)
    path.lineTo(middle - turn, y + half)
    path.quadTo(middle, y + half, middle, y + 2 * half)
    path.quadTo(middle, y + half, middle + turn, y + half)
    path.lineTo(right - turn, y + half)
    path.quadTo(right, y + half, right, y)
    return path
