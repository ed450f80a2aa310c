"""What watchers report of others' violence is an accusation besides: "Oxfam said the army had burned the village".

PLOVER codes the saying and the said where both are events. Governments and the press report violence every day, so only
international and non-governmental bodies are taken to accuse whom they report.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.events.parties import Filler, MentionIndex, tidy
from kg.events.status import status_of

if TYPE_CHECKING:
    from spacy.tokens import Doc

_VIOLENCE = frozenset({"ASSAULT", "COERCE"})
_WATCHING = frozenset({"NGO", "IGO"})
_ACTING = frozenset({"GOV", "MIL", "REB", "COP", "SPY", "CRM"})
_TOLD = frozenset({"reported", "historical"})


def with_allegations(doc: Doc, drafts: Mapping[int, Draft], mentions: MentionIndex) -> dict[int, Draft]:
    """The drafts, and one a saying for what it accuses others of; a saying that is an event already stays as it is."""
    out = dict(drafts)
    for i, deed in drafts.items():
        if deed.act not in _VIOLENCE or deed.status not in _TOLD or deed.is_nominal or not deed.attribution:
            continue
        speaker = deed.attribution[-1]
        said_by = mentions.entity_of[speaker.entity]
        accused = [f for f in deed.roles if f.role == "actor" and f.entity not in (None, speaker.entity)]
        if said_by.sector not in _WATCHING or not any(_may_be_accused(f, mentions) for f in accused):
            continue
        cue = doc.char_span(speaker.cue.start, speaker.cue.end, alignment_mode="expand")
        who = doc.char_span(speaker.start, speaker.end, alignment_mode="expand")
        if cue is None or who is None or cue[0].i in out:
            continue
        roles = (
            Filler("actor", speaker.entity, who.start, who.end),
            *(replace(f, role="recipient") for f in accused),
            Filler("topic", None, doc[i].i, doc[i].i + 1),
        )
        out[cue[0].i] = replace(
            deed,
            head=cue[0].i,
            trigger=(cue[0].i,),
            act="ACCUSE",
            mode="allege",
            status=status_of(cue[0]),
            roles=tidy(roles),
            sentence=cue[0].sent.start,
            content=i,
            attribution=deed.attribution[:-1],
        )
    return dict(sorted(out.items()))


def _may_be_accused(filler: Filler, mentions: MentionIndex) -> bool:
    party = mentions.entity_of[filler.entity or ""]
    return party.type == "country" or party.sector in _ACTING
