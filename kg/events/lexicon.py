"""The event lexicon: patterns as data, read from TOML and checked with the file, pattern and remedy of each mistake.

The format is described in `docs/lexicon.md`.
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import DataError
from kg.model import CONTEXTS, ENTITY_TYPES, MODES, QUAD_CLASS, ROLES

OPERATORS = (
    "plan",
    "commit",
    "willing",
    "refuse",
    "deny",
    "stop",
    "announce",
    "begin",
    "attempt",
    "fail",
    "demand",
    "threaten",
    "accuse",
    "assert",
    "cancel",
    "allow",
)
"""What a verb does to the event in its complement; `kg.events.operators` says how each changes type and status."""

REQUIREMENTS = (*ROLES, "affected", "content", "infinitive", "topic-or-content", "two-actors")
"""What a pattern may require to be filled before it counts as an event."""

_SLOT_VALUES = (*ROLES, "none")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way in which English tells of an event.

    `roles` maps "subject", "object" and prepositions to roles; a slot that is absent fills none. `act` is None for an
    operator that is no event of its own ("plan", "try").
    """

    id: str
    act: str | None
    mode: str | None = None
    contexts: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    nouns: tuple[str, ...] = ()
    adjectives: tuple[str, ...] = ()
    operator: str | None = None
    reciprocal: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)
    object_is: tuple[str, ...] = ()
    object_nouns: tuple[str, ...] = ()
    object_not: tuple[str, ...] = ()
    subject_is: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    file: str = ""

    @property
    def specificity(self) -> int:
        """How much the pattern asks for; of two that fit, the one that asks for more wins."""
        return (
            2 * bool(self.object_nouns)
            + bool(self.object_is)
            + bool(self.object_not)
            + bool(self.requires)
            + bool(self.subject_is)
        )


@dataclass(frozen=True, slots=True)
class Cue:
    """Words in an event's clause that decide its mode (`act` given) or one of its contexts."""

    words: frozenset[str]
    act: str | None
    mode: str | None
    context: str | None


