"""One event, many reports: which accounts of an article tell of the same happening, and what is true of it over all."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import product
from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.model import (
    MATERIAL_CONFLICT,
    MATERIAL_COOPERATION,
    QUAD_CLASS,
    VERBAL_CONFLICT,
    VERBAL_COOPERATION,
    Entity,
    Event,
    Participant,
    Report,
    RoleName,
    Status,
    When,
    type_of_act,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from kg.events.parties import Filler

_PARTIES = ("actor", "recipient", "host", "mediator")
_MANY = frozenset({"police", "people", "personnel", "staff"})
_TELLING = frozenset({"NOUN", "PROPN", "VERB", "ADJ"})
_SYMMETRIC = frozenset({"CONSULT", "COOPERATE"})
_DERIVED_ORDER: tuple[Status, ...] = ("reported", "historical", "planned", "hypothetical", "denied")


class Merger:
    """Groups drafts in text order; each joins the event it fits, if exactly one or the last one fits, else begins its own."""

    def __init__(self, entities: Mapping[str, Entity], doc: Doc) -> None:
        self.entities, self.doc = entities, doc
        self.groups: list[list[Draft]] = []
        self.told_by: dict[str, Filler] = {}

    def group(self, drafts: Sequence[Draft]) -> tuple[tuple[Draft, ...], ...]:
        """The drafts by event, events in order of first report; a mention such as "the talks" that fits none is dropped."""
        self.told_by = {f.entity: f for d in drafts for f in d.roles if f.entity is not None}
        for draft in sorted(
            drafts, key=lambda d: (_is_anaphor(d), self._is_coarse(d), not _is_told_in_full(d), d.head)
        ):
            home = self._home(draft)
            if home is not None:
                home.append(draft)
            elif draft.entities("actor", "host", "mediator") or (draft.entities("recipient") and not draft.is_nominal):
                self.groups.append([draft])
        ordered = [tuple(sorted(g, key=lambda d: d.head)) for g in self.groups]
        return tuple(sorted(ordered, key=lambda g: g[0].head))

    def _home(self, draft: Draft) -> list[Draft] | None:
        if draft.is_nominal and self._names_nobody(draft):
            for group in self.groups:
                if any(o.sentence == draft.sentence and o.act == draft.act for o in group) and all(
                    self._compatible(draft, o) for o in group
                ):
                    return group
        fits = [g for g in self.groups if all(self._compatible(draft, o) for o in g) and self._fits(draft, g)]
        if not fits:
            return None
        exact = [g for g in fits if any(self._parties(draft) == self._parties(o) for o in g)]
        if exact or len(fits) == 1:
            return (exact or fits)[-1]
        if not _is_anaphor(draft):
            return None
        beside = [g for g in fits if any(d.sentence == draft.sentence and not d.is_nominal for d in g)]
        if beside:
            return beside[-1]
        at_place = [g for g in fits if draft.where and any(d.where and d.where.entity == draft.where.entity for d in g)]
        before = [g for g in at_place or fits if g[0].head < draft.head]
        return max(before or at_place or fits, key=lambda g: max((d.head for d in g if d.head < draft.head), default=0))

    def _names_nobody(self, draft: Draft) -> bool:
        """Whether all its parties are unnamed, as in "the first meeting between presidents of the two countries"."""
        parties = self._all(draft)
        return bool(parties) and not any(self.entities[p].named for p in parties)

    def _fits(self, draft: Draft, group: Sequence[Draft]) -> bool:
        """Whether the draft tells of the same as some report of the group, and names nobody that the group excludes."""
        if not any(self._same(draft, other) for other in group):
            return False
        if draft.act not in _SYMMETRIC or _is_anaphor(draft):
            return True
        named = self._finest({e for d in group for e in self._all(d)})
        return self._cover(self._all(draft), named)

    def _finest(self, parties: set[str]) -> set[str]:
        """The parties without the countries whose people are among them."""
        finer = {self.entities[p].country for p in parties if self.entities[p].type != "country"}
        return {p for p in parties if self.entities[p].type != "country" or self.entities[p].country not in finer}

    def _is_coarse(self, draft: Draft) -> bool:
        """Whether it names countries only; such a report waits for the finer ones that it may belong to."""
        return all(self.entities[e].type == "country" for e in self._all(draft))

    def _compatible(self, a: Draft, b: Draft) -> bool:
        if a.act != b.act or not _modes_agree(a, b) or self._is_one_by_phone(a, b):
            return False
        if _kind(a.status) != _kind(b.status) and not (
            a.sentence == b.sentence and a.is_nominal and b.is_nominal and self._all(a) and self._all(b)
        ):
            return False
        if _days_exclude(a.when, b.when) or _is_yet_to_come(a, b) or _is_yet_to_come(b, a):
            return False
        return not self._places_exclude(a, b)

    def _is_one_by_phone(self, a: Draft, b: Draft) -> bool:
        """Whether one speaks by phone and the other meets face to face."""
        return "phone" in (a.mode, b.mode) and any(
            draft.mode is None and (draft.where is not None or self.doc[draft.head].lemma_ == "meet")
            for draft in (a, b)
        )

    def _places_exclude(self, a: Draft, b: Draft) -> bool:
        if a.where is None or b.where is None or a.where.entity == b.where.entity:
            return False
        pa, pb = self.entities[a.where.entity], self.entities[b.where.entity]
        if "country" in (pa.type, pb.type):
            return pa.country != pb.country
        return True

    def _same(self, a: Draft, b: Draft) -> bool:
        """Whether the parties fit, and for words rather than deeds what it was about as well."""
        if _is_anaphor(a) or _is_anaphor(b):
            return self._anaphor_fits(a, b)
        if a.act in _SYMMETRIC:
            if bool(a.entities("recipient")) != bool(b.entities("recipient")):
                return False
            return self._cover(self._all(a), self._all(b))
        if QUAD_CLASS[a.act] in (MATERIAL_CONFLICT, MATERIAL_COOPERATION) and (a.is_nominal or b.is_nominal):
            return all(self._open_cover(a, b, role) for role in ("actor", "recipient"))
        same = all(self._cover(set(a.entities(role)), set(b.entities(role))) for role in ("actor", "recipient"))
        reached = a.entities("recipient"), b.entities("recipient")
        if not same or not (reached[0] == reached[1] or any(self._are_alike(x, y) for x, y in product(*reached))):
            return (
                same
                and QUAD_CLASS[a.act] not in (VERBAL_CONFLICT, VERBAL_COOPERATION)
                and bool(a.entities("recipient")) == bool(b.entities("recipient"))
            )
        if QUAD_CLASS[a.act] not in (VERBAL_CONFLICT, VERBAL_COOPERATION):
            return True
        are_identical = reached[0] == reached[1] or bool(set(reached[0]) & set(reached[1]))
        return self._about_the_same(a, b) and (are_identical or bool(self._topic(a)) == bool(self._topic(b)))

    def _anaphor_fits(self, a: Draft, b: Draft) -> bool:
        place = a.where or b.where
        if (place is not None and a.where is None) or b.where is None:
            known = {*a.entities(*_PARTIES), *b.entities(*_PARTIES)}
            if place is not None and self.entities[place.entity].type == "country" and place.entity not in known:
                return False
        parties = self._all(a) | self._all(b)
        return self._cover(self._all(a), self._all(b)) if self._all(a) and self._all(b) else bool(parties)

    def _all(self, draft: Draft) -> set[str]:
        return set(draft.entities(*_PARTIES))

    def _parties(self, draft: Draft) -> frozenset[str]:
        return frozenset(self._all(draft))

    def _open_cover(self, a: Draft, b: Draft, role: str) -> bool:
        """As `_cover`, but a noun ("the Russian invasion") need not name everybody."""
        ea, eb = set(a.entities(role)), set(b.entities(role))
        if (not ea and a.is_nominal) or (not eb and b.is_nominal):
            return True
        return self._cover(ea, eb)

    def _cover(self, a: set[str], b: set[str]) -> bool:
        """Whether each party of the smaller set is one of the larger, or its country."""
        small, large = sorted((a, b), key=len)
        if not small:
            return not large
        return all(any(self._matches(x, y) for y in large) for x in small)

    def _matches(self, x: str, y: str) -> bool:
        if x == y:
            return True
        ex, ey = self.entities[x], self.entities[y]
        is_of_country = ex.country is not None and ex.country == ey.country and "country" in (ex.type, ey.type)
        return is_of_country or self._are_alike(x, y)

    def _are_alike(self, x: str, y: str) -> bool:
        """Whether two descriptions may mean the same: "Chinese envoys" and "China's ambassadors", not soldiers and fishermen, nor two and three."""
        ex, ey = self.entities[x], self.entities[y]
        if ex.named or ey.named or ex.country is None or ex.sector is None:
            return x == y
        if (ex.country, ex.sector) != (ey.country, ey.sector):
            return False
        (is_many, number), (are_many, other) = (self._number_of(entity) for entity in (x, y))
        return is_many == are_many and (number is None or other is None or number == other)

    def _number_of(self, entity: str) -> tuple[bool, str | None]:
        """Whether a description is of several, and of how many if it says so."""
        filler = self.told_by[entity]
        words = self.doc[filler.start : filler.end]
        number = next((token.lower_ for token in words if token.pos_ == "NUM"), None)
        return words.root.tag_ in ("NNS", "NNPS") or words.root.lower_ in _MANY, number

    def _about_the_same(self, a: Draft, b: Draft) -> bool:
        ta, tb = self._topic(a), self._topic(b)
        if not ta or not tb:
            return a.pattern == b.pattern or a.is_nominal != b.is_nominal
        return len(ta & tb) >= min(2, len(ta), len(tb))

    def _topic(self, draft: Draft) -> frozenset[str]:
        told = (t for f in draft.roles if f.role == "topic" for t in self.doc[f.start : f.end])
        return frozenset(t.lemma_.lower() for t in told if t.pos_ in _TELLING)


def _is_anaphor(draft: Draft) -> bool:
    """Whether a noun such as "the talks" names nobody and so can only point back."""
    return draft.is_nominal and not draft.entities(*_PARTIES)


def _is_told_in_full(draft: Draft) -> bool:
    return bool(draft.entities("actor") and draft.entities("recipient")) or len(draft.entities("actor")) > 1


def _kind(status: Status) -> str:
    return status if status in ("historical", "hypothetical") else "current"


def _is_yet_to_come(planned: Draft, told: Draft) -> bool:
    """Whether one is planned and the other is told in the past, so that they cannot be the same without the same day."""
    if planned.status != "planned" or planned.is_nominal or not (told.status == "reported" and told.is_past):
        return False
    return not (planned.when and told.when and planned.when.day and planned.when.day == told.when.day)


def _modes_agree(a: Draft, b: Draft) -> bool:
    if a.mode == b.mode:
        return True
    return None in (a.mode, b.mode) and "visit" not in (a.mode, b.mode)


def _days_exclude(a: When | None, b: When | None) -> bool:
    if a is None or b is None:
        return False
    for early, late in ((a, b), (b, a)):
        if early.last is not None and late.first is not None and early.last < late.first:
            return True
    return False


def make_event(
    event_id: str,
    act: str,
    mode: str | None,
    context: Sequence[str],
    reports: Sequence[Report],
    entities: Mapping[str, Entity],
) -> Event:
    """The event that reports tell of: all else but its act, mode and contexts follows from them."""
    status = settled_status(status_over([r.status for r in reports]), reports)
    doubt = math.prod(1 - report.confidence for report in reports)
    return Event(
        id=event_id,
        type=type_of_act(act, status),
        act=act,
        mode=mode,
        context=tuple(context),
        status=status,
        roles=participants_over(act, reports, entities),
        when=when_over(reports),
        where=where_over(reports, entities),
        confidence=round(min(1 - doubt, 0.99), 3),
        reports=tuple(reports),
    )


def status_over(statuses: Sequence[Status]) -> Status:
    """The status of an event: the most certain of its reports'; denied only when all deny.

    >>> status_over(["planned", "reported"]), status_over(["denied", "denied"]), status_over(["denied", "planned"])
    ('reported', 'denied', 'planned')
    """
    return next(s for s in _DERIVED_ORDER if s in statuses)


def settled_status(status: Status, reports: Sequence[Report]) -> Status:
    """An event is historical when each report that dates it puts it in the past, whatever the undated ones say."""
    dated = [r.status for r in reports if r.when is not None and (r.when.first or r.when.last)]
    return "historical" if status == "reported" and dated and all(s == "historical" for s in dated) else status


def participants_over(act: str, reports: Sequence[Report], entities: Mapping[str, Entity]) -> tuple[Participant, ...]:
    """Who takes part over all reports; in a meeting countries and the unnamed give way to named people of the country."""
    seen: dict[tuple[str, str | None], Participant] = {}
    for report in reports:
        for role in report.roles:
            if role.entity is not None or role.role in ("topic", "instrument"):
                seen.setdefault((role.role, role.entity), Participant(role.role, role.entity))
    hosts = {p.entity for p in seen.values() if p.role == "host"}
    seen = {key: p for key, p in seen.items() if not (p.role == "actor" and p.entity in hosts)}
    if act not in _SYMMETRIC:
        return tuple(seen.values())
    named = sum(p.entity is not None and entities[p.entity].named and p.role == "actor" for p in seen.values())
    finer = {
        (p.role, entities[p.entity].country)
        for p in seen.values()
        if p.entity and entities[p.entity].named and entities[p.entity].type != "country"
    }
    return tuple(
        p
        for p in seen.values()
        if not (p.entity and p.role in _PARTIES and _gives_way(entities[p.entity], p.role, finer, named))
    )


def _gives_way(entity: Entity, role: str, finer: set[tuple[RoleName, str | None]], named: int) -> bool:
    """Whether named people stand for it: those of its country, or for "two presidents" any two."""
    is_vague = entity.type == "country" or not entity.named
    if entity.country is None:
        return not entity.named and named > 1
    return is_vague and (role, entity.country) in finer


def when_over(reports: Sequence[Report]) -> tuple[date | None, date | None] | None:
    """The narrowest days that any report gives, the first of equals; open bounds only when no report has closed ones."""
    given = [r.when for r in reports if r.when is not None and (r.when.first or r.when.last)]
    closed = [w for w in given if w.first and w.last]
    if closed:
        best = min(closed, key=lambda w: w.last - w.first)  # type: ignore[operator]
        return best.first, best.last
    return (given[0].first, given[0].last) if given else None


def where_over(reports: Sequence[Report], entities: Mapping[str, Entity]) -> str | None:
    """The first place that a report gives, a town before a country."""
    places = [r.where.entity for r in reports if r.where is not None]
    return min(places, key=lambda e: (entities[e].type == "country", places.index(e)), default=None)
