"""An experiment on files of the user's own."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Literal, TextIO, cast

from visualmlp.data import source_of
from visualmlp.experiment import AUTO, Data, Experiment, Layer, Output

LABEL_NAMES = {"label", "class", "target", "y", "species", "category"}
LOOKED_AT = 50
"""Lines of a table from which it is judged where the labels are."""


def on_data(experiment: Experiment, path: Path, test_path: Path | None = None) -> Experiment:
    """An experiment on files, with the other settings of the present one.

    Settings that were made for the present data alone (given values, a task or a loss that
    does not follow the data) are not taken over.
    """
    source = source_of(path)
    data = Data(source=source, path=str(path), test_path=str(test_path or ""))
    if source == "csv":
        data = data.replace(label_column=label_side(path))
    fresh = experiment if _follows_the_data(experiment) else Experiment()
    return fresh.replace(data=data, title=path.name)


def label_side(path: Path) -> Literal["first", "last"]:
    """Which column of a table has the labels, judged by its first lines; the first in doubt.

    The one that is called so, or has text where the other has numbers, or fewer different values.
    """
    rows = _first_rows(path)
    if len(rows) < 2:
        return "first"
    names = [rows[0][place].strip().casefold() in LABEL_NAMES for place in (0, -1)]
    texts = [any(not _is_number(row[place]) for row in rows[1:]) for place in (0, -1)]
    counts = [len({row[place] for row in rows[1:]}) for place in (0, -1)]
    fractions = [any("." in row[place] for row in rows[1:]) for place in (0, -1)]
    for first, last in (names, texts):
        if first != last:
            return "last" if last else "first"
    return "last" if fractions[0] and not fractions[1] and counts[1] < counts[0] else "first"


def _first_rows(path: Path) -> Sequence[Sequence[str]]:
    try:
        with _text(path) as file:
            start = file.read(64 * 1024)
    except (OSError, EOFError, UnicodeDecodeError):
        return []
    lines = start.splitlines()[: LOOKED_AT + 1]
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    try:
        rows = list(islice(csv.reader(lines, delimiter=delimiter), LOOKED_AT))
    except csv.Error:
        return []
    return [row for row in rows if row]


def _text(path: Path) -> TextIO:
    if path.suffix.lower() == ".gz":
        return cast(TextIO, gzip.open(path, "rt", encoding="utf-8-sig"))
    return path.open(encoding="utf-8-sig")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _follows_the_data(experiment: Experiment) -> bool:
    network = experiment.network
    layers: tuple[Layer | Output, ...] = (*network.hidden, network.output)
    given = any("given" in (layer.weight_init, layer.bias_init) for layer in layers)
    automatic = (experiment.data.task, network.loss, network.output.activation)
    return not given and automatic == ("auto", AUTO, AUTO)
