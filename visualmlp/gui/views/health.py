"""The run's health: what the rules found, with evidence, advice, and the view that shows it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar, NamedTuple

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from visualmlp.analysis.health import HEALTH_RULES, SEVERITIES, Checked, Finding, Severity, examine
from visualmlp.gui.picks import Picks
from visualmlp.gui.said import capitalised, said_text, translated
from visualmlp.gui.session import Session
from visualmlp.gui.views.finding_card import (
    SIGNS,
    FindingCard,
    severity_ink,
    severity_text,
)
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.labels import counted
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.branches import Branch
from visualmlp.training.frame import Frame
from visualmlp.training.health_evidence import EvidenceTaker
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

MEASURED = 3
"""Column from which on texts are long."""
CARDS: tuple[Severity, ...] = ("problem", "hint")
"""What has a card; a note asks for nothing and stands in the table only."""
SHARE = 0.02
"""Seconds for which past updates are looked into before what is known is judged."""


class Health(NamedTuple):
    """What the view draws.

    Attributes
    ----------
    checked
        All rules with what they found, the worst first.
    n_samples, n_available
        Training samples looked at, and how many there are.
    n_updates, n_missing
        Updates looked at up to the cursor, and those of the run still to be looked into.
    """

    checked: list[Checked]
    n_samples: int
    n_available: int
    n_updates: int
    n_missing: int


class Examiner:
    """Examines frames of one run, on the analysis thread."""

    def __init__(self) -> None:
        self._taker: EvidenceTaker | None = None

    def examine(self, probe: Probe, *, frame: Frame, branch: Branch) -> Health:
        """Take the evidence and let every rule look at it."""
        self._taker = self._taker or EvidenceTaker(probe)
        evidence, n_missing = self._taker.take(frame, branch, SHARE)
        return Health(
            examine(evidence),
            evidence.n_samples,
            evidence.n_available,
            len(evidence.updates.steps),
            n_missing,
        )


@VIEWS.add
class HealthView(View):
    """A card for each problem and each hint, and a table of all rules with what they measured."""

    name: ClassVar[str] = "health"
    order: ClassVar[int] = 50

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._examiner = Examiner()
        self._found: dict[str, Finding] = {}
        self._order: list[str] = []
        self._summary = TextLine(lines=2)
        self._summary.setObjectName("summary")
        self._cards = {name: FindingCard(rule) for name, rule in HEALTH_RULES.items()}
        for card in self._cards.values():
            card.wanted.connect(self._show_finding)
            card.hide()
        self._rules = QLabel(self.tr("All rules; a click shows the view of one"))
        self._rules.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._table = Table()
        self._table.setObjectName("rules")
        self._table.setAccessibleName(self.tr("All rules with what they measured"))
        self._table.show_all_rows()
        self._table.keep_columns_narrow(MEASURED)
        self._table.row_picked.connect(self._show_row)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("HealthView", "Health")

    def start(self, setup: Setup) -> None:
        self._examiner = Examiner()
        self._table.set_current(None)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Health]:
        branches = self.session.branches
        assert branches is not None
        branch = branches[branches.current]
        return partial(self._examiner.examine, frame=frame, branch=branch)

    def draw(self, frame: Frame, result: Health) -> None:
        self._found = {c.rule.name: c.finding for c in result.checked if c.finding is not None}
        self._draw_summary(frame, result)
        self._draw_cards(result)
        self._draw_table(result)
        if result.n_missing:
            self.refresh()

    # Drawing

    def _draw_summary(self, frame: Frame, result: Health) -> None:
        severities = [finding.severity for finding in self._found.values()]
        counts = {severity: severities.count(severity) for severity in SIGNS}
        words: dict[Severity, tuple[str, str]] = {
            "problem": (self.tr("1 problem"), self.tr("{} problems")),
            "hint": (self.tr("1 hint"), self.tr("{} hints")),
            "note": (self.tr("1 note"), self.tr("{} notes")),
        }
        texts = [counted(counts[each], *words[each]) for each in words if counts[each]]
        text = ", ".join(texts) or self.tr("Nothing found")
        worst = min(severities, key=SEVERITIES.index, default=SEVERITIES[-1])
        looked_at = self.tr(
            "step {step}: {rules} of {all} rules applied, to {samples} of {available} "
            "training samples and {updates}"
        ).format(
            step=f"{frame.step:,}",
            rules=len(severities),
            all=len(result.checked),
            samples=f"{result.n_samples:,}",
            available=f"{result.n_available:,}",
            updates=counted(result.n_updates, self.tr("1 update"), self.tr("{} updates")),
        )
        if result.n_missing:
            looked_at += self.tr(" · computing {} more …").format(f"{result.n_missing:,}")
        sign, ink = SIGNS[worst], severity_ink(worst)
        self._summary.set_text(f"{text} · {looked_at}", mark=sign, ink=ink)

    def _draw_cards(self, result: Health) -> None:
        titles = {name: getattr(view, "title", str)() for name, view in self.session.views.items()}
        order = [c.rule.name for c in result.checked]
        if order != self._order:
            self._order = order
            for place, name in enumerate(order):
                self._column.insertWidget(place, self._cards[name])
        for rule, finding in result.checked:
            card = self._cards[rule.name]
            if finding is not None and finding.severity in CARDS:
                view = finding.view or rule.view
                card.show_finding(finding, titles.get(view, view))
                card.show()
            else:
                card.hide()

    def _draw_table(self, result: Health) -> None:
        rows = [self._row(checked) for checked in result.checked]
        titles = [
            *(self.tr("rule"), self.tr("figure"), self.tr("result")),
            *(self.tr("measured"), self.tr("limits")),
        ]
        self._table.set_table(titles, rows, left=(0, 2, 3, 4))

    def _row(self, checked: Checked) -> list[str]:
        rule, finding = checked
        title, limits = translated(rule.title), said_text(rule.limits)
        if finding is None:
            needs = self.tr("needs {}").format(translated(rule.needs))
            return [f"– {title}", "", self.tr("not applied"), needs, limits]
        result = severity_text(finding.severity).lower()
        measured = capitalised(said_text(finding.evidence))
        name = f"{SIGNS[finding.severity]} {title}"
        return [name, said_text(finding.figure), result, measured, limits]

    # The user

    def _show_row(self, row: int) -> None:
        self._show_finding(self._order[row])

    def _show_finding(self, name: str) -> None:
        """Pick what a finding is about, and bring the view that shows it to the front."""
        finding, wanted = self._found.get(name), HEALTH_RULES[name].view
        if finding is not None:
            if finding.unit is not None:
                self.session.pick_unit(*finding.unit)
            if finding.cell is not None:
                self.session.pick_cell(finding.cell)
            if finding.sample is not None:
                self.session.pick_sample(finding.sample, "train")
            wanted = finding.view or wanted
            view = self.session.views.get(wanted)
            if isinstance(view, View) and finding.page:
                view.turn_to(finding.page)
        self.session.view_wanted.emit(wanted)

    # Layout

    def _arrange(self) -> None:
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        for card in self._cards.values():
            self._column.addWidget(card)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._summary)
        layout.addLayout(self._column)
        layout.addWidget(self._rules)
        layout.addWidget(self._table)
        layout.addStretch(1)
        chain = (*(card.button for card in self._cards.values()), self._table)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)
