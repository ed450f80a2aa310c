"""An answer as an engine gave it: its whole body, in memory or in a temporary file, and its rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO

_IN_MEMORY = 4 << 20
_CHUNK = 1 << 18


class Body:
    """Bytes that are collected whole before they are sent."""

    def __init__(self) -> None:
        self._file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
        self._digest = hashlib.blake2b(digest_size=16)
        self.size = 0

    def add(self, chunk: bytes) -> None:
        """Append bytes."""
        self._file.write(chunk)
        self._digest.update(chunk)
        self.size += len(chunk)

    @property
    def digest(self) -> str:
        """A digest of all bytes."""
        return self._digest.hexdigest()

    def whole(self) -> bytes:
        """All bytes at once."""
        self._file.seek(0)
        return self._file.read()

    def chunks(self) -> Iterator[bytes]:
        """All bytes, piece by piece."""
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            yield chunk

    def close(self) -> None:
        """Let the bytes go."""
        self._file.close()


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, a media type and a complete body; `rows` is None where there are none to count."""

    status: int
    media_type: str
    body: Body
    rows: int | None = None


def answer_of(content: bytes, media_type: str, *, status: int = 200, rows: int | None = None) -> Answer:
    """An answer of bytes at hand."""
    body = Body()
    body.add(content)
    return Answer(status, media_type, body, rows)
