"""Learning-rate schedules: factors on the base learning rate, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import cos, pi

from visualmlp.registry import Registry


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """What the schedules read.

    Attributes
    ----------
    step_size
        Steps after which the learning rate has been multiplied by ``decay`` once more.
    decay
        Factor per ``step_size`` steps.
    total_steps
        Steps, warm-up included, after which the cosine has come down to ``min_factor``.
    min_factor
        Where the cosine ends.
    warmup_steps
        Steps of linear warm-up before the schedule proper begins, for every schedule; 0 for none.
    """

    step_size: int = 1000
    decay: float = 0.5
    total_steps: int = 10_000
    min_factor: float = 0.0
    warmup_steps: int = 0


@dataclass(frozen=True, slots=True)
class Schedule:
    """A schedule, after an optional linear warm-up.

    Attributes
    ----------
    name
        What experiments call it.
    decline
        ``decline(steps since the warm-up, settings) -> factor``.
    formula
        LaTeX, with k for the steps since the warm-up.
    settings_used
        The fields of ``ScheduleSettings`` that it reads besides ``warmup_steps``.
    """

    name: str
    decline: Callable[[int, ScheduleSettings], float]
    formula: str
    settings_used: tuple[str, ...] = ()

    def factor(self, step: int, settings: ScheduleSettings) -> float:
        """Factor on the base learning rate at a step; steps count from 0.

        The warm-up rises from 1 / warmup_steps at step 0 to 1 (Goyal et al. 2017).
        """
        if step < settings.warmup_steps:
            return (step + 1) / settings.warmup_steps
        return self.decline(step - settings.warmup_steps, settings)


def _constant(k: int, settings: ScheduleSettings) -> float:
    return 1.0


def _step(k: int, settings: ScheduleSettings) -> float:
    return float(settings.decay ** (k // settings.step_size))


def _exponential(k: int, settings: ScheduleSettings) -> float:
    return float(settings.decay ** (k / settings.step_size))


def _cosine(k: int, settings: ScheduleSettings) -> float:
    """Half a period of a cosine (Loshchilov and Hutter 2017), without restarts."""
    length = max(1, settings.total_steps - settings.warmup_steps)
    height = (1 + cos(pi * min(1.0, k / length))) / 2
    return settings.min_factor + (1 - settings.min_factor) * height


SCHEDULES: Registry[Schedule] = Registry("schedule")
SCHEDULES.add(Schedule("constant", _constant, r"1"))
SCHEDULES.add(
    Schedule(
        "step",
        _step,
        r"\text{decay}^{\lfloor k / \text{step size} \rfloor}",
        ("step_size", "decay"),
    )
)
SCHEDULES.add(
    Schedule(
        "exponential", _exponential, r"\text{decay}^{k / \text{step size}}", ("step_size", "decay")
    )
)
SCHEDULES.add(
    Schedule(
        "cosine",
        _cosine,
        r"\text{min} + (1 - \text{min}) \frac{1 + \cos(\pi k / \text{total})}{2}",
        ("total_steps", "min_factor"),
    )
)
