"""What every drawing can do: be copied, saved as PNG and SVG, and give its numbers as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from PyQt6.QtCore import QBuffer, QIODevice, QRectF, QSaveFile, QSize
from PyQt6.QtGui import QContextMenuEvent, QGuiApplication, QImage, QPainter
from PyQt6.QtSvg import QSvgGenerator
from PyQt6.QtWidgets import QFileDialog, QMenu, QMessageBox, QWidget

from visualmlp.errors import VisualMLPError

_SCALE = 2
"""Pixels of a saved picture per pixel on screen."""


class Picture(QWidget):
    """A widget whose picture and numbers can leave the program.

    A subclass gives :meth:`paint_picture` and :meth:`csv_rows`.
    """

    def paint_picture(self, painter: QPainter) -> None:
        """Paint everything but the keyboard focus, at the widget's size."""
        raise NotImplementedError

    def csv_rows(self) -> Iterable[Sequence[object]]:
        """Rows of what is shown, in full precision, the header first."""
        raise NotImplementedError

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
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(self.csv_rows())
        write_file(path, text.getvalue().encode())

    def copy_picture(self) -> None:
        """Put the picture on the clipboard."""
        if clipboard := QGuiApplication.clipboard():
            clipboard.setImage(self.picture_image())

    def export_menu(self) -> QMenu:
        """A new menu of the ways out; the caller deletes it."""
        menu = QMenu(self)
        menu.addAction(self.tr("Copy picture"), self.copy_picture)
        menu.addSeparator()
        menu.addAction(self.tr("Save picture as PNG…"), self._ask_png)
        menu.addAction(self.tr("Save picture as SVG…"), self._ask_svg)
        menu.addAction(self.tr("Save numbers as CSV…"), self._ask_csv)
        return menu

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is not None:
            menu = self.export_menu()
            menu.exec(event.globalPos())
            menu.deleteLater()

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
        name = f"{self.accessibleName() or 'picture'}.{suffix}".replace("/", "-")
        path, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save"), name, f"{suffix.upper()} (*.{suffix})"
        )
        if not path:
            return
        try:
            write(path if Path(path).suffix else f"{path}.{suffix}")
        except VisualMLPError as error:
            QMessageBox.warning(self, self.tr("Not saved"), str(error))


def write_file(path: Path | str, content: bytes) -> None:
    """Write a file whole or not at all.

    Raises
    ------
    VisualMLPError
        If it cannot be written.
    """
    file = QSaveFile(str(path))
    if (
        not file.open(QIODevice.OpenModeFlag.WriteOnly)
        or file.write(content) != len(content)
        or not file.commit()
    ):
        raise VisualMLPError(f"{path} could not be written: {file.errorString()}.")
