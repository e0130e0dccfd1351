"""The Inspector's pages beside the picture: input gradient, occlusion, nearest samples."""

from __future__ import annotations

from itertools import pairwise
from typing import cast

import numpy as np
from PyQt6.QtCore import pyqtSignal
from PyQt6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QSpinBox,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from visualmlp.analysis.attribution import Occlusion, Of
from visualmlp.data import PreparedData
from visualmlp.engine import Array
from visualmlp.gui.picks import Picks
from visualmlp.gui.views.explanation import InputMap, Metric, Nearest, Wanted, What, Whose
from visualmlp.gui.views.feature_bars import FeatureBars
from visualmlp.gui.views.inspection import Inspection
from visualmlp.gui.views.sample_history import History
from visualmlp.gui.widgets.colour_maps import MapName
from visualmlp.gui.widgets.gallery import Gallery
from visualmlp.gui.widgets.labels import counted, number_text
from visualmlp.gui.widgets.mosaic import Mosaic
from visualmlp.gui.widgets.strips import Strips
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.past_predictions import MOST_SAMPLES
from visualmlp.training.setup import Setup

LEAST_PICTURE = 110
MOST_PATCH = 15
USUAL_PATCHES = ((7, 4), (3, 2))
"""Side of a patch to begin with, and how many of them a picture's side must hold."""


