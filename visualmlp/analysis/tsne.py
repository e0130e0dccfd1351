"""t-SNE (van der Maaten and Hinton 2008) by scikit-learn, in a process of its own.

scikit-learn's t-SNE neither tells its progress to its caller nor can it be ended; a process can be
killed, and what it prints tells the iteration. It also leaves the interpreter to the training.
"""

from __future__ import annotations

import atexit
import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

from visualmlp.engine import Array
from visualmlp.errors import VisualMLPError

Floats = npt.NDArray[np.float64]

N_ITERATIONS = 750
"""250 of them with the attraction exaggerated, as scikit-learn has it."""

REQUIREMENT = "scikit-learn>=1.5,<2"

_LOOK = 0.05
_ITERATION = re.compile(rb"Iteration (\d+):")


def is_available() -> bool:
    """Whether scikit-learn is installed."""
    return importlib.util.find_spec("sklearn") is not None


def install_command() -> str:
    """What to type to have it."""
    return f'{Path(sys.executable).name} -m pip install "{REQUIREMENT}"'


def t_sne(
    points: Array,
    start: Floats,
    perplexity: float,
    seed: int,
    report: Callable[[int, int], None] = lambda done, total: None,
) -> Floats:
    """Places in the plane at which points that are near each other lie near each other.

    Parameters
    ----------
    points
        Finite, (n, d); distances are Euclidean.
    start
        Places to begin with, (n, 2); their scale does not matter.
    perplexity
        About how many neighbours a point has, below n.
    seed
        Of the random numbers.
    report
        Told the iterations made and their number; may raise to end the computation.

    Returns
    -------
    ndarray, shape (n, 2)

    Raises
    ------
    VisualMLPError
        If it fails.
    """
    spread = float(start[:, 0].std())
    with tempfile.TemporaryDirectory(prefix="visualmlp-") as name:
        folder = Path(name)
        np.save(folder / "points.npy", np.ascontiguousarray(points, np.float32))
        np.save(folder / "start.npy", (start / (spread or 1.0) * 1e-4).astype(np.float32))
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    __name__,
                    name,
                    str(perplexity),
                    str(seed),
                    str(N_ITERATIONS),
                ],
                env=os.environ | {"OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            _wait(process, folder / "log", report)
        if process.returncode:
            said = (folder / "log").read_text(errors="replace").strip().splitlines()
            raise VisualMLPError(f"t-SNE failed: {said[-1] if said else process.returncode}")
        result: Floats = np.load(folder / "result.npy", allow_pickle=False).astype(np.float64)
        return result


def _wait(process: subprocess.Popen[bytes], log: Path, report: Callable[[int, int], None]) -> None:
    """Until it ends, or ``report`` raises, or the program is left: then it is killed."""
    atexit.register(process.kill)
    try:
        while True:
            try:
                process.wait(_LOOK)
            except subprocess.TimeoutExpired:
                told = _ITERATION.findall(log.read_bytes())
                report(int(told[-1]) if told else 0, N_ITERATIONS)
            else:
                return
    finally:
        atexit.unregister(process.kill)
        if process.poll() is None:
            process.kill()
            process.wait()


def _main(folder: Path, perplexity: float, seed: int, n_iterations: int) -> None:
    from sklearn.manifold import TSNE

    model = TSNE(
        perplexity=perplexity,
        init=np.load(folder / "start.npy", allow_pickle=False),
        max_iter=n_iterations,
        random_state=seed,
        verbose=2,
        n_jobs=1,
    )
    places = model.fit_transform(np.load(folder / "points.npy", allow_pickle=False))
    np.save(folder / "result.npy", places)


if __name__ == "__main__":
    _main(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
