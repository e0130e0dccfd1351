"""How a hyper-parameter is declared: once, for form, file, command line and check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Self

import annotated_types
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic.fields import FieldInfo

from visualmlp.errors import ExperimentError

Seed = Annotated[int, Field(ge=0, lt=2**32)]
"""What every stream of random numbers takes as its seed."""


@dataclass(frozen=True, slots=True)
class Ui:
    """What a form needs to know of a field beyond its type and range.

    Attributes
    ----------
    label
        The field's name on the screen.
    unit
        Unit of the number ("steps"), shown behind it.
    scale
        ``"log"`` where steps multiply instead of adding.
    step
        Step of the arrows on a linear scale.
    live
        Whether a run takes a change at its next step; otherwise a change starts a new run.
    visible_if
        Given the field's section: whether the field has an effect there.
    """

    label: str
    unit: str = ""
    scale: str = "linear"
    step: float = 1.0
    live: bool = False
    visible_if: Callable[[Any], bool] | None = None


@dataclass(frozen=True, slots=True)
class OneOf:
    """A string field that names an entry of a registry (or one of ``extra`` and ``last``).

    Attributes
    ----------
    registry
        The entries; also given to the form as choices.
    extra, last
        Names allowed besides, before the entries ("auto") and after them ("given").
    """

    registry: Mapping[str, Any]
    extra: tuple[str, ...] = ()
    last: tuple[str, ...] = ()

    def names(self) -> tuple[str, ...]:
        """All names that may be chosen, in the order to show them."""
        return (*self.extra, *self.registry, *self.last)

    def check(self, value: str) -> str:
        """Return the name; raise ValueError with a hint where no entry has it."""
        if value not in (*self.extra, *self.last):
            try:
                self.registry[value]
            except KeyError as error:
                raise ValueError(str(error)) from None
        return value

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.no_info_after_validator_function(self.check, handler(source))


class Section(BaseModel):
    """A frozen group of hyper-parameters. Unknown fields, infinities and NaN are refused.

    A number stands for text where text is asked for, so that ``classes = [5, 8]`` works.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", allow_inf_nan=False, coerce_numbers_to_str=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _switch_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Pydantic would take true for 1."""
        field = cls.model_fields[info.field_name or ""]
        if isinstance(value, bool) and field.annotation in (int, float):
            raise ValueError(f"input should be a number, not {str(value).lower()}")
        return value

    def replace(self, **changes: Any) -> Self:
        """A copy with some fields changed, validated as a whole.

        Raises
        ------
        ExperimentError
            If a value is refused; the text names the field and the allowed range.
        """
        return self.checked(
            {name: getattr(self, name) for name in type(self).model_fields} | changes
        )

    @classmethod
    def checked(cls, values: Mapping[str, Any]) -> Self:
        """Build from a mapping, with one readable message for what is wrong first.

        Raises
        ------
        ExperimentError
            If a value is refused.
        """
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise ExperimentError(explain(error)) from None


REASONS = {
    "extra_forbidden": "there is no such field",
    "model_type": "input should be a group of fields",
    "tuple_type": "input should be a list in brackets",
}
"""Our words where pydantic's are those of Python."""


def explain(error: ValidationError) -> str:
    """The first complaint of pydantic's as one line: field, value, reason."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    reason = first["msg"].removeprefix("Value error, ")
    reason = reason[:1].lower() + reason[1:]
    reason = REASONS.get(first["type"], reason)
    if first["type"] not in ("extra_forbidden", "missing", "value_error"):
        reason += f", not {first['input']!r}"
    return f"{where}: {reason}" if where else reason


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A declared field as a form sees it."""

    name: str
    ui: Ui
    description: str
    type: Any
    default: Any
    choices: tuple[str, ...] = ()
    low: float | None = None
    low_open: bool = False
    high: float | None = None
    high_open: bool = False

    def is_visible(self, section: Section) -> bool:
        """Whether the field has an effect, given the other values of its section."""
        return self.ui.visible_if is None or self.ui.visible_if(section)


def fields_of(section: type[Section]) -> list[FieldSpec]:
    """The fields of a section that have a :class:`Ui`, in their order."""
    return [
        _field_spec(name, info)
        for name, info in section.model_fields.items()
        if any(isinstance(item, Ui) for item in info.metadata)
    ]


def _field_spec(name: str, info: FieldInfo) -> FieldSpec:
    values: dict[str, Any] = {}
    for item in info.metadata:
        match item:
            case Ui():
                values["ui"] = item
            case OneOf():
                values["choices"] = item.names()
            case annotated_types.Ge(ge=low):
                values["low"] = low
            case annotated_types.Gt(gt=low):
                values.update(low=low, low_open=True)
            case annotated_types.Le(le=high):
                values["high"] = high
            case annotated_types.Lt(lt=high):
                values.update(high=high, high_open=True)
    default = info.get_default(call_default_factory=True)
    return FieldSpec(
        name=name,
        description=info.description or "",
        type=info.annotation,
        default=default,
        **values,
    )
