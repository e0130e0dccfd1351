"""Tables of all kinds: how they are written, what their columns are, and what is missing."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.data import ColumnChoice, Dataset, SourceSettings, load, prepare
from visualmlp.data.columns import decode
from visualmlp.data.tables import cells as table_cells
from visualmlp.data.tables.opened import open_table
from visualmlp.data.tables.table import plan_columns
from visualmlp.errors import DataError

PEOPLE = """name,age,colour,height,born,score
Ann,30,red,1.70,2001-02-03,5.5
Bob,,blue,1.82,2002-03-04,6.25
Cid,50,,1.65,2003-04-05,7
Dee,41,red,,2004-05-06,
Eve,29,green,1.91,2005-06-07,8.5
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def read(file: Path, text: str | bytes, **values: Any) -> Dataset:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load("csv", SourceSettings(path=str(file), **values))


def test_a_mixed_table_opens_without_any_setting(file: Path) -> None:
    data = read(file, PEOPLE)
    assert (data.task, data.target_names) == ("regression", ("score",))
    assert data.feature_names == (
        *("age", "colour = blue", "colour = green", "colour = red", "height"),
    )
    assert data.targets[:, 0].tolist() == [5.5, 6.25, 7, 8.5]
    assert decode(data.columns, data.x[1]) == [
        ("age", "(missing)"),
        ("colour", "blue"),
        ("height", "1.82"),
    ]
    notes = " ".join(data.notes)
    assert "Column born is left out: it holds dates or times (2001-02-03)" in notes
    assert "1 of 5 rows of table.csv is left out: it lacks the target" in notes
    assert "1 missing value of age becomes the mean of the training part" in notes
    assert "1 missing value of colour becomes the most frequent value" in notes


def test_columns_that_are_filled_alike_share_a_note(file: Path) -> None:
    names = [f"c{i}" for i in range(8)]
    row = ",".join("" if i == 0 else "1" for i in range(8))
    rows = [",".join(["1"] * 8 + ["a"]), ",".join([""] * 8 + ["b"]), f"{row},a"]
    data = read(file, "\n".join([",".join([*names, "class"]), *rows]))
    assert data.notes == (
        "9 missing values of c0, c1, c2, c3, c4 and 3 more become the mean of the training part.",
    )


def test_columns_can_be_chosen(file: Path) -> None:
    choices = (
        ColumnChoice("colour", role="target"),
        ColumnChoice("name", role="ignore"),
        ColumnChoice("age", missing="drop"),
        ColumnChoice("height", missing="median"),
        ColumnChoice("score", role="ignore"),
    )
    data = read(file, PEOPLE, columns=choices)
    assert (data.task, data.class_names) == ("classification", ("green", "red"))
    assert data.feature_names == ("age", "height")
    assert data.x[:, 0].tolist() == [30, 41, 29]
    assert [column.missing for column in data.columns] == ["drop", "median"]


