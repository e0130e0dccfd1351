import numpy as np
import pytest

from visualmlp.analysis.chain_rule import (
    chain_numbers,
    chain_rule,
    number,
    sample_share,
    steepest,
    whole_gradient,
)
from visualmlp.analysis.loss_slice import Place
from visualmlp.analysis.step_graph import (
    DIVISORS,
    SLOPES_OF_LOSSES,
    Names,
    edges_of,
    gradient_of,
    nodes_of,
    value_of,
)
from visualmlp.engine import (
    LOSSES,
    NORMALISATIONS,
    OPTIMIZERS,
    DenseSpec,
    Network,
    Updater,
    UpdateSettings,
    trace_update,
)

FUSED = ("relu", "tanh", "softmax"), "cross_entropy"
UPDATE = UpdateSettings()
PLAIN = ("relu", "sigmoid"), "half_squared_error"


def traced(activations, loss, settings=UPDATE, dropout=0.0, **network):
    layers = [
        DenseSpec(units, name, bias=units != 5, dropout=dropout if units != 3 else 0.0)
        for units, name in zip((6, 5, 3)[-len(activations) :], activations, strict=True)
    ]
    net = Network(4, layers, loss, "float64", **network)
    net.initialize(np.random.default_rng(0))
    rng = np.random.default_rng(1)
    x, t = rng.normal(size=(7, 4)), np.eye(3)[rng.integers(0, 3, 7)]
    return trace_update(
        Updater(net, OPTIMIZERS["sgd"](net.layout, net.dtype)), x, t, 0.1, settings, 1, rng
    )


def graph(trace, notation="rows"):
    names = Names(notation)
    return {node.key: node for node in nodes_of(trace, names)}, list(edges_of(trace, names))


def test_nodes_are_the_arrays_of_the_step_in_both_notations() -> None:
    trace = traced(*FUSED)
    rows, _ = graph(trace)
    columns, _ = graph(trace, "columns")
    assert list(rows) == list(columns)
    assert [rows[key].name for key in ("x", "W1", "z2", "a1", "a3", "t")] == [
        *("X", "W^{1}", "Z^{2}", "A^{1}", "A^{3}", "T"),
    ]
    assert [columns[key].name for key in ("x", "W1", "z2", "a1", "a3", "t")] == [
        *("A^{[0]}", "W^{[1]}", "Z^{[2]}", "A^{[1]}", "A^{[3]}", "Y"),
    ]
    assert "b2" not in rows  # that layer has none
    for key, node in rows.items():
        value = value_of(trace, node)
        assert columns[key].shape == node.shape[::-1]
        if node.kind not in ("loss", "penalty"):
            assert value is not None
            assert value.shape == node.shape


def test_gradients_have_the_shapes_of_the_values() -> None:
    trace = traced(*PLAIN)
    nodes, _ = graph(trace)
    for node in nodes.values():
        gradient, value = gradient_of(trace, node), value_of(trace, node)
        if gradient is not None and value is not None:
            assert gradient.shape == value.shape
    assert gradient_of(trace, nodes["x"]) is None
    assert gradient_of(traced(*FUSED), graph(traced(*FUSED))[0]["a3"]) is None


def test_every_edge_joins_nodes_and_goes_forward() -> None:
    nodes, edges = graph(traced(*FUSED, settings=UpdateSettings(l2=0.1)))
    for edge in edges:
        assert nodes[edge.source].place[0] <= nodes[edge.target].place[0]
    assert {edge.target for edge in edges if edge.source.startswith("W")} == {"z1", "z2", "z3", "R"}
    assert "R" not in graph(traced(*FUSED))[0]


def test_a_fused_loss_goes_back_to_z_at_once() -> None:
    _, edges = graph(traced(*FUSED))
    back = {(edge.source, edge.target): edge for edge in edges}
    assert back["z3", "L"].short == "(A^{3} - T) / n"
    assert not back["z3", "L"].in_forward
    assert back["a3", "L"].derivative == ""
    _, plain = graph(traced(*PLAIN))
    assert ("z2", "L") not in {(edge.source, edge.target) for edge in plain}


@pytest.mark.parametrize(
    ("loss", "normalisation", "slope"),
    [
        ("half_squared_error", "mean", "(A^{2} - T) / n"),
        ("squared_error", "mean", "2 (A^{2} - T) / n"),
        ("squared_error", "sum", "2 (A^{2} - T)"),
        ("half_squared_error", "mean_of_all", "(A^{2} - T) / (n k)"),
        ("cross_entropy", "mean", "-T / (n A^{2})"),
        ("cross_entropy", "sum", "-T / A^{2}"),
        ("half_squared_error", "fixed", "(A^{2} - T) / d"),
    ],
)
def test_the_slope_of_the_loss(loss: str, normalisation: str, slope: str) -> None:
    _, edges = graph(traced(("relu", "sigmoid"), loss, normalisation=normalisation))
    assert next(edge.short for edge in edges if edge.source == "a2") == slope


