"""What a verb does to the event in its complement: "agreed to release", "refused to meet", "stopped bombing".

Each operator is a rule over PLOVER types, never a list of verb pairs. Source: PLOVER manual, rules for AGREE, REJECT,
THREATEN and REQUEST, and its table of future events.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.events.parties import Filler, tidy
from kg.events.status import combine
from kg.events.syntax import is_carried, leaves_complement
from kg.model import MATERIAL_CONFLICT, QUAD_CLASS, VERBAL_CONFLICT

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

REFUSED_MODE: Mapping[str, str] = {
    **dict.fromkeys(("CONSULT", "AGREE"), "meet"),
    **dict.fromkeys(("AID", "COOPERATE", "SUPPORT"), "assist"),
    **dict.fromkeys(("RETREAT", "CONCEDE"), "yield"),
}
"""What is asked for or refused → the mode of REQUEST or REJECT."""
THREATENED_MODE: Mapping[str, str | None] = {
    "ASSAULT": "violence",
    "MOBILIZE": "violence",
    "SANCTION": "relations",
    "COERCE": "restrict",
    "PROTEST": None,
}
_STOPPED: Mapping[str, tuple[str, str | None]] = {
    "ASSAULT": ("RETREAT", "ceasefire"),
    "MOBILIZE": ("RETREAT", "withdraw"),
    "AID": ("SANCTION", "withdraw"),
    "COOPERATE": ("SANCTION", "discontinue"),
    "SUPPORT": ("SANCTION", "discontinue"),
    "CONSULT": ("REJECT", "meet"),
    "AGREE": ("REJECT", "change"),
    "SANCTION": ("CONCEDE", None),
    "COERCE": ("CONCEDE", None),
    "PROTEST": ("CONCEDE", None),
}
_CANCELLED: Mapping[str, tuple[str, str | None]] = {
    **_STOPPED,
    "ASSAULT": ("CONCEDE", None),
    "MOBILIZE": ("CONCEDE", None),
}

_ADVERBIAL = frozenset("after before since because while when as although though until once".split())
_COMPLEMENT_PREPOSITIONS = frozenset("of to for from on against about into with at".split())

Result = tuple[Draft | None, Draft | None]
"""What becomes of the operator's own draft and of the inner one; None where it is no event any more."""

Rule = Callable[[Draft, Draft], Result]


def complements(head: Token) -> list[Token]:
    """The heads that a verb or noun takes as complement, nearest first: clauses, gerunds, objects, infinitives of nouns."""
    found: list[Token] = []
    has_infinitive = any(c.dep_ == "xcomp" for c in head.children)
    is_adverbial = any(c.dep_ == "mark" and c.lower_ in _ADVERBIAL for c in head.children)
    for child in head.children:
        # A second clause is hung on the verb by mistake: one with an infinitive takes none, "after …" is not about it.
        if child.dep_ == "ccomp" and (has_infinitive or (is_adverbial and child.i < head.i)):
            continue
        if child.dep_ == "ccomp" and child.i < head.i and any(t.text == ";" for t in head.doc[child.i : head.i]):
            continue
        if (
            child.dep_ in ("xcomp", "ccomp")
            or (child.dep_ == "acl" and head.pos_ == "NOUN")
            or (child.dep_ == "advcl" and any(c.tag_ == "TO" for c in child.children))
        ):
            found.append(child)
        elif child.dep_ == "prep" and child.lower_ in _COMPLEMENT_PREPOSITIONS:
            found.extend(c for c in child.children if c.dep_ in ("pcomp", "pobj"))
        elif child.dep_ in ("dobj", "attr", "nsubjpass", "oprd", "acomp"):
            found.append(child)
            found.extend(c for c in child.children if c.dep_ in ("acl", "xcomp"))
            found.extend(
                i
                for c in child.children
                if c.dep_ == "prep" and c.lower_ in ("of", "to", "for", "from", "in")
                for i in c.children
                if i.dep_ in ("pcomp", "pobj")
            )
    found.extend(c for c in head.children if head.pos_ == "NOUN" and is_carried(c))
    if (
        head.pos_ == "VERB"
        and head.tag_ == "VBN"
        and head.dep_ in ("acl", "amod")
        and not any(c.dep_ == "aux" for c in head.children)
    ):
        found.append(head.head)
    out: list[Token] = []
    for token in found:
        out.append(token)
        out.extend(c for c in token.children if c.dep_ == "conj" and not leaves_complement(c))
    return [t for t in out if t.i != head.i]


