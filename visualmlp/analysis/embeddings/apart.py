"""Embeds in a process of its own.

The libraries neither tell their progress to their caller nor can they be ended; a process can be
killed, and what it prints tells how far it is. It also leaves the interpreter to the training.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from visualmlp.analysis.embeddings.method import EMBEDDINGS, Embedding, Settings
from visualmlp.engine import Array
from visualmlp.errors import VisualMLPError

Floats = npt.NDArray[np.float64]
Report = Callable[[int, int], None]

_LOOK = 0.05
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
_NICENESS = 10
"""Training comes first where both want the same core."""


def place_apart(
    method: Embedding,
    points: Array,
    start: Floats,
    settings: Settings,
    report: Report = lambda done, total: None,
) -> Floats:
    """Places in the plane at which points that are near each other lie near each other.

    Parameters
    ----------
    method
        How.
    points
        Finite, (n, d); distances are Euclidean.
    start
        Places to begin with, (n, 2); their scale does not matter.
    settings
        A value for each of the method's options.
    report
        Told what is done and of how much; may raise to end the computation at once.

    Returns
    -------
    ndarray, shape (n, 2)

    Raises
    ------
    VisualMLPError
        If it fails.
    """
    with tempfile.TemporaryDirectory(prefix="visualmlp-") as name:
        folder = Path(name)
        np.save(folder / "points.npy", np.ascontiguousarray(points, np.float32))
        np.save(folder / "start.npy", np.ascontiguousarray(start, np.float32))
        task = {"method": method.name, "settings": dict(settings)}
        (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
        _carry_out(method, folder, report)
        result: Floats = np.load(folder / "result.npy", allow_pickle=False).astype(np.float64)
        return result


def _carry_out(method: Embedding, folder: Path, report: Report) -> None:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", f"from {__name__} import embed; embed()", str(folder)],
            env=os.environ | _ONE_THREAD,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        _wait(process, lambda: report(*method.progress(_said(folder))))
    if process.returncode:
        lines = _said(folder).strip().splitlines()
        is_told = process.returncode > 0 and lines
        why = lines[-1] if is_told else f"its process ended with {process.returncode}"
        raise VisualMLPError(f"{method.name} failed: {why}")


def _said(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8", errors="replace")


def _wait(process: subprocess.Popen[bytes], look: Callable[[], None]) -> None:
    """Until it ends, or ``look`` raises, or the program is left: then it is killed."""
    atexit.register(process.kill)
    try:
        while True:
            try:
                process.wait(_LOOK)
            except subprocess.TimeoutExpired:
                look()
            else:
                return
    finally:
        atexit.unregister(process.kill)
        if process.poll() is None:
            process.kill()
            process.wait()


def embed() -> None:
    """What the process does: the task in the folder that it was started with."""
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    folder = Path(sys.argv[1])
    task = json.loads((folder / "task.json").read_text(encoding="utf-8"))
    points, start = (
        np.load(folder / f"{name}.npy", allow_pickle=False) for name in ("points", "start")
    )
    np.save(
        folder / "result.npy", EMBEDDINGS[task["method"]].place(points, start, task["settings"])
    )
