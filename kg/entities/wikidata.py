"""Wikidata's items as rows of the gazetteer's tables, asked from an endpoint by the queries in `queries/wikidata`."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.endpoint import Row as Solution
from kg.entities.facts import sector_of
from kg.entities.names import fold_name
from kg.entities.offices import OfficeNames
from kg.entities.tables import PROMINENCE, Row, is_in_calendar, values_of
from kg.errors import DataError
from kg.resources import data_path

HUMAN = "Q5"
SOURCE = "Wikidata"
ITEMS_AT_ONCE = 100
NAMES_AT_ONCE = 50

Select = Callable[[str], list[Solution]]
"""Asks a SELECT query and gives its solutions."""

_ITEM = re.compile(r"^http://www\.wikidata\.org/entity/(Q[1-9]\d*)$")
_POINT = re.compile(r"^Point\((-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)\)$", re.IGNORECASE)
_DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)T")
_HEADER = re.compile(r"^# kind: (\w+)(?:, sector: (\w+))?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Listing:
    """A named query that lists items of countries, what kind of entity they are and of what sector."""

    name: str
    title: str
    kind: str
    sector: str
    text: str


@dataclass(slots=True)
class Item:
    """What is known of an item."""

    qid: str
    labels: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    values: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    terms: list[Row] = field(default_factory=list)

    def value(self, what: str) -> str:
        """The least of the values, so that the order of answers does not matter; empty when there is none."""
        return min(self.values.get(what, ()), default="")


def listings(folder: Path | None = None) -> tuple[Listing, ...]:
    """The named queries of a folder, by name; default: those that come with `kg`.

    :raises DataError: when a query has no header line that says the kind of its items.
    """
    found = []
    for path in sorted((folder or data_path("queries", "wikidata")).glob("*.rq")):
        text = path.read_text(encoding="utf-8")
        header = _HEADER.search(text)
        if header is None:
            raise DataError(f"{path}: the header lacks a line '# kind: person' or '# kind: organisation, sector: GOV'")
        found.append(Listing(path.stem, text.splitlines()[0].removeprefix("# "), header[1], header[2] or "", text))
    return tuple(found)


def list_items(listing: Listing, countries: Iterable[str], select: Select) -> set[str]:
    """The QIDs that a listing gives for countries, which are QIDs; one question a country."""
    found = set()
    for country in countries:
        rows = select(_with_values(listing.text, "country", [f"wd:{country}"]))
        found |= {qid for row in rows if (qid := _qid(row.get("item", "")))}
    return found


def items_of_names(names: Iterable[str], select: Select) -> dict[str, set[str]]:
    """The QIDs of the items called by each name that any item is called by."""
    found: dict[str, set[str]] = defaultdict(set)
    for batch in _batches(sorted(set(names)), NAMES_AT_ONCE):
        terms = [f'"{_escaped(name)}"@{language}' for name in batch for language in ("en", "mul")]
        for row in select(_with_values(_fact_query("items-of-names"), "name", terms)):
            if qid := _qid(row.get("item", "")):
                found[row["name"]].add(qid)
    return dict(found)


def describe_items(qids: Iterable[str], select: Select, offices: OfficeNames) -> Iterator[Item]:
    """What the endpoint knows of items, sorted by their number."""
    for batch in _batches(sorted(set(qids), key=lambda q: int(q[1:])), ITEMS_AT_ONCE):
        items = {qid: Item(qid) for qid in batch}
        terms = [f"wd:{qid}" for qid in batch]

        def rows(name: str, terms: Sequence[str] = tuple(terms)) -> list[Solution]:
            return select(_with_values(_fact_query(name), "item", terms))

        for row in rows("names"):
            item = items[_qid(row["item"])]
            (item.labels if row["what"] == "label" else item.aliases).append(row["name"])
        for row in rows("values"):
            items[_qid(row["item"])].values[row["what"]].append(row["value"])
        for row in rows("terms"):
            items[_qid(row["item"])].terms.append(_term(row, offices))
        yield from items.values()


def table_rows(item: Item, sector: str = "", kind: str = "") -> dict[str, list[Row]]:
    """The rows of an item, by table; none when it has no name or is nothing that a gazetteer has.

    `sector` and `kind` are those of the listing that gave it.
    """
    names = list(dict.fromkeys([*sorted(item.labels), *sorted(item.aliases)]))
    if not names:
        return {}
    row = {"wikidata": item.qid, "name": names[0], "aliases": "|".join(_distinct(names)), "source": SOURCE}
    sitelinks = int(float(item.value("sitelinks") or 0))
    found = kind or _kind_of(item)
    if found == "person":
        # A lone surname or first name as an alias would claim all who are called so.
        row["aliases"] = "|".join(name for name in values_of(row["aliases"]) if " " in name)
        life = {"gender": item.value("gender"), "born": _day(item.value("born")), "died": _day(item.value("died"))}
        is_held = {} if item.terms else {PROMINENCE: _prominence(sitelinks)}
        terms = sorted(item.terms, key=lambda t: tuple(t.values()))
        return {"persons": [row | life | is_held], "terms": [t | {"person": item.qid} for t in terms]}
    country = item.value("operator") or _only(item.values.get("country", ()))
    if found == "organisation":
        told = sector or sector_of(row["name"])
        country = "" if told == "IGO" else country
        return {"organisations": [row | {"country": country, "sector": told, PROMINENCE: _prominence(sitelinks)}]}
    if found == "place":
        latitude, longitude = _position(item.value("coordinates"))
        population = str(int(float(item.value("population") or 0))) if item.value("population") else ""
        place = {"country": country, "latitude": latitude, "longitude": longitude, "population": population}
        return {"places": [row | place | {"class": "Place", PROMINENCE: _prominence(sitelinks)}]}
    return {}


def _kind_of(item: Item) -> str:
    """What an item is by the properties that it has: classes of organisations and places are too many to list."""
    classes = {_qid(value) for value in item.values.get("class", ())}
    if HUMAN in classes:
        return "person"
    if item.values.get("iso3"):
        return ""
    if item.values.get("coordinates") and (item.values.get("population") or not item.values.get("headquarters")):
        return "place" if item.values.get("population") else ""
    return (
        "organisation" if any(item.values.get(w) for w in ("headquarters", "country", "operator")) and classes else ""
    )


def _term(row: Solution, offices: OfficeNames) -> Row:
    start, end = row.get("start", ""), row.get("end", "")
    return term_row(_qid(row["item"]), _qid(row["office"]), row["label"], row.get("country", ""), start, end, offices)


def term_row(person: str, office: str, label: str, country: str, start: str, end: str, offices: OfficeNames) -> Row:
    """A row of the terms' table; days are as Wikidata writes them."""
    known = offices.classify(label, country or None)
    return {
        "person": person,
        "office": label,
        "office_class": known[0] if known else "official",
        "office_wikidata": office,
        "country": country,
        "start": _day(start),
        "end": _day(end),
        "source": SOURCE,
    }


