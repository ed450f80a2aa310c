"""Calls to other services are found in whatever way they are written, and nothing else is taken for one."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import RequestRefused
from kg.graph.queries import load_queries
from kg.resources import data_path
from kg.serve import tokens
from kg.serve.access_log import Entry, log_line
from kg.serve.operations import Operation, check_operation
from kg.serve.settings import Settings
from kg.serve.tokens import find_calls, names_graphs


class Listener:
    """A port at which it is counted how often somebody comes."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.calls = 0
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    @property
    def iri(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}/"

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.calls += 1
                with connection:
                    connection.recv(1_000)
                    connection.sendall(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


DATA = ox.Store()
DATA.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(1)))


def calls_by_engine(query: str, listener: Listener) -> bool:
    """Whether Oxigraph, evaluating the query, calls the listener."""
    before = listener.calls
    with suppress(SyntaxError, ValueError, OSError, RuntimeError):
        results = DATA.query(query, use_default_graph_as_union=True)
        if isinstance(results, ox.QuerySolutions):
            list(results)
    return listener.calls > before


HEAD = "PREFIX ex: <LISTENER> PREFIX : <LISTENER> PREFIX service: <LISTENER> SELECT * { VALUES ?x { <LISTENER> } "
CALLING = {
    "plain": "SERVICE <LISTENER> { ?s ?p ?o }",
    "lower case": "service<LISTENER>{ ?s ?p ?o }",
    "silent": "SERVICE SILENT <LISTENER> { ?s ?p ?o }",
    "no space": "SERVICESILENT<LISTENER>{ ?s ?p ?o }",
    "variable": "SERVICE?x{ ?s ?p ?o }",
    "prefixed": "SERVICE ex:{ ?s ?p ?o }",
    "default prefix": "SERVICE:{ ?s ?p ?o }",
    "prefix without space": "SERVICEex:{ ?s ?p ?o }",
    "comments": "SERVICE#x\n<LISTENER>#y\n{ ?s ?p ?o }",
    "after a number": "?s ?p 1SERVICE<LISTENER>{ ?s ?p ?o }",
    "after true": "OPTIONAL { ?s ?p true } SERVICE<LISTENER>{ ?s ?p ?o }",
    "in an IRI that is none": "FILTER(1<2)SERVICE:#>\n{ ?s ?p ?o }",
    "variable in an IRI that is none": "FILTER(?x<?x)SERVICE?x#>\n{ ?s ?p ?o }",
    "after a comment in an IRI": 'FILTER(1<2#>"""\n)SERVICE <LISTENER> { ?s ?p ?o } #"""',
    "after a false IRI": 'FILTER(?x<?x)#>"""\nSERVICE <LISTENER> { ?s ?p ?o } #"""',
    "escaped": "\\u0053ERVICE <LISTENER> { ?s ?p ?o }",
    "nested": "{ SELECT * { OPTIONAL { SERVICE <LISTENER> { ?s ?p ?o } } } }",
    "in MINUS": "MINUS { SERVICE <LISTENER> { ?s ?p ?o } }",
    "after GRAPH in a name": "BIND(1 AS ?GRAPH) SERVICE:{ ?s ?p ?o }",
}


@pytest.mark.parametrize("name", CALLING)
def test_a_call_is_found(name: str, listener: Listener) -> None:
    """However a call is written, it is found, whether or not this engine understands it."""
    assert find_calls((HEAD + CALLING[name] + " }").replace("LISTENER", listener.iri))


def test_most_of_these_do_call(listener: Listener) -> None:
    """The listener is called by the plain ones: a test that nothing calls would prove nothing."""
    called = {
        n
        for n, text in CALLING.items()
        if calls_by_engine((HEAD + text + " }").replace("LISTENER", listener.iri), listener)
    }
    assert {"plain", "lower case", "prefixed", "comments", "in an IRI that is none", "nested"} <= called


INNOCENT = {
    "string": "?s ?p 'SERVICE <http://a/> { ?s ?p ?o }'",
    "long string": '?s ?p """x "SERVICE <http://a/> {"\n SERVICE <http://a/> { """',
    "escaped quote": r"?s ?p 'it\'s SERVICE <http://a/> {'",
    "comment": "?s ?p ?o # SERVICE <http://a/> {\n",
    "IRI": "?s <http://example.org/service> ?o . GRAPH <http://example.org/SERVICE?x> { ?s ?p ?o }",
    "prefixed": "?s ex:service ?o . GRAPH ex:service { ?s ?p ?o } GRAPH service:g { ?s ?p ?o }",
    "local name with dots": "?s ex:a.service ?o . { ?s ex:my-service ?o }",
    "variable": "?service ?p ?o { ?s $SERVICE ?o }",
    "label": "_:service ?p ?o",
    "language": "?s ?p 'x'@service",
    "comparison": "?s ?p ?o FILTER(?o<3 && ?p>2) # service",
}


@pytest.mark.parametrize("name", INNOCENT)
def test_a_mention_is_no_call(name: str) -> None:
    """The word in a string, comment, name or IRI is no call."""
    query = f"PREFIX ex: <http://example.org/> PREFIX service: <http://a/> SELECT * {{ {INNOCENT[name]} }}"
    assert find_calls(query) == set()


def test_canned_queries() -> None:
    """Of the canned queries only the one that asks Wikidata calls anybody."""
    calling = {query.name for query in load_queries(data_path("queries")) if find_calls(query.text)}
    assert calling == {"wikidata-labels"}


