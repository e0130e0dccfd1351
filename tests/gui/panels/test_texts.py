"""Numbers, ranges and choices as text, and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visualmlp.experiment import FieldSpec, Layer, Network, Optimizer, Training, Ui, fields_of
from visualmlp.gui.panels.numbers import parse, stepped
from visualmlp.gui.panels.texts import choice_text, number_text, range_text


def spec(kind=float, scale="linear", step=0.1, **bounds):
    return FieldSpec(
        name="n", ui=Ui("N", scale=scale, step=step), description="", type=kind, default=0, **bounds
    )


@pytest.mark.parametrize(
    ("bounds", "text"),
    [
        ({}, ""),
        ({"low": 0}, "0 or more"),
        ({"low": 0, "low_open": True}, "above 0"),
        ({"low": 1, "high": 1_000_000}, "from 1 to 1,000,000"),
        ({"low": 0, "high": 1, "high_open": True}, "from 0, below 1"),
        ({"low": 0, "low_open": True, "high": 1}, "above 0, up to 1"),
        ({"low": 0, "low_open": True, "high": 1, "high_open": True}, "above 0, below 1"),
    ],
)
def test_ranges(bounds, text):
    assert range_text(spec(**bounds)) == text


def test_a_whole_number_below_a_bound_is_one_less():
    assert range_text(spec(int, low=0, high=10, high_open=True)) == "from 0 to 9"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "0.1"), (0.0, "0"), (1e-8, "1e-8"), (1 / 3, "0.3333333333"), (4096, "4096")],
)
def test_numbers(value, text):
    assert number_text(value) == text


@given(st.integers(-(10**9), 10**9))
def test_whole_numbers_come_back(value):
    assert parse(spec(int), number_text(value)) == value


@given(st.floats(-1e300, 1e300))
def test_numbers_come_back_to_ten_digits(value):
    assert parse(spec(), number_text(value)) == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("text", ["", " ", "x", "1,5", "inf", "nan", "1e999", "9" * 5000, "0x1"])
def test_nonsense_is_no_number(text):
    with pytest.raises(ValueError, match="is not a number"):
        parse(spec(), text)


def test_numbers_as_people_type_them():
    assert parse(spec(int), " 1e3 ") == 1000
    assert isinstance(parse(spec(int), "1e3"), int)
    assert parse(spec(), "−2.5") == -2.5


@given(st.integers(0, 100), st.integers(-20, 20), st.sampled_from(["linear", "log"]), st.booleans())
def test_steps_never_leave_the_range(value, steps, scale, is_open):
    field = spec(int, scale, 1, low=0, high=100, high_open=is_open)
    start = min(value, 99)
    new = stepped(field, start, steps)
    assert 0 <= new <= 100 - is_open
    assert isinstance(new, int)


def test_steps_show_no_rounding_errors():
    value = 0.0
    for _ in range(7):
        value = stepped(spec(low=0), value, 1)
    assert number_text(value) == "0.7"


def test_log_steps_double_and_halve():
    field = spec(int, "log", low=1)
    assert [stepped(field, 32, steps) for steps in (1, -1, -9)] == [64, 16, 1]


@pytest.mark.parametrize("section", [Network, Layer, Optimizer, Training])
def test_no_choice_shows_its_bare_name(section):
    for field in fields_of(section):
        for name in field.choices:
            text = choice_text(field.name, name)
            assert "_" not in text
            assert text[0].isupper()
