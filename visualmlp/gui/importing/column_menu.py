"""What can be chosen for the columns of a table: a menu, and lists that choose the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QAction, QActionGroup
from PyQt6.QtWidgets import QMenu, QWidget

from visualmlp.data.tables.plan import Use

WAYS = ("auto", "drop", "mean", "median", "mode", "category")
"""What may become of empty cells."""


def uses() -> dict[str, tuple[str, str]]:
    """What a column may be used as: text and tool tip by name."""
    return {
        "number": (_tr("Number"), _tr("An input: the number in each cell")),
        "category": (_tr("Category"), _tr("An input of 0 or 1 for each name that occurs")),
        "target": (_tr("Target"), _tr("What is to be learnt, in place of the target so far")),
        "also_target": (_tr("One more target"), _tr("Learnt together with the target so far")),
        "ignore": (_tr("Leave out"), _tr("Nothing is made of the column")),
    }


def ways(kind: str, usual: str) -> dict[str, str]:
    """What may become of the empty cells of numbers or categories, as text by name.

    Parameters
    ----------
    usual
        What becomes of those of all columns for which nothing else is chosen.
    """
    texts = {
        "drop": _tr("Leave the row out"),
        "mean": _tr("Mean"),
        "median": _tr("Median"),
        "mode": _tr("Most frequent value"),
        "category": _tr("A category of their own"),
    }
    if kind == "category":
        texts["mean"] = texts["median"] = texts["mode"]
    shown = {"auto": _tr("As for all: {}").format(texts[usual])} | texts
    return {way: shown[way] for way in WAYS if kind == "number" or way not in ("mean", "median")}


def current_use(use: Use) -> str:
    """The name among ``uses`` for what a column is used as now."""
    if use.role == "feature":
        return use.kind
    return "target" if use.role == "target" else "ignore"


def column_menu(
    parent: QWidget,
    use: Use,
    missing: tuple[str, str],
    choose_use: Callable[[str], None],
    choose_missing: Callable[[str], None],
) -> QMenu:
    """A menu of all that can be chosen for a column.

    Parameters
    ----------
    missing
        What was chosen for its empty cells, and what becomes of those of all columns.
    """
    menu = QMenu(parent)
    menu.setObjectName("import.column_menu")
    menu.setToolTipsVisible(True)
    entries = [(name, *texts) for name, texts in uses().items()]
    _fill(menu, entries, current_use(use), choose_use)
    if use.role == "feature":
        below = menu.addMenu(_tr("Missing values"))
        assert below is not None
        below.setObjectName("import.missing_menu")
        chosen, usual = missing
        shown = [(name, text, "") for name, text in ways(use.kind, usual).items()]
        _fill(below, shown, chosen, choose_missing)
    return menu


def _fill(
    menu: QMenu,
    entries: Sequence[tuple[str, str, str]],
    current: str,
    choose: Callable[[str], None],
) -> None:
    group = QActionGroup(menu)
    for name, text, tip in entries:
        action = QAction(text, menu)
        action.setObjectName(f"import.choose.{name}")
        action.setCheckable(True)
        action.setChecked(name == current)
        action.setToolTip(tip or text)
        action.triggered.connect(lambda _, name=name: choose(name))
        group.addAction(action)
        menu.addAction(action)


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportDialog", text)
