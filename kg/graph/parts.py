"""A store's graphs → a folder of files of about one size, for loaders that read several at once.

Each part is a whole file of its format. A graph stays in one part when it fits into one.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, Triple

from kg.errors import KgError, UsageError
from kg.graph.rdf import GZIP, Format, StoredGraph, compressed
from kg.graph.vocabulary import PREFIXES
from kg.whole_file import write_whole

DESCRIPTION = "void.ttl"
SUMS = "SHA256SUMS"
"""The list that `sha256sum -c` reads; written last, so that an export which has it is whole."""

PIECE = 1_000
"""Quads that are serialised at once."""

AHEAD = 2**22
"""Bytes of a graph that are held in memory to see whether they are all of it; a larger one is measured by reading it twice."""

UNFINISHED = ".unfinished"
"""What a part's name ends in until all parts are whole."""

_PARTS = rf"part-[0-9]{{5,}}\.[a-z0-9]+(\.gz)?({re.escape(UNFINISHED)})?"
_NOTES = rf"({re.escape(DESCRIPTION)}|{SUMS})"
_OURS = re.compile(rf"{_PARTS}|{_NOTES}|\.{_NOTES}\.[0-9]+\.part")
"""The names of what an export leaves, one that was killed too."""
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "ki": 2**10, "mi": 2**20, "gi": 2**30}

Watch = Callable[[Iterable[Quad]], Iterator[Quad]]


@dataclass(frozen=True, slots=True)
class DataFile:
    """A file that was written: its name, bytes on disk, and their SHA-256."""

    name: str
    size: int
    digest: str


def size_in_bytes(text: str) -> int:
    """A size as people write it.

    >>> size_in_bytes("100MB"), size_in_bytes("64 MiB"), size_in_bytes("1.5k")
    (100000000, 67108864, 1500)

    :raises UsageError: when it is none, or less than one byte.
    """
    found = re.fullmatch(r"([0-9]{1,12}(?:\.[0-9]{1,12})?)\s*([kmg]i?)?b?", text.strip().lower())
    size = int(float(found[1]) * _UNITS[found[2] or ""]) if found else 0
    if size < 1:
        raise UsageError(f"{text!r} is no size; write it as 100MB or 64MiB")
    return size


def write_parts(
    graphs: Iterable[StoredGraph], folder: Path, chosen: Format, size: int, *, is_packed: bool, watch: Watch
) -> list[DataFile]:
    """Write graphs into parts of at most `size` bytes before compression; `watch` is shown every quad once.

    A part is larger only where a single quad is. The parts keep an unfinished name; `finish` gives them their own.

    :raises UsageError: when a file of the format cannot be cut.
    :raises KgError: when the folder has other files, or cannot be written.
    """
    if not chosen.is_split:
        raise UsageError(f"{chosen.name} cannot be split; use nquads, trig, ntriples, turtle or n3")
    _make_room(folder)
    parts = _Parts(folder, chosen, size, is_packed)
    try:
        try:
            for graph in graphs:
                _write_graph(graph, parts, watch)
            return parts.close()
        except BaseException:
            parts.abandon()
            raise
    except OSError as error:
        raise KgError(f"{folder}: cannot be written ({error.strerror or error}); choose another --output") from error


def finish(folder: Path, parts: list[DataFile], description: bytes) -> None:
    """Give the parts their names, in place of an earlier export, beside the description and the sums.

    :raises KgError: when the folder cannot be written.
    """
    try:
        (folder / SUMS).unlink(missing_ok=True)
        for part in parts:
            os.replace(folder / (part.name + UNFINISHED), folder / part.name)
        wanted = {part.name for part in parts}
        for path in folder.iterdir():
            if path.name not in wanted and _OURS.fullmatch(path.name):
                path.unlink()
    except OSError as error:
        raise KgError(f"{folder}: cannot be written ({error.strerror or error}); choose another --output") from error
    with write_whole(folder / DESCRIPTION) as file:
        file.write(description)
    lines = [f"{p.digest}  {p.name}\n" for p in parts]
    lines.append(f"{hashlib.sha256(description).hexdigest()}  {DESCRIPTION}\n")
    with write_whole(folder / SUMS) as file:
        file.write("".join(lines).encode())


