"""What differs between two experiments, in a few words: for the texts of Undo and Redo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PyQt6.QtCore import QCoreApplication

from visualmlp.experiment import Experiment, FieldSpec, Layer, Section, fields_of
from visualmlp.gui.panels.texts import translated, value_text

LONGEST_VALUE = 24
"""Letters of a value; a longer one is cut."""


def change_text(before: Experiment, after: Experiment) -> str:
    """What a change of the panels does, such as "learning rate 0.1 → 0.01"."""
    changes = list(_changes(before, after))
    if len(changes) > 1:
        return _tr("{} settings").format(len(changes))
    return changes[0] if changes else ""


def _changes(before: Experiment, after: Experiment) -> Iterator[str]:
    for name in type(before).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if isinstance(old, Section) and old != new:
            yield from _section_changes(old, new)


def _section_changes(before: Section, after: Section, owner: str = "") -> Iterator[str]:
    declared = {spec.name: spec for spec in fields_of(type(before))}
    for name in type(before).model_fields:
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        if name == "hidden":
            yield from _layer_changes(old, new)
        elif isinstance(old, Section):
            yield from _section_changes(old, new, _tr("output"))
        elif name in declared:
            yield _field_change(declared[name], old, new, owner)
        else:
            yield _tr("given values")


def _field_change(spec: FieldSpec, old: object, new: object, owner: str) -> str:
    label = translated(spec.ui.label)
    label = label[:1].lower() + label[1:]
    if owner and not label.startswith(owner):
        label = f"{owner} {label}"
    values = (_short(value_text(spec, value)) or _tr("none") for value in (old, new))
    return "{} {} → {}".format(label, *values)


def _layer_changes(before: Sequence[Layer], after: Sequence[Layer]) -> Iterator[str]:
    if len(after) > len(before):
        yield _tr("layer added")
    elif len(after) < len(before):
        yield _tr("layer removed")
    elif sorted(map(repr, before)) == sorted(map(repr, after)):
        yield _tr("order of the layers")
    else:
        for number, (old, new) in enumerate(zip(before, after, strict=True), start=1):
            if old != new:
                yield from _section_changes(old, new, _tr("layer {}").format(number))


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Changes", text)
