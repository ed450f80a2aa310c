"""Record → the quads of its article graph. Nothing here looks at a clock, a counter or another article."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

from pyoxigraph import Literal, NamedNode, Quad

from kg.graph.vocabulary import (
    DC,
    DCTERMS,
    DIP,
    ENTITY_CLASS,
    NIF,
    PLOVER,
    PROV,
    RDF,
    SCHEMA,
    WIKIDATA,
    XSD,
    article_graph,
    article_iri,
    linked_entity_iri,
    named_entity_iri,
    part_iri,
    report_iri,
    span_iri,
)
from kg.model import Attribution, Entity, Event, Link, Mention, Record, Report, Role, Statement, type_of_act

Term = NamedNode | Literal
_TYPE = RDF("type")
PARTIES = ("actor", "recipient", "host", "mediator")
"""The roles of those who take part, as against what it was about."""
SYMMETRIC_ACTS = frozenset({"CONSULT", "COOPERATE"})
"""Acts in which it does not matter who is called actor."""


def text_literal(text: str) -> Literal:
    """A string as RDF can hold it: lone surrogates, which no UTF-8 file has, become U+FFFD."""
    return Literal(text.encode("utf-8", "replace").decode("utf-8"))


def day_literal(day: date) -> Literal:
    """A day as xsd:date."""
    return Literal(day.isoformat(), datatype=XSD("date"))


def number_literal(number: float, decimals: int = 3) -> Literal:
    """A number as xsd:decimal in canonical form, as a store gives it back.

    >>> number_literal(0.5).value, number_literal(1).value, number_literal(-73.982, 4).value, number_literal(-0.00001).value
    ('0.5', '1', '-73.982', '0')
    """
    text = f"{number:.{decimals}f}".rstrip("0").rstrip(".")
    return Literal("0" if text in ("", "-0") else text, datatype=XSD("decimal"))


def count_literal(number: int) -> Literal:
    """An offset as xsd:integer: Oxigraph gives back no narrower type, and a graph must compare equal to the stored one."""
    return Literal(str(number), datatype=XSD("integer"))


def flag_literal(flag: bool) -> Literal:
    """A yes or no as xsd:boolean."""
    return Literal("true" if flag else "false", datatype=XSD("boolean"))


def map_record(record: Record, *, with_text: bool = True) -> set[Quad]:
    """All quads of the record's article graph; without its running text unless `with_text`."""
    return set(_Mapper(record, with_text).quads())


def entity_iri_of(record: Record) -> Callable[[Entity], str]:
    """Gives the IRI that an entity of a record, or what it might be in its place, has or would have."""
    mapper = _Mapper(record, False)
    return lambda entity: str(mapper.entity_iri(entity).value)


def match_key(event: Event, iris: Mapping[str, NamedNode], entities: Mapping[str, Entity]) -> str | None:
    """What reports of one happening in different articles have in common: act, day, countries of the parties.

    None without a day: then nothing is merged across articles. A party of no country stands for itself.
    """
    if event.when is None or event.when[0] is None or event.when[0] != event.when[1]:
        return None
    sides: dict[str, set[str]] = {}
    for part in event.roles:
        if part.entity is None or part.role not in PARTIES:
            continue
        side = "" if event.act in SYMMETRIC_ACTS else part.role
        sides.setdefault(side, set()).add(entities[part.entity].country or str(iris[part.entity].value))
    kind = "hypothetical" if event.status == "hypothetical" else "actual"
    parties = " ".join(f"{side}:{','.join(sorted(names))}" for side, names in sorted(sides.items()))
    return f"{event.act} {event.when[0].isoformat()} {kind} {parties}" if sides else None


def _is_bare_name(entity: Entity) -> bool:
    """Whether it is a person known by one word only, which tells nobody from namesakes in other articles."""
    return entity.type == "person" and len(entity.name.split()) == 1


def entity_key(entity: NamedNode) -> str:
    """What tells an entity from others within one article: the end of its IRI.

    >>> entity_key(linked_entity_iri("Q30")), entity_key(named_entity_iri("person", "Luigi Mattiolo", "ITA"))
    ('Q30', 'person-luigi-mattiolo-ITA')
    """
    return str(entity.value).rpartition("/entity/")[2].replace("/", "-")


