"""From a data set to what a training eats: classes, subset, split, scaling."""

from __future__ import annotations

import numpy as np

from visualmlp.data.dataset import Array, Dataset, count_labels
from visualmlp.data.large.mapped import is_mapped
from visualmlp.data.preparation import Preparation
from visualmlp.data.prepared import Part, PreparedData, PreparedTask, most_samples
from visualmlp.data.scaling import Scaling, fit_scaling
from visualmlp.data.split import draw
from visualmlp.errors import DataError


def prepare(dataset: Dataset, preparation: Preparation | None = None) -> PreparedData:
    """Keep classes, draw the subset, split, and fit the scaling on the training part.

    Each kept row is in exactly one part; the same seed gives the same parts.

    Raises
    ------
    DataError
        If the preparation does not fit the data; the text names the field.
    UnknownNameError
        If there is no such scaling.
    """
    preparation = preparation or Preparation()
    class_names = _kept_classes(dataset, preparation)
    task = _task(dataset, preparation, class_names)
    labels = _relabel(dataset, class_names)
    found = _split(dataset, preparation, labels, class_names)
    indexes = (found[0], *(_looked_at(dataset, index) for index in found[1:]))
    train, validation, test = (
        _part(dataset, name, index, labels)
        for name, index in zip(("train", "validation", "test"), indexes, strict=True)
    )
    scaling = fit_scaling(preparation.scaling, dataset, train.index)
    return PreparedData(
        dataset=dataset,
        class_names=class_names,
        task=task,
        train=train,
        validation=validation,
        test=test,
        scaling=scaling,
        notes=(
            *dataset.notes,
            *_notes(dataset, preparation, (train, validation, test), class_names),
            *_unseen(dataset, scaling),
            *_left_out(found[1:], (validation, test)),
        ),
    )


def _kept_classes(dataset: Dataset, preparation: Preparation) -> tuple[str, ...]:
    kept = preparation.keep_classes or dataset.class_names
    unknown = [name for name in kept if name not in dataset.class_names]
    if unknown:
        known = ", ".join(dataset.class_names) or "none"
        raise DataError(f"classes to keep: no class is named {unknown[0]!r}; there are {known}.")
    if len(set(kept)) < len(kept):
        raise DataError("Classes to keep names a class twice: name each once.")
    if len(kept) == 1:
        raise DataError("Classes to keep leaves one class only: keep at least two.")
    return kept


def _task(dataset: Dataset, preparation: Preparation, class_names: tuple[str, ...]) -> PreparedTask:
    if preparation.task in ("auto", dataset.task):
        return dataset.task
    if dataset.task == "regression":
        raise DataError(f"task is {preparation.task!r}, but {dataset.title} has no classes.")
    if preparation.task == "regression":
        raise DataError(
            f"task is 'regression', but {dataset.title} has classes: choose 'classification', "
            "or 'binary' for two of them as the numbers 0 and 1."
        )
    if len(class_names) != 2:
        raise DataError(
            f"task is 'binary', but {len(class_names)} classes are kept: "
            "name two of them as classes to keep."
        )
    return "binary"


def _relabel(dataset: Dataset, class_names: tuple[str, ...]) -> Array:
    """New label of every row of the data set, -1 where its class is not kept; 0 for regression."""
    if not class_names:
        return np.zeros(dataset.n_samples, np.int64)
    new = np.full(dataset.n_classes, -1)
    new[[dataset.class_names.index(name) for name in class_names]] = np.arange(len(class_names))
    labels: Array = new[dataset.targets]
    return labels


def _split(
    dataset: Dataset, preparation: Preparation, labels: Array, class_names: tuple[str, ...]
) -> tuple[Array, Array, Array]:
    n_test = dataset.n_given_test
    rows = np.flatnonzero(labels >= 0)
    border = dataset.n_samples - n_test
    pool, given = rows[rows < border], rows[rows >= border]
    rng = np.random.default_rng(preparation.seed) if preparation.shuffle else None
    groups = labels if preparation.stratify else np.zeros_like(labels)
    pool = _subset(pool, groups, preparation.subset, rng)
    test_fraction = 0.0 if n_test else preparation.test_fraction
    test_size = _size("test_fraction", test_fraction, len(pool))
    validation_size = _size("validation_fraction", preparation.validation_fraction, len(pool))
    if preparation.stratify and class_names:
        _check_classes(labels[pool], class_names, [validation_size, test_size])
    pool, test = _cut(pool, groups, test_size, rng)
    train, validation = _cut(pool, groups, validation_size, rng)
    _check_train(labels[train], class_names)
    return train, validation, given if n_test else test


