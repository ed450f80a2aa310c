"""The second opinion's guesses as drafts: at most one a sentence, of those pairs about whom it is asked."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.events.opinion import NOTHING, PATTERN, THRESHOLD, THRESHOLD_BESIDE, Opinion, Pair
from kg.events.parties import Filler, MentionIndex, tidy
from kg.events.status import status_of

if TYPE_CHECKING:
    from spacy.tokens import Span

LARGEST_CONFIDENCE = 0.6
"""A guess is never surer than that: a pattern that fits is right more often."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What a sentence may tell of a pair, and how probable that is."""

    sentence: Span
    pair: Pair
    act: str
    probability: float


def best_guesses(asked: Sequence[tuple[Span, Pair]], opinion: Opinion) -> list[Guess]:
    """For each sentence the most probable guess about its pairs, however improbable, in the order of sentences.

    There is none of a sentence of whose pairs all most likely tell of nothing, or stand too far apart to be read together.
    """
    best: dict[int, Guess] = {}
    readings = [opinion.read(*each) for each in asked]
    read = [(each, reading) for each, reading in zip(asked, readings, strict=True) if reading.has_both]
    judged = opinion.encoder.judge([reading for _, reading in read])
    for ((sentence, pair), _), odds in zip(read, judged, strict=True):
        k = int(odds.argmax())
        known = best.get(sentence.start)
        if opinion.classes[k] != NOTHING and (known is None or odds[k] > known.probability):
            best[sentence.start] = Guess(sentence, pair, opinion.classes[k], float(odds[k]))
    return list(best.values())


def _is_home(target: Filler, source: Filler, mentions: MentionIndex) -> bool:
    """Whether it is the country of who acts, for which he acts: "The Turkish minister signed for Ankara"."""
    country, doer = mentions.entity_of[target.entity or ""], mentions.entity_of[source.entity or ""]
    return country.type == "country" and country.country == doer.country


def guess_events(
    asked: Sequence[tuple[Span, Pair]], told: Container[int], mentions: MentionIndex, opinion: Opinion
) -> Iterator[Draft]:
    """The best guess about each sentence as a draft, if it is probable enough and nobody denies it.

    `told` are the first words of the sentences of which an event is known: beside it nothing is guessed of what may be or will be.
    """
    for guess in best_guesses(asked, opinion):
        is_told = guess.sentence.start in told
        draft = _draft(guess, mentions)
        is_idle = draft.status == "denied" or (is_told and draft.status != "reported")
        if guess.probability >= threshold_of(is_told=is_told) and not is_idle:
            yield draft


def threshold_of(*, is_told: bool) -> float:
    """The probability from which a guess is made of a sentence of which an event is known, or none."""
    return THRESHOLD_BESIDE if is_told else THRESHOLD


def _draft(guess: Guess, mentions: MentionIndex) -> Draft:
    pair, head = guess.pair, guess.sentence.doc[guess.pair.verb]
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
        sentence=guess.sentence.start,
        is_nominal=head.pos_ in ("NOUN", "PROPN"),
        is_past=head.tag_ in ("VBD", "VBN"),
        confidence=round(guess.probability * LARGEST_CONFIDENCE, 3),
    )
