"""The embedded store: an Oxigraph database in a folder, one named graph an article, two derived graphs kept in step.

Article and derived graphs change in one transaction. A lock file tells readers and writers apart, since Oxigraph's own
read-only opening beside a writer is undefined.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import InputError, StoreError
from kg.graph.corrections import correction_iri, correction_quads, read_corrections
from kg.graph.derived import Chain, Claim, Look, chains_of, derive_entity, derive_events, read_claim, summed_claim
from kg.graph.lock import hold
from kg.graph.mapper import flag_literal, map_record
from kg.graph.ontology import ontology_quads
from kg.graph.views import GraphView, StoredView, stored_chain
from kg.graph.vocabulary import (
    DIP,
    ENTITIES_GRAPH,
    ENTITY_CLASS,
    EVENTS_GRAPH,
    ONTOLOGY_GRAPH,
    RDF,
    RDFS,
    article_graph,
    article_id_of,
    article_iri,
)
from kg.model import Correction, Record

MARKER = "kg-store.json"
UNFLUSHED = "unflushed"
"""Stands in the folder while a writer has it open: found later, the writer died and Oxigraph's log holds what it wrote."""

LOCK_PATIENCE = 1.0
"""Seconds that a writer waits for the store: `kg serve` reads it for a moment to take a snapshot."""

LAYOUT = 1
"""Version of the graph layout that a store was made with."""

MAX_NESTING = 200
"""Deeper queries are refused: Oxigraph's parser is recursive, and a process that it crashes says nothing."""

FLUSH_EVERY = 100_000
"""Quads written between flushes: Oxigraph keeps what was not flushed in memory, about a kilobyte a quad."""

BATCH = 100_000
"""Quads that the bulk loader is given at once."""

_TYPE = RDF("type")
Results = ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading one record did: "new", "changed" or "unchanged", and the quads of its article graph."""

    outcome: str
    quads: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a store holds."""

    articles: int
    entities: int
    linked: int
    events: int
    possible_events: int
    quads: int


