"""How fast data are loaded and prepared, and how batches are best made.

    VISUALMLP_DATA=folder python -m benchmarks.data

The folder holds ``mnist/``; without it, random pictures of the same size stand in for MNIST.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from visualmlp.data import (
    Dataset,
    Preparation,
    Scaling,
    SourceSettings,
    available,
    load,
    load_mnist,
    prepare,
)
from visualmlp.data.known.mnist import FILES, find_files
from visualmlp.paths import data_folders

REPEATS = 5
STEPS = 200
HIDDEN = 100


def seconds(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median time of a call."""
    times = []
    for _ in range(repeats):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return median(times)


def peak_mib(work: Callable[[], object]) -> float:
    """Highest memory in use during a call, over that before it."""
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 2**20


def row(name: str, work: Callable[[], object]) -> None:
    """Print time and memory of a call."""
    print(f"{name:<48} {seconds(work):9.4f} s  {peak_mib(work):8.1f} MiB")


def loading() -> None:
    """Sets from files and from seeds."""
    if available("mnist"):
        row("MNIST, 70,000 x 784, from .gz", lambda: load("mnist"))
        with tempfile.TemporaryDirectory() as folder:
            unpack(Path(folder))
            row("MNIST, unpacked", lambda: load_mnist(folder))
    for name in ("digits", "iris"):
        row(name, lambda name=name: load(name))
    many = SourceSettings(n_samples=100_000)
    for name in ("xor", "circles", "moons", "spirals", "blobs", "curve"):
        row(f"{name}, 100,000 samples", lambda name=name: load(name, many))


def unpack(folder: Path) -> None:
    """Write MNIST without compression."""
    source = next(path / "mnist" for path in data_folders() if (path / "mnist").is_dir())
    for path, (stem, ending) in zip(find_files(source), FILES, strict=True):
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rb") as packed, (folder / f"{stem}-{ending}").open("wb") as target:
            shutil.copyfileobj(packed, target)


def pictures() -> Dataset:
    """MNIST, or noise of its size."""
    if available("mnist"):
        return load("mnist")
    rng = np.random.default_rng(0)
    return Dataset(
        name="noise",
        title="Noise in the size of MNIST",
        x=rng.integers(0, 256, (70_000, 784), dtype=np.uint8),
        targets=rng.integers(0, 10, 70_000),
        task="classification",
        class_names=tuple("0123456789"),
        feature_names=tuple(map(str, range(784))),
        image_shape=(28, 28),
        value_range=(0, 255),
        source="made",
        licence="CC0 1.0",
        n_given_test=10_000,
    )


def preparing(dataset: Dataset) -> None:
    """Splits, scalings, inputs and targets."""
    row("fingerprint", lambda: replace(dataset).fingerprint)
    for scaling in ("range", "standardise", "min_max"):
        setting = Preparation(validation_fraction=1 / 6, scaling=scaling)
        row(f"prepare, {scaling}", lambda setting=setting: prepare(dataset, setting))
    data = prepare(dataset, Preparation(validation_fraction=1 / 6))
    n = len(data.train)
    row(f"inputs, {n:,} rows to float32", lambda: data.inputs(data.train, np.float32))
    row(f"inputs, {n:,} rows to float64", lambda: data.inputs(data.train, np.float64))
    row(f"targets, {n:,} rows", lambda: data.targets(data.train))


def batches(dataset: Dataset) -> None:
    """Float32 rows taken from memory, against bytes converted for each batch."""
    data = prepare(dataset, Preparation(validation_fraction=1 / 6))
    x, raw = data.inputs(data.train), data.raw(data.train)
    print(f"\nbatches of {len(x):,} x {x.shape[1]}: microseconds a step, order drawn at random")
    print(f"memory of once: {x.nbytes / 2**20:.0f} MiB besides the bytes; of the others: one batch")
    print(f"{'batch':>6} {'once':>8} {'per batch':>10} {'float64':>8}   for comparison: gemm")
    for size in (32, 128, 1000):
        once, each, wide, gemm = step_times(x, raw, data.scaling, size)
        print(f"{size:>6} {once:8.1f} {each:10.1f} {wide:8.1f} {gemm:22.1f}")


def step_times(x: np.ndarray, raw: np.ndarray, scaling: Scaling, size: int) -> list[float]:
    """Microseconds to make a batch, and for one product with 100 units; taken in turn.

    The ways are: rows of float32; bytes, by ``Scaling.apply``; bytes, divided in float64.
    """
    rng = np.random.default_rng(0)
    floats, codes = np.empty((size, x.shape[1]), np.float32), np.empty((size, x.shape[1]), np.uint8)
    weights = np.ones((x.shape[1], HIDDEN), np.float32)
    z = np.empty((size, HIDDEN), np.float32)

    def bytes_of(index: np.ndarray) -> np.ndarray:
        return np.take(raw, index, axis=0, out=codes, mode="clip")

    works: list[Callable[[np.ndarray], object]] = [
        lambda index: np.take(x, index, axis=0, out=floats, mode="clip"),
        lambda index: scaling.apply(bytes_of(index), out=floats),
        lambda index: np.divide(
            bytes_of(index), 255.0, out=floats, dtype=np.float64, casting="same_kind"
        ),
        lambda index: np.matmul(floats, weights, out=z),
    ]
    times: list[list[float]] = [[] for _ in works]
    for _ in range(STEPS):
        index = rng.integers(0, len(x), size)
        for work, spent in zip(works, times, strict=True):
            start = perf_counter()
            work(index)
            spent.append(perf_counter() - start)
    return [median(spent) * 1e6 for spent in times]


def main() -> None:
    """Print all tables."""
    loading()
    dataset = pictures()
    preparing(dataset)
    batches(dataset)


if __name__ == "__main__":
    main()
