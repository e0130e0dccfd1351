"""The window: docks, menus, and what its actions do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from PyQt6.QtCore import QEvent, Qt, QTimer
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
from visualmlp.data import source_of
from visualmlp.errors import VisualMLPError
from visualmlp.experiment import Experiment, replace_at, write_toml
from visualmlp.gui import layouts, theme, window_state
from visualmlp.gui.actions import ACTIONS, keys, make_actions, translated
from visualmlp.gui.dock import Dock
from visualmlp.gui.file_dialogs import ask_open, ask_save
from visualmlp.gui.following import Follower
from visualmlp.gui.fork_tree import ForkTree
from visualmlp.gui.kept_runs import KeptRun
from visualmlp.gui.keyboard import belongs_to_input, is_behind, make_tabs_reachable
from visualmlp.gui.lessons.guide import Guide
from visualmlp.gui.lessons.missing_data import MissingDataDialog
from visualmlp.gui.lessons.pane import LessonPane
from visualmlp.gui.lessons.start_page import StartPage
from visualmlp.gui.menus import MenuBar
from visualmlp.gui.notice import Notice
from visualmlp.gui.opening import find, readable_lessons
from visualmlp.gui.panels import all_panels
from visualmlp.gui.panels.pending_bar import PendingBar
from visualmlp.gui.recovery_bar import RecoveryBar
from visualmlp.gui.run_actions import RunActions
from visualmlp.gui.session import Session
from visualmlp.gui.status_line import StatusLine
from visualmlp.gui.timeline_bar import TimelineBar
from visualmlp.gui.transport import TransportBar
from visualmlp.gui.until import UntilDialog
from visualmlp.gui.views import all_views
from visualmlp.gui.what_if import WhatIf
from visualmlp.lessons import Lesson
from visualmlp.training.setup import Setup

DEFAULT_SIZE = (1366, 768)

IN_TIMELINE = ("reset", "to_head", "undo_edit", "choose_budgets")
"""Actions of the timeline's context menu."""


