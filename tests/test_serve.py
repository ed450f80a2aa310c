"""`kg serve` as a server: things at their addresses, limits, snapshots, engines, clients. All on real processes."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
import pytest
from rdflib import Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON as WRAPPER_JSON
from SPARQLWrapper import SPARQLWrapper

from kg.errors import StoreLocked
from kg.graph.lock import hold
from kg.graph.store import MARKER, UNFLUSHED, Store
from kg.graph.vocabulary import BASE
from kg.serve.connections import MOST_OF_ONE_ADDRESS
from kg.serve.server import _bound
from kg.serve.snapshots import FOLDER, snapshot_folder, take_snapshot
from tests.conftest import Ran
from tests.records import meeting
from tests.serving import RUNAWAY, Server, engines_of, eventually, make_store, serving
from tests.test_ontology import jena_class_path

__all__ = ["jena_class_path"]

EVENT = "event/2022-03-14-CONSULT-meeting"
SCRIPT = "<script>alert(1)</script>"
HOSTILE = "a/b c<.html"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two articles, and one whose id and words are hostile."""
    path = make_store(tmp_path_factory.mktemp("served") / "store")
    with Store.open(path) as opened:
        record = meeting(HOSTILE, ["Sullivan", "Yang"], source=SCRIPT)
        opened.load(record)
    return path


