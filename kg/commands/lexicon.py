"""`kg lexicon`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.commands.options import extraction_options, make_tools


@click.group()
def lexicon() -> None:
    """Check, list and explain the event patterns."""


@lexicon.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check lexicon FILES, or without any the lexicon that comes with kg.

    \b
    kg lexicon check own.toml
    """
    from kg.events.lexicon import load_lexicon
    from kg.resources import data_path

    own = data_path("seeds", "lexicon")
    found = load_lexicon(files or [own], classes_from=[own])
    counts = f"{len(found.patterns)} patterns, {len(found.cues)} cues and {len(found.nominals)} nouns of verbs"
    click.echo(f"{counts} are right; version {found.version}")


@lexicon.command("list")
@click.option("--type", "act", help="Only patterns of this PLOVER type.")
@click.option(
    "--measured",
    is_flag=True,
    help="With each pattern's record: of how many of the labelled events that it told it told the type.",
)
def list_(act: str | None, *, measured: bool) -> None:
    """List the patterns: id, act, mode, trigger words.

    \b
    kg lexicon list --type CONSULT
    """
    from kg.errors import UsageError
    from kg.events.lexicon import load_lexicon
    from kg.events.priors import Priors, load_priors
    from kg.model import QUAD_CLASS
    from kg.resources import data_path

    if act is not None and act.upper() not in QUAD_CLASS:
        raise UsageError(f"--type: {act!r} is no PLOVER type; they are: {', '.join(QUAD_CLASS)}")
    priors = load_priors(data_path("seeds", "opinion") / "patterns.tsv") if measured else Priors({})
    for pattern in load_lexicon([data_path("seeds", "lexicon")]).patterns:
        if act is None or pattern.act == act.upper():
            what = pattern.act or f"({pattern.operator})"
            words = ", ".join((*pattern.verbs, *pattern.phrases, *pattern.nouns, *pattern.adjectives))
            right, told = priors.record(pattern.id)
            record = [f"{right}/{told}" if told else "-"] if measured else []
            mode = f"-{pattern.mode}" if pattern.mode else ""
            click.echo("\t".join([pattern.id, f"{what}{mode}", *record, words]))


@lexicon.command()
@click.argument("sentence")
@click.option("--all", "with_absent", is_flag=True, help="Tell also of patterns whose second word is nowhere near.")
@extraction_options
def explain(sentence: str, with_absent: bool, **options: Any) -> None:
    """Tell which patterns fire on a SENTENCE, and which nearly did and why not.

    \b
    kg lexicon explain "Turkey refused to meet the envoy."
    """
    from kg.explain import explain_sentence

    for line in explain_sentence(sentence, make_tools(options), with_absent=with_absent):
        click.echo(line)
