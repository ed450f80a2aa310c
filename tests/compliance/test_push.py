"""One suite for every store: what is pushed arrives whole, can be proved to, and nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions, Store

from kg.cli import main
from kg.commands.query import canned_queries
from kg.endpoint import Login
from kg.errors import EndpointError, UsageError
from kg.graph.queries import bind
from kg.graph.vocabulary import BASE
from kg.push.graphs import Graph, gather, stored_graph
from kg.push.journal import Journal
from kg.push.profiles import find_profile
from kg.push.selection import OWN_GRAPHS, graphs_to_remove
from kg.push.target import Target
from kg.push.transfer import Sent, push_graphs
from kg.push.verification import Verdict, verify_graphs
from tests.compliance.hard import hard_lines, two_articles
from tests.triple_stores import STORES, Running

WAYS = ("files", "graphs", "updates")


@pytest.fixture(scope="module", params=STORES)
def running(request: pytest.FixtureRequest) -> Iterator[Running]:
    """Each store in turn."""
    with STORES[request.param]() as store:
        yield store


@contextmanager
def target(store: Running, way: str = "files", **options: object) -> Iterator[Target]:
    """The store, told to use one way of uploading."""
    profile = find_profile(store.kind)
    paths = profile.addresses(store.address, has_login=store.login is not None)
    if way != "files":
        paths = replace(paths, dataset=None)
    if way == "updates":
        paths = replace(paths, graphs=None)
    with Target(profile, store.address, store.login, paths=paths, **options) as opened:  # type: ignore[arg-type]
        yield opened


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal.sqlite", "test") as opened:
        yield opened


def graph(name: str, lines: Iterable[str | bytes]) -> Graph:
    return gather(name, (line if isinstance(line, bytes) else f"{line} .\n".encode() for line in lines))


def small(name: str, *objects: str) -> Graph:
    return graph(name, [f'<http://example.org/s> <http://example.org/p> "{o}"' for o in objects])


def outcomes(sent: Iterable[Sent]) -> list[tuple[str, str]]:
    return [(one.outcome, one.why) for one in sent]


def verdict(given: Graph, there: Target) -> Verdict:
    [found] = verify_graphs([given], there)
    return found


NOT_TAKEN = {
    # Virtuoso cannot remove a NaN again; its updates refuse or change what its Graph Store Protocol takes.
    ("virtuoso", "files"): rb'"NaN"',
    ("virtuoso", "graphs"): rb'"NaN"',
    ("virtuoso", "updates"): rb'"NaN"|#duration>|#double>|"9{20}"|"-?[01]\.0"',
    # Jena resolves the IRIs of an update, so that dots in them go.
    ("fuseki", "updates"): rb"/\.\./",
}
"""What a store is known to refuse or to change beyond its table of values, by kind and way of uploading."""


@pytest.mark.parametrize("way", WAYS)
def test_hard_terms_survive(running: Running, journal: Journal, way: str) -> None:
    """Unicode, long texts, language tags, days before year 1 and odd IRIs arrive, whichever way they go."""
    names = [f"http://example.org/hard/{way}/{n}" for n in range(2)]
    refused = NOT_TAKEN.get((running.kind, way))
    lines = [line for line in hard_lines() if refused is None or not re.search(refused, line)]
    assert len(lines) >= len(hard_lines()) - 10
    with target(running, way) as there:
        sent = list(push_graphs((graph(name, lines) for name in names), there, journal))
        assert outcomes(sent) == [("sent", "")] * 2
        for name in names:
            found = verdict(graph(name, lines), there)
            assert (found.missing, found.foreign, found.is_equal) == ((), (), True)


def test_names_of_graphs_survive(running: Running, journal: Journal) -> None:
    """Graphs are told apart by names that differ only in how they are quoted."""
    names = [
        f"{BASE}graph/article/{local}"
        for local in ("a%20b", "a%2520b", "a+b", "%C3%A9", "é", "x%26graph%3Dy", "x&graph=y")
    ]
    with target(running) as there:
        assert outcomes(push_graphs((small(n, n) for n in names), there, journal)) == [("sent", "")] * len(names)
        assert all(verdict(small(n, n), there).is_equal for n in names)
        with target(running, "graphs") as single:
            for name in names:
                single.replace(small(name, name + "!"))
        assert all(verdict(small(n, n + "!"), there).is_equal for n in names)


def test_only_what_changed_is_sent(running: Running, journal: Journal) -> None:
    """Pushing again sends nothing; a changed graph replaces the old one whole."""
    first, second = f"{EXAMPLE_GRAPHS}first", f"{EXAMPLE_GRAPHS}second"
    with target(running) as there:
        assert outcomes(push_graphs([small(first, "a", "b"), small(second, "c")], there, journal)) == [("sent", "")] * 2
        again = push_graphs([small(first, "a", "b"), small(second, "c")], there, journal)
        assert outcomes(again) == [("unchanged", "")] * 2
        changed = list(push_graphs([small(first, "a", "d"), small(second, "c")], there, journal))
        assert outcomes(changed) == [("sent", ""), ("unchanged", "")] or outcomes(changed) == [
            ("unchanged", ""),
            ("sent", ""),
        ]
        assert verdict(small(first, "a", "d"), there).is_equal


EXAMPLE_GRAPHS = "http://example.org/graph/"


def test_what_was_lost_there_is_sent_again(running: Running, journal: Journal) -> None:
    """A graph that lost a triple or went is noticed by its count, and put right."""
    name = f"{EXAMPLE_GRAPHS}lost"
    with target(running) as there:
        list(push_graphs([small(name, "a", "b")], there, journal))
        there.replace(small(name, "a"))
        assert outcomes(push_graphs([small(name, "a", "b")], there, journal)) == [("sent", "")]
        there.drop(name)
        there.drop(name)
        assert outcomes(push_graphs([small(name, "a", "b")], there, journal)) == [("sent", "")]
        assert verdict(small(name, "a", "b"), there).is_equal


def test_verifying_lists_what_differs(running: Running, journal: Journal) -> None:
    """A triple exchanged for another, which no count shows, is found and named; --everything puts it right."""
    name = f"{EXAMPLE_GRAPHS}exchanged"
    with target(running) as there:
        list(push_graphs([small(name, "a", "b")], there, journal))
        there.replace(small(name, "a", "c"))
        found = verdict(small(name, "a", "b"), there)
        assert (found.here, found.there, found.is_equal) == (2, 2, False)
        assert [line.split('"')[1] for line in found.missing] == ["b"]
        assert [line.split('"')[1] for line in found.foreign] == ["c"]
        assert outcomes(push_graphs([small(name, "a", "b")], there, journal)) == [("unchanged", "")]
        assert outcomes(push_graphs([small(name, "a", "b")], there, journal, everything=True)) == [("sent", "")]
        assert verdict(small(name, "a", "b"), there).is_equal


def test_an_absent_graph_is_all_missing(running: Running) -> None:
    """Verifying a graph that is not there finds all of it missing."""
    with target(running) as there:
        found = verdict(small(f"{EXAMPLE_GRAPHS}nowhere", "a"), there)
        assert (found.here, found.there, len(found.missing)) == (1, 0, 1)


@pytest.mark.parametrize("way", WAYS)
def test_blank_nodes_survive(running: Running, journal: Journal, way: str) -> None:
    """A graph with blank nodes is the same there under RDFC-1.0, though their labels are others."""
    name = f"{EXAMPLE_GRAPHS}blank/{way}"
    p = "<http://example.org/p>"
    if (running.kind, way) == ("virtuoso", "updates"):
        pytest.skip("Virtuoso's INSERT DATA takes no blank nodes")
    lines = [f"_:a {p} _:b", f"_:b {p} _:c", f"_:c {p} _:a", f'_:a {p} "one"', f"<http://example.org/s> {p} _:d"]
    with target(running, way) as there:
        assert outcomes(push_graphs([graph(name, lines)], there, journal)) == [("sent", "")]
        assert verdict(graph(name, lines), there).is_equal
        assert not verdict(graph(name, [*lines[:3], f'_:b {p} "two"', lines[4]]), there).is_equal


@pytest.mark.parametrize("way", WAYS)
def test_a_big_graph_goes_in_pieces(running: Running, journal: Journal, way: str) -> None:
    """A graph bigger than a request arrives whole, and replaces the one before it."""
    name = f"{EXAMPLE_GRAPHS}big/{way}"
    with target(running, way) as there:
        there.profile = replace(there.profile, request_bytes=20_000, update_bytes=20_000)
        for text in ("first", "second"):
            big = small(name, *(f"{text} {n:04d}" for n in range(1_000)))
            assert big.size > 3 * 20_000
            assert outcomes(push_graphs([big], there, journal)) == [("sent", "")]
            assert verdict(small(name, *(f"{text} {n:04d}" for n in range(1_000))), there).is_equal


def test_a_mirror_removes_only_graphs_of_ours(running: Running, journal: Journal) -> None:
    """Graphs of other people stay, whatever they are called."""
    ours = [f"{OWN_GRAPHS}article/gone", f"{OWN_GRAPHS}article/kept"]
    foreign = [
        "http://example.org/graph/foreign",
        "https://w3id.org/diplomacy-kg/graphs-of-others",
        "https://w3id.org/other",
    ]
    with target(running) as there:
        list(push_graphs([small(n, "a") for n in (*ours, *foreign)], there, journal))
        gone = list(graphs_to_remove(there, [ours[1]]))
        assert ours[0] in gone
        assert not {ours[1], *foreign} & set(gone)
        for name in gone:
            there.drop(name)
        assert there.counts([*ours, *foreign]) == {ours[0]: 0, ours[1]: 1, **dict.fromkeys(foreign, 1)}


def test_many_graphs_are_listed_in_pages(running: Running, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of graphs come in pages, each once and sorted, however many a store gives at once."""
    monkeypatch.setattr("kg.push.target.PAGE", 7)
    names = sorted(f"{EXAMPLE_GRAPHS}many/{n:02d}" for n in range(30))
    with target(running) as there:
        list(push_graphs((small(n, "a") for n in names), there, journal))
        assert list(there.graph_names(f"{EXAMPLE_GRAPHS}many/")) == names


