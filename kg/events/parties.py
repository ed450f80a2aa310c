"""Who is where in the text: the cast's mentions by token, and the participants that tokens stand for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.events.syntax import expand, is_passive, partitive, prepositions, subjects
from kg.model import Cast, Entity, RoleName

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

PARTY_ROLES = frozenset({"actor", "recipient", "host", "mediator", "beneficiary"})
MEDIA = "MED"
_WATERS = frozenset("sea ocean gulf strait straits bay channel canal river lake pacific atlantic mediterranean".split())
_AUTHORING = frozenset(
    """make issue give carry commit publish sign put raise voice level announce pass take launch stage file submit
    lodge bring draft propose table sponsor impose present write set send deploy dispatch despatch second fire lob""".split()
)
_OWNING = frozenset("run own operate hold lead control manage rent staff administer command head man".split())
_DISASTERS = frozenset(
    """flood floods flooding quake earthquake tremor crash storm cyclone hurricane typhoon landslide mudslide blaze
    wildfire heatwave drought famine epidemic outbreak virus disease cholera accident collapse stampede
    avalanche tsunami volcano eruption bus train ferry boat rain rains monsoon air front wind frost snow mist fog cloud
    haze smog dust hail thunder drizzle weed knotweed moss algae locust swarm wave""".split()
)
"""What nobody does: "Nigeria floods kill 200"."""
_DONE_TO_OTHERS = frozenset(
    """killing murder assassination slaying execution beheading hanging lynching death shooting stabbing poisoning torture beating
    arrest detention jailing imprisonment incarceration conviction sentencing trial persecution prosecution extradition
    kidnapping abduction deportation expulsion eviction displacement ouster overthrow removal dismissal
    attack assault strike raid bombing shelling bombardment invasion occupation annexation siege blockade massacre genocide
    crackdown mistreatment treatment harassment intimidation targeting rape abuse destruction demolition storming""".split()
)
"""Nouns of deeds whose "of" tells whom they are done to: who condemns them condemns somebody else."""
_TELLING_WHO = frozenset({"of", "from", "in"})


@dataclass(frozen=True, slots=True)
class Filler:
    """A role filled by the words `doc[start:end]`; `entity` is the local id of who acts, None for a mere topic."""

    role: RoleName
    entity: str | None
    start: int
    end: int


class MentionIndex:
    """The cast's mentions by the token that heads them."""

    def __init__(self, doc: Doc, cast_: Cast) -> None:
        self.doc = doc
        self.cast = cast_
        self.entity_of = {entity.id: entity for entity in cast_.entities}
        self.has_media = any(entity.sector == MEDIA and entity.named for entity in cast_.entities)
        self._at: dict[int, int] = {}
        self._spans: dict[int, tuple[int, int]] = {}
        self._kinds: dict[int, frozenset[str]] = {}
        self._parties: dict[tuple[int, RoleName], tuple[Filler, ...]] = {}
        self._names: set[int] = set()
        for i, mention in enumerate(cast_.mentions):
            span = doc.char_span(mention.start, mention.end, alignment_mode="expand")
            if span is None:
                continue
            self._spans[i] = (span.start, span.end)
            for token in span if cast_.forms[i] == "name" else [span.root]:
                self._at.setdefault(token.i, i)
            self._at[span.root.i] = i
            if cast_.forms[i] == "name":
                self._names.update(range(span.start, span.end))

    def covers_name(self, token: int) -> bool:
        return token in self._names

    def kinds_at(self, token: Token) -> frozenset[str]:
        """Type and sector of whoever the token (or whom it counts) stands for; empty when it is nobody."""
        known = self._kinds.get(token.i)
        if known is None:
            known = self._kinds[token.i] = frozenset(self._find_kinds(token))
        return known

    def _find_kinds(self, token: Token) -> set[str]:
        inner = partitive(token)
        i = self._at.get(token.i)
        if i is None and inner is not None:
            i = self._at.get(inner.i)
        if i is None:
            return set()
        entity = self.entity_of[self.cast.acting[i][0]]
        if entity.type == "country" and any(c.lower_ in ("a", "an", "another") for c in token.children):
            # "an Israeli" is one of the people.
            return {"person", "CVL"}
        if entity.sector is None and entity.type == "person" and not entity.named:
            # Of whom no office, arms or party is told ("mothers", "a crowd"), he is one of the people.
            return {entity.type, "CVL"}
        return {entity.type, entity.sector} if entity.sector else {entity.type}

    def parties(self, token: Token, role: RoleName) -> tuple[Filler, ...]:
        """The token as participants: none when nobody is mentioned there, several for "the two leaders".

        Those who are named after a description of them are the participants: "the ministers, A and B".
        """
        if token.i not in self._at and token.tag_ != "NNS" and partitive(token) is None:
            return ()
        known = self._parties.get((token.i, role))
        if known is None:
            known = self._parties[token.i, role] = tuple(self._find_parties(token, role))
        return known

    def _find_parties(self, token: Token, role: RoleName) -> list[Filler]:
        beside = [c for c in token.children if c.dep_ == "appos" and c.i > token.i] if token.tag_ == "NNS" else []
        names = [t for t in expand(beside) if self.is_name(t)]
        if len(names) > 1:
            return [filler for t in names for filler in self.parties(t, role)]
        first = self.party(token, role)
        if first is None:
            return []
        i = self._at.get(token.i)
        acting = self.cast.acting[i] if i is not None else ()
        return [first, *(Filler(role, entity, *self._part(token, entity, first)) for entity in acting[1:])]

    def _part(self, token: Token, entity: str, whole: Filler) -> tuple[int, int]:
        """The words of a description that speak of one of several: "Lao envoys" of "Thai and Lao envoys", else all of it."""
        country = self.entity_of[entity].country
        for part in token.subtree if country else ():
            literal = self.literal(part)
            if literal is not None and literal.type == "country" and literal.country == country:
                return (part.i, whole.end) if part.i < token.i else (part.i, part.i + 1)
        return whole.start, whole.end

    def party(self, token: Token, role: RoleName) -> Filler | None:
        """The token as a participant (the first of several), or None when nobody is mentioned there."""
        i = self._at.get(token.i)
        if i is None:
            inner = partitive(token)
            return self.party(inner, role) if inner is not None else None
        is_none = any(c.dep_ == "det" and c.lower_ in ("no", "neither") for c in token.children)
        if is_none and not any(c.dep_ == "cc" and c.lower_ == "nor" for c in token.children):
            return None
        if role in PARTY_ROLES and is_water(self.entity_of[self.cast.acting[i][0]]):
            return None
        start, end = self._spans[self._told_by(i, token)]
        return Filler(role, self.cast.acting[i][0], start, self._named_end(i, token, end))

    def _named_end(self, i: int, token: Token, end: int) -> int:
        """The end of a description's words with what tells at once who they are: a name in apposition, or whose they are.

        "his Iranian counterpart, Ali Khani", "members of the junta", "20 people in Gedo".
        """
        for child in token.children if self.cast.forms[i] == "description" else ():
            if child.dep_ == "prep" and child.i == end and child.lower_ in _TELLING_WHO:
                inner = next((c for c in child.children if c.dep_ == "pobj" and c.i in self._at), None)
                if inner is not None and self._spans[self._at[inner.i]][0] <= child.i + 2:
                    return self._spans[self._at[inner.i]][1]
            j = self._at.get(child.i) if child.dep_ == "appos" else None
            if (
                j is not None
                and self.cast.forms[j] == "name"
                and self.cast.mentions[j].entity == self.cast.mentions[i].entity
            ):
                return max(end, self._spans[j][1])
        return end

    def _told_by(self, i: int, token: Token) -> int:
        """The mention that shows who a pronoun is: the nearest one before it in its sentence that is none, else itself."""
        if self.cast.forms[i] != "pronoun":
            return i
        entity = self.cast.mentions[i].entity
        for j in range(i - 1, -1, -1):
            if j in self._spans and self._spans[j][0] < token.sent.start:
                break
            if j in self._spans and self.cast.mentions[j].entity == entity and self.cast.forms[j] != "pronoun":
                return j
        return i

    def acting_in(self, sentence: Span) -> set[str]:
        """Everybody who may act in a sentence: whom its mentions stand for."""
        heads = (self._at.get(i) for i in range(sentence.start, sentence.end))
        return {entity for i in heads if i is not None for entity in self.cast.acting[i]}

    def is_name(self, token: Token) -> bool:
        i = self._at.get(token.i)
        return i is not None and self.cast.forms[i] == "name"

    def literal(self, token: Token) -> Entity | None:
        """The entity that the token literally names."""
        i = self._at.get(token.i)
        return None if i is None else self.entity_of[self.cast.mentions[i].entity]

    def span_at(self, token: Token) -> tuple[int, int] | None:
        i = self._at.get(token.i)
        return None if i is None else self._spans[i]