def apply_operator(name: str, own: Draft, inner: Draft) -> Result:
    """Both drafts after the operator; `own` carries the operator's act, or an empty act when it is no event itself."""
    return RULES[name](own, inner)


def _plan(own: Draft, inner: Draft) -> Result:
    if inner.act == "THREATEN":
        # To be ready to hit back is the threat itself.
        return None, _under(own, replace(inner, status=combine(inner.status, own.status)))
    return None, _under(
        own,
        replace(inner, status=combine("planned", inner.status if inner.status == "denied" else "reported", own.status)),
    )


def _commit(own: Draft, inner: Draft) -> Result:
    """To agree to something friendly is that thing, planned; of what is not friendly only the word is given."""
    if inner.status == "denied":
        return None, _under(own, inner)
    if QUAD_CLASS[inner.act] in (MATERIAL_CONFLICT, VERBAL_CONFLICT):
        return _with_others(replace(own, content=inner.head), inner, ("recipient",)), replace(
            inner, status="hypothetical"
        )
    if inner.act == "CONCEDE" and own.act == "AGREE":
        # PLOVER: who agrees, offers or promises, agrees, whatever he is to give way in; "will ease" and "decided to" concede.
        told = replace(inner, status=combine("planned", own.status))
        return _with_others(replace(own, content=inner.head), inner, ("recipient",)), _under(own, told)
    if inner.act == own.act:
        return None, _under(own, _with_recipients(replace(inner, status=own.status, trigger=_joined(own, inner)), own))
    merged = replace(inner, status=combine("planned", own.status), trigger=_joined(own, inner))
    return None, _under(own, _with_recipients(merged, own))


def _vow(own: Draft, inner: Draft) -> Result:
    """A promise of something friendly is that thing, planned; of conflict it is a threat, and not to do it an agreement."""
    if inner.act == "THREATEN":
        return None, _under(own, replace(inner, status=own.status))
    if QUAD_CLASS[inner.act] == MATERIAL_CONFLICT and inner.is_abstained:
        return _with_others(replace(own, content=inner.head), inner, ("recipient",)), replace(
            inner, status="hypothetical"
        )
    return _threaten(own, inner) if QUAD_CLASS[inner.act] == MATERIAL_CONFLICT else _commit(own, inner)


def _willing(own: Draft, inner: Draft) -> Result:
    """Being willing to cooperate is a promise; harsh words that somebody is willing to say are being said."""
    if QUAD_CLASS[inner.act] == VERBAL_CONFLICT:
        return None, _under(own, replace(inner, status=own.status))
    if QUAD_CLASS[inner.act] == MATERIAL_CONFLICT:
        return _attempt(own, inner)
    return None, _under(own, replace(inner, status=combine("planned", own.status), trigger=_joined(own, inner)))


def _announce(own: Draft, inner: Draft) -> Result:
    """What is announced is planned where others must come or troops must march ("a visit", "a withdrawal", "to meet").

    Sanctions, aid or a release are done by announcing them; what a clause tells keeps its own tense.
    """
    shares = set(own.entities("actor")) & set(inner.entities("actor"))
    if inner.act in THREATENED_MODE and inner.status == "planned" and shares and not inner.is_nominal:
        return _threaten(own, inner)
    if inner.status == "hypothetical" or (inner.is_nominal and _takes_more_than_words(inner)):
        return _plan(own, inner)
    status = own.status if inner.is_nominal else inner.status
    return None, _under(own, replace(inner, status=status))


