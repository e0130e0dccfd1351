"""The timeline: what was recorded, what is marked on it, and the cursor to drag."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QEvent, QPointF, QSize, Qt, QTimer
from PyQt6.QtGui import (
    QAction,
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QWheelEvent,
)
from PyQt6.QtWidgets import QMenu, QSizePolicy, QSlider, QToolTip

from visualmlp.gui.pace import TEXT_INTERVAL_MS
from visualmlp.gui.session import Session
from visualmlp.gui.timeline_marks import Best, Mark, marks_of
from visualmlp.gui.timeline_painter import SIDE, Picture, height, paint, side_width
from visualmlp.gui.timeline_scale import Epochs, Scale, end_of
from visualmlp.gui.widgets import labels
from visualmlp.training.frame import Frame
from visualmlp.training.timeline import Checkpoints

REACH = 6.0
"""Pixels beside a mark at which it still tells what it is."""

_Key = Qt.Key
_WHEEL_NOTCH = 120


class TimelineBar(QSlider):
    """From step 0 to the newest one, and on to what is planned.

    A slider for the keyboard and for screen readers: its value is the step of the cursor, its
    maximum the newest step that was made.

    Parameters
    ----------
    session
        Whose cursor it moves.
    actions
        What the context menu offers.
    """

    def __init__(self, session: Session, actions: Sequence[QAction] = ()) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.setObjectName("timeline")
        self.setAccessibleName(self.tr("Timeline: the cursor's step"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setRange(0, 0)
        self.marks: list[Mark] = []
        self._session = session
        self._actions = actions
        self._best = Best()
        self._following = False
        self._turned = 0
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(TEXT_INTERVAL_MS)
        self._later.timeout.connect(self.follow)
        self.valueChanged.connect(self._seek)
        session.frame_changed.connect(self._follow_soon)
        session.timeline_changed.connect(self._follow_soon)
        session.branches_changed.connect(self._follow_soon)
        session.status_changed.connect(self._follow_soon)

    # What the session tells

    def _follow_soon(self) -> None:
        if not self._session.is_running:
            self.follow()
        elif not self._later.isActive():
            self._later.start()

    def follow(self) -> None:
        """Show the timeline as it is now, and the cursor, unless the user is moving it."""
        session, frame = self._session, self._session.frame
        if frame is None:
            return
        best = self._best.follow(session.history.epochs)
        self.marks = marks_of(session.timeline, session.branches, best)
        self._following = True
        self.setMaximum(frame.head)  # of the same moment as the cursor, not the worker's present
        if not (self.isSliderDown() or session.is_seeking):
            self.setValue(frame.step)
        self._following = False
        self.setAccessibleDescription(self.place_text())
        self.update()

    def place_text(self) -> str:
        """Where the cursor is: "step 1,840 of 4,690"."""
        return self._place_text(self.value())

    def _place_text(self, step: int) -> str:
        return self.tr("step {} of {}").format(f"{step:,}", f"{self.maximum():,}")

    # Where things are

    def scale(self) -> Scale:
        """The present map between steps and the screen."""
        text = self._place_text(self.maximum())  # the longest: the track stays where it is
        right = self.width() - side_width(self.font(), text) - SIDE
        name = max(self._run_name(), self.tr("epoch"), key=len)
        left = min(side_width(self.font(), name), self.width() / 5) + SIDE
        end = end_of(self.maximum(), self._planned(), self.epochs().n_batches)
        return Scale(left, max(right, left + 1), end)

    def epochs(self) -> Epochs:
        """Where epochs end."""
        frame = self._session.frame
        return Epochs(self._session.history.epochs, frame.n_batches if frame else 1)

    def _planned(self) -> int:
        records = self._session.history.epochs
        if not records:
            return 0
        return round(self.epochs().step_of(self._session.experiment.training.epochs))

    def _run_name(self) -> str:
        branches = self._session.branches
        return branches[branches.current].name if branches else ""

    # Painting

    def sizeHint(self) -> QSize:
        return QSize(400, height(self.font()))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, height(self.font()))

    def paintEvent(self, event: QPaintEvent | None) -> None:
        painter = QPainter(self)
        if self._session.frame is not None and self._session.history.epochs:
            paint(painter, self._picture(self._session.frame))
        painter.end()

    def _picture(self, frame: Frame) -> Picture:
        return Picture(
            rect=self.rect(),
            scale=self.scale(),
            epochs=self.epochs(),
            cursor=self.value(),
            head=self.maximum(),
            checkpoints=_steps_kept(self._session.timeline.checkpoints),
            marks=self.marks,
            run=self._run_name(),
            place=self.place_text(),
            state=self._state_text(frame),
            units=(self.tr("epoch"), self.tr("step")),
            font=self.font(),
            focused=self.hasFocus(),
        )

    def _state_text(self, frame: Frame) -> str:
        if self.value() >= self.maximum():
            return self.tr("newest")
        return self.tr("replaying") if self._session.is_running else self.tr("recorded")

    # Seeking

    def _seek(self, step: int) -> None:
        if not self._following:
            self._session.seek(step)
            self.setAccessibleDescription(self.place_text())

    def _move_epochs(self, count: int) -> None:
        """To the end of an epoch before or after the cursor."""
        epochs = self.epochs()
        here = epochs.epoch_at(self.value())
        whole = round(here)
        if abs(here - whole) > 1e-9:
            whole = int(here) + (1 if count < 0 else 0)
        self.setValue(round(epochs.step_of(max(whole + count, 0))))

    # Mouse and keyboard

    def mousePressEvent(self, event: QMouseEvent | None) -> None:
        if event is None or event.button() != Qt.MouseButton.LeftButton:
            return
        self.setSliderDown(True)
        self.setValue(self.scale().step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent | None) -> None:
        if event is None:
            return
        if self.isSliderDown():
            self.setValue(self.scale().step_at(event.position().x()))
        else:
            text = self.text_at(event.position())
            QToolTip.showText(event.globalPosition().toPoint(), text, self)

    def mouseReleaseEvent(self, event: QMouseEvent | None) -> None:
        if self.isSliderDown():
            self.setSliderDown(False)
            self.follow()

    def wheelEvent(self, event: QWheelEvent | None) -> None:
        if event is None:
            return
        self._turned += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._turned / _WHEEL_NOTCH)
        self._turned -= notches * _WHEEL_NOTCH
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier and notches:
            self._move_epochs(notches)
        else:
            self.setValue(self.value() + notches)
        event.accept()

    def event(self, event: QEvent | None) -> bool:
        if isinstance(event, QHelpEvent):  # texts come at once, see mouseMoveEvent
            return True
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() in _KEYS
            and not event.modifiers()
        ):
            event.accept()  # before a shortcut of the window takes the key
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent | None) -> None:
        if event is None or event.key() not in _KEYS or event.modifiers() & _WITH_COMMAND:
            if event is not None:
                event.ignore()
            return
        steps, epochs = _KEYS[event.key()]
        if epochs:
            self._move_epochs(epochs)
        else:
            self.setValue(min(max(self.value() + steps, 0), self.maximum()))

    def contextMenuEvent(self, event: QContextMenuEvent | None) -> None:
        if event is None or not self._actions:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.addActions(list(self._actions))
        menu.popup(event.globalPos())

    def text_at(self, pos: QPointF) -> str:
        """What there is at a place: the marks there, or the step."""
        scale = self.scale()
        near = [mark for mark in self.marks if abs(scale.x_of(mark.step) - pos.x()) <= REACH]
        if near:
            return "\n".join(self._mark_text(mark) for mark in near[:8])
        step = min(scale.step_at(pos.x()), scale.end)
        epoch = labels.number_text(self.epochs().epoch_at(step), ".3g")
        text = self.tr("step {}, epoch {}").format(f"{step:,}", epoch)
        return text if step <= self.maximum() else self.tr("{} (still to be trained)").format(text)

    def _mark_text(self, mark: Mark) -> str:
        names = {
            "edit": self.tr("edit"),
            "fork": self.tr("fork"),
            "event": self.tr("event"),
            "best": self.tr("best"),
        }
        return self.tr("step {}, {}: {}").format(f"{mark.step:,}", names[mark.kind], mark.text)


def _steps_kept(checkpoints: Checkpoints) -> list[int]:
    """Steps of the states in memory and in the file that the run was opened from."""
    archived = checkpoints.archive.steps() if checkpoints.archive else ()
    return sorted({*archived, *checkpoints.steps})


_FAR = 2**30
_KEYS: dict[int, tuple[int, int]] = {
    _Key.Key_Left: (-1, 0),
    _Key.Key_Right: (1, 0),
    _Key.Key_Down: (-1, 0),
    _Key.Key_Up: (1, 0),
    _Key.Key_PageUp: (0, -1),
    _Key.Key_PageDown: (0, 1),
    _Key.Key_Home: (-_FAR, 0),
    _Key.Key_End: (_FAR, 0),
}
"""Steps and epochs that a key goes."""

_WITH_COMMAND = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.ShiftModifier
)
