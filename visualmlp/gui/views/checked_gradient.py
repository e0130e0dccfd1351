"""What the view of the gradient check draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from visualmlp.analysis.gradient_steps import (
    NearKink,
    errors_by_step,
    near_kinks,
    surrogate_layers,
)
from visualmlp.engine import Array, GradientCheck, check_gradients
from visualmlp.engine.parameters import Piece
from visualmlp.gui.views.sample_set import SampleSet, Wanted, take_samples
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe

STEPS = tuple(10.0**exponent for exponent in range(-10, -1))
"""Steps of the plot of errors."""

ENTRIES_PLOTTED = 2
"""Entries of each array in that plot, which needs the check nine times."""

FEWEST_SAMPLES, MOST_SAMPLES = 16, 256
WORK = 5_000_000
"""Parameters times samples: so a network for MNIST takes about a second."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckedGradient:
    """The gradient of a batch compared with central differences.

    Attributes
    ----------
    step
        Updates made when it was checked.
    h, entries
        Step of the difference, and how many entries of each array were compared at most.
    samples
        What the loss is the mean of.
    pieces, checks
        The arrays, and what was found, in the same order.
    errors
        Relative errors at :data:`STEPS`, by the name of the array.
    kinks
        Where the step may cross a kink.
    surrogates
        Layers whose gradient is a published formula, not the derivative.
    """

    step: int
    h: float
    entries: int
    samples: SampleSet
    pieces: Sequence[Piece]
    checks: Sequence[GradientCheck]
    errors: dict[str, Array]
    kinks: Sequence[NearKink]
    surrogates: Sequence[int]

    def is_surrogate(self, piece: Piece) -> bool:
        """Whether the array's gradient comes through a surrogate."""
        return any(layer >= piece.layer for layer in self.surrogates)


def check_gradient(
    probe: Probe, *, frame: Frame, h: float, entries: int, wanted: Wanted
) -> CheckedGradient:
    """Check the gradient at a frame."""
    network = probe.setup.new_network()
    network.parameters.flat[...] = frame.parameters
    most = min(max(WORK // network.layout.size, FEWEST_SAMPLES), MOST_SAMPLES)
    samples = take_samples(probe, frame, wanted, most)
    x, t = samples.x, samples.t
    return CheckedGradient(
        step=frame.step,
        h=h,
        entries=entries,
        samples=samples,
        pieces=network.layout.pieces,
        checks=check_gradients(network, x, t, h, entries),
        errors=errors_by_step(network, x, t, STEPS, ENTRIES_PLOTTED),
        kinks=near_kinks(network, x, h),
        surrogates=surrogate_layers(network),
    )
