"""What if: change a weight, or silence, freeze or draw anew the picked unit; all can be undone."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QPaintEvent
from PyQt6.QtWidgets import (
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QGridLayout,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from visualmlp.engine import Network
from visualmlp.gui.pace import TEXT_INTERVAL_MS
from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.timeline_marks import edit_text
from visualmlp.gui.unit_state import UnitState, look_at_unit
from visualmlp.gui.views.layer_chooser import LayerChooser, layer_shape, unit_name
from visualmlp.gui.widgets.labels import number_text
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training import what_if
from visualmlp.training.frame import Frame
from visualmlp.training.setup import Setup
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

BIAS = -1
"""In the place of an input's number."""

Make = Callable[[Trainer], Edit]


class WhatIf(QWidget):
    """Controls for the picked unit. Each change is an edit of the run at the cursor."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("what_if")
        self.setAccessibleName(self.tr("What if"))
        self._session = session
        self._network: Network | None = None
        self._awaits_value = True
        self._is_stale = True
        self._state = UnitState()
        self._mask: tuple[tuple[int, ...], what_if.Mask] | None = None
        self._layer = LayerChooser()
        self._layer.setObjectName("what_if.layer")
        self._unit = _spin("what_if.unit", self.tr("Unit"), self.tr("Number of the unit"))
        self._source = _spin(
            "what_if.source",
            self.tr("Weight from"),
            self.tr(
                "Input, or unit of the layer before, that the weight comes from; below 0: bias"
            ),
        )
        self._source.setSpecialValueText(self.tr("bias b"))
        self._value = self._value_box()
        self._now = self._text("what_if.now")
        self._verdict = self._text("what_if.verdict", lines=2)
        self._hint = self._text("what_if.hint", lines=2)
        self._last = self._text("what_if.last", lines=2)
        self._buttons = self._make_buttons()
        self._arrange()
        self._layer.layer_chosen.connect(self._pick_layer)
        self._unit.valueChanged.connect(self._pick_unit)
        self._source.valueChanged.connect(self._pick_source)
        session.run_started.connect(self._begin)
        session.picks_changed.connect(self._follow)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(TEXT_INTERVAL_MS)
        self._soon.timeout.connect(self._show)
        session.frame_changed.connect(self._take_frame)
        session.timeline_changed.connect(self._show_soon)
        self.setEnabled(False)
        if session.setup:
            self._begin(session.setup)

    # What the session tells

    def _begin(self, setup: Setup) -> None:
        self._network, self._mask = setup.new_network(), None
        self._layer.set_setup(setup)
        self.setEnabled(True)
        self._go_to(*(self._session.picks.unit or (0, 0)), self._source.value())

    def _follow(self, picks: Picks) -> None:
        if picks.unit is not None and self._network is not None:
            source = self._source.value()
            if picks.weight is not None:
                source = BIAS if picks.weight.row is None else picks.weight.row
            self._go_to(*picks.unit, source)

    def _go_to(self, layer: int, unit: int, source: int) -> None:
        """Show a unit and one of its weights, without a signal."""
        n_in, n_out = layer_shape(self._setup(), layer)
        for box, low, most, value in (
            (self._unit, 0, n_out - 1, unit),
            (self._source, BIAS, n_in - 1, min(source, n_in - 1)),
        ):
            box.blockSignals(True)
            box.setRange(low, most)
            box.setValue(value)
            box.blockSignals(False)
        self._layer.setCurrentIndex(layer)
        self._show_value()

    def paintEvent(self, event: QPaintEvent | None) -> None:
        """Catch up with what happened while another dock's tab stood before this one."""
        if self._is_stale:
            self._show()
        super().paintEvent(event)

    # Drawing

    def _take_frame(self) -> None:
        """Show it; a run's first one brings the value that the user's begins at."""
        self._show_value() if self._awaits_value else self._show_soon()

    def _show_soon(self) -> None:
        """At once, or while training runs so that it can be read."""
        if not self._session.is_running:
            self._show()
        elif not self._soon.isActive():
            self._soon.start()

    def _show(self, _changed: object = None) -> None:
        """Follow the cursor, where it can be seen; the value in the box is the user's."""
        frame, timeline = self._session.frame, self._session.timeline
        self._is_stale = self.visibleRegion().isEmpty()
        if frame is None or self._network is None or self._is_stale:
            return
        mask = self._frozen_mask(self._network, frame)
        unit = self._layer.layer, self._unit.value()
        self._state = look_at_unit(self._network, frame, mask, *unit)
        self._now.set_text(self._now_text(frame))
        self._verdict.set_text(self._verdict_text(self._state))
        self._hint.set_text(self._hint_text(frame.step < timeline.head))
        here = [edit for edit in timeline.edits if edit.step <= frame.step]
        self._last.set_text(self._last_text(here))
        self._buttons["undo"].setEnabled(bool(here) and here[-1].step == frame.step)
        self._name_buttons(self._state)

    def _frozen_mask(self, network: Network, frame: Frame) -> what_if.Mask:
        """Made anew only if other parameters are frozen."""
        frozen = what_if.frozen_at(self._session.timeline.edits, frame.step)
        if self._mask is None or self._mask[0] is not frozen:
            self._mask = frozen, what_if.frozen_mask(network, frozen)
        return self._mask[1]

    def _now_text(self, frame: Frame) -> str:
        value = self._present_value(frame)
        if value is None:
            return self.tr("this layer has no biases")
        name = self.tr("bias") if self._source.value() == BIAS else self._source_name()
        return self.tr("{name}: now {value}").format(name=name, value=number_text(value, ".6g"))

    def _source_name(self) -> str:
        layer, source = self._layer.layer, self._source.value()
        if layer:
            return unit_name(self._setup(), layer - 1, source)
        return self._setup().data.dataset.feature_names[source]

    def _verdict_text(self, state: UnitState) -> str:
        words = [
            text
            for holds, text in (
                (state.is_silenced, self.tr("silenced")),
                (state.is_frozen, self.tr("frozen")),
                (state.has_frozen_layer, self.tr("its layer is frozen")),
            )
            if holds
        ]
        name = unit_name(self._setup(), self._layer.layer, self._unit.value())
        return f"{name}: {', '.join(words) or self.tr('learns')}"

    def _hint_text(self, is_past: bool) -> str:
        if is_past:
            return self.tr("The run has gone on from here: a change makes a fork.")
        return self.tr("A change counts from the next step on, and leaves a mark on the timeline.")

    def _last_text(self, edits: list[Edit]) -> str:
        if not edits:
            return self.tr("Nothing was changed by hand so far.")
        return self.tr("Last change: {label} (step {step})").format(
            label=edit_text(edits[-1].label), step=f"{edits[-1].step:,}"
        )

    def _name_buttons(self, state: UnitState) -> None:
        for name, on, text, opposite in (
            ("silence", state.is_silenced, self.tr("Silence"), self.tr("Wake")),
            ("freeze", state.is_frozen, self.tr("Freeze unit"), self.tr("Unfreeze unit")),
            (
                "freeze_layer",
                state.has_frozen_layer,
                self.tr("Freeze layer"),
                self.tr("Unfreeze layer"),
            ),
        ):
            shown = opposite if on else text
            if self._buttons[name].text() != shown:
                self._buttons[name].setText(shown)
                self._buttons[name].setAccessibleName(shown)

    def _show_value(self) -> None:
        """Another parameter is looked at: its value is where the user's begins."""
        frame = self._session.frame
        self._awaits_value = frame is None
        value = self._present_value(frame) if frame else None
        self._value.setEnabled(value is not None)
        self._buttons["set"].setEnabled(value is not None)
        if value is not None:
            self._value.setValue(value)
        self._show()

    def _present_value(self, frame: Frame) -> float | None:
        assert self._network is not None
        parameters = self._network.layout.views(frame.parameters)
        layer, source, unit = self._layer.layer, self._source.value(), self._unit.value()
        if source != BIAS:
            return float(parameters.weights[layer][source, unit])
        bias = parameters.biases[layer]
        return None if bias is None else float(bias[unit])

    def _setup(self) -> Setup:
        assert self._session.setup is not None
        return self._session.setup

    # The user

    def _pick_layer(self, layer: int) -> None:
        self._session.pick_unit(
            layer, min(self._unit.value(), layer_shape(self._setup(), layer)[1] - 1)
        )

    def _pick_unit(self, unit: int) -> None:
        self._session.pick_unit(self._layer.layer, unit)

    def _pick_source(self, source: int) -> None:
        """Let the other views follow the weight, or the bias if the layer has any."""
        self._show_value()
        layer, unit = self._layer.layer, self._unit.value()
        if source != BIAS:
            self._session.pick_weight(layer, source, unit)
        elif self._setup().layers[layer].bias:
            self._session.pick_weight(layer, None, unit)

    def _set_value(self) -> None:
        layer, unit = self._layer.layer, self._unit.value()
        source, value = self._source.value(), self._value.value()
        if source == BIAS:
            self._change(partial(what_if.set_bias, layer=layer, unit=unit, value=value))
        else:
            self._change(
                partial(what_if.set_weight, layer=layer, source=source, unit=unit, value=value)
            )

    def _silence(self) -> None:
        silenced = self._state.is_silenced
        self._change_unit(what_if.wake_unit if silenced else what_if.silence_unit)

    def _freeze(self) -> None:
        frozen = self._state.is_frozen
        self._change_unit(what_if.unfreeze_unit if frozen else what_if.freeze_unit)

    def _freeze_layer(self) -> None:
        frozen = self._state.has_frozen_layer
        make = what_if.unfreeze_layer if frozen else what_if.freeze_layer
        self._change(partial(make, layer=self._layer.layer))

    def _reinitialise(self) -> None:
        """Another seed each time, so that a second click draws other values."""
        seed = len(self._session.timeline.edits)
        self._change_unit(partial(what_if.reinitialise_unit, seed=seed))

    def _change_unit(self, make: Callable[..., Edit]) -> None:
        self._change(partial(make, layer=self._layer.layer, unit=self._unit.value()))

    def _change(self, make: Make) -> None:
        self._session.change_run("", make)

    def _undo(self) -> None:
        self._session.undo_edit()

    # Layout

    def _value_box(self) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setObjectName("what_if.value")
        box.setAccessibleName(self.tr("New value"))
        box.setToolTip(self.tr("New value of the weight or bias; it begins at the present one"))
        box.setDecimals(6)
        box.setRange(-1e6, 1e6)
        box.setSingleStep(0.1)
        return box

    def _text(self, name: str, lines: int = 1) -> TextLine:
        line = TextLine(lines=lines)
        line.setObjectName(name)
        return line

    def _make_buttons(self) -> dict[str, QPushButton]:
        texts: dict[str, tuple[str, str, Callable[[], Any]]] = {
            "set": (
                self.tr("Set value"),
                self.tr("Give the weight or bias this value; training goes on from it"),
                self._set_value,
            ),
            "silence": (
                self.tr("Silence"),
                self.tr("Make the unit's outgoing weights 0 and keep them so, or let them learn"),
                self._silence,
            ),
            "freeze": (
                self.tr("Freeze unit"),
                self.tr("Keep the unit's incoming weights and bias as they are, or let them learn"),
                self._freeze,
            ),
            "freeze_layer": (
                self.tr("Freeze layer"),
                self.tr("Keep all weights and biases of the layer as they are, or let them learn"),
                self._freeze_layer,
            ),
            "reinitialise": (
                self.tr("Re-initialise"),
                self.tr("Draw the unit's incoming weights and bias anew, by the layer's rule"),
                self._reinitialise,
            ),
            "undo": (
                self.tr("Take back"),
                self.tr("Take back the last change made at this step"),
                self._undo,
            ),
        }
        return {name: self._button(name, *parts) for name, parts in texts.items()}

    def _button(self, name: str, text: str, tip: str, slot: Callable[[], Any]) -> QPushButton:
        button = QPushButton(text)
        button.setObjectName(f"what_if.{name}")
        button.setAccessibleName(text)
        button.setToolTip(tip)
        button.clicked.connect(slot)
        return button

    def _arrange(self) -> None:
        form = QFormLayout()
        form.addRow(self._layer)
        form.addRow(self.tr("Unit"), self._unit)
        form.addRow(self._verdict)
        form.addRow(self.tr("Weight from"), self._source)
        form.addRow(self._now)
        form.addRow(self._value, self._buttons["set"])
        grid = QGridLayout()
        for place, name in enumerate(("silence", "freeze", "freeze_layer", "reinitialise")):
            grid.addWidget(self._buttons[name], place // 2, place % 2)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(6, 6, 6, 6)
        column.addLayout(form)
        column.addLayout(grid)
        for widget in (self._hint, self._last, self._buttons["undo"]):
            column.addWidget(widget)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setAccessibleName(self.tr("What if"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        for ground in (scroll.viewport(), inner):
            assert ground is not None
            ground.setAutoFillBackground(False)  # or Qt takes these controls for wholly covered
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)


def _spin(name: str, title: str, tip: str) -> QSpinBox:
    box = QSpinBox()
    box.setObjectName(name)
    box.setAccessibleName(title)
    box.setToolTip(tip)
    box.setKeyboardTracking(False)
    return box
