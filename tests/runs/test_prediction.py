"""What a saved run says about new samples, and the recipe that it keeps for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visualmlp.data import Recipe
from visualmlp.data.unseen.samples import NewSamples, SampleBatch
from visualmlp.errors import RunFileError
from visualmlp.experiment import Experiment, apply_settings, replace_at
from visualmlp.runs import data_code, open_run, save_run
from visualmlp.runs.prediction import predictor_of
from visualmlp.runs.schema import put
from visualmlp.training.probe import Probe
from visualmlp.training.setup import build
from visualmlp.training.timeline import Edit
from visualmlp.training.trainer import Trainer

TABLE = "height,colour,weight,kind\n" + "".join(
    f"{i * 0.7 if i % 5 else ''},{['red', 'blue', 'green'][i % 3]},{-i / 3:.3f},{'ab'[i % 2]}\n"
    for i in range(90)
)


def trained(*settings: str, n_steps: int = 20) -> Trainer:
    trainer = Trainer(build(apply_settings(Experiment(), ["network.hidden=[5]", *settings])))
    for _ in range(n_steps):
        trainer.step()
    return trainer


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    path.write_text(TABLE)
    return path


@pytest.fixture
def trainer(table: Path) -> Trainer:
    return trained("data.source=csv", f"data.path={table}", "data.scaling=standardise")


@pytest.fixture
def saved_path(trainer: Trainer, tmp_path: Path) -> Path:
    save_run(tmp_path / "run.vmlp", trainer)
    return tmp_path / "run.vmlp"


def samples(x: np.ndarray) -> NewSamples:
    def batches(size: int) -> Iterator[SampleBatch]:
        for start in range(0, len(x), size):
            part = x[start : start + size]
            yield SampleBatch([str(i) for i in range(len(part))], part, [""] * len(part))

    return NewSamples(Path("x"), len(x), (), batches)


def change_recipe(path: Path, **values: Any) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        query = "SELECT value FROM facts WHERE name = 'recipe'"
        plain = json.loads(database.execute(query).fetchone()[0])
        put(database, "facts", "recipe", json.dumps(plain | values))


# The recipe


@pytest.mark.parametrize("source", ["digits", "iris", "curve", "csv"])
def test_the_recipe_comes_back_bit_for_bit(source: str, table: Path, tmp_path: Path) -> None:
    settings = [f"data.source={source}", f"data.path={table}" if source == "csv" else "title=x"]
    trainer = trained(*settings, "data.scaling=standardise", n_steps=1)
    save_run(tmp_path / "run.vmlp", trainer)
    recipe, given = open_run(tmp_path / "run.vmlp").recipe, Recipe.of(trainer.setup.data)
    assert recipe is not None
    assert recipe.to_json() == given.to_json()
    assert recipe.columns == given.columns
    raw = trainer.setup.data.raw(trainer.setup.data.validation)
    assert recipe.inputs(raw).tobytes() == trainer.setup.validation[0].tobytes()


@pytest.mark.parametrize(
    "values",
    [
        {"n_outputs": 3},
        {"n_outputs": 2.0},
        {"task": "sorting"},
        {"class_names": ["a", 2]},
        {"feature_names": ["one"]},
        {"image_shape": [3, 3]},
        {"columns": []},
        {"columns": [{"name": "x", "kind": "number", "first": 0}]},
        {"unknown": 1},
        {"scaling": None},
        {"scaling": {"name": "range", "offset": [0], "divisor": [0], "to_float32": False}},
    ],
)
def test_a_changed_recipe_is_refused(saved_path: Path, values: dict[str, Any]) -> None:
    change_recipe(saved_path, **values)
    if values == {"columns": []}:  # as of a table of numbers only
        assert open_run(saved_path).recipe is not None
        return
    with pytest.raises(RunFileError, match=r"run\.vmlp: is damaged"):
        open_run(saved_path)


@pytest.mark.parametrize("numbers", [[0.0], [1, 2], [float("nan")] * 5, ["1"] * 5])
def test_numbers_of_a_recipe_are_checked(saved_path: Path, numbers: list[Any]) -> None:
    recipe = open_run(saved_path).recipe
    assert recipe is not None
    change_recipe(saved_path, scaling=recipe.to_json()["scaling"] | {"divisor": numbers})
    if numbers == ["1"] * 5:
        assert open_run(saved_path).recipe is not None
        return
    with pytest.raises(RunFileError, match="is damaged"):
        open_run(saved_path)


def test_a_changed_letter_is_noticed(saved_path: Path) -> None:
    with closing(sqlite3.connect(saved_path)) as database, database:
        statement = "UPDATE facts SET value = replace(value, 'red', 'rad') WHERE name = 'recipe'"
        assert database.execute(statement).rowcount == 1
    with pytest.raises(RunFileError, match="is damaged"):
        open_run(saved_path)


def test_files_without_a_recipe_take_it_from_their_data(saved_path: Path, trainer: Trainer) -> None:
    """As runs have it that were saved before there were recipes."""
    with closing(sqlite3.connect(saved_path)) as database, database:
        database.execute("DELETE FROM facts WHERE name = 'recipe'")
    saved = open_run(saved_path)
    assert saved.recipe is None
    found = predictor_of(saved).recipe
    assert found.to_json() == Recipe.of(trainer.setup.data).to_json()


def test_without_recipe_and_data_there_is_one_message(
    table: Path, trainer: Trainer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_code, "MAX_EMBEDDED_BYTES", 0)
    path = tmp_path / "run.vmlp"
    save_run(path, trainer)
    table.unlink()
    assert predictor_of(open_run(path)).step == 20
    with pytest.raises(RunFileError, match="does not hold the state of step 7, and its data are"):
        predictor_of(open_run(path), 7)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM facts WHERE name = 'recipe'")
    with pytest.raises(RunFileError, match="does not hold what is done to new samples"):
        predictor_of(open_run(path))
    table.write_text(TABLE.replace("red", "rod"))
    with pytest.raises(RunFileError, match="are not those that the run was trained on"):
        predictor_of(open_run(path))


# Predictions


@pytest.mark.parametrize(
    "settings",
    [
        ("data.source=digits",),
        ("data.source=digits", "training.precision=float64"),
        ("data.source=digits", "data.classes=[3, 8]", "data.task=binary"),
        ("data.source=curve", "data.n_samples=1500", "data.validation_fraction=0.8"),
        ("data.source=digits", "network.loss=squared_error", "network.output.activation=sigmoid"),
    ],
)
def test_predictions_are_those_of_the_window_bit_for_bit(
    settings: tuple[str, ...], tmp_path: Path
) -> None:
    trainer = trained(*settings)
    save_run(tmp_path / "run.vmlp", trainer)
    data = trainer.setup.data
    predictor = predictor_of(open_run(tmp_path / "run.vmlp"))
    told = list(predictor.predict(samples(data.raw(data.validation))))
    found = np.concatenate([one.outputs for one in told])
    expected = Probe(trainer.setup).outputs(trainer.frame(), "validation")
    assert found.dtype == expected.dtype
    assert found.tobytes() == expected.tobytes()
    assert [problem for one in told for problem in one.problems] == [""] * len(found)
    if data.class_names:
        names = [data.class_names[i] for i in np.argmax(expected, axis=1).tolist()]
        if data.task == "binary":
            names = [data.class_names[int(y > 0.5)] for y in expected[:, 0]]
        assert [name for one in told for name in one.classes] == names


def test_names_of_outputs(tmp_path: Path) -> None:
    cases = {
        ("data.source=iris",): ["probability of setosa", "probability of versicolor"],
        ("data.source=digits", "data.classes=[3, 8]", "data.task=binary"): ["probability of 8"],
        ("data.source=iris", "network.output.activation=sigmoid"): ["output of setosa"],
        ("data.source=curve",): ["output"],
    }
    for settings, names in cases.items():
        save_run(tmp_path / "run.vmlp", trained(*settings, n_steps=1))
        assert predictor_of(open_run(tmp_path / "run.vmlp")).output_names[: len(names)] == names


def test_targets_of_a_regression_keep_their_names(tmp_path: Path) -> None:
    path = tmp_path / "houses.csv"
    path.write_text("size,rooms,price\n" + "".join(f"{i},{i % 4},{i * 1.5}\n" for i in range(40)))
    run = tmp_path / "run.vmlp"
    save_run(run, trained("data.source=csv", f"data.path={path}", n_steps=1))
    assert predictor_of(open_run(run)).output_names == ["price"]


def test_states(tmp_path: Path) -> None:
    """The newest, the best and any other, with what was changed by hand."""
    trainer = trained("data.source=iris", "optimizer.learning_rate=0.5", n_steps=23)
    trainer.edit(Edit(23, "set weights", indices=(0, 3), values=(0.5, -0.25)))
    path = tmp_path / "run.vmlp"
    save_run(path, trainer)
    saved = open_run(path)
    newest = predictor_of(saved)
    assert newest.step == 23
    assert newest.network.parameters.flat.tobytes() == trainer.network.parameters.flat.tobytes()
    records = [one for one in trainer.history.epochs if one.step]
    best = max(records, key=lambda one: one.validation.score if one.validation else 0)
    assert predictor_of(saved, "best").step == best.step
    for step in (0, 7, 23):
        trainer.seek(step)
        found = predictor_of(saved, step)
        assert found.step == step
        assert found.network.parameters.flat.tobytes() == trainer.network.parameters.flat.tobytes()
    with pytest.raises(RunFileError, match="has no step 24: its last is 23"):
        predictor_of(saved, 24)


def test_an_edit_of_settings_changes_nothing(tmp_path: Path) -> None:
    trainer = trained("data.source=iris", n_steps=5)
    trainer.change(replace_at(trainer.experiment, "optimizer.learning_rate", 0.7))
    save_run(tmp_path / "run.vmlp", trainer)
    found = predictor_of(open_run(tmp_path / "run.vmlp")).network.parameters.flat
    assert found.tobytes() == trainer.network.parameters.flat.tobytes()


def test_the_best_needs_validation_figures(tmp_path: Path) -> None:
    save_run(tmp_path / "run.vmlp", trained("data.source=iris", "data.validation_fraction=0"))
    with pytest.raises(RunFileError, match="no epoch of it has validation figures"):
        predictor_of(open_run(tmp_path / "run.vmlp"), "best")


def test_outputs_that_are_no_numbers_are_a_problem(tmp_path: Path) -> None:
    trainer = trained("data.source=curve", n_steps=1)
    save_run(tmp_path / "run.vmlp", trainer)
    predictor = predictor_of(open_run(tmp_path / "run.vmlp"))
    predictor.network.parameters.flat[...] = np.nan
    [told] = predictor.predict(samples(np.ones((2, 1))))
    assert told.problems == ["an output is NaN or infinite"] * 2
