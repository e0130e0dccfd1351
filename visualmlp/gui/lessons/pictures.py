"""The pictures of the lessons: drawn in the light look, shown in the colours of the look in use."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

from PyQt6.QtCore import QByteArray
from PyQt6.QtSvg import QSvgRenderer

from visualmlp import paths
from visualmlp.gui import theme


def picture_path(lesson: str) -> Path:
    """Where the picture of a lesson is, or would be."""
    return paths.resources() / "lessons" / "pictures" / f"{lesson}.svg"


def picture(lesson: str) -> QSvgRenderer | None:
    """The picture of a lesson in the look in use, or None if it has none."""
    path = picture_path(lesson)
    if not path.is_file():
        return None
    return QSvgRenderer(QByteArray(_recoloured(path.read_text(encoding="utf-8")).encode()))


def _recoloured(svg: str) -> str:
    for light, now in zip(_colours(theme.LIGHT), _colours(theme.current()), strict=True):
        svg = svg.replace(f'"{light}"', f'"{now}" ')  # a space: so that none is exchanged twice
    return svg


def _colours(colours: theme.PlotColours) -> list[str]:
    found: list[str] = []
    for field in fields(colours):
        value = getattr(colours, field.name)
        found += [value] if isinstance(value, str) else value if isinstance(value, tuple) else []
    return found
