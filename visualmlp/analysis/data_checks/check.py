"""What a check of data is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from visualmlp.analysis.data_checks.look import DataLook, Report, no_report
from visualmlp.analysis.health import SEVERITIES, Said, Severity
from visualmlp.data import PreparedData
from visualmlp.registry import Registry


@dataclass(frozen=True, slots=True)
class DataFinding:
    """What a check says about data.

    Attributes
    ----------
    severity
        "problem" (results may mislead), "hint" (worth a look) or "fine".
    figure
        The number that decides, as short as can be.
    evidence
        All numbers, and what was looked at.
    advice
        What to do; empty where all is fine.
    samples
        Rows of the training part where it shows, a few at most.
    column
        Number of the column that it is about, as ``columns_of`` counts; None if it is about none.
    """

    severity: Severity
    figure: Said
    evidence: Said
    advice: str = ""
    samples: tuple[int, ...] = ()
    column: int | None = None


@dataclass(frozen=True, slots=True)
class DataCheck:
    """Something that can be wrong with data.

    Attributes
    ----------
    name, title
        Identifier, and name on the screen before translation.
    order
        Its place among findings of the same severity.
    limits
        Where it draws its lines, as a sentence before translation.
    needs
        What it needs to say anything, likewise.
    check
        Looks at the data; None where there is nothing that it could say.
    """

    name: str
    title: str
    order: int
    limits: Said
    needs: str
    check: Callable[[DataLook], DataFinding | None]


DATA_CHECKS: Registry[DataCheck] = Registry("data check")
"""Every check, by name; a module in this folder adds its own."""


class DataChecked(NamedTuple):
    """A check with what it found; None where it could not say anything."""

    check: DataCheck
    finding: DataFinding | None


class DataReport(NamedTuple):
    """All checks, the worst finding first, and what was looked at.

    Attributes
    ----------
    checked
        Every check.
    n_train
        Rows of the training part.
    n_sampled
        How many of them, evenly spaced, stand for all where a check needs to sort.
    n_compared
        Rows of all parts that were compared with each other.
    n_rows
        Rows of all parts.
    """

    checked: tuple[DataChecked, ...]
    n_train: int
    n_sampled: int
    n_compared: int
    n_rows: int

    @property
    def doubtful(self) -> list[DataChecked]:
        """Those that found something, the worst first."""
        return [c for c in self.checked if c.finding and c.finding.severity != "fine"]


def examine_data(data: PreparedData, report: Report = no_report) -> DataReport:
    """Let every check look at prepared data.

    Nothing of the test part is looked at but whether its inputs are among those of the training
    part. Bounds on what is sorted and compared stand in :mod:`.look`.

    Parameters
    ----------
    report
        Called with what is done and what there is to do, every few milliseconds.
    """
    look = DataLook(data, report)
    checked = []
    for number, check in enumerate(DATA_CHECKS.values()):
        report(number, len(DATA_CHECKS))
        checked.append(DataChecked(check, check.check(look)))
    return DataReport(
        tuple(sorted(checked, key=_urgency)),
        len(data.train),
        len(look.rows),
        sum(len(rows) for rows in look.compared.values()),
        sum(map(len, data.parts)),
    )


def _urgency(checked: DataChecked) -> tuple[int, int]:
    check, finding = checked
    severity = len(SEVERITIES) if finding is None else SEVERITIES.index(finding.severity)
    return severity, check.order
