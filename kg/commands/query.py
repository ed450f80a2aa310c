"""`kg query`: the canned questions, each a command with its parameters as options, and any other SPARQL query."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import open_reading, store_option

if TYPE_CHECKING:
    from kg.graph.queries import CannedQuery

FORMATS = ("table", "csv", "tsv", "json", "xml", "markdown")

format_option = click.option(
    "--format",
    "-f",
    "format_name",
    type=click.Choice(FORMATS),
    help="Default: table on a terminal, else csv. CONSTRUCT and DESCRIBE give Turtle.",
)


endpoint_option = click.option(
    "--endpoint",
    help="Ask the SPARQL endpoint at this address instead of the store; its default graph must hold all graphs.",
)


class QueryGroup(click.Group):
    """A group with a command a canned query, beside `show` and `run`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *(q.name for q in canned_queries())]

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        own = super().get_command(ctx, name)
        if own is not None:
            return own
        from kg.graph.queries import find_query

        return _canned_command(find_query(canned_queries(), name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Questions"):
            formatter.write_dl([(q.name, q.title) for q in canned_queries()])
        with formatter.section("Other commands"):
            formatter.write_dl([(n, c.get_short_help_str(80)) for n, c in sorted(self.commands.items())])


@lru_cache(maxsize=1)
def canned_queries() -> tuple[CannedQuery, ...]:
    """The queries that come with `kg`."""
    from kg.graph.queries import load_queries
    from kg.resources import data_path

    return load_queries(data_path("queries"))


@click.group(cls=QueryGroup, invoke_without_command=True)
@click.option("--execute", "-e", "sparql", help="Run this SPARQL query; the usual prefixes need not be declared.")
@store_option
@endpoint_option
@format_option
@click.pass_context
def query(
    ctx: click.Context, sparql: str | None, store_path: Path, endpoint: str | None, format_name: str | None
) -> None:
    """Ask a canned question, or any SPARQL query.

    Without a question it lists them. What was only planned, hypothetical or denied is left out unless asked for.

    \b
    kg query who-met-whom --country CHN --since 2022-01-01
    kg query -e 'SELECT ?label { ?e a dip:Person ; rdfs:label ?label }'
    """
    if ctx.invoked_subcommand is not None:
        if sparql is not None:
            raise click.UsageError("give either -e or a question, not both", ctx)
        return
    if sparql is not None:
        _run(sparql, store_path, endpoint, format_name)
        return
    width = max(len(q.name) for q in canned_queries())
    for canned in canned_queries():
        click.echo(f"{canned.name:<{width}}  {canned.title}")


@query.command("show")
@click.argument("name")
def show_query(name: str) -> None:
    """Print the SPARQL of a canned question.

    \b
    kg query show who-met-whom
    """
    from kg.graph.queries import find_query

    click.echo(find_query(canned_queries(), name).text.rstrip("\n"))


@query.command("run")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"))
@store_option
@endpoint_option
@format_option
def run_query(file: Any, store_path: Path, endpoint: str | None, format_name: str | None) -> None:
    """Run the SPARQL query in a FILE, or - for standard input.

    \b
    kg query run mine.rq
    """
    try:
        text = file.read()
    except UnicodeDecodeError as error:
        from kg.errors import InputError

        raise InputError(f"{file.name}: not UTF-8 text ({error.reason}); save the query as UTF-8") from error
    _run(text, store_path, endpoint, format_name)


def _canned_command(canned: CannedQuery) -> click.Command:
    """The command of a canned query, an option a parameter."""

    def ask(store_path: Path, endpoint: str | None, format_name: str | None, **values: str | None) -> None:
        from kg.graph.queries import bind

        given = {p.name: value for p in canned.parameters if (value := values[p.variable]) is not None}
        _run(bind(canned, given), store_path, endpoint, format_name)

    options: list[click.Parameter] = []
    for parameter in canned.parameters:
        default = "" if parameter.default is None else f"  [default: {parameter.default}]"
        metavar = parameter.type.upper()
        options.append(
            click.Option([f"--{parameter.name}", parameter.variable], metavar=metavar, help=parameter.help + default)
        )
    command = _QuestionCommand(
        canned.name,
        callback=ask,
        params=options,
        short_help=canned.title,
        help=f"{canned.title}.\n\n{canned.description}",
    )
    return store_option(endpoint_option(format_option(command)))


class _QuestionCommand(click.Command):
    """A canned question; an unknown option lists the right ones."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            names = ", ".join(o for p in self.params for o in p.opts if o.startswith("--"))
            raise click.UsageError(f"no parameter {error.option_name} in {self.name}; it has {names}", ctx) from error


def _given(name: str, value: Any) -> Any:
    """The option's value, else the one given before the question: `kg query --store S who-met-whom`."""
    from click.core import ParameterSource

    ctx = click.get_current_context()
    parent = ctx.parent
    if parent is None or ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE:
        return value
    if parent.get_parameter_source(name) is ParameterSource.COMMANDLINE:
        return parent.params[name]
    return value


def _run(text: str, store_path: Path, endpoint: str | None, format_name: str | None) -> None:
    from kg.graph.queries import with_prefixes
    from kg.graph.results import print_results

    store_path, endpoint = _given("store_path", store_path), _given("endpoint", endpoint)
    format_name = _given("format_name", format_name)
    if endpoint is not None:
        from kg.graph.remote import query_endpoint

        print_results(query_endpoint(endpoint, with_prefixes(text)), format_name)
        return
    with open_reading(store_path) as store:
        print_results(store.query(with_prefixes(text)), format_name)
