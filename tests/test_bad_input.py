"""Bad input: each gives one clear line, the right exit code, nothing half-written and never a traceback."""

from __future__ import annotations

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import pytest

from kg.annotate import MAX_LENGTH, find_blocks, find_prose, smooth
from kg.api import load
from kg.entities.gazetteer import default_gazetteer_path
from kg.graph.store import MARKER, Store
from kg.pipeline import Tools
from kg.read.text import plain_of_markdown
from kg.resources import data_path
from tests.conftest import Ran

Run = Callable[..., Ran]

MEETING = "Sergei Lavrov met Antony Blinken in Geneva on Friday."
FRENCH = (
    "Le président français Emmanuel Macron a rencontré mardi le chancelier allemand Olaf Scholz à Paris pour discuter de"
    " la guerre en Ukraine et des sanctions contre la Russie. Les deux dirigeants ont condamné les attaques contre les"
    " civils et ont appelé à un cessez-le-feu immédiat, avant de rencontrer la presse au palais de l'Élysée.\n"
)
NEEDS_PROC = pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs Linux")
NEEDS_FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")


class Case(NamedTuple):
    """A command that cannot do its work: what it is given, its exit code, and what its one line says.

    `args` have {folder} for the case's folder and {store} for a store with one article; `files` are put in the folder.
    """

    args: str
    code: int
    said: str
    files: dict[str, bytes] = {}


LOAD = "load {folder}/a.txt --store {store}"
GOOD = {"a.txt": MEETING.encode()}


def gazetteer(*, meta: tuple[tuple[str, str], ...] | None) -> bytes:
    """A SQLite file with nothing but this meta table."""
    with closing(sqlite3.connect(":memory:")) as connection:
        if meta is not None:
            connection.execute("CREATE TABLE meta (key, value)")
            connection.executemany("INSERT INTO meta VALUES (?, ?)", meta)
        else:
            connection.execute("CREATE TABLE other (key)")
        connection.commit()
        return connection.serialize()


