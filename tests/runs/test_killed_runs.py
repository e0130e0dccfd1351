"""Killed at any moment, a process leaves a file that opens and is right up to its last commit."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from visualmlp.runs import open_run
from visualmlp.runs.lock import is_being_written
from visualmlp.runs.verify import verify_run

PRELUDE = """
import random, sys
from pathlib import Path
from visualmlp.experiment import Experiment, apply_settings, replace_at
from visualmlp.runs import Recorder, recorder as module, save_run
from visualmlp.training.branches import Branches
from visualmlp.training.setup import build
from visualmlp.training.trainer import Trainer

path, seed = Path(sys.argv[1]), int(sys.argv[2])
rng = random.Random(seed)
module.COST_SHARE = 0.3
settings = ["data.source=moons", "training.batch_size=16", "network.hidden=[40]"]
trainer = Trainer(build(apply_settings(Experiment(), [*settings, "optimizer.name=adam"])))
branches = Branches(trainer.timeline)

def go_on():
    for _ in range(rng.randrange(1, 40)):
        trainer.step()
    if rng.random() < 0.1:
        rate = rng.choice([0.1, 0.01, 0.002])
        trainer.change(replace_at(trainer.experiment, "optimizer.learning_rate", rate))
    if rng.random() < 0.05:
        trainer.seek(rng.randrange(trainer.timeline.head))
        trainer.branch()
        branches.fork(trainer.timeline, trainer.step_count, "")

def tell():
    print(sum(branch.timeline.head for branch in branches.all), flush=True)
"""

TRAINING = """
recorder = Recorder(path, trainer.setup)
for _ in range(10_000):
    go_on()
    recorder.record(branches, trainer)
    tell()
"""

SAVING = """
for _ in range(10_000):
    go_on()
    save_run(path, trainer, branches)
    tell()
"""


def kill_at_random(work: str, path: Path, seed: int) -> int:
    """Let a process work on a file and kill it after its first commit; steps of its last one."""
    process = subprocess.Popen(
        [sys.executable, "-c", PRELUDE + work, str(path), str(seed)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    told = [process.stdout.readline()]
    time.sleep(random.Random(seed).uniform(0, 0.3))
    process.kill()
    told += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return int([line for line in told if line.endswith("\n")][-1])


def assert_whole(path: Path, n_steps: int) -> None:
    assert not is_being_written(path)
    saved = open_run(path)
    assert sum(branch.timeline.head for branch in saved.branches.all) >= n_steps
    verdicts = list(verify_run(path))
    assert [verdict.problem for verdict in verdicts if verdict.problem] == []


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("work", [TRAINING, SAVING], ids=["training", "saving"])
def test_killed(work: str, seed: int, tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    assert_whole(path, kill_at_random(work, path, seed))


@pytest.mark.slow
@pytest.mark.parametrize("first", range(100, 200, 10))
@pytest.mark.parametrize("work", [TRAINING, SAVING], ids=["training", "saving"])
def test_killed_ten_times_more(work: str, first: int, tmp_path: Path) -> None:
    for seed in range(first, first + 10):
        path = tmp_path / f"{seed}.vmlp"
        assert_whole(path, kill_at_random(work, path, seed))


def test_killed_again_and_again_on_one_file(tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    for seed in range(3):
        assert_whole(path, kill_at_random(TRAINING, path, seed))
