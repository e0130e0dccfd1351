"""Carrying a saved run out again, to see whether every state comes out as it was recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from visualmlp.errors import ExperimentError, RunFileError, VisualMLPError
from visualmlp.runs.archive import file_behind
from visualmlp.runs.reading import open_run
from visualmlp.runs.saved import SavedRun
from visualmlp.runs.versions import difference
from visualmlp.training.branches import Branch, Branches
from visualmlp.training.comparison import parting
from visualmlp.training.learner import Learner
from visualmlp.training.setup import Setup, build
from visualmlp.training.timeline import Checkpoint, Timeline

Progress = Callable[[int], object]
"""Told how many steps were made since it was told last."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out for one run of a file.

    Attributes
    ----------
    run
        Its name; "" where the file cannot be read.
    n_steps
        Steps carried out again.
    n_states
        States compared by their SHA-256.
    problem
        What is wrong; "" if nothing is.
    """

    run: str
    n_steps: int = 0
    n_states: int = 0
    problem: str = ""


def n_steps_of(path: Path) -> int:
    """Steps that verifying a file makes; 0 if it cannot be read."""
    try:
        saved = open_run(path)
        starts = _starts(saved.branches)
        return sum(one.timeline.head - starts[one.number] for one in saved.branches.all)
    except VisualMLPError:
        return 0


def verify_run(path: Path, progress: Progress = lambda count: None) -> Iterator[Verdict]:
    """Carry out every run of a file again from its start, a fork from where it left.

    Each recorded figure is compared, and each stored state by its digest; what begins at a fork
    begins with a stored state that is compared in the run that it belongs to.
    """
    try:
        saved = open_run(path)
        setup = _setup(saved)
    except VisualMLPError as error:
        yield Verdict("", problem=str(error).removeprefix(f"{path}: "))
        return
    starts = _starts(saved.branches)
    for branch in saved.branches.all:
        verdict = _verify(setup, branch, starts[branch.number], path, progress)
        if verdict.problem and (other := difference(saved.environment)):
            verdict = replace(verdict, problem=f"{verdict.problem} ({other})")
        yield verdict


def _setup(saved: SavedRun) -> Setup:
    setup = build(saved.experiment, dataset=saved.dataset)
    if setup.data.dataset.fingerprint != saved.fingerprint:
        raise ExperimentError("the data here are not those that the run was trained on")
    return setup


def _starts(branches: Branches) -> dict[int, int]:
    """Where each run is begun: the first at 0, a fork at the last state that is its parent's, too.

    That is one that is made again and compared in the parent, which had the same records up to it.
    """
    starts: dict[int, int] = {}
    for branch in branches.all:  # parents come first
        starts[branch.number] = 0
        if branch.parent is not None:
            parent = branches[branch.parent]
            shared = _shared_states(branch, parent)
            known = [step for step in shared if step >= starts[parent.number]]
            starts[branch.number] = max(known, default=0)
    return starts


def _shared_states(branch: Branch, parent: Branch) -> list[int]:
    """Steps of stored states that are the same in both runs, as everything before them is."""
    one, other = branch.timeline, parent.timeline
    own, others = file_behind(one.checkpoints.archive), file_behind(other.checkpoints.archive)
    if own is None or others is None:
        return []
    apart = parting((one.history.steps, other.history.steps), (one.edits, other.edits))
    end = apart.step if apart else min(one.head, other.head)
    return [k for k, entry in own.entries.items() if k < end and others.entries.get(k) == entry]


def _verify(setup: Setup, branch: Branch, start: int, path: Path, progress: Progress) -> Verdict:
    replay = _Replay(Learner(setup), branch.timeline, progress)
    try:
        replay.carry_out(start)
    except VisualMLPError as error:
        problem = str(error).removeprefix(f"{path}: ")
        return Verdict(branch.name, replay.n_steps, replay.n_states, problem)
    return Verdict(branch.name, replay.n_steps, replay.n_states)


class _Replay:
    """One run, made again without the trainer's own ways through time."""

    def __init__(self, learner: Learner, timeline: Timeline, progress: Progress) -> None:
        self.n_steps = 0
        self.n_states = 0
        self._learner = learner
        self._timeline = timeline
        self._progress = progress
        self._n_edits = 0
        checkpoints = timeline.checkpoints
        archived = checkpoints.archive.steps() if checkpoints.archive else ()
        self._stored = {*archived, *checkpoints.steps}

    def carry_out(self, start: int) -> None:
        """Make all steps from a state on; raises ExperimentError where something differs."""
        learner, timeline = self._learner, self._timeline
        if start:
            checkpoint = timeline.checkpoints.nearest(start)
            learner.restore(checkpoint.state)
            self._n_edits = checkpoint.n_edits
        self._look()
        recorded = timeline.history.steps
        while (step := learner.step_count) < timeline.head:
            figures = learner.update()
            if figures is None or figures != recorded.row(step):
                raise ExperimentError(f"differs from step {step:,} on: {_told(figures)}")
            self.n_steps += 1
            self._progress(1)
            self._look()

    def _look(self) -> None:
        """Compare the state before and after the edits made to it, and make them."""
        learner, edits = self._learner, self._timeline.edits
        stored = self._checkpoint_here()
        self._compare(stored)
        while self._n_edits < len(edits) and edits[self._n_edits].step <= learner.step_count:
            learner.check_edit(edits[self._n_edits])
            learner.apply(edits[self._n_edits])
            self._n_edits += 1
            self._compare(stored)

    def _checkpoint_here(self) -> Checkpoint | None:
        step = self._learner.step_count
        return self._timeline.checkpoints.nearest(step) if step in self._stored else None

    def _compare(self, stored: Checkpoint | None) -> None:
        if stored is None or stored.n_edits != self._n_edits:
            return
        if stored.state.digest() != self._learner.state().digest():
            raise ExperimentError(
                f"the state of step {stored.state.step:,} is not the one that training gives"
            )
        self.n_states += 1


def _told(figures: tuple[float, float, float] | None) -> str:
    return "it cannot be made" if figures is None else f"its loss comes out as {figures[0]!r}"


def run_files(paths: list[Path]) -> list[Path]:
    """Files as named, and for a folder all run files below it, by name.

    Raises
    ------
    RunFileError
        If a folder holds none.
    """
    found: list[Path] = []
    for path in paths:
        with suppress(OSError):
            if path.is_dir():
                inside = sorted(path.rglob("*.vmlp"))
                if not inside:
                    raise RunFileError(f"{path}: there is no run file (.vmlp) in it")
                found += inside
                continue
        found.append(path)
    return found
