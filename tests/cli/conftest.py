"""The command line, called in this process."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest

from visualmlp.cli.main import main


class Answer(NamedTuple):
    """What a command line gave: standard error without the progress bar, which stands apart."""

    status: int
    out: str
    err: str
    progress: str

    @property
    def complaint(self) -> str:
        """The one line of an error, without its beginning."""
        [line] = self.err.splitlines()
        assert line.startswith("visualmlp: ")
        assert self.status == 1
        return line.removeprefix("visualmlp: ")


Call = Callable[..., Answer]


@pytest.fixture
def call(capsys: pytest.CaptureFixture[str]) -> Call:
    """Carry out ``visualmlp`` with some arguments."""

    def carry_out(*arguments: object) -> Answer:
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as left:
            status = left.code if isinstance(left.code, int) else 0
        captured = capsys.readouterr()
        lines = captured.err.replace("\r", "\n").splitlines(keepends=True)
        progress = [line for line in lines if " steps" in line]
        others = [line for line in lines if line not in progress and line.strip()]
        return Answer(status, captured.out, "".join(others), "".join(progress))

    return carry_out
