"""Editions of the store: a snapshot with its engines. The newest one answers; older ones finish what they began.

What a reader sees is therefore one state of the store, however long a loader works beside it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import aiohttp
import pyoxigraph as ox

from kg.errors import KgError, StoreLocked
from kg.serve.engines import EnginePool
from kg.serve.settings import Settings
from kg.serve.snapshots import Snapshot, open_snapshot, store_files, take_own_snapshot, take_snapshot

_OPENING_PATIENCE = 10.0


class Edition:
    """A snapshot, the engines that answer queries from it, and a handle to read it in this process."""

    def __init__(self, snapshot: Snapshot, engines: EnginePool) -> None:
        self.snapshot, self.engines = snapshot, engines
        self._handle: ox.Store | None = open_snapshot(snapshot.path)
        self._users = 0
        self._is_retired = False

    @property
    def handle(self) -> ox.Store:
        """The snapshot, to be read within `in_use`."""
        assert self._handle is not None, "an edition is used after its end"
        return self._handle

    @contextmanager
    def in_use(self) -> Iterator[Edition]:
        """Keeps the edition while the block lasts."""
        self._users += 1
        try:
            yield self
        finally:
            self._users -= 1
            self._end_if_unused()

    def retire(self) -> None:
        """End the edition as soon as nobody uses it."""
        self._is_retired = True
        self._end_if_unused()

    def _end_if_unused(self) -> None:
        if self._is_retired and not self._users and self._handle is not None:
            self._handle = None
            self.engines.close()
            self.snapshot.remove()


class Editions:
    """The current edition, and what makes new ones."""

    def __init__(
        self, settings: Settings, folder: Path, session: aiohttp.ClientSession, tell: Callable[[str], None]
    ) -> None:
        self._settings, self._folder, self._session, self._tell = settings, folder, session, tell
        self._current: Edition | None = None

    @property
    def current(self) -> Edition:
        """The newest edition."""
        assert self._current is not None, "no edition is open"
        return self._current

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Makes the first edition, and new ones when the store has changed, while the block lasts.

        :raises StoreLocked: when somebody goes on writing to the store.
        """
        await self._open_first()
        watching = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching
            if self._current is not None:
                self._current.retire()

    async def _open_first(self) -> None:
        deadline = asyncio.get_running_loop().time() + _OPENING_PATIENCE
        while True:
            try:
                await self.renew()
                return
            except StoreLocked:
                if self._settings.is_writable or asyncio.get_running_loop().time() > deadline:
                    raise
            await asyncio.sleep(0.1)

    async def renew(self) -> None:
        """Take a snapshot and let it answer from now on.

        :raises StoreLocked: when somebody writes to the store.
        """
        take = take_own_snapshot if self._settings.is_writable else take_snapshot
        snapshot = await asyncio.to_thread(take, self._settings.store, self._folder)
        engines = EnginePool(snapshot.path / "oxigraph", self._settings, self._session)
        try:
            await engines.warm()
            new = Edition(snapshot, engines)
        except BaseException:
            engines.close()
            snapshot.remove()
            raise
        old, self._current = self._current, new
        if old is not None:
            old.retire()

    async def _watch(self) -> None:
        """Make a new edition whenever the store has changed and nobody writes to it; the old one stays until then."""
        while not self._settings.is_writable:
            await asyncio.sleep(self._settings.refresh)
            try:
                if await asyncio.to_thread(store_files, self._settings.store) != self.current.snapshot.files:
                    await self.renew()
                    self._tell(f"new snapshot, {self.current.snapshot.counts.articles} articles")
            except StoreLocked:
                continue
            except (KgError, OSError) as error:
                self._tell(f"no new snapshot, the old one stays: {' '.join(str(error).split())}")
