"""The canned queries: their headers, their parameters and, on articles that share entities and events, their rows."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib.plugins.sparql import prepareQuery

from kg.errors import DataError, UsageError
from kg.graph.queries import TYPES, CannedQuery, bind, find_query, load_queries, parse_query, with_prefixes
from kg.graph.vocabulary import BASE, ONTOLOGY_GRAPH
from kg.resources import data_path

FIXTURE = Path(__file__).parent / "graphs" / "two-articles.trig"
QUERIES = load_queries(data_path("queries"))
WIKIDATA_ENDPOINT = "https://query.wikidata.org/sparql"
CLOSED_PORT = "http://127.0.0.1:9/sparql"

ROWS = """\
active-entities
  Russia | RUS | 5 | 3 | entity/Q159
  Ukraine | UKR | 3 | 1 | entity/Q212
  Jake Sullivan | USA | 2 | 2 | entity/Q16730147
  China | CHN | 2 | 1 | entity/Q148
  United States | USA | 2 | 1 | entity/Q30
  Italy | ITA | 1 | 1 | entity/Q38
  United Nations | · | 1 | 1 | entity/Q1065
  Yang Jiechi | CHN | 1 | 1 | entity/Q58211
  Turkey | TUR | 1 | 0 | entity/Q43
active-entities country=CHN
  China | CHN | 2 | 1 | entity/Q148
  Yang Jiechi | CHN | 1 | 1 | entity/Q58211
active-entities type=CONSULT
  Jake Sullivan | USA | 1 | 1 | entity/Q16730147
  Russia | RUS | 1 | 1 | entity/Q159
  Ukraine | UKR | 1 | 1 | entity/Q212
  Yang Jiechi | CHN | 1 | 1 | entity/Q58211
  Turkey | TUR | 1 | 0 | entity/Q43
active-pairs
  CHN | USA | 3
  RUS | UKR | 2
  ITA | UKR | 1
  RUS | TUR | 1
  RUS | USA | 1
  TUR | UKR | 1
active-pairs min-events=2
  CHN | USA | 3
  RUS | UKR | 2
active-pairs since=2022-03-16
  CHN | USA | 1
  RUS | USA | 1
articles-by-source
  Associated Press | 1 | 6 | 2022-03-15 | 2022-03-15
  Reuters | 1 | 10 | 2022-03-16 | 2022-03-16
articles-by-source since=2022-03-16
  Reuters | 1 | 10 | 2022-03-16 | 2022-03-16
articles-by-source until=2022-03-15
  Associated Press | 1 | 6 | 2022-03-15 | 2022-03-15
attacks
  2022-02-24 | 2022-02-24 | heavy-weapons | Russia | Ukraine | Kharkiv | event/2022-02-24-ASSAULT-shelling
attacks country=UKR
attacks target=UKR
  2022-02-24 | 2022-02-24 | heavy-weapons | Russia | Ukraine | Kharkiv | event/2022-02-24-ASSAULT-shelling
contradictory-reports
  Russia: RETREAT | denied; reported | 2022-03-15 |  | 2 | event/2022-03-15-RETREAT-release
contradictory-reports country=CHN
contradictory-reports in=place
copied-sentences
  Beijing condemned the American sanctions. | 2 | Associated Press; Reuters | event/2022-03-15-ACCUSE-condemnation
copied-sentences min-articles=3
denied-events
  · | · | AID | China | Russia |  |  | event/AID-arms
denied-events country=RUS
  · | · | AID | China | Russia |  |  | event/AID-arms
denied-events since=2022-01-01
entity 'name=luigi mattiolo'
  Luigi Mattiolo | Person | · | · | · | 1 | 0 | entity/person/luigi-mattiolo
entity qid=Q30
  United States | Country | USA | · | Q30 | 2 | 2 | entity/Q30
entity-mentions name=Q58211
  Yang Jiechi | Yang | 13 | 17 | Reuters | 2022-03-16 | article/rt-1 | entity/Q58211
  Yang Jiechi | Yang Jiechi | 18 | 29 | Associated Press | 2022-03-15 | article/ap-1 | entity/Q58211
