"""The entities of a record → the same, linked anew by what a newer gazetteer or a user's corrections say.

What the article says of a name is read from the record, not from its text: the names as written, the offices stated,
the countries named and the day.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kg.entities.cast import OFFICE_LINKER, Reference, classify, country_of, sector_of
from kg.entities.gazetteer import Entry, NameMatch
from kg.entities.known_names import matches_of
from kg.entities.linking import LINKER, Decision, Evidence, full_names_of, link
from kg.entities.names import fold_name, name_tokens
from kg.entities.statements import FORMER, OfficeFound, class_of_office, sector_in
from kg.entities.states import country_of_state
from kg.model import Correction, Entity, Link, Record

ONLINE_LINKER = "wikidata"
"""Means by which a link found at a Wikidata endpoint is marked; a gazetteer that does not know the item leaves it alone."""
CORRECTION_LINKER = "correction"
"""Means by which a user's own decision is marked."""


IriOf = Callable[[Entity], str]
"""Gives the IRI that an entity of the record has, or would have."""

_YEAR = re.compile(r"\b\d{4}\b")


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
    ) -> None:
        """With `only_unlinked` links that are there stay as they are, unless a correction speaks of them."""
        self.reference, self.gazetteer = reference, reference.gazetteer
        self.corrections = tuple(corrections)
        self.linker, self.only_unlinked = linker, only_unlinked
        self.used: set[Correction] = set()
        """The corrections that have spoken of something so far."""

    def relink(self, record: Record, iri_of: IriOf) -> Relinked:
        """The entities of a record and their links, in the record's order."""
        names, links = written_names(record), {link.entity: link for link in record.links}
        matches = [matches_of(x.written, self.gazetteer) for x in record.links if x.seen_as == "country" and x.written]
        named = frozenset(found[0].entry.country or "" for found in matches if found)
        states = (country_of_state(x.written, self.reference.states, self.gazetteer) for x in record.links if x.written)
        countries = named.union(*(link.within for link in record.links), (c for c in states if c is not None))
        full_names = full_names_of(m.text for m in record.mentions if record.entity(m.entity).named)
        entities = []
        for entity in record.entities:
            written, seen = names.get(entity.id, ()), links.get(entity.id)
            own, decision = self._decided(entity, written, seen, record, countries, full_names)
            new = self.corrected(own, written, record, iri_of) or own
            entities.append(new)
            if decision is not None and new.wikidata != entity.wikidata:
                links[entity.id] = replace(seen or Link(entity.id, ()), candidates=decision.candidates)
        return Relinked(tuple(entities), tuple(links[e.id] for e in entities if e.id in links))

    def corrected(self, entity: Entity, written: Sequence[str], record: Record, iri_of: IriOf) -> Entity | None:
        """The entity as corrections want it, given what it is without any; None when none speaks of it.

        The last one that speaks of it counts, and after it those that speak of the entity that it made of it.
        """
        iri, made = iri_of(entity), None
        seen = {iri}
        for _ in self.corrections:
            correction = self._correction_of(entity, written, record, iri, by_name=made is None)
            if correction is None:
                break
            made = self._made(correction, entity, written, record)
            iri = iri_of(made)
            if iri in seen:
                break
            seen.add(iri)
        return made

    def _correction_of(
        self, entity: Entity, written: Sequence[str], record: Record, iri: str, *, by_name: bool
    ) -> Correction | None:
        for correction in reversed(self.corrections):
            if (by_name or correction.entity is not None) and _speaks_of(
                correction, entity, written, record.article.id, iri
            ):
                self.used.add(correction)
                return correction
        return None

    def _made(self, correction: Correction, entity: Entity, written: Sequence[str], record: Record) -> Entity:
        """The entity that a correction makes of one."""
        stated = tuple(self._offices(entity, record))
        entry = self.gazetteer.entry(correction.wikidata) if correction.wikidata is not None else None
        if entry is not None:
            return self._linked(entity, entry, stated, record.article.published, 1.0, CORRECTION_LINKER)
        plain = self._unlinked(entity, written, stated, CORRECTION_LINKER)
        country = plain.country or correction.country
        if correction.wikidata is None:
            return replace(plain, country=country)
        # What the gazetteer says of the item taken before does not hold for this one.
        return replace(plain, country=country, wikidata=correction.wikidata, score=1.0)

    def _decided(
        self,
        entity: Entity,
        written: Sequence[str],
        seen: Link | None,
        record: Record,
        countries: frozenset[str],
        full_names: frozenset[str],
    ) -> tuple[Entity, Decision | None]:
        """The entity as the gazetteer alone makes it, and the decision if one was taken."""
        is_kept = entity.linker == OFFICE_LINKER or (self.only_unlinked and entity.wikidata)
        if not entity.named or is_kept or not written:
            return entity, None
        if entity.linker == CORRECTION_LINKER:
            seen_as = seen.seen_as if seen is not None and seen.seen_as is not None else entity.type
            stated = tuple(self._offices(entity, record))
            entity = self._unlinked(replace(entity, type=seen_as), written, stated, None)
        evidence = self._evidence(entity, written, seen, record, countries, full_names)
        decision = link(evidence, self.gazetteer)
        entry = decision.entry
        if entry is None and entity.linker == ONLINE_LINKER:
            return entity, None
        if entry is None:
            return self._unlinked(entity, written, evidence.offices, None), decision
        if entry.wikidata == entity.wikidata:
            country = country_of(entry, entity.sector, evidence.offices, self.reference, evidence.day)
            return replace(entity, name=entry.name, country=country), decision
        return self._linked(entity, entry, evidence.offices, evidence.day, decision.score or 0.0, self.linker), decision

    def _linked(
        self, entity: Entity, entry: Entry, stated: Sequence[OfficeFound], day: date | None, score: float, linker: str
    ) -> Entity:
        sector = sector_of(entry, stated, self.reference, day)
        return replace(
            entity,
            name=entry.name,
            type=entry.type,
            country=country_of(entry, sector, stated, self.reference, day),
            sector=sector,
            wikidata=entry.wikidata,
            score=score,
            linker=linker,
        )

    def _unlinked(
        self, entity: Entity, written: Sequence[str], stated: Sequence[OfficeFound], linker: str | None
    ) -> Entity:
        """The entity as its longest name and the offices stated tell of it."""
        if entity.wikidata is None and entity.linker != CORRECTION_LINKER:
            return replace(entity, linker=linker)
        name = written[0] if written else entity.name
        country = next((o.country for o in stated if o.country), None)
        sector = next((o.sector for o in stated if o.sector), None)
        country, sector = classify(name, entity.type, country, sector, self.reference)
        return replace(entity, name=name, country=country, sector=sector, wikidata=None, score=None, linker=linker)

    def _evidence(
        self,
        entity: Entity,
        written: Sequence[str],
        seen: Link | None,
        record: Record,
        countries: frozenset[str],
        full_names: frozenset[str],
    ) -> Evidence:
        # "Lille, France" is one mention of a place that may be known as Lille only.
        places = [name.partition(", ")[0] for name in written] if entity.wikidata else []
        known = [(name, matches_of(name, self.gazetteer)) for name in dict.fromkeys([*written, *places])]
        seen_as = seen.seen_as if seen is not None and seen.seen_as is not None else entity.type
        name, matches = known[0]
        if not matches and entity.wikidata is not None:
            told = [pair for pair in known if any(m.entry.wikidata == entity.wikidata for m in pair[1])]
            name, matches = (told or known)[0]
        elif not matches and seen_as != "person":
            matches = next((m for _, m in known if m), ())
        matches = self._open_to(matches, name, seen, record)
        article = record.article
        years = frozenset(map(int, _YEAR.findall(article.text))) if article.published is None else frozenset()
        return Evidence(
            seen_as,
            matches,
            name,
            tuple(self._offices(entity, record)),
            article.published,
            countries,
            frozenset(seen.ages) if seen is not None else frozenset(),
            years,
            frozenset(seen.within) if seen is not None else frozenset(),
            full_names,
        )

    def _open_to(
        self, matches: tuple[NameMatch, ...], name: str, seen: Link | None, record: Record
    ) -> tuple[NameMatch, ...]:
        """Without what the gazetteer had for the name when the article was loaded and the text around it spoke against.

        Only loading reads the text: that "Georgia" is a senator's state, and "the Treasury" Italy's.
        """
        if seen is None:
            return matches
        weighed = {c.wikidata for c in seen.candidates}
        versions = frozenset(record.made_by.gazetteer.split("+"))
        return tuple(
            m
            for m in matches
            if m.entry.wikidata in weighed or not self.gazetteer.had(name, m.entry.wikidata, versions)
        )

    def _offices(self, entity: Entity, record: Record) -> Iterator[OfficeFound]:
        for statement in record.statements:
            if statement.entity != entity.id:
                continue
            words = record.article.text[statement.start : statement.end]
            known = class_of_office(self.reference.offices, statement.office, statement.country)
            body = record.entity(statement.organisation).sector if statement.organisation is not None else None
            yield OfficeFound(
                0,
                statement.office,
                known[0] if known else None,
                sector_in(body, known, self._sector_of_trade(statement.office)),
                statement.country,
                None,
                not FORMER.isdisjoint(name_tokens(words)),
                statement.start,
                statement.end,
            )

    def _sector_of_trade(self, office: str) -> str | None:
        """The sector of the noun that heads it: "bus driver", "baker from Lyon"."""
        nouns = [self.reference.nouns[w] for w in name_tokens(office) if w in self.reference.nouns]
        return nouns[0].sector if nouns else None


def written_names(record: Record) -> Mapping[str, tuple[str, ...]]:
    """The names of each named entity as the article writes them, the longest first: no pronouns and descriptions."""
    found: dict[str, list[str]] = {}
    for mention in record.mentions:
        words = mention.text.split()
        if words and words[0][0].isupper() and not words[-1][0].islower():
            found.setdefault(mention.entity, []).append(mention.text)
    forms = {link.entity: link.written for link in record.links if link.written}
    names = {}
    for entity in record.entities:
        if entity.named:
            own = [forms[entity.id]] if entity.id in forms else [] if entity.wikidata else [entity.name]
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
