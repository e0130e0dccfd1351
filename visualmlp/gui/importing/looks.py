"""What is known of data before they are opened; found on another thread."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from visualmlp.data import Dataset, Preview, SourceSettings, load
from visualmlp.data.arrays.look import ArrayFacts, look_at_arrays
from visualmlp.data.pictures.look import PictureLook, look_at_pictures
from visualmlp.data.pictures.steps import PictureSteps
from visualmlp.data.tables.look import UNEQUAL, TableLook, look_at_table
from visualmlp.training.long_task import Report

SEEN_BY = {
    "csv": ("path", "test_path", "encoding", "delimiter", "decimal", "header", "sheet"),
    "pictures": ("path", "picture_width", "picture_height", "invert"),
    "arrays": ("path", "test_path", "task"),
    "idx": ("path",),
}
"""Sources that the dialog opens, with the settings that change what is seen of the data."""

FEW_SAMPLES = 1000
"""By which it is judged whether features are of different sizes."""


@dataclass(frozen=True, slots=True, eq=False)
class PictureSheet:
    """A folder of pictures, what is done to them, and some before and after."""

    look: PictureLook
    steps: PictureSteps
    previews: list[Preview]


@dataclass(frozen=True, slots=True, eq=False)
class ArrayLook:
    """Arrays, read already; ``arrays`` is empty for IDX files."""

    dataset: Dataset
    arrays: list[ArrayFacts]

    @property
    def usual_scaling(self) -> str:
        """``standardise`` where features are of different sizes, else ``range``."""
        if self.dataset.image_shape:
            return "range"
        spreads = np.ptp(self.dataset.x[:FEW_SAMPLES].astype(np.float64), axis=0)
        spreads = spreads[spreads > 0]
        unequal = spreads.size > 0 and spreads.max() > UNEQUAL * spreads.min()
        return "standardise" if unequal else "range"


Look = TableLook | PictureSheet | ArrayLook


def look_at(source: str, settings: SourceSettings, previous: Look | None, report: Report) -> Look:
    """Look at data.

    Parameters
    ----------
    previous
        What was seen of the same file or folder with other settings.

    Raises
    ------
    DataError
        If they cannot be used.
    """
    match source:
        case "csv":
            return look_at_table(settings)
        case "pictures":
            known = previous.look if isinstance(previous, PictureSheet) else None
            pictures = known or look_at_pictures(settings, report)
            return PictureSheet(pictures, pictures.steps(settings), pictures.previews(settings))
        case "arrays":
            return ArrayLook(load(source, settings), look_at_arrays(Path(settings.path)))
    return ArrayLook(load(source, settings), [])
