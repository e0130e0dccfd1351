"""The Maths view is driven as a user does, and compared with the training."""

from dataclasses import replace

import numpy as np
import pytest
from PyQt6.QtCore import QPoint, QSettings, Qt
from PyQt6.QtWidgets import QComboBox, QPushButton, QScrollArea, QSpinBox, QTabWidget, QToolButton

from visualmlp.experiment import apply_settings, find_experiment
from visualmlp.gui.maths.array_map import ArrayMap
from visualmlp.gui.maths.line_table import LineTable
from visualmlp.gui.maths.overview import Overview
from visualmlp.gui.views.maths import MathsView
from visualmlp.gui.widgets.formula import Formula
from visualmlp.gui.widgets.table import Table
from visualmlp.gui.widgets.text_line import TextLine
from visualmlp.training.probe import Probe
from visualmlp.training.trainer import Trainer

FULL = [
    "network.hidden=[{units = 6, dropout = 0.25}]",
    "regularization.l2=0.01",
    "regularization.l1=0.001",
    "regularization.clip_norm=0.1",
]


def experiment(name, *settings):
    return apply_settings(find_experiment(name), settings)


def text(view, name):
    return view.findChild(TextLine, name).text()


def button(view, name):
    return view.findChild(QPushButton, name)


def title(view):
    return view.findChild(QComboBox, "phase").currentText()


def table(view, name="terms"):
    """The rows of a table, as numbers in full precision."""
    _, *rows = view.findChild(Table, name).csv_rows()
    return rows


def number(cell):
    return float(cell.replace("−", "-"))


def maps(view):
    found = [view.findChild(ArrayMap, f"array.{place}") for place in range(4)]
    return [map_ for map_ in found if map_ is not None and not map_.isHidden()]


def next_phase(qtbot, view):
    qtbot.mouseClick(button(view, "next"), Qt.MouseButton.LeftButton)


def go_to(qtbot, view, wanted):
    """Press Next until a phase's title has a text."""
    while wanted not in title(view):
        assert not is_last(view), f"no phase {wanted!r}"
        next_phase(qtbot, view)


def is_last(view):
    number, _, rest = title(view).partition(" / ")
    return number == rest.split(" ")[0]


def titles(view):
    box = view.findChild(QComboBox, "phase")
    return [box.itemText(i) for i in range(box.count())]


def page(view, index):
    view.findChild(QTabWidget, "pages").setCurrentIndex(index)


def traced(view):
    return view._shown.trace


def test_next_and_back_go_through_the_phases(qtbot, show):
    view = show(MathsView)
    assert title(view) == "1 / 25 · Forward, layer 1 of 2: pre-activations"
    assert not button(view, "back").isEnabled()
    next_phase(qtbot, view)
    assert title(view) == "2 / 25 · Forward, layer 1 of 2: activations (relu)"
    qtbot.mouseClick(button(view, "back"), Qt.MouseButton.LeftButton)
    assert title(view).startswith("1 / 25")

    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert title(view).startswith("2 / 25")
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert title(view).startswith("1 / 25")
    go_to(qtbot, view, "25 / 25")
    assert title(view) == "25 / 25 · Update, layer 2 of 2: new biases"


def test_phases_go_on_into_the_next_step_and_back(session, qtbot, show, settle):
    view = show(MathsView)
    go_to(qtbot, view, "25 / 25")
    next_phase(qtbot, view)
    qtbot.waitUntil(lambda: session.frame.step == 1)
    settle()
    assert title(view).startswith("1 / 25")
    assert view._shown.number == 1
    qtbot.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    qtbot.waitUntil(lambda: session.frame.step == 0)
    settle()
    assert title(view).startswith("25 / 25")
    assert view._shown.number == 0
    assert session.timeline.head == 1
    next_phase(qtbot, view)
    qtbot.waitUntil(lambda: session.frame.step == 1)
    assert session.timeline.head == 1  # replayed
    assert session.branches.current == 0


