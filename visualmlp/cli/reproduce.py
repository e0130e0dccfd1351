"""``visualmlp reproduce``: carry out the lessons and check every figure they state."""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import NamedTuple

from tqdm import tqdm

from visualmlp.cli.figure_table import HEADER, folded, row
from visualmlp.errors import VisualMLPError
from visualmlp.lessons import ORIGINS, Lesson, lesson_names, load_lesson, needs_missing_data
from visualmlp.lessons.reproduction import Check, carry_out

tqdm.monitor_interval = 0  # Without the thread of its own that would outlive the progress bar.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    names = ", ".join(lesson_names())
    meanings = "; ".join(f"{name}: {meaning}" for name, meaning in ORIGINS.items())
    parser.epilog = f"Origins of the expected values: {meanings}."
    parser.add_argument(
        "names", metavar="NAME", nargs="*", help=f"lesson files or names: {names}; none: all"
    )
    parser.add_argument("--quick", action="store_true", help="leave out what takes long")
    parser.add_argument("--quiet", action="store_true", help="one line for each figure")
    parser.add_argument(
        "--jobs", type=_positive, default=os.cpu_count() or 1, metavar="N", help="runs at a time"
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1, not {text!r}")
    return int(text)


class Task(NamedTuple):
    """A variant of a lesson to carry out; names only, so that another process can load it."""

    lesson: str
    variant: str
    quick: bool


class Outcome(NamedTuple):
    """The checks of a task, or what kept it from being carried out."""

    checks: list[Check]
    problem: str


def run(options: argparse.Namespace) -> int:
    """Print the table; 1 if a figure is not met or nothing could be carried out."""
    lessons = {name: load_lesson(name) for name in options.names or lesson_names()}
    missing = {name: needs_missing_data(lesson) for name, lesson in lessons.items()}
    tasks = [
        Task(name, variant.name, options.quick)
        for name, lesson in lessons.items()
        if not missing[name]
        for variant in lesson.variants
        if any(not (options.quick and figure.long) for figure in variant.figures)
    ]
    outcomes: list[Outcome] = []
    for task, outcome in _carry_out(tasks, lessons, options.jobs):
        _print_outcome(lessons[task.lesson], task.variant, outcome, options.quiet)
        outcomes.append(outcome)
    for name, problem in missing.items():
        if problem:
            print(f"\nskipped {name}: {problem}")
    return _print_summary(outcomes, sum(map(bool, missing.values())))


def _carry_out(
    tasks: list[Task], lessons: dict[str, Lesson], jobs: int
) -> Iterator[tuple[Task, Outcome]]:
    """Each task with its outcome, in the order of the tasks."""
    seconds = 0.1 if sys.stderr.isatty() else 10.0  # In a file every state would be a line.
    with tqdm(
        total=len(tasks),
        unit=" runs",
        dynamic_ncols=True,
        mininterval=seconds,
        leave=False,
        disable=not tasks,
    ) as progress:
        if min(jobs, len(tasks)) < 2:
            for task in tasks:
                yield task, _outcome(task)
                progress.update()
        else:
            yield from _in_processes(tasks, lessons, jobs, progress)


def _in_processes(
    tasks: list[Task], lessons: dict[str, Lesson], jobs: int, progress: tqdm[None]
) -> Iterator[tuple[Task, Outcome]]:
    """Carry out several at a time: first the quick ones, then the long ones from the last on.

    The longest are among the last, so that the others can fill up the time beside them.
    """

    def is_long(task: Task) -> bool:
        figures = lessons[task.lesson].variant(task.variant).figures
        return not task.quick and any(figure.long for figure in figures)

    pool = ProcessPoolExecutor(min(jobs, len(tasks)), get_context("spawn"), _let_ctrl_c_end)
    try:
        futures: dict[Task, Future[Outcome]] = {}
        quick, long = ([task for task in tasks if is_long(task) == kind] for kind in (False, True))
        for task in (*quick, *reversed(long)):
            futures[task] = pool.submit(_outcome, task)
            futures[task].add_done_callback(lambda _: progress.update())
        for task in tasks:
            yield task, futures[task].result()
    except BrokenProcessPool:
        raise VisualMLPError(
            "a run ended without a word, perhaps for want of memory: try --jobs 1"
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _let_ctrl_c_end() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def _outcome(task: Task) -> Outcome:
    try:
        return Outcome(carry_out(load_lesson(task.lesson).variant(task.variant), task.quick), "")
    except VisualMLPError as error:
        return Outcome([], str(error))


def _print_outcome(lesson: Lesson, name: str, outcome: Outcome, quiet: bool) -> None:
    variant = lesson.variant(name)
    lines = [f"\n{lesson.name} ({name}): {variant.experiment.title}"]
    if outcome.problem:
        lines.append(f"  FAILED: {outcome.problem}")
    else:
        lines.append(HEADER)
        lines += folded(outcome.checks) if quiet else map(row, outcome.checks)
    tqdm.write("\n".join(lines), file=sys.stdout)


def _print_summary(outcomes: list[Outcome], n_skipped: int) -> int:
    checks = [check for outcome in outcomes for check in outcome.checks]
    n_failed = sum(not check.passed for check in checks)
    n_broken = sum(bool(outcome.problem) for outcome in outcomes)
    parts = [f"{len(checks) - n_failed:,} of {len(checks):,} figures met"]
    if n_broken:
        parts.append(f"runs that could not be carried out: {n_broken}")
    if n_skipped:
        parts.append(f"lessons skipped because their data are missing: {n_skipped}")
    print(f"\n{'; '.join(parts)}")
    return int(n_failed > 0 or n_broken > 0 or not checks)
