"""Accounts as text for a terminal; nothing is read here."""

from __future__ import annotations

import io
import re
from bisect import insort
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from rich.console import Console
from rich.text import Text

from kg.graph.account import (
    Account,
    ArticleAccount,
    CandidateLine,
    EntityAccount,
    EventAccount,
    Evidence,
    Mark,
    Office,
    ReportAccount,
)
from kg.graph.clean_text import clean_text
from kg.graph.nodes import Known
from kg.graph.subjects import facts_of
from kg.model import ROLES, SECTORS


def render(account: Account, *, colour: bool, width: int) -> str:
    """The account as text, wrapped to the width save for IRIs and URLs, which stay whole to be copied.

    Without colour the evidence marks the trigger as `[met]` and roles as `{actor: Jake Sullivan}`; with it they have
    the ANSI style of the role's name above. Control characters of articles are shown as U+FFFD, never sent on.
    """
    page = _Page(colour, max(width, 30))
    if isinstance(account, EventAccount):
        _render_event(page, account)
    elif isinstance(account, EntityAccount):
        _render_entity(page, account)
    else:
        _render_article(page, account)
    return page.text()


_STYLES = {
    "trigger": "bold reverse",
    "actor": "bold cyan",
    "recipient": "bold magenta",
    "host": "bold blue",
    "mediator": "bold yellow",
    "beneficiary": "green",
    "instrument": "red",
    "topic": "italic",
    "place": "underline",
    "time": "underline",
    "speaker": "dim",
}
_LABELS = tuple(_STYLES)
UNBROKEN = "\ue000"
"""A space at which no line is broken, until the page is made text: Python and Rich break lines at U+00A0 too."""
_INDENT = "   "
_FIELD = 12


class _Page:
    """The lines of an account, wrapped as they are added."""

    def __init__(self, colour: bool, width: int) -> None:
        self.colour, self._width = colour, width
        self._lines: list[Text] = []
        self._console = Console(
            file=io.StringIO(),
            force_terminal=colour,
            color_system="standard" if colour else None,
            no_color=not colour,
            width=width,
            markup=False,
            highlight=False,
            emoji=False,
            legacy_windows=False,
            _environ={},
        )

    def text(self) -> str:
        with self._console.capture() as captured:
            for line in self._lines:
                self._console.print(line, no_wrap=True, overflow="ignore", crop=False, soft_wrap=True)
        return captured.get().replace(UNBROKEN, " ").rstrip("\n")

    def blank(self) -> None:
        self._lines.append(Text())

    def heading(self, text: str) -> None:
        self._wrap(Text(clean_text(text), "bold"), "")

    def paragraph(self, text: str | Text, *, style: str = "") -> None:
        self._wrap(Text(clean_text(text), style) if isinstance(text, str) else text, _INDENT)

    def whole(self, text: str, *, style: str = "") -> None:
        self._lines.append(Text(_INDENT + clean_text(text), style))

    def field(self, name: str, *values: str | None, style: str = "bold", whole: bool = False) -> None:
        """A name and its values, each on a new line and not wrapped if `whole`; nothing when there are none."""
        label = name
        indent = len(_INDENT) + _FIELD
        for value in (clean_text(v) for v in values if v):
            start = len(self._lines)
            if whole:
                self._lines.append(Text(" " * indent + value))
            else:
                self._wrap(Text(value), " " * indent)
            named = Text(_INDENT).append(label.ljust(_FIELD), style)
            self._lines[start] = named.append_text(self._lines[start][indent:])
            label = ""

    def _wrap(self, text: Text, indent: str) -> None:
        for line in text.wrap(self._console, max(self._width - len(indent), 10)):
            line.rstrip()
            self._lines.append(Text(indent).append_text(line))


def _render_event(page: _Page, event: EventAccount) -> None:
    page.heading(event.label)
    page.field("type", f"{event.type} ({event.quad_class})")
    page.field("act", None if event.act == event.type else event.act)
    page.field("mode", event.mode)
    page.field("context", ", ".join(event.context))
    page.field("status", event.status)
    page.field("date", _days(event.first, event.last) or "unknown")
    page.field("place", _named(event.place) if event.place else None, style=_STYLES["place"])
    for role in ROLES:
        names = [_named(party.entity) for party in event.parties if party.role == role]
        linked = {party.entity.name for party in event.parties if party.role == role}
        words = [w for w in event.about if w not in linked] if role == "topic" else []
        page.field(role, *names, *words, style=_STYLES[role])
    page.field("confidence", _number(event.confidence))
    page.field("event", event.iri.value, whole=True)
    for number, report in enumerate(event.reports, start=1):
        page.blank()
        _render_report(page, number, report, event.status)


