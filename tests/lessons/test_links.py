"""Links that act."""

from __future__ import annotations

import pytest

from visualmlp.errors import LessonError
from visualmlp.lessons import Action, links_in, parse_link


@pytest.mark.parametrize(
    ("href", "action"),
    [
        ("do:run-to-epoch/15", Action("run-to-epoch", ("15",))),
        ("do:run-to-step/6817", Action("run-to-step", ("6817",))),
        ("do:step", Action("step")),
        ("do:step/10", Action("step", ("10",))),
        ("do:epoch/5", Action("epoch", ("5",))),
        ("do:play", Action("play")),
        ("do:reset", Action("reset")),
        ("do:show/weights", Action("show", ("weights",))),
        ("do:layout/maths", Action("layout", ("maths",))),
        ("do:pick/test/8", Action("pick", ("test", "8"))),
        ("do:pick-unit/0/3", Action("pick-unit", ("0", "3"))),
        ("do:variant/corrected", Action("variant", ("corrected",))),
        (
            "do:set/optimizer.learning_rate/0.5",
            Action("set", ("optimizer.learning_rate", "0.5")),
        ),
        ("do:set/network.hidden/%5B8,%204%5D", Action("set", ("network.hidden", "[8, 4]"))),
        ("do:set/data.path/a/b.csv", Action("set", ("data.path", "a/b.csv"))),
        ("do:keep-curves", Action("keep-curves")),
        ("do:lesson/curve-fit", Action("lesson", ("curve-fit",))),
    ],
)
def test_a_link_is_read(href: str, action: Action) -> None:
    assert parse_link(href) == action


@pytest.mark.parametrize(
    ("href", "reason"),
    [
        ("run-to-epoch/15", "must begin with do: or https:"),
        ("do:run-to-epochs/15", "unknown verb 'run-to-epochs': did you mean 'run-to-epoch'?"),
        ("do:xyzzy", "choose from run-to-epoch, "),
        ("do:run-to-epoch", "takes a whole number after its verb"),
        ("do:run-to-epoch/many", "'many' is not a whole number"),
        ("do:run-to-epoch/-1", "'-1' is not a whole number"),
        ("do:run-to-epoch/¹", "is not a whole number"),
        ("do:run-to-epoch/1/2", "takes a whole number after its verb"),
        ("do:step/0", "'0' is not a whole number from 1"),
        ("do:step/1/2", "takes at most a whole number from 1 after its verb"),
        ("do:play/now", "takes nothing after its verb"),
        ("do:show", "takes a name after its verb"),
        ("do:show/Weights", "'Weights' is not a name"),
        ("do:pick/test", "takes one of train, validation, test and a whole number"),
        ("do:pick/exam/8", "'exam' is not one of train, validation, test"),
        ("do:set/optimizer.learning_rate", "takes a field and a value after its verb"),
    ],
)
def test_a_wrong_link_is_told(href: str, reason: str) -> None:
    with pytest.raises(LessonError) as caught:
        parse_link(href)
    assert str(caught.value).startswith(f"link {href!r}: ")
    assert reason in str(caught.value)


def test_links_are_found_in_their_order_without_pages() -> None:
    text = "[a](do:step) and [b](https://example.org/x) and\n[c]( do:pick/test/8 ), [d](oops)."
    assert links_in(text) == ("do:step", "do:pick/test/8", "oops")
