"""A gradient check in words: the lines of its table, and what to know about it."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from PyQt6.QtCore import QCoreApplication

from visualmlp.engine import GradientCheck
from visualmlp.engine.parameters import Piece
from visualmlp.gui.views.checked_gradient import CheckedGradient
from visualmlp.gui.widgets.labels import number_text
from visualmlp.training.setup import Setup

AGREES, DIFFERS = 1e-5, 1e-2
"""Relative errors below the first are rounding; above the second there is a fault."""

Rows = list[list[str]]


def table_of(result: CheckedGradient) -> tuple[list[str], Rows, list[list[object]]]:
    """Titles, a line for each array, and the same lines with numbers in full precision."""
    titles = [
        _tr("array"),
        _tr("verdict"),
        _tr("relative error"),
        _tr("backpropagation"),
        _tr("central difference"),
        _tr("worst entry"),
        _tr("checked"),
    ]
    rows: Rows = []
    values: list[list[object]] = []
    for piece, check in zip(result.pieces, result.checks, strict=True):
        size = piece.stop - piece.start
        count = _tr("{checked} of {all}").format(
            checked=f"{min(result.entries, size):,}", all=f"{size:,}"
        )
        numbers = (check.relative_error, check.analytic, check.numeric)
        texts = [number_text(x, spec) for x, spec in zip(numbers, _FORMATS, strict=True)]
        head, tail = [check.name, verdict_on(result, piece, check)], [_entry(check), count]
        rows.append([*head, *texts, *tail])
        values.append([*head, *numbers, *tail])
    return titles, rows, values


_FORMATS = (".1e", ".6g", ".6g")


def verdict_on(result: CheckedGradient, piece: Piece, check: GradientCheck) -> str:
    """A sign and a word or two."""
    error = check.relative_error
    if not isfinite(error):
        return _tr("✗ not finite")
    if error < AGREES:
        return _tr("✓ agrees")
    if result.is_surrogate(piece):
        return _tr("≈ surrogate gradient")
    return _tr("⚠ doubtful") if error < DIFFERS else _tr("✗ differs")


def notes_on(setup: Setup, result: CheckedGradient) -> Iterator[str]:
    """Sentences on what makes a difference that is no fault."""
    if result.surrogates:
        text = _tr(
            "Layer {} has a surrogate gradient: the published formula is not the derivative, so "
            "that a difference is no fault of the program."
        )
        yield text.format(", ".join(str(layer + 1) for layer in result.surrogates))
    for near in result.kinks:
        text = _tr(
            "A kink is near: {count} of {total} z of layer {layer} are so close to {kink} that "
            "the step may cross it; the central difference may be wrong there."
        )
        count, total = f"{near.count:,}", f"{near.total:,}"
        kink = number_text(near.kink)
        yield text.format(count=count, total=total, layer=near.layer + 1, kink=kink)
    if setup.experiment.optimizer.layer_order != "together":
        yield _tr(
            "This run updates the output first: its hidden layers follow another gradient than "
            "the one that is checked here."
        )


def _entry(check: GradientCheck) -> str:
    if len(check.worst_index) == 2:
        source, unit = check.worst_index
        return _tr("input {source} → unit {unit}").format(source=source, unit=unit)
    return _tr("unit {}").format(check.worst_index[0])


def _tr(text: str) -> str:
    return QCoreApplication.translate("GradientCheckView", text)