entity-mentions name=beijing
  Beijing | Beijing | 40 | 47 | Reuters | 2022-03-16 | article/rt-1 | entity/Q956
  Beijing | Beijing | 81 | 88 | Associated Press | 2022-03-15 | article/ap-1 | entity/Q956
  Beijing | Beijing | 158 | 165 | Associated Press | 2022-03-15 | article/ap-1 | entity/Q956
event-context
  2022-03-16 | 2022-03-16 | REQUEST | military | United Nations | Russia | Ukraine | event/2022-03-16-REQUEST-demand
  2022-03-16 | 2022-03-16 | SANCTION | economic | United States | Russia |  | event/2022-03-16-SANCTION-sanctions
  2022-03-16 | 2022-03-16 | THREATEN | economic | Jake Sullivan | China |  | event/2022-03-16-THREATEN-threat
  2022-03-15 | 2022-03-15 | ACCUSE | economic | China | United States | the American sanctions | event/2022-03-15-ACCUSE-condemnation
  2022-03-15 | 2022-03-15 | AID | health | Italy | Ukraine |  | event/2022-03-15-AID-medicine
  2022-03-14 | 2022-03-14 | CONSULT | diplomatic | Jake Sullivan; Yang Jiechi |  | Taiwan | event/2022-03-14-CONSULT-meeting
  2022-02-24 | 2022-02-24 | ASSAULT | military | Russia | Ukraine |  | event/2022-02-24-ASSAULT-shelling
  · | · | CONSULT | diplomatic | Russia; Ukraine |  |  | event/CONSULT-mediation
event-context context=military
  2022-03-16 | 2022-03-16 | REQUEST | military | United Nations | Russia | Ukraine | event/2022-03-16-REQUEST-demand
  2022-02-24 | 2022-02-24 | ASSAULT | military | Russia | Ukraine |  | event/2022-02-24-ASSAULT-shelling
events
  2022-03-16 | 2022-03-16 | REQUEST | reported | yield | 0.8 | United Nations | Russia |  | Ukraine | event/2022-03-16-REQUEST-demand
  2022-03-16 | 2022-03-16 | SANCTION | reported |  | 0.9 | United States | Russia |  |  | event/2022-03-16-SANCTION-sanctions
  2022-03-16 | 2022-03-16 | THREATEN | reported | restrict | 0.75 | Jake Sullivan | China |  |  | event/2022-03-16-THREATEN-threat
  2022-03-15 | 2022-03-15 | ACCUSE | reported | disapprove | 0.9 | China | United States |  | the American sanctions | event/2022-03-15-ACCUSE-condemnation
  2022-03-15 | 2022-03-15 | AID | reported |  | 0.8 | Italy | Ukraine |  |  | event/2022-03-15-AID-medicine
  2022-03-15 | 2022-03-15 | RETREAT | reported | release | 0.75 | Russia |  |  |  | event/2022-03-15-RETREAT-release
  2022-03-14 | 2022-03-14 | CONSULT | reported | third-party | 0.95 | Jake Sullivan; Yang Jiechi |  | Rome | Taiwan | event/2022-03-14-CONSULT-meeting
  2022-02-24 | 2022-02-24 | ASSAULT | historical | heavy-weapons | 0.8 | Russia | Ukraine | Kharkiv |  | event/2022-02-24-ASSAULT-shelling
  · | · | CONSULT | reported |  | 0.8 | Russia; Ukraine |  |  |  | event/CONSULT-mediation
events place=kharkiv
  2022-02-24 | 2022-02-24 | ASSAULT | historical | heavy-weapons | 0.8 | Russia | Ukraine | Kharkiv |  | event/2022-02-24-ASSAULT-shelling
events type=AGREE
events until=2022-03-14
  2022-03-14 | 2022-03-14 | CONSULT | reported | third-party | 0.95 | Jake Sullivan; Yang Jiechi |  | Rome | Taiwan | event/2022-03-14-CONSULT-meeting
  2022-02-24 | 2022-02-24 | ASSAULT | historical | heavy-weapons | 0.8 | Russia | Ukraine | Kharkiv |  | event/2022-02-24-ASSAULT-shelling
