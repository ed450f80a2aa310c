"""Which of the media types that can be sent a client wants most, after RFC 9110, section 12.5.1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.errors import RequestRefused

RESULTS: dict[str, str] = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
}
"""Media type asked for → the format of results, best first."""

GRAPHS: dict[str, str] = {
    "text/turtle": "turtle",
    "application/n-triples": "ntriples",
    "application/ld+json": "jsonld",
    "application/rdf+xml": "rdfxml",
    "application/n-quads": "nquads",
    "application/trig": "trig",
    "text/n3": "n3",
    "application/json": "jsonld",
    "application/xml": "rdfxml",
    "text/plain": "ntriples",
}
"""Media type asked for → the name of a format in `kg.graph.rdf.FORMATS`, best first."""

GRAPH_TYPES: dict[str, str] = {
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "nquads": "application/n-quads",
    "trig": "application/trig",
    "n3": "text/n3",
}


@dataclass(frozen=True, slots=True)
class Range:
    """A media range of an Accept header."""

    type: str
    subtype: str
    quality: float

    def fit(self, media_type: str) -> int:
        """How exactly the range names the type, from 0 for not at all to 3."""
        kind, _, subtype = media_type.partition("/")
        if self.type == "*":
            return 1
        if self.type != kind:
            return 0
        return 2 if self.subtype == "*" else 3 if self.subtype == subtype else 0


@lru_cache(maxsize=256)
def read_accept(header: str) -> tuple[Range, ...]:
    """The ranges of an Accept header; what is none is passed over.

    >>> [(r.subtype, r.quality) for r in read_accept("text/turtle, text/*;q=0.5;x=y, nonsense, a/b;q=no")]
    [('turtle', 1.0), ('*', 0.5)]
    """
    ranges = []
    for part in header.split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        kind, slash, subtype = name.lower().partition("/")
        given = {key.strip().lower(): value.strip() for key, _, value in (p.partition("=") for p in parameters)}
        try:
            quality = float(given.get("q", "1"))
        except ValueError:
            continue
        if kind and slash and subtype and 0 <= quality <= 1:
            ranges.append(Range(kind, subtype, quality))
    return tuple(ranges)


def choose(header: str | None, offered: Sequence[str]) -> str | None:
    """The offered type that the client wants most, of several the first; None when it wants none.

    >>> choose("text/html;q=0.4, text/*;q=0.8", ["application/json", "text/html", "text/csv"])
    'text/csv'
    """
    if header is None or not header.strip():
        return offered[0]
    ranges = read_accept(header)
    best, best_quality = None, 0.0
    for media_type in offered:
        fitting = [r for r in ranges if r.fit(media_type)]
        quality = max(fitting, key=lambda r: r.fit(media_type)).quality if fitting else 0.0
        if quality > best_quality:
            best, best_quality = media_type, quality
    return best


def not_acceptable(offered: Sequence[str]) -> RequestRefused:
    """The refusal of a client that wants nothing that there is."""
    return RequestRefused(406, f"none of the media types in Accept can be sent; there are: {', '.join(offered)}")
