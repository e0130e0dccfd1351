"""Rows that are there more than once: in training and in another part, or with other answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.data_checks.check import DATA_CHECKS, DataCheck, DataFinding
from visualmlp.analysis.data_checks.look import CHUNK, DataLook, Rows
from visualmlp.analysis.data_checks.row_hash import are_equal, first_equal
from visualmlp.analysis.health.rule import Said, say, severity_of
from visualmlp.data import Part

REPEATED_HINT, REPEATED_PROBLEM = 0.002, 0.05
"""Shares of a part. Two flowers of Iris are equal by chance; of CIFAR-10's test pictures 3 % have a
near twin in the training part (Barz and Denzler 2020, "Do we train on test data?"), which moved
published accuracies."""
LEAST_REPEATED = 2
CONFLICT_HINT, CONFLICT_PROBLEM = 0.01, 0.1
SHOWN = 20
"""Rows that a finding names, at most."""


def check_repeated(look: DataLook) -> DataFinding | None:
    """Samples of the validation or test part whose inputs stand in the training part too."""
    parts = [part for part in look.data.parts[1:] if len(look.compared[part.name])]
    if not parts or look.data.n_inputs == 0:
        return None
    found = {part.name: _twins(look, part) for part in parts}
    shares = {name: _share(twins) for name, twins in found.items()}
    worst = max(shares, key=lambda name: shares[name])
    twins = found[worst]
    count, share = int((twins >= 0).sum()), shares[worst]
    few = count < LEAST_REPEATED
    severity = "fine" if few else severity_of(share, REPEATED_HINT, REPEATED_PROBLEM)
    rows = look.compared["train"][np.unique(twins[twins >= 0])]
    return DataFinding(
        severity,
        say("{count:,} of {total:,}", count=count, total=len(twins)),
        _repeated_text(found, look, rows),
        _REPEATED_ADVICE if severity != "fine" else "",
        tuple(rows[:SHOWN].tolist()),
    )


def _repeated_text(found: dict[str, Rows], look: DataLook, rows: Rows) -> Said:
    validation, test = (found.get(name, np.zeros(0, int)) for name in ("validation", "test"))
    values: dict[str, object] = {
        "validation": int((validation >= 0).sum()),
        "n_validation": len(validation),
        "test": int((test >= 0).sum()),
        "n_test": len(test),
        "n_train": len(look.compared["train"]),
        "rows": ", ".join(f"{row:,}" for row in rows[:5].tolist()) or "–",
    }
    return Said(
        "{validation:,} of {n_validation:,} validation samples and {test:,} of {n_test:,} test "
        "samples have exactly the inputs of a training sample ({n_train:,} compared); such "
        "training samples: {rows}",
        values,
    )


_REPEATED_ADVICE = (
    "What was trained on can be known by heart: the figures of that part are too good. Remove "
    "copies before splitting. Where few columns have few values, equal rows are usual and harmless."
)


def _twins(look: DataLook, part: Part) -> Rows:
    """For each compared row of a part its first equal row in the training part; -1 for none."""
    twins = first_equal(look.hashes[part.name], look.hashes["train"])
    return _proved(look, (part, look.data.train), np.flatnonzero(twins >= 0), twins)


def _proved(look: DataLook, parts: tuple[Part, Part], rows: Rows, twins: Rows) -> Rows:
    """The twins that are equal indeed, not by their hashes only."""
    step = max(1, CHUNK // look.data.n_inputs)
    for start in range(0, len(rows), step):
        some = rows[start : start + step]
        a, b = look.inputs_of(parts[0], some), look.inputs_of(parts[1], twins[some])
        twins[some[~are_equal(a, b)]] = -1
    return twins


def _share(twins: Rows) -> float:
    return float((twins >= 0).mean()) if len(twins) else 0.0


def check_conflicts(look: DataLook) -> DataFinding | None:
    """Training samples with equal inputs and other targets."""
    train, hashes = look.data.train, look.hashes["train"]
    if len(hashes) < 2:
        return None
    first = first_equal(hashes, hashes)  # the first row with the same inputs, often itself
    answers = _answers(train, look.compared["train"])
    differs = (answers != answers[first]).any(axis=1)
    twins = np.where(differs, first, -1)
    twins = _proved(look, (train, train), np.flatnonzero(differs), twins)
    rows = np.flatnonzero(twins >= 0)
    share = len(rows) / len(hashes)
    few = len(rows) < LEAST_REPEATED
    severity = "fine" if few else severity_of(share, CONFLICT_HINT, CONFLICT_PROBLEM)
    pairs = np.unique(np.concatenate([rows, twins[rows]])).astype(np.intp)
    return DataFinding(
        severity,
        say("{count:,}", count=len(rows)),
        say(
            "{count:,} of {total:,} training samples ({share:.1%}) have the inputs of an earlier "
            "one, but another target",
            count=len(rows),
            total=len(hashes),
            share=share,
        ),
        _CONFLICT_ADVICE if severity != "fine" else "",
        tuple(look.compared["train"][pairs[:SHOWN]].tolist()),
    )


_CONFLICT_ADVICE = (
    "No network can answer both right: a column that tells them apart is missing, or labels are "
    "wrong."
)


def _answers(train: Part, rows: Rows) -> npt.NDArray[Any]:
    """Label or numbers of each row, (n, n_numbers)."""
    if train.labels is not None:
        labels: npt.NDArray[Any] = train.labels[rows, None]
        return labels
    assert train.values is not None
    values: npt.NDArray[Any] = train.values[rows]
    return values


DATA_CHECKS.add(
    DataCheck(
        name="repeated",
        title="Samples in two parts",
        order=10,
        limits=say(
            "two samples or more, and over {hint:.1%} of a part (problem: {problem:.0%})",
            hint=REPEATED_HINT,
            problem=REPEATED_PROBLEM,
        ),
        needs="a validation or a test part",
        check=check_repeated,
    )
)
DATA_CHECKS.add(
    DataCheck(
        name="conflicts",
        title="Equal inputs, other targets",
        order=30,
        limits=say(
            "over {hint:.0%} of the training samples (problem: {problem:.0%})",
            hint=CONFLICT_HINT,
            problem=CONFLICT_PROBLEM,
        ),
        needs="two training samples",
        check=check_conflicts,
    )
)
