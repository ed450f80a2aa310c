"""Doc → the places where a lexicon pattern fits, one pattern a trigger: the one that asks for most."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from kg.events.government import GOVERNED_CLAUSES
from kg.events.lexicon import Lexicon, Pattern, VerbEntry
from kg.events.nominals import Nominal, nominals_of
from kg.events.operators import complements
from kg.events.parties import Filler, MentionIndex, owners_of
from kg.events.roles import fill_roles
from kg.events.syntax import (
    is_carried,
    is_misplaced,
    is_passive,
    is_said,
    is_verbal,
    lemma_of,
    measured,
    objects,
    partitive,
    per_token,
    prepositions,
    subjects,
    supporting_verb,
)
from kg.model import ROLES

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_TRIGGERING = frozenset({"VERB", "AUX", "NOUN", "PROPN", "ADJ"})
_REFLEXIVES = frozenset({"itself", "himself", "herself", "themselves", "myself", "ourselves", "yourself"})
_GOVERNED = frozenset(
    "prt prep advmod acomp oprd pobj dobj xcomp ccomp pcomp neg agent dative attr intj npadvmod".split()
)
_ON_THINGS = frozenset({"ACCUSE", "AID", "REJECT", "SUPPORT"})
"""Acts that are done to somebody by doing them to what is his: "propped up the Jordanian budget"."""
_SEPARATING = frozenset({"of", "from", "to"})
"""Prepositions that the parser often hangs on the object before them: "stripped the writer of her passport"."""
_BARE_NOUN_DEPS = frozenset({"compound", "nmod", "amod", "npadvmod"})

SHOWN_WORDS = 8
"""How many words of a long list a reason shows."""


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern that fits at a token; `trigger` are the tokens of its words, head included, `roles` who takes part."""

    head: int
    trigger: tuple[int, ...]
    pattern: Pattern
    roles: tuple[Filler, ...]


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A pattern whose trigger word is there but which does not fit, and why."""

    head: int
    pattern: Pattern
    reason: str


def why_unusable(match: Match, token: Token, lexicon: Lexicon, mentions: MentionIndex) -> str:
    """What a pattern that fits at a token lacks, required roles or an event to act on; empty when it lacks nothing."""
    lacking = _what_it_lacks(match, token, mentions)
    if not lacking and not _has_something_to_act_on(match, token, lexicon):
        return "it lacks an event in its complement"
    return lacking


def find_matches(doc: Doc, lexicon: Lexicon, mentions: MentionIndex) -> dict[int, Match]:
    """The matches by head token: of the patterns that fit there, the first whose required roles are filled."""
    found: dict[int, Match] = {}
    used: set[int] = set()
    for token in doc:
        match = fallback = None
        for attempt in attempts(token, lexicon, mentions, with_absent=False):
            if isinstance(attempt, Match):
                if not why_unusable(attempt, token, lexicon, mentions):
                    match = attempt
                    break
                if fallback is None and not (attempt.pattern.subject_is or attempt.pattern.subject_nouns):
                    if attempt.pattern.nouns and _may_point_back(attempt, token):
                        fallback = attempt
        if match is None and token.pos_ in ("NOUN", "PROPN"):
            # A noun such as "the talks" may point back to those who are named elsewhere.
            match = fallback
        if match is not None:
            found[token.i] = match
            if doc[match.head].pos_ in ("VERB", "AUX"):
                used.update(i for i in match.trigger if i != match.head)
                if match.pattern.roles.get("object") != "recipient":
                    used.update(t.i for t in objects(token) if t.lemma_.lower() in match.pattern.object_nouns)
    return {i: m for i, m in found.items() if i not in used}


def _may_point_back(match: Match, token: Token) -> bool:
    """Whether a noun may have its parties elsewhere: "the talks", "cooperation with Fiji", but not any "next round"."""
    if token.pos_ not in ("NOUN", "PROPN") or "two-actors" not in match.pattern.requires:
        return True
    return any(f.role == "actor" for f in match.roles)


def _has_something_to_act_on(match: Match, token: Token, lexicon: Lexicon) -> bool:
    """Whether an operator that is no event without another has a word in its complement that may tell of one."""
    if match.pattern.act is not None and "content" not in match.pattern.requires:
        return True
    for inner in complements(token):
        lemma = lemma_of(inner)
        if lemma in lexicon.verbs or lemma in lexicon.nouns or lemma in lexicon.adjectives or inner.pos_ == "AUX":
            return True
    return False


def _what_it_lacks(match: Match, token: Token, mentions: MentionIndex) -> str:
    """Which of the roles that the pattern requires and only syntax can fill are empty; empty when none is."""
    needed = [need for need in match.pattern.requires if need in ROLES or need == "two-actors"]
    is_selective = token.pos_ in ("NOUN", "PROPN") and (match.pattern.subject_is or match.pattern.subject_nouns)
    if "speaker" in match.pattern.roles:
        return "" if is_said(token) else "nobody says it"
    if not (needed or is_selective):
        return ""
    if is_selective:
        doers = [token.doc[f.start : f.end].root for f in match.roles if f.role == "actor"]
        if reason := _subject_selection(doers, match.pattern, mentions):
            return reason
    filled = [f.role for f in match.roles]
    lacking = [n for n in needed if not (has_two_parties(filled) if n == "two-actors" else n in filled)]
    return f"it lacks {' and '.join(lacking)}" if lacking else ""


def has_two_parties(roles: Collection[str]) -> bool:
    """Whether somebody acts and another with him or on him: "the two armies exchanged fire", "the army traded fire with them"."""
    return "actor" in roles and sum(role in ("actor", "recipient") for role in roles) > 1


def attempts(
    token: Token, lexicon: Lexicon, mentions: MentionIndex, *, with_absent: bool = True
) -> Iterator[Match | NearMiss]:
    """Every pattern with the token's lemma, best first: a match, or why it is none.

    Those whose second word is nowhere near the verb are left out without `with_absent`: they are most of a long lexicon.
    """
    if token.pos_ not in _TRIGGERING or mentions.covers_name(token.i) or token.dep_ in ("aux", "auxpass"):
        return
    lemma = lemma_of(token)
    if is_verbal(token) or (token.dep_ == "ROOT" and token.tag_.startswith("VB")):
        if not (token.dep_ == "amod" and not _has_arguments(token) and not is_misplaced(token)):
            entries: Sequence[VerbEntry] = lexicon.verbs.get(f"{_prefix(token)}{lemma}") or lexicon.verbs.get(lemma, ())
            if entries:
                frame = _frame(token)
                for entry in (
                    entries if with_absent else [e for e in entries if not e.words or e.words[0] in frame.words]
                ):
                    yield _verb_attempt(frame, entry, mentions)
    if token.pos_ in ("NOUN", "PROPN") and not _is_in_a_title(token):
        for pattern in (
            *lexicon.nouns.get(lemma, ()),
            *(lexicon.nouns.get(token.lower_, ()) if token.lower_ != lemma else ()),
        ):
            yield _noun_attempt(token, pattern, mentions)
        for nominal in nominals_of(token, lexicon):
            if (attempt := _nominal_attempt(token, nominal, mentions)) is not None:
                yield attempt
    if token.pos_ == "ADJ":
        for pattern in lexicon.adjectives.get(token.lower_, ()):
            yield _adjective_attempt(token, pattern, mentions)


def _prefix(verb: Token) -> str:
    """What a hyphen joins to a verb, with the hyphen: the "strip-" of "strip-searched"; empty where there is none."""
    if verb.i < 2 or verb.nbor(-1).text != "-" or verb.nbor(-2).whitespace_ or verb.nbor(-1).whitespace_:
        return ""
    return f"{verb.nbor(-2).lower_}-"


def _is_in_a_title(noun: Token) -> bool:
    """Whether it is a word of a name: the "War" of "the Crimean War" or of "War Horse", the "March" of "27 March"."""
    if noun.pos_ != "PROPN" or not noun.text[0].isupper():
        return False
    kinds = ("EVENT", "WORK_OF_ART", "LAW", "ORG", "PERSON", "PRODUCT", "DATE")
    return noun.ent_type_ in kinds or noun.text == "War"


def _has_arguments(token: Token) -> bool:
    return any(c.dep_ in ("agent", "prep", "npadvmod") for c in token.children)


_PARTICLES: Mapping[str, frozenset[str]] = {
    "give": frozenset({"in"}),
    "bail": frozenset({"out"}),
    "hammer": frozenset({"out"}),
    "pound": frozenset({"out"}),
    "shell": frozenset({"out"}),
    "kick": frozenset({"off", "in"}),
    "knock": frozenset({"off"}),
    "seize": frozenset({"up"}),
}
"""Verbs that mean something else with a particle: "bailed out a bank", "hammered out a deal", "shelled out millions"."""


@dataclass(frozen=True, slots=True)
class _Frame:
    """A verb with its objects and subjects in the active sense, and the words that may stand with it in a pattern."""

    verb: Token
    objects: tuple[Token, ...]
    subjects: tuple[Token, ...]
    named: list[Token]
    words: frozenset[str]


def _frame(verb: Token) -> _Frame:
    given = objects(verb)
    named = [t for o in given for t in (o, partitive(o) or measured(o)) if t is not None]
    named.extend([c for t in named for c in t.children if c.dep_ in ("amod", "compound") or c.lower_ == "no"])
    near = [*named, *(c for c in verb.children if c.dep_ in _GOVERNED)]
    words = {word for t in near for word in (t.lower_, lemma_of(t))}
    words.update(p.lower_ for p in _hung_on(named))
    words.update(c.lower_ for c in verb.children if c.dep_ == "advcl" and c.tag_ == "VBG")
    if any(g.dep_ == "mark" and g.lower_ == "for" for c in verb.children for g in c.children):
        words.add("for")
    return _Frame(verb, given, subjects(verb), named, frozenset(words))


def _verb_attempt(frame: _Frame, entry: VerbEntry, mentions: MentionIndex) -> Match | NearMiss:
    pattern, verb = entry.pattern, frame.verb
    if entry.words and entry.words[0] not in frame.words:
        return NearMiss(verb.i, pattern, f"no {entry.words[0]!r} with {verb.text!r}")
    parts = [verb]
    for word in entry.words:
        part = _dependent(parts, word, entry.is_phrase, frame.named)
        if part is None or _is_of_time(part):
            return NearMiss(verb.i, pattern, f"no {word!r} with {verb.text!r}")
        parts.append(part)
    if _names_an_agent(parts, mentions) and is_passive(verb):
        return NearMiss(verb.i, pattern, '"by" names who did it')
    if _is_of_another_particle(parts):
        return NearMiss(verb.i, pattern, "its particle makes another verb of it")
    if _is_torn(parts):
        return NearMiss(verb.i, pattern, "its words belong to other phrases")
    if len(parts) == 2 and parts[1].dep_ == "prep" and _has_other_object(parts, pattern, mentions):
        return NearMiss(verb.i, pattern, "it has an object of its own")
    if len(parts) == 2 and _is_of_a_scene(parts[1], pattern) and any(c.dep_ == "dobj" for c in verb.children):
        return NearMiss(verb.i, pattern, f"its {parts[1].text!r} tells where it happened")
    governed = [c for part in parts[1:] for c in part.children if c.dep_ == "pobj"]
    reason = (
        _selection(frame, entry, mentions, governed, parts)
        or _government(verb, pattern, mentions)
        or _surroundings(verb, pattern)
    )
    if reason:
        return NearMiss(verb.i, pattern, reason)
    if pattern.object_nouns and "object" not in pattern.roles:
        parts.extend(o for o in frame.objects if pattern.object_nouns & _lemmas(o))
    return _match(verb, {t.i for t in parts}, pattern, mentions)


def _match(head: Token, words: Collection[int], pattern: Pattern, mentions: MentionIndex) -> Match:
    trigger = tuple(sorted(words))
    return Match(head.i, trigger, pattern, fill_roles(head, trigger, pattern, mentions))


def _names_an_agent(parts: list[Token], mentions: MentionIndex) -> bool:
    """Whether one of the words is the "by" of whoever does it: "dropped by a pilot" is no "drop by"."""
    return any(p.dep_ == "agent" and any(mentions.kinds_at(c) for c in p.children) for p in parts)


def _is_of_another_particle(parts: list[Token]) -> bool:
    """Whether a particle makes another verb of it: "turned over to the Red Cross" is no "turn to", "gave in" no "give"."""
    if len(parts) == 1 and (particles := _PARTICLES.get(parts[0].lemma_)) is not None:
        return any(c.dep_ == "prt" and c.lower_ in particles for c in parts[0].children)
    if len(parts) != 2 or parts[1].dep_ != "prep":
        return False
    return any(c.dep_ == "prt" and c.i < parts[1].i for c in parts[0].children)


def _is_torn(parts: list[Token]) -> bool:
    """Whether a particle among the words is the preposition of something else: "turned to them in the hall" is no "turn in to".

    In "turned to them for help" both prepositions are the pattern's, in their order.
    """
    for part, following in pairwise(parts[1:]):
        is_whole = part.i < following.i and following.dep_ == "prep" and following.head == part.head
        if part.dep_ == "prep" and following.head != part and any(c.dep_ == "pobj" for c in part.children):
            if not is_whole:
                return True
    return False


def _has_other_object(parts: list[Token], pattern: Pattern, mentions: MentionIndex) -> bool:
    """Whether a verb that goes with a preposition is used with an object instead: "broke bread with" is no "break with".

    An operator takes none; another pattern takes a party, "banned them from", but no thing.
    """
    things = [c for c in parts[0].children if c.dep_ == "dobj" and c not in parts and c.lower_ != "it"]
    is_about_a_thing = pattern.act == "REQUEST" and pattern.roles.get("object") == "topic"
    return bool(things) and (pattern.act is None or is_about_a_thing or not any(mentions.kinds_at(t) for t in things))


def _is_of_a_scene(preposition: Token, pattern: Pattern) -> bool:
    """Whether an "in" or "at" is that of a place and no particle: "took on Disney in India" takes nobody in."""
    if preposition.dep_ != "prep" or preposition.lower_ not in ("in", "at") or preposition.lower_ in pattern.roles:
        return False
    return any(c.dep_ == "pobj" and c.ent_type_ in ("GPE", "LOC", "FAC") for c in preposition.children)


def _surroundings(head: Token, pattern: Pattern) -> str:
    """Why the pattern's clause is not the one it asks for: it has none of the words that must be near."""
    if not pattern.near or not pattern.near.isdisjoint(_words_around(head)):
        return ""
    return f"none of these words stands near it: {_some(pattern.near)}"