CASES: dict[str, Case] = {
    # What is to be read.
    "empty file": Case(LOAD, 1, "a.txt: there is no text in it", {"a.txt": b""}),
    "blank file": Case(LOAD, 1, "a.txt: there is no text in it", {"a.txt": b" \n\t\n"}),
    "empty JSON Lines": Case("load {folder}/a.jsonl --store {store}", 1, "there is no text", {"a.jsonl": b""}),
    "binary file": Case(LOAD, 1, "a.txt is a binary file (it has NUL bytes)", {"a.txt": b"\x00\x01\x02\xff"}),
    "PDF": Case(LOAD, 1, "a.txt is a binary file (PDF)", {"a.txt": b"%PDF-1.7 ..."}),
    "broken UTF-8": Case(LOAD, 1, "a.txt: not UTF-8 (byte 0xe9 at offset 3)", {"a.txt": b"Caf\xe9 talks"}),
    "another language": Case(LOAD, 1, "is in French (fr); kg reads English; use --force", {"a.txt": FRENCH.encode()}),
    "declared language": Case(LOAD + " --language de", 1, "is in German (de)", GOOD),
    "empty page": Case("load {folder}/a.html --store {store}", 1, "a.html: no article found", {"a.html": b"<html/>"}),
    "missing file": Case("load {folder}/none.txt --store {store}", 1, "none.txt: no such file or folder; check the path"),
    "folder without articles": Case("load {folder} --store {store}", 1, "no articles in this folder (.txt,", {"x.dat": b"x"}),
    "file through a file": Case("load {folder}/a.txt/b.txt --store {store}", 1, "Not a directory", GOOD),
    "JSON not of articles": Case("load {folder}/a.json --store {store}", 1, "no text", {"a.json": b'{"body": "x"}'}),
    "nested JSON": Case("load {folder}/a.json --store {store}", 1, "nested too deeply", {"a.json": b"[" * 100_000}),
    "extract: missing file": Case("extract {folder}/none.txt", 1, "no such file or folder"),
    # Options.
    "day that is none": Case(LOAD + " --published 2022-02-30", 2, "--published: there is no day 2022-02-30", GOOD),
    "no date": Case(LOAD + " --published yesterday", 2, "write it as YYYY-MM-DD", GOOD),
    "no address": Case(LOAD + " --url example", 2, "--url: 'example' is not a web address", GOOD),
    "no language": Case(LOAD + " --language 1", 2, "--language: '1' is not a language", GOOD),
    "no format": Case(LOAD + " --input-format doc", 2, "'markdown'", GOOD),
    # Where it is to be stored.
    "store is a file": Case("load {folder}/a.txt --store {folder}/a.txt", 1, "a.txt is a file, not a store folder", GOOD),
    "store below a file": Case("load {folder}/a.txt --store {folder}/a.txt/s", 1, "cannot be used: Not a directory", GOOD),
    "foreign store": Case("load {folder}/a.txt --store {folder}", 1, "is not a kg store", GOOD),
    "foreign store to read": Case("store info --store {folder}", 1, "is not a kg store", GOOD),
    "foreign marker": Case("store info --store {folder}", 1, "not the marker of a kg store", {MARKER: b"[]"}),
    "store of another layout": Case("store info --store {folder}", 1, "graph layout 99", {MARKER: b'{"kg-store": 99}'}),
    "store without database": Case("store info --store {folder}", 1, "cannot be opened", {MARKER: b'{"kg-store": 1}'}),
    "no store": Case("query events --store {folder}/none", 1, "there is no store yet; load an article first"),
    "show: no store": Case("show Q30 --store {folder}/none", 1, "there is no store yet"),
    "export: no store": Case("export --store {folder}/none", 1, "there is no store yet"),
    "validate: no store": Case("validate --store {folder}/none", 1, "there is no store yet"),
    "info: no store": Case("store info --store {folder}/none", 1, "there is no store yet"),
    # What it is to be read with.
    "unknown model": Case(LOAD + " --model none", 1, "the spaCy pipeline 'none' cannot be loaded", GOOD),
    "folder as model": Case(LOAD + " --model {folder}", 1, "cannot be loaded", GOOD),
    "lexicon not TOML": Case(LOAD + " --lexicon {folder}/x.toml", 1, "x.toml: not a TOML file", {**GOOD, "x.toml": b"[["}),
    "lexicon not UTF-8": Case(LOAD + " --lexicon {folder}/x.toml", 1, "x.toml: not a TOML file", {**GOOD, "x.toml": b"\xff"}),
    "lexicon wrong": Case(
        "lexicon check {folder}/x.toml", 1, "x.toml, pattern p: act 'CONSULTS' is unknown; did you mean 'CONSULT'?",
        {"x.toml": b'[[pattern]]\nid = "p"\nact = "CONSULTS"\nverbs = ["meet"]\n'},
    ),
    "lexicon without tables": Case("lexicon check {folder}/x.toml", 1, "x.toml", {"x.toml": b"pattern = 3"}),
    "lexicon missing": Case(LOAD + " --lexicon {folder}/x.toml", 1, "x.toml: no such lexicon file", GOOD),
    "gazetteer missing": Case(LOAD + " --gazetteer {folder}/x.sqlite", 1, "x.sqlite: the gazetteer is missing", GOOD),
    "gazetteer no database": Case(LOAD + " --gazetteer {folder}/a.txt", 1, "a.txt: this is not a gazetteer", GOOD),
    "gazetteer empty": Case(LOAD + " --gazetteer {folder}/x", 1, "this is not a gazetteer", {**GOOD, "x": b""}),
    "gazetteer foreign": Case(
        LOAD + " --gazetteer {folder}/x", 1, "this is not a gazetteer", {**GOOD, "x": gazetteer(meta=None)}
    ),
    "gazetteer of another schema": Case(
        LOAD + " --gazetteer {folder}/x", 1, "has schema 99", {**GOOD, "x": gazetteer(meta=(("schema", "99"),))}
    ),
    "gazetteer without version": Case(
        LOAD + " --gazetteer {folder}/x", 1, "gazetteer", {**GOOD, "x": gazetteer(meta=(("schema", "1"),))}
    ),
    "gazetteer without names": Case(
        LOAD + " --gazetteer {folder}/x", 1, "gazetteer",
        {**GOOD, "x": gazetteer(meta=(("schema", "1"), ("version", "x")))},
    ),
    # Where it is to be written.
    "export to a folder": Case("export --store {store} -o {folder}", 1, "Is a directory"),
    "export into nothing": Case("export --store {store} -o {folder}/none/x.nq", 1, "No such file or directory"),
    "extract into nothing": Case("extract {folder}/a.txt -o {folder}/none/x", 1, "No such file or directory", GOOD),
    "graph into nothing": Case("extract {folder}/a.txt -f trig -o {folder}/none/x", 1, "No such file or directory", GOOD),
    "table into nothing": Case("export --store {store} --table {folder}/none/x.csv", 1, "cannot be written (No such file"),
    "Parquet into nothing": Case("export --store {store} --table {folder}/none/x.parquet", 1, "cannot be written (No such"),
    "table of no kind": Case("export --store {store} --table {folder}/x.xlsx", 2, "a table is FILE.csv or FILE.parquet"),
    "export, no such article": Case("export none --store {store} -o {folder}/keep", 1, "no article none", {"keep": b"x"}),
    "export, graphs lost": Case("export -f turtle --store {store} -o {folder}/keep", 2, "--merge-graphs", {"keep": b"x"}),
    # What is to be asked.
    "query file missing": Case("query run {folder}/x.rq --store {store}", 2, "x.rq': No such file or directory"),
    "query file a folder": Case("query run {folder} --store {store}", 2, "Is a directory"),
    "query file not UTF-8": Case("query run {folder}/x.rq --store {store}", 1, "x.rq: not UTF-8 text", {"x.rq": b"\xff\xfe"}),
    "query file no SPARQL": Case("query run {folder}/x.rq --store {store}", 1, "not a SPARQL query", {"x.rq": b"SELEC ?x"}),
    "query file empty": Case("query run {folder}/x.rq --store {store}", 1, "not a SPARQL query", {"x.rq": b""}),
    "update in a query file": Case("query run {folder}/x.rq --store {store}", 1, "not a SPARQL query", {"x.rq": b"DROP ALL"}),
    "unreachable service": Case(
        "query run {folder}/x.rq --store {store}", 1, "the query failed",
        {"x.rq": b"SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"},
    ),
    # What is to be checked.
    "RDF that does not parse": Case("validate {folder}/x.ttl", 1, "x.ttl is not Turtle", {"x.ttl": b"<a> <b"}),
    "RDF missing": Case("validate {folder}/x.ttl", 1, "x.ttl: No such file"),
    "RDF of no syntax": Case("validate {folder}/x.doc", 1, "x.doc: .doc is no RDF syntax", {"x.doc": b""}),
    "RDF not UTF-8": Case("validate {folder}/x.nq", 1, "x.nq is not N-Quads", {"x.nq": b'<a:a> <a:b> "\xff" .'}),
    # What is not there.
    "remove: no such article": Case("remove none --store {store}", 1, "the store has no article none"),
    "show: nothing": Case("show Q99999 --store {store}", 1, 'nothing in the store is called "Q99999"'),
}  # fmt: skip

