"""Samples written in the experiment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from visualmlp.data import SourceSettings, load
from visualmlp.errors import DataError
from visualmlp.experiment import Data
from visualmlp.experiment.files import from_json, to_json
from visualmlp.experiment.model import Experiment
from visualmlp.training.setup import load_data

ROWS = ((1.0, 2.0), (3.0, 4.0), (5.0, 7.0))


def test_numbers_to_be_reached() -> None:
    data = load("given", SourceSettings(inputs=ROWS, targets=((1.0,), (0.5,), (-1.0,))))
    assert (data.task, data.n_outputs, data.class_names) == ("regression", 1, ())
    assert data.x.tolist() == [list(row) for row in ROWS]
    assert data.targets.tolist() == [[1], [0.5], [-1]]
    assert (data.feature_names, data.value_range) == (("x1", "x2"), (1, 7))


def test_names_of_classes() -> None:
    data = load("given", SourceSettings(inputs=ROWS, labels=("yes", "no", "yes ")))
    assert (data.task, data.class_names) == ("classification", ("no", "yes"))
    assert data.targets.tolist() == [1, 0, 1]


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({}, "inputs is empty: write one row of numbers a sample"),
        ({"inputs": ((),)}, "inputs: row 1 is empty"),
        ({"inputs": ((1.0,), (1.0, 2.0))}, "inputs: row 2 has 2 numbers, row 1 has 1"),
        ({"targets": ((1.0,), (1.0, 2.0), ())}, "targets: row 2 has 2 numbers, row 1 has 1"),
        ({"targets": ((1.0,),)}, "inputs has 3 rows but targets 1: give each sample one"),
        ({"labels": ("a", "b")}, "inputs has 3 rows but labels 2"),
        ({"labels": ("a", "a", "a")}, "labels: every label is a"),
        ({"labels": ("1", "2", "0.5")}, "labels: the label 0.5 is no class"),
        ({"labels": None, "targets": None}, "either targets .* or labels"),
        ({"labels": ("a", "b", "c"), "targets": ROWS}, "either targets .* or labels"),
    ],
)
def test_what_does_not_fit_is_explained(settings: dict[str, Any], text: str) -> None:
    given = settings if not settings or "inputs" in settings else {"inputs": ROWS, **settings}
    if "inputs" in settings:
        given = {"labels": ("a", "b")[: len(settings["inputs"])], **settings}
    with pytest.raises(DataError, match=text):
        load("given", SourceSettings(**given))


def test_one_sample_alone_can_be_trained_on() -> None:
    data = load_data(
        Data(
            source="given",
            inputs=((1, 2),),
            targets=((1,),),
            validation_fraction=0,
            scaling="none",
        )
    )
    np.testing.assert_array_equal(data.inputs(data.train), [[1, 2]])
    np.testing.assert_array_equal(data.targets(data.train), [[1]])
    assert (len(data.validation), len(data.test)) == (0, 0)


def test_targets_too_large_for_float32_are_explained() -> None:
    settings = Data(source="given", inputs=((1,), (2,)), targets=((1,), (2e200,)))
    data = load_data(settings.replace(validation_fraction=0))
    with pytest.raises(DataError, match=r"the targets are too large .* Choose another scaling or"):
        data.targets(data.train, np.float32)
    assert data.targets(data.train, np.float64).max() == 2e200


def test_numbers_survive_the_experiment_file() -> None:
    values = {"source": "given", "inputs": [[0.1, 2], [3, 4]], "labels": [0, "1"]}
    experiment = Experiment.checked({"data": values})
    assert experiment.data.inputs == ((0.1, 2.0), (3.0, 4.0))
    assert experiment.data.labels == ("0", "1")
    assert from_json(to_json(experiment)) == experiment


def test_data_section_lacks_what_its_source_needs() -> None:
    assert Data(source="given", path="left-over.csv").lacks_path
    assert not Data(source="given", inputs=((1,),)).lacks_path
    assert Data(source="csv").lacks_path
    assert not Data(source="csv", path="a.csv").lacks_path
    assert not Data(source="digits").lacks_path
