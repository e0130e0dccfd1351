"""Checks of data: each on data made to show it, and on data that must not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from visualmlp.analysis.data_checks import DATA_CHECKS, DataFinding, examine_data, look
from visualmlp.analysis.data_checks.row_hash import are_equal, first_equal, row_hashes
from visualmlp.analysis.data_checks.single_column import (
    class_skill,
    correlation,
    numbers_the_rows,
)
from visualmlp.data import Column, Dataset, Preparation, SourceSettings, load, prepare
from visualmlp.data.columns import encode
from visualmlp.data.dataset import measure_range, pixel_names
from visualmlp.errors import VisualMLPError

N = 400
BUNDLED = (
    "digits",
    "iris",
    "spirals",
    "curve",
    "blobs",
    "random_points",
    "xor",
    "circles",
    "moons",
)


def noise(n: int = N, width: int = 5, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, width))


def table(x, targets=None, *, names=None, columns=(), n_test=0) -> Dataset:
    """Two classes by chance unless targets are given; a regression if they are fractions."""
    x = np.asarray(x)
    if targets is None:
        targets = np.random.default_rng(99).integers(0, 2, len(x))
    targets = np.asarray(targets)
    is_class = targets.dtype.kind in "iu"
    return Dataset(
        name="made",
        title="Made",
        x=x,
        targets=targets if is_class else targets.reshape(len(x), -1),
        task="classification" if is_class else "regression",
        class_names=tuple(f"k{i}" for i in range(int(targets.max()) + 1)) if is_class else (),
        feature_names=tuple(names or (f"c{i}" for i in range(x.shape[1]))),
        image_shape=None,
        value_range=measure_range(x),
        source="",
        licence="",
        n_given_test=n_test,
        columns=columns,
    )


def found(dataset: Dataset, name: str, **preparation) -> DataFinding:
    report = examine_data(prepare(dataset, Preparation(**preparation)))
    finding = {c.check.name: c.finding for c in report.checked}[name]
    assert finding is not None
    return finding


def mixed(cells: dict[str, object], missing: str = "mean") -> Dataset:
    """A table of numbers (lists of floats) and categories (lists of texts)."""
    columns, first = [], 0
    for name, values in cells.items():
        if isinstance(values[0], str):
            categories = tuple(sorted(set(values) - {""}))
            n_missing = sum(not value for value in values)
            column = Column(name, "category", first, categories, missing, n_missing)
        else:
            n_missing = int(np.isnan(values).sum())
            column = Column(name, "number", first, (), missing, n_missing)
        columns.append(column)
        first += column.n_features
    x = encode(columns, {name: np.array(values) for name, values in cells.items()})
    names = [name for column in columns for name in column.feature_names]
    return table(x, names=names, columns=tuple(columns))


@pytest.mark.parametrize("name", BUNDLED)
def test_no_false_alarm_on_bundled_data(name: str) -> None:
    report = examine_data(prepare(load(name, SourceSettings())))
    assert [c.check.name for c in report.doubtful] == []
    assert {c.check.name for c in report.checked} == set(DATA_CHECKS)
    assert report.n_compared == report.n_rows


@pytest.mark.parametrize("seed", range(3))
def test_no_false_alarm_on_noise(seed: int) -> None:
    for targets in (None, noise(seed=seed + 10)[:, 0]):
        report = examine_data(prepare(table(noise(seed=seed), targets)))
        assert report.doubtful == []


# Repeated rows


def test_training_rows_in_the_test_part_are_counted_and_named() -> None:
    x = noise()
    x[-7:] = x[:7]  # the test part begins with copies of training rows
    dataset = table(x, n_test=100)
    finding = found(dataset, "repeated", validation_fraction=0)
    assert finding.severity == "problem"
    assert (finding.evidence.values["test"], finding.evidence.values["n_test"]) == (7, 100)
    assert finding.samples == tuple(range(7))


def test_copies_in_the_validation_part() -> None:
    x = noise()
    x[-3:] = x[10]
    finding = found(table(x), "repeated", shuffle=False, stratify=False)
    assert finding.severity == "hint"
    assert finding.evidence.values["validation"] == 3
    assert finding.samples == (10,)


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_rows_are_compared_across_chunks(monkeypatch, dtype: str) -> None:
    monkeypatch.setattr(look, "CHUNK", 60)
    x = np.random.default_rng(1).integers(0, 200, (300, 7)).astype(dtype)
    x[250:260] = x[100:110]
    finding = found(table(x), "repeated", shuffle=False, stratify=False)
    assert finding.evidence.values["validation"] == 10
    assert finding.samples == tuple(range(100, 110))


def test_of_many_values_evenly_spaced_rows_are_compared(monkeypatch) -> None:
    monkeypatch.setattr(look, "MOST_COMPARED", 5 * N // 4)
    report = examine_data(prepare(table(noise())))
    assert report.n_compared == N // 4
    assert report.n_rows == N


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(
        st.sampled_from(["uint8", "float32", "float64"]),
        st.tuples(st.integers(1, 12), st.integers(1, 11)),
        elements=st.sampled_from([0, 1, 2]),
    )
)
def test_rows_are_equal_exactly_where_their_hashes_are(rows: np.ndarray) -> None:
    expected = (rows[:, None] == rows[None]).all(axis=2)
    hashes = row_hashes(rows)
    assert ((hashes[:, None] == hashes[None]) == expected).all()
    assert first_equal(hashes, hashes).tolist() == expected.argmax(axis=1).tolist()


def test_signs_of_zero_and_kinds_of_nan_are_no_difference() -> None:
    other_nan = np.array([0x7FF8000000000001], np.uint64).view(np.float64)[0]
    a, b = np.array([[0.0, np.nan, 1.0]]), np.array([[-0.0, other_nan, 1.0]])
    assert row_hashes(a) == row_hashes(b)
    assert are_equal(a, b).all()
    assert not are_equal(a, np.array([[0.0, 2.0, 1.0]])).any()


def test_hashes_spread_over_small_whole_floats() -> None:
    """Their low bits are all zero; a plain weighted sum would collide."""
    grid = np.stack(np.meshgrid(*[np.arange(40.0)] * 3), axis=-1).reshape(-1, 3)
    assert len(np.unique(row_hashes(grid))) == len(grid)


def test_equal_inputs_with_other_targets() -> None:
    x, targets = noise(), np.arange(N) % 2
    x[20:40] = x[:20]
    targets[20:40] = 1 - targets[:20]
    finding = found(table(x, targets), "conflicts", validation_fraction=0)
    assert finding.severity == "hint"
    assert finding.figure.text == "20"
    assert set(finding.samples) <= set(range(40))
    targets[20:40] = targets[:20]
    finding = found(table(x, targets), "conflicts", validation_fraction=0)
    assert (finding.severity, finding.figure.text) == ("fine", "0")


# Columns


def test_a_constant_column() -> None:
    x = noise()
    x[:, 3] = 2.5
    finding = found(table(x), "constant")
    assert (finding.severity, finding.column) == ("hint", 3)
    assert "c3" in finding.evidence.text


def test_a_column_that_varies_only_outside_the_training_part_is_constant() -> None:
    x = noise()
    x[:, 1] = 0
    x[-1, 1] = 1
    assert found(table(x), "constant", shuffle=False, stratify=False).column == 1


def test_pictures_may_have_constant_borders() -> None:
    x = np.random.default_rng(0).integers(0, 256, (N, 9)).astype(np.uint8)
    x[:, :3] = 0
    few = Dataset(
        *("p", "P", x, np.arange(N) % 2, "classification", ("a", "b"), pixel_names((3, 3))),
        *((3, 3), (0, 255), "", ""),
    )
    assert found(few, "constant").severity == "fine"
    x[:, 3:7] = 7
    many = Dataset(
        *("p", "P", x, np.arange(N) % 2, "classification", ("a", "b"), pixel_names((3, 3))),
        *((3, 3), (0, 255), "", ""),
    )
    assert found(many, "constant").severity == "hint"


def test_a_nearly_constant_column() -> None:
    x = noise()
    x[:, 2] = 0
    x[5, 2] = 1
    finding = found(table(x), "nearly_constant", validation_fraction=0)
    assert (finding.severity, finding.column) == ("hint", 2)
    x[:40, 2] = 1
    assert found(table(x), "nearly_constant", validation_fraction=0).severity == "fine"


def test_a_column_that_is_mostly_missing() -> None:
    ages = np.where(np.arange(N) % 10 < 6, np.nan, noise()[:, 0])
    dataset = mixed({"height": noise()[:, 1], "age": ages})
    finding = found(dataset, "missing_columns", validation_fraction=0)
    assert (finding.severity, finding.column, finding.figure.text) == ("hint", 1, "60%")
    ages = np.where(np.arange(N) % 10 < 3, np.nan, noise()[:, 0])
    dataset = mixed({"height": noise()[:, 1], "age": ages})
    assert found(dataset, "missing_columns").severity == "fine"


def test_rows_that_are_mostly_missing() -> None:
    x = noise(width=3)
    x[10:20, :2] = np.nan
    dataset = mixed({f"c{i}": x[:, i] for i in range(3)})
    finding = found(dataset, "missing_rows", validation_fraction=0)
    assert finding.severity == "hint"
    assert finding.samples == tuple(range(10, 20))
    x = noise(width=3)
    x[10:200, 0] = np.nan
    dataset = mixed({f"c{i}": x[:, i] for i in range(3)})
    assert found(dataset, "missing_rows", validation_fraction=0).severity == "fine"


def test_categories_of_one_sample() -> None:
    ports = ["S", "C"] * (N // 2)
    dataset = mixed({"port": ports, "height": noise()[:, 0]})
    assert found(dataset, "lonely_categories").severity == "fine"
    ports[17] = "Q"
    dataset = mixed({"port": ports, "height": noise()[:, 0]})
    finding = found(dataset, "lonely_categories", validation_fraction=0)
    assert (finding.severity, finding.column, finding.samples) == ("hint", 0, (17,))
    assert "port = Q" in finding.evidence.text


# Targets


@pytest.mark.parametrize(
    ("n_rare", "severity"), [(200, "fine"), (90, "fine"), (40, "hint"), (10, "problem")]
)
def test_classes_of_different_size(n_rare: int, severity: str) -> None:
    targets = (np.arange(N) < n_rare).astype(int)
    finding = found(table(noise(), targets), "imbalance", validation_fraction=0)
    assert finding.severity == severity
    assert finding.evidence.values["n_least"] == n_rare


def test_a_column_that_gives_the_class_away() -> None:
    x, targets = noise(), np.arange(N) % 3
    assert found(table(x, targets), "leak").severity == "fine"
    x[:, 2] = 10 * targets + noise(seed=5)[:, 0]
    finding = found(table(x, targets), "leak")
    assert (finding.severity, finding.column) == ("problem", 2)


def test_a_column_of_codes_out_of_order_gives_the_class_away() -> None:
    x, targets = noise(), np.random.default_rng(3).integers(0, 6, N) % 2
    x[:, 4] = np.random.default_rng(4).permutation(100)[: N // 4].repeat(4)  # no few codes
    codes = np.random.default_rng(3).integers(0, 6, N)  # 0 … 5: odd and even in turn
    x[:, 1] = codes
    assert found(table(x, targets), "leak").column == 1
    assert found(table(x, targets), "leak").severity == "problem"


def test_a_category_that_is_the_class() -> None:
    targets = np.arange(N) % 2
    cells = {"who": [("left", "right")[k] for k in targets], "a": noise()[:, 0], "b": noise()[:, 1]}
    dataset = mixed(cells)
    same = table(dataset.x, targets, names=dataset.feature_names, columns=dataset.columns)
    assert (found(same, "leak").severity, found(same, "leak").column) == ("problem", 0)


def test_two_good_columns_are_no_leak() -> None:
    """As petal length and width, which both tell one kind of iris from the others."""
    x, targets = noise(), np.arange(N) % 2
    x[:, 0] += 20 * targets
    x[:, 1] += 20 * targets
    assert found(table(x, targets), "leak").severity == "fine"


def test_a_column_that_gives_the_number_away() -> None:
    x = noise()
    finding = found(table(x, x[:, 0] + noise(seed=8)[:, 0]), "leak")
    assert finding.severity == "fine"
    for leak in (3 * x[:, 0] + 1, np.exp(x[:, 0])):  # ranks find what is bent
        with_leak = np.column_stack([noise(seed=7), leak])
        finding = found(table(with_leak, x[:, 0].astype(float)), "leak")
        assert (finding.severity, finding.column) == ("problem", 5)


@pytest.mark.parametrize(
    ("scale", "offset", "severity"),
    [(1.0, 0.0, "fine"), (1.0, 20.0, "hint"), (30.0, 0.0, "hint"), (40.0, 1000.0, "problem")],
)
def test_targets_far_from_what_a_new_network_gives(
    scale: float, offset: float, severity: str
) -> None:
    target = scale * noise(width=1)[:, 0] + offset
    finding = found(table(noise(seed=1), target), "target_size")
    assert finding.severity == severity
    assert bool(finding.advice) == (severity != "fine")


def test_a_column_that_numbers_the_rows() -> None:
    x = noise()
    for numbers in (np.arange(N), np.random.default_rng(2).permutation(N), 3 * np.arange(N)[::-1]):
        x[:, 1] = numbers
        finding = found(table(x), "identifier")
        assert (finding.severity, finding.column) == ("hint", 1)
    x[:, 1] = np.random.default_rng(2).integers(0, N, N)  # such as a year: values come again
    assert found(table(x), "identifier").severity == "fine"


# Single columns


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2)), min_size=1, max_size=9),
)
def test_the_best_cuts_are_the_best_of_all_cuts(rows: list[tuple[int, int]]) -> None:
    values = np.array([v for v, _ in rows], np.float64)
    labels = np.array([k for _, k in rows])
    skill = class_skill(values, labels, 3, is_category=False)
    majority = int(np.bincount(labels).max())
    if majority == len(labels):
        assert skill <= 0
        return
    right = round(skill * (len(labels) - majority) + majority)
    codes = right_by_values(values, labels)
    assert right <= max(codes, best_cuts(values, labels))
    assert right >= codes


def right_by_values(values: np.ndarray, labels: np.ndarray) -> int:
    groups = [labels[values == v] for v in np.unique(values)]
    return sum(int(np.bincount(g).max()) for g in groups if len(g) > 1)


def best_cuts(values: np.ndarray, labels: np.ndarray) -> int:
    """The best interval for each class, over all orders of classes and all cuts, by trying."""
    from itertools import combinations_with_replacement, permutations

    cuts = sorted({*values.tolist(), np.inf, -np.inf})
    best = 0
    for order in permutations(range(3)):
        for low, high in combinations_with_replacement(cuts, 2):
            k = np.where(values < low, order[0], np.where(values < high, order[1], order[2]))
            best = max(best, int((k == labels).sum()))
    return best


def test_cuts_reach_all_where_classes_stand_apart() -> None:
    values = np.concatenate([np.linspace(0, 1, 90), np.linspace(2, 3, 90), np.linspace(4, 5, 90)])
    labels = np.repeat([2, 0, 1], 90)
    assert class_skill(values, labels, 3, is_category=False) == 1
    values[0] = np.nan  # what is missing is not known
    assert class_skill(values, labels, 3, is_category=False) == pytest.approx(1 - 1 / 180)


def test_correlations_are_those_of_numpy() -> None:
    a, b = noise()[:, 0], noise()[:, 0] + 3 * noise()[:, 1]
    plain = abs(np.corrcoef(a, b)[0, 1])
    ranks = abs(np.corrcoef(a.argsort().argsort(), b.argsort().argsort())[0, 1])
    assert correlation(a, b) == pytest.approx(max(plain, ranks))
    assert correlation(np.ones(N), b) == 0


def test_categories_number_rows_only_if_all_differ() -> None:
    index = np.arange(30)
    assert numbers_the_rows(index.astype(float), index, 30, "category")
    assert not numbers_the_rows((index // 2).astype(float), index, 30, "category")
    assert not numbers_the_rows(np.where(index == 3, np.nan, index), index, 30, "number")


# The whole


def test_wide_data_are_sampled_in_columns_and_rows(monkeypatch) -> None:
    monkeypatch.setattr(look, "MOST_COLUMNS", 10)
    monkeypatch.setattr(look, "MOST_ROWS", 100)
    report = examine_data(prepare(table(noise(width=40))))
    assert report.n_sampled == 100
    checked = {c.check.name: c.finding for c in report.checked}
    assert checked["leak"].evidence.values["columns"] == 10
    assert checked["constant"].evidence.values["total"] == 40


def test_the_report_can_end_the_work() -> None:
    class StopError(VisualMLPError):
        pass

    calls = []

    def report(done: int, total: int) -> None:
        calls.append((done, total))
        if len(calls) > 3:
            raise StopError("enough")

    with pytest.raises(StopError):
        examine_data(prepare(table(noise())), report)


def test_sentences_have_their_numbers() -> None:
    for name in BUNDLED[:4]:
        for check, finding in examine_data(prepare(load(name, SourceSettings()))).checked:
            assert "{" not in check.limits.text
            if finding is not None:
                assert "{" not in finding.evidence.text + finding.figure.text
