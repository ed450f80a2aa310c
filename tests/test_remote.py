"""Queries at an endpoint, against a small SPARQL server of our own on the loopback."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import pyoxigraph as ox
import pytest

from kg.endpoint import agent
from kg.errors import InputError, UsageError
from kg.graph.remote import query_endpoint
from kg.graph.store import Store
from tests.conftest import Ran
from tests.records import meeting


class Endpoint(BaseHTTPRequestHandler):
    """Answers queries from a store, after the SPARQL 1.1 Protocol; `/broken` and `/busy` do not."""

    store: Store
    agents: list[str] = []

    def do_POST(self) -> None:
        """A query as a form."""
        self.agents.append(self.headers["User-Agent"])
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        if self.path == "/busy":
            self.send_error(503)
        elif self.path == "/broken":
            self._answer(b"<html>welcome</html>", "text/html")
        else:
            try:
                results = self.store.inner.query(form["query"][0], use_default_graph_as_union=True)
            except SyntaxError as error:
                self.send_error(400, "bad query", str(error))
                return
            if isinstance(results, ox.QueryTriples):
                self._answer(ox.serialize(results, format=ox.RdfFormat.TURTLE) or b"", "text/turtle")
            else:
                answer = results.serialize(format=ox.QueryResultsFormat.JSON)
                self._answer(answer or b"", "application/sparql-results+json")

    def _answer(self, body: bytes, media_type: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    Endpoint.store = Store.in_memory()
    Endpoint.store.load(meeting("a", ["Sullivan", "Yang"], place="Rome"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_canned_question_is_asked_at_an_endpoint(address: str, kg: Callable[..., Ran]) -> None:
    """The answer is that of a store of our own with the same graphs."""
    ran = kg("query", "who-met-whom", "--country", "CHN", "--endpoint", address, "--format", "csv")
    assert ran.code == 0, ran.err
    assert "Jake Sullivan; Yang Jiechi" in ran.out


def test_graphs_and_truth_values_come_back(address: str, kg: Callable[..., Ran]) -> None:
    """CONSTRUCT gives Turtle, ASK a truth value."""
    construct = "CONSTRUCT { ?e a dip:Event } WHERE { ?e a dip:Event }"
    assert "a dip:Event" in kg("query", "-e", construct, "--endpoint", address).out
    assert kg("query", "-e", "ASK { ?e a dip:Event }", "--endpoint", address).out == "true\n"


def test_we_say_who_we_are(address: str) -> None:
    """Requests carry a descriptive User-Agent."""
    query_endpoint(address, "ASK {}")
    assert Endpoint.agents[-1] == agent()


@pytest.mark.parametrize(
    ("path", "text", "message"),
    [
        ("/busy", "ASK {}", r"answered 503 Service Unavailable|refused the query"),
        ("/broken", "ASK {}", r"something else than SPARQL results"),
        ("", "SELECT nonsense", r"refused the query"),
    ],
    ids=["busy", "no endpoint", "no query"],
)
def test_a_bad_answer_is_one_clear_error(address: str, path: str, text: str, message: str) -> None:
    """Whatever the endpoint does, the error names it in one line."""
    with pytest.raises(InputError, match=message) as caught:
        query_endpoint(address + path, text)
    assert address in str(caught.value) and "\n" not in str(caught.value)


def test_an_unreachable_endpoint_is_named() -> None:
    """Nobody there is said in one line."""
    with pytest.raises(InputError, match=r"^http://127.0.0.1:9/ cannot be reached: .*; check the address$"):
        query_endpoint("http://127.0.0.1:9/", "ASK {}")
    with pytest.raises(UsageError, match="no http"):
        query_endpoint("file:///etc/passwd", "ASK {}")
