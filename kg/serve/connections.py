"""Connections that wait no longer than a bound for a request's head, and read no more of it than a bound."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
_ROOM_FOR_HEADERS = 64 << 10


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which by itself waits for a head for ever and reads it however long it is."""

    head_bytes = _ROOM_FOR_HEADERS
    """Bytes of a head, address included; a server makes it larger by the size of a query that may be sent."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        self._unfinished = 0
        self._deadline: asyncio.TimerHandle | None = self.loop.call_later(HEAD_SECONDS, self._refuse, 408, "Timeout")

    def data_received(self, data: bytes) -> None:
        """Bytes have come, of heads or of bodies."""
        is_between = self._deadline is None and (self.cycle is None or self.cycle.response_complete)
        if is_between:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self._refuse, 408, "Request Timeout")
        if self._deadline is not None:
            self._unfinished += len(data)
            if self._unfinished > self.head_bytes and self._in_head():
                self._refuse(414, "URI Too Long")
                return
        super().data_received(data)

    def _in_head(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def on_headers_complete(self) -> None:
        """A head is complete."""
        self._end_wait()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._end_wait()
        super().connection_lost(exc)

    def _end_wait(self) -> None:
        self._unfinished = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int, reason: str) -> None:
        self._end_wait()
        if not self.transport.is_closing():
            line = f"HTTP/1.1 {status} {reason}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
            self.transport.write(line.encode())
            self.transport.close()


def bounded_protocol(query_bytes: int) -> Any:
    """The protocol for a server to whose address a query of so many bytes may be added."""
    return type("Protocol", (BoundedProtocol,), {"head_bytes": _ROOM_FOR_HEADERS + query_bytes})
