"""What the curves of a run are called, and what they are curves of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count

from PyQt6.QtCore import QCoreApplication

from visualmlp.gui.views.epoch_table import PARTS
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.labels import count_text, counted, number_text, share_text
from visualmlp.gui.widgets.parts_line import Fact
from visualmlp.training.history import EpochRecord, Evaluation
from visualmlp.training.setup import Setup

Names = dict[str, tuple[str, str]]
"""Of the series, in full and short: by figure, by part, and ``smooth.`` with the figure."""


def _tr(text: str) -> str:
    return QCoreApplication.translate("CurvesView", text)


def figure_text(figure: str, task: str) -> str:
    """A figure on the screen."""
    return {
        "loss": _tr("Loss"),
        "score": "R²" if task == "regression" else _tr("Accuracy"),
        "rmse": "RMSE",
        "learning_rate": _tr("Learning rate"),
        "gradient_norm": _tr("Gradient norm"),
    }[figure]


def axis_text(figure: str, task: str) -> str:
    """A figure within a sentence, or beside its axis."""
    text = figure_text(figure, task)
    return text if text in ("R²", "RMSE") else text.lower()


def axis_title(figure: str, task: str) -> str:
    """A figure beside its axis, with what it is a mean or a share of."""
    titles = {
        "loss": _tr("loss (mean of samples)"),
        "score": "R²" if task == "regression" else _tr("accuracy (share of samples)"),
        "rmse": _tr("RMSE (unit of the target)"),
        "learning_rate": _tr("learning rate"),
        "gradient_norm": _tr("gradient norm (L2, before clipping)"),
    }
    return titles[figure]


def other_names(names: Iterable[str]) -> list[str]:
    """Names of runs, each of its own."""
    found: list[str] = []
    for name in names:
        numbered = (name if n == 1 else f"{name} ({n})" for n in count(1))
        found.append(next(one for one in numbered if one not in found))
    return found


def series_names(setup: Setup, record: EpochRecord, batch: int, window: int) -> Names:
    """Names of the series of a run.

    Parameters
    ----------
    setup
        The run's set-up.
    record
        The newest record: it has the parts that are evaluated.
    batch
        Samples in a batch.
    window
        Steps that a smoothed value averages.
    """
    rate, norm = _tr("learning rate"), _tr("gradient norm")
    mean, short_mean = _tr("mean of {} steps"), _tr("mean of {}")
    mean, short_mean = mean.format(f"{window:,}"), short_mean.format(f"{window:,}")
    names = {
        "loss": _batch_names(batch, len(setup.data.train)),
        "learning_rate": (_tr("learning rate of the step"), rate),
        "gradient_norm": (_tr("gradient norm of the step, before clipping"), norm),
        "smooth.loss": (mean, short_mean),
        "smooth.gradient_norm": (f"{norm}, {mean}", f"{_tr('norm')}, {short_mean}"),
    }
    for part in PARTS:
        if evaluation := getattr(record, part):
            total = len(getattr(setup.data, part))
            text = part_name(part)
            short = text if evaluation.n_samples == total else _with_count(part, evaluation, total)
            names[part] = (f"{text} ({_samples(evaluation, total)})", short)
    return names


def _batch_names(batch: int, n_train: int) -> tuple[str, str]:
    if batch >= n_train:
        one, many = _tr("the only sample"), _tr("all {} samples")
        text = _tr("loss before the step ({})").format(counted(n_train, one, many))
        return text, _tr("before the step")
    samples = counted(batch, _tr("1 sample"), _tr("{} samples"))
    return _tr("batch loss ({})").format(samples), _tr("batch")


def kept_names(run: str, record: EpochRecord, window: int) -> Names:
    """Names of the series of another run, whose newest record this is; each begins with its name.

    The parts are named with the samples that were evaluated.
    """
    mean = _tr("mean of {}").format(f"{window:,}")
    names = {
        "loss": (_tr("batch loss"), _tr("batch")),
        "learning_rate": (_tr("learning rate"), _tr("learning rate")),
        "gradient_norm": (_tr("gradient norm"), _tr("gradient norm")),
        "smooth.loss": (_tr("batch loss, {}").format(mean), mean),
        "smooth.gradient_norm": (
            _tr("gradient norm, {}").format(mean),
            _tr("norm, {}").format(mean),
        ),
    }
    for part in PARTS:
        if evaluation := getattr(record, part):
            text = part_name(part)
            names[part] = (f"{text} ({_samples(evaluation, evaluation.n_samples)})", text)
    return {key: (f"{run}: {full}", f"{run}: {short}") for key, (full, short) in names.items()}


def summary(setup: Setup, record: EpochRecord) -> list[Fact]:
    """The figures of a record: of the validation part, else of the test part, else of training.

    What the curves tell as well goes first where room is short.
    """
    part = next(p for p in ("validation", "test", "train") if getattr(record, p))
    evaluation, task = getattr(record, part), setup.data.task
    name = _with_count(part, evaluation, len(getattr(setup.data, part)))
    score = share_text(evaluation.score)
    rmse = f"RMSE {number_text(evaluation.rmse)}" if task == "regression" else ""
    return [
        Fact(f"{name}: {axis_text('score', task)} {score}", 4),
        Fact(f"{axis_text('loss', task)} {number_text(evaluation.loss)}", 2),
        Fact(rmse, 1),
        Fact(_tr("step {}").format(count_text(record.step)), 3),
        Fact(_tr("epoch {}").format(count_text(record.epoch)), 0),
    ]


def _with_count(part: str, evaluation: Evaluation, total: int) -> str:
    """A part, and how many of its samples were looked at."""
    count = count_text(evaluation.n_samples)
    if evaluation.n_samples < total:
        count = _tr("{count} of {total}").format(count=count, total=count_text(total))
    return f"{part_name(part)} ({count})"


def _samples(evaluation: Evaluation, total: int) -> str:
    if evaluation.n_samples < total:
        text = _tr("{count} of {total} samples")
        return text.format(count=f"{evaluation.n_samples:,}", total=f"{total:,}")
    return counted(total, _tr("1 sample"), _tr("{} samples"))
