"""What all drawings share: empty text, hover, focus, ways out."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PyQt6.QtCore import QEvent, QPointF, Qt
from PyQt6.QtGui import QColor, QGuiApplication, QImage, QMouseEvent, QPainter
from PyQt6.QtSvg import QSvgRenderer
from PyQt6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from visualmlp.errors import VisualMLPError
from visualmlp.gui import theme
from visualmlp.gui.widgets.bars import Bars
from visualmlp.gui.widgets.curves import CurvePlot
from visualmlp.gui.widgets.fit_plot import FitPlot
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.number_grid import NumberGrid
from visualmlp.gui.widgets.picture import Picture
from visualmlp.gui.widgets.scatter import FieldPlot

PICTURES = np.linspace(-1, 1, 6 * 4 * 4).reshape(6, 4, 4)
NAMES = ["a", "b", "c", "d", "e", "f"]


def mosaic() -> Mosaic:
    widget = Mosaic()
    widget.set_tiles(PICTURES, captions=NAMES)
    return widget


def matrix() -> Matrix:
    widget = Matrix()
    widget.set_matrix(PICTURES[0], row_title="in", column_title="out")
    return widget


def gallery() -> Gallery:
    widget = Gallery()
    widget.set_pictures(PICTURES, NAMES, range(6), marks=["✓", "✗"] * 3)
    return widget


def bars() -> Bars:
    widget = Bars()
    widget.set_bars(NAMES, [0.1, 0.5, 0.1, 0.1, 0.1, 0.1], true=1, predicted=1)
    return widget


def number_grid() -> NumberGrid:
    widget = NumberGrid()
    widget.set_picture(PICTURES[0])
    return widget


def field_plot() -> FieldPlot:
    widget = FieldPlot()
    widget.set_class_field(np.array([[0, 1], [1, 0]]), np.ones((2, 2)), (0, 1), (0, 1))
    widget.set_points(np.array([[0.2, 0.2], [0.8, 0.4]]), np.array([0, 1]))
    return widget


def fit_plot() -> FitPlot:
    widget = FitPlot()
    widget.set_points([0, 1, 2], [0, 1, 4])
    widget.set_curves([0, 1, 2], {"fit": [0, 1.5, 3]})
    return widget


def curve_plot() -> CurvePlot:
    widget = CurvePlot()
    widget.set_axes("step", "loss")
    widget.set_series("loss", [0, 1, 2], [3.0, 2.0, 1.0])
    return widget


MAKERS = (mosaic, matrix, gallery, bars, number_grid, field_plot, fit_plot, curve_plot)


def move_mouse(widget: QWidget, x: float, y: float) -> None:
    """As the window system would tell it; QTest moves a pointer that is not there."""
    pos, none = QPointF(x, y), Qt.MouseButton.NoButton
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        pos,
        widget.mapToGlobal(pos),
        none,
        none,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)


def count_unlike_ground(image: QImage) -> int:
    ground = QColor(theme.current().background).rgb()
    size = range(0, image.width(), 2), range(0, image.height(), 2)
    return sum(image.pixel(x, y) != ground for x in size[0] for y in size[1])


@pytest.mark.parametrize("make", MAKERS)
def test_all_ways_out_are_written(make, shown, tmp_path: Path, qapp: QApplication) -> None:
    widget: Picture = shown(make())
    qapp.processEvents()
    png, svg, numbers = (tmp_path / f"picture.{suffix}" for suffix in ("png", "svg", "csv"))
    widget.render_png(png)
    widget.render_svg(svg)
    widget.save_csv(numbers)
    image = QImage(str(png))
    assert (image.width(), image.height()) == (800, 600)
    assert count_unlike_ground(image) > 300
    assert "<svg" in svg.read_text()
    assert "<text" in svg.read_text()
    rows = list(csv.reader(numbers.read_text(encoding="utf-8").splitlines()))
    assert len(rows) > 2
    assert len({len(row) for row in rows}) == 1


@pytest.mark.parametrize("make", MAKERS)
def test_copy_puts_the_picture_on_the_clipboard(make, shown, qapp: QApplication) -> None:
    shown(make()).copy_picture()
    clipboard = QGuiApplication.clipboard()
    assert clipboard is not None
    assert clipboard.image().width() == 800


@pytest.mark.parametrize("make", MAKERS)
def test_the_look_changes_the_ground(make, shown, qapp: QApplication) -> None:
    widget = shown(make())
    for look, colours in (("dark", theme.DARK), ("light", theme.LIGHT)):
        theme.apply(qapp, look)
        qapp.processEvents()
        assert widget.picture_image().pixelColor(3, 3).name() == colours.background


@pytest.mark.parametrize("make", MAKERS)
def test_every_widget_can_be_reached_and_is_named(make, shown) -> None:
    widget = shown(make())
    assert widget.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert widget.accessibleName()
    actions = widget.export_menu().actions()
    texts = [action.text() for action in actions if action.text()]
    texts = [text.replace("&", "").split()[-1] for text in texts]
    assert texts == ["table", "picture", "PNG…", "SVG…", "CSV…"]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("size", [(1, 1), (30, 20), (90, 400), (700, 60)])
def test_no_size_is_trouble(make, size: tuple[int, int], shown) -> None:
    widget = shown(make(), *size)
    widget.resize(*size)
    image = QImage(max(size[0], 1), max(size[1], 1), QImage.Format.Format_RGB32)
    painter = QPainter(image)
    widget.paint_picture(painter)
    painter.end()
    widget.value_at(QPointF(size[0] / 2, size[1] / 2))


@pytest.mark.parametrize("make", MAKERS)
def test_the_keyboard_moves_and_tells_the_value(make, shown, qtbot: QtBot) -> None:
    widget = shown(make())
    told: list[str] = []
    widget.hovered.connect(told.append)
    qtbot.keyClick(widget, Qt.Key.Key_Down)
    qtbot.keyClick(widget, Qt.Key.Key_Right)
    assert len(told) == 2
    assert widget.accessibleDescription() == told[-1]
    assert any(character.isdigit() for character in told[-1])


@pytest.mark.parametrize("make", MAKERS)
def test_an_empty_text_replaces_the_drawing_until_something_is_set(make, shown, qtbot) -> None:
    widget = shown(make())
    full = count_unlike_ground(widget.picture_image())
    widget.set_empty("Needs 2 input features; this experiment has 784.")
    assert widget.empty_text == "Needs 2 input features; this experiment has 784."
    assert 0 < count_unlike_ground(widget.picture_image()) < full
    told: list[str] = []
    widget.hovered.connect(told.append)
    move_mouse(widget, 200, 150)
    qtbot.keyClick(widget, Qt.Key.Key_Down)
    assert told == []


def test_the_mouse_tells_the_value_and_leaving_ends_it(shown, qtbot: QtBot) -> None:
    widget = shown(matrix())
    with qtbot.waitSignal(widget.hovered) as hovered:
        move_mouse(widget, 200, 150)
    assert "in " in hovered.args[0]
    with qtbot.waitSignal(widget.hovered) as left:
        widget.leaveEvent(None)
    assert left.args == [""]


def test_the_mouse_tells_a_caption_that_is_shortened(shown, monkeypatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda at, text, widget: told.append(text))
    widget = shown(matrix())
    for caption in ("short", "much longer " * 20):
        widget.set_caption(caption)
        move_mouse(widget, 100, widget.height() - 12)
    assert told == ["much longer " * 20]


def test_title_and_caption_take_room(shown) -> None:
    widget = shown(matrix())
    before = widget.area()
    widget.set_title("Weights")
    widget.set_caption("784 by 10")
    assert widget.area().top() > before.top()
    assert widget.area().bottom() < before.bottom()
    assert widget.accessibleName() == "Weights"


@pytest.mark.parametrize("make", [mosaic, gallery])
def test_a_file_shows_what_the_screen_shows(make, shown, tmp_path: Path) -> None:
    widget = shown(make())
    widget.render_svg(tmp_path / "x.svg")
    screen, from_file = widget.grab().toImage(), QImage(400, 300, QImage.Format.Format_RGB32)
    painter = QPainter(from_file)
    QSvgRenderer(str(tmp_path / "x.svg")).render(painter)
    painter.end()
    grid = [(x, y) for x in range(4, 395, 5) for y in range(4, 295, 5)]
    unlike = sum(
        abs(from_file.pixelColor(x, y).lightness() - screen.pixelColor(x, y).lightness()) > 60
        for x, y in grid
    )
    assert unlike < len(grid) / 100


def test_the_focus_is_painted_but_not_saved(shown, qtbot: QtBot) -> None:
    widget = shown(matrix())
    widget.setFocus()
    qtbot.waitUntil(widget.hasFocus)
    ring = widget.palette().highlight().color().name()
    assert widget.grab().toImage().pixelColor(0, 100).name() == ring
    assert widget.picture_image().pixelColor(0, 200).name() == theme.LIGHT.background


def test_a_file_that_cannot_be_written_is_an_error(shown, tmp_path: Path) -> None:
    with pytest.raises(VisualMLPError, match="could not be written"):
        shown(matrix()).render_png(tmp_path / "missing" / "x.png")
