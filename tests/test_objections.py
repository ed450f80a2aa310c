"""Objections of the second opinion: when it is asked about a pattern's event, when it may change it, and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
from spacy.tokens import Doc

from kg.events.drafts import Draft
from kg.events.encoder import Encoder, Reading
from kg.events.guesses import LARGEST_CONFIDENCE
from kg.events.ngrams import Ngrams
from kg.events.objections import DOUBT, OBJECTION, Objection, find_contestable
from kg.events.opinion import NOTHING, PATTERN, TEMPERATURE, Answer
from kg.events.parties import Filler
from kg.events.priors import Priors
from kg.explain import explain_sentence
from kg.model import Article, Event, RoleName
from kg.pipeline import Tools, extract_records


@dataclass
class Voice:
    """A model that is for one type in whatever it reads, by so much, and remembers how often it was asked."""

    classes: tuple[str, ...]
    act: str
    surplus: float
    pieces: Any = None
    version: str = "none"
    asked: list[int] = field(default_factory=list)

    def logits(self, readings: Sequence[Reading]) -> Any:
        """The log odds: 0 but for the type."""
        self.asked.append(len(readings))
        odds = np.zeros((len(readings), len(self.classes)), np.float32)
        odds[:, self.classes.index(self.act)] = self.surplus
        return odds

    log_odds = logits


CERTAIN = -DOUBT * TEMPERATURE / 2
"""By how much the linear model must be for the type of a pattern, of which nothing is known, not to doubt it."""
DOUBTS = 0.5
"""By how much it is for another type where it doubts one."""
SURE = OBJECTION * TEMPERATURE - DOUBTS + 0.1
"""By how much the encoder must then be for that type for both to object."""


def told(
    tools: Tools, text: str, act: str, *surplus: float, other: str | None = None, priors: Priors | None = None
) -> tuple[list[Event], Voice]:
    """The events of a text where the linear model is for an act and the encoder for the same or another, and the encoder.

    `surplus` is by how much each is for it. Of patterns nothing is known but by `priors`.
    """
    assert tools.opinion is not None
    classes = tools.opinion.classes
    look, odds = surplus or (DOUBTS, SURE)
    encoder: Any = Voice(classes, other or act, odds, tools.opinion.encoder.pieces)
    ngrams: Any = Voice(classes, act, look)
    opinion = replace(tools.opinion, encoder=encoder, ngrams=ngrams, priors=priors or Priors({}))
    with_voices = replace(tools, opinion=opinion)
    [record] = extract_records([Article("a", text)], with_voices)
    return list(record.events), encoder


def test_of_what_the_second_opinion_is_sure_it_has_the_type(tools: Tools) -> None:
    """The parties and contexts stay as they are; it is said which pattern erred, and its confidence is low."""
    [event], _ = told(tools, "Turkey condemned Israel over its nuclear arsenal in Oslo.", "SANCTION")
    [report] = event.reports
    assert (event.type, event.mode, report.pattern) == ("SANCTION", None, f"{PATTERN}:condemn")
    assert "cbrn" in event.context
    roles = [(role.role, role.text) for role in report.roles if role.role != "topic"]
    assert roles == [("actor", "Turkey"), ("recipient", "Israel")]
    assert 0 < report.confidence <= LARGEST_CONFIDENCE


@pytest.mark.parametrize(
    ("act", "other", "look", "odds", "questions"),
    [
        ("ACCUSE", "SANCTION", CERTAIN + 0.1, CERTAIN + 9, 0),
        ("SANCTION", "SANCTION", DOUBTS, SURE - 0.2, 1),
        ("SANCTION", "ACCUSE", SURE, SURE, 1),
        ("SANCTION", "ACCUSE", 3 * SURE, DOUBTS, 1),
        ("ACCUSE", "ACCUSE", DOUBTS, SURE, 1),
        (NOTHING, NOTHING, SURE, SURE, 1),
        ("SANCTION", NOTHING, DOUBTS, 2 * SURE, 1),
    ],
    ids=["no doubt", "not sure", "only one", "only the linear model", "the same", "nothing", "one for nothing"],
)
def test_a_pattern_stands_unless_both_object(
    tools: Tools, act: str, other: str, look: float, odds: float, questions: int
) -> None:
    """The encoder is asked only where the linear model doubts the type, and both together must be for another."""
    [event], encoder = told(tools, "Turkey condemned Israel.", act, look, odds, other=other)
    assert (event.type, event.reports[0].pattern) == ("ACCUSE", "condemn")
    assert encoder.asked[0] == questions


def test_what_both_take_for_nothing_is_left_to_the_pattern(tools: Tools) -> None:
    """Though they would have another type than the pattern's if they had to choose one: they may know less than it does."""
    assert tools.opinion is not None
    opinion = replace(tools.opinion, priors=Priors({}))
    doc = Doc(tools.nlp.vocab, ["Kenya", "attacked", "Chad"], sent_starts=[True, False, False])
    [contested] = find_contestable({1: drafted(("actor", 0, 1), ("recipient", 2, 3))}, doc, opinion)
    odds = np.zeros(len(opinion.classes), np.float32)
    odds[opinion.classes.index("SANCTION")] = 9
    assert contested.objection(Answer(odds, odds), opinion.classes) is not None
    odds[opinion.classes.index(NOTHING)] = 20
    assert contested.objection(Answer(odds, odds), opinion.classes) is None


