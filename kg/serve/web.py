"""The addresses of the server and what stands at each."""

from __future__ import annotations

import asyncio
import hmac
import json
import re
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime
from typing import Any, TypeVar

import pyoxigraph as ox
from pyoxigraph import NamedNode
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from kg.errors import InputError, RequestRefused
from kg.graph.account import describe
from kg.graph.subjects import Kind, Subject
from kg.graph.vocabulary import BASE, DIP, EVENTS_GRAPH, ONTOLOGY_GRAPH, OWL, RDFS
from kg.serve import pages
from kg.serve.answers import Answer, answer_of
from kg.serve.description import describe_service
from kg.serve.documents import KINDS, SUFFIXES, describe_thing, iri_of_path, write_document
from kg.serve.editions import Editions
from kg.serve.evaluation import Evaluation
from kg.serve.media_types import GRAPH_TYPES, GRAPHS, RESULTS, choose, not_acceptable
from kg.serve.operations import Operation, read_operation
from kg.serve.responses import respond
from kg.serve.settings import Settings
from kg.serve.turns import Turns
from kg.version import __version__

HTML = "text/html"
NEWEST = 10
_BODY_SECONDS = 30.0
_PAGES_AT_ONCE = 2
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Authorization, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_ENCODED = re.compile("%([0-9A-Fa-f]{2})")
_UNRESERVED = re.compile("[A-Za-z0-9._~-]")
T = TypeVar("T")


