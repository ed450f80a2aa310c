"""Names, offices and QIDs of countries, places, organisations and persons, looked up in a compiled file."""

from __future__ import annotations

import calendar
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from kg.entities.compile_gazetteer import SCHEMA, compile_gazetteer, tables_version
from kg.entities.names import name_key
from kg.errors import DataError
from kg.resources import PACKAGED, data_path

EntryType = Literal["country", "place", "organisation", "person"]
NameKind = Literal["name", "acronym", "alias", "adjective", "singular", "plural", "surname"]

KINDS: tuple[NameKind, ...] = ("name", "acronym", "alias", "adjective", "singular", "plural", "surname")
"""How an entity is meant by a name, the most direct first."""

MAX_NAME_TOKENS = 12
COMPILED = "gazetteer.sqlite"
"""Name of the compiled file in a folder of tables."""

_ENTRY_COLUMNS = (
    "e.qid, e.type, e.name, e.country, e.sector, e.acts_for, e.latitude, e.longitude, e.population, e.prominence,"
    " e.gender, e.born, e.died"
)
_TERM_COLUMNS = 'person, office, office_class, office_wikidata, country, start, "end", as_of'
_REMEDY = "build it again with: kg gazetteer compile"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entity of the gazetteer.

    `country` is an ISO 3166-1 alpha-3 code, `sector` a PLOVER code, `acts_for` the QID of the country or body
    that a seat, capital or government body stands for; `born` and `died` have year, month or day precision.
    """

    wikidata: str
    type: EntryType
    name: str
    country: str | None
    sector: str | None
    acts_for: str | None
    latitude: float | None
    longitude: float | None
    population: int | None
    prominence: float
    gender: str | None
    born: str | None
    died: str | None


@dataclass(frozen=True, slots=True)
class NameMatch:
    """An entity that a name can mean, and what the name is to it."""

    entry: Entry
    kind: NameKind


@dataclass(frozen=True, slots=True)
class Term:
    """A stay in an office, with inclusive bounds: vague dates are widened to all the days they can mean.

    Without an end the term was open on `as_of`; what came after is not known.
    """

    person: str
    office: str
    office_class: str
    office_wikidata: str | None
    country: str | None
    start: date | None
    end: date | None
    as_of: date | None

    @property
    def shown(self) -> str:
        """The office, its country and its days in one line; "?" stands for what is not known.

        >>> Term("Q1", "Foreign Minister", "foreign-minister", None, "FRA", date(2017, 5, 17), None, date(2022, 7, 1)).shown
        'Foreign Minister (FRA), 2017-05-17 to ? (open on 2022-07-01)'
        """
        days = f"{self.start or '?'} to {self.end or '?'}"
        is_open = f" (open on {self.as_of})" if self.as_of and not self.end else ""
        return f"{self.office}{f' ({self.country})' if self.country else ''}, {days}{is_open}"

    def covers(self, day: date) -> bool:
        """Whether the person is known to have held the office on a day."""
        last = self.end or self.as_of
        return self.start is not None and last is not None and self.start <= day <= last


@dataclass(frozen=True, slots=True)
class Statistics:
    """How much a gazetteer holds: entities by type, names by what they are to the entity, terms by class of office."""

    entities: Mapping[str, int]
    names: Mapping[str, int]
    terms: Mapping[str, int]


class _File:
    """One compiled file."""

    def __init__(self, connection: sqlite3.Connection, version: str, path: Path) -> None:
        self.connection, self.version, self.path = connection, version, path

    @classmethod
    def open(cls, path: Path) -> _File:
        if not path.is_file():
            raise DataError(f"{path}: the gazetteer is missing; {_REMEDY}")
        uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        try:
            meta = dict(connection.execute("SELECT key, value FROM meta"))
        except sqlite3.DatabaseError as error:
            connection.close()
            raise DataError(f"{path}: this is not a gazetteer ({error}); {_REMEDY}") from error
        if meta.get("schema") != str(SCHEMA) or "version" not in meta:
            connection.close()
            raise DataError(f"{path}: the gazetteer has schema {meta.get('schema')}, not {SCHEMA}; {_REMEDY}")
        return cls(connection, meta["version"], path)

    def rows(self, query: str, values: tuple[str | float, ...] = ()) -> list[tuple[Any, ...]]:
        """:raises DataError: when the file turns out to be damaged."""
        try:
            return self.connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise DataError(f"{self.path}: the gazetteer is damaged ({error}); {_REMEDY}") from error


class Gazetteer:
    """A read-only gazetteer of one or several files; safe to use from several threads. Open it with `Gazetteer.open`.

    Names and terms of all files count. Of an entity that several have, what a later file says stands, and the
    greatest prominence.
    """

    def __init__(self, files: Sequence[_File]) -> None:
        self._files = tuple(files)
        self.version = "+".join(file.version for file in files)
        self._matches: Callable[[str], tuple[NameMatch, ...]] = lru_cache(maxsize=65536)(self._find_key)
        self.entry: Callable[[str], Entry | None] = lru_cache(maxsize=65536)(self._find_entry)
        self.terms_of: Callable[[str], tuple[Term, ...]] = lru_cache(maxsize=65536)(self._find_terms)
        self.country: Callable[[str], Entry | None] = lru_cache(maxsize=1024)(self._find_country)

    @classmethod
    def open(cls, *paths: Path) -> Gazetteer:
        """Opens compiled gazetteers, each adding to those before it.

        :raises DataError: when a file is missing, broken or of another schema.
        """
        with ExitStack() as opened:
            files = []
            for path in paths:
                file = _File.open(path)
                opened.callback(file.connection.close)
                files.append(file)
            opened.pop_all()
        return cls(files)

    def close(self) -> None:
        """Closes the files."""
        for file in self._files:
            file.connection.close()

    def find(self, name: str) -> tuple[NameMatch, ...]:
        """The entities that a name can mean, the most prominent first, each once under its most direct kind.

        Case, accents, a leading "the" and a possessive do not count: for a match of kind `acronym` the caller
        should see to it that the text is in capitals ("us", "who").
        """
        return self._matches(name_key(name))

    def had(self, name: str, qid: str, versions: Collection[str]) -> bool:
        """Whether a file of one of these versions has the name for the item; or, where none has it written so, the item."""
        query, values = "SELECT 1 FROM name WHERE key = ? AND qid = ?", (name_key(name), qid)
        having = [file for file in self._files if file.rows(query, values)]
        having = having or [file for file in self._files if file.rows("SELECT 1 FROM entity WHERE qid = ?", (qid,))]
        return any(file.version in versions for file in having)

    def search(self, start: str, limit: int = 20) -> tuple[Entry, ...]:
        """Those whose names begin with some words or letters, the most prominent first."""
        key = name_key(start)
        if not key:
            return ()
        rows = self._rows("SELECT DISTINCT qid FROM name WHERE key >= ? AND key < ?", (key, f"{key}\U0010ffff"))
        entries = {e.wikidata: e for (qid,) in rows if (e := self._find_entry(qid)) is not None}
        return tuple(sorted(entries.values(), key=lambda e: (-e.prominence, int(e.wikidata[1:])))[:limit])

    def beginning(self, words: str, prominence: float) -> tuple[Entry, ...]:
        """People of at least some prominence whose names go on after these folded words, the most prominent first.

        "!" is the first letter after the space that parts words.
        """
        rows = self._rows(
            "SELECT DISTINCT e.qid FROM name AS n JOIN entity AS e ON e.qid = n.qid"
            " WHERE n.key >= ? AND n.key < ? AND e.type = 'person' AND e.prominence >= ?",
            (f"{words} ", f"{words}!", prominence),
        )
        entries = {e.wikidata: e for (qid,) in rows if (e := self.entry(qid)) is not None}
        return tuple(sorted(entries.values(), key=lambda e: (-e.prominence, int(e.wikidata[1:]))))

    def holders(self, office_class: str, country: str, day: date) -> tuple[Entry, ...]:
        """Who held an office of a class in a country on a day, the latest to take it first.

        When nobody is known to have held it then, those count whose terms were open when last seen, if
        nobody took the office later.
        """
        rows = self._rows(
            f"SELECT {_TERM_COLUMNS} FROM term WHERE country = ? AND office_class = ?", (country, office_class)
        )
        terms = [_term(row) for row in rows]
        holding = [term for term in terms if term.covers(day)]
        if not holding:
            started = [term.start for term in terms if term.start and term.start <= day]
            holding = [
                term for term in terms if term.end is None and term.start and term.start == max(started, default=None)
            ]
        ordered = sorted(holding, key=lambda term: (-(term.start or date.min).toordinal(), term.person))
        entries = (self.entry(person) for person in dict.fromkeys(term.person for term in ordered))
        return tuple(entry for entry in entries if entry is not None)

    def statistics(self) -> Statistics:
        """How much the gazetteer holds: entities by type, names by kind, terms by class of office."""
        types, kinds, classes = Counter[str](), Counter[str](), Counter[str]()
        qids: set[str] = set()
        for file in self._files:
            for qid, kind in file.rows("SELECT qid, type FROM entity"):
                types[kind] += qid not in qids
                qids.add(qid)
            kinds.update(dict(file.rows("SELECT kind, count(*) FROM name GROUP BY kind")))
            classes.update(dict(file.rows("SELECT office_class, count(*) FROM term GROUP BY office_class")))
        return Statistics(types, kinds, classes)

    def entries(self) -> Iterator[Entry]:
        """All entities, sorted by the number of their QID."""
        qids = {row[0] for row in self._rows("SELECT qid FROM entity")}
        found = (self._find_entry(qid) for qid in sorted(qids, key=lambda qid: int(qid[1:])))
        return (entry for entry in found if entry is not None)

    def all_names(self) -> dict[str, set[str]]:
        """The folded names of every entity, read at once."""
        names: dict[str, set[str]] = defaultdict(set)
        for key, qid in self._rows("SELECT key, qid FROM name"):
            names[qid].add(key)
        return names

    def names_of(self, qid: str) -> tuple[str, ...]:
        """The folded names that an entity is filed under, sorted."""
        return tuple(sorted({row[0] for row in self._rows("SELECT key FROM name WHERE qid = ?", (qid,))}))

    def _rows(self, query: str, values: tuple[str | float, ...] = ()) -> list[tuple[Any, ...]]:
        return [row for file in self._files for row in file.rows(query, values)]

    def _find_key(self, key: str) -> tuple[NameMatch, ...]:
        rows = self._rows(
            f"SELECT n.kind, {_ENTRY_COLUMNS} FROM name AS n JOIN entity AS e ON e.qid = n.qid WHERE n.key = ?", (key,)
        )
        best: dict[str, NameMatch] = {}
        for kind, *columns in sorted(rows, key=lambda row: KINDS.index(row[0])):
            if columns[0] not in best:
                entry = Entry(*columns) if len(self._files) == 1 else self.entry(columns[0])
                assert entry is not None
                best[columns[0]] = NameMatch(entry, kind)
        return tuple(sorted(best.values(), key=lambda match: (-match.entry.prominence, int(match.entry.wikidata[1:]))))

    def _find_entry(self, qid: str) -> Entry | None:
        rows = self._rows(f"SELECT {_ENTRY_COLUMNS} FROM entity AS e WHERE e.qid = ?", (qid,))
        return _merged([Entry(*row) for row in rows]) if rows else None

    def _find_country(self, iso3: str) -> Entry | None:
        """The sovereign state, or the territory, of an ISO 3166-1 alpha-3 code."""
        rows = self._rows("SELECT qid FROM country WHERE iso3 = ?", (iso3,))
        return self.entry(rows[0][0]) if rows else None

    def _find_terms(self, qid: str) -> tuple[Term, ...]:
        rows = self._rows(
            f"SELECT {_TERM_COLUMNS} FROM term WHERE person = ? ORDER BY start, office_class, office", (qid,)
        )
        return tuple(_term(row) for row in dict.fromkeys(rows))


def _merged(entries: Sequence[Entry]) -> Entry:
    """One entry of those that several files have: the last one's values, where it has them."""
    merged = entries[0]
    for entry in entries[1:]:
        told = {f.name: v for f in fields(entry) if (v := getattr(entry, f.name)) is not None}
        merged = replace(merged, **{**told, "prominence": max(merged.prominence, entry.prominence)})
    return merged


