"""What the window costs: training speed kept and pictures drawn in each layout, lateness of the
event loop, milliseconds of each view, start-up; how the views follow a drag along the timeline.

    python benchmarks/gui.py [--seconds 4] [--rounds 3] [--only drag|networks|layouts|views|start]

Training with the window is compared with the same training without it, in turn in one run; ratios
count, not digits. Draws offscreen unless QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median
from typing import NamedTuple

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtCore import QEventLoop, Qt, QTimer
from PyQt6.QtWidgets import QApplication

from visualmlp.data import available
from visualmlp.experiment import Experiment, apply_settings, find_experiment
from visualmlp.gui.app import make_application
from visualmlp.gui.data_checking import DataChecking
from visualmlp.gui.layouts import LAYOUTS
from visualmlp.gui.main_window import DEFAULT_SIZE, MainWindow
from visualmlp.gui.schedule import DrawnView
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.runner import Phase, Runner

CASES = {
    "128-64, batch 128": ["network.hidden=[128,64]", "training.batch_size=128"],
    "196, batch 32": ["network.hidden=[196]", "training.batch_size=32"],
    "30-30, batch 32": ["network.hidden=[30,30]", "training.batch_size=32"],
    "512-256, batch 128": ["network.hidden=[512,256]", "training.batch_size=128"],
}
LATENESS_TICK_MS = 5


DATA = "mnist" if available("mnist") else "digits"


def experiment_of(settings: list[str]) -> Experiment:
    return apply_settings(find_experiment(DATA), [*settings, "training.epochs=100000"])


def wait(seconds: float) -> None:
    """Let the event loop run."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()


def wait_until(condition) -> None:
    while not condition():
        wait(0.01)


class Lateness:
    """How much later than asked a timer's event comes, in milliseconds."""

    def __init__(self) -> None:
        self.values: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(LATENESS_TICK_MS)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.values.append(max(0.0, (now - self._last) * 1000 - LATENESS_TICK_MS))
        self._last = now

    def stop(self) -> tuple[float, float]:
        """99th percentile and worst."""
        self._timer.stop()
        return float(np.percentile(self.values, 99)), max(self.values)


def headless_speed(experiment: Experiment, seconds: float, previous) -> float:
    runner = Runner(experiment, previous)
    while runner.status.phase is Phase.LOADING:
        time.sleep(0.01)
    runner.run()
    time.sleep(0.3)
    before, began = len(runner.history.steps), time.perf_counter()
    time.sleep(seconds)
    steps = len(runner.history.steps) - before
    elapsed = time.perf_counter() - began
    runner.close()
    return steps / elapsed


class Shown(NamedTuple):
    """Steps and draws of each view a second; lateness of the event loop, p99 and worst, in ms."""

    speed: float
    p99: float
    worst: float
    drawn: dict[str, float]


def window_speed(window: MainWindow, seconds: float) -> Shown:
    """Train with the window open; the lateness is measured after the speed, as it costs some."""
    session = window.session
    session.play()
    wait(0.5)
    drawn = {name: 0 for name, view in session.views.items() if view.is_shown()}
    with ExitStack() as stack:
        for name in drawn:
            stack.enter_context(counted_draws(session.views[name], drawn, name))
        before, began = len(session.history.steps), time.perf_counter()
        wait(seconds)
        elapsed = time.perf_counter() - began
        steps = len(session.history.steps) - before
    rates = {name: count / elapsed for name, count in drawn.items()}
    lateness = Lateness()
    wait(seconds / 2)
    p99, worst = lateness.stop()
    session.pause()
    wait_until(lambda: not session.is_running)
    return Shown(steps / elapsed, p99, worst, rates)


def show_views(window: MainWindow, shown: bool) -> None:
    """Show or hide the docks of all views."""
    for name, dock in window.docks.items():
        if name.startswith("view."):
            dock.setVisible(shown)


def open_run(window: MainWindow, experiment: Experiment) -> None:
    """Open it and let its data be checked, which is done once for each data set."""
    session = window.session
    session.open(experiment)
    wait_until(lambda: not session.is_loading and session.frame is not None)
    wait_until(lambda: not DataChecking.of(session).is_busy)


def head(what: str) -> None:
    print(
        f"\n{what:<28}{'keeps':>7}{'p99 ms':>9}{'worst ms':>9}{'drawn/s':>9}"
        f"{'steps/s bare':>14}  each view, times a second",
        flush=True,
    )


def compare(window: MainWindow, name: str, experiment: Experiment, seconds: float, rounds: int):
    """Training with the window as it stands against training without it, in turn."""
    every: list[Shown] = []
    keeps = []
    for _ in range(rounds):
        bare = headless_speed(experiment, seconds, window.session.setup)
        every.append(window_speed(window, seconds))
        keeps.append(every[-1].speed / bare)
    drawn = {view: median(shown.drawn[view] for shown in every) for view in every[0].drawn}
    print(
        f"{name:<28}{median(keeps):>7.2f}{median(shown.p99 for shown in every):>9.1f}"
        f"{max(shown.worst for shown in every):>9.1f}{sum(drawn.values()):>9.1f}{bare:>14,.0f}  "
        + ", ".join(f"{view} {rate:.1f}" for view, rate in drawn.items()),
        flush=True,
    )


