"""Colours as those see them who lack a kind of cone: simulated, measured, required.

The simulation is that of Machado, Oliveira and Fernandes, "A physiologically-based model for
simulation of color vision deficiency" (2009), severity 1.0, on linear RGB; distances are those of
CIELAB (ΔE*ab, 1976), where 2.3 is just noticeable.
"""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import numpy.typing as npt
import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtGui import QPalette

from visualmlp.gui import theme
from visualmlp.gui.widgets import colour_maps
from visualmlp.gui.widgets.glyphs import glyphs
from visualmlp.gui.widgets.legend_key import DASHES

LEVELS = 9
"""Values that are looked at, evenly spaced over a map."""

NEIGHBOURS = 5.0
"""Least ΔE between neighbours of nine levels, two times what is just noticeable."""
SIGNS = 25.0
"""Least ΔE between a quarter of the way to the one end and to the other, and between the ends."""
OFF_ZERO = 60.0
"""Least ΔE between zero and an end."""
FIRST, FIRST_APART = 4, 20.0
"""Lines or classes that can be told by colour alone, and their least ΔE."""
ALL_APART = 11.0
GOOD_BAD = 25.0
NOT_FINITE = 12.0
"""Least ΔE between the colour of NaN and that of any value."""
SLACK = 0.25
"""Lightness that rounding to whole channels may take back."""

TEXT, GRAPHIC = 4.5, 3.0
"""Contrast that WCAG 2.2 asks for: 1.4.3 for text, 1.4.11 for lines and marks."""

VISIONS = {
    "full": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
    "none": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
"""From linear RGB to what is left of it; "none" is a grey print."""

_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])

Colours = npt.NDArray[np.float64]


def linear(argb: npt.ArrayLike) -> Colours:
    packed = np.asarray(argb, np.uint32)
    rgb = np.stack([(packed >> shift) & 255 for shift in (16, 8, 0)], axis=-1) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb: Colours) -> Colours:
    share = rgb @ _TO_XYZ.T / _WHITE
    small = (6 / 29) ** 3
    f = np.where(share > small, np.cbrt(share), share / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def seen(argb: npt.ArrayLike, vision: str) -> Colours:
    """CIELAB of colours as they are seen."""
    return lab(np.clip(linear(argb) @ VISIONS[vision].T, 0, 1))


def packed(*colours: str) -> list[int]:
    return [int(colour.removeprefix("#"), 16) for colour in colours]


def distance(a: Colours, b: Colours) -> float:
    return float(np.linalg.norm(a - b))


def contrast(a: str, b: str) -> float:
    luminance = linear(packed(a, b)) @ [0.2126, 0.7152, 0.0722]
    return float((luminance.max() + 0.05) / (luminance.min() + 0.05))


def levels(name: colour_maps.MapName, dark: bool, vision: str) -> Colours:
    table = colour_maps.lut(name, dark)[: colour_maps.LEVELS]
    return seen(table[np.linspace(0, len(table) - 1, LEVELS).round().astype(int)], vision)


def test_the_simulation_does_what_it_should() -> None:
    assert np.allclose(lab(linear(packed("#ffffff"))), [[100, 0, 0]], atol=0.02)
    assert np.allclose(lab(linear(packed("#ff0000"))), [[53.24, 80.09, 67.20]], atol=0.05)
    red, green = packed("#c83c3c", "#5a7a2e")
    assert distance(seen(red, "full"), seen(green, "full")) > 60
    assert distance(seen(red, "deuteranopia"), seen(green, "deuteranopia")) < 25
    for vision, matrix in VISIONS.items():
        assert np.allclose(matrix.sum(axis=1), 1, atol=2e-5), vision  # greys stay grey


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["sequential", "grey", "paper", "board"])
def test_a_larger_value_is_always_darker_or_always_lighter(
    name: colour_maps.MapName, dark: bool, vision: str
) -> None:
    lightness = seen(colour_maps.lut(name, dark)[: colour_maps.LEVELS], vision)[:, 0]
    direction = np.sign(lightness[-1] - lightness[0])
    assert (direction * np.diff(lightness) > -SLACK).all()
    nine = levels(name, dark, vision)
    assert (direction * np.diff(nine[:, 0]) > NEIGHBOURS).all()
    assert all(distance(a, b) > NEIGHBOURS for a, b in pairwise(nine))


