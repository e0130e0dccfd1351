"""The tree of runs that came from one start: which there are, and what to do with them."""

from __future__ import annotations

import time
from collections.abc import Callable

from PyQt6.QtCore import QSignalBlocker, QSize, Qt
from PyQt6.QtGui import QAction, QKeySequence
from PyQt6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QMessageBox,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from visualmlp.gui.icons import icon
from visualmlp.gui.session import Session
from visualmlp.gui.timeline_marks import edit_text
from visualmlp.gui.widgets.labels import bold_font, count_text
from visualmlp.training.branches import Branch, Branches

INTERVAL = 0.5
"""Seconds between two looks at the figures while training runs."""

ROW_GAP = 6
"""Pixels that a row is higher than its text."""

NAME, STATE, CHANGE, FROM, STEPS, SCORE, MEMORY = range(7)
_NUMBER = Qt.ItemDataRole.UserRole
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def size_text(n_bytes: int) -> str:
    """A size in memory: "12.3 MB"."""
    return f"{n_bytes / 2**20:,.1f} MB" if n_bytes >= 2**20 else f"{n_bytes / 2**10:,.0f} KB"


class ForkTree(QWidget):
    """Every run with the change that made it; Enter or a double click goes to one.

    Parameters
    ----------
    session
        Whose runs are shown.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("runs")
        self._session = session
        self._items: dict[int, QTreeWidgetItem] = {}
        self._current = 0
        self._looked = 0.0
        self.tree = self._new_tree()
        self.switch_action = self._action("switch", self.tr("Go to it"), self._switch)
        self.rename_action = self._action("rename", self.tr("Rename"), self._rename, "F2")
        self.pin_action = self._action("pin", self.tr("Pin"), self._pin)
        self.delete_action = self._action("delete", self.tr("Delete…"), self._ask_delete, "Delete")
        self.switch_action.setToolTip(self.tr("Go on with this run, at the same step (Enter)"))
        self.rename_action.setToolTip(self.tr("Give this run another name (F2)"))
        self.pin_action.setToolTip(self.tr("Keep this run from being deleted, or not"))
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 4, 4, 4)
        column.setSpacing(4)
        column.addWidget(self.tree, 1)
        column.addLayout(self._buttons())
        session.branches_changed.connect(self._show)
        session.run_started.connect(self._show_all)
        session.frame_changed.connect(self._follow)
        session.status_changed.connect(self._show_figures)
        self._show_all()

    def title(self) -> str:
        """The panel's name on the screen."""
        return self.tr("Runs")

    def ask_fork(self) -> None:
        """Ask for a name, and go on from the cursor as a run of its own."""
        frame = self._session.frame
        if frame is None:
            return
        dialog = QInputDialog(self.window())
        dialog.setObjectName("fork_name")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Fork here"))
        text = self.tr("Name of the run that begins at step {}:").format(count_text(frame.step))
        dialog.setLabelText(text)
        dialog.setTextValue(self._next_name())
        dialog.textValueSelected.connect(self._fork)
        dialog.open()

    # What is shown

    def _show_all(self) -> None:
        if self._session.branches:
            self._show(self._session.branches)

    def _show(self, branches: Branches) -> None:
        """Build the tree again; the selected run stays so, until another one is in use."""
        selected = None if branches.current != self._current else self._selected()
        self._current = branches.current
        blocker = QSignalBlocker(self.tree)
        self.tree.clear()
        self._items = {}
        self._name_score()
        for branch in branches.all:  # a parent is older than its forks
            parent = self._items.get(-1 if branch.parent is None else branch.parent)
            item = QTreeWidgetItem(parent or self.tree.invisibleRootItem())
            self._items[branch.number] = item
            self._describe(item, branch, is_current=branch.number == branches.current)
        self.tree.expandAll()
        chosen = self._items.get(-1 if selected is None else selected)
        self.tree.setCurrentItem(chosen or self._items[branches.current])
        blocker.unblock()
        self._show_figures()
        self._offer()

    def _describe(self, item: QTreeWidgetItem, branch: Branch, *, is_current: bool) -> None:
        states = [self.tr("in use")] if is_current else []
        states += [self.tr("pinned")] if branch.is_pinned else []
        change = edit_text(branch.change) if branch.change else self.tr("the first run")
        item.setData(NAME, _NUMBER, branch.number)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
        item.setText(NAME, branch.name)
        item.setSizeHint(CHANGE, QSize(0, self.fontMetrics().height() + ROW_GAP))
        item.setText(STATE, ", ".join(states))
        item.setText(CHANGE, change)
        item.setToolTip(CHANGE, change)
        item.setText(FROM, count_text(branch.fork_step) if branch.parent is not None else "")
        for column in (FROM, STEPS, SCORE, MEMORY):
            item.setTextAlignment(column, _RIGHT)
        if is_current:
            item.setIcon(NAME, icon("play"))
            for column in range(self.tree.columnCount()):
                item.setFont(column, bold_font(self.font()))

    def _follow(self) -> None:
        is_time = time.perf_counter() > self._looked + INTERVAL
        if not self.visibleRegion().isEmpty() and (is_time or not self._session.is_running):
            self._show_figures()

    def _show_figures(self) -> None:
        """What grows while training goes on."""
        self._looked = time.perf_counter()
        branches = self._session.branches
        if branches is None:
            return
        blocker = QSignalBlocker(self.tree)
        for branch in branches.all:
            if item := self._items.get(branch.number):
                own, whole = branches.own_bytes(branch.number), branch.n_bytes
                item.setText(STEPS, count_text(branch.timeline.head))
                item.setText(SCORE, _score_text(branch))
                item.setText(MEMORY, size_text(own))
                tip = self.tr("Its checkpoints take {}; {} of that no other run shares.")
                item.setToolTip(MEMORY, tip.format(size_text(whole), size_text(own)))
        blocker.unblock()

    def _name_score(self) -> None:
        setup = self._session.setup
        regression = setup is not None and setup.data.task == "regression"
        header = self.tree.headerItem()
        assert header is not None
        header.setText(SCORE, self.tr("Val. R²") if regression else self.tr("Val. accuracy"))

    # What can be done

    def _selected(self) -> int | None:
        item = self.tree.currentItem()
        return int(item.data(NAME, _NUMBER)) if item else None

    def _branch(self) -> Branch | None:
        """The selected run."""
        number, branches = self._selected(), self._session.branches
        every = branches.all if branches else ()
        return next((branch for branch in every if branch.number == number), None)

    def _is_current(self, branch: Branch) -> bool:
        branches = self._session.branches
        return branches is not None and branch.number == branches.current

    def _offer(self) -> None:
        """Allow what can be done with the selected run."""
        branch = self._branch()
        is_other = branch is not None and not self._is_current(branch)
        is_pinned = branch is not None and branch.is_pinned
        self.switch_action.setEnabled(is_other)
        self.rename_action.setEnabled(branch is not None)
        self.pin_action.setEnabled(branch is not None)
        self.pin_action.setText(self.tr("Unpin") if is_pinned else self.tr("Pin"))
        self.delete_action.setEnabled(is_other and not is_pinned)
        tip = self.tr("Forget this run and free its memory (Delete)")
        if is_pinned:
            tip = self.tr("This run is pinned: unpin it to delete it")
        elif not is_other:
            tip = self.tr("This run is in use: go to another one to delete it")
        self.delete_action.setToolTip(tip)

    def _switch(self) -> None:
        branch = self._branch()
        if branch and not self._is_current(branch):
            self._session.switch_run(branch.number)

    def _rename(self) -> None:
        if item := self.tree.currentItem():
            self.tree.editItem(item, NAME)

    def _take_name(self, item: QTreeWidgetItem, column: int) -> None:
        branch, name = self._branch(), item.text(NAME).strip()
        if branch is None or column != NAME:
            return
        if name and name != branch.name:
            self._session.rename_run(branch.number, name)
        else:
            blocker = QSignalBlocker(self.tree)
            item.setText(NAME, branch.name)
            blocker.unblock()

    def _pin(self) -> None:
        if branch := self._branch():
            self._session.pin_run(branch.number, not branch.is_pinned)

    def _ask_delete(self) -> None:
        branch, branches = self._branch(), self._session.branches
        if branch is None or branches is None:
            return
        box = QMessageBox(QMessageBox.Icon.Question, self.tr("Delete run"), "", parent=self)
        box.setObjectName("delete_run")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        text = self.tr("Delete {name}? It has {steps} steps, and {size} of memory is freed.")
        size = size_text(branches.own_bytes(branch.number))
        head = count_text(branch.timeline.head)
        box.setText(text.format(name=branch.name, steps=head, size=size))
        box.setInformativeText(self.tr("It cannot be brought back. Runs that left it stay."))
        delete = box.addButton(self.tr("Delete"), QMessageBox.ButtonRole.DestructiveRole)
        assert delete is not None
        delete.clicked.connect(lambda: self._session.delete_run(branch.number))
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.open()

    def _fork(self, name: str) -> None:
        self._session.fork_run(name.strip())

    def _next_name(self) -> str:
        branches = self._session.branches
        numbers = [branch.number for branch in branches.all] if branches else [0]
        return self.tr("run {}").format(max(numbers) + 2)

    # Building

    def _new_tree(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setObjectName("runs.tree")
        tree.setAccessibleName(self.tr("Tree of runs"))
        tree.setHeaderLabels(
            [
                self.tr("Run"),
                self.tr("State"),
                self.tr("Change"),
                self.tr("From step"),
                self.tr("Steps"),
                self.tr("Val. accuracy"),
                self.tr("Own memory"),
            ]
        )
        tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        tree.setExpandsOnDoubleClick(False)
        tree.setUniformRowHeights(True)
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
        tree.itemActivated.connect(self._switch)
        tree.currentItemChanged.connect(self._offer)
        tree.itemChanged.connect(self._take_name)
        if header := tree.header():
            header.setStretchLastSection(False)
            header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
            header.setSectionResizeMode(CHANGE, QHeaderView.ResizeMode.Stretch)
        return tree

    def _action(self, name: str, text: str, do: Callable[[], None], key: str = "") -> QAction:
        action = QAction(text, self)
        action.setObjectName(f"runs.{name}")
        if key:
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(do)
        self.tree.addAction(action)
        return action

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(4)
        for action in self.tree.actions():
            button = QToolButton()
            button.setDefaultAction(action)
            button.setObjectName(f"{action.objectName()}.button")
            button.setAccessibleName(action.text())
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        row.addStretch()
        return row


def _score_text(branch: Branch) -> str:
    """The newest score of the validation part."""
    newest = branch.timeline.history.epochs[-1].validation
    return f"{newest.score:.4f}" if newest else "–"
