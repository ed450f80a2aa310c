"""Doc → Cast: who and what the article speaks of, which of its words mean whom, and who they are in Wikidata."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from kg.entities.chains import group_names, is_relative
from kg.entities.coreference import Resolver, gender_of
from kg.entities.found import Found
from kg.entities.gazetteer import Entry, Gazetteer, NameMatch
from kg.entities.linking import LINKER, Decision, Evidence, Weighed, full_names_of, link, weigh
from kg.entities.mentions import find_mentions
from kg.entities.movements import Movements
from kg.entities.names import fold_name, name_tokens
from kg.entities.nouns import ActorNoun
from kg.entities.offices import OfficeNames
from kg.entities.reading import Known, Reading
from kg.entities.regions import Regions
from kg.entities.statements import OfficeFound, ages_beside, find_offices
from kg.entities.states import States, country_of_state
from kg.model import Article, Cast, Entity, EntityType, Link, Mention, Statement, When

if TYPE_CHECKING:
    from spacy.tokens import Doc

DateOffice = Callable[["Doc", int], When | None]
"""Gives the days that the clause of a token is dated to."""


SOLE_OFFICES = frozenset(
    "head-of-state head-of-government foreign-minister defence-minister finance-minister interior-minister "
    "national-security-adviser vice-president monarch un-secretary-general".split()
)
"""Classes of office that one person holds at a time in a country."""
HOLDER_SCORE = 0.8
"""Score of a link made by office, country and day alone."""
OFFICE_LINKER = "office"
STATE_SCORE = 0.9
"""Score of a link of a government to its country."""
_DESCRIBING = frozenset({"of", "from", "for", "to", "with"})
"""Prepositions whose phrases belong to a description; those of place, time and occasion do not."""
_SERVING = frozenset({"of", "for", "from", "with", "at"})
_SERVANTS = frozenset(
    "spokesman spokeswoman spokesperson official leader chief diplomat envoy emissary representative delegate negotiator "
    "mediator adviser advisor aide executive".split()
)
"""Who serves the body that is named with them, and is taken for a servant of a state where none is."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference data that identification needs."""

    gazetteer: Gazetteer
    nouns: Mapping[str, ActorNoun]
    offices: OfficeNames
    states: States
    regions: Regions
    movements: Movements


@dataclass(frozen=True, slots=True)
class _Chain:
    """A chain of names once decided: what to call it, what it is, and the link."""

    name: str
    type: EntityType
    country: str | None
    sector: str | None
    decision: Decision
    evidence: Evidence


def _find(doc: Doc, reference: Reference) -> tuple[Found, ...]:
    return find_mentions(
        doc, reference.gazetteer, reference.nouns, reference.offices, reference.states, reference.movements
    )


def identify(doc: Doc, article: Article, reference: Reference, date_office: DateOffice) -> Cast:
    """The cast of an article: mentions in text order, entities in order of first appearance."""
    found = _find(doc, reference)
    first = group_names(doc, found)
    offices = find_offices(doc, found, reference.offices, reference.nouns)
    chains = _decide_chains(doc, found, first, offices, reference, article.published)
    known = {f: _known(f, chain, found, first, offices) for f, chain in chains.items()}
    terms_of = reference.gazetteer.terms_of
    text = Reading(doc, found, first, known, reference.offices, terms_of, article.published, reference.regions)
    resolver = Resolver(text)
    resolved = resolver.resolve()
    pairs = {i: pair for i in range(len(found)) if (pair := resolver.pair(i)) is not None}
    return _Assembler(doc, article, found, resolved, chains, reference).assemble(offices, date_office, pairs)


def _members(first: Sequence[int | None]) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    for i, f in enumerate(first):
        if f is not None:
            members.setdefault(f, []).append(i)
    return members