def test_what_the_linear_model_only_half_believes_is_asked(tools: Tools) -> None:
    """It need not be for another type itself."""
    [event], encoder = told(tools, "Turkey condemned Israel.", "ACCUSE", CERTAIN - 0.1, CERTAIN + 9, other="SANCTION")
    assert event.type == "SANCTION" and encoder.asked[0] == 1


@pytest.mark.parametrize(
    ("counts", "kind", "questions"),
    [
        ({("condemn", "ACCUSE"): 100}, "ACCUSE", 0),
        ({("condemn", "SANCTION"): 100}, "SANCTION", 1),
        ({("condemn", "ACCUSE"): 100, ("blame", "SANCTION"): 1000}, "ACCUSE", 1),
        ({("condemn", "SANCTION"): 100, ("blame", "ACCUSE"): 10000}, "ACCUSE", 0),
    ],
    ids=["always right", "never right", "better than its kin", "worse than its kin"],
)
def test_what_a_pattern_turned_out_to_be_counts(
    tools: Tools, counts: dict[tuple[str, str], int], kind: str, questions: int
) -> None:
    """Its record and that of its kin stand for it, whichever is better; if it is good enough nobody is asked."""
    priors = Priors({(pattern, "ACCUSE", meant): n for (pattern, meant), n in counts.items()})
    [event], encoder = told(tools, "Turkey condemned Israel.", "SANCTION", priors=priors)
    assert event.type == kind and encoder.asked[0] == questions


@pytest.mark.parametrize(
    ("text", "act", "kind"),
    [
        ("Turkey withdrew its troops from Syria.", "CONCEDE", "RETREAT"),
        ("A Turkish court convicted a Syrian envoy of spying.", "COERCE", "SANCTION"),
    ],
    ids=["it yields", "a court"],
)
def test_what_a_pattern_knows_better_stands(tools: Tools, text: str, act: str, kind: str) -> None:
    """Whether somebody has yielded yet, and what a conviction comes to, is no matter of opinion."""
    [event], _ = told(tools, text, act)
    assert event.type == kind and not event.reports[0].pattern.startswith(PATTERN)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Turkey did not attack Syria.", ["ASSAULT"]),
        ("Turkey accused Syria of theft and expelled Syria.", ["ACCUSE", "SANCTION"]),
        ("Thousands of Turkish workers demonstrated.", ["PROTEST"]),
        ("Turkey, Syria and Iran met in Oslo.", ["CONSULT"]),
        ("Norway mediated between Turkey and Syria.", ["CONSULT"]),
        ("A Syrian was arrested in Turkey.", ["COERCE"]),
        ("Turkey, which attacked Syria, slept.", ["ASSAULT"]),
    ],
    ids=["denied", "two events", "one party", "three", "a go-between", "inferred", "aside"],
)
def test_of_whom_nothing_is_asked(tools: Tools, text: str, kinds: list[str]) -> None:
    """Two models that know no more than two parties cannot tell which of several events, or of several parties, is meant."""
    events, encoder = told(tools, text, "MOBILIZE")
    assert sorted(event.type for event in events) == kinds and encoder.asked[0] == 0


def test_of_what_is_said_of_others_nothing_is_asked(tools: Tools) -> None:
    """What somebody is accused of is no matter of opinion, but whether it is an accusation is."""
    events, encoder = told(tools, "Turkey accused Syria of attacking Iraq.", "MOBILIZE")
    assert sorted(event.type for event in events) == ["ASSAULT", "MOBILIZE"] and encoder.asked[0] == 1


def drafted(*roles: tuple[RoleName, int, int]) -> Draft:
    """An attack by hand, with roles as the first word and the one after the last of who fills them."""
    fillers = tuple(Filler(role, f"{start}-{end}", start, end) for role, start, end in roles)
    return Draft(1, (1,), "ASSAULT", None, (), "reported", fillers, "attack", 0, confidence=0.2)


