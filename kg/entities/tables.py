"""The tables that a gazetteer is made of: tab-separated, one header line, no quoting, several values parted by "|"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from kg.errors import DataError
from kg.model import SECTORS

try:
    import fcntl
except ImportError:  # Windows has no such locks.
    fcntl = None  # type: ignore[assignment]

Row = dict[str, str]

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "countries": (
        "wikidata", "name", "aliases", "iso2", "iso3", "adjective", "singular", "plural", "capital", "part_of",
        "regions", "member_of", "source",
    ),
    "places": (
        "wikidata", "name", "aliases", "country", "latitude", "longitude", "population", "class", "acts_for", "source",
    ),
    "organisations": ("wikidata", "name", "aliases", "country", "sector", "acts_for", "source"),
    "persons": ("wikidata", "name", "aliases", "gender", "born", "died", "source"),
    "terms": (
        "person", "office", "office_class", "office_wikidata", "country", "start", "end", "as_of", "source",
    ),
}  # fmt: skip
"""Table → its columns; countries are ISO 3166-1 alpha-3 codes, days have year, month or day precision."""

PROMINENCE = "prominence"
"""A column that any table of entities may have beside its own: a number in [0, 1] that namesakes are ordered by."""

_DAYS = frozenset({"born", "died", "start", "end", "as_of"})
_QID = r"Q[1-9]\d*"
_NUMBER = r"-?\d+(\.\d+)?"
_PATTERNS: Mapping[str, tuple[re.Pattern[str], str]] = {
    column: (re.compile(pattern), what)
    for columns, pattern, what in (
        ("wikidata person", _QID, "a QID such as Q42"),
        ("office_wikidata acts_for part_of", f"({_QID})?", "a QID such as Q42, or empty"),
        ("capital", rf"({_QID}(\|{_QID})*)?", "QIDs such as Q42"),
        ("name office", r"\S.*", "not empty"),
        ("country iso3", "([A-Z]{3})?", "an ISO 3166-1 alpha-3 code such as FRA, or empty"),
        ("iso2", "([A-Z]{2})?", "an ISO 3166-1 alpha-2 code such as FR, or empty"),
        (
            " ".join(sorted(_DAYS)),
            r"(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?",
            "a year, month or day such as 2011-03-31, or empty",
        ),
        ("latitude longitude", f"({_NUMBER})?", "a number, or empty"),
        ("population", r"(\d+)?", "a whole number, or empty"),
        (PROMINENCE, r"(0(\.\d+)?|1(\.0+)?)?", "a number from 0 to 1, or empty"),
        ("sector", f"({'|'.join(SECTORS)})?", f"one of {', '.join(SECTORS)}, or empty"),
    )
    for column in columns.split()
}


def read_table(path: Path, columns: Sequence[str] = ()) -> list[Row]:
    """The rows of a table; those of a gazetteer's table must have its columns, and their values be of the right form.

    :raises DataError: when the file cannot be read, lacks a column, or a cell is wrong.
    """
    return list(_rows(path, columns))


def _rows(path: Path, columns: Sequence[str]) -> Iterator[Row]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); restore the table") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not UTF-8 text ({error.reason}); save the table as UTF-8") from error
    header = lines[0].rstrip("\r").split("\t")
    missing = [column for column in columns if column not in header]
    if missing:
        raise DataError(f"{path}: column {missing[0]!r} is missing; its header must be: {' '.join(columns)}")
    checks = [(i, c, _PATTERNS[c][1]) for i, c in enumerate(header) if columns and c in _PATTERNS]
    seen: set[str] = set()
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = line.rstrip("\r").split("\t")
        if len(cells) != len(header):
            raise DataError(
                f"{path}, line {number}: {len(cells)} cells where the header has {len(header)}; mend the line"
            )
        for i, column, what in checks:
            if not _is_right(column, cells[i]):
                raise DataError(f"{path}, line {number}: {column} is {cells[i]!r}; it must be {what}")
        if columns and header[0] == "wikidata":
            if cells[0] in seen:
                raise DataError(f"{path}, line {number}: {cells[0]} stands on an earlier line too; join the two")
            seen.add(cells[0])
        yield dict(zip(header, cells, strict=True))


def is_in_calendar(vague: str) -> bool:
    """Whether a year, month or day is one that a calendar has: no 30 February, no year 0."""
    try:
        date.fromisoformat((vague or "2000") + "-01-01"[len(vague or "2000") - 4 :])
    except ValueError:
        return False
    return True


def fit(row: Row) -> Row | None:
    """A row without the values that no table takes; None when one that it must have is among them."""
    wrong = {c for c, cell in row.items() if c in _PATTERNS and not _is_right(c, _one_line(cell))}
    if wrong & {"wikidata", "person", "name", "office"}:
        return None
    return {c: "" if c in wrong else cell for c, cell in row.items()}


def _is_right(column: str, cell: str) -> bool:
    return _PATTERNS[column][0].fullmatch(cell) is not None and (column not in _DAYS or is_in_calendar(cell))


def read_tables(folder: Path, *, complete: bool) -> dict[str, list[Row]]:
    """All tables of a folder; those that are not there are empty unless the folder must be complete.

    :raises DataError: when the folder has no table, or a table is missing or wrong.
    """
    found = {name: folder / f"{name}.tsv" for name in COLUMNS}
    if not complete and not any(path.is_file() for path in found.values()):
        raise DataError(
            f"{folder}: no table is here; a gazetteer's folder has {', '.join(f'{n}.tsv' for n in COLUMNS)}"
        )
    return {name: read_table(path, COLUMNS[name]) if complete or path.is_file() else [] for name, path in found.items()}


def write_table(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Writes rows as a table, sorted by QID number and then by all cells."""
    cells = sorted(
        ([row.get(column, "") for column in columns] for row in rows), key=lambda row: (int(row[0][1:]), row)
    )
    text = "".join("\t".join(line) + "\n" for line in [list(columns), *cells])
    path.write_text(text, encoding="utf-8", newline="\n")


