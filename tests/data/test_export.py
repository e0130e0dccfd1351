"""CSV files written by us are read back as they were."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from visualmlp.data import Dataset, export_csv, load, open_csv
from visualmlp.errors import DataError


def check_equal(read: Dataset, written: Dataset) -> None:
    np.testing.assert_array_equal(read.x, written.x)
    np.testing.assert_array_equal(read.targets, written.targets)
    assert read.x.dtype == written.x.dtype
    assert read.class_names == written.class_names
    assert read.image_shape == written.image_shape
    assert read.n_given_test == written.n_given_test


def test_pictures_come_back_with_their_test_part(tmp_path: Path) -> None:
    digits = replace(load("digits"), n_given_test=500)
    train, test = export_csv(digits, tmp_path / "new" / "folder")
    assert (train.name, test.name) == ("digits-train.csv", "digits-test.csv")
    lines = train.read_text("ascii").splitlines()
    assert len(lines) == 1297
    assert lines[0].startswith("0,0,0,5,13,9,1,0,0,")
    check_equal(open_csv(train, test), digits)
    assert sorted(path.name for path in train.parent.iterdir()) == [test.name, train.name]


@pytest.mark.parametrize("name", ["iris", "moons"])
def test_tables_come_back_to_the_last_bit(tmp_path: Path, name: str) -> None:
    data = load(name)
    [file] = export_csv(data, tmp_path)
    check_equal(open_csv(file), data)


def test_what_cannot_be_exported_is_explained(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Curve: Sine has no classes"):
        export_csv(load("curve"), tmp_path)
    (tmp_path / "file").write_text("")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(DataError, match="cannot be written: "):
        export_csv(load("iris"), tmp_path / "file" / "folder")
    assert sorted(tmp_path.iterdir()) == before
