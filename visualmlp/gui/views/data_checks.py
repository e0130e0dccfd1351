"""What may be wrong with the data: what the checks found, with numbers, advice and links."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from visualmlp.analysis.data_checks import DATA_CHECKS, DataChecked, DataFinding, DataReport
from visualmlp.data import PreparedData
from visualmlp.gui import theme
from visualmlp.gui.data_checking import DataChecking
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
from visualmlp.gui.widgets.growing_line import GrowingLine
from visualmlp.gui.widgets.labels import count_text
from visualmlp.gui.widgets.table import Table
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup


@VIEWS.add
class DataChecksView(View):
    """A card for each finding, a table of all checks, the samples that the picked one names."""

    name: ClassVar[str] = "data_checks"
    order: ClassVar[int] = 8

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._checking = DataChecking.of(session)
        self._checking.changed.connect(self.refresh)
        theme.notifier().changed.connect(self._recolour)
        self._drawn: DataReport | None = None
        self._order: list[str] = []
        self._findings: dict[str, DataFinding] = {}
        self._named: tuple[int, ...] = ()
        self._summary = GrowingLine(most=3)
        self._summary.setObjectName("summary")
        self._cards = {name: FindingCard(check) for name, check in DATA_CHECKS.items()}
        for card in self._cards.values():
            card.wanted.connect(self._show_finding)
            card.hide()
        self._all = QLabel(self.tr("All checks; a click shows what one is about:"))
        self._all.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._table = Table()
        self._table.setObjectName("checks")
        self._table.setAccessibleName(self.tr("All checks of the data with what they found"))
        self._table.row_picked.connect(self._show_row)
        self._samples = Table()
        self._samples.setObjectName("samples")
        self._samples.setAccessibleName(self.tr("Samples that the finding names"))
        self._samples.row_picked.connect(self._pick_sample)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("DataChecksView", "Data checks")

    def is_at_work(self) -> bool:
        return self._checking.is_busy

    def start(self, setup: Setup) -> None:
        self._drawn = None
        self._forget()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], DataReport | None]:
        report = self._checking.report
        return lambda probe: report  # made once for each data set, see DataChecking

    def draw(self, frame: Frame, result: DataReport | None) -> None:
        if result is None:
            self._forget()
            failure = self._checking.failure
            text = self.tr("The data cannot be checked: {}").format(failure)
            self._summary.set_text(text if failure else self.tr("The data are being checked …"))
        elif result is not self._drawn:
            self._findings = {c.check.name: c.finding for c in result.checked if c.finding}
            self._draw_summary(result)
            self._draw_cards(result)
            self._draw_table(result)
            self._show_samples(next((c.check.name for c in result.doubtful), ""))
        self._drawn = result

    # Drawing

    def _forget(self) -> None:
        """What was found is about other data."""
        self._findings = {}
        for card in self._cards.values():
            card.hide()
        self._show_samples("")
        self._table.set_table(self._titles(), [])

    def _draw_summary(self, report: DataReport) -> None:
        severities = [finding.severity for finding in self._findings.values()]
        counts = {severity: severities.count(severity) for severity in SIGNS}
        text = self.tr("Nothing found")
        if counts["problem"] or counts["hint"]:
            text = self.tr("Problems: {problem} · hints: {hint}").format(**counts)
        looked_at = self.tr(
            "{checks} of {all} checks could be applied · {compared} of {rows} samples compared, "
            "{sampled} of {train} training samples sorted"
        ).format(
            checks=len(severities),
            all=len(report.checked),
            compared=count_text(report.n_compared),
            rows=count_text(report.n_rows),
            sampled=count_text(report.n_sampled),
            train=count_text(report.n_train),
        )
        if len(self._data().test):
            looked_at += self.tr(
                " · of test samples only whether their inputs stand in the training part"
            )
        worst = report.doubtful[0].finding if report.doubtful else None
        severity = worst.severity if worst else "fine"
        self._summary.set_text(
            f"{text} · {looked_at}", mark=SIGNS[severity], ink=severity_ink(severity)
        )

    def _draw_cards(self, report: DataReport) -> None:
        self._order = [checked.check.name for checked in report.checked]
        for place, (check, finding) in enumerate(report.checked):
            card = self._cards[check.name]
            self._column.insertWidget(place, card)
            is_doubtful = finding is not None and finding.severity != "fine"
            card.setVisible(is_doubtful)
            if finding is not None and is_doubtful:
                card.show_finding(finding, self._view_title(self._view_of(finding)))

    def _draw_table(self, report: DataReport) -> None:
        rows = [self._row(checked) for checked in report.checked]
        self._table.set_table(self._titles(), rows, left=(0, 1, 3, 4, 5))

    def _titles(self) -> list[str]:
        return [
            *("", self.tr("check"), self.tr("figure"), self.tr("result")),
            *(self.tr("is told of"), self.tr("found")),
        ]

    def _row(self, checked: DataChecked) -> list[str]:
        check, finding = checked
        title = translated(check.title)
        if finding is None:
            needs = self.tr("needs {}").format(translated(check.needs))
            return ["–", title, "", self.tr("not applied"), needs, ""]
        sign, result = SIGNS[finding.severity], severity_text(finding.severity).lower()
        found = capitalised(said_text(finding.evidence))
        limits = said_text(check.limits)
        return [sign, title, said_text(finding.figure), result, limits, found]

    def _show_samples(self, name: str) -> None:
        """List the training samples that a finding names."""
        finding = self._findings.get(name)
        self._named = finding.samples if finding else ()
        self._samples.setVisible(bool(self._named))
        if not self._named:
            return
        self._samples.set_title(
            self.tr("{check}: {count} training samples").format(
                check=translated(DATA_CHECKS[name].title), count=len(self._named)
            )
        )
        data = self._data()
        titles = [self.tr("sample"), self.tr("row of the data"), self.tr("target")]
        rows = [
            [count_text(row), count_text(int(data.train.index[row])), _target(data, row)]
            for row in self._named
        ]
        self._samples.set_table(titles, rows, left=(2,))
        self._samples.set_current(None)

    def _recolour(self) -> None:
        """Signs and titles have colours of their own."""
        self._drawn = None
        self.refresh()

    # The user

    def _show_row(self, row: int) -> None:
        self._show_finding(self._order[row])

    def _show_finding(self, name: str) -> None:
        """Pick what a finding is about, and bring the view that shows it to the front."""
        finding = self._findings.get(name)
        if finding is None:
            return
        self._show_samples(name)
        if finding.samples:
            self.session.pick_sample(finding.samples[0], "train")
        if finding.column is not None:
            self.session.pick_column(finding.column)
        if wanted := self._view_of(finding):
            self.session.view_wanted.emit(wanted)

    def _pick_sample(self, row: int) -> None:
        self.session.pick_sample(self._named[row], "train")

    def _view_of(self, finding: DataFinding) -> str:
        """The view that shows it; none where the table says all."""
        if finding.column is not None:
            return "explore"
        return "inspector" if finding.samples else ""

    def _view_title(self, name: str) -> str:
        view = self.session.views.get(name)
        return getattr(view, "title", str)() if view else name

    def _data(self) -> PreparedData:
        assert self.session.setup is not None
        return self.session.setup.data

    # Layout

    def _arrange(self) -> None:
        self._column = QVBoxLayout()
        self._column.setSpacing(6)
        for card in self._cards.values():
            self._column.addWidget(card)
        self._table.setMinimumHeight(120)
        self._samples.setMinimumHeight(90)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._summary)
        layout.addLayout(self._column)
        layout.addWidget(self._all)
        layout.addWidget(self._table, 2)
        layout.addWidget(self._samples, 1)
        chain = (*(card.button for card in self._cards.values()), self._table, self._samples)
        for before, after in pairwise(chain):
            QWidget.setTabOrder(before, after)


def _target(data: PreparedData, row: int) -> str:
    if data.train.labels is not None:
        return data.class_names[data.train.labels[row]]
    assert data.train.values is not None
    return ", ".join(f"{value:.6g}" for value in data.train.values[row].tolist())
