"""The views, one a file. A new module here that adds to ``VIEWS`` is found by itself."""

from importlib import import_module
from pkgutil import iter_modules

from visualmlp.gui.views.view import VIEWS, View

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def all_views() -> list[type[View]]:
    """The views in their order."""
    return sorted(VIEWS.values(), key=lambda view: view.order)


__all__ = ["VIEWS", "View", "all_views"]
