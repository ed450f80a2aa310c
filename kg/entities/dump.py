"""A Wikidata JSON dump → the gazetteer's tables, streamed: memory does not grow with the dump.

The dump is read three times where people are wanted: whose offices they name, what those are called, and then all of it.
Format: https://doc.wikimedia.org/Wikibase/master/php/docs_topics_json.html
"""

from __future__ import annotations

import bz2
import gzip
import json
import re
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kg.entities.gazetteer import Gazetteer
from kg.entities.offices import OfficeNames
from kg.entities.tables import COLUMNS, PROMINENCE, Row
from kg.entities.wikidata import HUMAN, Item, table_rows, term_row
from kg.errors import DataError, InputError

Told = Callable[[int], None]
"""Is told how many bytes of the file have been read."""

_ID = re.compile(rb'"id"\s*:\s*"(Q[1-9]\d*)"')
_KINDS: Mapping[str, tuple[str, ...]] = {
    "persons": ("P39",),
    "organisations": ("P159", "P1001", "P488"),
    "places": ("P1082",),
}
"""Table → the properties one of which an item of it has: an office held; headquarters, a jurisdiction or a chair; inhabitants."""
_NO_BODIES = frozenset({"P39", "P577", "P580", "P585", "P1308"})
"""Properties of what is no body though it has a jurisdiction: offices, laws, elections."""
_ITEM = re.compile(r"Q[1-9]\d*")
_LANGUAGES = ("en", "mul")


@dataclass(frozen=True, slots=True)
class Filter:
    """Which items are taken: tables, direct classes (none: all), and the least number of Wikipedias with an article."""

    tables: Sequence[str] = ("persons", "organisations")
    classes: Collection[str] = frozenset()
    min_sitelinks: int = 1


@dataclass(frozen=True, slots=True)
class Office:
    """What an office's own item says: its name and the ISO code of the country it has jurisdiction over."""

    label: str
    country: str


def convert_dump(
    path: Path,
    folder: Path,
    wanted: Filter,
    gazetteer: Gazetteer,
    offices: OfficeNames,
    told: Told = lambda _: None,
    as_of: str = "",
) -> Mapping[str, int]:
    """Writes the tables of a dump (`.json`, `.json.gz`, `.json.bz2`) to a folder; returns how many rows each has.

    Terms without end are marked as open on the day `as_of`.

    :raises InputError: when the dump cannot be read or is none.
    :raises DataError: when the folder cannot be written or has tables already.
    """
    present = [name for name in COLUMNS if (folder / f"{name}.tsv").exists()]
    if present:
        raise DataError(f"{folder}: {present[0]}.tsv is there already; give another folder")
    named = _offices_of(path, wanted, gazetteer, told)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as files:
            tables = {name: _Table(files, folder / f"{name}.tsv.part", name) for name in (*wanted.tables, "terms")}
            for raw in _items(path, wanted, told):
                if raw["id"] in named:
                    continue
                item = _described(raw, gazetteer, named, offices, as_of)
                for table, rows in table_rows(item, kind=_kind_of(raw)).items():
                    if table in tables:
                        tables[table].write(rows)
        if not any(table.rows for table in tables.values()):
            raise InputError(
                f"{path}: no item of it is wanted; is it a Wikidata dump? Else ask for less with the options"
            )
        for name in tables:
            (folder / f"{name}.tsv.part").replace(folder / f"{name}.tsv")
    except OSError as error:
        raise DataError(f"{folder}: cannot be written ({error.strerror}); choose a folder that can") from error
    finally:
        for part in folder.glob("*.tsv.part"):
            part.unlink()
    return {name: table.rows for name, table in tables.items()}


