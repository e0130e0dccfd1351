"""The graph of a step in words: what stands in, below and behind its nodes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.chain_rule import sample_share, whole_gradient
from visualmlp.analysis.loss_slice import Place
from visualmlp.analysis.step_graph import Edge, Kind, Node
from visualmlp.engine import Array, StepTrace
from visualmlp.gui.views.layer_chooser import is_class_layer, unit_labels
from visualmlp.gui.widgets.graph import GraphEdge, GraphNode, Shape
from visualmlp.gui.widgets.labels import counted, number_text
from visualmlp.gui.widgets.latex_text import readable
from visualmlp.training.setup import Setup

SHAPES: dict[Kind, Shape] = {"weights": "square", "bias": "square", "loss": "double"}
STYLES: dict[Kind, int] = {
    "weights": 2,
    "bias": 2,
    "z": 0,
    "a": 0,
    "dropped": 4,
    "input": 6,
    "target": 6,
    "loss": 1,
    "penalty": 1,
}


def drawn_node(node: Node, trace: StepTrace) -> GraphNode:
    """A node as the drawing takes it."""
    below = " × ".join(f"{size:,}" for size in node.shape)
    if node.kind == "loss":
        below = number_text(trace.loss, ".4g")
    return GraphNode(
        key=node.key,
        name=node.name,
        place=node.place,
        below=below,
        text=f"{readable(node.name)}: {meaning(node, trace)}\n{below}".strip(),
        shape=SHAPES.get(node.kind, "round"),
        style_index=STYLES[node.kind],
    )


def drawn_edge(edge: Edge) -> GraphEdge:
    """An edge as the drawing takes it."""
    return GraphEdge(edge.source, edge.target, edge.derivative, edge.short, edge.in_forward)


def meaning(node: Node, trace: StepTrace) -> str:
    """What a node is, in a few words."""
    names: dict[Kind, str] = {
        "input": _tr("inputs of the batch"),
        "weights": _tr("weights of layer {}"),
        "bias": _tr("biases of layer {}"),
        "z": _tr("pre-activations of layer {}"),
        "a": _tr("activations of layer {}"),
        "dropped": _tr("activations of layer {} after dropout: times 0, or 1 / kept share"),
        "target": _tr("targets of the batch"),
        "loss": _tr("loss, mean over the batch"),
        "penalty": _tr("penalty on the weights"),
    }
    text = names[node.kind].format(node.layer + 1)
    if node.kind == "a" and node.layer == len(trace.layers) - 1:
        text = _tr("outputs of the network")
    if node.kind in ("z", "a"):
        text += f" ({trace.layers[node.layer].activation.name})"
    return text


class Heading(NamedTuple):
    """What the rows or the columns of a node's array are; names None for numbers from 0."""

    title: str
    names: Sequence[str] | None = None


def headings(setup: Setup, node: Node, sample: int | None) -> tuple[Heading, Heading]:
    """Of the rows and of the columns, in rows notation; ``sample`` None is the whole batch."""
    rows = Heading(_tr("sample"), None if sample is None else [str(sample)])
    if node.kind == "bias":
        rows = Heading("", ["b"])
    if node.kind == "weights":
        rows = Heading(_tr("input"), _names_of(setup, node.layer - 1))
    if node.kind == "loss":
        return rows, Heading("", [_tr("loss")])
    if node.kind == "input":
        return rows, Heading(_tr("input"), _names_of(setup, -1))
    layer = len(setup.layers) - 1 if node.kind == "target" else node.layer
    return rows, Heading(_tr("unit"), _names_of(setup, layer))


def _names_of(setup: Setup, layer: int) -> Sequence[str] | None:
    """Classes, or features that are no pixels (layer -1); other units have numbers only."""
    if layer < 0:
        dataset = setup.data.dataset
        return None if dataset.image_shape else dataset.feature_names
    return unit_labels(setup, layer) if is_class_layer(setup, layer) else None


def figures(values: Array) -> str:
    """Least, mean and greatest number of an array; the number itself if it is the only one."""
    if values.size == 1:
        return number_text(float(values.item()), ".6g")
    with np.errstate(all="ignore"):
        numbers = (values.min(), values.mean(dtype=np.float64), values.max())
    low, mean, high = (number_text(float(value), ".4g") for value in numbers)
    text = _tr("{count} numbers from {low} to {high}, mean {mean}")
    return text.format(count=f"{values.size:,}", low=low, high=high, mean=mean)


def sum_text(trace: StepTrace, place: Place, sample: int) -> str:
    """What one sample adds to the gradient of a parameter, beside the whole of the batch."""
    text = _tr("sample {sample} of the batch adds {share}; {all}: {whole}, as the engine has it")
    return text.format(
        sample=f"{sample:,}",
        share=number_text(sample_share(trace, place, sample), ".6g"),
        all=counted(trace.n_samples, _tr("the only sample"), _tr("all {} samples")),
        whole=number_text(whole_gradient(trace, place), ".6g"),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("GraphView", text)
