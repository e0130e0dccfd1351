"""How the curves are drawn: axes, smoothing, and what dragging does."""

from __future__ import annotations

from PyQt6.QtCore import QSize, Qt, pyqtSignal
from PyQt6.QtWidgets import QBoxLayout, QComboBox, QFrame, QPushButton, QToolButton, QWidget

from visualmlp.gui.views.curve_runs import Axis

WINDOWS = (1, 10, 50, 200, 1000)
"""Steps that the smoothed lines average; 1 is no smoothing."""

GAP = 4


def switch_called(name: str, text: str, tip: str = "") -> QToolButton:
    """A button that stays down while something is switched on."""
    switch = QToolButton()
    switch.setObjectName(name)
    switch.setText(text)
    switch.setAccessibleName(text)
    switch.setToolTip(tip)
    switch.setCheckable(True)
    switch.setProperty("switch", True)
    return switch


class CurveOptions(QWidget):
    """Choosers and switches, in a row or below each other.

    Signals
    -------
    axis_changed, window_changed, log_changed
        Another choice was made.
    zoom_changed
        Whether dragging draws a rectangle to zoom to.
    file_wanted
        The curves of a run file shall be drawn as well.
    """

    axis_changed = pyqtSignal()
    window_changed = pyqtSignal()
    log_changed = pyqtSignal()
    zoom_changed = pyqtSignal(bool)
    file_wanted = pyqtSignal()

    def __init__(self) -> None:
        super().__init__()
        self._axis = self._axis_chooser()
        self._window = self._window_chooser()
        self._log_y, self._log_x, self._zoom = self._switches()
        self._file = QPushButton(self.tr("Add run file…"))
        self._file.setObjectName("add_file")
        self._file.setAccessibleName(self.tr("Add the curves of a run file"))
        self._file.setToolTip(
            self.tr("Draw the curves of a saved run beside these; it is kept until you forget it")
        )
        self._file.clicked.connect(self.file_wanted)
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(GAP)
        for widget in self._all():
            self._box.addWidget(widget)

    def stand(self, *, upright: bool) -> None:
        """Stand below each other, or in a row."""
        directions = QBoxLayout.Direction
        self._box.setDirection(directions.TopToBottom if upright else directions.LeftToRight)
        for widget in self._all():
            if isinstance(widget, QToolButton):
                policy = widget.sizePolicy()
                kinds = policy.Policy
                policy.setHorizontalPolicy(kinds.Minimum if upright else kinds.Fixed)
                widget.setSizePolicy(policy)

    def row_width(self) -> int:
        """The width that a row takes."""
        return sum(widget.sizeHint().width() + GAP for widget in self._all())

    def take_focus(self) -> None:
        """Let the keyboard act on the first of them."""
        self._axis.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def axis(self) -> Axis:
        """What x counts."""
        return self._axis.currentData()

    @property
    def smoothing(self) -> int:
        """Steps that a smoothed value averages."""
        return self._window.currentData()

    @property
    def log_x(self) -> bool:
        """Whether the x axes are logarithmic."""
        return self._log_x.isChecked()

    @property
    def log_y(self) -> bool:
        """Whether the y axes are logarithmic."""
        return self._log_y.isChecked()

    def _all(self) -> tuple[QWidget, ...]:
        return self._axis, self._window, self._log_y, self._log_x, self._zoom, self._file

    def _switches(self) -> tuple[QToolButton, QToolButton, QToolButton]:
        log_y = switch_called(
            "log", self.tr("Log y"), self.tr("Logarithmic y axis, except for accuracy and R²")
        )
        log_x = switch_called(
            "log_x",
            self.tr("Log x"),
            self.tr("Logarithmic x axis; what is at 0 has no place there"),
        )
        zoom = switch_called(
            "zoom",
            self.tr("Zoom"),
            self.tr(
                "Dragging draws a rectangle to zoom to (with Shift it always does). Otherwise "
                "dragging moves the cursor, and once zoomed what is shown. The wheel zooms at the "
                "mouse, over the y axis in y; a double click, 0 or Home shows all again."
            ),
        )
        log_y.toggled.connect(self.log_changed)
        log_x.toggled.connect(self.log_changed)
        zoom.toggled.connect(self.zoom_changed)
        return log_y, log_x, zoom

    def _axis_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("axis")
        chooser.setAccessibleName(self.tr("Horizontal axis"))
        chooser.setToolTip(self.tr("What the horizontal axis counts: steps (updates) or epochs"))
        chooser.addItem(self.tr("over steps"), "step")
        chooser.addItem(self.tr("over epochs"), "epoch")
        chooser.activated.connect(self.axis_changed)
        return chooser

    def _window_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("window")
        chooser.setAccessibleName(self.tr("Smoothing"))
        chooser.setToolTip(
            self.tr("A point of the smoothed line is the mean of so many steps, half of them later")
        )
        for window in WINDOWS:
            text = self.tr("mean of {} steps").format(f"{window:,}")
            chooser.addItem(text if window > 1 else self.tr("not smoothed"), window)
        chooser.setCurrentIndex(WINDOWS.index(50))
        chooser.activated.connect(self.window_changed)
        return chooser


class OptionsPopup(QFrame):
    """Where the options wait while there is no room for them in the row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setObjectName("options.popup")
        self.setAccessibleName(self.tr("Options of the curves"))
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(8, 8, 8, 8)

    def take(self, options: CurveOptions) -> None:
        """Let the options wait here."""
        self._box.addWidget(options)
        options.stand(upright=True)
        options.show()

    def open_below(self, button: QWidget, options: CurveOptions) -> None:
        """Open below a button, as far as the screen has room."""
        self.resize(self.sizeHint().expandedTo(QSize(button.width(), 0)))
        place = button.mapToGlobal(button.rect().bottomLeft())
        if screen := button.screen():
            room = screen.availableGeometry()
            place.setX(max(min(place.x(), room.right() - self.width()), room.left()))
            place.setY(max(min(place.y(), room.bottom() - self.height()), room.top()))
        self.move(place)
        self.show()
        options.take_focus()
