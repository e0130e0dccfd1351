"""The weights and biases of a layer, their change, their gradients, and the optimizer's memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

import numpy as np
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QStackedWidget, QVBoxLayout

from visualmlp.engine import Array
from visualmlp.gui.picks import Picks, Weight
from visualmlp.gui.session import Session
from visualmlp.gui.views.layer_chooser import unit_labels, unit_name, unit_names, units_title
from visualmlp.gui.views.layer_histograms import LayerHistograms
from visualmlp.gui.views.shown_weights import LayerWeights, Looker, Wanted, is_never_negative
from visualmlp.gui.views.unit_matrix import UnitMatrix, short_format
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.views.weight_controls import WeightControls
from visualmlp.gui.views.weight_texts import heading, summary
from visualmlp.gui.widgets.colour_maps import MapName
from visualmlp.gui.widgets.histogram import Counts, Mark
from visualmlp.gui.widgets.labels import count_text, counted, number_text
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

STRIP_HEIGHT = 58
PLOT_HEIGHT = 94
HEIGHT_WITH_STRIP = 240
"""Pixels of the view; in a lower one the biases are in the summary only."""

HEIGHT_FOR_BOTH = 460
"""Pixels of the view from which on there is room for pictures and histograms."""


@VIEWS.add
class WeightsView(View):
    """The first layer's units as pictures where the inputs are; other layers as heat maps."""

    name: ClassVar[str] = "weights"
    order: ClassVar[int] = 20

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._looker = Looker()
        self._controls = WeightControls()
        self._controls.changed.connect(self.refresh)
        self._mosaic = Mosaic()
        self._mosaic.tile_picked.connect(self._pick_tile)
        self._mosaic.pixel_picked.connect(self._pick_pixel)
        self._matrix = UnitMatrix()
        self._matrix.setObjectName("matrix")
        self._matrix.cell_picked.connect(self._pick_cell)
        self._biases = UnitMatrix()
        self._biases.setObjectName("biases")
        self._biases.setFixedHeight(STRIP_HEIGHT)
        self._biases.unit_picked.connect(self._pick_bias)
        self._pictures = QStackedWidget()
        self._histograms = LayerHistograms(PLOT_HEIGHT)
        self._controls.log_changed.connect(self._histograms.set_log)
        self._summary = TextLine(lines=2)
        self._summary.setObjectName("summary")
        self._names: dict[int, list[str]] = {}
        self._shown: LayerWeights | None = None
        self._followed: tuple[object, ...] = ()
        self._arrange()
        session.picks_changed.connect(self._controls.layer.follow)

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("WeightsView", "Weights")

    def start(self, setup: Setup) -> None:
        self._looker = Looker()
        self._controls.set_setup(setup)
        self._histograms.set_count(len(setup.layers))
        self._names.clear()
        self._shown, self._followed = None, ()

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], LayerWeights]:
        branches, controls = self.session.branches, self._controls
        assert branches is not None
        controls.set_step(frame.step, frame.head)
        layer = controls.layer.layer
        wanted = Wanted(
            layer=layer,
            quantity=controls.quantity,
            since=controls.since,
            order=controls.order,
            unit=_unit_of(picks, layer),
            histograms=controls.histograms,
        )
        branch = branches[branches.current]
        return partial(self._looker.look, frame=frame, branch=branch, wanted=wanted)

    def draw(self, frame: Frame, result: LayerWeights) -> None:
        setup = self._setup()
        self._shown = result
        self._arrange_parts(result)
        if result.tiles is not None:
            self._draw_tiles(setup, result, result.tiles)
        else:
            self._draw_matrix(setup, result)
        self._draw_biases(setup, result)
        self._draw_histograms(setup, result)
        self._summary.set_text(summary(setup, result, frame.step))
        self._follow_picks(result)

    # Drawing

    def _scale(self, setup: Setup, result: LayerWeights) -> tuple[MapName, float]:
        """Colour map and lower end: an optimizer's squares are never negative."""
        if is_never_negative(setup, result.wanted.quantity):
            return "sequential", 0.0
        return "diverging", -result.limit

    def _draw_tiles(self, setup: Setup, result: LayerWeights, tiles: Array) -> None:
        self._pictures.setCurrentWidget(self._mosaic)
        self._mosaic.setAccessibleName(heading(setup, result, result.layer))
        lut, low = self._scale(setup, result)
        names = self._unit_names(setup, result)
        self._mosaic.set_tiles(tiles, low=low, high=result.limit, lut=lut, names=names)

    def _unit_names(self, setup: Setup, result: LayerWeights) -> list[str]:
        """Made once for each layer: there may be thousands; in the order shown."""
        layer = result.layer
        if layer not in self._names:
            self._names[layer] = unit_names(setup, layer)
        names, figures = self._names[layer], result.figures
        if result.order is None or figures is None:
            return names
        what = self.tr("norm") if result.wanted.order == "norm" else self.tr("likeness")
        pairs = zip(result.order.tolist(), figures[result.order].tolist(), strict=True)
        return [f"{names[unit]} ({what} {number_text(figure)})" for unit, figure in pairs]

    def _draw_matrix(self, setup: Setup, result: LayerWeights) -> None:
        self._pictures.setCurrentWidget(self._matrix)
        self._matrix.setAccessibleName(heading(setup, result, result.layer))
        values, rows = result.shown(result.weights), self._input_names(setup, result.layer)
        if result.bias is not None and result.bias_is_row:
            values = np.vstack([values, result.shown(result.bias)])
            rows.append(self.tr("bias b"))
        lut, low = self._scale(setup, result)
        self._matrix.set_matrix(
            values,
            low=low,
            high=result.limit,
            lut=lut,
            row_names=rows,
            column_names=self._short_names(setup, result),
            row_title=self.tr("from"),
            column_title=self.tr("to {}").format(units_title(setup, result.layer)),
            number_format=short_format(result.limit),
        )

    def _draw_biases(self, setup: Setup, result: LayerWeights) -> None:
        if result.bias is None:
            return  # hidden ones are drawn: they must be the layer's when there is room for them
        lut, low = self._scale(setup, result)
        self._biases.setAccessibleName(self.tr("Biases of layer {}").format(result.layer + 1))
        self._biases.set_matrix(
            result.shown(result.bias)[None],
            low=low,
            high=result.limit,
            lut=lut,
            row_names=(self.tr("bias b"),),
            column_names=self._short_names(setup, result),
            number_format=short_format(result.limit),
        )

    def _draw_histograms(self, setup: Setup, result: LayerWeights) -> None:
        for layer, shown in enumerate(result.histograms):
            plot = self._histograms.plots[layer]
            plot.set_title(heading(setup, result, layer))
            weights, biases = shown
            name = counted(weights.n_values, self.tr("1 weight"), self.tr("{} weights"))
            series = [Counts(name, weights.edges, weights.counts)]
            if biases is not None:
                name = counted(biases.n_values, self.tr("1 bias"), self.tr("{} biases"))
                series.append(Counts(name, biases.edges, biases.counts, filled=False, style=1))
            n_left_out = weights.n_not_finite + (biases.n_not_finite if biases else 0)
            left_out = self.tr("{} NaN or infinite").format(count_text(n_left_out))
            plot.set_warning(left_out if n_left_out else "")
            plot.set_histograms(series, marks=self._marks(result, layer), shares=True)

    def _marks(self, result: LayerWeights, layer: int) -> list[Mark]:
        """At the picked weight, in the histogram of its layer."""
        weight = self.session.picks.weight
        if weight is None or weight.layer != layer or layer != result.layer:
            return []
        if weight.row is None:
            value = None if result.bias is None else float(result.bias[weight.unit])
        else:
            value = float(result.weights[weight.row, weight.unit])
        return [] if value is None else [Mark(value, self.tr("picked: {}").format(_short(value)))]

    def _short_names(self, setup: Setup, result: LayerWeights) -> list[str]:
        labels = unit_labels(setup, result.layer)
        return [labels[result.unit_at(place)] for place in range(len(labels))]

    def _input_names(self, setup: Setup, layer: int) -> list[str]:
        if layer == 0:
            return list(setup.data.dataset.feature_names)
        units = range(setup.layers[layer - 1].units)
        return [unit_name(setup, layer - 1, unit) for unit in units]

    # Picks

    def _pick_tile(self, place: int) -> None:
        if self._shown is not None:
            self.session.pick_unit(self._shown.layer, self._shown.unit_at(place))

    def _pick_pixel(self, place: int, row: int, column: int) -> None:
        shown = self._shown
        if shown is not None and shown.tiles is not None:
            pixel = row * shown.tiles.shape[2] + column
            self.session.pick_weight(shown.layer, pixel, shown.unit_at(place))

    def _pick_cell(self, row: int, place: int) -> None:
        shown = self._shown
        if shown is not None:
            source = row if row < len(shown.weights) else None
            self.session.pick_weight(shown.layer, source, shown.unit_at(place))

    def _pick_bias(self, place: int) -> None:
        if self._shown is not None:
            self.session.pick_weight(self._shown.layer, None, self._shown.unit_at(place))

    def _follow_picks(self, result: LayerWeights) -> None:
        """Only after a change, so that drawing does not turn the pages back."""
        picks = self.session.picks
        unit = _unit_of(picks, result.layer)
        weight = picks.weight if unit is not None else None
        place = None if unit is None else result.place_of(unit)
        if (place, weight, result.layer) != self._followed:
            if place != (self._followed or (None,))[0]:
                self._mosaic.set_current(place)
            self._mosaic.set_current_pixel(self._pixel_of(result, weight))
            self._matrix.set_unit(place)
            self._biases.set_unit(place)
            if weight is not None and place is not None and result.tiles is None:
                row = len(result.weights) if weight.row is None else weight.row
                shown = weight.row is not None or result.bias_is_row
                self._matrix.set_current(*((row, place) if shown else (None, None)))
        self._followed = place, weight, result.layer

    @staticmethod
    def _pixel_of(result: LayerWeights, weight: Weight | None) -> tuple[int, int] | None:
        if weight is None or weight.row is None or result.tiles is None:
            return None
        row, column = divmod(weight.row, result.tiles.shape[2])
        return row, column

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        tall = self.height() >= HEIGHT_FOR_BOTH
        self._controls.set_room(width=self.width(), has_room_below=tall)
        if self._shown is not None:
            self._arrange_parts(self._shown)
            self.refresh()

    def _arrange_parts(self, result: LayerWeights) -> None:
        """Pictures, biases and histograms, as many of them as the view has room for."""
        wanted, height = bool(result.histograms), self.height()
        pictures = not wanted or height >= HEIGHT_FOR_BOTH
        strip = result.bias is not None and not result.bias_is_row
        self._histograms.setVisible(wanted)
        self._pictures.setVisible(pictures)
        self._biases.setVisible(strip and pictures and height >= HEIGHT_WITH_STRIP)

    def _arrange(self) -> None:
        self._pictures.addWidget(self._mosaic)
        self._pictures.addWidget(self._matrix)
        self._histograms.hide()
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self._controls)
        layout.addWidget(self._pictures, 3)
        layout.addWidget(self._biases)
        layout.addWidget(self._histograms, 2)
        layout.addWidget(self._summary)


def _unit_of(picks: Picks, layer: int) -> int | None:
    """The picked unit, if it is of a layer."""
    return picks.unit[1] if picks.unit is not None and picks.unit[0] == layer else None


def _short(value: float) -> str:
    return number_text(value, ".3g")
