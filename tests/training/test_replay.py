"""The step taken apart is the step that the training then makes, bit for bit."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from visualmlp.engine import OPTIMIZERS, SAMPLERS, STREAMS, StepTrace
from visualmlp.training.probe import Probe
from visualmlp.training.replay import batch_arrays, next_batch, trace_next_step
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]

EVERYTHING = (
    "regularization.l1=0.001",
    "regularization.l2=0.01",
    "network.hidden=[{units = 5, dropout = 0.3}, {units = 4, activation = 'tanh'}]",
)
TWO_CLASSES = ("data.task=classification",)

CASES = {
    "dropout": (
        "network.hidden=[{units = 5, dropout = 0.4}, {units = 4, dropout = 0.2}]",
    ),
    "l1": ("regularization.l1=0.01",),
    "l2": ("regularization.l2=0.1",),
    "clipped": ("regularization.clip_norm=0.01", *EVERYTHING),
    "clip that does not": ("regularization.clip_norm=1000",),
    "output first": ("optimizer.layer_order=output_first", *EVERYTHING),
    "output first, adam": ("optimizer.layer_order=output_first", "optimizer.name=adam"),
    "float64": ("training.precision=float64", *EVERYTHING),
    "softmax": TWO_CLASSES,
    "softmax, squared error": (*TWO_CLASSES, "network.output.activation=softmax",
                               "network.loss=squared_error"),
    "sigmoid, not fused": ("network.loss=half_squared_error",),
    "normalised sigmoid": (*TWO_CLASSES, "network.loss=cross_entropy",
                           "network.output.activation=normalised_sigmoid"),
    "surrogate": (*TWO_CLASSES, "network.loss=squared_error",
                  "network.output.activation=normalised_sigmoid_surrogate"),
    "sum": ("network.loss_normalisation=sum",),
    "mean of all": (*TWO_CLASSES, "network.loss_normalisation=mean_of_all"),
    "fixed": ("network.loss_normalisation=fixed", "network.loss_divisor=20"),
    "wide and few": ("network.hidden=[60, 50]", "training.batch_size=3"),
    "no hidden layer": ("network.hidden=[]",),
    "no bias": ("network.hidden=[{units = 5, bias = false}]", "network.output.bias=false"),
    "schedule": ("schedule.name=cosine", "schedule.warmup_steps=3"),
}  # fmt: skip


def assert_same(found: object, expected: object) -> None:
    assert isinstance(found, np.ndarray)
    assert isinstance(expected, np.ndarray)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, expected, strict=True)


def assert_is_the_next_step(trainer: Trainer) -> StepTrace:
    """Compare a trace with the step that the trainer then makes."""
    state = trainer.state()
    trace = trace_next_step(trainer.setup, state)
    assert trainer.state().digest() == state.digest()
    trainer.step()

    assert trainer.step_count == trace.number
    np.testing.assert_array_equal(
        [trace.loss, trace.learning_rate, trace.gradient_norm], trainer.history.steps.row(-1)
    )
    assert_same(trace.before.flat, state.parameters)
    assert_same(trace.after.flat, trainer.network.parameters.flat)
    assert_same(trace.clipped.flat, trainer.network.gradient.flat)
    after = trainer.state()
    for slot, name in enumerate(trainer.optimizer.slots_renewed):
        assert_same(trace.slots_before[name].flat, state.slots[slot])
        assert_same(trace.slots_after[name].flat, after.slots[slot])
    for layer, step in zip(trace.layers, trainer.network.last_steps, strict=True):
        for name in ("z", "a", "output", "grad_z"):
            assert_same(getattr(layer, name), getattr(step, name))
        if step.mask is not None:
            assert_same(layer.mask, step.mask)
    return trace


@pytest.mark.parametrize("settings", CASES.values(), ids=CASES)
def test_a_trace_is_the_next_step(make_trainer: MakeTrainer, settings: tuple[str, ...]) -> None:
    trainer = make_trainer(*settings)
    for _ in range(6):
        assert_is_the_next_step(trainer)


@pytest.mark.parametrize("order", ["together", "output_first"])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_with_every_optimizer(make_trainer: MakeTrainer, optimizer: str, order: str) -> None:
    trainer = make_trainer(
        f"optimizer.name={optimizer}", f"optimizer.layer_order={order}", *EVERYTHING
    )
    for _ in range(3):
        assert_is_the_next_step(trainer)


@pytest.mark.parametrize("stream", STREAMS)
@pytest.mark.parametrize("sampling", SAMPLERS)
def test_with_every_sampling_rule(make_trainer: MakeTrainer, sampling: str, stream: str) -> None:
    trainer = make_trainer(
        f"training.sampling={sampling}",
        f"random.sampling={stream}",
        f"random.initial={stream}",
        "training.batch_size=20",
    )
    for _ in range(4):
        assert_is_the_next_step(trainer)


def test_live_changes_are_in_force(make_trainer: MakeTrainer, make_experiment: Callable) -> None:
    trainer = make_trainer()
    trainer.step()
    trainer.change(make_experiment("optimizer.learning_rate=0.7", "training.batch_size=5"))

    trace = assert_is_the_next_step(trainer)
    assert trace.learning_rate == 0.7
    assert len(trace.x) == 5


@pytest.mark.parametrize("order", ["together", "output_first"])
def test_frozen_parameters_are_not_updated(make_trainer: MakeTrainer, order: str) -> None:
    trainer = make_trainer(f"optimizer.layer_order={order}", "optimizer.name=adam")
    plain = trace_next_step(trainer.setup, trainer.state())
    assert plain.frozen == ()
    size, first = trainer.network.layout.size, trainer.network.layout.pieces[0].stop
    trainer.edit(Edit(0, "freeze", frozen=tuple(range(first, size))))
    for step in range(3):
        trace = assert_is_the_next_step(trainer)
        assert trace.frozen == tuple(range(first, size))
        assert_same(trace.after.flat[first:], plain.before.flat[first:])
        if step == 0 and order == "output_first":
            weights = trace.layers[1].weights_used_backward
            assert_same(weights, plain.before.weights[1])
            assert not np.array_equal(trace.raw.weights[0], plain.raw.weights[0])


def test_the_next_batch(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    for _ in range(5):
        rows = next_batch(trainer.setup, trainer.state())
        x, t = batch_arrays(trainer.setup, rows)
        trace = trace_next_step(trainer.setup, trainer.state(), rows)
        inputs, targets = trainer.setup.train
        assert_same(x, inputs[rows])
        assert_same(t, targets[rows])
        assert_same(trace.x, x)
        assert_same(trace.t, t)
        trainer.step()


def test_pictures_have_the_bits_of_the_training(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("data.source=digits", "data.scaling=range", "network.hidden=[7]")
    assert_is_the_next_step(trainer)


def test_a_step_that_cannot_be_made(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(
        "optimizer.learning_rate=100",
        "network.output.activation=identity",
        "network.loss=squared_error",
        "network.hidden=[{units = 5, activation = 'identity'}]",
    )
    while trainer.divergence is None:
        state = trainer.state()
        trainer.step()
    trace = trace_next_step(trainer.setup, state)
    assert not trace.made
    assert_same(trace.after.flat, state.parameters)


def test_arrays_cannot_be_written(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("optimizer.name=adam", *EVERYTHING)
    trace = trace_next_step(trainer.setup, trainer.state())
    layer = trace.layers[0]
    arrays = [trace.x, trace.t, layer.input, layer.z, layer.a, layer.mask, layer.grad_a]
    arrays += [layer.weights, layer.grad_weights, trace.after.weights[0], trace.after.biases[0]]
    arrays += [trace.slots_after["m"].flat, trace.penalised.weights[0], trace.clipped.flat]
    assert [array.flags.writeable for array in arrays] == [False] * len(arrays)


def test_a_probe_takes_a_step_apart_once(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    trainer.step()
    probe, frame = Probe(trainer.setup), trainer.frame(with_state=True)
    step = probe.next_step(frame)
    assert step is not None
    assert step is probe.next_step(frame)
    assert_same(step.rows, next_batch(trainer.setup, trainer.state()))
    assert step.trace.number == 2
    assert probe.next_step(trainer.frame()) is None
    assert probe.next_step(frame) is not step
