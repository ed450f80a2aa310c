"""The values handed on, and the JSON record."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import FrozenInstanceError

import pytest

from kg.model import MODES, QUAD_CLASS, Article, Record, type_of_act

KEYS = """schema id source url title published language text made_by mentions entities statements events""".split()
EVENT_KEYS = "id type act mode context status roles when where confidence reports".split()
REPORT_KEYS = "trigger sentence status roles when where attribution content pattern confidence".split()
TEXT = "Italian Prime Minister Mario Draghi met Emmanuel Macron in Rome on Monday, his office said. “We will help Ukraine,” Draghi said."


def test_a_record_has_the_contracts_keys_in_order(read: Callable[..., object]) -> None:
    """Keys stand in the order that the contract gives."""
    raw = json.loads(read(TEXT).record.to_json())  # type: ignore[attr-defined]
    assert list(raw) == KEYS
    assert raw["schema"] == 1
    event = raw["events"][0]
    assert list(event) == EVENT_KEYS
    assert list(event["reports"][0]) == REPORT_KEYS
    assert list(raw["mentions"][0]) == ["start", "end", "text", "type", "entity"]
    assert list(raw["entities"][0]) == "id name named type country sector wikidata score linker".split()
    assert list(raw["statements"][0]) == "entity office organisation country first last start end".split()


def test_offsets_count_code_points_of_the_text(read: Callable[..., object]) -> None:
    """Every offset pair cuts out the words beside it, after characters outside the BMP too."""
    record = read("🕊️ “Peace”: " + TEXT).record  # type: ignore[attr-defined]
    text = record.article.text
    assert record.events
    for mention in record.mentions:
        assert text[mention.start : mention.end] == mention.text
    for report in (r for e in record.events for r in e.reports):
        for part in (report.trigger, *report.roles, *report.attribution, *(a.cue for a in report.attribution)):
            assert text[part.start : part.end] == part.text


def test_a_record_survives_its_json(read: Callable[..., object]) -> None:
    """Reading back what was written gives an equal record, but for the candidates, which the JSON leaves out."""
    record = read(TEXT).record  # type: ignore[attr-defined]
    again = Record.from_json(record.to_json())
    assert again.to_json() == record.to_json()
    assert again.events == record.events


def test_another_schema_is_refused() -> None:
    """A record of another schema version is not taken for ours."""
    with pytest.raises(ValueError, match="schema"):
        Record.from_json('{"schema": 2}')


def test_values_are_frozen() -> None:
    """A value cannot be changed."""
    with pytest.raises(FrozenInstanceError):
        Article("a", "b").text = "c"  # type: ignore[misc]


def test_sixteen_types_and_their_modes() -> None:
    """All sixteen PLOVER types have a quad class, and modes belong to types."""
    assert len(QUAD_CLASS) == 16
    assert set(MODES) < set(QUAD_CLASS)


@pytest.mark.parametrize(
    ("act", "planned"),
    [("CONSULT", "AGREE"), ("AID", "AGREE"), ("RETREAT", "CONCEDE"), ("CONCEDE", "CONCEDE"), ("ASSAULT", "ASSAULT")],
)
def test_the_future_is_folded_as_plover_says(act: str, planned: str) -> None:
    """PLOVER rule 1 gives the type of what is only planned."""
    assert type_of_act(act, "planned") == planned
    assert type_of_act(act, "reported") == act
