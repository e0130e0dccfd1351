"""What is said about a picked element ends in the engine's number."""

import numpy as np
import pytest

from visualmlp.engine import ACTIVATIONS
from visualmlp.gui.maths.equation import SAMPLES, units
from visualmlp.gui.maths.names import Names
from visualmlp.gui.maths.notation import COLUMNS, ROWS
from visualmlp.gui.maths.phases import phases_of
from visualmlp.gui.maths.picked import pick
from visualmlp.gui.maths.writer import write

JOINT = [name for name in ACTIVATIONS if ACTIVATIONS[name].joint]
NAMES = Names(
    np.arange(100, 107),
    ("height", "width", "depth", "age"),
    lambda layer, unit: f"unit {unit} of layer {layer + 1}",
    ("weights of layer 1", "weights of layer 2", "biases of layer 1", "biases of layer 2"),
)
AT = {SAMPLES: 4, units(0): 1, units(1): 2, units(2): 0}


def number(text):
    return float(text.replace("−", "-"))


@pytest.mark.parametrize("notation", [ROWS, COLUMNS], ids=["rows", "columns"])
@pytest.mark.parametrize(
    "case",
    [
        {},
        {"output": "sigmoid", "loss": "binary_cross_entropy", "dropout": 0.4, "dtype": "float32"},
        {"l1": 0.01, "l2": 0.1, "clip_norm": 0.01, "normalisation": "sum", "dtype": "float32"},
        {"output_first": True, "optimizer": "nesterov"},
        *({"output": name, "loss": "squared_error", "normalisation": "sum"} for name in JOINT),
    ],
    ids=str,
)
def test_the_last_row_is_the_element(make_trace, notation, case):
    trace = make_trace(**case)
    for phase in phases_of(trace):
        picked = pick(trace, phase, AT, NAMES)
        if phase.kind == "norm":
            assert number(picked.values[-1][3]) == trace.gradient_norm
            continue
        if phase.kind == "loss":
            assert number(picked.values[-1][3]) == trace.loss
            continue
        result = write(trace, phase, notation).operands[0]
        element = result.values[result.at(AT)]
        assert trace.x.dtype.type(number(picked.values[-1][3])) == element
        assert picked.bold[-1] == len(picked.rows) - 1


def test_rows_of_a_gradient(make_trace):
    trace = make_trace()
    phase = next(phase for phase in phases_of(trace) if phase.kind == "grad_weights")
    picked = pick(trace, phase, AT, NAMES)
    names = [row[0] for row in picked.rows]
    assert names == [f"sample {row}" for row in range(100, 107)] + ["∂L/∂w"]
    for sample, values in enumerate(picked.values[:-1]):
        layer = trace.layers[1]
        assert number(values[1]) == layer.input[sample, 2]
        assert number(values[2]) == layer.grad_z[sample, 0]


def test_rows_of_a_pre_activation(make_trace):
    trace = make_trace()
    picked = pick(trace, phases_of(trace)[0], AT, NAMES)
    assert [row[0] for row in picked.rows] == [
        *("input height", "input width", "input depth", "input age"),
        *("bias", "z"),
    ]
    assert picked.headings == ("term", "input", "weight", "product")
    assert picked.bold == [5]


def test_what_is_shown_sums_up(make_trace):
    """The rows before the total add up to it, to the digits that are shown."""
    trace = make_trace(dtype="float32", n=7)
    for phase in phases_of(trace):
        if phase.kind in ("z", "grad_weights", "grad_bias", "grad_a"):
            *terms, total = pick(trace, phase, AT, NAMES).values
            reached = sum(number(term[3]) for term in terms)
            assert f"{reached:.6g}" == f"{number(total[3]):.6g}"
