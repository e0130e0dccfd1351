"""Draw the pictures of the lessons on the start page: ``python -m scripts.lesson_pictures [NAME]``.

Every picture is computed from the lesson's own experiment, some from the first part of its run. The
colours are those of the light look, which the program exchanges for those of the look in use.
MNIST has to be there; no picture of it is drawn.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from visualmlp.data import load
from visualmlp.engine import ACTIVATIONS
from visualmlp.gui.lessons.pictures import picture_path
from visualmlp.gui.theme import LIGHT
from visualmlp.lessons import Lesson, load_lesson
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

WIDTH, HEIGHT = 224, 100
LEFT, TOP, RIGHT, BOTTOM = 6, 14, 218, 88
"""The room inside the axes."""

DASHES = ("", "6 3", "2 3")
POINTS = 80
"""Of a curve, at most."""

Values = npt.NDArray[np.float64]


def document(elements: Iterable[str]) -> str:
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="9"'
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" {size}>', *elements, "</svg>"]
    return "\n".join(lines) + "\n"


def line(x: Sequence[float] | Values, y: Sequence[float] | Values, ink: str, dash: str = "") -> str:
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<polyline points="{points}" fill="none" stroke="{ink}" stroke-width="1.6"{dashes}/>'


def dot(x: float, y: float, ink: str, radius: float = 3) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius}" fill="{ink}"/>'


def square(x: float, y: float, width: float, height: float, ink: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} fill="{ink}"/>'


def text(x: float, y: float, words: str, anchor: str = "start", ink: str = LIGHT.muted) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{ink}">{words}</text>'


def axes(x_title: str, y_title: str) -> list[str]:
    return [
        line((LEFT, LEFT, RIGHT), (TOP, BOTTOM, BOTTOM), LIGHT.grid),
        text(LEFT, 9, y_title),
        text(RIGHT, HEIGHT - 2, x_title, "end"),
    ]


def scaled(values: Values, low: float, high: float, first: float, last: float) -> Values:
    """Values from a range to a range on the picture."""
    return first + (np.asarray(values) - low) / (high - low) * (last - first)


def curves(
    figure: str, epochs: int, floor: float | None = None, variants: int = 3
) -> Callable[[Lesson], list[str]]:
    """The figure of the test part over the epochs, of the first variants."""

    def draw(lesson: Lesson) -> list[str]:
        runs = [_run(lesson, i, figure, epochs) for i in range(len(lesson.variants[:variants]))]
        every = np.concatenate([y for _, y in runs])
        low, high = float(every.min()), float(every.max())
        low = low if floor is None else min(low, floor)
        last = max(x[-1] for x, _ in runs)
        drawn = axes("epochs", f"test {'accuracy' if figure == 'score' else 'loss'}")
        if floor is not None:
            height = float(scaled(np.array(floor), low, high, BOTTOM - 6, TOP + 2))
            drawn.append(line((LEFT, RIGHT), (height, height), LIGHT.muted, "3 3"))
        for i, (x, y) in enumerate(runs):
            across = scaled(x, 0, last, LEFT, RIGHT)
            up = scaled(y, low, high, BOTTOM - (0 if floor is None else 6), TOP + 2)
            drawn.append(line(across, up, LIGHT.series[i], DASHES[i % len(DASHES)]))
        return drawn

    return draw


def _run(lesson: Lesson, variant: int, figure: str, epochs: int) -> tuple[Values, Values]:
    experiment = lesson.variants[variant].experiment
    epochs = min(epochs, experiment.training.epochs)
    training = experiment.training.replace(
        epochs=epochs, watch_test=True, evaluate_every=max(epochs // POINTS, 1)
    )
    trainer = Trainer(build(experiment.replace(training=training)))
    while not trainer.is_finished and trainer.divergence is None:
        trainer.step()
    records = trainer.history.epochs
    y = [getattr(record.test or record.train, figure) for record in records]
    return np.array([record.epoch for record in records], float), np.array(y)


def sigmoid(_lesson: Lesson) -> list[str]:
    """The function, with the five places of the lesson."""
    z, places = np.linspace(-12, 12, 120), np.array([-10.0, -1.0, 0.0, 1.0, 10.0])
    curve, values = (ACTIVATIONS["sigmoid"].forward(v, np.empty_like(v)) for v in (z, places))
    x, y = scaled(z, -12, 12, LEFT, RIGHT), scaled(curve, 0, 1, BOTTOM - 4, TOP + 4)
    dots = zip(
        scaled(places, -12, 12, LEFT, RIGHT), scaled(values, 0, 1, BOTTOM - 4, TOP + 4), strict=True
    )
    inks = [dot(a, b, LIGHT.series[1], 3.5) for a, b in dots]
    return [*axes("z", "σ(z)"), line(x, y, LIGHT.series[0]), *inks]


def saturated(lesson: Lesson) -> list[str]:
    """The sigmoid out to the sum that the lesson's neuron makes."""
    trainer = Trainer(build(lesson.experiment))
    (total,) = trainer.network.predict(trainer.setup.train[0])[0]
    z = np.linspace(-8, float(total) + 3, 120)
    curve = ACTIVATIONS["sigmoid"].forward(z, np.empty_like(z))
    x, y = scaled(z, z[0], z[-1], LEFT, RIGHT), scaled(curve, 0, 1, BOTTOM - 4, TOP + 6)
    at = float(scaled(np.array(total), z[0], z[-1], LEFT, RIGHT))
    mark = [dot(at, TOP + 6, LIGHT.series[1], 3.5), text(at, TOP + 20, f"{total:.1f}", "middle")]
    return [*axes("z", "σ(z)"), line(x, y, LIGHT.series[0]), *mark]


