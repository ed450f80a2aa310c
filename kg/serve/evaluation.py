"""Queries and updates → answers, by engines, in turn."""

from __future__ import annotations

import asyncio
import io

import aiohttp
import pyoxigraph as ox
from pyoxigraph import RdfFormat

from kg.errors import RequestRefused
from kg.graph.rdf import write_quads
from kg.graph.store import UNFLUSHED
from kg.serve.answers import Answer, answer_of
from kg.serve.editions import Editions
from kg.serve.engines import Call, Engine
from kg.serve.media_types import GRAPH_TYPES, GRAPHS, RESULTS, choose, not_acceptable
from kg.serve.operations import Operation, check_operation
from kg.serve.rows import N_TRIPLES
from kg.serve.settings import Settings
from kg.serve.tokens import names_graphs
from kg.serve.turns import Turns

_UPDATES_WAITING = 16
_UNKNOWN = "it may have been applied or not: look before you send it again"


class Evaluation:
    """What evaluates operations: the turns, the current edition, and for updates the store itself."""

    def __init__(self, settings: Settings, editions: Editions, session: aiohttp.ClientSession) -> None:
        self._settings, self._editions, self._session = settings, editions, session
        self.turns = Turns(settings.max_queries, settings.max_waiting, settings.time_limit)
        self._updating = asyncio.Lock()
        self._updates = 0

    async def query(self, operation: Operation, client: str, accept: str | None) -> Answer:
        """The answer to a query in the media type that the client wants most.

        :raises RequestRefused: when the query is wrong, takes too much, or no acceptable format fits its form.
        """
        check_operation(operation, self._settings)
        results, graph = choose(accept, tuple(RESULTS)), choose(accept, tuple(GRAPHS))
        wanted = [RESULTS[results]] if results else []
        wanted += [N_TRIPLES] if graph else []
        if not wanted:
            raise not_acceptable((*RESULTS, *GRAPHS))
        # Asked for beside a FROM clause, the union would win over it.
        is_union = not operation.dataset and not names_graphs(operation.text)
        fields = (*operation.fields, ("union-default-graph", "")) if is_union else operation.fields
        call = Call("/query", fields, ", ".join(wanted))
        async with self.turns.take(client):
            with self._editions.current.in_use() as edition:
                answer = await edition.engines.ask(call)
        _raise_refusal(answer)
        if answer.media_type == N_TRIPLES and graph and GRAPHS[graph] != "ntriples":
            return await asyncio.to_thread(_written_as, answer, GRAPHS[graph])
        return answer

    async def update(self, operation: Operation) -> None:
        """Apply an update to the store, and answer from a new edition afterwards. Updates wait for each other.

        :raises RequestRefused: when the update is wrong, and nothing of it is applied; or when it takes too long or
            ends its engine, and it is applied whole or not at all, which of the two is not known.
        """
        check_operation(operation, self._settings)
        if self._updates >= _UPDATES_WAITING:
            raise RequestRefused(503, "too many updates are waiting; try again later", Retry_After="5")
        self._updates += 1
        try:
            async with self._updating:
                _raise_refusal(await self._apply(operation))
                await self._editions.renew()
        finally:
            self._updates -= 1

    async def _apply(self, operation: Operation) -> Answer:
        store = self._settings.store
        (store / UNFLUSHED).touch()
        engine = await Engine.start(store / "oxigraph", self._settings.memory, mode="serve")
        try:
            url = f"http://127.0.0.1:{engine.port}/update"
            async with asyncio.timeout(self._settings.time_limit):
                async with self._session.post(url, data=operation.fields) as response:
                    answer = answer_of(await response.read(), response.content_type, status=response.status)
            await asyncio.to_thread(engine.end)
            return answer
        except TimeoutError as error:
            told = f"the update took longer than {self._settings.time_limit:g} s and was stopped; {_UNKNOWN}"
            raise RequestRefused(503, told, Retry_After="60") from error
        except aiohttp.ClientError as error:
            raise RequestRefused(503, f"the update ended its engine; {_UNKNOWN}", Retry_After="60") from error
        finally:
            engine.kill()


def _raise_refusal(answer: Answer) -> None:
    if answer.status < 300:
        return
    told = answer.body.whole().decode("utf-8", "replace").strip()
    raise RequestRefused(answer.status if answer.status < 500 else 500, told or f"the engine answered {answer.status}")


def _written_as(answer: Answer, format_name: str) -> Answer:
    """The same triples in another format, with the usual prefixes."""
    output = io.BytesIO()
    write_quads(ox.parse(answer.body.whole(), format=RdfFormat.N_TRIPLES), output, format_name)
    answer.body.close()
    return answer_of(output.getvalue(), GRAPH_TYPES[format_name], rows=answer.rows)
