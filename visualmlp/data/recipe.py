"""From samples as they are stored to the inputs of a network: fitted once, kept with the run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt

from visualmlp.data.columns import Column
from visualmlp.data.dataset import Array
from visualmlp.data.filling import Filling
from visualmlp.data.prepared import PreparedData, PreparedTask
from visualmlp.data.scaling import Scaling, no_overflow


@dataclass(frozen=True, slots=True, eq=False)
class Recipe:
    """All that is needed to let a trained network predict new samples, without its data set.

    Parameters
    ----------
    title
        Of the data that it was fitted on.
    task, class_names, target_names, n_outputs
        What the outputs mean, and how many there are.
    feature_names, image_shape, value_range, columns
        What the inputs are, as in :class:`~visualmlp.data.dataset.Dataset`.
    scaling
        Fitted on the training part, its filling of missing values included.
    """

    title: str
    task: PreparedTask
    class_names: tuple[str, ...]
    target_names: tuple[str, ...]
    n_outputs: int
    feature_names: tuple[str, ...]
    image_shape: tuple[int, int] | None
    value_range: tuple[float, float]
    columns: tuple[Column, ...]
    scaling: Scaling

    @classmethod
    def of(cls, data: PreparedData) -> Recipe:
        """The recipe of prepared data."""
        dataset = data.dataset
        return cls(
            dataset.title,
            data.task,
            data.class_names,
            dataset.target_names,
            data.n_outputs,
            dataset.feature_names,
            dataset.image_shape,
            dataset.value_range,
            dataset.columns,
            data.scaling,
        )

    @property
    def n_inputs(self) -> int:
        """Inputs of the network."""
        return len(self.feature_names)

    def inputs(self, x: Array, dtype: npt.DTypeLike = np.float32) -> Array:
        """Scaled inputs of samples as stored, C-contiguous, shape (n, n_inputs).

        Raises
        ------
        DataError
            If a number is too large for ``dtype``.
        """
        with no_overflow(self.title):
            return self.scaling.apply(x, out=np.empty(x.shape, dtype))

    def to_json(self) -> dict[str, Any]:
        """As numbers, texts, lists and dictionaries."""
        plain: dict[str, Any] = {field.name: getattr(self, field.name) for field in fields(self)}
        plain["columns"] = [asdict(column) for column in self.columns]
        scaling, filling = self.scaling, self.scaling.filling
        plain["scaling"] = {
            "name": scaling.name,
            "offset": scaling.offset.tolist(),
            "divisor": scaling.divisor.tolist(),
            "to_float32": scaling.to_float32,
            "filling": filling
            and {"values": filling.values.tolist(), "seen": filling.seen.tolist()},
        }
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Recipe:
        """The recipe that ``to_json`` wrote, bit for bit.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is none.
        """
        values = {name: _tuples(value) for name, value in plain.items()}
        names = values["feature_names"]
        values["columns"] = tuple(
            Column(**{key: _tuples(value) for key, value in column.items()})
            for column in plain["columns"]
        )
        values["scaling"] = _scaling(plain["scaling"], names)
        recipe = cls(**values)
        _check(recipe)
        return recipe


def _check(recipe: Recipe) -> None:
    """Refuse what does not fit together: a file may come from anybody."""
    n_inputs, columns = recipe.n_inputs, recipe.columns
    n_outputs = {"classification": len(recipe.class_names), "binary": 1}.get(
        recipe.task, recipe.n_outputs
    )
    fits = (
        recipe.task in ("classification", "binary", "regression")
        and type(recipe.n_outputs) is int
        and 0 < n_outputs == recipe.n_outputs
        and (recipe.task != "binary" or len(recipe.class_names) == 2)
        and len(recipe.target_names) in (0, n_outputs)
        and n_inputs > 0
        and (recipe.image_shape is None or prod(recipe.image_shape) == n_inputs)
        and (not columns or sum(column.n_features for column in columns) == n_inputs)
    )
    texts = (recipe.title, *recipe.class_names, *recipe.target_names, *recipe.feature_names)
    if not fits or not all(isinstance(text, str) for text in texts):
        raise ValueError("its recipe for new samples does not fit together")


def _scaling(plain: Mapping[str, Any], names: tuple[str, ...]) -> Scaling:
    count = len(names)
    filling = plain["filling"] and Filling(
        _numbers(plain["filling"]["values"], ((count,),)),
        _numbers(plain["filling"]["seen"], ((count,),)).astype(bool),
    )
    offset = _numbers(plain["offset"], ((1,), (count,)))
    divisor = _numbers(plain["divisor"], ((1,), (count,)))
    if not divisor.all():
        raise ValueError("a divisor of its scaling is 0")
    return Scaling(plain["name"], offset, divisor, names, bool(plain["to_float32"]), filling)


def _numbers(values: Any, shapes: tuple[tuple[int, ...], ...]) -> Array:
    array = np.array(values, np.float64)
    if array.shape not in shapes or not np.isfinite(array).all():
        raise ValueError(f"numbers of its recipe are not finite, or have the shape {array.shape}")
    return array


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
