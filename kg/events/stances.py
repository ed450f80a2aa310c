"""What a draft tells once it is known who says it and on what it depends: refusals, commands and threats."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from kg.events.drafts import Draft
from kg.events.operators import REFUSED_MODE, THREATENED_MODE
from kg.events.parties import Filler, MentionIndex, owners_of, tidy
from kg.events.status import (
    condition_clauses,
    is_conditional,
    is_imperative,
    is_negated,
    is_open,
    is_ultimatum,
    never_accepted,
    refuses,
    status_of,
    will_be,
    would_not,
)
from kg.events.syntax import is_passive, objects, subjects, word_before
from kg.model import QUAD_CLASS, VERBAL_CONFLICT, Entity

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_THREATENING = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "SANCTION", "PROTEST"})
_SAID_OF_DEEDS = frozenset({"ACCUSE", "REJECT", "SUPPORT", "REQUEST", "THREATEN"})
_OTHERS = frozenset("rival enemy foe opponent adversary neighbour neighbor critic captor attacker".split())
_BODIES = frozenset({"IGO", "REB", "OPP", "PTY", "MIL"})
"""Sectors of those who speak for a body that is no state: an alliance, fighters, a party."""
_MENACING = frozenset({"GOV", "MIL", "REB", "OPP", "PTY", "COP", "CRM", "JUD", "SPY"})
_KIND = frozenset("work cooperate help support assist respect honour honor protect welcome".split())
"""Verbs of what nobody threatens with."""
_LETTERS = frozenset("letter message statement note cable e-mail email text telegram missive".split())
_PROLONGING = frozenset({"renew", "extend", "prolong"})
_REFUSABLE = frozenset({"AGREE", "CONSULT", "SUPPORT", "COOPERATE", "AID", "CONCEDE", "RETREAT"})
_DEEDS = frozenset(
    """move step decision charge claim accusation allegation act action gesture announcement plan threat demand offer
    proposal remark comment measure verdict ruling ban attack strike raid operation visit sale deal""".split()
)
"""Nouns that sum up the clause before them: "a move Jordan condemned"."""


class Stances:
    """The rules, each a draft in and a draft out."""

    def __init__(self, doc: Doc, mentions: MentionIndex) -> None:
        self.doc, self.mentions = doc, mentions

    def refused(self, draft: Draft) -> Draft:
        """What somebody will not do for others, or does not let them do, he refuses them: "will not open the crossing".

        PLOVER: REJECT is also the refusal to meet, help or yield; not to attack is no refusal.
        """
        if draft.act not in _REFUSABLE or not draft.entities("actor") or draft.is_nominal:
            return draft
        if draft.status != "denied" and not self._would_not(draft):
            return draft
        head = self.doc[draft.head]
        if draft.pattern != "allow" and not refuses(head) and not never_accepted(head):
            return draft
        mode = REFUSED_MODE.get(draft.act, "change")
        own = {p.entity for t in subjects(self.doc[draft.head]) for p in self.mentions.parties(t, "actor")}
        roles = tuple(
            replace(f, role="recipient") if f.role == "actor" and own and f.entity not in own else f
            for f in draft.roles
        )
        if not any(f.role == "recipient" for f in roles):
            roles = (*roles, *self._conditional_parties(self.doc[draft.head]))
        return replace(draft, act="REJECT", mode=mode, status="reported", content=None, roles=tidy(roles))

    def given_up(self, draft: Draft) -> Draft:
        """What somebody no longer asks for, or does not prolong, he concedes: "no longer insists that Hanoi pay"."""
        no_longer = any(
            c.lower_ == "longer" and is_negated(self.doc[draft.head]) for c in self.doc[draft.head].children
        )
        if draft.act == "SANCTION" and draft.status == "denied" and _is_let_lapse(self.doc[draft.head]):
            # A measure that is not renewed ends: "failed to renew the tariffs on Chad".
            return replace(draft, act="CONCEDE", mode=None, status="reported", content=None)
        if draft.act != "REQUEST" or draft.status not in ("denied", "hypothetical", "planned") or not no_longer:
            return draft
        return replace(draft, act="CONCEDE", mode=None, status="reported", content=None)

    def _would_not(self, draft: Draft) -> bool:
        """Whether the actor declined, as he or his own side tells: what others foresee that he would not do is no refusal."""
        if draft.status not in ("hypothetical", "planned") or not would_not(self.doc[draft.head]):
            return False
        if not draft.attribution:
            return True
        said_by = self.mentions.entity_of[draft.attribution[-1].entity]
        actors = [self.mentions.entity_of[a] for a in draft.entities("actor")]
        is_own = any(a.id == said_by.id or (a.country is not None and a.country == said_by.country) for a in actors)
        # "The White House said the president would not lift the sanctions": no other president than its own.
        is_chief = said_by.sector == "GOV" and any(
            not a.named and a.country is None and a.sector == "GOV" for a in actors
        )
        return (
            is_own or is_chief or self._are_of_speaker(draft) or (said_by.country is None and said_by.sector == "GOV")
        )

    def _conditional_parties(self, verb: Token) -> Sequence[Filler]:
        """Of whom it depends: "will not return until Fiji …", "until the fee is paid by the firm"."""
        for token in (verb, *verb.ancestors):
            for clause in condition_clauses(token):
                doers = [t for t in subjects(clause) if t.i > clause.left_edge.i]
                for t in doers:
                    parties = self.mentions.parties(t, "recipient")
                    parties = parties or tuple(
                        p for o in owners_of(t, self.mentions) for p in self.mentions.parties(o, "recipient")
                    )
                    if parties and t.pos_ != "PRON":
                        return parties
            if token.dep_ not in ("xcomp", "conj"):
                break
        return []

    def commanded(self, draft: Draft) -> Draft:
        """What somebody is told to do in so many words is asked of him: "Release the hostages," she told Hamas."""
        if not is_imperative(self.doc[draft.head]):
            return draft
        if not draft.attribution:
            return replace(draft, status="hypothetical")
        speaker, span = draft.attribution[-1], self._words_of_speaker(draft)
        cue = self.doc.char_span(speaker.cue.start, speaker.cue.end, alignment_mode="expand")
        if span is None or cue is None:
            return replace(draft, status="hypothetical")
        asked = tuple(p for t in objects(cue[0]) for p in self.mentions.parties(t, "recipient"))
        roles = (Filler("actor", speaker.entity, span.start, span.end), *asked)
        mode = REFUSED_MODE.get(draft.act, "change")
        return replace(
            draft,
            act="REQUEST",
            mode=mode,
            status=status_of(cue[0]),
            roles=tidy(roles),
            attribution=draft.attribution[:-1],
        )

    def threatened(self, draft: Draft) -> Draft:
        """Force or sanctions that their own author says are to come, or may come, are a threat: "said it will begin an operation against …".

        So are those that somebody makes depend on what others do: "said that they would close the port unless Tripoli paid".
        """
        if draft.act == "REQUEST" and not draft.is_nominal and is_ultimatum(self.doc[draft.head]):
            return replace(draft, act="THREATEN", mode=None, content=None)
        if draft.act not in (*_THREATENING, "THREATEN", "ACCUSE") or draft.is_nominal:
            return draft
        if draft.act == "THREATEN" and (draft.entities("actor") or not draft.attribution):
            return draft
        head = self.doc[draft.head]
        conditional = draft.status in ("planned", "hypothetical") and (is_conditional(head) or is_open(head))
        if draft.act == "ACCUSE" and not (is_conditional(head) and draft.mode == "allege"):
            return draft
        if draft.act == "MOBILIZE" and not conditional and not draft.entities("recipient"):
            return draft
        if not conditional and (draft.status != "planned" or not draft.attribution):
            return draft
        mode = THREATENED_MODE.get(draft.act, draft.mode)
        threat = replace(draft, act="THREATEN", mode=mode, status="reported")
        if not draft.attribution:
            return threat if will_be(head) and self._may_threaten(draft.entities("actor")) else draft
        speaker = draft.attribution[-1]
        if not draft.entities("actor") and self._may_threaten((speaker.entity,)):
            span = self._words_of_speaker(draft)
            doers = () if span is None else (Filler("actor", speaker.entity, span.start, span.end),)
            return replace(threat, roles=tidy((*doers, *draft.roles)), attribution=draft.attribution[:-1])
        said_by = self.mentions.entity_of[speaker.entity]
        actors = [self.mentions.entity_of[a] for a in draft.entities("actor")]
        is_official = conditional and _is_an_official(said_by, self._words_of_speaker(draft))
        is_anybody = conditional and _is_unknown(said_by)
        is_of_body = conditional and any(self._speaks_for_body(draft, a) for a in actors)
        if is_of_body or any(
            _speaks_for(said_by, a) or is_anybody or (is_official and a.type == "country") for a in actors
        ):
            return threat
        return threat if conditional and self._are_of_speaker(draft) else draft

    def promised(self, draft: Draft) -> Draft:
        """What a public body says that will be granted it grants itself: "the ministry said that the curfew would be lifted"."""
        head = self.doc[draft.head]
        if draft.act not in ("CONCEDE", "RETREAT") or draft.status != "planned" or draft.entities("actor"):
            return draft
        if not draft.attribution or head.pos_ != "VERB" or not is_passive(head) or subjects(head):
            return draft
        speaker, span = draft.attribution[-1], self._words_of_speaker(draft)
        if span is None or not self._may_threaten((speaker.entity,)) or self._is_in_others_hands(head, speaker.entity):
            return draft
        doer = Filler("actor", speaker.entity, span.start, span.end)
        return replace(draft, roles=tidy((doer, *draft.roles)), attribution=draft.attribution[:-1])

    def _words_of_speaker(self, draft: Draft) -> Span | None:
        """The words that name the innermost speaker."""
        speaker = draft.attribution[-1]
        return self.doc.char_span(speaker.start, speaker.end, alignment_mode="expand")

    def _speaks_for_body(self, draft: Draft, actor: Entity) -> bool:
        """Whether who acts is the body that the speaker is called by ("a Hamas spokesman said Hamas would …"), "the alliance" or "the group", or the EU of its Commission."""
        speaker = self.mentions.entity_of[draft.attribution[-1].entity]
        if speaker.sector not in _BODIES or actor.type not in ("organisation", "group"):
            return False
        named = self._words_of_speaker(draft)
        words = () if named is None else tuple(named.root.subtree)
        served = {p.entity for token in words for p in self.mentions.parties(token, "actor")}
        is_unnamed = not actor.named and actor.country is None and actor.sector in (None, speaker.sector)
        are_european = actor.name == "European Union" and any(token.lower_ == "european" for token in words)
        return actor.id in served or is_unnamed or are_european

    def _is_in_others_hands(self, verb: Token, speaker: str) -> bool:
        """Whether a clause names a country or a force that the speaker does not speak for: "the Russian siege would be lifted"."""
        own = self.mentions.entity_of[speaker]
        named = (
            self.mentions.entity_of[p.entity or ""] for t in verb.subtree for p in self.mentions.parties(t, "actor")
        )
        return any(
            party.id != own.id
            and (party.sector in _MENACING or party.country is not None)
            and not _speaks_for(own, party)
            for party in named
        )

    def _are_of_speaker(self, draft: Draft) -> bool:
        """Whether the doers are named as the speaker's own: "said his navy would", "said their fighters would"."""
        speaker = self.mentions.entity_of[draft.attribution[-1].entity]
        if not self._may_threaten((speaker.id,)):
            return False
        own = {"his", "her", "my", "our"} if speaker.type == "person" else {"its", "their", "our"}
        doers = [self.doc[f.start : f.end].root for f in draft.roles if f.role == "actor"]
        words = self._words_of_speaker(draft)
        if words is not None and words[0].lower_ == "its" and speaker.country is None:
            # "Bishkek would revoke the lease if …, its premier said"
            actors = [self.mentions.entity_of[a] for a in draft.entities("actor")]
            return any(actor.named and actor.type in ("country", "place", "organisation") for actor in actors)
        return any(c.lower_ in own for doer in doers if doer.lemma_ not in _OTHERS for c in doer.children)

    def about_a_deed(self, draft: Draft) -> Draft:
        """What is said of a deed reaches whoever did it: "Israel approved new homes, a move Jordan condemned"."""
        verb = self.doc[draft.head]
        noun = verb.head
        if verb.dep_ != "relcl" or draft.act not in _SAID_OF_DEEDS or noun.lemma_ not in _DEEDS:
            return draft
        first = noun.left_edge
        if (
            draft.entities("recipient")
            or first.lower_ not in ("a", "an")
            or first.is_sent_start
            or word_before(first) != ","
        ):
            return draft
        told = next((t for t in noun.ancestors if t.pos_ == "VERB"), None)
        doers = [p for t in (subjects(told) if told is not None else ()) for p in self.mentions.parties(t, "recipient")]
        return replace(draft, roles=tidy((*draft.roles, *doers)))

    def depending(self, draft: Draft) -> Draft:
        """A threat to nobody else is one to those on whose deeds it depends: "will strike if the ministry cuts wages"."""
        if draft.act != "THREATEN" or draft.is_nominal or draft.entities("recipient"):
            return draft
        head = self.doc[draft.head]
        clauses = [head, *(c for c in head.children if c.dep_ in ("ccomp", "xcomp"))]
        for clause in clauses:
            others = [f for f in self._conditional_parties(clause) if f.entity not in draft.entities("actor")]
            if others:
                return replace(draft, roles=tidy((*draft.roles, *others)))
        return draft

    def _may_threaten(self, parties: Sequence[str]) -> bool:
        """Whether somebody who can carry out a threat is among them: a state, its servants, a party or fighters."""
        known = [self.mentions.entity_of[p] for p in parties]
        return any(
            party.sector in _MENACING or (party.type in ("country", "place") and party.country is not None)
            for party in known
        )


