"""Units that learn no more: dead, or saturated."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.activity import SATURATION
from visualmlp.analysis.health.evidence import Evidence
from visualmlp.analysis.health.rule import HEALTH_RULES, Finding, Rule, Said, say, severity_of

DEAD_HINT, DEAD_PROBLEM = 0.1, 0.4
"""Shares of a layer's units. "As much as 40 % of your network can be dead" where the learning rate
is too high (A. Karpathy, notes of Stanford's course CS231n, "Neural Networks Part 1"); a few dead
ones are usual, and a tenth is more than chance gives."""

ALWAYS = 0.95
"""Share of the samples at which a unit must be saturated to count: the gradient of one in twenty is
all that it still gets."""

SATURATED_HINT, SATURATED_PROBLEM = 0.1, 0.5
"""Shares of a layer's units. Glorot and Bengio (2010), "Understanding the difficulty of training
deep feedforward neural networks", found whole layers saturated where training stood still; half a
layer is far on the way to that."""

Units = npt.NDArray[np.bool_]


def check_dead(evidence: Evidence) -> Finding | None:
    """ReLU units that are above 0 for none of the samples."""
    layers = {
        i: layer.silent >= 1 for i, layer in enumerate(evidence.layers) if layer.silent is not None
    }
    return _finding(
        evidence,
        layers,
        "layer {layer}: {count} of {units} ReLU units ({share:.0%}) are above 0 for none of "
        "{samples:,} training samples; in all such layers {total} of {all_units}",
        "A dead unit gets no gradient. Lower the learning rate, use leaky ReLU, the "
        "initialisation of He, or scaled inputs; then start again.",
        (DEAD_HINT, DEAD_PROBLEM),
    )


def check_saturated(evidence: Evidence) -> Finding | None:
    """Hidden sigmoid and tanh units that are nearly always at an end of their range."""
    layers = {
        i: layer.saturated >= ALWAYS
        for i, layer in enumerate(evidence.layers)
        if layer.saturated is not None and not layer.is_output
    }
    return _finding(
        evidence,
        layers,
        f"layer {{layer}}: {{count}} of {{units}} units ({{share:.0%}}) are at an end of their "
        f"range for at least {ALWAYS:.0%} of {{samples:,}} training samples; in all such layers "
        "{total} of {all_units}",
        "A saturated unit gets almost no gradient. Begin with smaller weights (Glorot), scale "
        "the inputs, lower the learning rate, add L2, or use ReLU.",
        (SATURATED_HINT, SATURATED_PROBLEM),
    )


def _finding(
    evidence: Evidence,
    layers: Mapping[int, Units],
    template: str,
    advice: str,
    limits: tuple[float, float],
) -> Finding | None:
    """About the layer with the largest share of such units."""
    if not layers or not evidence.n_samples:
        return None
    worst = max(layers, key=lambda layer: float(layers[layer].mean()))
    units = layers[worst]
    share = float(units.mean())
    severity = severity_of(share, *limits)
    values = {
        "layer": worst + 1,
        "count": int(units.sum()),
        "units": len(units),
        "share": share,
        "samples": evidence.n_samples,
        "total": sum(int(one.sum()) for one in layers.values()),
        "all_units": sum(len(one) for one in layers.values()),
    }
    return Finding(
        severity,
        say("{share:.0%}", share=share),
        Said(template, values),
        advice if severity != "fine" else "",
        unit=(worst, int(units.argmax())) if units.any() else None,
        page="shares",
    )


HEALTH_RULES.add(
    Rule(
        name="dead_units",
        title="Dead units",
        order=20,
        view="activations",
        limits=say(
            "more than {hint:.0%} of a layer above 0 for no sample (problem: {problem:.0%})",
            hint=DEAD_HINT,
            problem=DEAD_PROBLEM,
        ),
        needs="units with ReLU",
        check=check_dead,
    )
)
HEALTH_RULES.add(
    Rule(
        name="saturated_units",
        title="Saturated units",
        order=25,
        view="activations",
        limits=say(
            "more than {hint:.0%} of a layer within {margin:.0%} of an end of the range, for "
            "{always:.0%} of the samples (problem: {problem:.0%})",
            hint=SATURATED_HINT,
            problem=SATURATED_PROBLEM,
            margin=SATURATION,
            always=ALWAYS,
        ),
        needs="hidden units with sigmoid or tanh",
        check=check_saturated,
    )
)
