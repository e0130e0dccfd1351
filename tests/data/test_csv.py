"""CSV files: layout, labels, pictures, and what is said of bad lines."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.data import Dataset, SourceSettings, load, open_csv
from visualmlp.data.labels import classes_of
from visualmlp.data.tables import text_file
from visualmlp.errors import DataError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def write(file: Path, *lines: str) -> Path:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def read(file: Path, *lines: str, header: str = "auto", label_column: str = "first") -> Dataset:
    return open_csv(write(file, *lines), header=header, label_column=label_column)


def test_table_of_numbers(file: Path) -> None:
    data = read(file, "a,1.5,-2", "b,3,1e3")
    assert (data.name, data.title, data.n_given_test) == ("csv", "table.csv", 0)
    assert data.x.dtype == np.float64
    assert data.x.tolist() == [[1.5, -2], [3, 1000]]
    assert data.class_names == ("a", "b")
    assert data.targets.tolist() == [0, 1]
    assert data.feature_names == ("x1", "x2")
    assert (data.value_range, data.image_shape) == ((-2, 1000), None)


def test_first_line_of_numbers_is_a_sample_and_not_lost(file: Path) -> None:
    assert read(file, "7,1,2", "3,4,5").n_samples == 2
    assert read(file, "rose,1,2", "lily,4,5").n_samples == 2


@pytest.mark.parametrize("first", ["label,width,height", ",width,height", "kind,,height"])
def test_first_line_of_names_is_no_sample(file: Path, first: str) -> None:
    data = read(file, first, "3,4,5", "4,6,7")
    assert data.n_samples == 2
    assert data.feature_names[1] == "height"


def test_columns_named_by_numbers_are_told_by_the_label(file: Path) -> None:
    data = read(file, "label,0,1", "3,4,5", "4,6,7")
    assert (data.n_samples, data.feature_names) == (2, ("0", "1"))


def test_header_can_be_said(file: Path) -> None:
    lines = ("7,1,2", "3,4,5", "4,5,6")
    assert read(file, *lines, header="yes").class_names == ("3", "4")
    assert read(file, *lines, header="yes").feature_names == ("1", "2")
    assert read(file, *lines, header="no").class_names == ("3", "4", "7")
    with pytest.raises(DataError, match=r"line 1, column 1 is 'label', no finite number"):
        read(file, "label,x,y", *lines, header="no")


def test_first_line_of_names_and_numbers_is_asked_about(file: Path) -> None:
    with pytest.raises(DataError, match=r"line 1 holds names and numbers: .* \(yes\) or is a sam"):
        read(file, "7,1,x", "3,4,5")


def test_empty_cell_makes_no_header_of_the_first_line(file: Path) -> None:
    data = read(file, "7,1,,2", "3,4,5,6")
    assert data.n_samples == 2
    assert data.notes == ("1 missing value of column 3 becomes the mean of the training part.",)


def test_label_may_be_last(file: Path) -> None:
    data = read(file, "width,height,kind", "1,2,a", "3,4,b", label_column="last")
    assert data.x.tolist() == [[1, 2], [3, 4]]
    assert data.feature_names == ("width", "height")
    assert data.class_names == ("a", "b")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", " , "])
def test_delimiters(file: Path, delimiter: str) -> None:
    lines = [delimiter.join(cells) for cells in (("k", "p", "q"), ("a", "1", "2"), ("b", "3", "4"))]
    data = read(file, *lines)
    assert data.x.tolist() == [[1, 2], [3, 4]]
    assert data.class_names == ("a", "b")


@pytest.mark.parametrize(
    ("bytes_", "names"),
    [
        (b"\xef\xbb\xbf5,1\r\n6,2\r\n\r\n", ("5", "6")),
        (b'\n"a, b",1\n   \n"c ""d""",2\n', ("a, b", 'c "d"')),
        ("ä,1\n日,2".encode(), ("ä", "日")),
        (b"a#b,1\nc#d,2\n", ("a#b", "c#d")),
    ],
    ids=["as Excel writes it", "quotes and empty lines", "UTF-8", "no comments"],
)
def test_usual_ways_to_write(file: Path, bytes_: bytes, names: tuple[str, ...]) -> None:
    file.write_bytes(bytes_)
    data = open_csv(file)
    assert data.class_names == names
    assert data.x.tolist() == [[1], [2]]


