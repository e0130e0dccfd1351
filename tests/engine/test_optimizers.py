from dataclasses import fields, replace

import numpy as np
import pytest

from visualmlp.engine import OPTIMIZERS, DenseSpec, Layout, OptimizerSettings

SMALL = Layout(3, [DenseSpec(4, "tanh"), DenseSpec(2, "softmax")])
MANY_BLOCKS = Layout(300, [DenseSpec(250, "tanh"), DenseSpec(9, "softmax")])


def run(name, layout=SMALL, settings=None, steps=5, dtype="float64", learning_rate=0.1):
    rng = np.random.default_rng(0)
    flat = rng.normal(size=layout.size).astype(dtype)
    optimizer = OPTIMIZERS[name](layout, dtype)
    for t in range(1, steps + 1):
        gradient = rng.normal(size=layout.size).astype(dtype)
        optimizer.update(flat, gradient, learning_rate, settings or OptimizerSettings(), t)
    return flat, optimizer


def adamw_by_the_book(layout, steps):
    settings, rng = OptimizerSettings(), np.random.default_rng(0)
    flat = rng.normal(size=layout.size)
    m, v = np.zeros((2, layout.size))
    for t in range(1, steps + 1):
        gradient = rng.normal(size=layout.size)
        flat[: layout.n_weights] *= 1 - 0.1 * settings.weight_decay
        m = settings.beta1 * m + (1 - settings.beta1) * gradient
        v = settings.beta2 * v + (1 - settings.beta2) * gradient**2
        m_hat, v_hat = m / (1 - settings.beta1**t), v / (1 - settings.beta2**t)
        flat -= 0.1 * m_hat / (np.sqrt(v_hat) + settings.epsilon)
    return flat, np.stack([m, v])


def test_adamw_and_its_slots_over_many_blocks():
    flat, optimizer = run("adamw", MANY_BLOCKS)
    expected, slots = adamw_by_the_book(MANY_BLOCKS, 5)
    np.testing.assert_allclose(flat, expected, rtol=1e-10)
    np.testing.assert_allclose(optimizer.slots, slots, rtol=1e-10)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_blocks_change_nothing(name):
    """The first parameters of a long vector move as they would alone."""
    long, _ = run(name, MANY_BLOCKS, steps=1)
    short_layout = Layout(300, [DenseSpec(7, "tanh", bias=False)])
    rng = np.random.default_rng(0)
    flat, gradient = rng.normal(size=(2, MANY_BLOCKS.size))[:, : short_layout.size].copy()
    optimizer = OPTIMIZERS[name](short_layout, "float64")
    optimizer.update(flat, gradient, 0.1, OptimizerSettings(), 1)
    np.testing.assert_array_equal(long[: short_layout.size], flat)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_slots_have_names_and_the_layout_s_views(name):
    _, optimizer = run(name)
    assert optimizer.slots.shape == (len(optimizer.slots_renewed), SMALL.size)
    for slot in optimizer.slots:
        assert SMALL.views(slot).weights[0].shape == (3, 4)
        assert np.all(slot != 0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_gradient_is_left_alone(name):
    optimizer = OPTIMIZERS[name](SMALL, "float32")
    flat, gradient = np.random.default_rng(0).normal(size=(2, SMALL.size)).astype("float32")
    before = gradient.copy()
    optimizer.update(flat, gradient, 0.1, OptimizerSettings(), 1)
    np.testing.assert_array_equal(gradient, before)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_slots_and_t_are_the_whole_state(name):
    rng = np.random.default_rng(0)
    flat, *gradients = rng.normal(size=(7, SMALL.size))
    first = OPTIMIZERS[name](SMALL, "float64")
    for t, gradient in enumerate(gradients[:3], start=1):
        first.update(flat, gradient, 0.1, OptimizerSettings(), t)
    second, copy = OPTIMIZERS[name](SMALL, "float64"), flat.copy()
    second.slots[...] = first.slots
    for t, gradient in enumerate(gradients[3:], start=4):
        first.update(flat, gradient, 0.1, OptimizerSettings(), t)
        second.update(copy, gradient.copy(), 0.1, OptimizerSettings(), t)
    np.testing.assert_array_equal(flat, copy)
    np.testing.assert_array_equal(first.slots, second.slots)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_float32_follows_float64(name):
    rng = np.random.default_rng(1)
    flat, gradient = rng.normal(size=(2, SMALL.size))
    results = []
    for dtype in ("float32", "float64"):
        values = flat.astype(dtype)
        optimizer = OPTIMIZERS[name](SMALL, dtype)
        for t in range(1, 20):
            optimizer.update(values, gradient.astype(dtype), 0.01, OptimizerSettings(), t)
        assert values.dtype == dtype
        results.append(values)
    np.testing.assert_allclose(*results, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize("field", [field.name for field in fields(OptimizerSettings)])
def test_settings_used_are_those_that_matter(name, field):
    settings = replace(OptimizerSettings(), epsilon=1e-3)
    changed = replace(settings, **{field: 0.5 * getattr(settings, field)})
    same = np.array_equal(run(name, settings=settings)[0], run(name, settings=changed)[0])
    assert same == (field not in OPTIMIZERS[name].settings_used)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_other_arrays_are_updated_when_given(name):
    optimizer = OPTIMIZERS[name](SMALL, "float64")
    gradient = np.ones(SMALL.size)
    for _ in range(2):
        flat = np.zeros(SMALL.size)
        optimizer.update(flat, gradient, 0.1, OptimizerSettings(), 1)
        assert np.all(flat < 0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_bowl_is_descended(name):
    flat = np.full(SMALL.size, 0.3)
    optimizer = OPTIMIZERS[name](SMALL, "float64")
    for t in range(1, 201):
        optimizer.update(flat, flat.copy(), 0.05, OptimizerSettings(), t)
    assert np.abs(flat).max() < 0.05
