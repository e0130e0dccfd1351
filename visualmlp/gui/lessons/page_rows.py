"""Rows of the start page: something to begin with, or a file that was used last."""

from __future__ import annotations

from pathlib import Path

from PyQt6.QtCore import QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QIcon, QKeyEvent, QPainter, QPaintEvent
from PyQt6.QtWidgets import QAbstractButton, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from visualmlp.gui import theme
from visualmlp.gui.icons import icon
from visualmlp.gui.recent import RecentFile
from visualmlp.gui.widgets import labels

PADDING, GAP, RADIUS = 8.0, 10.0, 6.0
SIGN = 22


class PageRow(QAbstractButton):
    """A sign, a title and a line below it; Enter or a click chooses it.

    Parameters
    ----------
    name
        Identifier behind "start_page.".
    sign
        Name of the icon.
    title, text
        What the two lines say.
    framed
        Whether it has a frame while neither the mouse nor the keyboard is at it.
    """

    def __init__(self, name: str, sign: str, title: str, text: str, *, framed: bool = True) -> None:
        super().__init__()
        self.setObjectName(f"start_page.{name}")
        self.setText(title)
        self._sign, self._line, self._framed = sign, text, framed
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        bold, small = self._fonts()
        lines = QFontMetricsF(bold).lineSpacing() + QFontMetricsF(small).lineSpacing()
        return QSize(200, round(lines + 2 * PADDING))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """Enter chooses the row, as Space does."""
        if event is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter, colours = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.isEnabled() and (self.hasFocus() or self.underMouse())
        if lit or self._framed:
            highlight = self.palette().highlight().color()
            painter.setPen(highlight if lit else QColor(colours.grid))
            painter.setBrush(QColor(colours.background))
            frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
            painter.drawRoundedRect(frame, RADIUS, RADIUS)
            if self.hasFocus():
                painter.drawRoundedRect(frame.adjusted(-1, -1, 1, 1), RADIUS, RADIUS)
        place = QRectF(PADDING, (self.height() - SIGN) / 2, SIGN, SIGN).toRect()
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        icon(self._sign).paint(painter, place, mode=mode)
        self._draw_texts(painter, colours)
        painter.end()

    def _draw_texts(self, painter: QPainter, colours: theme.PlotColours) -> None:
        left = PADDING + SIGN + GAP
        width = self.width() - left - PADDING
        top = PADDING
        inks = (colours.foreground if self.isEnabled() else colours.muted, colours.muted)
        for font, text, ink in zip(self._fonts(), (self.text(), self._line), inks, strict=True):
            metrics = QFontMetricsF(font)
            painter.setFont(font)
            painter.setPen(QColor(ink))
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
            area = QRectF(left, top, width, metrics.lineSpacing())
            painter.drawText(area, int(Qt.AlignmentFlag.AlignVCenter), shown)
            top += metrics.lineSpacing()

    def _fonts(self) -> tuple[QFont, QFont]:
        bold = QFont(self.font())
        bold.setWeight(QFont.Weight.DemiBold)
        return bold, labels.small_font(self.font())


class RecentRow(QWidget):
    """A file that was opened or saved before, with a button that takes it off the list.

    Signals
    -------
    chosen, removed
        The RecentFile shall be opened, or listed no more.
    """

    chosen = pyqtSignal(object)
    removed = pyqtSignal(object)

    def __init__(self, index: int, file: RecentFile) -> None:
        super().__init__()
        name = Path(file.path).name
        line = f"{file.when}  ·  {name}" if file.is_there else self.tr("gone  ·  {}").format(name)
        self.row = PageRow(f"recent.{index}", "recent", file.title or name, line, framed=False)
        self.row.setToolTip(file.path)
        self.row.setEnabled(file.is_there)
        self.row.clicked.connect(lambda: self.chosen.emit(file))
        cross = QToolButton()
        cross.setObjectName(f"start_page.recent.{index}.remove")
        cross.setIcon(icon("close"))
        cross.setIconSize(QSize(12, 12))
        cross.setAutoRaise(True)
        cross.setAccessibleName(self.tr("Take {} off the list").format(name))
        cross.setToolTip(self.tr("Take it off this list; the file stays"))
        cross.clicked.connect(lambda: self.removed.emit(file))
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(2)
        both.addWidget(self.row, 1)
        both.addWidget(cross)
