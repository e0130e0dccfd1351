"""What a trained network says about new samples."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isnan

import numpy as np

from visualmlp.analysis.mistakes import predictions
from visualmlp.data import Recipe
from visualmlp.data.unseen.samples import NewSamples, SampleBatch
from visualmlp.engine import Array, Network
from visualmlp.engine.network import PREDICTED_AT_ONCE
from visualmlp.errors import RunFileError, VisualMLPError
from visualmlp.runs.saved import SavedRun
from visualmlp.training.learner import pin_threads
from visualmlp.training.setup import Setup, build, describe_network, new_network
from visualmlp.training.timeline import Checkpoint, Edit
from visualmlp.training.visit import Visitor


@dataclass(frozen=True, slots=True, eq=False)
class Predictor:
    """A network at a state, and what brings new samples to its inputs.

    Attributes
    ----------
    recipe, network, step
        What is done to samples; a network of its own; updates that its parameters have behind them.
    """

    recipe: Recipe
    network: Network
    step: int

    @property
    def gives_probabilities(self) -> bool:
        """Whether the outputs are probabilities: of a softmax, or of one sigmoid."""
        last = self.network.layers[-1].activation
        return last == "softmax" or (last == "sigmoid" and self.recipe.task == "binary")

    @property
    def output_names(self) -> list[str]:
        """What each output is."""
        recipe = self.recipe
        if recipe.task == "regression":
            return list(recipe.target_names or numbered("output", recipe.n_outputs))
        what = "probability" if self.gives_probabilities else "output"
        classes = recipe.class_names[1:] if recipe.task == "binary" else recipe.class_names
        return [f"{what} of {name}" for name in classes]

    def outputs(self, x: Array) -> Array:
        """The network's outputs (n, n_outputs) for raw inputs (n, n_features).

        Raises
        ------
        DataError
            If a number is too large.
        """
        return self.network.predict(self.recipe.inputs(x, self.network.dtype))

    def predict(self, samples: NewSamples) -> Iterator[Predicted]:
        """Predict all samples, some thousand at a time.

        Raises
        ------
        DataError
            If they cannot be read, or a number is too large.
        """
        pin_threads()
        for batch in samples.batches(PREDICTED_AT_ONCE):
            yield Predicted(batch, self.outputs(batch.x), self.recipe)


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Some samples and what the network says about them.

    Attributes
    ----------
    batch
        The samples.
    outputs
        (n, n_outputs); without meaning where a sample has a problem.
    recipe
        What the outputs mean.
    """

    batch: SampleBatch
    outputs: Array
    recipe: Recipe

    @property
    def problems(self) -> list[str]:
        """Why there is no prediction, "" where there is one."""
        told = zip(self.batch.problems, np.isfinite(self.outputs), strict=True)
        return [
            problem or ("" if whole.all() else "an output is NaN or infinite")
            for problem, whole in told
        ]

    @property
    def classes(self) -> list[str]:
        """The predicted class of each sample; of a regression its outputs are the prediction."""
        names = self.recipe.class_names
        return [names[label] for label in predictions(self.outputs)[0].tolist()] if names else []


def numbered(word: str, count: int) -> tuple[str, ...]:
    """``output``, or ``output 1``, ``output 2``, … of several."""
    return (word,) if count == 1 else tuple(f"{word} {i}" for i in range(1, count + 1))


def predictor_of(saved: SavedRun, at: str | int = "last") -> Predictor:
    """The network of a saved run.

    Parameters
    ----------
    at
        ``last``: the newest state in the file; ``best``: where the validation score was highest
        at an epoch's end; or a step. A state that is not in the file is made again, for which
        the run's data must be there.

    Raises
    ------
    RunFileError
        If there is no such state, or it or the recipe cannot be had.
    """
    recipe = saved.recipe or Recipe.of(_setup(saved, "what is done to new samples").data)
    checkpoint = _checkpoint(saved, at)
    layers, loss = describe_network(saved.experiment, recipe.task, recipe.n_outputs)
    network = new_network(saved.experiment, recipe.n_inputs, layers, loss)
    state = checkpoint.state
    if state.parameters.shape != network.parameters.flat.shape:
        raise RunFileError(f"{saved.path}: is damaged: its network and its data do not fit")
    network.parameters.flat[...] = state.parameters
    for edit in _edits_here(saved, checkpoint):
        network.parameters.flat[list(edit.indices)] = edit.values
    return Predictor(recipe, network, state.step)


def _checkpoint(saved: SavedRun, at: str | int) -> Checkpoint:
    timeline = saved.timeline
    step = _best_step(saved) if at == "best" else timeline.head if at == "last" else int(at)
    if not 0 <= step <= timeline.head:
        raise RunFileError(f"{saved.path}: has no step {step:,}: its last is {timeline.head:,}")
    try:
        nearest = timeline.checkpoints.nearest(step)
    except KeyError:
        nearest = None
    if nearest and (at == "last" or nearest.state.step == step):
        return nearest
    state = Visitor(_setup(saved, f"the state of step {step:,}")).state_at(timeline, step)
    return Checkpoint(state, len(timeline.edits))


def _best_step(saved: SavedRun) -> int:
    """The step of the highest validation score, the first of several."""
    records = saved.timeline.history.epochs
    scored = [(one.validation.score, -one.step) for one in records if one.validation and one.step]
    known = [pair for pair in scored if not isnan(pair[0])]
    if not known:
        raise RunFileError(
            f"{saved.path}: no epoch of it has validation figures, so that no state is the best; "
            "choose a step"
        )
    return -max(known)[1]


def _edits_here(saved: SavedRun, checkpoint: Checkpoint) -> list[Edit]:
    """Changes made to the very state that the checkpoint does not have in it."""
    later = saved.timeline.edits[checkpoint.n_edits :]
    return [edit for edit in later if edit.step <= checkpoint.state.step and edit.indices]


def _setup(saved: SavedRun, wanted: str) -> Setup:
    """The run's data, which the file itself need not hold."""
    try:
        setup = build(saved.experiment, dataset=saved.dataset)
    except VisualMLPError as error:
        raise RunFileError(
            f"{saved.path}: does not hold {wanted}, and its data are not here: {error}"
        ) from None
    if setup.data.dataset.fingerprint != saved.fingerprint:
        raise RunFileError(
            f"{saved.path}: does not hold {wanted}, and the data here are not those that the run "
            "was trained on"
        )
    return setup