def with_shared_targets(doc: Doc, drafts: Mapping[int, Draft]) -> dict[int, Draft]:
    """With those whom the verb before reaches as recipients of a threat joined to it: "accused Japan of … and threatened to act"."""
    out = dict(drafts)
    for i, draft in drafts.items():
        verb = doc[i]
        before = drafts.get(verb.head.i) if verb.dep_ == "conj" else None
        told = _told_in_a_letter(verb, drafts)
        if told is not None:
            out[i] = replace(draft, roles=tidy((*draft.roles, *(f for f in told.roles if f.role == "recipient"))))
            continue
        if before is None or draft.act != "THREATEN" or draft.entities("recipient"):
            continue
        if set(before.entities("actor")) & set(draft.entities("actor")) and QUAD_CLASS[before.act] == VERBAL_CONFLICT:
            shared = tuple(f for f in before.roles if f.role == "recipient")
            out[i] = replace(draft, roles=tidy((*draft.roles, *shared)))
    return out


def _is_let_lapse(verb: Token) -> bool:
    """Whether something is not renewed by who could have: not by who denies it, nor "not extended to foreigners"."""
    is_failed = verb.dep_ == "xcomp" and verb.head.lemma_ in ("fail", "decline", "refuse", "omit", "neglect")
    is_not = any(c.dep_ == "neg" and c.lower_ != "never" for c in verb.children)
    has_reach = any(c.dep_ == "prep" and c.lower_ == "to" for c in verb.children)
    if verb.lemma_ == "renew":
        return is_failed or is_not
    return verb.lemma_ in _PROLONGING and is_failed and not has_reach


