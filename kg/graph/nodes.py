"""What the graph says of a node, as values: an entity, the parts, words, speakers and place of a report."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox
from pyoxigraph import NamedNode

from kg.graph.mapper import Term
from kg.graph.vocabulary import DIP, ENTITIES_GRAPH, NIF, RDF, RDFS, WGS84

_TYPE = RDF("type")
_OFFSETS = re.compile(r"#char=(\d+),(\d+)$")


class Node:
    """What the graphs say of a node, read once. Of several values where one is asked for, the smallest is taken."""

    __slots__ = ("_values", "iri")

    def __init__(self, store: ox.Store, iri: NamedNode, graph: NamedNode | None = None) -> None:
        self.iri = iri
        self._values: dict[str, list[Term]] = {}
        for quad in store.quads_for_pattern(iri, None, None, graph):
            if isinstance(quad.object, NamedNode | ox.Literal):
                self._values.setdefault(quad.predicate.value, []).append(quad.object)

    def __bool__(self) -> bool:
        return bool(self._values)

    def texts(self, predicate: NamedNode) -> list[str]:
        """The values as text, sorted, each once though several graphs may have it."""
        return sorted({value.value for value in self._values.get(predicate.value, ())})

    def text(self, predicate: NamedNode) -> str | None:
        """The value as text, or None."""
        return min((value.value for value in self._values.get(predicate.value, ())), default=None)

    def nodes(self, predicate: NamedNode) -> list[NamedNode]:
        """The values that are nodes, sorted, each once."""
        found = {v.value: v for v in self._values.get(predicate.value, ()) if isinstance(v, NamedNode)}
        return [found[iri] for iri in sorted(found)]

    def node(self, predicate: NamedNode) -> NamedNode | None:
        """The value that is a node, or None."""
        return next(iter(self.nodes(predicate)), None)

    def codes(self, predicate: NamedNode, prefix: str) -> list[str]:
        """The codes of values such as `plover:context-military`: what follows the namespace and the prefix, sorted."""
        return sorted(text.rpartition("#")[2].removeprefix(prefix) for text in self.texts(predicate))

    def code(self, predicate: NamedNode, prefix: str = "") -> str | None:
        """The value as a code, as in `codes`, or None."""
        return next(iter(self.codes(predicate, prefix)), None)

    def mode(self) -> str | None:
        """The mode of an event or report, without the type that its code begins with."""
        code = self.code(DIP("mode"))
        return code.partition("-")[2] if code is not None else None

    def number(self, predicate: NamedNode) -> float | None:
        """The value as a number, or None."""
        text = self.text(predicate)
        return None if text is None else float(text)

    def day(self, predicate: NamedNode) -> date | None:
        """The value as a day, or None."""
        text = self.text(predicate)
        return None if text is None else date.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Known:
    """What the entities graph knows of an entity; `kind` is its class: Person, Organisation, Country, Place, Group."""

    iri: NamedNode
    name: str
    kind: str | None = None
    country: str | None = None
    sector: str | None = None
    wikidata: str | None = None
    latitude: float | None = None
    longitude: float | None = None


def read_entity(store: ox.Store, iri: NamedNode) -> Known:
    """What is known of an entity; one that the entities graph lacks is named by the end of its IRI."""
    node = Node(store, iri, ENTITIES_GRAPH)
    return Known(
        iri,
        node.text(RDFS("label")) or str(iri.value).rpartition("/")[2],
        node.code(_TYPE),
        node.text(DIP("countryCode")),
        node.code(DIP("sector"), "sector-"),
        node.text(DIP("wikidataId")),
        node.number(WGS84("lat")),
        node.number(WGS84("long")),
    )


@dataclass(frozen=True, slots=True)
class Part:
    """One participation of a report; `entity` is None for what is no entity, the offsets are those of its words."""

    role: str
    entity: NamedNode | None
    span: NamedNode | None
    start: int
    end: int


def read_parts(store: ox.Store, report: Node) -> list[Part]:
    """The participations of a report, in the order of the text."""
    parts = []
    for iri in report.nodes(DIP("participation")):
        node = Node(store, iri)
        span = node.node(DIP("span"))
        # "Both countries" stands for two entities in one role.
        fillers: list[NamedNode | None] = [*node.nodes(DIP("filler"))]
        for filler in fillers or [None]:
            parts.append(Part(node.code(DIP("role"), "role-") or "", filler, span, *offsets_of(span)))
    return sorted(parts, key=lambda p: (p.start, p.end, p.role))


def offsets_of(span: NamedNode | None) -> tuple[int, int]:
    """Where a stretch of text begins and ends, which its IRI says after RFC 5147; (0, 0) for anything else.

    >>> offsets_of(NamedNode("https://w3id.org/diplomacy-kg/article/a#char=3,9"))
    (3, 9)
    """
    match = _OFFSETS.search(str(span.value)) if span is not None else None
    return (int(match.group(1)), int(match.group(2))) if match else (0, 0)


def read_words(store: ox.Store, span: NamedNode | None) -> str | None:
    """The words of a stretch of text; None where they are not stored."""
    if span is None:
        return None
    # One property is asked for and not the node: this is done for every cell of words, and takes a quarter of the time.
    quads = store.quads_for_pattern(span, NIF("anchorOf"), None, None)
    found = (str(q.object.value) for q in quads if isinstance(q.object, ox.Literal))
    return min(found, default=None)


def read_speakers(store: ox.Store, report: Node) -> list[Node]:
    """The attributions of a report, from the outermost in."""
    found = [Node(store, iri) for iri in report.nodes(DIP("attribution"))]
    return sorted(found, key=lambda node: int(node.text(DIP("depth")) or 0))


def find_place(event: Node, known: Callable[[NamedNode], Known]) -> Known | None:
    """Where the event happened, as closely as it is known: a town or the like before a country."""
    places = [known(iri) for iri in event.nodes(DIP("place"))]
    return min(places, key=lambda p: (p.kind == "Country", p.iri.value), default=None)
