"""Data sets: loading, checking, splitting and scaling."""

from visualmlp.data.curves import CURVES, Curve
from visualmlp.data.dataset import Dataset
from visualmlp.data.feed import Feed
from visualmlp.data.idx import read_idx
from visualmlp.data.mnist import load_mnist
from visualmlp.data.opened import open_idx
from visualmlp.data.pictures import load_idx_pair
from visualmlp.data.preparation import Preparation
from visualmlp.data.prepare import prepare
from visualmlp.data.prepared import Part, PreparedData, one_hot
from visualmlp.data.scaling import SCALERS, Scaler, Scaling
from visualmlp.data.source import Source, SourceSettings
from visualmlp.data.sources import SOURCES, available, load

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
    "available",
    "load",
    "load_idx_pair",
    "load_mnist",
    "one_hot",
    "open_idx",
    "prepare",
    "read_idx",
]
