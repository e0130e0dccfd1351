"""The samples that a network takes for what they are not, and how often which for which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.confusion import confusion_counts
from visualmlp.analysis.data_columns import columns_of
from visualmlp.analysis.forgetting import flips, wrong_since
from visualmlp.analysis.mistakes import NO_CLASS, Filter, Order, filtered_rows, ordered, predictions
from visualmlp.data import PreparedData
from visualmlp.engine import Array
from visualmlp.gui.views.data_rows import cell_text, column_cells
from visualmlp.gui.views.sample_strips import make_strips
from visualmlp.gui.widgets.labels import share_text
from visualmlp.gui.widgets.strips import SampleStrips
from visualmlp.training.branches import Branch
from visualmlp.training.frame import Frame
from visualmlp.training.past_predictions import Past
from visualmlp.training.probe import PartName, Probe

MOST_SHOWN = 500
"""Pictures in the gallery; nobody scrolls through more."""

MOST_STRIPS = 200
"""Samples whose predictions over the run are shown."""

MOST_TRAINING = 10_000
"""Training samples looked at, the first of the part: all 50,000 of MNIST would take too long."""

MOST_COLUMNS = 8
"""Columns in a line of text."""

SHARE = 0.08
"""Seconds for which past states are looked into before what is known is shown."""


class Wanted(NamedTuple):
    """What the view is set to show.

    Attributes
    ----------
    part, order
        The part of the data, and which samples come first.
    filter
        True and predicted class; None is any.
    flipped
        Whether only samples are wanted whose prediction changed in the course of the run.
    strips
        Whether their predictions over the run are wanted.
    caption, since
        The text below a sample, and what is added to it about since when it is wrong.
    """

    part: PartName
    order: Order
    filter: Filter
    flipped: bool
    strips: bool
    caption: str
    since: str

    @property
    def asks_past(self) -> bool:
        """Whether what was predicted in the past is needed."""
        return self.flipped or self.strips or self.order == "newest"


@dataclass(frozen=True, slots=True, eq=False)
class Mistakes:
    """What the view draws.

    Attributes
    ----------
    wanted
        What was asked for.
    n_samples, n_looked_at, n_wrong, n_nan
        Samples of the part, those looked at, those predicted wrong, those whose outputs are NaN.
    counts
        True class by predicted class.
    n_chosen, rows
        How many samples fit the filter; rows in the part of those shown.
    pictures
        (n_shown, height, width) as stored, or None.
    captions, marks
        Of the samples shown.
    n_states, n_missing
        Past states looked into, and those still to be; both 0 where the past is not asked for.
    n_followed
        Samples whose past is known, the first of the part, which alone are chosen from where it is
        asked for; else all that were looked at.
    strips
        Of the samples shown, or None.
    """

    wanted: Wanted
    n_samples: int
    n_looked_at: int
    n_wrong: int
    n_nan: int
    counts: npt.NDArray[np.int64]
    n_chosen: int
    rows: list[int]
    pictures: Array | None
    captions: list[str]
    marks: list[str]
    n_states: int
    n_missing: int
    n_followed: int
    strips: SampleStrips | None


def find_mistakes(probe: Probe, *, frame: Frame, branch: Branch, wanted: Wanted) -> Mistakes:
    """Count what is taken for what, and choose and describe the samples to show."""
    data, part = probe.setup.data, probe.part(wanted.part)
    count = min(len(part), MOST_TRAINING) if wanted.part == "train" else len(part)
    y = _outputs(probe, frame, wanted.part, count)
    assert part.labels is not None
    labels = part.labels[:count]
    predicted, confidence = predictions(y)
    past = probe.past_predictions(wanted.part).look(branch, SHARE) if wanted.asks_past else None
    chosen = filtered_rows(labels, predicted, wanted.filter)
    if past is not None:
        chosen = chosen[chosen < past.predicted.shape[1]]
    if past is not None and wanted.flipped:
        chosen = chosen[flips(past.predicted)[chosen] > 0]
    since = None
    if past is not None and wanted.order == "newest":
        since = _wrong_since(past, labels, predicted, frame.step)
    values = confidence
    if wanted.order == "loss":
        with np.errstate(all="ignore"):
            values = probe.network.loss.per_sample(y, probe.targets(wanted.part)[:count])
    rows = ordered(chosen, wanted.order, values if since is None else since)[:MOST_SHOWN]
    raw = data.raw(part.rows(rows))
    shape = data.dataset.image_shape
    right = labels == predicted
    triples = zip(
        *(column[rows].tolist() for column in (labels, predicted, confidence)), strict=True
    )
    captions = _captions(data, wanted.caption, triples, raw)
    if since is not None:
        captions = _with_steps(captions, wanted.since, since[rows].tolist(), data)
    return Mistakes(
        wanted=wanted,
        n_samples=len(part),
        n_looked_at=count,
        n_wrong=int(count - np.count_nonzero(right)),
        n_nan=int(np.count_nonzero(predicted == NO_CLASS)),
        counts=confusion_counts(labels, predicted, len(data.class_names)),
        n_chosen=len(chosen),
        rows=rows.tolist(),
        pictures=raw.reshape(-1, *shape) if shape else None,
        captions=captions,
        marks=["✓" if is_right else "✗" for is_right in right[rows]],
        n_states=0 if past is None else len(past.steps),
        n_missing=0 if past is None else past.n_missing,
        n_followed=count if past is None else past.predicted.shape[1],
        strips=None
        if past is None or not wanted.strips
        else make_strips(probe, wanted.part, past, rows[:MOST_STRIPS], branch.timeline.head),
    )


def _wrong_since(
    past: Past, labels: npt.NDArray, predicted: npt.NDArray, step: int
) -> npt.NDArray[np.int64]:
    """For every sample the step of the first state of its present mistake, as far as is known."""
    count = past.predicted.shape[1]
    known = [k for k, at in enumerate(past.steps) if at < step]
    rows = np.concatenate([past.predicted[known], predicted[None, :count]])
    steps = np.array([*(past.steps[k] for k in known), step, step])
    return steps[wrong_since(rows, labels[:count])]


def _outputs(probe: Probe, frame: Frame, part: PartName, count: int) -> Array:
    if count == len(probe.part(part)):
        return probe.outputs(frame, part)
    return probe.predict(frame, probe.inputs(part)[:count])


def _captions(
    data: PreparedData, template: str, triples: Iterable[tuple[int, int, float]], raw: Array
) -> list[str]:
    names = [*data.class_names, "–"]  # the last for NO_CLASS
    captions = [
        template.format(true=names[true], predicted=names[guess], share=share_text(sure, 2))
        for true, guess, sure in triples
    ]
    if data.dataset.image_shape:
        return captions
    columns = columns_of(data.dataset)[:MOST_COLUMNS]
    return [
        f"{caption} · {', '.join(map(cell_text, row))}"
        for caption, row in zip(captions, column_cells(columns, raw), strict=True)
    ]


def _with_steps(
    captions: list[str], template: str, steps: list[int], data: PreparedData
) -> list[str]:
    """Below the caption of a picture, before that of a line of text."""
    if data.dataset.image_shape:
        return [
            f"{caption}\n{template.format(f'{step:,}')}"
            for caption, step in zip(captions, steps, strict=True)
        ]
    return [
        f"{template.format(f'{step:,}')} · {caption}"
        for caption, step in zip(captions, steps, strict=True)
    ]
