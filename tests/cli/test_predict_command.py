"""``visualmlp predict``."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from visualmlp.data import load
from visualmlp.experiment import Experiment, apply_settings
from visualmlp.runs import save_run
from visualmlp.training.probe import Probe
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

if TYPE_CHECKING:
    from tests.cli.conftest import Call

NAMES = ("setosa", "versicolor", "virginica")


def trained(source: str, path: Path, n_steps: int = 30) -> Trainer:
    settings = [f"data.source={source}", "network.hidden=[6]"]
    trainer = Trainer(build(apply_settings(Experiment(), settings)))
    for _ in range(n_steps):
        trainer.step()
    save_run(path, trainer)
    return trainer


@pytest.fixture
def run(tmp_path: Path) -> Path:
    trained("iris", tmp_path / "iris.vmlp")
    return tmp_path / "iris.vmlp"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """All of Iris, a row without a number behind it."""
    data = load("iris")
    path = tmp_path / "new flowers.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", *data.feature_names])
        writer.writerows([f"no {i}", *row] for i, row in enumerate(data.x.tolist()))
        writer.writerow(["no 150", 1, "", 2, 3])
    return path


def read(text: str) -> tuple[list[str], list[list[str]]]:
    header, *rows = csv.reader(io.StringIO(text))
    return header, rows


def test_a_table(call: Call, run: Path, table: Path, tmp_path: Path) -> None:
    out = tmp_path / "results.csv"
    answer = call("predict", run, table, "--out", out)
    assert (answer.status, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        f"network of {run} at step 30 (the newest)",
        f"{table}: Not used: id.",
        f"151 samples, 1 without a prediction: {out}",
    ]
    header, rows = read(out.read_text(encoding="utf-8"))
    named = [f"probability of {name}" for name in NAMES]
    assert header == ["file", "sample", "prediction", *named, "problem"]
    assert [row[:2] for row in rows] == [[str(table), str(i)] for i in range(1, 152)]
    names = load("iris").feature_names
    assert rows[-1][2:] == ["", "", "", "", f"no value for {names[1]}"]
    for row in rows[:-1]:
        shares = np.array(row[3:6], np.float32)
        assert row[2] == NAMES[int(shares.argmax())]
        assert row[6] == ""
    assert list(out.parent.glob(".saving*")) == []


def test_numbers_can_be_read_back_exactly(call: Call, tmp_path: Path) -> None:
    trainer = trained("iris", tmp_path / "run.vmlp")
    data = trainer.setup.data
    np.save(tmp_path / "x.npy", data.raw(data.validation))
    text = call("predict", tmp_path / "run.vmlp", tmp_path / "x.npy", "--out", "-").out
    found = np.array([row[3:6] for row in read(text)[1]], np.float32)
    expected = Probe(trainer.setup).outputs(trainer.frame(), "validation")
    assert found.tobytes() == expected.tobytes()


def test_the_screen_gets_the_table_only(call: Call, run: Path, table: Path) -> None:
    one, other = (call("predict", run, table, table, "--out", "-", "--at", "0") for _ in range(2))
    assert one == other
    assert len(read(one.out)[1]) == 302
    assert one.err.splitlines()[0] == f"network of {run} at step 0 of 30"
    assert one.err.splitlines()[-1] == "302 samples, 2 without a prediction: done"


def test_pictures(call: Call, tmp_path: Path) -> None:
    run, folder = tmp_path / "run.vmlp", tmp_path / "drawn"
    trained("digits", run, 60)
    folder.mkdir()
    for name in ("a", "ü"):
        Image.fromarray(np.zeros((8, 8), np.uint8)).save(folder / f"{name}.png")
    (folder / "z.png").write_bytes(b"no picture")
    answer = call("predict", run, folder, "--out", tmp_path / "o.csv", "--at", "best")
    assert "3 samples, 1 without a prediction" in answer.out
    _, rows = read((tmp_path / "o.csv").read_text(encoding="utf-8"))
    assert [row[1] for row in rows] == ["a.png", "z.png", "ü.png"]
    assert rows[0][2:] == rows[2][2:]
    assert "z.png" in rows[1][-1]
    paper = call("predict", run, folder / "a.png", "--out", "-", "--invert").out
    assert read(paper)[1][0][2:] != rows[0][2:]


def test_what_is_read_is_not_overwritten(call: Call, run: Path, table: Path) -> None:
    before = table.read_bytes(), run.read_bytes()
    for out in (table, table.parent / "." / table.name, run):
        assert (
            "is read: write the predictions to another file"
            in call("predict", run, table, "--out", out).complaint
        )
    link = table.with_name("link.csv")
    link.symlink_to(table)
    assert "is read" in call("predict", run, table, "--out", link).complaint
    assert (table.read_bytes(), run.read_bytes()) == before


def test_where_nothing_can_be_written_nothing_is_done(
    call: Call, run: Path, table: Path, tmp_path: Path
) -> None:
    for out in (tmp_path, tmp_path / "missing" / "o.csv"):
        assert (
            "name a file in a folder that is there"
            in call("predict", run, table, "--out", out).complaint
        )


def test_an_older_result_stays_if_something_fails(
    call: Call, run: Path, table: Path, tmp_path: Path
) -> None:
    out, bad = tmp_path / "o.csv", tmp_path / "bad.csv"
    out.write_text("older")
    bad.write_text("a,b\n1,2\n")
    assert "but the run takes 4" in call("predict", run, table, bad, "--out", out).complaint
    assert out.read_text() == "older"


def test_wrong_usage(call: Call, run: Path, table: Path) -> None:
    assert call("predict", run, table).status == 2
    answer = call("predict", run, table, "--out", "-", "--at", "worst")
    assert (answer.status, "must be best, last or a step" in answer.err) == (2, True)
    assert "has no step 31" in call("predict", run, table, "--out", "-", "--at", 31).complaint
    assert "is no file" in call("predict", run, "missing.csv", "--out", "-").complaint