def _decide_chains(
    doc: Doc,
    found: Sequence[Found],
    first: Sequence[int | None],
    offices: Sequence[OfficeFound],
    reference: Reference,
    day: date | None,
) -> dict[int, _Chain]:
    chains: dict[int, _Chain] = {}
    for f, (fullest, evidence) in _evidence_of_chains(doc, found, first, offices, reference, day).items():
        chains[f] = _describe_chain(fullest, evidence, link(evidence, reference.gazetteer), reference)
    bearers = {
        c.decision.entry.wikidata: f for f, c in chains.items() if c.decision.entry and not is_relative(doc, found[f])
    }
    for f, chain in chains.items():
        entry = chain.decision.entry
        if entry is not None and entry.type == "person" and bearers.get(entry.wikidata, f) != f:
            if is_relative(doc, found[f]):
                # A father of the same name is somebody else, whom the gazetteer does not know.
                chains[f] = _describe_chain(found[f], chain.evidence, Decision(None, None, ()), reference)
    return chains


def _evidence_of_chains(
    doc: Doc,
    found: Sequence[Found],
    first: Sequence[int | None],
    offices: Sequence[OfficeFound],
    reference: Reference,
    day: date | None,
) -> dict[int, tuple[Found, Evidence]]:
    """The fullest name of each chain, and what the article says of it."""
    named = frozenset(m.matches[0].entry.country or "" for m in found if m.type == "country" and m.matches)
    states = {country_of_state(m.words, reference.states, reference.gazetteer) for m in found if m.form == "name"}
    countries = named | {m.within for m in found if m.within is not None} | {c for c in states if c is not None}
    years = (
        frozenset(int(t.text) for t in doc if t.shape_ == "dddd" and t.text.isdecimal()) if day is None else frozenset()
    )
    chains = {}
    members = {f: [found[i] for i in indexes] for f, indexes in _members(first).items()}
    longest = {f: _fullest(names) for f, names in members.items()}
    full_names = full_names_of(doc[m.start : m.end].text for m in found if m.form == "name")
    for f, indexes in _members(first).items():
        names, fullest = members[f], longest[f]
        stated = tuple(o for o in offices if o.name in indexes)
        matches = _matches_of(fullest, names)
        ages = frozenset(age for m in names if m.type == "person" for age in ages_beside(doc, m.start, m.end))
        within = frozenset(m.within for m in names if m.within is not None)
        chains[f] = (
            fullest,
            Evidence(
                fullest.type, matches, fullest.words, stated, day, countries, ages, years, within, full_names=full_names
            ),
        )
    return chains


@dataclass(frozen=True, slots=True)
class Weighing:
    """The names of a chain as the article writes them, what it says of it, and all that they can mean, best first."""

    names: tuple[str, ...]
    evidence: Evidence
    weighed: tuple[Weighed, ...]


def weigh_names(doc: Doc, article: Article, reference: Reference) -> Iterator[Weighing]:
    """What was weighed to link each chain of names, in order of first appearance."""
    found = _find(doc, reference)
    offices = find_offices(doc, found, reference.offices, reference.nouns)
    first = group_names(doc, found)
    for f, (_, evidence) in _evidence_of_chains(doc, found, first, offices, reference, article.published).items():
        names = tuple(dict.fromkeys(m.words for m, chain in zip(found, first, strict=True) if chain == f))
        yield Weighing(names, evidence, weigh(evidence, reference.gazetteer))


def _fullest(mentions: Sequence[Found]) -> Found:
    """The mention with the longest name, the first of equals; persons before other types, nouns before adjectives.

    A nickname has no word of the name that was written first.
    """
    words = set(name_tokens(mentions[0].words))
    return max(
        [m for m in mentions if m.type != "person" or words & set(name_tokens(m.words))] or mentions,
        key=lambda m: (
            not m.is_adjective,
            m.type == "person",
            len(name_tokens(m.words)),
            len(m.words),
            m.noun is not None or m.country is not None,
            -m.start,
        ),
    )


