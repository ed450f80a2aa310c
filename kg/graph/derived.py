"""Article graphs → the derived graphs `events` and `entities`: pure functions, so independent of the order of loading.

An event groups the reports of one happening: those of one article that repeat each other, and those of different articles
with the same act, day and parties at their named identity. A report that names only countries joins when exactly one finer
event fits; places that exclude each other keep events apart; without a day nothing is merged across articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode, Quad

from kg.graph.mapper import PARTIES, SYMMETRIC_ACTS, Term, flag_literal, number_literal
from kg.graph.vocabulary import (
    DIP,
    ENTITIES_GRAPH,
    EVENTS_GRAPH,
    OWL,
    PLOVER,
    RDF,
    RDFS,
    WGS84,
    WIKIDATA,
    XSD,
    event_iri,
)
from kg.model import QUAD_CLASS, Status, type_of_act

Describe = Callable[[NamedNode], Mapping[str, Sequence[Term]]]
"""Gives a node's properties: predicate IRI → values, all of one graph."""

_TYPE = RDF("type")
_STATUS_ORDER: tuple[Status, ...] = ("reported", "historical", "planned", "hypothetical", "denied")
_PROPERTY = {r: DIP(r) for r in ("actor", "recipient", "host", "mediator", "beneficiary", "instrument", "topic")}


@dataclass(frozen=True, slots=True)
class KnownEntity:
    """What the gazetteer says of a Wikidata item."""

    name: str
    type: str
    country: str | None
    sector: str | None
    latitude: float | None
    longitude: float | None


