"""Doc → the stretches that name or describe somebody: spaCy's entities corrected by the gazetteer, actor nouns, pronouns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.entities.bodies import as_bodies
from kg.entities.chains import is_royal
from kg.entities.containers import with_container
from kg.entities.descriptions import descriptions
from kg.entities.found import Found, noun_of
from kg.entities.gazetteer import Gazetteer
from kg.entities.known_names import gazetteer_names, halves, matches_of, shared_ends
from kg.entities.longer_names import is_edition, is_end_of_name, outside_longer_names
from kg.entities.movements import Movements, with_movements
from kg.entities.names import name_tokens
from kg.entities.nouns import ActorNoun
from kg.entities.offices import OfficeNames
from kg.entities.pronouns import pronouns
from kg.entities.recognised import recognised_names
from kg.entities.states import States, country_of_state
from kg.entities.unrecognised import acronyms, repeated_surnames, unrecognised_names

if TYPE_CHECKING:
    from spacy.tokens import Doc

_STATE_OFFICES = frozenset(
    "sen senator senators rep representative congressman congresswoman gov governor lawmaker republican democrat".split()
)
"""Offices that Americans hold for a state."""
_GENERATIONS = frozenset({"jr", "sr", "junior", "senior", "ii", "iii", "iv"})
_PLACES_NAMED = frozenset(
    "airport airbase palace square prison stadium bridge crossing shoal island islands province".split()
)
_PORTFOLIOS = frozenset(
    """treasury finance justice defence defense interior trade health education energy environment agriculture labour
    labor culture tourism transport transportation economy home state commerce industry planning development migration
    security family science foreign information communications water housing youth sports""".split()
)


def find_mentions(
    doc: Doc,
    gazetteer: Gazetteer,
    nouns: Mapping[str, ActorNoun],
    offices: OfficeNames,
    states: States,
    movements: Movements,
) -> tuple[Found, ...]:
    """Names, descriptions and pronouns in text order; names do not overlap each other."""
    known = [n for n in gazetteer_names(doc, gazetteer) if not _is_cut_short(doc, n)]
    names = _resolve_overlaps([*known, *recognised_names(doc, gazetteer)])
    names = _resolve_overlaps([*names, *acronyms(doc, names), *repeated_surnames(doc, names, gazetteer)])
    names = _resolve_overlaps(
        [*names, *(n for n in unrecognised_names(doc, names, nouns) if _is_no_description(doc, n, nouns))]
    )
    names = _with_surnames(doc, _around_nicknames(doc, names, gazetteer))
    names = _resolve_overlaps([*names, *shared_ends(doc, names, gazetteer), *halves(doc, names, gazetteer)])
    names = outside_longer_names(doc, with_container(doc, names, gazetteer, states), nouns)
    names = [n for n in names if not is_edition(doc, n) and not is_end_of_name(doc, n, names)]
    names = [replace(n, type="person") if _is_called_a_person(doc, n, nouns) else n for n in names]
    names = [_of_state(n, states, gazetteer) for n in names]
    names = [replace(n, type="place") if _is_before_a_place(doc, n) else n for n in names]
    names = [_of_a_ruler(doc, _of_an_airline(doc, n)) for n in names]
    names = _settled([_of_a_state(doc, n, states) for n in names if not _is_portfolio(doc, n)])
    names = as_bodies(doc, with_movements(doc, names, movements), nouns)
    taken = {i for name in names for i in range(name.start, name.end)}
    heads = {name.head: name for name in names}
    others = [*descriptions(doc, nouns, offices, taken, heads), *pronouns(doc)]
    return tuple(sorted((*names, *others), key=lambda m: (m.start, m.end)))


def _is_cut_short(doc: Doc, name: Found) -> bool:
    """Whether a person's known name is only how a longer one begins: "Sheikh Ahmed" of "Sheikh Ahmed Yassin"."""
    last, after = doc[name.end - 1], doc[name.end] if name.end < len(doc) else None
    if name.type != "person" or name.end - name.start < 2 or after is None or not after.is_title:
        return False
    if any(m.kind == "name" for m in name.matches):
        # "Hugo Chavez" of "Hugo Chavez Frias" is well known by the shorter name.
        return False
    is_one_name = last.ent_type_ == after.ent_type_ == "PERSON" and after.ent_iob_ == "I"
    return (
        is_one_name and last.head == after and last.dep_ == "compound" and after.lower_.rstrip(".") not in _GENERATIONS
    )


