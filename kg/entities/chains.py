"""Which names mean the same one: a chain of names, before anything is linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from kg.entities.found import Found
from kg.entities.names import SURNAME_FIRST, fold_name, is_acronym, name_tokens
from kg.entities.unrecognised import initials_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_KIN = frozenset(
    """father mother brother sister son daughter wife husband uncle aunt cousin nephew niece grandfather grandmother
    grandson granddaughter widow widower twin stepson stepdaughter stepfather stepmother sibling""".split()
)
_ROYAL = frozenset("king queen emir sultan prince princess sheikh sheikha emperor empress".split())
_GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv"})
_CALLED = frozenset({"know", "nickname"})
"""Verbs whose participle gives another name: "known as", "nicknamed"."""


def group_names(doc: Doc, found: Sequence[Found]) -> tuple[int | None, ...]:
    """For each mention the index of the first one of its chain; None for what is no name.

    A short name joins the last full name before it that it fits, else the first one after it. It is not that of somebody
    who comes in later as a relative: "Bush and his father, George Bush".
    """
    first: list[int | None] = [None] * len(found)
    names = [i for i, m in enumerate(found) if m.form == "name"]
    relatives = {i for i in names if found[i].type == "person" and is_relative(doc, found[i])}
    dead = {i for i in names if found[i].type == "person" and _has_died(doc, found[i])}
    for i in names:
        same = (j for j in names if j < i and _same_full_name(found[j], found[i]))
        same = (j for j in same if i not in relatives or fold_name(found[j].words) == fold_name(found[i].words))
        first[i] = next((first[j] for j in same), i)
    full = [i for i in names if first[i] == i]
    for i in full:
        other = _full_name_for(i, full, found, relatives, dead)
        if other is not None:
            first = [other if f == i else f for f in first]
    for i, other in {**_by_other_names(doc, found), **_in_brackets(doc, found)}.items():
        first = [first[other] if f == first[i] else f for f in first]
    return tuple(_roots(first))


def is_relative(doc: Doc, name: Found) -> bool:
    """Whether somebody is brought in as another's: "his brother Raúl Castro", "Zuma's wife, Nkosazana Dlamini-Zuma"."""
    head = doc[name.head]
    whole = _apposed(head)
    of = whole.head if whole.dep_ == "pobj" and whole.head.lower_ == "of" else None
    if of is not None and of.head.lemma_.lower() in _KIN:
        return True
    beside = [head.head] if head.dep_ == "appos" else []
    beside += [c for c in head.children if c.dep_ in ("compound", "nmod") and not name.start <= c.i < name.end]
    return any(
        t.lemma_.lower() in _KIN and any(c.dep_ == "poss" for c in (*t.children, *head.children)) for t in beside
    )


def _has_died(doc: Doc, name: Found) -> bool:
    """Whether the text tells of somebody's death, so that what comes after is told of the living."""
    head = doc[name.head]
    if head.dep_ == "nsubj":
        return head.head.lemma_ in ("die", "perish")
    return head.dep_ == "nsubjpass" and head.head.lemma_ in (
        "kill",
        "assassinate",
        "murder",
        "execute",
        "bury",
        "shoot",
    )


def _by_other_names(doc: Doc, found: Sequence[Found]) -> Mapping[int, int]:
    """Unknown names that the article gives as another name of a person before them: "Deif, a guerrilla known as the Guest"."""
    at = {m.head: i for i, m in enumerate(found) if m.form == "name"}
    out: dict[int, int] = {}
    for i, mention in enumerate(found):
        if mention.form != "name" or mention.matches:
            continue
        head = doc[mention.head]
        participle = head.head.head if head.dep_ == "pobj" and head.head.lower_ == "as" else head.head
        if participle.dep_ != "acl" or participle.lemma_.lower() not in _CALLED or head.dep_ not in ("pobj", "oprd"):
            continue
        bearer = _apposed(participle.head)
        j = at.get(bearer.i)
        if j is not None and j < i and found[j].type == "person":
            out[i] = j
    return out


def _in_brackets(doc: Doc, found: Sequence[Found]) -> Mapping[int, int]:
    """Bodies' short names in brackets right after the long ones: "the Republican People's Party (CHP)"."""
    at = {m.end: i for i, m in enumerate(found) if m.form == "name" and m.type == "organisation"}
    out: dict[int, int] = {}
    for i, mention in enumerate(found):
        j = at.get(mention.start - 1)
        if (
            mention.form != "name"
            or mention.type not in ("organisation", "person")
            or j is None
            or mention.end >= len(doc)
        ):
            continue
        is_short = len(name_tokens(mention.words)) < len(name_tokens(found[j].words))
        known = {m.entry.wikidata for m in mention.matches}
        is_other = bool(known and found[j].matches) and not known & {m.entry.wikidata for m in found[j].matches}
        if doc[mention.start - 1].text == "(" and doc[mention.end].text == ")" and is_short and not is_other:
            out[i] = j
    return out


def _apposed(token: Token) -> Token:
    return token.head if token.dep_ == "appos" else token


def _roots(first: Sequence[int | None]) -> list[int | None]:
    """Chains renamed by their earliest mention."""
    earliest: dict[int, int] = {}
    for i, f in enumerate(first):
        if f is not None:
            earliest.setdefault(f, i)
    return [None if f is None else earliest[f] for f in first]