def test_a_refused_graph_does_not_stop_the_others(running: Running, journal: Journal) -> None:
    """What a store cannot read is told with its graph, and the rest arrives."""
    bad = gather(f"{EXAMPLE_GRAPHS}bad", [b"this is no triple .\n"])
    good = [f"{EXAMPLE_GRAPHS}good/{n}" for n in range(3)]
    with target(running, attempts=1) as there:
        sent = {one.graph: one for one in push_graphs([bad, *(small(n, "a") for n in good)], there, journal)}
        assert {n: sent[n].outcome for n in good} == dict.fromkeys(good, "sent")
        assert sent[bad.name].outcome == "failed" and there.base in sent[bad.name].why
        assert all(verdict(small(n, "a"), there).is_equal for n in good)


def test_a_wrong_password_is_told_and_not_shown(running: Running, journal: Journal) -> None:
    """A login that is not accepted gives one line without the password."""
    if running.login is None:
        pytest.skip("this store has no users")
    wrong = Login(running.login.scheme, running.login.user, "not the password")
    there = Target(find_profile(running.kind), running.address, wrong, attempts=1)
    with there, pytest.raises(EndpointError, match="401|password") as told:
        list(push_graphs([small(f"{EXAMPLE_GRAPHS}x", "a")], there, journal))
    assert "not the password" not in str(told.value)
    assert "not the password" not in repr(there.login)


