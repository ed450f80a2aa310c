"""`kg show`."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from kg.commands.options import open_reading, store_option


@click.command()
@click.argument("subject", metavar="EVENT|ENTITY|ARTICLE")
@store_option
def show(subject: str, store_path: Path) -> None:
    """Give a readable account of an event, entity or article.

    The sentences that are its evidence are shown, with the words that tell of it marked. An event is named by its IRI, whole or as tables shorten it, or the IRI's last part, an entity by QID, IRI or name, an article by its id.

    \b
    kg show Q7747
    kg show black-sea-grain-deal.txt
    """
    from kg.graph.account import account_of
    from kg.graph.account_text import render

    with open_reading(store_path) as store:
        account = account_of(store.inner, subject)
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        width = shutil.get_terminal_size((100, 24)).columns if sys.stdout.isatty() else 100
        click.echo(render(account, colour=colour, width=min(width, 120)))
