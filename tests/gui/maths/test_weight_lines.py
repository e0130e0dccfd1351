"""One weight's lines lead from its old value to its new one."""

from dataclasses import replace

import numpy as np
import pytest

from visualmlp.engine import OPTIMIZERS
from visualmlp.gui.maths.weight_lines import weight_lines
from visualmlp.gui.picks import Weight

FULL = {"l1": 0.01, "l2": 0.1, "clip_norm": 0.02}


def by_kind(lines):
    return {line.kind: line for line in lines}


@pytest.mark.parametrize("settings", [{}, FULL], ids=["plain", "penalties and clipping"])
@pytest.mark.parametrize("weight", [Weight(0, 2, 3), Weight(1, None, 1), Weight(1, 4, 0)])
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_lines_lead_to_the_new_value(make_trace, optimizer, weight, settings):
    trace = make_trace(optimizer=optimizer, **settings)
    lines = weight_lines(trace, weight)
    kinds = by_kind(lines)
    assert lines[0].value == weight.of(trace.before)
    assert lines[-1].value == weight.of(trace.after)
    start = kinds["decayed"].value if "decayed" in kinds else lines[0].value
    assert float(start) - float(kinds["step"].value) == pytest.approx(
        float(lines[-1].value), rel=1e-9
    )
    assert kinds["gradient"].value == weight.of(trace.raw)
    assert ("clipped" in kinds) is bool(settings)
    assert ("penalised" in kinds) is (bool(settings) and weight.row is not None)
    assert ("decayed" in kinds) is (optimizer == "adamw" and weight.row is not None)
    slots = [line for line in lines if line.kind == "slot"]
    assert [line.name for line in slots] == list(OPTIMIZERS[optimizer].slots_renewed)
    for line in slots:
        assert line.value == weight.of(trace.slots_after[line.name])


@pytest.mark.parametrize("weight", [Weight(0, 2, 3), Weight(1, None, 1), Weight(1, 4, 0)])
def test_a_frozen_weight_is_told_as_such(make_trace, weight):
    trace = make_trace(optimizer="adam")
    numbers = trace.before.flat.copy()
    place = weight.place(trace.before)
    assert numbers[place] == weight.of(trace.before)
    assert (numbers == numbers[place]).sum() == 1 or numbers[place] == 0
    frozen = replace(trace, frozen=(place,), after=trace.before)
    lines = weight_lines(frozen, weight)
    assert "frozen" in lines[-1].name
    assert lines[-1].value == lines[0].value
    assert not any(line.kind in ("step", "rounding") for line in lines)


def value_of(numbers):
    """A line's numbers, computed as they stand."""
    text = numbers.replace("−", "-").replace("·", "*").replace("^", "**").replace("²", "**2")
    return eval(text.replace("√", "1.0 * sqrt"), {"sqrt": np.sqrt})


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "nesterov", "adamw"])
def test_the_numbers_in_a_line_give_its_value(make_trace, optimizer):
    trace = make_trace(optimizer=optimizer, **FULL)
    lines = [line for line in weight_lines(trace, Weight(0, 1, 1)) if line.numbers]
    checked = [line for line in lines if "√" not in line.numbers]
    assert len(checked) >= 4
    for line in checked:
        assert value_of(line.numbers) == pytest.approx(float(line.value), rel=1e-6)


def test_bias_correction_is_told_as_derived(make_trace):
    trace = make_trace(optimizer="adam", steps=4)
    lines = weight_lines(trace, Weight(0, 0, 0))
    corrected = [line for line in lines if line.kind == "corrected"]
    assert [line.derived for line in corrected] == [True, True]
    m = float(trace.slots_after["m"].weights[0][0, 0])
    assert corrected[0].value == pytest.approx(m / (1 - 0.9**4), rel=1e-12)
    assert corrected[0].numbers.endswith("/ (1 − 0.9^4)")


def test_rounding_is_told_where_digits_differ(make_trace):
    roundings = 0
    for optimizer in OPTIMIZERS:
        trace = make_trace(optimizer=optimizer, dtype="float32")
        for row in range(4):
            lines = weight_lines(trace, Weight(0, row, row))
            kinds = by_kind(lines)
            start = kinds.get("decayed", lines[0]).value
            reached = float(start) - float(kinds["step"].value)
            if "rounding" in kinds:
                roundings += 1
                assert kinds["rounding"].name == "rounding (float32)"
                reached += float(kinds["rounding"].value)
            assert f"{reached:.7g}" == f"{float(lines[-1].value):.7g}"
    assert roundings


def test_an_update_that_was_not_made(make_trace):
    with np.errstate(all="ignore"):
        trace = make_trace("identity", "squared_error", l2=np.inf, steps=1)
    lines = weight_lines(trace, Weight(0, 0, 0))
    assert lines[-1].name.startswith("new value: no update")
    assert lines[-1].value == lines[0].value
    assert "step" not in by_kind(lines)