def _takes_more_than_words(inner: Draft) -> bool:
    if inner.act == "RETREAT":
        return inner.mode != "release"
    return inner.act in ("CONSULT", "COOPERATE", "ASSAULT", "PROTEST")


def _refuse(own: Draft, inner: Draft) -> Result:
    """Refusing is an event; what is refused is none. Whoever it would have been done with or to is the recipient.

    What others did and somebody rejects has happened all the same: a plea is made to whoever rejects it.
    """
    others = set(inner.entities("actor")) - set(own.entities("actor"))
    # Nobody meets alone: one who rejects talks with another rejects talks of his own.
    is_own_meeting = inner.act == "CONSULT" and len(others) == 1
    if inner.is_nominal and others and not is_own_meeting:
        rejected = _with_others(own, inner, ("actor",))
        if inner.act in ("AID", "COOPERATE"):
            return rejected, replace(inner, status=combine("hypothetical", inner.status))
        if inner.act in ("REQUEST", "AGREE") and not inner.entities("recipient"):
            asked = tuple(replace(f, role="recipient") for f in own.roles if f.role == "actor")
            inner = replace(inner, roles=tidy((*inner.roles, *asked)))
        return rejected, inner
    mode = REFUSED_MODE.get(inner.act, "change")
    own = replace(own, roles=tidy(replace(f, role="recipient") if _is_turned_down(f) else f for f in own.roles))
    rejected = replace(
        own, act="REJECT", mode=mode, trigger=_joined(own, inner), contexts=own.contexts or inner.contexts
    )
    return _with_others(rejected, inner), None


def _is_turned_down(filler: Filler) -> bool:
    """Whether what somebody refuses is somebody: "refused the delegation entry"."""
    return filler.role == "topic" and filler.entity is not None


def _deny(own: Draft, inner: Draft) -> Result:
    denied = replace(inner, status="denied")
    return replace(own, content=inner.head) if own.act else None, denied if inner.is_nominal else _under(own, denied)


def _stop(own: Draft, inner: Draft) -> Result:
    return None, _turned(own, inner, _STOPPED)


def _cancel(own: Draft, inner: Draft) -> Result:
    return None, _turned(own, inner, _CANCELLED)


def _turned(own: Draft, inner: Draft, table: Mapping[str, tuple[str, str | None]]) -> Draft | None:
    turned = table.get(inner.act)
    if turned is None:
        return None
    act, mode = turned
    if inner.mode == "third-party":
        act, mode = "SANCTION", "discontinue"
    elif inner.act == "COOPERATE" and "military" in inner.contexts:
        act, mode = "CONCEDE", None
    draft = replace(inner, act=act, mode=mode, status=own.status, trigger=_joined(own, inner), is_nominal=False)
    actors = tuple(f for f in own.roles if f.role == "actor")
    if not actors:
        return draft
    ended = tuple(Filler("recipient", f.entity, f.start, f.end) if f.role == "actor" else f for f in inner.roles)
    return replace(draft, roles=tidy((*actors, *ended)))


def _begin(own: Draft, inner: Draft) -> Result:
    status = combine(own.status, "reported" if inner.status == "hypothetical" else inner.status)
    return None, _under(own, replace(inner, status=status))


def _attempt(own: Draft, inner: Draft) -> Result:
    return None, _under(own, replace(inner, status=combine("hypothetical", own.status)))


def _fail(own: Draft, inner: Draft) -> Result:
    return None, _under(own, replace(inner, status="denied"))


def _demand(own: Draft, inner: Draft) -> Result:
    if inner.is_nominal and own.head in inner.trigger:
        # To order an attack is to carry it out, as with any verb that lends a noun its force.
        return None, _under(own, replace(inner, status=own.status))
    mode = own.mode or REFUSED_MODE.get(inner.act, "yield" if QUAD_CLASS[inner.act] == MATERIAL_CONFLICT else "change")
    if not inner.entities("actor"):
        # Whoever is asked is to do it; who asks never does what is asked.
        asked = tuple(Filler("actor", f.entity, f.start, f.end) for f in own.roles if f.role == "recipient")
        inner = replace(inner, roles=tidy((*asked, *inner.roles)))
    demanded = replace(own, mode=mode if own.act == "REQUEST" else own.mode, content=inner.head)
    if not own.entities("recipient"):
        demanded = _with_others(demanded, inner, ("mediator",) if inner.entities("mediator") else ("actor", "host"))
    return demanded, replace(inner, status="hypothetical")


