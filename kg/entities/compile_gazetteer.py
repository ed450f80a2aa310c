"""The gazetteer's TSVs → one SQLite file: `python -m kg.entities.compile_gazetteer [TSV_DIR [OUT]]`.

The same TSVs give the same content. Prominence is a number in [0, 1] by which namesakes are ordered:

- a country: 0.9 for a state and 0.5 for a territory, and up to 0.1 more by the size of its capital;
- a place: 0.1, up to 0.6 more by population, 0.1 more for a capital; a seat of government 0.8, a region 0.3;
- an organisation: 0.85 if one of our own names, 0.7 if intergovernmental, 0.5 if it acts for a country,
  0.3 if its sector is known, else 0.1; 0.05 more for each further source;
- any: what its table's column `prominence` says, where there is one;
- a person: the best office held, as `OFFICE_WEIGHTS` has it, of which up to 0.2 depend on the size of the
  country's cities and 0.1 on a term that reached `RECENT`; 0.1 without a term, 0.2 if newspapers name them.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import sqlite3
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.entities.names import (
    PARTICLES,
    SURNAME_FIRST,
    is_acronym,
    name_key,
    name_tokens,
    surname_of,
    surname_words,
    without_particles,
)
from kg.entities.tables import PROMINENCE, read_tables, values_of
from kg.errors import DataError
from kg.resources import data_path

SCHEMA = 1
RECENT = "2010"

SCHEMA_SQL = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE entity (
    qid TEXT PRIMARY KEY, type TEXT NOT NULL, name TEXT NOT NULL, country TEXT, sector TEXT, acts_for TEXT,
    latitude REAL, longitude REAL, population INTEGER, prominence REAL NOT NULL, gender TEXT, born TEXT, died TEXT
) WITHOUT ROWID;
CREATE TABLE country (iso3 TEXT PRIMARY KEY, qid TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE name (key TEXT NOT NULL, qid TEXT NOT NULL, kind TEXT NOT NULL, PRIMARY KEY (key, qid, kind)) WITHOUT ROWID;
CREATE TABLE term (
    person TEXT NOT NULL, office TEXT NOT NULL, office_class TEXT NOT NULL, office_wikidata TEXT, country TEXT,
    start TEXT NOT NULL, "end" TEXT, as_of TEXT
);
CREATE INDEX term_of_person ON term (person);
CREATE INDEX term_of_office ON term (country, office_class);
"""

OFFICE_WEIGHTS: Mapping[str, float] = {
    "head-of-state": 0.9, "head-of-government": 0.9, "un-secretary-general": 0.9, "pope": 0.9, "monarch": 0.8,
    "foreign-minister": 0.75, "head-of-organisation": 0.6, "vice-president": 0.7, "defence-minister": 0.65,
    "finance-minister": 0.6, "national-security-adviser": 0.65, "crown-prince": 0.65, "interior-minister": 0.55,
    "deputy-head-of-government": 0.55, "justice-minister": 0.5, "party-leader": 0.6, "opposition-leader": 0.55,
    "trade-minister": 0.5, "army-chief": 0.5, "intelligence-chief": 0.5, "central-bank-governor": 0.5, "speaker": 0.5,
    "other-minister": 0.45, "attorney-general": 0.45, "spokesperson": 0.45, "chief-of-staff": 0.45, "special-envoy": 0.45,
    "governor": 0.4, "mayor": 0.4, "ambassador": 0.35, "deputy-minister": 0.35, "adviser": 0.35, "legislator": 0.3,
}  # fmt: skip
OTHER_OFFICE_WEIGHT = 0.3

