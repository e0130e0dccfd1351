"""The complete description of a training: data, network, loss, optimizer, sampling, seeds."""

from visualmlp.experiment.bundled import bundled_names, find_experiment
from visualmlp.experiment.data import Data
from visualmlp.experiment.declare import FieldSpec, OneOf, Section, Ui, fields_of
from visualmlp.experiment.files import from_json, read_toml, replacing, to_json, write_toml
from visualmlp.experiment.model import Experiment
from visualmlp.experiment.network import AUTO, Layer, Network, Output
from visualmlp.experiment.settings import apply_settings, replace_at
from visualmlp.experiment.training import (
    Optimizer,
    Random,
    Regularization,
    Schedule,
    Training,
)

__all__ = [
    "AUTO",
    "Data",
    "Experiment",
    "FieldSpec",
    "Layer",
    "Network",
    "OneOf",
    "Optimizer",
    "Output",
    "Random",
    "Regularization",
    "Schedule",
    "Section",
    "Training",
    "Ui",
    "apply_settings",
    "bundled_names",
    "fields_of",
    "find_experiment",
    "from_json",
    "read_toml",
    "replace_at",
    "replacing",
    "to_json",
    "write_toml",
]
