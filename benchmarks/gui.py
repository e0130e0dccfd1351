"""What the window costs: training speed kept, lateness of the event loop, start-up, each view; and
how often the views are drawn while the cursor is dragged along the timeline.

    python benchmarks/gui.py [--seconds 4] [--rounds 3] [--only-drag]

Training with the window is compared with the same training without it, in turn in one run; ratios
count, not digits. Draws offscreen unless QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from statistics import median

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtCore import QEventLoop, Qt, QTimer
from PyQt6.QtWidgets import QApplication

from visualmlp.data import available
from visualmlp.experiment import Experiment, apply_settings, find_experiment
from visualmlp.gui.app import make_application
from visualmlp.gui.main_window import MainWindow
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


def experiment_of(settings: list[str]) -> Experiment:
    name = "mnist" if available("mnist") else "digits"
    return apply_settings(find_experiment(name), [*settings, "training.epochs=100000"])


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


def window_speed(window: MainWindow, seconds: float) -> tuple[float, float, float, float]:
    """Steps per second, lateness p99 and worst, frames shown per second."""
    session = window.session
    session.play()
    wait(0.5)
    frames: list[int] = []
    session.frame_changed.connect(lambda frame: frames.append(frame.step))
    lateness = Lateness()
    before, began = len(session.history.steps), time.perf_counter()
    wait(seconds)
    elapsed = time.perf_counter() - began
    steps = len(session.history.steps) - before
    p99, worst = lateness.stop()
    session.pause()
    wait_until(lambda: not session.is_running)
    return steps / elapsed, p99, worst, len(frames) / elapsed


def show_views(window: MainWindow, shown: bool) -> None:
    """Show or hide the docks of all views."""
    for name, dock in window.docks.items():
        if name.startswith("view."):
            dock.setVisible(shown)


def compare(window: MainWindow, name: str, settings: list[str], seconds: float, rounds: int):
    session = window.session
    experiment = experiment_of(settings)
    session.open(experiment)
    wait_until(lambda: not session.is_loading and session.frame is not None)
    keeps, p99s, worsts, rates = [], [], [], []
    for _ in range(rounds):
        bare = headless_speed(experiment, seconds, session.setup)
        drawn, p99, worst, rate = window_speed(window, seconds)
        keeps.append(drawn / bare)
        p99s.append(p99)
        worsts.append(worst)
        rates.append(rate)
    print(
        f"{name:<30}{median(keeps):>7.2f}{median(p99s):>9.1f}{max(worsts):>9.1f}"
        f"{median(rates):>9.0f}{bare:>13,.0f}",
        flush=True,
    )


def time_views(window: MainWindow) -> None:
    """Milliseconds that each view takes on the GUI thread to draw and paint one frame."""
    session = window.session
    probe = Probe(session.setup)
    print(f"\n{'view':<14}{'prepare ms':>12}{'draw ms':>10}{'paint ms':>10}")
    for name, view in session.views.items():
        dock = window.docks[f"view.{name}"]
        dock.show()
        dock.raise_()
        wait(0.4)
        wait_until(lambda: session.is_settled)
        if not view.is_shown():
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
        print(f"{name:<14}{row[0]:>12.1f}{row[1]:>10.1f}{row[2]:>10.1f}")


def drag(window: MainWindow, seconds: float, n_steps: int = 4_690) -> None:
    """Frames and drawn views a second while the timeline's cursor goes to and fro."""
    session, bar = window.session, window.timeline
    session.open(experiment_of(CASES["128-64, batch 128"]))
    wait_until(lambda: not session.is_loading and session.frame is not None)
    session.run_to_step(n_steps)
    wait_until(lambda: session.frame.step == n_steps and session.is_settled)
    frames: list[int] = []
    drawn = {name: 0 for name, view in session.views.items() if view.is_shown()}
    session.frame_changed.connect(lambda frame: frames.append(frame.step))
    for name in drawn:
        count_draws(session.views[name], drawn, name)
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


def count_draws(view: DrawnView, drawn: dict[str, int], name: str) -> None:
    show_result = view.show_result

    def counting(frame: Frame, result: object) -> None:
        drawn[name] += 1
        show_result(frame, result)

    view.show_result = counting


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
    parser.add_argument("--only-drag", action="store_true", help="measure dragging only")
    parser.add_argument("--start-up", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.start_up:
        painted_window()
        return
    make_application()
    window = MainWindow()
    window.show_default_size()
    window.show()
    window.transport.set_speed(None)
    drag(window, 3 * options.seconds)
    if options.only_drag:
        window.session.close()
        return
    print(
        f"{'network':<30}{'keeps':>7}{'p99 ms':>9}{'worst ms':>9}"
        f"{'frames/s':>9}{'steps/s bare':>13}"
    )
    for name, settings in CASES.items():
        compare(window, name, settings, options.seconds, options.rounds)
    name, settings = next(iter(CASES.items()))
    show_views(window, False)
    compare(window, f"{name}, all hidden", settings, options.seconds, options.rounds)
    show_views(window, True)
    time_views(window)
    window.session.close()
    start_up(options.rounds)


if __name__ == "__main__":
    main()
