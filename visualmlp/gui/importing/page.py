"""What the pages of the import dialog have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from visualmlp.experiment import Experiment
from visualmlp.gui.importing.draft import Draft
from visualmlp.gui.panels.form import SectionForm
from visualmlp.gui.panels.group import Group

SIDE_WIDTH = 300
SPLIT = ("scaling", "validation_fraction", "test_fraction", "stratify")


class Page(QWidget):
    """A preview, and settings beside it.

    Attributes
    ----------
    side
        The settings, in a column that scrolls.
    problem
        Why the data cannot be opened as they are set; empty if they can.
    summary
        What will be learnt from what, in a sentence.
    notes
        What the user should know besides, a sentence each.
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.draft = draft
        self.problem, self.summary = "", ""
        self.notes: Sequence[str] = ()
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(4, 0, 6, 4)
        self._column.setSpacing(6)
        self.side = _scroll_area(self._content)
        self.build()
        self._column.addStretch(1)

    def build(self) -> None:
        """Add the preview and the groups of settings."""
        raise NotImplementedError

    def show_look(self, look: Any) -> None:
        """Show what was seen of the data."""
        raise NotImplementedError

    def refresh(self) -> None:
        """Follow the draft."""

    def forget_look(self) -> None:
        """What was seen does not hold any more, and there is nothing in its place."""

    def final_experiment(self) -> Experiment:
        """The experiment as it is to be opened."""
        return self.draft.experiment

    def add_group(self, name: str, title: str, *widgets: QWidget) -> Group:
        """Add settings with a title, below what is there."""
        group = Group(f"import.{name}", title, *widgets)
        self._column.addWidget(group)
        return group

    def add_split(self) -> None:
        """Add scaling and the shares of the parts."""
        form = self.form(*SPLIT)
        self.add_group("split", self.tr("Scaling and parts"), form)

    def form(self, *names: str) -> SectionForm:
        """A form for fields of the data section."""
        return SectionForm(self.draft, "data", names)


def _scroll_area(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setObjectName("import.side")
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setFixedWidth(SIDE_WIDTH)
    area.setWidget(content)
    return area
