"""The window: docks, menus, and what its actions do."""

from __future__ import annotations

from collections.abc import Collection

from PyQt6.QtCore import QEvent, QSize, Qt, QTimer
from PyQt6.QtGui import QCloseEvent, QShowEvent
from PyQt6.QtWidgets import (
    QApplication,
    QMessageBox,
    QTabWidget,
    QToolBar,
    QVBoxLayout,
    QWidget,
)

import visualmlp
from visualmlp.gui import own_layouts, theme, window_state
from visualmlp.gui.actions import make_actions, translated
from visualmlp.gui.arrangement import LESSON, RUNS
from visualmlp.gui.dock import Dock
from visualmlp.gui.drop_hint import DropHint
from visualmlp.gui.following import Follower
from visualmlp.gui.fork_tree import ForkTree
from visualmlp.gui.kept_runs import KeptRun
from visualmlp.gui.keyboard import belongs_to_input, bring_into_sight, next_stop
from visualmlp.gui.lessons.guide import Guide
from visualmlp.gui.lessons.pane import LessonPane
from visualmlp.gui.menus import MenuBar
from visualmlp.gui.notice import Notice
from visualmlp.gui.opening import readable_lessons
from visualmlp.gui.panels import all_panels
from visualmlp.gui.panels.changes import change_text
from visualmlp.gui.panels.pending_bar import PendingBar
from visualmlp.gui.recovery_bar import RecoveryBar
from visualmlp.gui.run_actions import RunActions
from visualmlp.gui.session import Session
from visualmlp.gui.shortcut_list import ShortcutList
from visualmlp.gui.status_line import StatusLine
from visualmlp.gui.timeline_bar import TimelineBar
from visualmlp.gui.transport import TransportBar
from visualmlp.gui.unsaved import Unsaved
from visualmlp.gui.until import UntilDialog
from visualmlp.gui.views import all_views
from visualmlp.gui.what_if import WhatIf
from visualmlp.gui.window_files import FileActions
from visualmlp.gui.window_layouts import LayoutActions
from visualmlp.training.setup import Setup

DEFAULT_SIZE = (1366, 768)
SHARE_OF_SCREEN = 0.85
TITLE_BAR = 40
"""Height of what the system puts above a window, roughly."""

IN_TIMELINE = ("reset", "to_head", "undo_edit", "choose_budgets")
"""Actions of the timeline's context menu."""


