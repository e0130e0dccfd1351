"""What the pages of Explore have in common."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from PyQt6.QtCore import QCoreApplication, pyqtSignal
from PyQt6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from visualmlp.analysis.exploration import Looked
from visualmlp.data import PreparedData
from visualmlp.gui.picks import Picks
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.growing_line import GrowingLine
from visualmlp.gui.widgets.labels import count_text
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

LEAST_HEIGHT = 120
"""Pixels of a drawing; in less room the view scrolls."""


class ExplorePage(QWidget):
    """One way to look at a part of the data.

    Attributes
    ----------
    text
        The line that says what is shown, of which samples.

    Signals
    -------
    changed
        Something else is wanted now.
    sample_picked
        The row of a sample in the part.
    column_picked
        The number of a column.
    """

    changed = pyqtSignal()
    sample_picked = pyqtSignal(int)
    column_picked = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setup: Setup | None = None
        self.text = GrowingLine(most=3)
        self.text.setObjectName("text")
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(6, 6, 6, 6)

    def title(self) -> str:
        """On its tab; it may depend on the data."""
        raise NotImplementedError

    def set_setup(self, setup: Setup) -> None:
        """Take the data of a new run."""
        self.setup = setup

    def wanted(self, part: PartName, picks: Picks) -> Hashable:
        """What is to be computed; the same for the same result."""
        raise NotImplementedError

    def look(self, probe: Probe, wanted: Any) -> Any:
        """Compute it, on the analysis thread: no widget may be touched."""
        raise NotImplementedError

    def show_result(self, wanted: Any, result: Any) -> None:
        """Draw what was computed."""
        raise NotImplementedError

    def follow(self, part: PartName, picks: Picks) -> None:
        """Show what is picked, where the page has something to show of it."""


def samples_text(part: PartName, looked: Looked) -> str:
    """Such as "all 359 validation samples"."""
    name = part_name(part)
    if looked.count < looked.total:
        text = _tr("{count} of {total} {part} samples, evenly spaced")
        return text.format(
            count=count_text(looked.count), total=count_text(looked.total), part=name
        )
    return _tr("all {count} {part} samples").format(count=count_text(looked.count), part=name)


def middle_pixel(data: PreparedData) -> int:
    """The column to begin with: that of the pixel in the middle, or the first."""
    shape = data.dataset.image_shape
    return (shape[0] // 2) * shape[1] + shape[1] // 2 if shape else 0


def chooser(name: str, what: str, tip: str) -> QComboBox:
    """A list to choose from that stays narrow."""
    box = QComboBox()
    box.setObjectName(name)
    box.setAccessibleName(what)
    box.setToolTip(tip)
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(6)
    return box


def offer(box: QComboBox, names: Sequence[str], chosen: int = 0) -> None:
    """Fill a list, without a signal."""
    box.blockSignals(True)
    box.clear()
    box.addItems(list(names))
    box.setCurrentIndex(min(chosen, len(names) - 1))
    box.blockSignals(False)


def choose(box: QComboBox, index: int) -> None:
    """Choose an entry, without a signal."""
    box.blockSignals(True)
    box.setCurrentIndex(index)
    box.blockSignals(False)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Explore", text)
