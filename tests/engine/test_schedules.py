from math import cos, pi

import pytest

from visualmlp.engine import SCHEDULES, ScheduleSettings

SETTINGS = ScheduleSettings(
    step_size=10, decay=0.5, total_steps=100, min_factor=0.1, warmup_steps=0
)


@pytest.mark.parametrize(
    ("name", "step", "factor"),
    [
        ("constant", 0, 1.0),
        ("constant", 10**6, 1.0),
        ("step", 0, 1.0),
        ("step", 9, 1.0),
        ("step", 10, 0.5),
        ("step", 29, 0.25),
        ("exponential", 0, 1.0),
        ("exponential", 5, 0.5**0.5),
        ("exponential", 20, 0.25),
        ("cosine", 0, 1.0),
        ("cosine", 25, 0.1 + 0.9 * (1 + cos(pi / 4)) / 2),
        ("cosine", 50, 0.55),
        ("cosine", 100, 0.1),
        ("cosine", 1000, 0.1),
    ],
)
def test_factors(name, step, factor):
    assert SCHEDULES[name].factor(step, SETTINGS) == pytest.approx(factor, rel=1e-12)


@pytest.mark.parametrize("name", SCHEDULES)
def test_warmup_rises_linearly_and_then_the_schedule_begins(name):
    settings = ScheduleSettings(step_size=10, decay=0.5, total_steps=100, warmup_steps=4)
    factors = [SCHEDULES[name].factor(step, settings) for step in range(5)]
    assert factors == pytest.approx([0.25, 0.5, 0.75, 1.0, 1.0])


def test_cosine_ends_at_the_planned_step_with_warmup_too():
    settings = ScheduleSettings(total_steps=100, warmup_steps=20)
    assert SCHEDULES["cosine"].factor(99, settings) > 0
    assert SCHEDULES["cosine"].factor(100, settings) == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("name", SCHEDULES)
def test_no_schedule_reads_a_setting_that_it_does_not_declare(name):
    other = ScheduleSettings(step_size=7, decay=0.3, total_steps=60, min_factor=0.2)
    declared = {field: getattr(SETTINGS, field) for field in SCHEDULES[name].settings_used}
    mixed = ScheduleSettings(
        **{f: declared.get(f, getattr(other, f)) for f in ScheduleSettings.__dataclass_fields__}
    )
    for step in (0, 13, 42, 99):
        expected = SCHEDULES[name].factor(step, SETTINGS)
        assert SCHEDULES[name].factor(step, mixed) == pytest.approx(expected)
