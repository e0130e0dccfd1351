"""Small data sets travel in the run file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from visualmlp.errors import DataError
from visualmlp.experiment import Experiment, apply_settings
from visualmlp.runs import data_code, open_run, save_run
from visualmlp.runs.verify import verify_run
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

Settings = list[str]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of two classes."""
    rng = np.random.default_rng(0)
    lines = [f"{'ab'[k % 2]},{','.join(map(str, rng.normal(k % 2, 1, 3)))}" for k in range(60)]
    path = tmp_path / "mine.csv"
    path.write_text("kind,x,y,z\n" + "\n".join(lines) + "\n")
    return path


def trained(table: Path) -> Trainer:
    settings = ["data.source=csv", f"data.path={table}", "network.hidden=[4]"]
    trainer = Trainer(build(apply_settings(Experiment(), settings)))
    for _ in range(7):
        trainer.step()
    return trainer


def test_a_run_opens_where_its_table_is_not(table: Path, tmp_path: Path) -> None:
    trainer = trained(table)
    path = tmp_path / "run.vmlp"
    save_run(path, trainer)
    table.unlink()
    saved = open_run(path)
    with pytest.raises(DataError):
        build(saved.experiment)
    again = Trainer(build(saved.experiment, dataset=saved.dataset))
    again.resume(saved.timeline)
    again.step(), trainer.step()
    assert again.state().digest() == trainer.state().digest()
    assert [verdict.problem for verdict in verify_run(path)] == [""]


def test_what_the_program_has_and_what_is_large_is_left_out(
    table: Path, tmp_path: Path, trainer: Trainer, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_run(tmp_path / "made.vmlp", trainer)
    assert open_run(tmp_path / "made.vmlp").dataset is None
    monkeypatch.setattr(data_code, "MAX_EMBEDDED_BYTES", 1000)
    save_run(tmp_path / "large.vmlp", trained(table))
    assert open_run(tmp_path / "large.vmlp").dataset is None


def test_everything_about_the_data_comes_back(table: Path, tmp_path: Path) -> None:
    trainer = trained(table)
    save_run(tmp_path / "run.vmlp", trainer)
    read, given = open_run(tmp_path / "run.vmlp").dataset, trainer.setup.data.dataset
    assert read is not None
    assert read.fingerprint == given.fingerprint
    assert read.facts() == given.facts()
    assert not read.x.flags.writeable
