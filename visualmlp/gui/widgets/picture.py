"""What every drawing can do: be copied, saved as PNG and SVG, and show its numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import ClassVar

from PyQt6.QtCore import QBuffer, QEvent, QIODevice, QPoint, QPointF, QRectF, QSize, Qt
from PyQt6.QtGui import (
    QContextMenuEvent,
    QGuiApplication,
    QImage,
    QKeyEvent,
    QKeySequence,
    QPainter,
)
from PyQt6.QtSvg import QSvgGenerator
from PyQt6.QtWidgets import QMenu, QWidget

from visualmlp.gui.widgets.numbers_dialog import NumbersDialog
from visualmlp.gui.widgets.numbers_model import Rows
from visualmlp.gui.widgets.writing import ask_and_write, write_csv, write_file

SHORTCUTS = {"copy": "Ctrl+Shift+C", "numbers": "Ctrl+T", "menu": "Shift+F10"}
"""Keys of a picture that has the focus; the Menu key opens the menu too."""

_SCALE = 2
"""Pixels of a saved picture per pixel on screen."""


class Picture(QWidget):
    """A widget whose picture and numbers can leave the program.

    A subclass gives :meth:`paint_picture` and :meth:`csv_rows`.

    Attributes
    ----------
    csv_has_header
        Whether the first of the rows names the columns; otherwise they are those of an array.
    """

    csv_has_header: ClassVar[bool] = True

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table_window: NumbersDialog | None = None
        self._menu_is_open = False

    def paint_picture(self, painter: QPainter) -> None:
        """Paint everything but the keyboard focus, at the widget's size."""
        raise NotImplementedError

    def csv_rows(self) -> Iterable[Sequence[object]]:
        """Rows of what is shown, in full precision, the header first."""
        raise NotImplementedError

    def table_rows(self) -> Rows:
        """The same rows for a table: to be had by their places, and always with a header.

        A picture of very many numbers gives a sequence that makes a row when it is asked for.
        """
        given = self.csv_rows()
        rows = given if isinstance(given, Sequence) else list(given)
        return rows if self.csv_has_header or not rows else _numbered(rows)

    def moment(self) -> str:
        """What the picture is of ("step 1,840"), as the widget says that it stands in."""
        widget = self.parentWidget()
        while widget is not None:
            if tell := getattr(widget, "shown_moment", None):
                return str(tell())
            widget = widget.parentWidget()
        return ""

    def current_point(self) -> QPointF | None:
        """The centre of what the keyboard's cursor is on."""
        return None

    def picture_image(self) -> QImage:
        """The picture at twice the size on screen."""
        image = QImage(self.size() * _SCALE, QImage.Format.Format_RGB32)
        painter = QPainter(image)
        painter.scale(_SCALE, _SCALE)
        self.paint_picture(painter)
        painter.end()
        return image

    def render_png(self, path: Path | str) -> None:
        """Write the picture as PNG.

        Raises
        ------
        VisualMLPError
            If the file cannot be written; an old file stays as it was.
        """
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self.picture_image().save(buffer, "PNG")
        write_file(path, buffer.data().data())

    def render_svg(self, path: Path | str) -> None:
        """Write the picture as SVG: texts and lines as such, pictures embedded. Raises as above."""
        buffer = QBuffer()
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(self.size())
        generator.setViewBox(QRectF(self.rect()))
        generator.setTitle(self.accessibleName())
        painter = QPainter(generator)
        self.paint_picture(painter)
        painter.end()
        write_file(path, buffer.data().data())

    def save_csv(self, path: Path | str) -> None:
        """Write the numbers as CSV (UTF-8, comma, decimal point). Raises as above."""
        write_csv(path, self.csv_rows())

    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        if clipboard := QGuiApplication.clipboard():
            clipboard.setImage(self.picture_image())

    def open_table(self) -> NumbersDialog:
        """Show the numbers behind the picture as a table in a window of its own."""
        if self._table_window is None:
            self._table_window = dialog = NumbersDialog(self, self.window())
            self.destroyed.connect(dialog.lose_source)
            dialog.destroyed.connect(self._forget_table)
        self._table_window.show()
        self._table_window.raise_()
        self._table_window.activateWindow()
        return self._table_window

    def export_menu(self) -> QMenu:
        """A new menu of the ways out; the caller deletes it."""
        menu = QMenu(self)
        self._add(menu, self.tr("Show &numbers as a table"), self.open_table, "numbers")
        menu.addSeparator()
        self._add(menu, self.tr("&Copy picture"), self.copy_picture, "copy")
        menu.addSeparator()
        self._add(menu, self.tr("Save picture as &PNG…"), self._ask_png)
        self._add(menu, self.tr("Save picture as &SVG…"), self._ask_svg)
        self._add(menu, self.tr("Save numbers as CS&V…"), self._ask_csv)
        return menu

    def open_menu(self, at: QPoint | None = None) -> None:
        """Open the menu at a place of the screen, or at the keyboard's cursor."""
        if self._menu_is_open:  # some systems send a key and an event of their own for it
            return
        if at is None:
            point = self.current_point() or QRectF(self.rect()).center()
            at = self.mapToGlobal(point.toPoint())
        self._menu_is_open = True
        menu = self.export_menu()
        menu.exec(at)
        menu.deleteLater()
        self._menu_is_open = False

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None:
            by_mouse = event.reason() == QContextMenuEvent.Reason.Mouse
            self.open_menu(event.globalPos() if by_mouse else None)

    def event(self, event: QEvent | None) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and QKeySequence(event.keyCombination()) in map(QKeySequence, SHORTCUTS.values())
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None:
            return
        pressed = QKeySequence(event.keyCombination())
        if pressed == QKeySequence(SHORTCUTS["numbers"]):
            self.open_table()
        elif pressed == QKeySequence(SHORTCUTS["copy"]):
            self.copy_picture()
        elif event.key() == Qt.Key.Key_Menu or pressed == QKeySequence(SHORTCUTS["menu"]):
            self.open_menu()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(360, 280)

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 60)

    def _ask_png(self) -> None:
        self._ask("png", self.render_png)

    def _ask_svg(self) -> None:
        self._ask("svg", self.render_svg)

    def _ask_csv(self) -> None:
        self._ask("csv", self.save_csv)

    def _ask(self, suffix: str, write: Callable[[str], None]) -> None:
        ask_and_write(self, self.accessibleName() or "picture", suffix, write)

    def _add(self, menu: QMenu, text: str, slot: Callable[[], object], shortcut: str = "") -> None:
        action = menu.addAction(text, lambda: slot())
        assert action is not None
        if shortcut:
            action.setShortcut(QKeySequence(SHORTCUTS[shortcut]))
            action.setShortcutVisibleInContextMenu(True)

    def _forget_table(self) -> None:
        self._table_window = None


def _numbered(rows: Rows) -> Rows:
    """An array's rows below the numbers of their columns, after the numbers of the rows."""
    header = ["row", *(f"column {column}" for column in range(len(rows[0])))]
    return [header, *([place, *row] for place, row in enumerate(rows))]
