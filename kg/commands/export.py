"""`kg export`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import Day, counted, open_reading, store_option
from kg.errors import InputError, UsageError

if TYPE_CHECKING:
    from kg.graph.description import About
    from kg.graph.exported import Wanted
    from kg.graph.rdf import StoredGraph
    from kg.graph.store import Store

FORMAT_NAMES = ("turtle", "ntriples", "nquads", "trig", "rdfxml", "n3", "jsonld", "trix", "hext", "longturtle")
PACKED_NAMES = tuple(f"{name}.gz" for name in FORMAT_NAMES)
_DESCRIBING = ("title", "license", "publisher", "issued", "modified", "dataset_version", "address")


@click.command()
@click.argument("article", required=False)
@store_option
@click.option(
    "--format",
    "-f",
    "format_name",
    type=click.Choice((*FORMAT_NAMES, *PACKED_NAMES)),
    metavar="FORMAT",
    help=f"{', '.join(FORMAT_NAMES)}; each with .gz too. Default: what --output ends in, else turtle for an article, "
    "trig for the store.",
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
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default=Path("-"),
    help="File to write, or with --split a folder; default: standard output.",
)
@click.option("--split", metavar="SIZE", help="Write parts of at most this size before compression, such as 100MB.")
@click.option(
    "--describe", type=click.Path(path_type=Path), help="Write what the file holds (VoID, DCAT) into this Turtle file."
)
@click.option("--title", help="Title of the data set, for the description.")
@click.option("--license", help="IRI of the licence that the data set is under, for the description.")
@click.option("--publisher", help="Name of who publishes it, for the description.")
@click.option("--issued", type=Day(), help="Day of its first publication, YYYY-MM-DD, for the description.")
@click.option("--modified", type=Day(), help="Day of its last change, YYYY-MM-DD, for the description.")
@click.option("--dataset-version", help="Version of the data set, for the description.")
@click.option(
    "--address", help="Address that the files will lie under, for the description; default: beside the description."
)
def export(
    article: str | None,
    store_path: Path,
    format_name: str | None,
    graph: str | None,
    merge_graphs: bool,
    table: Path | None,
    output: Path,
    split: str | None,
    describe: Path | None,
    **described: Any,
) -> None:
    """Write the store, or one article, as RDF or as a table.

    The table has a row for each event and report of it, as political scientists know it from event data.
    With --split the output is a folder of parts for the bulk loaders of triple stores, with a description
    (void.ttl) and check sums. docs/loading-elsewhere.md tells how to load it into which store.

    \b
    kg export --format nquads -o news.nq
    kg export -o news.nq.gz --describe news.void.ttl
    kg export --format nquads.gz --split 100MB -o news --license https://creativecommons.org/licenses/by/4.0/
    kg export black-sea-grain-deal.txt
    kg export --table events.csv
    """
    is_described = any(described[name] is not None for name in _DESCRIBING)
    has_output = str(output) != "-"
    if table is not None and (article or format_name or graph or merge_graphs or has_output or split or describe):
        raise UsageError(
            "--table writes all events to the file it names; leave out ARTICLE, --format, --graph, --merge-graphs, "
            "--output, --split and --describe"
        )
    if article is not None and graph is not None:
        raise UsageError("give either ARTICLE or --graph, not both")
    if (split or describe) and not has_output:
        raise UsageError(f"{'--split' if split else '--describe'} needs --output, {'a folder' if split else 'a file'}")
    if split and describe:
        raise UsageError("--split writes its own description, void.ttl; leave out --describe")
    if is_described and not (split or describe):
        raise UsageError("--title, --license and the like go into a description; add --describe FILE or --split SIZE")
    with open_reading(store_path) as store:
        if table is not None:
            _write_table(store.inner, table)
            return
        graphs = _chosen_graphs(store, article, graph)
        wanted = _wanted(format_name, output, article, graph, merge_graphs)
        _write(graphs, wanted, output, split, describe, described)


def _chosen_graphs(store: Store, article: str | None, graph: str | None) -> list[StoredGraph]:
    from pyoxigraph import NamedNode

    from kg.graph.rdf import stored_graphs
    from kg.graph.vocabulary import BASE, article_graph

    if article is None:
        return stored_graphs(store.inner, NamedNode(f"{BASE}graph/{graph}") if graph is not None else None)
    chosen = article_graph(article)
    if next(iter(store.inner.quads_for_pattern(None, None, None, chosen)), None) is None:
        raise InputError(f"the store has no article {article}; kg store articles lists them")
    return stored_graphs(store.inner, chosen)


def _wanted(
    format_name: str | None, output: Path, article: str | None, graph: str | None, merge_graphs: bool
) -> Wanted:
    """The format that the options or the file's name ask for."""
    from dataclasses import replace

    from kg.graph.exported import Wanted
    from kg.graph.rdf import FORMATS, GZIP, format_of

    is_whole = article is None and graph is None
    guessed = format_of(output.name) or ("trig" if is_whole else "turtle")
    wanted = Wanted.of(format_name or guessed, merge_graphs=merge_graphs)
    if output.suffix.lower() == GZIP:
        wanted = replace(wanted, is_packed=True)
    if is_whole and not FORMATS[wanted.format_name].has_graphs and not merge_graphs:
        raise UsageError(
            f"{wanted.format_name} has no named graphs, and the store has several; "
            "add --merge-graphs, or use trig, nquads or jsonld"
        )
    return wanted


def _write(
    graphs: list[StoredGraph],
    wanted: Wanted,
    output: Path,
    split: str | None,
    description: Path | None,
    described: dict[str, Any],
) -> None:
    import sys

    from kg.graph.exported import write_described, write_folder, write_stream
    from kg.graph.parts import size_in_bytes
    from kg.graph.store import LAYOUT
    from kg.whole_file import write_whole

    if split is not None:
        parts = write_folder(graphs, output, wanted, size_in_bytes(split), _about(described), LAYOUT)
        click.echo(f"{counted(len(parts), 'part')} written to {output}", err=True)
    elif description is not None:
        write_described(graphs, output, wanted, description, _about(described), LAYOUT)
    elif str(output) == "-":
        write_stream(graphs, sys.stdout.buffer, wanted)
    else:
        with write_whole(output) as file:
            write_stream(graphs, file, wanted)


def _about(described: dict[str, Any]) -> About:
    """What the options say of the data set. :raises UsageError: when what must be an IRI is none."""
    from pyoxigraph import NamedNode

    from kg.graph.description import TITLE, About

    for name in ("license", "address"):
        if described[name] is not None:
            try:
                NamedNode(described[name])
            except ValueError as error:
                raise UsageError(f"--{name}: {described[name]!r} is no IRI; write it with its https://") from error
    return About(
        title=described["title"] or TITLE,
        license=described["license"],
        publisher=described["publisher"],
        issued=described["issued"],
        modified=described["modified"],
        version=described["dataset_version"],
        address=described["address"],
    )


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