LINUX: dict[str, Case] = {
    "store in /proc": Case(
        "load {folder}/a.txt --store /proc/none", 1, "/proc/none: the store folder cannot be used", GOOD
    ),
    "export into /proc": Case("export --store {store} -o /proc/none", 1, "/proc/none"),
    "table into /proc": Case("export --store {store} --table /proc/none.csv", 1, "/proc/none.csv: cannot be written"),
    "Parquet into /proc": Case("export --store {store} --table /proc/none.parquet", 1, "cannot be written"),
    "unreadable file": Case("load /proc/self/mem --store {store}", 1, "/proc/self/mem: cannot be read"),
    "endless file": Case("load /dev/zero --store {store}", 1, "/dev/zero: larger than 100 MB"),
    "nothing": Case("load /dev/null --store {store}", 1, "/dev/null: there is no text in it"),
    "export onto a full disk": Case("export --store {store} -o /dev/full", 1, "No space left on device"),
    "extract onto a full disk": Case("extract {folder}/a.txt -o /dev/full", 1, "No space left on device", GOOD),
}
"""Cases that need Linux."""


def parameters() -> Iterator[object]:
    for name, case in {**CASES, **LINUX}.items():
        marks = [NEEDS_PROC] if name in LINUX else []
        yield pytest.param(case, id=name, marks=marks)


