"""The command `kg`: a group that loads each command only when it is called, and turns our errors into one line."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import Any

import click

from kg.errors import KgError
from kg.version import __version__

COMMANDS: dict[str, str] = {
    "load": "Read articles and put what they tell of into the store.",
    "remove": "Take articles out of the store.",
    "extract": "Print what articles tell of, without storing it.",
    "query": "Ask a canned question, or any SPARQL query.",
    "show": "Give a readable account of an event, entity or article.",
    "export": "Write the store, or one article, as RDF or as a table.",
    "validate": "Check a store or RDF files against the shapes.",
    "store": "Look after the store: what it holds, check and repair.",
    "lexicon": "Check, list and explain the event patterns.",
    "completion": "Print the shell completion script.",
}
"""Command name → its one-line help, here so that `kg --help` imports none of them."""


class LazyGroup(click.Group):
    """A group whose commands are the modules of `kg.commands`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command = getattr(import_module(f"kg.commands.{name}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if name not in COMMANDS and not name.startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(name, COMMANDS, 1)
            hint = f"did you mean '{near[0]}'?" if near else f"the commands are: {', '.join(COMMANDS)}"
            raise click.UsageError(f"there is no command '{name}'; {hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="kg", message="%(prog)s %(version)s")
def kg() -> None:
    """Read diplomatic news and keep a linked event graph of it.

    Start with `kg load ARTICLE` and `kg query`.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 1 something went wrong, 2 the command was misused, 130 interrupted."""
    try:
        result: Any = kg.main(args=args, prog_name="kg", standalone_mode=False)
        sys.stdout.flush()
        code = result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("kg: interrupted; what was finished before is kept", err=True)
        code = 130
    except click.ClickException as error:
        code = _complain(error.format_message(), error.exit_code, getattr(error, "ctx", None))
    except KgError as error:
        code = _complain(str(error), error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone, as in `kg query | head`; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        if os.environ.get("KG_DEBUG"):
            raise
        code = _complain(
            f"internal error ({type(error).__name__}: {error}); run again with KG_DEBUG=1 and report what it prints", 1
        )
    sys.exit(code)


def _complain(message: str, code: int, ctx: click.Context | None = None) -> int:
    hint = f" (see: {ctx.command_path} --help)" if ctx is not None and code == 2 else ""
    click.echo("kg: " + " ".join(message.split()) + hint, err=True)
    return code
