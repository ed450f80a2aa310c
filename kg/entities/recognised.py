"""Names that spaCy recognises, corrected: without titles, articles and quotes, completed where it cut them off."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from kg.entities.found import TITLES, Found, is_titled, without_title
from kg.entities.gazetteer import Gazetteer
from kg.entities.known_names import matches_of, name_of
from kg.entities.names import PARTICLES
from kg.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span

_TYPE_OF_LABEL: Mapping[str, EntityType] = {
    "PERSON": "person",
    "ORG": "organisation",
    "GPE": "place",
    "LOC": "place",
    "FAC": "place",
    "NORP": "group",
}
_NUMERAL = re.compile(r"(?=[IVX])X{0,2}(IX|IV|V?I{0,3})")
_MASTHEADS = frozenset("Herald Times Post Tribune Gazette Journal Globe Chronicle Telegraph Observer News".split())
"""Last words of newspapers' names, which the recogniser may cut off: "the Sydney Morning" Herald."""
_ERAS = frozenset({"a.d.", "b.c.", "ad", "bc", "a.d", "b.c", "bce", "ce"})
_BODIES = frozenset(
    """Union Federation Association Council Board League Society Institute Party Movement Front Congress Assembly Chamber
    Committee Commission Ministry Department Office Bank Confederation Organisation Organization Alliance Order Church""".split()
)
_JOINTS = frozenset({"and", "&", "in", "-"})


def recognised_names(doc: Doc, gazetteer: Gazetteer) -> Iterator[Found]:
    """The names that the recogniser saw, as far as they are names, in text order."""
    for ent in doc.ents:
        kind = _TYPE_OF_LABEL.get(ent.label_)
        span = _trimmed(ent)
        if kind is None or span is None or not any(t.text[0].isupper() for t in span) or span.text.lower() in _ERAS:
            continue
        title: str | None = None
        if kind == "organisation":
            span = _with_end(span)
        if kind in ("place", "organisation") and is_titled(span):
            kind = "person"
        if (whole := _with_linked(span)) is not span:
            span, kind = whole, "place"
        if kind == "place":
            kind = "organisation" if _is_of_a_body(span) else kind
        if kind == "person":
            span = _completed(_after_country(span, gazetteer))
            span, title = without_title(span)
        matches = matches_of(span.text, gazetteer) if len(span) else ()
        if len(span) == 0 or not (matches or _looks_like_name(span, kind)):
            continue
        if not matches and ((kind == "organisation" and _is_part_of_title(span)) or _is_several(span, gazetteer)):
            continue
        yield name_of(span, kind, matches, title)


def _is_several(span: Span, gazetteer: Gazetteer) -> bool:
    """Whether the recogniser took two names for one: "Bergen and Tromsø", "Kribi in Cameroon", "Greek-Egyptian"."""
    for joint in span:
        if joint.lower_ in _JOINTS and span.start < joint.i < span.end - 1:
            sides = (span.doc[span.start : joint.i], span.doc[joint.i + 1 : span.end])
            known = [any(m.entry.type in ("country", "place") for m in gazetteer.find(s.text)) for s in sides]
            if all(known) if joint.lower_ == "-" else any(known):
                return True
    return False


def _is_part_of_title(span: Span) -> bool:
    """Whether it is the "Defence" of "Defence Minister Shoigu" or the "State" of "Secretary of State John Kerry"."""
    if len(span) > 2:
        return False
    head = span.root
    if head.dep_ == "pobj" and head.head.lower_ == "of":
        return head.head.head.lower_.rstrip(".") in TITLES
    while head.dep_ in ("compound", "nmod", "amod") and head.head.i > head.i and head.head.i - span.end < 4:
        head = head.head
    return head.i >= span.end and (head.ent_type_ == "PERSON" or head.lower_ in TITLES)


