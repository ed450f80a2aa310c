"""Readable accounts of one event, entity or article of a store: what is known of it, and the words that say so.

Describing reads the store and gives plain values; rendering turns them into text and reads nothing.
"""

from __future__ import annotations

import heapq
import io
import re
from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from functools import partial
from typing import Literal

import pyoxigraph as ox
from pyoxigraph import NamedNode
from rich.console import Console
from rich.text import Text

from kg.errors import InputError, UsageError
from kg.graph.derived import qid_of
from kg.graph.table import Known, Node, find_place, offsets_of, read_entity, read_parts, read_speakers, read_words
from kg.graph.vocabulary import (
    BASE,
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
    article_id_of,
    article_iri,
    linked_entity_iri,
    slug,
)
from kg.model import ROLES, SECTORS

Kind = Literal["event", "entity", "article"]

EVENTS_SHOWN = 20
MATCHES_SHOWN = 10
LINKS_READ = 2_000
"""Of an entity that more articles speak of, the names and candidates are read from so many."""
LABELS_COMPARED = 2_000

_TYPE = RDF("type")
_CIRCUMSTANCES = (("trigger", "trigger"), ("time", "when"), ("place", "where"))
_VERSIONS = (
    ("kg", "softwareVersion"),
    ("model", "modelName"),
    ("lexicon", "lexiconVersion"),
    ("gazetteer", "gazetteerVersion"),
)
_QID = re.compile(r"(?:https?://www\.wikidata\.org/(?:entity|wiki)/)?(Q[1-9]\d*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Subject:
    """What an account is about."""

    kind: Kind
    iri: NamedNode


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


def find_subject(store: ox.Store, text: str) -> Subject:
    """What the text stands for: an IRI, the last part of an event's, a QID, an article's id or URL, or a name.

    A name is an entity's whole label, else whole words of one, else a part of one, else what an article calls it.

    :raises UsageError: when several entities bear the name.
    :raises InputError: when nothing does, with a near name if there is one.
    """
    # What the command line cannot decode reaches us as lone surrogates, which no IRI or literal can hold.
    wanted = text.encode("utf-8", "replace").decode("utf-8").strip().removeprefix("<").removesuffix(">")
    for find in (_find_by_iri, _find_event, _find_wikidata, _find_article):
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
    return Subject("article", article) if _is_article(store, article) else None


def _find_event(store: ox.Store, text: str) -> Subject | None:
    iri = _node(f"{BASE}event/{text}")
    return Subject("event", iri) if iri is not None and text and _has(store, iri, EVENTS_GRAPH) else None


def _find_wikidata(store: ox.Store, text: str) -> Subject | None:
    match = _QID.fullmatch(text)
    iri = linked_entity_iri(match.group(1).upper()) if match else None
    return Subject("entity", iri) if iri is not None and _has(store, iri, ENTITIES_GRAPH) else None


def _find_article(store: ox.Store, text: str) -> Subject | None:
    if _is_article(store, article_iri(text)):
        return Subject("article", article_iri(text))
    url = _node(text) if ":" in text else None
    if url is None:
        return None
    found = [q.subject for q in store.quads_for_pattern(None, SCHEMA("url"), url, None)]
    articles = sorted((s for s in found if isinstance(s, NamedNode)), key=_iri)
    return Subject("article", articles[0]) if articles else None


def _find_named(store: ox.Store, text: str) -> NamedNode:
    matches = _prefer_named(store, _entities_called(store, text))
    if len(matches) == 1:
        return matches[0]
    if not matches:
        near = _near_label(store, text)
        hint = f'; did you mean "{near}"?' if near else "; give a name, a QID, an IRI or an article's id"
        raise InputError(_one_line(f'nothing in the store is called "{text}"{hint}'))
    found = [read_entity(store, iri) for iri in matches]
    known = sorted(found, key=lambda e: (e.wikidata is None, e.name, e.iri.value))
    listed = ", ".join(f"{e.name} ({_facts(e, or_iri=True)})" for e in known[:MATCHES_SHOWN])
    more = f" and {len(known) - MATCHES_SHOWN} more" if len(known) > MATCHES_SHOWN else ""
    raise UsageError(_one_line(f'"{text}" may be {listed}{more}; give the QID or IRI of the one you mean'))


def _entities_called(store: ox.Store, text: str) -> list[NamedNode]:
    key = slug(text)
    if not key:
        return []
    # Reading all labels takes long in a large store; whoever writes a label as it is need not wait for it.
    exact = _subjects(store, RDFS("label"), ox.Literal(text), ENTITIES_GRAPH)
    if exact:
        return exact
    tiers: tuple[list[NamedNode], ...] = ([], [], [])
    for iri, label in _labels(store):
        name = slug(label)
        if key in name:
            tiers[0 if name == key else 1 if f"-{key}-" in f"-{name}-" else 2].append(iri)
    links = _subjects(store, DIP("name"), ox.Literal(text), None)
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


def _is_article(store: ox.Store, iri: NamedNode) -> bool:
    return next(store.quads_for_pattern(iri, _TYPE, DIP("Article"), None), None) is not None


def _subjects(
    store: ox.Store, predicate: NamedNode, value: NamedNode | ox.Literal, graph: NamedNode | None
) -> list[NamedNode]:
    found = {quad.subject for quad in store.quads_for_pattern(None, predicate, value, graph)}
    return sorted((node for node in found if isinstance(node, NamedNode)), key=_iri)


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
    links = _subjects(store, DIP("entity"), iri, None)
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
    for iri in _subjects(store, DIP("holder"), holder, None):
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
        for event in _subjects(store, DIP(role), entity, EVENTS_GRAPH):
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
    if not _is_article(store, iri):
        raise InputError(f"{iri.value}: there is no such article in the store")
    node = Node(store, iri)
    source = _source(node)
    graph = article_graph(source.id)
    links = [Node(store, link) for link in _subjects(store, _TYPE, DIP("Link"), graph)]
    entities = [(link.node(DIP("entity")), link.text(DIP("isNamed")) == "true") for link in links]
    is_linked = [entity is not None and qid_of(entity) is not None for entity, _ in entities]
    extractions = _subjects(store, PROV("used"), iri, graph)
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
    reports = [Node(store, iri) for iri in _subjects(store, _TYPE, DIP("Report"), graph)]
    first: dict[NamedNode, ArticleEvent] = {}
    for report in sorted(reports, key=lambda r: (offsets_of(r.node(DIP("trigger"))), r.iri.value)):
        owners = _subjects(store, DIP("report"), report.iri, EVENTS_GRAPH)
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


def render(account: Account, *, colour: bool, width: int) -> str:
    """The account as text, wrapped to the width save for IRIs and URLs, which stay whole to be copied.

    Without colour the evidence marks the trigger as `[met]` and roles as `{actor: Jake Sullivan}`; with it they have
    the ANSI style of the role's name above. Control characters of articles are shown as U+FFFD, never sent on.
    """
    page = _Page(colour, max(width, 30))
    if isinstance(account, EventAccount):
        _render_event(page, account)
    elif isinstance(account, EntityAccount):
        _render_entity(page, account)
    else:
        _render_article(page, account)
    return page.text()


_STYLES = {
    "trigger": "bold reverse",
    "actor": "bold cyan",
    "recipient": "bold magenta",
    "host": "bold blue",
    "mediator": "bold yellow",
    "beneficiary": "green",
    "instrument": "red",
    "topic": "italic",
    "place": "underline",
    "time": "underline",
    "speaker": "dim",
}
# Control characters and bidirectional overrides: an article must not be able to command the reader's terminal.
_UNSAFE = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_LABELS = tuple(_STYLES)
UNBROKEN = "\ue000"
"""A space at which no line is broken, until the page is made text: Python and Rich break lines at U+00A0 too."""
_INDENT = "   "
_FIELD = 12


def clean_text(text: str) -> str:
    """The text with control characters and bidirectional overrides as U+FFFD."""
    return _UNSAFE.sub("\ufffd", text)


def _one_line(text: str) -> str:
    return " ".join(clean_text(text).split())


class _Page:
    """The lines of an account, wrapped as they are added."""

    def __init__(self, colour: bool, width: int) -> None:
        self.colour, self._width = colour, width
        self._lines: list[Text] = []
        self._console = Console(
            file=io.StringIO(),
            force_terminal=colour,
            color_system="standard" if colour else None,
            no_color=not colour,
            width=width,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )

    def text(self) -> str:
        with self._console.capture() as captured:
            for line in self._lines:
                self._console.print(line, no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)
        return captured.get().replace(UNBROKEN, " ").rstrip("\n")

    def blank(self) -> None:
        self._lines.append(Text())

    def heading(self, text: str) -> None:
        self._wrap(Text(clean_text(text), "bold"), "")

    def paragraph(self, text: str | Text, *, style: str = "") -> None:
        self._wrap(Text(clean_text(text), style) if isinstance(text, str) else text, _INDENT)

    def whole(self, text: str, *, style: str = "") -> None:
        self._lines.append(Text(_INDENT + clean_text(text), style))

    def field(self, name: str, *values: str | None, style: str = "bold", whole: bool = False) -> None:
        """A name and its values, each on a new line and not wrapped if `whole`; nothing when there are none."""
        label = name
        indent = len(_INDENT) + _FIELD
        for value in (clean_text(v) for v in values if v):
            start = len(self._lines)
            if whole:
                self._lines.append(Text(" " * indent + value))
            else:
                self._wrap(Text(value), " " * indent)
            named = Text(_INDENT).append(label.ljust(_FIELD), style)
            self._lines[start] = named.append_text(self._lines[start][indent:])
            label = ""

    def _wrap(self, text: Text, indent: str) -> None:
        for line in text.wrap(self._console, max(self._width - len(indent), 10)):
            line.rstrip()
            self._lines.append(Text(indent).append_text(line))


def _render_event(page: _Page, event: EventAccount) -> None:
    page.heading(event.label)
    page.field("type", f"{event.type} ({event.quad_class})")
    page.field("act", None if event.act == event.type else event.act)
    page.field("mode", event.mode)
    page.field("context", ", ".join(event.context))
    page.field("status", event.status)
    page.field("date", _days(event.first, event.last) or "unknown")
    page.field("place", _named(event.place) if event.place else None, style=_STYLES["place"])
    for role in ROLES:
        names = [_named(party.entity) for party in event.parties if party.role == role]
        linked = {party.entity.name for party in event.parties if party.role == role}
        words = [w for w in event.about if w not in linked] if role == "topic" else []
        page.field(role, *names, *words, style=_STYLES[role])
    page.field("confidence", _number(event.confidence))
    page.field("event", event.iri.value, whole=True)
    for number, report in enumerate(event.reports, start=1):
        page.blank()
        _render_report(page, number, report, event.status)


def _render_report(page: _Page, number: int, report: ReportAccount, event_status: str) -> None:
    article = report.article
    where = ", ".join(part for part in (article.source, _days(article.published, article.published)) if part)
    page.heading(f"{number}. {article.title or article.id}" + (f" ({where})" if where else ""))
    said = " > ".join(_named(speaker) for speaker in report.speakers)
    told = [report.status] if report.status != event_status else []
    told += [f"said by {said}" + (", in quotation marks" if report.is_quote else "")] if said else []
    if told:
        page.paragraph("; ".join(told), style="dim")
    _render_evidence(page, report.evidence)
    facts = [f"confidence {_number(report.confidence)}" if report.confidence is not None else "", report.pattern or ""]
    page.paragraph(", ".join(fact for fact in facts if fact), style="dim")
    page.whole(article.url or article.id, style="dim")


def _render_entity(page: _Page, account: EntityAccount) -> None:
    entity = account.entity
    page.heading(entity.name)
    page.field("type", (entity.kind or "entity").lower() + ("" if account.is_named else ", not named"))
    page.field("country", entity.country)
    page.field("sector", f"{entity.sector} ({SECTORS.get(entity.sector, 'unknown')})" if entity.sector else None)
    page.field("wikidata", *_wikidata_lines(entity), whole=True)
    page.field("entity", entity.iri.value, whole=True)
    page.field("written", ", ".join(f"{name} ({count})" for name, count in account.names))
    partly = f"; names and candidates are from {account.read} of them" if account.read < account.articles else ""
    page.field("articles", f"{account.articles}{partly}")
    page.field("speaks", f"in {account.speaks} reports" if account.speaks else None)
    page.field("offices", *(_office(office) for office in account.offices))
    page.field("candidates", *(_candidate(line, entity.wikidata) for line in account.candidates))
    for line in account.events:
        page.blank()
        page.paragraph(f"{line.label}, as {', '.join(line.roles)}")
        page.whole(line.iri.value, style="dim")
    if account.more_events:
        page.blank()
        page.paragraph(f"and {account.more_events} more")
    if not account.events:
        page.paragraph("takes part in no event")


def _render_article(page: _Page, account: ArticleAccount) -> None:
    article = account.article
    page.heading(article.title or article.id)
    page.field("article", article.id, whole=True)
    page.field("source", article.source)
    page.field("published", _days(article.published, article.published))
    page.field("url", article.url, whole=True)
    page.field("language", account.language)
    page.field("read with", ", ".join(f"{name} {version}" for name, version in account.made_by))
    counts = (("linked", account.linked), ("not linked", account.unlinked), ("unnamed", account.unnamed))
    page.field("entities", ", ".join(f"{count} {what}" for what, count in counts))
    page.field("quads", str(account.quads))
    for number, event in enumerate(account.events, start=1):
        page.blank()
        page.heading(f"{number}. {event.label}")
        if event.status != event.event_status:
            page.paragraph(f"here {event.status}", style="dim")
        _render_evidence(page, event.evidence)
        if event.iri is not None:
            page.whole(event.iri.value, style="dim")
    if not account.events:
        page.paragraph("tells of no event")


def _render_evidence(page: _Page, evidence: Evidence) -> None:
    if evidence.text is None:
        at = f"characters {evidence.start} to {evidence.end}"
        page.paragraph(f"The sentence is not stored (the article was loaded with --no-text): {at}.", style="dim")
        outside: Sequence[Mark] = evidence.marks
    else:
        page.paragraph(_marked(evidence.text, evidence.start, evidence.marks, page.colour))
        outside = [m for m in evidence.marks if m.start < evidence.start or m.end > evidence.end]
    words = [_marked(m.words, m.start, (m,), page.colour) for m in outside if m.words]
    if words:
        lead = "" if evidence.text is None else "elsewhere in the article: "
        page.paragraph(Text(lead).append_text(Text(" … ").join(words)))


def _marked(text: str, offset: int, marks: Iterable[Mark], colour: bool) -> Text:
    """The text, which begins at that offset of the article, with the marks that lie within it."""
    within = [m for m in marks if offset <= m.start and m.end <= offset + len(text)]
    result, position, open_marks = Text(), offset, list[Mark]()

    def go_to(end: int) -> None:
        nonlocal position
        words = re.sub(r"\s+", " ", clean_text(text[position - offset : end - offset]))
        result.append(words, _style_of(open_marks[-1]) if colour and open_marks else "")
        position = end

    def close(until: int) -> None:
        while open_marks and open_marks[-1].end <= until:
            go_to(open_marks[-1].end)
            mark = open_marks.pop()
            if not colour:
                result.append("]" if mark.label == "trigger" else "}")

    for mark in nest_marks(within):
        close(mark.start)
        go_to(mark.start)
        open_marks.append(mark)
        if not colour:
            result.append("[" if mark.label == "trigger" else f"{{{mark.label}:{UNBROKEN}")
    close(offset + len(text))
    go_to(offset + len(text))
    return result


def nest_marks(marks: Iterable[Mark]) -> list[Mark]:
    """The marks, outer before inner, those of one stretch as one; what crosses another mark's end is cut there.

    >>> [(m.label, m.start, m.end) for m in nest_marks([Mark("actor", 0, 5, ""), Mark("topic", 3, 8, "")])]
    [('actor', 0, 5), ('topic', 3, 5), ('topic', 5, 8)]
    """

    def outer_first(mark: Mark) -> tuple[int, int, bool, str]:
        return mark.start, -mark.end, mark.label == "trigger", mark.label

    waiting = sorted(_merged(marks), key=outer_first)
    nested: list[Mark] = []
    while waiting:
        mark = waiting.pop(0)
        cuts = [m.end for m in nested if m.start < mark.start < m.end < mark.end]
        if cuts:
            insort(waiting, replace(mark, end=min(cuts)), key=outer_first)
            insort(waiting, replace(mark, start=min(cuts)), key=outer_first)
        else:
            nested.append(mark)
    return nested


def _merged(marks: Iterable[Mark]) -> Iterator[Mark]:
    labels: dict[tuple[int, int, bool], set[str]] = {}
    for mark in marks:
        labels.setdefault((mark.start, mark.end, mark.label == "trigger"), set()).add(mark.label)
    for (start, end, _), names in labels.items():
        yield Mark(f",{UNBROKEN}".join(sorted(names, key=_LABELS.index)), start, end, "")


def _style_of(mark: Mark) -> str:
    return _STYLES[mark.label.partition(",")[0]]


def _named(entity: Known) -> str:
    facts = _facts(entity)
    return f"{entity.name} ({facts})" if facts else entity.name


def _facts(entity: Known, *, or_iri: bool = False) -> str:
    own_id = entity.wikidata or (entity.iri.value if or_iri else None)
    return ", ".join(fact for fact in (entity.country, own_id) if fact)


def _wikidata_lines(entity: Known) -> tuple[str, ...]:
    qid = entity.wikidata
    return (qid, f"https://www.wikidata.org/wiki/{qid}") if qid else ("not linked",)


def _office(office: Office) -> str:
    of = ", ".join(part for part in (office.organisation, office.country) if part)
    days = _days(office.first, office.last)
    shown = ", ".join(office.articles[:3])
    more = f" and {len(office.articles) - 3} more" if len(office.articles) > 3 else ""
    return office.office + (f" ({of})" if of else "") + (f", {days}" if days else "") + f": in {shown}{more}"


def _candidate(line: CandidateLine, own: str | None) -> str:
    name = f" {line.name}" if line.name else ""
    chosen = ", chosen" if line.wikidata == own else ""
    return f"{line.wikidata}{name}, score {line.score:.2f}{chosen}"


def _number(number: float | None) -> str | None:
    return None if number is None else f"{number:.2f}"


def _days(first: date | None, last: date | None) -> str:
    """The days as text.

    >>> _days(date(2022, 4, 1), date(2022, 4, 30)), _days(date(2022, 4, 1), None), _days(None, None)
    ('2022-04-01 to 2022-04-30', 'from 2022-04-01', '')
    """
    if first is not None and last is not None:
        return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
    if first is not None:
        return f"from {first.isoformat()}"
    return f"until {last.isoformat()}" if last is not None else ""
