"""Ordered, named collections: one entry in one file adds a thing everywhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Generic, Protocol, TypeVar

from visualmlp.errors import UnknownNameError


class Named(Protocol):
    """Anything with a name: an instance, or a class that has one as an attribute."""

    @property
    def name(self) -> str: ...


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T], Generic[T]):
    """An ordered mapping of names to entries of one kind.

    Parameters
    ----------
    kind
        What the entries are, in the singular, for messages ("activation").
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, T] = {}

    def add(self, entry: T) -> T:
        """Add an entry and return it, so that ``add`` also works as a class decorator.

        Raises
        ------
        ValueError
            If the name is taken.
        """
        if entry.name in self._entries:
            raise ValueError(f"there is already a {self.kind} named {entry.name!r}")
        self._entries[entry.name] = entry
        return entry

    def __getitem__(self, name: str) -> T:
        try:
            return self._entries[name]
        except KeyError:
            raise UnknownNameError(self._unknown(name)) from None

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def _unknown(self, name: str) -> str:
        close = get_close_matches(str(name), self._entries, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(self)}"
        return f"unknown {self.kind} {name!r}: {hint}"
