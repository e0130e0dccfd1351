"""The network as a diagram, with the picked sample's activations."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QComboBox, QPushButton, QSpinBox, QVBoxLayout, QWidget

from visualmlp.analysis.links import ADVANTAGE, Places
from visualmlp.analysis.network_diagram import FOLD_ROWS, Shown
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.network_look import NetworkLook, look_at_network
from visualmlp.gui.views.network_texts import (
    caption,
    column_texts,
    facts_with_targets,
    layer_counts,
    sample_text,
    short_captions,
)
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.network_diagram import NetworkDiagram
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup
from visualmlp.training.what_if import Mask, frozen_at, frozen_mask

MOST_LINKS = 2_000
LINKS = 200
ALL_UNITS = 1_000
"""Units of a layer, where all are wanted, beyond which it is folded all the same."""


@VIEWS.add
class NetworkView(View):
    """Units in columns, the strongest links, and what is to be shown of wide layers."""

    name: ClassVar[str] = "network"
    order: ClassVar[int] = 25

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._starts: list[int] = []
        self._before: tuple[tuple[object, ...], list[Places]] | None = None
        self._mask: tuple[tuple[int, ...], Mask] | None = None
        self._by = QComboBox()
        self._units = QComboBox()
        self._links = QSpinBox()
        self._fit = QPushButton(self.tr("Fit"))
        self._set_up_controls()
        self._diagram = NetworkDiagram()
        self._diagram.unit_picked.connect(session.pick_unit)
        self._diagram.weight_picked.connect(session.pick_weight)
        self._diagram.input_picked.connect(self._pick_input)
        self._diagram.page_turned.connect(self._turn_page)
        self._diagram.room_changed.connect(self.refresh)
        self._diagram.zoomed.connect(self._fit.setEnabled)
        self._fit.clicked.connect(self._diagram.fit)
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("NetworkView", "Network diagram")

    def start(self, setup: Setup) -> None:
        self._starts = [0] * (len(setup.layers) + 1)
        self._before = self._mask = None
        self._diagram.set_network(column_texts(setup), setup.data.dataset.image_shape)
        self._fit.setEnabled(False)

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], NetworkLook]:
        wanted = self._wanted(picks)
        kept = self._before
        before = kept[1] if kept is not None and kept[0] == _choice(wanted, picks) else None
        return partial(
            look_at_network,
            frame=frame,
            part=picks.part,
            sample=picks.sample,
            wanted=wanted,
            before=before,
            frozen=self._frozen(frame),
        )

    def draw(self, frame: Frame, result: NetworkLook) -> None:
        shown = [column.window.shown for column in result.diagram.columns]
        key = _choice(result.wanted, Picks(part=result.part, sample=result.sample))
        self._before = key, shown
        self._diagram.set_title(sample_text(self._setup(), result))
        self._diagram.set_caption(caption(frame, result), *short_captions(frame, result))
        self._links.setToolTip(
            self.tr("How many links are shown; each layer gets its share. Now {}").format(
                layer_counts(result.diagram)
            )
        )
        self._diagram.set_diagram(
            *(result.diagram, facts_with_targets(result)),
            by_number=result.wanted.order == "number",
            moving=frame.state is None,
        )
        unit, weight = result.wanted.unit, result.wanted.weight
        self._diagram.set_pick((unit[0] + 1, unit[1]) if unit else None, weight)

    # What is shown

    def _wanted(self, picks: Picks) -> Shown:
        rows = self._diagram.rows
        all_units = self._units.currentData() == "all"
        return Shown(
            by=self._by.currentData(),
            most_links=self._links.value(),
            most_units=max(ALL_UNITS, rows) if all_units else rows,
            order="strength" if self._units.currentData() == "strength" else "number",
            starts=tuple(self._starts),
            is_whole=self._setup().data.dataset.image_shape is not None,
            unit=picks.unit,
            weight=_picked_weight(picks),
        )

    def _frozen(self, frame: Frame) -> Mask | None:
        """Which parameters are frozen, or None; made anew only if others are."""
        frozen = frozen_at(self.session.timeline.edits, frame.step)
        if not frozen:
            return None
        if self._mask is None or self._mask[0] is not frozen:
            self._mask = frozen, frozen_mask(self._setup().new_network(), frozen)
        return self._mask[1]

    # The user

    def _pick_input(self, number: int) -> None:
        """An input is picked as what leads to the picked unit of the first layer."""
        unit = self.session.picks.unit
        if unit is not None and unit[0] == 0:
            self.session.pick_weight(0, number, unit[1])

    def _turn_page(self, column: int, direction: int) -> None:
        """Show the next units of a folded layer; after the strongest, by number from the first."""
        if self._units.currentData() == "strength":
            self._units.setCurrentIndex(self._units.findData("number"))
            self._starts[column] = 0
        else:
            setup = self._setup()
            n_units = [setup.data.n_inputs, *(spec.units for spec in setup.layers)][column]
            page = max(self._diagram.rows - FOLD_ROWS - 1, 1)
            last = max(n_units - page, 0)
            self._starts[column] = min(max(self._starts[column] + direction * page, 0), last)
        self.refresh()

    # Layout

    def _set_up_controls(self) -> None:
        self._by.setObjectName("strength")
        self._by.setAccessibleName(self.tr("Strength of a link"))
        self._by.setToolTip(
            self.tr(
                "What makes a link strong: the weight alone, or what it adds for this sample, "
                "the weight times the activation it comes from"
            )
        )
        self._by.addItem(self.tr("Weight |w|"), "weight")
        self._by.addItem(self.tr("Contribution |w·a|"), "contribution")
        self._links.setObjectName("links")
        self._links.setAccessibleName(self.tr("Number of links"))
        self._links.setRange(0, MOST_LINKS)
        self._links.setSingleStep(50)
        self._links.setValue(LINKS)
        self._links.setKeyboardTracking(False)
        self._links.setSuffix(self.tr(" links"))
        self._links.valueChanged.connect(self.refresh)
        self._units.setObjectName("units")
        self._units.setAccessibleName(self.tr("Units of wide layers"))
        self._units.setToolTip(
            self.tr(
                "Which units of a layer that is too wide: those whose links to the next layer are "
                "strongest, some by number, or all, to be seen by zooming. They stand in the order "
                "of their numbers; a strong one stays until another is {} times as strong"
            ).format(f"{ADVANTAGE:g}")
        )
        self._units.addItem(self.tr("Strongest units"), "strength")
        self._units.addItem(self.tr("Units by number"), "number")
        self._units.addItem(self.tr("All units"), "all")
        for box in (self._by, self._units):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.activated.connect(self.refresh)
        self._fit.setObjectName("fit")
        self._fit.setToolTip(self.tr("Show the whole network (F); the wheel zooms, dragging moves"))
        self._fit.setEnabled(False)

    def _arrange(self) -> None:
        chain = (self._by, self._links, self._units, self._fit)
        controls = Flow()
        for control in chain:
            controls.addWidget(control)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._diagram, 1)
        for before, after in pairwise((*chain, self._diagram)):
            QWidget.setTabOrder(before, after)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup


def _picked_weight(picks: Picks) -> tuple[int, int, int] | None:
    """Layer, source and unit; None for a bias."""
    weight = picks.weight
    if weight is None or weight.row is None:
        return None
    return weight.layer, weight.row, weight.unit


def _choice(wanted: Shown, picks: Picks) -> tuple[object, ...]:
    """What the user chose: while it is the same, shown units stay as long as they may."""
    return wanted.by, wanted.most_units, wanted.order, picks.part, picks.sample
