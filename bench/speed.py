"""Speed, as ratios measured side by side in one run: extraction beside spaCy alone, start-up beside bare Python, look-ups."""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from kg.annotate import annotate
from kg.entities.cast import identify
from kg.entities.mentions import find_mentions
from kg.events.coder import code_events, date_clause
from kg.events.opinion import load_opinion
from kg.graph.store import Store
from kg.pipeline import extract_records, look_up, open_tools
from kg.read import Defaults, Unread, read_articles
from kg.resources import data_path

ROUNDS = 5


def cpu_of(*command: str) -> float:
    """CPU seconds of a command, user and system, the median of ROUNDS."""

    def once() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    return statistics.median(once() for _ in range(ROUNDS))


def best_of(work: Callable[[], object]) -> float:
    """CPU seconds of this process, the least of ROUNDS."""
    times = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def main() -> None:
    """Print every figure with the one it is compared to."""
    bare = cpu_of(sys.executable, "-c", "pass")
    for words in (["--help"], ["--version"], ["query", "--help"]):
        ours = cpu_of(sys.executable, "-m", "kg", *words)
        print(f"kg {' '.join(words):14s} {ours:.3f} s of CPU, bare Python {bare:.3f} s: {ours - bare:.3f} s more")
    tools = open_tools()
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else data_path("seeds", "articles")
    articles = [a for a in read_articles([folder], Defaults()) if not isinstance(a, Unread)]
    words_read = sum(len(a.text.split()) for a in articles)
    spacy_alone = best_of(lambda: list(annotate(tools.nlp, articles)))
    whole = best_of(lambda: list(extract_records(articles, tools)))
    print(
        f"{len(articles)} articles, {words_read} words: spaCy alone {spacy_alone:.2f} s, with extraction {whole:.2f} s: {whole / spacy_alone:.2f} times"
    )
    print(f"{words_read / whole:,.0f} words a second of CPU with extraction")
    undated = partial(date_clause, published=None)
    docs = list(annotate(tools.nlp, articles))
    reference = tools.reference
    mentions = best_of(
        lambda: [
            find_mentions(
                doc, reference.gazetteer, reference.nouns, reference.offices, reference.states, reference.movements
            )
            for doc in docs
        ]
    )
    cast = best_of(lambda: [identify(doc, a, reference, undated) for doc, a in zip(docs, articles, strict=True)])
    print(
        f"finding mentions adds {mentions / spacy_alone:.2f} of spaCy's time, "
        f"linking and coreference {(cast - mentions) / spacy_alone:.2f}"
    )
    casts = [identify(doc, article, tools.reference, undated) for doc, article in zip(docs, articles, strict=True)]
    told = list(zip(docs, articles, casts, strict=True))
    coder = best_of(lambda: [code_events(*each, tools.lexicon) for each in told])
    opinion = load_opinion(data_path("seeds", "opinion"))
    guessing = best_of(lambda: [code_events(*each, tools.lexicon, opinion) for each in told])
    print(f"the event coder adds {coder / spacy_alone:.2f} of spaCy's time, {guessing / spacy_alone:.2f} with guesses")
    records = list(extract_records(articles, tools))
    with (
        tempfile.TemporaryDirectory() as temporary,
        Store.open(Path(temporary) / "s", look_up(tools.reference.gazetteer)) as store,
    ):
        began = time.process_time()
        quads = sum(store.load(record).quads for record in records)
        seconds = time.process_time() - began
    print(f"storing {quads:,} quads: {seconds:.2f} s, {seconds / whole:.2f} of the extraction's time")


if __name__ == "__main__":
    main()
