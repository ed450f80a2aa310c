"""Whom descriptions and pronouns mean, once the chains of names are linked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from kg.entities.bodies import KINDS_OF_BODY
from kg.entities.descriptions import PLACE_NOUNS
from kg.entities.found import Found
from kg.entities.gazetteer import Entry, Term
from kg.entities.names import fold_name, name_tokens
from kg.entities.offices import OfficeNames
from kg.entities.pronouns import SPEAKING
from kg.entities.regions import Regions
from kg.entities.statements import OfficeFound
from kg.model import EntityType

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

SAYING = frozenset(
    """say tell add ask warn note stress write tweet post declare state announce explain insist argue claim reply
    respond continue remark comment conclude acknowledge admit""".split()
)
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
_FALLEN = frozenset(
    "ousted deposed toppled overthrown exiled jailed imprisoned late slain assassinated military".split()
)
"""What is true of few leaders, so that "the ousted leader" is only somebody who is called so."""
_MASCULINE = frozenset({"he", "him", "his", "himself"})
_FEMININE = frozenset({"she", "her", "hers", "herself"})
_PLURAL = frozenset({"they", "them", "their", "theirs", "themselves"})
_MR = {"mr": "male", "sir": "male", "lord": "male", "king": "male", "prince": "male", "father": "male"}
_MRS = {"mrs": "female", "ms": "female", "miss": "female", "lady": "female", "dame": "female", "queen": "female"}
_PAIRED = frozenset(
    """leader president minister premier man woman official diplomat counterpart country nation state government
    side party neighbour neighbor power capital ally rival foe adversary delegation""".split()
)
_STATES = frozenset({"country", "nation", "republic"})
_OTHERS = frozenset("another other neighbouring neighboring third host same every any no each".split())
_LEADERS = frozenset({"head-of-state", "head-of-government", "monarch", "un-secretary-general"})
_VAGUE_CLASSES = frozenset({None, "official", "legislator", "head-of-organisation", "soldier", "expert", "adviser"})
"""Classes of office that many have at a time."""
_FORMER_WORDS = frozenset({"former", "ex"})
_OF_THE_STATE = frozenset({"GOV", "MIL", "MED", "LEG", "JUD", "COP", "SPY", "BUS", "EDU"})
_NEAR = 60
"""Tokens within which "the group" is the body named last."""
_BODIES = frozenset({"alliance", "bloc", "union"})
_MILITARY = re.compile(r"\b(treaty|alliance|pact)\b")


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a chain of names once it is linked."""

    entry: Entry | None
    type: EntityType
    offices: tuple[OfficeFound, ...]
    country: str | None
    gender: str | None


