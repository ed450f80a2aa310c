"""What an export holds, for catalogues and for programs: VoID, DCAT 3 and Dublin Core, as Turtle.

IRIs are relative to the description, which lies beside the files, unless the address that they are published at is given.
Sources: https://www.w3.org/TR/void/ and https://www.w3.org/TR/vocab-dcat-3/
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from kg.graph.mapper import Term, count_literal, day_literal
from kg.graph.parts import DataFile
from kg.graph.rdf import GZIP, Format
from kg.graph.tally import ENTITY_PATTERN, Tallied
from kg.graph.vocabulary import BASE, DCTERMS, DIP, OWL, PREFIXES, PROV, RDF, RDFS, WIKIDATA, XSD, Namespace
from kg.version import __version__

VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

TITLE = "Diplomatic events"
SUMMARY = "Who met, praised, threatened, sanctioned or attacked whom, when, where and according to whom, as read by kg in news articles."
_HERE = "http://relative.invalid/"
"""Stands for the place of the description until it is written: serialisers take absolute IRIs only."""

_PREFIXES = PREFIXES | {
    "void": VOID.iri,
    "dcat": DCAT.iri,
    "sd": SD.iri,
    "spdx": SPDX.iri,
    "foaf": FOAF.iri,
}
_FEATURES = {
    "turtle": "Turtle",
    "longturtle": "Turtle",
    "ntriples": "N-Triples",
    "nquads": "N-Quads",
    "trig": "TriG",
    "rdfxml": "RDF_XML",
    "n3": "N3",
    "jsonld": "JSON-LD",
}
"""Format name → its name at http://www.w3.org/ns/formats/, where it has one."""


@dataclass(frozen=True, slots=True)
class About:
    """What only the publisher knows of a data set; nothing is claimed where it is None."""

    title: str = TITLE
    license: str | None = None
    publisher: str | None = None
    issued: date | None = None
    modified: date | None = None
    version: str | None = None
    address: str | None = None


def describe(tallied: Tallied, files: Sequence[DataFile], chosen: Format, about: About, layout: int) -> bytes:
    """The description of a data set as Turtle: its counts, vocabularies, links, files, licence and version."""
    by_subject: dict[object, list[Triple]] = {}
    for triple in _Description(tallied, files, chosen, about, layout).triples():
        by_subject.setdefault(triple.subject, []).append(triple)
    triples = [triple for own in by_subject.values() for triple in own]
    used = {p: iri for p, iri in _PREFIXES.items() if any(_uses(t, iri) for t in triples)}
    text = (ox.serialize(triples, format=RdfFormat.TURTLE, prefixes=used) or b"").decode()
    address = about.address
    where = "" if address is None else address if address.endswith("/") else address + "/"
    return text.replace(f"<{_HERE}", f"<{where}").encode()


def _uses(triple: Triple, namespace: str) -> bool:
    terms: list[str] = [str(t.value) for t in (triple.subject, triple.predicate, triple.object) if hasattr(t, "value")]
    if isinstance(triple.object, Literal):
        terms.append(str(triple.object.datatype.value))
    return any(term.startswith(namespace) for term in terms)


def namespace_of(term: str) -> str:
    """The vocabulary that a term belongs to.

    >>> namespace_of("http://www.w3.org/ns/prov#used"), namespace_of("https://schema.org/url")
    ('http://www.w3.org/ns/prov#', 'https://schema.org/')
    """
    head, mark, _ = term.rpartition("#")
    return head + mark if mark else term.rpartition("/")[0] + "/"


def _name_of(term: str) -> str:
    """A term as part of a fragment: by its prefix, or else a digest."""
    for prefix, iri in PREFIXES.items():
        local = term.removeprefix(iri)
        if local != term and re.fullmatch(r"[\w.-]+", local, re.ASCII):
            return f"{prefix}-{local}"
    return hashlib.sha256(term.encode()).hexdigest()[:12]


