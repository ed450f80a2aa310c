"""A whole store's derived graphs at constant memory: what `kg.graph.derived` makes, read in the order of the index."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from kg.graph.derived import Claim, Look, chains_of, derive_entity, derive_events, read_claim
from kg.graph.views import GraphView, StoredView, least_claims, stored_chain
from kg.graph.vocabulary import DIP, article_id_of


def derived_quads(inner: ox.Store, look: Look) -> Iterator[Quad]:
    """The quads of the graphs events and entities as the article graphs of a store on disk make them; some may come twice.

    A store on disk gives the quads of a property sorted by value, so that all of one value come together.
    """
    for name in inner.named_graphs():
        if isinstance(name, NamedNode) and article_id_of(name) is not None:
            yield from unmatched_events(GraphView(inner.quads_for_pattern(None, None, None, name)), look)
    yield from joined_quads(inner, look)


def joined_quads(inner: ox.Store, look: Look) -> Iterator[Quad]:
    """Of the derived quads those that several articles may tell of: all but `unmatched_events` of each article."""
    yield from _matched_events(inner, look)
    yield from _entities(inner, look)


def unmatched_events(view: GraphView, look: Look) -> Iterator[Quad]:
    """The events of reports that only their own article can tell of."""
    chains = [c for c in chains_of(view.reports(), view.claims()) if c.reports[0].match_key is None]
    yield from derive_events(chains, look)


def _matched_events(inner: ox.Store, look: Look) -> Iterator[Quad]:
    for _, quads in groupby(_of_articles(inner, DIP("matchKey")), key=lambda found: found[0].object):
        chains = [stored_chain(inner, subject, home) for quad, home in quads if (subject := _named(quad)) is not None]
        yield from derive_events(chains, look)


def _entities(inner: ox.Store, look: Look) -> Iterator[Quad]:
    for _, quads in groupby(_of_articles(inner, DIP("entity")), key=lambda found: found[0].object):
        by_article: dict[NamedNode, list[Claim]] = {}
        for quad, home in quads:
            if (link := _named(quad)) is not None:
                by_article.setdefault(home, []).append(read_claim(link, StoredView(inner, home).describe))
        claims = [claim for told in by_article.values() for claim in least_claims(told).values()]
        yield from derive_entity(claims, look)


def _of_articles(inner: ox.Store, predicate: NamedNode) -> Iterator[tuple[Quad, NamedNode]]:
    """A property's quads in article graphs, with their graphs."""
    for quad in inner.quads_for_pattern(None, predicate, None, None):
        home = quad.graph_name
        if isinstance(home, NamedNode) and article_id_of(home) is not None:
            yield quad, home


def _named(quad: Quad) -> NamedNode | None:
    return quad.subject if isinstance(quad.subject, NamedNode) else None
