"""Steps of small networks, traced."""

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.engine import (
    OPTIMIZERS,
    DenseSpec,
    Network,
    OptimizerSettings,
    StepTrace,
    Updater,
    UpdateSettings,
    trace_update,
)


def trace(
    output: str = "softmax",
    loss: str = "cross_entropy",
    optimizer: str = "adam",
    dtype: str = "float64",
    normalisation: str = "mean",
    n: int = 7,
    steps: int = 3,
    dropout: float = 0.0,
    bias: bool = True,
    **settings,
) -> StepTrace:
    """The last of some steps of a network 4-5-3 on the same batch."""
    layers = [DenseSpec(5, "tanh", dropout=dropout), DenseSpec(3, output, bias=bias)]
    network = Network(4, layers, loss, dtype, normalisation)
    rng = np.random.default_rng(5)
    network.initialize(rng)
    x = rng.normal(size=(n, 4)).astype(dtype)
    t = np.eye(3, dtype=dtype)[rng.integers(3, size=n)]
    updater = Updater(network, OPTIMIZERS[optimizer](network.layout, dtype))
    update = UpdateSettings(OptimizerSettings(weight_decay=0.1), **settings)
    masks = np.random.default_rng(0)
    for number in range(1, steps):
        updater.update(x, t, 0.05, update, number, masks)
    return trace_update(updater, x, t, 0.05, update, steps, masks)


@pytest.fixture
def make_trace() -> Callable[..., StepTrace]:
    return trace
