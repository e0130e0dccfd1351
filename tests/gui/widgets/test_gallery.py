"""Samples in a grid or a list."""

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QPointF, Qt
from PyQt6.QtWidgets import QScrollBar
from pytestqt.qtbot import QtBot

from visualmlp.gui.widgets import colour_maps
from visualmlp.gui.widgets.gallery import Gallery

PICTURES = np.random.default_rng(0).random((200, 8, 8))
CAPTIONS = [f"true {i % 10}\nas 3" for i in range(200)]
IDS = range(1000, 1200)


@pytest.fixture
def gallery(shown) -> Gallery:
    gallery = Gallery()
    gallery.set_pictures(PICTURES, CAPTIONS, IDS, low=0, high=1, marks=["✓", "✗"] * 100)
    return shown(gallery, 400, 300)


def test_pictures_have_the_ink_of_their_values(gallery: Gallery) -> None:
    picture = gallery.grab().toImage()
    table = colour_maps.lut("grey")
    size = gallery._picture_size()
    for index in (0, 1, 4):
        cell = gallery._in_view()[index]
        left = round(cell.left() + (cell.width() - size.width()) / 2)
        side = size.width() / 8
        at = QPointF(left + 3.5 * side, cell.top() + 6 + 2.5 * side).toPoint()
        code = colour_maps.codes(PICTURES[index, 2, 3], 0, 1)
        assert picture.pixel(at) == int(table[code])


def test_only_what_is_in_view_is_painted(gallery: Gallery) -> None:
    assert len(gallery._in_view()) < 60
    bar = gallery.findChildren(QScrollBar)[1]
    assert bar.isVisible()
    bar.setValue(bar.maximum())
    assert 199 in gallery._in_view()
    assert 0 not in gallery._in_view()


def test_a_click_picks_the_id(gallery: Gallery, qtbot: QtBot) -> None:
    with qtbot.waitSignal(gallery.picture_picked) as picked:
        at = gallery._in_view()[3].center().toPoint()
        qtbot.mouseClick(gallery, Qt.MouseButton.LeftButton, pos=at)
    assert picked.args == [1003]
    assert gallery.current == 1003


def test_keys_move_scroll_and_pick(gallery: Gallery, qtbot: QtBot) -> None:
    gallery.set_current(1000)
    for _ in range(12):
        qtbot.keyClick(gallery, Qt.Key.Key_Down)
    index = gallery.current - 1000
    assert index >= 12
    assert index in gallery._in_view()
    with qtbot.waitSignal(gallery.picture_picked) as picked:
        qtbot.keyClick(gallery, Qt.Key.Key_Return)
    assert picked.args == [1000 + index]
    qtbot.keyClick(gallery, Qt.Key.Key_PageUp)
    assert gallery.offset().y() < gallery._cell_rect(index).top()


def test_hover_tells_the_whole_caption(gallery: Gallery) -> None:
    at = gallery._in_view()[1].center()
    assert gallery.value_at(at) == "sample 1001: ✗ true 1, as 3"
    assert gallery.value_at(QPointF(399, 299)) is None


def test_the_highlight_stays_with_its_id(gallery: Gallery) -> None:
    gallery.set_current(1005)
    gallery.set_pictures(PICTURES[:50], CAPTIONS[:50], range(1002, 1052), low=0, high=1)
    assert gallery.current == 1005
    gallery.set_pictures(PICTURES[:3], CAPTIONS[:3], range(3), low=0, high=1)
    assert gallery.current is None


def test_rows_of_text_for_samples_that_are_no_pictures(shown, qtbot: QtBot) -> None:
    gallery = Gallery()
    gallery.set_rows(["5.1, 3.5: setosa", "6.0, 2.2: versicolor"], [7, 9], marks=["✓", "✗"])
    shown(gallery, 300, 200)
    first, second = gallery._in_view().values()
    assert second.top() == pytest.approx(first.bottom())
    with qtbot.waitSignal(gallery.picture_picked) as picked:
        qtbot.mouseClick(gallery, Qt.MouseButton.LeftButton, pos=second.center().toPoint())
    assert picked.args == [9]
    assert gallery.csv_rows()[2] == [9, "✗", "6.0, 2.2: versicolor"]


def test_the_wheel_scrolls(gallery: Gallery, qtbot: QtBot) -> None:
    from PyQt6.QtGui import QWheelEvent

    event = QWheelEvent(
        QPointF(50, 50),
        QPointF(50, 50),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    gallery.wheelEvent(event)
    assert gallery.offset().y() == 80


def test_no_samples_is_an_empty_text(gallery: Gallery) -> None:
    gallery.set_pictures(PICTURES[:0], [], [])
    assert gallery.empty_text == "No samples to show."