def _threaten(own: Draft, inner: Draft) -> Result:
    mode = THREATENED_MODE.get(inner.act)
    if inner.act == "COERCE" and inner.mode == "arrest":
        mode = "arrest"
    if inner.act == "SANCTION" and inner.mode == "expel":
        mode = "expel"
    threat = replace(own, act="THREATEN", mode=mode, content=inner.head, trigger=_joined(own, inner))
    return _with_others(threat, inner, ("recipient",)), _under(
        own, replace(inner, status=combine("hypothetical", inner.status))
    )


def _accuse(own: Draft, inner: Draft) -> Result:
    accused = own if own.entities("recipient") else _with_others(own, inner, ("actor",))
    if not inner.entities("actor"):
        blamed = tuple(Filler("actor", f.entity, f.start, f.end) for f in own.roles if f.role == "recipient")
        inner = replace(inner, roles=tidy((*blamed, *inner.roles)))
    return replace(accused, content=inner.head), inner


def _assert(own: Draft, inner: Draft) -> Result:
    return replace(own, content=inner.head) if own.act else None, inner


def _allow(own: Draft, inner: Draft) -> Result:
    return own if own.act else None, replace(inner, status="hypothetical")


RULES: Mapping[str, Rule] = {
    "plan": _plan,
    "commit": _commit,
    "vow": _vow,
    "willing": _willing,
    "refuse": _refuse,
    "deny": _deny,
    "stop": _stop,
    "announce": _announce,
    "begin": _begin,
    "attempt": _attempt,
    "fail": _fail,
    "demand": _demand,
    "threaten": _threaten,
    "accuse": _accuse,
    "assert": _assert,
    "cancel": _cancel,
    "allow": _allow,
}
"""Operator → its rule; the names are those of `kg.events.lexicon.OPERATORS`."""


def _joined(own: Draft, inner: Draft) -> tuple[int, ...]:
    return tuple(sorted({*own.trigger, *inner.trigger}))


def _under(own: Draft, inner: Draft) -> Draft:
    """The inner event with the operator's subject as actor, of a mediation as mediator, where it has none of its own."""
    actors = tuple(f for f in own.roles if f.role == "actor")
    if inner.mode == "third-party" and not inner.entities("mediator"):
        return replace(inner, roles=tidy((*inner.roles, *(replace(f, role="mediator") for f in actors))))
    if inner.entities("actor") or not actors:
        return inner
    return replace(inner, roles=tidy((*actors, *inner.roles)))


def _with_recipients(draft: Draft, own: Draft) -> Draft:
    if draft.entities("recipient"):
        return draft
    return replace(draft, roles=tidy((*draft.roles, *(f for f in own.roles if f.role in ("recipient", "topic")))))


def _with_others(draft: Draft, inner: Draft, roles: tuple[str, ...] = ("actor", "recipient", "host")) -> Draft:
    """With the inner event's parties, other than its own actors, as recipients where it has none."""
    if draft.entities("recipient"):
        return draft
    own = set(draft.entities("actor"))
    others = tuple(
        Filler("recipient", f.entity, f.start, f.end)
        for f in inner.roles
        if f.role in roles and f.entity not in own and f.entity
    )
    topics = tuple(f for f in inner.roles if f.role == "topic")
    return replace(draft, roles=tidy((*draft.roles, *others, *topics)))


def innermost_first(doc: Doc, heads: list[int]) -> list[int]:
    """Operator heads ordered so that an operator inside another's complement is applied first."""
    return sorted(heads, key=lambda i: -sum(1 for _ in doc[i].ancestors))
