"""The menu bar: the table of actions, and menus made of examples, lessons, layouts, docks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup, QKeySequence, QShortcut
from PyQt6.QtWidgets import QMenu, QMenuBar

from visualmlp.experiment import bundled_names
from visualmlp.gui import layouts, window_state
from visualmlp.gui.actions import ACTIONS, MENUS, translated
from visualmlp.gui.dock import Dock
from visualmlp.gui.recent import forget, recent_files
from visualmlp.lessons import Lesson

LAST_TO_OPEN = "open_picture_folder"
"""What stands in lists to open follows this action."""


class MenuBar(QMenuBar):
    """All menus of the window.

    Signals
    -------
    example_chosen, lesson_chosen, layout_chosen, own_layout_chosen, look_chosen
        A name.
    recent_chosen
        The path of a file that was opened or saved before.
    """

    example_chosen = pyqtSignal(str)
    lesson_chosen = pyqtSignal(str)
    layout_chosen = pyqtSignal(str)
    own_layout_chosen = pyqtSignal(str)
    recent_chosen = pyqtSignal(str)
    look_chosen = pyqtSignal(str)

    def fill(
        self, actions: Mapping[str, QAction], lessons: Iterable[Lesson], docks: Iterable[Dock]
    ) -> dict[str, QMenu]:
        """Make the menus; return those at the top by their titles."""
        QShortcut(QKeySequence("F10"), self, self._open_first)
        menus = {title: self._top(title) for title in MENUS}
        file, view = menus["File"], menus["View"]
        self._add_lessons(menus["Lessons"], lessons)
        self._add_layouts(view)
        for spec in ACTIONS:
            menu = menus[spec.menu.removeprefix("-")]
            if spec.menu.startswith("-"):
                menu.addSeparator()
            menu.addAction(actions[spec.name])
            if spec.name == LAST_TO_OPEN:
                self._add_recent(file)
                self._add_examples(file)
                file.addMenu(menus["Lessons"])
        self._add_looks(view)
        view.addSeparator()
        views = _submenu(view, self.tr("&Views"), "views")  # too many for one menu and a screen
        panels = _submenu(view, self.tr("&Panels"), "panels")
        for dock in docks:
            is_view = dock.objectName().startswith("dock.view.")
            (views if is_view else panels).addAction(dock.view_action)
        return menus

    def _open_first(self) -> None:
        """From here the arrows go on; Qt itself knows Alt with a letter only."""
        self.setActiveAction(self.actions()[0])

    def _top(self, title: str) -> QMenu:
        menu = self.addMenu(f"&{translated(title)}")
        assert menu is not None
        menu.setObjectName(f"menu.{title.lower()}")
        menu.setToolTipsVisible(True)
        return menu

    def _add_examples(self, file: QMenu) -> None:
        examples = _submenu(file, self.tr("&Examples"), "examples")
        for name in bundled_names():
            _add(examples, name, name)
        examples.triggered.connect(self._choose_example)

    def _add_lessons(self, menu: QMenu, lessons: Iterable[Lesson]) -> None:
        group = QActionGroup(menu)
        for lesson in lessons:
            action = _add(menu, lesson.title.replace("&", "&&"), lesson.name)
            action.setToolTip(lesson.summary)
            group.addAction(action)
        group.setExclusive(False)
        group.triggered.connect(self._choose_lesson)

    def _add_recent(self, file: QMenu) -> None:
        self._recent = _submenu(file, self.tr("Open &recent"), "recent")
        self._recent.setToolTipsVisible(True)
        self._recent.triggered.connect(self._choose_recent)
        file.aboutToShow.connect(self.show_recent)
        self.show_recent()

    def show_recent(self) -> None:
        """List the files that were opened or saved last."""
        self._recent.clear()
        files = recent_files()
        for file in files:
            name = Path(file.path).name
            text = f"{name} – {file.title}, {file.when}".replace("&", "&&")
            action = _add(self._recent, text, file.path)
            action.setToolTip(file.path)
            action.setEnabled(file.is_there)
        if files:
            self._recent.addSeparator()
            _add(self._recent, self.tr("&Clear this list"), "")
        self._recent.setEnabled(bool(files))

    def _choose_recent(self, action: QAction) -> None:
        if path := action.data():
            self.recent_chosen.emit(path)
        else:
            for file in recent_files():
                forget(file.path)

    # Layouts

    def _add_layouts(self, view: QMenu) -> None:
        self._layouts = _submenu(view, self.tr("La&yout"), "layouts")
        self._layout_group = QActionGroup(self)
        for number, layout in enumerate(layouts.LAYOUTS.values(), start=1):
            action = self._add_layout(layouts.title(layout), layout.name)
            action.setShortcut(QKeySequence(f"Ctrl+{number}"))
        self._layouts.addSeparator()
        self._layouts.triggered.connect(self._choose_layout)
        self.show_own_layouts(())

    @property
    def layout_actions(self) -> list[QAction]:
        """Those that choose a built-in layout."""
        return [action for action in self._layout_group.actions() if not action.property("own")]

    def show_own_layouts(self, names: Iterable[str]) -> None:
        """List the user's layouts below the built-in ones."""
        for action in self._layout_group.actions():
            if action.property("own"):
                self._layouts.removeAction(action)
                self._layout_group.removeAction(action)
                action.deleteLater()
        for name in names:
            self._add_layout(name.replace("&", "&&"), name).setProperty("own", True)

    def mark_layout(self, name: str, *, own: bool = False) -> None:
        """Tick the layout that is in use; none, if there is no such one."""
        for action in self._layout_group.actions():
            action.setChecked(action.data() == name and bool(action.property("own")) is own)

    def _add_layout(self, text: str, name: str) -> QAction:
        action = _add(self._layouts, text, name)
        action.setCheckable(True)
        self._layout_group.addAction(action)
        return action

    def _add_looks(self, view: QMenu) -> None:
        looks = _submenu(view, self.tr("&Look"), "looks")
        group = QActionGroup(looks)
        names = {
            "system": self.tr("As the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        for choice, text in names.items():
            action = _add(looks, text, choice)
            action.setCheckable(True)
            action.setChecked(choice == window_state.look())
            group.addAction(action)
        looks.triggered.connect(self._choose_look)

    def _choose_example(self, action: QAction) -> None:
        self.example_chosen.emit(action.data())

    def _choose_lesson(self, action: QAction) -> None:
        self.lesson_chosen.emit(action.data())

    def _choose_layout(self, action: QAction) -> None:
        own = action.property("own")
        (self.own_layout_chosen if own else self.layout_chosen).emit(action.data())

    def _choose_look(self, action: QAction) -> None:
        self.look_chosen.emit(action.data())


def _submenu(menu: QMenu, text: str, name: str) -> QMenu:
    submenu = menu.addMenu(text)
    assert submenu is not None
    submenu.setObjectName(f"menu.{name}")
    return submenu


def _add(menu: QMenu, text: str, data: str) -> QAction:
    action = menu.addAction(text)
    assert action is not None
    action.setData(data)
    return action
