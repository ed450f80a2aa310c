"""Pushing: what is chosen, who logs in, what is told when things go wrong. The stores themselves are in tests/compliance."""

from __future__ import annotations

import gzip
import os
import socket
import stat
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store

from kg.commands.push import KINDS
from kg.endpoint import Login, check_address, fetch, send_update, unreachable
from kg.errors import DataError, EndpointError, InputError, UsageError
from kg.graph.store import Store as KgStore
from kg.graph.vocabulary import BASE, DCTERMS, article_graph, article_iri
from kg.push import graphs as graphs_module
from kg.push.credentials import Credentials, find_credentials
from kg.push.graphs import GENID, Graph, gather, graphs_of_files, sorted_lines, stored_graph
from kg.push.journal import Entry, Journal
from kg.push.profiles import PROFILES, Scheme, find_profile
from kg.push.selection import choose_graphs
from kg.push.target import Target
from kg.push.transfer import push_graphs
from kg.push.values import NUMBERS, VIRTUOSO, in_one_form
from kg.push.verification import verify_graphs
from tests.compliance.hard import hard_lines, two_articles
from tests.conftest import Ran
from tests.test_conversations import Conversation, _exchange, spoken
from tests.triple_stores import Running, oxigraph

Run = Callable[..., Ran]
P = "<http://example.org/p>"


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """An Oxigraph server that tests share; each uses graphs of its own, or all of them."""
    with oxigraph() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with two articles."""
    path = tmp_path / "store"
    with KgStore.open(path) as opened:
        opened.inner.bulk_extend(two_articles())
    return path


def lines_of(graph: Graph) -> list[bytes]:
    found = list(graph)
    graph.close()
    return found


def test_a_graph_is_the_same_from_a_store_and_a_file(tmp_path: Path) -> None:
    """Lines and digest do not depend on where a graph is read, nor on the order there."""
    store = Store()
    store.bulk_extend(two_articles())
    packed = tmp_path / "two.trig.gz"
    packed.write_bytes(gzip.compress(store.dump(format=RdfFormat.TRIG)))
    from_file = list(graphs_of_files([packed]))
    assert [g.name for g in from_file] == sorted(str(n.value) for n in store.named_graphs())
    for graph in from_file:
        stored = stored_graph(store, graph.name)
        assert (stored.digest, stored.quads, stored.size) == (graph.digest, graph.quads, graph.size)
        assert lines_of(stored) == lines_of(graph)


def test_big_graphs_are_sorted_through_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph that does not fit in memory gives the same lines and digest as one that does."""
    lines = [f'<http://example.org/{n % 700}> {P} "{n % 900}" .\n'.encode() for n in range(3_000)]
    small = gather("urn:g", lines)
    monkeypatch.setattr(graphs_module, "SPOOL_BYTES", 1_000)
    big = gather("urn:g", sorted_lines(lines, run_bytes=2_000))
    assert (big.digest, big.quads) == (small.digest, small.quads)
    assert small.quads == len(set(lines))
    store = Store()
    store.bulk_load(b"".join(lines), RdfFormat.N_TRIPLES, to_graph=NamedNode("urn:g"))
    stored = stored_graph(store, "urn:g")
    assert (stored.digest, stored.quads, stored.size) == (small.digest, small.quads, small.size)
    assert lines_of(big) == lines_of(small) == lines_of(stored)


def test_pieces_are_whole_lines(tmp_path: Path) -> None:
    """Pieces keep to the size, but for a line that exceeds it, and make up the graph."""
    graph = gather("urn:g", hard_lines())
    pieces = list(graph.pieces(2_000))
    assert b"".join(pieces) == b"".join(graph)
    assert all(piece.endswith(b" .\n") for piece in pieces)
    assert all(len(piece) <= 2_000 or piece.count(b"\n") == 1 for piece in pieces)
    assert len(pieces) > 3


