"""`kg remove`."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

import click

from kg.commands.options import gazetteer_option, store_option


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@store_option
@gazetteer_option
def remove(articles: tuple[str, ...], store_path: Path, gazetteers: tuple[Path, ...]) -> int:
    """Take articles out of the store.

    What only they told of goes with them. ARTICLE is an article's id, as `kg store articles` lists them.

    \b
    kg remove black-sea-grain-deal.txt
    """
    from kg.api import open_store

    missing = 0
    with open_store(store_path, create=False, gazetteers=gazetteers) as store:
        known = store.article_ids()
        for article in articles:
            if store.remove(article):
                click.echo(f"removed {article}")
                continue
            missing += 1
            near = get_close_matches(article, known, 1)
            hint = f"did you mean {near[0]}?" if near else "kg store articles lists them"
            click.echo(f"kg: the store has no article {article}; {hint}", err=True)
    return 1 if missing else 0
