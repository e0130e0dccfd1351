"""A network as a diagram: units with a sample's activations, and the strongest links."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QPointF, QRectF, QTimer, pyqtSignal
from PyQt6.QtGui import QColor, QFontMetricsF, QPainter
from PyQt6.QtWidgets import QWidget

from visualmlp.analysis.network_diagram import Diagram
from visualmlp.gui import theme
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.network_layout import ColumnSize, NetworkLayout, rows_in
from visualmlp.gui.widgets.network_links import (
    draw_links,
    draw_numbers,
    draw_picked_link,
    numbered_links,
)
from visualmlp.gui.widgets.network_painter import (
    InputPicture,
    UnitPainter,
    draw_key,
    draw_ring,
    draw_signs,
    draw_titles,
)
from visualmlp.gui.widgets.network_scene import ColumnText, SampleFacts, Scene, Unit, UnitPlaces
from visualmlp.gui.widgets.network_texts import csv_of, link_hover, sign_hover, unit_hover
from visualmlp.gui.widgets.zoom import Zoom
from visualmlp.gui.widgets.zoomed import ZoomedDrawing

_LEAST_FOR_KEY = 170.0
"""Height of the widget from which there is room for the key."""

_STILL_MS = 200
"""After zooming or moving for so long lines are painted smooth again, which takes its time."""

Weight = tuple[int, int, int]
"""Layer (0 is the first), source and unit."""


class NetworkDiagram(ZoomedDrawing):
    """Columns of units from the inputs to the outputs.

    Wheel, + and - zoom, the mouse drags, F or 0 fits; arrows walk from unit to unit, Enter picks,
    Page Up and Page Down turn the page of a folded layer.

    Signals
    -------
    unit_picked
        Layer (0 is the first) and unit.
    weight_picked
        Layer, input or unit of the layer before, unit.
    input_picked
        An input or a pixel.
    page_turned
        Column (0 is the inputs) and direction: the user wants to see units that are folded away.
    room_changed
        Columns have room for another number of units.
    """

    unit_picked = pyqtSignal(int, int)
    weight_picked = pyqtSignal(int, int, int)
    input_picked = pyqtSignal(int)
    page_turned = pyqtSignal(int, int)
    room_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._texts: Sequence[ColumnText] = ()
        self._shape: tuple[int, int] | None = None
        self._diagram: Diagram | None = None
        self._facts: SampleFacts | None = None
        self._by_number = self._moving = False
        self._unit: Unit | None = None
        self._weight: Weight | None = None
        self._current: Unit | None = None
        self._scene: Scene | None = None
        self._places: tuple[tuple[object, ...], UnitPlaces] | None = None
        self._picture = InputPicture()
        self._still = QTimer(self)
        self._still.setSingleShot(True)
        self._still.setInterval(_STILL_MS)
        self._still.timeout.connect(self.update)
        self._rows = 0
        self.setAccessibleName(self.tr("Network"))

    # What the world says

    def set_network(self, texts: Sequence[ColumnText], image_shape: tuple[int, int] | None) -> None:
        """Take the names of another network's columns, the inputs' first.

        Parameters
        ----------
        texts
            One more than layers.
        image_shape
            Height and width of the picture that the inputs are, or None.
        """
        self._texts, self._shape = texts, image_shape
        self._diagram = self._current = self._unit = self._weight = None
        self._places = None
        self._zoom = Zoom()
        self.set_empty(self.tr("Nothing to show yet."))

    def set_diagram(
        self, diagram: Diagram, facts: SampleFacts, *, by_number: bool, moving: bool = False
    ) -> None:
        """Show a sample in a network.

        Parameters
        ----------
        diagram
            Units and links.
        facts
            What is known of the sample.
        by_number
            Whether folded layers show consecutive units; otherwise the strongest.
        moving
            Whether another comes at once: a training runs. Lines are painted fast, not smooth.
        """
        self._moving = moving
        self._diagram, self._facts, self._by_number = diagram, facts, by_number
        self._scene = None
        broken = sum(int((~np.isfinite(each.values)).sum()) for each in diagram.columns[1:])
        text = self.tr("{} values shown are NaN or infinite")
        self.set_warning(text.format(labels.count_text(broken)) if broken else "")
        if self._empty is not None:
            self.filled()
        self.update()

    def set_pick(self, unit: Unit | None, weight: Weight | None) -> None:
        """Emphasise a unit (column, number) with its links, and a weight; without a signal."""
        if (unit, weight) == (self._unit, self._weight):
            return
        is_new = unit != self._unit
        self._unit, self._weight = unit, weight
        if unit is not None and is_new:
            self._go_to(unit)
        self.update()

    @property
    def rows(self) -> int:
        """How many units a column has room for."""
        return rows_in(self.picture_area().height())

    @property
    def current(self) -> Unit | None:
        """Where the keyboard's cursor is: column and number."""
        return self._current

    @property
    def scene(self) -> Scene | None:
        """Where everything is on the screen."""
        if self._scene is None and self._diagram is not None and self._empty is None:
            area = self.picture_area()
            if area.width() > 20 and area.height() > 20:
                self._scene = Scene(self._diagram, self._renewed_places(area, self._diagram))
        return self._scene

    def _renewed_places(self, area: QRectF, diagram: Diagram) -> UnitPlaces:
        """Where units are; the same as before while nothing that decides it changes."""
        sizes = tuple(
            ColumnSize(len(each.values), each.window.is_folded) for each in diagram.columns
        )
        assert self._facts is not None
        key = area, self._zoom, sizes, self.font().key(), tuple(self._facts.notes.values())
        if self._places is None or self._places[0] != key:
            layout = self._layout(area, sizes)
            self._places = key, UnitPlaces(layout, self._shape, self._zoom, area)
        return self._places[1]

    # Layout

    def picture_area(self) -> QRectF:
        line = self._line()
        key = line + 2 if self.height() >= _LEAST_FOR_KEY else 0.0
        return self.area().adjusted(0, line + 2, 0, -key)

    def _line(self) -> float:
        return QFontMetricsF(labels.small_font(self.font())).height()

    def _layout(self, area: QRectF, sizes: Sequence[ColumnSize]) -> NetworkLayout:
        metrics = QFontMetricsF(labels.bold_font(self.font()))
        inputs, outputs = (self._texts[i].names for i in (0, -1))
        assert self._facts is not None
        ends = labels.widest(metrics, outputs) + labels.widest(metrics, self._facts.notes.values())
        return NetworkLayout.within(
            (area.width(), area.height()),
            sizes,
            picture=self._shape,
            left=labels.widest(metrics, inputs) + metrics.horizontalAdvance(" −0.000"),
            right=ends + metrics.horizontalAdvance("✓ −0.000  "),
        )

    def _look_at(self, zoom: Zoom) -> None:
        self._still.start()
        super()._look_at(zoom)

    def laid_out(self) -> None:
        self._scene = None
        if self.rows != self._rows:
            self._rows = self.rows
            self.room_changed.emit()
        self.update()

    # Painting

    def draw(self, painter: QPainter, area: QRectF) -> None:
        scene = self.scene
        if scene is None or self._facts is None:
            return
        has_pick = bool(scene.links.of_pick.any())
        painter.save()
        painter.setClipRect(scene.area)
        if self._shape is not None and scene.picture is not None:
            self._picture.draw(painter, scene.picture, self._facts, self._shape)
        picked = self._picked_link(scene)
        if picked is not None:
            draw_picked_link(painter, scene.links, picked)
        moving = self._moving or self._still.isActive()
        draw_links(painter, scene, has_pick=has_pick, moving=moving)
        self._draw_numbers(painter, scene, has_pick, picked)
        UnitPainter(painter, scene, self._texts, self._facts).draw()
        draw_signs(painter, scene, self._by_number)
        self._draw_rings(painter, scene)
        painter.restore()
        line = self._line()
        draw_titles(
            painter, scene, self._texts, QRectF(area.left(), area.top(), area.width(), line)
        )
        if scene.area.bottom() < area.bottom():
            below = QRectF(area.left(), area.bottom() - line, area.width(), line)
            draw_key(painter, below, strength="w" if scene.diagram.by == "weight" else "w·a")

    def _draw_numbers(
        self, painter: QPainter, scene: Scene, has_pick: bool, picked: int | None
    ) -> None:
        font = painter.font()
        painter.setFont(labels.small_font(font))
        places = numbered_links(scene, QFontMetricsF(painter.font()), has_pick, picked)
        draw_numbers(painter, scene, places)
        painter.setFont(font)

    def _draw_rings(self, painter: QPainter, scene: Scene) -> None:
        rings = [(self._unit, QColor(theme.current().highlight), 3.0)]
        if self.hasFocus():
            rings.append((self._current, self.palette().highlight().color(), 6.0))
        for unit, ink, away in rings:
            point = scene.point(unit) if unit is not None else None
            if unit is not None and point is not None:
                is_pixel = unit[0] == 0 and scene.picture is not None
                draw_ring(painter, point, (2.0 if is_pixel else scene.radii[unit[0]]) + away, ink)

    def _picked_link(self, scene: Scene) -> int | None:
        if self._weight is None:
            return None
        links = scene.links
        layer, source, unit = self._weight
        here = (links.layers == layer) & (links.sources == source) & (links.units == unit)
        found = np.flatnonzero(here & links.seen)
        return int(found[0]) if len(found) else None

    # Hover, mouse, keyboard

    def value_at(self, pos: QPointF) -> str | None:
        scene = self.scene
        if scene is None or self._facts is None:
            return None
        if (sign := scene.sign_at(pos)) is not None:
            return sign_hover(scene.diagram, *sign, by_number=self._by_number)
        is_pixel = scene.picture is not None and scene.picture.contains(pos)
        if not is_pixel and (unit := scene.unit_at(pos)) is not None:
            return unit_hover(scene.diagram, self._texts, self._facts, unit, self._shape)
        if (link := scene.link_at(pos)) is not None:
            return link_hover(scene, self._texts, link, self._shape)
        if (unit := scene.unit_at(pos)) is not None:
            return unit_hover(scene.diagram, self._texts, self._facts, unit, self._shape)
        return None

    def pick_at(self, pos: QPointF) -> None:
        scene = self.scene
        if scene is None:
            return
        if (sign := scene.sign_at(pos)) is not None:
            self.page_turned.emit(*sign)
        elif (unit := scene.unit_at(pos)) is not None and (unit[0] or scene.picture is None):
            self._go_to(unit)
            self._pick(unit)
        elif (link := scene.link_at(pos)) is not None:
            links = scene.links
            self.weight_picked.emit(
                *(int(each[link]) for each in (links.layers, links.sources, links.units))
            )
        elif unit is not None:
            self._go_to(unit)
            self._pick(unit)

    def pick_current(self) -> None:
        if self._current is not None:
            self._pick(self._current)

    def _pick(self, unit: Unit) -> None:
        column, number = unit
        if column == 0:
            self.input_picked.emit(number)
        else:
            self.unit_picked.emit(column - 1, number)

    def turn_page(self, direction: int) -> None:
        column = self._current[0] if self._current is not None else None
        columns = self._diagram.columns if self._diagram is not None else ()
        if column is None or not columns[column].window.is_folded:
            folded = [i for i, each in enumerate(columns) if each.window.is_folded]
            column = folded[0] if folded else None
        if column is not None:
            self.page_turned.emit(column, direction)

    def current_point(self) -> QPointF | None:
        scene = self.scene
        return scene.point(self._current) if scene and self._current is not None else None

    def move_current(self, dx: int, dy: int) -> None:
        """Go to the next unit of the column, or to the nearest one of the next column."""
        scene = self.scene
        if scene is None:
            return
        if self._current is None or scene.point(self._current) is None:
            last = len(scene.centres) - 1
            self._go_to((last, int(scene.diagram.columns[last].window.shown[0])))
            return
        column, number = self._current
        if column == 0 and self._shape is not None:
            moved = self._next_pixel(number, dx, dy)
            if moved is not None or dx <= 0:
                self._go_to((0, number if moved is None else moved))
                return
        shown = scene.diagram.columns[column].window.shown
        if dy:
            at = int(np.searchsorted(shown, number)) + dy
            if 0 <= at < len(shown):
                self._go_to((column, int(shown[at])))
            elif self._by_number:
                self.page_turned.emit(column, dy)
        elif 0 <= column + dx < len(scene.centres):
            point = scene.point(self._current)
            assert point is not None
            away = np.hypot(*(scene.centres[column + dx] - (point.x(), point.y())).T)
            nearest = scene.diagram.columns[column + dx].window.shown[int(away.argmin())]
            self._go_to((column + dx, int(nearest)))

    def _next_pixel(self, pixel: int, dx: int, dy: int) -> int | None:
        """The neighbour in the picture, None beyond its edges."""
        assert self._shape is not None
        height, width = self._shape
        row, column = pixel // width + dy, pixel % width + dx
        return row * width + column if 0 <= row < height and 0 <= column < width else None

    def _go_to(self, unit: Unit) -> None:
        self._current = unit
        point = self.current_point()
        if point is not None:
            self.bring_into_sight(point)
        self.update()

    def csv_rows(self) -> list[list[object]]:
        if self._diagram is None:
            return []
        return csv_of(self._diagram, self._texts, self._shape)