def _of_state(name: Found, states: States, gazetteer: Gazetteer) -> Found:
    """A state or province with its country: "Maryland" is in the USA."""
    country = country_of_state(name.words, states, gazetteer) if name.type == "place" and not name.within else None
    return name if country is None else replace(name, country=country)


def _is_before_a_place(doc: Doc, name: Found) -> bool:
    """Whether an unknown name is a place's: "Toncontin airport"."""
    after = doc[name.end] if name.end < len(doc) else None
    is_unknown = name.type == "person" and not name.matches and name.title is None
    return (
        is_unknown
        and after is not None
        and after.lower_ in _PLACES_NAMED
        and doc[name.head].dep_ in ("compound", "nmod")
    )


def _of_a_ruler(doc: Doc, name: Found) -> Found:
    """A ruler by his given name, without those whose surname it is: "King Hussein" is not Saddam Hussein."""
    before = doc[name.start - 1] if name.start else None
    if (
        name.title is None
        and name.end - name.start == 1
        and before is not None
        and before.is_title
        and is_royal(before.text)
    ):
        name = replace(name, title=before.text, type="person")
    if name.type != "person" or not is_royal(name.title) or len(name_tokens(name.words)) != 1:
        return name
    word = name_tokens(name.words)[0]
    fits = tuple(m for m in name.matches if m.kind != "surname" or name_tokens(m.entry.name)[0] == word)
    return replace(name, matches=fits)


def _of_an_airline(doc: Doc, name: Found) -> Found:
    """The airline, which has no article as the country has: "Emirates suspended flights"."""
    if name.words != "Emirates" or (name.start and doc[name.start - 1].lower_ == "the"):
        return name
    return replace(name, type="organisation", matches=(), country=None)


def _is_portfolio(doc: Doc, name: Found) -> bool:
    """Whether it is what a minister is in charge of and no body: the "Treasury" of "Treasury and Finance Minister Nebati"."""
    if name.type not in ("organisation", "place") or name.words.lower() not in _PORTFOLIOS:
        return False
    end = name.end
    while end < len(doc) and (doc[end].lower_ in ("and", ",", "&") or doc[end].lower_ in _PORTFOLIOS):
        end += 1
    return end < len(doc) and doc[end].text in ("Minister", "Secretary", "Ministers") and end + 1 < len(doc)


def _of_a_state(doc: Doc, name: Found, states: States) -> Found:
    """A state that has the name of a country or city, where an office of it tells: "Sen. Jon Ossoff of Georgia", "Georgia Gov."."""
    state = states.get(name.words)
    if (
        name.type not in ("country", "place")
        or state is None
        or state.name != name.words
        or not _is_of_its_office(doc, name)
    ):
        return name
    matches = tuple(
        m for m in name.matches if m.entry.type == "place" and not m.entry.population and not m.entry.acts_for
    )
    return replace(name, type="place", matches=matches, country=state.country, within=None)


def _is_of_its_office(doc: Doc, name: Found) -> bool:
    after = doc[name.end] if name.end < len(doc) else None
    before = [t.lower_ for t in doc[max(name.start - 2, 0) : name.start]]
    if before == ["state", "of"]:
        return True
    if after is not None and (after.lower_.rstrip(".") in _STATE_OFFICES or after.lower_ == "state"):
        return True
    preposition = doc[name.head].head
    if doc[name.head].dep_ != "pobj" or preposition.lower_ not in ("of", "from"):
        return False
    holder = preposition.head
    words = (holder, *(c for c in holder.children if c.dep_ in ("compound", "nmod")))
    return any(t.lower_.rstrip(".") in _STATE_OFFICES for t in words)


