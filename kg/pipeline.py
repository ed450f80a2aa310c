"""An article's whole way, from what was read to the record that everything else is made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from kg.annotate import annotate, check_length, load_model, model_version
from kg.endpoint import Endpoint
from kg.entities.cast import Reference, identify
from kg.entities.gazetteer import Gazetteer, open_gazetteer
from kg.entities.movements import load_movements
from kg.entities.nouns import load_nouns
from kg.entities.offices import OfficeNames
from kg.entities.regions import load_regions
from kg.entities.relinking import Relinker, written_names
from kg.entities.states import load_states
from kg.entities.tables import Row, add_rows
from kg.entities.wikidata import (
    NAMES_AT_ONCE,
    Listing,
    describe_items,
    grow,
    items_of_names,
    list_items,
    table_rows,
)
from kg.errors import EndpointError, InputError, KgError
from kg.events.coder import code_events, date_clause
from kg.events.lexicon import Lexicon, load_lexicon
from kg.events.merging import make_event
from kg.events.opinion import Opinion, load_opinion
from kg.graph.derived import KnownEntity, Look
from kg.graph.mapper import entity_iri_of
from kg.graph.records import has_text, read_record
from kg.graph.store import Loaded, Store
from kg.model import Article, Cast, Entity, Event, Link, MadeBy, Mention, Record
from kg.read import Unread
from kg.resources import data_path
from kg.version import __version__

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


@dataclass(frozen=True, slots=True)
class Tools:
    """Everything that extraction needs, loaded once."""

    nlp: Language
    reference: Reference
    lexicon: Lexicon
    opinion: Opinion | None = None

    @property
    def made_by(self) -> MadeBy:
        lexicon = self.lexicon.version + (f"+{self.opinion.version}" if self.opinion is not None else "")
        return MadeBy(__version__, model_version(self.nlp), lexicon, self.reference.gazetteer.version)


def open_tools(
    *,
    model: str | None = None,
    lexicons: Sequence[Path] = (),
    gazetteers: Sequence[Path] = (),
    guesses: bool = True,
) -> Tools:
    """The tools with the default data, a user's lexicon and gazetteer files added to it; without `guesses` no second opinion.

    :raises ModelError, DataError: when the model or a data file is missing or wrong.
    """
    default = data_path("seeds", "lexicon")
    lexicon = load_lexicon([default, *lexicons])
    opinion = load_opinion(data_path("seeds", "opinion")) if guesses else None
    if opinion is not None and lexicons:
        # Of a pattern that replaces one of the same id nothing is known.
        own = [pattern.id for pattern in load_lexicon(lexicons, classes_from=[default]).patterns]
        opinion = replace(opinion, priors=opinion.priors.without(own))
    return Tools(load_model(model), open_reference(gazetteers), lexicon, opinion)


def open_reference(gazetteers: Sequence[Path] = ()) -> Reference:
    """The reference data of who is who, a user's gazetteers added to it.

    :raises DataError: when a data file is missing or wrong.
    """
    nouns = load_nouns(data_path("seeds", "gazetteer", "nouns.tsv"))
    states = load_states(data_path("seeds", "gazetteer", "states.tsv"))
    regions = load_regions(data_path("seeds", "gazetteer", "regions.tsv"))
    movements = load_movements(data_path("seeds", "gazetteer", "movements.tsv"))
    return Reference(open_gazetteer(gazetteers), nouns, OfficeNames.load(), states, regions, movements)


@dataclass(frozen=True, slots=True)
class Parsed:
    """An article's record with the parse that it was made from."""

    record: Record
    doc: Doc


def extract_records(articles: Iterable[Article], tools: Tools, batch_size: int = 16) -> Iterator[Record]:
    """One record an article, in order.

    :raises InputError: when an article is too long to parse.
    """
    return (parsed.record for parsed in parse_records(articles, tools, batch_size))


def parse_records(articles: Iterable[Article], tools: Tools, batch_size: int = 16) -> Iterator[Parsed]:
    """As `extract_records`, with the parses."""
    read: list[Article] = []

    def remembered() -> Iterator[Article]:
        for article in articles:
            read.append(article)
            yield article

    for doc in annotate(tools.nlp, remembered(), batch_size):
        yield Parsed(make_record(read.pop(0), doc, tools), doc)


def make_record(article: Article, doc: Doc, tools: Tools) -> Record:
    """The record of an annotated article: who is who, then what happened, then only what matters of both."""
    date_office = partial(date_clause, published=article.published)
    cast = identify(doc, article, tools.reference, date_office)
    events = code_events(doc, article, cast, tools.lexicon, tools.opinion)
    return prune(article, tools.made_by, cast, events)


