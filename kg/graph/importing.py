"""A staged store's article graphs and corrections → a store, whose derived graphs stay what its articles make of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox
from pyoxigraph import Literal, NamedNode, Quad

from kg.errors import InputError
from kg.graph.corrections import correction_iri, correction_quads, read_corrections
from kg.graph.derivation import joined_quads, unmatched_events
from kg.graph.derived import Look, chains_of, derive_events
from kg.graph.ontology import ontology_quads
from kg.graph.store import Store, add_in_batches
from kg.graph.views import GraphView
from kg.graph.vocabulary import (
    ARTICLE_GRAPHS,
    BASE,
    CORRECTIONS_GRAPH,
    DCTERMS,
    DIP,
    ENTITIES_GRAPH,
    EVENTS_GRAPH,
    NIF,
    ONTOLOGY_GRAPH,
    article_graph,
    article_id_of,
)

_DERIVED = {graph: NamedNode(f"{graph.value}/derived") for graph in (EVENTS_GRAPH, ENTITIES_GRAPH)}
"""Where a staged store keeps what its articles make, beside what came with them."""
_SINGLE = (DCTERMS("identifier"), DCTERMS("title"), DCTERMS("issued"), DIP("softwareVersion"), DIP("gazetteerVersion"))
"""Properties that a graph with one version of an article has but once."""
_REMEDY = "check it by kg validate, or load the article itself"


@dataclass(frozen=True, slots=True)
class Imported:
    """What came in: articles by outcome, quads of their graphs, corrections new here, those decided otherwise here,
    and which of the graphs that were made anew came with other content.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    quads: int = 0
    corrections: int = 0
    overruled: int = 0
    differing: tuple[str, ...] = ()


def import_graphs(
    store: Store, staged: ox.Store, articles: Sequence[NamedNode], *, with_shapes: bool = False
) -> Imported:
    """Take article graphs whole, and corrections where there are none of ours; the other graphs are made, not taken.

    All graphs are checked before the first is taken. Each article is one transaction; a store without articles is filled
    at once. Numbers and days are taken as Oxigraph writes them.

    :raises InputError: when a graph is none that `kg` makes of an article, or a correction is none.
    :raises StoreError: when the store cannot be written.
    """
    is_empty = not store.article_ids()
    given = [graph for graph in _DERIVED if staged.contains_named_graph(graph)]
    made = _made(staged, articles, store.look, with_shapes=with_shapes, is_wanted=is_empty or bool(given))
    add_in_batches(staged, made)
    incoming = read_corrections(staged)
    _check_corrections(staged)
    store.ensure_ontology()
    outcomes, quads = (_fill if is_empty else _replace)(store, staged, articles)
    ours = {correction_iri(c): c for c in store.corrections()}
    new = [c for c in incoming if correction_iri(c) not in ours]
    store.correct(new)
    return Imported(
        new=outcomes.count("new"),
        changed=outcomes.count("changed"),
        unchanged=outcomes.count("unchanged"),
        quads=quads,
        corrections=len(new),
        overruled=sum(ours.get(correction_iri(c), c) != c for c in incoming),
        differing=_differing(staged, given),
    )


def _replace(store: Store, staged: ox.Store, articles: Iterable[NamedNode]) -> tuple[list[str], int]:
    outcomes, quads = [], 0
    for name in articles:
        loaded = store.replace_graph(name, set(staged.quads_for_pattern(None, None, None, name)))
        outcomes.append(loaded.outcome)
        quads += loaded.quads
    return outcomes, quads


def _fill(store: Store, staged: ox.Store, articles: Sequence[NamedNode]) -> tuple[list[str], int]:
    """Into a store without articles, with what was made of them."""
    quads = 0

    def read() -> Iterator[Quad]:
        nonlocal quads
        for name in articles:
            for quad in staged.quads_for_pattern(None, None, None, name):
                quads += 1
                yield quad
        for graph, derived in _DERIVED.items():
            for quad in staged.quads_for_pattern(None, None, None, derived):
                yield Quad(quad.subject, quad.predicate, quad.object, graph)

    store.fill(read())
    return ["new"] * len(articles), quads


