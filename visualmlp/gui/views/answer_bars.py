"""What the network answers to a sample, as bars."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.mistakes import NO_CLASS, class_outputs
from visualmlp.gui.views.inspection import Inspection
from visualmlp.gui.widgets.bars import Bars
from visualmlp.training.setup import Setup

MOST_NAMED = 12
"""Classes whose bars always have room for their names."""


class AnswerBars(Bars):
    """Probabilities of the classes; target, prediction and error of a regression."""

    def show_answer(self, setup: Setup, result: Inspection) -> None:
        """Draw the outputs, or every number of a regression."""
        data = setup.data
        if result.predicted is None:
            self._draw_numbers(result)
            return
        values = class_outputs(result.output[None])[0]
        predicted = result.predicted if result.predicted != NO_CLASS else None
        self.set_title(answer_title(setup))
        self.set_caption("")
        self._limit_bars(len(values))
        signed = bool((values < 0).any())
        names, true = data.class_names, result.label
        self.set_bars(names, values, true=true, predicted=predicted, signed=signed)

    def _draw_numbers(self, result: Inspection) -> None:
        """Target, prediction and error of every output."""
        several, target = len(result.output) > 1, result.target
        rows = {}
        for i, output in enumerate(result.output):
            number = f" {i}" if several else ""
            if target is not None:
                rows[self.tr("target") + number] = target[i]
            rows[self.tr("prediction") + number] = output
            if target is not None:
                rows[self.tr("error") + number] = output - target[i]
        has_target = target is not None
        self.set_title(self.tr("Target and prediction") if has_target else self.tr("Prediction"))
        self.set_caption(self.tr("error: prediction − target") if has_target else "")
        self._limit_bars(len(rows))
        self.set_bars(list(rows), list(rows.values()), signed=True)

    def _limit_bars(self, count: int) -> None:
        """No higher than bars get, and high enough for the names of a few classes."""
        frame, line = 60, self.fontMetrics().height() + 1
        self.setMinimumHeight(frame + line * min(count, MOST_NAMED))
        self.setMaximumHeight(frame + 30 * count)


def are_probabilities(setup: Setup) -> bool:
    """Whether the outputs are probabilities of the classes: in unit intervals, with a sum of 1."""
    fitting = {"classification": "softmax", "binary": "sigmoid"}
    return fitting.get(setup.data.task) == setup.layers[-1].activation


def answer_title(setup: Setup) -> str:
    """What the outputs for classes are."""
    if are_probabilities(setup):
        return QCoreApplication.translate("AnswerBars", "Probabilities")
    text = QCoreApplication.translate("AnswerBars", "Outputs ({})")
    return text.format(setup.layers[-1].activation)
