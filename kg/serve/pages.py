"""HTML pages: the front page, the query form and its results, and an account of each thing.

Nothing on them comes from elsewhere, and whatever articles say is escaped.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from typing import Any

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad

from kg.graph.account import (
    Account,
    ArticleAccount,
    EntityAccount,
    EventAccount,
    Evidence,
    Mark,
    ReportAccount,
)
from kg.graph.account_text import UNBROKEN, nest_marks
from kg.graph.clean_text import clean_text
from kg.graph.nodes import Known
from kg.graph.vocabulary import BASE, PREFIXES, article_iri
from kg.model import ROLES, SECTORS
from kg.serve.documents import SUFFIXES, path_of_iri
from kg.serve.snapshots import Snapshot

ROWS_SHOWN = 1_000
BYTES_SHOWN = 1 << 18
_STYLE = """
:root{color-scheme:light dark;--ink:#1c2430;--dim:#5b6675;--paper:#fff;--soft:#f3f5f8;--line:#d9dee6;--link:#0b57a4;
--actor:#d5e8fb;--recipient:#f8dcea;--trigger:#ffe9a8;--other:#e3ecd9}
@media (prefers-color-scheme:dark){:root{--ink:#e4e9f0;--dim:#9aa7b8;--paper:#12171e;--soft:#1b222c;--line:#323c4a;
--link:#7db8f5;--actor:#1e3d5c;--recipient:#56304a;--trigger:#5a4a12;--other:#33442a}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,"Segoe UI",Roboto,sans-serif}
header,main,footer{max-width:56rem;margin:auto;padding:0 1.25rem}
header{padding-block:.9rem;border-bottom:1px solid var(--line);display:flex;gap:1.25rem;flex-wrap:wrap}
header a:first-child{font-weight:700;margin-right:auto}
footer{margin-block:3rem 2rem;padding-block:.9rem;border-top:1px solid var(--line);color:var(--dim);font-size:.875rem}
a{color:var(--link);text-decoration-thickness:.06em;text-underline-offset:.15em;overflow-wrap:anywhere}
h1{font-size:1.7rem;line-height:1.25;margin:1.6rem 0 .4rem}.kind+h1{margin-top:.1rem}h2{font-size:1.15rem;margin:2rem 0 .5rem}
.kind,.dim{color:var(--dim)}.kind{margin:1.6rem 0 0;font-size:.9rem;letter-spacing:.02em}
dl{display:grid;grid-template-columns:minmax(7rem,max-content) 1fr;gap:.3rem 1.25rem;margin:1rem 0}
dt{color:var(--dim)}dd{margin:0;min-width:0}dd+dd{grid-column:2}
article,pre,.box{background:var(--soft);border-radius:.5rem;padding:.8rem 1rem;margin:.8rem 0}
article h3{margin:0 0 .3rem;font-size:1rem}article p{margin:.3rem 0}
blockquote{margin:.5rem 0;font-size:1.05rem}
mark{color:inherit;background:var(--other);border-radius:.2rem;padding:.05em .2em;-webkit-box-decoration-break:clone;box-decoration-break:clone}
mark.trigger{background:var(--trigger);font-weight:600}mark.actor{background:var(--actor)}
mark.recipient{background:var(--recipient)}mark small{color:var(--dim);font-size:.7em;padding-left:.35em}
ul{padding-left:1.2rem}li{margin:.25rem 0}
textarea{width:100%;min-height:14rem;font:14px/1.45 ui-monospace,monospace;padding:.7rem;color:inherit;
background:var(--soft);border:1px solid var(--line);border-radius:.4rem}
button{font:inherit;padding:.45rem 1.3rem;border:0;border-radius:.4rem;background:var(--link);color:var(--paper);cursor:pointer}
pre{overflow:auto;font:14px/1.45 ui-monospace,monospace}
.wide{overflow-x:auto}table{border-collapse:collapse;font-size:.9rem;width:100%}
th,td{text-align:left;vertical-align:top;padding:.35rem .7rem .35rem 0;border-bottom:1px solid var(--line)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
"""
_STYLE_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
CONTENT_POLICY = f"default-src 'none'; style-src 'sha256-{_STYLE_DIGEST}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
"""What a page may do: nothing but its own style and its own form."""

_EXAMPLE = """PREFIX dip: <https://w3id.org/diplomacy-kg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?event ?label ?day WHERE {
  ?event a dip:Event ; rdfs:label ?label .
  OPTIONAL { ?event dip:firstDay ?day }
}
ORDER BY DESC(?day)
LIMIT 25"""


def page(title: str, body: str) -> bytes:
    """A whole page; the body is HTML."""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{as_html(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<header><a href="/">Diplomacy knowledge graph</a><a href="/sparql">Query</a><a href="/ontology">Ontology</a></header>
<main>
{body}
</main>
<footer>Served by kg. Facts are what articles report, each with its sentence; they are not checked.</footer>
</body>
</html>
""".encode()


def front_page(snapshot: Snapshot, newest: Sequence[tuple[str, str]]) -> bytes:
    """What there is, the newest events, and where to ask."""
    counts = snapshot.counts
    facts = [
        ("articles", f"{counts.articles:,}"),
        ("entities", f"{counts.entities:,}, of which {counts.linked:,} are linked to Wikidata"),
        ("events", f"{counts.events:,}, and {counts.possible_events:,} planned, hypothetical or denied ones"),
        ("triples", f"{counts.quads:,}"),
        ("as of", snapshot.taken.strftime("%Y-%m-%d %H:%M UTC")),
    ]
    events = "".join(f"<li>{_link(iri, label)}</li>" for iri, label in newest)
    return page(
        "Diplomacy knowledge graph",
        "<h1>Diplomacy knowledge graph</h1><p>Who met, threatened, sanctioned, praised or attacked whom: events that "
        f"news articles report, each with the sentences that say so.</p>{_facts(facts)}"
        "<p>Ask in SPARQL at <a href='/sparql'>/sparql</a>, read whole graphs at <code>/store?graph=IRI</code>, and each "
        "thing as a page, Turtle, JSON-LD, N-Triples or RDF/XML at its own address.</p>"
        + (f"<h2>Newest events</h2><ul>{events}</ul>" if events else ""),
    )


def query_page(query: str = _EXAMPLE, results: str = "") -> bytes:
    """The form to ask in, with results below it."""
    form = (
        "<h1>Query</h1><form action='/sparql' method='get'><p><label for='query'>A SPARQL query over all graphs</label></p>"
        f"<textarea id='query' name='query' spellcheck='false'>{as_html(query)}</textarea>"
        "<p><button>Ask</button></p></form>"
    )
    return page("Query", form + results)


def results_table(body: bytes) -> str:
    """JSON results as an HTML table."""
    answer = json.loads(body)
    if "boolean" in answer:
        return f"<h2>Answer</h2><p>{'yes' if answer['boolean'] else 'no'}</p>"
    names, rows = answer["head"]["vars"], answer["results"]["bindings"]
    more = f", of which the first {ROWS_SHOWN:,} are shown" if len(rows) > ROWS_SHOWN else ""
    head = "".join(f"<th scope='col'>{as_html(name)}</th>" for name in names)
    lines = ("".join(f"<td>{_cell(row.get(name))}</td>" for name in names) for row in rows[:ROWS_SHOWN])
    table = (
        f"<div class='wide'><table><tr>{head}</tr>" + "".join(f"<tr>{line}</tr>" for line in lines) + "</table></div>"
    )
    return f"<h2>{len(rows):,} row{'' if len(rows) == 1 else 's'}{more}</h2>{table}"


def _cell(term: dict[str, Any] | None) -> str:
    if term is None:
        return ""
    return _link(term["value"]) if term["type"] == "uri" else as_html(str(term["value"]))


def turtle_box(body: bytes) -> str:
    """Turtle as it is, no more than a page holds."""
    more = "<p>The rest is not shown.</p>" if len(body) > BYTES_SHOWN else ""
    return f"<h2>Triples</h2><pre>{as_html(body[:BYTES_SHOWN].decode('utf-8', 'replace'))}</pre>{more}"


def account_page(account: Account, path: str) -> bytes:
    """The page of an event, entity or article; `path` is its address here."""
    if isinstance(account, EventAccount):
        title, body = _event(account)
    elif isinstance(account, EntityAccount):
        title, body = _entity(account)
    else:
        title, body = _article(account)
    return page(title, body + _formats(path))


def thing_page(iri: str, quads: Iterable[Quad], path: str) -> bytes:
    """The page of anything else: its statements, subject by subject."""
    parts = [f"<p class='kind'>{as_html(path.split('/')[1])}</p><h1>{as_html(_short(iri))}</h1>"]
    for subject, group in groupby(quads, key=lambda q: str(getattr(q.subject, "value", q.subject))):
        facts = "".join(f"<dt>{_link(str(q.predicate.value))}</dt><dd>{_term(q.object)}</dd>" for q in group)
        heading = "" if subject == iri else f"<h2>{_link(subject)}</h2>"
        parts.append(f"{heading}<dl>{facts}</dl>")
    return page(_short(iri), "".join(parts) + _formats(path))


def _event(event: EventAccount) -> tuple[str, str]:
    days = " to ".join(dict.fromkeys(day.isoformat() for day in (event.first, event.last) if day))
    facts: list[tuple[str, str]] = [
        ("type", as_html(f"{event.type} ({event.quad_class})")),
        ("act", "" if event.act == event.type else as_html(event.act)),
        ("mode", as_html(event.mode or "")),
        ("context", as_html(", ".join(event.context))),
        ("status", as_html(event.status)),
        ("date", as_html(days or "unknown")),
        ("place", _known(event.place) if event.place else ""),
    ]
    facts += [(role, _known(p.entity)) for role in ROLES for p in event.parties if p.role == role]
    linked = {p.entity.name for p in event.parties if p.role == "topic"}
    facts += [("about", as_html(words)) for words in event.about if words not in linked]
    facts.append(("confidence", "" if event.confidence is None else f"{event.confidence:.2f}"))
    reports = "".join(_report(report, event.status) for report in event.reports)
    return (
        event.label,
        f"<p class='kind'>event</p><h1>{as_html(event.label)}</h1>{_fields(facts)}<h2>Evidence</h2>{reports}",
    )


def _report(report: ReportAccount, event_status: str) -> str:
    article = report.article
    where = ", ".join(p for p in (article.source, article.published and article.published.isoformat()) if p)
    said = " → ".join(_known(speaker) for speaker in report.speakers)
    told = [as_html(report.status)] if report.status != event_status else []
    told += [f"said by {said}" + (", in quotation marks" if report.is_quote else "")] if said else []
    told += [f"confidence {report.confidence:.2f}"] if report.confidence is not None else []
    told += [_web(article.url)] if article.url else []
    return (
        f"<article><h3>{_link(str(article_iri(article.id).value), article.title or article.id)}"
        f" <span class='dim'>{as_html(where)}</span></h3>{_evidence(report.evidence)}<p class='dim'>{'; '.join(told)}</p></article>"
    )


def _entity(account: EntityAccount) -> tuple[str, str]:
    entity = account.entity
    sector = f"{entity.sector} ({SECTORS.get(entity.sector, 'unknown')})" if entity.sector else ""
    wikidata = f"https://www.wikidata.org/wiki/{entity.wikidata}" if entity.wikidata else None
    facts = [
        ("country", as_html(entity.country or "")),
        ("sector", as_html(sector)),
        ("Wikidata", _web(wikidata, entity.wikidata) if wikidata else "not linked"),
        ("written", as_html(", ".join(f"{name} ({count})" for name, count in account.names))),
        ("articles", f"{account.articles:,}"),
        ("speaks", f"in {account.speaks:,} reports" if account.speaks else ""),
    ]
    for office in account.offices:
        of = ", ".join(part for part in (office.organisation, office.country) if part)
        facts.append(("office", as_html(office.office + (f" ({of})" if of else ""))))
    events = "".join(
        f"<li>{_link(str(line.iri.value), line.label)} <span class='dim'>as {as_html(', '.join(line.roles))}</span></li>"
        for line in account.events
    )
    more = f"<p class='dim'>and {account.more_events:,} more</p>" if account.more_events else ""
    kind = (entity.kind or "entity").lower() + ("" if account.is_named else ", not named")
    body = f"<p class='kind'>{as_html(kind)}</p><h1>{as_html(entity.name)}</h1>{_fields(facts)}<h2>Events</h2>"
    return entity.name, body + (f"<ul>{events}</ul>{more}" if events else "<p>It takes part in no event.</p>")


def _article(account: ArticleAccount) -> tuple[str, str]:
    article = account.article
    title = article.title or article.id
    facts = [
        ("id", as_html(article.id)),
        ("source", as_html(article.source or "")),
        ("published", article.published.isoformat() if article.published else ""),
        ("address", _web(article.url) if article.url else ""),
        ("language", as_html(account.language or "")),
        ("read with", as_html(", ".join(f"{name} {version}" for name, version in account.made_by))),
        ("entities", f"{account.linked} linked, {account.unlinked} not linked, {account.unnamed} unnamed"),
    ]
    events = []
    for event in account.events:
        heading = _link(str(event.iri.value), event.label) if event.iri is not None else as_html(event.label)
        here = f"<p class='dim'>here {as_html(event.status)}</p>" if event.status != event.event_status else ""
        events.append(f"<article><h3>{heading}</h3>{_evidence(event.evidence)}{here}</article>")
    body = f"<p class='kind'>article</p><h1>{as_html(title)}</h1>{_fields(facts)}<h2>Events</h2>"
    return title, body + ("".join(events) or "<p>It tells of no event.</p>")


def _evidence(evidence: Evidence) -> str:
    if evidence.text is None:
        return f"<p class='dim'>The sentence is not stored: characters {evidence.start} to {evidence.end}.</p>"
    return f"<blockquote>{_marked(evidence.text, evidence.start, evidence.marks)}</blockquote>"


def _marked(text: str, offset: int, marks: Iterable[Mark]) -> str:
    """The text, which begins at that offset of the article, with the marks that lie within it."""
    within = [m for m in marks if offset <= m.start and m.end <= offset + len(text)]
    parts: list[str] = []
    position = offset
    still_open: list[Mark] = []

    def go_to(end: int) -> None:
        nonlocal position
        parts.append(as_html(text[position - offset : end - offset]))
        position = end

    def close(until: int) -> None:
        while still_open and still_open[-1].end <= until:
            mark = still_open.pop()
            go_to(mark.end)
            parts.append(f"<small>{as_html(mark.label.replace(UNBROKEN, ' '))}</small></mark>")

    for mark in nest_marks(within):
        close(mark.start)
        go_to(mark.start)
        parts.append(f"<mark class='{as_html(mark.label.partition(',')[0])}'>")
        still_open.append(mark)
    close(offset + len(text))
    go_to(offset + len(text))
    return "".join(parts)


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return _fields((name, as_html(value)) for name, value in facts)


def _fields(facts: Iterable[tuple[str, str]]) -> str:
    """Names and values, which are HTML; what is empty is left out, and a name stands before its first value only."""
    given = [(name, value) for name, value in facts if value]
    parts = []
    for name, group in groupby(given, key=lambda fact: fact[0]):
        parts.append(f"<dt>{as_html(name)}</dt>" + "".join(f"<dd>{value}</dd>" for _, value in group))
    return f"<dl>{''.join(parts)}</dl>"


def _known(entity: Known) -> str:
    country = f" <span class='dim'>{as_html(entity.country)}</span>" if entity.country else ""
    return _link(str(entity.iri.value), entity.name) + country


def _term(term: object) -> str:
    if isinstance(term, NamedNode):
        return _link(str(term.value))
    return as_html(str(term.value)) if isinstance(term, ox.Literal | ox.BlankNode) else as_html(str(term))


def _link(iri: str, text: str | None = None) -> str:
    """A link to one of our own things on this server, or to another one on the web."""
    path = path_of_iri(iri)
    shown = text if text is not None else _short(iri)
    return f"<a href='{as_html(path)}'>{as_html(shown)}</a>" if path else _web(iri, shown)


def _web(address: str, text: str | None = None) -> str:
    shown = as_html(text or address)
    if not address.startswith(("http://", "https://")):
        return shown
    return f"<a href='{as_html(address)}' rel='nofollow noreferrer'>{shown}</a>"


def _short(iri: str) -> str:
    """The IRI with a usual prefix, if it has one; of our own things what follows the base, as `kg query` shows it."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri.removeprefix(BASE)


def _formats(path: str) -> str:
    links = ", ".join(f"<a href='/doc{as_html(path)}.{suffix}'>{name}</a>" for suffix, name in _FORMAT_NAMES.items())
    return f"<p class='dim'>Also as {links}.</p>"


_FORMAT_NAMES = {"ttl": "Turtle", "jsonld": "JSON-LD", "nt": "N-Triples", "rdf": "RDF/XML"}
assert _FORMAT_NAMES.keys() == SUFFIXES.keys()


def as_html(text: str) -> str:
    """Text as HTML, with control characters and what turns the direction of writing made visible."""
    return escape(clean_text(text), quote=True)
