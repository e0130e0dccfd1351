"""The steps from rows of a file to inputs of a network, in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt6.QtCore import QCoreApplication

from visualmlp.analysis.data_columns import FeatureChain
from visualmlp.analysis.preparation import CellChain, ColumnFacts
from visualmlp.data import SCALERS, Part, PreparedData
from visualmlp.experiment import Data
from visualmlp.gui.views.part_chooser import part_name
from visualmlp.gui.widgets.labels import count_text, counted, number_text
from visualmlp.training.probe import PartName
from visualmlp.training.setup import Setup

SHOWN = 12
"""Names in a list, at most."""

MOST_FLAGS = 30
"""Categories whose 0 or 1 is told."""

Step = tuple[str, list[str]]
"""Title and sentences."""


def steps(setup: Setup, facts: Sequence[ColumnFacts]) -> list[Step]:
    """Every step in its order; those that do nothing say so."""
    data, settings = setup.data, setup.experiment.data
    return [
        (_tr("Rows"), _rows(data)),
        (_tr("Samples used"), _used(data, settings)),
        (_tr("Split"), _split(data, settings)),
        (_tr("Columns become features"), _features(data, facts)),
        (_tr("Missing values"), _missing(data, facts)),
        (_tr("Scaling"), _scaling(setup)),
        (_tr("Targets"), _targets(data)),
    ]


def _rows(data: PreparedData) -> list[str]:
    dataset = data.dataset
    text = _tr("{rows} rows of {features}, stored as {dtype}.").format(
        rows=count_text(dataset.n_samples),
        features=counted(dataset.n_features, _tr("1 number"), _tr("{} numbers")),
        dtype=dataset.x.dtype,
    )
    return [text, *dataset.notes]


def _used(data: PreparedData, settings: Data) -> list[str]:
    used = sum(map(len, data.parts))
    lines = []
    if settings.classes:
        lines.append(_tr("Classes kept: {}.").format(", ".join(data.class_names)))
    if settings.subset:
        how = _tr("drawn with seed {}").format(settings.split_seed)
        how = how if settings.shuffle else _tr("the first ones")
        if settings.stratify and data.class_names:
            how += _tr(", of each class in proportion")
        text = _tr("Subset of {count} samples, {how}.")
        lines.append(text.format(count=count_text(settings.subset), how=how))
    left = data.dataset.n_samples - used
    text = _tr("All {} rows.").format(count_text(used))
    if left:
        text = _tr("{used} rows used, {left} not.").format(
            used=count_text(used), left=count_text(left)
        )
    return [*lines, text]


def _split(data: PreparedData, settings: Data) -> list[str]:
    parts: tuple[tuple[PartName, Part], ...] = (
        *(("train", data.train), ("validation", data.validation), ("test", data.test)),
    )
    sizes = ", ".join(f"{part_name(name)} {count_text(len(part))}" for name, part in parts)
    how = _tr("the last samples are kept back")
    if settings.shuffle:
        how = _tr("drawn at random with seed {}").format(settings.split_seed)
    if settings.stratify and data.class_names:
        how += _tr(", of each class in proportion (stratified)")
    lines = [sizes[:1].upper() + sizes[1:] + ".", how[:1].upper() + how[1:] + "."]
    if data.dataset.n_given_test:
        lines.append(_tr("The test part is the one of the source."))
    return lines


def _features(data: PreparedData, facts: Sequence[ColumnFacts]) -> list[str]:
    if data.dataset.image_shape:
        text = _tr("Pictures of {} × {} pixels, row by row: each pixel is a feature.")
        return [text.format(*data.dataset.image_shape[::-1])]
    categories = [fact.column for fact in facts if fact.column.kind == "category"]
    lines = [
        _tr("{columns} → {features}.").format(
            columns=counted(len(facts), _tr("1 column"), _tr("{} columns")),
            features=counted(data.n_inputs, _tr("1 feature"), _tr("{} features")),
        )
    ]
    if categories:
        lines.append(_tr("Categories become a 0 or 1 each (one-hot):"))
        lines += [f"{c.name}: {_listed(c.categories)}" for c in categories[:SHOWN]]
        lines += _more(len(categories) - SHOWN)
    else:
        lines.append(_tr("All are numbers."))
    return lines


def _missing(data: PreparedData, facts: Sequence[ColumnFacts]) -> list[str]:
    lines = [missing_text(data, fact) for fact in facts if fact.column.n_missing]
    lines = lines[:SHOWN] + _more(len(lines) - SHOWN)
    for fact in facts:
        if fact.unseen:
            text = _tr("{column}: no training sample has {names}; they count as unknown, all 0.")
            lines.append(text.format(column=fact.column.name, names=_listed(fact.unseen)))
    return lines or [_tr("None.")]


def missing_text(data: PreparedData, fact: ColumnFacts) -> str:
    """What becomes of the empty cells of a column, with the number that stands in."""
    column = fact.column
    value = fact.stands_in
    what = exact(value) if isinstance(value, float) else str(value)
    if column.missing == "category" and column.kind == "category":
        text = _tr("{column}: {missing} missing, a category of their own.")
    else:
        text = _tr(
            "{column}: {missing} missing become {what}, the {way} of {known} of {train} training "
            "samples."
        )
    if column.missing == "category" and column.kind == "number":
        text += _tr(" A second feature tells that it was missing.")
    return text.format(
        column=column.name,
        missing=count_text(column.n_missing),
        what=what,
        way=_way(fact),
        known=count_text(fact.n_known or 0),
        train=count_text(len(data.train)),
    )


def _way(fact: ColumnFacts) -> str:
    ways = {"median": _tr("median"), "mode": _tr("most frequent value")}
    if fact.column.kind == "category":
        return ways["mode"]
    return ways.get(fact.column.missing, _tr("mean"))


def _scaling(setup: Setup) -> list[str]:
    scaling = setup.data.scaling
    lines = [f"{SCALERS[scaling.name].title}: {SCALERS[scaling.name].description}"]
    if scaling.offset.size == 1:
        offset, divisor = float(scaling.offset[0]), float(scaling.divisor[0])
        if scaling.name != "none":
            lines.append(_tr("Every input is {}.").format(formula("x", offset, divisor)))
    else:
        text = _tr("Each number is (x − offset) / divisor, fitted on the {} training samples only.")
        lines.append(text.format(count_text(len(setup.data.train))))
        if setup.data.dataset.columns:
            lines.append(_tr("The 0 and 1 of categories stay as they are."))
    lines.append(_tr("Computed in float64, then rounded to {}.").format(setup.dtype))
    return lines


def _targets(data: PreparedData) -> list[str]:
    if data.task == "regression":
        names = data.dataset.target_names
        text = counted(
            data.n_outputs,
            _tr("a number, as it is: not scaled."),
            _tr("{} numbers, as they are: not scaled."),
        )
        return [f"{_listed(names)}: {text}" if names else text]
    if data.task == "binary":
        return [_tr("{} is 0, {} is 1.").format(*data.class_names)]
    text = _tr("A 1 at the place of the class, 0 elsewhere (one-hot): {}.")
    return [text.format(_listed(data.class_names))]


def formula(x: str, offset: float, divisor: float) -> str:
    """``(x − offset) / divisor`` with its numbers in full."""
    sign = "+" if offset < 0 else "−"
    top = x if offset == 0 else f"({x} {sign} {exact(abs(offset))})"
    return f"{top} / {exact(divisor)}"


def exact(value: float) -> str:
    """The shortest number that is read back as the same float64."""
    if value != value:
        return _tr("missing")
    text = repr(value)
    return (text.removesuffix(".0") if "e" not in text else text).replace("-", "−")


def chain_text(chain: CellChain) -> str:
    """The picked cell's way to the network, to be computed by hand."""
    if chain.is_number:
        return _number_text(chain.chains[0], chain.chains[1:])
    flags = " · ".join(f"{link.feature}: {exact(link.given)}" for link in chain.chains[:MOST_FLAGS])
    lines = [flags + (" · …" if len(chain.chains) > MOST_FLAGS else "")]
    if any(link.is_filled for link in chain.chains):
        lines.insert(0, _tr("missing → the most frequent category of the training part stands in"))
    if any(link.is_unseen and link.stored for link in chain.chains):
        lines.append(_tr("no training sample has this category: it counts as unknown"))
    return "\n".join(lines)