def probabilities(lesson: Lesson) -> list[str]:
    """Scores as bars, and the probabilities that softmax makes of them."""
    trainer = Trainer(build(lesson.experiment))
    layer = trainer.network.layer_outputs(trainer.setup.train[0])[-1]
    drawn = [text(LEFT, 9, "scores"), text(128, 9, "softmax")]
    for left, values, ink in ((LEFT, layer.z[0], 0), (128, layer.a[0], 1)):
        for i, height in enumerate(scaled(values, 0, float(values.max()), 0, 70)):
            drawn.append(square(left + 18 * i, BOTTOM - height, 13, height, LIGHT.series[ink]))
        drawn.append(line((left, left + 86), (BOTTOM, BOTTOM), LIGHT.muted))
    return [*drawn, text(112, 56, "→", "middle", LIGHT.foreground)]


def network(lesson: Lesson) -> list[str]:
    """The units and all their connections."""
    setup = build(lesson.experiment)
    sizes = [setup.data.n_inputs, *(layer.units for layer in setup.layers)]
    columns = np.linspace(52, WIDTH - 52, len(sizes))
    places = [
        [(x, HEIGHT / 2 + 26 * (i - (n - 1) / 2)) for i in range(n)]
        for x, n in zip(columns.tolist(), sizes, strict=True)
    ]
    links = [
        line((a[0], b[0]), (a[1], b[1]), LIGHT.muted)
        for before, after in pairwise(places)
        for a in before
        for b in after
    ]
    units = [dot(x, y, LIGHT.series[i], 8) for i, units in enumerate(places) for x, y in units]
    return [*links, *units]


def slope(lesson: Lesson) -> list[str]:
    """The loss over the first weight, its tangent, and the step that is made."""
    trainer = Trainer(build(lesson.experiment))
    weight = trainer.network.parameters.weights[0]
    start, offsets = float(weight[0, 0]), np.linspace(-1.6, 0.6, 60)
    losses = []
    for offset in offsets.tolist():
        weight[0, 0] = start + offset
        losses.append(trainer.evaluate(*trainer.setup.train).loss)
    low, high = min(losses), max(losses)
    x = scaled(offsets, offsets[0], offsets[-1], LEFT, RIGHT)
    y = scaled(np.array(losses), low, high, BOTTOM - 6, TOP + 4)
    here = int(np.abs(offsets).argmin())
    rise = (y[here + 1] - y[here - 1]) / (x[here + 1] - x[here - 1])
    tangent = np.array([-28.0, 28.0])
    at = dot(x[here], y[here], LIGHT.series[1], 3.5)
    straight = line(x[here] + tangent, y[here] + rise * tangent, LIGHT.series[1], "6 3")
    return [*axes("a weight", "loss"), line(x, y, LIGHT.series[0]), straight, at]