def test_the_phases_of_a_step_with_everything(session, show, qtbot, settle):
    session.open(experiment("digits", *FULL, "optimizer.name=momentum"))
    view = show(MathsView)
    settle()
    found = [text.split(" · ")[1] for text in titles(view)]
    assert found == [
        "Forward, layer 1 of 2: pre-activations",
        "Forward, layer 1 of 2: activations (relu)",
        "Forward, layer 1 of 2: dropout",
        "Forward, layer 2 of 2: pre-activations",
        "Forward, layer 2 of 2: activations (softmax)",
        "Loss: cross_entropy",
        "Backward, layer 2 of 2: gradient of the pre-activations",
        "Backward, layer 2 of 2: gradient of the weights",
        "Backward, layer 2 of 2: gradient of the biases",
        "Backward, layer 1 of 2: gradient of the activations",
        "Backward, layer 1 of 2: gradient of the pre-activations",
        "Backward, layer 1 of 2: gradient of the weights",
        "Backward, layer 1 of 2: gradient of the biases",
        "Update, layer 1 of 2: penalty on the weights",
        "Update, layer 2 of 2: penalty on the weights",
        "Norm of the whole gradient",
        "Update, layer 1 of 2: clipping, weights",
        "Update, layer 1 of 2: clipping, biases",
        "Update, layer 2 of 2: clipping, weights",
        "Update, layer 2 of 2: clipping, biases",
        "Update, layer 1 of 2: velocity of the weights",
        "Update, layer 1 of 2: new weights",
        "Update, layer 1 of 2: velocity of the biases",
        "Update, layer 1 of 2: new biases",
        "Update, layer 2 of 2: velocity of the weights",
        "Update, layer 2 of 2: new weights",
        "Update, layer 2 of 2: velocity of the biases",
        "Update, layer 2 of 2: new biases",
    ]


def test_shapes_and_arrays_of_a_matrix_product(qtbot, show):
    view = show(MathsView)
    assert text(view, "shapes").startswith("Z¹ (32, 32) = X (32, 64) · W¹ (64, 32) + b¹ (32,)")
    assert "matrix product" in text(view, "shapes")
    assert view.findChild(Formula).formula() == r"Z^{1} = X \, W^{1} + b^{1}"
    z, x, w, b = (map_.values for map_ in maps(view))
    layer = traced(view).layers[0]
    for shown, expected in ((z, layer.z), (x, layer.input), (w, layer.weights), (b[0], layer.bias)):
        np.testing.assert_array_equal(shown, expected)


def test_columns_have_the_courses_names_and_the_arrays_transposed(qtbot, show):
    view = show(MathsView)
    box = view.findChild(QComboBox, "notation")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert text(view, "shapes").startswith(
        "Z[1] (32, 32) = W[1] (32, 64) · A[0] (64, 32) + b[1] (32, 1)"
    )
    _, w, a, _ = (map_.values for map_ in maps(view))
    np.testing.assert_array_equal(w, traced(view).layers[0].weights.T)
    np.testing.assert_array_equal(a, traced(view).x.T)
    assert QSettings().value("maths/notation") == "columns"
    go_to(qtbot, view, "layer 2 of 2: gradient of the weights")
    assert text(view, "shapes").startswith("dW[2] (10, 32) = dZ[2] (10, 32) · A[1]ᵀ (32, 32)")


def test_the_notation_is_remembered(qtbot, show):
    QSettings().setValue("maths/notation", "columns")
    assert text(show(MathsView), "shapes").startswith("Z[1]")


@pytest.mark.parametrize("notation", ["rows", "columns"])
def test_the_picked_elements_terms_make_its_number(qtbot, show, notation):
    QSettings().setValue("maths/notation", notation)
    view = show(MathsView)
    for wanted in (
        "pre-activations",
        "2 of 2: gradient of the weights",
        "1 of 2: gradient of the ac",
    ):
        go_to(qtbot, view, wanted)
        result = maps(view)[0]
        qtbot.mouseClick(result, Qt.MouseButton.LeftButton, pos=QPoint(60, 60))
        row, column = result.current
        *terms, total = table(view)
        assert np.float32(number(total[3])) == result.values[row, column]
        assert sum(number(term[3]) for term in terms) == pytest.approx(number(total[3]), rel=1e-5)
        shown = f"{float(result.values[row, column]):.7g}".replace("-", "−")
        assert text(view, "picked").endswith(f" = {shown}")


def test_a_click_lets_other_views_follow(qtbot, session, show):
    view = show(MathsView)
    result = maps(view)[0]
    qtbot.mouseClick(result, Qt.MouseButton.LeftButton, pos=QPoint(100, 80))
    row, column = result.current
    assert session.picks.part == "train"
    assert session.picks.sample == view._shown.names.rows[row]
    assert session.picks.unit == (0, column)
    assert f"sample {session.picks.sample:,}, unit {column}" in text(view, "picked")


def test_the_view_follows_the_picked_unit_and_the_picked_sample_of_the_batch(session, show, settle):
    view = show(MathsView)
    rows = view._shown.names.rows
    session.pick_sample(int(rows[7]), "train")
    session.pick_unit(0, 3)
    settle()
    assert maps(view)[0].current == (7, 3)
    outside = next(row for row in range(1000) if row not in rows)
    session.pick_sample(outside, "train")
    settle()
    assert maps(view)[0].current == (7, 3)