class MainWindow(RunActions):
    """The whole program on the screen; owns the session."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("main")
        self.setDockNestingEnabled(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self.session = Session(self)
        self.follower = Follower(self.session)
        self.guide = Guide(self.session, self, self)
        self.lessons = readable_lessons()
        self.actions_by_name = make_actions(self)
        self.notice = Notice()
        self.setMenuWidget(self._make_head())
        self.docks: dict[str, Dock] = {}
        self._function_fits = False
        self._docks_moved = QTimer(self)
        self._docks_moved.setSingleShot(True)
        self._docks_moved.setInterval(0)
        self._docks_moved.timeout.connect(self._show_titles_once)
        self.lesson = LessonPane(self.session, self.guide)
        self._add_dock(layouts.LESSON, self.tr("Lesson"), self.lesson)
        for panel in all_panels():
            form = panel(self.session)
            self._add_dock(f"panel.{panel.name}", form.title(), form)
        for view in all_views():
            widget = view(self.session)
            self._add_dock(f"view.{view.name}", view.title(), widget)
            self.session.add_view(widget)
        self._add_dock("what_if", self.tr("What if"), WhatIf(self.session))
        self.runs = ForkTree(self.session)
        self._add_dock(layouts.RUNS, self.runs.title(), self.runs)
        self.until_dialog = UntilDialog(self.session, self)
        self.transport = TransportBar(self.session, self.actions_by_name)
        self.timeline = TimelineBar(self.session, [self.actions_by_name[n] for n in IN_TIMELINE])
        self._add_bars()
        self.setStatusBar(StatusLine(self.session))
        self.menus = self.menu_bar.fill(self.actions_by_name, self.lessons, self.docks.values())
        self._connect()
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
        session.failed.connect(self.notice.warn)
        session.saved.connect(self._tell_saved)
        session.status_changed.connect(self.tell_stop)
        session.run_started.connect(self._begin_run)
        session.experiment_changed.connect(self._show_edits)
        session.pending_changed.connect(self._show_edits)
        session.undo_changed.connect(self._show_edits)
        session.branches_changed.connect(self.forget_fork)
        session.forked.connect(self.tell_fork)
        session.kept_changed.connect(self._show_kept)
        self.guide.refused.connect(self.notice.warn)
        self.lesson.choosing.connect(self.show_start_page)
        self.menu_bar.example_chosen.connect(self._open_named)
        self.menu_bar.lesson_chosen.connect(self._open_named)
        self.menu_bar.layout_chosen.connect(self.use_layout)
        self.menu_bar.look_chosen.connect(self._choose_look)
        self._show_edits()
        self._show_kept(())

    # Layout

    def use_layout(self, name: str) -> None:
        """Put every dock in its place in a layout.

        Raises
        ------
        UnknownNameError
            If there is no such layout.
        """
        lesson = self.guide.lesson is not None
        layouts.arrange(self, self.docks, layouts.find_layout(name), lesson=lesson)
        self._show_titles_once()

    def restore_layout(self) -> None:
        """Put every dock in its default place."""
        self.use_layout("default")

    def bring_back_layout(self) -> bool:
        """Take size and docks of the last time, but no lesson; False if there is nothing."""
        done = window_state.restore_layout(self)
        self.docks[layouts.LESSON].hide()
        return done

    def show_view(self, name: str) -> None:
        """Bring a view to the front.

        Raises
        ------
        VisualMLPError
            If there is no such view.
        """
        dock = self.docks.get(f"view.{name}")
        if dock is None:
            raise VisualMLPError(self.tr("There is no view {!r}; see the menu View.").format(name))
        dock.show()
        dock.raise_()

    def _note_docks_moved(self) -> None:
        self._docks_moved.start()

    def _show_titles_once(self) -> None:
        for dock in self.docks.values():
            dock.show_title_once()
        make_tabs_reachable(self)

    def show_default_size(self) -> None:
        """Take a size that fits the screen."""
        width, height = DEFAULT_SIZE
        if screen := self.screen():
            free = screen.availableGeometry()
            width, height = min(width, free.width()), min(height, free.height())
        self.resize(width, height)

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
        if not self.guide.is_open:
            self._raise_what_fits(setup.data.n_inputs <= 2)

    def _raise_what_fits(self, function_fits: bool) -> None:
        """Bring the function view to the front for new data that it can show, and only then."""
        function = self.docks["view.function"]
        if function_fits and not self._function_fits:
            function.raise_()
        elif not function_fits and not function.visibleRegion().isEmpty():
            self.docks["view.mistakes"].raise_()
        self._function_fits = function_fits

    def _show_title(self) -> None:
        experiment = self.session.setup.experiment if self.session.setup else None
        self.setWindowTitle(experiment.title if experiment else "VisualMLP")

    def _show_edits(self) -> None:
        self.actions_by_name["undo"].setEnabled(self.session.can_undo)
        self.actions_by_name["redo"].setEnabled(self.session.can_redo)

    def _show_kept(self, runs: Collection[KeptRun]) -> None:
        self.actions_by_name["forget_kept_curves"].setEnabled(bool(runs))

    def _tell_saved(self, path: str) -> None:
        self.notice.inform(self.tr("Saved {}").format(path))

    # Actions

    def open_file(self) -> None:
        path = ask_open(
            self,
            self.tr("Open an experiment, a run or a lesson"),
            self.tr("Experiments, lessons and runs (*.toml *.vmlp)"),
        )
        if path:
            self.open_path(path)

    def open_path(self, path: Path) -> None:
        """Open an experiment, a lesson or a run; a wrong file is reported and changes nothing."""
        if path.suffix == ".vmlp":
            self.session.open_run(path)
        else:
            self._open_named(str(path))

    def open_found(self, found: Experiment | Lesson, *, play: bool = False) -> None:
        """Open an experiment, or a lesson with its text."""
        if isinstance(found, Lesson):
            self.guide.open(found)
        else:
            self.session.open(found)
        if play:
            self.session.play()

    def ask_for_data(self, problem: str, then: Callable[[], None]) -> None:
        """Say what data are missing, offer to get them, and go on when they are there."""
        dialog = MissingDataDialog(problem, self)
        dialog.accepted.connect(then)
        dialog.open()

    def open_data(self) -> None:
        path = ask_open(
            self,
            self.tr("Open pictures or a table (labels of pictures are found beside them)"),
            self.tr("IDX and CSV files (*idx* *ubyte* *.gz *.csv *.tsv *.txt);;All files (*)"),
        )
        if path:
            data = {"source": source_of(path), "path": str(path), "test_path": "", "classes": ()}
            self._try(lambda: self.session.edit(self._with_data(data)))

    def save_run(self) -> None:
        if path := ask_save(self, self.tr("Save the run"), "run.vmlp"):
            self.session.save_run(path)

    def save_experiment(self) -> None:
        if path := ask_save(self, self.tr("Save the experiment"), "experiment.toml"):
            self._try(lambda: self._write_experiment(path))

    def save_picture(self) -> None:
        if path := ask_save(self, self.tr("Save a picture"), "visualmlp.png"):
            if self.grab().save(str(path)):
                self._tell_saved(str(path))
            else:
                self.notice.warn(self.tr("{}: the picture cannot be written").format(path))

    def quit(self) -> None:
        self.close()

    def undo(self) -> None:
        self.session.undo()

    def redo(self) -> None:
        self.session.redo()

    def show_start_page(self) -> None:
        page = StartPage(self.lessons, self)
        page.lesson_chosen.connect(self.guide.open)
        page.file_wanted.connect(self.open_file)
        page.data_wanted.connect(self.open_data)
        page.open()

    def full_screen(self) -> None:
        self.showNormal() if self.isFullScreen() else self.showFullScreen()

    def show_shortcuts(self) -> None:
        rows = [(translated(spec.text).replace("&", ""), keys(spec)) for spec in ACTIONS]
        table = "".join(f"<tr><td>{a}</td><td>&nbsp;&nbsp;{b}</td></tr>" for a, b in rows if b)
        self._tell(self.tr("Shortcuts"), f"<table>{table}</table>")

    def show_about(self) -> None:
        text = self.tr(
            "<h3>VisualMLP {}</h3><p>A desktop microscope for multilayer perceptrons.</p>"
            "<p>Free software under the GNU General Public License, version 3 or later; "
            "it comes without any warranty.</p>"
            "<p>Built with Qt, PyQt6, superqt and NumPy. The digits and Iris data are from the "
            "UCI Machine Learning Repository (CC BY 4.0).</p>"
        )
        self._tell(self.tr("About VisualMLP"), text.format(visualmlp.__version__))

    # Pieces of actions

    def _with_data(self, values: Mapping[str, object]) -> Experiment:
        experiment = self.session.experiment
        return replace_at(experiment, "data", experiment.data.replace(**values))

    def _write_experiment(self, path: Path) -> None:
        write_toml(self.session.experiment, path)
        self._tell_saved(str(path))

    def _open_named(self, name: str) -> None:
        self._try(lambda: self.open_found(find(name)))

    def _choose_look(self, choice: theme.Choice) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        theme.apply(application, choice)
        window_state.save_look(choice)

    def _tell(self, title: str, text: str) -> None:
        box = QMessageBox(QMessageBox.Icon.NoIcon, title, text, parent=self)
        box.setObjectName("message")
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    # Qt's events

    def event(self, event: QEvent | None) -> bool:
        """Leave Space and the arrows to a widget that uses them, instead of the shortcut."""
        if event and belongs_to_input(event):
            event.accept()
            return True
        return super().event(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Pass over what stands behind another dock's tab."""
        start = QApplication.focusWidget()
        while super().focusNextPrevChild(forward):
            focused = QApplication.focusWidget()
            if focused is start or not is_behind(focused, self.docks.values()):
                return True
        return False

    def showEvent(self, event: QShowEvent | None) -> None:
        """Begin with the focus on no control, so that Space plays."""
        super().showEvent(event)
        self.setFocus()

    def closeEvent(self, event: QCloseEvent | None) -> None:
        window_state.save_layout(self)
        self.follower.close()
        self.session.close()
        super().closeEvent(event)
