"""The diagram of a network in words."""

from __future__ import annotations

from dataclasses import replace

from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.network_diagram import Diagram
from visualmlp.engine import Array
from visualmlp.gui.views.layer_chooser import unit_labels, unit_names
from visualmlp.gui.views.network_look import NetworkLook
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.labels import count_text, counted, number_text, share_text
from visualmlp.gui.widgets.network_scene import ColumnText, SampleFacts
from visualmlp.training.frame import Frame
from visualmlp.training.setup import Setup


def column_texts(setup: Setup) -> list[ColumnText]:
    """What the inputs, the layers and their units are called."""
    shape = setup.data.dataset.image_shape
    if shape:
        columns = [ColumnText(_tr("{} × {} pixels").format(*shape))]
    else:
        names = setup.data.dataset.feature_names
        title = _tr("inputs: {}").format(count_text(len(names)))
        columns = [ColumnText(title, names, names)]
    for layer in range(len(setup.layers)):
        names = output_names(setup) if layer == len(setup.layers) - 1 else ()
        names = names or unit_labels(setup, layer)
        columns.append(ColumnText(_title(setup, layer), names, unit_names(setup, layer)))
    return columns


def output_names(setup: Setup) -> tuple[str, ...]:
    """What stands behind the outputs: classes, or the one whose probability the output is."""
    names, n_outputs = setup.data.class_names, setup.layers[-1].units
    if len(names) == n_outputs:
        return names
    if len(names) == 2 and n_outputs == 1:
        return (names[1],)
    return ("",) if n_outputs == 1 else ()


def sample_text(setup: Setup, look: NetworkLook) -> str:
    """Which sample it is, and what the network makes of it."""
    row = count_text(look.sample)
    parts = [_tr("{part} sample {row}").format(part=part_name(look.part).capitalize(), row=row)]
    if look.predicted is None:
        parts.append(_tr("output {}").format(_numbers(look.outputs)))
        if look.target is not None:
            parts.append(_tr("target {}").format(_numbers(look.target)))
        return " · ".join(parts)
    names = [*setup.data.class_names, "–"]  # the last for NO_CLASS
    predicted = _tr("predicted: {name} ({share})").format(
        name=names[look.predicted], share=share_text(look.confidence)
    )
    if look.label is not None:
        mark = "✓" if look.label == look.predicted else "✗"
        parts.append(_tr("true: {}").format(names[look.label]))
        predicted = f"{predicted} {mark}"
    return " · ".join([*parts, predicted])


def _numbers(values: Array) -> str:
    return ", ".join(map(number_text, values.tolist()))


def facts_with_targets(look: NetworkLook) -> SampleFacts:
    """What is known of the sample, with what the outputs of a regression should be."""
    if look.target is None:
        return look.facts
    texts = (_tr("(target {})").format(number_text(t, ".3f")) for t in look.target.tolist())
    return replace(look.facts, notes=dict(enumerate(texts)))


def caption(frame: Frame, look: NetworkLook) -> str:
    """How many links and units are shown, and by what they are chosen."""
    folded = _folded(look)
    parts = [_tr("step {}").format(count_text(frame.step))]
    if folded:
        order = _tr("strongest") if look.wanted.order == "strength" else _tr("by number")
        parts.append(f"{folded} ({order})")
    return " · ".join([*parts, _links_text(look.diagram, is_folded=bool(folded))])


def short_captions(frame: Frame, look: NetworkLook) -> list[str]:
    """The same for less and less room."""
    step = _tr("step {}").format(count_text(frame.step))
    links = _tr("{shown} of {total} links").format(
        shown=count_text(look.diagram.n_shown), total=count_text(look.diagram.n_links)
    )
    return [" · ".join(part for part in (step, _folded(look), links) if part), f"{step} · {links}"]


def _links_text(diagram: Diagram, *, is_folded: bool) -> str:
    """How many links of how many, and which."""
    if diagram.n_shown == diagram.n_links:
        return counted(diagram.n_links, _tr("its only link"), _tr("all {} links"))
    texts = {
        (False, False): _tr("{shown} of {total} links, the strongest by {by}"),
        (True, False): _tr("{shown} of {total} links, the strongest between these by {by}"),
        (False, True): _tr("{shown} of {total} links, strongest of all and of the pick by {by}"),
        (True, True): _tr("{shown} of {total} links, strongest of these and of the pick by {by}"),
    }
    has_pick = any(links.of_pick.any() for links in diagram.links)
    return texts[is_folded, has_pick].format(
        shown=count_text(diagram.n_shown),
        total=count_text(diagram.n_links),
        by="|w|" if diagram.by == "weight" else "|w·a|",
    )


def _folded(look: NetworkLook) -> str:
    """Such as "units 24 of 512, 22 of 256"."""
    shown = [
        _tr("{shown} of {all}").format(
            shown=count_text(len(column.window.shown)), all=count_text(column.window.n_units)
        )
        for column in look.diagram.columns
        if column.window.is_folded
    ]
    if len(shown) > 1 and len(set(shown)) == 1:
        text = _tr("units {each} in each of {n} layers")
        return text.format(each=shown[0], n=len(shown))
    return _tr("units {}").format(", ".join(shown)) if shown else ""


def layer_counts(diagram: Diagram) -> str:
    """How many links of each layer are shown."""
    return " · ".join(
        _tr("layer {layer}: {shown} of {all}").format(
            layer=layer, shown=count_text(len(links.sources)), all=count_text(links.n_links)
        )
        for layer, links in enumerate(diagram.links, 1)
    )


def _title(setup: Setup, layer: int) -> str:
    spec = setup.layers[layer]
    text = _tr("layer {layer} · {units} {activation}")
    if layer == len(setup.layers) - 1:
        text = _tr("output · {units} {activation}")
    text = text.format(layer=layer + 1, units=count_text(spec.units), activation=spec.activation)
    if spec.dropout:
        text += " · " + _tr("dropout {} (off here)").format(f"{spec.dropout:g}")
    return text


def _tr(text: str) -> str:
    return QCoreApplication.translate("NetworkView", text)
