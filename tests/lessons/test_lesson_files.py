"""Lesson files: what is read, and how what is wrong is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from visualmlp.errors import LessonError, UnknownNameError
from visualmlp.lessons import load_lesson, read_lesson

GOOD = '''title = "Mine"
summary = "One sentence."
order = 3
layout = "maths"
show = ["curves"]
text = """
Do [a step](do:step).
Then [run](do:run-to-epoch/5) and [compare](do:variant/fast).
"""

[experiment.data]
source = "xor"

[experiment.network]
hidden = [8, 4]

[experiment.training]
epochs = 10

[[figures]]
quantity = "loss"
part = "train"
epochs = [0, 5]
expected = [0.7, 0.5]
tolerance = 0.1
origin = "computed"

[[figures]]
quantity = "updates"
accept = [1, 1000]
origin = "exact"

[[variants]]
name = "fast"
title = "Faster"
text = "[Back](do:variant/course)"
changes = { optimizer.learning_rate = 0.1, "training.epochs" = 20 }

[[variants.figures]]
quantity = "weights"
layer = 1
steps = 0
expected = [[1, 2], [3, 4]]
origin = "exact"
'''


def read(text: str, folder: Path) -> str:
    """The complaint about a text, without the file's name."""
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(LessonError) as caught:
        read_lesson(path)
    complaint = str(caught.value)
    assert complaint.startswith(f"{path}, ")
    return complaint.removeprefix(f"{path}, ")


def test_a_lesson_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    lesson = read_lesson(path)
    assert (lesson.name, lesson.title, lesson.order) == ("mine", "Mine", 3)
    assert (lesson.layout, lesson.show) == ("maths", ("curves",))
    assert [variant.name for variant in lesson.variants] == ["course", "fast"]
    assert lesson.experiment.title == "Mine"
    assert [layer.units for layer in lesson.experiment.network.hidden] == [8, 4]
    loss, updates = lesson.figures
    assert (loss.epochs, loss.expected, loss.title) == ((0, 5), (0.7, 0.5), "train loss")
    assert (updates.moments, updates.accept, updates.expected) == ((None,), (1, 1000), None)
    fast = lesson.variant("fast")
    assert fast.experiment.title == "Mine: Faster"
    assert fast.experiment.optimizer.learning_rate == 0.1
    assert fast.experiment.training.epochs == 20
    assert fast.experiment.network == lesson.experiment.network
    assert fast.figures[0].expected == ([[1, 2], [3, 4]],)


