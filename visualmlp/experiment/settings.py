"""Change one value of an experiment by its dotted name."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from typing import Any

from visualmlp.errors import ExperimentError
from visualmlp.experiment.declare import Section
from visualmlp.experiment.model import Experiment


def replace_at(section: Section, path: str, value: Any) -> Any:
    """A copy of a section with the field at ``path`` ("optimizer.learning_rate") changed.

    Raises
    ------
    ExperimentError
        If there is no such field, or the value is refused.
    """
    head, _, rest = path.partition(".")
    if head not in type(section).model_fields:
        names = ", ".join(type(section).model_fields)
        raise ExperimentError(f"there is no field {head!r} in {type(section).__name__}: {names}")
    if rest:
        inner = getattr(section, head)
        if not isinstance(inner, Section):
            raise ExperimentError(f"{head} has no fields of its own, so {path!r} is unknown")
        value = replace_at(inner, rest, value)
    return section.replace(**{head: value})


def apply_settings(experiment: Experiment, settings: Iterable[str]) -> Experiment:
    """Apply ``key=value`` texts in their order, as the command line's ``--set`` takes them.

    A value is read as TOML where it is TOML (``0.05``, ``true``, ``[128, 64]``), otherwise as text.

    Raises
    ------
    ExperimentError
        If a text has no ``=``, or its field or value is refused.
    """
    for setting in settings:
        key, equals, text = setting.partition("=")
        if not equals:
            raise ExperimentError(
                f"--set takes key=value, such as optimizer.learning_rate=0.05, not {setting!r}"
            )
        try:
            experiment = replace_at(experiment, key.strip(), _parse(text.strip()))
        except ExperimentError as error:
            raise ExperimentError(f"--set {setting}: {error}") from None
    return experiment


def _parse(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (ValueError, RecursionError):
        return text
