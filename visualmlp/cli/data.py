"""``visualmlp data``: the data sets there are, and what is in one."""

from __future__ import annotations

import argparse
from pathlib import Path

from visualmlp.data import SOURCES, Dataset, SourceSettings, load
from visualmlp.errors import DataError
from visualmlp.experiment import Data, bundled_names, find_experiment
from visualmlp.training.setup import source_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="command", required=True, metavar="list|info")
    commands.add_parser("list", help="the data sets, and whether each can be loaded now")
    info = commands.add_parser("info", help="counts, shapes, source and licence of a data set")
    info.add_argument("source", metavar="FILE|NAME", help="IDX file, its folder, or a name")


def run(options: argparse.Namespace) -> int:
    """List the data sets, or describe one."""
    if options.command == "list":
        _list()
    else:
        _describe(_open(options.source))
    return 0


def _list() -> None:
    for source in SOURCES.values():
        if source.name == "idx":
            continue
        state = "missing" if source.problem() else source.kind
        print(f"{source.name:<10}{state:<9} {source.description}")


def _open(name: str) -> Dataset:
    if name in SOURCES and name != "idx":
        is_example = name in bundled_names()
        return load(name, source_settings(find_experiment(name).data if is_example else Data()))
    if not Path(name).exists():
        raise DataError(f"there is neither a data set nor a file {name!r}; see visualmlp data list")
    return load("idx", SourceSettings(path=name))


def _describe(data: Dataset) -> None:
    for name, value in data.facts():
        print(f"{name:<14} {value}")
    for name, count in data.class_counts().items():
        print(f"  {name:<12} {count:>7,}")