Look = Callable[[str], KnownEntity | None]
"""Gives what the gazetteer knows of a QID."""


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """One report as its article graph has it; parts are (role, entity or None, words)."""

    iri: NamedNode
    first: NamedNode
    act: str
    mode: str | None
    contexts: frozenset[str]
    status: Status
    days: tuple[str | None, str | None]
    place: NamedNode | None
    confidence: float
    match_key: str | None
    parts: tuple[tuple[str, NamedNode | None, str], ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """What one article says of an entity."""

    entity: NamedNode
    name: str
    type: NamedNode
    is_named: bool
    country: str | None
    sector: NamedNode | None


def read_report(iri: NamedNode, describe: Describe) -> ReportFacts:
    """A report's facts from its graph."""
    own = describe(iri)
    parts = []
    for node in own.get(DIP("participation").value, ()):
        part = describe(_node(node))
        span = describe(_node(part[DIP("span").value][0]))
        words = span.get("http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#anchorOf", ())
        filler = part.get(DIP("filler").value, ())
        role = _local(part[DIP("role").value][0]).removeprefix("role-")
        parts.append((role, _node(filler[0]) if filler else None, str(words[0].value) if words else ""))
    mode = _first(own, "mode")
    first = own.get(DIP("repeats").value, ())
    place = own.get(DIP("place").value, ())
    return ReportFacts(
        iri=iri,
        first=_node(first[0]) if first else iri,
        act=_local(own[DIP("act").value][0]),
        mode=_local(mode).partition("-")[2] if mode is not None else None,
        contexts=frozenset(_local(c).removeprefix("context-") for c in own.get(DIP("context").value, ())),
        status=_status(_local(own[DIP("status").value][0]).removeprefix("status-")),
        days=(_text(_first(own, "firstDay")), _text(_first(own, "lastDay"))),
        place=_node(place[0]) if place else None,
        match_key=_text(_first(own, "matchKey")),
        confidence=float(_text(_first(own, "confidence")) or 0),
        parts=tuple(sorted(parts, key=lambda p: (p[0], p[1].value if p[1] else "", p[2]))),
    )


def read_claim(link: NamedNode, describe: Describe) -> Claim:
    """What a link node says of its entity."""
    own = describe(link)
    sector = _first(own, "sector")
    return Claim(
        entity=_node(own[DIP("entity").value][0]),
        name=_text(_first(own, "name")) or "",
        type=_node(own[DIP("entityType").value][0]),
        is_named=_text(_first(own, "isNamed")) == "true",
        country=_text(_first(own, "countryCode")),
        sector=_node(sector) if sector is not None else None,
    )


def _first(properties: Mapping[str, Sequence[Term]], name: str) -> Term | None:
    values = properties.get(DIP(name).value, ())
    return values[0] if values else None


def _node(term: Term) -> NamedNode:
    assert isinstance(term, NamedNode), term
    return term


def _text(term: Term | None) -> str | None:
    return None if term is None else str(term.value)


def _local(term: Term) -> str:
    return str(term.value).rpartition("#")[2]


def _status(text: str) -> Status:
    return next(s for s in _STATUS_ORDER if s == text)


@dataclass(frozen=True, slots=True)
class Chain:
    """The reports of one article that tell of the same happening, the first one first, with what it says of the entities."""

    reports: tuple[ReportFacts, ...]
    claims: Mapping[NamedNode, Claim]

    @property
    def act(self) -> str:
        return self.reports[0].act

    @property
    def iri(self) -> NamedNode:
        return self.reports[0].iri

    @property
    def days(self) -> tuple[str | None, str | None]:
        """The narrowest days that a report gives; as `kg.events.merging.when_over`."""
        closed = [r.days for r in self.reports if r.days[0] and r.days[1]]
        if closed:
            return min(closed, key=lambda d: (_length(d), closed.index(d)))
        return next((r.days for r in self.reports if any(r.days)), (None, None))

    @property
    def day(self) -> str | None:
        first, last = self.days
        return first if first == last else None

    def parties(self) -> frozenset[tuple[str, NamedNode]]:
        """(side, entity) of those who take part; all are on one side where the act is mutual."""
        symmetric = self.act in SYMMETRIC_ACTS
        return frozenset(
            ("" if symmetric else role, entity)
            for r in self.reports
            for role, entity, _ in r.parts
            if entity is not None and role in PARTIES
        )


def _length(days: tuple[str | None, str | None]) -> int:
    return (date.fromisoformat(days[1] or "") - date.fromisoformat(days[0] or "")).days


def chains_of(reports: Iterable[ReportFacts], claims: Mapping[NamedNode, Claim]) -> tuple[Chain, ...]:
    """The reports of an article, which makes the claims, by what they repeat."""
    by_first: dict[NamedNode, list[ReportFacts]] = {}
    for report in reports:
        by_first.setdefault(report.first, []).append(report)
    return tuple(
        Chain(tuple(sorted(group, key=lambda r: (r.iri != r.first, _offsets(r.iri)))), claims)
        for _, group in sorted(by_first.items(), key=lambda pair: str(pair[0].value))
    )


def _offsets(iri: NamedNode) -> tuple[int, int, str]:
    start, end, act = str(iri.value).rpartition("/")[2].split("-", 2)
    return int(start), int(end), act


def derive_events(chains: Iterable[Chain], look: Look) -> set[Quad]:
    """The event graph's quads of some chains, which must hold all chains of each match key among them."""
    buckets: dict[str, list[Chain]] = {}
    quads: set[Quad] = set()
    for chain in sorted(chains, key=lambda c: str(c.iri.value)):
        key = chain.reports[0].match_key
        if key is None:
            quads.update(_event_quads((chain,), chain.claims, look))
        else:
            buckets.setdefault(key, []).append(chain)
    for bucket in buckets.values():
        claims = _merged_claims(bucket)
        for group in _group(bucket, claims):
            quads.update(_event_quads(group, claims, look))
    return quads


def _merged_claims(chains: Iterable[Chain]) -> Mapping[NamedNode, Claim]:
    """One claim an entity, the smallest of what the articles say, whatever their order."""
    merged: dict[NamedNode, Claim] = {}
    for chain in chains:
        for entity in {e for r in chain.reports for e in (*(part[1] for part in r.parts), r.place) if e is not None}:
            claim = chain.claims.get(entity)
            if claim is not None:
                merged[entity] = min(claim, merged.get(entity, claim), key=claim_order)
    return merged


def claim_order(claim: Claim) -> tuple[str, ...]:
    """By what the least of several claims about an entity is chosen."""
    return (claim.name, str(claim.type.value), claim.country or "", str(claim.sector.value) if claim.sector else "")


def _group(chains: Sequence[Chain], claims: Mapping[NamedNode, Claim]) -> Iterator[tuple[Chain, ...]]:
    """Chains of one act and day by their parties; coarse ones join the only finer group that fits; then by place."""
    fine: dict[frozenset[tuple[str, NamedNode]], list[Chain]] = {}
    coarse: list[Chain] = []
    for chain in chains:
        parties = _finest(chain, claims)
        if all(claims[e].type == DIP("Country") for _, e in parties if e in claims):
            coarse.append(chain)
        else:
            fine.setdefault(parties, []).append(chain)
    groups = {key: list(group) for key, group in fine.items()}
    for chain in coarse:
        countries = _countries(chain.parties(), claims)
        fits = [key for key in fine if _countries(key, claims) == countries]
        groups.setdefault(fits[0] if len(fits) == 1 else chain.parties(), []).append(chain)
    for group in groups.values():
        yield from _by_place(group, claims)


def _finest(chain: Chain, claims: Mapping[NamedNode, Claim]) -> frozenset[tuple[str, NamedNode]]:
    parties = chain.parties()
    if chain.act not in SYMMETRIC_ACTS:
        return parties
    named = sum(e in claims and claims[e].is_named for _, e in parties)
    finer = {(side, claims[e].country) for side, e in parties if e in claims and not _is_vague(claims[e])}
    return frozenset(
        (side, e) for side, e in parties if not (e in claims and _gives_way(claims[e], side, finer, named))
    )


def _countries(
    parties: Iterable[tuple[str, NamedNode]], claims: Mapping[NamedNode, Claim]
) -> frozenset[tuple[str, str]]:
    return frozenset((side, (claims[e].country if e in claims else None) or str(e.value)) for side, e in parties)


def _by_place(group: Sequence[Chain], claims: Mapping[NamedNode, Claim]) -> Iterator[tuple[Chain, ...]]:
    """One group a town; chains placed in a country only, or nowhere, join when there is just one to join."""
    towns: dict[NamedNode, list[Chain]] = {}
    others: list[Chain] = []
    for chain in group:
        town = _place(chain, claims)
        if town is not None and not (town in claims and claims[town].type == DIP("Country")):
            towns.setdefault(town, []).append(chain)
        else:
            others.append(chain)
    rest: dict[str, list[Chain]] = {}
    for chain in others:
        place = _place(chain, claims)
        country = claims[place].country if place is not None and place in claims else None
        fits = [t for t in towns if country is None or (t in claims and claims[t].country == country)]
        if len(fits) == 1:
            towns[fits[0]].append(chain)
        else:
            rest.setdefault(country or "", []).append(chain)
    if "" in rest and len(rest) == 2:
        elsewhere = next(k for k in rest if k)
        rest[elsewhere].extend(rest.pop(""))
    yield from (tuple(sorted(g, key=lambda c: str(c.iri.value))) for g in (*towns.values(), *rest.values()))


def _place(chain: Chain, claims: Mapping[NamedNode, Claim]) -> NamedNode | None:
    """The first place that a report gives, a town before a country."""
    places = [r.place for r in chain.reports if r.place is not None]
    towns = [p for p in places if not (p in claims and claims[p].type == DIP("Country"))]
    return next(iter(towns or places), None)


def _status_over(reports: Iterable[ReportFacts]) -> Status:
    found = {r.status for r in reports}
    return next(s for s in _STATUS_ORDER if s in found)


def _event_quads(group: Sequence[Chain], claims: Mapping[NamedNode, Claim], look: Look) -> Iterator[Quad]:
    reports = [r for chain in group for r in chain.reports]
    act, status = group[0].act, _status_over(reports)
    first, last = group[0].days
    day = first if first == last else None
    shared = group[0].reports[0].match_key is not None
    parts = (
        sorted(f"{side} {e.value}" for side, e in _finest(group[0], claims)) if shared else [str(group[0].iri.value)]
    )
    places = {p for c in group if (p := _place(c, claims)) is not None}
    if shared:
        parts += sorted(str(p.value) for p in places)
        parts.append("hypothetical" if status == "hypothetical" else "")
    event = event_iri(act, day, parts)
    kind = type_of_act(act, status)
    mode = _most_common(r.mode for r in reports if r.mode)
    values: list[tuple[NamedNode, Term]] = [
        (_TYPE, DIP("Event" if status in ("reported", "historical") else "PossibleEvent")),
        (DIP("eventType"), PLOVER(kind)),
        (DIP("act"), PLOVER(act)),
        (DIP("quadClass"), PLOVER("quad-" + QUAD_CLASS[kind].replace(" ", "-"))),
        (DIP("status"), DIP(f"status-{status}")),
        (DIP("confidence"), number_literal(_noisy_or(r.confidence for r in reports))),
    ]
    if mode:
        values.append((DIP("mode"), PLOVER(f"{act}-{mode}")))
    values += [(DIP("context"), PLOVER(f"context-{c}")) for r in reports for c in r.contexts]
    values += [(DIP(n), Literal(d, datatype=XSD("date"))) for n, d in (("firstDay", first), ("lastDay", last)) if d]
    values += [(DIP("place"), p) for p in places]
    values += [(DIP("report"), r.iri) for r in reports]
    participants = _participants(act, reports, claims)
    values += [(_PROPERTY[role], entity) for role, entity in participants]
    values += [
        (DIP("about"), Literal(" ".join(words.split())))
        for r in reports
        for role, _, words in r.parts
        if role == "topic" and words.strip()
    ]
    values.append((RDFS("label"), Literal(_label(kind, act, status, day, participants, places, claims, look))))
    yield from (Quad(event, predicate, value, EVENTS_GRAPH) for predicate, value in values)


def _participants(
    act: str, reports: Sequence[ReportFacts], claims: Mapping[NamedNode, Claim]
) -> list[tuple[str, NamedNode]]:
    seen = dict.fromkeys((role, e) for r in reports for role, e, _ in r.parts if e is not None)
    hosts = {e for role, e in seen if role == "host"}
    seen = {(role, e): None for role, e in seen if not (role == "actor" and e in hosts)}
    if act not in SYMMETRIC_ACTS:
        return list(seen)
    named = sum(e in claims and claims[e].is_named and role == "actor" for role, e in seen)
    finer = {(role, claims[e].country) for role, e in seen if e in claims and not _is_vague(claims[e])}
    return [
        (role, e)
        for role, e in seen
        if not (role in PARTIES and e in claims and _gives_way(claims[e], role, finer, named))
    ]


def _gives_way(claim: Claim, side: str, finer: set[tuple[str, str | None]], named: int) -> bool:
    """As `kg.events.merging` has it: people of the country, or for an unnamed plural any two named ones, stand for it."""
    if claim.country is None:
        return not claim.is_named and named > 1
    return _is_vague(claim) and (side, claim.country) in finer


def _is_vague(claim: Claim) -> bool:
    """Whether it is a country or somebody unnamed, which named people of the country stand for."""
    return claim.type == DIP("Country") or not claim.is_named


def _most_common(values: Iterable[str]) -> str | None:
    counted = Counter(values)
    return min(counted, key=lambda v: (-counted[v], v)) if counted else None


def _noisy_or(confidences: Iterable[float]) -> float:
    """That at least one report is right, were they independent; at most 0.99.

    >>> round(_noisy_or([0.5, 0.5]), 2)
    0.75
    """
    miss = 1.0
    for confidence in sorted(confidences):
        miss *= 1 - confidence
    return min(1 - miss, 0.99)


def _label(
    kind: str,
    act: str,
    status: Status,
    day: str | None,
    participants: Sequence[tuple[str, NamedNode]],
    places: Iterable[NamedNode],
    claims: Mapping[NamedNode, Claim],
    look: Look,
) -> str:
    """ "CONSULT: Jake Sullivan, Yang Jiechi (Rome, 2022-03-14)"."""

    def named(*roles: str) -> str:
        return ", ".join(sorted({entity_name(e, claims.get(e), look) for role, e in participants if role in roles}))

    who = named("actor", "host", "mediator")
    whom = named("recipient")
    what = kind if kind == act else f"{kind} ({act})"
    circumstances = ", ".join([*sorted(entity_name(p, claims.get(p), look) for p in places), *([day] if day else [])])
    text = f"{what}: {who or '?'}" + (f" → {whom}" if whom else "")
    if status not in ("reported", "historical"):
        text += f" [{status}]"
    return text + (f" ({circumstances})" if circumstances else "")


def qid_of(entity: NamedNode) -> str | None:
    """The QID that a linked entity's IRI is made from."""
    last = str(entity.value).rpartition("/")[2]
    return last if last[:1] == "Q" and last[1:].isdigit() else None


def entity_name(entity: NamedNode, claim: Claim | None, look: Look) -> str:
    """The gazetteer's name of a linked entity, else the name that the article uses."""
    qid = qid_of(entity)
    known = look(qid) if qid else None
    return known.name if known else claim.name if claim else str(entity.value).rpartition("/")[2]


def summed_claim(entity: NamedNode, present: Iterable[Quad]) -> list[Claim]:
    """The entity graph's own quads of an entity as one claim: deriving from it and a further claim gives the same as
    deriving from all of them. Empty when there are none.
    """
    found: dict[str, Term] = {
        str(q.predicate.value): q.object for q in present if isinstance(q.object, (NamedNode, Literal))
    }
    if not found:
        return []
    sector = found.get(DIP("sector").value)
    return [
        Claim(
            entity=entity,
            name=_text(found[RDFS("label").value]) or "",
            type=_node(found[_TYPE.value]),
            is_named=_text(found.get(DIP("isNamed").value)) == "true",
            country=_text(found.get(DIP("countryCode").value)),
            sector=_node(sector) if sector is not None else None,
        )
    ]


def derive_entity(claims: Sequence[Claim], look: Look) -> set[Quad]:
    """The entity graph's quads of one entity, from what the articles say of it; none from no claims.

    What the gazetteer knows goes before what articles say. Of several claims the smallest is taken, so that the result
    depends on neither order nor number.
    """
    if not claims:
        return set()
    entity = claims[0].entity
    qid = qid_of(entity)
    known = look(qid) if qid else None
    # A person's country and sector are those the articles give: an official of the United Nations acts for no country.
    is_fixed = known is not None and known.type != "person"
    names, countries, sectors = (
        {c.name for c in claims},
        {c.country for c in claims if c.country},
        {c.sector for c in claims if c.sector},
    )
    values: list[tuple[NamedNode, Term]] = [
        (RDFS("label"), Literal(known.name if known else min(names))),
        (_TYPE, DIP(known.type.capitalize()) if known else min((c.type for c in claims), key=lambda t: str(t.value))),
        (DIP("isNamed"), flag_literal(any(c.is_named for c in claims))),
    ]
    country = known.country if known and is_fixed else min(countries, default=None)
    if country:
        values.append((DIP("countryCode"), Literal(country)))
    if known and is_fixed and known.sector:
        values.append((DIP("sector"), PLOVER(f"sector-{known.sector}")))
    elif sectors and not is_fixed:
        values.append((DIP("sector"), min(sectors, key=lambda s: str(s.value))))
    if qid:
        values += [(OWL("sameAs"), WIKIDATA(qid)), (DIP("wikidataId"), Literal(qid))]
    if known and known.latitude is not None and known.longitude is not None:
        values += [
            (WGS84("lat"), number_literal(known.latitude, 4)),
            (WGS84("long"), number_literal(known.longitude, 4)),
        ]
    return {Quad(entity, predicate, value, ENTITIES_GRAPH) for predicate, value in values}
