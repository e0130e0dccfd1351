"""The transport bar: play, step, run on, speed; every button names its unit."""

from __future__ import annotations

from collections.abc import Mapping

from PyQt6.QtCore import QEvent, Qt
from PyQt6.QtGui import QAction, QResizeEvent
from PyQt6.QtWidgets import QComboBox, QLabel, QSizePolicy, QSpinBox, QToolBar, QToolButton, QWidget

from visualmlp.gui.icons import icon
from visualmlp.gui.sampling import sampler_of
from visualmlp.gui.session import Session
from visualmlp.gui.widgets.labels import counted
from visualmlp.training.frame import Frame
from visualmlp.training.runner import Status
from visualmlp.training.setup import Setup

SPEEDS = (1, 5, 20, 50, 200, 1000)
"""Steps per second to choose from, besides full speed."""

WATCHABLE_SPEED = 200
SLOW_EPOCH = 200
"""An epoch of fewer batches than this is over in a blink at full speed, so such a run begins at a
speed that can be watched (steps per second); the user's own choice stays."""

LONGEST = 30
"""Seconds that the planned epochs may take at such a speed; beyond, a faster one is chosen."""


BACK = ("reset", "epoch_back", "step_back")
ENDS = ("reset", "to_head")
"""Buttons whose sign says it all."""

FORWARD = ("toggle", "step_batch", "step_epoch", "step_epochs", "until", "run_until", "fork_here")

SHORTENED = ("epoch_back", "step_back", "step_epochs", "until")
ROOM_FOR_TEXTS = 1200
"""Width in pixels below which these buttons show their signs only."""