def default_gazetteer_path() -> Path:
    """The compiled gazetteer: that of the installed package, else that of the source tree.

    In a source tree it is compiled when it is missing or the tables have changed.

    :raises DataError: when neither is there.
    """
    packaged = PACKAGED.joinpath("seeds", "gazetteer", COMPILED)
    return packaged if packaged.is_file() else compiled_path(data_path("seeds", "gazetteer"), complete=True)


def compiled_path(path: Path, *, complete: bool = False) -> Path:
    """The compiled file of a folder of tables, made anew when they have changed; the path of a file as it is.

    :raises DataError: when a table is wrong, or the folder has none.
    """
    if not path.is_dir():
        return path
    compiled, stamp = path / COMPILED, path / ".compiled"
    if compiled.is_file() and stamp.is_file() and stamp.read_text("utf-8") == _stamp(path):
        return compiled
    try:
        opened = _File.open(compiled)
        opened.connection.close()
        is_stale = opened.version != tables_version(path)
    except DataError:
        is_stale = True
    if is_stale:
        compile_gazetteer(path, compiled, complete=complete)
    with suppress(OSError):
        stamp.write_text(_stamp(path), "utf-8")
    return compiled


def _stamp(folder: Path) -> str:
    """The sizes and times of a folder's tables and compiled file: while they stay, the tables need not be read."""
    files = sorted([*folder.glob("*.tsv"), folder / COMPILED])
    return "".join(f"{f.name} {s.st_size} {s.st_mtime_ns}\n" for f in files if f.is_file() and (s := f.stat()))