_SLAVIC_STATES = frozenset({"RUS", "BLR", "UKR", "KAZ", "KGZ", "BGR", "MDA", "UZB", "TJK", "TKM", "ARM", "AZE", "GEO"})
_SPANISH_STATES = frozenset(
    {"ESP", "MEX", "ARG", "CHL", "COL", "PER", "VEN", "ECU", "BOL", "PRY", "URY", "CUB", "DOM", "GTM", "HND"}
    | {"SLV", "NIC", "CRI", "PAN"}
)
_GULF_STATES = frozenset({"SAU", "KWT", "ARE", "QAT", "BHR", "OMN"})
_THRONE_NAME = re.compile(r"^([^\W\d_]+(?: (?![IVX]+\b)[^\W\d_]+)?)(?: ([IVX]+))?(?: (?:of|bin|ibn)\b.*)?$")
_SKY = re.compile(r"sk(?:yy|iy|yi|ij|yj|y|i)$")
_SKY_ENDINGS = ("sky", "skyy", "skiy", "ski")
_GIVEN_NAMES = (("ey", "ei"), ("ei", "ey"), ("ry", "ri"), ("ri", "ry"), ("iy", "y"))
_SPELLINGS = tuple(
    frozenset(group.split())
    for group in (
        "mohamed mohammed muhammad mohammad muhammed",
        "ahmed ahmad",
        "dmytro dmitry dmitri dmitriy dmytri",
        "volodymyr vladimir",
        "mykola nikolai nikolay",
        "oleksandr alexander aleksandr alyaksandr",
        "oleksiy oleksii alexei aleksei alexey",
        "serhiy serhii sergei sergey",
        "shahbaz shehbaz",
        "hussein husayn hossein husein",
        "yousef yusuf youssef yusef",
        "abdallah abdullah",
        "hasan hassan",
        "said saeed sayed",
        "khaled khalid",
        "omar umar",
    )
)
"""Given names that newspapers spell in several ways."""
_PEOPLE_ENDING = re.compile(r"(?:an|ans|ish|ese|ean|sh|ic|en|ens)$")


@dataclass(slots=True)
class Content:
    """What goes into the file: entities and countries by QID and ISO code, the set of names, the terms in order."""

    countries: dict[str, str] = field(default_factory=dict)
    entities: dict[str, tuple[object, ...]] = field(default_factory=dict)
    names: set[tuple[str, str, str]] = field(default_factory=set)
    terms: list[tuple[object, ...]] = field(default_factory=list)

    def add_name(self, text: str, qid: str, kind: str) -> None:
        """Files an entity under a name; an empty key is left out."""
        if key := name_key(text):
            self.names.add((key, qid, kind))

    def add_names(self, row: Mapping[str, str]) -> None:
        """Files an entity under its name and aliases, those that are acronyms as such."""
        self.add_name(row["name"], row["wikidata"], "name")
        for alias in values_of(row["aliases"]):
            self.add_name(alias, row["wikidata"], "acronym" if is_acronym(alias) else "alias")


def compile_gazetteer(tsv_dir: Path, out: Path, *, complete: bool = True) -> None:
    """Builds the SQLite file of a folder of TSVs, whole or not at all; one that adds to another need not be complete.

    :raises DataError: when a table is missing or wrong, or the file cannot be written.
    """
    content = build_content(read_tables(tsv_dir, complete=complete))
    meta = {"schema": str(SCHEMA), "version": tables_version(tsv_dir)}
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=out.parent, prefix=out.name, suffix=".part")
        if out.is_dir():
            os.close(handle)
            Path(temporary).unlink()
            raise DataError(f"{out}: is a folder; give a file to write")
    except OSError as error:
        raise DataError(f"{out}: cannot be written ({error.strerror}); choose a folder that can") from error
    os.close(handle)
    try:
        _write(Path(temporary), content, meta)
        os.chmod(temporary, 0o644)
        os.replace(temporary, out)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def tables_version(tsv_dir: Path) -> str:
    """The first 12 hexadecimal digits of the SHA-256 over the folder's TSVs in the order of their names."""
    digest = hashlib.sha256()
    for path in sorted(tsv_dir.glob("*.tsv"), key=lambda path: path.name):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def build_content(tables: Mapping[str, Sequence[Mapping[str, str]]]) -> Content:
    """The entities, names and terms of the gazetteer's tables."""
    content = Content()
    populations = {row["wikidata"]: int(row["population"] or 0) for row in tables["places"]}
    _add_countries(content, tables["countries"], populations)
    _add_places(content, tables["places"], {row["iso3"]: row["name"] for row in tables["countries"] if row["iso3"]})
    _add_organisations(content, tables["organisations"])
    _add_persons(
        content, tables["persons"], tables["terms"], _country_sizes(tables["places"]), _largest_cities(tables["places"])
    )
    for row in tables["terms"]:
        content.terms.append(
            (row["person"], row["office"], row["office_class"], row["office_wikidata"] or None, row["country"] or None)
            + (row["start"], row["end"] or None, row["as_of"] or None)
        )
    return content


