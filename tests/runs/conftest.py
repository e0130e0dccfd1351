"""Short runs to be saved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visualmlp.errors import RunFileError
from visualmlp.experiment import Experiment, apply_settings, replace_at, to_json
from visualmlp.runs import SavedRun, open_run, save_run
from visualmlp.training.branches import Branches
from visualmlp.training.setup import build
from visualmlp.training.timeline import Edit, Event
from visualmlp.training.trainer import Trainer

SETTINGS = (
    "data.source=xor",
    "data.n_samples=43",
    "network.hidden=[{units = 5, dropout = 0.3}, 4]",
    "optimizer.name=adam",
    "training.batch_size=8",
    "training.epochs=3",
)


def steps(trainer: Trainer, count: int) -> None:
    for _ in range(count):
        trainer.step()


@pytest.fixture
def trainer() -> Trainer:
    """In the middle of its second epoch."""
    made = Trainer(build(apply_settings(Experiment(title="small"), SETTINGS)))
    steps(made, 8)
    return made


@pytest.fixture(scope="session")
def forked() -> Callable[[], tuple[Trainer, Branches]]:
    """Makes two runs with all that can be in a file; the fork is the current one."""
    return make_forked


@pytest.fixture(scope="session")
def told() -> Callable[[SavedRun], list[object]]:
    """All that a file tells, its states included, comparable."""
    return tell


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where damaged files are."""
    return tmp_path_factory.mktemp("damaged")


@pytest.fixture(scope="session")
def content(forked: Any, folder: Path) -> bytes:
    """A file with a fork, edits, an event and a dozen states."""
    trainer, branches = forked()
    save_run(folder / "whole.vmlp", trainer, branches)
    return (folder / "whole.vmlp").read_bytes()


@pytest.fixture(scope="session")
def load(folder: Path, told: Any) -> Callable[[bytes], list[object] | None]:
    """Gives all that a file of this content tells; None if it is refused as it should be."""

    def load(content: bytes) -> list[object] | None:
        path = folder / "run.vmlp"
        path.write_bytes(content)
        try:
            return told(open_run(path))  # type: ignore[no-any-return]
        except RunFileError as error:
            message = str(error)
        assert message.startswith(f"{path}: ")
        return None

    return load


def make_forked() -> tuple[Trainer, Branches]:
    trainer = Trainer(build(apply_settings(Experiment(title="small"), SETTINGS)))
    branches = Branches(trainer.timeline)
    steps(trainer, 60)
    trainer.edit(Edit(60, "set weights", indices=(0, 3), values=(0.5, -0.25)))
    trainer.change(replace_at(trainer.experiment, "optimizer.learning_rate", 0.01))
    steps(trainer, 40)
    trainer.timeline.mark(Event(77, "loss below 0.5"))
    trainer.seek(70)
    trainer.branch()
    branches.fork(trainer.timeline, 70, "freeze")
    trainer.edit(Edit(70, "freeze", frozen=(1, 2, 5)))
    steps(trainer, 50)
    branches.rename(1, "frozen")
    return trainer, branches


def tell(saved: SavedRun) -> list[object]:
    found: list[object] = [
        to_json(saved.experiment),
        saved.fingerprint,
        saved.environment,
        saved.notes,
        saved.step,
        saved.branches.current,
        saved.dataset and saved.dataset.fingerprint,
    ]
    for branch in saved.branches.all:
        timeline, archive = branch.timeline, branch.timeline.checkpoints.archive
        table = timeline.history.steps.table()
        kept = [archive.load(step) for step in archive.steps()] if archive else []
        found += [
            (branch.number, branch.name, branch.parent, branch.fork_step, branch.change),
            branch.is_pinned,
            (table.shape, table.tobytes(), repr(timeline.history.epochs)),
            [
                (e.step, e.label, e.experiment, e.indices, e.values, e.frozen)
                for e in timeline.edits
            ],
            timeline.events,
            [(one.n_edits, one.state.digest()) for one in (*kept, *timeline.checkpoints.in_memory)],
        ]
    return found
