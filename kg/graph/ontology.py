"""This version's ontology and alignments as quads of the graph `ontology`."""

from __future__ import annotations

import pyoxigraph as ox
from pyoxigraph import Quad, RdfFormat

from kg.graph.vocabulary import ONTOLOGY_GRAPH
from kg.resources import data_path


def ontology_quads() -> set[Quad]:
    """What every store has in its ontology graph."""
    quads: set[Quad] = set()
    for name in ("diplomacy.ttl", "alignments.ttl"):
        with data_path("ontology", name).open("rb") as file:
            quads |= {
                Quad(q.subject, q.predicate, q.object, ONTOLOGY_GRAPH) for q in ox.parse(file, format=RdfFormat.TURTLE)
            }
    return quads
