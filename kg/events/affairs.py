"""Which events are public affairs: not those of a match, a film or a family, nor the odd one of a text about other things."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING

from spacy.attrs import IS_ALPHA

from kg.events.drafts import Draft
from kg.events.fiction import is_plot
from kg.events.lexicon import Cue
from kg.events.parties import Filler, MentionIndex, owners_of

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

PARTIES = ("actor", "recipient", "host", "mediator")
"""Roles of those who take part."""
PRIVATE_MATTER = 3
"""Events among private people from which, if they are most of a text's, they are what it is about."""
WORDS_OF_NEWS = 50
"""Words an event above which a text is not about politics: diplomatic news tells of one in 15 to 35 words."""
WORDS_OF_GUESSES = 36
"""Words an event above which nothing is guessed: where patterns find so little, guesses are mostly wrong."""
SHORTEST_TEXT = 100
"""Words from which a text shows what it is about."""
_PUBLIC_SECTORS = frozenset({"GOV", "MIL", "REB", "OPP", "PTY", "JUD", "LEG", "COP", "SPY", "IGO", "NGO", "CRM", "MED"})
_OFFICIAL = _PUBLIC_SECTORS - {"NGO", "MED", "OPP"}
_DEALS = frozenset({"merger", "takeover", "buyout", "acquisition", "divorce", "transfer"})
"""What firms and clubs talk about: "merger talks"."""
_KIN = frozenset(
    """mother father parent grandmother grandfather grandparent husband wife son daughter child kid teenager brother sister
    uncle aunt cousin niece nephew grandson granddaughter fiance boyfriend girlfriend friend boss landlord landlady roommate
    neighbour neighbor dog cat mum mom dad granny grandma grandpa""".split()
)


