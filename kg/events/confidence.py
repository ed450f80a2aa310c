"""How likely a report is right: a logistic model over a few things that are known of how it was found.

The weights are fitted by `python bench/reliability.py GOLD.jsonl --fit`, which also prints how often reports of each
confidence are right.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.events.lexicon import Pattern

if TYPE_CHECKING:
    from spacy.tokens import Token

WEIGHTS = {
    "always": 1.98,
    "subordinate": -0.95,
    "noun": -0.31,
    "adjective": 0.11,
    "no actor": -0.87,
    "no recipient": -0.35,
    "hypothetical": -0.9,
    "denied": -0.57,
    "planned": -0.2,
    "historical": 0.0,
    "several words": -0.12,
    "selective": 0.19,
    "inferred actor": 0.25,
    "operator": 0.13,
}
"""What is known of a report → its weight in log odds: what --fit gives for development pairs and `tests/gold/events.jsonl`."""


def signs_of(draft: Draft, pattern: Pattern, head: Token) -> list[str]:
    """What is known of how a report was found, as keys of WEIGHTS."""
    signs = ["always"]
    if _is_subordinate(head):
        signs.append("subordinate")
    if head.pos_ in ("NOUN", "PROPN"):
        signs.append("noun")
    elif head.pos_ == "ADJ":
        signs.append("adjective")
    if not draft.entities("actor", "host", "mediator"):
        signs.append("no actor")
    if not pattern.reciprocal and not draft.entities("recipient"):
        signs.append("no recipient")
    if draft.status != "reported":
        signs.append(draft.status)
    if len(draft.trigger) > 1:
        signs.append("several words")
    if pattern.object_nouns or pattern.object_is or pattern.near:
        signs.append("selective")
    if draft.is_inferred:
        signs.append("inferred actor")
    if pattern.operator is not None:
        signs.append("operator")
    return signs


def _is_subordinate(head: Token) -> bool:
    """Whether the trigger stands below a clause that is none of its sentence's main ones."""
    return any(t.dep_ in ("relcl", "acl", "advcl", "pcomp") for t in (head, *head.ancestors))


def confidence_of(signs: list[str]) -> float:
    """The share of reports with these signs that are right, in 0..1 with three decimals.

    >>> confidence_of(["always"]) > confidence_of(["always", "hypothetical"])
    True
    """
    return round(1 / (1 + math.exp(-sum(WEIGHTS[sign] for sign in signs))), 3)
