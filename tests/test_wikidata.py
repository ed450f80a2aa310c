"""Wikidata at an endpoint and in a dump: `kg link --online`, `kg gazetteer build`, and an endpoint that fails."""

from __future__ import annotations

import bz2
import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg.endpoint import AnswerCache, Endpoint, agent
from kg.entities.dump import Filter, convert_dump
from kg.entities.gazetteer import Gazetteer, compiled_path, open_gazetteer
from kg.entities.offices import OfficeNames
from kg.entities.tables import COLUMNS, read_table
from kg.entities.wikidata import Item, describe_items, items_of_names, listings, table_rows
from kg.errors import EndpointError, InputError
from tests.conftest import Ran
from tests.wikidata_server import SAMPLE, Fault, FaultyEndpoint, running_oxigraph

Run = Callable[..., Ran]
QUERY = "SELECT ?item WHERE { VALUES ?item { <http://www.wikidata.org/entity/Q142> } }"
TEXT = (
    "Norwegian Foreign Minister Ingvild Aasmundtveit met Daniel Ostervik in Hvalfjordby. "
    "Khaled el-Tahhan, the foreign minister of Egypt, condemned the Sandarra Liberation Front."
)


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A SPARQL server with data in Wikidata's model."""
    with running_oxigraph(SAMPLE) as address:
        yield address


@pytest.fixture
def faulty(url: str) -> Iterator[FaultyEndpoint]:
    with FaultyEndpoint(url) as endpoint:
        yield endpoint


