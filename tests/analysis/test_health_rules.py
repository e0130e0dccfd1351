"""The rules on evidence written down by hand: limits, and numbers that are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from visualmlp.analysis.health import (
    HEALTH_RULES,
    Evidence,
    LayerActivity,
    Records,
    Updates,
    examine,
)


def make(**changes) -> Evidence:
    """A run of 100 steps in which all is well."""
    values = {
        "step": 100,
        "learning_rate": 0.1,
        "can_go_on": True,
        "n_samples": 4,
        "n_available": 4,
        "n_validation": 1000,
        "layers": (
            LayerActivity("relu", False, silent=np.array([0.5, 0.9])),
            LayerActivity("tanh", False, saturated=np.array([0.1, 0.0])),
            LayerActivity("softmax", True),
        ),
        "updates": Updates(np.arange(20), "biases", np.full((20, 3), 0.5), np.full((20, 3), 1e-3)),
        "records": make_records([1.0, 0.5, 0.4, 0.3, 0.2], [1.1, 0.6, 0.5, 0.4, 0.3]),
        "losses": np.linspace(1.0, 0.2, 100),
        "class_names": ("a", "b"),
        "labels": np.array([0, 1, 0, 1]),
        "true": np.array([0, 1, 0, 1]),
        "predicted": np.array([0, 1, 1, 1]),
    }
    return Evidence(**(values | changes))


def make_records(train, validation, train_score=0.8, validation_score=0.78) -> Records:
    n = len(train)
    scores = np.full(n, train_score), np.full(n, validation_score)
    return Records(np.arange(n), np.array(train), np.array(validation), *scores)


def severity(name: str, **changes) -> str | None:
    finding = HEALTH_RULES[name].check(make(**changes))
    return finding and finding.severity


def relu(*silent: float):
    return {"layers": (LayerActivity("relu", False, silent=np.array(silent)),)}


def tanh(*saturated: float, is_output: bool = False):
    return {"layers": (LayerActivity("tanh", is_output, saturated=np.array(saturated)),)}


def updates(first: float = 1.0, last: float = 1.0, ratio: float = 1e-3):
    gradient = np.tile([first, 1.0, last], (20, 1))
    return {"updates": Updates(np.arange(20), "biases", gradient, np.full((20, 3), ratio))}


def test_nothing_is_found_where_all_is_well() -> None:
    checked = examine(make())
    assert [finding and finding.severity for _, finding in checked] == ["fine"] * len(HEALTH_RULES)
    assert len(HEALTH_RULES) >= 10


LIMITS = [
    ("dead_units", relu(*[0.99] * 20), "fine"),
    ("dead_units", relu(*[1.0] * 2, *[0.5] * 18), "fine"),
    ("dead_units", relu(*[1.0] * 3, *[0.5] * 17), "hint"),
    ("dead_units", relu(*[1.0] * 9, *[0.5] * 11), "problem"),
    ("dead_units", tanh(1.0), None),
    ("saturated_units", tanh(*[0.94] * 4), "fine"),
    ("saturated_units", tanh(0.95, 0.1, 0.1, 0.1), "hint"),
    ("saturated_units", tanh(0.95, 0.99, 1.0, 0.1), "problem"),
    ("saturated_units", tanh(1.0, is_output=True), None),
    ("saturated_units", relu(1.0), None),
    ("vanishing_gradient", updates(first=0.02), "fine"),
    ("vanishing_gradient", updates(first=0.009), "hint"),
    ("vanishing_gradient", updates(first=0.0009), "problem"),
    ("vanishing_gradient", updates(first=0.0), "problem"),
    ("vanishing_gradient", updates(last=0.0), None),
    ("vanishing_gradient", updates(first=1e3), "fine"),
    ("exploding_gradient", updates(first=99.0), "fine"),
    ("exploding_gradient", updates(first=101.0), "hint"),
    ("exploding_gradient", updates(first=1001.0), "problem"),
    ("update_ratio", updates(ratio=9e-3), "fine"),
    ("update_ratio", updates(ratio=1.1e-2), "hint"),
    ("update_ratio", updates(ratio=0.11), "problem"),
    ("update_ratio", updates(ratio=1.1e-4), "fine"),
    ("update_ratio", updates(ratio=9e-5), "note"),  # the loss has fallen
    ("update_ratio", updates(ratio=9e-5) | {"records": make_records([1, 0.51], [1, 1])}, "hint"),
    ("update_ratio", updates(ratio=9e-5) | {"records": make_records([1, 0.50], [1, 1])}, "note"),
    ("update_ratio", updates(ratio=9e-5) | {"records": make_records([1], [1])}, "hint"),
    ("update_ratio", updates(ratio=9e-5) | {"records": make_records([1, 0.9], [1, 1])}, "hint"),
    ("update_ratio", updates(ratio=0.0), None),
    ("update_ratio", updates(ratio=1.0) | {"step": 49}, None),
    ("divergence", {"losses": np.full(100, 1.9)}, "fine"),
    ("divergence", {"losses": np.array([1.0, *[2.1] * 99])}, "problem"),
    ("divergence", {"losses": np.array([1.0, *[2.1] * 89, *[0.2] * 10])}, "fine"),
    ("divergence", {"losses": np.array([5.0, *[2.1] * 99])}, "fine"),
    ("divergence", {"losses": np.zeros(0)}, None),
    ("divergence", {"can_go_on": False, "losses": np.zeros(0)}, "problem"),
    ("loss_not_falling", {"records": make_records([1.0, 0.96], [1, 1])}, "problem"),
    ("loss_not_falling", {"records": make_records([1.0, 0.94], [1, 1])}, "fine"),
    ("loss_not_falling", {"records": make_records([1.0, 1.0], [1, 1], 0.96)}, "fine"),
    ("loss_not_falling", {"records": make_records([1.0, 3.0], [1, 1])}, None),
    ("loss_not_falling", {"records": make_records([1.0], [1])}, None),
    ("loss_not_falling", {"records": make_records([1.0, 1.0], [1, 1]), "step": 49}, None),
    ("overfitting", {"records": make_records([4, 3, 2, 1, 0.9], [5, 4, 4.5, 4.5, 4.5])}, "hint"),
    ("overfitting", {"records": make_records([4, 3, 2, 1, 0.9], [5, 4, 6.5, 6.5, 6.5])}, "problem"),
    ("overfitting", {"records": make_records([4, 3, 2, 1, 0.9], [5, 4, 4.5, 4.3, 4.5])}, "fine"),
    ("overfitting", {"records": make_records([4, 3, 3, 3, 3.1], [5, 4, 4.5, 4.5, 4.5])}, "fine"),
    ("overfitting", {"records": make_records([4, 3, 2, 1, 0.9], [5, 5, 4, 4.5, 4.5])}, "fine"),
    ("overfitting", {"records": make_records([9, 8, 7, 6, 5], [5, 4, 4.5, 4.5, 4.5])}, "fine"),
    ("overfitting", {"records": make_records([4, 3, 2, 1], [5, 4, 3, 2], 0.99, 0.88)}, "hint"),
    (
        "overfitting",
        {"records": make_records([4, 3, 2, 1], [5, 4, 3, 2], 0.99, 0.88), "n_validation": 20},
        "fine",
    ),
    ("overfitting", {"records": make_records([1.0, 0.5], [1, 1])}, None),
    ("overfitting", {"n_validation": 0}, None),
    ("class_imbalance", {"labels": np.repeat([0, 1], [40, 10])}, "fine"),
    ("class_imbalance", {"labels": np.repeat([0, 1], [41, 10])}, "hint"),
    ("class_imbalance", {"labels": np.repeat([0, 1], [100, 1])}, "problem"),
    ("class_imbalance", {"labels": np.zeros(5, int)}, "problem"),
    ("class_imbalance", {"labels": None}, None),
    ("constant_prediction", {"predicted": np.ones(4, int)}, "problem"),
    ("constant_prediction", {"predicted": np.ones(4, int), "step": 49}, None),
    ("constant_prediction", {"predicted": np.ones(4, int), "true": np.ones(4, int)}, "fine"),
    ("constant_prediction", {"predicted": np.full(4, -1)}, None),
]


@pytest.mark.parametrize(("name", "changes", "expected"), LIMITS)
def test_limits(name: str, changes: dict, expected: str | None) -> None:
    assert severity(name, **changes) == expected


def test_a_rare_class_is_shown_by_its_first_sample() -> None:
    labels = np.array([0, 0, 0, 0, 1, 0, 0])
    finding = HEALTH_RULES["class_imbalance"].check(make(labels=labels))
    assert finding.sample == 4
    assert finding.evidence.text == ("6 training samples of “a” and 1 of “b”, of 7 in 2 classes")


def test_small_updates_after_the_loss_has_fallen_are_told_with_its_share() -> None:
    finding = HEALTH_RULES["update_ratio"].check(make(**updates(ratio=9e-5)))
    said = "small, as is usual once the loss has fallen (to 20% of its first value): an update"
    assert finding.evidence.text.startswith(said)
    assert finding.advice == ""


@pytest.mark.parametrize("of", ["weights", "biases"])
def test_gradients_are_shown_of_what_was_measured(of: str) -> None:
    known = make().updates
    evidence = make(updates=replace(known, gradient_of=of))
    for name in ("vanishing_gradient", "exploding_gradient"):
        assert HEALTH_RULES[name].check(evidence).page == of


def test_outputs_that_hardly_differ() -> None:
    changes = {"predicted": None, "true": None, "class_names": (), "labels": None}
    spread = {"output_spread": np.array([1.0, 0.04]), "target_spread": np.array([1.0, 1.0])}
    finding = HEALTH_RULES["constant_prediction"].check(make(**changes, **spread))
    assert finding.severity == "problem"
    assert finding.evidence.values["output"] == 1
    spread["target_spread"] = np.array([1.0, 0.0])
    assert severity("constant_prediction", **changes, **spread) == "fine"


def test_the_worst_comes_first_and_what_cannot_be_said_last() -> None:
    evidence = make(**relu(1.0), losses=np.zeros(0), labels=np.repeat([0, 1], [50, 10]))
    order = [finding and finding.severity for _, finding in examine(evidence)]
    known = [one for one in order if one]
    assert known == sorted(known, key=["problem", "hint", "note", "fine"].index)
    assert order[0] == "problem"
    assert order[-1] is None


ANY = st.floats(width=64)


@st.composite
def evidences(draw) -> Evidence:
    """Any numbers at all, NaN and infinities among them; any lengths, nothing at all among them."""
    n, n_layers, n_units = draw(st.integers(0, 4)), draw(st.integers(1, 3)), 3

    def figures(*shape: int):
        return draw(arrays(np.float64, shape, elements=ANY))

    names = draw(st.sampled_from([(), ("a",), ("a", "b", "c")]))
    labels = arrays(np.int64, n, elements=st.integers(0, max(len(names) - 1, 0)))
    predicted = arrays(np.int64, n, elements=st.integers(-1, max(len(names) - 1, 0)))
    return Evidence(
        step=draw(st.integers(0, 100)),
        learning_rate=draw(ANY),
        can_go_on=draw(st.booleans()),
        n_samples=n,
        n_available=n,
        n_validation=draw(st.integers(0, 10)),
        layers=tuple(
            LayerActivity("relu", i == n_layers - 1, figures(n_units), figures(n_units))
            for i in range(n_layers)
        ),
        updates=Updates(np.arange(n), "biases", figures(n, n_layers), figures(n, n_layers)),
        records=Records(np.arange(n), *(figures(n) for _ in range(4))),
        losses=figures(draw(st.sampled_from([0, 1, 40]))),
        class_names=names,
        labels=draw(labels) if names else None,
        true=draw(labels) if names else None,
        predicted=draw(predicted) if names else None,
        output_spread=None if names else figures(2),
        target_spread=None if names else figures(2),
    )


@settings(max_examples=120, deadline=None)
@given(evidences())
def test_no_rule_ever_fails(evidence: Evidence) -> None:
    for rule, finding in examine(evidence):
        assert rule.limits.text
        if finding is not None:
            assert finding.evidence.text
            assert bool(finding.advice) == (finding.severity in ("problem", "hint"))
    examine(replace(evidence, step=1000))
