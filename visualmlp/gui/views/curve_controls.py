"""What can be chosen about the curves: figures, their options, and whether they are a table."""

from __future__ import annotations

from itertools import pairwise

from PyQt6.QtCore import QEvent, QSize, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QToolButton, QWidget

from visualmlp.gui.icons import icon
from visualmlp.gui.views.curve_names import figure_text
from visualmlp.gui.views.curve_options import GAP, CurveOptions, OptionsPopup, switch_called
from visualmlp.gui.widgets.flow import Flow
from visualmlp.training.setup import Setup

FIGURES = ("loss", "score", "rmse", "learning_rate", "gradient_norm")
SHOWN_FIRST = ("loss", "score")


class CurveControls(QWidget):
    """Switches and choosers above the curves, fewer of them where there is little room.

    Signals
    -------
    figures_changed
        Other figures are to be shown.
    table_changed
        Whether the table shows instead of the curves.

    Attributes
    ----------
    options
        Axes and smoothing; they wait behind a button while there is no room for them.
    """

    figures_changed = pyqtSignal()
    table_changed = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._task = "classification"
        self._single = False
        self._switches = {figure: self._figure_switch(figure) for figure in FIGURES}
        self._only = self._figure_chooser()
        self._table = switch_called(
            "table",
            self.tr("Table"),
            self.tr("The figures at the ends of epochs as a table to copy"),
        )
        self._table.toggled.connect(self._show_table)
        self.options = CurveOptions()
        self._popup = OptionsPopup(self)
        self._more = self._options_button()
        self._flow = Flow(self, gap=(GAP, GAP))
        self._chain = *self._switches.values(), self._only, self._table, self._more, self.options
        for widget in self._chain:
            self._flow.addWidget(widget)
        for before, after in pairwise(self._chain):
            QWidget.setTabOrder(before, after)
        self._is_folded = False
        self._show_fitting()

    def begin(self, setup: Setup) -> None:
        """Offer what a run has."""
        self._task = setup.data.task
        chosen = self._only.currentData()
        self._only.clear()
        for figure, switch in self._switches.items():
            self._name_switch(switch, figure)
            if self._is_offered(figure):
                self._only.addItem(switch.text(), figure)
        self._only.setCurrentIndex(max(self._only.findData(chosen), 0))
        self._show_fitting()

    def set_room(self, width: int, *, single: bool) -> None:
        """Show what fits into a width; with ``single`` one figure is chosen, not several."""
        if single and not self._single:
            wanted = next(iter(self.figures), FIGURES[0])
            self._only.setCurrentIndex(max(self._only.findData(wanted), 0))
        self._single = single
        self._show_fitting()
        self._fold(width < self._row_width())

    @property
    def figures(self) -> tuple[str, ...]:
        """The figures that are chosen, and that there are in this run."""
        if self._single:
            return (self._only.currentData() or FIGURES[0],)
        return tuple(
            figure
            for figure, switch in self._switches.items()
            if switch.isChecked() and self._is_offered(figure)
        )

    @property
    def table(self) -> bool:
        """Whether the table is chosen."""
        return self._table.isChecked()

    def _is_offered(self, figure: str) -> bool:
        return figure != "rmse" or self._task == "regression"

    # Room

    def _show_fitting(self) -> None:
        for figure, switch in self._switches.items():
            switch.setVisible(self._is_offered(figure) and not self._single)
        self._only.setVisible(self._single)
        self._more.setVisible(self._is_folded)

    def _row_width(self) -> int:
        shown = [w for w in (*self._switches.values(), self._only, self._table) if not w.isHidden()]
        return sum(w.sizeHint().width() + GAP for w in shown) + self.options.row_width()

    def _fold(self, folded: bool) -> None:
        if folded == self._is_folded:
            return
        self._is_folded = folded
        if folded:
            self._flow.removeWidget(self.options)
            self._popup.take(self.options)
        else:
            self._popup.hide()
            self._flow.addWidget(self.options)
            self.options.stand(upright=False)
        self._show_fitting()
        self.options.show()

    def _open_options(self) -> None:
        self._popup.open_below(self._more, self.options)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.FontChange:
            self._fold(self.width() < self._row_width())

    # The user

    def _show_table(self, on: bool) -> None:
        for choice in (*self._switches.values(), self._only, self._more, self.options):
            choice.setEnabled(not on)
        self.table_changed.emit(on)

    def _name_switch(self, switch: QToolButton, figure: str) -> None:
        """Short on its face, so that a narrow dock has room for the plots; in full for hover."""
        full = figure_text(figure, self._task)
        short = {"learning_rate": self.tr("Rate"), "gradient_norm": self.tr("Norm")}
        switch.setText(short.get(figure, full))
        switch.setAccessibleName(full)
        switch.setToolTip(self.tr("Show or hide this plot: {}").format(full))

    def _figure_switch(self, figure: str) -> QToolButton:
        switch = switch_called(f"show.{figure}", "")
        switch.setChecked(figure in SHOWN_FIRST)
        switch.clicked.connect(self.figures_changed)
        return switch

    def _figure_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("only")
        chooser.setAccessibleName(self.tr("Figure"))
        chooser.setToolTip(self.tr("The figure to show: there is room for one plot only"))
        chooser.activated.connect(self.figures_changed)
        return chooser

    def _options_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("options")
        button.setIcon(icon("settings"))
        button.setIconSize(QSize(14, 14))
        button.setAccessibleName(self.tr("Options"))
        button.setToolTip(self.tr("Axes, smoothing, zoom, curves of a run file"))
        button.setProperty("switch", True)
        button.clicked.connect(self._open_options)
        return button
