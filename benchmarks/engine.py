"""How fast a training step is: against bare matrix products, PyTorch and scikit-learn.

    python benchmarks/engine.py [--quick] [--cell 100,32,adam]

One BLAS thread, float32, 60,000 random samples of MNIST's size. Ours is
what ``Trainer.step`` asks of the engine: the batch gathered, loss and gradient, the gradient's
norm, the check for numbers that are not finite, learning rate, update. PyTorch and scikit-learn
gather, compute loss and gradient, and update. The bare products are those of forward and backward
pass; since a random batch must come from main memory whoever asks for it, they are also shown with
gathering.

Columns: samples per second of the whole step; the engine's part of it (loss and gradient to update,
the batch in memory) against the bare products; the whole step against the bare products with
gathering, against PyTorch eager as it comes, against the best of its default, foreach and fused
optimizers, and against scikit-learn. Peers that are not installed are skipped. The contestants take
short turns; figures are medians over the rounds.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count, pairwise
from math import isfinite
from statistics import median
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from benchmarks.timing import Times, interleave, ratio
from visualmlp.engine import (
    OPTIMIZERS,
    SCHEDULES,
    DenseSpec,
    Network,
    OptimizerSettings,
    ScheduleSettings,
    global_norm,
)

N_SAMPLES, N_INPUTS, N_CLASSES = 60_000, 784, 10
LEARNING_RATE = {"sgd": 0.01, "adam": 1e-4}

Step = Callable[[], object]


@dataclass(frozen=True)
class Cell:
    """One line of the table."""

    hidden: tuple[int, ...]
    batch_size: int
    optimizer: str

    @property
    def widths(self) -> list[int]:
        return [N_INPUTS, *self.hidden, N_CLASSES]

    def __str__(self) -> str:
        return f"{'-'.join(map(str, self.hidden))},{self.batch_size},{self.optimizer}"


CELLS = [
    Cell(hidden, batch_size, optimizer)
    for hidden in ((30, 30), (100,), (196,), (512, 256))
    for batch_size in (32, 128, 1000)
    for optimizer in ("sgd", "adam")
]


@dataclass(frozen=True)
class Samples:
    """Random pictures and labels."""

    x: np.ndarray
    labels: np.ndarray
    t: np.ndarray

    def batches(self, batch_size: int) -> Iterator[np.ndarray]:
        """Indices of random batches, for ever."""
        rng = np.random.default_rng(1)
        while True:
            order = rng.permutation(N_SAMPLES)
            for start in range(0, N_SAMPLES - batch_size + 1, batch_size):
                yield order[start : start + batch_size]


def make_samples() -> Samples:
    """As sparse as MNIST: four fifths of the pixels are 0."""
    rng = np.random.default_rng(0)
    x = np.maximum(rng.random((N_SAMPLES, N_INPUTS), dtype=np.float32) * 5 - 4, 0)
    labels = rng.integers(N_CLASSES, size=N_SAMPLES)
    return Samples(x, labels, np.eye(N_CLASSES, dtype=np.float32)[labels])


def our_steps(cell: Cell, samples: Samples) -> dict[str, Step]:
    """What the trainer does in a step, apart from its records; and without gathering."""
    layers = [*(DenseSpec(n, "relu") for n in cell.hidden), DenseSpec(N_CLASSES, "softmax")]
    network = Network(N_INPUTS, layers, "cross_entropy", "float32")
    network.initialize(np.random.default_rng(0))
    optimizer = OPTIMIZERS[cell.optimizer](network.layout, network.dtype)
    parameters, gradient = network.parameters.flat, network.gradient.flat
    schedule, schedule_settings = SCHEDULES["constant"], ScheduleSettings()
    base_rate, settings, steps = LEARNING_RATE[cell.optimizer], OptimizerSettings(), count()
    batches = samples.batches(cell.batch_size)
    x = np.empty((cell.batch_size, N_INPUTS), np.float32)
    t = np.empty((cell.batch_size, N_CLASSES), np.float32)

    def gather() -> None:
        batch = next(batches)
        np.take(samples.x, batch, axis=0, out=x, mode="clip")
        np.take(samples.t, batch, axis=0, out=t, mode="clip")

    def engine() -> float:
        k = next(steps)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            loss = network.loss_and_gradient(x, t)
            if not isfinite(loss + global_norm(gradient)):
                raise ArithmeticError("the benchmark diverged")
            rate = base_rate * schedule.factor(k, schedule_settings)
            optimizer.update(parameters, gradient, rate, settings, k + 1)
        return loss

    def step() -> float:
        gather()
        return engine()

    gather()
    return {"ours": step, "engine": engine}


def bare_products(cell: Cell, samples: Samples) -> dict[str, Step]:
    """Forward and backward matrix products only, into memory made before."""
    rng, n = np.random.default_rng(0), cell.batch_size
    layers = []
    x = samples.x[:n].copy()
    for n_in, n_out in pairwise(cell.widths):
        w = rng.normal(0, n_in**-0.5, (n_in, n_out)).astype(np.float32)
        a = np.empty((n, n_out), np.float32)
        layers.append((x, x.T, w, w.T, np.empty_like(w), np.empty_like(x), a))
        x = a
    delta = rng.normal(size=(n, N_CLASSES)).astype(np.float32)
    first, *others = layers

    def step() -> None:
        for x, _, w, _, _, _, a in layers:
            np.matmul(x, w, out=a)
        grad = delta
        for _, x_t, _, w_t, dw, dx, _ in reversed(others):
            np.matmul(x_t, grad, out=dw)
            grad = np.matmul(grad, w_t, out=dx)
        np.matmul(first[1], grad, out=first[4])

    batches = samples.batches(n)

    def gathered() -> None:
        np.take(samples.x, next(batches), axis=0, out=first[0], mode="clip")
        step()

    return {"bare": step, "bare, gathered": gathered}


def torch_steps(cell: Cell, samples: Samples) -> dict[str, Step]:
    """A step with each implementation of PyTorch's optimizer."""
    try:
        import torch
    except ImportError:
        return {}
    torch.set_num_threads(1)
    variants: dict[str, dict[str, bool]] = {
        "torch": {"foreach": False},
        "torch foreach": {"foreach": True},
        "torch fused": {"fused": True},
    }
    return {name: _torch_step(cell, samples, flags) for name, flags in variants.items()}