class MainWindow(RunActions, FileActions, LayoutActions):
    """The whole program on the screen; owns the session."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setDockNestingEnabled(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.session = Session(self)
        self.unsaved = Unsaved(self.session)
        self.follower = Follower(self.session)
        self.guide = Guide(self.session, self, self)
        self.lessons = readable_lessons()
        self.actions_by_name = make_actions(self)
        self.notice = Notice()
        self.setMenuWidget(self._make_head())
        self.docks: dict[str, Dock] = {}
        self._docks_moved = QTimer(self)
        self._docks_moved.setSingleShot(True)
        self._docks_moved.setInterval(0)
        self._docks_moved.timeout.connect(self._show_titles_once)
        self.lesson = LessonPane(self.session, self.guide)
        self._add_dock(LESSON, self.tr("Lesson"), self.lesson)
        for panel in all_panels():
            form = panel(self.session)
            self._add_dock(f"panel.{panel.name}", form.title(), form)
        for view in all_views():
            widget = view(self.session)
            self._add_dock(f"view.{view.name}", view.title(), widget)
            self.session.add_view(widget)
        self._add_dock("what_if", self.tr("What if"), WhatIf(self.session))
        self.runs = ForkTree(self.session)
        self._add_dock(RUNS, self.runs.title(), self.runs)
        self.until_dialog = UntilDialog(self.session, self)
        self.transport = TransportBar(self.session, self.actions_by_name)
        self.timeline = TimelineBar(self.session, [self.actions_by_name[n] for n in IN_TIMELINE])
        self._add_bars()
        self.setStatusBar(StatusLine(self.session))
        self.menus = self.menu_bar.fill(self.actions_by_name, self.lessons, self.docks.values())
        self._connect()
        self.drop_hint = DropHint(self)
        self.drop_hint.dropped.connect(self.open_dropped)
        self.restore_layout()
        self._show_title()

    # Building

    def _make_head(self) -> QWidget:
        """Menu bar, message, and the bar that offers to start a new run."""
        head = QWidget()
        column = QVBoxLayout(head)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.menu_bar = MenuBar()
        column.addWidget(self.menu_bar)
        column.addWidget(self.notice)
        self.recovery = RecoveryBar()
        self.recovery.chosen.connect(self.session.open_run)
        column.addWidget(self.recovery)
        column.addWidget(PendingBar(self.session))
        return head

    def _add_dock(self, name: str, title: str, widget: QWidget) -> None:
        dock = Dock(name, title, widget, self)
        dock.dockLocationChanged.connect(self._note_docks_moved)
        dock.topLevelChanged.connect(self._note_docks_moved)
        dock.visibilityChanged.connect(self._note_docks_moved)
        self.docks[name] = dock

    def _add_bars(self) -> None:
        """The timeline at the bottom, the transport above it."""
        line = QToolBar(self.tr("Timeline"))
        line.setObjectName("timeline_line")
        line.setMovable(False)
        line.addWidget(self.timeline)
        for bar in (line, self.transport):
            self.addToolBar(Qt.ToolBarArea.BottomToolBarArea, bar)
            self.addToolBarBreak(Qt.ToolBarArea.BottomToolBarArea)

    def _connect(self) -> None:
        session = self.session
        session.failed.connect(self.tell_failure)
        session.import_wanted.connect(self.change_import)
        session.saved.connect(self.note_saved_run)
        session.status_changed.connect(self.tell_stop)
        session.run_started.connect(self._begin_run)
        session.experiment_changed.connect(self._show_edits)
        session.pending_changed.connect(self._show_edits)
        session.undo_changed.connect(self._show_edits)
        session.branches_changed.connect(self.forget_fork)
        session.forked.connect(self.tell_fork)
        session.kept_changed.connect(self._show_kept)
        session.view_wanted.connect(self.show_view)
        session.test_wanted.connect(self.ask_for_test)
        self.guide.refused.connect(self.notice.warn)
        self.guide.left.connect(self.docks[LESSON].hide)
        self.lesson.choosing.connect(self.show_start_page)
        self.menu_bar.example_chosen.connect(self._open_named)
        self.menu_bar.lesson_chosen.connect(self._open_named)
        self.menu_bar.layout_chosen.connect(self.use_layout)
        self.menu_bar.own_layout_chosen.connect(self.choose_own_layout)
        self.menu_bar.recent_chosen.connect(self.open_recent)
        self.menu_bar.show_own_layouts(own_layouts.own_layouts())
        self.menu_bar.look_chosen.connect(self._choose_look)
        self._show_edits()
        self._show_kept(())

    # Size

    def show_default_size(self) -> None:
        """Take most of a large screen, and all of a small one: its title bar needs room too."""
        screen = self.screen()
        free = screen.availableSize() if screen else QSize(*DEFAULT_SIZE)
        size = (free * SHARE_OF_SCREEN).expandedTo(QSize(*DEFAULT_SIZE))
        self.resize(size.boundedTo(free))
        if size.width() > free.width() or size.height() + TITLE_BAR > free.height():
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def take_out(self, name: str) -> QWidget:
        """Give what stands in a dock as a window of its own."""
        widget = self.docks[name].widget()
        assert widget is not None
        widget.setParent(None)
        return widget

    # What the session tells

    def _begin_run(self, setup: Setup) -> None:
        self.notice.hide()  # it told of what was before
        self._show_title()
        self.note_opened_run()
        if not self.guide.is_open:
            self._raise_what_fits(setup.data.n_inputs <= 2)

    def _show_title(self) -> None:
        experiment = self.session.setup.experiment if self.session.setup else None
        self.setWindowTitle(experiment.title if experiment else "VisualMLP")

    def _show_edits(self) -> None:
        """Say in the menu what Undo and Redo would do."""
        session, texts = self.session, {"undo": "", "redo": ""}
        if session.can_undo:
            target = session.undo_target
            by_hand = self.tr("change by hand")
            texts["undo"] = change_text(target, session.experiment) if target else by_hand
        if session.redo_target:
            texts["redo"] = change_text(session.experiment, session.redo_target)
        for name, is_possible in (("undo", session.can_undo), ("redo", session.can_redo)):
            action, verb = self.actions_by_name[name], translated("&" + name.capitalize())
            action.setText(f"{verb} {texts[name].replace('&', '&&')}".rstrip())
            action.setEnabled(is_possible)

    def _show_kept(self, runs: Collection[KeptRun]) -> None:
        self.actions_by_name["forget_kept_curves"].setEnabled(bool(runs))

    # Actions

    def quit(self) -> None:
        self.close()

    def undo(self) -> None:
        self.session.undo()

    def redo(self) -> None:
        self.session.redo()

    def full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def show_shortcuts(self) -> None:
        ShortcutList(self.menu_bar.layout_actions, self).open()

    def show_about(self) -> None:
        text = self.tr(
            "<h3>VisualMLP {}</h3><p>A desktop microscope for multilayer perceptrons.</p>"
            "<p>Free software under the GNU General Public License, version 3 or later; "
            "it comes without any warranty.</p>"
            "<p>Built with Qt, PyQt6, superqt and NumPy. The digits and Iris data are from the "
            "UCI Machine Learning Repository (CC BY 4.0).</p>"
        ).format(visualmlp.__version__)
        box = QMessageBox(QMessageBox.Icon.NoIcon, self.tr("About VisualMLP"), text, parent=self)
        box.setObjectName("message")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def _choose_look(self, choice: theme.Choice) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, choice)
        window_state.save_look(choice)

    # Qt's events

    def event(self, event: QEvent | None) -> bool:
        """Leave Space and the arrows to a widget that uses them, instead of the shortcut."""
        if event and belongs_to_input(event):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Go to the next control as the window looks, see :func:`next_stop`."""
        stop = next_stop(self, self.docks.values(), forward=forward)
        if stop is None:
            return False
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        stop.setFocus(reason)
        bring_into_sight(stop)
        return True

    def showEvent(self, event: QShowEvent | None) -> None:
        """Begin with the focus on no control, so that Space plays."""
        super().showEvent(event)
        self.arrange_at_first_sight()
        self.setFocus()
        if event and not event.spontaneous():
            QTimer.singleShot(0, self.show_floating_again)

    def closeEvent(self, event: QCloseEvent | None) -> None:
        window_state.save_layout(self)
        self.follower.close()
        self.session.close()
        super().closeEvent(event)