events min-confidence=0.9 country=USA
  2022-03-16 | 2022-03-16 | SANCTION | reported |  | 0.9 | United States | Russia |  |  | event/2022-03-16-SANCTION-sanctions
  2022-03-15 | 2022-03-15 | ACCUSE | reported | disapprove | 0.9 | China | United States |  | the American sanctions | event/2022-03-15-ACCUSE-condemnation
  2022-03-14 | 2022-03-14 | CONSULT | reported | third-party | 0.95 | Jake Sullivan; Yang Jiechi |  | Rome | Taiwan | event/2022-03-14-CONSULT-meeting
events type=AGREE include-possible=true
  2022-04-01 | 2022-04-30 | AGREE | planned | visit | 0.7 | Luigi Mattiolo | China | Beijing |  | event/CONSULT-visit
events-by-month
  2022-02 | ASSAULT | 1
  2022-03 | ACCUSE | 1
  2022-03 | AID | 1
  2022-03 | CONSULT | 1
  2022-03 | REQUEST | 1
  2022-03 | RETREAT | 1
  2022-03 | SANCTION | 1
  2022-03 | THREATEN | 1
events-by-month country=CHN
  2022-03 | ACCUSE | 1
  2022-03 | CONSULT | 1
  2022-03 | THREATEN | 1
events-on-map
  2022-03-14 | 2022-03-14 | CONSULT | Rome | 41.893 | 12.483 | Jake Sullivan; Yang Jiechi |  | event/2022-03-14-CONSULT-meeting
  2022-02-24 | 2022-02-24 | ASSAULT | Kharkiv | 49.993 | 36.231 | Russia | Ukraine | event/2022-02-24-ASSAULT-shelling
events-on-map type=ASSAULT
  2022-02-24 | 2022-02-24 | ASSAULT | Kharkiv | 49.993 | 36.231 | Russia | Ukraine | event/2022-02-24-ASSAULT-shelling
events-without-link
events-without-link include-possible=true
  2022-04-01 | 2022-04-30 | AGREE | Luigi Mattiolo | Luigi Mattiolo | China | Beijing | event/CONSULT-visit
evidence event=https://w3id.org/diplomacy-kg/event/2022-03-15-RETREAT-release
  2022-03-15 | Associated Press | reported | Russia released two prisoners on Tuesday. | released |  | 0.75 | https://news.example/ap-1 | article/ap-1/report/183-191-RETREAT | event/2022-03-15-RETREAT-release
  2022-03-16 | Reuters | denied | Moscow did not release the prisoners, Kyiv said. | release | Ukraine | 0.7 | https://news.example/rt-1 | article/rt-1/report/132-139-RETREAT | event/2022-03-15-RETREAT-release
independent-sources
  Jake Sullivan and Yang Jiechi: CONSULT | 2 | 2 | 2 | 2 | event/2022-03-14-CONSULT-meeting
  Russia: RETREAT | 2 | 2 | 2 | 2 | event/2022-03-15-RETREAT-release
  China → United States: ACCUSE | 2 | 2 | 1 | 2 | event/2022-03-15-ACCUSE-condemnation
  Russia → Ukraine: ASSAULT | 1 | 1 | 1 | 1 | event/2022-02-24-ASSAULT-shelling
  Italy → Ukraine: AID | 1 | 1 | 1 | 1 | event/2022-03-15-AID-medicine
  United Nations → Russia: REQUEST | 1 | 1 | 1 | 1 | event/2022-03-16-REQUEST-demand
  United States → Russia: SANCTION | 1 | 1 | 1 | 1 | event/2022-03-16-SANCTION-sanctions
  Jake Sullivan → China: THREATEN | 1 | 1 | 1 | 1 | event/2022-03-16-THREATEN-threat
  Russia and Ukraine: CONSULT | 1 | 1 | 1 | 1 | event/CONSULT-mediation
independent-sources min-articles=2
  Jake Sullivan and Yang Jiechi: CONSULT | 2 | 2 | 2 | 2 | event/2022-03-14-CONSULT-meeting
  Russia: RETREAT | 2 | 2 | 2 | 2 | event/2022-03-15-RETREAT-release
  China → United States: ACCUSE | 2 | 2 | 1 | 2 | event/2022-03-15-ACCUSE-condemnation
