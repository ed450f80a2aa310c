"""The offices that an article gives people: titles, appositions, "who became …", "is the …"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from kg.entities.found import Found
from kg.entities.nouns import ActorNoun
from kg.entities.offices import OfficeClass, OfficeNames

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_RANKS = frozenset(
    """top most senior chief then new first former ex acting interim visiting longtime veteran leading late our his
    her their its""".split()
)
FORMER = frozenset({"former", "ex", "ex-", "late", "onetime", "then"})
_PHRASE = re.compile(r" (?:of|to|for|at|on|in) ")
_SENT = frozenset({"ambassador", "special-envoy"})
"""Classes of office whose "to" or "for" tells where one is sent, not who sends."""
_HOLDING = frozenset({"be", "become", "serve", "remain", "act", "take"})
_CALLING = frozenset({"call", "brand", "label", "dub", "deem"})
"""Verbs that give somebody a bad name and no office."""
_APPOINTING = frozenset(
    {"appoint", "name", "elect", "swear", "install", "reelect", "designate", "inaugurate", "confirm"}
)
_LEAVING = frozenset({"resign", "step", "retire", "quit"})
"""Verbs after which one no longer holds what one does it "as"."""
_LONGEST_TITLE = 4
"""Tokens in which an office in capitals is looked for before a name."""
_JOINTS = frozenset({"of", "for", "and", "the"})
"""Small words inside a title: "Minister of Trade and Industry"."""
_RELATIONS = frozenset(
    """predecessor successor counterpart colleague rival ally friend wife husband critic source person man woman deputy
    brother sister mother father son daughter widow widower uncle aunt cousin nephew niece grandson granddaughter twin
    guest host victim elder younger""".split()
)
BELONGING = frozenset({"REB", "PTY", "OPP", "CRM"})
"""Sectors of bodies whose leaders and spokesmen are of the same."""
_OF_THE_PUBLIC = frozenset({"GOV", "LEG", "JUD", "MIL"})
_OF_ANY_BODY = frozenset(
    "official spokesperson adviser head-of-organisation party-leader opposition-leader chief-of-staff special-envoy".split()
)
"""Classes of office that parties have as well as governments."""
_HONORIFICS = frozenset("sheikh sheik prince princess sir dame lord lady mr mrs ms dr sultan sayyid haji".split())
"""Titles between an office and a name: "Foreign Minister Sheikh Abdullah bin Zayed"."""
_WRITTEN_OUT = {"sen": "Senator", "rep": "Representative", "gov": "Governor"}
"""Offices that newspapers abbreviate before a name."""
_TITLE_WORDS = frozenset(
    {"mr", "mrs", "ms", "miss", "dr", "sir", "lord", "lady", "dame", "madame", "prof", "professor"}
)


@dataclass(frozen=True, slots=True)
class OfficeFound:
    """That the text gives the bearer of a name an office; `name` and `organisation` index the mentions found."""

    name: int
    office: str
    office_class: str | None
    sector: str | None
    country: str | None
    organisation: int | None
    is_former: bool
    start: int
    end: int
    when_of: int | None = None
    """Token whose time phrase dates the office ("who became minister in May")."""
    is_left: bool = False
    """Whether the day is that on which the office was left."""


def find_offices(
    doc: Doc, found: Sequence[Found], offices: OfficeNames, nouns: Mapping[str, ActorNoun]
) -> tuple[OfficeFound, ...]:
    """Every office stated of a named person, in text order."""
    reader = _Reader(doc, found, offices, nouns)
    out: list[OfficeFound] = []
    for index, mention in enumerate(found):
        if mention.form == "name" and mention.type == "person":
            out.extend(reader.offices_of(index))
    return tuple(sorted(out, key=lambda o: (o.start, o.end)))


class _Reader:
    def __init__(self, doc: Doc, found: Sequence[Found], offices: OfficeNames, nouns: Mapping[str, ActorNoun]) -> None:
        self.doc, self.found, self.offices, self.nouns = doc, found, offices, nouns
        self.name_at = {i: k for k, m in enumerate(found) if m.form == "name" for i in range(m.start, m.end)}

    def offices_of(self, index: int) -> Iterator[OfficeFound]:
        mention = self.found[index]
        head = self.doc[mention.head]
        long = self._long_title(mention)
        start = self._title_start(mention)
        if long is not None:
            yield from self._office(index, long[0], mention.start, None, long[1])
        elif (start := min(start, self._capitalised_title(mention))) < mention.start:
            yield from self._office(index, start, mention.start, None)
        for child in head.children:
            if child.dep_ == "appos" and child.i not in self.name_at and child.i > mention.head:
                yield from self._phrase(index, child, None)
            if (
                child.dep_ in ("relcl", "acl")
                and child.lemma_ in _HOLDING | _LEAVING | _APPOINTING
                and child.i > mention.head
            ):
                yield from self._copula(index, child)
        apposed = head.head if head.dep_ == "conj" and head.head.dep_ == "appos" else head
        is_of_it = apposed == head or apposed.head.tag_ == "NNS"
        if apposed.dep_ == "appos" and is_of_it and apposed.head.i not in self.name_at and apposed.head.i < head.i:
            yield from self._phrase(index, apposed.head, None)
        for token in self.doc[mention.start : mention.end]:
            if mention.start <= token.head.i < mention.end:
                continue
            verb = token.head.lemma_
            is_held = (token.dep_ == "nsubj" and verb in _HOLDING | _LEAVING) or (
                token.dep_ in ("nsubjpass", "dobj") and verb in _APPOINTING
            )
            if is_held:
                yield from self._copula(index, token.head)

    def _copula(self, index: int, verb: Token) -> Iterator[OfficeFound]:
        """The office that a verb gives or takes: "is president", "was named envoy", "resigned as minister"."""
        if any(
            c.dep_ in ("neg", "aux") and c.lemma_ in ("not", "would", "could", "may", "might", "will", "should")
            for c in verb.children
        ):
            return
        for child in verb.children:
            is_named = child.dep_ in ("attr", "oprd", "dobj") and verb.lemma_ not in _LEAVING | {"take"}
            if is_named and child.i not in self.name_at:
                yield from self._phrase(index, child, verb.i)
            if child.dep_ == "prep" and child.lower_ == "as":
                for inner in child.children:
                    if inner.dep_ == "pobj" and inner.i not in self.name_at:
                        yield from self._phrase(index, inner, verb.i)

    def _phrase(self, index: int, head: Token, verb: int | None) -> Iterator[OfficeFound]:
        """The office that a noun phrase names, its "of", "to", "for", "at" phrases included, and each one coordinated with it."""
        start, end = head.i, head.i + 1
        if [t.lower_ for t in self.doc[end : end + 2]] == ["-", "general"]:
            end += 2
        if head.head.lemma_ in _CALLING or self.doc[head.left_edge.i - 1].text == '"' or head.left_edge.text == '"':
            return
        for child in head.lefts:
            if child.dep_ in ("amod", "compound", "poss", "nmod", "det", "punct"):
                start = min(start, child.left_edge.i)
        for child in head.rights:
            if child.dep_ == "prep" and child.lower_ in ("of", "to", "for", "at", "on", "in") and child.i == end:
                end = _short_end(child)
            if child.dep_ == "conj" and child.pos_ in ("NOUN", "PROPN"):
                yield from self._phrase(index, child, verb)
        yield from self._office(index, start, end, verb, head.i)

    def _title_start(self, mention: Found) -> int:
        start = mention.start
        while start > 0:
            token = self.doc[start - 1]
            inside = token.dep_ in ("compound", "amod", "nmod", "poss", "case") or token.lower_ in ("of",)
            hyphen = (
                token.text == "-"
                and start - 2 >= 0
                and not self.doc[start - 2].whitespace_
                and self.doc[start - 2].is_alpha
            )
            if token.is_space or (token.is_sent_start is True and not inside):
                break
            if hyphen:
                start -= 2
                continue
            if not (inside and token.pos_ in ("NOUN", "PROPN", "ADJ", "PART", "ADP", "VERB")) or token.tag_ == "VBD":
                break
            start -= 1
        while start < mention.start and self.doc[start].pos_ in ("ADP", "PART"):
            start += 1
        return start

    def _capitalised_title(self, mention: Found) -> int:
        """The start of an office in capitals right before a name, whatever the parser made of it; the name's start if none."""
        start = mention.start
        while start > 0 and not self.doc[start].is_sent_start and mention.start - start < _LONGEST_TITLE:
            token = self.doc[start - 1]
            if not token.text[0].isupper() or token.pos_ not in ("PROPN", "NOUN", "ADJ") or start - 1 in self.name_at:
                break
            start -= 1
        for first in range(start, mention.start):
            if self.offices.classify(self.doc[first : mention.start].text, None) is not None:
                return first
        return mention.start

    def _long_title(self, mention: Found) -> tuple[int, int] | None:
        """Start and head of a title that goes on after its head: "US Secretary of State", "High Commissioner for Refugees".

        The parser joins its end to the name after it, so capitals and small words tell how far it reaches.
        """
        start, joints = mention.start, []
        while start > 0 and not self.doc[start].is_sent_start:
            token = self.doc[start - 1]
            name = self.name_at.get(start - 1)
            if name is not None and self.found[name].type == "person":
                break
            is_joint = token.lower_ in _JOINTS and start < mention.start
            is_word = token.text[0].isupper() and token.pos_ in ("PROPN", "NOUN", "ADJ") and token.ent_type_ != "DATE"
            if not (is_word or is_joint or (token.text == "-" and not token.whitespace_)):
                break
            if token.lower_ in ("of", "for"):
                joints.append(start - 1)
            start -= 1
        for joint in reversed(joints):
            title = self.doc[start:joint]
            words = [t.text for t in self.doc[start : mention.start] if self._is_office_word(t, joint - 1)]
            if len(title) and self.offices.classify(" ".join(words), self._country(start, mention.start)) is not None:
                return start, joint - 1
        return None

    def _office(
        self, index: int, start: int, end: int, verb: int | None, head: int | None = None
    ) -> Iterator[OfficeFound]:
        if head is None:
            while end - start > 1 and self.doc[end - 1].lower_ in _HONORIFICS:
                end -= 1
            head = end - 1
        words = [t for t in self.doc[start:end] if self._is_office_word(t, head)]
        bare = "".join(t.text_with_ws for t in words if t.i <= head).strip()
        country = self._country(start, end)
        office = self._office_name(words, head, end)
        known = class_of_office(self.offices, office or bare, country) if bare else None
        if known is not None and known[0] == "legislator" and self.doc[head].text == "representative":
            # With a small letter it is whoever represents a state or body anywhere.
            known = None
        if known is not None and known[0] in _SENT:
            country = self._country(start, head) or self._country_of(head)
        noun = self.nouns.get(self.doc[head].lemma_.lower())
        if self.doc[head].lemma_.lower() in _RELATIONS:
            return
        if (
            not bare
            or bare.casefold().rstrip(".") in _TITLE_WORDS
            or (known is None and (noun is None or noun.type != "person"))
        ):
            return
        if self.doc[head].tag_ == "NNS" and (office or bare).endswith(self.doc[head].text):
            # Each of several has the office: "their prime ministers, Tsipras and Zaev".
            office = (office or bare).removesuffix(self.doc[head].text) + self.doc[head].lemma_
        office = _WRITTEN_OUT.get((office or bare).rstrip(".").lower(), office or bare)
        if country is None and self._has_party_and_state(index):
            country = "USA"
        former = any(t.lower_ in FORMER for t in self.doc[start:end])
        sector = known[1] if known else noun.sector if noun else None
        organisation = self._organisation(start, end)
        yield OfficeFound(
            index,
            office,
            known[0] if known else None,
            sector_in(self._sector_of(organisation), known, sector),
            country,
            organisation,
            former,
            start,
            end,
            verb,
            verb is not None and self.doc[verb].lemma_ in _LEAVING,
        )

    def _office_name(self, words: Sequence[Token], head: int, end: int) -> str:
        """The office without ranks and "former", with the phrases after it as they stand in the text."""
        kept = [t for t in words if t.i < head and t.lower_ not in _RANKS]
        nexts = [*(t.i for t in kept[1:]), head]
        before = "".join(
            t.text_with_ws if t.whitespace_ or n == t.i + 1 else f"{t.text} " for t, n in zip(kept, nexts, strict=False)
        )
        return " ".join((before + self.doc[head:end].text).split())

    def _is_office_word(self, token: Token, head: int) -> bool:
        """Articles, possessors and the country's adjective belong to the phrase, not to the office's name."""
        if (token.pos_ in ("DET", "PRON", "PUNCT", "SPACE") and token.text != "-") or token.tag_ in ("POS", "PRP$"):
            return False
        name = self.name_at.get(token.i)
        return not (name is not None and token.i < head)

    def _country(self, start: int, end: int) -> str | None:
        for i in range(start, end):
            name = self.name_at.get(i)
            if name is None:
                continue
            mention = self.found[name]
            if mention.country is not None:
                return mention.country
            if mention.matches and mention.matches[0].entry.type == mention.type and mention.matches[0].entry.country:
                return mention.matches[0].entry.country
        return None

    def _country_of(self, head: int) -> str | None:
        """The country in the phrase with "of" after a head."""
        phrases = (c for c in self.doc[head].rights if c.lower_ == "of")
        return next((self._country(c.i, _short_end(c)) for c in phrases), None)

    def _has_party_and_state(self, index: int) -> bool:
        """Whether a legislator's party and state follow as American newspapers write them: "Susan Collins, R-Maine"."""
        after = self.doc[self.found[index].end : self.found[index].end + 4]
        return len(after) == 4 and after[0].text == "," and after[1].text in "RDI" and after[2].text == "-"

    def _sector_of(self, organisation: int | None) -> str | None:
        if organisation is None:
            return None
        body = self.found[organisation]
        return body.matches[0].entry.sector if body.matches else body.noun.sector if body.noun is not None else None

    def _organisation(self, start: int, end: int) -> int | None:
        for i in range(start, end):
            name = self.name_at.get(i)
            if name is not None and self.found[name].type == "organisation":
                return name
        return None


