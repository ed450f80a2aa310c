"""The event lexicon: its own examples, and the mistakes that it reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DataError
from kg.events.lexicon import OPERATORS, Pattern, load_lexicon
from kg.events.operators import RULES
from kg.model import MODES, QUAD_CLASS, Article
from kg.pipeline import Tools, extract_records, open_tools
from kg.resources import data_path

LEXICON = load_lexicon([data_path("seeds", "lexicon")])
EXAMPLES = [(p, text) for p in LEXICON.patterns for text in p.examples]
COUNTEREXAMPLES = [(p, text) for p in LEXICON.patterns for text in p.counterexamples]


@pytest.mark.parametrize(("pattern", "text"), EXAMPLES, ids=[f"{p.id}-{i}" for i, (p, _) in enumerate(EXAMPLES)])
def test_a_pattern_fires_on_its_examples(pattern_tools: Tools, pattern: Pattern, text: str) -> None:
    """Each example of a pattern gives an event of its type, or for an operator an event at all, and nobody guesses it."""
    [record] = extract_records([Article("a", text)], pattern_tools)
    assert record.events
    if pattern.act:
        assert pattern.act in {kind for e in record.events for kind in (e.type, e.act)}


@pytest.mark.parametrize(("pattern", "text"), COUNTEREXAMPLES, ids=[p.id for p, _ in COUNTEREXAMPLES])
def test_a_pattern_is_silent_on_its_counterexamples(tools: Tools, pattern: Pattern, text: str) -> None:
    """No counterexample of a pattern gives an event by it."""
    [record] = extract_records([Article("a", text)], tools)
    assert pattern.id not in {r.pattern for e in record.events for r in e.reports}


def test_every_pattern_has_an_example_and_every_type_a_pattern() -> None:
    """No pattern goes untested, and all sixteen types can be coded."""
    assert not [p.id for p in LEXICON.patterns if not p.examples]
    assert {p.act for p in LEXICON.patterns} >= set(QUAD_CLASS)
    assert len(EXAMPLES) >= 120


def test_every_operator_has_a_rule() -> None:
    """The operators that a lexicon may name are those that have a rule."""
    assert set(OPERATORS) == set(RULES)


def test_cues_name_modes_of_their_type() -> None:
    """A cue decides a mode of its own act, a context, or which acts a sentence does not tell of."""
    for cue in LEXICON.cues:
        assert cue.context or cue.excludes or cue.mode in MODES[cue.act or ""]


MISTAKES = [
    (
        '[[cue]]\nexcludes = ["ASSAULT"]\nofficials = "yes"\nwords = ["ballet"]',
        "officials is 'yes'; write true or false without quotes",
    ),
    (
        '[[cue]]\nact = "ASSAULT"\nmode = "beat"\nofficials = true\nwords = ["fist"]',
        "it has officials but excludes nothing; give it excludes, or leave officials out",
    ),
    ('[[pattern]]\nid = " "\nact = "CONSULT"\nverbs = ["meet"]', r"own.toml, pattern  : it has no id"),
    (
        '[[pattern]]\nid = "x"\noperator = "plan"\nmode = "visit"\nverbs = ["plan"]',
        r"own.toml, pattern x: it has a mode but no act; give it the act of that mode",
    ),
    (
        '[[pattern]]\nid = "x"\nact = "CONSULT"\nverbs = ["Meet"]',
        r"own.toml, pattern x: verbs has 'Meet'; write lemmas in small letters",
    ),
    (
        '[[pattern]]\nid = "x"\nact = "CONSULT"\nverbs = ["meet"]\nroles = { hosts = "host" }',
        r"own.toml, pattern x: slot 'hosts' is a role; the slot comes first",
    ),
    (
        '[[pattern]]\nid = "x"\nact = "MEET"\nverbs = ["meet"]',
        r"own.toml, pattern x: act 'MEET' is unknown; choose one of: AGREE",
    ),
    (
        '[[pattern]]\nid = "x"\nact = "CONSULT"\nmode = "visits"\nverbs = ["go"]',
        r"mode of CONSULT 'visits' is unknown; did you mean 'visit'\?",
    ),
    (
        '[[pattern]]\nid = "x"\nact = "CONSULT"\nverbs = ["go"]\nroles = { subject = "hots" }',
        r"role of 'subject' 'hots' is unknown; did you mean 'host'\?",
    ),
    ('[[pattern]]\nid = "x"\nact = "CONSULT"\nverb = ["go"]', r"key 'verb' is unknown; did you mean 'verbs'\?"),
    ('[[pattern]]\nact = "CONSULT"\nverbs = ["go"]', r"pattern number 1: it has no id"),
    ('[[pattern]]\nid = "x"\nact = "CONSULT"', r"it has no trigger; give it verbs"),
    ('[[pattern]]\nid = "x"\nverbs = ["go"]', r"it has neither act nor operator"),
    ('[[pattern]]\nid = "x"\nact = "CONSULT"\nverbs = "go"', r"verbs is not a list of strings"),
    ("[[pattern", r"own.toml: not a TOML file"),
    ('[[patterns]]\nid = "x"', r"unknown table 'patterns'; use \[\[pattern\]\], .* and \[nominal\]"),
    ('nominal = ["seizure"]', r"'nominal' is no table; write \[nominal\] and a line such as seizure"),
    ('[nominal]\nseizure = "seize"', r"nominal seizure: verbs is not a list of strings"),
    ('[nominal]\nseizure = [""]', r"nominal seizure: it has an empty verb or none"),
    ("[nominal]\nseizure = []", r"nominal seizure: it has an empty verb or none"),
    ('[nominal]\nseizure = ["$seizing"]', r"nominal seizure: class 'seizing' is unknown"),
    ('[nominal]\nSeizure = ["seize"]', r"nominal Seizure: it has 'Seizure'; write lemmas in small letters"),
    ('class = ["talk"]', r"'class' is no table; write \[class\] and a line such as talks"),
]


@pytest.mark.parametrize(("content", "message"), MISTAKES, ids=range(len(MISTAKES)))
def test_a_mistake_is_reported_with_file_pattern_and_remedy(tmp_path: Path, content: str, message: str) -> None:
    """A mistake in a user's file is one line that says where it is and what to write instead."""
    own = tmp_path / "own.toml"
    own.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=message) as caught:
        load_lexicon([own])
    assert "\n" not in str(caught.value)


def test_a_users_noun_tells_what_its_verb_tells(tmp_path: Path) -> None:
    """A noun of a user's own file stands for the verb that it is given."""
    own = tmp_path / "own.toml"
    own.write_text('[nominal]\nsnaffling = ["seize"]\n', encoding="utf-8")
    assert load_lexicon([own], classes_from=[]).nominals == {"snaffling": ("seize",)}


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A lexicon that is not there is named."""
    with pytest.raises(DataError, match="none.toml: no such lexicon"):
        load_lexicon([tmp_path / "none.toml"])


def test_a_users_pattern_is_added(tmp_path: Path) -> None:
    """A pattern of the user's own fires beside ours, and changes the lexicon's version."""
    own = tmp_path / "own.toml"
    own.write_text('[[pattern]]\nid = "defenestrate"\nact = "ASSAULT"\nverbs = ["defenestrate"]\n', encoding="utf-8")
    tools = open_tools(lexicons=[own])
    [record] = extract_records([Article("a", "The Bohemian rebels defenestrated the governors.")], tools)
    assert [e.act for e in record.events] == ["ASSAULT"]
    assert tools.lexicon.version != LEXICON.version
