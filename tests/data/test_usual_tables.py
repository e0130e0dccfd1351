"""Tables as people have them: from spreadsheets, statistics programs and well-known collections."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visualmlp.data import Dataset, SourceSettings, load
from visualmlp.data.tables.look import look_at_table
from visualmlp.errors import DataError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def read(file: Path, text: str | bytes, **values: Any) -> Dataset:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return load("csv", SourceSettings(path=str(file), **values))


def rows(pattern: str, n: int = 40) -> str:
    """Lines in which {i} is the number, {h} half of it, and {k} the letter a or b."""
    return "".join(pattern.format(i=i, h=i / 2, k="ab"[i % 2]) + "\n" for i in range(n))


def targets(data: Dataset) -> tuple[str, ...]:
    return data.target_names or data.class_names


# What is to be learnt


@pytest.mark.parametrize(
    ("header", "pattern", "expected"),
    [
        ("id,x1,x2,y", "{i},{h},1.25,{i}.5", ("y",)),
        ("y,x1,x2", "{i}.5,{h},1.25", ("y",)),
        ("price,rooms,area", "{i}000,3,{i}5", ("price",)),
        ("CRIM,CHAS,MEDV", "0.{i},1,{i}.5", ("MEDV",)),
        ("x,median_house_value,ocean_proximity", "{h},{i}00.5,{k}", ("median_house_value",)),
        ("Glucose,Outcome,Age", "{i},{k},2{i}", ("a", "b")),
        ("label,x,y", "{k},{i},{h}", ("a", "b")),
        ("x,y,z", "{h},{i}.5,{i}.25", ("z",)),
        ("a,b,kind,", "{i},{h},{k},", ("a", "b")),
        ("a,b,ok,,", "{i},{h},{k},,", ("a", "b")),
    ],
)
def test_the_usual_target_is_found(
    file: Path, header: str, pattern: str, expected: tuple[str, ...]
) -> None:
    assert targets(read(file, header + "\n" + rows(pattern))) == expected


def test_a_label_that_is_last_may_have_delimiters_behind(file: Path) -> None:
    text = "a,b,kind,\n" + rows("{i},{h},{k},")
    assert read(file, text, label_column="last").class_names == ("a", "b")


def test_columns_of_names_and_numbers_are_left_out_or_taken_apart(file: Path) -> None:
    lines = ["PassengerId,Survived,Name,Sex,Age,Ticket,Cabin,Embarked"]
    for i in range(60):
        ticket = f"A/5 {i}" if i % 3 == 0 else 100 + 7 * i
        cabin = f"C{i}" if i % 4 == 0 else ""
        age = "" if i % 5 == 0 else 20 + i
        lines.append(
            f'{i},{i % 2},"Doe, Mr. {i}",{"fm"[i % 2]},{age},{ticket},{cabin},{"SQ"[i % 2]}'
        )
    data = read(file, "\n".join(lines))
    assert data.class_names == ("0", "1")
    assert data.feature_names == (
        *("PassengerId", "Sex = f", "Sex = m", "Age", "Embarked = Q", "Embarked = S"),
    )
    assert [note.split()[1] for note in data.notes[:3]] == ["Name", "Ticket", "Cabin"]


def test_a_word_among_numbers_is_told(file: Path) -> None:
    text = "a,b,kind\n" + rows("{i},{h},{k}").replace("\n7,3.5", "\n7,unknown")
    with pytest.raises(DataError, match=r"line 9, column 2 \(b\) is 'unknown', no finite number"):
        read(file, text)


def test_classes_may_be_called_plus_and_minus_or_none(file: Path) -> None:
    text = "a,b,kind\n" + rows("{i},{h},{k}")
    for names in (("+", "-"), ("none", "some")):
        data = read(file, text.replace(",a\n", f",{names[0]}\n").replace(",b\n", f",{names[1]}\n"))
        assert data.class_names == names
        assert data.n_samples == 40


# Numbers that are not plain

MARKED = {
    "percent": "{i}%",
    "percent with a space": "{i}.5 %",
    "dollars": "$1{i}.50",
    "euros": '"{i},5 €"',
    "thousands": '"1,1{i:02}"',
    "thousands and decimals": '"1,1{i:02}.50"',
    "spaces between thousands": "1 1{i:02}",
    "narrow spaces": "1\u202f1{i:02}",
    "Swiss": "1'1{i:02}.5",
    "single quotes": "'{i}'",
}


@pytest.mark.parametrize("way", MARKED)
def test_numbers_that_are_not_plain_are_left_out_with_a_hint(file: Path, way: str) -> None:
    data = read(file, "a,b,kind\n" + rows(MARKED[way] + ",{h},{k}"))
    assert data.feature_names == ("b",)
    assert len(data.notes) == 1
    assert data.notes[0].startswith("Column a is left out: its numbers are not plain (")
    assert "marks between thousands" in data.notes[0]


def test_why_no_column_is_left_is_told(file: Path) -> None:
    with pytest.raises(DataError, match=r"no column is left .* Column a .* are not plain \(0%\)"):
        read(file, "a,kind\n" + rows("{i}%,{k}"))


def test_a_number_that_is_not_plain_is_told_with_its_line(file: Path) -> None:
    text = "a,kind\n" + rows("{i},{k}").replace("\n8,", '\n"1,008",')
    with pytest.raises(DataError, match=r"line 10, column 1 \(a\) is '1,008'.*between thousands"):
        read(file, text)


def test_a_point_between_thousands_is_no_decimal_mark(file: Path) -> None:
    text = "a;b;y\n" + rows("1,{i};1.2{i:02};{i},5")
    data = read(file, text)
    assert data.feature_names == ("a",)
    assert "its numbers are not plain (1.200)" in data.notes[0]
    with pytest.raises(DataError, match=r"line 5, column 2 \(b\) is '1.234', no finite number"):
        read(file, "a;b;y\n1,5;2;3,5\n1,5;2;3,5\n2,5;3;4,5\n2,5;1.234;4,5\n2,5;4;4,5\n")


@pytest.mark.parametrize("text", ['"{i},5","{h}","{k}"', '"0,{i:03}","{h}","{k}"'])
def test_decimal_commas_between_commas_need_quotes(file: Path, text: str) -> None:
    if "03" in text:  # 0,001 may be one thousand thousandths: nobody knows
        assert "are not plain" in read(file, '"a","b","kind"\n' + rows(text)).notes[0]
    else:
        data = read(file, '"a","b","kind"\n' + rows(text).replace(".", ","))
        assert data.x[3].tolist() == [3.5, 1.5]


def test_commas_in_texts_do_not_hide_decimal_commas(file: Path) -> None:
    text = "name;x;kind\n" + rows("Doe, J{i};{i},5;{k}")
    assert read(file, text).x[:2, 0].tolist() == [0.5, 1.5]


@pytest.mark.parametrize("day", ["{d}.03.2020", "2020-03-{d}", "{d}-Mar-2020", "{d}/03/20 10:15"])
def test_dates_are_left_out(file: Path, day: str) -> None:
    text = "".join(f"{day.format(d=10 + i)};{i},5;{'ab'[i % 2]}\n" for i in range(15))
    data = read(file, "Datum;Größe;Straße\n" + text)
    assert data.feature_names == ("Größe",)
    assert "Column Datum is left out: it holds dates" in data.notes[0]


# How files are written


def test_a_spreadsheet_of_another_country(file: Path) -> None:
    text = "Größe;Straße;Käufer\r\n" + "".join(
        f"1,{i:02};{['Öl', 'Käse', 'Brötchen'][i % 3]};{'ja' if i % 2 else 'nein'}\r\n"
        for i in range(60)
    )
    data = read(file, text.encode("cp1252"))
    assert data.feature_names == (*("Größe", "Straße = Brötchen", "Straße = Käse", "Straße = Öl"),)
    assert data.class_names == ("ja", "nein")


@pytest.mark.parametrize("encoding", ["gb18030", "shift_jis", "cp1252"])
@pytest.mark.parametrize("before", ["", "x"])
def test_encodings_of_long_files_are_detected(file: Path, encoding: str, before: str) -> None:
    names = {"gb18030": "北京 上海", "shift_jis": "東京 おおさか", "cp1252": "Öl grün"}[encoding]
    lines = [f"{i},{names.split()[i % 2]}" for i in range(40_000)]
    data = read(file, (f"{before}a,b\n" + "\n".join(lines)).encode(encoding))
    assert set(data.class_names) == set(names.split())


@pytest.mark.parametrize(
    "text", ["Stadt;x;k\nKöln;1;a\nBonn;2;b\nUlm;3;a\n", "nom;x;k\nRené;1;a\nZoé;2;b\nÈve;3;a\n"]
)
def test_few_letters_of_europe_are_enough(file: Path, text: str) -> None:
    data = read(file, text.encode("cp1252"))
    assert data.feature_names == read(file, text).feature_names


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"encoding": "klingon"}, "encoding: 'klingon' is none"),
        ({"encoding": "rot13"}, "encoding: 'rot13' is none"),
        ({"encoding": "utf-16"}, "is not written in utf-16"),
        ({"delimiter": "|"}, "delimiter is '|': choose auto, comma, semicolon"),
    ],
)
def test_choices_that_are_none_are_told(file: Path, choice: dict[str, str], message: str) -> None:
    with pytest.raises(DataError, match=message.replace("|", r"\|")):
        read(file, "a,b,k\n1,2,x\n3,4,y\n", **choice)


@pytest.mark.parametrize("above", ["# made by hand\n# on a day\n", "sep=,\n", "#one, two\n\n"])
def test_remarks_above_the_names_are_passed_over(file: Path, above: str) -> None:
    text = "a,b,kind\n" + rows("{i},{h},{k}")
    data = read(file, above + text)
    assert data.feature_names == ("a", "b")
    assert data.fingerprint == read(file, text).fingerprint
    line = above.count("\n") + 4
    with pytest.raises(DataError, match=rf"line {line}, column 2 \(b\) is 'q'"):
        read(file, above + text.replace("2,1.0,", "2,q,"))


def test_remarks_above_pictures_are_passed_over(file: Path) -> None:
    lines = [f"{i % 2}," + ",".join(["7"] * 25) for i in range(6)]
    data = read(file, "# digits\n" + "\n".join(lines))
    assert (data.n_samples, data.image_shape, data.x.dtype) == (6, (5, 5), np.uint8)


def test_a_name_may_begin_with_a_hash(file: Path) -> None:
    assert read(file, "#id,x,kind\n" + rows("{i},{h},{k}")).feature_names == ("#id", "x")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("My table\n\na,b,k\n1,2,x\n3,4,y\n", "line 1 has 1 column, but line 3 3: .* take out"),
        ("a,b,k\n1,2,x,\n3,4,y,\n", "line 1 has 3 columns, but line 2 4: give every line"),
        ('"x" "k"\n"1" 2 "a"\n"2" 3 "b"\n', "line 1 has 2 columns, but line 2 3: give every"),
        ("a,b,k\nmm,kg,\n1,2,x\n3,4,y\n5,6,x\n", r"line 2, column 1 \(a\) is 'mm'"),
    ],
)
def test_what_stands_around_a_table_is_told(file: Path, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(file, text)


def test_quotes_may_follow_a_space(file: Path) -> None:
    data = read(file, "a, b, kind\n" + rows('{i}, "{h}", "of, {k}"'))
    assert data.class_names == ("of, a", "of, b")
    data = read(file, '"my a" "kind"\n' + rows('{h}   "of {k}" '))
    assert (data.feature_names, data.class_names) == (("my a",), ("of a", "of b"))


@pytest.mark.parametrize("end", ["", "\n"])
def test_a_quotation_mark_left_open_is_told(file: Path, end: str) -> None:
    with pytest.raises(DataError, match="line 4: a quotation mark is opened here"):
        read(file, 'x,label\n1,a\n2,b\n1,"a\n2,b\n3,a' + end)
    data = read(file, 'x,label\n1,a\n2,"b\nc"' + end)
    assert data.class_names == ("a", "b\nc")


@pytest.mark.parametrize("cell", ["", " ", "NA", "NaN", "nan", "?", "-", " na ", "#N/A", "NULL"])
def test_cells_without_a_number(file: Path, cell: str) -> None:
    data = read(file, f"x,y,kind\n1,{cell},a\n2,3,b\n4,5,a\n")
    np.testing.assert_array_equal(data.x, [[1, np.nan], [2, 3], [4, 5]])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_editors_do(file: Path, end: str) -> None:
    lines = ["x,kind", "", "1,a", "  ", '2,"b', 'c"', "", "z,a", "3,b", "4,a", "5,b"]
    with pytest.raises(DataError, match=r"line 8, column 1 \(x\) is 'z'"):
        read(file, end.join(lines))
    lines[7] = "9"
    with pytest.raises(DataError, match="line 8 has 1 columns, the first line 2"):
        read(file, end.join(lines))


def test_lines_are_counted_far_below(file: Path) -> None:
    text = "x,kind\n" + rows("{i},{k}", 50_000)
    with pytest.raises(DataError, match=r"line 45,002, column 1 \(x\) is 'q'"):
        read(file, text.replace("\n45000,", "\nq,"))
    assert read(file, text).x[:, 0].tolist() == list(range(50_000))


# The test part


def two(tmp_path: Path, train: str, test: str, **values: Any) -> Dataset:
    for name, text in (("train.csv", train), ("test.csv", test)):
        (tmp_path / name).write_text(text)
    paths = {"path": str(tmp_path / "train.csv"), "test_path": str(tmp_path / "test.csv")}
    return load("csv", SourceSettings(**paths, **values))


def test_columns_of_the_test_part_are_found_by_name(tmp_path: Path) -> None:
    train = "a,b,kind\n" + rows("{i},{h},{k}")
    data = two(tmp_path, train, "kind,B,a\na,7.5,1\nb,8.5,2\n")
    assert data.x[-2:].tolist() == [[1, 7.5], [2, 8.5]]
    assert data.targets[-2:].tolist() == [0, 1]
    with pytest.raises(DataError, match=r"test\.csv has no column b, but .*train\.csv has"):
        two(tmp_path, train, "a,c,kind\n1,2,a\n3,4,b\n")
    with pytest.raises(DataError, match=r"test\.csv has no column b, but .*train\.csv has"):
        look_at_table(
            SourceSettings(path=str(tmp_path / "train.csv"), test_path=str(tmp_path / "test.csv"))
        )


def test_rows_left_out_of_the_test_part_do_not_move_its_border(tmp_path: Path) -> None:
    train, test = "a,b,kind\n1,,a\n2,5,b\n3,6,a\n4,7,\n", "a,b,kind\n5,8,b\n6,,a\n7,9,\n8,1,a\n"
    data = two(tmp_path, train, test, missing="drop")
    assert (data.n_samples, data.n_given_test) == (4, 2)
    assert data.x.tolist() == [[2, 5], [3, 6], [5, 8], [8, 1]]
    assert data.targets.tolist() == [1, 0, 1, 0]


def test_a_category_of_the_test_part_alone_is_told(tmp_path: Path) -> None:
    train = "a,colour,kind\n1,red,a\n2,blue,b\n3,red,a\n4,blue,b\n"
    data = two(tmp_path, train, "a,colour,kind\n5,pink,b\n6,red,a\n")
    assert data.feature_names == ("a", "colour = blue", "colour = red")
    assert data.x[-2].tolist() == [5, 0, 0]
    assert "Only the test part has colour = pink: it counts as unknown." in data.notes


# Workbooks


def test_rows_of_a_sheet_have_the_numbers_that_it_shows(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine", reason="what reads workbooks is not installed")
    openpyxl = pytest.importorskip("openpyxl", reason="what writes workbooks is not installed")
    book = openpyxl.Workbook()
    page, path = book.active, tmp_path / "book.xlsx"
    lines = [(3, ("a", "a", 2001, "kind")), (4, (1, 2, 3, "x")), (6, (4, "5,5", 6, "y"))]
    for number, cells in lines:
        for place, cell in enumerate(cells, 1):
            page.cell(number, place, cell)
    book.save(path)
    with pytest.raises(DataError, match=r"row 6, column a \(2\) is '5,5', no finite number"):
        load("csv", SourceSettings(path=str(path), header="yes"))
    page.cell(6, 2, 5.5)
    book.save(path)
    data = load("csv", SourceSettings(path=str(path), header="yes"))
    assert data.feature_names == ("a", "a (2)", "2001")
    assert data.x.tolist() == [[1, 2, 3], [4, 5.5, 6]]
