"""Runs a server until it is told to stop: its port, its store, its engines, its log, in this order and back again."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from types import FrameType

import aiohttp
import uvicorn

from kg.errors import ServeError
from kg.graph.lock import hold
from kg.graph.store import MARKER, Store
from kg.serve.connections import PROXIES, BoundedProtocol
from kg.serve.editions import Editions
from kg.serve.engines import find_engine
from kg.serve.evaluation import Evaluation
from kg.serve.front import Front
from kg.serve.settings import Settings
from kg.serve.snapshots import Snapshot, snapshot_folder
from kg.serve.web import Web

GRACE_SECONDS = 5
"""How long requests may go on after the server was told to stop."""

Ready = Callable[[Settings, Snapshot], None]


def serve(settings: Settings, *, ready: Ready, log: Callable[[str], None], tell: Callable[[str], None]) -> None:
    """Serve a store until SIGTERM or SIGINT.

    `ready` is called when requests are taken, with the port that was found if none was wanted; `log` takes the lines
    of the access log, `tell` what an operator should know.

    :raises StoreError: when the store is missing, foreign, or being written to.
    :raises ServeError: when the port is taken, or no engine starts.
    """
    with ExitStack() as resources:
        find_engine()
        listener = resources.enter_context(_bound(settings.host, settings.port))
        Store.open(settings.store, read_only=True).close()
        if settings.is_writable:
            resources.enter_context(hold(settings.store / MARKER, exclusive=True))
        folder = resources.enter_context(snapshot_folder(settings.store))
        resources.enter_context(_quiet_signals())
        settings = replace(settings, port=listener.getsockname()[1])

        async def run() -> None:
            connector = aiohttp.TCPConnector(limit=0)
            timeout = aiohttp.ClientTimeout(total=None)
            async with aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as session:
                editions = Editions(settings, folder, session, tell)
                async with editions.open():
                    web = Web(settings, editions, Evaluation(settings, editions, session))
                    server = _Server(_config(Front(web, log, tell), settings))
                    server.on_ready = lambda: ready(settings, editions.current.snapshot)
                    await server.serve(sockets=[listener])

        asyncio.run(run())


class _Server(uvicorn.Server):
    """A server that says when it listens."""

    on_ready: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.on_ready()


def _config(front: Front, settings: Settings) -> uvicorn.Config:
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Config(
        front,
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=GRACE_SECONDS,
        # Without a proxy in front, what a client says of its address is no reason to believe it.
        proxy_headers=settings.trusts_proxy,
        forwarded_allow_ips=list(PROXIES),
    )


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket at that address. :raises ServeError: when there can be none."""
    try:
        [(family, kind, protocol, _, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        # Without its protocol given, asyncio leaves Nagle's algorithm on: 40 ms for each small answer.
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            yield listener
    except socket.gaierror as error:
        raise ServeError(f"--host: {host} is no address of this machine: {error.strerror}") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise ServeError(f"port {port} of {host} is taken; choose another --port, or 0 for any") from error
        if error.errno in (errno.EADDRNOTAVAIL, errno.EACCES):
            raise ServeError(f"{host}:{port} cannot be listened at: {error.strerror}") from error
        raise


@contextmanager
def _quiet_signals() -> Iterator[None]:
    """uvicorn raises the signals that ended it again when it has finished; by then they have been obeyed."""

    def obeyed(number: int, frame: FrameType | None) -> None:
        pass

    old = {number: signal.signal(number, obeyed) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)
