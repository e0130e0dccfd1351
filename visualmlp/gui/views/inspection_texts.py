"""One sample and what the network makes of it, in words."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.mistakes import NO_CLASS
from visualmlp.data import PreparedData
from visualmlp.gui.views.inspection import Inspection
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.labels import number_text


def class_verdict(class_names: Sequence[str], result: Inspection) -> str:
    """The predicted and the true class."""
    said = _tr("no prediction: the outputs are NaN")
    if result.predicted is not None and result.predicted != NO_CLASS:
        said = _tr("predicted {}").format(class_names[result.predicted])
    true = _tr("no label")
    if result.label is not None:
        true = _tr("true {}").format(class_names[result.label])
    return f"{said} · {true}"


def number_verdict(result: Inspection) -> str:
    """A line for each output of a regression: prediction, target and error."""
    if result.target is None:
        text = _tr("prediction {} · no target")
        return "\n".join(text.format(number_text(output)) for output in result.output.tolist())
    return "\n".join(
        _tr("prediction {output} · target {target} · error {error}").format(
            output=number_text(output),
            target=number_text(target),
            error=number_text(output - target),
        )
        for output, target in zip(result.output.tolist(), result.target.tolist(), strict=True)
    )


def facts_text(result: Inspection, step: int) -> str:
    """Where the sample is, and its loss."""
    text = _tr("{part} sample {row} · row {data_row} of the data · loss {loss}, step {step}")
    if result.part == "drawn":
        text = _tr("{part} sample {row} · not in the data · loss {loss}, step {step}")
    if result.loss is None:
        text = _tr("{part} drawing · not in the data · no loss, step {step}")
    return text.format(
        part=part_name(result.part),
        row=f"{result.row:,}",
        data_row=f"{result.data_row:,}",
        loss="" if result.loss is None else number_text(result.loss),
        step=f"{step:,}",
    )


def target_text(data: PreparedData, result: Inspection) -> str:
    """The label as the network's target; empty where there is none."""
    if result.label is None or result.target is None:
        return ""
    text = _tr("target: {}") if data.task == "binary" else _tr("one-hot: {}")
    return text.format(" ".join(f"{value:.0f}" for value in result.target.tolist()))


def _tr(text: str) -> str:
    return QCoreApplication.translate("InspectorView", text)
