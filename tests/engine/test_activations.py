import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.engine import ACTIVATIONS

DTYPES = ("float32", "float64")
Z = np.array([[-3.0, -1.0, -0.1, 0.5, 2.0]])
SIGMOID = 1 / (1 + np.exp(-Z[0]))

# As PyTorch 2 gives them in float64; gelu with approximate="tanh".
KNOWN = {
    "identity": [-3.0, -1.0, -0.1, 0.5, 2.0],
    "relu": [0.0, 0.0, 0.0, 0.5, 2.0],
    "leaky_relu": [-0.03, -0.01, -0.001, 0.5, 2.0],
    "elu": [-0.950212931632136, -0.6321205588285577, -0.09516258196404043, 0.5, 2.0],
    "gelu": [
        -0.0036373920817729943,
        -0.15880800939172324,
        -0.04601724895456484,
        0.34571400982514394,
        1.954597694087775,
    ],
    "softplus": [
        0.04858735157374206,
        0.31326168751822286,
        0.6443966600735709,
        0.9740769841801067,
        2.1269280110429727,
    ],
    "tanh": np.tanh(Z[0]),
    "sigmoid": SIGMOID,
    "softmax": np.exp(Z[0]) / np.exp(Z[0]).sum(),
    "softmax_of_sigmoid": np.exp(SIGMOID) / np.exp(SIGMOID).sum(),
    "sigmoid_clipped": SIGMOID,
    "normalised_sigmoid": SIGMOID / SIGMOID.sum(),
    "normalised_sigmoid_surrogate": SIGMOID / SIGMOID.sum(),
}


def forward(name, z):
    return ACTIVATIONS[name].forward(z, np.empty_like(z))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_known_values(name, dtype):
    a = forward(name, Z.astype(dtype))
    assert a.dtype == dtype
    np.testing.assert_allclose(a[0], KNOWN[name], rtol=2e-6 if dtype == "float32" else 1e-14)


@pytest.mark.parametrize("name", ACTIVATIONS)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 5), units=st.integers(1, 6))
@settings(max_examples=10)
def test_backward_is_the_derivative_exactly_if_it_says_so(name, seed, n, units):
    activation = ACTIVATIONS[name]
    rng = np.random.default_rng(seed)
    z, grad_a, direction = rng.normal(0, 2, (3, n, units))
    for kink in activation.kinks:
        z += np.where(np.abs(z - kink) < 1e-3, 0.01, 0.0)
    grad_z = activation.backward(z, forward(name, z), grad_a, np.empty_like(z))
    h = 1e-6
    numeric = (forward(name, z + h * direction) - forward(name, z - h * direction)) / (2 * h)
    error = abs(np.sum(grad_a * numeric) - np.sum(grad_z * direction))
    scale = np.linalg.norm(grad_a) * np.linalg.norm(direction)
    alone = activation.joint and units == 1  # Its activation is 1, whatever z is.
    assert (error < 1e-7 * scale) == (activation.exact or alone)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_extreme_inputs_stay_finite_without_warnings(name, dtype):
    z = np.array([[-1e4, -800, -90, -1e-30, 0.0, 1e-30, 90, 800, 1e4]], dtype)
    a = forward(name, z)
    grad_z = ACTIVATIONS[name].backward(z, a, np.ones_like(z), np.empty_like(z))
    assert np.isfinite(a).all()
    assert np.isfinite(grad_z).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_writes_into_out_and_leaves_inputs_alone(name):
    z, grad_a = np.random.default_rng(0).normal(size=(2, 3, 4))
    z_before, grad_before = z.copy(), grad_a.copy()
    a, grad_z = np.full((2, 3, 4), np.nan)
    assert ACTIVATIONS[name].forward(z, a) is a
    a_before = a.copy()
    assert ACTIVATIONS[name].backward(z, a, grad_a, grad_z) is grad_z
    np.testing.assert_array_equal(z, z_before)
    np.testing.assert_array_equal(a, a_before)
    np.testing.assert_array_equal(grad_a, grad_before)


@pytest.mark.parametrize(("dtype", "z"), [("float32", 80.0), ("float64", 700.0)])
@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_lower_tails_keep_their_relative_precision(name, dtype, z):
    a = forward(name, np.array([[-z, -40.0]], dtype))[0]
    np.testing.assert_allclose(a, np.exp(np.array([-z, -40.0])), rtol=1e-5)


def test_sigmoid_upper_tail_reaches_one():
    np.testing.assert_array_equal(forward("sigmoid", np.array([[40.0, 1e4]])), 1.0)


def test_softplus_derivative_keeps_its_precision_in_the_lower_tail():
    z = np.array([[-30.0]])
    a = forward("softplus", z)
    grad_z = ACTIVATIONS["softplus"].backward(z, a, np.ones_like(z), np.empty_like(z))
    np.testing.assert_allclose(grad_z, np.exp(z), rtol=1e-12)


@given(seed=st.integers(0, 2**32 - 1), shift=st.floats(-1e3, 1e3))
@settings(max_examples=30)
def test_softmax_ignores_a_common_shift(seed, shift):
    z = np.random.default_rng(seed).normal(0, 3, (4, 5))
    np.testing.assert_allclose(forward("softmax", z + shift), forward("softmax", z), rtol=1e-9)


def test_softmax_rows_sum_to_one():
    a = forward("softmax", np.random.default_rng(0).normal(0, 5, (20, 7)))
    np.testing.assert_allclose(a.sum(axis=1), 1.0, rtol=1e-14)


def test_relu_has_no_slope_at_zero():
    z = np.array([[0.0, -0.0]])
    a = forward("relu", z)
    grad_z = ACTIVATIONS["relu"].backward(z, a, np.ones_like(z), np.empty_like(z))
    np.testing.assert_array_equal(grad_z, 0.0)


def test_the_normalised_sigmoid_stays_a_distribution_where_all_sigmoids_underflow():
    z = np.array([[-200.0, -201.0, -203.0]], np.float32)
    expected = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    np.testing.assert_allclose(forward("normalised_sigmoid", z), expected, rtol=1e-6)


@pytest.mark.parametrize(("z", "a"), [(20.0, 1 / (1 + np.exp(-20.0))), (35.0, 0.9999999979388463)])
def test_the_clipped_sigmoid_is_flat_beyond_its_limits(z, a):
    z = np.array([[z, -z]])
    np.testing.assert_allclose(forward("sigmoid_clipped", z), [[a, 1 - a]], atol=1e-15)
    backward = ACTIVATIONS["sigmoid_clipped"].backward
    assert not backward(z, forward("sigmoid_clipped", z), np.ones_like(z), np.empty_like(z)).any()


def test_probabilities_of_a_softmax_of_sigmoids_are_bounded():
    z = 50 * np.eye(10) - 25
    a = forward("softmax_of_sigmoid", z)
    assert a.max() == pytest.approx(np.e / (np.e + 9), rel=1e-9)
    assert a.min() == pytest.approx(1 / (9 + np.e), rel=1e-9)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_what_is_said_of_an_activation_is_so(name):
    activation = ACTIVATIONS[name]
    z = np.random.default_rng(1).normal(0, 4, (50, 5))
    a = forward(name, z)
    assert activation.in_unit_interval == bool((a >= 0).all() and (a <= 1).all())
    moved = z + np.eye(5)[0]
    assert activation.joint == (not np.array_equal(forward(name, moved)[:, 1:], a[:, 1:]))
