"""A chain of names → the Wikidata item it stands for, with score and candidates, or none rather than a wrong one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kg.entities.gazetteer import Entry, Gazetteer, NameMatch, Term
from kg.entities.mentions import FAMOUS, KNOWN
from kg.entities.names import name_tokens
from kg.entities.statements import OfficeFound
from kg.model import Candidate, EntityType

LINKER = "gazetteer"
THRESHOLD = 0.5
"""A best candidate below this score is not linked."""
OBSCURE = 0.2
"""Prominence below which a body is not meant by one word that is also another name."""
MARGIN = 0.05
"""Two people whose scores are nearer than this cannot be told apart, and are not linked."""
MAX_CANDIDATES = 5

_MATCH_WEIGHT: Mapping[str, float] = {
    "name": 1.2,
    "alias": 1.0,
    "acronym": 1.0,
    "adjective": 1.2,
    "singular": 1.2,
    "plural": 1.2,
    "surname": -1.6,
}
_PUBLIC = frozenset({"GOV", "MIL", "IGO", "REB", "LEG", "JUD", "SPY", "COP"})
_GRACE = timedelta(days=400)
"""How long after a term's end its holder is still commonly named by a bare surname or the office."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The entry chosen (None: unlinked), its score, and all candidates weighed, best first."""

    entry: Entry | None
    score: float | None
    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the article says of a chain: its type, fullest name, stated offices, and the day and countries it speaks of."""

    type: EntityType
    matches: tuple[NameMatch, ...]
    name: str
    offices: tuple[OfficeFound, ...]
    day: date | None
    countries: frozenset[str]

    @property
    def is_one_word(self) -> bool:
        return len(name_tokens(self.name)) == 1


def link(evidence: Evidence, gazetteer: Gazetteer) -> Decision:
    """The best candidate of the chain's names, if it is good enough and clear of the next."""
    best_match: dict[str, NameMatch] = {}
    for match in evidence.matches:
        kept = best_match.get(match.entry.wikidata)
        if kept is None or _MATCH_WEIGHT[match.kind] > _MATCH_WEIGHT[kept.kind]:
            best_match[match.entry.wikidata] = match
    scored = sorted(
        ((_score(match, evidence, gazetteer), match.entry) for match in best_match.values()),
        key=lambda pair: (-pair[0], pair[1].wikidata),
    )
    candidates = tuple(Candidate(entry.wikidata, round(score, 3)) for score, entry in scored[:MAX_CANDIDATES])
    if not scored or scored[0][0] < THRESHOLD:
        return Decision(None, None, candidates)
    score, entry = scored[0]
    if entry.type == "person" and len(scored) > 1 and score - scored[1][0] < MARGIN and scored[1][1].type == "person":
        return Decision(None, None, candidates)
    return Decision(entry, round(score, 3), candidates)


def _score(match: NameMatch, evidence: Evidence, gazetteer: Gazetteer) -> float:
    entry = match.entry
    weight = -0.3 + _MATCH_WEIGHT[match.kind] + 2.0 * entry.prominence
    weight += _type_weight(entry, evidence.type)
    if match.kind == "surname" and entry.prominence >= FAMOUS and evidence.day is not None:
        weight += 1.2
    if entry.type == "organisation" and evidence.is_one_word:
        weight += _short_name_weight(match, evidence.name)
    if entry.type == "person":
        weight += _person_weight(entry, evidence, gazetteer.terms_of(entry.wikidata))
    elif entry.country in evidence.countries:
        weight += 0.5
    return 1 / (1 + math.exp(-weight))


def _short_name_weight(match: NameMatch, name: str) -> float:
    """One word or two letters mean many things: little known bodies are seldom meant by them."""
    if match.kind == "acronym":
        return -3.0 if len(name) < 3 and match.entry.prominence < FAMOUS else 0.0
    is_other_name = match.kind == "alias" and match.entry.sector not in _PUBLIC
    return -2.0 if is_other_name and match.entry.prominence < OBSCURE else 0.0


def _type_weight(entry: Entry, seen: EntityType) -> float:
    """A club or company is seldom meant by a bare place name, a government's body may be."""
    known = entry.type
    if known == seen:
        return 0.6
    if {known, seen} <= {"country", "place"}:
        return 0.3
    if known == "organisation" and seen in ("place", "country") and entry.sector not in _PUBLIC:
        return -2.5
    return -2.5 if "person" in (known, seen) else -0.6


def _person_weight(entry: Entry, evidence: Evidence, terms: Sequence[Term]) -> float:
    weight = -0.8 if evidence.is_one_word else 0.0
    if entry.country in evidence.countries:
        weight += 0.6
    if evidence.day is not None:
        weight += _life_weight(entry, evidence.day)
        if any(_covers(term, evidence.day) for term in terms):
            weight += 0.8
    stated = [o for o in evidence.offices if o.office_class is not None]
    if terms and not stated and entry.prominence < KNOWN and entry.country not in evidence.countries:
        weight -= 1.2
    if stated:
        weight += max(_office_weight(office, entry, terms, evidence.day) for office in stated)
    return weight


def _life_weight(entry: Entry, day: date) -> float:
    """Namesakes long dead, or children at the time, are rarely meant."""
    born, died = _year(entry.born), _year(entry.died)
    if died is not None and died + 3 < day.year:
        return -2.0
    if born is not None and not 15 <= day.year - born <= 100:
        return -2.0
    return 0.0


def _year(text: str | None) -> int | None:
    return int(text[:4]) if text and text[:4].isdigit() else None


def _office_weight(office: OfficeFound, entry: Entry, terms: Sequence[Term], day: date | None) -> float:
    """How well a stated office fits the candidate's known terms: same office, country and time."""
    same = [t for t in terms if t.office_class == office.office_class and office.country in (None, t.country)]
    if same:
        if day is None or office.is_former:
            return 1.5
        return 2.2 if any(_covers(term, day) for term in same) else 0.2
    if office.country is not None and entry.country is not None and office.country != entry.country:
        return -2.0
    return -0.4


def _covers(term: Term, day: date) -> bool:
    if term.start is not None and term.start > day:
        return False
    end = term.end or (term.as_of + _GRACE if term.as_of else None)
    return end is None or day <= end
