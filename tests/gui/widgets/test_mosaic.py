"""Tiles as one image."""

import numpy as np
import pytest
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps, tile_grid
from visualmlp.gui.widgets.mosaic import Mosaic

TILES = np.random.default_rng(0).normal(size=(7, 3, 5)).astype(np.float32)


@pytest.fixture
def mosaic(shown) -> Mosaic:
    mosaic = Mosaic()
    mosaic.set_tiles(TILES, low=-2, high=2)
    return shown(mosaic, 500, 300)


def test_the_image_holds_every_tile_and_gaps(mosaic: Mosaic) -> None:
    grid, image = mosaic._grid, mosaic.tiles_image
    assert grid is not None
    expected = colour_maps.colourise(TILES, colour_maps.lut("diverging"), -2, 2)
    for index, tile in enumerate(expected):
        row, column = divmod(index, grid.columns)
        top, left = row * 4, column * 6
        np.testing.assert_array_equal(image[top : top + 3, left : left + 5], tile)
        assert (image[top : top + 4, left + 5] == gap_colour(0.65)).all()


def test_the_screen_shows_the_image(mosaic: Mosaic) -> None:
    picture, table = mosaic.grab().toImage(), colour_maps.lut("diverging")
    for index in range(7):
        rect = mosaic._grid.rect(index)
        side = mosaic._grid.scale
        at = QPointF(rect.left() + 2.5 * side, rect.top() + 1.5 * side).toPoint()
        code = colour_maps.codes(TILES[index, 1, 2], -2, 2)
        assert picture.pixel(at) == int(table[code])


def gap_colour(paleness: float) -> int:
    return theme.blend(QColor(theme.LIGHT.muted), QColor(theme.LIGHT.background), paleness).rgb()


def test_gaps_differ_from_zero_and_from_the_ground(mosaic: Mosaic) -> None:
    mosaic.set_tiles(np.zeros((60, 20, 20)))
    image = mosaic.tiles_image
    assert (image[20, :20] == gap_colour(0.5)).all()
    assert gap_colour(0.5) not in (image[0, 0], QColor(theme.LIGHT.background).rgb())


def test_a_click_picks_and_highlights(mosaic: Mosaic, qtbot: QtBot) -> None:
    with qtbot.waitSignal(mosaic.tile_picked) as picked:
        at = mosaic._grid.rect(4).center().toPoint()
        qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=at)
    assert picked.args == [4]
    assert mosaic.current == 4
    frame = mosaic._grid.rect(4).topLeft().toPoint()
    assert mosaic.grab().toImage().pixelColor(frame).name() == theme.LIGHT.highlight


def test_keys_move_and_pick(mosaic: Mosaic, qtbot: QtBot) -> None:
    mosaic.set_current(0)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Right):
        qtbot.keyClick(mosaic, key)
    assert mosaic.current == 2
    with qtbot.waitSignal(mosaic.tile_picked) as picked:
        qtbot.keyClick(mosaic, Qt.Key.Key_Return)
    assert picked.args == [2]
    mosaic.set_current(6)
    qtbot.keyClick(mosaic, Qt.Key.Key_Right)
    assert mosaic.current == 6


def test_hover_names_the_pixel_and_its_value(mosaic: Mosaic) -> None:
    rect, side = mosaic._grid.rect(6), mosaic._grid.scale
    text = mosaic.value_at(QPointF(rect.left() + 4.5 * side, rect.top() + 0.5 * side))
    value = f"{TILES[6, 0, 4]:.4g}".replace("-", "−")
    assert text == f"unit 6, pixel (row 0, column 4): {value}"
    assert mosaic.value_at(QPointF(1, 1)) is None


def test_many_tiles_come_in_pages_of_readable_size(shown, qtbot: QtBot) -> None:
    mosaic = Mosaic()
    mosaic.set_tiles(np.zeros((196, 28, 28)), names=[f"n{i}" for i in range(196)])
    shown(mosaic, 300, 220)
    size = mosaic._grid.count
    assert mosaic._grid.rect(0).width() >= 23.9
    assert mosaic.page_text() == f"page 1 of {-(-196 // size)} · 0 – {size - 1} of 196"
    back, forward = mosaic.findChildren(QToolButton)
    assert (back.isVisible(), back.isEnabled(), forward.isEnabled()) == (True, False, True)
    qtbot.mouseClick(forward, Qt.MouseButton.LeftButton)
    assert mosaic._grid.first == size
    qtbot.keyClick(mosaic, Qt.Key.Key_PageUp)
    assert mosaic._grid.first == 0
    mosaic.set_current(195)
    assert mosaic._grid.first <= 195 < mosaic._grid.first + mosaic._grid.count
    mosaic.resize(1000, 900)
    assert mosaic.page_text() == ""
    assert not forward.isVisible()


