"""Connections that wait no longer than a bound for a request's head, and read no more of it than a bound."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
ADDRESS_BYTES = 0xFFFF
"""The parser of addresses counts with 16 bits."""

HEAD_BYTES = ADDRESS_BYTES + (64 << 10)


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which by itself waits for a head for ever and reads it however long it is."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        self._head_bytes = 0
        self._deadline: asyncio.TimerHandle | None = None
        self._await_head()

    def data_received(self, data: bytes) -> None:
        """Bytes have come, of heads or of bodies."""
        if self._deadline is None and (self.cycle is None or self.cycle.response_complete):
            self._await_head()
        if self._deadline is not None:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES and self.cycle is None:
                self._refuse(414, "URI Too Long")
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """A head is complete."""
        self._end_wait()
        if len(self.url) > ADDRESS_BYTES:
            self._refuse(414, "URI Too Long")
            raise ValueError("the address is too long")
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._end_wait()
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._refuse, 408, "Request Timeout")

    def _end_wait(self) -> None:
        self._head_bytes = 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int, reason: str) -> None:
        self._end_wait()
        if not self.transport.is_closing():
            told = f"{reason.lower()}; long queries are sent by POST\n" if status == 414 else f"{reason.lower()}\n"
            head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain\r\nContent-Length: {len(told)}\r\n"
            self.transport.write(f"{head}Connection: close\r\n\r\n{told}".encode())
            self.transport.close()
