"""Gold files and scores of `kg.evaluate.links` and `kg evaluate links`."""

from __future__ import annotations

import io
import json
import runpy
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

from kg.errors import InputError
from kg.evaluate.links import (
    MISSES,
    FalseLink,
    LinkScores,
    is_name,
    misses_table,
    read_gold,
    read_qids,
    reliability,
    score,
    summary,
    worst,
)
from tests.conftest import SHARED, Ran

Run = Callable[..., Ran]

TEXT = "France praised Ruritania. Brzx met the president in Paris. She left Wien."
GOLD: dict[str, Any] = {
    "id": "a",
    "text": TEXT,
    "links": [
        {"start": 0, "end": 6, "wikidata": "Q142", "type": "place"},
        {"start": 15, "end": 24, "wikidata": "Q9999999999", "type": "place"},
        {"start": 26, "end": 30, "wikidata": "Q30", "type": "person"},
        {"start": 52, "end": 57, "wikidata": "Q90", "accept": ["Q142"], "type": "place"},
    ],
}


def gold_file(folder: Path, *lines: Any) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("".join((x if isinstance(x, str) else json.dumps(x)) + "\n" for x in lines), "utf-8")
    return path


class TestRead:
    def test_all_fields(self, tmp_path: Path) -> None:
        """Scope, accepted items, ignored spans and the day are read; scope is the whole text unless given."""
        [article] = read_gold(gold_file(tmp_path, {**GOLD, "ignore": [[59, 62]], "published": "2020-01-02"}))
        assert article.scope == (0, len(TEXT)) and article.ignored == ((59, 62),)
        assert [sorted(link.accepted) for link in article.links][-1] == ["Q142", "Q90"]
        assert article.published is not None and article.published.year == 2020

    @pytest.mark.parametrize(
        ("line", "complaint"),
        [
            ({"id": "a", "text": "x"}, "it has no links"),
            ({"id": "a", "text": "x", "links": {}}, "links is no list"),
            ({"id": "a", "text": "x", "links": [{"start": 0}]}, "a link needs start, end and wikidata"),
            ({"id": "a", "text": "x", "links": [{"start": 0, "end": 9, "wikidata": "Q1"}]}, "no span of the text"),
            ({"id": "a", "text": "x", "links": [{"start": 0, "end": 1, "wikidata": "30"}]}, "'30' is no QID"),
            ({"id": "a", "text": "x", "links": [], "scope": [1, 0]}, "no span of the text"),
        ],
        ids=str,
    )
    def test_mistakes(self, line: dict[str, Any], complaint: str, tmp_path: Path) -> None:
        """A mistake is told with file and line."""
        with pytest.raises(InputError, match=complaint) as caught:
            read_gold(gold_file(tmp_path, line))
        assert "gold.jsonl, line 1" in str(caught.value)

    def test_qids(self, tmp_path: Path) -> None:
        """A file of QIDs has one a line."""
        path = tmp_path / "qids.txt"
        path.write_text("Q1\nQ2\n", "utf-8")
        assert read_qids(path) == {"Q1", "Q2"}
        path.write_text("Q1\nLondon\n", "utf-8")
        with pytest.raises(InputError, match="'London' is no QID"):
            read_qids(path)
        with pytest.raises(InputError, match="cannot be read"):
            read_qids(tmp_path / "none.txt")


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("the Kremlin", True),
        ("UN", True),
        ("the president", False),
        ("She", False),
        ("Both", False),
        ("both Koreas", True),
    ],
)
def test_what_counts_as_a_name(text: str, named: bool) -> None:
    """Pronouns and descriptions are not judged."""
    assert is_name(text) is named


def test_misses_and_false_links(tools: Any, tmp_path: Path) -> None:
    """Each gold link is found or missed for a reason; a name linked to what nobody means is false."""
    from kg.model import Article
    from kg.pipeline import parse_records

    gold = read_gold(
        gold_file(
            tmp_path, {**GOLD, "links": [*GOLD["links"][:3], {**GOLD["links"][3], "wikidata": "Q1", "accept": []}]}
        )
    )
    records = {p.record.article.id: p.record for p in parse_records([Article("a", TEXT)], tools)}
    scores = score(gold, records, lambda qid: qid != "Q9999999999", frozenset({"Q142", "Q30"}))
    assert dict(scores.found) == {"place": 1} and dict(scores.links) == {"place": 3, "person": 1}
    assert scores.misses[MISSES[1]] == 1 and scores.misses[MISSES[2]] == 1 and sum(scores.misses.values()) == 3
    assert (scores.reachable, scores.reached) == (2, 1)
    assert [(link.text, link.wanted) for link in scores.false if link.wanted] == [("Paris", "Q1")]
    assert worst(scores, 9)[0].score >= worst(scores, 9)[-1].score and len(worst(scores, 1)) == 1
    assert "within the gazetteer: recall 0.500  n 2" in summary(scores)
    assert f"missed: {'wrong candidate':26s} 1" in misses_table(scores)


def test_reliability() -> None:
    """Each bin has its number, its mean score and the share that is right; the error weighs the bins by their numbers."""
    false = (FalseLink("a", "Paris", "Q1", "Paris", 0.94, None), FalseLink("a", "Rome", "Q2", "Rome", 0.6, None))
    scores = LinkScores({}, {}, {}, 0, 0, false, (0.94, 0.94, 0.94))
    assert reliability(scores)[1:] == [
        "0.00 to 0.70     1  0.600  0.000",
        "0.93 to 1.01     4  0.940  0.750",
        "expected calibration error 0.272",
    ]
    assert reliability(LinkScores({}, {}, {}, 0, 0, (), ())) == []


def test_command(kg: Run, tmp_path: Path) -> None:
    """Scores, reasons and the surest false links; a wrong file is one line."""
    ran = kg("evaluate", "links", gold_file(tmp_path, GOLD))
    assert ran.code == 0 and "links 4  P " in ran.out and "missed: QID not in the gazetteer" in ran.out
    ran = kg("evaluate", "links", gold_file(tmp_path, "[]"))
    assert (ran.code, ran.out) == (1, "") and ran.err.count("\n") == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.skipif(not (SHARED / "gold" / "score_links.py").exists(), reason="the shared scorer is not here")
def test_the_scorer_agrees(kg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The scores are those that the shared scorer prints."""
    gold, reachable = tmp_path / "gold.jsonl", SHARED / "gold" / "reachable-qids.txt"
    lines = (SHARED / "gold" / "links-dev.jsonl").read_text("utf-8").splitlines()[::12]
    gold.write_text("\n".join(lines) + "\n", "utf-8")
    found = tmp_path / "found.jsonl"
    found.write_text(kg("extract", gold, "--format", "jsonl").out, "utf-8")
    monkeypatch.setattr(sys, "argv", ["score_links.py", str(gold), str(found), str(reachable)])
    printed = io.StringIO()
    with redirect_stdout(printed):
        runpy.run_path(str(SHARED / "gold" / "score_links.py"), run_name="__main__")
    assert printed.getvalue() and kg("evaluate", "links", gold, "--reachable", reachable).out.startswith(
        printed.getvalue()
    )
