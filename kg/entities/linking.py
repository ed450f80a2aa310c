"""A chain of names → the Wikidata item it stands for, with score and candidates, or none rather than a wrong one."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kg.entities.found import FAMOUS, KNOWN, OBSCURE
from kg.entities.gazetteer import Entry, Gazetteer, NameKind, NameMatch, Term
from kg.entities.names import SURNAME_FIRST, fold_name, name_key, name_tokens
from kg.entities.statements import OfficeFound
from kg.model import Candidate, EntityType

LINKER = "gazetteer"
CEILING = 0.95
"""Score of a link of which all is sure: one name in twenty is a part of something that no gazetteer has, whatever speaks for it."""
THRESHOLD = 0.5
"""A best candidate below this score is not linked."""
MARGIN = 0.5
"""Two people whose log-odds are nearer than this cannot be told apart, and are not linked."""
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
_MATCH_WORDS: Mapping[str, str] = {
    "name": "its name",
    "alias": "another name of it",
    "acronym": "its acronym",
    "adjective": "its adjective",
    "singular": "its people",
    "plural": "its people",
    "surname": "the surname only",
}
_PRIOR = -0.3
_PUBLIC = frozenset({"GOV", "MIL", "IGO", "REB", "LEG", "JUD", "SPY", "COP"})
_LEAST_AGE = 18
"""Years of age below which nobody holds an office."""
_GRACE = timedelta(days=400)
"""How long after a term's end its holder is still commonly named by a bare surname or the office."""


@dataclass(frozen=True, slots=True, order=True)
class Reason:
    """Something that speaks for an entry (a weight above 0) or against it, in log-odds."""

    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Weighed:
    """An entry that a name can mean, what the name is to it, and all that speaks for and against it."""

    entry: Entry
    kind: NameKind
    reasons: tuple[Reason, ...]

    @property
    def log_odds(self) -> float:
        """The sum of the weights."""
        return sum(reason.weight for reason in self.reasons)

    @property
    def score(self) -> float:
        """In (0, 1): the logistic function of the log-odds, times CEILING; `kg evaluate links` shows how often it is right."""
        return CEILING / (1 + math.exp(-self.log_odds))


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
    ages: frozenset[int] = frozenset()
    """Years of age that the article gives."""
    years: frozenset[int] = frozenset()
    """Years that an article without a day of publication speaks of."""
    within: frozenset[str] = frozenset()
    """Countries that a place is said to be in, as France in "Lille, France"; "?" for one that is not known."""
    full_names: frozenset[str] = frozenset()
    """Names of several words that the article writes, folded: "roman empire"."""

    @property
    def is_one_word(self) -> bool:
        return len(name_tokens(self.name)) == 1


def full_names_of(names: Iterable[str]) -> frozenset[str]:
    """The folded ones of several words among the names of an article.

    >>> sorted(full_names_of(["Rome", "Roman Empire"]))
    ['roman empire']
    """
    return frozenset(name_key(name) for name in names if name[:1].isupper() and len(name_tokens(name)) > 1)


def link(evidence: Evidence, gazetteer: Gazetteer) -> Decision:
    """The best candidate of the chain's names, if it is good enough and clear of the next."""
    return decide(weigh(evidence, gazetteer))


def weigh(evidence: Evidence, gazetteer: Gazetteer) -> tuple[Weighed, ...]:
    """All that the names can mean, each under its most direct name, with what speaks for and against it; best first."""
    best_match: dict[str, NameMatch] = {}
    for match in evidence.matches:
        kept = best_match.get(match.entry.wikidata)
        if kept is None or _MATCH_WEIGHT[match.kind] > _MATCH_WEIGHT[kept.kind]:
            best_match[match.entry.wikidata] = match
    weighed = (
        Weighed(match.entry, match.kind, tuple(_reasons(match, evidence, gazetteer))) for match in best_match.values()
    )
    return tuple(sorted(weighed, key=lambda w: (-w.score, int(w.entry.wikidata[1:]))))


