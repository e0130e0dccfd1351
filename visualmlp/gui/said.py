"""What rules and checks say, in the user's language."""

from __future__ import annotations

from string import Formatter

from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.health import Said
from visualmlp.gui.widgets.labels import number_text, percent_text


def translated(text: str) -> str:
    """A text of a rule."""
    return QCoreApplication.translate("Health", text) if text else ""


def said_text(said: Said) -> str:
    """A sentence of a rule, with its numbers."""
    return _FORMATTER.vformat(translated(said.template), (), said.values)


def capitalised(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


class _Numbers(Formatter):
    """Writes numbers as the rest of the window does."""

    def format_field(self, value: object, format_spec: str) -> str:
        if not isinstance(value, int | float):
            return str(super().format_field(value, format_spec))
        if format_spec.endswith("%"):
            sign = "+" if format_spec.startswith("+") and value > 0 else ""
            return sign + percent_text(value, _decimals(format_spec))
        if format_spec.endswith(("g", "e", "f")):
            return number_text(value, format_spec)
        return str(super().format_field(value, format_spec))


def _decimals(format_spec: str) -> int:
    """Of a percentage, such as 1 for "+.1%"."""
    return int(format_spec.partition(".")[2].rstrip("%") or 0)


_FORMATTER = _Numbers()
