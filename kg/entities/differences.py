"""Two gazetteers → what the second has that the first has not, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from kg.entities.gazetteer import Entry, Gazetteer

Told = tuple[set[str], set[str]]
"""The names and the terms of an entity."""


@dataclass(frozen=True, slots=True)
class Difference:
    """An entity that is only in one gazetteer, or that two tell different things of."""

    kind: str
    """"added", "removed" or "changed"."""
    entry: Entry
    changes: tuple[str, ...] = ()
    """For a changed one what changed, such as "country: FRA → DEU" or "+ name: jacques"."""


def differences(old: Gazetteer, new: Gazetteer) -> Iterator[Difference]:
    """The entities that differ, sorted by the number of their QID."""
    before = {e.wikidata: e for e in old.entries()}
    after = {e.wikidata: e for e in new.entries()}
    was_called, is_called = old.all_names(), new.all_names()

    def told_of(qid: str) -> tuple[Told, Told]:
        return (
            (was_called.get(qid, set()), {t.shown for t in old.terms_of(qid)}),
            (is_called.get(qid, set()), {t.shown for t in new.terms_of(qid)}),
        )

    for qid in sorted(before.keys() | after.keys(), key=lambda qid: int(qid[1:])):
        if qid not in after:
            yield Difference("removed", before[qid])
        elif qid not in before:
            yield Difference("added", after[qid])
        elif changes := tuple(_changes(before[qid], after[qid], *told_of(qid))):
            yield Difference("changed", after[qid], changes)


def _changes(before: Entry, after: Entry, was_told: Told, is_told: Told) -> Iterator[str]:
    for field in fields(Entry):
        old, new = getattr(before, field.name), getattr(after, field.name)
        if old != new:
            yield f"{field.name}: {_shown(old)} → {_shown(new)}"
    for what, was, now in zip(("name", "term"), was_told, is_told, strict=True):
        yield from (f"- {what}: {gone}" for gone in sorted(was - now))
        yield from (f"+ {what}: {come}" for come in sorted(now - was))


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
