"""Every rule on a training made to show what it is about, and on one that must not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from visualmlp.analysis.health import HEALTH_RULES, Evidence, Finding, examine
from visualmlp.analysis.health.gradients import EXPLODING_HINT, VANISHING_HINT
from visualmlp.data import Dataset
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.training.branches import Branches
from visualmlp.training.health_evidence import MOST_SAMPLES, EvidenceTaker
from visualmlp.training.past_gradients import PastGradients
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup, build
from visualmlp.training.trainer import Trainer

LONG = 1e9
ALARMS = ("problem", "hint")


@cache
def digits() -> Setup:
    return build(find_experiment("digits"))


def trained(name: str, *settings: str, steps: int, dataset: Dataset | None = None) -> Trainer:
    experiment = apply_settings(find_experiment(name), settings)
    previous = digits() if name == "digits" and dataset is None else None
    trainer = Trainer(build(experiment, previous, dataset))
    while trainer.step_count < steps and trainer.divergence is None:
        trainer.step()
    return trainer


def evidence_of(trainer: Trainer) -> Evidence:
    taker = EvidenceTaker(Probe(trainer.setup))
    frame = trainer.frame(with_state=True)
    taken = taker.take(frame, Branches(trainer.timeline)[0], LONG)
    assert taken.n_missing == 0
    return taken.evidence


def found(trainer: Trainer) -> dict[str, Finding | None]:
    return {rule.name: finding for rule, finding in examine(evidence_of(trainer))}


@cache
def healthy(steps: int) -> dict[str, Finding | None]:
    return found(trained("digits", steps=steps))


def layers(count: int, activation: str, units: int = 8, scale: float = 1.0) -> str:
    one = f"{{units={units}, activation='{activation}', weight_scale={scale}}}"
    return f"network.hidden=[{', '.join([one] * count)}]"


def rare_class() -> Dataset:
    """Two blobs, one sample in 40 from the second."""
    rng = np.random.default_rng(3)
    labels = (np.arange(400) % 40 == 7).astype(np.int64)
    x = rng.normal(size=(400, 2)) + 3.0 * labels[:, None]
    blobs = build(find_experiment("blobs")).data.dataset
    names = ("many", "few")
    x = x.astype(blobs.x.dtype)
    ends = float(x.min()), float(x.max())
    return replace(blobs, x=x, targets=labels, class_names=names, value_range=ends)


Make = Callable[[], Trainer]
SGD = "optimizer.name=sgd"
LARGE = "network.hidden=[{units=32, activation='tanh', weight_init='normal', weight_scale=5.0}]"
MADE: dict[str, tuple[str, Make]] = {
    "dead_units": (
        "problem",
        lambda: trained("digits", "optimizer.learning_rate=1", SGD, steps=60),
    ),
    "saturated_units": (
        "hint",
        lambda: trained("digits", LARGE, steps=0),
    ),
    "vanishing_gradient": (
        "hint",
        lambda: trained("spirals", SGD, layers(6, "sigmoid"), steps=20),
    ),
    "exploding_gradient": (
        "hint",
        lambda: trained(
            "digits", SGD, "optimizer.learning_rate=1e-6", layers(6, "relu", 32, 3.0), steps=5
        ),
    ),
    "update_ratio": (
        "problem",
        lambda: trained("xor", "network.hidden=[]", "optimizer.learning_rate=1", steps=60),
    ),
    "update_ratio, too small": (
        "hint",
        lambda: trained("digits", SGD, "optimizer.learning_rate=1e-4", steps=60),
    ),
    "divergence": (
        "problem",
        lambda: trained("digits", SGD, "optimizer.learning_rate=50", steps=60),
    ),
    "loss_not_falling": (
        "problem",
        lambda: trained("digits", SGD, "optimizer.learning_rate=1e-5", steps=60),
    ),
    "overfitting": (
        "hint",
        lambda: trained(
            *("digits", "data.subset=150", "network.hidden=[128]"),
            *("optimizer.learning_rate=0.01", "training.epochs=60"),
            steps=240,
        ),
    ),
    "class_imbalance": (
        "hint",
        lambda: trained("blobs", steps=0, dataset=rare_class()),
    ),
    "constant_prediction": (
        "problem",
        lambda: trained("digits", "optimizer.learning_rate=1", steps=60),
    ),
}


def rule_of(name: str) -> str:
    return name.partition(",")[0]


@pytest.mark.parametrize("name", MADE)
def test_each_rule_finds_what_was_made_for_it(name: str) -> None:
    severity, make = MADE[name]
    finding = found(make())[rule_of(name)]
    assert finding is not None
    assert finding.severity == severity
    assert finding.advice
    assert any(character.isdigit() for character in finding.evidence.text)


def test_every_rule_has_an_experiment() -> None:
    assert {rule_of(name) for name in MADE} == set(HEALTH_RULES)


@pytest.mark.parametrize("steps", [0, 1, 10, 60, 300, 1350])
def test_digits_are_healthy_from_beginning_to_end(steps: int) -> None:
    alarms = {n: f.evidence.text for n, f in healthy(steps).items() if f and f.severity in ALARMS}
    assert alarms == {}


@pytest.mark.parametrize("steps", [1, 60, 200])
@pytest.mark.parametrize(
    ("activation", "init"), [("relu", "he_normal"), ("tanh", "glorot_uniform")]
)
def test_deep_networks_with_fitting_weights_pass_the_gradient_on(activation, init, steps) -> None:
    one = f"{{units=32, activation='{activation}', weight_init='{init}'}}"
    deep = found(trained("digits", f"network.hidden=[{', '.join([one] * 10)}]", steps=steps))
    for name in ("vanishing_gradient", "exploding_gradient"):
        finding = deep[name]
        assert finding is not None
        assert finding.severity == "fine", finding.evidence.text
        assert finding.evidence.values["n_layers"] == 11


def test_at_the_end_all_rules_that_fit_have_measured_something() -> None:
    missing = {name for name, finding in healthy(1350).items() if finding is None}
    assert missing == {"saturated_units"}  # ReLU and softmax have no such ends


@pytest.mark.parametrize("name", ["iris", "xor", "moons", "curve"])
def test_the_bundled_experiments_begin_and_end_without_a_problem(name: str) -> None:
    for steps in (0, 400):
        problems = [n for n, f in found(trained(name, steps=steps)).items() if _is_problem(f)]
        assert problems == []


def _is_problem(finding: Finding | None) -> bool:
    return finding is not None and finding.severity == "problem"


def test_a_healthy_tanh_network_is_not_saturated() -> None:
    finding = found(trained("digits", layers(1, "tanh", 32), steps=200))["saturated_units"]
    assert finding is not None
    assert finding.severity == "fine"


# What the numbers say


def test_dead_units_are_those_that_never_fire() -> None:
    trainer = MADE["dead_units"][1]()
    finding = found(trainer)["dead_units"]
    data = trainer.setup.data
    rows = np.linspace(0, len(data.train) - 1, MOST_SAMPLES).astype(int)
    x = data.inputs(data.train.rows(rows), np.dtype(np.float32))
    a = trainer.network.layer_outputs(x)[0].a
    dead = np.flatnonzero(a.max(axis=0) <= 0)
    assert finding.evidence.values["count"] == len(dead) > 10
    assert finding.unit == (0, dead[0])
    assert finding.evidence.values["samples"] == MOST_SAMPLES
    assert f"{len(dead)} of 32 ReLU units" in finding.evidence.text


def test_ratios_are_those_of_the_updates() -> None:
    trainer = MADE["vanishing_gradient"][1]()
    finding = found(trainer)["vanishing_gradient"]
    past = PastGradients(trainer.setup).look(Branches(trainer.timeline)[0], LONG)
    recent = past.biases.gradient[-15:]
    assert finding.evidence.values["ratio"] == pytest.approx(
        np.median(recent[:, 0] / recent[:, -1])
    )
    assert finding.evidence.values["ratio"] < VANISHING_HINT
    assert (finding.evidence.values["start"], finding.evidence.values["stop"]) == (6, 20)
    trainer = MADE["exploding_gradient"][1]()
    assert found(trainer)["exploding_gradient"].evidence.values["ratio"] > EXPLODING_HINT


def test_layers_without_biases_are_judged_by_their_weights() -> None:
    no_bias = "network.hidden=[{units=5, bias=false}, {units=5}]"
    evidence = evidence_of(trained("xor", no_bias, steps=3))
    assert evidence.updates.gradient_of == "weights"
    assert np.isfinite(evidence.updates.gradient).all()
    assert evidence_of(trained("xor", steps=3)).updates.gradient_of == "biases"


def test_small_updates_of_a_learnt_network_are_a_note_without_advice() -> None:
    trainer = trained("digits", "schedule.name=cosine", steps=1350)
    finding = found(trainer)["update_ratio"]
    assert finding.severity == "note"
    assert not finding.advice
    losses = [record.train.loss for record in trainer.history.epochs]
    assert finding.evidence.values["share"] == pytest.approx(losses[-1] / losses[0])


def test_overfitting_names_the_best_epoch() -> None:
    trainer = MADE["overfitting"][1]()
    finding = found(trainer)["overfitting"]
    losses = [record.validation.loss for record in trainer.history.epochs]
    best = int(np.argmin(losses))
    assert finding.evidence.values["best"] == trainer.history.epochs[best].epoch
    assert finding.evidence.values["lowest"] == losses[best]
    assert finding.evidence.values["loss"] == losses[-1]


def test_a_constant_answer_is_shown_where_most_are_wrong() -> None:
    trainer = MADE["constant_prediction"][1]()
    finding = found(trainer)["constant_prediction"]
    predicted = trainer.network.predict(trainer.setup.train[0]).argmax(axis=1)
    assert (predicted == predicted[0]).all()
    true, answer = finding.cell
    assert answer == predicted[0]
    assert true != answer


def test_a_flat_line_is_a_constant_prediction() -> None:
    zeros = "network.output.weight_init=zeros"
    flat = trained("curve", SGD, "optimizer.learning_rate=1e-9", zeros, steps=60)
    finding = found(flat)["constant_prediction"]
    assert finding.severity == "problem"
    assert finding.evidence.values["spread"] < 1e-6
    assert found(trained("curve", steps=400))["constant_prediction"].severity == "fine"


def test_an_update_that_cannot_be_made_is_a_problem() -> None:
    trainer = trained(
        *("curve", SGD, "network.hidden=[]", "optimizer.learning_rate=100"), steps=10_000
    )
    assert trainer.divergence is not None
    finding = found(trainer)["divergence"]
    assert finding.severity == "problem"
    assert "cannot be made" in finding.evidence.text
    trainer.seek(2)
    assert evidence_of(trainer).can_go_on


def test_the_cursor_in_the_past_sees_nothing_of_what_follows() -> None:
    trainer = trained("digits", steps=200)
    trainer.seek(60)
    evidence = evidence_of(trainer)
    assert len(evidence.losses) == 60
    assert evidence.updates.steps.max() == 60
    assert evidence.records.epochs.tolist() == [0, 1]
    alone = evidence_of(trained("digits", steps=60))
    assert [f and f.severity for _, f in examine(evidence)] == [
        f and f.severity for _, f in examine(alone)
    ]


def test_records_are_taken_once_and_told_up_to_the_cursor() -> None:
    trainer = trained("digits", steps=45)
    taker, branch = EvidenceTaker(Probe(trainer.setup)), Branches(trainer.timeline)[0]

    def epochs() -> list[int]:
        return taker.take(
            trainer.frame(with_state=True), branch, 0.0
        ).evidence.records.epochs.tolist()

    assert epochs() == [0, 1]
    known = trainer.timeline.history.epochs[0]
    trainer.timeline.history.epochs[0] = replace(known, epoch=7)  # is not looked at again
    while trainer.step_count < 90:
        trainer.step()
    assert epochs() == [0, 1, 2]
    trainer.seek(50)
    assert epochs() == [0, 1]
    other = EvidenceTaker(Probe(trainer.setup))
    records = other.take(trainer.frame(with_state=True), branch, 0.0).evidence.records
    assert records.epochs.tolist() == [7, 1]
    assert records.train_loss[1] == trainer.timeline.history.epochs[1].train.loss
    assert records.validation_score[1] == trainer.timeline.history.epochs[1].validation.score
