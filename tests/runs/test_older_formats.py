"""Run files that earlier versions have written open, and go on bit for bit."""

from __future__ import annotations

import hashlib
import random
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from visualmlp.errors import RunFileError
from visualmlp.runs import Recorder, open_run, save_run
from visualmlp.runs.verify import verify_run
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

FOLDER = Path(__file__).parents[1] / "reference" / "runs"
FILES = {version: FOLDER / f"format_{version}.vmlp" for version in (1, 2)}

PARAMETERS_AT_14 = "1abedee4ff07a9f555b47a44cbbd004bdbe0335b7f69dba1125975e75df72562"
"""SHA-256 that the version which wrote both files gave for the parameters after 14 steps."""


@pytest.mark.parametrize("version", FILES)
def test_it_goes_on_as_it_would_have(version: int) -> None:
    saved = open_run(FILES[version])
    assert saved.version == version
    assert (saved.timeline.head, saved.step) == (8, 8)
    trainer = Trainer(build(saved.experiment))
    trainer.resume(saved.timeline)
    for _ in range(6):
        trainer.step()
    assert hashlib.sha256(trainer.state().parameters.tobytes()).hexdigest() == PARAMETERS_AT_14
    trainer.seek(2)
    trainer.seek(14)
    assert trainer.parted_at is None


@pytest.mark.parametrize("version", FILES)
def test_it_is_verified(version: int) -> None:
    [verdict] = verify_run(FILES[version])
    assert (verdict.problem, verdict.n_steps, verdict.n_states) == ("", 8, 1)


@pytest.mark.parametrize("version", FILES)
def test_saved_again_it_has_the_new_format(version: int, tmp_path: Path) -> None:
    saved = open_run(FILES[version])
    trainer = Trainer(build(saved.experiment))
    trainer.resume(saved.timeline)
    save_run(tmp_path / "new.vmlp", trainer, saved.branches)
    trainer.step()
    recorder = Recorder(tmp_path / "live.vmlp", trainer.setup)
    recorder.record(saved.branches, trainer)
    recorder.close()
    assert open_run(tmp_path / "new.vmlp").version == 3
    for name in ("new.vmlp", "live.vmlp"):
        assert [verdict.problem for verdict in verify_run(tmp_path / name)] == [""]


@pytest.mark.parametrize("version", FILES)
def test_damage_is_noticed(version: int, tmp_path: Path) -> None:
    content, rng, refused = FILES[version].read_bytes(), random.Random(version), 0
    path = tmp_path / "damaged.vmlp"
    for _ in range(30):
        damaged = bytearray(content)
        used = [place for place in range(len(content)) if content[place]]
        damaged[rng.choice(used)] ^= 1 << rng.randrange(8)
        path.write_bytes(damaged)
        try:
            state = open_run(path).state
            assert state.digest() == open_run(FILES[version]).state.digest()
        except RunFileError:
            refused += 1
    assert refused > 15


def test_other_tables_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "altered.vmlp"
    shutil.copy(FILES[2], path)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TRIGGER t AFTER INSERT ON facts BEGIN DELETE FROM facts; END")
    with pytest.raises(RunFileError, match="other tables than a run"):
        open_run(path)
