"""Forms made from the declared fields of an experiment."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import QGridLayout, QLabel, QWidget

from visualmlp.experiment import Experiment, FieldSpec, fields_of
from visualmlp.gui.panels.edited import Edited
from visualmlp.gui.panels.field import Field
from visualmlp.gui.panels.places import section_at

LABEL_WIDTH = 94
"""Least width of the column of labels, so that the editors of several forms line up."""


def specs_at(experiment: Experiment, place: str) -> dict[str, FieldSpec]:
    """The declared fields of the section at a place, by name."""
    return {spec.name: spec for spec in fields_of(type(section_at(experiment, place)))}


class FieldGrid(QWidget):
    """Labels and editors of a section's fields, below each other.

    Parameters
    ----------
    section
        The dotted place of the section, such as ``optimizer``.
    names
        The fields to show, in this order; None shows all.
    owner
        Put before the labels where they are read out alone.
    """

    def __init__(
        self, session: Edited, section: str, names: Sequence[str] | None = None, owner: str = ""
    ) -> None:
        super().__init__()
        self.setObjectName(f"form.{section}")
        specs = specs_at(session.experiment, section)
        chosen = specs if names is None else names
        self.fields = {name: Field(session, section, specs[name], owner) for name in chosen}
        self._labels: dict[str, QLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        for field in self.fields.values():
            self._add_row(field)
        self._hide_rows(session.experiment)

    def refresh(self, experiment: Experiment) -> None:
        """Show an experiment."""
        for field in self.fields.values():
            field.refresh(experiment)
        self._hide_rows(experiment)

    def _add_row(self, field: Field) -> None:
        row = self._grid.rowCount()
        label = self._labels[field.spec.name] = field.new_label()
        self._grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(field.editor, row, 1)
        self._grid.addWidget(field.message, row + 1, 0, 1, 2)

    def _hide_rows(self, experiment: Experiment) -> None:
        for name, field in self.fields.items():
            visible = field.is_visible(experiment)
            self._labels[name].setVisible(visible)
            field.editor.setVisible(visible)
            if not visible:
                field.message.hide()


class SectionForm(FieldGrid):
    """A form for a section of the experiment, or for some fields of it; follows the session."""

    def __init__(self, session: Edited, section: str, names: Sequence[str] | None = None) -> None:
        super().__init__(session, section, names)
        session.experiment_changed.connect(self.refresh)