def test_a_picked_sample_stays_through_the_phases(qtbot, show):
    view = show(MathsView)
    qtbot.mouseClick(maps(view)[0], Qt.MouseButton.LeftButton, pos=QPoint(100, 80))
    sample = maps(view)[0].current[0]
    go_to(qtbot, view, "Loss")
    assert maps(view)[0].current == (sample, 0)
    assert maps(view)[1].current[0] == sample


def test_all_at_once_shows_every_phase_and_opens_one(qtbot, show):
    view = show(MathsView)
    page(view, 1)
    overview = view.findChild(Overview)
    assert len(overview.texts) == 25
    assert overview.texts[0].startswith(
        "1. Forward, layer 1 of 2: pre-activations: Z¹ (32, 32) = X"
    )
    view.grab()
    overview.setFocus()
    qtbot.keyClick(overview, Qt.Key.Key_Down)
    qtbot.keyClick(overview, Qt.Key.Key_Down)
    qtbot.keyClick(overview, Qt.Key.Key_Return)
    assert view.findChild(QTabWidget, "pages").currentIndex() == 0
    assert title(view).startswith("3 / 25")


def choose_weight(view, layer, row, unit):
    box = view.findChild(QComboBox, "weight.layer")
    box.setCurrentIndex(layer)
    box.activated.emit(layer)
    view.findChild(QSpinBox, "weight.to").setValue(unit)
    view.findChild(QSpinBox, "weight.from").setValue(row)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "nesterov", "rmsprop"])
@pytest.mark.parametrize(("layer", "row", "unit"), [(0, 20, 3), (1, 5, 9), (0, -1, 2), (1, -1, 0)])
def test_one_weight_is_what_the_next_step_makes_it(
    qtbot, session, show, settle, train, optimizer, layer, row, unit
):
    session.open(experiment("digits", *FULL, f"optimizer.name={optimizer}"))
    view = show(MathsView)
    session.run_steps(2)
    qtbot.waitUntil(lambda: session.frame.step == 2 and session.frame.state is not None)
    settle()
    page(view, 2)
    choose_weight(view, layer, row, unit)
    lines = view.findChild(LineTable).lines
    old, new = lines[0].value, lines[-1].value

    trainer = Trainer(session.setup)
    for _ in range(2):
        trainer.step()
    assert old == weight_of(trainer, layer, row, unit)
    trainer.step()
    assert new == weight_of(trainer, layer, row, unit)
    assert str(new) in text(view, "weight").replace("−", "-")
    *terms, total = table(view, "gradient")
    assert total[3].replace("−", "-") == str(lines[1].value)
    reached = sum(number(term[3]) for term in terms)
    assert reached == pytest.approx(float(lines[1].value), rel=1e-5, abs=1e-12)


def weight_of(trainer, layer, row, unit):
    parameters = trainer.network.parameters
    if row < 0:
        return parameters.biases[layer][unit]
    return parameters.weights[layer][row, unit]


def test_a_clicked_weight_is_the_one_weight(qtbot, show):
    view = show(MathsView)
    go_to(qtbot, view, "layer 2 of 2: new weights")
    qtbot.mouseClick(maps(view)[0], Qt.MouseButton.LeftButton, pos=QPoint(80, 70))
    row, column = maps(view)[0].current
    page(view, 2)
    boxes = [view.findChild(QSpinBox, name).value() for name in ("weight.from", "weight.to")]
    assert boxes == [row, column]
    assert view.findChild(QComboBox, "weight.layer").currentIndex() == 1


def test_numbers_show_when_one_looks_closer(qtbot, show):
    view = show(MathsView)
    big = maps(view)[2]
    assert not big.shows_numbers
    view.findChild(QToolButton, "zoom.numbers").click()
    assert all(map_.shows_numbers for map_ in maps(view))
    view.grab()
    view.findChild(QToolButton, "zoom.fit").click()
    assert big.zoom == 1
    view.findChild(QToolButton, "zoom.in").click()
    assert big.zoom == 1.5


def test_after_each_step_the_next_one_is_shown_at_the_same_phase(qtbot, session, show, settle):
    view = show(MathsView)
    go_to(qtbot, view, "Loss")
    assert text(view, "step").startswith("Step 0 → 1 · 32 samples · loss")
    session.run_steps(1)
    qtbot.waitUntil(lambda: session.frame.step == 1)
    settle()
    assert text(view, "step").startswith("Step 1 → 2 · 32 samples · loss")
    assert "Loss" in title(view)


