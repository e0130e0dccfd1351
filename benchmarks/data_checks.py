"""How long it takes to check and to explore data: MNIST, and a table of a million rows.

    VISUALMLP_DATA=folder python -m benchmarks.data_checks

The folder holds ``mnist/``; without it, random pictures of the same size stand in for MNIST.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from time import perf_counter

import numpy as np
from threadpoolctl import threadpool_limits

from visualmlp.analysis.data_checks import examine_data
from visualmlp.analysis.exploration import class_means, correlations, distribution
from visualmlp.analysis.preparation import column_facts
from visualmlp.data import Dataset, PreparedData, SourceSettings, available, load, prepare
from visualmlp.data.dataset import measure_range, pixel_names

ROWS, COLUMNS = 1_000_000, 20


def table() -> Dataset:
    """Two classes by chance."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, COLUMNS))
    return Dataset(
        *("table", "Table", x, (x[:, 0] > 0).astype(int), "classification", ("a", "b")),
        *(tuple(f"c{i}" for i in range(COLUMNS)), None, measure_range(x), "", ""),
    )


def pictures() -> Dataset:
    """MNIST, or noise in its place."""
    if available("mnist"):
        return load("mnist", SourceSettings())
    rng = np.random.default_rng(0)
    x = rng.integers(0, 256, (70_000, 784), np.uint8)
    names = tuple(str(i) for i in range(10))
    return Dataset(
        *("noise", "Noise", x, rng.integers(0, 10, len(x)), "classification", names),
        *(pixel_names((28, 28)), (28, 28), (0, 255), "", "", 10_000),
    )


def row(name: str, work: Callable[[], object]) -> None:
    """Print time and memory of a call, measured in two calls."""
    start = perf_counter()
    work()
    seconds = perf_counter() - start
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(f"  {name:<28} {seconds:6.2f} s  {peak / 2**20:6.0f} MiB more")


def rows(data: PreparedData) -> None:
    print(f"{data.dataset.title}: {data.dataset.n_samples:,} × {data.n_inputs:,}")
    row("all checks", lambda: examine_data(data))
    row("what becomes of columns", lambda: column_facts(data))
    row("means of classes", lambda: class_means(data, data.train))
    row("histogram of a column", lambda: distribution(data, data.train, 3, (0, 1)))
    row("correlations", lambda: correlations(data, data.train, 30, strongest_first=True))


def main() -> None:
    with threadpool_limits(1):  # as the program does
        rows(prepare(pictures()))
        rows(prepare(table()))


if __name__ == "__main__":
    main()
