"""The file that a run is in while it goes on."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.errors import RunFileError
from visualmlp.experiment import Experiment, apply_settings, replace_at
from visualmlp.runs import Recorder, autosave_path, autosaves, discard, open_run, save_copy
from visualmlp.runs import recorder as module
from visualmlp.runs.verify import verify_run
from visualmlp.training.branches import Branches
from visualmlp.training.runner import Phase, Runner
from visualmlp.training.setup import build
from visualmlp.training.timeline import Checkpoints, Edit, Event
from visualmlp.training.trainer import Trainer

MOONS = ["data.source=moons", "training.batch_size=16", "network.hidden=[{units=6, dropout=0.2}]"]

ACTIONS = ["train", "train", "seek", "set", "freeze", "undo", "fork", "delete", "go"]


def make(*settings: str) -> tuple[Trainer, Branches]:
    trainer = Trainer(build(apply_settings(Experiment(), [*MOONS, *settings])))
    return trainer, Branches(trainer.timeline)


def steps(trainer: Trainer, count: int) -> None:
    for _ in range(count):
        trainer.step()


def fork(trainer: Trainer, branches: Branches, change: str = "") -> None:
    trainer.branch()
    branches.fork(trainer.timeline, trainer.step_count, change)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "home")


def assert_verified(path: Path) -> None:
    assert [verdict.problem for verdict in verify_run(path) if verdict.problem] == []


def archived(trainer: Trainer) -> list[int]:
    archive = trainer.timeline.checkpoints.archive
    assert archive is not None
    return list(archive.steps())


def test_one_file_is_left_and_tells_the_run(tmp_path: Path) -> None:
    trainer, branches = make()
    path = tmp_path / "run.vmlp"
    recorder = Recorder(path, trainer.setup, notes="first try")
    for _ in range(5):
        steps(trainer, 7)
        recorder.record(branches, trainer)
    assert files_in(tmp_path) == ["run.vmlp", "run.vmlp-lock", "run.vmlp-shm", "run.vmlp-wal"]
    recorder.close()
    assert files_in(tmp_path) == ["run.vmlp"]
    saved = open_run(path)
    assert saved.state.digest() == trainer.state().digest()
    assert np.array_equal(saved.timeline.history.steps.table(), trainer.history.steps.table())
    assert repr(saved.timeline.history.epochs) == repr(trainer.history.epochs)
    assert saved.notes == "first try"
    assert_verified(path)


def test_nothing_is_written_before_there_is_something(tmp_path: Path) -> None:
    trainer, branches = make()
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup)
    recorder.record(branches, trainer)
    recorder.close()
    assert files_in(tmp_path) == []


def test_a_reader_follows_the_growing_file(tmp_path: Path) -> None:
    trainer, branches = make()
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup)
    for count in (3, 10, 1):
        steps(trainer, count)
        recorder.record(branches, trainer)
        saved = open_run(recorder.path)
        assert saved.timeline.head == trainer.step_count
        assert Trainer(build(saved.experiment)).resume(saved.timeline) is None
    recorder.close()


def test_states_in_the_file_serve_the_seeking_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, branches = make()
    known = {}
    monkeypatch.setattr(module, "COST_SHARE", 1000.0)
    monkeypatch.setattr(Checkpoints, "is_due", lambda self: False)  # memory has the first only
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup)
    for _ in range(60):
        trainer.step()
        known[trainer.step_count] = trainer.state().digest()
        recorder.record(branches, trainer)
    assert len(trainer.timeline.checkpoints) == 1
    assert len(archived(trainer)) > 40
    for step in (30, 7, 55, 60, 1):
        trainer.seek(step)
        assert trainer.state().digest() == known[step]
    recorder.close()
    saved = open_run(recorder.path)
    again = Trainer(build(saved.experiment))
    again.resume(saved.timeline)
    for step in (30, 7, 55, 60, 1):
        again.seek(step)
        assert again.state().digest() == known[step]


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_whatever_happens_the_file_tells_it(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A walk with edits, undo, forks and deletions, recorded now and then."""
    trainer, branches = make("optimizer.name=adam")
    recorder = Recorder(tmp_path_factory.mktemp("walk") / "run.vmlp", trainer.setup)
    trainer.step()
    for _ in range(data.draw(st.integers(3, 14))):
        match data.draw(st.sampled_from(ACTIONS)):
            case "train":
                trainer.seek(trainer.timeline.head)
                steps(trainer, data.draw(st.integers(1, 20)))
            case "seek":
                trainer.seek(data.draw(st.integers(0, trainer.timeline.head)))
            case "undo":
                trainer.undo_edit()
            case "fork":
                fork(trainer, branches)
            case "delete":
                others = [one.number for one in branches.all if one.number != branches.current]
                if others:
                    branches.delete(data.draw(st.sampled_from(others)))
            case "go":
                other = data.draw(st.sampled_from(branches.all))
                trainer.resume(other.timeline)
                branches.current = other.number
            case kind if trainer.is_at_head:
                places = tuple(sorted(data.draw(st.sets(st.integers(0, 20), max_size=4))))
                change = {"indices": places, "values": (0.5,) * len(places)}
                made = change if kind == "set" else {"frozen": places}
                trainer.edit(Edit(trainer.step_count, kind, **made))  # type: ignore[arg-type]
        if data.draw(st.booleans()):
            recorder.record(branches, trainer)
    recorder.close()
    if not recorder.path.exists():
        return
    saved = open_run(recorder.path)
    assert [one.number for one in saved.branches.all] == [one.number for one in branches.all]
    assert (saved.branches.current, saved.step) == (branches.current, trainer.step_count)
    for mine, stored in zip(branches.all, saved.branches.all, strict=True):
        table = mine.timeline.history.steps.table()
        assert np.array_equal(stored.timeline.history.steps.table(), table)
        assert [one.label for one in stored.timeline.edits] == [
            one.label for one in mine.timeline.edits
        ]
    again = Trainer(build(saved.experiment))
    again.resume(saved.timeline, saved.step)
    assert again.state().digest() == trainer.state().digest()
    assert_verified(recorder.path)


