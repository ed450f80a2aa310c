"""The SPARQL 1.1 Protocol and the Graph Store Protocol, case by case after the recommendations' tables, at `kg serve`.

https://www.w3.org/TR/sparql11-protocol/ sections 2.1 (query), 2.2 (update); https://www.w3.org/TR/sparql11-http-rdf-update/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from rdflib import Graph

from kg.graph.vocabulary import BASE
from tests.serving import FIXTURE, Reply, Server, make_store, serving

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
TOKEN = "a-token-of-some-length"
AP, RT = BASE + "graph/article/ap-1", BASE + "graph/article/rt-1"
ASK, SELECT = "ASK {}", "SELECT (1 AS ?x) {}"
IDS = "SELECT ?id { ?a <http://purl.org/dc/terms/identifier> ?id } ORDER BY ?id"
NAMED_IDS = "SELECT ?id { GRAPH ?g { ?a <http://purl.org/dc/terms/identifier> ?id } } ORDER BY ?id"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("protocol")
    with serving(make_store(folder / "store"), folder / "errors", "--max-request-bytes", "20000") as running:
        yield running


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("writer")
    with serving(make_store(folder / "store"), folder / "errors", "--allow-update", KG_SERVE_TOKEN=TOKEN) as running:
        yield running


class Case(NamedTuple):
    """A request and the status, media type and words of its answer."""

    method: str
    fields: dict[str, str | list[str]]
    status: int
    type: str | None = None
    body: str | bytes | None = None
    content_type: str | None = None
    accept: str | None = JSON
    words: str = ""


def form(**fields: str | list[str]) -> str:
    return urlencode({name.replace("_", "-"): value for name, value in fields.items()}, doseq=True)


QUERIES = {
    # 2.1.1 to 2.1.3: the three ways to ask
    "GET": Case("GET", {"query": ASK}, 200, JSON, words="true"),
    "HEAD": Case("HEAD", {"query": ASK}, 200, JSON),
    "POST form": Case("POST", {}, 200, JSON, form(query=ASK), FORM, words="true"),
    "POST form with charset": Case("POST", {}, 200, JSON, form(query=ASK), FORM + "; charset=UTF-8"),
    "POST direct": Case("POST", {}, 200, JSON, ASK, QUERY, words="true"),
    "POST direct with charset": Case("POST", {}, 200, JSON, ASK, QUERY + ";charset=utf-8"),
    "POST form, dataset in the address": Case(
        "POST", {"default-graph-uri": AP}, 200, JSON, form(query=IDS), FORM, words="ap-1"
    ),
    # 2.1.4: the dataset
    "no dataset is the union": Case("GET", {"query": IDS}, 200, JSON, words="rt-1"),
    "default graph by GET": Case("GET", {"query": IDS, "default-graph-uri": AP}, 200, JSON, words="ap-1"),
    "default graph by form": Case("POST", {}, 200, JSON, form(query=IDS, default_graph_uri=RT), FORM, words="rt-1"),
    "default graph, direct": Case("POST", {"default-graph-uri": RT}, 200, JSON, IDS, QUERY, words="rt-1"),
    "two default graphs": Case("GET", {"query": IDS, "default-graph-uri": [AP, RT]}, 200, JSON, words="rt-1"),
    "named graph": Case("GET", {"query": NAMED_IDS, "named-graph-uri": AP}, 200, JSON, words="ap-1"),
    "two named graphs": Case("GET", {"query": NAMED_IDS, "named-graph-uri": [AP, RT]}, 200, JSON, words="rt-1"),
    "default and named": Case(
        "GET", {"query": NAMED_IDS, "default-graph-uri": AP, "named-graph-uri": RT}, 200, JSON, words="rt-1"
    ),
    "protocol's dataset over FROM": Case(
        "GET", {"query": IDS.replace("{ ?a", f"FROM <{RT}> {{ ?a"), "default-graph-uri": AP}, 200, JSON, words="ap-1"
    ),
    "FROM": Case("GET", {"query": IDS.replace("{ ?a", f"FROM <{RT}> {{ ?a")}, 200, JSON, words="rt-1"),
    "FROM NAMED": Case(
        "GET", {"query": NAMED_IDS.replace("{ GRAPH", f"FROM NAMED <{RT}> {{ GRAPH")}, 200, JSON, words="rt-1"
    ),
    "FROM in a string": Case(
        "GET", {"query": IDS.replace("?id }", "?id FILTER(?id != ' FROM <urn:x> ') }", 1)}, 200, JSON, words="rt-1"
    ),
    "graph that is not there": Case("GET", {"query": IDS, "default-graph-uri": "urn:none"}, 200, JSON, words="[]"),
    # 2.1.5: content negotiation
    "JSON": Case("GET", {"query": SELECT}, 200, JSON, accept=JSON),
    "JSON by its general type": Case("GET", {"query": SELECT}, 200, JSON, accept="application/json"),
    "XML": Case("GET", {"query": SELECT}, 200, XML, accept=XML),
    "XML by its general type": Case("GET", {"query": SELECT}, 200, XML, accept="application/xml"),
    "CSV": Case("GET", {"query": SELECT}, 200, "text/csv", accept="text/csv"),
    "TSV": Case("GET", {"query": SELECT}, 200, "text/tab-separated-values", accept="text/tab-separated-values"),
    "quality": Case("GET", {"query": SELECT}, 200, "text/csv", accept=f"{JSON};q=0.2, text/csv;q=0.7, {XML};q=0.5"),
    "anything": Case("GET", {"query": SELECT}, 200, JSON, accept="*/*"),
    "no Accept": Case("GET", {"query": SELECT}, 200, JSON, accept=None),
    "ASK as XML": Case("GET", {"query": ASK}, 200, XML, accept=XML, words="<boolean>true"),
    "ASK as CSV": Case("GET", {"query": ASK}, 200, "text/csv", accept="text/csv", words="true"),
    "graph as Turtle": Case("GET", {"query": "CONSTRUCT WHERE {?s a ?o}"}, 200, "text/turtle", accept="text/turtle"),
    "graph as N-Triples": Case(
        "GET", {"query": "CONSTRUCT WHERE {?s a ?o}"}, 200, "application/n-triples", accept="application/n-triples"
    ),
    "graph as JSON-LD": Case(
        "GET", {"query": "CONSTRUCT WHERE {?s a ?o}"}, 200, "application/ld+json", accept="application/ld+json"
    ),
    "graph as RDF/XML": Case(
        "GET", {"query": f"DESCRIBE <{BASE}entity/Q30>"}, 200, "application/rdf+xml", accept="application/rdf+xml"
    ),
    "graph as N-Quads": Case(
        "GET", {"query": f"DESCRIBE <{AP}>"}, 200, "application/n-quads", accept="application/n-quads"
    ),
    "graph as TriG": Case("GET", {"query": f"DESCRIBE <{AP}>"}, 200, "application/trig", accept="application/trig"),
    "graph, no Accept": Case("GET", {"query": "CONSTRUCT WHERE {?s a ?o}"}, 200, "text/turtle", accept=None),
    "results and graphs accepted": Case(
        "GET", {"query": SELECT}, 200, XML, accept=f"text/turtle, application/rdf+xml, {XML};q=0.5"
    ),
    "not acceptable": Case("GET", {"query": SELECT}, 406, "text/plain", accept="image/png"),
    "results as a graph": Case("GET", {"query": SELECT}, 406, "text/plain", accept="text/turtle"),
    "graph as results": Case("GET", {"query": "CONSTRUCT WHERE {?s a ?o}"}, 406, "text/plain", accept=XML),
    # 2.1.7 and the test suite's bad requests
    "PUT": Case("PUT", {"query": ASK}, 405, "text/plain", words="allowed: GET, HEAD, POST"),
    "DELETE": Case("DELETE", {"query": ASK}, 405, "text/plain"),
    "no query in the form": Case("POST", {}, 400, "text/plain", "", FORM, words="query or update is missing"),
    "no query in the address": Case("GET", {"x": "y"}, 400, "text/plain", words="query is missing"),
    "two queries": Case("GET", {"query": [ASK, ASK]}, 400, "text/plain", words="given 2 times"),
    "two queries in the form": Case("POST", {}, 400, "text/plain", form(query=[ASK, ASK]), FORM, words="given 2 times"),
    "a query in address and form": Case("POST", {"query": ASK}, 400, "text/plain", form(query=ASK), FORM),
    "a query in address and body": Case("POST", {"query": ASK}, 400, "text/plain", ASK, QUERY),
    "query with update": Case(
        "POST", {}, 400, "text/plain", form(query=ASK, update="CLEAR ALL"), FORM, words="not both"
    ),
    "no media type": Case("POST", {}, 415, "text/plain", ASK, None),
    "text/plain": Case("POST", {}, 415, "text/plain", ASK, "text/plain"),
    "unknown media type": Case("POST", {}, 415, "text/plain", ASK, "application/sparql"),
    "UTF-16 direct": Case("POST", {}, 415, "text/plain", ASK.encode("utf-16"), QUERY + "; charset=UTF-16"),
    "UTF-16 form": Case("POST", {}, 415, "text/plain", form(query=ASK).encode("utf-16"), FORM + "; charset=UTF-16"),
    "not UTF-8, direct": Case("POST", {}, 400, "text/plain", b"ASK { ?s ?p '\xff' }", QUERY, words="not UTF-8"),
    "not UTF-8, form": Case("POST", {}, 400, "text/plain", "query=ASK+%7B+%FF+%7D", FORM, words="not UTF-8"),
    "syntax": Case("GET", {"query": "ASK { ?s"}, 400, "text/plain", words="error at 1:"),
    "an update as a query": Case("GET", {"query": "CLEAR ALL"}, 400, "text/plain"),
    "empty query": Case("GET", {"query": ""}, 400, "text/plain"),
    "empty body": Case("POST", {}, 400, "text/plain", "", QUERY),
    "dataset is no IRI": Case("GET", {"query": ASK, "default-graph-uri": "not an IRI"}, 400, "text/plain"),
    "too long": Case("POST", {}, 413, "text/plain", "#" * 20_001, QUERY, words="more than 20000 bytes"),
    "too deep": Case("POST", {}, 400, "text/plain", "ASK " + "{" * 300 + "}" * 300, QUERY, words="nested"),
    "SERVICE": Case(
        "GET", {"query": "ASK { SERVICE <http://127.0.0.1:9/> {} }"}, 403, "text/plain", words="127.0.0.1:9"
    ),
    # 2.2 at a server that is read-only
    "update by form": Case("POST", {}, 403, "text/plain", form(update="CLEAR ALL"), FORM, words="--allow-update"),
    "update, direct": Case("POST", {}, 403, "text/plain", "CLEAR ALL", UPDATE, words="--allow-update"),
    "update by GET": Case("GET", {"update": "CLEAR ALL"}, 405, "text/plain"),
}


def test_all_cases_are_here() -> None:
    """None is lost by a name given twice."""
    assert (len(QUERIES), len(UPDATES)) == (69, 20)


def send(server: Server, case: Case, **headers: str) -> Reply:
    if case.accept is not None:
        headers["Accept"] = case.accept
    if case.content_type is not None:
        headers["Content_Type"] = case.content_type
    path = "/sparql" + ("?" + urlencode(case.fields, doseq=True) if case.fields else "")
    return server.ask(case.method, path, case.body, **headers)


@pytest.mark.parametrize("name", QUERIES)
def test_query(server: Server, name: str) -> None:
    """A request of the protocol has the status, the media type and the content that the recommendation asks for."""
    case = QUERIES[name]
    reply = send(server, case)
    assert reply.status == case.status, reply
    assert case.type is None or reply.kind == case.type
    assert case.words in reply.text, reply
    if reply.status >= 400:
        assert len(reply.text.splitlines()) == (case.method != "HEAD"), "a refusal is one line"


@pytest.mark.parametrize(
    ("name", "absent"),
    [("default graph by GET", "rt-1"), ("default graph, direct", "ap-1"), ("named graph", "rt-1"), ("FROM", "ap-1"), ("FROM NAMED", "ap-1"),
     ("protocol's dataset over FROM", "rt-1"), ("default and named", "ap-1")],
)  # fmt: skip
def test_dataset_leaves_the_rest_out(server: Server, name: str, absent: str) -> None:
    """Of graphs that a request does not name nothing is seen."""
    assert absent not in send(server, QUERIES[name]).text


OK, INSERT = 204, "INSERT DATA { GRAPH <urn:g:%s> { <urn:s> <urn:p> '%s' } }"
UPDATES = {
    "form": Case("POST", {}, OK, None, form(update=INSERT % (1, 1)), FORM),
    "direct": Case("POST", {}, OK, None, INSERT % (2, 2), UPDATE),
    "direct with charset": Case("POST", {}, OK, None, (INSERT % (3, "é")).encode(), UPDATE + "; charset=utf-8"),
    "several operations": Case("POST", {}, OK, None, f"{INSERT % (4, 4)} ; {INSERT % (5, 5)}", UPDATE),
    "empty": Case("POST", {}, OK, None, "", UPDATE),
    "using graph": Case(
        "POST", {"using-graph-uri": AP}, OK, None, "INSERT { GRAPH <urn:g:6> { ?s ?p ?o } } WHERE { ?s ?p ?o }", UPDATE
    ),
    "using graph by form": Case(
        "POST", {}, OK, None,
        form(update="INSERT { GRAPH <urn:g:7> { ?s ?p ?o } } WHERE { ?s ?p ?o }", using_graph_uri=RT), FORM,
    ),
    "using named graph": Case(
        "POST", {"using-named-graph-uri": AP}, OK, None,
        "INSERT { GRAPH <urn:g:8> { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", UPDATE,
    ),
    "syntax": Case("POST", {}, 400, "text/plain", "INSERT DATA {", UPDATE, words="error at 1:"),
    "a query as an update": Case("POST", {}, 400, "text/plain", ASK, UPDATE),
    "using graph with USING": Case(
        "POST", {"using-graph-uri": AP}, 400, "text/plain",
        f"INSERT {{ <urn:s> ?p ?o }} USING <{RT}> WHERE {{ ?s ?p ?o }}", UPDATE,
    ),
    "using graph with WITH": Case(
        "POST", {"using-graph-uri": AP}, 400, "text/plain",
        f"WITH <{RT}> INSERT {{ <urn:s> ?p ?o }} WHERE {{ ?s ?p ?o }}", UPDATE,
    ),
    "GET": Case("GET", {"update": "CLEAR ALL"}, 405, "text/plain"),
    "PUT": Case("PUT", {}, 405, "text/plain", "CLEAR ALL", UPDATE),
    "two updates": Case("POST", {}, 400, "text/plain", form(update=["CLEAR ALL", "CLEAR ALL"]), FORM),
    "update with query": Case("POST", {"query": ASK}, 400, "text/plain", "CLEAR ALL", UPDATE),
    "unknown media type": Case("POST", {}, 415, "text/plain", "CLEAR ALL", "text/plain"),
    "not UTF-8": Case("POST", {}, 400, "text/plain", b"INSERT DATA { <a:a> <a:b> '\xff' }", UPDATE),
    "LOAD": Case("POST", {}, 403, "text/plain", "LOAD <http://127.0.0.1:9/x.ttl>", UPDATE),
    "LOAD of a file": Case("POST", {}, 403, "text/plain", "LOAD SILENT <file:///etc/passwd>", UPDATE),
}  # fmt: skip


@pytest.mark.parametrize("name", UPDATES)
def test_update(writer: Server, name: str) -> None:
    """An update with the token has the status that the recommendation asks for."""
    reply = send(writer, UPDATES[name], Authorization=f"Bearer {TOKEN}")
    assert reply.status == UPDATES[name].status, reply
    assert UPDATES[name].words in reply.text


def test_update_is_read_at_once(writer: Server) -> None:
    """Whoever asks after the answer to an update sees it; a wrong token changes nothing."""
    count = "SELECT (COUNT(*) AS ?n) { GRAPH <urn:new> { ?s ?p ?o } }"
    for token, status, wanted in (("a-wrong-token-of-some-length", 401, "0"), (TOKEN, 204, "1")):
        update = "INSERT DATA { GRAPH <urn:new> { <urn:s> <urn:p> 1 } }"
        reply = writer.post(update, UPDATE, Authorization=f"Bearer {token}")
        assert reply.status == status
        assert (status == 401) == ("www-authenticate" in reply.headers)
        assert writer.bindings(count)[0]["n"]["value"] == wanted
    assert writer.post("CLEAR ALL", UPDATE).status == 401
    assert writer.post("DROP GRAPH <urn:new>", UPDATE, Authorization=f"Bearer {TOKEN}").status == 204


def test_service_description(server: Server) -> None:
    """GET without a query describes the endpoint, in each RDF format, and to a browser as a form."""
    for media_type in ("text/turtle", "application/rdf+xml", "application/n-triples"):
        reply = server.get("/sparql", Accept=media_type)
        graph = Graph().parse(data=reply.body, format=media_type)
        sd = "http://www.w3.org/ns/sparql-service-description#"
        [endpoint] = {str(o) for _, p, o in graph if str(p) == sd + "endpoint"}
        assert (reply.status, reply.kind, endpoint) == (200, media_type, f"{server.url}/sparql")
    page = server.get("/sparql", Accept="text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert page.kind == "text/html" and "<textarea" in page.text
    assert server.get("/sparql", Accept="image/png").status == 406


class TestGraphStore:
    """The Graph Store Protocol, to read."""

    def test_named_graph(self, server: Server) -> None:
        """A graph is all its triples, in the format asked for."""
        reply = server.get(f"/store?graph={quote(AP)}", Accept="application/n-triples")
        found = {quad.triple for quad in ox.parse(reply.body, format=ox.RdfFormat.N_TRIPLES)}
        store = ox.Store()
        store.bulk_extend(ox.parse(path=str(FIXTURE), format=ox.RdfFormat.TRIG))
        assert found == {q.triple for q in store.quads_for_pattern(None, None, None, ox.NamedNode(AP))}

    def test_default_graph_is_the_union(self, server: Server) -> None:
        """What queries see by default is the default graph."""
        [row] = server.bindings("SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }")
        for address in ("/store?default", "/store?graph=default"):
            reply = server.get(address, Accept="application/n-triples")
            assert len(set(reply.text.splitlines())) == int(row["n"]["value"])

    @pytest.mark.parametrize(
        ("method", "address", "status"),
        [
            ("HEAD", "?default", 200),
            ("GET", "?graph=urn:none", 404),
            ("HEAD", "?graph=urn:none", 404),
            ("GET", "", 400),
            ("GET", "?graph=not%20an%20IRI", 400),
            ("GET", "?graph=urn:a&graph=urn:b", 400),
            ("GET", "?graph=urn:a%3E%20%7B%7D%20%23", 400),
            ("PUT", "?default", 405),
            ("POST", "?default", 405),
            ("DELETE", "?default", 405),
            ("PATCH", "?default", 405),
        ],
    )
    def test_status(self, server: Server, method: str, address: str, status: int) -> None:
        """What is not there is 404, what cannot be done 405 with what can, what is wrong 400."""
        reply = server.ask(method, f"/store{address}")
        assert reply.status == status
        assert status != 405 or reply.headers["allow"] == "GET, HEAD"

    def test_head_is_get_without_the_body(self, server: Server) -> None:
        """HEAD has the headers of GET."""
        get, head = (server.ask(m, f"/store?graph={quote(AP)}") for m in ("GET", "HEAD"))
        assert head.body == b"" and int(head.headers["content-length"]) == len(get.body)
        assert head.headers["etag"] == get.headers["etag"]


def test_formats_hold_the_same_triples(server: Server) -> None:
    """All RDF formats of a graph are the same graph."""
    sizes = set()
    for media_type in ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml",
                       "application/n-quads", "application/trig"):  # fmt: skip
        reply = server.get(f"/store?graph={quote(AP)}", Accept=media_type)
        assert (reply.status, reply.kind) == (200, media_type)
        syntax = ox.RdfFormat.from_media_type(media_type)
        sizes.add(len(set(ox.parse(reply.body, format=syntax))))
    assert len(sizes) == 1
