"""Links of a network's diagram as lines: colour and dashes say the sign, width the strength."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QRegion

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.network_layout import number_places
from visualmlp.gui.widgets.network_scene import DrawnLinks, Scene

WIDTHS = (1.0, 1.3, 1.8, 2.4, 3.2)
_ENDS = (0.3, 0.5, 0.7, 0.87)
"""Shares at which a link gets the next width."""
_INKS = (0.36, 0.5, 0.64, 0.78, 0.9)
"""Where the colours of the widths are between the middle of the colour map and its end."""
_PALE = 0.78
_ON, _OFF = 6.0, 4.0
"""Pixels of a dash, and between dashes."""
_MOST_SMOOTH = 120
"""On a fine screen more lines than this are painted without smooth edges, ten times as fast."""
_FINE = 1.5
MOST_NUMBERS = 80
MOST_OF_PIXELS = 10
"""Numbers on links from pixels: more could not be told apart where they meet at the unit."""

POSITIVE, NEGATIVE, ZERO, NOT_FINITE = range(4)


def draw_links(painter: QPainter, scene: Scene, *, has_pick: bool, moving: bool) -> None:
    """Paint the lines: weak ones first, those of the picked unit last, the others pale then.

    Of a picture that changes all the time (``moving``) they have no smooth edges.
    """
    links = scene.links
    seen = np.flatnonzero(links.seen)
    if not len(seen):
        return
    device = painter.device()
    ratio = device.devicePixelRatioF() if device is not None else 1.0
    smooth = not moving and (ratio < _FINE or len(seen) <= _MOST_SMOOTH)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, smooth)
    pale = has_pick & ~links.of_pick[seen]
    kinds = kinds_of(links.numbers[seen])
    if scene.picture is not None:
        _draw_over_picture(painter, scene, seen, kinds, pale)
        painter.save()
        painter.setClipRegion(_around(scene.area, scene.picture))
    for pen, places in _buckets(kinds, links.shares[seen], pale):
        painter.setPen(pen)
        _draw_lines(painter, links.pieces[seen[places]])
    if scene.picture is not None:
        painter.restore()


def _around(area: QRectF, picture: QRectF) -> QRegion:
    """The area without the picture in it."""
    return QRegion(area.toAlignedRect()) - QRegion(picture.toAlignedRect())


def _draw_over_picture(
    painter: QPainter, scene: Scene, seen: npt.NDArray, kinds: npt.NDArray, pale: npt.NDArray
) -> None:
    """Where links come from: hairlines, so that the picture is seen behind them; no pale ones."""
    links, picture = scene.links, scene.picture
    assert picture is not None
    painter.save()
    painter.setClipRect(picture.intersected(scene.area))
    first = (links.layers[seen] == 0) & ~pale
    for kind in (POSITIVE, NEGATIVE):
        painter.setPen(link_pen(kind, 0))
        _draw_lines(painter, links.pieces[seen[first & (kinds == kind)]])
    painter.restore()


def _draw_lines(painter: QPainter, pieces: npt.NDArray) -> None:
    if len(pieces):
        painter.drawLines(*[QLineF(*piece) for piece in pieces.tolist()])


def kinds_of(numbers: npt.NDArray) -> npt.NDArray[np.intp]:
    """Positive, negative, zero or not finite."""
    kinds = np.where(numbers > 0, POSITIVE, np.where(numbers < 0, NEGATIVE, ZERO))
    return np.where(np.isfinite(numbers), kinds, NOT_FINITE)


def _buckets(
    kinds: npt.NDArray, shares: npt.NDArray, pale: npt.NDArray
) -> Iterator[tuple[QPen, npt.NDArray]]:
    """Lines of one pen, in the order of painting."""
    levels = np.searchsorted(_ENDS, shares, side="right")
    codes = np.where(pale, 0, 100) + 10 * levels + kinds
    for code in np.unique(codes).tolist():
        strong, rest = divmod(code, 100)
        yield link_pen(rest % 10, rest // 10, pale=not strong), np.flatnonzero(codes == code)


def link_pen(kind: int, level: int, *, pale: bool = False) -> QPen:
    """The pen of a sign and a width."""
    colours = theme.current()
    width = WIDTHS[0] if kind == ZERO else WIDTHS[level]
    ink = link_ink(kind, level)
    if pale:
        ink = theme.blend(ink, QColor(colours.background), _PALE)
        width = WIDTHS[min(level, 1)]
    pen = QPen(ink, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if kind == NEGATIVE:
        pen.setDashPattern([_ON / width, _OFF / width])
    elif kind in (ZERO, NOT_FINITE):
        pen.setDashPattern([1.5 / width, 3 / width])
    return pen


def link_ink(kind: int, level: int) -> QColor:
    """The colour of a sign and a width."""
    colours = theme.current()
    if kind == ZERO:
        return QColor(colours.muted)
    table = colour_maps.lut("diverging", colours.dark)
    if kind == NOT_FINITE:
        return QColor(int(table[colour_maps.NOT_FINITE]))
    middle = colour_maps.LEVELS // 2
    away = round(_INKS[level] * middle)
    return QColor(int(table[middle + away if kind == POSITIVE else middle - away]))


def draw_picked_link(painter: QPainter, links: DrawnLinks, index: int) -> None:
    """Paint the frame in which the picked link lies."""
    colours = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for ink, width in ((colours.highlight, WIDTHS[-1] + 6), (colours.background, WIDTHS[-1] + 2)):
        painter.setPen(QPen(QColor(ink), width))
        painter.drawLine(QLineF(*links.pieces[index].tolist()))


def numbered_links(
    scene: Scene, metrics: QFontMetricsF, has_pick: bool, picked: int | None
) -> list[tuple[int, QPointF]]:
    """Which links have room for their numbers, the picked one first, and the numbers' centres.

    All that are seen, or, if those are too many, those of the picked unit.
    """
    links = scene.links
    for wanted in (links.seen, links.seen & links.of_pick if has_pick else links.seen):
        chosen = np.flatnonzero(wanted)
        if 0 < len(chosen) <= MOST_NUMBERS:
            break
    else:
        return []
    chosen = _fewer_of_pixels(scene, chosen)
    if picked is not None:
        chosen = np.append(picked, chosen[chosen != picked])
    texts = [link_text(number) for number in links.numbers[chosen].tolist()]
    widths = [metrics.horizontalAdvance(text) + 2 for text in texts]
    sizes = np.column_stack([widths, np.full(len(texts), metrics.height() - 2)])
    centres = number_places(_between_rims(scene, chosen), sizes, scene.area)
    found = np.flatnonzero(np.isfinite(centres[:, 0])).tolist()
    return [(int(chosen[i]), QPointF(*centres[i].tolist())) for i in found]


def _fewer_of_pixels(scene: Scene, chosen: npt.NDArray) -> npt.NDArray:
    """Without the weaker links that come from a picture."""
    if scene.picture is None:
        return chosen
    links = scene.links
    of_pixels = chosen[links.layers[chosen] == 0]
    weaker = of_pixels[np.argsort(-links.shares[of_pixels], kind="stable")[MOST_OF_PIXELS:]]
    return np.setdiff1d(chosen, weaker)


def _between_rims(scene: Scene, chosen: npt.NDArray) -> npt.NDArray:
    """The lines between what stands at their ends, at which numbers would be hidden."""
    lines = scene.links.lines[chosen].copy()
    layers = scene.links.layers[chosen]
    radii = np.array(scene.radii)
    left = lines[:, 0] + radii[layers] + 1
    if scene.picture is not None:
        left[layers == 0] = scene.picture.right() + 1
    right = lines[:, 2] - radii[layers + 1] - 1
    slope = (lines[:, 3] - lines[:, 1]) / np.maximum(lines[:, 2] - lines[:, 0], 1e-9)
    from_y = lines[:, 1] + slope * (left - lines[:, 0])
    to_y = lines[:, 1] + slope * (right - lines[:, 0])
    right = np.maximum(right, left)
    return np.column_stack([left, from_y, right, to_y])


def draw_numbers(painter: QPainter, scene: Scene, places: list[tuple[int, QPointF]]) -> None:
    """Write the numbers on their links."""
    colours = theme.current()
    metrics = QFontMetricsF(painter.font())
    ground = QColor(colours.background)
    for index, centre in places:
        text = link_text(float(scene.links.numbers[index]))
        width, height = metrics.horizontalAdvance(text) + 2, metrics.height() - 2
        rect = QRectF(centre.x() - width / 2, centre.y() - height / 2, width, height)
        painter.fillRect(rect, ground)
        kind = int(kinds_of(scene.links.numbers[index : index + 1])[0])
        painter.setPen(link_ink(kind, len(WIDTHS) - 1))
        painter.drawText(rect, int(labels.CENTRE) | int(Qt.TextFlag.TextDontClip), text)


def link_text(number: float) -> str:
    """A number in two or three figures."""
    size = abs(number)
    is_usual = size == 0 or 0.1 <= size < 100
    number += 0.0  # no −0
    return labels.number_text(number, ".2f" if is_usual else ".2g" if size < 0.1 else ".3g")
