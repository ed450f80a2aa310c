"""SPARQLWrapper's client, whose login goes nowhere but to the address that it is for."""

from __future__ import annotations

from typing import Any
from urllib.request import Request

from SPARQLWrapper import SPARQLWrapper


class SparqlClient(SPARQLWrapper):
    """A SPARQLWrapper that leaves its Authorization behind when it is redirected.

    urllib sends the headers of a request on to wherever an answer points, but for those that are set apart.
    """

    def _createRequest(self) -> Request:
        request: Any = super()._createRequest()
        login = request.headers.pop("Authorization", None)
        if login is not None:
            request.add_unredirected_header("Authorization", login)
        return request  # type: ignore[no-any-return]
