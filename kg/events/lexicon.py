"""The event lexicon: patterns as data, read from TOML and checked with the file, pattern and remedy of each mistake.

The format is described in `docs/lexicon.md`.
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from kg.errors import DataError
from kg.model import CONTEXTS, ENTITY_TYPES, MODES, QUAD_CLASS, ROLES, SECTORS

OPERATORS = (
    "plan",
    "commit",
    "vow",
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

REQUIREMENTS = (
    *ROLES,
    "affected",
    "affected-or-content",
    "consequence",
    "content",
    "given-to",
    "infinitive",
    "intransitive",
    "likened",
    "negated",
    "more-than-silence",
    "no-clause",
    "no-name-given",
    "no-question",
    "object",
    "obligation",
    "officials",
    "aimed",
    "anothers-deed",
    "over-something",
    "own-deed",
    "own-regret",
    "planned",
    "refusing",
    "subjunctive",
    "topic-or-content",
    "two-actors",
    "with-somebody",
    "asked-by-somebody",
    "own-things",
    "no-measure",
    "no-troops",
    "no-space-flight",
)
"""What a pattern may require to be filled, or its verb to govern, before it counts as an event."""
KINDS = (*ENTITY_TYPES, *SECTORS)
"""What a pattern may ask its subject or object to be: a type of entity or a PLOVER sector."""

_SLOTS = ("subject", "object", "dative", "speaker")
"""Slots that are no prepositions."""
_SLOT_VALUES = (*ROLES, "none")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way in which English tells of an event.

    `roles` maps "subject", "object" and prepositions to roles; a slot that is absent fills none. `act` is None for an
    operator that is no event of its own ("plan", "try"). `near` are words of which one must stand in the clause.
    `agentless` patterns tell of an event even where nobody is said to have done it.
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
    agentless: bool = False
    roles: Mapping[str, str] = field(default_factory=dict)
    object_is: frozenset[str] = frozenset()
    object_nouns: frozenset[str] = frozenset()
    object_not: frozenset[str] = frozenset()
    subject_is: frozenset[str] = frozenset()
    subject_nouns: frozenset[str] = frozenset()
    near: frozenset[str] = frozenset()
    requires: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    file: str = ""

    @property
    def specificity(self) -> int:
        """How much the pattern asks for; of two that fit, the one that asks for more wins."""
        return (
            3 * bool(self.near)
            + 4 * bool(self.subject_nouns and not self.subject_is)
            + 2 * bool(self.object_nouns)
            + bool(self.object_is)
            + bool(self.object_not)
            + bool(self.requires)
            + bool(self.subject_is or self.subject_nouns)
        )


@dataclass(frozen=True, slots=True)
class Cue:
    """Words in an event's clause that decide its mode (`act` given) or one of its contexts.

    With `excludes` they decide, anywhere in the sentence, that it tells of no event of those acts: a match is no battle.
    They spare what an office, a force, a party or a body does ("Police beat fans at the match") unless `officials` is set.
    """

    words: frozenset[str]
    act: str | None
    mode: str | None
    context: str | None
    excludes: frozenset[str] = frozenset()
    officials: bool = False


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
    """All patterns, with an index a kind of trigger: lemma (verb, noun, adjective) → patterns.

    `nominals` maps nouns to the verbs, with their particles, that tell of the same: "seizure" to "seize".
    """

    patterns: tuple[Pattern, ...]
    cues: tuple[Cue, ...]
    version: str
    verbs: Mapping[str, tuple[VerbEntry, ...]]
    nouns: Mapping[str, tuple[Pattern, ...]]
    adjectives: Mapping[str, tuple[Pattern, ...]]
    nominals: Mapping[str, tuple[str, ...]]

    def pattern(self, pattern_id: str) -> Pattern | None:
        return next((p for p in self.patterns if p.id == pattern_id), None)


def load_lexicon(paths: Iterable[Path], classes_from: Iterable[Path] = ()) -> Lexicon:
    """The lexicon of all TOML files given, directories read in name order; a later pattern replaces one of the same id.

    The patterns may refer to word classes of the same files and of those in `classes_from`.

    :raises DataError: naming the file, the pattern and the remedy of the first mistake.
    """
    read = [(path, _content(path)) for path in _files(paths)]
    tables = [(path, _tables(path, content)) for path, content in read]
    lent = [(path, _tables(path, _content(path))) for path in _files(classes_from)]
    classes = _classes([*lent, *tables])
    patterns: dict[str, Pattern] = {}
    cues: list[Cue] = []
    nominals: dict[str, tuple[str, ...]] = {}
    for path, raw in tables:
        nominals |= _nominals(raw, path, classes)
        for number, table in enumerate(raw.get("pattern", ()), start=1):
            pattern = _pattern(table, path, number, classes)
            if any(t.get("id") == pattern.id for t in raw["pattern"][: number - 1]):
                raise DataError(f"{path}, pattern {pattern.id}: the file has two of this id; give each its own")
            patterns[pattern.id] = pattern
        cues.extend(_cue(table, path, number, classes) for number, table in enumerate(raw.get("cue", ()), start=1))
    digest = hashlib.sha256(b"".join(content for _, content in read)).hexdigest()
    return _indexed(tuple(patterns.values()), tuple(cues), nominals, digest[:12])


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise DataError(f"{path}: cannot be read ({error.strerror}); a lexicon file is a TOML file") from error


def _tables(path: Path, content: bytes) -> Mapping[str, Any]:
    """What a lexicon file holds, its outline checked."""
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{path}: not a TOML file: {error}") from error
    unknown = set(raw) - {"pattern", "cue", "class", "nominal"}
    if unknown:
        raise DataError(f"{path}: unknown table {_quoted(unknown)}; use [[pattern]], [[cue]], [class] and [nominal]")
    for name in ("pattern", "cue"):
        rows = raw.get(name, [])
        if not isinstance(rows, list) or not all(isinstance(t, dict) for t in rows):
            raise DataError(f"{path}: {name!r} is no list of tables; write [[{name}]] before each")
    for name, line in (("class", "talks = ['talk', 'summit']"), ("nominal", "seizure = ['seize']")):
        if not isinstance(raw.get(name, {}), dict):
            raise DataError(f"{path}: {name!r} is no table; write [{name}] and a line such as {line}")
    return raw


def _classes(tables: Iterable[tuple[Path, Mapping[str, Any]]]) -> Mapping[str, tuple[str, ...]]:
    """The word classes of all files by name, those within others spelt out; a later class replaces one of the same name."""
    classes: dict[str, tuple[str, ...]] = {}
    for path, raw in tables:
        for name, words in raw.get("class", {}).items():
            where = f"{path}, class {name}"
            classes[name] = _spelt_out(_strings(words, "words", where), classes, where)
    return classes


def _spelt_out(entries: Iterable[str], classes: Mapping[str, tuple[str, ...]], where: str) -> tuple[str, ...]:
    """The entries with each "$name" replaced by the words of that class in turn: "$lift $barrier" gives all pairs."""
    out: list[str] = []
    for entry in entries:
        choices: list[tuple[str, ...]] = []
        for word in entry.split(" "):
            if word.startswith("$") and len(word) > 1:
                _known(word[1:], tuple(classes), "class", where, "classes are defined above where they are used; ")
            choices.append(classes[word[1:]] if word[0:1] == "$" and len(word) > 1 else (word,))
        out.extend(" ".join(words) for words in product(*choices))
    return tuple(dict.fromkeys(out))


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


def _nominals(raw: Mapping[str, Any], path: Path, classes: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """The nouns of a file with the verbs that tell of the same."""
    nominals: dict[str, tuple[str, ...]] = {}
    for noun, verbs in raw.get("nominal", {}).items():
        where = f"{path}, nominal {noun}"
        nominals[noun] = _spelt_out(_strings(verbs, "verbs", where), classes, where)
        if not nominals[noun] or not all(verb.strip() for verb in nominals[noun]):
            raise DataError(f"{where}: it has an empty verb or none; write {noun} = ['…'], or leave it out")
        if capital := [word for word in (noun, *nominals[noun]) if word != word.lower()]:
            raise DataError(f"{where}: it has {_quoted(capital)}; write lemmas in small letters, they fit capitals too")
    return nominals


def _indexed(
    patterns: tuple[Pattern, ...], cues: tuple[Cue, ...], nominals: Mapping[str, tuple[str, ...]], version: str
) -> Lexicon:
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
        {k: tuple(sorted(v, key=lambda p: -p.specificity)) for k, v in adjectives.items()},
        nominals,
    )


def _is_qualified(pattern: Pattern, noun: str) -> bool:
    """Whether the pattern knows the noun only with a word before it, as "hunger strike"."""
    return all(" " in n for n in pattern.nouns if n.rpartition(" ")[2] == noun)


_SETS = ("object_is", "object_nouns", "object_not", "subject_is", "subject_nouns", "near")
_TUPLES = ("verbs", "phrases", "nouns", "adjectives", "requires", "examples", "counterexamples")
_WORDS = ("verbs", "phrases", "nouns", "adjectives", "object_nouns", "object_not", "subject_nouns", "near")
_KEYS = ("id", "act", "mode", "contexts", "operator", "reciprocal", "agentless", "roles", *_TUPLES, *_SETS)


def _pattern(table: Mapping[str, Any], path: Path, number: int, classes: Mapping[str, tuple[str, ...]]) -> Pattern:
    name = table.get("id", f"number {number}")
    where = f"{path}, pattern {name}"
    for key in table:
        _known(key, _KEYS, "key", where)
    if not isinstance(table.get("id"), str) or not table["id"].strip():
        raise DataError(f"{where}: it has no id; give it one, such as id = 'meet'")
    act, mode, operator = table.get("act"), table.get("mode"), table.get("operator")
    if act is not None:
        _known(act, tuple(QUAD_CLASS), "act", where)
    if mode is not None and act is None:
        raise DataError(f"{where}: it has a mode but no act; give it the act of that mode, or leave the mode out")
    if mode is not None:
        _known(mode, MODES.get(act or "", ()), f"mode of {act}", where)
    if operator is not None:
        _known(operator, OPERATORS, "operator", where)
    if act is None and operator is None:
        raise DataError(f"{where}: it has neither act nor operator; give it one of them")
    contexts = _strings(table.get("contexts", ()), "contexts", where)
    for context in contexts:
        _known(context, CONTEXTS, "context", where)
    for key in ("reciprocal", "agentless"):
        if not isinstance(table.get(key, False), bool):
            raise DataError(f"{where}: {key} is {table[key]!r}; write true or false without quotes")
    lists = {key: _strings(table.get(key, ()), key, where) for key in (*_TUPLES, *_SETS)}
    lists.update({key: _spelt_out(lists[key], classes, where) for key in _WORDS})
    for key in _WORDS:
        if any(not word.strip() or "  " in word for word in lists[key]):
            raise DataError(f"{where}: {key} has an empty word; leave it out")
        if capital := [word for word in lists[key] if word != word.lower()]:
            raise DataError(
                f"{where}: {key} has {_quoted(capital)}; write lemmas in small letters, they fit capitals too"
            )
    if short := [phrase for phrase in lists["phrases"] if " " not in phrase]:
        raise DataError(f"{where}: {_quoted(short)} is no phrase of verb and object; put it under verbs")
    if long := [noun for noun in lists["nouns"] if noun.count(" ") > 1]:
        raise DataError(f"{where}: the noun {_quoted(long)} has more than one word before it; give the last two")
    for kind in (*lists["object_is"], *lists["subject_is"]):
        _known(kind, KINDS, "type or sector", where)
    for need in lists["requires"]:
        _known(need, REQUIREMENTS, "requirement", where)
    if not any(lists[key] for key in ("verbs", "phrases", "nouns", "adjectives")):
        raise DataError(f"{where}: it has no trigger; give it verbs, phrases, nouns or adjectives")
    return Pattern(
        id=table["id"],
        act=act,
        mode=mode,
        contexts=contexts,
        operator=operator,
        reciprocal=bool(table.get("reciprocal", False)),
        agentless=bool(table.get("agentless", False)),
        roles=_roles(table, where),
        file=path.name,
        verbs=lists["verbs"],
        phrases=lists["phrases"],
        nouns=lists["nouns"],
        adjectives=lists["adjectives"],
        object_is=frozenset(lists["object_is"]),
        object_nouns=frozenset(lists["object_nouns"]),
        object_not=frozenset(lists["object_not"]),
        subject_is=frozenset(lists["subject_is"]),
        subject_nouns=frozenset(lists["subject_nouns"]),
        near=frozenset(lists["near"]),
        requires=lists["requires"],
        examples=lists["examples"],
        counterexamples=lists["counterexamples"],
    )


def _roles(table: Mapping[str, Any], where: str) -> Mapping[str, str]:
    """The slots of a pattern; a verb's subject is the actor and its object the recipient unless it says otherwise."""
    given = table.get("roles", {})
    if not isinstance(given, dict):
        raise DataError(f"{where}: roles is no table; write roles = {{ object = 'recipient' }}")
    for slot, role in given.items():
        if slot not in _SLOTS and difflib.get_close_matches(slot, _SLOTS, 1, 0.7):
            _known(slot, _SLOTS, "slot", where)
        if slot not in _SLOTS and difflib.get_close_matches(slot, ROLES, 1, 0.8):
            raise DataError(
                f"{where}: slot {slot!r} is a role; the slot comes first, such as roles = {{ at = 'host' }}"
            )
        _known(role, _SLOT_VALUES, f"role of {slot!r}", where)
    both = "actor" if table.get("reciprocal") else "recipient"
    defaults = {"subject": "actor", "object": both}
    if table.get("reciprocal"):
        defaults |= {"with": "actor", "between": "actor", "about": "topic", "on": "topic", "over": "topic"}
    merged = defaults | dict(given)
    return {slot: role for slot, role in merged.items() if role != "none"}


