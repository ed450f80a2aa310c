"""The words of the graph: namespaces, and the IRI of everything the mapper writes.

IRIs are made from article ids, offsets, Wikidata QIDs and names alone, never from counters, clocks or blank nodes,
so that the same article always gives the same graph.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

BASE = "https://w3id.org/diplomacy-kg/"


class Namespace:
    """A namespace: `DIP("actor")` is the term of that name."""

    def __init__(self, iri: str) -> None:
        self.iri = iri
        self._terms: dict[str, NamedNode] = {}

    def __call__(self, name: str) -> NamedNode:
        term = self._terms.get(name)
        if term is None:
            term = self._terms[name] = NamedNode(self.iri + name)
        return term


DIP = Namespace(BASE + "ontology#")
PLOVER = Namespace(BASE + "plover#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
DC = Namespace("http://purl.org/dc/elements/1.1/")
PROV = Namespace("http://www.w3.org/ns/prov#")
NIF = Namespace("http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#")
SCHEMA = Namespace("https://schema.org/")
WGS84 = Namespace("http://www.w3.org/2003/01/geo/wgs84_pos#")
WIKIDATA = Namespace("http://www.wikidata.org/entity/")

PREFIXES: dict[str, str] = {
    "dip": DIP.iri,
    "plover": PLOVER.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "owl": OWL.iri,
    "xsd": XSD.iri,
    "skos": SKOS.iri,
    "dcterms": DCTERMS.iri,
    "dc": DC.iri,
    "prov": PROV.iri,
    "nif": NIF.iri,
    "schema": SCHEMA.iri,
    "geo": WGS84.iri,
    "wd": WIKIDATA.iri,
}
"""Prefix → namespace, as used in every file we write."""

EVENTS_GRAPH = NamedNode(BASE + "graph/events")
ENTITIES_GRAPH = NamedNode(BASE + "graph/entities")
ONTOLOGY_GRAPH = NamedNode(BASE + "graph/ontology")
CORRECTIONS_GRAPH = NamedNode(BASE + "graph/corrections")
ARTICLE_GRAPHS = BASE + "graph/article/"

ENTITY_CLASS = {
    "person": DIP("Person"),
    "organisation": DIP("Organisation"),
    "country": DIP("Country"),
    "place": DIP("Place"),
    "group": DIP("Group"),
}


def slug(text: str) -> str:
    """Letters and digits of any script, folded, runs of anything else as one hyphen.

    >>> slug("José Manuel  Albares"), slug("Лавров")
    ('jose-manuel-albares', 'лавров')
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", plain.casefold()).strip("-")


def article_iri(article_id: str) -> NamedNode:
    """The article itself.

    >>> article_iri("2022/rome talks.txt").value
    'https://w3id.org/diplomacy-kg/article/2022%2Frome%20talks.txt'
    """
    return NamedNode(BASE + "article/" + _quoted(article_id))


def article_graph(article_id: str) -> NamedNode:
    """The named graph that holds what was read in the article."""
    return NamedNode(ARTICLE_GRAPHS + _quoted(article_id))


def _quoted(article_id: str) -> str:
    """Percent-encoded, bytes that are no UTF-8 (of a file's name, say) as they are."""
    try:
        return quote(article_id.encode("utf-8", "surrogateescape"), safe="")
    except UnicodeEncodeError:
        return quote(article_id.encode("utf-8", "replace"), safe="")


def article_id_of(graph: NamedNode) -> str | None:
    """The id of the article whose graph it is, or None for any other graph."""
    iri = str(graph.value)
    return unquote(iri[len(ARTICLE_GRAPHS) :], errors="surrogateescape") if iri.startswith(ARTICLE_GRAPHS) else None


def article_id_of_iri(article: str) -> str:
    """The id of the article of that IRI.

    >>> article_id_of_iri(article_iri("2022/rome talks.txt").value)
    '2022/rome talks.txt'
    """
    return unquote(article.removeprefix(f"{BASE}article/"), errors="surrogateescape")


def span_iri(article: NamedNode, start: int, end: int) -> NamedNode:
    """A stretch of the article's text, as RFC 5147 writes it.

    >>> span_iri(article_iri("a"), 3, 9).value
    'https://w3id.org/diplomacy-kg/article/a#char=3,9'
    """
    return NamedNode(f"{article.value}#char={start},{end}")


def report_iri(article: NamedNode, start: int, end: int, act: str) -> NamedNode:
    """The report of an act by the trigger `text[start:end]`."""
    return NamedNode(f"{article.value}/report/{start}-{end}-{act}")


def part_iri(parent: NamedNode, kind: str, start: int, end: int) -> NamedNode:
    """A node that belongs to another one: a participation or attribution of a report, a statement of an article."""
    return NamedNode(f"{parent.value}/{kind}/{start}-{end}")


def linked_entity_iri(wikidata: str) -> NamedNode:
    """An entity known to Wikidata."""
    return NamedNode(f"{BASE}entity/{wikidata}")


def named_entity_iri(entity_type: str, name: str, country: str | None) -> NamedNode:
    """A named entity that is not linked: its type, folded name and country are all that is known of it.

    >>> named_entity_iri("person", "Luigi Mattiolo", "ITA").value
    'https://w3id.org/diplomacy-kg/entity/person/luigi-mattiolo/ITA'
    """
    path = "/".join(quote(part, safe="") for part in (entity_type, slug(name) or name, country) if part)
    return NamedNode(f"{BASE}entity/{path}")


def event_iri(act: str, day: str | None, parts: Iterable[str]) -> NamedNode:
    """An event; `parts` is what tells it from others of the same act and day."""
    digest = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
    return NamedNode(f"{BASE}event/" + "-".join(part for part in (day, act, digest) if part))