def open_gazetteer(more: Sequence[Path] = ()) -> Gazetteer:
    """The gazetteer that comes with `kg`, and those files and folders of tables added to it.

    :raises DataError: when one is missing or wrong.
    """
    return Gazetteer.open(default_gazetteer_path(), *(compiled_path(path) for path in more))


def _term(row: Sequence[str | None]) -> Term:
    person, office, office_class, wikidata, country, start, end, as_of = row
    return Term(
        person=person or "",
        office=office or "",
        office_class=office_class or "",
        office_wikidata=wikidata,
        country=country,
        start=first_day(start),
        end=last_day(end),
        as_of=last_day(as_of),
    )


def first_day(vague: str | None) -> date | None:
    """The first day of a year, month or day.

    >>> first_day("2011").isoformat(), first_day("2017-02").isoformat(), first_day(None)
    ('2011-01-01', '2017-02-01', None)
    """
    if not vague:
        return None
    parts = [int(part) for part in vague.split("-")]
    return date(*(parts + [1, 1])[:3])


def last_day(vague: str | None) -> date | None:
    """The last day of a year, month or day.

    >>> last_day("2011").isoformat(), last_day("2016-02").isoformat(), last_day("")
    ('2011-12-31', '2016-02-29', None)
    """
    if not vague:
        return None
    parts = [int(part) for part in vague.split("-")]
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return date(year, month, parts[2] if len(parts) > 2 else calendar.monthrange(year, month)[1])
