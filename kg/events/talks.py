"""Who took part in talks by what is told of him beside them: "criticised Sudan in a call with Egypt", "signed a pact after talks in Oslo"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.events.parties import MentionIndex
from kg.events.syntax import SAYING, is_passive, lemma_of, subjects, word_before

if TYPE_CHECKING:
    from spacy.tokens import Token

_AFTERWARDS = frozenset({"after", "following"})
_DURING = _AFTERWARDS | {"in", "during", "at", "on"}
_TAKING_PART = frozenset({"with", "of", "to"})
_AGREEING = frozenset(
    """sign agree pledge promise reach conclude hail praise condemn criticise criticize denounce welcome urge call accept
    reject express thank decide approve back endorse seal strike vow offer demand lift ease""".split()
)
"""What people do besides speaking once they have met."""


def verb_during(noun: Token) -> Token | None:
    """The verb that tells what somebody did "in a call with Putin", "on a visit to Kabul" or "after talks with Egypt": its subject is the other party."""
    preposition, verb = noun.head, noun.head.head
    if noun.dep_ != "pobj" or preposition.lower_ not in _DURING or verb.pos_ != "VERB":
        return None
    if not any(c.dep_ == "prep" and c.lower_ in ("with", "to") for c in noun.children):
        return None
    if preposition.lower_ in _AFTERWARDS and not (_is_of_talkers(verb) and _is_of_nobody(noun)):
        return None
    is_apart = preposition.i < verb.i or word_before(preposition) == ","
    if not is_apart and not any(c.lower_ == "with" for c in noun.children):
        # "criticised Pelosi on a visit to Taiwan": the visitor may be either.
        return None
    # "said that A was a partner, in calls with B and C"
    is_aside = verb.dep_ == "ccomp" and verb.head.lemma_ in SAYING and word_before(preposition) == ","
    return verb.head if is_aside and preposition.i > verb.i else verb


def verb_of_two(noun: Token, mentions: MentionIndex) -> Token | None:
    """The verb that tells what two did "after talks in Nairobi" or "at Beijing summit", where nobody is said to have talked: they did."""
    verb = noun.head.head
    if verb.dep_ == "dobj":
        # A headline's parse: "hail ties at Beijing summit".
        verb = verb.head
    if noun.dep_ != "pobj" or noun.head.lower_ not in _DURING or verb.pos_ != "VERB" or not _is_of_talkers(verb):
        return None
    is_known = any(c.dep_ == "det" or c.lower_ in _TAKING_PART for c in noun.children)
    if is_known or not _is_of_nobody(noun) or not all(_is_a_place(c, mentions) for c in noun.lefts):
        return None
    parties = {p.entity for t in subjects(verb) if mentions.is_name(t) for p in mentions.parties(t, "actor")}
    known = [mentions.entity_of[party] for party in parties if party is not None]
    return verb if len(known) > 1 and all(party.country is not None for party in known) else None


def _is_of_talkers(verb: Token) -> bool:
    """Whether a verb says in the active that somebody spoke, signed or decided something, as people do after they have met."""
    is_real = not any(c.dep_ == "neg" or c.tag_ == "MD" for c in verb.children)
    return lemma_of(verb) in SAYING | _AGREEING and is_real and not is_passive(verb)


def _is_of_nobody(noun: Token) -> bool:
    """Whether no words before or after talks say whose they were, or that there were none: "Pelosi's meeting", "cancelled talks"."""
    return not any(
        c.dep_ in ("poss", "relcl", "acl")
        or c.lower_ in ("by", "between", "among")
        or (c.tag_ == "VBN" and c.i < noun.i)
        for c in noun.children
    )


def _is_a_place(word: Token, mentions: MentionIndex) -> bool:
    """Whether a word before talks tells where they were, or is no name: "Nairobi talks", "peace talks"."""
    named = [literal for t in word.subtree if (literal := mentions.literal(t)) is not None]
    return all(literal.type == "place" for literal in named) and not any(t.text == "-" for t in word.subtree)
