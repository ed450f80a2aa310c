"""The command `kg`: a group that loads each command only when it is called, and turns our errors into one line."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from keyword import iskeyword
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
    "import": "Bring graphs back in: files, split exports, another endpoint's.",
    "push": "Send the store, or graph files, to another triple store.",
    "serve": "Serve the store over HTTP: SPARQL, graphs and pages.",
    "validate": "Check a store or RDF files against the shapes.",
    "store": "Look after the store: what it holds, check and repair.",
    "evaluate": "Measure extraction against gold files.",
    "link": "Link stored names anew, explain links, write them as mappings.",
    "gazetteer": "Search and extend what is known of names.",
    "lexicon": "Check, list and explain the event patterns.",
    "completion": "Print the shell completion script.",
}
"""Command name → its one-line help, here so that `kg --help` imports none of them."""


class LazyGroup(click.Group):
    """A group whose commands are the modules of `kg.commands`; one named as a word of Python's has an underscore there."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        word = f"{name}_" if iskeyword(name) else name
        command = getattr(import_module(f"kg.commands.{word}"), word)
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
        code = _run(args)
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        code = _hang_up()
    except OSError as error:
        code = _complain(f"standard output cannot be written: {error.strerror or error}", 1)
        _hang_up()
    sys.exit(code)


def _run(args: list[str] | None) -> int:
    """The exit code of the command, after saying what went wrong."""
    if sys.stdout is None or sys.stdout.closed:
        return _complain("standard output is closed; give a file or a terminal", 1)
    _write_utf8()
    try:
        result: Any = kg.main(args=args, prog_name="kg", standalone_mode=False)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else error.format_message(), err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return _complain("interrupted; what was finished before is kept", 130)
    except click.ClickException as error:
        return _complain(error.format_message(), error.exit_code, getattr(error, "ctx", None))
    except KgError as error:
        return _complain(str(error), error.exit_code)
    except SystemExit:
        # Click's way of saying that the reader of our output has gone, as in `kg query | head`.
        return _hang_up()
    except OSError:
        raise
    except Exception as error:
        return _complain_of(error)


def _write_utf8() -> None:
    """Write UTF-8 wherever the terminal's own encoding is not asked for, and lose no message for its characters."""
    if isinstance(sys.stdout, TextIOWrapper):
        if sys.stdout.isatty():
            sys.stdout.reconfigure(errors="backslashreplace")
        else:
            sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    if isinstance(sys.stderr, TextIOWrapper):
        sys.stderr.reconfigure(errors="backslashreplace")


def _hang_up() -> int:
    """Let the interpreter's last flush go nowhere: there is nobody to write to, and that is no failure of ours."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _complain_of(error: Exception) -> int:
    """The line for an error that is none of ours: a damaged store, or a fault of the program."""
    if os.environ.get("KG_DEBUG"):
        raise error
    if isinstance(error, RuntimeError) and "orruption" in str(error):
        return _complain(f"the store is damaged ({error}); load the articles into a new --store", 1)
    told = f"internal error ({type(error).__name__}: {error}); run again with KG_DEBUG=1 and report what it prints"
    return _complain(told, 1)


def _complain(message: str, code: int, ctx: click.Context | None = None) -> int:
    hint = f" (see: {ctx.command_path} --help)" if ctx is not None and code == 2 else ""
    click.echo("kg: " + " ".join(message.split()) + hint, err=True)
    return code