PARAMETERS = list(parameters())


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, tools: Tools) -> Path:
    """A store of one article, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "first.txt").write_text("Narendra Modi met Vladimir Putin in Moscow on Monday.", encoding="utf-8")
    load(folder / "first.txt", folder / "store", tools=tools)
    return folder / "store"


@pytest.fixture
def store(template: Path, tmp_path: Path) -> Path:
    """A store of one article."""
    return Path(shutil.copytree(template, tmp_path / "store"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def quads(path: Path) -> set[ox.Quad]:
    with Store.open(path, read_only=True) as opened:
        return set(opened.inner)


def contents(folder: Path) -> dict[str, bytes | None]:
    return {str(p.relative_to(folder)): p.read_bytes() if p.is_file() else None for p in sorted(folder.rglob("*"))}


def complaints(ran: Ran) -> list[str]:
    """The lines on standard error, each of which is a complaint of ours."""
    lines = ran.err.splitlines()
    for line in lines:
        assert line.startswith("kg: ") and "internal error" not in line and "Traceback" not in line, line
    return lines


@pytest.mark.parametrize("case", PARAMETERS)
def test_one_clear_line(case: Case, kg: Run, store: Path, folder: Path) -> None:
    """Bad input is told in one line with the right exit code, and neither store nor folder has changed."""
    for name, content in case.files.items():
        (folder / name).write_bytes(content)
    before, files = quads(store), contents(folder)
    ran = kg(*(word.format(folder=folder, store=store) for word in case.args.split()))
    assert ran.code == case.code, ran
    [line] = complaints(ran)
    assert case.said in line
    assert ran.out == "" or ran.out.startswith("0 articles (1 not read): ")
    assert quads(store) == before and contents(folder) == files


def test_number_of_cases() -> None:
    """All cases were collected, and each known failure is one of them."""
    assert len(PARAMETERS) == len(CASES) + len(LINUX) == 77


@pytest.mark.parametrize("command", ["load", "extract"])
def test_forced_language(command: str, kg: Run, folder: Path, tmp_path: Path) -> None:
    """With --force an article in another language is read all the same."""
    (folder / "a.txt").write_text(FRENCH, encoding="utf-8")
    options = ("--store", tmp_path / "new") if command == "load" else ()
    ran = kg(command, folder / "a.txt", "--force", *options)
    assert (ran.code, ran.err) == (0, "") and ran.out


def test_line_of_50_megabytes(kg: Run, folder: Path, store: Path) -> None:
    """A line of 50 MB is refused in a line, as text or as JSON; what stands beside it is loaded."""
    words = MEETING * (50_000_000 // len(MEETING))
    (folder / "a.txt").write_text(words, encoding="utf-8")
    good = json.dumps({"id": "good", "text": MEETING})
    (folder / "b.jsonl").write_text(json.dumps({"id": "long", "text": words}) + "\n" + good + "\n", encoding="utf-8")
    ran = kg("load", folder, "--store", store)
    [first, second] = complaints(ran)
    assert ran.code == 1 and ran.out.startswith("1 article (1 new, 2 not read): ")
    assert "a.txt: " in first and f"at most {MAX_LENGTH:,}" in first
    assert "b.jsonl, line 1: line too long" in second
    with Store.open(store, read_only=True) as opened:
        assert opened.article_ids() == ["first.txt", "good"]


def test_article_too_long_to_parse(kg: Run, folder: Path, store: Path) -> None:
    """An article too long to parse is named, and the good ones around it are loaded and extracted."""
    texts = {"a": MEETING, "b": "x " * (MAX_LENGTH // 2 + 1), "c": MEETING}
    lines = [json.dumps({"id": name, "text": text}) for name, text in texts.items()]
    (folder / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    ran = kg("load", folder / "a.jsonl", "--store", store)
    [line] = complaints(ran)
    assert ran.code == 1 and ran.out.startswith("2 articles (2 new, 1 not read): ")
    assert line.startswith(f"kg: b: {len(texts['b']):,} characters are too long for one article")
    with Store.open(store, read_only=True) as opened:
        assert opened.article_ids() == ["a", "c", "first.txt"]
    ran = kg("extract", folder / "a.jsonl")
    assert ran.code == 1 and complaints(ran) == [line]
    assert [json.loads(x)["id"] for x in ran.out.splitlines()] == ["a", "c"]


BROKEN_LINES = {
    "not json": "not JSON (expecting value at column 1)",
    '{"id": "b"}': "no text",
    '{"id": "c", "text": 7}': "text is a number",
    '{"id": "d", "text": "x", "published": "2022-02-30"}': "there is no day 2022-02-30",
    '{"id": "e", "text": "x", "url": "nowhere"}': "not a web address",
    '{"id": true, "text": "x"}': "id is true or false",
    "[1]": "a list, not an object",
    '{"id": "f", "text": ""}': "there is no text in it",
    '{"id": "g", "text": "x"': "not JSON",
    "\udcff": "not UTF-8",
}
"""A broken line → what is said of it."""


def test_broken_json_lines(kg: Run, folder: Path, store: Path) -> None:
    """Of a file with broken lines the good ones load; each bad one is named, with its number, and they are counted."""
    first, last = (json.dumps({"id": name, "text": MEETING}) for name in ("a", "z"))
    text = "\n".join([first, *BROKEN_LINES, "", last]) + "\n"
    (folder / "a.jsonl").write_bytes(text.encode("utf-8", "surrogateescape"))
    ran = kg("load", folder / "a.jsonl", "--store", store)
    assert ran.code == 1 and ran.out.startswith(f"2 articles (2 new, {len(BROKEN_LINES)} not read): ")
    for number, (line, said) in enumerate(zip(complaints(ran), BROKEN_LINES.values(), strict=True), start=2):
        assert f"a.jsonl, line {number}" in line and said in line
    with Store.open(store, read_only=True) as opened:
        assert opened.article_ids() == ["a", "first.txt", "z"]


def test_several_problems_in_order(kg: Run, folder: Path, store: Path) -> None:
    """Each thing that cannot be read has its line, in the order given, and the rest is loaded."""
    (folder / "bad.txt").write_bytes(b"\xff")
    (folder / "good.txt").write_text(MEETING, encoding="utf-8")
    ran = kg("load", folder / "none", folder, folder / "none too", "--store", store)
    assert [line.split(": ")[1].rpartition("/")[2] for line in complaints(ran)] == ["none", "bad.txt", "none too"]
    assert ran.code == 1 and ran.out.startswith("1 article (1 new, 3 not read): ")


def test_same_id_twice(kg: Run, folder: Path, store: Path) -> None:
    """Two files that would have one id do not silently replace each other."""
    (folder / "sub").mkdir()
    for path in (folder / "a.txt", folder / "sub" / "a.txt"):
        path.write_text(MEETING, encoding="utf-8")
    ran = kg("load", folder / "a.txt", folder / "sub" / "a.txt", "--store", store)
    [line] = complaints(ran)
    assert ran.code == 1 and "its id would be 'a.txt'" in line


def test_closed_standard_input(folder: Path) -> None:
    """A hyphen with standard input closed is one line."""
    command = f"exec '{sys.executable}' -m kg extract - <&-"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "kg: stdin: standard input is closed; give a file instead of -\n"


def test_standard_input_not_utf8(kg: Run, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken bytes on standard input, as article or as query, are one line."""
    for args in (("load", "-", "--store", store), ("query", "run", "-", "--store", store)):
        broken = io.BytesIO(b"Caf\xe9")
        broken.name = "<stdin>"  # type: ignore[attr-defined]
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(broken, encoding="utf-8"))
        ran = kg(*args)
        [line] = complaints(ran)
        assert ran.code == 1 and "stdin" in line and "not UTF-8" in line


