"""Declared names, ranges and values as readable text."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from PyQt6.QtCore import QCoreApplication

from visualmlp.data import CURVES, SCALERS, SOURCES
from visualmlp.engine import SAMPLERS
from visualmlp.experiment import FieldSpec

TITLED: dict[str, Mapping[str, Any]] = {"source": SOURCES, "scaling": SCALERS, "shape": CURVES}
"""Fields whose registries have titles of their own."""

DESCRIBED: dict[str, Mapping[str, Any]] = {"sampling": SAMPLERS}
"""Fields whose registries describe their entries."""

READABLE = {
    "adagrad": "AdaGrad",
    "adam": "Adam",
    "adamw": "AdamW",
    "auto": "Automatic",
    "binary": "Binary (one output)",
    "binary_cross_entropy": "Binary cross-entropy",
    "cross_entropy": "Cross-entropy",
    "elu": "ELU",
    "fixed": "Sum / fixed number",
    "decimal.comma": "Comma (3,14)",
    "decimal.point": "Point (3.14)",
    "float32": "float32",
    "float64": "float64",
    "gb18030": "GB18030, GBK (Chinese)",
    "gelu": "GELU",
    "generator": "NumPy generator (PCG64)",
    "glorot_normal": "Glorot normal",
    "glorot_uniform": "Glorot uniform",
    "he_normal": "He normal",
    "he_uniform": "He uniform",
    "in_out": "Inputs × outputs",
    "latin-1": "Latin-1 (Western)",
    "leaky_relu": "Leaky ReLU",
    "lecun_normal": "LeCun normal",
    "lecun_uniform": "LeCun uniform",
    "mean_of_all": "Mean over samples, outputs",
    "missing.category": "A category of their own",
    "missing.drop": "Leave the row out",
    "missing.mean": "Mean",
    "missing.median": "Median",
    "missing.mode": "Most frequent value",
    "normalised_sigmoid": "Sigmoid / its sum",
    "normalised_sigmoid_surrogate": "Sigmoid / its sum (surrogate)",
    "numpy_legacy": "NumPy, older (RandomState)",
    "out_in": "Outputs × inputs",
    "python": "Python's random",
    "relu": "ReLU",
    "score": "Accuracy or R²",
    "rmsprop": "RMSProp",
    "sgd": "SGD",
    "shift_jis": "Shift-JIS (Japanese)",
    "sigmoid_clipped": "Sigmoid, z within ±20",
    "softmax_of_sigmoid": "Softmax of sigmoid",
    "utf-16": "UTF-16",
    "utf-8": "UTF-8",
}
"""Names that do not become readable by a capital letter and spaces, perhaps of one field only."""


def translated(text: str) -> str:
    """A declared label or description in the user's language."""
    return QCoreApplication.translate("experiment", text)


def choice_text(field: str, name: str) -> str:
    """A choice of a field as the user reads it: "Leaky ReLU" for ``leaky_relu``."""
    entry = TITLED.get(field, {}).get(name)
    if entry is not None:
        return translated(entry.title)
    plain = READABLE.get(name, name.replace("_", " ").capitalize())
    return translated(READABLE.get(f"{field}.{name}", plain))


def choice_hint(field: str, name: str) -> str:
    """What there is to say of a choice, or "" if its text says it all."""
    entry = (TITLED | DESCRIBED).get(field, {}).get(name)
    if entry is None:
        return ""
    problem = entry.problem() if field == "source" else ""
    return problem or translated(getattr(entry, "description", ""))


def number_text(value: float) -> str:
    """A number for a field: as many decimals as it has (at most ten digits), no zeros behind."""
    if isinstance(value, int):
        return str(value)
    mantissa, e, exponent = f"{value:.10g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def value_text(spec: FieldSpec, value: Any) -> str:
    """The value of a field in a sentence."""
    if spec.choices or isinstance(value, str):
        return choice_text(spec.name, value)
    if isinstance(value, tuple):
        return ", ".join(value)
    return number_text(value)


def range_text(spec: FieldSpec) -> str:
    """The allowed range of a number, such as "above 0, up to 100"; empty if there is none."""
    if spec.low is None:
        return ""
    low, high, high_open = spec.low, spec.high, spec.high_open
    if spec.type is int and high is not None and high_open:
        high, high_open = high - 1, False
    texts = {"low": _bound(low), "high": "" if high is None else _bound(high)}
    return _range_phrase(spec.low_open, high is not None, high_open).format(**texts)


def _range_phrase(low_open: bool, has_high: bool, high_open: bool) -> str:
    translate = QCoreApplication.translate
    match low_open, has_high, high_open:
        case False, False, _:
            return translate("panels", "{low} or more")
        case False, True, False:
            return translate("panels", "from {low} to {high}")
        case False, True, True:
            return translate("panels", "from {low}, below {high}")
        case True, False, _:
            return translate("panels", "above {low}")
        case True, True, False:
            return translate("panels", "above {low}, up to {high}")
    return translate("panels", "above {low}, below {high}")


def _bound(value: float) -> str:
    return f"{value:,.10g}"


def hint_text(spec: FieldSpec) -> str:
    """Description, range and moment of effect, as rich text for a tooltip."""
    return "".join(f"<p>{escape(line)}</p>" for line in hint_lines(spec) if line)


def hint_lines(spec: FieldSpec) -> list[str]:
    """Description, range and moment of effect of a field, a sentence each."""
    allowed = range_text(spec)
    if allowed:
        allowed = QCoreApplication.translate("panels", "Allowed: {}.").format(allowed)
    if spec.ui.live:
        effect = QCoreApplication.translate("panels", "Changes at the next step.")
    else:
        effect = QCoreApplication.translate("panels", "A change starts a new run.")
    return [translated(spec.description), allowed, effect]
