"""One editor for each kind of field.

An editor offers what was entered with ``value_changed``; its owner accepts with ``set_value`` or
refuses with ``refuse``. Until then :meth:`Editor.value` is the old one, which Esc brings back.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QKeyEvent, QStandardItemModel, QWheelEvent
from PyQt6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QMenu, QToolButton, QWidget

from visualmlp.experiment import FieldSpec
from visualmlp.gui.panels.field_line import FieldLine, ListCompleter
from visualmlp.gui.panels.texts import choice_hint, choice_text, value_text
from visualmlp.gui.widgets.elided_combo import ElidedCombo
from visualmlp.gui.widgets.labels import count_text

if TYPE_CHECKING:
    _Widget = QWidget
else:
    _Widget = object  # the concrete editor brings its own


MOST_NAMED = 20
"""Classes that a message names."""


class Editor(_Widget):
    """What all editors have in common; mixed into a widget."""

    value_changed = pyqtSignal(object)
    """A new value was entered: to be accepted or refused."""
    typed = pyqtSignal(object)
    """What is being typed would be this value."""
    refused = pyqtSignal(str)
    """The reason why an entry is refused; "" when that is over."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__()
        self.spec = spec
        self.is_refused = False
        self._accepted: Any = spec.default

    def value(self) -> Any:
        """The value last accepted."""
        return self._accepted

    def set_value(self, value: Any) -> None:
        """Accept or take over a value, without ``value_changed``."""
        self._accepted = value
        self.restore()

    def restore(self) -> None:
        """Forget what was entered and not accepted."""
        self.is_refused = False
        self.show_value(self._accepted)
        self.refused.emit("")

    def refuse(self, reason: str) -> None:
        """Keep the entry on the screen and say why it is not accepted."""
        self.is_refused = True
        self.refused.emit(reason)

    def offer(self, value: Any) -> None:
        """Propose a value to the owner, unless it is the old one."""
        if value == self._accepted:
            self.restore()
        else:
            self.value_changed.emit(value)

    def show_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def has_entry(self) -> bool:
        """Whether something is entered that was not accepted."""
        return self.is_refused

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event and event.key() == Qt.Key.Key_Escape and self.has_entry():
            self.restore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        """Turn only the editor in focus: over any other the wheel scrolls the panel."""
        if event and not self.hasFocus():
            event.ignore()
        else:
            super().wheelEvent(event)


class ChoiceEditor(Editor, ElidedCombo):
    """A choice by name, shown by its readable text."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        for index, name in enumerate(spec.choices or get_args(spec.type)):
            self.addItem(choice_text(spec.name, name), name)
            if hint := choice_hint(spec.name, name):
                self.setItemData(index, hint, Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(self._choose)

    def show_value(self, value: Any) -> None:
        self.setCurrentIndex(self.findData(value))

    def allow(self, names: tuple[str, ...]) -> None:
        """Grey out all choices but these (and the present one)."""
        model = self.model()
        assert isinstance(model, QStandardItemModel)
        for index in range(self.count()):
            name = self.itemData(index)
            if item := model.item(index):
                item.setEnabled(name in names or name == self.value())

    def _choose(self, index: int) -> None:
        self.offer(self.itemData(index))


class SwitchEditor(Editor, QCheckBox):
    """Yes or no."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self.clicked.connect(self.offer)

    def show_value(self, value: Any) -> None:
        self.setChecked(value)


class NamesEditor(Editor, FieldLine):
    """Names with commas between them ("5, 8"), completed and checked where they are known."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self._known: tuple[str, ...] = ()
        self.setPlaceholderText(self.tr("all"))
        self.editingFinished.connect(self._commit)

    def set_known(self, names: tuple[str, ...]) -> None:
        """Offer these names while typing and refuse others; none: refuse nothing."""
        if names != self._known:
            self._known = names
            self.setCompleter(ListCompleter(names, self) if names else None)

    def show_value(self, value: Any) -> None:
        self.setText(value_text(self.spec, value))

    def has_entry(self) -> bool:
        return self.text() != value_text(self.spec, self.value())

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        """A comma behind a completed name ends the name instead of replacing its completion."""
        if event and event.text() in (",", ";") and self.selectionStart() > 0:
            self.end(False)
        super().keyPressEvent(event)

    def _commit(self) -> None:
        parts = self.text().replace(";", ",").split(",")
        names = tuple(name for part in parts if (name := part.strip()))
        if reason := self._objection(names):
            self.refuse(reason)
        else:
            self.offer(names)

    def _objection(self, names: tuple[str, ...]) -> str:
        unknown = [name for name in names if name not in self._known]
        if self._known and unknown:
            known = ", ".join(self._known[:MOST_NAMED])
            if len(self._known) > MOST_NAMED:
                known += self.tr(" and {} more").format(count_text(len(self._known) - MOST_NAMED))
            return self.tr("No class is named “{}”. There are: {}.").format(unknown[0], known)
        if len(set(names)) < len(names):
            return self.tr("A class is named twice.")
        return self.tr("Keep at least two classes.") if len(names) == 1 else ""


class TextEditor(Editor, FieldLine):
    """A free text."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self.editingFinished.connect(self._commit)

    def show_value(self, value: Any) -> None:
        self.setText(value)

    def has_entry(self) -> bool:
        return self.text() != self.value()

    def _commit(self) -> None:
        self.offer(self.text().strip())


class PathEditor(Editor, QWidget):
    """A file or a folder: typed, or chosen in a dialog."""

    def __init__(self, spec: FieldSpec) -> None:
        super().__init__(spec)
        self.line = FieldLine()
        self.line.setObjectName("path")
        self.line.setAccessibleName(self.tr("File or folder"))
        self.line.editingFinished.connect(self._commit)
        self.button = QToolButton()
        self.button.setObjectName("browse")
        self.button.setText("…")
        self.button.setToolTip(self.tr("Choose a file or a folder"))
        self.button.setAccessibleName(self.tr("Browse"))
        self.button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.button)
        menu.addAction(self.tr("File…"), self._choose_file)
        menu.addAction(self.tr("Folder…"), self._choose_folder)
        self.button.setMenu(menu)
        self.setFocusProxy(self.line)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.line, 1)
        row.addWidget(self.button)

    def show_value(self, value: Any) -> None:
        self.line.setText(value)
        self.line.setToolTip(value or self.tr("The path of a file or a folder"))

    def has_entry(self) -> bool:
        return self.line.text() != self.value()

    def _commit(self) -> None:
        text = self.line.text().strip()
        path = Path(text).expanduser()
        if text and not path.exists():
            self.refuse(self.tr("There is no file or folder “{}”.").format(text))
        else:
            self.offer(str(path) if text else "")

    def _choose_file(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, self.tr("Open a file"), self.value())
        if name:
            self.offer(name)

    def _choose_folder(self) -> None:
        if name := QFileDialog.getExistingDirectory(self, self.tr("Open a folder"), self.value()):
            self.offer(name)
