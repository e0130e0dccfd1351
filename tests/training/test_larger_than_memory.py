"""Training on data that stay in their file gives the same bits as training on data in memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from visualmlp.data import Dataset, prepared
from visualmlp.data.large import ahead
from visualmlp.data.large.mapped import map_array
from visualmlp.errors import DataError, ExperimentError
from visualmlp.experiment import Experiment, apply_settings
from visualmlp.training.probe import Probe
from visualmlp.training.replay import batch_arrays, next_batch, next_step
from visualmlp.training.setup import Setup, build
from visualmlp.training.trainer import Trainer

N_SAMPLES, WIDTH = 900, 12
SETTINGS = ("network.hidden=[6]", "training.batch_size=32", "training.epochs=2")


def arrays(kind: str) -> np.ndarray:
    rng = np.random.default_rng(0)
    if kind == "uint8":
        return rng.integers(0, 256, (N_SAMPLES, WIDTH), dtype=np.uint8)
    return rng.normal(size=(N_SAMPLES, WIDTH)).astype(np.float32)


def dataset(x: np.ndarray, task: str = "classification") -> Dataset:
    rng = np.random.default_rng(1)
    low, high = float(x.min()), float(x.max())
    answers: dict[str, Any] = {"targets": rng.integers(0, 3, len(x)), "class_names": tuple("abc")}
    if task == "regression":
        answers = {"targets": rng.normal(size=(len(x), 2)), "class_names": ()}
    return Dataset(
        name="large",
        title="Large",
        x=x,
        task=task,
        feature_names=tuple(map(str, range(WIDTH))),
        image_shape=None,
        value_range=(0, 255) if x.dtype == np.uint8 else (low, high),
        source="test",
        licence="none",
        **answers,
    )


def both(tmp_path: Path, kind: str, task: str, *settings: str) -> tuple[Setup, Setup]:
    """In memory, and mapped with everything small that is large in earnest."""
    experiment = apply_settings(Experiment(), [*SETTINGS, *settings])
    x = arrays(kind)
    path = tmp_path / "x.bin"
    path.write_bytes(x.tobytes())
    mapped = map_array(path, x.dtype, x.shape, 0)
    return tuple(build(experiment, dataset=dataset(one, task)) for one in (x, mapped))  # type: ignore[return-value]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "BLOCK_BYTES", 4000)
    monkeypatch.setattr(prepared, "PART_VALUES", 0)
    monkeypatch.setattr(prepared, "LEAST_SAMPLES", 500)


@pytest.mark.parametrize("scaling", ["range", "standardise", "min_max", "none", "range_float32"])
@pytest.mark.parametrize("kind", ["uint8", "float32"])
@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_the_same_bits(tmp_path: Path, kind: str, scaling: str, precision: str) -> None:
    settings = (f"data.scaling={scaling}", f"training.precision={precision}")
    states = [
        trained(setup, 40).state() for setup in both(tmp_path, kind, "classification", *settings)
    ]
    assert states[0].digest() == states[1].digest()


@pytest.mark.parametrize(
    "sampling",
    ["file_order", "per_sample", "with_replacement", "one_batch", "per_sample_in_batch"],
)
def test_the_same_bits_whatever_the_order(tmp_path: Path, sampling: str) -> None:
    one, other = both(tmp_path, "float32", "regression", f"training.sampling={sampling}")
    first, second = trained(one, 60), trained(other, 60)
    assert first.state().digest() == second.state().digest()
    figures = [[one.validation for one in t.history.epochs] for t in (first, second)]
    assert repr(figures[0]) == repr(figures[1])
    rows = next_batch(other, second.state())
    for a, b in zip(batch_arrays(one, rows), batch_arrays(other, rows), strict=True):
        np.testing.assert_array_equal(a, b)


def test_going_back_and_other_batches_give_the_same_bits(tmp_path: Path) -> None:
    trainers = [trained(setup, 30) for setup in both(tmp_path, "uint8", "classification")]
    for trainer in trainers:
        trainer.seek(11)
        trainer.step()
        trainer.seek(30)
        trainer.change(apply_settings(trainer.experiment, ["training.batch_size=17"]))
        for _ in range(9):
            trainer.step()
    assert trainers[0].state().digest() == trainers[1].state().digest()
    traces = [next_step(t.setup, t.state()).trace for t in trainers]
    assert traces[0].loss == traces[1].loss


def trained(setup: Setup, n_steps: int) -> Trainer:
    trainer = Trainer(setup)
    for _ in range(n_steps):
        trainer.step()
    return trainer


# Bounds


def test_parts_kept_back_are_thinned_evenly_and_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prepared, "LEAST_SAMPLES", 100)
    settings = ("data.validation_fraction=0.3", "data.test_fraction=0.2")
    one, other = both(tmp_path, "uint8", "classification", *settings)
    assert [len(part) for part in one.data.parts] == [450, 270, 180]
    assert [len(part) for part in other.data.parts] == [450, 100, 100]
    assert set(other.data.validation.index) < set(one.data.validation.index)
    assert np.diff(other.data.validation.index).max() < 30
    notes = [note for note in other.data.notes if "kept back" in note]
    assert [note[:43] for note in notes] == [
        "The validation part is 100 of the 270 sampl",
        "The test part is 100 of the 180 samples kep",
    ]
    assert Trainer(other).history.epochs[0].train.n_samples == 100


def test_the_training_part_gives_rows_and_never_all(tmp_path: Path) -> None:
    one, other = both(tmp_path, "uint8", "classification")
    probes = Probe(one), Probe(other)
    x, y = (probe.inputs("train") for probe in probes)
    assert (len(y), y.shape, y.dtype, y.ndim) == (len(x), x.shape, x.dtype, 2)
    rows = np.array([5, 3, 700])
    np.testing.assert_array_equal(y[rows], x[rows])
    np.testing.assert_array_equal(y[:40], x[:40])
    np.testing.assert_array_equal(y[7], x[7])
    t, u = (probe.targets("train")[:40] for probe in probes)
    np.testing.assert_array_equal(t, u)
    frame = Trainer(other).frame()
    for refused in (
        lambda: np.asarray(y),
        lambda: y.mean(axis=0),
        lambda: y[:],
        lambda: other.data.raw(other.data.train),
        lambda: probes[1].outputs(frame, "train"),
    ):
        with pytest.raises(DataError, match="at once"):
            refused()


def test_batches_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError, match="larger than memory, and a step would take 720"):
        both(tmp_path, "uint8", "classification", "training.sampling=full_batch")
    with pytest.raises(ExperimentError, match="batches of at most 500"):
        both(tmp_path, "uint8", "classification", "training.batch_size=600")


def test_memory_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "BLOCK_BYTES", 2**20)
    monkeypatch.setattr("visualmlp.data.large.mapped.CHUNK_BYTES", 2**20)
    n, width = 100_000, 500
    path = tmp_path / "x.bin"
    with path.open("wb") as file:
        for _ in range(50):
            file.write(np.random.default_rng(0).bytes(n * width // 50))
    tracemalloc.start()
    mapped = map_array(path, np.uint8, (n, width), 0)
    large = Dataset(
        "large", "Large", mapped, np.arange(n) % 10, "classification", tuple("0123456789"),
        tuple(map(str, range(width))), None, (0, 255), "test", "none",
    )  # fmt: skip
    experiment = apply_settings(Experiment(), [*SETTINGS, "data.scaling=standardise"])
    trained(build(experiment, dataset=large), 50)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < mapped.nbytes / 2
