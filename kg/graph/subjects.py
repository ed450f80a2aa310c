"""What an account is about: the event, entity or article that a text of a user's stands for."""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

import pyoxigraph as ox
from pyoxigraph import NamedNode

from kg.errors import InputError, UsageError
from kg.graph.clean_text import one_line
from kg.graph.nodes import Known, Node, read_entity
from kg.graph.vocabulary import (
    BASE,
    DIP,
    ENTITIES_GRAPH,
    EVENTS_GRAPH,
    PREFIXES,
    RDF,
    RDFS,
    SCHEMA,
    article_id_of,
    article_iri,
    linked_entity_iri,
    slug,
)

Kind = Literal["event", "entity", "article"]

MATCHES_SHOWN = 10
LABELS_COMPARED = 2_000

_TYPE = RDF("type")
_QID = re.compile(r"(?:https?://www\.wikidata\.org/(?:entity|wiki)/)?(Q[1-9]\d*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an account is about."""

    kind: Kind
    iri: NamedNode


def find_subject(store: ox.Store, text: str) -> Subject:
    """What the text stands for: an IRI, also as tables shorten it, the last part of an event's, a QID, an article's id or URL, or a name.

    A name is an entity's whole label, else whole words of one, else a part of one, else what an article calls it.

    :raises UsageError: when several entities bear the name.
    :raises InputError: when nothing does, with a near name if there is one.
    """
    # What the command line cannot decode reaches us as lone surrogates, which no IRI or literal can hold.
    wanted = text.encode("utf-8", "replace").decode("utf-8").strip().removeprefix("<").removesuffix(">")
    for find in (_find_by_iri, _find_event, _find_wikidata, _find_article, _find_shortened):
        subject = find(store, wanted)
        if subject is not None:
            return subject
    return Subject("entity", _find_named(store, wanted))


def _find_by_iri(store: ox.Store, text: str) -> Subject | None:
    iri = _node(text) if ":" in text else None
    if iri is None:
        return None
    if _has(store, iri, EVENTS_GRAPH):
        return Subject("event", iri)
    if _has(store, iri, ENTITIES_GRAPH):
        return Subject("entity", iri)
    for quad in store.quads_for_pattern(None, DIP("report"), iri, EVENTS_GRAPH):
        if isinstance(quad.subject, NamedNode):
            return Subject("event", quad.subject)
    article_id = article_id_of(iri)
    article = iri if article_id is None else article_iri(article_id)
    return Subject("article", article) if is_article(store, article) else None


def _find_event(store: ox.Store, text: str) -> Subject | None:
    iri = _node(f"{BASE}event/{text}")
    return Subject("event", iri) if iri is not None and text and _has(store, iri, EVENTS_GRAPH) else None


def _find_wikidata(store: ox.Store, text: str) -> Subject | None:
    match = _QID.fullmatch(text)
    iri = linked_entity_iri(match.group(1).upper()) if match else None
    return Subject("entity", iri) if iri is not None and _has(store, iri, ENTITIES_GRAPH) else None


def _find_article(store: ox.Store, text: str) -> Subject | None:
    if is_article(store, article_iri(text)):
        return Subject("article", article_iri(text))
    url = _node(text) if ":" in text else None
    if url is None:
        return None
    found = [q.subject for q in store.quads_for_pattern(None, SCHEMA("url"), url, None)]
    articles = sorted((s for s in found if isinstance(s, NamedNode)), key=_iri)
    return Subject("article", articles[0]) if articles else None


def _find_shortened(store: ox.Store, text: str) -> Subject | None:
    prefix, colon, rest = text.partition(":")
    if colon and prefix in PREFIXES:
        return _find_by_iri(store, PREFIXES[prefix] + rest) or _find_wikidata(store, PREFIXES[prefix] + rest)
    return _find_by_iri(store, BASE + text)


def _find_named(store: ox.Store, text: str) -> NamedNode:
    matches = _prefer_named(store, _entities_called(store, text))
    if len(matches) == 1:
        return matches[0]
    if not matches:
        near = _near_label(store, text)
        hint = f'; did you mean "{near}"?' if near else "; give a name, a QID, an IRI or an article's id"
        raise InputError(one_line(f'nothing in the store is called "{text}"{hint}'))
    found = [read_entity(store, iri) for iri in matches]
    known = sorted(found, key=lambda e: (e.wikidata is None, e.name, e.iri.value))
    listed = ", ".join(f"{e.name} ({facts_of(e, or_iri=True)})" for e in known[:MATCHES_SHOWN])
    more = f" and {len(known) - MATCHES_SHOWN} more" if len(known) > MATCHES_SHOWN else ""
    raise UsageError(one_line(f'"{text}" may be {listed}{more}; give the QID or IRI of the one you mean'))


def _entities_called(store: ox.Store, text: str) -> list[NamedNode]:
    key = slug(text)
    if not key:
        return []
    # Reading all labels takes long in a large store; whoever writes a label as it is need not wait for it.
    exact = subjects_with(store, RDFS("label"), ox.Literal(text), ENTITIES_GRAPH)
    if exact:
        return exact
    tiers: tuple[list[NamedNode], ...] = ([], [], [])
    for iri, label in _labels(store):
        name = slug(label)
        if key in name:
            tiers[0 if name == key else 1 if f"-{key}-" in f"-{name}-" else 2].append(iri)
    links = subjects_with(store, DIP("name"), ox.Literal(text), None)
    written = {entity for link in links for entity in Node(store, link).nodes(DIP("entity"))}
    return next((tier for tier in (*tiers, sorted(written, key=_iri)) if tier), [])


def _prefer_named(store: ox.Store, entities: Sequence[NamedNode]) -> Sequence[NamedNode]:
    if len(entities) < 2:
        return entities
    named = [e for e in entities if Node(store, e, ENTITIES_GRAPH).text(DIP("isNamed")) == "true"]
    return named or entities


def _near_label(store: ox.Store, text: str) -> str | None:
    def strangeness(label: str) -> tuple[int, str]:
        return min(abs(len(form) - len(text)) for form in (label, *label.split())), label

    labels = heapq.nsmallest(LABELS_COMPARED, (label for _, label in _labels(store)), key=strangeness)
    forms: dict[str, str] = {}
    for label in labels:
        for form in (label, *(word for word in label.split() if len(word) > 3)):
            forms.setdefault(slug(form), label)
    near = get_close_matches(slug(text), forms, n=1, cutoff=0.75)
    return forms[near[0]] if near else None


def _labels(store: ox.Store) -> Iterator[tuple[NamedNode, str]]:
    for quad in store.quads_for_pattern(None, RDFS("label"), None, ENTITIES_GRAPH):
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, ox.Literal):
            yield quad.subject, str(quad.object.value)


