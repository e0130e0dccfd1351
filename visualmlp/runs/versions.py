"""What numbers are computed with: the versions of everything that can change the last bits."""

from __future__ import annotations

import platform
from collections.abc import Mapping

import numpy as np
from threadpoolctl import threadpool_info

import visualmlp

ARITHMETIC = ("numpy", "machine", "blas", "blas_threads")
"""What the last bits may depend on."""


def difference(recorded: Mapping[str, str]) -> str:
    """What of the arithmetic is another than in a record, to be told; "" if nothing is."""
    here = environment()
    return ", ".join(
        f"{name} {recorded[name]} there and {here[name]} here"
        for name in ARITHMETIC
        if name in recorded and recorded[name] != here[name]
    )


def environment() -> dict[str, str]:
    """What the numbers are computed with here and now."""
    found = [one for one in threadpool_info() if one.get("user_api") == "blas"]
    blas: dict[str, object] = found[0] if found else {}
    names = ("internal_api", "version", "architecture")
    return {
        "visualmlp": visualmlp.__version__,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "system": platform.system(),
        "blas": " ".join(str(blas[name]) for name in names if blas.get(name)) or "unknown",
        "blas_threads": str(blas.get("num_threads", "unknown")),
    }
