"""Turns to evaluate: bounded, fair, and never lost."""

from __future__ import annotations

import asyncio

import pytest

from kg.errors import RequestRefused
from kg.serve.turns import Turns


async def _run(turns: Turns, client: str, told: list[str], end: asyncio.Event) -> None:
    async with turns.take(client):
        told.append(client)
        await end.wait()


async def _settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_one_client_never_has_all_turns() -> None:
    """Of four turns one client has three at most; the fourth is another's, at once."""

    async def scene() -> None:
        turns, told, end = Turns(4, 100, 60), list[str](), asyncio.Event()
        tasks = [asyncio.create_task(_run(turns, "a", told, end)) for _ in range(10)]
        await _settle()
        assert told == ["a"] * 3 and turns.waiting == 7
        tasks.append(asyncio.create_task(_run(turns, "b", told, end)))
        await _settle()
        assert told == ["a"] * 3 + ["b"]
        end.set()
        await asyncio.gather(*tasks)
        assert (turns.running, turns.waiting) == (0, 0)

    asyncio.run(scene())


def test_turns_go_round_the_clients() -> None:
    """Who came with many requests waits behind each other client's first one."""

    async def scene() -> None:
        turns, told = Turns(1, 100, 60), list[str]()
        ends = [asyncio.Event() for _ in range(6)]
        tasks = []
        for client, end in zip("aaaabc", ends, strict=True):
            tasks.append(asyncio.create_task(_run(turns, client, told, end)))
            await _settle()
        for end in ends:
            end.set()
        await asyncio.gather(*tasks)
        assert told == ["a", "a", "b", "c", "a", "a"]

    asyncio.run(scene())


def test_a_turn_is_not_lost_with_who_gave_up() -> None:
    """When the first in a queue gives up in the moment that a turn is free, the next one gets it."""

    async def scene() -> None:
        turns, told, end = Turns(1, 100, 60), list[str](), asyncio.Event()
        first = asyncio.create_task(_run(turns, "a", told, end))
        await _settle()
        waiting = [asyncio.create_task(_run(turns, "b", told, end)) for _ in range(3)]
        await _settle()
        waiting[0].cancel()
        first.cancel()
        await _settle()
        assert told == ["a", "b"]
        waiting[1].cancel()
        await _settle()
        assert told == ["a", "b", "b"] and turns.running == 1
        waiting[2].cancel()
        await asyncio.gather(*waiting, first, return_exceptions=True)
        assert (turns.running, turns.waiting) == (0, 0)

    asyncio.run(scene())


def test_the_queue_is_bounded() -> None:
    """Who comes to a full queue, or waits too long, is refused with 503 and told when to come again."""

    async def scene() -> None:
        turns, told, end = Turns(1, 4, 0.01), list[str](), asyncio.Event()
        holder = asyncio.create_task(_run(turns, "a", told, end))
        await _settle()
        waiting = [asyncio.create_task(_run(turns, "b", told, end)) for _ in range(3)]
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert [r.status for r in results if isinstance(r, RequestRefused)] == [503] * 3
        assert sorted(str(r)[:8] for r in results) == ["the quer", "the quer", "too many"]
        assert turns.waiting == 0
        end.set()
        await holder

    asyncio.run(scene())


@pytest.mark.parametrize("at_once", [1, 2])
def test_few_turns(at_once: int) -> None:
    """With one turn a client may have it; with two, one is kept for others."""

    async def scene() -> None:
        turns, told, end = Turns(at_once, 10, 60), list[str](), asyncio.Event()
        tasks = [asyncio.create_task(_run(turns, "a", told, end)) for _ in range(3)]
        await _settle()
        assert told == ["a"]
        end.set()
        await asyncio.gather(*tasks)

    asyncio.run(scene())
