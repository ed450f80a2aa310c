"""The graph `corrections`: what a user decided about links; loading never changes it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import get_args

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from kg.graph.mapper import Term, text_literal
from kg.graph.views import StoredView
from kg.graph.vocabulary import (
    BASE,
    CORRECTIONS_GRAPH,
    DIP,
    ENTITY_CLASS,
    RDF,
    WIKIDATA,
    article_id_of_iri,
    article_iri,
)
from kg.model import Correction, EntityType


def correction_quads(correction: Correction) -> set[Quad]:
    """The quads of a correction; its IRI is made from what it speaks of, so that a later one takes its place."""
    node = correction_iri(correction)
    properties: dict[NamedNode, Term | None] = {
        RDF("type"): DIP("Correction"),
        DIP("name"): text_literal(correction.name) if correction.name is not None else None,
        DIP("corrects"): NamedNode(correction.entity) if correction.entity is not None else None,
        DIP("entityType"): ENTITY_CLASS[correction.type] if correction.type is not None else None,
        DIP("countryCode"): text_literal(correction.country) if correction.country is not None else None,
        DIP("inArticle"): article_iri(correction.article) if correction.article is not None else None,
        DIP("wikidata"): WIKIDATA(correction.wikidata) if correction.wikidata is not None else None,
    }
    return {Quad(node, p, value, CORRECTIONS_GRAPH) for p, value in properties.items() if value is not None}


def correction_iri(correction: Correction) -> NamedNode:
    """The IRI of a correction, the same for all that speak of the same."""
    parts = (correction.name, correction.entity, correction.type, correction.country, correction.article)
    digest = hashlib.sha256("\x1f".join(part or "" for part in parts).encode("utf-8", "replace")).hexdigest()[:12]
    return NamedNode(f"{BASE}correction/{digest}")


def read_corrections(inner: ox.Store) -> tuple[Correction, ...]:
    """The corrections of a store, the broadest first, so that the narrower come last and win."""
    found = list(_read(inner))
    return tuple(sorted(found, key=lambda c: (_narrowness(c), str(correction_iri(c).value))))


def _narrowness(correction: Correction) -> int:
    parts = (correction.article, correction.entity, correction.type, correction.country)
    return sum(part is not None for part in parts)


def _read(inner: ox.Store) -> Iterator[Correction]:
    view = StoredView(inner, CORRECTIONS_GRAPH)
    for quad in inner.quads_for_pattern(None, RDF("type"), DIP("Correction"), CORRECTIONS_GRAPH):
        if not isinstance(quad.subject, NamedNode):
            continue
        told = {predicate: str(values[0].value) for predicate, values in view.describe(quad.subject).items()}
        item, kind, article = (told.get(str(DIP(name).value)) for name in ("wikidata", "entityType", "inArticle"))
        yield Correction(
            wikidata=item.removeprefix(WIKIDATA.iri) if item else None,
            name=told.get(str(DIP("name").value)),
            entity=told.get(str(DIP("corrects").value)),
            type=_type_of(kind) if kind else None,
            country=told.get(str(DIP("countryCode").value)),
            article=article_id_of_iri(article) if article else None,
        )


def _type_of(iri: str) -> EntityType | None:
    return next((t for t in get_args(EntityType) if ENTITY_CLASS[t].value == iri), None)
