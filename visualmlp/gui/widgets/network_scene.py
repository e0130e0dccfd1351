"""A network's diagram on the screen: where everything is now, and what is at a position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF

from visualmlp.analysis.network_diagram import Diagram
from visualmlp.gui.widgets.network_layout import NetworkLayout, clipped, distances
from visualmlp.gui.widgets.zoom import Zoom

_NEAR_LINK = 4.0
_LEAST_HIT = 5.0
SIGN_WIDTH, SIGN_HEIGHT = 84.0, 15.0
LEAST_SIGN_WIDTH = 16.0

Unit = tuple[int, int]
"""A column, 0 for the inputs, and the number of the input or unit."""
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class ColumnText:
    """What a column and its units are called.

    Attributes
    ----------
    title
        Above the column.
    names
        Of all units, short; empty where the inputs are pixels.
    full
        Of all units, for hover.
    """

    title: str
    names: Sequence[str] = ()
    full: Sequence[str] = ()


@dataclass(frozen=True, slots=True, eq=False)
class SampleFacts:
    """What is known of the sample and of the units beyond their numbers.

    Attributes
    ----------
    raw
        The sample as stored, (n_inputs,), and the range of the data's values.
    true, predicted
        Outputs that stand for its true class and for the predicted one, if any.
    notes
        What is written behind the outputs' values, by unit.
    silenced, frozen
        Such units: (column, unit).
    """

    raw: npt.NDArray
    value_range: tuple[float, float] = (0.0, 1.0)
    true: int | None = None
    predicted: int | None = None
    notes: dict[int, str] = field(default_factory=dict)
    silenced: frozenset[Unit] = frozenset()
    frozen: frozenset[Unit] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class DrawnLinks:
    """All links of the diagram; arrays are (n_links,).

    Attributes
    ----------
    layers, sources, units
        Which weights they are.
    numbers, shares
        What is drawn, and its magnitude in relation to the largest of the layer, 0 to 1.
    of_pick
        Whether they touch the picked unit.
    lines
        From centre to centre on the screen, (n_links, 4).
    pieces, seen
        What of them is in the area, (n_links, 4), and whether anything is.
    """

    layers: Ints
    sources: Ints
    units: Ints
    numbers: npt.NDArray
    shares: Floats
    of_pick: npt.NDArray[np.bool_]
    lines: Floats
    pieces: Floats
    seen: npt.NDArray[np.bool_]


class UnitPlaces:
    """Where units are in an area at a zoom: the same for frame after frame of a training.

    Attributes
    ----------
    area
        Of the diagram on the screen.
    centres, radii
        Of the units of every column.
    middles
        x of the columns.
    pitches, gap
        Distances of a column's units, and of columns.
    signs
        Where it is said what is folded away above and below each column, (2, 2).
    picture, image_shape
        Where the inputs stand as a picture, and its height and width in its own pixels, or None.
    """

    def __init__(
        self, layout: NetworkLayout, image_shape: tuple[int, int] | None, zoom: Zoom, area: QRectF
    ) -> None:
        self.area, self.image_shape = area, image_shape
        places = [column.centres for column in layout.columns]
        self.picture: QRectF | None = None
        if layout.picture is not None and image_shape is not None:
            places[0] = layout.pixel_centres(image_shape)
            corners = [layout.picture.topLeft(), layout.picture.bottomRight()]
            ends = zoom.to_screen(np.array([[p.x(), p.y()] for p in corners]), area)
            self.picture = QRectF(*ends[0], *(ends[1] - ends[0]))
        self.centres: list[Floats] = [zoom.to_screen(place, area) for place in places]
        self.middles = [float(centres[:, 0].mean()) for centres in self.centres]
        self.radii = [column.radius(zoom.scales) for column in layout.columns]
        wide, high = zoom.scales
        self.pitches = [column.pitch * high for column in layout.columns]
        self.gap = layout.columns[-1].gap * wide
        self.signs = [zoom.to_screen(column.signs, area) for column in layout.columns]


class Scene:
    """A diagram in its places.

    Attributes
    ----------
    places
        Where units are; some of its attributes are those of the scene too.
    links
        All that are drawn.
    """

    def __init__(self, diagram: Diagram, places: UnitPlaces) -> None:
        self.diagram, self.places = diagram, places
        self.area, self.picture = places.area, places.picture
        self.centres, self.radii = places.centres, places.radii
        self.pitches, self.gap = places.pitches, places.gap
        self.links = self._links()

    def point(self, unit: Unit) -> QPointF | None:
        """The centre of a unit or pixel; None if it is folded away."""
        column, number = unit
        if not 0 <= column < len(self.centres):
            return None
        place = np.flatnonzero(self.diagram.columns[column].window.shown == number)
        if not len(place):
            return None
        x, y = self.centres[column][place[0]].tolist()
        return QPointF(x, y)

    def unit_at(self, pos: QPointF) -> Unit | None:
        """The unit or pixel at a position."""
        if not self.area.contains(pos):
            return None
        for column in range(len(self.centres)):
            if column == 0 and self.picture is not None:
                if (pixel := self._pixel_at(pos)) is not None:
                    return 0, pixel
                continue
            away = np.hypot(*(self.centres[column] - (pos.x(), pos.y())).T)
            nearest = int(away.argmin())
            if away[nearest] <= max(self.radii[column] + 1, _LEAST_HIT):
                return column, int(self.diagram.columns[column].window.shown[nearest])
        return None

    def link_at(self, pos: QPointF) -> int | None:
        """The index of the link at a position, those of the picked unit first."""
        if not (self.area.contains(pos) and self.links.seen.any()):
            return None
        away = distances(self.links.pieces, pos.x(), pos.y())
        away[~self.links.seen] = np.inf
        preferred = np.where(self.links.of_pick, away - _NEAR_LINK, away)
        nearest = int(preferred.argmin())
        return nearest if away[nearest] <= _NEAR_LINK else None

    def sign_rects(self) -> list[tuple[int, int, QRectF]]:
        """Column, direction (-1 is up) and place of every sign that stands for folded units."""
        found = []
        width = min(SIGN_WIDTH, max(0.9 * self.gap, LEAST_SIGN_WIDTH))
        for column, places in enumerate(self.places.signs):
            window = self.diagram.columns[column].window
            for direction, count, (x, y) in zip(
                (-1, 1), (window.n_before, window.n_after), places.tolist(), strict=True
            ):
                if count:
                    rect = QRectF(x - width / 2, y - SIGN_HEIGHT / 2, width, SIGN_HEIGHT)
                    found.append((column, direction, rect))
        return found

    def sign_at(self, pos: QPointF) -> tuple[int, int] | None:
        """Column and direction of the sign at a position."""
        for column, direction, rect in self.sign_rects():
            if rect.contains(pos) and self.area.contains(pos):
                return column, direction
        return None

    def _pixel_at(self, pos: QPointF) -> int | None:
        shape = self.places.image_shape
        if self.picture is None or shape is None or not self.picture.contains(pos):
            return None
        height, width = shape
        row = int((pos.y() - self.picture.top()) / self.picture.height() * height)
        column = int((pos.x() - self.picture.left()) / self.picture.width() * width)
        return min(row, height - 1) * width + min(column, width - 1)

    def _links(self) -> DrawnLinks:
        columns, by = self.diagram.columns, self.diagram.by
        lines, numbers, shares = [], [], []
        for i, links in enumerate(self.diagram.links):
            from_place = np.searchsorted(columns[i].window.shown, links.sources)
            to_place = np.searchsorted(columns[i + 1].window.shown, links.units)
            ends = self.centres[i][from_place], self.centres[i + 1][to_place]
            lines.append(np.hstack(ends))
            numbers.append(links.numbers(by))
            shares.append(shares_of(numbers[-1]))
        whole = np.concatenate(lines)
        pieces, seen = clipped(whole, self.area)
        every = self.diagram.links
        return DrawnLinks(
            layers=np.repeat(np.arange(len(every)), [len(links.sources) for links in every]),
            sources=np.concatenate([links.sources for links in every]),
            units=np.concatenate([links.units for links in every]),
            numbers=np.concatenate(numbers),
            shares=np.concatenate(shares),
            of_pick=np.concatenate([links.of_pick for links in every]),
            lines=whole,
            pieces=pieces,
            seen=seen,
        )


def shares_of(numbers: npt.NDArray) -> Floats:
    """Magnitudes in relation to the largest finite one, 0 to 1; NaN and infinities are 1."""
    magnitudes = np.abs(numbers, dtype=np.float64)
    finite = np.isfinite(magnitudes)
    largest = magnitudes[finite].max(initial=0.0)
    shares = magnitudes / largest if largest > 0 else np.zeros_like(magnitudes)
    return np.where(finite, shares, 1.0)
