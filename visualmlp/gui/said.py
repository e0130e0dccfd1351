"""What rules and checks say, in the user's language."""

from __future__ import annotations

from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.health import Said


def translated(text: str) -> str:
    """A text of a rule."""
    return QCoreApplication.translate("Health", text) if text else ""


def said_text(said: Said) -> str:
    """A sentence of a rule, with its numbers."""
    return translated(said.template).format(**said.values).replace("e-", "e−")


def capitalised(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]
