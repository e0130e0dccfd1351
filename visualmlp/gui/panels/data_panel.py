"""The panel for the data."""

from __future__ import annotations

from visualmlp.experiment import Data, Experiment, fields_of
from visualmlp.gui.panels.data_facts import DataFacts
from visualmlp.gui.panels.editors import NamesEditor
from visualmlp.gui.panels.form import SectionForm
from visualmlp.gui.panels.import_line import ImportButton
from visualmlp.gui.panels.missing_source import MissingSource
from visualmlp.gui.panels.open_test_line import OpenTestLine
from visualmlp.gui.panels.panel import Panel

SPLIT = ("validation_fraction", "test_fraction", "shuffle", "stratify", "split_seed")
SCALING = ("scaling",)


class DataPanel(Panel):
    """Source, split, scaling, and facts of the data in use."""

    name = "data"

    def title(self) -> str:
        return self.tr("Data")

    def build(self) -> None:
        elsewhere = {*SPLIT, *SCALING}
        source = [spec.name for spec in fields_of(Data) if spec.name not in elsewhere]
        self._source = SectionForm(self.session, "data", source)
        missing = MissingSource(self.session)
        own = ImportButton(self.session)
        self.add_group("source", self.tr("Source"), self._source, own, missing)
        split = SectionForm(self.session, "data", SPLIT)
        self.add_group("split", self.tr("Split"), split, OpenTestLine(self.session))
        self.add_group("scaling", self.tr("Scaling"), SectionForm(self.session, "data", SCALING))
        self.add_group("facts", self.tr("Data in use"), DataFacts(self.session))
        self.session.experiment_changed.connect(self._offer_classes)
        self.session.run_started.connect(self._offer_classes_of_run)
        self._offer_classes(self.session.experiment)

    def _offer_classes_of_run(self) -> None:
        self._offer_classes(self.session.experiment)

    def _offer_classes(self, experiment: Experiment) -> None:
        """Complete and check the names of classes while the source is the one in use."""
        setup = self.session.setup
        editor = self._source.fields["classes"].editor
        assert isinstance(editor, NamesEditor)
        known = setup is not None and _same_source(setup.experiment.data, experiment.data)
        editor.set_known(setup.data.dataset.class_names if setup and known else ())


def _same_source(a: Data, b: Data) -> bool:
    names = (
        *("source", "path", "test_path", "header", "label_column", "n_classes", "labels"),
        *("columns", "encoding", "delimiter", "decimal", "sheet", "task"),
    )
    return all(getattr(a, name) == getattr(b, name) for name in names)