def test_events_names_and_notes_are_kept_up_to_date(tmp_path: Path) -> None:
    trainer, branches = make()
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup)
    steps(trainer, 3)
    recorder.record(branches, trainer)
    trainer.timeline.mark(Event(2, "stopped here"))
    branches.rename(0, "the good one")
    recorder.notes = "look at step 2"
    recorder.record(branches, trainer)
    saved = open_run(recorder.path)
    assert saved.timeline.events == [Event(2, "stopped here")]
    assert saved.branches[0].name == "the good one"
    assert saved.notes == "look at step 2"
    recorder.close()


def test_a_reopened_run_goes_on_in_another_file(tmp_path: Path) -> None:
    trainer, branches = make()
    first = Recorder(tmp_path / "first.vmlp", trainer.setup)
    for _ in range(3):
        steps(trainer, 20)
        first.record(branches, trainer)
    trainer.seek(25)
    fork(trainer, branches)
    steps(trainer, 10)
    first.close()
    before = first.path.read_bytes()
    saved = open_run(first.path)
    again = Trainer(build(saved.experiment))
    again.resume(saved.timeline, saved.step)
    second = Recorder(tmp_path / "second.vmlp", again.setup)
    for one in (trainer, again):
        steps(one, 10)
    second.record(saved.branches, again)
    first.path.unlink()
    again.seek(3)  # a state that is in the new file by now
    again.seek(again.timeline.head)
    assert again.state().digest() == trainer.state().digest()
    second.close()
    assert len(before) > 0
    assert len(open_run(second.path).branches.all) == 2
    assert_verified(second.path)


def test_the_disk_budget_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COST_SHARE", 1000.0)
    trainer, branches = make()
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup, budget=20_000)
    for _ in range(200):
        trainer.step()
        recorder.record(branches, trainer)
    assert 10_000 < recorder.n_bytes <= 20_000
    kept = archived(trainer)
    assert kept[0] == 0
    assert kept[-1] == 200
    gaps = np.diff(kept)
    assert gaps[:5].mean() > gaps[-5:].mean()
    recorder.close()
    assert_verified(recorder.path)


def test_recording_is_incremental(tmp_path: Path) -> None:
    trainer, branches = make()
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup)
    steps(trainer, 3000)
    recorder.record(branches, trainer)
    database = recorder._database
    assert database is not None
    before = database.total_changes
    recorder.record(branches, trainer)
    idle = database.total_changes - before
    trainer.step()
    recorder.record(branches, trainer)
    assert idle <= 4  # the head's state once, at most
    assert database.total_changes - before - idle <= 8
    recorder.close()


# Failures


