"""Nouns that tell of what their verbs tell, by the patterns of the verbs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kg.events.nominals import nominals_of_verb
from kg.pipeline import Tools
from tests.conftest import Found

Read = Callable[..., Found]

TOLD = (
    ("of", "Eritrea's surveillance of the Peruvian bishop went on.", "COERCE", ["Eritrea"], ["Peruvian bishop"]),
    ("by", "The exclusion of Peru by Eritrea was expected.", "SANCTION", ["Eritrea"], ["Peru"]),
    ("people", "The Eritrean annexation of Assab went on.", "ASSAULT", ["Eritrea"], ["Assab"]),
    ("gerund", "The sacking of the defence minister by Benin went on.", "SANCTION", ["Benin"], ["defence minister"]),
    ("doubled", "Eritrea's gagging of the Peruvian bishop went on.", "COERCE", ["Eritrea"], ["Peruvian bishop"]),
    ("preposition", "Peru's discrimination against Chile went on.", "COERCE", ["Peru"], ["Chile"]),
    ("particle", "The roundup of Peruvian miners by Eritrea went on.", "COERCE", ["Eritrea"], ["Peruvian miners"]),
    ("thing of another", "Eritrea's abolition of the tariff on Peru came late.", "CONCEDE", ["Eritrea"], ["Peru"]),
    (
        "hung on the object",
        "The jailing of three Chilean monks by Peru went on.",
        "COERCE",
        ["Peru"],
        ["three Chilean monks"],
    ),
    ("nobody does it", "The exclusion of Peru was expected.", None, [], []),
    ("done to nobody", "Eritrea's exclusion was expected.", None, [], []),
    ("done to a thing", "Eritrea's exclusion of doubt was expected.", None, [], []),
    ("only a qualifier", "Eritrea's exclusion list of Peru was long.", None, [], []),
)


@pytest.mark.parametrize("name, text, act, actors, recipients", TOLD, ids=[t[0] for t in TOLD])
def test_a_noun_tells_what_its_verb_tells(
    read: Read, name: str, text: str, act: str | None, actors: list[str], recipients: list[str]
) -> None:
    """With somebody who does it and somebody whom it is done to, and what the verb's pattern asks of both."""
    found = read(text)
    assert [e.type for e in found.record.events] == ([act] if act else [])
    for event in found.record.events:
        for role, named in (("actor", actors), ("recipient", recipients)):
            assert list(found.party(event, role)) == named, role


DONE = (
    ("completed", "Serbia's withdrawal from Kosovo was completed in May.", "RETREAT", ["Serbia"]),
    ("made known", "Denmark's pledge of engines to Ukraine was made public.", "AGREE", ["Denmark"]),
    ("announced", "Norway's aid to Peru was announced on Friday.", "AID", ["Norway"]),
    ("refused by another", "Norway's offer of aid to Peru was rejected by Chile.", "REJECT", ["Chile"]),
)


@pytest.mark.parametrize("name, text, act, actors", DONE, ids=[d[0] for d in DONE])
def test_what_is_completed_or_announced_is_done_by_whose_it_is(
    read: Read, name: str, text: str, act: str, actors: list[str]
) -> None:
    """Where a verb tells of nothing but its object's being done; a verb that tells of more leaves the owner alone."""
    found = read(text)
    [event] = [e for e in found.record.events if e.act == act or e.type == act]
    assert list(found.party(event, "actor")) == actors


UNREAL = (
    ("called for", "Calls for the sacking of the minister by the president grew.", "hypothetical"),
    ("not there", "Without the arming of the rebels by Qatar the war would end.", "hypothetical"),
    ("there", "The sacking of the minister by the president surprised Peru.", "reported"),
)


@pytest.mark.parametrize("name, text, status", UNREAL, ids=[u[0] for u in UNREAL])
def test_what_is_only_called_for_is_not_told_as_done(read: Read, name: str, text: str, status: str) -> None:
    """By the noun on which the deed hangs."""
    assert [e.status for e in read(text).record.events] == [status]


def test_every_noun_of_the_lexicon_has_a_pattern(tools: Tools) -> None:
    """No noun is listed for a verb whose patterns none can have."""
    lexicon = tools.lexicon
    idle = [
        n for n, verbs in lexicon.nominals.items() if not any(True for v in verbs for _ in nominals_of_verb(v, lexicon))
    ]
    assert len(lexicon.nominals) > 300 and idle == []


THINGS = (
    ("a thing", "The painting of the bishop by Denmark was praised."),
    ("a player's", "Novak Djokovic's withdrawal from the open was announced."),
    ("a club's", "Arsenal's release of the midfielder was announced."),
)


@pytest.mark.parametrize("name, text", THINGS, ids=[t[0] for t in THINGS])
def test_things_and_players_are_no_deeds_of_states(read: Read, name: str, text: str) -> None:
    """Nouns like those of deeds, and owners like states."""
    assert read(text).record.events == ()