def _torch_step(cell: Cell, samples: Samples, flags: dict[str, bool]) -> Step:
    import torch
    from torch import nn

    x, labels = torch.from_numpy(samples.x), torch.from_numpy(samples.labels)
    batches = map(torch.from_numpy, samples.batches(cell.batch_size))
    modules: list[nn.Module] = []
    for n_in, n_out in pairwise(cell.widths):
        modules += [nn.Linear(n_in, n_out), nn.ReLU()]
    model = nn.Sequential(*modules[:-1])
    kind = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[cell.optimizer]
    optimizer = kind(model.parameters(), lr=LEARNING_RATE[cell.optimizer], **flags)

    def step() -> float:
        batch = next(batches)
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x[batch]), labels[batch])
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def sklearn_step(cell: Cell, samples: Samples) -> dict[str, Step]:
    """The inside of ``MLPClassifier``'s loop over batches, without its checks of the data."""
    try:
        from sklearn.neural_network import MLPClassifier
    except ImportError:
        return {}
    model = MLPClassifier(
        cell.hidden,
        solver=cell.optimizer,
        learning_rate_init=LEARNING_RATE[cell.optimizer],
        batch_size=cell.batch_size,
        alpha=0.0,
        momentum=0.0,
        nesterovs_momentum=False,
    )
    n = cell.batch_size
    model.partial_fit(samples.x[:n], samples.labels[:n], classes=np.arange(N_CLASSES))
    parameters = model.coefs_ + model.intercepts_
    buffers: list[list[Any]] = [
        [None] + [None] * len(model.coefs_),
        [None] * len(model.coefs_),
        [np.empty_like(w) for w in model.coefs_],
        [np.empty_like(b) for b in model.intercepts_],
    ]
    batches = samples.batches(n)

    def step() -> float:
        batch = next(batches)
        x, t = samples.x[batch], samples.t[batch]
        buffers[0][0] = x
        loss, grad_weights, grad_biases = model._backprop(x, t, None, *buffers)
        model._optimizer.update_params(parameters, grad_weights + grad_biases)
        return float(loss)

    return {"sklearn": step}


def measure(cell: Cell, samples: Samples, rounds: int, seconds: float) -> Times:
    """Times of all contestants in a cell."""
    contestants = our_steps(cell, samples) | bare_products(cell, samples)
    contestants |= torch_steps(cell, samples) | sklearn_step(cell, samples)
    return interleave(contestants, rounds, seconds)


def row(cell: Cell, times: Times) -> str:
    """A line of the table."""
    peers = [name for name in times if name.startswith("torch")]
    eager = ratio(times, "ours", "torch") if peers else None
    best = min((ratio(times, "ours", name) for name in peers), default=None)
    sklearn = ratio(times, "ours", "sklearn") if "sklearn" in times else None
    speed = cell.batch_size / median(times["ours"])
    bare = (ratio(times, "engine", "bare"), ratio(times, "ours", "bare, gathered"))
    figures = (*bare, eager, best, sklearn)
    texts = [f"{figure:8.2f}" if figure is not None else f"{'-':>8}" for figure in figures]
    return f"{cell!s:22}{speed:12,.0f}" + "".join(f" {text}" for text in texts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds")
    parser.add_argument("--cell", help="only this line, such as 100,32,adam")
    options = parser.parse_args()
    rounds, seconds = (5, 0.03) if options.quick else (15, 0.1)
    samples = make_samples()
    print("hidden,batch,optimizer   samples/s   / bare +gather  / eager   /best /sklearn")
    with threadpool_limits(1):
        for cell in CELLS:
            if options.cell in (None, str(cell)):
                print(row(cell, measure(cell, samples, rounds, seconds)), flush=True)


if __name__ == "__main__":
    main()
