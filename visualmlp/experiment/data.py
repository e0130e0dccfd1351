"""Where the samples of an experiment come from and how they are split and scaled."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from visualmlp.data import CURVES, SCALERS, SOURCES
from visualmlp.data.tables.workbook import WORKBOOKS
from visualmlp.experiment.declare import OneOf, Section, Seed, Ui

Fraction = Annotated[float, Field(ge=0, lt=1)]


def _source_uses(name: str) -> Any:
    return lambda data: name in SOURCES[data.source].settings_used


class ColumnOfTable(Section):
    """What is decided about a column of a table; what is left out is guessed."""

    name: Annotated[str, Field(min_length=1, description="Name of the column, as in the header.")]
    role: Annotated[
        Literal["feature", "target", "ignore"],
        Field(description="An input, what is to be learnt, or neither."),
    ] = "feature"
    kind: Annotated[
        Literal["auto", "number", "category"],
        Field(description="Numbers, or names that become a 0 or 1 each."),
    ] = "auto"
    missing: Annotated[
        Literal["auto", "drop", "mean", "median", "mode", "category"],
        Field(description="What becomes of its empty cells."),
    ] = "auto"


class Data(Section):
    """Where the samples come from and how they are split and scaled."""

    source: Annotated[
        str, OneOf(SOURCES), Ui("Source"), Field(description="The data set to learn from.")
    ] = "digits"
    path: Annotated[
        str,
        Ui("File or folder", visible_if=_source_uses("path")),
        Field(description="File of pictures or table, or the folder that holds the IDX files."),
    ] = ""
    test_path: Annotated[
        str,
        Ui("Test file", visible_if=_source_uses("test_path")),
        Field(description="Table of the test part, laid out as the other; may be left out."),
    ] = ""
    header: Annotated[
        Literal["auto", "yes", "no"],
        Ui("Header line", visible_if=_source_uses("header")),
        Field(description="Whether the first line names the columns; auto looks for numbers."),
    ] = "auto"
    label_column: Annotated[
        Literal["auto", "first", "last"],
        Ui("Target column", visible_if=lambda data: data.target_is_guessed),
        Field(description="Where the label or number to be learnt stands; auto guesses."),
    ] = "auto"
    columns: Annotated[
        tuple[ColumnOfTable, ...],
        Field(description="What is decided about single columns of a table."),
    ] = ()
    missing: Annotated[
        Literal["drop", "mean", "median", "mode", "category"],
        Ui("Missing values", visible_if=_source_uses("missing")),
        Field(
            description="Empty cells: leave out the row, fill by the training part, or a category."
        ),
    ] = "mean"
    encoding: Annotated[
        Literal["auto", "utf-8", "utf-16", "gb18030", "shift_jis", "latin-1"],
        Ui("Text encoding", visible_if=_source_uses("encoding")),
        Field(description="How the letters of a table are stored; auto detects it."),
    ] = "auto"
    delimiter: Annotated[
        Literal["auto", "comma", "semicolon", "tab", "space"],
        Ui("Between columns", visible_if=_source_uses("delimiter")),
        Field(description="What stands between the columns of a line; auto detects it."),
    ] = "auto"
    decimal: Annotated[
        Literal["auto", "point", "comma"],
        Ui("Decimal mark", visible_if=_source_uses("decimal")),
        Field(description="What stands before the decimals of numbers; auto detects it."),
    ] = "auto"
    sheet: Annotated[
        str,
        Ui("Sheet", visible_if=lambda data: data.path.lower().endswith(WORKBOOKS)),
        Field(description="Name of the sheet of a workbook; empty takes the first."),
    ] = ""
    picture_width: Annotated[
        int,
        Ui("Width", unit="pixels (0: as stored)", visible_if=_source_uses("picture_width")),
        Field(ge=0, le=1024, description="Width that pictures are brought to."),
    ] = 0
    picture_height: Annotated[
        int,
        Ui("Height", unit="pixels (0: as stored)", visible_if=_source_uses("picture_height")),
        Field(ge=0, le=1024, description="Height that pictures are brought to."),
    ] = 0
    invert: Annotated[
        bool,
        Ui("Dark is high", visible_if=_source_uses("invert")),
        Field(description="Count dark pixels as high, for ink on white paper."),
    ] = False
    n_samples: Annotated[
        int,
        Ui("Samples", scale="log", visible_if=_source_uses("n_samples")),
        Field(ge=8, le=1_000_000, description="Number of samples to make."),
    ] = 400
    noise: Annotated[
        float,
        Ui("Noise", step=0.05, visible_if=_source_uses("noise")),
        Field(ge=0, le=5, description="Standard deviation of the noise added to each sample."),
    ] = 0.1
    n_classes: Annotated[
        int,
        Ui("Classes", visible_if=_source_uses("n_classes")),
        Field(ge=2, le=10, description="Number of classes to make."),
    ] = 3
    shape: Annotated[
        str,
        OneOf(CURVES),
        Ui("Curve", visible_if=_source_uses("shape")),
        Field(description="The curve to be learnt."),
    ] = "sine"
    seed: Annotated[
        Seed,
        Ui("Data seed", visible_if=_source_uses("seed")),
        Field(description="Seed of the samples that are made."),
    ] = 0
    inputs: Annotated[
        tuple[tuple[float, ...], ...],
        Field(description="Samples written in the experiment: a row of numbers for each."),
    ] = ()
    targets: Annotated[
        tuple[tuple[float, ...], ...],
        Field(description="Numbers to be reached, a row for each row of inputs (regression)."),
    ] = ()
    labels: Annotated[
        tuple[str, ...], Field(description="Name of the class of each row of inputs.")
    ] = ()
    classes: Annotated[
        tuple[str, ...],
        Ui("Classes to keep"),
        Field(description="Names of the classes to keep, such as 5, 8; empty keeps all."),
    ] = ()
    subset: Annotated[
        int,
        Ui("Subset", unit="samples (0: all)", step=100),
        Field(ge=0, description="Learn from this many samples only: drawn, or the first ones."),
    ] = 0
    task: Annotated[
        Literal["auto", "classification", "binary", "regression"],
        Ui("Task"),
        Field(description="What is learnt; auto takes what the data are made for."),
    ] = "auto"
    validation_fraction: Annotated[
        Fraction,
        Ui("Validation part", step=0.05),
        Field(description="Share of the samples kept for validation, never trained on."),
    ] = 0.2
    test_fraction: Annotated[
        Fraction,
        Ui("Test part", step=0.05),
        Field(description="Share kept for a test; ignored where the data bring a test part."),
    ] = 0.0
    stratify: Annotated[
        bool,
        Ui("Stratified split"),
        Field(description="Keep the share of every class the same in every part."),
    ] = True
    shuffle: Annotated[
        bool,
        Ui("Shuffled split"),
        Field(description="Draw the parts at random; if not, the last samples are kept back."),
    ] = True
    split_seed: Annotated[
        Seed,
        Ui("Split seed", visible_if=lambda data: data.shuffle),
        Field(description="Seed of the split and of the subset."),
    ] = 0
    scaling: Annotated[
        str,
        OneOf(SCALERS),
        Ui("Scaling"),
        Field(description="How inputs are scaled; fitted on the training part only."),
    ] = "range"

    @property
    def target_is_guessed(self) -> bool:
        """Whether the place of the target counts: no column is named as the target."""
        named = any(column.role == "target" for column in self.columns)
        return "label_column" in SOURCES[self.source].settings_used and not named

    @property
    def lacks_path(self) -> bool:
        """Whether the source opens a file or takes given numbers, and there are none yet."""
        used = SOURCES[self.source].settings_used
        return any(name in used and not getattr(self, name) for name in ("path", "inputs"))
