"""``visualmlp doctor``: what is missing on this machine, and the command that installs it."""

from __future__ import annotations

import argparse
import ctypes.util
import os
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

from visualmlp.data import SOURCES
from visualmlp.paths import data_folders

PACKAGES = (
    "numpy",
    "pydantic",
    "platformdirs",
    "threadpoolctl",
    "tomli-w",
    "tqdm",
    "requests",
    "urllib3",
    "PyQt6",
    "superqt",
    "ziamath",
    "charset-normalizer",
    "pillow",
)

LIBRARIES = {
    "EGL": "libegl1",
    "GL": "libgl1",
    "xkbcommon-x11": "libxkbcommon-x11-0",
    "dbus-1": "libdbus-1-3",
    "fontconfig": "libfontconfig1",
    "xcb-cursor": "libxcb-cursor0",
    "xcb-icccm": "libxcb-icccm4",
    "xcb-image": "libxcb-image0",
    "xcb-keysyms": "libxcb-keysyms1",
    "xcb-randr": "libxcb-randr0",
    "xcb-render-util": "libxcb-render-util0",
    "xcb-shape": "libxcb-shape0",
    "xcb-xinerama": "libxcb-xinerama0",
    "xcb-xkb": "libxcb-xkb1",
}
"""Shared libraries that Qt's X11 plugin loads on Linux, and Debian's packages of them."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    name: str
    value: str
    remedy: str = ""
    needed: bool = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The command has no arguments."""


def run(options: argparse.Namespace) -> int:
    """Print what was found; 1 if something that is needed is missing."""
    findings = [finding for look in LOOKS for finding in look()]
    for finding in findings:
        mark = "ok     " if not finding.remedy else "MISSING" if finding.needed else "note   "
        print(f"{mark} {finding.name:<16} {finding.value}")
        if finding.remedy:
            print(f"        {finding.remedy}")
    return int(any(finding.remedy and finding.needed for finding in findings))


def _system() -> Iterator[Finding]:
    yield Finding("system", f"{platform.system()} {platform.machine()}")
    old = sys.version_info < (3, 11)
    yield Finding(
        "python", platform.python_version(), "install Python 3.11 or newer" if old else ""
    )
    yield Finding("cores", str(os.cpu_count()))


def _packages() -> Iterator[Finding]:
    for name in PACKAGES:
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            yield Finding(name, "not installed", f"python -m pip install {name}")


def _libraries() -> Iterator[Finding]:
    if sys.platform != "linux":
        return
    missing = [package for name, package in LIBRARIES.items() if not ctypes.util.find_library(name)]
    if missing:
        remedy = f"apt-get install {' '.join(missing)}   (Debian's names)"
        yield Finding("Qt's libraries", f"{len(missing)} missing", remedy)
    else:
        yield Finding("Qt's libraries", f"all {len(LIBRARIES)} found")


def _screen() -> Iterator[Finding]:
    if sys.platform != "linux":
        return
    screen = os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY")
    remedy = "no window can open here; visualmlp train and render work without a screen"
    yield Finding("screen", screen or "none", "" if screen else remedy, needed=False)


def _data() -> Iterator[Finding]:
    folders = ", ".join(str(folder) for folder in data_folders())
    yield Finding("data folders", folders)
    for source in SOURCES.values():
        if source.needs_settings:
            continue
        problem = source.problem()
        value = "not found" if problem else "can be loaded"
        yield Finding(source.name, value, problem, needed=source.kind != "found")


LOOKS: tuple[Callable[[], Iterator[Finding]], ...] = (
    _system,
    _packages,
    _libraries,
    _screen,
    _data,
)
