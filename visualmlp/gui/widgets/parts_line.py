"""A line of separate facts that leaves out the least important ones where room is short."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PyQt6.QtCore import QRectF
from PyQt6.QtGui import QFontMetricsF, QPainter, QPaintEvent

from visualmlp.gui.widgets import labels
from visualmlp.gui.widgets.text_line import TextLine

SEPARATOR = "  ·  "


@dataclass(frozen=True, slots=True)
class Fact:
    """A text, and how long it stays as the line becomes short: the highest number longest."""

    text: str
    importance: int


class PartsLine(TextLine):
    """Facts in one line; the tooltip and the screen reader always have all of them."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: tuple[Fact, ...] = ()

    def set_facts(self, facts: Sequence[Fact]) -> None:
        """Show facts in this order; empty texts are left out."""
        self._facts = tuple(fact for fact in facts if fact.text)
        self.set_text(_joined(self._facts))

    def shown_text(self) -> str:
        """What has room."""
        facts, metrics = list(self._facts), QFontMetricsF(self.font())
        while len(facts) > 1 and metrics.horizontalAdvance(_joined(facts)) > self.width():
            facts.remove(min(facts, key=lambda fact: fact.importance))
        return _joined(facts)

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().windowText().color())
        labels.draw_elided(painter, QRectF(self.rect()), self.shown_text())
        painter.end()


def _joined(facts: Sequence[Fact]) -> str:
    return SEPARATOR.join(fact.text for fact in facts)
