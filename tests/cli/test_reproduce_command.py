"""``visualmlp reproduce``."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visualmlp.lessons import lesson_names
from visualmlp.paths import resources

Call = Callable[..., Any]


def lesson_file(folder: Path, name: str, old: str = "", new: str = "") -> Path:
    """A copy of a bundled lesson, with something replaced."""
    text = (resources() / "lessons" / f"{name}.toml").read_text(encoding="utf-8")
    assert old in text
    path = folder / f"my-{name}.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def rows(out: str) -> list[list[str]]:
    """The cells of the table's rows, without its headings."""
    lines = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines() if line[:2] == "  "]
    return [cells for cells in lines if cells[0] != "figure"]


def test_the_table_tells_what_was_expected_and_obtained(call: Call) -> None:
    answer = call("reproduce", "curve-fit")
    assert answer.status == 0
    table = rows(answer.out)
    assert ["updates", "end", "6817", "6817", "exact", "computed", "ok"] in table
    slope = ["weights of layer 1", "end", "0.236068457737", "0.236068457737", "1e-12", "printed"]
    assert [*slope, "ok"] in table
    assert {cells[-1] for cells in table} == {"ok"}
    assert "curve-fit (course): A line through twenty points" in answer.out
    assert answer.out.splitlines()[-1] == f"{len(table)} of {len(table)} figures met"


def test_quiet_gives_a_figure_one_line(call: Call) -> None:
    table = rows(call("reproduce", "iris-neuron", "--quiet").out)
    assert [cells[:3] for cells in table if cells[0] == "test accuracy"] == [
        ["test accuracy", "5 moments", "5 values"]
    ]


@pytest.mark.parametrize("options", [(), ("--quiet",)])
def test_a_wrong_figure_fails(options: tuple[str, ...], call: Call, tmp_path: Path) -> None:
    path = lesson_file(tmp_path, "curve-fit", "[1, 10, 100, 1000]", "[1, 10, 101, 1000]")
    answer = call("reproduce", path, *options)
    assert answer.status == 1
    failed = [cells for cells in rows(answer.out) if cells[-1] == "FAILED"]
    assert ["weights of layer 1", "step 101", "0.511993940673"] in [cells[:3] for cells in failed]
    assert re.search(r"\n(\d+) of (\d+) figures met\n$", answer.out)


def test_what_cannot_be_carried_out_fails(call: Call, tmp_path: Path) -> None:
    path = lesson_file(tmp_path, "linear-2-2-1", "[[0.5], [0.6]]", "[[0.5]]")
    answer = call("reproduce", path)
    assert answer.status == 1
    assert "FAILED: " in answer.out
    assert "runs that could not be carried out: 1" in answer.out


def test_several_processes_give_the_same_table(call: Call) -> None:
    names = ("sigmoid-values", "play-tennis")
    one = call("reproduce", *names, "--jobs", 1)
    two = call("reproduce", *names, "--jobs", 2)
    assert one.status == two.status == 0
    assert one.out == two.out


def test_missing_data_are_skipped_and_told(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    answer = call("reproduce", "sigmoid-values", "digit-grid")
    assert answer.status == 0
    assert "\nskipped digit-grid: MNIST" in answer.out
    assert str(tmp_path) in answer.out
    assert answer.out.endswith("lessons skipped because their data are missing: 1\n")


def test_nothing_carried_out_is_no_success(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    answer = call("reproduce", "digit-grid")
    assert answer.status == 1
    assert answer.out.splitlines()[-1].startswith("0 of 0 figures met; lessons skipped")


def test_quick_leaves_out_what_takes_long(call: Call, tmp_path: Path) -> None:
    path = lesson_file(
        tmp_path, "curve-fit", 'quantity = "updates"\n', 'quantity = "updates"\nlong = true\n'
    )
    assert "updates" in call("reproduce", path).out
    assert "updates" not in call("reproduce", path, "--quick").out


def test_a_wrong_name_or_file_is_told_before_anything_runs(call: Call, tmp_path: Path) -> None:
    assert call("reproduce", "curve-fits").complaint.startswith("there is no lesson 'curve-fits'")
    path = lesson_file(tmp_path, "curve-fit", 'quantity = "updates"', 'quantity = "update"')
    answer = call("reproduce", "sigmoid-values", path)
    assert re.match(rf"{re.escape(str(path))}, line \d+: figures.quantity: ", answer.complaint)
    assert answer.out == ""


def test_help_names_the_lessons(call: Call) -> None:
    out = " ".join(call("reproduce", "--help").out.split())
    for name in ("--quick", "--quiet", "--jobs"):
        assert name in out
    assert "printed: printed in the course" in out
    assert lesson_names()[0] in out.replace("- ", "-")
