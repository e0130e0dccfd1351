"""Damaged run files give the saved run or one message, never wrong numbers."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from visualmlp.errors import RunFileError
from visualmlp.runs import Recorder, open_run
from visualmlp.runs.schema import PAGE_SIZE

Load = Callable[[bytes], list[object] | None]
"""All that a file of this content tells; None if it is refused as it should be."""


def assert_refused_or_the_same(
    variants: Iterable[bytes], content: bytes, load: Load
) -> tuple[int, int]:
    """Try all; give how many were refused, and how many told the same run."""
    truth, refused, same = load(content), 0, 0
    assert truth is not None
    for damaged in variants:
        read = load(damaged)
        assert read is None or read == truth
        refused, same = refused + (read is None), same + (read is not None)
    return refused, same


def flipped(content: bytes, *places: tuple[int, int]) -> bytes:
    damaged = bytearray(content)
    for place, mask in places:
        damaged[place % len(damaged)] ^= mask
    return bytes(damaged)


def spread(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """A flipped bit in each of so many regions of the file; where it can be, not in free space."""
    rng = random.Random(seed)
    for region in range(count):
        low, high = region * len(content) // count, (region + 1) * len(content) // count
        used = [place for place in range(low, high) if content[place]] or [low]
        yield flipped(content, (rng.choice(used), 1 << rng.randrange(8)))


def cut(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    rng = random.Random(seed)
    yield from (content[:length] for length in (0, 1, 16, 99, 100, PAGE_SIZE, len(content) - 1))
    yield from (content[: rng.randrange(len(content))] for _ in range(count - 7))


def pages_of(content: bytes) -> list[bytes]:
    return [content[at : at + PAGE_SIZE] for at in range(0, len(content), PAGE_SIZE)]


def test_flipped_bits_all_over_the_file(content: bytes, load: Load) -> None:
    refused, _ = assert_refused_or_the_same(spread(content, 40, 1), content, load)
    assert refused > 15


def test_cut_files(content: bytes, load: Load) -> None:
    refused, same = assert_refused_or_the_same(cut(content, 20, 2), content, load)
    assert (refused, same) == (20, 0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_many_flipped_bits_and_cuts(seed: int, content: bytes, load: Load) -> None:
    refused, _ = assert_refused_or_the_same(spread(content, 500, seed), content, load)
    assert refused > 100
    refused, _ = assert_refused_or_the_same(cut(content, 100, seed), content, load)
    assert refused == 100


def test_the_header(content: bytes, load: Load) -> None:
    variants = (flipped(content, (place, 0xFF)) for place in range(100))
    refused, _ = assert_refused_or_the_same(variants, content, load)
    assert refused > 20


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2**20), st.integers(1, 255)), min_size=2, max_size=30))
def test_many_bytes_at_once(content: bytes, load: Load, places: list[tuple[int, int]]) -> None:
    assert_refused_or_the_same([flipped(content, *places)], content, load)


def test_pages_exchanged_zeroed_or_repeated(content: bytes, load: Load) -> None:
    pages = pages_of(content)
    variants = []
    for i in range(1, len(pages)):
        variants.append(b"".join([*pages[:i], bytes(PAGE_SIZE), *pages[i + 1 :]]))
        variants.append(b"".join([*pages[:i], pages[i - 1], *pages[i + 1 :]]))
    refused, _ = assert_refused_or_the_same(variants, content, load)
    assert refused > len(pages)


def test_a_tail_does_not_matter(content: bytes, load: Load) -> None:
    assert load(content + b"tail") in (None, load(content))


@pytest.mark.parametrize(
    "content",
    [b"", bytes(8192), b"hello", b"PK\x03\x04" + bytes(100), b"SQLite format 3\x00"],
    ids=["empty", "zeros", "text", "zip", "magic"],
)
def test_other_files(content: bytes, load: Load) -> None:
    assert load(content) is None


def test_other_databases(folder: Path) -> None:
    path = folder / "other.vmlp"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE facts (name, value)")
    with pytest.raises(RunFileError, match="is no VisualMLP run"):
        open_run(path)


def test_a_missing_file(folder: Path) -> None:
    with pytest.raises(RunFileError, match=r"missing\.vmlp: there is no such file"):
        open_run(folder / "missing.vmlp")
    with pytest.raises(RunFileError, match="is a folder"):
        open_run(folder)


# While it is written: what is in the log counts up to its last whole commit


def test_a_damaged_log_gives_an_earlier_moment_of_the_run(
    forked: Any, told: Any, tmp_path: Path
) -> None:
    trainer, branches = forked()
    path = tmp_path / "run.vmlp"
    recorder = Recorder(path, trainer.setup)
    moments = []
    for _ in range(4):
        trainer.step()
        recorder.record(branches, trainer)
        moments.append(told(open_run(path)))
    files = {one.name: one.read_bytes() for one in tmp_path.glob("run.vmlp*")}
    recorder.abandon()
    assert "run.vmlp-wal" in files
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    log, rng, seen = files["run.vmlp-wal"], random.Random(3), set()
    for _ in range(40):
        for one in elsewhere.iterdir():
            one.unlink()
        (elsewhere / "run.vmlp").write_bytes(files["run.vmlp"])
        is_cut = rng.random() < 0.5
        place = rng.randrange(len(log))
        damaged = log[:place] if is_cut else flipped(log, (place, 1 << rng.randrange(8)))
        (elsewhere / "run.vmlp-wal").write_bytes(damaged)
        found = told(open_run(elsewhere / "run.vmlp"))
        is_start = found[4] == 121  # what the file began with
        assert found in moments or is_start
        seen.add(-1 if found not in moments else moments.index(found))
    assert len(seen) > 2
