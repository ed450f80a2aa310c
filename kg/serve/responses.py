"""Answers → HTTP responses: entity tags, compression, media types, and the plain lines of refusals."""

from __future__ import annotations

import asyncio
import gzip

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from kg.errors import RequestRefused
from kg.serve.answers import Answer
from kg.serve.media_types import choose

_WORTH_COMPRESSING = 1_400
_SENT_AT_ONCE = 4 << 20
_LEVEL = 4


async def respond(request: Request, answer: Answer, **headers: str) -> Response:
    """The response that carries an answer; 304 without a body when the client has it already.

    What is no success has no tag, and nobody has it already.
    """
    body, is_success = answer.body, answer.status == 200
    is_packed = body.size >= _WORTH_COMPRESSING and _takes_gzip(request.headers.get("accept-encoding"))
    tag = f'"{body.digest}{"-gzip" if is_packed else ""}"'
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    sent |= {"Cache-Control": "no-cache" if is_success else "no-store", "Vary": "Accept, Accept-Encoding"}
    sent |= {"ETag": tag} if is_success else {}
    request.state.rows = answer.rows
    is_read = is_success and request.method in ("GET", "HEAD")
    if is_read and _matches(request.headers.get("if-none-match"), tag):
        body.close()
        return Response(status_code=304, headers=sent)
    media_type = answer.media_type
    sent["Content-Type"] = f"{media_type}; charset=utf-8" if media_type.startswith("text/") else media_type
    if is_packed:
        sent["Content-Encoding"] = "gzip"
    if body.size > _SENT_AT_ONCE and not is_packed:
        sent["Content-Length"] = str(body.size)
        return StreamingResponse(body.chunks(), answer.status, sent)
    content = body.whole()
    body.close()
    if is_packed:
        content = await _packed(content)
    return Response(content, answer.status, sent)


async def _packed(content: bytes) -> bytes:
    if len(content) < 1 << 16:
        return gzip.compress(content, _LEVEL, mtime=0)
    return await asyncio.to_thread(gzip.compress, content, _LEVEL, mtime=0)


def _takes_gzip(header: str | None) -> bool:
    """Whether an Accept-Encoding header takes gzip.

    >>> _takes_gzip("br, gzip;q=0.5"), _takes_gzip("gzip;q=0, *"), _takes_gzip(None)
    (True, False, False)
    """
    if header is None:
        return False
    # Codings are weighed like media types; "gzip/x" makes a range of each.
    ranges = ",".join(f"{name.strip()}/x{';' + rest if rest else ''}" for name, _, rest in _codings(header))
    return choose(ranges.replace("*/x", "*/*"), ("gzip/x",)) is not None


def _codings(header: str) -> list[tuple[str, str, str]]:
    return [part.partition(";") for part in header.split(",")]


def _matches(header: str | None, tag: str) -> bool:
    """Whether an If-None-Match header names the tag.

    >>> _matches('"a", W/"b"', '"b"'), _matches("*", '"b"'), _matches('"a"', '"b"')
    (True, True, False)
    """
    if header is None:
        return False
    return header.strip() == "*" or any(part.strip().removeprefix("W/") == tag for part in header.split(","))


def refuse(error: RequestRefused) -> Response:
    """One plain line that says what is wrong, and the status that goes with it."""
    headers = {**error.headers, "Cache-Control": "no-store"}
    if error.status == 413:
        headers["Connection"] = "close"
    return Response(" ".join(str(error).split()) + "\n", error.status, headers, media_type="text/plain")
