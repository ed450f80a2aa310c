"""Nouns that tell of what a verb tells, by the patterns of the verb: "the seizure of the ship by Iran".

They are those of the lexicon's `[nominal]` tables and gerunds, "the sacking of the minister". What the verb's object is
stands after "of", or after the verb's own preposition ("the crackdown on the press"); who does it is the possessor, a
people before the noun, or stands after "by".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class Nominal:
    """A verb's pattern as its noun has it: `preposition` governs what the verb's object is."""

    preposition: str
    pattern: Pattern


def nominals_of(noun: Token, lexicon: Lexicon) -> Iterator[Nominal]:
    """The patterns of the verbs that tell of the same as a noun, best first."""
    for phrase in _verbs_of(noun, lexicon):
        verb, *particles = phrase.split()
        for entry in lexicon.verbs.get(verb, ()):
            nominal = _nominal(entry, tuple(particles), lexicon.version)
            if nominal is not None:
                yield nominal


def _verbs_of(noun: Token, lexicon: Lexicon) -> tuple[str, ...]:
    known = lexicon.nominals.get(lemma_of(noun)) or lexicon.nominals.get(noun.lower_)
    if known is not None or noun.tag_ not in ("NN", "VBG") or not noun.lower_.endswith("ing"):
        return known or ()
    stem = noun.lower_.removesuffix("ing")
    undoubled = stem[:-1] if stem[-2:-1] == stem[-1:] else stem
    return tuple(v for v in dict.fromkeys((stem, f"{stem}e", undoubled)) if v in lexicon.verbs)


_made: dict[tuple[str, str, tuple[str, ...], tuple[str, ...]], Nominal | None] = {}


def _nominal(entry: VerbEntry, particles: tuple[str, ...], version: str) -> Nominal | None:
    """A verb entry as its noun has it, or None where it goes with other words or needs a clause."""
    key = (version, entry.pattern.id, entry.words, particles)
    if key not in _made:
        _made[key] = _make(entry, particles)
    return _made[key]


def _make(entry: VerbEntry, particles: tuple[str, ...]) -> Nominal | None:
    pattern, words = entry.pattern, entry.words
    if entry.is_phrase or pattern.reciprocal or pattern.act is None or pattern.operator not in _OPERATORS:
        return None
    if words[: len(particles)] != particles or len(words) - len(particles) > 1:
        return None
    preposition = words[len(particles)] if len(words) > len(particles) else "of"
    if preposition != "of" and preposition not in _PREPOSITIONS:
        return None
    if any(need in GOVERNED_CLAUSES and need not in _CLAUSELESS for need in pattern.requires):
        return None
    if pattern.roles.get("subject") != "actor" or "speaker" in pattern.roles:
        return None
    role = pattern.roles.get(preposition if preposition != "of" else "object", "recipient")
    return Nominal(
        preposition, replace(pattern, operator=None, roles=_roles(pattern, preposition, role), requires=_needs(pattern))
    )


def _roles(pattern: Pattern, preposition: str, role: str) -> Mapping[str, str]:
    others = {slot: r for slot, r in pattern.roles.items() if slot not in ("subject", "object", "dative", "of", "by")}
    return {**others, preposition: role, "by": "actor", "subject": "actor"}


def _needs(pattern: Pattern) -> tuple[str, ...]:
    """Somebody who does it, and somebody whom or something of the pattern's own that it is done to."""
    kept = [need for need in pattern.requires if need not in GOVERNED_CLAUSES]
    return tuple(dict.fromkeys(("actor", *kept, "affected" if pattern.object_nouns else "recipient")))
