"""Many small pictures of equal size as one image: receptive fields, say."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QPointF, QRectF, QSizeF, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter
from PyQt6.QtWidgets import QToolButton, QWidget

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, labels, tile_grid
from visualmlp.gui.widgets.colour_scale import ColourScale, not_finite_text
from visualmlp.gui.widgets.drawing import Drawing, draw_highlight, image_of

_FEW_VALUES = 4096
_SMALLEST = 24.0
_PAGER_HEIGHT = 28.0
_LEAST_FRAME = 5.0
_WIDE_GAP = 4.0
"""From this scale on, the gaps between tiles are no lines any more, but bands."""
_LINE_PALENESS = 0.5
_BAND_PALENESS = 0.65
"""Share of the ground in the colour of the gaps: zero weights have the ground's own colour, so the
gaps must differ from it; as bands they must not shout."""


class Mosaic(Drawing):
    """Tiles in a grid that fills the widget best, in pages if they would become too small.

    Signals
    -------
    tile_picked
        The index of the tile that was clicked, or chosen with Enter or Space.
    pixel_picked
        The tile, row and column of the pixel that was clicked, after ``tile_picked``.
    """

    tile_picked = pyqtSignal(int)
    pixel_picked = pyqtSignal(int, int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tiles: npt.NDArray = np.zeros((0, 1, 1))
        self._names: Sequence[str] | None = None
        self._captions: Sequence[str] | None = None
        self._scale = ColourScale("diverging", -1.0, 1.0)
        self._grid: tile_grid.TileGrid | None = None
        self._bar: QRectF | None = None
        self._below = QRectF()
        self._pixels: colour_maps.Argb | None = None
        self._current: int | None = None
        self._pixel: tuple[int, int] | None = None
        self._anchor = 0
        """A tile of the page that is shown, however many have room on one."""
        self._page = 0
        self._pages = 1
        self._back = self._page_button("‹", self.tr("Previous page"), self._page_back)
        self._next = self._page_button("›", self.tr("Next page"), self._page_forward)
        self._back.setObjectName("page_back")
        self._next.setObjectName("page_forward")
        self.setAccessibleName(self.tr("Mosaic of pictures"))

    def set_tiles(
        self,
        tiles: npt.NDArray,
        *,
        low: float | None = None,
        high: float | None = None,
        lut: colour_maps.MapName = "diverging",
        names: Sequence[str] | None = None,
        captions: Sequence[str] | None = None,
    ) -> None:
        """Show pictures.

        Parameters
        ----------
        tiles
            Shape (n, h, w). Not copied: it must not change afterwards.
        low, high
            Ends of the colour scale; from the values where None.
        lut
            The colour map.
        names
            Of the tiles, for hover; "unit 0" and so on by default.
        captions
            Short texts below the tiles, shown where they fit.
        """
        tiles, scale = np.asarray(tiles), ColourScale.over(tiles, lut, low, high)
        self._names = names
        if (scale, captions) == (self._scale, self._captions) and self._shows(tiles):
            return
        self._tiles, self._captions, self._scale = tiles, captions, scale
        self.set_warning(not_finite_text(self._tiles, self.tr("{} values are NaN or infinite")))
        if self._current is not None and self._current >= len(self._tiles):
            self._current = None
        if self._tiles.size:
            self.filled()
        else:
            self.set_empty(self.tr("There are no pictures to show."))

    def _shows(self, tiles: npt.NDArray) -> bool:
        """Whether these are painted now; many are not compared: they change all the time."""
        small = tiles.size <= _FEW_VALUES and self._empty is None
        return small and np.array_equal(self._tiles, tiles)

    @property
    def current(self) -> int | None:
        """The highlighted tile."""
        return self._current

    def set_current(self, index: int | None) -> None:
        """Highlight a tile, turning to its page, without a signal."""
        self._current = index
        if index is not None:
            self._anchor = index
        self.laid_out()

    def set_current_pixel(self, pixel: tuple[int, int] | None) -> None:
        """Frame the pixel in a row and column of the highlighted tile, or none."""
        if pixel != self._pixel:
            self._pixel = pixel
            self.update()

    @property
    def tiles_image(self) -> colour_maps.Argb:
        """The page as it is painted, before scaling: ``0xAARRGGBB``, 1 pixel between the tiles."""
        if self._pixels is None:
            self._compose()
        assert self._pixels is not None
        return self._pixels

    # Layout

    def laid_out(self) -> None:
        self._pixels = None
        self._grid = None
        show = False
        if self._empty is None and self.width() > 20 and self.height() > 20:
            self._grid = self._lay_out()
            show = self._pages > 1
        for button in (self._back, self._next):
            button.setVisible(show)
        if show:
            self._place_buttons()
        self.update()

    def _lay_out(self) -> tile_grid.TileGrid:
        area, self._bar = self._scale.split(self.font(), self.area())
        self._below = QRectF(area)
        self._below.setTop(area.bottom() - _PAGER_HEIGHT)
        tile = self._tiles.shape[1], self._tiles.shape[2]
        total = len(self._tiles)
        strip = self._strip_height()
        grid = tile_grid.fit(total, tile, area, strip=strip)
        self._pages = 1
        if min(tile) * grid.scale < min(_SMALLEST, min(area.width(), area.height())):
            area.setBottom(area.bottom() - _PAGER_HEIGHT)
            size = tile_grid.page_size(tile, area, smallest=_SMALLEST, strip=strip)
            self._pages = -(-total // size)
            self._page = min(self._anchor // size, self._pages - 1)
            first = self._page * size
            full = tile_grid.fit(min(size, total), tile, area, strip=strip)
            return full.showing(first, min(size, total - first))
        self._page = 0
        return grid

    def _strip_height(self) -> float:
        return QFontMetricsF(self._small()).height() + 2 if self._captions is not None else 0.0

    def _page_button(self, text: str, name: str, slot: Callable[[], None]) -> QToolButton:
        button = QToolButton(self)
        button.setText(text)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setAutoRaise(True)
        button.clicked.connect(slot)
        button.hide()
        return button

    def _place_buttons(self) -> None:
        strip = self._below
        side = int(_PAGER_HEIGHT) - 4
        self._back.setGeometry(int(strip.left()), int(strip.top()) + 2, side, side)
        self._next.setGeometry(int(strip.left()) + side + 2, int(strip.top()) + 2, side, side)
        self._back.setEnabled(self._page > 0)
        self._next.setEnabled(self._page < self._pages - 1)

    def page_text(self) -> str:
        """Which page it is, and which tiles it shows; empty if it shows all."""
        if self._grid is None or self._pages == 1:
            return ""
        return self.tr("page {page} of {pages} · {first} – {last} of {total}").format(
            page=self._page + 1,
            pages=self._pages,
            first=labels.count_text(self._grid.first),
            last=labels.count_text(self._grid.first + self._grid.count - 1),
            total=labels.count_text(len(self._tiles)),
        )

    # Painting

    def _compose(self) -> None:
        """Colour the page's tiles with one look-up and set them out with gaps."""
        grid = self._grid
        if grid is None:
            self._pixels = np.zeros((0, 0), np.uint32)
            return
        colours = theme.current()
        height, width = grid.tile_height, grid.tile_width
        rows, columns = grid.rows, grid.columns
        ground = QColor(colours.background)
        paleness = _LINE_PALENESS if grid.scale < _WIDE_GAP else _BAND_PALENESS
        lines = theme.blend(QColor(colours.muted), ground, paleness).rgb()
        if self._captions is not None:  # they tell the tiles apart
            lines = ground.rgb()
        cells = np.full((rows, height + 1, columns, width + 1), lines, np.uint32)
        places = cells[:, :height, :, :width]
        coloured = self._scale.colours(self._tiles[grid.first : grid.first + grid.count])
        whole = grid.count // columns
        split = whole * columns
        places[:whole] = coloured[:split].reshape(whole, columns, height, width).swapaxes(1, 2)
        if rest := grid.count - split:
            places[whole, :, :rest] = coloured[split:].swapaxes(0, 1)
            cells[whole, :, rest:] = ground.rgb()
        self._pixels = cells.reshape(rows * (height + 1), columns * (width + 1))

    def draw(self, painter: QPainter, area: QRectF) -> None:
        grid = self._grid
        if grid is None:
            return
        pixels = self.tiles_image
        smooth = QPainter.RenderHint.SmoothPixmapTransform
        painter.setRenderHint(smooth, grid.scale < 1)
        band = grid.tile_height + tile_grid.GAP
        tall = band if grid.strip else len(pixels)
        for row, first in enumerate(range(0, len(pixels), tall)):
            image = image_of(pixels[first : first + tall], trim=tile_grid.GAP)
            corner = QPointF(grid.origin.x(), grid.origin.y() + row * grid.row_pitch)
            painter.drawImage(QRectF(corner, QSizeF(image.size()) * grid.scale), image)
        painter.setRenderHint(smooth, False)
        self._draw_texts(painter, grid)
        if self._bar is not None:
            self._scale.draw_bar(painter, self._bar)
        if self._current is not None and self._shown(self._current):
            draw_highlight(painter, grid.rect(self._current), theme.current())
            self._draw_pixel(painter, grid, grid.rect(self._current))

    def _draw_pixel(self, painter: QPainter, grid: tile_grid.TileGrid, tile: QRectF) -> None:
        """A frame that is large enough to be seen, whatever the pixel's size."""
        if self._pixel is None:
            return
        row, column = self._pixel
        corner = tile.topLeft() + QPointF(column, row) * grid.scale
        frame = QRectF(corner, QSizeF(grid.scale, grid.scale))
        room = max(0.0, (_LEAST_FRAME - grid.scale) / 2)
        frame = frame.adjusted(-room, -room, room, room)
        draw_highlight(painter, frame, theme.current())

    def _draw_texts(self, painter: QPainter, grid: tile_grid.TileGrid) -> None:
        colours = theme.current()
        painter.setPen(QColor(colours.muted))
        if text := self.page_text():
            strip = self._below.adjusted(2 * _PAGER_HEIGHT, 0, 0, 0)
            labels.draw_elided(painter, strip, text)
        if self._captions is None:
            return
        painter.setFont(self._small())
        for index in range(grid.first, grid.first + grid.count):
            rect = grid.rect(index)
            below = QRectF(rect.left(), rect.bottom(), grid.column_pitch, grid.strip)
            labels.draw_elided(painter, below, self._captions[index])
        painter.setFont(self.font())

    # Hover, mouse, keyboard

    def value_at(self, pos: QPointF) -> str | None:
        index = self._grid.index_at(pos) if self._grid else None
        if self._grid is None or index is None:
            return None
        text = self._name(index)
        if self._captions is not None:
            text += f" ({self._captions[index]})"
        pixel = self._grid.pixel_at(pos, index)
        if pixel is None:
            return text
        value = labels.number_text(float(self._tiles[index][pixel]))
        return self.tr("{name}, pixel (row {row}, column {column}): {value}").format(
            name=text, row=pixel[0], column=pixel[1], value=value
        )

    def pick_at(self, pos: QPointF) -> None:
        index = self._grid.index_at(pos) if self._grid else None
        if index is not None:
            self._current = self._anchor = index
            self.update()
            self.tile_picked.emit(index)
            pixel = self._grid.pixel_at(pos, index) if self._grid else None
            if pixel is not None:
                self.pixel_picked.emit(index, *pixel)

    def pick_current(self) -> None:
        if self._current is not None:
            self.tile_picked.emit(self._current)

    def move_current(self, dx: int, dy: int) -> None:
        if self._grid is None:
            return
        if self._current is None:
            self.set_current(self._grid.first)
        else:
            moved = self._current + dx + dy * self._grid.columns
            if 0 <= moved < len(self._tiles):
                self.set_current(moved)

    def turn_page(self, direction: int) -> None:
        if self._grid is not None and 0 <= self._page + direction < self._pages:
            self._anchor = self._grid.first + direction * self._grid.columns * self._grid.rows
            self.laid_out()

    def current_point(self) -> QPointF | None:
        if self._current is None or self._grid is None or not self._shown(self._current):
            return None
        return self._grid.rect(self._current).center()

    def csv_rows(self) -> list[list[object]]:
        n, height, width = self._tiles.shape
        header: list[object] = ["name"]
        header += [f"row {i} column {j}" for i in range(height) for j in range(width)]
        flat = self._tiles.reshape(n, height * width).astype(str).tolist()
        return [header, *([self._name(i), *row] for i, row in enumerate(flat))]

    def _shown(self, index: int) -> bool:
        grid = self._grid
        return grid is not None and grid.first <= index < grid.first + grid.count

    def _name(self, index: int) -> str:
        return self._names[index] if self._names else self.tr("unit {}").format(index)

    def _small(self) -> QFont:
        return labels.small_font(self.font())

    def _page_back(self) -> None:
        self.turn_page(-1)

    def _page_forward(self) -> None:
        self.turn_page(1)
