"""Collect cyclic garbage on the GUI thread only.

Python collects on whatever thread happens to allocate. Qt's objects in a cycle that is collected
on the worker thread are destroyed there, which ends the process.
"""

from __future__ import annotations

import gc

from PyQt6.QtCore import QObject, QTimer

INTERVAL_MS = 2_000

YOUNG, ALL = 1, 2
"""Generations to collect: all of them take too long while the user watches the training."""


class GarbageCollector(QObject):
    """Takes collecting over from Python until it is closed.

    Attributes
    ----------
    generation
        How thoroughly to collect at present.
    """

    _open = 0

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.generation = ALL
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        GarbageCollector._open += 1
        gc.disable()

    def close(self) -> None:
        """Give collecting back when nobody else holds it."""
        if self._timer.isActive():
            self._timer.stop()
            GarbageCollector._open -= 1
        if not GarbageCollector._open:
            gc.enable()

    def _collect(self) -> None:
        gc.collect(self.generation)
