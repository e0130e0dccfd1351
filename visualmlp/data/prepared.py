"""What a training eats: parts of a data set, their inputs and targets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from visualmlp.data.dataset import Array, Dataset, count_labels
from visualmlp.data.large.mapped import is_mapped, picked
from visualmlp.data.scaling import Scaling, chunk_slices, no_overflow
from visualmlp.errors import DataError

PART_VALUES = 2**25
"""Values that are taken into memory at once of data that are larger than it: 128 MiB of float32."""
LEAST_SAMPLES = 1000
"""So many samples are taken, however wide they are."""

PreparedTask = Literal["classification", "binary", "regression"]


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The training, validation or test part of prepared data.

    Parameters
    ----------
    name
        ``train``, ``validation``, ``test``, or ``drawn`` for the user's own samples.
    index
        Row numbers in the original data set, ascending, int64, shape (n,).
    labels
        Labels of the kept classes, int64, shape (n,); None for regression.
    values
        Targets of a regression, float64, shape (n, n_outputs); None for classes.
    own
        Inputs that ``index`` counts in instead of the data set's, as stored, for samples that are
        not in it; shape (n_own, n_features).
    """

    name: str
    index: Array
    labels: Array | None
    values: Array | None
    own: Array | None = None

    def __len__(self) -> int:
        return len(self.index)

    def rows(self, rows: Array | slice) -> Part:
        """The part made of some of its rows."""
        labels = None if self.labels is None else self.labels[rows]
        values = None if self.values is None else self.values[rows]
        return Part(self.name, self.index[rows], labels, values, self.own)


@dataclass(frozen=True, slots=True, eq=False)
class PreparedData:
    """A data set, split and scaled; ``class_names`` are the kept ones.

    ``notes`` say what a user might not expect, one sentence each.
    """

    dataset: Dataset
    class_names: tuple[str, ...]
    task: PreparedTask
    train: Part
    validation: Part
    test: Part
    scaling: Scaling
    notes: tuple[str, ...]

    @property
    def parts(self) -> tuple[Part, Part, Part]:
        """Training, validation and test part."""
        return self.train, self.validation, self.test

    @property
    def is_mapped(self) -> bool:
        """Whether the data set is larger than memory and stays in its file."""
        return is_mapped(self.dataset.x)

    @property
    def n_inputs(self) -> int:
        """Inputs of a network for these data."""
        return self.dataset.n_features

    @property
    def n_outputs(self) -> int:
        """Outputs of a network: one a class, one for a binary task, or one a target column."""
        if self.task == "classification":
            return len(self.class_names)
        return 1 if self.task == "binary" else self.dataset.n_outputs

    def inputs(self, part: Part, dtype: npt.DTypeLike = np.float32) -> Array:
        """Scaled inputs, C-contiguous, shape (n, n_features); made anew at each call.

        Raises
        ------
        DataError
            If a number is too large for ``dtype``, or there are too many for the memory.
        """
        self._check_fits(part)
        out = np.empty((len(part), self.n_inputs), dtype)
        stored = self._stored(part)
        with no_overflow(self.dataset.title):
            for rows in chunk_slices(len(part), self.n_inputs):
                self.scaling.apply(picked(stored, part.index[rows]), out=out[rows])
        return out

    def targets(self, part: Part, dtype: npt.DTypeLike = np.float32) -> Array:
        """Targets, shape (n, n_outputs): one-hot, 0 or 1 for a binary task, or numbers.

        Raises
        ------
        DataError
            If a number is too large for ``dtype``.
        """
        if part.values is not None:
            with no_overflow(self.dataset.title, "targets"):
                return part.values.astype(dtype)
        assert part.labels is not None
        if self.task == "binary":
            return part.labels[:, None].astype(dtype)
        return one_hot(part.labels, self.n_outputs, dtype)

    def raw(self, part: Part) -> Array:
        """Inputs as stored, shape (n, n_features).

        Raises
        ------
        DataError
            If there are too many for the memory.
        """
        self._check_fits(part)
        return picked(self._stored(part), part.index)

    def raw_row(self, part: Part, row: int) -> Array:
        """One sample as stored, shape (n_features,)."""
        values: Array = self._stored(part)[part.index[row]]
        return values

    def class_counts(self, part: Part) -> dict[str, int]:
        """Samples of each kept class in a part; empty for regression."""
        return {} if part.labels is None else count_labels(part.labels, self.class_names)

    def _check_fits(self, part: Part) -> None:
        if is_mapped(self._stored(part)) and len(part) > most_samples(self.dataset):
            raise DataError(
                f"{self.dataset.title} is larger than memory: {len(part):,} samples of it cannot "
                "be taken at once."
            )

    def _stored(self, part: Part) -> Array:
        return self.dataset.x if part.own is None else part.own


def most_samples(dataset: Dataset) -> int:
    """How many samples of a mapped data set are taken into memory at once."""
    return max(LEAST_SAMPLES, PART_VALUES // dataset.n_features)


def one_hot(labels: Array, n_classes: int, dtype: npt.DTypeLike = np.float32) -> Array:
    """Rows of zeros with a one at the label, shape (n_samples, n_classes)."""
    t = np.zeros((len(labels), n_classes), dtype)
    t[np.arange(len(labels)), labels] = 1
    return t