class Affairs:
    """Tells the public affairs of a text from the rest, by what surrounds each draft and by all that the text tells."""

    def __init__(self, doc: Doc, mentions: MentionIndex, cues: Sequence[Cue]) -> None:
        self.doc, self.mentions, self.cues = doc, mentions, cues
        self.excluded: dict[int, tuple[frozenset[str], frozenset[str]]] = {}
        self.words = int(doc.to_array(IS_ALPHA).sum())

    def is_of_another_world(self, draft: Draft) -> bool:
        """Whether its sentence has words that exclude its act: those of a match, a film or a laboratory."""
        sentence = self.doc[draft.head].sent
        if sentence.start not in self.excluded:
            cues = _excluding({w for t in sentence for w in (t.lower_, t.lemma_.lower())}, self.cues)
            if cues:
                plain = [t for t in sentence if not is_of_a_name(t) and not _is_at_work(t)]
                cues = _excluding({w for t in plain for w in (t.lower_, t.lemma_.lower())}, cues)
            self.excluded[sentence.start] = (
                frozenset(act for cue in cues for act in cue.excludes),
                frozenset(act for cue in cues if cue.officials for act in cue.excludes),
            )
        of_most, of_all = self.excluded[sentence.start]
        head = self.doc[draft.head]
        if is_plot(sentence, head) or self._is_of_a_narrator(draft):
            return True
        if draft.act == "CONSULT" and any(c.dep_ == "compound" and c.lower_ in _DEALS for c in head.children):
            return not self._is_done_by_officials(draft)
        return draft.act in of_all or (draft.act in of_most and not self._is_done_by_officials(draft))

    def _is_of_a_narrator(self, draft: Draft) -> bool:
        """Whether somebody tells of his own or the reader's family, "my grandmother declared war on moths", as no reporter does."""
        roots = [self.doc[f.start : f.end].root for f in draft.roles if f.role == "actor"]
        is_kin = [
            root.lemma_.lower() in _KIN and any(c.dep_ == "poss" and c.lower_ in ("my", "your") for c in root.children)
            for root in roots
        ]
        return bool(is_kin) and all(is_kin) and not draft.attribution

    def _is_done_by_officials(self, draft: Draft) -> bool:
        """Whether an office, a force, a party or a body acts, and no country, for which a team may play."""
        parties = [self.mentions.entity_of[e] for e in draft.entities("actor", "host", "mediator")]
        others = [self.mentions.entity_of[e] for e in draft.entities("recipient")]
        if draft.act == "ASSAULT" and others and all(party.sector in _OFFICIAL for party in others):
            # "The navy beat the police": services play each other.
            return False
        return any(party.type != "country" and party.sector in _OFFICIAL for party in parties)

    def on_stage(self, drafts: Mapping[int, Draft]) -> dict[int, Draft]:
        """Without the dealings of private people where they are what the text is about: a plot, a life, a match.

        In a text about public affairs whoever deals with each other is taken to do it in public. In a long text that
        tells of little else, only what public bodies and their people do is told as politics.
        """
        private = {i for i, d in drafts.items() if not self._is_political(d)}
        if len(private) >= PRIVATE_MATTER and len(private) * 2 > len(drafts):
            drafts = {i: d for i, d in drafts.items() if i not in private}
        if not self.is_sparse(drafts, WORDS_OF_NEWS):
            return dict(drafts)
        return {i: d for i, d in drafts.items() if self._is_done_by_the_public(d)}

    def is_sparse(self, drafts: Mapping[int, Draft], words_an_event: int) -> bool:
        """Whether a text long enough to show what it is about tells of fewer events than one in so many words."""
        return self.words > max(SHORTEST_TEXT, words_an_event * len(drafts))

    def _is_political(self, draft: Draft) -> bool:
        """Whether somebody of the public sphere takes part, or what is done is by its nature done in public."""
        if draft.act == "PROTEST":
            return True
        parties = [f for f in draft.roles if f.role in PARTIES and f.entity is not None]
        return any(self.is_public(f) for f in parties)

    def _is_done_by_the_public(self, draft: Draft) -> bool:
        """Whether a country or somebody with a public sector acts, or people nobody names protest."""
        parties = [self.mentions.entity_of[e] for e in draft.entities("actor", "host", "mediator")]
        if draft.act == "PROTEST" and any(not party.named for party in parties):
            return True
        return any(party.type == "country" or party.sector in _PUBLIC_SECTORS for party in parties)

    def is_public(self, filler: Filler) -> bool:
        """Whether it belongs to a country or a public sector, is known to the gazetteer, or is told of by what does."""
        party = self.mentions.entity_of[filler.entity or ""]
        if party.country is not None or party.wikidata is not None or party.type in ("country", "group"):
            return True
        if party.sector in _PUBLIC_SECTORS and (not party.named or party.type == "organisation"):
            return True
        words = self.doc[filler.start : filler.end]
        told = [*words, *owners_of(words.root, self.mentions)]
        named = (self.mentions.literal(t) for t in told if self.mentions.is_name(t) and not _is_where(t))
        return any(n is not None and n.type != "person" and n.id != party.id for n in named)

    def is_in_public_life(self, filler: Filler) -> bool:
        """Whether it is public, or a person by name with an office, arms or a party, which says little in a life or a plot."""
        return self.is_public(filler) or self.mentions.entity_of[filler.entity or ""].sector in _PUBLIC_SECTORS


def _excluding(words: AbstractSet[str], cues: Sequence[Cue]) -> list[Cue]:
    """The cues of other worlds than politics that are among some words."""
    return [cue for cue in cues if cue.excludes and not cue.words.isdisjoint(words)]


def _is_where(name: Token) -> bool:
    """Whether a name only says where somebody is: critics in Paris are nobody's officials."""
    return name.dep_ == "pobj" and name.head.lower_ in ("in", "at", "near", "outside")


def _is_at_work(noun: Token) -> bool:
    """Whether a gerund says what they are there for: "negotiating teams", which play no match."""
    return any(c.lower_.endswith("ing") and c.dep_ in ("amod", "compound") for c in noun.children)


def is_of_a_name(token: Token) -> bool:
    """Whether it belongs to a person's or body's name or title, whose words ("Defence Minister") tell nothing of the event."""
    return token.ent_type_ in ("PERSON", "ORG") or (
        token.dep_ in ("compound", "amod") and token.head.ent_type_ == "PERSON"
    )