def _number_text(link: FeatureChain, flags: Sequence[FeatureChain]) -> str:
    lines = [_tr("missing → {}").format(exact(link.filled))] if link.is_filled else []
    x = f"({exact(link.filled)})" if link.filled < 0 else exact(link.filled)
    lines.append(f"{formula(x, link.offset, link.divisor)} = {exact(link.scaled)}")
    if link.given != link.scaled:
        lines.append(_tr("rounded to float32: {}").format(exact(link.given)))
    lines += [f"{flag.feature}: {exact(flag.given)}" for flag in flags]
    return "\n".join(lines)


def column_row(fact: ColumnFacts) -> list[str]:
    """A row of the table of columns."""
    column = fact.column
    value = fact.stands_in
    stands_in = number_text(value, ".6g") if isinstance(value, float) else value or ""
    if column.kind == "category" and column.missing == "category" and column.n_missing:
        stands_in = _tr("a category")
    kind = _tr("number") if column.kind == "number" else _tr("category")
    numbers = [
        "" if number is None else number_text(number, ".6g")
        for number in (fact.offset, fact.divisor)
    ]
    missing = count_text(column.n_missing) if column.n_missing else ""
    return [column.name, kind, count_text(column.n_features), missing, stands_in, *numbers]


def column_titles() -> list[str]:
    """The titles of that table."""
    return [
        *(_tr("column"), _tr("kind"), _tr("features"), _tr("missing"), _tr("stands in")),
        *(_tr("offset"), _tr("divisor")),
    ]


def chain_rows(chains: Sequence[CellChain]) -> list[list[str]]:
    """A row for each feature of a sample."""
    return [
        [
            link.feature,
            chain.cell,
            exact(link.filled) if link.is_filled or link.is_unseen else "",
            exact(link.given),
            _computed(chain, link),
        ]
        for chain in chains
        for link in chain.chains
    ]


def _computed(chain: CellChain, link: FeatureChain) -> str:
    """Nothing for the 0 or 1 of a category, which stays as it is."""
    is_scaled = chain.is_number and link is chain.chains[0]
    return formula(exact(link.filled), link.offset, link.divisor) if is_scaled else ""


def chain_titles(dtype: str) -> list[str]:
    """The titles of those rows."""
    return [
        *(_tr("feature"), _tr("cell"), _tr("filled"), _tr("input ({})").format(dtype)),
        _tr("computed as"),
    ]


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - SHOWN
    text = ", ".join(names[:SHOWN])
    return f"{text} {_tr('and {} more').format(count_text(rest))}" if rest > 0 else text


def _more(count: int) -> list[str]:
    return [_tr("… and {} more columns.").format(count_text(count))] if count > 0 else []


def _tr(text: str) -> str:
    return QCoreApplication.translate("Preparation", text)
