"""What the second opinion is asked, and its guesses as drafts: at most one a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.events.affairs import PARTIES, Affairs
from kg.events.drafts import Draft
from kg.events.encoder import probabilities
from kg.events.opinion import (
    NOTHING,
    PATTERN,
    THRESHOLD,
    THRESHOLD_DOUBTED,
    THRESHOLD_PRIVATE,
    Answer,
    Pair,
    Question,
    is_only_said,
    telling_pairs,
)
from kg.events.parties import Filler, MentionIndex, tidy
from kg.events.status import status_of
from kg.events.syntax import SAYING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

LARGEST_CONFIDENCE = 0.6
"""A guess is never surer than that: a pattern that fits is right more often."""


_TOGETHER = frozenset({"CONSULT", "COOPERATE"})
"""What nobody does alone."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What the sentence of a question may tell of its pair, and how probable that is."""

    question: Question
    act: str
    probability: float

    @property
    def margin(self) -> float:
        """By how much it is more probable than it needs to be."""
        return self.probability - self.question.needed


def find_questions(doc: Doc, mentions: MentionIndex, affairs: Affairs, drafts: Iterable[Draft]) -> list[Question]:
    """Of each sentence the pairs of whom no draft tells and one of whom is public, in the order of sentences."""
    told: dict[int, list[Draft]] = {}
    for draft in drafts:
        told.setdefault(draft.sentence, []).append(draft)
    out: list[Question] = []
    for sentence in doc.sents:
        events = told.get(sentence.start, ())
        everybody = mentions.acting_in(sentence)
        if len(everybody) > 1 and not any(everybody <= set(draft.entities(*PARTIES)) for draft in events):
            out += _questions_of(sentence, mentions, affairs, events)
    return out


def _questions_of(
    sentence: Span, mentions: MentionIndex, affairs: Affairs, events: Sequence[Draft]
) -> Iterator[Question]:
    """Beside an event only pairs are asked about whom a verb has, and none who only speak."""
    for pair in telling_pairs(sentence, mentions, with_named=not events):
        is_said = is_only_said(pair, sentence.doc)
        if pair.target is None or _is_told(pair, events) or (is_said and events):
            continue
        if _is_addressed(pair.source, sentence):
            continue
        is_public = affairs.is_in_public_life(pair.source)
        if is_public or affairs.is_in_public_life(pair.target):
            is_doubted = bool(events) or is_said or pair.path == "apart"
            needed = THRESHOLD_DOUBTED if is_doubted else THRESHOLD
            yield Question(sentence, pair, bool(events), needed if is_public else THRESHOLD_PRIVATE)


def _is_addressed(source: Filler, sentence: Span) -> bool:
    """Whether somebody is only told what is said: "an official told Interfax that Moscow would not give in"."""
    root = sentence.doc[source.start : source.end].root
    verb = root.head.head if root.dep_ == "pobj" and root.head.lower_ == "to" else root.head
    return root.dep_ in ("dobj", "dative", "pobj") and verb.lemma_ in SAYING


def _is_part_of(inner: Token, outer: Token) -> bool:
    """Whether a word names whose another is, or that is an apposition of what is its own: no verb, "and" or "by" is between them."""
    whole = {outer}
    while outer.dep_ == "appos":
        outer = outer.head
        whole.add(outer)
    token = inner
    while token.head != token and token.dep_ != "conj" and token.head.pos_ not in ("VERB", "AUX"):
        if token.dep_ == "pobj" and token.head.lower_ != "of":
            return False
        token = token.head
        if token in whole:
            return True
    return False


def _is_told(pair: Pair, drafts: Sequence[Draft]) -> bool:
    """Whether an event of its sentence is told by the pair's verb or has both of its parties."""
    return any(
        pair.verb in (draft.head, *draft.trigger) or pair.parties <= set(draft.entities(*PARTIES)) for draft in drafts
    )


def best_guesses(asked: Sequence[Question], answers: Sequence[Answer | None], classes: Sequence[str]) -> list[Guess]:
    """For each sentence the guess about its pairs that has the largest margin, in the order of sentences.

    There is none of a sentence of whose pairs all most likely tell of nothing, or are not answered.
    """
    best: dict[int, Guess] = {}
    for question, answer in zip(asked, answers, strict=True):
        if answer is None:
            continue
        shares = probabilities(answer.both[None])[0]
        k = int(shares.argmax())
        guess = Guess(question, classes[k], float(shares[k]))
        known = best.get(question.sentence.start)
        if guess.act != NOTHING and (known is None or guess.margin > known.margin):
            best[question.sentence.start] = guess
    return list(best.values())


def _alone(pair: Pair, sentence: Span, mentions: MentionIndex) -> Filler | None:
    """Who acts where the two of a pair are one side: the official of a country and that country, or who is called by the other's name.

    "Israeli Prime Minister Netanyahu threatened", "the head of the agency, Grossi, said", "The Turkish minister signed for Ankara".
    """
    source, target = pair.source, pair.target
    if target is None or _is_home(target, source, mentions):
        return source
    first, second = (sentence.doc[party.start : party.end].root for party in (source, target))
    is_official = _is_home(source, target, mentions) and mentions.entity_of[target.entity or ""].sector == "GOV"
    if is_official or _is_part_of(first, second):
        return target
    return source if _is_part_of(second, first) else None


def _is_home(target: Filler, source: Filler, mentions: MentionIndex) -> bool:
    """Whether it is the country of who acts."""
    country, doer = mentions.entity_of[target.entity or ""], mentions.entity_of[source.entity or ""]
    return country.type == "country" and country.country == doer.country


def guessed_events(guesses: Iterable[Guess], mentions: MentionIndex) -> Iterator[Draft]:
    """Guesses as drafts, where they are probable enough and nobody denies them.

    Beside an event that is known nothing is guessed of what may be or will be.
    """
    for guess in guesses:
        draft = _draft(guess, mentions)
        is_idle = draft.status == "denied" or (guess.question.is_beside and draft.status != "reported")
        is_idle = is_idle or (guess.act in _TOGETHER and len(draft.roles) < 2)
        if guess.margin >= 0 and not is_idle:
            yield draft


def _draft(guess: Guess, mentions: MentionIndex) -> Draft:
    pair, sentence = guess.question.pair, guess.question.sentence
    head = sentence.doc[pair.verb]
    alone = _alone(pair, sentence, mentions)
    roles = [replace(alone or pair.source, role="actor")]
    if alone is None and pair.target is not None:
        roles.append(replace(pair.target, role="recipient"))
    return Draft(
        head=head.i,
        trigger=(head.i,),
        act=guess.act,
        mode=None,
        contexts=(),
        status=status_of(head),
        roles=tidy(roles),
        pattern=PATTERN,
        sentence=sentence.start,
        is_nominal=head.pos_ in ("NOUN", "PROPN"),
        is_past=head.tag_ in ("VBD", "VBN"),
        confidence=round(guess.probability * LARGEST_CONFIDENCE, 3),
    )
