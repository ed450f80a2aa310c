"""Names that are only a part of something longer, or stand for what is called after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.entities.found import DIRECTIONS, KNOWN, TITLES, Found, noun_of, sole_country
from kg.entities.nouns import ActorNoun
from kg.entities.unrecognised import PLACING

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_ROYAL = frozenset({"queen", "king", "prince", "princess", "lady", "lord", "saint", "sir", "miss", "mrs", "mr"})
_CALLED_AFTER = frozenset(
    """province county district governorate prefecture department diocese archdiocese university canton emirate duchy
    oblast municipality bishopric""".split()
)
"""Nouns for what is called after its town: "the province of L'Aquila"."""


def is_edition(doc: Doc, name: Found) -> bool:
    """Whether a year right after a country or place makes it a tour, a match or a fair: "France 1998"."""
    after = doc[name.end] if name.end < len(doc) else None
    if after is None or name.type not in ("country", "place"):
        return False
    return len(after) == 4 and after.text.isdigit() and 1850 <= int(after.text) <= 2100


def is_end_of_name(doc: Doc, name: Found, names: Sequence[Found]) -> bool:
    """Whether a place ends an unknown name: "Accra" of "FC Hearts Accra"."""
    before = doc[name.start - 1] if name.start else None
    if before is None or name.type != "place" or before.pos_ != "PROPN" or before.dep_ != "compound":
        return False
    if not (name.start <= before.head.i < name.end) or before.is_sent_start or any(n.end == name.start for n in names):
        return False
    word = before.lower_.rstrip(".")
    return before.text[0].isupper() and len(word) > 1 and word not in TITLES | DIRECTIONS and not before.ent_type_


def with_container(doc: Doc, names: Sequence[Found]) -> list[Found]:
    """With the country or region after a place taken into its name: "Lille, France" is one place, not two.

    Not so in "in Lille, France and Spain agreed", where the second name goes on with something else.
    """
    kept: list[Found] = []
    for name in names:
        last = kept[-1] if kept else None
        if last is not None and _is_container(doc, last, name):
            around = sole_country(name)
            kept[-1] = replace(last, end=name.end, country=last.country or around, within=around or "?")
        else:
            kept.append(name)
    return kept


def _is_container(doc: Doc, place: Found, around: Found) -> bool:
    if place.type not in ("place", "organisation", "person") or around.type not in ("country", "place"):
        return False
    if around.is_adjective or around.start != place.end + 1 or doc[place.end].text != ",":
        return False
    known = place.matches[0].entry if place.matches else None
    if known is not None and (known.type != "place" or known.country not in (None, sole_country(around))):
        return False
    if around.type == "place" and any(m.entry.population for m in around.matches):
        return False
    first = doc[place.head]
    is_place = place.type == "place" or (first.dep_ == "pobj" and first.head.lower_ in PLACING)
    after = doc[around.end] if around.end < len(doc) else None
    ends = after is None or after.is_punct or after.is_space or after.pos_ in ("ADP", "SCONJ")
    joined = doc[around.head].dep_ in ("appos", "npadvmod", "conj", "pobj", "dobj", "nmod")
    return is_place and ends and joined and not any(c.dep_ == "cc" for c in first.children)


def outside_longer_names(doc: Doc, names: Sequence[Found], nouns: Mapping[str, ActorNoun]) -> list[Found]:
    """Without countries and places that are only a part of a longer name: the "Oslo" of "Oslo Tramways".

    A people before an actor ("Polish Army", "German Chancellor Scholz") says whose he is, and stays; so does all in a headline
    whose words are capitals anyway.
    """
    holder = {i: name for name in names for i in range(name.start, name.end)}
    kept: list[Found] = []
    swallowed: set[int] = set()
    for name in names:
        whole = _longer_name(doc, name, holder, nouns) if name.type in ("country", "place") else None
        if whole is None:
            kept.append(name)
            continue
        inner = holder.get(whole.i)
        if inner is not None:
            swallowed.add(inner.start)
        if not name.is_adjective or inner is not None:
            kind = inner.type if inner is not None else "organisation"
            kept.append(Found(name.start, whole.i + 1, whole.i, "name", kind, doc[name.start : whole.i + 1].text))
    return [_not_itself(doc, name) for name in kept if name.start not in swallowed and not _is_team(doc, name)]


def _is_team(doc: Doc, name: Found) -> bool:
    """Whether a country is only that of a team: "the Mongolia national football team"."""
    after = doc[name.end : name.end + 4]
    return (
        name.type in ("country", "place") and len(after) > 1 and after[0].lower_ == "national" and "team" in after.text
    )


def _not_itself(doc: Doc, name: Found) -> Found:
    """A place that names what is called after it, "the province of L'Aquila", "Queen Victoria", as what it is: unknown."""
    before = doc[max(name.start - 2, 0) : name.start]
    if name.type != "place" or not len(before):
        return name
    if before[-1].lower_ in _ROYAL and before[-1].is_title:
        return replace(name, type="person", matches=())
    if before[-1].lower_ == "of" and before[0].lower_ in _CALLED_AFTER:
        return replace(name, matches=tuple(m for m in name.matches if m.entry.population is None))
    return name


def _longer_name(doc: Doc, name: Found, holder: Mapping[int, Found], nouns: Mapping[str, ActorNoun]) -> Token | None:
    """The head of the longer name that a name begins, or None."""
    token = doc[name.head]
    whole = token.head
    if token.dep_ not in ("compound", "amod", "nmod") or whole.i < name.end:
        return None
    inner = holder.get(whole.i)
    between = doc[name.end : whole.i + 1]
    if inner is not None and not _is_swallowed(name, inner):
        return None
    others = (holder.get(t.i) for t in between)
    if any(not (t.is_title or t.is_upper or t.text[0].isdigit()) for t in between):
        return None
    if any(other is not None and other is not inner for other in others):
        return None
    if any(t.lower_.rstrip(".") in TITLES for t in between) or _is_in_capitals(token.sent):
        return None
    if noun_of(whole, nouns) is not None and (name.is_adjective or name.type == "country"):
        return None
    return whole


def _is_swallowed(name: Found, inner: Found) -> bool:
    """Whether a name after another is the rest of a longer one: "British Honduras", "Spanish Sahara", "Oslo Tramways".

    A known body after a people is that people's, "the Polish Solidarity".
    """
    if inner.type == "place":
        return inner.end == inner.head + 1 and (not inner.matches or inner.start > name.end)
    known = [m.entry.prominence for m in inner.matches if m.entry.type == "organisation"]
    return not name.is_adjective and inner.type == "organisation" and bool(known) and max(known) < KNOWN


def _is_in_capitals(sentence: Span) -> bool:
    """Whether it is a headline that begins its words with capitals."""
    if any(t.text in ".?!" for t in sentence[-2:]):
        return False
    words = [t for t in sentence if t.is_alpha and len(t) > 3]
    return len(words) > 2 and sum(t.text[0].isupper() for t in words) > 0.7 * len(words)
