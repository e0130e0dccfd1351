"""What is to be learnt: classes of very different size, columns that give the answer away."""

from __future__ import annotations

import numpy as np

from visualmlp.analysis.data_checks.check import DATA_CHECKS, DataCheck, DataFinding
from visualmlp.analysis.data_checks.look import DataLook
from visualmlp.analysis.data_checks.single_column import class_skill, correlation, numbers_the_rows
from visualmlp.analysis.health.rule import say, severity_of

IMBALANCE_HINT, IMBALANCE_PROBLEM = 5.0, 20.0
"""Largest class in relation to the smallest. Up to a few times all is usual (EMNIST's letters are
1 : 1, digits of address books 1 : 3); He and Garcia (2009), "Learning from imbalanced data", call
1 : 100 and more severe, but a small class suffers long before that."""

LEAK, OTHERS = 0.99, 0.9
"""Skill, or magnitude of a correlation, that one column alone reaches while no other comes near.
For correlations the first is ``LEAK_CORRELATION``."""
LEAK_CORRELATION = 0.995
LEAST_COLUMNS = 3
LEAST_OTHERS = 20
"""Samples outside the most frequent class."""
MOST_CLASSES = 50


def check_imbalance(look: DataLook) -> DataFinding | None:
    """How much larger the largest class is than the smallest."""
    counts = look.data.class_counts(look.data.train)
    if len(counts) < 2:
        return None
    most = max(counts, key=lambda name: counts[name])
    least = min(reversed(counts), key=lambda name: counts[name])
    ratio = counts[most] / max(counts[least], 1)
    severity = severity_of(ratio, IMBALANCE_HINT, IMBALANCE_PROBLEM)
    share = counts[most] / len(look.data.train)
    labels = look.data.train.labels
    assert labels is not None
    rare = np.flatnonzero(labels == list(counts).index(least))[:20]
    return DataFinding(
        severity,
        say("1 : {ratio:.1f}", ratio=ratio),
        say(
            "class {most} has {n_most:,} training samples, class {least} {n_least:,}: 1 : "
            "{ratio:.1f}; always to answer {most} would be right for {share:.1%}",
            most=most,
            n_most=counts[most],
            least=least,
            n_least=counts[least],
            ratio=ratio,
            share=share,
        ),
        "Accuracy hides what happens to small classes: look at each class in Mistakes, keep the "
        "split stratified, and get more samples of the small ones, or fewer of the large ones."
        if severity != "fine"
        else "",
        samples=tuple(rare.tolist()) if severity != "fine" else (),
    )


def check_leak(look: DataLook) -> DataFinding | None:
    """A column that tells the target alone, while no other comes near."""
    if len(look.columns) < LEAST_COLUMNS or len(look.chosen) < LEAST_COLUMNS:
        return None
    limit, skills = (
        (LEAK, _skills(look)) if look.values is None else (LEAK_CORRELATION, _correlations(look))
    )
    if skills is None:
        return None
    order = np.argsort(-skills, kind="stable")
    best, second = order[0], order[1]
    is_leak = skills[best] >= limit and skills[second] < OTHERS
    column = int(look.chosen[best])
    what = (
        "cut at the best places, {best} alone avoids {skill:.1%} of the mistakes that always "
        "answering the most frequent class makes; the next column, {second}, {other:.1%}"
        if look.values is None
        else "the correlation of {best} with the target is {skill:.4f} in magnitude, that of the "
        "next column, {second}, {other:.4f}"
    )
    return DataFinding(
        "problem" if is_leak and skills[best] >= 0.9999 else "hint" if is_leak else "fine",
        say("{skill:.3f}", skill=float(skills[best])),
        say(
            what + " ({rows:,} training samples, {columns:,} columns)",
            best=look.columns[column].name,
            skill=float(skills[best]),
            second=look.columns[look.chosen[second]].name,
            other=float(skills[second]),
            rows=len(look.rows),
            columns=len(look.chosen),
        ),
        "Such a column is often made from the target, or known only after it. Where it will not "
        "be known when the network is used, leave it out."
        if is_leak
        else "",
        column=column,
    )


def _skills(look: DataLook) -> np.ndarray | None:
    """What each column knows of the class alone; None where there is too little to say so."""
    labels, n_classes = look.labels, len(look.data.class_names)
    assert labels is not None
    counts = np.bincount(labels, minlength=n_classes)
    if not 2 <= n_classes <= MOST_CLASSES or counts.sum() - counts.max() < LEAST_OTHERS:
        return None
    kinds = [look.columns[i].kind for i in look.chosen.tolist()]
    found = [
        class_skill(look.numbers(i), labels, n_classes, is_category=kind == "category")
        for i, kind in zip(look.chosen.tolist(), kinds, strict=True)
    ]
    return np.array(found)


def _correlations(look: DataLook) -> np.ndarray | None:
    """The largest magnitude with any target number, of values or of ranks, by column."""
    assert look.values is not None
    if len(look.rows) < LEAST_OTHERS:
        return None
    found = [
        max(correlation(look.numbers(i), target) for target in look.values.T)
        if look.columns[i].kind == "number"
        else 0.0
        for i in look.chosen.tolist()
    ]
    return np.array(found)


def check_identifier(look: DataLook) -> DataFinding | None:
    """A column that only numbers or names the rows."""
    if look.is_picture or len(look.rows) < LEAST_OTHERS:
        return None
    index = look.data.train.index[look.rows]
    total = look.data.dataset.n_samples
    found = [
        i
        for i in look.chosen.tolist()
        if numbers_the_rows(look.numbers(i), index, total, look.columns[i].kind)
    ]
    return DataFinding(
        "hint" if found else "fine",
        say("{count:,}", count=len(found)),
        say(
            "{count:,} of {total:,} columns have another whole number, or another category, in "
            "each of {rows:,} training samples, as if they numbered the rows: {names}",
            count=len(found),
            total=len(look.chosen),
            rows=len(look.rows),
            names=", ".join(look.columns[i].name for i in found[:5]) or "–",
        ),
        "A number of a row says nothing about new rows, but can be learnt by heart where the rows "
        "are in order: leave the column out."
        if found
        else "",
        column=found[0] if found else None,
    )


DATA_CHECKS.add(
    DataCheck(
        name="leak",
        title="A column that gives the target away",
        order=15,
        limits=say(
            "skill {leak:.0%}, or correlation {correlation}, and no other above {others:.0%}",
            leak=LEAK,
            correlation=LEAK_CORRELATION,
            others=OTHERS,
        ),
        needs=f"{LEAST_COLUMNS} columns, {LEAST_OTHERS} samples outside the most frequent class",
        check=check_leak,
    )
)
DATA_CHECKS.add(
    DataCheck(
        name="imbalance",
        title="Classes of different size",
        order=20,
        limits=say(
            "over 1 : {hint:.0f} (problem: 1 : {problem:.0f})",
            hint=IMBALANCE_HINT,
            problem=IMBALANCE_PROBLEM,
        ),
        needs="classes",
        check=check_imbalance,
    )
)
DATA_CHECKS.add(
    DataCheck(
        name="identifier",
        title="A column that numbers the rows",
        order=35,
        limits=say("all values different, whole, in order or without gaps"),
        needs=f"a table with at least {LEAST_OTHERS} training samples",
        check=check_identifier,
    )
)
