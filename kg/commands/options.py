"""Options that several commands share, and what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.endpoint import Endpoint
    from kg.graph.store import Store
    from kg.pipeline import Tools
    from kg.read import Defaults

F = TypeVar("F", bound=Callable[..., Any])

INPUT_FORMATS = ("text", "markdown", "html", "jsonl", "json")

store_option = click.option(
    "--store",
    "-s",
    "store_path",
    type=click.Path(path_type=Path),
    envvar="KG_STORE",
    default=Path("kg-store"),
    show_default=True,
    show_envvar=True,
    help="Folder of the store.",
)


gazetteer_option = click.option(
    "--gazetteer",
    "gazetteers",
    multiple=True,
    type=click.Path(path_type=Path),
    envvar="KG_GAZETTEER",
    show_envvar=True,
    help="A folder of tables, or a compiled gazetteer, to add to the one that comes with kg; may be repeated.",
)


WIKIDATA_ENDPOINT = "https://query.wikidata.org/sparql"


def asking_options(command: F) -> F:
    """How to ask an endpoint."""
    for option in reversed(
        (
            click.option(
                "--contact",
                envvar="KG_CONTACT",
                show_envvar=True,
                help="Mail or web address that the endpoint's operators can turn to; default: the project's.",
            ),
            click.option(
                "--timeout",
                type=click.IntRange(1),
                default=60,
                show_default=True,
                help="Seconds to wait for an answer.",
            ),
        )
    ):
        command = option(command)
    return command


def endpoint_options(command: F) -> F:
    """How to ask a Wikidata endpoint, whose answers are kept."""
    return asking_options(
        click.option(
            "--max-age", type=click.IntRange(0), default=30, show_default=True, help="Days that answers are kept."
        )(command)
    )


def make_endpoint(address: str, cache: Path | None, options: dict[str, Any]) -> Endpoint:
    """The endpoint that the options ask for, its answers kept in a file."""
    from kg.endpoint import HOME, AnswerCache, Endpoint

    return Endpoint(
        address,
        AnswerCache(cache) if cache is not None else None,
        max_age=options.get("max_age", 0) * 86_400.0,
        timeout=options["timeout"],
        contact=options["contact"] or HOME,
    )


class Day(click.ParamType[date]):
    """A day as YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        from kg.read import parse_day

        return parse_day(value, where=param.opts[0] if param else "date", error=UsageError)


def reading_options(command: F) -> F:
    """What to assume of articles whose files do not say."""
    for option in reversed(
        (
            click.option("--published", type=Day(), help="Day of publication, YYYY-MM-DD, where the file has none."),
            click.option("--title", help="Title, where the file has none."),
            click.option("--source", help="Publisher's name, where the file has none."),
            click.option("--url", help="Address, where the file has none."),
            click.option("--language", help="Language tag, such as en, where the file has none."),
            click.option("--id", "article_id", help="Article id, where the file has neither id nor canonical URL."),
            click.option(
                "--input-format", type=click.Choice(INPUT_FORMATS), help="Read everything as this; default: by suffix."
            ),
            click.option("--force", is_flag=True, help="Read articles even if they seem not to be in English."),
        )
    ):
        command = option(command)
    return command


def extraction_options(command: F) -> F:
    """What to extract with."""
    for option in reversed(
        (
            click.option(
                "--model",
                envvar="KG_MODEL",
                help="Any installed spaCy pipeline for English; default: the one that comes with kg.",
            ),
            click.option(
                "--lexicon",
                "lexicons",
                multiple=True,
                type=click.Path(path_type=Path),
                help="A TOML file or folder of event patterns to add; may be repeated.",
            ),
            click.option(
                "--guesses/--no-guesses",
                default=True,
                help="Whether to add what small models guess of parties of whom no pattern tells, at a low confidence, and to "
                "let them change the type of an event where another is likelier; default: do both.",
            ),
            gazetteer_option,
        )
    ):
        command = option(command)
    return command


def make_defaults(options: dict[str, Any]) -> Defaults:
    """The reading options as the reader wants them, checked once so that a mistake is not told for each article.

    :raises UsageError: when the language or address is none.
    """
    from kg.errors import InputError
    from kg.read import Defaults
    from kg.read.drafts import language_tag, web_address

    try:
        language = language_tag(options["language"], "--language") if options["language"] else None
        url = web_address(options["url"], "--url") if options["url"] else None
    except InputError as error:
        raise UsageError(str(error)) from error
    return Defaults(
        id=options["article_id"],
        title=options["title"],
        published=options["published"],
        source=options["source"],
        url=url,
        language=language,
        input_format=options["input_format"],
        force=options["force"],
    )


def make_tools(options: dict[str, Any]) -> Tools:
    """The extraction tools that the options ask for."""
    from kg.pipeline import open_tools

    return open_tools(
        model=options["model"],
        lexicons=options["lexicons"],
        gazetteers=options["gazetteers"],
        guesses=options["guesses"],
    )


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """A number with its noun.

    >>> counted(1, "event"), counted(1200, "entity", "entities")
    ('1 event', '1,200 entities')
    """
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def open_reading(path: Path) -> Store:
    """The store, opened to read beside other readers."""
    from kg.api import open_store

    return open_store(path, read_only=True)
