"""The derived graphs: which reports are one event, and that order does not matter."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Quad

from kg.graph.store import Store
from kg.graph.vocabulary import DIP, ENTITIES_GRAPH, EVENTS_GRAPH, RDF
from kg.model import Record
from tests.records import meeting, records


def loaded(*given_records: Record) -> Store:
    store = Store.in_memory()
    for record in given_records:
        store.load(record)
    return store


def events(store: Store) -> set[str]:
    return {str(q.subject.value) for q in store.inner.quads_for_pattern(None, DIP("report"), None, EVENTS_GRAPH)}


def derived(store: Store) -> set[Quad]:
    return {q for g in (EVENTS_GRAPH, ENTITIES_GRAPH) for q in store.inner.quads_for_pattern(None, None, None, g)}


SAME = [
    ("the same people on the same day", meeting("a", ["Sullivan", "Yang"]), meeting("b", ["Yang", "Sullivan"]), 1),
    ("countries that fit the one finer event", meeting("a", ["Sullivan", "Yang"]), meeting("b", ["USA", "CHN"]), 1),
    ("other people", meeting("a", ["Sullivan", "Yang"]), meeting("b", ["Smith", "Yang"]), 2),
    ("another day", meeting("a", ["Sullivan", "Yang"]), meeting("b", ["Sullivan", "Yang"], day=date(2022, 3, 15)), 2),
    ("no day", meeting("a", ["Sullivan", "Yang"], day=None), meeting("b", ["Sullivan", "Yang"], day=None), 2),
    (
        "another town",
        meeting("a", ["Sullivan", "Yang"], place="Rome"),
        meeting("b", ["Sullivan", "Yang"], place="Milan"),
        2,
    ),
    (
        "its town and its country",
        meeting("a", ["Sullivan", "Yang"], place="Rome"),
        meeting("b", ["Sullivan", "Yang"], place="Italy"),
        1,
    ),
    ("a town and no place", meeting("a", ["Sullivan", "Yang"], place="Rome"), meeting("b", ["Sullivan", "Yang"]), 1),
    (
        "planned and reported",
        meeting("a", ["Sullivan", "Yang"], status="planned"),
        meeting("b", ["Sullivan", "Yang"]),
        1,
    ),
    (
        "imagined and reported",
        meeting("a", ["Sullivan", "Yang"], status="hypothetical"),
        meeting("b", ["Sullivan", "Yang"]),
        2,
    ),
    (
        "another act",
        meeting("a", ["USA"], recipients=["CHN"], act="ACCUSE"),
        meeting("b", ["USA"], recipients=["CHN"], act="THREATEN"),
        2,
    ),
    (
        "the other direction",
        meeting("a", ["USA"], recipients=["CHN"], act="ACCUSE"),
        meeting("b", ["CHN"], recipients=["USA"], act="ACCUSE"),
        2,
    ),
    (
        "people and their country, and the people alone",
        meeting("a", ["Sullivan", "USA", "Yang"]),
        meeting("b", ["Sullivan", "Yang"]),
        1,
    ),
    ("unnamed officials", meeting("a", ["official", "Yang"]), meeting("b", ["official", "Yang"]), 2),
]


@pytest.mark.parametrize(("a", "b", "count"), [s[1:] for s in SAME], ids=[s[0] for s in SAME])
def test_reports_of_two_articles_are_one_event_or_two(a: Record, b: Record, count: int) -> None:
    """Same act, day and parties make one event of two articles; anything that excludes it makes two."""
    assert len(events(loaded(a, b))) == count


def test_a_coarse_report_joins_none_of_two_finer_events() -> None:
    """A report of countries only stands alone when it could be either of two finer events."""
    records_ = [meeting("a", ["Sullivan", "Yang"]), meeting("b", ["official", "Yang"]), meeting("c", ["USA", "CHN"])]
    assert len(events(loaded(*records_))) == 3


def test_a_report_without_a_place_joins_neither_of_two_towns() -> None:
    """What is placed nowhere cannot be told from meetings in two towns, and stands alone."""
    towns = [meeting("a", ["Sullivan", "Yang"], place="Rome"), meeting("b", ["Sullivan", "Yang"], place="Milan")]
    assert len(events(loaded(*towns, meeting("c", ["Sullivan", "Yang"])))) == 3


def test_what_is_only_planned_is_a_possible_event_until_it_is_reported() -> None:
    """A planned meeting is no Event; the report that it happened makes it one, and removing that report takes it back."""
    planned, reported = meeting("a", ["Sullivan", "Yang"], status="planned"), meeting("b", ["Sullivan", "Yang"])

    def kinds(store: Store) -> list[str]:
        return [
            str(q.object.value).rpartition("#")[2]
            for q in store.inner.quads_for_pattern(None, RDF("type"), None, EVENTS_GRAPH)
        ]

    store = loaded(planned)
    assert kinds(store) == ["PossibleEvent"]
    store.load(reported)
    assert kinds(store) == ["Event"]
    store.remove("b")
    assert kinds(store) == ["PossibleEvent"]


def test_the_order_of_loading_does_not_matter() -> None:
    """All orders of loading five articles that share events and entities give the same derived graphs."""
    given_records = [
        meeting("a", ["Sullivan", "Yang"], place="Rome"),
        meeting("b", ["USA", "CHN"]),
        meeting("c", ["Sullivan", "Yang"], place="Italy"),
        meeting("d", ["Sullivan", "Yang"], status="planned", place="Milan"),
        meeting("e", ["Smith", "Yang"], place="Rome"),
    ]
    results = {frozenset(derived(loaded(*order))) for order in permutations(given_records)}
    assert len(results) == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(given_records=st.lists(records(), min_size=1, max_size=4, unique_by=lambda r: r.article.id), data=st.data())
def test_loading_and_removing_keep_the_derived_graphs_in_step(given_records: list[Record], data: st.DataObject) -> None:
    """After any loads, replacements and removals the derived graphs are those that the article graphs make."""
    store = loaded(*given_records)
    removed = data.draw(st.sampled_from(given_records))
    store.remove(removed.article.id)
    rest = [r for r in given_records if r is not removed]
    assert store.check() == (0, 0)
    assert derived(store) == derived(loaded(*reversed(rest)))


def test_removing_every_article_leaves_nothing() -> None:
    """No derived quad outlives the articles it came from."""
    store = loaded(meeting("a", ["Sullivan", "Yang"]), meeting("b", ["USA", "CHN"]))
    assert store.remove("a") and store.remove("b")
    assert len(store.inner) == 0


def test_repair_puts_the_derived_graphs_right() -> None:
    """Whatever happened to the derived graphs, repair restores them."""
    store = loaded(meeting("a", ["Sullivan", "Yang"]), meeting("b", ["USA", "CHN"]))
    wanted = derived(store)
    store.inner.remove_graph(EVENTS_GRAPH)
    missing, extra = store.check(repair=True)
    assert missing > 0 and extra == 0
    assert derived(store) == wanted
