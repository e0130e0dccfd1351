"""The optimizers take the same path as PyTorch's: 100 steps of a tiny network in float64."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from visualmlp.engine import OPTIMIZERS, DenseSpec, Network, OptimizerSettings

REFERENCE = Path(__file__).parents[1] / "reference"
MAKER = runpy.run_path(str(REFERENCE / "make_torch_parity.py"))
STORED = json.loads((REFERENCE / "torch_parity.json").read_text())


def our_result(name, settings, data):
    x = np.array(data["x"])
    t = np.eye(3)[data["labels"]]
    network = Network(
        3, [DenseSpec(4, "tanh"), DenseSpec(3, "softmax")], "cross_entropy", "float64"
    )
    network.parameters.flat[:] = data["initial"]
    optimizer = OPTIMIZERS[name](network.layout, network.dtype)
    others = dict(settings)
    learning_rate = others.pop("learning_rate")
    for step, batch in enumerate(MAKER["batches"]()):
        network.loss_and_gradient(x[batch], t[batch])
        optimizer.update(
            network.parameters.flat,
            network.gradient.flat,
            learning_rate,
            OptimizerSettings(**others),
            step + 1,
        )
    return network.parameters.flat


def relative_difference(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


def test_every_optimizer_has_a_reference():
    assert set(STORED["optimizers"]) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_same_path_as_stored(name):
    stored = STORED["optimizers"][name]
    final = np.array(stored["final"])
    assert relative_difference(final, np.array(STORED["initial"])) > 0.05
    assert relative_difference(our_result(name, stored["settings"], STORED), final) < 1e-9


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_same_path_as_torch_now(name):
    pytest.importorskip("torch")
    data, settings = MAKER["problem"](), MAKER["OPTIMIZERS"][name]
    theirs = np.array(MAKER["torch_result"](name, settings, data))
    assert relative_difference(our_result(name, settings, data), theirs) < 1e-9