@pytest.fixture(scope="module")
def server(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    errors = tmp_path_factory.mktemp("server") / "errors"
    with serving(store, errors, "--time-limit", "20", "--max-rows", "5000") as running:
        yield running


@pytest.fixture
def hasty(store: Path, tmp_path: Path) -> Iterator[Server]:
    """A server with little patience and room."""
    with serving(
        store, tmp_path / "errors", "--time-limit", "1", "--max-queries", "2", "--max-rows", "100", "--trust-proxy"
    ) as running:
        yield running


class TestThings:
    """Entities, events, articles and what belongs to them, at their own addresses."""

    @pytest.mark.parametrize(
        ("accept", "suffix"),
        [
            ("text/turtle", "ttl"),
            ("application/ld+json", "jsonld"),
            ("application/n-triples", "nt"),
            ("application/rdf+xml", "rdf"),
            ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
            ("*/*", "ttl"),
        ],
    )
    @pytest.mark.parametrize("path", ["entity/Q30", EVENT, "article/ap-1", "ontology", "graph/article/ap-1"])
    def test_sends_on_to_a_document(self, server: Server, path: str, accept: str, suffix: str) -> None:
        """A thing answers 303 to the document in the wanted format, and that tells of the thing."""
        seen = server.get(f"/{path}", Accept=accept)
        assert (seen.status, seen.headers["location"]) == (303, f"/doc/{path}.{suffix}")
        assert "Accept" in seen.headers["vary"] and 'rel="alternate"' in seen.headers["link"]
        document = server.get(seen.headers["location"])
        assert document.status == 200 and f'<{BASE}{path}>; rel="canonical"' in document.headers["link"]
        if suffix == "html":
            assert document.kind == "text/html" and "<h1>" in document.text
        else:
            triples = {quad.triple for quad in ox.parse(document.body, format=ox.RdfFormat.from_extension(suffix))}
            assert len(triples) > 5
            assert path.startswith("graph/") or ox.NamedNode(BASE + path) in {triple.subject for triple in triples}

    def test_every_iri_of_ours_is_there(self, server: Server, store: Path) -> None:
        """Whatever the store says something of can be looked up: entities, events, articles, reports, parts, terms."""
        with Store.open(store, read_only=True) as opened:
            subjects = {q.subject.value for q in opened.inner if isinstance(q.subject, ox.NamedNode)}
        paths = sorted({s.removeprefix(BASE).partition("#")[0] for s in subjects if s.startswith(BASE)})
        assert len(paths) > 100
        for path in [*paths[::7], *(p for p in paths if "%" in p)]:
            assert server.get(f"/{path}").status == 303, path
            assert server.get(f"/doc/{path}.html").status == 200, path
            assert server.get(f"/doc/{path}.ttl").status == 200, path

    def test_hostile_article(self, server: Server) -> None:
        """An id with slashes, signs and an ending stays whole; what an article says is text, never markup."""
        path = "article/" + quote(HOSTILE, safe="")
        seen = server.get(f"/{path}", Accept="text/html")
        assert seen.headers["location"] == f"/doc/{path}.html"
        page = server.get(seen.headers["location"])
        assert page.status == 200 and SCRIPT not in page.text and "&lt;script&gt;" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert server.get(f"/{path.lower()}").status == 303, "percent-encoding in lower case is the same"

    def test_page_shows_the_evidence(self, server: Server) -> None:
        """An event's page marks the words that tell of it, and links to parties here and to Wikidata."""
        page = server.get(f"/doc/{EVENT}.html").text
        assert "<mark class='trigger'>" in page and "href='/entity/Q16730147'" in page
        assert "https://www.wikidata.org/wiki/Q30" in server.get("/doc/entity/Q30.html").text
        assert not re.findall(r"(?:src|<link)[^>]*http", page), "nothing comes from elsewhere"

    @pytest.mark.parametrize(
        "path",
        ["/entity/Q999999999", "/event/none", "/article/none", "/doc/entity/Q999999999.ttl", "/doc/event/none.html",
         "/doc/entity/Q30.exe", "/doc/entity/Q30", "/../../etc/passwd", "/doc/../../etc/passwd.ttl",
         "/entity/%2e%2e%2f%2e%2e%2fetc%2fpasswd", "/entity/Q30%0d%0aX-Evil:%201", "/entity/a%", "/none", "/sparql/x", "//", "//sparql", "//none", "/ontology/9.9.9"],
    )  # fmt: skip
    def test_what_is_not_there(self, server: Server, path: str) -> None:
        """Anything else is 404 in one line, and no header comes from an address."""
        reply = server.get(path)
        assert reply.status == 404 and reply.kind == "text/plain" and len(reply.text.splitlines()) == 1
        assert "x-evil" not in reply.headers

    def test_version_of_the_ontology(self, server: Server) -> None:
        """The IRI of the ontology's version, to which its own page links, answers like the ontology."""
        assert "href='/ontology/0.1.0'" in server.get("/doc/ontology.html").text
        for accept in ("text/turtle", "text/html"):
            seen, known = (server.get(path, Accept=accept) for path in ("/ontology/0.1.0", "/ontology"))
            assert seen.status == 303 and seen.headers["location"] == known.headers["location"]

    def test_encodings_that_mean_the_same(self, server: Server) -> None:
        """Letters, digits and -._~ may be encoded in an address or not."""
        assert server.get("/%73parql?query=ASK%7B%7D").status == 200
        assert server.get("/entity/%5130").headers["location"] == server.get("/entity/Q30").headers["location"]
        assert server.get("/doc/entity/Q30%2ettl").status == 200
        assert server.get("/%2Fsparql").status == 404

    def test_front_page_and_health(self, server: Server) -> None:
        """The front page counts what there is and shows the newest events; /health says the same to machines."""
        health = server.get("/health").json()
        assert (health["status"], health["articles"]) == ("ok", 1 + 2)
        page = server.get("/").text
        assert f"{health['quads']:,}" in page and "/event/2022-03-16" in page

    def test_query_page(self, server: Server) -> None:
        """A browser that asks a query gets its form again with a table, or with what is wrong."""
        browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
        page = server.query("SELECT ?e { ?e a <https://w3id.org/diplomacy-kg/ontology#Event> }", browser)
        assert page.kind == "text/html" and "<table>" in page.text and "href='/event/" in page.text
        assert (wrong := server.query("SELEC", browser)).status == 400 and "error at 1:6" in wrong.text
        assert "&lt;b&gt;" in server.query("SELECT ('<b>' AS ?x) {}", browser).text


class TestHttp:
    """What every response has."""

    def test_cors(self, server: Server) -> None:
        """Any web page may read, and a preflight says so."""
        for reply in (server.query("ASK {}"), server.query("ASK"), server.get("/none")):
            assert reply.headers["access-control-allow-origin"] == "*"
        preflight = server.ask("OPTIONS", "/sparql", Origin="http://a.example", Access_Control_Request_Method="POST")
        assert preflight.status == 204 and "POST" in preflight.headers["access-control-allow-methods"]

    @pytest.mark.parametrize(
        ("path", "methods"),
        [("/", "GET, HEAD, OPTIONS"), ("/sparql", "GET, HEAD, POST, OPTIONS"), ("/store?default", "GET, HEAD, OPTIONS"),
         ("/doc/entity/Q30.ttl", "GET, HEAD, OPTIONS"), ("/none", None), ("//sparql", None)],
    )  # fmt: skip
    def test_options(self, server: Server, path: str, methods: str | None) -> None:
        """OPTIONS lists what the address takes, and is 404 where there is nothing."""
        reply = server.ask("OPTIONS", path)
        assert (reply.status, reply.headers.get("allow")) == (204 if methods else 404, methods)
        assert reply.headers.get("access-control-allow-methods") == methods

    def test_etag(self, server: Server) -> None:
        """The same answer has the same tag, and who has it is told so without a body; another format has another tag."""
        query = "SELECT ?s { ?s a ?t } ORDER BY ?s"
        one, two, other = server.query(query), server.query(query), server.query(query, "text/csv")
        assert one.headers["etag"] == two.headers["etag"] != other.headers["etag"]
        again = server.query(query, If_None_Match=f'"x", {one.headers["etag"]}')
        assert (again.status, again.body, again.headers["etag"]) == (304, b"", one.headers["etag"])
        assert server.get("/doc/entity/Q30.ttl", If_None_Match="*").status == 304
        assert one.headers["cache-control"] == "no-cache" and "Accept" in one.headers["vary"]

    def test_gzip(self, server: Server) -> None:
        """Who takes gzip gets it where it is worth it, under a tag of its own."""
        query = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 200"
        plain, packed = server.query(query), server.query(query, Accept_Encoding="gzip")
        assert packed.headers["content-encoding"] == "gzip" and gzip.decompress(packed.body) == plain.body
        assert packed.headers["etag"] != plain.headers["etag"] and "Accept-Encoding" in packed.headers["vary"]
        for refused in ("gzip;q=0", "identity", "br"):
            assert "content-encoding" not in server.query(query, Accept_Encoding=refused).headers
        assert "content-encoding" not in server.query("ASK {}", Accept_Encoding="gzip").headers

    def test_head(self, server: Server) -> None:
        """HEAD is GET without the body, everywhere."""
        for path in ("/", "/health", "/sparql", "/doc/entity/Q30.ttl", "/sparql?query=ASK%7B%7D"):
            head = server.ask("HEAD", path)
            assert (head.status, head.body) == (200, b"") and int(head.headers["content-length"]) > 0

    def test_large_chunked_body(self, server: Server) -> None:
        """A body that does not say how long it is, is not read beyond the bound."""

        def endless() -> Iterator[bytes]:
            for _ in range(40):
                yield b"#" * 100_000

        try:
            reply = server.ask("POST", "/sparql", endless(), True, Content_Type="application/sparql-query")
        except (BrokenPipeError, ConnectionResetError):
            reply = None
        assert reply is None or reply.status == 413
        assert server.query("ASK {}").status == 200

    def test_endless_address(self, server: Server) -> None:
        """An address that does not end is not read for ever."""
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.settimeout(20)
            raw.sendall(b"GET /sparql?query=")
            try:
                for _ in range(200):
                    raw.sendall(b"x" * 20_000)
                answer = raw.recv(100)
            except (BrokenPipeError, ConnectionResetError):
                answer = b"HTTP/1.1 414"
        assert answer.startswith(b"HTTP/1.1 414")
        assert server.query("ASK {}").status == 200

    @pytest.mark.parametrize("header", [b"X-Long: ", b"X-Many: 1\r\n"], ids=["one value", "many headers"])
    @pytest.mark.parametrize("earlier", [0, 1], ids=["first", "second"])
    def test_endless_head(self, server: Server, earlier: int, header: bytes) -> None:
        """A head that does not end is not read for ever, be it the first of its connection or a later one."""
        filler = header * 2_000 if header.endswith(b"\n") else b"x" * 20_000
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.settimeout(20)
            for _ in range(earlier):
                raw.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
                assert raw.recv(10_000).startswith(b"HTTP/1.1 200")
            sent = 0
            try:
                raw.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n" + header)
                for _ in range(2_000):
                    raw.sendall(filler)
                    sent += len(filler)
                answer = raw.recv(100)
            except (BrokenPipeError, ConnectionResetError):
                answer = b""
        assert answer[:12] in (b"HTTP/1.1 431", b"") and sent < 20 << 20
        assert server.query("ASK {}").status == 200

    def test_connections_of_one_address(self, server: Server) -> None:
        """One address may have half of the connections; one more is told when to come again, others are served."""

        def connect() -> socket.socket:
            return socket.create_connection(("127.0.0.1", server.port), 20, ("127.0.0.2", 0))

        with ExitStack() as opened:
            for _ in range(MOST_OF_ONE_ADDRESS):
                opened.enter_context(connect())
            with connect() as extra:
                answer = extra.recv(1_000)
            assert answer.startswith(b"HTTP/1.1 503") and b"\r\nRetry-After: 5\r\n" in answer
            assert b"\r\nAccess-Control-Allow-Origin: *\r\n" in answer
            assert server.query("ASK {}").status == 200

        def is_let_in() -> bool:
            with connect() as again:
                again.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n")
                return again.recv(100).startswith(b"HTTP/1.1 200")

        assert eventually(is_let_in)

    def test_long_head_that_ends(self, server: Server) -> None:
        """Sixty kilobytes of headers are taken again and again; more than twice as much is refused."""
        connection = HTTPConnection("127.0.0.1", server.port, timeout=20)
        for size, status in ((60_000, 200), (60_000, 200), (140_000, 431)):
            connection.putrequest("GET", "/health")
            connection.putheader("X-Long", "x" * size)
            try:
                connection.endheaders()
                response = connection.getresponse()
            except ConnectionError:
                assert status == 431
            else:
                assert response.status == status
                response.read()
        connection.close()

    def test_head_with_its_body(self, server: Server) -> None:
        """A body that comes at once with its head is no part of it, nor is the next request of a pipeline."""
        query = b"ASK {} #" + b"x" * 200_000
        head = (
            b"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n"
        )
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.settimeout(20)
            raw.sendall((head % len(query) + query) * 2)
            found = b""
            while found.count(b"HTTP/1.1 200") < 2 and (chunk := raw.recv(10_000)):
                found += chunk
        assert found.count(b"HTTP/1.1 200") == 2

    def test_long_query_in_the_address(self, server: Server) -> None:
        """A query of sixty kilobytes may stand in the address, a longer one is sent by POST."""
        assert server.query("ASK {} #" + "x" * 60_000).status == 200
        assert server.query("ASK {} #" + "x" * 70_000).status == 414
        assert server.post("ASK {} #" + "x" * 900_000, "application/sparql-query").status == 200

    @pytest.mark.parametrize(
        "junk", [b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"GET \xff\xfe HTTP/1.1\r\n\r\n"]
    )
    def test_junk(self, server: Server, junk: bytes) -> None:
        """What is no HTTP is refused, and the server goes on."""
        with socket.create_connection(("127.0.0.1", server.port)) as raw:
            raw.settimeout(20)
            raw.sendall(junk)
            assert raw.recv(100)[:12] in (b"HTTP/1.1 400", b"")
        assert server.query("ASK {}").status == 200

    def test_access_log(self, server: Server) -> None:
        """Each request is a line in the Combined Log Format, with milliseconds and rows, and cannot forge another."""
        server.get("/none", User_Agent='evil" \x1b[31m', Referer="http://r.example/")
        server.query("SELECT * { VALUES ?x { 1 2 3 } }", User_Agent="counter")
        line = r'127\.0\.0\.[12] - - \[\d\d/\w{3}/\d{4}:[\d:]{8} [+-]\d{4}\] "[^"\x1b]*" \d{3} \d+ "[^"]*" "[^"\x1b]*" [\d.]+ (\d+|-)'
        assert eventually(lambda: "counter" in server.errors)
        lines = server.errors.splitlines()
        assert all(re.fullmatch(line, text) for text in lines), lines
        assert next(text for text in lines if "counter" in text).endswith(" 3")

    def test_a_client_says_nothing_of_its_address(self, server: Server, hasty: Server) -> None:
        """X-Forwarded-For is believed with --trust-proxy, as the second server has it, and not otherwise."""
        for one, address in ((server, "127.0.0.1"), (hasty, "192.0.2.9")):
            one.get("/health", X_Forwarded_For="192.0.2.9", User_Agent="forwarded")
            assert eventually(lambda one=one: "forwarded" in one.errors)  # type: ignore[misc]
            told = next(line for line in one.errors.splitlines() if "forwarded" in line)
            assert told.startswith(f"{address} - - [")


class TestLimits:
    """No query takes more than its share."""

    @pytest.mark.parametrize(
        "query",
        [RUNAWAY, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
         "SELECT (SUM(?x) AS ?n) { " + " ".join(f"VALUES ?x{n} {{ {' '.join(map(str, range(30)))} }}" for n in range(9))
         + " BIND(?x0 * ?x1 AS ?x) }"],
        ids=["sort", "count", "values"],
    )  # fmt: skip
    def test_time_limit_stops_the_evaluation(self, hasty: Server, query: str) -> None:
        """After the limit comes 503 with Retry-After, and no engine goes on."""
        reply = hasty.query(query)
        assert reply.status == 503 and "longer than 1 s" in reply.text and reply.headers["retry-after"]
        assert eventually(lambda: not hasty.engines())
        assert hasty.query("ASK {}").status == 200

    def test_page_of_a_refusal(self, hasty: Server) -> None:
        """A page that tells what is wrong keeps the status and its headers, and is never what a client has already."""
        for query, status in ((RUNAWAY, 503), ("SELEC", 400)):
            reply = hasty.query(query, "text/html", If_None_Match="*")
            assert (reply.status, reply.kind, "retry-after" in reply.headers) == (status, "text/html", status == 503)
            assert "etag" not in reply.headers and reply.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv",
                                        "text/tab-separated-values"])  # fmt: skip
    def test_row_limit(self, hasty: Server, accept: str) -> None:
        """As many rows as allowed are sent, one more is refused whole; rows are counted, not what looks like them."""
        tricky = "SELECT (CONCAT('}},{\\n<result>', STR(?x)) AS ?y) (CONCAT('},{', STR(?z)) AS ?w) { VALUES ?x { %s } VALUES ?z { 1 } }"
        for number, status in ((100, 200), (101, 422)):
            reply = hasty.query(tricky % " ".join(map(str, range(number))), accept)
            assert reply.status == status, reply
            assert status == 200 or "more than 100 rows" in reply.text

    def test_row_limit_of_triples(self, hasty: Server) -> None:
        """Triples are rows too, in every format."""
        query = "CONSTRUCT { <a:s> <a:p> ?x } { VALUES ?x { %s } }"
        for accept in ("text/turtle", "application/n-triples", "application/ld+json"):
            assert hasty.query(query % " ".join(map(str, range(100))), accept).status == 200
            assert hasty.query(query % " ".join(map(str, range(101))), accept).status == 422

    def test_rows_without_end_are_stopped_at_the_limit(self, hasty: Server) -> None:
        """Rows that would come for ages are told as too many once they are, long before the time limit."""
        product = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        for accept in ("text/csv", "application/sparql-results+json", "application/sparql-results+xml"):
            reply = hasty.query(product, accept)
            assert reply.status == 422 and "more than 100 rows" in reply.text, reply

    def test_nobody_is_starved(self, hasty: Server) -> None:
        """While one address asks queries without end, another one is answered."""
        asking = [threading.Thread(target=hasty.query, args=(RUNAWAY,)) for _ in range(6)]
        for thread in asking:
            thread.start()
        other = [hasty.query("ASK {}", X_Forwarded_For="192.0.2.7").status for _ in range(3)]
        for thread in asking:
            thread.join()
        assert other == [200, 200, 200]

    def test_client_that_leaves(self, store: Path, tmp_path: Path) -> None:
        """When a client goes away its query is stopped long before the limit."""
        with serving(store, tmp_path / "patient", "--time-limit", "600") as patient:
            with socket.create_connection(("127.0.0.1", patient.port)) as raw:
                raw.sendall(f"GET /sparql?query={quote(RUNAWAY)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert eventually(lambda: patient.get("/health").json()["running"] == 1)
            assert eventually(lambda: patient.get("/health").json()["running"] == 0)
            assert eventually(lambda: not patient.engines())

    def test_memory_limit(self, store: Path, tmp_path: Path) -> None:
        """A query that needs too much memory ends its own engine, and gets 503; the server goes on."""
        hungry = "SELECT (GROUP_CONCAT(?x) AS ?y) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i BIND(CONCAT(STR(?a), STR(?f), STR(?i)) AS ?x) }"
        with serving(store, tmp_path / "errors", "--memory", "256", "--time-limit", "60") as running:
            reply = running.query(hungry)
            assert reply.status == 503 and "more than 256 MiB" in reply.text
            assert running.query("ASK {}").status == 200


class TestProcesses:
    """Engines come and go; the server stays, and leaves nothing behind."""

    def test_engine_killed(self, server: Server) -> None:
        """When an engine is killed the next request is answered by another."""
        server.query("ASK {}")
        for pid in server.engines():
            os.kill(pid, signal.SIGKILL)
        assert [server.query("ASK {}").status for _ in range(4)] == [200] * 4

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_told_to_stop(self, store: Path, tmp_path: Path, number: signal.Signals) -> None:
        """Told to stop it lets a running query finish or ends it, exits with 0, and takes engines and snapshot away."""
        with serving(store, tmp_path / "errors", "--time-limit", "600") as running:
            engines = running.engines()
            found: list[int] = []
            asking = threading.Thread(target=lambda: found.append(running.query(RUNAWAY).status))
            asking.start()
            assert eventually(lambda: running.get("/health").json()["running"] == 1)
            running.process.send_signal(number)
            assert running.process.wait(timeout=30) == 0
            asking.join()
            assert found == [503]
            assert not any(Path(f"/proc/{pid}").exists() for pid in engines)
        assert not (store / FOLDER).exists() or not any(
            entry.name == str(running.process.pid) for entry in (store / FOLDER).iterdir()
        )

    def test_killed(self, store: Path, tmp_path: Path) -> None:
        """Killed, it leaves no engine, and the next server removes its snapshot."""
        with serving(store, tmp_path / "errors") as running:
            running.query("ASK {}")
            engines = running.engines()
            [mine] = [p for p in (store / FOLDER).iterdir() if _is_free(p, running.process)]
            running.process.kill()
            running.process.wait()
            assert eventually(lambda: not any(Path(f"/proc/{pid}").exists() for pid in engines))
        assert mine.exists()
        with serving(store, tmp_path / "errors"):
            assert not mine.exists()

    def test_port_taken(self, store: Path, server: Server, kg: Callable[..., Ran]) -> None:
        """A taken port is one line."""
        ran = kg("serve", "--store", store, "--port", str(server.port))
        assert (ran.code, ran.out) == (1, "") and f"port {server.port} of 127.0.0.1 is taken" in ran.err

    @pytest.mark.parametrize(
        ("options", "code", "words"),
        [
            (("--store", "none"), 1, "there is no store yet"),
            (("--host", "no.such.host.invalid"), 1, "is no address of this machine"),
            (("--host", "192.0.2.1"), 1, "cannot be listened at"),
            (("--port", "99999"), 2, "99999"),
            (("--allow-update",), 2, "KG_SERVE_TOKEN"),
            (("--allow-service", "file:///etc/passwd"), 2, "no http(s) address"),
            (("--access-log", "/proc/none"), 1, "cannot be written"),
            (("--time-limit", "0"), 2, "time-limit"),
            (("--memory", "10"), 2, "needs 256 MiB"),
            *(
                ((option, value), 2, f"{option}: {value} is no number of seconds")
                for option in ("--time-limit", "--refresh")
                for value in ("nan", "inf")
            ),
        ],
    )
    def test_cannot_start(
        self, store: Path, kg: Callable[..., Ran], options: tuple[str, ...], code: int, words: str
    ) -> None:
        """What is wrong with the options, the store or the address is one line."""
        ran = kg("serve", "--store", store, "--port", "0", *options)
        assert (ran.code, ran.out) == (code, "") and words in ran.err and len(ran.err.splitlines()) == 1

    def test_small_answers_are_not_held_back(self) -> None:
        """asyncio turns Nagle's algorithm off for sockets that say they are TCP; ours does."""
        with _bound("127.0.0.1", 0) as listener:
            assert listener.proto == socket.IPPROTO_TCP

    def test_other_address_is_warned_of(self, store: Path, tmp_path: Path) -> None:
        """Listening to all the world comes with a warning."""
        with serving(store, tmp_path / "errors", "--host", "0.0.0.0") as running:
            assert running.query("ASK {}").status == 200
            assert "neither TLS nor passwords" in running.errors


def _is_free(folder: Path, process: subprocess.Popen[str]) -> bool:
    """Whether a snapshot folder is that process's: its engines read below it."""
    commands = (Path(f"/proc/{pid}/cmdline").read_text() for pid in engines_of(process.pid))
    return any(str(folder) in command for command in commands)


class TestSnapshots:
    """Readers see whole states of the store, beside any writer."""

    def test_readers_see_whole_articles(self, tmp_path: Path) -> None:
        """While a writer replaces an article again and again, every answer is one version of it, whole."""
        path = tmp_path / "store"
        versions = [
            meeting("a", ["Sullivan", "Yang"], place="Rome"),
            meeting("a", ["USA", "CHN", "Smith"], place="Milan"),
        ]
        with Store.open(path) as opened:
            opened.load(versions[0])
            sizes = {_size(opened)}
            opened.load(versions[1])
            sizes.add(_size(opened))
        assert len(sizes) == 2
        script = (
            "import sys, time; from pathlib import Path; from kg.graph.store import Store; from tests.records import meeting\n"
            f"versions = [meeting('a', ['Sullivan', 'Yang'], place='Rome'), meeting('a', ['USA', 'CHN', 'Smith'], place='Milan')]\n"
            f"for n in range(10000):\n"
            f"    with Store.open(Path({str(path)!r})) as store:\n"
            "        store.load(versions[n % 2]); store.load(versions[(n + 1) % 2]); store.load(versions[n % 2])\n"
            "    time.sleep(0.05)\n"
        )
        count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{BASE}graph/article/a> {{ ?s ?p ?o }} }}"
        with serving(path, tmp_path / "errors", "--refresh", "0.1") as running:
            writer = subprocess.Popen([sys.executable, "-c", script], cwd=Path(__file__).parent.parent)
            seen = set()
            try:
                assert eventually(lambda: seen.add(int(running.bindings(count)[0]["n"]["value"])) or len(seen) > 1)
                for _ in range(100):
                    seen.add(int(running.bindings(count)[0]["n"]["value"]))
                assert writer.poll() is None, "the writer is not hindered by snapshots"
            finally:
                writer.kill()
                writer.wait()
            assert seen == sizes

    def test_load_is_served_when_it_has_finished(self, tmp_path: Path) -> None:
        """A new article is seen without a restart; while somebody holds the store, the old state is."""
        path = make_store(tmp_path / "store")
        with serving(path, tmp_path / "errors", "--refresh", "0.1") as running:
            before = running.get("/health").json()
            with Store.open(path) as opened:
                opened.load(meeting("new", ["USA", "CHN"]))
                opened.inner.flush()
                time.sleep(0.5)
                assert running.get("/health").json()["articles"] == before["articles"]
                assert running.get("/article/new").status == 404
            assert eventually(lambda: running.get("/health").json()["articles"] == before["articles"] + 1)
            assert running.get("/article/new").status == 303
            assert eventually(lambda: len(list((path / FOLDER).glob("*/at-*"))) == 1), "the old snapshot is removed"

    def test_running_query_keeps_its_snapshot(self, tmp_path: Path) -> None:
        """A query that began on the old snapshot ends on it, while new ones are asked of the new one."""
        path = make_store(tmp_path / "store")
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STRLEN(CONCAT(STR(?c), STR(?f))) > 3) }"
        with serving(path, tmp_path / "errors", "--refresh", "0.1") as running:
            found: list[int] = []
            asking = threading.Thread(target=lambda: found.append(running.query(slow).status))
            asking.start()
            with Store.open(path) as opened:
                opened.load(meeting("new", ["USA", "CHN"]))
            assert eventually(lambda: running.get("/article/new").status == 303)
            asking.join()
            assert found in ([200], [503])

    def test_what_a_dead_writer_left_is_served(self, tmp_path: Path) -> None:
        """What a killed loader had written is in the snapshot, though it stands in Oxigraph's log alone."""
        path = make_store(tmp_path / "store")
        script = (
            "import os; from pathlib import Path; from kg.graph.store import Store; from tests.records import meeting\n"
            f"store = Store.open(Path({str(path)!r})); store.load(meeting('left', ['USA', 'CHN'])); os._exit(9)"
        )
        subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parent.parent, check=False)
        assert (path / UNFLUSHED).exists()
        with snapshot_folder(path) as folder:
            snapshot = take_snapshot(path, folder)
            assert snapshot.counts.articles == 3 and not (path / UNFLUSHED).exists()
        assert not (path / FOLDER).exists()

    def test_owner_keeps_others_out(self, tmp_path: Path) -> None:
        """With --allow-update nobody else writes."""
        path = make_store(tmp_path / "store")
        options = {"KG_SERVE_TOKEN": "0123456789abcdef"}
        with (
            serving(path, tmp_path / "errors", "--allow-update", **options),
            pytest.raises(StoreLocked),
            hold(path / MARKER, exclusive=False),
        ):
            pass
        with Store.open(path) as opened:
            assert len(opened.article_ids()) == 2

    def test_update_that_takes_too_long(self, tmp_path: Path) -> None:
        """An update that was stopped may have been applied or not, and the answer says so; the next one goes well."""
        path = make_store(tmp_path / "store")
        token = "0123456789abcdef"
        options = ("--allow-update", "--time-limit", "1")
        with serving(path, tmp_path / "errors", *options, KG_SERVE_TOKEN=token) as running:
            product = " ".join(f"VALUES ?x{n} {{ {' '.join(map(str, range(30)))} }}" for n in range(9))
            for where, status in ((f"{product} FILTER(?x0 + ?x1 + ?x8 < 0)", 503), ("", 204)):
                update = f"INSERT {{ GRAPH <urn:g> {{ <urn:s> <urn:p> 1 }} }} WHERE {{ {where} }}"
                reply = running.post(update, "application/sparql-update", Authorization=f"Bearer {token}")
                assert reply.status == status
                assert status == 204 or ("may have been applied or not" in reply.text and reply.headers["retry-after"])


