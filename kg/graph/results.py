"""Query results → text: tables for people, the standard formats for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TextIO

import pyoxigraph as ox
from pyoxigraph import QueryResultsFormat, RdfFormat

from kg.errors import InputError, UsageError
from kg.graph.vocabulary import BASE, PREFIXES, XSD

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
    results: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples | list[ox.Quad],
    format_name: str | None,
    output: TextIO | None = None,
) -> None:
    """Print results on standard output in a format; None for a table on a terminal and CSV elsewhere.

    :raises UsageError: when a graph is asked for as rows.
    :raises InputError: when the evaluation fails half way.
    """
    out = output or sys.stdout
    chosen = format_name or ("table" if out.isatty() else "csv")
    try:
        if isinstance(results, (ox.QueryTriples, list)):
            if format_name is not None:
                raise UsageError(
                    f"a CONSTRUCT or DESCRIBE query gives a graph, written as Turtle; leave out --format {format_name}"
                )
            data = ox.serialize(results, format=RdfFormat.TURTLE, prefixes=PREFIXES)
            out.write((data or b"").decode("utf-8"))
        elif isinstance(results, ox.QueryBoolean):
            _print_boolean(results, chosen, out)
        elif chosen in _STANDARD:
            out.write((results.serialize(format=_STANDARD[chosen]) or b"").decode("utf-8"))
        else:
            names = [v.value for v in results.variables]
            rows = [[shown(term) for term in solution] for solution in results]
            (_print_table if chosen == "table" else _print_markdown)(names, rows, out)
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        raise InputError("the query failed: " + " ".join(str(error).split())[:300]) from error


def _print_boolean(result: ox.QueryBoolean, chosen: str, out: TextIO) -> None:
    if chosen in ("json", "xml"):
        out.write((result.serialize(format=_STANDARD[chosen]) or b"").decode("utf-8") + "\n")
    else:
        out.write("true\n" if result else "false\n")


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


def _print_markdown(names: list[str], rows: list[list[str]], out: TextIO) -> None:
    for line in _markdown(names, rows):
        out.write(line + "\n")


def _markdown(names: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield "| " + " | ".join(names) + " |"
    yield "|" + " --- |" * len(names)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
