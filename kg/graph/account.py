"""Accounts of one event, entity or article of a store: what is known of it, and the words that say so, as plain values."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import pyoxigraph as ox
from pyoxigraph import NamedNode

from kg.errors import InputError
from kg.graph.derived import qid_of
from kg.graph.nodes import Known, Node, find_place, offsets_of, read_entity, read_parts, read_speakers, read_words
from kg.graph.subjects import Kind, Subject, find_subject, is_article, subjects_with
from kg.graph.vocabulary import (
    DC,
    DCTERMS,
    DIP,
    ENTITIES_GRAPH,
    EVENTS_GRAPH,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    article_graph,
    linked_entity_iri,
)
from kg.model import ROLES

EVENTS_SHOWN = 20
LINKS_READ = 2_000
"""Of an entity that more articles speak of, the names and candidates are read from so many."""

_TYPE = RDF("type")
_CIRCUMSTANCES = (("trigger", "trigger"), ("time", "when"), ("place", "where"))
_VERSIONS = (
    ("kg", "softwareVersion"),
    ("model", "modelName"),
    ("lexicon", "lexiconVersion"),
    ("gazetteer", "gazetteerVersion"),
)


@dataclass(frozen=True, slots=True)
class Source:
    """An article, as far as one needs to find it again."""

    id: str
    title: str | None
    source: str | None
    published: date | None
    url: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """What a stretch of the article is in a report: "trigger", "place", "time", "speaker" or the name of a role."""

    label: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The sentence of a report; `text` is None where it is not stored. Offsets are the article's."""

    start: int
    end: int
    text: str | None
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class ReportAccount:
    """What one sentence says of an event, and who says it, from the outermost speaker in."""

    iri: NamedNode
    article: Source
    status: str
    speakers: tuple[Known, ...]
    is_quote: bool
    evidence: Evidence
    confidence: float | None
    pattern: str | None


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody or something in a role of an event."""

    role: str
    entity: Known


@dataclass(frozen=True, slots=True)
class EventAccount:
    """An event with all its reports, by day of publication and place in the text."""

    iri: NamedNode
    label: str
    type: str
    act: str
    mode: str | None
    quad_class: str
    context: tuple[str, ...]
    status: str
    first: date | None
    last: date | None
    place: Known | None
    parties: tuple[Party, ...]
    about: tuple[str, ...]
    confidence: float | None
    reports: tuple[ReportAccount, ...]


@dataclass(frozen=True, slots=True)
class Office:
    """An office that articles give a person."""

    office: str
    organisation: str | None
    country: str | None
    first: date | None
    last: date | None
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event that an entity takes part in, with its roles; "place" where it happened there."""

    iri: NamedNode
    label: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CandidateLine:
    """A Wikidata item that was weighed for the entity's name, with its best score."""

    wikidata: str
    name: str | None
    score: float
    articles: int


@dataclass(frozen=True, slots=True)
class EntityAccount:
    """An entity; `names` counts how often it is written how, for which `read` of its `articles` were looked at.

    `speaks` is the number of reports that are attributed to it.
    """

    entity: Known
    is_named: bool
    articles: int
    read: int
    speaks: int
    names: tuple[tuple[str, int], ...]
    offices: tuple[Office, ...]
    events: tuple[EventLine, ...]
    more_events: int
    candidates: tuple[CandidateLine, ...]


@dataclass(frozen=True, slots=True)
class ArticleEvent:
    """An event that an article tells of, with status and evidence of the first report.

    `event_status` differs where other articles know more; `iri` is None when the derived graphs lack the event.
    """

    iri: NamedNode | None
    label: str
    event_status: str
    status: str
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class ArticleAccount:
    """An article; the counts are of entities: linked to Wikidata, named without a link, unnamed."""

    article: Source
    language: str | None
    made_by: tuple[tuple[str, str], ...]
    events: tuple[ArticleEvent, ...]
    linked: int
    unlinked: int
    unnamed: int
    quads: int


Account = EventAccount | EntityAccount | ArticleAccount


def account_of(store: ox.Store, text: str) -> Account:
    """The account of what the text stands for.

    :raises UsageError, InputError: as `find_subject`.
    """
    return describe(store, find_subject(store, text))


def describe(store: ox.Store, subject: Subject) -> Account:
    """The account of what was found. :raises InputError: when the store has no such thing."""
    return _DESCRIBERS[subject.kind](store, subject.iri)


