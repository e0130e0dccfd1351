"""Losses that grow, stand still, or part from each other."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np

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

GROWTH = 2.0
"""Mean of the recent batch losses by the loss before the first step: batches differ by
chance, yet none of the bundled experiments ever comes near twice its first loss."""

RECENT_SHARE, LEAST_RECENT = 0.05, 10
"""The mean is taken over this share of the steps, and over so many at least."""

NOT_FALLEN = 0.95
"""Training loss by that before the first step; a loss that has fallen by less has not begun to."""

LEAST_STEPS = 50
"""Steps before the loss is expected to fall."""

GOOD_SCORE = 0.95
"""Accuracy (or R²) at which there is little left to fall for."""

RISE_HINT, RISE_PROBLEM = 1.1, 1.5
"""Validation loss by its lowest. Prechelt (1998), "Early stopping - but when?", stops at a
generalisation loss of 1 to 5 %; validation parts here are small, and 10 % is more than chance."""

LEAST_RECORDS = 3
"""Evaluations since the lowest validation loss, at least; in none of the last so many the
validation loss may come below the limit, so that one bad epoch says nothing."""

GAP = 0.1
"""Accuracy of the training part above that of the validation part; also more than three standard
errors, sqrt(1 / 4n) each at most, of an accuracy over n validation samples."""


def check_divergence(evidence: Evidence) -> Finding | None:
    """Whether numbers overflow, or the loss grows."""
    advice = (
        "Go back to a step before, and lower the learning rate, clip the gradient's norm, or scale "
        "the inputs."
    )
    rate = {"rate": evidence.learning_rate, "step": evidence.step}
    if not evidence.can_go_on:
        text = (
            "the update after step {step:,} cannot be made: a loss, a gradient or a parameter is "
            "NaN or infinite (learning rate {rate:.3g})"
        )
        return Finding("problem", say("NaN or ∞"), Said(text, rate), advice)
    found = _recent_loss(evidence)
    if found is None:
        return None
    first, recent, count = found
    grown = recent > GROWTH * first
    said = Said(
        "mean loss of the last {count} batches {recent:.3g}, {factor:.2g} times the loss before "
        "the first step, {first:.3g} (learning rate {rate:.3g})",
        {**rate, "count": count, "recent": recent, "first": first, "factor": recent / first},
    )
    figure = say("× {factor:.2g}", factor=recent / first)
    return Finding("problem", figure, said, advice) if grown else Finding("fine", figure, said)


def check_not_falling(evidence: Evidence) -> Finding | None:
    """Whether the training loss stays where it began."""
    records = evidence.records
    if evidence.step < LEAST_STEPS or len(records.epochs) < 2:
        return None
    first, last = float(records.train_loss[0]), float(records.train_loss[-1])
    score = float(records.train_score[-1])
    if not (isfinite(last) and 0 < first < np.inf) or last > GROWTH * first:
        return None  # a loss that grows is another rule's
    stands = last > NOT_FALLEN * first and not score >= GOOD_SCORE
    said = say(
        "training loss {last:.3g} after epoch {epoch:,} and {first:.3g} before the first step: "
        "{share:.0%} of it (step {step:,})",
        last=last,
        first=first,
        share=last / first,
        epoch=int(records.epochs[-1]),
        step=evidence.step,
    )
    advice = (
        "See to the other findings first. Then try a learning rate ten times larger, and one ten "
        "times smaller; check labels and scaling. Weights that all begin at 0 stay alike."
    )
    figure = say("{share:.0%}", share=last / first)
    return Finding("problem", figure, said, advice) if stands else Finding("fine", figure, said)


def check_overfitting(evidence: Evidence) -> Finding | None:
    """Whether validation gets worse while training gets better."""
    records = evidence.records
    finite = np.isfinite(records.validation_loss)
    if len(records.epochs) <= LEAST_RECORDS or not finite.all() or not evidence.n_validation:
        return None
    best = int(records.validation_loss.argmin())
    rise, since = _rise(evidence, best), len(records.epochs) - 1 - best
    gap = float(records.train_score[-1] - records.validation_score[-1])
    least_gap = max(GAP, 3 * sqrt(0.25 / evidence.n_validation))
    by_loss: Severity = severity_of(rise, RISE_HINT, RISE_PROBLEM)
    train, validation = records.train_loss[-1], records.validation_loss[-1]
    if since < LEAST_RECORDS or train > records.train_loss[best] or validation < train:
        by_loss = "fine"
    by_gap = bool(evidence.class_names) and gap > least_gap
    severity: Severity = "hint" if by_gap and by_loss == "fine" else by_loss
    advice = (
        "Stop earlier (go back to the epoch of the lowest validation loss), use more data, L2, "
        "dropout, or a smaller network."
    )
    figure = say("× {rise:.2f}", rise=rise)
    said = _said(evidence, best)
    return Finding(severity, figure, said, advice if severity != "fine" else "")


def _rise(evidence: Evidence, best: int) -> float:
    """The least of the recent validation losses by the lowest of all."""
    losses = evidence.records.validation_loss
    return float(losses[-LEAST_RECORDS:].min() / losses[best]) if losses[best] > 0 else 1.0


def _said(evidence: Evidence, best: int) -> Said:
    records = evidence.records
    template = (
        "validation loss {loss:.3g} after epoch {epoch:,}, lowest {lowest:.3g} after epoch "
        "{best:,}; training loss {train:.3g} (then {train_then:.3g})"
    )
    if evidence.class_names:
        template += "; accuracy {score:.1%} in training, {validation_score:.1%} in validation"
    values = {
        "loss": float(records.validation_loss[-1]),
        "epoch": int(records.epochs[-1]),
        "lowest": float(records.validation_loss[best]),
        "best": int(records.epochs[best]),
        "train": float(records.train_loss[-1]),
        "train_then": float(records.train_loss[best]),
        "score": float(records.train_score[-1]),
        "validation_score": float(records.validation_score[-1]),
    }
    return Said(template, values)


def _recent_loss(evidence: Evidence) -> tuple[float, float, int] | None:
    """First loss, mean of recent batch losses, and of how many; None without them.

    The first is that of the training part or, if it is larger, that of the first batch: where a
    probability underflows the two are taken in different ways.
    """
    count = max(LEAST_RECENT, int(RECENT_SHARE * len(evidence.losses)))
    if len(evidence.losses) < count or not len(evidence.records.train_loss):
        return None
    first = float(max(evidence.records.train_loss[0], evidence.losses[0]))
    recent = float(np.mean(evidence.losses[-count:]))
    return (first, recent, count) if 0 < first < np.inf else None


HEALTH_RULES.add(
    Rule(
        name="divergence",
        title="Learning rate too large",
        order=10,
        view="curves",
        limits=say(
            "NaN or infinite, or a recent loss above {growth:g} times the first", growth=GROWTH
        ),
        needs=f"{LEAST_RECENT} steps",
        check=check_divergence,
    )
)
HEALTH_RULES.add(
    Rule(
        name="loss_not_falling",
        title="Loss is not falling",
        order=50,
        view="curves",
        limits=say(
            "above {share:.0%} of the first, and accuracy or R² below {score:.0%}",
            share=NOT_FALLEN,
            score=GOOD_SCORE,
        ),
        needs=f"{LEAST_STEPS} steps, a second evaluation, and a loss that does not grow",
        check=check_not_falling,
    )
)
HEALTH_RULES.add(
    Rule(
        name="overfitting",
        title="Overfitting",
        order=60,
        view="curves",
        limits=say(
            "validation loss above {hint:g} times its lowest, {count} evaluations ago at least, "
            "while the training loss fell (problem: {problem:g}); or accuracy {gap:.0%} higher in "
            "training (more for a small validation part)",
            hint=RISE_HINT,
            problem=RISE_PROBLEM,
            count=LEAST_RECORDS,
            gap=GAP,
        ),
        needs=f"a validation part and {LEAST_RECORDS} evaluations after the first",
        check=check_overfitting,
    )
)