class Resolver:
    """Resolves descriptions and pronouns, reading the text from its start to its end."""

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

    def pair(self, i: int) -> tuple[int, int] | None:
        """The chains of the two whom "the two leaders", "both sides" or "the two countries" means, or None.

        They are the last two named together before it, not those who do it to them: leaders among people, else among
        countries; or else the only two named in its own and the two sentences before.
        """
        mention = self.found[i]
        if mention.form != "description" or mention.noun is None or mention.noun.noun not in _PAIRED:
            return None
        inside = self.doc[mention.start : mention.end]
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
                j for j in self._names_before(i, sentences=sentences) if not self._governs(self.doc[mention.head], j)
            )
            chains = {c for j in before if (c := self._kind_and_chain(j, kind)) is not None}
            if len(chains) == 2:
                first, second = sorted(chains)
                return first, second
        return None

    def _last_pair(self, before: int, kind: str) -> tuple[int, int] | None:
        for j in range(before - 1, -1, -1):
            a = self._kind_and_chain(j, kind)
            head = self.doc[self.found[j].head]
            others = [c for c in head.children if c.dep_ == "conj"]
            if (
                a is None
                or self.found[j].form != "name"
                or head.dep_ == "conj"
                or len(others) != 1
                or any(c.dep_ == "conj" for c in others[0].children)
                or self._governs(self.doc[self.found[before].head], j)
            ):
                continue
            for other in others:
                k = self.at.get(other.i)
                b = self._kind_and_chain(k, kind) if k is not None else None
                if b is not None and b != a:
                    return a, b
        return None

    def _kind_and_chain(self, j: int, kind: str) -> int | None:
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

    def resolve(self) -> tuple[int | None, ...]:
        """For each mention its chain; a description that fits no other begins one, a pronoun may have none."""
        for i, mention in enumerate(self.found):
            if mention.form == "description":
                self.chain[i] = self._description(i)
        for i, mention in enumerate(self.found):
            if mention.form == "pronoun":
                self.chain[i] = self._pronoun(i)
                self._learn_gender(i)
        for i, mention in enumerate(self.found):
            if mention.form == "description" and mention.noun is not None and mention.noun.noun in _STATES:
                owned = self._country_of_owner(i)
                self.chain[i] = self.chain[i] if owned is None else owned
        return tuple(self.chain)

    def _learn_gender(self, i: int) -> None:
        """A chain that "she" meant once is no "he" later on."""
        chain, word = self.chain[i], self.doc[self.found[i].head].lower_
        if chain is not None and word in _MASCULINE | _FEMININE:
            self.gender.setdefault(chain, "male" if word in _MASCULINE else "female")

    def _country_of_owner(self, i: int) -> int | None:
        """The country that "his country" means: that of whoever "his" means."""
        for child in self.doc[self.found[i].head].children:
            owner = self.at.get(child.i)
            chain = self.chain[owner] if owner is not None and child.tag_ == "PRP$" else None
            if chain is not None:
                country = self.known[chain].country if chain in self.known else self.found[chain].country
                return self.country_chain.get(country or "")
        return None

    def _description(self, i: int) -> int | None:
        mention = self.found[i]
        assert mention.noun is not None
        if mention.noun.noun in PLACE_NOUNS:
            return self._place_before(i)
        bearer = self._bearer_beside(i)
        if bearer is None and mention.type == "person":
            bearer = self.of_office.get(mention.head)
        if bearer is None and mention.noun.noun == "counterpart":
            bearer = self._counterpart(i)
        if bearer is not None:
            return bearer
        if mention.noun.stands_for_country and not mention.is_of_person and mention.country in self.country_chain:
            return self.country_chain[mention.country]
        if self._is_definite(mention):
            named = self._named_before(i)
            if named is None and mention.noun.noun in _STATES:
                named = self._place_before(i)
            if named is not None:
                return named
        for j in range(i - 1, -1, -1):
            if self.found[j].form == "description" and self._same_description(j, i):
                chain = self.chain[j]
                return j if chain is None else chain
        return i

    def _counterpart(self, i: int) -> int | None:
        """Whom "his Greek counterpart" means: the only one named before who holds for Greece an office of the class of his."""
        mention = self.found[i]
        owner = next(
            (self.at[c.i] for c in self.doc[mention.head].children if c.tag_ == "PRP$" and c.i in self.at), None
        )
        if owner is None or mention.country is None:
            return None
        own = self._pronoun(owner)
        if own is None or own not in self.known:
            return None
        before = {c for j in range(i) if self.found[j].type == "person" and (c := self.chain[j]) is not None}
        of_country = [c for c in before if c != own and c in self.known and self.known[c].country == mention.country]
        fits = [c for c in of_country if self._classes_of(own) & self._classes_of(c)]
        return fits[0] if len(fits) == 1 else None

    def _classes_of(self, chain: int) -> set[str]:
        """The classes of the offices that somebody is said to hold, or is known to hold on the day."""
        known = self.known[chain]
        stated = {o.office_class for o in known.offices if o.office_class is not None}
        if known.entry is None or stated:
            return stated
        terms = self.terms_of(known.entry.wikidata)
        return {t.office_class for t in terms if self.day is None or t.covers(self.day)}

    def _bearer_beside(self, i: int) -> int | None:
        """The chain of the name that a description stands in apposition to, or is said to be."""
        token = self.doc[self.found[i].head]
        wanted = self.found[i].type
        noun = self.found[i].noun
        beside: list[Token] = [c for c in token.children if c.dep_ == "appos"]
        if noun is not None and noun.noun in KINDS_OF_BODY and not self._is_plural(self.found[i]):
            beside.extend(c for c in token.children if c.dep_ in ("compound", "nmod", "amod"))
        if token.dep_ == "appos":
            beside.append(token.head)
        if token.dep_ == "attr" and token.head.lemma_ == "be" and wanted == "person":
            beside.extend(c for c in token.head.children if c.dep_ == "nsubj")
        for other in beside:
            j = self.at.get(other.i)
            if j is not None and self.found[j].form == "name" and self.found[j].type == wanted:
                return self.chain[j]
        return None

    def _is_definite(self, mention: Found) -> bool:
        first = self.doc[mention.start]
        return first.lower_ in ("the", "this", "that") or (
            mention.country is not None and first.tag_ not in ("DT", "PRP$")
        )

    def _named_before(self, i: int) -> int | None:
        """The named one whom "the president", "the Italian premier" or "the alliance" means, the last mentioned first."""
        mention = self.found[i]
        assert mention.noun is not None
        if self._is_plural(mention):
            return None
        head = self.doc[mention.head]
        is_speaker = head.dep_ == "nsubj" and head.head.lemma_ in SAYING and not self.quoted[head.i]
        title, bodies = head.text, self._bodies_in(mention)
        fallen = _FALLEN.intersection(t.lower_ for t in self.doc[mention.start : mention.head])
        starts = [self.found[k].start for k in self.names if self.chain[k] in bodies] if bodies else []
        words = [
            t.text
            for t in self.doc[mention.start : mention.end]
            if t.pos_ in ("NOUN", "ADJ", "PROPN") and t.i not in self._names_in(mention)
        ]
        for j in range(i - 1, -1, -1):
            chain = self.chain[j]
            if chain is None or self.found[j].form != "name" or chain not in self.known:
                continue
            if is_speaker and self.quoted[self.found[j].head]:
                continue
            if fallen and not self._is_said_to_be(chain, _FALLEN):
                continue
            if (
                mention.type == "person"
                and self.found[j].type == "person"
                and (not bodies or self._has_office_at(chain, starts))
                and self._holds(chain, " ".join(words) or title, mention.country)
            ):
                return chain
            if mention.type == "organisation" and self._is_called(chain, j, mention):
                return chain
            entry = self.known[chain].entry
            is_bare = not self._names_in(mention)
            if is_bare and entry is not None and _is_such_a_body(mention.noun.noun, entry):
                return chain
        return None

    def _bodies_in(self, mention: Found) -> set[int]:
        """The chains of what a description names: bodies, and states without a code, "the CHP leader", "the Soviet leader".

        Of a country with a code the office's own country tells.
        """
        inside = (self.chain[k] for k in self._indexes_in(mention))
        known = {c: self.known[c].type for c in inside if c is not None and c in self.known}
        return {
            c for c, kind in known.items() if kind == "organisation" or (kind != "person" and mention.country is None)
        }

    def _has_office_at(self, chain: int, starts: Sequence[int]) -> bool:
        """Whether an office stated of somebody holds one of these tokens."""
        return any(o.start <= start < o.end for o in self.known[chain].offices for start in starts)

    def _is_said_to_be(self, chain: int, words: frozenset[str]) -> bool:
        """Whether one of the words stands in an office stated of somebody: "Honduras's ousted president, Manuel Zelaya"."""
        offices = self.known[chain].offices
        return any(t.lower_ in words for o in offices for t in self.doc[o.start : o.end])

    def _indexes_in(self, mention: Found) -> Iterator[int]:
        """The names within a mention."""
        first, last = bisect_left(self.starts, mention.start), bisect_left(self.starts, mention.end)
        return iter(self.names[first:last])

    def _place_before(self, i: int) -> int | None:
        """The named place that "the town", "the Russian capital" or "the country" means: the last one named, of its country."""
        mention = self.found[i]
        assert mention.noun is not None
        words = {t.lower_ for t in self.doc[mention.start : mention.end]}
        if self._is_plural(mention) or not self._is_definite(mention) or words & _OTHERS:
            return None
        noun = mention.noun.noun
        for j in self._by_prominence(i, sentences=None if noun == "capital" else 3):
            chain = self.chain[j]
            if chain is None or chain not in self.known or mention.start <= self.found[j].start < mention.end:
                continue
            if self._governs(self.doc[mention.head], j):
                continue
            known = self.known[chain]
            if noun in _STATES or noun == "kingdom":
                is_of_it = mention.country in (None, known.country) and self._is_described(known, mention)
                if known.type == "country" and is_of_it and not self._is_of_a_person(j):
                    return chain
            elif known.type == "place" and mention.country in (None, known.country):
                if noun != "capital" or (known.entry is not None and known.entry.acts_for is not None):
                    return chain
        return None

    def _is_of_a_person(self, j: int) -> bool:
        """Whether it only says where somebody is from: the "French" of "the French ambassador"."""
        head = self.doc[self.found[j].head]
        return self.found[j].is_adjective and head.dep_ in ("amod", "compound", "nmod") and head.head.i in self.at

    def _is_described(self, known: Known, mention: Found) -> bool:
        """Whether what a description says of a country is true of it: an island, a kingdom, of a part of the world.

        Where nobody knows what a word in capitals says of it, it is not.
        """
        country, noun = known.country or "", mention.noun.noun if mention.noun is not None else ""
        words = [t for t in self.doc[mention.start : mention.head] if t.pos_ in ("ADJ", "NOUN", "PROPN")]
        names = self._names_in(mention) if mention.country is not None else set()
        called = " ".join(t.lower_ for t in words if t.text[0].isupper() and t.i not in names)
        asked = [word for word in (noun, *(t.lower_ for t in words if t.is_lower)) if word in self.regions]
        return all(country in self.regions.get(word, ()) for word in (*asked, *([called] if called else [])))

    def _by_prominence(self, i: int, sentences: int | None) -> Iterator[int]:
        """The names before a mention: those of its own sentence from the nearest, then of each before it the subjects first."""
        own = self._sentence_at(i)
        for sentence, names in groupby(self._names_before(i, sentences), key=self._sentence_at):
            inside = list(names)
            if sentence == own:
                yield from inside
            else:
                yield from (j for j in reversed(inside) if self._is_topic(j))
                yield from (j for j in inside if not self._is_topic(j))

    def _sentence_at(self, j: int) -> int:
        """The first token of a mention's sentence."""
        return int(self.sentence_of[self.found[j].start])

    def _is_topic(self, j: int) -> bool:
        """Whether its sentence is about it: it is the subject, or owns the subject."""
        head = self.doc[self.found[j].head]
        return (head.head if head.dep_ == "poss" else head).dep_ in ("nsubj", "nsubjpass")

    def _names_before(self, i: int, sentences: int | None) -> Iterator[int]:
        """The names before a mention, the nearest first, back to so many sentences before its own."""
        sentence = self.doc[self.found[i].start].sent
        for _ in range(sentences or 0):
            if sentence.start > 0:
                sentence = self.doc[sentence.start - 1].sent
        first = 0 if sentences is None else sentence.start
        return (j for j in range(i - 1, -1, -1) if self.found[j].form == "name" and self.found[j].start >= first)

    def _names_in(self, mention: Found) -> set[int]:
        """The tokens of the names within a mention."""
        return {t for k in self._indexes_in(mention) for t in range(self.found[k].start, self.found[k].end)}

    def _has_own_name(self, mention: Found) -> bool:
        """Whether a description names its body itself, even if nobody knows the name: "the Viv Ansanm coalition"."""
        inside = self.doc[mention.start : mention.end]
        return bool(self._names_in(mention)) or any(t.pos_ == "PROPN" and t.i != mention.head for t in inside)

    def _is_called(self, chain: int, j: int, mention: Found) -> bool:
        """Whether a body's name has the noun, as that of the International Atomic Energy Agency has "agency"."""
        noun = mention.noun.noun if mention.noun is not None else ""
        known = self.known[chain]
        if known.type != "organisation" or mention.country is not None or self._has_own_name(mention):
            return False
        words = name_tokens(known.entry.name if known.entry is not None else self.found[j].words)
        heads = {words[-1], words[words.index("of") - 1]} if "of" in words[1:] else set(words[-1:])
        if noun in heads and len(words) > 1:
            return True
        if known.entry is not None and known.entry.sector == "IGO" and noun in _BODIES:
            return _is_such_a_body(noun, known.entry)
        sector = known.entry.sector if known.entry is not None else None
        is_near = self.doc[mention.head].i - self.found[j].end < _NEAR
        return noun in KINDS_OF_BODY and sector not in _OF_THE_STATE and is_near

    def _holds(self, chain: int, title: str, country: str | None) -> bool:
        known = self.known[chain]
        wanted = self.office_names.classify(title, country or known.country)
        if self._is_known_to_hold(known, title, wanted[0] if wanted else None, country):
            return True
        for office in known.offices:
            same = fold_name(office.office) == fold_name(title) or (
                wanted is not None and office.office_class == wanted[0]
            )
            if same and (country is None or country in (office.country, known.country)):
                return True
        return False

    def _is_known_to_hold(self, known: Known, title: str, office_class: str | None, country: str | None) -> bool:
        """Whether the gazetteer, or for "the Georgian leader" the text, says so."""
        words = set(name_tokens(title))
        is_leader = "leader" in words and not words & {"opposition", "party", "rebel", "union", "church", "group"}
        classes = _LEADERS if is_leader else {office_class} - _VAGUE_CLASSES
        if is_leader and country is not None:
            if any(o.office_class in classes and country in (o.country, known.country) for o in known.offices):
                return True
        if known.entry is None or not classes:
            return False
        terms = [t for t in self.terms_of(known.entry.wikidata) if t.office_class in classes]
        return any(
            country in (None, t.country)
            and (
                self.day is None
                or words & _FORMER_WORDS
                or t.covers(self.day)
                or (t.start and not t.end and t.start <= self.day)
            )
            for t in terms
        )

    def _is_plural(self, mention: Found) -> bool:
        return self.doc[mention.head].tag_ in ("NNS", "NNPS")

    def _same_description(self, j: int, i: int) -> bool:
        a, b = self.found[j], self.found[i]
        assert a.noun is not None and b.noun is not None
        if a.noun.noun != b.noun.noun or self._is_plural(a) != self._is_plural(b):
            return False
        if self.doc[b.start].lower_ in ("the", "this", "these", "those") and (
            b.country is None or a.country == b.country
        ):
            return len(self._modifiers(b)) == 0 or self._modifiers(a) == self._modifiers(b)
        return (
            a.country == b.country
            and self._modifiers(a) == self._modifiers(b)
            and (self._is_plural(b) or self._is_definite(b))
        )

    def _modifiers(self, mention: Found) -> list[str]:
        """The words that tell a description from others of its noun: numbers, adjectives, compounds."""
        inside = self.doc[mention.start : mention.end]
        return [t.lemma_.lower() for t in inside if t.i != mention.head and t.pos_ in ("ADJ", "NOUN", "PROPN", "NUM")]

    def _pronoun(self, i: int) -> int | None:
        token = self.doc[self.found[i].head]
        if token.lower_ in SPEAKING:
            return self._speaker_of(token, i)
        if token.lower_ == "it" and self._is_a_thing(token):
            return None
        judged = self._judged(token)
        if judged is not None:
            return judged
        owners = self._owners_of_clause(token)
        found = (
            self._antecedents(i, token)
            if token.lower_ in _MASCULINE | _FEMININE
            else self._leading_antecedents(i, token)
        )
        fits = [j for j in (*owners, *found) if self._agrees(token, j)]
        if not fits:
            return self._sayer(token)
        told = [j for j in fits if self._gender(j) is not None]
        # Of most who are in the news and of whom it is not known, "he" is right.
        if told and token.lower_ in _FEMININE and self._gender(fits[0]) is None:
            near = token.sent.start - 1
            if near < 0 or self.found[told[0]].start >= self.doc[near].sent.start:
                return self.chain[told[0]]
        return self.chain[fits[0]]

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
                j = self.at.get(other.i)
                if j is not None and other.i < token.i and self.chain[j] is not None and self._agrees(token, j):
                    return self.chain[j]
        return None

    def _is_a_thing(self, token: Token) -> bool:
        """Whether "it" is what was spoken of, and no country or body: "it was the first launch", "Kerry hailed it"."""
        verb = token.head
        if token.dep_ == "nsubj" and verb.lemma_ == "be":
            said = [c for c in verb.children if c.dep_ == "attr"]
            return bool(said) and said[0].pos_ == "NOUN" and said[0].i not in self.at
        return token.dep_ == "dobj" and verb.lemma_ not in _DONE_TO_STATES

    def _sayer(self, token: Token) -> int | None:
        """Who is said to do something by "it" or "they" right after a verb of saying: "Peru's envoy claims it would …".

        A person is no "it": there the country or body is meant that he speaks for.
        """
        clause = token.head
        if token.lower_ not in ("it", "they") or token.dep_ != "nsubj" or clause.dep_ != "ccomp":
            return None
        for subject in clause.head.children:
            j = self.at.get(subject.i)
            if subject.dep_ != "nsubj" or j is None or subject.i > token.i:
                continue
            if self.found[j].type != "person" or (token.lower_ == "they" and subject.tag_ in ("NNS", "NNPS")):
                return self.chain[j]
            if token.lower_ == "they":
                return None
            for owner in subject.children:
                k = self.at.get(owner.i)
                if k is not None and self.found[k].form == "name" and self.found[k].type in ("country", "organisation"):
                    return self.chain[k]
        return None

    def _owners_of_clause(self, token: Token) -> list[int]:
        """In a relative clause a possessive first means whoever owns what the clause is about: "China's ties, shown by its …"."""
        if token.tag_ != "PRP$":
            return []
        clause = next((t for t in token.ancestors if t.dep_ == "relcl"), None)
        if clause is None or any(c.dep_ == "nsubj" and c.i in self.at for c in clause.children):
            return []
        return [
            self.at[c.i]
            for c in clause.head.children
            if c.dep_ == "poss" and c.i in self.at and self.at[c.i] != self.at.get(token.i)
        ]

    def _leading_antecedents(self, i: int, token: Token) -> list[int]:
        """For "it" and "they", which may mean any thing at all: only subjects before it, and the last sentence's main subject.

        A subject before it that is no mention (a treaty, a report) is what is meant, so the search ends there.
        """
        sentence, barred = token.sent, self._co_arguments(token)
        out: list[int] = []
        for other in reversed(list(sentence)):
            if other.i >= token.i or other.dep_ not in ("nsubj", "nsubjpass") or self._governs_token(token, other):
                continue
            if other.i in self.at and self.chain[self.at[other.i]] in barred:
                continue
            if other.i not in self.at or self.chain[self.at[other.i]] is None:
                return out
            out.append(self.at[other.i])
        if sentence.start > 0:
            before = self.doc[sentence.start - 1].sent
            main = [t for t in before if t.dep_ in ("nsubj", "nsubjpass") and t.head.i == before.root.i]
            out.extend(self.at[t.i] for t in main if t.i in self.at and self.chain[self.at[t.i]] is not None)
        return out

    def _antecedents(self, i: int, token: Token) -> list[int]:
        """Mentions before the pronoun, best first: this sentence's and the last two sentences' subjects, then their others."""
        sentences = [token.sent]
        while len(sentences) < 3 and sentences[-1].start > 0:
            sentences.append(self.doc[sentences[-1].start - 1].sent)
        out: list[int] = []
        barred = self._co_arguments(token)
        is_speaker = token.dep_ == "nsubj" and token.head.lemma_ in SAYING and not self.quoted[token.i]
        for distance, sentence in enumerate(sentences):
            inside = [
                j
                for j in range(i)
                if sentence.start <= self.found[j].start
                and self.chain[j] is not None
                and self.chain[j] not in barred
                and not self._governs(token, j)
                and not (is_speaker and self.quoted[self.found[j].head])
            ]
            subjects = [j for j in inside if self.doc[self.found[j].head].dep_ in ("nsubj", "nsubjpass")]
            main = [j for j in subjects if self.doc[self.found[j].head].head.dep_ == "ROOT" and not self._is_aside(j)]
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
        return {c for t in heads if t in self.at and (c := self.chain[self.at[t]]) is not None}

    def _apposed_to(self, noun: Token) -> set[int]:
        """Who is in apposition to a noun: of "Leah Rabin, his widow" she is not "his"."""
        beside = [noun.head] if noun.dep_ == "appos" else []
        beside += [c for c in noun.children if c.dep_ == "appos"]
        found = (self.at.get(t.i) for t in beside)
        return {c for k in found if k is not None and (c := self.chain[k]) is not None}

    def _is_aside(self, j: int) -> bool:
        """Whether it is an unnamed source at the end of what it says: "Modi will go to China, a government source said"."""
        head = self.doc[self.found[j].head]
        told = [c for c in head.head.children if c.dep_ == "ccomp" and c.i < head.i]
        return (
            self.found[j].form == "description" and bool(told) and self.doc[self.found[j].start].lower_ in ("a", "an")
        )

    def _governs(self, pronoun: Token, j: int) -> bool:
        """Whether both are arguments of one verb, so that they cannot be the same unless reflexive."""
        return self._governs_token(pronoun, self.doc[self.found[j].head])

    def _governs_token(self, pronoun: Token, other: Token) -> bool:
        if pronoun.tag_ == "PRP$" or pronoun.lower_.endswith(("self", "selves")):
            return False
        head = pronoun.head if pronoun.dep_ != "pobj" else pronoun.head.head
        while other.dep_ in ("poss", "compound", "amod", "nmod", "conj", "appos") and other.head.i != other.i:
            other = other.head
        return other.head.i == head.i and other.dep_ in ("nsubj", "nsubjpass", "dobj")

    def _agrees(self, pronoun: Token, j: int) -> bool:
        mention, word = self.found[j], pronoun.lower_
        chain = self.chain[j]
        kind = self.known[chain].type if chain is not None and chain in self.known else mention.type
        if mention.is_adjective and self.doc[mention.head].dep_ in ("amod", "compound"):
            return False
        plural = (self._is_plural(mention) and mention.form == "description") or (
            mention.form == "pronoun" and self.doc[mention.head].lower_ in _PLURAL
        )
        if word in _PLURAL:
            is_many = kind == "organisation" and self.doc[mention.head].tag_ in ("NNS", "NNPS")
            return plural or kind == "group" or is_many
        if plural:
            return False
        if word in _MASCULINE | _FEMININE:
            return kind == "person" and self._gender(j) in (None, "male" if word in _MASCULINE else "female")
        return kind in ("country", "organisation", "place")

    def _gender(self, j: int) -> str | None:
        chain = self.chain[j]
        if self.found[j].form == "pronoun":
            word = self.doc[self.found[j].head].lower_
            return "male" if word in _MASCULINE else "female" if word in _FEMININE else None
        head = self.doc[self.found[j].head].lower_
        if head.endswith("woman"):
            return "female"
        if head.endswith("man") and head != "woman":
            return "male"
        if chain is None:
            return None
        known = self.known[chain].gender if chain in self.known else None
        return known or self.gender.get(chain)

    def _speaker_of(self, token: Token, i: int) -> int | None:
        """Whoever says the paragraph's quotation that "we" or "I" stands in: the subject of the nearest verb of saying."""
        start, end = token.i, token.i
        while start > 0 and "\n" not in self.doc[start - 1].text:
            start -= 1
        while end < len(self.doc) and "\n" not in self.doc[end].text:
            end += 1
        if sum(t.text == '"' for t in self.doc[start : token.i]) % 2 == 0:
            return None
        verbs = [t for t in self.doc[start:end] if t.pos_ == "VERB" and t.lemma_ in SAYING]
        for verb in sorted(verbs, key=lambda t: abs(t.i - token.i)):
            for child in verb.children:
                j = self.at.get(child.i)
                if child.dep_ == "nsubj" and j is not None and j != i and self.doc[child.i].lower_ not in SPEAKING:
                    return self.chain[j] if self.found[j].form != "pronoun" or j < i else self._pronoun(j)
        return None


def _is_known(first: Token) -> bool:
    """Whether a description begins as that of somebody spoken of before: "the two men", not "two men"."""
    return first.lower_ in ("the", "these", "those") or first.tag_ == "PRP$"


def _begins_with(clause: Token, words: tuple[str, ...]) -> bool:
    return any(c.dep_ == "mark" and c.lower_ in words for c in clause.children)


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


def _is_such_a_body(noun: str, entry: Entry) -> bool:
    """Whether an intergovernmental body is an alliance, as NATO is by its name, or a bloc or union, as the EU is."""
    if noun not in _BODIES or entry.sector != "IGO":
        return False
    return (noun == "alliance") == bool(_MILITARY.search(fold_name(entry.name)))


def gender_of(titles: Sequence[str | None], entry: Entry | None) -> str | None:
    """ "male", "female" or None, by the gazetteer, else by a title such as "Mrs"."""
    if entry is not None and entry.gender in ("male", "female"):
        return entry.gender
    for title in titles:
        for word in name_tokens(title or ""):
            if word in _MR or word in _MRS:
                return _MR.get(word) or _MRS.get(word)
    return None
