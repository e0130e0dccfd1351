"""Experiments as TOML and JSON, and the bundled ones."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.engine import GIVEN, INITIALIZERS
from visualmlp.errors import ExperimentError, UnknownNameError
from visualmlp.experiment import (
    Data,
    Experiment,
    FieldSpec,
    Layer,
    Network,
    Optimizer,
    Random,
    Regularization,
    Schedule,
    Section,
    Training,
    bundled_names,
    fields_of,
    find_experiment,
    from_json,
    read_toml,
    replacing,
    to_json,
    write_toml,
)
from visualmlp.experiment.files import migrate
from visualmlp.experiment.network import Output

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def values_of(field: FieldSpec) -> st.SearchStrategy[Any]:
    """Values that a field accepts."""
    if field.choices:
        return st.sampled_from(field.choices)
    if get_origin(field.type) is Literal:
        return st.sampled_from(get_args(field.type))
    if field.type is int:
        return st.integers(int(field.low or 0), int(field.high or 2**40) - field.high_open)
    if field.type is float:
        ends = {"exclude_min": field.low_open, "exclude_max": field.high_open}
        return st.floats(field.low, field.high, allow_infinity=False, **ends)
    if field.type is bool:
        return st.booleans()
    return texts if field.type is str else st.lists(texts, max_size=3)


def sections(section: type[Section], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    free = {f.name: values_of(f) for f in fields_of(section) if f.name not in fixed}
    return st.fixed_dictionaries({}, optional=free | fixed).map(section.checked)


inits = st.sampled_from(list(INITIALIZERS))
numbers = st.floats(-9, 9)
given_weights = {
    "weight_init": st.just(GIVEN),
    "weight_values": st.lists(st.lists(numbers, min_size=1, max_size=3), min_size=1, max_size=2),
    "bias_init": st.just(GIVEN),
    "bias_values": st.lists(numbers, min_size=1, max_size=3),
}


def layers(section: type[Section], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    drawn = sections(section, weight_init=inits, bias_init=inits, **fixed)
    return drawn | st.fixed_dictionaries(given_weights).map(section.checked)


networks = sections(
    Network,
    hidden=st.lists(layers(Layer), max_size=3),
    output=layers(Output, activation=st.just("auto")),
)
experiments = st.builds(
    Experiment,
    title=texts,
    data=sections(Data),
    network=networks,
    optimizer=sections(Optimizer, layer_order=st.just("together")),
    schedule=sections(Schedule),
    regularization=sections(Regularization),
    training=sections(Training),
    random=sections(Random),
)


@settings(max_examples=60, deadline=None)
@given(experiments)
def test_toml_brings_back_the_same_experiment(experiment: Experiment) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mine.toml"
        write_toml(experiment, path)
        assert read_toml(path) == experiment


@settings(max_examples=60, deadline=None)
@given(experiments)
def test_json_brings_back_the_same_experiment(experiment: Experiment) -> None:
    text = to_json(experiment)
    assert from_json(text) == experiment
    assert to_json(from_json(text)) == text


def test_there_are_experiments_for_all_bundled_and_made_data() -> None:
    expected = ("blobs", "circles", "curve", "digits", "iris", "mnist", "moons", "spirals", "xor")
    assert bundled_names() == expected


@pytest.mark.parametrize("name", bundled_names())
def test_bundled_experiment_is_read_and_survives_files(name: str, tmp_path: Path) -> None:
    experiment = find_experiment(name)
    assert experiment.title not in ("", name, "Untitled")
    assert experiment.data.source == name
    write_toml(experiment, tmp_path / "copy.toml")
    assert read_toml(tmp_path / "copy.toml") == experiment
    assert from_json(to_json(experiment)) == experiment


def test_an_experiment_is_found_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[training]\nepochs = 3\n")
    assert find_experiment(str(path)).training.epochs == 3
    bare = path.rename(tmp_path / "mine")
    assert find_experiment(str(bare)).training.epochs == 3


@pytest.mark.parametrize(
    ("name", "hint"),
    [("digit", "did you mean 'digits'?"), ("zzz", "choose from blobs, circles"), ("", "choose")],
)
def test_an_unknown_experiment_gets_a_hint(name: str, hint: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        find_experiment(name)
    assert str(caught.value).startswith(f"there is no experiment {name!r}: {hint}")


def test_an_empty_file_means_all_defaults(tmp_path: Path) -> None:
    path = tmp_path / "plain.toml"
    path.write_bytes(b"")
    assert read_toml(path) == Experiment(title="plain")


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "notepad.toml"
    path.write_bytes(b'\xef\xbb\xbftitle = "x"\r\n')
    assert read_toml(path).title == "x"


DAMAGED = {
    "binary": (b"\x00\xff\xfe\x80", "is no experiment file"),
    "utf-16": ("title = 'x'".encode("utf-16"), "is no experiment file"),
    "cut": (b"[training\nepochs = 3", "is no experiment file"),
    "twice": (b"title = 'a'\ntitle = 'b'", "is no experiment file"),
    "deep": (b"title = " + b"[" * 100_000, "is no experiment file"),
    "long": (b"[training]\nseed = " + b"1" * 5000, "is no experiment file"),
    "field": (b"[training]\nepoch = 3", "training.epoch: there is no such field"),
    "range": (b"[training]\nepochs = 0", "training.epochs: input should be greater than or equal"),
    "type": (b"[training]\nepochs = []", "training.epochs: "),
    "nan": (b"[optimizer]\nlearning_rate = nan", "optimizer.learning_rate: .*finite"),
    "section": (b"training = 3", "training: "),
    "pair": (b'network = {loss = "cross_entropy", output = {activation = "relu"}}', "network.loss"),
    "newer": (b"schema_version = 2", "schema_version 2 is newer .* update VisualMLP"),
    "version": (b"schema_version = '1'", "schema_version: must be a whole number from 1"),
    "true": (b"schema_version = true", "schema_version: must be a whole number from 1"),
    "zero": (b"schema_version = 0", "schema_version: must be a whole number from 1"),
}


@pytest.mark.parametrize("kind", DAMAGED)
def test_a_damaged_file_is_refused_with_its_name(kind: str, tmp_path: Path) -> None:
    content, reason = DAMAGED[kind]
    path = tmp_path / "damaged.toml"
    path.write_bytes(content)
    with pytest.raises(ExperimentError, match=reason) as caught:
        read_toml(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize("name", ["missing.toml", "."])
def test_a_file_that_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with pytest.raises(ExperimentError, match="cannot be read") as caught:
        read_toml(path)
    assert str(caught.value).startswith(f"{path}: ")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "3", "null", "[" * 100_000, '{"training":{"seed":' + "1" * 5000 + "}}",
     '{"optimizer":{"learning_rate":NaN}}', '{"bogus":1}', '{"schema_version":2}'],
    ids=range(10),
)  # fmt: skip
def test_damaged_json_is_refused(text: str) -> None:
    with pytest.raises(ExperimentError):
        from_json(text)


def test_files_of_this_version_are_taken_as_they_are() -> None:
    values = json.loads(to_json(Experiment()))
    assert migrate(values) == values


def test_writing_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    for epochs in (3, 4):
        write_toml(Experiment(training=Training(epochs=epochs)), path)
        assert read_toml(path).training.epochs == epochs
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["mine.toml"]
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize("experiment", [Experiment(title="\ud800")])
def test_what_text_files_cannot_hold_is_refused(experiment: Experiment, tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="cannot be written"):
        write_toml(experiment, tmp_path / "mine.toml")


@pytest.mark.parametrize("name", ["missing/mine.toml", "folder"])
def test_a_place_that_cannot_be_written_is_named(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    path = tmp_path / name
    with pytest.raises(ExperimentError, match="cannot be written") as caught:
        write_toml(Experiment(), path)
    assert str(caught.value).startswith(f"{path}: ")
    assert not list(tmp_path.rglob("*.part"))


def test_a_failed_replacement_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "old.txt"
    path.write_text("old")

    def fail_half_way() -> None:
        with replacing(path) as fresh:
            fresh.write_text("half")
            assert path.read_text() == "old"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    assert path.read_text() == "old"
    assert not list(tmp_path.glob("*.part"))
    with replacing(path) as fresh:
        fresh.write_text("new")
    assert path.read_text() == "new"
    assert not list(tmp_path.glob(".saving*"))