def _node(iri: str) -> NamedNode | None:
    try:
        return NamedNode(iri)
    except ValueError:
        return None


def _iri(node: NamedNode) -> str:
    return str(node.value)


def _has(store: ox.Store, iri: NamedNode, graph: NamedNode) -> bool:
    return next(store.quads_for_pattern(iri, None, None, graph), None) is not None


def is_article(store: ox.Store, iri: NamedNode) -> bool:
    """Whether the store has an article of that IRI."""
    return next(store.quads_for_pattern(iri, _TYPE, DIP("Article"), None), None) is not None


def subjects_with(
    store: ox.Store, predicate: NamedNode, value: NamedNode | ox.Literal, graph: NamedNode | None
) -> list[NamedNode]:
    """What has that value for a property, in a graph or in all, in order of IRI."""
    found = {quad.subject for quad in store.quads_for_pattern(None, predicate, value, graph)}
    return sorted((node for node in found if isinstance(node, NamedNode)), key=_iri)


def facts_of(entity: Known, *, or_iri: bool = False) -> str:
    """Country and QID of an entity, to tell it from others of its name; its IRI where there is no QID, if wanted."""
    own_id = entity.wikidata or (entity.iri.value if or_iri else None)
    return ", ".join(fact for fact in (entity.country, own_id) if fact)
