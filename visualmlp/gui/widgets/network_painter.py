"""Units of a network's diagram, their names and numbers, and what explains them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QCoreApplication, QLineF, QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from visualmlp.analysis.network_diagram import Column
from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels
from visualmlp.gui.widgets.drawing import image_of
from visualmlp.gui.widgets.network_links import NEGATIVE, POSITIVE, link_ink, link_pen, link_text
from visualmlp.gui.widgets.network_scene import ColumnText, SampleFacts, Scene, Unit

NUMBER_RADIUS = 14.0
"""From this radius on a unit holds its number."""
_DOT_RADIUS = 2.5
"""Below this radius a unit is a dot."""
_GAP = 5.0
_RING = 5.0
"""Beyond a unit, for the ring around the picked one."""
_DENSEST = 0.75
"""Distance of lines of text by the height of the font."""


@dataclass(frozen=True, slots=True, eq=False)
class UnitPainter:
    """Paints the units of a scene."""

    painter: QPainter
    scene: Scene
    texts: Sequence[ColumnText]
    facts: SampleFacts

    def draw(self) -> None:
        """All columns, with what is written beside them."""
        self.painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        small = labels.small_font(self.painter.font())
        for index, column in enumerate(self.scene.diagram.columns):
            if index == 0 and self.scene.picture is not None:
                continue
            places = self._visible(index)
            self._draw_units(index, column, places, small)
            self._draw_marks(index, column, places)
        self._draw_input_names()
        self._draw_outputs()

    def _visible(self, index: int) -> list[int]:
        """Places of the units of a column that are in the area."""
        radius, area = self.scene.radii[index], self.scene.area
        x, y = self.scene.centres[index].T
        inside = (x > area.left() - radius) & (x < area.right() + radius)
        inside &= (y > area.top() - radius) & (y < area.bottom() + radius)
        return np.flatnonzero(inside).tolist()

    def _draw_units(self, index: int, column: Column, places: list[int], small: QFont) -> None:
        colours = theme.current()
        radius = self.scene.radii[index]
        inks = _inks(column, colours.dark)
        if radius < _DOT_RADIUS:
            side = max(2 * radius, 1.0)
            for place in places:
                x, y = self.scene.centres[index][place].tolist()
                self.painter.fillRect(
                    QRectF(x - side / 2, y - side / 2, side, side), QColor(int(inks[place]))
                )
            return
        self.painter.setPen(QPen(QColor(colours.muted), 1.2))
        is_last = index == len(self.texts) - 1
        if radius < NUMBER_RADIUS or is_last:  # outputs have their numbers beside them
            self._draw_sized(index, column, places, inks)
        else:
            self._draw_numbered(index, column, places, inks, small)

    def _draw_sized(
        self, index: int, column: Column, places: list[int], inks: npt.NDArray[np.uint32]
    ) -> None:
        """Rings with a disc inside, of an area as the activation; squares are negative."""
        painter, radius = self.painter, self.scene.radii[index]
        centres = [QPointF(*self.scene.centres[index][place].tolist()) for place in places]
        painter.setBrush(QColor(theme.current().background))
        for centre in centres:
            painter.drawEllipse(centre, radius, radius)
        sizes = _disc_shares(column) * (radius - 1)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, centre in zip(places, centres, strict=True):
            size, value = float(sizes[place]), float(column.values[place])
            painter.setBrush(QColor(int(inks[place])))
            if not np.isfinite(value):
                _draw_diamond(painter, centre, radius)
            elif value > 0:
                painter.drawEllipse(centre, size, size)
            elif value < 0:
                side = 0.8 * size
                painter.drawRect(QRectF(centre.x() - side, centre.y() - side, 2 * side, 2 * side))

    def _draw_numbered(
        self,
        index: int,
        column: Column,
        places: list[int],
        inks: npt.NDArray[np.uint32],
        small: QFont,
    ) -> None:
        """Discs with the activation's number; the unit's name above and its bias below."""
        painter, radius, colours = self.painter, self.scene.radii[index], theme.current()
        line = QFontMetricsF(small).height()
        room = self.scene.pitches[index] - 2 * radius
        away = radius + line / 2 + min(_RING, (room - line) / 2)
        named = 0 < index < len(self.texts) - 1 and room >= 2 * line
        light = labels.is_light(inks)
        pen = painter.pen()
        font = painter.font()
        painter.setFont(small)
        for place in places:
            centre = QPointF(*self.scene.centres[index][place].tolist())
            painter.setPen(pen)
            painter.setBrush(QColor(int(inks[place])))
            painter.drawEllipse(centre, radius, radius)
            painter.setPen(QColor("#000000" if light[place] else "#ffffff"))
            self._write(centre, link_text(float(column.values[place])))
            painter.setPen(QColor(colours.foreground))
            if named:
                name = self.texts[index].names[int(column.window.shown[place])]
                self._write(centre - QPointF(0, away), _tr("unit {}").format(name))
            if column.bias is not None and room >= line:
                text = f"b = {link_text(float(column.bias[place]))}"
                self._write(centre + QPointF(0, away), text)
        painter.setFont(font)

    def _write(self, centre: QPointF, text: str) -> None:
        flags = int(labels.CENTRE) | int(Qt.TextFlag.TextDontClip)
        rect = QRectF(centre.x() - 40, centre.y() - 10, 80, 20)
        self.painter.drawText(rect, flags, text)

    # Marks

    def _draw_marks(self, index: int, column: Column, places: list[int]) -> None:
        """A second ring around frozen units, a stroke through silenced ones."""
        if not (self.facts.silenced or self.facts.frozen):
            return
        radius = self.scene.radii[index]
        self.painter.setBrush(Qt.BrushStyle.NoBrush)
        self.painter.setPen(QPen(QColor(theme.current().foreground), 1.4))
        for place in places:
            unit = index, int(column.window.shown[place])
            x, y = self.scene.centres[index][place].tolist()
            if unit in self.facts.frozen:
                self.painter.drawEllipse(QPointF(x, y), radius + 2.5, radius + 2.5)
            if unit in self.facts.silenced:
                away = radius + 3
                self.painter.drawLine(QLineF(x - away, y + away, x + away, y - away))

    # Names

    def _draw_input_names(self) -> None:
        """At the left of the inputs, with their values where these are not in the units."""
        scene = self.scene
        font = self._line_font(0)
        if scene.picture is not None or font is None:
            return
        plain = self.painter.font()
        self.painter.setFont(font)
        column, names = scene.diagram.columns[0], self.texts[0].names
        radius = scene.radii[0]
        self.painter.setPen(QColor(theme.current().foreground))
        for place in self._visible(0):
            x, y = scene.centres[0][place].tolist()
            text = names[int(column.window.shown[place])]
            if radius < NUMBER_RADIUS:
                text = f"{text} {link_text(float(column.values[place]))}"
            right = x - radius - _GAP
            left = min(scene.area.left(), right - 20)
            rect = QRectF(left, y - 10, right - left, 20)
            labels.draw_elided(self.painter, rect, text, labels.RIGHT)
        self.painter.setFont(plain)

    def _draw_outputs(self) -> None:
        """At the right of the outputs: name, value, true and predicted."""
        last = len(self.texts) - 1
        font = self._line_font(last)
        if font is None:
            return
        scene, facts, colours = self.scene, self.facts, theme.current()
        column = scene.diagram.columns[last]
        before, plain = self.painter.font(), font
        self.painter.setFont(plain)
        metrics = QFontMetricsF(plain)
        for place in self._visible(last):
            unit = int(column.window.shown[place])
            x, y = scene.centres[last][place].tolist()
            rect = QRectF(x + scene.radii[last] + _GAP, y - 10, 0, 20)
            rect.setRight(max(scene.area.right(), rect.left() + 20))
            mark, ink = output_mark(unit, facts)
            if mark:
                self.painter.setPen(QColor(ink))
                labels.draw_elided(self.painter, rect, mark)
                rect.setLeft(rect.left() + metrics.horizontalAdvance(f"{mark} "))
            self.painter.setFont(labels.bold_font(plain) if unit == facts.predicted else plain)
            self.painter.setPen(QColor(colours.foreground))
            self._draw_output_text(rect, column, place, unit)
            self.painter.setFont(plain)
        self.painter.setFont(before)

    def _draw_output_text(self, rect: QRectF, column: Column, place: int, unit: int) -> None:
        """Of a name that is too long only its end is missing, not the value."""
        metrics = QFontMetricsF(self.painter.font())
        note = self.facts.notes.get(unit, "")
        value = labels.number_text(float(column.values[place]), ".3f")
        value = f"  {value} {note}".rstrip() if self.texts[-1].names[unit] else f"{value} {note}"
        room = max(rect.width() - metrics.horizontalAdvance(value), 0.0)
        name = metrics.elidedText(self.texts[-1].names[unit], labels.ELIDE, room)
        labels.draw_elided(self.painter, rect, name + value)

    def _line_font(self, index: int) -> QFont | None:
        """The font in which each unit has a line of text; None if they are too near."""
        plain, pitch = self.painter.font(), self.scene.pitches[index]
        for font in (plain, labels.small_font(plain)):
            if pitch >= _DENSEST * QFontMetricsF(font).height():
                return font
        return None


def output_mark(unit: int, facts: SampleFacts) -> tuple[str, str]:
    """A tick at the true class, a cross at one that is wrongly predicted, with their colour."""
    colours = theme.current()
    if unit == facts.true:
        return "✓", colours.good
    if unit == facts.predicted and facts.true is not None:
        return "✗", colours.bad
    return "", colours.foreground


class InputPicture:
    """The inputs as the picture that they are; its colours are kept while they are the same."""

    def __init__(self) -> None:
        self._key: tuple[object, ...] = ()
        self._pixels: colour_maps.Argb = np.zeros((0, 0), np.uint32)

    def draw(self, painter: QPainter, place: QRectF, facts: SampleFacts, shape: Unit) -> None:
        """Paint it, (height, width) pixels, into a place."""
        colours = theme.current()
        key = (colours.dark, facts.value_range, facts.raw.tobytes())
        if key != self._key:
            table = colour_maps.lut("grey", colours.dark)
            pixels = colour_maps.colourise(facts.raw.reshape(shape), table, *facts.value_range)
            self._key, self._pixels = key, np.ascontiguousarray(pixels)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        painter.drawImage(place, image_of(self._pixels))
        painter.setPen(QPen(QColor(colours.muted), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)


def draw_ring(painter: QPainter, centre: QPointF, radius: float, ink: QColor) -> None:
    """A ring that shows on every colour."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(theme.current().background), 5.0), (ink, 2.5)):
        painter.setPen(QPen(colour, width))
        painter.drawEllipse(centre, radius, radius)