def _matches_of(fullest: Found, mentions: Iterable[Found]) -> tuple[NameMatch, ...]:
    """The gazetteer's matches of the fullest name: an unknown full name is not linked by its surname."""
    if fullest.matches or fullest.type == "person":
        return fullest.matches
    return next((m.matches for m in mentions if m.matches and m.type == fullest.type), ())


def _describe_chain(fullest: Found, evidence: Evidence, decision: Decision, reference: Reference) -> _Chain:
    stated, day = evidence.offices, evidence.day
    entry = decision.entry
    name = fullest.words
    if entry is not None:
        sector = sector_of(entry, stated, reference, day)
        country = country_of(entry, sector, stated, reference, day)
        return _Chain(entry.name, entry.type, country, sector, decision, evidence)
    country = next((o.country for o in stated if o.country), fullest.country)
    sector = next((o.sector for o in stated if o.sector), fullest.noun.sector if fullest.noun is not None else None)
    return _Chain(name, fullest.type, country, sector, decision, evidence)


def country_of(
    entry: Entry, sector: str | None, stated: Sequence[OfficeFound], reference: Reference, day: date | None
) -> str | None:
    """The country of a person's office as the text states it, else of that held on the day, else of the latest; or of a thing.

    Officials of international bodies act for none of the countries they come from.
    """
    if entry.type != "person":
        return entry.country
    if sector == "IGO":
        return None
    terms = reference.gazetteer.terms_of(entry.wikidata)

    def country_said(office: OfficeFound) -> str | None:
        of_class = {t.country for t in terms if t.office_class == office.office_class and t.country}
        return office.country or (next(iter(of_class)) if len(of_class) == 1 else None)

    said = next((c for o in stated if not o.is_former and (c := country_said(o)) is not None), None)
    if said in {t.country for t in terms}:
        return said
    held = {t.country for t in terms if day is not None and t.covers(day) and t.country}
    return entry.country if entry.country in held or len(held) != 1 else held.pop()


def sector_of(entry: Entry, stated: Sequence[OfficeFound], reference: Reference, day: date | None) -> str | None:
    """The sector that the text states, else that of the known entity, else that of the office held on the day."""
    said = next((o.sector for o in stated if o.sector), None)
    if said or entry.sector or entry.type != "person":
        return said or entry.sector
    terms = [
        t for t in reference.gazetteer.terms_of(entry.wikidata) if day is None or t.start is None or t.start <= day
    ]
    sectors = [(term, known[1]) for term in terms if (known := reference.offices.classify(term.office, term.country))]
    # A head of government may sit in parliament and command the army too: what one is in government counts first.
    best = max(
        sectors,
        key=lambda pair: (day is not None and pair[0].covers(day), pair[1] == "GOV", pair[0].start or date.min),
        default=None,
    )
    return best[1] or None if best else None


def _known(
    f: int, chain: _Chain, found: Sequence[Found], first: Sequence[int | None], offices: Sequence[OfficeFound]
) -> Known:
    indexes = [i for i, g in enumerate(first) if g == f]
    stated = tuple(o for o in offices if o.name in indexes)
    gender = gender_of([found[i].title for i in indexes], chain.decision.entry)
    return Known(chain.decision.entry, chain.type, stated, chain.country, gender)


_STATE_SECTORS = frozenset({"GOV", "MIL", "COP", "JUD", "LEG", "SPY"})


def classify(
    name: str, entity_type: EntityType, country: str | None, sector: str | None, reference: Reference
) -> tuple[str | None, str | None]:
    """Country and sector of somebody unlinked, with what an organisation's name tells of them.

    The head word has the sector, "Congress", "the Ministry of Health"; a country in the name is whose a public body is.
    """
    words = name_tokens(name)
    if entity_type != "organisation" or not words:
        return country, sector
    head = words[words.index("of") - 1] if "of" in words[1:] else words[-1]
    noun = next((reference.nouns[w] for w in (head, head.removesuffix("s")) if w in reference.nouns), None)
    sector = sector or (noun.sector if noun else None)
    if country is None and sector in _STATE_SECTORS:
        country = _country_in(name, reference.gazetteer)
    return country, sector


