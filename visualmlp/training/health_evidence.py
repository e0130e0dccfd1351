"""Take the figures that the rules of ``analysis.health`` look at from a run at the cursor."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from functools import cached_property
from math import nan
from typing import NamedTuple

import numpy as np

from visualmlp.analysis.activity import (
    CAN_DIE,
    RANGES,
    evenly_spaced,
    saturated_shares,
    silent_shares,
)
from visualmlp.analysis.health import Evidence, LayerActivity, Records, Updates
from visualmlp.analysis.health.evidence import Figures
from visualmlp.analysis.mistakes import predictions
from visualmlp.data import Part
from visualmlp.engine import Array, LayerOutput
from visualmlp.training.branches import Branch
from visualmlp.training.frame import Frame
from visualmlp.training.history import EpochRecord, Evaluation
from visualmlp.training.past_gradients import Kind, PastSteps
from visualmlp.training.probe import Probe

MOST_SAMPLES = 500
"""Training samples looked at, evenly spaced."""


class Taken(NamedTuple):
    """Evidence, and how many past updates are still to be looked into."""

    evidence: Evidence
    n_missing: int


class EvidenceTaker:
    """Takes evidence from one run's frames, for one thread.

    Parameters
    ----------
    probe
        Of the run.
    """

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self._records = _RecordColumns()

    def take(self, frame: Frame, branch: Branch, seconds: float) -> Taken:
        """Figures of a frame; past updates are looked into for about so long, one at least."""
        past = self._probe.past_gradients.look(branch, seconds)
        outputs = self._probe.layers(frame, self._inputs)
        evidence = Evidence(
            step=frame.step,
            learning_rate=frame.learning_rate,
            can_go_on=self._can_go_on(frame),
            n_samples=len(self._part),
            n_available=len(self._train),
            n_validation=len(self._probe.setup.data.validation),
            layers=tuple(self._activity(i, output) for i, output in enumerate(outputs)),
            updates=_updates(past, frame.step),
            records=self._records.until(branch.timeline.history.epochs, frame.step),
            losses=branch.timeline.history.steps.column("loss")[: frame.step],
        )
        return Taken(self._with_answers(evidence, outputs[-1].a), past.n_missing)

    @property
    def _train(self) -> Part:
        return self._probe.setup.data.train

    @cached_property
    def _part(self) -> Part:
        return self._train.rows(evenly_spaced(len(self._train), MOST_SAMPLES))

    @cached_property
    def _inputs(self) -> Array:
        return self._probe.setup.data.inputs(self._part, np.dtype(self._probe.setup.dtype))

    @cached_property
    def _target_spread(self) -> Figures:
        targets = self._probe.setup.data.targets(self._part, np.dtype(np.float64))
        return np.asarray(targets.std(axis=0, dtype=np.float64))

    def _can_go_on(self, frame: Frame) -> bool:
        """While training runs only the parameters tell."""
        if not np.isfinite(frame.parameters).all():
            return False
        step = self._probe.next_step(frame)
        return step is None or step.trace.made

    def _activity(self, layer: int, output: LayerOutput) -> LayerActivity:
        activation = self._probe.setup.layers[layer].activation
        ends = RANGES.get(activation)
        return LayerActivity(
            activation=activation,
            is_output=layer == len(self._probe.setup.layers) - 1,
            silent=silent_shares(output.a) if activation in CAN_DIE else None,
            saturated=saturated_shares(output.a, ends) if ends else None,
        )

    def _with_answers(self, evidence: Evidence, y: Array) -> Evidence:
        data = self._probe.setup.data
        if self._part.labels is None:
            with np.errstate(all="ignore"):
                spread = y.std(axis=0, dtype=np.float64)
            return replace(evidence, output_spread=spread, target_spread=self._target_spread)
        return replace(
            evidence,
            class_names=tuple(data.class_names),
            labels=self._train.labels,
            true=self._part.labels,
            predicted=predictions(y)[0],
        )


def _updates(past: PastSteps, step: int) -> Updates:
    upto = slice(int(np.searchsorted(past.steps, step, side="right")))
    signal = past.biases.gradient
    kind: Kind = "weights" if np.isnan(signal[:, [0, -1]]).all(axis=0).any() else "biases"
    gradient = past.norms(kind).gradient[upto]
    return Updates(past.steps[upto], kind, gradient, past.weights.ratio[upto])


class _RecordColumns:
    """Records as columns. Those that were taken once are not taken again: runs have thousands."""

    def __init__(self) -> None:
        self._source: list[EpochRecord] = []
        self._steps: list[int] = []
        self._rows = np.empty((0, 5))

    def until(self, source: list[EpochRecord], step: int) -> Records:
        """Those up to a step, of a list that only grows."""
        if source is not self._source:
            self._source, self._steps, self._rows = source, [], np.empty((0, 5))
        self._take(source[len(self._steps) :])
        rows = self._rows[: bisect_right(self._steps, step)].T
        return Records(rows[0].astype(np.int64), *rows[1:])

    def _take(self, records: list[EpochRecord]) -> None:
        count = len(self._steps)
        if count + len(records) > len(self._rows):
            room = np.empty((2 * (count + len(records)), 5))
            room[:count] = self._rows[:count]
            self._rows = room
        for row, record in enumerate(records, count):
            train, validation = record.train, _of(record)
            scores = train.score, validation.score
            self._rows[row] = record.epoch, train.loss, validation.loss, *scores
        self._steps += [record.step for record in records]


def _of(record: EpochRecord) -> Evaluation:
    return record.validation or Evaluation(nan, nan, nan, 0)
