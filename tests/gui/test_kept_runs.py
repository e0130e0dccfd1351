"""Which runs are kept, and what they are called."""

from visualmlp.gui.kept_runs import MOST, KeptRun, snapshot, with_run
from visualmlp.training.history import EpochRecord, Evaluation, History


def history(*losses: float) -> History:
    record = EpochRecord(0, 0, Evaluation(1.0, 0.5, float("nan"), 3), None)
    result = History(epochs=[record])
    for loss in losses:
        result.steps.append(loss, 0.1, float("nan"))
    return result


def kept(name: str, *losses: float) -> KeptRun:
    return snapshot(name, history(*losses), "classification", 3)


def names(runs: tuple[KeptRun, ...]) -> list[str]:
    return [run.name for run in runs]


def test_a_snapshot_grows_no_more() -> None:
    live = history(1, 2)
    run = snapshot("a", live, "classification", 3)
    live.steps.append(3, 0.1, 0.0)
    live.epochs.append(live.epochs[0])
    assert run.history.steps.column("loss").tolist() == [1, 2]
    assert len(run.history.epochs) == 1


def test_names_are_told_apart() -> None:
    runs = with_run(with_run(with_run((), kept("a", 1)), kept("a", 2)), kept("a", 3))
    assert names(runs) == ["a", "a 2", "a 3"]


def test_a_longer_run_replaces_its_own_beginning() -> None:
    runs = with_run((kept("other", 5), kept("a", 1, 2)), kept("a", 1, 2, 3))
    assert names(runs) == ["other", "a"]
    assert len(runs[-1].history.steps) == 3
    shorter = with_run(runs, kept("a", 1))
    assert names(shorter) == ["other", "a", "a 2"]


def test_the_oldest_goes() -> None:
    runs: tuple[KeptRun, ...] = ()
    for loss in range(MOST + 2):
        runs = with_run(runs, kept(f"run {loss}", loss))
    assert names(runs) == [f"run {loss}" for loss in range(2, MOST + 2)]
