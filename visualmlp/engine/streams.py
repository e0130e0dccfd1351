"""Streams of random numbers: NumPy's generator, and the older streams of course programs.

A stream is seeded once; its state is made of plain numbers and texts, so that it can be saved.
"""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from math import prod
from operator import index
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt

from visualmlp.registry import Registry

KEY_SIZE = 624
"""Numbers in the state of a Mersenne Twister."""

Drawn = npt.NDArray[np.float64]
Index = npt.NDArray[np.intp]


class Stream(ABC):
    """Random numbers from one seed.

    Parameters
    ----------
    seed
        As this kind of stream takes it: for ``generator`` also a ``SeedSequence``.
    """

    name: ClassVar[str]
    is_global: ClassVar[bool] = True
    """Whether the programs that use it have one such stream for everything."""

    @abstractmethod
    def __init__(self, seed: Any) -> None: ...

    @abstractmethod
    def standard_normal(self, shape: tuple[int, ...]) -> Drawn:
        """Draws with mean 0 and variance 1, row by row."""

    @abstractmethod
    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> Drawn:
        """Draws from [low, high), row by row."""

    @abstractmethod
    def permutation(self, n: int) -> Index:
        """The numbers below n in random order, (n,)."""

    @abstractmethod
    def integers(self, n: int, size: int) -> Index:
        """Numbers below n, each drawn anew, (size,)."""

    @abstractmethod
    def sample(self, n: int, size: int) -> Index:
        """Different numbers below n, (size,)."""

    @abstractmethod
    def state(self) -> Any:
        """The state, ready for JSON."""

    @abstractmethod
    def restore(self, state: Any) -> None:
        """Go on from a state.

        Raises
        ------
        TypeError, ValueError, KeyError, OverflowError
            If it is no state of such a stream.
        """


STREAMS: Registry[type[Stream]] = Registry("random stream")


@STREAMS.add
class GeneratorStream(Stream):
    """``numpy.random.default_rng``: PCG64."""

    name = "generator"
    is_global = False

    def __init__(self, seed: int | np.random.SeedSequence) -> None:
        self._rng = np.random.default_rng(seed)

    def standard_normal(self, shape: tuple[int, ...]) -> Drawn:
        return self._rng.standard_normal(shape)

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> Drawn:
        return self._rng.uniform(low, high, shape)

    def permutation(self, n: int) -> Index:
        return self._rng.permutation(n)

    def integers(self, n: int, size: int) -> Index:
        return self._rng.integers(n, size=size, dtype=np.intp)

    def sample(self, n: int, size: int) -> Index:
        return self._rng.choice(n, size, replace=False)

    def state(self) -> Any:
        return self._rng.bit_generator.state

    def restore(self, state: Any) -> None:
        self._rng.bit_generator.state = state


@STREAMS.add
class LegacyNumPyStream(Stream):
    """``numpy.random.seed`` and the functions of ``numpy.random``: the Mersenne Twister."""

    name = "numpy_legacy"

    def __init__(self, seed: int) -> None:
        self._rng = np.random.RandomState(seed)

    def standard_normal(self, shape: tuple[int, ...]) -> Drawn:
        drawn: Drawn = self._rng.standard_normal(shape)
        return drawn

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> Drawn:
        drawn: Drawn = self._rng.uniform(low, high, shape)
        return drawn

    def permutation(self, n: int) -> Index:
        return self._rng.permutation(n).astype(np.intp)

    def integers(self, n: int, size: int) -> Index:
        return self._rng.randint(n, size=size).astype(np.intp)

    def sample(self, n: int, size: int) -> Index:
        return self._rng.choice(n, size, replace=False).astype(np.intp)

    def state(self) -> Any:
        state: dict[str, Any] = self._rng.get_state(legacy=False)
        key = state["state"]["key"].tolist()
        return {**state, "state": {"key": key, "pos": int(state["state"]["pos"])}}

    def restore(self, state: Any) -> None:
        key, pos = np.array(state["state"]["key"], np.uint32), index(state["state"]["pos"])
        # NumPy checks neither, and would read whatever lies behind the key in memory.
        if key.shape != (KEY_SIZE,) or not 0 <= pos <= KEY_SIZE:
            raise ValueError(f"position {pos} in a key of shape {key.shape}")
        self._rng.set_state({**state, "state": {"key": key, "pos": pos}})


@STREAMS.add
class PythonStream(Stream):
    """``random.seed`` and the functions of Python's ``random``."""

    name = "python"

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)

    def standard_normal(self, shape: tuple[int, ...]) -> Drawn:
        return np.array([self._rng.gauss(0.0, 1.0) for _ in range(prod(shape))]).reshape(shape)

    def uniform(self, low: float, high: float, shape: tuple[int, ...]) -> Drawn:
        return np.array([self._rng.uniform(low, high) for _ in range(prod(shape))]).reshape(shape)

    def permutation(self, n: int) -> Index:
        order = list(range(n))
        self._rng.shuffle(order)
        return np.array(order, np.intp)

    def integers(self, n: int, size: int) -> Index:
        return np.array([self._rng.randrange(n) for _ in range(size)], np.intp)

    def sample(self, n: int, size: int) -> Index:
        return np.array(self._rng.sample(range(n), size), np.intp)

    def state(self) -> Any:
        version, numbers, spare = self._rng.getstate()
        return [version, list(numbers), spare]

    def restore(self, state: Any) -> None:
        version, numbers, spare = state
        self._rng.setstate((version, tuple(numbers), spare))
