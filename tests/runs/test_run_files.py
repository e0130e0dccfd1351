"""Run files: what is saved comes back, to the bit; a failure harms nothing."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

import visualmlp
from visualmlp.engine import OPTIMIZERS
from visualmlp.errors import RunFileError
from visualmlp.experiment import Experiment, apply_settings, replace_at
from visualmlp.runs import SavedRun, environment, open_run, save_run, saving
from visualmlp.runs.schema import TABLES
from visualmlp.runs.writer import Writer
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

SMALL = ("data.source=xor", "data.n_samples=43", "training.batch_size=8", "network.hidden=[5]")


def make(steps: int, *settings: str) -> Trainer:
    trainer = Trainer(build(apply_settings(Experiment(title="small"), [*SMALL, *settings])))
    for _ in range(steps):
        trainer.step()
    return trainer


def resumed(saved: SavedRun) -> Trainer:
    trainer = Trainer(build(saved.experiment))
    trainer.resume(saved.timeline)
    return trainer


def assert_goes_on_alike(one: Trainer, other: Trainer, steps: int = 9) -> None:
    for _ in range(steps):
        one.step(), other.step()
    assert one.state().digest() == other.state().digest()
    assert np.array_equal(one.history.steps.table(), other.history.steps.table())
    assert repr(one.history.epochs) == repr(other.history.epochs)


def files_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "home")


def test_everything_comes_back(trainer: Trainer, tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    save_run(path, trainer)
    saved = open_run(path)
    assert saved.state.digest() == trainer.state().digest()
    assert saved.state.parameters.dtype == np.float32
    assert saved.experiment == trainer.experiment
    assert np.array_equal(saved.timeline.history.steps.table(), trainer.history.steps.table())
    assert repr(saved.timeline.history.epochs) == repr(trainer.history.epochs)
    assert len(saved.timeline.history.epochs) == 2
    assert saved.fingerprint == trainer.setup.data.dataset.fingerprint
    assert saved.environment == environment()
    assert saved.environment["visualmlp"] == visualmlp.__version__
    assert files_in(tmp_path) == ["run.vmlp"]


VARIANTS = {
    **{name: [f"optimizer.name={name}"] for name in OPTIMIZERS},
    "float64": ["training.precision=float64"],
    "dropout": ["network.hidden=[{units = 5, dropout = 0.3}]"],
    "regression": ["data.source=curve"],
    "no validation part": ["data.validation_fraction=0"],
    "no hidden layer": ["network.hidden=[]"],
    "an older stream": ["random.initial=numpy_legacy", "random.sampling=numpy_legacy"],
    "a batch an epoch": ["training.sampling=per_sample_in_batch", "random.sampling=python"],
    "the test part": ["training.watch_test=true", "data.test_fraction=0.2"],
}


@pytest.mark.parametrize("steps", [0, 5, 13])
@pytest.mark.parametrize("variant", VARIANTS)
def test_a_saved_run_goes_on_as_one_never_saved(variant: str, steps: int, tmp_path: Path) -> None:
    trainer = make(steps, *VARIANTS[variant])
    save_run(tmp_path / "run.vmlp", trainer)
    again = resumed(open_run(tmp_path / "run.vmlp"))
    assert again.state().digest() == trainer.state().digest()
    assert_goes_on_alike(trainer, again)


def test_live_changes_are_in_the_state_and_not_in_the_first_experiment(tmp_path: Path) -> None:
    trainer = make(4)
    first = trainer.experiment
    trainer.change(replace_at(first, "optimizer.learning_rate", 0.5))
    trainer.step()
    save_run(tmp_path / "run.vmlp", trainer)
    saved = open_run(tmp_path / "run.vmlp")
    assert saved.experiment == first
    assert saved.state.experiment.optimizer.learning_rate == 0.5
    assert_goes_on_alike(trainer, resumed(saved))


def test_settings_in_force_are_known_without_a_state(tmp_path: Path) -> None:
    trainer = make(4)
    trainer.change(replace_at(trainer.experiment, "optimizer.learning_rate", 0.5))
    save_run(tmp_path / "run.vmlp", trainer)
    saved = open_run(tmp_path / "run.vmlp")
    assert saved.last_experiment.optimizer.learning_rate == 0.5
    assert saved.experiment.optimizer.learning_rate != 0.5


def test_the_first_experiment_is_that_of_the_last_reset(tmp_path: Path) -> None:
    trainer = make(4)
    trainer.change(replace_at(trainer.experiment, "optimizer.learning_rate", 0.5))
    trainer.reset()
    trainer.step()
    save_run(tmp_path / "run.vmlp", trainer)
    saved = open_run(tmp_path / "run.vmlp")
    assert saved.experiment.optimizer.learning_rate == 0.5
    fresh = Trainer(build(saved.experiment))
    fresh.step()
    assert fresh.state().digest() == saved.state.digest()


def test_a_run_that_diverged_can_be_saved(tmp_path: Path) -> None:
    trainer = make(0, "data.source=curve", "optimizer.name=sgd", "optimizer.learning_rate=100")
    while not trainer.divergence:
        trainer.step()
    save_run(tmp_path / "run.vmlp", trainer)
    saved = open_run(tmp_path / "run.vmlp")
    assert saved.state.digest() == trainer.state().digest()
    assert repr(saved.timeline.history.epochs) == repr(trainer.history.epochs)


def test_long_runs_come_back(tmp_path: Path) -> None:
    trainer = make(2500)
    save_run(tmp_path / "run.vmlp", trainer)
    saved = open_run(tmp_path / "run.vmlp")
    assert np.array_equal(saved.timeline.history.steps.table(), trainer.history.steps.table())
    assert len(saved.timeline.history.epochs) == 501


def test_saving_again_replaces_the_file(trainer: Trainer, tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    save_run(path, trainer)
    trainer.step()
    save_run(path, trainer)
    assert open_run(path).state.step == 9
    assert files_in(tmp_path) == ["run.vmlp"]


def test_reading_leaves_the_folder_as_it_was(trainer: Trainer, tmp_path: Path) -> None:
    path = tmp_path / "räksmörgås 100%?#.vmlp"
    save_run(path, trainer)
    before = path.read_bytes()
    open_run(path)
    assert path.read_bytes() == before
    assert files_in(tmp_path) == [path.name]


def test_the_file_is_an_sqlite_database_of_ours(trainer: Trainer, tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    save_run(path, trainer)
    assert path.read_bytes()[68:72] == b"VMLP"
    with closing(sqlite3.connect(path)) as database:
        names = [
            name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE sql>''")
        ]
    assert sorted(names) == sorted(TABLES)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_a_saved_file_has_the_usual_permissions(trainer: Trainer, tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.touch()
    save_run(tmp_path / "run.vmlp", trainer)
    assert (tmp_path / "run.vmlp").stat().st_mode == usual.stat().st_mode


# Failures


def fail_with(error: BaseException) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("place", "name"),
    [(Writer, "begin"), (saving, "begin_file"), (Path, "replace"), (os, "fsync")],
    ids=["within", "before", "replacing", "flushing"],
)
@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "No space left on device"),
        (OSError("odd"), "odd"),
        (sqlite3.OperationalError("disk I/O error"), "disk I/O error"),
        (OverflowError("BLOB longer than INT_MAX bytes"), "BLOB longer than INT_MAX bytes"),
    ],
    ids=["full", "odd", "sqlite", "too large"],
)
def test_a_failing_write_leaves_the_old_file_and_nothing_else(
    place: object, name: str, error: Exception, told: str, trainer: Trainer, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    path = tmp_path / "run.vmlp"
    save_run(path, trainer)
    before = path.read_bytes()
    trainer.step()
    with monkeypatch.context() as patch:
        patch.setattr(place, name, fail_with(error))
        with pytest.raises(RunFileError) as caught:
            save_run(path, trainer)
    assert str(caught.value) == f"{path}: the run cannot be saved ({told})"
    assert path.read_bytes() == before
    assert files_in(tmp_path) == ["run.vmlp"]


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(
    trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.vmlp"
    save_run(path, trainer)
    before = path.read_bytes()
    monkeypatch.setattr(Writer, "begin", fail_with(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        save_run(path, trainer)
    assert path.read_bytes() == before
    assert files_in(tmp_path) == ["run.vmlp"]


def test_a_folder_that_does_not_exist_is_told(trainer: Trainer, tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "run.vmlp"
    with pytest.raises(RunFileError, match="No such file or directory") as caught:
        save_run(path, trainer)
    assert str(caught.value).startswith(f"{path}: the run cannot be saved")
    assert files_in(tmp_path) == []


def test_a_folder_in_the_way_is_told(trainer: Trainer, tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    path.mkdir()
    with pytest.raises(RunFileError, match="cannot be saved"):
        save_run(path, trainer)
    assert files_in(tmp_path) == ["run.vmlp"]
    with pytest.raises(RunFileError, match="is a folder"):
        open_run(path)


@pytest.mark.skipif(
    os.name == "nt" or os.geteuid() == 0, reason="this user may write into every folder"
)
def test_a_read_only_folder_is_told(trainer: Trainer, tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir(mode=0o500)
    with pytest.raises(RunFileError, match="Permission denied"):
        save_run(folder / "run.vmlp", trainer)


def test_a_file_that_may_not_be_looked_at_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_file", fail_with(PermissionError(13, "Permission denied")))
    with pytest.raises(RunFileError, match=r"run\.vmlp: cannot be read \(Permission denied\)"):
        open_run(tmp_path / "run.vmlp")
