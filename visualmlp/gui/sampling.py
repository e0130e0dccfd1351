"""What a sampling rule means in numbers: steps of an epoch, samples of a step."""

from __future__ import annotations

from visualmlp.engine import SAMPLERS
from visualmlp.engine.samplers import Sampler
from visualmlp.engine.streams import GeneratorStream
from visualmlp.experiment import Experiment


def sampler_of(experiment: Experiment, n_train: int) -> Sampler:
    """The sampling rule of an experiment, to be asked for its sizes; nothing is drawn with it."""
    return SAMPLERS[experiment.training.sampling](n_train, GeneratorStream(0))