def flowers(lesson: Lesson) -> list[str]:
    """Petals of the two classes."""
    data = build(lesson.experiment).data
    x, labels = data.raw(data.train)[:, 2:4], data.train.labels
    across = scaled(x[:, 0], 0.5, 5.5, LEFT, RIGHT)
    up = scaled(x[:, 1], 0, 2, BOTTOM, TOP)
    assert labels is not None
    points = zip(across, up, labels.tolist(), strict=True)
    marks = [
        dot(a, b, LIGHT.series[0], 2.2)
        if label == 0
        else square(a - 2, b - 2, 4, 4, LIGHT.series[1])
        for a, b, label in points
    ]
    return [*axes("petal length", "petal width"), *marks]


def fitted(lesson: Lesson) -> list[str]:
    """The points, the line at the start, and the line found."""
    trainer = Trainer(build(lesson.experiment))
    x, t = (values[:, 0] for values in trainer.setup.train)
    ends = np.array([[0.0], [1.0]])
    before = trainer.network.predict(ends).ravel().copy()
    while not trainer.is_finished:
        trainer.step()
    found = trainer.network.predict(ends).ravel()
    lines = [
        line((LEFT, RIGHT), scaled(values, 0, 1, BOTTOM, TOP), LIGHT.series[ink], dash)
        for values, ink, dash in ((before, 6, "6 3"), (found, 1, ""))
    ]
    across, up = scaled(x, 0, 1, LEFT, RIGHT), scaled(t, 0, 1, BOTTOM, TOP)
    points = [dot(a, b, LIGHT.series[0], 2.5) for a, b in zip(across, up, strict=True)]
    return [*axes("x", "y"), *lines, *points]


def numbers(_lesson: Lesson) -> list[str]:
    """A digit of the bundled set beside its numbers."""
    grid = load("digits").x[0].reshape(8, 8)
    side, drawn = 10.3, []
    for (row, column), value in np.ndenumerate(grid):
        y = 15 + side * row
        if value:
            ink = f'{LIGHT.foreground}" fill-opacity="{value / 16:.2f}'
            drawn.append(square(12 + side * column, y, side, side, ink))
        middle = 120 + 1.2 * side * (column + 0.5)
        drawn.append(text(middle, y + 8, f"{value:.0f}", "middle", LIGHT.foreground))
    return drawn


PICTURES: dict[str, Callable[[Lesson], list[str]]] = {
    "sigmoid-values": sigmoid,
    "play-tennis": saturated,
    "softmax-example": probabilities,
    "linear-2-2-1": network,
    "three-instance-mse": slope,
    "iris-neuron": flowers,
    "curve-fit": fitted,
    "digit-grid": numbers,
    "mnist-sigmoid-mse-sgd": curves("score", 5),
    "mnist-relu-softmax-fullbatch": curves("score", 60),
    "mnist-5v8-bce": curves("loss", 200, variants=1),
    "mnist-5v8-regression": curves("score", 60),
    "mnist-softmax-on-sigmoid": curves("loss", 60, 1.4611),
    "tiny-mnist-batch-sgd": curves("score", 20_000),
    "tiny-mnist-per-sample-sgd": curves("score", 30),
    "mnist-normalised-sigmoid": curves("score", 10),
}


def main() -> None:
    for name in sys.argv[1:] or PICTURES:
        path = picture_path(name)
        path.parent.mkdir(exist_ok=True)
        path.write_text(document(PICTURES[name](load_lesson(name))), encoding="utf-8")


if __name__ == "__main__":
    main()
