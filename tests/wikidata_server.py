"""A query service for tests: oxigraph with a small data set on the loopback, and a proxy before it that fails as told."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, Self
from urllib.parse import parse_qs, urlsplit

import pytest

SAMPLE = Path(__file__).parent / "wikidata" / "sample.ttl"
"""Real and invented items in Wikidata's RDF model; its head says which are which."""

START_SECONDS = 20.0
"""How long oxigraph may take until it listens."""


@contextmanager
def running_oxigraph(data: Path) -> Iterator[str]:
    """The query address of an oxigraph server that holds a Turtle file; the server ends with the block.

    The test is skipped where the `oxigraph` executable is absent (`pip install oxigraph`).

    :raises RuntimeError: when the file cannot be loaded or the server does not start.
    """
    executable = _find_oxigraph()
    if executable is None:
        pytest.skip("no oxigraph executable; install it with: pip install oxigraph")
    with TemporaryDirectory(prefix="oxigraph-") as folder:
        location = Path(folder, "store")
        load = [executable, "load", "--location", str(location), "--file", str(data)]
        loaded = subprocess.run(load, capture_output=True, text=True)
        if loaded.returncode:
            raise RuntimeError(f"{data}: oxigraph cannot load it: {loaded.stderr.strip()}")
        with _serving(executable, location, Path(folder, "log")) as port:
            yield f"http://127.0.0.1:{port}/query"


def _find_oxigraph() -> str | None:
    """The executable beside the running Python, or else the one on the path."""
    places = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
    return shutil.which("oxigraph", path=os.pathsep.join(places))


