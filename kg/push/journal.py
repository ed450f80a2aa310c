"""What was sent where: so that an interrupted push goes on where it was, and the next one sends only what changed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kg.errors import DataError

FILE_NAME = "pushes.sqlite"
"""Its name, in a store's folder or in that of the user's state."""


def state_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the journal of pushed files is: the XDG Base Directory Specification's folder for state.

    >>> state_path({"XDG_STATE_HOME": "/state"}).as_posix()
    '/state/kg/pushes.sqlite'
    """
    home = environment.get("XDG_STATE_HOME")
    return (Path(home) if home else Path.home() / ".local" / "state") / "kg" / FILE_NAME


@dataclass(frozen=True, slots=True)
class Entry:
    """A graph that arrived: the digest of its lines here, and how many quads were counted there."""

    digest: str
    quads: int


class Journal:
    """The graphs that each target is known to hold, in one SQLite file."""

    def __init__(self, path: Path | None, target: str) -> None:
        """Opens or makes the file; None keeps it in memory. :raises DataError: when it cannot be, or is something else."""
        self._where = path
        self._target = target
        with self._translated():
            if path is not None and path.name == FILE_NAME:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path if path is not None else ":memory:", timeout=30)
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS arrived (target TEXT NOT NULL, graph TEXT NOT NULL, digest TEXT NOT NULL, "
                "quads INTEGER NOT NULL, PRIMARY KEY (target, graph)) WITHOUT ROWID"
            )

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def get(self, graph: str) -> Entry | None:
        """What is known of a graph at the target."""
        with self._translated():
            row = self._connection.execute(
                "SELECT digest, quads FROM arrived WHERE target = ? AND graph = ?", (self._target, graph)
            ).fetchone()
        return Entry(*row) if row is not None else None

    def keep(self, entries: Iterable[tuple[str, Entry]]) -> None:
        """Notes graphs that arrived, in one transaction."""
        rows = [(self._target, graph, entry.digest, entry.quads) for graph, entry in entries]
        with self._translated(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO arrived VALUES (?, ?, ?, ?)", rows)

    def forget(self, graphs: Iterable[str]) -> None:
        """Notes that nothing is known of these graphs, in one transaction."""
        with self._translated(), self._connection:
            self._connection.executemany(
                "DELETE FROM arrived WHERE target = ? AND graph = ?", [(self._target, g) for g in graphs]
            )

    def forget_all(self) -> None:
        """Notes that nothing is known of this target."""
        with self._translated(), self._connection:
            self._connection.execute("DELETE FROM arrived WHERE target = ?", (self._target,))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            raise DataError(
                f"{self._where}: the journal cannot be used ({error}); name another by --journal"
            ) from error