def _prominence(sitelinks: int) -> str:
    """By how many Wikipedias have an article, on a logarithmic scale: 0.05 for none, 0.2 for 9, 0.35 for 99.

    >>> _prominence(0), _prominence(9), _prominence(99)
    ('0.050', '0.200', '0.350')
    """
    return f"{min(0.6, 0.05 + 0.15 * math.log10(1 + sitelinks)):.3f}"


def _distinct(names: Sequence[str]) -> Iterator[str]:
    """The names after the first that are not another spelling of one before."""
    seen = {fold_name(names[0])}
    for name in names[1:]:
        if fold_name(name) not in seen and "|" not in name:
            seen.add(fold_name(name))
            yield name


def _only(values: Iterable[str]) -> str:
    """The only value, or none of several."""
    distinct = set(values)
    return distinct.pop() if len(distinct) == 1 else ""


def _position(point: str) -> tuple[str, str]:
    """Latitude and longitude of a WKT point, which has them the other way round.

    >>> _position("Point(2.35 48.85)"), _position("")
    (('48.85', '2.35'), ('', ''))
    """
    found = _POINT.match(point)
    return (found[2], found[1]) if found else ("", "")


def _day(value: str) -> str:
    """A day of Wikidata's; a first of January is mostly a year.

    >>> _day("1949-06-02T00:00:00Z"), _day("1949-01-01T00:00:00Z"), _day("t123")
    ('1949-06-02', '1949', '')
    """
    found = _DAY.match(value)
    if found is None or found[1] == "0000":
        return ""
    day = f"{found[1]}-{found[2]}-{found[3]}"
    return found[1] if day.endswith("-01-01") or not is_in_calendar(day) else day


def _qid(iri: str) -> str:
    """The QID of an entity's IRI; empty for anything else."""
    found = _ITEM.match(iri)
    return found[1] if found else ""


def _fact_query(name: str) -> str:
    return data_path("queries", "wikidata", "facts", f"{name}.rq").read_text(encoding="utf-8")


def _with_values(text: str, variable: str, terms: Iterable[str]) -> str:
    return text.replace(f"VALUES ?{variable} {{ UNDEF }}", f"VALUES ?{variable} {{ {' '.join(terms)} }}")


def _escaped(text: str) -> str:
    """A text inside a SPARQL string.

    >>> _escaped('William "Bill"')
    'William \\\\"Bill\\\\"'
    """
    plain = text.replace("\\", "\\\\").replace('"', '\\"')
    return plain.replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def _batches(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (values[i : i + size] for i in range(0, len(values), size))


def grow(rows_of: Mapping[str, list[Row]], into: dict[str, list[Row]]) -> None:
    """Adds the rows of an item to those of others."""
    for table, rows in rows_of.items():
        into.setdefault(table, []).extend(rows)
