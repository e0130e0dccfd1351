import numpy as np
import pytest

from visualmlp.engine import DenseSpec, Layout

LAYERS = [DenseSpec(3, "relu"), DenseSpec(4, "relu", bias=False), DenseSpec(2, "softmax")]


def test_weights_come_first():
    layout = Layout(5, LAYERS)
    assert layout.weight_shapes == ((5, 3), (3, 4), (4, 2))
    assert layout.n_weights == 15 + 12 + 8
    assert layout.size == layout.n_weights + 3 + 2
    views = layout.views(np.arange(layout.size, dtype=float))
    np.testing.assert_array_equal(np.concatenate([w.ravel() for w in views.weights]), np.arange(35))
    np.testing.assert_array_equal(views.biases[0], [35, 36, 37])
    assert views.biases[1] is None
    np.testing.assert_array_equal(views.biases[2], [38, 39])


def test_views_write_through_and_are_contiguous():
    layout = Layout(5, LAYERS)
    views = layout.views(np.zeros(layout.size, np.float32))
    views.weights[1][2, 3] = 7
    assert views.flat[15 + 2 * 4 + 3] == 7
    assert all(w.flags.c_contiguous for w in views.weights)


def test_views_of_a_vector_of_another_size_are_refused():
    with pytest.raises(ValueError, match="40 numbers"):
        Layout(5, LAYERS).views(np.zeros(41))


def test_pieces_cover_the_vector_and_have_names():
    layout = Layout(5, LAYERS)
    assert [(piece.name, piece.start, piece.stop) for piece in layout.pieces] == [
        ("weights of layer 1", 0, 15),
        ("weights of layer 2", 15, 27),
        ("weights of layer 3", 27, 35),
        ("biases of layer 1", 35, 38),
        ("biases of layer 3", 38, 40),
    ]
