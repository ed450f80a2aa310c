"""Countries and places that stand for those who play for them: "28 caps for Peru", "the Tonga rugby tour"."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.entities.found import Found

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_SPORTS = frozenset(
    """rugby football soccer cricket hockey basketball handball volleyball netball baseball softball lacrosse futsal
    badminton curling kabaddi athletics cycling rowing swimming judo fencing gymnastics""".split()
)
_PLAYING = _SPORTS | frozenset(
    """championship championships medallist medalist olympics paralympics goalkeeper midfielder striker batsman bowler
    wicket wickets innings semifinal playoff nhl nba nfl mlb mls uefa fifa""".split()
)
"""Words that show, in the sentence, that it is about sport, and nothing else."""
_PLAYS = frozenset("play score appear appearance debut cap goal try captain wicket".split())
_STANDS_FOR = frozenset({"represent", "captain", "coach", "cap"})
_OWNED = frozenset("roster goalkeeper captain lineup bench pick".split())
_SIDES = frozenset({"for", "against"})


def is_team(doc: Doc, name: Found) -> bool:
    """Whether a country or place stands for those who play for it, in a sentence that is about sport."""
    if name.type not in ("country", "place") or name.is_adjective:
        return False
    after = doc[name.end : name.end + 4]
    if len(after) > 1 and after[0].lower_ == "national" and "team" in after.text:
        return True
    is_pair = name.start > 0 and doc[name.start - 1].text == "-"
    if len(after) and after[0].lower_ in _SPORTS and doc[name.end - 1].whitespace_ and not is_pair:
        return True
    head = doc[name.head]
    if head.dep_ == "dobj" and head.head.lemma_ in _STANDS_FOR:
        return _is_about_sport(head)
    if head.dep_ == "poss" and head.head.lemma_ in _OWNED:
        return _is_about_sport(head)
    if head.dep_ == "pobj" and head.head.lower_ == "of" and head.head.head.lower_ == "tour":
        return any(t.lower_ in _SPORTS for t in head.head.head.lefts)
    if head.dep_ != "pobj" or head.head.lower_ not in _SIDES:
        return False
    above = head.head.head
    plays = above.lemma_.lower() in _PLAYS or any(
        c.dep_ == "dobj" and c.lemma_.lower() in _PLAYS for c in above.children
    )
    return plays and _is_about_sport(head)


def _is_about_sport(token: Token) -> bool:
    """Whether the sentence has a word of sport, the name of a cup, or caps in numbers: "28 caps"."""
    return any(
        t.lower_ in _PLAYING
        or (t.text == "Cup" and t.i > 0 and t.nbor(-1).is_title)
        or (t.lower_ == "caps" and any(c.dep_ == "nummod" for c in t.children))
        for t in token.sent
    )