link-scores
  0.52 | Yang | Yang Jiechi | gazetteer | Q58211 0.52 | Reuters | 2022-03-16 | article/rt-1/link/e2 | entity/Q58211
  0.55 | Kharkiv | Kharkiv | gazetteer | Q42308 0.55; Q1004791 0.41 | Associated Press | 2022-03-15 | article/ap-1/link/e13 | entity/Q42308
link-scores below=0.53
  0.52 | Yang | Yang Jiechi | gazetteer | Q58211 0.52 | Reuters | 2022-03-16 | article/rt-1/link/e2 | entity/Q58211
mediated-talks
  · | · | Turkey | Russia; Ukraine |  |  |  | event/CONSULT-mediation
mediated-talks mediator=Q30
mediated-talks mediator=Q43
  · | · | Turkey | Russia; Ukraine |  |  |  | event/CONSULT-mediation
mediators
  Turkey | 1 | Russia; Ukraine | entity/Q43
mediators country=UKR
  Turkey | 1 | Russia; Ukraine | entity/Q43
offices-held
  Jake Sullivan | National Security Adviser | · | USA | · | · | Reuters | 1 | entity/Q16730147
  Luigi Mattiolo | Diplomat | · | · | · | · | Associated Press | 1 | entity/person/luigi-mattiolo
offices-held 'person=jake sullivan'
  Jake Sullivan | National Security Adviser | · | USA | · | · | Reuters | 1 | entity/Q16730147
pair-balance
  2022-02 | 0 | 0 | 0 | 1 | -1
  2022-03 | 1 | 2 | 3 | 1 | -1
pair-balance country-a=CHN country-b=USA
  2022-03 | 1 | 0 | 2 | 0 | -1
planned-meetings
  2022-04-01 | 2022-04-30 | visit | Luigi Mattiolo | China | Beijing |  | event/CONSULT-visit
planned-meetings country=CHN since=2022-04-15
  2022-04-01 | 2022-04-30 | visit | Luigi Mattiolo | China | Beijing |  | event/CONSULT-visit
requests
  2022-03-16 | 2022-03-16 | yield | United Nations | Russia | Russia: RETREAT (hypothetical) | Ukraine | event/2022-03-16-REQUEST-demand
requests target=CHN
sanctions
  2022-03-16 | 2022-03-16 | reported |  | United States | Russia | economic |  | event/2022-03-16-SANCTION-sanctions
sanctions include-possible=true
  2022-03-16 | 2022-03-16 | reported |  | United States | Russia | economic |  | event/2022-03-16-SANCTION-sanctions
  · | · | hypothetical |  | United States | China | economic |  | event/SANCTION-if-china-helps
statements-by
  2022-03-16 | Jake Sullivan | true | THREATEN | reported | National Security Adviser Jake Sullivan said: “We will sanction China if it helps Russia.” | Reuters | event/2022-03-16-THREATEN-threat
  2022-03-16 | Ukraine | false | RETREAT | denied | Moscow did not release the prisoners, Kyiv said. | Reuters | event/2022-03-15-RETREAT-release
  2022-03-16 | United Nations | false | REQUEST | reported | The United Nations urged Russia to withdraw from Ukraine. | Reuters | event/2022-03-16-REQUEST-demand
  2022-03-15 | NBC | false | CONSULT | reported | Jake Sullivan met Yang Jiechi in Rome on Monday to discuss Taiwan, NBC reported. | Associated Press | event/2022-03-14-CONSULT-meeting
  2022-03-15 | a senior official | false | ASSAULT | historical | Russian forces shelled Kharkiv on 24 February, a senior official said. | Associated Press | event/2022-02-24-ASSAULT-shelling
statements-by speaker=Q16730147
  2022-03-16 | Jake Sullivan | true | THREATEN | reported | National Security Adviser Jake Sullivan said: “We will sanction China if it helps Russia.” | Reuters | event/2022-03-16-THREATEN-threat
