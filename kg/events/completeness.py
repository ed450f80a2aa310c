"""Whether an event has the parties that PLOVER and its pattern ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.events.government import GOVERNED_CLAUSES
from kg.events.lexicon import Pattern
from kg.events.matching import has_two_parties
from kg.events.parties import MentionIndex
from kg.events.syntax import SAYING, is_passive

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_JUSTICE = frozenset({("COERCE", "arrest"), ("SANCTION", "expel"), ("SANCTION", "convict"), ("RETREAT", "release")})
"""What only a state does."""
_POLITICAL = frozenset({"GOV", "LEG", "PTY", "OPP", "REB", "MED", "NGO", "IGO"})
"""Sectors of those to whom it is done as to people of public life: not of every soldier and policeman."""
_CUSTODY = frozenset(
    """prison jail custody detention captivity arrest bail charge charges parole bars cell prisoner detainee detained jailed
    imprisoned sentence""".split()
)
_STAGED = frozenset("film movie novel opera play series episode game show book scene match quiz".split())
_NEARLY = frozenset({"nearly", "almost", "narrowly", "virtually"})
_TOLD = frozenset({"it", "this", "that", "both", "these"})


class Completeness:
    """What is asked of the events of a document."""

    def __init__(self, doc: Doc, mentions: MentionIndex) -> None:
        self._doc, self._mentions = doc, mentions

    def is_met(self, draft: Draft, pattern: Pattern) -> bool:
        """Whether an event has them; an anaphor such as "the talks" may have none yet."""
        actors = draft.entities("actor")
        is_told_before = self._is_about_what_was_told(draft)
        if not all(
            _is_there(need, draft) or (need == "topic-or-content" and is_told_before) for need in pattern.requires
        ):
            return False
        is_reciprocal = pattern.reciprocal and draft.act == pattern.act
        if is_reciprocal and not draft.is_nominal and not self._has_named_or_two(draft):
            return False
        if actors or draft.entities("host", "mediator"):
            return True
        if pattern.agentless and draft.act == pattern.act and draft.entities("recipient"):
            return draft.status == "reported" and (bool(pattern.subject_nouns) or is_passive(self._doc[draft.head]))
        if self._is_done_to_the_public(draft):
            return True
        return draft.is_nominal and self._points_at_an_event(self._doc[draft.head])

    def _is_done_to_the_public(self, draft: Draft) -> bool:
        """Whether it is told as a fact that a state did something to somebody of public life, as "the opposition leader was arrested" does."""
        verb = self._doc[draft.head]
        if (draft.act, draft.mode) not in _JUSTICE or draft.status != "reported" or not _is_told_as_a_fact(verb):
            return False
        words = {word for token in verb.sent for word in (token.lower_, token.lemma_.lower())}
        if words & _STAGED or (draft.act == "RETREAT" and not words & _CUSTODY):
            return False
        reached = (self._mentions.entity_of[entity] for entity in draft.entities("recipient"))
        return any(party.sector in _POLITICAL for party in reached)

    def _is_about_what_was_told(self, draft: Draft) -> bool:
        """Whether a pronoun stands for what it is about: "Kigali denied it"."""
        verb = self._doc[draft.head]
        return verb.pos_ == "VERB" and any(c.dep_ == "dobj" and c.lower_ in _TOLD for c in verb.children)

    def _has_named_or_two(self, draft: Draft) -> bool:
        """ "They would discuss" tells of a meeting only when somebody known, or two parties, take part."""
        parties = draft.entities("actor", "recipient", "host", "mediator")
        if any(self._doc[f.start : f.end].root.tag_ in ("NNS", "NNPS") for f in draft.roles if f.role == "actor"):
            return True
        known = (self._mentions.entity_of[p] for p in parties)
        return len(parties) > 1 or any(party.named or party.country is not None for party in known)

    def _points_at_an_event(self, noun: Token) -> bool:
        """Whether it is definite, "the talks", or tells of the verb it hangs on, "met in talks"."""
        if noun.dep_ == "pobj" and noun.head.lower_ in ("in", "for", "during") and noun.head.head.pos_ == "VERB":
            return True
        return _is_definite(noun)


def _is_told_as_a_fact(verb: Token) -> bool:
    """Whether a passive stands in a main clause, or in what somebody said, and nobody is named as the doer."""
    if not is_passive(verb) or any(c.dep_ == "agent" or c.lower_ in _NEARLY for c in verb.children):
        return False
    is_inverted = any(c.dep_ == "aux" and c.lower_ == "had" and c.i == verb.left_edge.i for c in verb.children)
    first = verb
    while first.dep_ == "conj":
        first = first.head
    is_said = first.dep_ == "ccomp" and first.head.lemma_ in SAYING and first.head.dep_ == "ROOT"
    return not is_inverted and (first.dep_ == "ROOT" or is_said)


def _is_definite(noun: Token) -> bool:
    return any(
        c.dep_ in ("det", "poss", "compound") and c.lower_ not in ("a", "an", "any", "no", "some", "every")
        for c in noun.children
    )


def _is_there(need: str, draft: Draft) -> bool:
    filled = {f.role for f in draft.roles}
    if need == "two-actors":
        return has_two_parties([f.role for f in draft.roles if f.entity is not None])
    if need in GOVERNED_CLAUSES or need == "negated":
        return True
    if need == "affected-or-content":
        return draft.content is not None or bool(filled & {"recipient", "topic"})
    if need == "affected":
        return bool(filled & {"recipient", "topic"})
    if need == "content":
        return draft.content is not None
    if need == "topic-or-content":
        return draft.content is not None or "topic" in filled or len(draft.trigger) > 1
    return need in filled
