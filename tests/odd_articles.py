"""Articles whose values are hard to carry from one store to another."""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode, Quad

from kg.graph.store import Store
from kg.graph.vocabulary import DC, DCTERMS, DIP, NIF, RDF, SCHEMA, XSD, article_graph, article_iri, span_iri
from tests.records import meeting

ODD_ID = "2022/Ünïted «Natiöns» 50% 𝔸 ?#[a]&b=c'.txt"
TITLES = (
    Literal('𝕏 met 😀 in 北京 \u200d\u202e"quoted" \\n \t tab \n line \r return \u0001 \U0010ffff', language="zh-hant"),
)
ADDRESSES = (
    "https://news.example/a%20b/%C3%A9?q=1&r=(x)#frag'ment",
    "https://münchen.example/straße/北京/~user;v=1,2/@a!$*+",
    "urn:isbn:0-486-27557-4",
    "https://news.example/%E0%A4%AA/%2F%2f",
)
LONG = "Ω long text. " * 8_000
"""104,000 characters, 112,000 bytes."""


def odd_article() -> tuple[NamedNode, set[Quad]]:
    """An article graph with Unicode beyond the first plane, a long text, a tag, a day before year 1 and odd IRIs."""
    article, graph = article_iri(ODD_ID), article_graph(ODD_ID)
    context = span_iri(article, 0, len(LONG))
    pairs: list[tuple[NamedNode, NamedNode, NamedNode | Literal]] = [
        (article, RDF("type"), DIP("Article")),
        (article, DCTERMS("identifier"), Literal(ODD_ID)),
        (article, DCTERMS("issued"), Literal("-0044-03-15", datatype=XSD("date"))),
        (article, DC("publisher"), Literal("")),
        (context, RDF("type"), NIF("Context")),
        (context, NIF("isString"), Literal(LONG)),
    ]
    pairs += [(article, DCTERMS("title"), title) for title in TITLES]
    pairs += [(article, SCHEMA("url"), NamedNode(address)) for address in ADDRESSES]
    return graph, {Quad(s, p, o, graph) for s, p, o in pairs}


def fill_with_odd_articles(store: Store) -> None:
    """Three articles of one happening, and the odd one."""
    store.ensure_ontology()
    store.load(meeting("a", ["Sullivan", "Yang"], place="Rome"))
    store.load(meeting("b", ["USA", "CHN"]))
    store.load(meeting("c/d e", ["Smith", "official"], day=None))
    store.replace_graph(*odd_article())
