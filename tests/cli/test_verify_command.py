"""``visualmlp verify``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visualmlp.experiment import Experiment, apply_settings
from visualmlp.runs import environment, save_run
from visualmlp.runs.verify import verify_run
from visualmlp.training.branches import Branches
from visualmlp.training.setup import build
from visualmlp.training.timeline import Checkpoint, Edit
from visualmlp.training.trainer import Trainer

Call = Callable[..., Any]

XOR = ("data.source=xor", "network.hidden=[{units = 5, dropout = 0.3}]", "optimizer.name=adam")


def make(*settings: str) -> Trainer:
    return Trainer(build(apply_settings(Experiment(), [*XOR, *settings])))


def steps(trainer: Trainer, count: int) -> None:
    for _ in range(count):
        trainer.step()


def rows(text: str) -> list[list[str]]:
    """Cells of the rows about runs."""
    return [line.split() for line in text.splitlines() if line.startswith("  run ")][1:]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two students' runs."""
    folder = tmp_path / "students"
    folder.mkdir()
    for seed in (1, 2):
        trainer = make(f"training.seed={seed}")
        steps(trainer, 30)
        save_run(folder / f"student {seed}.vmlp", trainer)
    return folder


def test_a_folder_of_runs_is_as_recorded(call: Call, folder: Path) -> None:
    answer = call("verify", folder)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.count("/student ") == 2
    assert answer.out.count("  ok") == 2
    assert "2 files, runs that are as recorded: 2 of 2" in answer.out


def test_one_damaged_file_does_not_keep_the_others_from_being_verified(
    call: Call, folder: Path
) -> None:
    (folder / "student 1.vmlp").write_bytes(b"x" * 5000)
    answer = call("verify", folder)
    assert answer.status == 1
    assert "FAILED: is no VisualMLP run, or is damaged" in answer.out
    assert answer.out.count("  ok") == 1


