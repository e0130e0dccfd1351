"""Bringing a run file up to date with a tree of runs: only what is new is written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from visualmlp.data import Recipe
from visualmlp.experiment import Experiment, to_json
from visualmlp.runs.archive import Entry, FileArchive, file_behind
from visualmlp.runs.data_code import is_embedded, write_data_set
from visualmlp.runs.records import PARTS, counts_of, read_branches, read_facts
from visualmlp.runs.schema import put
from visualmlp.runs.state_store import StateStore
from visualmlp.runs.versions import environment
from visualmlp.training.branches import Branch, Branches
from visualmlp.training.history import EpochRecord
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import Checkpoint, Edit, Event, Timeline, least_missed

OF_A_BRANCH = ("steps", "epochs", "edits", "events", "checkpoints")
"""Tables whose rows belong to a run."""

MAX_CHECKPOINTS = 20_000
"""Of a run in a file, however small they are."""


@dataclass
class Written:
    """What of a run is in the file."""

    timeline: Timeline
    record: str = ""
    n_steps: int = 0
    n_epochs: int = 0
    edits: list[Edit] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)


class Writer:
    """Knows what a file holds, and writes what it lacks; the caller commits.

    Parameters
    ----------
    database
        An open run file, with contents or without.
    path
        Where it is.
    timelines
        For a file with contents: what its runs are by now, by number.
    """

    def __init__(
        self,
        database: sqlite3.Connection,
        path: Path,
        timelines: Mapping[int, Timeline] | None = None,
    ) -> None:
        self._database = database
        self._path = path
        self._written: dict[int, Written] = {}
        self._commit: dict[str, Any] = {}
        self._states = StateStore(database)
        self._moved: set[int] = set()
        if timelines is not None:
            self._adopt(timelines)

    def _adopt(self, timelines: Mapping[int, Timeline]) -> None:
        """Learn what the file holds of runs that went on since."""
        self._commit = json.loads(read_facts(self._database)["commit"])
        for branch in read_branches(self._database, self._path, self._commit):
            stored = branch.timeline
            archive = file_behind(stored.checkpoints.archive)
            assert archive is not None
            now = timelines.get(branch.number)
            written = Written(
                timeline=now or stored,
                n_steps=stored.head,
                n_epochs=len(stored.history.epochs),
                edits=_adopted(now.edits, stored.edits) if now else stored.edits,
                events=stored.events,
                entries=dict(archive.entries),
            )
            self._written[branch.number] = written
            self._moved.add(branch.number)
            for entry in written.entries.values():
                self._states.take(entry)

    @property
    def n_bytes(self) -> int:
        """Of all states."""
        return self._states.n_bytes

    def begin(self, setup: Setup, experiment: Experiment, notes: str) -> None:
        """Write what stays: experiment, environment, data, and what is done to new samples."""
        dataset = setup.data.dataset
        facts = {
            "experiment": to_json(experiment),
            "fingerprint": dataset.fingerprint,
            "environment": json.dumps(environment()),
            "notes": notes,
            "recipe": json.dumps(Recipe.of(setup.data).to_json()),
        }
        for name, value in facts.items():
            put(self._database, "facts", name, value)
        if is_embedded(experiment.data, dataset):
            write_data_set(self._database, dataset)

    def note(self, notes: str) -> None:
        """Write other notes."""
        put(self._database, "facts", "notes", notes)

    def is_behind(self, branches: Branches) -> bool:
        """Whether the runs have anything that the file has not."""
        return self._commit.get("branches") != [branch.number for branch in branches.all] or any(
            self._lacks(branch) for branch in branches.all
        )

    def _lacks(self, branch: Branch) -> bool:
        written, timeline = self._written.get(branch.number), branch.timeline
        return (
            written is None
            or written.timeline is not timeline
            or written.n_steps != timeline.head
            or written.n_epochs != len(timeline.history.epochs)
            or written.edits != timeline.edits
            or written.events != timeline.events
            or written.record != self._record(branch, written)
        )

    def write(
        self,
        branches: Branches,
        step: int,
        states: Iterable[Checkpoint] = (),
        *,
        all_states: bool = False,
    ) -> None:
        """Write what is new.

        Parameters
        ----------
        branches
            The tree of runs.
        step
            Where the cursor is.
        states
            More states of the current run.
        all_states
            Whether those in memory are written, too.
        """
        numbers = [branch.number for branch in branches.all]
        left = self._delete_left(branches)
        for branch in branches.all:
            if all_states:
                self._write_branch(branch, branch.timeline.checkpoints.in_memory)
            self._write_branch(branch, states if branch.number == branches.current else ())
        for entry in left:
            self._states.give_back(entry)
        self._commit = {"branches": numbers, "current": branches.current, "step": step}
        put(self._database, "facts", "commit", json.dumps(self._commit))

    def _delete_left(self, branches: Branches) -> list[Entry]:
        """Delete the runs that are not there any more, or are others by now.

        Returns
        -------
        Their states, which are still held: runs that are written next may share them.
        """
        timelines = {branch.number: branch.timeline for branch in branches.all}
        left = [k for k, one in self._written.items() if timelines.get(k) is not one.timeline]
        entries = [entry for number in left for entry in self._written[number].entries.values()]
        for entry in entries:
            self._states.take(entry)
        for number in left:
            self._delete(number)
        return entries

    def thin(self, budget: int) -> None:
        """Let states go until what is left fits into a number of bytes.

        The run with the most states loses them; of each run the first and the last stay.
        """
        changed: set[int] = set()
        while True:
            number, written = max(self._written.items(), key=lambda item: len(item[1].entries))
            count = len(written.entries)
            if count < 3 or (self.n_bytes <= budget and count <= MAX_CHECKPOINTS):
                break
            for step in least_missed(sorted(written.entries), max(1, count // 16)):
                self._drop_checkpoint(number, step)
            changed.add(number)
        for number in changed:
            self._write_record(number)

    def last_state(self, number: int) -> int:
        """Step of a run's last state in the file; -1 if it has none."""
        written = self._written.get(number)
        return max(written.entries, default=-1) if written else -1

    def new_archives(self) -> Iterator[tuple[int, FileArchive]]:
        """The runs whose states in the file are others than last time, with all of them."""
        for number in self._moved & set(self._written):
            yield number, FileArchive(self._path, number, dict(self._written[number].entries))
        self._moved.clear()

    # One run

    def _write_branch(self, branch: Branch, states: Iterable[Checkpoint]) -> None:
        number, timeline = branch.number, branch.timeline
        written = self._written.get(number)
        if written is None:
            written = self._written[number] = Written(timeline)
            self._inherit(number, timeline)
        self._write_steps(number, written)
        self._write_epochs(number, written)
        self._write_edits(number, written)
        self._write_events(number, written)
        for checkpoint in states:
            self._write_checkpoint(number, checkpoint)
        record = self._record(branch, written)
        if record != written.record:
            written.record = record
            put(self._database, "branches", number, record)

    def _record(self, branch: Branch, written: Written) -> str:
        record = {
            "name": branch.name,
            "parent": branch.parent,
            "fork_step": branch.fork_step,
            "change": branch.change,
            "is_pinned": branch.is_pinned,
            "counts": counts_of(branch.timeline, len(written.entries)),
        }
        return json.dumps(record)

    def _write_record(self, number: int) -> None:
        """Tell the changed number of states."""
        written = self._written[number]
        record = json.loads(written.record)
        record["counts"][-1] = len(written.entries)
        written.record = json.dumps(record)
        put(self._database, "branches", number, written.record)

    def _inherit(self, number: int, timeline: Timeline) -> None:
        """Take over the states that the file has for the run that this one left, and the first."""
        archive = timeline.checkpoints.archive
        behind = file_behind(archive)
        if archive is not None and behind is not None:
            for step in archive.steps():
                entry = behind.entries[step]
                if entry.digest in self._states and entry.n_edits <= len(timeline.edits):
                    self._refer(number, step, entry)
        kept = timeline.checkpoints.in_memory
        if kept and 0 not in self._written[number].entries:
            self._write_checkpoint(number, kept[0])

    def _delete(self, number: int) -> None:
        for step in list(self._written[number].entries):
            self._drop_checkpoint(number, step)
        for table in OF_A_BRANCH:
            self._database.execute(f"DELETE FROM {table} WHERE branch = ?", (number,))
        self._database.execute("DELETE FROM branches WHERE number = ?", (number,))
        del self._written[number]

    def _write_steps(self, number: int, written: Written) -> None:
        log, first = written.timeline.history.steps, written.n_steps
        columns = [log.column(name)[first:] for name in log.COLUMNS]
        if count := len(columns[-1]):
            table = np.stack([column[:count] for column in columns], axis=1)
            put(self._database, "steps", number, first, table.astype("<f8").tobytes())
            written.n_steps += count

    def _write_epochs(self, number: int, written: Written) -> None:
        records = written.timeline.history.epochs
        for place in range(written.n_epochs, len(records)):
            self._write_epoch(number, place, records[place])
        written.n_epochs = len(records)

    def _write_epoch(self, number: int, place: int, record: EpochRecord) -> None:
        for part in PARTS:
            if one := getattr(record, part):
                figures = [_storable(value) for value in (one.loss, one.score, one.rmse)]
                about = (number, place, part, record.epoch, record.step)
                put(self._database, "epochs", *about, *figures, one.n_samples)

    def _write_edits(self, number: int, written: Written) -> None:
        edits = list(written.timeline.edits)
        same = _n_same(edits, written.edits)
        if len(written.edits) > same:  # taken back, and the states that had them
            self._cut("edits", number, same)
            for step, entry in list(written.entries.items()):
                if entry.n_edits > same:
                    self._drop_checkpoint(number, step)
        for place, edit in enumerate(edits[same:], same):
            record = {
                "experiment": self._states.number_of(edit.experiment) if edit.experiment else None,
                "indices": edit.indices,
                "values": edit.values,
                "frozen": edit.frozen,
            }
            text = json.dumps(record, default=_plain)
            put(self._database, "edits", number, place, edit.step, edit.label, text)
        written.edits = edits

    def _write_events(self, number: int, written: Written) -> None:
        events = list(written.timeline.events)
        same = _n_same(events, written.events)
        self._cut("events", number, same)
        for place, event in enumerate(events[same:], same):
            put(self._database, "events", number, place, event.step, event.text)
        written.events = events

    def _cut(self, table: str, number: int, count: int) -> None:
        statement = f"DELETE FROM {table} WHERE branch = ? AND number >= ?"
        self._database.execute(statement, (number, count))

    # States

    def _write_checkpoint(self, number: int, checkpoint: Checkpoint) -> None:
        if checkpoint.state.step == 0 and checkpoint.n_edits:
            return  # the start stays as it was before all edits, so that they can be taken back
        if entry := self._states.write(checkpoint):
            self._refer(number, checkpoint.state.step, entry)

    def _refer(self, number: int, step: int, entry: Entry) -> None:
        entries = self._written[number].entries
        old = entries.get(step)
        if old == entry:
            return
        put(self._database, "checkpoints", number, step, *entry)
        entries[step] = entry
        self._moved.add(number)
        self._states.take(entry)
        if old:
            self._states.give_back(old)

    def _drop_checkpoint(self, number: int, step: int) -> None:
        statement = "DELETE FROM checkpoints WHERE branch = ? AND step = ?"
        self._database.execute(statement, (number, step))
        self._moved.add(number)
        self._states.give_back(self._written[number].entries.pop(step))


def _n_same(one: list[Any], other: list[Any]) -> int:
    """How many of the first items are the same."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _adopted(now: list[Edit], stored: list[Edit]) -> list[Edit]:
    """The stored edits, with those of now in the place of what is the same."""
    same = _n_same([_values(edit) for edit in now], [_values(edit) for edit in stored])
    return [*now[:same], *stored[same:]]


def _values(edit: Edit) -> tuple[object, ...]:
    return (edit.step, edit.label, edit.experiment, edit.indices, edit.values, edit.frozen)


def _storable(value: float) -> float | None:
    """What SQLite gives back for a number: NaN it keeps as nothing."""
    return None if value != value else float(value)


def _plain(value: Any) -> Any:
    """A NumPy number as one that JSON knows."""
    return value.item()
