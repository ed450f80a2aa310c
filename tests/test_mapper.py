"""From records to quads."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from pyoxigraph import BlankNode, Literal, NamedNode

from kg.graph.mapper import map_record, match_key
from kg.graph.shapes import explain, validate
from kg.graph.store import Store
from kg.graph.vocabulary import DIP, ENTITIES_GRAPH, EVENTS_GRAPH, NIF, article_graph, article_iri, slug, span_iri
from kg.model import Record
from tests.records import PEOPLE, meeting, records


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record=records())
def test_what_the_mapper_makes_conforms(record: Record) -> None:
    """Whatever the record, its article graph and the derived graphs violate no shape."""
    with Store.in_memory() as store:
        store.load(record)
        assert set(store.inner.quads_for_pattern(None, None, None, article_graph(record.article.id))) == map_record(
            record
        )
        for graph in (article_graph(record.article.id), EVENTS_GRAPH, ENTITIES_GRAPH):
            violations = validate(store.inner.quads_for_pattern(None, None, None, graph))
            assert not violations, [explain(v) for v in violations[:3]]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(record=records())
def test_the_same_record_gives_the_same_graph(record: Record) -> None:
    """Mapping is a pure function, makes no blank nodes and stays in the article's graph."""
    quads = map_record(record)
    assert quads == map_record(record)
    assert {q.graph_name for q in quads} == {article_graph(record.article.id)}
    assert not any(isinstance(t, BlankNode) for q in quads for t in (q.subject, q.object))


def test_without_text_no_sentence_is_kept() -> None:
    """ "No text" leaves out the running text and the sentences, and keeps the words of triggers and names."""
    record = meeting("a", ["Sullivan", "Yang"])
    literals = {str(q.object.value) for q in map_record(record, with_text=False) if isinstance(q.object, Literal)}
    assert record.article.text not in literals
    assert "met" in literals
    assert record.article.text in {str(q.object.value) for q in map_record(record) if isinstance(q.object, Literal)}


def test_evidence_is_found_by_its_offsets() -> None:
    """A report's trigger is the RFC 5147 fragment of its offsets, with the words that stand there."""
    record = meeting("a b/c", ["Sullivan", "Yang"])
    report = record.events[0].reports[0]
    span = span_iri(article_iri("a b/c"), report.trigger.start, report.trigger.end)
    quads = map_record(record)
    assert str(span.value).endswith(f"article/a%20b%2Fc#char={report.trigger.start},{report.trigger.end}")
    assert any(q.predicate == DIP("trigger") and q.object == span for q in quads)
    assert any(q.subject == span and q.predicate == NIF("anchorOf") and q.object == Literal("met") for q in quads)


def test_unlinked_and_unnamed_entities() -> None:
    """An unlinked name is known by type, name and country, an unnamed participant by its article and place."""
    record = meeting("a", ["Smith", "official"])
    iris = {
        str(q.object.value)
        for q in map_record(record)
        if q.predicate == DIP("entity") and isinstance(q.object, NamedNode)
    }
    assert any(iri.endswith("entity/person/ann-smith/GBR") for iri in iris)
    assert any("/article/a/entity/" in iri for iri in iris)


def test_a_match_key_needs_a_day() -> None:
    """Without a day nothing of an event can match another article's."""
    dated, undated = meeting("a", ["Sullivan", "Yang"]), meeting("a", ["Sullivan", "Yang"], day=None)
    iris = {e.id: article_iri(e.id) for e in dated.entities}
    entities = {e.id: e for e in dated.entities}
    assert match_key(dated.events[0], iris, entities) == "CONSULT 2022-03-14 actual :CHN,USA"
    assert match_key(undated.events[0], iris, entities) is None


def test_names_of_any_script_make_iris() -> None:
    """A slug keeps letters of every script."""
    assert slug("Сергей Лавров") == "сергеи-лавров"
    assert slug("王毅") == "王毅"
    assert PEOPLE
