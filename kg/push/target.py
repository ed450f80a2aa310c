"""A triple store on the network: its graphs counted, read, replaced and dropped.

Queries and updates go by SPARQLWrapper, uploads and downloads of graphs by httpx. All of them are tried again while they
fail in a way that may pass; each can be repeated without harm.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO, TypeVar
from urllib.parse import quote

import httpx
from pyoxigraph import RdfFormat

from kg.endpoint import (
    ATTEMPTS,
    Login,
    Row,
    agent,
    check_address,
    fetch,
    patiently,
    refusal,
    send_update,
    solutions,
    unreachable,
)
from kg.errors import EndpointError, UsageError
from kg.push.graphs import SPOOL_BYTES, Graph
from kg.push.profiles import Paths, Profile

CONNECT_SECONDS = 10.0
T = TypeVar("T")
PAGE = 5_000
"""Names of graphs asked for at once; Virtuoso gives no more than 10,000 rows."""


class Target:
    """A triple store that one profile describes; close it, or use it in a `with` block.

    `login` is who asks, `paths` overrides the profile's addresses. `sleep` is passed in for tests.
    """

    def __init__(
        self,
        profile: Profile,
        address: str,
        login: Login | None = None,
        *,
        paths: Paths | None = None,
        timeout: float = 300.0,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """:raises UsageError: when the address is no http(s) address, or names a user."""
        check_address(address)
        self.profile, self.login = profile, login
        self.base = profile.base(address)
        self.paths = paths or profile.addresses(address, has_login=login is not None)
        self._timeout, self._attempts, self._sleep = timeout, attempts, sleep
        self._has_answered = False
        self._client = httpx.Client(
            auth=_auth(login),
            timeout=httpx.Timeout(timeout, connect=CONNECT_SECONDS),
            headers={"User-Agent": agent().replace("SPARQLWrapper", "httpx")},
        )

    def __enter__(self) -> Target:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def select(self, query: str) -> list[Row]:
        """The solutions of a SELECT query."""

        def once() -> list[Row]:
            return solutions(self.paths.query, fetch(self.paths.query, query, timeout=self._timeout, login=self.login))

        return self._patiently(once)

    def counts(self, graphs: Sequence[str]) -> dict[str, int]:
        """How many triples each of these graphs holds there; 0 for those that are not there."""
        values = " ".join(f"<{g}>" for g in graphs)
        pattern = f"VALUES ?g {{ {values} }} GRAPH ?g {{ ?s ?p ?o }}"
        rows = self.select(f"SELECT ?g (COUNT(*) AS ?n) WHERE {{ {pattern} }} GROUP BY ?g")
        try:
            found = {row["g"]: int(row["n"]) for row in rows if "g" in row}
        except (KeyError, ValueError) as error:
            raise EndpointError(f"{self.paths.query} answered no counts: {error}") from error
        return {g: found.get(g, 0) for g in graphs}

    def graph_names(self, beginning: str) -> Iterator[str]:
        """The names of the graphs there that begin so, sorted."""
        last = ""
        while True:
            after = f' && STR(?g) > "{last}"' if last else ""
            inner = f'GRAPH ?g {{ {self.profile.any_triple} }} FILTER(STRSTARTS(STR(?g), "{beginning}"){after})'
            rows = self.select(f"SELECT DISTINCT ?g WHERE {{ {inner} }} ORDER BY STR(?g) LIMIT {PAGE}")
            names = [name for row in rows if (name := row.get("g", "")).startswith(beginning) and name > last]
            yield from names
            # A store may give fewer than asked for, so that only an empty page is the last.
            if not names:
                return
            last = names[-1]

    @contextmanager
    def reading(self, name: str) -> Iterator[tuple[IO[bytes], RdfFormat]]:
        """A graph's bytes as they are there, with their format; empty when it is not there."""
        with SpooledTemporaryFile(max_size=SPOOL_BYTES) as file:

            def once() -> RdfFormat:
                file.seek(0)
                file.truncate()
                if self.paths.graphs is not None:
                    return self._download(self.paths.graphs, name, file)
                query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
                file.write(fetch(self.paths.query, query, results="n3", timeout=self._timeout, login=self.login))
                return RdfFormat.TURTLE

            found = self._patiently(once)
            file.seek(0)
            yield file, found

    def replace(self, graph: Graph) -> None:
        """Puts the graph in place of the one of its name."""
        if self.paths.graphs is None:
            self._replace_by_updates(graph)
            return
        method = "PUT"
        for piece in graph.pieces(self.profile.request_bytes):
            self._upload(method, self.paths.graphs, piece, "application/n-triples", graph.name)
            method = "POST"

    def add_all(self, graphs: Sequence[Graph]) -> None:
        """Adds graphs that are not there in one request. :raises UsageError: when the store has no way to."""
        if self.paths.dataset is None:
            raise UsageError(f"{self.profile.name} takes no files of several graphs")
        body = b"".join(graph.quad_lines() for graph in graphs)
        self._upload("POST", self.paths.dataset, body, self.profile.quads_type)

    def replace_all(self, graphs: Sequence[Graph]) -> None:
        """Puts graphs in place of those of their names by one update."""
        before = "".join(f"CLEAR SILENT GRAPH <{g.name}> ;\n" for g in graphs)
        after = "\n".join(f"GRAPH <{g.name}> {{\n{b''.join(g).decode()}}}" for g in graphs)
        self._update(f"{before}INSERT DATA {{ {after} }}")

    def drop(self, name: str) -> None:
        """Removes a graph."""
        if self.paths.graphs is None:
            self._update(f"DROP SILENT GRAPH <{name}>")
            return
        self._upload("DELETE", self.paths.graphs, None, None, name)

    def _replace_by_updates(self, graph: Graph) -> None:
        before = f"CLEAR SILENT GRAPH <{graph.name}> ;\n"
        for piece in graph.pieces(self.profile.update_bytes):
            triples = piece.decode()
            self._update(f"{before}INSERT DATA {{ GRAPH <{graph.name}> {{\n{triples}}} }}")
            before = ""

    def _update(self, text: str) -> None:
        address = self.paths.update
        if address is None:
            raise UsageError(f"{self.base} has no address for updates; name it by --update-address")
        as_form = self.profile.form_updates
        self._patiently(lambda: send_update(address, text, as_form=as_form, timeout=self._timeout, login=self.login))

    def _upload(
        self, method: str, address: str, body: bytes | None, media_type: str | None, graph: str | None = None
    ) -> None:
        headers = {"Content-Type": media_type} if media_type else {}
        accepted = {404} if method == "DELETE" else set()

        def once() -> None:
            try:
                answer = self._client.request(
                    method, self._graph_address(address, graph), content=body, headers=headers
                )
            except httpx.HTTPError as error:
                raise _unreachable(address, error) from error
            if not answer.is_success and answer.status_code not in accepted:
                raise self._refusal(address, answer)

        self._patiently(once)

    def _download(self, address: str, name: str, file: IO[bytes]) -> RdfFormat:
        headers = {"Accept": "application/n-triples, text/turtle;q=0.5"}
        try:
            with self._client.stream("GET", self._graph_address(address, name), headers=headers) as answer:
                if answer.status_code == 404:
                    return RdfFormat.N_TRIPLES
                if not answer.is_success:
                    answer.read()
                    raise self._refusal(address, answer)
                for chunk in answer.iter_bytes():
                    file.write(chunk)
        except httpx.HTTPError as error:
            raise _unreachable(address, error) from error
        media_type = answer.headers.get("Content-Type", "").partition(";")[0].strip()
        return RdfFormat.from_media_type(media_type) or RdfFormat.N_TRIPLES

    def _refusal(self, address: str, answer: httpx.Response) -> EndpointError:
        """The error for a status, with what the server says of it, but not what it repeats of the login."""
        if 300 <= answer.status_code < 400:
            return EndpointError(f"{address} has moved to {answer.headers.get('Location')}; give that address")
        error = refusal(address, answer.status_code, answer.reason_phrase, answer.headers.get("Retry-After"))
        text = self.login.hidden(answer.text) if self.login is not None else answer.text
        said = " ".join(re.sub(r"<[a-zA-Z/!][^>]*>", " ", text).split())[:200]
        told = f"{error} ({said})" if said else str(error)
        return EndpointError(told, is_passing=error.is_passing, retry_after=error.retry_after, status=error.status)

    def _graph_address(self, address: str, graph: str | None) -> str:
        """The address of a graph; its name quoted whole, so that a percent sign in it stays one."""
        if graph is None:
            return address
        joint = "&" if "?" in address else "?"
        return f"{address}{joint}{self.profile.graph_parameter}={quote(graph, safe='')}"

    def _patiently(self, once: Callable[[], T]) -> T:
        """Patient also with a store that is being restarted, once it has answered."""

        def knowing() -> T:
            try:
                given = once()
            except EndpointError as error:
                if self._has_answered and error.status is None:
                    error.is_passing = True
                self._has_answered = self._has_answered or error.status is not None
                raise
            self._has_answered = True
            return given

        return patiently(knowing, self.base, attempts=self._attempts, sleep=self._sleep)


def _auth(login: Login | None) -> httpx.Auth | None:
    if login is None:
        return None
    if login.scheme == "bearer":
        return _Bearer(login.secret)
    kind = httpx.DigestAuth if login.scheme == "digest" else httpx.BasicAuth
    return kind(login.user, login.secret)


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def _unreachable(address: str, error: httpx.HTTPError) -> EndpointError:
    cause = error.__cause__.__cause__ if error.__cause__ is not None else None
    return unreachable(address, cause if isinstance(cause, OSError) else error)
