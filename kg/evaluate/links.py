"""How good the links to Wikidata are: entities of a record against gold QIDs, and why what is missed is missed.

A gold file has one JSON object an article; `docs/evaluation.md` describes it. Only names count: pronouns and
descriptions without a capital letter are neither right nor wrong.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.evaluate.lines import Spans, day_of, read_objects, spans_of
from kg.model import Mention, Record

MISSES = (
    "mention not found",
    "QID not in the gazetteer",
    "wrong candidate",
    "below threshold",
    "not among the candidates",
)
"""Why a gold link is missed, in the order in which it is asked."""

BINS = (0.0, 0.7, 0.8, 0.85, 0.9, 0.93, 1.01)
"""Bounds of the scores that the reliability table puts together."""
_ARTICLES = re.compile(r"^(?:the|a|an|this|that|these|those|his|her|its|their|both)\s+", re.IGNORECASE)
_PRONOUNS = frozenset(
    """he him his she her hers it its they them their theirs we us our i me my you your who whom whose this that these
    those himself herself itself themselves both one""".split()
)
_QID = re.compile(r"Q[1-9]\d*")


@dataclass(frozen=True, slots=True)
class GoldLink:
    """A name and whom it means; `accepted` holds the QID and others that are as good."""

    start: int
    end: int
    accepted: frozenset[str]
    type: str


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article with all links of the stretch that a reader has annotated; what lies in `ignored` is not judged."""

    id: str
    text: str
    scope: tuple[int, int]
    links: tuple[GoldLink, ...]
    ignored: Spans
    published: date | None = None


@dataclass(frozen=True, slots=True)
class FalseLink:
    """A name that is linked and should not be so: to another item, or at all."""

    article: str
    text: str
    wikidata: str
    name: str
    score: float
    wanted: str | None


@dataclass(frozen=True, slots=True)
class LinkScores:
    """Counts over all articles; `found` and `links` by the gold's types, `misses` by the reasons in MISSES."""

    links: Mapping[str, int]
    found: Mapping[str, int]
    misses: Mapping[str, int]
    reachable: int
    reached: int
    false: tuple[FalseLink, ...]
    right_scores: tuple[float, ...]
    """The scores of the links that are right."""

    @property
    def precision(self) -> float:
        found = sum(self.found.values())
        return found / (found + len(self.false)) if found else 0.0

    @property
    def recall(self) -> float:
        return sum(self.found.values()) / max(sum(self.links.values()), 1)

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def read_gold(path: Path) -> tuple[GoldArticle, ...]:
    """The gold articles of a JSON Lines file, in order.

    :raises InputError: naming the file, the line and what is wrong with it.
    """
    example = "{'id': …, 'text': …, 'links': [{'start': …, 'end': …, 'wikidata': …}]}"
    return tuple(_article(fields, where) for fields, where in read_objects(path, ("id", "text", "links"), example))


def read_qids(path: Path) -> frozenset[str]:
    """The QIDs of a file with one a line.

    :raises InputError: when it cannot be read or a line is no QID.
    """
    try:
        words = path.read_text(encoding="utf-8-sig").split()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read ({error}); give a file with one QID a line") from error
    for word in words:
        if not _QID.fullmatch(word):
            raise InputError(f"{path}: {word!r} is no QID; give a file with one QID a line")
    return frozenset(words)


def _article(fields: Mapping[str, Any], where: str) -> GoldArticle:
    text, links = fields["text"], fields["links"]
    if not isinstance(links, list):
        raise InputError(f"{where}: links is no list; give one, empty if the article names nobody")
    [scope] = spans_of([fields.get("scope", [0, len(text)])], len(text), f"{where}: scope")
    return GoldArticle(
        str(fields["id"]),
        text,
        scope,
        tuple(_link(link, len(text), where) for link in links),
        spans_of(fields.get("ignore", []), len(text), f"{where}: ignore"),
        day_of(fields.get("published"), where),
    )


def _link(link: Any, length: int, where: str) -> GoldLink:
    if not isinstance(link, dict) or not {"start", "end", "wikidata"} <= set(link):
        raise InputError(f"{where}: a link needs start, end and wikidata, not {link!r}")
    [(start, end)] = spans_of([[link["start"], link["end"]]], length, f"{where}: link")
    accepted = [link["wikidata"], *link.get("accept", [])]
    for qid in accepted:
        if not isinstance(qid, str) or not _QID.fullmatch(qid):
            raise InputError(f"{where}: {qid!r} is no QID; write one such as Q30")
    return GoldLink(start, end, frozenset(accepted), str(link.get("type", "any")))


def is_name(text: str) -> bool:
    """Whether a mention is a name and no pronoun or description.

    >>> is_name("the Kremlin"), is_name("the president"), is_name("He")
    (True, False, False)
    """
    bare = _ARTICLES.sub("", text)
    return any(c.isupper() and c.isascii() for c in bare) and bare.casefold() not in _PRONOUNS