class _Description:
    def __init__(self, tallied: Tallied, files: Sequence[DataFile], chosen: Format, about: About, layout: int) -> None:
        self.tallied, self.files, self.chosen, self.about, self.layout = tallied, files, chosen, about, layout
        self.dataset = self._here("#dataset")

    def triples(self) -> Iterator[Triple]:
        yield from self._document()
        yield from self._dataset()
        yield from self._counts()
        yield from self._graphs()
        yield from self._partitions()
        yield from self._linkset()
        for file in self.files:
            yield from self._file(file)

    def _here(self, relative: str) -> NamedNode:
        return NamedNode(_HERE + relative)

    @staticmethod
    def _say(subject: NamedNode, *properties: tuple[NamedNode, Term | None]) -> Iterator[Triple]:
        return (Triple(subject, name, value) for name, value in properties if value is not None)

    def _document(self) -> Iterator[Triple]:
        yield from self._say(
            self._here(""),
            (RDF("type"), VOID("DatasetDescription")),
            (DCTERMS("title"), Literal(f"Description of: {self.about.title}", language="en")),
            (FOAF("primaryTopic"), self.dataset),
        )

    def _dataset(self) -> Iterator[Triple]:
        about = self.about
        made_by = f"kg {__version__}, graph layout {self.layout}"
        yield from self._say(
            self.dataset,
            (RDF("type"), VOID("Dataset")),
            (RDF("type"), DCAT("Dataset")),
            (RDF("type"), SD("Dataset") if self.chosen.has_graphs else None),
            (DCTERMS("title"), Literal(about.title, language="en")),
            (DCTERMS("description"), Literal(SUMMARY, language="en")),
            (DCTERMS("license"), NamedNode(about.license) if about.license else None),
            (DCTERMS("publisher"), self._here("#publisher") if about.publisher else None),
            (DCTERMS("issued"), day_literal(about.issued) if about.issued else None),
            (DCTERMS("modified"), day_literal(about.modified) if about.modified else None),
            (DCAT("version"), Literal(about.version) if about.version else None),
            (DCTERMS("conformsTo"), NamedNode(DIP.iri.removesuffix("#"))),
            (PROV("wasGeneratedBy"), self._here("#export")),
        )
        yield from self._say(
            self._here("#export"),
            (RDF("type"), PROV("Activity")),
            (PROV("wasAssociatedWith"), self._here("#software")),
        )
        yield from self._say(
            self._here("#software"),
            (RDF("type"), PROV("SoftwareAgent")),
            (RDFS("label"), Literal(made_by)),
            (OWL("versionInfo"), Literal(__version__)),
        )
        if about.publisher:
            yield from self._say(
                self._here("#publisher"), (RDF("type"), FOAF("Agent")), (FOAF("name"), Literal(about.publisher))
            )

    def _counts(self) -> Iterator[Triple]:
        tallied = self.tallied
        yield from self._say(
            self.dataset,
            (VOID("uriSpace"), Literal(BASE)),
            (VOID("uriRegexPattern"), Literal(ENTITY_PATTERN)),
            (VOID("triples"), count_literal(tallied.triples)),
            (VOID("entities"), count_literal(tallied.entities)),
            (VOID("classes"), count_literal(len(tallied.classes))),
            (VOID("properties"), count_literal(len(tallied.properties))),
            (VOID("distinctSubjects"), count_literal(tallied.subjects)),
            (VOID("distinctObjects"), count_literal(tallied.objects)),
        )
        for namespace in sorted({namespace_of(term) for term in (*tallied.properties, *tallied.classes)}):
            yield Triple(self.dataset, VOID("vocabulary"), NamedNode(namespace))
        for example in tallied.examples:
            yield Triple(self.dataset, VOID("exampleResource"), NamedNode(example))
        if self.chosen.name in _FEATURES:
            feature = NamedNode(f"http://www.w3.org/ns/formats/{_FEATURES[self.chosen.name]}")
            yield Triple(self.dataset, VOID("feature"), feature)

    def _graphs(self) -> Iterator[Triple]:
        """The graphs that all exports have by name; those of articles, which may be many, by their number."""
        articles = self._here("#articles")
        if self.tallied.articles:
            yield Triple(self.dataset, VOID("subset"), articles)
            yield from self._say(
                articles,
                (RDF("type"), VOID("Dataset")),
                (DCTERMS("title"), Literal("The article graphs, each a document", language="en")),
                (VOID("documents"), count_literal(self.tallied.articles)),
                (VOID("triples"), count_literal(self.tallied.article_triples)),
            )
        for graph, number in self.tallied.graphs.items():
            node = self._here(f"#graph-{graph.rpartition('/')[2]}")
            yield Triple(self.dataset, VOID("subset"), node)
            if self.chosen.has_graphs:
                named = NamedNode(f"{node.value}-named")
                yield Triple(self.dataset, SD("namedGraph"), named)
                yield from self._say(
                    named, (RDF("type"), SD("NamedGraph")), (SD("name"), NamedNode(graph)), (SD("graph"), node)
                )
                yield Triple(node, RDF("type"), SD("Graph"))
            yield from self._say(
                node,
                (RDF("type"), VOID("Dataset")),
                (DCTERMS("title"), Literal(f"The graph {graph.rpartition('/')[2]}", language="en")),
                (VOID("triples"), count_literal(number)),
            )

    def _partitions(self) -> Iterator[Triple]:
        for iri, number in self.tallied.classes.items():
            node = self._here(f"#class-{_name_of(iri)}")
            yield Triple(self.dataset, VOID("classPartition"), node)
            yield from self._say(node, (VOID("class"), NamedNode(iri)), (VOID("entities"), count_literal(number)))
        for iri, number in self.tallied.properties.items():
            node = self._here(f"#property-{_name_of(iri)}")
            yield Triple(self.dataset, VOID("propertyPartition"), node)
            yield from self._say(node, (VOID("property"), NamedNode(iri)), (VOID("triples"), count_literal(number)))

    def _linkset(self) -> Iterator[Triple]:
        if not self.tallied.links:
            return
        links, wikidata = self._here("#wikidata-links"), self._here("#wikidata")
        yield Triple(self.dataset, VOID("subset"), links)
        yield from self._say(
            links,
            (RDF("type"), VOID("Linkset")),
            (VOID("linkPredicate"), OWL("sameAs")),
            (VOID("subjectsTarget"), self.dataset),
            (VOID("objectsTarget"), wikidata),
            (VOID("triples"), count_literal(self.tallied.links)),
        )
        yield from self._say(
            wikidata,
            (RDF("type"), VOID("Dataset")),
            (DCTERMS("title"), Literal("Wikidata", language="en")),
            (FOAF("homepage"), NamedNode("https://www.wikidata.org/")),
            (VOID("uriSpace"), Literal(WIKIDATA.iri)),
        )

    def _file(self, file: DataFile) -> Iterator[Triple]:
        node, checksum = self._here(file.name), self._here(f"#sha256-{file.name}")
        distribution = self._here(f"#file-{file.name}")
        is_packed = file.name.endswith(GZIP)
        yield Triple(self.dataset, VOID("dataDump"), node)
        yield Triple(self.dataset, DCAT("distribution"), distribution)
        yield from self._say(
            distribution,
            (RDF("type"), DCAT("Distribution")),
            (DCTERMS("title"), Literal(file.name)),
            (DCAT("accessURL"), node),
            (DCAT("downloadURL"), node),
            (DCAT("mediaType"), NamedNode(MEDIA_TYPES + self.chosen.media_type)),
            (DCAT("compressFormat"), NamedNode(MEDIA_TYPES + "application/gzip") if is_packed else None),
            (DCAT("byteSize"), Literal(str(file.size), datatype=XSD("nonNegativeInteger"))),
            (DCTERMS("license"), NamedNode(self.about.license) if self.about.license else None),
            (SPDX("checksum"), checksum),
        )
        yield from self._say(
            checksum,
            (RDF("type"), SPDX("Checksum")),
            (SPDX("algorithm"), SPDX("checksumAlgorithm_sha256")),
            (SPDX("checksumValue"), Literal(file.digest, datatype=XSD("hexBinary"))),
        )