@pytest.fixture
def writer(store: Path) -> Iterator[None]:
    """Another process that writes to the store."""
    code = f"from pathlib import Path; from kg.graph.store import Store\nwith Store.open(Path({str(store)!r})): print('ready', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None and other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        yield
        other.stdin.write("\n")


LOCKED = (
    "load {file}",
    "remove first.txt",
    "store check --repair",
    "query events",
    "show Q30",
    "export",
    "import none.nq",
    "validate",
    "store info",
)


@pytest.mark.usefixtures("writer")
def test_locked_store(kg: Run, folder: Path, store: Path) -> None:
    """While another process writes, each command that wants the store says so in one line."""
    (folder / "a.txt").write_text(MEETING, encoding="utf-8")
    for command in LOCKED:
        ran = kg(*command.format(file=folder / "a.txt").split(), "--store", store)
        [line] = complaints(ran)
        assert (ran.code, ran.out) == (1, "") and f"{store}: the store is locked: another process is " in line


def test_store_being_read(kg: Run, folder: Path, store: Path) -> None:
    """While others read, loading says so in one line and changes nothing."""
    (folder / "a.txt").write_text(MEETING, encoding="utf-8")
    with Store.open(store, read_only=True) as reader:
        ran = kg("load", folder / "a.txt", "--store", store)
        [line] = complaints(ran)
        assert (ran.code, ran.out) == (1, "") and "the store is locked: another process is using it" in line
        assert reader.article_ids() == ["first.txt"]