def _add_countries(content: Content, rows: Iterable[Mapping[str, str]], populations: Mapping[str, int]) -> None:
    for row in rows:
        qid = row["wikidata"]
        capital = max((populations.get(seat, 0) for seat in values_of(row["capital"])), default=0)
        prominence = (0.5 if row["part_of"] else 0.9) + 0.1 * _size(capital, 8)
        kind = "place" if row["part_of"] else "country"
        content.entities[qid] = _entity(qid, kind, row, country=row["iso3"], prominence=prominence)
        content.add_names(row)
        if row["iso3"]:
            content.countries[row["iso3"]] = qid
        for column in ("adjective", "singular", "plural"):
            for value in values_of(row[column]):
                content.add_name(value, qid, column)


def _add_places(content: Content, rows: Iterable[Mapping[str, str]], states: Mapping[str, str]) -> None:
    """Adds places, those with a population also under "Lille, France"."""
    for row in rows:
        qid, population = row["wikidata"], int(row["population"] or 0)
        if qid in content.entities:
            continue
        is_capital = row["class"] in ("Admin-0 capital", "Capital") and row["acts_for"] != ""
        prominence = 0.1 + 0.6 * _size(population, 8) + (0.1 if is_capital else 0)
        if row["class"] == "Seat":
            prominence = 0.8
        elif not population:
            prominence = 0.3
        content.entities[qid] = _entity(qid, "place", row, country=row["country"], prominence=prominence)
        content.add_name(row["name"], qid, "name")
        if population and row["country"] in states:
            content.add_name(f"{row['name']}, {states[row['country']]}", qid, "alias")
        for alias in values_of(row["aliases"]):
            kind = "acronym" if is_acronym(alias) else "adjective" if _is_people(alias, row["name"]) else "alias"
            content.add_name(alias, qid, kind)


def _is_people(alias: str, name: str) -> bool:
    """Whether an alias of a place is its adjective ("African" of Africa)."""
    key, stems = name_key(alias), [word[:3] for word in name_key(name).split()]
    return _PEOPLE_ENDING.search(key) is not None and key != name_key(name) and key.split()[-1][:3] in stems


def _add_organisations(content: Content, rows: Iterable[Mapping[str, str]]) -> None:
    for row in rows:
        qid, sources = row["wikidata"], row["source"].split("; ")
        if qid in content.entities:
            continue
        prominence = 0.3 if row["sector"] else 0.1
        if "own (names)" in sources:
            prominence = 0.85
        elif row["sector"] == "IGO":
            prominence = 0.7
        elif row["acts_for"]:
            prominence = 0.5
        prominence = min(0.89, prominence + 0.05 * (len(sources) - 1))
        content.entities[qid] = _entity(qid, "organisation", row, country=row["country"], prominence=prominence)
        content.add_names(row)
        for name in (row["name"], *values_of(row["aliases"])):
            if name.startswith("United States "):
                content.add_name("US " + name.removeprefix("United States "), qid, "alias")


def _add_persons(
    content: Content,
    rows: Iterable[Mapping[str, str]],
    terms: Iterable[Mapping[str, str]],
    sizes: Mapping[str, float],
    cities: Mapping[str, int],
) -> None:
    terms_of: dict[str, list[Mapping[str, str]]] = defaultdict(list)
    for term in terms:
        terms_of[term["person"]].append(term)
    for row in rows:
        qid, held = row["wikidata"], terms_of.get(row["wikidata"], [])
        if qid in content.entities:
            continue
        country = _country_of(held, sizes, cities)
        fallback = 0.2 if "elevant" in row["source"] else 0.1
        prominence = max((_weight(term, sizes) for term in held), default=fallback)
        content.entities[qid] = _entity(qid, "person", row, country=country, prominence=prominence)
        content.add_names(row)
        for name in (row["name"], *values_of(row["aliases"])):
            for variant in name_variants(name, country):
                content.add_name(variant, qid, "alias")
            for variant in spellings_of(name) if held else ():
                content.add_name(variant, qid, "alias")
        if held:
            for surname in surnames(row["name"], country):
                content.add_name(surname, qid, "surname")
        if any(term["office_class"] == "monarch" for term in held):
            for name in (row["name"], *values_of(row["aliases"])):
                for form, kind in throne_names(name):
                    content.add_name(form, qid, kind)


