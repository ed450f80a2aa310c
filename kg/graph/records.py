"""The quads of an article graph → its record, the other way round than `kg.graph.mapper`.

A graph does not tell local ids and the order of what stands at the same place; mapping the record again gives the same
quads. A graph without running text gives a text of spaces with the known words at their places.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import get_args

from pyoxigraph import NamedNode, Quad

from kg.graph.mapper import Term
from kg.graph.views import GraphView
from kg.graph.vocabulary import (
    DC,
    DCTERMS,
    DIP,
    ENTITY_CLASS,
    NIF,
    SCHEMA,
    WIKIDATA,
    article_iri,
    linked_entity_iri,
)
from kg.model import (
    Article,
    Attribution,
    Candidate,
    Entity,
    EntityType,
    Event,
    Link,
    MadeBy,
    Mention,
    Record,
    Report,
    Role,
    RoleName,
    Span,
    Statement,
    Status,
    Trigger,
    When,
    Where,
)

MakeEvent = Callable[[str, str, str | None, Sequence[str], Sequence[Report], Mapping[str, Entity]], Event]
"""Gives the event of its local id, act, mode, contexts, reports and the article's entities."""

_TYPE_OF_CLASS: Mapping[NamedNode, EntityType] = {
    ENTITY_CLASS[entity_type]: entity_type for entity_type in get_args(EntityType)
}


def read_record(article_id: str, quads: Iterable[Quad], make_event: MakeEvent) -> Record:
    """The record that a whole article graph was mapped from, as far as the graph tells it."""
    return _Reader(article_id, GraphView(quads), make_event).record()


def has_text(quads: Iterable[Quad]) -> bool:
    """Whether an article graph has the article's running text."""
    return any(quad.predicate == NIF("isString") for quad in quads)


class _Node:
    """A node of the graph with its properties."""

    def __init__(self, iri: NamedNode, view: GraphView) -> None:
        self.iri, self._properties = iri, view.describe(iri)

    def terms(self, predicate: NamedNode) -> Sequence[Term]:
        return self._properties.get(str(predicate.value), ())

    def nodes(self, predicate: NamedNode) -> list[NamedNode]:
        return sorted((t for t in self.terms(predicate) if isinstance(t, NamedNode)), key=lambda n: str(n.value))

    def node(self, predicate: NamedNode) -> NamedNode:
        return self.nodes(predicate)[0]

    def text(self, predicate: NamedNode) -> str | None:
        terms = self.terms(predicate)
        return str(terms[0].value) if terms else None

    def words(self, predicate: NamedNode) -> str:
        return self.text(predicate) or ""

    def local(self, predicate: NamedNode) -> str:
        """The part of an IRI after its "#"; empty when there is no value."""
        return (self.text(predicate) or "").rpartition("#")[2]

    def day(self, predicate: NamedNode) -> date | None:
        text = self.text(predicate)
        return date.fromisoformat(text) if text else None

    def number(self, predicate: NamedNode) -> float | None:
        text = self.text(predicate)
        return float(text) if text else None


