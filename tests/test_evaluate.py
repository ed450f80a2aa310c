"""Gold files and scores of `kg.evaluate` and `kg evaluate`."""

from __future__ import annotations

import io
import json
import runpy
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from kg.errors import InputError
from kg.evaluate.events import GoldPair, confusion_table, judge, label_of, read_gold, score, summary, worst
from kg.model import Record
from tests.conftest import SHARED, Ran
from tests.records import meeting

Run = Callable[..., Ran]
PAIR = {"id": "1", "text": "Oman praised Fiji.", "source": [[0, 4]], "target": [[13, 17]], "type": "SUPPORT"}


def gold_file(folder: Path, *lines: object) -> Path:
    path = folder / "gold.jsonl"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines), "utf-8")
    return path


def pair(record: Record, source: str, target: str | None, kind: str | None, **more: str) -> GoldPair:
    """A gold pair about the record's text, its parties given as words of it."""
    text = record.article.text

    def spans(words: str | None) -> tuple[tuple[int, int], ...]:
        return ((text.index(words), text.index(words) + len(words)),) if words else ()

    return GoldPair(record.article.id, text, spans(source), spans(target), kind, **more)


class TestRead:
    RELEASE: ClassVar = PAIR | {"text": "Oman freed Fijian sailors.", "target": [[11, 25]], "type": "RETREAT"}

    def test_lines(self, tmp_path: Path) -> None:
        """Empty lines and keys that are not ours are passed over; what may be absent is None."""
        path = gold_file(tmp_path, PAIR, "", {"id": 2, "text": "It rained.", "type": None, "note": "dull"})
        first, second = read_gold(path)
        assert first == GoldPair("1", "Oman praised Fiji.", ((0, 4),), ((13, 17),), "SUPPORT")
        assert second == GoldPair("2", "It rained.", (), (), None)

    @pytest.mark.parametrize(
        ("line", "said"),
        [
            ("{", "line 1: not a JSON object"),
            ("[]", "line 1: not a JSON object"),
            ({"id": "1", "text": "x"}, "it has no type; a line needs id, text, type"),
            (PAIR | {"type": "MEET"}, "type 'MEET' is no PLOVER type; they are: "),
            (PAIR | {"text": " "}, "text is empty"),
            (PAIR | {"source": [[0, 99]]}, r"source \[0, 99\] is no span of the text"),
            (PAIR | {"source": [0, 4]}, "source 0 is no span"),
            (PAIR | {"source": [], "target": []}, "an event needs a source or a target"),
            (PAIR | {"mode": "fax"}, "mode 'fax' is no PLOVER mode"),
            (PAIR | {"status": "done"}, "status 'done' is unknown; choose one of: reported"),
            (PAIR | {"published": "yesterday"}, "published 'yesterday' is no day"),
        ],
        ids=str,
    )
    def test_mistakes(self, line: object, said: str, tmp_path: Path) -> None:
        """A mistake is told with file, line and remedy."""
        with pytest.raises(InputError, match=said):
            read_gold(gold_file(tmp_path, line))

    def test_same_id(self, tmp_path: Path) -> None:
        """Two lines of one id are refused: their scores could not be told apart."""
        with pytest.raises(InputError, match="line 2: id '1' stands on an earlier line too"):
            read_gold(gold_file(tmp_path, PAIR, PAIR))

    def test_nothing(self, tmp_path: Path) -> None:
        """An empty file and one that is not there are told of in a line."""
        with pytest.raises(InputError, match="there is no gold in it"):
            read_gold(gold_file(tmp_path))
        with pytest.raises(InputError, match="cannot be read"):
            read_gold(tmp_path / "none.jsonl")