class TransportBar(QToolBar):
    """Buttons for the actions of a run.

    Parameters
    ----------
    session
        What is steered.
    actions
        The window's actions by name.
    """

    def __init__(self, session: Session, actions: Mapping[str, QAction]) -> None:
        super().__init__()
        self.setObjectName("transport")
        self.setWindowTitle(self.tr("Transport"))
        self.setAccessibleName(self.windowTitle())
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setMovable(False)
        self._session = session
        self._actions = actions
        self._speed_was_chosen = False
        self._n_batches = 0
        self._offered: tuple[bool, ...] | None = None
        for name in (*BACK, "toggle", "step_batch", "step_epoch"):
            self._add_button(actions[name])
        self.epochs = self._make_epochs()
        self._add_button(actions["step_epochs"])
        self.addWidget(self.epochs)
        self._add_button(actions["until"])
        self._add_button(actions["to_head"])
        self._add_stretch()
        self.speed = self._make_speed()
        session.run_started.connect(self._begin)
        session.frame_changed.connect(self._follow)
        session.status_changed.connect(self._show_status)
        self._show_status(session.status)

    def _add_button(self, action: QAction) -> None:
        self.addAction(action)
        button = self.widgetForAction(action)
        assert isinstance(button, QToolButton)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(action.text().replace("&", ""))
        if action in map(self._actions.get, ENDS):
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _make_epochs(self) -> QSpinBox:
        epochs = QSpinBox()
        epochs.setObjectName("transport.epochs")
        epochs.setRange(1, 100_000)
        epochs.setValue(10)
        epochs.setAccessibleName(self.tr("Number of epochs to run"))
        epochs.setToolTip(self.tr("Number of epochs for the button at the left"))
        epochs.valueChanged.connect(self._show_epochs)
        return epochs

    def _add_stretch(self) -> None:
        stretch = QWidget()
        stretch.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(stretch)

    def _make_speed(self) -> QComboBox:
        speed = QComboBox()
        speed.setObjectName("transport.speed")
        speed.setAccessibleName(self.tr("Speed"))
        speed.setToolTip(
            self.tr("How fast to train at most: slow a small network down to watch it")
        )
        for steps in SPEEDS:
            speed.addItem(self.tr("{} steps/s").format(f"{steps:,}"), float(steps))
        speed.addItem(self.tr("Full speed"), None)
        speed.setCurrentIndex(len(SPEEDS))
        speed.currentIndexChanged.connect(self._limit_speed)
        speed.activated.connect(self._keep_speed)
        label = QLabel(self.tr("Speed "))
        label.setBuddy(speed)
        self.addWidget(label)
        self.addWidget(speed)
        return speed

    def set_speed(self, steps_per_second: float | None) -> None:
        """Choose a speed for the user; None is full speed."""
        self._speed_was_chosen = True
        self.speed.setCurrentIndex(self.speed.findData(steps_per_second))

    def _limit_speed(self) -> None:
        self._session.limit_speed(self.speed.currentData())

    def _keep_speed(self) -> None:
        self._speed_was_chosen = True

    def _begin(self, setup: Setup) -> None:
        sampler = sampler_of(setup.experiment, len(setup.data.train))
        n_batches = sampler.n_steps(setup.experiment.training.batch_size)
        if not self._speed_was_chosen:
            speed = _watchable(n_batches, setup.experiment.training.epochs)
            self.speed.setCurrentIndex(self.speed.findData(speed))
        self._show_batches(n_batches)
        self._show_epochs()

    def _follow(self, frame: Frame) -> None:
        if frame.n_batches != self._n_batches:
            self._show_batches(frame.n_batches)
        self._offer_what_is_there()

    def _show_batches(self, n_batches: int) -> None:
        self._n_batches = n_batches
        unit = counted(n_batches, self.tr("1 batch"), self.tr("{} batches"))
        self._rename("step_epoch", self.tr("Epoch ({})").format(unit))
        self._rename("epoch_back", self.tr("Epoch back ({})").format(unit))

    def _show_epochs(self) -> None:
        count = self.epochs.value()
        text = counted(count, self.tr("1 epoch"), self.tr("{} epochs"))
        self._rename("step_epochs", text)

    def _rename(self, name: str, text: str) -> None:
        action = self._actions[name]
        if action.text() != text:
            action.setText(text)
            button = self.widgetForAction(action)
            assert isinstance(button, QToolButton)
            button.setAccessibleName(text)

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        style = Qt.ToolButtonStyle
        roomy = self.width() >= ROOM_FOR_TEXTS
        for name in SHORTENED:
            button = self.widgetForAction(self._actions[name])
            assert isinstance(button, QToolButton)
            button.setToolButtonStyle(
                style.ToolButtonTextBesideIcon if roomy else style.ToolButtonIconOnly
            )

    def event(self, event: QEvent | None) -> bool:
        """Keep the buttons' tips from hiding the status line, on which the eye rests just then."""
        if event and event.type() == QEvent.Type.StatusTip:
            return True
        return super().event(event)

    def _show_status(self, status: Status) -> None:
        running = self._session.is_running
        self._rename("toggle", self.tr("Pause") if running else self.tr("Play"))
        self._actions["toggle"].setIcon(icon("pause" if running else "play"))
        self._offer_what_is_there()

    def _offer_what_is_there(self) -> None:
        """Back where there is a past, to the newest step where it lies ahead."""
        frame, has_past, has_future, edited = self._session.frame, False, False, False
        if frame is not None:
            has_past, has_future = frame.step > 0, frame.step < frame.head
            edited = any(edit.step == frame.step for edit in tuple(self._session.timeline.edits))
        offered = self._session.setup is not None, has_past, has_future, edited
        if offered == self._offered:
            return
        self._offered = offered
        names = FORWARD, BACK, ("to_head",), ("undo_edit",)
        for some, enabled in zip(names, offered, strict=True):
            for name in some:
                self._actions[name].setEnabled(enabled)


def _watchable(n_batches: int, epochs: int) -> float | None:
    """The speed to begin with: the slowest at which the run does not take too long."""
    speeds = [speed for speed in SPEEDS if speed >= WATCHABLE_SPEED]
    fitting = (float(speed) for speed in speeds if n_batches * epochs <= LONGEST * speed)
    return next(fitting, None) if n_batches < SLOW_EPOCH else None
