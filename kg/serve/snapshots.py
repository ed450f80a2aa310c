"""A store as it was at a moment: files that nobody writes to any more, so that any number of processes may read them.

Oxigraph's files never change once written; a snapshot links them and takes no space until the store moves on.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import pyoxigraph as ox

from kg.errors import StoreError, StoreLocked
from kg.graph.lock import hold
from kg.graph.store import UNFLUSHED, Counts, Store, open_to_write

FOLDER = "snapshots"
_HELD = "held"

Files = frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot's folder, when it was taken, what it holds, and the store's files of that moment."""

    path: Path
    taken: datetime
    counts: Counts
    files: Files

    def remove(self) -> None:
        """Delete its folder."""
        shutil.rmtree(self.path, ignore_errors=True)


@contextmanager
def snapshot_folder(store: Path) -> Iterator[Path]:
    """A folder of this server's own within the store's, removed with the block; those of dead servers go too.

    :raises StoreError: when the store's folder cannot be written to.
    """
    try:
        (store / FOLDER).mkdir(exist_ok=True)
        for old in (store / FOLDER).glob("serve-*"):
            _remove_if_left(old)
        new = Path(mkdtemp(prefix="new-", dir=store / FOLDER))
        (new / _HELD).touch()
    except OSError as error:
        told = f"{store}: no snapshot can be made: {error.strerror or error}; kg serve needs to write to the folder"
        raise StoreError(told) from error
    with hold(new / _HELD, exclusive=True):
        # Only once it is held does it bear a name under which others would remove it.
        own = new.rename(new.with_name(new.name.replace("new-", "serve-", 1)))
        try:
            yield own
        finally:
            shutil.rmtree(own, ignore_errors=True)
            with suppress(OSError):
                (store / FOLDER).rmdir()


def _remove_if_left(folder: Path) -> None:
    """Remove a snapshot folder whose server is gone: its lock can be had."""
    try:
        with hold(folder / _HELD, exclusive=True):
            pass
    except StoreLocked:
        return
    except StoreError:
        pass
    shutil.rmtree(folder, ignore_errors=True)


def store_files(store: Path) -> Files:
    """Name, size and time of the store's files: they differ after anything was written."""
    found = set()
    for path in (store / "oxigraph").iterdir():
        if not path.name.startswith(("LOG", "LOCK")):
            with suppress(FileNotFoundError):
                status = path.stat()
                found.add((path.name, status.st_size, status.st_mtime_ns))
    return frozenset(found)


def take_snapshot(store: Path, folder: Path) -> Snapshot:
    """A snapshot of a store, below the folder; the store is held for no longer than linking its files takes.

    Only what was flushed is in a snapshot. Where a writer has died, the store is opened to write once, which brings
    in what Oxigraph's log holds.

    :raises StoreLocked: when somebody writes to it.
    """
    if (store / UNFLUSHED).exists():
        with Store.open(store, create=False) as opened:
            opened.inner.flush()
    with Store.open(store, read_only=True) as opened:
        linked = _link(opened.inner, store, folder)
    return _counted(*linked)


def take_own_snapshot(store: Path, folder: Path) -> Snapshot:
    """A snapshot of a store whose lock this process holds to write."""
    inner: ox.Store | None = open_to_write(store)
    assert inner is not None
    inner.flush()
    linked = _link(inner, store, folder)
    inner = None
    (store / UNFLUSHED).unlink(missing_ok=True)
    return _counted(*linked)


def _link(inner: ox.Store, store: Path, folder: Path) -> tuple[Path, Files, datetime]:
    """A new folder with the store's files, which files these are, and when that was."""
    path = Path(mkdtemp(prefix="at-", dir=folder))
    try:
        files = store_files(store)
        inner.backup(str(path / "oxigraph"))
    except (OSError, ValueError, RuntimeError) as error:
        shutil.rmtree(path, ignore_errors=True)
        raise StoreError(f"{store}: no snapshot can be made: {' '.join(str(error).split())}") from error
    return path, files, datetime.now(UTC)


def _counted(path: Path, files: Files, taken: datetime) -> Snapshot:
    with Store(open_snapshot(path), lambda qid: None, read_only=True, resources=ExitStack()) as reading:
        return Snapshot(path, taken, reading.counts(), files)


def open_snapshot(snapshot: Path) -> ox.Store:
    """A handle to read a snapshot with in this process."""
    return ox.Store.read_only(str(snapshot / "oxigraph"))
