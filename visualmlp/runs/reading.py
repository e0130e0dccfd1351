"""Opening run files: nothing in them is executed, and what was damaged is refused."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from visualmlp.data import Recipe
from visualmlp.errors import RunFileError
from visualmlp.experiment import from_json
from visualmlp.runs.data_code import read_data_set
from visualmlp.runs.older import read_older
from visualmlp.runs.records import read_branches, read_facts
from visualmlp.runs.saved import SavedRun
from visualmlp.runs.schema import check_tables, reading, version_of
from visualmlp.training.branches import Branches


def open_run(path: Path) -> SavedRun:
    """Read a run file, of this format or an older one; also while it is being written.

    Records are read and checked at once; states when they are asked for, so that a file of a
    gigabyte opens in less than a second.

    Raises
    ------
    RunFileError
        If the file is no run, is damaged, or was written by a newer program.
    """
    with reading(path) as database:
        if version_of(database) < 3:
            return read_older(database, path)
        check_tables(database)
        return read(database, path)


def read(database: sqlite3.Connection, path: Path) -> SavedRun:
    """The run in a file whose tables were checked."""
    facts = read_facts(database)
    commit = json.loads(facts["commit"])
    branches = Branches.restored(read_branches(database, path, commit), commit["current"])
    head = branches[branches.current].timeline.head
    if type(commit["step"]) is not int or not 0 <= commit["step"] <= head:
        raise RunFileError("is damaged: its cursor is where there is no step")
    environment = json.loads(facts["environment"])
    return SavedRun(
        experiment=from_json(facts["experiment"]),
        branches=branches,
        step=commit["step"],
        fingerprint=facts["fingerprint"],
        environment={str(name): str(value) for name, value in environment.items()},
        notes=facts["notes"],
        dataset=read_data_set(database, facts["fingerprint"]),
        recipe=Recipe.from_json(json.loads(facts["recipe"])) if "recipe" in facts else None,
        path=path,
        version=version_of(database),
    )
