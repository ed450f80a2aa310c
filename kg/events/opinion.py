"""The second opinion: a linear model's guess at what a sentence tells of, where the lexicon knows none of its predicates.

It reads the words of the sentence, around who acts and whom it reaches, and the verb between them. It learns from the
project's own sentences (`seeds/opinion/sentences.jsonl`) by `python bench/opinion.py`; what it proposes is
marked by the pattern "second-opinion" and a lower confidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile
from zlib import crc32

import numpy as np

from kg.errors import DataError
from kg.events.parties import Filler, MentionIndex, owners_of
from kg.events.roles import first_party
from kg.events.syntax import is_passive, lemma_of, objects, prepositions, subjects
from kg.model import QUAD_CLASS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.tokens import Doc, Span, Token

PATTERN = "second-opinion"
NOTHING = "NONE"
"""The class of sentences that tell of no event."""
BUCKETS = 2**17
"""How many traits the weights tell apart; the names of traits are hashed into them."""
THRESHOLD = 0.5
"""The probability from which a guess is made."""
SHOWN_TRAITS = 4
_SOURCE, _TARGET, _NAME, _NUMBER = "ssss", "tttt", "nnnn", "0"
_MASKS = frozenset({_SOURCE, _TARGET, _NAME})
_PIECES = (3, 4, 5)
"""The lengths of the pieces of words that are traits: "with", "ithh" and so on of "withhold"."""
_SPEAKING = frozenset({"say", "tell", "add", "report", "quote", "explain", "think", "believe"})
_PLAYING = frozenset("beat thrash outplay score qualify ski race swim row".split())
_AFTER = 6
"""How many words after the pair are looked at as such."""

Group = list[tuple[str, tuple[int, ...]]]
"""Traits of one kind: the name of each and its buckets."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Who may have done something, whom it may have reached, and the verb that would tell of it.

    `path` is how the target hangs on the verb: "object", a preposition, "governed", "after" it, or "named" without a verb.
    """

    verb: int
    source: Filler
    target: Filler | None
    path: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """The weights of each trait for each class, `weights[bucket, class]` times `scale`, and each class's own, `bias`."""

    classes: tuple[str, ...]
    weights: NDArray[np.int8]
    scale: float
    bias: NDArray[np.float32]
    version: str

    def judge(self, groups: Sequence[Group]) -> NDArray[np.float64]:
        """The probability of each class, in the order of `classes`."""
        logits = self.bias.astype(np.float64)
        for group in groups:
            buckets = np.fromiter((b for _, traits in group for b in traits), np.intp)
            if len(buckets):
                summed = self.weights.take(buckets, axis=0).sum(axis=0, dtype=np.int64)
                logits = logits + summed * (self.scale / len(buckets) ** 0.5)
        odds: NDArray[np.float64] = np.exp(logits - logits.max())
        odds /= odds.sum()
        return odds

    def reasons(self, groups: Sequence[Group], guess: str) -> list[tuple[str, float]]:
        """The traits that weighed most for a class, with their weights in log odds, best first."""
        column = self.classes.index(guess)
        weighed: dict[str, float] = {}
        for group in groups:
            size = sum(len(buckets) for _, buckets in group) or 1
            for name, buckets in group:
                weight = float(self.weights[list(buckets), column].sum(dtype=np.int64)) * self.scale / size**0.5
                weighed[name] = weighed.get(name, 0.0) + weight
        return sorted(weighed.items(), key=lambda kv: (-kv[1], kv[0]))[:SHOWN_TRAITS]


