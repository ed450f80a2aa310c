"""How good the events are: extraction against gold pairs of parties, scored as event data are.

A gold file has one JSON object a line; `docs/evaluation.md` describes it. A pair is who did something (`source`), to
whom (`target`), and the PLOVER type of it; `"type": null` says that the text tells of no event.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.evaluate.lines import Spans, day_of, read_objects, spans_of
from kg.model import MODES, QUAD_CLASS, STATUSES, Event, Record, Report

YIELD = "YIELD"
"""What older editions of PLOVER say for CONCEDE and RETREAT together."""
NO_EVENT = "NONE"
_QUAD = {**QUAD_CLASS, YIELD: QUAD_CLASS["RETREAT"]}


@dataclass(frozen=True, slots=True)
class GoldPair:
    """What a reader says of a text: who did what to whom. Spans are code points of `text`, half-open.

    `type` is None when the text tells of no event; `mode` and `status` are None when the reader does not say.
    """

    id: str
    text: str
    source: Spans
    target: Spans
    type: str | None
    mode: str | None = None
    status: str | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Judgement:
    """The event that fits a gold pair best, and how well its parties fit: 4 best, 0 not at all."""

    gold: GoldPair
    event: Event | None
    report: Report | None
    rank: int
    predicted: str

    @property
    def is_right(self) -> bool:
        return self.predicted == self.gold.type

    @property
    def is_strict(self) -> bool:
        """Whether type, actor and recipient are all right."""
        return self.is_right and self.rank == 4


@dataclass(frozen=True, slots=True)
class TypeScore:
    """Precision, recall and F1 of a type, in 0..1, and how many gold pairs have it."""

    type: str
    precision: float
    recall: float
    f1: float
    count: int


@dataclass(frozen=True, slots=True)
class Scores:
    """All of an evaluation; shares in 0..1, those of mode and status over the pairs whose type is right and that have one.

    `confusion` counts (gold type, predicted type); `false_events` are events in texts that tell of none.
    """

    types: tuple[TypeScore, ...]
    pairs: int
    missed: int
    accuracy: float
    strict: float
    quad: float
    macro_f1: float
    mode: float | None
    status: float | None
    confusion: Mapping[tuple[str, str], int]
    empty_texts: int
    false_events: int


def read_gold(path: Path) -> tuple[GoldPair, ...]:
    """The gold pairs of a JSON Lines file, in order.

    :raises InputError: naming the file, the line and what is wrong with it.
    """
    objects = read_objects(path, ("id", "text", "type"), "{'id': …, 'text': …, 'type': …}")
    return tuple(_pair(fields, where) for fields, where in objects)


def _pair(fields: Mapping[str, Any], where: str) -> GoldPair:
    text, kind = fields["text"], fields["type"]
    if kind is not None and (not isinstance(kind, str) or kind not in _QUAD):
        raise InputError(
            f"{where}: type {kind!r} is no PLOVER type; they are: {', '.join(_QUAD)}, or null for no event"
        )
    mode, status = fields.get("mode"), fields.get("status")
    if mode is not None and all(mode not in modes for modes in MODES.values()):
        raise InputError(f"{where}: mode {mode!r} is no PLOVER mode; leave it out if you do not know it")
    if kind is None and (mode is not None or status is not None):
        raise InputError(f"{where}: no event has no mode and no status; leave them out or give the type")
    if status is not None and status not in STATUSES:
        raise InputError(f"{where}: status {status!r} is unknown; choose one of: {', '.join(STATUSES)}")
    source, target = (spans_of(fields.get(key, []), len(text), f"{where}: {key}") for key in ("source", "target"))
    if kind is not None and not source and not target:
        raise InputError(f"{where}: an event needs a source or a target; give its spans, such as [[0, 6]]")
    day = day_of(fields.get("published"), where)
    return GoldPair(str(fields["id"]), text, source, target, kind, mode, status, day)


def of_edition(pairs: Iterable[GoldPair], *, earlier: bool) -> tuple[GoldPair, ...]:
    """The pairs with the types of an edition: what the current one calls CONCEDE and RETREAT is YIELD in the earlier one.

    :raises InputError: when a pair is YIELD, which the current edition does not know.
    """
    if earlier:
        return tuple(replace(p, type=YIELD) if p.type in ("CONCEDE", "RETREAT") else p for p in pairs)
    pairs = tuple(pairs)
    wrong = next((p for p in pairs if p.type == YIELD), None)
    if wrong is not None:
        raise InputError(
            f"{wrong.id}: YIELD is of an earlier edition of PLOVER; leave --edition out, or say CONCEDE or RETREAT"
        )
    return pairs


def is_earlier_edition(pairs: Iterable[GoldPair]) -> bool:
    """Whether gold follows the edition of PLOVER that says YIELD for CONCEDE and RETREAT."""
    return any(pair.type == YIELD for pair in pairs)


def label_of(event: Event, *, earlier: bool = False) -> str:
    """The type of an event, in the terms of an earlier edition if asked.

    There CONCEDE and RETREAT are YIELD, a RETREAT that is only planned is AGREE, and a conviction is ACCUSE.
    """
    if not earlier:
        return event.type
    if event.type == "CONCEDE" and event.act == "RETREAT":
        return "AGREE"
    if event.type == "SANCTION" and event.mode == "convict":
        return "ACCUSE"
    return YIELD if event.type in ("CONCEDE", "RETREAT") else event.type


def judge(pair: GoldPair, record: Record, *, earlier: bool = False) -> Judgement:
    """The record's best event for a gold pair: by its parties first, then by confidence, then the first."""
    best: tuple[int, float] = (0, 0.0)
    found: tuple[Event, Report] | None = None
    for event in record.events:
        for report in event.reports:
            fit = (_rank(report, pair), report.confidence)
            if fit[0] and (found is None or fit > best):
                best, found = fit, (event, report)
    if found is None:
        return Judgement(pair, None, None, 0, NO_EVENT)
    return Judgement(pair, found[0], found[1], best[0], label_of(found[0], earlier=earlier))


