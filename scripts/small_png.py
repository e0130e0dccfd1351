"""PNG files as small as a picture of a window can be without looking any different."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PyQt6.QtGui import QImage, QImageWriter

PALETTE = 256
WORST, MEAN = 24, 0.35
"""Levels of a channel, of 255: how far a palette may be from a pixel, and on the average."""

_SEARCHED = 4096
"""Colours compared with the palette at once."""

Pixels = npt.NDArray[np.uint32]


def save(image: QImage, path: Path) -> None:
    """Write a picture, with a palette where that changes nothing that can be seen."""
    writer = QImageWriter(str(path), b"png")
    writer.setCompression(100)
    writer.setText("Software", "VisualMLP")
    if not writer.write(_with_palette(image) or image.convertToFormat(QImage.Format.Format_RGB888)):
        raise OSError(f"{path}: {writer.errorString()}")


def _with_palette(image: QImage) -> QImage | None:
    """The picture with at most 256 colours, or None where that would show."""
    pixels = _pixels(image)
    colours, place, counts = np.unique(pixels, return_inverse=True, return_counts=True)
    chosen = colours if len(colours) <= PALETTE else _chosen(colours, counts)
    nearest, error = _nearest(colours, chosen)
    if error.max() > WORST or np.average(error, weights=counts) > MEAN:
        return None
    codes = np.ascontiguousarray(nearest.astype(np.uint8)[place.reshape(pixels.shape)])
    height, width = codes.shape
    small = QImage(codes.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
    small.setColorTable([int(colour) for colour in chosen])
    return small.copy()


def _pixels(image: QImage) -> Pixels:
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    bits = image.constBits()
    bits.setsize(image.sizeInBytes())
    rows = np.frombuffer(bits, np.uint32).reshape(image.height(), image.bytesPerLine() // 4)
    return rows[:, : image.width()].copy() | np.uint32(0xFF000000)


def _channels(colours: Pixels) -> npt.NDArray[np.int32]:
    return np.stack([(colours >> shift) & 255 for shift in (16, 8, 0)], axis=1).astype(np.int32)


def _chosen(colours: Pixels, counts: npt.NDArray[np.intp]) -> Pixels:
    """The commonest colours, then again and again the one that is farthest from all chosen."""
    commonest = np.argsort(-counts, kind="stable")[: PALETTE // 2]
    chosen, channels = list(commonest), _channels(colours)
    far = _nearest(colours, colours[commonest])[1].astype(np.int64)
    weight = np.sqrt(counts)
    while len(chosen) < PALETTE:
        farthest = int(np.argmax(far * weight))
        chosen.append(farthest)
        far = np.minimum(far, np.abs(channels - channels[farthest]).max(axis=1))
    return colours[chosen]


def _nearest(colours: Pixels, chosen: Pixels) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.int32]]:
    """Which of the chosen is nearest to each colour; how far in the channel that differs most."""
    places, errors = [], []
    table = _channels(chosen)
    for first in range(0, len(colours), _SEARCHED):
        some = _channels(colours[first : first + _SEARCHED])
        away = np.abs(some[:, None] - table[None]).max(axis=2)
        places.append(away.argmin(axis=1))
        errors.append(away.min(axis=1))
    return np.concatenate(places), np.concatenate(errors)
