"""The second opinion: learns its weights from the project's own sentences, or tells how good it is.

    python bench/opinion.py              writes seeds/opinion/weights.npz
    python bench/opinion.py --folds      how often guesses are right on sentences held out, by their probability

It needs scikit-learn (`pip install -e '.[train]'`). The same sentences give the same bytes on one kind of machine.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from kg.annotate import annotate, load_model
from kg.entities.cast import Reference, identify
from kg.events.coder import date_clause
from kg.events.opinion import BUCKETS, NOTHING, Group, Opinion, Pair, find_pairs, traits_of
from kg.events.parties import Filler, MentionIndex
from kg.model import Article
from kg.pipeline import open_reference

HERE = Path(__file__).resolve().parent.parent / "seeds" / "opinion"
STRENGTH = 10.0
"""The inverse of the regularisation."""
FOLDS = 5
LARGEST = 127
"""The largest weight once it is rounded to a byte."""


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence's traits for one pair, and what it tells of.

    `fold` is the same for all of an article; `is_running` when it is from one, where most pairs tell of nothing.
    """

    fold: int
    is_running: bool
    groups: list[Group]
    label: str


def read_examples(path: Path) -> list[Example]:
    """The examples of a file of sentences: each pair of a sentence, with the event that is marked for it or none.

    A sentence with `"whole": false` has only one of its events marked, so that its other pairs tell nothing.
    """
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    reference = open_reference()
    docs = annotate(load_model(), (Article(row["id"], row["text"]) for row in rows), 32)
    return [
        Example(crc32(row.get("article", row["id"]).encode()) % FOLDS, "article" in row, groups, label)
        for row, doc in zip(rows, docs, strict=True)
        for groups, label in _labelled(row, doc, reference)
    ]


def _labelled(row: dict[str, Any], doc: Any, reference: Reference) -> Iterator[tuple[list[Group], str]]:
    cast = identify(doc, Article(row["id"], row["text"]), reference, partial(date_clause, published=None))
    mentions = MentionIndex(doc, cast)
    free = [(sentence, pair) for sentence in doc.sents for pair in find_pairs(sentence, mentions)]
    for event in row["events"]:
        fits = max(free, key=lambda sp: _fit(sp[1], event, doc), default=None)
        if fits is not None and _fit(fits[1], event, doc) >= 2:
            free.remove(fits)
            yield traits_of(*fits, mentions), event["type"]
        elif not row["whole"]:
            yield traits_of(*_marked(event, doc), mentions), event["type"]
    if row["whole"]:
        yield from ((traits_of(*pair, mentions), NOTHING) for pair in free)


def _marked(event: dict[str, Any], doc: Any) -> tuple[Any, Pair]:
    """The marked words as a pair, where the parties were not found."""
    source, *target = (_filler(doc, spans[0]) for spans in (event["source"], event["target"]) if spans)
    root = doc[source.start].sent.root
    return root.sent, Pair(root.i, source, target[0] if target else None, "named")


def _fit(pair: Pair, event: dict[str, Any], doc: Any) -> int:
    """How well a pair fits a marked event: 3 for the source, 2 for the target, 1 if both lack one."""
    target = pair.target is not None and _touches(pair.target, doc, event["target"])
    neither = pair.target is None and not event["target"]
    return 3 * _touches(pair.source, doc, event["source"]) + 2 * target + neither


def _touches(filler: Filler, doc: Any, spans: Sequence[Sequence[int]]) -> bool:
    words = doc[filler.start : filler.end]
    return any(words.start_char < end and start < words.end_char for start, end in spans)


def _filler(doc: Any, span: Sequence[int]) -> Filler:
    words = doc.char_span(span[0], span[1], alignment_mode="expand")
    return Filler("actor", None, words.start, words.end)


def matrix(examples: Sequence[Example]) -> csr_matrix:
    """Examples × buckets: each group's traits share one unit of length."""
    columns: list[int] = []
    values: list[float] = []
    ends = [0]
    for example in examples:
        for group in example.groups:
            buckets = [b for _, traits in group for b in traits]
            columns += buckets
            values += [1 / len(buckets) ** 0.5] * len(buckets)
        ends.append(len(columns))
    return csr_matrix((values, columns, ends), shape=(len(examples), BUCKETS))


def learn(examples: Sequence[Example]) -> Opinion:
    """The model of some examples, its weights rounded to bytes."""
    labels = [example.label for example in examples]
    fitted = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-5).fit(matrix(examples), labels)
    weights = fitted.coef_.T
    scale = float(np.abs(weights).max()) / LARGEST
    rounded = np.round(weights / scale).astype(np.int8)
    bias = fitted.intercept_.astype(np.float32)
    version = sha256(rounded.tobytes() + bias.tobytes()).hexdigest()[:12]
    return Opinion(tuple(str(name) for name in fitted.classes_), rounded, scale, bias, version)


def write(opinion: Opinion, path: Path) -> None:
    """The weights as a compressed file of arrays."""
    np.savez_compressed(
        path,
        classes=np.array(opinion.classes),
        weights=opinion.weights,
        bias=opinion.bias,
        scale=np.array(opinion.scale),
        version=np.array(opinion.version),
    )


def print_folds(examples: Sequence[Example]) -> None:
    """How often guesses on sentences held out are right, by their probability: on all, and in running text alone."""
    guesses: list[tuple[float, str, Example]] = []
    for fold in range(FOLDS):
        opinion = learn([e for e in examples if e.fold != fold])
        for example in (e for e in examples if e.fold == fold):
            odds = opinion.judge(example.groups)
            guesses.append((float(odds.max()), opinion.classes[int(odds.argmax())], example))
    told = [guess == e.label for _, guess, e in guesses if e.label != NOTHING]
    print(f"right of {len(told)} pairs that tell of an event: {sum(told) / len(told):.3f}")
    for name, chosen in (("all", guesses), ("running text", [g for g in guesses if g[2].is_running])):
        for low in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            made = [g for g in chosen if low <= g[0] < low + 0.1 and g[1] != NOTHING]
            right = sum(guess == e.label for _, guess, e in made)
            print(f"{name}, probability {low:.1f} to {low + 0.1:.1f}: {len(made)} guesses, {right} right")


def main(arguments: Sequence[str]) -> None:
    """Learn, or with --folds measure."""
    examples = read_examples(HERE / "sentences.jsonl")
    if "--folds" in arguments:
        print_folds(examples)
        return
    opinion = learn(examples)
    write(opinion, HERE / "weights.npz")
    print(f"{len(examples)} examples; version {opinion.version}; {(HERE / 'weights.npz').stat().st_size:,} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
