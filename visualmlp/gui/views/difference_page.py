"""The page of differences between the weights of two runs: figures of all layers, and a picture."""

from __future__ import annotations

import numpy as np
from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from visualmlp.engine import Array
from visualmlp.gui.views.layer_chooser import (
    LayerChooser,
    layer_text,
    unit_labels,
    unit_name,
    unit_names,
    units_title,
)
from visualmlp.gui.views.unit_matrix import UnitMatrix, short_format
from visualmlp.gui.views.weight_difference import Difference
from visualmlp.gui.widgets.colour_maps import symmetric_limit
from visualmlp.gui.widgets.labels import number_text
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.setup import Setup


class DifferencePage(QWidget):
    """A table of norms, and the chosen layer's difference as pictures or as a heat map.

    Signals
    -------
    unit_picked
        Layer and unit.
    """

    unit_picked = pyqtSignal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self._setup: Setup | None = None
        self.layer = LayerChooser()
        self._header = TextLine()
        self._header.setObjectName("difference.header")
        self._table = Table()
        self._table.setObjectName("difference.table")
        self._table.setAccessibleName(self.tr("How far the weights of each layer differ"))
        self._table.setMinimumHeight(90)
        self._mosaic = Mosaic()
        self._mosaic.tile_picked.connect(self._pick)
        self._matrix = UnitMatrix()
        self._matrix.setObjectName("difference.matrix")
        self._matrix.unit_picked.connect(self._pick)
        self._pictures = QStackedWidget()
        self._figures = QSplitter(Qt.Orientation.Vertical)
        self._arrange()

    def set_setup(self, setup: Setup) -> None:
        """Take a new run."""
        self._setup = setup
        self.layer.set_setup(setup)
        self.set_empty()

    def set_empty(self) -> None:
        """Show nothing; the line above the page says what is missing."""
        self._header.set_text("")
        self._figures.hide()

    def set_difference(self, result: Difference, name: str) -> None:
        """Show what was computed; ``name`` is the other run's."""
        self._header.set_text(self._summary(result, name))
        if result.weights is None or self._setup is None:
            return
        self._figures.show()
        self._draw_table(self._setup, result)
        layer = min(self.layer.layer, len(result.layers) - 1)
        limit = symmetric_limit(result.weights)
        title = self.tr("{run} − cursor, layer {layer}").format(run=name, layer=layer + 1)
        shape = self._setup.data.dataset.image_shape if layer == 0 else None
        if shape:
            tiles = np.ascontiguousarray(result.weights.T).reshape(-1, *shape)
            self._mosaic.set_title(title)
            self._mosaic.set_tiles(
                tiles, low=-limit, high=limit, names=unit_names(self._setup, layer)
            )
        else:
            self._matrix.set_title(title)
            self._draw_matrix(self._setup, layer, result.weights, result.bias)
        self._pictures.setCurrentWidget(self._mosaic if shape else self._matrix)

    # Drawing

    def _summary(self, result: Difference, name: str) -> str:
        if result.n_missing:
            return self.tr(
                "Computing the state of {run} at step {step}: {count} steps to go …"
            ).format(run=name, step=f"{result.other_step:,}", count=f"{result.n_missing:,}")
        if result.other_step < result.step:
            return self.tr(
                "{run} ends at step {other}: its last state is compared with the cursor's, "
                "step {step}"
            ).format(run=name, other=f"{result.other_step:,}", step=f"{result.step:,}")
        return self.tr("{run} − the run in use, both at step {step}").format(
            run=name, step=f"{result.step:,}"
        )

    def _draw_table(self, setup: Setup, result: Difference) -> None:
        figures = [
            (row.difference, row.weights, row.largest, row.bias_difference) for row in result.layers
        ]
        self._table.set_table(
            (
                self.tr("layer"),
                self.tr("‖ΔW‖"),
                self.tr("‖W‖ at the cursor"),
                self.tr("ΔW by W"),
                self.tr("largest |Δw|"),
                self.tr("‖Δb‖"),
            ),
            [
                (
                    layer_text(setup, layer),
                    number_text(moved),
                    number_text(norm),
                    number_text(100 * moved / norm, ".3g") + " %" if norm else "–",
                    number_text(largest),
                    number_text(bias),
                )
                for layer, (moved, norm, largest, bias) in enumerate(figures)
            ],
        )

    def _draw_matrix(self, setup: Setup, layer: int, weights: Array, bias: Array | None) -> None:
        if layer:
            rows = [unit_name(setup, layer - 1, i) for i in range(len(weights))]
        else:
            rows = list(setup.data.dataset.feature_names)
        if bias is not None:
            weights, rows = np.vstack([weights, bias]), [*rows, self.tr("bias b")]
        limit = symmetric_limit(weights)
        self._matrix.set_matrix(
            weights,
            low=-limit,
            high=limit,
            row_names=rows,
            column_names=unit_labels(setup, layer),
            row_title=self.tr("from"),
            column_title=self.tr("to {}").format(units_title(setup, layer)),
            number_format=short_format(limit),
        )

    def _pick(self, unit: int) -> None:
        self.unit_picked.emit(self.layer.layer, unit)

    def _arrange(self) -> None:
        for picture in (self._mosaic, self._matrix):
            self._pictures.addWidget(picture)
        lower = QWidget()
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.layer, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self._pictures, 1)
        self._figures.setChildrenCollapsible(False)
        self._figures.addWidget(self._table)
        self._figures.addWidget(lower)
        self._figures.setSizes([120, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._header)
        layout.addWidget(self._figures, 1)
        layout.addStretch(0)
