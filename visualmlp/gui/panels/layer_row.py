"""A layer in the network panel: the main fields in one line, the others folded below."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from visualmlp.experiment import Experiment
from visualmlp.gui.panels.field import Field
from visualmlp.gui.panels.form import FieldGrid, specs_at
from visualmlp.gui.panels.notes import Note
from visualmlp.gui.session import Session

INDENT = 32
"""Room at the left for the mark, kept free below it."""


class LayerRow(QWidget):
    """The fields of a layer.

    Parameters
    ----------
    place
        ``network.hidden.0`` or ``network.output``.
    owner
        The layer's name for reading aloud ("Layer 1").
    main
        The fields to show in the first line.
    mark
        A widget before them.
    """

    typed = pyqtSignal(object)
    """What is being typed would be this experiment."""

    def __init__(
        self, session: Session, place: str, owner: str, main: Sequence[str], mark: QWidget
    ) -> None:
        super().__init__()
        self.setObjectName(f"row.{place}")
        specs = specs_at(session.experiment, place)
        self.main = [Field(session, place, specs[name], owner, self._unit(name)) for name in main]
        rest = [name for name in specs if name not in main]
        self.details = FieldGrid(session, place, rest, owner)
        self.details.setContentsMargins(INDENT // 2, 2, 0, 6)
        self.more = self._more_button(place, owner)
        self.note = Note()
        self.note.setObjectName(f"{place}.parameters")
        self.note.setAccessibleName(self.tr("{}: number of parameters").format(owner))
        self.note.setIndent(INDENT)
        self._lay_out(mark)
        self.details.hide()
        for field in (*self.main, *self.details.fields.values()):
            field.typed.connect(self.typed)

    def refresh(self, experiment: Experiment) -> None:
        """Show an experiment."""
        for field in self.main:
            field.refresh(experiment)
        self.details.refresh(experiment)

    def _unit(self, name: str) -> str:
        return self.tr("units") if name == "units" else ""

    def _more_button(self, place: str, owner: str) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"{place}.more")
        button.setText("⋯")
        button.setCheckable(True)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setToolTip(self.tr("Initial weights and biases, dropout"))
        button.setAccessibleName(self.tr("{}: more settings").format(owner))
        button.toggled.connect(self.details.setVisible)
        return button

    def _lay_out(self, mark: QWidget) -> None:
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(mark)
        for field in self.main:
            line.addWidget(field.editor, 1)
        line.addWidget(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        for field in self.main:
            column.addWidget(field.message)
        column.addWidget(self.note)
        column.addWidget(self.details)
