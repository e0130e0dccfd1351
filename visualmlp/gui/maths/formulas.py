"""Formulas that the registries do not have, in LaTeX: derivatives and the optimizers' memory."""

from __future__ import annotations

from visualmlp.engine import Activation, Loss, Optimizer
from visualmlp.engine.activations import CLIPPED_AT, LEAKY_SLOPE

_DERIVATIVES = {
    "identity": "f'(z) = 1",
    "sigmoid": "f'(z) = a (1 - a)",
    "sigmoid_clipped": rf"f'(z) = a (1 - a) \text{{ for }} |z| < {CLIPPED_AT:g}, \text{{ else }} 0",
    "tanh": "f'(z) = 1 - a^2",
    "relu": r"f'(z) = 1 \text{ for } z > 0, \text{ else } 0",
    "leaky_relu": rf"f'(z) = 1 \text{{ for }} z > 0, \text{{ else }} {LEAKY_SLOPE:g}",
    "elu": r"f'(z) = 1 \text{ for } z > 0, \text{ else } 1 + a",
    "gelu": r"f'(z) = s + a (1 - s) \cdot 2 u', \quad s = \sigma(2u),"
    r" \quad u = \sqrt{2 / \pi} (z + 0.044715 z^3)",
    "softplus": r"f'(z) = 1 - e^{-a}",
    "softmax": r"\frac{\partial a_k}{\partial z_j} = a_k ([k = j] - a_j)",
    "normalised_sigmoid": r"\frac{\partial a_k}{\partial z_j} = a_k ([k = j] - a_j) \sigma(-z_j)",
    "softmax_of_sigmoid": r"\frac{\partial a_k}{\partial z_j} = a_k ([k = j] - a_j)"
    r" \sigma(z_j) (1 - \sigma(z_j))",
    "normalised_sigmoid_surrogate": r"f'(z) := a (1 - a)",
}
_LOSS_GRADIENTS = {
    "half_squared_error": "a_j - t_j",
    "squared_error": "2 (a_j - t_j)",
    "binary_cross_entropy": r"\frac{a_j - t_j}{a_j (1 - a_j)}",
    "cross_entropy": r"-\frac{t_j}{a_j}",
}
_MEMORY = {
    ("momentum", "velocity"): r"v \leftarrow \mu v + g",
    ("nesterov", "velocity"): r"v \leftarrow \mu v + g",
    ("adagrad", "squares"): r"s \leftarrow s + g^2",
    ("rmsprop", "squares"): r"s \leftarrow \rho s + (1 - \rho) g^2",
    ("adam", "m"): r"m \leftarrow \beta_1 m + (1 - \beta_1) g",
    ("adam", "v"): r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2",
}


def derivative(activation: Activation) -> str:
    """The derivative of an activation function, with a for its value."""
    return _DERIVATIVES.get(activation.name, r"f'(z) = \frac{d a}{d z}")


def loss_gradient(loss: Loss, targets: str) -> str:
    """The gradient of a sample's loss with respect to an output; ``targets`` is their letter."""
    general = r"\frac{\partial L_i}{\partial a_j}"
    known = _LOSS_GRADIENTS.get(loss.name)
    return f"{general} = {known.replace('t_j', f'{targets}_j')}" if known else general


def sample_loss(loss: Loss, targets: str) -> str:
    """The loss of a sample, with a for the outputs, as in the formulas around it."""
    formula = loss.formula.replace("y_j", "a_j").replace("t_j", f"{targets}_j")
    return f"L_i = {formula}"


def memory(optimizer: type[Optimizer], slot: str) -> str:
    """How an optimizer renews what it remembers."""
    for kind in optimizer.__mro__:
        known = _MEMORY.get((getattr(kind, "name", ""), slot))
        if known:
            return known
    return optimizer.formula
