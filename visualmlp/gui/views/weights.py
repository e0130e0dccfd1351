"""The weights and biases of a layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from visualmlp.engine import Array
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.layer_chooser import (
    LayerChooser,
    unit_labels,
    unit_name,
    unit_names,
    units_title,
)
from visualmlp.gui.views.unit_matrix import UnitMatrix, short_format
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.colour_maps import symmetric_limit
from visualmlp.gui.widgets.labels import number_text
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

MOST_NAMED_ROWS = 64
"""With more inputs the biases get a strip of their own, or they would be lost below them."""

STRIP_HEIGHT = 58


@dataclass(frozen=True, slots=True, eq=False)
class LayerWeights:
    """What the view draws.

    Attributes
    ----------
    layer
        0 is the first.
    weights, bias
        (n_in, n_out), and (n_out,) or None.
    tiles
        (n_out, height, width) if the layer's inputs are the pixels of a picture.
    limit
        The largest magnitude of weights and biases: the end of the colour scale.
    """

    layer: int
    weights: Array
    bias: Array | None
    tiles: Array | None
    limit: float

    @property
    def bias_is_row(self) -> bool:
        """Whether the biases are a row below the weights."""
        return self.bias is not None and self.tiles is None and len(self.weights) <= MOST_NAMED_ROWS


def look_at_layer(probe: Probe, *, frame: Frame, layer: int) -> LayerWeights:
    """Take a layer's parameters out of a frame."""
    parameters = probe.parameters(frame)
    weights, bias = parameters.weights[layer], parameters.biases[layer]
    shape = probe.setup.data.dataset.image_shape if layer == 0 else None
    return LayerWeights(
        layer=layer,
        weights=weights,
        bias=bias,
        tiles=np.ascontiguousarray(weights.T).reshape(-1, *shape) if shape else None,
        limit=symmetric_limit(weights if bias is None else np.append(weights, bias)),
    )


@VIEWS.add
class WeightsView(View):
    """The first layer's units as pictures where the inputs are; other layers as heat maps."""

    name: ClassVar[str] = "weights"
    order: ClassVar[int] = 20

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._layer = LayerChooser()
        self._layer.layer_chosen.connect(self.refresh)
        self._mosaic = Mosaic()
        self._mosaic.tile_picked.connect(self._pick_unit)
        self._matrix = UnitMatrix()
        self._matrix.setObjectName("matrix")
        self._matrix.unit_picked.connect(self._pick_unit)
        self._biases = UnitMatrix()
        self._biases.setObjectName("biases")
        self._biases.setFixedHeight(STRIP_HEIGHT)
        self._biases.unit_picked.connect(self._pick_unit)
        self._pictures = QStackedWidget()
        self._summary = TextLine(lines=2)
        self._summary.setObjectName("summary")
        self._names: dict[int, list[str]] = {}
        self._shown_layer = 0
        self._shown_unit: int | None = None
        self._arrange()
        session.picks_changed.connect(self._layer.follow)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("WeightsView", "Weights")

    def start(self, setup: Setup) -> None:
        self._layer.set_setup(setup)
        self._names.clear()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], LayerWeights]:
        return partial(look_at_layer, frame=frame, layer=self._layer.layer)

    def draw(self, frame: Frame, result: LayerWeights) -> None:
        setup = self._setup()
        self._shown_layer = result.layer
        if result.tiles is not None:
            self._draw_tiles(setup, result, result.tiles)
        else:
            self._draw_matrix(setup, result)
        self._draw_biases(setup, result)
        self._summary.set_text(self._summarise(result))
        self._follow_pick(result.layer)

    def _draw_tiles(self, setup: Setup, result: LayerWeights, tiles: Array) -> None:
        self._pictures.setCurrentWidget(self._mosaic)
        self._mosaic.setAccessibleName(self.tr("Weights of layer {}").format(result.layer + 1))
        self._mosaic.set_tiles(
            tiles,
            low=-result.limit,
            high=result.limit,
            names=self._unit_names(setup, result.layer),
        )

    def _unit_names(self, setup: Setup, layer: int) -> list[str]:
        """Made once for each layer: there may be thousands."""
        if layer not in self._names:
            self._names[layer] = unit_names(setup, layer)
        return self._names[layer]

    def _draw_matrix(self, setup: Setup, result: LayerWeights) -> None:
        self._pictures.setCurrentWidget(self._matrix)
        self._matrix.setAccessibleName(self.tr("Weights of layer {}").format(result.layer + 1))
        values, rows = result.weights, self._input_names(setup, result.layer)
        if result.bias is not None and result.bias_is_row:
            values = np.vstack([values, result.bias])
            rows.append(self.tr("bias b"))
        self._matrix.set_matrix(
            values,
            low=-result.limit,
            high=result.limit,
            row_names=rows,
            column_names=unit_labels(setup, result.layer),
            row_title=self.tr("from"),
            column_title=self.tr("to {}").format(units_title(setup, result.layer)),
            number_format=short_format(result.limit),
        )

    def _draw_biases(self, setup: Setup, result: LayerWeights) -> None:
        show = result.bias is not None and not result.bias_is_row
        self._biases.setVisible(show)
        if show and result.bias is not None:
            self._biases.setAccessibleName(self.tr("Biases of layer {}").format(result.layer + 1))
            self._biases.set_matrix(
                result.bias[None],
                low=-result.limit,
                high=result.limit,
                row_names=(self.tr("bias b"),),
                column_names=unit_labels(setup, result.layer),
                number_format=short_format(result.limit),
            )

    def _input_names(self, setup: Setup, layer: int) -> list[str]:
        if layer == 0:
            return list(setup.data.dataset.feature_names)
        units = range(setup.layers[layer - 1].units)
        return [unit_name(setup, layer - 1, unit) for unit in units]

    def _summarise(self, result: LayerWeights) -> str:
        n_in, n_out = result.weights.shape
        text = self.tr("{n_in} × {n_out} weights W: {low} to {high}, mean |w| {mean}").format(
            n_in=n_in, n_out=n_out, **_figures(result.weights)
        )
        if result.bias is not None:
            text += self.tr(" · {n_out} biases b: {low} to {high}").format(
                n_out=n_out, **_figures(result.bias)
            )
        limit = number_text(result.limit, ".3g")
        return text + self.tr(" · colours: −{limit} to {limit}").format(limit=limit)

    # The user

    def _pick_unit(self, unit: int) -> None:
        self.session.pick_unit(self._shown_layer, unit)

    def _follow_pick(self, layer: int) -> None:
        """Only after a change, so that drawing does not turn the pages back."""
        picked = self.session.picks.unit
        unit = picked[1] if picked is not None and picked[0] == layer else None
        if unit != self._shown_unit:
            self._mosaic.set_current(unit)
        self._shown_unit = unit
        self._matrix.set_unit(unit)
        self._biases.set_unit(unit)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def _arrange(self) -> None:
        self._pictures.addWidget(self._mosaic)
        self._pictures.addWidget(self._matrix)
        controls = QHBoxLayout()
        controls.addWidget(self._layer)
        controls.addStretch(1)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._pictures, 1)
        layout.addWidget(self._biases)
        layout.addWidget(self._summary)


def _figures(values: Array) -> dict[str, str]:
    """Least, greatest and mean magnitude, as text."""
    with np.errstate(all="ignore"):
        mean = np.abs(values).mean(dtype=np.float64)
    figures = {"low": values.min(), "high": values.max(), "mean": mean}
    return {name: number_text(float(value), ".3g") for name, value in figures.items()}
