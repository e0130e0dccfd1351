"""Numbers as they are typed: read and checked, never clamped."""

from __future__ import annotations

from math import isfinite

from PyQt6.QtCore import QCoreApplication

from visualmlp.experiment import FieldSpec
from visualmlp.gui.panels.texts import number_text, range_text


def parse(spec: FieldSpec, text: str) -> float:
    """Read a number that a field takes.

    Raises
    ------
    ValueError
        With the reason and the allowed range, for the user.
    """
    value = _read(text.strip().replace("−", "-"))
    if value is None:
        wanted = QCoreApplication.translate("panels", "“{}” is not a number.")
        raise ValueError(_with_range(spec, wanted.format(text.strip())))
    if spec.type is int and not isinstance(value, int):
        if not value.is_integer():
            wanted = QCoreApplication.translate("panels", "{} is not a whole number.")
            raise ValueError(_with_range(spec, wanted.format(text.strip())))
        value = int(value)
    return checked(spec, value)


def checked(spec: FieldSpec, value: float) -> float:
    """Return a number within a field's range.

    Raises
    ------
    ValueError
        If it is outside, with the allowed range.
    """
    if is_below(spec, value):
        reason = QCoreApplication.translate("panels", "{} is too small.")
        raise ValueError(_with_range(spec, reason.format(number_text(value))))
    if is_above(spec, value):
        reason = QCoreApplication.translate("panels", "{} is too large.")
        raise ValueError(_with_range(spec, reason.format(number_text(value))))
    return value


def is_below(spec: FieldSpec, value: float) -> bool:
    """Whether a number is too small for a field."""
    return spec.low is not None and (value < spec.low or (spec.low_open and value == spec.low))


def is_above(spec: FieldSpec, value: float) -> bool:
    """Whether a number is too large for a field."""
    return spec.high is not None and (value > spec.high or (spec.high_open and value == spec.high))


def stepped(spec: FieldSpec, value: float, steps: int) -> float:
    """The number some steps further; a step that would leave the range ends at its closed bound.

    On a logarithmic scale a step doubles or halves.
    """
    if spec.ui.scale == "log":
        new = value * 2.0**steps
    else:
        new = round(value + steps * spec.ui.step, 10)
    if spec.type is int:
        new = int(new)
    if is_below(spec, new):
        return value if spec.low_open or spec.low is None else type(new)(spec.low)
    if is_above(spec, new):
        return value if spec.high_open or spec.high is None else type(new)(spec.high)
    return new


def _read(text: str) -> float | None:
    for kind in (int, float):
        try:
            value = kind(text)
            return value if isfinite(value) else None
        except (ValueError, OverflowError):
            continue
    return None


def _with_range(spec: FieldSpec, reason: str) -> str:
    allowed = range_text(spec)
    if not allowed:
        return reason
    return f"{reason} " + QCoreApplication.translate("panels", "Allowed: {}.").format(allowed)
