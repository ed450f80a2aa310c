"""Connections: so many and no more, each with bounds on how long it waits for a request's head and how long that is."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 10.0
ADDRESS_BYTES = 0xFFFF
"""The parser of addresses counts with 16 bits."""

HEAD_BYTES = ADDRESS_BYTES + (64 << 10)
MOST_CONNECTIONS = 512
MOST_OF_ONE_ADDRESS = MOST_CONNECTIONS // 2
PROXIES = ("127.0.0.1", "::1")
"""Addresses of proxies on this machine, which connect for many clients and are believed whom they name."""


class BoundedProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, which by itself waits for a head for ever and reads it however long it is."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client has come."""
        super().connection_made(transport)
        self._is_in_head, self._head_bytes = False, 0
        self._deadline: asyncio.TimerHandle | None = None
        if self._is_one_too_many():
            self._refuse(503, "Service Unavailable", ": too many connections; try again later", "Retry-After: 5\r\n")
        else:
            self._await_head()

    def data_received(self, data: bytes) -> None:
        """Bytes have come, of heads or of bodies."""
        if self._deadline is None and not self._is_answering():
            self._await_head()
        super().data_received(data)
        # Only what belongs to no body is counted: a head and its body may come together.
        if self._is_in_head:
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_BYTES:
                self._refuse_long()

    def on_message_begin(self) -> None:
        """A head begins, the first one or a later one of the connection."""
        super().on_message_begin()
        self._is_in_head, self._head_bytes = True, 0
        if self._deadline is None:
            self._await_head()

    def on_headers_complete(self) -> None:
        """A head is complete."""
        self._end_wait()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if len(self.url) > ADDRESS_BYTES or size > HEAD_BYTES:
            self._refuse_long()
            raise ValueError("the head is too long")
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """The client has gone."""
        self._end_wait()
        super().connection_lost(exc)

    def _is_one_too_many(self) -> bool:
        if len(self.connections) > MOST_CONNECTIONS:
            return True
        address = self.client[0] if self.client else ""
        if address in PROXIES:
            return False
        ours = [one for one in self.connections if isinstance(one, BoundedProtocol)]
        return [one.client[0] if one.client else "" for one in ours].count(address) > MOST_OF_ONE_ADDRESS

    def _is_answering(self) -> bool:
        return self.cycle is not None and not self.cycle.response_complete

    def _await_head(self) -> None:
        self._deadline = self.loop.call_later(HEAD_SECONDS, self._end_late_head)

    def _end_late_head(self) -> None:
        # The begun head of a pipeline has time until the answer before it is complete.
        if self._is_answering():
            self._await_head()
        else:
            self._refuse(408, "Request Timeout")

    def _end_wait(self) -> None:
        self._is_in_head, self._head_bytes = False, 0
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse_long(self) -> None:
        if len(self.url) > ADDRESS_BYTES:
            self._refuse(414, "URI Too Long", "; long queries are sent by POST")
        else:
            self._refuse(431, "Request Header Fields Too Large")

    def _refuse(self, status: int, reason: str, advice: str = "", headers: str = "") -> None:
        """Answer that and close; a client that is being answered already is only cut off."""
        self._end_wait()
        if not self.transport.is_closing() and not self._is_answering():
            told = f"{reason.lower()}{advice}\n"
            head = f"HTTP/1.1 {status} {reason}\r\nContent-Type: text/plain\r\nContent-Length: {len(told)}\r\n"
            head += f"{headers}Access-Control-Allow-Origin: *\r\nConnection: close\r\n\r\n"
            self.transport.write(f"{head}{told}".encode())
        self.transport.close()
