"""The legend of curves: a row of switches beside the plots, so that it covers nothing."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import QEvent, QRectF, QSize, Qt, pyqtSignal
from PyQt6.QtGui import QIcon, QPainter, QPixmap
from PyQt6.QtWidgets import QSizePolicy, QToolButton, QWidget

from visualmlp.gui import icons
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.legend_key import KEY_HEIGHT, KEY_WIDTH, Key

_FLAT = """
QToolButton { border: 1px solid transparent; padding: 0px; }
QToolButton:checked { background: transparent; color: palette(window-text); }
QToolButton:hover, QToolButton:focus { border-color: palette(highlight); border-radius: 3px; }
"""


class Legend(QWidget):
    """One switch per series, and a button for the zoom.

    Signals
    -------
    toggled
        The name of a series and whether it shall be visible.
    zoom_reset
        The button was clicked.
    """

    toggled = pyqtSignal(str, bool)
    zoom_reset = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keys: dict[str, Key] = {}
        self._buttons: dict[str, QToolButton] = {}
        self._flow = Flow(self, gap=(2, 0))
        self._zoom = QToolButton(self)
        self._zoom.setIcon(icons.icon("zoom-reset"))
        self._zoom.setObjectName("reset_zoom")
        self._zoom.setAutoRaise(True)
        self._zoom.setToolTip(self.tr("Show all data and follow it (double click, or the key 0)"))
        self._zoom.setAccessibleName(self.tr("Reset zoom"))
        self._zoom.clicked.connect(self.zoom_reset)
        self._zoom.hide()
        self._flow.addWidget(self._zoom)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.setStyleSheet(_FLAT)

    def set_zoomed(self, zoomed: bool) -> None:
        """Offer the button while the ranges do not follow the data."""
        self._zoom.setVisible(zoomed)

    def set_keys(self, keys: Mapping[str, Key]) -> None:
        """One switch per series, in order; costs nothing if nothing changed."""
        if keys == self._keys:
            return
        if list(keys) != list(self._buttons):
            self._rebuild(list(keys))
        self._keys = dict(keys)
        self._style()

    def _style(self) -> None:
        for name, key in self._keys.items():
            button = self._buttons[name]
            button.setText(key.text)
            button.setIcon(_icon(key))
            button.setChecked(key.visible)
            font = self.font()
            font.setStrikeOut(not key.visible)
            button.setFont(font)

    def _rebuild(self, names: list[str]) -> None:
        for button in self._buttons.values():
            self._flow.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._flow.removeWidget(self._zoom)
        self._buttons = {name: self._button(name) for name in names}
        self._flow.addWidget(self._zoom)

    def _button(self, name: str) -> QToolButton:
        button = QToolButton(self)
        button.setObjectName(name)
        button.setCheckable(True)
        button.setAutoRaise(True)
        button.setIconSize(QSize(KEY_WIDTH, KEY_HEIGHT))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setToolTip(self.tr("{}: show or hide").format(name))
        button.setAccessibleName(name)
        button.clicked.connect(self._toggle)
        self._flow.addWidget(button)
        button.show()
        return button

    def _toggle(self, on: bool) -> None:
        button = self.sender()
        if button is not None:
            self.toggled.emit(button.objectName(), on)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._style()


def _icon(key: Key) -> QIcon:
    pixmap = QPixmap(2 * KEY_WIDTH, 2 * KEY_HEIGHT)
    pixmap.setDevicePixelRatio(2)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    key.draw(painter, QRectF(0, 0, KEY_WIDTH, KEY_HEIGHT))
    painter.end()
    return QIcon(pixmap)
