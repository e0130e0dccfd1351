"""Gradients that vanish or explode from layer to layer, and updates of the wrong size."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.health.evidence import Evidence
from visualmlp.analysis.health.rule import (
    HEALTH_RULES,
    Finding,
    Rule,
    Said,
    Severity,
    say,
    severity_of,
)

RECENT = 15
"""Updates whose median is taken: one alone says little, as its batch was drawn by chance."""

VANISHING_HINT, VANISHING_PROBLEM = 1e-2, 1e-3
EXPLODING_HINT, EXPLODING_PROBLEM = 1e2, 1e3
"""Gradient of the first layer by that of the last. It is that of the biases, which is what was
carried back, summed over the batch; in that of the weights, activations that grow forwards hide a
gradient that grows backwards. At 1e-2 plain descent teaches the first layer a hundred times more
slowly than the last; with the initialisations of Glorot and He the digits' network stays between
0.3 and 11 with ten and with twenty hidden layers, in its first 200 steps."""

LOW, HIGH = 1e-4, 1e-2
"""Usual ratios of an update's norm to that of the weights: "somewhere around 1e-3" (A. Karpathy,
notes of Stanford's course CS231n, "Neural Networks Part 3"), within a factor of ten."""

TOO_HIGH = 0.1
"""Ten such updates replace the weights altogether."""

LEAST_STEPS = 50
"""Before so many steps the ratio is not judged: the first updates are large by nature."""

STILL_HIGH = 0.5
"""Small updates are a fault while the loss is above this share of its first value; where it has
fallen below, as at the end of a training, they are told without advice."""

Figures = npt.NDArray[np.float64]


def check_vanishing(evidence: Evidence) -> Finding | None:
    """Whether much less of the gradient reaches the first layer than the last."""
    ratio = _first_by_last(evidence)
    if ratio is None:
        return None
    limits = 1 / VANISHING_HINT, 1 / VANISHING_PROBLEM
    severity = severity_of(np.inf if ratio == 0 else 1 / ratio, *limits)
    advice = (
        "Use ReLU instead of sigmoid or tanh, the initialisation of He or Glorot, fewer layers, "
        "or an optimizer that scales each parameter (Adam, RMSProp)."
    )
    if ratio == 0:
        advice = "No gradient at all comes through: look for dead units, and for weights of 0."
    return _layers_finding(evidence, severity, ratio, advice)


def check_exploding(evidence: Evidence) -> Finding | None:
    """Whether the gradient grows on its way from the last layer to the first."""
    ratio = _first_by_last(evidence)
    if ratio is None:
        return None
    severity = severity_of(ratio, EXPLODING_HINT, EXPLODING_PROBLEM)
    return _layers_finding(
        evidence,
        severity,
        ratio,
        "Begin with smaller weights (He or Glorot), clip the gradient's norm, or use fewer layers.",
    )


def check_update_ratio(evidence: Evidence) -> Finding | None:
    """Whether the updates are of a usual size for the weights that they change."""
    ratios = evidence.updates.ratio[-RECENT:]
    if evidence.step < LEAST_STEPS or not len(ratios):
        return None
    medians = _medians(np.where(ratios > 0, ratios, np.nan))
    if np.isnan(medians).all():
        return None
    lowest, highest = int(np.nanargmin(medians)), int(np.nanargmax(medians))
    if medians[highest] > HIGH:
        severity: Severity = "problem" if medians[highest] > TOO_HIGH else "hint"
        advice = "The updates are large for these weights: lower the learning rate."
        return _ratio_finding(evidence, severity, medians, highest, advice)
    if medians[lowest] < LOW:
        return _small_updates(evidence, medians, lowest)
    return _ratio_finding(evidence, "fine", medians, highest, "")


def _small_updates(evidence: Evidence, medians: Figures, layer: int) -> Finding:
    share = _share_of_loss(evidence)
    if share <= STILL_HIGH:
        found = _ratio_finding(evidence, "note", medians, layer, "")
        said = "small, as is usual once the loss has fallen (to {share:.0%} of its first value): "
        values = {**found.evidence.values, "share": share}
        return replace(found, evidence=Said(said + found.evidence.template, values))
    advice = (
        "The updates are small for these weights: raise the learning rate, unless units are "
        "dead or saturated; then see to them first."
    )
    return _ratio_finding(evidence, "hint", medians, layer, advice)