def test_quad_lines_name_the_graph_of_each_triple() -> None:
    """N-Quads are the triples with the graph, even where a literal looks like the end of a line."""
    graph = gather("urn:g", [f'<urn:s> {P} "a .\\n b" .\n'.encode(), f'<urn:s> {P} "" .\n'.encode()])
    assert graph.quad_lines().decode() == f'<urn:s> {P} "" <urn:g> .\n<urn:s> {P} "a .\\n b" <urn:g> .\n'


def test_several_files_make_one_push(tmp_path: Path) -> None:
    """What two files say of a graph goes together; equal labels of blank nodes in them are different nodes."""
    (tmp_path / "a.nq").write_text(f"<urn:s> {P} <urn:a> <urn:g> .\n_:x {P} <urn:a> <urn:h> .\n")
    (tmp_path / "b.nq").write_text(f"<urn:s> {P} <urn:b> <urn:g> .\n_:x {P} <urn:b> <urn:h> .\n")
    first, second = graphs_of_files([tmp_path / "a.nq", tmp_path / "b.nq"])
    assert (first.name, first.quads, first.has_blank_nodes) == ("urn:g", 2, False)
    assert second.has_blank_nodes
    assert len({line.split()[0] for line in second}) == 2


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.nt", f"<urn:s> {P} <urn:o> .", "a.nt: it has triples outside of any named graph; name one for them by --into IRI"),
        ("a.nq", f"<urn:s> {P} <urn:o> _:g .", "named by a blank node; add --skolemise"),
        ("a.nq", f"_:b {P} <urn:o> <urn:g> .\n_:b {P} <urn:o> <urn:h> .", "a blank node is in several graphs"),
        ("a.nq", "this is no RDF", "a.nq: not N-Quads: "),
        ("a.xyz", "", "a.xyz: the suffix tells no RDF format; name it .nq, "),
        ("a.nq.gz", "not packed", "a.nq.gz: not N-Quads: "),
    ],
    ids=["default graph", "blank graph", "shared blank node", "broken", "suffix", "not gzip"],
)  # fmt: skip
def test_a_file_that_cannot_be_sent_is_named(tmp_path: Path, name: str, text: str, told: str) -> None:
    """Each fault of a file gives one line that names the file and the remedy."""
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as error:
        for graph in graphs_of_files([tmp_path / name]):
            graph.close()
    assert told in str(error.value)
    assert name in str(error.value)


def test_blank_nodes_become_iris(tmp_path: Path) -> None:
    """Skolemised blank nodes are the same in all graphs of a file, stable from run to run, and others for another file."""
    text = f"_:b {P} <urn:o> <urn:g> .\n<urn:s> {P} _:b <urn:h> .\n<urn:s> {P} <urn:o> _:b .\n"
    (tmp_path / "a.nq").write_text(text)
    (tmp_path / "b.nq").write_text(text + "\n")
    first, again, other = (
        [(g.name, lines_of(g)) for g in graphs_of_files([tmp_path / name], skolemise=True)]
        for name in ("a.nq", "a.nq", "b.nq")
    )
    assert first == again != other
    assert sum(line.count(GENID.encode()) for _, lines in first for line in lines) == 2
    assert sum(name.startswith(GENID) for name, _ in first) == 1


def test_graphs_are_chosen_by_name_and_day(store: Path) -> None:
    """All graphs, those wanted by id or name, or the articles since a day with all that is not an article."""
    with KgStore.open(store, read_only=True) as opened:
        everything = choose_graphs(opened)
        assert [n.removeprefix(f"{BASE}graph/") for n in everything] == [
            "article/ap-1",
            "article/rt-1",
            "entities",
            "events",
        ]
        assert choose_graphs(opened, ["events", "rt-1"]) == [everything[1], everything[3]]
        assert choose_graphs(opened, [everything[0]]) == everything[:1]
        issued = {
            name: q.object.value
            for name in ("ap-1", "rt-1")
            for q in opened.inner.quads_for_pattern(article_iri(name), DCTERMS("issued"), None, article_graph(name))
        }
        later = max(issued.values())
        chosen = choose_graphs(opened, since=date.fromisoformat(later))
        assert chosen == [n for n in everything if not n.endswith("-1") or issued[n[-4:]] == later]
        assert choose_graphs(opened, since=date(2100, 1, 1)) == everything[2:]
        with pytest.raises(InputError, match="the store has no graph nowhere; give events"):
            choose_graphs(opened, ["nowhere"])


