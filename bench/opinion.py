"""The second opinion: learns its weights from the project's own sentences and phrases, and tells how good it is.

    python bench/opinion.py              writes seeds/opinion/weights.npz, then measures it on what it has not seen
    python bench/opinion.py --held-out   only measures

It needs PyTorch and the teacher (`pip install -e '.[train]'`) and takes an hour and a half on two cores; measuring needs
neither. A fifth of the articles and one sentence in twenty are held out: nothing is learned from them.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from kg.annotate import annotate, load_model
from kg.entities.cast import Reference, identify
from kg.events.coder import date_clause
from kg.events.encoder import save_encoder
from kg.events.lexicon import Lexicon, Pattern
from kg.events.opinion import NOTHING, Opinion, all_pairs, load_opinion, marked, words_and_sides
from kg.events.parties import Filler, MentionIndex
from kg.model import Article
from kg.pipeline import open_reference, open_tools

if TYPE_CHECKING:
    from bench.learning import Lesson
    from kg.events.opinion import Pair

BOTH = 5
"""How well a pair fits an event of which it has both parties."""
ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "seeds" / "opinion"
PHRASE_WEIGHT = 0.3
"""How much the type of a pattern counts for a sentence made of its phrase, beside that of a sentence that was labelled."""


@dataclass(frozen=True, slots=True)
class Example:
    """A pair of a sentence: its words and their sides, and what the sentence tells of it.

    `is_running` when it is from an article, where most pairs tell of nothing.
    """

    words: tuple[str, ...]
    sides: tuple[int, ...]
    label: str
    is_running: bool
    is_held_out: bool


def is_held_out(row: dict[str, Any]) -> bool:
    """Whether nothing may be learned from a sentence: that of every fifth article, and each twentieth of the others."""
    if "article" in row:
        return crc32(row["article"].encode()) % 5 == 0
    return crc32(row["id"].encode()) % 20 == 0


def read_examples(path: Path) -> list[Example]:
    """The examples of a file of sentences: each pair of a sentence, with the event that is marked for it or none.

    A sentence with `"whole": false` has only one of its events marked, so that its other pairs tell nothing.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    reference = open_reference()
    docs = annotate(load_model(), (Article(row["id"], row["text"]) for row in rows), 32)
    return [
        Example(tuple(words), tuple(sides), label, "article" in row, is_held_out(row))
        for row, doc in zip(rows, docs, strict=True)
        for (words, sides), label in _labelled(row, doc, reference)
    ]


def _labelled(row: dict[str, Any], doc: Any, reference: Reference) -> Iterator[tuple[tuple[list[str], list[int]], str]]:
    cast = identify(doc, Article(row["id"], row["text"]), reference, partial(date_clause, published=None))
    mentions = MentionIndex(doc, cast)
    free = [(sentence, pair) for sentence in doc.sents for pair in all_pairs(sentence, mentions)]
    for event in row["events"]:
        fits = max(free, key=lambda sp: _fit(sp[1], event, doc), default=None)
        if fits is not None and _fit(fits[1], event, doc) >= 2:
            yield words_and_sides(*fits), event["type"]
            # Others who are the same two, "Kenyan" and "Kenyan farmers", teach nothing.
            free = [sp for sp in free if sp is not fits and abs(_fit(sp[1], event, doc)) < BOTH]
        else:
            source, *target = (_stretch(doc, spans[0]) for spans in (event["source"], event["target"]) if spans)
            yield marked(doc[source[0]].sent, source, target[0] if target else None), event["type"]
    if row["whole"]:
        yield from ((words_and_sides(*pair), NOTHING) for pair in free)


def _fit(pair: Pair, event: dict[str, Any], doc: Any) -> int:
    """How well a pair fits a marked event: 3 for the source, 2 for the target, 1 if both lack one; negative the wrong way round."""
    source, target = event["source"], event["target"]
    if pair.target is not None and _touches(pair.source, doc, target) and _touches(pair.target, doc, source):
        return -BOTH
    is_reached = pair.target is not None and _touches(pair.target, doc, target)
    neither = pair.target is None and not target
    return 3 * _touches(pair.source, doc, source) + 2 * is_reached + neither


def _touches(filler: Filler, doc: Any, spans: Sequence[Sequence[int]]) -> bool:
    words = doc[filler.start : filler.end]
    return any(words.start_char < end and start < words.end_char for start, end in spans)


def _stretch(doc: Any, span: Sequence[int]) -> tuple[int, int]:
    words = doc.char_span(span[0], span[1], alignment_mode="expand")
    return words.start, words.end


