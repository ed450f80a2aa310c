"""Pushing beside the servers' own ways: `python bench/push.py`.

Prints, for a store of many small graphs, how long `kg push` takes to an Oxigraph server and to Virtuoso 7, beside curl
sending the same data to an equal server in the same run, and the peak memory of `kg push`. With `--interruptions N` it
kills N pushes, or the server under them, at random points, and sees that a rerun ends in verified equality. `--graphs 50000 --quads 4 --verify` is for many small graphs.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import click
from pyoxigraph import RdfFormat

from kg.graph.store import Store
from kg.graph.vocabulary import ARTICLE_GRAPHS, BASE
from tests.triple_stores import STORES, Running

KG = [sys.executable, "-m", "kg"]


@click.command()
@click.option("--graphs", default=5_000, show_default=True)
@click.option("--quads", default=200, show_default=True, help="Quads of a graph.")
@click.option("--store", "names", multiple=True, default=("oxigraph", "virtuoso"), show_default=True)
@click.option("--rounds", default=2, show_default=True)
@click.option("--interruptions", default=0, show_default=True)
@click.option("--verify", is_flag=True, help="Compare nothing with curl, but both sides after a push.")
def main(graphs: int, quads: int, names: tuple[str, ...], rounds: int, interruptions: int, verify: bool) -> None:
    """Measure pushing."""
    with TemporaryDirectory(prefix="push-") as folder:
        work = Path(folder)
        # In a process of its own: what this one once held would count as the memory of those that it starts.
        making = get_context("spawn").Process(target=_make_store, args=(work, graphs, quads))
        making.start()
        making.join()
        for name in names:
            if interruptions:
                _interrupt(name, work, interruptions)
            elif verify:
                with STORES[name]() as server:
                    _push(server, work, "--verify")
                print(f"{name}: kg push held at most {_peaks[-1] / 1024:.0f} MB")
            else:
                _compare(name, work, rounds)


def _make_store(work: Path, graphs: int, quads: int) -> None:
    """A store of such graphs, and the same as a file of N-Quads."""
    file = work / "all.nq"
    with file.open("w", encoding="utf-8") as out:
        for g in range(graphs):
            out.writelines(_lines(g, quads))
    with Store.open(work / "store") as store:
        store.inner.bulk_load(path=str(file), format=RdfFormat.N_QUADS)
        store.inner.optimize()
    print(f"{graphs:,} graphs, {graphs * quads:,} quads, {file.stat().st_size / 1e6:.0f} MB of N-Quads")


def _lines(g: int, quads: int) -> Iterator[str]:
    for i in range(quads):
        subject = f"<{BASE}article/a{g}#char={i},{i + 9}>"
        yield f'{subject} <{BASE}ontology#p{i % 30}> "value {i} of article {g} in some words" <{ARTICLE_GRAPHS}a{g}> .\n'


def _compare(name: str, work: Path, rounds: int) -> None:
    """Both ways in turn, each to an empty server."""
    ways = {"curl": _curl_requests if name == "virtuoso" else _curl_file, "kg push": _push}
    if name == "oxigraph":
        ways["curl, no transaction"] = _curl_without_transaction
    best: dict[str, float] = {}
    for _ in range(rounds):
        for way, run in ways.items():
            with STORES[name]() as server:
                began = time.perf_counter()
                run(server, work)
                seconds = time.perf_counter() - began
            best[way] = min(seconds, best.get(way, seconds))
    for way, seconds in best.items():
        print(f"{name}: {way:20} {seconds:7.1f} s   kg push takes {best['kg push'] / seconds:.2f} of it")
    print(f"{name}: kg push held at most {_peaks[-1] / 1024:.0f} MB")


_peaks: list[int] = []
"""The most memory that each push held, in KiB."""


def _push(server: Running, work: Path, *options: str) -> None:
    (work / "store" / "pushes.sqlite").unlink(missing_ok=True)
    command = [*KG, "push", server.address, "--store", str(work / "store"), *options]
    push = subprocess.Popen(command, env=_login(server))
    _, status, usage = os.wait4(push.pid, 0)
    push.returncode = os.waitstatus_to_exitcode(status)
    if push.returncode:
        raise click.ClickException("kg push failed")
    _peaks.append(usage.ru_maxrss)


def _login(server: Running) -> dict[str, str]:
    if server.login is None:
        return dict(os.environ)
    return {**os.environ, "KG_PUSH_USER": server.login.user, "KG_PUSH_PASSWORD": server.login.secret}


def _curl_file(server: Running, work: Path, parameters: str = "") -> None:
    _curl(
        "-X",
        "POST",
        "-H",
        "Content-Type: application/n-quads",
        "-T",
        str(work / "all.nq"),
        f"{server.address}/store{parameters}",
    )


def _curl_without_transaction(server: Running, work: Path) -> None:
    _curl_file(server, work, "?no_transaction")


def _curl_requests(server: Running, work: Path) -> None:
    """One PUT a graph over one connection, as `kg push` does it; the bodies are made beforehand."""
    assert server.login is not None
    config = work / "curl.txt"
    if not config.exists():
        _write_bodies(work)
    with config.open("w") as out:
        for body in sorted((work / "bodies").iterdir()):
            graph = quote(f"{ARTICLE_GRAPHS}{body.stem}", safe="")
            out.write(f'upload-file = "{body}"\nurl = "{server.address}/sparql-graph-crud-auth?graph-uri={graph}"\n')
            out.write('output = "/dev/null"\n')
    user = f"{server.login.user}:{server.login.secret}"
    _curl("--digest", "-u", user, "-H", "Content-Type: application/n-triples", "-H", "Expect:", "-K", str(config))


def _write_bodies(work: Path) -> None:
    (work / "bodies").mkdir()
    with Store.open(work / "store", read_only=True) as store:
        for graph in store.inner.named_graphs():
            local = str(graph.value).rpartition("/")[2]
            store.inner.dump(str(work / "bodies" / f"{local}.nt"), RdfFormat.N_TRIPLES, from_graph=graph)


def _curl(*arguments: str) -> None:
    if shutil.which("curl") is None:
        raise click.ClickException("curl is needed to compare with; install it")
    subprocess.run(["curl", "-sS", "--fail", *arguments], check=True, stdout=subprocess.DEVNULL)


def _interrupt(name: str, work: Path, times: int) -> None:
    """Pushes that are killed, or whose server is, at random points; each rerun must end in verified equality."""
    dice = random.Random(7)
    store = work / "store"
    with STORES[name]() as server:
        began = time.perf_counter()
        _push(server, work)
        whole = time.perf_counter() - began
        equal = 0
        for number in range(times):
            _change(store, number)
            _cut_short(server, store, dice.uniform(0.1, 1.0) * whole, by_server=bool(number % 2))
            command = [*KG, "push", server.address, "--store", str(store), "--verify", "--mirror", "--quiet"]
            rerun = subprocess.run(command, env=_login(server), capture_output=True, text=True, check=False)
            equal += rerun.returncode == 0
            if rerun.returncode:
                print(f"{name}: interruption {number}: {(rerun.stdout + rerun.stderr).strip()[:300]}")
    print(f"{name}: {equal} of {times} interrupted pushes ended, after a rerun, in verified equality")


def _change(path: Path, number: int) -> None:
    """Half of the graphs get another triple, a graph goes and one comes, and the journal forgets nothing."""
    with Store.open(path) as store:
        graphs = sorted(store.inner.named_graphs(), key=str)
        store.inner.remove_graph(graphs[number % len(graphs)])
        chosen = " ".join(str(g) for g in graphs[::2])
        store.inner.update(
            f"INSERT {{ GRAPH ?g {{ <{BASE}round> <{BASE}number> {number} }} }} WHERE {{ VALUES ?g {{ {chosen} }} }}; "
            f'INSERT DATA {{ GRAPH <{ARTICLE_GRAPHS}new{number}> {{ <{BASE}a> <{BASE}b> "new" }} }}'
        )


def _cut_short(server: Running, store: Path, seconds: float, *, by_server: bool) -> None:
    command = [*KG, "push", server.address, "--store", str(store), "--mirror", "--quiet"]
    push = subprocess.Popen(command, env=_login(server), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _wait(lambda: push.poll() is not None, seconds)
    if by_server:
        server.stop(kill=True)
        _wait(lambda: push.poll() is not None, 1.0)
    push.send_signal(signal.SIGKILL)
    push.wait()
    if by_server:
        server.start()


def _wait(is_over: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not is_over():
        time.sleep(0.01)


if __name__ == "__main__":
    main()
