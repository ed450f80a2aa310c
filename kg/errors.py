"""The errors that `kg` raises. Commands print their message as one line and exit with their code.

KgError
├── InputError            what was given to read cannot be read
│   ├── UnsupportedLanguage   the article is not in a language the model knows
│   └── EndpointError         a SPARQL endpoint cannot be reached, refuses a query or answers something else
├── UsageError            an option, parameter or name is wrong (exit code 2)
├── DataError             a data file of ours or the user's (lexicon, gazetteer, query) is wrong
├── ModelError            the spaCy pipeline is missing or lacks a component
├── StoreError            the store cannot be opened, read or written
│   └── StoreLocked           another process holds it
└── ServeError            the server cannot start (port taken, no engine) or an engine does not answer
    └── RequestRefused        a request over HTTP is not answered: which status, and why
"""

from __future__ import annotations


class KgError(Exception):
    """Any error of `kg`: its text says what, where, and what to do about it."""

    exit_code = 1


class InputError(KgError):
    """What was given to read cannot be read."""


class UnsupportedLanguage(InputError):
    """The article is not in a language that the model knows."""


class EndpointError(InputError):
    """A SPARQL endpoint cannot be reached, refuses a query or answers something else."""

    def __init__(
        self, text: str, *, is_passing: bool = False, retry_after: float | None = None, status: int | None = None
    ) -> None:
        """`is_passing` says that asking again may help, `retry_after` after how many seconds if the endpoint tells.

        `status` is the HTTP status of its answer, None when there was none.
        """
        super().__init__(text)
        self.is_passing, self.retry_after, self.status = is_passing, retry_after, status

    @property
    def is_refusal(self) -> bool:
        """Whether the endpoint is there and lets us in, but will not take this request."""
        return self.status is not None and self.status not in (401, 403, 404, 429, 502, 503, 504)


class UsageError(KgError):
    """An option, a parameter or a name is wrong."""

    exit_code = 2


class DataError(KgError):
    """A data file (lexicon, gazetteer, query) is wrong."""


class ModelError(KgError):
    """The spaCy pipeline is missing or lacks a component."""


class StoreError(KgError):
    """The store cannot be opened, read or written."""


class StoreLocked(StoreError):
    """Another process holds the store."""


class ServeError(KgError):
    """The server cannot start, or an engine behind it does not answer."""


class RequestRefused(ServeError):
    """A request over HTTP that is not answered."""

    def __init__(self, status: int, text: str, **headers: str) -> None:
        """`headers` are those of the answer, hyphens as underscores: `Retry_After="5"`."""
        super().__init__(text)
        self.status = status
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