class WhatChooser(QComboBox):
    """Offers the sample itself and its explanations."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("what")
        self.setAccessibleName(self.tr("What is shown of the sample"))
        self.setToolTip(
            self.tr(
                "The sample itself; what each input does to an answer (its gradient, or the change "
                "when it is hidden); the training samples that are most alike; what was "
                "predicted of it in the course of the run"
            )
        )
        self.addItem(self.tr("Picture"), "picture")
        self.addItem(self.tr("Input gradient"), "gradient")
        self.addItem(self.tr("Occlusion"), "occlusion")
        self.addItem(self.tr("Nearest samples"), "nearest")
        self.addItem(self.tr("Over the run"), "history")
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)

    def name_sample(self, *, is_picture: bool) -> None:
        """Call the sample itself a picture or features."""
        self.setItemText(0, self.tr("Picture") if is_picture else self.tr("Features"))


class ExplanationPage(QWidget):
    """Settings of a page, what they lead to, and a line that says what it is.

    Signals
    -------
    changed
        A setting is another.
    sample_picked
        The row of a training sample that was clicked.
    step_picked
        The step of a past state that was double-clicked.
    """

    changed = pyqtSignal()
    sample_picked = pyqtSignal(int)
    step_picked = pyqtSignal(int)

    def __init__(self) -> None:
        super().__init__()
        self._of = self._chooser(
            "gradient_of",
            self.tr("What is differentiated"),
            (
                (self.tr("of the loss"), "loss"),
                (self.tr("of the score z"), "score"),
                (self.tr("of the output"), "output"),
            ),
        )
        self._of.activated.connect(self._offer)
        self._whose = self._chooser(
            "whose",
            self.tr("Which class is meant; click a bar below to pick one"),
            (
                (self.tr("predicted"), "predicted"),
                (self.tr("true"), "true"),
                (self.tr("picked output"), "picked"),
            ),
        )
        self._metric = self._chooser(
            "metric",
            self.tr("What the distances are between"),
            (
                (self.tr("by scaled inputs"), "inputs"),
                (self.tr("by last hidden layer"), "hidden"),
            ),
        )
        self._patch = self._patch_box()
        self._text = TextLine(lines=3)
        self._text.setObjectName("explained")
        self._picture, self._map = Mosaic(), Mosaic()
        self._map.setObjectName("map")
        self._features = FeatureBars()
        self._samples = Gallery()
        self._samples.setObjectName("nearest")
        self._samples.picture_picked.connect(self.sample_picked)
        self._history = Strips()
        self._history.setObjectName("history")
        self._history.step_picked.connect(self.step_picked)
        self._pages = QStackedWidget()
        self._what: What = "picture"
        self._setup: Setup | None = None
        self._arrange()

    def set_setup(self, setup: Setup) -> None:
        """Begin with the data of a run."""
        old, self._setup = self._setup, setup
        shape = setup.data.dataset.image_shape
        if shape and (old is None or old.data.dataset.image_shape != shape):
            side = min(shape)
            fitting = [patch for patch, count in USUAL_PATCHES if patch * count <= side]
            self._patch.blockSignals(True)
            self._patch.setRange(1, min(side, MOST_PATCH))
            self._patch.setValue(fitting[0] if fitting else max(1, side // 4))
            self._patch.blockSignals(False)
        self._offer()

    def choose(self, what: What) -> None:
        """Offer the settings of a page."""
        self._what = what
        self._offer()

    def choose_picked(self) -> None:
        """Mean the picked output from now on."""
        self._whose.setCurrentIndex(self._whose.findData("picked"))

    def wanted(self, picks: Picks) -> Wanted:
        """What the settings ask for."""
        assert self._setup is not None
        last = len(self._setup.layers) - 1
        whose, unit = cast("Whose", self._whose.currentData()), 0
        if picks.unit is not None and picks.unit[0] == last:
            unit = 1 if self._setup.data.task == "binary" else picks.unit[1]
        elif whose == "picked":
            whose = "predicted"
        return Wanted(
            self._what,
            cast("Of", self._of.currentData()),
            whose,
            unit,
            self._patch.value(),
            cast("Metric", self._metric.currentData()),
        )

    # Drawing

    def show_map(self, inspection: Inspection, result: InputMap, ink: MapName) -> None:
        """Draw a number for each input, beside the picture or as bars."""
        data = self._data()
        shape = data.dataset.image_shape
        self._text.set_text(self._map_text(result))
        if shape is None:
            self._features.show_features(data.dataset.feature_names, result.values)
            self._pages.setCurrentWidget(self._features)
            return
        low, high = data.dataset.value_range
        name = [self.tr("sample {}").format(inspection.row)]
        picture = inspection.raw.reshape(1, *shape)
        self._picture.set_tiles(picture, low=low, high=high, lut=ink, names=name)
        what = self.tr("gradient") if result.occlusion is None else self.tr("change")
        self._map.set_tiles(result.values.reshape(1, *shape), names=[what])
        self._pages.setCurrentIndex(0)

    def show_nearest(self, result: Nearest) -> None:
        """Draw the nearest training samples."""
        data = self._data()
        shape = data.dataset.image_shape
        self._text.set_text(self._nearest_text(result))
        captions, marks = self._captions(data, result), _marks(result)
        ids = result.rows.tolist()
        if shape is None:
            self._samples.set_rows(captions, ids, marks=marks)
        else:
            low, high = data.dataset.value_range
            pictures = result.raw.reshape(-1, *shape)
            self._samples.set_pictures(pictures, captions, ids, low=low, high=high, marks=marks)
        self._pages.setCurrentIndex(2)

    def show_history(self, result: History, step: int) -> None:
        """Draw the predictions of the sample at past states, and the cursor among them."""
        self._pages.setCurrentWidget(self._history)
        if result.strip is None:
            self._text.set_text("")
            self._history.set_empty(self._lack_text(result))
            return
        count = counted(len(result.strip.steps), self.tr("1 past state"), self.tr("{} past states"))
        text = self.tr("Predicted at {}; above: right ✓ · below: wrong ✗").format(count)
        if result.n_missing:
            text += self.tr(" · computing {} more …").format(f"{result.n_missing:,}")
        self._text.set_text(text + "\n" + self.tr("double click: go there"))
        self._history.set_cursor(step)
        self._history.set_strips(result.strip)

    # Texts

    def _lack_text(self, result: History) -> str:
        if result.lack == "classes":
            return self.tr("This needs classes; this experiment predicts numbers (regression).")
        if result.lack == "data":
            return self.tr("Only samples of the data are followed over the run.")
        text = self.tr("Only the first {} samples of a part are followed over the run.")
        return text.format(f"{MOST_SAMPLES:,}")

    def _map_text(self, result: InputMap) -> str:
        """What it is, its extent, and the ends of the colours: a small map has no scale."""
        hidden = result.occlusion
        what = self._gradient_text(result) if hidden is None else self._hidden_text(result, hidden)
        finite = result.values[np.isfinite(result.values)]
        extent = self.tr("NaN or infinite only")
        if finite.size:
            low, high = (number_text(float(end), ".2g") for end in (finite.min(), finite.max()))
            extent = low if low == high else self.tr("{} to {}").format(low, high)
            if self._data().dataset.image_shape is not None and finite.any():
                end = number_text(float(np.abs(finite).max()), ".2g")
                extent += self.tr(" · blue −{end}, red {end}").format(end=end)
        return f"{what}\n{extent}"

    def _gradient_text(self, result: InputMap) -> str:
        target = self.tr("the loss")
        if result.class_index is not None:
            kind = self.tr("score z of {}") if result.of == "score" else self.tr("output of {}")
            target = kind.format(self._class_name(result.class_index))
        text = self.tr("Slope of {} along each scaled input").format(target)
        if result.of != self._of.currentData():
            text += self.tr(" (without a target there is no loss)")
        return text if result.exact else text + self.tr(" (surrogate gradient)")

    def _hidden_text(self, result: InputMap, hidden: Occlusion) -> str:
        assert result.class_index is not None
        name = self._class_name(result.class_index)
        value = f"{name} ({number_text(result.before)})"
        if self._data().dataset.image_shape is None:
            text = self.tr("Change of {} when a feature is set to its training mean")
            return text.format(value)
        text = self.tr("Change of {value} by blank {side}×{side} patches, mean at a pixel")
        text = text.format(value=value, side=hidden.side)
        if hidden.stride == 1:
            return text
        apart = self.tr("; {n} of them, {stride} pixels apart")
        if hidden.stride > hidden.side:
            apart += self.tr(", pixels between them as the nearest")
        return text + apart.format(n=f"{hidden.n_hidden:,}", stride=hidden.stride)

    def _class_name(self, index: int) -> str:
        names = self._data().class_names
        if not names:
            return self.tr("output {}").format(index)
        return f"“{names[index]}”"

    def _nearest_text(self, result: Nearest) -> str:
        space = self.tr("scaled inputs")
        if result.metric == "hidden":
            space = self.tr("activations of the last hidden layer, step {}")
            space = space.format(f"{result.step:,}")
        text = self.tr("Nearest of {n} training samples: distance of {space}")
        number = f"{result.n_compared:,}"
        if result.n_compared < result.n_samples:
            number = self.tr("the first {}").format(number)
        text = text.format(n=number, space=space)
        if result.n_done < result.n_compared:
            text += "\n" + self.tr("compared so far: {}").format(f"{result.n_done:,}")
        return text

    def _captions(self, data: PreparedData, result: Nearest) -> list[str]:
        """What it is, what it is taken for if that is wrong, and how far away."""
        far = [number_text(distance, ".3g") for distance in result.distances.tolist()]
        if result.labels is None or result.predicted is None:
            assert result.values is not None
            targets = [", ".join(map(number_text, row)) for row in result.values.tolist()]
            text = self.tr("target {target} · distance {far}")
            pairs = zip(targets, far, strict=True)
            return [text.format(target=target, far=distance) for target, distance in pairs]
        names = [*data.class_names, "–"]  # the last for NaN
        lines = []
        triples = zip(result.labels.tolist(), result.predicted.tolist(), far, strict=True)
        for label, predicted, distance in triples:
            taken = names[label]
            if predicted != label:
                taken += self.tr(" as {}").format(names[predicted])
            is_picture = data.dataset.image_shape is not None
            far_away = self.tr("{name} · distance {far}").format(name=taken, far=distance)
            lines.append(f"{taken}\n{distance}" if is_picture else far_away)
        return lines

    # Settings

    def _offer(self) -> None:
        """Show the settings that the page has."""
        is_map = self._what in ("gradient", "occlusion")
        has_picture = self._setup is not None and self._data().dataset.image_shape is not None
        has_choice = self._setup is not None and (
            self._data().n_outputs > 1 or self._data().task != "regression"
        )
        of_loss = self._what == "gradient" and self._of.currentData() == "loss"
        self._of.setVisible(self._what == "gradient")
        self._whose.setVisible(is_map and not of_loss and has_choice)
        self._patch.setVisible(self._what == "occlusion" and has_picture)
        self._metric.setVisible(self._what == "nearest")

    def _chooser(self, name: str, tip: str, entries: tuple[tuple[str, str], ...]) -> QComboBox:
        chooser = QComboBox()
        chooser.setObjectName(name)
        chooser.setAccessibleName(tip)
        chooser.setToolTip(tip)
        for text, key in entries:
            chooser.addItem(text, key)
        chooser.setMinimumContentsLength(8)
        chooser.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        chooser.activated.connect(self.changed)
        return chooser

    def _patch_box(self) -> QSpinBox:
        box = QSpinBox()
        box.setObjectName("patch")
        box.setPrefix(self.tr("patch "))
        box.setAccessibleName(self.tr("Side of the hidden patch in pixels"))
        box.setToolTip(self.tr("Side of the square patch that is set to the ground, in pixels"))
        box.setRange(1, MOST_PATCH)
        box.valueChanged.connect(self.changed)
        return box

    def _data(self) -> PreparedData:
        assert self._setup is not None
        return self._setup.data

    def _arrange(self) -> None:
        settings = QHBoxLayout()
        chain = (self._of, self._patch, self._whose, self._metric)
        for widget in chain:
            settings.addWidget(widget, 1)
        maps = QWidget()
        beside = QHBoxLayout(maps)
        beside.setContentsMargins(0, 0, 0, 0)
        for mosaic in (self._picture, self._map):
            mosaic.setMinimumHeight(LEAST_PICTURE)
            beside.addWidget(mosaic, 1)
        self._samples.setMinimumHeight(LEAST_PICTURE)
        self._history.setMinimumHeight(LEAST_PICTURE)
        for page in (maps, self._features, self._samples, self._history):
            self._pages.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(settings)
        layout.addWidget(self._text)
        layout.addWidget(self._pages, 1)
        drawings = (self._picture, self._map, self._features, self._samples, self._history)
        order = (*chain, *drawings)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)


def _marks(result: Nearest) -> list[str] | None:
    if result.labels is None or result.predicted is None:
        return None
    right: Array = result.labels == result.predicted
    return ["✓" if is_right else "✗" for is_right in right.tolist()]
