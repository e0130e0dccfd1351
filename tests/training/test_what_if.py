"""What-if edits: what they do to the arrays, that they last, replay, and can be undone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.engine import INITIALIZERS
from visualmlp.errors import ExperimentError
from visualmlp.training import what_if
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
Make = Callable[[Trainer], Edit]
ADAM = "optimizer.name=adam"

EDITS: dict[str, Make] = {
    "set weight 1 → 3 of layer 1 to 0.5": lambda t: what_if.set_weight(t, 0, 1, 3, 0.5),
    "set bias of unit 2 of layer 2 to -1": lambda t: what_if.set_bias(t, 1, 2, -1.0),
    "silence unit 4 of layer 1": lambda t: what_if.silence_unit(t, 0, 4),
    "silence unit 1 of layer 3": lambda t: what_if.silence_unit(t, 2, 1),
    "freeze unit 0 of layer 2": lambda t: what_if.freeze_unit(t, 1, 0),
    "freeze layer 2": lambda t: what_if.freeze_layer(t, 1),
    "re-initialise unit 3 of layer 2 (seed 7)": lambda t: what_if.reinitialise_unit(t, 1, 3, 7),
}
"""By their labels."""


def trained(make_trainer: MakeTrainer, *settings: str, steps: int = 6) -> Trainer:
    trainer = make_trainer(ADAM, *settings)
    train(trainer, steps)
    return trainer


def train(trainer: Trainer, steps: int) -> None:
    for _ in range(steps):
        trainer.step()


def weights(trainer: Trainer, layer: int) -> np.ndarray:
    return trainer.network.parameters.weights[layer]


def bias(trainer: Trainer, layer: int) -> np.ndarray:
    found = trainer.network.parameters.biases[layer]
    assert found is not None
    return found


@pytest.mark.parametrize("label", EDITS)
def test_replay_comes_out_the_same_and_undo_takes_it_back(
    label: str, make_trainer: MakeTrainer
) -> None:
    trainer = trained(make_trainer)
    before = trainer.state().digest()
    edit = EDITS[label](trainer)
    assert edit.label == label
    assert trainer.state().digest() == before, "making an edit must change nothing"
    trainer.edit(edit)
    edited = trainer.state().digest()
    assert edited != before
    assert trainer.undo_edit()
    assert trainer.state().digest() == before
    trainer.edit(EDITS[label](trainer))
    assert trainer.state().digest() == edited
    train(trainer, 5)
    head = trainer.state().digest()
    trainer.seek(0)
    trainer.seek(6)
    assert trainer.state().digest() == edited
    trainer.seek(11)
    assert (trainer.state().digest(), trainer.parted_at) == (head, None)


def test_one_weight_or_bias_is_set_and_no_other(make_trainer: MakeTrainer) -> None:
    trainer = trained(make_trainer)
    expected = [array.copy() for array in trainer.network.parameters.weights]
    expected_bias = bias(trainer, 1).copy()
    trainer.edit(what_if.set_weight(trainer, 1, 4, 2, 0.25))
    expected[1][4, 2] = 0.25
    for array, wanted in zip(trainer.network.parameters.weights, expected, strict=True):
        np.testing.assert_array_equal(array, wanted)
    trainer.edit(what_if.set_bias(trainer, 1, 3, 2.5))
    expected_bias[3] = 2.5
    np.testing.assert_array_equal(bias(trainer, 1), expected_bias)


def test_a_silenced_unit_says_nothing_until_it_is_woken(make_trainer: MakeTrainer) -> None:
    trainer = trained(make_trainer)
    incoming, others = weights(trainer, 0)[:, 4].copy(), weights(trainer, 1)[:4].copy()
    trainer.edit(what_if.silence_unit(trainer, 0, 4))
    assert not weights(trainer, 1)[4].any()
    np.testing.assert_array_equal(weights(trainer, 0)[:, 4], incoming)
    np.testing.assert_array_equal(weights(trainer, 1)[:4], others)
    train(trainer, 5)
    assert not weights(trainer, 1)[4].any()
    assert (weights(trainer, 1)[:4] != others).any()
    assert is_silenced(trainer, 0, 4)
    assert not is_silenced(trainer, 0, 3)
    trainer.edit(what_if.wake_unit(trainer, 0, 4))
    assert not is_silenced(trainer, 0, 4)
    train(trainer, 5)
    assert weights(trainer, 1)[4].any()


def is_silenced(trainer: Trainer, layer: int, unit: int) -> bool:
    frozen = what_if.frozen_at(trainer.timeline.edits, trainer.step_count)
    mask = what_if.frozen_mask(trainer.network, frozen)
    flat = trainer.network.parameters.flat
    return what_if.is_silenced(trainer.network, flat, mask, layer, unit)


def test_a_silenced_output_is_the_activation_of_0(make_trainer: MakeTrainer) -> None:
    trainer = trained(make_trainer)
    trainer.edit(what_if.silence_unit(trainer, 2, 1))
    train(trainer, 3)
    assert not weights(trainer, 2)[:, 1].any()
    assert bias(trainer, 2)[1] == 0
    x, _ = trainer.setup.validation
    assert not trainer.network.layer_outputs(x)[2].z[:, 1].any()


def test_a_frozen_unit_keeps_weights_and_bias_until_it_is_free(make_trainer: MakeTrainer) -> None:
    trainer = trained(make_trainer)
    kept, kept_bias = weights(trainer, 1)[:, 2].copy(), bias(trainer, 1)[2]
    other = weights(trainer, 1)[:, 1].copy()
    trainer.edit(what_if.freeze_unit(trainer, 1, 2))
    train(trainer, 5)
    np.testing.assert_array_equal(weights(trainer, 1)[:, 2], kept)
    assert bias(trainer, 1)[2] == kept_bias
    assert (weights(trainer, 1)[:, 1] != other).any()
    trainer.edit(what_if.unfreeze_unit(trainer, 1, 2))
    train(trainer, 5)
    assert (weights(trainer, 1)[:, 2] != kept).any()


def test_a_frozen_layer_stays_while_the_others_learn(make_trainer: MakeTrainer) -> None:
    trainer = trained(make_trainer)
    kept = [weights(trainer, layer).copy() for layer in range(3)]
    kept_bias = bias(trainer, 1).copy()
    trainer.edit(what_if.freeze_layer(trainer, 1))
    train(trainer, 5)
    same = [np.array_equal(weights(trainer, layer), kept[layer]) for layer in range(3)]
    assert same == [False, True, False]
    np.testing.assert_array_equal(bias(trainer, 1), kept_bias)
    trainer.edit(what_if.unfreeze_layer(trainer, 1))
    train(trainer, 1)
    assert (weights(trainer, 1) != kept[1]).any()


def test_freezing_adds_to_what_is_frozen_and_freeing_leaves_the_rest(
    make_trainer: MakeTrainer,
) -> None:
    trainer = trained(make_trainer)
    first, second = (what_if.unit_places(trainer.network, 1, unit) for unit in (0, 3))
    trainer.edit(what_if.freeze_unit(trainer, 1, 0))
    trainer.edit(what_if.freeze_unit(trainer, 1, 3))
    assert set(trainer.state().frozen) == {*first.tolist(), *second.tolist()}
    trainer.edit(what_if.unfreeze_unit(trainer, 1, 0))
    assert set(trainer.state().frozen) == set(second.tolist())


def test_frozen_at_tells_what_the_state_has(make_trainer: MakeTrainer) -> None:
    trainer = trained(make_trainer, steps=2)
    trainer.edit(what_if.freeze_unit(trainer, 0, 1))
    train(trainer, 2)
    trainer.edit(what_if.set_bias(trainer, 0, 1, 1.0))
    trainer.edit(what_if.unfreeze_unit(trainer, 0, 1))
    train(trainer, 2)
    for step in range(7):
        trainer.seek(step)
        assert what_if.frozen_at(trainer.timeline.edits, step) == trainer.state().frozen
        assert bool(trainer.state().frozen) is (step in (2, 3))


def test_a_unit_is_drawn_by_its_layers_rule(make_trainer: MakeTrainer) -> None:
    hidden = "network.hidden=[{units = 5, weight_init = 'he_normal', bias_init = 'normal'}, 4]"
    trainer = trained(make_trainer, hidden, "training.precision=float64")
    others = weights(trainer, 0)[:, [0, 1, 3, 4]].copy()
    trainer.edit(what_if.reinitialise_unit(trainer, 0, 2, seed=9))
    rng = np.random.default_rng(9)
    drawn = INITIALIZERS["he_normal"].draw(rng, (2, 5), 1.0)
    np.testing.assert_array_equal(weights(trainer, 0)[:, 2], drawn[:, 2])
    assert bias(trainer, 0)[2] == INITIALIZERS["normal"].draw(rng, (5,), 1.0)[2]
    np.testing.assert_array_equal(weights(trainer, 0)[:, [0, 1, 3, 4]], others)


def test_given_values_come_back(make_trainer: MakeTrainer) -> None:
    given = "weight_init = 'given', weight_values = [[1, 2, 3], [4, 5, 6]], bias = false"
    trainer = trained(make_trainer, f"network.hidden=[{{units = 3, {given}}}]")
    trainer.edit(what_if.reinitialise_unit(trainer, 0, 1, seed=0))
    assert weights(trainer, 0)[:, 1].tolist() == [2, 5]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda t: what_if.set_weight(t, 0, 2, 0, 1.0), "layer 1 has no input 2: it has 2"),
        (lambda t: what_if.set_weight(t, 0, -1, 0, 1.0), "layer 1 has no input -1"),
        (lambda t: what_if.set_weight(t, 1, 0, 4, 1.0), "layer 2 has no unit 4: it has 4"),
        (lambda t: what_if.set_weight(t, 0, 0, 0, np.nan), "finite number"),
        (lambda t: what_if.set_bias(t, 0, 1, np.inf), "finite number"),
        (lambda t: what_if.set_bias(t, 0, 1, -1e39), "finite number of float32"),
        (lambda t: what_if.silence_unit(t, 1, -1), "no unit -1"),
        (lambda t: what_if.freeze_layer(t, 3), "there is no layer 4: the network has 3"),
        (lambda t: what_if.reinitialise_unit(t, -1, 0, 0), "there is no layer 0"),
    ],
)
def test_what_there_is_not_is_refused(make: Make, message: str, make_trainer: MakeTrainer) -> None:
    with pytest.raises(ExperimentError, match=message):
        make(make_trainer())


def test_a_layer_without_biases(make_trainer: MakeTrainer) -> None:
    trainer = trained(make_trainer, "network.hidden=[{units = 3, bias = false}]")
    with pytest.raises(ExperimentError, match="layer 1 has no biases"):
        what_if.set_bias(trainer, 0, 0, 1.0)
    assert what_if.unit_places(trainer.network, 0, 1).size == 2
    assert what_if.layer_places(trainer.network, 0).size == 6