@per_token
def _words_around(head: Token) -> frozenset[str]:
    """The words of a clause and their lemmas, with the noun that it describes and the words before that: "mortar rounds lobbed by them"."""
    described = [head.head, *(t for c in head.head.lefts for t in c.subtree)] if head.dep_ == "acl" else []
    return frozenset(w for t in (*head.subtree, *described) for w in (t.lower_, t.lemma_.lower()))


@lru_cache
def _some(words: frozenset[str]) -> str:
    """A list of words for the reader, cut where it gets long."""
    shown = sorted(words)[:SHOWN_WORDS]
    return ", ".join(shown) + (f", … ({len(words)} words)" if len(words) > SHOWN_WORDS else "")


def _is_of_time(preposition: Token) -> bool:
    """Whether "on" is that of "on Monday" and not that of "fired on the crowd"; "until Monday" is always of time."""
    inner = [c for c in preposition.children if c.dep_ == "pobj"]
    may_be = preposition.dep_ == "prep" and preposition.lower_ not in ("until", "till")
    return may_be and bool(inner) and all(c.ent_type_ in ("DATE", "TIME") for c in inner)


def _dependent(parts: list[Token], word: str, is_phrase: bool, named: list[Token]) -> Token | None:
    """The word of that lemma that a part of the pattern governs: particle, preposition, adverb, predicate, object, infinitive.

    The object that a phrase names is no verb: "pledge support" is not "pledge to support".
    """
    for part in reversed(parts):
        for child in part.children:
            if child.dep_ in _GOVERNED and word in (child.lower_, lemma_of(child)) and not _is_put_before(child, part):
                if not (is_phrase and child.pos_ == "VERB" and child.dep_ in ("xcomp", "ccomp")):
                    return child
            if child.dep_ == "advcl" and child.lower_ == word and child.tag_ == "VBG" and child.i > part.i:
                return child
            if child.dep_ in ("advcl", "ccomp", "xcomp") and word == "for":
                mark = next((c for c in child.children if c.dep_ == "mark" and c.lower_ == "for"), None)
                if mark is not None:
                    return mark
    hung = (p for p in _hung_on(named) if p.lower_ == word) if len(parts) == 1 or word == "to" else ()
    return next((t for t in named if word in (t.lower_, lemma_of(t))), None) or next(iter(hung), None)


