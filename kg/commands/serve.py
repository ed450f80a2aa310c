"""`kg serve`."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from ipaddress import ip_address
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.commands.options import counted, store_option
from kg.errors import ServeError, UsageError

if TYPE_CHECKING:
    from kg.serve.settings import Settings
    from kg.serve.snapshots import Snapshot

TOKEN = "KG_SERVE_TOKEN"
SHORTEST_TOKEN = 16
LEAST_MEMORY = 256


@click.command()
@store_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=7411, show_default=True, help="Port; 0 for any free one."
)
@click.option(
    "--time-limit",
    type=click.FloatRange(0, min_open=True),
    default=30,
    show_default=True,
    help="Seconds that a query may take; then it is stopped.",
)
@click.option(
    "--max-rows",
    type=click.IntRange(1),
    default=100_000,
    show_default=True,
    help="Rows or triples that an answer may have.",
)
@click.option(
    "--max-request-bytes",
    type=click.IntRange(1),
    default=1 << 20,
    show_default=True,
    help="Bytes that a request may have.",
)
@click.option(
    "--max-queries",
    type=click.IntRange(1),
    help="Queries evaluated at once, each by a process of its own; default: two more than there are processors.",
)
@click.option(
    "--memory",
    type=click.IntRange(0),
    default=2048,
    show_default=True,
    help="MiB of memory that each query may need, at least 256; 0 for no limit. The server itself is not bound by it.",
)
@click.option(
    "--refresh",
    type=click.FloatRange(0.1),
    default=5,
    show_default=True,
    help="Seconds after which the server looks whether the store has changed.",
)
@click.option(
    "--allow-service",
    "services",
    multiple=True,
    metavar="IRI",
    help="An endpoint that SERVICE may call; may be repeated.",
)
@click.option(
    "--allow-update",
    is_flag=True,
    help=f"Take updates from who has the token in {TOKEN}; no other process can read or write the store meanwhile.",
)
@click.option(
    "--trust-proxy",
    is_flag=True,
    help="Take the addresses of clients from X-Forwarded-For, as a proxy on this machine sets it.",
)
@click.option(
    "--access-log", type=click.Path(path_type=Path, dir_okay=False), help="File to append to; default: standard error."
)
def serve(allow_update: bool, access_log: Path | None, services: tuple[str, ...], **options: Any) -> None:
    """Serve the store over HTTP: SPARQL, graphs and pages.

    SPARQL is at /sparql, whole graphs at /store?graph=IRI, entities, events and articles at their own paths, such as /entity/Q30. What `kg load` adds is served once it has finished. Without --allow-update nothing can be changed.

    \b
    kg serve
    kg serve --port 8080 --time-limit 10 --access-log access.log
    """
    if os.name != "posix":
        raise UsageError("kg serve needs Linux, macOS or another POSIX system")
    from kg.serve.server import serve as serve_store
    from kg.serve.settings import Settings, default_evaluations

    settings = Settings(
        store=options["store_path"],
        host=options["host"],
        port=options["port"],
        time_limit=_finite("--time-limit", options["time_limit"]),
        max_rows=options["max_rows"],
        max_request_bytes=options["max_request_bytes"],
        max_queries=options["max_queries"] or default_evaluations(),
        memory=_enough(options["memory"]),
        refresh=_finite("--refresh", options["refresh"]),
        services=frozenset(_absolute(iri) for iri in services),
        token=_token() if allow_update else None,
        trusts_proxy=options["trust_proxy"],
    )
    with _opened(access_log) as file:

        def log(line: str) -> None:
            file.write(line + "\n")
            file.flush()

        serve_store(settings, ready=_say_ready, log=log, tell=lambda text: click.echo(f"kg: {text}", err=True))


def _say_ready(settings: Settings, snapshot: Snapshot) -> None:
    if not _is_loopback(settings.host):
        told = "others can reach this server, which has neither TLS nor passwords; put a proxy with both before it"
        click.echo(f"kg: warning: {settings.host}: {told}", err=True)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    held = f"{counted(snapshot.counts.articles, 'article')}, {counted(snapshot.counts.quads, 'quad')}"
    click.echo(f"serving {settings.store} at http://{host}:{settings.port}/ ({held})")
    sys.stdout.flush()


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _absolute(iri: str) -> str:
    if not iri.startswith(("http://", "https://")):
        raise UsageError(f"--allow-service: {iri!r} is no http(s) address")
    return iri


def _enough(memory: int) -> int:
    """The memory, if an engine can start in it."""
    if 0 < memory < LEAST_MEMORY:
        raise UsageError(f"--memory: an engine needs {LEAST_MEMORY} MiB to start; give more, or 0 for no limit")
    return memory


def _finite(option: str, seconds: float) -> float:
    """The seconds, if they are a number of them; click takes nan and inf for numbers."""
    if not isfinite(seconds):
        raise UsageError(f"{option}: {seconds} is no number of seconds; give one such as 30")
    return seconds


def _token() -> str:
    token = os.environ.get(TOKEN, "")
    if len(token) < SHORTEST_TOKEN:
        raise UsageError(f"--allow-update: put a token of at least {SHORTEST_TOKEN} characters into {TOKEN}")
    return token


def _opened(path: Path | None) -> Any:
    """The file that the access log goes to."""
    if path is None:
        return nullcontext(_Errors())
    try:
        return path.open("a", encoding="utf-8")
    except OSError as error:
        raise ServeError(f"--access-log: {path} cannot be written: {error.strerror}") from error


class _Errors:
    """Standard error as a file; when nobody reads it any more, what is written is lost."""

    def write(self, text: str) -> None:
        try:
            sys.stderr.write(text)
        except (OSError, ValueError):
            return

    def flush(self) -> None:
        try:
            sys.stderr.flush()
        except (OSError, ValueError):
            return
