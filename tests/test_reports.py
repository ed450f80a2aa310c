"""Events from drafts: what their reports show, and which event is about which."""

from __future__ import annotations

from dataclasses import replace

import pytest
import spacy
from spacy.tokens import Doc

from kg.events.drafts import Draft
from kg.events.parties import Filler
from kg.events.reports import make_events
from kg.model import Entity

WORDS = ["\n", "Attacks", "on", "Chad", "were", ",", "as", "always", ",", "called", "off", ".", "\n"]
DOC = Doc(spacy.blank("en").vocab, WORDS, spaces=[False, *[True] * 10, False, False], sent_starts=[True] + [False] * 12)
CHAD = Entity("e1", "Chad", True, "country", "TCD", "GOV", "Q657", 0.9, "exact")


def draft(head: int, *trigger: int, content: int | None = None) -> Draft:
    """An event of Chad by hand."""
    fillers = (Filler("recipient", "e1", 3, 4),)
    return Draft(head, trigger or (head,), "ASSAULT", None, (), "reported", fillers, "attack", 0, content=content)


def test_places_are_counted_in_characters_of_the_text() -> None:
    """The sentence is shown without the white space around it, a role with its words."""
    [event] = make_events([[draft(1)]], DOC, DOC.text, {"e1": CHAD})
    [report] = event.reports
    assert DOC.text[report.sentence.start : report.sentence.end] == DOC.text.strip()
    assert [(r.role, r.text, DOC.text[r.start : r.end]) for r in report.roles] == [("recipient", "Chad", "Chad")]


@pytest.mark.parametrize(
    ("trigger", "shown"),
    [((9,), "called"), ((9, 10), "called off"), ((3, 9), "Chad were , as always , called"), ((2, 9), "called")],
    ids=["one word", "two", "near", "far apart"],
)
def test_words_of_a_trigger_that_stand_far_apart_are_shown_by_one(trigger: tuple[int, ...], shown: str) -> None:
    """Else half of the sentence would be marked."""
    [event] = make_events([[draft(9, *trigger)]], DOC, DOC.text, {"e1": CHAD})
    assert event.reports[0].trigger.text == shown


@pytest.mark.parametrize(
    ("content", "told"), [(0, "v1"), (9, None), (5, None), (None, None)], ids=["first word", "itself", "gone", "none"]
)
def test_an_event_is_tied_to_what_it_is_about(content: int | None, told: str | None) -> None:
    """Also where that is told by the first word of all; not to itself, nor to what is no event any more."""
    events = make_events([[draft(0)], [draft(9, content=content)]], DOC, DOC.text, {"e1": CHAD})
    assert [event.reports[0].content for event in events] == [None, told]


def test_modes_and_contexts_are_of_all_reports() -> None:
    """The first mode that one of them tells, and each context once."""
    one, other = (
        replace(draft(1), contexts=("military",)),
        replace(draft(9), mode="drone", contexts=("military", "cbrn")),
    )
    [event] = make_events([[one, other]], DOC, DOC.text, {"e1": CHAD})
    assert (event.mode, event.context, len(event.reports)) == ("drone", ("military", "cbrn"), 2)
