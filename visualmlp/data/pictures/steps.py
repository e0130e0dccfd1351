"""From a picture file to a row of bytes: the same steps for training and for new pictures."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from visualmlp.data.dataset import Array
from visualmlp.data.tables.text_file import check_regular
from visualmlp.errors import DataError

FORMATS = ("PNG", "JPEG", "BMP", "GIF")
MAX_PIXELS = 50_000_000
"""Of a picture as it is stored: more than any camera's, less than what fills the memory."""
WHITE = 255
SHRINK_FIRST = 4
"""A JPEG so many times as large as needed is decoded in a smaller size, which is much faster."""
EXIF_ORIENTATION = 0x0112
TURNED = (5, 6, 7, 8)
"""Orientations that exchange width and height."""

warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class PictureSteps:
    """What is done to every picture, in this order.

    The first frame is taken and turned as the camera says; 16 bits become 8 (grey: v · 255 / 65535,
    rounded; colours: the upper 8 bits); transparent parts show ``ground``; colours become
    luminance, (19595 R + 38470 G + 7471 B + 32768) // 65536; the picture is stretched to
    ``width`` × ``height``, averaging over the pixels that fall together (bilinear, with a wider
    support where it shrinks); ``invert`` makes v to 255 - v.

    Parameters
    ----------
    width, height
        Pixels of the result.
    invert
        Whether dark pixels count as high.
    ground
        Grey level behind transparent parts: white, as paper and most viewers show it.
    """

    width: int
    height: int
    invert: bool = False
    ground: int = WHITE


@dataclass(frozen=True, slots=True, eq=False)
class GreyPicture:
    """A picture as a row of bytes (height · width,), and what had to be done to it."""

    row: Array
    had_colours: bool
    had_alpha: bool
    had_16_bits: bool
    was_resized: bool


def read_picture(path: Path | str, steps: PictureSteps) -> Array:
    """A picture as a row of bytes, uint8, shape (height * width,).

    Raises
    ------
    DataError
        If it cannot be read.
    """
    path = Path(path)
    check_regular(path)
    try:
        return take_steps(path, steps).row
    except UnreadableError as error:
        raise DataError(
            f"{path} is no picture that can be read ({error}): choose another."
        ) from error


class UnreadableError(Exception):
    """Why a picture cannot be read, in a few words."""


def take_steps(path: Path, steps: PictureSteps) -> GreyPicture:
    """Read a picture and bring it to grey levels of the size wanted.

    Raises
    ------
    UnreadableError
        If it is damaged, too large, or of another format.
    """
    try:
        with open_picture(path) as picture:
            return _take(picture, steps)
    except UnreadableError:
        raise
    except Exception as error:  # decoders raise whatever a damaged file leads them to
        raise UnreadableError(_reason(error)) from error


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a picture as it is shown, without decoding it.

    Raises
    ------
    UnreadableError
        If it is none.
    """
    try:
        with open_picture(path) as picture:
            width, height = picture.size
            return (height, width) if _orientation(picture) in TURNED else (width, height)
    except UnreadableError:
        raise
    except Exception as error:  # as above
        raise UnreadableError(_reason(error)) from error


def open_picture(path: Path) -> Image.Image:
    """Open a picture without decoding it; Pillow sees by its content what it is."""
    picture = Image.open(path, formats=FORMATS)
    width, height = picture.size
    if width * height > MAX_PIXELS:
        picture.close()
        raise UnreadableError(f"{width:,}×{height:,} pixels are too many")
    return picture


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "it is no PNG, JPEG, BMP or GIF"
    if isinstance(error, (Image.DecompressionBombError, Image.DecompressionBombWarning)):
        return "it has too many pixels"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())[:80] or type(error).__name__


def _take(picture: Image.Image, steps: PictureSteps) -> GreyPicture:
    size = (steps.width, steps.height)
    had_16_bits = _has_16_bits(picture)
    orientation = _orientation(picture)
    original = picture.size[::-1] if orientation in TURNED else picture.size
    if picture.format == "JPEG" and min(picture.size) > SHRINK_FIRST * max(size):
        picture.draft(None, (2 * max(size), 2 * max(size)))
    shown: Any = ImageOps.exif_transpose(picture) if orientation != 1 else picture
    had_alpha = shown.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in shown.info
    grey, had_colours = _grey(shown, had_alpha, steps.ground)
    if grey.size != size:
        grey = grey.resize(size, Image.Resampling.BILINEAR)
    row = np.asarray(grey, np.uint8).reshape(-1)
    row = np.subtract(255, row, dtype=np.uint8) if steps.invert else row
    return GreyPicture(row, had_colours, had_alpha, had_16_bits, original != size)


def _grey(picture: Image.Image, had_alpha: bool, ground: int) -> tuple[Image.Image, bool]:
    """The picture in 8 bits of grey, and whether it had colours."""
    if picture.mode.startswith("I"):
        values = np.clip(np.asarray(picture).astype(np.int64), 0, 65535)
        return Image.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8)), False
    if had_alpha:
        layer = picture.convert("RGBA")
        back = Image.new("RGBA", layer.size, (ground, ground, ground, 255))
        grey = Image.alpha_composite(back, layer).convert("L")
    else:
        grey = picture if picture.mode == "L" else picture.convert("L")
    return grey, picture.mode not in ("1", "L", "LA", "La")


def _has_16_bits(picture: Image.Image) -> bool:
    """Whether a PNG, the only format here that can, has 16 bits for each value."""
    layers: Any = getattr(picture, "tile", None) or ()
    return picture.format == "PNG" and any(";16" in str(layer[3]) for layer in layers)


def _orientation(picture: Image.Image) -> int:
    return int(picture.getexif().get(EXIF_ORIENTATION, 1)) if "exif" in picture.info else 1
