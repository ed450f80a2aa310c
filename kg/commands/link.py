"""`kg link`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import (
    WIKIDATA_ENDPOINT,
    counted,
    endpoint_options,
    extraction_options,
    gazetteer_option,
    make_defaults,
    make_endpoint,
    make_tools,
    open_reading,
    reading_options,
    store_option,
)

if TYPE_CHECKING:
    from kg.endpoint import Endpoint
    from kg.entities.cast import Reference
    from kg.entities.gazetteer import Gazetteer
    from kg.entities.relinking import Relinker
    from kg.graph.store import Store
    from kg.model import Article, Correction
    from kg.pipeline import Relinking
    from kg.read import Unread


CACHE = "wikidata-answers.sqlite"


@click.group(invoke_without_command=True)
@store_option
@gazetteer_option
@click.option(
    "--corrections",
    type=click.Path(path_type=Path),
    help="An SSSOM or CSV file of links that override all others; the store remembers them.",
)
@click.option("--forget", is_flag=True, help="Forget the corrections that the store remembers.")
@click.option("--all", "everything", is_flag=True, help="Decide again even where the same gazetteer has decided.")
@click.option("--online", is_flag=True, help="Look up what is not linked at a Wikidata endpoint.")
@click.option("--endpoint", default=WIKIDATA_ENDPOINT, show_default=True, help="Its address, with --online.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that keeps its answers; default: wikidata-answers.sqlite in the store's folder.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of tables to add what it tells to, for --gazetteer.",
)
@endpoint_options
@click.option("--dry-run", "-n", is_flag=True, help="Tell what would change, and change nothing.")
def link(
    store_path: Path,
    gazetteers: tuple[Path, ...],
    corrections: Path | None,
    forget: bool,
    everything: bool,
    online: bool,
    endpoint: str,
    cache: Path | None,
    keep: Path | None,
    dry_run: bool,
    **options: Any,
) -> int:
    """Link stored names anew, explain links, write them as mappings.

    Without a command it applies the present gazetteer to what the store holds, without reading articles again, and tells
    what changed. A CSV file of corrections has the columns name and wikidata (empty for nobody), and where wanted type,
    country and article; an SSSOM file is that of kg link export, with other objects.

    \b
    kg link
    kg link --gazetteer gazetteer --dry-run
    kg link --corrections mine.csv
    kg link --online --contact mailto:me@example.org
    """
    if click.get_current_context().invoked_subcommand is not None:
        return 0
    from kg.api import open_store
    from kg.entities.relinking import Relinker
    from kg.graph.mappings import read_corrections_file
    from kg.pipeline import open_reference, relink_articles

    told = new = read_corrections_file(corrections) if corrections is not None else ()
    reference = open_reference(gazetteers)
    with open_store(store_path, read_only=dry_run, create=False, gazetteers=gazetteers) as store:
        kept = [] if forget else list(store.corrections())
        if not dry_run:
            store.ensure_ontology()
            store.correct(new, forget=forget)
            kept, new = list(store.corrections()), ()
        relinker = Relinker(reference, [*kept, *new])
        is_everything = everything or forget or corrections is not None
        if not online or is_everything:
            _report(relink_articles(store, relinker, everything=is_everything, dry_run=dry_run), reference, dry_run)
            _tell_unused(told, relinker)
        if online:
            address = make_endpoint(endpoint, None if dry_run else cache or store_path / CACHE, options)
            return _link_online(store, address, reference, gazetteers, relinker.corrections, keep, dry_run)
    return 0


def _tell_unused(told: Iterable[Correction], relinker: Relinker) -> None:
    """A line for each correction given that speaks of nothing in the store."""
    for correction in told:
        if correction not in relinker.used:
            what = correction.name or correction.entity
            click.echo(f"kg: no article has what a correction speaks of: {what}; it is kept for later ones", err=True)


def _link_online(
    store: Store,
    endpoint: Endpoint,
    reference: Reference,
    gazetteers: Sequence[Path],
    corrections: Sequence[Correction],
    keep: Path | None,
    dry_run: bool,
) -> int:
    """Looks up what is not linked; the exit code."""
    from kg.entities.relinking import ONLINE_LINKER, Relinker
    from kg.pipeline import ask_for_names, open_reference, relink_articles

    with TemporaryDirectory() as temporary:
        folder = Path(temporary) if keep is None or dry_run else keep
        asked = ask_for_names(store, endpoint, reference.offices, folder)
        click.echo(f"{counted(asked.names, 'name')} looked up, {counted(asked.items, 'item')} found")
        if asked.items:
            more = open_reference((*gazetteers, folder))
            found = Relinker(more, corrections, linker=ONLINE_LINKER, only_unlinked=True)
            version = reference.gazetteer.version
            _report(relink_articles(store, found, everything=True, dry_run=dry_run, version=version), more, dry_run)
            more.gazetteer.close()
    if asked.error is not None:
        click.echo(f"kg: {asked.error}; the other links stay as they are", err=True)
        return 1
    return 0


def _report(relinkings: Iterable[Relinking], reference: Reference, dry_run: bool) -> None:
    """A line for each change, and one for all."""
    gazetteer = reference.gazetteer
    articles = changed = 0
    kinds: Counter[str] = Counter()
    for relinking in relinkings:
        articles += 1
        changed += bool(relinking.changes)
        for change in relinking.changes:
            kinds["new" if change.old is None else "removed" if change.new is None else "changed"] += 1
            click.echo(
                f"{change.article}: {change.name}: {_item(change.old, gazetteer)} → {_item(change.new, gazetteer)}"
            )
    told = ", ".join(f"{kinds[kind]:,} {kind}" for kind in ("new", "changed", "removed") if kinds[kind])
    would = " would change" if dry_run else ""
    click.echo(
        f"{counted(articles, 'article')} linked anew, {changed:,} with changes{f': links {told}{would}' if told else ''}"
    )


def _item(qid: str | None, gazetteer: Gazetteer) -> str:
    if qid is None:
        return "no link"
    entry = gazetteer.entry(qid)
    return f"{qid} {entry.name}" if entry is not None else qid


@link.command("export")
@store_option
@click.option(
    "--format", "-f", type=click.Choice(["sssom"]), default="sssom", show_default=True, help="Format to write."
)
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="File to write; default: standard output."
)
def export_(store_path: Path, format: str, output: Path | None) -> None:
    """Write a mapping to Wikidata for each named entity, as SSSOM TSV.

    Those without a link are mapped to sssom:NoTermFound. Change objects in the file, and give it to
    kg link --corrections.

    \b
    kg link export -o links.sssom.tsv
    """
    import io

    from kg.errors import UsageError
    from kg.graph.mappings import write_sssom

    with open_reading(store_path) as store:
        if output is None:
            text = io.StringIO(newline="")
            write_sssom(store.inner, text)
            click.echo(text.getvalue(), nl=False)
            return
        try:
            with output.open("w", encoding="utf-8", newline="") as file:
                rows = write_sssom(store.inner, file)
        except OSError as error:
            raise UsageError(f"--output: {output} cannot be written ({error.strerror}); choose another file") from error
    click.echo(f"{counted(rows, 'mapping')} written to {output}", err=True)


@link.command()
@click.argument("name", required=False)
@click.option("--in", "article", required=True, type=click.Path(path_type=Path), help="The article, or several.")
@reading_options
@extraction_options
def explain(name: str | None, article: Path, **options: Any) -> None:
    """Tell what a NAME, or each name, of an article can mean, and what speaks for and against each candidate.

    Weights are log-odds; their sum makes the score.

    \b
    kg link explain "Istanbul" --in seeds/articles/black-sea-grain-deal.txt
    """
    from kg.explain import explain_links
    from kg.read import read_articles

    for line in explain_links(
        _readable(read_articles([str(article)], make_defaults(options))), make_tools(options), name
    ):
        click.echo(line)


def _readable(items: Iterable[Article | Unread]) -> Iterator[Article]:
    """:raises KgError: at the first that cannot be read."""
    from kg.read import Unread

    for item in items:
        if isinstance(item, Unread):
            raise item.error
        yield item
