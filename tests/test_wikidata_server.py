"""The query service of the tests answers as Wikidata does, and fails exactly as told."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import IncompleteRead
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from SPARQLWrapper import JSON, POST, SPARQLWrapper

from tests import wikidata_server
from tests.wikidata_server import SAMPLE, Fault, FaultyEndpoint, running_oxigraph

JSON_RESULTS = "application/sparql-results+json"
PREFIXES = """
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX p: <http://www.wikidata.org/prop/>
PREFIX ps: <http://www.wikidata.org/prop/statement/>
PREFIX pq: <http://www.wikidata.org/prop/qualifier/>
PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
HUMANS = PREFIXES + "SELECT ?person WHERE { ?person wdt:P31 wd:Q5 }"
ENTITY = "http://www.wikidata.org/entity/"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with running_oxigraph(SAMPLE) as url:
        yield url


@pytest.fixture
def endpoint(address: str) -> Iterator[FaultyEndpoint]:
    with FaultyEndpoint(address) as faulty:
        yield faulty


def ask(url: str, query: str = HUMANS, *, post: bool = False, timeout: float = 10) -> tuple[int, str, bytes]:
    """(status, media type, body) of an answer. The proxies of the environment are left aside."""
    form = urlencode({"query": query})
    request = Request(url if post else f"{url}?{form}", form.encode() if post else None)
    request.add_header("Accept", JSON_RESULTS)
    request.add_header("User-Agent", "tests/1.0")
    opener = build_opener(ProxyHandler({}))
    try:
        with opener.open(request, timeout=timeout) as response:
            return response.status, response.headers["Content-Type"], response.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


def rows(url: str, query: str) -> list[tuple[str, ...]]:
    """The values of a SELECT query, in the order of its variables; items by QID."""
    answer: dict[str, Any] = json.loads(ask(url, PREFIXES + query)[2])
    names = answer["head"]["vars"]
    return [
        tuple(row[n]["value"].removeprefix(ENTITY) for n in names if n in row) for row in answer["results"]["bindings"]
    ]


def test_the_terms_of_a_person_are_found_by_name(address: str) -> None:
    """Statements have office, start and end, as at the query service."""
    query = """SELECT ?person ?office ?start ?end WHERE {
        ?person rdfs:label "Theresa May"@en ; p:P39 ?term .
        ?term ps:P39 ?office ; pq:P580 ?start ; pq:P582 ?end ; pq:P1365 wd:Q192 }"""
    assert rows(address, query) == [("Q264766", "Q14211", "2016-07-13T00:00:00Z", "2019-07-24T00:00:00Z")]


def test_the_sample_has_the_kinds_of_item_that_tests_want(address: str) -> None:
    """There are 24 humans, half of them invented, 12 countries, 8 organisations and 31 offices."""
    humans = rows(address, "SELECT ?item WHERE { ?item wdt:P31 wd:Q5 }")
    assert len(humans) == 24
    assert sum(qid.startswith("Q9000001") for (qid,) in humans) == 12
    counts = {
        "country": "SELECT ?item WHERE { ?item wdt:P31 wd:Q6256 }",
        "organisation": "SELECT ?item WHERE { ?item wdt:P31/wdt:P279+ wd:Q43229 }",
        "office": "SELECT ?item WHERE { ?item wdt:P31 wd:Q900000003 }",
    }
    assert {kind: len(rows(address, query)) for kind, query in counts.items()} == {
        "country": 12,
        "organisation": 8,
        "office": 31,
    }


def test_namesakes_share_a_label(address: str) -> None:
    """Two humans and a novel are called Daniel Ostervik."""
    query = 'SELECT ?item ?class WHERE { ?item rdfs:label "Daniel Ostervik"@en OPTIONAL { ?item wdt:P31 ?class } }'
    assert sorted(rows(address, query)) == [("Q900000103", "Q5"), ("Q900000104", "Q5"), ("Q900000402",)]


