"""Pickle files read as data: numbers, texts, lists and NumPy arrays are built, nothing else.

A pickle is a program for a small machine. Python's own reader lets it call whatever function it
names; the machine here knows the few that write plain values and arrays, does their work itself,
and refuses a file as soon as it asks for anything else.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from visualmlp.data.arrays.pickle_opcodes import NAMES, opcodes
from visualmlp.data.dataset import Array
from visualmlp.data.large.bounded import open_bounded
from visualmlp.errors import DataError

MAX_BYTES = 2**30
"""Of a pickle, unpacked; and, apart from that, of the values that it makes."""
MAX_VALUES = 8
"""Pickles in one file, one after the other."""
MAX_DEPTH = 100
"""Lists within lists."""
MAX_DIMENSIONS = 32
"""Of an array."""
MAX_ENTRIES = 100_000
"""Of a dictionary."""
MAX_KEY = 2**60
"""Integers below can be keys of a dictionary: those have a hash of their own."""

DTYPE = re.compile(r"([biufc])(\d{1,2})|([SU])([1-9]\d{0,5})")


class Refused(Exception):  # noqa: N818 - it is turned into a DataError that names the file
    """A pickle asks for what is not built."""


@dataclass(slots=True)
class _Type:
    """The type of an array's numbers while it is being described."""

    code: str
    order: str = "|"

    @property
    def dtype(self) -> np.dtype[Any]:
        return np.dtype(self.code).newbyteorder(self.order)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Name:
    """A function or class that a pickle names, one of those known."""

    text: str


def load_pickle(path: Path | str) -> Any:
    """Read a pickle of plain values and arrays, gzipped or not.

    Returns
    -------
    None, bool, int, float, str, bytes, tuple, list, dict, NumPy scalars and arrays, nested.
    Texts and bytes of Python 2 are str with the letters 0 to 255. A tuple of the values if the file
    holds several pickles, one after the other.

    Raises
    ------
    DataError
        If it is damaged or too large, or holds anything else; nothing of it is ever run.
    """
    path = Path(path)
    values: list[Any] = []
    try:
        with open_bounded(path, MAX_BYTES) as stream:
            while not values or (stream.peek(1) and len(values) < MAX_VALUES):
                values.append(_Machine().run(opcodes(stream)))
            if stream.peek(1):
                raise ValueError(f"more than {MAX_VALUES} pickles, one after the other")
        _Finish().measure(values)
    except Refused as refusal:
        raise DataError(
            f"{path} asks for {refusal}, and is refused: of pickle files only arrays, lists and "
            "numbers are read, since anything else could run a program. Save the arrays with "
            "numpy.savez instead."
        ) from None
    except MemoryError as error:
        raise DataError(f"{path} does not fit into memory: use fewer samples.") from error
    except (ValueError, TypeError, LookupError, ArithmeticError, AssertionError, struct.error) as e:
        raise DataError(f"{path} is a damaged pickle file ({_short(e)}): fetch it again.") from e
    return values[0] if len(values) == 1 else tuple(values)


