"""The main job on a real article as it comes off the web, where it is at hand; its text stays out of the repository."""

from __future__ import annotations

from datetime import date

import pytest

from kg.model import Article, Event
from kg.pipeline import Tools, extract_records
from tests.conftest import SHARED, Found

PATH = SHARED / "seeds" / "000_6e1d2caaa5ba2f3d.txt"
pytestmark = pytest.mark.skipif(not PATH.is_file(), reason="the article is not at hand")


@pytest.fixture(scope="module")
def rome(tools: Tools) -> Found:
    text = PATH.read_text(encoding="utf-8")
    [record] = extract_records([Article("rome", text, published=date(2022, 3, 14))], tools)
    return Found(record)


ENTITIES = [
    ("United States", "Q30"),
    ("US", "Q30"),
    ("U.S.", "Q30"),
    ("China", "Q148"),
    ("Russia", "Q159"),
    ("the Putin regime", "Q159"),
    ("Ukraine", "Q212"),
    ("Italian", "Q38"),
    ("Rome", "Q220"),
    ("Jake Sullivan", "Q16730147"),
    ("Sullivan", "Q16730147"),
    ("Yang Jiechi", "Q58211"),
    ("Yang", "Q58211"),
    ("Biden", "Q6279"),
    ("Joe Biden", "Q6279"),
    ("Xi Jinpings", "Q15031"),
    ("Putin", "Q7747"),
    ("Donald Trump", "Q22686"),
    ("Mario Draghi", "Q294460"),
    ("Luigi Mattiolo", None),
    ("Emily Horne", None),
    ("Horne", None),
    ("White House", "Q35525"),
    ("State Department", "Q789915"),
    ("National Security Council", None),
    ("NSC", None),
    ("NATO", "Q7184"),
    ("CNN", "Q48340"),
    ("NBC", "Q13974"),
    ("The Chinese embassy", None),
]


@pytest.mark.parametrize(("words", "qid"), ENTITIES, ids=[w for w, _ in ENTITIES])
def test_an_entity_is_who_a_careful_reader_says(rome: Found, words: str, qid: str | None) -> None:
    """Each name of the reader's table is linked to its item, or to none."""
    assert rome.qid(words) == qid


# (types allowed, statuses allowed, actors, recipients, words the topic must hold)
EVENTS = [
    ("the meeting", {"CONSULT", "AGREE"}, {"reported", "planned"}, {"Jake Sullivan", "Yang Jiechi"}, set()),
    ("the journey", {"CONSULT"}, {"reported", "planned"}, {"Jake Sullivan"}, set()),
    ("earlier meetings", {"CONSULT"}, {"historical"}, {"Jake Sullivan", "Yang Jiechi"}, set()),
    ("the virtual meeting", {"CONSULT"}, {"historical"}, {"Joe Biden", "Xi Jinping"}, set()),
    ("the next meeting", {"AGREE"}, {"planned"}, {"Jake Sullivan", "Luigi Mattiolo"}, set()),
    ("the war", {"ASSAULT"}, {"reported"}, {"Russia"}, {"Ukraine"}),
    ("the warning", {"THREATEN", "REQUEST"}, {"reported"}, {"Jake Sullivan"}, {"China"}),
    ("the lie", {"ACCUSE"}, {"reported"}, {"Jake Sullivan"}, {"Vladimir Putin"}),
    ("the message", {"AGREE"}, {"planned"}, {"Jake Sullivan"}, {"China"}),
    ("the refusal", {"REJECT"}, {"reported"}, {"China"}, set()),
    ("the blame", {"ACCUSE"}, {"reported"}, {"China"}, {"United States", "North Atlantic Treaty Organization"}),
    ("the call", {"REQUEST"}, {"reported"}, {"Chinese diplomats", "state media"}, set()),
    ("the allegations", {"ACCUSE"}, {"reported"}, {"Russia"}, {"United States"}),
    ("the ridicule", {"REJECT", "ACCUSE"}, {"reported"}, {"United States"}, set()),
    ("the chemical weapons", {"ACCUSE"}, {"reported"}, {"United States"}, {"Russia"}),
    ("the condemnation", {"ACCUSE"}, {"reported"}, {"China"}, {"United States"}),
    ("the sanctions", {"SANCTION"}, {"reported"}, {"United States"}, {"Russia"}),
    ("the support", {"SUPPORT"}, {"reported"}, {"China"}, {"Russia"}),
]