def test_captions_are_written_below_the_tiles(shown) -> None:
    mosaic = Mosaic()
    mosaic.set_tiles(TILES, captions=[f"bias {i}" for i in range(7)])
    shown(mosaic)
    assert mosaic._grid.strip > 8
    assert "unit 3 (bias 3)" in (mosaic.value_at(mosaic._grid.rect(3).center()) or "")


def test_nan_is_told_in_words(shown) -> None:
    tiles = TILES.copy()
    tiles[2, 1, 1] = np.nan
    mosaic = Mosaic()
    mosaic.set_tiles(tiles)
    shown(mosaic)
    assert "1 values are NaN" in mosaic._caption_text()
    assert (mosaic.tiles_image == colour_maps.lut("diverging")[255]).sum() == 1
    rect, side = mosaic._grid.rect(2), mosaic._grid.scale
    at = rect.topLeft() + QPointF(1.5 * side, 1.5 * side)
    assert (mosaic.value_at(at) or "").endswith("(row 1, column 1): NaN")


@pytest.mark.parametrize("tiles", [np.zeros((3, 2, 2)), np.full((1, 1, 1), 5.0)])
def test_equal_and_tiny_tiles_are_drawn(tiles: np.ndarray, shown) -> None:
    mosaic = Mosaic()
    mosaic.set_tiles(tiles)
    shown(mosaic)
    table = colour_maps.lut("diverging")
    assert mosaic.tiles_image[0, 0] == (table[127] if not tiles.any() else table[254])


def test_no_tiles_is_an_empty_text(mosaic: Mosaic) -> None:
    mosaic.set_tiles(np.zeros((0, 3, 3)))
    assert mosaic.empty_text
    mosaic.set_tiles(TILES[:1])
    assert mosaic.empty_text is None


def test_the_look_changes_the_colours(mosaic: Mosaic, qapp: QApplication) -> None:
    light = mosaic.tiles_image.copy()
    theme.apply(qapp, "dark")
    qapp.processEvents()
    assert (mosaic.tiles_image != light).any()


def test_whole_scales_and_fitting_columns() -> None:
    grid = tile_grid.fit(6, (10, 10), QRectF(0, 0, 700, 300))
    assert (grid.columns, grid.rows, grid.scale) == (4, 2, 13)
    last = grid.rect(5)
    assert last.bottom() <= 300
    assert grid.rect(3).right() <= 700
    assert grid.index_at(last.center()) == 5
    assert grid.index_at(QPointF(last.right() + 20, last.center().y())) is None


def test_a_click_tells_the_tile_then_the_pixel_which_can_be_framed(
    mosaic: Mosaic, qtbot: QtBot
) -> None:
    said: list[tuple[int, ...]] = []
    mosaic.tile_picked.connect(lambda tile: said.append((tile,)))
    mosaic.pixel_picked.connect(lambda *place: said.append(place))
    rect, scale = mosaic._grid.rect(3), mosaic._grid.scale
    at = QPointF(rect.left() + 4.5 * scale, rect.top() + 1.5 * scale).toPoint()
    qtbot.mouseClick(mosaic, Qt.MouseButton.LeftButton, pos=at)
    assert said == [(3,), (3, 1, 4)]
    before = mosaic.grab().toImage()
    mosaic.set_current_pixel((1, 4))
    assert mosaic.grab().toImage() != before


def test_the_page_keeps_what_is_looked_at_when_the_room_changes(shown) -> None:
    mosaic = Mosaic()
    mosaic.set_tiles(np.zeros((512, 28, 28)))
    shown(mosaic, 300, 220)
    mosaic.set_current(300)
    for size in ((500, 300), (300, 220), (420, 180)):
        mosaic.resize(*size)
        assert mosaic._shown(300)

    mosaic.turn_page(-1)
    seen = mosaic._grid.first
    mosaic.resize(560, 320)
    assert mosaic._shown(seen)


def test_the_same_tiles_are_not_painted_again(shown, qapp) -> None:
    paints = []

    class Counted(Mosaic):
        def draw(self, painter, area) -> None:
            paints.append(1)
            super().draw(painter, area)

    mosaic = shown(Counted())
    mosaic.set_tiles(TILES, low=-2, high=2)
    qapp.processEvents()
    paints.clear()

    mosaic.set_tiles(TILES.copy(), low=-2, high=2)
    qapp.processEvents()
    assert not paints

    mosaic.set_tiles(-TILES, low=-2, high=2)
    qapp.processEvents()
    assert paints
