"""What the curves cost: milliseconds a frame from 10,000 to 1,000,000 steps.

    python benchmarks/curves.py [--steps 1000000] [--rounds 30]

"raw" and "raw + mean" are one plot of 600 x 300 pixels on which a run grows by some steps a frame,
as it does while training; "zoom" goes in on the middle, and "pan" along, while nothing grows. The
view is that of the default layout (loss and accuracy): its job on the analysis thread, and drawing
and painting on the GUI thread. Medians and worst frames; draws offscreen unless QT_QPA_PLATFORM
says otherwise.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable, Iterator
from itertools import count
from statistics import median

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtWidgets import QApplication

from visualmlp.experiment import find_experiment
from visualmlp.gui.app import make_application
from visualmlp.gui.session import Session
from visualmlp.gui.views.curve_runs import RunColumns
from visualmlp.gui.views.curves import CurvesView
from visualmlp.gui.widgets.time_plot import TimePlot
from visualmlp.training.history import EpochRecord, Evaluation, History, StepLog
from visualmlp.training.probe import Probe

NEWS = 20
"""Steps that a run makes from one frame to the next."""

WINDOW = 50
PLOT = 600, 300
DOCK = 395, 284
BATCHES = 1_000


def records(n_steps: int) -> list[EpochRecord]:
    """One a thousand steps."""
    rows = range(0, n_steps + 1, BATCHES)
    figures = [Evaluation(1 / (1 + i), 1 - 1 / (2 + i), np.nan, 1_000) for i in range(len(rows))]
    return [EpochRecord(step, i, figures[i], figures[i]) for i, step in enumerate(rows)]


def history_of(n_steps: int) -> History:
    """A loss that falls, with noise and spikes."""
    random, steps = np.random.default_rng(0), np.arange(n_steps)
    table = np.empty((n_steps, 3))
    table[:, 0] = np.exp(-4 * steps / n_steps) + 0.1 * np.abs(random.normal(size=n_steps))
    table[random.integers(0, n_steps, 9), 0] = 6.0
    table[:, 1:] = 0.01, 1.0
    return History(StepLog.from_table(table), records(n_steps))


def grow(history: History) -> None:
    """Some more steps."""
    for _ in range(NEWS):
        history.steps.append(0.3, 0.01, 1.0)


def times(frame: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median and worst milliseconds of a frame; the first, which fills caches, does not count."""
    frame()
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        frame()
        taken.append(1000 * (time.perf_counter() - began))
    return median(taken), max(taken)


# One plot


def paint(plot: TimePlot) -> None:
    plot.refresh_later()
    QApplication.processEvents()


def growing(plot: TimePlot, history: History, *, smooth: bool) -> Callable[[], None]:
    """A frame of a run that goes on."""
    columns = RunColumns()

    def frame() -> None:
        grow(history)
        columns.follow(history, BATCHES)
        plot.set_series("raw", columns.x("step"), columns.steps["loss"])
        if smooth:
            plot.set_series("mean", *columns.smoothed("loss", WINDOW, "step"), role="smooth")
        plot.set_time(columns.n_steps, has_future=False, signs=())
        paint(plot)

    return frame


def zooming(plot: TimePlot, n_steps: int) -> Iterator[None]:
    """Into the middle, over and over."""
    for i in count():
        half = n_steps / 2 * 0.8 ** (i % 40)
        plot.set_x_range(n_steps / 2 - half, n_steps / 2 + half)
        paint(plot)
        yield


def panning(plot: TimePlot, n_steps: int) -> Iterator[None]:
    """A fifth of the run, a pixel a frame."""
    for i in count():
        start = n_steps / 5 * (1 + i / PLOT[0])
        plot.set_x_range(start, start + n_steps / 5)
        paint(plot)
        yield


def time_plot(n_steps: int, rounds: int) -> None:
    plot = TimePlot()
    plot.resize(*PLOT)
    plot.show()
    row = [times(growing(plot, history_of(n_steps), smooth=on), rounds) for on in (False, True)]
    for moves in (zooming, panning):
        frames = moves(plot, n_steps)
        row.append(times(lambda frames=frames: next(frames), 2 * rounds))
    plot.hide()
    print(
        f"{n_steps:<12,}" + "".join(f"{mid:>9.1f}{worst:>7.1f}" for mid, worst in row), flush=True
    )


# The view


def wait_until(condition: Callable[[], bool]) -> None:
    loop = QEventLoop()
    timer = QTimer()
    timer.timeout.connect(lambda: condition() and loop.quit())
    timer.start(10)
    loop.exec()


def time_view(session: Session, view: CurvesView, n_steps: int, rounds: int) -> None:
    history = history_of(n_steps)
    session.history.steps._rows = history.steps._rows
    session.history.epochs[:] = history.epochs
    probe = Probe(session.setup)
    parts: dict[str, list[float]] = {"job": [], "draw": [], "paint": []}
    for _ in range(rounds + 1):
        grow(session.history)
        moments = [time.perf_counter()]
        result = view.job(session.frame, session.picks)(probe)
        moments.append(time.perf_counter())
        view.show_result(session.frame, result)
        moments.append(time.perf_counter())
        QApplication.processEvents()
        moments.append(time.perf_counter())
        for name, taken in zip(parts, np.diff(moments), strict=True):
            parts[name].append(1000 * taken)
    row = [median(values[1:]) for values in parts.values()]
    print(f"{n_steps:<12,}" + "".join(f"{value:>9.2f}" for value in row), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    sizes = [size for size in (10_000, 100_000, 1_000_000) if size < options.steps]
    sizes.append(options.steps)
    make_application()
    print("one plot, ms a frame (median, worst)")
    titles = ("raw", "raw + mean", "zoom", "pan")
    print(f"{'steps':<12}" + "".join(f"{title:>16}" for title in titles))
    for n_steps in sizes:
        time_plot(n_steps, options.rounds)
    session = Session()
    view = CurvesView(session)
    session.add_view(view)
    view.resize(*DOCK)
    view.show()
    session.open(find_experiment("digits"))
    wait_until(lambda: session.frame is not None and session.is_settled)
    session._timer.stop()
    print("\nthe view in the default layout, ms a frame while the run grows")
    print(f"{'steps':<12}" + "".join(f"{title:>9}" for title in ("job", "draw", "paint")))
    for n_steps in sizes:
        time_view(session, view, n_steps, options.rounds)
    session.close()


if __name__ == "__main__":
    main()
