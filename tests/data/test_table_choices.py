"""Decisions about columns: what is kept of them, and what the data become by them."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualmlp.data import ColumnChoice, SourceSettings
from visualmlp.data.tables.choices import choose_missing, choose_use, fitting_choices
from visualmlp.data.tables.look import look_at_table, usual_scaling, warnings_of
from visualmlp.data.tables.plan import plan_columns
from visualmlp.errors import DataError

TABLE = "id,age,income,city,date,label\n" + "".join(
    f"{i + 1},{20 + i * 7 % 50},{30_000 + i * 911 % 5000},{'KL'[i % 2]},2024-01-{i % 28 + 1},"
    f"{'xyz'[i % 3]}\n"
    for i in range(30)
)
NAMES = ("id", "age", "income", "city", "date", "label")
Chosen = Callable[..., SourceSettings]


@pytest.fixture(scope="module")
def look(tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("table") / "a.csv"
    path.write_text(TABLE)
    return look_at_table(SourceSettings(path=str(path)))


def used(look, choices) -> dict[str, tuple[str, str]]:
    uses = plan_columns(look.table, SourceSettings(columns=choices))
    return {use.name: (use.role, use.kind) for use in uses}


def choose(look, names, use, choices=()):
    return choose_use(look.table, SourceSettings(columns=choices), names, use)


def test_what_is_guessed_needs_no_choice(look) -> None:
    assert choose(look, ["age"], "number") == ()
    assert choose(look, ["city"], "category") == ()
    assert choose(look, ["label"], "target") == ()
    assert choose(look, ["date"], "ignore") == ()


def test_a_choice_is_one_entry_and_can_be_taken_back(look) -> None:
    choices = choose(look, ["age"], "category")
    assert choices == (ColumnChoice("age", kind="category"),)
    assert choose(look, ["age"], "number", choices) == ()
    assert choose(look, ["id"], "ignore") == (ColumnChoice("id", "ignore"),)


def test_another_target_frees_the_one_so_far(look) -> None:
    choices = choose(look, ["income"], "target")
    assert choices == (ColumnChoice("income", "target"),)
    assert used(look, choices)["income"] == ("target", "number")
    assert used(look, choices)["label"] == ("feature", "category")
    assert choose(look, ["label"], "target", choices) == ()


def test_several_targets(look) -> None:
    choices = choose(look, ["age"], "also_target", choose(look, ["income"], "target"))
    assert {name for name, (role, _) in used(look, choices).items() if role == "target"} == {
        "age",
        "income",
    }
    assert used(look, choose(look, ["age"], "ignore", choices))["income"][0] == "target"


def test_the_target_as_an_input_leaves_its_place_to_another(look) -> None:
    choices = choose(look, ["label"], "category")
    assert used(look, choices)["label"] == ("feature", "category")
    assert [name for name, (role, _) in used(look, choices).items() if role == "target"] == ["city"]


def test_missing_values_are_chosen_beside_the_use(look) -> None:
    choices = choose_missing(look.table, SourceSettings(), ["age", "city"], "mode")
    assert [choice.missing for choice in choices] == ["mode", "mode"]
    choices = choose(look, ["age"], "category", choices)
    assert choices[0] == ColumnChoice("age", kind="category", missing="mode")
    back = choose_missing(look.table, SourceSettings(columns=choices), ["age", "city"], "auto")
    assert back == (ColumnChoice("age", kind="category"),)


def test_choices_about_other_columns_do_not_count(look) -> None:
    known, other = ColumnChoice("age", "ignore"), ColumnChoice("größe", "ignore")
    assert fitting_choices(look.table, (other, known)) == (known,)


STEP = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(("number", "category", "ignore", "target", "also_target")),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=5), STEP)
def test_the_last_choice_holds_whatever_came_before(look, steps, last) -> None:
    choices = ()
    for name, use in [*steps, last]:
        choices = choose(look, [name], use, choices)
    name, use = last
    kept = {choice.name: choice for choice in choices}
    assert len(kept) == len(choices)
    try:
        found = used(look, choices)[name]
    except DataError:  # a date is asked for, names are one of several targets, nothing is left
        return
    if use in ("target", "also_target"):
        assert found[0] == "target"
    elif use == "ignore":
        assert found[0] == "ignore"
    else:
        assert found == ("feature", use)


# The first look


def test_warnings_tell_of_row_numbers_dates_and_constants(tmp_path: Path, look) -> None:
    uses = plan_columns(look.table, SourceSettings())
    told = list(warnings_of(look, uses))
    assert any("id numbers the rows" in text for text in told)
    assert any("date is left out" in text and "year" in text for text in told)
    assert len(told) == 2
    path = tmp_path / "b.csv"
    path.write_text(
        "a,b,file,y\n" + "".join(f"{i},7,p{i}.png,{i % 3}\n" for i in (5, 3, 9, 1, 2, 6))
    )
    other = look_at_table(SourceSettings(path=str(path)))
    told = list(warnings_of(other, plan_columns(other.table, SourceSettings())))
    assert any("b holds 7 in every row" in text for text in told)
    assert any("names pictures" in text for text in told)


def test_columns_of_different_sizes_are_standardised(look) -> None:
    uses = plan_columns(look.table, SourceSettings())
    assert usual_scaling(look, uses) == "standardise"
    same = [replace(use, role="ignore") if use.name in ("id", "income") else use for use in uses]
    assert usual_scaling(look, same) == "range"
    assert usual_scaling(look, []) == "range"