@pytest.mark.parametrize(
    ("labels", "names", "targets"),
    [
        (["10", "9", "2", "9"], ("2", "9", "10"), [2, 1, 0, 1]),
        (["1.0", "1", "0"], ("0", "1"), [1, 1, 0]),
        (["-1", "+1", "01"], ("-1", "1"), [0, 1, 1]),
        (["10", "9", "x"], ("10", "9", "x"), [0, 1, 2]),
        (["b", "B", "a"], ("B", "a", "b"), [2, 0, 1]),
    ],
)
def test_classes_of_labels(labels: list[str], names: tuple[str, ...], targets: list[int]) -> None:
    found, numbers = classes_of(np.array(labels), "here")
    assert (found, numbers.tolist(), numbers.dtype) == (names, targets, np.int64)


@pytest.mark.parametrize(
    ("labels", "text"),
    [
        (["a", "a"], "here: every label is a: classes need two"),
        (["1", "1.0"], "here: every label is 1"),
        (["1", "2.5"], r"here: the label 2\.5 is no class"),
        ([str(i) for i in range(1001)], "here has 1,001 different labels: at most 1,000"),
    ],
)
def test_labels_that_are_no_classes_are_explained(labels: list[str], text: str) -> None:
    with pytest.raises(DataError, match=text):
        classes_of(np.array(labels), "here")


def picture_lines(values: np.ndarray) -> list[str]:
    return [f"{i % 2}," + ",".join(f"{v:g}" for v in row) for i, row in enumerate(values)]


def test_square_of_bytes_is_a_picture(file: Path) -> None:
    values = np.arange(4 * 9).reshape(4, 9) * 7
    data = read(file, *picture_lines(values))
    assert (data.x.dtype, data.image_shape, data.value_range) == (np.uint8, (3, 3), (0, 255))
    assert data.feature_names[:4] == ("r0c0", "r0c1", "r0c2", "r1c0")
    np.testing.assert_array_equal(data.x, values)


@pytest.mark.parametrize("odd", [256, -1, 0.5])
def test_square_of_other_numbers_is_a_table(file: Path, odd: float) -> None:
    values = np.zeros((4, 9))
    values[3, 8] = odd
    data = read(file, *picture_lines(values))
    assert (data.x.dtype, data.image_shape) == (np.float64, None)
    np.testing.assert_array_equal(data.x, values)


@pytest.mark.parametrize("count", [1, 4, 10])
def test_few_or_other_counts_of_bytes_are_a_table(file: Path, count: int) -> None:
    data = read(file, *picture_lines(np.ones((2, count))))
    assert (data.x.dtype, data.image_shape) == (np.float64, None)


def test_bytes_written_as_decimals_are_a_picture(file: Path) -> None:
    decimals = ",".join(["3.0"] * 9)
    data = read(file, f"a,{decimals}", f"b,{decimals}")
    assert (data.x.dtype, data.image_shape) == (np.uint8, (3, 3))
    assert (data.x == 3).all()