def _is_put_before(preposition: Token, verb: Token) -> bool:
    """Whether it begins a phrase of its own before the verb: "At a meeting, London called for …" is no "call at".

    Before a relative clause it is the verb's own: "the island at which the ship called".
    """
    if preposition.dep_ != "prep" or preposition.i > verb.i:
        return False
    return not any(c.tag_ in ("WDT", "WP", "WRB") for c in preposition.children)


def _hung_on(named: list[Token]) -> list[Token]:
    return [c for t in named for c in t.children if c.dep_ == "prep" and c.lower_ in _SEPARATING]


def _selection(
    frame: _Frame, entry: VerbEntry, mentions: MentionIndex, governed: list[Token], parts: list[Token]
) -> str:
    """Why the verb's object or subject is not what the pattern is about; empty when it is."""
    pattern = entry.pattern
    given = [*frame.objects, *governed]
    own = {t.i for t in given if t.lower_ in _REFLEXIVES and t.lower_ not in entry.words}
    reason = "" if entry.is_phrase else _object_selection(given, parts, pattern, mentions)
    if reason:
        return reason
    if own:
        return "its object is its own subject"
    return _subject_selection(frame.subjects, pattern, mentions)


def _subject_selection(doers: Sequence[Token], pattern: Pattern, mentions: MentionIndex) -> str:
    """Why nobody of those who act is what the pattern is about; empty when somebody is, or when nobody is named."""
    if not doers or not (pattern.subject_is or pattern.subject_nouns):
        return ""
    for token in doers:
        if pattern.subject_nouns & _lemmas(token) or pattern.subject_is & _acting_kinds(token, pattern, mentions):
            return ""
    return f"its subject is no {' or '.join(sorted(pattern.subject_is)) or 'such thing'}"


