"""New rows, arrays and pictures for a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from visualmlp.data import Dataset, Preparation, Recipe, SourceSettings, load, prepare
from visualmlp.data.unseen.opening import open_new_samples
from visualmlp.data.unseen.samples import NewSamples
from visualmlp.errors import DataError

TRAINING = """age,colour,city,kind
1,red,,a
2,blue,x,b
,red,y,a
4,green,x,b
5,red,,a
6,blue,y,b
7,red,x,a
8,green,x,b
"""


def recipe_of(data: Dataset, **changes: Any) -> Recipe:
    return Recipe.of(prepare(data, Preparation(validation_fraction=0, **changes)))


def table(tmp_path: Path, text: str, name: str = "new.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def trained(tmp_path: Path) -> Dataset:
    return load("csv", SourceSettings(path=str(table(tmp_path, TRAINING, "training.csv"))))


@pytest.fixture
def recipe(trained: Dataset) -> Recipe:
    return recipe_of(trained)


def opened(path: Path, recipe: Recipe, **settings: Any) -> NewSamples:
    return open_new_samples(path, recipe, SourceSettings(**settings))


def read(samples: NewSamples, size: int = 1000) -> tuple[list[str], np.ndarray, list[str]]:
    batches = list(samples.batches(size))
    names = [name for batch in batches for name in batch.names]
    problems = [problem for batch in batches for problem in batch.problems]
    assert len(names) == samples.n_samples
    return names, np.concatenate([batch.x for batch in batches]), problems


def refused(path: Path, recipe: Recipe, **settings: Any) -> str:
    with pytest.raises(DataError) as error:
        opened(path, recipe, **settings)
    return str(error.value)


# Tables


def test_the_training_table_comes_out_as_it_was_trained_on(
    tmp_path: Path, recipe: Recipe, trained: Dataset
) -> None:
    samples = opened(table(tmp_path, TRAINING), recipe)
    names, x, problems = read(samples, 3)
    assert names == [str(i) for i in range(1, 9)]
    np.testing.assert_array_equal(x, trained.x)
    assert problems == [""] * 8
    assert samples.notes == ("Not used: kind.",)


def test_columns_are_found_by_their_names(tmp_path: Path, recipe: Recipe) -> None:
    one = opened(table(tmp_path, "age,colour,city\n3,red,x\n4,blue,\n"), recipe)
    other = opened(table(tmp_path, "id,city,age,colour\n7,x,3,red\n8,,4,blue\n", "b.csv"), recipe)
    np.testing.assert_array_equal(read(one)[1], read(other)[1])
    assert other.notes == ("Not used: id.",)


def test_what_is_missing_is_filled_or_told(tmp_path: Path, recipe: Recipe) -> None:
    """Training had empty cells in age and city, not in colour."""
    path = table(tmp_path, "age,colour,city\n,red,\n3,,x\n3,red,x\n")
    _, x, problems = read(opened(path, recipe))
    assert problems == ["", "no value for colour", ""]
    inputs = recipe.inputs(x)
    assert np.isfinite(inputs[[0, 2]]).all()
    mean_age = np.mean([1, 2, 4, 5, 6, 7, 8])
    row = np.array([mean_age, 0, 0, 1, 1, 0])
    np.testing.assert_array_equal(inputs[0], recipe.inputs(row[None])[0])


def test_unknown_categories_are_counted(tmp_path: Path, recipe: Recipe) -> None:
    path = table(tmp_path, "age,colour,city\n3,mauve,x\n4,mauve,y\n5,pink,x\n6,red,x\n")
    samples = opened(path, recipe)
    assert samples.notes == (
        "Column colour: 3 cells hold categories that the run does not know; they count as unknown: "
        "mauve (2), pink (1).",
    )
    _, x, problems = read(samples)
    assert problems == [""] * 4
    assert not x[:3, 1:4].any()


def test_one_unknown_category_is_told_as_one(tmp_path: Path, recipe: Recipe) -> None:
    samples = opened(table(tmp_path, "age,colour,city\n3,mauve,x\n4,red,y\n"), recipe)
    assert samples.notes == (
        "Column colour: 1 cell holds a category that the run does not know; it counts as unknown: "
        "mauve (1).",
    )


def test_missing_columns_are_named(tmp_path: Path, recipe: Recipe) -> None:
    text = refused(table(tmp_path, "age,colour\n3,red\n4,blue\n"), recipe)
    assert "lacks the column city: the run was trained with them" in text
    assert "lacks the columns age, city" in refused(
        table(tmp_path, "colour,other\nred,1\nblue,2\n"), recipe
    )
    assert "has 2 columns (one, two), but the run takes 3: age, colour, city" in refused(
        table(tmp_path, "one,two\n3,5\n4,7\n"), recipe
    )


def test_without_names_columns_count_by_their_places(tmp_path: Path, recipe: Recipe) -> None:
    path = table(tmp_path, "3,red,x\n4,blue,y\n")
    _, x, _ = read(opened(path, recipe, header="no"))
    np.testing.assert_array_equal(x[0], [3, 0, 0, 1, 1, 0])
    assert "has 4 columns" in refused(
        table(tmp_path, "3,red,x,1\n4,blue,y,2\n"), recipe, header="no"
    )


def test_tables_without_names_on_both_sides(tmp_path: Path) -> None:
    """The target stood first: with it in the file or not, the same columns are taken."""
    text = "".join(f"{'ab'[i % 2]},{i},{i * i}\n" for i in range(8))
    data = load("csv", SourceSettings(path=str(table(tmp_path, text, "t.csv")), header="no"))
    recipe = recipe_of(data)
    assert recipe.feature_names == ("x1", "x2")
    whole = read(opened(table(tmp_path, "a,5,25\nb,6,36\n"), recipe, header="no"))[1]
    without = read(opened(table(tmp_path, "5,25\n6,36\n"), recipe, header="no"))[1]
    np.testing.assert_array_equal(whole, [[5, 25], [6, 36]])
    np.testing.assert_array_equal(without, whole)


def test_text_among_numbers_is_told_with_its_place(tmp_path: Path, recipe: Recipe) -> None:
    path = table(tmp_path, "age,colour,city\n3,red,x\nmany,blue,y\n5,red,x\n6,red,x\n")
    assert "line 3, column 1 (age) is 'many'" in refused(path, recipe)


@pytest.mark.parametrize("label", ["first", "last", "none", "named"])
def test_rows_of_pixels(tmp_path: Path, label: str) -> None:
    recipe = recipe_of(load("digits"))
    pixels = np.random.default_rng(0).integers(0, 17, (5, 64))
    answers = np.arange(5)[:, None]
    rows = {
        "first": np.hstack([answers, pixels]),
        "named": np.hstack([pixels, answers]),
        "last": np.hstack([pixels, answers]),
        "none": pixels,
    }[label]
    names = [f"pixel{i}" for i in range(64)]
    header = {"first": ["digit", *names], "named": [*names, "label"], "none": names}.get(label)
    lines = [",".join(header)] if header else []
    lines += [",".join(map(str, row)) for row in rows.tolist()]
    path = table(tmp_path, "\n".join(lines) + "\n")
    side = {"label_column": label} if label in ("first", "last") else {}
    np.testing.assert_array_equal(read(opened(path, recipe, **side))[1], pixels)


# Arrays and IDX


@pytest.mark.parametrize("name", ["x.npy", "x.npz", "x-images-idx3-ubyte"])
def test_arrays(tmp_path: Path, name: str) -> None:
    recipe = recipe_of(load("digits"))
    x = np.random.default_rng(0).integers(0, 17, (5, 8, 8), dtype=np.uint8)
    path = tmp_path / name
    if name.endswith(".npy"):
        np.save(path, x)
    elif name.endswith(".npz"):
        np.savez(path, x=x, y=np.arange(5))
    else:
        header = bytes([0, 0, 8, 3]) + np.array(x.shape, ">u4").tobytes()
        path.write_bytes(header + x.tobytes())
    names, found, problems = read(opened(path, recipe), 2)
    assert (names, problems) == (["1", "2", "3", "4", "5"], [""] * 5)
    np.testing.assert_array_equal(found, x.reshape(5, 64))


def test_one_sample_and_samples_without_a_number(tmp_path: Path) -> None:
    recipe = recipe_of(load("iris"))
    np.save(tmp_path / "one.npy", np.array([5.1, 3.5, 1.4, 0.2]))
    assert read(opened(tmp_path / "one.npy", recipe))[1].shape == (1, 4)
    np.save(tmp_path / "bad.npy", np.array([[1, 2, 3, 4], [1, 2, np.nan, 4], [np.inf, 2, 3, 4]]))
    problems = read(opened(tmp_path / "bad.npy", recipe))[2]
    names = recipe.feature_names
    assert problems == ["", f"no value for {names[2]}", f"no value for {names[0]}"]


def test_arrays_of_other_samples_are_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((3, 5)))
    text = refused(tmp_path / "x.npy", recipe_of(load("iris")))
    assert "holds samples of 5 values, but the run takes 4" in text


def test_scaled_pictures_are_noticed(tmp_path: Path) -> None:
    recipe = recipe_of(load("digits"))
    np.save(tmp_path / "x.npy", np.random.default_rng(0).random((3, 8, 8)))
    [note] = opened(tmp_path / "x.npy", recipe).notes
    assert "give the pictures as they are stored" in note


# Pictures


def test_pictures_of_a_folder(tmp_path: Path) -> None:
    recipe = recipe_of(load("digits"))
    folder = tmp_path / "pictures"
    (folder / "b").mkdir(parents=True)
    rng = np.random.default_rng(0)
    grey = rng.integers(0, 256, (3, 8, 8), dtype=np.uint8)
    for name, picture in zip(("10.png", "9.png", "b/1.bmp"), grey, strict=True):
        Image.fromarray(picture).save(folder / name)
    (folder / "bad.png").write_bytes(b"\x89PNG\r\n\x1a\nno")
    (folder / "notes.txt").write_text("no picture")
    samples = opened(folder, recipe)
    names, x, problems = read(samples, 2)
    assert names == ["9.png", "10.png", "bad.png", "b/1.bmp"]
    assert [bool(problem) for problem in problems] == [False, False, True, False]
    assert "bad.png" in problems[2]
    np.testing.assert_array_equal(x[[1, 0, 3]], grey.reshape(3, 64) * (16 / 255))
    assert "became 0 to 16" in samples.notes[0]


def test_one_picture_of_another_size_and_inverted(tmp_path: Path) -> None:
    recipe = recipe_of(load("digits"))
    Image.fromarray(np.full((40, 20), 255, np.uint8)).save(tmp_path / "white.png")
    names, x, _ = read(opened(tmp_path / "white.png", recipe, invert=True))
    assert names == ["1"]
    assert x.shape == (1, 64)
    assert not x.any()


def test_pictures_need_a_run_of_pictures(tmp_path: Path) -> None:
    Image.fromarray(np.zeros((4, 4), np.uint8)).save(tmp_path / "a.png")
    assert "was not trained on pictures" in refused(tmp_path / "a.png", recipe_of(load("iris")))
    (tmp_path / "empty").mkdir()
    assert "holds no picture" in refused(tmp_path / "empty", recipe_of(load("digits")))
