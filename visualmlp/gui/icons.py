"""Line icons that take the colour of the text around them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from PyQt6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PyQt6.QtSvg import QSvgRenderer

from visualmlp import paths
from visualmlp.errors import UnknownNameError
from visualmlp.gui import theme

_PLACEHOLDER = "currentColor"


def icon(name: str) -> QIcon:
    """The icon of a name, sharp at every size, in the colours of the look in use.

    Raises
    ------
    UnknownNameError
        If there is no such icon.
    """
    source(name)
    return QIcon(_LineIcon(name))


def names() -> list[str]:
    """All icons, sorted."""
    return sorted(path.stem for path in _folder().glob("*.svg"))


@cache
def source(name: str) -> str:
    """The SVG text of an icon, with ``currentColor`` as its ink. Raises as :func:`icon`."""
    path = _folder() / f"{name}.svg"
    if not path.is_file():
        raise UnknownNameError(f"unknown icon {name!r}: choose from {', '.join(names())}")
    return path.read_text(encoding="utf-8")


def _folder() -> Path:
    return paths.resources() / "icons"


@cache
def _renderer(name: str, colour: str) -> QSvgRenderer:
    text = source(name).replace(_PLACEHOLDER, colour)
    return QSvgRenderer(QByteArray(text.encode()))


class _LineIcon(QIconEngine):
    """Paints the SVG when it is needed: so it follows the look."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def paint(
        self, painter: QPainter | None, rect: QRect, mode: QIcon.Mode, state: QIcon.State
    ) -> None:
        side = min(rect.width(), rect.height())
        square = QRectF(0, 0, side, side)
        square.moveCenter(QRectF(rect).center())
        _renderer(self._name, _ink(mode).name()).render(painter, square)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        pixmap = QPixmap(size)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return pixmap

    def clone(self) -> QIconEngine:
        return _LineIcon(self._name)


def _ink(mode: QIcon.Mode) -> QColor:
    colours = theme.current()
    ink = QColor(colours.foreground)
    faded = mode == QIcon.Mode.Disabled
    return theme.blend(ink, QColor(colours.background), 0.65) if faded else ink
