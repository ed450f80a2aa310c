"""The values handed on from reading to the graph: frozen, compared by value, free of any library's types.

Offsets count code points of `Article.text` and are half-open. `Record.to_json` writes the JSON record, the contract
between extraction and everything else; `Record.from_json` reads it back.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Literal

SCHEMA = 1
"""Version of the JSON record."""

EntityType = Literal["person", "organisation", "country", "place", "group"]
Status = Literal["reported", "historical", "planned", "hypothetical", "denied"]
RoleName = Literal["actor", "recipient", "host", "mediator", "beneficiary", "instrument", "topic"]

ENTITY_TYPES: tuple[EntityType, ...] = ("person", "organisation", "country", "place", "group")
STATUSES: tuple[Status, ...] = ("reported", "historical", "planned", "hypothetical", "denied")
ROLES: tuple[RoleName, ...] = ("actor", "recipient", "host", "mediator", "beneficiary", "instrument", "topic")

VERBAL_COOPERATION = "verbal cooperation"
MATERIAL_COOPERATION = "material cooperation"
VERBAL_CONFLICT = "verbal conflict"
MATERIAL_CONFLICT = "material conflict"

QUAD_CLASS: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("AGREE", "CONSULT", "SUPPORT", "CONCEDE"), VERBAL_COOPERATION),
        **dict.fromkeys(("COOPERATE", "AID", "RETREAT"), MATERIAL_COOPERATION),
        **dict.fromkeys(("REQUEST", "ACCUSE", "REJECT", "THREATEN"), VERBAL_CONFLICT),
        **dict.fromkeys(("PROTEST", "SANCTION", "MOBILIZE", "COERCE", "ASSAULT"), MATERIAL_CONFLICT),
    }
)
"""PLOVER event type → quad class. Its keys are the sixteen types."""

MODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "CONSULT": ("visit", "third-party", "multilateral", "phone"),
        "RETREAT": ("withdraw", "release", "disarm", "ceasefire", "access", "resign"),
        "REQUEST": ("assist", "change", "yield", "meet"),
        "ACCUSE": ("disapprove", "investigate", "allege"),
        "REJECT": ("assist", "change", "yield", "meet"),
        "THREATEN": ("restrict", "arrest", "relations", "expel", "territory", "violence"),
        "PROTEST": ("demo", "riot", "strike", "hunger", "boycott", "obstruct", "vandalize"),
        "SANCTION": ("convict", "expel", "withdraw", "discontinue"),
        "MOBILIZE": ("troops", "weapons", "police", "militia"),
        "COERCE": (
            "seize",
            "restrict",
            "censor",
            "curfew",
            "martial-law",
            "arrest",
            "deport",
            "withhold",
            "misinformation",
            "cyber",
        ),
        "ASSAULT": (
            "abduct",
            "beat",
            "torture",
            "sexual",
            "targeted",
            "destroy",
            "primitive",
            "firearms",
            "explosives",
            "suicide-attack",
            "aerial",
            "drone",
            "heavy-weapons",
            "crowd-control",
            "unconventional",
        ),
    }
)
"""PLOVER event type → its modes; types without modes are absent."""

CONTEXTS: tuple[str, ...] = (
    "military",
    "intelligence",
    "executive",
    "legislative",
    "election",
    "political_institutions",
    "pro_democracy",
    "pro_autocracy",
    "economic",
    "legal",
    "reparations",
    "human_rights",
    "rights_freedoms",
    "repression",
    "human_security",
    "gender",
    "lgbt",
    "religion_ethnicity",
    "inequality",
    "diplomatic",
    "territory",
    "peacekeeping",
    "health",
    "asylum",
    "migration",
    "disasters",
    "natural_resource",
    "environment",
    "technology",
    "terrorism",
    "cbrn",
    "cyber",
    "misinformation",
    "crime",
    "corruption",
    "illegal_drugs",
    "trafficking",
)
SECTORS: Mapping[str, str] = MappingProxyType(
    {
        "GOV": "government",
        "MIL": "military",
        "REB": "rebels and armed groups",
        "OPP": "political opposition",
        "PTY": "political party",
        "JUD": "judiciary",
        "LEG": "legislature",
        "COP": "police",
        "SPY": "intelligence service",
        "IGO": "intergovernmental organisation",
        "NGO": "non-governmental organisation",
        "MED": "media",
        "BUS": "business",
        "EDU": "education",
        "CRM": "organised crime",
        "CVL": "civilians",
    }
)
"""PLOVER sector code → what it stands for."""

FUTURE_TYPE: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("CONSULT", "SUPPORT", "COOPERATE", "AID"), "AGREE"),
        **dict.fromkeys(("RETREAT", "CONCEDE"), "CONCEDE"),
    }
)
"""PLOVER rule 1: the type that an act takes while it is only planned. Absent acts keep their own."""


def type_of_act(act: str, status: Status) -> str:
    """The PLOVER type of an event, given the type of what happens or would happen and its status.

    >>> type_of_act("CONSULT", "planned"), type_of_act("CONSULT", "reported"), type_of_act("SANCTION", "planned")
    ('AGREE', 'CONSULT', 'SANCTION')
    """
    return FUTURE_TYPE.get(act, act) if status == "planned" else act


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of an article's text, `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One news article as it was read. `text` has LF line ends and is otherwise untouched."""

    id: str
    text: str
    source: str | None = None
    url: str | None = None
    title: str | None = None
    published: date | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class MadeBy:
    """The versions that made a record; two equal ones give equal records for equal articles."""

    kg: str
    model: str
    lexicon: str
    gazetteer: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A stretch that names or describes an entity; `entity` is the local id of what it literally names."""

    start: int
    end: int
    text: str
    type: EntityType
    entity: str


@dataclass(frozen=True, slots=True)
class Entity:
    """Somebody or something of the article; `named` is False for "a senior official"."""

    id: str
    name: str
    named: bool
    type: EntityType
    country: str | None = None
    sector: str | None = None
    wikidata: str | None = None
    score: float | None = None
    linker: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """One Wikidata item that a name may stand for, with its score in [0, 1]."""

    wikidata: str
    score: float


@dataclass(frozen=True, slots=True)
class Link:
    """What was weighed for a chain of names: the candidates, best first, and what the article shows of its bearer.

    That is the fullest name as written, the type the text shows, years of age, and the countries that a place is said to
    be in ("?" for one not known); with it a link can be decided again. Not part of the JSON record.
    """

    entity: str
    candidates: tuple[Candidate, ...]
    written: str | None = None
    seen_as: EntityType | None = None
    ages: tuple[int, ...] = ()
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Correction:
    """What a user decided: whom a name, or an entity of the graph, is (None: nobody that Wikidata has).

    It is about the name as written, or about `entity`, the IRI of one; type, country and article narrow it.
    """

    wikidata: str | None
    name: str | None = None
    entity: str | None = None
    type: EntityType | None = None
    country: str | None = None
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """An office that the text gives a person; bounds are inclusive days, None where the text states none."""

    entity: str
    office: str
    organisation: str | None
    country: str | None
    first: date | None
    last: date | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class When:
    """The days something covers, inclusive; None for a bound that is open or unknown."""

    first: date | None
    last: date | None
    start: int
    end: int
    text: str

    @property
    def day(self) -> date | None:
        """The one day it covers, or None."""
        return self.first if self.first is not None and self.first == self.last else None


@dataclass(frozen=True, slots=True)
class Where:
    """The place where an event happened."""

    entity: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Role:
    """Who or what takes part in a report; `entity` is None for a topic or instrument that is no entity."""

    role: RoleName
    entity: str | None
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Trigger:
    """The words that told of an event."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says it, the words that say so, and whether it is quoted word for word."""

    entity: str
    start: int
    end: int
    text: str
    cue: Trigger
    quote: bool


