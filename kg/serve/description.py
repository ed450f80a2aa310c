"""The service description of the endpoint, after https://www.w3.org/TR/sparql11-service-description/."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from kg.graph.vocabulary import BASE, DCTERMS, RDF, XSD, Namespace
from kg.serve.settings import Settings
from kg.serve.snapshots import Snapshot

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")

_WRITTEN = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
    "N-Quads",
    "TriG",
)


def describe_service(endpoint: str, settings: Settings, snapshot: Snapshot) -> list[Quad]:
    """What the endpoint at that address can do and holds."""
    service, dataset, graph = (BlankNode(name) for name in ("service", "dataset", "defaultGraph"))
    kind = RDF("type")
    said: list[tuple[BlankNode, NamedNode, NamedNode | BlankNode | Literal]] = [
        (service, kind, SD("Service")),
        (service, SD("endpoint"), NamedNode(endpoint)),
        (service, SD("supportedLanguage"), SD("SPARQL11Query")),
        (service, SD("feature"), SD("UnionDefaultGraph")),
        *((service, SD("resultFormat"), FORMATS(name)) for name in _WRITTEN),
        (service, SD("defaultDataset"), dataset),
        (dataset, kind, SD("Dataset")),
        (dataset, kind, VOID("Dataset")),
        (dataset, DCTERMS("modified"), Literal(snapshot.taken.isoformat(timespec="seconds"), datatype=XSD("dateTime"))),
        (dataset, VOID("triples"), Literal(snapshot.counts.quads)),
        (dataset, VOID("uriSpace"), Literal(BASE)),
        (dataset, VOID("sparqlEndpoint"), NamedNode(endpoint)),
        (dataset, SD("defaultGraph"), graph),
        (graph, kind, SD("Graph")),
        (graph, VOID("triples"), Literal(snapshot.counts.quads)),
    ]
    if settings.is_writable:
        said.append((service, SD("supportedLanguage"), SD("SPARQL11Update")))
    if settings.services:
        said.append((service, SD("feature"), SD("BasicFederatedQuery")))
    return [Quad(*parts) for parts in said]