class _Table:
    def __init__(self, files: ExitStack, path: Path, name: str) -> None:
        self.columns = COLUMNS[name] if name == "terms" else (*COLUMNS[name], PROMINENCE)
        self.rows = 0
        self._file = files.enter_context(path.open("w", encoding="utf-8", newline="\n"))
        self._file.write("\t".join(self.columns) + "\n")

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            self._file.write("\t".join(" ".join(row.get(c, "").split()) for c in self.columns) + "\n")
            self.rows += 1


def _lines(path: Path, told: Told) -> Iterator[bytes]:
    """The lines of a dump, one item each, without the brackets and commas around them."""
    try:
        with path.open("rb") as raw:
            for number, line in enumerate(_unpacked(path, raw), start=1):
                if number % 1000 == 0:
                    told(raw.tell())
                item = line.strip().rstrip(b",")
                if item not in (b"[", b"]", b""):
                    yield item
            told(raw.tell())
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise InputError(f"{path}: the dump cannot be read ({reason}); fetch it again") from error


def _unpacked(path: Path, raw: IO[bytes]) -> Iterable[bytes]:
    suffix = path.suffix.lower()
    if suffix == ".gz":
        return gzip.GzipFile(fileobj=raw)
    return bz2.BZ2File(raw) if suffix == ".bz2" else raw


def _items(path: Path, wanted: Filter, told: Told) -> Iterator[dict[str, Any]]:
    """The items that the filter takes. Lines without the properties' names are not even parsed."""
    needed = tuple(f'"{p}"'.encode() for table in wanted.tables for p in _KINDS[table])
    for line in _lines(path, told):
        if not any(name in line for name in needed):
            continue
        item = _parsed(path, line)
        try:
            kind = f"{_kind_of(item)}s" if _ITEM.fullmatch(str(item.get("id"))) else ""
        except (AttributeError, TypeError, KeyError) as error:
            raise InputError(f"{path}: an item is broken: {line[:80].decode('utf-8', 'replace')}…") from error
        classes = set(_targets(item, "P31"))
        enough = len(item.get("sitelinks", ())) >= wanted.min_sitelinks
        if kind in wanted.tables and enough and (not wanted.classes or classes & set(wanted.classes)):
            yield item


def _parsed(path: Path, line: bytes) -> dict[str, Any]:
    try:
        item = json.loads(line)
    except ValueError as error:
        raise InputError(f"{path}: this is no Wikidata JSON dump ({error}); give a dump with an item a line") from error
    if not isinstance(item, dict):
        raise InputError(f"{path}: this is no Wikidata JSON dump; give a dump with an item a line")
    return item


def _kind_of(item: Mapping[str, Any]) -> str:
    claims = item.get("claims") or {}
    if "P298" in claims or item.get("type") != "item":
        return ""
    if HUMAN in _targets(item, "P31"):
        return "person" if "P39" in claims else ""
    if "P625" in claims and "P1082" in claims:
        return "place"
    is_body = any(p in claims for p in _KINDS["organisations"]) and _NO_BODIES.isdisjoint(claims)
    return "organisation" if is_body else ""


def _offices_of(path: Path, wanted: Filter, gazetteer: Gazetteer, told: Told) -> Mapping[str, Office]:
    """What the offices and genders of the people taken are called: a first look at the dump for whose, a second for what."""
    if "persons" not in wanted.tables:
        return {}
    held = {qid for item in _items(path, wanted, told) for p in ("P39", "P21") for qid in _targets(item, p)}
    named = {}
    for line in _lines(path, told):
        found = _ID.search(line, 0, 200)
        if found is None or found[1].decode() not in held:
            continue
        item = _parsed(path, line)
        countries = {_country(qid, gazetteer) for qid in (*_targets(item, "P1001"), *_targets(item, "P17"))} - {""}
        labels = _texts(item, "labels")
        if labels:
            named[item["id"]] = Office(labels[0], min(countries) if len(countries) == 1 else "")
    return named


