"""Two gazetteers → what the second has that the first has not, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from kg.entities.gazetteer import Entry, Gazetteer


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
    for qid in sorted(before.keys() | after.keys(), key=lambda qid: int(qid[1:])):
        if qid not in after:
            yield Difference("removed", before[qid])
        elif qid not in before:
            yield Difference("added", after[qid])
        elif changes := tuple(_changes(qid, old, new, before[qid], after[qid])):
            yield Difference("changed", after[qid], changes)


def _changes(qid: str, old: Gazetteer, new: Gazetteer, before: Entry, after: Entry) -> Iterator[str]:
    for field in fields(Entry):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if was != now:
            yield f"{field.name}: {_shown(was)} → {_shown(now)}"
    for what, was_told, now_told in (
        ("name", set(old.names_of(qid)), set(new.names_of(qid))),
        ("term", {t.shown for t in old.terms_of(qid)}, {t.shown for t in new.terms_of(qid)}),
    ):
        yield from (f"- {what}: {gone}" for gone in sorted(was_told - now_told))
        yield from (f"+ {what}: {come}" for come in sorted(now_told - was_told))


def _shown(value: object) -> str:
    return "nothing" if value is None else str(value)
