"""Quads → files in the RDF formats that pyoxigraph and rdflib write."""

from __future__ import annotations

import gzip
import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from kg.errors import UsageError
from kg.graph.vocabulary import ARTICLE_GRAPHS, PREFIXES, RDF


@dataclass(frozen=True, slots=True)
class Format:
    """An RDF format: the ending of its files, its media type, pyoxigraph's serialiser or rdflib's.

    `has_graphs` says whether it can hold named graphs, `is_split` whether a file of it can be cut between any two quads.
    """

    name: str
    has_graphs: bool
    suffix: str
    media_type: str
    oxigraph: RdfFormat | None = None
    rdflib: str | None = None
    is_split: bool = False


FORMATS: Mapping[str, Format] = {
    f.name: f
    for f in (
        Format("turtle", False, "ttl", "text/turtle", RdfFormat.TURTLE, is_split=True),
        Format("ntriples", False, "nt", "application/n-triples", RdfFormat.N_TRIPLES, is_split=True),
        Format("nquads", True, "nq", "application/n-quads", RdfFormat.N_QUADS, is_split=True),
        Format("trig", True, "trig", "application/trig", RdfFormat.TRIG, is_split=True),
        Format("rdfxml", False, "rdf", "application/rdf+xml", RdfFormat.RDF_XML),
        Format("n3", False, "n3", "text/n3", RdfFormat.N3, is_split=True),
        Format("jsonld", True, "jsonld", "application/ld+json", RdfFormat.JSON_LD),
        Format("trix", True, "trix", "application/trix", rdflib="trix"),
        Format("hext", True, "hext", "application/x-ndjson", rdflib="hext"),
        Format("longturtle", False, "ttl", "text/turtle", rdflib="longturtle"),
    )
}
"""Format name → format; the names of `--format`."""

GZIP = ".gz"
"""What a compressed file's name, and its format's, end in."""

_OF_SUFFIX = {f.suffix: f.name for f in FORMATS.values() if f.name != "longturtle"}


def format_of(file_name: str) -> str | None:
    """The format that a file's name asks for, compressed or not; None when its ending is that of no format.

    >>> format_of("news.nq.gz"), format_of("NEWS.TTL"), format_of("news.doc")
    ('nquads', 'turtle', None)
    """
    return _OF_SUFFIX.get(file_name.lower().removesuffix(GZIP).rpartition(".")[2])


def compressed(output: IO[bytes]) -> gzip.GzipFile:
    """A stream whose bytes go into another one by gzip, without name or time, so that they depend on the content alone."""
    return gzip.GzipFile(filename="", fileobj=output, mode="wb", compresslevel=6, mtime=0)


FORBIDDEN_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")


def in_reading_order(quads: Iterable[Quad]) -> list[Quad]:
    """Quads sorted for a reader: by graph and subject, stretches of text last, offsets as numbers, a subject's type first."""
    by_subject: dict[tuple[str, str], list[Quad]] = {}
    for quad in quads:
        subject = str(quad.subject.value) if isinstance(quad.subject, NamedNode) else str(quad.subject)
        by_subject.setdefault((str(quad.graph_name), subject), []).append(quad)
    return [quad for _, own in sorted(by_subject.items(), key=_subject_key) for quad in sorted(own, key=_property_key)]


def _subject_key(item: tuple[tuple[str, str], list[Quad]]) -> tuple[object, ...]:
    """Articles before what belongs to them, reports before their parts, stretches of text last."""
    graph, subject = item[0]
    return graph, "#char=" in subject, _numbers_padded(subject), subject


def _property_key(quad: Quad) -> tuple[object, ...]:
    predicate, value = str(quad.predicate.value), str(quad.object)
    return predicate != RDF("type").value, predicate, _numbers_padded(value), value


def _numbers_padded(text: str) -> str:
    return re.sub("[0-9]+", lambda digits: digits[0].zfill(8), text)


def write_quads(quads: Iterable[Quad], output: IO[bytes], format_name: str, *, merge_graphs: bool = False) -> None:
    """Write quads, in the order given, in a format of FORMATS; streamed where pyoxigraph writes it.

    :raises UsageError: when quads of several graphs would lose them in a format without graphs and `merge_graphs` is off.
    """
    chosen = FORMATS[format_name]
    if chosen.name in ("rdfxml", "trix"):
        quads = (_xml_safe(q) for q in quads)
    written = quads if chosen.has_graphs else _triples_of_one_graph(quads, chosen, merge_graphs)
    if chosen.oxigraph is not None:
        ox.serialize(written, output, chosen.oxigraph, prefixes=PREFIXES)
    else:
        _write_with_rdflib(written, output, chosen)


