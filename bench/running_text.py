"""How much of what running text tells is found, and how much of what is found is told.

    python -m bench.running_text             precision and recall of reports, of all types and of each
    python -m bench.running_text --guesses   how often a guess is right

It reads the whole articles among the sentences of the second opinion (`seeds/opinion`), in which every event is marked. A
report is right when a marked event of its sentence has its type, one report for each; parties are not compared, and reports
of what did not or may never happen are left out. Guesses are judged on the fifth of the articles from which nothing was learned.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.opinion import is_held_out
from kg.events.opinion import PATTERN
from kg.model import Article, Record
from kg.pipeline import Tools, extract_records, open_tools

SENTENCES = Path(__file__).resolve().parent.parent / "seeds" / "opinion" / "sentences.jsonl"
_UNREAL = frozenset({"denied", "hypothetical"})

Marked = Mapping[str, Sequence[tuple[str, Sequence[str]]]]
"""Article → its sentences in order, each with the types of its events."""


@dataclass(frozen=True, slots=True)
class Found:
    """The types that were found in a sentence, with their confidence and whether they are guesses, and those marked."""

    reports: list[tuple[str, float, bool]]
    marked: Sequence[str]


def read_marked(path: Path) -> Marked:
    """The articles of a file of sentences."""
    marked: dict[str, list[tuple[str, list[str]]]] = {}
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        if "article" in row:
            marked.setdefault(row["article"], []).append((row["text"], [e["type"] for e in row["events"]]))
    return marked


def find(marked: Marked, names: Iterable[str], tools: Tools) -> Iterator[Found]:
    """What is found in each sentence of some articles."""
    articles = (Article(name, " ".join(text for text, _ in marked[name])) for name in names)
    for record in extract_records(articles, tools, 32):
        yield from _by_sentence(record, marked[record.article.id])


def _by_sentence(record: Record, sentences: Sequence[tuple[str, Sequence[str]]]) -> Iterator[Found]:
    reports = [(event.type, r) for event in record.events for r in event.reports if r.status not in _UNREAL]
    start = 0
    for text, types in sentences:
        end = start + len(text) + 1
        here = [(kind, r) for kind, r in reports if start <= r.trigger.start < end]
        yield Found([(kind, r.confidence, r.pattern == PATTERN) for kind, r in here], types)
        start = end


def print_scores(marked: Marked) -> None:
    """Precision and recall without guesses."""
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    for found in find(marked, marked, open_tools(guesses=False)):
        kinds, marked_kinds = Counter(kind for kind, _, _ in found.reports), Counter(found.marked)
        right.update(kinds & marked_kinds)
        wrong.update(kinds - marked_kinds)
        missed.update(marked_kinds - kinds)
    told = sorted({*right, *wrong, *missed})
    for name, types in [("all", told), *((kind, [kind]) for kind in told)]:
        hits, false, lost = (sum(counts[k] for k in types) for counts in (right, wrong, missed))
        precision, recall = hits / max(hits + false, 1), hits / max(hits + lost, 1)
        print(f"{name:10s} precision {precision:.3f} recall {recall:.3f}  {hits} right, {false} wrong, {lost} missed")


def print_guesses(marked: Marked) -> None:
    """How often guesses are right where the patterns know nothing, in articles from which nothing was learned."""
    names = [name for name in marked if is_held_out({"article": name})]
    guesses = [
        kind in found.marked
        for found in find(marked, names, open_tools())
        for kind, _, guessed in found.reports
        if guessed
    ]
    print(f"{len(names)} articles: {len(guesses)} guesses, {sum(guesses)} right")


def main(arguments: Sequence[str]) -> None:
    """Print the scores, or with --guesses those of guesses."""
    marked = read_marked(SENTENCES)
    if "--guesses" in arguments:
        print_guesses(marked)
    else:
        print_scores(marked)


if __name__ == "__main__":
    main(sys.argv[1:])
