"""How a table is written: encoding, marks, header; or the sheet of a workbook."""

from __future__ import annotations

from PyQt6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from visualmlp.data.tables.layout import DELIMITERS, Layout
from visualmlp.data.tables.look import TableLook
from visualmlp.gui.importing.draft import Draft
from visualmlp.gui.panels.editors import ChoiceEditor
from visualmlp.gui.panels.form import LABEL_WIDTH, SectionForm
from visualmlp.gui.panels.texts import choice_text
from visualmlp.gui.widgets.elided_combo import ElidedCombo

WRITTEN = ("encoding", "delimiter", "decimal", "header")
ENCODINGS = {"cp1252": "Windows-1252", "ascii": "ASCII"}


class FileForm(QWidget):
    """Says what was detected, and lets the user choose otherwise."""

    def __init__(self, draft: Draft) -> None:
        super().__init__()
        self._draft = draft
        self._written = SectionForm(draft, "data", WRITTEN)
        self._sheets = QWidget()
        self.sheet = ElidedCombo()
        self.sheet.setObjectName("import.sheet")
        self.sheet.setAccessibleName(self.tr("Sheet"))
        self.sheet.setToolTip(self.tr("Which sheet of the workbook is the table"))
        self.sheet.activated.connect(self._choose_sheet)
        label = QLabel(self.tr("Sheet"))
        label.setBuddy(self.sheet)
        grid = QGridLayout(self._sheets)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setColumnMinimumWidth(0, LABEL_WIDTH)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label, 0, 0)
        grid.addWidget(self.sheet, 0, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._written)
        column.addWidget(self._sheets)
        self._sheets.hide()

    def show_look(self, look: TableLook) -> None:
        """Offer what there is to choose, and say what was detected."""
        layout = look.table.layout
        self._written.setVisible(layout is not None)
        self._sheets.setVisible(bool(look.sheets))
        if layout:
            for name, found in _detected(layout).items():
                self._say_detected(name, found)
        if look.sheets:
            self.sheet.clear()
            self.sheet.addItems(look.sheets)
            self.sheet.setCurrentText(self._draft.data.sheet or look.sheets[0])

    def forget_look(self) -> None:
        """Nothing is detected."""
        for name in WRITTEN:
            self._say_detected(name, "")

    def _say_detected(self, name: str, found: str) -> None:
        editor = self._written.fields[name].editor
        assert isinstance(editor, ChoiceEditor)
        text = self.tr("Auto: {}").format(found) if found else self.tr("Automatic")
        editor.setItemText(editor.findData("auto"), text)

    def _choose_sheet(self, place: int) -> None:
        self._draft.set_data(sheet=self.sheet.itemText(place))


def _detected(layout: Layout) -> dict[str, str]:
    """What was detected, or set, of each field."""
    encoding = layout.file.encoding.removesuffix("-sig")
    delimiter = next(name for name, mark in DELIMITERS.items() if mark == layout.delimiter)
    decimal = "comma" if layout.decimal_comma else "point"
    return {
        "encoding": ENCODINGS.get(encoding) or choice_text("encoding", encoding),
        "delimiter": choice_text("delimiter", delimiter),
        "decimal": choice_text("decimal", decimal),
        "header": choice_text("header", "yes" if layout.has_header else "no"),
    }