def compare_networks(window: MainWindow, seconds: float, rounds: int) -> None:
    """The default layout, with networks of several sizes, and with no view at all."""
    window.use_layout("default")
    head("network, default layout")
    for name, settings in CASES.items():
        open_run(window, experiment_of(settings))
        compare(window, name, window.session.experiment, seconds, rounds)
    name, settings = next(iter(CASES.items()))
    open_run(window, experiment_of(settings))
    show_views(window, False)
    compare(window, f"{name}, all hidden", window.session.experiment, seconds, rounds)
    show_views(window, True)


def compare_layouts(window: MainWindow, seconds: float, rounds: int) -> None:
    """Every layout, with one network."""
    name, settings = next(iter(CASES.items()))
    open_run(window, experiment_of(settings))
    head(f"layout, {name}")
    for layout in LAYOUTS:
        window.use_layout(layout)
        wait(0.5)
        compare(window, layout, window.session.experiment, seconds, rounds)
    window.use_layout("default")


def time_views(window: MainWindow) -> None:
    """Milliseconds that each view takes to prepare a frame, and to draw and to paint it, paused."""
    open_run(window, experiment_of(next(iter(CASES.values()))))
    session = window.session
    session.run_to_step(200)
    wait_until(lambda: session.frame.step == 200)
    probe = Probe(session.setup)
    print(f"\n{'view, paused':<24}{'prepare ms':>12}{'draw ms':>10}{'paint ms':>10}{'size':>12}")
    for name, view in session.views.items():
        dock = window.docks[f"view.{name}"]
        dock.show()
        dock.raise_()
        wait(0.4)
        wait_until(lambda: session.is_settled)
        if not view.is_shown():
            print(f"{name:<24}{'needs other data':>22}")
            continue
        prepare, draw, paint = [], [], []
        for _ in range(10):
            began = time.perf_counter()
            result = view.job(session.frame, session.picks)(probe)
            ready = time.perf_counter()
            view.show_result(session.frame, result)
            drawn = time.perf_counter()
            QApplication.processEvents()
            painted = time.perf_counter()
            prepare.append(ready - began)
            draw.append(drawn - ready)
            paint.append(painted - drawn)
        row = [1000 * median(values) for values in (prepare, draw, paint)]
        size = f"{view.width()}x{view.height()}"
        print(f"{name:<24}{row[0]:>12.1f}{row[1]:>10.1f}{row[2]:>10.1f}{size:>12}", flush=True)


def drag(window: MainWindow, seconds: float, n_steps: int = 4_690) -> None:
    """Frames and drawn views a second while the timeline's cursor goes to and fro."""
    session, bar = window.session, window.timeline
    window.use_layout("default")
    open_run(window, experiment_of(CASES["128-64, batch 128"]))
    session.run_to_step(n_steps)
    wait_until(lambda: session.frame.step == n_steps and session.is_settled)
    frames: list[int] = []
    drawn = {name: 0 for name, view in session.views.items() if view.is_shown()}
    session.frame_changed.connect(lambda frame: frames.append(frame.step))
    with ExitStack() as stack:
        for name in drawn:
            stack.enter_context(counted_draws(session.views[name], drawn, name))
        lateness, began = Lateness(), time.perf_counter()
        bar.setSliderDown(True)
        while (elapsed := time.perf_counter() - began) < seconds:
            bar.setValue(round(n_steps * abs(1 - elapsed % 4 / 2)))  # the whole line in two seconds
            wait(0.008)
        bar.setSliderDown(False)
        p99, worst = lateness.stop()
    each = ", ".join(f"{name} {count / elapsed:.1f}" for name, count in drawn.items())
    print(f"\ndragging through {n_steps:,} steps: {len(frames) / elapsed:.1f} frames/s, ", end="")
    print(f"event loop late by {p99:.0f} ms (p99), {worst:.0f} ms (worst)")
    print(f"views drawn a second: {each}", flush=True)


@contextmanager
def counted_draws(view: DrawnView, drawn: dict[str, int], name: str) -> Iterator[None]:
    """Count how often a view is drawn."""
    show_result = view.show_result

    def counting(frame: Frame, result: object) -> None:
        drawn[name] += 1
        show_result(frame, result)

    view.show_result = counting
    yield
    view.show_result = show_result


def start_up(rounds: int) -> None:
    """Seconds from the command to a painted window with its first frame."""
    seconds = []
    for _ in range(rounds + 1):
        began = time.time()
        subprocess.run([sys.executable, __file__, "--start-up", str(began)], check=True)
        seconds.append(time.time() - began)
    print(f"\ncommand to painted, usable window and exit: {median(seconds[1:]):.2f} s (warm)")


def painted_window() -> None:
    make_application()
    window = MainWindow()
    window.show_default_size()
    window.show()
    window.session.open(find_experiment("digits"))
    wait_until(lambda: window.session.frame is not None and window.session.is_settled)
    window.grab()
    window.session.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only", choices=("drag", "networks", "layouts", "views", "start"), help="one part of it"
    )
    parser.add_argument("--start-up", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.start_up:
        painted_window()
        return
    print("data:", DATA)
    make_application()
    window = MainWindow()
    window.resize(*DEFAULT_SIZE)  # the offscreen screen is smaller
    window.show()
    window.transport.set_speed(None)
    parts = {
        "drag": lambda: drag(window, 3 * options.seconds),
        "networks": lambda: compare_networks(window, options.seconds, options.rounds),
        "layouts": lambda: compare_layouts(window, options.seconds, options.rounds),
        "views": lambda: time_views(window),
        "start": lambda: start_up(options.rounds),
    }
    for name, part in parts.items():
        if options.only in (None, name):
            part()
    window.session.close()


if __name__ == "__main__":
    main()
