"""What the view of the loss over one weight draws."""

from __future__ import annotations

from dataclasses import dataclass

from visualmlp.analysis.loss_slice import LossSlice, Place, SlicedNetwork
from visualmlp.engine import ACTIVATIONS
from visualmlp.gui.views.sample_set import SampleSet, Wanted, take_samples
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe

MOST_SAMPLES = 1_000
"""With more, a network for MNIST would take longer than half a second."""


@dataclass(frozen=True, slots=True, eq=False)
class SliceOfRun:
    """The loss over one parameter of a run, with a step of plain gradient descent.

    Attributes
    ----------
    sliced
        The curve.
    samples
        What the loss is the mean of.
    step
        What a step of plain gradient descent adds to the parameter.
    loss_after
        The loss with that added to this parameter alone.
    is_exact
        Whether the slope is the derivative: not with a surrogate gradient at or above the layer.
    """

    sliced: LossSlice
    samples: SampleSet
    step: float
    loss_after: float
    is_exact: bool


def slice_loss(
    probe: Probe,
    *,
    frame: Frame,
    layer: int,
    unit: int,
    source: int | None,
    steepest: bool,
    half_width: float,
    wanted: Wanted,
) -> SliceOfRun:
    """Compute the losses; ``source`` None is the bias, ``steepest`` overrules it."""
    setup = probe.setup
    samples = take_samples(probe, frame, wanted, MOST_SAMPLES)
    network = SlicedNetwork(probe.network, frame.parameters, samples.x, samples.t)
    if steepest:
        source = network.steepest(layer, unit)
    elif source is None and not setup.layers[layer].bias:
        source = 0
    place = Place(layer, unit, source)
    sliced = network.slice(place, half_width)
    experiment = frame.state.experiment if frame.state is not None else setup.experiment
    step = -experiment.optimizer.learning_rate * samples.factor * sliced.slope
    return SliceOfRun(
        sliced=sliced,
        samples=samples,
        step=step,
        loss_after=network.loss_at(place, sliced.present + step),
        is_exact=all(ACTIVATIONS[spec.activation].exact for spec in setup.layers[layer:]),
    )
