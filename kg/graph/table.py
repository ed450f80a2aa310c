"""The store as the flat table that political scientists know from POLECAT and ICEWS: one row an event and report.

What describes the happening (days, type, mode, contexts, place) is the event's, as all its reports together give it;
what describes the telling (status, parties, speakers, sentence, confidence) is the report's. Possible events are in
the table too: `event_status` tells them apart, and whoever counts events must filter by it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache, partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Literal, TextIO, get_args, get_type_hints

import pyoxigraph as ox
from pyoxigraph import NamedNode

from kg.errors import KgError, StoreError, UsageError
from kg.graph.cameo import cameo_code
from kg.graph.nodes import Known, Node, Part, find_place, offsets_of, read_entity, read_parts, read_speakers, read_words
from kg.graph.vocabulary import DC, DCTERMS, DIP, EVENTS_GRAPH, PROV, SCHEMA
from kg.model import MODES
from kg.whole_file import write_whole

TableFormat = Literal["csv", "parquet"]
SEPARATOR = ";"
"""What stands between the values of a column that holds several; a semicolon inside a value becomes a comma."""

_ROWS_A_GROUP = 8192
_ENTITIES_KEPT = 65_536
_ARTICLES_KEPT = 4_096


@dataclass(frozen=True, slots=True)
class Row:
    """One event as one report tells it; its fields are the columns, in order.

    Columns with plural names hold several values with `;` between them, and those of one prefix run parallel, with an
    empty slot for what is unknown. An undated event has no `event_date`; `quote` is None when nobody is said to speak,
    and `sentence` when the article was loaded without its text.
    """

    event_id: str
    event_date: date | None
    event_end: date | None
    type: str
    act: str | None
    mode: str | None
    context: str
    quad_class: str
    cameo: str
    status: str
    event_status: str
    actor_names: str
    actor_countries: str
    actor_sectors: str
    actor_wikidata: str
    recipient_names: str
    recipient_countries: str
    recipient_sectors: str
    recipient_wikidata: str
    mediator_names: str
    host_names: str
    topic: str
    place_name: str | None
    place_country: str | None
    place_wikidata: str | None
    latitude: float | None
    longitude: float | None
    speaker_names: str
    speaker_wikidata: str
    quote: bool | None
    sentence: str | None
    trigger: str
    confidence: float | None
    event_confidence: float | None
    article_id: str
    title: str | None
    published: date | None
    source: str | None
    url: str | None
    pattern: str | None
    software_version: str | None


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Row))


def event_rows(store: ox.Store) -> Iterator[Row]:
    """All rows, by first day (undated events last), event IRI, article id and place of the trigger in the text.

    One event is read at a time; of the others only IRI and day are held.

    :raises StoreError: when the store cannot be read.
    """
    try:
        rows = _RowReader(store)
        for iri in _events_by_day(store):
            yield from rows.of_event(Node(store, iri, EVENTS_GRAPH))
    except OSError as error:
        raise StoreError(f"the store cannot be read: {' '.join(str(error).split())}") from error


def _events_by_day(store: ox.Store) -> list[NamedNode]:
    def subjects(predicate: NamedNode) -> Iterator[tuple[NamedNode, str]]:
        for quad in store.quads_for_pattern(None, predicate, None, EVENTS_GRAPH):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | ox.Literal):
                yield quad.subject, str(quad.object.value)

    days = dict(subjects(DIP("firstDay")))
    events = {iri for iri, _ in subjects(DIP("act"))}
    return sorted(events, key=lambda iri: (days.get(iri) is None, days.get(iri, ""), iri.value))


class _RowReader:
    """Reads the rows of one event after the other; remembers recent entities and articles, which come back often."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store
        self.known = lru_cache(_ENTITIES_KEPT)(partial(read_entity, store))
        self.node = lru_cache(_ARTICLES_KEPT)(partial(Node, store))

    def of_event(self, event: Node) -> Iterator[Row]:
        """The event's rows, by article id and place in the text."""
        happening = _happening_cells(event, find_place(event, self.known))
        reports = [Node(self.store, iri) for iri in event.nodes(DIP("report"))]
        for report in sorted(reports, key=self._reading_order):
            yield Row(**happening, **self._telling_cells(report), **self._source_cells(report))

    def _reading_order(self, report: Node) -> tuple[str, int, str]:
        start, _ = offsets_of(report.node(DIP("trigger")))
        return (self._article(report).text(DCTERMS("identifier")) or "", start, str(report.iri.value))

    def _article(self, report: Node) -> Node:
        return self.node(report.node(DIP("inArticle")) or report.iri)

    def _telling_cells(self, report: Node) -> dict[str, Any]:
        parts = read_parts(self.store, report)
        attributions = read_speakers(self.store, report)
        speakers = [self.known(iri) for node in attributions for iri in node.nodes(DIP("speaker"))]
        quote = attributions[-1].text(DIP("isQuote")) if attributions else None
        return {
            "status": report.code(DIP("status"), "status-") or "",
            **_party_cells("actor", self._in_role(parts, "actor")),
            **_party_cells("recipient", self._in_role(parts, "recipient")),
            "mediator_names": _joined(e.name for e in self._in_role(parts, "mediator")),
            "host_names": _joined(e.name for e in self._in_role(parts, "host")),
            "topic": _joined(read_words(self.store, part.span) for part in parts if part.role == "topic"),
            "speaker_names": _joined(e.name for e in speakers),
            "speaker_wikidata": _joined(e.wikidata for e in speakers),
            "quote": None if quote is None else quote == "true",
            "sentence": read_words(self.store, report.node(DIP("sentence"))),
            "trigger": read_words(self.store, report.node(DIP("trigger"))) or "",
            "confidence": report.number(DIP("confidence")),
            "pattern": report.text(DIP("pattern")),
        }

    def _in_role(self, parts: Iterable[Part], role: str) -> list[Known]:
        entities = dict.fromkeys(part.entity for part in parts if part.role == role and part.entity is not None)
        return [self.known(iri) for iri in entities]

    def _source_cells(self, report: Node) -> dict[str, Any]:
        article, made_by = self._article(report), report.node(PROV("wasGeneratedBy"))
        return {
            "article_id": article.text(DCTERMS("identifier")) or "",
            "title": article.text(DCTERMS("title")),
            "published": article.day(DCTERMS("issued")),
            "source": article.text(DC("publisher")),
            "url": article.text(SCHEMA("url")),
            "software_version": self.node(made_by).text(DIP("softwareVersion")) if made_by is not None else None,
        }