@pytest.fixture
def store(kg: Run, tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text(TEXT, "utf-8")
    kg("load", tmp_path / "a.txt", "--published", "2024-05-02", "--store", tmp_path / "store")
    return tmp_path / "store"


def patient(address: str, **options: Any) -> tuple[Endpoint, list[float]]:
    """An endpoint that does not really wait, and the seconds it would have waited."""
    waits: list[float] = []
    return Endpoint(address, sleep=waits.append, **options), waits


class TestEndpoint:
    @pytest.mark.parametrize(
        "fault",
        [
            Fault.busy(retry_after=7),
            Fault.error(500),
            Fault.error(502),
            Fault.error(503),
            Fault.error(504),
            Fault.half(),
            Fault.cut_json(),
            Fault.html(),
            Fault.reset(),
        ],
        ids=["busy", "500", "502", "503", "504", "half", "cut", "html", "reset"],
    )
    def test_what_passes_is_tried_again(self, fault: Fault, faulty: FaultyEndpoint) -> None:
        """Busy, broken, half and wrong answers are asked for again until one is right."""
        faulty.fail_next(fault, fault)
        endpoint, waits = patient(faulty.url)
        assert [row["item"] for row in endpoint.select(QUERY)] == ["http://www.wikidata.org/entity/Q142"]
        assert len(faulty.requests) == 3 and len(waits) == 2

    def test_waits_grow_and_heed_retry_after(self, faulty: FaultyEndpoint) -> None:
        """Waits double, and are what Retry-After says where it says something."""
        faulty.fail_next(Fault.error(503), Fault.error(503), Fault.busy(retry_after=7), Fault.error(503))
        endpoint, waits = patient(faulty.url)
        endpoint.select(QUERY)
        assert waits == [1.0, 2.0, 7.0, 8.0]

    def test_it_gives_up(self, faulty: FaultyEndpoint) -> None:
        """After some attempts the last failure is told, with the address."""
        faulty.fail_next(*[Fault.busy(retry_after=1)] * 9)
        endpoint, waits = patient(faulty.url, attempts=3)
        with pytest.raises(EndpointError, match="answered 429"):
            endpoint.select(QUERY)
        assert len(faulty.requests) == 3 and waits == [1.0, 1.0]

    def test_slow_answers_time_out(self, faulty: FaultyEndpoint) -> None:
        """An answer that does not come in time is asked for again."""
        faulty.fail_next(Fault.slow(30))
        endpoint, waits = patient(faulty.url, timeout=1)
        assert endpoint.select(QUERY) and len(waits) == 1

    def test_a_wrong_query_is_not_tried_again(self, faulty: FaultyEndpoint) -> None:
        """What the endpoint refuses for good is asked once."""
        endpoint, waits = patient(faulty.url)
        with pytest.raises(EndpointError, match="refused"):
            endpoint.select("SELECT nonsense")
        assert len(faulty.requests) == 1 and not waits

    def test_it_says_who_asks(self, faulty: FaultyEndpoint) -> None:
        """The User-Agent names the software, its version and a contact."""
        endpoint, _ = patient(faulty.url, contact="mailto:kg@example.org")
        endpoint.select(QUERY)
        assert faulty.requests[0].user_agent == agent("mailto:kg@example.org")
        assert "mailto:kg@example.org" in agent("mailto:kg@example.org") and "https://" in agent()

    def test_answers_are_kept_for_a_time(self, faulty: FaultyEndpoint, tmp_path: Path) -> None:
        """A question is asked once, until its answer is too old; the cache is one file that outlives the process."""
        clock = [1000.0]
        for _ in range(2):
            cache = AnswerCache(tmp_path / "answers.sqlite")
            endpoint = Endpoint(faulty.url, cache, max_age=60, now=lambda: clock[0])
            first, second = endpoint.select(QUERY), endpoint.select(QUERY)
            assert first == second
            cache.close()
        assert len(faulty.requests) == 1
        clock[0] += 61
        cache = AnswerCache(tmp_path / "answers.sqlite")
        Endpoint(faulty.url, cache, max_age=60, now=lambda: clock[0]).select(QUERY)
        cache.close()
        assert len(faulty.requests) == 2

    def test_failures_are_not_kept(self, faulty: FaultyEndpoint, tmp_path: Path) -> None:
        """A half answer never comes from the cache."""
        cache = AnswerCache(tmp_path / "answers.sqlite")
        faulty.fail_next(Fault.cut_json())
        endpoint = Endpoint(faulty.url, cache, sleep=lambda _: None)
        assert endpoint.select(QUERY) == endpoint.select(QUERY) and len(faulty.requests) == 2
        cache.close()


@pytest.fixture(scope="module")
def items(url: str) -> dict[str, Item]:
    select = Endpoint(url).select
    qids = [
        f"Q900000{n}" for n in (101, 102, 103, 105, 106, 107, 108, 109, 111, 112, 201, 202, 203, 204, 301, 401, 402)
    ]
    return {item.qid: item for item in describe_items([*qids, "Q142"], select, OfficeNames.load())}


class TestItems:
    def test_names_are_found_as_written(self, url: str) -> None:
        """By label or alias, English or language-independent; quotes, accents and backslashes do no harm."""
        names = [
            "Khaled el-Tahhan",
            'William "Bill" O\'Harrowgate',
            "Pavel T\\ornov",
            "Selin Karabağlıoğlu",
            "Nobody Here",
        ]
        found = items_of_names(names, Endpoint(url).select)
        assert {name: sorted(qids) for name, qids in found.items()} == {
            "Khaled el-Tahhan": ["Q900000105"],
            'William "Bill" O\'Harrowgate': ["Q900000106"],
            "Pavel T\\ornov": ["Q900000108"],
            "Selin Karabağlıoğlu": ["Q900000111"],
        }

    def test_a_person(self, items: dict[str, Item]) -> None:
        """Name, aliases, life, and each office with its class, country and days; deprecated statements are left out."""
        rows = table_rows(items["Q900000101"])
        [person], [term] = rows["persons"], rows["terms"]
        assert (person["name"], person["gender"], person["born"]) == ("Ingvild Aasmundtveit", "female", "1971-04-18")
        assert (term["office_class"], term["country"], term["start"], term["end"]) == (
            "foreign-minister",
            "NOR",
            "2024-02-01",
            "",
        )
        assert [t["start"] for t in table_rows(items["Q900000102"])["terms"]] == ["2019-09-01"]

    def test_vague_days(self, items: dict[str, Item]) -> None:
        """A first of January is a year; an unknown value is no day."""
        assert table_rows(items["Q900000109"])["persons"][0]["born"] == "1931"
        assert table_rows(items["Q900000108"])["terms"][0]["end"] == ""

    def test_others(self, items: dict[str, Item]) -> None:
        """Bodies with country and sector, an embassy of whom it acts for, places; no countries, novels and lists of namesakes."""
        assert table_rows(items["Q900000202"])["organisations"][0]["country"] == "NOR"
        assert table_rows(items["Q900000203"], "REB")["organisations"][0]["sector"] == "REB"
        assert table_rows(items["Q900000201"], "IGO")["organisations"][0]["country"] == ""
        assert table_rows(items["Q900000204"])["organisations"][0]["country"] == "NOR"
        assert table_rows(items["Q900000301"])["places"][0]["population"].isdecimal()
        assert not any(table_rows(items[qid]) for qid in ("Q142", "Q900000112", "Q900000401", "Q900000402"))

    def test_every_listing_says_what_it_lists(self) -> None:
        """Each named query has a title, a kind and a place for countries."""
        names = {listing.name for listing in listings()}
        assert {"heads-of-state", "foreign-ministers", "ambassadors", "armed-groups"} <= names and len(names) == 8
        for listing in listings():
            assert listing.title and listing.kind in ("person", "organisation")
            assert "VALUES ?country { UNDEF }" in listing.text


class TestOnline:
    def test_it_links_what_was_not(self, store: Path, faulty: FaultyEndpoint, kg: Run) -> None:
        """Unlinked names are looked up, weighed like all others, and marked; a second run asks nothing again."""
        ran = kg("link", "--online", "--endpoint", faulty.url, "--store", store)
        assert "5 names looked up" in ran.out and ran.out.endswith("links 5 new\n") and ran.code == 0
        told = kg("export", "a.txt", "--store", store).out
        assert told.count('dip:linker "wikidata"') == 5
        assert kg("store", "check", "--store", store).code == kg("validate", "--store", store).code == 0
        asked = len(faulty.requests)
        assert "0 names looked up" in kg("link", "--online", "--endpoint", faulty.url, "--store", store).out
        assert len(faulty.requests) == asked
        assert ", 0 with changes" in kg("link", "--all", "--store", store).out

    def test_namesakes_are_told_apart(self, store: Path, faulty: FaultyEndpoint, kg: Run) -> None:
        """Of two people of one name the one whose country the article names is meant."""
        assert (
            "Daniel Ostervik: no link → Q900000103" in kg("link", "--online", "--endpoint", faulty.url, "-s", store).out
        )

    def test_dry_run(self, store: Path, faulty: FaultyEndpoint, kg: Run) -> None:
        """It tells what would be linked, and links nothing."""
        ran = kg("link", "--online", "--endpoint", faulty.url, "--store", store, "--dry-run")
        assert "links 5 new would change" in ran.out
        assert "entity/Q900000101" not in kg("export", "a.txt", "--store", store).out
        assert not list(store.glob("*.sqlite"))

    def test_offline(self, store: Path, kg: Run) -> None:
        """Without a network it says so in one line, and the links stay as they are."""
        before = kg("export", "--store", store, "--format", "nquads").out
        ran = kg("link", "--online", "--endpoint", "http://127.0.0.1:9/sparql", "--timeout", "1", "-s", store)
        assert ran.code == 1 and "cannot be reached" in ran.err and ran.err.count("\n") == 1
        assert sorted(kg("export", "--store", store, "--format", "nquads").out.splitlines()) == sorted(
            before.splitlines()
        )

    def test_what_it_tells_can_be_kept(self, store: Path, faulty: FaultyEndpoint, kg: Run, tmp_path: Path) -> None:
        """The rows go into a folder of tables, which links the same names offline."""
        kg("link", "--online", "--endpoint", faulty.url, "--store", store, "--keep", tmp_path / "mine")
        args = ("--published", "2024-05-02", "--gazetteer", tmp_path / "mine", "--format", "jsonl")
        assert kg("extract", tmp_path / "a.txt", *args).out.count('"wikidata": "Q9000') == 5


class TestBuild:
    ARGS = ("--country", "NOR", "--country", "EGY")

    def test_from_an_endpoint(self, faulty: FaultyEndpoint, kg: Run, tmp_path: Path) -> None:
        """Each listing tells what it gave; the folder is a gazetteer at once."""
        ran = kg("gazetteer", "build", "--endpoint", faulty.url, "--to", tmp_path / "g", *self.ARGS)
        assert "armed-groups: 1 item, 1 new row\n" in ran.out and ran.code == 0
        opened = open_gazetteer([tmp_path / "g"])
        assert opened.find("Ingvild Aasmundtveit")[0].entry.country == "NOR"
        sector = {m.entry.sector for m in opened.find("SLF")}
        assert "REB" in sector and opened.find("NRCO")[0].entry.sector == "IGO"

    def test_it_goes_on_where_it_was(self, faulty: FaultyEndpoint, kg: Run, tmp_path: Path) -> None:
        """After a failure the same command asks only what was not answered, and ends as if nothing had happened."""
        kg("gazetteer", "build", "--endpoint", faulty.url, "--to", tmp_path / "whole", *self.ARGS)
        whole = len(faulty.requests)
        faulty.clear()
        kg("gazetteer", "build", "--endpoint", faulty.url, "--to", tmp_path / "g", *self.ARGS, "--query", "ambassadors")
        part = len(faulty.requests)
        kg("gazetteer", "build", "--endpoint", faulty.url, "--to", tmp_path / "g", *self.ARGS)
        assert len(faulty.requests) == whole and 0 < part < whole
        for name in ("persons", "terms", "organisations"):
            same = (tmp_path / "g" / f"{name}.tsv").read_bytes() == (tmp_path / "whole" / f"{name}.tsv").read_bytes()
            assert same, name

    def test_a_failing_endpoint(self, kg: Run, tmp_path: Path) -> None:
        """What to do is told in one line."""
        args = ("--to", tmp_path / "g", "--timeout", "1", "--country", "NOR")
        ran = kg("gazetteer", "build", "--endpoint", "http://127.0.0.1:9/sparql", *args)
        assert ran.code == 1 and "run the same command again" in ran.err and ran.err.count("\n") == 1

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            ((), "give either --endpoint or --dump"),
            (("--endpoint", "http://x", "--query", "kings"), "there is no 'kings'"),
            (("--endpoint", "http://x", "--country", "XXX"), "'XXX' is no ISO"),
            (("--dump", "x.json", "--query", "ambassadors"), "are for --endpoint"),
        ],
        ids=["neither", "query", "country", "mixed"],
    )
    def test_misuse(self, args: tuple[str, ...], said: str, kg: Run, tmp_path: Path) -> None:
        """Options that do not fit are told."""
        ran = kg("gazetteer", "build", "--to", tmp_path / "g", *args)
        assert ran.code == 2 and said in ran.err


