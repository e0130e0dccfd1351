"""What can be chosen about the mistakes: part, order, filters, and what is drawn of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QComboBox, QMenu, QPushButton, QToolButton, QWidget

from visualmlp.analysis.mistakes import Filter, Order
from visualmlp.gui.session import Session
from visualmlp.gui.views.part_chooser import PartChooser
from visualmlp.gui.widgets.flow import Flow
from visualmlp.training.probe import PartName
from visualmlp.training.setup import Setup

ROOMY = 680
"""Pixels; in a narrower view some switches are in the menu only."""


class MistakeControls(QWidget):
    """Choosers in one line, with a menu for what is chosen seldom.

    Parameters
    ----------
    session
        Whose run's samples are looked at.

    Signals
    -------
    changed
        Something else shall be computed or drawn.
    class_chosen
        Another filter by classes was chosen: the Filter.
    """

    changed = pyqtSignal()
    class_chosen = pyqtSignal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._filter: Filter = (None, None)
        self._part = PartChooser(session)
        self._part.part_chosen.connect(self.changed)
        self._order = self._order_chooser()
        self._strips = self._action(
            "strips",
            self.tr("Over the run"),
            self.tr(
                "Each sample's predictions in the course of the run; a double click goes there"
            ),
        )
        self._flipped = self._action(
            "flipped",
            self.tr("Only flipped"),
            self.tr("Only samples whose prediction changed in the course of the run"),
        )
        self._percent = self._action(
            "percent",
            self.tr("Matrix in per cent"),
            self.tr("Cells tell the percentage of their true class instead of counts"),
        )
        self._samples = self._action(
            "samples",
            self.tr("Samples"),
            self.tr("Show the samples instead of the matrix, where there is room for one only"),
        )
        self._show_all = QPushButton(self.tr("Show all mistakes"))
        self._show_all.setObjectName("show_all")
        self._show_all.setToolTip(self.tr("Show the mistakes of all cells again"))
        self._show_all.clicked.connect(self._clear)
        self._switches = {a: self._switch(a) for a in (self._strips, self._samples)}
        self._menus = {axis: QMenu(self) for axis in (0, 1)}
        self._more = self._menu_button()
        self._arrange()

    def set_setup(self, setup: Setup) -> None:
        """Offer the parts and classes of a run's data."""
        self._part.set_run(setup)
        for axis, menu in self._menus.items():
            menu.clear()
            group = QActionGroup(menu)
            names = (self.tr("any"), *setup.data.class_names)
            for number, name in zip((None, *range(len(names) - 1)), names, strict=True):
                action = QAction(name, group)
                action.setCheckable(True)
                action.setData(number)
                action.triggered.connect(partial(self._choose_class, axis, number))
                menu.addAction(action)
        self.set_filter((None, None))

    def choose_part(self, part: PartName) -> None:
        """Show a part as chosen, without a signal."""
        self._part.choose(part)

    def set_filter(self, chosen: Filter) -> None:
        """Show what is filtered by, without a signal."""
        self._filter = chosen
        for axis, menu in self._menus.items():
            for action in menu.actions():
                action.setChecked(action.data() == chosen[axis])
        self._show_all.setEnabled(chosen != (None, None))

    def set_room(self, width: int, *, both: bool) -> None:
        """Adapt to the view's width, and to whether matrix and samples show beside each other."""
        self._show_all.setVisible(width >= ROOMY)
        self._switches[self._strips].setVisible(width >= ROOMY)
        self._switches[self._samples].setVisible(not both)

    def show_samples(self) -> None:
        """Show the samples, where there is no room for the matrix too."""
        self._samples.setChecked(True)

    @property
    def part(self) -> PartName:
        """The chosen part of the data."""
        return self._part.part

    @property
    def order(self) -> Order:
        """Which samples come first."""
        return self._order.currentData()

    @property
    def filter(self) -> Filter:
        """True and predicted class that are wanted; None is any."""
        return self._filter

    @property
    def strips(self) -> bool:
        """Whether predictions over the run are wanted."""
        return self._strips.isChecked()

    @property
    def flipped(self) -> bool:
        """Whether only samples are wanted whose prediction changed."""
        return self._flipped.isChecked()

    @property
    def percent(self) -> bool:
        """Whether the matrix tells percentages."""
        return self._percent.isChecked()

    @property
    def samples(self) -> bool:
        """Whether the samples are wanted where there is room for one of both."""
        return self._samples.isChecked()

    # The user

    def _choose_class(self, axis: int, number: int | None) -> None:
        true, predicted = self._filter
        self.class_chosen.emit((number, predicted) if axis == 0 else (true, number))

    def _clear(self) -> None:
        self.class_chosen.emit((None, None))

    # Layout

    def _order_chooser(self) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName("order")
        chooser.setAccessibleName(self.tr("Order of the samples"))
        chooser.setToolTip(
            self.tr(
                "Which samples come first; confidence is the output of the predicted class; the "
                "newest mistakes are those that were right until last"
            )
        )
        chooser.addItem(self.tr("Highest loss first"), "loss")
        chooser.addItem(self.tr("Most confident first"), "confidence")
        chooser.addItem(self.tr("Newest mistakes first"), "newest")
        chooser.addItem(self.tr("Order of the data"), "data")
        chooser.activated.connect(self.changed)
        return chooser

    def _action(self, name: str, text: str, tip: str) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setToolTip(tip)
        action.setCheckable(True)
        action.toggled.connect(self.changed)
        return action

    def _switch(self, action: QAction) -> QToolButton:
        switch = QToolButton()
        switch.setDefaultAction(action)
        switch.setObjectName(f"show_{action.objectName()}")
        switch.setAccessibleName(action.text())
        switch.setProperty("switch", True)
        return switch

    def _menu_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("more")
        button.setText("…")
        button.setAccessibleName(self.tr("Filters and other options"))
        button.setToolTip(button.accessibleName())
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        self._menus[0].setTitle(self.tr("True class"))
        self._menus[1].setTitle(self.tr("Predicted class"))
        for axis in (0, 1):
            menu.addMenu(self._menus[axis])
        clear: Callable[[], None] = self._clear
        menu.addAction(self.tr("All classes"), clear)
        menu.addSeparator()
        menu.addActions([self._flipped, self._strips, self._percent])
        button.setMenu(menu)
        return button

    def _arrange(self) -> None:
        for chooser in (self._part, self._order):
            chooser.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        line = Flow(self)
        samples, strips = self._switches[self._samples], self._switches[self._strips]
        chain = (self._part, samples, self._order, strips, self._show_all, self._more)
        for widget in chain:
            line.addWidget(widget)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)