def test_second_file_is_the_test_part(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", "k,p,q", "5,1,2", "10,3,4")
    test = write(tmp_path / "test.csv", "10,5,6")
    data = load("csv", SourceSettings(path=str(train), test_path=str(test), label_column="first"))
    assert (data.n_samples, data.n_given_test) == (3, 1)
    assert data.x.tolist() == [[1, 2], [3, 4], [5, 6]]
    assert data.class_names == ("5", "10")
    assert data.targets.tolist() == [0, 1, 1]
    assert data.feature_names == ("p", "q")


def test_second_file_that_does_not_fit_is_explained(tmp_path: Path) -> None:
    train = write(tmp_path / "train.csv", "5,1,2", "10,3,4")
    test = write(tmp_path / "test.csv", "10,5")
    with pytest.raises(DataError, match=r"test\.csv has 2 columns, but .*train\.csv 3"):
        open_csv(train, test)


def test_gzipped_file_is_read_whatever_its_name(file: Path) -> None:
    plain = write(file, "a,1.5,2", "b,3,4").read_bytes()
    expected = open_csv(file)
    file.write_bytes(gzip.compress(plain))
    assert open_csv(file).fingerprint == expected.fingerprint
    file.write_bytes(gzip.compress(plain)[:-9])
    with pytest.raises(DataError, match=r"table\.csv is a damaged gzip file .*fetch it again"):
        open_csv(file)


FAULTS = {
    "ragged": ("a,1,2", "b,3", "line 3 has 2 columns, the first line 3: give every line"),
    "too many": ("a,1,2", "b,3,4,5", "line 3 has 4 columns, the first line 3"),
    "text": ("a,1,2", "b,3,x", r"line 3, column 3 \(q\) is 'x', no finite number: correct it"),
    "infinite": ("a,1,2", "b,3,-inf", r"line 3, column 3 \(q\) is '-inf', no finite number"),
    "long label": ("a,1,2", "b" * 201 + ",3,4", r"line 3, column 1 \(k\) is longer than 200 char"),
    "underscore": ("a,1,2", "b,1_0,4", "line 3, column 2"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_told_with_line_and_column(file: Path, fault: str) -> None:
    *lines, text = FAULTS[fault]
    with pytest.raises(DataError, match=rf"table\.csv, {text}"):
        read(file, "k,p,q", *lines)


@pytest.mark.parametrize("cell", ["x", "1,2"])
def test_faults_in_pictures_are_told_with_line_and_column(file: Path, cell: str) -> None:
    lines = picture_lines(np.ones((3, 9)))
    lines[2] = lines[2][:-1] + cell
    with pytest.raises(DataError, match=r"line 4(, column 10| has 11 columns)"):
        read(file, lines[0], "", *lines[1:])


@pytest.mark.parametrize("lines", [[""], ["", "  "], ["label,x,y"]])
def test_nothing_to_read_is_explained(file: Path, lines: list[str]) -> None:
    with pytest.raises(DataError, match="has no line with a sample"):
        read(file, *lines)


def test_other_files_are_explained(file: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no file: check the name"):
        open_csv(tmp_path / "nothing.csv")
    with pytest.raises(DataError, match="line 1 has one column only"):
        read(file, "hello", "world")
    for content in (b"\x89PNG\r\n\x1a\n\0\0", b"a,1\n" * 90_000 + b"b,2\n\xff,3\n"):
        file.write_bytes(content)
        with pytest.raises(DataError, match=r"is no text|is not written in utf-8 \(byte 0xff\)"):
            open_csv(file)
    with pytest.raises(DataError, match="path is empty: choose a table"):
        load("csv")


def test_huge_cells_are_explained(file: Path) -> None:
    with pytest.raises(DataError, match=r"is no table \(field larger"):
        read(file, "a,1", "x" * 200_000 + ",1")


@pytest.mark.parametrize("zeros", [5_000_000, 50_000_000])
def test_a_zipped_line_without_an_end_is_not_read_to_it(file: Path, zeros: int) -> None:
    file.write_bytes(gzip.compress(b"a,1\n" + b"0" * zeros))
    with pytest.raises(DataError, match="a line is longer than 4,194,304 characters"):
        open_csv(file)


def test_more_text_than_there_may_be_is_not_read(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_file, "MAX_TEXT", 1000)
    assert read(file, *["a,1", "b,2"] * 100).n_samples == 200
    with pytest.raises(DataError, match="has more than 1,000 characters: use fewer samples"):
        read(file, *["a,1", "b,2"] * 200)


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from(["a", "b c", "ü", '"', "x,y"]),
            st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=3),
        ),
        min_size=2,
        max_size=12,
    ).filter(lambda rows: len({label for label, _ in rows}) > 1)
)
def test_numbers_come_back_to_the_last_bit(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, list[float]]]
) -> None:
    quoted = ['"{}"'.format(label.replace('"', '""')) for label, _ in rows]
    lines = [",".join([name, *map(repr, row[1])]) for name, row in zip(quoted, rows, strict=True)]
    data = read(tmp_path_factory.mktemp("csv") / "t.csv", *lines)
    assert data.x.tolist() == [values for _, values in rows]
    assert [data.class_names[label] for label in data.targets] == [label for label, _ in rows]
