"""Building a set-up: data, layers, output and loss that fit together."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.engine import LOSSES, Network
from visualmlp.errors import DataError, ExperimentError
from visualmlp.experiment import AUTO, Experiment, replace_at
from visualmlp.training import setup as module
from visualmlp.training.setup import build, resolve_output

MakeExperiment = Callable[..., Experiment]


@pytest.mark.parametrize(
    ("settings", "activation", "loss", "units"),
    [
        (["data.source=blobs", "data.n_classes=4"], "softmax", "cross_entropy", 4),
        (["data.source=xor"], "softmax", "cross_entropy", 2),
        (["data.source=xor", "data.task=binary"], "sigmoid", "binary_cross_entropy", 1),
        (["data.source=curve"], "identity", "squared_error", 1),
        (["data.source=iris"], "softmax", "cross_entropy", 3),
    ],
)
def test_auto_fits_the_task(
    settings: list[str], activation: str, loss: str, units: int, make_experiment: MakeExperiment
) -> None:
    setup = build(make_experiment(*settings))
    assert (setup.layers[-1].activation, setup.loss) == (activation, loss)
    assert setup.layers[-1].units == setup.data.n_outputs == units
    assert [layer.units for layer in setup.layers[:-1]] == [5, 4]


@pytest.mark.parametrize(
    ("task", "given", "resolved"),
    [
        ("classification", (AUTO, "squared_error"), ("softmax", "squared_error")),
        ("classification", (AUTO, "binary_cross_entropy"), ("sigmoid", "binary_cross_entropy")),
        ("classification", ("sigmoid", AUTO), ("sigmoid", "squared_error")),
        ("classification", ("tanh", AUTO), ("tanh", "squared_error")),
        ("binary", ("tanh", AUTO), ("tanh", "squared_error")),
        ("binary", (AUTO, "half_squared_error"), ("sigmoid", "half_squared_error")),
        ("regression", ("tanh", "half_squared_error"), ("tanh", "half_squared_error")),
    ],
)
def test_one_given_choice_decides_the_other(
    task: str, given: tuple[str, str], resolved: tuple[str, str]
) -> None:
    assert resolve_output(task, *given) == resolved


@pytest.mark.parametrize("task", ["classification", "binary", "regression"])
@pytest.mark.parametrize("loss", [AUTO, *LOSSES])
def test_auto_never_takes_logarithms_of_anything_but_probabilities(task: str, loss: str) -> None:
    if loss != AUTO and task not in LOSSES[loss].tasks:
        with pytest.raises(ExperimentError, match=rf"{loss} does not fit {task}; choose .*squared"):
            resolve_output(task, AUTO, loss)
        return
    activation, resolved = resolve_output(task, AUTO, loss)
    assert not LOSSES[resolved].fused or activation in LOSSES[resolved].fused


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (["data.source=curve", "network.loss=cross_entropy"], "does not fit regression"),
        (["data.task=binary", "network.loss=cross_entropy"], "does not fit binary"),
        (["data.task=binary", "network.output.activation=softmax"], "single output is always 1"),
        (["data.source=curve", "network.output.activation=softmax"], "single output is always 1"),
    ],
)
def test_what_does_not_fit_the_data_is_refused(
    settings: list[str], reason: str, make_experiment: MakeExperiment
) -> None:
    with pytest.raises(ExperimentError, match=reason):
        build(make_experiment(*settings))


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        ("data.source=idx", "path is empty"),
        ("data.classes=[zebra]", "keep_classes|classes"),
        ('data.classes=["zebra"]', "zebra"),
        ("data.subset=1000", "subset is 1,000"),
        ("data.task=regression", "task is 'regression'"),
    ],
)
def test_unusable_data_are_refused(
    setting: str, reason: str, make_experiment: MakeExperiment
) -> None:
    with pytest.raises((DataError, ExperimentError), match=reason):
        build(make_experiment(setting))


def test_data_settings_reach_the_data(make_experiment: MakeExperiment) -> None:
    setup = build(
        make_experiment(
            "data.source=digits", "data.classes=[5, 8]", "data.subset=100", "data.task=binary",
            "data.validation_fraction=0.3", "data.test_fraction=0.1", "data.scaling=none",
        )
    )  # fmt: skip
    assert setup.data.class_names == ("5", "8")
    assert [len(part) for part in setup.data.parts] == [60, 30, 10]
    assert setup.data.task == "binary"
    assert setup.train[0].max() == 16


def test_layer_settings_reach_the_network(make_experiment: MakeExperiment) -> None:
    layer = "{units=3, activation='elu', weight_init='constant', weight_scale=2, bias=false}"
    output = "{weight_init='zeros', bias_init='constant', bias_scale=-1}"
    setup = build(make_experiment(f"network.hidden=[{layer}]", f"network.output={output}"))
    network = setup.new_network()
    network.initialize(np.random.default_rng(0))
    assert (network.parameters.weights[0] == 2).all()
    assert network.parameters.biases[0] is None
    assert (network.parameters.weights[1] == 0).all()
    assert (network.parameters.biases[1] == -1).all()
    assert network.layers[0].activation == "elu"


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_arrays_have_the_precision(precision: str, make_experiment: MakeExperiment) -> None:
    setup = build(make_experiment(f"training.precision={precision}"))
    arrays = (*setup.train, *setup.validation, setup.train_targets, *setup.evaluated_training)
    assert {array.dtype.name for array in arrays} == {precision}
    assert setup.new_network().dtype == precision


def test_every_network_is_a_new_one(make_experiment: MakeExperiment) -> None:
    setup = build(make_experiment())
    one, other = setup.new_network(), setup.new_network()
    assert isinstance(one, Network)
    assert not np.shares_memory(one.parameters.flat, other.parameters.flat)


def test_data_of_the_previous_set_up_are_used_again(make_experiment: MakeExperiment) -> None:
    previous = build(make_experiment())
    arrays = previous.train, previous.validation
    again = build(make_experiment("network.hidden=[7]", "training.seed=3"), previous)
    assert again.data is previous.data
    assert (again.train, again.validation) == arrays
    assert again.train[0] is arrays[0][0]
    assert again.layers[0].units == 7


@pytest.mark.parametrize(
    "setting",
    ["data.noise=0.2", "data.seed=1", "data.split_seed=1", "data.scaling=none", "data.subset=20"],
)
def test_other_data_settings_load_anew(setting: str, make_experiment: MakeExperiment) -> None:
    previous = build(make_experiment())
    before = previous.train[0].copy()
    again = build(make_experiment(setting), previous)
    assert again.data is not previous.data
    assert not np.array_equal(again.train[0], before)
    assert np.array_equal(again.train[0], build(make_experiment(setting)).train[0])


def test_other_precision_uses_the_data_but_not_the_arrays(make_experiment: MakeExperiment) -> None:
    previous = build(make_experiment())
    assert previous.train[0].dtype == np.float32
    again = build(make_experiment("training.precision=float64"), previous)
    assert again.data is previous.data
    assert again.train[0].dtype == np.float64


def test_a_misfit_leaves_the_previous_set_up_alone(make_experiment: MakeExperiment) -> None:
    previous = build(make_experiment())
    wrong = replace_at(previous.experiment, "data.source", "idx")
    with pytest.raises(DataError):
        build(wrong, previous)
    assert len(previous.train[0]) == 34


def test_large_training_parts_are_evaluated_by_a_spread_sample(
    make_experiment: MakeExperiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVALUATED_TRAINING_SAMPLES", 12)
    setup = build(make_experiment())
    x, t = setup.evaluated_training
    rows = [round(row) for row in np.floor(np.linspace(0, 33, 12))]
    assert (rows[0], rows[-1], len(set(rows))) == (0, 33, 12)
    assert np.array_equal(x, setup.train[0][rows])
    assert np.array_equal(t, setup.train[1][rows])


def test_small_training_parts_are_evaluated_as_a_whole(make_experiment: MakeExperiment) -> None:
    setup = build(make_experiment())
    assert setup.evaluated_training is setup.train