def _rank(report: Report, pair: GoldPair) -> int:
    """4: actor is source and recipient is target; 3: both take some part; 2: one in the right role; 1: one in any; 0: none."""

    def touches(spans: Spans, *roles: str) -> bool:
        return any(
            role.start < end and start < role.end
            for role in report.roles
            if not roles or role.role in roles
            for start, end in spans
        )

    actor, source = touches(pair.source, "actor"), touches(pair.source)
    recipient, target = touches(pair.target, "recipient"), touches(pair.target)
    if not pair.target:
        recipient, target = actor, source
    if actor and recipient:
        return 4
    if source and target:
        return 3
    if actor or recipient:
        return 2
    return 1 if source or target else 0


def score(judgements: Sequence[Judgement], records: Mapping[str, Record]) -> Scores:
    """The scores of all judgements; `records` by the ids of their pairs, for the texts that tell of no event."""
    told = [j for j in judgements if j.gold.type is not None]
    confusion = Counter((j.gold.type or NO_EVENT, j.predicted) for j in told)
    types = tuple(_type_score(name, confusion) for name in sorted({j.gold.type for j in told if j.gold.type}))
    empty = [records[j.gold.id] for j in judgements if j.gold.type is None]
    right = [j for j in told if j.is_right]
    total = max(len(told), 1)
    return Scores(
        types=types,
        pairs=len(told),
        missed=sum(j.event is None for j in told),
        accuracy=len(right) / total,
        strict=sum(j.is_strict for j in told) / total,
        quad=sum(_QUAD[j.gold.type or ""] == _QUAD.get(j.predicted) for j in told) / total,
        macro_f1=sum(t.f1 for t in types) / max(len(types), 1),
        mode=_share(j.event.mode == j.gold.mode for j in right if j.event and j.gold.mode),
        status=_share(j.event.status == j.gold.status for j in right if j.event and j.gold.status),
        confusion=confusion,
        empty_texts=len(empty),
        false_events=sum(len(record.events) for record in empty),
    )


def _share(claims: Iterable[bool]) -> float | None:
    given = list(claims)
    return sum(given) / len(given) if given else None


def _type_score(name: str, confusion: Mapping[tuple[str, str], int]) -> TypeScore:
    hits = confusion.get((name, name), 0)
    predicted = sum(n for (_, p), n in confusion.items() if p == name)
    count = sum(n for (g, _), n in confusion.items() if g == name)
    precision = hits / predicted if predicted else 0.0
    recall = hits / count if count else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return TypeScore(name, precision, recall, f1, count)


def worst(judgements: Iterable[Judgement], count: int) -> dict[str, tuple[Judgement, ...]]:
    """For each gold type its misses, those of which the coder was surest first, at most `count` a type."""
    misses: dict[str, list[Judgement]] = {}
    for judgement in judgements:
        if judgement.gold.type is not None and not judgement.is_right:
            misses.setdefault(judgement.gold.type, []).append(judgement)
    return {
        name: tuple(sorted(misses[name], key=lambda j: -(j.report.confidence if j.report else 0.0))[:count])
        for name in sorted(misses)
    }


def summary(scores: Scores) -> list[str]:
    """The scores as lines: a type a line, then all together; after them what only a fuller gold file has."""
    lines = [f"{t.type:10s} P {t.precision:.3f} R {t.recall:.3f} F1 {t.f1:.3f}  n {t.count}" for t in scores.types]
    lines.append(
        f"pairs {scores.pairs}  no event {scores.missed}  accuracy {scores.accuracy:.3f}  strict {scores.strict:.3f}  "
        f"quad {scores.quad:.3f}  macro-F1 {scores.macro_f1:.3f}"
    )
    if scores.mode is not None or scores.status is not None:
        parts = [
            f"{name} {value:.3f}"
            for name, value in (("mode", scores.mode), ("status", scores.status))
            if value is not None
        ]
        lines.append(f"of those of the right type: {'  '.join(parts)}")
    if scores.empty_texts:
        lines.append(f"texts without events {scores.empty_texts}  events in them {scores.false_events}")
    return lines


def confusion_table(scores: Scores) -> list[str]:
    """Gold types as rows, predicted types as columns of three letters, empty cells as dots."""
    rows = [t.type for t in scores.types]
    columns = [*sorted({predicted for _, predicted in scores.confusion} - {NO_EVENT}), NO_EVENT]
    lines = [f"{'gold':10s} " + " ".join(f"{name[:5]:>5s}" for name in columns)]
    for gold in rows:
        cells = (scores.confusion.get((gold, name), 0) for name in columns)
        lines.append(f"{gold:10s} " + " ".join(f"{n or '.':>5}" for n in cells))
    return lines