SOURCES = (
    "Rebels|The unions|Lawmakers|Kenyan officials|Opposition leaders|The Europeans|French diplomats|The generals|Iranian negotiators|"
    "Turkish troops|The two ministers|Prosecutors|Students|The Americans|Human rights groups|The judges|Russian forces|Ethiopia and Sudan|"
    "The guerrillas|Foreign ministers of the bloc|Protesters|The monks|Police|Miners|The Serbs|UN inspectors|Clerics|Israel and Egypt|"
    "Judges in Lagos|The Greens|The envoys of the Kremlin|Aid agencies|The men of the junta|Church leaders"
).split("|")
TARGETS = (
    "the government|Moscow|the Turkish president|the rebels|Beijing|striking miners|the European Union|the army|the opposition|Pakistan|"
    "the prime minister|villagers|foreign journalists|the militia|Washington|the United Nations|the central bank|the separatists|"
    "the ruling party|Japan|the detained students|the bishop|the president of Nigeria|the Houthis|a senior general|the company|refugees|"
    "the Palestinians|the court|London"
).split("|")
ENDINGS = (
    "||on Monday|last week|over the disputed border|after the vote|, state television said|in a letter|, according to a spokesman|"
    "during a visit to Geneva|as the deadline passed|in March 1994|for the second time|, witnesses said|despite the truce"
).split("|")
FRAMES = (
    "{source} {deed} {target} {ending} .",
    "{source} , backed by the army , {deed} {target} {ending} .",
    "A spokesman said that {source} {deed} {target} {ending} .",
    "{source} , who lost the vote , {deed} {target} {ending} .",
)
PREPOSITIONS = frozenset(
    "to at on against with from for in of by into over about after off out up upon towards behind around through under as before between".split()
)


def phrases_of(lexicon: Lexicon) -> Iterator[Lesson]:
    """A sentence of each verb and phrase of the lexicon, systematically varied: "Rebels pour scorn on the army last week ."."""
    order = random.Random(7)
    for pattern in lexicon.patterns:
        if pattern.act:
            for phrase in (*pattern.verbs, *pattern.phrases):
                yield _sentence_of(f"{phrase} {_preposition(phrase, pattern, order)}".strip(), pattern.act, order)


def _preposition(phrase: str, pattern: Pattern, order: random.Random) -> str:
    """What stands before the target of a phrase."""
    slots = sorted(k for k, role in pattern.roles.items() if role in ("recipient", "topic") and k in PREPOSITIONS)
    takes_object = phrase in pattern.verbs and (pattern.roles.get("object") == "recipient" or not slots)
    if phrase.split()[-1] in PREPOSITIONS or takes_object:
        return ""
    return order.choice(slots or ["against"])


def _sentence_of(deed: str, act: str, order: random.Random) -> Lesson:
    from bench.learning import Lesson

    sides = {"source": 1, "target": 2}
    parts = {
        "source": order.choice(SOURCES),
        "target": order.choice(TARGETS),
        "ending": order.choice(ENDINGS),
        "deed": deed,
    }
    words: list[tuple[str, int]] = []
    for part in order.choice(FRAMES).split():
        name = part.strip("{}")
        words += [(word, sides.get(name, 0)) for word in parts.get(name, part).split()]
    return Lesson(tuple(w for w, _ in words), tuple(side for _, side in words), act, PHRASE_WEIGHT)


def print_scores(opinion: Opinion, examples: Iterable[Example]) -> None:
    """How often guesses on what is held out are right, by their probability: on all, and in running text alone."""
    guesses: list[tuple[float, str, Example]] = []
    shown = list(examples)
    pieces = opinion.encoder.pieces
    for example, odds in zip(shown, opinion.encoder.judge([pieces.read(e.words, e.sides) for e in shown]), strict=True):
        guesses.append((float(odds.max()), opinion.classes[int(odds.argmax())], example))
    told = [guess == e.label for _, guess, e in guesses if e.label != NOTHING]
    print(f"right of {len(told)} pairs that tell of an event: {sum(told) / len(told):.3f}")
    for name, chosen in (("all", guesses), ("running text", [g for g in guesses if g[2].is_running])):
        for low in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            made = [g for g in chosen if low <= min(g[0], 0.999) < low + 0.1 and g[1] != NOTHING]
            right = sum(guess == e.label for _, guess, e in made)
            print(f"{name}, probability {low:.1f} to {low + 0.1:.1f}: {len(made)} guesses, {right} right")


def main(arguments: Sequence[str]) -> None:
    """Learn and measure, or with --held-out only measure."""
    examples = read_examples(HERE / "sentences.jsonl")
    path = HERE / "weights.npz"
    if "--held-out" not in arguments:
        from bench.learning import Lesson, Plan, learn

        lessons = [Lesson(e.words, e.sides, e.label) for e in examples if not e.is_held_out]
        lessons += phrases_of(open_tools(guesses=False).lexicon)
        encoder = learn(lessons, Plan())
        save_encoder(encoder, path)
        print(f"{len(lessons)} lessons; version {encoder.version}; {path.stat().st_size:,} bytes")
    print_scores(load_opinion(path), [e for e in examples if e.is_held_out])


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1:])