def fail_after(monkeypatch: pytest.MonkeyPatch, error: Exception) -> Callable[[], None]:
    """Let every commit fail until what is given is called."""
    plain = module.Writer.write
    failing = [True]

    def write(*arguments: Any, **options: Any) -> None:
        plain(*arguments, **options)
        if failing:
            raise error

    monkeypatch.setattr(module.Writer, "write", write)
    return failing.clear


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.OperationalError("database or disk is full"),
        OSError(28, "No space left on device"),
        sqlite3.OperationalError("disk I/O error"),
    ],
    ids=str,
)
def test_a_full_disk_is_told_and_nothing_is_lost(
    error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer, branches = make()
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup)
    steps(trainer, 5)
    recorder.record(branches, trainer)
    trainer.edit(Edit(5, "one", indices=(0,), values=(1.0,)))
    steps(trainer, 5)
    make_room = fail_after(monkeypatch, error)
    with pytest.raises(RunFileError, match="cannot be written"):
        recorder.record(branches, trainer)
    assert open_run(recorder.path).timeline.head == 5
    trainer.seek(10)
    trainer.edit(Edit(10, "two", indices=(1,), values=(1.0,)))
    with pytest.raises(RunFileError, match=str(error.args[-1])):
        recorder.record(branches, trainer)
    trainer.undo_edit()
    trainer.edit(Edit(10, "three", indices=(1,), values=(1.0,)))
    make_room()
    steps(trainer, 5)
    recorder.record(branches, trainer)
    assert recorder.problem == ""
    recorder.close()
    saved = open_run(recorder.path)
    assert saved.state.digest() == trainer.state().digest()
    assert [edit.label for edit in saved.timeline.edits] == ["one", "three"]
    assert_verified(recorder.path)


def test_a_disk_that_is_really_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, branches = make("network.hidden=[200]")
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup)
    steps(trainer, 5)
    recorder.record(branches, trainer)
    plain = module.connect

    def small(path: Path) -> sqlite3.Connection:
        database = plain(path)
        database.execute("PRAGMA max_page_count = 1")  # as many as there are
        return database

    with monkeypatch.context() as patch:
        patch.setattr(module, "connect", small)
        recorder._leave()
        steps(trainer, 2000)
        with pytest.raises(RunFileError, match="full"):
            recorder.record(branches, trainer)
        assert open_run(recorder.path).timeline.head == 5
    recorder.record(branches, trainer)
    recorder.close()
    assert open_run(recorder.path).timeline.head == 2005
    assert_verified(recorder.path)


def test_a_folder_that_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    trainer, branches = make()
    recorder = Recorder(tmp_path / "file" / "run.vmlp", trainer.setup)
    steps(trainer, 2)
    with pytest.raises(RunFileError, match=r"run\.vmlp: cannot be written \("):
        recorder.record(branches, trainer)
    recorder.close()
    assert "cannot be written" in recorder.problem


def test_a_deleted_file_comes_back(tmp_path: Path) -> None:
    trainer, branches = make()
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup)
    steps(trainer, 20)
    recorder.record(branches, trainer)
    for path in tmp_path.glob("run.vmlp*"):
        path.unlink()
    steps(trainer, 20)
    recorder.record(branches, trainer)
    recorder.close()
    assert open_run(recorder.path).timeline.head == 40
    assert_verified(recorder.path)


def test_a_second_writer_is_refused(tmp_path: Path) -> None:
    trainer, branches = make()
    path = tmp_path / "run.vmlp"
    recorder, other = Recorder(path, trainer.setup), Recorder(path, trainer.setup)
    steps(trainer, 2)
    recorder.record(branches, trainer)
    before = path.read_bytes()
    with pytest.raises(RunFileError, match="is being written by another run"):
        other.record(branches, trainer)
    with pytest.raises(RunFileError, match="is being written by another run"):
        save_copy(path, path)
    other.close()
    assert path.read_bytes() == before
    steps(trainer, 2)
    recorder.record(branches, trainer)
    recorder.close()
    assert open_run(path).timeline.head == 4


