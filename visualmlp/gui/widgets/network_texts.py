"""A network's diagram in words and in rows of numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.network_diagram import Diagram
from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.network_scene import ColumnText, SampleFacts, Scene, Unit

_DIGITS = ".6g"


def full_name(texts: Sequence[ColumnText], unit: Unit, shape: tuple[int, int] | None) -> str:
    """An input, a pixel or a unit."""
    column, number = unit
    if column == 0 and shape is not None:
        row, at = divmod(number, shape[1])
        return _tr("pixel of row {row}, column {column}").format(row=row, column=at)
    return texts[column].full[number]


def unit_hover(
    diagram: Diagram,
    texts: Sequence[ColumnText],
    facts: SampleFacts,
    unit: Unit,
    shape: tuple[int, int] | None,
) -> str:
    """Name and numbers of a unit or an input."""
    index, number = unit
    column = diagram.columns[index]
    place = int(np.searchsorted(column.window.shown, number))
    value = _number(column.values[place])
    lines = [full_name(texts, unit, shape)]
    if column.z is None:
        raw = _number(facts.raw[number])
        lines.append(_tr("stored {raw}, scaled x = {value}").format(raw=raw, value=value))
    else:
        lines.append(f"z = {_number(column.z[place])}, a = {value}")
    if column.bias is not None:
        lines.append(_tr("bias b = {}").format(_number(column.bias[place])))
    said = [
        (index == len(texts) - 1 and number == facts.true, _tr("true class")),
        (index == len(texts) - 1 and number == facts.predicted, _tr("predicted class")),
        (unit in facts.silenced, _tr("silenced")),
        (unit in facts.frozen, _tr("frozen")),
    ]
    words = [word for is_so, word in said if is_so]
    return "\n".join([*lines, ", ".join(words)] if words else lines)


def link_hover(
    scene: Scene, texts: Sequence[ColumnText], index: int, shape: tuple[int, int] | None
) -> str:
    """From where to where a link leads, and its numbers."""
    links = scene.links
    layer, source, unit = (int(e[index]) for e in (links.layers, links.sources, links.units))
    of_layer = scene.diagram.links[layer]
    place = index - int(np.searchsorted(links.layers, layer))
    ends = full_name(texts, (layer, source), shape), full_name(texts, (layer + 1, unit), shape)
    weight, value, product = (
        _number(each[place]) for each in (of_layer.weights, of_layer.values, of_layer.contributions)
    )
    return f"{ends[0]} → {ends[1]}\nw = {weight}, a = {value}, w · a = {product}"


def sign_hover(diagram: Diagram, column: int, direction: int, *, by_number: bool) -> str:
    """What is folded away behind a sign."""
    window = diagram.columns[column].window
    count = labels.count_text(window.n_before if direction < 0 else window.n_after)
    if by_number:
        return _tr("{} more units: click to see them, or Page Up and Page Down").format(count)
    return _tr("{} units are weaker than those shown: click to walk through all by number").format(
        count
    )


def csv_of(
    diagram: Diagram, texts: Sequence[ColumnText], shape: tuple[int, int] | None
) -> list[list[object]]:
    """Units and links that are shown; layer 0 are the inputs."""
    rows: list[list[object]] = [
        ["kind", "layer", "from", "to", "name", "z", "a", "bias", "w", "w·a"]
    ]
    for index, column in enumerate(diagram.columns):
        for place, number in enumerate(column.window.shown.tolist()):
            z = "" if column.z is None else column.z[place]
            bias = "" if column.bias is None else column.bias[place]
            name = full_name(texts, (index, number), shape)
            rows.append(["unit", index, "", number, name, z, column.values[place], bias, "", ""])
    for index, links in enumerate(diagram.links):
        products = links.contributions
        for place, (source, unit) in enumerate(
            zip(links.sources.tolist(), links.units.tolist(), strict=True)
        ):
            numbers = links.values[place], "", links.weights[place], products[place]
            rows.append(["link", index + 1, source, unit, "", "", *numbers])
    return rows


def _number(value: float) -> str:
    return labels.number_text(float(value), _DIGITS)


def _tr(text: str) -> str:
    return QCoreApplication.translate("NetworkDiagram", text)