def decide(weighed: Sequence[Weighed]) -> Decision:
    """The first of those weighed, unless it is too weak, or two people cannot be told apart."""
    candidates = tuple(Candidate(w.entry.wikidata, round(w.score, 3)) for w in weighed[:MAX_CANDIDATES])
    if why_none(weighed) is not None:
        return Decision(None, None, candidates)
    return Decision(weighed[0].entry, round(weighed[0].score, 3), candidates)


def why_none(weighed: Sequence[Weighed]) -> str | None:
    """Why nothing is linked, or None when the first of those weighed is."""
    if not weighed:
        return "the gazetteer has no such name"
    best = weighed[0]
    if best.score < THRESHOLD:
        return f"the best candidate's score {best.score:.3f} is below the threshold {THRESHOLD}"
    if len(weighed) > 1 and best.entry.type == weighed[1].entry.type == "person":
        if best.log_odds - weighed[1].log_odds < MARGIN:
            return f"two people whose log-odds are within {MARGIN} cannot be told apart"
    return None


def _reasons(match: NameMatch, evidence: Evidence, gazetteer: Gazetteer) -> Iterator[Reason]:
    """What speaks for (above 0) and against an entry, as log-odds; they add up to its score's."""
    entry = match.entry
    yield Reason(_PRIOR + _MATCH_WEIGHT[match.kind], _MATCH_WORDS[match.kind])
    yield Reason(2.0 * entry.prominence, "prominence")
    yield _type_reason(entry, evidence.type)
    is_given = fold_name(evidence.name) == fold_name(entry.name).split()[0] and entry.country not in SURNAME_FIRST
    if match.kind == "surname" and entry.prominence >= FAMOUS and evidence.day is not None and not is_given:
        yield Reason(1.2, "famous enough for the surname alone")
    if entry.sector == "PTY" and evidence.is_one_word and entry.country and entry.country not in evidence.countries:
        yield Reason(-3.0, "a party's short name, and its country is not in the article")
    if entry.type == "organisation" and evidence.is_one_word:
        yield from _short_name_reasons(match, evidence.name)
    is_present = entry.type == "place" and evidence.day is not None
    if (
        not is_present
        and name_key(entry.name) in evidence.full_names
        and len(name_tokens(entry.name)) > len(name_tokens(evidence.name))
    ):
        yield Reason(1.8, "the article has its full name")
    if entry.type == "person":
        yield from _person_reasons(entry, evidence, gazetteer.terms_of(entry.wikidata))
    elif entry.country in evidence.countries:
        yield Reason(0.5, "its country is in the article")
    if entry.type == "place" and evidence.within and entry.country not in evidence.within:
        yield Reason(-5.0, f"said to be in {', '.join(sorted(evidence.within))}")


def _short_name_reasons(match: NameMatch, name: str) -> Iterator[Reason]:
    """One word or two letters mean many things: little known bodies are seldom meant by them."""
    if match.kind == "acronym" and len(name) < 3 and match.entry.prominence < FAMOUS:
        yield Reason(-3.0, "two letters for a little known body")
    elif match.kind == "alias" and match.entry.sector not in _PUBLIC and match.entry.prominence < OBSCURE:
        yield Reason(-2.0, "one word for a little known body")


def _type_reason(entry: Entry, seen: EntityType) -> Reason:
    """A club or company is seldom meant by a bare place name, a government's body may be."""
    known = entry.type
    if known == seen:
        return Reason(0.6, f"seen as {seen}")
    if {known, seen} <= {"country", "place"}:
        return Reason(0.3, f"seen as {seen}, is {known}")
    is_place_name = known == "organisation" and seen in ("place", "country") and entry.sector not in _PUBLIC
    return Reason(-2.5 if is_place_name or "person" in (known, seen) else -0.6, f"seen as {seen}, is {known}")


