"""Bodies whose name alone does not tell what or whose they are: "China's Foreign Ministry", "the M23 rebel group"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.entities.found import Found, noun_of, sole_country
from kg.entities.nouns import ActorNoun

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

KINDS_OF_BODY = frozenset(
    "alliance bloc group movement militia organisation organization network party coalition faction gang cartel".split()
)
"""Nouns that say what kind of body a name before them is of: "the Wagner group" is Wagner."""
_REBELLIOUS = frozenset("rebel militant armed insurgent guerrilla jihadist separatist extremist terrorist".split())
_OF_A_STATE = frozenset({"GOV", "MIL", "COP", "JUD", "LEG", "SPY"})


def as_bodies(doc: Doc, names: Sequence[Found], nouns: Mapping[str, ActorNoun]) -> list[Found]:
    """The names, with type and sector for those of groups, and the country of its owner for a body that each state has."""
    country_at = {n.head: c for n in names if n.type == "country" and (c := sole_country(n)) is not None}
    owned = {n.words: c for n in names if (c := _other_owner(doc, n, country_at)) is not None}
    names = [
        replace(n, matches=(), country=owned[n.words]) if n.words in owned and n.type == "organisation" else n
        for n in names
    ]
    return [_as_body(doc, n, nouns, country_at) if _is_unknown(n) else n for n in names]


def _other_owner(doc: Doc, name: Found, country_at: Mapping[int, str]) -> str | None:
    """The country that owns a body known by a name of another country's, "Italy's Treasury"; None if it is that country's."""
    if name.type != "organisation" or not name.matches or name.matches[0].entry.country is None:
        return None
    owners = {country_at[c.i] for c in doc[name.head].children if c.dep_ == "poss" and c.i in country_at}
    known = {m.entry.country for m in name.matches}
    return owners.pop() if len(owners) == 1 and not owners & known else None


def _is_unknown(name: Found) -> bool:
    return not name.matches and name.within is None and name.type in ("organisation", "place", "person", "group")


def _as_body(doc: Doc, name: Found, nouns: Mapping[str, ActorNoun], country_at: Mapping[int, str]) -> Found:
    head = doc[name.head]
    kind = _kind_of_group(head, nouns)
    if kind is not None:
        return replace(name, type="organisation", noun=kind)
    noun = noun_of(head, nouns)
    if name.type != "organisation" or name.country is not None or noun is None or noun.sector not in _OF_A_STATE:
        return name
    owners = [country_at[c.i] for c in head.children if c.dep_ in ("poss", "amod", "nmod") and c.i in country_at]
    return replace(name, country=owners[0]) if len(owners) == 1 else name


def _kind_of_group(head: Token, nouns: Mapping[str, ActorNoun]) -> ActorNoun | None:
    """What the noun after a name makes of it: a rebel body in "M23 rebels" and "the M23 rebel group"."""
    owner = head.head
    if head.dep_ not in ("compound", "nmod") or owner.i < head.i or owner.text[0].isupper():
        return None
    noun = noun_of(owner, nouns)
    if noun is None:
        return None
    between = {t.lower_ for t in head.doc[head.i + 1 : owner.i]}
    if noun.sector == "REB" or (noun.noun in KINDS_OF_BODY and between & _REBELLIOUS):
        return ActorNoun(noun.noun, "organisation", "REB", False)
    return ActorNoun(noun.noun, "organisation", noun.sector, False) if noun.noun in KINDS_OF_BODY else None
