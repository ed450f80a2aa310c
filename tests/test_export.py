"""Bulk files: compressed, split and described exports."""

from __future__ import annotations

import gzip
import hashlib
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import NamedNode, RdfFormat

from kg.commands.export import FORMAT_NAMES
from kg.graph.parts import SUMS, size_in_bytes
from kg.graph.rdf import FORMATS, stored_quads
from kg.graph.store import Store
from kg.graph.vocabulary import ARTICLE_GRAPHS, PREFIXES
from tests.conftest import Ran
from tests.odd_articles import fill_with_odd_articles

Run = Callable[..., Ran]
BASE = "https://files.example/kg/"
LICENSE = "https://creativecommons.org/licenses/by/4.0/"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with hard values; tests only read it."""
    path = tmp_path_factory.mktemp("odd") / "store"
    with Store.open(path) as opened:
        fill_with_odd_articles(opened)
    return path


def held(path: Path) -> set[ox.Quad]:
    """All quads of a store."""
    with Store.open(path, read_only=True) as opened:
        return set(opened.inner)


def read(path: Path) -> list[ox.Quad]:
    """The quads of a file, compressed or not."""
    name = path.name.removesuffix(".gz")
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(ox.parse(data, format=RdfFormat.from_extension(name.rpartition(".")[2]), base_iri=BASE))


class TestCompressed:
    """Files by gzip."""

    @pytest.mark.parametrize("name", FORMAT_NAMES)
    def test_every_format(self, name: str, kg: Run, store: Path, tmp_path: Path) -> None:
        """Each format by gzip is what it is without, whether the format or the file's name asks for it."""
        plain, asked, named = (tmp_path / f for f in ("plain", "asked", f"named.{FORMATS[name].suffix}.gz"))
        for path, format_name in ((plain, name), (asked, f"{name}.gz"), (named, name)):
            ran = kg("export", "-s", store, "--merge-graphs", "-f", format_name, "-o", path)
            assert ran == Ran(0, "", "")
        assert asked.read_bytes() == named.read_bytes()
        assert gzip.decompress(asked.read_bytes()) == plain.read_bytes()

    def test_neither_name_nor_time_is_in_it(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """The header of the compressed file has no flags, so no name, and the time 0."""
        kg("export", "-s", store, "-o", tmp_path / "news.nq.gz")
        assert (tmp_path / "news.nq.gz").read_bytes()[:8] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00"

    @pytest.mark.parametrize(
        ("name", "begins"),
        [
            ("a.nq.gz", b"<https://"),
            ("a.nq", b"<https://"),
            ("a.trig", b"@prefix"),
            ("a.jsonld.gz", b"[{"),
            ("a.none", b"@prefix"),
            ("a.TRIG.GZ", b"@prefix"),
        ],
    )
    def test_the_files_name_tells_the_format(
        self, name: str, begins: bytes, kg: Run, store: Path, tmp_path: Path
    ) -> None:
        """Without --format it is what the file's name ends in, else TriG."""
        assert kg("export", "-s", store, "-o", tmp_path / name).code == 0
        data = (tmp_path / name).read_bytes()
        assert (gzip.decompress(data) if name.lower().endswith("gz") else data).startswith(begins)

    def test_a_failed_export_leaves_the_old_file(
        self, kg: Run, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A file takes its name when it is whole: what stood there before stays if writing fails, and nothing else."""

        def broken(*_: object) -> None:
            raise OSError(28, "No space left on device")

        (tmp_path / "news.nq").write_text("old")
        monkeypatch.setattr("kg.graph.exported.write_quads", lambda *a, **k: broken())
        ran = kg("export", "-s", store, "-o", tmp_path / "news.nq")
        assert ran.code == 1 and "cannot be written (No space left on device)" in ran.err
        assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("news.nq", "old")]


class TestSplit:
    """A folder of parts."""

    def export(self, kg: Run, store: Path, folder: Path, *options: str) -> list[Path]:
        ran = kg("export", "-s", store, "-o", folder, *options)
        assert ran.code == 0, ran.err
        return sorted(folder.glob("part-*"))

    @pytest.mark.parametrize("name", ["nquads", "nquads.gz", "trig", "trig.gz"])
    def test_parts_hold_all(self, name: str, kg: Run, store: Path, tmp_path: Path) -> None:
        """The parts together hold each quad of the store once, in whole files of their format."""
        parts = self.export(kg, store, tmp_path / "out", "-f", name, "--split", "8kB")
        quads = [quad for part in parts for quad in read(part)]
        assert len(parts) > 5 and len(quads) == len(set(quads))
        assert set(quads) == held(store)

    @pytest.mark.parametrize("name", ["turtle", "ntriples.gz", "n3"])
    def test_parts_without_graphs(self, name: str, kg: Run, store: Path, tmp_path: Path) -> None:
        """Formats without graphs are split too when told to merge them."""
        parts = self.export(kg, store, tmp_path / "out", "-f", name, "--split", "8kB", "--merge-graphs")
        assert {q.triple for part in parts for q in read(part)} == {q.triple for q in held(store)}

    @pytest.mark.parametrize("name", ["nquads", "trig"])
    def test_sizes(self, name: str, kg: Run, store: Path, tmp_path: Path) -> None:
        """No part is larger than asked before compression, but that of one quad which is larger by itself."""
        plain = self.export(kg, store, tmp_path / "plain", "-f", name, "--split", "8kB")
        larger = [part for part in plain if part.stat().st_size > 8_000]
        assert [len(read(part)) for part in larger] == [1] and larger[0].stat().st_size > 104_000
        packed = self.export(kg, store, tmp_path / "packed", "-f", f"{name}.gz", "--split", "8kB")
        assert [gzip.decompress(p.read_bytes()) for p in packed] == [p.read_bytes() for p in plain]

    def test_a_graph_that_fits_stays_whole(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """A graph is in one part if it is no larger than a part."""
        parts = self.export(kg, store, tmp_path / "out", "-f", "nquads", "--split", "30kB")
        homes: dict[object, set[str]] = {}
        sizes: dict[object, int] = {}
        for part in parts:
            for quad in read(part):
                homes.setdefault(quad.graph_name, set()).add(part.name)
                sizes[quad.graph_name] = sizes.get(quad.graph_name, 0) + len(f"{quad} .\n".encode())
        fitting = [graph for graph, size in sizes.items() if size <= 30_000]
        assert len(fitting) >= 5 and all(len(homes[graph]) == 1 for graph in fitting)
        assert any(len(names) > 1 for names in homes.values())

    @pytest.mark.parametrize("size", ["8kB", "30kB", "200kB"])
    def test_large_graphs_are_measured_by_reading_twice(
        self, size: str, kg: Run, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A graph too large to be held in memory is cut where it would be if it were held."""
        self.export(kg, store, tmp_path / "held", "-f", "trig", "--split", size)
        monkeypatch.setattr("kg.graph.parts.AHEAD", 100)
        self.export(kg, store, tmp_path / "read", "-f", "trig", "--split", size)
        held, read = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("held", "read"))
        assert held == read

    def test_sums(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """sha256sum accepts the sums, which are of every other file."""
        self.export(kg, store, tmp_path / "out", "-f", "nquads.gz", "--split", "8kB")
        lines = (tmp_path / "out" / SUMS).read_text().splitlines()
        names = {p.name for p in (tmp_path / "out").iterdir()} - {SUMS}
        assert {line.split("  ")[1] for line in lines} == names and "void.ttl" in names
        ran = subprocess.run(["sha256sum", "-c", "--quiet", SUMS], cwd=tmp_path / "out", capture_output=True)
        assert ran.returncode == 0, ran.stderr

    def test_same_store_same_bytes(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """Two exports are the same, byte for byte, also over an earlier one of other size, whose files are gone."""
        options = ("-f", "nquads.gz", "--split", "20kB")
        self.export(kg, store, tmp_path / "one", *options)
        self.export(kg, store, tmp_path / "two", "-f", "trig", "--split", "4kB")
        for left in ("part-00001.nq.gz.unfinished", ".void.ttl.12.part", "part-100000.trig"):
            (tmp_path / "two" / left).write_text("of an export that was killed")
        self.export(kg, store, tmp_path / "two", *options)
        one, two = ({p.name: p.read_bytes() for p in (tmp_path / n).iterdir()} for n in ("one", "two"))
        assert one == two

    def test_an_empty_store(self, kg: Run, tmp_path: Path) -> None:
        """A store with nothing in it gives one empty part."""
        Store.open(tmp_path / "s").close()
        [part] = self.export(kg, tmp_path / "s", tmp_path / "out", "-f", "nquads", "--split", "1MB")
        assert part.name == "part-00001.nq" and part.read_bytes() == b""

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--split", "8kB"), "--split needs --output, a folder"),
            (("--split", "8 cows", "-o", "{}/out"), "'8 cows' is no size; write it as 100MB or 64MiB"),
            (("--split", "0", "-o", "{}/out"), "'0' is no size"),
            (("--split", "8kB", "-o", "{}/out", "-f", "jsonld"), "jsonld cannot be split; use nquads"),
            (("--split", "8kB", "-o", "{}/out", "-f", "turtle"), "add --merge-graphs"),
            (("--split", "8kB", "-o", "{}/out", "--describe", "{}/d.ttl"), "leave out --describe"),
            (("--describe", "{}/d.ttl"), "--describe needs --output, a file"),
            (("--license", LICENSE, "-o", "{}/a.nq"), "add --describe FILE or --split SIZE"),
            (("--license", "CC BY", "-o", "{}/a.nq", "--describe", "{}/d.ttl"), "--license: 'CC BY' is no IRI"),
        ],
    )
    def test_misuse(self, options: tuple[str, ...], said: str, kg: Run, store: Path, tmp_path: Path) -> None:
        """What makes no sense is refused in one line, and nothing is written."""
        ran = kg("export", "-s", store, *(o.format(tmp_path) for o in options))
        assert ran.code == 2 and said in ran.err and ran.err.count("\n") == 1
        assert not any(p.is_file() for p in tmp_path.rglob("*"))

    def test_foreign_folder(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """A folder with something else in it is refused, and left as it is."""
        (tmp_path / "thesis.docx").write_text("x")
        ran = kg("export", "-s", store, "-f", "nquads", "--split", "8kB", "-o", tmp_path)
        assert ran.code == 1 and "holds thesis.docx, which is no part of an export" in ran.err
        assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]
        ran = kg("export", "-s", store, "-f", "nquads", "--split", "8kB", "-o", tmp_path / "thesis.docx")
        assert ran.code == 1 and "is a file" in ran.err

    def test_an_interrupted_export(self, kg: Run, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What is interrupted leaves the earlier export as it was, and no part of its own."""
        self.export(kg, store, tmp_path / "out", "-f", "nquads", "--split", "8kB")
        before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}

        def interrupted(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("kg.graph.parts._Parts.next", interrupted)
        assert kg("export", "-s", store, "-o", tmp_path / "out", "-f", "nquads", "--split", "9kB").code == 130
        assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before

    def test_sizes_as_people_write_them(self) -> None:
        """Powers of ten and of two, with or without a B."""
        written = ("7", "1k", "1 kB", "2MB", "3MiB", "1g", "1Gi", "0.5MB")
        assert [size_in_bytes(s) for s in written] == [
            7, 1_000, 1_000, 2_000_000, 3_145_728, 10**9, 2**30, 500_000,
        ]  # fmt: skip


def recount(quads: set[ox.Quad], query: str) -> int:
    """A number by SPARQL over quads, each graph a named one."""
    inner = ox.Store()
    inner.extend(quads)
    prefixes = "".join(f"PREFIX {p}: <{iri}>\n" for p, iri in PREFIXES.items())
    [[number]] = list(inner.query(prefixes + query))  # type: ignore[arg-type]
    return int(number.value)


@pytest.fixture(scope="module")
def folder(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A split export with everything that its publisher can say."""
    from click.testing import CliRunner

    from kg.cli import kg as group

    folder = tmp_path_factory.mktemp("described") / "out"
    about = ("--license", LICENSE, "--publisher", "Example Institute", "--issued", "2026-01-02")
    more = ("--modified", "2026-02-03", "--dataset-version", "7", "--title", 'News "2026"')
    options = ("-s", str(store), "-f", "nquads.gz", "--split", "20kB", "-o", str(folder))
    ran = CliRunner().invoke(group, ["export", *options, *about, *more])
    assert ran.exit_code == 0, ran.output
    return folder


@pytest.fixture(scope="module")
def described(folder: Path) -> ox.Store:
    """The description, read as if it lay at an address."""
    inner = ox.Store()
    inner.load((folder / "void.ttl").read_bytes(), format=RdfFormat.TURTLE, base_iri=f"{BASE}void.ttl")
    return inner


class TestDescription:
    """void.ttl, and what --describe writes."""

    def ask(self, described: ox.Store, pattern: str) -> list[tuple[str, ...]]:
        """The solutions of a pattern in the description, as text."""
        prefixes = (
            "PREFIX void: <http://rdfs.org/ns/void#> PREFIX dcat: <http://www.w3.org/ns/dcat#> "
            "PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX spdx: <http://spdx.org/rdf/terms#> "
            "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> PREFIX foaf: <http://xmlns.com/foaf/0.1/> "
            f"PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX prov: <http://www.w3.org/ns/prov#> BASE <{BASE}> "
        )
        rows = described.query(f"{prefixes} SELECT * {{ {pattern} }}")
        return sorted(tuple(term.value for term in row) for row in rows)  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        ("pattern", "value"),
        [
            ("<void.ttl> foaf:primaryTopic ?o", f"{BASE}void.ttl#dataset"),
            ("<void.ttl#dataset> dcterms:title ?o", 'News "2026"'),
            ("<void.ttl#dataset> dcterms:license ?o", LICENSE),
            ("<void.ttl#dataset> dcterms:publisher/foaf:name ?o", "Example Institute"),
            ("<void.ttl#dataset> dcterms:issued ?o", "2026-01-02"),
            ("<void.ttl#dataset> dcterms:modified ?o", "2026-02-03"),
            ("<void.ttl#dataset> dcat:version ?o", "7"),
            ("<void.ttl#dataset> void:uriSpace ?o", "https://w3id.org/diplomacy-kg/"),
            ("<void.ttl#dataset> dcterms:conformsTo ?o", "https://w3id.org/diplomacy-kg/ontology"),
            ("<void.ttl#dataset> prov:wasGeneratedBy/prov:wasAssociatedWith/owl:versionInfo ?o", "0.1.0"),
            ("<void.ttl#dataset> void:feature ?o", "http://www.w3.org/ns/formats/N-Quads"),
        ],
    )
    def test_what_the_publisher_says(self, pattern: str, value: str, described: ox.Store) -> None:
        """Title, licence, publisher, days and version stand in the terms of the W3C's notes, each once."""
        assert self.ask(described, pattern) == [(value,)]

    @pytest.mark.parametrize(
        ("term", "query"),
        [
            ("triples", "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"),
            ("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s ?p ?o } }"),
            ("distinctObjects", "SELECT (COUNT(DISTINCT ?o) AS ?n) { GRAPH ?g { ?s ?p ?o } }"),
            ("properties", "SELECT (COUNT(DISTINCT ?p) AS ?n) { GRAPH ?g { ?s ?p ?o } }"),
            ("classes", "SELECT (COUNT(DISTINCT ?o) AS ?n) { GRAPH ?g { ?s a ?o } }"),
            (
                "entities",
                "SELECT (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s ?p ?o } "
                'FILTER(REGEX(STR(?s), "^https://w3id[.]org/diplomacy-kg/(entity|event|article/[^/#]+/entity)/")) }',
            ),
        ],
    )
    def test_counts(self, term: str, query: str, described: ox.Store, store: Path) -> None:
        """Every count of the data set is what SPARQL counts."""
        [(number,)] = self.ask(described, f"<void.ttl#dataset> void:{term} ?n")
        assert int(number) == recount(held(store), query) > 0

    def test_partitions(self, described: ox.Store, store: Path) -> None:
        """Each class and property is there with its own count, and no other."""
        quads = held(store)
        classes = self.ask(described, "<void.ttl#dataset> void:classPartition ?x . ?x void:class ?c ; void:entities ?n")
        counted = {(c, int(n)) for _, c, n in (self._ordered(row) for row in classes)}
        kinds = [q for q in quads if q.predicate.value.endswith("22-rdf-syntax-ns#type")]
        assert counted == {
            (kind.value, len({q.subject for q in kinds if q.object == kind})) for kind in {q.object for q in kinds}
        }
        rows = self.ask(
            described, "<void.ttl#dataset> void:propertyPartition ?x . ?x void:property ?c ; void:triples ?n"
        )
        counted = {(c, int(n)) for _, c, n in (self._ordered(row) for row in rows)}
        names = {q.predicate for q in quads}
        assert counted == {(name.value, sum(q.predicate == name for q in quads)) for name in names}
        assert len(names) > 40

    def _ordered(self, row: tuple[str, ...]) -> tuple[str, str, str]:
        """Node, term and number of a row, whose columns come in no promised order."""
        [number] = [c for c in row if c.isdigit()]
        [node] = [c for c in row if c.startswith(BASE)]
        [term] = [c for c in row if c not in (number, node)]
        return node, term, number

    def test_graphs(self, described: ox.Store, store: Path) -> None:
        """The graphs that all exports have are named with their counts; those of articles are counted, not listed."""
        named = self.ask(described, "<void.ttl#dataset> sd:namedGraph [ sd:name ?name ; sd:graph/void:triples ?n ]")
        sizes: dict[str, int] = {}
        for quad in held(store):
            sizes[quad.graph_name.value] = sizes.get(quad.graph_name.value, 0) + 1
        articles = {g: n for g, n in sizes.items() if g.startswith(ARTICLE_GRAPHS)}
        assert {tuple(sorted(row)) for row in named} == {
            tuple(sorted((g, str(n)))) for g, n in sizes.items() if g not in articles
        }
        [(documents,)] = self.ask(described, "<void.ttl#articles> void:documents ?n")
        [(triples,)] = self.ask(described, "<void.ttl#articles> void:triples ?n")
        assert (int(documents), int(triples)) == (len(articles), sum(articles.values())) and len(articles) == 4

    def test_vocabularies(self, described: ox.Store, store: Path) -> None:
        """The vocabularies are those of the terms that are used, and no others."""
        found = {iri for (iri,) in self.ask(described, "<void.ttl#dataset> void:vocabulary ?v")}
        terms = {q.predicate.value for q in held(store)}
        assert all(any(term.startswith(iri) for iri in found) for term in terms)
        assert {PREFIXES["dip"], PREFIXES["nif"], PREFIXES["schema"], PREFIXES["dc"]} < found
        assert PREFIXES["geo"] not in found

    def test_links_and_examples(self, described: ox.Store, store: Path) -> None:
        """The links to Wikidata are a linkset with their number; each example is described in the data."""
        [row] = self.ask(described, "?l a void:Linkset ; void:objectsTarget/void:uriSpace ?space ; void:triples ?n")
        links = sum(q.predicate.value.endswith("owl#sameAs") for q in held(store))
        assert {"http://www.wikidata.org/entity/", str(links)} < set(row) and links == 5
        examples = {iri for (iri,) in self.ask(described, "<void.ttl#dataset> void:exampleResource ?e")}
        assert len(examples) == 3 and examples <= {q.subject.value for q in held(store)}

    def test_files(self, described: ox.Store, folder: Path) -> None:
        """Every part is a dump and a distribution with its address, media type, size and SHA-256."""
        rows = self.ask(
            described,
            "<void.ttl#dataset> void:dataDump ?u ; dcat:distribution ?d . ?d dcat:downloadURL ?u ; dcat:accessURL ?u ; "
            "dcat:mediaType <https://www.iana.org/assignments/media-types/application/n-quads> ; "
            "dcat:compressFormat <https://www.iana.org/assignments/media-types/application/gzip> ; "
            f"dcterms:license <{LICENSE}> ; dcat:byteSize ?n ; "
            "spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; spdx:checksumValue ?sum ]",
        )
        parts = sorted(folder.glob("part-*"))
        wanted = {(f"{BASE}{p.name}", str(p.stat().st_size), hashlib.sha256(p.read_bytes()).hexdigest()) for p in parts}
        assert len(parts) > 3 and len(rows) == len(parts)
        assert all(any(set(one) < set(row) for row in rows) for one in wanted)

    def test_nothing_is_claimed_that_is_not_known(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """Without options there is neither licence, publisher, day nor version of the data set."""
        file, description = tmp_path / "news.trig.gz", tmp_path / "news.void.ttl"
        assert kg("export", "-s", store, "-o", file, "--describe", description) == Ran(0, "", "")
        text = description.read_text(encoding="utf-8")
        assert "\tdcterms:title" in text
        for term in ("dcterms:license", "dcterms:publisher", "dcterms:issued", "dcterms:modified", "dcat:version"):
            assert f"\t{term}" not in text
        assert hashlib.sha256(file.read_bytes()).hexdigest() in text
        assert "media-types/application/trig" in text and "<news.trig.gz>" in text

    def test_at_an_address(self, kg: Run, store: Path, tmp_path: Path) -> None:
        """With --address all IRIs are absolute, so that the description can be read anywhere."""
        description = tmp_path / "d.ttl"
        options = ("--describe", description, "--address", "https://files.example/2026")
        assert kg("export", "-s", store, "-o", tmp_path / "news.nq", *options).code == 0
        quads = list(ox.parse(description.read_bytes(), format=RdfFormat.TURTLE))
        dumps = [q.object for q in quads if q.predicate.value.endswith("dataDump")]
        assert dumps == [NamedNode("https://files.example/2026/news.nq")]

    def test_order_is_that_of_the_store_alone(self, store: Path) -> None:
        """Reading a store twice gives its quads in the same order."""
        with Store.open(store, read_only=True) as opened:
            assert list(stored_quads(opened.inner)) == list(stored_quads(opened.inner))
