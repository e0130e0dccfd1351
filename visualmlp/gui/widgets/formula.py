"""Formulas in LaTeX, drawn as SVG in the colours and the size of the text around them."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from PyQt6.QtCore import QByteArray, QEvent, QPointF, QRectF, QSize, QSizeF
from PyQt6.QtGui import QFont, QFontInfo, QFontMetrics, QPainter, QPaintEvent, QPalette
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QSizePolicy, QWidget

from visualmlp.gui.widgets.latex_text import readable

_MOST_KEPT = 1024
_MASTER_SIZE = 24.0
_MASTER_COLOUR = "#010203"
_MASTER_SCALE = 'width="of this size"'
_SIZE = re.compile(r'width="([\d.]+)" height="([\d.]+)"')
_ENLARGED = 1.25
"""The formulas' letters are smaller than those of screen fonts of the same size."""

_SMALLEST = 0.6
"""How far a formula that is too wide for its widget shrinks before its end is cut off."""


def formula_svg(latex: str, colour: str, size: float) -> bytes:
    """A formula as an SVG file; the baseline is y = 0 of its view box.

    Parameters
    ----------
    latex
        Without the dollar signs. What is not LaTeX is shown as it stands.
    colour
        ``#rrggbb``.
    size
        Of the letters, in pixels.
    """
    text, width, height = _master(latex)
    scale = size / _MASTER_SIZE
    scaled = f'width="{width * scale}" height="{height * scale}"'
    return text.replace(_MASTER_SCALE, scaled).replace(_MASTER_COLOUR, colour).encode()


@lru_cache(_MOST_KEPT)
def _master(latex: str) -> tuple[str, float, float]:
    """The SVG text with gaps for size and colour, its width and its height: rendering is slow."""
    import ziamath  # takes 0.15 s, which the start of the window shall not wait for

    ziamath.config.svg2 = False  # Qt does not draw the symbols of newer files everywhere
    try:
        svg: str = ziamath.Latex(latex, size=_MASTER_SIZE, color=_MASTER_COLOUR).svg()
    except Exception:  # noqa: BLE001  the parser's errors are of any kind
        svg = _as_it_stands(latex)
    found = _SIZE.search(svg)
    assert found is not None
    return svg.replace(found[0], _MASTER_SCALE, 1), float(found[1]), float(found[2])


@lru_cache(_MOST_KEPT)
def _renderer(latex: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(formula_svg(latex, colour, _MASTER_SIZE)))


def formula_size(latex: str, size: float) -> QSizeF:
    """Width and height of a formula in pixels; nothing for no formula."""
    if not latex.strip():
        return QSizeF(0, 0)
    _, width, height = _master(latex)
    return QSizeF(width, height) * (size / _MASTER_SIZE)


def formula_baseline(latex: str, size: float) -> float:
    """Distance of a formula's baseline from its top, in pixels."""
    if not latex.strip():
        return 0.0
    return -_renderer(latex, _MASTER_COLOUR).viewBoxF().top() * (size / _MASTER_SIZE)


def letter_size(font: QFont) -> float:
    """The ``size`` of formulas among text of a font."""
    return _ENLARGED * QFontInfo(font).pixelSize()


def draw_formula(
    painter: QPainter, place: QPointF, latex: str, colour: str, size: float, scale: float = 1.0
) -> None:
    """Paint a formula, its top left corner at a place."""
    if latex.strip():
        area = QRectF(place, formula_size(latex, size) * scale)
        _renderer(latex, colour).render(painter, area)


class Formula(QWidget):
    """One formula. It is rendered when it is first painted, and shrinks rather than being cut."""

    def __init__(self, latex: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._latex = ""
        self._was_painted = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_formula(latex)

    def formula(self) -> str:
        """What is shown, in LaTeX."""
        return self._latex

    def set_formula(self, latex: str) -> None:
        """Show a formula in LaTeX, without dollar signs; empty for none."""
        if latex == self._latex:
            return
        self._latex = latex
        self.setAccessibleName(readable(latex))
        self.updateGeometry()
        self.update()

    def baseline(self) -> float:
        """Distance of the formula's baseline from its top, in pixels."""
        return formula_baseline(self._latex, self._size())

    def sizeHint(self) -> QSize:
        if not self._was_painted:  # a guess, so that a hidden formula costs nothing
            return QSize(200, 2 * QFontMetrics(self.font()).height())
        size = formula_size(self._latex, self._size())
        return QSize(int(size.width()) + 2, int(size.height()) + 2)

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(min(hint.width(), 80), hint.height())

    def paintEvent(self, event: QPaintEvent | None) -> None:
        if not self._was_painted:
            self._was_painted = True
            self.updateGeometry()
        size = formula_size(self._latex, self._size())
        if size.isEmpty():
            return
        scale = min(1.0, max((self.width() - 2) / size.width(), _SMALLEST))
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        place = self._place(size * scale)
        draw_formula(painter, place, self._latex, self._colour(), self._size(), scale)
        painter.end()

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def _place(self, size: QSizeF) -> QPointF:
        return QPointF(0.0, max((self.height() - size.height()) / 2, 0.0))

    def _size(self) -> float:
        return letter_size(self.font())

    def _colour(self) -> str:
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        return self.palette().color(group, QPalette.ColorRole.WindowText).name()


def _as_it_stands(text: str) -> str:
    size, colour = _MASTER_SIZE, _MASTER_COLOUR
    width, height = 0.62 * size * max(len(text), 1), 1.3 * size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 {-size} {width} {height}"><text x="0" y="0" font-family="monospace" '
        f'font-size="{size}" fill="{colour}">{escape(text)}</text></svg>'
    )
