"""A saved run goes on, on the worker thread."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from visualmlp.errors import ExperimentError
from visualmlp.experiment import Experiment
from visualmlp.training.branches import Branches
from visualmlp.training.runner import Phase
from visualmlp.training.setup import build
from visualmlp.training.timeline import Edit, Resume
from visualmlp.training.trainer import Trainer

MakeExperiment = Callable[..., Experiment]
Start = Callable[..., Any]


def saved(trainer: Trainer) -> Resume:
    timeline = trainer.timeline.until(trainer.timeline.head, len(trainer.timeline.edits))
    return Resume(timeline, trainer.setup.data.dataset.fingerprint)


def test_a_saved_run_goes_on(start: Start, make_experiment: MakeExperiment) -> None:
    plain = Trainer(build(make_experiment()))
    for _ in range(7):
        plain.step()
    resume = saved(plain)
    runner = start(resume=resume)
    assert runner.drain().step == 7
    assert runner.timeline is resume.timeline
    runner.run_steps(6)
    runner.wait_for_steps(13)
    for _ in range(6):
        plain.step()
    assert runner.digest() == plain.state().digest()


def test_a_state_of_another_run_is_refused(start: Start, make_experiment: MakeExperiment) -> None:
    other = Trainer(build(make_experiment("network.hidden=[3]")))
    runner = start(resume=saved(other), loaded=False)
    runner.wait_for(Phase.FAILED)
    assert "another experiment" in runner.status.message


def test_a_run_of_other_data_is_refused(start: Start, make_experiment: MakeExperiment) -> None:
    trainer = Trainer(build(make_experiment()))
    runner = start(resume=Resume(trainer.timeline, "0" * 64), loaded=False)
    runner.wait_for(Phase.FAILED)
    assert "are not those that the run was trained on" in runner.status.message


@pytest.mark.parametrize(
    "edit",
    [
        Edit(3, "set", indices=(10_000,), values=(0.0,)),
        Edit(3, "freeze", frozen=(10_000,)),
        Edit(3, "layers", experiment=Experiment(title="another")),
    ],
    ids=lambda edit: edit.label,
)
def test_edits_of_another_network_are_refused(
    edit: Edit, start: Start, make_experiment: MakeExperiment
) -> None:
    """Also those of a fork that nobody has gone to yet."""
    trainer = Trainer(build(make_experiment()))
    for _ in range(5):
        trainer.step()
    branches = Branches(trainer.timeline)
    fork = trainer.timeline.until(5, 0)
    fork.edits.append(edit)
    branches.fork(fork, 3, edit.label)
    branches.current = 0
    fingerprint = trainer.setup.data.dataset.fingerprint
    runner = start(resume=Resume(trainer.timeline, fingerprint, branches), loaded=False)
    runner.wait_for(Phase.FAILED)
    assert isinstance(runner.status.error, ExperimentError)


def test_an_opened_run_is_copied_only_when_something_is_new(
    start: Start, make_experiment: MakeExperiment
) -> None:
    """A large file takes its time to be copied; who only looks need not wait for it."""
    trainer = Trainer(build(make_experiment()))
    for _ in range(7):
        trainer.step()
    recorded: list[int] = []

    class Copying:
        problem = ""

        def record(self, branches: Branches, trainer: Trainer) -> None:
            recorded.append(trainer.timeline.head)

        def close(self) -> None: ...
        def abandon(self) -> None: ...

    runner = start(
        resume=Resume(trainer.timeline, trainer.setup.data.dataset.fingerprint),
        make_recorder=lambda setup: Copying(),
    )
    runner.seek(3)
    assert runner.ask(lambda trainer: trainer.step_count) == "3"
    time.sleep(1.3)
    assert recorded == []
    runner.run_to_step(8)
    runner.wait_until(lambda: recorded)
    assert recorded[-1] == 8
