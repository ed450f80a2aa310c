"""Questions and updates to a SPARQL endpoint on the network, by SPARQLWrapper: politely, patiently, each question but once.

Wikimedia asks for a descriptive User-Agent with a contact and for respect of Retry-After:
https://foundation.wikimedia.org/wiki/Policy:User-Agent_policy
"""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from pathlib import Path
from socket import gaierror
from typing import Any, Literal, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from kg.errors import DataError, EndpointError, UsageError
from kg.version import __version__

HOME = "https://w3id.org/diplomacy-kg"
"""Contact in the User-Agent, unless a user gives an own one."""
TIMEOUT = 60.0
"""Seconds to wait for an answer."""
ATTEMPTS = 6
LONGEST_WAIT = 300.0
"""Seconds that are waited at most; who asks for more is not asked again."""

Row = Mapping[str, str]
"""A solution: variable → the value's text."""
Results = Literal["json", "n3"]

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
"""HTTP statuses that may be gone when one asks again."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Login:
    """Who asks: a user with a password, or a bearer token. The secret stands in no text that it makes of itself.

    >>> Login("basic", "me", "hush")
    Login(scheme='basic', user='me')
    """

    scheme: Literal["basic", "digest", "bearer"]
    user: str
    secret: str = field(repr=False)
    realm: str = field(default="SPARQL", repr=False)
    """What a digest is for, in the words of the store."""

    def hidden(self, text: str) -> str:
        """The text without the secret, as it is or as Basic writes it: a server may repeat what it was sent.

        >>> Login("basic", "me", "hush").hidden("no Basic bWU6aHVzaA== here, hush")
        'no Basic *** here, ***'
        """
        pair = base64.b64encode(f"{self.user}:{self.secret}".encode()).decode()
        for shown in (pair, self.secret):
            text = text.replace(shown, "***") if shown else text
        return text


def agent(contact: str = HOME) -> str:
    """The User-Agent: the software, its version and whom to write to.

    >>> agent("mailto:kg@example.org").partition("/")[0]
    'diplomacy-kg'
    """
    return f"diplomacy-kg/{__version__} ({contact}) SPARQLWrapper"


def fetch(
    endpoint: str,
    query: str,
    *,
    results: Results = "json",
    timeout: float = TIMEOUT,
    contact: str = HOME,
    login: Login | None = None,
) -> bytes:
    """The whole body of an endpoint's answer, asked once.

    :raises UsageError: when the endpoint is no http(s) address.
    :raises EndpointError: when it cannot be reached or refuses the query.
    """
    from SPARQLWrapper import JSON, N3

    client = _client(endpoint, timeout, contact, login)
    client.setQuery(query)
    # SPARQLWrapper tells queries from updates by their words, and a comment may hold any.
    client.queryType = "CONSTRUCT" if results == "n3" else "SELECT"
    client.setReturnFormat(N3 if results == "n3" else JSON)
    return _answer(client, endpoint, "query", login)


def send_update(
    endpoint: str, update: str, *, as_form: bool = False, timeout: float = TIMEOUT, login: Login | None = None
) -> None:
    """Sends a SPARQL update, once; as the body of the request or in a form.

    :raises UsageError: when the endpoint is no http(s) address.
    :raises EndpointError: when it cannot be reached or refuses the update.
    """
    from SPARQLWrapper import POSTDIRECTLY, URLENCODED

    client = _client(endpoint, timeout, HOME, login)
    client.setRequestMethod(URLENCODED if as_form else POSTDIRECTLY)
    client.setOnlyConneg(True)
    client.setQuery(update)
    client.queryType = "INSERT"
    _answer(client, endpoint, "update", login)


def check_address(address: str) -> None:
    """:raises UsageError: when it is no http(s) address, or names a user or password."""
    try:
        parts = urlsplit(address)
        named = parts.username is not None or parts.password is not None
        is_whole = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        (parts.hostname or "").encode("idna")
    except ValueError as error:
        raise UsageError(f"{address!r} is no http(s) address: {_one_line(error)}") from error
    if named:
        raise UsageError(
            "an address with a user or password in it stays in logs and histories; leave them out: kg push takes "
            "them from KG_PUSH_USER and KG_PUSH_PASSWORD, or from ~/.netrc"
        )
    if not is_whole or not address.isprintable() or " " in address:
        raise UsageError(f"{address!r} is no http(s) address")


def _client(endpoint: str, timeout: float, contact: str, login: Login | None) -> Any:
    from SPARQLWrapper import BASIC, DIGEST, POST

    from kg.sparql_client import SparqlClient

    if not contact.isascii() or not contact.isprintable():
        raise UsageError(f"--contact: {contact!r} cannot stand in a header; give a mail or web address")
    check_address(endpoint)
    client: Any = SparqlClient(endpoint, agent=agent(contact))
    client.setMethod(POST)
    client.setTimeout(timeout)
    if login is not None and login.scheme == "bearer":
        client.addCustomHttpHeader("Authorization", f"Bearer {login.secret}")
    elif login is not None:
        client.setHTTPAuth(DIGEST if login.scheme == "digest" else BASIC)
        client.setCredentials(login.user, login.secret, login.realm)
    return client


def _answer(client: Any, endpoint: str, what: str, login: Login | None) -> bytes:
    """The body of what the endpoint answers; what goes wrong as errors of ours."""
    from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException

    try:
        with closing(client.query().response) as response:
            answer: bytes = response.read()
            address = response.geturl()
        if address.rstrip("?") == endpoint.rstrip("?"):
            return answer
        failure = _moved(endpoint, address)
    except SPARQLWrapperException as error:
        failure = _refused_by_words(endpoint, what, error, login)
    except HTTPError as error:
        error.close()
        failure = _refused(endpoint, error)
    except ValueError as error:
        if "digest" not in str(error).lower():
            raise
        # urllib's words for a digest that was refused several times.
        failure = EndpointError(f"{endpoint} does not accept the user and password", status=401)
    except (URLError, HTTPException, OSError) as error:
        failure = unreachable(endpoint, getattr(error, "reason", error))
    # Raised out here, so that the sockets in the frames of the error above are let go at once.
    raise failure


def _refused_by_words(endpoint: str, what: str, error: Exception, login: Login | None) -> EndpointError:
    """The error for an exception of SPARQLWrapper, which quotes the endpoint."""
    cause = error.__context__
    words = _one_line(login.hidden(str(error)) if login is not None else error)
    told = f"{endpoint} refused the {what}: {words}"
    if not isinstance(cause, HTTPError):
        return EndpointError(told)
    cause.close()
    refused = _refused(endpoint, cause)
    if cause.code == 401:
        return refused
    return EndpointError(told, is_passing=refused.is_passing, retry_after=refused.retry_after, status=cause.code)


def unreachable(endpoint: str, cause: object) -> EndpointError:
    """The error for an endpoint that gives no answer; passing, unless nobody is there at all."""
    reason = _one_line(cause) or type(cause).__name__
    is_there = not isinstance(cause, (ConnectionRefusedError, gaierror))
    return EndpointError(f"{endpoint} cannot be reached: {reason}; check the address", is_passing=is_there)


def _moved(endpoint: str, address: object) -> EndpointError:
    return EndpointError(f"{endpoint} has moved to {address}; give that address")


def _refused(endpoint: str, error: HTTPError) -> EndpointError:
    if 300 <= error.code < 400:
        return _moved(endpoint, error.headers.get("Location"))
    return refusal(endpoint, error.code, str(error.reason), error.headers.get("Retry-After") if error.headers else None)


_REMEDIES = {
    401: "give a user and password, or a token",
    403: "log in as somebody who may do that",
    404: "check the address",
}


def refusal(endpoint: str, status: int, reason: str, retry_after: str | None = None) -> EndpointError:
    """The error for an HTTP status."""
    remedy = _REMEDIES.get(status, "try again later, or ask its operators" if status in PASSING else "")
    told = f"{endpoint} answered {status} {reason}" + (f"; {remedy}" if remedy else "")
    return EndpointError(told, is_passing=status in PASSING, retry_after=_seconds(retry_after), status=status)


def _seconds(retry_after: str | None) -> float | None:
    """The seconds that a Retry-After header asks for: a number, or a day and time."""
    if not retry_after:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except ValueError:
        return None


def _one_line(error: object) -> str:
    return " ".join(str(error).replace("\\n", " ").split())[:200]


def patiently(
    once: Callable[[], T], where: str, *, attempts: int = ATTEMPTS, sleep: Callable[[float], None] = time.sleep
) -> T:
    """What `once` gives, tried again while it fails in a way that may pass.

    Waits grow from a second by doubling, or are what Retry-After says.

    :raises EndpointError: when it keeps failing, fails for good, or asks to wait too long.
    """
    wait = 1.0
    for attempt in range(1, attempts + 1):
        try:
            return once()
        except EndpointError as error:
            if not error.is_passing or attempt == attempts:
                raise
            asked = error.retry_after
            if asked is not None and asked > LONGEST_WAIT:
                raise EndpointError(f"{where} asks to wait {asked:.0f} s; try again then") from error
            sleep(wait if asked is None else asked)
            wait *= 2
    raise AssertionError("unreachable")


class AnswerCache:
    """The answers of endpoints in one SQLite file, with the time each was fetched."""

    def __init__(self, path: Path) -> None:
        """Opens or makes the file. :raises DataError: when it cannot be, or is something else."""
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path)
            self._connection.execute(
                "CREATE TABLE IF NOT EXISTS answer (key TEXT PRIMARY KEY, fetched REAL NOT NULL, body BLOB NOT NULL)"
            )
        except (OSError, sqlite3.Error) as error:
            raise DataError(f"{path}: the cache cannot be opened ({_one_line(error)}); give another file") from error

    def get(self, key: str, newer_than: float) -> bytes | None:
        """The answer under a key if it was fetched after a time, in seconds since 1970."""
        try:
            row = self._connection.execute("SELECT fetched, body FROM answer WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise DataError(
                f"{self.path}: this is no cache of answers ({_one_line(error)}); give another file"
            ) from error
        return row[1] if row is not None and row[0] > newer_than else None

    def put(self, key: str, fetched: float, body: bytes) -> None:
        """Keeps an answer. :raises DataError: when the file cannot be written."""
        try:
            with self._connection:
                self._connection.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?)", (key, fetched, body))
        except sqlite3.Error as error:
            raise DataError(f"{self.path}: the cache cannot be written ({_one_line(error)})") from error

    def close(self) -> None:
        """Closes the file."""
        self._connection.close()


class Endpoint:
    """An endpoint asked patiently: answers come from the cache, failures that may pass are tried again.

    Waits grow from a second by doubling, or are what Retry-After says. `sleep` and `now` are passed in for tests.
    """

    def __init__(
        self,
        address: str,
        cache: AnswerCache | None = None,
        *,
        max_age: float = 30 * 86_400.0,
        timeout: float = TIMEOUT,
        contact: str = HOME,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.address, self.cache, self.max_age = address, cache, max_age
        self.timeout, self.contact, self.attempts = timeout, contact, attempts
        self._sleep, self._now = sleep, now

    def select(self, query: str) -> list[Row]:
        """The solutions of a SELECT query, in the endpoint's order.

        :raises EndpointError: when it cannot be reached, refuses the query or keeps failing.
        """
        key = hashlib.sha256(f"{self.address}\n{query}".encode()).hexdigest()
        known = self.cache.get(key, self._now() - self.max_age) if self.cache is not None else None
        if known is not None:
            return solutions(self.address, known)
        answer, rows = self.ask(query, lambda body: (body, solutions(self.address, body)))
        if self.cache is not None:
            self.cache.put(key, self._now(), answer)
        return rows

    def ask(self, query: str, read: Callable[[bytes], T]) -> T:
        """What `read` makes of the answer in JSON; nothing is kept. An EndpointError of `read` that may pass is asked again.

        :raises EndpointError: when it cannot be reached, refuses the query or keeps failing.
        """

        def once() -> T:
            return read(fetch(self.address, query, timeout=self.timeout, contact=self.contact))

        return patiently(once, self.address, attempts=self.attempts, sleep=self._sleep)


def solutions(endpoint: str, answer: bytes) -> list[Row]:
    """The solutions in an answer in SPARQL's JSON format. :raises EndpointError: when it is something else."""
    try:
        bindings = json.loads(answer)["results"]["bindings"]
        return [{name: str(term["value"]) for name, term in row.items()} for row in bindings]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        told = f"{endpoint} answered something else than SPARQL results: {_one_line(error)}"
        raise EndpointError(told, is_passing=True) from error
