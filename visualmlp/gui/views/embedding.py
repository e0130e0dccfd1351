"""A layer's activations for many samples, as points in the plane."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import ClassVar

import numpy as np
import numpy.typing as npt
from PyQt6.QtCore import QCoreApplication
from PyQt6.QtWidgets import QVBoxLayout, QWidget

from visualmlp.gui.picks import Picks
from visualmlp.gui.session import Session
from visualmlp.gui.views.embedded import (
    MOST_RUNNING,
    MOST_SAMPLES,
    Cloud,
    Embedder,
    Source,
    Wanted,
)
from visualmlp.gui.views.embedding_controls import MethodControls, combo
from visualmlp.gui.views.embedding_texts import (
    Legend,
    axis_names,
    caption,
    legend,
    point_text,
    source_text,
)
from visualmlp.gui.views.long_work import LongWork
from visualmlp.gui.views.part_chooser import PartChooser, part_name
from visualmlp.gui.views.view import VIEWS, View
from visualmlp.gui.widgets.flow import Flow
from visualmlp.gui.widgets.point_cloud import PointCloud
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.frame import Frame
from visualmlp.training.probe import Probe
from visualmlp.training.setup import Setup

LEAST_HEIGHT = 190
"""Pixels of the plot; in less room the view scrolls."""


@VIEWS.add
class EmbeddingView(View):
    """Samples by the two directions in which a layer varies most, or by their neighbours."""

    name: ClassVar[str] = "embedding"
    order: ClassVar[int] = 65

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._embedder: Embedder | None = None
        self._placed: dict[str, Cloud] = {}
        self._failures: dict[str, str] = {}
        self._computed = ""
        self._drawn: tuple[object, ...] = ()
        self._legend = Legend((), np.zeros(0, int))
        self._part = PartChooser(session)
        self._part.part_chosen.connect(self._choose_part)
        self._source = combo("source", self.tr("Layer"), self.tr("Whose activations"))
        self._source.activated.connect(self._choose)
        self._method = MethodControls(self)
        self._method.method_chosen.connect(self._choose)
        self._method.option_changed.connect(self.refresh)
        self._method.compute_wanted.connect(self._place)
        self._mark = combo("mark", self.tr("Outlined"), self.tr("Which points stand out"))
        for text, data in (
            (self.tr("Outline: predicted wrong"), "wrong"),
            (self.tr("Outline: the picked cell"), "cell"),
            (self.tr("No outlines"), "none"),
        ):
            self._mark.addItem(text, data)
        self._mark.activated.connect(self.refresh)
        self._work = LongWork(session, self)
        self._work.done.connect(self._take)
        self._work.ended.connect(self.refresh)
        self._work.failed.connect(self._tell_failure)
        self._plot = PointCloud()
        self._plot.setObjectName("cloud")
        self._plot.point_picked.connect(self._pick)
        self._plot.setMinimumHeight(LEAST_HEIGHT)
        self._caption = TextLine(lines=3)
        self._caption.setObjectName("caption")
        self._arrange()
        session.status_changed.connect(self.refresh)  # all samples once training pauses

    @classmethod
    def title(cls) -> str:
        return QCoreApplication.translate("EmbeddingView", "Embedding")

    def needs(self, setup: Setup) -> str:
        if _sources(setup):
            return ""
        return self.tr(
            "An embedding needs a layer of two units or two inputs at least; here everything is "
            "a single number."
        )

    def start(self, setup: Setup) -> None:
        self._work.cancel()
        self._embedder, self._placed, self._drawn = Embedder(setup), {}, ()
        self._failures = {}
        self._part.set_run(setup)
        self._fit_neighbours(setup)
        chosen, sources = self._source.currentData(), _sources(setup)
        self._source.clear()
        for source in sources:
            self._source.addItem(source_text(setup, source), source)
        last = len(setup.layers) - 2
        wanted = chosen if chosen in sources else Source("a", last)
        self._source.setCurrentIndex(sources.index(wanted) if wanted in sources else 0)
        self._mark.setVisible(setup.data.task != "regression")
        self._plot.reset_zoom()

    def is_at_work(self) -> bool:
        return self._work.is_busy

    def job(self, frame: Frame, picks: Picks) -> Callable[[Probe], Cloud | None]:
        embedder = self._embedder
        assert embedder is not None
        if self._method.method is not None:
            return partial(_seen_again, embedder, self._placed.get(self._method.method.name), frame)
        return partial(_pca, embedder, frame, self._wanted())

    def draw(self, frame: Frame, result: Cloud | None) -> None:
        if result is None:
            self._drawn = ()
            self._plot.set_title("")
            self._plot.set_empty(self._nothing())
            self._caption.set_text("")
            return
        picks = self.session.picks
        shown = result, self._mark.currentData(), picks.cell
        if shown != self._drawn or self._plot.empty_text is not None:
            self._drawn = shown
            self._draw_cloud(frame, result)
        self._follow(result, picks)
        text = caption(
            self._setup(),
            frame,
            result,
            picked_is_missing=self._is_missing(result, picks),
            is_as_wanted=self._is_as_wanted(result),
        )
        failure = self._failures.get(self._method.name)
        self._caption.set_text(f"{failure} · {text}" if failure else text)

    # Drawing

    def _draw_cloud(self, frame: Frame, cloud: Cloud) -> None:
        setup = self._setup()
        self._legend = legend(setup, cloud)
        self._plot.set_title(
            self.tr("{layer}: {part} samples").format(
                layer=source_text(setup, cloud.wanted.source), part=part_name(cloud.wanted.part)
            )
        )
        self._plot.set_axes(*axis_names(cloud))
        self._plot.set_lookups(
            partial(point_text, setup, cloud),
            partial(_picture, setup, cloud),
            setup.data.dataset.value_range if setup.data.dataset.image_shape else (0.0, 1.0),
        )
        kinds, names = self._legend.kinds, self._legend.names
        self._plot.set_points(cloud.places, kinds, names, self._outlined(cloud))

    def _outlined(self, cloud: Cloud) -> npt.NDArray[np.bool_]:
        predicted, cell = cloud.samples.predicted, self.session.picks.cell
        mark, labels = self._mark.currentData(), self._legend.kinds
        if predicted is None or mark == "none" or (mark == "cell" and cell is None):
            return np.zeros(len(cloud.places), bool)
        if mark == "cell" and cell is not None:
            return (labels == cell[0]) & (predicted == cell[1])
        return np.asarray(predicted != labels)

    def _follow(self, cloud: Cloud, picks: Picks) -> None:
        same_part = picks.part == cloud.wanted.part
        found = np.flatnonzero((cloud.samples.rows == picks.sample) & same_part)
        place = int(found[0]) if len(found) else None
        if place != self._plot.current:
            self._plot.set_current(place)

    def _is_missing(self, cloud: Cloud, picks: Picks) -> bool:
        return picks.part == cloud.wanted.part and picks.sample not in cloud.samples.rows

    def _nothing(self) -> str:
        method = self._method.method
        if method is not None and not method.is_available:
            text = self.tr(
                "{method} needs {library}, which is not installed. To have it:\n{command}"
            )
            return text.format(
                method=method.name, library=method.library, command=method.install_command
            )
        if self._method.name in self._failures:
            return self._failures[self._method.name]
        if self._work.is_busy and self._computed == self._method.name:
            return self.tr("Computing {} …").format(self._computed)
        text = self.tr("Press Compute for the {} of the state at the cursor.")
        return text.format(self._method.name)

    # Computing

    def _wanted(self) -> Wanted:
        most = MOST_RUNNING if self.session.is_running else MOST_SAMPLES
        if self._method.method is not None:
            most = self._method.count
        return Wanted(self._part.part, self._source.currentData(), most)

    def _is_as_wanted(self, cloud: Cloud) -> bool:
        if cloud.placing is None:
            return True
        return (cloud.wanted, cloud.placing) == (self._wanted(), self._method.placing)

    def _place(self) -> None:
        embedder, frame, placing = self._embedder, self.session.frame, self._method.placing
        if embedder is None or frame is None or placing is None:
            return
        self._computed = placing.method
        self._failures.pop(placing.method, None)
        text = self.tr("{method} of step {step}").format(
            method=placing.method, step=f"{frame.step:,}"
        )
        wanted = self._wanted()
        self._work.start(text, lambda report: embedder.placed(frame, wanted, placing, report))
        self.refresh()

    def _take(self, cloud: Cloud) -> None:
        assert cloud.placing is not None
        self._placed[cloud.placing.method] = cloud
        self._plot.reset_zoom()
        self.refresh()

    def _tell_failure(self, message: str) -> None:
        text = self.tr("⚠ {method} cannot be computed: {why}")
        self._failures[self._computed] = text.format(method=self._computed, why=message)
        self.refresh()

    # The user

    def _choose_part(self) -> None:
        self._fit_neighbours(self._setup())
        self.refresh()

    def _fit_neighbours(self, setup: Setup) -> None:
        part = next(part for part in setup.data.parts if part.name == self._part.part)
        self._method.fit_neighbours(len(part))

    def _choose(self) -> None:
        self._plot.reset_zoom()
        self.refresh()

    def _pick(self, index: int) -> None:
        cloud = self._drawn[0] if self._drawn else None
        if isinstance(cloud, Cloud):
            self.session.pick_sample(int(cloud.samples.rows[index]), cloud.wanted.part)

    def _setup(self) -> Setup:
        assert self.session.setup is not None
        return self.session.setup

    # Layout

    def _arrange(self) -> None:
        method, *options = self._method.widgets
        chain = (self._part, self._source, method, self._mark, *options)
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


def _sources(setup: Setup) -> list[Source]:
    """What can be embedded: everything of two numbers at least."""
    last = len(setup.layers) - 1
    found = [Source("inputs")] if setup.data.n_inputs > 1 else []
    found += [Source("a", i) for i in range(last) if setup.layers[i].units > 1]
    if setup.layers[last].units > 1:
        found += [Source("z", last), Source("a", last)]
    return found


def _picture(setup: Setup, cloud: Cloud, index: int) -> npt.NDArray | None:
    shape = setup.data.dataset.image_shape
    if not shape:
        return None
    part = next(part for part in setup.data.parts if part.name == cloud.wanted.part)
    return setup.data.dataset.x[part.index[cloud.samples.rows[index]]].reshape(shape)


def _pca(embedder: Embedder, frame: Frame, wanted: Wanted, probe: Probe) -> Cloud:
    return embedder.pca(frame, wanted)


def _seen_again(
    embedder: Embedder, cloud: Cloud | None, frame: Frame, probe: Probe
) -> Cloud | None:
    return None if cloud is None else embedder.seen_again(cloud, frame)