@pytest.mark.parametrize("change", ["figures", "state"])
def test_numbers_that_training_does_not_give_are_found(
    change: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is whole, and says what is not so."""
    trainer = make()
    steps(trainer, 30)
    if change == "figures":
        table, _ = trainer.history.steps._rows
        table[0, 12] = np.nextafter(table[0, 12], 9)
        reason = "differs from step 12 on"
    else:
        state = trainer.state()
        better = replace(state, parameters=state.parameters * np.float32(1.5))
        monkeypatch.setattr(trainer, "state", lambda: better)
        reason = "the state of step 30 is not the one that training gives"
    save_run(tmp_path / "run.vmlp", trainer)
    answer = call("verify", tmp_path / "run.vmlp")
    assert answer.status == 1
    assert f"FAILED: {reason}" in answer.out
    assert "there and" not in answer.out


def test_other_arithmetic_is_named_where_something_differs(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trainer = make()
    steps(trainer, 30)
    trainer.history.steps._rows[0][0, 12] += 1e-9
    save_run(tmp_path / "run.vmlp", trainer)
    here = environment() | {"blas": "anotherblas 1.0"}
    monkeypatch.setattr("visualmlp.runs.versions.environment", lambda: here)
    answer = call("verify", tmp_path / "run.vmlp")
    assert "differs from step 12 on" in answer.out
    assert "there and anotherblas 1.0 here" in answer.out


def test_forks_and_edits_are_carried_out_again(call: Call, tmp_path: Path) -> None:
    trainer = make()
    branches = Branches(trainer.timeline)
    steps(trainer, 20)
    trainer.edit(Edit(20, "set", indices=(1, 2), values=(0.5, 0.25)))
    trainer.edit(Edit(20, "freeze", frozen=(0, 1)))
    steps(trainer, 20)
    trainer.seek(30)
    trainer.branch()
    branches.fork(trainer.timeline, 30, "again")
    trainer.edit(Edit(30, "thaw", frozen=()))
    steps(trainer, 15)
    path = tmp_path / "run.vmlp"
    save_run(path, trainer, branches)
    answer = call("verify", path)
    assert answer.status == 0
    assert answer.out.count("  ok") == 2
    first, fork = verify_run(path)
    assert first.n_steps == 40
    assert 15 <= fork.n_steps < 45
    assert first.n_states >= 3
    assert fork.n_states >= 2


def forked(path: Path, change: Callable[[Trainer], object] = lambda trainer: None) -> Trainer:
    """A fork at step 30 of a run that has states of steps 20 and 40; changed before it is saved."""
    trainer = make()
    branches = Branches(trainer.timeline)
    trainer.timeline.checkpoints.is_due = lambda: trainer.step_count == 20  # type: ignore[method-assign]
    steps(trainer, 40)
    trainer.seek(30)
    trainer.branch()
    branches.fork(trainer.timeline, 30, "again")
    trainer.edit(Edit(30, "set", indices=(0,), values=(0.5,)))
    steps(trainer, 10)
    change(trainer)
    save_run(path, trainer, branches)
    return trainer


def better_than_trained(trainer: Trainer) -> None:
    """A state that only the fork has, from where it is said to go on."""
    trainer.seek(25)
    state = replace(trainer.state(), parameters=trainer.network.parameters.flat * 2)
    trainer.timeline.checkpoints.add(Checkpoint(state, 0))
    trainer.restore(state)
    table, _ = trainer.history.steps._rows
    for step in range(25, 40):
        if step == 30:
            trainer.apply(trainer.timeline.edits[0])
        table[:, step] = trainer.update() or (0, 0, 0)
    trainer.timeline.checkpoints.forget_edits(40, 0)


def better_record(trainer: Trainer) -> None:
    """Figures before the state that it shares."""
    trainer.history.steps._rows[0][0, 7] = 1e-6


def test_a_fork_begins_with_a_state_that_its_parent_has_too(tmp_path: Path) -> None:
    forked(tmp_path / "run.vmlp")
    first, fork = verify_run(tmp_path / "run.vmlp")
    assert (first.n_steps, first.problem) == (40, "")
    assert (fork.n_steps, fork.problem) == (20, "")


@pytest.mark.parametrize("change", [better_than_trained, better_record])
def test_a_fork_of_what_never_was_is_found(
    change: Callable[[Trainer], object], tmp_path: Path
) -> None:
    forked(tmp_path / "run.vmlp", change)
    first, fork = verify_run(tmp_path / "run.vmlp")
    assert first.problem == ""
    assert "differs from step" in fork.problem or "is not the one" in fork.problem


def test_a_damaged_state_is_told_with_the_run_that_has_it(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    trainer = make("network.hidden=[300, 300]")
    steps(trainer, 3)
    save_run(path, trainer)
    content = bytearray(path.read_bytes())
    content[-30_000] ^= 1
    path.write_bytes(content)
    answer = call("verify", path)
    assert answer.status == 1
    assert "run 1" in answer.out
    assert "FAILED: is damaged: a state does not have the digest that was recorded" in answer.out


def test_an_empty_folder_and_a_missing_file(call: Call, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert "there is no run file (.vmlp) in it" in call("verify", empty).complaint
    answer = call("verify", tmp_path / "none.vmlp")
    assert answer.status == 1
    assert "FAILED: there is no such file" in answer.out


def test_data_that_are_not_here_are_told(call: Call, tmp_path: Path) -> None:
    trainer = make()
    steps(trainer, 3)
    dataset = replace(trainer.setup.data.dataset, x=trainer.setup.data.dataset.x * 0.5)
    other = Trainer(build(trainer.experiment, dataset=dataset))
    steps(other, 3)
    save_run(tmp_path / "run.vmlp", other)
    answer = call("verify", tmp_path / "run.vmlp")
    assert answer.status == 1
    assert "FAILED: the data here are not those that the run was trained on" in answer.out
