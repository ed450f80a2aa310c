"""Records made by hand and by hypothesis, for tests of the graph."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from kg.model import (
    CONTEXTS,
    ENTITY_TYPES,
    MODES,
    QUAD_CLASS,
    ROLES,
    SECTORS,
    STATUSES,
    Article,
    Attribution,
    Candidate,
    Entity,
    Event,
    Link,
    MadeBy,
    Mention,
    Participant,
    Record,
    Report,
    Role,
    RoleName,
    Span,
    Statement,
    Status,
    Trigger,
    When,
    Where,
    type_of_act,
)

MADE_BY = MadeBy("0.1.0", "en_test 1", "abc", "def")
PEOPLE = {
    "Sullivan": Entity("", "Jake Sullivan", True, "person", "USA", "GOV", "Q16730147", 0.9, "gazetteer"),
    "Yang": Entity("", "Yang Jiechi", True, "person", "CHN", "GOV", "Q58211", 0.9, "gazetteer"),
    "Smith": Entity("", "Ann Smith", True, "person", "GBR", None),
    "official": Entity("", "senior official", False, "person", "USA", "GOV"),
    "USA": Entity("", "United States", True, "country", "USA", None, "Q30", 0.9, "gazetteer"),
    "CHN": Entity("", "China", True, "country", "CHN", None, "Q148", 0.9, "gazetteer"),
    "Rome": Entity("", "Rome", True, "place", "ITA", None, "Q220", 0.9, "gazetteer"),
    "Milan": Entity("", "Milan", True, "place", "ITA", None, "Q490", 0.9, "gazetteer"),
    "Italy": Entity("", "Italy", True, "country", "ITA", None, "Q38", 0.9, "gazetteer"),
}


def meeting(
    article_id: str,
    actors: list[str],
    *,
    day: date | None = date(2022, 3, 14),
    place: str | None = None,
    status: Status = "reported",
    act: str = "CONSULT",
    source: str | None = None,
    recipients: list[str] | None = None,
    published: date | None = date(2022, 3, 14),
) -> Record:
    """A record of one article that tells of one event among people of PEOPLE."""
    names = [*actors, *(recipients or []), *([place] if place else [])]
    text = " ".join([*names, "met", "on Monday", article_id])
    entities: list[Entity] = []
    mentions: list[Mention] = []
    roles: list[Role] = []
    at = 0
    for n, name in enumerate(names, start=1):
        known = PEOPLE[name]
        entity = Entity(
            f"e{n}",
            known.name,
            known.named,
            known.type,
            known.country,
            known.sector,
            known.wikidata,
            known.score,
            known.linker,
        )
        entities.append(entity)
        mentions.append(Mention(at, at + len(name), name, entity.type, entity.id))
        if name != place:
            role: RoleName = "actor" if n <= len(actors) else "recipient"
            roles.append(Role(role, entity.id, at, at + len(name), name))
        at += len(name) + 1
    where = Where(entities[-1].id, mentions[-1].start, mentions[-1].end, mentions[-1].text) if place else None
    when = When(day, day, at + 4, at + 13, "on Monday") if day else None
    report = Report(
        Trigger(at, at + 3, "met"), Span(0, len(text)), status, tuple(roles), when, where, (), None, "meet", 0.8
    )
    event = Event(
        "v1",
        type_of_act(act, status),
        act,
        None,
        (),
        status,
        tuple(Participant(r.role, r.entity) for r in roles),
        (day, day) if day else None,
        where.entity if where else None,
        0.8,
        (report,),
    )
    article = Article(article_id, text, source=source, published=published)
    return Record(article, MADE_BY, tuple(mentions), tuple(entities), (), (event,))


_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=60, max_size=120)
_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
_DAYS = st.dates(date(1990, 1, 1), date(2030, 1, 1))
_SCORES = st.floats(0, 1).map(lambda x: round(x, 3))


@st.composite
def _spans(draw: st.DrawFn, text: str) -> Span:
    start = draw(st.integers(0, len(text) - 1))
    return Span(start, draw(st.integers(start + 1, len(text))))


@st.composite
def _entities(draw: st.DrawFn, number: int) -> Entity:
    linked = draw(st.booleans())
    return Entity(
        f"e{number}",
        draw(_WORDS),
        linked or draw(st.booleans()),
        draw(st.sampled_from(ENTITY_TYPES)),
        draw(st.sampled_from(["USA", "CHN", None])),
        draw(st.sampled_from([*SECTORS, None])),
        f"Q{draw(st.integers(1, 10**9))}" if linked else None,
        draw(_SCORES) if linked else None,
        "gazetteer" if linked else None,
    )


@st.composite
def _reports(draw: st.DrawFn, text: str, ids: list[str], events: list[str], trigger: Span) -> Report:
    def cut(span: Span) -> str:
        return text[span.start : span.end]

    roles = []
    for name in draw(st.lists(st.sampled_from(ROLES), max_size=4)):
        span = draw(_spans(text))
        entity = draw(st.sampled_from([*ids, None])) if name in ("topic", "instrument") else draw(st.sampled_from(ids))
        if all((r.role, r.start, r.end, r.entity) != (name, span.start, span.end, entity) for r in roles):
            roles.append(Role(name, entity, span.start, span.end, cut(span)))
    first, last = sorted([draw(_DAYS), draw(_DAYS)])
    when_span, where_span = draw(_spans(text)), draw(_spans(text))
    when = draw(
        st.sampled_from(
            [
                None,
                When(first, last, *_bounds(when_span), cut(when_span)),
                When(None, None, *_bounds(when_span), cut(when_span)),
            ]
        )
    )
    where = draw(st.sampled_from([None, Where(draw(st.sampled_from(ids)), *_bounds(where_span), cut(where_span))]))
    speakers = []
    for _ in range(draw(st.integers(0, 2))):
        span, cue = draw(_spans(text)), draw(_spans(text))
        if all((s.start, s.end) != (span.start, span.end) for s in speakers):
            speakers.append(
                Attribution(
                    draw(st.sampled_from(ids)),
                    span.start,
                    span.end,
                    cut(span),
                    Trigger(cue.start, cue.end, cut(cue)),
                    draw(st.booleans()),
                )
            )
    return Report(
        Trigger(trigger.start, trigger.end, cut(trigger)),
        draw(_spans(text)),
        draw(st.sampled_from(STATUSES)),
        tuple(roles),
        when,
        where,
        tuple(speakers),
        draw(st.sampled_from([*events, None])),
        "pattern",
        draw(_SCORES),
    )


def _bounds(span: Span) -> tuple[int, int]:
    return span.start, span.end


@st.composite
def records(draw: st.DrawFn) -> Record:
    """Any record that the pipeline could make, and many that it would not."""
    from kg.events.merging import participants_over, settled_status, status_over, when_over, where_over

    text = draw(_TEXT)
    entities = [draw(_entities(n)) for n in range(1, draw(st.integers(1, 5)) + 1)]
    ids = [e.id for e in entities]
    mentions = []
    for entity in entities:
        span = draw(_spans(text))
        mentions.append(Mention(span.start, span.end, text[span.start : span.end], entity.type, entity.id))
    count = draw(st.integers(0, 3))
    names = [f"v{n}" for n in range(1, count + 1)]
    starts = iter(draw(st.permutations(range(len(text) - 1))))
    by_id = {e.id: e for e in entities}
    events = []
    for name in names:
        act = draw(st.sampled_from(list(QUAD_CLASS)))
        spans = [Span(s, s + 1) for s in (next(starts) for _ in range(draw(st.integers(1, 2))))]
        reports = tuple(draw(_reports(text, ids, names, span)) for span in sorted(spans))
        status = settled_status(status_over([r.status for r in reports]), reports)
        events.append(
            Event(
                name,
                type_of_act(act, status),
                act,
                draw(st.sampled_from([*MODES.get(act, ()), None])),
                tuple(draw(st.lists(st.sampled_from(CONTEXTS), max_size=2, unique=True))),
                status,
                participants_over(act, reports, by_id),
                when_over(reports),
                where_over(reports, by_id),
                draw(_SCORES),
                reports,
            )
        )
    span = draw(_spans(text))
    statement = Statement(
        ids[0], draw(_WORDS), draw(st.sampled_from([*ids, None])), "USA", None, None, span.start, span.end
    )
    article = Article(
        draw(_WORDS),
        text,
        draw(st.sampled_from([None, "Example News"])),
        None,
        draw(st.sampled_from([None, "Title"])),
        draw(_DAYS),
        "en",
    )
    links = tuple(Link(e.id, (Candidate(e.wikidata, e.score or 0.0),)) for e in entities if e.wikidata)
    return Record(
        article,
        MADE_BY,
        tuple(mentions),
        tuple(entities),
        draw(st.sampled_from([(), (statement,)])),
        tuple(events),
        links,
    )
