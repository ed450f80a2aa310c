"""Whom descriptions and pronouns mean, once the chains of names are linked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kg.entities.antecedents import FEMININE, MASCULINE, Antecedents
from kg.entities.bearers import STATES, Bearers
from kg.entities.gazetteer import Entry
from kg.entities.names import name_tokens
from kg.entities.reading import Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

_MR = {"mr": "male", "sir": "male", "lord": "male", "king": "male", "prince": "male", "father": "male"}
_MRS = {"mrs": "female", "ms": "female", "miss": "female", "lady": "female", "dame": "female", "queen": "female"}
_PAIRED = frozenset(
    """leader president minister premier man woman official diplomat counterpart country nation state government
    side party neighbour neighbor power capital ally rival foe adversary delegation""".split()
)


class Resolver:
    """Resolves descriptions and pronouns, reading the text from its start to its end."""

    def __init__(self, text: Reading) -> None:
        self.text, self.antecedents = text, Antecedents(text)
        self.bearers = Bearers(text, self.antecedents)

    def pair(self, i: int) -> tuple[int, int] | None:
        """The chains of the two whom "the two leaders", "both sides" or "the two countries" means, or None.

        They are the last two named together before it, not those who do it to them: leaders among people, else among
        countries; or else the only two named in its own and the two sentences before.
        """
        mention = self.text.found[i]
        if mention.form != "description" or mention.noun is None or mention.noun.noun not in _PAIRED:
            return None
        inside = self.text.doc[mention.start : mention.end]
        is_both = any(t.lower_ == "both" for t in inside)
        if not is_both and not (any(t.lower_ == "two" for t in inside) and _is_known(inside[0])):
            return None
        wanted = ("person", "country") if mention.type == "person" else ("country",)
        for kind in wanted:
            found = self._last_pair(i, kind)
            if found is not None:
                return found
        for kind, sentences in ((kind, n) for n in (1, 2) for kind in wanted):
            before = (
                j
                for j in self.text.names_before(i, sentences=sentences)
                if not self.text.governs(self.text.doc[mention.head], j)
            )
            chains = {c for j in before if (c := self.text.kind_and_chain(j, kind)) is not None}
            if len(chains) == 2:
                first, second = sorted(chains)
                return first, second
        return None

    def _last_pair(self, before: int, kind: str) -> tuple[int, int] | None:
        for j in range(before - 1, -1, -1):
            a = self.text.kind_and_chain(j, kind)
            head = self.text.doc[self.text.found[j].head]
            others = [c for c in head.children if c.dep_ == "conj"]
            if (
                a is None
                or self.text.found[j].form != "name"
                or head.dep_ == "conj"
                or len(others) != 1
                or any(c.dep_ == "conj" for c in others[0].children)
                or self.text.governs(self.text.doc[self.text.found[before].head], j)
            ):
                continue
            for other in others:
                k = self.text.at.get(other.i)
                b = self.text.kind_and_chain(k, kind) if k is not None else None
                if b is not None and b != a:
                    return a, b
        return None

    def resolve(self) -> tuple[int | None, ...]:
        """For each mention its chain; a description that fits no other begins one, a pronoun may have none."""
        for i, mention in enumerate(self.text.found):
            if mention.form == "description":
                self.text.chain[i] = self.bearers.description(i)
        for i, mention in enumerate(self.text.found):
            if mention.form == "pronoun":
                self.text.chain[i] = self.antecedents.pronoun(i)
                self._learn_gender(i)
        for i, mention in enumerate(self.text.found):
            if mention.form == "description" and mention.noun is not None and mention.noun.noun in STATES:
                owned = self._country_of_owner(i)
                self.text.chain[i] = self.text.chain[i] if owned is None else owned
        return tuple(self.text.chain)

    def _learn_gender(self, i: int) -> None:
        """A chain that "she" meant once is no "he" later on."""
        chain, word = self.text.chain[i], self.text.doc[self.text.found[i].head].lower_
        if chain is not None and word in MASCULINE | FEMININE:
            self.text.gender.setdefault(chain, "male" if word in MASCULINE else "female")

    def _country_of_owner(self, i: int) -> int | None:
        """The country that "his country" means: that of whoever "his" means."""
        for child in self.text.doc[self.text.found[i].head].children:
            owner = self.text.at.get(child.i)
            chain = self.text.chain[owner] if owner is not None and child.tag_ == "PRP$" else None
            if chain is not None:
                country = self.text.known[chain].country if chain in self.text.known else self.text.found[chain].country
                return self.text.country_chain.get(country or "")
        return None


def _is_known(first: Token) -> bool:
    """Whether a description begins as that of somebody spoken of before: "the two men", not "two men"."""
    return first.lower_ in ("the", "these", "those") or first.tag_ == "PRP$"


def gender_of(titles: Sequence[str | None], entry: Entry | None) -> str | None:
    """ "male", "female" or None, by the gazetteer, else by a title such as "Mrs"."""
    if entry is not None and entry.gender in ("male", "female"):
        return entry.gender
    for title in titles:
        for word in name_tokens(title or ""):
            if word in _MR or word in _MRS:
                return _MR.get(word) or _MRS.get(word)
    return None
