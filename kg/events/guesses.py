"""The second opinion's guesses as drafts: at most one a sentence, and none where the lexicon has something to tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.events.opinion import NOTHING, PATTERN, THRESHOLD, Group, Opinion, Pair, traits_of
from kg.events.parties import Filler, MentionIndex, tidy
from kg.events.status import status_of

if TYPE_CHECKING:
    from spacy.tokens import Span

LARGEST_CONFIDENCE = 0.6
"""A guess is never surer than that: a pattern that fits is right more often."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a sentence may tell of a pair, how probable that is, and the traits that it was judged by."""

    pair: Pair
    act: str
    probability: float
    groups: list[Group]


def best_guess(sentence: Span, pairs: Iterable[Pair], mentions: MentionIndex, opinion: Opinion) -> Guess | None:
    """The most probable guess about pairs of a sentence, however improbable; None where all tell most likely of nothing."""
    best: Guess | None = None
    for pair in pairs:
        groups = traits_of(sentence, pair, mentions)
        odds = opinion.judge(groups)
        k = int(odds.argmax())
        if opinion.classes[k] != NOTHING and (best is None or odds[k] > best.probability):
            best = Guess(pair, opinion.classes[k], float(odds[k]), groups)
    return best


def _is_home(target: Filler, source: Filler, mentions: MentionIndex) -> bool:
    """Whether it is the country of who acts, for which he acts: "The Turkish minister signed for Ankara"."""
    country, doer = mentions.entity_of[target.entity or ""], mentions.entity_of[source.entity or ""]
    return country.type == "country" and country.country == doer.country


def guess_event(sentence: Span, pairs: Iterable[Pair], mentions: MentionIndex, opinion: Opinion) -> Draft | None:
    """The best guess about pairs of a sentence as a draft, if it is probable enough."""
    guess = best_guess(sentence, pairs, mentions, opinion)
    if guess is None or guess.probability < THRESHOLD:
        return None
    pair, head = guess.pair, sentence.doc[guess.pair.verb]
    roles = [Filler("actor", pair.source.entity, pair.source.start, pair.source.end)]
    if pair.target is not None and not _is_home(pair.target, pair.source, mentions):
        roles.append(Filler("recipient", pair.target.entity, pair.target.start, pair.target.end))
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
