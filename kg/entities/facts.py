"""Fact tables → the gazetteer's TSVs: `python -m kg.entities.facts FACTS_DIR [OUT_DIR]`.

Every name, code and QID comes from the tables; what is changed, merged or left out follows a rule of
this module. The output is sorted by QID, so that the same tables give the same bytes.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.entities.names import fold_name, is_acronym, name_key, name_tokens, surname_of
from kg.entities.offices import OfficeNames
from kg.entities.tables import COLUMNS, Row, is_in_calendar, read_table, values_of, write_table
from kg.errors import DataError
from kg.resources import data_path

RECENT_AS_OF = "2025-12-31"
EUROPEAN_UNION = "Q458"
BRUSSELS = "Q239"

_LONG_STATE_NAME = re.compile(
    r"^(?:the )?(?:(?:people's|democratic|islamic|federal|federated|socialist) )*"
    r"(?:republic|kingdom|states?|union|bailiwick|commonwealth) of (?:the )?",
    re.IGNORECASE,
)
_DEMONYM_ENDING = re.compile(r"(?:an|ans|ish|ese|ean|ic|ch|en|i|is|men|man)$")
_DERIVED_FORM = re.compile(r"-(?:based|born|led|backed)$|[’']s$")
_HONORIFIC = re.compile(
    r"(?i)^(?:president|sen|rep|gov|gen|army|education|secretary|minister|king|queen|sir|mr|mrs|dr)\b"
)
_DIRECTIONS = frozenset({"north", "south", "east", "west"})
_SHORT_DIRECTIONS = {
    "Northern": "North",
    "Southern": "South",
    "Eastern": "East",
    "Western": "West",
    "South-eastern": "Southeast",
    "Middle": "Central",
}
_CONTINENTS = {"Africa": "African", "Asia": "Asian", "Europe": "European"}
_WATERS = re.compile(r" (?:sea|lake|gulf|bay)$")
_MUNICIPAL = re.compile(r" (?:City|Town)$")

# The sector of a body by words of its folded name; the first that matches decides.
SECTORS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), sector)
    for pattern, sector in (
        (
            r"\b(football|cricket|rugby|basketball|soccer|hockey|billie jean king|f c|fc|afc|rfc|bc|baseball)\b|\bteam\b",
            "",
        ),
        (r"\b(police|policeman|constabulary|carabinieri|sheriffs?|policia|polizia|policja|gendarmerie)\b", "COP"),
        (r"\bdepartment of (defense|defence)\b|\b(joint chiefs|guard reserve)\b", "GOV"),
        (r"\bintelligence agency\b|\b(secret|intelligence) service\b", "SPY"),
        (r"\b(liberation front|revolutionary army|republican army|red army faction|lebanon army|umkhonto)\b", "REB"),
        (
            r"\b(army|navy|air force|armed forces|marine corps|self defense force|defence force|space force|coast guard)\b",
            "MIL",
        ),
        (r"\bnational guard\b", "MIL"),
        (r"\b(supreme|high|superior|district) court\b|\bcourts?\b|\btribunal\b", "JUD"),
        (r"\b(senate of|house of representatives|national assembly|legislative assembly|bundestag)\b|\bsenate$", "LEG"),
        (r"\b(party|democratic union|congress of|social union|linke|fianna|labour party|republican rally)\b", "PTY"),
        (r"\b(university|college|school|institute of technology|polytechnic|academy|high school)\b", "EDU"),
        (
            r"\b(news|newspaper|times|post|telegraph|press agency|zeitung|shimbun|television|broadcasting|radio)\b",
            "MED",
        ),
        (
            r"^(cnn|nbc|bbc|cbs|abc|cnbc|reuters|tass|interfax|tanjug|rai|espn|agence france presse|associated press)$",
            "MED",
        ),
        (
            r"\b(ministry|ministerio|department|government|prefecture|bureau|administration|city hall|town hall)\b",
            "GOV",
        ),
        (r"\b(federal|national|state|central) .*(agency|authority|commission|office|service|reserve|council)\b", "GOV"),
        (r"\b(central bank|national bank|bank of (england|japan|canada|france)|bundesbank)\b", "GOV"),
        (r"\b(statisti\w*|embassy|consulate|state council|executive yuan|national authority)\b", "GOV"),
        (
            r"\b(amnesty|greenpeace|refugee council|human rights|medecins|red cross|relief|foundation|humanitarian)\b",
            "NGO",
        ),
        (
            r"\b(bank|airlines?|airways|motors?|corporation|company|inc|corp|ag|plc|stock exchange|communications)\b",
            "BUS",
        ),
        (r"\bunited nations\b", "IGO"),
    )
)
_IS_MINISTRY = re.compile(r"(?i)^minist(?:ry|erio)\b")
# Bodies that most countries have: without a country nobody can tell whose it is, and they are left out.
_NEEDS_COUNTRY = re.compile(
    r"^(?:(?:ministry|department|directorate|bureau) (?:of|for)\b|(?:national|high|supreme|civil|federal|army) "
    r"(?:assembly|court|guard|police|gendarmerie|bureau of statistics|statistics? office)$)"
)
_IS_CLUB = re.compile(r"\b(football|cricket|rugby|basketball|f c|fc|afc|rfc|bc|cf|calcio|county)\b|\bteam\b")
_IS_BODY = re.compile(
    r"\b(university|college|school|institutes?|foundation|news|clinic|hospital|laboratory|academy|museum"
    r"|netflix|joint chiefs|united nations|society)\b"
)
_NATIONAL_SECTORS = frozenset({"GOV", "MIL", "SPY"})
_SUBNATIONAL = re.compile(
    r"\b(state|province|provincial|city|county|municipal|metropolitan|canton|region\w*|district)\b"
)


def _number(qid: str) -> int:
    return int(qid[1:])


def _is_better_spelling(alias: str, other: str) -> bool:
    """Whether an alias beats another spelling of the same key."""
    if len(name_key(alias)) < 6:
        return is_acronym(alias) and not is_acronym(other)
    return other.isupper() and not alias.isupper()


def distinct_names(name: str, aliases: Iterable[str], keep: Callable[[str], bool] = bool) -> str:
    """The aliases that differ from the name and each other when folded, joined by `|`.

    Of two spellings of one key the acronym, else the one not shouted in capitals, else the first stays.

    >>> distinct_names("Prague", ["PRAGUE", "Praha"]), distinct_names("North Atlantic Treaty", ["Nato", "NATO"])
    ('Praha', 'NATO')
    """
    best: dict[str, str] = {}
    for alias in aliases:
        key = name_key(alias)
        if len(key) < 2 or key == name_key(name) or not keep(alias):
            continue
        if key not in best or _is_better_spelling(alias, best[key]):
            best[key] = alias
    return "|".join(sorted(best.values(), key=lambda alias: (fold_name(alias), alias)))


# Classes of which one person holds several at a time or in turn: their terms merge only under one label.
_NAMED_BY_LABEL = frozenset(
    {
        "other-minister",
        "deputy-minister",
        "ambassador",
        "governor",
        "mayor",
        "legislator",
        "official",
        "judge",
        "speaker",
    }
    | {"head-of-organisation", "adviser", "special-envoy", "army-chief", "chief-of-staff", "diplomat", "soldier"}
)


@dataclass(frozen=True, slots=True)
class Tenure:
    """A term of office as the tables have it: dates of year, month or day precision, empty when unknown.

    Without an end it was open on `as_of`. A recent one comes from the table that continues the others.
    """

    person: str
    office: str
    office_class: str
    office_wikidata: str
    country: str
    start: str
    end: str
    as_of: str
    sources: tuple[str, ...]
    is_recent: bool

    @property
    def first(self) -> str:
        """The first day that the start can mean."""
        return self.start + "0000-01-01"[len(self.start) :]

    @property
    def last(self) -> str:
        """The last day that the end can mean; of an open tenure the day on which it was seen open."""
        return self.end + "9999-12-31"[len(self.end) :] if self.end else max(self.as_of, self.first)


def merge_tenures(tenures: Iterable[Tenure], died: Mapping[str, str]) -> list[Tenure]:
    """One tenure for each stay in an office: duplicates of several sources become one, the more precise dates stay.

    Where a recent tenure overlaps older rows its dates win. An open tenure ends with the holder's death.
    """
    groups: dict[tuple[str, ...], list[Tenure]] = defaultdict(list)
    for tenure in tenures:
        is_broad = tenure.office_class in _NAMED_BY_LABEL or not tenure.country
        label = fold_name(tenure.office).replace("the ", "").replace(" of america", "") if is_broad else ""
        groups[tenure.person, tenure.office_class, tenure.country, label].append(tenure)
    merged = [tenure for group in groups.values() for tenure in _merge_group(group)]
    return [
        replace(tenure, end=died[tenure.person]) if _is_ended_by_death(tenure, died) else tenure for tenure in merged
    ]


def _is_ended_by_death(tenure: Tenure, died: Mapping[str, str]) -> bool:
    return not tenure.end and died.get(tenure.person, "") >= tenure.start[:4] != ""


def _merge_group(group: Iterable[Tenure]) -> list[Tenure]:
    ordered = sorted(
        group, key=lambda tenure: (tenure.first, -len(tenure.start), tenure.last, tenure.office, tenure.sources)
    )
    older: list[Tenure] = []
    for tenure in (tenure for tenure in ordered if not tenure.is_recent):
        if older and _overlap(older[-1], tenure):
            older[-1] = _joined(older[-1], tenure)
        else:
            older.append(tenure)
    recent = [tenure for tenure in ordered if tenure.is_recent]
    for number, tenure in enumerate(recent):
        for old in older:
            if _overlap(old, tenure):
                wikidata = recent[number].office_wikidata or old.office_wikidata
                sources = recent[number].sources + old.sources
                recent[number] = replace(recent[number], office_wikidata=wikidata, sources=sources)
    return [old for old in older if not any(_overlap(old, tenure) for tenure in recent)] + recent


def _overlap(one: Tenure, other: Tenure) -> bool:
    return one.first == other.first or (one.first < other.last and other.first < one.last)


def _joined(one: Tenure, other: Tenure) -> Tenure:
    """Two overlapping tenures as one; `one` does not start later than `other`.

    An open row gives way to a closed one with the same start; an office taken up again later stays open.
    """
    start = other.start if other.start.startswith(one.start) else one.start
    is_same_start = one.start.startswith(other.start[:4]) and other.start.startswith(one.start[: len(other.start)])
    if one.end and other.end:
        end = max(one.end, other.end, key=lambda day: (day + "9999-12-31"[len(day) :], len(day)))
        end = other.end if other.end.startswith(one.end) else one.end if one.end.startswith(other.end) else end
    elif one.end and not other.end:
        end = one.end if is_same_start else ""
    else:
        end = other.end
    wikidata, as_of = one.office_wikidata or other.office_wikidata, max(one.as_of, other.as_of)
    return replace(
        one, start=start, end=end, office_wikidata=wikidata, as_of=as_of, sources=one.sources + other.sources
    )


class Converter:
    """The fact tables of one folder, and the gazetteer's tables made of them one after another."""

    def __init__(self, facts: Path, offices: Callable[[Sequence[Row]], OfficeNames]) -> None:
        self.tables = {path.stem: read_table(path) for path in sorted(facts.glob("*.tsv"))}
        for needed in (
            "countries",
            "cities",
            "things",
            "persons",
            "holders",
            "recent-offices",
            "written-forms",
            "own-names",
        ):
            if needed not in self.tables:
                raise DataError(f"{facts}: {needed}.tsv is missing; give the folder of the fact tables")
        self._read_own_names()
        self.forms = {row["wikidata"]: values_of(row["forms"]) for row in self.tables["written-forms"]}
        self.own = {row["wikidata"]: row for row in self.tables["own-names"]}
        self.iso3 = {row["wikidata"]: row["iso3"] for row in self.tables["countries"] if row["iso3"]}
        self.qid = {iso3: qid for qid, iso3 in self.iso3.items()}
        self.countries = self._countries()
        self.state_keys = self._state_keys()
        self.thing_keys = {
            name_key(name) for row in self.tables["things"] for name in (row["name"], *values_of(row["aliases"]))
        }
        self.regions, self.country_of_region = self._regions()
        self.places = self._with_added(self._places())
        self.place_keys = {name_key(name) for row in self.places for name in (row["name"], *values_of(row["aliases"]))}
        self.organisations = self._with_added(self._organisations())
        self.persons = self._with_added(self._persons())
        self.terms = self._terms(offices(self.countries))

    def _read_own_names(self) -> None:
        """Takes names from rows of places, things and persons; those to be added need no further proof."""
        rows = {row["wikidata"]: row for table in ("cities", "things", "persons") for row in self.tables[table]}
        self.added: dict[str, list[str]] = {}
        self.own_country: dict[str, str] = {}
        for change in read_table(data_path("seeds", "gazetteer", "own-names.tsv")):
            row, dropped = rows[change["wikidata"]], values_of(change["dropped"])
            row["aliases"] = "|".join(name for name in values_of(row["aliases"]) if name not in dropped)
            self.added[change["wikidata"]] = values_of(change["added"])
            self.own_country[change["wikidata"]] = change["country"]

    def _with_added(self, rows: Iterable[Row]) -> list[Row]:
        return [
            {
                **row,
                "aliases": distinct_names(row["name"], [*values_of(row["aliases"]), *self.added[row["wikidata"]]]),
                "country": self.own_country[row["wikidata"]] or row.get("country", ""),
            }
            if row["wikidata"] in self.added
            else row
            for row in rows
        ]

    # Countries

    def _countries(self) -> list[Row]:
        demonyms = {row["iso3"]: row for row in self.tables["demonyms"]} if "demonyms" in self.tables else {}
        capitals = {row["capital"] for row in self.tables["countries"]} | {row["name"] for row in self.tables["cities"]}
        taken = {fold_name(name) for cell in capitals for name in values_of(cell)}
        for row in self.tables["things"]:
            if row["kind"] in ("place", "region"):
                taken |= {fold_name(name) for name in (row["name"], *values_of(row["aliases"]))}
        taken -= {fold_name(form) for row in self.tables["countries"] for form in values_of(row["adjective"])}
        shared = Counter(_short_name(row) for row in self.tables["countries"])
        return [self._country(row, demonyms.get(row["iso3"], {}), taken, shared) for row in self.tables["countries"]]

    def _country(self, row: Row, demonym: Row, taken: set[str], shared: Counter[str]) -> Row:
        """One country: newspaper forms join the aliases, or the adjectives when they end like one."""
        aliases = [row["name"], *values_of(row["aliases"]), *values_of(demonym.get("names", ""))]
        people = [value for column in ("adjective", "singular", "plural") for value in values_of(row[column])]
        known = {fold_name(name) for name in (*aliases, *people)}
        adjectives = values_of(row["adjective"])
        fresh: list[str] = []
        for form in self.forms.get(row["wikidata"], []):
            key = fold_name(form)
            if key in known or form.isupper() or key in taken or key in _DIRECTIONS or _DERIVED_FORM.search(form):
                continue
            last = key.split()[-1].removesuffix("s")
            is_adjective = _DEMONYM_ENDING.search(last) and any(
                fold_name(word).split()[-1].removesuffix("s") == last or key.startswith(fold_name(word)[:4])
                for word in people
            )
            (adjectives if is_adjective else fresh).append(form)
        name = self._written_name(row, shared)
        capital = self._capital_of(row)
        return {
            **row,
            "name": name,
            "aliases": distinct_names(name, [*aliases, *fresh]),
            "adjective": "|".join(adjectives),
            "capital": capital,
            "source": row["source"] + ("; own (written forms)" if row["wikidata"] in self.forms else ""),
        }

    def _written_name(self, row: Row, shared: Counter[str]) -> str:
        """What a newspaper writes: its one other name among the written forms, else the short of a long state name."""
        people = {
            fold_name(value) for column in ("adjective", "singular", "plural") for value in values_of(row[column])
        }
        names = {fold_name(alias): alias for alias in values_of(row["aliases"])}
        forms = [form for form in self.forms.get(row["wikidata"], []) if fold_name(form) not in people]
        written = [form for form in forms if fold_name(form) in names or fold_name(form) == fold_name(row["name"])]
        if len(written) == 1 and not _LONG_STATE_NAME.match(written[0]):
            return written[0]
        short = _short_name(row)
        return short if shared[short] == 1 else row["name"]

    def _capital_of(self, row: Row) -> str:
        """The QID of the seat: of several capitals the one that Natural Earth ranks first, and the larger of two."""
        candidates = values_of(row["capital_wikidata"])
        cities = {city["wikidata"]: city for city in self.tables["cities"]}

        def rank(qid: str) -> tuple[bool, int, int]:
            city = cities.get(qid, {"class": "", "population": ""})
            return city["class"] != "Admin-0 capital", -int(city["population"] or 0), _number(qid)

        ranked = [qid for qid in candidates if len(candidates) == 1 or not rank(qid)[0]]
        return "|".join(sorted(ranked, key=rank))

    def _state_keys(self) -> set[str]:
        columns = ("name", "aliases", "adjective", "singular", "plural")
        return {name_key(value) for row in self.countries for column in columns for value in values_of(row[column])}

    # Places

    def _regions(self) -> tuple[dict[str, str], dict[str, str]]:
        """Folded names of the regions that cities lie in → the name among the things, and → the country of all its cities.

        A region of one or two cities may be a namesake of the thing, as the Red Sea is of a state of Sudan.
        """
        countries: dict[str, list[str]] = defaultdict(list)
        for row in self.tables["cities"]:
            countries[name_key(row["admin1"])].append(row["country_iso3"])
        names = {
            name_key(row["name"]): row["name"] for row in self.tables["things"] if row["kind"] in ("place", "region")
        }
        cities = {name_key(row["name"]) for row in self.tables["cities"]}
        known = {
            key: names[key]
            for key, found in countries.items()
            if key in names and key not in cities and len(found) > 2 and not _WATERS.search(key)
        }
        return known, {key: countries[key][0] for key in known if len(set(countries[key])) == 1}

    def _places(self) -> list[Row]:
        capitals = {
            qid: row["wikidata"] for row in self.countries if not row["part_of"] for qid in values_of(row["capital"])
        }
        capitals = {qid: state for qid, state in capitals.items() if qid not in self.iso3}
        if BRUSSELS in capitals:
            capitals[BRUSSELS] = EUROPEAN_UNION
        rows = {
            row["wikidata"]: self._city(row, capitals)
            for row in self.tables["cities"]
            if row["wikidata"] not in self.iso3
        }
        for country in self.tables["countries"]:
            for name, qid in zip(values_of(country["capital"]), values_of(country["capital_wikidata"]), strict=False):
                if qid not in rows and qid not in self.iso3:
                    rows[qid] = _place(qid, name, country["iso3"], "Capital", capitals.get(qid, ""), country["source"])
        city_keys = {name_key(row["name"]) for row in rows.values()}
        for thing in self.tables["things"]:
            if self._kind_of(thing) == "place" and thing["wikidata"] not in rows:
                rows[thing["wikidata"]] = self._thing_place(thing, city_keys)
        for own in self.own.values():
            if own["kind"] == "place":
                rows[own["wikidata"]] = self._seat(own, rows.get(own["wikidata"]))
        return list(rows.values())

    def _city(self, row: Row, capitals: Mapping[str, str]) -> Row:
        """One city: also as "City, Region", and without the region's bare name."""
        written = self.forms.get(row["wikidata"], [])
        forms = [form for form in written if self._is_form_of_place(form)]
        name, region = row["name"], name_key(row["admin1"])
        if region and region != name_key(name) and "|" not in row["admin1"]:
            forms.append(f"{name}, {self.regions.get(region, row['admin1'])}")

        def is_kept(alias: str) -> bool:
            is_regions = name_key(alias) == region == name_key(_MUNICIPAL.sub("", name))
            return self._is_free(alias) and (alias in written or not is_regions)

        aliases = distinct_names(name, [*values_of(row["aliases"]), *forms], is_kept)
        acts_for = capitals.get(row["wikidata"], "")
        return {**row, "aliases": aliases, "country": row["country_iso3"], "acts_for": acts_for}

    def _is_form_of_place(self, form: str) -> bool:
        words = form.replace("-", " ").split()
        is_shouted = form.isupper() and "." not in form and len(form) > 3
        return not (
            is_shouted or _DERIVED_FORM.search(form) or any(word.islower() for word in words) or form == "Roman"
        )

    def _is_free(self, alias: str) -> bool:
        """Whether no state or people has this name."""
        return name_key(alias) not in self.state_keys

    def _thing_place(self, thing: Row, city_keys: set[str]) -> Row:
        aliases = [alias for alias in values_of(thing["aliases"]) if not _is_generic(alias)]
        aliases += [form for form in self.forms.get(thing["wikidata"], []) if self._is_form_of_place(form)]
        if thing["kind"] == "region":
            aliases += [other for other in _names_of_region(thing["name"]) if name_key(other) not in self.thing_keys]
        kept = distinct_names(
            thing["name"], aliases, lambda alias: self._is_free(alias) and name_key(alias) not in city_keys
        )
        country = thing["country_iso3"] or self.country_of_region.get(name_key(thing["name"]), "")
        place = _place(thing["wikidata"], thing["name"], country, "", "", thing["source"])
        return {**place, "aliases": kept, "class": thing["kind"].capitalize()}

    def _seat(self, own: Row, row: Row | None) -> Row:
        forms = values_of(own["forms"])
        name = forms[0].removeprefix("the ")
        aliases = [*forms, *([row["name"], *values_of(row["aliases"])] if row else [])]
        country = self.iso3.get(own["acts_for"], "") or (row["country"] if row else "")
        source = f"{row['source']}; own (names)" if row else "own (names)"
        place = _place(own["wikidata"], name, country, "Seat", own["acts_for"], source)
        return {**place, "aliases": distinct_names(name, aliases)}

    # Organisations

    def _kind_of(self, thing: Row) -> str:
        """A thing's kind: our own table decides, then its being an intergovernmental body, then its name."""
        if thing["wikidata"] in self.iso3:
            return "country"
        if thing["wikidata"] in self.own:
            return self.own[thing["wikidata"]]["kind"]
        if "supraverden" in thing["source"]:
            return "organisation"
        if thing["kind"] == "place" and _IS_BODY.search(fold_name(thing["name"])):
            return "organisation"
        return "place" if thing["kind"] == "region" else thing["kind"]

    def _organisations(self) -> list[Row]:
        things = {row["wikidata"]: row for row in self.tables["things"] if self._kind_of(row) == "organisation"}
        phrases = Counter(phrase for row in things.values() for phrase in _phrases(row["name"]))
        surnames = {surname_of(row["person"]) for row in self.tables["holders"]}
        made = (self._organisation(row, phrases, surnames) for row in things.values())
        rows = {
            row["wikidata"]: row for row in made if row["country"] or not _NEEDS_COUNTRY.search(fold_name(row["name"]))
        }
        for qid, own in self.own.items():
            if own["kind"] == "organisation":
                rows[qid] = self._own_organisation(own, rows.get(qid))
        return list(rows.values())

    def _is_telling(self, alias: str, name: str, phrases: Counter[str], surnames: set[str]) -> bool:
        """Whether an alias says which body it is.

        It does not when it is a plain word, the name of a state or place, a part of another body's name ("Navy"),
        a leader's surname, a single word for a sports club, or any name of a ministry ("Foreign Ministry").
        """
        key = name_key(alias)
        is_place = key in self.state_keys or key in self.place_keys
        if is_place or _is_generic(alias) or _IS_MINISTRY.match(name):
            return False
        if is_acronym(alias):
            return True
        is_part = key in _phrases(name)
        is_teams_place = _is_named_after(name, alias)
        is_club = " " not in key and _IS_CLUB.search(fold_name(name)) is not None
        is_surname = key in surnames and not is_part
        return not (is_teams_place or is_club or is_surname or phrases[key] > is_part)

    def _organisation(self, thing: Row, phrases: Counter[str], surnames: set[str]) -> Row:
        name = re.sub(r" \+$", "", thing["name"])
        is_igo = "supraverden" in thing["source"]
        sector = "IGO" if is_igo else sector_of(name)
        country = thing["country_iso3"] or ("" if is_igo else self._country_of_body(name))
        is_national = sector in _NATIONAL_SECTORS and not (
            _SUBNATIONAL.search(fold_name(name)) and not thing["country_iso3"]
        )
        if "agency-registry" in thing["source"] and not sector:
            sector, is_national = "GOV", True
        acts_for = self.qid.get(country, "") if is_national and sector != "IGO" else ""
        return {
            "wikidata": thing["wikidata"],
            "name": name,
            "aliases": distinct_names(
                name,
                [thing["name"], *values_of(thing["aliases"])],
                lambda alias: self._is_telling(alias, thing["name"], phrases, surnames),
            ),
            "country": country,
            "sector": sector,
            "acts_for": acts_for,
            "source": thing["source"].replace("|", "; "),
        }

    def _country_of_body(self, name: str) -> str:
        """The country named at the end ("of Spain") or the beginning ("United States", "Spanish") of a body's name."""
        key = fold_name(name)
        ends = {
            iso3
            for iso3, names in self._names_of_states().items()
            if any(key.endswith(f" of {word}") for word in names)
        }
        ends |= {"USA"} if key.startswith(("united states ", "us ")) else set()
        if len(ends) == 1:
            return ends.pop()
        starts = {
            row["iso3"]
            for row in self.countries
            for word in values_of(row["adjective"])
            if key.startswith(f"{fold_name(word)} ")
        }
        return (
            starts.pop() if len(starts) == 1 and not re.match(r"(indian ocean|american (league|samoa))\b", key) else ""
        )

    def _names_of_states(self) -> dict[str, set[str]]:
        if not hasattr(self, "_state_names"):
            self._state_names = {
                row["iso3"]: {
                    word
                    for name in (row["name"], *values_of(row["aliases"]))
                    for word in (name_key(name), f"the {name_key(name)}")
                }
                for row in self.countries
                if row["iso3"]
            }
        return self._state_names

    def _own_organisation(self, own: Row, row: Row | None) -> Row:
        """A body of our own table: its note says what it is, and newspaper forms need no further proof."""
        forms = values_of(own["forms"])
        name = row["name"] if row else forms[0]
        body = re.search(r"body of the government of (\w{3})", own["note"])
        country = body.group(1) if body else (row["country"] if row else "")
        sector = row["sector"] if row and row["sector"] else sector_of(name)
        sector = "REB" if "armed group" in own["note"] else "PTY" if own["note"] == "party" else sector
        sources = [row["source"]] if row else []
        return {
            "wikidata": own["wikidata"],
            "name": name,
            "aliases": distinct_names(name, [*forms, *(values_of(row["aliases"]) if row else [])]),
            "country": country,
            "sector": sector,
            "acts_for": self.qid.get(country, "") if body else "",
            "source": "; ".join([*sources, "own (names)"]),
        }

    # Persons and their terms

    def _persons(self) -> list[Row]:
        rows = {row["wikidata"]: {**row, "source": "every-politician-scrapers"} for row in self.tables["persons"]}
        for thing in self.tables["things"]:
            if thing["kind"] != "person":
                continue
            known = rows.get(thing["wikidata"])
            other_names = (
                thing["aliases"] if known is None else f"{known['aliases']}|{thing['name']}|{thing['aliases']}"
            )
            source = thing["source"] if known is None else f"{known['source']}; {thing['source']}"
            rows[thing["wikidata"]] = {**(known or thing), "aliases": other_names, "source": source}
        rows = {qid: row for qid, row in rows.items() if not _IS_OFFICE.search(fold_name(row["name"]))}
        for holder in self.tables["recent-offices"]:
            if holder["wikidata"] not in rows:
                cells = {"wikidata": holder["wikidata"], "name": holder["person"], "aliases": "", "gender": ""}
                rows[holder["wikidata"]] = {**cells, "source": "own (recent offices)"}
        for qid, row in rows.items():
            forms = [form for form in self.forms.get(qid, []) if not _HONORIFIC.match(form)]
            name = _natural_order(row["name"])
            aliases = [row["name"], *values_of(row["aliases"]), *forms]
            life = {column: _vague_day(row.get(column, "")) for column in ("born", "died")}
            rows[qid] = {**row, **life, "name": name, "aliases": distinct_names(name, aliases, self._is_free)}
        return list(rows.values())

    def _terms(self, offices: OfficeNames) -> list[Row]:
        died = {row["wikidata"]: row.get("died", "") for row in self.persons}
        terms = []
        for row in self.tables["holders"]:
            if not (row["end"] and row["end"] < row["start"][: len(row["end"])]):
                terms.append(self._term(row, offices, row["as_of"], row["source"], row["position_wikidata"]))
        for row in read_table(data_path("seeds", "gazetteer", "own-terms.tsv"), COLUMNS["terms"]):
            cells = {cell: row[cell] for cell in ("person", "office", "office_class", "office_wikidata", "country")}
            terms.append(
                Tenure(**cells, start=row["start"], end=row["end"], as_of="", sources=(row["source"],), is_recent=False)
            )
        for row in self.tables["recent-offices"]:
            terms.append(self._term(row, offices, "" if row["end"] else RECENT_AS_OF, "own (recent offices)", ""))
        return [_term_row(term) for term in merge_tenures(terms, died) if term.person in died]

    def _term(self, row: Row, offices: OfficeNames, as_of: str, source: str, office: str) -> Tenure:
        country = row["country_iso3"] or self.iso3.get(row["country_wikidata"], "")
        country = country or self._country_of_source(source) or self._country_of_body(row["position"])
        found = offices.classify(row["position"], country or None) or ("official", "GOV")
        is_recent = source.startswith("own")
        return Tenure(
            person=row["wikidata"],
            office=row["position"],
            office_class=found[0],
            office_wikidata=office,
            country=country,
            start=_vague_day(row["start"]),
            end=_vague_day(row["end"]),
            as_of=as_of,
            sources=(source,),
            is_recent=is_recent,
        )

    def _country_of_source(self, source: str) -> str:
        """The country whose cabinet a table is: "every-politician-scrapers/north-korea" is North Korea's."""
        slug = source.partition("/")[2].removesuffix("-cabinet").removesuffix("-ministers").replace("-", " ")
        return next((iso3 for iso3, names in self._names_of_states().items() if slug in names), "") if slug else ""


