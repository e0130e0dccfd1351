"""Draw the pictures of the documentation: ``python -m scripts.screenshots [NAME ...]``.

Every view, every layout and a lesson, light and dark, drawn by the program itself. Each experiment
is trained once. Names choose some of them: of a view, of a layout, or of a picture such as
``network-iris``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from PyQt6.QtCore import QEvent, QEventLoop, QPointF, QSettings, Qt, QTimer
from PyQt6.QtGui import QMouseEvent
from PyQt6.QtWidgets import QApplication, QScrollBar, QTabWidget, QWidget

from scripts import small_png
from visualmlp.experiment import Data, Experiment, replace_at, write_toml
from visualmlp.gui import theme
from visualmlp.gui.app import make_application, send_qt_messages_to_log
from visualmlp.gui.main_window import MainWindow
from visualmlp.gui.picture import wait_until_drawn, window_at_the_end
from visualmlp.gui.widgets.canvas import Canvas
from visualmlp.gui.widgets.rows import Rows
from visualmlp.runs import Recorder
from visualmlp.training.timeline import Checkpoints

OUT = Path(__file__).parents[1] / "docs" / "images"
VIEW_SIZE = 720, 480
WINDOW_SIZE = 1366, 768
STEPS_A_STATE = 60
"""How often runs keep a state."""
LOOKS: tuple[theme.Choice, ...] = ("light", "dark")

Prepare = Callable[[MainWindow], None]


@dataclass(frozen=True, slots=True)
class Shot:
    """A picture.

    Attributes
    ----------
    name
        Its file's name, without look and ending.
    view, layout
        What it shows: a view alone, or the window in a layout. Neither is the window as it is.
    size
        In pixels.
    prepare
        What is done first, once.
    """

    name: str
    view: str = ""
    layout: str = ""
    size: tuple[int, int] = VIEW_SIZE
    prepare: Prepare | None = None

    @property
    def folder(self) -> str:
        return "views" if self.view else "layouts"

    def path(self, look: str) -> Path:
        return OUT / self.folder / f"{self.name}-{look}.png"


@dataclass(frozen=True, slots=True)
class Stage:
    """Pictures of one run.

    Attributes
    ----------
    experiment
        An experiment or a lesson, trained to its end; or what writes a file of one into a folder.
    shots
        In their order.
    prepare
        What is done with the window after that.
    """

    experiment: str | Callable[[Path], Path]
    shots: tuple[Shot, ...]
    prepare: Prepare | None = None


def of_view(name: str, prepare: Prepare | None = None, size: tuple[int, int] = VIEW_SIZE) -> Shot:
    return Shot(name, view=name, prepare=prepare, size=size)


def of_layout(name: str) -> Shot:
    return Shot(name, layout=name, size=WINDOW_SIZE)


def pick_an_eight(window: MainWindow) -> None:
    """A unit of the first layer, and an 8 that is taken for a 1."""
    window.session.pick_unit(0, 7)
    window.session.pick_sample(235, "validation")


def pick_a_flower(window: MainWindow) -> None:
    window.session.pick_unit(0, 2)
    window.session.pick_sample(4, "validation")


def draw_a_three(window: MainWindow) -> None:
    """Two bows with the mouse."""
    canvas = window.session.views["draw"].findChild(Canvas)
    canvas.clear()
    bows = []
    for middle, first, last in ((0.33, -150, 80), (0.66, -80, 150)):
        angles = np.radians(np.linspace(first, last, 40))
        bows += [(0.47 + 0.2 * np.cos(a), middle + 0.17 * np.sin(a)) for a in angles]
    area = canvas.area()
    side = min(area.width(), area.height())
    corner = area.center() - QPointF(side / 2, side / 2)
    places = [corner + QPointF(x * side, y * side) for x, y in bows]
    press, move = QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove
    for kind, at in ((press, places[0]), *((move, at) for at in places)):
        send_mouse(canvas, kind, at)
    send_mouse(canvas, QEvent.Type.MouseButtonRelease, places[-1])


def send_mouse(widget: QWidget, kind: QEvent.Type, at: QPointF) -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    held = none if kind == QEvent.Type.MouseButtonRelease else left
    cause = none if kind == QEvent.Type.MouseMove else left
    world = widget.mapToGlobal(at)
    event = QMouseEvent(kind, at, world, cause, held, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, event)


def fork(factor: float, window: MainWindow) -> None:
    """A second run from the first quarter of the first, with so many times its learning rate."""
    session = window.session
    session.seek(session.timeline.head // 4)
    wait_for(lambda: not session.is_seeking and session.frame is not None)
    rate = session.experiment.optimizer.learning_rate
    session.edit(replace_at(session.experiment, "optimizer.learning_rate", round(rate * factor, 9)))
    wait_a_little()
    session.run_epochs(15)
    wait_a_little()
    wait_for(lambda: not session.is_running)


def table_with_gaps(folder: Path) -> Path:
    """An experiment on a made table of passengers with everything that its checks look for."""
    rng = np.random.default_rng(3)
    lines = ["ticket,age,port,deck,boat,saved"]
    for row in range(400):
        saved = rng.random() < 0.3
        age = "" if rng.random() < 0.2 else f"{rng.normal(34 if saved else 28, 10):.0f}"
        port = rng.choice(["S", "C", "Q", ""], p=[0.6, 0.25, 0.13, 0.02])
        deck = rng.choice(["A", "B", ""], p=[0.2, 0.2, 0.6])
        boat = int(rng.integers(1, 17)) if saved else 0
        lines.append(f"{row + 1},{age},{port},{deck},{boat},{'yes' if saved else 'no'}")
    table = folder / "passengers.csv"
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    data = Data(source="csv", path=str(table), scaling="standardise")
    experiment = Experiment(data=data)
    path = folder / "passengers.toml"
    write_toml(experiment.replace(training=experiment.training.replace(epochs=5)), path)
    return path


def pick_an_age(window: MainWindow) -> None:
    window.session.pick_sample(4, "validation")
    window.session.pick_column(1)


def show_means(window: MainWindow) -> None:
    window.session.views["explore"].findChild(QTabWidget).setCurrentIndex(1)


STAGES = (
    Stage(
        "digits",
        (
            of_layout("watch"),
            of_layout("mistakes"),
            of_layout("inside"),
            of_layout("pictures"),
            *map(
                of_view,
                (
                    "data",
                    "curves",
                    "layers",
                    "weights",
                    "activations",
                    "mistakes",
                    "predictions",
                    "forgetting",
                    "inspector",
                    "network",
                    "gradients",
                    "embedding",
                ),
            ),
            of_view("draw", draw_a_three),
            of_view("explore", show_means),
        ),
        prepare=pick_an_eight,
    ),
    Stage("digits", (of_layout("compare"), of_view("compare")), prepare=partial(fork, 0.1)),
    Stage("digits", (of_view("health"),), prepare=partial(fork, 100)),
    Stage("spirals", (of_layout("2-d"), of_view("function"))),
    Stage(
        "iris",
        (
            of_layout("maths"),
            of_view("maths", size=(1000, 640)),
            of_view("gradient_check"),
            of_view("activation_functions"),
            Shot("network-iris", view="network"),
        ),
        prepare=pick_a_flower,
    ),
    Stage(
        table_with_gaps,
        (of_view("preprocessing", pick_an_age), of_view("data_checks")),
    ),
    Stage("iris-neuron", (of_view("graph"), of_view("loss_slice"))),
    Stage("curve-fit", (Shot("lesson", size=WINDOW_SIZE), of_view("landscape"))),
)


def all_shots() -> Iterator[Shot]:
    for stage in STAGES:
        yield from stage.shots


def wait_for(is_done: Callable[[], bool]) -> None:
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: loop.quit() if is_done() else None)
    timer.start(20)
    loop.exec()
    timer.stop()


def wait_a_little() -> None:
    """Until what was asked of the worker has reached it."""
    loop = QEventLoop()
    QTimer.singleShot(300, loop.quit)
    loop.exec()


def take(window: MainWindow, shot: Shot, look: theme.Choice) -> None:
    """Draw a picture into its file."""
    path = shot.path(look)
    path.parent.mkdir(parents=True, exist_ok=True)
    if shot.view:
        dock = window.docks[f"view.{shot.view}"]
        widget = window.take_out(f"view.{shot.view}")
        grab(window, widget, shot, path)
        dock.setWidget(widget)
    else:
        if shot.layout:
            window.use_layout(shot.layout)
        grab(window, window, shot, path)


def grab(window: MainWindow, widget: QWidget, shot: Shot, path: Path) -> None:
    widget.resize(*shot.size)
    widget.show()
    if shot.prepare:
        shot.prepare(window)
    wait_until_drawn(window.session)
    scroll_back(widget)
    if focused := QApplication.focusWidget():
        focused.clearFocus()
    small_png.save(widget.grab().toImage(), path)
    widget.hide()


def scroll_back(widget: QWidget) -> None:
    """Lists may have followed the picked sample on the way: as if they had just been opened."""
    for bar in widget.findChildren(QScrollBar):
        bar.setValue(bar.minimum())
    for rows in widget.findChildren(Rows):
        rows.show_current()


def draw_stage(stage: Stage, folder: Path) -> None:
    """Train, then draw every picture in both looks."""
    application = make_application()
    theme.apply(application, LOOKS[0])
    experiment = stage.experiment
    name = experiment if isinstance(experiment, str) else str(experiment(folder))
    with window_at_the_end(name) as window:
        window.resize(*WINDOW_SIZE)
        if stage.prepare:
            stage.prepare(window)
        for look in LOOKS:
            theme.apply(application, look)
            for shot in stage.shots:
                take(window, shot, look)
                print(shot.path(look).relative_to(OUT.parents[1]))


def chosen(names: Collection[str]) -> Iterator[Stage]:
    for stage in STAGES:
        shots = tuple(shot for shot in stage.shots if not names or shot.name in names)
        if shots:
            yield replace(stage, shots=shots)


def keep_states_evenly() -> None:
    """Which states a run keeps in memory and in its file depends on how fast the machine is."""

    def is_due(states: Checkpoints) -> bool:
        states._n_steps += 1
        return states._n_steps >= STEPS_A_STATE

    Checkpoints.is_due = is_due  # type: ignore[method-assign]
    Recorder.record = lambda *_: None  # type: ignore[method-assign]


def forget_the_user(home: Path) -> None:
    """Settings, drawings, kept data and states of this machine must not get into a picture."""
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        os.environ[name] = str(home)
    for name in ("DATA", "CONFIG", "STATE", "CACHE"):
        os.environ[f"XDG_{name}_HOME"] = str(home / name.lower())
    os.environ.pop("VISUALMLP_DATA", None)
    for kind in (QSettings.Format.IniFormat, QSettings.Format.NativeFormat):
        QSettings.setPath(kind, QSettings.Scope.UserScope, str(home / "settings"))


def main() -> None:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        forget_the_user(Path(folder))
        keep_states_evenly()
        send_qt_messages_to_log()
        for stage in chosen(sys.argv[1:]):
            draw_stage(stage, Path(folder))


if __name__ == "__main__":
    main()
