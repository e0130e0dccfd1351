import numpy as np
import pytest

from visualmlp.engine import INITIALIZERS

SHAPE = (300, 200)
VARIANCES = {
    "normal": 4.0,
    "uniform": 4.0 / 3,
    "glorot_uniform": 4.0 * 2 / 500,
    "glorot_normal": 4.0 * 2 / 500,
    "he_uniform": 4.0 * 2 / 300,
    "he_normal": 4.0 * 2 / 300,
    "lecun_uniform": 4.0 / 300,
    "lecun_normal": 4.0 / 300,
    "orthogonal": 4.0 / 300,
}


def draw(name, shape=SHAPE, scale=2.0, seed=0):
    return INITIALIZERS[name].draw(np.random.default_rng(seed), shape, scale)


def test_every_initialiser_is_tested():
    assert set(INITIALIZERS) == {*VARIANCES, "zeros", "constant"}


@pytest.mark.parametrize(("name", "variance"), VARIANCES.items())
def test_mean_and_variance(name, variance):
    weights = draw(name)
    assert weights.var() == pytest.approx(variance, rel=0.03)
    assert abs(weights.mean()) < 4 * np.sqrt(variance / weights.size)


@pytest.mark.parametrize("name", [n for n in VARIANCES if n.endswith("uniform")])
def test_uniform_fills_its_interval_and_stays_in_it(name):
    limit = np.sqrt(3 * VARIANCES[name])
    assert 0.999 * limit < np.abs(draw(name)).max() <= limit


@pytest.mark.parametrize("name", [n for n in VARIANCES if n.endswith("normal")])
def test_normal_has_normal_tails(name):
    inside = np.abs(draw(name)) < np.sqrt(VARIANCES[name])
    assert inside.mean() == pytest.approx(0.6827, abs=0.01)


@pytest.mark.parametrize("shape", [(7, 4), (4, 7), (5, 5), (6,)])
def test_orthogonal_rows_or_columns(shape):
    weights = np.atleast_2d(draw("orthogonal", shape, scale=3.0))
    shorter = weights if weights.shape[0] <= weights.shape[1] else weights.T
    np.testing.assert_allclose(shorter @ shorter.T, 9.0 * np.eye(len(shorter)), atol=1e-12)


def test_fixed_values():
    np.testing.assert_array_equal(draw("zeros"), 0.0)
    np.testing.assert_array_equal(draw("constant"), 2.0)


@pytest.mark.parametrize("name", INITIALIZERS)
@pytest.mark.parametrize("shape", [(3, 2), (4,), (1, 1)])
def test_shape_precision_and_repeatability(name, shape):
    first = draw(name, shape)
    assert first.shape == shape
    assert first.dtype == np.float64
    assert first.flags.c_contiguous
    np.testing.assert_array_equal(first, draw(name, shape))


@pytest.mark.parametrize("name", VARIANCES)
def test_scale_multiplies(name):
    np.testing.assert_allclose(draw(name, scale=3.0), 3.0 * draw(name, scale=1.0), rtol=1e-12)