def _cue(table: Mapping[str, Any], path: Path, number: int, classes: Mapping[str, tuple[str, ...]]) -> Cue:
    where = f"{path}, cue {number}"
    for key in table:
        _known(key, ("words", "act", "mode", "context", "excludes", "officials"), "key", where)
    act, mode, context = table.get("act"), table.get("mode"), table.get("context")
    excludes = _strings(table.get("excludes", ()), "excludes", where)
    for excluded in excludes:
        _known(excluded, tuple(QUAD_CLASS), "act", where)
    if context is not None:
        _known(context, CONTEXTS, "context", where)
    elif not excludes and (act is None or mode is None):
        raise DataError(f"{where}: it decides nothing; give it act and mode, or context, or excludes")
    elif not excludes:
        _known(act, tuple(QUAD_CLASS), "act", where)
        _known(mode, MODES.get(act or "", ()), f"mode of {act}", where)
    words = _spelt_out(_strings(table.get("words", ()), "words", where), classes, where)
    if not words:
        raise DataError(f"{where}: it has no words; give it some")
    if excludes and (act or mode or context):
        raise DataError(f"{where}: a cue with excludes decides no mode or context; make two of it")
    officials = table.get("officials", False)
    if not isinstance(officials, bool):
        raise DataError(f"{where}: officials is {officials!r}; write true or false without quotes")
    if officials and not excludes:
        raise DataError(f"{where}: it has officials but excludes nothing; give it excludes, or leave officials out")
    return Cue(frozenset(words), act, mode, context, frozenset(excludes), officials)


def _strings(value: object, key: str, where: str) -> tuple[str, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str) or not all(isinstance(v, str) for v in value):
        raise DataError(f"{where}: {key} is not a list of strings; write {key} = ['…', '…']")
    return tuple(value)


def _known(value: object, choices: Sequence[str], what: str, where: str, hint: str = "") -> None:
    if not isinstance(value, str):
        raise DataError(f"{where}: {what} is {value!r}, no string; write it in quotes")
    if value in choices:
        return
    near = difflib.get_close_matches(str(value), choices, 1, 0.7)
    remedy = f"did you mean {near[0]!r}?" if near else f"choose one of: {', '.join(choices) or '(none)'}"
    raise DataError(f"{where}: {what} {value!r} is unknown; {hint}{remedy}")


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(repr(name) for name in sorted(names))
