"""The load commands of docs/loading-elsewhere.md, tried for real where a store is installed, and what each changes."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from pyoxigraph import Literal, Quad, RdfFormat

from kg.api import open_store
from kg.endpoint import Endpoint
from kg.graph.remote_graphs import remote_quads
from kg.graph.store import Store
from kg.graph.vocabulary import ARTICLE_GRAPHS
from tests import triple_stores
from tests.conftest import Ran
from tests.odd_articles import fill_with_odd_articles

Run = Callable[..., Ran]
GUIDE = Path(__file__).parent.parent / "docs" / "loading-elsewhere.md"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with hard values; tests only read it."""
    path = tmp_path_factory.mktemp("odd") / "store"
    with open_store(path) as opened:
        fill_with_odd_articles(opened)
    return path


@pytest.fixture
def parts(store: Path, kg: Run, tmp_path: Path) -> list[Path]:
    """The store as a split export, compressed."""
    assert kg("export", "-s", store, "-f", "nquads.gz", "--split", "20kB", "-o", tmp_path / "news").code == 0
    return sorted((tmp_path / "news").glob("part-*.nq.gz"))


@pytest.fixture
def told(store: Path) -> set[Quad]:
    """What the store holds."""
    with Store.open(store, read_only=True) as opened:
        return set(opened.inner)


def per_graph(quads: Iterable[Quad]) -> Counter[str]:
    """How many quads each graph has."""
    return Counter(str(quad.graph_name) for quad in quads)


def sorted_lines(quads: Iterable[Quad]) -> list[str]:
    """Quads as N-Quads, sorted."""
    return sorted(f"{quad} .\n" for quad in quads)


def test_the_guide_names_what_is_tried() -> None:
    """The guide has a part for each store, and says which commands are tried here."""
    text = GUIDE.read_text(encoding="utf-8")
    stores = ("Oxigraph", "Apache Jena", "Virtuoso", "GraphDB", "RDF4J", "Blazegraph", "QLever", "Stardog")
    assert [name for name in stores if f"\n## {name}" not in text] == []
    sections = re.split(r"\n## ", text)[1:]
    tried = [part.split()[0] for part in sections if "\n*Tried" in part]
    assert tried == ["Oxigraph", "Apache", "Virtuoso"]


def test_oxigraph(parts: list[Path], told: set[Quad], tmp_path: Path) -> None:
    """`oxigraph load` takes all parts at once, and gives every quad back as it was."""
    executable = shutil.which("oxigraph", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if executable is None:
        pytest.skip("no oxigraph executable; install it with: pip install oxigraph")
    place = str(tmp_path / "loaded")
    subprocess.run(
        [executable, "load", "--location", place, "--file", *map(str, parts)], check=True, capture_output=True
    )
    dumped = tmp_path / "dump.nq"
    subprocess.run([executable, "dump", "--location", place, "--file", str(dumped)], check=True, capture_output=True)
    quads = set(ox.parse(path=str(dumped)))
    assert per_graph(quads) == per_graph(told) and sorted_lines(quads) == sorted_lines(told)


@pytest.fixture(scope="module")
def jena(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Runs one of Jena's commands from Debian's package libapache-jena-java."""
    path = triple_stores.jena_class_path(tmp_path_factory.mktemp("jena"))

    def run(command: str, *args: str | Path) -> str:
        words = ["java", "-Xmx512m", "-Dfile.encoding=UTF-8", "-cp", path, command, *map(str, args)]
        ran = subprocess.run(words, capture_output=True, encoding="utf-8")
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    return run


def test_jena(parts: list[Path], told: set[Quad], jena: Callable[..., str], tmp_path: Path) -> None:
    """`tdb2.tdbloader` takes all parts at once, and every quad comes back as it was."""
    jena("tdb2.tdbloader", "--loc", tmp_path / "tdb", *parts)
    quads = set(ox.parse(jena("tdb2.tdbdump", "--loc", tmp_path / "tdb"), format=RdfFormat.N_QUADS))
    assert per_graph(quads) == per_graph(told) and sorted_lines(quads) == sorted_lines(told)


@pytest.fixture
def virtuoso(parts: list[Path]) -> Iterator[triple_stores.Running]:
    """A Virtuoso that the parts were loaded into by its bulk loader."""
    if shutil.which("isql-vt") is None:
        pytest.skip("no isql-vt; install it with: apt-get install virtuoso-opensource-7")
    with triple_stores.virtuoso(readable=parts[0].parent) as server:
        load = (
            f"ld_dir('{parts[0].parent}', 'part-*.nq.gz', 'http://example.org/unused'); rdf_loader_run(); checkpoint;"
        )
        assert "Error" not in isql(server.sql_port, load)
        states = isql(
            server.sql_port, "SELECT ll_state, COUNT(*), MAX(ll_error) FROM DB.DBA.load_list GROUP BY ll_state;"
        )
        assert re.search(rf"\n2 +{len(parts)} +NULL\n", states), states
        yield server


def isql(port: int, text: str) -> str:
    """What Virtuoso's SQL client prints."""
    words = ["isql-vt", f"127.0.0.1:{port}", "dba", "dba", f"exec={text}"]
    return subprocess.run(words, capture_output=True, encoding="utf-8", check=True).stdout


def test_virtuoso(virtuoso: triple_stores.Running, told: set[Quad], kg: Run, tmp_path: Path) -> None:
    """Virtuoso's bulk loader takes all parts, and its endpoint gives every quad back, but what the guide says it changes."""
    counts = isql(virtuoso.sql_port, "SPARQL SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g;")
    rows = re.findall(r"^(https://w3id\.org/diplomacy-kg/graph/\S+) +(\d+)$", counts, re.MULTILINE)
    assert {f"<{graph}>": int(number) for graph, number in rows} == per_graph(told)
    taken = list(remote_quads(Endpoint(f"{virtuoso.address}/sparql")))
    wanted = [q for q in told if q.graph_name.value.startswith(ARTICLE_GRAPHS)]
    assert sorted_lines(map(as_virtuoso_has_it, wanted)) == sorted_lines(taken)
    ran = kg("import", "--endpoint", f"{virtuoso.address}/sparql", "-s", tmp_path / "copy")
    assert ran.code == 0, ran.err
    with Store.open(tmp_path / "copy", read_only=True) as opened:
        differing = {str(q.object.value) for q in told ^ set(opened.inner)}
    assert differing == {"-0044-03-15", "-044-03-15"}


def as_virtuoso_has_it(quad: Quad) -> Quad:
    """A quad as Virtuoso 7 gives it back: truth values are 1 and 0, and a year before 1 loses a digit."""
    value = quad.object
    if isinstance(value, Literal):
        kind = str(value.datatype.value).rpartition("#")[2]
        if kind == "boolean":
            value = Literal({"true": "1", "false": "0"}[value.value], datatype=value.datatype)
        elif kind == "date" and value.value.startswith("-0"):
            value = Literal("-" + value.value[2:], datatype=value.datatype)
    return Quad(quad.subject, quad.predicate, value, quad.graph_name)