@per_token
def _lemmas(token: Token) -> frozenset[str]:
    """The lemma of a noun, and of what it is a measure of: "a round of sanctions"."""
    counted = partitive(token) or measured(token)
    given = [t for t in (token, counted) if t is not None]
    return frozenset(w for t in given for w in (lemma_of(t), t.lower_, t.lower_.removesuffix("s")))


def _government(verb: Token, pattern: Pattern, mentions: MentionIndex) -> str:
    """Why the verb does not govern the clause that the pattern requires; empty when it does."""
    for need in pattern.requires:
        if need in GOVERNED_CLAUSES and not GOVERNED_CLAUSES[need][0](verb, mentions):
            return GOVERNED_CLAUSES[need][1]
    return ""


def _kinds(token: Token, mentions: MentionIndex) -> AbstractSet[str]:
    """Type and sector of what the token stands for, else of its owners: "Iranian drones" act for Iran."""
    own = mentions.kinds_at(token)
    return own or {kind for owner in owners_of(token, mentions) for kind in mentions.kinds_at(owner)}


def _acting_kinds(token: Token, pattern: Pattern, mentions: MentionIndex) -> AbstractSet[str]:
    """As `_kinds`, and of many people also what they belong to: "Dutch engineers", "the midwives of Caritas".

    Those of a trade or a party act for it and not for their country, unless they help.
    """
    own = mentions.kinds_at(token)
    helps = pattern.act in ("AID", "COOPERATE") and "person" in own
    if own and (token.tag_ != "NNS" or token.ent_type_ or not (own == {"person"} or helps)):
        return own
    return own | {kind for owner in owners_of(token, mentions) for kind in mentions.kinds_at(owner)}


