"""``visualmlp train``: carry out an experiment without a window."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from threading import Event
from typing import NamedTuple

from tqdm import tqdm

from visualmlp.cli.recording import Recording
from visualmlp.errors import RunFileError, VisualMLPError
from visualmlp.experiment import apply_settings, bundled_names, find_experiment
from visualmlp.training.history import EpochRecord, Evaluation
from visualmlp.training.setup import Setup, build
from visualmlp.training.trainer import Trainer

tqdm.monitor_interval = 0  # Without the thread of its own that would outlive the progress bar.


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    names = ", ".join(bundled_names())
    parser.add_argument("experiment", metavar="FILE|NAME", help=f"experiment file, or {names}")
    parser.add_argument(
        "--set",
        dest="settings",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="change a field, such as optimizer.learning_rate=0.05 or network.hidden=[128,64]",
    )
    parser.add_argument("--epochs", type=_positive, help="number of epochs")
    parser.add_argument(
        "--out", type=Path, metavar="RUN", help="write the run here (.vmlp) while it goes on"
    )
    parser.add_argument(
        "--test",
        action="store_true",
        help="evaluate the test part at the end; the run keeps that it was looked at",
    )
    parser.add_argument("--notes", default="", metavar="TEXT", help="notes to go into the run file")


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number from 1, not {text!r}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Train, show progress, print the final figures, save the run where asked to."""
    if options.out:
        _check_writable(options.out)
    experiment = apply_settings(find_experiment(options.experiment), options.settings)
    if options.epochs:
        experiment = apply_settings(experiment, [f"training.epochs={options.epochs}"])
    trainer = Trainer(build(experiment))
    recording = Recording(trainer, options.out, options.notes) if options.out else None
    print(_headline(trainer.setup), flush=True)
    try:
        outcome = _train(trainer, recording)
    except BaseException:  # in the middle of a step: what was written before it is whole
        if recording:
            recording.abandon()
        raise
    record = _record(trainer)
    _print_table(trainer, record, outcome.seconds)
    _print_test(trainer, record.test, is_wanted=options.test)
    if recording:
        recording.finish()
        print(f"saved {options.out}")
    print(_summary(trainer, record))
    if trainer.divergence:
        raise VisualMLPError(trainer.divergence.message)
    return 130 if outcome.interrupted else 0


def _check_writable(path: Path) -> None:
    """Refuse before the training what would be refused after it."""
    if path.suffix != ".vmlp":
        raise RunFileError(f"{path}: the run is a .vmlp file; name one")
    if path.is_dir():
        raise RunFileError(f"{path}: is a folder; name a file")
    if not path.parent.is_dir():
        raise RunFileError(f"{path}: there is no folder {path.parent}")
    if not os.access(path.parent, os.W_OK):
        raise RunFileError(f"{path}: the folder {path.parent} cannot be written to")


class Outcome(NamedTuple):
    """How long the training took, and whether Ctrl-C ended it."""

    seconds: float
    interrupted: bool


def _train(trainer: Trainer, recording: Recording | None) -> Outcome:
    """Train to the end, or to Ctrl-C or divergence."""
    began = time.perf_counter()
    total = trainer.n_batches * trainer.experiment.training.epochs
    with (
        _ctrl_c() as interrupted,
        tqdm(total=total, unit=" steps", dynamic_ncols=True, mininterval=_interval()) as progress,
    ):
        while not (trainer.is_finished or trainer.divergence or interrupted.is_set()):
            trainer.step()
            progress.update()
            if recording:
                recording.follow()
            if trainer.batch == 0:
                progress.set_postfix_str(_postfix(trainer.history.epochs[-1]), refresh=False)
    return Outcome(time.perf_counter() - began, interrupted.is_set())


@contextmanager
def _ctrl_c() -> Iterator[Event]:
    """Let the first Ctrl-C end the run between two steps, so that what is saved is whole."""
    asked = Event()

    def ask(*_: object) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    previous = signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, previous)


def _interval() -> float:
    """Seconds between two states of the progress bar: in a file each of them is a line."""
    return 0.1 if sys.stderr.isatty() else 10.0


def _postfix(record: EpochRecord) -> str:
    shown = record.validation or record.train
    return f"epoch {record.epoch}, loss {shown.loss:.4f}"


def _headline(setup: Setup) -> str:
    data = setup.data
    sizes = " → ".join(str(n) for n in (data.n_inputs, *(layer.units for layer in setup.layers)))
    counts = ", ".join(f"{part.name} {len(part):,}" for part in data.parts if len(part))
    n_parameters = setup.new_network().layout.size
    return f"{data.dataset.title}: {counts}\nnetwork {sizes}, {n_parameters:,} parameters"


def _record(trainer: Trainer) -> EpochRecord:
    """The figures at the end, also where the training ended between two evaluations."""
    newest = trainer.history.epochs[-1]
    return newest if newest.step == trainer.step_count else trainer.record()


def _print_table(trainer: Trainer, record: EpochRecord, seconds: float) -> None:
    regression = trainer.setup.data.task == "regression"
    rmse = f"{'RMSE':>12}" if regression else ""
    print(f"\nafter {record.epoch:,} epochs, {record.step:,} steps, {seconds:.1f} s")
    print(f"{'part':<12}{'samples':>9}{'loss':>12}{_score(trainer):>12}{rmse}")
    for name, figures in (("training", record.train), ("validation", record.validation)):
        if figures:
            print(_row(name, figures))


def _row(name: str, figures: Evaluation) -> str:
    row = f"{name:<12}{figures.n_samples:>9,}{figures.loss:>12.6f}{figures.score:>12.4f}"
    return row if isnan(figures.rmse) else f"{row}{figures.rmse:>12.6f}"


def _summary(trainer: Trainer, record: EpochRecord) -> str:
    part = "validation" if record.validation else "training"
    return f"{part} {_score(trainer)} {(record.validation or record.train).score:.4f}"


def _score(trainer: Trainer) -> str:
    return "R²" if trainer.setup.data.task == "regression" else "accuracy"


def _print_test(trainer: Trainer, watched: Evaluation | None, *, is_wanted: bool) -> None:
    """The test part's figures where they were asked for, which the run keeps in mind."""
    n_samples = len(trainer.setup.data.test)
    if not n_samples and is_wanted:
        print("The data have no test part; data.test_fraction makes one.")
    elif watched or is_wanted:
        trainer.timeline.open_test(trainer.step_count, "visualmlp train --test")
        print(_row("test", watched or trainer.evaluate(*trainer.setup.test)))
    elif n_samples:
        print(f"{'test':<12}{n_samples:>9,}      closed (--test evaluates it)")
