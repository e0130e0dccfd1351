"""Links in a lesson's text that act: ``[run to epoch 15](do:run-to-epoch/15)``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final
from urllib.parse import unquote

from visualmlp.errors import LessonError

SCHEME: Final = "do:"
PLAIN_SCHEMES: Final = ("https:", "http:")
"""Links to pages; nothing in the program happens."""

PARTS = ("train", "validation", "test")

_LINK = re.compile(r"\]\(\s*<?([^)>]*)>?\s*\)")


@dataclass(frozen=True, slots=True)
class Action:
    """What a link does: a verb of ``VERBS`` and its arguments, as they stand in the link."""

    verb: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a verb: what it is, and which texts are one."""

    meaning: str
    fits: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Verb:
    """What a link can do.

    Attributes
    ----------
    arguments
        What stands behind the verb, each after a slash.
    n_needed
        How many of the arguments must be there.
    """

    arguments: tuple[Argument, ...] = ()
    n_needed: int = 0


def _is_number(text: str) -> bool:
    return text.isdecimal() and text.isascii()


def _is_positive(text: str) -> bool:
    return _is_number(text) and int(text) > 0


NUMBER = Argument("a whole number", _is_number)
COUNT = Argument("a whole number from 1", _is_positive)
NAME = Argument("a name", lambda text: bool(re.fullmatch(r"[a-z0-9][a-z0-9_-]*", text)))
PART = Argument(f"one of {', '.join(PARTS)}", lambda text: text in PARTS)
FIELD = Argument("a field", lambda text: bool(re.fullmatch(r"[a-z0-9_.]+", text)))
VALUE = Argument("a value", bool)

VERBS: Final = {
    "run-to-epoch": Verb((NUMBER,), 1),
    "run-to-step": Verb((NUMBER,), 1),
    "step": Verb((COUNT,)),
    "epoch": Verb((COUNT,)),
    "play": Verb(),
    "reset": Verb(),
    "show": Verb((NAME,), 1),
    "layout": Verb((NAME,), 1),
    "pick": Verb((PART, NUMBER), 2),
    "pick-unit": Verb((NUMBER, NUMBER), 2),
    "variant": Verb((NAME,), 1),
    "set": Verb((FIELD, VALUE), 2),
    "keep-curves": Verb(),
    "lesson": Verb((NAME,), 1),
}


def parse_link(href: str) -> Action:
    """Read a link such as ``do:pick/test/8``.

    Raises
    ------
    LessonError
        If it is no such link: an unknown verb, or arguments that do not fit.
    """
    if not href.startswith(SCHEME):
        raise LessonError(f"link {href!r}: must begin with {SCHEME} or https:")
    name, *parts = href.removeprefix(SCHEME).split("/", maxsplit=2)
    if name not in VERBS:
        close = get_close_matches(name, VERBS, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(VERBS)}"
        raise LessonError(f"link {href!r}: unknown verb {name!r}: {hint}")
    arguments = tuple(unquote(part) for part in parts)
    _check(href, VERBS[name], arguments)
    return Action(name, arguments)


def _check(href: str, verb: Verb, arguments: tuple[str, ...]) -> None:
    if not verb.n_needed <= len(arguments) <= len(verb.arguments):
        wanted = " and ".join(argument.meaning for argument in verb.arguments) or "nothing"
        least = "" if verb.n_needed == len(verb.arguments) else "at most "
        raise LessonError(f"link {href!r}: takes {least}{wanted} after its verb")
    for text, argument in zip(arguments, verb.arguments, strict=False):
        if not argument.fits(text):
            raise LessonError(f"link {href!r}: {text!r} is not {argument.meaning}")


def links_in(text: str) -> tuple[str, ...]:
    """The links of a Markdown text, in their order, without those to pages."""
    hrefs = (match[1].strip() for match in _LINK.finditer(text))
    return tuple(href for href in hrefs if not href.startswith(PLAIN_SCHEMES))
