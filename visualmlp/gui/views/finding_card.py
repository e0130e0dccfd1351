"""A finding about the run's health or its data: how bad, what was measured, what to try."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication, QEvent, Qt, pyqtSignal
from PyQt6.QtGui import QColor
from PyQt6.QtWidgets import QFrame, QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from visualmlp.analysis.data_checks import DataCheck, DataFinding
from visualmlp.analysis.health import Finding, Rule, Severity
from visualmlp.gui import theme
from visualmlp.gui.said import capitalised, said_text, translated
from visualmlp.gui.widgets.labels import bold_font

SIGNS: dict[Severity, str] = {"problem": "✖", "hint": "▲", "note": "•", "fine": "✓"}


class FindingCard(QFrame):
    """One finding, with a button that shows it in another view.

    Signals
    -------
    wanted
        The name of the rule whose finding shall be shown.
    """

    wanted = pyqtSignal(str)

    def __init__(self, rule: Rule | DataCheck, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rule = rule
        self._severity: Severity = "fine"
        self.setObjectName(f"finding.{rule.name}")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._title, self._evidence, self._advice = QLabel(), QLabel(), QLabel()
        for name, label in (
            ("title", self._title),
            ("evidence", self._evidence),
            ("advice", self._advice),
        ):
            label.setObjectName(name)
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._title.setFont(bold_font(self.font()))
        self.button = QPushButton(self.tr("Show"))
        self.button.setObjectName("show")
        self.button.setToolTip(self.tr("Go to the view where it can be seen"))
        self.button.clicked.connect(lambda: self.wanted.emit(rule.name))
        layout = QGridLayout(self)
        layout.setContentsMargins(8, 6, 8, 6)
        layout.setVerticalSpacing(3)
        layout.addWidget(self._title, 0, 0)
        layout.addWidget(self.button, 0, 1, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._evidence, 1, 0, 1, 2)
        layout.addWidget(self._advice, 2, 0, 1, 2)
        layout.setColumnStretch(0, 1)

    def show_finding(self, finding: Finding | DataFinding, view_title: str) -> None:
        """Tell what was found.

        Parameters
        ----------
        view_title
            Of the view that the button shows.
        """
        title = translated(self._rule.title)
        self._severity = finding.severity
        self._title.setText(f"{SIGNS[finding.severity]} {severity_text(finding.severity)}: {title}")
        self._colour()
        self._evidence.setText(capitalised(said_text(finding.evidence)))
        self._advice.setText(translated(finding.advice))
        self._advice.setVisible(bool(finding.advice))
        self.button.setToolTip(self.tr("Show the view {}").format(view_title))
        self.button.setAccessibleName(
            self.tr("{title}: show the view {view}").format(title=title, view=view_title)
        )
        self.setAccessibleName(self._title.text())

    def _colour(self) -> None:
        palette = self._title.palette()
        palette.setColor(self._title.foregroundRole(), QColor(severity_ink(self._severity)))
        self._title.setPalette(palette)

    def changeEvent(self, event: QEvent | None) -> None:
        super().changeEvent(event)
        if event is not None and event.type() == QEvent.Type.PaletteChange:
            self._colour()


def severity_text(severity: Severity) -> str:
    """How bad a finding is, in a word."""
    return {
        "problem": QCoreApplication.translate("Health", "Problem"),
        "hint": QCoreApplication.translate("Health", "Hint"),
        "note": QCoreApplication.translate("Health", "Note"),
        "fine": QCoreApplication.translate("Health", "Fine"),
    }[severity]


def severity_ink(severity: Severity) -> str:
    """The colour that goes with it."""
    colours = theme.current()
    return {
        "problem": colours.bad,
        "hint": colours.highlight,
        "note": colours.foreground,
        "fine": colours.good,
    }[severity]
