"""Keep the shown views up to date without slowing the training or the user."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import ClassVar, Protocol

from visualmlp.data import Part
from visualmlp.gui.allowance import Allowance
from visualmlp.gui.picks import Picks
from visualmlp.training.background import Background
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

log = logging.getLogger(__name__)

GUI_SHARE = 0.15
"""Share of a core that the GUI thread may take while training runs: drawing and training need the
same interpreter lock, and more drawing slows training visibly (``benchmarks/gui.py``)."""

ALONE_SHARE = 0.3
"""The same where one view only is shown: who looks at that alone wants to see it move."""

LOOK_INTERVAL = 0.15
"""Seconds after which views are asked again whether they are shown."""


class DrawnView(Protocol):
    """What is needed of a view; see :class:`visualmlp.gui.views.view.View`."""

    name: ClassVar[str]

    def is_shown(self) -> bool: ...
    def is_at_work(self) -> bool: ...
    def begin(self, setup: Setup) -> None: ...
    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], object]: ...
    def show_result(self, frame: Frame, result: object) -> None: ...
    def show_error(self, message: str) -> None: ...


class Schedule:
    """Has figures prepared on the analysis thread and draws the views in turn.

    Only views that are shown and stale get a job; while training runs one finished result is
    drawn a tick, within ``GUI_SHARE``.
    """

    def __init__(self) -> None:
        self.views: dict[str, DrawnView] = {}
        self._background = Background()
        self._probe: Probe | None = None
        self._stale: set[str] = set()
        self._ready: dict[str, tuple[Frame, object]] = {}
        self._running = False
        self._allowance = Allowance()
        self._shown: list[str] = []
        self._looked_at = 0.0

    def add(self, view: DrawnView) -> None:
        """Keep a view up to date whenever it is shown."""
        self.views[view.name] = view
        self._stale.add(view.name)

    def begin(self, setup: Setup) -> None:
        """Forget the old run and let every view take the new one."""
        self._probe = Probe(setup)
        self._looked_at = 0.0
        self._background.clear()
        self._ready.clear()
        for view in self.views.values():
            view.begin(setup)

    def set_running(self, running: bool) -> None:
        """Hold back while training runs."""
        self._running = self._background.throttled = running

    def mark_stale(self, *names: str) -> None:
        """Draw views again at the next opportunity; without names all of them."""
        self._stale.update(names or self.views)
        if names:
            self._looked_at = 0.0

    @property
    def is_settled(self) -> bool:
        """Whether every shown view shows what was asked for last."""
        shown = [name for name, view in self.views.items() if view.is_shown()]
        busy = any(
            self._background.is_busy(name) or self.views[name].is_at_work() for name in shown
        )
        return not (busy or self._ready or self._stale.intersection(shown))

    def tick(self, frame: Frame, picks: Picks, drawn: Part | None = None) -> None:
        """Collect results, draw, submit jobs; ``drawn`` are the user's own samples.

        In this order, so that a view that was just drawn has its next picture by the next tick.
        """
        shown = self._shown_now()
        self._collect_results()
        self._draw(ALONE_SHARE if len(shown) == 1 else GUI_SHARE)
        if self._probe:
            self._submit_jobs(shown, self._probe, frame, picks, drawn)

    def _shown_now(self) -> list[str]:
        """Asking every view takes as long as drawing a small one: they tell when they come up."""
        now = time.perf_counter()
        if now - self._looked_at > LOOK_INTERVAL:
            self._looked_at = now
            self._shown = [name for name, view in self.views.items() if view.is_shown()]
        return self._shown

    def close(self) -> None:
        """End the analysis thread."""
        self._background.close()

    def _submit_jobs(
        self, shown: list[str], probe: Probe, frame: Frame, picks: Picks, drawn: Part | None
    ) -> None:
        for name in shown:
            if name not in self._stale or name in self._ready or self._background.is_running(name):
                continue
            self._stale.discard(name)
            job = partial(_prepare, self.views[name].job(frame, picks), probe, frame, drawn)
            self._background.submit(name, job)

    def _collect_results(self) -> None:
        for result in self._background.take():
            if result.error:
                log.error("view %s", result.key, exc_info=result.error)
                self.views[result.key].show_error(str(result.error))
            else:
                self._ready[result.key] = result.value

    def _draw(self, share: float) -> None:
        """One view while training runs, otherwise all that are ready."""
        is_left = self._allowance.is_left(share)
        if not self._ready or (self._running and not is_left):
            return
        for name in list(self._ready)[: 1 if self._running else None]:
            frame, value = self._ready.pop(name)
            self.views[name].show_result(frame, value)


def _prepare(
    job: Callable[[Probe], object], probe: Probe, frame: Frame, drawn: Part | None
) -> tuple[Frame, object]:
    probe.take_drawn(drawn)
    return frame, job(probe)