def _made(
    staged: ox.Store, articles: Sequence[NamedNode], look: Look, *, with_shapes: bool, is_wanted: bool
) -> Iterator[Quad]:
    """What the staged articles make, for the graphs of _DERIVED, if wanted; each article is checked on the way."""
    for name in articles:
        view = check_article(name, staged.quads_for_pattern(None, None, None, name), look, with_shapes=with_shapes)
        if is_wanted:
            yield from map(_beside, unmatched_events(view, look))
    if is_wanted:
        yield from map(_beside, joined_quads(staged, look))


def _beside(quad: Quad) -> Quad:
    """A derived quad in the graph beside what came with the articles."""
    graph = ENTITIES_GRAPH if quad.graph_name == ENTITIES_GRAPH else EVENTS_GRAPH
    return Quad(quad.subject, quad.predicate, quad.object, _DERIVED[graph])


def _differing(staged: ox.Store, given: Iterable[NamedNode]) -> tuple[str, ...]:
    """The names of the graphs that came in but are not what is made here; those that did not come in are not compared."""
    found = [graph for graph in given if _differ(staged, graph, _DERIVED[graph])]
    ontology = set(staged.quads_for_pattern(None, None, None, ONTOLOGY_GRAPH))
    if ontology and ontology != ontology_quads():
        found.append(ONTOLOGY_GRAPH)
    return tuple(sorted(graph.value.rpartition("/")[2] for graph in found))


def _differ(staged: ox.Store, one: NamedNode, other: NamedNode) -> bool:
    """Whether two graphs differ; both come in the order of the index."""
    pairs = (staged.quads_for_pattern(None, None, None, graph) for graph in (one, other))
    first, second = ((q.triple for q in quads) for quads in pairs)
    end = object()
    return any(next(second, end) != triple for triple in first) or next(second, end) is not end


def check_article(
    name: NamedNode, quads: Iterable[Quad], look: Look = lambda qid: None, *, with_shapes: bool = False
) -> GraphView:
    """A graph that `kg` made of an article, of one version of it; checked by the SHACL shapes too if wanted.

    :raises InputError: when it is not that, naming the graph and what is wrong.
    """
    own = list(quads)
    article = NamedNode(f"{BASE}article/{str(name.value).removeprefix(ARTICLE_GRAPHS)}")
    for quad in own:
        if not _belongs(quad.subject, article) or not isinstance(quad.object, (NamedNode, Literal)):
            raise InputError(
                f"the graph {name} says something of {quad.subject}, which is not its article's; {_REMEDY}"
            )
    view = GraphView(own)
    if view.of_type("Article") != [article] or article_graph(article_id_of(name) or "") != name:
        raise InputError(f"the graph {name} does not describe its article; {_REMEDY}")
    if len(view.of_type("Context", NIF)) > 1 or _repeated(own):
        raise InputError(f"the graph {name} holds two versions of its article; import one file after the other")
    try:
        derive_events(chains_of(view.reports(), view.claims()), look)
    except (KeyError, IndexError, ValueError, AssertionError, AttributeError, TypeError, StopIteration) as error:
        raise InputError(f"the graph {name} has a report or link without what it needs ({error}); {_REMEDY}") from error
    if with_shapes:
        from kg.graph.shapes import explain, validate

        if violations := validate(own):
            raise InputError(f"the graph {name} does not conform: {explain(violations[0])}")
    return view


def _belongs(subject: object, article: NamedNode) -> bool:
    iri = str(subject.value) if isinstance(subject, NamedNode) else ""
    return iri.startswith(str(article.value)) and iri[len(str(article.value)) :][:1] in ("", "/", "#")


def _repeated(quads: Iterable[Quad]) -> bool:
    """Whether the article or its extraction has two values of what it has one of."""
    met = [(q.subject, q.predicate) for q in quads if q.predicate in _SINGLE]
    return len(met) != len(set(met))


def _check_corrections(staged: ox.Store) -> None:
    understood = {q for c in read_corrections(staged) for q in correction_quads(c)}
    for quad in staged.quads_for_pattern(None, None, None, CORRECTIONS_GRAPH):
        if quad not in understood:
            raise InputError(f"the graph {CORRECTIONS_GRAPH} says of {quad.subject} what is no correction; take it out")
