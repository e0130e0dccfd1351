"""Methods that place points in the plane so that neighbours stay neighbours, one a module.

A new module here that adds to ``EMBEDDINGS`` is found by itself.
"""

from importlib import import_module
from pkgutil import iter_modules

from visualmlp.analysis.embeddings.apart import place_apart
from visualmlp.analysis.embeddings.method import EMBEDDINGS, Embedding, Option, Settings

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")

__all__ = ["EMBEDDINGS", "Embedding", "Option", "Settings", "place_apart"]
