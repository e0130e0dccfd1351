"""The start of a run in its file: what was changed there can be taken back after reopening."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualmlp.experiment import Experiment, apply_settings, replace_at
from visualmlp.runs import Recorder, open_run, save_run
from visualmlp.training.branches import Branches
from visualmlp.training.setup import build
from visualmlp.training.timeline import Checkpoint, Edit
from visualmlp.training.trainer import Trainer

RATE = "optimizer.learning_rate"


@pytest.fixture
def changed() -> Trainer:
    """Before its first step, with a weight set and another learning rate."""
    trainer = Trainer(build(apply_settings(Experiment(), ["data.source=xor"])))
    trainer.edit(Edit(0, "set", indices=(0,), values=(0.5,)))
    trainer.change(replace_at(trainer.experiment, RATE, 0.5))
    return trainer


def reopened(path: Path) -> Trainer:
    saved = open_run(path)
    trainer = Trainer(build(saved.experiment))
    trainer.resume(saved.timeline, saved.step)
    return trainer


@pytest.mark.parametrize("way", ["saved", "recorded"])
def test_edits_of_the_start_can_be_taken_back(way: str, changed: Trainer, tmp_path: Path) -> None:
    path, branches = tmp_path / "run.vmlp", Branches(changed.timeline)
    start = Trainer(changed.setup).state().digest()
    if way == "saved":
        save_run(path, changed, branches)
    else:
        recorder = Recorder(path, changed.setup)
        recorder.record(branches, changed)
        recorder.close()
    assert open_run(path).timeline.checkpoints.nearest(0).n_edits == 0
    trainer = reopened(path)
    assert trainer.state().digest() == changed.state().digest()
    assert trainer.first_experiment == changed.first_experiment
    trainer.change(replace_at(trainer.experiment, RATE, 0.25))
    assert [edit.label for edit in trainer.timeline.edits] == ["set", f"{RATE} = 0.25"]
    assert trainer.undo_edit()
    assert trainer.undo_edit()
    assert trainer.state().digest() == start


def test_a_start_with_edits_in_it_is_made_anew(changed: Trainer) -> None:
    start = changed.timeline.checkpoints.nearest(0)
    changed.timeline.checkpoints.add(Checkpoint(changed.state(), 2))
    trainer = Trainer(changed.setup)
    trainer.resume(changed.timeline)
    assert trainer.state().digest() == changed.state().digest()
    while trainer.undo_edit():
        pass
    assert trainer.state().digest() == start.state.digest()


def test_a_reopened_run_that_is_another_by_now_keeps_its_states(tmp_path: Path) -> None:
    """An edit taken back at once, and a fork of a run that is deleted at once."""
    trainer = Trainer(build(apply_settings(Experiment(), ["data.source=xor"])))
    for _ in range(6):
        trainer.step()
    save_run(tmp_path / "first.vmlp", trainer)
    for change in (undo_at_head, replace_by_fork):
        saved = open_run(tmp_path / "first.vmlp")
        again = Trainer(trainer.setup)
        again.resume(saved.timeline)
        assert again.timeline.checkpoints.steps == []
        change(again, saved.branches)
        recorder = Recorder(tmp_path / f"{change.__name__}.vmlp", again.setup)
        recorder.record(saved.branches, again)
        again.seek(2)
        recorder.close()
        archive = open_run(recorder.path).timeline.checkpoints.archive
        assert archive is not None
        assert 0 in archive.steps()


def undo_at_head(trainer: Trainer, branches: Branches) -> None:
    trainer.edit(Edit(6, "set", indices=(0,), values=(0.5,)))
    trainer.undo_edit()


def replace_by_fork(trainer: Trainer, branches: Branches) -> None:
    trainer.seek(4)
    trainer.branch()
    branches.fork(trainer.timeline, 4, "again")
    branches.delete(0)
