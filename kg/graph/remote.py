"""Queries at a SPARQL endpoint on the network, by SPARQLWrapper; results as those of our own store."""

from __future__ import annotations

from contextlib import closing
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

import pyoxigraph as ox
from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.errors import InputError, UsageError
from kg.version import __version__

AGENT = f"diplomacy-kg/{__version__} (SPARQLWrapper)"
TIMEOUT = 60
"""Seconds to wait for an answer."""

RemoteResults = ox.QuerySolutions | ox.QueryBoolean | list[ox.Quad]


def query_endpoint(endpoint: str, text: str, timeout: int = TIMEOUT) -> RemoteResults:
    """The solutions, truth value or graph that an endpoint answers; the text must declare its prefixes.

    :raises UsageError: when the endpoint is no http(s) address.
    :raises InputError: when it cannot be reached, refuses the query or answers something else.
    """
    from SPARQLWrapper import JSON, N3, POST, SPARQLWrapper
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    if not endpoint.startswith(("http://", "https://")):
        raise UsageError(f"--endpoint: {endpoint!r} is no http(s) address")
    client: Any = SPARQLWrapper(endpoint, agent=AGENT)
    client.setMethod(POST)
    client.setTimeout(timeout)
    client.setQuery(text)
    is_graph = client.queryType in ("CONSTRUCT", "DESCRIBE")
    client.setReturnFormat(N3 if is_graph else JSON)
    try:
        with closing(client.query().response) as response:
            answer: bytes = response.read()
        return _graph(answer) if is_graph else ox.parse_query_results(answer, format=QueryResultsFormat.JSON)
    except SPARQLWrapperException as error:
        if isinstance(error.__context__, HTTPError):
            error.__context__.close()
        raise InputError(f"{endpoint} refused the query: {_one_line(error)}") from error
    except HTTPError as error:
        error.close()
        raise InputError(f"{endpoint} answered {error.code} {error.reason}; check the address") from error
    except (URLError, HTTPException, OSError) as error:
        raise InputError(
            f"{endpoint} cannot be reached: {_one_line(getattr(error, 'reason', error))}; check the address"
        ) from error
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{endpoint} answered something else than SPARQL results: {_one_line(error)}") from error


def _graph(answer: bytes) -> list[ox.Quad]:
    return list(ox.parse(answer, format=RdfFormat.TURTLE))


def _one_line(error: object) -> str:
    return " ".join(str(error).replace("\\n", " ").split())[:200]