def test_while_training_runs_the_last_step_stays_and_says_so(qtbot, session, show, settle):
    view = show(MathsView)
    before = traced(view)
    session.limit_speed(50)
    session.play()
    qtbot.waitUntil(lambda: session.is_running and session.frame.step > 3)
    assert traced(view) is before
    assert text(view, "step").startswith("Step 0 → 1")
    assert text(view, "step").endswith("pause to take the newest apart")
    session.pause()
    qtbot.waitUntil(lambda: not session.is_running)
    settle()
    assert text(view, "step").startswith(f"Step {session.frame.step:,} → ")
    assert "pause" not in text(view, "step")


def test_changing_the_phase_makes_no_new_trace(qtbot, show, settle, session):
    view = show(MathsView)
    before = traced(view)
    next_phase(qtbot, view)
    session.pick_unit(1, 2)
    settle()
    assert traced(view) is before


@pytest.mark.parametrize(
    "session",
    [
        experiment("digits", "training.sampling=full_batch"),
        experiment("iris", "network.output.activation=normalised_sigmoid_surrogate"),
        experiment("iris", "network.output.activation=softmax_of_sigmoid"),
        experiment("curve", "network.hidden=[]", "training.precision=float64"),
        experiment("iris", "optimizer.layer_order=output_first", "regularization.l2=0.1"),
        experiment("iris", "network.output.bias=false", "optimizer.name=adamw"),
        experiment("iris", "network.loss=squared_error", "network.loss_normalisation=sum"),
    ],
    indirect=True,
    ids=lambda value: "",
)
@pytest.mark.parametrize("notation", ["rows", "columns"])
def test_every_phase_of_every_network_is_drawn(qtbot, show, notation):
    QSettings().setValue("maths/notation", notation)
    view = show(MathsView)
    count = len(titles(view))
    for number_ in range(count):
        assert title(view).startswith(f"{number_ + 1} /")
        view.grab()
        next_phase(qtbot, view)
    for index in (1, 2):
        page(view, index)
        view.grab()


@pytest.mark.parametrize(
    "session", [experiment("digits", "training.sampling=full_batch")], indirect=True
)
def test_of_a_large_batch_the_first_samples_are_drawn(show):
    view = show(MathsView)
    n = traced(view).n_samples
    assert n > 1000
    assert maps(view)[0].values.shape == (1000, 32)
    assert f"first 1,000 of {n:,} samples" in text(view, "shapes")
    assert f"Z¹ ({n:,}, 32)" in text(view, "shapes")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_parameters_that_are_not_finite_are_drawn(qtbot, session, show, value):
    view = show(MathsView)
    broken = session.frame.state.parameters.copy()
    broken[::3] = value
    state = replace(session.frame.state, parameters=broken)
    frame = replace(session.frame, parameters=broken, state=state)
    with np.errstate(all="ignore"):
        view.show_result(frame, view.job(frame, session.picks)(Probe(session.setup)))
        while not is_last(view):
            view.grab()
            next_phase(qtbot, view)
        page(view, 1)
        view.grab()
        page(view, 2)
        view.grab()
    assert not traced(view).made


def test_one_weight_is_the_one_picked_elsewhere_and_a_chosen_one_is_picked(session, show, settle):
    view = show(MathsView)
    page(view, 2)
    session.pick_weight(1, 5, 3)
    settle()
    assert "Weight from unit 5 of layer 1 to output “3”" in text(view, "weight")
    view.findChild(QSpinBox, "weight.from").setValue(7)
    assert session.picks.weight == (1, 7, 3)
    view.findChild(QSpinBox, "weight.from").setValue(-1)
    assert session.picks.weight == (1, None, 3)
    settle()
    assert "Bias of output “3”" in text(view, "weight")


def test_pages_fit_into_the_layout_of_a_small_screen(qtbot, show, settle):
    view = show(MathsView, 790, 630)
    lowest = view.findChild(QScrollArea).verticalScrollBar()
    for number in (0, 1, 2):
        page(view, number)
        settle()
        view.grab()
        assert lowest.maximum() == 0
    page(view, 0)
    terms = view.findChild(Table, "terms")
    view.grab()
    assert len(terms.texts) >= 12
    assert terms.height() >= terms.whole_height()


def test_the_table_of_terms_does_not_move_from_phase_to_phase(show):
    view = show(MathsView, 790, 630)
    terms = view.findChild(Table, "terms")
    view.show_phase(0)
    top = terms.mapTo(view, QPoint(0, 0)).y()
    view.show_phase(1)  # with a table of three lines
    view.show_phase(0)
    assert terms.mapTo(view, QPoint(0, 0)).y() == top
