"""What is known of a text while it is resolved: its mentions and chains, and where they stand to each other."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from kg.entities.found import Found
from kg.entities.gazetteer import Entry, Term
from kg.entities.offices import OfficeNames
from kg.entities.regions import Regions
from kg.entities.statements import OfficeFound
from kg.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SAYING = frozenset(
    """say tell add ask warn note stress write tweet post declare state announce explain insist argue claim reply
    respond continue remark comment conclude acknowledge admit""".split()
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a chain of names once it is linked."""

    entry: Entry | None
    type: EntityType
    offices: tuple[OfficeFound, ...]
    country: str | None
    gender: str | None


class Reading:
    """A text with its mentions, read from its start to its end; `chain` has for each mention the chain found so far."""

    def __init__(
        self,
        doc: Doc,
        found: Sequence[Found],
        first: Sequence[int | None],
        known: Mapping[int, Known],
        office_names: OfficeNames,
        terms_of: Callable[[str], Sequence[Term]],
        day: date | None,
        regions: Regions,
    ) -> None:
        self.doc, self.found, self.known, self.office_names = doc, found, known, office_names
        self.terms_of, self.day, self.regions = terms_of, day, regions
        self.gender: dict[int, str] = {}
        self.of_office = {t: f for f, k in known.items() for o in k.offices for t in range(o.start, o.end)}
        self.chain: list[int | None] = list(first)
        self.quoted = _quoted(doc)
        self.at = {m.head: i for i, m in enumerate(found)}
        self.sentence_of = [start for s in doc.sents for start in [s.start] * len(s)]
        self.names = [i for i, m in enumerate(found) if m.form == "name"]
        self.starts = [found[i].start for i in self.names]
        self.country_chain: dict[str, int] = {}
        for i, f in enumerate(first):
            country = known[f].country if f is not None and f in known else None
            if f is not None and country and found[i].type == "country":
                self.country_chain.setdefault(country, f)

    def kind_and_chain(self, j: int, kind: str) -> int | None:
        """The chain of a mention that is of the kind; a capital counts for its country."""
        chain = self.chain[j]
        if chain is None or chain not in self.known:
            return None
        entry = self.known[chain].entry
        if self.found[j].type == kind or (entry is not None and entry.type == kind):
            return chain
        if kind == "country" and entry is not None and entry.type == "place" and entry.acts_for:
            return self.country_chain.get(entry.country or "")
        return None

    def is_definite(self, mention: Found) -> bool:
        """Whether a description speaks of somebody known: "the premier", "Polish premier", not "a premier"."""
        first = self.doc[mention.start]
        return first.lower_ in ("the", "this", "that") or (
            mention.country is not None and first.tag_ not in ("DT", "PRP$")
        )

    def indexes_in(self, mention: Found) -> Iterator[int]:
        """The names within a mention."""
        first, last = bisect_left(self.starts, mention.start), bisect_left(self.starts, mention.end)
        return iter(self.names[first:last])

    def by_prominence(self, i: int, sentences: int | None) -> Iterator[int]:
        """The names before a mention: those of its own sentence from the nearest, then of each before it the subjects first."""
        own = self.sentence_at(i)
        for sentence, names in groupby(self.names_before(i, sentences), key=self.sentence_at):
            inside = list(names)
            if sentence == own:
                yield from inside
            else:
                yield from (j for j in reversed(inside) if self.is_topic(j))
                yield from (j for j in inside if not self.is_topic(j))

    def sentence_at(self, j: int) -> int:
        """The first token of a mention's sentence."""
        return int(self.sentence_of[self.found[j].start])

    def is_topic(self, j: int) -> bool:
        """Whether its sentence is about it: it is the subject, or owns the subject."""
        head = self.doc[self.found[j].head]
        return (head.head if head.dep_ == "poss" else head).dep_ in ("nsubj", "nsubjpass")

    def names_before(self, i: int, sentences: int | None) -> Iterator[int]:
        """The names before a mention, the nearest first, back to so many sentences before its own."""
        sentence = self.doc[self.found[i].start].sent
        for _ in range(sentences or 0):
            if sentence.start > 0:
                sentence = self.doc[sentence.start - 1].sent
        first = 0 if sentences is None else sentence.start
        return (j for j in range(i - 1, -1, -1) if self.found[j].form == "name" and self.found[j].start >= first)

    def names_in(self, mention: Found) -> set[int]:
        """The tokens of the names within a mention."""
        return {t for k in self.indexes_in(mention) for t in range(self.found[k].start, self.found[k].end)}

    def is_plural(self, mention: Found) -> bool:
        """Whether a mention's head is a plural."""
        return self.doc[mention.head].tag_ in ("NNS", "NNPS")

    def governs(self, pronoun: Token, j: int) -> bool:
        """Whether both are arguments of one verb, so that they cannot be the same unless reflexive."""
        return self.governs_token(pronoun, self.doc[self.found[j].head])

    def governs_token(self, pronoun: Token, other: Token) -> bool:
        """As `governs`, of a word that may be no mention."""
        if pronoun.tag_ == "PRP$" or pronoun.lower_.endswith(("self", "selves")):
            return False
        head = pronoun.head if pronoun.dep_ != "pobj" else pronoun.head.head
        while other.dep_ in ("poss", "compound", "amod", "nmod", "conj", "appos") and other.head.i != other.i:
            other = other.head
        return other.head.i == head.i and other.dep_ in ("nsubj", "nsubjpass", "dobj")


def _quoted(doc: Doc) -> Sequence[bool]:
    """For each token whether it stands in a quotation; one that is never closed ends with its paragraph."""
    out, is_open = [], False
    for token in doc:
        if token.is_space and "\n" in token.text:
            is_open = False
        elif token.text == '"':
            is_open = not is_open
        out.append(is_open)
    return out
