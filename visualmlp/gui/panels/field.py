"""A declared field of an experiment on the screen."""

from __future__ import annotations

from typing import Any, Literal, get_origin

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtWidgets import QLabel

from visualmlp.errors import ExperimentError
from visualmlp.experiment import Experiment, FieldSpec
from visualmlp.gui.panels.edited import Edited
from visualmlp.gui.panels.editors import (
    ChoiceEditor,
    Editor,
    NamesEditor,
    PathEditor,
    SwitchEditor,
    TextEditor,
)
from visualmlp.gui.panels.notes import Caution
from visualmlp.gui.panels.number_editor import LogEditor, NumberEditor
from visualmlp.gui.panels.places import section_at, with_value
from visualmlp.gui.panels.texts import hint_lines, hint_text, translated, value_text


def new_editor(spec: FieldSpec, unit: str = "") -> Editor:
    """The editor for a field's kind."""
    if spec.choices or get_origin(spec.type) is Literal:
        return ChoiceEditor(spec)
    if spec.type is bool:
        return SwitchEditor(spec)
    if spec.type is float and spec.ui.scale == "log":
        return LogEditor(spec)
    if spec.type in (int, float):
        return NumberEditor(spec, unit)
    if get_origin(spec.type) is tuple:
        return NamesEditor(spec)
    if spec.type is str:
        return PathEditor(spec) if spec.name.endswith("path") else TextEditor(spec)
    raise TypeError(f"no editor for {spec.name}: {spec.type}")


class Field(QObject):
    """Editor, label and message of one field; edits the session's experiment and follows it.

    Parameters
    ----------
    section
        The dotted place of the field's section ("optimizer", "network.hidden.0").
    spec
        The declaration.
    owner
        Put before the label where it is read out alone ("Layer 1").
    unit
        Text shown in the editor instead of the declared unit.
    """

    typed = pyqtSignal(object)
    """What is being typed would be this experiment."""

    def __init__(
        self, session: Edited, section: str, spec: FieldSpec, owner: str = "", unit: str = ""
    ) -> None:
        super().__init__()
        self.session, self.section, self.spec = session, section, spec
        self.place = f"{section}.{spec.name}"
        self.name = ": ".join(filter(None, [owner, translated(spec.ui.label)]))
        self.editor = self._new_editor(unit)
        self.message = Caution()
        self.message.setObjectName(f"{self.place}.message")
        self.refresh(session.experiment)
        self.editor.value_changed.connect(self._edit)
        self.editor.typed.connect(self._pass_on)
        self.editor.refused.connect(self._say)

    def new_label(self) -> QLabel:
        """A label whose buddy is the editor."""
        label = QLabel(translated(self.spec.ui.label))
        label.setObjectName(f"{self.place}.label")
        label.setBuddy(self.editor)
        label.setToolTip(self.editor.toolTip())
        return label

    def is_visible(self, experiment: Experiment) -> bool:
        """Whether the field has an effect in an experiment."""
        return self.spec.is_visible(section_at(experiment, self.section))

    def refresh(self, experiment: Experiment) -> None:
        """Show the experiment's value, unless another one is just being typed over it."""
        value = getattr(section_at(experiment, self.section), self.spec.name)
        if value != self.editor.value() or not self.editor.hasFocus():
            self.editor.set_value(value)

    def _new_editor(self, unit: str) -> Any:
        editor: Any = new_editor(self.spec, unit)
        editor.setObjectName(self.place)
        editor.setAccessibleName(self.name)
        editor.setAccessibleDescription(" ".join(filter(None, hint_lines(self.spec))))
        editor.setToolTip(hint_text(self.spec))
        editor.setWhatsThis(hint_text(self.spec))
        return editor

    def _edit(self, value: object) -> None:
        try:
            experiment = with_value(self.session.experiment, self.place, value)
        except ExperimentError as error:
            self.editor.refuse(str(error))
        else:
            self.session.edit(experiment)

    def _pass_on(self, value: object) -> None:
        try:
            self.typed.emit(with_value(self.session.experiment, self.place, value))
        except ExperimentError:
            self.typed.emit(self.session.experiment)

    def _say(self, reason: str) -> None:
        if reason:
            old = value_text(self.spec, self.editor.value()) or self.tr("The old value")
            reason = f"{reason} " + self.tr("{} stays in use.").format(old)
        self.message.say(reason)
        parts = [reason, *hint_lines(self.spec)]
        self.editor.setAccessibleDescription(" ".join(filter(None, parts)))
