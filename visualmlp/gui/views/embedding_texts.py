"""What the view Embedding says about its points."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.embeddings import EMBEDDINGS
from visualmlp.data import Part
from visualmlp.gui.said import translated
from visualmlp.gui.views.embedded import Cloud, Placing, Source
from visualmlp.gui.views.layer_chooser import layer_text
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.labels import number_text, percent_text, share_text
from visualmlp.training.frame import Frame
from visualmlp.training.setup import Setup

MOST_FEATURES = 6
N_RANGES = 4
"""Of a regression's targets: each quarter of the samples has a mark of its own."""


class Legend(NamedTuple):
    """Names of the classes, and the class of each sample (n,)."""

    names: tuple[str, ...]
    kinds: npt.NDArray[np.integer]


def source_text(setup: Setup, source: Source) -> str:
    """Such as "Inputs" or "1 · 784 → 128 · relu"."""
    if source.what == "inputs":
        return _translate("Inputs ({})").format(f"{setup.data.n_inputs:,}")
    text = layer_text(setup, source.layer)
    return _translate("z of {}").format(text) if source.what == "z" else text


def legend(setup: Setup, cloud: Cloud) -> Legend:
    """The classes; of a regression the quarters of the first target."""
    part, rows = _part(setup, cloud), cloud.samples.rows
    if part.labels is not None:
        return Legend(setup.data.class_names, part.labels[rows])
    assert part.values is not None
    values = part.values[rows, 0]
    borders = np.quantile(values, np.arange(1, N_RANGES) / N_RANGES)
    ends = [values.min(), *borders, values.max()]
    low_and_high = pairwise(ends)
    names = tuple(f"{number_text(a, '.3g')} … {number_text(b, '.3g')}" for a, b in low_and_high)
    return Legend(names, np.searchsorted(borders, values, side="right"))


def axis_names(cloud: Cloud) -> tuple[str, str]:
    """Components with their shares of the variance; axes of other methods have no meaning."""
    if cloud.shares is None:
        name = cloud.placing.method if cloud.placing else ""
        text = _translate("{method} {number} (no unit)")
        return text.format(method=name, number=1), text.format(method=name, number=2)
    text = _translate("axis {number} ({share} of the variance)")
    first, second = (
        text.format(number=number, share=percent_text(share, 1))
        for number, share in enumerate(cloud.shares.tolist(), start=1)
    )
    return first, second


def caption(
    setup: Setup,
    frame: Frame,
    cloud: Cloud,
    *,
    picked_is_missing: bool,
    is_as_wanted: bool,
) -> str:
    """What is shown of how much, what is approximated, what is old."""
    parts = [_samples(cloud), _method(cloud)]
    if setup.data.task == "regression":
        parts.append(_translate("marks: quarters of the target"))
    n_missing = int(np.count_nonzero(~np.isfinite(cloud.places).all(axis=1)))
    if n_missing:
        parts.append(_translate("⚠ {} not drawn: NaN or infinite").format(f"{n_missing:,}"))
    if picked_is_missing:
        parts.append(_translate("the picked sample is not among them"))
    if not is_as_wanted:
        parts.insert(0, _translate("⚠ not yet with these settings: press Compute"))
    if cloud.step != frame.step:
        text = _translate("⚠ places of step {then}; predictions of step {now}")
        parts.insert(0, text.format(then=f"{cloud.step:,}", now=f"{frame.step:,}"))
    return " · ".join(parts)


def point_text(setup: Setup, cloud: Cloud, index: int) -> str:
    """What hover tells of a sample."""
    part, row = _part(setup, cloud), int(cloud.samples.rows[index])
    text = _translate("{part} sample {row}").format(
        part=part_name(cloud.wanted.part), row=f"{row:,}"
    )
    lines = [f"{text}: {_said(setup, part, cloud, index)}"]
    if not setup.data.dataset.image_shape:
        names = setup.data.dataset.feature_names[:MOST_FEATURES]
        raw = setup.data.dataset.x[part.index[row]][:MOST_FEATURES].tolist()
        lines += [f"{name} {number_text(x)}" for name, x in zip(names, raw, strict=True)]
    return "\n".join(lines)


def _said(setup: Setup, part: Part, cloud: Cloud, index: int) -> str:
    row, samples = cloud.samples.rows[index], cloud.samples
    if part.labels is None or samples.predicted is None or samples.confidence is None:
        assert part.values is not None
        target = number_text(float(part.values[row, 0]))
        return _translate("target {}").format(target)
    names = [*setup.data.class_names, "–"]  # the last for no prediction
    true, predicted = int(part.labels[row]), int(samples.predicted[index])
    text = _translate("true {true}, predicted {predicted} ({share}) {mark}")
    return text.format(
        true=names[true],
        predicted=names[predicted],
        share=share_text(float(samples.confidence[index]), 2),
        mark="✓" if true == predicted else "✗",
    )


def _samples(cloud: Cloud) -> str:
    shown, available = len(cloud.samples.rows), cloud.samples.n_available
    text = _translate("all {n} {part} samples")
    if shown < available:
        text = _translate("{n} of {all} {part} samples, evenly spaced")
    return text.format(n=f"{shown:,}", all=f"{available:,}", part=part_name(cloud.wanted.part))


def _method(cloud: Cloud) -> str:
    if cloud.placing is not None:
        text = _translate(
            "{method} of {count} numbers ({settings}), begun from PCA: shows who is near, not how "
            "far groups are apart"
        )
        return text.format(
            method=cloud.placing.method,
            count=f"{cloud.n_dimensions:,}",
            settings=_settings(cloud.placing),
        )
    if cloud.shares is not None and not cloud.shares.any():
        return _translate(
            "the {count} numbers of all samples are the same: there is no variance"
        ).format(count=f"{cloud.n_dimensions:,}")
    text = _translate(
        "the plane of the greatest variance holds {share} of that of {count} numbers; axes "
        "turned within it to stay as they were"
    )
    if cloud.wanted.source.what == "inputs":
        text = _translate(
            "the plane of the greatest variance holds {share} of that of {count} numbers"
        )
    shares = cloud.shares if cloud.shares is not None else np.zeros(2)
    return text.format(share=percent_text(float(shares.sum()), 1), count=f"{cloud.n_dimensions:,}")


def _settings(placing: Placing) -> str:
    options = EMBEDDINGS[placing.method].options
    return ", ".join(
        f"{translated(option.label)} {option.text(placing.settings[option.name])}"
        for option in options
    )


def _part(setup: Setup, cloud: Cloud) -> Part:
    return next(part for part in setup.data.parts if part.name == cloud.wanted.part)


def _translate(text: str) -> str:
    return QCoreApplication.translate("EmbeddingView", text)
