"""``visualmlp render``: a picture of the window, or of one view, without a screen."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path

from visualmlp.errors import VisualMLPError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "run", metavar="RUN|NAME", help="a run file, or an experiment or a lesson to train"
    )
    parser.add_argument("--view", help="one view only, by its title in lower case")
    parser.add_argument("--out", type=Path, required=True, metavar="PICTURE", help="a .png file")
    parser.add_argument("--size", type=_size, default=(1366, 768), metavar="WxH", help="in pixels")
    parser.add_argument("--look", choices=("light", "dark"), default="light")


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{2,5})x(\d{2,5})", text)
    if match is None:
        raise argparse.ArgumentTypeError("must be like 1366x768")
    return int(match[1]), int(match[2])


def run(options: argparse.Namespace) -> int:
    """Open the run, or train the experiment or lesson to its end, and write the picture."""
    if options.out.suffix.lower() != ".png":
        raise VisualMLPError(f"{options.out}: the picture is a .png file")
    if not options.out.parent.is_dir():
        raise VisualMLPError(f"{options.out}: there is no folder {options.out.parent}")
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from visualmlp.gui.app import send_qt_messages_to_log
    from visualmlp.gui.picture import write_picture

    send_qt_messages_to_log()
    write_picture(options.run, options.view, options.out, options.size, options.look)
    print(options.out)
    return 0
