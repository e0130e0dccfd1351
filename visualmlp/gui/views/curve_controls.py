"""What can be chosen about the curves: figures, axis, smoothing, and whether they are a table."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QComboBox, QToolButton, QWidget
from superqt import QFlowLayout

from visualmlp.gui.views.curve_names import figure_text
from visualmlp.gui.views.curve_series import Axis
from visualmlp.training.setup import Setup

FIGURES = ("loss", "score", "rmse", "learning_rate", "gradient_norm")
SHOWN_FIRST = ("loss", "score")

WINDOWS = (1, 10, 50, 200, 1000)
"""Steps that the smoothed lines average; 1 is no smoothing."""


class CurveControls(QWidget):
    """Switches and choosers above the curves.

    Signals
    -------
    figures_changed, axis_changed, window_changed
        Another choice was made.
    log_changed, table_changed
        Whether the y axes are logarithmic; whether the table shows instead of the curves.
    """

    figures_changed = pyqtSignal()
    axis_changed = pyqtSignal()
    window_changed = pyqtSignal()
    log_changed = pyqtSignal(bool)
    table_changed = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._switches = {figure: self._figure_switch(figure) for figure in FIGURES}
        self._axis = self._axis_chooser()
        self._window = self._window_chooser()
        self._log = self._switch("log", self.tr("Log"))
        self._log.setToolTip(self.tr("Logarithmic y axis, except for accuracy and R²"))
        self._log.toggled.connect(self.log_changed)
        self._table = self._switch("table", self.tr("Table"))
        self._table.setToolTip(self.tr("The figures at the ends of epochs as a table to copy"))
        self._table.toggled.connect(self._show_table)
        flow = QFlowLayout(self)
        flow.setContentsMargins(0, 0, 0, 0)
        flow.setHorizontalSpacing(4)
        flow.setVerticalSpacing(4)
        for widget in (*self._switches.values(), self._table, *self._options()):
            flow.addWidget(widget)

    def begin(self, setup: Setup) -> None:
        """Offer what a run has."""
        self._switches["rmse"].setVisible(setup.data.task == "regression")
        for figure, switch in self._switches.items():
            self._name_switch(switch, figure, setup.data.task)

    def set_roomy(self, roomy: bool) -> None:
        """Show all choices, or the switches only: more rows would lie over the plots."""
        for option in self._options():
            option.setVisible(roomy)

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures that are switched on, and that there are in this run."""
        return tuple(
            figure
            for figure, switch in self._switches.items()
            if switch.isChecked() and not switch.isHidden()
        )

    @property
    def axis(self) -> Axis:
        """What x counts."""
        return self._axis.currentData()

    @property
    def smoothing(self) -> int:
        """Steps that a smoothed value averages."""
        return self._window.currentData()

    @property
    def table(self) -> bool:
        """Whether the table is chosen."""
        return self._table.isChecked()

    def _options(self) -> tuple[QWidget, ...]:
        return self._axis, self._window, self._log

    def _show_table(self, on: bool) -> None:
        for choice in (*self._switches.values(), *self._options()):
            choice.setEnabled(not on)
        self.table_changed.emit(on)

    def _name_switch(self, switch: QToolButton, figure: str, task: str) -> None:
        """Short on its face, so that a narrow dock has room for the plots; in full for hover."""
        full = figure_text(figure, task)
        short = {"learning_rate": self.tr("Rate"), "gradient_norm": self.tr("Norm")}
        switch.setText(short.get(figure, full))
        switch.setAccessibleName(full)
        switch.setToolTip(self.tr("Show or hide this plot: {}").format(full))

    def _figure_switch(self, figure: str) -> QToolButton:
        switch = self._switch(f"show.{figure}", "")
        switch.setChecked(figure in SHOWN_FIRST)
        switch.clicked.connect(self.figures_changed)
        return switch

    def _switch(self, name: str, text: str) -> QToolButton:
        switch = QToolButton()
        switch.setObjectName(name)
        switch.setText(text)
        switch.setAccessibleName(text)
        switch.setCheckable(True)
        switch.setProperty("switch", True)
        return switch

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
