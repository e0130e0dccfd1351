"""The graph of a step in words: what stands in, below and behind its nodes."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.chain_rule import sample_share, whole_gradient
from visualmlp.analysis.loss_slice import Place
from visualmlp.analysis.step_graph import Edge, Kind, Node
from visualmlp.engine import Array, StepTrace
from visualmlp.gui.widgets.graph import GraphEdge, GraphNode, Shape
from visualmlp.gui.widgets.labels import counted, number_text
from visualmlp.gui.widgets.latex_text import readable

SHAPES: dict[Kind, Shape] = {"weights": "square", "bias": "square", "loss": "double"}
STYLES: dict[Kind, int] = {
    "weights": 2,
    "bias": 2,
    "z": 0,
    "a": 0,
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
        "target": _tr("targets of the batch"),
        "loss": _tr("loss, mean over the batch"),
        "penalty": _tr("penalty on the weights"),
    }
    text = names[node.kind].format(node.layer + 1)
    if node.kind == "a" and node.layer == len(trace.layers) - 1:
        text = _tr("outputs of the network")
    if node.kind in ("z", "a"):
        layer = trace.layers[node.layer]
        text += f" ({layer.activation.name})"
        if node.kind == "a" and layer.mask is not None:
            text += _tr("; dropout follows")
    return text


def figures(values: Array) -> str:
    """Least, mean and greatest number of an array."""
    with np.errstate(all="ignore"):
        numbers = (values.min(), values.mean(dtype=np.float64), values.max())
    low, mean, high = (number_text(float(value), ".4g") for value in numbers)
    text = _tr("{count} numbers from {low} to {high}, mean {mean}")
    return text.format(count=f"{values.size:,}", low=low, high=high, mean=mean)


def sum_text(trace: StepTrace, place: Place, sample: int) -> str:
    """What one sample adds to the gradient of a parameter, beside the whole of the batch."""
    text = _tr("sample {sample} of the batch adds {share}; {all}: {whole}, as the engine")
    return text.format(
        sample=f"{sample:,}",
        share=number_text(sample_share(trace, place, sample), ".6g"),
        all=counted(trace.n_samples, _tr("the only sample"), _tr("all {} samples")),
        whole=number_text(whole_gradient(trace, place), ".6g"),
    )


def _tr(text: str) -> str:
    return QCoreApplication.translate("GraphView", text)
