"""``visualmlp predict``: what a trained run says about new rows or pictures."""

from __future__ import annotations

import argparse
import csv
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from visualmlp.data.unseen.opening import open_new_samples
from visualmlp.errors import DataError
from visualmlp.experiment import replacing
from visualmlp.runs import SavedRun, open_run, prediction_rows
from visualmlp.runs.prediction import Predictor, predictor_of
from visualmlp.training.setup import source_settings

STANDARD_OUTPUT = "-"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run", metavar="RUN", type=Path, help="a run file (.vmlp)")
    parser.add_argument(
        "files",
        metavar="FILE",
        type=Path,
        nargs="+",
        help="new samples: a table, a picture or a folder of them, an array (.npy, .npz) or IDX",
    )
    parser.add_argument(
        "--out", required=True, metavar="CSV", help="write the predictions here; - for the screen"
    )
    parser.add_argument(
        "--at",
        type=_state,
        default="last",
        metavar="best|last|STEP",
        help="the network to use: of the best validation score, the newest (usual), or of a step",
    )
    parser.add_argument(
        "--invert", action="store_true", help="count dark pixels as high: ink on white paper"
    )


def _state(text: str) -> str | int:
    if text in ("best", "last"):
        return text
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"must be best, last or a step, not {text!r}")
    return int(text)


def run(options: argparse.Namespace) -> int:
    """Predict all samples and write a line for each."""
    _check_output(options.out, [options.run, *options.files])
    saved = open_run(options.run)
    predictor = predictor_of(saved, options.at)
    settings = source_settings(saved.experiment.data)
    settings = replace(settings, invert=options.invert or settings.invert)
    opened = [open_new_samples(path, predictor.recipe, settings) for path in options.files]
    _tell(options.out, f"network {_place(saved, predictor)}")
    for samples in opened:
        for note in samples.notes:
            _tell(options.out, f"{samples.path}: {note}")
    counted = Counted()
    with _writing(options.out) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(prediction_rows.columns(predictor))
        for samples in opened:
            for predicted in predictor.predict(samples):
                writer.writerows(counted.follow(prediction_rows.rows(samples.path, predicted)))
    _tell(options.out, _summary(options.out, counted))
    return 0


class Counted:
    """Counts lines, and those with a problem."""

    def __init__(self) -> None:
        self.n_samples = 0
        self.n_problems = 0

    def follow(self, rows: Iterable[list[str]]) -> Iterator[list[str]]:
        """Count the rows that pass by."""
        for row in rows:
            self.n_samples += 1
            self.n_problems += bool(row[-1])
            yield row


def _place(saved: SavedRun, predictor: Predictor) -> str:
    """Which state of the run predicts."""
    head = saved.timeline.head
    newest = " (the newest)" if predictor.step == head else f" of {head:,}"
    return f"of {saved.path} at step {predictor.step:,}{newest}"


def _summary(out: str, counted: Counted) -> str:
    left = f", {counted.n_problems:,} without a prediction" if counted.n_problems else ""
    samples = "1 sample" if counted.n_samples == 1 else f"{counted.n_samples:,} samples"
    return f"{samples}{left}: {'done' if out == STANDARD_OUTPUT else out}"


def _tell(out: str, text: str) -> None:
    print(text, file=sys.stderr if out == STANDARD_OUTPUT else sys.stdout, flush=True)


def _check_output(out: str, inputs: Sequence[Path]) -> None:
    """Refuse before the work what would be refused after it, and to overwrite what is read."""
    path = Path(out)
    if out == STANDARD_OUTPUT:
        return
    if path.is_dir() or not path.parent.is_dir():
        raise DataError(f"{path}: name a file in a folder that is there.")
    if path.exists() and any(one.exists() and path.samefile(one) for one in inputs):
        raise DataError(f"{path} is read: write the predictions to another file.")
    if not os.access(path.parent, os.W_OK):
        raise DataError(f"{path}: the folder {path.parent} cannot be written to.")


@contextmanager
def _writing(out: str) -> Iterator[TextIO]:
    """The screen, or a file that appears when it is whole."""
    if out == STANDARD_OUTPUT:
        yield sys.stdout
        return
    try:
        with replacing(Path(out)) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
            yield file
    except OSError as error:
        raise DataError(f"{out} cannot be written: {error.strerror or error}.") from error
