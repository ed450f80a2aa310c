"""The push itself: graphs in batches, each counted after it was sent and then noted in the journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from kg.errors import EndpointError
from kg.push.graphs import Graph
from kg.push.journal import Entry, Journal
from kg.push.target import Target
from kg.push.verification import in_forms_of

T = TypeVar("T")
BATCH_GRAPHS = 500
"""Graphs counted by one query."""


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one graph: "sent", "unchanged", "to be sent", or "failed" and then why."""

    graph: str
    quads: int
    outcome: str
    why: str = ""


def push_graphs(
    graphs: Iterable[Graph], target: Target, journal: Journal, *, everything: bool = False, dry_run: bool = False
) -> Iterator[Sent]:
    """Send graphs that the journal does not know to be there, batch by batch, in order.

    A graph is sent again when its digest is not the journal's, or the target counts other quads than it did. With
    `everything` all are sent, with `dry_run` none. A graph that the store refuses is told and left; the others are sent.

    :raises EndpointError: when the store cannot be reached or does not let us in.
    """
    for batch in _prepared(_batches(graphs, target.profile.batch_bytes)):
        yield from _push_batch(batch, target, journal, everything, dry_run)


def _batches(graphs: Iterable[Graph], size: int) -> Iterator[list[Graph]]:
    batch: list[Graph] = []
    length = 0
    for graph in graphs:
        if batch and (length + graph.size > size or len(batch) == BATCH_GRAPHS):
            yield batch
            batch, length = [], 0
        batch.append(graph)
        length += graph.size
    if batch:
        yield batch


def _prepared(batches: Iterator[list[Graph]]) -> Iterator[list[Graph]]:
    """The batches, the next one gathered while one is sent; each is closed after its turn."""
    with ThreadPoolExecutor(1) as reader:
        coming = reader.submit(next, batches, None)
        batch: list[Graph] | None = None
        try:
            while (batch := coming.result()) is not None:
                coming = reader.submit(next, batches, None)
                yield batch
                _close(batch)
        finally:
            _close(batch or ())
            if coming.exception() is None:
                _close(coming.result() or ())


def _close(graphs: Iterable[Graph]) -> None:
    for graph in graphs:
        graph.close()


def _push_batch(
    batch: list[Graph], target: Target, journal: Journal, everything: bool, dry_run: bool
) -> Iterator[Sent]:
    there = target.counts([graph.name for graph in batch])
    waiting = []
    for graph in batch:
        if not everything and journal.get(graph.name) == Entry(graph.digest, there[graph.name]):
            yield Sent(graph.name, graph.quads, "unchanged")
        else:
            waiting.append(graph)
    if dry_run:
        yield from (Sent(g.name, g.quads, "to be sent") for g in waiting)
        return
    if not waiting:
        return
    journal.forget(graph.name for graph in waiting)
    refused = _send(waiting, there, target)
    yield from _checked([g for g in waiting if g.name not in refused], target, journal)
    yield from (Sent(g.name, g.quads, "failed", refused[g.name]) for g in waiting if g.name in refused)


def _send(graphs: list[Graph], there: dict[str, int], target: Target) -> dict[str, str]:
    """Sends graphs, several in a request where the store has a way. Why some were refused."""
    sent: set[str] = set()
    for together, send in _groups(graphs, there, target):
        # Which of them it refuses shows when each goes alone.
        if _refusal(send, together) is None:
            sent |= {g.name for g in together}
    alone = ((g, _refusal(target.replace, g)) for g in graphs if g.name not in sent)
    return {g.name: why for g, why in alone if why is not None}


def _refusal(send: Callable[[T], None], what: T) -> str | None:
    """Why the store refuses what is sent, None when it takes it. :raises EndpointError: when it is not there for us."""
    try:
        send(what)
    except EndpointError as error:
        if not error.is_refusal:
            raise
        return str(error)
    return None


Sender = Callable[[Sequence[Graph]], None]


def _groups(graphs: list[Graph], there: dict[str, int], target: Target) -> Iterator[tuple[list[Graph], Sender]]:
    """The graphs that go together, and how: new ones as a file, or several replaced by an update."""
    whole = [g for g in graphs if g.quads and not g.has_blank_nodes]
    if target.paths.dataset is not None:
        new = [g for g in whole if not there[g.name]]
        if len(new) > 1:
            yield new, target.add_all
    elif target.paths.graphs is None:
        small = (g for g in whole if g.size <= target.profile.update_bytes)
        yield from (
            (group, target.replace_all) for group in _batches(small, target.profile.update_bytes) if len(group) > 1
        )


def _checked(graphs: list[Graph], target: Target, journal: Journal) -> Iterator[Sent]:
    """Counts graphs there, sends once more those of which something is missing, and notes those that are whole."""
    if not graphs:
        return
    counted = target.counts([g.name for g in graphs])
    short = _miscounted(graphs, counted, target)
    if short:
        for graph in short:
            _refusal(target.replace, graph)
        counted |= target.counts([g.name for g in short])
        short = _miscounted(short, counted, target)
    whole = [g for g in graphs if g not in short]
    journal.keep((g.name, Entry(g.digest, counted[g.name])) for g in whole)
    yield from (Sent(g.name, g.quads, "sent") for g in whole)
    for graph in short:
        told = f"{counted[graph.name]:,} of its {graph.quads:,} quads are there"
        yield Sent(graph.name, graph.quads, "failed", told)


def _miscounted(graphs: list[Graph], counted: dict[str, int], target: Target) -> list[Graph]:
    """The graphs of which another number is there; values that the store takes for one count once."""
    different = [g for g in graphs if counted[g.name] != g.quads]
    return [g for g in different if counted[g.name] != sum(1 for _ in in_forms_of(g, target.profile))]