@pytest.mark.parametrize(
    ("label", "qid"),
    [
        (r'"William \"Bill\" O\'Harrowgate"@en', "Q900000106"),
        ('"Zoë Brûlévaux-Ñandú"@en', "Q900000107"),
        (r'"Pavel T\\ornov"@en', "Q900000108"),
        ('"Selin Karabağlıoğlu"@mul', "Q900000111"),
        ('"يوسف سرهدي"@ar', "Q900000112"),
    ],
    ids=["quotes", "accents", "backslash", "mul", "arabic"],
)
def test_odd_labels_are_kept(address: str, label: str, qid: str) -> None:
    """A label with quotes, accents, a backslash or another language is found as written."""
    assert rows(address, f"SELECT ?item WHERE {{ ?item rdfs:label {label} }}") == [(qid,)]


def test_every_item_referred_to_as_office_or_class_has_a_label(address: str) -> None:
    """Offices held, classes and citizenships are described in the file."""
    query = """SELECT DISTINCT ?item WHERE {
        { ?x ps:P39 ?item } UNION { ?x wdt:P31|wdt:P279|wdt:P27|wdt:P1001|wdt:P463|wdt:P159|wdt:P1906|wdt:P1313 ?item }
        FILTER NOT EXISTS { ?item rdfs:label ?label } }"""
    assert rows(address, query) == []


def test_truth_leaves_deprecated_statements_out(address: str) -> None:
    """Offices by wdt: are just those of statements that are not deprecated."""
    query = """SELECT ?person ?office WHERE {
        { ?person p:P39 ?term . ?term ps:P39 ?office ; wikibase:rank ?rank
          FILTER(?rank != wikibase:DeprecatedRank) FILTER NOT EXISTS { ?person wdt:P39 ?office } }
        UNION { ?person wdt:P39 ?office FILTER NOT EXISTS {
          ?person p:P39 ?term . ?term ps:P39 ?office ; wikibase:rank ?rank
          FILTER(?rank != wikibase:DeprecatedRank) } } }"""
    assert rows(address, query) == []
    deprecated = "SELECT ?person WHERE { ?person p:P39 [ wikibase:rank wikibase:DeprecatedRank ] }"
    assert rows(address, deprecated) == [("Q900000102",)]


def test_the_server_ends_with_the_block(tmp_path: Path) -> None:
    """After the block nothing listens."""
    data = tmp_path / "one.ttl"
    data.write_text('<http://a> <http://b> "c" .')
    with running_oxigraph(data) as url:
        assert len(json.loads(ask(url, "SELECT * { ?s ?p ?o }")[2])["results"]["bindings"]) == 1
    with pytest.raises(URLError):
        ask(url)


def test_the_server_ends_when_the_test_fails(tmp_path: Path) -> None:
    """An exception inside the block passes through and stops the server."""
    data = tmp_path / "none.ttl"
    data.touch()
    with pytest.raises(LookupError), running_oxigraph(data) as url:
        raise LookupError
    with pytest.raises(URLError):
        ask(url)


def test_a_bad_file_is_named(tmp_path: Path) -> None:
    """Turtle that cannot be read is an error that says which file."""
    data = tmp_path / "bad.ttl"
    data.write_text("<http://a> <http://b> .")
    with pytest.raises(RuntimeError, match=r"bad\.ttl: oxigraph cannot load it"), running_oxigraph(data):
        pass


