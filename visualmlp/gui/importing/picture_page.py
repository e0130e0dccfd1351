"""Open a folder of pictures: their size, grey levels, classes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QEvent, QRect, QSize, Qt
from PyQt6.QtGui import QColor, QIcon, QImage, QPainter, QPixmap
from PyQt6.QtWidgets import QListView, QListWidget, QListWidgetItem, QVBoxLayout

from visualmlp.data import Preview
from visualmlp.data.pictures.files import printable
from visualmlp.gui import theme
from visualmlp.gui.importing.looks import PictureSheet
from visualmlp.gui.importing.page import Page
from visualmlp.gui.panels.class_bars import ClassBars
from visualmlp.gui.panels.notes import Note
from visualmlp.gui.widgets.labels import CENTRE, count_text

SIDE, GAP = 76, 22
"""Pixels of each of the two pictures, and of the arrow between them."""
MOST_SIZES = 4
MOST_UNREADABLE = 20


class PicturePage(Page):
    """Some pictures of each class, as they are and as the network will get them."""

    def build(self) -> None:
        self._sheet: PictureSheet | None = None
        self.pictures = QListWidget()
        self.pictures.setObjectName("import.pictures")
        self.pictures.setAccessibleName(self.tr("Pictures before and after"))
        self.pictures.setToolTip(
            self.tr("Left: as stored. Right: as the network gets it, larger than it is")
        )
        self.pictures.setViewMode(QListView.ViewMode.IconMode)
        self.pictures.setMovement(QListView.Movement.Static)
        self.pictures.setResizeMode(QListView.ResizeMode.Adjust)
        self.pictures.setSpacing(6)
        self.pictures.setIconSize(QSize(2 * SIDE + GAP, SIDE))
        self.pictures.setUniformItemSizes(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pictures, 1)
        self._sizes = Note()
        self._sizes.setObjectName("import.pictures.sizes")
        self._counts = ClassBars()
        self._counts.setObjectName("import.pictures.classes")
        form = self.form("picture_width", "picture_height", "invert")
        self.add_group("size", self.tr("Size and grey levels"), self._sizes, form)
        self.add_group("classes", self.tr("Pictures of each class"), self._counts)
        self.add_split()

    def show_look(self, look: PictureSheet) -> None:
        self._sheet = look
        found, steps = look.look.found, look.steps
        sizes = look.look.sizes.most_common()
        shown = [f"{width} × {height} ({count_text(n)})" for (width, height), n in sizes]
        more = ", …" if len(shown) > MOST_SIZES else ""
        text = self.tr("Stored as {} pixels.").format(", ".join(shown[:MOST_SIZES]) + more)
        self._sizes.setText(text)
        counts = {printable(name): look.look.counts[name] for name in look.look.class_names}
        self._counts.set_counts(counts)
        self._counts.setToolTip(self.tr("Pictures of each class, those of the test part too"))
        self.problem = ""
        n_read = len(found.files) - len(look.look.unreadable)
        text = self.tr("{pictures} pictures of {classes} classes become {w} × {h} grey pixels.")
        self.summary = text.format(
            pictures=count_text(n_read),
            classes=count_text(len(counts)),
            w=steps.width,
            h=steps.height,
        )
        self.notes = [*self._test_note(found.n_test), *self._unreadable(), *found.notes]
        self._fill(look.previews)
        self.draft.propose(scaling="range")

    def forget_look(self) -> None:
        self._sheet = None
        self.pictures.clear()

    def _test_note(self, count: int) -> list[str]:
        text = self.tr("{} pictures of a folder of their own are the test part.")
        return [text.format(count_text(count))] if count else []

    def _unreadable(self) -> list[str]:
        assert self._sheet is not None
        names = self._sheet.look.unreadable
        if not names:
            return []
        listed = ", ".join(names[:MOST_UNREADABLE]) + (
            ", …" if len(names) > MOST_UNREADABLE else ""
        )
        text = self.tr("Cannot be read and will be left out ({count}): {names}.")
        return [text.format(count=count_text(len(names)), names=listed)]

    def _fill(self, previews: Sequence[Preview]) -> None:
        self.pictures.clear()
        for preview in previews:
            label = printable(preview.label)
            item = QListWidgetItem(QIcon(_pair(preview)), label)
            item.setToolTip(f"{label}: {printable(preview.file.name)}")
            item.setData(Qt.ItemDataRole.AccessibleTextRole, item.toolTip())
            self.pictures.addItem(item)

    def changeEvent(self, a0: QEvent | None) -> None:
        """Draw the arrows in the colour of the look."""
        super().changeEvent(a0)
        if a0 and a0.type() == QEvent.Type.PaletteChange and self._sheet:
            self._fill(self._sheet.previews)


def _pair(preview: Preview) -> QPixmap:
    """A picture before and after, with an arrow between."""
    pixmap = QPixmap(2 * SIDE + GAP, SIDE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setPen(QColor(theme.current().foreground))
    coloured, grey = QImage.Format.Format_RGBA8888, QImage.Format.Format_Grayscale8
    _draw_in(painter, _image(preview.before, coloured), 0, smooth=True)
    _draw_in(painter, _image(preview.after, grey), SIDE + GAP, smooth=False)
    painter.drawText(QRect(SIDE, 0, GAP, SIDE), int(CENTRE), "→")
    painter.end()
    return pixmap


def _image(values: npt.NDArray[np.uint8], form: QImage.Format) -> QImage:
    height, width = values.shape[:2]
    row = values.nbytes // height
    return QImage(values.tobytes(), width, height, row, form).copy()


def _draw_in(painter: QPainter, image: QImage, left: int, *, smooth: bool) -> None:
    """Draw a picture as large as it fits into its square, in the middle."""
    mode = Qt.TransformationMode.SmoothTransformation
    if not smooth:
        mode = Qt.TransformationMode.FastTransformation
    scaled = image.scaled(SIDE, SIDE, Qt.AspectRatioMode.KeepAspectRatio, mode)
    x, y = left + (SIDE - scaled.width()) // 2, (SIDE - scaled.height()) // 2
    painter.drawImage(x, y, scaled)
    painter.drawRect(x, y, scaled.width() - 1, scaled.height() - 1)
