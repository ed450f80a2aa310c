"""What each triple store wants: its addresses, authentication, media types and limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import urlsplit

from kg.errors import UsageError
from kg.push.values import NUMBERS, VIRTUOSO, Table

Scheme = Literal["basic", "digest", "bearer"]
MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class Paths:
    """What follows a store's base address: "" is the base itself, None that it has no such thing.

    `graphs` speaks the SPARQL 1.1 Graph Store Protocol, `dataset` adds N-Quads that are posted to it.
    """

    query: str
    update: str | None
    graphs: str | None = None
    dataset: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A kind of triple store."""

    name: str
    example: str
    """A base address, as its documentation writes it."""
    paths: Paths
    with_login: Paths | None = None
    """Other addresses for those who log in."""
    endings: tuple[str, ...] = ()
    """Other services of its that an address may be of."""
    scheme: Scheme = "basic"
    """How it authenticates, where it does not say so itself."""
    graph_parameter: str = "graph"
    any_triple: str = "?s ?p ?o"
    """What stands in `GRAPH ?g { … }` to ask for the names of graphs; nothing, where the store knows them by heart."""
    quads_type: str = "application/n-quads"
    form_updates: bool = False
    """Updates go as a form; else as the body."""
    request_bytes: int = 8 * MEGABYTE
    """No upload of a graph is bigger, but for one with blank nodes, which cannot be divided."""
    batch_bytes: int = 32 * MEGABYTE
    """Graphs sent and counted together hold no more, but for a graph that does alone."""
    update_bytes: int = MEGABYTE
    values: Table = field(default_factory=lambda: NUMBERS, repr=False)
    source: str = ""
    """The document that says so."""

    def addresses(self, address: str, *, has_login: bool) -> Paths:
        """The full addresses of a store whose base, or any of whose addresses, is given.

        >>> PROFILES["oxigraph"].addresses("http://localhost:7878/query/", has_login=False).update
        'http://localhost:7878/update'
        """
        base = self.base(address)
        paths = self.with_login if self.with_login is not None and has_login else self.paths

        def full(path: str | None) -> str | None:
            return None if path is None else base + path

        return Paths(base + paths.query, full(paths.update), full(paths.graphs), full(paths.dataset))

    def base(self, address: str) -> str:
        """The base address, of whichever of the store's addresses is given."""
        base = address.rstrip("/")
        known = {p for paths in (self.paths, self.with_login) if paths for p in _parts(paths)} | set(self.endings)
        has_path = urlsplit(self.example).path != ""
        for ending in sorted({p.partition("?")[0] for p in known}, key=len, reverse=True):
            rest = base.removesuffix(ending) if ending else base
            # A data set may bear the name of a service: http://localhost:3030/data
            if rest != base and (urlsplit(rest).path or not has_path):
                return rest
        return base


def _parts(paths: Paths) -> tuple[str, ...]:
    return tuple(p for p in (paths.query, paths.update, paths.graphs, paths.dataset) if p)


_RDF4J = Paths("", "/statements", "/rdf-graphs/service", "/statements")

PROFILES: Mapping[str, Profile] = {
    p.name: p
    for p in (
        Profile(
            "oxigraph",
            "http://localhost:7878",
            Paths("/query", "/update", "/store", "/store?no_transaction"),
            any_triple="",
            source="https://github.com/oxigraph/oxigraph/tree/main/cli",
        ),
        Profile(
            "fuseki",
            "http://localhost:3030/kg",
            Paths("/query", "/update", "/data", "/data"),
            endings=("/sparql", "/get"),
            any_triple="",
            source="https://jena.apache.org/documentation/fuseki2/fuseki-config-endpoint.html",
        ),
        Profile(
            "virtuoso",
            "http://localhost:8890",
            Paths("/sparql", "/sparql", "/sparql-graph-crud"),
            Paths("/sparql-auth", "/sparql-auth", "/sparql-graph-crud-auth"),
            scheme="digest",
            graph_parameter="graph-uri",
            form_updates=True,
            request_bytes=4 * MEGABYTE,
            update_bytes=32 * 1024,
            values=VIRTUOSO,
            source="https://docs.openlinksw.com/virtuoso/rdfsparqlprotocolendpoint/",
        ),
        Profile(
            "graphdb",
            "http://localhost:7200/repositories/kg",
            _RDF4J,
            source="https://graphdb.ontotext.com/documentation/11.0/rdf4j-rest-api.html",
        ),
        Profile(
            "rdf4j",
            "http://localhost:8080/rdf4j-server/repositories/kg",
            _RDF4J,
            source="https://rdf4j.org/documentation/reference/rest-api/",
        ),
        Profile(
            "blazegraph",
            "http://localhost:9999/blazegraph/namespace/kb/sparql",
            Paths("", "", None, ""),
            quads_type="text/x-nquads",
            form_updates=True,
            source="https://github.com/blazegraph/database/wiki/REST_API",
        ),
        Profile(
            "qlever",
            "http://localhost:7001",
            Paths("", ""),
            scheme="bearer",
            source="https://github.com/ad-freiburg/qlever/wiki",
        ),
        Profile(
            "stardog",
            "http://localhost:5820/kg",
            Paths("/query", "/update", ""),
            source="https://docs.stardog.com/developing/http-api",
        ),
        Profile(
            "kg",
            "http://localhost:7411",
            Paths("/sparql", "/sparql"),
            any_triple="",
            scheme="bearer",
            update_bytes=MEGABYTE - 64 * 1024,
            source="docs/serving.md",
        ),
        Profile(
            "generic",
            "http://localhost:9000/sparql",
            Paths("", ""),
            update_bytes=256 * 1024,
            source="https://www.w3.org/TR/sparql11-protocol/",
        ),
    )
}
"""Kind → profile, as `--kind` names them."""


def find_profile(kind: str) -> Profile:
    """The profile of that name. :raises UsageError: when there is none."""
    if kind not in PROFILES:
        raise UsageError(f"--kind: {kind!r} is unknown; choose one of {', '.join(PROFILES)}")
    return PROFILES[kind]