def test_the_command_pushes_and_proves(
    running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`kg push` finds out what store it is, logs in as the environment says, pushes a file and proves it."""
    file = tmp_path / "news.nq"
    file.write_text("".join(f"{quad} .\n" for quad in two_articles()))
    if running.login is not None:
        monkeypatch.setenv("KG_PUSH_USER", running.login.user)
        monkeypatch.setenv("KG_PUSH_PASSWORD", running.login.secret)
    if running.login is not None and running.login.scheme == "bearer":
        monkeypatch.setenv("KG_PUSH_TOKEN", running.login.secret)
    with pytest.raises(SystemExit) as stopped:
        # What answers at any endpoint is found to be our own server here, unless told otherwise.
        kind = ["--kind", "generic"] if running.kind == "generic" else []
        main(["push", running.address, str(file), "--verify", *kind])
    told = capsys.readouterr()
    assert (stopped.value.code, told.err) == (0, "")
    first, second = told.out.splitlines()
    assert first.startswith(f"{running.address} ({running.kind}): 4 graphs, 1,520 quads: 4 sent in ")
    assert second == "4 graphs, 1,520 quads verified: counts and digests are equal on both sides"
    assert list(tmp_path.iterdir()) == [file]


def test_a_push_goes_on_after_the_store_died(running: Running, journal: Journal) -> None:
    """When the store is killed half-way, the push says so; the next one sends only what is missing."""
    names = [f"{EXAMPLE_GRAPHS}died/{n:03d}" for n in range(600)]

    def graphs() -> Iterator[Graph]:
        return (small(n, "a", n) for n in names)

    with target(running, attempts=1, timeout=60.0) as there:
        sent = push_graphs(graphs(), there, journal)
        first = [next(sent) for _ in range(100)]
        running.stop(kill=True)
        with pytest.raises(EndpointError, match=r"cannot be reached"):
            list(sent)
        running.start()
        second = list(push_graphs(graphs(), there, journal))
        assert all(one.outcome == "sent" for one in first)
        arrived = {one.graph for one in first}
        assert {one.graph for one in second if one.outcome == "unchanged"} >= arrived
        assert not [one for one in second if one.outcome == "failed"]
        assert all(v.is_equal for v in verify_graphs(graphs(), there))


def test_the_canned_questions_have_the_same_answers(running: Running, journal: Journal) -> None:
    """Every canned question that needs no parameter gives the same rows there as here."""
    here = Store()
    here.bulk_extend(two_articles())
    questions = [q for q in canned_queries() if q.name != "wikidata-labels"]
    asked = 0
    with target(running) as there:
        list(push_graphs((stored_graph(here, str(g.value)) for g in list(here.named_graphs())), there, journal))
        for name in there.graph_names("http://example.org/"):
            there.drop(name)
        for question in questions:
            try:
                text = bind(question, {})
            except UsageError:
                continue
            asked += 1
            assert _rows(there.select(text), running) == _rows(_solved(here, text), running), question.name
    assert asked > 25


def _solved(store: Store, text: str) -> list[dict[str, str]]:
    solutions = store.query(text, use_default_graph_as_union=True)
    assert isinstance(solutions, QuerySolutions)
    names = [v.value for v in solutions.variables]
    return [{n: str(s[n].value) for n in names if s[n] is not None} for s in solutions]  # type: ignore[union-attr]


def _rows(rows: Iterable[Mapping[str, str]], running: Running) -> list[list[tuple[str, str]]]:
    """Rows that can be compared; Virtuoso writes truth values as 1 and 0, and does not keep the order of what it joins."""
    truth = {"true": "1", "false": "0"} if running.kind == "virtuoso" else {}

    def cell(value: str) -> str:
        known = truth.get(value, value)
        return "; ".join(sorted(known.split("; "))) if running.kind == "virtuoso" else known

    return sorted(sorted((name, cell(value)) for name, value in row.items()) for row in rows)