@pytest.mark.parametrize(
    ("draft", "pairs"),
    [
        (drafted(("actor", 0, 1), ("recipient", 2, 3)), 1),
        (drafted(("actor", 0, 1), ("recipient", 2, 3), ("recipient", 3, 4)), 1),
        (drafted(("actor", 0, 1), ("recipient", 2, 3), ("host", 3, 4)), 0),
        (drafted(("actor", 2, 4), ("recipient", 3, 4)), 0),
        (drafted(("actor", 0, 1), ("actor", 2, 3)), 1),
        (drafted(("actor", 0, 1), ("actor", 2, 3), ("actor", 3, 4)), 0),
        (drafted(("recipient", 2, 3)), 0),
    ],
    ids=[
        "two",
        "two reached",
        "a host beside",
        "one within the other",
        "two together",
        "three together",
        "nobody acts",
    ],
)
def test_which_events_may_be_contested(tools: Tools, draft: Draft, pairs: int) -> None:
    """Those with two sides."""
    doc = Doc(tools.nlp.vocab, ["Kenya", "attacked", "Chad", "Mali"], sent_starts=[True, False, False, False])
    assert tools.opinion is not None
    contested = find_contestable({1: draft}, doc, tools.opinion)
    assert len(contested) == pairs
    for each in contested:
        assert Objection(draft, each.pair, "SANCTION", 0.9).outcome.confidence == draft.confidence


@pytest.mark.parametrize(
    ("text", "kind", "mode"),
    [
        ("Turkey condemned Israel over drones.", "ASSAULT", "drone"),
        ("Turkey condemned Israel after the earthquake.", "ACCUSE", "disapprove"),
    ],
    ids=["a mode", "another world"],
)
def test_an_objection_is_told_as_any_event(tools: Tools, text: str, kind: str, mode: str) -> None:
    """Words near it decide its mode, and those of an earthquake that it is no attack."""
    [event], _ = told(tools, text, "ASSAULT")
    assert event.type == kind and event.mode in (mode, None) and (event.mode == "drone") == (mode == "drone")


def test_what_may_be_is_what_is_said_of_it(tools: Tools) -> None:
    """An attack that may follow is no threat that may follow, but a threat."""
    [event], _ = told(tools, "Turkey would attack Syria.", "THREATEN")
    assert (event.type, event.status) == ("THREATEN", "reported")


@pytest.mark.parametrize(
    ("text", "act", "roles"),
    [
        ("Turkey met with Syria near Oslo.", "ASSAULT", [("actor", "Turkey"), ("recipient", "Syria")]),
        ("Turkey met with Syria near Oslo.", "AGREE", [("actor", "Turkey"), ("actor", "Syria")]),
        (
            "France and Turkey condemned Syria.",
            "SANCTION",
            [("actor", "France"), ("actor", "Turkey"), ("recipient", "Syria")],
        ),
    ],
    ids=["one does it to the other", "together", "two to one"],
)
def test_who_does_it_to_whom(tools: Tools, text: str, act: str, roles: list[tuple[str, str]]) -> None:
    """Where two do not meet but one attacks the other, the other does not attack."""
    [event], _ = told(tools, text, act)
    assert event.type == act
    assert [(role.role, role.text) for role in event.reports[0].roles if role.role != "topic"] == roles


def test_a_text_about_something_else_is_left_alone(tools: Tools) -> None:
    """In a long text that tells of little else nothing is asked, no more than anything is guessed."""
    aside = "The orchard lies above the river, and its trees are older than the church. "
    events, encoder = told(tools, aside * 12 + "Turkey condemned Israel.", "SANCTION")
    assert [event.type for event in events] == ["ACCUSE"] and not encoder.asked


def test_the_explanation_tells_of_objections(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    """It names both types, the pattern and the words that weighed."""
    assert tools.opinion is not None
    for model, name in ((Ngrams, "logits"), (Encoder, "log_odds")):
        voice = Voice(tools.opinion.classes, "SANCTION", 9)
        monkeypatch.setattr(model, name, lambda _, readings, voice=voice: voice.logits(readings))
    aside = "The orchard lies above the river, and its trees are older than the church. "
    assert not [line for line in explain_sentence(aside * 12 + "Turkey condemned Israel.", tools) if "and not" in line]
    lines = [line for line in explain_sentence("Turkey condemned Israel.", tools) if "second opinion" in line]
    assert len(lines) == 1
    told = r"second opinion: SANCTION \d\.\d\d \(Turkey → Israel\) and not ACCUSE by condemn, right about \d+ of \d+ events; by 'condemned' "
    assert re.match(told, lines[0])


def test_the_lexicons_own_examples_are_left_alone(tools: Tools) -> None:
    """Patterns are right about the examples that they were written with, and hardly ever overruled there."""
    examples = [example for pattern in tools.lexicon.patterns if pattern.act for example in pattern.examples]
    records = extract_records((Article(str(n), text) for n, text in enumerate(examples)), tools, 32)
    used = [report.pattern for record in records for event in record.events for report in event.reports]
    overruled = [pattern for pattern in used if pattern.startswith(f"{PATTERN}:")]
    assert len(used) > 600 and len(overruled) <= len(used) // 100, overruled