def prune(article: Article, made_by: MadeBy, cast: Cast, events: Sequence[Event]) -> Record:
    """The record with the named, and those of the unnamed who take part in something; ids in order of first appearance."""
    used = _used_entities(cast, events) | {
        m.entity for m, form in zip(cast.mentions, cast.forms, strict=True) if form == "name"
    }
    placed = {e.id for e in cast.entities if e.country is not None}
    kept = [
        mention
        for mention, form in zip(cast.mentions, cast.forms, strict=True)
        if mention.entity in used or (form == "description" and mention.entity in placed)
    ]
    order = _order_of_appearance(kept, events, cast)
    rename = {old: f"e{n}" for n, old in enumerate(order, start=1)}
    entities = {e.id: e for e in cast.entities}
    to_new = rename.__getitem__
    return Record(
        article=article,
        made_by=made_by,
        mentions=tuple(replace(m, entity=to_new(m.entity)) for m in kept),
        entities=tuple(replace(entities[old], id=new) for old, new in rename.items()),
        statements=tuple(
            replace(s, entity=to_new(s.entity), organisation=None if s.organisation is None else to_new(s.organisation))
            for s in cast.statements
        ),
        events=tuple(_renamed(event, to_new) for event in events),
        links=tuple(replace(link, entity=to_new(link.entity)) for link in cast.links if link.entity in rename),
    )


def _used_entities(cast: Cast, events: Sequence[Event]) -> set[str]:
    used = {s.entity for s in cast.statements} | {s.organisation for s in cast.statements if s.organisation}
    for event in events:
        for report in event.reports:
            used.update(r.entity for r in report.roles if r.entity)
            used.update(a.entity for a in report.attribution)
            if report.where is not None:
                used.add(report.where.entity)
    return used


def _order_of_appearance(mentions: Sequence[Mention], events: Sequence[Event], cast: Cast) -> list[str]:
    """Entities by their first mention, else by the first role they fill."""
    first: dict[str, tuple[int, int]] = {}

    def see(entity: str | None, start: int, rank: int) -> None:
        if entity is not None:
            first[entity] = min(first.get(entity, (start, rank)), (start, rank))

    for mention in mentions:
        see(mention.entity, mention.start, 0)
    for event in events:
        for report in event.reports:
            for role in report.roles:
                see(role.entity, role.start, 1)
            for speaker in report.attribution:
                see(speaker.entity, speaker.start, 1)
    number = {e.id: n for n, e in enumerate(cast.entities)}
    return sorted(first, key=lambda e: (*first[e], number[e]))


def _renamed(event: Event, to_new: Callable[[str], str]) -> Event:
    def new(entity: str | None) -> str | None:
        return None if entity is None else to_new(entity)

    reports = tuple(
        replace(
            report,
            roles=tuple(replace(r, entity=new(r.entity)) for r in report.roles),
            where=None if report.where is None else replace(report.where, entity=to_new(report.where.entity)),
            attribution=tuple(replace(a, entity=to_new(a.entity)) for a in report.attribution),
        )
        for report in event.reports
    )
    roles = tuple(replace(p, entity=new(p.entity)) for p in event.roles)
    return replace(event, roles=roles, where=new(event.where), reports=reports)


@dataclass(frozen=True, slots=True)
class Step:
    """What became of one item: an article loaded, or one that could not be read."""

    where: str
    record: Record | None = None
    loaded: Loaded | None = None
    error: KgError | None = None


def load_articles(
    items: Iterable[Article | Unread],
    tools: Tools,
    opening: Callable[[], AbstractContextManager[Store]],
    *,
    with_text: bool = True,
    batch_size: int = 16,
) -> Iterator[Step]:
    """Extract and store each article in a transaction of its own; yields a step an item, in order.

    What cannot be read or parsed is a step with its error; the others are loaded all the same. The store is opened
    for the first article, so that reading nothing makes none.
    """
    records = extract_items(items, tools, batch_size)
    with ExitStack() as resources:
        store: Store | None = None
        relinker: Relinker | None = None
        for item in records:
            if isinstance(item, Unread):
                yield Step(item.where, error=item.error)
                continue
            if store is None:
                store = resources.enter_context(opening())
                store.ensure_ontology()
                relinker = Relinker(tools.reference, store.corrections())
            record = correct_record(item, relinker) if relinker is not None else item
            yield Step(record.article.id, record, store.load(record, with_text=with_text))


def extract_items(items: Iterable[Article | Unread], tools: Tools, batch_size: int = 16) -> Iterator[Record | Unread]:
    """The record of each article; what could not be read passes through in its place, too long articles with it."""
    batch: list[Article | Unread] = []
    for item in items:
        batch.append(_checked(item))
        if len(batch) == batch_size:
            yield from _extract_batch(batch, tools)
            batch = []
    yield from _extract_batch(batch, tools)


def _checked(item: Article | Unread) -> Article | Unread:
    try:
        if isinstance(item, Article):
            check_length(item)
    except InputError as error:
        return Unread(item.id if isinstance(item, Article) else item.where, error)
    return item


def _extract_batch(batch: Sequence[Article | Unread], tools: Tools) -> Iterator[Record | Unread]:
    records = extract_records((item for item in batch if isinstance(item, Article)), tools, len(batch) or 1)
    for item in batch:
        yield item if isinstance(item, Unread) else next(records)


