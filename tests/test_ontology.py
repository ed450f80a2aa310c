"""The ontology: readable by three parsers, documented term by term, and in step with the code."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, SKOS, Graph, URIRef

from kg.graph.cameo import CAMEO, cameo_code
from kg.graph.shapes import validate
from kg.graph.vocabulary import DIP, PLOVER
from kg.model import CONTEXTS, ENTITY_TYPES, MODES, QUAD_CLASS, ROLES, SECTORS, STATUSES
from kg.resources import data_path
from tests import triple_stores

ONTOLOGY = data_path("ontology")
FILES = sorted(ONTOLOGY.glob("*.ttl")) + sorted(ONTOLOGY.glob("examples/*.ttl"))
FIXTURE = Path(__file__).parent / "graphs" / "two-articles.trig"
OURS = re.compile(r"\b(dip|plover):([A-Za-z_][\w-]*)")


@pytest.fixture(scope="module")
def ontology() -> Graph:
    """The ontology file."""
    return Graph().parse(ONTOLOGY / "diplomacy.ttl")


@pytest.fixture(scope="module")
def declared(ontology: Graph) -> set[str]:
    """The IRIs of ours that it describes."""
    return {str(s) for s in ontology.subjects() if str(s).startswith((DIP.iri, PLOVER.iri))}


def _used_in(path: Path) -> set[str]:
    """The dip: and plover: terms that a file writes, outside comments and strings."""
    text = re.sub(r'"[^"\n]*"|^\s*#.*$', "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {(DIP if prefix == "dip" else PLOVER).iri + name for prefix, name in OURS.findall(text)}


def test_there_are_as_many_files_as_we_think() -> None:
    """Nothing is tested by accident of a glob that finds nothing."""
    assert len(FILES) == 3 + 34


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_file_parses(path: Path) -> None:
    """rdflib and Oxigraph read every file and find the same number of triples."""
    assert len(Graph().parse(path)) == len(set(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))) > 0


@pytest.fixture(scope="module")
def jena_class_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The class path of Jena."""
    return triple_stores.jena_class_path(tmp_path_factory.mktemp("jena"))


def test_jena_finds_no_fault(jena_class_path: str) -> None:
    """Apache Jena's validator, stricter on literals and IRIs than the parsers, is silent on all but the bad examples."""
    files = [str(path) for path in (*FILES, FIXTURE) if not path.name.endswith("-bad.ttl")]
    command = ["java", "-cp", jena_class_path, "riotcmd.riot", "--validate", *files]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")


def test_every_term_of_ours_is_documented(ontology: Graph, declared: set[str]) -> None:
    """Each dip: term has a label, a definition and an example, each in English and of one value."""
    ours = [URIRef(iri) for iri in sorted(declared) if iri.startswith(DIP.iri)]
    assert len(ours) == 19 + 63 + 2 + 5 + 7
    for term in ours:
        for predicate in (RDFS.label, SKOS.definition, SKOS.example):
            values = list(ontology.objects(term, predicate))
            assert len(values) == 1 and values[0].language == "en" and len(values[0]) > 2, (term, predicate)


def test_every_property_says_what_it_holds(ontology: Graph) -> None:
    """Each property has a range, but for the two whose values are classes or foreign items."""
    without = {
        str(p).removeprefix(DIP.iri)
        for kind in (OWL.ObjectProperty, OWL.DatatypeProperty)
        for p in ontology.subjects(RDF.type, kind)
        if ontology.value(p, RDFS.range) is None
    }
    assert without == {"entityType", "seenAs", "wikidata"}


@pytest.mark.parametrize(
    "path",
    [
        ONTOLOGY / "shapes.ttl",
        ONTOLOGY / "alignments.ttl",
        FIXTURE,
        *sorted(data_path("queries").glob("*.rq")),
        *sorted(ONTOLOGY.glob("examples/*-good.ttl")),
    ],
    ids=lambda p: p.name,
)
def test_every_term_used_is_declared(path: Path, declared: set[str]) -> None:
    """Shapes, alignments, queries and good examples use no term that the ontology lacks."""
    assert _used_in(path) - declared == set()


def test_every_term_has_a_shape(declared: set[str]) -> None:
    """Each class, property and concept of the ontology is named in a shape; quad classes and types by their concepts."""
    assert declared - _used_in(ONTOLOGY / "shapes.ttl") == set()


