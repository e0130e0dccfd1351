"""Conditions on what is counted and recorded anyway: they cost nothing."""

from __future__ import annotations

from bisect import bisect_right
from typing import Annotated, Literal

import numpy as np
from pydantic import Field

from visualmlp.errors import ExperimentError
from visualmlp.experiment import Section, Ui
from visualmlp.training.condition import (
    CONDITIONS,
    PART_NAMES,
    BehindError,
    Check,
    Condition,
    PartName,
    Side,
    required_part,
)
from visualmlp.training.history import EpochRecord
from visualmlp.training.trainer import Trainer


class AtStep(Section):
    """Parameters of the condition "step"."""

    step: Annotated[
        int,
        Ui("Step", step=100),
        Field(ge=1, le=10**9, description="Number of updates made."),
    ] = 1000


def _at_step(at: AtStep, trainer: Trainer) -> Check:
    if at.step <= trainer.step_count:
        raise BehindError(f"step {at.step:,} is not ahead: the cursor is at {trainer.step_count:,}")
    return lambda trainer: f"step {at.step:,}" if trainer.step_count >= at.step else None


CONDITIONS.add(
    Condition("step", "Step", "", AtStep, _at_step, is_certain=True),
)


class AtEpoch(Section):
    """Parameters of the condition "epoch"."""

    epoch: Annotated[
        int,
        Ui("Epoch"),
        Field(ge=1, le=10**6, description="Number of epochs completed."),
    ] = 10


def _at_epoch(at: AtEpoch, trainer: Trainer) -> Check:
    if at.epoch <= trainer.epoch:
        raise BehindError(f"epoch {at.epoch:,} is over: {trainer.epoch:,} are done at the cursor")
    return lambda trainer: f"end of epoch {at.epoch:,}" if trainer.epoch >= at.epoch else None


CONDITIONS.add(
    Condition("epoch", "End of epoch", "", AtEpoch, _at_epoch, is_certain=True),
)


class MetricThreshold(Section):
    """Parameters of the condition "metric"."""

    part: Annotated[PartName, Ui("Part"), Field(description="Whose samples.")] = "validation"
    figure: Annotated[
        Literal["loss", "score"],
        Ui("Figure"),
        Field(description="Mean loss, or accuracy from 0 to 1 (regression: R²)."),
    ] = "score"
    side: Annotated[Side, Ui("Side"), Field(description="Where to stop.")] = "above"
    value: Annotated[
        float, Ui("Threshold", step=0.05), Field(description="The figure's threshold.")
    ] = 0.9


def _metric(wanted: MetricThreshold, trainer: Trainer) -> Check:
    if wanted.part == "test" and not trainer.experiment.training.watch_test:
        raise ExperimentError("the test part is not evaluated while training: switch that on first")
    required_part(wanted.part, trainer)
    regression = trainer.setup.data.task == "regression"
    name = "loss" if wanted.figure == "loss" else "R²" if regression else "accuracy"

    def check(trainer: Trainer) -> str | None:
        record = _record_here(trainer)
        part = getattr(record, wanted.part) if record else None
        if part is None or not _is_beyond(value := getattr(part, wanted.figure), wanted):
            return None
        return f"{PART_NAMES[wanted.part]} {name} {value:.6g} is {wanted.side} {wanted.value:.6g}"

    return check


CONDITIONS.add(
    Condition(
        "metric",
        "Loss or score",
        "Looked at where an epoch is evaluated.",
        MetricThreshold,
        _metric,
    )
)


class RisingLoss(Section):
    """Parameters of the condition "rising_loss"."""

    times: Annotated[
        int,
        Ui("Times", unit="times in a row"),
        Field(ge=1, le=1000, description="Rises without a fall."),
    ] = 3


def _rising_loss(wanted: RisingLoss, trainer: Trainer) -> Check:
    required_part("validation", trainer)

    def check(trainer: Trainer) -> str | None:
        if _record_here(trainer) is None:
            return None
        losses = _validation_losses(trainer)[-wanted.times - 1 :]
        if len(losses) <= wanted.times or not all(np.diff(losses) > 0):
            return None
        rise = f"from {losses[0]:.6g} to {losses[-1]:.6g}"
        return f"the validation loss has risen {wanted.times} times in a row, {rise}"

    return check


CONDITIONS.add(
    Condition(
        "rising_loss",
        "Validation loss rises",
        "Looked at where an epoch is evaluated.",
        RisingLoss,
        _rising_loss,
    )
)


class GradientNorm(Section):
    """Parameters of the condition "gradient_norm"."""

    side: Annotated[Side, Ui("Side"), Field(description="Where to stop.")] = "above"
    value: Annotated[
        float,
        Ui("Norm", scale="log"),
        Field(gt=0, le=1e12, description="Norm of the last step's gradient, before clipping."),
    ] = 10.0


def _gradient_norm(wanted: GradientNorm, trainer: Trainer) -> Check:
    def check(trainer: Trainer) -> str | None:
        _, _, norm = trainer.history.steps.row(trainer.step_count - 1)
        if not _is_beyond(norm, wanted):
            return None
        return f"the gradient's norm {norm:.6g} is {wanted.side} {wanted.value:.6g}"

    return check


CONDITIONS.add(
    Condition(
        "gradient_norm",
        "Gradient norm",
        "",
        GradientNorm,
        _gradient_norm,
    )
)


def _is_beyond(value: float, wanted: MetricThreshold | GradientNorm) -> bool:
    return value > wanted.value if wanted.side == "above" else value < wanted.value


def _record_here(trainer: Trainer) -> EpochRecord | None:
    """The evaluation of this very state."""
    record = trainer.timeline.evaluation_at(trainer.step_count)
    return record if record.step == trainer.step_count else None


def _validation_losses(trainer: Trainer) -> list[float]:
    """All so far, in order."""
    records = trainer.history.epochs
    known = bisect_right(records, trainer.step_count, key=lambda record: record.step)
    return [record.validation.loss for record in records[:known] if record.validation]
