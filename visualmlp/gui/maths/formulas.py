"""Formulas of the registries, in the letters of the formulas around them."""

from __future__ import annotations

from visualmlp.engine import Loss


def loss_gradient(loss: Loss, targets: str) -> str:
    """The gradient of a sample's loss with respect to an output; ``targets`` is their letter."""
    return rf"\frac{{\partial L_i}}{{\partial a_j}} = {_of_activations(loss.derivative, targets)}"


def sample_loss(loss: Loss, targets: str) -> str:
    """The loss of a sample, with a for the outputs."""
    return f"L_i = {_of_activations(loss.formula, targets)}"


def _of_activations(formula: str, targets: str) -> str:
    return formula.replace("y_j", "a_j").replace("t_j", f"{targets}_j")
