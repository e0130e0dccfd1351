"""Dialogs about layouts of the user's own: give one a name; rename and delete them."""

from __future__ import annotations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from visualmlp.errors import VisualMLPError
from visualmlp.gui import own_layouts
from visualmlp.gui.panels.notes import Caution


class SaveLayoutDialog(QDialog):
    """Asks for a name.

    Signals
    -------
    named
        The name; the dialog closes when the owner calls ``accept``.
    """

    named = pyqtSignal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("save_layout")
        self.setWindowTitle(self.tr("Save layout as…"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.name = QLineEdit()
        self.name.setObjectName("save_layout.name")
        self.name.setAccessibleName(self.tr("Name of the layout"))
        self.name.setToolTip(self.tr("The name stands in the menu View, under Layout"))
        self.name.setMaxLength(own_layouts.LONGEST_NAME)
        self.name.textChanged.connect(self._judge)
        self._note = Caution()
        self._note.setObjectName("save_layout.note")
        self._save = _button("save_layout.save", self.tr("Save"), self.tr("Store the layout"))
        self._save.setDefault(True)
        self._save.clicked.connect(self._offer)
        cancel = _button("save_layout.cancel", self.tr("Cancel"), self.tr("Store nothing"))
        cancel.clicked.connect(self.reject)
        label = QLabel(self.tr("Name of the layout that the window has now:"))
        label.setBuddy(self.name)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self._save)
        buttons.addWidget(cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(8)
        for widget in (label, self.name, self._note):
            column.addWidget(widget)
        column.addLayout(buttons)
        self.setMinimumWidth(360)
        self._judge("")

    def _judge(self, name: str) -> None:
        taken = " ".join(name.split()) in own_layouts.own_layouts()
        self._note.say(self.tr("The layout of this name is replaced.") if taken else "")
        self._save.setEnabled(bool(name.strip()))

    def _offer(self) -> None:
        self.named.emit(self.name.text())
        self.accept()


class ManageLayoutsDialog(QDialog):
    """The user's layouts in a list: names are edited in place.

    Signals
    -------
    changed
        A layout was renamed (its old and its new name) or deleted (the new name is empty).
    chosen
        A layout shall be used.
    """

    changed = pyqtSignal(str, str)
    chosen = pyqtSignal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("layouts")
        self.setWindowTitle(self.tr("Layouts of your own"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListWidget()
        self.list.setObjectName("layouts.list")
        self.list.setAccessibleName(self.tr("Layouts"))
        self.list.setToolTip(self.tr("Rename a layout with F2 or a double click"))
        self.list.itemChanged.connect(self._rename)
        self.list.currentRowChanged.connect(self._offer)
        self._note = Caution()
        self._note.setObjectName("layouts.note")
        self._empty = QLabel(self.tr("There is none yet: View > Save layout as…"))
        self._buttons = self._make_buttons()
        self._arrange()
        self._fill()

    def _make_buttons(self) -> dict[str, QPushButton]:
        buttons = {
            "use": _button("layouts.use", self.tr("Use"), self.tr("Arrange the window by it")),
            "rename": _button("layouts.rename", self.tr("Rename"), self.tr("Change its name (F2)")),
            "delete": _button("layouts.delete", self.tr("Delete"), self.tr("Forget the layout")),
        }
        for name, act in (("use", self._use), ("rename", self._edit), ("delete", self._delete)):
            buttons[name].clicked.connect(act)
        return buttons

    def _arrange(self) -> None:
        close = _button("layouts.close", self.tr("Close"), self.tr("Close this list"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        side = QVBoxLayout()
        for button in self._buttons.values():
            side.addWidget(button)
        side.addStretch()
        side.addWidget(close)
        row = QHBoxLayout()
        row.addWidget(self.list, 1)
        row.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.addWidget(self._empty)
        column.addLayout(row, 1)
        column.addWidget(self._note)
        self.resize(420, 300)

    def _fill(self, row: int = 0) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for name in own_layouts.own_layouts():
            item = QListWidgetItem(name)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsEditable)
            self.list.addItem(item)
        self.list.setCurrentRow(min(row, self.list.count() - 1))
        self.list.blockSignals(False)
        self._offer()

    def _offer(self) -> None:
        self._empty.setVisible(self.list.count() == 0)
        for button in self._buttons.values():
            button.setEnabled(self.list.currentItem() is not None)

    def _current(self) -> str:
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item else ""

    def _use(self) -> None:
        self.chosen.emit(self._current())

    def _edit(self) -> None:
        if item := self.list.currentItem():
            self.list.editItem(item)

    def _rename(self, item: QListWidgetItem) -> None:
        old, new = str(item.data(Qt.ItemDataRole.UserRole)), " ".join(item.text().split())
        try:
            own_layouts.rename(old, new)
        except VisualMLPError as error:
            self._note.say(str(error))
            new = old
        else:
            self._note.say("")
        self.list.blockSignals(True)
        item.setText(new)
        item.setData(Qt.ItemDataRole.UserRole, new)
        self.list.blockSignals(False)
        if new != old:
            self.changed.emit(old, new)

    def _delete(self) -> None:
        name, row = self._current(), self.list.currentRow()
        own_layouts.delete(name)
        self._fill(row)
        self.changed.emit(name, "")


def _button(name: str, text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAccessibleName(text)
    button.setToolTip(tip)
    button.setAutoDefault(False)
    return button