def _size(store: Store) -> int:
    return len(store.quads_of("a"))


class TestClients:
    """The clients that people use."""

    def test_sparqlwrapper(self, server: Server) -> None:
        """SPARQLWrapper asks by GET and by POST."""
        for method in ("GET", "POST"):
            client = SPARQLWrapper(f"{server.url}/sparql")
            client.setMethod(method)
            client.setReturnFormat(WRAPPER_JSON)
            client.setQuery("SELECT (COUNT(*) AS ?n) { ?e a <https://w3id.org/diplomacy-kg/ontology#Event> }")
            assert int(client.queryAndConvert()["results"]["bindings"][0]["n"]["value"]) > 5

    def test_rdflib(self, server: Server) -> None:
        """rdflib's SPARQLStore reads the store as a graph."""
        graph = Graph(SPARQLStore(f"{server.url}/sparql"))
        assert (URIRef(BASE + "entity/Q30"), None, None) in graph
        assert len(list(graph.query("SELECT ?e { ?e a <https://w3id.org/diplomacy-kg/ontology#Event> }"))) > 5

    def test_curl(self, server: Server) -> None:
        """curl follows a thing to its document, compressed."""
        curl = shutil.which("curl") or pytest.skip("curl is not installed")
        command = [curl, "-sSfL", "--compressed", "-H", "Accept: text/turtle", f"{server.url}/article/ap-1"]
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "a dip:Article" in ran.stdout

    def test_kg_query(self, server: Server, store: Path, kg: Callable[..., Ran]) -> None:
        """`kg query --endpoint` gives what `kg query --store` gives."""
        here = kg("query", "who-met-whom", "--store", store, "--format", "csv")
        there = kg("query", "who-met-whom", "--endpoint", f"{server.url}/sparql", "--format", "csv")
        assert here.code == there.code == 0 and here.out == there.out and here.out.count("\n") > 1

    def test_jena(self, server: Server, jena_class_path: str) -> None:
        """Jena's remote query tool reads results."""
        query = "SELECT (COUNT(*) AS ?n) { ?e a <https://w3id.org/diplomacy-kg/ontology#Event> }"
        command = [
            "java",
            "-cp",
            jena_class_path,
            "arq.rsparql",
            "--service",
            f"{server.url}/sparql",
            "--results",
            "csv",
            query,
        ]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert ran.returncode == 0 and int(ran.stdout.split()[-1]) > 5, ran.stderr