def test_allowed_services(tmp_path: object) -> None:
    """Exactly the IRIs on the list may be called; a variable never."""
    from pathlib import Path

    allowing = Settings(Path("s"), services=frozenset({"http://a/"}))
    check_operation(Operation("query", "ASK { SERVICE <http://a/> {} }"), allowing)
    for target in ("<http://a/x>", "<http://A/>", "?x", "<http://b/>"):
        with pytest.raises(RequestRefused, match="is not allowed here; this server allows <http://a/>"):
            check_operation(Operation("query", f"ASK {{ SERVICE {target} {{}} }}"), allowing)


PIECES = st.sampled_from(
    ["SERVICE", "service ", "SILENT", "<LISTENER>", "<LISTENER>{?s ?p ?o}", "?x", "?x{?s ?p ?o}", "ex:", ":", ":{}",
     "{", "}", "{?s ?p ?o}", "(", ")", "FILTER(?x<?x", "FILTER(1<2)", "FILTER(?x<?y)", "<", ">", "#", "#>", "\n", " ",
     "'", '"', '"""', "'''", "\\", "?s ?p ?o", ".", ";", ",", "1", "true", "'x'@en", "^^", "BIND(1 AS ?y)", "OPTIONAL",
     "UNION", "GRAPH", "GRAPH ?g", "MINUS", "_:b", "ex:a", "ex:a\\-", "%20", "\\u0053", "&&", "||", "<?b)", "<?b#>"]
)  # fmt: skip


@settings(max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(PIECES, min_size=1, max_size=12), st.lists(PIECES, max_size=4))
def test_what_the_engine_calls_is_found(listener: Listener, before: list[str], after: list[str]) -> None:
    """Whatever text makes Oxigraph call somebody has a call by our reading."""
    for middle in ("", "SERVICE<LISTENER>{?s ?p ?o}", ")SERVICE:#>\n{?s ?p ?o}"):
        query = (HEAD + "".join(before) + middle + "".join(after) + "}").replace("LISTENER", listener.iri)
        if calls_by_engine(query, listener):
            assert find_calls(query), query


@pytest.mark.parametrize(
    "text",
    [
        "SERVICE" * 100_000 + ":",
        "SERVICE " + "<#>" * 300_000,
        "SERVICE <" + "a:" * 300_000,
        "LOAD " * 200_000,
    ],
    ids=["one name", "comments", "names", "words"],
)
def test_what_could_be_read_in_very_many_ways_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text made to take long is not read to its end: it counts as a call, or is plainly none."""
    looked_at = 0

    def counting(pattern: re.Pattern[str]) -> object:
        class Counting:
            def match(self, *place: object) -> re.Match[str] | None:
                nonlocal looked_at
                looked_at += 1
                return pattern.match(*place)  # type: ignore[arg-type]

        return Counting()

    for name in ("_SERVICE", "_LOAD", "_FROM"):
        monkeypatch.setattr(tokens, name, counting(getattr(tokens, name)))
    assert find_calls(text, is_update=True) <= {None}
    names_graphs(text.replace("SERVICE", "FROM").replace("LOAD", "FROM"))
    assert looked_at <= 3 * tokens.MOST_WORDS


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("PREFIX : <urn:> ASK FROM:none {?s ?p ?o}", True),
        ("ASKFROM <urn:none> {?s ?p ?o}", True),
        ("SELECT(1<2AS?x)FROM#>\n<urn:none>WHERE{?s ?p ?o}LIMIT 1", True),
        ("PREFIX from: <urn:> ASK {?s from:x ?o}", False),
        ("ASK { ?s <urn:from> 'FROM <urn:x>' }", False),
        ("CONSTRUCT { ?s ?p ?o } FROM <urn:x> WHERE { ?s ?p ?o }", True),
    ],
)
def test_a_dataset_is_noticed_however_it_is_written(query: str, named: bool) -> None:
    """FROM counts without blanks around it, after a comparison and after a template; names that hold it do not."""
    assert names_graphs(query) is named


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_read_to_its_end(text: str) -> None:
    """No text stops the reading."""
    find_calls(f"SERVICE {text}", is_update=True)
    names_graphs(f"FROM {text}")


def test_reading_is_fast() -> None:
    """A megabyte of what could be read in two ways is read once."""
    assert find_calls("<a" * 100_000 + "FILTER(?a<?b)" * 20_000 + " service") == set()


@pytest.mark.parametrize(
    "client", ['6.6.6.6 - - [x] "GET /forged HTTP/1.1" 200 1 "-" "', "\x9b31m", "a b", "1.2.3.4\n5.6.7.8"]
)
def test_a_forged_address_does_not_stand_in_the_log(client: str) -> None:
    """What a proxy passes on as an address stands in the log only if it can be one."""
    entry = Entry(client, datetime(2022, 3, 14, tzinfo=UTC), "GET / HTTP/1.1", 200, 1, "", "", 1.0, None)
    assert log_line(entry).startswith('- - - [14/Mar/2022:00:00:00 +0000] "GET / HTTP/1.1" 200')


@pytest.mark.parametrize("client", ["192.0.2.7", "2001:db8::1", "fe80::1%eth0"])
def test_an_address_stands_in_the_log(client: str) -> None:
    """Addresses of both families, with a zone too, are written as they are."""
    entry = Entry(client, datetime(2022, 3, 14, tzinfo=UTC), "GET / HTTP/1.1", 200, 1, "", "", 1.0, None)
    assert log_line(entry).startswith(f"{client} - - [")