def _fits(
    rome: Found, event: Event, types: set[str], statuses: set[str], actors: set[str], recipients: set[str]
) -> bool:
    return (
        event.type in types
        and event.status in statuses
        and actors <= set(rome.party(event, "actor"))
        and recipients <= set(rome.party(event, "recipient"))
    )


@pytest.mark.parametrize(
    ("types", "statuses", "actors", "recipients"), [e[1:] for e in EVENTS], ids=[e[0] for e in EVENTS]
)
def test_an_event_is_what_a_careful_reader_says(
    rome: Found, types: set[str], statuses: set[str], actors: set[str], recipients: set[str]
) -> None:
    """Each event of the reader's table is there, with its type, status and parties."""
    assert any(_fits(rome, e, types, statuses, actors, recipients) for e in rome.events)


def test_the_meeting_is_one_event_that_many_sentences_report(rome: Found) -> None:
    """Sullivan and Yang meet in Rome on Monday 14 March 2022: one event, at least five reports, about Ukraine."""
    meetings = [
        e
        for e in rome.events
        if e.act == "CONSULT" and e.status != "historical" and "Yang Jiechi" in rome.party(e, "actor")
    ]
    [meeting] = meetings
    assert meeting.when is not None and meeting.when == (date(2022, 3, 14), date(2022, 3, 14))
    assert rome.name(meeting.where) == "Rome"
    assert len(meeting.reports) >= 5
    about = {r.text for report in meeting.reports for r in report.roles if r.role == "topic"}
    assert "the war in Ukraine" in about


def test_the_virtual_meeting_was_in_november(rome: Found) -> None:
    """ "In November" is November 2021."""
    [event] = [e for e in rome.events if "Xi Jinping" in rome.party(e, "actor")]
    assert event.when == (date(2021, 11, 1), date(2021, 11, 30))
    assert event.mode == "phone"


def test_the_use_of_chemical_weapons_is_no_assault_that_happened(rome: Found) -> None:
    """What Russia may do is hypothetical."""
    assert [e.status for e in rome.events if e.act == "ASSAULT" and e.mode == "unconventional"] == ["hypothetical"]


OFFICES = [
    ("Jake Sullivan", "national security adviser", "USA"),
    ("Yang Jiechi", "foreign policy official", "CHN"),
    ("Emily Horne", "spokeswoman", None),
    ("Mario Draghi", "Prime Minister", "ITA"),
    ("Joe Biden", "President", "USA"),
    ("Luigi Mattiolo", "adviser to Italian Prime Minister Mario Draghi", "ITA"),
]


@pytest.mark.parametrize(("name", "office", "country"), OFFICES, ids=[n for n, _, _ in OFFICES])
def test_the_offices_of_the_people_named(rome: Found, name: str, office: str, country: str | None) -> None:
    """Each stated office is a statement."""
    assert (name, office, country) in {(rome.name(s.entity), s.office, s.country) for s in rome.record.statements}


def test_nothing_comes_from_the_pages_furniture(rome: Found) -> None:
    """The comment form gives neither entity nor event."""
    end = rome.record.article.text.index("Leave a Reply")
    assert not [m for m in rome.record.mentions if m.start >= end]
    assert not [r for e in rome.events for r in e.reports if r.trigger.start >= end]


def test_speakers(rome: Found) -> None:
    """Who says it: NBC carries the warning, Horne announces the next meeting, a person familiar speaks of the war."""
    said = {(e.act, rome.name(a.entity)) for e in rome.events for r in e.reports for a in r.attribution}
    assert {("THREATEN", "NBC"), ("CONSULT", "Emily Horne"), ("ASSAULT", "person familiar with the agenda")} <= said
