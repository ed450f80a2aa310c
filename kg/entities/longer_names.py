"""Names that are only a part of something longer, or stand for what is called after them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.entities.found import DIRECTIONS, KNOWN, TITLES, Found, noun_of, sole_country
from kg.entities.nouns import ActorNoun
from kg.entities.teams import is_team

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_ROYAL = frozenset({"queen", "king", "prince", "princess", "lady", "lord", "saint", "sir", "miss", "mrs", "mr"})
_CALLED_AFTER = frozenset(
    """province county district governorate prefecture department diocese archdiocese university canton emirate duchy
    oblast municipality bishopric""".split()
)
"""Nouns for what is called after its town: "the province of L'Aquila"."""
_FEATURES = frozenset({"subcontinent", "peninsula", "isthmus", "archipelago", "plate"})
_NAMED_OF = frozenset("battle treaty bank university gulf strait bay isle cape peace congress siege".split())
"""Words with which a name begins that a place ends: "the Treaty of Lisbon"."""
_HAPPENINGS = frozenset(
    "war wars battle revolution massacre uprising games olympics cup marathon festival crisis".split()
)
"""What happens and is nobody, though it is called after a place: "the Gulf War"."""
_ACADEMIC = frozenset("freshman student undergraduate graduate alumnus professor lecturer teach study lecture".split())
_CONTINENTS = frozenset({"Africa", "Asia", "Europe", "North America", "South America", "Americas"})


def is_edition(doc: Doc, name: Found) -> bool:
    """Whether a year right after a country or place makes it a tour, a match or a fair: "France 1998"."""
    after = doc[name.end] if name.end < len(doc) else None
    if after is None or name.type not in ("country", "place"):
        return False
    then = after.nbor(1) if after.i + 1 < len(doc) else None
    is_number = then is not None and (then.pos_ in ("NOUN", "PROPN", "ADJ") or then.lower_ == "to")
    return len(after) == 4 and after.text.isdigit() and 1850 <= int(after.text) <= 2100 and not is_number


def is_end_of_name(doc: Doc, name: Found, names: Sequence[Found]) -> bool:
    """Whether a place ends an unknown name: "Accra" of "FC Hearts Accra"."""
    before = doc[name.start - 1] if name.start else None
    if before is None or name.type != "place" or before.pos_ != "PROPN" or before.dep_ != "compound":
        return False
    if not (name.start <= before.head.i < name.end) or any(n.end == name.start for n in names):
        return False
    if before.is_sent_start and not (before.is_upper and len(before) > 2 and not _is_in_capitals(before.sent)):
        return False
    word = before.lower_.rstrip(".")
    return (
        before.text[0].isupper()
        and len(word) > 1
        and word not in TITLES | DIRECTIONS
        and (not before.ent_type_ or before.is_upper)
    )


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
        named = _named_of(doc, name, nouns) if whole is None else None
        if named is not None:
            inner = holder.get(named.head)
            swallowed.update([inner.start] if inner is not None else [])
            kept.append(named)
            continue
        if whole is None:
            kept.append(name)
            continue
        inner = holder.get(whole.i)
        if inner is not None:
            swallowed.add(inner.start)
        if whole.lower_ in _HAPPENINGS and inner is None:
            continue
        if not name.is_adjective or inner is not None:
            kind = inner.type if inner is not None else "organisation"
            kept.append(Found(name.start, whole.i + 1, whole.i, "name", kind, doc[name.start : whole.i + 1].text))
    left = (n for n in kept if n.start not in swallowed or n.end > n.head + 1 > n.start + 1)
    return [_not_itself(doc, name) for name in left if not _is_dropped(doc, name)]


def _is_dropped(doc: Doc, name: Found) -> bool:
    """Whether a country or place is not meant at all: it is a team or a university."""
    head = doc[name.head]
    if is_team(doc, name) or _is_school(head):
        return True
    return name.type == "country" and name.is_adjective and head.dep_ == "amod" and head.head.lower_ in _FEATURES


def _is_school(head: Token) -> bool:
    """Whether somebody studies or teaches at it, as one does at a university and not at a city: "a professor at Georgetown"."""
    return head.dep_ == "pobj" and head.head.lower_ == "at" and head.head.head.lemma_.lower() in _ACADEMIC


def _named_of(doc: Doc, name: Found, nouns: Mapping[str, ActorNoun]) -> Found | None:
    """The name of several words with capitals that a place ends: "the Communist Party of Peru", "Gulf of Oman", or None.

    An office or a government of it is not such a name, nor is what stands in a headline whose words are capitals anyway.
    """
    token = doc[name.head]
    if name.type not in ("country", "place") or token.dep_ != "pobj" or token.head.lower_ != "of":
        return None
    whole = token.head.head
    if whole.pos_ != "PROPN" or not whole.text[0].isupper() or whole.i > name.start or name.start - whole.i > 3:
        return None
    words = [whole, *(c for c in whole.children if c.dep_ in ("compound", "amod") and c.text[0].isupper())]
    if any(w.lower_.rstrip(".") in TITLES for w in words) or _is_in_capitals(token.sent):
        return None
    noun = noun_of(whole, nouns)
    is_body = noun is not None and noun.type == "organisation" and not noun.stands_for_country and len(words) > 1
    if not is_body and whole.lower_ not in _NAMED_OF:
        return None
    start = min(w.i for w in words)
    country = sole_country(name) if is_body else None
    words_of = doc[start : name.end].text
    return Found(start, name.end, whole.i, "name", "organisation" if is_body else "place", words_of, country=country)


def _not_itself(doc: Doc, name: Found) -> Found:
    """A place that names what is called after it, "the province of L'Aquila", "Queen Victoria", as what it is: unknown.

    So is a part of a continent that the gazetteer has no name for, "southwestern Africa".
    """
    before = doc[max(name.start - 2, 0) : name.start]
    if name.type != "place" or not len(before):
        return name
    if before[-1].lower_ in _ROYAL and before[-1].is_title:
        return replace(name, type="person", matches=())
    if before[-1].lower_ in DIRECTIONS and any(m.entry.name in _CONTINENTS for m in name.matches):
        return replace(name, within="?")
    if before[-1].lower_ == "of" and before[0].lower_ in _CALLED_AFTER:
        regions = tuple(m for m in name.matches if m.entry.population is None)
        return replace(name, matches=regions or name.matches, within=name.within if regions else "?")
    return name


def _longer_name(doc: Doc, name: Found, holder: Mapping[int, Found], nouns: Mapping[str, ActorNoun]) -> Token | None:
    """The head of the longer name that a name begins, or None."""
    token = doc[name.head]
    whole = token.head
    if token.dep_ not in ("compound", "amod", "nmod") or whole.i < name.end:
        return None
    inner = holder.get(whole.i)
    between = doc[name.end : whole.i + 1]
    if len(between) > 1 and _is_of_an_office(doc, name):
        return None
    if inner is not None and not _is_swallowed(name, inner):
        return None
    others = (holder.get(t.i) for t in between)
    if any(not (t.is_title or t.is_upper or t.text[0].isdigit()) for t in between):
        return None
    if any(other is not None and other is not inner for other in others):
        return None
    if any(t.lower_.rstrip(".") in TITLES for t in between) or _is_in_capitals(token.sent):
        return None
    if name.is_adjective and any(t.is_upper and len(t) > 1 for t in between):
        return None
    if noun_of(whole, nouns) is not None and (name.is_adjective or name.type == "country"):
        return None
    return whole


def _is_of_an_office(doc: Doc, name: Found) -> bool:
    """Whether an office before it ends with it, so that what follows is its holder: "ambassador to India Kenneth Juster"."""
    before = doc[max(name.start - 2, 0) : name.start]
    return len(before) == 2 and before[1].pos_ == "ADP" and before[0].lower_ in TITLES


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
