"""What a server is told: its store, address and limits."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

MEBIBYTE = 1 << 20


def default_evaluations() -> int:
    """Queries evaluated at once unless told otherwise: two more than there are processors.

    One client may take all but one of them, so it can still keep every processor busy.
    """
    return (os.cpu_count() or 1) + 2


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of a server; times are in seconds, `memory` in MiB for each evaluation, 0 for no limit."""

    store: Path
    host: str = "127.0.0.1"
    port: int = 7411
    time_limit: float = 30.0
    max_rows: int = 100_000
    max_request_bytes: int = MEBIBYTE
    max_answer_bytes: int = 256 * MEBIBYTE
    max_queries: int = 4
    max_waiting: int = 256
    memory: int = 2048
    refresh: float = 5.0
    services: frozenset[str] = frozenset()
    trusts_proxy: bool = False
    """Whether X-Forwarded-For of requests from this machine tells who asks."""
    token: str | None = None
    """Who has it may update; None when nobody may."""

    @property
    def is_writable(self) -> bool:
        return self.token is not None
