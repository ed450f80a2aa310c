"""Descriptions: noun phrases whose head is an actor noun, "the Chinese embassy", with country, sector and office."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from kg.entities.found import PLACING, Found, noun_of, sole_country
from kg.entities.nouns import ActorNoun
from kg.entities.offices import OfficeNames

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

PLACE_NOUNS = frozenset({"kingdom", "capital", "city", "town", "resort", "port", "village"})
"""Nouns that stand for a place only where one was named before."""
_CONDITIONS = frozenset(
    "emergency siege war alert affairs readiness mind calm limbo calamity disaster shock exception".split()
)
_BEFALLING = frozenset(
    "kill injure wound arrest detain hurt rescue free expel evacuate displace execute capture release deport".split()
)
_NUMBERS = frozenset("tens dozens scores hundreds thousands".split())
_ENDINGS = (["of", "state"], ["-", "general"])
"""What belongs to an office after its head: "secretary of state", "secretary-general"."""
_CABINETS = frozenset({"administration", "government", "leadership"})
_HELD = frozenset(
    """compound camp base post station checkpoint convoy vehicle building headquarters barrack barracks position outpost
    facility office installation plane helicopter ship boat truck tank depot bunker target garrison fort hq patrol""".split()
)
"""What armed bodies hold and ride in, and what is attacked for being theirs."""
_ARMED = frozenset({"GOV", "MIL", "REB", "COP"})


def descriptions(
    doc: Doc, nouns: Mapping[str, ActorNoun], offices: OfficeNames, taken: set[int], heads: Mapping[int, Found]
) -> Iterator[Found]:
    """The descriptions of a text in order; `heads` are the names by their head token, `taken` all tokens of names."""
    for token in doc:
        if (token.pos_ not in ("NOUN", "PROPN", "ADJ") and not _is_toll(token)) or token.i in taken:
            continue
        if token.dep_ in ("compound", "nmod", "amod") and not _is_owner(token, nouns):
            continue
        if token.pos_ == "ADJ" and token.tag_ != "NNS":
            continue
        noun = noun_of(token, nouns) or _place_noun(token) or _many(token)
        if noun is None or _is_condition(token):
            continue
        start = _left_edge(token, taken)
        country, *others = _countries_of(token, heads) or _country_of_seat(token, noun, heads) or (None,)
        office = offices.classify(_bare_title(doc, start, _title_end(token, heads), heads), country)
        sector = (office[1] if office else None) or noun.sector
        known = ActorNoun(noun.noun, noun.type, sector, noun.stands_for_country)
        end = token.i + 3 if [t.lower_ for t in doc[token.i + 1 : token.i + 3]] in _ENDINGS else token.i + 1
        yield Found(
            start,
            end,
            token.i,
            "description",
            noun.type,
            doc[start:end].text,
            noun=known,
            country=country,
            office_class=_office_class(token, start, office, is_shared=bool(others)),
            other_countries=tuple(others),
            common=_bare_title(doc, start, token.i + 1, heads) if others else None,
            is_of_person=_is_of_person(token, heads),
        )


def _is_of_person(token: Token, heads: Mapping[int, Found]) -> bool:
    """Whether it is a cabinet of somebody's, "the Biden administration"; "the Putin regime" is the state itself."""
    if token.lemma_.lower() not in _CABINETS:
        return False
    owners = (heads.get(c.i) for c in token.children if c.dep_ in ("compound", "nmod", "poss"))
    return any(owner is not None and owner.type == "person" for owner in owners)


def _is_owner(token: Token, nouns: Mapping[str, ActorNoun]) -> bool:
    """Whether it is a body whose thing acts or has a site where it sits: "government howitzers", "an army camp".

    In "the army chief" it is none.
    """
    noun, owned = nouns.get(token.lower_), token.head
    acts = owned.dep_ == "nsubj" or (owned.dep_ == "pobj" and owned.head.dep_ == "agent")
    acts = acts or (owned.dep_ in ("dobj", "nsubjpass", "pobj") and owned.lemma_.lower() in _HELD)
    is_body = noun is not None and noun.type == "organisation" and noun.sector in _ARMED
    return is_body and acts and token.dep_ == "compound" and noun_of(owned, nouns) is None


def _is_condition(token: Token) -> bool:
    """Whether "state" is what something is in and no country, "a state of emergency", and "force" is violence: "the use of force"."""
    if token.lower_ == "force" and token.dep_ == "pobj" and token.head.lower_ in ("of", "by") and not list(token.lefts):
        return True
    if token.lemma_.lower() != "state":
        return False
    inner = [g.lower_ for c in token.children if c.lower_ == "of" for g in c.children]
    return any(word in _CONDITIONS for word in inner)


def _place_noun(token: Token) -> ActorNoun | None:
    """The noun of "the town" or "the Russian capital", which are places if one was named before."""
    lemma = token.lemma_.lower()
    return ActorNoun(lemma, "place", None, False) if lemma in PLACE_NOUNS and token.tag_ == "NN" else None


def _many(token: Token) -> ActorNoun | None:
    """The people of whom only the number is told: "thousands protested", "killed dozens"."""
    if _is_toll(token):
        return ActorNoun(token.lower_, "person", None, False)
    if token.tag_ != "NNS" or token.lower_ not in _NUMBERS or token.ent_type_ == "MONEY":
        return None
    if any(c.dep_ == "prep" and c.lower_ == "of" for c in token.children):
        return None
    whole = token.head.head if token.dep_ == "pobj" and token.head.lower_ == "of" else token
    is_party = whole.dep_ in ("nsubj", "nsubjpass", "dobj") and (whole == token or whole.lower_ in _NUMBERS)
    return ActorNoun(token.lower_, "person", None, False) if is_party else None


