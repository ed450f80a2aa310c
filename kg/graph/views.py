"""An article graph as reports and claims, whether its quads are at hand or in a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from kg.graph.derived import Chain, Claim, ReportFacts, chains_of, claim_order, read_claim, read_report
from kg.graph.mapper import Term
from kg.graph.vocabulary import DIP, RDF, Namespace

_TYPE = RDF("type")


class GraphView:
    """The quads of one article graph, by subject."""

    def __init__(self, quads: Iterable[Quad]) -> None:
        self._nodes: dict[NamedNode, dict[str, list[Term]]] = {}
        for quad in quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, (NamedNode, ox.Literal)):
                self._nodes.setdefault(quad.subject, {}).setdefault(str(quad.predicate.value), []).append(quad.object)

    def describe(self, node: NamedNode) -> Mapping[str, Sequence[Term]]:
        return self._nodes.get(node, {})

    def of_type(self, name: str, namespace: Namespace = DIP) -> list[NamedNode]:
        """The nodes of a class."""
        wanted = namespace(name)
        return [n for n, properties in self._nodes.items() if wanted in properties.get(str(_TYPE.value), ())]

    def reports(self) -> list[ReportFacts]:
        return [read_report(node, self.describe) for node in self.of_type("Report")]

    def claims(self) -> dict[NamedNode, Claim]:
        return least_claims(read_claim(node, self.describe) for node in self.of_type("Link"))

    def match_keys(self) -> set[str]:
        name = str(DIP("matchKey").value)
        return {str(key.value) for properties in self._nodes.values() for key in properties.get(name, ())}


class StoredView:
    """One article graph in a store, read node by node: what is not asked for is not read."""

    def __init__(self, inner: ox.Store, graph: NamedNode) -> None:
        self._inner, self._graph = inner, graph

    def describe(self, node: NamedNode) -> Mapping[str, Sequence[Term]]:
        found: dict[str, list[Term]] = {}
        for quad in self._inner.quads_for_pattern(node, None, None, self._graph):
            if isinstance(quad.object, (NamedNode, ox.Literal)):
                found.setdefault(str(quad.predicate.value), []).append(quad.object)
        return found

    def _subjects(self, predicate: NamedNode, value: NamedNode) -> list[NamedNode]:
        quads = self._inner.quads_for_pattern(None, predicate, value, self._graph)
        return [q.subject for q in quads if isinstance(q.subject, NamedNode)]

    def chain(self, first: NamedNode) -> list[ReportFacts]:
        """The report and those that repeat it."""
        return [read_report(node, self.describe) for node in (first, *self._subjects(DIP("repeats"), first))]

    def claims(self, entities: Iterable[NamedNode]) -> dict[NamedNode, Claim]:
        """What the article says of each of the entities it has a link to."""
        links = (node for entity in set(entities) for node in self._subjects(DIP("entity"), entity))
        return least_claims(read_claim(node, self.describe) for node in links)


def least_claims(claims: Iterable[Claim]) -> dict[NamedNode, Claim]:
    """One claim an entity, the least where several chains of names turned out to be one entity."""
    found: dict[NamedNode, Claim] = {}
    for claim in claims:
        found[claim.entity] = min(claim, found.get(claim.entity, claim), key=claim_order)
    return found


def stored_chain(inner: ox.Store, first: NamedNode, home: NamedNode) -> Chain:
    """The chain of an article's first report, read from a store, with what the article says of its entities."""
    view = StoredView(inner, home)
    reports = view.chain(first)
    entities = (e for r in reports for e in (*(part[1] for part in r.parts), r.place) if e is not None)
    [chain] = chains_of(reports, view.claims(entities))
    return chain
