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
    """cap caps capped championship championships cup league medal medallist medalist olympics olympic paralympics
    tournament squad team teammate goalkeeper midfielder striker defender winger batsman bowler wicket wickets innings
    qualifier qualifiers semifinal final playoff freshman sophomore velodrome nhl nba nfl mlb mls uefa fifa draft""".split()
)
"""Words that show, in the sentence, that it is about sport."""
_PLAYS = frozenset(
    """play score appear appearance debut cap goal try match start captain win draw international feature sign coach
    test""".split()
)
_STANDS_FOR = frozenset({"represent", "captain", "coach", "cap", "manage"})
_OWNED = frozenset("roster squad coach goalkeeper captain season lineup bench pick defence defense offense".split())
_SIDES = frozenset({"for", "against"})


def is_team(doc: Doc, name: Found) -> bool:
    """Whether a country or place is only that of a team, or the team itself."""
    if name.type not in ("country", "place") or name.is_adjective:
        return False
    after = doc[name.end : name.end + 4]
    if len(after) > 1 and after[0].lower_ == "national" and "team" in after.text:
        return True
    if len(after) and after[0].lower_ in _SPORTS and doc[name.end - 1].whitespace_:
        return True
    head = doc[name.head]
    if head.dep_ == "dobj" and head.head.lemma_ in _STANDS_FOR:
        return _is_about_sport(head)
    if head.dep_ == "poss" and head.head.lemma_ in _OWNED:
        return _is_about_sport(head)
    if head.dep_ != "pobj" or head.head.lower_ not in _SIDES:
        return False
    above = head.head.head
    plays = above.lemma_.lower() in _PLAYS or any(
        c.dep_ == "dobj" and c.lemma_.lower() in _PLAYS for c in above.children
    )
    return plays and _is_about_sport(head)


def _is_about_sport(token: Token) -> bool:
    return any(t.lower_ in _PLAYING for t in token.sent)
