"""Whom pronouns mean: the antecedents that they may have, best first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.entities.pronouns import SPEAKING
from kg.entities.reading import SAYING, Reading

if TYPE_CHECKING:
    from spacy.tokens import Token

_DONE_TO_STATES = frozenset(
    """attack invade bomb strike join leave lead help support back arm fund finance accuse blame urge warn tell ask
    threaten sanction isolate recognise recognize represent protect defend fight destroy disband ban expel suspend
    punish praise thank aid assist force allow rule govern divide annex occupy liberate enter quit visit""".split()
)
"""Verbs whose object "it" may be a country or a body."""
_WARNING = frozenset("warn threaten promise offer punish attack strike bomb sanction invade".split())
_JUDGING = frozenset(
    """criticise criticize condemn blame accuse rebuke censure chide scold fault denounce slam blast lambast lambaste warn
    thank praise commend congratulate applaud reward punish penalise penalize sanction fine sue prosecute expel suspend
    impose halt freeze withhold cut pressure question summon investigate open launch""".split()
)
"""Verbs after which "for its …" and "over its …" speak of whoever they are about."""
_CONTROLLING = frozenset(
    """ask tell urge order want persuade force allow invite press encourage advise warn instruct help get request beg
    remind enable permit compel push convince expect authorise authorize command direct implore lobby""".split()
)
"""Verbs whose object does what their infinitive says."""
MASCULINE = frozenset({"he", "him", "his", "himself"})
FEMININE = frozenset({"she", "her", "hers", "herself"})
_PLURAL = frozenset({"they", "them", "their", "theirs", "themselves"})


class Antecedents:
    """Finds whom a pronoun means, among the mentions before it."""

    def __init__(self, text: Reading) -> None:
        self.text = text

    def pronoun(self, i: int) -> int | None:
        """The chain of whom a pronoun means, or None where nobody is clear."""
        token = self.text.doc[self.text.found[i].head]
        if token.lower_ in SPEAKING:
            return self._speaker_of(token, i)
        if token.lower_ == "it" and self._is_a_thing(token):
            return None
        judged = self._judged(token)
        if judged is not None:
            return judged
        owners = self._owners_of_clause(token)
        found = (
            self._antecedents(i, token) if token.lower_ in MASCULINE | FEMININE else self._leading_antecedents(i, token)
        )
        fits = [j for j in (*owners, *found) if self._agrees(token, j)]
        if not fits:
            return self._sayer(token)
        told = [j for j in fits if self._gender(j) is not None]
        # Of most who are in the news and of whom it is not known, "he" is right.
        if told and token.lower_ in FEMININE and self._gender(fits[0]) is None:
            near = token.sent.start - 1
            if near < 0 or self.text.found[told[0]].start >= self.text.doc[near].sent.start:
                return self.text.chain[told[0]]
        return self.text.chain[fits[0]]

    def _judged(self, token: Token) -> int | None:
        """Whose deed or nature something is done to somebody for: "criticised Germany over its decision", "warned Finland … if it …"."""
        if token.tag_ == "PRP$":
            reason = next((t for t in token.ancestors if t.dep_ == "prep" and t.lower_ in ("for", "over")), None)
            verb = reason.head if reason is not None else None
            if verb is not None and verb.dep_ == "dobj":
                verb = verb.head
            if verb is not None and verb.lemma_ not in _JUDGING:
                return None
        elif token.dep_ == "nsubj" and token.head.dep_ == "advcl" and _begins_with(token.head, ("if", "unless")):
            verb = token.head.head if token.head.head.lemma_ in _WARNING else None
        else:
            return None
        if verb is None or verb.pos_ != "VERB" or verb.i > token.i:
            return None
        for child in verb.children:
            reached = [child] if child.dep_ == "dobj" else []
            reached += [
                g
                for c in (child, *(child.children if child.dep_ == "dobj" else ()))
                if c.dep_ in ("prep", "dative") and c.lower_ in ("on", "against", "to", "with", "into", "from")
                for g in c.children
                if g.dep_ == "pobj"
            ]
            for other in reached:
                j = self.text.at.get(other.i)
                if j is not None and other.i < token.i and self.text.chain[j] is not None and self._agrees(token, j):
                    return self.text.chain[j]
        return None

    def _is_a_thing(self, token: Token) -> bool:
        """Whether "it" is what was spoken of, and no country or body: "it was the first launch", "Kerry hailed it"."""
        verb = token.head
        if token.dep_ == "nsubj" and verb.lemma_ == "be":
            said = [c for c in verb.children if c.dep_ == "attr"]
            return bool(said) and said[0].pos_ == "NOUN" and said[0].i not in self.text.at
        return token.dep_ == "dobj" and verb.lemma_ not in _DONE_TO_STATES

    def _sayer(self, token: Token) -> int | None:
        """Who is said to do something by "it" or "they" right after a verb of saying: "Peru's envoy claims it would …".

        A person is no "it": there the country or body is meant that he speaks for.
        """
        clause = token.head
        if token.lower_ not in ("it", "they") or token.dep_ != "nsubj" or clause.dep_ != "ccomp":
            return None
        for subject in clause.head.children:
            j = self.text.at.get(subject.i)
            if subject.dep_ != "nsubj" or j is None or subject.i > token.i:
                continue
            if self.text.found[j].type != "person" or (token.lower_ == "they" and subject.tag_ in ("NNS", "NNPS")):
                return self.text.chain[j]
            if token.lower_ == "they":
                return None
            for owner in subject.children:
                k = self.text.at.get(owner.i)
                if (
                    k is not None
                    and self.text.found[k].form == "name"
                    and self.text.found[k].type in ("country", "organisation")
                ):
                    return self.text.chain[k]
        return None

    def _owners_of_clause(self, token: Token) -> list[int]:
        """In a relative clause a possessive first means whoever owns what the clause is about: "China's ties, shown by its …"."""
        if token.tag_ != "PRP$":
            return []
        clause = next((t for t in token.ancestors if t.dep_ == "relcl"), None)
        if clause is None or any(c.dep_ == "nsubj" and c.i in self.text.at for c in clause.children):
            return []
        return [
            self.text.at[c.i]
            for c in clause.head.children
            if c.dep_ == "poss" and c.i in self.text.at and self.text.at[c.i] != self.text.at.get(token.i)
        ]

    def _leading_antecedents(self, i: int, token: Token) -> list[int]:
        """For "it" and "they", which may mean any thing at all: only subjects before it, and the last sentence's main subject.

        A subject before it that is no mention (a treaty, a report) is what is meant, so the search ends there.
        """
        sentence, barred = token.sent, self._co_arguments(token)
        out: list[int] = []
        for other in reversed(list(sentence)):
            if other.i >= token.i or other.dep_ not in ("nsubj", "nsubjpass") or self.text.governs_token(token, other):
                continue
            if other.i in self.text.at and self.text.chain[self.text.at[other.i]] in barred:
                continue
            if other.i not in self.text.at or self.text.chain[self.text.at[other.i]] is None:
                return out
            out.append(self.text.at[other.i])
        if sentence.start > 0:
            before = self.text.doc[sentence.start - 1].sent
            main = [t for t in before if t.dep_ in ("nsubj", "nsubjpass") and t.head.i == before.root.i]
            out.extend(
                self.text.at[t.i]
                for t in main
                if t.i in self.text.at and self.text.chain[self.text.at[t.i]] is not None
            )
        return out

    def _antecedents(self, i: int, token: Token) -> list[int]:
        """Mentions before the pronoun, best first: this sentence's and the last two sentences' subjects, then their others."""
        sentences = [token.sent]
        while len(sentences) < 3 and sentences[-1].start > 0:
            sentences.append(self.text.doc[sentences[-1].start - 1].sent)
        out: list[int] = []
        barred = self._co_arguments(token)
        is_speaker = token.dep_ == "nsubj" and token.head.lemma_ in SAYING and not self.text.quoted[token.i]
        for distance, sentence in enumerate(sentences):
            inside = [
                j
                for j in range(i)
                if sentence.start <= self.text.found[j].start
                and self.text.chain[j] is not None
                and self.text.chain[j] not in barred
                and not self.text.governs(token, j)
                and not (is_speaker and self.text.quoted[self.text.found[j].head])
            ]
            subjects = [j for j in inside if self.text.doc[self.text.found[j].head].dep_ in ("nsubj", "nsubjpass")]
            main = [
                j
                for j in subjects
                if self.text.doc[self.text.found[j].head].head.dep_ == "ROOT" and not self._is_aside(j)
            ]
            near = sorted(subjects, key=lambda j: (self._is_aside(j), -j))
            ranked = near if distance == 0 else [*main, *near]
            out.extend([*ranked, *(j for j in reversed(inside) if j not in subjects)])
        return out

    def _co_arguments(self, pronoun: Token) -> set[int]:
        """The chains that a pronoun cannot mean, as it is no reflexive: those of the other arguments of its verb.

        An infinitive has the subject of the verb above it: "summoned the envoy to hand him a note", or its object:
        "asked the envoy to help him" (Chomsky's principle B).
        """
        if pronoun.tag_ == "PRP$":
            return self._apposed_to(pronoun.head)
        if pronoun.lower_.endswith(("self", "selves")) or pronoun.dep_ in ("nsubj", "nsubjpass"):
            return set()
        verb = pronoun.head
        while verb.pos_ == "ADP" and verb.dep_ in ("prep", "dative", "agent", "conj", "xcomp", "prt"):
            verb = verb.head
        doers = [c for c in verb.children if c.dep_ in ("nsubj", "nsubjpass")]
        is_infinitive = verb.dep_ in ("xcomp", "advcl") and any(c.tag_ == "TO" for c in verb.children)
        above = [c for c in verb.head.children if c.dep_ in ("nsubj", "nsubjpass")]
        if not doers and is_infinitive:
            objects = [c for c in verb.head.children if c.dep_ == "dobj"]
            is_told = verb.dep_ == "xcomp" and verb.head.lemma_ in _CONTROLLING
            doers = objects if objects and is_told else above
        elif not doers and (verb.dep_ == "conj" or (verb.dep_ == "advcl" and verb.tag_ == "VBG")):
            doers = above
        heads = {t.i for doer in doers for t in (doer, *doer.conjuncts)}
        return {c for t in heads if t in self.text.at and (c := self.text.chain[self.text.at[t]]) is not None}

    def _apposed_to(self, noun: Token) -> set[int]:
        """Who is in apposition to a noun: of "Leah Rabin, his widow" she is not "his"."""
        beside = [noun.head] if noun.dep_ == "appos" else []
        beside += [c for c in noun.children if c.dep_ == "appos"]
        found = (self.text.at.get(t.i) for t in beside)
        return {c for k in found if k is not None and (c := self.text.chain[k]) is not None}

    def _is_aside(self, j: int) -> bool:
        """Whether it is an unnamed source at the end of what it says: "Modi will go to China, a government source said"."""
        head = self.text.doc[self.text.found[j].head]
        told = [c for c in head.head.children if c.dep_ == "ccomp" and c.i < head.i]
        return (
            self.text.found[j].form == "description"
            and bool(told)
            and self.text.doc[self.text.found[j].start].lower_ in ("a", "an")
        )

    def _agrees(self, pronoun: Token, j: int) -> bool:
        mention, word = self.text.found[j], pronoun.lower_
        chain = self.text.chain[j]
        kind = self.text.known[chain].type if chain is not None and chain in self.text.known else mention.type
        if mention.is_adjective and self.text.doc[mention.head].dep_ in ("amod", "compound"):
            return False
        plural = (self.text.is_plural(mention) and mention.form == "description") or (
            mention.form == "pronoun" and self.text.doc[mention.head].lower_ in _PLURAL
        )
        if word in _PLURAL:
            is_many = kind == "organisation" and self.text.doc[mention.head].tag_ in ("NNS", "NNPS")
            return plural or kind == "group" or is_many
        if plural:
            return False
        if word in MASCULINE | FEMININE:
            return kind == "person" and self._gender(j) in (None, "male" if word in MASCULINE else "female")
        return kind in ("country", "organisation", "place")

    def _gender(self, j: int) -> str | None:
        chain = self.text.chain[j]
        if self.text.found[j].form == "pronoun":
            word = self.text.doc[self.text.found[j].head].lower_
            return "male" if word in MASCULINE else "female" if word in FEMININE else None
        head = self.text.doc[self.text.found[j].head].lower_
        if head.endswith("woman"):
            return "female"
        if head.endswith("man") and head != "woman":
            return "male"
        if chain is None:
            return None
        known = self.text.known[chain].gender if chain in self.text.known else None
        return known or self.text.gender.get(chain)

    def _speaker_of(self, token: Token, i: int) -> int | None:
        """Whoever says the paragraph's quotation that "we" or "I" stands in: the subject of the nearest verb of saying."""
        start, end = token.i, token.i
        while start > 0 and "\n" not in self.text.doc[start - 1].text:
            start -= 1
        while end < len(self.text.doc) and "\n" not in self.text.doc[end].text:
            end += 1
        if sum(t.text == '"' for t in self.text.doc[start : token.i]) % 2 == 0:
            return None
        verbs = [t for t in self.text.doc[start:end] if t.pos_ == "VERB" and t.lemma_ in SAYING]
        for verb in sorted(verbs, key=lambda t: abs(t.i - token.i)):
            for child in verb.children:
                j = self.text.at.get(child.i)
                if child.dep_ == "nsubj" and j is not None and j != i and self.text.doc[child.i].lower_ not in SPEAKING:
                    return self.text.chain[j] if self.text.found[j].form != "pronoun" or j < i else self.pronoun(j)
        return None


def _begins_with(clause: Token, words: tuple[str, ...]) -> bool:
    return any(c.dep_ == "mark" and c.lower_ in words for c in clause.children)
