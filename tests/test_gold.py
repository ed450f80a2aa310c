"""The quality gate: events of our own gold file are found as well as ever. The floors go up, never down."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from kg.evaluate.events import Scores, judge, read_gold, score
from kg.model import MODES, QUAD_CLASS, STATUSES, Article
from kg.pipeline import Tools, extract_records

GOLD = Path(__file__).parent / "gold" / "events.jsonl"
DIGEST = "50f5c9befa72fbe17cfac0e4bd07aa2de6e8534311b3f6bb52cf5a5a7a8e8f2b"
"""SHA-256 of the gold file: the floors hold for this file and no other."""
FLOORS = {"accuracy": 0.83, "strict": 0.61, "quad": 0.86, "macro_f1": 0.86, "mode": 0.72, "status": 0.94}
FALSE_EVENTS = 5
"""The most events in the texts that tell of none."""


@pytest.fixture(scope="module")
def scores(tools: Tools) -> Scores:
    pairs = read_gold(GOLD)
    records = list(extract_records([Article(p.id, p.text, published=p.published) for p in pairs], tools))
    return score([judge(p, r) for p, r in zip(pairs, records, strict=True)], {r.article.id: r for r in records})


def test_the_file_is_the_one_that_was_measured() -> None:
    """Whoever changes the gold file measures again and writes down digest and floors together."""
    assert hashlib.sha256(GOLD.read_bytes()).hexdigest() == DIGEST


def test_it_covers_the_scheme() -> None:
    """All types, modes and statuses are there, and at least 300 sentences and 80 without events."""
    rows = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    told = [row for row in rows if row["type"]]
    assert len({row["text"] for row in told}) >= 300 and len(rows) - len(told) >= 80
    types = Counter(row["type"] for row in told)
    assert set(types) == set(QUAD_CLASS) and min(types.values()) >= 15
    assert {(row["act"], row["mode"]) for row in told if row["mode"]} == {(a, m) for a in MODES for m in MODES[a]}
    assert set(STATUSES) == {row["status"] for row in told}
    for row in told:
        assert all(row["text"][a:b].strip() for a, b in row["source"] + row["target"]), row["id"]


@pytest.mark.parametrize("name", FLOORS)
def test_it_is_found_as_well_as_ever(name: str, scores: Scores) -> None:
    """No score falls under its floor."""
    assert getattr(scores, name) >= FLOORS[name]


def test_little_is_found_where_there_is_nothing(scores: Scores) -> None:
    """Matches, films, prices and lives tell of no political events."""
    assert scores.empty_texts >= 80 and scores.false_events <= FALSE_EVENTS
