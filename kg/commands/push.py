"""`kg push`."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import Day, counted, open_reading, store_option
from kg.errors import UsageError

if TYPE_CHECKING:
    from kg.endpoint import Login
    from kg.push.graphs import Graph
    from kg.push.journal import Journal
    from kg.push.profiles import Profile
    from kg.push.target import Target
    from kg.push.verification import Verdict

KINDS = (
    *("auto", "oxigraph", "fuseki", "virtuoso", "graphdb", "rdf4j", "blazegraph", "qlever", "stardog", "kg"),
    "generic",
)
TOLD = 20
"""Graphs named in messages; of more, their number."""


@click.command()
@click.argument("endpoint")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[FILE]...")
@store_option
@click.option("--kind", type=click.Choice(KINDS), default="auto", show_default=True, help="The kind of store it is.")
@click.option(
    "--graph",
    "wanted",
    multiple=True,
    help="Push this graph only: an article's id, a graph's IRI, or events, entities, ontology, corrections; may be repeated.",
)
@click.option("--since", type=Day(), help="Push articles published on this day or later only, YYYY-MM-DD.")
@click.option("--mirror", is_flag=True, help="Remove graphs of ours there that are not here; touches no others.")
@click.option("--verify", is_flag=True, help="Compare counts and digests of every graph on both sides afterwards.")
@click.option("--verify-only", is_flag=True, help="Compare, and send nothing.")
@click.option("--dry-run", is_flag=True, help="Tell what would be sent and removed, and change nothing.")
@click.option("--everything", is_flag=True, help="Send also what the journal knows to be there.")
@click.option("--auth", type=click.Choice(["auto", "basic", "digest", "bearer"]), default="auto", help="How to log in.")
@click.option("--into", metavar="IRI", help="The graph for triples of a FILE that are in none.")
@click.option("--skolemise", is_flag=True, help="Make IRIs of the blank nodes in FILES.")
@click.option("--query-address", help="Where queries go, if not where that kind of store takes them.")
@click.option("--update-address", help="Where updates go.")
@click.option("--graph-store", help="Where the Graph Store Protocol is spoken.")
@click.option(
    "--journal",
    "journal_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File that remembers what arrived; default: in the store's folder, for FILES in the user's state, until all is there.",
)
@click.option(
    "--timeout", type=click.IntRange(1, 86_400), default=300, show_default=True, help="Seconds to wait for an answer."
)
@click.option("--quiet", "-q", is_flag=True, help="No progress bar and no summary.")
def push(
    endpoint: str,
    files: tuple[Path, ...],
    store_path: Path,
    wanted: tuple[str, ...],
    since: date | None,
    mirror: bool,
    quiet: bool,
    **options: Any,
) -> int:
    """Send the store, or graph files, to another triple store.

    ENDPOINT is its address, or that of any of its services.

    Each named graph replaces the one of its name there, is counted, and is noted in a journal: an interrupted push goes
    on where it was, and the next one sends only what changed. User and password, or a token, come from KG_PUSH_USER and
    KG_PUSH_PASSWORD, KG_PUSH_TOKEN, ~/.netrc, or a prompt.

    \b
    kg push http://localhost:7878 --verify
    kg push http://localhost:8890/sparql --kind virtuoso --mirror
    kg push http://localhost:3030/kg news.nq.gz
    """
    _check(files, wanted, since, mirror, options)
    with ExitStack() as resources:
        target = resources.enter_context(_target(endpoint, options))
        source = (
            _source_of_files(files, options)
            if files
            else _source_of_store(store_path, wanted, since, mirror, resources)
        )
        mirrored = source.names if mirror else None
        code = 0
        if not options["verify_only"]:
            journal_path = options["journal_path"] or source.journal_path
            with _journal(journal_path, target, source) as journal:
                code = _push(source.read(), target, journal, mirrored, quiet, options)
                if files and options["journal_path"] is None and code == 0 and not options["dry_run"]:
                    journal.forget_all()
        if (options["verify"] or options["verify_only"]) and not options["dry_run"]:
            code = _verify(source.read(), target, mirrored, quiet) or code
        return code


@dataclass(frozen=True)
class _Source:
    """Where graphs come from: how to read them, as often as needed, their names if it is a store, and its own journal."""

    read: Callable[[], Iterable[Graph]]
    names: list[str] | None
    journal_path: Path
    key: str = ""
    """What tells it from others that share the journal."""


def _source_of_files(files: tuple[Path, ...], options: dict[str, Any]) -> _Source:
    from kg.push.graphs import graphs_of_files
    from kg.push.journal import state_path

    def read() -> Iterator[Graph]:
        return graphs_of_files(files, into=options["into"], skolemise=options["skolemise"])

    return _Source(read, None, state_path(), " ".join(str(file.resolve()) for file in files))


def _source_of_store(
    path: Path, wanted: tuple[str, ...], since: date | None, mirror: bool, resources: ExitStack
) -> _Source:
    from kg.push.journal import FILE_NAME
    from kg.push.selection import choose_graphs, read_graphs

    store = resources.enter_context(open_reading(path))
    names = choose_graphs(store, wanted, since)
    if mirror and not store.article_ids():
        raise UsageError(f"{path} has no articles, so that --mirror would remove all there; check --store")
    return _Source(lambda: read_graphs(store, names), names, path / FILE_NAME)


def _check(
    files: tuple[Path, ...], wanted: tuple[str, ...], since: date | None, mirror: bool, options: dict[str, Any]
) -> None:
    """:raises UsageError: when options exclude each other."""
    from kg.endpoint import check_address

    for name in ("query_address", "update_address", "graph_store"):
        if options[name] is not None:
            check_address(options[name])
    chosen = [name for name, is_given in (("FILE", files), ("--graph", wanted), ("--since", since)) if is_given]
    if len(chosen) > 1:
        raise UsageError(f"give {chosen[0]} or {chosen[1]}, not both")
    if mirror and chosen:
        raise UsageError(f"--mirror makes the graphs there those of the whole store; leave out {chosen[0]}")
    if (options["into"] or options["skolemise"]) and not files:
        raise UsageError("--into and --skolemise are for FILES")
    if options["verify_only"] and (options["dry_run"] or options["everything"]):
        raise UsageError("--verify-only sends nothing; leave out --dry-run and --everything")
    if options["into"]:
        _check_iri(options["into"])


def _check_iri(iri: str) -> None:
    from urllib.parse import urlsplit

    from pyoxigraph import NamedNode

    try:
        NamedNode(iri)
        is_absolute = bool(urlsplit(iri).scheme)
    except ValueError:
        is_absolute = False
    if not is_absolute:
        raise UsageError(f"--into: {iri!r} is no absolute IRI")


def _target(endpoint: str, options: dict[str, Any]) -> Target:
    """The store at the address, its kind found out and its user logged in."""
    from dataclasses import replace

    from kg.endpoint import check_address
    from kg.push.probe import find_kind
    from kg.push.profiles import find_profile
    from kg.push.target import Target

    check_address(endpoint)
    kind = options["kind"] if options["kind"] != "auto" else find_kind(endpoint)
    profile = find_profile(kind)
    login = _login(endpoint, profile, options["auth"])
    paths = profile.addresses(endpoint, has_login=login is not None)
    given = {"query": options["query_address"], "update": options["update_address"], "graphs": options["graph_store"]}
    paths = replace(paths, **{name: address for name, address in given.items() if address})
    return Target(profile, endpoint, login, paths=paths, timeout=options["timeout"])


def _login(endpoint: str, profile: Profile, auth: str) -> Login | None:
    """Who pushes, by what was found; a password that is missing is asked for on a terminal."""
    from urllib.parse import urlsplit

    from kg.endpoint import Login
    from kg.push.credentials import PASSWORD, Credentials, find_credentials
    from kg.push.probe import find_scheme

    found = find_credentials(endpoint)
    if found is None and auth != "auto":
        user = click.prompt("User", err=True) if auth != "bearer" and sys.stdin.isatty() else ""
        found = Credentials(user) if user else None
        if found is None:
            raise UsageError("set KG_PUSH_USER and KG_PUSH_PASSWORD, or KG_PUSH_TOKEN, to log in")
    if found is None:
        return None
    host = urlsplit(endpoint).hostname or ""
    if urlsplit(endpoint).scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        click.echo(f"kg: the login goes to {host} unencrypted; use https where you can", err=True)
    if (found.token is None) == (auth == "bearer") and auth != "auto":
        raise UsageError(
            f"--auth {auth} needs {'KG_PUSH_TOKEN' if auth == 'bearer' else 'a user, and KG_PUSH_TOKEN unset'}"
        )
    if found.token is not None:
        return Login("bearer", "", found.token)
    password = found.password
    if password is None:
        if not sys.stdin.isatty():
            raise UsageError(f"{PASSWORD} is not set, and there is no terminal to ask for the password of {found.user}")
        password = click.prompt(f"Password of {found.user}", hide_input=True, err=True, default="", show_default=False)
    scheme, realm = find_scheme(profile.name, profile.addresses(endpoint, has_login=True))
    return Login(scheme if auth == "auto" else auth, found.user, password, realm)  # type: ignore[arg-type]


def _journal(path: Path, target: Target, source: _Source) -> Journal:
    from kg.push.journal import Journal

    return Journal(path, f"{target.profile.name} {target.base} {source.key}".rstrip())


def _push(
    graphs: Iterable[Graph],
    target: Target,
    journal: Journal,
    mirrored: list[str] | None,
    quiet: bool,
    options: dict[str, Any],
) -> int:
    """Sends, removes what a mirror must not have, and tells of it; 1 when a graph failed."""
    from kg.push.selection import graphs_to_remove
    from kg.push.transfer import push_graphs

    began = time.perf_counter()
    is_dry: bool = options["dry_run"]
    numbers: dict[str, int] = {}
    quads = 0
    sent = push_graphs(graphs, target, journal, everything=options["everything"], dry_run=is_dry)
    for one in _shown(sent, "pushing", quiet):
        numbers[one.outcome] = numbers.get(one.outcome, 0) + 1
        quads += one.quads
        if one.outcome == "failed" and numbers["failed"] <= TOLD:
            click.echo(f"kg: {one.graph}: {one.why}", err=True)
    removed = 0
    for name in graphs_to_remove(target, mirrored) if mirrored is not None else ():
        removed += 1
        if not is_dry:
            target.drop(name)
            journal.forget([name])
        elif removed <= TOLD:
            click.echo(f"would be removed: {name}")
    if not quiet:
        told = ", ".join(f"{number:,} {outcome}" for outcome, number in sorted(numbers.items()))
        gone = f", {removed:,} {'would be removed' if is_dry else 'removed'} there" if mirrored is not None else ""
        total = counted(sum(numbers.values()), "graph")
        seconds = time.perf_counter() - began
        click.echo(
            f"{target.base} ({target.profile.name}): {total}, {counted(quads, 'quad')}: {told}{gone} in {seconds:.1f} s"
        )
    return 1 if numbers.get("failed") else 0


def _verify(graphs: Iterable[Graph], target: Target, mirrored: list[str] | None, quiet: bool) -> int:
    """Compares both sides and tells what differs; 1 when something does."""
    from kg.push.selection import graphs_to_remove
    from kg.push.verification import verify_graphs

    total = quads = different = 0
    for verdict in _shown(verify_graphs(graphs, target), "verifying", quiet):
        total += 1
        quads += verdict.here
        if not verdict.is_equal:
            different += 1
            if different <= TOLD:
                _tell_difference(verdict)
    for name in graphs_to_remove(target, mirrored) if mirrored is not None else ():
        different += 1
        click.echo(f"{name}: only there")
    if different:
        click.echo(f"{counted(different, 'graph')} of {total:,} differ")
    elif not quiet:
        click.echo(
            f"{counted(total, 'graph')}, {counted(quads, 'quad')} verified: counts and digests are equal on both sides"
        )
    return 1 if different else 0


def _tell_difference(verdict: Verdict) -> None:
    click.echo(f"{verdict.graph}: {verdict.here:,} quads here, {verdict.there:,} there")
    if verdict.note:
        click.echo(f"  {verdict.note}")
    for what, lines in (("missing there", verdict.missing), ("only there", verdict.foreign)):
        for line in lines:
            click.echo(f"  {what}: {line[:300]}")


def _shown(steps: Iterable[Any], what: str, quiet: bool) -> Iterator[Any]:
    """The steps, with their number in a line on a terminal's standard error."""
    if quiet or not sys.stderr.isatty():
        yield from steps
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        for step in steps:
            progress.update(task, advance=1)
            yield step