def _same_full_name(a: Found, b: Found) -> bool:
    if {a.type, b.type} == {"country"} or (a.is_adjective or b.is_adjective):
        return bool(a.matches and b.matches) and _first_entry(a) == _first_entry(b) and not _means_another(a, b)
    if not _may_be_one_place(a, b):
        return False
    if {a.type, b.type} == {"country", "place"} and a.matches and b.matches and _first_entry(a) != _first_entry(b):
        return False
    qa, qb = _first_qid(a), _first_qid(b)
    if a.type == b.type and qa is not None and qa == qb:
        return True
    if a.country and b.country and a.country != b.country and a.type == b.type == "organisation":
        return False
    return fold_name(a.words) == fold_name(b.words) and (
        a.type == b.type or "person" not in (a.type, b.type) or not (qa or qb)
    )


def _first_entry(mention: Found) -> str:
    return mention.matches[0].entry.wikidata


def _means_another(a: Found, b: Found) -> bool:
    """Whether one is the adjective of a city and also of what the other, the city's name, is none of: "Roman" and "Rome"."""
    if a.is_adjective == b.is_adjective or a.matches[0].entry.type != "place":
        return False
    adjective, noun = (a, b) if a.is_adjective else (b, a)
    return not {m.entry.wikidata for m in adjective.matches} <= {m.entry.wikidata for m in noun.matches}


def _may_be_one_place(a: Found, b: Found) -> bool:
    """Not so "Paris" and "Paris, Texas": a place said to be in a country is the bare name's if that is known to be there."""
    if a.within == b.within:
        return True
    located, bare = (a, b) if a.within is not None else (b, a)
    known = bare.matches[0].entry.country if bare.matches else None
    return bare.within is None and known in (None, located.within)


def _first_qid(mention: Found) -> str | None:
    best = mention.matches[0] if mention.matches else None
    return best.entry.wikidata if best and best.kind != "surname" and best.entry.type == mention.type else None


def _full_name_for(
    index: int, full: Sequence[int], found: Sequence[Found], relatives: set[int], dead: set[int]
) -> int | None:
    """The chain whose full name the short name at `index` shortens."""
    mention = found[index]
    fits = [j for j in full if j != index and _shortens(mention, found[j])]
    fits = [j for j in fits if j not in relatives or j < index]
    if index in relatives:
        # A father is not his son with the same name: "Ferdinand Marcos Jr., son of the late Ferdinand Marcos".
        fits = [j for j in fits if len(name_tokens(found[j].words)) > len(name_tokens(mention.words)) + 1]
    fits = [j for j in fits if not _is_of_other_gender(mention, found[j])] or fits
    before = [j for j in fits if j < index]
    # A relative is told of for the sake of whose relative he is: "David Cameron's father, Ian Cameron".
    main = [j for j in before if j not in relatives and j not in dead] or before
    return main[-1] if main else (fits[0] if fits else None)


def _is_of_other_gender(short: Found, long: Found) -> bool:
    """Whether a title says that it is somebody else: "Mrs. Clinton" and Bill Clinton."""
    said = {"mr": "male", "mrs": "female", "ms": "female", "miss": "female"}
    told = next((said[w] for w in name_tokens(short.title or "") if w in said), None)
    known = long.matches[0].entry.gender if long.matches else None
    return told is not None and known in ("male", "female") and known != told


def _shortens(short: Found, long: Found) -> bool:
    a, b = (_without_generation(name_tokens(m.words)) for m in (short, long))
    if long.type == "person":
        # The recogniser often takes a bare surname for an organisation or a place, but then the gazetteer knows none.
        if short.type != "person" and any(m.kind != "surname" for m in short.matches):
            return False
        if short.within is not None or _are_known_to_differ(short, long):
            return False
        if a == b:
            return short.words != long.words
        if not 0 < len(a) < len(b):
            return False
        if len(a) == 1 and is_royal(short.title):
            return a[0] == b[0]
        if a == b[-len(a) :]:
            return True
        return len(a) == 1 and a[0] == b[0] and (_surname_first(long) or b[1] in ("bin", "ibn", "bint", "al"))
    if short.type == long.type == "organisation":
        if is_acronym(short.words):
            return len(b) > 1 and initials_of(long.words) == fold_name(short.words)
        return len(a) < len(b) and len(a) > 1 and a == b[-len(a) :] and not short.matches
    return False


def is_royal(title: str | None) -> bool:
    """Whether who bears a title is called by a given name: "King Hussein" is nobody's surname."""
    return title is not None and not _ROYAL.isdisjoint(name_tokens(title))


def _are_known_to_differ(short: Found, long: Found) -> bool:
    """Whether each is the whole name of somebody else: "Abdullah II" and "Abdullah bin Zayed"."""
    if len(name_tokens(short.words)) < 2:
        return False
    own, others = ({m.entry.wikidata for m in name.matches if m.kind != "surname"} for name in (short, long))
    known = {m.entry.wikidata for m in long.matches}
    return bool(own and others) and not own & known


def _without_generation(words: Sequence[str]) -> Sequence[str]:
    """Without what tells a son from his father: "Ferdinand Marcos Jr."."""
    return words[:-1] if len(words) > 2 and words[-1] in _GENERATIONS else words


def _surname_first(mention: Found) -> bool:
    return any(m.entry.country in SURNAME_FIRST for m in mention.matches) or not mention.matches