def _own_kinds(token: Token, mentions: MentionIndex) -> AbstractSet[str]:
    return mentions.kinds_at(token)


def _object_selection(given: list[Token], parts: list[Token], pattern: Pattern, mentions: MentionIndex) -> str:
    """Why what it is done to is not what the pattern is about; an object among the pattern's own words is asked no type."""
    if not (pattern.object_nouns or pattern.object_not or pattern.object_is):
        return ""
    things = [t for t in given if t.dep_ != "dative"]
    lemmas = {lemma for t in things for lemma in _lemmas(t)}
    named = lemmas | {lemma for t in things for title in _titles(t) for lemma in _lemmas(title)}
    named |= {lemma for t in given for lemma in _lemmas(t)} if "dative" in pattern.roles else set()
    if pattern.object_nouns and not pattern.object_nouns & named:
        return f"its object is none of: {_some(pattern.object_nouns)}"
    if pattern.object_not & lemmas:
        return f"its object is {' '.join(sorted(pattern.object_not & lemmas))!r}"
    kinds = _kinds if pattern.act in _ON_THINGS else _own_kinds
    asked = [t for t in given if t not in parts]
    if pattern.object_is and asked and not any(kinds(t, mentions) & pattern.object_is for t in given):
        return f"its object is no {' or '.join(sorted(pattern.object_is))}"
    if pattern.object_is and not given and "recipient" in pattern.requires:
        return "it has no object"
    return ""


