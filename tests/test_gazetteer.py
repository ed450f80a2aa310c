"""The gazetteer: its tables, the compiled file and the look-ups."""

from __future__ import annotations

import csv
import doctest
import sqlite3
import timeit
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

import kg.entities.compile_gazetteer
import kg.entities.facts
import kg.entities.gazetteer
from kg.entities.compile_gazetteer import compile_gazetteer
from kg.entities.facts import Tenure, convert, merge_tenures
from kg.entities.gazetteer import Gazetteer, default_gazetteer_path
from kg.entities.tables import COLUMNS
from kg.errors import DataError
from kg.resources import data_path

SEEDS = data_path("seeds", "gazetteer")
FACTS = Path(__file__).resolve().parents[2] / "shared" / "facts"


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.open(default_gazetteer_path())


@pytest.mark.parametrize("module", [kg.entities.gazetteer, kg.entities.compile_gazetteer, kg.entities.facts])
def test_doctests(module: object) -> None:
    """The examples in the docstrings are true."""
    failed, attempted = doctest.testmod(module)  # type: ignore[arg-type]
    assert failed == 0 and attempted >= 2


FOUND = [
    ("US", "Q30", "acronym"),
    ("U.S.", "Q30", "acronym"),
    ("United States", "Q30", "name"),
    ("America", "Q30", "alias"),
    ("UK", "Q145", "acronym"),
    ("China", "Q148", "name"),
    ("Chinese", "Q148", "adjective"),
    ("Danes", "Q35", "plural"),
    ("Palestine", "Q219060", "name"),
    ("Ivory Coast", "Q1008", "name"),
    ("Georgia", "Q230", "name"),
    ("Beijing", "Q956", "name"),
    ("Lille, France", "Q648", "alias"),
    ("Kremlin", "Q133274", "name"),
    ("the Kremlin", "Q133274", "name"),
    ("the Kremlin's", "Q133274", "name"),
    ("White House", "Q35525", "name"),
    ("NATO", "Q7184", "acronym"),
    ("UN", "Q1065", "acronym"),
    ("State Department", "Q789915", "alias"),
    ("CNN", "Q48340", "name"),
    ("NBC", "Q13974", "name"),
    ("Jake Sullivan", "Q16730147", "name"),
    ("Yang Jiechi", "Q58211", "name"),
    ("Joe Biden", "Q6279", "name"),
    ("Xi Jinping", "Q15031", "name"),
    ("Xi", "Q15031", "surname"),
    ("Mario Draghi", "Q294460", "name"),
    ("Putin", "Q7747", "surname"),
    ("Trump", "Q22686", "surname"),
    ("Assad", "Q44329", "surname"),
    ("Volodymyr Zelensky", "Q3874799", "alias"),
    ("Zelenskiy", "Q3874799", "surname"),
    ("Sergei Lavrov", "Q58217", "alias"),
    ("Recep Tayyip Erdogan", "Q39259", "name"),
]


@pytest.mark.parametrize(("name", "qid", "kind"), FOUND, ids=[name for name, _, _ in FOUND])
def test_find(gazetteer: Gazetteer, name: str, qid: str, kind: str) -> None:
    """The best known bearer of a name comes first, under what the name is to it."""
    match = gazetteer.find(name)[0]
    assert (match.entry.wikidata, match.kind) == (qid, kind)


@pytest.mark.parametrize("name", ["", "the", "Leave", "Foreign Ministry", "Nobody Inparticular"])
def test_find_nothing(gazetteer: Gazetteer, name: str) -> None:
    """What the tables do not say is not guessed."""
    assert gazetteer.find(name) == ()


@pytest.mark.parametrize(
    ("name", "acts_for"), [("Beijing", "Q148"), ("Kremlin", "Q159"), ("Brussels", "Q458"), ("State Department", "Q30")]
)
def test_acts_for(gazetteer: Gazetteer, name: str, acts_for: str) -> None:
    """Seats, capitals and government bodies know for whom they act."""
    assert gazetteer.find(name)[0].entry.acts_for == acts_for


def test_second_city_does_not_act(gazetteer: Gazetteer) -> None:
    """A large city that is no capital acts for nobody."""
    assert all(gazetteer.find(city)[0].entry.acts_for is None for city in ("Shanghai", "New York", "Tel Aviv"))


def test_order_is_by_prominence(gazetteer: Gazetteer) -> None:
    """Namesakes are ordered by prominence, each once."""
    matches = gazetteer.find("Khan")
    prominences = [match.entry.prominence for match in matches]
    assert len(matches) > 10 and prominences == sorted(prominences, reverse=True)
    assert len({match.entry.wikidata for match in matches}) == len(matches)


def test_country(gazetteer: Gazetteer) -> None:
    """A state is found by its code; a territory is a place."""
    state, territory = gazetteer.country("USA"), gazetteer.country("HKG")
    assert state and (state.wikidata, state.type, state.country) == ("Q30", "country", "USA")
    assert territory and territory.type == "place"
    assert gazetteer.country("XXX") is None and gazetteer.entry("Q0") is None


def test_terms(gazetteer: Gazetteer) -> None:
    """Terms are dated, with the recent table continuing those that were open."""
    terms = gazetteer.terms_of("Q16730147")
    assert any(term.office_class == "national-security-adviser" and term.covers(date(2022, 3, 14)) for term in terms)
    (biden,) = [term for term in gazetteer.terms_of("Q6279") if term.office_class == "head-of-state"]
    assert (biden.start, biden.end) == (date(2021, 1, 20), date(2025, 1, 20))
    assert gazetteer.terms_of("Q0") == ()