def _person_reasons(entry: Entry, evidence: Evidence, terms: Sequence[Term]) -> Iterator[Reason]:
    if evidence.is_one_word:
        yield Reason(-0.8, "named by one word")
    if entry.country in evidence.countries:
        yield Reason(1.0, "the country of office is in the article")
    if evidence.day is not None:
        yield from _life_reasons(entry, evidence.day, evidence.ages, terms)
        if any(_covers(term, evidence.day) for term in terms):
            yield Reason(0.8, "in office on the day")
    elif evidence.years and (born := _year(entry.born)) is not None and max(evidence.years) < born + 15:
        latest = max(evidence.years)
        yield Reason(-6.0 if latest < born else -2.0, f"born in {born}, and the article speaks of years to {latest}")
    stated = [o for o in evidence.offices if o.office_class is not None]
    if (terms or entry.prominence < OBSCURE) and not stated:
        yield from _private_life_reasons(evidence, terms)
    if terms and not stated and entry.prominence < KNOWN and entry.country not in evidence.countries:
        yield Reason(-1.2, "little known, and neither office nor country is in the article")
    if stated:
        yield max(_office_reason(office, entry, terms, evidence.day) for office in stated)


def _private_life_reasons(evidence: Evidence, terms: Sequence[Term]) -> Iterator[Reason]:
    """A politician is not called a baker: that is a namesake."""
    private = {"CVL"} if terms else {"CVL", "BUS"}
    trades = [o for o in evidence.offices if o.sector in private and not o.is_former]
    if trades:
        day = evidence.day
        is_in_office = day is not None and any(_covers(term, day) for term in terms)
        yield Reason(-6.0 if is_in_office else -2.0, f"said to be {trades[0].office!r}, and was in politics")


def _life_reasons(entry: Entry, day: date, ages: frozenset[int], terms: Sequence[Term]) -> Iterator[Reason]:
    """Namesakes long dead, or children at the time, are rarely meant, nor those of another age."""
    born, died = _year(entry.born), _year(entry.died)
    if died is not None and died + 3 < day.year:
        yield Reason(-2.0, f"died in {died}")
    elif born is not None and day.year < born:
        yield Reason(-6.0, f"born in {born}")
    elif born is not None and not 15 <= day.year - born <= 100:
        yield Reason(-2.0, f"born in {born}")
    if born is not None and ages:
        is_right = any(0 <= day.year - born - age <= 1 for age in ages)
        told = f"said to be {min(ages)} years old, born in {born}"
        yield Reason(1.0, told) if is_right else Reason(-5.0, told)
    first = min((t.start.year for t in terms if t.start is not None), default=None)
    if born is not None and first is not None and day.year - born < 30 and first > day.year + 5:
        yield Reason(-4.0, f"{day.year - born} years old, and in office only from {first}")
    if born is None and ages and first is not None and first - (day.year - min(ages)) < _LEAST_AGE:
        yield Reason(-5.0, f"said to be {min(ages)} years old, in office since {first}")


def _year(text: str | None) -> int | None:
    return int(text[:4]) if text and text[:4].isdigit() else None


def _office_reason(office: OfficeFound, entry: Entry, terms: Sequence[Term], day: date | None) -> Reason:
    """How well a stated office fits the candidate's known terms: same office, country and time."""
    told = f"said to be {office.office!r}"
    same = [t for t in terms if t.office_class == office.office_class and office.country in (None, t.country)]
    if same:
        if office.is_former and day is not None and all(_covers(term, day) for term in same):
            return Reason(-1.0, f"{told} formerly, and was on the day")
        if day is None or office.is_former:
            return Reason(1.5, f"{told}, and was")
        if any(_covers(term, day) for term in same):
            return Reason(2.2, f"{told}, and was on the day")
        return Reason(0.2, f"{told}, but was at another time")
    if office.country is not None and entry.country is not None and office.country != entry.country:
        return Reason(-2.0, f"{told} in another country")
    if not terms and entry.country is None and entry.prominence < OBSCURE:
        return Reason(-3.0, f"{told}, and is known for nothing")
    return Reason(-0.4, f"{told}, which is not known")


def _covers(term: Term, day: date) -> bool:
    if term.start is term.end is term.as_of is None:
        return False
    if term.start is not None and term.start > day:
        return False
    end = term.end or (term.as_of + _GRACE if term.as_of else None)
    return end is None or day <= end