statements-by quoted=false until=2022-03-15
  2022-03-15 | NBC | false | CONSULT | reported | Jake Sullivan met Yang Jiechi in Rome on Monday to discuss Taiwan, NBC reported. | Associated Press | event/2022-03-14-CONSULT-meeting
  2022-03-15 | a senior official | false | ASSAULT | historical | Russian forces shelled Kharkiv on 24 February, a senior official said. | Associated Press | event/2022-02-24-ASSAULT-shelling
support-and-aid
  2022-03-15 | 2022-03-15 | AID | reported | Italy | Ukraine |  |  | event/2022-03-15-AID-medicine
support-and-aid include-possible=true
  2022-03-15 | 2022-03-15 | AID | reported | Italy | Ukraine |  |  | event/2022-03-15-AID-medicine
  · | · | AID | denied | China | Russia |  |  | event/AID-arms
threats
  2022-03-16 | 2022-03-16 | restrict | Jake Sullivan | China | United States → China: SANCTION (hypothetical) |  | event/2022-03-16-THREATEN-threat
threats country=USA target=CHN
  2022-03-16 | 2022-03-16 | restrict | Jake Sullivan | China | United States → China: SANCTION (hypothetical) |  | event/2022-03-16-THREATEN-threat
timeline country-a=USA country-b=CHN
  2022-03-16 | 2022-03-16 | THREATEN | reported | Jake Sullivan | China |  |  | event/2022-03-16-THREATEN-threat
  2022-03-15 | 2022-03-15 | ACCUSE | reported | China | United States |  | the American sanctions | event/2022-03-15-ACCUSE-condemnation
  2022-03-14 | 2022-03-14 | CONSULT | reported | Jake Sullivan; Yang Jiechi |  | Rome | Taiwan | event/2022-03-14-CONSULT-meeting
timeline country-a=USA country-b=CHN include-possible=true
  2022-03-16 | 2022-03-16 | THREATEN | reported | Jake Sullivan | China |  |  | event/2022-03-16-THREATEN-threat
  2022-03-15 | 2022-03-15 | ACCUSE | reported | China | United States |  | the American sanctions | event/2022-03-15-ACCUSE-condemnation
  2022-03-14 | 2022-03-14 | CONSULT | reported | Jake Sullivan; Yang Jiechi |  | Rome | Taiwan | event/2022-03-14-CONSULT-meeting
  · | · | SANCTION | hypothetical | United States | China |  |  | event/SANCTION-if-china-helps
unlinked-names
  Luigi Mattiolo | person | · | 1 | 1 | entity/person/luigi-mattiolo
unlinked-names type=organisation
visits
visits include-possible=true
  2022-04-01 | 2022-04-30 | planned | Luigi Mattiolo | China | Beijing |  | event/CONSULT-visit
visits place=Beijing include-possible=true
  2022-04-01 | 2022-04-30 | planned | Luigi Mattiolo | China | Beijing |  | event/CONSULT-visit
visits place=China include-possible=true
  2022-04-01 | 2022-04-30 | planned | Luigi Mattiolo | China | Beijing |  | event/CONSULT-visit
visits place=Rome include-possible=true
who-condemned-whom
  2022-03-15 | 2022-03-15 | disapprove | China | United States | the American sanctions |  | event/2022-03-15-ACCUSE-condemnation
who-condemned-whom country=USA
who-condemned-whom country=CHN target=USA
  2022-03-15 | 2022-03-15 | disapprove | China | United States | the American sanctions |  | event/2022-03-15-ACCUSE-condemnation
who-met-whom
  2022-03-14 | 2022-03-14 | third-party | Jake Sullivan; Yang Jiechi |  |  | Rome | Taiwan | event/2022-03-14-CONSULT-meeting
  · | · |  | Russia; Ukraine |  | Turkey |  |  | event/CONSULT-mediation
who-met-whom country=CHN
  2022-03-14 | 2022-03-14 | third-party | Jake Sullivan; Yang Jiechi |  |  | Rome | Taiwan | event/2022-03-14-CONSULT-meeting
who-met-whom country=TUR
  · | · |  | Russia; Ukraine |  | Turkey |  |  | event/CONSULT-mediation
