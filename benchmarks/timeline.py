"""How long going to any step of a run takes, and what recording for it costs.

    VISUALMLP_DATA=folder python benchmarks/timeline.py [--steps 20000] [--seeks 200] [--rounds 40]

Adam and batches of 128 on MNIST, 784-128-64-10 (random pictures of the same size without MNIST),
and on digits, 64-32-10. The recording's share is that of a training with checkpoints over the same
without, in short turns that alternate; it is measured when the budget is full, so that each new
checkpoint makes others go. The older streams' states are larger and take longer to copy.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, thread_time

import numpy as np

from visualmlp.data import Dataset, available
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.training.setup import Setup, build
from visualmlp.training.trainer import Trainer

ADAM = ("optimizer.name=adam", "training.batch_size=128", "training.epochs=1000000")
OLDER = ("random.initial=numpy_legacy", "random.sampling=numpy_legacy")


TURN = 0.15
"""Seconds that a training goes on before it is the other's turn."""

STEPS_AT_ONCE = 20
"""Between two looks at the clock."""


@dataclass(frozen=True)
class Case:
    """A training to go back and forth in."""

    title: str
    experiment: str
    settings: tuple[str, ...]


CASES = (
    Case("784-128-64-10", "mnist", ("network.hidden=[128,64]",)),
    Case("64-32-10", "digits", ("network.hidden=[32]",)),
    Case("64-32-10, older streams", "digits", ("network.hidden=[32]", *OLDER)),
    Case(
        "64-32-10, older streams, an epoch each step",
        "digits",
        (
            "network.hidden=[32]",
            "training.sampling=one_batch",
            "training.evaluate_every=1000",
            *OLDER,
        ),
    ),
)


def set_up(case: Case) -> Setup:
    experiment = apply_settings(find_experiment(case.experiment), [*ADAM, *case.settings])
    stand_in = case.experiment == "mnist" and not available("mnist")
    return build(experiment, dataset=random_pictures() if stand_in else None)


def random_pictures() -> Dataset:
    """As large as MNIST."""
    rng = np.random.default_rng(0)
    return Dataset(
        name="mnist",
        title="random pictures",
        x=rng.integers(0, 256, (70_000, 784), np.uint8),
        targets=rng.integers(0, 10, 70_000),
        task="classification",
        class_names=tuple("0123456789"),
        feature_names=tuple(f"pixel {i}" for i in range(784)),
        image_shape=(28, 28),
        value_range=(0.0, 255.0),
        source="made for this benchmark",
        licence="CC0-1.0",
        n_given_test=10_000,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--seeks", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=40)
    options = parser.parse_args()
    for case in CASES:
        measure(case, options.steps, options.seeks, options.rounds)


def measure(case: Case, n_steps: int, n_seeks: int, rounds: int) -> None:
    """Print a case's figures."""
    trainer = Trainer(set_up(case))
    began = perf_counter()
    while trainer.step_count < n_steps:
        trainer.step()
    seconds = perf_counter() - began
    checkpoints = trainer.timeline.checkpoints
    print(f"\n{case.title}, {n_steps:,} steps in {seconds:.1f} s")
    print(f"  {len(checkpoints):,} checkpoints, {checkpoints.n_bytes / 2**20:.0f} MiB, ", end="")
    print(f"largest gap {max(np.diff(checkpoints.steps)):,} steps")
    times = 1000 * seek_times(trainer, n_seeks)
    middle, late, worst = np.percentile(times, (50, 95, 100))
    print(f"  seek: median {middle:.0f} ms, 95 % within {late:.0f} ms, worst {worst:.0f} ms")
    print(f"  recording: {100 * recording_share(trainer, rounds):+.1f} % of training time")


def seek_times(trainer: Trainer, count: int) -> np.ndarray:
    """Seconds that it takes to go to steps drawn at random."""
    head, times = trainer.timeline.head, []
    for step in np.random.default_rng(0).integers(0, head + 1, count).tolist():
        began = perf_counter()
        trainer.seek(step)
        times.append(perf_counter() - began)
    trainer.seek(head)
    return np.array(times)


def recording_share(trainer: Trainer, rounds: int) -> float:
    """How much longer steps take with recording, as a share of those without."""
    plain = Trainer(trainer.setup)
    plain.resume(trainer.timeline.until(trainer.timeline.head, 0))
    plain.timeline.checkpoints.is_due = lambda: False  # type: ignore[method-assign]
    steps = {plain: 0.0, trainer: 0.0}
    for turn in range(2 * rounds):
        one = (plain, trainer)[turn % 2]
        steps[one] += steps_a_second(one.step, TURN)
    return steps[plain] / steps[trainer] - 1


def steps_a_second(step: Callable[[], object], seconds: float) -> float:
    """Of the processor's time that this thread gets: others may be at work."""
    count, began = 0, thread_time()
    while thread_time() < began + seconds:
        for _ in range(STEPS_AT_ONCE):
            step()
        count += STEPS_AT_ONCE
    return count / (thread_time() - began)


if __name__ == "__main__":
    main()
