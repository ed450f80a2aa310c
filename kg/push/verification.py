"""Proof that both sides hold the same: counts and digests of each graph, values brought to the store's forms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import IO

import pyoxigraph as ox
from pyoxigraph import RdfFormat

from kg.errors import EndpointError, InputError
from kg.push.canonical import canonical_lines
from kg.push.graphs import Graph, gather, sorted_lines
from kg.push.profiles import Profile
from kg.push.target import Target
from kg.push.values import in_one_form

MAX_DIFFERENCES = 20
"""Differing triples told of one graph."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a graph here and there compare: counts and digests in the store's forms, and the first differing triples."""

    graph: str
    here: int
    there: int
    digest_here: str
    digest_there: str
    missing: tuple[str, ...] = ()
    """Lines that are only here."""
    foreign: tuple[str, ...] = ()
    """Lines that are only there."""
    note: str = ""
    """Why they could not be compared."""

    @property
    def is_equal(self) -> bool:
        return self.digest_here == self.digest_there


def verify_graphs(graphs: Iterable[Graph], target: Target) -> Iterator[Verdict]:
    """Compare each graph with what the target holds under its name.

    Digests are SHA-256 over the sorted N-Triples of a graph; graphs with blank nodes are canonised first, by RDFC-1.0
    (https://www.w3.org/TR/rdf-canon/).

    :raises EndpointError: when a graph cannot be read there.
    """
    for graph in graphs:
        try:
            yield _verify(graph, target)
        finally:
            graph.close()


def _verify(graph: Graph, target: Target) -> Verdict:
    here = gather(graph.name, in_forms_of(graph, target.profile))
    with target.reading(graph.name) as (file, file_format):
        there = gather(graph.name, _lines_there(file, file_format, target, graph.name))
    note = ""
    if (here.has_blank_nodes or there.has_blank_nodes) and here.digest != there.digest:
        named = [_canonical(here), _canonical(there)]
        if None in named:
            note = "its blank nodes are too much alike to be compared (RDFC-1.0); add --skolemise"
        here, there = named[0] or here, named[1] or there
    try:
        missing, foreign = ((), ()) if note or here.digest == there.digest else _differences(here, there)
        return Verdict(graph.name, here.quads, there.quads, here.digest, there.digest, missing, foreign, note)
    finally:
        here.close()
        there.close()


def in_forms_of(graph: Graph, profile: Profile) -> Iterator[bytes]:
    """The distinct lines of a graph as such a store keeps them, sorted."""
    graph.lines.seek(0)
    try:
        yield from sorted_lines(_lines(ox.parse(graph.lines, format=RdfFormat.N_TRIPLES), profile))
    except MemoryError as error:
        raise InputError(f"the graph {graph.name} has a term of more than 16 MB, too long to be compared") from error


def _lines_there(file: IO[bytes], file_format: RdfFormat, target: Target, name: str) -> Iterator[bytes]:
    try:
        yield from _lines(ox.parse(file, format=file_format), target.profile)
    except (SyntaxError, ValueError, MemoryError) as error:
        told = " ".join(str(error).split())[:200]
        raise EndpointError(f"{target.base} gives no {file_format.name} for the graph {name}: {told}") from error


def _lines(quads: Iterable[ox.Quad], profile: Profile) -> Iterator[bytes]:
    for quad in quads:
        triple = in_one_form(quad.triple, profile.values)
        yield f"{triple.subject} {triple.predicate} {triple.object} .\n".encode()


def _canonical(graph: Graph) -> Graph | None:
    """The graph with blank nodes named by RDFC-1.0, None when that takes too much; held in memory."""
    graph.lines.seek(0)
    lines = canonical_lines(graph.lines.read())
    return gather(graph.name, lines) if lines is not None else None


def _differences(here: Graph, there: Graph) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The first lines that only one of the two has."""
    missing = tuple(islice(_only_in(here, there), MAX_DIFFERENCES))
    return missing, tuple(islice(_only_in(there, here), MAX_DIFFERENCES))


def _only_in(a: Graph, b: Graph) -> Iterator[str]:
    """The lines of a sorted graph that another has not."""
    others = iter(b)
    other = next(others, None)
    for line in a:
        while other is not None and other < line:
            other = next(others, None)
        if other != line:
            yield line.decode().rstrip("\n")