def _render_report(page: _Page, number: int, report: ReportAccount, event_status: str) -> None:
    article = report.article
    where = ", ".join(part for part in (article.source, _days(article.published, article.published)) if part)
    page.heading(f"{number}. {article.title or article.id}" + (f" ({where})" if where else ""))
    said = " > ".join(_named(speaker) for speaker in report.speakers)
    told = [report.status] if report.status != event_status else []
    told += [f"said by {said}" + (", in quotation marks" if report.is_quote else "")] if said else []
    if told:
        page.paragraph("; ".join(told), style="dim")
    _render_evidence(page, report.evidence)
    facts = [f"confidence {_number(report.confidence)}" if report.confidence is not None else "", report.pattern or ""]
    page.paragraph(", ".join(fact for fact in facts if fact), style="dim")
    page.whole(article.url or article.id, style="dim")


def _render_entity(page: _Page, account: EntityAccount) -> None:
    entity = account.entity
    page.heading(entity.name)
    page.field("type", (entity.kind or "entity").lower() + ("" if account.is_named else ", not named"))
    page.field("country", entity.country)
    page.field("sector", f"{entity.sector} ({SECTORS.get(entity.sector, 'unknown')})" if entity.sector else None)
    page.field("wikidata", *_wikidata_lines(entity), whole=True)
    page.field("entity", entity.iri.value, whole=True)
    page.field("written", ", ".join(f"{name} ({count})" for name, count in account.names))
    partly = f"; names and candidates are from {account.read} of them" if account.read < account.articles else ""
    page.field("articles", f"{account.articles}{partly}")
    page.field("speaks", f"in {account.speaks} reports" if account.speaks else None)
    page.field("offices", *(_office(office) for office in account.offices))
    page.field("candidates", *(_candidate(line, entity.wikidata) for line in account.candidates))
    for line in account.events:
        page.blank()
        page.paragraph(f"{line.label}, as {', '.join(line.roles)}")
        page.whole(line.iri.value, style="dim")
    if account.more_events:
        page.blank()
        page.paragraph(f"and {account.more_events} more")
    if not account.events:
        page.paragraph("takes part in no event")


def _render_article(page: _Page, account: ArticleAccount) -> None:
    article = account.article
    page.heading(article.title or article.id)
    page.field("article", article.id, whole=True)
    page.field("source", article.source)
    page.field("published", _days(article.published, article.published))
    page.field("url", article.url, whole=True)
    page.field("language", account.language)
    page.field("read with", ", ".join(f"{name} {version}" for name, version in account.made_by))
    counts = (("linked", account.linked), ("not linked", account.unlinked), ("unnamed", account.unnamed))
    page.field("entities", ", ".join(f"{count} {what}" for what, count in counts))
    page.field("quads", str(account.quads))
    for number, event in enumerate(account.events, start=1):
        page.blank()
        page.heading(f"{number}. {event.label}")
        if event.status != event.event_status:
            page.paragraph(f"here {event.status}", style="dim")
        _render_evidence(page, event.evidence)
        if event.iri is not None:
            page.whole(event.iri.value, style="dim")
    if not account.events:
        page.paragraph("tells of no event")


def _render_evidence(page: _Page, evidence: Evidence) -> None:
    if evidence.text is None:
        at = f"characters {evidence.start} to {evidence.end}"
        page.paragraph(f"The sentence is not stored (the article was loaded with --no-text): {at}.", style="dim")
        outside: Sequence[Mark] = evidence.marks
    else:
        page.paragraph(_marked(evidence.text, evidence.start, evidence.marks, page.colour))
        outside = [m for m in evidence.marks if m.start < evidence.start or m.end > evidence.end]
    words = [_marked(m.words, m.start, (m,), page.colour) for m in outside if m.words]
    if words:
        lead = "" if evidence.text is None else "elsewhere in the article: "
        page.paragraph(Text(lead).append_text(Text(" … ").join(words)))


