"""Files that take their name only when they are whole, so that what was interrupted never looks finished."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from kg.errors import KgError


@contextmanager
def write_whole(path: Path) -> Iterator[BinaryIO]:
    """A file that takes the path's place once it is whole; what is no plain file is written to as it is.

    :raises KgError: when it cannot be written.
    """
    try:
        if _is_device(path):
            with path.open("ab") as file:
                yield file
            return
        # Following a link keeps it: only what it points to is replaced.
        target = path.resolve()
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        with part.open("wb") as file:
            try:
                yield file
            except BaseException:
                part.unlink()
                raise
        part.replace(target)
    except OSError as error:
        raise KgError(f"{path}: cannot be written ({error.strerror or error}); choose another file") from error


def _is_device(path: Path) -> bool:
    # /dev/stdout may lead to a plain file, but to one that is not ours to replace.
    return path.exists() and (not path.is_file() or path.is_relative_to("/dev") or path.is_relative_to("/proc"))