def _short_end(prep: Token) -> int:
    """The end of a prepositional phrase without clauses and appositions hanging on it."""
    end = prep.i + 1
    for token in prep.subtree:
        if token.i < end:
            continue
        if token.i > end or (token.is_punct and token.text != "-") or token.dep_ in ("relcl", "acl", "appos", "cc"):
            break
        end = token.i + 1
    return end


def sector_in(body: str | None, office: OfficeClass | None, otherwise: str | None) -> str | None:
    """The sector of somebody with an office in a body of some sector: that of a rebel group, a party or a body of states.

    A state's ambassador to such a body stays the state's.

    Who has a public office for a party is what the office makes of him: "Democratic Senator".

    >>> sector_in("IGO", ("official", "GOV"), None), sector_in("IGO", ("ambassador", "GOV"), None)
    ('IGO', 'GOV')
    >>> sector_in("PTY", ("legislator", "LEG"), None), sector_in("PTY", ("spokesperson", "GOV"), None)
    ('LEG', 'PTY')
    """
    if body == "IGO" and office is not None and office[0] != "ambassador":
        return "IGO"
    is_public = office is not None and office[1] in _OF_THE_PUBLIC and office[0] not in _OF_ANY_BODY
    if body in BELONGING and not (body == "PTY" and is_public):
        return body
    return office[1] if office is not None else otherwise


def class_of_office(offices: OfficeNames, office: str, country: str | None) -> OfficeClass | None:
    """The class and sector of an office, by what stands before "of", "to" or "for", else by its whole name."""
    return offices.classify(_PHRASE.split(office)[0], country) or offices.classify(office, country)


def ages_beside(doc: Doc, start: int, end: int) -> Iterator[int]:
    """The years of age given beside a name: "Ndiaye, 41, voted", "a miner aged 52", "the 29-year-old Lopez"."""
    after, before = [t.text for t in doc[end : end + 8]], [t.text for t in doc[max(start - 5, 0) : start]]
    if len(after) > 2 and after[0] == "," and after[2] in (",", ".", ";"):
        yield from _age(after[1])
    for word, age in pairwise(after):
        if word.lower() == "aged":
            yield from _age(age)
        if word in (".", ";"):
            break
    if before[1:] == ["-", "year", "-", "old"]:
        yield from _age(before[0])


def _age(text: str) -> Iterator[int]:
    if text.isdecimal() and 14 <= int(text) <= 110:
        yield int(text)
