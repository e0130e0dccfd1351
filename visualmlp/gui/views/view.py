"""What all views have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from PyQt6.QtCore import Qt
from PyQt6.QtGui import QShowEvent
from PyQt6.QtWidgets import QFrame, QLabel, QScrollArea, QStackedLayout, QWidget

from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.registry import Registry
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

LEAST_SIZE = 196, 90
"""Pixels; a view scrolls where it gets less than its content needs."""


class View(QWidget):
    """A picture of a frame, in a dock of its own. A view never changes the run.

    A subclass fills :attr:`content` and overrides :meth:`needs`, :meth:`start`, :meth:`job` and
    :meth:`draw`. Figures are prepared by the job, on the analysis thread; ``draw`` only draws.

    Attributes
    ----------
    name
        Lower-case identifier, as ``visualmlp render --view`` takes it.
    order
        Place among the views.
    """

    name: ClassVar[str]
    order: ClassVar[int]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.setObjectName(f"view.{self.name}")
        self.setAccessibleName(self.title())
        self.content = _Content()
        self._room = self._scroll_area()
        self._empty = QLabel()
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setWordWrap(True)
        self._empty.setContentsMargins(24, 24, 24, 24)
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._empty)
        self._pages.addWidget(self._room)
        self._shown_step: int | None = None
        self._reason = self.tr("No run yet. Choose data and press Play.")
        self._set_reason(self._reason)

    @classmethod
    def title(cls) -> str:
        """The view's name on the screen."""
        raise NotImplementedError

    def needs(self, setup: Setup) -> str:
        """What a run lacks for this view, as a sentence; empty if it can be drawn."""
        return ""

    def start(self, setup: Setup) -> None:
        """A new run begins that this view can draw."""

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Any]:
        """The function that prepares the arrays to draw; it must not touch the widgets."""
        raise NotImplementedError

    def draw(self, frame: Frame, result: Any) -> None:
        """Draw what the job returned."""
        raise NotImplementedError

    def turn_to(self, page: str) -> None:
        """Choose what of the view shows a finding; a view says which names it knows."""

    def refresh(self) -> None:
        """Have the view drawn again, with settings of its own that changed."""
        self.session.mark_stale(self.name)

    # What the session calls

    def is_shown(self) -> bool:
        """Whether the view is on the screen and has something to draw.

        A dock behind another's tab counts as visible in Qt; only its visible region is empty.
        """
        return not self._reason and self.isVisible() and not self.visibleRegion().isEmpty()

    def is_at_work(self) -> bool:
        """Whether something longer than a job is under way whose result will be drawn."""
        return False

    def begin(self, setup: Setup) -> None:
        """Take a new run, or say why it cannot be drawn."""
        self._set_reason(self.needs(setup))
        self._shown_step = None
        if not self._reason:
            self.start(setup)
            self.refresh()

    def show_result(self, frame: Frame, result: Any) -> None:
        """Draw; the content shows again if an error hid it."""
        self._pages.setCurrentWidget(self._room)
        self.draw(frame, result)
        self._shown_step = frame.step

    def shown_moment(self) -> str:
        """What the view shows the state of, for whoever takes its numbers along."""
        return "" if self._shown_step is None else self.tr("step {:,}").format(self._shown_step)

    def show_error(self, message: str) -> None:
        """Say in the view's place why it cannot be drawn at present."""
        self._empty.setText(self.tr("This view cannot be drawn: {}").format(message))
        self._pages.setCurrentWidget(self._empty)

    def _scroll_area(self) -> QScrollArea:
        area = QScrollArea()
        area.setAccessibleName(self.title())
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setMinimumSize(*LEAST_SIZE)
        area.setWidgetResizable(True)
        area.setWidget(self.content)
        for widget in (area.viewport(), self.content):
            assert widget is not None
            widget.setAutoFillBackground(False)  # or Qt takes the view for wholly covered
        return area

    def _set_reason(self, reason: str) -> None:
        self._reason = reason
        self._empty.setText(reason)
        self._pages.setCurrentWidget(self._empty if reason else self._room)

    def showEvent(self, event: QShowEvent | None) -> None:
        super().showEvent(event)
        self.refresh()


class _Content(QWidget):
    """Scrolls only where it gets less than the least that it needs."""

    def heightForWidth(self, width: int) -> int:
        layout = self.layout()
        return layout.minimumHeightForWidth(width) if layout else -1


VIEWS: Registry[type[View]] = Registry("view")
"""Every view, by name; a module in this folder adds its own."""
