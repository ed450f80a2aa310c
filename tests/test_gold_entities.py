"""The quality gate of who is who: coreference and links on our own passages stay as good as they were. Floors go up only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.evaluate import coreference, links
from kg.model import Article, MadeBy, Mention, Record
from kg.pipeline import Tools, extract_records
from tests.conftest import Ran

Run = Callable[..., Ran]
COREFERENCE = Path(__file__).parent / "gold" / "coreference.jsonl"
NAMESAKES = Path(__file__).parent / "gold" / "namesakes.jsonl"
DIGESTS = {
    COREFERENCE: "bf08c649fc336ad0b0af798f0dd5479b7a7cf2385bbf7a777790419b9e7bcfda",
    NAMESAKES: "c67e28033161a69ce612b4d36ad22851d18f4ec896491ff46438cb9ff8b92c19",
}
"""SHA-256 of the gold files: the floors hold for these files and no others."""
CONLL, MENTION_RECALL = 0.885, 0.89
LINK_PRECISION, LINK_RECALL, PASSAGES_RIGHT = 0.98, 0.99, 44


@pytest.mark.parametrize("path", DIGESTS, ids=lambda p: p.stem)
def test_the_file_is_the_one_that_was_measured(path: Path) -> None:
    """Whoever changes a gold file measures again and writes down digest and floors together."""
    assert hashlib.sha256(path.read_bytes()).hexdigest() == DIGESTS[path]


def records_of(articles: list[Article], tools: Tools) -> dict[str, Record]:
    return {r.article.id: r for r in extract_records(articles, tools)}


class TestCoreference:
    def test_it_is_as_good_as_ever(self, tools: Tools) -> None:
        """At least 40 passages; pronouns and descriptions find their names as well as before."""
        gold = coreference.read_gold(COREFERENCE)
        assert len(gold) >= 40
        articles = [Article(p.id, p.text, published=p.published) for p in gold]
        scores = coreference.score(gold, records_of(articles, tools))
        assert scores.conll >= CONLL and scores.shared_mentions / scores.gold_mentions >= MENTION_RECALL

    def test_the_gold_itself_scores_one(self, tmp_path: Path) -> None:
        """A perfect answer has all measures at 1, and one without chains has them at 0."""

        def record_of(article: Article, mentions: list[Mention]) -> Record:
            return Record(article, MadeBy("0", "m", "l", "g"), tuple(mentions), (), (), ())

        gold = [p for p in coreference.read_gold(COREFERENCE) if p.id == "coref-01"]
        mentions = [
            Mention(a, b, gold[0].text[a:b], "person", f"e{n}")
            for n, chain in enumerate(gold[0].chains)
            for a, b in chain
        ]
        perfect = record_of(Article("coref-01", gold[0].text), mentions)
        assert coreference.score(gold, {"coref-01": perfect}).conll == pytest.approx(1)
        assert coreference.score(gold, {"coref-01": record_of(perfect.article, [])}).conll == 0

    def test_command(self, kg: Run, tmp_path: Path) -> None:
        """The command prints each measure; a wrong file is one line."""
        line = json.loads(COREFERENCE.read_text("utf-8").splitlines()[0])
        (tmp_path / "g.jsonl").write_text(json.dumps(line) + "\n", "utf-8")
        out = kg("evaluate", "coreference", tmp_path / "g.jsonl").out
        assert [x.split()[0] for x in out.splitlines()] == ["MUC", "B³", "CEAFₑ", "CoNLL", "mentions"]
        (tmp_path / "g.jsonl").write_text(json.dumps(line | {"chains": [[[5, 2]]]}) + "\n", "utf-8")
        ran = kg("evaluate", "coreference", tmp_path / "g.jsonl")
        assert ran.code == 1 and "line 1" in ran.err and ran.err.count("\n") == 1


class TestNamesakes:
    def test_the_right_one_is_meant(self, tools: Tools) -> None:
        """Leaders of other decades are linked, and bakers of their names are not."""
        gold = links.read_gold(NAMESAKES)
        assert len(gold) >= 40
        records = records_of([Article(a.id, a.text, published=a.published) for a in gold], tools)
        scores = links.score(gold, records, lambda qid: tools.reference.gazetteer.entry(qid) is not None)
        assert scores.precision >= LINK_PRECISION and scores.recall >= LINK_RECALL
        right = sum(
            (s := links.score([a], records, lambda _: True)).f1 == 1 or (not a.links and not s.false) for a in gold
        )
        assert right >= PASSAGES_RIGHT