def test_a_lesson_is_found_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_lesson(str(path)) == read_lesson(path)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('title = "Mine"\n', "", "line 1: title: field required"),
        ('title = "Mine"', 'title = ""', "line 1: title: "),
        ("order = 3", 'order = "third"', "line 3: order: input should be a valid integer"),
        ("order = 3", "ordre = 3", "line 3: ordre: there is no such field"),
        ("order = 3", "order = = 3", "line 3: is no TOML: "),
        ("order = 3", "order = 3\norder = 4", "line 4: is no TOML: cannot overwrite a value"),
        ('layout = "maths"', 'layout = "The maths"', "line 4: layout: "),
        ('show = ["curves"]', 'show = "curves"', "line 5: show: input should be a list"),
        ("do:step", "do:stride", "line 7: text: link 'do:stride': unknown verb 'stride'"),
        ("do:step", "do:step/x", "line 7: text: link 'do:step/x': 'x' is not a whole number"),
        ("do:step", "step", "line 7: text: link 'step': must begin with do: or https:"),
        (
            "do:variant/fast",
            "do:variant/slow",
            "line 8: text: link 'do:variant/slow': there is no variant 'slow'",
        ),
        (
            "do:run-to-epoch/5",
            "do:run-to-epoch/21",
            "line 8: text: link 'do:run-to-epoch/21': the run ends after epoch 20",
        ),
        (
            "do:step",
            "do:lesson/nowhere",
            "line 7: text: link 'do:lesson/nowhere': there is no lesson 'nowhere'",
        ),
        (
            "do:step",
            "do:set/optimizer.lr/1",
            "line 7: text: link 'do:set/optimizer.lr/1': there is no field 'lr'",
        ),
        (
            "do:step",
            "do:set/optimizer.learning_rate/0",
            "line 7: text: link 'do:set/optimizer.learning_rate/0': learning_rate: ",
        ),
        ('source = "xor"', 'source = "nor"', "line 12: experiment.data.source: unknown data sou"),
        ("hidden = [8, 4]", "hidden = [8, 0]", "line 15: experiment.network.hidden.units: "),
        ("epochs = 10", "epochs = 0", "line 18: experiment.training.epochs: input should be"),
        ("epochs = 10", "epoch = 10", "line 18: experiment.training.epoch: there is no such"),
        (
            "hidden = [8, 4]",
            'hidden = []\nloss = "cross_entropy"\noutput = { activation = "tanh" }',
            "line 16: experiment.network.loss: cross_entropy needs outputs between 0 and 1",
        ),
        ('quantity = "loss"', 'quantity = "los"', "line 21: figures.quantity: unknown quantity"),
        ('part = "train"', 'part = "exam"', "line 22: figures.part: input should be 'train'"),
        ('part = "train"\n', "", "line 20: figures: loss needs part"),
        ('part = "train"', 'part = "train"\nlayer = 1', "line 20: figures: loss has no layer"),
        ("epochs = [0, 5]", "epochs = [0]", "line 20: figures: 2 expected values for 1 moments"),
        ("epochs = [0, 5]", "epochs = [0, 11]", "line 23: figures.epochs: epoch 11 is after"),
        ("epochs = [0, 5]", "epochs = [0, -5]", "line 23: figures.epochs: input should be"),
        (
            "epochs = [0, 5]",
            "epochs = [0, 5]\nsteps = [0, 5]",
            "line 20: figures: takes either epochs or steps",
        ),
        ("expected = [0.7, 0.5]\n", "", "line 20: figures: takes either expected or accept"),
        ("[0.7, 0.5]", '[0.7, "half"]', "line 24: figures.expected: input should be finite"),
        ("[0.7, 0.5]", "[0.7, nan]", "line 24: figures.expected: input should be finite"),
        ("[0.7, 0.5]", "[0.7, true]", "line 24: figures.expected: input should be finite"),
        ("tolerance = 0.1", "tolerance = -1", "line 25: figures.tolerance: input should be"),
        ('origin = "computed"', 'origin = "felt"', "line 26: figures.origin: input should be"),
        ("accept = [1, 1000]", "accept = [2, 1]", "line 28: figures: accept is [lowest, highest]"),
        ("accept = [1, 1000]", "accept = [1]", "line 30: figures.accept: "),
        ('name = "fast"', 'name = "Fast one"', "line 34: variants.name: "),
        ('name = "fast"', 'name = "course"', "line 34: variants.name: 'course' is taken"),
        ("do:variant/course", "do:variant/x", "line 36: variants.text: link 'do:variant/x'"),
        (
            "optimizer.learning_rate = 0.1",
            "optimizer.learning_rate = -1",
            "line 37: variants.changes.optimizer.learning_rate: input should be greater",
        ),
        (
            '"training.epochs" = 20',
            '"training.epoch" = 20',
            "line 37: variants.changes.training.epoch: there is no field 'epoch'",
        ),
        ("layer = 1", 'layer = "one"', "line 41: variants.figures.layer: input should be"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_field(
    old: str, new: str, complaint: str, tmp_path: Path
) -> None:
    assert GOOD.count(old) == 1 or old in ("order = 3", "layer = 1", "do:step", "epochs = 10")
    assert read(GOOD.replace(old, new, 1), tmp_path).startswith(complaint)


def test_a_file_without_an_experiment_is_told(tmp_path: Path) -> None:
    text = 'title = "a"\nsummary = "b"\ntext = "c"\n'
    assert read(text, tmp_path) == "line 1: experiment: field required"


def test_a_file_that_is_cut_off_is_told_with_its_last_line(tmp_path: Path) -> None:
    assert read('title = "a"\ntext = """\n', tmp_path).startswith("line 3: is no TOML: ")


def test_what_is_no_text_or_no_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    with pytest.raises(LessonError, match=r"mine\.toml: cannot be read \(No such file"):
        read_lesson(path)
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LessonError, match=r"mine\.toml: is no lesson file \(it is no text\)"):
        read_lesson(path)


def test_a_name_that_is_no_lesson_gets_a_hint() -> None:
    with pytest.raises(UnknownNameError, match="did you mean 'curve-fit'"):
        load_lesson("curve-fits")
