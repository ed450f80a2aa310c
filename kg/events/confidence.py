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
    "always": 1.9,
    "noun": -0.6,
    "adjective": -0.6,
    "no actor": -0.8,
    "no recipient": -0.5,
    "hypothetical": -1.5,
    "denied": -1.0,
    "planned": -0.3,
    "historical": -0.1,
    "several words": 0.2,
    "selective": 0.2,
    "inferred actor": -0.8,
    "operator": 0.0,
}
"""What is known of a report → its weight in log odds. Fitted on gold pairs that no pattern was written from."""


def signs_of(draft: Draft, pattern: Pattern, head: Token) -> list[str]:
    """What is known of how a report was found, as keys of WEIGHTS."""
    signs = ["always"]
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


def confidence_of(signs: list[str]) -> float:
    """The share of reports with these signs that are right, in 0..1 with three decimals.

    >>> confidence_of(["always"]) > confidence_of(["always", "hypothetical"])
    True
    """
    return round(1 / (1 + math.exp(-sum(WEIGHTS[sign] for sign in signs))), 3)