def sector_of(name: str) -> str:
    """The PLOVER sector that the name of a body says, or empty.

    >>> sector_of("Ministry of Justice of Spain"), sector_of("Police Scotland"), sector_of("1. FC Köln")
    ('GOV', 'COP', '')
    """
    key = fold_name(name)
    return next((sector for pattern, sector in SECTORS if pattern.search(key)), "")


_IS_OFFICE = re.compile(r"^(minister|secretary|president) of |\b(minister|ministers|ambassador)$")
"""Rows that the sources list among people and that are offices."""


def _short_name(row: Row) -> str:
    """A state's name without "Republic of" or "of America" when the table knows the rest as a name of it."""
    name = row["name"]
    short = _LONG_STATE_NAME.sub("", name).removesuffix(" of America")
    is_territory = row["part_of"] != ""
    return short if short in values_of(row["aliases"]) or (is_territory and short) else name


def _is_named_after(name: str, alias: str) -> bool:
    """Whether an alias is what a team plays for: "West Indies" of the West Indies cricket team."""
    key = fold_name(name)
    return (
        key.endswith(" team") and key.startswith(f"{fold_name(alias)} ") and _IS_CLUB.search(fold_name(alias)) is None
    )


def _names_of_region(name: str) -> list[str]:
    """What newspapers call a region of the United Nations' list, and its adjective.

    >>> _names_of_region("Western Africa"), _names_of_region("Oceania")
    (['West Africa', 'West African', 'Western African'], [])
    """
    direction, _, continent = name.partition(" ")
    short = _SHORT_DIRECTIONS.get(direction)
    adjective = _CONTINENTS.get(continent)
    if short is None or adjective is None:
        return []
    return [f"{short} {continent}", f"{short} {adjective}", f"{direction} {adjective}"]


