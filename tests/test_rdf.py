"""Quads as files."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.errors import UsageError
from kg.graph.rdf import FORMATS, in_reading_order, stored_quads, write_quads
from kg.graph.store import Store
from tests.records import meeting

ROOT = Path(__file__).parent.parent
SCRIPT = """
import hashlib, io
from kg.graph.rdf import FORMATS, stored_quads, write_quads
from kg.graph.store import Store
from tests.records import meeting
with Store.in_memory() as store:
    store.load(meeting("a", ["Sullivan", "Yang"], place="Rome"))
    store.load(meeting("b", ["USA", "CHN"]))
    for name in FORMATS:
        output = io.BytesIO()
        write_quads(stored_quads(store.inner), output, name, merge_graphs=True)
        print(name, hashlib.sha256(output.getvalue()).hexdigest())
"""


def test_every_format_gives_the_same_bytes_under_any_hash_seed() -> None:
    """No format's output depends on the order of a Python set."""
    outputs = set()
    for seed in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        ran = subprocess.run(
            [sys.executable, "-c", SCRIPT], env=environment, capture_output=True, text=True, check=True
        )
        outputs.add(ran.stdout)
    [output] = outputs
    assert len(output.splitlines()) == len(FORMATS) == 10


def test_graphs_are_not_lost_without_being_asked() -> None:
    """A format without named graphs takes several only when told to merge them."""
    with Store.in_memory() as store:
        store.load(meeting("a", ["Sullivan", "Yang"]))
        with pytest.raises(UsageError, match="turtle has no named graphs"):
            write_quads(stored_quads(store.inner), io.BytesIO(), "turtle")


def test_a_reader_meets_the_article_first() -> None:
    """In reading order the article comes first, a report before its participants, stretches of text last."""
    with Store.in_memory() as store:
        store.load(meeting("a", ["Sullivan", "Yang"]))
        quads = in_reading_order(q for q in store.inner if "/article/a" in str(q.graph_name))
    subjects = list(dict.fromkeys(str(q.subject.value) for q in quads))
    assert subjects[0].endswith("/article/a")
    report = next(i for i, s in enumerate(subjects) if "/report/" in s)
    assert subjects[report + 1].startswith(subjects[report] + "/actor/")
    assert "#char=" in subjects[-1] and "#char=" not in subjects[report]
