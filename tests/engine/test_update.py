"""An update from a batch: normalisations of the loss, given values, the order of the layers."""

from __future__ import annotations

import numpy as np
import pytest

from visualmlp.engine import (
    GIVEN,
    NORMALISATIONS,
    OPTIMIZERS,
    DenseSpec,
    Network,
    Updater,
    UpdateSettings,
)
from visualmlp.errors import ExperimentError

LAYERS = [DenseSpec(5, "tanh"), DenseSpec(4, "sigmoid"), DenseSpec(3, "softmax")]


def make(loss: str = "cross_entropy", **options: object) -> Network:
    network = Network(6, LAYERS, loss, "float64", **options)
    network.initialize(np.random.default_rng(1))
    return network


def batch(n: int = 8) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    return rng.normal(size=(n, 6)), np.eye(3)[rng.integers(0, 3, n)]


def updater(network: Network, optimizer: str = "sgd") -> Updater:
    return Updater(network, OPTIMIZERS[optimizer](network.layout, network.dtype))


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
@pytest.mark.parametrize(
    ("normalisation", "factor"), [("mean", 1), ("sum", 8), ("mean_of_all", 1 / 3), ("fixed", 0.08)]
)
def test_a_normalisation_scales_the_gradient_and_not_the_loss(
    loss: str, normalisation: str, factor: float
) -> None:
    plain, scaled = make(loss), make(loss, normalisation=normalisation, divisor=100.0)
    x, t = batch()
    assert plain.loss_and_gradient(x, t) == scaled.loss_and_gradient(x, t)
    np.testing.assert_allclose(scaled.gradient.flat, factor * plain.gradient.flat, rtol=1e-12)
    assert NORMALISATIONS[normalisation].factor(8, 3, 100.0) == pytest.approx(factor)


def test_given_values_are_where_a_run_starts() -> None:
    layer = DenseSpec(
        2,
        "identity",
        weight_init=GIVEN,
        weight_values=((1, 2), (3, 4), (5, 6)),
        bias_init=GIVEN,
        bias_values=(7, 8),
    )
    network = Network(3, [layer], "squared_error")
    network.initialize(np.random.default_rng(0))
    assert network.parameters.weights[0].tolist() == [[1, 2], [3, 4], [5, 6]]
    assert network.parameters.biases[0].tolist() == [7, 8]


@pytest.mark.parametrize("values", [(), ((1, 2),), ((1, 2), (3,), (4, 5)), ((1,), (2,), (3,))])
def test_given_values_of_another_shape_are_refused(values: tuple[tuple[float, ...], ...]) -> None:
    layer = DenseSpec(2, "identity", weight_init=GIVEN, weight_values=values)
    with pytest.raises(ExperimentError, match="weight_values of layer 1: 3 rows of 2 numbers"):
        Network(3, [layer], "squared_error")


@pytest.mark.parametrize("optimizer", list(OPTIMIZERS))
def test_the_output_first_carries_the_gradient_through_new_weights(optimizer: str) -> None:
    """Checked against one layer after another by hand: forward, then layer by layer downwards."""
    network, twin = make(), make()
    settings = UpdateSettings(l2=0.1, output_first=True)
    make_update = updater(network, optimizer)
    x, t = batch()
    make_update.update(x, t, 0.5, settings, 1)
    by_hand = updater(twin, optimizer)
    outputs = [x, *(output.a for output in twin.layer_outputs(x))]
    grad_z = (outputs[-1] - t) / len(x)
    for i in (2, 1, 0):
        weights = twin.parameters.weights[i]
        twin.gradient.flat[...] = 0
        twin.gradient.weights[i][...] = outputs[i].T @ grad_z + 0.1 * weights
        twin.gradient.biases[i][...] = grad_z.sum(axis=0)
        for piece in twin.layout.pieces:
            if piece.layer == i:
                by_hand.optimizer.update(
                    twin.parameters.flat,
                    twin.gradient.flat,
                    0.5,
                    settings.optimizer,
                    1,
                    (piece.start, piece.stop),
                )
        a = outputs[i]
        slope = a * (1 - a) if i == 2 else 1 - a * a
        grad_z = (grad_z @ weights.T) * slope if i else grad_z
    np.testing.assert_allclose(network.parameters.flat, twin.parameters.flat, rtol=1e-10)


def test_pieces_in_turn_are_the_whole_update() -> None:
    networks = make(), make()
    x, t = batch()
    for name in OPTIMIZERS:
        optimizers = [OPTIMIZERS[name](network.layout, "float64") for network in networks]
        for number in (1, 2):
            for network, optimizer, pieces in zip(
                networks,
                optimizers,
                ([None], [(piece.start, piece.stop) for piece in networks[1].layout.pieces]),
                strict=True,
            ):
                network.loss_and_gradient(x, t)
                for piece in pieces:
                    optimizer.update(
                        network.parameters.flat,
                        network.gradient.flat,
                        0.1,
                        UpdateSettings().optimizer,
                        number,
                        piece,
                    )
        assert networks[0].parameters.flat.tobytes() == networks[1].parameters.flat.tobytes(), name


@pytest.mark.parametrize("output_first", [False, True])
def test_an_update_that_is_not_finite_is_not_made(output_first: bool) -> None:
    network = make("squared_error")
    make_update = updater(network, "adam")
    before = network.parameters.flat.copy()
    x, t = batch()
    x[3, 2] = np.nan
    with np.errstate(all="ignore"):
        done = make_update.update(x, t, 0.1, UpdateSettings(output_first=output_first), 1)
    assert not done.is_finite
    assert network.parameters.flat.tobytes() == before.tobytes()
    assert not make_update.optimizer.slots.any()


def test_an_observer_is_told_what_was_done_in_order() -> None:
    events: list[tuple[str, int]] = []
    x, t = batch()
    for output_first in (False, True):
        updater(make()).update(
            x,
            t,
            0.1,
            UpdateSettings(output_first=output_first),
            1,
            observe=lambda *e: events.append(e),
        )
    together = [("layer", i) for i in (2, 1, 0)]
    together += [(event, -1) for event in ("gradient", "penalised", "clipped", "updated")]
    in_turn = [(event, i) for i in (2, 1, 0) for event in ("layer", "updated")]
    assert events == together + in_turn
