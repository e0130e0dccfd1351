"""Whatever a writer wrote, the readers give back: tables, IDX pairs, and our own export."""

from __future__ import annotations

import csv
import io
import struct
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualmlp.data import ColumnChoice, Dataset, SourceSettings, export_csv, load, source_of
from visualmlp.data.idx import DTYPES

often = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
NUMBERS = st.floats(-1e9, 1e9) | st.integers(-(10**6), 10**6)
GAPS = st.none() | NUMBERS
NAMES = st.sampled_from(["a", "b, c", 'd "e"', "f\ng", "h;i", "ü", "#j", "1 k", "-"])


def opened(path: Path, **values: object) -> Dataset:
    return load(source_of(path), SourceSettings(path=str(path), **values))  # type: ignore[arg-type]


@often
@given(
    st.lists(st.tuples(GAPS, NAMES, NUMBERS), min_size=2, max_size=30),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_NONNUMERIC, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\n\n"]),
)
def test_tables(
    tmp_path: Path,
    rows: list[tuple[float | None, str, float]],
    delimiter: str,
    quoting: int,
    end: str,
) -> None:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([("x", "kind", "y"), *rows])
    path = tmp_path / "t.csv"
    path.write_bytes(text.getvalue().encode())
    choices = (
        *(ColumnChoice("x", kind="number"), ColumnChoice("kind", kind="category")),
        ColumnChoice("y", "target", "number"),
    )
    said = {",": "comma", ";": "semicolon", "\t": "tab"}[delimiter]
    data = opened(path, columns=choices, delimiter=said, header="yes", decimal="point")
    expected = [np.nan if x is None else x for x, _, _ in rows]
    np.testing.assert_array_equal(data.x[:, 0], expected)
    kinds = sorted({kind for _, kind, _ in rows})
    assert data.feature_names[-len(kinds) :] == tuple(f"kind = {kind}" for kind in kinds)
    places = data.x[:, -len(kinds) :].argmax(axis=1)
    assert [kinds[place] for place in places] == [kind for _, kind, _ in rows]
    np.testing.assert_array_equal(data.targets[:, 0], [y for _, _, y in rows])


@often
@given(
    st.sampled_from(sorted(DTYPES)),
    st.sampled_from([(4, 2, 3), (4, 5), (4, 1, 1)]),
    st.lists(st.integers(0, 100), min_size=20, max_size=20),
)
def test_idx_pairs(tmp_path: Path, code: int, shape: tuple[int, ...], values: list[int]) -> None:
    x = np.resize(values, shape).astype(np.dtype(f">{DTYPES[code]}"))
    labels = np.array([0, 1, 1, 0], np.uint8)
    for name, number, array in (("images-idx3", code, x), ("labels-idx1", 8, labels)):
        head = bytes((0, 0, number, array.ndim))
        sizes = b"".join(struct.pack(">I", n) for n in array.shape)
        (tmp_path / f"my-{name}-ubyte").write_bytes(head + sizes + array.tobytes())
    data = opened(tmp_path / "my-images-idx3-ubyte")
    np.testing.assert_array_equal(data.x, x.reshape(4, -1))
    assert data.targets.tolist() == labels.tolist()
    assert data.image_shape == (shape[1:] if len(shape) == 3 else None)


@often
@given(
    st.lists(st.lists(st.floats(-1e300, 1e300), min_size=2, max_size=2), min_size=6, max_size=6),
    st.lists(st.sampled_from([0, 1]), min_size=4, max_size=4),
    st.sampled_from([("no", "yes"), ("0", "1"), ("a, b", 'c "d"')]),
    st.integers(0, 3),
)
def test_what_we_export(
    tmp_path: Path, x: list[list[float]], labels: list[int], names: tuple[str, str], n_test: int
) -> None:
    data = Dataset(
        name="mine",
        title="Mine",
        x=np.array(x),
        targets=np.array([0, 1, *labels]),
        task="classification",
        class_names=names,
        feature_names=("x1", "x2"),
        image_shape=None,
        value_range=(-1e300, 1e300),
        source="",
        licence="",
        n_given_test=n_test,
    )
    files = export_csv(data, tmp_path)
    test_path = str(files[1]) if n_test else ""
    read = opened(files[0], test_path=test_path, header="no", label_column="first")
    assert read.x.tobytes() == data.x.tobytes()
    assert read.targets.tolist() == data.targets.tolist()
    assert (read.class_names, read.n_given_test) == (data.class_names, n_test)
