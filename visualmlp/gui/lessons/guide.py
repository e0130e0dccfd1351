"""Opens lessons, and does what the links in their texts say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PyQt6.QtCore import QObject, QUrl, pyqtSignal
from PyQt6.QtGui import QDesktopServices

from visualmlp.data import Source
from visualmlp.errors import VisualMLPError
from visualmlp.experiment import apply_settings
from visualmlp.gui.kept_runs import KeptRun
from visualmlp.gui.session import Session
from visualmlp.lessons import Action, Lesson, Variant, load_lesson, missing_source, parse_link
from visualmlp.training.setup import Setup


class Stage(Protocol):
    """What a guide needs of the window."""

    def use_layout(self, name: str) -> None: ...
    def show_view(self, name: str) -> None: ...
    def ask_for_data(self, source: Source, then: Callable[[], None]) -> None: ...


class Guide(QObject):
    """Carries a lesson through.

    Parameters
    ----------
    session
        What is steered.
    stage
        The window: arranges itself, shows views, and asks for data that are missing.

    Signals
    -------
    opened
        A Lesson was opened.
    variant_opened
        One of its Variants is in the session now, or will be when it is loaded.
    left
        Something else was opened; the lesson can be gone back to by any of its links.
    refused
        Why a link cannot do what it says.
    """

    opened = pyqtSignal(object)
    variant_opened = pyqtSignal(object)
    left = pyqtSignal()
    refused = pyqtSignal(str)

    def __init__(self, session: Session, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lesson: Lesson | None = None
        self.variant: Variant | None = None
        self.is_followed = False
        """Whether a lesson was opened, and nothing else since."""
        self._session = session
        self._stage = stage
        self._kept: list[KeptRun] = []
        self._wanted: Lesson | None = None
        self._waiting: Action | None = None
        self._verbs: dict[str, Callable[..., None]] = {
            "run-to-epoch": self._run_to_epoch,
            "run-to-step": self._run_to_step,
            "step": self._step,
            "epoch": self._epoch,
            "play": self._session.play,
            "reset": self._session.reset,
            "set": self._set,
            "pick": self._pick,
            "pick-unit": self._pick_unit,
            "show": self._stage.show_view,
            "layout": self._stage.use_layout,
            "keep-curves": self.keep_curves,
            "variant": self._open_variant_called,
            "lesson": self.open_called,
        }
        session.run_started.connect(self._go_on)
        session.failed.connect(self._give_up)

    # Lessons

    def open_called(self, name: str) -> None:
        """Open a lesson by its name.

        Raises
        ------
        VisualMLPError
            If there is none, or its file is wrong.
        """
        self.open(load_lesson(name))

    def open(self, lesson: Lesson) -> None:
        """Open a lesson, after asking for its data where they are missing."""
        if source := missing_source(lesson):
            self._wanted = lesson
            self._stage.ask_for_data(source, self._open_wanted)
            return
        self._session.forget_kept_curves(self._kept)
        self._kept.clear()
        self.lesson = lesson
        self.opened.emit(lesson)
        self._open_variant(lesson.variants[0])
        self._try(self._stage.use_layout, lesson.layout)
        self._show_views()

    def _open_wanted(self) -> None:
        if self._wanted:
            self.open(self._wanted)

    def _show_views(self) -> None:
        """Bring the lesson's views to the front; of those in one place the first."""
        for name in reversed(self.lesson.show if self.lesson else ()):
            self._try(self._stage.show_view, name)

    def open_variant(self, variant: Variant) -> None:
        """Open a variant of the lesson; what the present run has drawn stays for comparison."""
        if (
            self.variant
            and self.is_open
            and (kept := self._session.keep_curves(self.variant.title))
        ):
            self._kept.append(kept)
        self._open_variant(variant)

    def _open_variant(self, variant: Variant) -> None:
        self.variant = variant
        self.is_followed = True
        self._session.open(variant.experiment)
        self.variant_opened.emit(variant)

    def _open_variant_called(self, name: str) -> None:
        if self.lesson is None:
            raise VisualMLPError(self.tr("No lesson is open; choose one in the menu Lessons."))
        self.open_variant(self.lesson.variant(name))

    @property
    def is_open(self) -> bool:
        """Whether the run is that of the variant, with what was changed in the panels since."""
        setup = self._session.setup
        return bool(
            setup and self.variant and setup.experiment.title == self.variant.experiment.title
        )

    def keep_curves(self) -> None:
        """Keep the curves of the present run under the title of what is open.

        Raises
        ------
        VisualMLPError
            If there are none.
        """
        setup = self._session.setup
        if setup is None or not self._session.has_curves:
            raise VisualMLPError(self.tr("There are no curves to keep yet: train a step first."))
        lesson = self.lesson if self.is_open else None
        self._session.keep_curves(lesson.title if lesson else setup.experiment.title)

    # Links

    def follow(self, href: str) -> None:
        """Do what a link says; what cannot be done is told."""
        if href.startswith(("https:", "http:")):
            QDesktopServices.openUrl(QUrl(href))
            return
        self._try(lambda: self.do(parse_link(href)))

    def do(self, action: Action) -> None:
        """Carry out an action, as soon as a run is there if it needs one that is loading now.

        Where something else was opened meanwhile, the lesson's run is opened again first.

        Raises
        ------
        VisualMLPError
            If it cannot be carried out.
        """
        if action.verb in _OF_A_RUN and self._session.is_loading:
            self._waiting = action
            return
        if action.verb in _OF_A_RUN and self.variant and not self.is_open:
            self._waiting = action
            self._open_variant(self.variant)
            return
        if action.verb in _OF_A_RUN and self._session.setup is None:
            raise VisualMLPError(
                self.tr("There is no run yet; open a lesson or choose data first.")
            )
        self._verbs[action.verb](*action.arguments)

    def _go_on(self) -> None:
        if self.is_followed and not self.is_open:
            self.is_followed = False
            self.left.emit()
        if action := self._waiting:
            self._waiting = None
            self._try(lambda: self.do(action))

    def _give_up(self) -> None:
        self._waiting = None

    def _try(self, job: Callable[..., None], *arguments: str) -> None:
        try:
            job(*arguments)
        except VisualMLPError as error:
            self.refused.emit(str(error))

    # What links can do

    def _run_to_epoch(self, epoch: str) -> None:
        self._session.run_to_epoch(int(epoch))

    def _run_to_step(self, step: str) -> None:
        self._session.run_to_step(int(step))

    def _step(self, count: str = "1") -> None:
        self._session.run_steps(int(count))

    def _epoch(self, count: str = "1") -> None:
        self._session.run_epochs(int(count))

    def _set(self, field: str, value: str) -> None:
        self._session.edit(apply_settings(self._session.experiment, [f"{field}={value}"]))

    def _pick(self, part: str, row: str) -> None:
        n_samples = len(getattr(self._setup().data, part))
        if int(row) >= n_samples:
            text = self.tr("There is no {} sample {}: the part has {} samples, counted from 0.")
            raise VisualMLPError(text.format(part, row, f"{n_samples:,}"))
        if part == "test":  # whoever follows a lesson looks on purpose
            self._session.open_test("by a lesson")
        self._session.pick_sample(int(row), part)  # type: ignore[arg-type]
        self._stage.show_view("inspector")

    def _pick_unit(self, layer: str, unit: str) -> None:
        layers = self._setup().layers
        if int(layer) >= len(layers) or int(unit) >= layers[int(layer)].units:
            shapes = ", ".join(str(dense.units) for dense in layers)
            text = self.tr(
                "There is no unit {} in layer {}: the layers have {} units; both count from 0."
            )
            raise VisualMLPError(text.format(unit, layer, shapes))
        self._session.pick_unit(int(layer), int(unit))

    def _setup(self) -> Setup:
        assert self._session.setup is not None
        return self._session.setup


_OF_A_RUN = {
    *("run-to-epoch", "run-to-step", "step", "epoch", "play", "reset", "set"),
    *("pick", "pick-unit", "keep-curves"),
}
"""Verbs that need a run."""