def claim(prop: str, value: Any, rank: str = "normal", **qualifiers: Any) -> dict[str, Any]:
    """A statement as a dump has it: QIDs, days and numbers by their form."""

    def snak(p: str, v: Any) -> dict[str, Any]:
        if isinstance(v, str) and v.startswith("Q"):
            v = {"entity-type": "item", "id": v}
        elif isinstance(v, str):
            v = {"time": f"+{v}T00:00:00Z", "precision": 9 if v.endswith("-00-00") else 11}
        return {"snaktype": "value", "property": p, "datavalue": {"value": v}}

    return {"mainsnak": snak(prop, value), "rank": rank, "qualifiers": {p: [snak(p, v)] for p, v in qualifiers.items()}}


def item(qid: str, label: str, links: int, *claims: dict[str, Any], aliases: tuple[str, ...] = ()) -> dict[str, Any]:
    by_property: dict[str, list[dict[str, Any]]] = {}
    for statement in claims:
        by_property.setdefault(statement["mainsnak"]["property"], []).append(statement)
    return {
        "type": "item",
        "id": qid,
        "labels": {"en": {"language": "en", "value": label}, "fr": {"language": "fr", "value": "x"}},
        "aliases": {"en": [{"language": "en", "value": alias} for alias in aliases]},
        "claims": by_property,
        "sitelinks": {f"{n}wiki": {} for n in range(links)},
    }