@pytest.mark.parametrize(
    ("datatype", "given", "numbers", "virtuoso"),
    [
        ("decimal", "0.860", "0.86", "0.86"),
        ("decimal", "100", "100", "100"),
        ("decimal", "-0.0", "0", "0"),
        ("decimal", "x", "x", "x"),
        ("decimal", "1_000", "1_000", "1_000"),
        ("decimal", "1E900000000", "1E900000000", "1E900000000"),
        ("decimal", ".50", "0.5", "0.5"),
        ("decimal", "-12.", "-12", "-12"),
        ("double", "1_000", "1_000", "1_000"),
        ("integer", "1" * 5_000, "1" * 5_000, "1" * 5_000),
        ("integer", "abc", "abc", "abc"),
        ("integer", "007", "7", "7"),
        ("integer", "-0", "0", "0"),
        ("boolean", "1", "true", "true"),
        ("double", "1.0E0", "1.0", "1.0"),
        ("double", "x", "x", "x"),
        ("date", "-0044-03-15", "-0044-03-15", "-0044-03-15"),
        ("date", "-044-03-15", "-044-03-15", "-0044-03-15"),
        ("date", "12022-01-01", "12022-01-01", "12022-01-01"),
        ("gYear", "-044", "-044", "-0044"),
        ("duration", "P1DT1H", "P1DT1H", "90000.0"),
        ("duration", "-P1Y2M", "-P1Y2M", "-14"),
        ("duration", "x", "x", "x"),
        ("string", "007", "007", "007"),
    ],
)
def test_values_are_compared_as_stores_keep_them(datatype: str, given: str, numbers: str, virtuoso: str) -> None:
    """A literal has one form for every way in which a store writes its value."""
    xsd = "http://www.w3.org/2001/XMLSchema#"
    triple = Quad(NamedNode("urn:s"), NamedNode("urn:p"), Literal(given, datatype=NamedNode(xsd + datatype))).triple
    for table, wanted in ((NUMBERS, numbers), (VIRTUOSO, virtuoso)):
        found = in_one_form(triple, table).object
        assert isinstance(found, Literal) and found.value == wanted
        assert in_one_form(in_one_form(triple, table), table) == in_one_form(triple, table)


@pytest.mark.parametrize("kind", PROFILES)
def test_every_address_of_a_store_is_understood(kind: str) -> None:
    """Whichever of a store's addresses is given, its base is the same, and the profile names its source."""
    profile = find_profile(kind)
    for has_login in (False, True):
        paths = profile.addresses(profile.example, has_login=has_login)
        for address in (paths.query, paths.update, paths.graphs):
            if address is not None:
                assert profile.base(address) == profile.base(profile.example)
                assert profile.addresses(address + "/", has_login=has_login) == paths
    assert profile.source


def test_the_command_knows_all_kinds() -> None:
    """--kind offers every profile, and auto."""
    assert set(KINDS) == {"auto", *PROFILES}