def _is_generic(alias: str) -> bool:
    """Whether an alias is a plain word in lower case, too short, or a foreign script's."""
    return (alias.islower() and " " not in alias and "." not in alias) or len(fold_name(alias)) < 2


def _place(qid: str, name: str, country: str, place_class: str, acts_for: str, source: str) -> Row:
    cells = {"wikidata": qid, "name": name, "aliases": "", "country": country, "class": place_class}
    return {**cells, "acts_for": acts_for, "source": source.replace("|", "; ")}


def _natural_order(name: str) -> str:
    """A name given as "SURNAME First" in the order that newspapers write.

    >>> _natural_order("BALENZA DI BALENZA Paul"), _natural_order("Joe Biden"), _natural_order("MC Hammer")
    ('Paul Balenza Di Balenza', 'Joe Biden', 'MC Hammer')
    """
    words = name.split()
    shouted = 0
    while shouted < len(words) and words[shouted].isupper() and (len(words[shouted]) > 2 or shouted):
        shouted += 1
    if not 0 < shouted < len(words) or "." in name:
        return name
    return " ".join([*words[shouted:], *(word.capitalize() for word in words[:shouted])])


def _vague_day(text: str) -> str:
    """A year, month or day; what is none is not known, and of a day that no calendar has the month is."""
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", text):
        return ""
    return text if is_in_calendar(text) else text[:7]


