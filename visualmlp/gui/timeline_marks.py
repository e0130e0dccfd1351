"""What there is to mark on the timeline: edits, forks, events, the best validation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from PyQt6.QtCore import QCoreApplication

from visualmlp.experiment import Experiment, fields_of
from visualmlp.gui.widgets.time_signs import Kind
from visualmlp.training.branches import Branch, Branches
from visualmlp.training.history import EpochRecord
from visualmlp.training.timeline import TEST_OPENED, WATCHED, Event, Timeline


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at a step, and what it says."""

    step: int
    kind: Kind
    text: str


def _tr(text: str) -> str:
    return QCoreApplication.translate("Timeline", text)


class Best:
    """The record of the best validation score so far; each record is looked at once."""

    def __init__(self) -> None:
        self._records: list[EpochRecord] = []
        self._seen = 0
        self.record: EpochRecord | None = None

    def follow(self, records: list[EpochRecord]) -> EpochRecord | None:
        """The best of these records: the first of the highest score."""
        if records is not self._records or self._seen > len(records):
            self._records, self._seen, self.record = records, 0, None
        for record in records[self._seen :]:
            self._seen += 1
            if record.step and _score(record) > _score(self.record):
                self.record = record
        return self.record


def _score(record: EpochRecord | None) -> float:
    return record.validation.score if record and record.validation else float("-inf")


def marks_of(timeline: Timeline, branches: Branches | None, best: EpochRecord | None) -> list[Mark]:
    """All marks of a run, by step."""
    marks = [Mark(edit.step, "edit", edit_text(edit.label)) for edit in tuple(timeline.edits)]
    marks += [Mark(event.step, "event", event_text(event)) for event in tuple(timeline.events)]
    if branches:
        marks += _forks(branches)
    if best and best.validation:
        text = _tr("best validation so far: {}").format(f"{best.validation.score:.4f}")
        marks.append(Mark(best.step, "best", text))
    return sorted(marks, key=lambda mark: mark.step)


def _forks(branches: Branches) -> Iterator[Mark]:
    """Where the run left its parent and its parent left its own, and where others left them."""
    by_number = {branch.number: branch for branch in branches.all}
    branch, shared_until = by_number.get(branches.current), float("inf")
    while branch:
        for other in branches.all:
            if other.parent == branch.number and other.fork_step <= shared_until:
                yield Mark(other.fork_step, "fork", fork_text(other))
        shared_until = min(shared_until, branch.fork_step)
        branch = by_number.get(branch.parent) if branch.parent is not None else None


def event_text(event: Event) -> str:
    """What happened, as the user reads it."""
    if not event.opens_test:
        return event.text
    return event.text.replace(TEST_OPENED, _tr(TEST_OPENED)).replace(WATCHED, _tr(WATCHED))


def fork_text(branch: Branch) -> str:
    """Which run begins at a fork, and with what change."""
    return _tr("{name}, from step {step} ({change})").format(
        name=branch.name, step=f"{branch.fork_step:,}", change=edit_text(branch.change)
    )


def edit_text(label: str) -> str:
    """An edit's label as the user reads it: "learning rate 0.01".

    Labels of changes in the panels name the fields as files do: "optimizer.learning_rate = 0.01".
    """
    return ", ".join(_change_text(part) for part in label.split(", "))


@cache
def _change_text(change: str) -> str:
    place, equals, value = change.partition(" = ")
    section, _, name = place.partition(".")
    if not equals or section not in Experiment.model_fields:
        return change
    declared = fields_of(type(getattr(Experiment(), section)))
    label = next((spec.ui.label for spec in declared if spec.name == name), name)
    return f"{_lower(QCoreApplication.translate('experiment', label))} {value}"


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