@pytest.mark.parametrize(
    ("environment", "netrc", "found"),
    [
        ({"KG_PUSH_TOKEN": "t"}, "machine example.org login a password b", Credentials(token="t")),
        ({"KG_PUSH_TOKEN": "t", "KG_PUSH_USER": "u", "KG_PUSH_PASSWORD": "p"}, "", Credentials(token="t")),
        ({"KG_PUSH_USER": "u", "KG_PUSH_PASSWORD": "p"}, "", Credentials("u", "p")),
        ({"KG_PUSH_USER": "u"}, "", Credentials("u", None)),
        ({}, "machine example.org login a password b", Credentials("a", "b")),
        ({}, "machine other.org login a password b", None),
        ({}, "", None),
    ],
    ids=["token", "token and user", "user", "user alone", "netrc", "netrc of another", "nothing"],
)
def test_credentials_are_found(
    tmp_path: Path, environment: dict[str, str], netrc: str, found: Credentials | None
) -> None:
    """The environment comes before netrc, a token before a user."""
    (tmp_path / "netrc").write_text(netrc)
    (tmp_path / "netrc").chmod(stat.S_IRUSR | stat.S_IWUSR)
    assert find_credentials("https://example.org/sparql", {**environment, "NETRC": str(tmp_path / "netrc")}) == found


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"KG_PUSH_TOKEN": "a b"}, "KG_PUSH_TOKEN: a token is ASCII without spaces"),
        ({"KG_PUSH_USER": "a:b"}, "KG_PUSH_USER: a user's name has no colon in it"),
        ({"NETRC": "/nowhere"}, "/nowhere: NETRC names this file, and it is not there"),
    ],
)
def test_bad_credentials_are_told(environment: dict[str, str], told: str) -> None:
    """What cannot be a login is told without showing it."""
    with pytest.raises(UsageError) as error:
        find_credentials("https://example.org", environment)
    assert str(error.value) == told


def test_a_broken_netrc_is_told(tmp_path: Path) -> None:
    """A netrc file that cannot be read is named."""
    (tmp_path / "netrc").write_text("machine example.org nonsense")
    with pytest.raises(UsageError, match="netrc: bad follower token"):
        find_credentials("https://example.org", {"NETRC": str(tmp_path / "netrc")})


def test_secrets_are_not_shown() -> None:
    """Neither credentials nor logins show their secret when printed."""
    shown = repr(
        [
            Credentials("u", "hush", "hush"),
            Login("basic", "u", "hush"),
            Target(PROFILES["generic"], "http://x", Login("basic", "u", "hush")),
        ]
    )
    assert "hush" not in shown


@pytest.mark.parametrize(
    "address",
    [
        "ftp://example.org",
        "http://h:abc",
        "http://ex..ample/",
        "http://exa mple.org",
        "example.org",
        "http://",
        "http://[",
        "",
        "http://u:hush@example.org",
        "http://u@h",
    ],
)
def test_a_bad_address_is_told(address: str) -> None:
    """An address is http(s) and has no user in it."""
    with pytest.raises(UsageError) as error:
        check_address(address)
    assert "hush" not in str(error.value)


def conversation(text: str) -> Conversation:
    return Conversation({}, [_exchange(p.splitlines()) for p in text.strip().split("\n\n")])


def test_failures_that_may_pass_are_tried_again() -> None:
    """429 and 5xx are waited out, for as long as the server says or ever longer, and the same is sent again."""
    put = "> PUT /store?graph=urn%3Ag\n> body: <urn:s> <urn:p> <urn:o> \\.\\n\n"
    answers = ("< 503\n< Retry-After: 7", "< 429", "< 500", "< 502", "< 204")
    talk = conversation("\n\n".join(put + answer for answer in answers))
    waits: list[float] = []
    with spoken(talk) as root, Target(PROFILES["oxigraph"], root, sleep=waits.append) as there:
        there.replace(gather("urn:g", [b"<urn:s> <urn:p> <urn:o> .\n"]))
    assert (talk.faults, talk.said) == ([], 5)
    assert waits == [7.0, 2.0, 4.0, 8.0]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 415])
def test_failures_for_good_are_told_at_once(status: int) -> None:
    """What will not pass is not tried again; the message has the server's words, without markup."""
    talk = conversation(
        f"> PUT /store?graph=urn%3Ag\n< {status}\n< Content-Type: text/html\n< <html><b>No</b> such thing</html>"
    )
    with spoken(talk) as root, Target(PROFILES["oxigraph"], root, sleep=lambda _: pytest.fail("waited")) as there:
        with pytest.raises(EndpointError, match=rf"/store answered {status} .*\(No such thing\)"):
            there.replace(gather("urn:g", [b"<urn:s> <urn:p> <urn:o> .\n"]))