def _settled(names: Sequence[Found]) -> list[Found]:
    """With adjectives that several countries have as those of the one that the text names: "Dominican" beside Dominica."""
    sole = {n.matches[0].entry.wikidata for n in names if n.type == "country" and n.matches and not n.is_adjective}
    return [_settled_on(n, sole) if n.is_adjective and len(n.matches) > 1 else n for n in names]


def _settled_on(name: Found, named: set[str]) -> Found:
    fits = [m for m in name.matches if m.entry.wikidata in named]
    if len(fits) != 1 or fits[0] == name.matches[0] or fits[0].entry.type != "country":
        return name
    others = tuple(m for m in name.matches if m != fits[0])
    return replace(name, matches=(fits[0], *others), country=fits[0].entry.country)


def _around_nicknames(doc: Doc, names: Sequence[Found], gazetteer: Gazetteer) -> list[Found]:
    """With a person's name made one that a nickname in quotes parts: 'Ferdinand "Bongbong" Marcos Jr.'."""
    at = {n.start: n for n in names}
    kept: list[Found] = []
    end = 0
    for name in names:
        if name.start < end:
            continue
        quote, last = doc[name.end : name.end + 4], at.get(name.end + 3)
        is_parted = len(quote) == 4 and quote[0].text == quote[2].text == '"' and quote[1].is_title
        is_person = "person" in (name.type, last.type if last is not None else None)
        if not (is_parted and is_person and (last is not None or quote[3].tag_ == "NNP")):
            kept.append(name)
            continue
        end = last.end if last is not None else name.end + 4
        words = f"{doc[name.start : name.end].text} {doc[name.end + 3 : end].text}"
        matches = tuple(m for m in matches_of(words, gazetteer) if m.entry.type == "person")
        kept.append(Found(name.start, end, end - 1, "name", "person", words, matches, title=name.title))
    return kept


def _with_surnames(doc: Doc, names: Sequence[Found]) -> list[Found]:
    """With a surname joined to the unknown names right before it, which the recogniser took for a body: "Asad Majeed" "Khan"."""
    kept: list[Found] = []
    for name in names:
        last = kept[-1] if kept else None
        if last is not None and _is_surname_of(doc, last, name):
            span = doc[last.start : name.end]
            kept[-1] = Found(last.start, name.end, name.head, "name", "person", span.text)
        else:
            kept.append(name)
    return kept


def _is_surname_of(doc: Doc, last: Found, name: Found) -> bool:
    given = doc[last.start : last.end]
    if last.type != "organisation" or last.matches or last.end != name.start or doc[name.start].is_sent_start:
        return False
    is_one = name.type == "person" and name.end == name.start + 1 and name.title is None
    return is_one and len(given) < 3 and all(t.is_title and t.pos_ == "PROPN" for t in given)


def _is_no_description(doc: Doc, name: Found, nouns: Mapping[str, ActorNoun]) -> bool:
    """Whether it is no "Doctors" in capitals; what goes on after its head, "Doctors Without Borders", is a name."""
    return noun_of(doc[name.head], nouns) is None or name.end > name.head + 1


def _is_called_a_person(doc: Doc, name: Found, nouns: Mapping[str, ActorNoun]) -> bool:
    """Whether a noun for a person stands in apposition to an unknown name: "its spokesman, Sylvain Ekenge"."""
    if name.type not in ("organisation", "place") or name.matches or name.within is not None:
        return False
    head = doc[name.head]
    beside = [c for c in head.children if c.dep_ == "appos" and c.i > name.head]
    beside += [head.head] if head.dep_ == "appos" and head.head.i < name.start else []
    found = [noun_of(t, nouns) for t in beside if t.tag_ == "NN"]
    return any(noun is not None and noun.type == "person" for noun in found)


def _resolve_overlaps(names: Sequence[Found]) -> list[Found]:
    """Longer names win; of two equal ones the recogniser's stands when it says person, else the gazetteer's."""
    kept: list[Found] = []
    taken: set[int] = set()
    ranked = sorted(names, key=lambda n: (n.start - n.end, not n.matches, n.type != "person", n.start))
    for name in ranked:
        cells = set(range(name.start, name.end))
        if not cells & taken:
            kept.append(name)
            taken |= cells
    return sorted(kept, key=lambda n: n.start)
