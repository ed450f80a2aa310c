"""Whose query is evaluated next: a bounded number at once, a bounded queue, and no client before all others."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kg.errors import RequestRefused


class Turns:
    """Turns to evaluate; they go round the clients that wait, and the last free one is kept for another client."""

    def __init__(self, at_once: int, waiting: int, patience: float) -> None:
        """`patience` is how many seconds a request waits for its turn at most."""
        self._at_once, self._max_waiting, self._patience = at_once, waiting, patience
        self._most_of_one = max(at_once - 1, 1)
        self._running: Counter[str] = Counter()
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()

    @property
    def running(self) -> int:
        """How many have a turn now."""
        return self._running.total()

    @property
    def waiting(self) -> int:
        """How many wait for one."""
        return sum(len(queue) for queue in self._waiting.values())

    @asynccontextmanager
    async def take(self, client: str) -> AsyncIterator[None]:
        """A turn for that client.

        :raises RequestRefused: with 503 when too many wait already, or the turn does not come in time.
        """
        if self._may_run(client) and client not in self._waiting:
            self._running[client] += 1
        else:
            await self._wait(client)
        try:
            yield
        finally:
            self._end(client)

    def _may_run(self, client: str) -> bool:
        return self.running < self._at_once and self._running[client] < self._most_of_one

    async def _wait(self, client: str) -> None:
        # One client may fill but half of the queue.
        own = self._waiting.get(client, ())
        if self.waiting >= self._max_waiting or len(own) >= max(self._max_waiting // 2, 1):
            raise RequestRefused(503, "too many queries are waiting; try again later", Retry_After="2")
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            async with asyncio.timeout(self._patience):
                await turn
        except BaseException as error:
            self._forget(client, turn)
            if isinstance(error, TimeoutError):
                told = f"the query waited {self._patience:g} s for its turn; try again later"
                raise RequestRefused(503, told, Retry_After="5") from error
            raise

    def _forget(self, client: str, turn: asyncio.Future[None]) -> None:
        queue = self._waiting.get(client)
        if queue is not None and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._waiting[client]
        elif turn.done() and not turn.cancelled():
            # It was given the turn in the moment that it gave up.
            self._end(client)

    def _end(self, client: str) -> None:
        self._running[client] -= 1
        if not self._running[client]:
            del self._running[client]
        self._pass_on()

    def _pass_on(self) -> None:
        """Give free turns to the clients that wait, one after the other."""
        for client in list(self._waiting):
            if self.running >= self._at_once:
                return
            if not self._may_run(client):
                continue
            queue = self._waiting.pop(client)
            while queue and queue[0].done():  # given up, and about to be forgotten
                queue.popleft()
            if queue:
                self._running[client] += 1
                queue.popleft().set_result(None)
            if queue:
                self._waiting[client] = queue