def describe_event(store: ox.Store, iri: NamedNode) -> EventAccount:
    """An event with its parties and reports. :raises InputError: when there is no such event."""
    event = Node(store, iri, EVENTS_GRAPH)
    if not event:
        raise InputError(f"{iri.value}: there is no such event in the store")
    known = partial(read_entity, store)
    reports = [_report(store, Node(store, report)) for report in event.nodes(DIP("report"))]
    return EventAccount(
        iri=iri,
        label=event.text(RDFS("label")) or iri.value.rpartition("/")[2],
        type=event.code(DIP("eventType")) or "",
        act=event.code(DIP("act")) or "",
        mode=event.mode(),
        quad_class=(event.code(DIP("quadClass"), "quad-") or "").replace("-", " "),
        context=tuple(event.codes(DIP("context"), "context-")),
        status=event.code(DIP("status"), "status-") or "",
        first=event.day(DIP("firstDay")),
        last=event.day(DIP("lastDay")),
        place=find_place(event, known),
        parties=tuple(Party(role, entity) for role in ROLES for entity in map(known, event.nodes(DIP(role)))),
        about=tuple(event.texts(DIP("about"))),
        confidence=event.number(DIP("confidence")),
        reports=tuple(sorted(reports, key=_reading_order)),
    )


def _reading_order(report: ReportAccount) -> tuple[object, ...]:
    published = report.article.published
    return published is None, published or date.min, report.article.id, report.evidence.start, report.iri.value


def _report(store: ox.Store, report: Node) -> ReportAccount:
    article = report.node(DIP("inArticle"))
    attributions = read_speakers(store, report)
    speakers = [iri for node in attributions for iri in node.nodes(DIP("speaker"))]
    return ReportAccount(
        iri=report.iri,
        article=_source(Node(store, article if article is not None else report.iri)),
        status=report.code(DIP("status"), "status-") or "",
        speakers=tuple(read_entity(store, iri) for iri in speakers),
        is_quote=bool(attributions) and attributions[-1].text(DIP("isQuote")) == "true",
        evidence=_evidence(store, report),
        confidence=report.number(DIP("confidence")),
        pattern=report.text(DIP("pattern")),
    )


def _evidence(store: ox.Store, report: Node) -> Evidence:
    spans = [(label, report.node(DIP(term))) for label, term in _CIRCUMSTANCES]
    spans += [(part.role, part.span) for part in read_parts(store, report)]
    spans += [("speaker", node.node(DIP("span"))) for node in read_speakers(store, report)]
    found = [(label, iri, offsets_of(iri)) for label, iri in spans if iri is not None]
    marks = {Mark(label, *at, read_words(store, iri) or "") for label, iri, at in found if at[0] < at[1]}
    sentence = report.node(DIP("sentence"))
    in_order = sorted(marks, key=lambda m: (m.start, -m.end, m.label))
    return Evidence(*offsets_of(sentence), read_words(store, sentence), tuple(in_order))


def _source(article: Node) -> Source:
    return Source(
        id=article.text(DCTERMS("identifier")) or article.iri.value,
        title=article.text(DCTERMS("title")),
        source=article.text(DC("publisher")),
        published=article.day(DCTERMS("issued")),
        url=article.text(SCHEMA("url")),
    )


def describe_entity(store: ox.Store, iri: NamedNode) -> EntityAccount:
    """An entity with its names, offices and newest events. :raises InputError: when there is no such entity."""
    node = Node(store, iri, ENTITIES_GRAPH)
    if not node:
        raise InputError(f"{iri.value}: there is no such entity in the store")
    links = subjects_with(store, DIP("entity"), iri, None)
    read = [Node(store, link) for link in links[:LINKS_READ]]
    words = (read_words(store, mention) for link in read for mention in link.nodes(DIP("mention")))
    names = Counter(" ".join(text.split()) for text in words if text)
    events, more = _events_of(store, iri)
    return EntityAccount(
        entity=read_entity(store, iri),
        is_named=node.text(DIP("isNamed")) == "true",
        articles=len(links),
        read=len(read),
        speaks=sum(1 for _ in store.quads_for_pattern(None, DIP("speaker"), iri, None)),
        names=tuple(sorted(names.items(), key=lambda pair: (-pair[1], pair[0]))),
        offices=_offices(store, iri),
        events=events,
        more_events=more,
        candidates=_candidates(store, read),
    )


def _offices(store: ox.Store, holder: NamedNode) -> tuple[Office, ...]:
    articles: dict[Office, set[str]] = {}
    for iri in subjects_with(store, DIP("holder"), holder, None):
        node = Node(store, iri)
        body, article = node.node(DIP("organisation")), node.node(DIP("inArticle"))
        office = Office(
            office=node.text(DIP("office")) or "",
            organisation=read_entity(store, body).name if body is not None else None,
            country=node.text(DIP("countryCode")),
            first=node.day(DIP("firstDay")),
            last=node.day(DIP("lastDay")),
            articles=(),
        )
        told_by = articles.setdefault(office, set())
        if article is not None:
            told_by.add(_source(Node(store, article)).id)
    in_order = sorted(articles, key=lambda o: (o.first or date.min, o.office, o.country or "", o.organisation or ""))
    return tuple(replace(office, articles=tuple(sorted(articles[office]))) for office in in_order)


