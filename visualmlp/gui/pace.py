"""How often the session looks after what goes on."""

from __future__ import annotations

import time

from PyQt6.QtCore import QObject, QTimer

TICK_MS = 30
"""While training runs one view is drawn a tick at most: more than 30 pictures a second. Each tick
costs training something, drawn or not (``benchmarks/gui.py``)."""

SEEKING_TICK_MS = 10
"""While the cursor is dragged every wait for a tick is one for the next picture."""

IDLE_TICK_MS = 40
"""Between runs a slower tick still answers at once and lets the processor sleep."""

TEXT_INTERVAL_MS = 250
"""Numbers that change more often than four times a second cannot be read."""

LIVELY = 0.5
"""Seconds for which ticks stay frequent after something has gone on."""


class Pace(QTimer):
    """A timer that ticks as often as there is need."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._lively_until = 0.0
        self.setInterval(IDLE_TICK_MS)

    @property
    def is_lively(self) -> bool:
        """Whether something goes on, or did just now."""
        return time.perf_counter() < self._lively_until

    def follow(self, *, is_busy: bool, is_seeking: bool) -> None:
        """Choose the interval by what goes on."""
        if is_busy or is_seeking:
            self._lively_until = time.perf_counter() + LIVELY
        calm = TICK_MS if self.is_lively else IDLE_TICK_MS
        interval = SEEKING_TICK_MS if is_seeking else calm
        if interval != self.interval():
            self.setInterval(interval)
