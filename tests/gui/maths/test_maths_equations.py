"""Equations say what was computed, in both notations."""

import numpy as np
import pytest

from visualmlp.engine import ACTIVATIONS, LOSSES, OPTIMIZERS
from visualmlp.gui.maths import formulas
from visualmlp.gui.maths.equation import DRAWN_SAMPLES, SAMPLES, layer_of, units
from visualmlp.gui.maths.notation import COLUMNS, ROWS
from visualmlp.gui.maths.phases import Phase, phases_of, title
from visualmlp.gui.maths.writer import write
from visualmlp.gui.widgets.formula import formula_size, formula_svg

BOTH = pytest.mark.parametrize("notation", [ROWS, COLUMNS], ids=["rows", "columns"])


def arrays(equation):
    return [operand.values for operand in equation.operands]


def signs(equation):
    return [operand.sign for operand in equation.operands]


@BOTH
@pytest.mark.parametrize("output_first", [False, True], ids=["together", "output first"])
def test_products_hold_as_they_are_written(make_trace, notation, output_first):
    trace = make_trace("softmax", "squared_error", dropout=0.3, output_first=output_first)
    seen = 0
    for phase in phases_of(trace):
        equation = write(trace, phase, notation)
        if equation.kind.startswith("matrix product"):
            result, first, second, *after = arrays(equation)
            value = first @ second
            for sign, operand in zip(signs(equation)[3:], after, strict=True):
                value = value * operand if sign == "⊙" else value + operand
            np.testing.assert_allclose(result, value, rtol=1e-12, atol=1e-15)
            seen += 1
    assert seen == 5  # z, z, grad_a, grad_W, grad_W


@BOTH
def test_every_equation_has_arrays_of_fitting_axes(make_trace, notation):
    trace = make_trace(dropout=0.2, l1=0.1, l2=0.1, clip_norm=0.1)
    sizes = {SAMPLES: 7, units(0): 4, units(1): 5, units(2): 3, "": 1}
    for phase in phases_of(trace):
        for operand in write(trace, phase, notation).operands:
            assert operand.values.shape == tuple(sizes[axis] for axis in operand.axes)
            shape = operand.shape.strip("(),").split(", ")
            expected = [str(sizes[axis]) for axis in operand.axes]
            assert shape in (expected, expected[1:])


@BOTH
@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_of_the_output(make_trace, notation, loss):
    trace = make_trace("sigmoid", loss, normalisation="sum")
    equation = write(trace, Phase("grad_z", 1), notation)
    result, *operands = arrays(equation)
    if trace.is_fused:
        a, t = operands
        assert signs(equation) == ["", "= 1 ·", "− 1 ·"]
        np.testing.assert_allclose(result, a - t, rtol=1e-12)
    else:
        grad_a, slope = operands
        assert signs(equation) == ["", "= 7 ·", "⊙"]
        np.testing.assert_allclose(result, 7 * grad_a * slope, rtol=1e-12)


@pytest.mark.parametrize("output", [name for name in ACTIVATIONS if ACTIVATIONS[name].joint])
def test_units_that_depend_on_each_other(make_trace, output):
    trace = make_trace(output, "squared_error")
    equation = write(trace, Phase("grad_z", 1), ROWS)
    if ACTIVATIONS[output].exact:
        assert equation.kind.startswith("sample by sample")
        assert equation.note == ""
    else:
        result, grad_a, slope = arrays(equation)
        np.testing.assert_allclose(result, grad_a * slope, rtol=1e-12)
        assert equation.note == "A surrogate: not the true derivative."
    assert write(trace, Phase("a", 1), ROWS).kind.startswith("sample by sample")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_an_optimizer_remembers(make_trace, optimizer):
    trace = make_trace(optimizer=optimizer, clip_norm=0.01)
    slots = [phase for phase in phases_of(trace) if phase.kind == "slot"]
    assert len(slots) == 4 * len(OPTIMIZERS[optimizer].slots_renewed)
    for phase in slots:
        after, before, g = arrays(write(trace, phase, ROWS))
        rule, used = trace.optimizer.slots_renewed[phase.slot], trace.settings.optimizer
        np.testing.assert_allclose(
            after, rule.kept(used) * before + rule.taken(used) * g, rtol=1e-11
        )


@BOTH
def test_updates_and_penalties(make_trace, notation):
    trace = make_trace(l2=0.1, l1=0.01, clip_norm=0.02)
    g, raw, w, same = arrays(write(trace, Phase("penalty", 0), notation))
    np.testing.assert_allclose(g, raw + 0.1 * w + 0.01 * np.sign(same), rtol=1e-12)
    clipped, g = arrays(write(trace, Phase("clip", 0), notation))
    np.testing.assert_allclose(clipped, trace.clip_factor * g, rtol=1e-12)
    new, old, change = arrays(write(trace, Phase("update", 1, "bias"), notation))
    np.testing.assert_array_equal(change, new - old)
    assert set(new.ravel()) == set(trace.after.biases[1])


def test_output_first_says_so(make_trace):
    equation = write(make_trace(output_first=True), Phase("grad_a", 0), ROWS)
    assert "new already" in equation.note
    assert "W² newᵀ" in equation.shapes


