"""Counts of quads that pass by: of subjects, objects, classes, properties and graphs, at constant memory.

What was met is kept as digests in a temporary table on disk, so that the number of different terms does not matter.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b

from pyoxigraph import NamedNode, Quad

from kg.graph.vocabulary import ARTICLE_GRAPHS, BASE, DIP, OWL, RDF, WIKIDATA

ENTITY_PATTERN = rf"^{BASE.replace('.', '[.]')}(entity|event|article/[^/#]+/entity)/"
"""What the IRIs of the things that the data set is about match: events, and those who take part in them."""

BATCH = 50_000
"""Digests held in memory before they are written to disk."""

_TYPE, _SAME = RDF("type"), OWL("sameAs")


@dataclass(frozen=True, slots=True)
class Tallied:
    """The counts; `graphs` has the quads of each graph that is no article's, `examples` an article, entity and event."""

    triples: int
    subjects: int
    objects: int
    entities: int
    properties: Mapping[str, int]
    classes: Mapping[str, int]
    graphs: Mapping[str, int]
    articles: int
    article_triples: int
    links: int
    examples: tuple[str, ...]


class Tally:
    """Counts the quads that it is shown. Close it, or the temporary table stays until the process ends."""

    def __init__(self) -> None:
        self._seen = _Seen()
        self._triples = self._links = self._articles = 0
        self._properties: Counter[str] = Counter()
        self._graphs: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._subject: object = None
        self._graph = ""

    def watch(self, quads: Iterable[Quad]) -> Iterator[Quad]:
        """The same quads, counted as they pass. Those of a graph must come together."""
        for quad in quads:
            self._add(quad)
            yield quad

    def _add(self, quad: Quad) -> None:
        subject, predicate, value = quad.subject, quad.predicate, quad.object
        graph = str(quad.graph_name.value) if isinstance(quad.graph_name, NamedNode) else ""
        key = ARTICLE_GRAPHS if graph.startswith(ARTICLE_GRAPHS) else graph
        self._articles += key is ARTICLE_GRAPHS and graph != self._graph
        self._graph = graph
        self._graphs[key] += 1
        self._triples += 1
        self._properties[str(predicate.value)] += 1
        if subject != self._subject:
            self._subject = subject
            self._seen.add("subject", str(subject))
            if isinstance(subject, NamedNode) and re.match(ENTITY_PATTERN, str(subject.value)):
                self._seen.add("entity", str(subject))
        self._seen.add("object", str(value))
        if predicate == _TYPE and isinstance(value, NamedNode):
            self._seen.add(f"class {value.value}", str(subject))
            if value in (DIP("Article"), DIP("Event")):
                self._show(str(value.value), subject)
        elif predicate == _SAME and isinstance(value, NamedNode) and str(value.value).startswith(WIKIDATA.iri):
            self._links += 1
            self._show("sameAs", subject)

    def _show(self, kind: str, subject: object) -> None:
        """The least IRI of a kind is its example, whatever the order."""
        if isinstance(subject, NamedNode):
            iri = str(subject.value)
            self._examples[kind] = min(iri, self._examples.get(kind, iri))

    def result(self) -> Tallied:
        """The counts so far."""
        seen = self._seen.counts()
        return Tallied(
            triples=self._triples,
            subjects=seen.get("subject", 0),
            objects=seen.get("object", 0),
            entities=seen.get("entity", 0),
            properties=dict(sorted(self._properties.items())),
            classes={kind.removeprefix("class "): n for kind, n in sorted(seen.items()) if kind.startswith("class ")},
            graphs={graph: n for graph, n in sorted(self._graphs.items()) if graph and graph != ARTICLE_GRAPHS},
            articles=self._articles,
            article_triples=self._graphs[ARTICLE_GRAPHS],
            links=self._links,
            examples=tuple(sorted(self._examples.values())),
        )

    def close(self) -> None:
        """Let the temporary table go."""
        self._seen.close()


class _Seen:
    """Different texts of each kind, counted: a set that lies on disk."""

    def __init__(self) -> None:
        self._kinds: dict[str, int] = {}
        self._waiting: set[tuple[int, bytes]] = set()
        self._table = sqlite3.connect("")
        self._table.execute("PRAGMA cache_size = -16384")
        self._table.execute("CREATE TABLE seen (kind INTEGER, digest BLOB, PRIMARY KEY (kind, digest)) WITHOUT ROWID")

    def add(self, kind: str, text: str) -> None:
        number = self._kinds.setdefault(kind, len(self._kinds))
        self._waiting.add((number, blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()))
        if len(self._waiting) >= BATCH:
            self._write()

    def _write(self) -> None:
        self._table.executemany("INSERT OR IGNORE INTO seen VALUES (?, ?)", sorted(self._waiting))
        self._waiting.clear()

    def counts(self) -> dict[str, int]:
        """Kind → how many different texts of it there were."""
        self._write()
        found = dict(self._table.execute("SELECT kind, COUNT(*) FROM seen GROUP BY kind"))
        return {kind: found[number] for kind, number in self._kinds.items() if number in found}

    def close(self) -> None:
        self._table.close()
