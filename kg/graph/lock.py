"""A lock on a file that many readers or one writer may hold, let go when its process ends however it ends."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kg.errors import StoreError, StoreLocked

try:
    import fcntl
except ImportError:  # Windows has no fcntl; Oxigraph's own lock still keeps two writers apart.
    fcntl = None  # type: ignore[assignment]


_ASK_AGAIN = 0.02


@contextmanager
def hold(path: Path, *, exclusive: bool, patience: float = 0.0) -> Iterator[None]:
    """Hold the lock of an existing file; waits no longer than `patience` seconds for it.

    :raises StoreLocked: when others hold it in a way that excludes us.
    :raises StoreError: when the file cannot be opened.
    """
    try:
        file = os.open(path, os.O_RDWR if exclusive else os.O_RDONLY)
    except OSError as error:
        raise StoreError(
            f"{path.parent}: the store cannot be used: {error.strerror}; choose another --store"
        ) from error
    try:
        if fcntl is not None:
            try:
                _take(file, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH, time.monotonic() + patience)
            except OSError as error:
                who = "another process is using it" if exclusive else "another process is writing to it"
                raise StoreLocked(
                    f"{path.parent}: the store is locked: {who}; try again when it has finished, or use another --store"
                ) from error
        yield
    finally:
        os.close(file)


def _take(file: int, kind: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
            return
        except OSError:
            if time.monotonic() >= deadline:
                raise
        time.sleep(_ASK_AGAIN)
