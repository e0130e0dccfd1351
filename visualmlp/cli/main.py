"""The command ``visualmlp``: which part of the program is asked for."""

from __future__ import annotations

import argparse
import io
import os
import sys
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path

import visualmlp
from visualmlp.errors import VisualMLPError
from visualmlp.paths import user_log

COMMANDS = {
    "train": "train an experiment without a window",
    "predict": "let a trained run predict new rows or pictures",
    "show": "tell what is in a run file",
    "verify": "carry saved runs out again and compare every state",
    "data": "list the data sets, or tell what is in one",
    "render": "write a picture of the window or of a view",
    "reproduce": "carry out the lessons and check their figures",
    "doctor": "tell what is missing on this machine",
}
"""Each command is the module of this folder with that name: ``add_arguments`` and ``run``."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out a command line and return the exit status.

    0 is success, 1 an error that was told in one line, 2 wrong usage (argparse exits itself).
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    word = next((name for name in given if not name.startswith("-")), "")
    try:
        status = _run_command(given, word) if word in COMMANDS else _open_window(given, word)
        print(end="", flush=True)
        return status
    except VisualMLPError as error:
        return _tell(str(error), 1)
    except KeyboardInterrupt:
        return _tell("interrupted", 130)
    except BrokenPipeError:
        # Nobody reads on; without this Python would complain when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - no traceback reaches a user
        return _tell(f"unexpected error ({type(error).__name__}: {error}); {_log(error)}", 1)


def _log(error: Exception) -> str:
    """Keep the traceback, and say where."""
    try:
        with user_log().open("a", encoding="utf-8") as log:
            log.writelines(traceback.format_exception(error))
        return f"details are in {user_log()}"
    except OSError as refusal:
        return f"details could not be written ({refusal})"


def _tell(message: str, status: int) -> int:
    print(f"visualmlp: {' '.join(message.split())}", file=sys.stderr)
    return status


def _run_command(given: list[str], command: str) -> int:
    module = import_module(f"visualmlp.cli.{command}")
    given.remove(command)
    own = argparse.ArgumentParser(prog=f"visualmlp {command}", description=COMMANDS[command])
    module.add_arguments(own)
    status: int = module.run(own.parse_args(given))
    return status


def _parser() -> argparse.ArgumentParser:
    commands = "\n".join(f"  {name:<10} {text}" for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="visualmlp",
        description="A desktop microscope for multilayer perceptrons. Opens the window.",
        epilog=f"commands (each with --help of its own):\n{commands}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"visualmlp {visualmlp.__version__}")
    text = "experiment, lesson or run: its name or its file; or a file or folder of data"
    parser.add_argument("name", nargs="?", help=text)
    parser.add_argument("--play", action="store_true", help="begin training at once")
    return parser


def _open_window(given: list[str], word: str) -> int:
    parser = _parser()
    if command := _misspelt(word):
        parser.error(f"there is no command {word!r}: did you mean {command!r}?")
    options = parser.parse_args(given)
    from visualmlp.gui.app import open_window

    return open_window(options.name, play=options.play)


def _misspelt(word: str) -> str:
    """The command that was meant by a word which is neither an experiment nor a file, or ""."""
    close = get_close_matches(word, COMMANDS, n=1)
    if not close or not word.isalpha():
        return ""
    from visualmlp.experiment import bundled_names

    return "" if word in bundled_names() or Path(word).exists() else close[0]
