"""`kg serve` for tests: the command in a process of its own, on a free port, and what a client needs to ask it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg.graph.store import Store

FIXTURE = Path(__file__).parent / "graphs" / "two-articles.trig"
START_SECONDS = 30.0
PATIENCE = 20.0
"""Seconds after which what should come about is taken not to: no test asserts how fast it comes."""

RUNAWAY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } ORDER BY ?a ?d ?g ?j LIMIT 1"
"""A query that would take for ever, and that Oxigraph's own time limit does not stop."""


def make_store(path: Path) -> Path:
    """A store of the two articles that the canned queries are tested on, with the ontology."""
    with Store.open(path) as store:
        store.ensure_ontology()
        store.inner.extend(ox.parse(path=str(FIXTURE), format=ox.RdfFormat.TRIG))
    return path


@dataclass(frozen=True)
class Reply:
    """A response, whole; names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def kind(self) -> str:
        """The media type without parameters."""
        return self.headers.get("content-type", "").partition(";")[0]

    def json(self) -> Any:
        return json.loads(self.body)


class Server:
    """A server that runs."""

    def __init__(self, process: subprocess.Popen[str], port: int, errors: Path) -> None:
        self.process, self.port, self._errors = process, port, errors

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def errors(self) -> str:
        """What it wrote on standard error: its access log, among others."""
        return self._errors.read_text(encoding="utf-8")

    def ask(self, method: str, path: str, body: Any = None, encode_chunked: bool = False, **headers: str) -> Reply:
        """One request; hyphens in names of headers are written as underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if encode_chunked:
            named["Transfer-Encoding"] = "chunked"
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, named, encode_chunked=encode_chunked)
            response: HTTPResponse = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, found, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.ask("GET", path, **headers)

    def query(self, text: str, accept: str = "application/sparql-results+json", **headers: str) -> Reply:
        return self.get(f"/sparql?query={quote(text)}", Accept=accept, **headers)

    def bindings(self, text: str) -> list[dict[str, Any]]:
        reply = self.query(text)
        assert reply.status == 200, reply
        found: list[dict[str, Any]] = reply.json()["results"]["bindings"]
        return found

    def post(self, body: str | bytes, content_type: str, path: str = "/sparql", **headers: str) -> Reply:
        return self.ask("POST", path, body, Content_Type=content_type, **headers)

    def engines(self) -> list[int]:
        """The process ids of its engines."""
        return engines_of(self.process.pid)

    def stop(self) -> int:
        """Tell it to stop; its exit code."""
        self.process.terminate()
        return self.process.wait(timeout=30)


def engines_of(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                status = (entry / "status").read_text()
            except OSError:
                continue
            if f"PPid:\t{pid}\n" in status and "State:\tZ" not in status:
                found.append(int(entry.name))
    return found


def eventually(claim: Callable[[], object]) -> bool:
    """Whether the claim comes true in good time."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.05)
    return False


@contextmanager
def serving(store: Path, errors: Path, *options: str, **environment: str) -> Iterator[Server]:
    """A server of that store; it is ended with the block if it still runs. `errors` takes its standard error."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", *options]
    with errors.open("w") as file:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=file, text=True, env={**os.environ, **environment}
        )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://[^/]*:(\d+)/", line)
        assert found, f"the server does not start: {line} {errors.read_text()}"
        yield Server(process, int(found.group(1)), errors)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout is not None:
            process.stdout.close()