def _country_of(terms: Sequence[Mapping[str, str]], sizes: Mapping[str, float], cities: Mapping[str, int]) -> str:
    """The country of the latest term that has one; of a king's realms that with the largest city."""
    held = [term for term in terms if term["country"]]
    realms = [term for term in held if term["office_class"] == "monarch"]
    if realms:
        return max(realms, key=lambda term: cities.get(term["country"], 0))["country"]
    latest = max(
        held,
        key=lambda term: (term["end"] == "", term["start"], sizes.get(term["country"], 0.0)),
        default=None,
    )
    return latest["country"] if latest else ""


def _weight(term: Mapping[str, str], sizes: Mapping[str, float]) -> float:
    weight = OFFICE_WEIGHTS.get(term["office_class"], OTHER_OFFICE_WEIGHT)
    size = sizes.get(term["country"], 0.5) if term["country"] else 1.0
    is_recent = (term["end"] or term["as_of"]) >= RECENT
    return weight * (0.7 + 0.2 * size + 0.1 * is_recent)


def name_variants(name: str, country: str) -> Iterator[str]:
    """Other ways to write a person's name: "First Last", transliterations, without "al-", given names run together,
    of rulers of the Gulf the name and the father's.

    >>> sorted(set(name_variants("Volodymyr Zelenskyy", "UKR")))
    ['volodymyr zelenski', 'volodymyr zelenskiy', 'volodymyr zelensky']
    >>> sorted(set(name_variants("Bashar al-Assad", "SYR")))
    ['bashar assad']
    >>> sorted(set(name_variants("Joseph Robinette Biden", "USA")))
    ['joseph biden']
    >>> sorted(set(name_variants("Mohammed bin Zayed Al Nahyan", "ARE")))
    ['mohammed al nahyan', 'mohammed bin zayed', 'mohammed bin zayed nahyan', 'mohammed nahyan']
    """
    words = surname_words(name)
    if len(words) < 2:
        return
    spellings = {words}
    if country in SURNAME_FIRST:
        spellings.add((words[0], "".join(words[1:])))
    else:
        spellings.add((words[0], *surname_of(name, country).split()))
        spellings |= {tuple(word for word in spelling if word not in ("al", "el")) for spelling in tuple(spellings)}
        if country in _GULF_STATES and len(words) > 3 and words[1] in ("al", "bin", "bint"):
            spellings.add(words[:3])
    if country in _SLAVIC_STATES:
        for spelling in tuple(spellings):
            spellings |= set(_transliterations(spelling))
    for spelling in spellings - {words}:
        if len(spelling) > 1:
            yield " ".join(spelling)


def spellings_of(name: str) -> Iterator[str]:
    """A name with its given name spelt as other newspapers do.

    >>> list(spellings_of("Dmytro Kuleba"))
    ['dmitri kuleba', 'dmitriy kuleba', 'dmitry kuleba', 'dmytri kuleba']
    """
    given, *rest = name_tokens(name) or ("",)
    group = next((g for g in _SPELLINGS if given in g), frozenset[str]())
    for other in sorted(group - {given}) if rest else ():
        yield " ".join((other, *rest))


