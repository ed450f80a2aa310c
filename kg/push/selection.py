"""Which graphs of a store are pushed, and which of the target's are to go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from pyoxigraph import Literal, NamedNode

from kg.errors import InputError
from kg.graph.store import Store
from kg.graph.vocabulary import BASE, DCTERMS, article_graph, article_id_of, article_iri
from kg.push.graphs import Graph, stored_graph
from kg.push.target import Target

OWN_GRAPHS = f"{BASE}graph/"
"""What the names of all our graphs begin with."""
NAMED = ("events", "entities", "ontology", "corrections")
"""The graphs that are not an article's."""


def choose_graphs(store: Store, wanted: Sequence[str] = (), since: date | None = None) -> list[str]:
    """The names of the graphs to push, sorted: all, or those wanted, or those of articles published since a day.

    A graph is wanted by its IRI, as one of NAMED, or by its article's id. The graphs that are not an article's go along
    with `since`.

    :raises InputError: when a wanted graph is not in the store.
    """
    present = {str(g.value) for g in store.inner.named_graphs() if isinstance(g, NamedNode)}
    if wanted:
        return sorted({_present(name, present) for name in wanted})
    if since is None:
        return sorted(present)
    return sorted(name for name in present if _is_since(store, name, since))


def _present(wanted: str, present: set[str]) -> str:
    candidates = [f"{OWN_GRAPHS}{wanted}"] if wanted in NAMED else []
    found = next((n for n in (*candidates, wanted, str(article_graph(wanted).value)) if n in present), None)
    if found is None:
        raise InputError(
            f"the store has no graph {wanted}; give {', '.join(NAMED)} or an article that `kg store articles` lists"
        )
    return found


def _is_since(store: Store, name: str, day: date) -> bool:
    article_id = article_id_of(NamedNode(name))
    if article_id is None:
        return True
    issued = store.inner.quads_for_pattern(article_iri(article_id), DCTERMS("issued"), None, NamedNode(name))
    return any(isinstance(q.object, Literal) and str(q.object.value)[:10] >= day.isoformat() for q in issued)


def read_graphs(store: Store, names: Iterable[str]) -> Iterator[Graph]:
    """The graphs of these names, one at a time."""
    return (stored_graph(store.inner, name) for name in names)


def graphs_to_remove(target: Target, present: Iterable[str]) -> Iterator[str]:
    """The graphs at the target that are ours by name and are not among those present."""
    here = set(present)
    return (name for name in target.graph_names(OWN_GRAPHS) if name not in here)
