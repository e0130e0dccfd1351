"""The trainer: repeatable to the bit, from the start and from any step."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Literal, get_args, get_origin

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.engine import OPTIMIZERS, SAMPLERS, SCHEDULES
from visualmlp.errors import ExperimentError
from visualmlp.experiment import Experiment, FieldSpec, Section, fields_of, replace_at
from visualmlp.training.live import LIVE_SECTIONS, needs_new_run, with_live_fields
from visualmlp.training.state import TrainState
from visualmlp.training.timeline import Checkpoint
from visualmlp.training.trainer import Trainer

MakeTrainer = Callable[..., Trainer]

DROPOUT = "network.hidden=[{units = 5, dropout = 0.4}, {units = 4, activation = 'tanh'}]"
VARIANTS = {
    **{f"optimizer {name}": [f"optimizer.name={name}"] for name in OPTIMIZERS},
    **{
        f"schedule {name}": [f"schedule.name={name}", "schedule.step_size=3"]
        for name in SCHEDULES
        if name != "constant"
    },
    "dropout": [DROPOUT],
    "dropout with adam": [DROPOUT, "optimizer.name=adam"],
    "warm-up": ["schedule.warmup_steps=5"],
    "clipping": ["regularization.clip_norm=0.05"],
    "l1": ["regularization.l1=0.01"],
    "l2": ["regularization.l2=0.01"],
    "one sample a batch": ["training.batch_size=1"],
    "an even last batch": ["training.batch_size=17"],
    "one batch": ["training.batch_size=34"],
    "a batch larger than the data": ["training.batch_size=1000"],
    "no hidden layer": ["network.hidden=[]"],
    "no bias": ["network.output.bias=false"],
    "sigmoid outputs": ["network.loss=binary_cross_entropy"],
    "squared error": ["network.loss=squared_error", "network.output.activation=tanh"],
    "one output": ["data.task=binary"],
    "a curve": ["data.source=curve"],
    "digits": ["data.source=digits", "data.subset=60", "data.scaling=range"],
    **{
        f"sampling {name}": [f"training.sampling={name}", "random.sampling=python"]
        for name in SAMPLERS
    },
    **{
        f"older streams, {name}": [f"random.initial={name}", f"random.sampling={name}"]
        for name in ("numpy_legacy", "python")
    },
    "a shared stream": [
        "random.initial=numpy_legacy",
        "random.sampling=numpy_legacy",
        "training.sampling=with_replacement",
    ],
    "draw order": ["random.draw_order=output_first", "network.output.bias_init=normal"],
    "draw layout": ["random.layout=out_in"],
    "sum of the losses": ["network.loss_normalisation=sum"],
    "output first": ["optimizer.layer_order=output_first", "optimizer.learning_rate=0.1"],
    "output first with adam": [
        "optimizer.layer_order=output_first",
        "optimizer.name=adam",
        "regularization.l2=0.01",
    ],
    "a surrogate gradient": [
        "network.output.activation=normalised_sigmoid_surrogate",
        "network.loss=half_squared_error",
    ],
}
both_precisions = pytest.mark.parametrize("precision", ["float32", "float64"])
every_variant = pytest.mark.parametrize("variant", VARIANTS)


def run(trainer: Trainer, steps: int) -> str:
    for _ in range(steps):
        trainer.step()
    return trainer.state().digest()


def through_json(state: TrainState) -> TrainState:
    sampling, dropout = json.loads(json.dumps([state.sampling, state.dropout]))
    return replace(state, sampling=sampling, dropout=dropout)


def records(trainer: Trainer) -> tuple[list[list[float]], str]:
    return trainer.history.steps.table().tolist(), repr(trainer.history.epochs)


@both_precisions
@every_variant
def test_two_trainers_give_the_same_bits(
    variant: str, precision: str, make_trainer: MakeTrainer
) -> None:
    settings = [*VARIANTS[variant], f"training.precision={precision}"]
    one, other = make_trainer(*settings), make_trainer(*settings)
    assert run(one, 12) == run(other, 12)
    assert records(one) == records(other)
    assert one.network.parameters.flat.dtype == precision


@pytest.mark.parametrize("variant", [name for name in VARIANTS if name != "optimizer sgd"])
def test_every_variant_trains_otherwise(variant: str, make_trainer: MakeTrainer) -> None:
    plain, varied = make_trainer(), make_trainer(*VARIANTS[variant])
    run(plain, 12), run(varied, 12)
    assert not np.array_equal(plain.network.parameters.flat, varied.network.parameters.flat)


def test_another_seed_gives_other_weights_order_and_masks(make_trainer: MakeTrainer) -> None:
    states = [make_trainer(DROPOUT, f"training.seed={seed}").state() for seed in (1, 2)]
    one, other = states
    assert not np.array_equal(one.parameters, other.parameters)
    assert one.sampling != other.sampling
    assert one.dropout != other.dropout


def test_a_digest_covers_everything(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(DROPOUT, "optimizer.name=adam")
    run(trainer, 7)
    state = trainer.state()
    changes: list[dict[str, Any]] = [
        *({name: getattr(state, name) + 1} for name in ("step", "epoch", "batch", "samples_seen")),
        {"parameters": np.nextafter(state.parameters, np.float32(9))},
        {"parameters": state.parameters.astype(np.float64)},
        {"slots": np.nextafter(state.slots, np.float32(9))},
        {"slots": state.slots[::-1]},
        {"sampling": state.sampling | {"position": 0}},
        {"dropout": state.sampling["generator"]},
        {"experiment": state.experiment.replace(title="other")},
    ]
    digests = [replace(state, **change).digest() for change in changes]
    assert len({state.digest(), *digests}) == len(changes) + 1
    assert through_json(state).digest() == state.digest()


@every_variant
def test_reset_gives_the_same_bits_again(variant: str, make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(*VARIANTS[variant])
    start = trainer.state().digest()
    first = run(trainer, 9), records(trainer)
    run(trainer, 3)
    trainer.reset()
    assert trainer.state().digest() == start
    assert len(trainer.history.steps) == 0
    assert [record.epoch for record in trainer.history.epochs] == [0]
    assert (run(trainer, 9), records(trainer)) == first


def test_reset_keeps_live_changes_in_force(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    run(trainer, 4)
    slower = replace_at(trainer.experiment, "optimizer.learning_rate", 0.01)
    trainer.change(slower)
    trainer.reset()
    assert trainer.experiment == trainer.first_experiment == slower
    run(trainer, 6)
    fresh = make_trainer("optimizer.learning_rate=0.01")
    assert run(fresh, 6) == trainer.state().digest()


@settings(max_examples=40, deadline=None)
@given(
    variant=st.sampled_from(list(VARIANTS)),
    steps=st.tuples(st.integers(0, 14), st.integers(0, 14)).map(sorted),
    total=st.integers(14, 20),
)
def test_training_goes_on_from_any_step_bit_for_bit(
    make_trainer: MakeTrainer, variant: str, steps: list[int], total: int
) -> None:
    back_to, left_at = steps
    trainer = make_trainer(*VARIANTS[variant])
    run(trainer, back_to)
    state = through_json(trainer.state())
    end = run(trainer, total - back_to), records(trainer)
    trainer.reset()
    run(trainer, left_at)
    trainer.timeline.checkpoints.add(Checkpoint(state, 0))
    trainer.seek(back_to)
    assert trainer.state().digest() == state.digest()
    assert (run(trainer, total - back_to), records(trainer)) == end


def test_a_state_is_a_copy(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(DROPOUT, "optimizer.name=adam")
    run(trainer, 3)
    state = trainer.state()
    digest = state.digest()
    run(trainer, 6)
    assert state.digest() == digest


def test_another_trainer_resumes_with_the_history(make_trainer: MakeTrainer) -> None:
    settings = [DROPOUT, "optimizer.name=adam"]
    one, other = make_trainer(*settings), make_trainer(*settings)
    run(one, 8)
    other.resume(one.timeline.until(8, 0))
    assert other.frame().loss == one.frame().loss
    assert run(other, 9) == run(one, 9)
    assert records(other) == records(one)


def test_states_of_other_runs_are_refused(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    run(trainer, 3)
    before = trainer.state()
    foreign = {
        "network": make_trainer("network.hidden=[3]").state(),
        "optimizer": make_trainer("optimizer.name=adam").state(),
        "precision": make_trainer("training.precision=float64").state(),
        "seed": make_trainer("training.seed=5").state(),
        "data": replace(before, sampling=before.sampling | {"position": 34}),
    }
    for kind, state in foreign.items():
        with pytest.raises(ExperimentError):
            trainer.restore(state)
        assert trainer.state().digest() == before.digest(), kind


def test_frames_are_read_only_copies(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    first = trainer.frame()
    assert np.isnan([first.loss, first.learning_rate, first.gradient_norm]).all()
    run(trainer, 7)
    frame = trainer.frame()
    assert (frame.step, frame.epoch, frame.batch, frame.n_batches) == (7, 1, 2, 5)
    assert frame.samples_seen == 34 + 16
    assert frame.evaluation is trainer.history.epochs[-1]
    assert (frame.loss, frame.learning_rate, frame.gradient_norm) == trainer.history.steps.row(6)
    assert np.array_equal(frame.parameters, trainer.network.parameters.flat)
    assert not np.array_equal(frame.parameters, first.parameters)
    with pytest.raises(ValueError, match="read-only"):
        frame.parameters[0] = 1


def test_an_epoch_takes_every_sample_once(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("data.n_samples=43")
    seen: list[int] = []
    for _ in range(trainer.n_batches):
        seen += trainer._sampler.peek(8).tolist()
        assert not trainer.epoch
        trainer.step()
    assert sorted(seen) == list(range(34))
    assert (trainer.epoch, trainer.batch, trainer.samples_seen) == (1, 0, 34)


@pytest.mark.parametrize(
    ("batch_size", "n_batches"), [(1, 34), (8, 5), (33, 2), (34, 1), (35, 1), (1_000_000, 1)]
)
def test_planned_epochs_finish(batch_size: int, n_batches: int, make_trainer: MakeTrainer) -> None:
    trainer = make_trainer(f"training.batch_size={batch_size}", "training.epochs=2")
    assert trainer.n_batches == n_batches
    run(trainer, 2 * n_batches - 1)
    assert not trainer.is_finished
    trainer.step()
    assert trainer.is_finished
    assert [record.step for record in trainer.history.epochs] == [0, n_batches, 2 * n_batches]
    trainer.step()
    assert trainer.step_count == 2 * n_batches + 1


def test_a_batch_larger_than_the_data_is_all_of_them(make_trainer: MakeTrainer) -> None:
    """Only the text of the experiment differs, so the parameters are compared."""
    larger, all_ = (make_trainer(f"training.batch_size={n}") for n in (1_000_000, 34))
    run(larger, 5), run(all_, 5)
    assert np.array_equal(larger.network.parameters.flat, all_.network.parameters.flat)
    assert larger.samples_seen == all_.samples_seen == 5 * 34


# Live changes


def other_value(field: FieldSpec) -> Any:
    """A value of the field that is not its default."""
    if field.choices:
        return next(name for name in field.choices if name != field.default)
    if get_origin(field.type) is Literal:
        return next(name for name in get_args(field.type) if name != field.default)
    if field.type is bool:
        return not field.default
    if field.type is str:
        return "other"
    if field.type is int:
        return field.default + 1
    if field.type is float:
        return 0.25 if field.default != 0.25 else 0.5
    return {"classes": ("5", "8"), "hidden": ()}[field.name]


def places(experiment: Experiment) -> list[tuple[str, FieldSpec]]:
    found = []
    for name in (
        "data",
        "network",
        "optimizer",
        "schedule",
        "regularization",
        "training",
        "random",
    ):
        section: Section = getattr(experiment, name)
        found += [(f"{name}.{field.name}", field) for field in fields_of(type(section))]
    return [(path, field) for path, field in found if path != "network.output"]


PLACES = places(Experiment())


@pytest.mark.parametrize(("path", "field"), PLACES, ids=[path for path, _ in PLACES])
def test_only_live_fields_change_in_a_run(path: str, field: FieldSpec) -> None:
    old = Experiment()
    new = replace_at(old, path, other_value(field))
    assert new != old
    assert needs_new_run(old, new) is not field.ui.live
    assert with_live_fields(old, new) == (new if field.ui.live else old)
    assert not field.ui.live or path.split(".")[0] in LIVE_SECTIONS


def test_a_new_title_needs_no_new_run() -> None:
    assert not needs_new_run(Experiment(), Experiment(title="other"))


def test_live_fields_are_those_one_expects() -> None:
    live = {path for path, field in PLACES if field.ui.live}
    assert {
        "optimizer.learning_rate",
        "optimizer.momentum",
        "regularization.l2",
        "training.batch_size",
        "training.epochs",
    } <= live
    assert not {"optimizer.name", "training.seed", "training.precision"} & live


def test_a_change_that_needs_a_new_run_is_refused(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer()
    before = trainer.state().digest()
    with pytest.raises(ExperimentError, match="new run"):
        trainer.change(replace_at(trainer.experiment, "training.seed", 9))
    assert trainer.state().digest() == before


# What ends a run, and what is recorded


def test_a_short_gradient_ends_the_run_after_its_step(make_trainer: MakeTrainer) -> None:
    settings = ("training.sampling=full_batch", "training.epochs=1000000")
    trainer = make_trainer(*settings, "training.stop_gradient_norm=0.2")
    while not trainer.is_finished:
        trainer.step()
    norms = trainer.history.steps.column("gradient_norm")
    assert norms[-1] < 0.2 <= norms[:-1].min()
    assert trainer.history.epochs[-1].step == trainer.step_count == len(norms) > 1
    fresh = make_trainer(*settings, "training.stop_gradient_norm=0.2")
    fresh.resume(trainer.timeline)
    assert fresh.is_finished


def test_evaluation_every_few_epochs_and_at_the_end(make_trainer: MakeTrainer) -> None:
    trainer = make_trainer("training.evaluate_every=3", "training.epochs=7")
    while trainer.epoch < 8:
        trainer.step()
    assert [record.epoch for record in trainer.history.epochs] == [0, 3, 6, 7]
    assert [record.step for record in trainer.history.epochs] == [0, 15, 30, 35]


def test_the_test_part_is_evaluated_only_if_it_is_watched(make_trainer: MakeTrainer) -> None:
    settings = ("data.test_fraction=0.2", "data.validation_fraction=0.1")
    plain, watching = make_trainer(*settings), make_trainer(*settings, "training.watch_test=true")
    for trainer in (plain, watching):
        while trainer.epoch < 1:
            trainer.step()
    assert {record.test for record in plain.history.epochs} == {None}
    last = watching.history.epochs[-1]
    assert last.test == watching.evaluate(*watching.setup.test)
    assert last.test.n_samples == len(watching.setup.data.test)
    assert np.array_equal(plain.network.parameters.flat, watching.network.parameters.flat)


def test_initial_values_and_samples_of_a_legacy_stream_are_one_stream(
    make_trainer: MakeTrainer,
) -> None:
    """As in a program that seeds once, then draws weights, then samples."""
    trainer = make_trainer(
        "data.source=iris",
        "data.validation_fraction=0",
        "network.hidden=[]",
        "network.output={weight_init='normal', bias_init='normal'}",
        "random.initial=numpy_legacy",
        "random.sampling=numpy_legacy",
        "training.sampling=with_replacement",
        "training.seed=11",
    )
    np.random.seed(11)  # noqa: NPY002 - the stream of such a program
    weights, biases = np.random.randn(4, 3), np.random.randn(3)  # noqa: NPY002
    rows = np.random.randint(150, size=150)  # noqa: NPY002
    assert np.array_equal(trainer.network.parameters.weights[0], weights.astype(np.float32))
    assert np.array_equal(trainer.network.parameters.biases[0], biases.astype(np.float32))
    assert np.array_equal(trainer._sampler.peek(150), rows)
