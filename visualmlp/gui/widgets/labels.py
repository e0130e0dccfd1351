"""Numbers and names as text on drawings."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QFont, QFontMetricsF, QPainter, QStaticText
from PyQt6.QtWidgets import QWidget

_Align = Qt.AlignmentFlag
CENTRE = _Align.AlignCenter
LEFT = _Align.AlignLeft | _Align.AlignVCenter
RIGHT = _Align.AlignRight | _Align.AlignVCenter
ELIDE = Qt.TextElideMode.ElideRight

_SINGLE_LINE = Qt.TextFlag.TextSingleLine.value
_MOST_KEPT = 5000
NO_BREAK = "\u00a0"
"""The space between a number and its unit, at which no line ends."""
_LONGEST = 6
"""Digits of a whole number that stands without an exponent."""
_LARGEST = 1e9
"""From here on numbers have an exponent, whatever number of decimals is asked for."""
_SET_APART = 5
"""Digits from which thousands are set apart."""
_MOST_DECIMALS = 8
_NEW_LINE = "\u2028"
"""What a QStaticText breaks a line at."""


def number_text(value: float, spec: str = ".4g") -> str:
    """A number with a true minus sign; NaN and the infinities by name.

    Up to a million it has no exponent (1770, not 1.77e+03), beyond and near 0 one without zeros
    (2e−5). From 10,000 on thousands are set apart; a year is not.
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"
    if spec.endswith("f") and abs(value) >= _LARGEST:
        spec = ".4g"
    text = format(int(value) if spec.endswith("d") else value, spec)
    mantissa, _, exponent = text.partition("e")
    if exponent:
        power = int(exponent)
        text = f"{float(text):.10g}" if 0 <= power < _LONGEST else f"{mantissa}e{power}"
    whole, point, rest = text.partition(".")
    digits = whole.removeprefix("-")
    if len(digits) >= _SET_APART and digits.isdecimal():
        text = f"{int(whole):,}{point}{rest}"
    return text.replace("-", "−")


def percent_text(share: float, decimals: int = 0) -> str:
    """A share such as "99.97 %": with more decimals where it would read as none or as all."""
    if not math.isfinite(share):
        return f"{number_text(share)}{NO_BREAK}%"
    texts = [f"{100 * share:.{more}f}" for more in range(decimals, decimals + _MOST_DECIMALS)]
    honest = (text for text in texts if float(text) not in (0, 100) or share in (0, 1))
    return f"{next(honest, texts[-1])}{NO_BREAK}%".replace("-", "−")


def share_text(share: float, decimals: int = 3) -> str:
    """A share of 1 such as "0.965"; ">0.999" where it would read as all and is not."""
    text = number_text(share, f"z.{decimals}f")
    most = f"{1:.{decimals}f}"
    return f">{1 - 10.0**-decimals:.{decimals}f}" if text == most and share < 1 else text


def count_text(value: int) -> str:
    """A whole number with its thousands set apart."""
    return f"{value:,}"


def counted(count: int, one: str, many: str) -> str:
    """So many of something: ``one`` as it is for 1, else ``many`` with the count filled in."""
    return one if count == 1 else many.format(count_text(count))


def small_font(font: QFont) -> QFont:
    """The same font, a little smaller: for secondary text."""
    small = QFont(font)
    small.setPointSizeF(max(font.pointSizeF() * 0.86, 6.0))
    return small


def bold_font(font: QFont) -> QFont:
    """The same font in bold."""
    bold = QFont(font)
    bold.setBold(True)
    return bold


def widest(metrics: QFontMetricsF, texts: Iterable[str]) -> float:
    """The width of the longest of the texts (by count of characters), 0 if there are none."""
    longest = sorted(set(texts), key=len)[-3:]
    return max((metrics.horizontalAdvance(text) for text in longest), default=0.0)