@dataclass(frozen=True, slots=True)
class VerbEntry:
    """A pattern by one of its verbs: the words that must stand with the verb, and whether they name its object.

    In a phrase ("impose sanctions") they do, so what the pattern asks of objects is asked of its verbs alone.
    """

    words: tuple[str, ...]
    is_phrase: bool
    pattern: Pattern


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All patterns, with an index a kind of trigger: lemma (verb, noun, adjective) → patterns."""

    patterns: tuple[Pattern, ...]
    cues: tuple[Cue, ...]
    version: str
    verbs: Mapping[str, tuple[VerbEntry, ...]]
    nouns: Mapping[str, tuple[Pattern, ...]]
    adjectives: Mapping[str, tuple[Pattern, ...]]

    def pattern(self, pattern_id: str) -> Pattern | None:
        return next((p for p in self.patterns if p.id == pattern_id), None)


def load_lexicon(paths: Iterable[Path]) -> Lexicon:
    """The lexicon of all TOML files given, directories read in name order; a later pattern replaces one of the same id.

    :raises DataError: naming the file, the pattern and the remedy of the first mistake.
    """
    patterns: dict[str, Pattern] = {}
    cues: list[Cue] = []
    digest = hashlib.sha256()
    for path in _files(paths):
        content = path.read_bytes()
        digest.update(content)
        try:
            raw = tomllib.loads(content.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise DataError(f"{path}: not a TOML file: {error}") from error
        unknown = set(raw) - {"pattern", "cue"}
        if unknown:
            raise DataError(f"{path}: unknown table {_quoted(unknown)}; use [[pattern]] and [[cue]]")
        for name in ("pattern", "cue"):
            tables = raw.get(name, [])
            if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
                raise DataError(f"{path}: {name!r} is no list of tables; write [[{name}]] before each")
        for number, table in enumerate(raw.get("pattern", ()), start=1):
            pattern = _pattern(table, path, number)
            patterns[pattern.id] = pattern
        cues.extend(_cue(table, path, number) for number, table in enumerate(raw.get("cue", ()), start=1))
    return _indexed(tuple(patterns.values()), tuple(cues), digest.hexdigest()[:12])


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            files = sorted(path.glob("*.toml"))
            if not files:
                raise DataError(f"{path}: the folder has no lexicon files; they end in .toml")
            yield from files
        elif path.is_file():
            yield path
        else:
            raise DataError(f"{path}: no such lexicon file or folder")


def _indexed(patterns: tuple[Pattern, ...], cues: tuple[Cue, ...], version: str) -> Lexicon:
    verbs: dict[str, list[VerbEntry]] = {}
    nouns: dict[str, list[Pattern]] = {}
    adjectives: dict[str, list[Pattern]] = {}
    for pattern in patterns:
        for entries, is_phrase in ((pattern.verbs, False), (pattern.phrases, True)):
            for verb, *rest in (words.split() for words in entries):
                verbs.setdefault(verb, []).append(VerbEntry(tuple(rest), is_phrase, pattern))
        for noun in pattern.nouns:
            nouns.setdefault(noun.rpartition(" ")[2], []).append(pattern)
        for adjective in pattern.adjectives:
            adjectives.setdefault(adjective, []).append(pattern)
    return Lexicon(
        patterns,
        cues,
        version,
        {k: tuple(sorted(v, key=lambda e: (-len(e.words), -e.pattern.specificity))) for k, v in verbs.items()},
        {k: tuple(sorted(v, key=lambda p: (not _is_qualified(p, k), -p.specificity))) for k, v in nouns.items()},
        {k: tuple(v) for k, v in adjectives.items()},
    )


def _is_qualified(pattern: Pattern, noun: str) -> bool:
    """Whether the pattern knows the noun only with a word before it, as "hunger strike"."""
    return all(" " in n for n in pattern.nouns if n.rpartition(" ")[2] == noun)


_TUPLES = """verbs phrases nouns adjectives object_is object_nouns object_not subject_is requires examples
    counterexamples""".split()
_KEYS = ("id", "act", "mode", "contexts", "operator", "reciprocal", "roles", *_TUPLES)


def _pattern(table: Mapping[str, Any], path: Path, number: int) -> Pattern:
    name = table.get("id", f"number {number}")
    where = f"{path}, pattern {name}"
    for key in table:
        _known(key, _KEYS, "key", where)
    if not isinstance(table.get("id"), str):
        raise DataError(f"{where}: it has no id; give it one, such as id = 'meet'")
    act, mode, operator = table.get("act"), table.get("mode"), table.get("operator")
    if act is not None:
        _known(act, tuple(QUAD_CLASS), "act", where)
    if mode is not None:
        _known(mode, MODES.get(act or "", ()), f"mode of {act}", where)
    if operator is not None:
        _known(operator, OPERATORS, "operator", where)
    if act is None and operator is None:
        raise DataError(f"{where}: it has neither act nor operator; give it one of them")
    for context in table.get("contexts", ()):
        _known(context, CONTEXTS, "context", where)
    lists = {key: _strings(table.get(key, ()), key, where) for key in _TUPLES}
    for kind in (*lists["object_is"], *lists["subject_is"]):
        _known(kind, ENTITY_TYPES, "type", where)
    for need in lists["requires"]:
        _known(need, REQUIREMENTS, "requirement", where)
    if not any(lists[key] for key in ("verbs", "phrases", "nouns", "adjectives")):
        raise DataError(f"{where}: it has no trigger; give it verbs, phrases, nouns or adjectives")
    return Pattern(
        id=table["id"],
        act=act,
        mode=mode,
        contexts=tuple(table.get("contexts", ())),
        operator=operator,
        reciprocal=bool(table.get("reciprocal", False)),
        roles=_roles(table, where),
        file=path.name,
        **lists,
    )


def _roles(table: Mapping[str, Any], where: str) -> Mapping[str, str]:
    """The slots of a pattern; a verb's subject is the actor and its object the recipient unless it says otherwise."""
    given = table.get("roles", {})
    for slot, role in given.items():
        _known(role, _SLOT_VALUES, f"role of {slot!r}", where)
    both = "actor" if table.get("reciprocal") else "recipient"
    defaults = {"subject": "actor", "object": both}
    if table.get("reciprocal"):
        defaults |= {"with": "actor", "between": "actor", "about": "topic", "on": "topic", "over": "topic"}
    merged = defaults | dict(given)
    return {slot: role for slot, role in merged.items() if role != "none"}


def _cue(table: Mapping[str, Any], path: Path, number: int) -> Cue:
    where = f"{path}, cue {number}"
    for key in table:
        _known(key, ("words", "act", "mode", "context"), "key", where)
    act, mode, context = table.get("act"), table.get("mode"), table.get("context")
    if context is not None:
        _known(context, CONTEXTS, "context", where)
    elif act is None or mode is None:
        raise DataError(f"{where}: it decides nothing; give it act and mode, or context")
    else:
        _known(act, tuple(QUAD_CLASS), "act", where)
        _known(mode, MODES.get(act, ()), f"mode of {act}", where)
    return Cue(frozenset(_strings(table.get("words", ()), "words", where)), act, mode, context)


def _strings(value: object, key: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(v, str) for v in value):
        raise DataError(f"{where}: {key} is not a list of strings; write {key} = ['…', '…']")
    return tuple(value)


def _known(value: object, choices: Sequence[str], what: str, where: str) -> None:
    if value in choices:
        return
    near = difflib.get_close_matches(str(value), choices, 1, 0.7)
    remedy = f"did you mean {near[0]!r}?" if near else f"choose one of: {', '.join(choices) or '(none)'}"
    raise DataError(f"{where}: {what} {str(value)!r} is unknown; {remedy}")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))
