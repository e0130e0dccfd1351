"""Trainings small enough to be made by the hundred."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from visualmlp.experiment import Experiment, apply_settings
from visualmlp.training.frame import Frame
from visualmlp.training.runner import Phase, Reply, Runner
from visualmlp.training.setup import Setup, build
from visualmlp.training.trainer import Trainer

SMALL = (
    "data.source=xor",
    "data.n_samples=43",
    "data.scaling=standardise",
    "network.hidden=[5, 4]",
    "optimizer.name=sgd",
    "optimizer.learning_rate=0.1",
    "training.batch_size=8",
    "training.epochs=3",
)
"""34 samples to train on: four batches of 8 and one of 2."""

MakeExperiment = Callable[..., Experiment]
MakeTrainer = Callable[..., Trainer]
SOON = 10.0


@pytest.fixture(scope="session")
def make_experiment() -> MakeExperiment:
    """The small experiment with some ``key=value`` settings."""

    def make(*settings: str) -> Experiment:
        return apply_settings(Experiment(title="small"), [*SMALL, *settings])

    return make


@pytest.fixture(scope="session")
def make_trainer(make_experiment: MakeExperiment) -> MakeTrainer:
    """A trainer of the small experiment with some ``key=value`` settings."""
    previous: Setup | None = None

    def make(*settings: str) -> Trainer:
        nonlocal previous
        previous = build(make_experiment(*settings), previous)
        return Trainer(previous)

    return make


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kept state every few steps only, so that there is something to replay."""

    def keep(trainer: Trainer) -> None:
        if trainer.step_count % 6 == 2:
            trainer.timeline.checkpoints.record(trainer._checkpoint)

    monkeypatch.setattr(Trainer, "_keep", keep)


class WatchedRunner(Runner):
    """A runner that can be waited for."""

    def wait_until(self, happened: Callable[[], object]) -> None:
        deadline = time.monotonic() + SOON
        while not happened():
            assert time.monotonic() < deadline, "it did not happen"
            time.sleep(0.001)

    def wait_for(self, *phases: Phase) -> None:
        self.wait_until(lambda: self.status.phase in phases)

    def wait_for_steps(self, count: int) -> None:
        self.wait_until(lambda: len(self.history.steps) == count)

    def ask(self, job: Callable[[Trainer], object]) -> str:
        """What a job between two steps says, all earlier commands being done by then."""
        replies: list[Reply] = []
        self.call(lambda trainer: str(job(trainer)))
        self.wait_until(lambda: replies.extend(self.replies()) or replies)
        assert not replies[-1].failed
        return replies[-1].text

    def digest(self) -> str:
        return self.ask(lambda trainer: trainer.state().digest())

    def drain(self) -> Frame:
        frame = self.poll()
        assert frame is not None
        return frame


@pytest.fixture
def start(make_experiment: MakeExperiment) -> Iterator[Callable[..., WatchedRunner]]:
    """Start a runner of the small experiment and wait until it is loaded."""
    runners = []

    def begin(*settings: str, loaded: bool = True, **options: Any) -> WatchedRunner:
        runners.append(WatchedRunner(make_experiment(*settings), **options))
        if loaded:
            runners[-1].wait_for(Phase.PAUSED)
        return runners[-1]

    yield begin
    for runner in runners:
        runner.close()
