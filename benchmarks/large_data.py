"""How fast data larger than memory are trained on, and in how much memory.

    python -m benchmarks.large_data [--gigabytes 10] [--kind uint8] [--folder DIR] [--cold]

Writes a set of random numbers into a folder (and deletes it again), opens it as any file of the
user's, and trains on random batches, in turn with a set in memory whose rows are as wide. The
process may take 2 GB of its own at most (RLIMIT_DATA); pages of the file that it looks at count
in RssFile. The system keeps as much of the file in its cache as it likes: ``--cold`` throws that
away before each turn, so that every row comes from the disk.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks.timing import interleave, ratio
from visualmlp.data import Dataset, SourceSettings, load
from visualmlp.experiment import Experiment, apply_settings
from visualmlp.training.learner import Learner
from visualmlp.training.setup import build

WIDTH = 784
LIMIT = 2 * 10**9
IN_MEMORY = 200 * 10**6
CHUNK_ROWS = 50_000
NETWORKS = (("[100]", 32), ("[128,64]", 128), ("[512,256]", 128))


class Memory:
    """Watches what the process takes."""

    FIELDS = ("VmRSS", "RssAnon", "RssFile")

    def __init__(self) -> None:
        self.peaks = dict.fromkeys(self.FIELDS, 0)
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        while True:
            status = Path("/proc/self/status").read_text()
            for name in self.FIELDS:
                now = int(status.split(f"{name}:")[1].split()[0]) // 1000
                self.peaks[name] = max(self.peaks[name], now)
            time.sleep(0.005)

    def __str__(self) -> str:
        return ", ".join(f"{name} {peak:,} MB" for name, peak in self.peaks.items())


def write(path: Path, kind: str, n_rows: int) -> None:
    """A file of random numbers, and one of labels beside it."""
    rng = np.random.default_rng(0)
    shown = {"descr": np.dtype(kind).newbyteorder("<").str, "fortran_order": False}
    with path.open("wb") as file:
        np.lib.format.write_array_header_1_0(file, {**shown, "shape": (n_rows, WIDTH)})
        for start in range(0, n_rows, CHUNK_ROWS):
            numbers(rng, kind, min(CHUNK_ROWS, n_rows - start)).tofile(file)
    np.save(path.with_name("y.npy"), rng.integers(0, 10, n_rows, dtype=np.uint8))


def numbers(rng: np.random.Generator, kind: str, n_rows: int) -> np.ndarray:
    """Rows as pictures have them: bytes, or 0 to 1."""
    if kind == "uint8":
        return rng.integers(0, 256, (n_rows, WIDTH), dtype=np.uint8)
    x = rng.random((n_rows, WIDTH), dtype=np.float32)
    x[0, :2] = 0, 1
    return x


def in_memory(kind: str) -> Dataset:
    """A set of rows as wide."""
    n_rows = IN_MEMORY // (WIDTH * np.dtype(kind).itemsize)
    rng = np.random.default_rng(1)
    return Dataset(
        name="memory",
        title="In memory",
        x=numbers(rng, kind, n_rows),
        targets=rng.integers(0, 10, n_rows),
        task="classification",
        class_names=tuple("0123456789"),
        feature_names=tuple(map(str, range(WIDTH))),
        image_shape=(28, 28),
        value_range=(0, 255) if kind == "uint8" else (0, 1),
        source="made",
        licence="CC0 1.0",
    )


def learner(dataset: Dataset, hidden: str, batch: int, scaling: str) -> Learner:
    """As an experiment has it."""
    settings = [
        f"network.hidden={hidden}",
        f"training.batch_size={batch}",
        "optimizer.name=adam",
        f"data.scaling={scaling}",
    ]
    return Learner(build(apply_settings(Experiment(), settings), dataset=dataset))


def told(text: str, work: Callable[[], object]) -> object:
    """What a piece of work gives; its time is printed."""
    begun = time.perf_counter()
    result = work()
    print(f"{text:<44} {time.perf_counter() - begun:8.2f} s", flush=True)
    return result


def measure(path: Path, options: argparse.Namespace) -> None:
    """Open and train."""
    resource.setrlimit(resource.RLIMIT_DATA, (LIMIT, LIMIT))
    memory = Memory()
    large = told("open", lambda: load("arrays", SourceSettings(path=str(path))))
    assert isinstance(large, Dataset)
    told("fingerprint", lambda: large.fingerprint)
    small = in_memory(options.kind)
    print(f"{large.n_samples:,} rows in the file, {small.n_samples:,} in memory")
    for hidden, batch in NETWORKS[: options.networks]:
        train(path, large, small, hidden, batch, options)
        print(f"  so far at most: {memory}", flush=True)


def train(
    path: Path, large: Dataset, small: Dataset, hidden: str, batch: int, options: argparse.Namespace
) -> None:
    """One network on both sets, in turn."""
    print(f"\n784-{hidden}-10, batches of {batch}, scaling {options.scaling}")
    learners = {"memory": learner(small, hidden, batch, options.scaling)}
    learners["file"] = told(  # type: ignore[assignment]
        "split and scale", lambda: learner(large, hidden, batch, options.scaling)
    )
    told("first step", learners["file"].update)
    told("ten steps", lambda: [learners["file"].update() for _ in range(10)])
    if options.cold:
        forget(path)
    works = {name: one.update for name, one in learners.items()}
    times = interleave(works, options.rounds, options.seconds)
    for name, spent in times.items():
        speed = f"{median(spent) * 1e6:7.0f} µs a step, {batch / median(spent):9,.0f} rows/s"
        cpu = cpu_seconds(works[name]) * 1e6
        print(f"  {name:<8}{speed}, processor time of all threads {cpu:7.0f} µs a step")
    print(f"  speed from the file: {100 * ratio(times, 'file', 'memory'):.0f} % of that in memory")


def cpu_seconds(work: Callable[[], object], steps: int = 2000) -> float:
    """Processor time of a call, that of other threads included."""
    begun = time.process_time()
    for _ in range(steps):
        work()
    return (time.process_time() - begun) / steps


def forget(path: Path) -> None:
    """Throw the file out of the system's cache."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def main() -> None:
    """Make the set in a folder of its own, measure, and delete it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--gigabytes", type=float, default=10.0)
    parser.add_argument("--kind", choices=("uint8", "float32"), default="uint8")
    parser.add_argument("--scaling", default="range")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()))
    parser.add_argument("--seconds", type=float, default=2.0, help="of a turn")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--networks", type=int, default=len(NETWORKS))
    parser.add_argument("--cold", action="store_true")
    options = parser.parse_args()
    n_rows = int(options.gigabytes * 1e9) // (WIDTH * np.dtype(options.kind).itemsize)
    free = shutil.disk_usage(options.folder).free
    if free < 1.1e9 * options.gigabytes + 1e9:
        sys.exit(f"{options.folder} has {free / 1e9:.1f} GB left, which is not enough")
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "x.npy"
        told(f"write {options.gigabytes:g} GB", lambda: write(path, options.kind, n_rows))
        measure(path, options)


if __name__ == "__main__":
    main()