def _is_toll(token: Token) -> bool:
    """Whether it is the number of those whom something befell: "strikes kill 20"."""
    return token.pos_ == "NUM" and token.dep_ in ("dobj", "nsubjpass") and token.head.lemma_ in _BEFALLING


def _country_of_seat(token: Token, noun: ActorNoun, heads: Mapping[int, Found]) -> tuple[str, ...]:
    """The country of a government told by its seat: "the authorities in Minsk"."""
    if not noun.stands_for_country:
        return ()
    seats = [g for c in token.children if c.dep_ == "prep" and c.lower_ == "in" for g in c.children if g.i in heads]
    is_seat = len(seats) == 1 and any(
        m.entry.type == "country" or m.entry.acts_for for m in heads[seats[0].i].matches[:1]
    )
    return _sole_countries(seats, heads) if is_seat else ()


def _left_edge(token: Token, taken: set[int]) -> int:
    """Where the noun phrase begins: determiners, adjectives, compounds and possessors directly before the head."""
    start = token.i
    for child in sorted(token.lefts, key=lambda t: -t.i):
        if (
            child.dep_ in ("det", "amod", "compound", "poss", "nmod", "nummod", "quantmod", "neg", "punct", "npadvmod")
            and child.text not in '",'
            and not _has_bracket(child, token)
            and child.lower_ not in PLACING
        ):
            start = min(start, child.left_edge.i)
        else:
            break
    return start


def _title_end(token: Token, heads: Mapping[int, Found]) -> int:
    """The end of an office's words: "secretary of state" goes on after its head, "president of France" does not."""
    after = token.doc[token.i + 1 : token.i + 4]
    if [t.lower_ for t in after[:2]] == ["-", "general"]:
        return token.i + 3
    if len(after) > 1 and after[0].lower_ == "of" and after[1].pos_ in ("NOUN", "PROPN") and after[1].i not in heads:
        return after[1].i + 1
    return token.i + 1


def _office_class(token: Token, start: int, office: tuple[str, str] | None, is_shared: bool) -> str | None:
    """The class of the one office that a definite description names, as "the US secretary of state" does.

    A plural does so where each of its countries has one: "the Thai and Cambodian premiers".
    """
    words = {t.lower_ for t in token.doc[start : token.i]}
    if (
        office is None
        or (token.tag_ in ("NNS", "NNPS") and not is_shared)
        or words & {"a", "an", "former", "ex", "another", "any", "no", "every"}
    ):
        return None
    return office[0]


def _has_bracket(child: Token, head: Token) -> bool:
    return any(t.text in "[]()" for t in head.doc[child.left_edge.i : head.i])


def _countries_of(token: Token, heads: Mapping[int, Found]) -> tuple[str, ...]:
    """The countries in a noun phrase: "Chinese diplomats", "China's top official", "the president of France".

    A plural may have several, one for each of those it speaks of: "Thai and Cambodian soldiers", "the kings of Oman and
    Jordan"; what two countries have in common, "the border guard of Oman and Jordan", has none.
    """
    is_plural = token.tag_ in ("NNS", "NNPS")
    site = token.head if token.dep_ == "compound" and token.head.lemma_.lower() in _HELD else None
    for child in site.children if site is not None else ():
        # "an army base in Somalia", "a Kenyan police station"
        if child.i in heads and child.dep_ in ("amod", "poss", "nmod"):
            return _sole_countries([child], heads)
        if child.dep_ == "prep" and child.lower_ in ("in", "near"):
            return _sole_countries([c for c in child.children if c.i in heads], heads)
    for child in token.children:
        if child.dep_ in ("amod", "poss", "compound", "nmod") and child.i in heads:
            return _sole_countries(_coordinated(child, token) if is_plural else [child], heads)
    for child in token.children:
        if child.dep_ == "prep" and child.lower_ in ("of", "from"):
            for inner in child.children:
                if inner.i in heads and heads[inner.i].type == "country":
                    all_of = _coordinated(inner, token)
                    if is_plural or len(all_of) == 1:
                        return _sole_countries(all_of, heads)
    return ()


def _coordinated(first: Token, noun: Token) -> list[Token]:
    """The words joined to one in a noun phrase: "Thai", "Lao" and "Khmer" of "Thai, Lao and Khmer officials"."""
    joined = [first]
    for token in joined:
        joined.extend(c for c in token.children if c.dep_ == "conj" and c not in joined)
    between = first.doc[first.i + 1 : noun.i]
    if len(joined) == 1 and first.dep_ == "amod" and any(t.lower_ == "and" for t in between):
        joined.extend(c for c in noun.children if c.dep_ == "amod" and c.i > first.i)
    return joined


def _sole_countries(tokens: Sequence[Token], heads: Mapping[int, Found]) -> tuple[str, ...]:
    countries = [c for t in tokens if t.i in heads and (c := sole_country(heads[t.i])) is not None]
    return tuple(dict.fromkeys(countries))


def _bare_title(doc: Doc, start: int, end: int, heads: Mapping[int, Found]) -> str:
    """The words of a noun phrase without articles, possessors and names: "top foreign policy official"."""
    skip = {i for name in heads.values() for i in range(name.start, name.end)}
    words = [
        t.text
        for t in doc[start:end]
        if t.i not in skip and t.pos_ not in ("DET", "PUNCT", "PRON", "CCONJ") and t.tag_ != "POS"
    ]
    return " ".join(words)
