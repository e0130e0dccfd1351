"""``visualmlp data``: the data sets there are, what is in one, fetching and exporting."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tqdm import tqdm

from visualmlp.data import SOURCES, Dataset, SourceSettings, export_csv, load, source_of
from visualmlp.data.known.fetch import download
from visualmlp.data.known.known_set import size_text
from visualmlp.errors import DataError
from visualmlp.experiment import Data, bundled_names, find_experiment
from visualmlp.training.setup import source_settings

tqdm.monitor_interval = 0  # Without the thread of its own that would outlive the progress bar.

ONE_SET = "a table, arrays, IDX files or a folder of pictures, or a name"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    commands = parser.add_subparsers(dest="command", required=True, metavar="list|info|get|export")
    commands.add_parser("list", help="the data sets, and whether each can be loaded now")
    info = commands.add_parser("info", help="counts, shapes, source and licence of a data set")
    info.add_argument("source", metavar="FILE|NAME", help=ONE_SET)
    get = commands.add_parser("get", help="download a data set into your data folder")
    get.add_argument("name", metavar="NAME", help=", ".join(_fetchable()))
    get.add_argument("--again", action="store_true", help="also if it is there already")
    export = commands.add_parser("export", help="write a data set as CSV, the label first")
    export.add_argument("source", metavar="FILE|NAME", help=ONE_SET)
    export.add_argument("--out", metavar="FOLDER", type=Path, required=True, help="where to write")


def run(options: argparse.Namespace) -> int:
    """List the data sets, describe one, download one, or write one as CSV."""
    match options.command:
        case "list":
            _list()
        case "info":
            _describe(_open(options.source))
        case "get":
            return _get(options.name, again=options.again)
        case "export":
            _export(_open(options.source), options.out)
    return 0


def _fetchable() -> list[str]:
    return [source.name for source in SOURCES.values() if source.known]


def _list() -> None:
    for source in SOURCES.values():
        if source.needs_settings:
            continue
        state = "missing" if source.problem() else source.kind
        print(f"{source.name:<15}{state:<9} {source.description}")
        if known := source.known:
            print(f"{'':<25}{size_text(known.size)} to fetch; licence: {known.licence}")
            print(f"{'':<25}{known.origin}")


def _open(name: str) -> Dataset:
    if name in SOURCES and not SOURCES[name].needs_settings:
        is_example = name in bundled_names()
        return load(name, source_settings(find_experiment(name).data if is_example else Data()))
    if not Path(name).exists():
        raise DataError(f"there is neither a data set nor a file {name!r}; see visualmlp data list")
    return load(source_of(name), SourceSettings(path=name))


def _describe(data: Dataset) -> None:
    for name, value in data.facts():
        print(f"{name:<14} {value}")
    for name, count in data.class_counts().items():
        print(f"  {name:<12} {count:>7,}")
    for note in data.notes:
        print(note)


def _get(name: str, *, again: bool) -> int:
    source = SOURCES[name]
    known = source.known
    if known is None:
        raise DataError(f"{name} is not to be downloaded; these are: {', '.join(_fetchable())}")
    if not again and not source.problem():
        print(f"{known.title} is there already; --again fetches it once more")
        return 0
    with tqdm(unit="B", unit_scale=True, dynamic_ncols=True) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        try:
            folder = download(known, show)
        except KeyboardInterrupt:
            bar.close()
            print("visualmlp: stopped; the same command goes on from here", file=sys.stderr)
            return 130
    print(f"{known.title} is in {folder}")
    return 0


def _export(data: Dataset, folder: Path) -> None:
    for path in export_csv(data, folder):
        print(f"wrote {path}: a label and {data.n_features:,} numbers in each line")