class TestJudge:
    RECORD = meeting("a", ["USA"], act="ACCUSE", recipients=["CHN"])

    @pytest.mark.parametrize(
        ("source", "target", "rank"),
        [
            ("USA", "CHN", 4),
            ("USA", None, 4),
            ("CHN", "USA", 3),
            ("USA", "Monday", 2),
            ("CHN", "Monday", 1),
            ("Monday", "met", 0),
        ],
    )
    def test_rank(self, source: str, target: str | None, rank: int) -> None:
        """Parties in their roles fit best, then both in any, then one."""
        assert judge(pair(self.RECORD, source, target, "ACCUSE"), self.RECORD).rank == rank

    def test_unrelated(self) -> None:
        """An event of other parties is none of the pair's."""
        judgement = judge(pair(self.RECORD, "Monday", "met", "ACCUSE"), self.RECORD)
        assert (judgement.predicted, judgement.event, judgement.is_right) == ("NONE", None, False)

    def test_surest(self) -> None:
        """Of events that fit as well, the surest is judged."""
        [event] = self.RECORD.events
        sure = replace(event, type="REJECT", reports=(replace(event.reports[0], confidence=0.9),))
        assert judge(pair(self.RECORD, "USA", "CHN", "REJECT"), replace(self.RECORD, events=(event, sure))).is_strict

    def test_earlier_edition(self) -> None:
        """CONCEDE and RETREAT are YIELD, a planned RETREAT is AGREE, a conviction is ACCUSE."""
        [event] = self.RECORD.events
        conviction = replace(event, type="SANCTION", act="SANCTION", mode="convict")
        ease = replace(event, type="CONCEDE", act="CONCEDE")
        release, plan = replace(event, type="RETREAT", act="RETREAT"), replace(event, type="CONCEDE", act="RETREAT")
        told = [label_of(e, earlier=True) for e in (conviction, ease, release, plan, event)]
        assert told == ["ACCUSE", "YIELD", "YIELD", "AGREE", "ACCUSE"]
        assert label_of(conviction) == "SANCTION"


class TestScore:
    RIGHT = meeting("right", ["USA"], act="ACCUSE", recipients=["CHN"])
    WRONG = meeting("wrong", ["USA"], act="REJECT", recipients=["CHN"])
    EMPTY = replace(meeting("empty", ["USA"]), events=())
    FALSE = meeting("false", ["USA"], act="AID", recipients=["CHN"])

    def scored(self) -> tuple[list[str], list[str]]:
        records = {r.article.id: r for r in (self.RIGHT, self.WRONG, self.EMPTY, self.FALSE)}
        gold = [
            pair(self.RIGHT, "USA", "CHN", "ACCUSE", status="reported"),
            pair(self.WRONG, "USA", "CHN", "ACCUSE"),
            pair(self.EMPTY, "USA", None, "AID"),
            pair(self.FALSE, "", None, None),
        ]
        scores = score([judge(p, records[p.id]) for p in gold], records)
        return summary(scores), confusion_table(scores)

    def test_summary(self) -> None:
        """The shares are over all pairs that tell of an event; the others count the events wrongly found."""
        assert self.scored()[0] == [
            "ACCUSE     P 1.000 R 0.500 F1 0.667  n 2",
            "AID        P 0.000 R 0.000 F1 0.000  n 1",
            "pairs 3  no event 1  accuracy 0.333  strict 0.333  quad 0.667  macro-F1 0.333",
            "of those of the right type: status 1.000",
            "texts without events 1  events in them 1",
        ]

    def test_confusion(self) -> None:
        """Rows are gold, columns predicted, the last for nothing."""
        assert self.scored()[1] == [
            "gold       ACCUS REJEC  NONE",
            "ACCUSE         1     1     .",
            "AID            .     .     1",
        ]

    def test_worst(self) -> None:
        """The misses of a type, those told with most confidence first."""
        judgements = [
            judge(pair(r, "USA", "CHN", "ACCUSE"), r) for r in (self.RIGHT, replace(self.WRONG, events=()), self.WRONG)
        ]
        assert [j.predicted for j in worst(judgements, 5)["ACCUSE"]] == ["REJECT", "NONE"]
        assert worst(judgements, 1)["ACCUSE"][0].predicted == "REJECT"


