"""The article graphs and corrections of a SPARQL endpoint that holds a graph of ours, in answers of bounded size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat

from kg.endpoint import Endpoint
from kg.errors import EndpointError
from kg.graph.vocabulary import ARTICLE_GRAPHS, CORRECTIONS_GRAPH

ROWS = 5_000
"""Rows that are asked for at once: public endpoints cut answers off at ten thousand."""

GRAPHS = 100
"""Graphs that are counted at once."""

Row = ox.QuerySolution


def remote_quads(endpoint: Endpoint) -> Iterator[Quad]:
    """The quads of all article graphs and of the corrections; each graph is compared with its count.

    :raises EndpointError: when the endpoint fails, or gives fewer or more quads than it counts.
    """
    yield from _quads_of(endpoint, [CORRECTIONS_GRAPH])
    names = _article_graphs(endpoint)
    while batch := list(islice(names, GRAPHS)):
        yield from _quads_of(endpoint, batch)


def _article_graphs(endpoint: Endpoint) -> Iterator[NamedNode]:
    text = (
        "SELECT DISTINCT ?graph { GRAPH ?graph { ?s ?p ?o } "
        f'FILTER(STRSTARTS(STR(?graph), "{ARTICLE_GRAPHS}")) }} ORDER BY ?graph'
    )
    for row in _paged(endpoint, text):
        if isinstance(name := row["graph"], NamedNode):
            yield name


def _quads_of(endpoint: Endpoint, names: Sequence[NamedNode]) -> Iterator[Quad]:
    """The quads of some graphs, those of small ones in one answer."""
    counts = _counts(endpoint, names)
    group: list[NamedNode] = []
    for name in names:
        if group and sum(counts[g] for g in (*group, name)) > ROWS:
            yield from _checked(endpoint, group, counts)
            group = []
        if counts.get(name):
            group.append(name)
    if group:
        yield from _checked(endpoint, group, counts)


def _counts(endpoint: Endpoint, names: Sequence[NamedNode]) -> dict[NamedNode, int]:
    text = (
        f"SELECT ?graph (COUNT(*) AS ?quads) {{ VALUES ?graph {{ {_listed(names)} }} GRAPH ?graph {{ ?s ?p ?o }} }} "
        "GROUP BY ?graph"
    )
    found = dict.fromkeys(names, 0)
    for row in _rows(endpoint, text):
        name, number = row["graph"], row["quads"]
        if isinstance(name, NamedNode) and isinstance(number, Literal):
            found[name] = int(number.value)
    return found


def _checked(endpoint: Endpoint, names: Sequence[NamedNode], counts: dict[NamedNode, int]) -> Iterator[Quad]:
    text = f"SELECT ?graph ?s ?p ?o {{ VALUES ?graph {{ {_listed(names)} }} GRAPH ?graph {{ ?s ?p ?o }} }}"
    wanted = sum(counts[name] for name in names)
    rows = _rows(endpoint, text) if wanted <= ROWS else list(_paged(endpoint, text + " ORDER BY ?s ?p ?o"))
    found = 0
    for row in rows:
        subject, predicate, value, graph = row["s"], row["p"], row["o"], row["graph"]
        if not isinstance(predicate, NamedNode) or not isinstance(graph, NamedNode) or isinstance(subject, Literal):
            raise EndpointError(f"{endpoint.address} answered what is no quad: {row}")
        found += 1
        yield Quad(subject, predicate, value, graph)
    if found != wanted:
        raise EndpointError(
            f"{endpoint.address} gave {found:,} of {wanted:,} quads of {names[0]}; it cuts answers off, or has changed: try again"
        )


def _listed(names: Sequence[NamedNode]) -> str:
    return " ".join(map(str, names))


def _paged(endpoint: Endpoint, text: str) -> Iterator[Row]:
    """All rows of an ordered query. It is nested, since Virtuoso sorts no more than ten thousand rows at the top."""
    start = 0
    while rows := _rows(endpoint, f"SELECT * {{ {{ {text} }} }} LIMIT {ROWS} OFFSET {start}"):
        yield from rows
        start += len(rows)
        if len(rows) < ROWS:
            return


def _rows(endpoint: Endpoint, text: str) -> list[Row]:
    def read(answer: bytes) -> list[Row]:
        try:
            results = ox.parse_query_results(answer, format=QueryResultsFormat.JSON)
            return list(results) if isinstance(results, ox.QuerySolutions) else []
        except (SyntaxError, ValueError) as error:
            told = " ".join(str(error).split())[:200]
            raise EndpointError(
                f"{endpoint.address} answered something else than SPARQL results: {told}", is_passing=True
            ) from error

    return endpoint.ask(text, read)
