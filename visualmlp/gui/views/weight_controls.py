"""What can be chosen about the weights: layer, quantity, order of the units, histograms."""

from __future__ import annotations

from functools import partial
from itertools import pairwise

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualmlp.analysis.unit_order import Order
from visualmlp.gui.views.layer_chooser import LayerChooser
from visualmlp.gui.views.shown_weights import CHANGE, GRADIENT, SLOT, WEIGHTS, slot_names
from visualmlp.gui.widgets.elided_combo import ElidedCombo
from visualmlp.training.setup import Setup

WIDE_ENOUGH = 360
"""Pixels; in a narrower view the switch for histograms is in the menu only."""

LEAST_WIDTH = 64
"""Of a chooser, in pixels; its text is shortened."""

AROUND_TEXT = 40
"""Pixels that a chooser takes besides its text."""


class WeightControls(QWidget):
    """Choosers in one line, a menu for what is chosen seldom, and a line for the changes' step.

    Signals
    -------
    changed
        Something else shall be computed.
    log_changed
        Whether the histograms have a logarithmic axis.
    """

    changed = pyqtSignal()
    log_changed = pyqtSignal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._step = 0
        self._order: Order = "network"
        self._was_asked = False
        self.layer = LayerChooser()
        self.layer.setMinimumWidth(LEAST_WIDTH)
        self.layer.layer_chosen.connect(self.changed)
        self._quantity = self._quantity_chooser()
        self._since = self._since_box()
        self._here = QPushButton(self.tr("Since here"))
        self._here.setObjectName("since_here")
        self._here.setToolTip(self.tr("Show from now on what changes after the present step"))
        self._here.clicked.connect(self._mark_step)
        self._histograms = self._action(
            "histograms",
            self.tr("Histograms"),
            self.tr("How the numbers of every layer are distributed"),
        )
        self._histograms.toggled.connect(self.changed)
        self._histograms.triggered.connect(self._note_wish)
        self._switch = QToolButton()
        self._switch.setDefaultAction(self._histograms)
        self._switch.setObjectName("show_histograms")
        self._switch.setAccessibleName(self._histograms.text())
        self._switch.setProperty("switch", True)
        self._more = self._menu_button()
        self._arrange()

    def set_setup(self, setup: Setup) -> None:
        """Offer the layers of a network, and what its optimizer remembers."""
        self.layer.set_setup(setup)
        chosen = self.quantity
        self._quantity.clear()
        self._quantity.addItem(self.tr("Weights"), WEIGHTS)
        self._quantity.addItem(self.tr("Change since …"), CHANGE)
        self._quantity.addItem(self.tr("Gradient"), GRADIENT)
        optimizer = setup.experiment.optimizer.name
        for name in slot_names(setup):
            text = self.tr("{slot} of {optimizer}").format(slot=name, optimizer=optimizer)
            self._quantity.addItem(text, SLOT + name)
        self._quantity.setCurrentIndex(max(0, self._quantity.findData(chosen)))
        self._limit_width()
        self._since.setValue(0)
        self._show_since()

    def set_step(self, step: int, head: int) -> None:
        """The cursor, and the newest step, which is the last that changes can be counted from."""
        self._step = step
        if self._since.maximum() != max(head, self._since.value()):
            self._since.setMaximum(max(head, self._since.value()))

    def set_room(self, *, width: int, has_room_below: bool) -> None:
        """Adapt to the view's size; histograms show by themselves where there is room for both."""
        self._switch.setVisible(width >= WIDE_ENOUGH)
        if not self._was_asked and self._histograms.isChecked() != has_room_below:
            self._histograms.setChecked(has_room_below)

    @property
    def quantity(self) -> str:
        """What to show: see :mod:`visualmlp.gui.views.shown_weights`."""
        return self._quantity.currentData() or WEIGHTS

    @property
    def since(self) -> int:
        """The step that changes are counted from."""
        return self._since.value()

    @property
    def order(self) -> Order:
        """Of the units."""
        return self._order

    @property
    def histograms(self) -> bool:
        """Whether they are shown."""
        return self._histograms.isChecked()

    # The user

    def _mark_step(self) -> None:
        self._since.setMaximum(max(self._since.maximum(), self._step))
        self._since.setValue(self._step)

    def _choose_quantity(self) -> None:
        self._show_since()
        self.changed.emit()

    def _show_since(self) -> None:
        for widget in (self._since, self._here):
            widget.setVisible(self.quantity == CHANGE)

    def _choose_order(self, order: Order) -> None:
        self._order = order
        self.changed.emit()

    def _note_wish(self) -> None:
        self._was_asked = True

    # Layout

    def _limit_width(self) -> None:
        """Let the quantity be as wide as its longest text, where there is room."""
        texts = (self._quantity.itemText(i) for i in range(self._quantity.count()))
        longest = max(map(self._quantity.fontMetrics().horizontalAdvance, texts))
        self._quantity.setMaximumWidth(longest + AROUND_TEXT)

    def _quantity_chooser(self) -> QComboBox:
        chooser = ElidedCombo()
        chooser.setObjectName("quantity")
        chooser.setAccessibleName(self.tr("What to show of the weights"))
        chooser.setToolTip(
            self.tr(
                "The weights, their change since a step, the gradient of the next step, or what "
                "the optimizer remembers"
            )
        )
        chooser.setMinimumWidth(LEAST_WIDTH)
        chooser.activated.connect(self._choose_quantity)
        return chooser

    def _since_box(self) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName("since")
        box.setAccessibleName(self.tr("Change since step"))
        box.setPrefix(self.tr("since step "))
        box.setSpecialValueText(self.tr("since the start"))
        box.setGroupSeparatorShown(True)
        box.setToolTip(self.tr("The state that the present one is compared with; 0 is the start"))
        box.setKeyboardTracking(False)
        box.setRange(0, 0)
        box.valueChanged.connect(self.changed)
        return box

    def _action(self, name: str, text: str, tip: str) -> QAction:
        action = QAction(text, self)
        action.setObjectName(name)
        action.setToolTip(tip)
        action.setCheckable(True)
        return action

    def _menu_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("more")
        button.setText("…")
        button.setAccessibleName(self.tr("Order of the units and other options"))
        button.setToolTip(button.accessibleName())
        button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        menu.setToolTipsVisible(True)
        orders = QActionGroup(menu)
        menu.addSection(self.tr("Order of the units"))
        for order, text, tip in self._orders():
            action = self._action(f"order.{order}", text, tip)
            action.setActionGroup(orders)
            action.setChecked(order == self._order)
            action.triggered.connect(partial(self._choose_order, order))
            menu.addAction(action)
        menu.addSection(self.tr("Histograms"))
        menu.addAction(self._histograms)
        log = self._action(
            "log", self.tr("Logarithmic heights"), self.tr("Rare values show beside common ones")
        )
        log.toggled.connect(self.log_changed)
        menu.addAction(log)
        button.setMenu(menu)
        return button

    def _orders(self) -> tuple[tuple[Order, str, str], ...]:
        return (
            ("network", self.tr("As in the network"), self.tr("By their numbers")),
            (
                "norm",
                self.tr("Largest first"),
                self.tr("By the norm of what is shown: the root of the sum of its squares"),
            ),
            (
                "similarity",
                self.tr("Most like the picked unit first"),
                self.tr("By the cosine of the angle between the units' columns"),
            ),
        )

    def _arrange(self) -> None:
        line, below = QHBoxLayout(), QHBoxLayout()
        line.addWidget(self.layer)
        line.addWidget(self._quantity, 20)  # of what is left over nearly all
        line.addWidget(self._switch)
        line.addWidget(self._more)
        line.addStretch(1)
        below.addWidget(self._since)
        below.addWidget(self._here)
        below.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(line)
        layout.addLayout(below)
        chain = (self.layer, self._quantity, self._switch, self._more, self._since, self._here)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)
