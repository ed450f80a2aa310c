"""`kg import`; the module's name has an underscore since the word is Python's."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.export import FORMAT_NAMES
from kg.commands.options import asking_options, counted, gazetteer_option, make_endpoint, store_option
from kg.errors import UsageError

if TYPE_CHECKING:
    import pyoxigraph as ox

    from kg.graph.importing import Imported


@click.command("import")
@click.argument("sources", metavar="[SOURCE]...", nargs=-1, type=click.Path(path_type=Path))
@store_option
@click.option(
    "--format",
    "-f",
    "format_name",
    type=click.Choice(FORMAT_NAMES[:7]),
    help="RDF format of the files; default: by what their names end in. Compressed ones are recognised.",
)
@click.option("--endpoint", help="Take the articles and corrections of the SPARQL endpoint at this address.")
@click.option("--skip-others", is_flag=True, help="Leave out graphs and triples that kg does not make.")
@click.option("--validate", is_flag=True, help="Check each article against the SHACL shapes; slow.")
@gazetteer_option
@asking_options
def import_(
    sources: tuple[Path, ...],
    store_path: Path,
    format_name: str | None,
    endpoint: str | None,
    skip_others: bool,
    validate: bool,
    gazetteers: tuple[Path, ...],
    **options: Any,
) -> None:
    """Bring graphs back in: files, split exports, another endpoint's.

    SOURCE is an RDF file, the folder of a split export, or - for standard input. Several are read as one. Articles
    are taken whole and replace older ones; corrections are added to those here. What kg makes of articles (events,
    entities) is made anew, with the gazetteer given. Nothing is imported if anything is wrong.

    \b
    kg import news.nq.gz
    kg import news --store copy
    kg import --endpoint http://localhost:7878/query --store copy
    """
    if not sources and endpoint is None:
        raise UsageError("give a SOURCE to import, or --endpoint")
    for source in sources:
        if str(source).startswith(("http:/", "https:/")):
            raise UsageError(f"{source}: an address is given by --endpoint")
    from kg.api import open_store
    from kg.graph.importing import import_graphs
    from kg.graph.incoming import sort_out, staging

    with open_store(store_path, gazetteers=gazetteers) as store, staging(store_path) as staged:
        _stage(staged, sources, format_name, endpoint, options)
        articles = sort_out(staged, skip_others=skip_others)
        _tell(import_graphs(store, staged, articles, with_shapes=validate))


def _stage(
    staged: ox.Store, sources: tuple[Path, ...], format_name: str | None, endpoint: str | None, options: dict[str, Any]
) -> None:
    from kg.graph.incoming import stage_source
    from kg.graph.remote_graphs import remote_quads
    from kg.graph.store import add_in_batches

    for source in sources:
        stage_source(staged, source, format_name)
    if endpoint is not None:
        add_in_batches(staged, remote_quads(make_endpoint(endpoint, None, options)))


def _tell(imported: Imported) -> None:
    number = imported.new + imported.changed + imported.unchanged
    click.echo(
        f"{counted(number, 'article')} ({imported.new:,} new, {imported.changed:,} changed, "
        f"{imported.unchanged:,} unchanged): {counted(imported.quads, 'quad')}; "
        f"{counted(imported.corrections, 'new correction')}",
        err=True,
    )
    if imported.overruled:
        click.echo(f"{counted(imported.overruled, 'correction')} decided otherwise here; kept as here", err=True)
    if imported.differing:
        click.echo(
            f"not taken as they came, but made anew: {', '.join(imported.differing)} "
            "(the file is of another version or gazetteer, or not of all its articles)",
            err=True,
        )
