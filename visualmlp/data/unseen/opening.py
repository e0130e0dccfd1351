"""Opening new samples for a trained network, whatever they are in."""

from __future__ import annotations

from pathlib import Path

from visualmlp.data.recipe import Recipe
from visualmlp.data.source import SourceSettings
from visualmlp.data.sources import source_of
from visualmlp.data.unseen.pictures import open_array_samples, open_idx_samples, open_pictures
from visualmlp.data.unseen.rows import open_rows
from visualmlp.data.unseen.samples import NewSamples


def open_new_samples(path: Path, recipe: Recipe, settings: SourceSettings) -> NewSamples:
    """Open a table, a picture or a folder of them, a file of arrays, or IDX.

    Parameters
    ----------
    settings
        How the training's data were read, for what a file leaves open.

    Raises
    ------
    DataError
        If they cannot be read, or do not fit the recipe.
    """
    match source_of(path):
        case "csv":
            return open_rows(path, recipe, settings)
        case "pictures":
            return open_pictures(path, recipe, invert=settings.invert)
        case "arrays":
            return open_array_samples(path, recipe)
        case _:
            return open_idx_samples(path, recipe)