class TestCommand:
    GOLD = (
        {"id": "a", "text": "Oman praised Fiji.", "source": [[0, 4]], "target": [[13, 17]], "type": "SUPPORT"},
        {"id": "b", "text": "Oman praised Fiji.", "source": [[0, 4]], "target": [[13, 17]], "type": "REJECT"},
        {"id": "c", "text": "It rained in Muscat.", "type": None},
    )

    def test_events(self, kg: Run, tmp_path: Path) -> None:
        """Scores, confusion table and the surest mistakes; --errors has every miss with its parse."""
        misses = tmp_path / "misses.conllu"
        ran = kg("evaluate", "events", gold_file(tmp_path, *self.GOLD), "--errors", misses)
        assert ran.code == 0
        assert "pairs 2  no event 0  accuracy 0.500  strict 0.500  quad 0.500  macro-F1 0.333\n" in ran.out
        assert "texts without events 1  events in them 0\n" in ran.out
        assert "REJECT: the surest mistakes\n  SUPPORT (praise at 'praised'" in ran.out
        blocks = misses.read_text("utf-8").strip().split("\n\n")
        assert len(blocks) == 1 and blocks[0].startswith("# sent_id = b\n# text = Oman praised Fiji.\n# gold = REJECT;")
        rows = [line.split("\t") for line in blocks[0].splitlines() if not line.startswith("#")]
        assert [(r[0], r[1], r[6], r[7]) for r in rows] == [
            ("1", "Oman", "2", "nsubj"),
            ("2", "praised", "0", "ROOT"),
            ("3", "Fiji", "2", "dobj"),
            ("4", ".", "2", "punct"),
        ]

    def test_edition(self, kg: Run, tmp_path: Path) -> None:
        """A file without YIELD is read as of the current edition unless told otherwise."""
        gold = gold_file(tmp_path, TestRead.RELEASE)
        assert "RETREAT" in kg("evaluate", "events", gold).out.splitlines()[0]
        assert "YIELD" in kg("evaluate", "events", gold, "--edition", "earlier").out
        old = gold_file(tmp_path, {**TestRead.RELEASE, "type": "YIELD"})
        assert "RETREAT" not in kg("evaluate", "events", old).out
        refused = kg("evaluate", "events", old, "--edition", "current")
        assert refused.code == 1 and "YIELD is of an earlier edition" in refused.err

    def test_mistake(self, kg: Run, tmp_path: Path) -> None:
        """A wrong gold file is one line and exit code 1; a file that cannot be written is a wrong option."""
        ran = kg("evaluate", "events", gold_file(tmp_path, "{"))
        assert (ran.code, ran.out) == (1, "") and ran.err.count("\n") == 1
        ran = kg("evaluate", "events", gold_file(tmp_path, *self.GOLD), "--errors", tmp_path / "no" / "where")
        assert ran.code == 2 and "cannot be written" in ran.err

    @pytest.mark.skipif(not (SHARED / "gold" / "score_pairs.py").exists(), reason="the shared scorer is not here")
    def test_the_scorer_agrees(self, kg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The scores are those that the shared scorer prints."""
        gold = tmp_path / "gold.jsonl"
        lines = (SHARED / "gold" / "events-dev.jsonl").read_text("utf-8").splitlines()[::14]
        gold.write_text("\n".join(lines) + "\n", "utf-8")
        found = tmp_path / "found.jsonl"
        found.write_text(kg("extract", gold, "--format", "jsonl").out, "utf-8")
        monkeypatch.setattr(sys, "argv", ["score_pairs.py", str(gold), str(found)])
        printed = io.StringIO()
        with redirect_stdout(printed):
            runpy.run_path(str(SHARED / "gold" / "score_pairs.py"), run_name="__main__")
        assert printed.getvalue() and kg("evaluate", "events", gold).out.startswith(printed.getvalue())
