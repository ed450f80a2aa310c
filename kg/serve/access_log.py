"""Lines of an access log in the Combined Log Format, with milliseconds and rows after it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

_ADDRESS = re.compile(r"[0-9A-Fa-f:.%\w]{1,64}", re.ASCII)
_UNSAFE = re.compile(r'["\\]|[^\x20-\x7e]')


@dataclass(frozen=True, slots=True)
class Entry:
    """A request as it was answered; `rows` is None where there are none to count."""

    client: str
    at: datetime
    request: str
    status: int
    size: int
    referrer: str
    agent: str
    milliseconds: float
    rows: int | None


def log_line(entry: Entry) -> str:
    r"""The line of an entry, without what could command a terminal or forge another line.

    >>> at = datetime.fromisoformat("2022-03-14T10:00:00+00:00")
    >>> log_line(Entry("127.0.0.1", at, 'GET /\n" HTTP/1.1', 200, 12, "", "curl", 1.25, 3))
    '127.0.0.1 - - [14/Mar/2022:10:00:00 +0000] "GET /\\x0a\\x22 HTTP/1.1" 200 12 "-" "curl" 1.2 3'
    """
    quoted = (entry.request, entry.referrer or "-", entry.agent or "-")
    request, referrer, agent = (_UNSAFE.sub(lambda m: f"\\x{ord(m.group()):02x}", text) for text in quoted)
    # A proxy may pass on as an address whatever it was told.
    client = entry.client if _ADDRESS.fullmatch(entry.client) else "-"
    months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
    at = f"{entry.at:%d}/{months[entry.at.month - 1]}/{entry.at:%Y:%H:%M:%S %z}"
    rows = "-" if entry.rows is None else str(entry.rows)
    return (
        f'{client} - - [{at}] "{request}" {entry.status} {entry.size} "{referrer}" "{agent}" '
        f"{entry.milliseconds:.1f} {rows}"
    )


def header_text(headers: Iterable[tuple[bytes, bytes]], name: bytes) -> str:
    """A header's value in an ASGI scope, or nothing."""
    return next((value.decode("latin-1") for key, value in headers if key == name), "")
