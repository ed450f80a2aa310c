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
from kg.entities.tables import PROMINENCE, Row, fit, is_in_calendar, values_of
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
_DAY = re.compile(r"^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T|$)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
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

    def number(self, what: str) -> int | None:
        """The greatest of the values that are numbers: of several populations mostly the latest."""
        return max((int(float(v)) for v in self.values.get(what, ()) if _NUMBER.fullmatch(v)), default=None)


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
            if (qid := _qid(row.get("item", ""))) and "name" in row:
                found[row["name"]].add(qid)
    return dict(found)


def describe_items(qids: Iterable[str], select: Select, offices: OfficeNames, as_of: str = "") -> Iterator[Item]:
    """What the endpoint knows of items, sorted by their number; terms without end are marked as open on a day."""
    for batch in _batches(sorted(set(qids), key=lambda q: int(q[1:])), ITEMS_AT_ONCE):
        items = {qid: Item(qid) for qid in batch}
        terms = [f"wd:{qid}" for qid in batch]

        def rows(
            name: str, items: dict[str, Item] = items, terms: Sequence[str] = tuple(terms)
        ) -> Iterator[tuple[Item, Solution]]:
            for row in select(_with_values(_fact_query(name), "item", terms)):
                item = items.get(_qid(row.get("item", "")))
                if item is not None:
                    yield item, row

        for item, row in rows("names"):
            if "name" in row:
                (item.labels if row.get("what") == "label" else item.aliases).append(row["name"])
        for item, row in rows("values"):
            if "what" in row and "value" in row:
                item.values[row["what"]].append(row["value"])
        statements: dict[str, list[tuple[Item, Solution]]] = defaultdict(list)
        for item, row in rows("terms"):
            if "label" in row and _qid(row.get("office", "")):
                statements[row.get("statement", "")].append((item, row))
        for group in statements.values():
            item, row = min(group, key=lambda pair: sorted(pair[1].items()))
            country = _only(r["country"] for _, r in group if "country" in r)
            item.terms.append(_term(item, row, country, offices, as_of))
        yield from items.values()


def table_rows(item: Item, sector: str = "", kind: str = "") -> dict[str, list[Row]]:
    """The rows of an item, by table; none when it has no name or is nothing that a gazetteer has.

    `sector` and `kind` are those of the listing that gave it. Values of a wrong form are left out.
    """
    rows = {
        table: [fitted for row in found if (fitted := fit(row)) is not None]
        for table, found in _rows_of(item, sector, kind).items()
    }
    return rows if any(rows.get(table) for table in ("persons", "organisations", "places")) else {}


def _rows_of(item: Item, sector: str, kind: str) -> dict[str, list[Row]]:
    names = [n for n in dict.fromkeys([*sorted(item.labels), *sorted(item.aliases)]) if n.strip() and "|" not in n]
    if not names:
        return {}
    row = {"wikidata": item.qid, "name": names[0], "aliases": "|".join(_distinct(names)), "source": SOURCE}
    sitelinks = item.number("sitelinks") or 0
    found = kind or _kind_of(item)
    if found == "person":
        # A lone surname or first name as an alias would claim all who are called so.
        row["aliases"] = "|".join(name for name in values_of(row["aliases"]) if " " in name)
        life = {
            "gender": item.value("gender"),
            "born": day_of(item.value("born"), is_vague=True),
            "died": day_of(item.value("died"), is_vague=True),
        }
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
        number = item.number("population")
        population = "" if number is None else str(number)
        place = {"country": country, "latitude": latitude, "longitude": longitude, "population": population}
        return {"places": [row | place | {"class": "Place", PROMINENCE: _prominence(sitelinks)}]}
    return {}


def _kind_of(item: Item) -> str:
    """What an item is by its class and the properties that it has; empty for what no gazetteer has."""
    if HUMAN in {_qid(value) for value in item.values.get("class", ())}:
        return "person"
    if item.values.get("iso3"):
        return ""
    if item.values.get("coordinates") and item.values.get("population"):
        return "place"
    return "organisation" if item.values.get("organisation") else ""


def _term(item: Item, row: Solution, country: str, offices: OfficeNames, as_of: str) -> Row:
    start, end = (_cut(row.get(w, ""), row.get(f"{w}Precision", "")) for w in ("start", "end"))
    return term_row(item.qid, _qid(row["office"]), row["label"], country, start, end, offices, as_of)


def term_row(
    person: str, office: str, label: str, country: str, start: str, end: str, offices: OfficeNames, as_of: str = ""
) -> Row:
    """A row of the terms' table; days are as Wikidata writes them."""
    known = offices.classify(label, country or None)
    return {
        "person": person,
        "office": label,
        "office_class": known[0] if known else "official",
        "office_wikidata": office,
        "country": country,
        "start": day_of(start),
        "end": day_of(end),
        "as_of": "" if day_of(end) else as_of,
        "source": SOURCE,
    }


def _cut(value: str, precision: str) -> str:
    """A day to its precision: 9 is a year, 10 a month.

    >>> _cut("2023-06-01T00:00:00Z", "10"), _cut("2023-01-01T00:00:00Z", "9"), _cut("2023-01-01T00:00:00Z", "")
    ('2023-06', '2023', '2023-01-01T00:00:00Z')
    """
    return {"9": value[:4], "10": value[:7]}.get(precision, value)


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


def day_of(value: str, *, is_vague: bool = False) -> str:
    """A year, month or day of Wikidata's; where precision is not told, a first of January is mostly a year.

    >>> day_of("1949-06-02T00:00:00Z"), day_of("1949-01-01T00:00:00Z", is_vague=True), day_of("1949-06"), day_of("t123")
    ('1949-06-02', '1949', '1949-06', '')
    """
    found = _DAY.match(value)
    if found is None or found[1] == "0000":
        return ""
    day = "-".join(part for part in found.groups() if part)
    return found[1] if (is_vague and day.endswith("-01-01")) or not is_in_calendar(day) else day


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
