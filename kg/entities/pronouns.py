"""Pronouns that may stand for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from kg.entities.found import Found
from kg.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

PERSONAL = frozenset("he him his she her hers they them their theirs it its himself herself itself themselves".split())
_OF_SOMEBODY = frozenset(
    """ready willing unwilling able unable prepared determined keen eager reluctant open committed concerned proud
    happy glad sorry entitled free hopeful confident bound""".split()
)
"""Adjectives that are said of somebody, whatever he is ready or willing to do."""
SPEAKING = frozenset(["i", "me", "my", "we", "us", "our", "ours"])


def pronouns(doc: Doc) -> Iterator[Found]:
    """The personal pronouns of a text that may stand for somebody."""
    for token in doc:
        if (
            token.pos_ == "PRON"
            and token.lower_ in PERSONAL | SPEAKING
            and not (token.lower_ == "it" and _is_expletive(token))
        ):
            kind: EntityType = (
                "person" if token.lower_ not in ("it", "its", "itself", "they", "them", "their") else "group"
            )
            yield Found(token.i, token.i + 1, token.i, "pronoun", kind, token.text)


def _is_expletive(token: Token) -> bool:
    """The "it" of "it is important for China to …", which stands for nobody."""
    head = token.head
    if token.dep_ == "expl":
        return True
    if token.dep_ not in ("nsubj", "nsubjpass") or head.lemma_ not in (
        "be",
        "seem",
        "appear",
        "take",
        "become",
        "remain",
    ):
        return False
    predicates = [c for c in head.children if c.dep_ in ("acomp", "attr", "oprd")]
    if any(c.lemma_ in _OF_SOMEBODY for c in predicates):
        return False
    return any(
        g.dep_ in ("ccomp", "xcomp", "csubj") or (g.dep_ == "prep" and g.lower_ == "for")
        for c in (head, *predicates)
        for g in c.children
    )
