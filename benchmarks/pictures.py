"""How fast folders of pictures and files of arrays are opened.

    python -m benchmarks.pictures

All files are made in a temporary folder.
"""

from __future__ import annotations

import gzip
import io
import pickle
import resource
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter

import numpy as np
from PIL import Image

from visualmlp.data import SourceSettings, load, load_pickle

N_SMALL, N_PHOTOS = 10_000, 50
PARTS = (50_000, 10_000, 10_000)


def timed(name: str, count: int, work: Callable[[], object]) -> None:
    """Print how long a call takes, how many samples a second that is, and the peak of memory."""
    start = perf_counter()
    work()
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{name:<44} {seconds:7.2f} s {count / seconds:10,.0f} a second   peak {peak:6,.0f} MiB")


def write_pictures(folder: Path, count: int, shape: tuple[int, ...], ending: str) -> None:
    """Pictures of ten classes; of large ones the same is written again and again."""
    rng = np.random.default_rng(0)
    for number in range(10):
        (folder / str(number)).mkdir(parents=True)
    for number in range(count):
        if number == 0 or shape[0] < 100:
            stream = io.BytesIO()
            pixels = rng.integers(0, 256, shape, dtype=np.uint8)
            Image.fromarray(pixels).save(stream, {"png": "PNG", "jpg": "JPEG"}[ending])
        (folder / str(number % 10) / f"{number}.{ending}").write_bytes(stream.getvalue())


def pictures(folder: Path) -> None:
    """Small PNGs, and photographs brought to a small size."""
    write_pictures(folder / "small", N_SMALL, (28, 28), "png")
    write_pictures(folder / "photos", N_PHOTOS, (3000, 4000, 3), "jpg")
    small, photos = str(folder / "small"), str(folder / "photos")
    timed(
        f"{N_SMALL:,} PNGs of 28x28, their own size",
        N_SMALL,
        lambda: load("pictures", SourceSettings(path=small)),
    )
    timed(
        f"{N_SMALL:,} PNGs of 28x28 to 14x14",
        N_SMALL,
        lambda: load("pictures", SourceSettings(path=small, picture_width=14, picture_height=14)),
    )
    timed(
        f"{N_PHOTOS} JPEGs of 4000x3000 to 64x48",
        N_PHOTOS,
        lambda: load("pictures", SourceSettings(path=photos, picture_width=64)),
    )


def arrays(folder: Path) -> None:
    """Pickles in the layout of courses' MNIST, 70,000 pictures in float32."""
    rng = np.random.default_rng(0)
    parts = [(rng.random((n, 784), np.float32), rng.integers(0, 10, n)) for n in PARTS]
    for protocol in (2, 4):
        path = folder / f"mnist{protocol}.pkl"
        path.write_bytes(pickle.dumps(tuple(parts), protocol))
        timed(f"pickle of protocol {protocol}", sum(PARTS), lambda path=path: load_pickle(path))
    packed = folder / "mnist.pkl.gz"
    packed.write_bytes(gzip.compress(path.read_bytes(), 1))
    timed("the same, .pkl.gz", sum(PARTS), lambda: load_pickle(packed))
    timed(
        "the same, as a data set",
        sum(PARTS),
        lambda: load("arrays", SourceSettings(path=str(packed))),
    )


def main() -> None:
    """Print all figures."""
    with tempfile.TemporaryDirectory() as folder:
        pictures(Path(folder))
        arrays(Path(folder))


if __name__ == "__main__":
    main()