def draw_signs(painter: QPainter, scene: Scene, by_number: bool) -> None:
    """How many units are folded away, above and below their columns."""
    colours = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = painter.font()
    painter.setFont(labels.small_font(font))
    for column, direction, rect in scene.sign_rects():
        window = scene.diagram.columns[column].window
        count = labels.count_text(window.n_before if direction < 0 else window.n_after)
        sign = "…" if not by_number else "▲" if direction < 0 else "▼"
        text = (_tr("{} more") if by_number else _tr("{} weaker")).format(count)
        text = _fitting(painter, rect.width() - 4, (f"{sign} {text}", f"{sign} {count}", count))
        painter.setPen(QPen(QColor(colours.grid), 1))
        painter.setBrush(QColor(colours.background))
        painter.drawRoundedRect(rect, 4, 4)
        painter.setPen(QColor(colours.foreground))
        labels.draw_elided(painter, rect.adjusted(2, 0, -2, 0), text, labels.CENTRE)
    painter.setFont(font)


def draw_titles(painter: QPainter, scene: Scene, texts: Sequence[ColumnText], line: QRectF) -> None:
    """The columns' names in a line above them, wherever the zoom has them."""
    painter.setPen(QColor(theme.current().muted))
    font = painter.font()
    painter.setFont(labels.small_font(font))
    for index, text in enumerate(texts):
        x = scene.places.middles[index]
        width = 0.94 * scene.gap
        if index == 0:
            width = scene.picture.width() if scene.picture is not None else width
        rect = QRectF(x - width / 2, line.top(), width, line.height())
        rect = rect.intersected(line)
        if rect.width() > 20:
            name, _, units = text.title.partition(" · ")
            shown = _fitting(painter, rect.width(), (text.title, units or name, name))
            labels.draw_elided(painter, rect, shown, labels.CENTRE)
    painter.setFont(font)


