"""How many rows (solutions, or triples) a serialised answer has, counted while it streams by.

An upper bound costs one scan for a separator; only when that passes the limit are the bytes read so far counted
exactly, with what stands in quotes left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV, N_TRIPLES = "text/csv", "text/tab-separated-values", "application/n-triples"


@dataclass(frozen=True, slots=True)
class Counting:
    """How rows are counted in a format: by bytes of which each row has one, save that there are `extra` more of them.

    With `is_quoted` they count outside quotation marks only. A body that has none of the `endings` was broken off: an
    engine that fails half-way appends its error to the rows.
    """

    separator: bytes
    extra: int
    is_quoted: bool
    endings: tuple[bytes, ...]


COUNTINGS = {
    JSON: Counting(b"},{", -1, True, (b"]}}", b'"boolean":true}', b'"boolean":false}')),
    XML: Counting(b"<result>", 0, False, (b"</sparql>",)),
    CSV: Counting(b"\n", 1, True, (b"\n", b"true", b"false")),
    TSV: Counting(b"\n", 1, False, (b"\n", b"true", b"false")),
    N_TRIPLES: Counting(b"\n", 0, False, (b"\n",)),
}
"""The formats that engines are asked for. In XML, TSV and N-Triples a separator inside a value is escaped."""

_NO_ROWS = (b'"bindings":[]}}', b'"boolean":true}', b'"boolean":false}')


class RowCounter:
    """Counts the rows of an answer whose chunks it is shown."""

    def __init__(self, media_type: str) -> None:
        self._counting = COUNTINGS[media_type]
        self._bound = -self._counting.extra
        self._tail = b""
        self._end = b""
        self._is_empty = True

    def add(self, chunk: bytes) -> int:
        """The most rows that there can be so far."""
        separator = self._counting.separator
        joined = self._tail + chunk
        self._bound += joined.count(separator)
        self._end = (self._end + chunk)[-20:]
        self._is_empty = self._is_empty and not chunk
        kept = len(separator) - 1
        self._tail = joined[-kept:] if kept else b""
        return self.bound

    @property
    def bound(self) -> int:
        """The most rows that there can be so far; just as many where nothing is quoted."""
        return 0 if self._end.endswith(_NO_ROWS) else max(self._bound, 0)

    def exact(self, chunks: Iterable[bytes]) -> Iterator[int]:
        """Counts again in what was shown so far, chunk by chunk; the bound goes on from the last number."""
        if not self._counting.is_quoted:
            return
        rows = -self._counting.extra
        for found in count_unquoted(chunks, self._counting.separator):
            rows += found
            yield rows
        self._bound = rows

    @property
    def is_complete(self) -> bool:
        """Whether what was shown ends as a whole body does; of no triples nothing is written."""
        if self._is_empty:
            return self._counting is COUNTINGS[N_TRIPLES]
        return self._end.endswith(self._counting.endings)


def count_unquoted(chunks: Iterable[bytes], separator: bytes) -> Iterator[int]:
    r"""How often the separator stands outside quotation marks, in each chunk; marks may be escaped or doubled.

    >>> list(count_unquoted([b'[{"a":"},{"},', b'{"b":"\\', b'"},{"},{}]'], b"},{"))
    [0, 1, 1]
    """
    carried, is_within = b"", False
    for chunk in chunks:
        data, carried = carried + chunk, b""
        if (len(data) - len(data.rstrip(b"\\"))) % 2:
            data, carried = data[:-1], b"\\"
        parts = data.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        yield sum(part.count(separator) for part in parts[is_within::2])
        is_within ^= len(parts) % 2 == 0
        if not is_within and len(separator) > 1 and not carried:
            carried = parts[-1][1 - len(separator) :]