def test_a_log_of_an_older_file_does_not_reach_the_new_one(tmp_path: Path) -> None:
    trainer, branches = make()
    path = tmp_path / "run.vmlp"
    recorder = Recorder(path, trainer.setup)
    steps(trainer, 30)
    recorder.record(branches, trainer)
    steps(trainer, 30)
    recorder.record(branches, trainer)
    left = {one.name: one.read_bytes() for one in tmp_path.glob("run.vmlp*")}
    recorder.abandon()
    for name, data in left.items():  # as after a power cut
        (tmp_path / name).write_bytes(data)
    other, its_branches = make("training.seed=9")
    again = Recorder(path, other.setup)
    steps(other, 4)
    again.record(its_branches, other)
    assert open_run(path).timeline.head == 4
    again.close()
    assert_verified(path)


# Autosave


def test_files_of_the_dead_are_offered_and_those_of_the_living_are_not() -> None:
    trainer, branches = make()
    steps(trainer, 3)
    living = Recorder(autosave_path(), trainer.setup, keeps=False)
    dead = Recorder(autosave_path(), trainer.setup, keeps=False)
    for recorder in (living, dead):
        recorder.record(branches, trainer)
    assert autosaves() == []
    dead.abandon()
    assert autosaves() == [dead.path]
    assert open_run(dead.path).timeline.head == 3
    discard(dead.path)
    discard(living.path)
    assert autosaves() == []
    assert living.path.exists()
    living.close()
    assert list(living.path.parent.iterdir()) == []


def test_a_copy_of_the_growing_file_is_whole(tmp_path: Path) -> None:
    trainer, branches = make()
    recorder = Recorder(autosave_path(), trainer.setup, keeps=False)
    steps(trainer, 3)
    recorder.record(branches, trainer)
    target = tmp_path / "copy.vmlp"
    save_copy(recorder.path, target)
    steps(trainer, 3)
    recorder.record(branches, trainer)
    assert open_run(target).timeline.head == 3
    save_copy(recorder.path, target)
    recorder.close()
    assert files_in(tmp_path) == ["copy.vmlp"]
    assert open_run(target).timeline.head == 6
    assert_verified(target)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_the_runner_keeps_the_file_and_ends_it(tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    experiment = apply_settings(Experiment(), [*MOONS, "training.epochs=1000"])
    runner = Runner(experiment, make_recorder=lambda setup: Recorder(path, setup))
    runner.run_steps(50)
    wait_for(lambda: runner.status.phase is Phase.PAUSED and len(runner.history.steps) == 50)
    wait_for(lambda: path.exists() and open_run(path).timeline.head == 50)  # though it pauses
    runner.run()
    wait_for(lambda: len(runner.history.steps) > 2000)
    behind = len(runner.history.steps)
    time.sleep(2.0)
    assert open_run(path).timeline.head >= behind
    runner.close()
    assert files_in(tmp_path) == ["run.vmlp"]
    assert open_run(path).timeline.head == len(runner.history.steps)


def test_what_nobody_foresaw_leaves_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that a clean end would remove."""
    path = autosave_path()
    experiment = apply_settings(Experiment(), MOONS)
    runner = Runner(experiment, make_recorder=lambda setup: Recorder(path, setup, keeps=False))
    runner.run_steps(20)
    wait_for(lambda: path.exists() and open_run(path).timeline.head == 20)

    def fail(trainer: Trainer) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Trainer, "step", fail)
    runner.run_steps(20)
    wait_for(lambda: runner.status.phase is Phase.FAILED)
    runner.close()
    assert autosaves() == [path]
    assert open_run(path).timeline.head == 20


def test_digests_are_the_same_everywhere(tmp_path: Path) -> None:
    """Reached by training, from the reopened file, and headless."""
    path = tmp_path / "run.vmlp"
    trainer, branches = make("optimizer.name=adam", "schedule.name=cosine")
    recorder = Recorder(path, trainer.setup)
    digests = {}
    for step in range(1, 120):
        if step == 40:
            trainer.change(replace_at(trainer.experiment, "optimizer.learning_rate", 0.03))
        trainer.step()
        digests[step] = trainer.state().digest()
        if step % 10 == 0:
            recorder.record(branches, trainer)
    recorder.close()
    saved = open_run(path)
    again = Trainer(build(saved.experiment))
    again.resume(saved.timeline)
    headless = Trainer(build(saved.experiment))
    for step in range(1, 120):
        if step == 40:
            headless.change(replace_at(headless.experiment, "optimizer.learning_rate", 0.03))
        headless.step()
        assert headless.state().digest() == digests[step]
    for step in (100, 3, 40, 41, 119):
        again.seek(step)
        assert again.state().digest() == digests[step]
        assert again.parted_at is None
