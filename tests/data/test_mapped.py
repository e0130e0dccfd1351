"""Arrays that stay in their file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.data import Dataset
from visualmlp.data.large import mapped
from visualmlp.data.large.ahead import Ahead
from visualmlp.data.large.mapped import (
    chunks,
    gathered,
    is_mapped,
    map_array,
    picked,
    spans,
    stretch,
)
from visualmlp.errors import DataError

N_ROWS, WIDTH = 5000, 7
START = 128
ROWS = st.lists(st.integers(0, N_ROWS - 1), min_size=1, max_size=60).map(np.array)


@pytest.fixture(scope="module")
def given_x() -> np.ndarray:
    return np.random.default_rng(0).normal(size=(N_ROWS, WIDTH)).astype(np.float32)


@pytest.fixture(scope="module")
def x(given_x: np.ndarray, tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    path = tmp_path_factory.mktemp("mapped") / "x.bin"
    path.write_bytes(bytes(START) + given_x.tobytes())
    return map_array(path, np.float32, (N_ROWS, WIDTH), START)


def dataset(x: np.ndarray, value_range: tuple[float, float] = (-9, 9)) -> Dataset:
    return Dataset(
        name="mapped",
        title="Mapped",
        x=x,
        targets=np.arange(len(x)) % 3,
        task="classification",
        class_names=("a", "b", "c"),
        feature_names=tuple(map(str, range(x.shape[1]))),
        image_shape=None,
        value_range=value_range,
        source="test",
        licence="none",
    )


def test_views_are_mapped_and_copies_are_not(x: np.ndarray) -> None:
    assert is_mapped(x)
    assert is_mapped(np.ascontiguousarray(x).view()[3:].reshape(-1))
    assert not is_mapped(x.copy())
    assert not x.flags.writeable


def test_chunks_are_all_rows_in_memory(
    x: np.ndarray, given_x: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mapped, "CHUNK_BYTES", 10_000)
    found = list(chunks(x))
    assert len(found) > 10
    assert not any(is_mapped(part) for _, part in found)
    np.testing.assert_array_equal(np.concatenate([part for _, part in found]), given_x)
    assert [start for start, _ in found] == list(np.cumsum([0, *(len(p) for _, p in found)])[:-1])
    assert [part is given_x for _, part in chunks(given_x)] == [True]


@settings(max_examples=60, deadline=None)
@given(rows=ROWS, span=st.sampled_from([1, 1000, 2**28]))
def test_picked_rows_are_the_rows(
    x: np.ndarray, given_x: np.ndarray, rows: np.ndarray, span: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapped, "SPAN_BYTES", span)
        np.testing.assert_array_equal(picked(x, rows), given_x[rows])
        np.testing.assert_array_equal(picked(x, np.sort(rows)), given_x[np.sort(rows)])


def test_a_stretch_ends_with_the_array(x: np.ndarray, given_x: np.ndarray) -> None:
    np.testing.assert_array_equal(stretch(x, N_ROWS - 3, N_ROWS + 10), given_x[-3:])


@settings(max_examples=40, deadline=None)
@given(rows=ROWS, n_at_once=st.integers(1, 8))
def test_spans_cover_rows_and_are_short(x: np.ndarray, rows: np.ndarray, n_at_once: int) -> None:
    rows = np.sort(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mapped, "SPAN_BYTES", 28 * 400)
        parts = spans(x, rows, n_at_once)
    assert [i for part in parts for i in range(part.start, part.stop)] == list(range(len(rows)))
    assert all(rows[part][-1] - rows[part][0] <= 400 // n_at_once for part in parts)


def test_a_file_that_became_shorter_is_told(given_x: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(given_x.tobytes())
    x = map_array(path, np.float32, given_x.shape, 0)
    with path.open("r+b") as file:
        file.truncate(1000)
    with pytest.raises(DataError, match="has become shorter while it was in use"):
        gathered(x, np.array([0, 4000]))
    with pytest.raises(DataError, match="changed while it was in use"):
        stretch(x, 0, 4000)


def test_a_file_that_was_replaced_is_told(given_x: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(given_x.tobytes())
    x = map_array(path, np.float32, given_x.shape, 0)
    (tmp_path / "other").write_bytes(given_x.tobytes())
    (tmp_path / "other").replace(path)
    with pytest.raises(DataError, match="changed while it was in use"):
        stretch(x, 0, 10)


# Reading ahead


@pytest.mark.parametrize("batch", [1, 7, 64])
def test_rows_read_ahead_are_the_wanted_ones(
    x: np.ndarray, given_x: np.ndarray, batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("visualmlp.data.large.ahead.BLOCK_BYTES", 28 * 300)
    rng = np.random.default_rng(1)
    index = np.sort(rng.permutation(N_ROWS)[:2000])
    ahead = Ahead(x, index)
    for _ in range(2):
        order = rng.permutation(len(index))
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            out = np.empty((len(rows), WIDTH), np.float32)
            ahead.take(rows, order[start:], out)
            np.testing.assert_array_equal(out, given_x[index[rows]])


@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_unexpected_rows_are_read_all_the_same(
    x: np.ndarray, given_x: np.ndarray, data: st.DataObject
) -> None:
    """Seeks, live batch sizes, wrong announcements."""
    ahead = Ahead(x, np.arange(N_ROWS))
    for _ in range(data.draw(st.integers(1, 6))):
        rows = data.draw(ROWS)
        coming = np.concatenate([rows, data.draw(ROWS)]) if data.draw(st.booleans()) else rows
        out = np.empty((len(rows), WIDTH), np.float32)
        ahead.take(rows, coming, out)
        np.testing.assert_array_equal(out, given_x[rows])


# The data set


def test_checks_are_those_of_data_in_memory(given_x: np.ndarray, tmp_path: Path) -> None:
    for value in (np.nan, np.inf, 100.0):
        damaged = given_x.copy()
        damaged[4321, 5] = value
        path = tmp_path / "x.bin"
        path.write_bytes(damaged.tobytes())
        messages = []
        for x in (damaged, map_array(path, np.float32, given_x.shape, 0)):
            with pytest.raises(DataError) as error:
                dataset(x)
            messages.append(str(error.value))
        assert messages[0] == messages[1]
        assert "4321" in messages[0] or "do not lie in" in messages[0]


def test_the_fingerprint_is_of_some_rows_and_says_so(
    x: np.ndarray, given_x: np.ndarray, tmp_path: Path
) -> None:
    found = dataset(x).fingerprint
    assert found.startswith("sampled-")
    assert found == dataset(x).fingerprint
    assert dataset(given_x).fingerprint != found
    for row in (0, N_ROWS - 1):
        other = given_x.copy()
        other[row] = 0
        (tmp_path / "x.bin").write_bytes(other.tobytes())
        y = map_array(tmp_path / "x.bin", np.float32, given_x.shape, 0)
        assert dataset(y).fingerprint != found


def test_what_is_stored_by_columns_is_refused(x: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(x.tobytes())
    with pytest.raises(DataError, match="stored column by column"):
        dataset(map_array(path, np.float32, x.shape, 0, "F"))


def test_facts_tell_what_stays_in_the_file(x: np.ndarray) -> None:
    assert "stay in the file" in dict(dataset(x).facts())["Memory"]