def test_several_targets_make_a_regression_of_several_numbers(file: Path) -> None:
    choices = (ColumnChoice("age", role="target"), ColumnChoice("height", role="target"))
    data = read(file, PEOPLE, columns=choices)
    assert data.target_names == ("age", "height")
    assert data.targets.tolist() == [[30, 1.7], [50, 1.65], [29, 1.91]]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (ColumnChoice("wheight"), "columns: there is none named 'wheight'; there are name, age"),
        (ColumnChoice("born", kind="number"), "column born holds dates .* days since a start"),
        (ColumnChoice("born", role="target"), "born holds dates .*: it cannot be the target"),
        (ColumnChoice("name", kind="number"), r"line 2, column 1 \(name\) is 'Ann', no finite"),
    ],
)
def test_choices_that_do_not_fit_are_explained(
    file: Path, choice: ColumnChoice, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        read(file, PEOPLE, columns=(choice,))


def test_the_task_of_whole_numbers_can_be_changed(file: Path) -> None:
    text = "a,b,n\n1.5,2,0\n2.5,3,1\n3.5,1,2\n0.5,1,0\n"
    assert read(file, text).task == "classification"
    assert read(file, text, task="regression").targets[:, 0].tolist() == [0, 1, 2, 0]
    choice = ColumnChoice("a", role="target", kind="category")
    with pytest.raises(DataError, match=r"the label 0\.5 is no class"):
        read(file, text, columns=(choice,))


@pytest.mark.parametrize(
    ("header", "rows", "target"),
    [
        ("a,b,species", "1,2,x|3,4,y|5,6,x", "species"),
        ("class,a,b", "1,2.5,3|2,4.5,5|1,6.5,7", "class"),
        ("kind,b,y", "x,1,2.5|y,3,4|x,5,6", "kind"),
        ("a,kind,b", "1.5,x,2.5|3,y,4|5,x,6", "b"),
        ("digit,a,b", "1,0.5,3.25|2,4.5,5|1,6,7.5", "digit"),
        ("a,b,n", "1.5,2.5,0|3.5,4.5,1|5.5,6.5,0", "n"),
        ("a,b,c", "1.5,2.5,3.5|3.5,4.5,1.5|5.5,6.5,2.5", "c"),
    ],
)
def test_the_target_is_guessed(file: Path, header: str, rows: str, target: str) -> None:
    file.write_text("\n".join([header, *rows.split("|")]))
    uses = plan_columns(open_table(file), SourceSettings())
    assert [use.name for use in uses if use.role == "target"] == [target]


def test_labels_before_pictures_are_the_target(file: Path) -> None:
    rng = np.random.default_rng(0)
    rows = [[i % 3, *rng.integers(0, 256, 49)] for i in range(9)]
    data = read(file, "\n".join(",".join(map(str, row)) for row in rows))
    assert (data.image_shape, data.class_names) == ((7, 7), ("0", "1", "2"))
    assert data.x.tolist() == [row[1:] for row in rows]


# How files are written


@pytest.mark.parametrize("delimiter", [";", "\t", " ", "   "])
def test_decimal_commas(file: Path, delimiter: str) -> None:
    lines = ["x1;x2;kind", "1,5;-2,25;a", "3;0,125;b", "1e3;4;a"]
    data = read(file, "\n".join(lines).replace(";", delimiter))
    assert data.x.tolist() == [[1.5, -2.25], [3, 0.125], [1000, 4]]
    assert data.class_names == ("a", "b")


TEXTS = {
    "utf-8": "größe,naïve,Klasse\n1,2,ä\n3,4,日\n",
    "utf-8-sig": "größe,naïve,Klasse\n1,2,ä\n3,4,日\n",
    "utf-16": "größe,naïve,Klasse\n1,2,ä\n3,4,日\n",
    "utf-16-le": "groesse,naive,class\n1,2,a\n3,4,b\n",
    "gb18030": "身高,体重,城市\n1,2,北京\n3,4,上海\n" + "5,6,北京\n7,8,广州\n" * 6,
    "shift_jis": "身長,体重,都市\n1,2,東京\n3,4,おおさか\n" + "5,6,とうきょう\n7,8,カナダ\n" * 6,
    "latin-1": "Größe,Höhe,Farbe\n1,2,grün\n3,4,weiß\n" + "5,6,grün\n7,8,weiß\n" * 3,
}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("encoding", TEXTS)
def test_encodings_are_detected(file: Path, encoding: str, zipped: bool) -> None:
    text = TEXTS[encoding]
    content = text.encode(encoding)
    data = read(file, gzip.compress(content) if zipped else content)
    header, *rows = csv.reader(io.StringIO(text))
    assert data.feature_names == tuple(header[:2])
    assert data.class_names == tuple(sorted({row[2] for row in rows}))


def test_an_encoding_can_be_said(file: Path) -> None:
    text = "a,b\n1,é\n2,ü\n"
    assert read(file, text.encode("latin-1"), encoding="latin-1").class_names == ("é", "ü")
    with pytest.raises(DataError, match="is not written in utf-8"):
        read(file, text.encode("latin-1"), encoding="utf-8")


def test_quotes_hold_delimiters_and_line_ends(file: Path) -> None:
    data = read(file, 'x,kind\n1,"a, b"\n2,"c\nd"\n3,"say ""e"""\n')
    assert data.class_names == ("a, b", "c\nd", 'say "e"')
    with pytest.raises(DataError, match=r"line 5, column 1 \(x\) is 'z'"):
        read(file, 'x,kind\n1,"a, b"\n2,"c\nd"\nz,"e"\n4,e\n5,e\n')


def test_columns_named_alike_are_told_apart(file: Path) -> None:
    data = read(file, "x,x,,kind\n1,2,3,a\n4,5,6,b\n")
    assert data.feature_names == ("x", "x (2)", "column 3")


def test_a_column_of_identifiers_is_left_out(file: Path) -> None:
    rows = [f"person-{i},{i % 7},{'ab'[i % 2]}" for i in range(60)]
    data = read(file, "\n".join(["id,x,kind", *rows]))
    assert data.feature_names == ("x",)
    assert "Column id is left out: it holds texts that are nearly all different" in data.notes[0]


def test_too_many_classes_or_categories_are_explained(file: Path) -> None:
    rows = "\n".join(f"{i},{i % 3}" for i in range(1500))
    with pytest.raises(DataError, match="1,500 different labels: at most 1,000"):
        read(file, "k,x\n" + rows, columns=(ColumnChoice("k", "target", "category"),))
    with pytest.raises(DataError, match="column k has 1,500 categories: at most 1,000"):
        read(file, "k,x\n" + rows, columns=(ColumnChoice("k", "feature", "category"),))


def test_a_table_without_a_row_left_is_explained(file: Path) -> None:
    with pytest.raises(DataError, match="no row left"):
        read(file, "a,b,y\n1,,1\n,2,2\n3,,1\n,1,2\n", missing="drop")
    with pytest.raises(DataError, match="no column is left"):
        read(file, "a,y\n2001-02-03,1\n2001-02-04,0\n2001-02-05,0\n")


def test_cells_are_bounded(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_cells, "MAX_CELLS", 50)
    with pytest.raises(DataError, match="has more than 50 cells"):
        read(file, "a,b\n" + "1,x\n2,y\n" * 20)


# Parquet and workbooks


def rows_of_people() -> tuple[list[str], list[list[Any]]]:
    header, *rows = csv.reader(io.StringIO(PEOPLE))
    kinds = (str, float, str, float, datetime.date.fromisoformat, float)
    return header, [
        [kind(cell) if cell else None for kind, cell in zip(kinds, row, strict=True)]
        for row in rows
    ]


def same_as_csv(file: Path, other: Path) -> None:
    expected, found = read(file, PEOPLE), load("csv", SourceSettings(path=str(other)))
    assert found.feature_names == expected.feature_names
    np.testing.assert_array_equal(found.x, expected.x)
    np.testing.assert_array_equal(found.targets, expected.targets)
    assert found.columns == expected.columns


def test_parquet(file: Path, tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow", reason="what reads Parquet is not installed")
    from pyarrow import parquet

    header, rows = rows_of_people()
    columns = dict(zip(header, map(list, zip(*rows, strict=True)), strict=True))
    other = tmp_path / "people.parquet"
    parquet.write_table(arrow.table(columns), other)
    same_as_csv(file, other)
    other.write_bytes(other.read_bytes()[:-20])
    with pytest.raises(DataError, match="cannot be read as a Parquet file"):
        load("csv", SourceSettings(path=str(other)))


def test_workbook(file: Path, tmp_path: Path) -> None:
    pytest.importorskip("python_calamine", reason="what reads workbooks is not installed")
    openpyxl = pytest.importorskip("openpyxl", reason="what writes workbooks is not installed")
    header, rows = rows_of_people()
    book = openpyxl.Workbook()
    book.active.title = "other"
    book.active.append(["x", "y"])
    page = book.create_sheet("people")
    for row in (header, *rows):
        page.append(row)
    other = tmp_path / "people.xlsx"
    book.save(other)
    expected = read(file, PEOPLE)
    found = load("csv", SourceSettings(path=str(other), sheet="people"))
    np.testing.assert_array_equal(found.x, expected.x)
    with pytest.raises(DataError, match="has names but no row below"):
        load("csv", SourceSettings(path=str(other)))
    with pytest.raises(DataError, match="has no sheet 'nobody'; there are other, people"):
        load("csv", SourceSettings(path=str(other), sheet="nobody"))
    other.write_bytes(other.read_bytes()[:-60])
    with pytest.raises(DataError, match="cannot be read as a workbook"):
        load("csv", SourceSettings(path=str(other)))


# Whatever was written comes back

names = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='"'), min_size=1, max_size=6
).map(str.strip)
cells = st.floats(-1e6, 1e6) | st.none()


