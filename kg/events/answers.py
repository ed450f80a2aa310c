"""Answers to what was told before: whoever "rejected the demand" rejects those who made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.events.parties import Filler, tidy

if TYPE_CHECKING:
    from spacy.tokens import Doc

_ANSWERING = frozenset({"REJECT", "CONCEDE"})
_MEANT_BY: Mapping[str, frozenset[str]] = {
    **dict.fromkeys("demand request call appeal plea ultimatum".split(), frozenset({"REQUEST"})),
    **dict.fromkeys("accusation allegation charge claim criticism complaint".split(), frozenset({"ACCUSE"})),
    **dict.fromkeys("offer proposal invitation".split(), frozenset({"AGREE", "REQUEST"})),
    **dict.fromkeys("threat warning".split(), frozenset({"THREATEN"})),
}
"""Noun → the acts that it can point back to."""
_POINTING = frozenset({"the", "this", "that", "these", "those"})
_REACH = 100
"""Tokens back to which what is answered is looked for."""


def with_answers(doc: Doc, drafts: Mapping[int, Draft]) -> dict[int, Draft]:
    """The drafts, with the askers as recipients where a refusal or concession only says "the demand"."""
    return {i: _answer(doc, draft, drafts) for i, draft in drafts.items()}


def _answer(doc: Doc, draft: Draft, drafts: Mapping[int, Draft]) -> Draft:
    if draft.act not in _ANSWERING or draft.entities("recipient") or not draft.entities("actor"):
        return draft
    for filler in draft.roles:
        acts = _acts_meant(doc, filler) if filler.role == "topic" else frozenset()
        before = [d for d in drafts.values() if d.act in acts and 0 < draft.head - d.head < _REACH]
        asked = [
            d for d in before if d.entities("actor") and not set(d.entities("actor")) & set(draft.entities("actor"))
        ]
        if asked:
            last = max(asked, key=lambda d: d.head)
            askers = (Filler("recipient", entity, filler.start, filler.end) for entity in last.entities("actor"))
            content = last.head if draft.content is None else draft.content
            return replace(draft, roles=tidy((*draft.roles, *askers)), content=content)
    return draft


def _acts_meant(doc: Doc, topic: Filler) -> frozenset[str]:
    """The acts that a topic of two words, "the demand", can point back to; with more words it tells what is meant itself."""
    words = doc[topic.start : topic.end]
    if len(words) != 2 or words[0].lower_ not in _POINTING:
        return frozenset()
    return _MEANT_BY.get(words[1].lemma_.lower(), frozenset())
