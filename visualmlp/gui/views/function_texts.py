"""The function view in words: how good the drawn samples are, and what the marks mean."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QCoreApplication

from visualmlp.gui.views.fitted_lines import comparison_texts
from visualmlp.gui.views.surface import EVERY, MOST_CURVES, Samples, Surface
from visualmlp.gui.widgets.labels import number_text


def caption(step: int, result: Surface, samples: Samples, *, has_points: bool) -> str:
    """What stands below the plot, in lines."""
    parts = [_figures(result, samples), _tr("step {}").format(f"{step:,}")]
    finite = result.values[np.isfinite(result.values)]
    if result.at.shape[1] == 1 and finite.size:
        text = _tr("curve from {low} to {high}")
        if result.values.shape[1] > 1:
            text = _tr("curves from {low} to {high}")
        low, high = number_text(float(finite.min())), number_text(float(finite.max()))
        parts.append(text.format(low=low, high=high))
    if result.n_nan:
        text = _tr("{count} of {all} points of the grid have NaN as output")
        count, total = f"{result.n_nan:,}", f"{len(result.values):,}"
        parts.append(text.format(count=count, all=total))
    marks = _marks(samples) if has_points else []
    if result.unit is not None and result.unit[1] == EVERY:
        marks = [_tr("all in one scale of colours; lower left: least values of both inputs")]
        if result.at.shape[1] == 1:
            marks = _first_units(result.values.shape[1])
    lines = comparison_texts(result.comparison) if result.comparison else []
    return "\n".join([", ".join(parts), *marks, *lines])


def _marks(samples: Samples) -> list[str]:
    """The line that says which marks there are."""
    marks = []
    if samples.total_validation:
        marks.append(_tr("filled: training, hollow: validation"))
    if samples.labels is not None:
        marks.append(_tr("crossed: predicted wrong"))
    return [", ".join(marks)] if marks else []


def _figures(result: Surface, samples: Samples) -> str:
    """How good the drawn samples are, with their numbers."""
    n_train, n = samples.n_train, len(samples.raw)
    wrong = result.wrong[:n_train].sum(), result.wrong[n_train:].sum()
    halves = [
        (_tr("training"), n_train, samples.total_train),
        (_tr("validation"), n - n_train, samples.total_validation),
    ]
    texts = []
    for (name, count, total), error, n_wrong in zip(halves, result.errors, wrong, strict=True):
        template = _tr("{wrong} of {among} {part} samples wrong")
        if samples.labels is None:
            template = _tr("RMSE {error} over {among} {part} samples")
            if total == 1:
                template = _tr("RMSE {error} of the only {part} sample")
        if count:
            values = {"wrong": f"{n_wrong:,}", "error": number_text(error), "part": name}
            texts.append(template.format(among=_among(count, total), **values))
    return ", ".join(texts)


def _first_units(total: int) -> list[str]:
    if total <= MOST_CURVES:
        return []
    text = _tr("only the first {count} of {total} units are drawn")
    return [text.format(count=f"{MOST_CURVES:,}", total=f"{total:,}")]


def _among(count: int, total: int) -> str:
    if count == total:
        return f"{count:,}"
    return _tr("the first {count} of {total}").format(count=f"{count:,}", total=f"{total:,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("FunctionView", text)
