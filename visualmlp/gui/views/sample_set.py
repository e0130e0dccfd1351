"""The samples that a figure of the loss is taken of: the next batch, or a part of the data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from PyQt6.QtCore import QCoreApplication, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QWidget

from visualmlp.analysis.activity import evenly_spaced
from visualmlp.engine import Array
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.replay import next_batch

Wanted = Literal["batch", "train"]


@dataclass(frozen=True, slots=True, eq=False)
class SampleSet:
    """Samples with their targets.

    Attributes
    ----------
    origin
        The next batch or the training part. While training runs there is no next batch to look
        at: then it is the training part whatever was wanted.
    x, t
        Scaled inputs (n, n_inputs) and targets (n, n_outputs).
    n_available
        How many there were to choose from.
    factor
        What the gradient of the mean loss is multiplied by in the next update.
    """

    origin: Wanted
    x: Array
    t: Array
    n_available: int
    factor: float

    @property
    def text(self) -> str:
        """Such as "1,000 of the 50,000 training samples", for the middle of a sentence."""
        texts = {
            ("batch", False): "the {n} samples of the next batch",
            ("batch", True): "the first {n} of the {all} samples of the next batch",
            ("train", False): "all {n} training samples",
            ("train", True): "{n} of the {all} training samples",
        }
        template = texts[self.origin, len(self.x) < self.n_available]
        if self.origin == "batch" and self.n_available == 1:
            template = "the only sample of the next batch"
        return _translate(template).format(n=f"{len(self.x):,}", all=f"{self.n_available:,}")


def take_samples(probe: Probe, frame: Frame, wanted: Wanted, most: int) -> SampleSet:
    """Take at most so many samples: the first of the next batch, or evenly spaced ones."""
    setup = probe.setup
    part = setup.data.train
    batch_size = min(setup.experiment.training.batch_size, len(part))
    if wanted == "batch" and frame.state is not None:
        origin: Wanted = "batch"
        batch = next_batch(setup, frame.state)
        rows, n_available, batch_size = batch[:most], len(batch), len(batch)
    else:
        origin = "train"
        rows, n_available = evenly_spaced(len(part), most), len(part)
    chosen, dtype = part.rows(rows), np.dtype(setup.dtype)
    return SampleSet(
        origin,
        setup.data.inputs(chosen, dtype),
        setup.data.targets(chosen, dtype),
        n_available,
        probe.network.objective_factor(batch_size),
    )


class SampleSetChooser(QComboBox):
    """Offers the next batch and the training part.

    Signals
    -------
    samples_chosen
        The user chose other samples.
    """

    samples_chosen = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samples")
        self.setAccessibleName(self.tr("Samples"))
        self.setToolTip(
            self.tr("Which samples the loss is the mean of; the next batch is known while paused")
        )
        self.addItem(self.tr("Next batch"), "batch")
        self.addItem(self.tr("Training part"), "train")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.activated.connect(lambda: self.samples_chosen.emit())

    @property
    def wanted(self) -> Wanted:
        """What is chosen."""
        return cast("Wanted", self.currentData())


def _translate(text: str) -> str:
    return QCoreApplication.translate("SampleSet", text)
