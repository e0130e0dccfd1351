"""Columns that say little: constant, nearly so, mostly empty, with lonely categories."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.data_checks.check import DATA_CHECKS, DataCheck, DataFinding
from visualmlp.analysis.data_checks.look import DataLook
from visualmlp.analysis.health.rule import say, severity_of
from visualmlp.data import Column

CONSTANT_PIXELS = 0.5
"""Share of the pixels. Borders of pictures are empty: 3 of 64 pixels of the bundled digits, 67 of
784 of MNIST never change."""
NEARLY = 0.995
LEAST_ROWS = 200
"""In fewer rows a value that nearly all have is no surprise."""
MANY_MISSING = 0.5
"""Share of a row, or of a column."""
SPARSE_HINT, SPARSE_PROBLEM = 0.01, 0.2
"""Shares of the rows."""
SHOWN = 5


def check_constant(look: DataLook) -> DataFinding | None:
    """Columns that have one value in all training samples."""
    constant = [i for i, column in enumerate(look.columns) if _is_constant(column, look)]
    share = len(constant) / len(look.columns)
    is_fine = share <= CONSTANT_PIXELS if look.is_picture else not constant
    return DataFinding(
        "fine" if is_fine else "hint",
        say("{count:,} of {total:,}", count=len(constant), total=len(look.columns)),
        say(
            "{count:,} of {total:,} columns have one value only in {rows:,} training samples: "
            "{names}",
            count=len(constant),
            total=len(look.columns),
            rows=look.n_train,
            names=_names(look, constant),
        ),
        "" if is_fine else "Nothing can be learnt from them: leave them out.",
        column=constant[0] if constant else None,
    )


def _is_constant(column: Column, look: DataLook) -> bool:
    """Whether all its features are: a missing cell is a value of its own."""
    low, high, missing = (figures[column.features] for figures in look.extent)
    if missing[0]:
        return int(missing[0]) == look.n_train
    return bool((low == high).all())


def check_nearly_constant(look: DataLook) -> DataFinding | None:
    """Columns in which nearly all training samples have the same value."""
    if look.is_picture or len(look.rows) < LEAST_ROWS:
        return None
    found = {i: _commonest_share(look.numbers(i)) for i in look.chosen.tolist()}
    nearly = sorted((i for i in found if NEARLY <= found[i] < 1), key=lambda i: -found[i])
    worst = found[nearly[0]] if nearly else max(x for x in [0.0, *found.values()] if x < 1)
    return DataFinding(
        "hint" if nearly else "fine",
        say("{count:,} of {total:,}", count=len(nearly), total=len(found)),
        say(
            "in {count:,} of {total:,} columns one value stands in at least {limit:.1%} of "
            "{rows:,} training samples ({names}); the largest such share is {share:.2%}",
            count=len(nearly),
            total=len(found),
            limit=NEARLY,
            rows=len(look.rows),
            names=_names(look, nearly),
            share=worst,
        ),
        "Such a column tells a few samples from all others: see whether that is meant."
        if nearly
        else "",
        column=nearly[0] if nearly else None,
    )


def _commonest_share(numbers: npt.NDArray[np.float64]) -> float:
    known = np.sort(numbers)  # NaN last, which counts as one value
    starts = np.flatnonzero(np.concatenate([[True], known[1:] != known[:-1]]))
    starts = starts[~np.isnan(known[starts])]
    n_known = int((~np.isnan(known)).sum())
    runs = np.diff(np.append(starts, n_known))
    most = max(int(runs.max(initial=0)), len(known) - n_known)
    return most / max(len(known), 1)


def check_missing_columns(look: DataLook) -> DataFinding | None:
    """Columns of which more than half is missing."""
    if not any(column.n_missing for column in look.columns):
        return None
    firsts = [column.first for column in look.columns]
    shares = look.extent.missing[firsts] / look.n_train
    empty = [i for i in np.argsort(-shares, kind="stable").tolist() if shares[i] > MANY_MISSING]
    worst = int(shares.argmax())
    return DataFinding(
        "hint" if empty else "fine",
        say("{share:.0%}", share=float(shares[worst])),
        say(
            "{count:,} of {total:,} columns lack more than {limit:.0%} of their values "
            "({names}); {worst} lacks {share:.1%} of {rows:,} training samples",
            count=len(empty),
            total=len(look.columns),
            limit=MANY_MISSING,
            names=_names(look, empty),
            worst=look.columns[worst].name,
            share=float(shares[worst]),
            rows=look.n_train,
        ),
        "What stands in for most values is made up: leave the column out, or let missing be a "
        "category of its own."
        if empty
        else "",
        column=worst,
    )


def check_missing_rows(look: DataLook) -> DataFinding | None:
    """Training samples of which more than half is missing."""
    with_gaps = [column.first for column in look.columns if column.n_missing]
    if not with_gaps:
        return None
    sparse: list[int] = []
    for rows, raw in look.training_chunks():
        shares = np.isnan(raw[:, with_gaps]).sum(axis=1) / len(look.columns)
        sparse += rows[shares > MANY_MISSING].tolist()
    share = len(sparse) / look.n_train
    severity = severity_of(share, SPARSE_HINT, SPARSE_PROBLEM)
    return DataFinding(
        severity,
        say("{count:,}", count=len(sparse)),
        say(
            "{count:,} of {rows:,} training samples ({share:.1%}) lack more than {limit:.0%} of "
            "their {columns:,} columns",
            count=len(sparse),
            rows=look.n_train,
            share=share,
            limit=MANY_MISSING,
            columns=len(look.columns),
        ),
        "Most of such a sample is made up by what stands in: leave these rows out."
        if severity != "fine"
        else "",
        samples=tuple(sparse[:20]),
    )


def check_lonely_categories(look: DataLook) -> DataFinding | None:
    """Categories that one training sample has."""
    places = [i for i, column in enumerate(look.columns) if column.kind == "category"]
    if not places:
        return None
    counts = np.zeros(look.data.n_inputs)
    for _, raw in look.training_chunks():
        counts += np.nansum(raw, axis=0)
    names = look.data.dataset.feature_names
    lonely = [
        (place, feature)
        for place in places
        for feature in range(*look.columns[place].features.indices(look.data.n_inputs))
        if counts[feature] == 1
    ]
    total = sum(look.columns[place].n_features for place in places)
    return DataFinding(
        "hint" if lonely else "fine",
        say("{count:,} of {total:,}", count=len(lonely), total=total),
        say(
            "{count:,} of {total:,} categories have one training sample: {names}",
            count=len(lonely),
            total=total,
            names=_listed([names[feature] for _, feature in lonely]),
        ),
        "From one sample nothing general can be learnt: join rare categories, or leave the column "
        "out."
        if lonely
        else "",
        samples=_samples_with(look, [feature for _, feature in lonely[:SHOWN]]),
        column=lonely[0][0] if lonely else None,
    )


def _samples_with(look: DataLook, features: list[int]) -> tuple[int, ...]:
    """The training samples that have these categories."""
    if not features:
        return ()
    found: list[int] = []
    for rows, raw in look.training_chunks():
        found += rows[(raw[:, features] == 1).any(axis=1)].tolist()
    return tuple(found)


def _names(look: DataLook, columns: list[int]) -> str:
    return _listed([look.columns[i].name for i in columns])


def _listed(names: list[str]) -> str:
    """Some names and how many more there are; a dash for none."""
    rest = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return (", ".join(names[:SHOWN]) or "–") + rest


DATA_CHECKS.add(
    DataCheck(
        name="constant",
        title="Constant columns",
        order=40,
        limits=say("any column; of pictures more than {share:.0%}", share=CONSTANT_PIXELS),
        needs="training samples",
        check=check_constant,
    )
)
DATA_CHECKS.add(
    DataCheck(
        name="nearly_constant",
        title="Nearly constant columns",
        order=60,
        limits=say("one value in at least {share:.1%} of the samples", share=NEARLY),
        needs=f"a table with at least {LEAST_ROWS} training samples",
        check=check_nearly_constant,
    )
)
DATA_CHECKS.add(
    DataCheck(
        name="missing_columns",
        title="Columns that are mostly missing",
        order=45,
        limits=say("more than {share:.0%} of a column", share=MANY_MISSING),
        needs="missing values",
        check=check_missing_columns,
    )
)
DATA_CHECKS.add(
    DataCheck(
        name="missing_rows",
        title="Samples that are mostly missing",
        order=46,
        limits=say(
            "more than {share:.0%} of a sample, in over {hint:.0%} of all (problem: {problem:.0%})",
            share=MANY_MISSING,
            hint=SPARSE_HINT,
            problem=SPARSE_PROBLEM,
        ),
        needs="missing values",
        check=check_missing_rows,
    )
)
DATA_CHECKS.add(
    DataCheck(
        name="lonely_categories",
        title="Categories of one sample",
        order=55,
        limits=say("any category"),
        needs="columns of categories",
        check=check_lonely_categories,
    )
)
