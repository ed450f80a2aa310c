"""The named graphs to send: each as sorted N-Triples lines, from a store or from a file, at constant memory."""

from __future__ import annotations

import gzip
import hashlib
import heapq
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from itertools import chain, groupby
from pathlib import Path
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Any

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple

from kg.errors import InputError
from kg.graph.vocabulary import BASE

RUN_BYTES = 64 << 20
"""Lines sorted in memory at once; more go through temporary files."""
SPOOL_BYTES = 16 << 20
"""A graph bigger than this is kept in a temporary file."""
GENID = BASE + ".well-known/genid/"
"""What IRIs made for blank nodes begin with; RDF 1.1 Concepts, section 3.5."""

_BLANK_NODE = re.compile(rb"^(?:<[^>]*> <[^>]*> )?_:", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Graph:
    """A named graph: its lines are distinct, sorted N-Triples, and `digest` is the SHA-256 of them."""

    name: str
    quads: int
    size: int
    digest: str
    has_blank_nodes: bool
    lines: IO[bytes]

    def __iter__(self) -> Iterator[bytes]:
        self.lines.seek(0)
        return iter(self.lines)

    def pieces(self, size: int) -> Iterator[bytes]:
        """The lines in pieces of at most so many bytes (but a line at least); whole where there are blank nodes."""
        if self.has_blank_nodes or self.size <= size:
            self.lines.seek(0)
            yield self.lines.read()
            return
        piece: list[bytes] = []
        length = 0
        for line in self:
            if piece and length + len(line) > size:
                yield b"".join(piece)
                piece, length = [], 0
            piece.append(line)
            length += len(line)
        yield b"".join(piece)

    def quad_lines(self) -> bytes:
        """The graph as N-Quads."""
        self.lines.seek(0)
        # A line break within a literal is written \\n, so that these three bytes end lines and nothing else.
        return self.lines.read().replace(b" .\n", b" <" + self.name.encode() + b"> .\n")

    def close(self) -> None:
        """Lets the temporary file go."""
        self.lines.close()


def gather(name: str, lines: Iterable[bytes]) -> Graph:
    """A graph of N-Triples lines in any order."""
    held: IO[bytes] = BytesIO()
    digest = hashlib.sha256()
    quads = size = 0
    is_blank = False
    for line in sorted_lines(lines):
        if isinstance(held, BytesIO) and size > SPOOL_BYTES:
            held = _moved(held)
        held.write(line)
        digest.update(line)
        quads += 1
        size += len(line)
        is_blank = is_blank or _BLANK_NODE.match(line) is not None
    return Graph(name, quads, size, digest.hexdigest(), is_blank, held)


def _gather_at_once(name: str, data: bytes) -> Graph:
    """A small graph of distinct lines in any order."""
    lines = data.splitlines(keepends=True)
    lines.sort()
    data = b"".join(lines)
    digest = hashlib.sha256(data).hexdigest()
    return Graph(name, len(lines), len(data), digest, _BLANK_NODE.search(data) is not None, BytesIO(data))


def _moved(held: BytesIO) -> IO[bytes]:
    file = TemporaryFile()  # noqa: SIM115
    file.write(held.getbuffer())
    return file


def sorted_lines(lines: Iterable[bytes], run_bytes: int = RUN_BYTES) -> Iterator[bytes]:
    """The distinct lines, sorted by their bytes.

    >>> list(sorted_lines([b"b\\n", b"a\\n", b"b\\n"], run_bytes=1))
    [b'a\\n', b'b\\n']
    """
    with ExitStack() as files:
        runs: list[IO[bytes]] = []
        held: set[bytes] = set()
        length = 0
        for line in lines:
            held.add(line)
            length += len(line)
            if length > run_bytes:
                run = files.enter_context(TemporaryFile())
                run.writelines(sorted(held))
                run.seek(0)
                runs.append(run)
                held, length = set(), 0
        if not runs:
            yield from sorted(held)
            return
        for line, _ in groupby(heapq.merge(*runs, sorted(held))):
            yield line


def stored_graph(store: Store, name: str) -> Graph:
    """One graph of a store."""
    with SpooledTemporaryFile(max_size=SPOOL_BYTES) as file:
        store.dump(file, RdfFormat.N_TRIPLES, from_graph=NamedNode(name))
        size = file.tell()
        file.seek(0)
        return gather(name, file) if size > SPOOL_BYTES else _gather_at_once(name, file.read())


def graphs_of_files(paths: Sequence[Path], *, into: str | None = None, skolemise: bool = False) -> Iterator[Graph]:
    """The named graphs of RDF files in the order of their names; what several files say of a graph is one graph.

    `into` names the graph of triples that are in none. Blank nodes become IRIs with `skolemise`. `.gz` is unpacked.

    :raises InputError: when a file cannot be read, or a graph cannot be sent by itself.
    """
    seen: set[bytes] = set()
    lines = sorted_lines(chain.from_iterable(_keyed_lines(path, into, skolemise, n) for n, path in enumerate(paths)))
    for key, members in groupby(lines, key=lambda line: line.partition(b"\t")[0]):
        graph = gather(key.decode(), (line[len(key) + 1 :] for line in members))
        if graph.has_blank_nodes:
            labels = {label for line in graph for label in re.findall(rb"_:\S+", re.sub(rb'".*"', b"", line))}
            if seen & labels:
                told = "a blank node is in several graphs, and they are sent one by one"
                raise InputError(f"{', '.join(map(str, paths))}: {told}; add --skolemise to make IRIs of blank nodes")
            seen |= labels
        yield graph


def _keyed_lines(path: Path, into: str | None, skolemise: bool, number: int) -> Iterator[bytes]:
    chosen = _format_of(path)
    prefix = f"{GENID}{_digest_of(path)[:16]}-" if skolemise else None
    return (_keyed_line(quad, into, prefix, path, number) for quad in _quads_of(path, chosen))


def _format_of(path: Path) -> RdfFormat:
    suffixes = [s for s in path.suffixes if s != ".gz"]
    found = RdfFormat.from_extension(suffixes[-1].lstrip(".")) if suffixes else None
    if found is None:
        raise InputError(
            f"{path}: the suffix tells no RDF format; name it .nq, .trig, .ttl, .nt, .rdf or .jsonld (.gz)"
        )
    return found


def _digest_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _quads_of(path: Path, chosen: RdfFormat) -> Iterator[Quad]:
    try:
        opened: Any = gzip.open(path) if path.suffix == ".gz" else path.open("rb")  # noqa: SIM115
        with opened as file:
            yield from ox.parse(file, format=chosen, base_iri=path.resolve().as_uri())
    except MemoryError as error:
        raise InputError(f"{path}: it has a term of more than 16 MB, which is too long to be read") from error
    except (OSError, SyntaxError, ValueError, EOFError, zlib.error) as error:
        raise InputError(f"{path}: not {chosen.name}: {' '.join(str(error).split())[:200]}") from error


def _keyed_line(quad: Quad, into: str | None, genid: str | None, path: Path, number: int) -> bytes:
    """The triple's line after its graph's name and a tab."""
    if isinstance(quad.object, Triple):
        raise InputError(f"{path}: it has triple terms (RDF 1.2), which cannot be pushed; take them out")
    name = quad.graph_name
    if isinstance(name, DefaultGraph):
        if into is None:
            raise InputError(f"{path}: it has triples outside of any named graph; name one for them by --into IRI")
        graph = into
    elif isinstance(name, BlankNode):
        if genid is None:
            raise InputError(f"{path}: the graph {name} is named by a blank node; add --skolemise to make an IRI of it")
        graph = genid + str(name.value)
    else:
        graph = str(name.value)
    subject, value = (_own_node(term, genid, number) for term in (quad.subject, quad.object))
    return f"{graph}\t{subject} {quad.predicate} {value} .\n".encode()


def _own_node(term: object, genid: str | None, number: int) -> object:
    """A blank node as an IRI, or with its file's number, since another file may use the same label; else the term."""
    if not isinstance(term, BlankNode):
        return term
    return BlankNode(f"f{number}x{term.value}") if genid is None else NamedNode(f"{genid}{term.value}")
