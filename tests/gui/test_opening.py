"""A name or a file is an experiment or a lesson."""

from pathlib import Path

import pytest

from visualmlp import paths
from visualmlp.errors import ExperimentError, LessonError, UnknownNameError
from visualmlp.experiment import Experiment
from visualmlp.gui import opening
from visualmlp.lessons import Lesson

CURVE_FIT = paths.resources() / "lessons" / "curve-fit.toml"


def test_names_and_files_of_both_kinds() -> None:
    assert isinstance(opening.find("digits"), Experiment)
    assert isinstance(opening.find(str(paths.resources() / "experiments" / "xor.toml")), Experiment)
    lesson, own = opening.find("curve-fit"), opening.find(str(CURVE_FIT))
    assert isinstance(lesson, Lesson)
    assert lesson == own


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("curve-fitt", "no experiment or lesson 'curve-fitt': did you mean 'curve-fit'?"),
        ("digitz", "no experiment 'digitz': did you mean 'digits'?"),
    ],
)
def test_a_misspelt_name_is_told_with_the_right_one(name: str, hint: str) -> None:
    with pytest.raises(UnknownNameError, match=hint.replace("?", r"\?")):
        opening.find(name)


def test_a_wrong_file_is_told_as_what_it_tries_to_be(tmp_path: Path) -> None:
    lesson, experiment, neither = (tmp_path / f"{name}.toml" for name in ("a", "b", "c"))
    lesson.write_text('summary = "Something."\n')
    experiment.write_text("epochs = 3\n")
    neither.write_text("= 3\n")
    with pytest.raises(LessonError, match=r"a\.toml"):
        opening.find(str(lesson))
    for path in (experiment, neither):
        with pytest.raises(ExperimentError, match=path.name):
            opening.find(str(path))


def test_a_damaged_lesson_does_not_hide_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "lesson_names", lambda: ("curve-fit", "gone", "iris-neuron"))
    names = [lesson.name for lesson in opening.readable_lessons()]
    assert names == ["curve-fit", "iris-neuron"]
