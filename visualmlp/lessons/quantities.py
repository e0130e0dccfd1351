"""What a lesson can state a figure of, and how it is measured on a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np

from visualmlp.analysis.least_squares import fit_line
from visualmlp.data import Part
from visualmlp.engine import Array
from visualmlp.registry import Registry
from visualmlp.training.probe import PartName
from visualmlp.training.trainer import Trainer


class Place(Protocol):
    """Where a quantity is measured; a quantity reads what its ``uses`` names."""

    @property
    def part(self) -> PartName | None: ...
    @property
    def rows(self) -> tuple[int, ...]: ...
    @property
    def layer(self) -> int: ...


Measure: TypeAlias = Callable[[Trainer, Place], Any]


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something that can be measured on a run at any step.

    Attributes
    ----------
    name, description
        What lesson files call it, and what it is.
    uses
        Which keys of a figure it needs: ``part``, ``rows``, ``layer``. Without ``rows`` a quantity
        that uses them takes all samples of the part.
    measure
        ``measure(trainer, place)``: a number, an array, or nested lists of numbers.
    """

    name: str
    description: str
    uses: tuple[str, ...]
    measure: Measure


QUANTITIES: Registry[Quantity] = Registry("quantity")


def _add(name: str, description: str, *uses: str) -> Callable[[Measure], Measure]:
    def add(measure: Measure) -> Measure:
        QUANTITIES.add(Quantity(name, description, uses, measure))
        return measure

    return add


def _part(trainer: Trainer, place: Place) -> Part:
    return next(part for part in trainer.setup.data.parts if part.name == place.part)


def _rows(place: Place) -> Any:
    return list(place.rows) if place.rows else slice(None)


def _arrays(trainer: Trainer, place: Place) -> tuple[Array, Array]:
    """Inputs and targets of the figure's part."""
    assert place.part
    arrays: tuple[Array, Array] = getattr(trainer.setup, place.part)
    return arrays


@_add("accuracy", "share of the part's samples whose class is predicted rightly", "part")
def _accuracy(trainer: Trainer, place: Place) -> float:
    return trainer.evaluate(*_arrays(trainer, place)).score


@_add("loss", "mean loss over the part's samples, without penalties", "part")
def _loss(trainer: Trainer, place: Place) -> float:
    return trainer.evaluate(*_arrays(trainer, place)).loss


@_add("weights", "weights of a layer, one row for each input", "layer")
def _weights(trainer: Trainer, place: Place) -> Array:
    return trainer.network.parameters.weights[place.layer - 1]


@_add("biases", "biases of a layer", "layer")
def _biases(trainer: Trainer, place: Place) -> Array | None:
    return trainer.network.parameters.biases[place.layer - 1]


@_add("weight gradient", "gradient that the latest update used, as weights stand", "layer")
def _weight_gradient(trainer: Trainer, place: Place) -> Array:
    return trainer.network.gradient.weights[place.layer - 1]


@_add("bias gradient", "gradient that the latest update used, as biases stand", "layer")
def _bias_gradient(trainer: Trainer, place: Place) -> Array | None:
    return trainer.network.gradient.biases[place.layer - 1]


@_add("pre-activations", "sums z of a layer, one row for each sample", "part", "rows", "layer")
def _pre_activations(trainer: Trainer, place: Place) -> Array:
    x = _arrays(trainer, place)[0][_rows(place)]
    return trainer.network.layer_outputs(x)[place.layer - 1].z


@_add("activations", "activations a of a layer, one row for each sample", "part", "rows", "layer")
def _activations(trainer: Trainer, place: Place) -> Array:
    x = _arrays(trainer, place)[0][_rows(place)]
    return trainer.network.layer_outputs(x)[place.layer - 1].a


@_add("outputs", "outputs of the network, one row for each sample", "part", "rows")
def _outputs(trainer: Trainer, place: Place) -> Array:
    return trainer.network.predict(_arrays(trainer, place)[0][_rows(place)])


@_add("largest output", "largest single output over the part's samples", "part")
def _largest_output(trainer: Trainer, place: Place) -> float:
    return float(trainer.network.predict(_arrays(trainer, place)[0]).max())


@_add("inputs", "scaled inputs, one row for each sample", "part", "rows")
def _inputs(trainer: Trainer, place: Place) -> Array:
    rows: Array = _arrays(trainer, place)[0][_rows(place)]
    return rows


@_add("targets", "targets, one row for each sample", "part", "rows")
def _targets(trainer: Trainer, place: Place) -> Array:
    rows: Array = _arrays(trainer, place)[1][_rows(place)]
    return rows


@_add("labels", "numbers of the samples' classes, from 0", "part", "rows")
def _labels(trainer: Trainer, place: Place) -> Array | None:
    labels = _part(trainer, place).labels
    return None if labels is None else labels[_rows(place)]


@_add("samples", "number of samples in the part", "part")
def _samples(trainer: Trainer, place: Place) -> int:
    return len(_part(trainer, place))


@_add("class counts", "number of the part's samples in each class", "part")
def _class_counts(trainer: Trainer, place: Place) -> list[int]:
    return list(trainer.setup.data.class_counts(_part(trainer, place)).values())


@_add("stored values", "stored inputs, not scaled, one row for each sample", "part", "rows")
def _stored_values(trainer: Trainer, place: Place) -> Array:
    stored: Array = trainer.setup.data.raw(_part(trainer, place))[_rows(place)]
    return stored


@_add("stored sum", "sum of each sample's stored inputs", "part", "rows")
def _stored_sum(trainer: Trainer, place: Place) -> Array:
    sums: Array = _stored_values(trainer, place).sum(axis=1, dtype=np.float64)
    return sums


@_add(
    "ink", "of each picture the values above 0, in a list for each row that has any", "part", "rows"
)
def _ink(trainer: Trainer, place: Place) -> list[list[list[float]]]:
    dataset, part = trainer.setup.data.dataset, _part(trainer, place)
    pictures = dataset.x[part.index[_rows(place)]].reshape(-1, *(dataset.image_shape or (1, -1)))
    return [[row[row > 0].tolist() for row in picture if row.any()] for picture in pictures]


@_add("parameters", "number of weights and biases")
def _parameters(trainer: Trainer, place: Place) -> int:
    return trainer.network.layout.size


@_add("updates", "number of updates made")
def _updates(trainer: Trainer, place: Place) -> int:
    return trainer.step_count


@_add("samples seen", "number of samples that updates were made from, counted each time")
def _samples_seen(trainer: Trainer, place: Place) -> int:
    return trainer.samples_seen


@_add("gradient norm", "norm of the gradient that the latest update used, before clipping")
def _gradient_norm(trainer: Trainer, place: Place) -> float:
    return trainer.history.steps.row(-1)[2]


@_add("least squares", "closed-form line, one input and target: slope, intercept", "part")
def _least_squares(trainer: Trainer, place: Place) -> list[list[float]]:
    x, t = _arrays(trainer, place)
    line = fit_line(x[:, 0], t[:, 0])
    return [[line.slope], [line.intercept]]