def _triples_of_one_graph(quads: Iterable[Quad], chosen: Format, merge_graphs: bool) -> Iterator[Triple]:
    first: object = None
    for quad in quads:
        first = first or quad.graph_name
        if quad.graph_name != first and not merge_graphs:
            raise UsageError(
                f"{chosen.name} has no named graphs, and these are several; add --merge-graphs, or use trig, nquads or jsonld"
            )
        yield Triple(quad.subject, quad.predicate, quad.object)


def _xml_safe(quad: Quad) -> Quad:
    """With the control characters that XML 1.0 cannot hold replaced by U+FFFD."""
    value = quad.object
    if isinstance(value, ox.Literal) and (text := value.value.translate(FORBIDDEN_IN_XML)) != value.value:
        kind = {"language": value.language} if value.language else {"datatype": value.datatype}
        return Quad(quad.subject, quad.predicate, ox.Literal(text, **kind), quad.graph_name)
    return quad


def _write_with_rdflib(quads: Iterable[Quad] | Iterable[Triple], output: IO[bytes], chosen: Format) -> None:
    """By rdflib, whose order of graphs depends on a hash: each graph is written by itself, in name order."""
    import rdflib

    by_graph: dict[str, list[Any]] = {}
    for quad in quads:
        by_graph.setdefault(str(quad.graph_name) if isinstance(quad, Quad) else "", []).append(quad)
    texts: list[str] = []
    for _, members in sorted(by_graph.items()):
        data = ox.serialize(members, format=RdfFormat.N_QUADS if chosen.has_graphs else RdfFormat.N_TRIPLES)
        with warnings.catch_warnings():
            # rdflib's own serialisers use what rdflib calls deprecated.
            warnings.simplefilter("ignore", DeprecationWarning)
            graph: rdflib.Graph = rdflib.Dataset() if chosen.has_graphs else rdflib.Graph()
            graph.parse(data=data, format="nquads" if chosen.has_graphs else "nt")
            for prefix, iri in PREFIXES.items():
                graph.bind(prefix, iri)
            texts.append(graph.serialize(format=chosen.rdflib or "", encoding="utf-8").decode("utf-8"))
    output.write(_joined(texts, chosen.name).encode("utf-8"))


def _joined(texts: list[str], name: str) -> str:
    """The files of single graphs as one."""
    if name == "hext":
        return "".join(line + "\n" for text in texts for line in sorted(text.splitlines()) if line)
    if name != "trix" or not texts:
        return "".join(texts)
    # An empty default graph stands in each; only the graph with triples counts.
    graphs = [g for text in texts for g in re.findall(r"<graph>.*?</graph>", text, re.DOTALL) if "<triple>" in g]
    head = texts[0].partition("<graph")[0]
    return head + "\n".join(_sorted_triples(g) for g in graphs) + "\n</TriX>\n"


def _sorted_triples(graph: str) -> str:
    name, _, rest = graph.partition("<triple>")
    triples = re.findall(r"<triple>.*?</triple>", "<triple>" + rest, re.DOTALL)
    return name + "\n    ".join(sorted(triples)) + "\n  </graph>"


@dataclass(frozen=True, slots=True)
class StoredGraph:
    """One graph of a store, read anew each time: an article's is put in reading order, a larger one streamed."""

    store: ox.Store
    name: NamedNode

    def quads(self) -> Iterator[Quad]:
        """The graph's quads; the order depends on nothing but what they are."""
        found = self.store.quads_for_pattern(None, None, None, self.name)
        return iter(in_reading_order(found)) if str(self.name.value).startswith(ARTICLE_GRAPHS) else found


def stored_graphs(store: ox.Store, graph: NamedNode | None = None) -> list[StoredGraph]:
    """A graph, or all named graphs of the store, in name order."""
    if graph is not None:
        return [StoredGraph(store, graph)]
    names = sorted((n for n in store.named_graphs() if isinstance(n, NamedNode)), key=lambda name: str(name.value))
    return [StoredGraph(store, name) for name in names]


def stored_quads(store: ox.Store, graph: NamedNode | None = None) -> Iterator[Quad]:
    """A graph's quads, or the whole store's graph by graph in name order; one article graph at a time is held in memory."""
    for stored in stored_graphs(store, graph):
        yield from stored.quads()
