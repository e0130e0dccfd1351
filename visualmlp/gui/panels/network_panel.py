"""The panel for the network."""

from __future__ import annotations

from visualmlp.engine import LOSSES
from visualmlp.errors import ExperimentError
from visualmlp.experiment import AUTO, Experiment
from visualmlp.gui.panels.editors import ChoiceEditor
from visualmlp.gui.panels.form import SectionForm
from visualmlp.gui.panels.layers import LayersEditor
from visualmlp.gui.panels.notes import Caution, Note
from visualmlp.gui.panels.panel import Panel
from visualmlp.gui.panels.shapes import known_data, output_text


class NetworkPanel(Panel):
    """Layers, loss, shapes and numbers of parameters."""

    name = "network"

    def title(self) -> str:
        return self.tr("Network")

    def build(self) -> None:
        self._loss = SectionForm(
            self.session, "network", ("loss", "loss_normalisation", "loss_divisor")
        )
        self._fit = Note()
        self._fit.setObjectName("network.fit")
        self._misfit = Caution()
        self._misfit.setObjectName("network.misfit")
        self.add_group("layers", self.tr("Layers"), LayersEditor(self.session))
        self.add_group("loss", self.tr("Loss"), self._loss, self._fit, self._misfit)
        self.session.experiment_changed.connect(self._describe)
        self.session.run_started.connect(self._describe_run)
        self._describe(self.session.experiment)

    def _describe_run(self) -> None:
        self._describe(self.session.experiment)

    def _describe(self, experiment: Experiment) -> None:
        """Say what "automatic" stands for, and grey out losses that do not fit the task."""
        data = known_data(self.session, experiment)
        editor = self._loss.fields["loss"].editor
        assert isinstance(editor, ChoiceEditor)
        fitting = (name for name, loss in LOSSES.items() if not data or data.task in loss.tasks)
        editor.allow((AUTO, *fitting))
        try:
            self._fit.setText(output_text(experiment, data))
            self._misfit.say("")
        except ExperimentError as error:
            self._fit.setText("")
            self._misfit.say(str(error))
        self._fit.setVisible(bool(self._fit.text()))
