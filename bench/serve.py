"""Requests a second of `kg serve` beside `oxigraph serve-read-only` on the same data, under wrk with 16 connections.

The store holds the frozen articles of tests/cases many times over, on other days. All canned queries but the one that calls Wikidata are asked
in turn, in alternating rounds. Run: python bench/serve.py [--articles 900] [--seconds 10] [--rounds 3]
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from kg.graph.queries import bind, load_queries
from kg.graph.store import Store
from kg.model import Record
from kg.resources import data_path
from kg.serve.engines import find_engine
from kg.serve.tokens import find_calls

CASES = Path(__file__).resolve().parent.parent / "tests" / "cases"
CONNECTIONS = 16
_DAY = re.compile(r'"(\d{4}-\d{2}-\d{2})"')

SCRIPT = """
local bodies = {}
for line in io.lines("%s") do bodies[#bodies + 1] = line:gsub("\\\\n", "\\n"):gsub("\\\\t", "\\t") end
local turn = 0
local headers = { ["Content-Type"] = "application/sparql-query", ["Accept"] = "application/sparql-results+json" }
local failed = 0
function request()
  turn = turn %% #bodies + 1
  return wrk.format("POST", "%s", headers, bodies[turn])
end
done = function(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format("RESULT %%d %%d %%d %%f %%f\\n", summary.requests, summary.duration,
    errors.status + errors.connect + errors.read + errors.timeout, latency:percentile(50), latency:percentile(99)))
end
"""


@dataclass(frozen=True, slots=True)
class Round:
    """What wrk measured: requests a second, failed requests, latencies in milliseconds."""

    rate: float
    failed: int
    p50: float
    p99: float


def records(number: int) -> Iterator[Record]:
    """Articles made of the frozen ones, each with its own id and its days moved."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(CASES.glob("*/record.json"))]
    for n in range(number):
        days = timedelta(days=n * 7 % 3650)
        moved = _DAY.sub(lambda m, d=days: f'"{date.fromisoformat(m.group(1)) - d}"', texts[n % len(texts)])  # type: ignore[misc]
        values = json.loads(moved)
        values["id"] = f"{values['id']}-{n}"
        values["made_by"] = {"kg": "0", "model": "frozen", "lexicon": "0", "gazetteer": "0"}
        yield Record.from_json(json.dumps(values))


def build(path: Path, number: int) -> int:
    """A store of so many articles; its quads."""
    with Store.open(path) as store:
        store.ensure_ontology()
        for record in records(number):
            store.load(record)
        return len(store.inner)


@contextmanager
def running(command: list[str], port: int) -> Iterator[None]:
    """A server that answers at the port while the block lasts."""
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(500):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.02)
        yield
    finally:
        server.terminate()
        server.wait()


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def measure(url: str, path: str, bodies: Path, folder: Path, seconds: int) -> Round:
    """One round of wrk."""
    script = folder / "ask.lua"
    script.write_text(SCRIPT % (bodies, path), encoding="utf-8")
    command = [
        "wrk",
        "-t",
        "1",
        "-c",
        str(CONNECTIONS),
        "-d",
        f"{seconds}s",
        "--timeout",
        "60s",
        "-s",
        str(script),
        url,
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = next(line for line in told.splitlines() if line.startswith("RESULT"))
    requests, microseconds, failed, p50, p99 = (float(part) for part in line.split()[1:])
    return Round(requests / microseconds * 1e6, int(failed), p50 / 1_000, p99 / 1_000)


def time_each(url: str, queries: list[str]) -> list[float]:
    """Milliseconds that each query takes alone."""
    times = []
    for query in queries:
        began = time.perf_counter()
        headers = {"Content-Type": "application/sparql-query", "Accept": "application/sparql-results+json"}
        with urllib.request.urlopen(urllib.request.Request(url, query.encode(), headers)) as response:
            response.read()
        times.append((time.perf_counter() - began) * 1_000)
    return times


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=900)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        sys.exit("wrk is not installed")
    queries = [bind(query, {}) for query in load_queries(data_path("queries"))]
    # One asks Wikidata, which is not what is measured here.
    queries = [query for query in queries if not find_calls(query)]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        quads = build(folder / "store", options.articles)
        print(f"{options.articles} articles, {quads:,} quads, {len(queries)} queries, {CONNECTIONS} connections")
        with Store.open(folder / "store", read_only=True) as store:
            store.inner.backup(str(folder / "copy"))
        bodies = folder / "bodies"
        bodies.write_text(
            "".join(q.replace("\n", "\\n").replace("\t", "\\t") + "\n" for q in queries), encoding="utf-8"
        )
        compare(folder, bodies, queries, options.seconds, options.rounds)


def compare(folder: Path, bodies: Path, queries: list[str], seconds: int, rounds: int) -> None:
    """Alternating rounds of both servers, and what comes of them."""
    ours, theirs = free_port(), free_port()
    kg = [sys.executable, "-m", "kg", "serve", "--store", str(folder / "store"), "--port", str(ours)]
    kg += ["--access-log", str(folder / "log")]
    oxigraph = [find_engine(), "serve-read-only", "--location", str(folder / "copy"), "--bind", f"127.0.0.1:{theirs}"]
    servers = {
        "oxigraph": ([*oxigraph, "--union-default-graph"], f"http://127.0.0.1:{theirs}", "/query"),
        "kg serve": (kg, f"http://127.0.0.1:{ours}", "/sparql"),
    }
    found: dict[str, list[Round]] = {name: [] for name in servers}
    with running(servers["oxigraph"][0], theirs), running(servers["kg serve"][0], ours):
        for name, (_, url, path) in servers.items():
            times = time_each(url + path, queries)
            print(f"{name}: one by one {sum(times):.0f} ms for all, median {statistics.median(times):.1f} ms")
        for _ in range(rounds):
            for name, (_, url, path) in servers.items():
                found[name].append(measure(url, path, bodies, folder, seconds))
    for name, measured in found.items():
        shown = "; ".join(f"{r.rate:.1f}/s p50 {r.p50:.0f} ms p99 {r.p99:.0f} ms, {r.failed} failed" for r in measured)
        print(f"{name}: {shown}")
    rates = {name: statistics.median(r.rate for r in measured) for name, measured in found.items()}
    print(f"ratio of the median rates: {rates['kg serve'] / rates['oxigraph']:.2f}")


if __name__ == "__main__":
    main()
