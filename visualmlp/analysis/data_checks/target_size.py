"""Numbers to be learnt that lie far from what a new network gives."""

from __future__ import annotations

import numpy as np

from visualmlp.analysis.data_checks.check import DATA_CHECKS, DataCheck, DataFinding
from visualmlp.analysis.data_checks.look import DataLook
from visualmlp.analysis.health.rule import say, severity_of

SIZE_HINT, SIZE_PROBLEM = 10.0, 100.0
"""Mean or standard deviation of a target. The outputs of a new network lie within a few units of 0,
and the usual learning rates are made for errors of that size (LeCun and others, "Efficient
BackProp", 1998, section 4.5)."""


def check_target_size(look: DataLook) -> DataFinding | None:
    """How far the numbers to be learnt lie from 0, and from each other."""
    values = look.values
    if values is None or not len(values):
        return None
    means, deviations = values.mean(axis=0), values.std(axis=0)
    sizes = np.maximum(np.abs(means), deviations)
    worst = int(sizes.argmax())
    severity = severity_of(float(sizes[worst]), SIZE_HINT, SIZE_PROBLEM)
    names = look.data.dataset.target_names
    return DataFinding(
        severity,
        say("{size:,.4g}", size=float(sizes[worst])),
        say(
            "{name} has mean {mean:,.4g} and standard deviation {deviation:,.4g} in {rows:,} "
            "training samples; the outputs of a new network lie about 0",
            name=names[worst] if names else "the target",
            mean=float(means[worst]),
            deviation=float(deviations[worst]),
            rows=len(values),
        ),
        "Learning may take very long, or diverge: write the target in larger units (thousands, "
        "say) or as the difference to its mean, or let training go on for longer."
        if severity != "fine"
        else "",
    )


DATA_CHECKS.add(
    DataCheck(
        name="target_size",
        title="Numbers to be learnt that are large",
        order=18,
        limits=say(
            "mean or standard deviation over {hint:.0f} (problem: {problem:.0f})",
            hint=SIZE_HINT,
            problem=SIZE_PROBLEM,
        ),
        needs="numbers to be learnt",
        check=check_target_size,
    )
)