ITEMS = [
    item("Q900000501", "Kari Holmsund", 4, claim("P31", "Q5"), claim("P569", "1970-00-00"),
         claim("P39", "Q900000601", P580="2023-10-16"), claim("P39", "Q900000601", "deprecated"), aliases=("K. Holmsund",)),
    item("Q900000502", "Unknown Clerk", 0, claim("P31", "Q5"), claim("P39", "Q900000601")),
    item("Q900000503", "A Singer", 90, claim("P31", "Q5"), claim("P569", "1970-05-01")),
    item("Q900000504", "Polar Survey", 3, claim("P31", "Q900000602"), claim("P159", "Q85"), claim("P17", "Q20"), aliases=("PS",)),
    item("Q20", "Norway", 300, claim("P31", "Q6256"), claim("P298", "Q1")),
    item("Q900000505", "Polar Act", 7, claim("P31", "Q900000603"), claim("P1001", "Q20"), claim("P577", "1999-05-01")),
    item("Q900000601", "Minister of Foreign Affairs of Norway", 9, claim("P1001", "Q20")),
]  # fmt: skip


class TestDump:
    @pytest.fixture(params=[".json", ".json.gz", ".json.bz2"])
    def dump(self, request: pytest.FixtureRequest, tmp_path: Path) -> Path:
        """A dump in each of its forms."""
        body = "[\n" + ",\n".join(json.dumps(i) for i in ITEMS) + "\n]\n"
        path = tmp_path / f"dump{request.param}"
        packed = {".gz": gzip.compress, ".bz2": bz2.compress}.get(path.suffix, lambda data: data)
        path.write_bytes(packed(body.encode()))
        return path

    def test_tables(self, dump: Path, tmp_path: Path, kg: Run) -> None:
        """People who held an office and bodies, with what the offices' own items say; singers and countries are left out."""
        ran = kg("gazetteer", "build", "--dump", dump, "--to", tmp_path / "g")
        assert ran.out.startswith("1 persons, 1 organisations, 1 terms") and ran.code == 0
        [person] = read_table(tmp_path / "g" / "persons.tsv", COLUMNS["persons"])
        [term] = read_table(tmp_path / "g" / "terms.tsv", COLUMNS["terms"])
        assert (person["name"], person["aliases"], person["born"]) == ("Kari Holmsund", "K. Holmsund", "1970")
        assert (term["office_class"], term["country"], term["start"]) == ("foreign-minister", "NOR", "2023-10-16")
        assert term["as_of"] == date.fromtimestamp(dump.stat().st_mtime).isoformat() and not term["end"]
        entry = Gazetteer.open(compiled_path(tmp_path / "g")).find("PS")[0].entry
        assert (entry.name, entry.country) == ("Polar Survey", "NOR")

    def test_filters(self, dump: Path, tmp_path: Path) -> None:
        """By table, by direct class and by number of Wikipedias."""
        args = (open_gazetteer(), OfficeNames.load())
        rows = convert_dump(dump, tmp_path / "a", Filter(("persons",), frozenset(), 0), *args)
        assert rows == {"persons": 2, "terms": 2}
        rows = convert_dump(dump, tmp_path / "b", Filter(("organisations",), frozenset({"Q900000602"}), 0), *args)
        assert rows == {"organisations": 1, "terms": 0}

    def test_progress_ends_at_the_end(self, dump: Path, tmp_path: Path) -> None:
        """What has been read is told up to the file's size."""
        told: list[int] = []
        convert_dump(dump, tmp_path / "g", Filter(), open_gazetteer(), OfficeNames.load(), told.append)
        assert told[-1] == dump.stat().st_size

    @pytest.mark.parametrize(
        ("name", "content"),
        [("x.json", b'[\n{"P39" broken\n'), ("x.json.gz", b"no gzip"), ("x.json.bz2", bz2.compress(b"x" * 9999)[:40])],
        ids=["json", "gzip", "cut"],
    )
    def test_broken_dumps(self, name: str, content: bytes, tmp_path: Path) -> None:
        """A broken dump is told with its name, and leaves no tables."""
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=name):
            convert_dump(tmp_path / name, tmp_path / "g", Filter(), open_gazetteer(), OfficeNames.load())
        assert not list((tmp_path / "g").glob("*.tsv"))

    def test_a_used_folder_is_refused(self, dump: Path, tmp_path: Path, kg: Run) -> None:
        """Tables that are there are not overwritten."""
        kg("gazetteer", "add", "place", "Q900000701", "Foo", "--to", tmp_path / "g")
        ran = kg("gazetteer", "build", "--dump", dump, "--to", tmp_path / "g")
        assert ran.code == 1 and "places.tsv is there already" in ran.err
