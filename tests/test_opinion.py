"""The second opinion: what it may guess, that it says so, and that its weights can be made again."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from kg.annotate import annotate
from kg.entities.cast import identify
from kg.errors import DataError
from kg.events.coder import date_clause
from kg.events.guesses import LARGEST_CONFIDENCE
from kg.events.opinion import BUCKETS, NOTHING, PATTERN, find_pairs, load_opinion
from kg.events.parties import MentionIndex
from kg.explain import explain_sentence
from kg.model import QUAD_CLASS, Article, Report
from kg.pipeline import Tools, extract_records, open_tools
from tests.conftest import SHARED

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "seeds" / "opinion" / "weights.npz"
SENTENCES = ROOT / "seeds" / "opinion" / "sentences.jsonl"
GUESSED = "Two gunmen of the Taliban gunned at Afghan soldiers."


def reports(tools: Tools, text: str) -> list[tuple[str, Report]]:
    """The reports of a text with the types of their events."""
    [record] = extract_records([Article("a", text)], tools)
    return [(event.type, report) for event in record.events for report in event.reports]


def test_a_guess_is_marked_and_less_sure(tools: Tools) -> None:
    """It has a pattern of its own and no high confidence, and is not there without guesses."""
    [(kind, report)] = reports(tools, GUESSED)
    assert (kind, report.pattern) == ("ASSAULT", PATTERN)
    assert 0 < report.confidence <= LARGEST_CONFIDENCE


def test_nothing_is_guessed_where_nobody_wants_it() -> None:
    """Without guesses only patterns tell of events."""
    tools = open_tools(guesses=False)
    assert tools.opinion is None and reports(tools, GUESSED) == []


def test_nothing_is_guessed_of_a_sentence_of_which_a_pattern_tells(tools: Tools) -> None:
    """Where the lexicon finds an event in a sentence, it has told what the sentence is about."""
    found = reports(tools, "Turkey condemned Israel, and Iranian gunmen gunned at Afghan soldiers.")
    assert [kind for kind, _ in found] == ["ACCUSE"]


@pytest.mark.parametrize(
    "text",
    [
        "They gunned at Afghan soldiers.",
        "The Afghan army said that the Pakistani envoy was ill.",
        "Croatia beat Japan in Doha.",
    ],
    ids=["a pronoun", "only said", "a match"],
)
def test_nothing_is_guessed_of_pronouns_speakers_and_players(tools: Tools, text: str) -> None:
    """Of "they" nobody knows who it is, who only speaks does nothing to whom he speaks of, and who beats a country plays."""
    assert reports(tools, text) == []


def test_a_guess_does_not_reach_ones_own_country(tools: Tools) -> None:
    """A minister acts for his country and not towards it."""
    [(kind, report)] = reports(tools, "Turkish Defence Minister Hulusi Akar signed for Ankara.")
    assert (kind, report.pattern, [r.role for r in report.roles]) == ("SUPPORT", PATTERN, ["actor"])


def test_a_guess_has_the_mode_that_words_beside_it_tell(tools: Tools) -> None:
    """The cues of the lexicon decide the mode of a guess as they do that of a pattern."""
    [record] = extract_records([Article("a", "The Afghan army gunned at Taliban fighters with drones.")], tools)
    [event] = record.events
    assert (event.type, event.mode, event.reports[0].pattern) == ("ASSAULT", "drone", PATTERN)


def test_where_something_is_nobody_acts(tools: Tools) -> None:
    """The place of a sentence is no party of its pairs."""
    [doc] = annotate(tools.nlp, [article := Article("a", "Kenya sneezed at Chad in Oslo.")])
    mentions = MentionIndex(doc, identify(doc, article, tools.reference, partial(date_clause, published=None)))
    pairs = [p for sentence in doc.sents for p in find_pairs(sentence, mentions)]
    parties = {doc[f.start : f.end].text for p in pairs for f in (p.source, p.target) if f is not None}
    assert parties == {"Kenya", "Chad"}


def test_nothing_is_guessed_where_a_text_is_about_something_else(tools: Tools) -> None:
    """In a long text without politics a sentence alone makes no event."""
    aside = "The orchard lies above the river, and its trees are older than the church. "
    assert PATTERN not in {report.pattern for _, report in reports(tools, aside * 12 + GUESSED)}


def test_the_explanation_shows_what_weighed(tools: Tools) -> None:
    """`kg lexicon explain` names the guess, its probability and its best reasons."""
    lines = [line for line in explain_sentence(GUESSED, tools) if line.startswith("second opinion: ")]
    assert len(lines) == 1 and lines[0].startswith("second opinion: ASSAULT 0.") and "; by '" in lines[0]


def test_the_versions_tell_that_guesses_were_made(tools: Tools) -> None:
    """Two records with equal versions are equal, so the weights are part of the lexicon's version."""
    assert tools.opinion is not None
    assert tools.made_by.lexicon == f"{tools.lexicon.version}+{tools.opinion.version}"
    assert replace(tools, opinion=None).made_by.lexicon == tools.lexicon.version


def test_the_weights_are_whole_and_small() -> None:
    """Every PLOVER type and "no event" has its weights, whose digest is their version, in less than five megabytes."""
    opinion = load_opinion(WEIGHTS)
    assert set(opinion.classes) == {*QUAD_CLASS, NOTHING} and WEIGHTS.stat().st_size < 5_000_000
    assert sha256(opinion.weights.tobytes() + opinion.bias.tobytes()).hexdigest().startswith(opinion.version)


@pytest.mark.parametrize("content", [b"", b"no archive", None], ids=["empty", "text", "missing"])
def test_a_broken_file_is_named_with_its_remedy(tmp_path: Path, content: bytes | None) -> None:
    """One line says which file it is and how to make it again."""
    path = tmp_path / "weights.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(
        DataError, match=r"^weights\.npz is missing or broken; make it again: python bench/opinion\.py$"
    ):
        load_opinion(path)


def test_weights_of_another_version_are_refused(tmp_path: Path) -> None:
    """Weights for another number of traits are not read as if they fitted."""
    path = tmp_path / "weights.npz"
    arrays = {"weights": np.zeros((BUCKETS // 2, 1), np.int8), "bias": np.zeros(1, np.float32)}
    np.savez(path, classes=np.array(["AID"]), scale=np.array(1.0), version=np.array("0"), **arrays)  # type: ignore[arg-type]
    with pytest.raises(DataError, match="another version of kg"):
        load_opinion(path)


def test_the_same_sentences_give_the_same_weights(tmp_path: Path) -> None:
    """Learning is deterministic, to the byte."""
    pytest.importorskip("sklearn")
    from bench.opinion import learn, read_examples, write

    rows = SENTENCES.read_text("utf-8").splitlines()[::60]
    (tmp_path / "some.jsonl").write_text("\n".join(rows), "utf-8")
    examples = read_examples(tmp_path / "some.jsonl")
    for name in ("one", "other"):
        write(learn(examples), tmp_path / f"{name}.npz")
    assert len(examples) > 80
    assert load_opinion(tmp_path / "one.npz").version == load_opinion(tmp_path / "other.npz").version


def test_it_learns_from_nothing_that_it_is_measured_on() -> None:
    """No sentence of a gold set is among those that it learns from."""
    learned = {json.loads(line)["text"] for line in SENTENCES.read_text("utf-8").splitlines()}
    gold = [ROOT / "tests" / "gold" / "events.jsonl", *sorted((SHARED / "gold").glob("events-*.jsonl"))]
    measured = {json.loads(line)["text"] for path in gold for line in path.read_text("utf-8").splitlines()}
    assert learned and measured and not learned & measured
