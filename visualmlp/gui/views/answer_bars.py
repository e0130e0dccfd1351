"""What the network answers to a sample, as bars."""

from __future__ import annotations

import numpy as np

from visualmlp.analysis.mistakes import NO_CLASS
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
        if result.label is None:
            self._draw_numbers(result)
            return
        values, names = result.output, data.class_names
        if data.task == "binary":
            values = np.array([1 - values[0], values[0]])
        predicted = result.predicted if result.predicted != NO_CLASS else None
        self.set_title(self._answer_title(setup))
        self.set_caption("")
        self._limit_bars(len(values))
        signed = bool((values < 0).any())
        self.set_bars(names, values, true=result.label, predicted=predicted, signed=signed)

    def _draw_numbers(self, result: Inspection) -> None:
        """Target, prediction and error of every output."""
        several = len(result.output) > 1
        rows = {}
        for i, (target, output) in enumerate(zip(result.target, result.output, strict=True)):
            number = f" {i}" if several else ""
            rows[self.tr("target") + number] = target
            rows[self.tr("prediction") + number] = output
            rows[self.tr("error") + number] = output - target
        self.set_title(self.tr("Target and prediction"))
        self.set_caption(self.tr("error: prediction − target"))
        self._limit_bars(len(rows))
        self.set_bars(list(rows), list(rows.values()), signed=True)

    def _limit_bars(self, count: int) -> None:
        """No higher than bars get, and high enough for the names of a few classes."""
        frame, line = 60, self.fontMetrics().height() + 1
        self.setMinimumHeight(frame + line * min(count, MOST_NAMED))
        self.setMaximumHeight(frame + 30 * count)

    def _answer_title(self, setup: Setup) -> str:
        activation = setup.layers[-1].activation
        fitting = {"classification": "softmax", "binary": "sigmoid"}
        if fitting.get(setup.data.task) == activation:
            return self.tr("Probabilities")
        return self.tr("Outputs ({})").format(activation)
