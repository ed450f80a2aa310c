"""Stores that cannot be started for tests: what is said to them is what their makers' documents ask for."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from kg.endpoint import Login
from kg.push.graphs import Graph, gather
from kg.push.journal import Journal
from kg.push.probe import find_kind, find_scheme
from kg.push.profiles import PROFILES, find_profile
from kg.push.selection import graphs_to_remove
from kg.push.target import Target
from kg.push.transfer import push_graphs
from kg.push.verification import verify_graphs
from tests.triple_stores import STORES

CONVERSATIONS = sorted((Path(__file__).parent / "conversations").glob("*.http"))
PROVED_LIVE = {"oxigraph", "virtuoso", "kg", "generic"}
"""Kinds that the compliance suite runs on; Fuseki's engine is among them too, but not its server."""


@dataclass
class Exchange:
    """One request, of which each line must be met, and its answer."""

    method: str
    path: str
    wanted: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""


@dataclass
class Conversation:
    """A file: notes on its first lines, then exchanges, each a paragraph of lines that begin with > and <."""

    notes: dict[str, str]
    exchanges: list[Exchange]
    faults: list[str] = field(default_factory=list)
    said: int = 0


def read_conversation(path: Path) -> Conversation:
    """The conversation in a file."""
    head, *paragraphs = path.read_text(encoding="utf-8").strip().split("\n\n")
    notes = dict(line.removeprefix("# ").split(": ", 1) for line in head.splitlines())
    return Conversation(notes, [_exchange(p.splitlines()) for p in paragraphs])


def _exchange(lines: list[str]) -> Exchange:
    asked = [line[2:] for line in lines if line.startswith("> ")]
    answered = [line[2:] for line in lines if line.startswith("< ")]
    method, path = asked[0].split(" ")
    exchange = Exchange(method, path, [tuple(line.split(": ", 1)) for line in asked[1:]], int(answered[0]))  # type: ignore[misc]
    for line in answered[1:]:
        if re.match(r"[A-Z][\w-]*: ", line):
            name, value = line.split(": ", 1)
            exchange.headers.append((name, value))
        else:
            exchange.body += line + "\n"
    return exchange


@contextmanager
def spoken(conversation: Conversation) -> Iterator[str]:
    """The root address of a server that holds the conversation."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            number = conversation.said
            conversation.said += 1
            if number >= len(conversation.exchanges):
                conversation.faults.append(f"one more request: {self.command} {self.path}")
                self.send_error(418)
                return
            exchange = conversation.exchanges[number]
            conversation.faults += (f"{number}: {fault}" for fault in self.faults(exchange, body))
            self.send_response_only(exchange.status)
            for name, value in exchange.headers:
                self.send_header(name, value)
            sent = exchange.body.encode() if exchange.status != 204 else b""
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PUT = do_DELETE = answer

        def faults(self, exchange: Exchange, body: str) -> Iterator[str]:
            if (self.command, self.path.rstrip("?")) != (exchange.method, exchange.path):
                yield f"{self.command} {self.path} in place of {exchange.method} {exchange.path}"
            for name, pattern in exchange.wanted:
                if name == "body":
                    given = body
                elif name.startswith("form "):
                    given = parse_qs(body).get(name[5:], [""])[0]
                else:
                    given = self.headers.get(name, "")
                    pattern = re.escape(pattern)
                found = re.search(pattern, given) if name in ("Accept", "form query") else re.fullmatch(pattern, given)
                if found is None:
                    yield f"{name} is {given!r} in place of {pattern!r}"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def graphs() -> list[Graph]:
    """Two graphs that are not there, and one that is with other triples."""
    line = '<http://example.org/s> <http://example.org/p> "{}" .\n'
    return [gather(f"http://example.org/{n}", [line.format(n).encode()]) for n in (1, 2, 3)]


@pytest.mark.parametrize("path", CONVERSATIONS, ids=lambda path: path.stem)
def test_a_store_hears_what_its_documentation_asks_for(path: Path) -> None:
    """Found out, logged in to, counted, added to, replaced in, counted again, read, listed and removed from, in that order."""
    conversation = read_conversation(path)
    with spoken(conversation) as root, Journal(None, "test") as journal:
        address = root + conversation.notes["Address"]
        kind = conversation.notes.get("Kind") or find_kind(address)
        assert kind == path.stem
        profile = find_profile(kind)
        if token := conversation.notes.get("Token"):
            login = Login("bearer", "", token)
        else:
            user, secret = conversation.notes["Login"].split(" ")
            scheme, realm = find_scheme(kind, profile.addresses(address, has_login=True))
            login = Login(scheme, user, secret, realm)
        with Target(profile, address, login, attempts=1) as there:
            assert [s.outcome for s in push_graphs(graphs(), there, journal)] == ["sent"] * 3
            [verdict] = verify_graphs(graphs()[2:], there)
            assert verdict.is_equal
            for name in graphs_to_remove(there, []):
                there.drop(name)
    assert conversation.faults == []
    assert conversation.said == len(conversation.exchanges)


def test_every_kind_is_proved_or_has_a_conversation() -> None:
    """No profile is without a test of what it says."""
    assert set(STORES) == (PROVED_LIVE | {"jena"})
    assert PROVED_LIVE | {path.stem for path in CONVERSATIONS} == set(PROFILES)
    assert len(CONVERSATIONS) == 6
