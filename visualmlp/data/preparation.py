"""What to do with a data set before training."""

from __future__ import annotations

from dataclasses import dataclass

from visualmlp.errors import DataError

TASKS = ("auto", "classification", "binary", "regression")


@dataclass(frozen=True, slots=True)
class Preparation:
    """What to do with a data set before training.

    Parameters
    ----------
    keep_classes
        Names of the classes to keep, in the order of their new labels 0, 1, …; empty keeps all.
    subset
        How many samples to keep, not counting a given test part, which stays complete; None
        keeps all. Drawn by class in proportion, if ``stratify``.
    validation_fraction, test_fraction
        Shares of the kept samples, not counting a given test part, which is the test part
        whatever ``test_fraction`` says.
    stratify
        Draw from each class in proportion (classification only).
    shuffle
        Draw at random; if not, the subset is the first samples (of each class, if ``stratify``),
        the test part the last of these, the validation part the last of the rest.
    seed
        Seed of all drawing.
    scaling
        A name of ``SCALERS``.
    task
        ``auto`` is the task of the data set; ``binary`` is one output for two classes.

    Raises
    ------
    DataError
        If a value is outside its range.
    """

    keep_classes: tuple[str, ...] = ()
    subset: int | None = None
    validation_fraction: float = 0.2
    test_fraction: float = 0.0
    stratify: bool = True
    shuffle: bool = True
    seed: int = 0
    scaling: str = "range"
    task: str = "auto"

    def __post_init__(self) -> None:
        for field in ("validation_fraction", "test_fraction"):
            if not 0 <= getattr(self, field) < 1:
                raise DataError(f"{field} is {getattr(self, field)}: choose 0 or more, below 1.")
        if self.validation_fraction + self.test_fraction >= 1:
            raise DataError(
                "validation_fraction and test_fraction leave nothing to train on: "
                "choose fractions whose sum is below 1."
            )
        if self.subset is not None and self.subset < 1:
            raise DataError(f"subset is {self.subset}: choose 1 or more, or leave it empty.")
        if self.seed < 0:
            raise DataError(f"seed is {self.seed}: choose 0 or more.")
        if self.task not in TASKS:
            raise DataError(f"task is {self.task!r}: choose from {', '.join(TASKS)}.")
