"""The numerical engine: NumPy only, no files, threads, clock or global random state."""

from visualmlp.engine.activations import ACTIVATIONS, Activation
from visualmlp.engine.arrays import Array
from visualmlp.engine.gradcheck import GradientCheck, check_gradients
from visualmlp.engine.initializers import DRAW_ORDERS, INITIALIZERS, Initializer
from visualmlp.engine.layers import GIVEN, DenseSpec
from visualmlp.engine.losses import LOSSES, FusedLoss, Loss
from visualmlp.engine.metrics import accuracy, predicted_classes, r2, rmse
from visualmlp.engine.network import LayerOutput, Network
from visualmlp.engine.normalisations import NORMALISATIONS, Normalisation
from visualmlp.engine.optimizers import OPTIMIZERS, Optimizer, OptimizerSettings
from visualmlp.engine.parameters import Layout, Parameters
from visualmlp.engine.regularizers import (
    add_gradient,
    clip_by_norm,
    clip_factor,
    global_norm,
    penalty,
)
from visualmlp.engine.samplers import SAMPLERS, Sampler
from visualmlp.engine.schedules import SCHEDULES, Schedule, ScheduleSettings
from visualmlp.engine.streams import STREAMS, Stream
from visualmlp.engine.trace import LayerTrace, StepTrace, trace_update
from visualmlp.engine.update import Updater, UpdateSettings

__all__ = [
    "ACTIVATIONS",
    "DRAW_ORDERS",
    "GIVEN",
    "INITIALIZERS",
    "LOSSES",
    "NORMALISATIONS",
    "OPTIMIZERS",
    "SAMPLERS",
    "SCHEDULES",
    "STREAMS",
    "Activation",
    "Array",
    "DenseSpec",
    "FusedLoss",
    "GradientCheck",
    "Initializer",
    "LayerOutput",
    "LayerTrace",
    "Layout",
    "Loss",
    "Network",
    "Normalisation",
    "Optimizer",
    "OptimizerSettings",
    "Parameters",
    "Sampler",
    "Schedule",
    "ScheduleSettings",
    "StepTrace",
    "Stream",
    "UpdateSettings",
    "Updater",
    "accuracy",
    "add_gradient",
    "check_gradients",
    "clip_by_norm",
    "clip_factor",
    "global_norm",
    "penalty",
    "predicted_classes",
    "r2",
    "rmse",
    "trace_update",
]
