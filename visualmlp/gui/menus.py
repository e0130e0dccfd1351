"""The menu bar: the table of actions, and menus made of examples, lessons, layouts, docks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QMenu, QMenuBar

from visualmlp.experiment import bundled_names
from visualmlp.gui import layouts, window_state
from visualmlp.gui.actions import ACTIONS, MENUS, translated
from visualmlp.gui.dock import Dock
from visualmlp.lessons import Lesson


class MenuBar(QMenuBar):
    """All menus of the window.

    Signals
    -------
    example_chosen, lesson_chosen, layout_chosen, look_chosen
        A name.
    """

    example_chosen = pyqtSignal(str)
    lesson_chosen = pyqtSignal(str)
    layout_chosen = pyqtSignal(str)
    look_chosen = pyqtSignal(str)

    def fill(
        self, actions: Mapping[str, QAction], lessons: Iterable[Lesson], docks: Iterable[Dock]
    ) -> dict[str, QMenu]:
        """Make the menus; return those at the top by their titles."""
        menus = {title: self._top(title) for title in MENUS}
        file, view = menus["File"], menus["View"]
        self._add_examples(file)
        file.addMenu(menus["Lessons"])
        self._add_lessons(menus["Lessons"], lessons)
        for spec in ACTIONS:
            menu = menus[spec.menu.removeprefix("-")]
            if spec.menu.startswith("-"):
                menu.addSeparator()
            menu.addAction(actions[spec.name])
        self._add_layouts(view)
        self._add_looks(view)
        view.addSeparator()
        for dock in docks:
            view.addAction(dock.view_action)
        return menus

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

    def _add_layouts(self, view: QMenu) -> None:
        menu = _submenu(view, self.tr("La&yout"), "layouts")
        for layout in layouts.LAYOUTS.values():
            _add(menu, layouts.title(layout), layout.name)
        menu.triggered.connect(self._choose_layout)

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
        self.layout_chosen.emit(action.data())

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