@pytest.mark.parametrize("vision", [name for name in VISIONS if name != "none"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_signs_and_sizes_can_be_told(dark: bool, vision: str) -> None:
    nine = levels("diverging", dark, vision)
    zero = LEVELS // 2
    for below, above in ((0, -1), (zero - 2, zero + 2), (zero - 1, zero + 1)):
        assert distance(nine[below], nine[above]) > SIGNS, (below, above)
    for end in (0, -1):
        assert distance(nine[zero], nine[end]) > OFF_ZERO
    assert all(distance(a, b) > NEIGHBOURS for a, b in pairwise(nine))


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_size_of_a_signed_value_is_in_its_lightness(dark: bool, vision: str) -> None:
    lightness = seen(colour_maps.lut("diverging", dark)[: colour_maps.LEVELS], vision)[:, 0]
    away = -1 if dark else 1  # to zero it grows darker, or lighter
    middle = colour_maps.LEVELS // 2
    assert (away * np.diff(lightness[: middle + 1]) > -SLACK).all()
    assert (away * np.diff(lightness[middle:]) < SLACK).all()


@pytest.mark.parametrize("vision", [name for name in VISIONS if name != "none"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", ["sequential", "diverging"])
def test_what_is_not_finite_looks_like_no_value(
    name: colour_maps.MapName, dark: bool, vision: str
) -> None:
    table = seen(colour_maps.lut(name, dark), vision)
    assert np.linalg.norm(table[:-1] - table[-1], axis=1).min() > NOT_FINITE


@pytest.mark.parametrize("vision", [name for name in VISIONS if name != "none"])
@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_series_can_be_told_apart(colours: theme.PlotColours, vision: str) -> None:
    shown = seen(packed(*colours.series), vision)
    apart = {(i, j): distance(shown[i], shown[j]) for i, j in combinations(range(len(shown)), 2)}
    first = {pair: far for pair, far in apart.items() if max(pair) < FIRST}
    assert min(first.values()) > FIRST_APART, min(first, key=first.get)
    assert min(apart.values()) > ALL_APART, min(apart, key=apart.get)
    good, bad = seen(packed(colours.good, colours.bad), vision)
    assert distance(good, bad) > GOOD_BAD


def test_what_colour_cannot_tell_shapes_and_dashes_do() -> None:
    n = len(theme.LIGHT.series)
    shapes = [glyphs(np.zeros((1, 2)), kind, 5.0) for kind in range(n)]
    assert all(a != b for a, b in combinations(shapes, 2))
    assert len(DASHES) == len(set(DASHES)) >= n
    styles = [theme.LIGHT.series_pen(index).style() for index in range(2 * n)]
    assert all(a != b for a, b in pairwise(styles))
    assert Qt.PenStyle.NoPen not in styles
    looks = {
        (theme.LIGHT.series_colour(i).name(), theme.LIGHT.series_pen(i).style())
        for i in range(3 * n)
    }
    assert len(looks) == 3 * n  # where colours begin again, dashes are others


@pytest.mark.parametrize("colours", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_texts_and_lines_stand_out_on_drawings(colours: theme.PlotColours) -> None:
    for name in ("foreground", "muted", "good", "bad"):
        assert contrast(getattr(colours, name), colours.background) >= TEXT, name
    for ink in (colours.highlight, *colours.series):
        assert contrast(ink, colours.background) >= GRAPHIC, ink


ROLE = QPalette.ColorRole
TEXTS = (
    (ROLE.WindowText, (ROLE.Window,)),
    (ROLE.Text, (ROLE.Base, ROLE.AlternateBase)),
    (ROLE.ButtonText, (ROLE.Button,)),
    (ROLE.PlaceholderText, (ROLE.Base,)),
    (ROLE.ToolTipText, (ROLE.ToolTipBase,)),
    (ROLE.HighlightedText, (ROLE.Highlight,)),
    (ROLE.Link, (ROLE.Window, ROLE.Base)),
    (ROLE.LinkVisited, (ROLE.Window, ROLE.Base)),
)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_texts_stand_out_on_the_window(dark: bool) -> None:
    palette, colours = theme.palette(dark), theme.DARK if dark else theme.LIGHT
    pairs = {(ink, ground): contrast(palette.color(ink).name(), palette.color(ground).name())
             for ink, grounds in TEXTS for ground in grounds}  # fmt: skip
    window = palette.color(ROLE.Window).name()
    pairs |= {(name, "window"): contrast(getattr(colours, name), window)
              for name in ("foreground", "muted", "good", "bad")}  # fmt: skip
    assert {pair: ratio for pair, ratio in pairs.items() if ratio < TEXT} == {}