def _term_row(term: Tenure) -> Row:
    cells = ("person", "office", "office_class", "office_wikidata", "country", "start", "end", "as_of")
    return {**{cell: str(getattr(term, cell)) for cell in cells}, "source": "; ".join(sorted(set(term.sources)))}


def _phrases(name: str) -> set[str]:
    """The runs of up to four words in a folded name."""
    words = name_tokens(name)
    return {
        " ".join(words[start:end])
        for start in range(len(words))
        for end in range(start + 1, min(start + 4, len(words)) + 1)
    }


def _polities(countries: Iterable[Row]) -> list[str]:
    return [name for row in countries if not row["part_of"] for name in (row["name"], *values_of(row["aliases"]))]


def convert(facts: Path, out: Path) -> None:
    """Writes the TSVs of the gazetteer made from a folder of fact tables; offices.tsv is written by hand."""

    def offices(countries: Sequence[Row]) -> OfficeNames:
        titles = OfficeNames.titles(data_path("seeds", "gazetteer", "offices.tsv"))
        return OfficeNames(titles, _polities(countries))

    converter = Converter(facts, offices)
    out.mkdir(parents=True, exist_ok=True)
    tables = {"countries": converter.countries, "places": converter.places, "organisations": converter.organisations}
    tables |= {"persons": converter.persons, "terms": converter.terms}
    for name, rows in tables.items():
        write_table(out / f"{name}.tsv", COLUMNS[name], rows)


def main(arguments: Sequence[str]) -> int:
    """Runs the conversion; 2 when the arguments are wrong."""
    if not 1 <= len(arguments) <= 2:
        print("usage: python -m kg.entities.facts FACTS_DIR [OUT_DIR]", file=sys.stderr)
        return 2
    convert(Path(arguments[0]), Path(arguments[1] if len(arguments) == 2 else "seeds/gazetteer"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
