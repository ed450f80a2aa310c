"""Doc → the stretches that name or describe somebody: spaCy's entities corrected by the gazetteer, actor nouns, pronouns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.entities.bodies import as_bodies
from kg.entities.containers import with_container
from kg.entities.descriptions import descriptions
from kg.entities.found import Found, noun_of
from kg.entities.gazetteer import Gazetteer
from kg.entities.known_names import gazetteer_names, halves, shared_ends
from kg.entities.longer_names import is_edition, is_end_of_name, outside_longer_names
from kg.entities.nouns import ActorNoun
from kg.entities.offices import OfficeNames
from kg.entities.pronouns import pronouns
from kg.entities.recognised import recognised_names
from kg.entities.states import States, country_of_state
from kg.entities.unrecognised import acronyms, repeated_surnames, unrecognised_names

if TYPE_CHECKING:
    from spacy.tokens import Doc


def find_mentions(
    doc: Doc, gazetteer: Gazetteer, nouns: Mapping[str, ActorNoun], offices: OfficeNames, states: States
) -> tuple[Found, ...]:
    """Names, descriptions and pronouns in text order; names do not overlap each other."""
    names = _resolve_overlaps([*gazetteer_names(doc, gazetteer), *recognised_names(doc, gazetteer)])
    names = _resolve_overlaps([*names, *acronyms(doc, names), *repeated_surnames(doc, names, gazetteer)])
    names = _resolve_overlaps(
        [*names, *(n for n in unrecognised_names(doc, names, nouns) if _is_no_description(doc, n, nouns))]
    )
    names = _with_surnames(doc, names)
    names = _resolve_overlaps([*names, *shared_ends(doc, names, gazetteer), *halves(doc, names, gazetteer)])
    names = outside_longer_names(doc, with_container(doc, names, gazetteer, states), nouns)
    names = [n for n in names if not is_edition(doc, n) and not is_end_of_name(doc, n, names)]
    names = [replace(n, type="person") if _is_called_a_person(doc, n, nouns) else n for n in names]
    names = [_of_state(n, states, gazetteer) for n in names]
    names = as_bodies(doc, names, nouns)
    taken = {i for name in names for i in range(name.start, name.end)}
    heads = {name.head: name for name in names}
    others = [*descriptions(doc, nouns, offices, taken, heads), *pronouns(doc)]
    return tuple(sorted((*names, *others), key=lambda m: (m.start, m.end)))


def _of_state(name: Found, states: States, gazetteer: Gazetteer) -> Found:
    """A state or province with its country: "Maryland" is in the USA."""
    country = country_of_state(name.words, states, gazetteer) if name.type == "place" and not name.within else None
    return name if country is None else replace(name, country=country)


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