@pytest.mark.parametrize(
    ("office_class", "country", "day", "name"),
    [
        ("foreign-minister", "USA", date(2014, 6, 1), "John Kerry"),
        ("head-of-government", "ITA", date(2022, 3, 14), "Mario Draghi"),
        ("national-security-adviser", "USA", date(2022, 3, 14), "Jake Sullivan"),
        ("foreign-minister", "CHN", date(2022, 3, 14), "Wang Yi"),
        ("head-of-state", "USA", date(2018, 3, 14), "Donald Trump"),
        ("head-of-government", "GBR", date(2022, 10, 1), "Liz Truss"),
        ("head-of-state", "RUS", date(2025, 1, 1), "Vladimir Putin"),
    ],
)
def test_holders(gazetteer: Gazetteer, office_class: str, country: str, day: date, name: str) -> None:
    """Who holds an office depends on the day; an open term goes on while no successor is known."""
    assert [entry.name for entry in gazetteer.holders(office_class, country, day)] == [name]


def test_no_holders(gazetteer: Gazetteer) -> None:
    """Before the first term known nobody holds an office."""
    assert gazetteer.holders("foreign-minister", "USA", date(1700, 1, 1)) == ()


def test_threads_and_speed(gazetteer: Gazetteer) -> None:
    """Threads share a gazetteer, and a repeated look-up takes microseconds."""
    names = [name for name, _, _ in FOUND]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(gazetteer.find, names * 20)) == [gazetteer.find(name) for name in names] * 20
    assert timeit.timeit(lambda: gazetteer.find("Joe Biden"), number=1000) < 0.2


def test_compiling_is_deterministic(tmp_path: Path) -> None:
    """The same tables give the same bytes, in a file that is small and has their version."""
    one, two = tmp_path / "one.sqlite", tmp_path / "two.sqlite"
    compile_gazetteer(SEEDS, one)
    compile_gazetteer(SEEDS, two)
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size < 40_000_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one.sqlite", "two.sqlite"]


def test_failed_compiling_leaves_the_old_file(tmp_path: Path) -> None:
    """A missing table is an error that names it, and touches nothing."""
    out = tmp_path / "gazetteer.sqlite"
    out.write_text("old")
    with pytest.raises(DataError, match=r"countries\.tsv"):
        compile_gazetteer(tmp_path, out)
    assert out.read_text() == "old"


def test_open_says_what_is_wrong(tmp_path: Path) -> None:
    """A missing, broken or outdated file is an error that says how to make it anew."""
    path = tmp_path / "gazetteer.sqlite"
    with pytest.raises(DataError, match="missing; build it again"):
        Gazetteer.open(path)
    path.write_text("no database at all, but long enough to look like one to anybody")
    with pytest.raises(DataError, match="not a gazetteer"):
        Gazetteer.open(path)
    path.unlink()
    connection = sqlite3.connect(path)
    connection.executescript("CREATE TABLE meta (key TEXT, value TEXT); INSERT INTO meta VALUES ('schema', '0')")
    connection.close()
    with pytest.raises(DataError, match="schema 0"):
        Gazetteer.open(path)


@pytest.mark.parametrize("table", COLUMNS)
def test_tables(table: str) -> None:
    """Each table has its columns, rows sorted by QID, and a source in every row."""
    with (SEEDS / f"{table}.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(rows[0]) == COLUMNS[table]
    assert all(len(row) == len(rows[0]) and row[-1] for row in rows[1:])
    numbers = [int(row[0].removeprefix("Q")) for row in rows[1:]]
    assert numbers == sorted(numbers) and len(numbers) > 200


@pytest.mark.skipif(not FACTS.is_dir(), reason="the fact tables are not beside the repository")
def test_tables_come_from_the_facts(tmp_path: Path) -> None:
    """The tables are what the rules make of the facts: nobody has edited them."""
    convert(FACTS, tmp_path)
    for table in COLUMNS:
        assert (tmp_path / f"{table}.tsv").read_bytes() == (SEEDS / f"{table}.tsv").read_bytes(), table


def _tenure(start: str, end: str, *, as_of: str = "2022-08-03", is_recent: bool = False) -> Tenure:
    return Tenure("Q1", "President", "head-of-state", "", "USA", start, end, as_of, ("test",), is_recent)


@pytest.mark.parametrize(
    ("tenures", "expected"),
    [
        pytest.param([("2021", ""), ("2021-01-20", "")], [("2021-01-20", "")], id="the more precise start stays"),
        pytest.param([("2021-01-20", ""), ("2021-01-20", "2025-01-20")], [("2021-01-20", "2025-01-20")], id="closed"),
        pytest.param(
            [("2000-05-07", "2008-05-07"), ("2012-05-07", "")],
            [("2000-05-07", "2008-05-07"), ("2012-05-07", "")],
            id="two stays",
        ),
        pytest.param([("2009", "2013"), ("2013-05-01", "")], [("2009", "")], id="overlapping years"),
    ],
)
def test_merging(tenures: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    """Rows of one stay in an office become one; two stays remain two."""
    merged = merge_tenures([_tenure(start, end) for start, end in tenures], {})
    assert [(tenure.start, tenure.end) for tenure in merged] == expected


def test_recent_wins() -> None:
    """The recent table's dates replace those of the older rows that they overlap."""
    merged = merge_tenures(
        [_tenure("2013-03-17", ""), _tenure("2013-03-16", "2022-12-30", as_of="", is_recent=True)], {}
    )
    assert [(tenure.start, tenure.end) for tenure in merged] == [("2013-03-16", "2022-12-30")]


def test_death_ends_a_term() -> None:
    """A term that was open when last seen ends with its holder's death."""
    (tenure,) = merge_tenures([_tenure("2013-03-17", "")], {"Q1": "2022-07-08"})
    assert tenure.end == "2022-07-08"
