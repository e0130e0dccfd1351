"""What a rule is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import numpy as np

from visualmlp.analysis.health.evidence import Evidence
from visualmlp.registry import Registry

Severity = Literal["problem", "hint", "note", "fine"]
SEVERITIES: tuple[Severity, ...] = ("problem", "hint", "note", "fine")


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its numbers, to be translated before they go into it.

    Attributes
    ----------
    template
        With a field for each number, as :meth:`str.format` takes it.
    values
        The numbers.
    """

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence, untranslated."""
        return self.template.format(**self.values)


def say(template: str, **values: object) -> Said:
    """A sentence with its numbers."""
    return Said(template, values)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says about a run.

    Attributes
    ----------
    severity
        "problem" (training suffers), "hint" (worth a look), "note" (beyond the rule's limit, and as
        is to be expected here) or "fine".
    figure
        The number that decides, as short as can be.
    evidence
        All numbers measured, and what was looked at.
    advice
        What to try; empty where nothing needs to be done.
    unit
        Layer (0 is the first) and unit to pick where it shows.
    cell
        True and predicted class to pick.
    sample
        Row of the training part to pick.
    view, page
        The view that shows it, if not the rule's; and what of the view does, as its ``turn_to``
        takes it.
    """

    severity: Severity
    figure: Said
    evidence: Said
    advice: str = ""
    unit: tuple[int, int] | None = None
    cell: tuple[int, int] | None = None
    sample: int | None = None
    view: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that can go wrong.

    Attributes
    ----------
    name, title
        Identifier, and name on the screen before translation.
    order
        Its place among findings of the same severity: causes before consequences.
    view
        The view that shows it, unless a finding names another.
    limits
        Where the rule draws its lines, as a sentence before translation.
    needs
        What it needs to say anything, likewise.
    check
        Looks at the evidence; None where there is not enough of it.
    """

    name: str
    title: str
    order: int
    view: str
    limits: Said
    needs: str
    check: Callable[[Evidence], Finding | None]


HEALTH_RULES: Registry[Rule] = Registry("health rule")
"""Every rule, by name; a module in this folder adds its own."""


class Checked(NamedTuple):
    """A rule with what it found; None where it could not say anything."""

    rule: Rule
    finding: Finding | None


def examine(evidence: Evidence) -> list[Checked]:
    """All rules with what they found, the worst first."""
    with np.errstate(all="ignore"):  # numbers that overflowed are what some rules look for
        checked = [Checked(rule, rule.check(evidence)) for rule in HEALTH_RULES.values()]
    return sorted(checked, key=_urgency)


def severity_of(value: float, hint: float, problem: float) -> Severity:
    """How bad a value is that should be low; it is fine up to ``hint``, and if it is NaN."""
    return "problem" if value > problem else "hint" if value > hint else "fine"


def _urgency(checked: Checked) -> tuple[int, int]:
    rule, finding = checked
    severity = len(SEVERITIES) if finding is None else SEVERITIES.index(finding.severity)
    return severity, rule.order
