"""Run until something happens: it stops at the first state where it holds, and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from visualmlp.engine import predicted_classes
from visualmlp.errors import ExperimentError
from visualmlp.training.breakpoints import CONDITIONS, Armed, Until
from visualmlp.training.runner import Phase
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
Start = Callable[..., Any]
STEPS = 60
SAMPLE = 3
WILD = (
    "training.epochs=1000",
    "training.batch_size=4",
    "optimizer.learning_rate=1.0",
    "network.hidden=[6, 4]",
)
"""Nine steps an epoch in which a good deal happens."""


def armed(name: str, **parameters: object) -> Armed:
    return Armed(name, CONDITIONS[name].parameters.checked(parameters))


def facts_of(trainer: Trainer, before: np.ndarray) -> dict[str, Any]:
    """What a reader finds at a state by ways of its own."""
    validation = trainer.network.layer_outputs(trainer.setup.validation[0])
    training = trainer.network.layer_outputs(trainer.setup.train[0])
    steps = trainer.history.steps.column("gradient_norm")
    weights = trainer.network.layout.views(before).weights, trainer.network.parameters.weights
    return {
        "step": trainer.step_count,
        "epoch": trainer.epoch,
        "records": [r for r in trainer.history.epochs if r.step == trainer.step_count],
        "norm": float(steps[-1]) if len(steps) else 0.0,
        "dead": np.mean([not a.any() for layer in training[:-1] for a in layer.a.T]),
        "ratios": [
            np.sqrt(((new - old) ** 2).sum() / (old**2).sum())
            for old, new in zip(*weights, strict=True)
        ],
        "class": predicted_classes(validation[-1].a)[SAMPLE],
    }


@pytest.fixture(scope="module")
def scanned(make_trainer: MakeTrainer) -> list[dict[str, Any]]:
    """The facts of state 0, 1, … of the wild run, and the digests of the states."""
    trainer = make_trainer(*WILD)
    before = trainer.network.parameters.flat.copy()
    facts = [facts_of(trainer, before) | {"digest": trainer.state().digest()}]
    for _ in range(STEPS):
        before = trainer.network.parameters.flat.copy()
        trainer.step()
        facts.append(facts_of(trainer, before) | {"digest": trainer.state().digest()})
    return facts


def validation_losses(facts: list[dict[str, Any]]) -> list[float]:
    return [record.validation.loss for fact in facts for record in fact["records"]]


def has_risen(facts: list[dict[str, Any]], times: int) -> bool:
    losses = validation_losses(facts)[-times - 1 :]
    return bool(facts[-1]["records"]) and len(losses) > times and losses == sorted(losses)


CASES: dict[str, tuple[Armed, Callable[[list[dict[str, Any]]], bool], str]] = {
    "step": (armed("step", step=23), lambda past: past[-1]["step"] == 23, "step 23"),
    "epoch": (armed("epoch", epoch=3), lambda past: past[-1]["epoch"] == 3, "end of epoch 3"),
    "validation accuracy": (
        armed("metric", part="validation", figure="score", side="below", value=0.5),
        lambda past: any(r.validation.score < 0.5 for r in past[-1]["records"]),
        "validation accuracy 0.444444 is below 0.5",
    ),
    "training loss": (
        armed("metric", part="train", figure="loss", side="above", value=0.85),
        lambda past: any(r.train.loss > 0.85 for r in past[-1]["records"]),
        "training loss 0.87",
    ),
    "rising": (armed("rising_loss", times=3), lambda past: has_risen(past, 3), "3 times in a row"),
    "gradient norm above": (
        armed("gradient_norm", side="above", value=3.0),
        lambda past: past[-1]["norm"] > 3,
        "the gradient's norm 3.36",
    ),
    "gradient norm below": (
        armed("gradient_norm", side="below", value=0.02),
        lambda past: past[-1]["norm"] < 0.02,
        "is below 0.02",
    ),
    "dead units": (
        armed("dead_units", share=0.4),
        lambda past: past[-1]["dead"] >= 0.4,
        "4 of 10 ReLU units are 0 for 34 training samples",
    ),
    "update ratio above": (
        armed("update_ratio", low=1e-12, high=0.9),
        lambda past: max(past[-1]["ratios"]) > 0.9,
        "of layer 3, 0.9",
    ),
    "update ratio below": (
        armed("update_ratio", low=1e-4, high=10),
        lambda past: min(past[-1]["ratios"]) < 1e-4,
        "of layer 1, 0, is outside 0.0001 to 10",
    ),
    "flip": (
        armed("flip", part="validation", sample=SAMPLE),
        lambda past: past[-1]["class"] != past[-2]["class"],
        "the prediction of validation sample 3 flips from",
    ),
}


@pytest.fixture(params=CASES)
def case(
    request: pytest.FixtureRequest, scanned: list[dict[str, Any]]
) -> tuple[Armed, list[int], str]:
    """A condition, all states of the scan where it holds, and a piece of its message."""
    condition, holds, text = CASES[request.param]
    steps = [k for k in range(1, STEPS + 1) if holds(scanned[: k + 1])]
    assert steps, "the scan never meets it: the test would show nothing"
    return condition, steps, text


def test_stops_at_the_first_state_where_it_holds(
    case: tuple[Armed, list[int], str], start: Start, scanned: list[dict[str, Any]]
) -> None:
    condition, (step, *_), text = case
    runner = start(*WILD)
    runner.run_until([condition])
    runner.wait_until(lambda: runner.status.message)
    assert runner.status.phase is Phase.PAUSED
    assert text in runner.status.message
    assert runner.status.message.startswith(f"Stopped at step {step:,}")
    assert runner.drain().step == step
    assert len(runner.history.steps) == step
    assert runner.digest() == scanned[step]["digest"]
    [event] = runner.timeline.events
    assert event.step == step
    assert text in event.text
    runner.step_back(1)
    assert runner.digest() == scanned[step - 1]["digest"]
    assert runner.status.message == ""


def test_stops_there_in_replay_too(
    case: tuple[Armed, list[int], str], start: Start, scanned: list[dict[str, Any]]
) -> None:
    """Once from the start, once from a state of the midst, each to the next that follows."""
    condition, steps, text = case
    runner = start(*WILD)
    runner.run_to_step(STEPS)
    runner.wait_for_steps(STEPS)
    runner.wait_for(Phase.PAUSED)
    for begin in (0, steps[0] - 1, 0):
        runner.seek(begin)
        assert runner.digest() == scanned[begin]["digest"]
        runner.run_until([condition])
        runner.wait_until(lambda: runner.status.message)
        assert text in runner.status.message
        assert runner.digest() == scanned[steps[0]]["digest"]
    assert len(runner.timeline.events) == 1
    assert len(runner.history.steps) == STEPS
    runner.seek(STEPS)
    assert runner.digest() == scanned[STEPS]["digest"]


def test_again_goes_on_to_the_next(start: Start, scanned: list[dict[str, Any]]) -> None:
    runner = start(*WILD)
    flips = [k for k in range(1, STEPS) if scanned[k]["class"] != scanned[k - 1]["class"]]
    for step in flips[:4]:
        runner.run_until([armed("flip", sample=SAMPLE)])
        runner.wait_until(lambda step=step: f"step {step}:" in runner.status.message)
    assert [event.step for event in runner.timeline.events] == flips[:4]


def test_the_first_of_several_stops_and_all_that_hold_are_told(start: Start) -> None:
    runner = start(*WILD)
    runner.run_until([armed("step", step=40), armed("epoch", epoch=1), armed("step", step=9)])
    runner.wait_until(lambda: runner.status.message)
    assert runner.status.message == "Stopped at step 9: end of epoch 1; step 9."


def test_what_lies_behind_is_passed_over_unless_it_is_all(start: Start) -> None:
    runner = start(*WILD)
    runner.run_to_step(20)
    runner.wait_for_steps(20)
    runner.run_until([armed("step", step=20), armed("step", step=25)])
    runner.wait_for_steps(25)
    runner.run_until([armed("step", step=20), armed("epoch", epoch=2)])
    replies: list[Any] = []
    runner.wait_until(lambda: replies.extend(runner.replies()) or replies)
    assert replies[0].failed
    assert replies[0].text == "epoch 2 is over: 2 are done at the cursor"
    assert len(runner.history.steps) == 25


def test_the_plan_ends_a_run_whose_condition_never_comes(start: Start) -> None:
    runner = start("training.epochs=2")
    never = armed("gradient_norm", side="above", value=1e9)
    runner.run_until([never])
    runner.wait_for(Phase.FINISHED)
    assert "no condition was met" in runner.status.message
    assert len(runner.history.steps) == 10
    assert runner.timeline.events == []
    runner.run_until([never, armed("step", step=13)])
    runner.wait_for_steps(13)


def test_a_step_is_reached_beyond_the_plan(start: Start) -> None:
    runner = start("training.epochs=2")
    runner.run_until([armed("step", step=17)])
    runner.wait_for_steps(17)
    runner.wait_until(lambda: "step 17" in runner.status.message)


def test_nan_is_told_with_its_tensor(start: Start) -> None:
    runner = start("optimizer.learning_rate=100", "network.output.activation=identity")
    runner.run_until([armed("non_finite"), armed("step", step=1000)])
    runner.wait_for(Phase.DIVERGED)
    [event] = runner.timeline.events
    assert event.step == len(runner.history.steps)
    assert "of layer" in event.text
    assert event.text.endswith("hold NaN or Inf")


def test_an_infinity_that_the_loss_does_not_show_is_found(make_trainer: MakeTrainer) -> None:
    """A ReLU unit with a bias of -inf gives 0: loss and gradient stay finite."""
    trainer = make_trainer()
    until = Until([armed("non_finite")], trainer)
    place = trainer.network.layout.n_weights + 2
    trainer.edit(Edit(0, "set", indices=(place,), values=(-np.inf,)))
    trainer.step()
    assert trainer.divergence is None
    assert until(trainer)
    assert "biases b of layer 1 hold NaN or Inf" in until.message


@pytest.mark.parametrize("name", CONDITIONS)
def test_looking_changes_no_bit(name: str, make_trainer: MakeTrainer) -> None:
    dropout = "network.hidden=[{units = 5, dropout = 0.3}, 4]"
    plain, watched = (make_trainer(dropout, "training.epochs=1000") for _ in range(2))
    check = CONDITIONS[name].make(CONDITIONS[name].parameters(), watched)
    for _ in range(30):
        plain.step()
        watched.step()
        check(watched)
        assert plain.state().digest() == watched.state().digest()
    assert plain.history.steps.table().tolist() == watched.history.steps.table().tolist()


def test_what_is_set_by_hand_is_no_update(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("optimizer.learning_rate=1e-6")
    for _ in range(3):
        trainer.step()
    trainer.edit(Edit(3, "set", indices=(0,), values=(50.0,)))
    trainer.step()
    trainer.seek(0)
    until = Until([armed("update_ratio", low=1e-30, high=0.1)], trainer)
    for _ in range(4):
        trainer.step()
        assert not until(trainer)


@pytest.mark.parametrize(
    ("condition", "settings", "words"),
    [
        (armed("metric", part="test"), (), "not evaluated while training"),
        (armed("metric", part="validation"), ("data.validation_fraction=0",), "no samples"),
        (armed("rising_loss"), ("data.validation_fraction=0",), "no samples"),
        (armed("flip", sample=900), (), "samples 0 to 8, not 900"),
        (armed("flip"), ("data.source=curve",), "regression"),
        (armed("update_ratio", low=1, high=0.1), (), "lowest must be below"),
        (
            armed("dead_units"),
            ('network.hidden=[{units = 3, activation = "tanh"}]',),
            "no layer has ReLU units",
        ),
        (armed("step", step=1), (), ""),
    ],
)
def test_what_has_no_meaning_is_refused(
    condition: Armed, settings: tuple[str, ...], words: str, make_trainer: MakeTrainer
) -> None:
    trainer = make_trainer(*settings)
    if not words:
        assert Until([condition], trainer)
        return
    with pytest.raises(ExperimentError, match=words):
        Until([condition], trainer)


def test_nothing_chosen_is_refused(make_trainer: MakeTrainer) -> None:
    with pytest.raises(ExperimentError, match="no condition is chosen"):
        Until([], make_trainer())


# Forks


def test_fork_here_leaves_the_run_as_it_is(start: Start, scanned: list[dict[str, Any]]) -> None:
    runner = start(*WILD)
    runner.run_to_step(30)
    runner.wait_for_steps(30)
    runner.seek(12)
    runner.fork("twelve")
    assert runner.digest() == scanned[12]["digest"]
    first, fork = runner.branches.all
    assert (first.timeline.head, fork.timeline.head) == (30, 12)
    assert (fork.name, fork.parent, fork.fork_step, fork.change) == ("twelve", 0, 12, "no change")
    assert runner.branches.current == fork.number
    runner.run_to_step(20)
    runner.wait_for_steps(20)
    assert runner.digest() == scanned[20]["digest"]
    runner.switch(0)
    assert runner.digest() == scanned[20]["digest"]
    assert len(runner.history.steps) == 30


def test_deleting_frees_what_no_other_run_shares(start: Start) -> None:
    runner = start(*WILD)
    runner.run_to_step(10)
    runner.wait_for_steps(10)
    runner.fork()
    runner.ask(lambda trainer: None)
    branches = runner.branches
    shared = branches[0].n_bytes
    assert branches.own_bytes(1) == 0
    kept = runner.ask(lambda trainer: trainer.timeline.checkpoints.record(trainer._checkpoint))
    assert kept == "None"
    own = branches.own_bytes(1)
    assert 0 < own <= branches[1].n_bytes
    assert branches[0].n_bytes == shared
    runner.switch(0)
    runner.tend(lambda branches: branches.delete(1))
    runner.ask(lambda trainer: None)
    assert [branch.number for branch in branches.all] == [0]
    assert branches.own_bytes(0) == branches[0].n_bytes