class _Reader:
    def __init__(self, article_id: str, view: GraphView, make_event: MakeEvent) -> None:
        self.view, self.make_event = view, make_event
        self.iri = article_iri(article_id)
        self.article = self._article(article_id)
        self.links = [self._node(n) for n in view.of_type("Link")]
        self.links.sort(key=self._first_place)
        self.ids = {link.iri: f"e{n}" for n, link in enumerate(self.links, start=1)}
        self.chains: dict[NamedNode, list[_Node]] = {}
        for link in self.links:
            self.chains.setdefault(link.node(DIP("entity")), []).append(link)

    def record(self) -> Record:
        entities = {self.ids[link.iri]: self._entity(link) for link in self.links}
        return Record(
            article=self.article,
            made_by=self._made_by(),
            mentions=tuple(sorted(self._mentions(entities), key=lambda m: (m.start, m.end, m.entity))),
            entities=tuple(entities.values()),
            statements=tuple(sorted(self._statements(), key=lambda s: (s.start, s.end, s.entity))),
            events=tuple(self._events(entities)),
            links=tuple(self._candidates()),
        )

    def _node(self, iri: NamedNode) -> _Node:
        return _Node(iri, self.view)

    def _span(self, iri: NamedNode) -> tuple[int, int]:
        """A stretch by its IRI, `…#char=3,9`."""
        start, _, end = str(iri.value).rpartition("=")[2].partition(",")
        return int(start), int(end)

    def _first_place(self, link: _Node) -> tuple[int, int, str]:
        spans = [self._span(n) for n in link.nodes(DIP("mention"))]
        return (*min(spans, default=(len(self.article.text), 0)), str(link.iri.value))

    def _local(self, entity: NamedNode, start: int, end: int) -> str:
        """The chain that a part of the text means: of several that are one entity the one mentioned there, else the first."""
        chains = self.chains[entity]
        for link in chains if len(chains) > 1 else ():
            if any(start < b and a < end for a, b in map(self._span, link.nodes(DIP("mention")))):
                return self.ids[link.iri]
        return self.ids[chains[0].iri]

    def _holder(self, entity: NamedNode, start: int, end: int) -> str:
        """The chain that an office is stated of: of several that are one entity the person named nearest."""

        def distance(link: _Node) -> tuple[bool, int]:
            spans = map(self._span, link.nodes(DIP("mention")))
            near = min((max(a - end, start - b, 0) for a, b in spans), default=len(self.article.text))
            return link.nodes(DIP("seenAs")) != [DIP("Person")], near

        return self.ids[min(self.chains[entity], key=distance).iri]

    def _article(self, article_id: str) -> Article:
        node = self._node(self.iri)
        published = node.day(DCTERMS("issued"))
        return Article(
            id=article_id,
            text=self._text(),
            source=node.text(DC("publisher")),
            url=node.text(SCHEMA("url")),
            title=node.text(DCTERMS("title")),
            published=published,
            language=node.text(DCTERMS("language")),
        )

    def _text(self) -> str:
        """The running text; without it spaces, and the words of names and triggers at their places."""
        [context] = self.view.of_type("Context", NIF)
        node = self._node(context)
        whole = node.text(NIF("isString"))
        if whole is not None:
            return whole
        letters = [" "] * int(node.words(NIF("endIndex")))
        for span in self.view.of_type("OffsetBasedString", NIF):
            words = self._node(span).text(NIF("anchorOf"))
            if words is not None:
                start, end = self._span(span)
                letters[start:end] = words
        return "".join(letters)

    def _made_by(self) -> MadeBy:
        [iri] = self.view.of_type("Extraction")
        node = self._node(iri)
        return MadeBy(
            kg=node.words(DIP("softwareVersion")),
            model=node.words(DIP("modelName")),
            lexicon=node.words(DIP("lexiconVersion")),
            gazetteer=node.words(DIP("gazetteerVersion")),
        )

    def _entity(self, link: _Node) -> Entity:
        iri = link.node(DIP("entity"))
        qid = str(iri.value).rpartition("/")[2]
        return Entity(
            id=self.ids[link.iri],
            name=link.words(DIP("name")),
            named=link.text(DIP("isNamed")) == "true",
            type=_TYPE_OF_CLASS[link.node(DIP("entityType"))],
            country=link.text(DIP("countryCode")),
            sector=link.local(DIP("sector")).removeprefix("sector-") or None,
            wikidata=qid if iri == linked_entity_iri(qid) else None,
            score=link.number(DIP("score")),
            linker=link.text(DIP("linker")),
        )

    def _mentions(self, entities: Mapping[str, Entity]) -> Iterator[Mention]:
        for link in self.links:
            entity = entities[self.ids[link.iri]]
            for iri in link.nodes(DIP("mention")):
                start, end = self._span(iri)
                yield Mention(start, end, self.article.text[start:end], entity.type, entity.id)

    def _candidates(self) -> Iterator[Link]:
        for link in self.links:
            nodes = [self._node(n) for n in link.nodes(DIP("candidate"))]
            found = [
                Candidate(str(n.node(DIP("wikidata")).value).removeprefix(WIKIDATA.iri), n.number(DIP("score")) or 0.0)
                for n in nodes
            ]
            found.sort(key=lambda c: (-c.score, c.wikidata))
            seen = link.nodes(DIP("seenAs"))
            ages = sorted(int(str(t.value)) for t in link.terms(DIP("statedAge")))
            within = sorted(str(t.value) for t in link.terms(DIP("saidToBeIn")))
            if found or seen:
                yield Link(
                    self.ids[link.iri],
                    tuple(found),
                    link.text(DIP("asWritten")),
                    _TYPE_OF_CLASS[seen[0]] if seen else None,
                    tuple(ages),
                    tuple(within),
                )

    def _statements(self) -> Iterator[Statement]:
        for node in map(self._node, self.view.of_type("OfficeHolding")):
            start, end = self._span(node.node(DIP("span")))
            bodies = node.nodes(DIP("organisation"))
            yield Statement(
                entity=self._holder(node.node(DIP("holder")), start, end),
                office=node.words(DIP("office")),
                organisation=self._local(bodies[0], start, end) if bodies else None,
                country=node.text(DIP("countryCode")),
                first=node.day(DIP("firstDay")),
                last=node.day(DIP("lastDay")),
                start=start,
                end=end,
            )

    def _events(self, entities: Mapping[str, Entity]) -> Iterator[Event]:
        groups: dict[NamedNode, list[_Node]] = {}
        for node in map(self._node, self.view.of_type("Report")):
            groups.setdefault((node.nodes(DIP("repeats")) or [node.iri])[0], []).append(node)
        for first, nodes in groups.items():
            nodes.sort(key=lambda n: (n.iri != first, self._span(n.node(DIP("trigger")))))
        ordered = sorted(groups, key=lambda first: self._span(groups[first][0].node(DIP("trigger"))))
        ids = {first: f"v{n}" for n, first in enumerate(ordered, start=1)}
        for first in ordered:
            nodes = groups[first]
            act = nodes[0].local(DIP("act"))
            mode = next((m for n in nodes if (m := n.local(DIP("mode")))), None)
            contexts = sorted({str(c.value).rpartition("#context-")[2] for n in nodes for c in n.nodes(DIP("context"))})
            reports = [self._report(n, ids) for n in nodes]
            yield self.make_event(
                ids[first], act, mode.removeprefix(f"{act}-") if mode else None, contexts, reports, entities
            )

    def _report(self, node: _Node, ids: Mapping[NamedNode, str]) -> Report:
        content = node.nodes(DIP("content"))
        roles = sorted(
            (self._role(self._node(n)) for n in node.nodes(DIP("participation"))),
            key=lambda r: (r.start, r.end, r.role, r.entity or ""),
        )
        return Report(
            trigger=self._trigger(node.node(DIP("trigger"))),
            sentence=Span(*self._span(node.node(DIP("sentence")))),
            status=_status(node.local(DIP("status"))),
            roles=tuple(roles),
            when=self._when(node),
            where=self._where(node),
            attribution=tuple(self._speakers(node)),
            content=ids[content[0]] if content else None,
            pattern=node.words(DIP("pattern")),
            confidence=node.number(DIP("confidence")) or 0.0,
        )

    def _trigger(self, iri: NamedNode) -> Trigger:
        start, end = self._span(iri)
        return Trigger(start, end, self.article.text[start:end])

    def _role(self, node: _Node) -> Role:
        start, end = self._span(node.node(DIP("span")))
        fillers = node.nodes(DIP("filler"))
        role = _role_name(node.local(DIP("role")))
        return Role(
            role, self._local(fillers[0], start, end) if fillers else None, start, end, self.article.text[start:end]
        )

    def _when(self, node: _Node) -> When | None:
        spans = node.nodes(DIP("when"))
        if not spans:
            return None
        start, end = self._span(spans[0])
        return When(node.day(DIP("firstDay")), node.day(DIP("lastDay")), start, end, self.article.text[start:end])

    def _where(self, node: _Node) -> Where | None:
        places = node.nodes(DIP("place"))
        if not places:
            return None
        start, end = self._span(node.node(DIP("where")))
        return Where(self._local(places[0], start, end), start, end, self.article.text[start:end])

    def _speakers(self, node: _Node) -> Iterator[Attribution]:
        nodes = [self._node(n) for n in node.nodes(DIP("attribution"))]
        for speaker in sorted(nodes, key=lambda n: int(n.words(DIP("depth")))):
            start, end = self._span(speaker.node(DIP("span")))
            cue = self._trigger(speaker.node(DIP("cue")))
            is_quote = speaker.text(DIP("isQuote")) == "true"
            local = self._local(speaker.node(DIP("speaker")), start, end)
            yield Attribution(local, start, end, self.article.text[start:end], cue, is_quote)


def _status(local: str) -> Status:
    return next(s for s in get_args(Status) if f"status-{s}" == local)


def _role_name(local: str) -> RoleName:
    return next(r for r in get_args(RoleName) if f"role-{r}" == local)