def test_a_step_that_was_not_made_says_so(make_trace):
    with np.errstate(all="ignore"):
        trace = make_trace("identity", "squared_error", l2=np.inf, steps=1)
    assert not trace.made
    assert "not made" in write(trace, Phase("update", 0), ROWS).note


def test_the_loss_tells_its_mean_and_the_normalisation(make_trace):
    trace = make_trace(normalisation="sum")
    equation = write(trace, Phase("loss"), COLUMNS)
    assert equation.formulas == (r"L_i = -\sum_j y_j \ln a_j", r"L = \sum_i L_i")
    assert f"{trace.loss:.7g}" in equation.note
    assert "7 times as large" in equation.note
    mean = write(make_trace(), Phase("loss"), COLUMNS)
    assert mean.formulas[1] == r"L = \frac{1}{m} \sum_i L_i"
    assert "times" not in mean.note


def test_names_of_both_notations(make_trace):
    trace = make_trace(dropout=0.2)
    phases = [Phase("z", 1), Phase("grad_weights", 1), Phase("grad_bias", 0), Phase("grad_a", 0)]
    assert [write(trace, phase, ROWS).shapes for phase in phases] == [
        "Z² (7, 3) = Ã¹ (7, 5) · W² (5, 3) + b² (3,)",
        "∂L/∂W² (5, 3) = Ã¹ᵀ (5, 7) · ∂L/∂Z² (7, 3)",
        "∂L/∂b¹ (5,) = Σ ∂L/∂Z¹ (7, 5)",
        "∂L/∂A¹ (7, 5) = ∂L/∂Z² (7, 3) · W²ᵀ (3, 5) ⊙ M¹ (7, 5)",
    ]
    assert [write(trace, phase, COLUMNS).shapes for phase in phases] == [
        "Z[2] (3, 7) = W[2] (3, 5) · Ã[1] (5, 7) + b[2] (3, 1)",
        "dW[2] (3, 5) = dZ[2] (3, 7) · Ã[1]ᵀ (7, 5)",
        "db[1] (5, 1) = Σ dZ[1] (5, 7)",
        "dA[1] (5, 7) = W[2]ᵀ (5, 3) · dZ[2] (3, 7) ⊙ M[1] (5, 7)",
    ]


def test_a_large_batch_is_cut_for_pictures(make_trace):
    n = DRAWN_SAMPLES + 5
    trace = make_trace(n=n, steps=1)
    equation = write(trace, Phase("grad_weights", 0), COLUMNS)
    assert [operand.shape for operand in equation.operands] == [
        "(5, 4)",
        f"(5, {n:,})",
        f"({n:,}, 4)",
    ]
    assert [array.shape for array in arrays(equation)] == [(5, 4), (5, 1000), (1000, 4)]
    assert "first 1,000 of 1,005" in equation.note
    assert write(trace, Phase("update", 0), COLUMNS).note == "Learning rate: 0.05."


def test_phases_of_an_update_output_first(make_trace):
    trace = make_trace(optimizer="momentum", output_first=True, l2=0.1, bias=False)
    assert [(phase.kind, phase.layer) for phase in phases_of(trace)] == [
        ("z", 0), ("a", 0), ("z", 1), ("a", 1), ("loss", 0),
        ("grad_z", 1), ("grad_weights", 1), ("penalty", 1), ("slot", 1), ("update", 1),
        ("grad_a", 0), ("grad_z", 0), ("grad_weights", 0), ("grad_bias", 0), ("penalty", 0),
        ("slot", 0), ("update", 0), ("slot", 0), ("update", 0), ("norm", 0),
    ]  # fmt: skip


def test_titles(make_trace):
    trace = make_trace(clip_norm=0.1)
    assert title(Phase("grad_weights", 0), trace) == (
        "Backward, layer 1 of 2: gradient of the weights"
    )
    assert title(Phase("slot", 1, "bias", "m"), trace) == "Update, layer 2 of 2: m of the biases"
    assert title(Phase("loss"), trace) == "Loss: cross_entropy"


def test_axes():
    assert layer_of(units(3)) == 3
    assert layer_of(SAMPLES) is None
    assert layer_of("") is None


def shown_as_it_stands(latex):
    return b"monospace" in formula_svg(latex, "#000000", 18)


def test_every_formula_can_be_rendered(make_trace):
    latex = {activation.derivative for activation in ACTIVATIONS.values()}
    latex |= {formulas.loss_gradient(loss, "t") for loss in LOSSES.values()}
    latex |= {formulas.sample_loss(loss, "y") for loss in LOSSES.values()}
    for optimizer in OPTIMIZERS.values():
        latex |= {slot.formula for slot in optimizer.slots_renewed.values()}
    trace = make_trace(dropout=0.2, l1=0.1, l2=0.1, clip_norm=0.1)
    for notation in (ROWS, COLUMNS):
        for phase in phases_of(trace):
            latex.update(write(trace, phase, notation).formulas)
    assert [formula for formula in latex if shown_as_it_stands(formula)] == []
    assert max(formula_size(formula, 18).height() for formula in latex) < 70
