"""Rules about what can go wrong in a training, one a registration.

A new module here that adds to ``HEALTH_RULES`` is found by itself.
"""

from importlib import import_module
from pkgutil import iter_modules

from visualmlp.analysis.health.evidence import Evidence, LayerActivity, Records, Updates
from visualmlp.analysis.health.rule import (
    HEALTH_RULES,
    SEVERITIES,
    Checked,
    Finding,
    Rule,
    Said,
    Severity,
    examine,
)

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "HEALTH_RULES",
    "SEVERITIES",
    "Checked",
    "Evidence",
    "Finding",
    "LayerActivity",
    "Records",
    "Rule",
    "Said",
    "Severity",
    "Updates",
    "examine",
]
