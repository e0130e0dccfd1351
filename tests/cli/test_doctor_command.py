"""``visualmlp doctor``."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from visualmlp.cli import doctor
from visualmlp.cli.doctor import Finding

Call = Callable[..., Any]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux libraries")


@pytest.fixture(autouse=True)
def libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """All of Qt's libraries are there, whatever this machine has."""
    monkeypatch.setattr(doctor.ctypes.util, "find_library", lambda name: f"lib{name}.so")


def look(*findings: Finding) -> tuple[Callable[[], Iterator[Finding]], ...]:
    return (lambda: iter(findings),)


def test_prints_what_it_found(call: Call) -> None:
    answer = call("doctor")
    assert (answer.status, answer.err) == (0, "")
    for name in ("python", "numpy", "PyQt6", "data folders", "digits", "mnist"):
        assert re.search(rf"^(ok|note|MISSING) +{name} ", answer.out, re.MULTILINE), name
    assert not re.search(r"^\w+ +idx ", answer.out, re.MULTILINE)


def test_knows_every_dependency() -> None:
    project = Path(doctor.__file__).parents[2] / "pyproject.toml"
    declared = tomllib.loads(project.read_text(encoding="utf-8"))["project"]["dependencies"]
    assert set(doctor.PACKAGES) == {re.split(r"[><=]", line)[0] for line in declared}


@pytest.mark.parametrize(
    ("finding", "status", "mark"),
    [
        (Finding("x", "fine"), 0, "ok"),
        (Finding("x", "none", "get it"), 1, "MISSING"),
        (Finding("x", "none", "get it", needed=False), 0, "note"),
    ],
)
def test_status_tells_whether_something_needed_is_missing(
    finding: Finding, status: int, mark: str, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "LOOKS", look(Finding("first", "fine"), finding))
    answer = call("doctor")
    assert answer.status == status
    _, line, *remedy = answer.out.splitlines()
    assert line.split()[0] == mark
    assert [text.strip() for text in remedy] == ([finding.remedy] if finding.remedy else [])


def test_a_missing_package_is_told_with_its_command(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "PACKAGES", ("numpy", "no-such-package"))
    answer = call("doctor")
    assert answer.status == 1
    assert re.search(r"^MISSING +no-such-package +not installed$", answer.out, re.MULTILINE)
    assert "python -m pip install no-such-package" in answer.out


@linux_only
def test_missing_libraries_are_told_with_one_command(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = {"EGL", "xcb-cursor"}
    monkeypatch.setattr(
        doctor.ctypes.util, "find_library", lambda name: None if name in missing else name
    )
    answer = call("doctor")
    assert answer.status == 1
    assert "2 missing" in answer.out
    assert "apt-get install libegl1 libxcb-cursor0 " in answer.out


@linux_only
@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_a_screen_is_found(variable: str, call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    assert re.search(r"^note +screen +none", call("doctor").out, re.MULTILINE)
    monkeypatch.setenv(variable, "screen-7")
    assert re.search(r"^ok +screen +screen-7", call("doctor").out, re.MULTILINE)


def test_missing_mnist_is_only_a_note(
    call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUALMLP_DATA", str(tmp_path))
    answer = call("doctor")
    assert answer.status == 0
    assert re.search(r"^note +mnist +not found", answer.out, re.MULTILINE)
    assert str(tmp_path / "mnist") in answer.out
