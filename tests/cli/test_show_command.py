"""``visualmlp show``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from visualmlp.experiment import Experiment, apply_settings
from visualmlp.runs import Recorder
from visualmlp.training.branches import Branches
from visualmlp.training.setup import build
from visualmlp.training.timeline import Edit, Event
from visualmlp.training.trainer import Trainer

Call = Callable[..., Any]


def steps(trainer: Trainer, count: int) -> None:
    for _ in range(count):
        trainer.step()


def test_experiment_figures_edits_and_forks_are_told(call: Call, tmp_path: Path) -> None:
    settings = ["data.source=moons", "network.hidden=[7]", "optimizer.learning_rate=0.02"]
    trainer = Trainer(build(apply_settings(Experiment(title="two moons"), settings)))
    branches = Branches(trainer.timeline)
    recorder = Recorder(tmp_path / "run.vmlp", trainer.setup, notes="for Friday")
    steps(trainer, 1200)
    for step in range(25):
        trainer.timeline.mark(Event(step, f"event {step}"))
    trainer.seek(900)
    trainer.branch()
    branches.fork(trainer.timeline, 900, "a weight set")
    trainer.edit(Edit(900, "weight 3 = 0.5", indices=(3,), values=(0.5,)))
    branches.pin(0, True)
    recorder.record(branches, trainer)
    recorder.close()
    answer = call("show", tmp_path / "run.vmlp")
    assert (answer.status, answer.err) == (0, "")
    out = answer.out
    assert "two moons, format 3" in out
    assert "inputs → 7 relu → outputs" in out
    assert "optimizer.learning_rate = 0.02" in out
    assert "network.hidden" not in out
    assert "notes for Friday" in out
    assert "blas " in out
    assert "run 1 (pinned): 1,200 steps\n" in out
    assert "run 2 (the current one): 900 steps, left run 1 at step 900 with a weight set" in out
    assert "step 900: weight 3 = 0.5" in out
    assert "step 19: event 19" in out
    assert "step 20: event 20" not in out
    assert "and 5 more" in out
    record = trainer.history.epochs[-1]
    assert f"training   loss {record.train.loss:.6f}, accuracy {record.train.score:.4f}" in out


def test_a_regression_is_told_in_its_own_figures(call: Call, tmp_path: Path) -> None:
    path = tmp_path / "run.vmlp"
    assert call("train", "curve", "--epochs", 1, "--out", path).status == 0
    out = call("show", path).out
    assert "R² " in out
    assert "RMSE " in out


def test_what_was_chosen_for_columns_is_told(call: Call, tmp_path: Path) -> None:
    table, path = tmp_path / "table.csv", tmp_path / "run.vmlp"
    table.write_text("number,a,b\n" + "".join(f"{i},{i % 3},{i % 2}\n" for i in range(40)))
    chosen = (
        {"name": "number", "role": "ignore"},
        {"name": "a", "kind": "category", "missing": "mode"},
    )
    data = {"source": "csv", "path": str(table), "columns": chosen}
    trainer = Trainer(build(Experiment.checked({"data": data})))
    recorder = Recorder(path, trainer.setup)
    steps(trainer, 1)
    recorder.record(Branches(trainer.timeline), trainer)
    recorder.close()
    lines = call("show", path).out.splitlines()
    assert "columns number: ignore; a: feature, category, missing mode" in lines
    assert "run 1 (the current one): 1 step" in lines
    assert "ColumnOfTable" not in "".join(lines)


def test_a_file_that_is_no_run(call: Call, tmp_path: Path) -> None:
    (tmp_path / "x.vmlp").write_text("hello")
    assert "x.vmlp: is no VisualMLP run" in call("show", tmp_path / "x.vmlp").complaint
