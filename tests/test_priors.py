"""What the events of a pattern turn out to be: how it is counted, read and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kg.errors import DataError
from kg.events.priors import BORROWED, Priors, load_priors, save_priors
from kg.pipeline import Tools, open_tools

TABLE = Path(__file__).parent.parent / "seeds" / "opinion" / "patterns.tsv"
CLASSES = ("ACCUSE", "REJECT", "SANCTION")
COUNTS = {
    ("condemn", "ACCUSE", "ACCUSE"): 90,
    ("condemn", "ACCUSE", "SANCTION"): 10,
    ("blame", "ACCUSE", "REJECT"): 60,
    ("blame", "SANCTION", "SANCTION"): 500,
}


def shares(priors: Priors, pattern: str, told: str) -> list[float]:
    """How probable each class is, to two digits."""
    return [round(float(p), 2) for p in np.exp(priors.log_probability(pattern, told, CLASSES))]


def test_a_pattern_is_known_by_its_own_events() -> None:
    """Where it was often met what is known of others counts little, and what it is of another type not at all."""
    assert shares(Priors(COUNTS), "condemn", "ACCUSE") == [0.84, 0.06, 0.09]
    assert shares(Priors(COUNTS), "blame", "SANCTION") == [0.0, 0.0, 1.0]


def test_a_pattern_that_was_never_met_counts_as_its_kin() -> None:
    """A user's own pattern is as often right as those of its type are; of a type that was never met nothing is known."""
    assert shares(Priors(COUNTS), "mine", "ACCUSE") == [0.56, 0.37, 0.07]
    assert shares(Priors(COUNTS), "condemn", "REJECT") == [0.33, 0.33, 0.33]


def test_the_more_is_known_the_less_is_borrowed() -> None:
    """As many events of its own as are borrowed weigh as much as these."""
    few = Priors({("a", "ACCUSE", "ACCUSE"): BORROWED, ("b", "ACCUSE", "REJECT"): 10**6})
    assert shares(few, "a", "ACCUSE") == [0.5, 0.5, 0.0]


def test_a_table_is_read_as_it_was_written(tmp_path: Path) -> None:
    """One line a count, sorted, so that a change of the lexicon shows as one."""
    save_priors(Priors(COUNTS), tmp_path / "patterns.tsv")
    lines = (tmp_path / "patterns.tsv").read_text("utf-8").splitlines()
    assert lines[:2] == ["pattern\ttold\tmeant\tevents", "blame\tACCUSE\tREJECT\t60"] and len(lines) == 5
    read = load_priors(tmp_path / "patterns.tsv")
    assert read.counts == COUNTS and read.version == Priors(COUNTS).version != Priors({}).version


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "is missing or broken"),
        ("", "is missing or broken"),
        ("pattern\ttold\tmeant\tevents\ncondemn\tACCUSE\tACCUSE\n", "is missing or broken"),
        ("pattern\ttold\tmeant\tevents\ncondemn\tACCUSE\tACCUSE\tmany\n", "is missing or broken"),
        ("pattern\ttold\tmeant\tevents\n" + "condemn\tACCUSE\tACCUSE\t3\n" * 2, "is missing or broken"),
        ("pattern\ttold\tmeant\tevents\ncondemn\tACCUSE\tGOSSIP\t3\n", "it fits another version of kg"),
        ("pattern\ttold\tmeant\tevents\ncondemn\tACCUSE\tACCUSE\t-3\n", "it fits another version of kg"),
        ("pattern\tmeant\ttold\tevents\ncondemn\tACCUSE\tACCUSE\t3\n", "it fits another version of kg"),
    ],
    ids=["missing", "empty", "too short", "no number", "twice", "no type", "less than nothing", "other columns"],
)
def test_a_table_that_is_none_is_named_with_its_remedy(tmp_path: Path, text: str | None, reason: str) -> None:
    """One line that says what to do."""
    path = tmp_path / "patterns.tsv"
    if text is not None:
        path.write_text(text, "utf-8")
    with pytest.raises(
        DataError, match=rf"^patterns\.tsv:? {reason}; make it again: python bench/opinion.py --patterns"
    ):
        load_priors(path)