def _fitting(painter: QPainter, width: float, texts: Sequence[str]) -> str:
    """The first of the texts that goes into a width, or the last."""
    metrics = QFontMetricsF(painter.font())
    fitting = (text for text in texts if metrics.horizontalAdvance(text) <= width)
    return next(fitting, texts[-1])


def draw_key(painter: QPainter, line: QRectF, *, strength: str) -> None:
    """What lines and discs mean, as far as there is room."""
    colours = theme.current()
    font = painter.font()
    painter.setFont(labels.small_font(font))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    metrics = QFontMetricsF(painter.font())
    x, middle = line.left(), line.center().y()
    samples = (
        (POSITIVE, f"{strength} > 0"),
        (NEGATIVE, f"{strength} < 0"),
    )
    for kind, text in samples:
        painter.setPen(link_pen(kind, 2))
        painter.drawLine(QLineF(x, middle, x + 26, middle))
        x = _write_key(painter, metrics, x + 30, line, text)
    for kind, text in ((POSITIVE, "a > 0"), (NEGATIVE, "a < 0")):
        width = metrics.horizontalAdvance(text) + 16
        if x + width > line.right():
            break
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(link_ink(kind, 3))
        mark = QRectF(x, middle - 4, 8, 8)
        painter.drawEllipse(mark) if kind == POSITIVE else painter.drawRect(mark)
        x = _write_key(painter, metrics, x + 12, line, text)
    painter.setPen(QColor(colours.muted))
    marks = _tr("✓ true · ✗ wrongly predicted")
    sizes = _tr("width, disc: share of the layer's largest, or of a's bound 1")
    short = _tr("width, disc: of the layer's largest or bound 1")
    texts = (f"{marks} · {sizes}", f"{marks} · {short}", sizes, short, marks, "")
    rest = _fitting(painter, line.right() - x, texts)
    painter.drawText(line.adjusted(x - line.left(), 0, 0, 0), int(labels.LEFT), rest)
    painter.setFont(font)


