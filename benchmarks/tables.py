"""How long tables take to open, and how much memory: pictures, numbers, and mixed columns.

python -m benchmarks.tables [--rows 1000000]
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from visualmlp.data import SourceSettings, load


def write_pictures(path: Path, n_rows: int) -> None:
    """A label and 784 bytes in each line, most of them 0 as in MNIST."""
    rng = np.random.default_rng(0)
    with path.open("w") as file:
        for start in range(0, n_rows, 1000):
            x = rng.integers(0, 256, (min(1000, n_rows - start), 785)) * (rng.random(785) < 0.2)
            x[:, 0] = rng.integers(0, 10, len(x))
            file.writelines(",".join(map(str, row)) + "\n" for row in x.tolist())


def write_table(path: Path, n_rows: int, *, mixed: bool) -> None:
    """Twenty columns; mixed: three of them names, and some cells empty."""
    rng = np.random.default_rng(0)
    with path.open("w") as file:
        file.write(",".join(f"c{i}" for i in range(20)) + "\n")
        for start in range(0, n_rows, 1000):
            rows = rng.normal(size=(min(1000, n_rows - start), 20)).round(4).astype(str).tolist()
            for i, row in enumerate(rows):
                if mixed:
                    row[3], row[7], row[11] = f"k{i % 5}", f"city {i % 40}", "yn"[i % 2]
                    row[i % 3] = "" if i % 10 == 0 else row[i % 3]
                file.write(",".join(row) + "\n")


def open_one(path: str) -> None:
    """Open a table; print seconds, and the memory that it took at most."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    data = load("csv", SourceSettings(path=path))
    seconds = time.perf_counter() - began
    peak = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    kept = (data.x.nbytes + data.targets.nbytes) / 2**20
    shape = f"{data.n_samples:,} x {data.n_features}"
    print(f"{shape:>20}{data.x.dtype!s:>9}{seconds:>10.2f}{peak:>10.0f}{kept:>10.0f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--open", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.open:
        open_one(options.open)
        return
    print(f"{'':<28}{'shape':>20}{'stored':>9}{'seconds':>10}{'peak MiB':>10}{'kept MiB':>10}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "table.csv")
        cases = {
            "label and 784 bytes": lambda: write_pictures(path, 60_000),
            "20 columns of numbers": lambda: write_table(path, options.rows, mixed=False),
            "20 mixed columns, gaps": lambda: write_table(path, options.rows, mixed=True),
        }
        for name, write in cases.items():
            write()
            print(f"{name:<28}", end="", flush=True)
            subprocess.run([sys.executable, __file__, "--open", str(path)], check=True)


if __name__ == "__main__":
    main()
