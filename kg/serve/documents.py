"""What the store says of a thing, in bounds: its own statements, those of its parts, and the names of what it points to.

A thing's address on this server is its IRI with another beginning; article ids stay percent-encoded in it.
"""

from __future__ import annotations

import heapq
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from kg.errors import RequestRefused
from kg.graph.rdf import in_reading_order, write_quads
from kg.graph.vocabulary import (
    ARTICLE_GRAPHS,
    BASE,
    DIP,
    ENTITIES_GRAPH,
    EVENTS_GRAPH,
    ONTOLOGY_GRAPH,
    RDFS,
)
from kg.model import ROLES
from kg.serve.answers import Answer, answer_of
from kg.serve.media_types import GRAPH_TYPES

KINDS = ("entity", "event", "article", "graph", "ontology", "plover", "alignments")
"""The first parts of the paths below which things live."""

SUFFIXES = {
    "ttl": ("text/turtle", "turtle"),
    "jsonld": ("application/ld+json", "jsonld"),
    "nt": ("application/n-triples", "ntriples"),
    "rdf": ("application/rdf+xml", "rdfxml"),
}
"""Ending of a document's address → its media type and the format that writes it."""

MOST_QUADS = 20_000
MOST_EVENTS = 100
"""Events that are told of an entity, the newest ones."""

_PATH = re.compile(r"[A-Za-z0-9._~!$&'()*+,;=:@/%-]+")


def iri_of_path(path: str) -> NamedNode | None:
    """The IRI that a path (raw, without its first slash) stands for; None when it can be none.

    >>> iri_of_path("article/2022%2frome.txt")
    <NamedNode value=https://w3id.org/diplomacy-kg/article/2022%2Frome.txt>
    >>> iri_of_path("article/a<b"), iri_of_path("etc/passwd"), iri_of_path("entity/100%")
    (None, None, None)
    """
    if path.split("/")[0] not in KINDS or not _PATH.fullmatch(path) or re.search(r"%(?![0-9A-Fa-f]{2})", path):
        return None
    return NamedNode(BASE + re.sub(r"%[0-9a-f]{2}", lambda m: m.group().upper(), path, flags=re.IGNORECASE))


def path_of_iri(iri: str) -> str | None:
    """The path of one of our IRIs, with its fragment; None for others.

    >>> path_of_iri("https://w3id.org/diplomacy-kg/entity/Q30"), path_of_iri("http://www.wikidata.org/entity/Q30")
    ('/entity/Q30', None)
    """
    path = iri.removeprefix(BASE)
    return f"/{path}" if path != iri and path.split("/")[0].split("#")[0] in KINDS else None


def describe_thing(store: ox.Store, iri: NamedNode) -> list[Quad]:
    """What the store says of a thing, sorted for a reader, as quads of no graph.

    :raises RequestRefused: with 404 when it says nothing of it.
    """
    kind = str(iri.value).removeprefix(BASE).split("/")[0]
    found = _DESCRIBERS[kind](store, iri)
    unique = {Quad(q.subject, q.predicate, q.object) for q in islice(found, MOST_QUADS)}
    if not unique:
        raise RequestRefused(404, f"the store says nothing of <{iri.value}>")
    return in_reading_order(unique)


def write_document(quads: Iterable[Quad], media_type: str) -> Answer:
    """A document of those quads."""
    output = io.BytesIO()
    write_quads(quads, output, next(name for name, kind in GRAPH_TYPES.items() if kind == media_type))
    return answer_of(output.getvalue(), media_type)


def _follow(store: ox.Store, start: Iterable[NamedNode], leads: Callable[[Quad], bool]) -> Iterator[Quad]:
    """The quads of nodes and of the nodes that they lead to."""
    waiting = deque(start)
    seen = set(waiting)
    while waiting:
        for quad in store.quads_for_pattern(waiting.popleft(), None, None, None):
            yield quad
            if isinstance(quad.object, NamedNode) and quad.object not in seen and leads(quad):
                seen.add(quad.object)
                waiting.append(quad.object)


def _is_part(quad: Quad) -> bool:
    """Whether the object belongs to the subject: a part of it, or the words that it points at."""
    assert isinstance(quad.object, NamedNode) and isinstance(quad.subject, NamedNode)
    return "#char=" in quad.object.value or quad.object.value.startswith(quad.subject.value + "/")


def _named(store: ox.Store, quads: Iterable[Quad]) -> Iterator[Quad]:
    """The quads, and after them the names of the entities that they point to."""
    entities = dict[NamedNode, None]()
    for quad in quads:
        yield quad
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(BASE + "entity/"):
            entities[quad.object] = None
    for entity in entities:
        yield from store.quads_for_pattern(entity, RDFS("label"), None, ENTITIES_GRAPH)


def _describe_event(store: ox.Store, iri: NamedNode) -> Iterator[Quad]:
    def leads(quad: Quad) -> bool:
        return quad.predicate == DIP("report") or _is_part(quad)

    return _named(store, _follow(store, [iri], leads))


def _describe_entity(store: ox.Store, iri: NamedNode) -> Iterator[Quad]:
    yield from _named(store, _follow(store, [iri], _is_part))
    events = {
        q.subject for role in (*ROLES, "place") for q in store.quads_for_pattern(None, DIP(role), iri, EVENTS_GRAPH)
    }

    def newness(event: ox.NamedNode | ox.BlankNode | ox.Triple) -> tuple[str, str]:
        days = (
            str(q.object.value)
            for q in store.quads_for_pattern(event, DIP("firstDay"), None, EVENTS_GRAPH)
            if isinstance(q.object, ox.Literal)
        )
        return next(days, ""), str(event)

    for event in heapq.nlargest(MOST_EVENTS, events, key=newness):
        for quad in store.quads_for_pattern(event, None, None, EVENTS_GRAPH):
            if quad.object == iri or quad.predicate in (RDFS("label"), DIP("firstDay"), DIP("eventType")):
                yield quad


def _describe_article(store: ox.Store, iri: NamedNode) -> Iterator[Quad]:
    """A whole article's graph, or what it says of one of its parts."""
    path = str(iri.value).removeprefix(BASE + "article/")
    if "/" in path:
        return _named(store, _follow(store, [iri], _is_part))
    return store.quads_for_pattern(None, None, None, NamedNode(ARTICLE_GRAPHS + path))


def _describe_graph(store: ox.Store, iri: NamedNode) -> Iterator[Quad]:
    return store.quads_for_pattern(None, None, None, iri)


def _describe_terms(store: ox.Store, iri: NamedNode) -> Iterator[Quad]:
    """The ontology's statements of the terms below that IRI, and of the ontology itself."""
    for quad in store.quads_for_pattern(None, None, None, ONTOLOGY_GRAPH):
        if isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(iri.value):
            yield quad


_DESCRIBERS: dict[str, Callable[[ox.Store, NamedNode], Iterator[Quad]]] = {
    "entity": _describe_entity,
    "event": _describe_event,
    "article": _describe_article,
    "graph": _describe_graph,
    "ontology": _describe_terms,
    "plover": _describe_terms,
    "alignments": _describe_terms,
}
