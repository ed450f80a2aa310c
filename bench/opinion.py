"""The second opinion: learns its weights from the project's own sentences and phrases, and tells how good it is.

    python bench/opinion.py              writes weights.npz, ngrams.npz and patterns.tsv in seeds/opinion, then measures them on what they have not seen
    python bench/opinion.py --ngrams     writes only ngrams.npz, which takes a minute, and measures
    python bench/opinion.py --patterns   writes only patterns.tsv, what the lexicon's events turn out to be: when patterns or rules have changed
    python bench/opinion.py --held-out   only measures

Training needs PyTorch and the teacher (`pip install -e '.[train]'`) and takes an hour and a half on two cores; counting and measuring need
neither. A fifth of the articles and one sentence in twenty are held out: nothing is learned from them.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from kg.annotate import annotate, load_model
from kg.entities.cast import Reference, identify
from kg.events.coder import date_clause
from kg.events.encoder import load_encoder, save_encoder
from kg.events.lexicon import Lexicon, Pattern
from kg.events.ngrams import save_ngrams
from kg.events.opinion import NOTHING, Opinion, all_pairs, load_opinion, marked, words_and_sides
from kg.events.parties import Filler, MentionIndex
from kg.events.priors import Priors, save_priors
from kg.model import Article, type_of_act
from kg.pipeline import extract_records, open_reference, open_tools

if TYPE_CHECKING:
    from bench.learning import Lesson
    from kg.events.opinion import Pair
    from kg.model import Report

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


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The labelled sentences of a file."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def examples_of(rows: Sequence[dict[str, Any]]) -> Iterator[Example]:
    """The examples of labelled sentences: each pair of a sentence, with the event that is marked for it or none.

    A sentence with `"whole": false` has only one of its events marked, so that its other pairs tell nothing.
    """
    reference = open_reference()
    docs = annotate(load_model(), (Article(row["id"], row["text"]) for row in rows), 32)
    for row, doc in zip(rows, docs, strict=True):
        for (words, sides), label in _labelled(row, doc, reference):
            yield Example(tuple(words), tuple(sides), label, "article" in row, is_held_out(row))


def _labelled(row: dict[str, Any], doc: Any, reference: Reference) -> Iterator[tuple[tuple[list[str], list[int]], str]]:
    cast = identify(doc, Article(row["id"], row["text"]), reference, partial(date_clause, published=None))
    mentions = MentionIndex(doc, cast)
    free = [(sentence, pair) for sentence in doc.sents for pair in all_pairs(sentence, mentions)]
    for event in row["events"]:
        fits = next((sp for sp in free if _fits(sp[1], event, doc)), None)
        if fits is not None:
            yield words_and_sides(*fits), event["type"]
        else:
            source, *target = (_stretch(doc, spans[0]) for spans in (event["source"], event["target"]) if spans)
            yield marked(doc[source[0]].sent, source, target[0] if target else None), event["type"]
        # Others of whom the event tells in part or the other way round, or who are the same two, teach nothing.
        told = fits[1].parties if fits is not None else None
        free = [sp for sp in free if sp[1].parties != told and not _is_of(sp[1], event, doc)]
    if row["whole"]:
        yield from ((words_and_sides(*pair), NOTHING) for pair in free)


def _fits(pair: Pair, event: dict[str, Any], doc: Any) -> bool:
    """Whether a pair is the parties of a marked event: its source and its target, or two of its sources where it has no target."""
    if not _touches(pair.source, doc, event["source"]):
        return False
    if pair.target is None:
        return not event["target"]
    return _touches(pair.target, doc, event["target"] or event["source"])


def _is_of(pair: Pair, event: dict[str, Any], doc: Any) -> bool:
    """Whether two parties are both among those of a marked event, or one is where the event names no other."""
    parties = [*event["source"], *event["target"]]
    touched = [_touches(p, doc, parties) for p in (pair.source, pair.target) if p is not None]
    return all(touched) if len(parties) > 1 else any(touched)


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


def count_types(rows: Sequence[dict[str, Any]]) -> Priors:
    """Of the events that rows are labelled with, those that a pattern tells of: its type and theirs, counted by pattern.

    A pattern tells of one if both parties take part; of several the first that has them the right way round counts.
    """
    counts: Counter[tuple[str, str, str]] = Counter()
    articles = (Article(row["id"], row["text"]) for row in rows)
    for row, record in zip(rows, extract_records(articles, open_tools(guesses=False), 32), strict=True):
        told = [(event.act, report) for event in record.events for report in event.reports]
        for event in row["events"] if told else ():
            act, report = max(told, key=lambda t: (_fit(t[1], event), t[1].confidence))
            if _fit(report, event) and event["type"] != NOTHING:
                counts[report.pattern, type_of_act(act, report.status), event["type"]] += 1
    return Priors(counts)


def _fit(report: Report, event: dict[str, Any]) -> int:
    """How well who takes part in a report fits a labelled event: 2 where its parties do what they do there, 1 where they take part, else 0."""
    actors, recipients, both = (
        [[role.start, role.end] for role in report.roles if role.role in kinds]
        for kinds in (("actor",), ("recipient",), ("actor", "recipient", "host", "mediator"))
    )
    source, target = event["source"], event["target"]
    if _overlap(actors, source) and (not target or _overlap(recipients, target)):
        return 2
    return int(_overlap(both, source) and (not target or _overlap(both, target)))


def _overlap(some: Iterable[Sequence[int]], others: Sequence[Sequence[int]]) -> bool:
    return any(start < end2 and start2 < end for start, end in some for start2, end2 in others)


def print_scores(opinion: Opinion, examples: Iterable[Example]) -> None:
    """How often guesses on what is held out are right, by their probability: on all, and in running text alone."""
    guesses: list[tuple[float, str, Example]] = []
    shown = list(examples)
    pieces = opinion.encoder.pieces
    for example, odds in zip(shown, opinion.judge([pieces.read(e.words, e.sides) for e in shown]), strict=True):
        guesses.append((float(odds.max()), opinion.classes[int(odds.argmax())], example))
    told = [guess == e.label for _, guess, e in guesses if e.label != NOTHING]
    print(f"right of {len(told)} pairs that tell of an event: {sum(told) / len(told):.3f}")
    for name, chosen in (("all", guesses), ("running text", [g for g in guesses if g[2].is_running])):
        for low in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            made = [g for g in chosen if low <= min(g[0], 0.999) < low + 0.1 and g[1] != NOTHING]
            right = sum(guess == e.label for _, guess, e in made)
            print(f"{name}, probability {low:.1f} to {low + 0.1:.1f}: {len(made)} guesses, {right} right")


def main(arguments: Sequence[str]) -> None:
    """Count, learn and measure; --patterns leaves out the learning, --ngrams all but that of the linear model, --held-out both."""
    rows = read_rows(HERE / "sentences.jsonl")
    if "--held-out" not in arguments and "--ngrams" not in arguments:
        save_priors(count_types([row for row in rows if not is_held_out(row)]), HERE / "patterns.tsv")
    examples = list(examples_of(rows))
    if "--held-out" not in arguments and "--patterns" not in arguments:
        learn_models(examples, only_ngrams="--ngrams" in arguments)
    print_scores(load_opinion(HERE), [e for e in examples if e.is_held_out])


def learn_models(examples: Iterable[Example], *, only_ngrams: bool) -> None:
    """Write the weights of both models, or of the linear one alone."""
    from bench.learning import Lesson, Plan, learn, learn_ngrams

    lessons = [Lesson(e.words, e.sides, e.label) for e in examples if not e.is_held_out]
    lessons += phrases_of(open_tools(guesses=False).lexicon)
    path = HERE / "weights.npz"
    if not only_ngrams:
        save_encoder(learn(lessons, Plan()), path)
    encoder = load_encoder(path)
    save_ngrams(learn_ngrams(lessons, encoder.pieces), HERE / "ngrams.npz")
    sizes = " and ".join(f"{file.stat().st_size:,}" for file in (path, HERE / "ngrams.npz"))
    print(f"{len(lessons)} lessons; version {load_opinion(HERE).version}; {sizes} bytes")


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main(sys.argv[1:])