@dataclass(frozen=True, slots=True)
class Report:
    """One sentence's account of an event. `act` and `mode` are in the JSON record those of its event."""

    trigger: Trigger
    sentence: Span
    status: Status
    roles: tuple[Role, ...]
    when: When | None
    where: Where | None
    attribution: tuple[Attribution, ...]
    content: str | None
    pattern: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Participant:
    """Who takes part in an event, over all its reports."""

    role: RoleName
    entity: str | None


@dataclass(frozen=True, slots=True)
class Event:
    """One happening of an article; all fields but `reports` are derived from the reports."""

    id: str
    type: str
    act: str
    mode: str | None
    context: tuple[str, ...]
    status: Status
    roles: tuple[Participant, ...]
    when: tuple[date | None, date | None] | None
    where: str | None
    confidence: float
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that was found in one article."""

    article: Article
    made_by: MadeBy
    mentions: tuple[Mention, ...]
    entities: tuple[Entity, ...]
    statements: tuple[Statement, ...]
    events: tuple[Event, ...]
    links: tuple[Link, ...] = ()

    def entity(self, local_id: str) -> Entity:
        """The entity of that local id. :raises KeyError: when there is none."""
        for entity in self.entities:
            if entity.id == local_id:
                return entity
        raise KeyError(local_id)

    def to_json(self) -> str:
        """The record as one line of JSON, keys in the contract's order, floats with three decimals."""
        a = self.article
        head = {"schema": SCHEMA, "id": a.id, "source": a.source, "url": a.url, "title": a.title}
        head |= {"published": _plain(a.published), "language": a.language, "text": a.text}
        head["made_by"] = _plain(self.made_by)
        for name in ("mentions", "entities", "statements"):
            head[name] = [_plain(value) for value in getattr(self, name)]
        head["events"] = [_event_json(event) for event in self.events]
        return json.dumps(head, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Record:
        """The record that `to_json` wrote. :raises ValueError, KeyError, TypeError: when it is not one."""
        raw = json.loads(line)
        if raw.get("schema") != SCHEMA:
            raise ValueError(f"schema {raw.get('schema')!r} is not {SCHEMA}")
        article = Article(
            id=raw["id"],
            text=raw["text"],
            source=raw["source"],
            url=raw["url"],
            title=raw["title"],
            published=_day(raw["published"]),
            language=raw["language"],
        )
        return cls(
            article=article,
            made_by=MadeBy(**raw["made_by"]),
            mentions=tuple(Mention(**m) for m in raw["mentions"]),
            entities=tuple(Entity(**e) for e in raw["entities"]),
            statements=tuple(
                Statement(**{**s, "first": _day(s["first"]), "last": _day(s["last"])}) for s in raw["statements"]
            ),
            events=tuple(_event_from_json(e) for e in raw["events"]),
        )


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return round(value, 3) if isinstance(value, float) else value


def _event_json(event: Event) -> dict[str, Any]:
    raw: dict[str, Any] = _plain(event)
    when = event.when
    raw["when"] = None if when is None else {"first": _plain(when[0]), "last": _plain(when[1])}
    return raw


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _event_from_json(raw: dict[str, Any]) -> Event:
    when = raw["when"]
    return Event(
        **{
            **raw,
            "context": tuple(raw["context"]),
            "roles": tuple(Participant(**r) for r in raw["roles"]),
            "when": None if when is None else (_day(when["first"]), _day(when["last"])),
            "reports": tuple(_report_from_json(r) for r in raw["reports"]),
        }
    )


def _report_from_json(raw: dict[str, Any]) -> Report:
    when = raw["when"]
    return Report(
        **{
            **raw,
            "trigger": Trigger(**raw["trigger"]),
            "sentence": Span(**raw["sentence"]),
            "roles": tuple(Role(**r) for r in raw["roles"]),
            "when": None
            if when is None
            else When(**{**when, "first": _day(when["first"]), "last": _day(when["last"])}),
            "where": None if raw["where"] is None else Where(**raw["where"]),
            "attribution": tuple(Attribution(**{**a, "cue": Trigger(**a["cue"])}) for a in raw["attribution"]),
        }
    )


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what an article speaks of, as the event coder receives it.

    `acting` runs parallel to `mentions`: the local ids of whoever acts when the mention fills a role (for the mention
    "Beijing" of the city, China; for "the two leaders", both). `forms` does too: "name", "description" or "pronoun".
    """

    mentions: tuple[Mention, ...]
    acting: tuple[tuple[str, ...], ...]
    forms: tuple[str, ...]
    entities: tuple[Entity, ...]
    statements: tuple[Statement, ...]
    links: tuple[Link, ...]