def _make_room(folder: Path) -> None:
    """The folder, made if it is not there; nothing in it but what an earlier export left."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        foreign = sorted(path.name for path in folder.iterdir() if not _OURS.fullmatch(path.name))
    except FileExistsError as error:
        raise KgError(f"{folder} is a file; with --split, --output is a folder") from error
    except OSError as error:
        raise KgError(f"{folder}: cannot be written ({error.strerror or error}); choose another --output") from error
    if foreign:
        raise KgError(f"{folder} holds {foreign[0]}, which is no part of an export; choose an empty folder")


def _write_graph(graph: StoredGraph, parts: _Parts, watch: Watch) -> None:
    """The graph from where the current part is, or from the next one on if that keeps it whole."""
    bodies = _bodies(watch(graph.quads()), parts)
    head: list[bytes] = []
    length = 0
    while length <= AHEAD and (body := next(bodies, None)) is not None:
        head.append(body)
        length += len(body)
    is_all = length <= AHEAD

    def fits(room: int) -> bool:
        return length <= room and (is_all or _fits(graph, room, parts))

    if parts.is_begun and not fits(parts.room) and fits(parts.largest):
        parts.next()
    for body in chain(head, bodies):
        parts.write(body)


def _fits(graph: StoredGraph, room: int, parts: _Parts) -> bool:
    used = 0
    for body in _bodies(graph.quads(), parts):
        used += len(body)
        if used > room:
            return False
    return True


def _bodies(quads: Iterable[Quad], parts: _Parts) -> Iterator[bytes]:
    """What stands in a file for a graph's quads, in pieces that each fit into a part."""
    pieces = iter(quads)
    while piece := list(islice(pieces, PIECE)):
        yield from _halved(piece, parts)


def _halved(quads: list[Quad], parts: _Parts) -> Iterator[bytes]:
    body = parts.body(quads)
    if len(body) <= parts.largest or len(quads) == 1:
        yield body
        return
    middle = len(quads) // 2
    yield from _halved(quads[:middle], parts)
    yield from _halved(quads[middle:], parts)


class _Parts:
    """The parts of an export while they are written, one after another."""

    def __init__(self, folder: Path, chosen: Format, size: int, is_packed: bool) -> None:
        self.folder, self.chosen, self.size, self.is_packed = folder, chosen, size, is_packed
        node = NamedNode("urn:x")
        lines = self._serialised([Quad(node, node, node, node)]).splitlines(keepends=True)
        self.header = b"".join(line for line in lines if line.startswith(b"@prefix"))
        self.largest = max(size - len(self.header), 1)
        self.written: list[DataFile] = []
        self._open: _OpenPart | None = None
        self.room = self.largest

    @property
    def is_begun(self) -> bool:
        """Whether something is in the current part."""
        return self._open is not None

    def body(self, quads: list[Quad]) -> bytes:
        """The quads as they stand in a file, after its prefixes."""
        return self._serialised(quads)[len(self.header) :]

    def _serialised(self, quads: list[Quad]) -> bytes:
        chosen = self.chosen
        written: Any = quads if chosen.has_graphs else [Triple(q.subject, q.predicate, q.object) for q in quads]
        return ox.serialize(written, format=chosen.oxigraph, prefixes=PREFIXES) or b""

    def write(self, body: bytes) -> None:
        """Put a piece into the current part if there is room, else into the next."""
        if self._open is not None and len(body) > self.room:
            self.next()
        if self._open is None:
            name = f"part-{len(self.written) + 1:05d}.{self.chosen.suffix}{GZIP if self.is_packed else ''}"
            self._open = _OpenPart(self.folder, name, self.is_packed)
            self._open.output.write(self.header)
            self.room = self.largest
        self._open.output.write(body)
        self.room -= len(body)

    def next(self) -> None:
        """End the current part."""
        if self._open is not None:
            self.written.append(self._open.close())
            self._open = None

    def close(self) -> list[DataFile]:
        """End the last part, an empty one if nothing was written; what the parts are."""
        if not self.written and self._open is None:
            self.write(b"")
        self.next()
        return self.written

    def abandon(self) -> None:
        """Take the parts away again."""
        names = [part.name for part in self.written]
        if self._open is not None:
            names.append(self._open.name)
            with suppress(OSError):
                self._open.close()
        for name in names:
            with suppress(OSError):
                (self.folder / (name + UNFINISHED)).unlink(missing_ok=True)


class Digesting:
    """A stream that passes bytes on, and knows how many there were and their SHA-256."""

    def __init__(self, output: IO[bytes]) -> None:
        self._output = output
        self._sum = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self._sum.update(data)
        self.size += len(data)
        return self._output.write(data)

    def flush(self) -> None:
        self._output.flush()

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written, in hexadecimal."""
        return self._sum.hexdigest()


class _OpenPart:
    def __init__(self, folder: Path, name: str, is_packed: bool) -> None:
        self.name = name
        self._file = (folder / (name + UNFINISHED)).open("wb")
        self._digesting = Digesting(self._file)
        self.output: Any = compressed(self._digesting) if is_packed else self._digesting  # type: ignore[arg-type]
        self._is_packed = is_packed

    def close(self) -> DataFile:
        with self._file:
            if self._is_packed:
                self.output.close()
        return DataFile(self.name, self._digesting.size, self._digesting.digest)
