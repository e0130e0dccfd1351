"""How one column, or a target, is spread: over all samples, or over those of each class."""

from __future__ import annotations

from typing import NamedTuple

from PyQt6.QtWidgets import QHBoxLayout

from visualmlp.analysis.data_columns import columns_of
from visualmlp.analysis.exploration import (
    MOST_OVERLAID,
    Distribution,
    distribution,
    variable_names,
)
from visualmlp.gui.picks import Picks
from visualmlp.gui.views.explore_page import (
    LEAST_HEIGHT,
    ExplorePage,
    choose,
    chooser,
    middle_pixel,
    offer,
    samples_text,
)
from visualmlp.gui.widgets.growing_line import GrowingLine
from visualmlp.gui.widgets.histogram import Counts, HistogramPlot
from visualmlp.gui.widgets.labels import count_text, number_text
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.training.probe import PartName, Probe
from visualmlp.training.setup import Setup


class Wanted(NamedTuple):
    """A column or target of a part; the classes to be told apart, none for all together."""

    part: PartName
    variable: int
    classes: tuple[int, ...]


class HistogramsPage(ExplorePage):
    """Histograms over each other; of a column of categories a table of counts."""

    def __init__(self) -> None:
        super().__init__()
        self._variable = chooser(
            "variable", self.tr("Column"), self.tr("The column, or the target, that is counted")
        )
        self._variable.activated.connect(self._choose)
        self._classes = chooser(
            "classes",
            self.tr("Classes"),
            self.tr("All samples together, or the classes over each other"),
        )
        self._classes.activated.connect(self.changed)
        self._plot = HistogramPlot()
        self._plot.setObjectName("histogram")
        self._table = Matrix()
        self._table.setObjectName("categories")
        self._table.setAccessibleName(self.tr("Samples of each category and class"))
        self._figures = GrowingLine()
        self._figures.setObjectName("figures")
        controls = QHBoxLayout()
        controls.addWidget(self._variable, 2)
        controls.addWidget(self._classes, 2)
        controls.addStretch(1)
        self._table.hide()
        self.column.addLayout(controls)
        self.column.addWidget(self.text)
        self.column.addWidget(self._figures)
        for drawing in (self._plot, self._table):
            drawing.setMinimumHeight(LEAST_HEIGHT)
            self.column.addWidget(drawing, 1)

    def title(self) -> str:
        return self.tr("Histograms")

    def set_setup(self, setup: Setup) -> None:
        super().set_setup(setup)
        offer(self._variable, variable_names(setup.data), middle_pixel(setup.data))
        names = setup.data.class_names
        entries = [self.tr("All samples")]
        if names:
            entries.append(self._each_text(len(names)))
            entries += [self.tr("Class {}").format(name) for name in names]
        offer(self._classes, entries, 1)
        self._classes.setVisible(bool(names))

    def wanted(self, part: PartName, picks: Picks) -> Wanted:
        choice = self._classes.currentIndex()
        classes: tuple[int, ...] = ()
        if choice == 1:
            classes = tuple(range(min(self._n_classes(), MOST_OVERLAID)))
        elif choice > 1:
            classes = (choice - 2,)
        return Wanted(part, self._variable.currentIndex(), classes)

    def look(self, probe: Probe, wanted: Wanted) -> Distribution:
        data = probe.setup.data
        return distribution(data, probe.part(wanted.part), wanted.variable, wanted.classes)

    def show_result(self, wanted: Wanted, result: Distribution) -> None:
        assert self.setup is not None
        name = self._variable.itemText(wanted.variable)
        self.text.set_text(f"{name}: {samples_text(wanted.part, result.looked)}")
        self._figures.set_text(self._figures_text(result))
        self._plot.setVisible(result.table is None)
        self._table.setVisible(result.table is not None)
        self._figures.setVisible(result.table is None)
        if result.table is None:
            self._show_histograms(name, result)
        else:
            self._show_table(name, wanted.variable, result)

    def follow(self, part: PartName, picks: Picks) -> None:
        if picks.column is not None and picks.column < self._variable.count():
            choose(self._variable, picks.column)

    def _show_histograms(self, name: str, result: Distribution) -> None:
        assert self.setup is not None
        names = self.setup.data.class_names
        several = len(result.histograms) > 1
        series = [
            Counts(
                names[k] if k >= 0 else "", h.edges, h.counts, filled=not several, style=max(k, 0)
            )
            for k, h in result.histograms
        ]
        self._plot.setAccessibleName(self.tr("Histogram of {}").format(name))
        self._plot.set_x_name(name)
        self._plot.set_histograms(series)

    def _show_table(self, name: str, index: int, result: Distribution) -> None:
        assert self.setup is not None
        data = self.setup.data
        column = columns_of(data.dataset)[index]
        assert result.table is not None
        self._table.set_matrix(
            result.table,
            low=0,
            lut="sequential",
            row_names=column.categories,
            column_names=[self.tr("all"), *data.class_names],
            row_title=name,
            column_title=self.tr("class") if data.class_names else "",
            number_format=",d",
        )
        missing = self.tr("{} missing").format(count_text(result.n_missing))
        self._table.set_caption(missing if result.n_missing else "")

    def _figures_text(self, result: Distribution) -> str:
        text = self.tr(
            "mean {mean} · standard deviation {deviation} · least {least} · median {median} · "
            "greatest {greatest}"
        ).format(
            mean=number_text(result.mean, ".6g"),
            deviation=number_text(result.deviation, ".6g"),
            least=number_text(result.least, ".6g"),
            median=number_text(result.median, ".6g"),
            greatest=number_text(result.greatest, ".6g"),
        )
        if result.n_missing:
            text = self.tr("{} missing · ").format(count_text(result.n_missing)) + text
        return text

    def _each_text(self, n_classes: int) -> str:
        if n_classes > MOST_OVERLAID:
            return self.tr("The first {} classes").format(MOST_OVERLAID)
        return self.tr("Each class")

    def _n_classes(self) -> int:
        assert self.setup is not None
        return len(self.setup.data.class_names)

    def _choose(self, index: int) -> None:
        assert self.setup is not None
        if index < len(columns_of(self.setup.data.dataset)):
            self.column_picked.emit(index)
        self.changed.emit()