class Web:
    """Answers requests: `answer` finds what stands at the address."""

    def __init__(self, settings: Settings, editions: Editions, evaluation: Evaluation) -> None:
        self._settings, self._editions, self._evaluation = settings, editions, evaluation
        self._reading = Turns(_PAGES_AT_ONCE, settings.max_waiting, settings.time_limit)
        self._places: dict[str, tuple[Callable[[Request], Awaitable[Response]], str]] = {
            "": (self._front, "GET, HEAD"),
            "sparql": (self._sparql, "GET, HEAD, POST"),
            "store": (self._store, "GET, HEAD"),
            "health": (self._health, "GET, HEAD"),
            "doc": (self._document, "GET, HEAD"),
            **dict.fromkeys(KINDS, (self._thing, "GET, HEAD")),
        }

    async def answer(self, request: Request) -> Response:
        """The response to a request. :raises RequestRefused: when it gets none."""
        path = _raw_path(request)
        first, slash, _ = path[1:].partition("/")
        place, methods = self._places.get(first, (None, ""))
        if place is None or (slash and first in ("", "sparql", "store", "health")):
            raise RequestRefused(404, "there is nothing here; see / for what there is")
        if request.method == "OPTIONS":
            return _preflight(f"{methods}, OPTIONS")
        if request.method not in methods.split(", "):
            raise RequestRefused(405, f"{request.method} is not allowed here; allowed: {methods}", Allow=methods)
        return await place(request)

    async def _front(self, request: Request) -> Response:
        with self._editions.current.in_use() as edition:
            newest = await self._read(request, _newest_events, edition.handle)
            return await self._page(request, pages.front_page(edition.snapshot, newest))

    async def _health(self, request: Request) -> Response:
        snapshot, turns = self._editions.current.snapshot, self._evaluation.turns
        counts = snapshot.counts
        state = {
            "status": "ok",
            "version": __version__,
            "snapshot": snapshot.taken.isoformat(timespec="milliseconds"),
            "age": round((datetime.now(UTC) - snapshot.taken).total_seconds(), 1),
            "articles": counts.articles,
            "entities": counts.entities,
            "events": counts.events,
            "quads": counts.quads,
            "running": turns.running,
            "waiting": turns.waiting,
        }
        return Response(json.dumps(state) + "\n", headers={"Cache-Control": "no-store"}, media_type="application/json")

    async def _sparql(self, request: Request) -> Response:
        body = b"" if request.method in ("GET", "HEAD") else await self._body(request)
        address = request.scope["query_string"].decode("latin-1")
        operation = read_operation(request.method, address, request.headers.get("content-type", ""), body)
        if operation is None:
            return await self._describe(request)
        if operation.kind == "update":
            return await self._update(request, operation)
        accept = request.headers.get("accept")
        # Whoever would rather have a page than any data gets one: a browser.
        if accept and choose(accept, (*RESULTS, *GRAPHS, HTML)) == HTML:
            return await self._results_page(request, operation)
        return await respond(request, await self._query(request, operation, accept))

    async def _query(self, request: Request, operation: Operation, accept: str | None) -> Answer:
        return await _while_connected(request, self._evaluation.query(operation, _client(request), accept))

    async def _results_page(self, request: Request, operation: Operation) -> Response:
        try:
            answer = await self._query(request, operation, "application/sparql-results+json, text/turtle")
        except RequestRefused as error:
            told = f"<h2>{error.status}</h2><pre>{pages.as_html(str(error))}</pre>"
            return await self._page(request, pages.query_page(operation.text, told), error.status, **error.headers)
        content = await asyncio.to_thread(answer.body.whole)
        is_graph = answer.media_type == "text/turtle"
        shown = pages.turtle_box(content) if is_graph else await asyncio.to_thread(pages.results_table, content)
        return await self._page(request, pages.query_page(operation.text, shown))

    async def _describe(self, request: Request) -> Response:
        offered = (*GRAPH_TYPES.values(), HTML)
        media_type = choose(request.headers.get("accept"), offered)
        if media_type is None:
            raise not_acceptable(offered)
        if media_type == HTML:
            return await self._page(request, pages.query_page())
        endpoint = _address(request, self._settings)
        quads = describe_service(endpoint, self._settings, self._editions.current.snapshot)
        return await respond(request, write_document(quads, media_type))

    async def _update(self, request: Request, operation: Operation) -> Response:
        if self._settings.token is None:
            raise RequestRefused(403, "this server is read-only; updates need kg serve --allow-update")
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self._settings.token.encode()):
            told = "an update needs the header Authorization: Bearer TOKEN with the server's token"
            raise RequestRefused(401, told, WWW_Authenticate='Bearer realm="kg"')
        await asyncio.shield(asyncio.ensure_future(self._evaluation.update(operation)))
        return Response(status_code=204)

    async def _store(self, request: Request) -> Response:
        graph = _graph_of(request)
        with self._editions.current.in_use() as edition:
            if graph is not None and not edition.handle.contains_named_graph(graph):
                raise RequestRefused(404, f"there is no graph <{graph.value}>")
        where = "?s ?p ?o" if graph is None else f"GRAPH {graph} {{ ?s ?p ?o }}"
        operation = Operation("query", f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {where} }}")
        wanted = choose(request.headers.get("accept"), tuple(GRAPHS))
        if wanted is None:
            raise not_acceptable(tuple(GRAPHS))
        return await respond(request, await self._query(request, operation, wanted))

    async def _thing(self, request: Request) -> Response:
        """Sends on from a thing to the document about it."""
        asked = _iri(_raw_path(request)[1:])
        with self._editions.current.in_use() as edition:
            iri = await self._read(request, _thing_of, edition.handle, asked)
        if iri is None:
            raise RequestRefused(404, f"the store says nothing of <{asked.value}>")
        path = f"/{iri.value.removeprefix(BASE)}"
        types = {media_type: suffix for suffix, (media_type, _) in SUFFIXES.items()} | {HTML: "html"}
        media_type = choose(request.headers.get("accept"), tuple(types))
        if media_type is None:
            raise not_acceptable(tuple(types))
        headers = {
            "Location": f"/doc{path}.{types[media_type]}",
            "Vary": "Accept",
            "Link": _links(path, iri),
            "Cache-Control": "no-cache",
        }
        return Response(f"See /doc{path}.{types[media_type]}\n", 303, headers, media_type="text/plain")

    async def _document(self, request: Request) -> Response:
        path, dot, suffix = _raw_path(request).removeprefix("/doc").rpartition(".")
        if not dot or suffix not in (*SUFFIXES, "html"):
            raise RequestRefused(404, f"a document's address ends in {', '.join('.' + s for s in (*SUFFIXES, 'html'))}")
        iri = _iri(path[1:])
        with self._editions.current.in_use() as edition:
            if suffix == "html":
                content = await self._read(request, _page_of, edition.handle, iri, path)
                return await self._page(request, content, Link=_links(path, iri))
            answer = await self._read(request, _document_of, edition.handle, iri, suffix)
            return await respond(request, answer, Link=_links(path, iri))

    async def _read(self, request: Request, read: Callable[..., T], *values: object) -> T:
        """What a function reads from the snapshot, in a thread and in turn."""
        async with self._reading.take(_client(request)):
            return await asyncio.to_thread(read, *values)

    async def _page(self, request: Request, content: bytes, status: int = 200, **headers: str) -> Response:
        answer = answer_of(content, HTML, status=status)
        headers["Content_Security_Policy"] = pages.CONTENT_POLICY
        return await respond(request, answer, X_Content_Type_Options="nosniff", **headers)

    async def _body(self, request: Request) -> bytes:
        """The body of a request, no more of it than is allowed."""
        most = self._settings.max_request_bytes
        refusal = RequestRefused(413, f"the request has more than {most} bytes; send a shorter one")
        declared = request.headers.get("content-length", "")
        if declared.isdecimal() and int(declared) > most:
            raise refusal
        body = bytearray()
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > most:
                        raise refusal
        except TimeoutError as error:
            raise RequestRefused(408, "the request's body came too slowly", Connection="close") from error
        return bytes(body)