def _marked(text: str, offset: int, marks: Iterable[Mark], colour: bool) -> Text:
    """The text, which begins at that offset of the article, with the marks that lie within it."""
    within = [m for m in marks if offset <= m.start and m.end <= offset + len(text)]
    result, position, open_marks = Text(), offset, list[Mark]()

    def go_to(end: int) -> None:
        nonlocal position
        words = re.sub(r"\s+", " ", clean_text(text[position - offset : end - offset]))
        result.append(words, _style_of(open_marks[-1]) if colour and open_marks else "")
        position = end

    def close(until: int) -> None:
        while open_marks and open_marks[-1].end <= until:
            go_to(open_marks[-1].end)
            mark = open_marks.pop()
            if not colour:
                result.append("]" if mark.label == "trigger" else "}")

    for mark in nest_marks(within):
        close(mark.start)
        go_to(mark.start)
        open_marks.append(mark)
        if not colour:
            result.append("[" if mark.label == "trigger" else f"{{{mark.label}:{UNBROKEN}")
    close(offset + len(text))
    go_to(offset + len(text))
    return result


def nest_marks(marks: Iterable[Mark]) -> list[Mark]:
    """The marks, outer before inner, those of one stretch as one; what crosses another mark's end is cut there.

    >>> [(m.label, m.start, m.end) for m in nest_marks([Mark("actor", 0, 5, ""), Mark("topic", 3, 8, "")])]
    [('actor', 0, 5), ('topic', 3, 5), ('topic', 5, 8)]
    """

    def outer_first(mark: Mark) -> tuple[int, int, bool, str]:
        return mark.start, -mark.end, mark.label == "trigger", mark.label

    waiting = sorted(_merged(marks), key=outer_first)
    nested: list[Mark] = []
    while waiting:
        mark = waiting.pop(0)
        cuts = [m.end for m in nested if m.start < mark.start < m.end < mark.end]
        if cuts:
            insort(waiting, replace(mark, end=min(cuts)), key=outer_first)
            insort(waiting, replace(mark, start=min(cuts)), key=outer_first)
        else:
            nested.append(mark)
    return nested


def _merged(marks: Iterable[Mark]) -> Iterator[Mark]:
    labels: dict[tuple[int, int, bool], set[str]] = {}
    for mark in marks:
        labels.setdefault((mark.start, mark.end, mark.label == "trigger"), set()).add(mark.label)
    for (start, end, _), names in labels.items():
        yield Mark(f",{UNBROKEN}".join(sorted(names, key=_LABELS.index)), start, end, "")


def _style_of(mark: Mark) -> str:
    return _STYLES[mark.label.partition(",")[0]]


def _named(entity: Known) -> str:
    facts = facts_of(entity)
    return f"{entity.name} ({facts})" if facts else entity.name


def _wikidata_lines(entity: Known) -> tuple[str, ...]:
    qid = entity.wikidata
    return (qid, f"https://www.wikidata.org/wiki/{qid}") if qid else ("not linked",)


def _office(office: Office) -> str:
    of = ", ".join(part for part in (office.organisation, office.country) if part)
    days = _days(office.first, office.last)
    shown = ", ".join(office.articles[:3])
    more = f" and {len(office.articles) - 3} more" if len(office.articles) > 3 else ""
    return office.office + (f" ({of})" if of else "") + (f", {days}" if days else "") + f": in {shown}{more}"


def _candidate(line: CandidateLine, own: str | None) -> str:
    name = f" {line.name}" if line.name else ""
    chosen = ", chosen" if line.wikidata == own else ""
    return f"{line.wikidata}{name}, score {line.score:.2f}{chosen}"


def _number(number: float | None) -> str | None:
    return None if number is None else f"{number:.2f}"


def _days(first: date | None, last: date | None) -> str:
    """The days as text.

    >>> _days(date(2022, 4, 1), date(2022, 4, 30)), _days(date(2022, 4, 1), None), _days(None, None)
    ('2022-04-01 to 2022-04-30', 'from 2022-04-01', '')
    """
    if first is not None and last is not None:
        return first.isoformat() if first == last else f"{first.isoformat()} to {last.isoformat()}"
    if first is not None:
        return f"from {first.isoformat()}"
    return f"until {last.isoformat()}" if last is not None else ""
