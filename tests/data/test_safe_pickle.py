"""Pickle files: plain values and arrays come back, everything else is refused before it runs."""

from __future__ import annotations

import gzip
import os
import pickle
import pickletools
import struct
import tracemalloc
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from visualmlp.data import load_pickle
from visualmlp.data.arrays import pickle_opcodes as opcodes_module
from visualmlp.data.arrays import safe_pickle
from visualmlp.errors import DataError

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
fast = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(2**600), 2**600)
    | st.floats(allow_nan=False)
    | st.text()
    | st.binary(),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.binary() | st.integers(-(2**59), 2**59), inner)
    ),
    max_leaves=15,
)
DTYPES = [
    *("bool", "i1", "u1", "<i2", ">i2", "<u4", ">i8", "<f2", "<f4", ">f4", "<f8", ">f8"),
    *("<c8", ">c16", "S3", "<U2", ">U2"),
]
shapes = st.lists(st.integers(0, 4), max_size=3).map(tuple)


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    dtype, shape = np.dtype(draw(st.sampled_from(DTYPES))), draw(shapes)
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    numbers = rng.integers(0, 100, shape)
    order = draw(st.sampled_from("CF"))
    return np.array(numbers.astype(np.int64).astype(dtype), order=order)  # type: ignore[call-overload]


