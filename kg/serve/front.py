"""The ASGI application: what every response has (CORS, Server, a line in the log), whatever stands at the address."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from datetime import datetime

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from kg.errors import KgError, RequestRefused
from kg.serve.access_log import Entry, header_text, log_line
from kg.serve.responses import refuse
from kg.serve.web import Web
from kg.version import __version__

_CLIENT_LEFT = 499
_COMMON = [
    (b"server", f"kg/{__version__}".encode()),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Link, Location, Retry-After"),
    (b"x-content-type-options", b"nosniff"),
]


class Front:
    """Answers every HTTP request of a server."""

    def __init__(self, web: Web, log: Callable[[str], None], complain: Callable[[str], None]) -> None:
        """`log` takes a line of the access log, `complain` one about a fault of the program."""
        self._web, self._log, self._complain = web, log, complain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return
        began, sent = time.perf_counter(), _Sent(send)
        request = Request(scope, receive)
        request.state.rows = None
        try:
            response = await self._respond(request)
            await response(scope, receive, sent)
        except ClientDisconnect:
            sent.status = _CLIENT_LEFT
        finally:
            self._log(log_line(_entry(request, sent, (time.perf_counter() - began) * 1_000)))

    async def _respond(self, request: Request) -> Response:
        try:
            return await self._web.answer(request)
        except RequestRefused as error:
            return refuse(error)
        except asyncio.CancelledError:
            # Only a server that stops cancels requests; this one ends here all the same.
            return refuse(RequestRefused(503, "the server is stopping; ask again later", Retry_After="10"))
        except KgError as error:
            return refuse(RequestRefused(503, str(error), Retry_After="5"))
        except ClientDisconnect:
            raise
        except Exception as error:
            self._complain(f"internal error ({type(error).__name__}: {error})")
            return refuse(RequestRefused(500, "internal error; the server's log tells more"))


class _Sent:
    """Passes a response on, with the headers that all have, and keeps its status and size for the log."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.status, self.size = 0, 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            own = {name for name, _ in message["headers"]}
            message["headers"] = [*message["headers"], *(h for h in _COMMON if h[0] not in own)]
        else:
            self.size += len(message.get("body", b""))
        await self._send(message)


def _entry(request: Request, sent: _Sent, milliseconds: float) -> Entry:
    scope = request.scope
    path = (scope.get("raw_path") or b"").decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    return Entry(
        client=request.client.host if request.client else "",
        at=datetime.now().astimezone(),
        request=f"{request.method} {path}{'?' + query if query else ''} HTTP/{scope['http_version']}",
        status=sent.status,
        size=sent.size,
        referrer=header_text(scope["headers"], b"referer"),
        agent=header_text(scope["headers"], b"user-agent"),
        milliseconds=milliseconds,
        rows=request.state.rows,
    )