def _subset(
    pool: Array, groups: Array, subset: int | None, rng: np.random.Generator | None
) -> Array:
    if subset is None:
        return pool
    if subset > len(pool):
        raise DataError(f"subset is {subset:,}, but there are only {len(pool):,} samples.")
    # Turned around, since what is drawn without chance are the last of each class.
    kept = draw(groups[pool][::-1], subset, rng)[::-1]
    return pool[kept]


def _cut(
    pool: Array, groups: Array, size: int, rng: np.random.Generator | None
) -> tuple[Array, Array]:
    if size == 0:
        return pool, pool[:0]
    drawn = draw(groups[pool], size, rng)
    return pool[~drawn], pool[drawn]


def _looked_at(dataset: Dataset, index: Array) -> Array:
    """The rows of a validation or test part: of data larger than memory evenly spaced ones."""
    most = most_samples(dataset)
    if not is_mapped(dataset.x) or len(index) <= most:
        return index
    return index[np.linspace(0, len(index) - 1, most).astype(np.intp)]


def _left_out(found: tuple[Array, ...], parts: tuple[Part, ...]) -> list[str]:
    """That not all samples kept back are looked at."""
    return [
        f"The {part.name} part is {len(part):,} of the {len(index):,} samples kept back, evenly "
        "spaced, since the data are larger than memory."
        for index, part in zip(found, parts, strict=True)
        if len(part) < len(index)
    ]


def _size(field: str, fraction: float, n_samples: int) -> int:
    size = int(fraction * n_samples + 0.5)
    if fraction > 0 and size == 0:
        raise DataError(
            f"{field} is {fraction:g}, which is no sample of {n_samples:,}: "
            "raise it, set it to 0, or keep more samples."
        )
    return size


def _check_classes(labels: Array, class_names: tuple[str, ...], sizes: list[int]) -> None:
    n_parts = 1 + sum(size > 0 for size in sizes)
    for name, count in count_labels(labels, class_names).items():
        if count < n_parts:
            raise DataError(
                f"class {name!r} has too few samples ({count}) for {n_parts} parts: keep more "
                "samples (subset), leave the class out (classes to keep), or turn off stratify."
            )


def _check_train(labels: Array, class_names: tuple[str, ...]) -> None:
    if not len(labels):
        raise DataError("No sample is left to train on: lower validation_fraction, test_fraction.")
    missing = [name for name, count in count_labels(labels, class_names).items() if not count]
    if missing:
        raise DataError(
            f"class {missing[0]!r} has no sample to train on: lower validation_fraction or "
            "test_fraction, raise subset, or leave the class out (classes to keep)."
        )


def _part(dataset: Dataset, name: str, index: Array, labels: Array) -> Part:
    rows = index.astype(np.int64)
    rows.setflags(write=False)
    chosen = (labels if dataset.class_names else dataset.targets)[rows]
    chosen.setflags(write=False)
    return Part(name, rows, *((chosen, None) if dataset.class_names else (None, chosen)))


def _notes(
    dataset: Dataset,
    preparation: Preparation,
    parts: tuple[Part, ...],
    class_names: tuple[str, ...],
) -> tuple[str, ...]:
    notes = []
    if dataset.n_given_test and preparation.test_fraction:
        notes.append("test_fraction is not used: the test part is the one of the source.")
    for part in parts:
        if part.labels is not None and len(part):
            counts = count_labels(part.labels, class_names)
            empty = [name for name, count in counts.items() if not count]
            notes += [f"The {part.name} part has no sample of class {name!r}." for name in empty]
    return tuple(notes)


def _unseen(dataset: Dataset, scaling: Scaling) -> list[str]:
    """Categories that are 0 everywhere, since training does not know them."""
    if scaling.filling is None:
        return []
    return [
        f"No training sample has {dataset.feature_names[i]}: it counts as unknown in the others."
        for i in np.flatnonzero(~scaling.filling.seen)
    ]