def test_every_loss_and_normalisation_has_its_slope() -> None:
    assert SLOPES_OF_LOSSES.keys() == LOSSES.keys()
    assert DIVISORS.keys() == NORMALISATIONS.keys()


def test_the_chain_goes_from_the_loss_to_the_weights_and_greys_what_is_known() -> None:
    trace = traced(*FUSED)
    rule = chain_rule(trace, Names("rows"), 1, of_bias=False)
    assert rule.left == r"\frac{\partial L}{\partial W^{2}}"
    assert [factor.under for factor in rule.factors] == [
        *("(A^{3} - T) / n", "W^{3}", "g'(Z^{2})", "A^{1}"),
    ]
    assert [factor.is_known for factor in rule.factors] == [True, False, False, False]
    first = chain_rule(trace, Names("columns"), 0, of_bias=True)
    assert [factor.is_known for factor in first.factors] == [True, True, True, False, False, False]
    assert first.factors[-1].under == "1"
    assert not any(f.is_known for f in chain_rule(trace, Names("rows"), 2, of_bias=False).factors)


@pytest.mark.parametrize("case", [FUSED, PLAIN])
@pytest.mark.parametrize("normalisation", ["mean", "sum"])
def test_the_samples_shares_make_the_engines_gradient(case, normalisation) -> None:
    trace = traced(*case, normalisation=normalisation)
    for place in (Place(0, 2, 1), Place(1, 1, 3), Place(len(trace.layers) - 1, 0, None)):
        shares = [sample_share(trace, place, sample) for sample in range(7)]
        assert sum(shares) == pytest.approx(whole_gradient(trace, place), rel=1e-12)
        for sample in range(7):
            product = chain_numbers(trace, place, sample)
            shown = np.prod([read(factor.over) for factor in product.factors])
            assert shown == pytest.approx(shares[sample], rel=3e-3, abs=1e-12)
            assert read(product.right) == pytest.approx(shares[sample], rel=1e-3, abs=1e-12)


def read(latex: str) -> float:
    text = latex.strip("{").replace(r" \times 10^{", "e").replace("}", "")
    return float(text)


def test_numbers_in_latex() -> None:
    assert number(0.25) == "0.25"
    assert number(-1.5e-7) == r"{-1.5 \times 10^{-7}}"
    assert number(float("nan")) == r"\text{NaN}"
    assert number(float("-inf")) == r"-\infty"


def test_the_steepest_parameter() -> None:
    trace = traced(*PLAIN)
    sizes = np.abs(trace.layers[1].grad_weights)
    whole = steepest(trace, 1)
    assert sizes[whole.source, whole.unit] == sizes.max()
    assert steepest(trace, 1, 2) == Place(1, 2, int(sizes[:, 2].argmax()))
    bias = steepest(trace, 1, of_bias=True)
    assert bias == Place(1, int(np.abs(trace.layers[1].grad_bias).argmax()), None)


def test_dropout_stands_between_activations_and_the_next_layer() -> None:
    trace = traced(*FUSED, dropout=0.5)
    nodes, edges = graph(trace, "columns")
    back = {(edge.source, edge.target): edge.short for edge in edges}
    assert back["a1", "d1"] == "M^{[1]}"
    assert back["d1", "z2"] == "W^{[2]}"
    assert back["W2", "z2"] == r"\tilde{A}^{[1]}"
    assert ("a1", "z2") not in back
    places = [nodes[key].place[0] for key in ("x", "z1", "a1", "d1", "z2", "a2", "d2", "z3", "a3")]
    assert places == list(range(9))
    assert nodes["L"].place[0] == 9
    layer = trace.layers[0]
    np.testing.assert_array_equal(value_of(trace, nodes["d1"]), layer.a * layer.mask)
    assert gradient_of(trace, nodes["d1"]) is None
    assert "d3" not in nodes


def test_the_chain_rule_goes_through_the_mask() -> None:
    rule = chain_rule(traced(*FUSED, dropout=0.5), Names("rows"), 1, of_bias=False)
    assert [factor.under for factor in rule.factors] == [
        *("(A^{3} - T) / n", "W^{3}", "M^{2}", "g'(Z^{2})", r"\tilde{A}^{1}"),
    ]
    assert [factor.is_known for factor in rule.factors] == [True, False, False, False, False]
