"""What if: edits of single weights, units and layers, made from a trainer's present state.

Each function reads the trainer and returns the :class:`~visualmlp.training.timeline.Edit` for
:meth:`~visualmlp.training.trainer.Trainer.edit`; it changes nothing itself. Layers, units and
inputs are numbered from 0. All values are in the edit, so a replay needs no random numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from visualmlp.engine import GIVEN, INITIALIZERS, Array, DenseSpec, Network
from visualmlp.errors import ExperimentError
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

Places = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


# Where parameters are in the flat vector


def weight_places(network: Network, layer: int) -> Places:
    """Places of a layer's weights, (n_in, n_out)."""
    piece = network.layout.pieces[layer]
    return np.arange(piece.start, piece.stop).reshape(piece.shape)


def bias_places(network: Network, layer: int) -> Places:
    """Places of a layer's biases, (n_out,); empty without biases."""
    for piece in network.layout.pieces[len(network.layers) :]:
        if piece.layer == layer:
            return np.arange(piece.start, piece.stop)
    return np.empty(0, np.intp)


def unit_places(network: Network, layer: int, unit: int) -> Places:
    """Places of a unit's incoming weights and of its bias."""
    _check_unit(network, layer, unit)
    bias = bias_places(network, layer)
    return np.append(weight_places(network, layer)[:, unit], bias[unit : unit + 1])


def layer_places(network: Network, layer: int) -> Places:
    """Places of all weights and biases of a layer."""
    _check_layer(network, layer)
    return np.append(weight_places(network, layer), bias_places(network, layer))


def voice_places(network: Network, layer: int, unit: int) -> Places:
    """What a unit speaks through: its outgoing weights; of an output, all that makes it."""
    if layer == len(network.layers) - 1:
        return unit_places(network, layer, unit)
    _check_unit(network, layer, unit)
    places: Places = weight_places(network, layer + 1)[unit]
    return places


# What was done


def frozen_at(edits: Sequence[Edit], step: int) -> tuple[int, ...]:
    """The places that no update changes at a state of a run with these edits."""
    done = (edit.frozen for edit in edits if edit.step <= step and edit.frozen is not None)
    return next(reversed(list(done)), ())


def frozen_mask(network: Network, frozen: Sequence[int]) -> Mask:
    """Whether each parameter is frozen, (size,)."""
    mask = np.zeros(network.layout.size, bool)
    mask[list(frozen)] = True
    return mask


def is_silenced(network: Network, parameters: Array, mask: Mask, layer: int, unit: int) -> bool:
    """Whether a unit's voice is 0 and frozen.

    Parameters
    ----------
    parameters
        A flat vector (size,).
    mask
        Which of them are frozen, (size,).
    """
    places = voice_places(network, layer, unit)
    return bool(mask[places].all()) and not parameters[places].any()


# Edits


def set_weight(trainer: Trainer, layer: int, source: int, unit: int, value: float) -> Edit:
    """Give the weight from an input, or from a unit of the layer before, to a unit a value."""
    _check_unit(trainer.network, layer, unit)
    places = weight_places(trainer.network, layer)
    if not 0 <= source < len(places):
        raise ExperimentError(f"layer {layer + 1} has no input {source}: it has {len(places)}")
    label = f"set weight {source} → {unit} of layer {layer + 1} to {value:g}"
    return _setting(trainer, label, places[source, [unit]], [value])


def set_bias(trainer: Trainer, layer: int, unit: int, value: float) -> Edit:
    """Give a unit's bias a value."""
    _check_unit(trainer.network, layer, unit)
    places = bias_places(trainer.network, layer)
    if not places.size:
        raise ExperimentError(f"layer {layer + 1} has no biases")
    label = f"set bias of {_name(layer, unit)} to {value:g}"
    return _setting(trainer, label, places[[unit]], [value])


def silence_unit(trainer: Trainer, layer: int, unit: int) -> Edit:
    """Let no other unit hear a unit: its outgoing weights become 0 and stay so.

    Of an output, the incoming weights and the bias do.
    """
    places = voice_places(trainer.network, layer, unit)
    label = f"silence {_name(layer, unit)}"
    return _setting(trainer, label, places, [0.0] * places.size, _with(trainer, places))