def correct_record(record: Record, relinker: Relinker) -> Record:
    """The record with what users decided about its links."""
    if not relinker.corrections:
        return record
    iri_of, names = entity_iri_of(record), written_names(record)
    entities = tuple(relinker.corrected(e, names.get(e.id, ()), record, iri_of) or e for e in record.entities)
    return with_entities(record, entities, record.links)


def with_entities(record: Record, entities: Sequence[Entity], links: Sequence[Link]) -> Record:
    """The record with other entities in place of its own, and what follows for its events."""
    by_id = {e.id: e for e in entities}
    events = tuple(make_event(e.id, e.act, e.mode, e.context, e.reports, by_id) for e in record.events)
    return replace(record, entities=tuple(entities), links=tuple(links), events=events)


@dataclass(frozen=True, slots=True)
class LinkChange:
    """A name that was linked anew: its QID before and after, None for no link."""

    article: str
    name: str
    old: str | None
    new: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Relinking:
    """An article whose links were decided again, and those that changed."""

    article: str
    changes: tuple[LinkChange, ...]


def relink_articles(
    store: Store, relinker: Relinker, *, everything: bool = False, dry_run: bool = False, version: str | None = None
) -> Iterator[Relinking]:
    """Decides the links of stored articles again, without reading their text; one transaction an article.

    Those that the same gazetteer has linked already are passed over, unless everything is wanted. They are marked with
    the gazetteer's version, or the one given.
    """
    version = version or relinker.gazetteer.version
    for article_id in store.article_ids():
        if not everything and store.gazetteer_version(article_id) == version:
            continue
        old = store.quads_of(article_id)
        record = read_record(article_id, old, make_event)
        iri_of = entity_iri_of(record)
        relinked = relinker.relink(record, iri_of)
        changes = tuple(
            LinkChange(article_id, a.name if b.wikidata is None else b.name, a.wikidata, b.wikidata, b.score)
            for a, b in zip(record.entities, relinked.entities, strict=True)
            if a.wikidata != b.wikidata
        )
        if not dry_run:
            new = replace(record, made_by=replace(record.made_by, gazetteer=version))
            store.load(with_entities(new, relinked.entities, relinked.links), with_text=has_text(old))
        yield Relinking(article_id, changes)


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking an endpoint for unlinked names gave: how many names and items, and what went wrong, if anything."""

    names: int
    items: int
    error: EndpointError | None


def ask_for_names(store: Store, endpoint: Endpoint, offices: OfficeNames, folder: Path) -> Asked:
    """Looks up the unlinked names of a store at a Wikidata endpoint and puts what it finds into a folder of tables.

    One-word names of people are left out: too many are called so. When the endpoint fails, what came before is kept.
    """
    names = sorted(
        name for name, kind in store.unlinked_names() if kind != "group" and (kind != "person" or " " in name)
    )
    found: set[str] = set()
    for start in range(0, len(names), NAMES_AT_ONCE):
        rows: dict[str, list[Row]] = {}
        try:
            of_names = items_of_names(names[start : start + NAMES_AT_ONCE], endpoint.select)
            qids = {qid for group in of_names.values() for qid in group}
            for item in describe_items(qids - found, endpoint.select, offices):
                grow(table_rows(item), rows)
        except EndpointError as error:
            return Asked(start, len(found), error)
        found |= qids
        add_rows(folder, rows)
    return Asked(len(names), len(found), None)


@dataclass(frozen=True, slots=True)
class Built:
    """A step of building a gazetteer from an endpoint: a listing, the items it gave, and the rows that were new."""

    listing: str
    items: int
    rows: int


def build_from_endpoint(
    endpoint: Endpoint,
    chosen: Sequence[Listing],
    countries: Sequence[str],
    offices: OfficeNames,
    folder: Path,
    as_of: str = "",
) -> Iterator[Built]:
    """Fills a folder of tables with the items that named queries list for countries, which are QIDs; a step a listing.

    Terms without end are marked as open on the day `as_of`.

    :raises EndpointError: when the endpoint fails; what earlier steps gave stays in the folder.
    """
    known: set[str] = set()
    for listing in chosen:
        qids = list_items(listing, countries, endpoint.select)
        rows: dict[str, list[Row]] = {}
        for item in describe_items(qids - known, endpoint.select, offices, as_of):
            grow(table_rows(item, listing.sector, listing.kind), rows)
        known |= qids
        yield Built(listing.name, len(qids), add_rows(folder, rows))


def look_up(gazetteer: Gazetteer) -> Look:
    """What the store needs to know of Wikidata items, asked from the gazetteer."""

    @lru_cache(maxsize=65_536)
    def look(qid: str) -> KnownEntity | None:
        entry = gazetteer.entry(qid)
        if entry is None:
            return None
        return KnownEntity(entry.name, entry.type, entry.country, entry.sector, entry.latitude, entry.longitude)

    return look
