"""What becomes of the columns of a table, in words."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from visualmlp.data.tables.kinds import ColumnLook
from visualmlp.data.tables.look import ColumnFacts, TableLook
from visualmlp.data.tables.plan import Use
from visualmlp.gui.widgets.labels import count_text, counted

MOST_LETTERS = 40


def use_text(use: Use) -> str:
    """What a column is used as, in one or two words."""
    if use.role == "ignore":
        return _tr("Left out")
    if use.role == "target":
        return _tr("Target: class") if use.kind == "category" else _tr("Target: number")
    return _tr("Category") if use.kind == "category" else _tr("Number")


def missing_text(look: ColumnLook, use: Use) -> str:
    """How many cells are empty, and what becomes of them; empty if there are none."""
    if not look.n_missing or use.role == "ignore":
        return ""
    way = "drop" if use.role == "target" else use.missing
    if use.kind == "category" and way in ("mean", "median"):
        way = "mode"
    texts = {
        "drop": _tr("{} empty: rows out"),
        "mean": _tr("{} empty: mean"),
        "median": _tr("{} empty: median"),
        "mode": _tr("{} empty: most frequent"),
        "category": _tr("{} empty: own category"),
    }
    return texts[way].format(count_text(look.n_missing))


def guess_text(look: ColumnLook, facts: ColumnFacts) -> str:
    """What a column seems to be, in a line or two."""
    kinds = {
        "number": _tr("Looks like numbers"),
        "category": _tr("Looks like categories"),
        "date": _tr("Looks like dates or times"),
        "text": _tr("Looks like free text or a name of its own for each row"),
        "empty": _tr("Has no value"),
    }
    if look.guess == "empty":
        return kinds["empty"] + "."
    text = _tr("{kind}, {different} different, such as {example}.").format(
        kind=kinds[look.guess],
        different=count_text(facts.n_different),
        example=shortened(look.example),
    )
    empty = counted(look.n_missing, _tr("1 empty cell."), _tr("{} empty cells."))
    return f"{text} {empty}" if look.n_missing else text


def summary_text(look: TableLook, uses: list[Use], task: str) -> str:
    """What is learnt from what, in one sentence."""
    targets = [use for use in uses if use.role == "target"]
    features = [use for use in uses if use.role == "feature"]
    n_inputs = sum(_inputs(look, use) for use in features)
    names = ", ".join(shortened(use.name) for use in targets[:3]) + (", …" * (len(targets) > 3))
    if targets[0].kind == "category":
        n_classes = look.facts[targets[0].name].n_different
        count = counted(n_classes, _tr("1 class"), _tr("{} classes"))
        kind = _tr("binary classification") if task == "binary" else _tr("classification")
        what = _tr("{kind} of {name}, {count} seen").format(kind=kind, name=names, count=count)
    else:
        what = _tr("regression of {}").format(names)
    columns = counted(len(features), _tr("1 column becomes"), _tr("{} columns become"))
    inputs = counted(n_inputs, _tr("1 input"), _tr("{} inputs"))
    text = _tr("{columns} {inputs}; {what}.").format(columns=columns, inputs=inputs, what=what)
    return text.replace("….", "…")


def shortened(text: str) -> str:
    """A name for a sentence."""
    return text if len(text) <= MOST_LETTERS else text[: MOST_LETTERS - 1] + "…"


def _inputs(look: TableLook, use: Use) -> int:
    has_own = use.missing == "category" and look.table.look(use.name).n_missing > 0
    count = look.facts[use.name].n_different if use.kind == "category" else 1
    return count + has_own


def _tr(text: str) -> str:
    return QCoreApplication.translate("ImportDialog", text)
