"""A figure that a lesson's run has to reach."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator, model_validator

from visualmlp.experiment import OneOf, Section
from visualmlp.lessons.quantities import QUANTITIES

ORIGINS = {
    "printed": "printed in the course",
    "cited": "printed on a page that the course cites",
    "computed": "computed independently of this program",
    "exact": "follows by arithmetic",
}


class Figure(Section):
    """What a lesson file says of one quantity at one or several moments of a run.

    Attributes
    ----------
    quantity
        A name in ``QUANTITIES``.
    part, rows, layer
        Which part of the data, which of its samples (from 0), which layer (from 1).
    epochs, steps
        When: after these epochs or updates. Neither: at the end of the run.
    expected
        One value for each moment: a number or nested lists of them. None with ``accept``.
    tolerance
        Greatest allowed difference of any number.
    accept
        Instead of ``expected`` and ``tolerance``: lowest and highest number, for what depends on
        chance or is bounded.
    origin
        A key of ``ORIGINS``: where the expected value comes from.
    long
        Whether it takes long to get there.
    """

    quantity: Annotated[str, OneOf(QUANTITIES)]
    part: Literal["train", "validation", "test"] | None = None
    rows: tuple[Annotated[int, Field(ge=0)], ...] = ()
    layer: Annotated[int, Field(ge=0)] = 0
    epochs: tuple[Annotated[int, Field(ge=0)], ...] = ()
    steps: tuple[Annotated[int, Field(ge=0)], ...] = ()
    expected: tuple[Any, ...] | None = None
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    accept: tuple[float, float] | None = None
    origin: Literal["printed", "cited", "computed", "exact"]
    note: str = ""
    long: bool = False

    @model_validator(mode="before")
    @classmethod
    def _moments_are_lists(cls, values: Any) -> Any:
        """A single moment with its value is a list of one; so is the end of the run."""
        if not isinstance(values, dict):
            return values
        values = dict(values)
        key = next((key for key in ("epochs", "steps") if key in values), "")
        if isinstance(values.get(key), list):
            return values
        if key:
            values[key] = [values[key]]
        if "expected" in values:
            values["expected"] = [values["expected"]]
        return values

    @field_validator("expected")
    @classmethod
    def _expected_are_numbers(cls, expected: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
        for number in numbers_in(list(expected or ())):
            is_number = isinstance(number, int | float) and not isinstance(number, bool)
            if not (is_number and isfinite(number)):
                raise ValueError(f"input should be finite numbers in lists, not {number!r}")
        return expected

    @model_validator(mode="after")
    def _fits_together(self) -> Figure:
        for complaint in self._complaints():
            raise ValueError(complaint)
        return self

    def _complaints(self) -> Iterator[str]:
        uses = QUANTITIES[self.quantity].uses
        for key in ("part", "layer"):
            if key in uses and not getattr(self, key):
                yield f"{self.quantity} needs {key}"
        for key in ("part", "rows", "layer"):
            if key not in uses and getattr(self, key):
                yield f"{self.quantity} has no {key}"
        if self.epochs and self.steps:
            yield "takes either epochs or steps"
        if (self.expected is None) == (self.accept is None):
            yield "takes either expected or accept"
        if self.accept and self.accept[0] > self.accept[1]:
            yield "accept is [lowest, highest]"
        n_moments = len(self.moments)
        if self.expected is not None and len(self.expected) != n_moments:
            yield f"{len(self.expected)} expected values for {n_moments} moments"

    @property
    def moments(self) -> tuple[int | None, ...]:
        """The epochs or steps at which it is measured; (None,) is the end of the run."""
        return self.epochs or self.steps or (None,)

    @property
    def title(self) -> str:
        """What is measured, for a table: "outputs of layer 1, test samples 0 to 9"."""
        layer = f" of layer {self.layer}" if self.layer else ""
        if not self.rows:
            return " ".join(filter(None, (self.part, self.quantity))) + layer
        return f"{self.quantity}{layer}, {self.part} {_samples(self.rows)}"

    def moment_title(self, moment: int | None) -> str:
        """When it is measured, for a table."""
        if moment is None:
            return "end"
        return f"{'epoch' if self.epochs else 'step'} {moment:,}"


def numbers_in(value: Any) -> Iterator[Any]:
    """Everything that is no list in nested lists."""
    if isinstance(value, list | tuple):
        for item in value:
            yield from numbers_in(item)
    else:
        yield value


def _samples(rows: tuple[int, ...]) -> str:
    if len(rows) == 1:
        return f"sample {rows[0]}"
    if rows == tuple(range(rows[0], rows[-1] + 1)):
        return f"samples {rows[0]} to {rows[-1]}"
    return f"samples {', '.join(map(str, rows))}"