def _raw_path(request: Request) -> str:
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    return _plainly_encoded(raw.decode("latin-1"))


def _plainly_encoded(path: str) -> str:
    """The path with those characters as they are that need no encoding.

    >>> _plainly_encoded("/%73parql"), _plainly_encoded("/article/a%2Fb%2etxt")
    ('/sparql', '/article/a%2Fb.txt')

    Source: RFC 3986, section 6.2.2.2.
    """
    return _ENCODED.sub(lambda m: c if _UNRESERVED.fullmatch(c := chr(int(m[1], 16))) else m[0], path)


def _preflight(methods: str) -> Response:
    return Response(status_code=204, headers={**_PREFLIGHT, "Access-Control-Allow-Methods": methods, "Allow": methods})


def _client(request: Request) -> str:
    return request.client.host if request.client else ""


def _address(request: Request, settings: Settings) -> str:
    """The address of the endpoint as the client knows it, or as we do."""
    address = f"{request.url.scheme}://{request.headers.get('host', '')}/sparql"
    try:
        return str(NamedNode(address).value) if request.headers.get("host") else _own_address(settings)
    except ValueError:
        return _own_address(settings)


def _own_address(settings: Settings) -> str:
    return f"http://{settings.host}:{settings.port}/sparql"


def _graph_of(request: Request) -> NamedNode | None:
    """The graph that a Graph Store request names; None for the default graph, which is the union of all."""
    given = list(request.query_params.multi_items())
    if given == [("default", "")]:
        return None
    if len(given) != 1 or given[0][0] != "graph":
        raise RequestRefused(400, "name one graph: /store?graph=IRI, or /store?default")
    if given[0][1] == "default":
        return None
    try:
        return NamedNode(given[0][1])
    except ValueError as error:
        raise RequestRefused(400, f"graph is no absolute IRI: {error}") from error


def _iri(path: str) -> NamedNode:
    iri = iri_of_path(path)
    if iri is None:
        raise RequestRefused(404, "no thing has this address; see / for what there is")
    return iri


def _links(path: str, iri: NamedNode) -> str:
    types = {**{suffix: media_type for suffix, (media_type, _) in SUFFIXES.items()}, "html": HTML}
    alternates = (f'</doc{path}.{suffix}>; rel="alternate"; type="{kind}"' for suffix, kind in types.items())
    return ", ".join((f'<{iri.value}>; rel="canonical"', *alternates))


def _thing_of(store: ox.Store, iri: NamedNode) -> NamedNode | None:
    """The thing that an IRI is of: itself, or the ontology whose version it is; None when the store knows neither."""
    if _is_there(store, iri):
        return iri
    whose = (quad.subject for quad in store.quads_for_pattern(None, OWL("versionIRI"), iri, ONTOLOGY_GRAPH))
    return next((subject for subject in whose if isinstance(subject, NamedNode)), None)


def _is_there(store: ox.Store, iri: NamedNode) -> bool:
    path = str(iri.value).removeprefix(BASE)
    if path.startswith("graph/"):
        return bool(store.contains_named_graph(iri))
    return path == "plover" or any(True for _ in store.quads_for_pattern(iri, None, None, None))


def _document_of(store: ox.Store, iri: NamedNode, suffix: str) -> Answer:
    return write_document(describe_thing(store, iri), SUFFIXES[suffix][0])


def _page_of(store: ox.Store, iri: NamedNode, path: str) -> bytes:
    """The page of a thing: a readable account where there is one, else its statements."""
    kind, _, rest = path[1:].partition("/")
    kinds: dict[str, Kind] = {"entity": "entity", "event": "event", "article": "article"}
    if kind in kinds and (kind != "article" or "/" not in rest):
        try:
            return pages.account_page(describe(store, Subject(kinds[kind], iri)), path)
        except InputError as error:
            raise RequestRefused(404, f"the store says nothing of <{iri.value}>") from error
    return pages.thing_page(str(iri.value), describe_thing(store, iri), path)


def _newest_events(store: ox.Store) -> list[tuple[str, str]]:
    query = f"""SELECT ?event ?label WHERE {{ GRAPH {EVENTS_GRAPH} {{
        ?event a {DIP("Event")} ; {RDFS("label")} ?label ; {DIP("firstDay")} ?day }} }} ORDER BY DESC(?day) ?event LIMIT {NEWEST}"""
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return [(str(row["event"].value), str(row["label"].value)) for row in found]


async def _while_connected(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of the work, which is given up when the client goes away."""
    working = asyncio.create_task(work)
    leaving = asyncio.create_task(_disconnected(request))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientDisconnect
        return working.result()
    finally:
        leaving.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait({working})


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
