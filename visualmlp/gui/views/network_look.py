"""The picked sample in the network, in numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from visualmlp.analysis.links import Places
from visualmlp.analysis.mistakes import NO_CLASS, predictions
from visualmlp.analysis.network_diagram import Diagram, Shown, diagram_of, unit_states
from visualmlp.engine import Array
from visualmlp.gui.widgets.network_scene import SampleFacts, Unit
from visualmlp.training.frame import Frame
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.what_if import Mask


@dataclass(frozen=True, slots=True, eq=False)
class NetworkLook:
    """What the view draws.

    Attributes
    ----------
    part, sample
        Where the sample is.
    wanted
        What was asked for.
    diagram, facts
        Units and links, and what else is known of them.
    label, predicted, confidence
        True and predicted class (``NO_CLASS`` if outputs are NaN) with its output; None for
        regression.
    target, outputs
        What the outputs should be, (n_outputs,), for regression, else None; and what they are.
    """

    part: PartName
    sample: int
    wanted: Shown
    diagram: Diagram
    facts: SampleFacts
    label: int | None
    predicted: int | None
    confidence: float
    target: Array | None
    outputs: Array


def look_at_network(
    probe: Probe,
    *,
    frame: Frame,
    part: PartName,
    sample: int,
    wanted: Shown,
    before: Sequence[Places] | None,
    frozen: Mask | None,
) -> NetworkLook:
    """Send one sample through the network of a frame.

    Parameters
    ----------
    wanted, before
        What is shown, and the units of every column that were shown before.
    frozen
        Which parameters no update changes, (size,); None if there are none.
    """
    setup, whole = probe.setup, probe.part(part)
    sample = min(sample, len(whole) - 1)
    one = whole.rows(np.array([sample]))
    x = setup.data.inputs(one, np.dtype(setup.dtype))
    layers = probe.layers(frame, x)
    activations = [spec.activation for spec in setup.layers]
    outputs = layers[-1].a
    is_class = len(setup.data.class_names) == outputs.shape[1]
    if is_class and one.labels is not None:
        wanted = replace(wanted, answer=int(one.labels[0]))
    diagram = diagram_of(x, layers, probe.parameters(frame), activations, wanted, before)
    label = predicted = None
    confidence = np.nan
    if one.labels is not None:
        label = int(one.labels[0])
    if setup.data.class_names:
        classes, shares = predictions(outputs)
        predicted, confidence = int(classes[0]), float(shares[0])
    silenced, held = _states(probe, frame, frozen)
    return NetworkLook(
        *(part, sample, wanted, diagram),
        facts=SampleFacts(
            raw=setup.data.raw(one)[0],
            value_range=setup.data.dataset.value_range,
            true=label if is_class else None,
            predicted=predicted if is_class and predicted != NO_CLASS else None,
            silenced=silenced,
            frozen=held,
        ),
        label=label,
        predicted=predicted,
        confidence=confidence,
        target=None if one.values is None else one.values[0],
        outputs=outputs[0],
    )


def _states(
    probe: Probe, frame: Frame, frozen: Mask | None
) -> tuple[frozenset[Unit], frozenset[Unit]]:
    """Units (column, number) that are silenced, and that are frozen."""
    if frozen is None:
        return frozenset(), frozenset()
    layout = probe.network.layout
    states = unit_states(probe.parameters(frame), layout.views(frozen))  # type: ignore[arg-type]
    silenced, held = (
        frozenset(
            (column, unit)
            for column, state in enumerate(states, 1)
            for unit in np.flatnonzero(state[which]).tolist()
        )
        for which in (0, 1)
    )
    return silenced, held
