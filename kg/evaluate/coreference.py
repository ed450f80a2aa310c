"""Coreference against gold passages: MUC, B³, CEAFₑ and their mean, the CoNLL-2012 score, by the scorer `scorch`.

A chain has at least two mentions; a mention counts when its span is that of the gold, leading articles apart.
Source: Pradhan et al. 2014, Scoring Coreference Partitions of Predicted Mentions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kg.errors import DataError, InputError
from kg.evaluate.lines import Spans, day_of, read_objects, spans_of
from kg.model import Record

EXAMPLE = '{"id": "a-1", "text": "Xi said he …", "chains": [[[0, 2], [8, 10]]]}'
MEASURES = ("MUC", "B³", "CEAFₑ")
_ARTICLES = ("the ", "a ", "an ")

Key = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class GoldPassage:
    """A passage with its chains of mentions, each a list of spans in code points."""

    id: str
    text: str
    published: date | None
    chains: tuple[Spans, ...]


@dataclass(frozen=True, slots=True)
class CoreferenceScores:
    """Recall, precision and F1 of each measure over all passages, their mean F1, and how many mentions were found."""

    measures: Mapping[str, tuple[float, float, float]]
    conll: float
    gold_mentions: int
    found_mentions: int
    shared_mentions: int


def read_gold(path: Path) -> tuple[GoldPassage, ...]:
    """The passages of a JSON Lines file with `id`, `text`, `chains` and, where known, `published`.

    :raises InputError: when the file cannot be read or a line is wrong.
    """
    passages = []
    for fields, where in read_objects(path, ("id", "text", "chains"), EXAMPLE):
        if not isinstance(fields["chains"], list):
            raise InputError(f"{where}: chains is no list; write {EXAMPLE}")
        chains = tuple(spans_of(chain, len(fields["text"]), f"{where}: chain") for chain in fields["chains"])
        passages.append(GoldPassage(str(fields["id"]), fields["text"], day_of(fields.get("published"), where), chains))
    return tuple(passages)


def score(gold: Sequence[GoldPassage], records: Mapping[str, Record]) -> CoreferenceScores:
    """How well the chains of the records agree with the gold's.

    :raises DataError: when the scorer is not installed.
    """
    try:
        from scorch.scores import b_cubed, ceaf_e, muc
    except ImportError as error:
        raise DataError("the scorer is not installed; install it with: pip install 'diplomacy-kg[evaluate]'") from error
    key = [c for p in gold for c in _chains(p.id, p.text, p.chains)]
    response = [c for p in gold for c in _chains(p.id, p.text, _found(records[p.id]))]
    measures = {name: _rounded(f(key, response)) for name, f in zip(MEASURES, (muc, b_cubed, ceaf_e), strict=True)}
    in_gold, found = {m for c in key for m in c}, {m for c in response for m in c}
    conll = sum(f1 for _, _, f1 in measures.values()) / len(measures)
    return CoreferenceScores(measures, conll, len(in_gold), len(found), len(in_gold & found))


def _rounded(scores: Iterable[float]) -> tuple[float, float, float]:
    recall, precision, f1 = (float(x) for x in scores)
    return recall, precision, f1


def _found(record: Record) -> list[Spans]:
    chains: dict[str, list[tuple[int, int]]] = {}
    for mention in record.mentions:
        chains.setdefault(mention.entity, []).append((mention.start, mention.end))
    return [tuple(chain) for chain in chains.values()]


def _chains(passage: str, text: str, chains: Iterable[Spans]) -> list[set[Key]]:
    """The chains of a passage that have at least two mentions, each mention without its article."""
    keys = [{(passage, _start(text, start, end), end) for start, end in chain} for chain in chains]
    return [chain for chain in keys if len(chain) > 1]


def _start(text: str, start: int, end: int) -> int:
    words = text[start:end].lower()
    return start + next((len(article) for article in _ARTICLES if words.startswith(article)), 0)


def summary(scores: CoreferenceScores) -> list[str]:
    """A line a measure, the mean, and the mentions."""
    lines = [
        f"{name:6s} P {precision:.3f} R {recall:.3f} F1 {f1:.3f}"
        for name, (recall, precision, f1) in scores.measures.items()
    ]
    precision = scores.shared_mentions / scores.found_mentions if scores.found_mentions else 0.0
    recall = scores.shared_mentions / scores.gold_mentions if scores.gold_mentions else 0.0
    lines.append(f"CoNLL  {scores.conll:.3f}")
    lines.append(f"mentions in chains: P {precision:.3f} R {recall:.3f}  n {scores.gold_mentions}")
    return lines
