"""`kg store`."""

from __future__ import annotations

from pathlib import Path

import click

from kg.commands.options import counted, gazetteer_option, open_reading, store_option


@click.group()
def store() -> None:
    """Look after the store: what it holds, check and repair."""


@store.command()
@store_option
def info(store_path: Path) -> None:
    """Count what the store holds.

    \b
    kg store info
    """
    with open_reading(store_path) as opened:
        counts = opened.counts()
    click.echo(
        f"{counted(counts.articles, 'article')}, {counted(counts.entities, 'entity', 'entities')} "
        f"({counts.linked:,} linked), {counted(counts.events, 'event')}, "
        f"{counted(counts.possible_events, 'possible event')}, {counted(counts.quads, 'quad')}"
    )


@store.command()
@store_option
def articles(store_path: Path) -> None:
    """List the ids of all articles.

    \b
    kg store articles
    """
    with open_reading(store_path) as opened:
        for article in opened.article_ids():
            click.echo(article)


@store.command()
@store_option
@gazetteer_option
@click.option("--repair", is_flag=True, help="Put the derived graphs right.")
def check(store_path: Path, gazetteers: tuple[Path, ...], repair: bool) -> int:
    """Compare the derived graphs with what the article graphs make of them.

    \b
    kg store check --repair
    """
    from kg.api import open_store

    with open_store(store_path, read_only=not repair, create=False, gazetteers=gazetteers) as opened:
        missing, extra = opened.check(repair=repair)
    if not missing and not extra:
        click.echo("the derived graphs are what the articles make of them")
        return 0
    click.echo(
        f"{missing} derived quads {'were' if repair else 'are'} missing and {extra} too many"
        + ("; repaired" if repair else "; run with --repair")
    )
    return 0 if repair else 1
