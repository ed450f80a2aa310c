"""When and where an event happened, by the time and place phrases of its clause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from kg.dates import Tense, resolve_when
from kg.events.parties import MentionIndex
from kg.events.status import tense_of
from kg.events.syntax import SAYING, objects
from kg.model import When

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_PLACE_PREPOSITIONS = frozenset({"in", "at", "near", "inside", "outside", "across", "throughout", "around"})
_OPENING = frozenset({"by", "since", "until", "till", "through", "from", "between"})
_CLAUSE = frozenset({"ccomp", "relcl", "parataxis"})
_OTHER_CLAUSES = _CLAUSE | {"advcl", "acl"}
SCHEDULED = frozenset(
    """arrive begin start open resume end conclude meet visit travel fly host hold convene gather leave depart land head
    resume continue return come go""".split()
)
"""Verbs whose present tense tells what is in somebody's diary."""
_COMING = frozenset("monday tuesday wednesday thursday friday saturday sunday tomorrow next".split())


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """A time expression, `doc[start:end]`, with the token its phrase hangs on."""

    start: int
    end: int
    anchor: int


@dataclass(frozen=True, slots=True)
class Location:
    """A place where something happens: the local entity id it literally names, and its tokens."""

    entity: str
    start: int
    end: int


def find_time_phrases(doc: Doc) -> tuple[TimePhrase, ...]:
    """The time expressions of a doc, with "since" or "until" before them included."""
    phrases = []
    for ent in doc.ents:
        if ent.label_ not in ("DATE", "TIME"):
            continue
        start, end = ent.start, ent.end
        while end > start + 1 and (doc[end - 1].is_space or (doc[end - 1].is_punct and doc[end - 1].text != ".")):
            end -= 1
        if start > 0 and doc[start - 1].lower_ in _OPENING:
            start -= 1
        phrases.append(TimePhrase(start, end, _anchor(doc[start:end].root).i))
    return tuple(phrases)


def _anchor(token: Token) -> Token:
    """What a phrase hangs on: up through prepositions and the nouns a parser hung it on by mistake, to the verb or noun."""
    if token.pos_ not in ("VERB", "AUX"):
        token = token.head
    while token.head != token and token.pos_ in ("ADP", "SCONJ", "ADV", "NUM", "PART", "ADJ", "DET", "PROPN"):
        token = token.head
    return token


def assign_times(doc: Doc, heads: Sequence[int], phrases: Iterable[TimePhrase]) -> Mapping[int, TimePhrase]:
    """Trigger head → its time phrase; each phrase dates the triggers of its own clause."""
    found = [(phrase, _dated(doc, heads, phrase)) for phrase in phrases]
    assigned: dict[int, TimePhrase] = {}
    for phrase, dated in found:
        if phrase.anchor in dated:
            assigned.setdefault(phrase.anchor, phrase)
    for phrase, dated in found:
        for head in dated:
            assigned.setdefault(head, phrase)
    return assigned


def _dated(doc: Doc, heads: Sequence[int], phrase: TimePhrase) -> list[int]:
    anchor = doc[phrase.anchor]
    if anchor.i in heads:
        chain = [h for h in heads if h != anchor.i and _is_part_of(doc[h], anchor)]
        return [anchor.i, *chain] if anchor.pos_ in ("VERB", "AUX") else [anchor.i]
    below = [h for h in heads if _hangs_on(doc[h], anchor)]
    if anchor.lemma_ == "be" and len(below) > 1:
        before = [h for h in below if h < phrase.start]
        return before[-1:] or below[:1]
    if below:
        return below
    return [h for h in heads if anchor.pos_ in ("NOUN", "PROPN") and _hangs_on(anchor, doc[h])]


def _is_part_of(token: Token, anchor: Token) -> bool:
    """Whether the token's event is told within the anchor's clause: its purpose, its coordinated verb, its object noun."""
    while token != anchor and token.head != token:
        if token.dep_ in _CLAUSE or (
            token.dep_ in ("advcl", "conj")
            and any(c.dep_ in ("mark", "nsubj") and c.lower_ != "to" for c in token.children)
        ):
            return False
        if token.dep_ == "conj" and _is_present_perfect(token) and not _is_present_perfect(token.head):
            # "broke off ties last year and has jailed critics": a day that is over does not go with the perfect.
            return False
        if token.dep_ in ("acl", "amod", "compound", "poss") or (
            token.dep_ == "pobj" and token.head.lower_ in ("of", "about", "on", "against", "over", "for", "to")
        ):
            return False
        token = token.head
    return token == anchor


