"""What the view of activation functions draws: curves, and where the layer is on them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.activation_curve import (
    ActivationCurve,
    activation_at,
    activation_curve,
    is_elementwise,
)
from visualmlp.analysis.activity import evenly_spaced
from visualmlp.engine import Array, LayerOutput
from visualmlp.gui.views.sample_activity import look_at_sample
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe

PRINTED = (10.0, 1.0, 0.0, -1.0, -10.0)
"""Where the values are written out."""

HALF_WIDTHS = (6.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
"""Plots end at one of these, so that they seldom change while training runs."""

MOST_SAMPLES = 500
N_COLUMNS = 60


@dataclass(frozen=True, slots=True, eq=False)
class LayerOnCurve:
    """A layer's activation function with the pre-activations there are.

    Attributes
    ----------
    layer, activation
        0 is the first layer; the name of its function.
    part, sample
        Whose pre-activations are marked.
    output
        z and a of the sample, (n_units,) each.
    curve, printed
        The function over the plot and at :data:`PRINTED`; None if a unit's activation depends on
        all units.
    slope
        da/dz at the sample's z; empty then.
    edges, counts, n_samples, n_available
        Histogram of all units' z over ``n_samples`` of the part's ``n_available`` samples.
    n_left_out
        How many of these z the histogram does not count: outside of the plot, or not finite.
    within
        Units whose z lies in the plot.
    """

    layer: int
    activation: str
    part: PartName
    sample: int
    output: LayerOutput
    curve: ActivationCurve | None
    printed: ActivationCurve | None
    slope: Array
    edges: Array
    counts: Array
    n_samples: int
    n_available: int
    n_left_out: int
    within: npt.NDArray[np.intp]


def look_at_function(
    probe: Probe, *, frame: Frame, layer: int, part: PartName, sample: int
) -> LayerOnCurve:
    """Compute curve, marks and histogram."""
    activation = probe.setup.layers[layer].activation
    activity = look_at_sample(probe, frame=frame, part=part, sample=sample)
    output = LayerOutput(*(array[0] for array in activity.layers[layer]))
    n_samples, spread = _pre_activations(probe, frame, layer, part)
    limit = _half_width(output.z, spread)
    counts, edges = np.histogram(spread[np.isfinite(spread)], N_COLUMNS, (-limit, limit))
    alone = is_elementwise(activation)
    return LayerOnCurve(
        layer=layer,
        activation=activation,
        part=activity.part,
        sample=activity.sample,
        output=output,
        curve=activation_curve(activation, -limit, limit) if alone else None,
        printed=activation_at(activation, np.array(PRINTED)) if alone else None,
        slope=activation_at(activation, output.z).slope if alone else np.zeros(0),
        edges=edges,
        counts=counts,
        n_samples=n_samples,
        n_available=len(probe.part(part)),
        n_left_out=spread.size - int(counts.sum()),
        within=np.flatnonzero(np.abs(output.z) <= limit),
    )


def _pre_activations(probe: Probe, frame: Frame, layer: int, part: PartName) -> tuple[int, Array]:
    """How many samples of the part were taken, and all units' z."""
    whole = probe.part(part)
    rows = whole.rows(evenly_spaced(len(whole), MOST_SAMPLES))
    x = probe.setup.data.inputs(rows, np.dtype(probe.setup.dtype))
    return len(rows), probe.layers(frame, x)[layer].z


def _half_width(z: Array, spread: Array) -> float:
    """Where all of the sample's z are, and all but the last of the others."""
    finite = [values[np.isfinite(values)] for values in (np.abs(z), np.abs(spread))]
    reach = max((float(values.max()) for values in finite if values.size), default=0.0)
    return next((limit for limit in HALF_WIDTHS if reach <= limit), HALF_WIDTHS[-1])