def is_water(entity: Entity) -> bool:
    """Whether it is a sea or river, which is nobody: "fired a missile into the Sea of Japan"."""
    return entity.type == "place" and entity.country is None and bool(_WATERS & set(entity.name.lower().split()))


def tidy(fillers: Iterable[Filler]) -> tuple[Filler, ...]:
    """Without repetitions, and with nobody recipient of an own act."""
    order = {"actor": 0, "recipient": 1, "host": 2, "mediator": 3, "beneficiary": 4, "instrument": 5, "topic": 6}
    out: list[Filler] = []
    for filler in sorted(fillers, key=lambda f: order[f.role]):
        same = [f for f in out if f.entity is not None and f.entity == filler.entity]
        if any(f.role == filler.role or (f.role == "actor" and filler.role == "recipient") for f in same):
            continue
        if filler.entity is None and any(
            (f.start, f.end) == (filler.start, filler.end) and f.role == filler.role for f in out
        ):
            continue
        out.append(filler)
    return tuple(out)


def is_victim(token: Token, mentions: MentionIndex) -> bool:
    """Whether it is of whom a deed is done to: "the killing of a journalist", "the attack on Ukraine"."""
    span = mentions.span_at(token)
    head = token if span is None else token.doc[span[0] : span[1]].root
    while head.dep_ in ("amod", "compound", "nmod", "poss"):
        head = head.head
    return head.dep_ == "pobj" and _is_done_to(head.head)


