"""Where the docks of the window stand, and how the keyboard gets from one to the other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtWidgets import QApplication, QMainWindow

from visualmlp.errors import VisualMLPError
from visualmlp.gui import layouts, own_layouts, window_state
from visualmlp.gui.arrangement import LESSON, arrange
from visualmlp.gui.dock import Dock
from visualmlp.gui.go_to import GoTo, Place
from visualmlp.gui.keyboard import controls, hide_empty_tab_bars, in_order, make_tabs_reachable
from visualmlp.gui.layout_dialogs import ManageLayoutsDialog, SaveLayoutDialog
from visualmlp.gui.lessons.guide import Guide
from visualmlp.gui.menus import MenuBar
from visualmlp.gui.notice import Notice
from visualmlp.gui.session import Session
from visualmlp.gui.views.view import View
from visualmlp.lessons import Lesson


class LayoutActions(QMainWindow):
    """The part of the window that arranges the docks."""

    session: Session
    guide: Guide
    notice: Notice
    menu_bar: MenuBar
    lessons: list[Lesson]
    docks: dict[str, Dock]
    _docks_moved: QTimer
    _function_fits = False
    _unseen = ""

    # Layouts

    def use_layout(self, name: str) -> None:
        """Put every dock in its place in a layout.

        Raises
        ------
        UnknownNameError
            If there is no such layout.
        """
        layout = layouts.find_layout(name)
        arrange(self, self.docks, layout, lesson=self.guide.is_followed)
        self._show_titles_once()
        setup = None if self.session.is_loading else self.session.setup
        if setup and setup.data.n_inputs <= 2 and not self.docks["view.function"].isHidden():
            self.docks["view.function"].raise_()
        self._raise_what_can_be_drawn()
        self._mark_layout(layout.name)
        self._unseen = "" if self.isVisible() else layout.name

    def arrange_at_first_sight(self) -> None:
        """Put the docks in their places anew, by the size that the window is shown in."""
        if self._unseen:
            self.use_layout(self._unseen)
            self._unseen = ""

    def show_floating_again(self) -> None:
        """Floating docks that were on the screen before the window lie behind it."""
        for dock in self.docks.values():
            if dock.isFloating() and dock.isVisible():
                dock.hide()
                dock.show()

    def use_own_layout(self, name: str) -> None:
        """Put the docks where they stood when a layout of the user's was saved.

        Raises
        ------
        VisualMLPError
            If there is no such layout, or it cannot be used.
        """
        own_layouts.bring_back(self, self.docks, name)
        lesson = self.docks[LESSON]
        lesson.setVisible(self.guide.is_followed)
        self._show_titles_once()
        self._mark_layout(name, own=True)

    def restore_layout(self) -> None:
        """Put every dock in its default place."""
        self.use_layout("default")

    def bring_back_layout(self) -> bool:
        """Take size and docks of the last time, but no lesson; False if there is nothing."""
        done = window_state.restore_layout(self)
        self.docks[LESSON].hide()
        if done:
            self._unseen = ""
            name, own = window_state.layout_name()
            self.menu_bar.mark_layout(name, own=own)
        return done

    def save_layout(self) -> None:
        dialog = SaveLayoutDialog(self)
        dialog.named.connect(self._save_layout)
        dialog.open()

    def manage_layouts(self) -> None:
        dialog = ManageLayoutsDialog(self)
        dialog.changed.connect(self._follow_change)
        dialog.chosen.connect(self.choose_own_layout)
        dialog.open()

    def choose_own_layout(self, name: str) -> None:
        """Use a layout of the user's; what is wrong with it is told."""
        try:
            self.use_own_layout(name)
        except VisualMLPError as error:
            self.notice.warn(str(error))

    def _save_layout(self, name: str) -> None:
        try:
            own_layouts.save(name, self, self.docks)
        except VisualMLPError as error:
            self.notice.warn(str(error))
            return
        name = " ".join(name.split())
        self._list_own_layouts()
        self._mark_layout(name, own=True)
        text = self.tr("Saved the layout {!r}; it stands in the menu View, under Layout.")
        self.notice.inform(text.format(name))

    def _follow_change(self, old: str, new: str) -> None:
        """A layout was renamed or deleted."""
        present = window_state.layout_name()
        self._list_own_layouts()
        if present == (old, True):
            self._mark_layout(new, own=True)
        else:
            self.menu_bar.mark_layout(present[0], own=present[1])

    def _list_own_layouts(self) -> None:
        self.menu_bar.show_own_layouts(own_layouts.own_layouts())

    def _mark_layout(self, name: str, *, own: bool = False) -> None:
        if self.isVisible():  # before that it is not what the user chose
            window_state.save_layout_name(name, own=own)
        self.menu_bar.mark_layout(name, own=own)

    # Docks

    def show_view(self, name: str) -> None:
        """Bring a view to the front.

        Raises
        ------
        VisualMLPError
            If there is no such view.
        """
        if f"view.{name}" not in self.docks:
            raise VisualMLPError(self.tr("There is no view {!r}; see the menu View.").format(name))
        self._show_dock(f"view.{name}")

    def _show_dock(self, name: str) -> None:
        self.docks[name].show()
        self.docks[name].raise_()

    def _note_docks_moved(self) -> None:
        self._docks_moved.start()

    def _show_titles_once(self) -> None:
        for dock in self.docks.values():
            dock.show_title_once()
        make_tabs_reachable(self)
        hide_empty_tab_bars(self)

    def _raise_what_fits(self, function_fits: bool) -> None:
        """Bring the function view to the front for new data that it can show, and only then."""
        if function_fits and not self._function_fits:
            self.docks["view.function"].raise_()
        self._function_fits = function_fits
        self._raise_what_can_be_drawn()

    def _raise_what_can_be_drawn(self) -> None:
        """Where the view in front cannot show the run's data, bring one of its place that can."""
        setup = self.session.setup
        if setup is None:
            return
        views = [view for view in self.session.views.values() if isinstance(view, View)]
        lacking = {view.name for view in views if view.needs(setup)}
        for name in lacking:
            dock = self.docks[f"view.{name}"]
            if dock.isHidden() or dock.visibleRegion().isEmpty():
                continue
            beside = [d for d in self.tabifiedDockWidgets(dock) if not d.isHidden()]
            names = [d.objectName().removeprefix("dock.view.") for d in beside]
            drawable = (
                beside[i]
                for i, name in enumerate(names)
                if name in self.session.views and name not in lacking
            )
            if better := next(drawable, None):
                better.raise_()

    # The keyboard

    def next_dock(self) -> None:
        self._go_on(1)

    def previous_dock(self) -> None:
        self._go_on(-1)

    def _go_on(self, by: int) -> None:
        """Put the focus into the next dock on the screen, or the one before."""
        docks = in_order(self, self.docks.values())
        if not docks:
            return
        focused = QApplication.focusWidget()
        inside = [i for i, d in enumerate(docks) if d is focused or d.isAncestorOf(focused)]
        start = inside[0] if inside else -1 if by > 0 else 0
        self._enter(docks[(start + by) % len(docks)])

    def _enter(self, dock: Dock) -> None:
        """Bring a dock to the front and give its first control the focus."""
        dock.show()
        dock.raise_()
        control = next(iter(controls(dock)), dock)
        control.setFocus(Qt.FocusReason.TabFocusReason)

    def go_to(self) -> None:
        GoTo(self._places(), self).open()

    def _places(self) -> list[Place]:
        return [*self._docks_to_go_to(), *self._layouts_to_go_to(), *self._lessons_to_go_to()]

    def _docks_to_go_to(self) -> Iterator[Place]:
        view, panel = self.tr("view"), self.tr("panel")
        for name, dock in self.docks.items():
            kind = view if name.startswith("view.") else panel
            yield Place(dock.windowTitle(), kind, partial(self._enter, dock))

    def _layouts_to_go_to(self) -> Iterator[Place]:
        for layout in layouts.LAYOUTS.values():
            use = partial(self.use_layout, layout.name)
            yield Place(layouts.title(layout), self.tr("layout"), use)
        for name in own_layouts.own_layouts():
            yield Place(name, self.tr("layout"), partial(self.choose_own_layout, name))

    def _lessons_to_go_to(self) -> Iterator[Place]:
        for lesson in self.lessons:
            yield Place(lesson.title, self.tr("lesson"), partial(self.guide.open, lesson))
