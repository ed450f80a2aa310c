"""`kg load`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import counted, extraction_options, make_defaults, make_tools, reading_options, store_option

if TYPE_CHECKING:
    from kg.api import Summary
    from kg.pipeline import Step


@click.command()
@click.argument("articles", nargs=-1, required=True, metavar="ARTICLE...")
@store_option
@reading_options
@extraction_options
@click.option("--no-text", is_flag=True, help="Do not keep the running text and sentences in the store.")
@click.option("--quiet", "-q", is_flag=True, help="No progress bar and no summary.")
def load(articles: tuple[str, ...], store_path: Path, no_text: bool, quiet: bool, **options: Any) -> int:
    """Read articles and put what they tell of into the store.

    ARTICLE is a file (plain text, Markdown, HTML, JSON Lines), a folder, or - for standard input. Loading the
    same article again changes nothing; loading a corrected one replaces what the old one told of.

    \b
    kg load seeds/articles
    kg load talks.txt --published 2022-03-14 --source "Example News"
    """
    from kg.api import Summary, summarise
    from kg.graph.store import Store
    from kg.pipeline import load_articles, look_up
    from kg.read import read_articles

    began = time.perf_counter()
    defaults = make_defaults(options)
    tools = make_tools(options)
    summary = Summary()
    look = look_up(tools.reference.gazetteer)
    items = read_articles(articles, defaults)
    steps = load_articles(items, tools, lambda: Store.open(store_path, look), with_text=not no_text)
    for step in _shown(steps, quiet):
        summary = summarise(summary, step)
        if step.error is not None:
            click.echo(f"kg: {step.error}", err=True)
    if not quiet:
        click.echo(summary_line(summary, time.perf_counter() - began))
    return 1 if summary.errors else 0


def _shown(steps: Iterable[Step], quiet: bool) -> Iterator[Step]:
    """The steps, with a progress bar on a terminal's standard error from the second article on."""
    iterator = iter(steps)
    first = next(iterator, None)
    if first is None:
        return
    yield first
    second = next(iterator, None)
    if second is None:
        return
    if quiet or not sys.stderr.isatty():
        yield second
        yield from iterator
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("loading", total=None, completed=1)
        for step in chain((second,), iterator):
            progress.update(task, advance=1, description=f"loading {step.where[-40:]}")
            yield step


def summary_line(summary: Summary, seconds: float) -> str:
    """One line: articles by outcome, entities, linked ones, events, quads, seconds."""
    told = ((summary.new, "new"), (summary.changed, "changed"), (summary.unchanged, "unchanged"))
    outcomes = [f"{number} {what}" for number, what in told if number]
    outcomes += [f"{len(summary.errors)} not read"] if summary.errors else []
    kinds = f" ({', '.join(outcomes)})" if outcomes else ""
    return (
        f"{counted(summary.articles, 'article')}{kinds}: "
        f"{counted(summary.entities, 'entity', 'entities')} ({summary.linked:,} linked), "
        f"{counted(summary.events, 'event')}, {counted(summary.quads, 'quad')} in {seconds:.1f} s"
    )