def test_a_missing_executable_skips_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without oxigraph the reason says how to install it."""
    monkeypatch.setattr(wikidata_server, "_find_oxigraph", lambda: None)
    with pytest.raises(pytest.skip.Exception, match="pip install oxigraph"), running_oxigraph(SAMPLE):
        pass


def test_a_taken_port_is_no_end(monkeypatch: pytest.MonkeyPatch, address: str, tmp_path: Path) -> None:
    """A server whose port was taken starts at another."""
    data = tmp_path / "none.ttl"
    data.touch()
    taken = int(address.removesuffix("/query").rpartition(":")[2])
    ports = iter([taken, wikidata_server._free_port()])
    monkeypatch.setattr(wikidata_server, "_free_port", lambda: next(ports))
    with running_oxigraph(data) as url:
        assert url != address
        assert ask(url)[0] == 200


@pytest.mark.parametrize("post", [False, True], ids=["GET", "POST"])
def test_queries_pass_through(endpoint: FaultyEndpoint, address: str, post: bool) -> None:
    """With no fault the proxy gives the true answer and records the request."""
    before = time.monotonic()
    assert ask(endpoint.url, post=post) == ask(address, post=post)
    [request] = endpoint.requests
    assert (request.method, request.user_agent, request.accept) == (
        "POST" if post else "GET",
        "tests/1.0",
        JSON_RESULTS,
    )
    assert request.query == HUMANS
    assert before <= request.time <= time.monotonic()


def test_a_query_may_be_the_body(endpoint: FaultyEndpoint) -> None:
    """The media type application/sparql-query is passed on and recorded."""
    request = Request(endpoint.url, HUMANS.encode(), {"Content-Type": "application/sparql-query"})
    with build_opener(ProxyHandler({})).open(request) as response:
        assert response.status == 200
    assert endpoint.requests[0].query == HUMANS


def test_sparqlwrapper_gets_its_results(endpoint: FaultyEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client that kg uses reads answers through the proxy."""
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    client = SPARQLWrapper(endpoint.url, returnFormat=JSON, agent="tests/2.0")
    client.setMethod(POST)
    client.setQuery(HUMANS)
    with client.query().response as response:
        assert len(json.load(response)["results"]["bindings"]) == 24
    assert endpoint.requests[0].user_agent == "tests/2.0"


def test_a_bad_query_keeps_its_status(endpoint: FaultyEndpoint) -> None:
    """The server's 400 comes through."""
    assert ask(endpoint.url, "SELEC")[0] == 400


def test_other_paths_are_not_found(endpoint: FaultyEndpoint) -> None:
    """Only /sparql answers; other requests are neither recorded nor use up a fault."""
    endpoint.fail_next(Fault.html())
    assert ask(endpoint.url.replace("/sparql", "/other"))[0] == 404
    assert (endpoint.requests, endpoint.faults_left) == ([], 1)


def test_busy_says_when_to_come_back(endpoint: FaultyEndpoint) -> None:
    """Status 429 has a Retry-After, and the next request is answered."""
    endpoint.fail_next(Fault.busy(retry_after=7))
    with pytest.raises(HTTPError) as caught, build_opener(ProxyHandler({})).open(endpoint.url + "?query=ASK{}"):
        pass
    with caught.value as error:
        assert (error.code, error.headers["Retry-After"]) == (429, "7")
    assert ask(endpoint.url)[0] == 200
    assert len(endpoint.requests) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_errors_have_their_status(endpoint: FaultyEndpoint, status: Any) -> None:
    """A server's error has the status that was asked for."""
    endpoint.fail_next(Fault.error(status))
    assert ask(endpoint.url)[0] == status


def test_slow_answers_are_true(endpoint: FaultyEndpoint) -> None:
    """A slow answer comes late and is complete."""
    endpoint.fail_next(Fault.slow(0.2))
    start = time.monotonic()
    status, _, body = ask(endpoint.url)
    assert time.monotonic() - start >= 0.2
    assert (status, len(json.loads(body)["results"]["bindings"])) == (200, 24)


def test_a_slow_answer_runs_into_a_timeout(endpoint: FaultyEndpoint) -> None:
    """A client that waits less than the delay times out; the endpoint goes on."""
    endpoint.fail_next(Fault.slow(0.3))
    with pytest.raises(TimeoutError):
        ask(endpoint.url, timeout=0.05)
    assert ask(endpoint.url)[0] == 200


