"""Data sets: loading, checking, splitting and scaling."""

from visualmlp.data.curves import CURVES, Curve
from visualmlp.data.dataset import Dataset
from visualmlp.data.export import export_csv
from visualmlp.data.feed import Feed
from visualmlp.data.idx import read_idx
from visualmlp.data.mnist import adopt_mnist, load_mnist
from visualmlp.data.opened import open_idx
from visualmlp.data.pictures import load_idx_pair
from visualmlp.data.preparation import Preparation
from visualmlp.data.prepare import prepare
from visualmlp.data.prepared import Part, PreparedData, one_hot
from visualmlp.data.scaling import SCALERS, Scaler, Scaling
from visualmlp.data.source import Source, SourceSettings
from visualmlp.data.sources import SOURCES, available, load, source_of
from visualmlp.data.table import open_csv

__all__ = [
    "CURVES",
    "SCALERS",
    "SOURCES",
    "Curve",
    "Dataset",
    "Feed",
    "Part",
    "Preparation",
    "PreparedData",
    "Scaler",
    "Scaling",
    "Source",
    "SourceSettings",
    "adopt_mnist",
    "available",
    "export_csv",
    "load",
    "load_idx_pair",
    "load_mnist",
    "one_hot",
    "open_csv",
    "open_idx",
    "prepare",
    "read_idx",
    "source_of",
]
