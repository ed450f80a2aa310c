"""Which sentences tell a plot: a novel's, a film's or a game's, which is told in the present tense as if it happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

_WORKS = frozenset(
    """novel novella play opera musical sitcom melodrama thriller videogame fable saga cartoon manga anime ballet sequel
    prequel trilogy tetralogy libretto storybook fairytale whodunit""".split()
)
_IN_ISSUES = frozenset({"series", "sitcom"})
"""Works only where nothing is said to be in them: "the series follows …", not "a series of attacks"."""
_PARTS = frozenset("act volume season canto stanza verse instalment installment".split())
"""Parts of works; chapters, levels and scenes are also those of reports, alerts and crimes."""
_ORDINALS = frozenset(
    "first second third fourth fifth sixth seventh final last opening closing penultimate middle".split()
)
_TELLING = frozenset(
    "tell follow depict portray imagine narrate recount revolve trace transport concern centre center".split()
)
_PRESENT = frozenset({"VBZ", "VBP", "VB", "VBG"})
"""Tags of what a plot is told in: the present, and forms that have no tense."""


def is_plot(sentence: Span, trigger: Token) -> bool:
    """Whether a sentence tells what happens in a work, so that its trigger tells of nothing that happened.

    "The novel tells of an officer who defects", "In the fourth volume the Senate imposes an embargo", "Act two: the mayor
    accuses the priest". What is told in the past is left alone: "In his novel Horvat attacked the minister".
    """
    if trigger.pos_ == "VERB" and not _is_present(trigger):
        return False
    first = sentence[0]
    if first.lower_ in _PARTS and len(sentence) > 2 and (sentence[1].like_num or sentence[1].lower_ in _ORDINALS):
        return sentence[2].text == ":"
    parts = [token for token in sentence if token.dep_ in ("nsubj", "pobj")]
    return any(_tells(token) or _is_place_in_a_work(token, trigger) for token in parts)


def _is_present(verb: Token) -> bool:
    """Whether it is told in the present, "defects", "is shot", or has no tense of its own, "storming", "shot by soldiers"."""
    tenses = {c.tag_ for c in verb.children if c.dep_ in ("aux", "auxpass")}
    return verb.tag_ in _PRESENT if verb.tag_ != "VBN" else not tenses & {"VBD", "MD"}


def _tells(noun: Token) -> bool:
    """Whether a work is what tells: "the play tells of a general", "the series follows an officer"."""
    verb = noun.head
    is_subject = noun.dep_ == "nsubj" and verb.tag_ in ("VBZ", "VBP") and verb.lemma_ in _TELLING
    return is_subject and (_is_work(noun) or _is_numbered_part(noun))


def _is_place_in_a_work(noun: Token, trigger: Token) -> bool:
    """Whether it says where in a work something happens, before it is told: "in the final act", "in this novel"."""
    if noun.dep_ != "pobj" or noun.head.lower_ != "in" or noun.i > trigger.i:
        return False
    is_owned = any(c.dep_ == "poss" for c in noun.children)
    return (_is_work(noun) and not is_owned) or _is_numbered_part(noun)


def _is_work(noun: Token) -> bool:
    lemma = noun.lemma_.lower()
    if lemma == "history":
        return any(c.lower_ in ("alternate", "alternative") for c in noun.children)
    return lemma in _WORKS | _IN_ISSUES and not _has_of(noun)


def _is_numbered_part(noun: Token) -> bool:
    """Whether it is a part of a work, told by its number: "the fourth volume", "volume nine", not "a volume of the report"."""
    if noun.lemma_.lower() not in _PARTS or _has_of(noun):
        return False
    after = noun.nbor(1) if noun.i + 1 < len(noun.doc) else None
    is_counted = after is not None and after.like_num
    return is_counted or any(c.lower_ in _ORDINALS for c in noun.children)


def _has_of(noun: Token) -> bool:
    return any(c.dep_ == "prep" and c.lower_ == "of" for c in noun.children)
