"""A saved run goes on, on the worker thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from visualmlp.experiment import Experiment
from visualmlp.training.history import History, StepLog
from visualmlp.training.runner import Phase
from visualmlp.training.setup import build
from visualmlp.training.state import Resume, TrainState
from visualmlp.training.trainer import Trainer

MakeExperiment = Callable[..., Experiment]
Start = Callable[..., Any]


def saved(state: TrainState, history: History) -> Resume:
    fingerprint = build(state.experiment).data.dataset.fingerprint
    return Resume(state, history, fingerprint)


def test_a_saved_run_goes_on(start: Start, make_experiment: MakeExperiment) -> None:
    plain = Trainer(build(make_experiment()))
    for _ in range(7):
        plain.step()
    history = History(StepLog.from_table(plain.history.steps.table()), list(plain.history.epochs))
    runner = start(resume=saved(plain.state(), history))
    assert runner.drain().step == 7
    assert runner.history is history
    runner.run_steps(6)
    runner.wait_for_steps(13)
    for _ in range(6):
        plain.step()
    assert runner.digest() == plain.state().digest()


def test_a_state_of_another_run_is_refused(start: Start, make_experiment: MakeExperiment) -> None:
    other = Trainer(build(make_experiment("network.hidden=[3]")))
    runner = start(resume=saved(other.state(), other.history), loaded=False)
    runner.wait_for(Phase.FAILED)
    assert "another experiment" in runner.status.message


def test_a_run_of_other_data_is_refused(start: Start, make_experiment: MakeExperiment) -> None:
    trainer = Trainer(build(make_experiment()))
    runner = start(resume=Resume(trainer.state(), trainer.history, "0" * 64), loaded=False)
    runner.wait_for(Phase.FAILED)
    assert "are not those that the run was trained on" in runner.status.message
