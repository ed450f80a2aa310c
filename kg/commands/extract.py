"""`kg extract`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import extraction_options, make_defaults, make_tools, reading_options

if TYPE_CHECKING:
    from kg.model import Record
    from kg.pipeline import Tools

GRAPH_FORMATS = ("nquads", "trig", "turtle", "jsonld")


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@click.option(
    "--format",
    "-f",
    "format_name",
    type=click.Choice(("jsonl", *GRAPH_FORMATS)),
    default="jsonl",
    show_default=True,
    help="jsonl: one record an article. Otherwise RDF; turtle merges all graphs.",
)
@click.option(
    "--output", "-o", type=click.File("wb", lazy=True), default="-", help="File to write; default: standard output."
)
@reading_options
@extraction_options
@click.option("--no-text", is_flag=True, help="RDF without the running text and sentences.")
def extract(articles: tuple[str, ...], format_name: str, output: Any, no_text: bool, **options: Any) -> int:
    """Print what articles tell of, without storing it.

    ARTICLE is as for `kg load`.

    \b
    kg extract seeds/articles/black-sea-grain-deal.txt
    echo "Modi met Putin in Moscow." | kg extract - --format turtle
    """
    from kg.pipeline import extract_items
    from kg.read import Unread, read_articles

    defaults = make_defaults(options)
    tools = make_tools(options)
    records: list[Record] = []
    failed = 0
    for item in extract_items(read_articles(articles, defaults), tools):
        if isinstance(item, Unread):
            failed += 1
            click.echo(f"kg: {item.error}", err=True)
        elif format_name == "jsonl":
            output.write(item.to_json().encode("utf-8", "replace") + b"\n")
        else:
            records.append(item)
    if records:
        _write_graphs(records, tools, format_name, output, with_text=not no_text)
    return 1 if failed else 0


def _write_graphs(records: list[Record], tools: Tools, format_name: str, output: Any, *, with_text: bool) -> None:
    from kg.graph.rdf import in_reading_order, write_quads
    from kg.graph.store import Store
    from kg.pipeline import look_up

    with Store.in_memory(look_up(tools.reference.gazetteer)) as store:
        for record in records:
            store.load(record, with_text=with_text)
        quads = in_reading_order(store.inner.quads_for_pattern(None, None, None, None))
        write_quads(quads, output, format_name, merge_graphs=True)