def score(
    gold: Sequence[GoldArticle],
    records: Mapping[str, Record],
    is_known: Callable[[str], bool],
    reachable: frozenset[str] = frozenset(),
) -> LinkScores:
    """The scores of the records of all gold articles, by id.

    `is_known` tells whether the gazetteer has a QID; over the gold links with a QID of `reachable` recall is counted too.
    """
    links, found, misses = Counter[str](), Counter[str](), Counter[str]()
    within = reached = 0
    false: list[FalseLink] = []
    right_scores: list[float] = []
    for article in gold:
        record = records[article.id]
        qid_of = {e.id: e.wikidata for e in record.entities}
        named = [
            m
            for m in record.mentions
            if article.scope[0] <= m.start and m.end <= article.scope[1] and is_name(article.text[m.start : m.end])
        ]
        linked = [m for m in named if qid_of[m.entity]]
        used: set[int] = set()
        for link in article.links:
            links[link.type] += 1
            right = next(
                (
                    i
                    for i, m in enumerate(linked)
                    if i not in used and qid_of[m.entity] in link.accepted and _on(m, link)
                ),
                None,
            )
            if right is None:
                misses[_reason(link, named, record, is_known)] += 1
            else:
                used.add(right)
                right_scores.append(record.entity(linked[right].entity).score or 0.0)
                found[link.type] += 1
            if link.accepted & reachable:
                within += 1
                reached += right is not None
        for i, mention in enumerate(linked):
            if i not in used:
                wanted = [x for x in article.links if _on(mention, x)]
                if wanted or not any(mention.start < b and a < mention.end for a, b in article.ignored):
                    false.append(_false_link(article, mention, record, wanted))
    return LinkScores(links, found, misses, within, reached, tuple(false), tuple(right_scores))


def _on(mention: Mention, link: GoldLink) -> bool:
    return mention.start < link.end and link.start < mention.end


def _false_link(article: GoldArticle, mention: Mention, record: Record, wanted: Sequence[GoldLink]) -> FalseLink:
    entity = record.entity(mention.entity)
    right = " or ".join(sorted(wanted[0].accepted)) if wanted else None
    return FalseLink(article.id, mention.text, entity.wikidata or "", entity.name, entity.score or 0.0, right)


def _reason(link: GoldLink, named: Sequence[Mention], record: Record, is_known: Callable[[str], bool]) -> str:
    """Why nothing on the link's span has one of its QIDs: one of MISSES."""
    here = [m for m in named if _on(m, link)]
    if not here:
        return MISSES[0]
    if not any(is_known(qid) for qid in link.accepted):
        return MISSES[1]
    entities = {m.entity for m in here}
    if any(record.entity(entity).wikidata for entity in entities):
        return MISSES[2]
    weighed = {c.wikidata for w in record.links if w.entity in entities for c in w.candidates}
    return MISSES[3] if weighed & link.accepted else MISSES[4]


def summary(scores: LinkScores) -> list[str]:
    """The scores as lines: recall by type, within reach, all together, then what is missed and why."""
    by_size = sorted(scores.links, key=lambda kind: -scores.links[kind])
    lines = [
        f"{kind:14s} recall {scores.found.get(kind, 0) / scores.links[kind]:.3f}  n {scores.links[kind]}"
        for kind in by_size
    ]
    if scores.reachable:
        lines.append(f"within the gazetteer: recall {scores.reached / scores.reachable:.3f}  n {scores.reachable}")
    total = sum(scores.links.values())
    lines.append(f"links {total}  P {scores.precision:.3f} R {scores.recall:.3f} F1 {scores.f1:.3f}")
    return lines


def misses_table(scores: LinkScores) -> list[str]:
    """The missed links by reason, and the false ones by whether the gold has another link there."""
    lines = [f"missed: {name:26s} {scores.misses.get(name, 0)}" for name in MISSES]
    wrong = sum(link.wanted is not None for link in scores.false)
    lines.append(f"false:  {'another item is meant':26s} {wrong}")
    lines.append(f"false:  {'nothing in the gold':26s} {len(scores.false) - wrong}")
    return lines


def reliability(scores: LinkScores) -> list[str]:
    """How often links of each score are right: the number, their mean score, the share that is right; then the calibration error."""
    judged = [(told, True) for told in scores.right_scores] + [(link.score, False) for link in scores.false]
    lines, error = ["score        links  mean   right"], 0.0
    for low, high in pairwise(BINS):
        inside = [(told, right) for told, right in judged if low <= told < high]
        if inside:
            mean = sum(told for told, _ in inside) / len(inside)
            share = sum(right for _, right in inside) / len(inside)
            error += len(inside) * abs(mean - share) / len(judged)
            lines.append(f"{low:.2f} to {high:.2f} {len(inside):5d}  {mean:.3f}  {share:.3f}")
    return [*lines, f"expected calibration error {error:.3f}"] if judged else []


def worst(scores: LinkScores, count: int) -> tuple[FalseLink, ...]:
    """The false links of which the linker was surest, at most `count`."""
    return tuple(sorted(scores.false, key=lambda link: (-link.score, link.article, link.text)))[:count]
