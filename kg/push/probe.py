"""What kind of store an address is, and how it wants to be logged in to: by what it says of itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

import httpx

from kg.endpoint import agent, unreachable
from kg.push.profiles import PROFILES, Paths, Scheme

PROBE_SECONDS = 10.0

_SERVERS: Mapping[str, str] = {
    "oxigraph": "oxigraph",
    "virtuoso": "virtuoso",
    "fuseki": "fuseki",
    "graphdb": "graphdb",
    "stardog": "stardog",
    "qlever": "qlever",
    "kg/": "kg",
}
"""What stands in the Server header → kind."""

_PATHS: tuple[tuple[str, str], ...] = (
    (r"/(blazegraph|bigdata)/", "blazegraph"),
    (r"/rdf4j-server/", "rdf4j"),
    (r"/repositories/", "graphdb"),
)
"""What stands in the address → kind; Jetty and Tomcat do not say whom they serve."""


def find_kind(address: str) -> str:
    """The kind of the store at an address, "generic" when nothing tells.

    :raises EndpointError: when nobody is there.
    """
    with _client() as client:
        answer = _ask(client, address)
        said = answer.headers.get("Server", "").lower()
        for sign, kind in _SERVERS.items():
            if sign in said:
                return kind
        if "fuseki-request-id" in answer.headers:
            return "fuseki"
        for pattern, kind in _PATHS:
            if re.search(pattern, urlsplit(address).path + "/"):
                return kind
        return _kind_by_questions(client, address)


def _kind_by_questions(client: httpx.Client, address: str) -> str:
    """By addresses that only one kind has."""
    parts = urlsplit(address)
    root = f"{parts.scheme}://{parts.netloc}"
    if "git hash" in _text(client, f"{address.rstrip('/')}?cmd=stats"):
        return "qlever"
    if _text(client, f"{root}/$/ping").strip()[:2] == "20":
        return "fuseki"
    return "generic"


def find_scheme(kind: str, paths: Paths) -> tuple[Scheme, str]:
    """How the store says that it wants its users to log in, else how its kind does; and for what realm."""
    schemes: Mapping[str, Scheme] = {"basic": "basic", "digest": "digest", "bearer": "bearer"}
    with _client() as client:
        for address in (paths.graphs, paths.update, paths.query):
            if address is None:
                continue
            asked = _ask(client, address).headers.get("WWW-Authenticate", "")
            for name, scheme in schemes.items():
                if re.search(rf"(^|,\s*){name}\b", asked, re.IGNORECASE):
                    realm = re.search(r'realm="([^"]*)"', asked)
                    return scheme, realm[1] if realm else ""
    return PROFILES[kind].scheme, "SPARQL"


def _client() -> httpx.Client:
    return httpx.Client(timeout=PROBE_SECONDS, headers={"User-Agent": agent()})


def _ask(client: httpx.Client, address: str) -> httpx.Response:
    try:
        return client.get(address, headers={"Accept": "text/turtle, */*;q=0.1"})
    except httpx.HTTPError as error:
        raise unreachable(address, error) from error


def _text(client: httpx.Client, address: str) -> str:
    """The beginning of what is there; empty when there is nothing."""
    try:
        answer = client.get(address)
    except httpx.HTTPError:
        return ""
    return answer.text[:2_000] if answer.is_success else ""
