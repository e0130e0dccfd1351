"""The choices about the columns that are selected in the preview."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QGridLayout, QLabel, QWidget

from visualmlp.data.tables.look import TableLook
from visualmlp.data.tables.plan import Use
from visualmlp.gui.importing.column_menu import current_use, uses, ways
from visualmlp.gui.importing.column_texts import guess_text
from visualmlp.gui.panels.form import LABEL_WIDTH
from visualmlp.gui.panels.notes import Note
from visualmlp.gui.widgets.elided_combo import ElidedCombo
from visualmlp.gui.widgets.labels import bold_font


class ColumnChooser(QWidget):
    """What the selected columns are used as, and what becomes of their empty cells.

    Signals
    -------
    use_chosen, missing_chosen
        A name of ``column_menu``.
    """

    use_chosen = pyqtSignal(str)
    missing_chosen = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._name = QLabel()
        self._name.setObjectName("import.column")
        self._name.setTextFormat(Qt.TextFormat.PlainText)
        self._name.setFont(bold_font(self._name.font()))
        self._name.setMinimumWidth(1)
        self._about = Note()
        self._about.setObjectName("import.column.about")
        self.use = ElidedCombo()
        self.use.setObjectName("import.use")
        self.use.setAccessibleName(self.tr("Use the selected columns as"))
        self.use.setToolTip(self.tr("What the columns selected in the table are used as"))
        for place, (name, (text, tip)) in enumerate(uses().items()):
            self.use.addItem(text, name)
            self.use.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.use.activated.connect(lambda place: self.use_chosen.emit(self.use.itemData(place)))
        self.missing = ElidedCombo()
        self.missing.setObjectName("import.column_missing")
        self.missing.setAccessibleName(self.tr("Missing values of the selected columns"))
        self.missing.setToolTip(
            self.tr("What becomes of the empty cells of the columns selected in the table")
        )
        self.missing.activated.connect(
            lambda place: self.missing_chosen.emit(self.missing.itemData(place))
        )
        self._arrange()
        self.setEnabled(False)

    def _arrange(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(6)
        grid.setVerticalSpacing(4)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._name, 0, 0, 1, 2)
        grid.addWidget(self._about, 1, 0, 1, 2)
        texts = (self.tr("Use as"), self.tr("Missing values"))
        for row, (text, combo) in enumerate(zip(texts, (self.use, self.missing), strict=True), 2):
            label = QLabel(text)
            label.setBuddy(combo)
            grid.addWidget(label, row, 0)
            grid.addWidget(combo, row, 1)

    def show_columns(
        self, look: TableLook, selected: Sequence[Use], missing: str, usual: str
    ) -> None:
        """Show the choices of the selected columns.

        Parameters
        ----------
        missing, usual
            What was chosen for the empty cells of the first, and for those of all columns.
        """
        self.setEnabled(bool(selected))
        if not selected:
            self._name.setText(self.tr("No column is selected"))
            self._about.setText("")
            return
        first = selected[0]
        if len(selected) == 1:
            self._say(first.name)
            self._about.setText(guess_text(look.table.look(first.name), look.facts[first.name]))
        else:
            self._say(self.tr("{} columns").format(f"{len(selected):,}"))
            self._about.setText(self.tr("What you choose holds for all of them."))
        self.use.setCurrentIndex(self.use.findData(current_use(first)))
        self.missing.clear()
        for way, text in ways(first.kind, usual).items():
            self.missing.addItem(text, way)
        self.missing.setCurrentIndex(max(self.missing.findData(missing), 0))
        self.missing.setEnabled(first.role == "feature")

    def _say(self, name: str) -> None:
        room = max(self.width() - 8, 200)
        shortened = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, room - 30)
        self._name.setText(shortened)
        self._name.setToolTip(name)
