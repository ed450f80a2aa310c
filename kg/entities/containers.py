"""Places named with what they lie in: "Lille, France", "Springfield, Illinois", "Portland, Ore."."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.entities.found import PLACING, Found, sole_country
from kg.entities.gazetteer import Gazetteer, NameMatch
from kg.entities.states import States, is_no_other

if TYPE_CHECKING:
    from spacy.tokens import Doc

_IS = frozenset({"is", "was", "lies"})
_UNKNOWN = "?"


def with_container(doc: Doc, names: Sequence[Found], gazetteer: Gazetteer, states: States) -> list[Found]:
    """With the country or region after a place taken into its name: "Lille, France" is one place, not two.

    Not so in "in Lille, France and Spain agreed", where the second name goes on with something else.
    """
    kept: list[Found] = []
    for name in names:
        last = kept[-1] if kept else None
        if last is not None and _is_container(doc, last, name):
            kept[-1] = _in_region(last, name, gazetteer)
        elif last is None or name.start >= last.end:
            kept.append(_with_state(doc, name, gazetteer, states))
    return kept


def _in_region(place: Found, around: Found, gazetteer: Gazetteer) -> Found:
    """A place with the country or region around it; a namesake of another region than the known one is an unknown place."""
    country = _country_of(place, around)
    merged = replace(place, end=around.end, country=place.country or country, within=country or _UNKNOWN)
    is_country = around.type == "country" or any(
        m.entry.type == "country" and m.entry.country == country for m in around.matches
    )
    if is_country or not any(m.entry.population for m in place.matches):
        return merged
    matches = _places(gazetteer, f"{place.words}, {around.words}")
    return replace(merged, matches=matches or place.matches, within=country if matches and country else _UNKNOWN)


def _country_of(place: Found, around: Found) -> str | None:
    """The country that is or holds what is around a place; of namesakes, such as Georgia, the one where the place is known to be."""
    known = place.matches[0].entry.country if place.matches else None
    fits = known is not None and any(m.entry.country == known for m in around.matches)
    return known if fits else sole_country(around)


def _with_state(doc: Doc, name: Found, gazetteer: Gazetteer, states: States) -> Found:
    """With the state or province after a place, abbreviated or not: "Long Beach, NY", "Portland, Ore."."""
    if name.type not in ("place", "organisation", "person") or not any(m.entry.type == "place" for m in name.matches):
        return name
    after = doc[name.end : name.end + 3]
    if len(after) < 2 or after[0].text != ",":
        return name
    length = next((n for n in (2, 1) if len(after) > n and after[1 : n + 1].text in states), None)
    if length is None or name.words.isupper():
        return name
    words = after[1 : length + 1].text
    full, country = states[words].name, states[words].country
    end = name.end + 1 + length
    matches = tuple(m for m in _places(gazetteer, f"{name.words}, {full}") if m.entry.country in (None, country))
    if words == full and not (_closes(doc, end) and (matches or is_no_other(full, gazetteer))):
        return name
    is_located = not matches or any(m.entry.country for m in matches)
    within = None if not is_located else country if matches else _UNKNOWN
    return replace(name, end=end, type="place", matches=matches or name.matches, country=country, within=within)


def _closes(doc: Doc, end: int) -> bool:
    """Whether a place ends there: before a comma, a stop or a preposition, not before "and", a possessive or a name."""
    after = doc[end] if end < len(doc) else None
    return after is None or after.is_space or after.text in (",", ".", ";", ")") or after.pos_ == "ADP"


def _places(gazetteer: Gazetteer, words: str) -> tuple[NameMatch, ...]:
    return tuple(m for m in gazetteer.find(words) if m.entry.type == "place")


def _is_container(doc: Doc, place: Found, around: Found) -> bool:
    if place.type not in ("place", "organisation", "person") or around.type not in ("country", "place"):
        return False
    if around.is_adjective or around.start != place.end + 1 or doc[place.end].text != ",":
        return False
    known = place.matches[0].entry if place.matches else None
    if known is not None and known.type != "place":
        return False
    if around.type == "place" and (any(m.entry.population for m in around.matches) or place.within is not None):
        return False
    if around.type == "place" and known is not None and not around.matches:
        return False
    if around.type == "country" and known is not None and known.country not in (None, _country_of(place, around)):
        return False
    first = doc[place.head]
    after = doc[around.end] if around.end < len(doc) else None
    is_closed = after is not None and after.text == "," and doc[after.i + 1 : after.i + 2].text in _IS
    is_place = place.type == "place" or is_closed or (first.dep_ == "pobj" and first.head.lower_ in PLACING)
    ends = after is None or after.is_punct or after.is_space or after.pos_ in ("ADP", "SCONJ")
    joined = doc[around.head].dep_ in ("appos", "npadvmod", "conj", "pobj", "dobj", "nmod")
    return is_place and ends and joined and not any(c.dep_ == "cc" for c in first.children)
