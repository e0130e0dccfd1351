"""Data with few samples of a class, and networks that always give the same answer."""

from __future__ import annotations

import numpy as np

from visualmlp.analysis.health.evidence import Evidence
from visualmlp.analysis.health.rule import HEALTH_RULES, Finding, Rule, Severity, say, severity_of

IMBALANCE_HINT, IMBALANCE_PROBLEM = 4.0, 99.0
"""Samples of the most frequent class by those of the rarest. Google's machine learning glossary
("class-imbalanced dataset") calls a minority below 20 % of two classes moderate and one below 1 %
extreme; 4 and 99 are these shares as ratios."""

CONSTANT = 0.95
"""Share of the predictions that are one class."""

BEYOND = 0.02
"""By so much the share must be above that of the class itself."""

NARROW = 0.05
"""Standard deviation of the outputs by that of the targets: such a network explains 10 % of the
targets' variance at most, since R² <= 2 NARROW - NARROW²."""

LEAST_STEPS = 50
"""Steps before a network is expected to tell samples apart: fresh ones often cannot."""


def check_imbalance(evidence: Evidence) -> Finding | None:
    """Whether the training part has far fewer samples of some classes."""
    if evidence.labels is None or not len(evidence.labels) or len(evidence.class_names) < 2:
        return None
    counts = np.bincount(evidence.labels, minlength=len(evidence.class_names))
    rare, most = int(counts.argmin()), int(counts.argmax())
    ratio = float(counts[most] / counts[rare]) if counts[rare] else np.inf
    severity = severity_of(ratio, IMBALANCE_HINT, IMBALANCE_PROBLEM)
    figure = say("{ratio:.3g} : 1", ratio=ratio)
    said = say(
        "{most_count:,} training samples of “{most}” and {rare_count:,} of “{rare}”, of {total:,} "
        "in {classes} classes",
        most=evidence.class_names[most],
        most_count=int(counts[most]),
        rare=evidence.class_names[rare],
        rare_count=int(counts[rare]),
        total=len(evidence.labels),
        classes=len(evidence.class_names),
    )
    if severity == "fine":
        return Finding("fine", figure, said)
    advice = (
        "Accuracy hides the rare classes: look at the confusion matrix, class by class. Get more "
        "samples of them, or train on fewer of the others."
    )
    row = int((evidence.labels == rare).argmax()) if counts[rare] else None
    return Finding(severity, figure, said, advice, sample=row)


def check_constant(evidence: Evidence) -> Finding | None:
    """Whether the network gives (almost) the same answer to every sample."""
    if evidence.step < LEAST_STEPS:
        return None
    if evidence.predicted is not None and evidence.true is not None:
        return _constant_class(evidence, evidence.predicted, evidence.true)
    if evidence.output_spread is not None and evidence.target_spread is not None:
        return _constant_value(evidence, evidence.output_spread, evidence.target_spread)
    return None


_ADVICE = (
    "The network has learnt what is most frequent, or the mean, and nothing else: look for dead "
    "units, weights that all began at 0, a learning rate that is too high or too low, or inputs "
    "that are not scaled."
)


def _constant_class(evidence: Evidence, predicted: np.ndarray, true: np.ndarray) -> Finding | None:
    known = predicted >= 0
    predicted, true = predicted[known], true[known]
    if not len(predicted):
        return None
    n_classes = len(evidence.class_names)
    counts, true_counts = (np.bincount(c, minlength=n_classes) for c in (predicted, true))
    most = int(counts.argmax())
    share, true_share = counts[most] / len(predicted), true_counts[most] / len(true)
    said = say(
        "“{name}” is predicted for {share:.0%} of {samples:,} training samples, and is true for "
        "{true_share:.0%} of them (step {step:,})",
        name=evidence.class_names[most],
        share=float(share),
        true_share=float(true_share),
        samples=len(predicted),
        step=evidence.step,
    )
    figure = say("{share:.0%}", share=float(share))
    if share < CONSTANT or share - true_share < BEYOND:
        return Finding("fine", figure, said, page="train")
    others = np.where(np.arange(n_classes) == most, -1, true_counts)
    cell = int(others.argmax()), most
    return Finding("problem", figure, said, _ADVICE, cell=cell, page="train")


def _constant_value(evidence: Evidence, outputs: np.ndarray, targets: np.ndarray) -> Finding | None:
    with np.errstate(all="ignore"):
        shares = np.where(targets > 0, outputs / targets, np.nan)
    if np.isnan(shares).all():
        return None
    output = int(np.nanargmin(shares))
    said = say(
        "output {output} has a standard deviation of {spread:.2g} over {samples:,} training "
        "samples, its targets one of {target:.2g} (step {step:,})",
        output=output,
        spread=float(outputs[output]),
        samples=evidence.n_samples,
        target=float(targets[output]),
        step=evidence.step,
    )
    figure = say("{share:.0%}", share=float(shares[output]))
    is_narrow = bool(shares[output] < NARROW)
    severity: Severity = "problem" if is_narrow else "fine"
    advice = _ADVICE if is_narrow else ""
    return Finding(severity, figure, said, advice, view="predictions", page="train")


HEALTH_RULES.add(
    Rule(
        name="class_imbalance",
        title="Class imbalance",
        order=80,
        view="data",
        limits=say(
            "the most frequent class above {hint:g} times the rarest (problem: {problem:g})",
            hint=IMBALANCE_HINT,
            problem=IMBALANCE_PROBLEM,
        ),
        needs="classes",
        check=check_imbalance,
    )
)
HEALTH_RULES.add(
    Rule(
        name="constant_prediction",
        title="Constant prediction",
        order=70,
        view="mistakes",
        limits=say(
            "at least {share:.0%} of the predictions are one class, and fewer samples are of it; "
            "or outputs spread less than {narrow:.0%} of what the targets do",
            share=CONSTANT,
            narrow=NARROW,
        ),
        needs=f"{LEAST_STEPS} steps",
        check=check_constant,
    )
)
