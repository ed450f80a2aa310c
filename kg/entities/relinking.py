"""The entities of a record → the same, linked anew by what a newer gazetteer or a user's corrections say.

What the article says of a name is read from the record, not from its text: the names as written, the offices stated,
the countries named and the day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kg.entities.cast import OFFICE_LINKER, Reference, classify, sector_of
from kg.entities.gazetteer import Entry
from kg.entities.linking import LINKER, Decision, Evidence, link
from kg.entities.mentions import matches_of
from kg.entities.names import fold_name, name_tokens
from kg.entities.statements import FORMER, OfficeFound
from kg.model import Correction, Entity, Link, Record

ONLINE_LINKER = "wikidata"
"""Means by which a link found at a Wikidata endpoint is marked; a gazetteer that does not know the item leaves it alone."""
CORRECTION_LINKER = "correction"
"""Means by which a user's own decision is marked."""


@dataclass(frozen=True, slots=True)
class Relinked:
    """The entities and links of a record, decided again; nothing else of it is changed."""

    entities: tuple[Entity, ...]
    links: tuple[Link, ...]


class Relinker:
    """Decides again whom the names of records mean."""

    def __init__(
        self,
        reference: Reference,
        corrections: Iterable[Correction] = (),
        *,
        linker: str = LINKER,
        only_unlinked: bool = False,
        forget: bool = False,
    ) -> None:
        """With `only_unlinked` links that are there stay as they are, unless a correction speaks of them.

        Links by corrections stay too, even if the corrections are no longer given, unless one is to `forget` them.
        """
        self.reference, self.gazetteer = reference, reference.gazetteer
        self.corrections = tuple(corrections)
        self.linker, self.only_unlinked = linker, only_unlinked
        self.kept_linkers = {OFFICE_LINKER} if forget else {OFFICE_LINKER, CORRECTION_LINKER}

    def relink(self, record: Record, iris: Mapping[str, str]) -> Relinked:
        """The entities of a record and their candidates, in the record's order; `iris` has their IRIs by local id."""
        names = written_names(record)
        candidates = {link.entity: link for link in record.links}
        countries = frozenset(e.country or "" for e in record.entities if e.type == "country" and e.wikidata)
        entities = []
        for entity in record.entities:
            written = names.get(entity.id, ())
            new, told = self.corrected(entity, written, record, iris.get(entity.id, "")), None
            if new is None:
                new, told = self._decided(entity, written, record, countries)
            entities.append(new)
            if new.wikidata != entity.wikidata:
                candidates.pop(entity.id, None)
                if told is not None and told.candidates:
                    candidates[entity.id] = Link(entity.id, told.candidates)
        return Relinked(tuple(entities), tuple(candidates[e.id] for e in entities if e.id in candidates))

    def corrected(self, entity: Entity, written: Sequence[str], record: Record, iri: str) -> Entity | None:
        """The entity as the last correction that speaks of it wants it, or None when none does."""
        stated = tuple(self._offices(entity, record)) if self.corrections else ()
        for correction in reversed(self.corrections):
            if not _speaks_of(correction, entity, written, record.article.id, iri):
                continue
            if correction.wikidata is None:
                return self._unlinked(entity, written, stated, CORRECTION_LINKER)
            entry = self.gazetteer.entry(correction.wikidata)
            if entry is None:
                return replace(entity, wikidata=correction.wikidata, score=1.0, linker=CORRECTION_LINKER)
            return self._linked(entity, entry, stated, record.article.published, 1.0, CORRECTION_LINKER)
        return None

    def _decided(
        self, entity: Entity, written: Sequence[str], record: Record, countries: frozenset[str]
    ) -> tuple[Entity, Decision | None]:
        is_kept = entity.linker in self.kept_linkers or (self.only_unlinked and entity.wikidata)
        if not entity.named or is_kept or not written:
            return entity, None
        evidence = self._evidence(entity, written, record, countries)
        decision = link(evidence, self.gazetteer)
        entry = decision.entry
        if entry is None and entity.linker == ONLINE_LINKER:
            return entity, None
        if entry is None:
            return self._unlinked(entity, written, evidence.offices, None), decision
        if entry.wikidata == entity.wikidata:
            return replace(entity, name=entry.name, country=_country(entry, entity.sector)), decision
        return self._linked(entity, entry, evidence.offices, evidence.day, decision.score or 0.0, self.linker), decision

    def _linked(
        self, entity: Entity, entry: Entry, stated: Sequence[OfficeFound], day: date | None, score: float, linker: str
    ) -> Entity:
        sector = sector_of(entry, stated, self.reference, day)
        return replace(
            entity,
            name=entry.name,
            type=entry.type,
            country=_country(entry, sector),
            sector=sector,
            wikidata=entry.wikidata,
            score=score,
            linker=linker,
        )

    def _unlinked(
        self, entity: Entity, written: Sequence[str], stated: Sequence[OfficeFound], linker: str | None
    ) -> Entity:
        """The entity as its longest name and the offices stated tell of it."""
        if entity.wikidata is None:
            return replace(entity, linker=linker)
        name = written[0] if written else entity.name
        country = next((o.country for o in stated if o.country), None)
        sector = next((o.sector for o in stated if o.sector), None)
        country, sector = classify(name, entity.type, country, sector, self.reference)
        return replace(entity, name=name, country=country, sector=sector, wikidata=None, score=None, linker=linker)

    def _evidence(self, entity: Entity, written: Sequence[str], record: Record, countries: frozenset[str]) -> Evidence:
        # "Lille, France" is one mention of a place that may be known as Lille only.
        places = [name.partition(", ")[0] for name in written] if entity.wikidata else []
        known = [(name, matches_of(name, self.gazetteer)) for name in dict.fromkeys([*written, *places])]
        name, matches = known[0]
        if entity.wikidata is not None:
            told = [pair for pair in known if any(m.entry.wikidata == entity.wikidata for m in pair[1])]
            name, matches = (told or known)[0]
        elif not matches and entity.type != "person":
            matches = next((m for _, m in known if m), ())
        offices = tuple(self._offices(entity, record))
        return Evidence(entity.type, matches, name, offices, record.article.published, countries)

    def _offices(self, entity: Entity, record: Record) -> Iterable[OfficeFound]:
        for statement in record.statements:
            if statement.entity != entity.id:
                continue
            words = record.article.text[statement.start : statement.end]
            known = self.reference.offices.classify(statement.office, statement.country)
            yield OfficeFound(
                0,
                statement.office,
                known[0] if known else None,
                known[1] if known else None,
                statement.country,
                None,
                not FORMER.isdisjoint(name_tokens(words)),
                statement.start,
                statement.end,
            )


