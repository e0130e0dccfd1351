"""What changes by hand have made of a unit."""

from __future__ import annotations

from dataclasses import dataclass

from visualmlp.engine import Network
from visualmlp.training import what_if
from visualmlp.training.frame import Frame


@dataclass(frozen=True, slots=True)
class UnitState:
    """Whether a unit is silenced or frozen, or all of its layer is frozen."""

    is_silenced: bool = False
    is_frozen: bool = False
    has_frozen_layer: bool = False


def look_at_unit(
    network: Network, frame: Frame, mask: what_if.Mask, layer: int, unit: int
) -> UnitState:
    """What the changes up to the cursor have made of a unit.

    Parameters
    ----------
    mask
        Which parameters are frozen, (size,).
    """
    return UnitState(
        is_silenced=what_if.is_silenced(network, frame.parameters, mask, layer, unit),
        is_frozen=bool(mask[what_if.unit_places(network, layer, unit)].all()),
        has_frozen_layer=bool(mask[what_if.layer_places(network, layer)].all()),
    )
