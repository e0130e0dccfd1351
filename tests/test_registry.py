"""Registries: order, duplicates, hints."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from visualmlp.errors import UnknownNameError, VisualMLPError
from visualmlp.registry import Registry


@dataclass(frozen=True)
class Fruit:
    name: str
    colour: str = "green"


@pytest.fixture
def fruits() -> Registry[Fruit]:
    registry: Registry[Fruit] = Registry("fruit")
    for name in ("pear", "apple", "fig"):
        registry.add(Fruit(name))
    return registry


def test_keeps_the_order_of_adding(fruits: Registry[Fruit]) -> None:
    assert list(fruits) == ["pear", "apple", "fig"]
    assert [fruit.name for fruit in fruits.values()] == ["pear", "apple", "fig"]
    assert len(fruits) == 3


def test_gives_the_entry_itself(fruits: Registry[Fruit]) -> None:
    kiwi = Fruit("kiwi", "brown")
    assert fruits.add(kiwi) is kiwi
    assert fruits["kiwi"] is kiwi


def test_add_decorates_a_class() -> None:
    registry: Registry[type] = Registry("class")  # type: ignore[type-var]

    @registry.add
    class Plum:
        name = "plum"

    assert registry["plum"] is Plum


def test_refuses_a_name_twice_and_keeps_the_first(fruits: Registry[Fruit]) -> None:
    with pytest.raises(ValueError, match="already a fruit named 'apple'"):
        fruits.add(Fruit("apple", "red"))
    assert fruits["apple"].colour == "green"


def test_membership_and_get(fruits: Registry[Fruit]) -> None:
    assert "fig" in fruits
    assert "date" not in fruits
    assert fruits.get("date") is None


def test_unknown_name_hints_at_the_nearest(fruits: Registry[Fruit]) -> None:
    with pytest.raises(UnknownNameError) as caught:
        fruits["appel"]
    assert str(caught.value) == "unknown fruit 'appel': did you mean 'apple'?"


def test_unknown_name_lists_all_where_none_is_near(fruits: Registry[Fruit]) -> None:
    with pytest.raises(UnknownNameError) as caught:
        fruits["xyz"]
    assert str(caught.value) == "unknown fruit 'xyz': choose from pear, apple, fig"


def test_unknown_name_is_told_to_users_and_is_a_key_error() -> None:
    assert issubclass(UnknownNameError, VisualMLPError)
    assert issubclass(UnknownNameError, KeyError)


def test_an_error_without_text_shows_its_kind() -> None:
    assert str(VisualMLPError()) == "VisualMLPError"