def written_names(record: Record) -> Mapping[str, tuple[str, ...]]:
    """The names of each named entity as the article writes them, the longest first: no pronouns and descriptions."""
    found: dict[str, list[str]] = {}
    for mention in record.mentions:
        words = mention.text.split()
        if words and words[0][0].isupper() and not words[-1][0].islower():
            found.setdefault(mention.entity, []).append(mention.text)
    names = {}
    for entity in record.entities:
        if entity.named:
            own = [] if entity.wikidata else [entity.name]
            ranked = sorted(found.get(entity.id, ()), key=lambda n: (-len(name_tokens(n)), -len(n)))
            names[entity.id] = tuple(dict.fromkeys([*own, *ranked]))
    return names


def _speaks_of(correction: Correction, entity: Entity, written: Sequence[str], article: str, iri: str) -> bool:
    if correction.article not in (None, article) or correction.type not in (None, entity.type):
        return False
    if not entity.named or correction.country not in (None, entity.country):
        return False
    if correction.entity is not None:
        return correction.entity == iri
    return fold_name(correction.name or "") in map(fold_name, written)


def _country(entry: Entry, sector: str | None) -> str | None:
    """Officials of international bodies act for none of the countries they come from."""
    return None if entry.type == "person" and sector == "IGO" else entry.country
