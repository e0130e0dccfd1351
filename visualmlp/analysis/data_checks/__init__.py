"""Checks of what can be wrong with data, one a registration.

A new module here that adds to ``DATA_CHECKS`` is found by itself.
"""

from importlib import import_module
from pkgutil import iter_modules

from visualmlp.analysis.data_checks.check import (
    DATA_CHECKS,
    DataCheck,
    DataChecked,
    DataFinding,
    DataReport,
    examine_data,
)
from visualmlp.analysis.data_checks.look import DataLook

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = [
    "DATA_CHECKS",
    "DataCheck",
    "DataChecked",
    "DataFinding",
    "DataLook",
    "DataReport",
    "examine_data",
]