def _first_by_last(evidence: Evidence) -> float | None:
    """Median ratio of the norms of the first and of the last layer's gradient."""
    recent = evidence.updates.gradient[-RECENT:]
    if recent.shape[1] < 2:
        return None
    usable = np.isfinite(recent).all(axis=1) & (recent[:, -1] > 0)
    if not usable.any():
        return None
    first, last = recent[usable, 0], recent[usable, -1]
    with np.errstate(over="ignore"):
        return float(np.median(first / last))


def _layers_finding(evidence: Evidence, severity: Severity, ratio: float, advice: str) -> Finding:
    norms = _medians(evidence.updates.gradient[-RECENT:])
    values = {
        **_looked_at(evidence),
        "ratio": ratio,
        "first": float(norms[0]),
        "last": float(norms[-1]),
        "n_layers": len(norms),
        "what": evidence.updates.gradient_of,
    }
    said = Said(
        "the norm of the gradient of the {what} is {first:.2g} in layer 1 and {last:.2g} in layer "
        "{n_layers}: median ratio {ratio:.2g} over {count} updates, steps {start:,} to {stop:,}",
        values,
    )
    picked, advice = (None, "") if severity == "fine" else ((0, 0), advice)
    figure, page = say("{ratio:.2g}", ratio=ratio), evidence.updates.gradient_of
    return Finding(severity, figure, said, advice, unit=picked, page=page)


def _ratio_finding(
    evidence: Evidence, severity: Severity, medians: Figures, layer: int, advice: str
) -> Finding:
    values = {
        **_looked_at(evidence),
        "layer": layer + 1,
        "ratio": float(medians[layer]),
        "low": float(np.nanmin(medians)),
        "high": float(np.nanmax(medians)),
    }
    said = Said(
        "an update changes the weights of layer {layer} by {ratio:.1e} of their norm (all layers: "
        "{low:.1e} to {high:.1e}; median of {count} updates, steps {start:,} to {stop:,})",
        values,
    )
    figure = say("{ratio:.1e}", ratio=values["ratio"])
    picked = None if severity == "fine" else (layer, 0)
    return Finding(severity, figure, said, advice, unit=picked, page="ratios")


def _looked_at(evidence: Evidence) -> dict[str, object]:
    steps = evidence.updates.steps[-RECENT:]
    return {"count": len(steps), "start": int(steps[0]), "stop": int(steps[-1])}


def _medians(values: Figures) -> Figures:
    """Medians of each column's finite values, NaN where it has none."""
    columns = (column[np.isfinite(column)] for column in values.T)
    return np.array([np.median(column) if column.size else np.nan for column in columns])


def _share_of_loss(evidence: Evidence) -> float:
    """The training loss by its first value; 1 where nothing else is known."""
    losses = evidence.records.train_loss
    share = float(losses[-1] / losses[0]) if len(losses) > 1 and losses[0] > 0 else 1.0
    return share if isfinite(share) else 1.0


HEALTH_RULES.add(
    Rule(
        name="vanishing_gradient",
        title="Vanishing gradient",
        order=30,
        view="gradients",
        limits=say(
            "gradient of layer 1 below {hint:g} of the last layer's (problem: {problem:g})",
            hint=VANISHING_HINT,
            problem=VANISHING_PROBLEM,
        ),
        needs="two layers at least, and a gradient that is not 0",
        check=check_vanishing,
    )
)
HEALTH_RULES.add(
    Rule(
        name="exploding_gradient",
        title="Exploding gradient",
        order=35,
        view="gradients",
        limits=say(
            "gradient of layer 1 above {hint:g} times the last layer's (problem: {problem:g})",
            hint=EXPLODING_HINT,
            problem=EXPLODING_PROBLEM,
        ),
        needs="two layers at least, and a gradient that is not 0",
        check=check_exploding,
    )
)
HEALTH_RULES.add(
    Rule(
        name="update_ratio",
        title="Update-to-weight ratio",
        order=40,
        view="gradients",
        limits=say(
            "outside {low:g} … {high:g} (problem: above {worst:g}); below it a note once the loss "
            "has fallen to {share:.0%} of its first value",
            low=LOW,
            high=HIGH,
            worst=TOO_HIGH,
            share=STILL_HIGH,
        ),
        needs=f"{LEAST_STEPS} steps",
        check=check_update_ratio,
    )
)
