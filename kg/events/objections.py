"""Where the second opinion takes it for likely that a pattern errs about the type of an event: its type instead of the pattern's.

What counts is how both models read the sentence, and how often patterns of the type, or the pattern if it does better, are right
(`kg.events.priors`). The linear model looks at every
event of two parties; only where it doubts the type is the encoder asked too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from kg.events.drafts import Draft
from kg.events.encoder import probabilities
from kg.events.guesses import LARGEST_CONFIDENCE
from kg.events.opinion import NOTHING, PATTERN, Answer, Opinion, Pair
from kg.events.parties import Filler, tidy
from kg.model import RoleName, type_of_act

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from spacy.tokens import Doc, Span, Token

    Floats = NDArray[np.float32]

DOUBT = -1.0
"""By how much another type's log odds must be above those of the pattern's for the linear model to doubt it, if the encoder said the same."""
OBJECTION = 1.0
"""By how much they must be above them for both models to object."""
PRIOR = 0.7
"""How much what a pattern's events turn out to be counts: the words that it goes by are read by the models too."""
_TOGETHER = frozenset({"CONSULT", "COOPERATE", "AGREE", "SUPPORT"})
"""What two may do together, as they meet, trade, promise or sign."""
_YIELDING = frozenset({"CONCEDE", "RETREAT"})
_JUDGING = frozenset({"SANCTION", "COERCE", "ACCUSE"})
"""A conviction is each of these by what the court decides."""
_TAKING_PART: dict[str, RoleName] = {"actor": "actor", "recipient": "recipient", "host": "recipient"}


@dataclass(frozen=True, slots=True)
class Objection:
    """A draft, the two of its parties that were asked about, and what it is according to the second opinion."""

    draft: Draft
    pair: Pair
    act: str
    probability: float

    @property
    def outcome(self) -> Draft:
        """The draft with the second opinion's type and no mode.

        Who was asked about as the other of the two is whom it reaches, unless the two act together and may do so still. What may be or will be is a type by
        itself, of what is said about it (a threat, an offer), and that is reported. Its pattern names the one that erred.
        """
        roles = self.draft.roles
        are_two = self.pair.target is not None and self.pair.target.entity in self.draft.entities("actor")
        if not are_two or self.act not in _TOGETHER:
            roles = tidy(f if f.role not in _TAKING_PART else self._cast(f) for f in roles)
        return replace(
            self.draft,
            act=self.act,
            mode=None,
            status=self.draft.status if self.draft.status == "historical" else "reported",
            roles=roles,
            pattern=f"{PATTERN}:{self.draft.pattern}",
            confidence=min(self.draft.confidence, round(self.probability * LARGEST_CONFIDENCE, 3)),
        )

    def _cast(self, filler: Filler) -> Filler:
        is_target = self.pair.target is not None and filler.entity == self.pair.target.entity
        return replace(filler, role="recipient" if is_target else _TAKING_PART[filler.role])


@dataclass(frozen=True, slots=True)
class Contestable:
    """A draft with two parties, to which the second opinion may object, and the logarithm of how probable its pattern makes each class."""

    draft: Draft
    sentence: Span
    pair: Pair
    prior: Floats

    @property
    def types(self) -> frozenset[str]:
        """The types that are no objection: whether one already yields, a pattern knows better."""
        draft = self.draft
        own = frozenset({draft.act, type_of_act(draft.act, draft.status)})
        if own & _YIELDING:
            own |= _YIELDING
        return own | _JUDGING if draft.mode == "convict" else own

    def is_worth(self, look: Floats, classes: Sequence[str]) -> bool:
        """Whether the linear model doubts the type."""
        return self._surplus(Answer(look, look), classes)[0] > DOUBT

    def objection(self, answer: Answer, classes: Sequence[str]) -> Objection | None:
        """The objection, if the encoder is for another type too, neither thinks that nothing happened, and all that is known makes it probable."""
        surplus, best = self._surplus(answer, classes)
        own = self._own(classes)
        is_sure = surplus > OBJECTION and classes[int(answer.both.argmax())] != NOTHING
        if not is_sure or answer.odds[best] <= answer.odds[own].max():
            return None
        probability = float(probabilities((answer.both + self.prior)[None])[0, best])
        return Objection(self.draft, self.pair, classes[best], probability)

    def _surplus(self, answer: Answer, classes: Sequence[str]) -> tuple[float, int]:
        """By how much the best of the other types is above the draft's own, and its number."""
        odds = answer.both + self.prior
        own = self._own(classes)
        others = [k for k, act in enumerate(classes) if act != NOTHING and k not in own]
        best = max(others, key=lambda k: float(odds[k]))
        return float(odds[best] - odds[own].max()), best

    def _own(self, classes: Sequence[str]) -> list[int]:
        return [classes.index(act) for act in self.types]


def find_contestable(drafts: Mapping[int, Draft], doc: Doc, opinion: Opinion) -> list[Contestable]:
    """The drafts to which the second opinion may object, in their order.

    None of what is denied or said of by another, where it only follows who acts, where more than one event of a sentence is told of the same two, or
    where it is told aside: "Russia, which supplies Chad with weapons, warned …" is mostly about something else.
    """
    told = {draft.content for draft in drafts.values()}
    return [
        Contestable(draft, doc[draft.head].sent, pair, _prior_of(draft, opinion))
        for draft in drafts.values()
        if draft.status != "denied" and not draft.is_inferred and draft.head not in told
        if (pair := _pair_of(draft)) is not None and _is_alone(draft, pair, drafts) and not _is_aside(doc[draft.head])
    ]


def _prior_of(draft: Draft, opinion: Opinion) -> Floats:
    told = type_of_act(draft.act, draft.status)
    return np.float32(PRIOR) * opinion.priors.kindest(draft.pattern, told, opinion.classes)


def find_objections(
    contested: Sequence[Contestable], answers: Sequence[Answer | None], classes: Sequence[str]
) -> list[Objection]:
    """The objections that come of the answers."""
    found = (c.objection(answer, classes) for c, answer in zip(contested, answers, strict=True) if answer is not None)
    return [objection for objection in found if objection is not None]


def _pair_of(draft: Draft) -> Pair | None:
    """Who acts and whom it reaches, or the two who act together; None where there are no two, more than two sides, or a go-between."""
    doers = [f for f in draft.roles if f.role == "actor" and f.entity is not None]
    reached = [f for f in draft.roles if f.role in ("recipient", "host") and f.entity is not None]
    if not doers or draft.entities("mediator") or len({f.role for f in reached}) > 1:
        return None
    if not reached:
        doers, reached = doers[:1], doers[1:]
        if len({f.entity for f in reached}) > 1:
            return None
    apart = [f for f in reached if f.entity != doers[0].entity and not _is_nested(f, doers[0])]
    return Pair(draft.head, doers[0], apart[0], "object") if apart else None


def _is_aside(head: Token) -> bool:
    """Whether a trigger stands in a relative clause."""
    return any(token.dep_ == "relcl" for token in (head, *head.ancestors))


def _is_nested(one: Filler, other: Filler) -> bool:
    return one.start < other.end and other.start < one.end


def _is_alone(draft: Draft, pair: Pair, drafts: Mapping[int, Draft]) -> bool:
    """Whether no other event of the sentence has both parties."""
    others = (d for d in drafts.values() if d is not draft and d.sentence == draft.sentence)
    return not any(pair.parties <= set(other.entities(*_TAKING_PART, "mediator")) for other in others)
