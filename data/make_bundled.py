"""Make the bundled data sets from the copies in scikit-learn, and check their hashes.

    python data/make_bundled.py

Needs scikit-learn, which VisualMLP itself does not. SHA256SUMS holds the hashes of the content
before compression, since other builds of zlib compress to other bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits, load_iris

FOLDER = Path(__file__).parent
UCI_IRIS_ROWS = {34: (4.9, 3.1, 1.5, 0.1), 37: (4.9, 3.1, 1.5, 0.1)}
"""scikit-learn corrected two rows to Fisher's paper; UCI's file has them so."""


def idx_bytes(array: np.ndarray) -> bytes:
    """An array of bytes in the IDX format."""
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.tobytes()


def digits() -> dict[str, bytes]:
    """Pictures and labels as IDX."""
    bunch = load_digits()
    return {
        "digits/digits-images-idx3-ubyte": idx_bytes(bunch.images.astype(np.uint8)),
        "digits/digits-labels-idx1-ubyte": idx_bytes(bunch.target.astype(np.uint8)),
    }


def iris() -> dict[str, bytes]:
    """UCI's iris.data without the empty line at its end."""
    bunch = load_iris()
    x = bunch.data.copy()
    for row, values in UCI_IRIS_ROWS.items():
        x[row] = values
    names = bunch.target_names[bunch.target]
    lines = [
        ",".join(f"{value:.1f}" for value in row) + f",Iris-{name}\n"
        for row, name in zip(x, names, strict=True)
    ]
    return {"iris/iris.data": "".join(lines).encode()}


def write(name: str, content: bytes) -> None:
    """Write a file, gzipped if it is IDX."""
    path = FOLDER / name
    path.parent.mkdir(exist_ok=True)
    if "idx" in name:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(content, 9, mtime=0))
    else:
        path.write_bytes(content)


def main() -> None:
    """Write all files whose content has the hash of SHA256SUMS; stop at the first that has not."""
    lines = (FOLDER / "SHA256SUMS").read_text("ascii").splitlines()
    expected = {name: digest for digest, name in (line.split("  ") for line in lines)}
    for name, content in {**digits(), **iris()}.items():
        digest = hashlib.sha256(content).hexdigest()
        if digest != expected.get(name):
            raise SystemExit(f"{name}: SHA-256 is {digest}, not {expected.get(name)}")
        write(name, content)
        print(f"{name}: {len(content):,} bytes, {digest}")


if __name__ == "__main__":
    main()