def _titles(person: Token) -> list[Token]:
    """The titles before a person's name: "Defence Minister" Yoav Gallant."""
    if person.ent_type_ != "PERSON":
        return []
    return [c for c in person.children if c.dep_ in ("compound", "nmod") and c.ent_type_ != "PERSON"]


def _noun_attempt(noun: Token, pattern: Pattern, mentions: MentionIndex) -> Match | NearMiss:
    if noun.dep_ in _BARE_NOUN_DEPS and noun.head.pos_ in ("NOUN", "PROPN") and not is_carried(noun):
        return NearMiss(noun.i, pattern, f"it only qualifies {noun.head.text!r}")
    for entry in pattern.nouns:
        first, _, last = entry.rpartition(" ")
        if last not in (lemma_of(noun), noun.lower_):
            continue
        if any(lemma_of(c) in pattern.object_not for c in (*_qualifiers(noun), *_of(noun))):
            return NearMiss(noun.i, pattern, "it is of another kind")
        if not _does_near(noun, pattern) and (
            reason := _surroundings(noun.head if noun.dep_ in ("dobj", "pobj") else noun, pattern)
        ):
            return NearMiss(noun.i, pattern, reason)
        if not first:
            return _match(noun, _with_verb(noun), pattern, mentions)
        qualifier = next((c for c in noun.children if first in (c.lemma_.lower(), c.lower_)), None)
        if qualifier is not None:
            return _match(noun, (qualifier.i, noun.i), pattern, mentions)
    return NearMiss(noun.i, pattern, "its qualifier is missing")


def _nominal_attempt(noun: Token, nominal: Nominal, mentions: MentionIndex) -> Match | NearMiss | None:
    """A verb's pattern at a noun that tells of the same, or why it does not fit; None where it is done to nothing."""
    pattern = nominal.pattern
    given = [t for preposition, found in prepositions(noun) if preposition == nominal.preposition for t in found]
    if not given or (noun.dep_ in _BARE_NOUN_DEPS and noun.head.pos_ in ("NOUN", "PROPN")):
        return None
    reason = _object_selection(given, [], pattern, mentions) or (
        "" if _does_near(noun, pattern) else _surroundings(noun, pattern)
    )
    return NearMiss(noun.i, pattern, reason) if reason else _match(noun, (noun.i,), pattern, mentions)


def _does_near(noun: Token, pattern: Pattern) -> bool:
    """Whether what the noun does is a word that the pattern asks for near it: "trade with Angola has doubled"."""
    return noun.dep_ in ("nsubj", "nsubjpass") and bool({noun.head.lower_, lemma_of(noun.head)} & pattern.near)


def _qualifiers(noun: Token) -> list[Token]:
    return [c for c in noun.children if c.dep_ in _BARE_NOUN_DEPS]


def _of(noun: Token) -> list[Token]:
    """What the noun is of: "the release of funds"."""
    return [g for c in noun.children if c.dep_ == "prep" and c.lower_ == "of" for g in c.children if g.dep_ == "pobj"]


def _with_verb(noun: Token) -> tuple[int, ...]:
    verb = supporting_verb(noun)
    return (noun.i,) if verb is None or noun.dep_ == "pobj" else (verb.i, noun.i)


def _adjective_attempt(adjective: Token, pattern: Pattern, mentions: MentionIndex) -> Match | NearMiss:
    if adjective.dep_ not in ("acomp", "oprd", "ROOT", "conj", "advcl", "xcomp"):
        return NearMiss(adjective.i, pattern, "it is not said of a subject")
    if "negated" in pattern.requires and not any(c.dep_ == "neg" for c in adjective.head.children):
        return NearMiss(adjective.i, pattern, "it is not denied")
    return _match(adjective, (adjective.i,), pattern, mentions)
