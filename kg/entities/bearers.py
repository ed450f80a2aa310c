"""Whom descriptions mean: "the Georgian leader", "the alliance", "the island nation"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.entities.antecedents import Antecedents
from kg.entities.bodies import KINDS_OF_BODY
from kg.entities.descriptions import PLACE_NOUNS
from kg.entities.found import Found
from kg.entities.gazetteer import Entry
from kg.entities.names import fold_name, name_tokens
from kg.entities.reading import SAYING, Known, Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

_FALLEN = frozenset(
    "ousted deposed toppled overthrown exiled jailed imprisoned late slain assassinated military".split()
)
"""What is true of few leaders, so that "the ousted leader" is only somebody who is called so."""
STATES = frozenset({"country", "nation", "republic"})
_OTHERS = frozenset("another other neighbouring neighboring third host same every any no each".split())
_LEADERS = frozenset({"head-of-state", "head-of-government", "monarch", "un-secretary-general"})
_VAGUE_CLASSES = frozenset({None, "official", "legislator", "head-of-organisation", "soldier", "expert", "adviser"})
"""Classes of office that many have at a time."""
_FORMER_WORDS = frozenset({"former", "ex"})
_OF_THE_STATE = frozenset({"GOV", "MIL", "MED", "LEG", "JUD", "COP", "SPY", "BUS", "EDU"})
_NEAR = 60
"""Tokens within which "the group" is the body named last."""
_BODIES = frozenset({"alliance", "bloc", "union"})
_MILITARY = re.compile(r"\b(treaty|alliance|pact)\b")


class Bearers:
    """Finds who is described, among those named before."""

    def __init__(self, text: Reading, antecedents: Antecedents) -> None:
        self.text, self.antecedents = text, antecedents

    def description(self, i: int) -> int | None:
        """The chain of whom a description means: of a name before it, of the same description, or one that it begins."""
        mention = self.text.found[i]
        assert mention.noun is not None
        if mention.noun.noun in PLACE_NOUNS:
            return self._place_before(i)
        bearer = self._bearer_beside(i)
        if bearer is None and mention.type == "person":
            bearer = self.text.of_office.get(mention.head)
        if bearer is None and mention.noun.noun == "counterpart":
            bearer = self._counterpart(i)
        if bearer is not None:
            return bearer
        if mention.noun.stands_for_country and not mention.is_of_person and mention.country in self.text.country_chain:
            return self.text.country_chain[mention.country]
        if self.text.is_definite(mention):
            named = self._named_before(i)
            if named is None and mention.noun.noun in STATES:
                named = self._place_before(i)
            if named is not None:
                return named
        for j in range(i - 1, -1, -1):
            if self.text.found[j].form == "description" and self._same_description(j, i):
                chain = self.text.chain[j]
                return j if chain is None else chain
        return i

    def _counterpart(self, i: int) -> int | None:
        """Whom "his Greek counterpart" means: the only one named before who holds for Greece an office of the class of his."""
        mention = self.text.found[i]
        owner = next(
            (
                self.text.at[c.i]
                for c in self.text.doc[mention.head].children
                if c.tag_ == "PRP$" and c.i in self.text.at
            ),
            None,
        )
        if owner is None or mention.country is None:
            return None
        own = self.antecedents.pronoun(owner)
        if own is None or own not in self.text.known:
            return None
        before = {c for j in range(i) if self.text.found[j].type == "person" and (c := self.text.chain[j]) is not None}
        of_country = [
            c for c in before if c != own and c in self.text.known and self.text.known[c].country == mention.country
        ]
        fits = [c for c in of_country if self._classes_of(own) & self._classes_of(c)]
        return fits[0] if len(fits) == 1 else None

    def _classes_of(self, chain: int) -> set[str]:
        """The classes of the offices that somebody is said to hold, or is known to hold on the day."""
        known = self.text.known[chain]
        stated = {o.office_class for o in known.offices if o.office_class is not None}
        if known.entry is None or stated:
            return stated
        terms = self.text.terms_of(known.entry.wikidata)
        return {t.office_class for t in terms if self.text.day is None or t.covers(self.text.day)}

    def _bearer_beside(self, i: int) -> int | None:
        """The chain of the name that a description stands in apposition to, or is said to be."""
        token = self.text.doc[self.text.found[i].head]
        wanted = self.text.found[i].type
        noun = self.text.found[i].noun
        beside: list[Token] = [c for c in token.children if c.dep_ == "appos"]
        if noun is not None and noun.noun in KINDS_OF_BODY and not self.text.is_plural(self.text.found[i]):
            beside.extend(c for c in token.children if c.dep_ in ("compound", "nmod", "amod"))
        if token.dep_ == "appos":
            beside.append(token.head)
        if token.dep_ == "attr" and token.head.lemma_ == "be" and wanted == "person":
            beside.extend(c for c in token.head.children if c.dep_ == "nsubj")
        for other in beside:
            j = self.text.at.get(other.i)
            if j is not None and self.text.found[j].form == "name" and self.text.found[j].type == wanted:
                return self.text.chain[j]
        return None

    def _named_before(self, i: int) -> int | None:
        """The named one whom "the president", "the Italian premier" or "the alliance" means, the last mentioned first."""
        mention = self.text.found[i]
        assert mention.noun is not None
        if self.text.is_plural(mention):
            return None
        head = self.text.doc[mention.head]
        is_speaker = head.dep_ == "nsubj" and head.head.lemma_ in SAYING and not self.text.quoted[head.i]
        title, bodies = head.text, self._bodies_in(mention)
        fallen = _FALLEN.intersection(t.lower_ for t in self.text.doc[mention.start : mention.head])
        starts = [self.text.found[k].start for k in self.text.names if self.text.chain[k] in bodies] if bodies else []
        words = [
            t.text
            for t in self.text.doc[mention.start : mention.end]
            if t.pos_ in ("NOUN", "ADJ", "PROPN") and t.i not in self.text.names_in(mention)
        ]
        for j in range(i - 1, -1, -1):
            chain = self.text.chain[j]
            if chain is None or self.text.found[j].form != "name" or chain not in self.text.known:
                continue
            if is_speaker and self.text.quoted[self.text.found[j].head]:
                continue
            if fallen and not self._is_said_to_be(chain, _FALLEN):
                continue
            if (
                mention.type == "person"
                and self.text.found[j].type == "person"
                and (not bodies or self._has_office_at(chain, starts))
                and self._holds(chain, " ".join(words) or title, mention.country)
            ):
                return chain
            if mention.type == "organisation" and self._is_called(chain, j, mention):
                return chain
            entry = self.text.known[chain].entry
            is_bare = not self.text.names_in(mention)
            if is_bare and entry is not None and _is_such_a_body(mention.noun.noun, entry):
                return chain
        return None

    def _bodies_in(self, mention: Found) -> set[int]:
        """The chains of what a description names: bodies, and states without a code, "the CHP leader", "the Soviet leader".

        Of a country with a code the office's own country tells.
        """
        inside = (self.text.chain[k] for k in self.text.indexes_in(mention))
        known = {c: self.text.known[c].type for c in inside if c is not None and c in self.text.known}
        return {
            c for c, kind in known.items() if kind == "organisation" or (kind != "person" and mention.country is None)
        }

    def _has_office_at(self, chain: int, starts: Sequence[int]) -> bool:
        """Whether an office stated of somebody holds one of these tokens."""
        return any(o.start <= start < o.end for o in self.text.known[chain].offices for start in starts)

    def _is_said_to_be(self, chain: int, words: frozenset[str]) -> bool:
        """Whether one of the words stands in an office stated of somebody: "Honduras's ousted president, Manuel Zelaya"."""
        offices = self.text.known[chain].offices
        return any(t.lower_ in words for o in offices for t in self.text.doc[o.start : o.end])

    def _place_before(self, i: int) -> int | None:
        """The named place that "the town", "the Russian capital" or "the country" means: the last one named, of its country."""
        mention = self.text.found[i]
        assert mention.noun is not None
        words = {t.lower_ for t in self.text.doc[mention.start : mention.end]}
        if self.text.is_plural(mention) or not self.text.is_definite(mention) or words & _OTHERS:
            return None
        noun = mention.noun.noun
        for j in self.text.by_prominence(i, sentences=None if noun == "capital" else 3):
            chain = self.text.chain[j]
            if chain is None or chain not in self.text.known or mention.start <= self.text.found[j].start < mention.end:
                continue
            if self.text.governs(self.text.doc[mention.head], j):
                continue
            known = self.text.known[chain]
            if noun in STATES or noun == "kingdom":
                is_of_it = mention.country in (None, known.country) and self._is_described(known, mention)
                if known.type == "country" and is_of_it and not self._is_of_a_person(j):
                    return chain
            elif known.type == "place" and mention.country in (None, known.country):
                if noun != "capital" or (known.entry is not None and known.entry.acts_for is not None):
                    return chain
        return None

    def _is_of_a_person(self, j: int) -> bool:
        """Whether it only says where somebody is from: the "French" of "the French ambassador"."""
        head = self.text.doc[self.text.found[j].head]
        return (
            self.text.found[j].is_adjective
            and head.dep_ in ("amod", "compound", "nmod")
            and head.head.i in self.text.at
        )

    def _is_described(self, known: Known, mention: Found) -> bool:
        """Whether what a description says of a country is true of it: an island, a kingdom, of a part of the world.

        Where nobody knows what a word in capitals says of it, it is not.
        """
        country, noun = known.country or "", mention.noun.noun if mention.noun is not None else ""
        words = [t for t in self.text.doc[mention.start : mention.head] if t.pos_ in ("ADJ", "NOUN", "PROPN")]
        names = self.text.names_in(mention) if mention.country is not None else set()
        called = " ".join(t.lower_ for t in words if t.text[0].isupper() and t.i not in names)
        asked = [word for word in (noun, *(t.lower_ for t in words if t.is_lower)) if word in self.text.regions]
        return all(country in self.text.regions.get(word, ()) for word in (*asked, *([called] if called else [])))

    def _has_own_name(self, mention: Found) -> bool:
        """Whether a description names its body itself, even if nobody knows the name: "the Viv Ansanm coalition"."""
        inside = self.text.doc[mention.start : mention.end]
        return bool(self.text.names_in(mention)) or any(t.pos_ == "PROPN" and t.i != mention.head for t in inside)

    def _is_called(self, chain: int, j: int, mention: Found) -> bool:
        """Whether a body's name has the noun, as that of the International Atomic Energy Agency has "agency"."""
        noun = mention.noun.noun if mention.noun is not None else ""
        known = self.text.known[chain]
        if known.type != "organisation" or mention.country is not None or self._has_own_name(mention):
            return False
        words = name_tokens(known.entry.name if known.entry is not None else self.text.found[j].words)
        heads = {words[-1], words[words.index("of") - 1]} if "of" in words[1:] else set(words[-1:])
        if noun in heads and len(words) > 1:
            return True
        if known.entry is not None and known.entry.sector == "IGO" and noun in _BODIES:
            return _is_such_a_body(noun, known.entry)
        sector = known.entry.sector if known.entry is not None else None
        is_near = self.text.doc[mention.head].i - self.text.found[j].end < _NEAR
        return noun in KINDS_OF_BODY and sector not in _OF_THE_STATE and is_near

    def _holds(self, chain: int, title: str, country: str | None) -> bool:
        known = self.text.known[chain]
        wanted = self.text.office_names.classify(title, country or known.country)
        if self._is_known_to_hold(known, title, wanted[0] if wanted else None, country):
            return True
        for office in known.offices:
            same = fold_name(office.office) == fold_name(title) or (
                wanted is not None and office.office_class == wanted[0]
            )
            if same and (country is None or country in (office.country, known.country)):
                return True
        return False

    def _is_known_to_hold(self, known: Known, title: str, office_class: str | None, country: str | None) -> bool:
        """Whether the gazetteer, or for "the Georgian leader" the text, says so."""
        words = set(name_tokens(title))
        is_leader = "leader" in words and not words & {"opposition", "party", "rebel", "union", "church", "group"}
        classes = _LEADERS if is_leader else {office_class} - _VAGUE_CLASSES
        if is_leader and country is not None:
            if any(o.office_class in classes and country in (o.country, known.country) for o in known.offices):
                return True
        if known.entry is None or not classes:
            return False
        terms = [t for t in self.text.terms_of(known.entry.wikidata) if t.office_class in classes]
        return any(
            country in (None, t.country)
            and (
                self.text.day is None
                or words & _FORMER_WORDS
                or t.covers(self.text.day)
                or (t.start and not t.end and t.start <= self.text.day)
            )
            for t in terms
        )

    def _same_description(self, j: int, i: int) -> bool:
        a, b = self.text.found[j], self.text.found[i]
        assert a.noun is not None and b.noun is not None
        if a.noun.noun != b.noun.noun or self.text.is_plural(a) != self.text.is_plural(b):
            return False
        if self.text.doc[b.start].lower_ in ("the", "this", "these", "those") and (
            b.country is None or a.country == b.country
        ):
            return len(self._modifiers(b)) == 0 or self._modifiers(a) == self._modifiers(b)
        return (
            a.country == b.country
            and self._modifiers(a) == self._modifiers(b)
            and (self.text.is_plural(b) or self.text.is_definite(b))
        )

    def _modifiers(self, mention: Found) -> list[str]:
        """The words that tell a description from others of its noun: numbers, adjectives, compounds."""
        inside = self.text.doc[mention.start : mention.end]
        return [t.lemma_.lower() for t in inside if t.i != mention.head and t.pos_ in ("ADJ", "NOUN", "PROPN", "NUM")]


def _is_such_a_body(noun: str, entry: Entry) -> bool:
    """Whether an intergovernmental body is an alliance, as NATO is by its name, or a bloc or union, as the EU is."""
    if noun not in _BODIES or entry.sector != "IGO":
        return False
    return (noun == "alliance") == bool(_MILITARY.search(fold_name(entry.name)))
