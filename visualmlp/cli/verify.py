"""``visualmlp verify``: carry saved runs out again and compare every state with the record."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from visualmlp.runs.verify import Verdict, n_steps_of, run_files, verify_run

tqdm.monitor_interval = 0  # Without the thread of its own that would outlive the progress bar.

HEADER = f"{'run':<22}{'steps':>10}{'states':>9}  verdict"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "runs", metavar="RUN", nargs="+", type=Path, help="run files (.vmlp), or folders of them"
    )
    parser.epilog = (
        "Every step is made again and its figures are compared; every stored state is compared by "
        "its SHA-256. The exit status is 1 if anything differs or is damaged."
    )


def run(options: argparse.Namespace) -> int:
    """Print a table for every file; 1 if something differs or cannot be verified."""
    paths = run_files(options.runs)
    verdicts: list[Verdict] = []
    for path in paths:
        tqdm.write(f"{path}\n  {HEADER}", file=sys.stdout)
        for verdict in _verdicts(path):
            tqdm.write(f"  {_row(verdict)}", file=sys.stdout)
            verdicts.append(verdict)
    n_bad = sum(bool(verdict.problem) for verdict in verdicts)
    files = f"{len(paths):,} file{'s' * (len(paths) != 1)}"
    print(f"\n{files}, runs that are as recorded: {len(verdicts) - n_bad:,} of {len(verdicts):,}")
    return int(n_bad > 0)


def _verdicts(path: Path) -> list[Verdict]:
    """What came out, with a progress bar on the way; in a file each state of it is a line."""
    seconds = 0.1 if sys.stderr.isatty() else 10.0
    with tqdm(
        total=n_steps_of(path), unit=" steps", dynamic_ncols=True, mininterval=seconds, leave=False
    ) as progress:
        return list(verify_run(path, progress.update))


def _row(verdict: Verdict) -> str:
    name = verdict.run if len(verdict.run) < 22 else f"{verdict.run[:20]}…"
    said = f"FAILED: {verdict.problem}" if verdict.problem else "ok"
    return f"{name:<22}{verdict.n_steps:>10,}{verdict.n_states:>9,}  {said}"
