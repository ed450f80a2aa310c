"""Graph files, split exports and endpoints brought back in."""

from __future__ import annotations

import gzip
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat

from kg.api import open_store
from kg.commands.export import FORMAT_NAMES
from kg.endpoint import Endpoint
from kg.errors import EndpointError, InputError, StoreError
from kg.graph.derivation import derived_quads
from kg.graph.importing import check_article
from kg.graph.remote_graphs import remote_quads
from kg.graph.store import Store
from kg.graph.vocabulary import (
    ARTICLE_GRAPHS,
    BASE,
    CORRECTIONS_GRAPH,
    DCTERMS,
    DIP,
    EVENTS_GRAPH,
    RDF,
    article_graph,
    article_iri,
)
from kg.model import Correction
from tests.conftest import Ran
from tests.odd_articles import ADDRESSES, LONG, ODD_ID, TITLES, fill_with_odd_articles, odd_article
from tests.records import meeting
from tests.wikidata_server import Fault, FaultyEndpoint, running_oxigraph

Run = Callable[..., Ran]
RULED = Correction(wikidata="Q30", name="America")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with hard values and a correction; tests only read it."""
    path = tmp_path_factory.mktemp("odd") / "store"
    with open_store(path) as opened:
        fill_with_odd_articles(opened)
        opened.correct([RULED])
    return path


@pytest.fixture
def exported(store: Path, kg: Run, tmp_path: Path) -> Path:
    """The store as N-Quads."""
    assert kg("export", "-s", store, "-o", tmp_path / "all.nq").code == 0
    return tmp_path / "all.nq"


def held(path: Path) -> set[Quad]:
    """All quads of a store."""
    with Store.open(path, read_only=True) as opened:
        return set(opened.inner)


def complaint(ran: Ran, code: int = 1) -> str:
    """The one line that a failed command prints."""
    assert ran.code == code and ran.out == "" and ran.err.count("\n") == 1, ran
    return ran.err


class TestRoundTrip:
    """What was exported is what is imported."""

    @pytest.mark.parametrize("name", FORMAT_NAMES[:7])
    @pytest.mark.parametrize("suffix", ["", ".gz"])
    def test_every_format(self, name: str, suffix: str, store: Path, kg: Run, tmp_path: Path) -> None:
        """An import of an export of any format that can be read gives the same store, and the same export."""
        file = tmp_path / f"news{suffix}"
        assert kg("export", "-s", store, "--merge-graphs", "-f", name + suffix, "-o", file).code == 0
        ran = kg("import", file, "-f", name, "-s", tmp_path / "copy")
        assert ran.code == 0 and ran.err.startswith("4 articles (4 new, 0 changed, 0 unchanged)")
        assert ran.err.endswith("; 1 new correction\n")
        if name == "rdfxml":  # XML cannot hold U+0001, and makes a carriage return a line feed where it is not escaped.
            assert held(tmp_path / "copy") ^ held(store) <= set(_with_titles(tmp_path, store))
        else:
            assert held(tmp_path / "copy") == held(store)

    def test_byte_equal(self, store: Path, exported: Path, kg: Run, tmp_path: Path) -> None:
        """An import into an empty store is exported as the same bytes, also from a split export."""
        kg("export", "-s", store, "-f", "nquads.gz", "--split", "8kB", "-o", tmp_path / "parts")
        for source, copy in ((exported, "one"), (tmp_path / "parts", "two")):
            assert kg("import", source, "-s", tmp_path / copy).code == 0
            assert kg("export", "-s", tmp_path / copy, "-o", tmp_path / f"{copy}.nq").code == 0
            assert (tmp_path / f"{copy}.nq").read_bytes() == exported.read_bytes()
            assert kg("store", "check", "-s", tmp_path / copy).code == 0

    def test_hard_values(self, exported: Path, kg: Run, tmp_path: Path) -> None:
        """Unicode beyond the first plane, 104,000 characters, a language tag, the year 44 BC and odd IRIs are unharmed."""
        kg("import", exported, "-s", tmp_path / "copy")
        with Store.open(tmp_path / "copy", read_only=True) as opened:
            assert opened.quads_of(ODD_ID) == odd_article()[1]
        text = exported.read_text(encoding="utf-8")
        assert '"-0044-03-15"^^<http://www.w3.org/2001/XMLSchema#date>' in text and LONG in text
        assert all(f"<{address}>" in text for address in ADDRESSES) and str(TITLES[0]).endswith("@zh-hant")

    def test_twice(self, exported: Path, kg: Run, tmp_path: Path) -> None:
        """A second import changes nothing and says so."""
        kg("import", exported, "-s", tmp_path / "copy")
        before = held(tmp_path / "copy")
        ran = kg("import", exported, "-s", tmp_path / "copy")
        assert ran.code == 0 and ran.err.startswith("4 articles (0 new, 0 changed, 4 unchanged)")
        assert "; 0 new corrections" in ran.err and held(tmp_path / "copy") == before

    def test_fifty_thousand_graphs(self, kg: Run, tmp_path: Path) -> None:
        """50,000 article graphs come in and go out by parts and are all there."""
        source = tmp_path / "many.nq.gz"
        with gzip.open(source, "wt", compresslevel=1) as file:
            for number in range(50_000):
                article, graph = article_iri(f"a/{number}"), article_graph(f"a/{number}")
                file.write(f"{article} {RDF('type')} {DIP('Article')} {graph} .\n")
                file.write(f'{article} {DCTERMS("identifier")} "a/{number}" {graph} .\n')
        ran = kg("import", source, "-s", tmp_path / "s")
        assert ran.err.startswith("50,000 articles (50,000 new, 0 changed, 0 unchanged): 100,000 quads")
        assert kg("export", "-s", tmp_path / "s", "-f", "nquads.gz", "--split", "5MB", "-o", tmp_path / "p").code == 0
        quads = set()
        for part in sorted((tmp_path / "p").glob("part-*")):
            quads |= set(ox.parse(gzip.decompress(part.read_bytes()), format=RdfFormat.N_QUADS))
        assert {q for q in quads if q.graph_name.value.startswith(ARTICLE_GRAPHS)} == set(
            ox.parse(gzip.decompress(source.read_bytes()), format=RdfFormat.N_QUADS)
        )
        text = (tmp_path / "p" / "void.ttl").read_text()
        assert "void:documents 50000" in text and len(text) < 100_000

    def test_one_article(self, store: Path, kg: Run, tmp_path: Path) -> None:
        """The Turtle of one article, as `kg export ARTICLE` prints it, is put into its graph."""
        (tmp_path / "a.ttl").write_text(kg("export", "a", "-s", store).out, encoding="utf-8")
        assert kg("import", tmp_path / "a.ttl", "-s", tmp_path / "copy").code == 0
        with Store.open(tmp_path / "copy", read_only=True) as opened, Store.in_memory() as fresh:
            fresh.load(meeting("a", ["Sullivan", "Yang"], place="Rome"))
            assert opened.quads_of("a") == fresh.quads_of("a") and opened.article_ids() == ["a"]

    def test_standard_input(
        self, exported: Path, store: Path, kg: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """`-` reads standard input, compressed or not, in the format that is told."""
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(gzip.compress(exported.read_bytes()))))
        assert kg("import", "-", "-f", "nquads", "-s", tmp_path / "copy").code == 0
        assert held(tmp_path / "copy") == held(store)


def _with_titles(folder: Path, store: Path) -> Iterator[Quad]:
    """The quads of a store and its copy that have a title of the odd article."""
    for path in (store, folder / "copy"):
        yield from (q for q in held(path) if q.subject == article_iri(ODD_ID) and q.predicate == DCTERMS("title"))


class TestInto:
    """Imports into a store that has articles."""

    def test_articles_are_replaced_whole(self, exported: Path, kg: Run, tmp_path: Path) -> None:
        """An article of the same id is replaced, another one stays, and the derived graphs are as if loaded."""
        with open_store(tmp_path / "s") as opened:
            opened.load(meeting("a", ["Smith", "Yang"], place="Milan"))
            opened.load(meeting("z", ["USA", "Italy"]))
        ran = kg("import", exported, "-s", tmp_path / "s")
        assert ran.err.startswith("4 articles (3 new, 1 changed, 0 unchanged)")
        with open_store(tmp_path / "fresh") as fresh:
            fill_with_odd_articles(fresh)
            fresh.load(meeting("z", ["USA", "Italy"]))
            fresh.correct([RULED])
        assert held(tmp_path / "s") == held(tmp_path / "fresh")

    def test_our_corrections_stay(self, exported: Path, kg: Run, tmp_path: Path) -> None:
        """What was decided here about a name is not overruled by what comes in, and that is said."""
        ours = Correction(wikidata="Q828", name="America")
        with Store.open(tmp_path / "s") as opened:
            opened.correct([ours])
        ran = kg("import", exported, "-s", tmp_path / "s")
        assert "0 new corrections\n1 correction decided otherwise here; kept as here\n" in ran.err
        with Store.open(tmp_path / "s", read_only=True) as opened:
            assert opened.corrections() == (ours,)

    def test_filling_is_the_same_as_one_by_one(self, exported: Path, kg: Run, tmp_path: Path) -> None:
        """A store filled at once has the quads of one that took article after article."""
        with open_store(tmp_path / "s") as opened:
            opened.load(meeting("z", ["USA", "Italy"]))
        kg("import", exported, "-s", tmp_path / "s")
        with open_store(tmp_path / "s") as opened:
            opened.remove("z")
        kg("import", exported, "-s", tmp_path / "filled")
        assert held(tmp_path / "s") == held(tmp_path / "filled")

    def test_derived_graphs_are_made_not_taken(self, exported: Path, kg: Run, tmp_path: Path) -> None:
        """A false event in the file does not come in, and the difference is told; equal ones are not mentioned."""
        assert "made anew" not in kg("import", exported, "-s", tmp_path / "first").err
        false = Quad(NamedNode(f"{BASE}event/false"), RDF("type"), DIP("Event"), EVENTS_GRAPH)
        with exported.open("a") as file:
            file.write(f"{false} .\n")
        ran = kg("import", exported, "-s", tmp_path / "second")
        assert ran.code == 0 and "not taken as they came, but made anew: events (" in ran.err
        assert held(tmp_path / "second") == held(tmp_path / "first")

    def test_a_failed_filling_is_taken_out(self, tmp_path: Path) -> None:
        """When filling stops half way the store is empty again."""

        def quads() -> Iterator[Quad]:
            yield from odd_article()[1]
            raise KeyboardInterrupt

        with Store.open(tmp_path / "s") as opened:
            opened.ensure_ontology()
            before = set(opened.inner)
            with pytest.raises(KeyboardInterrupt):
                opened.fill(quads())
            assert set(opened.inner) == before and opened.article_ids() == []
            opened.load(meeting("a", ["USA", "CHN"]))
            with pytest.raises(StoreError, match="only an empty one can be filled"):
                opened.fill([])

    def test_derived_at_constant_memory_is_the_same(self, store: Path) -> None:
        """The derived graphs read in the order of the index are those made from all articles at once."""
        with Store.open(store, read_only=True) as opened:
            events, entities = opened.derived_now()
            assert set(derived_quads(opened.inner, opened.look)) == events | entities and len(events) > 20

    def test_nothing_is_left_behind(self, exported: Path, kg: Run, tmp_path: Path) -> None:
        """The staged store goes away, also one that an import left which was killed."""
        (tmp_path / "s").mkdir()
        Store.open(tmp_path / "s").close()
        (tmp_path / "s" / "import-killed").mkdir()
        kg("import", exported, "-s", tmp_path / "s")
        assert sorted(p.name for p in (tmp_path / "s").iterdir()) == ["kg-store.json", "oxigraph"]


class TestRefused:
    """What is wrong is one line, and nothing is imported."""

    GOOD = f"<{BASE}article/x> <{RDF('type').value}> <{DIP('Article').value}> <{ARTICLE_GRAPHS}x> .\n"

    @pytest.mark.parametrize(
        ("name", "text", "said"),
        [
            ("x.nq", GOOD + "<a> <b> .\n", "x.nq, line 2: not N-Quads: "),
            ("x.trig", "@prefix x: <http://x/> .\nx:a x:b y:c .", "x.trig, line 2: not TriG: The prefix y: has not been"),
            ("x.nq", GOOD + "<http://a> <http://b> <http://c> <http://g> .\n", "the graph <http://g> is none that kg makes"),
            ("x.ttl", "<http://a> <http://b> <http://c> .", "the triple of <http://a> is in no graph"),
            ("x.nq", GOOD.replace("x> <http", "y> <http", 1), "which is not its article's"),
            ("x.nq", GOOD.replace("#Article", "#Report"), "does not describe its article"),
            ("x.nq", GOOD.replace("article/x", "article/x%2f"), "does not describe its article"),
            ("x.nq", GOOD + GOOD.replace("article/x>", "article/x/r>", 1).replace("#Article", "#Report"), "without what it needs"),
            ("x.nq", GOOD + f"<{BASE}correction/1> <http://p> <http://o> {CORRECTIONS_GRAPH} .\n", "what is no correction"),
            ("x.nq", GOOD + GOOD.replace(f"<{DIP('Article').value}>", "_:b"), "which is not its article's"),
        ],
        ids=["broken", "prefix", "graph", "triple", "subject", "article", "encoding", "report", "correction", "blank"],
    )  # fmt: skip
    def test_content(self, name: str, text: str, said: str, exported: Path, kg: Run, tmp_path: Path) -> None:
        """A file with anything in it that is broken or foreign is refused whole, naming the first such thing."""
        kg("import", exported, "-s", tmp_path / "s")
        before = held(tmp_path / "s")
        (tmp_path / name).write_text(text)
        assert said in complaint(kg("import", tmp_path / name, "-s", tmp_path / "s"))
        assert held(tmp_path / "s") == before

    def test_others_can_be_skipped(self, kg: Run, tmp_path: Path) -> None:
        """With --skip-others the foreign graph and triple are left out, and the article comes in."""
        (tmp_path / "x.nq").write_text(
            self.GOOD + "<http://a> <http://b> <http://c> <http://g> .\n<http://a> <http://b> 'c' .\n".replace("'", '"')
        )
        assert kg("import", tmp_path / "x.nq", "--skip-others", "-s", tmp_path / "s").code == 0
        with Store.open(tmp_path / "s", read_only=True) as opened:
            assert opened.article_ids() == ["x"] and not any("http://a" in str(q) for q in opened.quads_of("x"))
            assert {str(g.value).startswith(BASE) for g in opened.inner.named_graphs()} == {True}

    def test_cut_off(self, exported: Path, kg: Run, tmp_path: Path) -> None:
        """A compressed file that is cut off or damaged is named as such."""
        data = gzip.compress(exported.read_bytes())
        for name, content in (("cut.nq.gz", data[: len(data) // 2]), ("bad.nq.gz", data[:40] + b"\0" * 40 + data[80:])):
            (tmp_path / name).write_bytes(content)
            told = complaint(kg("import", tmp_path / name, "-s", tmp_path / "s"))
            assert "the compressed file is damaged or cut off" in told and name in told

    def test_damaged_export(self, store: Path, kg: Run, tmp_path: Path) -> None:
        """A split export is compared with its sums; a changed, missing or unfinished one is refused."""
        parts = tmp_path / "parts"
        kg("export", "-s", store, "-f", "nquads", "--split", "20kB", "-o", parts)
        last = sorted(parts.glob("part-*"))[-1]
        last.write_text(last.read_text() + "\n")
        assert f"{last.name} is damaged: its SHA-256" in complaint(kg("import", parts, "-s", tmp_path / "s"))
        last.unlink()
        assert "the export is not whole" in complaint(kg("import", parts, "-s", tmp_path / "s"))
        (parts / "SHA256SUMS").unlink()
        assert "is no whole export (it has no SHA256SUMS)" in complaint(kg("import", parts, "-s", tmp_path / "s"))

    def test_two_versions(self, kg: Run, tmp_path: Path) -> None:
        """Two versions of an article in one import are not mixed into one graph."""
        for name, actors in (("old", ["Smith", "Yang"]), ("new", ["Sullivan", "Yang", "official"])):
            with Store.open(tmp_path / name) as opened:
                opened.load(meeting("a", actors))
            kg("export", "-s", tmp_path / name, "-o", tmp_path / f"{name}.nq")
        told = complaint(kg("import", tmp_path / "old.nq", tmp_path / "new.nq", "-s", tmp_path / "s"))
        assert "holds two versions of its article; import one file after the other" in told

    @pytest.mark.parametrize(
        ("args", "code", "said"),
        [
            ((), 2, "give a SOURCE to import, or --endpoint"),
            (("none.nq",), 1, "none.nq: No such file or directory"),
            (("x.doc",), 2, "its name tells no RDF format; add --format"),
            (("x.trix",), 2, "trix can be written but not read"),
            (("-",), 2, "its name tells no RDF format"),
            (("https://example.org/sparql",), 2, "an address is given by --endpoint"),
            (("--endpoint", "localhost:1/query"), 2, "is no http(s) address"),
            (("--endpoint", "http://127.0.0.1:1/query"), 1, "cannot be reached"),
        ],
    )
    def test_misuse(self, args: tuple[str, ...], code: int, said: str, kg: Run, tmp_path: Path) -> None:
        """What cannot be read is told in one line with its remedy."""
        assert said in complaint(kg("import", *args, "-s", tmp_path / "s"), code)

    def test_shapes(self, exported: Path, kg: Run, tmp_path: Path) -> None:
        """With --validate the SHACL shapes are asked too: the odd article has a day and an address too many for them."""
        told = complaint(kg("import", exported, "--validate", "-s", tmp_path / "s"))
        assert "does not conform: " in told and "2022%2F" in told
        with Store.open(tmp_path / "fine") as opened:
            opened.load(meeting("a", ["Sullivan", "Yang"]))
        kg("export", "-s", tmp_path / "fine", "-o", tmp_path / "fine.nq")
        assert kg("import", tmp_path / "fine.nq", "--validate", "-s", tmp_path / "s").code == 0

    def test_the_check_names_the_graph(self) -> None:
        """The message of the check names the graph and the subject at fault."""
        graph = article_graph("a")
        with pytest.raises(InputError, match=r"graph/article/a> says something of <http://x>"):
            check_article(graph, [Quad(NamedNode("http://x"), RDF("type"), Literal("x"), graph)])


class TestEndpoint:
    """Imports from a SPARQL endpoint."""

    def test_round_trip(self, store: Path, exported: Path, kg: Run, tmp_path: Path) -> None:
        """The articles and corrections of an endpoint make the same store."""
        with running_oxigraph(exported) as address:
            ran = kg("import", "--endpoint", address, "-s", tmp_path / "copy")
        assert ran.code == 0 and ran.err.startswith("4 articles (4 new,"), ran.err
        assert held(tmp_path / "copy") == held(store)

    @pytest.mark.parametrize("rows", [7, 40])
    def test_in_pages(self, rows: int, store: Path, exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Graphs with more quads than an answer may have come in pages, each quad once."""
        monkeypatch.setattr("kg.graph.remote_graphs.ROWS", rows)
        monkeypatch.setattr("kg.graph.remote_graphs.GRAPHS", 2)
        with running_oxigraph(exported) as address:
            quads = list(remote_quads(Endpoint(address)))
        wanted = {q for q in held(store) if q.graph_name.value.startswith((ARTICLE_GRAPHS, CORRECTIONS_GRAPH.value))}
        assert len(quads) == len(set(quads)) and set(quads) == wanted

    def test_patience(self, store: Path, exported: Path) -> None:
        """Failures that pass are asked again: too busy, out of order, and half an answer."""
        waits: list[float] = []
        with running_oxigraph(exported) as address, FaultyEndpoint(address) as faulty:
            faulty.fail_next(Fault.busy(retry_after=3), Fault.error(503), Fault.cut_json(), Fault.html(), Fault.reset())
            quads = set(remote_quads(Endpoint(faulty.url, sleep=waits.append)))
            assert faulty.faults_left == 0
        assert {q for q in held(store) if q.graph_name.value.startswith(ARTICLE_GRAPHS)} < quads
        assert waits == [3, 2, 4, 8, 16]

    def test_answers_cut_off(self, exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An endpoint that gives fewer rows than it counts is not believed."""
        from kg.graph import remote_graphs

        rows = remote_graphs._rows
        monkeypatch.setattr(remote_graphs, "_rows", lambda e, text: rows(e, text)[: 9 if "?o {" in text else None])
        with running_oxigraph(exported) as address, pytest.raises(EndpointError, match=r"gave 9 of [\d,]+ quads"):
            list(remote_quads(Endpoint(address)))


MUTABLE = ("act", "role", "status", "firstDay", "lastDay", "entity", "confidence", "participation", "mode")


def test_what_cannot_be_derived_is_refused_before_anything_is_taken(exported: Path, kg: Run, tmp_path: Path) -> None:
    """Whatever value of a report is none, the import says so in a line or takes the file whole, and never a half of it."""
    with Store.open(tmp_path / "copy") as opened:
        opened.load(meeting("a", ["Sullivan", "Yang"], place="Rome"))
    before = held(tmp_path / "copy")
    lines = exported.read_text(encoding="utf-8").splitlines(keepends=True)
    refused = 0
    for name in MUTABLE:
        term = f" {DIP(name)} "
        last = max((n for n, line in enumerate(lines) if term in line and ARTICLE_GRAPHS in line), default=None)
        if last is None:
            continue
        subject, _, rest = lines[last].partition(term)
        graph = rest.rstrip(" .\n").rpartition(" ")[2]
        broken = [*lines[:last], f'{subject}{term}"zz" {graph} .\n', *lines[last + 1 :]]
        (tmp_path / "broken.nq").write_text("".join(broken), encoding="utf-8")
        ran = kg("import", tmp_path / "broken.nq", "-s", tmp_path / "copy")
        assert "internal error" not in ran.err, (name, ran.err)
        if ran.code:
            refused += 1
            assert ran.err.count("\n") == 1 and held(tmp_path / "copy") == before, name
        else:
            kg("remove", *(a for a in ("b", "c/d e", ODD_ID)), "-s", tmp_path / "copy")
            with Store.open(tmp_path / "copy") as opened:
                opened.load(meeting("a", ["Sullivan", "Yang"], place="Rome"))
                before = set(opened.inner)
    assert refused >= 4
