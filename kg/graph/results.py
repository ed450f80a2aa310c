"""Query results → text: tables for people, the standard formats for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TextIO

import pyoxigraph as ox
from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.errors import InputError, UsageError
from kg.graph.rdf import FORBIDDEN_IN_XML
from kg.graph.vocabulary import BASE, PREFIXES, XSD

Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | list[ox.Quad]

_STANDARD = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
_PLAIN = frozenset(
    XSD(name)
    for name in (
        "string",
        "date",
        "dateTime",
        "integer",
        "decimal",
        "boolean",
        "nonNegativeInteger",
        "double",
        "gYear",
        "gYearMonth",
    )
)


def print_results(
    results: Results,
    format_name: str | None,
    output: TextIO | None = None,
) -> None:
    """Print results on standard output in a format; None for a table on a terminal and CSV elsewhere.

    :raises UsageError: when a graph is asked for as rows.
    :raises InputError: when the evaluation fails half way.
    """
    out = output or sys.stdout
    chosen = format_name or ("table" if out.isatty() else "csv")
    if isinstance(results, (ox.QueryTriples, list)) and format_name is not None:
        raise UsageError(
            f"a CONSTRUCT or DESCRIBE query gives a graph, written as Turtle; leave out --format {format_name}"
        )
    try:
        answer = _evaluated(results, chosen)
    except (OSError, ValueError, RuntimeError) as error:
        raise InputError("the query failed: " + " ".join(str(error).split())[:300]) from error
    if isinstance(answer, str):
        out.write(answer)
    elif chosen == "table":
        _print_table(*answer, out)
    else:
        out.writelines(line + "\n" for line in _markdown(*answer))


Rows = tuple[list[str], list[list[str]]]


def _evaluated(results: Results, chosen: str) -> str | Rows:
    """The whole answer: text for programs, names and rows for people. Nothing is written before all is known."""
    if isinstance(results, (ox.QueryTriples, list)):
        return (ox.serialize(results, format=RdfFormat.TURTLE, prefixes=PREFIXES) or b"").decode("utf-8")
    if isinstance(results, ox.QueryBoolean):
        if chosen not in ("json", "xml"):
            return "true\n" if results else "false\n"
        return (results.serialize(format=_STANDARD[chosen]) or b"").decode("utf-8") + "\n"
    if chosen in _STANDARD:
        text = (results.serialize(format=_STANDARD[chosen]) or b"").decode("utf-8")
        return text.translate(FORBIDDEN_IN_XML) if chosen == "xml" else text
    return [v.value for v in results.variables], [[_harmless(shown(term)) for term in solution] for solution in results]


def _harmless(cell: str) -> str:
    """Without control characters, with which an article could command the reader's terminal."""
    return "".join("\ufffd" if (ord(c) < 32 and c not in "\n\t") or 0x7F <= ord(c) < 0xA0 else c for c in cell)


def shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | None) -> str:
    """A term as a person reads it: literals without datatype, IRIs shortened.

    >>> shown(ox.NamedNode("http://www.wikidata.org/entity/Q30")), shown(ox.Literal("x", language="en")), shown(None)
    ('wd:Q30', 'x', '')
    """
    if term is None:
        return ""
    if isinstance(term, ox.Literal):
        return str(term.value) if term.language or term.datatype in _PLAIN else str(term)
    if isinstance(term, ox.NamedNode):
        iri = str(term.value)
        for prefix, namespace in PREFIXES.items():
            if iri.startswith(namespace) and iri[len(namespace) :].replace("-", "").replace("_", "").isalnum():
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri.removeprefix(BASE) if iri.startswith(BASE) else iri
    return str(term)


def _print_table(names: list[str], rows: list[list[str]], out: TextIO) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(_escaped(cell) for cell in row))
    console = Console(file=out, width=None if out.isatty() else 160)
    console.print(table)
    console.print(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", style="dim", highlight=False)


def _escaped(cell: str) -> str:
    from rich.markup import escape

    return escape(cell)


def _markdown(names: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(names) + " |"
    yield "|" + " --- |" * len(names)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
