"""A number for each feature of a table, as bars."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PyQt6.QtGui import QResizeEvent

from visualmlp.gui.widgets.bars import Bars

FEWEST, MOST = 5, 20
"""Features with a bar, as many of them as have room for their names."""

FRAME = 52
"""Pixels around the bars."""


class FeatureBars(Bars):
    """The features with the largest magnitudes, in the order of the table."""

    def __init__(self) -> None:
        super().__init__()
        self._features: Sequence[str] = ()
        self._numbers: npt.NDArray = np.zeros(0)
        self.setObjectName("features")
        self.setMinimumHeight(FRAME + FEWEST * self._line_pixels())

    def show_features(self, names: Sequence[str], values: npt.NDArray) -> None:
        """Show as many of the values (n_features,) as have room; the caption says how many."""
        self._features, self._numbers = names, values
        self._choose()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        if self._numbers.size:
            self._choose()

    def _choose(self) -> None:
        room = (self.height() - FRAME) // self._line_pixels()
        size = np.abs(np.nan_to_num(self._numbers, nan=0.0, posinf=0.0, neginf=0.0))
        largest = np.argsort(-size, kind="stable")[: min(max(room, FEWEST), MOST)]
        shown = np.sort(largest)
        caption = ""
        if len(shown) < len(self._numbers):
            caption = self.tr("the {count} largest of {total} features").format(
                count=len(shown), total=f"{len(self._numbers):,}"
            )
        self.set_caption(caption)
        self.set_bars([self._features[i] for i in shown], self._numbers[shown], signed=True)

    def _line_pixels(self) -> int:
        return self.fontMetrics().height() + 1
