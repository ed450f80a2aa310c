"""The second opinion: what two models make of two parties of a sentence of whom no pattern tells, or of whom one may err.

A small encoder (`kg.events.encoder`) and a linear model (`kg.events.ngrams`) read the words of the sentence and who of them acts and
whom it may reach, and judge together. They learn from the project's own sentences (`seeds/opinion/sentences.jsonl`) and the phrases
of the lexicon by `python bench/opinion.py`; what they propose is marked by the pattern "second-opinion" and a lower confidence.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from kg.errors import DataError
from kg.events.encoder import NEITHER, SOURCE, TARGET, UNKNOWN, Encoder, Reading, load_encoder, probabilities
from kg.events.ngrams import Ngrams, load_ngrams
from kg.events.parties import Filler, MentionIndex, owners_of
from kg.events.priors import Priors, load_priors
from kg.events.roles import first_party
from kg.events.syntax import objects, prepositions, subjects
from kg.model import QUAD_CLASS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.tokens import Doc, Span, Token

    Floats = NDArray[np.float32]

PATTERN = "second-opinion"
NOTHING = "NONE"
"""The class of pairs between whom nothing happens."""
TEMPERATURE = 2.4
"""By what the models' log odds are divided: so that guesses are right nearly as often as they are probable, on
sentences held out."""
THRESHOLD = 0.35
"""The probability from which a guess is made."""
THRESHOLD_DOUBTED = 0.5
"""The same where an event is less to be expected: beside a known one, of who only speaks, of parties that stand apart."""
THRESHOLD_PRIVATE = 0.8
"""The same where nobody public acts, but somebody public is reached."""
WORTH_ASKING = 0.5
"""The share of the probability it needs that the linear model alone must give to any event for the encoder to be asked."""
SHOWN_WORDS = 4
_MOST_PARTIES = 5
"""Of a sentence that mentions parties more often, only those are asked about whom a verb relates or who are neighbours."""
_WITHOUT_VERB = frozenset({"named", "apart"})
"""The paths of pairs whom no verb relates."""
_WHERE = frozenset({"in", "at", "near"})
_LEAST = 1e-6
_SPEAKING = frozenset({"say", "tell", "add", "report", "quote", "explain", "think", "believe"})
_BEING = frozenset(
    "own possess belong contain comprise consist cost equal exist fit include involve lack mean owe resemble seem "
    "weigh border lie adjoin neighbour neighbor become remain stay sit stand number inhabit span rank date stem "
    "exceed surpass outpace overtake outrank outnumber dwarf trail".split()
)
"""Verbs of states (Vendler 1957) and of comparison: what they tell of does not happen."""
_SHARED = frozenset(
    "border frontier boundary coastline language history culture name view opinion concern belief".split()
)
"""What two share without doing anything."""
_PLAYING = frozenset("beat thrash outplay score qualify ski race swim row".split())


@dataclass(frozen=True, slots=True)
class Pair:
    """Who may have done something, whom it may have reached, and the verb that would tell of it.

    `path` is how the target hangs on the verb: "object", a preposition, "governed" or "after" it; without a verb it is
    "named" next to the source, or else "apart".
    """

    verb: int
    source: Filler
    target: Filler | None
    path: str

    @property
    def parties(self) -> frozenset[str | None]:
        """The entities, whoever of them acts."""
        return frozenset((self.source.entity, self.target.entity if self.target is not None else None))

    @property
    def is_of_verb(self) -> bool:
        """Whether a verb relates the two."""
        return self.path not in _WITHOUT_VERB


def words_and_sides(sentence: Span, pair: Pair) -> tuple[list[str], list[int]]:
    """The words of a sentence, and of each whether it is the source's, the target's or neither's."""
    source, target = pair.source, pair.target
    reached = (target.start, target.end) if target is not None else None
    return marked(sentence, (source.start, source.end), reached)


def marked(sentence: Span, source: tuple[int, int], target: tuple[int, int] | None) -> tuple[list[str], list[int]]:
    """The same for parties given by their first word and the one after their last, counted in the document."""
    words: list[str] = []
    sides: list[int] = []
    for token in sentence:
        if not token.is_space:
            is_target = target is not None and target[0] <= token.i < target[1]
            words.append(token.text)
            sides.append(SOURCE if source[0] <= token.i < source[1] else TARGET if is_target else NEITHER)
    return words, sides


