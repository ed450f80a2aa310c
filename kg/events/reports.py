"""Drafts, which count in tokens → events with their reports, which count in characters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.events.merging import make_event
from kg.model import Entity, Event, Report, Role, Span, Trigger, When, Where

if TYPE_CHECKING:
    from spacy.tokens import Doc

_FARTHEST = 6
"""How many tokens the words of a trigger stand apart at most to be shown together."""


def make_events(
    groups: Sequence[Sequence[Draft]], doc: Doc, text: str, entities: Mapping[str, Entity]
) -> tuple[Event, ...]:
    """The events of groups of drafts, one each, in their order; `text` is that of the document."""
    event_of = {draft.head: f"v{n}" for n, group in enumerate(groups, start=1) for draft in group}
    return tuple(
        make_event(
            event_id=f"v{n}",
            act=group[0].act,
            mode=next((draft.mode for draft in group if draft.mode), None),
            context=tuple(dict.fromkeys(context for draft in group for context in draft.contexts)),
            reports=tuple(_report(draft, doc, text, event_of) for draft in group),
            entities=entities,
        )
        for n, group in enumerate(groups, start=1)
    )


def _report(draft: Draft, doc: Doc, text: str, event_of: Mapping[int, str]) -> Report:
    def told(start: int, end: int) -> tuple[int, int, str]:
        words = doc[start:end]
        return words.start_char, words.end_char, text[words.start_char : words.end_char]

    when, where = draft.when, draft.where
    about = None if draft.content is None else event_of.get(draft.content)
    return Report(
        trigger=Trigger(*told(*_trigger_of(draft))),
        sentence=_sentence_of(draft, doc),
        status=draft.status,
        roles=tuple(Role(f.role, f.entity, *told(f.start, f.end)) for f in draft.roles),
        when=None if when is None else When(when.first, when.last, when.start, when.end, text[when.start : when.end]),
        where=None if where is None else Where(where.entity, *told(where.start, where.end)),
        attribution=draft.attribution,
        content=about if about != event_of[draft.head] else None,
        pattern=draft.pattern,
        confidence=draft.confidence,
    )


def _trigger_of(draft: Draft) -> tuple[int, int]:
    """The trigger's words when they stand near each other, else its head alone."""
    first, last = min(draft.trigger), max(draft.trigger)
    if last - first > _FARTHEST:
        first = last = draft.head
    return first, last + 1


def _sentence_of(draft: Draft, doc: Doc) -> Span:
    """Its sentence without the white space around it."""
    sentence = doc[draft.head].sent
    start, end = sentence.start, sentence.end
    while start < end - 1 and doc[start].is_space:
        start += 1
    while end > start + 1 and doc[end - 1].is_space:
        end -= 1
    words = doc[start:end]
    return Span(words.start_char, words.end_char)
