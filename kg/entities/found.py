"""What is found in a text before it is known whom it means: the mention, and what several of its finders ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kg.entities.gazetteer import NameMatch
from kg.entities.nouns import ActorNoun
from kg.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

Form = Literal["name", "description", "pronoun"]
PEOPLE_KINDS = frozenset({"adjective", "singular", "plural"})
WEAK_KINDS = frozenset({"surname"})
TITLES = frozenset(
    """mr mrs ms miss dr sir lord lady dame madame president prime minister premier chancellor secretary king queen
    prince princess pope general gen colonel col captain major admiral lieutenant lt sgt senator sen
    representative rep governor gov mayor ambassador judge justice foreign defence defense deputy vice former ex
    acting interim state sheikh ayatollah imam emir sultan professor prof rev father sister saint chairman
    chairwoman chairperson congressman congresswoman spokesman spokeswoman spokesperson leader chief commander marshal envoy commissioner speaker
    first crown finance interior trade attorney sergeant corporal brigadier inspector detective archbishop bishop
    cardinal rabbi mullah comrade councillor councilman superintendent sheriff barrister singer actor
    special warlord prefect rapporteur paramount negotiator mediator ombudsman provost regent""".split()
)
_PERSONAL_TITLES = frozenset(
    """mr mrs ms miss dr president minister premier chancellor secretary senator governor ambassador general colonel
    captain major admiral lieutenant sergeant brigadier spokesman spokeswoman spokesperson envoy commissioner
    chairman chairwoman chairperson congressman congresswoman""".split()
)
"""Titles that stand directly before a name."""
_AGENTIVE = ("man", "men", "woman", "women", "ist", "ists", "crat", "crats")
"""Endings of nouns that stand for people, known or not: "clergyman", "seismologist"."""
_FUNDS = "hedge pension rescue wealth investment equity sovereign bailout venture vulture".split()
_QUALIFIED: Mapping[str, Mapping[str, str | None]] = {
    "service": {
        "security": "COP",
        "secret": "SPY",
        "intelligence": "SPY",
        "armed": "MIL",
        "police": "COP",
        "spy": "SPY",
        "prison": "COP",
        **dict.fromkeys(["revenue", "customs", "immigration"], "GOV"),
    },
    "fund": dict.fromkeys(_FUNDS, "BUS"),
    "body": dict.fromkeys(
        ["governing", "regulatory", "supervisory", "electoral", "monitoring", "umbrella", "advisory"]
    ),
    "house": {"lower": "LEG", "upper": "LEG"},
}
"""Nouns that act only with certain words before them, by sector: "the security services", not "a postal service"."""
_NO_PEOPLE = frozenset("specimen regimen talisman checklist playlist blacklist shortlist".split())
DIRECTIONS = frozenset(
    """north south east west northern southern eastern western central middle southeast southeastern southwest northwest
    northeast""".split()
)
PLACING = frozenset("in at near outside inside from into around across".split())
OBSCURE = 0.2
"""Prominence below which a body is not meant by one word that is also another name, nor a politician without a known
office by a part of his name, or by a name that the article gives to a baker."""
KNOWN = 0.5
"""Prominence from which a single word that the gazetteer knows only as a surname is one, whatever the recogniser says."""
FAMOUS = 0.8
"""Prominence from which a bare surname is taken for its bearer where the recogniser saw no name: heads of state and government."""


@dataclass(frozen=True, slots=True)
class Found:
    """A mention in tokens, `doc[start:end]`, with its head token and what the gazetteer knows of its words.

    Of a description that speaks of people of several countries, `common` are the words without the countries.
    """

    start: int
    end: int
    head: int
    form: Form
    type: EntityType
    words: str
    matches: tuple[NameMatch, ...] = ()
    is_adjective: bool = False
    noun: ActorNoun | None = None
    country: str | None = None
    title: str | None = None
    office_class: str | None = None
    other_countries: tuple[str, ...] = ()
    common: str | None = None
    is_of_person: bool = False
    """Whether a description is of somebody's cabinet, "the Biden administration", which is not the country it acts for."""
    within: str | None = None
    """Of "Lille, France" the country around the place; "?" when it is not known which country that is in."""


def is_titled(span: Span) -> bool:
    """Whether a title before it tells that it is a person, whatever the recogniser takes it for: "Trade Minister Valencia"."""
    before = span.doc[span.start - 1] if span.start else None
    if before is None or before.lower_.rstrip(".") not in _PERSONAL_TITLES or not before.text[0].isupper():
        return False
    return before.dep_ == "compound" and before.head in span and all(t.pos_ == "PROPN" for t in span)


def without_title(span: Span) -> tuple[Span, str | None]:
    """A person's name without the titles before it, and the titles: "Pedro Gomez" and "President"."""
    cut = 0
    while cut < len(span) - 1 and span[cut].lower_.rstrip(".") in TITLES:
        if span[cut].lower_ == "special" and span[cut + 1].lower_ not in TITLES:
            break
        cut += 1
    title = span[:cut].text if cut else None
    return span[cut:], title


def noun_of(token: Token, nouns: Mapping[str, ActorNoun]) -> ActorNoun | None:
    """The actor noun that a word is, known or by its ending, or None."""
    lower = token.lower_
    singular = lower.removesuffix("men") + "man" if lower.endswith("men") else lower.rstrip("s")
    lemmas = (token.lemma_.lower(), lower, singular)
    joined = [_joined(token) + lemma for lemma in lemmas] if token.i > 1 and token.nbor(-1).text == "-" else []
    for lemma in (*joined, *lemmas):
        if lemma in nouns:
            return nouns[lemma]
    qualified = _QUALIFIED.get(token.lemma_.lower())
    if qualified is not None:
        kinds = (qualified[c.lower_] for c in token.children if c.lower_ in qualified)
        return next((ActorNoun(token.lemma_.lower(), "organisation", sector, False) for sector in kinds), None)
    if token.pos_ == "NOUN" and len(token) > 6 and token.lower_ not in _NO_PEOPLE and token.lower_.endswith(_AGENTIVE):
        return ActorNoun(token.lower_, "person", None, False)
    return None


def _joined(token: Token) -> str:
    """What a hyphen joins to a word, with the hyphen: "hostage-" before "takers"."""
    return token.nbor(-2).lower_ + "-"


def sole_country(name: Found) -> str | None:
    """The country that a name is of, as far as the name alone tells."""
    if name.country is not None or not name.matches or name.type not in ("country", "place", "organisation", "person"):
        return name.country
    best = name.matches[0]
    if best.kind in WEAK_KINDS and best.entry.prominence < FAMOUS:
        return None
    return best.entry.country if best.entry.type == name.type else None
