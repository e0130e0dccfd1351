"""What the Maths view costs at MNIST size: tracing a step, opening the view, going through phases.

    python benchmarks/maths.py [--rounds 5]

A network of 784-196-10 with batches of 1,000; digits 64-196-10 where there is no MNIST. Draws
offscreen unless QT_QPA_PLATFORM says otherwise.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from statistics import median

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PyQt6.QtCore import QEventLoop, QTimer
from PyQt6.QtWidgets import QApplication, QPushButton, QTabWidget

from visualmlp.data import available
from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.app import make_application
from visualmlp.gui.session import Session
from visualmlp.gui.views.maths import MathsView
from visualmlp.training.replay import next_step

SETTINGS = ["network.hidden=[196]", "training.batch_size=1000"]


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the event loop run until something happened."""
    while not condition():
        loop = QEventLoop()
        QTimer.singleShot(1, loop.quit)
        loop.exec()


def milliseconds(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - began)


def paint() -> None:
    QApplication.processEvents()


def open_view(session: Session) -> MathsView:
    """Show a new view and wait until the step is drawn."""
    view = MathsView(session)
    session.add_view(view)
    view.resize(800, 640)
    view.show()
    wait_until(lambda: view.phase is not None and session.is_settled)
    paint()
    return view


def time_openings(session: Session, rounds: int) -> MathsView:
    view, times = None, []
    for _ in range(rounds):
        if view is not None:
            view.close()
        step = session.frame.step + 1
        session.run_steps(1)
        wait_until(lambda step=step: session.frame.step == step and not session.is_running)
        began = time.perf_counter()
        view = open_view(session)
        times.append(1000 * (time.perf_counter() - began))
    print(f"{'open the view':<40}{times[0]:>9.1f} ms the first time, then {median(times[1:]):.1f}")
    return view


def time_phases(view: MathsView) -> None:
    """Next through all phases, twice: formulas are made the first time."""
    forward, back = (view.findChild(QPushButton, name) for name in ("next", "back"))
    for name, button in (("first time", forward), ("again", back)):
        times = []
        while button.isEnabled():
            times.append(milliseconds(lambda button=button: (button.click(), paint())))
        print(f"{f'a phase, {name}':<40}{median(times):>9.1f} ms, at most {max(times):.1f}")


def time_pages(view: MathsView) -> None:
    pages = view.findChild(QTabWidget, "pages")
    for page in (1, 2, 0):
        elapsed = milliseconds(lambda page=page: (pages.setCurrentIndex(page), paint()))
        print(f"{pages.tabText(page):<40}{elapsed:>9.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    make_application()
    name = "mnist" if available("mnist") else "digits"
    session = Session()
    session.open(apply_settings(find_experiment(name), SETTINGS))
    wait_until(lambda: session.frame is not None)
    times = [
        milliseconds(lambda: next_step(session.setup, session.frame.state))
        for _ in range(options.rounds)
    ]
    print(f"{'trace a step':<40}{median(times):>9.1f} ms")
    view = time_openings(session, options.rounds)
    time_phases(view)
    time_pages(view)
    session.close()


if __name__ == "__main__":
    main()
