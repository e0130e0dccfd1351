"""Values to colours by lookup table: 255 levels and one colour for what is not finite."""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

MapName = Literal["diverging", "sequential", "grey", "paper", "board"]
Codes = npt.NDArray[np.uint8]
Argb = npt.NDArray[np.uint32]

LEVELS = 255
"""Codes 0 to 254 are values; their odd number gives zero a colour of its own, 127."""
NOT_FINITE = 255
"""The code of NaN and of the infinities."""

_SMALL, _SMALL_FOR_FLOAT32 = 1e-300, 1e-30
"""Steps whose reciprocal would overflow."""

_NOT_FINITE_COLOUR = "#f000ff"
_ANCHORS: dict[tuple[MapName, bool], tuple[str, ...]] = {
    ("diverging", False): (
        *("#0b3c8c", "#3f86c6", "#a9cfe8", "#f7f7f7", "#f4b89a", "#d1563f", "#8a0d22"),
    ),
    ("diverging", True): (
        *("#b5dcff", "#58a6e8", "#2a5d8f", "#1d2024", "#8f4a2a", "#e8834f", "#ffd0ad"),
    ),
    ("sequential", False): ("#fafaf2", "#c9e4c5", "#74bfbb", "#3286b1", "#284f95", "#191747"),
    ("sequential", True): ("#1f2328", "#343f74", "#2a6e95", "#229e8b", "#7ad151", "#fde725"),
    ("grey", False): ("#ffffff", "#16191d"),
    ("grey", True): ("#16191d", "#f4f6f8"),
    **dict.fromkeys((("paper", False), ("paper", True)), ("#ffffff", "#000000")),
    **dict.fromkeys((("board", False), ("board", True)), ("#000000", "#ffffff")),
}

# Björn Ottosson, "A perceptual color space for image processing" (2020): linear RGB to OKLab.
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@cache
def lut(name: MapName, dark: bool = False) -> Argb:
    """The lookup table of a colour map.

    Parameters
    ----------
    name
        ``"diverging"`` (blue, neutral at zero, red), ``"sequential"``, ``"grey"`` (ink),
        ``"paper"`` (black on white in every look) or ``"board"`` (white on black).
    dark
        For a dark ground: the neutral colour is dark, and ink is light.

    Returns
    -------
    ndarray of uint32, shape (256,)
        ``0xAARRGGBB``, read-only; the last entry is for values that are not finite.
    """
    table = np.empty(LEVELS + 1, np.uint32)
    anchors = _ANCHORS[name, dark]
    table[:LEVELS] = _ramp(*anchors) if len(anchors) == 2 else _between(anchors)
    table[NOT_FINITE] = _packed(np.array([_rgb(_NOT_FINITE_COLOUR)]))[0]
    table.setflags(write=False)
    return table


def codes(values: npt.ArrayLike, low: float, high: float) -> Codes:
    """Map values linearly onto 0 (``low`` and below) to 254 (``high`` and above).

    NaN and infinities become 255. With an empty range (``low >= high``) every value is in the
    middle. Shape as given.
    """
    array = np.asarray(values)
    step = high / (LEVELS - 1) - low / (LEVELS - 1)
    if array.dtype != np.float32 or step < _SMALL_FOR_FLOAT32:
        array = array.astype(np.float64)
    if not step > _SMALL:
        return np.where(np.isfinite(array), LEVELS // 2, NOT_FINITE).astype(np.uint8)
    finite = np.isfinite(array)
    whole = bool(finite.all())
    levels = np.clip(array if whole else np.where(finite, array, low), low, high)
    levels *= 1 / step
    levels -= low / step - 0.5  # half a level: the cast truncates
    return (levels if whole else np.where(finite, levels, NOT_FINITE)).astype(np.uint8)


def colourise(values: npt.ArrayLike, table: Argb, low: float, high: float) -> Argb:
    """The colours (``0xAARRGGBB``, shape as given) of values between ``low`` and ``high``."""
    return np.take(table, codes(values, low, high))


def symmetric_limit(values: npt.ArrayLike) -> float:
    """The largest finite magnitude, for a range symmetric around 0; 1 if there is none."""
    array = np.asarray(values)
    if array.size == 0:
        return 1.0
    limit = max(abs(float(array.min())), abs(float(array.max())))
    if not np.isfinite(limit):
        limit = max((abs(end) for end in _finite_ends(array)), default=0.0)
    return limit if limit > 0 else 1.0


def limits(
    values: npt.ArrayLike, name: MapName, low: float | None = None, high: float | None = None
) -> tuple[float, float]:
    """Fill in the ends of the range that are not given, from the finite values."""
    if low is not None and high is not None:
        return float(low), float(high)
    if name == "diverging":
        limit = symmetric_limit(values)
        ends: tuple[float, ...] = (-limit, limit)
    else:
        ends = _finite_ends(np.asarray(values)) or (0.0, 1.0)
    return ends[0] if low is None else float(low), ends[1] if high is None else float(high)


def _finite_ends(array: npt.NDArray) -> tuple[float, ...]:
    finite = array[np.isfinite(array)]
    return (float(finite.min()), float(finite.max())) if finite.size else ()


def _ramp(first: str, last: str) -> Argb:
    """Greys as a picture's values mean them: evenly spaced as encoded, which is how they look."""
    share = np.linspace(0, 1, LEVELS)[:, None]
    return _packed((1 - share) * np.array(_rgb(first)) + share * np.array(_rgb(last)))


def _between(anchors: tuple[str, ...]) -> Argb:
    """Interpolate evenly spaced anchors in OKLab, so that equal steps look equal."""
    linear = _linear(np.array([_rgb(anchor) for anchor in anchors]))
    lab = np.cbrt(linear @ _TO_LMS.T) @ _TO_LAB.T
    at = np.linspace(0, 1, len(anchors))
    fine = np.linspace(0, 1, LEVELS)
    smooth = np.stack([np.interp(fine, at, lab[:, i]) for i in range(3)], axis=1)
    lms = (smooth @ np.linalg.inv(_TO_LAB).T) ** 3
    return _packed(_encoded(lms @ np.linalg.inv(_TO_LMS).T))


def _rgb(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _linear(rgb: npt.NDArray) -> npt.NDArray:
    """The sRGB transfer function undone (IEC 61966-2-1)."""
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def _encoded(linear: npt.NDArray) -> npt.NDArray:
    linear = np.clip(linear, 0, 1)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def _packed(rgb: npt.NDArray) -> Argb:
    red, green, blue = np.rint(rgb * 255).astype(np.uint32).T
    return np.uint32(0xFF000000) | (red << np.uint32(16)) | (green << np.uint32(8)) | blue
