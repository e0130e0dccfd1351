"""The list of layers: added, removed, moved, counted."""

import pytest
from PyQt6.QtCore import Qt
from PyQt6.QtTest import QTest

from visualmlp.experiment import Layer

BUTTONS = ("add", "remove", "up", "down")


def units(session):
    return [layer.units for layer in session.experiment.network.hidden]


def with_layers(session, *sizes):
    layers = tuple(Layer(units=size) for size in sizes)
    session.edit(session.experiment.replace(network={"hidden": layers}))


@pytest.fixture
def press(find):
    """``press("add")`` presses the button below the layers with the space bar."""

    def press_button(name):
        button = find(f"layers.{name}")
        button.setFocus()
        QTest.keyClick(button, Qt.Key.Key_Space)

    return press_button


def test_add_puts_a_like_layer_behind_the_selected_one(session, find, press):
    with_layers(session, 7, 9)
    find("network.hidden.0.units").setFocus()
    press("add")
    assert units(session) == [7, 7, 9]
    assert find("network.hidden.1.mark").isChecked()
    assert find("network.hidden.2.units").text() == "9"


def test_remove_takes_the_selected_layer(session, find, press, panels):
    with_layers(session, 7, 8, 9)
    find("network.hidden.1.mark").click()
    press("remove")
    assert units(session) == [7, 9]
    assert find("network.hidden.1.mark").isChecked()
    press("remove")
    press("remove")
    assert units(session) == []
    assert not find("layers.remove").isEnabled()
    press("add")
    assert units(session) == [32]


def test_layers_move_and_stay_selected(session, find, press):
    with_layers(session, 7, 8, 9)
    find("network.hidden.0.activation").setFocus()
    assert not find("layers.up").isEnabled()
    press("down")
    press("down")
    assert units(session) == [8, 9, 7]
    assert find("network.hidden.2.mark").isChecked()
    assert not find("layers.down").isEnabled()
    press("up")
    assert units(session) == [8, 7, 9]


def test_too_many_layers_are_refused_with_the_reason(session, find, press):
    with_layers(session, *[4] * 50)
    press("add")
    assert len(units(session)) == 50
    message = find("network.hidden.message")
    assert not message.isHidden()
    assert "50" in message.text()


def test_a_field_edits_its_own_layer(session, find):
    with_layers(session, 7, 8)
    editor = find("network.hidden.1.units")
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "12\r")
    assert units(session) == [7, 12]


def test_undo_brings_removed_layers_back(session, find, press):
    with_layers(session, 7, 8)
    press("remove")
    session.undo()
    assert find("network.hidden.0.units").text() == "7"
    assert find("network.hidden.1.units").text() == "8"


def test_details_unfold(find):
    dropout = find("network.hidden.0.dropout")
    assert not dropout.isVisible()
    find("network.hidden.0.more").click()
    assert dropout.isVisible()
    assert "Layer 1" in dropout.accessibleName()


def test_shapes_and_parameters_are_counted(find):
    assert find("network.summary").text() == "64 → 32 → 10 · 2,410 parameters"
    assert find("network.hidden.0.parameters").text() == "64×32 + 32 = 2,080"
    assert find("network.output.parameters").text() == "32×10 + 10 = 330"


def test_counts_follow_the_typing(session, find):
    editor = find("network.hidden.0.units")
    editor.setFocus()
    editor.selectAll()
    QTest.keyClicks(editor, "100")
    assert units(session) == [32]
    assert find("network.summary").text() == "64 → 100 → 10 · 7,510 parameters"
    assert find("network.output.parameters").text() == "100×10 + 10 = 1,010"
    QTest.keyClick(editor, Qt.Key.Key_Escape)
    assert find("network.summary").text() == "64 → 32 → 10 · 2,410 parameters"


def test_counts_go_back_when_the_typing_is_refused(session, find):
    units = find("network.hidden.0.units")
    counted = find("network.summary").text()
    units.selectAll()
    QTest.keyClicks(units, "99999")
    assert find("network.summary").text() == counted


def test_biases_count_only_if_there_are_any(session, find):
    layer = Layer(units=32, bias=False)
    session.edit(session.experiment.replace(network={"hidden": (layer,)}))
    assert find("network.hidden.0.parameters").text() == "64×32 = 2,048"
    assert find("network.summary").text() == "64 → 32 → 10 · 2,378 parameters"


def test_what_depends_on_data_not_loaded_is_unknown(session, find, train_a_step):
    train_a_step()
    session.edit(session.experiment.replace(data={"source": "iris"}))
    assert find("network.summary").text() == "? → 32 → ? · ? parameters"
    assert find("network.hidden.0.parameters").text() == "?×32 + 32 = ?"


def test_counts_follow_a_new_run(session, find, qtbot):
    session.edit(session.experiment.replace(data={"source": "iris"}))
    qtbot.waitUntil(lambda: find("network.summary").text() == "4 → 32 → 3 · 259 parameters")


def test_automatic_output_is_spelt_out(session, find):
    assert find("network.fit").text() == "Softmax output, cross-entropy loss"
    session.edit(session.experiment.replace(network={"loss": "squared_error"}))
    assert find("network.fit").text() == "Softmax output, squared error loss"


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_losses_that_do_not_fit_the_task_cannot_be_chosen(find):
    loss = find("network.loss")
    enabled = {loss.itemData(i) for i in range(loss.count()) if loss.model().item(i).isEnabled()}
    assert "squared_error" in enabled
    assert "auto" in enabled
    assert "cross_entropy" not in enabled


@pytest.mark.parametrize("session", ["curve"], indirect=True)
def test_a_loss_that_does_not_fit_the_data_is_pointed_out(session, find, train_a_step):
    train_a_step()
    session.edit(session.experiment.replace(network={"loss": "cross_entropy"}))
    assert "does not fit regression" in find("network.misfit").text()


@pytest.mark.parametrize("name", BUTTONS)
def test_buttons_have_names_and_tooltips(find, name):
    button = find(f"layers.{name}")
    assert button.text()
    assert button.toolTip()
    assert button.accessibleName()
    assert button.focusPolicy() == Qt.FocusPolicy.StrongFocus