class _Mapper:
    def __init__(self, record: Record, with_text: bool) -> None:
        self.record, self.with_text = record, with_text
        self.article = article_iri(record.article.id)
        self.graph = article_graph(record.article.id)
        self.context = span_iri(self.article, 0, len(record.article.text))
        self.extraction = NamedNode(f"{self.article.value}/extraction")
        self.mentions: dict[str, list[Mention]] = {}
        for mention in record.mentions:
            self.mentions.setdefault(mention.entity, []).append(mention)
        self.links: dict[str, list[Link]] = {}
        for link in record.links:
            self.links.setdefault(link.entity, []).append(link)
        self.entities = {e.id: e for e in record.entities}
        self.first_part = self._first_parts()
        self.iris = {e.id: self.entity_iri(e) for e in record.entities}

    def quads(self) -> Iterator[Quad]:
        yield from self._article()
        yield from self._extraction()
        for mention in self.record.mentions:
            yield self._quad(span_iri(self.article, mention.start, mention.end), _TYPE, DIP("Mention"))
            yield from self._span(mention.start, mention.end)
        linked: set[NamedNode] = set()
        for entity in self.record.entities:
            iri = self.iris[entity.id]
            yield from self._link(entity, iri, is_first=iri not in linked)
            linked.add(iri)
        for statement in self.record.statements:
            yield from self._statement(statement)
        first_report = {e.id: self._report_iri(e, e.reports[0]) for e in self.record.events}
        for event in self.record.events:
            for report in event.reports:
                yield from self._report(event, report, first_report)

    def _first_parts(self) -> dict[str, tuple[int, int]]:
        """Where each entity first takes part in something."""
        first: dict[str, tuple[int, int]] = {}
        for report in (r for event in self.record.events for r in event.reports):
            parts: tuple[Role | Attribution, ...] = (*report.roles, *report.attribution)
            for part in parts:
                if part.entity is not None:
                    place = (part.start, part.end)
                    first[part.entity] = min(first.get(part.entity, place), place)
        return first

    def _quad(self, subject: NamedNode, predicate: NamedNode, obj: Term) -> Quad:
        return Quad(subject, predicate, obj, self.graph)

    def _some(self, subject: NamedNode, properties: Mapping[NamedNode, Term | None]) -> Iterator[Quad]:
        for predicate, value in properties.items():
            if value is not None:
                yield self._quad(subject, predicate, value)

    def _article(self) -> Iterator[Quad]:
        article = self.record.article
        yield from self._some(
            self.article,
            {
                _TYPE: DIP("Article"),
                DCTERMS("identifier"): text_literal(article.id),
                DCTERMS("title"): text_literal(article.title) if article.title else None,
                DCTERMS("issued"): day_literal(article.published) if article.published else None,
                DCTERMS("language"): text_literal(article.language) if article.language else None,
                DC("publisher"): text_literal(article.source) if article.source else None,
                SCHEMA("url"): _iri_or_none(article.url),
            },
        )
        yield from self._some(
            self.context,
            {
                _TYPE: NIF("Context"),
                NIF("sourceUrl"): self.article,
                NIF("beginIndex"): count_literal(0),
                NIF("endIndex"): count_literal(len(article.text)),
                NIF("isString"): text_literal(article.text) if self.with_text else None,
            },
        )
        yield self._quad(self.context, _TYPE, NIF("RFC5147String"))

    def _extraction(self) -> Iterator[Quad]:
        made_by = self.record.made_by
        yield from self._some(
            self.extraction,
            {
                _TYPE: DIP("Extraction"),
                PROV("used"): self.article,
                DIP("softwareVersion"): text_literal(made_by.kg),
                DIP("modelName"): text_literal(made_by.model),
                DIP("lexiconVersion"): text_literal(made_by.lexicon),
                DIP("gazetteerVersion"): text_literal(made_by.gazetteer),
            },
        )

    def _span(self, start: int, end: int, *, is_sentence: bool = False) -> Iterator[Quad]:
        span = span_iri(self.article, start, end)
        words = self.record.article.text[start:end]
        yield from self._some(
            span,
            {
                _TYPE: NIF("OffsetBasedString"),
                NIF("beginIndex"): count_literal(start),
                NIF("endIndex"): count_literal(end),
                NIF("referenceContext"): self.context,
                NIF("anchorOf"): text_literal(words) if self.with_text or not is_sentence else None,
            },
        )
        yield self._quad(span, _TYPE, NIF("RFC5147String"))
        if is_sentence:
            yield self._quad(span, _TYPE, NIF("Sentence"))

    def entity_iri(self, entity: Entity) -> NamedNode:
        if entity.wikidata is not None:
            return linked_entity_iri(entity.wikidata)
        if entity.named and not _is_bare_name(entity):
            return named_entity_iri(entity.type, entity.name, entity.country)
        mentions = self.mentions.get(entity.id)
        if mentions:
            return part_iri(self.article, "entity", mentions[0].start, mentions[0].end)
        # Of "Thai and Lao envoys" one country's are mentioned, the others share the words: their country tells them apart.
        place = part_iri(self.article, "entity", *self.first_part.get(entity.id, (0, 0)))
        return NamedNode(f"{place.value}/{entity.country or entity.type}")

    def _link(self, entity: Entity, iri: NamedNode, *, is_first: bool) -> Iterator[Quad]:
        """The link of a chain of names; of several chains that turned out to be one entity each keeps its own."""
        link = NamedNode(f"{self.article.value}/link/{entity_key(iri)}")
        mentions = self.mentions.get(entity.id, [])
        if not is_first:
            start, end = (mentions[0].start, mentions[0].end) if mentions else self.first_part.get(entity.id, (0, 0))
            link = NamedNode(f"{link.value}/{start}-{end}")
        yield from self._some(
            link,
            {
                _TYPE: DIP("Link"),
                DIP("inArticle"): self.article,
                DIP("entity"): iri,
                DIP("name"): text_literal(entity.name),
                DIP("entityType"): ENTITY_CLASS[entity.type],
                DIP("isNamed"): flag_literal(entity.named),
                DIP("countryCode"): text_literal(entity.country) if entity.country else None,
                DIP("sector"): PLOVER(f"sector-{entity.sector}") if entity.sector else None,
                DIP("score"): number_literal(entity.score) if entity.score is not None else None,
                DIP("linker"): text_literal(entity.linker) if entity.linker else None,
            },
        )
        for mention in mentions:
            yield self._quad(link, DIP("mention"), span_iri(self.article, mention.start, mention.end))
        for links in self.links.get(entity.id, ()):
            seen = ENTITY_CLASS[links.seen_as] if links.seen_as is not None else None
            written = text_literal(links.written) if links.written is not None else None
            yield from self._some(link, {DIP("asWritten"): written, DIP("seenAs"): seen})
            for age in links.ages:
                yield self._quad(link, DIP("statedAge"), count_literal(age))
            for country in links.within:
                yield self._quad(link, DIP("saidToBeIn"), text_literal(country))
            for candidate in links.candidates:
                node = NamedNode(f"{link.value}/candidate/{candidate.wikidata}")
                yield self._quad(link, DIP("candidate"), node)
                yield self._quad(node, _TYPE, DIP("Candidate"))
                yield self._quad(node, DIP("wikidata"), WIKIDATA(candidate.wikidata))
                yield self._quad(node, DIP("score"), number_literal(candidate.score))

    def _statement(self, statement: Statement) -> Iterator[Quad]:
        node = self._part(self.article, "statement", statement.start, statement.end, statement.entity)
        yield from self._some(
            node,
            {
                _TYPE: DIP("OfficeHolding"),
                DIP("inArticle"): self.article,
                DIP("holder"): self.iris[statement.entity],
                DIP("office"): text_literal(statement.office),
                DIP("organisation"): self.iris[statement.organisation] if statement.organisation else None,
                DIP("countryCode"): text_literal(statement.country) if statement.country else None,
                DIP("firstDay"): day_literal(statement.first) if statement.first else None,
                DIP("lastDay"): day_literal(statement.last) if statement.last else None,
                DIP("span"): span_iri(self.article, statement.start, statement.end),
                PROV("wasGeneratedBy"): self.extraction,
            },
        )
        yield from self._span(statement.start, statement.end)

    def _part(self, parent: NamedNode, kind: str, start: int, end: int, entity: str | None) -> NamedNode:
        """A node that belongs to another one; several entities may share the words, as in "the two leaders"."""
        node = part_iri(parent, kind, start, end)
        return node if entity is None else NamedNode(f"{node.value}/{entity_key(self.iris[entity])}")

    def _report_iri(self, event: Event, report: Report) -> NamedNode:
        return report_iri(self.article, report.trigger.start, report.trigger.end, event.act)

    def _report(self, event: Event, report: Report, first_report: Mapping[str, NamedNode]) -> Iterator[Quad]:
        node = self._report_iri(event, report)
        first = first_report[event.id]
        trigger, sentence = report.trigger, report.sentence
        yield from self._some(
            node,
            {
                _TYPE: DIP("Report"),
                DIP("inArticle"): self.article,
                DIP("eventType"): PLOVER(type_of_act(event.act, report.status)),
                DIP("act"): PLOVER(event.act),
                DIP("mode"): PLOVER(f"{event.act}-{event.mode}") if event.mode else None,
                DIP("status"): DIP(f"status-{report.status}"),
                DIP("trigger"): span_iri(self.article, trigger.start, trigger.end),
                DIP("sentence"): span_iri(self.article, sentence.start, sentence.end),
                DIP("content"): first_report[report.content] if report.content and report.content != event.id else None,
                DIP("repeats"): first if first != node else None,
                DIP("pattern"): text_literal(report.pattern),
                DIP("confidence"): number_literal(report.confidence),
                PROV("wasGeneratedBy"): self.extraction,
            },
        )
        for context in event.context:
            yield self._quad(node, DIP("context"), PLOVER(f"context-{context}"))
        yield from self._span(trigger.start, trigger.end)
        yield from self._span(sentence.start, sentence.end, is_sentence=True)
        if node == first and (key := match_key(event, self.iris, self.entities)) is not None:
            yield self._quad(node, DIP("matchKey"), text_literal(key))
        yield from self._circumstances(node, report)
        yield from self._participations(node, report)
        yield from self._attributions(node, report)

    def _circumstances(self, node: NamedNode, report: Report) -> Iterator[Quad]:
        when, where = report.when, report.where
        if when is not None:
            yield self._quad(node, DIP("when"), span_iri(self.article, when.start, when.end))
            yield from self._span(when.start, when.end)
            if when.first is not None:
                yield self._quad(node, DIP("firstDay"), day_literal(when.first))
            if when.last is not None:
                yield self._quad(node, DIP("lastDay"), day_literal(when.last))
        if where is not None:
            yield self._quad(node, DIP("place"), self.iris[where.entity])
            yield self._quad(node, DIP("where"), span_iri(self.article, where.start, where.end))
            yield from self._span(where.start, where.end)

    def _participations(self, node: NamedNode, report: Report) -> Iterator[Quad]:
        for role in report.roles:
            part = self._part(node, role.role, role.start, role.end, role.entity)
            yield self._quad(node, DIP("participation"), part)
            yield self._quad(part, _TYPE, DIP("Participation"))
            yield self._quad(part, DIP("role"), DIP(f"role-{role.role}"))
            yield self._quad(part, DIP("span"), span_iri(self.article, role.start, role.end))
            if role.entity is not None:
                yield self._quad(part, DIP("filler"), self.iris[role.entity])
            yield from self._span(role.start, role.end)

    def _attributions(self, node: NamedNode, report: Report) -> Iterator[Quad]:
        for depth, speaker in enumerate(report.attribution):
            part = self._part(node, "speaker", speaker.start, speaker.end, speaker.entity)
            yield self._quad(node, DIP("attribution"), part)
            yield self._quad(part, _TYPE, DIP("Attribution"))
            yield self._quad(part, DIP("speaker"), self.iris[speaker.entity])
            yield self._quad(part, DIP("span"), span_iri(self.article, speaker.start, speaker.end))
            yield self._quad(part, DIP("cue"), span_iri(self.article, speaker.cue.start, speaker.cue.end))
            yield self._quad(part, DIP("isQuote"), flag_literal(speaker.quote))
            yield self._quad(part, DIP("depth"), Literal(str(depth), datatype=XSD("integer")))
            yield from self._span(speaker.start, speaker.end)
            yield from self._span(speaker.cue.start, speaker.cue.end)


def _iri_or_none(url: str | None) -> NamedNode | None:
    """The URL as an IRI, or None when it is none."""
    if not url or ":" not in url:
        return None
    try:
        return NamedNode(url.strip())
    except ValueError:
        return None