def _described(
    raw: Mapping[str, Any], gazetteer: Gazetteer, named: Mapping[str, Office], offices: OfficeNames, as_of: str
) -> Item:
    """An item of the dump as one that an endpoint tells of."""
    item = Item(raw["id"], _texts(raw, "labels"), _texts(raw, "aliases"))
    values = item.values
    values["class"] = [f"http://www.wikidata.org/entity/{qid}" for qid in _targets(raw, "P31")]
    values["operator"] = [c for qid in _targets(raw, "P137") if (c := _country(qid, gazetteer))]
    values["country"] = [c for p in ("P17", "P1001") for qid in _targets(raw, p) if (c := _country(qid, gazetteer))]
    values["born"], values["died"] = _times(raw, "P569"), _times(raw, "P570")
    values["population"] = [str(v["amount"]).lstrip("+") for v in _values(raw, "P1082") if "amount" in v]
    values["coordinates"] = [
        f"Point({v['longitude']} {v['latitude']})" for v in _values(raw, "P625") if v.get("latitude") is not None
    ]
    values["gender"] = [named[qid].label for qid in _targets(raw, "P21") if qid in named]
    values["sitelinks"] = [str(len(raw.get("sitelinks", ())))]
    item.terms = list(_terms(raw, named, offices, as_of))
    return item


def _terms(raw: Mapping[str, Any], named: Mapping[str, Office], offices: OfficeNames, as_of: str) -> Iterator[Row]:
    for statement in _statements(raw, "P39"):
        office = _target(statement.get("mainsnak"))
        if office is None or office not in named:
            continue
        qualifiers = statement.get("qualifiers") or {}
        start, end = (_time(next(iter(qualifiers.get(p, ())), None)) for p in ("P580", "P582"))
        yield term_row(raw["id"], office, named[office].label, named[office].country, start, end, offices, as_of)


def _statements(raw: Mapping[str, Any], prop: str) -> Iterator[Mapping[str, Any]]:
    return (s for s in (raw.get("claims") or {}).get(prop, ()) if s.get("rank") != "deprecated")


def _values(raw: Mapping[str, Any], prop: str) -> list[Mapping[str, Any]]:
    found = (_value(s.get("mainsnak")) for s in _statements(raw, prop))
    return [v for v in found if isinstance(v, dict)]


def _value(snak: Mapping[str, Any] | None) -> Any:
    return ((snak or {}).get("datavalue") or {}).get("value")


def _target(snak: Mapping[str, Any] | None) -> str | None:
    value = _value(snak)
    return value.get("id") if isinstance(value, dict) else None


def _targets(raw: Mapping[str, Any], prop: str) -> list[str]:
    return [qid for s in _statements(raw, prop) if (qid := _target(s.get("mainsnak"))) is not None]


def _times(raw: Mapping[str, Any], prop: str) -> list[str]:
    return [t for s in _statements(raw, prop) if (t := _time(s.get("mainsnak")))]


def _time(snak: Mapping[str, Any] | None) -> str:
    """A year, month or day, by its precision; empty when it is vaguer or before our era."""
    value = _value(snak)
    if not isinstance(value, dict) or not re.match(r"\+\d{4}-\d\d-\d\dT", str(value.get("time", ""))):
        return ""
    length = {9: 4, 10: 7, 11: 10}.get(value.get("precision", 11), 0)
    return str(value["time"])[1 : length + 1].removesuffix("-00").removesuffix("-00")


def _texts(raw: Mapping[str, Any], key: str) -> list[str]:
    """The English and language-independent labels or aliases."""
    found: list[str] = []
    for language in _LANGUAGES:
        value = (raw.get(key) or {}).get(language)
        entries = value if isinstance(value, list) else [value] if value else []
        found.extend(str(entry["value"]) for entry in entries)
    return list(dict.fromkeys(found))


def _country(qid: str, gazetteer: Gazetteer) -> str:
    entry = gazetteer.entry(qid)
    return entry.country or "" if entry is not None and entry.type == "country" else ""
