"""`kg export`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.commands.options import open_reading, store_option
from kg.errors import InputError, UsageError

FORMAT_NAMES = ("turtle", "ntriples", "nquads", "trig", "rdfxml", "n3", "jsonld", "trix", "hext", "longturtle")


@click.command()
@click.argument("article", required=False)
@store_option
@click.option(
    "--format",
    "-f",
    "format_name",
    type=click.Choice(FORMAT_NAMES),
    help="RDF format; default: turtle for an article, trig for the store.",
)
@click.option(
    "--graph", type=click.Choice(["events", "entities", "ontology", "corrections"]), help="Write this graph only."
)
@click.option("--merge-graphs", is_flag=True, help="Let a format without named graphs hold several.")
@click.option(
    "--table",
    type=click.Path(path_type=Path),
    help="Write the events as a flat table instead: FILE.csv, FILE.parquet, or - for CSV.",
)
@click.option(
    "--output", "-o", type=click.File("wb", lazy=True), default="-", help="File to write; default: standard output."
)
def export(
    article: str | None,
    store_path: Path,
    format_name: str | None,
    graph: str | None,
    merge_graphs: bool,
    table: Path | None,
    output: Any,
) -> None:
    """Write the store, or one article, as RDF or as a table.

    The table has a row for each event and report of it, as political scientists know it from event data.

    \b
    kg export --format nquads -o news.nq
    kg export black-sea-grain-deal.txt
    kg export --table events.csv
    """
    if table is not None and (article or format_name or graph or merge_graphs or output.name != "-"):
        raise UsageError(
            "--table writes all events to the file it names; leave out ARTICLE, --format, --graph, --merge-graphs and --output"
        )
    if article is not None and graph is not None:
        raise UsageError("give either ARTICLE or --graph, not both")
    with open_reading(store_path) as store:
        if table is not None:
            _write_table(store.inner, table)
            return
        from pyoxigraph import NamedNode

        from kg.graph.rdf import FORMATS, stored_quads, write_quads
        from kg.graph.vocabulary import BASE, article_graph

        chosen: NamedNode | None = None
        if article is not None:
            chosen = article_graph(article)
            if next(iter(store.inner.quads_for_pattern(None, None, None, chosen)), None) is None:
                raise InputError(f"the store has no article {article}; kg store articles lists them")
        elif graph is not None:
            chosen = NamedNode(f"{BASE}graph/{graph}")
        name = format_name or ("trig" if chosen is None else "turtle")
        if chosen is None and not FORMATS[name].has_graphs and not merge_graphs:
            raise UsageError(
                f"{name} has no named graphs, and the store has several; add --merge-graphs, or use trig, nquads or jsonld"
            )
        write_quads(stored_quads(store.inner, chosen), output, name, merge_graphs=merge_graphs)


def _write_table(store: Any, table: Path) -> None:
    import sys

    from kg.graph.table import write_table

    if str(table) == "-":
        write_table(store, sys.stdout, "csv")
        return
    kinds = {".csv": "csv", ".parquet": "parquet"}
    if table.suffix.lower() not in kinds:
        raise UsageError(f"{table}: a table is FILE.csv or FILE.parquet")
    rows = write_table(store, table, kinds[table.suffix.lower()])  # type: ignore[arg-type]
    click.echo(f"{rows:,} rows written to {table}", err=True)
