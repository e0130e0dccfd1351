"""Choose what a run shall stop at."""

from __future__ import annotations

import json
from typing import Any

from PyQt6.QtCore import QCoreApplication, QSettings, Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QCheckBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from visualmlp.errors import VisualMLPError
from visualmlp.experiment import FieldSpec, fields_of
from visualmlp.gui.panels.field import new_editor
from visualmlp.gui.panels.notes import Caution, Note
from visualmlp.gui.panels.texts import range_text
from visualmlp.gui.session import Session
from visualmlp.training.breakpoints import CONDITIONS, Armed
from visualmlp.training.condition import Condition
from visualmlp.training.probe import OWN_PARTS

EDITOR_WIDTH = 124
ALONE_WIDTH = 160


def translated(text: str) -> str:
    """A condition's text in the user's language."""
    return QCoreApplication.translate("conditions", text)


class ConditionRow(QWidget):
    """A condition with its parameters; remembered from one start to the next.

    Parameters
    ----------
    condition
        What the row is for.

    Signals
    -------
    changed
        It was chosen or not, or a parameter changed.
    refused
        Why an entry is refused; "" when that is over.
    """

    changed = pyqtSignal()
    refused = pyqtSignal(str)

    def __init__(self, condition: Condition) -> None:
        super().__init__()
        self.condition = condition
        self.parameters = condition.parameters()
        self.check = QCheckBox(translated(condition.title))
        self.check.setObjectName(f"until.{condition.name}")
        cost = translated(condition.cost) or self.tr("Looked at after every step; costs nothing.")
        self.check.setToolTip(cost)
        self.check.setAccessibleDescription(cost)
        self._editors = {spec.name: self._editor(spec) for spec in fields_of(condition.parameters)}
        self._recall()
        self.check.toggled.connect(self._note)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for editor in self._editors.values():
            row.addWidget(editor)
        row.addStretch()

    @property
    def armed(self) -> Armed | None:
        """The condition as it is set, if it is chosen."""
        return Armed(self.condition.name, self.parameters) if self.check.isChecked() else None

    def set_values(self, **values: object) -> None:
        """Take over parameters."""
        self.parameters = self.parameters.replace(**values)
        for name, editor in self._editors.items():
            editor.set_value(getattr(self.parameters, name))

    def _editor(self, spec: FieldSpec) -> Any:
        editor: Any = new_editor(spec)
        editor.setObjectName(f"until.{self.condition.name}.{spec.name}")
        is_alone = len(self.condition.parameters.model_fields) == 1
        editor.setFixedWidth(ALONE_WIDTH if is_alone else EDITOR_WIDTH)
        label, hint = translated(spec.ui.label), translated(spec.description)
        editor.setAccessibleName(f"{translated(self.condition.title)}: {label}")
        allowed = range_text(spec)
        tip = f"{hint} " + (self.tr("Allowed: {}.").format(allowed) if allowed else "")
        editor.setToolTip(tip)
        editor.setAccessibleDescription(tip)
        editor.value_changed.connect(lambda value: self._take(editor, spec.name, value))
        editor.refused.connect(self.refused)
        return editor

    def _take(self, editor: Any, name: str, value: object) -> None:
        try:
            self.parameters = self.parameters.replace(**{name: value})
        except VisualMLPError as error:
            editor.refuse(str(error))
            return
        editor.set_value(getattr(self.parameters, name))
        self.check.setChecked(True)
        self._note()

    # What is remembered

    def _note(self) -> None:
        values = {"chosen": self.check.isChecked(), "parameters": self.parameters.model_dump()}
        QSettings().setValue(f"until/{self.condition.name}", json.dumps(values))
        self.changed.emit()

    def _recall(self) -> None:
        """Take over what was set last, as far as it has a meaning still."""
        try:
            values = json.loads(str(QSettings().value(f"until/{self.condition.name}", "{}")))
            self.set_values(**values.get("parameters", {}))
            self.check.setChecked(values.get("chosen", False) is True)
        except (ValueError, TypeError, AttributeError, VisualMLPError):
            self.set_values()


class UntilDialog(QDialog):
    """All conditions; the run goes on until one of those that are chosen is met.

    Parameters
    ----------
    session
        Whose run goes on.
    parent
        The window.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setObjectName("until")
        self.setWindowTitle(self.tr("Run until…"))
        self.rows = [ConditionRow(condition) for condition in CONDITIONS.values()]
        self._costs, self._caution = Note(), Caution()
        self._costs.setObjectName("until.costs")
        self._run = self._button("run", self.tr("Run until"), self.tr("Go on from the cursor"))
        self._run.setDefault(True)
        self._run.clicked.connect(self.accept)
        self._close = self._button("close", self.tr("Close"), self.tr("Go on later, if at all"))
        self._close.clicked.connect(self.reject)
        self.accepted.connect(self.run)
        for row in self.rows:
            row.changed.connect(self._show_choice)
            row.refused.connect(self._caution.say)
        self._arrange()
        self._show_choice()

    @property
    def conditions(self) -> list[Armed]:
        """Those that are chosen."""
        return [row.armed for row in self.rows if row.armed]

    def ask(self) -> None:
        """Show the dialog; the sample to watch is the picked one, unless another is watched."""
        picks = self._session.picks
        for row in self.rows:
            if row.condition.name == "flip" and not row.armed and picks.part not in OWN_PARTS:
                row.set_values(part=picks.part, sample=picks.sample)
        self.open()
        self._run.setFocus()

    def run(self) -> None:
        """Go on until one of the chosen conditions is met; ask for them if there is none."""
        if self.conditions:
            self._session.run_until(self.conditions)
        else:
            self.ask()

    def _show_choice(self) -> None:
        costs = [
            f"{translated(row.condition.title)}: {translated(row.condition.cost)}"
            for row in self.rows
            if row.armed and row.condition.cost
        ]
        self._costs.setText("\n".join(costs))
        self._run.setEnabled(bool(self.conditions))

    # Layout

    def _button(self, name: str, text: str, tip: str) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"until.{name}")
        button.setAccessibleName(text)
        button.setToolTip(tip)
        return button

    def _arrange(self) -> None:
        intro = QLabel(self.tr("Stop at the first step at which one of these holds:"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        for line, row in enumerate(self.rows):
            grid.addWidget(row.check, line, 0, Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(row, line, 1)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._run)
        buttons.addWidget(self._close)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(10)
        column.addWidget(intro)
        column.addLayout(grid)
        column.addWidget(self._caution)
        column.addWidget(self._costs)
        column.addStretch()
        column.addLayout(buttons)
