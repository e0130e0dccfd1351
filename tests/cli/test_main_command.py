"""``visualmlp``: which command, and how errors are told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import visualmlp
from visualmlp.cli import data, main, train
from visualmlp.errors import VisualMLPError
from visualmlp.paths import user_log

Call = Callable[..., Any]


def visualmlp_process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "visualmlp", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_version_in_a_process_of_its_own() -> None:
    done = visualmlp_process("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"visualmlp {visualmlp.__version__}\n"


def test_commands_never_load_qt(tmp_path: Path) -> None:
    code = """
import sys
from visualmlp.cli.main import main
for line in sys.argv[1:]:
    main(line.split())
loaded = {name.split(".")[0] for name in sys.modules}
sys.exit(f"loaded {loaded}" if loaded & {"PyQt6", "superqt"} else 0)
"""
    lines = ["train xor --epochs 1 --out run.vmlp", "data list", "data info iris", "doctor"]
    done = subprocess.run(
        [sys.executable, "-c", code, *lines],
        capture_output=True, text=True, check=False, cwd=tmp_path,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "validation accuracy" in done.stdout
    assert (tmp_path / "run.vmlp").is_file()


def test_an_error_in_a_process_of_its_own() -> None:
    done = visualmlp_process("train", "digit")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "visualmlp: there is no experiment 'digit': did you mean 'digits'?\n"


def test_figures_are_printed_where_the_terminal_knows_no_arrows() -> None:
    environment = {
        "PYTHONIOENCODING": "ascii",
        "PYTHONPATH": str(Path(visualmlp.__file__).parents[1]),
    }
    done = visualmlp_process("train", "curve", "--epochs", "1", env=environment)
    assert done.returncode == 0, done.stderr
    assert "network 1 ? 24 ? 24 ? 1" in done.stdout


def test_a_reader_that_goes_away_is_no_error() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "visualmlp", "data", "list"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    with process.stderr:
        assert process.stderr.read() == ""
    assert process.wait() == 1


@pytest.mark.parametrize("name", main.COMMANDS)
def test_every_command_has_help(name: str, call: Call) -> None:
    answer = call(name, "--help")
    assert answer.status == 0
    assert f"visualmlp {name}" in answer.out


def test_help_lists_the_commands(call: Call) -> None:
    answer = call("--help")
    assert answer.status == 0
    assert all(f"  {name}" in answer.out for name in main.COMMANDS)


@pytest.mark.parametrize(
    "line",
    ["--bogus", "train", "train digits --bogus", "train digits --epochs", "data", "data bogus",
     "data info", "doctor bogus", "moons circles", "train digits --epochs 0",
     "train digits --epochs x", "train digits --epochs 1.5", "train digits --epochs -1"],
)  # fmt: skip
def test_wrong_usage_is_told_with_status_2(line: str, call: Call) -> None:
    answer = call(*line.split())
    assert answer.status == 2
    assert answer.out == ""
    assert answer.err.startswith("usage: visualmlp")
    assert "error: " in answer.err.splitlines()[-1]
    assert "_positive" not in answer.err


@pytest.mark.parametrize(
    ("line", "meant"),
    [("trian digits", "train"), ("trian", "train"), ("dat list", "data"), ("docter", "doctor")],
)
def test_a_misspelt_command_gets_a_hint(line: str, meant: str, call: Call) -> None:
    answer = call(*line.split())
    assert answer.status == 2
    wrong = line.split()[0]
    assert answer.err.endswith(f"there is no command {wrong!r}: did you mean {meant!r}?\n")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str | None, bool]]:
    """What the window was asked to open."""
    asked: list[tuple[str | None, bool]] = []
    app = pytest.importorskip("visualmlp.gui.app")

    def open_window(name: str | None, *, play: bool = False) -> int:
        asked.append((name, play))
        return 0

    monkeypatch.setattr(app, "open_window", open_window)
    return asked


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("", (None, False)),
        ("digits", ("digits", False)),
        ("--play digits", ("digits", True)),
        ("digits --play", ("digits", True)),
        ("mine.toml", ("mine.toml", False)),
        ("./train", ("./train", False)),
        ("train.toml", ("train.toml", False)),
    ],
)
def test_everything_else_opens_the_window(
    line: str, asked: tuple[str | None, bool], call: Call, opened: list[tuple[str | None, bool]]
) -> None:
    assert call(*line.split()).status == 0
    assert opened == [asked]


def test_a_file_named_like_a_command_can_be_opened(
    call: Call, opened: list[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("trains").touch()
    assert call("trains").status == 0
    assert opened == [("trains", False)]


def raising(error: BaseException) -> Callable[..., Any]:
    def run(*_: object) -> Any:
        raise error

    return run


def test_an_error_is_told_in_one_line(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "run", raising(VisualMLPError("two\n  lines")))
    assert call("data", "list").complaint == "two lines"


def test_ctrl_c_ends_without_a_traceback(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train, "run", raising(KeyboardInterrupt()))
    assert call("train", "xor") == (130, "", "visualmlp: interrupted\n", "")


def test_an_unexpected_error_is_told_in_one_line_and_logged(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "run", raising(ZeroDivisionError("oh")))
    complaint = call("data", "list").complaint
    assert complaint == f"unexpected error (ZeroDivisionError: oh); details are in {user_log()}"
    log = user_log().read_text(encoding="utf-8")
    assert log.startswith("Traceback")
    assert "in raising" not in log
    assert "ZeroDivisionError: oh" in log


def test_no_traceback_where_the_log_cannot_be_written(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "run", raising(ZeroDivisionError("oh")))
    monkeypatch.setattr(main, "user_log", raising(PermissionError(13, "Permission denied")))
    complaint = call("data", "list").complaint
    assert complaint.startswith("unexpected error (ZeroDivisionError: oh); details could not be")
    assert "Permission denied" in complaint