def _is_done_to(preposition: Token) -> bool:
    return preposition.lower_ in ("of", "on", "against") and preposition.head.lemma_.lower() in _DONE_TO_OTHERS


def owners_of(noun: Token, mentions: MentionIndex) -> list[Token]:
    """Whose a thing is: "Moscow's justifications", "US-led sanctions", "Russian allegations", "the decision of the court"."""
    if noun.lemma_.lower() in _DISASTERS:
        return []
    for child in noun.children:
        if child.dep_ == "poss" and mentions.party(child, "actor"):
            return expand([child])
    for child in noun.children:
        if child.dep_ in ("amod", "compound", "nmod", "npadvmod") and mentions.span_at(child) is not None:
            return [child, *(t for t in expand([child])[1:] if mentions.span_at(t) is not None and t.i < noun.i)]
        if child.dep_ in ("amod", "compound"):
            for inner in child.children:
                if inner.dep_ in ("npadvmod", "amod", "compound") and mentions.is_name(inner):
                    return [inner]
    for child in noun.children:
        if child.dep_ == "prep" and child.lower_ in ("by", "of", "from", "between") and not _is_done_to(child):
            parties = [t for t in expand([c for c in child.children if c.dep_ == "pobj"]) if mentions.party(t, "actor")]
            if parties:
                return parties
    for child in noun.children:
        if child.dep_ == "acl" and child.lemma_ in _AUTHORING | _OWNING and is_passive(child):
            doers = subjects(child)
            return [t for t in doers if mentions.party(t, "actor")] or [
                o for t in doers if t != noun for o in owners_of(t, mentions)
            ]
        if child.dep_ == "acl" and child.lemma_ == "belong":
            return [t for p, found in prepositions(child) if p == "to" for t in found if mentions.party(t, "actor")]
    return []