@contextmanager
def _serving(executable: str, location: Path, log: Path) -> Iterator[int]:
    """The port of a started server. Another process can take a free port first, hence the tries."""
    for _ in range(5):
        port = _free_port()
        serve = [executable, "serve", "--location", str(location), "--bind", f"127.0.0.1:{port}"]
        with log.open("wb") as file:
            server = subprocess.Popen(serve, stdin=subprocess.DEVNULL, stdout=file, stderr=file)
        try:
            if _listens(server, log):
                yield port
                return
        finally:
            _stop(server)
        if "in use" not in log.read_text():
            break
    raise RuntimeError(f"oxigraph did not start: {log.read_text().strip()}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _listens(server: subprocess.Popen[bytes], log: Path) -> bool:
    """Whether this server comes to listen. Its own log says so: on the port itself a stranger might answer."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        if "Listening" in log.read_text():
            return True
        time.sleep(0.01)
    return False


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(timeout=5)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@dataclass(frozen=True)
class Request:
    """A request that came to the endpoint; the time is in seconds of `time.monotonic`."""

    method: str
    user_agent: str
    accept: str
    query: str
    time: float


@dataclass(frozen=True)
class Answer:
    """What the endpoint sends. `sent` bytes of the body go out, all of them when it is None."""

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    sent: int | None = None


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with one request.

    `distort` gets a function that asks the true server, and gives what is sent in place of its answer,
    or None to reset the connection. `delay` is in seconds and comes first.

    >>> Fault.busy(retry_after=3).name
    'busy'
    """

    name: str
    distort: Callable[[Callable[[], Answer]], Answer | None]
    delay: float = 0.0

    @classmethod
    def busy(cls, retry_after: int) -> Self:
        """Status 429 with a Retry-After of so many seconds."""
        answer = Answer(429, "text/plain", b"Too many requests", (("Retry-After", str(retry_after)),))
        return cls("busy", lambda ask: answer)

    @classmethod
    def error(cls, status: Literal[500, 502, 503, 504]) -> Self:
        """A server's error."""
        return cls("error", lambda ask: Answer(status, "text/plain", b"The server failed"))

    @classmethod
    def slow(cls, seconds: float) -> Self:
        """The true answer, after so many seconds."""
        return cls("slow", lambda ask: ask(), seconds)

    @classmethod
    def half(cls) -> Self:
        """The headers of the true answer, but half of its body: the connection ends too early."""

        def distort(ask: Callable[[], Answer]) -> Answer:
            answer = ask()
            return replace(answer, sent=len(answer.body) // 2)

        return cls("half", distort)

    @classmethod
    def cut_json(cls) -> Self:
        """A complete answer whose body is the first half of the true one, as after a timeout at the service."""

        def distort(ask: Callable[[], Answer]) -> Answer:
            answer = ask()
            return replace(answer, body=answer.body[: len(answer.body) // 2])

        return cls("cut_json", distort)

    @classmethod
    def html(cls) -> Self:
        """Status 200 with a web page."""
        page = b"<!DOCTYPE html><html><title>Maintenance</title><p>Back soon.</html>"
        return cls("html", lambda ask: Answer(200, "text/html; charset=utf-8", page))

    @classmethod
    def reset(cls) -> Self:
        """The connection is reset before any answer."""
        return cls("reset", lambda ask: None)


class FaultyEndpoint:
    """A SPARQL endpoint at `/sparql` that passes queries on to a true one, and fails when told to.

    A context manager; threads may share it. Each fault is used up by one request, in order; further
    requests get the true answer.

    >>> with FaultyEndpoint("http://127.0.0.1:7878/query") as endpoint:
    ...     endpoint.fail_next(Fault.busy(retry_after=1), Fault.error(503))
    ...     endpoint.requests
    []
    """

    def __init__(self, target: str) -> None:
        self.target = target
        self._lock = threading.Lock()
        self._faults: deque[Fault] = deque()
        self._requests: list[Request] = []
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.endpoint = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="faulty-endpoint")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        """The address to query."""
        return f"http://127.0.0.1:{self._server.server_port}/sparql"

    @property
    def requests(self) -> list[Request]:
        """The requests so far, in order of arrival; faulty ones are among them."""
        with self._lock:
            return list(self._requests)

    @property
    def faults_left(self) -> int:
        """How many faults no request has met yet."""
        with self._lock:
            return len(self._faults)

    def fail_next(self, *faults: Fault) -> None:
        """Let the next requests meet these faults, one each, after those already waiting."""
        with self._lock:
            self._faults.extend(faults)

    def clear(self) -> None:
        """Forget the requests and the waiting faults, so that tests can share an endpoint."""
        with self._lock:
            self._requests.clear()
            self._faults.clear()

    def answer(self, request: Request, ask: Callable[[], Answer]) -> Answer | None:
        """Record a request and give what to send, None for a reset."""
        with self._lock:
            self._requests.append(request)
            fault = self._faults.popleft() if self._faults else None
        if fault is None:
            return ask()
        if self._closing.wait(fault.delay):
            return None
        return fault.distort(ask)


class _Server(ThreadingHTTPServer):
    """Waits for its threads when it closes, so that no socket outlives a test."""

    daemon_threads = False
    request_queue_size = 64
    """With the default of five, clients that come at once are refused and wait a second."""
    endpoint: FaultyEndpoint

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away: to give up on a slow answer is what tests want."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    """One request, after the SPARQL 1.1 Protocol: a query in the address, in a form or as the body."""

    protocol_version = "HTTP/1.1"
    server: _Server
    timeout = 10
    """Seconds that a silent client may hold a thread."""

    def do_GET(self) -> None:
        self._serve(parse_qs(urlsplit(self.path).query).get("query", [""])[0], None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        text = body.decode()
        if not self.headers.get("Content-Type", "").startswith("application/sparql-query"):
            text = parse_qs(text).get("query", [""])[0]
        self._serve(text, body)

    def _serve(self, query: str, body: bytes | None) -> None:
        if urlsplit(self.path).path != "/sparql":
            self._send(Answer(404, "text/plain", b"Queries go to /sparql"))
            return
        headers = self.headers
        request = Request(
            self.command, headers.get("User-Agent", ""), headers.get("Accept", ""), query, time.monotonic()
        )
        answer = self.server.endpoint.answer(request, lambda: self._ask(body))
        if answer is None:
            self._reset()
        else:
            self._send(answer)

    def _ask(self, body: bytes | None) -> Answer:
        """The answer of the true server, 502 when it does not answer."""
        target = urlsplit(self.server.endpoint.target)
        options = urlsplit(self.path).query
        path = f"{target.path}?{options}" if options else target.path
        headers = {name: self.headers[name] for name in ("Accept", "Content-Type") if name in self.headers}
        with closing(HTTPConnection(target.hostname or "", target.port, timeout=30)) as connection:
            try:
                connection.request(self.command, path, body, headers)
                with connection.getresponse() as response:
                    return Answer(response.status, response.headers.get("Content-Type", "text/plain"), response.read())
            except (OSError, HTTPException) as error:
                return Answer(502, "text/plain", f"no answer behind the proxy: {error}".encode())

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Connection", "close")
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body[: answer.sent])

    def _reset(self) -> None:
        """Close with a reset: a socket that lingers for no time sends RST, where a plain close would say goodbye."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.rfile.close()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""
