"""The numerical engine: NumPy only, no files, threads, clock or global random state."""

from visualmlp.engine.activations import ACTIVATIONS, Activation
from visualmlp.engine.arrays import Array
from visualmlp.engine.gradcheck import GradientCheck, check_gradients
from visualmlp.engine.initializers import INITIALIZERS, Initializer
from visualmlp.engine.layers import DenseSpec
from visualmlp.engine.losses import LOSSES, FusedLoss, Loss
from visualmlp.engine.metrics import accuracy, predicted_classes, r2, rmse
from visualmlp.engine.network import LayerOutput, Network
from visualmlp.engine.optimizers import OPTIMIZERS, Optimizer, OptimizerSettings
from visualmlp.engine.parameters import Layout, Parameters
from visualmlp.engine.regularizers import add_gradient, clip_by_norm, global_norm, penalty
from visualmlp.engine.schedules import SCHEDULES, Schedule, ScheduleSettings

__all__ = [
    "ACTIVATIONS",
    "INITIALIZERS",
    "LOSSES",
    "OPTIMIZERS",
    "SCHEDULES",
    "Activation",
    "Array",
    "DenseSpec",
    "FusedLoss",
    "GradientCheck",
    "Initializer",
    "LayerOutput",
    "Layout",
    "Loss",
    "Network",
    "Optimizer",
    "OptimizerSettings",
    "Parameters",
    "Schedule",
    "ScheduleSettings",
    "accuracy",
    "add_gradient",
    "check_gradients",
    "clip_by_norm",
    "global_norm",
    "penalty",
    "predicted_classes",
    "r2",
    "rmse",
]
