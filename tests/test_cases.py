"""Frozen articles: parses made once, and the record and Turtle that must come of them.

Each case is a folder of tests/cases with article.txt (header lines, a blank line, the text), doc.json (its parse), record.json
and graph.ttl. `pytest --update` makes all but article.txt anew.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from spacy.tokens import Doc

from kg.annotate import annotate
from kg.graph.rdf import in_reading_order, write_quads
from kg.graph.store import Store
from kg.model import Article, Record
from kg.pipeline import Tools, look_up, make_record
from kg.read import Defaults, read_articles

CASES = sorted(p for p in (Path(__file__).parent / "cases").iterdir() if p.is_dir())


def article_of(case: Path) -> Article:
    """The case's article, under the folder's name as id."""
    [article] = read_articles([case / "article.txt"], Defaults(id=case.name))
    assert isinstance(article, Article)
    return article


def frozen(case: Path, article: Article, tools: Tools, update: bool) -> Doc:
    """The parse as it was frozen, so that another processor or model cannot change the case."""
    path = case / "doc.json"
    if update:
        [doc] = annotate(tools.nlp, [article])
        path.write_text(json.dumps(doc.to_json(), ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    return Doc(tools.nlp.vocab).from_json(json.loads(path.read_text(encoding="utf-8")))


def turtle_of(record: Record, tools: Tools) -> str:
    """All graphs that the record makes, merged, for reading."""
    with Store.in_memory(look_up(tools.reference.gazetteer)) as store:
        store.load(record)
        output = io.BytesIO()
        quads = in_reading_order(store.inner.quads_for_pattern(None, None, None, None))
        write_quads(quads, output, "turtle", merge_graphs=True)
    return output.getvalue().decode("utf-8")


def without_versions(record: Record) -> str:
    """The record, readable, without the versions that made it."""
    raw = json.loads(record.to_json())
    raw["made_by"] = {}
    return json.dumps(raw, ensure_ascii=False, indent=1) + "\n"


@pytest.mark.parametrize("case", CASES, ids=[c.name for c in CASES])
def test_a_frozen_article_gives_its_record_and_graph(case: Path, tools: Tools, request: pytest.FixtureRequest) -> None:
    """The record and the Turtle of a frozen article are those that were read and found right."""
    update = request.config.getoption("--update")
    article = article_of(case)
    record = make_record(article, frozen(case, article, tools, update), tools)
    made = {"record.json": without_versions(record), "graph.ttl": _versionless(turtle_of(record, tools))}
    for name, content in made.items():
        if update:
            (case / name).write_text(content, encoding="utf-8")
        assert content == (case / name).read_text(encoding="utf-8"), (
            f"{name} differs; if it is right, run pytest --update"
        )


def _versionless(turtle: str) -> str:
    return "\n".join(line for line in turtle.splitlines() if "Version" not in line and "modelName" not in line) + "\n"


def test_all_cases_are_collected() -> None:
    """No case is silently lost."""
    assert len(CASES) == 3