who-met-whom since=2022-03-15
who-said-what
  Jake Sullivan | USA | Jake Sullivan → China: THREATEN | 1 | 1 | event/2022-03-16-THREATEN-threat
  NBC | USA | Jake Sullivan and Yang Jiechi: CONSULT | 1 | 0 | event/2022-03-14-CONSULT-meeting
  Ukraine | UKR | Russia: RETREAT | 1 | 0 | event/2022-03-15-RETREAT-release
  United Nations | · | United Nations → Russia: REQUEST | 1 | 0 | event/2022-03-16-REQUEST-demand
  a senior official | · | Russia → Ukraine: ASSAULT | 1 | 0 | event/2022-02-24-ASSAULT-shelling
who-said-what country=UKR
  a senior official | · | Russia → Ukraine: ASSAULT | 1 | 0 | event/2022-02-24-ASSAULT-shelling
who-said-what speaker=NBC
  NBC | USA | Jake Sullivan and Yang Jiechi: CONSULT | 1 | 0 | event/2022-03-14-CONSULT-meeting
wikidata-labels name=rome
  Rome | · | Q220 | entity/Q220
"""
"""A line at the margin is a query and its parameters, the indented ones its rows; · is an unbound cell, IRIs are relative."""


def _cases() -> Iterator[tuple[str, list[str]]]:
    call, rows = "", list[str]()
    for line in ROWS.splitlines():
        if line.startswith("  "):
            rows.append(line.strip())
            continue
        if call:
            yield call, rows
        call, rows = line, []
    yield call, rows


CASES = list(_cases())


@pytest.fixture(scope="module")
def store() -> ox.Store:
    """The two articles, their derived graphs, and the ontology beside them as in a real store."""
    store = ox.Store()
    store.load(path=str(FIXTURE), format=ox.RdfFormat.TRIG)
    store.load(path=str(data_path("ontology", "diplomacy.ttl")), format=ox.RdfFormat.TURTLE, to_graph=ONTOLOGY_GRAPH)
    return store


def _cell(term: object) -> str:
    if term is None:
        return "·"
    assert isinstance(term, ox.NamedNode | ox.Literal)
    return str(term.value).removeprefix(BASE) if isinstance(term, ox.NamedNode) else term.value


def _ask(store: ox.Store, query: str) -> list[str]:
    """The rows of a query over the union of all graphs, with the network out of reach."""
    solutions = store.query(query.replace(WIKIDATA_ENDPOINT, CLOSED_PORT), use_default_graph_as_union=True)
    assert isinstance(solutions, ox.QuerySolutions)
    return [" | ".join(_cell(term) for term in solution).strip() for solution in solutions]


def _parameters(words: list[str]) -> dict[str, str]:
    return dict(word.split("=", 1) for word in words)  # type: ignore[misc]


@pytest.mark.parametrize(("call", "rows"), CASES, ids=[call for call, _ in CASES])
def test_a_query_gives_its_rows(store: ox.Store, call: str, rows: list[str]) -> None:
    """On two articles that share entities and events each query gives exactly these rows, in this order."""
    name, *words = shlex.split(call)
    assert _ask(store, bind(find_query(QUERIES, name), _parameters(words))) == rows


def test_every_query_is_covered() -> None:
    """There are at least two dozen queries, and each has a case with rows."""
    assert len(QUERIES) == 34
    assert {shlex.split(call)[0] for call, rows in CASES if rows} == {query.name for query in QUERIES}
    assert len(CASES) == 85


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_a_query_file_is_valid_sparql_as_it_is(store: ox.Store, query: CannedQuery) -> None:
    """Unbound, it parses in rdflib, and in Oxigraph it is the same as with every parameter unset."""
    prepareQuery(query.text)
    unset = {parameter.name: "any" for parameter in query.parameters}
    assert bind(query, unset) == query.text
    assert _ask(store, query.text) == _ask(store, bind(query, unset))


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_a_query_leaves_out_what_did_not_happen(store: ox.Store, query: CannedQuery) -> None:
    """Only queries that say so tell of planned, hypothetical or denied events by default."""
    possible = {str(s.value).removeprefix(BASE) for s in _subjects(store, "PossibleEvent")}
    told = {row.rpartition(" | ")[2] for row in _ask(store, bind(query, {}))}
    says_so = {
        "planned-meetings",
        "denied-events",
        "contradictory-reports",
        "evidence",
        "statements-by",
        "who-said-what",
    }
    assert query.name in says_so or not told & possible


def _subjects(store: ox.Store, name: str) -> Iterator[ox.NamedNode]:
    for solution in store.query(with_prefixes(f"SELECT ?s {{ GRAPH ?g {{ ?s a dip:{name} }} }}")):
        yield solution["s"]


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_a_query_does_not_depend_on_the_order_of_loading(store: ox.Store, query: CannedQuery) -> None:
    """A store filled backwards gives the same rows in the same order."""
    backwards = ox.Store()
    for quad in reversed(list(store)):
        backwards.add(quad)
    assert _ask(backwards, bind(query, {})) == _ask(store, bind(query, {}))


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.name)
def test_every_header_tells_what_to_know(query: CannedQuery) -> None:
    """Each query has a title without full stop, a description, and a help text for every parameter."""
    assert query.title and not query.title.endswith(".")
    assert query.description.endswith(".")
    assert all(len(parameter.help) > 10 for parameter in query.parameters)


@pytest.mark.parametrize(
    "value",
    ['"} ; DROP ALL #', "\\", "\\u0022} ; DROP ALL #", "'", "a\nb", "}", "<x>", "?x", "\x00", "any "],
    ids=ascii,
)
def test_a_value_stays_a_value(store: ox.Store, value: str) -> None:
    """No text can change what a query does: it arrives as the very same string, and nothing is lost."""
    query = parse_query(
        "echo", "# Echo\n# @param text string any Said back\nSELECT ?text { VALUES ?text { UNDEF } }", "echo.rq"
    )
    before = len(store)
    solutions = store.query(bind(query, {"text": value}))
    assert isinstance(solutions, ox.QuerySolutions)
    assert [solution["text"].value for solution in solutions] == [value]
    assert _ask(store, bind(find_query(QUERIES, "entity"), {"name": value})) == []
    assert len(store) == before


@pytest.mark.parametrize(
    ("type_", "value", "term"),
    [
        ("string", "Rome", '"Rome"'),
        ("entity", "Q30", '"Q30"'),
        ("integer", "-7", '"-7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", "0.5", '"0.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("boolean", "yes", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("date", "2022-03-14", '"2022-03-14"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("iri", "<http://a.example/b>", "<http://a.example/b>"),
        ("iso3", "chn", '"CHN"'),
        ("qid", "https://www.wikidata.org/wiki/Q30", '"Q30"'),
        ("qid", "wd:q30", '"Q30"'),
        ("type", "consult", "<https://w3id.org/diplomacy-kg/plover#CONSULT>"),
    ],
)
def test_a_value_becomes_a_term(type_: str, value: str, term: str) -> None:
    """Each type of parameter has its own kind of term."""
    assert str(TYPES[type_](value)) == term


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"sinse": "2022-03-14"}, 'query events has no parameter "sinse"; did you mean "since"?'),
        ({"xyzzy": "1"}, 'query events has no parameter "xyzzy"; there are type, country, place, since'),
        ({"since": "March"}, "parameter since: 'March' is not a day, as 2022-03-14"),
        ({"since": "2022-02-30"}, "parameter since: '2022-02-30' is not a day"),
        ({"country": "China"}, "parameter country: 'China' is not a country code of three letters"),
        ({"type": "CONSOLT"}, "parameter type: 'CONSOLT' is not one of PLOVER's event types; did you mean CONSULT?"),
        ({"min-confidence": "1e3"}, "parameter min-confidence: '1e3' is not a decimal number"),
        ({"include-possible": "perhaps"}, "parameter include-possible: 'perhaps' is not true or false"),
        ({"place": "\udcff"}, "parameter place: '\\udcff' is not text in Unicode"),
    ],
    ids=lambda v: next(iter(v)) if isinstance(v, dict) else None,
)
def test_a_wrong_parameter_is_one_line(values: dict[str, str], message: str) -> None:
    """The error names the parameter, what is wrong with it, and what would be right."""
    with pytest.raises(UsageError) as error:
        bind(find_query(QUERIES, "events"), values)
    assert str(error.value).startswith(message)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("type_", "value"),
    [("iri", "no iri"), ("iri", "http://a> } DROP ALL #"), ("qid", "30"), ("qid", "Q0"), ("integer", "1.5")],
)
def test_a_value_of_the_wrong_type_is_refused(type_: str, value: str) -> None:
    """Nothing is passed on that is not what the header says."""
    query = parse_query("q", f"# T\n# @param x {type_} any Some value\nASK {{ VALUES ?x {{ UNDEF }} }}", "q.rq")
    with pytest.raises(UsageError, match="parameter x"):
        bind(query, {"x": value})


def test_an_unknown_query_suggests_the_nearest() -> None:
    """A slip of the hand is put right."""
    with pytest.raises(UsageError, match='no query "who-met-who"; did you mean "who-met-whom"'):
        find_query(QUERIES, "who-met-who")


def test_every_clause_of_a_parameter_is_bound() -> None:
    """A subselect has a VALUES clause of its own, and it gets the same term; a default is bound when nothing is given."""
    text = "# T\n# @param n integer 2 A number\nSELECT * { VALUES ?n { UNDEF } { SELECT ?n { values ?n {UNDEF} } } }"
    bound = bind(parse_query("q", text, "q.rq"), {})
    assert bound.count('VALUES ?n { "2"^^<http://www.w3.org/2001/XMLSchema#integer> }') == 2
    assert "UNDEF" not in bound


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("ASK {}", "begin with a comment"),
        ("# @param x string any Help me\nASK { VALUES ?x { UNDEF } }", "the first line must be the title"),
        ("# T\n# @parm x string any Help\nASK {}", "@parm is unknown in a header; only @param is"),
        ("# T\n# @param x string\nASK { VALUES ?x { UNDEF } }", "write '# @param NAME TYPE DEFAULT HELP'"),
        (
            "# T\n# @param x strin any Help\nASK { VALUES ?x { UNDEF } }",
            'a header has no type "strin"; did you mean "string"?',
        ),
        ("# T\n# @param x_y string any Help\nASK { VALUES ?x_y { UNDEF } }", "needs small letters, digits and hyphens"),
        (
            "# T\n# @param x integer many Help\nASK { VALUES ?x { UNDEF } }",
            "the default of parameter x: 'many' is not a whole number",
        ),
        ("# T\n# @param x string any Help\nASK {}", "parameter x is not used; write 'VALUES ?x { UNDEF }' in the body"),
        ("# T\nASK { VALUES ?x { UNDEF } }", "VALUES ?x { UNDEF } has no '# @param' line"),
        (
            "# T\n# @param x string any Help\n# @param x date any Help\nASK { VALUES ?x { UNDEF } }",
            "parameter x is declared twice",
        ),
    ],
    ids=[
        "no header",
        "no title",
        "unknown word",
        "too short",
        "type",
        "name",
        "default",
        "unused",
        "undeclared",
        "twice",
    ],
)
def test_a_wrong_header_names_file_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    """Whoever writes a query is told what to change, and where."""
    path = tmp_path / "mine.rq"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as error:
        load_queries(tmp_path)
    assert str(error.value).startswith(f"{path}: ")
    assert message in str(error.value)


def test_prefixes_are_added_where_they_are_missing(store: ox.Store) -> None:
    """An ad-hoc query may use the usual prefixes; its own come first, and its lines keep their numbers."""
    text = "PREFIX dip: <http://mine.example/>\n# PREFIX rdfs: <http://not.example/>\nSELECT * { ?s a dip:X ; rdfs:label ?l }"
    lines = with_prefixes(text).splitlines()
    assert lines[0] == "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> PREFIX dip: <http://mine.example/>"
    assert lines[1:] == text.splitlines()[1:]
    assert _ask(store, with_prefixes('SELECT ?e { ?e dip:wikidataId "Q30" }')) == ["entity/Q30"]
