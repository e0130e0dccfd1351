"""On which line of a TOML file a value stands, which ``tomllib`` does not tell."""

from __future__ import annotations

import re
from collections import Counter
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and, in arrays, positions from 0. A dotted key is several, quoted or not."""

_BLANK = re.compile(r"(?:\s+|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|' r"'''.*?'{3,5}|" r'"(?:\\.|[^"\\\n])*"|' r"'[^'\n]*'", re.DOTALL
)
_BARE = re.compile(r"[^\s,\]}#]+")


class Lines:
    """The lines of everything in a TOML text that ``tomllib`` has read without complaint.

    Parameters
    ----------
    text
        The file's text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._lines: dict[Path, int] = {(): 1}
        self._tables: Counter[Path] = Counter()
        self._read()

    def line_of(self, path: Path) -> int:
        """The line (from 1) of a value, or of the nearest thing around it that is in the file."""
        while path not in self._lines:
            path = path[:-1]
        return self._lines[path]

    def line_of_text(self, path: Path, part: str) -> int:
        """The line of the first occurrence of ``part`` in a value, else the value's own."""
        first = self.line_of(path)
        lines = self._text.splitlines()[first - 1 :]
        return next((i for i, line in enumerate(lines, first) if part in line), first)

    def _read(self) -> None:
        table: Path = ()
        self._skip()
        while self._at < len(self._text):
            if self._take("[["):
                table = self._header(is_array=True)
            elif self._take("["):
                table = self._header(is_array=False)
            else:
                self._pair(table)
            self._skip()

    def _header(self, is_array: bool) -> Path:
        line = self._line()
        *outer, last = self._keys()
        path: Path = ()
        for key in outer:
            path = self._inside((*path, key))
        path = (*path, last)
        if is_array:
            self._tables[path] += 1
        path = self._inside(path)
        self._note(path, line)
        self._take("]]" if is_array else "]")
        return path

    def _inside(self, path: Path) -> Path:
        """The newest table where the path is that of an array of tables."""
        return (*path, self._tables[path] - 1) if path in self._tables else path

    def _pair(self, table: Path) -> None:
        line = self._line()
        path = (*table, *self._keys())
        self._note(path, line)
        self._skip()
        self._take("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        if self._take("["):
            self._elements(path)
        elif self._take("{"):
            self._skip()
            while not self._take("}") and self._at < len(self._text):
                self._pair(path)
                self._separator()
        else:
            self._match(_STRING) or self._match(_BARE) or self._take(self._text[self._at :][:1])

    def _note(self, path: Path, line: int) -> None:
        for end in range(1, len(path) + 1):
            self._lines.setdefault(path[:end], line)

    def _elements(self, path: Path) -> None:
        position = 0
        self._skip()
        while not self._take("]") and self._at < len(self._text):
            self._lines[(*path, position)] = self._line()
            self._value((*path, position))
            self._separator()
            position += 1

    def _separator(self) -> None:
        self._skip()
        self._take(",")
        self._skip()

    def _keys(self) -> Path:
        keys: list[str] = []
        self._skip()
        while key := self._match(_KEY):
            keys += key.strip("\"'").split(".")
            if not self._match(_DOT):
                break
        self._skip()
        return tuple(keys)

    def _skip(self) -> None:
        self._match(_BLANK)

    def _take(self, mark: str) -> bool:
        found = self._text.startswith(mark, self._at)
        self._at += len(mark) * found
        return found

    def _match(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self._text, self._at)
        if match is None:
            return ""
        self._at = match.end()
        return match[0]

    def _line(self) -> int:
        return self._text.count("\n", 0, self._at) + 1
