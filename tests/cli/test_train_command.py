"""``visualmlp train``."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from visualmlp.experiment import (
    Experiment,
    apply_settings,
    bundled_names,
    find_experiment,
    write_toml,
)
from visualmlp.runs import Recorder, autosaves, open_run
from visualmlp.training.branches import Branches
from visualmlp.training.runner import Phase, Runner
from visualmlp.training.setup import build
from visualmlp.training.timeline import Event
from visualmlp.training.trainer import Trainer

Call = Callable[..., Any]

DATA = Path(os.environ.get("VISUALMLP_DATA", ""))
with_mnist = pytest.mark.skipif(
    not (DATA / "mnist").is_dir(), reason="VISUALMLP_DATA names no folder with mnist in it"
)
OFFLINE = [name for name in bundled_names() if name != "mnist"]


def last_line(text: str) -> str:
    return text.splitlines()[-1]


def test_digits_are_learnt_and_saved(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "f.vmlp"
    answer = call("train", "digits", "--epochs", 1, "--out", path)
    assert (answer.status, answer.err) == (0, "")
    assert re.fullmatch(r"validation accuracy 0\.\d+", last_line(answer.out))
    assert f"saved {path}" in answer.out
    saved = open_run(path)
    assert saved.state.epoch == 1
    record = saved.timeline.history.epochs[-1].validation
    assert record is not None
    assert last_line(answer.out) == f"validation accuracy {record.score:.4f}"


def test_progress_is_told_on_standard_error(call: Call) -> None:
    answer = call("train", "digits", "--epochs", 2)
    assert re.search(r"100%.* 90/90 .*epoch 2, loss 0\.\d+", answer.progress)
    assert "%" not in answer.out


def test_the_table_tells_the_parts_and_the_network(call: Call) -> None:
    answer = call("train", "digits", "--epochs", 1, "--set", "data.test_fraction=0.1")
    head, network, *_ = answer.out.splitlines()
    assert head == "UCI digits: train 1,258, validation 359, test 180"
    assert network == "network 64 → 32 → 10, 2,410 parameters"
    rows = {line.split()[0]: line.split() for line in answer.out.splitlines() if line}
    assert rows["part"] == ["part", "samples", "loss", "accuracy"]
    assert [rows[part][1] for part in ("training", "test")] == ["1,258", "180"]
    assert "after 1 epochs, 40 steps" in answer.out


def test_the_test_part_is_told_only_when_asked_for_and_the_run_keeps_that(
    call: Call, tmp_path: Path
) -> None:
    options = ["train", "digits", "--epochs", 1, "--set", "data.test_fraction=0.1", "--out"]
    closed, opened = tmp_path / "closed.vmlp", tmp_path / "opened.vmlp"
    assert re.search(r"^test +180 +closed \(--test", call(*options, closed).out, re.M)
    assert open_run(closed).timeline.test_opening is None
    assert "test part: closed" in call("show", closed).out
    answer = call(*options, opened, "--test")
    assert re.search(r"^test +180 +\d+\.\d{6} +0\.\d{4}$", answer.out, re.M)
    assert open_run(opened).timeline.test_opening == Event(
        40, "test part opened: visualmlp train --test"
    )
    said = call("show", opened).out
    assert "test part: opened at step 40" in said
    assert "step 40: test part opened" in said
    assert call("verify", opened).status == 0


def test_an_experiment_that_watches_the_test_part_has_opened_it(call: Call, tmp_path: Path) -> None:
    path, settings = tmp_path / "w.vmlp", ["data.test_fraction=0.1", "training.watch_test=true"]
    chosen = [word for setting in settings for word in ("--set", setting)]
    answer = call("train", "digits", "--epochs", 1, *chosen, "--out", path)
    assert "closed" not in answer.out
    assert re.search(r"^test +180 ", answer.out, re.M)
    opening = open_run(path).timeline.test_opening
    assert opening == Event(0, "test part opened: the experiment watches it")


def test_a_test_part_that_is_not_there_is_told(call: Call) -> None:
    assert "have no test part" in call("train", "xor", "--epochs", 1, "--test").out


def test_a_curve_is_told_in_its_own_figures(call: Call) -> None:
    answer = call("train", "curve", "--epochs", 2)
    assert re.fullmatch(r"validation R² -?\d+\.\d+", last_line(answer.out))
    assert "RMSE" in answer.out


def test_without_a_validation_part_the_training_part_is_told(call: Call) -> None:
    answer = call("train", "xor", "--epochs", 1, "--set", "data.validation_fraction=0")
    assert re.fullmatch(r"training accuracy 0\.\d+", last_line(answer.out))


@pytest.mark.parametrize("name", OFFLINE)
def test_every_bundled_experiment_trains(name: str, call: Call) -> None:
    answer = call("train", name, "--epochs", 1)
    assert (answer.status, answer.err) == (0, "")
    assert re.fullmatch(r"validation (accuracy|R²) -?\d+\.\d{4}", last_line(answer.out))


@with_mnist
def test_mnist_trains(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(DATA))
    answer = call("train", "mnist", "--epochs", 1, "--set", "data.subset=6000")
    assert (answer.status, answer.err) == (0, "")
    assert "train 5,000, validation 1,000, test 10,000" in answer.out
    accuracy = float(last_line(answer.out).removeprefix("validation accuracy "))
    assert accuracy > 0.7


@pytest.mark.slow
@with_mnist
def test_mnist_reaches_its_accuracy_with_the_defaults(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(DATA))
    answer = call("train", "mnist")
    assert "train 50,000, validation 10,000, test 10,000" in answer.out
    assert float(last_line(answer.out).removeprefix("validation accuracy ")) >= 0.97


def test_mnist_without_its_files_names_the_folder(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path / "empty"))
    complaint = call("train", "mnist").complaint
    assert str(tmp_path / "empty" / "mnist") in complaint
    assert "VISUALMLP_DATA" in complaint


def test_notes_go_into_the_run_file(call: Call, tmp_path: Path) -> None:
    path, notes = tmp_path / "noted.vmlp", "for Ada, twice as fast"
    assert call("train", "xor", "--epochs", 1, "--out", path, "--notes", notes).status == 0
    assert open_run(path).notes == notes
    assert f"notes {notes}" in call("show", path).out


def test_an_experiment_file_is_trained(call: Call, tmp_path: Path) -> None:
    experiment = apply_settings(Experiment(title="mine"), ["data.source=iris", "training.epochs=2"])
    write_toml(experiment, tmp_path / "mine.toml")
    answer = call("train", tmp_path / "mine.toml", "--out", tmp_path / "mine.vmlp")
    assert answer.status == 0
    assert open_run(tmp_path / "mine.vmlp").experiment == experiment


def test_settings_are_applied_in_order_and_epochs_last(call: Call, tmp_path: Path) -> None:
    answer = call(
        "train", "xor", "--set", "training.epochs=9", "--set", "network.hidden=[3, 2]",
        "--set", "optimizer.learning_rate=0.5", "--epochs", 2, "--out", tmp_path / "x.vmlp",
    )  # fmt: skip
    assert answer.status == 0
    experiment = open_run(tmp_path / "x.vmlp").experiment
    assert [layer.units for layer in experiment.network.hidden] == [3, 2]
    assert experiment.optimizer.learning_rate == 0.5
    assert experiment.training.epochs == 2


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_command_line_and_worker_give_the_same_bits(
    precision: str, call: Call, tmp_path: Path
) -> None:
    path = tmp_path / "moons.vmlp"
    setting = f"training.precision={precision}"
    assert call("train", "moons", "--epochs", 4, "--set", setting, "--out", path).status == 0
    settings = [setting, "training.epochs=4"]
    runner = Runner(apply_settings(find_experiment("moons"), settings))
    runner.run()
    while runner.status.phase not in (Phase.FINISHED, Phase.FAILED):
        time.sleep(0.001)
    assert runner.status.phase is Phase.FINISHED
    digests: list[str] = []
    runner.call(lambda trainer: digests.append(trainer.state().digest()) or "")
    while not digests:
        time.sleep(0.001)
    runner.close()
    saved = open_run(path)
    assert saved.state.digest() == digests[0]
    assert repr(saved.timeline.history.epochs) == repr(runner.history.epochs)


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("digit", "there is no experiment 'digit': did you mean 'digits'?"),
        ("mine.toml", "mine.toml: cannot be read (No such file or directory)"),
        ("xor --set foo", "--set takes key=value"),
        ("xor --set foo=1", "--set foo=1: there is no field 'foo' in Experiment: "),
        ("xor --set training.epochs=two", "--set training.epochs=two: epochs: "),
        ("xor --set optimizer.learning_rate=0", "--set optimizer.learning_rate=0: learning_rate: "),
        ("xor --epochs 9999999", "--set training.epochs=9999999: epochs: input should be less"),
        ("curve --set network.loss=cross_entropy", "network.loss: cross_entropy does not fit"),
        ("xor --out nowhere/x.vmlp", "nowhere/x.vmlp: there is no folder nowhere"),
        ("xor --out .", ".: the run is a .vmlp file; name one"),
        ("xor --out mine.toml", "mine.toml: the run is a .vmlp file; name one"),
        ("xor --out folder.vmlp", "folder.vmlp: is a folder; name a file"),
        ("xor --set data.source=idx", "path is empty"),
        ("xor --set data.subset=5000", "subset is 5,000"),
    ],
)
def test_an_error_is_one_line(
    line: str, complaint: str, call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.vmlp").mkdir()
    answer = call("train", *line.split())
    assert answer.complaint.startswith(complaint)
    assert answer.out == ""


def test_a_run_file_is_no_experiment(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "x.vmlp"
    call("train", "xor", "--epochs", 1, "--out", path)
    assert call("train", path).complaint.startswith(f"{path}: is no experiment file")


def test_divergence_is_told_after_the_figures(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "x.vmlp"
    answer = call(
        "train", "curve", "--out", path, "--set", "optimizer.name=sgd",
        "--set", "optimizer.learning_rate=100", "--set", "network.hidden=[]",
    )  # fmt: skip
    assert answer.complaint.startswith("Training stopped at step ")
    assert "try a smaller learning rate" in answer.complaint
    assert last_line(answer.out).startswith("validation R² ")
    assert open_run(path).state.step > 0


def interrupt(monkeypatch: pytest.MonkeyPatch, times: int) -> None:
    """Press Ctrl-C in the middle of the sixth step."""
    plain = Trainer.step

    def step(trainer: Trainer) -> None:
        if trainer.step_count == 5:
            for _ in range(times):
                signal.raise_signal(signal.SIGINT)
        plain(trainer)

    monkeypatch.setattr(Trainer, "step", step)


def test_ctrl_c_ends_between_steps_and_saves(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    with monkeypatch.context() as patch:
        interrupt(patch, times=1)
        answer = call("train", "moons", "--out", tmp_path / "x.vmlp")
    assert (answer.status, answer.err) == (130, "")
    assert "after 0 epochs, 6 steps" in answer.out
    assert last_line(answer.out).startswith("validation accuracy ")
    saved = open_run(tmp_path / "x.vmlp")
    assert saved.state.step == 6
    plain = Trainer(build(find_experiment("moons")))
    for _ in range(6):
        plain.step()
    assert saved.state.digest() == plain.state().digest()
    assert signal.getsignal(signal.SIGINT) is before


def test_a_second_ctrl_c_ends_at_once(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signal.getsignal(signal.SIGINT)
    interrupt(monkeypatch, times=2)
    answer = call("train", "moons", "--out", tmp_path / "x.vmlp")
    assert answer.status == 130
    assert answer.err == "visualmlp: interrupted\n"
    saved = open_run(tmp_path / "x.vmlp")
    assert saved.timeline.head <= 6
    assert signal.getsignal(signal.SIGINT) is before


def test_a_headless_run_can_be_followed(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, seen = tmp_path / "x.vmlp", []
    plain = Trainer.step

    def step(trainer: Trainer) -> None:
        plain(trainer)
        seen.append((trainer.step_count, open_run(path).timeline.head))

    monkeypatch.setattr("visualmlp.cli.recording.INTERVAL", 0.0)
    monkeypatch.setattr(Trainer, "step", step)
    assert call("train", "xor", "--epochs", 2, "--out", path).status == 0
    assert seen == [(count, count - 1) for count, _ in seen]
    assert not list(tmp_path.glob("x.vmlp-*"))


def test_a_file_that_another_one_writes_is_refused(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "x.vmlp"
    trainer = Trainer(build(find_experiment("moons")))
    recorder = Recorder(path, trainer.setup)
    recorder.begin(Branches(trainer.timeline), trainer)
    assert "is being written by another run" in call("train", "xor", "--out", path).complaint
    recorder.close()


def test_a_file_that_cannot_be_written_in_the_end_is_an_error(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = Recorder._write

    def write(recorder: Recorder, *arguments: Any) -> None:
        if arguments[2] > 5:  # the first steps fit
            raise OSError(28, "No space left on device")
        plain(recorder, *arguments)

    monkeypatch.setattr(Recorder, "_write", write)
    monkeypatch.setattr("visualmlp.cli.recording.INTERVAL", 0.0)
    answer = call("train", "digits", "--epochs", 1, "--out", tmp_path / "x.vmlp")
    assert answer.status == 1
    first, last = answer.err.splitlines()
    assert "No space left on device" in first
    assert "after 1 epochs" in answer.out
    [spare] = autosaves()
    assert last.endswith(f"the run is in {spare} instead")
    assert open_run(spare).timeline.head == 45
