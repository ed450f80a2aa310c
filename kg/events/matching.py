"""Doc → the places where a lexicon pattern fits, one pattern a trigger: the one that asks for most."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg.events.lexicon import Lexicon, Pattern, VerbEntry
from kg.events.roles import MentionIndex, fill_roles, owners_of
from kg.events.syntax import is_passive, objects, partitive, subjects, supporting_verb
from kg.model import ROLES

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_REFLEXIVES = frozenset({"itself", "himself", "herself", "themselves", "myself", "ourselves", "yourself"})
_LEMMAS = {"raped": "rape", "raping": "rape", "fined": "fine", "bombed": "bomb"}
"""Forms that spaCy's lemmatiser gives a wrong lemma."""
_BARE_NOUN_DEPS = frozenset({"compound", "nmod", "amod", "npadvmod"})


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern that fits at a token; `trigger` are the tokens of its words, head included."""

    head: int
    trigger: tuple[int, ...]
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A pattern whose trigger word is there but which does not fit, and why."""

    head: int
    pattern: Pattern
    reason: str


def find_matches(doc: Doc, lexicon: Lexicon, mentions: MentionIndex) -> dict[int, Match]:
    """The matches by head token: of the patterns that fit there, the first whose required roles are filled, else the last."""
    found: dict[int, Match] = {}
    used: set[int] = set()
    for token in doc:
        fitting = (m for m in attempts(token, lexicon, mentions) if isinstance(m, Match))
        match = None
        for match in fitting:
            if _is_filled(match, token, mentions):
                break
        if match is not None:
            found[token.i] = match
            if doc[match.head].pos_ in ("VERB", "AUX"):
                used.update(i for i in match.trigger if i != match.head)
                if match.pattern.roles.get("object") != "recipient":
                    used.update(t.i for t in objects(token) if t.lemma_.lower() in match.pattern.object_nouns)
    return {i: m for i, m in found.items() if i not in used}


def _is_filled(match: Match, token: Token, mentions: MentionIndex) -> bool:
    """Whether the roles that the pattern requires and only syntax can fill are filled."""
    needed = [need for need in match.pattern.requires if need in ROLES or need == "two-actors"]
    if not needed or "speaker" in match.pattern.roles:
        return True
    filled = [f.role for f in fill_roles(token, match.trigger, match.pattern, mentions)]
    return all(filled.count("actor") > 1 if need == "two-actors" else need in filled for need in needed)


def attempts(token: Token, lexicon: Lexicon, mentions: MentionIndex) -> Iterator[Match | NearMiss]:
    """Every pattern with the token's lemma, best first: a match, or why it is none."""
    lemma = _LEMMAS.get(token.lower_) or token.lemma_.lower()
    if mentions.covers_name(token.i):
        return
    if token.dep_ in ("aux", "auxpass"):
        return
    if token.pos_ in ("VERB", "AUX") or (token.dep_ == "ROOT" and token.tag_.startswith("VB")):
        if not (token.dep_ == "amod" and not _has_arguments(token)):
            for entry in lexicon.verbs.get(lemma, ()):
                yield _verb_attempt(token, entry, mentions)
    elif token.pos_ in ("NOUN", "PROPN"):
        for pattern in (
            *lexicon.nouns.get(lemma, ()),
            *(lexicon.nouns.get(token.lower_, ()) if token.lower_ != lemma else ()),
        ):
            yield _noun_attempt(token, pattern)
    elif token.pos_ == "ADJ":
        for pattern in lexicon.adjectives.get(token.lower_, ()):
            yield _adjective_attempt(token, pattern)


def _has_arguments(token: Token) -> bool:
    return any(c.dep_ in ("agent", "prep", "npadvmod") for c in token.children)


def _verb_attempt(verb: Token, entry: VerbEntry, mentions: MentionIndex) -> Match | NearMiss:
    pattern = entry.pattern
    trigger = [verb.i]
    at = verb
    for word in entry.words:
        part = _dependent(at, word, verb)
        if part is None or _is_of_time(part):
            return NearMiss(verb.i, pattern, f"no {word!r} with {verb.text!r}")
        trigger.append(part.i)
        if part.dep_ == "prep" and entry.words[-1] != word:
            at = part
    governed = [c for i in trigger[1:] for c in verb.doc[i].children if c.dep_ == "pobj"]
    reason = _selection(verb, entry, mentions, governed)
    return NearMiss(verb.i, pattern, reason) if reason else Match(verb.i, tuple(sorted(trigger)), pattern)


def _is_of_time(preposition: Token) -> bool:
    """Whether "on" is that of "on Monday" and not that of "fired on the crowd"."""
    inner = [c for c in preposition.children if c.dep_ == "pobj"]
    return preposition.dep_ == "prep" and bool(inner) and all(c.ent_type_ in ("DATE", "TIME") for c in inner)


