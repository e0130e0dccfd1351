"""Make torch_parity.json: what PyTorch's optimizers make of a tiny network in 100 steps.

Run as ``python tests/reference/make_torch_parity.py`` with PyTorch installed.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

PARITY_FILE = Path(__file__).with_name("torch_parity.json")

N_INPUTS, N_HIDDEN, N_CLASSES, N_SAMPLES, BATCH_SIZE, N_STEPS = 3, 4, 3, 24, 8, 100

OPTIMIZERS: dict[str, dict[str, Any]] = {
    "sgd": {"learning_rate": 0.5},
    "momentum": {"learning_rate": 0.1, "momentum": 0.8},
    "nesterov": {"learning_rate": 0.1, "momentum": 0.8},
    "adagrad": {"learning_rate": 0.1, "epsilon": 1e-6},
    "rmsprop": {"learning_rate": 0.01, "rho": 0.9, "epsilon": 1e-6},
    "adam": {"learning_rate": 0.02, "beta1": 0.8, "beta2": 0.99, "epsilon": 1e-5},
    "adamw": {
        "learning_rate": 0.02,
        "beta1": 0.9,
        "beta2": 0.999,
        "epsilon": 1e-8,
        "weight_decay": 0.1,
    },
}


def problem() -> dict[str, Any]:
    """Samples, labels and starting values, by formulas that no random generator can change."""
    n_weights = N_INPUTS * N_HIDDEN + N_HIDDEN * N_CLASSES
    x = np.sin(1.7 * np.arange(N_SAMPLES * N_INPUTS) ** 1.3).reshape(N_SAMPLES, N_INPUTS)
    initial = np.cos(2.3 * np.arange(n_weights + N_HIDDEN + N_CLASSES) ** 1.1)
    return {
        "x": x.round(6).tolist(),
        "labels": [int(label) for label in np.argmax(x @ x[:N_INPUTS].T, axis=1)],
        "initial": initial.round(6).tolist(),
    }


def batches() -> list[np.ndarray]:
    """Indices of the samples of each step."""
    return [np.arange(BATCH_SIZE) * 5 % N_SAMPLES - step % N_SAMPLES for step in range(N_STEPS)]


def torch_result(name: str, settings: dict[str, Any], data: dict[str, Any]) -> list[float]:
    """Parameters after all steps, all weights (n_in, n_out) first, then all biases."""
    import torch

    x = torch.tensor(data["x"], dtype=torch.float64)
    labels = torch.tensor(data["labels"])
    flat = torch.tensor(data["initial"], dtype=torch.float64)
    sizes = [N_INPUTS * N_HIDDEN, N_HIDDEN * N_CLASSES, N_HIDDEN, N_CLASSES]
    shapes = [(N_INPUTS, N_HIDDEN), (N_HIDDEN, N_CLASSES), (N_HIDDEN,), (N_CLASSES,)]
    w1, w2, b1, b2 = parameters = [
        piece.reshape(shape).clone().requires_grad_()
        for piece, shape in zip(flat.split(sizes), shapes, strict=True)
    ]
    optimizer = _torch_optimizer(name, settings, parameters)
    for batch in batches():
        optimizer.zero_grad()
        z = torch.tanh(x[batch] @ w1 + b1) @ w2 + b2
        torch.nn.functional.cross_entropy(z, labels[batch]).backward()
        optimizer.step()
    return [float(value) for piece in parameters for value in piece.detach().flatten()]


def _torch_optimizer(name: str, settings: dict[str, Any], parameters: list[Any]) -> Any:
    from torch import optim

    lr = settings["learning_rate"]
    if name in ("sgd", "momentum", "nesterov"):
        return optim.SGD(
            parameters, lr=lr, momentum=settings.get("momentum", 0.0), nesterov=name == "nesterov"
        )
    if name == "adagrad":
        return optim.Adagrad(parameters, lr=lr, eps=settings["epsilon"])
    if name == "rmsprop":
        return optim.RMSprop(parameters, lr=lr, alpha=settings["rho"], eps=settings["epsilon"])
    betas = (settings["beta1"], settings["beta2"])
    if name == "adam":
        return optim.Adam(parameters, lr=lr, betas=betas, eps=settings["epsilon"])
    groups = [
        {"params": parameters[:2], "weight_decay": settings["weight_decay"]},
        {"params": parameters[2:], "weight_decay": 0.0},
    ]
    return optim.AdamW(groups, lr=lr, betas=betas, eps=settings["epsilon"])


def main() -> None:
    """Write the file."""
    data = problem()
    results = {
        name: {"settings": settings, "final": torch_result(name, settings, data)}
        for name, settings in OPTIMIZERS.items()
    }
    PARITY_FILE.write_text(json.dumps({**data, "optimizers": results}, indent=None) + "\n")


if __name__ == "__main__":
    main()
