"""Bulk files, measured side by side in one run: export, import, and the store's own dump and load of the same quads.

`python bench/files.py [ARTICLES]` makes a store of that many articles from the two of tests/graphs; 2,000 make 1.4 million
quads. Each figure is of a process of its own: wall time, quads a second, and the most memory that it held.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import RdfFormat

from kg.graph.vocabulary import ARTICLE_GRAPHS

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "tests" / "graphs" / "two-articles.trig"


def copies(articles: int) -> Iterator[str]:
    """N-Quads of so many articles: the two of the sample under other ids and in other years, so that events differ."""
    graphs: dict[str, list[str]] = {}
    for quad in ox.parse(path=str(SAMPLE), format=RdfFormat.TRIG):
        graphs.setdefault(str(quad.graph_name), []).append(f"{quad} .\n")
    texts = [
        (name[1:-1].removeprefix(ARTICLE_GRAPHS), "".join(lines))
        for name, lines in graphs.items()
        if name.startswith(f"<{ARTICLE_GRAPHS}")
    ]
    for number in range(articles):
        own, text = texts[number % len(texts)]
        text = re.sub(rf"/article/{own}(?=[>/#])", f"/article/{own}-{number}", text)
        yield re.sub(r"\b2022(?=-\d\d-\d\d)", str(1000 + number // 2 % 8000), text)


def run(what: str, quads: int, *command: str) -> None:
    """Run a command and print its wall time, speed and peak memory."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{what} failed: {' '.join(command)}")
    print(
        f"{what:34s} {seconds:7.1f} s  {quads / seconds:10,.0f} quads/s  {usage.ru_maxrss / 1024:7,.0f} MiB", flush=True
    )


def main() -> None:
    """Print every figure."""
    articles = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    kg = (sys.executable, "-m", "kg")
    oxigraph = shutil.which("oxigraph", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        source, store = folder / "articles.nq", str(folder / "store")
        with source.open("w", encoding="utf-8") as file:
            file.writelines(copies(articles))
        given = sum(1 for _ in source.open("rb"))
        run("kg import, empty store", given, *kg, "import", str(source), "--store", store)
        held = ox.Store.read_only(f"{store}/oxigraph")
        quads = len(held)
        del held
        print(f"{articles:,} articles, {quads:,} quads, {source.stat().st_size / 1e6:,.0f} MB of N-Quads")
        for name in ("nq", "nq.gz", "trig", "jsonld"):
            run(f"kg export, {name}", quads, *kg, "export", "--store", store, "-o", str(folder / f"all.{name}"))
        for name in ("ttl", "rdf"):
            target = str(folder / f"all.{name}")
            run(f"kg export, {name}", quads, *kg, "export", "--store", store, "--merge-graphs", "-o", target)
        split = ("--format", "nquads.gz", "--split", "100MB", "-o", str(folder / "parts"))
        run("kg export, nq.gz, split, described", quads, *kg, "export", "--store", store, *split)
        run("kg import, split, empty store", quads, *kg, "import", str(folder / "parts"), "--store", f"{store}-2")
        run("kg import, split, again", quads, *kg, "import", str(folder / "parts"), "--store", f"{store}-2")
        if oxigraph is not None:
            dump = ("--location", f"{store}/oxigraph", "--file", str(folder / "dump.nq"))
            run("oxigraph dump, nq", quads, oxigraph, "dump", *dump)
            load = ("--location", f"{store}-3", "--file", str(folder / "dump.nq"))
            run("oxigraph load, nq", quads, oxigraph, "load", *load)


if __name__ == "__main__":
    main()
