"""The editor of the layers, with shapes and numbers of parameters."""

from __future__ import annotations

from PyQt6.QtCore import Qt
from PyQt6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QLabel,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from visualmlp.errors import ExperimentError
from visualmlp.experiment import Experiment, Layer
from visualmlp.gui.panels.layer_buttons import LayerButtons
from visualmlp.gui.panels.layer_row import LayerRow
from visualmlp.gui.panels.notes import Caution
from visualmlp.gui.panels.places import with_value
from visualmlp.gui.panels.shapes import known_data, layer_text, network_text
from visualmlp.gui.session import Session

MARK_WIDTH = 28
"""Width of the numbers before the layers."""

MARK_STYLE = """
QToolButton { border: 1px solid palette(mid); border-radius: 3px; padding: 3px; }
QToolButton:checked { background: palette(highlight); color: palette(highlighted-text); }
QToolButton:focus { border: 2px solid palette(link); padding: 2px; }
"""


class LayersEditor(QWidget):
    """Hidden layers from the input to the output, to be added, removed and moved.

    The buttons act on the selected layer: the one whose number is pressed down. Working in a
    layer's fields selects it.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName("layers")
        self.rows: list[LayerRow] = []
        self._marks = QButtonGroup(self)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.buttons = LayerButtons()
        self.message = Caution()
        self.message.setObjectName("network.hidden.message")
        self.output = self._new_output()
        self.summary = QLabel()
        self.summary.setObjectName("network.summary")
        self.summary.setAccessibleName(self.tr("Shapes and number of parameters"))
        self.summary.setWordWrap(True)
        self._lay_out()
        self._connect()
        self.refresh(session.experiment)
        self.select(0)

    @property
    def selected(self) -> int:
        """The layer that the buttons act on; -1 if there is none."""
        return self._marks.checkedId()

    def select(self, index: int) -> None:
        """Let the buttons act on a layer."""
        if mark := self._marks.button(index):
            mark.setChecked(True)
        self.buttons.follow(self.selected, len(self.rows))

    def refresh(self, experiment: Experiment) -> None:
        """Show an experiment."""
        selected, count = self.selected, len(experiment.network.hidden)
        while len(self.rows) > count:
            self._drop_row()
        for row in self.rows:
            row.refresh(experiment)
        while len(self.rows) < count:
            self._append_row()
        self.output.refresh(experiment)
        self.message.say("")
        self.select(min(max(selected, 0), count - 1))
        self.describe(experiment)

    def describe(self, experiment: Experiment) -> None:
        """Show shapes and numbers of parameters of an experiment, typed or accepted."""
        data = known_data(self.session, experiment)
        for index, row in enumerate((*self.rows, self.output)):
            row.note.setText(layer_text(experiment, data, index))
        self.summary.setText(network_text(experiment, data))

    # The buttons

    def add(self) -> None:
        """Add a layer like the selected one behind it."""
        layers, index = self._layers(), self.selected
        layers.insert(index + 1, layers[index] if layers else Layer())
        self._edit(layers, index + 1)

    def remove(self) -> None:
        """Remove the selected layer."""
        layers, index = self._layers(), self.selected
        del layers[index]
        self._edit(layers, min(index, len(layers) - 1))

    def move_up(self) -> None:
        """Move the selected layer towards the input."""
        self._move(-1)

    def move_down(self) -> None:
        """Move the selected layer towards the output."""
        self._move(1)

    def _move(self, by: int) -> None:
        layers, index = self._layers(), self.selected
        layers.insert(index + by, layers.pop(index))
        self._edit(layers, index + by)

    def _layers(self) -> list[Layer]:
        return list(self.session.experiment.network.hidden)

    def _edit(self, layers: list[Layer], selected: int) -> None:
        try:
            experiment = with_value(self.session.experiment, "network.hidden", tuple(layers))
        except ExperimentError as error:
            self.message.say(str(error))
            return
        self.session.edit(experiment)
        self.select(selected)

    # Rows

    def _append_row(self) -> None:
        index = len(self.rows)
        name = self.tr("Layer {}").format(index + 1)
        mark = QToolButton()
        mark.setObjectName(f"network.hidden.{index}.mark")
        mark.setText(str(index + 1))
        mark.setCheckable(True)
        mark.setFixedWidth(MARK_WIDTH)
        mark.setStyleSheet(MARK_STYLE)
        mark.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        mark.setAccessibleName(name)
        mark.setToolTip(self.tr("Select {} for the buttons below").format(name))
        self._marks.addButton(mark, index)
        main = ("units", "activation")
        row = LayerRow(self.session, f"network.hidden.{index}", name, main, mark)
        row.typed.connect(self.describe)
        self.rows.append(row)
        self._rows.addWidget(row)

    def _drop_row(self) -> None:
        row = self.rows.pop()
        if mark := self._marks.button(len(self.rows)):
            self._marks.removeButton(mark)
        self._rows.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _new_output(self) -> LayerRow:
        mark = QLabel(self.tr("Output"))
        return LayerRow(self.session, "network.output", mark.text(), ("activation",), mark)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._rows)
        column.addWidget(self.message)
        column.addWidget(self.buttons)
        column.addWidget(self.output)
        column.addWidget(self.summary)

    def _connect(self) -> None:
        self.output.typed.connect(self.describe)
        self.buttons.add.clicked.connect(self.add)
        self.buttons.remove.clicked.connect(self.remove)
        self.buttons.up.clicked.connect(self.move_up)
        self.buttons.down.clicked.connect(self.move_down)
        self._marks.idClicked.connect(self.select)
        self.session.experiment_changed.connect(self.refresh)
        self.session.run_started.connect(self._describe_again)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._follow_focus)

    def _describe_again(self) -> None:
        self.describe(self.session.experiment)

    def _follow_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        for index, row in enumerate(self.rows):
            if new is not None and row.isAncestorOf(new):
                self.select(index)