class Lettering:
    """Texts in one font measured and laid out once: the same are painted again and again."""

    def __init__(self, font: QFont) -> None:
        self._font = QFont(font)
        self._metrics = QFontMetricsF(font)
        self._widths: dict[str, float] = {}
        self._lines: dict[tuple[str, float], tuple[QStaticText, float]] = {}
        self.height = self._metrics.height()

    def width(self, text: str) -> float:
        """Pixels that a text takes in a line."""
        width = self._widths.get(text)
        if width is None:
            if len(self._widths) >= _MOST_KEPT:
                self._widths.clear()
            width = self._widths[text] = self._metrics.horizontalAdvance(text)
        return width

    def draw(self, painter: QPainter, area: QRectF, text: str, align: Qt.AlignmentFlag) -> None:
        """Draw a line in the middle of an area's height, shortened to its width."""
        line, width = self._line(text, area.width())
        left = area.left()
        if align & _Align.AlignRight:
            left = area.right() - width
        elif align & _Align.AlignHCenter:
            left += (area.width() - width) / 2
        top = area.top() + (area.height() - self.height) / 2
        painter.drawStaticText(QPointF(left, top), line)

    def _line(self, text: str, room: float) -> tuple[QStaticText, float]:
        found = self._lines.get((text, room))
        if found is None:
            if len(self._lines) >= _MOST_KEPT:
                self._lines.clear()
            shown = self._metrics.elidedText(text, ELIDE, room)
            found = self._lines[text, room] = _laid_out(shown, self._font), self.width(shown)
        return found


_letterings: dict[str, Lettering] = {}


def lettering(font: QFont) -> Lettering:
    """What is known of texts in a font."""
    key = font.key()
    if key not in _letterings:
        _letterings[key] = Lettering(font)
    return _letterings[key]


def _laid_out(text: str, font: QFont) -> QStaticText:
    static = QStaticText(text)
    static.setTextFormat(Qt.TextFormat.PlainText)
    static.setPerformanceHint(QStaticText.PerformanceHint.AggressiveCaching)
    static.prepare(font=font)
    return static


class Texts:
    """Lines of text laid out for one font and width, kept for the next painting."""

    def __init__(self, font: QFont, width: float) -> None:
        self.font = font
        self.width = width
        self._metrics = QFontMetricsF(font)
        self._kept: dict[str, QStaticText] = {}

    def __getitem__(self, text: str) -> QStaticText:
        """The laid-out text, every line shortened to the width."""
        kept = self._kept.get(text)
        if kept is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            kept = self._kept[text] = self._laid_out(text)
        return kept

    def draw(self, painter: QPainter, corner: QPointF, text: str) -> None:
        """Draw a text; into a file as plain text, for there letters have other widths."""
        static = self[text]
        if isinstance(painter.device(), QWidget):
            painter.drawStaticText(corner, static)
        else:
            flags = CENTRE | Qt.TextFlag.TextDontClip
            lines = static.text().replace(_NEW_LINE, "\n")
            painter.drawText(QRectF(corner, static.size()), int(flags), lines)

    def _laid_out(self, text: str) -> QStaticText:
        lines = (self._metrics.elidedText(line, ELIDE, self.width) for line in text.split("\n"))
        return _laid_out(_NEW_LINE.join(lines), self.font)


def draw_elided(painter: QPainter, area: QRectF, text: str, align: Qt.AlignmentFlag = LEFT) -> None:
    """Draw one line of text, shortened with an ellipsis to the width of the area."""
    if isinstance(painter.device(), QWidget):
        lettering(painter.font()).draw(painter, area, text, align)
        return
    shown = QFontMetricsF(painter.font()).elidedText(text, ELIDE, area.width())
    painter.drawText(area, align.value | _SINGLE_LINE, shown)


def draw_upwards(
    painter: QPainter, area: QRectF, text: str, align: Qt.AlignmentFlag = CENTRE
) -> None:
    """Draw one line of text turned by 90 degrees, to be read from below; its left is there."""
    painter.save()
    painter.translate(area.center())
    painter.rotate(-90)
    turned = QRectF(-area.height() / 2, -area.width() / 2, area.height(), area.width())
    draw_elided(painter, turned, text, align)
    painter.restore()


def is_light(argb: npt.NDArray[np.uint32]) -> npt.NDArray[np.bool_]:
    """Whether black text reads better than white on these colours (ITU-R BT.601 luma)."""
    red, green, blue = (argb >> 16) & 255, (argb >> 8) & 255, argb & 255
    return red * 0.299 + green * 0.587 + blue * 0.114 > 140
