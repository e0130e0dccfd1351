"""What recording a run in its file costs, and how fast a large file opens.

Run from the project's folder: ``python -m benchmarks.recording``.
"""

from __future__ import annotations

import tempfile
import time
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from visualmlp.data import Dataset, available
from visualmlp.experiment import Experiment, apply_settings
from visualmlp.runs import Recorder, open_run
from visualmlp.runs.recorder import connect
from visualmlp.runs.schema import create
from visualmlp.runs.writer import Writer
from visualmlp.training.branches import Branches
from visualmlp.training.setup import build
from visualmlp.training.timeline import Checkpoint
from visualmlp.training.trainer import Trainer

SECONDS = 12.0
"""Of training for the cost."""

N_STATES = 800
"""Of 1.3 MB each in the large file."""


def make_trainer() -> Trainer:
    """784-128-64-10 with Adam on MNIST, or on noise of its size: the arithmetic does not know."""
    settings = ["network.hidden=[128, 64]", "optimizer.name=adam", "training.batch_size=128"]
    experiment = apply_settings(Experiment(), settings)
    if available("mnist"):
        return Trainer(build(apply_settings(experiment, ["data.source=mnist"])))
    return Trainer(build(experiment, dataset=noise()))


def noise() -> Dataset:
    """Pictures that show nothing."""
    rng = np.random.default_rng(0)
    return Dataset(
        name="noise",
        title="Noise",
        x=rng.integers(0, 256, (10_000, 784), np.uint8),
        targets=rng.integers(0, 10, 10_000),
        task="classification",
        class_names=tuple("0123456789"),
        feature_names=tuple(f"pixel {k}" for k in range(784)),
        image_shape=(28, 28),
        value_range=(0, 255),
        source="made",
        licence="none",
    )


def measure_cost(folder: Path) -> None:
    """Share of the training's time that the recorder takes, once a second."""
    trainer = make_trainer()
    branches = Branches(trainer.timeline)
    recorder = Recorder(folder / "cost.vmlp", trainer.setup)
    begun = due = time.perf_counter()
    costs = []
    while (now := time.perf_counter()) < begun + SECONDS:
        trainer.step()
        if now >= due:
            before = time.perf_counter()
            recorder.record(branches, trainer)
            costs.append(time.perf_counter() - before)
            due = now + 1
    recorder.close()
    steady = costs[2:]
    states = len(open_run(recorder.path).timeline.checkpoints.archive.steps())  # type: ignore[union-attr]
    print(
        f"recording 784-128-64-10 Adam: {100 * sum(costs) / SECONDS:.2f} % of the time, "
        f"{1000 * np.mean(steady):.1f} ms a commit (most {1000 * max(costs):.1f}), "
        f"{trainer.step_count:,} steps, {states} states"
    )


def measure_compression() -> None:
    """What zlib makes of a trained state's parameters."""
    trainer = make_trainer()
    for _ in range(200):
        trainer.step()
    data = trainer.state().parameters.tobytes()
    begun = time.perf_counter()
    packed = zlib.compress(data, 1)
    seconds = time.perf_counter() - begun
    print(f"zlib: {100 * len(packed) / len(data):.0f} % left, {len(data) / seconds / 1e6:.0f} MB/s")


def measure_opening(folder: Path) -> None:
    """Time to open a file of a gigabyte, and to load one of its states."""
    trainer = make_trainer()
    branches = Branches(trainer.timeline)
    path = folder / "large.vmlp"
    create(path)
    database = connect(path)
    database.execute("BEGIN")
    writer = Writer(database, path)
    writer.begin(trainer.setup, trainer.first_experiment, "")
    for _ in range(N_STATES):
        trainer.step()
        state = trainer.state()
        noise = np.random.default_rng(trainer.step_count).standard_normal(state.slots.shape)
        writer.write(
            branches, 0, [Checkpoint(replace(state, slots=noise.astype(state.slots.dtype)), 0)]
        )
    database.execute("COMMIT")
    database.execute("PRAGMA journal_mode = DELETE")
    database.close()
    begun = time.perf_counter()
    saved = open_run(path)
    opened = time.perf_counter()
    saved.timeline.checkpoints.nearest(N_STATES // 2)
    loaded = time.perf_counter()
    print(
        f"{path.stat().st_size / 1e9:.2f} GB: opened in {opened - begun:.3f} s, "
        f"one state loaded in {1000 * (loaded - opened):.1f} ms"
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        measure_cost(Path(name))
        measure_compression()
        measure_opening(Path(name))