def _looks_like_name(span: Span, kind: EntityType) -> bool:
    """Not a stretch that the recogniser took for a name by its capital letter alone, such as "united international"."""
    if kind == "group":
        return any(t.pos_ in ("PROPN", "ADJ", "NOUN") for t in span)
    return any(t.pos_ == "PROPN" or (t.text[0].isupper() and not t.is_sent_start) for t in span)


def _trimmed(span: Span) -> Span | None:
    """The span without a leading article, trailing possessive, quotes and anything after a line's end."""
    start, end = span.start, span.end
    doc = span.doc
    while start < end and (
        doc[start].lower_ in ("the", "a", "an")
        or doc[start].tag_ == "PRP$"
        or doc[start].is_punct
        or doc[start].is_space
    ):
        start += 1
    for i in range(start, end):
        if doc[i].is_space or doc[i].text in ('"', "[", "]", "(", ")", ";", ":"):
            end = i
            break
    while end > start and (doc[end - 1].tag_ == "POS" or doc[end - 1].is_punct or doc[end - 1].lower_ in ("'s", "'")):
        if doc[end - 1].text.endswith(".") and len(doc[end - 1].text) > 1:
            break
        end -= 1
    return doc[start:end] if end > start else None


def _after_country(span: Span, gazetteer: Gazetteer) -> Span:
    """Without the country of an office before a name: "ambassador to India Kenneth Juster"."""
    doc = span.doc
    if len(span) < 3 or span.start < 2 or doc[span.start - 1].pos_ != "ADP":
        return span
    if doc[span.start - 2].lower_ not in TITLES or not any(
        m.entry.type == "country" for m in gazetteer.find(span[0].text)
    ):
        return span
    return doc[span.start + 1 : span.end]


def _with_end(span: Span) -> Span:
    """With what comes after a cut-off "of the": "the Armed Forces of the" goes on with "DRC"."""
    doc, end = span.doc, span.end
    if end < len(doc) and doc[end].text in _MASTHEADS and doc[end].pos_ == "PROPN":
        return doc[span.start : end + 1]
    if len(span) > 1 and doc[end - 1].lower_ == "and":
        return doc[span.start : end - 1]
    if doc[end - 1].lower_ not in ("of", "the", "for"):
        return span
    while end < len(doc) and (doc[end].pos_ == "PROPN" or doc[end].lower_ == "the"):
        end += 1
    while end > span.start + 1 and doc[end - 1].lower_ in ("of", "the", "for"):
        end -= 1
    return doc[span.start : end]


def _is_of_a_body(span: Span) -> bool:
    """Whether the words of what the recogniser took for a place say that it is a body: "the Russian Union of Journalists"."""
    return len(span) > 2 and span.root.text in _BODIES and any(t.lower_ == "of" for t in span[1:-1])


def _with_linked(span: Span) -> Span:
    """With what a small word links to a place's name: "Mazar" goes on with "-i-Sharif"."""
    doc, after = span.doc, span.doc[span.end : span.end + 4]
    is_linked = len(after) == 4 and after[0].text == after[2].text == "-" and after[1].text.islower()
    if is_linked and after[3].is_title and not any(t.whitespace_ for t in (doc[span.end - 1], *after[:3])):
        return doc[span.start : span.end + 4]
    return span


def _completed(span: Span) -> Span:
    """With the rest of a name that the recogniser cut off: "Moon Jae" of "Moon Jae-in", "von der" of "von der Leyen"."""
    doc, end = span.doc, span.end
    while end < len(doc) and doc[end - 1].lower_ in PARTICLES and doc[end].pos_ == "PROPN":
        end += 1
    if end < len(doc) and _NUMERAL.fullmatch(doc[end].text) and not doc[end].is_sent_start:
        end += 1
    while (
        end + 1 < len(doc)
        and doc[end].text == "-"
        and not doc[end - 1].whitespace_
        and not doc[end].whitespace_
        and doc[end + 1].is_alpha
    ):
        end += 2
    return doc[span.start : end]
