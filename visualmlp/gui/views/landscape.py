"""The loss around the path that the training takes."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QCheckBox, QComboBox, QPushButton, QVBoxLayout, QWidget

from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.explorer import Explorer
from visualmlp.gui.views.landscape_texts import axis_names, caption, path_texts
from visualmlp.gui.views.long_work import LongWork
from visualmlp.gui.views.parameter_chooser import ParameterChooser, first_parameters
from visualmlp.gui.views.part_chooser import PartChooser, part_name
from visualmlp.gui.views.terrain import Seen, Terrain, Wanted
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.contour_plot import ContourPlot
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.task_line import duration_text
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.branches import Branch
from visualmlp.training.frame import Frame
from visualmlp.training.long_task import BUSY_SHARE
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

RESOLUTIONS = 21, 41, 81
REACHES = 1.0, 2.0, 5.0, 20.0
CHEAP = 2.0
"""Seconds that a surface may take, by estimate, for it to be computed without being asked for."""
PATIENCE = 0.5
"""Seconds for which a surface stays before what there is of the next one takes its place."""
A_LOOK = 0.05
"""Seconds for which past states are looked into before what is known is shown."""

LEAST_HEIGHT = 190
"""Pixels of the plot; in less room the view scrolls."""


@VIEWS.add
class LandscapeView(View):
    """Contours of the loss over two parameters, or over the plane in which the path mostly lies."""

    name: ClassVar[str] = "landscape"
    order: ClassVar[int] = 60

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._explorer: Explorer | None = None
        self._terrain: Terrain | None = None
        self._published: deque[Terrain] = deque(maxlen=1)
        self._asked: tuple[object, ...] = ()
        self._failure = ""
        self._shown_at = 0.0
        self._kind = self._combo(
            "kind",
            self.tr("Plane"),
            self.tr("Over which two directions of the parameters' space the loss is shown"),
            (
                (self.tr("The path's two main directions"), "path"),
                (self.tr("Two parameters"), "parameters"),
            ),
        )
        self._first = ParameterChooser("first", self.tr("First parameter"), self, axis="x")
        self._second = ParameterChooser("second", self.tr("Second parameter"), self, axis="y")
        self._part = PartChooser(session)
        self._resolution = self._combo(
            "resolution",
            self.tr("Resolution"),
            self.tr("At how many points along each axis the loss is computed"),
            tuple((f"{n} × {n}", n) for n in RESOLUTIONS),
        )
        self._resolution.setCurrentIndex(1)
        self._reach = self._combo(
            "reach",
            self.tr("Reach"),
            self.tr("How far the picture reaches, as a multiple of the path's extent"),
            tuple((self.tr("{:g} × the path").format(n), n) for n in REACHES),
        )
        self._log = self._box("log", self.tr("Log scale"), self.tr("Colours by log(loss)"))
        self._log.setChecked(True)
        self._penalised = self._box(
            "penalised", self.tr("With penalty"), self.tr("Add the L1 and L2 terms to the loss")
        )
        self._compute = QPushButton(self.tr("Compute"))
        self._compute.setObjectName("compute")
        self._compute.setToolTip(self.tr("Compute the loss around the state at the cursor"))
        self._work = LongWork(session, self)
        self._plot = ContourPlot()
        self._plot.setObjectName("contours")
        self._plot.setMinimumHeight(LEAST_HEIGHT)
        self._caption = TextLine(lines=3)
        self._caption.setObjectName("caption")
        self._connect()
        self._arrange()

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("LandscapeView", "Landscape")

    def needs(self, setup: Setup) -> str:
        if setup.new_network().layout.size > 1:
            return ""
        return self.tr("A landscape needs two parameters; this network has a single one.")

    def start(self, setup: Setup) -> None:
        self._work.cancel()
        self._explorer = Explorer(setup)
        self._terrain = None
        self._asked, self._failure = (), ""
        for chooser, weight in zip(
            (self._first, self._second), first_parameters(setup), strict=True
        ):
            chooser.set_setup(setup, weight)
        self._part.set_run(setup, "train")
        if self._is_live():
            self._kind.setCurrentIndex(1)
        elif not self._kind.isEnabled():
            self._kind.setCurrentIndex(0)
        self._kind.setEnabled(not self._is_live())
        self._compute.setVisible(not self._is_live())
        regularization = setup.experiment.regularization
        self._penalised.setVisible(bool(regularization.l1 or regularization.l2))
        self._show_choosers()

    def is_at_work(self) -> bool:
        return self._work.is_busy

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Seen]:
        for chooser in (self._first, self._second):
            chooser.follow(picks)
        explorer = self._explorer
        assert explorer is not None
        if self._is_live():
            return partial(_follow, explorer, frame, self._branch(), self._wanted(), self._terrain)
        return partial(_see, explorer, frame, self._branch(), self._terrain)

    def draw(self, frame: Frame, result: Seen) -> None:
        if self._is_live():
            self._terrain = result.terrain
            if result.terrain is not None and result.terrain.path.n_missing:
                self.refresh()
        self._compute.setEnabled(not self._is_one_parameter())
        self._show(frame, result)
        if not self._is_live() and self._is_due(frame):
            self._survey()

    # Drawing

    def _show(self, frame: Frame, seen: Seen) -> None:
        terrain = seen.terrain
        if terrain is None or self._is_one_parameter():
            self._plot.set_empty(self._nothing(frame))
            self._caption.set_text("")
            return
        setup = self._setup()
        self._plot.set_axes(*axis_names(setup, terrain))
        title = self.tr("Loss of the {} part").format(part_name(terrain.wanted.part))
        self._plot.set_title(title)
        if terrain.losses.size:
            self._plot.set_surface(terrain.x, terrain.y, terrain.losses, self.tr("loss"))
        last = terrain.path.steps[-1]
        names = (
            self.tr("start"),
            self.tr("step {}").format(f"{last:,}") if last != frame.step else "",
            self.tr("now: step {}").format(f"{frame.step:,}"),
        )
        path = terrain.path
        self._plot.set_path(path.places, path_texts(terrain), path.is_edit, names)
        self._plot.set_present(seen.place)
        text = caption(
            setup,
            frame,
            seen,
            is_as_wanted=terrain.wanted == self._wanted(),
            is_under_way=self._work.is_busy,
        )
        self._caption.set_text(f"{self._failure} · {text}" if self._failure else text)

    def _nothing(self, frame: Frame) -> str:
        if self._is_one_parameter():
            return self.tr("Both parameters are the same one: choose another.")
        if self._failure:
            return self._failure
        if self._wanted().kind == "path" and frame.head < 2:
            return self.tr(
                "The path needs three states at least: train for two steps or more, "
                "or choose two parameters."
            )
        if self._work.is_busy:
            return self.tr("Computing the loss around the path …")
        return self.tr("Press Compute: the loss at {} points takes about {}.").format(
            f"{self._wanted().resolution ** 2:,}", duration_text(self._expected())
        )

    # Computing

    def _wanted(self) -> Wanted:
        return Wanted(
            kind=self._kind.currentData(),
            places=(self._first.weight, self._second.weight),
            part=self._part.part,
            resolution=self._resolution.currentData(),
            reach=self._reach.currentData(),
            is_penalised=self._penalised.isChecked() and not self._penalised.isHidden(),
        )

    def _key(self, frame: Frame) -> tuple[object, ...]:
        branch = self._branch()
        return self._wanted(), frame.step, frame.head, branch.number, len(branch.timeline.edits)

    def _is_live(self) -> bool:
        return self._explorer is not None and self._explorer.has_two_parameters

    def _is_one_parameter(self) -> bool:
        """Whether one parameter is chosen for both directions, which make no plane then."""
        is_open = self._kind.currentData() == "parameters"
        return is_open and self._first.weight == self._second.weight

    def _is_due(self, frame: Frame) -> bool:
        """Whether to compute without being asked: at rest, when it is cheap, once a state."""
        if self.session.is_running or self._work.is_busy or self._is_one_parameter():
            return False
        if self._key(frame) == self._asked:
            return False
        has_path = self._wanted().kind == "parameters" or frame.head >= 2
        return has_path and self._estimate() < CHEAP

    def _estimate(self) -> float:
        assert self._explorer is not None
        return self._explorer.estimated_seconds(self._wanted(), self._branch().timeline.head)

    def _expected(self) -> float:
        """Seconds from now on, which are more while training runs."""
        return self._estimate() / (BUSY_SHARE if self.session.is_running else 1)

    def _survey(self) -> None:
        explorer, frame = self._explorer, self.session.frame
        if explorer is None or frame is None:
            return
        self._asked, self._failure = self._key(frame), ""
        self._shown_at = time.monotonic()
        branch, wanted = self._branch(), self._wanted()
        published = deque[Terrain](maxlen=1)  # its own: a cancelled survey may still publish
        self._published = published
        self._work.start(
            self.tr("Loss around step {}").format(f"{frame.step:,}"),
            lambda report: explorer.survey(frame, branch, wanted, report, published.append),
            self._expected(),
        )
        self.refresh()

    def _take_published(self) -> None:
        is_early = time.monotonic() < self._shown_at + PATIENCE
        if self._published and not (self._terrain and is_early):
            self._take(self._published.pop())

    def _take(self, terrain: Terrain | None) -> None:
        if terrain is not None:
            self._terrain, self._shown_at = terrain, time.monotonic()
        self.refresh()

    def _tell_failure(self, message: str) -> None:
        self._failure = self.tr("⚠ The landscape cannot be computed: {}").format(message)
        self.refresh()

    # The user

    def _choose_kind(self) -> None:
        self._show_choosers()
        self.refresh()

    def _choose_parameter(self, chooser: ParameterChooser) -> None:
        self.session.pick_weight(*chooser.weight)
        self.refresh()

    def _go_to(self, index: int) -> None:
        if self._terrain is not None:
            self.session.seek(self._terrain.path.steps[index])

    def _show_choosers(self) -> None:
        is_open = self._kind.currentData() == "parameters" and not self._is_live()
        for chooser in (self._first, self._second):
            chooser.set_visible(is_open)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    def _branch(self) -> Branch:
        branches = self.session.branches
        assert branches is not None
        return branches[branches.current]

    # Layout

    def _connect(self) -> None:
        self._kind.activated.connect(self._choose_kind)
        for chooser in (self._first, self._second):
            chooser.chosen.connect(partial(self._choose_parameter, chooser))
        self._part.part_chosen.connect(self.refresh)
        for combo in (self._resolution, self._reach):
            combo.activated.connect(self.refresh)
        self._log.toggled.connect(self._plot.set_log)
        self._penalised.toggled.connect(lambda: self.refresh())
        self._compute.clicked.connect(self._survey)
        self._work.looked.connect(self._take_published)
        self._work.done.connect(self._take)
        self._work.ended.connect(self.refresh)
        self._work.failed.connect(self._tell_failure)
        self._plot.point_picked.connect(self._go_to)

    @staticmethod
    def _combo(
        name: str, accessible: str, tip: str, items: tuple[tuple[str, object], ...]
    ) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName(name)
        chooser.setAccessibleName(accessible)
        chooser.setToolTip(tip)
        for text, data in items:
            chooser.addItem(text, data)
        return chooser

    @staticmethod
    def _box(name: str, text: str, tip: str) -> QCheckBox:
        box = QCheckBox(text)
        box.setObjectName(name)
        box.setToolTip(tip)
        return box

    def _arrange(self) -> None:
        first, second = self._first.fields, self._second.fields
        settings = self._part, self._resolution, self._reach, self._log, self._penalised
        chain = self._kind, *first, *second, *settings, self._compute
        controls = Flow()
        for widget in chain:
            controls.addWidget(widget)
        layout = QVBoxLayout(self.content)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(controls)
        layout.addWidget(self._work.line)
        layout.addWidget(self._plot, 1)
        layout.addWidget(self._caption)
        for before, after in pairwise((*chain, self._plot)):
            QWidget.setTabOrder(before, after)


def _follow(
    explorer: Explorer,
    frame: Frame,
    branch: Branch,
    wanted: Wanted,
    old: Terrain | None,
    probe: Probe,
) -> Seen:
    terrain = explorer.follow(frame, branch, wanted, old, A_LOOK)
    return _see(explorer, frame, branch, terrain, probe)


def _see(
    explorer: Explorer, frame: Frame, branch: Branch, terrain: Terrain | None, probe: Probe
) -> Seen:
    """Where the state of a frame is on a terrain."""
    if terrain is None:
        return Seen(None)
    place = terrain.plane.place(frame.parameters) + terrain.origin
    distance = terrain.plane.distance(frame.parameters)
    return Seen(terrain, place, distance, branch.number == terrain.branch)
