"""Which features go together, and with the target."""

from __future__ import annotations

from typing import NamedTuple

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QCheckBox, QHBoxLayout

from visualmlp.analysis.data_columns import columns_of
from visualmlp.analysis.exploration import Correlations, correlations
from visualmlp.gui.picks import Picks
from visualmlp.gui.views.explore_page import LEAST_HEIGHT, ExplorePage, samples_text
from visualmlp.gui.widgets.labels import count_text
from visualmlp.gui.widgets.matrix import Matrix
from visualmlp.training.probe import PartName, Probe

MOST_FEATURES = 30


class Wanted(NamedTuple):
    """A part, and the order of the features."""

    part: PartName
    strongest_first: bool


class CorrelationsPage(ExplorePage):
    """A matrix with targets last; a click on a cell shows the points behind it.

    Signals
    -------
    pair_picked
        Numbers of the two columns or targets of a cell.
    """

    pair_picked = pyqtSignal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._result: Correlations | None = None
        self._strongest = QCheckBox(self.tr("Strongest first"))
        self._strongest.setObjectName("strongest")
        self._strongest.setToolTip(
            self.tr("Features in the order of their largest correlation with a target")
        )
        self._strongest.toggled.connect(self.changed)
        self._matrix = Matrix()
        self._matrix.setObjectName("correlations")
        self._matrix.setAccessibleName(self.tr("Correlations of features and targets"))
        self._matrix.setMinimumHeight(LEAST_HEIGHT)
        self._matrix.cell_picked.connect(self._pick)
        head = QHBoxLayout()
        head.addWidget(self.text, 1)
        head.addWidget(self._strongest)
        self.column.addLayout(head)
        self.column.addWidget(self._matrix, 1)

    def title(self) -> str:
        return self.tr("Correlations")

    def wanted(self, part: PartName, picks: Picks) -> Wanted:
        return Wanted(part, self._strongest.isChecked())

    def look(self, probe: Probe, wanted: Wanted) -> Correlations:
        part = probe.part(wanted.part)
        return correlations(
            probe.setup.data, part, MOST_FEATURES, strongest_first=wanted.strongest_first
        )

    def show_result(self, wanted: Wanted, result: Correlations) -> None:
        self._result = result
        self.text.set_text(self._told(wanted, result))
        self._matrix.set_matrix(
            result.values,
            low=-1.0,
            high=1.0,
            row_names=result.names,
            column_names=result.names,
            number_format="z.2f",
        )

    def _told(self, wanted: Wanted, result: Correlations) -> str:
        assert self.setup is not None
        data = self.setup.data
        text = self.tr("Pearson's correlation: {}").format(samples_text(wanted.part, result.looked))
        left = data.n_inputs - result.n_constant
        if len(result.features) < left:
            more = self.tr(" · the {} of {} features that go most with a target")
            text += more.format(len(result.features), count_text(left))
        if result.n_constant:
            text += self.tr(" · {} constant in them left out").format(count_text(result.n_constant))
        if data.dataset.columns:
            text += self.tr(" · missing values filled")
        return text

    def _pick(self, row: int, column: int) -> None:
        """Pick both features' columns; targets only of a regression have points to show."""
        pair = self._variable(row), self._variable(column)
        if pair[0] is not None and pair[1] is not None:
            self.pair_picked.emit(pair[1], pair[0])

    def _variable(self, index: int) -> int | None:
        assert self.setup is not None
        assert self._result is not None
        data = self.setup.data
        columns, n_features = columns_of(data.dataset), len(self._result.features)
        if index >= n_features:
            return len(columns) + index - n_features if data.task == "regression" else None
        feature = int(self._result.features[index])
        return next(i for i, column in enumerate(columns) if feature < column.features.stop)
