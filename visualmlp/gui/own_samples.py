"""The samples that the user has drawn: on disk, and as a part beside the run's data."""

from __future__ import annotations

from visualmlp.data import Part, PreparedData
from visualmlp.data.drawn import (
    DrawnSample,
    drawn_file,
    drawn_part,
    load_drawn,
    save_drawn,
    set_aside,
)
from visualmlp.errors import DataError


class OwnSamples:
    """Keeps drawn samples in one file, whatever run they were drawn for.

    The file is read again before each change, so that two windows do not undo each other's.

    Attributes
    ----------
    part
        Those that fit the run's data; None if there is none.
    unlabelled
        A drawing that was sent to be looked at, as a part of one sample; None if there is none.
    """

    def __init__(self) -> None:
        self.part: Part | None = None
        self.unlabelled: Part | None = None
        self._data: PreparedData | None = None
        self._samples: list[DrawnSample] = []

    def begin(self, data: PreparedData) -> None:
        """Take the data of a new run.

        Raises
        ------
        DataError
            If the file is damaged: it was given another name, and the list is empty now.
        """
        if data is not self._data:
            self.unlabelled = None
        self._data, self.part, self._samples = data, None, []
        if data.dataset.image_shape is not None and data.class_names:
            self._read()

    def keep(self, sample: DrawnSample) -> int:
        """Add a sample; its row in the part. Raises DataError if it cannot be written."""
        self._read()
        self._write([*self._samples, sample])
        assert self.part is not None
        return len(self.part) - 1

    def delete(self, row: int) -> None:
        """Delete the sample of a row of the part. Raises DataError if the file resists."""
        gone = self._fitting()[row]
        self._read()
        kept = list(self._samples)
        same = [i for i, sample in enumerate(kept) if sample.is_same(gone)]
        for i in same[-1:]:
            del kept[i]
        self._write(kept)

    def _fitting(self) -> list[DrawnSample]:
        assert self._data is not None
        dataset, names = self._data.dataset, self._data.class_names
        return [sample for sample in self._samples if sample.fits(dataset, names)]

    def _read(self) -> None:
        path = drawn_file()
        try:
            self._take(load_drawn(path))
        except DataError as error:
            if isinstance(error.__cause__, OSError):
                raise  # not damaged, but out of reach
            self._take([])
            aside = set_aside(path)
            raise DataError(f"{error} The file was kept as {aside.name}.") from error

    def _write(self, samples: list[DrawnSample]) -> None:
        save_drawn(drawn_file(), samples)
        self._take(samples)

    def _take(self, samples: list[DrawnSample]) -> None:
        assert self._data is not None
        self._samples = samples
        self.part = drawn_part(self._data, samples)