def test_alignments_add_no_axiom_about_foreign_terms(declared: set[str]) -> None:
    """Each statement of the alignments is about a term of ours."""
    alignments = Graph().parse(ONTOLOGY / "alignments.ttl")
    header = URIRef("https://w3id.org/diplomacy-kg/alignments")
    assert {str(s) for s in alignments.subjects() if s != header} <= declared


def test_the_ontology_conforms_to_its_shapes(ontology: Graph) -> None:
    """Every concept is in a scheme, with notation, definition and, for types and modes, a primary CAMEO code."""
    assert validate(ontology) == ()


def _notations(ontology: Graph, scheme: rdflib.URIRef) -> set[str]:
    return {str(ontology.value(concept, SKOS.notation)) for concept in ontology.subjects(SKOS.inScheme, scheme)}


@pytest.mark.parametrize(
    ("scheme", "codes"),
    [
        (PLOVER("types"), set(QUAD_CLASS)),
        (PLOVER("modes"), {f"{act}-{mode}" for act, modes in MODES.items() for mode in modes}),
        (PLOVER("contexts"), set(CONTEXTS)),
        (PLOVER("sectors"), set(SECTORS)),
        (PLOVER("quad-classes"), set(QUAD_CLASS.values())),
        (DIP("statuses"), set(STATUSES)),
        (DIP("roles"), set(ROLES)),
    ],
    ids=["types", "modes", "contexts", "sectors", "quad classes", "statuses", "roles"],
)
def test_the_schemes_are_those_of_the_code(ontology: Graph, scheme: ox.NamedNode, codes: set[str]) -> None:
    """What the code can write, the ontology knows, and the other way round."""
    assert _notations(ontology, URIRef(scheme.value)) == codes


def test_types_and_modes_are_placed_as_in_the_code(ontology: Graph) -> None:
    """Types are narrower than their quad class, modes than their type."""
    for act, quad_class in QUAD_CLASS.items():
        quad = URIRef(PLOVER("quad-" + quad_class.replace(" ", "-")).value)
        assert list(ontology.objects(URIRef(PLOVER(act).value), SKOS.broader)) == [quad]
        for mode in MODES.get(act, ()):
            assert list(ontology.objects(URIRef(PLOVER(f"{act}-{mode}").value), SKOS.broader)) == [
                URIRef(PLOVER(act).value)
            ]


def test_the_entity_classes_are_those_of_the_code(ontology: Graph) -> None:
    """Each type of entity is a subclass of dip:Entity."""
    classes = ontology.subjects(RDFS.subClassOf, URIRef(DIP("Entity").value))
    assert {str(c).removeprefix(DIP.iri).lower() for c in classes} == set(ENTITY_TYPES)


def test_events_and_possible_events_are_disjoint(ontology: Graph) -> None:
    """No reasoner may take a plan for a fact."""
    assert (URIRef(DIP("Event").value), OWL.disjointWith, URIRef(DIP("PossibleEvent").value)) in ontology


def test_cameo_codes_are_those_of_the_ontology(ontology: Graph) -> None:
    """The exported CAMEO code of every type and mode is its one primary code, and is a code that CAMEO has."""
    known = {str(code) for code in ontology.objects(None, URIRef(DIP("cameoCode").value))}
    assert set(CAMEO) == {(act, mode) for act in QUAD_CLASS for mode in (None, *MODES.get(act, ()))}
    for act, mode in CAMEO:
        concept = URIRef(PLOVER(act if mode is None else f"{act}-{mode}").value)
        codes = [str(code) for code in ontology.objects(concept, URIRef(DIP("primaryCameoCode").value))]
        assert codes == [cameo_code(act, mode)]
        assert codes[0] in known


def test_a_mode_converts_from_no_code_that_its_type_lacks(ontology: Graph) -> None:
    """The CAMEO codes of a mode are among those of its type."""
    code = URIRef(DIP("cameoCode").value)
    for mode, act in ontology.subject_objects(SKOS.broader):
        if (mode, SKOS.inScheme, URIRef(PLOVER("modes").value)) in ontology:
            assert set(ontology.objects(mode, code)) <= set(ontology.objects(act, code))