def test_closing_does_not_wait_for_slow_answers(address: str) -> None:
    """The endpoint closes at once although a slow answer is under way, and leaves no thread."""
    before = set(threading.enumerate())
    with ThreadPoolExecutor() as pool:
        with FaultyEndpoint(address) as endpoint:
            endpoint.fail_next(Fault.slow(60))
            waiting = pool.submit(ask, endpoint.url)
            while not endpoint.requests:
                time.sleep(0.01)
            start = time.monotonic()
        assert time.monotonic() - start < 5
        assert isinstance(waiting.exception(), ConnectionError)
    assert set(threading.enumerate()) <= before


def test_half_an_answer_is_incomplete(endpoint: FaultyEndpoint, address: str) -> None:
    """The body ends before the length that its header tells."""
    endpoint.fail_next(Fault.half())
    whole = ask(address)[2]
    with pytest.raises(IncompleteRead) as caught:
        ask(endpoint.url)
    assert whole.startswith(caught.value.partial)
    assert len(caught.value.partial) + (caught.value.expected or 0) == len(whole)


@pytest.mark.parametrize("query", [HUMANS, "ASK {}"], ids=["SELECT", "ASK"])
def test_cut_json_is_a_complete_answer_with_a_broken_body(endpoint: FaultyEndpoint, query: str) -> None:
    """Status, type and length are right, the JSON is not."""
    endpoint.fail_next(Fault.cut_json())
    status, media_type, body = ask(endpoint.url, query)
    assert (status, media_type) == (200, JSON_RESULTS)
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def test_html_is_no_results(endpoint: FaultyEndpoint) -> None:
    """A web page comes with status 200."""
    endpoint.fail_next(Fault.html())
    status, media_type, body = ask(endpoint.url)
    assert (status, media_type) == (200, "text/html; charset=utf-8")
    assert body.startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("post", [False, True], ids=["GET", "POST"])
def test_reset_ends_the_connection(endpoint: FaultyEndpoint, post: bool) -> None:
    """The client sees a reset and no answer; the request is recorded."""
    endpoint.fail_next(Fault.reset())
    with pytest.raises(ConnectionResetError):
        ask(endpoint.url, post=post)
    assert [request.query for request in endpoint.requests] == [HUMANS]


def test_faults_come_in_order_and_once(endpoint: FaultyEndpoint) -> None:
    """Each fault meets one request, those told later come after."""
    endpoint.fail_next(Fault.error(503), Fault.busy(retry_after=0))
    endpoint.fail_next(Fault.error(500))
    assert [ask(endpoint.url)[0] for _ in range(4)] == [503, 429, 500, 200]
    assert endpoint.faults_left == 0


def test_clearing_forgets_requests_and_faults(endpoint: FaultyEndpoint) -> None:
    """A cleared endpoint is as new."""
    ask(endpoint.url)
    endpoint.fail_next(Fault.error(500))
    endpoint.clear()
    assert (endpoint.requests, endpoint.faults_left) == ([], 0)
    assert ask(endpoint.url)[0] == 200


def test_threads_share_an_endpoint(endpoint: FaultyEndpoint) -> None:
    """Of forty requests at once, as many fail as there were faults, and all are recorded."""
    endpoint.fail_next(*[Fault.error(503)] * 15)
    with ThreadPoolExecutor(8) as pool:
        statuses = Counter(status for status, _, _ in pool.map(ask, [endpoint.url] * 40))
    assert statuses == {200: 25, 503: 15}
    assert len(endpoint.requests) == 40


def test_nothing_behind_the_proxy_is_a_bad_gateway() -> None:
    """When the true server is gone the answer is 502, so that no test hangs."""
    with FaultyEndpoint(f"http://127.0.0.1:{wikidata_server._free_port()}/query") as endpoint:
        assert ask(endpoint.url)[0] == 502
