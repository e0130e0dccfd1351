"""Changing single values by name, as ``--set`` does."""

from __future__ import annotations

from typing import Any

import pytest

from visualmlp.errors import ExperimentError
from visualmlp.experiment import Experiment, Layer, apply_settings, replace_at


def value_at(experiment: Experiment, path: str) -> Any:
    value: Any = experiment
    for name in path.split("."):
        value = getattr(value, name)
    return value


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("optimizer.learning_rate=0.05", 0.05),
        ("optimizer.learning_rate=1e-3", 0.001),
        ("optimizer.learning_rate=.5", 0.5),
        ("optimizer.learning_rate=1", 1.0),
        ("optimizer.name=sgd", "sgd"),
        ('optimizer.name="sgd"', "sgd"),
        (" optimizer.name = sgd ", "sgd"),
        ("training.batch_size=1_000", 1000),
        ("data.stratify=false", False),
        ('data.classes=["5","8"]', ("5", "8")),
        ("data.classes=[5, 8]", ("5", "8")),
        ("data.classes=[]", ()),
        ("data.path=some/where=else.gz", "some/where=else.gz"),
        ("title=Two words", "Two words"),
        ("title=2024", "2024"),
        ("title=", ""),
        ("network.hidden=[128,64]", (Layer(units=128), Layer(units=64))),
        ("network.hidden=[]", ()),
        (
            'network.hidden=[{units = 8, activation = "tanh"}]',
            (Layer(units=8, activation="tanh"),),
        ),
        ("network.output.activation=sigmoid", "sigmoid"),
    ],
)
def test_a_setting_changes_its_field_alone(setting: str, value: Any) -> None:
    path = setting.partition("=")[0].strip()
    before = Experiment(title="before")
    after = apply_settings(before, [setting])
    assert value_at(after, path) == value
    assert replace_at(after, path, value_at(before, path)) == before


def test_a_whole_section_can_be_given() -> None:
    after = apply_settings(Experiment(), ['optimizer={name = "momentum", momentum = 0.5}'])
    assert (after.optimizer.name, after.optimizer.momentum) == ("momentum", 0.5)


def test_settings_apply_in_their_order() -> None:
    settings = ["training.epochs=3", "training.epochs=4"]
    assert apply_settings(Experiment(), settings).training.epochs == 4


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("optimizer.learning_rate", "--set takes key=value"),
        ("", "--set takes key=value"),
        ("optimiser.learning_rate=1", "no field 'optimiser' in Experiment: .*optimizer"),
        ("optimizer.lr=1", "no field 'lr' in Optimizer: .*learning_rate"),
        ("=1", "no field ''"),
        ("network.hidden.0.units=3", "hidden has no fields of its own"),
        ("title.x=3", "title has no fields of its own"),
        ("optimizer=sgd", "optimizer: input should be a group of fields, not 'sgd'"),
        ("data.classes=5,8", "classes: input should be a list in brackets, not '5,8'"),
        ("network.hidden=16", "hidden: input should be a list in brackets, not 16"),
        ("optimizer.learning_rate=0", "learning_rate: .*greater than 0, not 0"),
        ("optimizer.learning_rate=fast", "learning_rate: .*number"),
        ("optimizer.learning_rate=true", "learning_rate: .*number, not true"),
        ("optimizer.learning_rate=nan", "learning_rate: .*finite"),
        ("optimizer.learning_rate=-inf", "learning_rate: .*finite"),
        ("optimizer.learning_rate=1" + "0" * 400, "learning_rate: "),
        ("training.seed=" + "1" * 5000, "seed: "),
        ("training.epochs=", "epochs: "),
        ("training.batch_size=3.5", "batch_size: .*integer"),
        ("network.hidden=[64,0]", r"hidden\.1\.units: .* 1, not 0"),
        ("network.hidden=[64,", "hidden: "),
        ("network.hidden=" + "[" * 5000, "hidden: "),
        ("data.stratify=maybe", "stratify: "),
        ("schema_version=2", "schema_version: "),
    ],
)
def test_a_wrong_setting_is_refused_in_words(setting: str, reason: str) -> None:
    with pytest.raises(ExperimentError, match=reason) as caught:
        apply_settings(Experiment(), [setting])
    assert str(caught.value).startswith("--set ")


def test_replace_at_leaves_the_rest() -> None:
    before = Experiment()
    after = replace_at(before, "network.output.bias", False)
    assert not after.network.output.bias
    assert after.network.hidden == before.network.hidden
    assert after.optimizer is before.optimizer