def _write_key(
    painter: QPainter, metrics: QFontMetricsF, x: float, line: QRectF, text: str
) -> float:
    width = metrics.horizontalAdvance(text) + 2
    painter.setPen(QColor(theme.current().muted))
    painter.drawText(QRectF(x, line.top(), width, line.height()), int(labels.LEFT), text)
    return x + width + 12


def _inks(column: Column, dark: bool) -> npt.NDArray[np.uint32]:
    """The colours of a column's activations."""
    table = colour_maps.lut("diverging", dark)
    return colour_maps.colourise(column.values, table, -column.limit, column.limit)


def _disc_shares(column: Column) -> npt.NDArray:
    """Radii of discs whose area is as the activation, 0 to 1; something wherever it is not 0."""
    with np.errstate(all="ignore"):
        shares = np.sqrt(np.clip(np.abs(column.values) / column.limit, 0, 1))
    return np.where(column.values == 0, 0.0, np.maximum(np.nan_to_num(shares), 0.25))


def _draw_diamond(painter: QPainter, centre: QPointF, radius: float) -> None:
    """What stands for a value that is not finite."""
    painter.drawPolygon(
        QPolygonF(
            [
                centre + QPointF(0, -radius),
                centre + QPointF(radius, 0),
                centre + QPointF(0, radius),
                centre + QPointF(-radius, 0),
            ]
        )
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("NetworkDiagram", text)
