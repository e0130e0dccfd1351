"""Which arrays of a file are samples and which their answers; which are to train, which to test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from visualmlp.errors import DataError

INPUTS = (
    *("x", "images", "image", "imgs", "img", "pictures", "data", "features", "fea", "inputs"),
    *("input", "samples", "pixels", "digits", ""),
)
"""What files call their samples, the surest first; without what says train or test."""
ANSWERS = (
    *("y", "labels", "label", "lab", "lbl", "t", "targets", "target", "gnd", "classes", "class"),
    *("outputs", "output", "digit", "finelabels"),
)
"""What files call the answers."""
PARTS = {
    "train": r"training|train|trn|tr(?![a-z])",
    "valid": r"validation|valid|val|dev",
    "test": r"testing|test|tst|t10k|te(?![a-z])",
}


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Samples and their answers, as they were found.

    Attributes
    ----------
    x
        Samples.
    y
        Answers; None if the file has none.
    name
        What the file calls the samples.
    """

    x: Any
    y: Any
    name: str = "x"


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The pairs to learn from, and those of the given test part."""

    train: tuple[Pair, ...]
    test: tuple[Pair, ...] = ()
    notes: tuple[str, ...] = ()


def find_parts(content: Any, where: str) -> Parts:
    """See what is what.

    Parameters
    ----------
    content
        An array, arrays by their names, or nested lists and tuples of them.
    where
        The file, for messages.

    Raises
    ------
    DataError
        If that cannot be told.
    """
    if isinstance(content, Mapping):
        named = {_text(key): value for key, value in content.items()}
        return _of_names(named, where)
    if isinstance(content, np.ndarray) or not isinstance(content, (tuple, list)):
        return Parts((Pair(content, None),))
    return _of_sequence(content, where)


# Arrays with names


def _of_names(named: Mapping[str, Any], where: str) -> Parts:
    nested = {key: value for key, value in named.items() if isinstance(value, (Mapping, tuple))}
    named = {key: value for key, value in named.items() if _is_array(value)}
    found: dict[str, dict[str, list[tuple[int, str]]]] = {}
    for name in named:
        part, rest = _split_name(name)
        for role, words in (("x", INPUTS), ("y", ANSWERS)):
            if rest in words and (rest or part):
                place = (words.index(rest), name)
                found.setdefault(part, {}).setdefault(role, []).append(place)
    pairs = {part: _pair(named, roles) for part, roles in found.items() if "x" in roles}
    if not pairs:
        return _of_nested(nested, where) or _of_unnamed(named, where)
    return _joined(pairs, where)


def _pair(named: Mapping[str, Any], roles: Mapping[str, list[tuple[int, str]]]) -> Pair:
    name = min(roles["x"])[1]
    answers = min(roles["y"])[1] if "y" in roles else None
    return Pair(named[name], None if answers is None else named[answers], name)


def _split_name(name: str) -> tuple[str, str]:
    """The part that a name tells (``train`` or ``""``), and the rest of the name."""
    rest, found = name.casefold(), ""
    for part, words in PARTS.items():
        shorter = re.sub(words, "", rest, count=1)
        if shorter != rest:
            rest, found = shorter, part
            break
    return found, re.sub(r"[\W\d_]+", "", rest)


def _of_nested(nested: Mapping[str, Any], where: str) -> Parts | None:
    """Parts that are dictionaries or tuples of their own, such as {"train": (x, y)}."""
    pairs = {}
    for name, value in nested.items():
        part, rest = _split_name(name)
        if part and not rest:
            pairs[part] = find_parts(value, where).train[0]
    return _joined(pairs, where) if pairs else None


def _of_unnamed(named: Mapping[str, Any], where: str) -> Parts:
    """One array, or one of samples and one of answers, whatever their names are."""
    if len(named) == 1:
        [(name, array)] = named.items()
        return Parts((Pair(array, None, name),))
    if len(named) == 2:
        (first, x), (second, y) = sorted(named.items(), key=lambda item: -_dimensions(item[1]))
        if _dimensions(x) > 1 and len(x) == len(y):
            return Parts((Pair(x, y, first),))
        raise _unknown(where, (first, second))
    raise _unknown(where, tuple(named))


def _joined(pairs: Mapping[str, Pair], where: str) -> Parts:
    """The parts; a validation part of the file's own is among the rows to learn from."""
    train = [pairs[part] for part in ("train", "", "valid") if part in pairs]
    test = (pairs["test"],) if "test" in pairs and train else ()
    train = train or [pairs["test"]]
    if len(train) == 2 and "valid" not in pairs:
        train = train[:1]  # train and unnamed: the unnamed are the same once more, or all
    notes = _validation_note(pairs["valid"].x) if "valid" in pairs and len(train) > 1 else ()
    return Parts(tuple(train[:3]), test, notes)


# Arrays without names


def _of_sequence(content: Sequence[Any], where: str) -> Parts:
    pairs = [_as_pair(item, where) for item in content]
    if 2 <= len(content) <= 3 and all(pair is not None for pair in pairs):
        train, *valid, test = [pair for pair in pairs if pair is not None]
        notes = _validation_note(valid[0].x) if valid else ()
        return Parts((train, *valid), (test,), notes)
    if len(content) == 4 and all(_is_array(item) for item in content):
        a, b, c, d = content
        if len(a) == len(b) and len(c) == len(d) and _dimensions(b) < _dimensions(a):
            return Parts((Pair(a, b),), (Pair(c, d),))
        if len(a) == len(c) and len(b) == len(d):
            return Parts((Pair(a, c),), (Pair(b, d),))
    if len(content) == 2 and all(_is_array(item) for item in content):
        return Parts((Pair(content[0], content[1]),))
    if content and all(isinstance(item, tuple) and len(item) == 2 for item in content):
        return Parts((Pair([item[0] for item in content], [item[1] for item in content]),))
    if content and all(isinstance(item, Mapping) for item in content):
        raise DataError(f"{where} holds a list of dictionaries: save one array x and one y.")
    return Parts((Pair(content, None),))


def _as_pair(item: Any, where: str) -> Pair | None:
    """Samples and answers, if that is what a tuple or dictionary holds."""
    if isinstance(item, Mapping):
        parts = find_parts(item, where)
        return parts.train[0] if parts.train[0].y is not None else None
    if not isinstance(item, (tuple, list)) or len(item) != 2 or not all(map(_is_array, item)):
        return None
    x, y = item
    return Pair(x, y) if len(x) == len(y) and len(x) > 2 and _dimensions(x) > 1 else None


def _validation_note(x: Any) -> tuple[str, ...]:
    return (
        f"The file's own validation part ({len(x):,} samples) is among the samples to learn from; "
        "how many are kept for validation is set under Validation part.",
    )


def _is_array(value: Any) -> bool:
    return isinstance(value, list) or (isinstance(value, np.ndarray) and value.ndim > 0)


def _dimensions(value: Any) -> int:
    count = 0
    while isinstance(value, list) and value:
        value, count = value[0], count + 1
    return count + (value.ndim if isinstance(value, np.ndarray) else 0)


def _text(key: Any) -> str:
    return key.decode("latin-1") if isinstance(key, bytes) else str(key)


def _unknown(where: str, names: Iterable[str]) -> DataError:
    listed = ", ".join(name[:40] for name in list(names)[:8]) or "nothing"
    return DataError(
        f"{where} holds {listed}: which of them are the samples cannot be told. Name them x and y "
        "(or x_train, y_train, x_test, y_test)."
    )
