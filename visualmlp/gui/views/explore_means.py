"""The mean of each class: as pictures with their differences, or as a table of columns."""

from __future__ import annotations

import numpy as np
from PyQt6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from visualmlp.analysis.exploration import ClassMeans, class_means
from visualmlp.gui.picks import Picks
from visualmlp.gui.views.explore_page import (
    LEAST_HEIGHT,
    ExplorePage,
    choose,
    chooser,
    offer,
    samples_text,
)
from visualmlp.gui.widgets.labels import number_text
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup

MOST_FEATURES = 40
"""Features of a table, those whose means differ most."""


class MeansPage(ExplorePage):
    """Mean pictures, and the difference of two; of a table a matrix of features and classes."""

    def __init__(self) -> None:
        super().__init__()
        self._result: ClassMeans | None = None
        self._means = Mosaic()
        self._means.setObjectName("means")
        self._means.setAccessibleName(self.tr("Mean picture of each class"))
        self._means.tile_picked.connect(self._pick)
        self._a = chooser("a", self.tr("First class"), self.tr("The class with the positive sign"))
        self._b = chooser("b", self.tr("Second class"), self.tr("The class that is taken away"))
        for box in (self._a, self._b):
            box.activated.connect(self._show_difference)
        self._difference = Mosaic()
        self._difference.setObjectName("difference")
        self._difference.setAccessibleName(self.tr("Difference of two mean pictures"))
        self._matrix = Matrix()
        self._matrix.setObjectName("matrix")
        self._matrix.setAccessibleName(self.tr("Mean of each feature over each class"))
        self._matrix.cell_picked.connect(self._pick_cell)
        self._table = Table()
        self._table.setObjectName("features")
        self._table.keep_columns_narrow()
        self._table.setAccessibleName(self.tr("Mean and deviation of each feature"))
        self._nearest = TextLine()
        self._nearest.setObjectName("nearest")
        self._arrange()

    def title(self) -> str:
        return self.tr("Means")

    def set_setup(self, setup: Setup) -> None:
        super().set_setup(setup)
        names = setup.data.class_names
        is_picture = setup.data.dataset.image_shape is not None
        self._pictures.setVisible(is_picture)
        self._matrix.setVisible(not is_picture and bool(names))
        self._table.setVisible(not is_picture and not names)
        for widget in (self._a, self._b, self._minus, self._difference):
            widget.setVisible(len(names) > 1)
        offer(self._a, names, 0)
        offer(self._b, names, 1)

    def wanted(self, part: PartName, picks: Picks) -> PartName:
        return part

    def look(self, probe: Probe, wanted: PartName) -> ClassMeans:
        return class_means(probe.setup.data, probe.part(wanted))

    def show_result(self, wanted: PartName, result: ClassMeans) -> None:
        assert self.setup is not None
        self._result = result
        samples = samples_text(wanted, result.looked)
        self._nearest.set_text(self.tr("A click picks the sample that is nearest to the mean"))
        self._nearest.setVisible(not self._table.isVisibleTo(self))
        if self.setup.data.dataset.image_shape is not None:
            self._show_pictures(samples, result)
        elif self.setup.data.class_names:
            self._show_matrix(samples, result)
        else:
            self._show_table(samples, result)

    def _show_table(self, samples: str, result: ClassMeans) -> None:
        assert self.setup is not None
        self.text.set_text(self.tr("Mean of each feature: {}").format(samples))
        figures = np.stack([result.means[0], result.deviation], axis=1).tolist()
        names = self.setup.data.dataset.feature_names
        values = [[name, *row] for name, row in zip(names, figures, strict=True)]
        texts = [[name, *(number_text(v, ".6g") for v in row)] for name, *row in values]
        titles = (self.tr("feature"), self.tr("mean"), self.tr("standard deviation"))
        self._table.set_table(titles, texts, values=values)

    def _show_pictures(self, samples: str, result: ClassMeans) -> None:
        assert self.setup is not None
        dataset, names = self.setup.data.dataset, self.setup.data.class_names
        self.text.set_text(self.tr("Mean picture of each class: {}").format(samples))
        low, high = dataset.value_range
        tiles = np.nan_to_num(result.means).reshape(-1, *(dataset.image_shape or ()))
        captions = names or [self.tr("all")]
        self._means.set_tiles(
            tiles, low=low, high=high, lut="grey", names=captions, captions=captions
        )
        if names:
            self._show_difference()

    def _show_difference(self) -> None:
        assert self.setup is not None
        if self._result is None:
            return
        a, b = self._a.currentIndex(), self._b.currentIndex()
        shape, names = self.setup.data.dataset.image_shape, self.setup.data.class_names
        difference = (self._result.means[a] - self._result.means[b]).reshape(1, *(shape or ()))
        self._difference.set_tiles(difference, lut="diverging", names=[f"{names[a]} − {names[b]}"])

    def _show_matrix(self, samples: str, result: ClassMeans) -> None:
        assert self.setup is not None
        data = self.setup.data
        with np.errstate(invalid="ignore", divide="ignore"):
            weights = result.counts / result.counts.sum()
            whole = np.nansum(result.means * weights[:, None], axis=0)
            away = ((result.means - whole) / result.deviation).T
        away = np.where(result.deviation[:, None] > 0, away, 0.0)
        spread = np.ptp(np.nan_to_num(away), axis=1)
        shown = np.sort(np.argsort(-spread, kind="stable")[:MOST_FEATURES])
        text = self.tr("Mean of each class, in standard deviations from the mean of all: {}")
        text = text.format(samples)
        if len(shown) < data.n_inputs:
            more = self.tr(" · the {} of {} features that differ most")
            text += more.format(len(shown), f"{data.n_inputs:,}")
        self.text.set_text(text)
        self._matrix.set_matrix(
            away[shown],
            row_names=[data.dataset.feature_names[i] for i in shown.tolist()],
            column_names=data.class_names,
            column_title=self.tr("class"),
            number_format="z.2f",
        )

    def _pick_cell(self, row: int, column: int) -> None:
        self._pick(column)

    def _pick(self, label: int) -> None:
        if self._result is None or self.setup is None:
            return
        if self.setup.data.class_names:
            choose(self._a, label)
            if self.setup.data.dataset.image_shape is not None:
                self._show_difference()
        if self._result.typical[label] >= 0:
            self.sample_picked.emit(int(self._result.typical[label]))

    def _arrange(self) -> None:
        for drawing in (self._means, self._difference, self._matrix, self._table):
            drawing.setMinimumHeight(LEAST_HEIGHT)
        side = QVBoxLayout()
        controls = QHBoxLayout()
        self._minus = QLabel("−")
        for widget in (self._a, self._minus, self._b):
            controls.addWidget(widget)
        controls.addStretch(1)
        side.addLayout(controls)
        side.addWidget(self._difference, 1)
        self._pictures = QWidget()
        row = QHBoxLayout(self._pictures)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._means, 3)
        row.addLayout(side, 2)
        self.column.addWidget(self.text)
        self.column.addWidget(self._nearest)
        self.column.addWidget(self._pictures, 1)
        self.column.addWidget(self._matrix, 1)
        self.column.addWidget(self._table, 1)
