"""Open a table: what its columns are, and which of them is to be learnt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from PyQt6.QtCore import QPoint
from PyQt6.QtWidgets import QVBoxLayout

from visualmlp.data import ColumnChoice, SourceSettings
from visualmlp.data.tables.choices import choose_missing, choose_use, fitting_choices
from visualmlp.data.tables.look import TableLook, picture_hint, usual_scaling, warnings_of
from visualmlp.data.tables.plan import Use, plan_columns
from visualmlp.errors import DataError
from visualmlp.experiment import Experiment
from visualmlp.experiment.data import ColumnOfTable
from visualmlp.gui.importing.column_chooser import ColumnChooser
from visualmlp.gui.importing.column_menu import column_menu
from visualmlp.gui.importing.column_texts import shortened, summary_text
from visualmlp.gui.importing.file_form import FileForm
from visualmlp.gui.importing.page import Page
from visualmlp.gui.importing.table_preview import TablePreview
from visualmlp.gui.importing.target_form import TargetForm
from visualmlp.gui.widgets.labels import counted
from visualmlp.gui.widgets.mosaic import Mosaic

PICTURES_SHOWN = 20
PICTURES_HEIGHT = 96


class TablePage(Page):
    """The first rows, a header that says what becomes of each column, and all settings."""

    def build(self) -> None:
        self._look: TableLook | None = None
        self.uses: list[Use] = []
        self._pictures = Mosaic()
        self._pictures.setObjectName("import.table.pictures")
        self._pictures.setAccessibleName(self.tr("The first rows as pictures"))
        self._pictures.setFixedHeight(PICTURES_HEIGHT)
        self._pictures.hide()
        self.table = TablePreview()
        self.table.columns_selected.connect(self._show_selected)
        self.table.menu_wanted.connect(self._open_menu)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pictures)
        column.addWidget(self.table, 1)
        self.chooser = ColumnChooser()
        self.chooser.use_chosen.connect(self._choose_use)
        self.chooser.missing_chosen.connect(self._choose_missing)
        self.target = TargetForm(self.draft)
        self.target.target_chosen.connect(self._choose_target)
        self._file = FileForm(self.draft)
        self.add_group("columns", self.tr("Selected columns"), self.chooser)
        self.add_group("target", self.tr("What is learnt"), self.target)
        self.add_group(
            "rows", self.tr("Missing values, test file"), self.form("missing", "test_path")
        )
        self.add_group("file", self.tr("How the file is written"), self._file)
        self.add_split()

    # What is shown

    def show_look(self, look: TableLook) -> None:
        is_first = self._look is None or self._look.table.names != look.table.names
        self._look = look
        if is_first:
            self.uses = []
        self.target.setEnabled(True)
        self.table.show_look(look)
        self.target.show_names(look.table.names)
        self._file.show_look(look)
        self.refresh()
        self._propose_scaling()
        if is_first:
            self.table.fit_columns()

    def forget_look(self) -> None:
        self._look = None
        self._file.forget_look()
        self.chooser.setEnabled(False)
        self.target.setEnabled(False)

    def refresh(self) -> None:
        look = self._look
        if look is None:
            return
        settings = self._settings()
        self._plan(look, settings)
        self.table.preview.set_uses(self.uses)
        self.target.show_uses(self.uses)
        self._show_pictures(look, settings)
        self._show_selected()

    def _plan(self, look: TableLook, settings: SourceSettings) -> None:
        """See what becomes of the columns; if that cannot be, the last plan stays in sight."""
        try:
            self.uses = plan_columns(look.table, settings)
        except DataError as error:
            self.problem, self.summary = str(error), ""
            self.notes = list(picture_hint(look))
            return
        self.problem = ""
        side = look.picture_side(settings)
        self.summary = self._summary(look, side)
        self.notes = () if side else [*self._one_class(look), *warnings_of(look, self.uses)]

    def _one_class(self, look: TableLook) -> Iterator[str]:
        """A sentence if there is nothing to be told apart, as far as is seen."""
        target = next(use for use in self.uses if use.role == "target")
        if target.kind == "category" and look.facts[target.name].n_different == 1:
            text = self.tr("Column {} holds one class in all rows seen: two or more are needed.")
            yield text.format(shortened(target.name))

    def _summary(self, look: TableLook, side: int) -> str:
        n_rows = len(look.table.sample)
        seen = counted(n_rows, self.tr("Seen in one row:"), self.tr("Seen in the first {} rows:"))
        if side:
            text = self.tr("every row is a picture of {0} × {0} pixels with its label.")
            return f"{seen} {text.format(side)}"
        return f"{seen} {summary_text(look, self.uses, self.draft.data.task)}"

    def _show_pictures(self, look: TableLook, settings: SourceSettings) -> None:
        side = look.picture_side(settings) if self.uses else 0
        self._pictures.setVisible(side > 0)
        if not side:
            return
        pixels = [i for i, use in enumerate(self.uses) if use.role == "feature"]
        label = next(i for i, use in enumerate(self.uses) if use.role == "target")
        rows = look.table.sample[:PICTURES_SHOWN]
        tiles = np.array([[float(row[i] or 0) for i in pixels] for row in rows])
        names = [row[label] for row in rows]
        tiles = tiles.reshape(-1, side, side)
        self._pictures.set_tiles(tiles, low=0, high=255, lut="grey", names=names, captions=names)

    def _show_selected(self) -> None:
        look = self._look
        if look is None or len(self.uses) != len(look.table.names):
            return
        selected = [self.uses[column] for column in self.table.selected_columns()]
        chosen = self._missing_of(selected[0].name) if selected else "auto"
        self.chooser.show_columns(look, selected, chosen, self.draft.data.missing)

    def _propose_scaling(self) -> None:
        if self._look is None or self.problem:
            return
        side = self._look.picture_side(self._settings())
        self.draft.propose(scaling="range" if side else usual_scaling(self._look, self.uses))

    # What is chosen

    def final_experiment(self) -> Experiment:
        """The experiment without choices about columns that this table does not have."""
        experiment = self.draft.experiment
        columns = _declared(self._settings().columns)
        return experiment.replace(data=experiment.data.replace(columns=columns))

    def _settings(self) -> SourceSettings:
        """What the draft says, without choices about columns that the table does not have."""
        assert self._look is not None
        settings = self.draft.settings
        return replace(settings, columns=fitting_choices(self._look.table, settings.columns))

    def _missing_of(self, name: str) -> str:
        return next((c.missing for c in self.draft.data.columns if c.name == name), "auto")

    def _selected_names(self) -> list[str]:
        return [self.table.preview.name(column) for column in self.table.selected_columns()]

    def _choose_use(self, use: Any) -> None:
        if self._look:
            self._take(choose_use(self._look.table, self._settings(), self._selected_names(), use))

    def _choose_missing(self, missing: str) -> None:
        if self._look:
            names, table = self._selected_names(), self._look.table
            self._take(choose_missing(table, self._settings(), names, missing))

    def _choose_target(self, name: str) -> None:
        if self._look:
            self._take(choose_use(self._look.table, self._settings(), [name], "target"))

    def _take(self, choices: Sequence[ColumnChoice]) -> None:
        self.draft.set_data(columns=_declared(choices))
        self._propose_scaling()

    def _open_menu(self, place: QPoint) -> None:
        columns = self.table.selected_columns()
        if not self.uses or not columns:
            return
        use = self.uses[columns[0]]
        missing = (self._missing_of(use.name), self.draft.data.missing)
        menu = column_menu(self, use, missing, self._choose_use, self._choose_missing)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)


def _declared(choices: Sequence[ColumnChoice]) -> tuple[ColumnOfTable, ...]:
    return tuple(ColumnOfTable(**asdict(choice)) for choice in choices)
