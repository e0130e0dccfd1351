"""Forms generated from the experiment's declared fields."""

from visualmlp.gui.panels.data_panel import DataPanel
from visualmlp.gui.panels.network_panel import NetworkPanel
from visualmlp.gui.panels.panel import Panel
from visualmlp.gui.panels.pending_bar import PendingBar
from visualmlp.gui.panels.training_panel import TrainingPanel


def all_panels() -> list[type[Panel]]:
    """The panels in their order."""
    return [DataPanel, NetworkPanel, TrainingPanel]


__all__ = ["DataPanel", "NetworkPanel", "Panel", "PendingBar", "TrainingPanel", "all_panels"]
