"""Where the samples of an experiment come from and how they are split and scaled."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from visualmlp.data import CURVES, SCALERS, SOURCES
from visualmlp.experiment.declare import OneOf, Section, Seed, Ui

Fraction = Annotated[float, Field(ge=0, lt=1)]


def _source_uses(name: str) -> Any:
    return lambda data: name in SOURCES[data.source].settings_used


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
        Literal["first", "last"],
        Ui("Label column", visible_if=_source_uses("label_column")),
        Field(description="Where the label stands in each line."),
    ] = "first"
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
    def lacks_path(self) -> bool:
        """Whether the source opens a file or takes given numbers, and there are none yet."""
        used = SOURCES[self.source].settings_used
        return any(name in used and not getattr(self, name) for name in ("path", "inputs"))
