"""Graph files, split exports and endpoints → one staged store, sorted into the graphs that `kg` keeps.

Everything is read into a store of its own first: what is broken, foreign or too large for memory meets no article there.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import shutil
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, BinaryIO

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat

from kg.errors import InputError, StoreError, UsageError
from kg.graph.ontology import ontology_quads
from kg.graph.parts import SUMS
from kg.graph.rdf import FORMATS, format_of
from kg.graph.store import add_in_batches
from kg.graph.vocabulary import (
    ARTICLE_GRAPHS,
    BASE,
    CORRECTIONS_GRAPH,
    ENTITIES_GRAPH,
    EVENTS_GRAPH,
    ONTOLOGY_GRAPH,
    article_id_of,
)

PREFIX = "import-"
"""What the folder of a staged store is called; one that a killed import left is swept away by the next."""

READABLE = tuple(name for name, f in FORMATS.items() if f.oxigraph is not None)
"""The formats that can be read."""

_OUR_GRAPHS = frozenset({EVENTS_GRAPH, ENTITIES_GRAPH, ONTOLOGY_GRAPH, CORRECTIONS_GRAPH})
_HOMES = (
    ("entity/", ENTITIES_GRAPH),
    ("event/", EVENTS_GRAPH),
    ("correction/", CORRECTIONS_GRAPH),
    ("ontology", ONTOLOGY_GRAPH),
    ("plover", ONTOLOGY_GRAPH),
)


@contextmanager
def staging(folder: Path) -> Iterator[ox.Store]:
    """An empty store on disk in that folder, which nobody else may be using; it goes with the block.

    :raises StoreError: when it cannot be made.
    """
    try:
        for left in folder.glob(f"{PREFIX}*"):
            shutil.rmtree(left, ignore_errors=True)
        place = Path(mkdtemp(prefix=PREFIX, dir=folder))
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written ({error.strerror}); choose another --store") from error
    try:
        yield ox.Store(str(place))
    finally:
        for _ in range(3):  # The store's threads may still write a file into what is being swept.
            shutil.rmtree(place, ignore_errors=True)


def stage_source(staged: ox.Store, source: Path, format_name: str | None = None) -> None:
    """Read a file, `-` for standard input, or the folder of a split export into a staged store.

    :raises InputError: when it cannot be read, is broken, or the sums of an export do not agree.
    :raises UsageError: when its format is unknown or cannot be read.
    """
    if source.is_dir():
        for part in _checked_parts(source):
            _stage_file(staged, part, format_name)
    else:
        _stage_file(staged, source, format_name)


def _checked_parts(folder: Path) -> list[Path]:
    """The data files of a split export, after comparing each with its sum."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{folder} is no whole export (it has no {SUMS}); export again, or name the files that you want"
        ) from error
    parts = []
    for line in lines:
        digest, _, name = line.partition("  ")
        path = folder / Path(name).name
        try:
            with path.open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise InputError(f"{path}: {error.strerror or error}; the export is not whole, copy it again") from error
        if found != digest:
            raise InputError(f"{path} is damaged: its SHA-256 is not what {SUMS} says; copy it again")
        if path.name.startswith("part-"):
            parts.append(path)
    return parts


def _stage_file(staged: ox.Store, path: Path, format_name: str | None) -> None:
    syntax = _syntax(path, format_name)
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as file:
            add_in_batches(staged, ox.parse(_unpacked(file), format=syntax))
    except SyntaxError as error:
        where = f"{path}, line {error.lineno}" if error.lineno else f"{path}"
        told = re.sub("^Parser error at line .*?: ", "", _one_line(error.msg))
        raise InputError(f"{where}: not {syntax.name}: {told}; mend the file, nothing of it was imported") from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise InputError(
            f"{path}: the compressed file is damaged or cut off ({_one_line(error)}); get it again"
        ) from error
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: {getattr(error, 'strerror', None) or _one_line(error)}") from error


def _syntax(path: Path, format_name: str | None) -> RdfFormat:
    name = format_name or format_of(path.name)
    if name is None:
        raise UsageError(f"{path}: its name tells no RDF format; add --format, one of {', '.join(READABLE)}")
    syntax = RdfFormat.TURTLE if name == "longturtle" else FORMATS[name].oxigraph
    if syntax is None:
        raise UsageError(f"{path}: {name} can be written but not read; use one of {', '.join(READABLE)}")
    return syntax


def _unpacked(file: BinaryIO) -> Any:
    """The file's bytes, decompressed if they begin as gzip does, whatever its name."""
    buffered: Any = file if hasattr(file, "peek") else io.BufferedReader(file)
    return gzip.open(buffered) if buffered.peek(2)[:2] == b"\x1f\x8b" else buffered


def sort_out(staged: ox.Store, *, skip_others: bool = False) -> list[NamedNode]:
    """The article graphs of a staged store, in name order, after putting triples without a graph where they belong.

    An IRI of ours tells of which graph what is said of it is part, so that a merged export is taken apart again.

    :raises InputError: naming the first graph or triple that is none of ours, unless others are to be left out.
    """
    loose = staged.quads_for_pattern(None, None, None, DefaultGraph())
    add_in_batches(staged, _housed(loose, skip_others))
    articles = []
    for name in sorted(staged.named_graphs(), key=str):
        if isinstance(name, NamedNode) and article_id_of(name) is not None:
            articles.append(name)
        elif name not in _OUR_GRAPHS and not skip_others:
            raise InputError(f"the graph {name} is none that kg makes; take it out, or leave such out by --skip-others")
    return articles


def _housed(quads: Iterable[Quad], skip_others: bool) -> Iterator[Quad]:
    described = {quad.subject for quad in ontology_quads()}
    for quad in quads:
        home = ONTOLOGY_GRAPH if quad.subject in described else home_of(quad.subject)
        if home is not None:
            yield Quad(quad.subject, quad.predicate, quad.object, home)
        elif not skip_others:
            raise InputError(
                f"the triple of {quad.subject} is in no graph, and none that kg makes; "
                "take it out, or leave such out by --skip-others"
            )


def home_of(subject: object) -> NamedNode | None:
    """The graph that says something of a subject, by its IRI; None for what is none of ours.

    >>> home_of(NamedNode(f"{BASE}article/a%2Fb/report/1-2-AID")).value.removeprefix(BASE)
    'graph/article/a%2Fb'
    >>> home_of(NamedNode(f"{BASE}article/a/entity/1-2")).value.removeprefix(BASE)
    'graph/entities'
    """
    iri = str(subject.value) if isinstance(subject, NamedNode) else ""
    if not iri.startswith(BASE):
        return None
    local = iri.removeprefix(BASE)
    if article := re.match(r"article/([^/#]+)(/entity/)?", local):
        return ENTITIES_GRAPH if article[2] else NamedNode(ARTICLE_GRAPHS + article[1])
    return next((graph for start, graph in _HOMES if local.startswith(start)), None)


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:200]
