"""The states in a run file: each once, however many runs share it."""

from __future__ import annotations

import sqlite3
from collections import Counter

from visualmlp.experiment import Experiment, to_json
from visualmlp.runs.archive import Entry
from visualmlp.runs.schema import put, rows
from visualmlp.runs.state_code import MAX_STATE_BYTES, encode_state
from visualmlp.training.timeline import Checkpoint


class StateStore:
    """Writes states and experiments, and lets states go that no run has any more.

    Parameters
    ----------
    database
        An open run file.

    Attributes
    ----------
    n_bytes
        Of all states that a run has.
    """

    def __init__(self, database: sqlite3.Connection) -> None:
        self.n_bytes = 0
        self._database = database
        self._uses: Counter[bytes] = Counter()
        self._experiments: dict[str, int] = {
            text: number for number, text in rows(database, "experiments")
        }
        self._latest: tuple[Experiment | None, int] = (None, -1)

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._uses

    def write(self, checkpoint: Checkpoint) -> Entry | None:
        """Write a state, unless it is there; None if it is too large for a file."""
        state = checkpoint.state
        if state.parameters.nbytes + state.slots.nbytes > MAX_STATE_BYTES:
            return None
        digest, about, data = encode_state(state, self.number_of(state.experiment))
        if digest not in self:
            self._database.execute("INSERT INTO states VALUES (?, ?, ?)", (digest, about, data))
        return Entry(checkpoint.n_edits, digest, len(about) + len(data))

    def take(self, entry: Entry) -> None:
        """A run has this state."""
        self.n_bytes += 0 if entry.digest in self else entry.n_bytes
        self._uses[entry.digest] += 1

    def give_back(self, entry: Entry) -> None:
        """A run has it no more."""
        self._uses[entry.digest] -= 1
        if not self._uses[entry.digest]:
            del self._uses[entry.digest]
            self.n_bytes -= entry.n_bytes
            self._database.execute("DELETE FROM states WHERE digest = ?", (entry.digest,))

    def number_of(self, experiment: Experiment) -> int:
        """The number that an experiment has in the file."""
        if experiment is not self._latest[0]:  # the same object as a rule
            text = to_json(experiment)
            if text not in self._experiments:
                number = self._experiments[text] = len(self._experiments)
                put(self._database, "experiments", number, text)
            self._latest = (experiment, self._experiments[text])
        return self._latest[1]
