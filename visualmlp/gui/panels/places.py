"""Sections and values of an experiment by their dotted place, layers by number."""

from __future__ import annotations

import re
from typing import Any

from visualmlp.experiment import Experiment, Section, replace_at

_LAYER = re.compile(r"network\.hidden\.(\d+)(?:\.(\w+))?")


def section_at(experiment: Experiment, place: str) -> Section:
    """The section at a place such as ``optimizer`` or ``network.hidden.0``."""
    found: Any = experiment
    for key in place.split("."):
        found = found[int(key)] if key.isdigit() else getattr(found, key)
    section: Section = found
    return section


def with_value(experiment: Experiment, place: str, value: Any) -> Experiment:
    """A copy of the experiment with the value at a place changed.

    Raises
    ------
    ExperimentError
        If the value is refused.
    """
    if match := _LAYER.fullmatch(place):
        layers, index = list(experiment.network.hidden), int(match[1])
        layers[index] = replace_at(layers[index], match[2], value)
        place, value = "network.hidden", tuple(layers)
    changed: Experiment = replace_at(experiment, place, value)
    return changed