@settings(max_examples=40, deadline=None)
@given(
    rows=st.lists(
        st.tuples(cells, st.sampled_from(["red", "blue, or", "grün"]), cells), min_size=4
    ),
    delimiter=st.sampled_from([",", ";", "\t"]),
    comma=st.booleans(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_numbers_and_categories_come_back(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[float | None, str, float | None]],
    delimiter: str,
    comma: bool,
    encoding: str,
) -> None:
    comma = comma and delimiter != ","
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(["a", "kind", "b", "label"])
    for i, (a, kind, b) in enumerate(rows):
        numbers = ["" if n is None else repr(n) for n in (a, b)]
        numbers = [n.replace(".", ",") if comma else n for n in numbers]
        writer.writerow([numbers[0], kind, numbers[1], "no" if i % 2 else "yes"])
    path = tmp_path_factory.mktemp("table") / "t.csv"
    path.write_bytes(text.getvalue().encode(encoding))
    choices = (ColumnChoice("kind", kind="category"), ColumnChoice("a", kind="number"),
               ColumnChoice("b", kind="number"))  # fmt: skip
    data = load(
        "csv",
        SourceSettings(path=str(path), columns=choices, decimal="comma" if comma else "point"),
    )
    expected = [[np.nan if n is None else n for n in (a, b)] for a, _, b in rows]
    x = np.column_stack([data.x[:, 0], data.x[:, data.columns[2].first]] if data.columns
                        else [data.x[:, 0], data.x[:, -1]])  # fmt: skip
    np.testing.assert_array_equal(x, expected)
    found = [decode(data.columns, row)[1][1] for row in data.x]
    assert found == [kind for _, kind, _ in rows]
    assert np.isfinite(prepare(data).inputs(prepare(data).train)).all()
