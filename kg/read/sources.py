"""The places that articles are read from: files, the files of a folder, standard input."""

from __future__ import annotations

import io
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import BinaryIO

from kg.errors import InputError
from kg.read.drafts import Unread

STDIN = "stdin"
MAX_FILE = 100_000_000
"""Largest text or HTML file, in bytes."""

_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Source:
    """A place to read from; `path` None is standard input.

    `where` is how messages call it; `name` its path relative to the folder given, the id of last resort.
    """

    where: str
    name: str
    path: Path | None


def find_sources(paths: Sequence[str | Path], suffixes: Collection[str]) -> Iterator[Source | Unread]:
    """The sources under the paths, in order; "-" is standard input.

    A folder stands for its files with one of the suffixes, and those of its folders, in sorted order without hidden
    ones. A folder that cannot be listed or has no such file is unread.
    """
    for path in paths:
        if str(path) == "-":
            yield Source(STDIN, STDIN, None)
        elif os.path.isdir(path):
            yield from _in_folder(Path(path), suffixes)
        else:
            yield Source(where=shown(path), name=shown(_relative(Path(path))), path=Path(path))


def _relative(path: Path) -> PurePath:
    return PurePath(path.name) if path.is_absolute() else path


def _in_folder(folder: Path, suffixes: Collection[str]) -> Iterator[Source | Unread]:
    found = False
    for path in walk_folder(folder, suffixes):
        found = True
        yield path if isinstance(path, Unread) else Source(shown(path), shown(path.relative_to(folder)), path)
    if not found:
        where = shown(folder)
        yield Unread(where, InputError(f"{where}: there are no articles in this folder ({', '.join(suffixes)})"))


def walk_folder(folder: Path, suffixes: Collection[str]) -> Iterator[Path | Unread]:
    """The files below a folder that have one of the suffixes, sorted; links to folders are not followed."""
    pending = [(folder, True)]
    while pending:
        path, is_folder = pending.pop()
        if not is_folder:
            yield path
            continue
        try:
            with os.scandir(path) as entries:
                inside = [(path / entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
        except OSError as error:
            yield Unread(shown(path), unreadable(shown(path), error))
            continue
        wanted = (item for item in inside if _is_wanted(*item, suffixes))
        pending.extend(sorted(wanted, reverse=True))


def _is_wanted(path: Path, is_folder: bool, suffixes: Collection[str]) -> bool:
    if path.name.startswith("."):
        return False
    # A named pipe would wait for ever; a dangling link is kept, so that it is reported.
    return is_folder or (
        suffix_of(path.name, suffixes) is not None and (path.is_file() or path.is_symlink()) and not path.is_dir()
    )


def suffix_of(name: str, suffixes: Collection[str]) -> str | None:
    """The longest of the suffixes that the file name ends with, in any case.

    >>> suffix_of("News.JSONL.gz", [".gz", ".jsonl.gz"])
    '.jsonl.gz'
    """
    return max((suffix for suffix in suffixes if name.lower().endswith(suffix)), key=len, default=None)


def shown(path: str | PurePath) -> str:
    """The path with forward slashes and without a leading "./"; what is no printable Unicode is escaped.

    >>> shown("./news/talks.txt")
    'news/talks.txt'
    """
    name = os.fsencode(PurePath(path).as_posix()).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)


def open_source(source: Source, stdin: BinaryIO | None) -> AbstractContextManager[io.BufferedReader]:
    """The bytes of a source; standard input is left open afterwards.

    :raises InputError: when there is no such file, or standard input is closed.
    :raises OSError: when it cannot be opened.
    """
    if source.path is None:
        if stdin is None:
            raise InputError("stdin: standard input is closed; give a file instead of -")
        return nullcontext(io.BufferedReader(_Rewound(b"", stdin)))
    try:
        return open(source.path, "rb")
    except FileNotFoundError as error:
        raise InputError(f"{source.where}: no such file or folder; check the path") from error
    except ValueError as error:
        raise InputError(f"{source.where}: not a possible path; check it") from error


def peek_content(stream: io.BufferedReader) -> tuple[bytes, io.BufferedReader]:
    """The beginning of a stream up to its first characters that are not blank, and the stream from its start again."""
    head = b""
    while not head.strip() and (chunk := stream.read1(_CHUNK)):
        head += chunk
    return head, io.BufferedReader(_Rewound(head, stream))


def read_whole(stream: io.BufferedReader, where: str) -> bytes:
    """All bytes of a stream.

    :raises InputError: when they are more than MAX_FILE.
    """
    data = stream.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise InputError(f"{where}: larger than {MAX_FILE // 1_000_000} MB; split it, or write it as JSON Lines")
    return data


def unreadable(where: str, error: OSError) -> InputError:
    """The error for a file or folder that the system does not let us read."""
    return InputError(
        f"{where}: cannot be read ({error.strerror or type(error).__name__}); check the file and its permissions"
    )


class _Rewound(io.RawIOBase):
    """A stream with what was already read of it put back in front; never closes it."""

    def __init__(self, head: bytes, rest: BinaryIO | io.BufferedReader) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        size = len(buffer)
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
        else:
            data = _read_some(self._rest, size)
        buffer[: len(data)] = data
        return len(data)


def _read_some(stream: BinaryIO | io.BufferedReader, size: int) -> bytes:
    read1 = getattr(stream, "read1", stream.read)
    data: bytes | None = read1(size)
    return data or b""
