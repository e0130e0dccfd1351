"""Open arrays or IDX files: what is in them, and what it was taken for."""

from __future__ import annotations

import numpy as np
from PyQt6.QtWidgets import QVBoxLayout

from visualmlp.data import Dataset
from visualmlp.data.arrays.look import ArrayFacts
from visualmlp.gui.importing.looks import ArrayLook
from visualmlp.gui.importing.page import Page
from visualmlp.gui.panels.class_bars import ClassBars
from visualmlp.gui.widgets.labels import count_text, number_text
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.table import Table

PICTURES_SHOWN = 60
ARRAYS_SHOWN = 8
"""Rows of the table of arrays; more are scrolled."""
ROWS_SHOWN, COLUMNS_SHOWN = 100, 40


class ArrayPage(Page):
    """The arrays of a file with what they were taken for, and the first samples."""

    def build(self) -> None:
        self.arrays = Table()
        self.arrays.setObjectName("import.arrays")
        self.arrays.setAccessibleName(self.tr("Arrays in the file"))
        self.pictures = Mosaic()
        self.pictures.setObjectName("import.samples.pictures")
        self.pictures.setAccessibleName(self.tr("The first samples as pictures"))
        self.rows = Table()
        self.rows.setObjectName("import.samples.rows")
        self.rows.setAccessibleName(self.tr("The first samples"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for widget, stretch in ((self.arrays, 1), (self.pictures, 2), (self.rows, 2)):
            column.addWidget(widget, stretch)
            widget.hide()
        self._counts = ClassBars()
        self._counts.setObjectName("import.arrays.classes")
        self.add_group("task", self.tr("What is learnt"), self.form("task", "test_path"))
        self._classes = self.add_group("samples", self.tr("Samples of each class"), self._counts)
        self.add_split()

    def show_look(self, look: ArrayLook) -> None:
        dataset = look.dataset
        self.arrays.setVisible(bool(look.arrays))
        if look.arrays:
            titles = [self.tr("Array"), self.tr("Shape"), self.tr("Type"), self.tr("Taken for")]
            rows = [self._row(facts) for facts in look.arrays]
            self.arrays.set_table(titles, rows, left=(0, 1, 2, 3))
            shown = min(len(rows), ARRAYS_SHOWN) + 2
            self.arrays.setFixedHeight(round(shown * self.arrays.row_height()))
        self._show_samples(dataset)
        self._classes.setVisible(bool(dataset.class_names))
        if dataset.class_names:
            counts = np.bincount(dataset.targets, minlength=len(dataset.class_names)).tolist()
            self._counts.set_counts(dict(zip(dataset.class_names, counts, strict=True)))
            self._counts.setToolTip(self.tr("Samples of each class, those of the test part too"))
        self.problem = ""
        self.summary = self._summary(dataset)
        self.notes = dataset.notes
        self.draft.propose(scaling=look.usual_scaling)

    def _row(self, facts: ArrayFacts) -> list[str]:
        roles = {
            "": self.tr("not used"),
            "samples": self.tr("samples"),
            "answers": self.tr("answers"),
            "test samples": self.tr("samples of the test part"),
            "test answers": self.tr("answers of the test part"),
        }
        shape = " × ".join(map(count_text, facts.shape))
        return [facts.name, shape, facts.kind, roles[facts.role]]

    def _summary(self, dataset: Dataset) -> str:
        what = self.tr("{} numbers each").format(count_text(dataset.n_features))
        if dataset.image_shape:
            what = self.tr("pictures of {} × {} pixels").format(*dataset.image_shape[::-1])
        goal = self.tr("to be sorted into {} classes").format(count_text(len(dataset.class_names)))
        if not dataset.class_names:
            goal = self.tr("with numbers to be reached (regression)")
        count = dataset.n_samples - dataset.n_given_test
        text = self.tr("{count} samples, {what}, {goal}; {test} more in the test part.")
        if not dataset.n_given_test:
            text = self.tr("{count} samples, {what}, {goal}.")
        test = count_text(dataset.n_given_test)
        return text.format(count=count_text(count), what=what, goal=goal, test=test)

    def _show_samples(self, dataset: Dataset) -> None:
        shape = dataset.image_shape
        self.pictures.setVisible(shape is not None)
        self.rows.setVisible(shape is None)
        if shape:
            tiles = np.array(dataset.x[:PICTURES_SHOWN]).reshape(-1, *shape)
            names = [_answer(dataset, i) for i in range(len(tiles))]
            low, high = dataset.value_range
            self.pictures.set_tiles(
                tiles, low=low, high=high, lut="grey", names=names, captions=names
            )
            return
        titles = [self.tr("Answer"), *dataset.feature_names[:COLUMNS_SHOWN]]
        x = np.array(dataset.x[:ROWS_SHOWN, :COLUMNS_SHOWN])
        rows = [[_answer(dataset, i), *map(number_text, row)] for i, row in enumerate(x.tolist())]
        self.rows.set_table(titles, rows)


def _answer(dataset: Dataset, row: int) -> str:
    if dataset.class_names:
        return dataset.class_names[int(dataset.targets[row])]
    return ", ".join(map(number_text, np.atleast_1d(dataset.targets[row]).tolist()))