def _short(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if len(text) <= 80 else text[:79] + "…"


class _Machine:
    """The stack, its marks and the memo of a pickle, and what each opcode does with them."""

    def __init__(self) -> None:
        self.stack: list[Any] = []
        self.marks: list[int] = []
        self.memo: dict[int, Any] = {}
        self.unbuilt: dict[int, Array] = {}
        self.n_made = 0

    def run(self, steps: Any) -> Any:
        """Do all steps; gives the value that the pickle stands for."""
        for code, argument in steps:
            action = ACTIONS.get(code)
            if action is None:
                raise Refused(f"the operation {NAMES[code]}")
            action(self, argument)
        if len(self.stack) != 1 or self.marks:
            raise ValueError("it does not hold one value")
        return self.stack.pop()

    def push(self, value: Any) -> None:
        self.stack.append(value)

    def pop(self) -> Any:
        if self.marks and len(self.stack) <= self.marks[-1]:
            raise ValueError("nothing is left behind a mark")
        return self.stack.pop()

    def pop_many(self, count: int) -> tuple[Any, ...]:
        return tuple([self.pop() for _ in range(count)][::-1])

    def pop_marked(self) -> list[Any]:
        start = self.marks.pop()
        values = self.stack[start:]
        del self.stack[start:]
        return values

    def made(self, n_bytes: int) -> None:
        """Count memory that a few opcodes take again and again."""
        self.n_made += n_bytes
        if self.n_made > MAX_BYTES:
            raise ValueError(f"it makes more than {MAX_BYTES:,} bytes")

    def append(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not list:
            raise ValueError("values for a list that is none")
        target.extend(values)

    def set_items(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if type(target) is not dict:
            raise ValueError("values for a dictionary that is none")
        target.update(_dictionary(values))
        if len(target) > MAX_ENTRIES:
            raise ValueError(f"a dictionary of more than {MAX_ENTRIES:,} entries")

    def name(self, module: Any, name: Any) -> None:
        if not isinstance(module, str) or not isinstance(name, str):
            raise Refused("a function whose name is no text")
        text = f"{module}.{name}".replace("numpy._core.", "numpy.core.", 1)
        if text not in CALLS and text != "numpy.ndarray":
            raise Refused(_printable(f"{module}.{name}"))
        self.push(_Name(text))

    def call(self) -> None:
        function, arguments = self.pop_many(2)
        if not isinstance(function, _Name) or type(arguments) is not tuple:
            raise Refused("a call of what is no function")
        if function.text not in CALLS:
            raise Refused(f"a call of {function.text}")
        self.push(CALLS[function.text](self, *arguments))

    def build(self) -> None:
        target, state = self.pop_many(2)
        if type(state) is not tuple:
            raise Refused("a state of what is no array")
        if isinstance(target, _Type):
            _set_order(target, state)
        elif self.unbuilt.pop(id(target), None) is not None:
            self.fill(target, *state[-4:])
        else:
            raise Refused(f"a state of a value of type {type(target).__name__}")
        self.push(target)

    def new_array(self) -> Array:
        """An array whose shape and content are still to come."""
        array = np.empty(0, np.int8)
        self.unbuilt[id(array)] = array
        return array

    def fill(self, array: Array, shape: Any, kind: Any, is_fortran: Any, content: Any) -> None:
        """Give an array its shape and content; NumPy takes over the bytes as they are."""
        if isinstance(content, str):
            self.made(len(content))
            content = content.encode("latin-1")
        dtype, sizes = _checked(content, kind, shape)
        state: Any = (1, sizes, dtype, bool(is_fortran), bytes(content))
        array.__setstate__(state)

    def array(self, content: Any, kind: Any, shape: Any, order: Any) -> Array:
        """An array over the bytes that hold it."""
        dtype, sizes = _checked(content, kind, shape)
        if not content:
            return np.empty(sizes, dtype)
        flat = np.frombuffer(content, dtype)
        return flat.reshape(sizes, order="F" if order == "F" else "C")


def _checked(content: Any, kind: Any, shape: Any) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """Type and shape of an array, if its bytes are of that length."""
    if not isinstance(kind, _Type) or type(content) is list:
        raise Refused("an array of objects")
    sizes = shape if type(shape) is tuple else (shape,)
    if len(sizes) > MAX_DIMENSIONS or not all(type(n) is int and n >= 0 for n in sizes):
        raise ValueError("an array without a shape")
    if type(content) not in (bytes, bytearray):
        raise ValueError("an array without its bytes")
    if prod(sizes) * kind.dtype.itemsize != len(content):
        raise ValueError(f"{len(content):,} bytes for an array of shape {sizes}")
    return kind.dtype, sizes


def _new_type(code: Any, align: Any = False, copy: Any = False) -> _Type:
    if not isinstance(code, str) or not DTYPE.fullmatch(code):
        raise Refused(
            f"an array of type {_printable(code) if isinstance(code, str) else 'unknown'}"
        )
    np.dtype(code)
    return _Type(code)


def _set_order(kind: _Type, state: tuple[Any, ...]) -> None:
    if len(state) < 5 or state[1] not in ("<", ">", "|", "=") or any(state[2:5]):
        raise Refused("an array of records")
    kind.order = state[1]


def _reconstruct(machine: _Machine, kind: Any, shape: Any, code: Any) -> Array:
    if not isinstance(kind, _Name) or kind.text != "numpy.ndarray":
        raise Refused("an array of another kind")
    return machine.new_array()


def _scalar(machine: _Machine, kind: Any, content: Any) -> Any:
    if isinstance(content, str):
        content = content.encode("latin-1")
    machine.made(len(content))
    return machine.array(content, kind, (), "C")[()]


def _encode(machine: _Machine, text: Any, encoding: Any = "latin1") -> bytes:
    if not isinstance(text, str) or encoding not in ("latin1", "latin-1"):
        raise Refused("a text in another encoding than Latin-1")
    machine.made(len(text))
    return text.encode("latin-1")


def _empty_bytes(machine: _Machine, *arguments: Any) -> bytes:
    if arguments:
        raise Refused("bytes made of something else")
    return b""


def _dictionary(values: list[Any]) -> dict[Any, Any]:
    keys = values[0::2]
    for key in keys:
        if not (type(key) in (str, bytes) or (type(key) is int and abs(key) < MAX_KEY)):
            raise Refused(f"a dictionary with a key of type {type(key).__name__}")
    return dict(zip(keys, values[1::2], strict=True))


def _printable(name: str) -> str:
    text = "".join(letter if letter.isprintable() else "?" for letter in name[:80])
    return text if len(name) <= 80 else text + "…"


class _Finish:
    """A look at the finished value: no loops, not too deep, not too large when written out.

    A list may hold another one many times, and so on: a short file can stand for more values
    than any memory holds.
    """

    def __init__(self) -> None:
        self._known: dict[int, tuple[int, int] | None] = {}

    def measure(self, value: Any, depth: int = 0) -> tuple[int, int]:
        """Bytes, written out, and height of a value."""
        if isinstance(value, (_Name, _Type)):
            raise Refused("a type or function as a value")
        if type(value) not in (list, tuple, dict):
            return _size(value), 0
        key = id(value)
        if key not in self._known:
            self._known[key] = None
            self._known[key] = self._measure_parts(value, depth)
        known = self._known[key]
        if known is None:
            raise Refused("a list that holds itself")
        if depth + known[1] > MAX_DEPTH:
            raise Refused(f"more than {MAX_DEPTH} lists within each other")
        return known

    def _measure_parts(self, value: Any, depth: int) -> tuple[int, int]:
        if depth >= MAX_DEPTH:
            raise Refused(f"more than {MAX_DEPTH} lists within each other")
        size, height = 64, 0
        for part in value.values() if type(value) is dict else value:
            part_size, part_height = self.measure(part, depth + 1)
            size, height = size + part_size, max(height, part_height)
        if size > MAX_BYTES:
            raise Refused(f"values of more than {MAX_BYTES:,} bytes in all")
        return size, height + 1


def _size(value: Any) -> int:
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    return len(value) if isinstance(value, (str, bytes, bytearray)) else 8


CALLS: dict[str, Callable[..., Any]] = {
    "numpy.core.multiarray._reconstruct": _reconstruct,
    "numpy.core.multiarray.scalar": _scalar,
    "numpy.core.numeric._frombuffer": lambda machine, *arguments: machine.array(*arguments),
    "numpy.dtype": lambda machine, *arguments: _new_type(*arguments),
    "_codecs.encode": _encode,
    "builtins.bytes": _empty_bytes,
    "__builtin__.bytes": _empty_bytes,
}
"""The functions that are known, by their names in older releases of NumPy, and what is done."""

Action = Callable[[_Machine, Any], object]


def _push(machine: _Machine, argument: Any) -> None:
    machine.push(argument)


def _memoize(machine: _Machine, index: Any) -> None:
    machine.memo[len(machine.memo) if index is None else index] = machine.stack[-1]


def _append_one(machine: _Machine, _: Any) -> None:
    machine.append([machine.pop()])


ACTIONS: dict[bytes, Action] = {
    **dict.fromkeys((bytes([code]) for code in b"IJKML\x8a\x8bFGSTUVX\x8c\x8dBC\x8e\x96"), _push),
    **dict.fromkeys((b"p", b"q", b"r", b"\x94"), _memoize),
    **dict.fromkeys((b"g", b"h", b"j"), lambda m, index: m.push(m.memo[index])),
    **dict.fromkeys((b"\x80", b"\x95", b"."), lambda m, _: None),
    b"N": lambda m, _: m.push(None),
    b"\x88": lambda m, _: m.push(True),
    b"\x89": lambda m, _: m.push(False),
    b"]": lambda m, _: m.push([]),
    b"}": lambda m, _: m.push({}),
    b")": lambda m, _: m.push(()),
    b"t": lambda m, _: m.push(tuple(m.pop_marked())),
    b"\x85": lambda m, _: m.push(m.pop_many(1)),
    b"\x86": lambda m, _: m.push(m.pop_many(2)),
    b"\x87": lambda m, _: m.push(m.pop_many(3)),
    b"l": lambda m, _: m.push(m.pop_marked()),
    b"d": lambda m, _: m.push(_dictionary(m.pop_marked())),
    b"a": _append_one,
    b"e": lambda m, _: m.append(m.pop_marked()),
    b"s": lambda m, _: m.set_items(list(m.pop_many(2))),
    b"u": lambda m, _: m.set_items(m.pop_marked()),
    b"(": lambda m, _: m.marks.append(len(m.stack)),
    b"0": lambda m, _: m.pop(),
    b"1": lambda m, _: m.pop_marked(),
    b"2": lambda m, _: m.push(m.stack[-1]),
    b"c": lambda m, names: m.name(*names.split(" ", 1)),
    b"\x93": lambda m, _: m.name(*m.pop_many(2)),
    b"R": lambda m, _: m.call(),
    b"b": lambda m, _: m.build(),
}
"""What is done for each opcode; all others are refused."""