def load_opinion(path: Path) -> Opinion:
    """The model of a weights file.

    :raises DataError: when the file is missing or no such model.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            classes = tuple(str(name) for name in stored["classes"])
            weights, bias = stored["weights"], stored["bias"]
            scale, version = float(stored["scale"]), str(stored["version"])
    except (OSError, EOFError, ValueError, TypeError, KeyError, BadZipFile) as error:
        raise DataError(f"{path.name} is missing or broken; make it again: python bench/opinion.py") from error
    fits = weights.shape == (BUCKETS, len(classes)) and weights.dtype == np.int8
    fits = fits and bias.shape == (len(classes),) and bias.dtype == np.float32 and 0 < scale < np.inf
    if not fits or not set(classes) <= {*QUAD_CLASS, NOTHING}:
        raise DataError(f"{path.name}: it fits another version of kg; make it again: python bench/opinion.py")
    return Opinion(classes, weights, scale, bias, version)


def find_pairs(sentence: Span, mentions: MentionIndex) -> Iterator[Pair]:
    """The pairs of a sentence: for each verb its subject and whom it reaches, then those who are named without a verb."""
    named = list(_parties(sentence, mentions))
    seen: set[str | None] = set()
    for verb in sentence:
        if verb.pos_ != "VERB" or verb.dep_ in ("aux", "auxpass"):
            continue
        doers = [p for t in subjects(verb) for p in mentions.parties(t, "actor")]
        if not doers:
            continue
        known = {p.entity for p in doers}
        path, target = _reached(verb, known, mentions) or ("after", _first_after(doers[0], known, named))
        seen.update(known)
        yield Pair(verb.i, doers[0], target, path)
    for k, party in enumerate(named):
        is_inside = any(o != party and o.start <= party.start and party.end <= o.end for o in named)
        if party.entity not in seen and not is_inside:
            seen.add(party.entity)
            others = [p for p in (*named[k + 1 :], *reversed(named[:k])) if p.entity != party.entity]
            source = Filler("actor", party.entity, party.start, party.end)
            yield Pair(sentence.root.i, source, others[0] if others else None, "named")


def is_telling(pair: Pair, doc: Doc) -> bool:
    """Whether somebody whom words name or describe does more than speak or play.

    Of "he", of "the envoy said …" and of "Croatia beat Japan" nothing is guessed.
    """
    parties = [pair.source] if pair.target is None else [pair.source, pair.target]
    if any(doc[p.start : p.end].root.pos_ == "PRON" for p in parties):
        return False
    verb = doc[pair.verb].lemma_
    return verb not in _PLAYING and (pair.path == "named" or verb not in _SPEAKING)


def _parties(sentence: Span, mentions: MentionIndex) -> Iterator[Filler]:
    """Everybody who is named or described in a sentence, once each stretch; a place where something is does not count."""
    seen: set[tuple[int, int]] = set()
    for token in sentence:
        if token.tag_ == "PRP$" or _is_scene(token, mentions):
            continue
        for party in mentions.parties(token, "recipient"):
            if (party.start, party.end) not in seen:
                seen.add((party.start, party.end))
                yield party


def _is_scene(token: Token, mentions: MentionIndex) -> bool:
    literal = mentions.literal(token)
    is_place = literal is not None and literal.type in ("place", "country")
    return is_place and token.dep_ == "pobj" and token.head.lower_ in ("in", "at", "near", "from")


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


def traits_of(sentence: Span, pair: Pair, mentions: MentionIndex) -> list[Group]:
    """The traits of a pair in its sentence: of all its words, of those between and after the two, and of the verb."""
    words = _masked(sentence, pair, mentions)
    return [_traits_of_words(words), _traits_between(words), _traits_of_verb(sentence.doc[pair.verb], pair, mentions)]


def _masked(sentence: Span, pair: Pair, mentions: MentionIndex) -> list[str]:
    """The words in lower case, with the pair, other names and numbers masked."""
    masks = dict.fromkeys(range(pair.source.start, pair.source.end), _SOURCE)
    if pair.target is not None:
        masks.update({i: _TARGET for i in range(pair.target.start, pair.target.end) if i not in masks})
    words: list[str] = []
    for token in sentence:
        mask = masks.get(token.i) or (_NAME if mentions.covers_name(token.i) else "")
        if token.is_space or (mask and words and words[-1] == mask):
            continue
        has_number = token.like_num or any(c.isdigit() for c in token.text)
        words.append(mask or (_NUMBER if has_number else token.lower_))
    return words


def _traits_of_words(words: Sequence[str]) -> Group:
    pieces = [(word, _pieces(word)) for word in words if word not in _MASKS]
    return [*pieces, *_runs("w", words, 3)]


def _traits_between(words: Sequence[str]) -> Group:
    """The words from one of the pair to the other, which is which included, and a few after them."""
    if _SOURCE not in words:
        return []
    source = words.index(_SOURCE)
    target = words.index(_TARGET) if _TARGET in words else len(words)
    first, last = min(source, target), max(source, target)
    after = words[last + 1 : last + 1 + _AFTER]
    return [*_runs("b", words[first : last + 1], 2), *_runs("a", after, 2)]


def _runs(kind: str, words: Sequence[str], longest: int) -> Group:
    """All runs of one to `longest` words."""
    runs = (" ".join(words[k : k + n]) for n in range(1, longest + 1) for k in range(len(words) - n + 1))
    return [(run, (_bucket(kind + run),)) for run in runs]


def _traits_of_verb(verb: Token, pair: Pair, mentions: MentionIndex) -> Group:
    lemma = lemma_of(verb)
    traits = [f"v={lemma}", f"tag={verb.tag_}", f"dep={verb.dep_}", "passive" if is_passive(verb) else "active"]
    for child in verb.children:
        if child.dep_ == "prt":
            traits.append(f"v={lemma} {child.lower_}")
        elif child.dep_ in ("aux", "neg"):
            traits.append(f"{child.dep_}={child.lower_}")
        elif child.dep_ in ("xcomp", "ccomp", "advcl") and child.i > verb.i:
            traits += [f"{child.dep_}={lemma_of(child)}", f"v={lemma} {lemma_of(child)}"]
            traits += [f"done to={lemma_of(o)}" for o in objects(child) if not mentions.covers_name(o.i)]
    for thing in objects(verb):
        if not mentions.covers_name(thing.i):
            traits += [f"o={lemma_of(thing)}", f"v={lemma} {lemma_of(thing)}"]
        traits += [f"o of={lemma_of(c)}" for c in thing.children if c.dep_ in ("amod", "compound")]
    for preposition, found in prepositions(verb):
        traits += [f"p={preposition}", f"v={lemma} {preposition}"]
        traits += [f"p={preposition} {lemma_of(t)}" for t in found if not mentions.covers_name(t.i)]
    traits += [f"path={pair.path}", f"v={lemma} path={pair.path}"]
    for name, party in (("s", pair.source), ("t", pair.target)):
        entity = mentions.entity_of.get(party.entity or "") if party is not None else None
        if entity is not None:
            traits += [f"{name}={entity.type}", *([f"{name}={entity.sector}"] if entity.sector else [])]
    return [(trait, (_bucket(trait),)) for trait in dict.fromkeys(traits)]


@lru_cache(maxsize=1 << 16)
def _pieces(word: str) -> tuple[int, ...]:
    """The buckets of the pieces of a word, its bounds included."""
    bounded = f" {word} "
    return tuple(_bucket("c" + bounded[k : k + n]) for n in _PIECES for k in range(len(bounded) - n + 1))


@lru_cache(maxsize=1 << 17)
def _bucket(trait: str) -> int:
    return crc32(trait.encode()) % BUCKETS
