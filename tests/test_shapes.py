"""The shapes: what they accept, what they reject and in which words."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import InputError
from kg.graph.shapes import Violation, explain, validate
from kg.graph.vocabulary import DIP, EVENTS_GRAPH, RDF
from kg.resources import data_path

ONTOLOGY = data_path("ontology")
EXAMPLES = ONTOLOGY / "examples"
GOOD = sorted(EXAMPLES.glob("*-good.ttl"))
BAD = sorted(EXAMPLES.glob("*-bad.ttl"))
FIXTURE = Path(__file__).parent / "graphs" / "two-articles.trig"
SHACL = rdflib.Namespace("http://www.w3.org/ns/shacl#")


def _expected(path: Path) -> list[str]:
    return re.findall(r"^# expect: (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


@pytest.fixture(scope="module")
def shapes() -> rdflib.Graph:
    """The shapes as a graph."""
    return rdflib.Graph().parse(ONTOLOGY / "shapes.ttl")


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """Two articles and their derived graphs."""
    store = ox.Store()
    store.load(path=str(FIXTURE), format=ox.RdfFormat.TRIG)
    return store


def test_every_shape_has_a_good_and_a_bad_example(shapes: rdflib.Graph) -> None:
    """Sixteen shapes, each with two examples."""
    names = {str(s).rpartition("#")[2] for s in shapes.subjects(rdflib.RDF.type, SHACL.NodeShape)}
    wanted = {name for name in names if name.endswith("Shape")}
    assert len(wanted) == 17
    assert names - wanted == {name.removesuffix("Rules") + "Rules" for name in names - wanted}
    assert {path.name for path in GOOD} == {f"{name}-good.ttl" for name in wanted}
    assert {path.name for path in BAD} == {f"{name}-bad.ttl" for name in wanted}


@pytest.mark.parametrize("path", GOOD, ids=lambda p: p.stem)
def test_a_good_example_conforms(path: Path) -> None:
    """What the ontology means is accepted."""
    assert validate(path) == ()


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_a_bad_example_is_rejected_for_its_reasons(path: Path) -> None:
    """Each fault of a bad example gives the message its header expects, and nothing else is found."""
    assert Counter(violation.message for violation in validate(path)) == Counter(_expected(path))


def test_every_message_is_provoked_by_an_example(shapes: rdflib.Graph) -> None:
    """No constraint is untested: each message of the shapes is expected by some bad example."""
    messages = {str(message) for message in shapes.objects(None, SHACL.message)}
    assert messages == {message for path in BAD for message in _expected(path)}
    assert len(messages) == 123


def test_every_constraint_has_a_message(shapes: rdflib.Graph) -> None:
    """Whatever is violated is told in our words, not in the library's."""
    paths = {s for s in shapes.subjects(SHACL.path) if (None, SHACL.property, s) in shapes}
    inside_xone = {
        p
        for s in shapes.objects(None, SHACL.xone)
        for node in shapes.items(s)
        for p in shapes.objects(node, SHACL.property)
    }
    assert {p for p in paths - inside_xone if (p, SHACL.message, None) not in shapes} == set()


def test_the_whole_fixture_conforms(store: ox.Store) -> None:
    """Article graphs and derived graphs together, as queries see them, are valid."""
    assert validate(iter(store)) == ()


def test_every_graph_conforms_alone(store: ox.Store) -> None:
    """The shapes need no other graph: what a node refers to may be described elsewhere."""
    graphs = list(store.named_graphs())
    assert len(graphs) == 4
    for graph in graphs:
        assert validate(store.quads_for_pattern(None, None, None, graph)) == ()


def test_bytes_files_and_graphs_are_the_same_to_it(store: ox.Store) -> None:
    """N-Quads bytes, quads, a file and an rdflib graph of one content have the same violations."""
    path = EXAMPLES / "PlaceShape-bad.ttl"
    quads = [
        ox.Quad(t.subject, t.predicate, t.object, EVENTS_GRAPH)
        for t in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)
    ]
    nquads = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
    ntriples = ox.serialize([quad.triple for quad in quads], format=ox.RdfFormat.N_TRIPLES)
    assert nquads is not None and ntriples is not None
    expected = validate(path)
    assert len(expected) == 3
    for data in (nquads, ntriples, quads, iter(quads), rdflib.Graph().parse(path)):
        assert validate(data) == expected


def test_a_change_for_the_worse_is_seen(store: ox.Store) -> None:
    """Marking a denied event as an event as well is found, at that event."""
    event = ox.NamedNode("https://w3id.org/diplomacy-kg/event/AID-arms")
    quads = [*store, ox.Quad(event, RDF("type"), DIP("Event"), EVENTS_GRAPH)]
    violations = validate(quads)
    assert {v.focus for v in violations} == {event.value}
    assert "An event happened, so it cannot be a possible event as well." in {v.message for v in violations}


def test_an_explanation_is_one_sentence() -> None:
    """It names the node, the property, the value and the rule, with short IRIs."""
    violation = Violation(
        focus="https://w3id.org/diplomacy-kg/event/1",
        path=DIP("status").value,
        message="The status is exactly one of reported, historical, planned, hypothetical and denied.",
        value=DIP("status-rumoured").value,
        severity="violation",
    )
    assert explain(violation) == (
        "https://w3id.org/diplomacy-kg/event/1, dip:status dip:status-rumoured: "
        "The status is exactly one of reported, historical, planned, hypothetical and denied."
    )


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ttl", "this is no turtle", "a.ttl is not Turtle"),
        ("a.docx", "", "use .ttl, .trig"),
        ("missing.ttl", None, "No such file"),
    ],
    ids=["syntax", "ending", "missing"],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, name: str, content: str | None, message: str) -> None:
    """A file that is no RDF is our error, not a traceback."""
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=re.escape(message)) as error:
        validate(path)
    assert "\n" not in str(error.value)


def test_broken_bytes_are_one_line() -> None:
    """Bytes that are no N-Quads are our error."""
    with pytest.raises(InputError, match="neither N-Quads nor N-Triples"):
        validate(b"<a> <b>")
