"""``visualmlp data``."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visualmlp.data import SOURCES, KnownSet
from visualmlp.errors import DataError
from visualmlp.experiment import find_experiment
from visualmlp.paths import bundled_data
from visualmlp.training.setup import load_data

Call = Callable[..., Any]

DATA = Path(os.environ.get("VISUALMLP_DATA", ""))
PICTURES = bundled_data() / "digits" / "digits-images-idx3-ubyte.gz"


def test_list_names_every_data_set(call: Call) -> None:
    answer = call("data", "list")
    assert (answer.status, answer.err) == (0, "")
    lines = {line.split()[0]: line for line in answer.out.splitlines() if line[0] != " "}
    assert list(lines) == [s.name for s in SOURCES.values() if not s.needs_settings]
    for name, line in lines.items():
        assert line.endswith(SOURCES[name].description)


def test_list_tells_what_is_missing(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    out = call("data", "list").out.splitlines()
    lines = {line.split()[0]: line.split()[1] for line in out if line[0] != " "}
    assert lines["mnist"] == "missing"
    assert lines["digits"] == "bundled"
    assert lines["moons"] == "made"


def test_list_tells_size_licence_and_origin_of_what_can_be_downloaded(call: Call) -> None:
    lines = call("data", "list").out.splitlines()
    at = next(i for i, line in enumerate(lines) if line.startswith("fashion_mnist"))
    assert lines[at + 1].strip() == "31 MB to fetch; licence: MIT"
    assert lines[at + 2].strip() == "Xiao, Rasul and Vollgraf: Fashion-MNIST, Zalando Research"


def test_info_tells_counts_and_where_from(call: Call) -> None:
    answer = call("data", "info", "digits")
    assert (answer.status, answer.err) == (0, "")
    assert "UCI digits" in answer.out
    assert "1,797" in answer.out
    assert "CC BY 4.0" in answer.out
    counts = [line.split() for line in answer.out.splitlines()[-10:]]
    assert [name for name, _ in counts] == list("0123456789")
    assert sum(int(count) for _, count in counts) == 1797
    assert answer.out.count("174") == 1


@pytest.mark.parametrize(
    "name", [s.name for s in SOURCES.values() if s.kind != "found" and not s.needs_settings]
)
def test_info_describes_every_data_set(name: str, call: Call) -> None:
    answer = call("data", "info", name)
    assert (answer.status, answer.err) == (0, "")
    assert len(answer.out.splitlines()) > 3


@pytest.mark.parametrize("name", ["spirals", "blobs", "xor", "curve"])
def test_info_of_made_data_is_that_of_the_bundled_experiment(name: str, call: Call) -> None:
    data = load_data(find_experiment(name).data).dataset
    answer = call("data", "info", name)
    for label, value in data.facts():
        assert f"{label:<14} {value}\n" in answer.out


def test_info_describes_a_file(call: Call) -> None:
    answer = call("data", "info", PICTURES)
    assert (answer.status, answer.err) == (0, "")
    assert "1,797" in answer.out


def test_info_names_the_target_and_tells_what_is_left_out(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "rent.csv"
    days = "".join(f"2024-01-{i + 1:02},{20 + i},{i * 11.5}\n" for i in range(20))
    path.write_text(f"day,size,rent\n{days}")
    answer = call("data", "info", path)
    assert answer.status == 0
    assert "1 (rent)" in answer.out
    assert "Column day is left out" in answer.out


@pytest.mark.skipif(
    not (DATA / "mnist").is_dir(), reason="VISUALMLP_DATA names no folder with mnist in it"
)
def test_info_describes_a_folder(call: Call) -> None:
    answer = call("data", "info", DATA / "mnist")
    assert (answer.status, answer.err) == (0, "")
    assert "70,000" in answer.out


@pytest.mark.parametrize("name", ["nowhere.gz", "digit", "idx", "csv", "given"])
def test_info_of_nothing_is_told(name: str, call: Call) -> None:
    complaint = call("data", "info", name).complaint
    assert complaint.startswith(f"there is neither a data set nor a file {name!r}")


def test_info_of_other_files_is_told(call: Call, tmp_path: Path) -> None:
    other = tmp_path / "images.txt"
    other.write_text("hello")
    assert str(other) in call("data", "info", other).complaint
    assert str(tmp_path) in call("data", "info", tmp_path).complaint


def test_info_of_a_cut_file_is_told(call: Call, tmp_path: Path) -> None:
    cut = tmp_path / PICTURES.name
    cut.write_bytes(PICTURES.read_bytes()[:2000])
    labels = PICTURES.with_name("digits-labels-idx1-ubyte.gz")
    (tmp_path / labels.name).write_bytes(labels.read_bytes())
    assert str(cut) in call("data", "info", cut).complaint


def test_export_writes_what_info_describes(call: Call, tmp_path: Path) -> None:
    answer = call("data", "export", "iris", "--out", tmp_path / "tables")
    file = tmp_path / "tables" / "iris-train.csv"
    assert (answer.status, answer.err) == (0, "")
    assert answer.out == f"wrote {file}: a label and 4 numbers in each line\n"
    assert file.read_text("utf-8").startswith("setosa,5.1,3.5,1.4,0.2\n")
    answer = call("data", "info", file)
    assert "150" in answer.out
    assert "versicolor" in answer.out


def test_export_of_what_has_no_classes_is_told(call: Call, tmp_path: Path) -> None:
    assert "has no classes" in call("data", "export", "curve", "--out", tmp_path).complaint


@pytest.fixture
def nothing_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path / "empty"))


def test_get_shows_the_progress_and_where_the_files_are(
    call: Call, nothing_here: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fetched(known: KnownSet, progress: Callable[[int, int], None]) -> Path:
        for done in (0, 500, 2000):
            progress(done, 2000)
        return tmp_path / known.name

    monkeypatch.setattr("visualmlp.cli.data.download", fetched)
    answer = call("data", "get", "mnist")
    assert (answer.status, answer.out) == (0, f"MNIST is in {tmp_path / 'mnist'}\n")
    assert "100%" in answer.err
    assert "2.00k/2.00k" in answer.err


def test_get_tells_what_is_wrong_in_one_line(
    call: Call, nothing_here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(known: KnownSet, progress: Callable[[int, int], None]) -> Path:
        raise DataError("MNIST could not be downloaded (no connection).")

    monkeypatch.setattr("visualmlp.cli.data.download", refuse)
    answer = call("data", "get", "mnist")
    assert answer.status == 1
    last = answer.err.splitlines()[-1]
    assert last == "visualmlp: MNIST could not be downloaded (no connection)."
    assert "did you mean 'mnist'" in call("data", "get", "mnits").complaint
    assert (
        "digits is not to be downloaded; these are: mnist,"
        in call("data", "get", "digits").complaint
    )


def test_get_stopped_by_the_keyboard_says_that_it_goes_on(
    call: Call, nothing_here: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(known: KnownSet, progress: Callable[[int, int], None]) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr("visualmlp.cli.data.download", stopped)
    answer = call("data", "get", "kmnist")
    assert answer.status == 130
    assert answer.err.endswith("visualmlp: stopped; the same command goes on from here\n")


def test_get_fetches_again_only_when_told(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    (tmp_path / "usps").mkdir()
    for name in ("usps.bz2", "usps.t.bz2"):
        (tmp_path / "usps" / name).write_bytes(b"something")
    fetched: list[str] = []

    def fetch(known: KnownSet, progress: Callable[[int, int], None]) -> Path:
        fetched.append(known.name)
        return tmp_path

    monkeypatch.setattr("visualmlp.cli.data.download", fetch)
    out = call("data", "get", "usps").out
    assert (out, fetched) == ("USPS is there already; --again fetches it once more\n", [])
    assert call("data", "get", "usps", "--again").status == 0
    assert fetched == ["usps"]
