"""Checks a graph against ontology/shapes.ttl and says in words what is wrong.

pyshacl works on rdflib graphs and needs about 0.1 s for 1,000 triples, so this belongs at the end of a load or in
`kg validate`, never inside the loop that loads.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyoxigraph as ox

from kg.errors import InputError
from kg.graph.vocabulary import PREFIXES
from kg.resources import data_path

if TYPE_CHECKING:
    import rdflib

Severity = Literal["violation", "warning", "info"]

_SHACL = "http://www.w3.org/ns/shacl#"


@dataclass(frozen=True, slots=True, order=True)
class Violation:
    """One thing that is wrong: at which node, along which path (None for the node itself), and the value at fault.

    All terms are IRIs or the text of literals; `value` is None where something is missing.
    """

    focus: str
    path: str | None
    message: str
    value: str | None
    severity: Severity


def validate(data: rdflib.Graph | Path | bytes | Iterable[ox.Quad | ox.Triple]) -> tuple[Violation, ...]:
    """What is wrong with a graph, in the order of the nodes' IRIs; empty when it conforms.

    `data` is an rdflib graph, a file in any RDF syntax, N-Quads or N-Triples as bytes, or quads of a store. Named
    graphs are checked as one, since queries see their union.

    :raises InputError: when a file or the bytes cannot be read as RDF.
    """
    import rdflib
    from pyshacl import validate as run_shacl

    graph = data if isinstance(data, rdflib.Graph) else _to_rdflib(_quads(data))
    _, results, _ = run_shacl(graph, shacl_graph=_shapes(), inference="none")
    if not isinstance(results, rdflib.Graph):
        raise InputError(f"the graph cannot be checked against the shapes: {results}")
    return _violations(results)


def explain(violation: Violation) -> str:
    """One sentence in words, with IRIs shortened by the usual prefixes.

    >>> act = "https://w3id.org/diplomacy-kg/ontology#act"
    >>> explain(Violation("https://w3id.org/diplomacy-kg/event/1", act, "An act is missing.", None, "violation"))
    'https://w3id.org/diplomacy-kg/event/1, dip:act: An act is missing.'
    """
    where = _shorten(violation.focus)
    if violation.path is not None:
        found = "" if violation.value is None else f" {_shorten(violation.value)}"
        where += f", {_shorten(violation.path)}{found}"
    elif violation.value is not None and violation.value != violation.focus:
        where += f", {_shorten(violation.value)}"
    return f"{where}: {violation.message}"


@lru_cache(maxsize=1)
def _shapes() -> rdflib.Graph:
    import rdflib

    return rdflib.Graph().parse(data_path("ontology", "shapes.ttl"), format="turtle")


def _quads(data: Path | bytes | Iterable[ox.Quad | ox.Triple]) -> Iterable[ox.Quad | ox.Triple]:
    if isinstance(data, Path):
        return _read(data)
    if not isinstance(data, bytes):
        return data
    try:
        return list(ox.parse(data, format=ox.RdfFormat.N_QUADS))
    except (SyntaxError, ValueError) as error:
        raise InputError(f"the graph is neither N-Quads nor N-Triples: {error}") from error


def _read(path: Path) -> list[ox.Quad]:
    syntax = ox.RdfFormat.from_extension(path.suffix.lstrip("."))
    if syntax is None:
        raise InputError(f"{path}: {path.suffix or 'no ending'} is no RDF syntax; use .ttl, .trig, .nt, .nq or .rdf")
    try:
        return list(ox.parse(path=str(path), format=syntax, base_iri=path.resolve().as_uri()))
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from error
    except (SyntaxError, ValueError) as error:
        raise InputError(f"{path} is not {syntax.name}: {error}") from error


def _to_rdflib(quads: Iterable[ox.Quad | ox.Triple]) -> rdflib.Graph:
    import rdflib

    graph = rdflib.Graph()
    for quad in quads:
        graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    return graph


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> rdflib.term.Node:
    import rdflib

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language is not None:
            return rdflib.Literal(term.value, lang=term.language)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value))
    raise InputError(f"triples about triples cannot be checked: {term}")


def _violations(results: rdflib.Graph) -> tuple[Violation, ...]:
    from rdflib import RDF, URIRef

    found = []
    for result in results.subjects(RDF.type, URIRef(_SHACL + "ValidationResult")):

        def text(name: str, node: rdflib.term.Node = result) -> str | None:
            value = results.value(node, URIRef(_SHACL + name))
            return None if value is None else str(value)

        severity = (text("resultSeverity") or "").removeprefix(_SHACL).lower()
        found.append(
            Violation(
                focus=text("focusNode") or "",
                path=text("resultPath"),
                message=min((str(m) for m in results.objects(result, URIRef(_SHACL + "resultMessage"))), default=""),
                value=text("value"),
                severity="warning" if severity == "warning" else "info" if severity == "info" else "violation",
            )
        )
    return tuple(sorted(set(found), key=_order))


def _order(violation: Violation) -> tuple[str, str, str, str]:
    return (violation.focus, violation.path or "", violation.message, violation.value or "")


def _shorten(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("-", "").replace("_", "").isalnum():
            return f"{prefix}:{local}"
    return iri
