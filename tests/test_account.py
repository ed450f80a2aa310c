"""Readable accounts: what a text stands for, what is said of it, and how it is laid out."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from kg.errors import InputError, KgError, UsageError
from kg.graph.account import (
    EVENTS_SHOWN,
    ArticleAccount,
    EntityAccount,
    EventAccount,
    Mark,
    account_of,
    describe,
)
from kg.graph.account_text import _marked, nest_marks, render
from kg.graph.store import Store
from kg.graph.subjects import Subject, find_subject
from kg.graph.vocabulary import BASE, article_graph, article_iri, linked_entity_iri
from kg.model import Candidate, Entity, Link, Mention, Record, Statement
from tests.records import MADE_BY, meeting, records

SULLIVAN = linked_entity_iri("Q16730147")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def example() -> ox.Store:
    """The two example articles with their derived graphs."""
    store = ox.Store()
    store.load(path=str(Path(__file__).parent / "graphs" / "two-articles.trig"), format=ox.RdfFormat.TRIG)
    return store


def stored(*given_records: Record, with_text: bool = True) -> ox.Store:
    """A store in memory with these records."""
    store = Store.in_memory()
    for record in given_records:
        store.load(record, with_text=with_text)
    return store.inner


def naming(article_id: str, *entities: Entity) -> Record:
    """A record of an article that only names these."""
    article = replace(meeting(article_id, ["Smith"]).article, text=" ".join(e.name for e in entities))
    starts = [sum(len(e.name) + 1 for e in entities[:n]) for n in range(len(entities))]
    mentions = tuple(
        Mention(start, start + len(e.name), e.name, e.type, f"e{n}")
        for n, (start, e) in enumerate(zip(starts, entities, strict=True))
    )
    return Record(article, MADE_BY, mentions, tuple(replace(e, id=f"e{n}") for n, e in enumerate(entities)), (), ())


def place(name: str, qid: str | None, country: str) -> Entity:
    """A place of that name."""
    return Entity("", name, True, "place", country, None, qid, 0.9 if qid else None, "gazetteer" if qid else None)


def event_of(store: ox.Store, text: str) -> EventAccount:
    """The account of the event the text stands for."""
    account = account_of(store, text)
    assert isinstance(account, EventAccount)
    return account


def shown(store: ox.Store, text: str, *, width: int = 100) -> str:
    """The account of what the text stands for, without colour."""
    return render(account_of(store, text), colour=False, width=width)


FINDS = [
    ("an event's IRI", f"{BASE}event/2022-03-14-CONSULT-meeting", "event", f"{BASE}event/2022-03-14-CONSULT-meeting"),
    ("an IRI in brackets", f"<{BASE}event/AID-arms>", "event", f"{BASE}event/AID-arms"),
    ("the end of an event's IRI", "2022-03-14-CONSULT-meeting", "event", f"{BASE}event/2022-03-14-CONSULT-meeting"),
    ("an event's IRI as tables shorten it", "event/AID-arms", "event", f"{BASE}event/AID-arms"),
    ("an entity's IRI as tables shorten it", SULLIVAN.value.removeprefix(BASE), "entity", SULLIVAN.value),
    ("a Wikidata IRI as tables shorten it", "wd:Q16730147", "entity", SULLIVAN.value),
    ("a report's IRI", f"{BASE}article/rt-1/report/96-100-AID", "event", f"{BASE}event/AID-arms"),
    ("an entity's IRI", SULLIVAN.value, "entity", SULLIVAN.value),
    ("a QID", "Q16730147", "entity", SULLIVAN.value),
    ("a QID in lower case", "q16730147", "entity", SULLIVAN.value),
    ("a Wikidata IRI", "http://www.wikidata.org/entity/Q16730147", "entity", SULLIVAN.value),
    ("a Wikidata page", "https://www.wikidata.org/wiki/Q16730147", "entity", SULLIVAN.value),
    ("a label", "Jake Sullivan", "entity", SULLIVAN.value),
    ("a label, folded", "  jake  SULLIVAN ", "entity", SULLIVAN.value),
    ("a word of a label", "Sullivan", "entity", SULLIVAN.value),
    ("a part of a word", "ulliva", "entity", SULLIVAN.value),
    ("an unnamed entity", "senior official", "entity", f"{BASE}article/ap-1/entity/e9"),
    ("an article's id", "ap-1", "article", article_iri("ap-1").value),
    ("an article's IRI", article_iri("ap-1").value, "article", article_iri("ap-1").value),
    ("an article's graph", article_graph("ap-1").value, "article", article_iri("ap-1").value),
    ("an article's URL", "https://news.example/ap-1", "article", article_iri("ap-1").value),
]


@pytest.mark.parametrize(("text", "kind", "iri"), [f[1:] for f in FINDS], ids=[f[0] for f in FINDS])
def test_a_subject_is_found_by(example: ox.Store, text: str, kind: str, iri: str) -> None:
    """An event, entity or article is found by each thing that people have of it."""
    found = find_subject(example, text)
    assert (found.kind, found.iri.value) == (kind, iri)


def test_a_whole_label_goes_before_a_part_of_one() -> None:
    """Georgia is not ambiguous because there is a Georgia Strait."""
    store = stored(naming("a", place("Georgia", "Q230", "GEO"), place("Georgia Strait", "Q1138571", "CAN")))
    assert find_subject(store, "georgia").iri == linked_entity_iri("Q230")


def test_what_an_article_calls_it_is_found_where_no_label_is_so() -> None:
    """A name that differs from the label still leads to the entity."""
    store = stored(naming("a", place("Rome", "Q220", "ITA")), naming("b", place("the Eternal City", "Q220", "ITA")))
    assert find_subject(store, "the Eternal City").iri == linked_entity_iri("Q220")


def test_a_name_that_several_bear_is_refused_with_their_qids() -> None:
    """The error lists who may be meant, linked ones first, each with what tells it apart."""
    several = [place("Georgia", "Q230", "GEO"), place("Georgia", "Q1428", "USA"), place("Georgia", None, "XKX")]
    with pytest.raises(UsageError) as caught:
        find_subject(stored(naming("a", *several)), "Georgia")
    assert "Georgia (USA, Q1428), Georgia (GEO, Q230), Georgia (XKX, https://" in str(caught.value)


def test_of_many_matches_ten_are_listed() -> None:
    """A name that twelve bear lists ten of them and counts the rest, on one line."""
    with pytest.raises(UsageError, match=r"and 2 more; give the QID") as caught:
        find_subject(stored(naming("a", *(place(f"Port {n}", f"Q{n}", "USA") for n in range(1, 13)))), "port")
    assert str(caught.value).count("Port ") == 10
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "near"),
    [("Sulivan", "Jake Sullivan"), ("Untied States", "United States"), ("Yang Jeichi", "Yang Jiechi")],
)
def test_a_misspelt_name_is_answered_with_a_near_one(example: ox.Store, text: str, near: str) -> None:
    """What nothing is called gives the nearest name there is."""
    with pytest.raises(InputError, match=f'did you mean "{near}"'):
        find_subject(example, text)


@pytest.mark.parametrize(
    "text", ["", " ", "((", "xyzzy", "Q42", "http://[", "a b\x00", "\udc80", "%", "https://news.example/none"]
)
def test_what_is_not_there_is_one_clear_error(example: ox.Store, text: str) -> None:
    """Any text that stands for nothing is an input error of one line, never a traceback."""
    with pytest.raises(InputError, match="nothing in the store is called") as caught:
        find_subject(example, text)
    assert "\n" not in str(caught.value)


@given(st.text(max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
def test_no_text_breaks_the_search(example: ox.Store, text: str) -> None:
    """Whatever is typed, it is found or refused with an error of ours."""
    with suppress(KgError):
        find_subject(example, text)


def test_an_event_gathers_what_its_reports_say(example: ox.Store) -> None:
    """Type, place, parties and reports of an event are in its account, the reports by day of publication."""
    account = event_of(example, "2022-03-14-CONSULT-meeting")
    assert (account.type, account.mode, account.status) == ("CONSULT", "third-party", "reported")
    assert account.place is not None
    assert account.place.name == "Rome"
    assert [(p.role, p.entity.name) for p in account.parties] == [
        ("actor", "Jake Sullivan"),
        ("actor", "Yang Jiechi"),
        ("topic", "Taiwan"),
    ]
    assert [(r.article.source, [s.name for s in r.speakers]) for r in account.reports] == [
        ("Associated Press", ["NBC"]),
        ("Reuters", []),
    ]


def test_the_evidence_shows_who_is_what_in_the_sentence(example: ox.Store) -> None:
    """Trigger, roles, place, time and speaker are marked where they stand."""
    text = shown(example, "2022-03-14-CONSULT-meeting", width=200)
    assert (
        "{actor: Jake Sullivan} [met] {actor: Yang Jiechi} in {place: Rome} on {time: Monday} to discuss {topic: Taiwan},"
        " {speaker: NBC} reported."
    ) in text


def test_a_report_that_says_otherwise_says_so(example: ox.Store) -> None:
    """A denial among the reports of a reported event is told as one, and who denies is named."""
    text = shown(example, "2022-03-15-RETREAT-release")
    assert "denied; said by Ukraine (UKR, Q212)" in text
    assert "here denied" in shown(example, "rt-1")


MARKS = [
    ("one in another", [("topic", 0, 9), ("recipient", 4, 9)], "{topic: the {recipient: bcdef}} ghi"),
    ("one stretch, two roles", [("place", 4, 9), ("host", 4, 9)], "the {host, place: bcdef} ghi"),
    ("crossing ones", [("actor", 0, 6), ("topic", 4, 9)], "{actor: the {topic: bc}}{topic: def} ghi"),
    ("a trigger in a role", [("topic", 0, 13), ("trigger", 4, 9)], "{topic: the [bcdef] ghi}"),
    ("a role in a trigger", [("trigger", 0, 13), ("actor", 4, 9)], "[the {actor: bcdef} ghi]"),
    ("trigger and role at once", [("trigger", 4, 9), ("instrument", 4, 9)], "the {instrument: [bcdef]} ghi"),
    ("side by side", [("actor", 0, 3), ("recipient", 3, 9)], "{actor: the}{recipient:  bcdef} ghi"),
    ("one that is elsewhere", [("actor", 20, 25)], "the bcdef ghi"),
]


@pytest.mark.parametrize(("marks", "expected"), [m[1:] for m in MARKS], ids=[m[0] for m in MARKS])
def test_marks_that_meet_stay_readable(marks: list[tuple[str, int, int]], expected: str) -> None:
    """Marks nest, share their stretch or are cut; no word is lost or said twice."""
    marked = _marked("the bcdef ghi", 0, [Mark(label, start, end, "") for label, start, end in marks], False)
    assert marked.plain.replace("\ue000", " ") == expected


@given(st.lists(st.tuples(st.sampled_from(["actor", "topic", "trigger"]), st.integers(0, 9), st.integers(1, 5))))
def test_any_marks_nest_and_cover_what_they_covered(spans: list[tuple[str, int, int]]) -> None:
    """Whatever marks there are, none cross after nesting, and each character keeps its labels."""
    marks = [Mark(label, start, start + length, "") for label, start, length in spans]

    def labels(found: list[Mark], at: int) -> set[str]:
        return {name for m in found if m.start <= at < m.end for name in re.split(r",\ue000", m.label)}

    nested = nest_marks(marks)
    assert not [1 for a in nested for b in nested if a.start < b.start < a.end < b.end]
    assert [labels(nested, at) for at in range(15)] == [labels(marks, at) for at in range(15)]


def test_colour_only_adds_styles(example: ox.Store) -> None:
    """Without its escape sequences the coloured account has no brackets but the same words."""
    account = account_of(example, "2022-03-14-CONSULT-meeting")
    coloured = render(account, colour=True, width=200)
    assert "\x1b[" in coloured
    plain = ANSI.sub("", coloured)
    assert "Jake Sullivan met Yang Jiechi in Rome on Monday to discuss Taiwan, NBC reported." in plain
    assert "\x1b" not in render(account, colour=False, width=200)


@pytest.mark.parametrize("width", [1, 40, 60, 100])
def test_no_line_is_wider_than_asked_but_iris(example: ox.Store, width: int) -> None:
    """Text is wrapped to the width (at least 30); IRIs, URLs and ids stay whole, to be copied."""
    for text in ("2022-03-14-CONSULT-meeting", "rt-1", "Q148"):
        for line in shown(example, text, width=width).splitlines():
            assert cell_len(line) <= max(width, 30) or "https://" in line


def test_an_article_cannot_command_the_terminal() -> None:
    """Escape sequences and direction overrides in an article are shown, not sent."""
    record = meeting("a\x1b[31m\u202e", ["Sullivan", "Yang"])
    article = replace(record.article, title="red \x1b[31malert\x07\u202e", source="x\x9b31m")
    store = stored(replace(record, article=article))
    text = shown(store, "Sullivan") + shown(store, article.id)
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text)
    assert "red \ufffd[31malert" in text


def test_without_the_text_the_account_says_so() -> None:
    """A store loaded with --no-text says that the sentence is not stored, and still shows the words it has."""
    text = shown(stored(meeting("a", ["Sullivan", "Yang"]), with_text=False), "a")
    assert "The sentence is not stored (the article was loaded with --no-text)" in text
    assert "{actor: Sullivan} … {actor: Yang} … [met] … {time: on Monday}" in text


def test_words_outside_the_sentence_are_shown_apart() -> None:
    """A speaker named in another sentence is not marked in this one but shown as standing elsewhere."""
    record = meeting("a", ["Sullivan", "Yang"])
    [event] = record.events
    [report] = event.reports
    away = replace(report, sentence=replace(report.sentence, start=9))
    text = shown(stored(replace(record, events=(replace(event, reports=(away,)),))), "a")
    assert "elsewhere in the article: {actor: Sullivan}" in text


def test_an_entity_account_has_names_offices_and_candidates() -> None:
    """How it is written and how often, what it held and who says so, and what else was considered."""
    first, second = meeting("a", ["Sullivan", "Yang"]), meeting("b", ["Sullivan", "Smith"])
    office = Statement("e1", "national security adviser", None, "USA", date(2021, 1, 20), None, 0, 8)
    link = Link("e1", (Candidate("Q16730147", 0.9), Candidate("Q1", 0.25)))
    account = account_of(
        stored(
            replace(first, statements=(office,), links=(link,)),
            replace(second, statements=(office,), links=(link,)),
        ),
        "Jake Sullivan",
    )
    assert isinstance(account, EntityAccount)
    assert account.names == (("Sullivan", 2),)
    [held] = account.offices
    assert (held.office, held.country, held.first, held.articles) == (
        "national security adviser",
        "USA",
        date(2021, 1, 20),
        ("a", "b"),
    )
    assert [(c.wikidata, c.score, c.articles) for c in account.candidates] == [("Q16730147", 0.9, 2), ("Q1", 0.25, 2)]
    text = render(account, colour=False, width=100)
    assert "https://www.wikidata.org/wiki/Q16730147" in text
    assert "national security adviser (USA), from 2021-01-20: in a, b" in text
    assert "Q16730147 Jake Sullivan, score 0.90, chosen" in text


def test_an_entitys_events_are_the_newest_and_the_rest_is_counted() -> None:
    """Of more events than are shown the newest come first, undated ones last of all."""
    days = [*(date(2022, 1, n) for n in range(1, EVENTS_SHOWN + 3)), None]
    store = stored(*(meeting(f"a{n}", ["Sullivan", "Yang"], day=day) for n, day in enumerate(days)))
    account = describe(store, Subject("entity", SULLIVAN))
    assert isinstance(account, EntityAccount)
    assert account.events[0].label.endswith("2022-01-22)")
    assert (len(account.events), account.more_events) == (EVENTS_SHOWN, 3)
    assert "and 3 more" in render(account, colour=False, width=100)


def test_an_article_account_counts_entities_and_tells_events_in_order(example: ox.Store) -> None:
    """Linked, unlinked and unnamed entities are counted; events stand as in the text, each with its sentence."""
    account = account_of(example, "ap-1")
    assert isinstance(account, ArticleAccount)
    assert (account.linked, account.unlinked, account.unnamed) == (12, 1, 1)
    assert account.quads == sum(1 for _ in example.quads_for_pattern(None, None, None, article_graph("ap-1")))
    starts = [event.evidence.start for event in account.events]
    assert starts == sorted(starts)
    assert len(starts) == 6
    assert dict(account.made_by) == {
        "kg": "0.1.0",
        "model": "en_core_web_sm 3.8.0",
        "lexicon": "1",
        "gazetteer": "1",
    }


@pytest.mark.parametrize("kind", ["event", "entity", "article"])
def test_what_the_store_lacks_cannot_be_described(kind: str) -> None:
    """An IRI that the store does not have is an input error."""
    with pytest.raises(InputError, match=f"there is no such {kind}"):
        describe(ox.Store(), Subject(kind, ox.NamedNode("https://example.org/x")))  # type: ignore[arg-type]


@given(records(), st.booleans(), st.booleans(), st.integers(30, 120))
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_any_record_can_be_shown(record: Record, with_text: bool, colour: bool, width: int) -> None:
    """Whatever an article holds, it, its events and its entities have accounts."""
    store = stored(record, with_text=with_text)
    article = describe(store, Subject("article", article_iri(record.article.id)))
    assert isinstance(article, ArticleAccount)
    subjects = [Subject("event", event.iri) for event in article.events if event.iri is not None]
    subjects += [Subject("entity", linked_entity_iri(e.wikidata)) for e in record.entities if e.wikidata]
    for account in (article, *(describe(store, subject) for subject in subjects)):
        assert render(account, colour=colour, width=width)