def test_the_table_is_of_this_lexicon(tools: Tools) -> None:
    """It names no pattern that is gone, and most of those that tell of events."""
    known = {pattern.id for pattern in tools.lexicon.patterns}
    counted = {pattern for pattern, _, _ in load_priors(TABLE).counts}
    assert counted <= known and len(counted) > 400


def test_of_a_pattern_that_replaces_one_nothing_is_known(tools: Tools, tmp_path: Path) -> None:
    """A user's own pattern has no record, though it has the name of one that has."""
    own = '[[pattern]]\nid = "condemn"\nact = "ACCUSE"\nverbs = ["growl at"]\nroles = { object = "recipient" }\n'
    own += 'examples = ["Kenya growled at Chad."]\n'
    (tmp_path / "own.toml").write_text(own, "utf-8")
    assert tools.opinion is not None and tools.opinion.priors.record("condemn")[1] > 100
    opinion = open_tools(lexicons=[tmp_path / "own.toml"]).opinion
    assert opinion is not None and opinion.priors.record("condemn") == (0, 0)
    assert opinion.priors.record("praise") == tools.opinion.priors.record("praise")


SAMPLED = 40
"""Of so many labelled sentences one is counted anew."""


def test_the_table_is_of_these_rules() -> None:
    """What is counted of some of the sentences is within what the table has of all: else `python bench/opinion.py --patterns` is due."""
    from bench.opinion import HERE, count_types, is_held_out, read_rows

    rows = [row for row in read_rows(HERE / "sentences.jsonl") if not is_held_out(row)][::SAMPLED]
    known = load_priors(TABLE).counts
    counted = count_types(rows).counts
    assert sum(counted.values()) > 150
    assert {key: n for key, n in counted.items() if n > known.get(key, 0)} == {}


def row(text: str, *events: tuple[str, str, str]) -> dict[str, Any]:
    """A labelled sentence: of each event the words of its source and target, where they stand last, and its type."""
    spans = [
        [[text.rindex(words), text.rindex(words) + len(words)] for words in event[:2] if words] for event in events
    ]
    return {
        "id": "x",
        "text": text,
        "events": [
            {"source": found[:1], "target": found[1:], "type": event[2]}
            for found, event in zip(spans, events, strict=True)
        ],
    }


@pytest.mark.parametrize(
    ("sentence", "counts"),
    [
        (row("Kenya condemned Chad.", ("Kenya", "Chad", "SANCTION")), {("condemn", "ACCUSE", "SANCTION"): 1}),
        (row("Kenya condemned Chad.", ("Chad", "Kenya", "PROTEST")), {("condemn", "ACCUSE", "PROTEST"): 1}),
        (row("Kenya condemned Chad.", ("Kenya", "", "ACCUSE")), {("condemn", "ACCUSE", "ACCUSE"): 1}),
        (row("Kenya condemned Chad as Mali slept.", ("Kenya", "Mali", "ACCUSE")), {}),
        (row("Kenya will visit Chad.", ("Kenya", "Chad", "AGREE")), {("visit", "AGREE", "AGREE"): 1}),
        (
            row("Kenya condemned Chad, and Chad invaded Kenya.", ("Chad", "Kenya", "COERCE")),
            {("attack", "ASSAULT", "COERCE"): 1},
        ),
        (row("Kenya condemned Chad.", ("Kenya", "Chad", "NONE")), {}),
        (row("Kenya slept beside Chad.", ("Kenya", "Chad", "ASSAULT")), {}),
    ],
    ids=[
        "another type",
        "the other way round",
        "without target",
        "another target",
        "to come",
        "of two",
        "nothing",
        "no pattern",
    ],
)
def test_what_is_counted_of_a_sentence(sentence: dict[str, Any], counts: dict[tuple[str, str, str], int]) -> None:
    """What a pattern tells of both parties of the event that it is labelled with."""
    from bench.opinion import count_types

    assert count_types([sentence]).counts == counts
