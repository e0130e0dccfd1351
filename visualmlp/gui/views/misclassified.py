"""The samples that a network takes for what they are not, and how often which for which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.confusion import confusion_counts
from visualmlp.analysis.mistakes import NO_CLASS, Cell, Order, chosen_rows, ordered, predictions
from visualmlp.data import PreparedData
from visualmlp.engine import Array
from visualmlp.gui.widgets.labels import number_text
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe

MOST_SHOWN = 500
"""Pictures in the gallery; nobody scrolls through more."""

MOST_TRAINING = 10_000
"""Training samples looked at, the first of the part: all 50,000 of MNIST would take too long."""

MOST_FEATURES = 8
"""Features in a line of text."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the view is set to show; ``caption`` is the text below a sample."""

    part: PartName
    order: Order
    cell: Cell | None
    caption: str


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
        How many samples fit the cell; rows in the part of those shown.
    pictures
        (n_shown, height, width) as stored, or None.
    captions, marks
        Of the samples shown.
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


def find_mistakes(probe: Probe, *, frame: Frame, wanted: Wanted) -> Mistakes:
    """Count what is taken for what, and choose and describe the samples to show."""
    data, part = probe.setup.data, probe.part(wanted.part)
    count = min(len(part), MOST_TRAINING) if wanted.part == "train" else len(part)
    y = _outputs(probe, frame, wanted.part, count)
    assert part.labels is not None
    labels = part.labels[:count]
    predicted, confidence = predictions(y)
    losses = confidence
    if wanted.order == "loss":
        with np.errstate(all="ignore"):
            losses = probe.network.loss.per_sample(y, probe.targets(wanted.part)[:count])
    chosen = chosen_rows(labels, predicted, wanted.cell)
    rows = ordered(chosen, wanted.order, losses, confidence)[:MOST_SHOWN]
    raw = data.dataset.x[part.index[rows]]
    shape = data.dataset.image_shape
    right = labels == predicted
    triples = zip(
        *(column[rows].tolist() for column in (labels, predicted, confidence)), strict=True
    )
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
        captions=_captions(data, wanted.caption, triples, raw),
        marks=["✓" if is_right else "✗" for is_right in right[rows]],
    )


def _outputs(probe: Probe, frame: Frame, part: PartName, count: int) -> Array:
    if count == len(probe.part(part)):
        return probe.outputs(frame, part)
    return probe.predict(frame, probe.inputs(part)[:count])


def _captions(
    data: PreparedData, template: str, triples: Iterable[tuple[int, int, float]], raw: Array
) -> list[str]:
    names = [*data.class_names, "–"]  # the last for NO_CLASS
    captions = [
        template.format(true=names[true], predicted=names[guess], share=number_text(sure, ".2f"))
        for true, guess, sure in triples
    ]
    if data.dataset.image_shape:
        return captions
    return [
        f"{caption} · {', '.join(map(number_text, row))}"
        for caption, row in zip(captions, raw[:, :MOST_FEATURES].tolist(), strict=True)
    ]