def _told_in_a_letter(verb: Token, drafts: Mapping[int, Draft]) -> Draft | None:
    """What is sent where a letter threatens, "sent a letter to Peru threatening to act", if the threat reaches nobody else."""
    sent = verb.head.head if verb.dep_ == "acl" else verb.head
    draft, threat = drafts.get(sent.i), drafts.get(verb.i)
    if draft is None or threat is None or verb.tag_ != "VBG" or verb.dep_ not in ("acl", "advcl"):
        return None
    is_letter = any(c.dep_ == "dobj" and c.lemma_ in _LETTERS for c in sent.children)
    is_threat = threat.act == "THREATEN" and not threat.entities("recipient")
    return draft if is_letter and is_threat and sent.i < verb.i else None


def without_threats_twice(drafts: Mapping[int, Draft]) -> dict[int, Draft]:
    """Without what somebody threatens as a threat of its own where the threatening is one: "said that it would attack if …"."""
    told = {d.content for d in drafts.values() if d.act == "THREATEN" and d.content is not None}
    return {i: d for i, d in drafts.items() if not (i in told and d.act == "THREATEN" and d.pattern != "threaten")}


def without_kind_threats(doc: Doc, drafts: Mapping[int, Draft]) -> dict[int, Draft]:
    """Without an offer as a threat: "said it would lift sanctions if Russia withdrew"."""

    def is_kind(draft: Draft) -> bool:
        if doc[draft.head].lemma_ in ("threaten", "warn", "caution"):
            return False
        clauses = [c for c in doc[draft.head].children if c.dep_ == "ccomp"]
        if any(c.lemma_ in _KIND and not is_negated(c) for c in clauses):
            return True
        told = (drafts.get(c.i) for c in clauses)
        return any(t is not None and t.act in _REFUSABLE and t.status != "denied" for t in told)

    return {i: d for i, d in drafts.items() if not (d.act == "THREATEN" and is_kind(d))}


def _speaks_for(speaker: Entity, actor: Entity) -> bool:
    """Whether who speaks is who acts, or of the same country, or of "the government", whose country nobody needs to name."""
    if actor.id == speaker.id or (actor.country is not None and actor.country == speaker.country):
        return True
    is_unnamed_state = not actor.named and actor.type == "organisation" and actor.sector == "GOV"
    return is_unnamed_state and actor.country is None and speaker.sector == "GOV"


def _is_unknown(speaker: Entity) -> bool:
    """Whether a speaker is a mere name, who may well speak for whoever acts: "would leave the pact if …, Novak said"."""
    return speaker.type == "person" and speaker.named and speaker.country is None and speaker.sector is None


def _is_an_official(speaker: Entity, words: Span | None) -> bool:
    """Whether it is "the minister" of no country that is told, most likely of the one that acts: "Peru will sue, …"."""
    if words is None or words[0].lower_ not in ("the", "his", "her") or any(t.pos_ == "PROPN" for t in words):
        return False
    is_past = any(t.lower_ in ("former", "ex", "ousted", "deposed") for t in words)
    return not is_past and speaker.type == "person" and speaker.sector == "GOV" and speaker.country is None
