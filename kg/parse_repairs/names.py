"""Names: two that the parser took for one, lists, titles, and words of names that it took for verbs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

TELLING = frozenset({"tell", "warn", "inform", "assure", "remind", "notify"})
_PREFIXES = frozenset({"ex", "vice", "non", "pro", "anti", "co"})
_FIGHTING = frozenset(
    "kill attack hack ambush seize abduct kidnap bomb shoot storm raid murder blow free ransack detonate fire".split()
)
_AUXILIARIES = frozenset("having being be have do get will would can could may might must shall should".split())
SHORTEST_STORY = 8
"""Words of a sentence from which it is hardly a noun phrase with a full stop."""
_DIRECTIONS = frozenset("North South East West Central Northern Southern Eastern Western".split())


def part_participle(sentence: Span) -> None:
    """Hang a participle on the noun after it: "warned visiting envoys not to speak" tells of no visit that is warned.

    Verbs of telling take no gerund.
    """
    for verb in sentence:
        if verb.lemma_ not in TELLING or verb.i + 2 >= sentence.end:
            continue
        participle = verb.nbor(1)
        if participle.head != verb or participle.tag_ != "VBG" or participle.dep_ not in ("xcomp", "ccomp", "advcl"):
            continue
        noun = next((c for c in participle.children if c.dep_ == "dobj"), None)
        if noun is None or noun.left_edge.i != participle.i + 1 or noun.tag_ not in ("NNS", "NNPS", "NNP"):
            continue
        for child in [c for c in participle.children if c != noun]:
            child.head = verb
        noun.head = verb
        participle.head, participle.dep_ = noun, "amod"


def part_shared_name(sentence: Span) -> None:
    """Make two of the names that share their end, as "North and South Korea" do.

    The parser takes all that stands before "Korea" for parts of one name.
    """
    for first in sentence:
        whole = first.head
        if first.text not in _DIRECTIONS or first.dep_ not in ("nmod", "compound") or whole.pos_ != "PROPN":
            continue
        last = first
        while (
            then := next((c for c in last.children if c.dep_ == "conj" and c.text in _DIRECTIONS), None)
        ) is not None:
            last = then
        if last == first or whole.i != last.i + 1:
            continue
        joint = last.head
        put_first(first, whole)
        whole.head, whole.dep_ = joint, "conj"
        last.head, last.dep_ = whole, "compound"


def part_two_names(sentence: Span) -> None:
    """Make two people of two with titles or long names, as in "Foreign Minister A and Defence Minister B met".

    The parser takes the first for a part of the second's name.
    """
    people = [ent for ent in sentence.ents if ent.label_ == "PERSON"]
    for one, other in pairwise(people):
        first, whole, doc = one[-1], other[-1], sentence.doc
        title = doc[one.end + 1 : other.start]
        is_joined = doc[one.end].lower_ == "and" and all(t.pos_ in ("PROPN", "NOUN", "ADJ") for t in title)
        if not is_joined or first.dep_ not in ("nmod", "compound") or not whole.is_ancestor(first):
            continue
        put_first(first, whole)
        whole.head, whole.dep_ = first, "conj"
        doc[one.end].head, doc[one.end].dep_ = first, "cc"
        for token in doc[first.left_edge.i : other.end]:
            if token.i < first.i and token.head.i > one.end:
                token.head, token.dep_ = first, "compound"
            elif token.i > one.end and token != whole and token.head.i <= first.i:
                token.head, token.dep_ = whole, "compound"


def part_day(sentence: Span) -> None:
    """Part a day from the subject after it: "On Monday German Chancellor Olaf Scholz met …" is on Monday, not on Scholz."""
    for name in sentence:
        preposition, verb = name.head, name.head.head
        if name.dep_ != "pobj" or preposition.lower_ != "on" or preposition.i > name.i or verb.pos_ != "VERB":
            continue
        day = sentence.doc[preposition.i + 1]
        if day.ent_type_ != "DATE" or day == name or day.dep_ not in ("compound", "nmod") or verb.i < name.i:
            continue
        if any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children):
            continue
        is_passive = any(c.dep_ == "auxpass" for c in verb.children)
        day.head, day.dep_ = preposition, "pobj"
        name.head, name.dep_ = verb, "nsubjpass" if is_passive else "nsubj"


def part_owned_names(sentence: Span) -> None:
    """Coordinate people who are each named with a country: "Egypt's Sisi and Jordan's Abdullah", "France's Macron, Italy's Draghi"."""
    doc = sentence.doc
    for name in sentence:
        whole = name.head
        if (
            name.dep_ in ("poss", "nmod")
            and name.pos_ == whole.pos_ == "PROPN"
            and not any(c.dep_ == "case" for c in name.children)
        ):
            owner = next(
                (c for c in name.children if c.dep_ == "conj" and any(g.dep_ == "case" for g in c.children)), None
            )
            if owner is not None and doc[name.i + 1].lower_ == "and" and name.i < owner.i < whole.i:
                listed = [
                    c
                    for c in whole.children
                    if c.dep_ == "nmod" and c.i < name.i and c.pos_ == "PROPN" and _has_owner(c)
                ]
                for first in [c for c in whole.children if c.dep_ == "poss" and c.i < name.i and c != owner]:
                    first.head = name
                put_first(name, whole)
                whole.head, whole.dep_ = name, "conj"
                owner.head, owner.dep_ = whole, "poss"
                for other in reversed(listed):
                    put_first(other, name)
                    name.head, name.dep_ = other, "conj"
                    name = other
        elif name.dep_ == "appos" and name.pos_ == whole.pos_ == "PROPN" and _has_owner(name) and _has_owner(whole):
            name.dep_ = "conj"
        elif name.dep_ == "conj" and any(c.dep_ == "case" and c.i == name.i + 1 for c in name.children):
            owned = next((c for c in whole.children if c.dep_ == "conj" and c.i > name.i + 1), None)
            if owned is not None and owned.left_edge.i <= name.i + 2:
                name.head, name.dep_ = owned, "poss"


def _has_owner(name: Token) -> bool:
    return any(c.dep_ == "poss" and c.pos_ == "PROPN" for c in name.children)


def raise_person(sentence: Span) -> None:
    """Coordinate a person with a person and not with what is told of him: "Sen. A of Georgia and Sen. B of Ohio"."""
    for name in sentence:
        told = name.head
        if name.dep_ != "conj" or name.ent_type_ != "PERSON" or told.ent_type_ == "PERSON" or told.i > name.i:
            continue
        if told.pos_ == "VERB":
            bearer = next((c for c in told.children if c.dep_ == "dobj" and c.i < name.i), None)
            if bearer is not None and not any(c.dep_ == "nsubj" for c in name.children):
                name.head = bearer
            continue
        bearer = told.head if told.dep_ == "appos" else told.head.head if told.dep_ == "pobj" else None
        if bearer is None or bearer.ent_type_ != "PERSON" or any(c.dep_ == "conj" for c in bearer.children):
            continue
        name.head = bearer
        for joint in [c for c in told.children if c.dep_ == "cc"]:
            joint.head = bearer


def join_prefix(sentence: Span) -> None:
    """Hang "ex" on the noun that a hyphen joins it to: "nine ex-members" are members."""
    doc = sentence.doc
    for hyphen in sentence:
        if hyphen.text != "-" or hyphen.i <= sentence.start or hyphen.i + 1 >= sentence.end or hyphen.whitespace_:
            continue
        prefix, noun = doc[hyphen.i - 1], doc[hyphen.i + 1]
        if prefix.lower_ not in _PREFIXES or prefix.whitespace_ or noun.pos_ not in ("NOUN", "PROPN"):
            continue
        if prefix.head == noun or prefix.is_ancestor(noun) or hyphen.is_ancestor(noun):
            continue
        for child in [c for c in prefix.children if c.i < prefix.i]:
            child.head = noun
        prefix.head, prefix.dep_ = noun, "compound"
        hyphen.head, hyphen.dep_ = noun, "punct"


def list_origins(sentence: Span) -> None:
    """Join to where people are from the rest of a list that the parser made subjects: "Ministers from A, B and C met"."""
    for name in sentence:
        if name.dep_ != "nsubj" or name.i < 2 or sentence.doc[name.left_edge.i - 1].text != ",":
            continue
        before = sentence.doc[name.left_edge.i - 2]
        people = before.head.head
        is_origin = before.dep_ == "pobj" and before.head.lower_ in ("from", "of") and people.dep_ == "nsubj"
        if is_origin and people.head == name.head and before.ent_type_ == name.ent_type_ == "GPE":
            name.head, name.dep_ = before, "conj"


def name_gerund(sentence: Span) -> None:
    """Make a part of a name of a gerund that begins a sentence before one: "Shining Path guerrillas killed 39 peasants"."""
    first = sentence[0]
    if first.dep_ != "csubj" or first.tag_ != "VBG" or len(sentence) < SHORTEST_STORY:
        return
    doer = next((c for c in first.children if c.dep_ == "dobj" and c.tag_ == "NNS"), None)
    if doer is None or not doer.is_lower or first.nbor(1).pos_ != "PROPN" or first.nbor(1).head != doer:
        return
    verb = first.head
    if verb.lemma_ not in _FIGHTING:
        return
    doer.head, doer.dep_ = verb, "nsubj"
    first.head, first.dep_, first.tag_, first.pos_ = first.nbor(1), "compound", "NNP", "PROPN"


def name_auxiliary(sentence: Span) -> None:
    """Make a name of what the tagger took for an auxiliary: "The bloc Ecowas suspended Niger"."""
    for name in sentence:
        if name.dep_ not in ("aux", "auxpass") or not name.is_title or name.i == sentence.start or name.tag_ == "MD":
            continue
        verb, kind = name.head, name.nbor(-1)
        if (
            {name.lemma_.lower(), name.lower_} & _AUXILIARIES
            or kind.dep_ not in ("nsubj", "nsubjpass")
            or kind.head != verb
        ):
            continue
        if any(c.dep_ in ("aux", "auxpass") and c != name for c in verb.children):
            continue
        name.tag_, name.pos_, name.dep_ = "NNP", "PROPN", "nsubj"
        kind.head, kind.dep_ = name, "nmod"
        verb.tag_ = "VBD" if verb.tag_ == "VBN" else verb.tag_


def name_the_court(sentence: Span) -> None:
    """Make a place of what the tagger took for an infinitive: "dragged him to court"."""
    for word in sentence:
        if word.lower_ == "court" and word.tag_ == "VB" and word.i > sentence.start and word.nbor(-1).lower_ == "to":
            to, verb = word.nbor(-1), word.head
            if verb.lemma_ in ("take", "drag", "haul", "bring", "go") and not any(
                c.dep_ == "dobj" for c in word.children
            ):
                to.head, to.dep_ = verb, "prep"
                for after in [c for c in word.children if c != to]:
                    after.head = verb
                word.head, word.dep_, word.tag_, word.pos_ = to, "pobj", "NN", "NOUN"


def put_first(first: Token, whole: Token) -> None:
    """Hang the first of two where the second hangs."""
    if whole.dep_ == "ROOT":
        first.head, first.dep_ = first, "ROOT"
    else:
        first.head, first.dep_ = whole.head, whole.dep_


def part_year(sentence: Span) -> None:
    """Part a year from the subject after it: "In 1991 Serb forces shelled …" tells of no 1991 forces."""
    for year in sentence:
        doer, before = year.head, year.nbor(-1) if year.i > sentence.start else None
        if year.dep_ != "nummod" or len(year) != 4 or not year.text.isdigit() or before is None:
            continue
        if doer.dep_ != "pobj" or doer.head != before or not doer.i > year.i:
            continue
        verb = sentence.root
        if verb.pos_ != "VERB" or verb.i < doer.i or any(c.dep_ in ("nsubj", "nsubjpass") for c in verb.children):
            continue
        if doer.right_edge.i + 1 < verb.left_edge.i or not any(t.i < year.i for t in verb.subtree):
            continue
        is_passive = any(c.dep_ == "auxpass" for c in verb.children)
        year.head, year.dep_ = before, "pobj"
        doer.head, doer.dep_ = verb, "nsubjpass" if is_passive else "nsubj"