def write(folder: Path, content: bytes, name: str = "a.pkl") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def same(a: Any, b: Any) -> bool:
    """Whether two values are equal and of the same types all the way down."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (np.ndarray, np.generic)):
        return a.dtype == b.dtype and a.shape == b.shape and bool(np.array_equal(a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


@fast
@given(plain, st.sampled_from(PROTOCOLS))
def test_plain_values_come_back(tmp_path: Path, value: Any, protocol: int) -> None:
    found = load_pickle(write(tmp_path, pickle.dumps(value, protocol)))
    assert same(found, value)


@fast
@given(st.lists(arrays(), min_size=1, max_size=3), st.sampled_from(PROTOCOLS))
def test_arrays_come_back(tmp_path: Path, value: list[np.ndarray], protocol: int) -> None:
    content = pickle.dumps({"arrays": value, "again": value[0]}, protocol)
    assert same(load_pickle(write(tmp_path, content)), pickle.loads(content))


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("dtype", DTYPES)
def test_scalars_come_back(tmp_path: Path, dtype: str, protocol: int) -> None:
    value = np.ones(1, dtype)[0]
    content = pickle.dumps([value, (value,)], protocol)
    assert same(load_pickle(write(tmp_path, content)), pickle.loads(content))


def test_gzip_and_several_pickles_in_a_file(tmp_path: Path) -> None:
    x, y = np.arange(6).reshape(2, 3), [1, 2]
    content = pickle.dumps(x) + pickle.dumps(y)
    assert same(load_pickle(write(tmp_path, gzip.compress(content))), (x, y))


@pytest.mark.parametrize("module", ["numpy.core", "numpy._core"])
def test_names_of_older_and_newer_numpy(tmp_path: Path, module: str) -> None:
    x = np.arange(3, dtype=np.float32)
    content = pickle.dumps(x, 2).replace(b"numpy._core", module.encode())
    content = content.replace(b"numpy.core", module.encode())
    assert same(load_pickle(write(tmp_path, content)), x)


PYTHON_2_PROTOCOL_0 = (
    b"(dp0\nS'data'\np1\ncnumpy.core.multiarray\n_reconstruct\np2\n(cnumpy\nndarray\np3\n(I0\ntp4\n"
    b"S'b'\np5\ntp6\nRp7\n(I1\n(I2\nI2\ntp8\ncnumpy\ndtype\np9\n(S'u1'\np10\nI0\nI1\ntp11\nRp12\n"
    b"(I3\nS'|'\np13\nNNNI-1\nI-1\nI0\ntp14\nbI00\nS'\\x00\\x7f\\x80\\xff'\np15\ntp16\nbsS'labels'\n"
    b"p17\n(lp18\nI3\naL4L\nas."
)


def test_pickle_of_python_2_with_bytes_above_127(tmp_path: Path) -> None:
    found = load_pickle(write(tmp_path, PYTHON_2_PROTOCOL_0))
    assert found["data"].tolist() == [[0, 127], [128, 255]]
    assert found["labels"] == [3, 4]


def test_binary_strings_of_python_2(tmp_path: Path) -> None:
    content = b"\x80\x02}(U\x04data" + b"T\x02\0\0\0\xe9\xffu."
    assert load_pickle(write(tmp_path, content)) == {"data": "éÿ"}


class Reduced:
    """Writes a call into a pickle."""

    def __init__(self, function: Callable[..., Any], *arguments: Any) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> Any:
        return self.call


class WithState:
    def __init__(self) -> None:
        self.text = "state"


def _global(module: str, name: str, arguments: bytes = b")") -> bytes:
    return f"c{module}\n{name}\n".encode() + arguments + b"R."


def _array_head() -> bytes:
    return b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\nndarray\n(I0\ntS'b'\ntR"


MARKER = "touched"
HOSTILE: dict[str, tuple[bytes, str]] = {
    "os.system": (pickle.dumps(Reduced(os.system, f"touch {MARKER}")), "system"),
    "posix.system 0": (pickle.dumps(Reduced(os.system, f"touch {MARKER}"), 0), "system"),
    "eval": (pickle.dumps(Reduced(eval, f"open('{MARKER}', 'w')")), "builtins.eval"),
    "exec": (pickle.dumps(Reduced(exec, f"open('{MARKER}', 'w')"), 1), "exec"),
    "open": (pickle.dumps(Reduced(open, MARKER, "w")), "open"),
    "getattr": (pickle.dumps(Reduced(getattr, "", "join")), "getattr"),
    "in a list": (pickle.dumps([1, {"a": (Reduced(os.system, f"touch {MARKER}"),)}]), "system"),
    "np.load": (pickle.dumps(Reduced(np.load, "a", None, True)), "numpy.load"),
    "runstring": (_global("numpy.testing._private.utils", "runstring"), "runstring"),
    "loads in pickle": (_global("pickle", "loads"), "pickle.loads"),
    "numpy.core other": (_global("numpy.core.multiarray", "fromfile"), "fromfile"),
    "dotted name": (b"\x80\x04\x8c\x05numpy\x8c\x0acore.loads\x93.", "numpy.core.loads"),
    "name is no text": (b"\x80\x04K\x01K\x02\x93.", "no text"),
    "name is a deep list": (b"\x80\x04]K\x02\x93.", "no text"),
    "class instance": (pickle.dumps(WithState()), "WithState"),
    "class instance 0": (pickle.dumps(WithState(), 0), "copy_reg._reconstructor"),
    "set": (pickle.dumps({1, 2}), "EMPTY_SET"),
    "frozenset": (pickle.dumps(frozenset((1, 2))), "FROZENSET"),
    "complex": (pickle.dumps(1j), "complex"),
    "ordered": (pickle.dumps(OrderedDict(a=1)), "collections.OrderedDict"),
    "object array": (pickle.dumps(np.array([None, "a"])), "type O8"),
    "record array": (pickle.dumps(np.zeros(2, [("a", "i4")])), "type V4"),
    "dates": (pickle.dumps(np.array(["2020-01-01"], "M8[D]")), "type M8"),
    "a type": (pickle.dumps(np.dtype("f4")), "type or function"),
    "a class": (pickle.dumps(np.ndarray), "type or function"),
    "inst": (b"(S'true'\nios\nsystem\n.", "INST"),
    "obj": (b"(cos\nsystem\nS'true'\no.", "os.system"),
    "newobj": (b"\x80\x02cnumpy\nndarray\n)\x81.", "NEWOBJ"),
    "newobj_ex": (b"\x80\x04cnumpy\nndarray\n)}\x92.", "NEWOBJ_EX"),
    "ext1": (b"\x80\x02\x82\x01.", "EXT1"),
    "ext2": (b"\x80\x02\x83\x01\x01.", "EXT2"),
    "ext4": (b"\x80\x02\x84\x01\0\0\0.", "EXT4"),
    "persid": (b"Pabc\n.", "PERSID"),
    "binpersid": (b"K\x01Q.", "BINPERSID"),
    "next_buffer": (b"\x80\x05\x97.", "NEXT_BUFFER"),
    "readonly_buffer": (b"\x80\x05\x97\x98.", "BUFFER"),
    "build on list": (b"](I1\ntb.", "state of a value of type list"),
    "build on dict": (b"}}b.", "no array"),
    "build on name": (b"cnumpy\ndtype\n(I1\ntb.", "state of a value"),
    "call of ndarray": (b"cnumpy\nndarray\n(I9\ntR.", "call of numpy.ndarray"),
    "call of a list": (b"](I1\ntR.", "no function"),
    "subclass": (
        b"cnumpy.core.multiarray\n_reconstruct\n(cnumpy\ndtype\n(I0\ntS'b'\ntR.",
        "array of another kind",
    ),
    "objects as state": (_array_head() + b"(I1\n(I1\nt]I0\n]tb.", "array of objects"),
    "codec": (b"c_codecs\nencode\n(S'a'\nS'rot13'\ntR.", "another encoding"),
    "float key": (pickle.dumps({1.5: 2}), "key of type float"),
    "huge key": (pickle.dumps({2**61: 2}), "key of type int"),
    "loop": (b"]q\0h\0a.", "holds itself"),
    "loop by a tuple": (b"]q\0h\0\x85a.", "holds itself"),
    "deep": (b"]" * 200 + b"a" * 199 + b".", "within each other"),
    "very deep": (b"(" * 100_000 + b"l" * 100_000 + b".", "within each other"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pickles_are_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    content, text = HOSTILE[name]
    with pytest.raises(DataError) as caught:
        load_pickle(write(tmp_path, content))
    assert text in str(caught.value)
    assert "asks for" in str(caught.value)
    assert not (tmp_path / MARKER).exists()


DAMAGED: dict[str, bytes] = {
    "empty": b"",
    "no opcode": b"\xff\xff",
    "nothing": b".",
    "two values": b"NN.",
    "mark left": b"N(.",
    "pop of nothing": b"0N.",
    "behind a mark": b"N(\x85.",
    "no mark": b"Nt.",
    "append to tuple": b")Na.",
    "items for a list": b"]NNs.",
    "odd items": b"}(Nu.",
    "unknown memo": b"h\x07.",
    "huge long": b"\x80\x02\x8b\0\0\x10\0" + bytes(2**20) + b".",
    "negative long": b"\x80\x02\x8b\xff\xff\xff\xff.",
    "long of many digits": b"L" + b"9" * 100_000 + b"L\n.",
    "count beyond the end": b"\x80\x04\x8e" + struct.pack("<Q", 2**62) + b"abc.",
    "text beyond the end": b"X\xff\xff\xff\x7fabc.",
    "no utf-8": b"X\x01\0\0\0\xff.",
    "wrong number": b"Iabc\n.",
    "shape of texts": _array_head() + b"(I1\n(S'a'\ntcnumpy\ndtype\n(S'u1'\ntRI0\nS'a'\ntb.",
    "negative shape": _array_head() + b"(I1\n(I-1\ntcnumpy\ndtype\n(S'u1'\ntRI0\nS'a'\ntb.",
    "too few bytes": _array_head() + b"(I1\n(I9\ntcnumpy\ndtype\n(S'f8'\ntRI0\nS'a'\ntb.",
    "absurd shape": _array_head()
    + b"(I1\n(I999999999\nI999999999\nI0\ntcnumpy\ndtype\n(S'f8'\ntRI0\nS'a'\ntb.",
    "no such type": b"cnumpy\ndtype\n(S'f3'\ntR.",
    "call without arguments": b"cnumpy\ndtype\n)R.",
    "rubbish behind": b"N.\xff",
    "nine pickles": b"N." * 9,
    "zip that ends": gzip.compress(pickle.dumps([1] * 1000))[:-9],
}


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_pickles_are_explained(tmp_path: Path, name: str) -> None:
    path = write(tmp_path, DAMAGED[name])
    with pytest.raises(DataError) as caught:
        load_pickle(path)
    assert str(path) in str(caught.value)
    assert len(str(caught.value)) < 400 + len(str(path))


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_truncated_at_every_byte(tmp_path: Path, protocol: int) -> None:
    value = {"x": np.arange(6.0).reshape(2, 3), "y": [1, 2**70, "é", b"\0", None, 2.5], 3: ()}
    content = pickle.dumps(value, protocol)
    for length in range(len(content)):
        with pytest.raises(DataError):
            load_pickle(write(tmp_path, content[:length]))


@fast
@given(
    data=st.data(),
    protocol=st.sampled_from(PROTOCOLS),
    changes=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_changed_bytes_load_or_are_explained(
    tmp_path: Path, data: st.DataObject, protocol: int, changes: list[tuple[int, int]]
) -> None:
    content = bytearray(pickle.dumps([np.arange(4.0), {"a": (1, b"x", np.float32(2))}], protocol))
    for place, byte in changes:
        content[place % len(content)] = byte
    path = write(tmp_path, bytes(content))
    assert str(path) in outcome(path)


CODES = [op.code.encode("latin-1") for op in pickletools.opcodes]


@settings(parent=fast, max_examples=150)
@given(st.lists(st.sampled_from(CODES) | st.binary(max_size=3) | st.just(b"I1\n"), max_size=30))
def test_any_opcodes_load_or_are_explained(tmp_path: Path, pieces: list[bytes]) -> None:
    path = write(tmp_path, b"".join(pieces) + b".")
    assert str(path) in outcome(path)


def outcome(path: Path) -> str:
    """The message, which names the file; that alone if the file loads."""
    try:
        load_pickle(path)
    except DataError as error:
        return str(error)
    return str(path)


def bomb_of_lists() -> bytes:
    """A list that holds ten times a list that holds ten times …: 10^40 numbers in 2 kB."""
    content = b"(" + b"K\x01" * 10 + b"lq\0"
    for level in range(1, 40):
        content += b"0(" + bytes([0x68, level - 1]) * 10 + b"lq" + bytes([level])
    return b"\x80\x02" + content + b"."


def bomb_of_copies() -> bytes:
    """A text of a megabyte, made to bytes again and again."""
    text = b"X" + struct.pack("<I", 2**20) + b"a" * 2**20 + b"q\0"
    call = b"c_codecs\nencode\nq\1" + b"0(" + b"h\1h\0\x85R" * 100_000 + b"l"
    return b"\x80\x02" + text + call + b"\x86."


def bomb_of_zeros() -> bytes:
    """A list of an array of a megabyte many times over."""
    array = pickle.dumps(np.zeros(2**20, np.uint8), 2)[2:-1]
    return b"\x80\x02" + array + b"r\0\0\1\0" + b"0(" + b"j\0\0\1\0" * 100_000 + b"l."


@pytest.mark.parametrize("bomb", [bomb_of_lists, bomb_of_copies, bomb_of_zeros])
def test_bombs_take_no_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bomb: Callable[[], bytes]
) -> None:
    monkeypatch.setattr(safe_pickle, "MAX_BYTES", 2**24)
    path = write(tmp_path, bomb())
    tracemalloc.start()
    with pytest.raises(DataError, match="16,777,216 bytes"):
        load_pickle(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * 2**24


def test_gzip_bomb_is_refused_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_pickle, "MAX_BYTES", 2**22)
    content = b"\x80\x04\x8e" + struct.pack("<Q", 2**25) + bytes(2**25) + b"."
    path = write(tmp_path, gzip.compress(content, 1))
    del content
    tracemalloc.start()
    with pytest.raises(DataError, match="more than 4,194,304 bytes"):
        load_pickle(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**24


def test_count_beyond_the_end_takes_no_memory(tmp_path: Path) -> None:
    path = write(tmp_path, DAMAGED["count beyond the end"])
    tracemalloc.start()
    with pytest.raises(DataError, match="ends too early"):
        load_pickle(path)
    assert tracemalloc.get_traced_memory()[1] < 2**23
    tracemalloc.stop()


def test_too_many_steps_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opcodes_module, "MAX_OPCODES", 1000)
    with pytest.raises(DataError, match="more than 1,000 steps: save arrays"):
        load_pickle(write(tmp_path, pickle.dumps(list(range(2000)))))


def test_large_dictionary_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_pickle, "MAX_ENTRIES", 10)
    with pytest.raises(DataError, match="more than 10 entries"):
        load_pickle(write(tmp_path, pickle.dumps(dict.fromkeys(range(11)))))


def test_folder_and_pipe_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is a folder"):
        load_pickle(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.pkl")
        with pytest.raises(DataError, match="is no file"):
            load_pickle(tmp_path / "pipe.pkl")