def test_a_moved_store_is_told_and_not_followed() -> None:
    """A redirect could lead a login elsewhere: it is told, not followed."""
    talk = conversation("> PUT /store?graph=urn%3Ag\n< 308\n< Location: https://elsewhere.example/store")
    with spoken(talk) as root, Target(PROFILES["oxigraph"], root) as there:
        with pytest.raises(EndpointError, match=r"has moved to https://elsewhere.example/store; give that address"):
            there.replace(gather("urn:g", [b"<urn:s> <urn:p> <urn:o> .\n"]))


@pytest.mark.parametrize("scheme", ["basic", "bearer", "digest"])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_never_gets_the_login(scheme: Scheme, status: int) -> None:
    """Where queries and updates are redirected to, the login does not go; the new address is told."""
    elsewhere = conversation("\n\n".join(["> GET /elsewhere\n> Authorization: \n< 200"] * 2))
    with spoken(elsewhere) as other:
        challenge = '< 401\n< WWW-Authenticate: Digest realm="x", nonce="n", qop="auth", algorithm=MD5\n\n'
        moved = f"< {status}\n< Location: {other}/elsewhere"
        post = "> POST /x\n"
        talk = conversation("\n\n".join([(post + challenge + post if scheme == "digest" else post) + moved] * 2))
        with spoken(talk) as root:
            login = Login(scheme, "u", "hush", "x")
            with pytest.raises(EndpointError, match=f"has moved to {other}/elsewhere; give that address"):
                fetch(f"{root}/x", "ASK {}", login=login)
            with pytest.raises(EndpointError, match=f"has moved to {other}/elsewhere; give that address"):
                send_update(f"{root}/x", "DROP ALL", login=login)
        assert talk.faults == elsewhere.faults == []


@pytest.mark.parametrize("way", ["graphs", "updates"])
def test_a_server_that_repeats_the_login_does_not_show_it(way: str) -> None:
    """What a server says of a request is told without password, token or Basic pair."""
    said = "< 400\n< Content-Type: text/plain\n< you sent Basic dTpodXNo, hush, u:hush"
    talk = conversation(("> PUT /store?graph=urn%3Ag\n" if way == "graphs" else "> POST /update\n") + said)
    with spoken(talk) as root:
        paths = PROFILES["oxigraph"].addresses(root, has_login=True)
        paths = paths if way == "graphs" else replace(paths, graphs=None)
        with Target(PROFILES["oxigraph"], root, Login("basic", "u", "hush"), paths=paths) as there:
            with pytest.raises(EndpointError, match="you sent Basic") as error:
                there.replace(gather("urn:g", [b"<urn:s> <urn:p> <urn:o> .\n"]))
    assert "hush" not in str(error.value) and "dTpodXNo" not in str(error.value)


@pytest.mark.parametrize(
    "row",
    [
        '{"g": {"type": "uri", "value": "urn:g"}, "n": {"type": "literal", "value": "many"}}',
        '{"g": {"type": "uri", "value": "urn:g"}}',
    ],
)
def test_counts_that_are_none_are_told(row: str) -> None:
    """An endpoint that answers something else than counts is not believed."""
    head = "> POST /query\n< 200\n< Content-Type: application/sparql-results+json\n"
    talk = conversation(head + f'< {{"head": {{"vars": []}}, "results": {{"bindings": [{row}]}}}}')
    with spoken(talk) as root, Target(PROFILES["oxigraph"], root) as there:
        with pytest.raises(EndpointError, match="/query answered no counts: "):
            there.counts(["urn:g"])


@contextmanager
def rude(answers: list[bytes | None]) -> Iterator[str]:
    """A server that sends these bytes, one a connection, and hangs up; it resets the connection for None."""

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                connection.recv(65_536)
                if answer is None:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                else:
                    connection.sendall(answer)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join()


OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    "fault", [None, b"", b"HTTP/1.1 204 No", b"what?\r\n\r\n"], ids=["reset", "closed", "half", "no HTTP"]
)
def test_broken_connections_are_tried_again(fault: bytes | None) -> None:
    """A connection that is reset, closed, or answers half or nonsense is tried again."""
    waits: list[float] = []
    with rude([fault, fault, OK]) as root, Target(PROFILES["oxigraph"], root, sleep=waits.append) as there:
        there.replace(gather("urn:g", [b"<urn:s> <urn:p> <urn:o> .\n"]))
    assert waits == [1.0, 2.0]


def test_half_a_graph_is_not_taken_for_one() -> None:
    """A download that ends early is tried again, not compared."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/n-triples\r\nConnection: close\r\nContent-Length: 50\r\n\r\n"
    line = b"<urn:s> <urn:p> <urn:o> .\n<urn:s> <urn:p> <urn:q> .\n"[:50]
    waits: list[float] = []
    with rude([head + line[:26], head + line]) as root, Target(PROFILES["oxigraph"], root, sleep=waits.append) as there:
        with there.reading("urn:g") as (file, _):
            assert file.read() == line
    assert waits == [1.0]


def test_a_journal_that_is_none_is_told(tmp_path: Path) -> None:
    """A file that is no journal is named, and another is asked for."""
    (tmp_path / "journal").write_text("something else, and long enough for a header of SQLite" * 30)
    with pytest.raises(DataError, match=r"journal: the journal cannot be used .*; name another by --journal"):
        Journal(tmp_path / "journal", "x")
    with pytest.raises(DataError, match="the journal cannot be used"):
        Journal(tmp_path / "nowhere" / "journal", "x")


def test_journals_of_targets_are_apart(tmp_path: Path) -> None:
    """What one target has says nothing of another; what is forgotten is sent again."""
    with Journal(tmp_path / "j", "one") as one, Journal(tmp_path / "j", "two") as two:
        one.keep([("urn:g", Entry("d", 3))])
        assert (one.get("urn:g"), two.get("urn:g")) == (Entry("d", 3), None)
        one.forget(["urn:g"])
        assert one.get("urn:g") is None


def test_pushing_a_store(kg: Run, store: Path, server: Running) -> None:
    """A store is pushed, again without sending anything, and mirrored after an article was removed."""
    first = kg("push", server.address, "-s", store, "--mirror")
    assert first.out.startswith(f"{server.address} (oxigraph): 4 graphs, 1,520 quads: 4 sent, 0 removed there in ")
    again = kg("push", server.address + "/query", "-s", store, "--verify")
    assert ": 4 graphs, 1,520 quads: 4 unchanged in " in again.out
    assert "4 graphs, 1,520 quads verified: counts and digests are equal on both sides" in again.out
    kg("remove", "rt-1", "-s", store)
    dry = kg("push", server.address, "-s", store, "--mirror", "--dry-run")
    assert "would be removed: https://w3id.org/diplomacy-kg/graph/article/rt-1" in dry.out
    assert "2 to be sent, 1 unchanged, 1 would be removed there" in dry.out
    differing = kg("push", server.address, "-s", store, "--mirror", "--verify-only")
    assert differing.code == 1
    assert "https://w3id.org/diplomacy-kg/graph/article/rt-1: only there" in differing.out
    assert "graph/events: " in differing.out and "only there: " in differing.out
    done = kg("push", server.address, "-s", store, "--mirror", "--verify")
    assert "2 sent, 1 unchanged, 1 removed there" in done.out
    assert done.code == 0


def test_pushing_a_part_of_a_store(kg: Run, store: Path, server: Running) -> None:
    """--graph and --since push what they name."""
    assert ": 1 graph, 584 quads: " in kg("push", server.address, "-s", store, "--graph", "ap-1").out
    assert ": 2 graphs, 276 quads: " in kg("push", server.address, "-s", store, "--since", "2100-01-01").out


def test_pushing_a_file_leaves_no_trace(
    kg: Run, server: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal of a file forgets what arrived once all has, keeps it in a dry run, and is beside no file."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    file = tmp_path / "a.nt"
    file.write_text(f"<urn:s> {P} <urn:o> .\n")
    key = f"oxigraph {server.address} {file.resolve()}"
    with Journal(tmp_path / "state" / "kg" / "pushes.sqlite", key) as journal:
        journal.keep([("urn:interrupted", Entry("d", 1))])
        kg("push", server.address, file, "--into", "urn:journal", "--dry-run")
        assert journal.get("urn:interrupted") is not None
        assert "1 sent" in kg("push", server.address, file, "--into", "urn:journal").out
        assert journal.get("urn:interrupted") is None
    assert sorted(os.listdir(tmp_path)) == ["a.nt", "state"]


def test_a_journal_that_is_asked_for_stays(kg: Run, server: Running, tmp_path: Path) -> None:
    """With --journal the second push of a file sends nothing."""
    file = tmp_path / "a.nt"
    file.write_text(f"<urn:s> {P} <urn:o> .\n")
    ran = [kg("push", server.address, file, "--into", "urn:kept", "--journal", tmp_path / "j").out for _ in range(2)]
    assert "1 sent" in ran[0] and "1 unchanged" in ran[1]


def test_a_mirror_of_nothing_is_refused(kg: Run, server: Running, tmp_path: Path) -> None:
    """A store without articles, as a mistyped one is, does not empty the other side."""
    with KgStore.open(tmp_path / "empty") as opened:
        opened.ensure_ontology()
    ran = kg("push", server.address, "-s", tmp_path / "empty", "--mirror")
    assert ran.code == 2 and "has no articles, so that --mirror would remove all there" in ran.err


def test_blank_nodes_that_cannot_be_compared_are_told(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    """A graph on which RDFC-1.0 would take ages is told as not compared, neither equal nor different."""
    monkeypatch.setattr("kg.push.canonical.SECONDS", 5.0)
    lines = [f"_:b{i} {P} _:b{j} .\n".encode() for i in range(13) for j in range(13) if i != j]
    with Target(PROFILES["oxigraph"], server.address) as there:
        there.replace(gather("urn:clique", lines))
        [found] = verify_graphs([gather("urn:clique", lines)], there)
        assert not found.is_equal and "too much alike" in found.note


def test_terms_that_cannot_be_pushed_are_told(tmp_path: Path) -> None:
    """Triple terms and terms that the parser cannot hold give one line that names the file."""
    (tmp_path / "star.nq").write_text(f"<urn:s> {P} <<( <urn:a> {P} <urn:b> )>> <urn:g> .\n")
    (tmp_path / "long.nq").write_text(f'<urn:s> {P} "{"x" * 17_000_000}" <urn:g> .\n')
    for name, told in (("star.nq", "it has triple terms"), ("long.nq", "a term of more than 16 MB")):
        with pytest.raises(InputError, match=f"{name}: .*{told}"):
            list(graphs_of_files([tmp_path / name]))


def test_a_graph_on_its_way_is_not_known_to_be_there(server: Running) -> None:
    """What the journal knew of a graph is forgotten before it is sent anew, in case that the sending breaks off."""
    with Target(PROFILES["oxigraph"], server.address) as there, Journal(None, "x") as journal:
        journal.keep([("urn:on-its-way", Entry("old", 1))])
        there.replace = lambda graph: (_ for _ in ()).throw(EndpointError("gone"))  # type: ignore[method-assign]
        with pytest.raises(EndpointError, match="gone"):
            list(push_graphs([gather("urn:on-its-way", [b"<urn:s> <urn:p> <urn:o> .\n"])], there, journal))
        assert journal.get("urn:on-its-way") is None


def test_a_graph_that_arrived_in_part_is_sent_once_more(server: Running) -> None:
    """When the count shows that something is missing, the graph is sent again, and noted only then."""
    lines = [b"<urn:s> <urn:p> <urn:o> .\n", b"<urn:s> <urn:p> <urn:q> .\n"]
    with Target(PROFILES["oxigraph"], server.address) as there, Journal(None, "x") as journal:
        whole, sent = there.replace, []

        def lossy(graph: Graph) -> None:
            sent.append(graph.name)
            whole(graph if len(sent) > 1 else gather(graph.name, lines[:1]))

        there.replace = lossy  # type: ignore[method-assign]
        [one] = push_graphs([gather("urn:in-part", lines)], there, journal)
        assert (one.outcome, sent) == ("sent", ["urn:in-part"] * 2)
        assert there.counts(["urn:in-part"]) == {"urn:in-part": 2}


def test_blank_nodes_are_never_added() -> None:
    """Graphs with blank nodes replace and are not added: adding them twice, as after a lost answer, would double them."""
    there = Target(PROFILES["oxigraph"], "http://127.0.0.1:1")
    sent: list[str] = []
    there.counts = lambda graphs: dict.fromkeys(graphs, len(sent) // 2)  # type: ignore[method-assign]
    there.replace = lambda graph: sent.append(graph.name)  # type: ignore[method-assign]
    there.add_all = lambda graphs: pytest.fail("added")  # type: ignore[method-assign]
    with there, Journal(None, "x") as journal:
        list(push_graphs([gather(n, [b"_:a <urn:p> <urn:o> .\n"]) for n in ("urn:a", "urn:b")], there, journal))
    assert sent == ["urn:a", "urn:b"]


def test_a_store_that_restarts_is_waited_for() -> None:
    """Nobody listening is told at once, but waited out at a store that has answered before."""
    waits: list[float] = []
    answers: list[EndpointError | str] = [unreachable("x", ConnectionRefusedError("no"))]

    def once() -> str:
        answer = answers.pop(0)
        if isinstance(answer, EndpointError):
            raise answer
        return answer

    with Target(PROFILES["oxigraph"], "http://127.0.0.1:1", sleep=waits.append) as there:
        with pytest.raises(EndpointError, match="cannot be reached"):
            there._patiently(once)
        answers += ["here", unreachable("x", ConnectionRefusedError("no")), "again"]
        assert [there._patiently(once), there._patiently(once)] == ["here", "again"]
    assert waits == [1.0]


def test_pages_of_names_end_with_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that gives fewer names than asked for is asked again; names that were not asked for are left out."""
    everything = [f"urn:a:{n}" for n in range(10)]
    with Target(PROFILES["generic"], "http://127.0.0.1:1") as there:

        def select(query: str) -> list[dict[str, str]]:
            last = query.partition('STR(?g) > "')[2].partition('"')[0]
            return [{"g": "other"}, *({"g": name} for name in everything if name > last)][:4]

        monkeypatch.setattr(there, "select", select)
        assert list(there.graph_names("urn:a:")) == everything


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (
            ("--mirror", "--since", "2022-01-01"),
            "--mirror makes the graphs there those of the whole store; leave out --since",
        ),
        (("--graph", "events", "--since", "2022-01-01"), "give --graph or --since, not both"),
        (("--skolemise",), "--into and --skolemise are for FILES"),
        (("--verify-only", "--dry-run"), "--verify-only sends nothing; leave out --dry-run and --everything"),
        (("--update-address", "nowhere"), "'nowhere' is no http(s) address"),
        (("--graph", "nowhere"), "the store has no graph nowhere"),
        (("--timeout", "99999999999"), "--timeout"),
        (("--auth", "bearer"), "set KG_PUSH_USER and KG_PUSH_PASSWORD, or KG_PUSH_TOKEN, to log in"),
    ],
)
def test_options_that_exclude_each_other_are_told(
    kg: Run, store: Path, server: Running, options: tuple[str, ...], told: str
) -> None:
    """Each gives one line and pushes nothing."""
    ran = kg("push", server.address, "-s", store, *options)
    assert ran.code in (1, 2)
    assert told in ran.err and ran.err.count("\n") == 1


def test_nobody_there_is_told(kg: Run, store: Path) -> None:
    """An address where nobody listens gives one line, at once."""
    ran = kg("push", "http://127.0.0.1:1/x", "-s", store)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "http://127.0.0.1:1/x cannot be reached: " in ran.err and "check the address" in ran.err
