"""The public Python API: `kg.load`, `kg.extract`, `kg.open_store`, `kg.query`.

>>> import kg
>>> [record] = kg.extract("Sergei Lavrov met Antony Blinken in Geneva on Friday.", published="2022-01-22")
>>> event = record.events[0]
>>> event.type, event.status, [record.entity(p.entity).wikidata for p in event.roles]
('CONSULT', 'reported', ['Q58217', 'Q7821917'])
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from kg.entities.gazetteer import open_gazetteer
from kg.errors import KgError
from kg.graph.queries import bind, find_query, load_queries, with_prefixes
from kg.graph.store import Results, Store
from kg.model import Article, Record
from kg.pipeline import Step, Tools, extract_records, load_articles, look_up, open_tools
from kg.read import Defaults, parse_day, read_articles
from kg.resources import data_path

DEFAULT_STORE = Path("kg-store")


@dataclass(frozen=True, slots=True)
class Summary:
    """What loading did: articles by outcome, what was found in them, and what could not be read."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    entities: int = 0
    linked: int = 0
    events: int = 0
    quads: int = 0
    errors: tuple[KgError, ...] = ()

    @property
    def articles(self) -> int:
        return self.new + self.changed + self.unchanged


def summarise(summary: Summary, step: Step) -> Summary:
    """The summary with one more step in it."""
    if step.record is None or step.loaded is None:
        errors = (*summary.errors, step.error) if step.error is not None else summary.errors
        return _with(summary, errors=errors)
    outcome = step.loaded.outcome
    return _with(
        summary,
        new=summary.new + (outcome == "new"),
        changed=summary.changed + (outcome == "changed"),
        unchanged=summary.unchanged + (outcome == "unchanged"),
        entities=summary.entities + len(step.record.entities),
        linked=summary.linked + sum(e.wikidata is not None for e in step.record.entities),
        events=summary.events + len(step.record.events),
        quads=summary.quads + step.loaded.quads,
    )


def _with(summary: Summary, **changes: object) -> Summary:
    from dataclasses import replace

    return replace(summary, **changes)  # type: ignore[arg-type]


@lru_cache(maxsize=2)
def default_tools(model: str | None = None) -> Tools:
    """The tools with the default data, loaded once a process."""
    return open_tools(model=model)


def open_store(
    path: str | Path = DEFAULT_STORE, *, read_only: bool = False, create: bool = True, gazetteers: Sequence[Path] = ()
) -> Store:
    """The store in a folder, made if it is not there; close it, or use it in a `with` block.

    `gazetteers` are those that its articles were loaded with, beside the one that comes with `kg`.

    :raises StoreError: when the folder is foreign, locked, or missing and not to be created.
    """
    look = look_up(open_gazetteer(gazetteers))
    return Store.open(Path(path), look, read_only=read_only, create=create)


def load(
    paths: str | Path | Sequence[str | Path],
    store: Store | str | Path = DEFAULT_STORE,
    *,
    published: str | date | None = None,
    source: str | None = None,
    with_text: bool = True,
    tools: Tools | None = None,
) -> Summary:
    """Read files and folders and put what they tell of into a store.

    Articles that cannot be read are in the summary's `errors`; the others are loaded.

    :raises KgError: when the store, the model or a data file cannot be used.
    """
    given = [paths] if isinstance(paths, (str, Path)) else list(paths)
    items = read_articles(given, Defaults(published=_day(published), source=source))
    opening = (lambda: nullcontext(store)) if isinstance(store, Store) else (lambda: open_store(store))
    summary = Summary()
    for step in load_articles(items, tools or default_tools(), opening, with_text=with_text):
        summary = summarise(summary, step)
    return summary


def _day(published: str | date | None) -> date | None:
    return parse_day(published) if isinstance(published, str) else published


def extract(
    texts: str | Article | Iterable[str | Article], *, published: str | date | None = None, tools: Tools | None = None
) -> Iterator[Record]:
    """The record of each text or article, in order; nothing is stored.

    :raises InputError: when a text is too long to parse or the day is impossible.
    """
    given = [texts] if isinstance(texts, (str, Article)) else texts
    day = _day(published)
    articles = (
        t if isinstance(t, Article) else Article(f"text-{n}", t, published=day) for n, t in enumerate(given, start=1)
    )
    return extract_records(articles, tools or default_tools())


def query(store: Store, name_or_sparql: str, **parameters: str) -> Results:
    """The results of a canned query by its name, or of any SPARQL query (the usual prefixes need not be declared).

    Parameters of canned queries are given by name, hyphens as underscores: `query(store, "who-met-whom", country="CHN")`.

    :raises UsageError: when there is no such query or parameter, or a value is not of its type.
    """
    text = name_or_sparql
    if not any(c in name_or_sparql for c in " \n{"):
        canned = find_query(load_queries(data_path("queries")), name_or_sparql)
        text = bind(canned, {name.replace("_", "-"): value for name, value in parameters.items()})
    return store.query(with_prefixes(text))
