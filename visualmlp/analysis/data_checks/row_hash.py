"""Rows that are equal, found by hashes and proved value by value."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

_WORD = 8
_FIRST = np.uint64(0xFF51AFD7ED558CCD)
_SECOND = np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT = np.uint64(33)
_SEED = 20_240_229

Words = npt.NDArray[np.uint64]


def canonical(rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same rows, with one zero and one NaN, so that equal values have equal bytes."""
    if rows.dtype.kind != "f":
        return np.ascontiguousarray(rows)
    same = np.ascontiguousarray(rows) + 0.0  # -0 becomes 0
    same[np.isnan(same)] = np.nan
    return same


def row_hashes(rows: npt.NDArray[Any]) -> Words:
    """A 64-bit hash of each row (n, n_features): equal rows have equal ones.

    Each word is mixed as MurmurHash3 does at its end (A. Appleby, 2011), then weighted by its
    place and summed: numbers whose low bits are all 0, as those of small floats, spread as well.
    """
    words = _words(canonical(rows))
    places = np.random.default_rng(_SEED).integers(1, 2**63, words.shape[1], np.uint64)
    mixed = words + places
    mixed ^= mixed >> _SHIFT
    mixed *= _FIRST
    mixed ^= mixed >> _SHIFT
    mixed *= _SECOND
    mixed ^= mixed >> _SHIFT
    mixed *= places | np.uint64(1)
    sums: Words = mixed.sum(axis=1, dtype=np.uint64)
    return sums


def _words(rows: npt.NDArray[Any]) -> Words:
    """The bytes of each row as whole words, (n, n_words)."""
    n_bytes = rows.shape[1] * rows.itemsize
    n_words = -(-n_bytes // _WORD)
    if n_words * _WORD == n_bytes:
        return rows.view(np.uint8).reshape(len(rows), n_bytes).view(np.uint64)
    padded = np.zeros((len(rows), n_words * _WORD), np.uint8)
    padded[:, :n_bytes] = rows.view(np.uint8).reshape(len(rows), n_bytes)
    return padded.view(np.uint64)


def first_equal(hashes: Words, among: Words) -> npt.NDArray[np.intp]:
    """For each hash the first place among others where the same stands; -1 where there is none."""
    if not len(among):
        return np.full(len(hashes), -1)
    order = np.argsort(among, kind="stable")
    places = np.searchsorted(among[order], hashes)
    found = order[np.minimum(places, len(among) - 1)]
    return np.where(among[found] == hashes, found, -1)


def are_equal(a: npt.NDArray[Any], b: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Whether rows (n, n_features) are equal, value by value; NaN equals NaN."""
    return np.asarray((_words(canonical(a)) == _words(canonical(b))).all(axis=1))