def _happening_cells(event: Node, place: Known | None) -> dict[str, Any]:
    kind, mode = event.code(DIP("eventType")) or "", event.mode()
    return {
        "event_id": str(event.iri.value),
        "event_date": event.day(DIP("firstDay")),
        "event_end": event.day(DIP("lastDay")),
        "type": kind,
        "act": event.code(DIP("act")),
        "mode": mode,
        "context": _joined(event.codes(DIP("context"), "context-")),
        "quad_class": (event.code(DIP("quadClass"), "quad-") or "").replace("-", " "),
        "cameo": cameo_code(kind, mode if mode in MODES.get(kind, ()) else None),
        "event_status": event.code(DIP("status"), "status-") or "",
        "event_confidence": event.number(DIP("confidence")),
        "place_name": place.name if place else None,
        "place_country": place.country if place else None,
        "place_wikidata": place.wikidata if place else None,
        "latitude": place.latitude if place else None,
        "longitude": place.longitude if place else None,
    }


def _party_cells(role: str, entities: Sequence[Known]) -> dict[str, str]:
    return {
        f"{role}_names": _joined(e.name for e in entities),
        f"{role}_countries": _joined(e.country for e in entities),
        f"{role}_sectors": _joined(e.sector for e in entities),
        f"{role}_wikidata": _joined(e.wikidata for e in entities),
    }


def _joined(values: Iterable[str | None]) -> str:
    """The values as one cell.

    >>> _joined(["USA", None, "Trinidad; Tobago"])
    'USA;;Trinidad, Tobago'
    """
    return SEPARATOR.join((value or "").replace(SEPARATOR, ",") for value in values)


def write_table(store: ox.Store, path: Path | TextIO, format: TableFormat) -> int:
    """Write all rows as CSV (UTF-8, RFC 4180 with LF) or Parquet; returns how many they are.

    A file takes its place only when it is whole; devices, pipes and open text streams are written to as they are.

    :raises UsageError: for an unknown format, Parquet without pyarrow, or Parquet to a text stream.
    :raises StoreError: when the store cannot be read.
    :raises KgError: when the table cannot be written.
    """
    if format not in WRITERS:
        raise UsageError(f"table format {format!r} is unknown; it is one of {', '.join(WRITERS)}")
    write = WRITERS[format]
    if isinstance(path, Path):
        with write_whole(path) as file:
            return write(event_rows(store), file)
    if format != "csv":
        raise UsageError("Parquet is not text; give a file to write it to")
    try:
        return _write_lines(event_rows(store), path)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise KgError(f"the table cannot be written: {error.strerror or error}") from error


def _write_csv(rows: Iterable[Row], file: BinaryIO) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="")
    count = _write_lines(rows, text)
    text.detach()
    return count


def _write_lines(rows: Iterable[Row], text: TextIO) -> int:
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for row in rows:
        writer.writerow(_cell(value) for value in _values(row))
        count += 1
    text.flush()
    return count


_values = attrgetter(*COLUMNS)


def _cell(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


def _write_parquet(rows: Iterable[Row], file: BinaryIO) -> int:
    try:
        import pyarrow as pa
        from pyarrow.parquet import ParquetWriter
    except ImportError as error:
        raise UsageError("Parquet needs pyarrow: pip install 'diplomacy-kg[parquet]'") from error
    arrow = {str: pa.string(), date: pa.date32(), float: pa.float64(), bool: pa.bool_()}
    schema = pa.schema([(name, arrow[_value_type(hint)]) for name, hint in get_type_hints(Row).items()])
    remaining, count = iter(rows), 0
    with ParquetWriter(file, schema, compression="zstd") as writer:
        while group := [_values(row) for row in islice(remaining, _ROWS_A_GROUP)]:
            columns = zip(schema.types, zip(*group, strict=True), strict=True)
            arrays = [pa.array(column, type=type_) for type_, column in columns]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))
            count += len(group)
    return count


def _value_type(hint: Any) -> type:
    """The type of a column whose cells may be empty.

    >>> _value_type(float | None), _value_type(str)
    (<class 'float'>, <class 'str'>)
    """
    kinds: list[type] = [kind for kind in get_args(hint) or (hint,) if kind is not type(None)]
    return kinds[0]


WRITERS: Mapping[TableFormat, Callable[[Iterable[Row], BinaryIO], int]] = MappingProxyType(
    {"csv": _write_csv, "parquet": _write_parquet}
)
"""Format → what writes rows in it."""