def _events_of(store: ox.Store, entity: NamedNode) -> tuple[tuple[EventLine, ...], int]:
    roles: dict[NamedNode, list[str]] = {}
    for role in (*ROLES, "place"):
        for event in subjects_with(store, DIP(role), entity, EVENTS_GRAPH):
            roles.setdefault(event, []).append(role)

    def newness(event: NamedNode) -> tuple[str, str]:
        days = (q.object for q in store.quads_for_pattern(event, DIP("firstDay"), None, EVENTS_GRAPH))
        return next((str(day.value) for day in days if isinstance(day, ox.Literal)), ""), event.value

    newest = heapq.nlargest(EVENTS_SHOWN, roles, key=newness)
    lines = [EventLine(e, _event_label(store, e), tuple(roles[e])) for e in newest]
    return tuple(lines), len(roles) - len(lines)


def _event_label(store: ox.Store, event: NamedNode) -> str:
    return Node(store, event, EVENTS_GRAPH).text(RDFS("label")) or event.value.rpartition("/")[2]


def _candidates(store: ox.Store, links: Iterable[Node]) -> tuple[CandidateLine, ...]:
    scores: dict[str, list[float]] = {}
    for link in links:
        for node in (Node(store, iri) for iri in link.nodes(DIP("candidate"))):
            item = node.node(DIP("wikidata"))
            if item is not None:
                scores.setdefault(item.value.rpartition("/")[2], []).append(node.number(DIP("score")) or 0.0)
    lines = []
    for qid, found in scores.items():
        entity = Node(store, linked_entity_iri(qid), ENTITIES_GRAPH)
        lines.append(CandidateLine(qid, entity.text(RDFS("label")), max(found), len(found)))
    return tuple(sorted(lines, key=lambda c: (-c.score, c.wikidata)))


def describe_article(store: ox.Store, iri: NamedNode) -> ArticleAccount:
    """An article with its events in the order of the text. :raises InputError: when there is no such article."""
    if not is_article(store, iri):
        raise InputError(f"{iri.value}: there is no such article in the store")
    node = Node(store, iri)
    source = _source(node)
    graph = article_graph(source.id)
    links = [Node(store, link) for link in subjects_with(store, _TYPE, DIP("Link"), graph)]
    entities = [(link.node(DIP("entity")), link.text(DIP("isNamed")) == "true") for link in links]
    is_linked = [entity is not None and qid_of(entity) is not None for entity, _ in entities]
    extractions = subjects_with(store, PROV("used"), iri, graph)
    made_by = Node(store, extractions[0]) if extractions else None
    versions = ((name, made_by.text(DIP(term)) if made_by else None) for name, term in _VERSIONS)
    return ArticleAccount(
        article=source,
        language=node.text(DCTERMS("language")),
        made_by=tuple((name, version) for name, version in versions if version),
        events=_events_in(store, graph),
        linked=sum(is_linked),
        unlinked=sum(named and not linked for (_, named), linked in zip(entities, is_linked, strict=True)),
        unnamed=sum(not named and not linked for (_, named), linked in zip(entities, is_linked, strict=True)),
        quads=sum(1 for _ in store.quads_for_pattern(None, None, None, graph)),
    )


def _events_in(store: ox.Store, graph: NamedNode) -> tuple[ArticleEvent, ...]:
    reports = [Node(store, iri) for iri in subjects_with(store, _TYPE, DIP("Report"), graph)]
    first: dict[NamedNode, ArticleEvent] = {}
    for report in sorted(reports, key=lambda r: (offsets_of(r.node(DIP("trigger"))), r.iri.value)):
        owners = subjects_with(store, DIP("report"), report.iri, EVENTS_GRAPH)
        happening = owners[0] if owners else report.iri
        if happening not in first:
            first[happening] = _article_event(store, report, owners[0] if owners else None)
    return tuple(first.values())


def _article_event(store: ox.Store, report: Node, event: NamedNode | None) -> ArticleEvent:
    status = report.code(DIP("status"), "status-") or ""
    node = Node(store, event, EVENTS_GRAPH) if event is not None else report
    return ArticleEvent(
        iri=event,
        label=node.text(RDFS("label")) or node.code(DIP("eventType")) or "",
        event_status=node.code(DIP("status"), "status-") or status,
        status=status,
        evidence=_evidence(store, report),
    )


_DESCRIBERS: dict[Kind, Callable[[ox.Store, NamedNode], Account]] = {
    "event": describe_event,
    "entity": describe_entity,
    "article": describe_article,
}