def _dependent(head: Token, word: str, verb: Token) -> Token | None:
    """The verb's particle, preposition, adverb, predicate or object of that lemma."""
    for child in (*head.children, *verb.children):
        if child.dep_ in (
            "prt",
            "prep",
            "advmod",
            "acomp",
            "oprd",
            "pobj",
            "dobj",
            "xcomp",
            "neg",
            "agent",
            "dative",
            "attr",
        ):
            if word in (child.lower_, child.lemma_.lower()):
                return child
    given = [t for o in objects(verb) for t in (o, partitive(o)) if t is not None]
    given.extend(c for t in given for c in t.children if c.dep_ in ("amod", "compound"))
    return next((t for t in given if word in (t.lower_, t.lemma_.lower())), None)


def _selection(verb: Token, entry: VerbEntry, mentions: MentionIndex, governed: list[Token]) -> str:
    """Why the verb's object or subject is not what the pattern is about; empty when it is."""
    pattern = entry.pattern
    given = [*objects(verb), *governed]
    reason = "" if entry.is_phrase else _object_selection(given, pattern, mentions)
    if reason:
        return reason
    if "infinitive" in pattern.requires and not any(_is_commanded(c) for c in verb.children):
        return "nobody is told to do anything"
    if any(t.lower_ in _REFLEXIVES for t in given):
        return "its object is its own subject"
    doers = subjects(verb)
    if pattern.subject_is and doers and not any(k in pattern.subject_is for t in doers for k in _kinds(t, mentions)):
        return f"its subject is no {' or '.join(pattern.subject_is)}"
    return ""


def _kinds(token: Token, mentions: MentionIndex) -> list[str | None]:
    """What the token stands for, else what its owners do: "Iranian drones" act for Iran."""
    own = mentions.type_at(token)
    return [own] if own is not None else [mentions.type_at(owner) for owner in owners_of(token, mentions)]


def _object_selection(given: list[Token], pattern: Pattern, mentions: MentionIndex) -> str:
    lemmas = {t.lemma_.lower() for t in given} | {p.lemma_.lower() for t in given if (p := partitive(t)) is not None}
    if pattern.object_nouns and not lemmas & set(pattern.object_nouns):
        return f"its object is none of: {', '.join(pattern.object_nouns)}"
    if lemmas & set(pattern.object_not):
        return f"its object is {' '.join(sorted(lemmas & set(pattern.object_not)))!r}"
    if pattern.object_is and given and not any(mentions.type_at(t) in pattern.object_is for t in given):
        return f"its object is no {' or '.join(pattern.object_is)}"
    if pattern.object_is and not given and "recipient" in pattern.requires:
        return "it has no object"
    return ""


def _is_commanded(clause: Token) -> bool:
    """Whether it is an infinitive with a subject of its own or of the verb's object: "told Iran to leave"."""
    return (
        clause.dep_ in ("xcomp", "ccomp")
        and any(c.dep_ == "aux" and c.tag_ == "TO" for c in clause.children)
        and (
            clause.dep_ == "ccomp"
            or any(c.dep_ in ("dobj", "dative") for c in clause.head.children)
            or is_passive(clause.head)
        )
    )


def _noun_attempt(noun: Token, pattern: Pattern) -> Match | NearMiss:
    if noun.dep_ in _BARE_NOUN_DEPS and noun.head.pos_ in ("NOUN", "PROPN"):
        return NearMiss(noun.i, pattern, f"it only qualifies {noun.head.text!r}")
    for entry in pattern.nouns:
        first, _, last = entry.rpartition(" ")
        if last not in (noun.lemma_.lower(), noun.lower_):
            continue
        if not first:
            return Match(noun.i, _with_verb(noun), pattern)
        qualifier = next((c for c in noun.children if first in (c.lemma_.lower(), c.lower_)), None)
        if qualifier is not None:
            return Match(noun.i, (qualifier.i, noun.i), pattern)
    return NearMiss(noun.i, pattern, "its qualifier is missing")


def _with_verb(noun: Token) -> tuple[int, ...]:
    verb = supporting_verb(noun)
    return (noun.i,) if verb is None or noun.dep_ == "pobj" else tuple(sorted((verb.i, noun.i)))


def _adjective_attempt(adjective: Token, pattern: Pattern) -> Match | NearMiss:
    if adjective.dep_ not in ("acomp", "oprd", "ROOT", "conj", "advcl", "xcomp"):
        return NearMiss(adjective.i, pattern, "it is not said of a subject")
    return Match(adjective.i, (adjective.i,), pattern)
