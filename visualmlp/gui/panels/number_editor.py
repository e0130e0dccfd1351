"""The editors of numbers."""

from __future__ import annotations

from math import inf
from typing import Any

from PyQt6.QtCore import Qt, QTimer
from PyQt6.QtGui import QValidator
from PyQt6.QtWidgets import QAbstractSpinBox, QLineEdit, QSizePolicy

from visualmlp.experiment import FieldSpec
from visualmlp.gui.panels.editors import Editor
from visualmlp.gui.panels.field_line import FieldLine
from visualmlp.gui.panels.numbers import parse, stepped
from visualmlp.gui.panels.texts import number_text, translated
from visualmlp.gui.widgets.log_spin_box import LogSpinBox

SETTLE_MS = 250
"""So long after the last step of an arrow key held down, the number is offered."""

StepEnabled = QAbstractSpinBox.StepEnabledFlag


class NumberEditor(Editor, QAbstractSpinBox):
    """A number that is read when typing ends; a wrong one stays and is refused with the reason."""

    def __init__(self, spec: FieldSpec, unit: str = "") -> None:
        super().__init__(spec)
        self._line = FieldLine(unit or translated(spec.ui.unit))
        self._line.textEdited.connect(self._type)
        self.setLineEdit(self._line)
        _prepare(self)
        self._settling = QTimer(self)
        self._settling.setSingleShot(True)
        self._settling.setInterval(SETTLE_MS)
        self._settling.timeout.connect(self.commit)
        self.editingFinished.connect(self.commit)

    def show_value(self, value: Any) -> None:
        self._settling.stop()
        self._line.setText(number_text(value))
        self._line.setCursorPosition(0)
        self.typed.emit(value)

    def has_entry(self) -> bool:
        return self._line.text() != number_text(self.value())

    def commit(self) -> None:
        """Offer what the line says, or refuse it."""
        self._settling.stop()
        if not self.has_entry():
            return self.restore() if self.is_refused else None
        try:
            self.offer(parse(self.spec, self._line.text()))
        except ValueError as error:
            self.refuse(str(error))
        return None

    def stepBy(self, steps: int) -> None:
        """Step from what is typed, or from the old value if that is no number."""
        value = stepped(self.spec, self._entered(), steps)
        self._line.setText(number_text(value))
        self._line.selectAll()
        self.typed.emit(value)
        self._settling.start()

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        value = self._entered()
        enabled = StepEnabled.StepNone
        if stepped(self.spec, value, 1) > value:
            enabled |= StepEnabled.StepUpEnabled
        if stepped(self.spec, value, -1) < value:
            enabled |= StepEnabled.StepDownEnabled
        return enabled

    def validate(self, text: str | None, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed: what is wrong is refused with a reason, not swallowed."""
        return QValidator.State.Acceptable, text or "", position

    def _entered(self) -> float:
        try:
            return parse(self.spec, self._line.text())
        except ValueError:
            return self.value()

    def _type(self, text: str) -> None:
        self._settling.stop()
        try:
            self.typed.emit(parse(self.spec, text))
        except ValueError:
            self.typed.emit(self.value())


class LogEditor(Editor, LogSpinBox):
    """A positive fraction over many decades; the arrows go 1, 2, 5, 10."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self._text = ""
        self.set_range(spec.low or 0.0, _or_infinite(spec.high), open_low=spec.low_open)
        _prepare(self)
        line = FieldLine(translated(spec.ui.unit))
        line.textEdited.connect(self._remember)
        self.setLineEdit(line)
        self.rejected.connect(self._keep)

    def value(self) -> Any:
        return Editor.value(self)

    def show_value(self, value: Any) -> None:
        LogSpinBox.set_value(self, value)

    def has_entry(self) -> bool:
        line = self.lineEdit()
        return self.is_refused or (line is not None and line.isModified())

    def _remember(self, text: str) -> None:
        self._text = text

    def _keep(self, reason: str) -> None:
        """Leave what was refused in the line, where it can be corrected."""
        if line := self.lineEdit():
            line.setText(self._text)
        self.refuse(reason)


def _or_infinite(bound: float | None) -> float:
    return inf if bound is None else bound


def _prepare(box: QAbstractSpinBox) -> None:
    """Give a box its place (its own hint knows no numbers) and keep the wheel from focusing it."""
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    box.setMinimumWidth(box.fontMetrics().horizontalAdvance("0" * 5) + 34)
    box.setMinimumHeight(QLineEdit().sizeHint().height() + 2)
