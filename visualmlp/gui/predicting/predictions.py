"""What the network in the window says about new samples, computed beside everything else."""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from pathlib import Path

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.mistakes import NO_CLASS
from visualmlp.analysis.mistakes import predictions as classes_of
from visualmlp.data import Recipe
from visualmlp.data.source import SourceSettings
from visualmlp.data.unseen.opening import open_new_samples
from visualmlp.data.unseen.samples import NewSamples, SampleBatch
from visualmlp.engine import Array
from visualmlp.errors import DataError
from visualmlp.experiment import replacing
from visualmlp.runs import prediction_rows
from visualmlp.runs.prediction import Predicted, Predictor
from visualmlp.training.frame import Frame
from visualmlp.training.long_task import Report
from visualmlp.training.setup import Setup

MOST_ROWS = 1_000_000
"""More samples are not predicted in the window."""

KEPT_BYTES = 128 * 2**20
"""Of the inputs so much is kept, to be shown with the row that is clicked."""


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Samples of one file that were predicted at once.

    Attributes
    ----------
    path
        The file.
    predicted
        What the network says of them; without inputs where those were not kept.
    problems
        Why there is no prediction, "" where there is one.
    labels
        (n,) predicted classes; ``NO_CLASS`` where there is none.
    """

    path: Path
    predicted: Predicted
    problems: list[str]
    labels: npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One sample.

    Attributes
    ----------
    path, name
        The file, and what the sample is called in it.
    label
        Its predicted class, ``NO_CLASS`` if there is none.
    outputs
        (n_outputs,); without meaning where there is a problem.
    problem
        Why there is no prediction, or "".
    x
        Its inputs as stored; None where they were not kept.
    """

    path: Path
    name: str
    label: int
    outputs: Array
    problem: str
    x: Array | None


@dataclass(frozen=True, slots=True, eq=False)
class Predictions:
    """All samples of some files.

    Attributes
    ----------
    predictor
        What predicted them.
    head
        The newest step of the run then.
    title
        What the run is called.
    chunks
        The samples, in their order.
    notes
        What the user might not expect, a sentence each.
    """

    predictor: Predictor
    head: int
    title: str
    chunks: Sequence[Chunk]
    notes: Sequence[str]
    labels: npt.NDArray[np.intp] = field(init=False)
    problems: npt.NDArray[np.bool_] = field(init=False)
    _starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        sizes = [len(chunk.problems) for chunk in self.chunks]
        told = [bool(problem) for chunk in self.chunks for problem in chunk.problems]
        labels = [chunk.labels for chunk in self.chunks] or [np.zeros(0, np.intp)]
        object.__setattr__(self, "_starts", [0, *accumulate(sizes)])
        object.__setattr__(self, "problems", np.array(told, bool))
        object.__setattr__(self, "labels", np.concatenate(labels))

    def __len__(self) -> int:
        return self._starts[-1]

    def __getitem__(self, row: int) -> Row:
        place = bisect_right(self._starts, row) - 1
        chunk, i = self.chunks[place], row - self._starts[place]
        batch = chunk.predicted.batch
        return Row(
            chunk.path,
            batch.names[i],
            int(chunk.labels[i]),
            chunk.predicted.outputs[i],
            chunk.problems[i],
            batch.x[i] if len(batch.x) else None,
        )

    @property
    def paths(self) -> list[Path]:
        """The files, in their order."""
        return list(dict.fromkeys(chunk.path for chunk in self.chunks))

    def write(self, path: Path, report: Report) -> Path:
        """Write all rows as CSV, as ``visualmlp predict`` does.

        Raises
        ------
        DataError
            If the file cannot be written, or is one of those that were read.
        """
        if path.exists() and any(one.exists() and path.samefile(one) for one in self.paths):
            raise DataError(f"{path} was read: save the predictions as another file.")
        try:
            with replacing(path) as fresh, fresh.open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(prediction_rows.columns(self.predictor))
                for done, chunk in enumerate(self.chunks):
                    writer.writerows(prediction_rows.rows(chunk.path, chunk.predicted))
                    report(done + 1, len(self.chunks))
        except OSError as error:
            raise DataError(f"{path} cannot be written: {error.strerror or error}.") from error
        return path


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """What shall be predicted, and by which network.

    Attributes
    ----------
    paths
        Files and folders.
    setup, frame
        The run, and the state whose parameters are used.
    settings
        How the run's data were read, for what a file leaves open.
    """

    paths: Sequence[Path]
    setup: Setup
    frame: Frame
    settings: SourceSettings


def predict(wanted: Wanted, report: Report) -> Predictions:
    """Predict all samples of some files; one that cannot be read is a row with a problem.

    Raises
    ------
    DataError
        If there is but one file, and it cannot be read.
    """
    setup, frame = wanted.setup, wanted.frame
    network = setup.new_network()
    network.parameters.flat[...] = frame.parameters
    predictor = Predictor(Recipe.of(setup.data), network, frame.step)
    chunks: list[Chunk] = []
    notes: list[str] = []
    for path in wanted.paths:
        report(0, 0)
        try:
            samples = open_new_samples(path, predictor.recipe, wanted.settings)
            notes += [f"{path.name}: {note}" for note in samples.notes]
            notes += _predict_file(samples, predictor, chunks, report)
        except DataError as error:
            if len(wanted.paths) == 1:
                raise
            chunks.append(_refused(path, str(error), predictor))
    return Predictions(predictor, frame.head, setup.experiment.title, chunks, notes)


def _predict_file(
    samples: NewSamples, predictor: Predictor, chunks: list[Chunk], report: Report
) -> Iterator[str]:
    """Add a file's samples; gives what there is to be noted."""
    n_before = sum(len(chunk.problems) for chunk in chunks)
    n_kept = sum(chunk.predicted.batch.x.nbytes for chunk in chunks)
    done = 0
    for predicted in predictor.predict(samples):
        batch = predicted.batch
        if n_before + done + len(batch.names) > MOST_ROWS:
            yield (
                f"{samples.path.name}: only the first {done:,} of {samples.n_samples:,} samples "
                "were predicted; the command visualmlp predict predicts all."
            )
            return
        n_kept += batch.x.nbytes
        kept = np.array(batch.x) if n_kept <= KEPT_BYTES else batch.x[:0].copy()
        chunks.append(_chunk(samples.path, replace(predicted, batch=replace(batch, x=kept))))
        done += len(batch.names)
        report(done, samples.n_samples)


def _chunk(path: Path, predicted: Predicted) -> Chunk:
    problems = predicted.problems
    labels = np.full(len(problems), NO_CLASS)
    if predicted.recipe.class_names:
        labels = classes_of(predicted.outputs)[0]
        labels[[bool(problem) for problem in problems]] = NO_CLASS
    return Chunk(path, predicted, problems, labels)


def _refused(path: Path, why: str, predictor: Predictor) -> Chunk:
    """A file that cannot be read, as a sample that cannot be predicted."""
    recipe = predictor.recipe
    batch = SampleBatch([""], np.zeros((0, recipe.n_inputs)), [why])
    return _chunk(path, Predicted(batch, np.full((1, recipe.n_outputs), np.nan), recipe))
