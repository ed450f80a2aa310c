"""Who pushes: a user and password, or a token, from the environment or netrc; never from arguments."""

from __future__ import annotations

import netrc
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from kg.errors import UsageError

USER, PASSWORD, TOKEN = "KG_PUSH_USER", "KG_PUSH_PASSWORD", "KG_PUSH_TOKEN"
"""Environment variables."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, or a token in place of both."""

    user: str = ""
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


def find_credentials(address: str, environment: Mapping[str, str] = os.environ) -> Credentials | None:
    """The token or user of the environment, else what netrc has for the host, else None.

    A user without a password has None for it: somebody must be asked.

    :raises UsageError: when the netrc file cannot be read, or a value cannot stand in a header.
    """
    token, user = environment.get(TOKEN), environment.get(USER)
    if token:
        if not token.isascii() or not token.isprintable() or " " in token:
            raise UsageError(f"{TOKEN}: a token is ASCII without spaces")
        return Credentials(token=token)
    if user:
        if ":" in user:
            raise UsageError(f"{USER}: a user's name has no colon in it")
        return Credentials(user, environment.get(PASSWORD))
    return _from_netrc(urlsplit(address).hostname or "", environment)


def _from_netrc(host: str, environment: Mapping[str, str]) -> Credentials | None:
    named = environment.get("NETRC")
    path = Path(named) if named else Path.home() / ".netrc"
    if not path.is_file():
        if named:
            raise UsageError(f"{path}: NETRC names this file, and it is not there")
        return None
    try:
        found = netrc.netrc(path).authenticators(host)
    except (OSError, netrc.NetrcParseError, UnicodeDecodeError) as error:
        reason = getattr(error, "msg", None) or getattr(error, "strerror", None) or "not UTF-8"
        raise UsageError(f"{path}: {reason}; mend it, or set {USER} and {PASSWORD}") from error
    if found is None:
        return None
    user, _, password = found
    return Credentials(user, password)
