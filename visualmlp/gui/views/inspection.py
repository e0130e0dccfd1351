"""One sample and what the network makes of it, in numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from visualmlp.analysis.mistakes import next_mistake, predictions
from visualmlp.engine import Array
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """A sample and what the network makes of it.

    Attributes
    ----------
    part, row, data_row, n_samples
        The part, the sample's row in it and in the whole data, samples of the part.
    raw, scaled
        The inputs (n_features,) as stored and as the network gets them.
    label, predicted
        True and predicted class; None for regression, and the first of them without a label.
    target, output
        (n_outputs,); the first is None, as is the loss, of a drawing without a label.
    loss
        Of this sample.
    searched, found
        Whether a mistake was looked for, and the row of the next one.
    """

    part: PartName
    row: int
    data_row: int
    n_samples: int
    raw: Array
    scaled: Array
    label: int | None
    predicted: int | None
    target: Array | None
    output: Array
    loss: float | None
    searched: bool
    found: int | None


def inspect_sample(
    probe: Probe, *, frame: Frame, name: PartName, row: int, search: bool
) -> Inspection:
    """Look at one sample of a part, and search the next mistake after it if asked."""
    data, part = probe.setup.data, probe.part(name)
    row = min(row, len(part) - 1)
    one = part.rows(np.array([row]))
    dtype = np.dtype(probe.setup.dtype)
    x = data.inputs(one, dtype)
    y = probe.predict(frame, x)
    target = loss = found = None
    if name != "unlabelled":
        t = data.targets(one, dtype)
        with np.errstate(all="ignore"):
            target, loss = t[0], float(probe.network.loss.per_sample(y, t)[0])
    if search and part.labels is not None:
        predicted, _ = predictions(probe.outputs(frame, name))
        found = next_mistake(part.labels, predicted, row)
    return Inspection(
        part=name,
        row=row,
        data_row=int(one.index[0]),
        n_samples=len(part),
        raw=data.raw(one)[0],
        scaled=x[0],
        label=None if one.labels is None else int(one.labels[0]),
        predicted=int(predictions(y)[0][0]) if data.class_names else None,
        target=target,
        output=y[0],
        loss=loss,
        searched=search,
        found=found,
    )
