"""Who says it: the speakers of what a trigger tells of, from the outermost in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.events.parties import MEDIA, MentionIndex
from kg.events.syntax import SAYING, subjects

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_CUES = SAYING - {"hope", "think", "ask", "accuse", "vow"} | {"allege", "accuse", "deny", "quote", "cite"}
_ACCUSING = frozenset({"accuse", "suspect"})
_CLAUSE = frozenset({"ccomp", "parataxis", "advcl", "dep", "xcomp"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker, `doc[start:end]`, the cue's token, and whether the words are quoted."""

    entity: str
    start: int
    end: int
    cue: int
    quote: bool


class Quotations:
    """Which tokens stand in double quotation marks, paragraph by paragraph; marks are taken as opening and closing in turn."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc
        self.paragraph: list[int] = []
        self.inside: list[bool] = []
        self.according: list[Token] = []
        """The words with which "according to" begins."""
        self._cues: dict[int, list[Token]] = {}
        number, is_open = 0, False
        for token in doc:
            text, kind = token.text, token.pos_
            if "\n" in text:
                number, is_open = number + 1, False
            if text == '"':
                is_open = not is_open
            self.paragraph.append(number)
            self.inside.append(is_open)
            if text.lower() == "according":
                self.according.append(token)
            elif kind == "VERB" and not is_open and token.lemma_ in _CUES:
                if any(c.dep_ == "nsubj" for c in token.children):
                    self._cues.setdefault(number, []).append(token)

    def is_long(self, i: int) -> bool:
        """Whether the quotation around a token is a clause of its own and no mere quoted word."""
        start, end = self._around(i)
        return end - start > 5

    def cue_for(self, i: int) -> Token | None:
        """The nearest verb of saying of the paragraph, else the last one before it: a quotation may run on.

        A quotation that ends with a full stop is done: who speaks was told before it if anywhere.
        """
        number = self.paragraph[i]
        here = self._cues.get(number)
        if here:
            start, end = self._around(i)
            before = [cue for cue in here if cue.i < start]
            if before and end > start and self.doc[end - 1].text == ".":
                return before[-1]
            return min(here, key=lambda t: (abs(t.i - i), t.i))
        earlier = [k for k in self._cues if number - 3 < k < number]
        return self._cues[max(earlier)][-1] if earlier else None

    def _around(self, i: int) -> tuple[int, int]:
        """The quotation around a token, from its first mark to before its last, within its paragraph; empty outside of one."""
        start = end = i
        while start > 0 and self.inside[start - 1] and self.paragraph[start - 1] == self.paragraph[i]:
            start -= 1
        while end < len(self.inside) and self.inside[end] and self.paragraph[end] == self.paragraph[i]:
            end += 1
        return (start, end) if self.inside[i] else (i, i)


def find_speakers(
    trigger: Token, actors: frozenset[str], mentions: MentionIndex, quotations: Quotations
) -> tuple[Speaker, ...]:
    """The speakers of a trigger's report, outermost first; an event told by the article itself has none."""
    inner_first: list[Speaker] = []
    token = trigger
    while token.head != token:
        head = token.head
        if token.dep_ in _CLAUSE and head.pos_ == "VERB" and head.lemma_ in _CUES and head != trigger:
            _add(inner_first, _speaker(head, trigger, mentions, quotations))
        if token.dep_ == "pcomp" and head.lower_ == "of" and head.head.lemma_ in _ACCUSING and head.head != trigger:
            _add(inner_first, _speaker(head.head, trigger, mentions, quotations))
        token = head
    for said in (c for t in [trigger, *trigger.ancestors] for c in t.children):
        if (
            said.dep_ in ("parataxis", "ccomp", "dep")
            and said.lemma_ in _CUES
            and said.i < trigger.i
            and said.head.i > said.i
            and trigger.i >= said.head.left_edge.i
        ):
            if any(c.dep_ == "nsubj" and c.i < said.i for c in said.children) and not trigger.is_ancestor(said.head):
                _add(
                    inner_first,
                    _speaker(said, trigger, mentions, quotations)
                    if said != trigger and not said.is_ancestor(trigger)
                    else None,
                )
    _add(inner_first, _according_to(trigger, mentions, quotations))
    if not inner_first and quotations.is_long(trigger.i):
        cue = quotations.cue_for(trigger.i)
        if cue is not None and cue != trigger:
            _add(inner_first, _speaker(cue, trigger, mentions, quotations))
    _add(inner_first, _medium(trigger, mentions, quotations))
    return tuple(
        s
        for s in reversed(inner_first)
        if s.entity not in actors or len(inner_first) > 1 or s.quote or trigger.i != s.cue
    )


def _add(speakers: list[Speaker], speaker: Speaker | None) -> None:
    if speaker is not None and all(s.entity != speaker.entity for s in speakers):
        speakers.append(speaker)


def _speaker(cue: Token, trigger: Token, mentions: MentionIndex, quotations: Quotations) -> Speaker | None:
    for subject in subjects(cue):
        party = mentions.party(subject, "actor")
        if party is not None and party.entity is not None:
            return Speaker(party.entity, party.start, party.end, cue.i, quotations.inside[trigger.i])
    return None


def _according_to(trigger: Token, mentions: MentionIndex, quotations: Quotations) -> Speaker | None:
    """ "according to the ministry", of the clause that the trigger stands in."""
    for token in quotations.according:
        if token.head == trigger or token.head.is_ancestor(trigger):
            for child in token.children:
                for inner in child.children if child.dep_ == "prep" else ():
                    party = mentions.party(inner, "actor")
                    if party is not None and party.entity is not None:
                        return Speaker(party.entity, party.start, party.end, token.i, quotations.inside[trigger.i])
    return None


def _medium(trigger: Token, mentions: MentionIndex, quotations: Quotations) -> Speaker | None:
    """The medium on or to which it was said: "On NBC, Sullivan warned", "in a speech to CNN", "told Reuters"."""
    if not mentions.has_media:
        return None
    for verb in [trigger, *trigger.ancestors]:
        if verb.pos_ != "VERB":
            continue
        for child in verb.subtree:
            if child.dep_ == "prep" and child.lower_ in ("on", "to", "with") and _hangs_near(child, verb):
                for inner in child.children:
                    entity = mentions.literal(inner) if inner.dep_ == "pobj" else None
                    span = mentions.span_at(inner)
                    if entity is not None and span is not None and entity.sector == MEDIA and entity.named:
                        return Speaker(entity.id, *span, child.i, quotations.inside[trigger.i])
    return None


def _hangs_near(preposition: Token, verb: Token) -> bool:
    head = preposition.head
    return head == verb or (
        head.lemma_ in ("interview", "speech", "statement", "interview", "remark", "comment") and head.head.head == verb
    )
