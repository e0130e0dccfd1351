"""The panel for how the network is trained."""

from __future__ import annotations

from visualmlp.gui.panels.form import SectionForm
from visualmlp.gui.panels.panel import Panel


class TrainingPanel(Panel):
    """Optimizer, batches, schedule, regularisation, random numbers."""

    name = "training"

    def title(self) -> str:
        return self.tr("Training")

    def build(self) -> None:
        for section, title in (
            ("optimizer", self.tr("Optimizer")),
            ("training", self.tr("Batches and epochs")),
            ("schedule", self.tr("Learning-rate schedule")),
            ("regularization", self.tr("Regularisation")),
            ("random", self.tr("Random numbers")),
        ):
            self.add_group(section, title, SectionForm(self.session, section))