def values_of(cell: str) -> list[str]:
    """The values of a cell.

    >>> values_of("UK|GB"), values_of("")
    (['UK', 'GB'], [])
    """
    return [value for value in cell.split("|") if value]


def add_rows(folder: Path, rows_of: Mapping[str, Iterable[Row]]) -> int:
    """Adds rows to a folder's tables, made if they are not there; returns how many are new or changed.

    A row of an entity that a table has already adds its names to it, and its other values stand. Nothing is written
    unless all values are right.

    :raises DataError: when a table cannot be read or written, or a value is wrong.
    """
    rows_of = {table: list(rows) for table, rows in rows_of.items()}
    for table, rows in rows_of.items():
        for row in rows:
            _check(
                {c: _one_line(row.get(c, "")) for c in (*COLUMNS[table], PROMINENCE)},
                f"{folder / table}.tsv: the new row",
            )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _alone(folder):
            return _add(folder, rows_of)
    except OSError as error:
        raise DataError(f"{folder}: cannot be written ({error.strerror}); choose a folder that can") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Waits until no other process adds to the folder."""
    with (folder / ".lock").open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _add(folder: Path, rows_of: Mapping[str, Iterable[Row]]) -> int:
    grown = {table: _grown(folder / f"{table}.tsv", table, rows) for table, rows in rows_of.items()}
    for table, (columns, rows, changed) in grown.items():
        path = folder / f"{table}.tsv"
        if not changed:
            continue
        partial = path.with_suffix(".tsv.part")
        write_table(partial, columns, rows)
        partial.replace(path)
    return sum(changed for _, _, changed in grown.values())


def _grown(path: Path, table: str, new: Iterable[Row]) -> tuple[Sequence[str], list[Row], int]:
    """A table's columns, its rows with the new ones, and how many of these changed it."""
    present = read_table(path, COLUMNS[table]) if path.is_file() else []
    new = list(new)
    has_prominence = any(row.get(PROMINENCE) for row in (*present, *new))
    columns = (*COLUMNS[table], PROMINENCE) if has_prominence else COLUMNS[table]
    rows = {_key(table, row): {c: row.get(c, "") for c in columns} for row in present}
    changed = 0
    for row in new:
        cells = {c: _one_line(row.get(c, "")) for c in columns}
        key = _key(table, cells)
        merged = _merged(rows[key], cells) if key in rows else cells
        changed += rows.get(key) != merged
        rows[key] = merged
    return columns, list(rows.values()), changed


def _key(table: str, row: Row) -> tuple[str, ...]:
    """What tells a row from others: an entity's QID; person, office, country and start of a term."""
    columns = ("person", "office", "country", "start") if table == "terms" else ("wikidata",)
    return tuple(row.get(c, "") for c in columns)


def _merged(old: Row, new: Row) -> Row:
    merged = {column: new[column] or old[column] for column in new}
    if "aliases" in new:
        names = (*values_of(old["aliases"]), old["name"], *values_of(new["aliases"]))
        merged["aliases"] = "|".join(n for n in dict.fromkeys(names) if n != merged["name"])
    if old.get("source") and new.get("source"):
        merged["source"] = "; ".join(dict.fromkeys([*old["source"].split("; "), *new["source"].split("; ")]))
    return merged


def _one_line(cell: str) -> str:
    """A cell without what would break its row."""
    return " ".join(cell.split())


def _check(row: Row, where: str) -> None:
    for column, cell in row.items():
        if column in _PATTERNS and not _is_right(column, cell):
            raise DataError(f"{where}: {column} is {cell!r}; it must be {_PATTERNS[column][1]}")
    if row.get("start") and row.get("end") and row["end"] < row["start"][: len(row["end"])]:
        raise DataError(f"{where}: end {row['end']} is before start {row['start']}; mend one of them")