class Store:
    """A store that is open; close it, or use it in a `with` block."""

    def __init__(self, inner: ox.Store, look: Look, *, read_only: bool, resources: ExitStack) -> None:
        self.inner, self.look, self.read_only, self._resources = inner, look, read_only, resources
        self._chains = _ChainMemory()
        self._unflushed = 0
        self._folder: Path | None = None

    @classmethod
    def open(cls, path: Path, look: Look = lambda qid: None, *, read_only: bool = False, create: bool = True) -> Self:
        """The store in that folder, made if it is not there, unless `read_only` or not to be created.

        `look` is what the gazetteer knows of a QID: names, types and coordinates of the derived entities.

        :raises StoreLocked: when another process writes to it (or, to write, reads from it).
        :raises StoreError: when the folder is missing, foreign or cannot be read or written.
        """
        with ExitStack() as resources:
            _prepare(path, create and not read_only)
            patience = 0.0 if read_only else LOCK_PATIENCE
            resources.enter_context(hold(path / MARKER, exclusive=not read_only, patience=patience))
            try:
                inner = ox.Store.read_only(str(path / "oxigraph")) if read_only else open_to_write(path)
            except (OSError, ValueError, RuntimeError) as error:
                raise StoreError(f"{path}: the store cannot be opened: {_one_line(error)}") from error
            opened = cls(inner, look, read_only=read_only, resources=resources.pop_all())
            opened._folder = path
            return opened

    @classmethod
    def in_memory(cls, look: Look = lambda qid: None) -> Self:
        """A store that lives as long as the process."""
        return cls(ox.Store(), look, read_only=False, resources=ExitStack())

    def close(self) -> None:
        """Write everything to disk and let other processes in."""
        inner = self.__dict__.pop("inner", None)
        if inner is not None and not self.read_only:
            inner.flush()
            if self._folder is not None:
                (self._folder / UNFLUSHED).unlink(missing_ok=True)
        del inner
        self._resources.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def load(self, record: Record, *, with_text: bool = True) -> Loaded:
        """Put the record's article graph in place of the one of the same article, and bring the derived graphs in step.

        All in one transaction. A graph that is already there, quad for quad, is left alone.
        """
        graph = article_graph(record.article.id)
        return self.replace_graph(graph, map_record(record, with_text=with_text))

    def fill(self, quads: Iterable[Quad]) -> None:
        """Put article graphs, and what derives from them, into a store without articles: faster than one by one.

        Not one transaction. What fails or is interrupted is taken out again; after a crash `check` tells what is amiss.

        :raises StoreError: when the store has articles, or cannot be written.
        """
        if self.article_ids():
            raise StoreError("the store has articles; only an empty one can be filled")
        try:
            add_in_batches(self.inner, quads)
        except BaseException as error:
            for graph in (*map(article_graph, self.article_ids()), EVENTS_GRAPH, ENTITIES_GRAPH):
                self.inner.remove_graph(graph)
            if isinstance(error, (OSError, ValueError)):
                raise StoreError(f"the store cannot be written: {_one_line(error)}") from error
            raise

    def remove(self, article_id: str) -> bool:
        """Take an article out, with whatever it alone told of; False when it is not there."""
        return self.replace_graph(article_graph(article_id), set()).outcome == "changed"

    def replace_graph(self, graph: NamedNode, new: set[Quad]) -> Loaded:
        """Replace one article graph whole and the derived quads that depend on it; one transaction."""
        old = set(self.inner.quads_for_pattern(None, None, None, graph))
        if old == new:
            return Loaded("unchanged", len(new))
        removed, added = self._derived_changes(graph, old, new)
        try:
            self._commit((old - new) | removed, (new - old) | added, emptied=None if new else graph)
        except StoreError:
            self._chains.forget(graph)
            raise
        return Loaded("changed" if old else "new", len(new))

    def _commit(self, removed: set[Quad], added: set[Quad], *, emptied: NamedNode | None = None) -> None:
        """One transaction. A graph that is emptied must be dropped, or its name would stay."""
        try:
            if not removed:
                self.inner.extend(added)
            else:
                drop = f"DROP SILENT GRAPH {emptied}" if emptied is not None else ""
                parts = (_data("DELETE", removed), _data("INSERT", added), drop)
                self.inner.update("; ".join(part for part in parts if part))
            self._unflushed += len(removed) + len(added)
            if self._unflushed > FLUSH_EVERY:
                self.inner.flush()
                self._unflushed = 0
        except (OSError, SyntaxError, ValueError) as error:
            raise StoreError(f"the store cannot be written: {_one_line(error)}") from error

    def _derived_changes(self, graph: NamedNode, old: set[Quad], new: set[Quad]) -> tuple[set[Quad], set[Quad]]:
        before, after = GraphView(old), GraphView(new)
        removed_events, added_events = self._event_changes(graph, before, after)
        removed_entities, added_entities = self._entity_changes(graph, before, after)
        removed, added = removed_events | removed_entities, added_events | added_entities
        return removed - added, added - removed

    def _event_changes(self, graph: NamedNode, before: GraphView, after: GraphView) -> tuple[set[Quad], set[Quad]]:
        self._chains.forget(graph)
        own = chains_of(after.reports(), after.claims())
        others = [
            self._chain(first, home) for first, home in self._matching(before.match_keys() | after.match_keys(), graph)
        ]
        told = {report.iri for report in before.reports()} | {r.iri for chain in others for r in chain.reports}
        owners = {
            quad.subject
            for report in told
            for quad in self.inner.quads_for_pattern(None, DIP("report"), report, EVENTS_GRAPH)
        }
        removed = {q for owner in owners for q in self.inner.quads_for_pattern(owner, None, None, EVENTS_GRAPH)}
        added = derive_events([*own, *others], self.look)
        for chain in own:
            self._chains.keep(graph, chain)
        return removed, added

    def _chain(self, first: NamedNode, home: NamedNode) -> Chain:
        """The chain of a first report elsewhere, remembered so that a run of loads reads each but once."""
        known = self._chains.get(first)
        if known is not None:
            return known
        chain = stored_chain(self.inner, first, home)
        self._chains.keep(home, chain)
        return chain

    def _matching(self, keys: set[str], graph: NamedNode) -> list[tuple[NamedNode, NamedNode]]:
        """The first reports elsewhere that may tell of the same happenings, with their graphs."""
        found = {
            (quad.subject, quad.graph_name)
            for key in keys
            for quad in self.inner.quads_for_pattern(None, DIP("matchKey"), Literal(key), None)
            if isinstance(quad.subject, NamedNode)
            and isinstance(quad.graph_name, NamedNode)
            and quad.graph_name != graph
        }
        return sorted(found, key=lambda pair: str(pair[0].value))

    def _entity_changes(self, graph: NamedNode, before: GraphView, after: GraphView) -> tuple[set[Quad], set[Quad]]:
        removed: set[Quad] = set()
        added: set[Quad] = set()
        old, new = before.claims(), after.claims()
        for entity in {**old, **new}:
            if old.get(entity) == new.get(entity):
                continue
            present = set(self.inner.quads_for_pattern(entity, None, None, ENTITIES_GRAPH))
            told = [new[entity]] if entity in new else []
            # What is there already is the sum of what the others say, unless this article's old say is in it.
            others = self._claims_elsewhere(entity, graph) if entity in old else summed_claim(entity, present)
            derived = derive_entity([*others, *told], self.look)
            removed |= present - derived
            added |= derived - present
        return removed, added

    def _claims_elsewhere(self, entity: NamedNode, graph: NamedNode) -> list[Claim]:
        """What each other article says of the entity."""
        claims: list[Claim] = []
        for quad in self.inner.quads_for_pattern(None, DIP("entity"), entity, None):
            home = quad.graph_name
            if (
                isinstance(home, NamedNode)
                and home != graph
                and article_id_of(home) is not None
                and isinstance(quad.subject, NamedNode)
            ):
                claims.append(read_claim(quad.subject, StoredView(self.inner, home).describe))
        return claims

    def quads_of(self, article_id: str) -> set[Quad]:
        """The article's graph; empty when it is not there."""
        return set(self.inner.quads_for_pattern(None, None, None, article_graph(article_id)))

    def gazetteer_version(self, article_id: str) -> str | None:
        """The version of the gazetteer that the article's links are by."""
        extraction = NamedNode(f"{article_iri(article_id).value}/extraction")
        found = StoredView(self.inner, article_graph(article_id)).describe(extraction)
        return next((str(t.value) for t in found.get(str(DIP("gazetteerVersion").value), ())), None)

    def unlinked_names(self) -> Iterator[tuple[str, str]]:
        """The names that are not linked, with the type of what they name, in no order."""
        types = {iri: kind for kind, iri in ENTITY_CLASS.items()}
        view = StoredView(self.inner, ENTITIES_GRAPH)
        for quad in self.inner.quads_for_pattern(None, DIP("isNamed"), flag_literal(True), ENTITIES_GRAPH):
            if isinstance(quad.subject, NamedNode):
                told = view.describe(quad.subject)
                if str(DIP("wikidataId").value) not in told:
                    kind = next(
                        (types[t] for t in told[str(_TYPE.value)] if isinstance(t, NamedNode) and t in types), ""
                    )
                    yield str(told[str(RDFS("label").value)][0].value), kind

    def corrections(self) -> tuple[Correction, ...]:
        """What users decided about links, the broadest first."""
        return read_corrections(self.inner)

    def correct(self, new: Iterable[Correction], *, forget: bool = False) -> int:
        """Keep corrections, in place of older ones that speak of the same, or of all; how many there are then."""
        old = self.corrections()
        kept = () if forget else old
        before = {q for c in old for q in correction_quads(c)}
        after = {q for c in {correction_iri(c): c for c in (*kept, *new)}.values() for q in correction_quads(c)}
        if before != after:
            self._commit(before - after, after - before)
        return len({q.subject for q in after})

    def ensure_ontology(self) -> None:
        """Put this version's ontology and alignments into the ontology graph, unless they are there."""
        wanted = ontology_quads()
        present = set(self.inner.quads_for_pattern(None, None, None, ONTOLOGY_GRAPH))
        if present != wanted and not self.read_only:
            self._commit(present - wanted, wanted - present)

    def query(self, text: str) -> Results:
        """The results of a SPARQL query over the union of all graphs.

        :raises InputError: when it is no SPARQL query, or its evaluation fails (an unreachable SERVICE).
        """
        if nesting_of(text) > MAX_NESTING:
            raise InputError(f"the query is nested more than {MAX_NESTING} deep; simplify it")
        try:
            return self.inner.query(text, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise InputError(f"not a SPARQL query: {_one_line(error)}") from error
        except (OSError, ValueError, RuntimeError) as error:
            raise InputError(f"the query failed: {_one_line(error)}") from error

    def article_ids(self) -> list[str]:
        """The ids of all articles, sorted."""
        return sorted(
            i for g in self.inner.named_graphs() if isinstance(g, NamedNode) and (i := article_id_of(g)) is not None
        )

    def counts(self) -> Counts:
        """How much the store holds, in one pass over its index."""

        def number(subject_type: str, graph: NamedNode) -> int:
            return sum(1 for _ in self.inner.quads_for_pattern(None, _TYPE, DIP(subject_type), graph))

        return Counts(
            articles=len(self.article_ids()),
            entities=sum(1 for _ in self.inner.quads_for_pattern(None, DIP("isNamed"), None, ENTITIES_GRAPH)),
            linked=sum(1 for _ in self.inner.quads_for_pattern(None, DIP("wikidataId"), None, ENTITIES_GRAPH)),
            events=number("Event", EVENTS_GRAPH),
            possible_events=number("PossibleEvent", EVENTS_GRAPH),
            quads=len(self.inner),
        )

    def derived_now(self) -> tuple[set[Quad], set[Quad]]:
        """The derived graphs as the article graphs make them: events, entities. For checking and repairing."""
        views = [
            GraphView(self.inner.quads_for_pattern(None, None, None, article_graph(i))) for i in self.article_ids()
        ]
        by_entity: dict[NamedNode, list[Claim]] = {}
        for view in views:
            for entity, claim in view.claims().items():
                by_entity.setdefault(entity, []).append(claim)
        events = derive_events((c for view in views for c in chains_of(view.reports(), view.claims())), self.look)
        entities = {quad for group in by_entity.values() for quad in derive_entity(group, self.look)}
        return events, entities

    def check(self, *, repair: bool = False) -> tuple[int, int]:
        """How many derived quads are missing and how many are too many; `repair` puts them right in one transaction."""
        events, entities = self.derived_now()
        wanted = events | entities
        present = {q for g in (EVENTS_GRAPH, ENTITIES_GRAPH) for q in self.inner.quads_for_pattern(None, None, None, g)}
        missing, extra = wanted - present, present - wanted
        if repair and (missing or extra):
            self._commit(extra, missing)
        return len(missing), len(extra)


def add_in_batches(inner: ox.Store, quads: Iterable[Quad]) -> None:
    """Add any number of quads by Oxigraph's bulk loader, whose memory grows up to a million quads at a time otherwise."""
    waiting = iter(quads)
    while batch := list(islice(waiting, BATCH)):
        inner.bulk_extend(batch)


class _ChainMemory:
    """The chains read or written lately, by their first report; those of a graph are forgotten when it changes."""

    LIMIT = 20_000

    def __init__(self) -> None:
        self._chains: dict[NamedNode, Chain] = {}
        self._of_graph: dict[NamedNode, list[NamedNode]] = {}

    def get(self, first: NamedNode) -> Chain | None:
        return self._chains.get(first)

    def keep(self, graph: NamedNode, chain: Chain) -> None:
        if len(self._chains) >= self.LIMIT:
            self._chains.clear()
            self._of_graph.clear()
        if chain.reports[0].match_key is not None:
            self._chains[chain.iri] = chain
            self._of_graph.setdefault(graph, []).append(chain.iri)

    def forget(self, graph: NamedNode) -> None:
        for first in self._of_graph.pop(graph, ()):
            self._chains.pop(first, None)


def open_to_write(path: Path) -> ox.Store:
    """The Oxigraph database of a store folder whose lock is held, marked as being written to."""
    (path / UNFLUSHED).touch()
    return ox.Store(str(path / "oxigraph"))


def nesting_of(query: str) -> int:
    """How deep the brackets of a query are nested, those inside its literals included.

    >>> nesting_of("ASK { { ?s ?p (1) } }")
    3
    """
    depth = deepest = 0
    for character in query:
        if character in "{([":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "})]":
            depth -= 1
    return deepest


def _data(verb: str, quads: set[Quad]) -> str:
    """An update request's part for quads of several graphs."""
    by_graph: dict[str, list[str]] = {}
    for quad in quads:
        by_graph.setdefault(str(quad.graph_name), []).append(f"{quad.subject} {quad.predicate} {quad.object}")
    if not by_graph:
        return ""
    return f"{verb} DATA {{ " + " ".join(f"GRAPH {g} {{ {' . '.join(lines)} }}" for g, lines in by_graph.items()) + " }"


def _prepare(path: Path, create: bool) -> None:
    marker = path / MARKER
    try:
        if marker.is_file():
            _check_layout(marker)
            return
        if path.exists() and not path.is_dir():
            raise StoreError(f"{path} is a file, not a store folder; choose another --store")
        if path.is_dir() and any(path.iterdir()):
            raise StoreError(f"{path} is not a kg store (it has no {MARKER}); choose another --store")
        if not create:
            raise StoreError(f"{path}: there is no store yet; load an article first: kg load ARTICLE --store {path}")
        path.mkdir(parents=True, exist_ok=True)
        fresh = marker.with_suffix(".new")
        fresh.write_text(json.dumps({"kg-store": LAYOUT}) + "\n", encoding="utf-8")
        os.replace(fresh, marker)
    except OSError as error:
        raise StoreError(
            f"{path}: the store folder cannot be used: {error.strerror or error}; choose another --store"
        ) from error


def _check_layout(marker: Path) -> None:
    try:
        layout = json.loads(marker.read_text(encoding="utf-8"))["kg-store"]
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{marker}: not the marker of a kg store; choose another --store") from error
    if layout != LAYOUT:
        raise StoreError(
            f"{marker.parent}: made with graph layout {layout}, this kg reads {LAYOUT}; load the articles into a new --store"
        )


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())[:300]
