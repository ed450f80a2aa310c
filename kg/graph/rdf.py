"""Quads → files in the RDF formats that pyoxigraph and rdflib write."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from kg.errors import UsageError
from kg.graph.vocabulary import PREFIXES, RDF


@dataclass(frozen=True, slots=True)
class Format:
    """An RDF format: pyoxigraph's serialiser or rdflib's, and whether it can hold named graphs."""

    name: str
    has_graphs: bool
    oxigraph: RdfFormat | None = None
    rdflib: str | None = None


FORMATS: Mapping[str, Format] = {
    f.name: f
    for f in (
        Format("turtle", False, RdfFormat.TURTLE),
        Format("ntriples", False, RdfFormat.N_TRIPLES),
        Format("nquads", True, RdfFormat.N_QUADS),
        Format("trig", True, RdfFormat.TRIG),
        Format("rdfxml", False, RdfFormat.RDF_XML),
        Format("n3", False, RdfFormat.N3),
        Format("jsonld", True, RdfFormat.JSON_LD),
        Format("trix", True, rdflib="trix"),
        Format("hext", True, rdflib="hext"),
        Format("longturtle", False, rdflib="longturtle"),
    )
}
"""Format name → format; the names of `--format`."""

FORBIDDEN_IN_XML = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535), "�")


def in_reading_order(quads: Iterable[Quad]) -> list[Quad]:
    """Quads sorted for a reader: by graph and subject, stretches of text last, offsets as numbers, a subject's type first."""
    return sorted(quads, key=_reading_key)


def _reading_key(quad: Quad) -> tuple[object, ...]:
    """Articles before what belongs to them, reports before their parts, stretches of text last."""
    predicate = str(quad.predicate.value)
    subject = str(quad.subject.value) if isinstance(quad.subject, NamedNode) else str(quad.subject)
    return (
        str(quad.graph_name),
        "#char=" in subject,
        _numbers_padded(subject),
        predicate != RDF("type").value,
        predicate,
        _numbers_padded(str(quad.object)),
    )


def _numbers_padded(text: str) -> str:
    return "".join(part.zfill(8) if part.isdigit() else part for part in _split_digits(text))


def _split_digits(text: str) -> Iterator[str]:
    start = 0
    for i in range(1, len(text) + 1):
        if i == len(text) or text[i].isdigit() != text[start].isdigit():
            yield text[start:i]
            start = i


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


def stored_quads(store: ox.Store, graph: NamedNode | None = None) -> Iterator[Quad]:
    """A graph's quads, or the whole store's graph by graph in name order; one article graph at a time is held in memory."""
    if graph is not None:
        yield from in_reading_order(store.quads_for_pattern(None, None, None, graph))
        return
    for name in sorted(store.named_graphs(), key=str):
        if isinstance(name, NamedNode) and "/graph/article/" in str(name.value):
            yield from in_reading_order(store.quads_for_pattern(None, None, None, name))
        else:
            yield from store.quads_for_pattern(None, None, None, name)