def _country_in(name: str, gazetteer: Gazetteer) -> str | None:
    """The country that begins a body's name or ends it after "of": "South African Government", "Government of Mali"."""
    words = name.split()
    starts = [" ".join(words[:n]) for n in (3, 2, 1) if n < len(words)]
    ends = [name.rpartition(" of ")[2].removeprefix("the ")] if " of " in name else []
    for part in (*starts, *ends):
        for match in gazetteer.find(part):
            if match.entry.type == "country":
                return match.entry.country
    return None


class _Assembler:
    """Numbers the entities and turns token positions into the record's offsets."""

    def __init__(
        self,
        doc: Doc,
        article: Article,
        found: Sequence[Found],
        resolved: Sequence[int | None],
        chains: Mapping[int, _Chain],
        reference: Reference,
    ) -> None:
        self.doc, self.article, self.found, self.resolved = doc, article, found, resolved
        self.chains, self.gazetteer, self.reference = chains, reference.gazetteer, reference
        self.chain_of: dict[str, int] = {}
        for chain, known in chains.items():
            if known.decision.entry is not None:
                self.chain_of.setdefault(known.decision.entry.wikidata, chain)
        self.entities: list[Entity] = []
        self.links: list[Link] = []
        self.id_of_key: dict[tuple[str, ...], str] = {}

    def assemble(
        self, offices: Sequence[OfficeFound], date_office: DateOffice, pairs: Mapping[int, tuple[int, int]]
    ) -> Cast:
        mentions: list[Mention] = []
        acting: list[tuple[str, ...]] = []
        forms: list[str] = []
        entity_of: dict[int, str] = {}
        acting_of: dict[int, tuple[str, ...]] = {}
        for i, chain in enumerate(self.resolved):
            if chain is not None:
                entity_of[i] = self._entity_of_chain(chain)
                acting_of[i] = self._acting_pair(pairs[i]) if i in pairs else self._acting_all(entity_of[i], chain)
        for i in entity_of:
            if not self._is_within_itself(i, entity_of):
                mentions.append(self._mention(self.found[i], entity_of[i]))
                acting.append(acting_of[i])
                forms.append(self.found[i].form)
        statements = tuple(
            self._statement(office, entity_of, date_office) for office in offices if office.name in entity_of
        )
        return Cast(tuple(mentions), tuple(acting), tuple(forms), tuple(self.entities), statements, tuple(self.links))

    def _is_within_itself(self, i: int, entity_of: Mapping[int, str]) -> bool:
        """Whether a country's name lies in a description of the same one, as "Peruvian" in "the Peruvian government"."""
        name = self.found[i]
        near = (
            j for j in range(max(i - 3, 0), min(i + 2, len(self.found))) if entity_of.get(j) == entity_of[i] and j != i
        )
        around = (self.found[j] for j in near if self.found[j].form == "description")
        return (
            name.form == "name"
            and name.type == "country"
            and any(d.start <= name.start and name.end <= d.end for d in around)
        )

    def _mention(self, mention: Found, entity: str) -> Mention:
        span = self.doc[mention.start : mention.end]
        start, end = span.start_char, span.end_char
        kind = next(e.type for e in self.entities if e.id == entity)
        return Mention(start, end, self.article.text[start:end], kind, entity)

    def _entity_of_chain(self, chain: int) -> str:
        known = self.chains.get(chain)
        if known is None:
            return self._unnamed(chain)
        entry = known.decision.entry
        if entry is not None:
            return self._linked(
                entry, known.name, known.sector, known.decision, evidence=known.evidence, country=known.country
            )
        told = self._told_of(chain) if known.type == "person" else None
        country, sector = classify(
            known.name,
            known.type,
            known.country or (told.country if told is not None else None),
            known.sector,
            self.reference,
        )
        known = replace(known, country=country, sector=sector)
        key = (known.type, fold_name(known.name), known.country or "")
        entity = Entity("", known.name, True, known.type, known.country, known.sector)
        return self._add(key, entity, known.decision, known.evidence)

    def _told_of(self, chain: int) -> Found | None:
        """A description of somebody unlinked that tells of which country he is: "his Chinese counterpart, Xie Zhenhua"."""
        described = (
            f for f, c in zip(self.found, self.resolved, strict=True) if c == chain and f.form == "description"
        )
        return next((f for f in described if f.country is not None and f.type == "person"), None)

    def _linked(
        self,
        entry: Entry,
        name: str,
        sector: str | None,
        decision: Decision,
        linker: str = LINKER,
        evidence: Evidence | None = None,
        country: str | None = None,
    ) -> str:
        if evidence is None:
            country = country_of(entry, sector, (), self.reference, self.article.published)
        entity = Entity("", name, True, entry.type, country, sector, entry.wikidata, decision.score, linker)
        return self._add((entry.wikidata,), entity, decision, evidence)

    def _holder(self, mention: Found) -> Entry | None:
        """Who held an office that only one holds, on the day of publication: "the US secretary of state"."""
        day = self.article.published
        if day is None or mention.country is None or mention.office_class not in SOLE_OFFICES:
            return None
        holders = self.gazetteer.holders(mention.office_class, mention.country, day)
        return holders[0] if len(holders) == 1 else None

    def _unnamed(self, chain: int, other_country: str | None = None) -> str:
        """Somebody who is described and not named; of "Thai and Lao envoys" those of the country given, else the first's."""
        mention = self.found[chain]
        if other_country is not None:
            mention = replace(mention, country=other_country)
        noun = mention.noun
        assert noun is not None
        holder = self._holder(mention)
        if holder is not None:
            return self._linked(holder, holder.name, noun.sector, Decision(holder, HOLDER_SCORE, ()), OFFICE_LINKER)
        if not mention.is_of_person and (state := self._state(mention)) is not None:
            return state
        name = self._long_name(mention)
        country, sector = mention.country, noun.sector
        if noun.noun in _SERVANTS and country is None and (body := self._served(mention)) is not None:
            country, sector = body.country, body.sector
        return self._add(
            ("unnamed", str(chain), other_country or ""), Entity("", name, False, noun.type, country, sector)
        )

    def _served(self, mention: Found) -> Entity | None:
        """The body with a sector whose servant somebody is: "a Hamas spokesman", "officials of NATO"."""
        head = self.doc[mention.head]
        near = [c for c in head.lefts if c.dep_ in ("compound", "nmod", "poss")]
        near += [token for c in head.rights if c.dep_ == "prep" and c.lower_ in _SERVING for token in c.children]
        places = {token.i for token in near}
        for i, chain in enumerate(self.resolved):
            name = self.found[i]
            is_body = name.form == "name" and name.type == "organisation" and name.head in places
            if is_body and chain is not None and chain in self.chains:
                known = self._entity_of_chain(chain)
                body = next(e for e in self.entities if e.id == known)
                if body.sector is not None:
                    return body
        return None

    def _state(self, mention: Found) -> str | None:
        """The country that a government or a nation stands for."""
        if mention.noun is None or not mention.noun.stands_for_country or mention.country is None:
            return None
        entry = self.gazetteer.country(mention.country)
        return None if entry is None else self._principal(entry, STATE_SCORE)

    def _principal(self, entry: Entry, score: float | None) -> str:
        """Whoever acts through another, as the text names it, or with the score of the other."""
        named = self.chain_of.get(entry.wikidata)
        if named is not None:
            return self._entity_of_chain(named)
        return self._linked(entry, entry.name, entry.sector, Decision(entry, score, ()))

    def _long_name(self, mention: Found) -> str:
        """A description with the words that tell it from others: "an aide to the minister", "envoys of Laos"."""
        if mention.common is not None and mention.country is not None:
            entry = self.gazetteer.country(mention.country)
            return f"{mention.common} of {entry.name if entry else mention.country}"
        head = self.doc[mention.head]
        end = mention.end
        for child in head.rights:
            is_part = child.dep_ == "amod" or (child.dep_ == "prep" and child.lower_ in _DESCRIBING)
            if is_part and child.i == end and child.right_edge.i - end < 8:
                end = child.right_edge.i + 1
        while end > mention.end and self.doc[end - 1].is_punct:
            end -= 1
        start = mention.start + (
            self.doc[mention.start].lower_ in ("the", "a", "an") and mention.end - mention.start > 1
        )
        return " ".join(self.doc[start:end].text.split())

    def _add(
        self,
        key: tuple[str, ...],
        entity: Entity,
        decision: Decision | None = None,
        evidence: Evidence | None = None,
    ) -> str:
        known = self.id_of_key.get(key)
        if known is not None:
            return known
        local_id = self.id_of_key[key] = f"e{len(self.entities) + 1}"
        self.entities.append(replace(entity, id=local_id))
        candidates = decision.candidates if decision is not None else ()
        if evidence is not None:
            ages, within = tuple(sorted(evidence.ages)), tuple(sorted(evidence.within))
            self.links.append(Link(local_id, candidates, evidence.name, evidence.type, ages, within))
        elif candidates:
            self.links.append(Link(local_id, candidates))
        return local_id

    def _acting_pair(self, pair: tuple[int, int]) -> tuple[str, ...]:
        return tuple(self._acting(self._entity_of_chain(chain), chain) for chain in pair)

    def _acting_all(self, entity: str, chain: int) -> tuple[str, ...]:
        """Who acts when the entity is named: of "Thai and Lao envoys" those of each country."""
        mention = self.found[chain]
        others = (self._unnamed(chain, country) for country in mention.other_countries)
        return (self._acting(entity, chain), *others)

    def _acting(self, entity: str, chain: int) -> str:
        """Who acts when the entity is named: a capital, a seat or somebody's government stands for its country."""
        if self.found[chain].is_of_person:
            return self._state(self.found[chain]) or entity
        known = self.chains.get(chain)
        entry = known.decision.entry if known else None
        if entry is None or entry.type != "place" or not entry.acts_for:
            return entity
        principal = self.gazetteer.entry(entry.acts_for)
        if principal is None:
            return entity
        return self._principal(principal, known.decision.score if known else None)

    def _statement(self, office: OfficeFound, entity_of: Mapping[int, str], date_office: DateOffice) -> Statement:
        when = None if office.when_of is None else date_office(self.doc, office.when_of)
        span = self.doc[office.start : office.end]
        first, last = (when.first, None) if when else (None, None)
        if when is not None and office.is_left:
            first, last = None, when.last
        organisation = None if office.organisation is None else entity_of.get(office.organisation)
        return Statement(
            entity=entity_of[office.name],
            office=office.office,
            organisation=organisation,
            country=office.country or self._country_of_office(office),
            first=first,
            last=last,
            start=span.start_char,
            end=span.end_char,
        )

    def _country_of_office(self, office: OfficeFound) -> str | None:
        """The country that an office without one ("President Biden") is of, by the known terms of the person linked."""
        chain = self.resolved[office.name]
        known = self.chains.get(chain) if chain is not None else None
        if known is None or known.decision.entry is None or office.office_class is None or office.sector == "IGO":
            return None
        terms = self.gazetteer.terms_of(known.decision.entry.wikidata)
        countries = {t.country for t in terms if t.office_class == office.office_class}
        return countries.pop() if len(countries) == 1 else None
