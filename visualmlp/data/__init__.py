"""Data sets: loading, checking, splitting and scaling."""

from visualmlp.data.arrays.file import load_arrays
from visualmlp.data.arrays.safe_pickle import load_pickle
from visualmlp.data.columns import Column
from visualmlp.data.curves import CURVES, Curve
from visualmlp.data.dataset import Dataset
from visualmlp.data.export import export_csv
from visualmlp.data.feed import Feed
from visualmlp.data.idx import read_idx
from visualmlp.data.idx_pair import load_idx_pair
from visualmlp.data.known.known_set import KnownSet
from visualmlp.data.known.mnist import load_mnist
from visualmlp.data.opened import open_idx
from visualmlp.data.pictures.folder import Preview, load_pictures, preview_pictures
from visualmlp.data.pictures.steps import PictureSteps, read_picture
from visualmlp.data.preparation import Preparation
from visualmlp.data.prepare import prepare
from visualmlp.data.prepared import Part, PreparedData, one_hot
from visualmlp.data.recipe import Recipe
from visualmlp.data.scaling import SCALERS, Scaler, Scaling
from visualmlp.data.source import ColumnChoice, Source, SourceSettings
from visualmlp.data.sources import SOURCES, available, load, source_of
from visualmlp.data.tables.table import open_csv

__all__ = [
    "CURVES",
    "SCALERS",
    "SOURCES",
    "Column",
    "ColumnChoice",
    "Curve",
    "Dataset",
    "Feed",
    "KnownSet",
    "Part",
    "PictureSteps",
    "Preparation",
    "PreparedData",
    "Preview",
    "Recipe",
    "Scaler",
    "Scaling",
    "Source",
    "SourceSettings",
    "available",
    "export_csv",
    "load",
    "load_arrays",
    "load_idx_pair",
    "load_mnist",
    "load_pickle",
    "load_pictures",
    "one_hot",
    "open_csv",
    "open_idx",
    "prepare",
    "preview_pictures",
    "read_idx",
    "read_picture",
    "source_of",
]
