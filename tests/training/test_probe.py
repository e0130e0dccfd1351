"""Looking into frames."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]
PARTS: tuple[PartName, ...] = ("train", "validation", "test")
SETTINGS = ("data.test_fraction=0.2", "data.source=iris")


@pytest.fixture
def trainer(make_trainer: MakeTrainer) -> Trainer:
    return make_trainer(*SETTINGS)


@pytest.fixture
def frames(trainer: Trainer) -> list[Frame]:
    made = []
    for _ in range(3):
        made.append(trainer.frame())
        for _ in range(4):
            trainer.step()
    return made


def outputs_of(trainer: Trainer, frame: Frame, x: np.ndarray) -> np.ndarray:
    network = trainer.setup.new_network()
    network.parameters.flat[...] = frame.parameters
    return network.predict(x)


@pytest.mark.parametrize("part", PARTS)
def test_outputs_are_those_of_a_network_with_the_frames_parameters(
    part: PartName, trainer: Trainer, frames: list[Frame]
) -> None:
    probe = Probe(trainer.setup)
    for frame in (*frames, frames[0]):
        expected = outputs_of(trainer, frame, probe.inputs(part))
        assert np.array_equal(probe.outputs(frame, part), expected)
    assert not np.array_equal(probe.outputs(frames[0], part), probe.outputs(frames[2], part))


def test_outputs_are_kept_for_one_frame_only(trainer: Trainer, frames: list[Frame]) -> None:
    probe = Probe(trainer.setup)
    first = probe.outputs(frames[0], "train")
    assert probe.outputs(frames[0], "train") is first
    probe.predict(frames[1], probe.inputs("validation"))
    again = probe.outputs(frames[0], "train")
    assert again is not first
    assert np.array_equal(again, first)


def test_the_training_is_not_touched(trainer: Trainer, frames: list[Frame]) -> None:
    before = trainer.state().digest()
    probe = Probe(trainer.setup)
    probe.outputs(frames[0], "train")
    probe.layers(frames[0], probe.inputs("train")[:2])
    assert trainer.state().digest() == before


def test_layers_end_in_the_prediction(trainer: Trainer, frames: list[Frame]) -> None:
    probe = Probe(trainer.setup)
    x = probe.inputs("validation")[:3]
    layers = probe.layers(frames[1], x)
    assert [layer.z.shape for layer in layers] == [(3, 5), (3, 4), (3, 3)]
    assert np.array_equal(layers[-1].a, probe.predict(frames[1], x))
    assert np.array_equal(layers[-1].a, outputs_of(trainer, frames[1], x))


def test_parameters_are_the_frames_layer_by_layer(trainer: Trainer, frames: list[Frame]) -> None:
    parameters = Probe(trainer.setup).parameters(frames[1])
    assert [weights.shape for weights in parameters.weights] == [(4, 5), (5, 4), (4, 3)]
    assert np.shares_memory(parameters.weights[0], frames[1].parameters)
    with pytest.raises(ValueError, match="read-only"):
        parameters.weights[0][0, 0] = 1


@pytest.mark.parametrize("part", PARTS)
def test_parts_inputs_and_targets_belong_together(part: PartName, trainer: Trainer) -> None:
    probe = Probe(trainer.setup)
    labels = probe.part(part).labels
    assert labels is not None
    assert np.array_equal(probe.targets(part).argmax(axis=1), labels)
    assert len(probe.inputs(part)) == len(labels) == len(probe.part(part))
    assert probe.part(part).name == part


def test_numbers_beyond_all_bounds_are_shown_without_a_warning(trainer: Trainer) -> None:
    trainer.network.parameters.flat[...] = 3e38
    frame = trainer.frame()
    probe = Probe(trainer.setup)
    assert not np.isfinite(probe.layers(frame, probe.inputs("train"))[1].z).all()
    assert probe.outputs(frame, "train").shape == (90, 3)