def wake_unit(trainer: Trainer, layer: int, unit: int) -> Edit:
    """Let a silenced unit's outgoing weights learn again, from 0."""
    places = voice_places(trainer.network, layer, unit)
    return _freezing(trainer, f"wake {_name(layer, unit)}", _without(trainer, places))


def freeze_unit(trainer: Trainer, layer: int, unit: int) -> Edit:
    """Let no update change a unit's incoming weights and its bias."""
    places = unit_places(trainer.network, layer, unit)
    return _freezing(trainer, f"freeze {_name(layer, unit)}", _with(trainer, places))


def unfreeze_unit(trainer: Trainer, layer: int, unit: int) -> Edit:
    """Let a unit's incoming weights and its bias learn again, whatever froze them."""
    places = unit_places(trainer.network, layer, unit)
    return _freezing(trainer, f"unfreeze {_name(layer, unit)}", _without(trainer, places))


def freeze_layer(trainer: Trainer, layer: int) -> Edit:
    """Let no update change a layer."""
    places = layer_places(trainer.network, layer)
    return _freezing(trainer, f"freeze layer {layer + 1}", _with(trainer, places))


def unfreeze_layer(trainer: Trainer, layer: int) -> Edit:
    """Let a layer learn again, whatever froze it."""
    places = layer_places(trainer.network, layer)
    return _freezing(trainer, f"unfreeze layer {layer + 1}", _without(trainer, places))


def reinitialise_unit(trainer: Trainer, layer: int, unit: int, seed: int) -> Edit:
    """Draw a unit's incoming weights and its bias anew, by the layer's initialisers.

    The optimizer's memory of these parameters stays.

    Parameters
    ----------
    seed
        Of NumPy's generator that draws; the same seed gives the same values.
    """
    network = trainer.network
    places = unit_places(network, layer, unit)
    values = _drawn_unit(network.layers[layer], len(weight_places(network, layer)), unit, seed)
    label = f"re-initialise {_name(layer, unit)} (seed {seed})"
    return _setting(trainer, label, places, values[: places.size].tolist())


def _drawn_unit(layer: DenseSpec, n_in: int, unit: int, seed: int) -> npt.NDArray[np.float64]:
    """Weights and bias of a unit, drawn with all of its layer, since a rule may need them all."""
    rng = np.random.default_rng(seed)
    shapes = (n_in, layer.units), (layer.units,)
    rules = (
        (layer.weight_init, layer.weight_scale, layer.weight_values),
        (layer.bias_init, layer.bias_scale, layer.bias_values),
    )
    drawn = [
        np.asarray(given) if init == GIVEN else INITIALIZERS[init].draw(rng, shape, scale)
        for shape, (init, scale, given) in zip(shapes, rules, strict=True)
    ]
    return np.append(drawn[0][:, unit], drawn[1][unit : unit + 1])


def _setting(
    trainer: Trainer,
    label: str,
    places: Places,
    values: Sequence[float],
    frozen: tuple[int, ...] | None = None,
) -> Edit:
    dtype = trainer.network.dtype
    largest = float(np.finfo(dtype).max)
    if not all(abs(value) <= largest for value in values):
        raise ExperimentError(f"{label}: the value must be a finite number of {dtype}")
    return Edit(
        trainer.step_count,
        label,
        indices=tuple(places.tolist()),
        values=tuple(values),
        frozen=frozen,
    )


def _freezing(trainer: Trainer, label: str, frozen: tuple[int, ...]) -> Edit:
    return Edit(trainer.step_count, label, frozen=frozen)


def _with(trainer: Trainer, places: Places) -> tuple[int, ...]:
    return tuple(np.union1d(np.array(trainer.frozen, np.intp), places).tolist())


def _without(trainer: Trainer, places: Places) -> tuple[int, ...]:
    return tuple(np.setdiff1d(np.array(trainer.frozen, np.intp), places).tolist())


def _name(layer: int, unit: int) -> str:
    return f"unit {unit} of layer {layer + 1}"


def _check_layer(network: Network, layer: int) -> None:
    if not 0 <= layer < len(network.layers):
        raise ExperimentError(
            f"there is no layer {layer + 1}: the network has {len(network.layers)}"
        )


def _check_unit(network: Network, layer: int, unit: int) -> None:
    _check_layer(network, layer)
    units = network.layers[layer].units
    if not 0 <= unit < units:
        raise ExperimentError(f"layer {layer + 1} has no unit {unit}: it has {units}")
