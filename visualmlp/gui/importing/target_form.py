"""What is to be learnt of a table: the target, and whether it is a class or a number."""

from __future__ import annotations

from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from visualmlp.data.tables.plan import Use
from visualmlp.gui.importing.draft import Draft
from visualmlp.gui.panels.editors import ChoiceEditor
from visualmlp.gui.panels.form import LABEL_WIDTH, SectionForm
from visualmlp.gui.panels.texts import choice_text
from visualmlp.gui.widgets.elided_combo import ElidedCombo


class TargetForm(QWidget):
    """A list of all columns, and the task.

    Signals
    -------
    target_chosen
        Name of a column.
    """

    target_chosen = pyqtSignal(str)

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self.target = ElidedCombo()
        self.target.setObjectName("import.target")
        self.target.setAccessibleName(self.tr("Target"))
        self.target.setToolTip(self.tr("The column that is to be learnt from the others"))
        self.target.setMaxVisibleItems(20)
        self.target.activated.connect(self._choose)
        self._task = SectionForm(draft, "data", ("task",))
        label = QLabel(self.tr("Target"))
        label.setBuddy(self.target)
        grid = QGridLayout()
        grid.setHorizontalSpacing(6)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.target, 0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(grid)
        column.addWidget(self._task)

    def show_names(self, names: tuple[str, ...]) -> None:
        """Offer other columns."""
        if [self.target.itemText(i) for i in range(self.target.count())] != list(names):
            self.target.clear()
            self.target.addItems(names)

    def show_uses(self, uses: list[Use]) -> None:
        """Show the target, and the task that follows from it."""
        targets = [(place, use) for place, use in enumerate(uses) if use.role == "target"]
        self.target.setCurrentIndex(targets[0][0] if targets else -1)
        editor = self._task.fields["task"].editor
        assert isinstance(editor, ChoiceEditor)
        text = self.tr("Automatic")
        if targets:
            kind = "classification" if targets[0][1].kind == "category" else "regression"
            text = self.tr("Auto: {}").format(choice_text("task", kind).lower())
        editor.setItemText(editor.findData("auto"), text)

    def _choose(self, place: int) -> None:
        self.target_chosen.emit(self.target.itemText(place))
