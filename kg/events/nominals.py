"""Nouns that tell of what a verb tells, by the patterns of the verb: "the seizure of the ship by Iran".

They are those of the lexicon's `[nominal]` tables and gerunds, "the sacking of the minister". What the verb's object is
stands after "of", or after the verb's own preposition ("the crackdown on the press"); who does it is the possessor, a
people before the noun, or stands after "by".
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kg.events.government import GOVERNED_CLAUSES
from kg.events.lexicon import Lexicon, Pattern, VerbEntry
from kg.events.syntax import lemma_of

if TYPE_CHECKING:
    from spacy.tokens import Token

_PREPOSITIONS = frozenset({"on", "from", "against", "to", "with", "at", "into", "upon", "over", "for"})
_OPERATORS = frozenset({None, "refuse", "accuse", "allow"})
"""What a verb may do to the event in its complement and still tell of one of its own by a noun."""
_CLAUSELESS = frozenset({"object", "given-to", "no-measure", "own-things", "no-troops", "no-space-flight", "officials"})
"""What a verb may be asked to govern that its noun has anyway, or cannot have."""


_THINGS = frozenset(
    """painting hanging drawing building writing closing opening ending beginning training coaching offering holding landing
    hearing ruling reading setting standing serving feeling understanding following meeting recording""".split()
)
"""Gerunds that are mostly things, or deeds of another kind than their verbs tell."""


@dataclass(frozen=True, slots=True)
class Nominal:
    """A verb's pattern as its noun has it: `preposition` governs what the verb's object is."""

    preposition: str
    pattern: Pattern


def nominals_of(noun: Token, lexicon: Lexicon) -> Iterator[Nominal]:
    """The patterns of the verbs that tell of the same as a noun with one of its prepositions, best first."""
    prepositions = {c.lower_ for c in noun.children if c.dep_ == "prep"}
    for phrase in _verbs_of(noun, lexicon) if prepositions else ():
        yield from nominals_of_verb(phrase, lexicon, prepositions)


def nominals_of_verb(phrase: str, lexicon: Lexicon, among: Container[str] | None = None) -> Iterator[Nominal]:
    """The patterns of a verb, with its particles, as its noun has them; only those of some prepositions where they are given."""
    verb, *particles = phrase.split()
    for entry in lexicon.verbs.get(verb, ()):
        preposition = _preposition(entry, tuple(particles))
        if preposition is not None and (among is None or preposition in among) and _has_a_noun(entry.pattern):
            yield _nominal(entry.pattern, preposition)


def _verbs_of(noun: Token, lexicon: Lexicon) -> tuple[str, ...]:
    known = lexicon.nominals.get(lemma_of(noun)) or lexicon.nominals.get(noun.lower_)
    is_gerund = noun.tag_ in ("NN", "VBG") and noun.lower_.endswith("ing") and noun.lower_ not in _THINGS
    if known is not None or not is_gerund:
        return known or ()
    stem = noun.lower_.removesuffix("ing")
    undoubled = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
    return tuple(v for v in dict.fromkeys((stem, f"{stem}e", undoubled)) if v in lexicon.verbs)


def _preposition(entry: VerbEntry, particles: tuple[str, ...]) -> str | None:
    """The preposition after which the noun has what the verb's object is; None where the verb goes with other words."""
    words = entry.words
    if entry.is_phrase or words[: len(particles)] != particles or len(words) - len(particles) > 1:
        return None
    preposition = words[len(particles)] if len(words) > len(particles) else "of"
    return preposition if preposition == "of" or preposition in _PREPOSITIONS else None


def _has_a_noun(pattern: Pattern) -> bool:
    """Whether a noun can tell what the pattern does: not of who meets whom, nor where a clause must follow."""
    if pattern.reciprocal or pattern.act is None or pattern.operator not in _OPERATORS:
        return False
    needs_clause = any(need in GOVERNED_CLAUSES and need not in _CLAUSELESS for need in pattern.requires)
    return not needs_clause and pattern.roles.get("subject") == "actor" and "speaker" not in pattern.roles


def _nominal(pattern: Pattern, preposition: str) -> Nominal:
    role = pattern.roles.get(preposition if preposition != "of" else "object", "recipient")
    roles = _roles(pattern, preposition, role)
    return Nominal(preposition, replace(pattern, operator=None, roles=roles, requires=_needs(pattern)))


def _roles(pattern: Pattern, preposition: str, role: str) -> Mapping[str, str]:
    others = {slot: r for slot, r in pattern.roles.items() if slot not in ("subject", "object", "dative", "of", "by")}
    return {**others, preposition: role, "by": "actor", "subject": "actor"}


def _needs(pattern: Pattern) -> tuple[str, ...]:
    """Somebody who does it, and somebody whom or something of the pattern's own that it is done to."""
    kept = [need for need in pattern.requires if need not in GOVERNED_CLAUSES]
    return tuple(dict.fromkeys(("actor", *kept, "affected" if pattern.object_nouns else "recipient")))