def _is_present_perfect(verb: Token) -> bool:
    return any(c.dep_ == "aux" and c.lower_ in ("has", "have", "'ve") for c in verb.children)


def _hangs_on(token: Token, anchor: Token) -> bool:
    """Whether the trigger is the anchor's argument or complement."""
    if anchor.lemma_ in SAYING and anchor.pos_ == "VERB":
        return False
    return _is_part_of(token, anchor)


def when_of(doc: Doc, trigger: Token, phrase: TimePhrase, published: date | None) -> When:
    """The days a trigger's time phrase covers, in the direction of the tense of the verb that the phrase hangs on."""
    span = doc[phrase.start : phrase.end]
    anchor = doc[phrase.anchor]
    told = anchor if anchor.pos_ in ("VERB", "AUX") else trigger
    tense = Tense.FUTURE if is_scheduled(doc, trigger, phrase) else tense_of(told)
    days = resolve_when(span.text, published, tense)
    return When(days.first, days.last, span.start_char, span.end_char, span.text)


def is_scheduled(doc: Doc, trigger: Token, phrase: TimePhrase) -> bool:
    """Whether a present tense with a day of the week tells of what is to come: "arrives in Kyiv on Sunday for talks"."""
    anchor = doc[phrase.anchor]
    verb = anchor if anchor.pos_ == "VERB" else trigger
    if verb.tag_ not in ("VBZ", "VBP") or verb.lemma_ not in SCHEDULED or trigger.sent.text.rstrip()[-1:] != ".":
        return False
    if (
        any(c.dep_ in ("aux", "auxpass", "neg") for c in verb.children)
        or verb.dep_ in ("advcl", "relcl")
        or (verb.dep_ == "ccomp" and verb.head.i < verb.i)
    ):
        return False
    return any(t.lower_ in _COMING for t in doc[phrase.start : phrase.end])


def find_location(
    trigger: Token, mentions: MentionIndex, heads: Sequence[int], extra: Iterable[str] = ()
) -> Location | None:
    """The place of an event: "in Rome" in its clause, or "Rome" in "the Rome talks"."""
    wanted = _PLACE_PREPOSITIONS | set(extra)
    if "to" in extra:
        for visited in objects(trigger) if trigger.pos_ == "VERB" else ():
            if found := _location(visited, mentions, ("place", "country")):
                return found
    if trigger.pos_ in ("NOUN", "PROPN"):
        for child in trigger.children:
            if (
                child.dep_ in ("compound", "nmod")
                and child.pos_ == "PROPN"
                and (found := _location(child, mentions, ("place", "country")))
            ):
                return found
    for token in _own_region(trigger, heads):
        if token.dep_ == "prep" and token.lower_ in wanted:
            for inner in token.children:
                if inner.dep_ == "pobj" and (found := _location(inner, mentions, ("place", "country"))):
                    return found
    return None


def _location(token: Token, mentions: MentionIndex, types: Sequence[str]) -> Location | None:
    entity, span = mentions.literal(token), mentions.span_at(token)
    if entity is None or span is None or entity.type not in types or not mentions.is_name(token):
        return None
    return Location(entity.id, *span)


def _own_region(trigger: Token, heads: Sequence[int]) -> list[Token]:
    """The tokens of the trigger's clause that tell of it: below it, or beside it under its verb, not below other events."""
    roots = [trigger]
    verb = trigger
    while (
        verb.dep_ in ("dobj", "pobj", "prep", "xcomp", "advcl", "conj", "nsubj", "nsubjpass", "attr")
        and verb.head != verb
    ):
        if verb.dep_ in ("advcl", "conj") and any(c.dep_ in ("nsubj", "mark") for c in verb.children):
            break
        verb = verb.head
        if verb.pos_ in ("VERB", "AUX") and (verb.lemma_ not in SAYING):
            roots.append(verb)
        elif verb.pos_ in ("VERB", "AUX"):
            break
    region: list[Token] = []
    for root in roots:
        region.extend(_below(root, trigger, heads))
    return region


def _below(root: Token, trigger: Token, heads: Sequence[int]) -> list[Token]:
    out: list[Token] = []
    queue = list(root.children)
    while queue:
        token = queue.pop(0)
        is_other_event = token.i in heads and token != trigger and not (token.dep_ == "dobj" and token.head == trigger)
        if token.dep_ in _OTHER_CLAUSES or is_other_event:
            continue
        if token.dep_ == "appos" or (token.dep_ == "conj" and token.pos_ == "VERB"):
            continue
        out.append(token)
        queue.extend(token.children)
    return out