@dataclass(frozen=True, slots=True)
class Question:
    """A pair of a sentence about whom the second opinion is asked.

    `is_beside` where an event of the sentence is known; `needed` is the probability from which an answer is a guess.
    """

    sentence: Span
    pair: Pair
    is_beside: bool
    needed: float

    def is_worth(self, look: Floats, classes: Sequence[str]) -> bool:
        """Whether the linear model alone gives any event a good part of the probability that it needs."""
        nothing = probabilities(look[None])[0, classes.index(NOTHING)]
        return bool(1 - nothing >= WORTH_ASKING * self.needed)


class Asked(Protocol):
    """What the second opinion may be asked: a sentence with a pair, and whether it is worth the encoder's time."""

    @property
    def sentence(self) -> Span: ...

    @property
    def pair(self) -> Pair: ...

    def is_worth(self, look: Floats, classes: Sequence[str]) -> bool:
        """Whether, given what the linear model makes of it: the log odds of each class."""
        ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the linear model and what the encoder makes of a sentence with a pair: the log odds of each class."""

    look: Floats
    odds: Floats

    @property
    def both(self) -> Floats:
        """What they make of it together."""
        together: Floats = (self.look + self.odds) / np.float32(TEMPERATURE)
        return together


@dataclass(frozen=True, slots=True)
class Opinion:
    """The two models, asked about pairs of a sentence, and what the events of each pattern turn out to be."""

    encoder: Encoder
    ngrams: Ngrams
    priors: Priors

    @property
    def classes(self) -> tuple[str, ...]:
        """The types of events and `NOTHING`, in the order of probabilities."""
        return self.encoder.classes

    @property
    def version(self) -> str:
        """A digest of them all."""
        versions = (self.encoder.version, self.ngrams.version, self.priors.version)
        return sha256(" ".join(versions).encode()).hexdigest()[:12]

    def judge(self, readings: Sequence[Reading]) -> Floats:
        """The probability of each class: readings × classes, in the order of `classes`."""
        summed = self.encoder.log_odds(readings) + self.ngrams.logits(readings)
        return probabilities(summed / np.float32(TEMPERATURE))

    def ask(self, asked: Sequence[Asked]) -> list[Answer | None]:
        """An answer to each, all of one document; None where it is not worth it, or the parties stand too far apart to be read together."""
        readings = self.read((each.sentence, each.pair) for each in asked)
        whole = [i for i, reading in enumerate(readings) if reading.has_both]
        looks = dict(zip(whole, self.ngrams.logits([readings[i] for i in whole]), strict=True))
        worth = [i for i in whole if asked[i].is_worth(looks[i], self.classes)]
        judged = self.encoder.log_odds([readings[i] for i in worth])
        answers = {i: Answer(looks[i], odds) for i, odds in zip(worth, judged, strict=True)}
        return [answers.get(i) for i in range(len(asked))]

    def read(self, asked: Iterable[tuple[Span, Pair]]) -> list[Reading]:
        """Sentences of a document, each with a pair, as the models take them."""
        split: dict[int, tuple[NDArray[np.intp], NDArray[np.intp]]] = {}
        out: list[Reading] = []
        for sentence, pair in asked:
            if sentence.start not in split:
                words = [token for token in sentence if not token.is_space]
                pieces, of_word = self.encoder.pieces.split(token.text for token in words)
                split[sentence.start] = pieces, np.array([token.i for token in words], np.intp)[of_word]
            pieces, places = split[sentence.start]
            sides = np.full(len(pieces), NEITHER, np.intp)
            for side, party in ((TARGET, pair.target), (SOURCE, pair.source)):
                if party is not None:
                    sides[(places >= party.start) & (places < party.end)] = side
            out.append(self.encoder.pieces.cut(pieces, sides))
        return out

    def reasons(self, sentence: Span, pair: Pair, guess: str) -> list[tuple[str, float]]:
        """The words without which the guess would be least likely, each with the log odds that it brings, best first."""
        words, sides = words_and_sides(sentence, pair)
        k = self.classes.index(guess)
        shown = [(words, "")]
        for i, (word, side) in enumerate(zip(words, sides, strict=True)):
            if side == NEITHER and word[0].isalnum():
                shown.append(([*words[:i], UNKNOWN, *words[i + 1 :]], word))
        odds = self.judge([self.encoder.pieces.read(each, sides) for each, _ in shown])[:, k]
        whole, *without = (math.log(max(p, _LEAST) / max(1 - p, _LEAST)) for p in odds.tolist())
        weighed: dict[str, float] = {}
        for (_, word), part in zip(shown[1:], without, strict=True):
            weighed[word] = max(whole - part, weighed.get(word, -math.inf))
        return sorted(weighed.items(), key=lambda kv: (-kv[1], kv[0]))[:SHOWN_WORDS]


def load_opinion(folder: Path) -> Opinion:
    """The second opinion of a folder's files.

    :raises DataError: when a file is missing or no such model.
    """
    encoder, ngrams = load_encoder(folder / "weights.npz"), load_ngrams(folder / "ngrams.npz")
    if set(encoder.classes) != {*QUAD_CLASS, NOTHING}:
        raise DataError("weights.npz: it fits another version of kg; make it again: python bench/opinion.py")
    if ngrams.classes != encoder.classes or ngrams.pieces != encoder.pieces.version:
        raise DataError("ngrams.npz: it was not made with weights.npz; make both again: python bench/opinion.py")
    return Opinion(encoder, ngrams, load_priors(folder / "patterns.tsv"))


def find_pairs(sentence: Span, mentions: MentionIndex, *, with_named: bool = True) -> Iterator[Pair]:
    """The pairs of a sentence: for each verb its subject and whom it reaches, then those who are named without a verb."""
    return _pairs(sentence, mentions, _Named(sentence, mentions), with_named=with_named)


class _Named:
    """Everybody in a sentence, looked for when it is first asked."""

    def __init__(self, sentence: Span, mentions: MentionIndex) -> None:
        self.sentence, self.mentions = sentence, mentions

    @cached_property
    def parties(self) -> Sequence[Filler]:
        return tuple(_parties(self.sentence, self.mentions))


def _pairs(sentence: Span, mentions: MentionIndex, everybody: _Named, *, with_named: bool) -> Iterator[Pair]:
    seen: set[str | None] = set()
    for verb in sentence:
        if verb.pos_ != "VERB" or verb.dep_ in ("aux", "auxpass"):
            continue
        doers = [p for t in subjects(verb) for p in mentions.parties(t, "actor")]
        if not doers:
            continue
        known = {p.entity for p in doers}
        path, target = _reached(verb, known, mentions) or ("after", _first_after(doers[0], known, everybody.parties))
        seen.update(known)
        yield Pair(verb.i, doers[0], target, path)
    named = everybody.parties if with_named else ()
    for k, party in enumerate(named):
        if party.entity in seen:
            continue
        if not any(o != party and o.start <= party.start and party.end <= o.end for o in named):
            seen.add(party.entity)
            others = [p for p in (*named[k + 1 :], *reversed(named[:k])) if p.entity != party.entity]
            source = Filler("actor", party.entity, party.start, party.end)
            yield Pair(sentence.root.i, source, others[0] if others else None, "named")


def telling_pairs(sentence: Span, mentions: MentionIndex, *, with_named: bool = True) -> list[Pair]:
    """The pairs of a sentence of which something may be guessed, each two parties once and as a verb has them if one does."""
    once: dict[frozenset[str | None], Pair | None] = {}
    for pair in all_pairs(sentence, mentions) if with_named else find_pairs(sentence, mentions, with_named=False):
        if pair.target is not None:
            if _is_telling(pair, pair.target, sentence.doc):
                if once.get(pair.parties) is None and (pair.is_of_verb or pair.parties not in once):
                    once[pair.parties] = pair
            elif pair.is_of_verb:
                once.setdefault(pair.parties, None)
    return [pair for pair in once.values() if pair is not None]


def all_pairs(sentence: Span, mentions: MentionIndex) -> Iterator[Pair]:
    """The pairs that `find_pairs` finds, then any two parties more, where few are named."""
    known: set[frozenset[str | None]] = set()
    everybody = _Named(sentence, mentions)
    for pair in _pairs(sentence, mentions, everybody, with_named=True):
        if pair.target is not None:
            known.add(pair.parties)
        yield pair
    yield from (pair for pair in _pairs_apart(sentence, everybody.parties) if pair.parties not in known)


def _pairs_apart(sentence: Span, named: Sequence[Filler]) -> Iterator[Pair]:
    """Any two of the few that a sentence names, who comes first as source."""
    for k, party in enumerate(named if len(named) <= _MOST_PARTIES else ()):
        for other in named[k + 1 :]:
            if other.entity != party.entity:
                yield Pair(sentence.root.i, Filler("actor", party.entity, party.start, party.end), other, "apart")


def _is_telling(pair: Pair, target: Filler, doc: Doc) -> bool:
    """Whether somebody whom words name or describe does more than be or play, and to somebody else than himself.

    Of "he", of "Finland shares a border with Russia", "Croatia beat Japan" and of a heading without a verb nothing is
    guessed, and nothing of "Taliban fighters" and the Taliban, or of China that "is a neutral party".
    """
    source = pair.source
    is_nested = source.start < target.end and target.start < source.end
    roots = [doc[p.start : p.end].root for p in (source, target)]
    if is_nested or roots[1].dep_ == "attr" or any(root.pos_ == "PRON" for root in roots):
        return False
    return any(not _is_idle(verb) for verb in _verbs_of(pair, doc))


def _verbs_of(pair: Pair, doc: Doc) -> list[Token]:
    """The verb that relates the two, or all of the sentence where none does."""
    verb = doc[pair.verb]
    return [verb] if pair.is_of_verb else [token for token in verb.sent if token.pos_ == "VERB"]


def _is_idle(verb: Token) -> bool:
    if verb.lemma_ == "share":
        return any(child.dep_ == "dobj" and child.lemma_ in _SHARED for child in verb.children)
    return verb.lemma_ in _BEING or verb.lemma_ in _PLAYING


def is_only_said(pair: Pair, doc: Doc) -> bool:
    """Whether the verbs that may tell of a pair only tell that somebody speaks."""
    return all(verb.lemma_ in _SPEAKING for verb in _verbs_of(pair, doc) if not _is_idle(verb))


def _parties(sentence: Span, mentions: MentionIndex) -> Iterator[Filler]:
    """Everybody who is named or described in a sentence, once each stretch.

    A place where something is, or that somebody comes from, does not count.
    """
    seen: set[tuple[int, int]] = set()
    for token in sentence:
        found = mentions.parties(token, "recipient")
        if not found or token.tag_ == "PRP$" or _is_scene(token, mentions):
            continue
        for party in found:
            if (party.start, party.end) not in seen:
                seen.add((party.start, party.end))
                yield party


def _is_scene(token: Token, mentions: MentionIndex) -> bool:
    literal = mentions.literal(token)
    if token.dep_ != "pobj" or literal is None or literal.type not in ("place", "country"):
        return False
    preposition = token.head
    return preposition.lower_ in _WHERE or (preposition.lower_ == "from" and preposition.head.pos_ == "VERB")


def _reached(verb: Token, known: set[str | None], mentions: MentionIndex) -> tuple[str, Filler] | None:
    """The first whom a verb's objects and phrases name, or whose they are, else the first party in what it governs."""
    governed = [("object", t) for t in objects(verb)]
    governed += [(preposition, t) for preposition, found in prepositions(verb) for t in found]
    for path, token in governed:
        for owner in (token, *owners_of(token, mentions)):
            for party in mentions.parties(owner, "recipient"):
                if party.entity not in known:
                    return path, party
    found = (party for c in verb.rights for party in first_party(c, known, mentions))
    return next((("governed", party) for party in found), None)


def _first_after(source: Filler, known: set[str | None], named: Sequence[Filler]) -> Filler | None:
    return next((p for p in named if p.start >= source.end and p.entity not in known), None)
