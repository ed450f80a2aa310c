"""Queries at a SPARQL endpoint on the network; results as those of our own store."""

from __future__ import annotations

import pyoxigraph as ox
from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.endpoint import TIMEOUT, fetch
from kg.errors import EndpointError

RemoteResults = ox.QuerySolutions | ox.QueryBoolean | list[ox.Quad]


def query_endpoint(endpoint: str, text: str, timeout: float = TIMEOUT) -> RemoteResults:
    """The solutions, truth value or graph that an endpoint answers; the text must declare its prefixes.

    :raises UsageError: when the endpoint is no http(s) address.
    :raises EndpointError: when it cannot be reached, refuses the query or answers something else.
    """
    is_graph = _gives_graph(text)
    answer = fetch(endpoint, text, results="n3" if is_graph else "json", timeout=timeout)
    try:
        if is_graph:
            return list(ox.parse(answer, format=RdfFormat.TURTLE))
        return ox.parse_query_results(answer, format=QueryResultsFormat.JSON)
    except (SyntaxError, ValueError) as error:
        told = " ".join(str(error).split())[:200]
        raise EndpointError(f"{endpoint} answered something else than SPARQL results: {told}") from error


def _gives_graph(text: str) -> bool:
    """Whether it is a CONSTRUCT or DESCRIBE query."""
    from SPARQLWrapper import SPARQLWrapper

    client = SPARQLWrapper("http://localhost")
    client.setQuery(text)
    return client.queryType in ("CONSTRUCT", "DESCRIBE")
