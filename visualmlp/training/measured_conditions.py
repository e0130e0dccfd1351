"""Conditions on what is measured for them after every step."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field

from visualmlp.analysis.activity import dead_units, evenly_spaced
from visualmlp.engine import Array, predicted_classes
from visualmlp.errors import ExperimentError
from visualmlp.experiment import Section, Ui
from visualmlp.training.condition import (
    CONDITIONS,
    PART_NAMES,
    Check,
    Condition,
    PartName,
    required_part,
)
from visualmlp.training.trainer import Trainer


class NonFinite(Section):
    """The condition "non_finite" has no parameters."""


def _non_finite(_: NonFinite, trainer: Trainer) -> Check:
    def check(trainer: Trainer) -> str | None:
        network = trainer.network
        if np.isfinite(network.parameters.flat).all():
            return None
        return f"{network.first_non_finite()} hold NaN or Inf"

    return check


CONDITIONS.add(
    Condition(
        "non_finite",
        "NaN or Inf",
        "Looks at all parameters after every step; training stops there anyway as soon as the "
        "loss or the gradient is not finite.",
        NonFinite,
        _non_finite,
    )
)


class DeadUnits(Section):
    """Parameters of the condition "dead_units"."""

    share: Annotated[
        float,
        Ui("Share", unit="of all", step=0.05),
        Field(gt=0, le=1, description="Of all ReLU units, from 0 to 1; stops at it or above."),
    ] = 0.5
    n_samples: Annotated[
        int,
        Ui("Samples", unit="samples", scale="log"),
        Field(ge=1, le=10_000, description="Training samples that a dead unit is 0 for."),
    ] = 100


def _dead_units(wanted: DeadUnits, trainer: Trainer) -> Check:
    layers = [i for i, layer in enumerate(trainer.network.layers) if layer.activation == "relu"]
    if not layers:
        raise ExperimentError("no layer has ReLU units, so none can be dead")
    x = _inputs(trainer, "train", wanted.n_samples)

    def check(trainer: Trainer) -> str | None:
        outputs = trainer.network.layer_outputs(x)
        dead = np.concatenate([dead_units(outputs[i].a) for i in layers])
        if dead.mean() < wanted.share:
            return None
        return f"{dead.sum():,} of {len(dead):,} ReLU units are 0 for {len(x):,} training samples"

    return check


CONDITIONS.add(
    Condition(
        "dead_units",
        "Dead ReLU units",
        "Passes the samples through the network after every step: with as many as in a batch, "
        "training takes about a third longer.",
        DeadUnits,
        _dead_units,
    )
)


class UpdateRatio(Section):
    """Parameters of the condition "update_ratio"."""

    low: Annotated[
        float,
        Ui("Lowest", unit="lowest", scale="log"),
        Field(gt=0, le=1e6, description="Stops where a layer's ratio is less."),
    ] = 1e-6
    high: Annotated[
        float,
        Ui("Highest", unit="highest", scale="log"),
        Field(gt=0, le=1e6, description="Stops where a layer's ratio is more."),
    ] = 0.1


def _update_ratio(wanted: UpdateRatio, trainer: Trainer) -> Check:
    if wanted.low >= wanted.high:
        raise ExperimentError("update-to-weight ratio: the lowest must be below the highest")
    before = trainer.network.parameters.flat.copy()
    views = trainer.network.layout.views(before).weights

    def check(trainer: Trainer) -> str | None:
        now = trainer.network.parameters
        by_hand = _set_by_hand(trainer)
        before[by_hand] = now.flat[by_hand]
        ratios = [_ratio(old, new) for old, new in zip(views, now.weights, strict=True)]
        before[...] = now.flat
        for i, ratio in enumerate(ratios, start=1):
            if ratio is not None and not wanted.low <= ratio <= wanted.high:
                span = f"{wanted.low:.4g} to {wanted.high:.4g}"
                return f"the update-to-weight ratio of layer {i}, {ratio:.4g}, is outside {span}"
        return None

    return check


def _ratio(old: Array, new: Array) -> float | None:
    """|ΔW| / |W|; None where all weights are 0."""
    norm = float(np.linalg.norm(old))
    return float(np.linalg.norm(new - old)) / norm if norm else None


def _set_by_hand(trainer: Trainer) -> list[int]:
    """Places whose change is no update."""
    around = (trainer.step_count - 1, trainer.step_count)
    edits = (edit for edit in trainer.timeline.edits if edit.step in around)
    return [place for edit in edits for place in edit.indices]


CONDITIONS.add(
    Condition(
        "update_ratio",
        "Update-to-weight ratio",
        "|ΔW| / |W| of each layer; compares all weights after every step: training "
        "takes about a quarter longer.",
        UpdateRatio,
        _update_ratio,
    )
)


class PredictionFlip(Section):
    """Parameters of the condition "flip"."""

    part: Annotated[PartName, Ui("Part"), Field(description="Whose samples.")] = "validation"
    sample: Annotated[
        int, Ui("Sample", unit="sample"), Field(ge=0, description="Its row in the part, from 0.")
    ] = 0


def _flip(wanted: PredictionFlip, trainer: Trainer) -> Check:
    data = trainer.setup.data
    if data.task == "regression":
        raise ExperimentError("a regression predicts numbers, not classes that could flip")
    part = required_part(wanted.part, trainer)
    if wanted.sample >= len(part):
        raise ExperimentError(
            f"the {PART_NAMES[wanted.part]} part has samples 0 to {len(part) - 1:,}, "
            f"not {wanted.sample:,}"
        )
    x = data.inputs(part.rows(np.array([wanted.sample])), trainer.network.dtype)
    predicted = _class_of(trainer, x)

    def check(trainer: Trainer) -> str | None:
        nonlocal predicted
        old, predicted = predicted, _class_of(trainer, x)
        if old == predicted:
            return None
        names = data.class_names
        change = f"from {names[old]} to {names[predicted]}"
        sample = f"{PART_NAMES[wanted.part]} sample {wanted.sample:,}"
        return f"the prediction of {sample} flips {change}"

    return check


def _class_of(trainer: Trainer, x: Array) -> int:
    return int(predicted_classes(trainer.network.predict(x))[0])


CONDITIONS.add(
    Condition(
        "flip",
        "A sample's prediction flips",
        "Passes the sample through the network after every step, which takes little.",
        PredictionFlip,
        _flip,
    )
)


def _inputs(trainer: Trainer, name: PartName, most: int) -> Array:
    """Scaled inputs of samples, evenly spaced over a part, (n, n_inputs)."""
    part = required_part(name, trainer)
    rows = evenly_spaced(len(part), most)
    return trainer.setup.data.inputs(part.rows(rows), trainer.network.dtype)
