"""Formulas as plain text, for those who have them read to them."""

from __future__ import annotations

import re
import unicodedata

_SIGNS = {
    "leftarrow": "←",
    "rightarrow": "→",
    "to": "→",
    "cdot": "·",
    "times": "×",
    "odot": "⊙",
    "partial": "∂",
    "nabla": "∇",
    "sum": "∑",
    "prod": "∏",
    "sqrt": "√",
    "approx": "≈",
    "neq": "≠",
    "le": "≤",
    "leq": "≤",
    "ge": "≥",
    "geq": "≥",
    "lt": "<",
    "gt": ">",
    "pm": "±",
    "in": "∈",
    "infty": "∞",
    "dots": "…",
    "ldots": "…",
    "cdots": "…",
    "lfloor": "⌊",
    "rfloor": "⌋",
    "lVert": "‖",
    "rVert": "‖",
    "lvert": "|",
    "rvert": "|",
    "top": "ᵀ",
    "pi": "π",
    "theta": "θ",
    "eta": "η",
    "lambda": "λ",
    "mu": "μ",
    "rho": "ρ",
    "sigma": "σ",
    "epsilon": "ε",
    "varepsilon": "ε",
    "beta": "β",
    "alpha": "α",
    "gamma": "γ",
    "delta": "δ",
    "Delta": "Δ",
}
_SPACES = re.compile(r"\\(quad|qquad|[,;:! ])|~")
_INVISIBLE = re.compile(
    r"\\(left|right|mathbf|mathrm|mathcal|mathsf|mathit|text|operatorname|displaystyle|big|Big"
    r"|begin\{\w+\}|end\{\w+\}|textcolor\{[^}]*\}|color\{[^}]*\})(?![A-Za-z])"
)
_FRACTION = re.compile(r"\\[td]?frac\{([^{}]*)\}\{([^{}]*)\}")
_UNDERBRACE = re.compile(r"\\underbrace\{([^{}]*)\}_\{([^{}]*)\}")
_GROUP = re.compile(r"(?<!frac)(?<!underbrace)(?<!\})(?<!\}_)\{([^{}]*)\}")
_COMMAND = re.compile(r"\\([A-Za-z]+)")
_RAISED = re.compile(r"\^(\d+)")
_HIGH = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_SHORT = re.compile(r"\w+")
_ACCENT = re.compile(r"\\(hat|tilde)\{(\w)\}")
_COMBINING = {"hat": "\u0302", "tilde": "\u0303"}


def readable(latex: str) -> str:
    """A formula's text on one line: ``a = 1/(1 + e^(−z))`` for a fraction and a power."""
    text = _INVISIBLE.sub("", _SPACES.sub(" ", latex)).replace("\\\\", "; ").replace("&", " ")
    text = _ACCENT.sub(_accented, text)
    before = ""
    while text != before:
        before = text
        text = _UNDERBRACE.sub(r"\1 [= \2]", _FRACTION.sub(_quotient, text))
        text = _GROUP.sub(_in_brackets, text)
    text = _COMMAND.sub(lambda match: _SIGNS.get(match[1], match[1]), text).replace("∂ ", "∂")
    for unused in "\\{}":
        text = text.replace(unused, "")
    text = _RAISED.sub(lambda match: match[1].translate(_HIGH), text).replace("^[", "[")
    return " ".join(text.replace("-", "−").split())


def _accented(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", match[2] + _COMBINING[match[1]])


def _quotient(match: re.Match[str]) -> str:
    over, under = (_bracketed(part.strip()) for part in match.groups())
    return f"{over}/{under}"


def _in_brackets(match: re.Match[str]) -> str:
    """In brackets what stands high, low or under a root, and is more than a word."""
    before = match.string[: match.start()]
    if before.endswith("sqrt"):
        return f"({match[1]})"
    return _bracketed(match[1]) if before.endswith(("^", "_")) else match[1]


def _bracketed(text: str) -> str:
    plain = re.sub(r"\\partial |[\^\\\[\]]", "", text)
    return text if _SHORT.fullmatch(plain) or text.startswith("[") else f"({text})"
