"""The nearest of many vectors."""

from __future__ import annotations

import numpy as np
import pytest

from visualmlp.analysis.neighbours import CHUNK_VALUES, NearestSearch


def searched(vectors, query, count=8, skip=None):
    search = NearestSearch(query, lambda rows: vectors[rows], len(vectors), count, skip)
    while not search.is_done:
        search.go_on(0.0)
    return search


@pytest.mark.parametrize("skip", [None, 17])
def test_rows_and_distances_are_those_of_a_sort(skip) -> None:
    vectors = np.random.default_rng(0).normal(size=(3_000, 400)).astype(np.float32)
    found = searched(vectors, vectors[17], skip=skip)
    distances = np.linalg.norm(vectors.astype(float) - vectors[17], axis=1)
    order = [row for row in np.argsort(distances, kind="stable") if row != skip][:8]
    assert found.rows.tolist() == order
    np.testing.assert_allclose(found.distances, distances[order], rtol=1e-5)


def test_equals_come_in_the_order_of_their_rows() -> None:
    found = searched(np.zeros((100_000, 10)), np.ones(10), count=3)
    assert found.rows.tolist() == [0, 1, 2]


def test_a_search_goes_on_where_it_was_and_takes_a_little_at_a_time() -> None:
    sizes = []

    def vectors(rows: slice):
        sizes.append(rows.stop - rows.start)
        return np.zeros((sizes[-1], 784), np.float32)

    search = NearestSearch(np.zeros(784, np.float32), vectors, 2_000, 5)
    search.go_on(0.0)
    assert 0 < search.n_done < 2_000
    search.go_on(60.0)
    assert search.is_done
    assert sum(sizes) == 2_000
    assert max(sizes) * 784 <= CHUNK_VALUES


def test_fewer_rows_than_asked_for_and_rows_without_a_distance() -> None:
    vectors = np.array([[0.0], [np.nan], [3.0]])
    found = searched(vectors, np.array([1.0]))
    assert found.rows.tolist() == [0, 2]
    assert found.distances.tolist() == [1, 2]
    assert not searched(vectors, np.array([np.nan])).rows.size
