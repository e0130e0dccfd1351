"""The plots of the curves with their legend, as many as have room."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import combinations

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QResizeEvent
from PyQt6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QSplitter, QVBoxLayout, QWidget

from visualmlp.gui.views.curve_controls import FIGURES
from visualmlp.gui.views.curve_names import axis_title, figure_text
from visualmlp.gui.views.curve_series import FIRST_OTHER, Series
from visualmlp.gui.widgets.legend import Legend
from visualmlp.gui.widgets.legend_key import Key
from visualmlp.gui.widgets.time_plot import TimePlot, TimeSign

PLOT_HEIGHT = 110
"""The least; where plots do not all fit, they scroll."""

PLOT_WIDTH = 150
"""The least that plots get beside each other; where they would get less, they stand below."""

LEGEND_HEIGHT = 62
"""The most that the legend takes; with many runs it scrolls."""

SHAPE = 1.6
"""Width of a body that reads well, by its height."""

AXES = 56, 44
"""What a plot needs besides its body, across and down."""

LOGARITHMIC = ("loss", "rmse", "learning_rate", "gradient_norm")

MOST_RUNS = 6
"""Other runs that show unless the user wants otherwise; more could not be told apart."""

RUN_STYLE = 6
"""The colour that a run has in the legend, where its dashes count: grey."""


def has_room_for_two(width: int, height: int) -> bool:
    """Whether two plots can be read in so many pixels."""
    are_beside = width >= 2 * PLOT_WIDTH and height >= PLOT_HEIGHT
    return are_beside or height >= 2 * PLOT_HEIGHT


class CurvePlots(QWidget):
    """One plot a figure over a common x, and one legend.

    The legend switches the kinds of curves, of all runs at once, and the other runs.

    Signals
    -------
    sought
        The x to which the user moves the cursor.
    told
        The values at the crosshair in one line; empty without one.
    """

    sought = pyqtSignal(float)
    told = pyqtSignal(str)

    def __init__(self) -> None:
        super().__init__()
        self._figures: tuple[str, ...] = ()
        self._kinds: dict[str, str] = {}
        self._hidden_kinds: set[str] = set()
        self._keys: dict[str, Key] = {}
        self._runs: dict[str, str] = {}
        self._hidden_runs: set[str] = set()
        self._shown: Mapping[str, Sequence[Series]] = {}
        self._legend, self._legend_room = Legend(), QScrollArea()
        self._legend.toggled.connect(self._toggle)
        self._legend.zoom_reset.connect(self.reset_zoom)
        self._plots = {figure: TimePlot() for figure in FIGURES}
        for figure, plot in self._plots.items():
            plot.setObjectName(f"plot.{figure}")
            plot.following_changed.connect(self._offer_reset)
            plot.x_picked.connect(self.sought)
            plot.scrubbed.connect(self.sought)
            plot.hovered.connect(self._tell)
        for one, other in combinations(self._plots.values(), 2):
            one.link_x(other)
        self._splitter, self._scroll = QSplitter(Qt.Orientation.Vertical), QScrollArea()
        self._arrange()

    # What the view says

    def begin(self) -> None:
        """Forget what was hidden in another run."""
        self._hidden_runs.clear()
        self._runs.clear()
        self.start_over()

    def start_over(self) -> None:
        """Take all curves away and show what comes as a whole."""
        for plot in self._plots.values():
            plot.clear()
        self.reset_zoom()

    def name_axes(self, x_title: str, task: str) -> None:
        """Say what the axes are of."""
        for figure, plot in self._plots.items():
            plot.set_axes(x_title, axis_title(figure, task))
            plot.setAccessibleName(self.tr("{} over {}").format(figure_text(figure, task), x_title))

    def set_figures(self, figures: tuple[str, ...]) -> None:
        """Show these plots and no others."""
        if figures == self._figures:
            return
        self._figures = figures
        for figure, plot in self._plots.items():
            plot.setVisible(figure in figures)
        self._turn()
        self._share_evenly()

    def set_log(self, *, x: bool, y: bool) -> None:
        """Switch the axes between linear and logarithmic."""
        for figure in LOGARITHMIC:
            self._plots[figure].set_log_y(y)
        self._plots["loss"].set_log_x(x)  # the others are linked

    def set_drags_zoom(self, on: bool) -> None:
        """Whether dragging draws a rectangle to zoom to."""
        for plot in self._plots.values():
            plot.set_drags_zoom(on)

    def set_curves(self, curves: Mapping[str, Sequence[Series]], runs: Sequence[str]) -> None:
        """Show these series by figure; the names of the other runs in the order of their dashes."""
        self._shown = curves
        self._kinds = {s.name: s.kind for all_s in curves.values() for s in all_s if not s.run}
        self._note_runs(runs)
        for figure, plot in self._plots.items():
            self._fill(plot, curves.get(figure, ()))
        self._explain()

    def set_time(self, cursor: float, *, has_future: bool, signs: Sequence[TimeSign]) -> None:
        """Show where the cursor is, whether something lies beyond it, and what happened."""
        for plot in self._plots.values():
            plot.set_time(cursor, has_future=has_future, signs=signs)

    def mark_at(self, x: float) -> None:
        """Show the cursor somewhere else, before the state there is known."""
        for plot in self._plots.values():
            plot.mark_at(x)

    # Series

    def _fill(self, plot: TimePlot, all_series: Sequence[Series]) -> None:
        """Let a plot show these series and no others."""
        for gone in set(plot.series_names()) - {series.name for series in all_series}:
            plot.remove_series(gone)
        for series in all_series:
            plot.set_series(
                series.name,
                series.x,
                series.y,
                role=series.role,
                style_index=series.style_index,
                short=series.short,
                pale=series.pale,
                dashes=series.dashes,
            )
            plot.set_series_visible(series.name, self._is_visible(series))

    def _is_visible(self, series: Series) -> bool:
        return series.kind not in self._hidden_kinds and series.run not in self._hidden_runs

    def _note_runs(self, runs: Sequence[str]) -> None:
        """Hide runs that have come when there were enough."""
        known = set(self._runs.values())
        self._runs = {self.tr("Curves of {}").format(name): name for name in runs}
        shown = [name for name in runs if name in known - self._hidden_runs]
        new = [name for name in runs if name not in known]
        self._hidden_runs.update(new[max(MOST_RUNS - len(shown), 0) :])

    def _explain(self) -> None:
        plots = [self._plots[figure] for figure in self._figures]
        keys = {name: key for plot in plots for name, key in plot.keys().items()}
        keys = {name: key for name, key in keys.items() if name in self._kinds}
        for dashes, (text, name) in enumerate(self._runs.items(), FIRST_OTHER):
            visible = name not in self._hidden_runs
            keys[text] = Key(name, "raw", RUN_STYLE, pale=False, visible=visible, dashes=dashes)
        if keys != self._keys:
            self._keys = keys
            self._legend.set_keys(keys)
            self._fit_legend()

    def _toggle(self, name: str, on: bool) -> None:
        kind = name not in self._runs
        hidden = self._hidden_kinds if kind else self._hidden_runs
        which = self._kinds.get(name, "") if kind else self._runs[name]
        (hidden.discard if on else hidden.add)(which)
        for figure, plot in self._plots.items():
            for series in self._shown.get(figure, ()):
                plot.set_series_visible(series.name, self._is_visible(series))
        self._explain()

    # Zoom and crosshair

    def reset_zoom(self) -> None:
        """Show all data, and follow it again."""
        self._plots["loss"].reset_zoom()  # the others are linked

    def _offer_reset(self) -> None:
        self._legend.set_zoomed(not all(plot.following for plot in self._plots.values()))

    def _tell(self, text: str) -> None:
        """The values of all plots at the crosshair, beginning with its place."""
        plots = [self._plots[figure] for figure in self._figures]
        at = next((plot.crosshair for plot in plots if plot.crosshair is not None), None)
        if not text or at is None:
            self.told.emit("")
            return
        place = text.partition("\n")[0]
        values = [", ".join(plot.lines_at(at, brief=True)) for plot in plots]
        self.told.emit(" · ".join([place, *filter(None, values)]))

    # Room

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        super().resizeEvent(event)
        self._fit_legend()
        self._turn()

    def _turn(self) -> None:
        """Set the plots below or beside each other, whichever gives them the better shape."""
        count = max(len(self._figures), 1)
        width, height = self.width(), self.height() - self._legend_room.height()
        beside = (
            _away_from_shape(width / count, height) < _away_from_shape(width, height / count)
            and width >= count * PLOT_WIDTH
        )
        wanted = Qt.Orientation.Horizontal if beside else Qt.Orientation.Vertical
        if wanted != self._splitter.orientation():
            self._splitter.setOrientation(wanted)
            self._share_evenly()

    def _share_evenly(self) -> None:
        self._splitter.setSizes([self._splitter.width()] * len(self._plots))

    def _fit_legend(self) -> None:
        wanted = self._legend.heightForWidth(self._legend_room.width())
        height = min(wanted, LEGEND_HEIGHT)
        if height != self._legend_room.height():
            self._legend_room.setFixedHeight(height)
            self._turn()

    def _arrange(self) -> None:
        self._scroll.setAccessibleName(self.tr("Curves"))
        self._legend_room.setAccessibleName(self.tr("Legend"))
        self._splitter.setChildrenCollapsible(False)
        for plot in self._plots.values():
            plot.setMinimumHeight(PLOT_HEIGHT)
            self._splitter.addWidget(plot)
        for room, content in ((self._scroll, self._splitter), (self._legend_room, self._legend)):
            room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            room.setWidgetResizable(True)
            room.setFrameShape(QFrame.Shape.NoFrame)
            room.setWidget(content)
        self._legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._legend_room.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        column.addWidget(self._legend_room)
        column.addWidget(self._scroll, 1)


def _away_from_shape(width: float, height: float) -> float:
    """How much too wide or too high the body of a plot of a size is."""
    body = max(width - AXES[0], 1.0), max(height - AXES[1], 1.0)
    return abs(math.log(body[0] / body[1] / SHAPE))
