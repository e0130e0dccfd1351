"""Penalties on the weights, and the norm of the gradient."""

from __future__ import annotations

from math import isfinite, sqrt

import numpy as np

from visualmlp.engine.arrays import Array
from visualmlp.engine.parameters import Layout

_BLOCK_SIZE = 16_384


def add_gradient(weights: Array, grad_weights: Array, l1: float, l2: float) -> None:
    """Add the gradient of ``penalty`` to a gradient, in place; both vectors (n_weights,).

    Works block by block, so that its scratch memory is small.
    """
    scratch = np.empty(min(_BLOCK_SIZE, weights.size), weights.dtype)
    for start in range(0, weights.size, _BLOCK_SIZE):
        piece = slice(start, min(start + _BLOCK_SIZE, weights.size))
        block, gradient = weights[piece], grad_weights[piece]
        term = scratch[: block.size]
        if l2:
            np.multiply(block, l2, term)
            np.add(gradient, term, gradient)
        if l1:
            np.sign(block, term)
            np.multiply(term, l1, term)
            np.add(gradient, term, gradient)


def penalty(parameters_flat: Array, layout: Layout, l1: float, l2: float) -> float:
    """Give l1 * sum |W| + l2 / 2 * sum W**2 over all weights."""
    weights = parameters_flat[: layout.n_weights]
    absolute = l1 * float(np.abs(weights).sum()) if l1 else 0.0
    squared = l2 / 2 * float(np.dot(weights, weights)) if l2 else 0.0
    return absolute + squared


def global_norm(flat: Array) -> float:
    """Euclidean norm of a vector; inf or nan only if an element is.

    Squares that overflow, which warns as ``np.errstate`` says, are taken again in units of the
    largest element.
    """
    square = float(np.dot(flat, flat))
    if isfinite(square):
        return sqrt(square)
    largest = float(np.max(np.abs(flat)))
    if not isfinite(largest):
        return largest
    scaled = flat / flat.dtype.type(largest)
    return largest * sqrt(float(np.dot(scaled, scaled)))


def clip_factor(norm: float, max_norm: float) -> float:
    """What a vector of this norm is multiplied by to be no longer than ``max_norm``.

    It is max_norm / norm (Pascanu et al. 2013); PyTorch's ``clip_grad_norm_`` adds 1e-6 to the
    norm.
    """
    return max_norm / norm if norm > max_norm else 1.0


def clip_by_norm(flat: Array, norm: float, max_norm: float) -> None:
    """Scale a vector of a known norm down to ``max_norm``, in place, if it is longer."""
    if norm > max_norm:
        np.multiply(flat, clip_factor(norm, max_norm), flat)
