"""A field for positive numbers over many decades: learning rates and the like."""

from __future__ import annotations

import math

from PyQt6.QtCore import QSignalBlocker, pyqtSignal
from PyQt6.QtGui import QValidator
from PyQt6.QtWidgets import QAbstractSpinBox, QWidget

_DIGITS = (1, 2, 5)


class LogSpinBox(QAbstractSpinBox):
    """Any number may be typed (``1e-3``); the arrows go 1, 2, 5, 10, 20 … up and down.

    Nothing is clamped: a text that is no number, or a number out of range, is refused with a reason
    and the old value stays.

    Signals
    -------
    value_changed
        The new value, after Enter, after leaving the field, or after a step.
    rejected
        Why a text was refused.
    """

    value_changed = pyqtSignal(float)
    rejected = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = 0.1
        self._low, self._high = 0.0, math.inf
        self._open_low = True
        self.setKeyboardTracking(False)
        self.setAccessibleName(self.tr("Number"))
        self._show()
        self.editingFinished.connect(self._commit)

    def value(self) -> float:
        """The last valid value."""
        return self._value

    def set_value(self, value: float) -> None:
        """Set the value without a signal.

        Raises
        ------
        ValueError
            If it is out of range.
        """
        if reason := self._refusal(value):
            raise ValueError(reason)
        self._value = float(value)
        self._show()

    def set_range(self, low: float, high: float, *, open_low: bool = False) -> None:
        """Allow ``low <= value <= high``, or ``low < value`` if ``open_low``.

        The value is kept even if it is outside now.
        """
        self._low, self._high, self._open_low = low, high, open_low
        self.setToolTip(self._range_text())

    def stepBy(self, steps: int) -> None:
        self._commit()
        value = self._value
        for _ in range(abs(steps)):
            value = self._next(value) if steps > 0 else self._previous(value)
        if not self._refusal(value):
            self._take(value)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        enabled = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._next(self._value) <= self._high:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if not self._refusal(self._previous(self._value)) and self._value > self._low:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return enabled

    def validate(self, text: str | None, pos: int) -> tuple[QValidator.State, str, int]:
        return QValidator.State.Acceptable, text or "", pos  # judged when it is finished

    def _commit(self) -> None:
        text = self.text().strip()
        if text == number_text(self._value):
            return
        value = parse(text)
        if value is None:
            self._refuse(self.tr("“{}” is not a number: write 0.1 or 1e-3.").format(text))
        elif reason := self._refusal(value):
            self._refuse(reason)
        else:
            self._take(value)

    def _take(self, value: float) -> None:
        changed = value != self._value
        self._value = value
        self._show()
        if changed:
            self.value_changed.emit(value)

    def _refuse(self, reason: str) -> None:
        self._show()
        self.rejected.emit(reason)

    def _refusal(self, value: float) -> str:
        above = value > self._low if self._open_low else value >= self._low
        if math.isfinite(value) and above and value <= self._high:
            return ""
        return self.tr("{value} is out of range: {range}.").format(
            value=number_text(value), range=self._range_text()
        )

    def _range_text(self) -> str:
        low, high = number_text(self._low), number_text(self._high)
        if math.isinf(self._high):
            return (self.tr("more than {}") if self._open_low else self.tr("{} or more")).format(
                low
            )
        if self._open_low:
            return self.tr("more than {low}, at most {high}").format(low=low, high=high)
        return self.tr("{low} to {high}").format(low=low, high=high)

    def _next(self, value: float) -> float:
        if value <= 0:
            return self._first_above_zero()
        return _on_ladder(value, up=True)

    def _previous(self, value: float) -> float:
        if value <= self._first_above_zero():
            return self._low
        return max(_on_ladder(value, up=False), self._low)

    def _first_above_zero(self) -> float:
        return max(self._low, 1e-9)

    def _show(self) -> None:
        edit = self.lineEdit()
        if edit is not None:
            blocker = QSignalBlocker(self)
            edit.setText(number_text(self._value))
            blocker.unblock()


def parse(text: str) -> float | None:
    """The number a text is, or None; only digits, point, sign and exponent count."""
    if not text or set(text.lower()) - set("0123456789.+-e"):
        return None
    try:
        return float(text)
    except ValueError:
        return None


def number_text(value: float) -> str:
    """The shortest text that gives the same number back."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


def _on_ladder(value: float, *, up: bool) -> float:
    """The next rung of …, 0.1, 0.2, 0.5, 1, 2, 5, … above or below a positive value."""
    decade = math.floor(math.log10(value))
    rungs = [float(f"{digit}e{decade + i}") for i in (-1, 0, 1) for digit in _DIGITS]
    near = 1e-9 * value
    if up:
        return next(rung for rung in rungs if rung > value + near)
    return next(rung for rung in reversed(rungs) if rung < value - near)