@pytest.mark.parametrize("command", ["store info", "query events", "remove first.txt"])
def test_damaged_store(command: str, kg: Run, store: Path) -> None:
    """A store whose files are damaged is one line that names the store."""
    for file in [*store.glob("oxigraph/*.sst"), *store.glob("oxigraph/MANIFEST*")]:
        file.write_bytes(file.read_bytes()[:100])
    ran = kg(*command.split(), "--store", store)
    [line] = complaints(ran)
    assert ran.code == 1 and str(store) in line


def test_truncated_gazetteer(kg: Run, folder: Path, store: Path) -> None:
    """Half a gazetteer is refused before anything is read."""
    (folder / "a.txt").write_text(MEETING, encoding="utf-8")
    whole = default_gazetteer_path().read_bytes()
    (folder / "half.sqlite").write_bytes(whole[: len(whole) // 2])
    before = quads(store)
    ran = kg("load", folder / "a.txt", "--gazetteer", folder / "half.sqlite", "--store", store)
    [line] = complaints(ran)
    assert ran.code == 1 and "half.sqlite: this is not a gazetteer" in line and quads(store) == before


def test_corrupt_gazetteer(kg: Run, folder: Path, store: Path) -> None:
    """A gazetteer damaged in the middle is one line that names it."""
    (folder / "a.txt").write_text(MEETING, encoding="utf-8")
    data = default_gazetteer_path().read_bytes()
    (folder / "bad.sqlite").write_bytes(data[:200_000] + b"\xff" * (len(data) - 200_000))
    ran = kg("load", folder / "a.txt", "--gazetteer", folder / "bad.sqlite", "--store", store)
    [line] = complaints(ran)
    assert ran.code == 1 and "bad.sqlite" in line


@pytest.mark.parametrize("content", [None, b"", b"\xff"], ids=["missing", "empty", "broken"])
def test_reading_nothing_makes_no_store(content: bytes | None, kg: Run, folder: Path) -> None:
    """When no article could be read, no store is left behind."""
    if content is not None:
        (folder / "a.txt").write_bytes(content)
    assert kg("load", folder / "a.txt", "--store", folder / "new").code == 1
    assert not (folder / "new").exists()


@pytest.mark.parametrize("option", ["--model none", "--gazetteer none", "--lexicon none", "--published x"])
def test_bad_options_make_no_store(option: str, kg: Run, folder: Path) -> None:
    """When an option is wrong, no store is left behind."""
    (folder / "a.txt").write_text(MEETING, encoding="utf-8")
    assert kg("load", folder / "a.txt", "--store", folder / "new", *option.split()).code in (1, 2)
    assert not (folder / "new").exists()


@NEEDS_FULL
@pytest.mark.parametrize(
    "args", [("query",), ("export",), ("show", "Q7747"), ("store", "info"), ("--help",)], ids=" ".join
)
def test_standard_output_full(args: tuple[str, ...], store: Path) -> None:
    """When standard output cannot take more, one line says so."""
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "kg", *args], stdout=full, stderr=subprocess.PIPE, text=True, check=False,
            env={**os.environ, "KG_STORE": str(store)},
        )  # fmt: skip
    [line] = complaints(Ran(ran.returncode, "", ran.stderr))
    assert ran.returncode == 1 and "No space left on device" in line


@pytest.mark.parametrize("args", [("query",), ("query", "events"), ("export",), ("--version",)], ids=" ".join)
def test_standard_output_closed(args: tuple[str, ...], store: Path) -> None:
    """With standard output closed no command ends in an internal error."""
    command = f"exec '{sys.executable}' -m kg {' '.join(args)} >&-"
    ran = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, check=False, env={**os.environ, "KG_STORE": str(store)}
    )
    complaints(Ran(ran.returncode, "", ran.stderr))