def _transliterations(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Slavic names with other endings: -sky, -skyy, -skiy, -ski; Sergey and Sergei, Yury and Yuri."""
    given = {words[0]} | {words[0].removesuffix(old) + new for old, new in _GIVEN_NAMES if words[0].endswith(old)}
    family = {words[-1]}
    if _SKY.search(words[-1]):
        family = {_SKY.sub(ending, words[-1]) for ending in _SKY_ENDINGS}
    for first in given:
        for last in family:
            yield (first, *words[1:-1], last)


def surnames(name: str, country: str) -> set[str]:
    """The folded surnames by which a newspaper may call a person.

    >>> sorted(surnames("Bashar al-Assad", "SYR")), sorted(surnames("Xi Jinping", "CHN"))
    (['al assad', 'assad'], ['xi'])
    >>> sorted(surnames("Andrés Manuel López Obrador", "MEX"))
    ['lopez', 'lopez obrador', 'obrador']
    """
    words = surname_words(name)
    surname = surname_of(name, country)
    if len(words) < 2 or not surname or "of" in words:
        return set()
    found = {surname, without_particles(surname)}
    if country in _SPANISH_STATES and len(words) > 3 and not PARTICLES & set(words[-2:]):
        found |= {words[-2], f"{words[-2]} {words[-1]}"}
    if country in _SLAVIC_STATES and _SKY.search(surname):
        found |= {_SKY.sub(ending, surname) for ending in _SKY_ENDINGS}
    return found


def throne_names(name: str) -> Iterator[tuple[str, str]]:
    """The names by which a monarch is called, and what they are: without the country, and without the number as a surname is.

    >>> list(throne_names("Abdullah II of Jordan")), list(throne_names("Juan Carlos I of Spain"))
    ([('Abdullah II', 'alias'), ('Abdullah', 'surname')], [('Juan Carlos I', 'alias'), ('Juan Carlos', 'surname')])
    """
    found = _THRONE_NAME.match(name)
    if found is not None:
        given, number = found[1], found[2]
        if number:
            yield f"{given} {number}", "alias"
        yield given, "surname"


def _country_sizes(places: Iterable[Mapping[str, str]]) -> dict[str, float]:
    """How large the listed cities of each country are together, in [0, 1] on a logarithmic scale."""
    totals: dict[str, int] = defaultdict(int)
    for row in places:
        totals[row["country"]] += int(row["population"] or 0)
    return {country: _size(total, 8.5) for country, total in totals.items()}


def _largest_cities(places: Iterable[Mapping[str, str]]) -> dict[str, int]:
    largest: dict[str, int] = defaultdict(int)
    for row in places:
        largest[row["country"]] = max(largest[row["country"]], int(row["population"] or 0))
    return largest


def _size(population: int, digits: float) -> float:
    return min(1.0, math.log10(1 + max(0, population)) / digits)


def _entity(qid: str, kind: str, row: Mapping[str, str], *, country: str, prominence: float) -> tuple[object, ...]:
    def text(column: str) -> str | None:
        return row.get(column) or None

    latitude, longitude, population = (text(column) for column in ("latitude", "longitude", "population"))
    sector, acts_for = (None, None) if kind == "country" else (text("sector"), text("acts_for"))
    given = text(PROMINENCE)
    position = (float(latitude) if latitude else None, float(longitude) if longitude else None)
    return (qid, kind, row["name"], country or None, sector, acts_for, *position) + (
        int(population) if population else None,
        round(float(given) if given else prominence, 4),
        text("gender"),
        text("born"),
        text("died"),
    )


def _write(path: Path, content: Content, meta: Mapping[str, str]) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA page_size = 4096;" + SCHEMA_SQL
        )
        connection.execute("BEGIN")
        connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
        entities = [content.entities[qid] for qid in sorted(content.entities)]
        connection.executemany(f"INSERT INTO entity VALUES ({', '.join('?' * 13)})", entities)
        connection.executemany("INSERT INTO country VALUES (?, ?)", sorted(content.countries.items()))
        connection.executemany("INSERT INTO name VALUES (?, ?, ?)", sorted(content.names))
        connection.executemany("INSERT INTO term VALUES (?, ?, ?, ?, ?, ?, ?, ?)", content.terms)
        connection.execute("COMMIT")
        connection.execute("VACUUM")
    finally:
        connection.close()


def main(arguments: Sequence[str]) -> int:
    """Compiles the gazetteer of the source tree, or that of the folder given."""
    tsv_dir = Path(arguments[0]) if arguments else data_path("seeds", "gazetteer")
    out = Path(arguments[1]) if len(arguments) > 1 else tsv_dir / "gazetteer.sqlite"
    compile_gazetteer(tsv_dir, out)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