SURROGATE = "x\udcff"
"""How Python hands on an argument that is not UTF-8."""


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(("remove", SURROGATE)),
        pytest.param(("export", SURROGATE)),
        ("show", SURROGATE + "yz"),
        ("query", "-e", SURROGATE),
        ("query", "entity", "--name", SURROGATE),
        ("query", SURROGATE),
    ],
    ids=["remove", "export", "show", "query -e", "parameter", "query"],
)  # fmt: skip
def test_arguments_not_utf8(args: tuple[str, ...], kg: Run, store: Path) -> None:
    """An argument that is not UTF-8 is one line."""
    ran = kg(*args) if args[:2] == ("query", SURROGATE) else kg(*args, "--store", store)
    assert ran.code in (1, 2) and len(complaints(ran)) == 1


@pytest.mark.parametrize(
    "option",
    ["--source", "--title", pytest.param("--id")],
)
def test_fields_not_utf8(option: str, kg: Run, folder: Path, store: Path) -> None:
    """A field given in another encoding is replaced or refused, but is no internal error."""
    (folder / "a.txt").write_text(MEETING, encoding="utf-8")
    ran = kg("load", folder / "a.txt", option, SURROGATE, "--store", store)
    assert len(complaints(ran)) == (ran.code != 0)


def test_query_with_byte_order_mark(kg: Run, folder: Path, store: Path) -> None:
    """A query that an editor saved with a byte-order mark runs."""
    (folder / "x.rq").write_bytes(b"\xef\xbb\xbfASK { ?s a dip:Event }")
    assert kg("query", "run", folder / "x.rq", "--store", store) == Ran(0, "true\n", "")


def test_query_nested_deeply(folder: Path, store: Path) -> None:
    """A query nested too deeply is one line."""
    (folder / "x.rq").write_text("ASK " + "{" * 50_000 + "}" * 50_000, encoding="utf-8")
    command = [sys.executable, "-m", "kg", "query", "run", str(folder / "x.rq"), "--store", str(store)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 1 and len(complaints(Ran(1, "", ran.stderr))) == 1


SLOW: dict[str, tuple[Callable[[str], object], str]] = {
    "row of signs": (find_prose, "- " * 4_000),
    "unclosed comments": (plain_of_markdown, "<!--" * 8_000),
    "wide gap": (plain_of_markdown, "a" + " " * 12_000 + "b"),
    "underscores": (lambda text: smooth(text, find_blocks(text)), "_" * 4_000),
    "exclamation marks": (lambda text: smooth(text, find_blocks(text)), "!" * 4_000),
}
"""What reads a text, and a text on which its time once grew with the square of the length."""


@pytest.mark.parametrize("name", SLOW)
def test_no_text_stalls_the_reader(name: str) -> None:
    """A text four times as long takes about four times as long to read, not sixteen times."""
    work, text = SLOW[name]

    def seconds(times: int) -> float:
        def once() -> float:
            began = time.process_time()
            work(text * times)
            return time.process_time() - began

        return min(once() for _ in range(3))

    assert seconds(20) < 9 * seconds(5) + 0.05


def test_a_row_of_signs_is_kept_from_the_parser() -> None:
    """What the tokenizer would split sign by sign, each time copying the rest, is blanked."""
    assert smooth("_" * 4_000 + " a", find_blocks("_" * 4_000 + " a")).split() == ["a"]


@pytest.mark.parametrize(
    "args",
    [
        ("export", "a", "-f", "rdfxml"),
        pytest.param(
            ("export", "a", "-f", "trix"),
        ),
        pytest.param(
            ("query", "-e", "SELECT ?t { ?a dcterms:title ?t }", "-f", "xml"),
        ),
    ],
    ids=["rdfxml", "trix", "results"],
)
@pytest.mark.filterwarnings("ignore:Dataset:DeprecationWarning")
def test_control_characters_make_no_broken_xml(args: tuple[str, ...], kg: Run, folder: Path, store: Path) -> None:
    """An article with characters that XML cannot hold is still written as XML that parses."""
    line = json.dumps({"id": "a", "title": "x\x01y\ufffez", "text": MEETING})
    (folder / "a.jsonl").write_text(line, encoding="utf-8")
    assert kg("load", folder / "a.jsonl", "--store", store).code == 0
    ran = kg(*args, "--store", store)
    assert ran.code == 0
    ElementTree.fromstring(ran.out)


def test_folders_of_ours_are_not_written_to(kg: Run, store: Path) -> None:
    """The sample articles are not taken for a store."""
    articles = data_path("seeds", "articles")
    before = sorted(articles.iterdir())
    assert kg("load", articles, "--store", articles).code == 1
    assert sorted(articles.iterdir()) == before
